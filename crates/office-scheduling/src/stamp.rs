//! Dates, times and lengths as iCalendar writes them: `20261231`, `20261231T170000`, `PT1H30M`.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

/// The date of eight digits.
pub(crate) fn date(text: &str) -> Option<NaiveDate> {
    if text.len() != 8 {
        return None;
    }
    let year = digits(text.get(0..4)?)?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, digits(text.get(4..6)?)?, digits(text.get(6..8)?)?)
}

/// The date and time of day, without a zone. A leap second is read as the second before it.
pub(crate) fn local(text: &str) -> Option<NaiveDateTime> {
    let (day, time) = text.split_once(['T', 't'])?;
    if time.len() != 6 {
        return None;
    }
    let (hour, minute, second) = (digits(time.get(0..2)?)?, digits(time.get(2..4)?)?, digits(time.get(4..6)?)?);
    let second = if second == 60 { 59 } else { second };
    Some(date(day)?.and_time(NaiveTime::from_hms_opt(hour, minute, second)?))
}

/// A date as eight digits.
pub(crate) fn write_date(date: NaiveDate) -> String {
    date.format("%Y%m%d").to_string()
}

/// A date and time of day as fifteen characters.
pub(crate) fn write_local(at: NaiveDateTime) -> String {
    at.format("%Y%m%dT%H%M%S").to_string()
}

/// Days and seconds of a `DURATION` that does not go back in time.
pub(crate) fn length(text: &str) -> Option<(u32, u32)> {
    let text = text.strip_prefix('+').unwrap_or(text).strip_prefix(['P', 'p'])?;
    let (date, time) = text.split_once(['T', 't']).map_or((text, None), |(date, time)| (date, Some(time)));
    let days = units(date, &[('W', 7), ('D', 1)])?;
    let seconds =
        time.map_or(Some(0), |time| units(time, &[('H', 3_600), ('M', 60), ('S', 1)]).filter(|_| !time.is_empty()))?;
    (!date.is_empty() || time.is_some()).then_some((days, seconds))
}

/// The sum of numbers with units, which come in this order, each at most once.
fn units(text: &str, units: &[(char, u32)]) -> Option<u32> {
    let (mut rest, mut sum) = (text, 0_u32);
    for (letter, size) in units {
        if let Some((number, after)) = rest.split_once([*letter, letter.to_ascii_lowercase()]) {
            if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            sum = sum.checked_add(number.parse::<u32>().ok()?.checked_mul(*size)?)?;
            rest = after;
        }
    }
    rest.is_empty().then_some(sum)
}

fn digits(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}
