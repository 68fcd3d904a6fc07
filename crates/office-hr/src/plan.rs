//! What leave people are entitled to: plans, in versions, each in force from a day on.
//!
//! A [`LeavePlan`] names the day on which its leave years begin, the calendar of holidays that goes with it, and its
//! [`LeaveTerms`] by the day from which each is in force. How many days a year is worth follows each day's terms; all
//! else (proration, rounding, crediting, carry-over, order and overdraft) follows the terms in force on the first
//! day of the leave year or, later, of employment.
//!
//! # Laws
//! 1. The parts of an [`Entitlement`] lie within employment and within the leave year, and do not overlap.
//! 2. Naming the same number of days a week, or of days a year, again from any day on changes no entitlement.
//! 3. Without a day of the year there is no entitlement, whatever the rounding.

use std::collections::BTreeMap;
use std::ops::Bound;

use chrono::NaiveDate;
use office_core::{DateRange, Ratio, RatioError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{AccrualPlanError, AnnualDay, Tenure};

mod earned_part;
mod entitlement;
mod rounding;
mod terms;
mod unit;

pub use earned_part::{EarnedPart, EarnedParts};
pub use entitlement::Entitlement;
pub(crate) use entitlement::{LAST_MONTH, YearEarning};
pub use rounding::{LeaveRounding, ParseLeaveRoundingError};
pub use terms::{Basis, Begun, CarryOver, Crediting, DrawOrder, LeaveTerms, NonWorkingDays, PartYear};
pub use unit::LeaveUnit;

/// A plan of leave: the day its years begin, its calendar of holidays, and its terms, each in force from a day on.
///
/// # Example
/// ```
/// use office_core::{DateRange, Ratio};
/// use office_hr::{AnnualDay, Basis, LeavePlan, LeaveRounding, LeaveTerms, PublishTermsError, Tenure};
///
/// let terms = LeaveTerms::new(Ratio::from_integer(30), Ratio::from_integer(5))
///     .with_part_years(Basis::twelfths(), LeaveRounding::HalfOrMoreUp);
/// let mut berlin = LeavePlan::new("LP-DE", AnnualDay::NEW_YEAR, "DE-BE");
/// berlin.publish("2026-01-01".parse()?, terms)?;
///
/// // Three days a week from 18 May: seven full months at 18 days a year, and half a day rounds up.
/// let tenure = Tenure::new("2026-05-18/..".parse()?, Ratio::from_integer(3))?;
/// let entitlement = berlin.entitlement(&tenure, "2026-10-01".parse()?)?.ok_or("terms in force")?;
/// assert_eq!((entitlement.exact, entitlement.days), (Ratio::new(21, 2)?, Ratio::from_integer(11)));
///
/// // Terms that make no sense are refused, and so are other terms from the same day on.
/// let none = LeaveTerms::new(Ratio::from_integer(30), Ratio::ZERO);
/// assert_eq!(berlin.publish("2027-01-01".parse()?, none), Err(PublishTermsError::EmptyWeek));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct LeavePlan {
    name: String,
    year_starts: AnnualDay,
    calendar: String,
    unit: LeaveUnit,
    // Invariant: terms that make sense.
    versions: BTreeMap<NaiveDate, LeaveTerms>,
}

/// The stored form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    name: String,
    year_starts: AnnualDay,
    calendar: String,
    #[serde(default, skip_serializing_if = "LeaveUnit::is_days")]
    unit: LeaveUnit,
    versions: BTreeMap<NaiveDate, LeaveTerms>,
}

