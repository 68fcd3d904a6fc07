//! Coming back before approved leave is over.

use chrono::NaiveDate;
use office_core::{Actor, AuthorityBook, DateRange, Decision, Id, StoreError, Tx, WorkingTimeError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{LeaveFact, LeaveRequest, LeaveRules, LeaveStatus, NotPermitted};

/// To shorten leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurtailLeave {
    /// Who shortens it: as who asks for it.
    pub by: Actor,
    /// What its last day is then.
    pub last: NaiveDate,
    /// When it is shortened.
    pub on: NaiveDate,
}

/// Who shortened leave, and to which day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Curtailed {
    /// Who.
    pub by: Actor,
    /// Its last day.
    pub last: NaiveDate,
    /// When.
    pub on: NaiveDate,
}

/// Leave was not shortened.
#[derive(Debug, Error)]
pub enum CurtailLeaveError {
    /// It is not approved.
    #[error("the request is {0}: one that is approved is wanted")]
    NotApproved(LeaveStatus),
    /// The day is not within the leave, or is its last day already.
    #[error("{last} does not shorten the leave of {range}: one of its days before the last is wanted")]
    NotWithin {
        /// The day.
        last: NaiveDate,
        /// The leave.
        range: DateRange,
    },
    /// A day that would be given back has come.
    #[error("leave up to {last} cannot be given back on {on}: a last day from then on is wanted")]
    Past {
        /// The last day of leave that was wanted.
        last: NaiveDate,
        /// The day on which it was to be shortened.
        on: NaiveDate,
    },
    /// It is somebody else's leave, who has not handed it to them, and they are not granted to shorten it.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// What has fallen due cannot be told.
    #[error("what has fallen due cannot be told: {0}")]
    Clock(#[from] WorkingTimeError),
    /// The store failed.
    #[error("the change cannot be stored")]
    Store(#[from] StoreError),
}

impl LeaveRequest {
    /// Shortens approved leave to a day of it. The days after that go back to the lots they came from.
    pub fn curtail(&self, command: &CurtailLeave) -> Result<Decision<LeaveFact>, CurtailLeaveError> {
        let CurtailLeave { by, last, on } = command;
        if self.status() != LeaveStatus::Approved {
            return Err(CurtailLeaveError::NotApproved(self.status()));
        }
        let range = self.range();
        if !range.contains(*last) || range.last() == Some(*last) {
            return Err(CurtailLeaveError::NotWithin { last: *last, range });
        }
        if last < on {
            return Err(CurtailLeaveError::Past { last: *last, on: *on });
        }
        let curtailed = Curtailed { by: by.clone(), last: *last, on: *on };
        Ok(Decision::Record(LeaveFact::Curtailed(curtailed)))
    }
}

/// Shortens approved leave to a day of it.
///
/// # Errors
/// [`CurtailLeaveError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../leave/office.txt")]
/// use office_hr::{CurtailLeave, curtail_leave};
///
/// approve("approve", bea)?;
/// let curtail = |key: &str, last: &str| {
///     let curtail = CurtailLeave { by: by(anna), last: last.parse().unwrap(), on };
///     wait(office.transact(&command(key, anna), |tx| {
///         let curtail = curtail.clone();
///         async move { curtail_leave(&tx, leave, &curtail, rules, book).await }
///     }))
/// };
/// // To one of its days.
/// assert!(curtail("longer", "2026-11-02").is_err());
/// curtail("back-early", "2026-10-28")?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn curtail_leave(
    tx: &Tx,
    id: Id<LeaveRequest>,
    command: &CurtailLeave,
    rules: &LeaveRules,
    book: &AuthorityBook,
) -> Result<LeaveStatus, CurtailLeaveError> {
    // Read.
    let (request, due) = tx.load(id).await?.brought_to(tx.command().at(), rules)?;

    // Decide.
    let decision = request.curtail(command)?;
    request.own(&command.by, command.on, rules, book)?;

    // Record.
    Ok(tx.decide_each(id, [due, decision]).await?.status())
}
