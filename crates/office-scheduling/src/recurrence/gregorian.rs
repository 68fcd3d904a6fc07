//! Day and second numbers of the Gregorian calendar, counted from 1970-01-01.
//!
//! Invariant: callers stay within years 0 to 10,000 and intervals within `u32`, so that no day number leaves
//! ±3 million, no second number ±2.6 × 10¹¹, and no step the range of `i64`.
#![expect(clippy::arithmetic_side_effects, reason = "years and steps are bounded as said above, far inside i64")]

/// Seconds in a day of the wall clock.
pub(super) const DAY: i64 = 86_400;
/// The last year that text of four digits can write.
pub(super) const LAST_YEAR: i64 = 9_999;
/// The first year that text of four digits can write.
pub(super) const FIRST_YEAR: i64 = 0;

/// The number of the day, 1970-01-01 being 0.
pub(super) const fn day_number(year: i64, month: i64, day: i64) -> i64 {
    // The year is taken to begin in March, so that the leap day comes last.
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * shifted + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of the month of a day number.
pub(super) const fn civil(day: i64) -> (i64, i64, i64) {
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400;
    (if month <= 2 { year + 1 } else { year }, month, day)
}

/// The weekday of a day number: Monday is 0, Sunday 6.
pub(super) const fn weekday(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

/// Whether a year has a 29 February.
pub(super) const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days in a year.
pub(super) const fn year_length(year: i64) -> i64 {
    if is_leap(year) { 366 } else { 365 }
}

/// Days in a month.
pub(super) const fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The first day of week 1: the first week, from `week_start` on, with at least four days in the year.
pub(super) const fn first_week(year: i64, week_start: i64) -> i64 {
    let new_year = day_number(year, 1, 1);
    let into = (weekday(new_year) - week_start).rem_euclid(7);
    if into > 3 { new_year - into + 7 } else { new_year - into }
}

/// The least `anchor + k × step` that is at or after `at`, for `k` at least 0.
pub(super) const fn align(anchor: i64, step: i64, at: i64) -> i64 {
    if at <= anchor { anchor } else { at + (anchor - at).rem_euclid(step) }
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, NaiveDate};

    use super::*;

    #[test]
    fn numbers_agree_with_chrono_on_every_day_of_two_cycles() {
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        let first = NaiveDate::from_ymd_opt(1600, 1, 1).unwrap();
        for date in first.iter_days().take(800 * 366) {
            let number = date.signed_duration_since(epoch).num_days();
            let (y, m, d) = (i64::from(date.year()), i64::from(date.month()), i64::from(date.day()));
            assert_eq!(day_number(y, m, d), number);
            assert_eq!(civil(number), (y, m, d));
            assert_eq!(weekday(number), i64::from(date.weekday().num_days_from_monday()));
            let week = (number - first_week(i64::from(date.iso_week().year()), 0)) / 7 + 1;
            assert_eq!(week, i64::from(date.iso_week().week()));
        }
    }

    #[test]
    fn alignment_finds_the_next_step() {
        assert_eq!(align(3, 7, -5), 3);
        assert_eq!(align(3, 7, 4), 10);
        assert_eq!(align(3, 7, 10), 10);
    }
}
