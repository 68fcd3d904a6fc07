//! Days that come every year.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use office_core::DateRange;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A day that comes every year: the first of a leave year, the last on which carried days can be used.
///
/// 29 February is 1 March in years that do not have it. Written `MM-DD`, in text and in JSON.
///
/// # Example
/// ```
/// use office_hr::AnnualDay;
///
/// let lapse: AnnualDay = "03-31".parse()?;
/// assert_eq!(lapse.in_year(2026), "2026-03-31".parse().ok());
/// assert_eq!("02-29".parse::<AnnualDay>()?.in_year(2026), "2026-03-01".parse().ok());
///
/// assert!("02-30".parse::<AnnualDay>().is_err());
/// # Ok::<(), office_hr::ParseAnnualDayError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AnnualDay {
    // Invariant: a day of a leap year.
    month: u32,
    day: u32,
}

impl AnnualDay {
    /// 1 January.
    pub const NEW_YEAR: Self = Self { month: 1, day: 1 };

    /// The day on which the date falls.
    #[must_use]
    pub fn of(date: NaiveDate) -> Self {
        Self { month: date.month(), day: date.day() }
    }

    /// The date in that year; `None` beyond the calendar.
    #[must_use]
    pub fn in_year(self, year: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, self.month, self.day).or_else(|| NaiveDate::from_ymd_opt(year, 3, 1))
    }

    /// The year that begins on this day and holds the date; `None` at the ends of the calendar.
    #[must_use]
    pub fn year_with(self, date: NaiveDate) -> Option<DateRange> {
        let this = self.in_year(date.year())?;
        let (start, end) = if this <= date {
            (this, self.in_year(date.year().checked_add(1)?)?)
        } else {
            (self.in_year(date.year().checked_sub(1)?)?, this)
        };
        DateRange::new(start, end).ok()
    }

    /// The first such day that is not before the date; `None` at the end of the calendar.
    #[must_use]
    pub fn not_before(self, date: NaiveDate) -> Option<NaiveDate> {
        let this = self.in_year(date.year())?;
        if this >= date { Some(this) } else { self.in_year(date.year().checked_add(1)?) }
    }
}

impl fmt::Display for AnnualDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

impl FromStr for AnnualDay {
    type Err = ParseAnnualDayError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // 2000 is a leap year.
        let read = || {
            let (month, day) = text.split_once('-')?;
            let date = NaiveDate::from_ymd_opt(2000, month.parse().ok()?, day.parse().ok()?)?;
            Some(Self::of(date)).filter(|read| read.to_string() == text)
        };
        read().ok_or_else(|| ParseAnnualDayError { text: text.chars().take(64).collect() })
    }
}

impl TryFrom<String> for AnnualDay {
    type Error = ParseAnnualDayError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<AnnualDay> for String {
    fn from(day: AnnualDay) -> Self {
        day.to_string()
    }
}

/// A text was not a day of the year.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not a day of the year: month and day such as `03-31` are wanted")]
pub struct ParseAnnualDayError {
    text: String,
}
