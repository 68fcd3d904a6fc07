//! Arithmetic of days, times and lengths of time, and their parts.

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};

use super::number::Problem;
use super::part::View;
use crate::Decimal;
use crate::rules::ValueRef;
use crate::rules::value::{parse_duration, parse_months};

/// A billion nanoseconds are a second: nine digits after the point.
const SECOND_DIGITS: u32 = 9;

/// A day or a time so much later, or two lengths of time one after the other; none where the one is no such thing or the
/// other no length of time. A day stays a day; a month later than the 31st of January is the last of February.
pub(super) fn plus(left: ValueRef<'_>, right: ValueRef<'_>) -> Option<Result<ValueRef<'static>, Problem>> {
    let sum = match (left, right) {
        (ValueRef::Duration(one), ValueRef::Duration(two)) => one.checked_add(&two).map(ValueRef::Duration),
        (ValueRef::Months(one), ValueRef::Months(two)) => one.checked_add(two).map(ValueRef::Months),
        (ValueRef::Date(day), ValueRef::Duration(length)) => {
            midnight(day).checked_add_signed(length).map(|at| ValueRef::Date(at.date()))
        }
        (ValueRef::Date(day), ValueRef::Months(months)) => {
            later(midnight(day), months).map(|at| ValueRef::Date(at.date()))
        }
        (ValueRef::DateTime(at), ValueRef::Duration(length)) => at.checked_add_signed(length).map(ValueRef::DateTime),
        (ValueRef::DateTime(at), ValueRef::Months(months)) => later(at, months).map(ValueRef::DateTime),
        (ValueRef::Instant(at), ValueRef::Duration(length)) => at.checked_add_signed(length).map(ValueRef::Instant),
        (ValueRef::Instant(at), ValueRef::Months(months)) => {
            later(at.naive_utc(), months).map(|at| ValueRef::Instant(at.and_utc()))
        }
        // Past midnight the clock begins anew.
        (ValueRef::Time(time), ValueRef::Duration(length)) => {
            Some(ValueRef::Time(time.overflowing_add_signed(length).0))
        }
        _ => return None,
    };
    Some(sum.ok_or(Problem::Overflow))
}

/// The time from the one to the other, of days and times; none if they are not two such.
pub(super) fn difference(left: View<'_>, right: View<'_>) -> Option<Result<TimeDelta, Problem>> {
    let (View::Value(left), View::Value(right)) = (left, right) else { return None };
    match (left, right) {
        (ValueRef::Time(one), ValueRef::Time(two)) => Some(Ok(one.signed_duration_since(two))),
        (ValueRef::Date(one), ValueRef::Date(two)) => Some(Ok(one.signed_duration_since(two))),
        (ValueRef::DateTime(one), ValueRef::DateTime(two)) => Some(Ok(one.signed_duration_since(two))),
        (ValueRef::Instant(one), ValueRef::Instant(two)) => Some(Ok(one.signed_duration_since(two))),
        // Only against UTC is it known when a day begins.
        (ValueRef::Instant(one), ValueRef::Date(two)) => Some(Ok(one.naive_utc().signed_duration_since(midnight(two)))),
        (ValueRef::Date(one), ValueRef::Instant(two)) => Some(Ok(midnight(one).signed_duration_since(two.naive_utc()))),
        _ => None,
    }
}

fn midnight(day: NaiveDate) -> NaiveDateTime {
    day.and_time(NaiveTime::MIN)
}

fn later(at: NaiveDateTime, months: i32) -> Option<NaiveDateTime> {
    let count = Months::new(months.unsigned_abs());
    if months < 0 { at.checked_sub_months(count) } else { at.checked_add_months(count) }
}

/// A length of time in seconds.
pub(super) fn seconds(length: TimeDelta) -> Decimal {
    let nanos = i128::from(length.num_seconds())
        .saturating_mul(1_000_000_000)
        .saturating_add(i128::from(length.subsec_nanos()));
    // Invariant: below 2^63 thousand times a billion, which is less than a decimal holds.
    Decimal::try_from_i128_with_scale(nanos, SECOND_DIGITS).unwrap_or_default()
}

/// A length of time of so many seconds, to the nearest nanosecond.
pub(super) fn from_seconds(seconds: Decimal) -> Result<View<'static>, Problem> {
    let rounded = crate::Rounding::HalfEven.round(seconds, SECOND_DIGITS);
    let whole = i64::try_from(rounded.trunc().mantissa()).ok();
    let nanos = rounded.fract().checked_mul(Decimal::from(1_000_000_000)).and_then(super::number::whole);
    let length = whole
        .and_then(TimeDelta::try_seconds)
        .zip(nanos)
        .and_then(|(length, nanos)| length.checked_add(&TimeDelta::nanoseconds(nanos)));
    length.map(|length| View::Value(ValueRef::Duration(length))).ok_or(Problem::Overflow)
}

/// A length of time of so many whole months; what is over is left out.
pub(super) fn from_months(months: Decimal) -> Result<View<'static>, Problem> {
    let months = super::number::whole(months.trunc()).and_then(|months| i32::try_from(months).ok());
    months.map(|months| View::Value(ValueRef::Months(months))).ok_or(Problem::Overflow)
}

