//! Holidays read from files that others write.
//!
//! What is read becomes a table that is complete for a range of days; outside it there is no answer. A JSON file says
//! its range itself; an iCalendar file does not, so whoever reads one says for which days it is complete.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use office_core::{DateRange, DayPart, Holiday, Holidays, HolidaysError};
use thiserror::Error;

/// The largest file that is read, in bytes.
const LARGEST: usize = 2_000_000;
/// The most events of a file, and the most days of one event.
const MOST_EVENTS: usize = 20_000;
const MOST_DAYS: u64 = 60;

/// Reads holidays from JSON: an object with `range` and `days`, each day having `date`, `name` and `portion`, which is
/// `whole`, `morning` or `afternoon`. At most two million bytes.
///
/// # Example
/// ```
/// use office_core::HolidayCalendar;
/// use office_hr::holidays_from_json;
///
/// let text = r#"{"range": {"start": "2026-01-01", "end": "2027-01-01"},
///     "days": [{"date": "2026-12-24", "name": "Christmas Eve", "portion": "afternoon"}]}"#;
/// let holidays = holidays_from_json(text.as_bytes())?;
/// assert!(holidays.holiday("2026-12-24".parse()?)?.is_some());
///
/// // A day outside its range is refused, and so is a question about one.
/// assert!(holidays_from_json(text.replace("2026-12-24", "2028-12-24").as_bytes()).is_err());
/// assert!(holidays.holiday("2028-12-24".parse()?).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn holidays_from_json(text: &[u8]) -> Result<Holidays, ReadHolidaysError> {
    if text.len() > LARGEST {
        return Err(ReadHolidaysError::TooLarge { bytes: text.len() });
    }
    serde_json::from_slice(text).map_err(|error| ReadHolidaysError::Json { why: error.to_string() })
}

/// Reads holidays from the events of an iCalendar file (RFC 5545) that last whole days, as complete for a range of days.
/// Events outside the range are passed over; those of one day are put together.
///
/// # Errors
/// An event that has a time of day, or that repeats by a rule, is refused: it cannot be told which days it means.
///
/// # Example
/// ```
/// use office_core::{DateRange, HolidayCalendar};
/// use office_hr::{ReadHolidaysError, holidays_from_icalendar};
///
/// let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227\r\n\
///     SUMMARY:Closed\\, see you\r\n  next year\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
/// let holidays = holidays_from_icalendar(text.as_bytes(), DateRange::year(2026)?)?;
/// assert_eq!(holidays.iter().count(), 3);
/// let eve = holidays.holiday("2026-12-24".parse()?)?.ok_or("a holiday")?;
/// assert_eq!(eve.name, "Closed, see you next year");
///
/// let timed = text.replace(";VALUE=DATE:20261224", ":20261224T120000");
/// let refused = holidays_from_icalendar(timed.as_bytes(), DateRange::year(2026)?);
/// assert!(matches!(refused, Err(ReadHolidaysError::NotWholeDays { line: 3, .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn holidays_from_icalendar(text: &[u8], range: DateRange) -> Result<Holidays, ReadHolidaysError> {
    if text.len() > LARGEST {
        return Err(ReadHolidaysError::TooLarge { bytes: text.len() });
    }
    let text = std::str::from_utf8(text).map_err(|_| ReadHolidaysError::NotText)?;
    let mut names: BTreeMap<NaiveDate, String> = BTreeMap::new();
    for event in events(text)? {
        for on in (0..event.days).filter_map(|day| event.first.checked_add_days(Days::new(day))) {
            if range.contains(on) {
                let name = names.entry(on).or_default();
                if !name.is_empty() {
                    name.push_str("; ");
                }
                name.push_str(&event.name);
            }
        }
    }
    let whole = |(on, name)| (on, Holiday { name, portion: DayPart::Whole });
    Ok(Holidays::new(range, names.into_iter().map(whole))?)
}

struct DayEvent {
    first: NaiveDate,
    days: u64,
    name: String,
}

/// An event as far as it is read.
#[derive(Default)]
struct Draft {
    start: Option<NaiveDate>,
    end: Option<NaiveDate>,
    name: String,
}

