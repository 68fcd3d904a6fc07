//! Which days somebody works, and what a day is worth.
//!
//! A [`WorkWeek`] says which weekdays, or halves of them, are worked. A [`WorkSchedule`] holds weeks by the day from
//! which each is in force, within a term. The value of a date is what is left of it once the weekday's working part is
//! cut down to what the holidays leave: a whole day, half of one, or nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate, Weekday};
use office_core::{DateRange, DayPart, Decimal, HolidayCalendar, OutsideCalendar, Ratio};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What part of a day is worth: one for the whole, a half for a half.
#[must_use]
pub fn value_of(part: DayPart) -> Ratio {
    match part {
        DayPart::Whole => Ratio::ONE,
        DayPart::Morning | DayPart::Afternoon => Ratio::from_decimal(Decimal::new(5, 1)),
    }
}

/// What two parts of one day have in common; `None` where they have nothing.
#[must_use]
pub fn shared_part(one: DayPart, two: DayPart) -> Option<DayPart> {
    match (one, two) {
        (DayPart::Whole, other) | (other, DayPart::Whole) => Some(other),
        (DayPart::Morning, DayPart::Morning) => Some(DayPart::Morning),
        (DayPart::Afternoon, DayPart::Afternoon) => Some(DayPart::Afternoon),
        (DayPart::Morning, DayPart::Afternoon) | (DayPart::Afternoon, DayPart::Morning) => None,
    }
}

/// What a holiday leaves of a day.
fn left_by(holiday: DayPart) -> Option<DayPart> {
    match holiday {
        DayPart::Whole => None,
        DayPart::Morning => Some(DayPart::Afternoon),
        DayPart::Afternoon => Some(DayPart::Morning),
    }
}

/// The weekdays somebody works, each whole or half.
///
/// In text the days joined by `|`, half days with `am` or `pm`: `MO|TU|WE`, `MO|TU am`.
///
/// # Example
/// ```
/// use chrono::Weekday;
/// use office_core::{DayPart, Ratio};
/// use office_hr::WorkWeek;
///
/// let week: WorkWeek = "MO|TU|WE am".parse()?;
/// assert_eq!(week.days_per_week(), Ratio::new(5, 2)?);
/// assert_eq!(week.part(Weekday::Wed), Some(DayPart::Morning));
/// assert_eq!(week.part(Weekday::Fri), None);
///
/// // A day cannot be named twice.
/// assert!("MO|MO".parse::<WorkWeek>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WorkWeek {
    // From Monday to Sunday.
    days: [Option<DayPart>; 7],
}

/// The weekdays in order, by the names that calendars give them.
const DAYS: [(Weekday, &str); 7] = [
    (Weekday::Mon, "MO"),
    (Weekday::Tue, "TU"),
    (Weekday::Wed, "WE"),
    (Weekday::Thu, "TH"),
    (Weekday::Fri, "FR"),
    (Weekday::Sat, "SA"),
    (Weekday::Sun, "SU"),
];

impl WorkWeek {
    /// The week that has these whole days.
    #[must_use]
    pub fn of(days: &[Weekday]) -> Self {
        Self { days: DAYS.map(|(day, _)| days.contains(&day).then_some(DayPart::Whole)) }
    }

    /// What part of a weekday is worked; `None` where none is.
    #[must_use]
    pub fn part(&self, day: Weekday) -> Option<DayPart> {
        DAYS.iter().zip(self.days).find(|((each, _), _)| *each == day).and_then(|(_, part)| part)
    }

    /// How many days a week is, half days counting half.
    #[must_use]
    pub fn days_per_week(&self) -> Ratio {
        let halves =
            self.days.iter().flatten().fold(0_i64, |sum, part| sum.saturating_add(if part.is_half() { 1 } else { 2 }));
        Ratio::from_decimal(Decimal::new(halves.saturating_mul(5), 1))
    }
}

impl fmt::Display for WorkWeek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for ((_, name), part) in DAYS.iter().zip(self.days) {
            let half = match part {
                None => continue,
                Some(DayPart::Whole) => "",
                Some(DayPart::Morning) => " am",
                Some(DayPart::Afternoon) => " pm",
            };
            write!(f, "{separator}{name}{half}")?;
            separator = "|";
        }
        Ok(())
    }
}

