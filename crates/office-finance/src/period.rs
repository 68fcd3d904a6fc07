//! Accounting periods.
//!
//! ```text
//! open ──soft_close──► soft-closed ──close──► closed ──reopen──► soft-closed
//! ```
//!
//! A period is a month of the books. While it is soft-closed only the persons named may still post into it, for the
//! entries that belong to the closing; once it is closed nobody may.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use office_core::subject::PersonId;
use office_core::{DateRange, DateRangeError, Decision, Entity, Id, Kind};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The id of an accounting period.
pub type PeriodId = Id<Period>;

/// A month of the books.
///
/// # Example
/// ```
/// use chrono::{DateTime, NaiveDate};
/// use office_core::{Decision, Entity, Id};
/// use office_finance::{AdmitError, Period};
///
/// let on = NaiveDate::from_ymd_opt(2026, 10, 14).ok_or("a day")?;
/// let (clerk, at) = (Id::natural("person", "E-003"), DateTime::from_timestamp(1_793_000_000, 0).ok_or("a time")?);
/// let mut october = Period::open(&Period::begin(2026, 10)?).ok_or("a first fact")?;
/// assert_eq!(october.admit(on, clerk), Ok(()));
///
/// october.apply(&october.soft_close([], clerk, at)?.fact().ok_or("a fact")?);
/// october.apply(&october.close(clerk, at)?.fact().ok_or("a fact")?);
/// assert_eq!(october.admit(on, clerk), Err(AdmitError::Closed { on, by: clerk, at }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    days: DateRange,
    status: PeriodStatus,
}

