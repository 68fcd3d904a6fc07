//! Accounting periods.
//!
//! ```text
//! open ──soft_close──► soft-closed ──close──► closed ──reopen──► soft-closed
//!                      └─except─┘
//! ```
//!
//! A period is a month of the books. While it is soft-closed only those with an exception may still post into it, until
//! it runs out, for the entries that belong to the closing; once it is closed nobody may. Periods are closed one after
//! the other, and reopened the other way round. Closing takes a [`PeriodSnapshot`] of what was posted, so that anything
//! that is altered later is found out.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use office_core::subject::PersonId;
use office_core::{DateRange, DateRangeError, Decision, Entity, Id, Kind};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::PeriodSnapshot;

/// The id of an accounting period.
pub type PeriodId = Id<Period>;

/// A month of the books.
///
/// # Example
/// ```
/// use chrono::{DateTime, NaiveDate};
/// use office_core::{DateRange, Entity, Id};
/// use office_finance::{AdmitError, Period, PeriodSnapshot};
///
/// let on = NaiveDate::from_ymd_opt(2026, 10, 14).ok_or("a day")?;
/// let (clerk, at) = (Id::natural("person", "E-003"), DateTime::from_timestamp(1_793_000_000, 0).ok_or("a time")?);
/// let mut october = Period::open(&Period::begin(2026, 10)?).ok_or("a first fact")?;
/// assert_eq!(october.admit(on, clerk, at), Ok(()));
///
/// october.apply(&october.soft_close([], clerk, at)?.fact().ok_or("a fact")?);
/// let nothing_posted = PeriodSnapshot::of(DateRange::month(2026, 10)?, [], 0);
/// october.apply(&october.close(None, nothing_posted, clerk, at)?.fact().ok_or("a fact")?);
/// assert_eq!(october.admit(on, clerk, at), Err(AdmitError::Closed { on, by: clerk, at }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    days: DateRange,
    status: PeriodStatus,
}

/// Leave to post into a period that is being closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeriodException {
    /// Who may still post.
    pub person: PersonId,
    /// Until when; not at that instant any more.
    pub until: DateTime<Utc>,
    /// Why: the bills of the last week, the accruals.
    pub reason: String,
}