fn events(text: &str) -> Result<Vec<DayEvent>, ReadHolidaysError> {
    let mut events = Vec::new();
    let mut draft: Option<Draft> = None;
    for (line, text) in unfolded(text) {
        let Some((head, value)) = text.split_once(':') else { continue };
        let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
        match (name.to_ascii_uppercase().as_str(), value, &mut draft) {
            ("BEGIN", "VEVENT", _) => draft = Some(Draft::default()),
            ("END", "VEVENT", Some(done)) => {
                let first = done.start.ok_or(ReadHolidaysError::NoStart { line })?;
                let length = done.end.map_or(1, |end| end.signed_duration_since(first).num_days());
                let days = u64::try_from(length).ok().filter(|days| (1..=MOST_DAYS).contains(days));
                let days = days.ok_or(ReadHolidaysError::Length { line })?;
                events.push(DayEvent { first, days, name: std::mem::take(&mut done.name) });
                draft = None;
                if events.len() > MOST_EVENTS {
                    return Err(ReadHolidaysError::TooMany);
                }
            }
            ("DTSTART", _, Some(draft)) => draft.start = Some(whole_day(line, parameters, value)?),
            ("DTEND", _, Some(draft)) => draft.end = Some(whole_day(line, parameters, value)?),
            ("SUMMARY", _, Some(draft)) => draft.name = plain(value),
            ("RRULE" | "RDATE" | "DURATION", _, Some(_)) => return Err(ReadHolidaysError::Repeats { line }),
            _ => {}
        }
    }
    Ok(events)
}

/// The lines, those that go on after a line break and a blank put together, each with its place counted from 1.
fn unfolded(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (at, line) in (1..).zip(text.lines()) {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some((_, last))) => last.push_str(more),
            (Some(_), None) | (None, _) => lines.push((at, line.to_owned())),
        }
    }
    lines
}

fn whole_day(line: usize, parameters: &str, value: &str) -> Result<NaiveDate, ReadHolidaysError> {
    let wrong = || ReadHolidaysError::NotWholeDays { line, value: value.chars().take(64).collect() };
    let dated = parameters.is_empty() || parameters.to_ascii_uppercase().split(';').any(|one| one == "VALUE=DATE");
    if value.len() != 8 || !dated {
        return Err(wrong());
    }
    NaiveDate::parse_from_str(value, "%Y%m%d").map_err(|_| wrong())
}

/// A text without the backslashes of the format.
fn plain(value: &str) -> String {
    let mut text = String::new();
    let mut rest = value.chars().take(500);
    while let Some(sign) = rest.next() {
        match sign {
            '\\' => text.extend(rest.next().map(|next| if matches!(next, 'n' | 'N') { ' ' } else { next })),
            sign => text.push(sign),
        }
    }
    text
}

/// Holidays could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReadHolidaysError {
    /// The file is too large.
    #[error("the file has {bytes} bytes: at most 2000000 are read")]
    TooLarge {
        /// How large it is.
        bytes: usize,
    },
    /// It is not text.
    #[error("the file is not text in UTF-8")]
    NotText,
    /// It is not JSON of that form.
    #[error("the file is not a table of holidays: {why}")]
    Json {
        /// Why not.
        why: String,
    },
    /// It has too many events.
    #[error("the file has more than 20000 events")]
    TooMany,
    /// An event does not say when it is.
    #[error("the event that ends in line {line} has no start")]
    NoStart {
        /// The line.
        line: usize,
    },
    /// An event has no days, or more than 60.
    #[error("the event that ends in line {line} lasts no day or more than 60")]
    Length {
        /// The line.
        line: usize,
    },
    /// An event has a time of day, or no date that can be.
    #[error("`{value}` in line {line} is no date: whole days are wanted, such as `20261224`")]
    NotWholeDays {
        /// The line.
        line: usize,
        /// What it says.
        value: String,
    },
    /// An event repeats, or lasts a time instead of to a day.
    #[error("the event in line {line} repeats by a rule or has a length of time: one event for each holiday is wanted")]
    Repeats {
        /// The line.
        line: usize,
    },
    /// The table cannot be.
    #[error("the table of holidays cannot be")]
    Table(#[from] HolidaysError),
}