/// Whether a period takes entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodStatus {
    /// It takes entries.
    Open,
    /// It takes entries of some persons only.
    SoftClosed {
        /// Who may still post.
        admits: BTreeSet<PersonId>,
        /// Who closed it so far.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It takes no entries.
    Closed {
        /// Who closed it.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
}

/// What happens to a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodFact {
    /// It was opened.
    Opened {
        /// Its days.
        days: DateRange,
    },
    /// It was closed but for some persons; or reopened for them.
    SoftClosed {
        /// Who may still post.
        admits: BTreeSet<PersonId>,
        /// Who did it.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was closed.
    Closed {
        /// Who closed it.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was reopened, for some persons.
    Reopened {
        /// Who may post.
        admits: BTreeSet<PersonId>,
        /// Why.
        reason: String,
        /// Who reopened it.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
}

impl Period {
    /// The id of the period that a day falls in.
    #[must_use]
    pub fn id_of(on: NaiveDate) -> PeriodId {
        PeriodId::natural("period", &format!("{:04}-{:02}", on.year(), on.month()))
    }

    /// Opens a month. January is 1. Its id is [`Period::id_of`] any of its days.
    ///
    /// # Errors
    /// Where there is no such month.
    pub fn begin(year: i32, month: u32) -> Result<PeriodFact, DateRangeError> {
        Ok(PeriodFact::Opened { days: DateRange::month(year, month)? })
    }

    /// Its days.
    #[must_use]
    pub const fn days(&self) -> DateRange {
        self.days
    }

    /// Whether it takes entries.
    #[must_use]
    pub const fn status(&self) -> &PeriodStatus {
        &self.status
    }

    /// Whether it takes an entry of this day from this person.
    ///
    /// # Errors
    /// [`AdmitError`], in the order of its variants.
    pub fn admit(&self, on: NaiveDate, person: PersonId) -> Result<(), AdmitError> {
        if !self.days.contains(on) {
            return Err(AdmitError::OtherPeriod { on, days: self.days });
        }
        match &self.status {
            PeriodStatus::Closed { by, at } => Err(AdmitError::Closed { on, by: *by, at: *at }),
            PeriodStatus::SoftClosed { admits, .. } if !admits.contains(&person) => {
                Err(AdmitError::SoftClosed { on, person })
            }
            PeriodStatus::Open | PeriodStatus::SoftClosed { .. } => Ok(()),
        }
    }

    /// Closes the period but for the persons named, who may still post what belongs to the closing.
    ///
    /// # Errors
    /// [`ClosePeriodError::Closed`] where it is closed.
    pub fn soft_close(
        &self,
        admits: impl IntoIterator<Item = PersonId>,
        by: PersonId,
        at: DateTime<Utc>,
    ) -> Result<Decision<PeriodFact>, ClosePeriodError> {
        let admits: BTreeSet<PersonId> = admits.into_iter().collect();
        match &self.status {
            PeriodStatus::SoftClosed { admits: so_far, .. } if *so_far == admits => Ok(Decision::AlreadyRecorded),
            PeriodStatus::Closed { by, at } => Err(ClosePeriodError::Closed { by: *by, at: *at }),
            PeriodStatus::Open | PeriodStatus::SoftClosed { .. } => {
                Ok(Decision::Record(PeriodFact::SoftClosed { admits, by, at }))
            }
        }
    }

    /// Closes the period for everybody. It has to be soft-closed, so that nobody is cut off in the middle of a day's
    /// work.
    ///
    /// # Errors
    /// [`ClosePeriodError::Open`] where it is not.
    pub fn close(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<PeriodFact>, ClosePeriodError> {
        match &self.status {
            PeriodStatus::Closed { .. } => Ok(Decision::AlreadyRecorded),
            PeriodStatus::Open => Err(ClosePeriodError::Open),
            PeriodStatus::SoftClosed { .. } => Ok(Decision::Record(PeriodFact::Closed { by, at })),
        }
    }

    /// Opens a closed period again for the persons named, for a reason.
    ///
    /// # Errors
    /// [`ReopenPeriodError`], in the order of its variants.
    pub fn reopen(
        &self,
        admits: impl IntoIterator<Item = PersonId>,
        reason: impl Into<String>,
        by: PersonId,
        at: DateTime<Utc>,
    ) -> Result<Decision<PeriodFact>, ReopenPeriodError> {
        if !matches!(self.status, PeriodStatus::Closed { .. }) {
            return Err(ReopenPeriodError::NotClosed);
        }
        let reason = reason.into();
        if reason.trim().is_empty() {
            return Err(ReopenPeriodError::NoReason);
        }
        let admits = admits.into_iter().collect();
        Ok(Decision::Record(PeriodFact::Reopened { admits, reason, by, at }))
    }
}

/// A period does not take an entry.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AdmitError {
    /// The day is not one of its days.
    #[error("{on} is not in the period {days}")]
    OtherPeriod {
        /// The day of the entry.
        on: NaiveDate,
        /// The days of the period.
        days: DateRange,
    },
    /// The period is closed.
    #[error("the period of {on} was closed by person {by} at {at}: post into an open period, or have it reopened")]
    Closed {
        /// The day of the entry.
        on: NaiveDate,
        /// Who closed it.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The period is closed for this person.
    #[error("the period of {on} is being closed, and person {person} is not among those who may still post")]
    SoftClosed {
        /// The day of the entry.
        on: NaiveDate,
        /// Who wants to post.
        person: PersonId,
    },
}

/// A period cannot be closed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ClosePeriodError {
    /// It is closed for good.
    #[error("the period was closed by person {by} at {at}: reopen it first")]
    Closed {
        /// Who closed it.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It is open to all.
    #[error("the period is open: soft-close it first")]
    Open,
}

/// A period cannot be reopened.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReopenPeriodError {
    /// It is not closed.
    #[error("the period is not closed")]
    NotClosed,
    /// Nobody said why.
    #[error("a reason is wanted to reopen a closed period")]
    NoReason,
}

impl Entity for Period {
    const KIND: Kind = Kind::literal("accounting_period");
    type Fact = PeriodFact;

    fn open(fact: &PeriodFact) -> Option<Self> {
        match fact {
            PeriodFact::Opened { days } => Some(Self { days: *days, status: PeriodStatus::Open }),
            PeriodFact::SoftClosed { .. } | PeriodFact::Closed { .. } | PeriodFact::Reopened { .. } => None,
        }
    }

    fn apply(&mut self, fact: &PeriodFact) {
        match fact {
            PeriodFact::Opened { .. } => {}
            PeriodFact::SoftClosed { admits, by, at } | PeriodFact::Reopened { admits, by, at, .. } => {
                self.status = PeriodStatus::SoftClosed { admits: admits.clone(), by: *by, at: *at };
            }
            PeriodFact::Closed { by, at } => self.status = PeriodStatus::Closed { by: *by, at: *at },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str) -> PersonId {
        Id::natural("person", name)
    }

    fn at() -> DateTime<Utc> {
        DateTime::from_timestamp(1_793_000_000, 0).unwrap()
    }

    fn after(period: &Period, decision: Decision<PeriodFact>) -> Period {
        let mut next = period.clone();
        next.apply(&decision.fact().unwrap());
        next
    }

    #[test]
    fn closes_step_by_step_and_reopens_for_a_reason() {
        let (one, two) = (person("E-002"), person("E-003"));
        let day = NaiveDate::from_ymd_opt(2026, 10, 31).unwrap();
        let open = Period::open(&Period::begin(2026, 10).unwrap()).unwrap();
        let other = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
        assert!(matches!(open.admit(other, one), Err(AdmitError::OtherPeriod { .. })));
        assert_eq!(open.close(one, at()), Err(ClosePeriodError::Open));
        assert_eq!(open.reopen([], "late bill", one, at()), Err(ReopenPeriodError::NotClosed));

        let soft = after(&open, open.soft_close([one], one, at()).unwrap());
        assert_eq!(soft.admit(day, one), Ok(()));
        assert_eq!(soft.admit(day, two), Err(AdmitError::SoftClosed { on: day, person: two }));
        assert_eq!(soft.soft_close([one], two, at()), Ok(Decision::AlreadyRecorded));

        let closed = after(&soft, soft.close(one, at()).unwrap());
        assert!(matches!(closed.admit(day, one), Err(AdmitError::Closed { .. })));
        assert_eq!(closed.close(two, at()), Ok(Decision::AlreadyRecorded));
        assert_eq!(closed.soft_close([one], one, at()), Err(ClosePeriodError::Closed { by: one, at: at() }));
        assert_eq!(closed.reopen([one], " ", one, at()), Err(ReopenPeriodError::NoReason));
        let reopened = after(&closed, closed.reopen([two], "late bill", one, at()).unwrap());
        assert_eq!(reopened.admit(day, two), Ok(()));
    }

    #[test]
    fn stored_forms() {
        let by = person("E-002");
        let opened = Period::begin(2026, 10).unwrap();
        let admits = BTreeSet::from([by]);
        let soft = PeriodFact::SoftClosed { admits: admits.clone(), by, at: at() };
        let closed = PeriodFact::Closed { by, at: at() };
        let reopened = PeriodFact::Reopened { admits, reason: "late bill".to_owned(), by, at: at() };
        let open = Period::open(&opened).unwrap();
        let states = [open.clone(), after(&open, Decision::Record(soft.clone()))];
        let last = after(&open, Decision::Record(closed.clone()));
        insta::assert_json_snapshot!((opened, soft, closed, reopened, states, last));
    }
}
