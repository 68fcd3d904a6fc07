//! Absence in figures: how often and how long, and how much is left of what may be taken in any twelve months.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use office_core::{DateRange, Ratio, RatioError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// An absence on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Absence {
    /// The day.
    pub on: NaiveDate,
    /// How much of a day, one for the whole.
    pub days: Ratio,
}

/// The absences of a range as spells: days in a row make one, and so do days between which nothing would have been
/// worked. `works` says whether a date would have been.
///
/// # Example
/// ```
/// use chrono::{Datelike, NaiveDate};
/// use office_core::Ratio;
/// use office_hr::{Absence, bradford, spells};
///
/// // A Friday and the Monday after it are one spell, a Wednesday is another.
/// let days = ["2026-03-06", "2026-03-09", "2026-03-18"];
/// let absences = days.map(|on| Absence { on: on.parse().unwrap(), days: Ratio::ONE });
/// let works = |on: NaiveDate| on.weekday().number_from_monday() < 6;
/// let spells = spells(&absences, "2025-10-01/2026-10-01".parse()?, works);
/// assert_eq!(spells.len(), 2);
/// let lost = spells.iter().fold(Ratio::ZERO, |sum, (_, days)| sum.checked_add(*days).unwrap());
/// assert_eq!(bradford(2, lost)?, Ratio::from_integer(12));
///
/// // What does not fit is refused.
/// assert!(bradford(u32::MAX, Ratio::new(i128::MAX, 1)?).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn spells(absences: &[Absence], range: DateRange, works: impl Fn(NaiveDate) -> bool) -> Vec<(DateRange, Ratio)> {
    let mut days: BTreeMap<NaiveDate, Ratio> = BTreeMap::new();
    for Absence { on, days: absent } in absences.iter().filter(|absence| range.contains(absence.on)) {
        let sum = days.entry(*on).or_insert(Ratio::ZERO);
        *sum = sum.checked_add(*absent).unwrap_or(*sum);
    }
    let mut spells: Vec<(DateRange, Ratio)> = Vec::new();
    for (on, absent) in days {
        let last = spells.last_mut();
        let joined = last.filter(|(spell, _)| match spell.end().map(|end| DateRange::new(end, on)) {
            // The day after: nothing lies between.
            Some(Err(_)) => true,
            Some(Ok(between)) => between.days().is_some_and(|days| days < 366) && !between.dates(366).any(&works),
            None => false,
        });
        match joined {
            Some((spell, sum)) => {
                *spell = DateRange::inclusive(spell.start(), on).unwrap_or(*spell);
                *sum = sum.checked_add(absent).unwrap_or(*sum);
            }
            None => spells.push((DateRange::day(on), absent)),
        }
    }
    spells
}

/// The Bradford factor: the number of spells squared, times the days. Asked over the last 52 weeks.
///
/// # Errors
/// [`RatioError::Overflow`] where it does not fit.
pub fn bradford(spells: u32, days: Ratio) -> Result<Ratio, RatioError> {
    let spells = Ratio::from_integer(i64::from(spells));
    spells.checked_mul(spells)?.checked_mul(days)
}

/// So many weeks of leave in any twelve months, measured backward from each day of leave (29 CFR 825.200).
///
/// # Example
/// ```
/// use office_core::Ratio;
/// use office_hr::{RollingLimit, RollingLimitError};
///
/// let limit = RollingLimit::new(12)?;
/// assert_eq!(limit.in_hours(Ratio::from_integer(5), Ratio::from_integer(8))?, Ratio::from_integer(480));
/// let taken = ["1994-06-01/1994-06-29".parse()?, "1994-12-01/1994-12-29".parse()?, "1995-02-01/1995-03-01".parse()?];
/// // What was taken a year ago comes free day by day.
/// assert_eq!(limit.longest_from("1995-06-01".parse()?, &taken), 28);
/// assert_eq!(limit.left_on("1995-05-31".parse()?, &taken), 0);
///
/// assert_eq!(RollingLimit::new(0), Err(RollingLimitError { weeks: 0 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct RollingLimit {
    // Invariant: from 1 to 52.
    weeks: u8,
}

impl RollingLimit {
    /// So many weeks, from 1 to 52.
    pub fn new(weeks: u8) -> Result<Self, RollingLimitError> {
        if (1..=52).contains(&weeks) { Ok(Self { weeks }) } else { Err(RollingLimitError { weeks }) }
    }

    /// How many weeks.
    #[must_use]
    pub const fn weeks(self) -> u8 {
        self.weeks
    }

    /// All of it in hours, for weeks of so many days of so many hours.
    ///
    /// # Errors
    /// [`RatioError::Overflow`] where it does not fit.
    pub fn in_hours(self, days_per_week: Ratio, hours_per_day: Ratio) -> Result<Ratio, RatioError> {
        Ratio::from_integer(i64::from(self.weeks)).checked_mul(days_per_week)?.checked_mul(hours_per_day)
    }

    /// What is left on a day, in days of seven a week: of the twelve months that end with it, leave on the day itself
    /// included.
    #[must_use]
    pub fn left_on(self, on: NaiveDate, taken: &[DateRange]) -> u32 {
        let limit = u32::from(self.weeks).saturating_mul(7);
        let months = on.checked_sub_months(Months::new(12)).and_then(|day| day.succ_opt());
        let Some(window) = months.and_then(|start| DateRange::inclusive(start, on).ok()) else { return limit };
        let days = window.dates(400).filter(|day| taken.iter().any(|range| range.contains(*day))).count();
        limit.saturating_sub(u32::try_from(days).unwrap_or(u32::MAX))
    }

    /// For how many days in a row leave can be had from a day on, in days of seven a week.
    #[must_use]
    pub fn longest_from(self, first: NaiveDate, taken: &[DateRange]) -> u32 {
        let mut all = taken.to_vec();
        let mut days = 0_u32;
        for on in DateRange::from(first).dates(366) {
            if self.left_on(on, &all) == 0 {
                break;
            }
            days = days.saturating_add(1);
            all.truncate(taken.len());
            all.extend(DateRange::inclusive(first, on).ok());
        }
        days
    }
}

impl TryFrom<u8> for RollingLimit {
    type Error = RollingLimitError;

    fn try_from(weeks: u8) -> Result<Self, Self::Error> {
        Self::new(weeks)
    }
}

impl From<RollingLimit> for u8 {
    fn from(limit: RollingLimit) -> Self {
        limit.weeks
    }
}

/// A year has no such number of weeks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{weeks} weeks in twelve months are not possible: 1 to 52 are wanted")]
pub struct RollingLimitError {
    /// The number that was given.
    pub weeks: u8,
}
