//! How long somebody is employed, and how many days a week.

use std::collections::BTreeMap;
use std::ops::Bound;

use chrono::NaiveDate;
use office_core::{DateRange, Ratio};
use thiserror::Error;

/// How long somebody is employed, and how many days of a week they work, as leave accrues by it.
///
/// # Example
/// ```
/// use office_core::Ratio;
/// use office_hr::{Tenure, TenureError};
///
/// let three = Ratio::from_integer(3);
/// let tenure = Tenure::new("2026-01-01/..".parse()?, Ratio::from_integer(5))?.changed("2026-07-01".parse()?, three)?;
/// assert_eq!(tenure.days_per_week("2026-07-01".parse()?), Some(three));
/// assert_eq!(tenure.days_per_week("2025-12-31".parse()?), None);
///
/// let eight = Ratio::from_integer(8);
/// assert_eq!(Tenure::new("2026-01-01/..".parse()?, eight), Err(TenureError { days_per_week: eight }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tenure {
    term: DateRange,
    // Invariant: from 0 to 7 days.
    weeks: BTreeMap<NaiveDate, Ratio>,
}

impl Tenure {
    /// The same number of days in every week of the term.
    pub fn new(term: DateRange, days_per_week: Ratio) -> Result<Self, TenureError> {
        Self { term, weeks: BTreeMap::new() }.changed(term.start(), days_per_week)
    }

    /// The same, with another number of days a week from a day on, until the next change.
    pub fn changed(mut self, from: NaiveDate, days_per_week: Ratio) -> Result<Self, TenureError> {
        if days_per_week.is_negative() || days_per_week > Ratio::from_integer(7) {
            return Err(TenureError { days_per_week });
        }
        self.weeks.insert(from, days_per_week);
        Ok(self)
    }

    /// Of weeks that have no more than seven days.
    pub(crate) const fn from_weeks(term: DateRange, weeks: BTreeMap<NaiveDate, Ratio>) -> Self {
        Self { term, weeks }
    }

    /// From the first day of employment to the last.
    #[must_use]
    pub const fn term(&self) -> DateRange {
        self.term
    }

    /// How many days a week are worked on a date; `None` outside the term.
    #[must_use]
    pub fn days_per_week(&self, on: NaiveDate) -> Option<Ratio> {
        let days = || self.weeks.range(..=on).next_back().map(|(_, days)| *days);
        if self.term.contains(on) { days() } else { None }
    }

    /// The next day after one on which the number of days a week may change.
    pub(crate) fn next_change(&self, after: NaiveDate) -> Option<NaiveDate> {
        self.weeks.range((Bound::Excluded(after), Bound::Unbounded)).next().map(|(from, _)| *from)
    }
}

/// A week has no such number of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{days_per_week} days a week are not possible: 0 to 7 are wanted")]
pub struct TenureError {
    /// The number that was given.
    pub days_per_week: Ratio,
}