impl FromStr for WorkWeek {
    type Err = ParseWorkWeekError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut days = [None; 7];
        for word in text.split('|').filter(|_| !text.is_empty()) {
            let wrong = || ParseWorkWeekError { text: word.chars().take(64).collect() };
            let (name, part) = match word.split_once(' ') {
                None => (word, DayPart::Whole),
                Some((name, "am")) => (name, DayPart::Morning),
                Some((name, "pm")) => (name, DayPart::Afternoon),
                Some(_) => return Err(wrong()),
            };
            let place = DAYS.iter().position(|(_, each)| *each == name).and_then(|at| days.get_mut(at));
            match place {
                Some(free @ None) => *free = Some(part),
                Some(Some(_)) | None => return Err(wrong()),
            }
        }
        Ok(Self { days })
    }
}

impl TryFrom<String> for WorkWeek {
    type Error = ParseWorkWeekError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<WorkWeek> for String {
    fn from(week: WorkWeek) -> Self {
        week.to_string()
    }
}

/// A text was not a week of work.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "`{text}` is not a day of the week, or is named twice: `MO` to `SU` joined by `|` are wanted, `MO am` for half a day"
)]
pub struct ParseWorkWeekError {
    text: String,
}

/// The weeks somebody works, each from a day on, within a term.
///
/// # Example
/// ```
/// use office_core::{DateRange, DayPart, Holiday, Holidays};
/// use office_hr::WorkSchedule;
///
/// let schedule = WorkSchedule::new("2026-01-01/..".parse()?, "MO|TU|WE|TH|FR".parse()?);
/// let holidays = Holidays::new(DateRange::year(2026)?, [
///     ("2026-12-24".parse()?, Holiday { name: "Christmas Eve".into(), portion: DayPart::Afternoon }),
///     ("2026-12-25".parse()?, Holiday { name: "Christmas Day".into(), portion: DayPart::Whole }),
/// ])?;
/// assert_eq!(schedule.working_part("2026-12-23".parse()?, &holidays)?, Some(DayPart::Whole));
/// assert_eq!(schedule.working_part("2026-12-24".parse()?, &holidays)?, Some(DayPart::Morning));
/// assert_eq!(schedule.working_part("2026-12-25".parse()?, &holidays)?, None);
///
/// // A year that the holidays do not cover is not a year without holidays.
/// assert!(schedule.working_part("2027-01-04".parse()?, &holidays).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkSchedule {
    term: DateRange,
    // A week that begins before the term is in force from its first day on.
    weeks: BTreeMap<NaiveDate, WorkWeek>,
}

impl WorkSchedule {
    /// The same week for the whole term.
    #[must_use]
    pub fn new(term: DateRange, week: WorkWeek) -> Self {
        Self { term, weeks: BTreeMap::from([(term.start(), week)]) }
    }

    /// The same, with another week from a day on, until the next change.
    #[must_use]
    pub fn changed(mut self, from: NaiveDate, week: WorkWeek) -> Self {
        self.weeks.insert(from, week);
        self
    }

    /// The days on which it says anything.
    #[must_use]
    pub const fn term(&self) -> DateRange {
        self.term
    }

    /// The weeks by the day from which each is in force.
    pub fn weeks(&self) -> impl Iterator<Item = (NaiveDate, WorkWeek)> {
        self.weeks.iter().map(|(from, week)| (*from, *week))
    }

    /// The week in force on a date; `None` outside the term.
    #[must_use]
    pub fn week(&self, on: NaiveDate) -> Option<WorkWeek> {
        let week = || self.weeks.range(..=on).next_back().map(|(_, week)| *week);
        if self.term.contains(on) { week() } else { None }
    }

    /// What part of a date is worked: the weekday's part less what is off as a holiday; `None` where nothing is.
    ///
    /// # Errors
    /// [`OutsideCalendar`] where the holidays of that date are not known; it is never taken for a date without.
    pub fn working_part(
        &self,
        on: NaiveDate,
        holidays: &dyn HolidayCalendar,
    ) -> Result<Option<DayPart>, OutsideCalendar> {
        let holiday = holidays.holiday(on)?;
        let Some(worked) = self.week(on).and_then(|week| week.part(on.weekday())) else { return Ok(None) };
        Ok(match holiday {
            None => Some(worked),
            Some(holiday) => left_by(holiday.portion).and_then(|left| shared_part(worked, left)),
        })
    }

    /// How long somebody works, and how many days a week, as leave accrues by it.
    #[must_use]
    pub fn tenure(&self) -> crate::Tenure {
        let days = self.weeks().map(|(from, week)| (from, week.days_per_week()));
        crate::Tenure::from_weeks(self.term, days.collect())
    }
}