/// Whether a period takes entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodStatus {
    /// It takes entries.
    Open,
    /// It takes entries by exception only.
    SoftClosed {
        /// Who may still post, until when and why.
        exceptions: Vec<PeriodException>,
        /// Who closed it so far.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It takes no entries.
    Closed {
        /// What was posted in it.
        snapshot: PeriodSnapshot,
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
    /// It was closed but for some exceptions.
    SoftClosed {
        /// Who may still post, until when and why.
        exceptions: Vec<PeriodException>,
        /// Who did it.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// One more exception was made.
    Excepted {
        /// Who may post, until when and why.
        exception: PeriodException,
        /// Who made it.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was closed.
    Closed {
        /// What was posted in it.
        snapshot: PeriodSnapshot,
        /// Who closed it.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was reopened for some exceptions.
    Reopened {
        /// Who may post, until when and why.
        exceptions: Vec<PeriodException>,
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

    /// Whether it takes an entry of this day from this person at that time.
    ///
    /// # Errors
    /// [`AdmitError`], in the order of its variants.
    pub fn admit(&self, on: NaiveDate, person: PersonId, at: DateTime<Utc>) -> Result<(), AdmitError> {
        if !self.days.contains(on) {
            return Err(AdmitError::OtherPeriod { on, days: self.days });
        }
        match &self.status {
            PeriodStatus::Closed { by, at, .. } => Err(AdmitError::Closed { on, by: *by, at: *at }),
            PeriodStatus::SoftClosed { exceptions, .. } => {
                let lives = |exception: &&PeriodException| exception.person == person && at < exception.until;
                exceptions.iter().find(lives).map(|_| ()).ok_or(AdmitError::SoftClosed { on, person })
            }
            PeriodStatus::Open => Ok(()),
        }
    }

    /// Closes the period but for these exceptions, for what belongs to the closing.
    ///
    /// # Errors
    /// [`SoftCloseError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("period/october.txt")]
    ///
    /// october.apply_decision(&october.soft_close([except("the bills of the last week")], lead, at)?);
    /// // The clerk may still post, the lead has made no exception for herself.
    /// assert_eq!(october.admit(on, clerk, at), Ok(()));
    /// assert_eq!(october.admit(on, lead, at), Err(AdmitError::SoftClosed { on, person: lead }));
    /// // It is said what for.
    /// assert_eq!(october.soft_close([except("")], lead, at), Err(SoftCloseError::NoReason { person: clerk }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn soft_close(
        &self,
        exceptions: impl IntoIterator<Item = PeriodException>,
        by: PersonId,
        at: DateTime<Utc>,
    ) -> Result<Decision<PeriodFact>, SoftCloseError> {
        let exceptions: Vec<PeriodException> = exceptions.into_iter().collect();
        match &self.status {
            PeriodStatus::SoftClosed { exceptions: so_far, .. } if *so_far == exceptions => {
                return Ok(Decision::AlreadyRecorded);
            }
            PeriodStatus::Closed { by, at, .. } => return Err(SoftCloseError::Closed { by: *by, at: *at }),
            PeriodStatus::Open | PeriodStatus::SoftClosed { .. } => {}
        }
        exceptions.iter().try_for_each(reasoned).map_err(|person| SoftCloseError::NoReason { person })?;
        Ok(Decision::Record(PeriodFact::SoftClosed { exceptions, by, at }))
    }

    /// Makes one more exception while the period is being closed.
    ///
    /// # Errors
    /// [`ExceptError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("period/october.txt")]
    ///
    /// // While October is open, nobody needs an exception.
    /// assert_eq!(october.except(except("a late bill"), lead, at), Err(ExceptError::NotSoftClosed));
    /// october.apply_decision(&october.soft_close([], lead, at)?);
    /// october.apply_decision(&october.except(except("a late bill"), lead, at)?);
    /// assert_eq!(october.admit(on, clerk, at), Ok(()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn except(
        &self,
        exception: PeriodException,
        by: PersonId,
        at: DateTime<Utc>,
    ) -> Result<Decision<PeriodFact>, ExceptError> {
        let PeriodStatus::SoftClosed { exceptions, .. } = &self.status else {
            return Err(ExceptError::NotSoftClosed);
        };
        if exceptions.contains(&exception) {
            return Ok(Decision::AlreadyRecorded);
        }
        reasoned(&exception).map_err(|person| ExceptError::NoReason { person })?;
        Ok(Decision::Record(PeriodFact::Excepted { exception, by, at }))
    }

    /// Closes the period for everybody, with a snapshot of what was posted in it.
    ///
    /// It has to be soft-closed, so that nobody is cut off in the middle of a day's work, and the period before it, if
    /// there is one, has to be closed.
    ///
    /// # Errors
    /// [`ClosePeriodError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("period/october.txt")]
    ///
    /// // Nobody is cut off in the middle of a day's work.
    /// assert_eq!(october.close(None, snapshot(10), lead, at), Err(ClosePeriodError::Open));
    /// october.apply_decision(&october.soft_close([], lead, at)?);
    /// october.apply_decision(&october.close(None, snapshot(10), lead, at)?);
    /// assert_eq!(october.admit(on, clerk, at), Err(AdmitError::Closed { on, by: lead, at }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn close(
        &self,
        before: Option<&Self>,
        snapshot: PeriodSnapshot,
        by: PersonId,
        at: DateTime<Utc>,
    ) -> Result<Decision<PeriodFact>, ClosePeriodError> {
        match &self.status {
            PeriodStatus::Closed { .. } => return Ok(Decision::AlreadyRecorded),
            PeriodStatus::Open => return Err(ClosePeriodError::Open),
            PeriodStatus::SoftClosed { .. } => {}
        }
        if let Some(before) = before.filter(|before| !before.is_closed()) {
            return Err(ClosePeriodError::BeforeOpen { days: before.days });
        }
        if snapshot.days() != self.days {
            return Err(ClosePeriodError::OtherSnapshot { found: snapshot.days(), wanted: self.days });
        }
        Ok(Decision::Record(PeriodFact::Closed { snapshot, by, at }))
    }

    /// Opens a closed period again for these exceptions, for a reason. The period after it must not be closed.
    ///
    /// # Errors
    /// [`ReopenPeriodError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("period/october.txt")]
    ///
    /// october.apply_decision(&october.soft_close([], lead, at)?);
    /// october.apply_decision(&october.close(None, snapshot(10), lead, at)?);
    /// // It is said why.
    /// let late = [except("a late bill")];
    /// assert_eq!(october.reopen(None, late.clone(), " ", lead, at), Err(ReopenPeriodError::NoReason));
    /// october.apply_decision(&october.reopen(None, late, "a bill of October came late", lead, at)?);
    /// assert_eq!(october.admit(on, clerk, at), Ok(()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reopen(
        &self,
        after: Option<&Self>,
        exceptions: impl IntoIterator<Item = PeriodException>,
        reason: impl Into<String>,
        by: PersonId,
        at: DateTime<Utc>,
    ) -> Result<Decision<PeriodFact>, ReopenPeriodError> {
        if !self.is_closed() {
            return Err(ReopenPeriodError::NotClosed);
        }
        if let Some(after) = after.filter(|after| after.is_closed()) {
            return Err(ReopenPeriodError::AfterClosed { days: after.days });
        }
        let reason = reason.into();
        let exceptions: Vec<PeriodException> = exceptions.into_iter().collect();
        if reason.trim().is_empty() || exceptions.iter().any(|exception| reasoned(exception).is_err()) {
            return Err(ReopenPeriodError::NoReason);
        }
        Ok(Decision::Record(PeriodFact::Reopened { exceptions, reason, by, at }))
    }

    /// Whether nobody may post into it.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        matches!(self.status, PeriodStatus::Closed { .. })
    }
}

