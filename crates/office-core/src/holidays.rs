//! Days on which the office does not work.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::DateRange;

/// Which part of a day is meant. Morning and afternoon part at noon on the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayPart {
    /// The whole day.
    Whole,
    /// The half up to noon.
    Morning,
    /// The half from noon on.
    Afternoon,
}

impl DayPart {
    /// Whether it is half a day.
    #[must_use]
    pub const fn is_half(self) -> bool {
        matches!(self, Self::Morning | Self::Afternoon)
    }
}

/// A day, or half of one, on which people are off by law or custom.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// What it is called.
    pub name: String,
    /// The part of the day that is off.
    pub portion: DayPart,
}

/// Who knows the holidays of a place: a table, an import, a rule.
///
/// A calendar speaks only of the years it knows. Outside them it answers with an error and never with "no holiday",
/// so that nobody plans next year's leave by an old table. It works as `dyn HolidayCalendar`.
pub trait HolidayCalendar {
    /// The holiday on that date; `None` where it is an ordinary day.
    fn holiday(&self, date: NaiveDate) -> Result<Option<Holiday>, OutsideCalendar>;
}

/// A calendar was asked for a date beyond those it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{date} is outside the holiday calendar: a date within {range} is wanted")]
pub struct OutsideCalendar {
    /// The date asked for.
    pub date: NaiveDate,
    /// The days the calendar knows.
    pub range: DateRange,
}

/// A table of holidays that is complete for a range of days.
///
/// In JSON an object with `range` and `days`, each day having `date`, `name` and `portion`.
///
/// # Example
/// ```
/// use office_core::{DateRange, DayPart, Holiday, HolidayCalendar, Holidays, OutsideCalendar};
///
/// let year = DateRange::year(2026)?;
/// let holidays = Holidays::new(year, [
///     ("2026-12-24".parse()?, Holiday { name: "Christmas Eve".into(), portion: DayPart::Afternoon }),
///     ("2026-12-25".parse()?, Holiday { name: "Christmas Day".into(), portion: DayPart::Whole }),
/// ])?;
/// assert_eq!(holidays.holiday("2026-12-23".parse()?)?, None);
///
/// // Of a year that it does not know it says so.
/// let date = "2027-12-25".parse()?;
/// assert_eq!(holidays.holiday(date), Err(OutsideCalendar { date, range: year }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct Holidays {
    range: DateRange,
    // Invariant: every date is within `range`.
    days: BTreeMap<NaiveDate, Holiday>,
}

/// The stored form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    range: DateRange,
    days: Vec<Row>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    date: NaiveDate,
    name: String,
    portion: DayPart,
}

impl Holidays {
    /// The holidays of a range of days, which are all there are in it.
    pub fn new(range: DateRange, rows: impl IntoIterator<Item = (NaiveDate, Holiday)>) -> Result<Self, HolidaysError> {
        let mut days = BTreeMap::new();
        for (date, holiday) in rows {
            if !range.contains(date) {
                return Err(HolidaysError::Outside(OutsideCalendar { date, range }));
            }
            if days.insert(date, holiday).is_some() {
                return Err(HolidaysError::Twice { date });
            }
        }
        Ok(Self { range, days })
    }

    /// A table that says that there is no holiday within the range.
    #[must_use]
    pub const fn none(range: DateRange) -> Self {
        Self { range, days: BTreeMap::new() }
    }

    /// What another calendar says of a range of days, as a table. At most a hundred years are read.
    pub fn from_calendar(calendar: &dyn HolidayCalendar, range: DateRange) -> Result<Self, HolidaysError> {
        if range.days().is_none_or(|days| days > MOST_DAYS) {
            return Err(HolidaysError::TooLong { range });
        }
        let mut days = BTreeMap::new();
        for date in range.dates(usize::MAX) {
            days.extend(calendar.holiday(date)?.map(|holiday| (date, holiday)));
        }
        Ok(Self { range, days })
    }

    /// The days it knows.
    #[must_use]
    pub const fn range(&self) -> DateRange {
        self.range
    }

    /// Its holidays by date.
    pub fn iter(&self) -> impl Iterator<Item = (NaiveDate, &Holiday)> {
        self.days.iter().map(|(date, holiday)| (*date, holiday))
    }
}

/// A hundred years.
const MOST_DAYS: u32 = 36_525;

impl HolidayCalendar for Holidays {
    fn holiday(&self, date: NaiveDate) -> Result<Option<Holiday>, OutsideCalendar> {
        if self.range.contains(date) {
            Ok(self.days.get(&date).cloned())
        } else {
            Err(OutsideCalendar { date, range: self.range })
        }
    }
}

impl TryFrom<Fields> for Holidays {
    type Error = HolidaysError;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        let rows = fields.days.into_iter();
        Self::new(fields.range, rows.map(|row| (row.date, Holiday { name: row.name, portion: row.portion })))
    }
}

impl From<Holidays> for Fields {
    fn from(holidays: Holidays) -> Self {
        let row = |(date, Holiday { name, portion })| Row { date, name, portion };
        Self { range: holidays.range, days: holidays.days.into_iter().map(row).collect() }
    }
}

/// A table of holidays was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum HolidaysError {
    /// The range has no end, or is longer than a hundred years.
    #[error("the range {range} is too long: at most 36525 days are wanted")]
    TooLong {
        /// The range.
        range: DateRange,
    },
    /// A holiday is outside the range of the table.
    #[error(transparent)]
    Outside(#[from] OutsideCalendar),
    /// A date is named twice.
    #[error("{date} is named twice: one holiday for each date is wanted")]
    Twice {
        /// The date.
        date: NaiveDate,
    },
}
