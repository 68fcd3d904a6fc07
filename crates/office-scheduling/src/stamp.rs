//! Dates and times as iCalendar writes them: `20261231`, `20261231T170000`.

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

fn digits(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}