impl LeavePlan {
    /// A plan without terms as yet, with accounts that are kept in days.
    ///
    /// `year_starts` is the day on which its leave years begin, `calendar` the name of the holidays that go with it.
    #[must_use]
    pub fn new(name: impl Into<String>, year_starts: AnnualDay, calendar: impl Into<String>) -> Self {
        let (name, calendar, unit) = (name.into(), calendar.into(), LeaveUnit::Days);
        Self { name, year_starts, calendar, unit, versions: BTreeMap::new() }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of the calendar of holidays that goes with it.
    #[must_use]
    pub fn calendar(&self) -> &str {
        &self.calendar
    }

    /// The day on which its leave years begin.
    #[must_use]
    pub const fn year_starts(&self) -> AnnualDay {
        self.year_starts
    }

    /// The leave year that holds the date; `None` at the ends of the calendar.
    #[must_use]
    pub fn year_with(&self, date: NaiveDate) -> Option<DateRange> {
        self.year_starts.year_with(date)
    }

    /// Puts terms in force from a day on. The same terms for the same day again change nothing.
    ///
    /// # Errors
    /// [`PublishTermsError`], checked in the order of its variants.
    pub fn publish(&mut self, since: NaiveDate, terms: LeaveTerms) -> Result<(), PublishTermsError> {
        terms.check(self.unit)?;
        let accrues = terms.accrual.is_some();
        if self.versions.values().any(|published| published.accrual.is_some() != accrues) {
            return Err(PublishTermsError::OtherKind { accrues });
        }
        match self.versions.get(&since) {
            Some(published) if *published != terms => Err(PublishTermsError::AlreadyPublished { since }),
            _ => {
                self.versions.insert(since, terms);
                Ok(())
            }
        }
    }

    /// The terms in force on a day, and since when they are.
    #[must_use]
    pub fn in_force(&self, on: NaiveDate) -> Option<(NaiveDate, &LeaveTerms)> {
        self.versions.range(..=on).next_back().map(|(since, terms)| (*since, terms))
    }

    /// The terms that govern a stretch of days: those in force on its first day, else the first that come into force.
    #[must_use]
    pub fn governing(&self, days: DateRange) -> Option<(NaiveDate, &LeaveTerms)> {
        let coming = || self.versions.range(days.start()..).next().map(|(since, terms)| (*since, terms));
        self.in_force(days.start()).or_else(|| coming().filter(|(since, _)| days.contains(*since)))
    }

    /// The terms by the day from which each is in force.
    pub(crate) fn versions(&self) -> impl Iterator<Item = (NaiveDate, &LeaveTerms)> {
        self.versions.iter().map(|(since, terms)| (*since, terms))
    }

    /// The terms that came first, and since when they are in force.
    pub(crate) fn first_terms(&self) -> Option<(NaiveDate, &LeaveTerms)> {
        self.versions.first_key_value().map(|(since, terms)| (*since, terms))
    }

    /// The next day after one from which other terms are in force.
    pub(crate) fn next_change(&self, after: NaiveDate) -> Option<NaiveDate> {
        self.versions.range((Bound::Excluded(after), Bound::Unbounded)).next().map(|(since, _)| *since)
    }

    /// What somebody is entitled to in the leave year that holds the date, and how it came about; `None` where they
    /// are not employed in it or no terms are in force, and for terms that accrue in periods.
    ///
    /// # Errors
    /// [`RatioError`] where the exact figures do not fit.
    pub fn entitlement(&self, tenure: &Tenure, date: NaiveDate) -> Result<Option<Entitlement>, RatioError> {
        let Some(year) = self.year_with(date) else { return Ok(None) };
        entitlement::entitlement(self, tenure, year)
    }
}

impl TryFrom<Fields> for LeavePlan {
    type Error = PublishTermsError;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        let mut plan = Self { unit: fields.unit, ..Self::new(fields.name, fields.year_starts, fields.calendar) };
        for (since, terms) in fields.versions {
            plan.publish(since, terms)?;
        }
        Ok(plan)
    }
}

impl From<LeavePlan> for Fields {
    fn from(plan: LeavePlan) -> Self {
        let LeavePlan { name, year_starts, calendar, unit, versions } = plan;
        Self { name, year_starts, calendar, unit, versions }
    }
}

/// Terms were not put in force.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PublishTermsError {
    /// A full week would have no days.
    #[error("a full week needs days: more than 0 and at most 7 are wanted")]
    EmptyWeek,
    /// A number of days, or hours, is below zero or beyond reason.
    #[error("`{field}` is {number}: from 0 to {most} are wanted")]
    Number {
        /// Which number.
        field: &'static str,
        /// What it is.
        number: Ratio,
        /// The most there are in a year.
        most: i64,
    },
    /// A level has a number or a day that makes no sense.
    #[error("the accrual plan cannot be used")]
    Accrual(#[from] AccrualPlanError),
    /// A plan accrues in periods in all of its versions or in none.
    #[error("terms that accrue in periods and others that do not cannot follow each other in one plan")]
    OtherKind {
        /// Whether the new terms do.
        accrues: bool,
    },
    /// Other terms are in force from that very day. What is published is never changed.
    #[error("other terms are in force from {since}: a later day is wanted")]
    AlreadyPublished {
        /// The day.
        since: NaiveDate,
    },
}