/// An exception says why; whose it is, where it does not.
fn reasoned(exception: &PeriodException) -> Result<(), PersonId> {
    if exception.reason.trim().is_empty() { Err(exception.person) } else { Ok(()) }
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
    #[error("the period of {on} is being closed, and person {person} has no exception that still lives")]
    SoftClosed {
        /// The day of the entry.
        on: NaiveDate,
        /// Who wants to post.
        person: PersonId,
    },
}

/// A period cannot be closed but for exceptions.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SoftCloseError {
    /// It is closed for good.
    #[error("the period was closed by person {by} at {at}: reopen it first")]
    Closed {
        /// Who closed it.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// An exception does not say why.
    #[error("a reason is wanted for the exception of person {person}")]
    NoReason {
        /// Whose exception it is.
        person: PersonId,
    },
}

/// An exception cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ExceptError {
    /// The period is open to all, or to nobody.
    #[error("the period is not being closed: exceptions are made while it is")]
    NotSoftClosed,
    /// The exception does not say why.
    #[error("a reason is wanted for the exception of person {person}")]
    NoReason {
        /// Whose exception it is.
        person: PersonId,
    },
}

/// A period cannot be closed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ClosePeriodError {
    /// It is open to all.
    #[error("the period is open: soft-close it first")]
    Open,
    /// The period before it is not closed.
    #[error("the period {days} before it is not closed: periods are closed one after the other")]
    BeforeOpen {
        /// The days of the period before.
        days: DateRange,
    },
    /// The snapshot is of other days.
    #[error("the snapshot is of {found}: one of {wanted} is wanted")]
    OtherSnapshot {
        /// The days of the snapshot.
        found: DateRange,
        /// The days of the period.
        wanted: DateRange,
    },
}

/// A period cannot be reopened.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReopenPeriodError {
    /// It is not closed.
    #[error("the period is not closed")]
    NotClosed,
    /// The period after it is closed.
    #[error("the period {days} after it is closed: reopen that one first")]
    AfterClosed {
        /// The days of the period after.
        days: DateRange,
    },
    /// Nobody said why, or an exception does not.
    #[error("a reason is wanted to reopen a closed period, and for each exception")]
    NoReason,
}

impl Entity for Period {
    const KIND: Kind = Kind::literal("accounting_period");
    type Fact = PeriodFact;

    fn open(fact: &PeriodFact) -> Option<Self> {
        match fact {
            PeriodFact::Opened { days } => Some(Self { days: *days, status: PeriodStatus::Open }),
            PeriodFact::SoftClosed { .. }
            | PeriodFact::Excepted { .. }
            | PeriodFact::Closed { .. }
            | PeriodFact::Reopened { .. } => None,
        }
    }

    fn apply(&mut self, fact: &PeriodFact) {
        match fact {
            PeriodFact::Opened { .. } => {}
            PeriodFact::SoftClosed { exceptions, by, at } | PeriodFact::Reopened { exceptions, by, at, .. } => {
                self.status = PeriodStatus::SoftClosed { exceptions: exceptions.clone(), by: *by, at: *at };
            }
            PeriodFact::Excepted { exception, .. } => {
                if let PeriodStatus::SoftClosed { exceptions, .. } = &mut self.status {
                    exceptions.push(exception.clone());
                }
            }
            PeriodFact::Closed { snapshot, by, at } => {
                self.status = PeriodStatus::Closed { snapshot: snapshot.clone(), by: *by, at: *at };
            }
        }
    }
}

#[cfg(test)]
mod tests;
