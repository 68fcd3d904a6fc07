//! Stretches of days.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A stretch of days: the term of a contract, a month, a leave, the time a price is valid.
///
/// Half-open: the first day is in it, `end` is the first day that is not. It holds at least one day. Without an
/// end it goes on for ever. Days are civil days without a zone; [`Zone::day`](crate::Zone::day) tells the instants
/// of one. In text `2026-10-01/2026-11-01` or `2026-10-01/..`; in JSON an object with `start` and, where there is
/// one, `end`.
///
/// # Laws
/// 1. A day is in the intersection of two ranges just if it is in both.
/// 2. Two ranges overlap just if they have an intersection.
/// 3. What is written reads back the same, as text and as JSON.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{DateRange, DateRangeError};
///
/// let october = DateRange::month(2026, 10)?;
/// assert_eq!(october.to_string(), "2026-10-01/2026-11-01");
/// assert_eq!(october.days(), Some(31));
/// assert_eq!("2026-10-01/2026-11-01".parse(), Ok(october));
///
/// // A range that ends before it has begun is refused.
/// let day = NaiveDate::from_ymd_opt(2026, 10, 1).ok_or("a day")?;
/// assert_eq!(DateRange::new(day, day), Err(DateRangeError::Empty { start: day, end: day }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct DateRange {
    start: NaiveDate,
    // Invariant: later than `start`.
    end: Option<NaiveDate>,
}

/// The stored form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    start: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    end: Option<NaiveDate>,
}

impl DateRange {
    /// The days from `start` up to, not including, `end`; for ever where `end` is `None`.
    #[inline]
    pub fn new(start: NaiveDate, end: impl Into<Option<NaiveDate>>) -> Result<Self, DateRangeError> {
        match end.into() {
            Some(end) if end <= start => Err(DateRangeError::Empty { start, end }),
            end => Ok(Self { start, end }),
        }
    }

    /// The days from `start` on, for ever.
    #[must_use]
    pub const fn from(start: NaiveDate) -> Self {
        Self { start, end: None }
    }

    /// The days from `first` to `last`, both included, as people write leave and terms.
    pub fn inclusive(first: NaiveDate, last: NaiveDate) -> Result<Self, DateRangeError> {
        if last < first {
            return Err(DateRangeError::Empty { start: first, end: last });
        }
        // The calendar's very last day has no day after it: nothing is lost by leaving the end open.
        Ok(Self { start: first, end: last.succ_opt() })
    }

    /// One day.
    #[must_use]
    pub fn day(day: NaiveDate) -> Self {
        Self { start: day, end: day.succ_opt() }
    }

    /// A month of the Gregorian calendar; January is 1.
    pub fn month(year: i32, month: u32) -> Result<Self, DateRangeError> {
        let wrong = DateRangeError::NoSuchMonth { year, month };
        let start = NaiveDate::from_ymd_opt(year, month, 1).ok_or(wrong)?;
        let (year, month) = if month == 12 { (year.saturating_add(1), 1) } else { (year, month.saturating_add(1)) };
        Ok(Self { start, end: NaiveDate::from_ymd_opt(year, month, 1) })
    }

    /// A calendar year, January to December.
    pub fn year(year: i32) -> Result<Self, DateRangeError> {
        let start = NaiveDate::from_ymd_opt(year, 1, 1).ok_or(DateRangeError::NoSuchMonth { year, month: 1 })?;
        Ok(Self { start, end: NaiveDate::from_ymd_opt(year.saturating_add(1), 1, 1) })
    }

    /// The first day.
    #[must_use]
    #[inline]
    pub const fn start(&self) -> NaiveDate {
        self.start
    }

    /// The first day that is no longer in the range; `None` where it goes on for ever.
    #[must_use]
    #[inline]
    pub const fn end(&self) -> Option<NaiveDate> {
        self.end
    }

    /// The last day in the range; `None` where it goes on for ever.
    #[must_use]
    #[inline]
    pub fn last(&self) -> Option<NaiveDate> {
        self.end.and_then(|end| end.pred_opt())
    }

    /// Whether the day is in the range.
    #[must_use]
    #[inline]
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.start <= day && self.end.is_none_or(|end| day < end)
    }

    /// Whether every day of the other range is in this one.
    #[must_use]
    pub fn encloses(&self, other: &Self) -> bool {
        self.intersection(other) == Some(*other)
    }

    /// Whether the two ranges have a day in common. Ranges that only touch have none.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.intersection(other).is_some()
    }

    /// The days that are in both ranges; `None` where there is none.
    #[must_use]
    #[inline]
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let end = match (self.end, other.end) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        Self::new(self.start.max(other.start), end).ok()
    }

    /// How many days it holds; `None` where it goes on for ever.
    #[must_use]
    #[inline]
    pub fn days(&self) -> Option<u32> {
        let end = self.end?;
        if end.year() == self.start.year() {
            // Most ranges: many times faster than counting through the years.
            return end.ordinal().checked_sub(self.start.ordinal());
        }
        // The calendar of `chrono` has fewer than two hundred million days.
        Some(u32::try_from(end.signed_duration_since(self.start).num_days()).unwrap_or(u32::MAX))
    }

    /// Its days in order, at most `limit` of them, so that a range without end ends as well.
    ///
    /// ```
    /// use office_core::DateRange;
    ///
    /// let for_ever: DateRange = "2026-12-31/..".parse()?;
    /// let days: Vec<_> = for_ever.dates(2).map(|day| day.to_string()).collect();
    /// assert_eq!(days, ["2026-12-31", "2027-01-01"]);
    /// # Ok::<(), office_core::DateRangeError>(())
    /// ```
    pub fn dates(&self, limit: usize) -> impl Iterator<Item = NaiveDate> + use<> {
        let range = *self;
        let steps = std::iter::successors(Some(range.start), |day| day.checked_add_days(Days::new(1)));
        steps.take_while(move |day| range.contains(*day)).take(limit)
    }
}

impl TryFrom<Fields> for DateRange {
    type Error = DateRangeError;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        Self::new(fields.start, fields.end)
    }
}

impl From<DateRange> for Fields {
    fn from(range: DateRange) -> Self {
        Self { start: range.start, end: range.end }
    }
}

impl fmt::Display for DateRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.end {
            Some(end) => write!(f, "{}/{end}", self.start),
            None => write!(f, "{}/..", self.start),
        }
    }
}

impl FromStr for DateRange {
    type Err = DateRangeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || DateRangeError::Text { text: text.chars().take(64).collect() };
        let day = |part: &str| part.parse::<NaiveDate>().ok().filter(|day| day.to_string() == part).ok_or_else(wrong);
        let (start, end) = text.split_once('/').ok_or_else(wrong)?;
        let end = if end == ".." { None } else { Some(day(end)?) };
        Self::new(day(start)?, end)
    }
}

/// Something was not a range of days.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DateRangeError {
    /// The text is not of the form `start/end`.
    #[error("`{text}` is not a range of days: `2026-10-01/2026-11-01` or, without an end, `2026-10-01/..` is wanted")]
    Text {
        /// What was given, shortened.
        text: String,
    },
    /// The year has no such month, or the calendar no such year.
    #[error("month {month} of {year} is not in the calendar: a month from 1 to 12 is wanted")]
    NoSuchMonth {
        /// The year.
        year: i32,
        /// The month, January being 1.
        month: u32,
    },
    /// The range would hold no day.
    #[error("the range from {start} to {end} holds no day: an end after the start is wanted")]
    Empty {
        /// Its first day.
        start: NaiveDate,
        /// Its end.
        end: NaiveDate,
    },
}
