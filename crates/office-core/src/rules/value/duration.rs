//! Lengths of time as ISO 8601 writes them: `P1DT4H30M`, `P1Y6M`.

use chrono::TimeDelta;

/// The most characters of a length of time.
const LONGEST: usize = 40;
/// Days are counted up to this: about 27,000 years.
const MOST_DAYS: i64 = 9_999_999;

/// A length of time in days, hours, minutes and seconds: `-P1DT4H30M0.5S`, `PT0S` for none.
pub(crate) fn duration_text(length: TimeDelta) -> String {
    let sign = if length < TimeDelta::zero() { "-" } else { "" };
    let length = length.abs();
    let (days, hours) = (length.num_days(), length.num_hours() % 24);
    let (minutes, seconds) = (length.num_minutes() % 60, length.num_seconds() % 60);
    let nanos = length.subsec_nanos();
    let mut text = format!("{sign}P");
    if days != 0 {
        text.push_str(&days.to_string());
        text.push('D');
    }
    if days == 0 || (hours, minutes, seconds, nanos) != (0, 0, 0, 0) {
        text.push('T');
        for (count, unit) in [(hours, 'H'), (minutes, 'M')] {
            if count != 0 {
                text.push_str(&count.to_string());
                text.push(unit);
            }
        }
        if (seconds, nanos) != (0, 0) || text.ends_with('T') {
            text.push_str(&seconds.to_string());
            if nanos != 0 {
                text.push('.');
                text.push_str(format!("{nanos:09}").trim_end_matches('0'));
            }
            text.push('S');
        }
    }
    text
}

/// A length of time in years and months: `-P1Y6M`, `P0M` for none.
pub(crate) fn months_text(months: i32) -> String {
    let sign = if months < 0 { "-" } else { "" };
    let months = months.unsigned_abs();
    match (months / 12, months % 12) {
        (0, months) => format!("{sign}P{months}M"),
        (years, 0) => format!("{sign}P{years}Y"),
        (years, months) => format!("{sign}P{years}Y{months}M"),
    }
}

/// Reads `P1DT4H30M0.5S`.
pub(crate) fn parse_duration(text: &str) -> Option<TimeDelta> {
    let (negative, parts) = parts(text)?;
    let mut total = TimeDelta::zero();
    for Part { count, fraction, unit, of_time } in parts {
        let count = count.filter(|count| *count <= MOST_DAYS.checked_mul(86_400).unwrap_or(MOST_DAYS))?;
        let part = match (unit, of_time) {
            ('D', false) if count <= MOST_DAYS => TimeDelta::try_days(count)?,
            ('H', true) => TimeDelta::try_hours(count)?,
            ('M', true) => TimeDelta::try_minutes(count)?,
            ('S', true) => TimeDelta::try_seconds(count)?.checked_add(&nanoseconds(fraction.unwrap_or(""))?)?,
            _ => return None,
        };
        if fraction.is_some() && unit != 'S' {
            return None;
        }
        total = total.checked_add(&part)?;
    }
    if total.num_days() > MOST_DAYS {
        return None;
    }
    if negative { TimeDelta::zero().checked_sub(&total) } else { Some(total) }
}

/// Reads `P1Y6M`.
pub(crate) fn parse_months(text: &str) -> Option<i32> {
    let (negative, parts) = parts(text)?;
    let mut total: i32 = 0;
    for Part { count, fraction, unit, of_time } in parts {
        let factor = match (unit, of_time, fraction) {
            ('Y', false, None) => 12,
            ('M', false, None) => 1,
            _ => return None,
        };
        total = total.checked_add(i32::try_from(count?).ok()?.checked_mul(factor)?)?;
    }
    if negative { total.checked_neg() } else { Some(total) }
}

struct Part<'a> {
    count: Option<i64>,
    fraction: Option<&'a str>,
    unit: char,
    of_time: bool,
}

/// The sign and the parts in order; at least one part, none twice.
fn parts(text: &str) -> Option<(bool, Vec<Part<'_>>)> {
    if text.len() > LONGEST || !text.is_ascii() {
        return None;
    }
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let mut rest = text.strip_prefix('P')?;
    let (mut parts, mut of_time): (Vec<Part<'_>>, bool) = (Vec::new(), false);
    let mut earlier = "";
    while !rest.is_empty() {
        if let Some(time) = rest.strip_prefix('T') {
            if of_time || time.is_empty() {
                return None;
            }
            (rest, of_time, earlier) = (time, true, "");
        }
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at_checked(end)?;
        let unit = after.chars().next()?;
        let units = if of_time { "HMS" } else { "YMD" };
        // Units come in order, each once.
        let at = units.find(unit)?;
        if !earlier.is_empty() && units.find(earlier)? >= at {
            return None;
        }
        earlier = units.get(at..=at)?;
        let (count, fraction) = number.split_once('.').map_or((number, None), |(count, part)| (count, Some(part)));
        parts.push(Part { count: count.parse().ok(), fraction, unit, of_time });
        rest = after.get(1..)?;
    }
    (!parts.is_empty()).then_some((negative, parts))
}

/// The nanoseconds of a fraction of a second: of `5` half a second.
fn nanoseconds(fraction: &str) -> Option<TimeDelta> {
    if fraction.is_empty() {
        return Some(TimeDelta::zero());
    }
    if fraction.len() > 9 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(TimeDelta::nanoseconds(format!("{fraction:0<9}").parse().ok()?))
}

/// For serde: days, hours, minutes and seconds as text.
pub(super) mod days_and_time {
    use chrono::TimeDelta;
    use serde::{Deserializer, Serializer};

    use crate::text::Text;

    pub(in crate::rules) fn serialize<S: Serializer>(length: &TimeDelta, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&super::duration_text(*length))
    }

    pub(in crate::rules) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TimeDelta, D::Error> {
        let read = |text: &str| super::parse_duration(text).ok_or_else(|| "a duration such as `P1DT4H`".to_owned());
        deserializer.deserialize_str(Text::new("a duration such as `P1DT4H`", read))
    }
}

/// For serde: years and months as text.
pub(super) mod years_and_months {
    use serde::{Deserializer, Serializer};

    use crate::text::Text;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
    pub(in crate::rules) fn serialize<S: Serializer>(months: &i32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&super::months_text(*months))
    }

    pub(in crate::rules) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i32, D::Error> {
        let read = |text: &str| super::parse_months(text).ok_or_else(|| "a duration such as `P1Y6M`".to_owned());
        deserializer.deserialize_str(Text::new("a duration such as `P1Y6M`", read))
    }
}