/// The whole months from one day to another.
pub(super) fn months_between(from: NaiveDate, to: NaiveDate) -> i32 {
    let month = |day: NaiveDate| day.year().saturating_mul(12).saturating_add(i32::try_from(day.month0()).unwrap_or(0));
    let months = month(to).saturating_sub(month(from));
    match (months > 0 && to.day() < from.day(), months < 0 && to.day() > from.day()) {
        (true, _) => months.saturating_sub(1),
        (_, true) => months.saturating_add(1),
        _ => months,
    }
}

/// A property of a day, a time or a length of time: `year`, `weekday` (Monday is 1), `hour`, `days`.
pub(super) fn property(value: ValueRef<'_>, name: &str) -> Option<i64> {
    let of_day = |day: NaiveDate| match name {
        "year" => Some(i64::from(day.year())),
        "month" => Some(i64::from(day.month())),
        "day" => Some(i64::from(day.day())),
        "weekday" => Some(i64::from(day.weekday().number_from_monday())),
        _ => None,
    };
    let of_time = |time: NaiveTime| match name {
        "hour" => Some(i64::from(time.hour())),
        "minute" => Some(i64::from(time.minute())),
        "second" => Some(i64::from(time.second())),
        _ => None,
    };
    let of_length = |length: TimeDelta| match name {
        "days" => Some(length.num_days()),
        "hours" => length.num_hours().checked_rem(24),
        "minutes" => length.num_minutes().checked_rem(60),
        "seconds" => length.num_seconds().checked_rem(60),
        _ => None,
    };
    match value {
        ValueRef::Date(day) => of_day(day),
        ValueRef::Time(time) => of_time(time),
        ValueRef::DateTime(at) => of_day(at.date()).or_else(|| of_time(at.time())),
        ValueRef::Instant(at) => of_day(at.date_naive()).or_else(|| of_time(at.time())),
        ValueRef::Duration(length) => of_length(length),
        ValueRef::Months(months) => match name {
            "years" => i64::from(months).checked_div(12),
            "months" => i64::from(months).checked_rem(12),
            _ => None,
        },
        _ => None,
    }
}

/// Reads a day as ISO 8601 writes it: `2026-10-01`, `-0044-03-15`, `12026-10-01`.
pub(super) fn parse_date(text: &str) -> Option<NaiveDate> {
    let (sign, unsigned) = text.strip_prefix('-').map_or((1, text), |unsigned| (-1, unsigned));
    let mut parts = unsigned.split('-');
    let (year, month, day) = (parts.next()?, number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let plain = year.len() == 4 || (year.len() > 4 && !year.starts_with('0'));
    if parts.next().is_some() || !plain {
        return None;
    }
    let year = i32::try_from(number(year, year.len())?).ok()?.checked_mul(sign)?;
    NaiveDate::from_ymd_opt(year, month, day)
}

/// Reads a time of the day with its seconds: `09:30:00`, `09:30:15.5`.
pub(super) fn parse_time(text: &str) -> Option<NaiveTime> {
    let mut parts = text.split(':');
    let (hour, minute, second) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (second, fraction) = second.split_once('.').unwrap_or((second, "0"));
    let digits = fraction.bytes().all(|byte| byte.is_ascii_digit());
    if fraction.is_empty() || fraction.len() > 9 || !digits {
        return None;
    }
    let nanos = format!("{fraction:0<9}").parse().ok()?;
    NaiveTime::from_hms_nano_opt(hour, minute, number(second, 2)?, nanos)
}

/// Reads a day with a time; with `Z` or an offset such as `+01:00` a point in time; a day alone at its beginning.
pub(super) fn parse_moment(text: &str) -> Option<ValueRef<'static>> {
    let Some((day, time)) = text.split_once('T') else {
        return parse_date(text).map(|day| ValueRef::DateTime(midnight(day)));
    };
    let day = parse_date(day)?;
    if let Some(time) = time.strip_suffix('Z') {
        return Some(ValueRef::Instant(day.and_time(parse_time(time)?).and_utc()));
    }
    let Some(place) = time.find(['+', '-']) else {
        return Some(ValueRef::DateTime(day.and_time(parse_time(time)?)));
    };
    let (time, offset) = time.split_at_checked(place)?;
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let (hours, minutes) = (number(hours, 2).filter(|hours| *hours <= 14)?, number(minutes, 2).filter(|m| *m < 60)?);
    let offset_length = TimeDelta::try_minutes(i64::from(hours.checked_mul(60)?.checked_add(minutes)?))?;
    let at = day.and_time(parse_time(time)?);
    let at = if offset.starts_with('-') {
        at.checked_add_signed(offset_length)
    } else {
        at.checked_sub_signed(offset_length)
    };
    at.map(|at: NaiveDateTime| ValueRef::Instant(DateTime::<Utc>::from_naive_utc_and_offset(at, Utc)))
}

/// Reads a day, a time, both, or a length of time, whichever is written.
pub(super) fn parse_any(text: &str) -> Option<ValueRef<'static>> {
    let day = || parse_date(text).map(ValueRef::Date);
    let time = || parse_time(text).map(ValueRef::Time);
    let length = || parse_duration(text).map(ValueRef::Duration).or_else(|| parse_months(text).map(ValueRef::Months));
    day().or_else(time).or_else(length).or_else(|| parse_moment(text))
}

/// So many digits and nothing else.
fn number(text: &str, digits: usize) -> Option<u32> {
    let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}
