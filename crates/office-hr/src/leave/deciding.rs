//! What people and the clock do with a request for leave until it may be taken.
//!
//! Whatever somebody does, what has fallen due before is recorded first: who comes after the expiry comes too late.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use office_core::subject::{CaseId, PersonId};
use office_core::{
    ApprovalAct, ApproveStep, ApproveStepError, AuthorityBook, DateRange, Decision, Entity, HandOverStep,
    HandOverStepError, Id, RefuseStep, RefuseStepError, ResubmitCase, ResubmitCaseError, ReturnCase, ReturnCaseError,
    StoreError, Tx, WithdrawCase, WithdrawCaseError, WorkingCalendar, WorkingTimeError,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{LeaveFact, LeaveRequest, LeaveRules, LeaveStatus};

/// The most requests that one command looks at.
const MOST: usize = 500;

/// To submit a request again that was returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResubmitLeave {
    /// Who submits it: whoever asked for it, in person.
    pub by: PersonId,
    /// From the first day to the last: as it was asked for.
    pub range: DateRange,
    /// On which day.
    pub on: NaiveDate,
    /// At which instant.
    pub at: DateTime<Utc>,
}

/// A request was not submitted again.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ResubmitLeaveError {
    /// It would be another request.
    #[error("{asked} was asked for, not {range}: withdraw it and ask anew")]
    Changed {
        /// What was asked for.
        asked: DateRange,
        /// What would be asked for now.
        range: DateRange,
    },
    /// It was not returned, or somebody else has asked for it.
    #[error(transparent)]
    Case(#[from] ResubmitCaseError),
}

/// Nothing was decided on a request: nothing is recorded.
#[derive(Debug, Error)]
pub enum DecideLeaveError<E> {
    /// It was given up.
    #[error("the leave was cancelled on {on}")]
    Cancelled {
        /// When.
        on: NaiveDate,
    },
    /// Whoever wants to may not do it, or it cannot be done now.
    #[error(transparent)]
    Refused(E),
    /// What has fallen due cannot be told.
    #[error("what has fallen due cannot be told: {0}")]
    Clock(#[from] WorkingTimeError),
    /// The store failed, or knows no such request.
    #[error("the decision cannot be stored")]
    Store(#[from] StoreError),
}

impl LeaveRequest {
    /// Approves a step.
    ///
    /// # Errors
    /// [`DecideLeaveError::Cancelled`], else as [`ApprovalRun::approve`](office_core::ApprovalRun::approve).
    pub fn approve(
        &self,
        command: &ApproveStep,
        book: &AuthorityBook,
    ) -> Result<Decision<LeaveFact>, DecideLeaveError<ApproveStepError>> {
        self.decided(self.approval.approve(command, book))
    }

    /// Refuses it, by somebody who could approve the step.
    ///
    /// # Errors
    /// [`DecideLeaveError::Cancelled`], else as [`ApprovalRun::refuse`](office_core::ApprovalRun::refuse).
    pub fn refuse(
        &self,
        command: &RefuseStep,
        book: &AuthorityBook,
    ) -> Result<Decision<LeaveFact>, DecideLeaveError<RefuseStepError>> {
        self.decided(self.approval.refuse(command, book))
    }

    /// Returns it to whoever asked for it, by somebody who could approve the step. Its days stay set apart.
    ///
    /// # Errors
    /// [`DecideLeaveError::Cancelled`], else as [`ApprovalRun::give_back`](office_core::ApprovalRun::give_back).
    pub fn give_back(
        &self,
        command: &ReturnCase,
        book: &AuthorityBook,
    ) -> Result<Decision<LeaveFact>, DecideLeaveError<ReturnCaseError>> {
        self.decided(self.approval.give_back(command, book))
    }

    /// Hands a step to another person, by somebody who could approve it.
    ///
    /// # Errors
    /// [`DecideLeaveError::Cancelled`], else as [`ApprovalRun::hand_over`](office_core::ApprovalRun::hand_over).
    pub fn hand_over(
        &self,
        command: &HandOverStep,
        book: &AuthorityBook,
    ) -> Result<Decision<LeaveFact>, DecideLeaveError<HandOverStepError>> {
        self.decided(self.approval.hand_over(command, book))
    }

    /// Withdraws it before it is decided, by whoever asked for it. Its days are free again.
    ///
    /// # Errors
    /// [`DecideLeaveError::Cancelled`], else as [`ApprovalRun::withdraw`](office_core::ApprovalRun::withdraw).
    pub fn withdraw(&self, command: &WithdrawCase) -> Result<Decision<LeaveFact>, DecideLeaveError<WithdrawCaseError>> {
        self.decided(self.approval.withdraw(command))
    }

    /// Submits it again as it was, after it was returned. What the policy has said of it stands.
    ///
    /// # Errors
    /// [`DecideLeaveError::Cancelled`], else [`ResubmitLeaveError`] in the order of its variants.
    pub fn resubmit(
        &self,
        command: &ResubmitLeave,
    ) -> Result<Decision<LeaveFact>, DecideLeaveError<ResubmitLeaveError>> {
        let ResubmitLeave { by, range, on, at } = *command;
        let (asked, outcome) = (self.asked.range, self.approval.outcome().clone());
        let submitted = if range == asked {
            self.approval
                .resubmit(&ResubmitCase { by, amount: None, outcome, on, at })
                .map_err(ResubmitLeaveError::Case)
        } else {
            Err(ResubmitLeaveError::Changed { asked, range })
        };
        self.decided(submitted)
    }

    /// What has fallen due by an instant: whoever else may approve it from now on, or that it has expired.
    ///
    /// # Errors
    /// As [`ApprovalRun::fall_due`](office_core::ApprovalRun::fall_due).
    pub fn fall_due(
        &self,
        now: DateTime<Utc>,
        calendar: &WorkingCalendar,
    ) -> Result<Decision<LeaveFact>, WorkingTimeError> {
        if self.cancelled.is_some() {
            return Ok(Decision::AlreadyRecorded);
        }
        Ok(Decision::all_of(self.approval.fall_due(now, calendar)?).map(LeaveFact::FellDue))
    }

    /// The request as it stands now that time has passed, and what of that is not recorded yet.
    pub(crate) fn brought_to(
        mut self,
        now: DateTime<Utc>,
        rules: &LeaveRules,
    ) -> Result<(Self, Decision<LeaveFact>), WorkingTimeError> {
        let due = self.fall_due(now, &rules.hours)?;
        self.apply_decision(&due);
        Ok((self, due))
    }

    fn decided<E>(
        &self,
        decision: Result<Decision<ApprovalAct>, E>,
    ) -> Result<Decision<LeaveFact>, DecideLeaveError<E>> {
        match (decision, &self.cancelled) {
            (Ok(Decision::AlreadyRecorded), _) => Ok(Decision::AlreadyRecorded),
            (_, Some(cancelled)) => Err(DecideLeaveError::Cancelled { on: cancelled.on }),
            (Ok(Decision::Record(act)), None) => Ok(Decision::Record(LeaveFact::Decided(act))),
            (Err(error), None) => Err(DecideLeaveError::Refused(error)),
        }
    }
}

/// Approves a step of a request.
///
/// # Errors
/// [`DecideLeaveError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../leave/office.txt")]
/// // Nobody approves their own.
/// assert!(approve("own", anna).is_err());
/// assert_eq!(approve("approve", bea)?, LeaveStatus::Approved);
/// # Ok::<(), Failure>(())
/// ```
pub async fn approve_leave(
    tx: &Tx,
    id: Id<LeaveRequest>,
    command: &ApproveStep,
    book: &AuthorityBook,
    rules: &LeaveRules,
) -> Result<LeaveStatus, DecideLeaveError<ApproveStepError>> {
    // Read.
    let (request, due) = read(tx, id, command.at, rules).await?;

    // Decide.
    let decided = request.approve(command, book)?;

    // Record.
    Ok(tx.decide_each(id, [due, decided]).await?.status())
}

/// Refuses a request.
///
/// # Errors
/// [`DecideLeaveError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../leave/office.txt")]
/// use office_hr::refuse_leave;
///
/// let refuse = |key: &str, person| {
///     let step = &RefuseStep { by: by(person), step: 1, on, at, reason: "everybody is away".into() };
///     wait(office.transact(&command(key, person), |tx| async move { refuse_leave(&tx, leave, step, book, rules).await }))
/// };
/// // By somebody who could approve it.
/// assert!(refuse("stranger", carl).is_err());
/// assert!(matches!(refuse("refuse", bea)?, LeaveStatus::Refused { .. }));
/// # Ok::<(), Failure>(())
/// ```
pub async fn refuse_leave(
    tx: &Tx,
    id: Id<LeaveRequest>,
    command: &RefuseStep,
    book: &AuthorityBook,
    rules: &LeaveRules,
) -> Result<LeaveStatus, DecideLeaveError<RefuseStepError>> {
    // Read.
    let (request, due) = read(tx, id, command.at, rules).await?;

    // Decide.
    let decided = request.refuse(command, book)?;

    // Record.
    Ok(tx.decide_each(id, [due, decided]).await?.status())
}

/// Returns a request to whoever asked for it.
///
/// # Errors
/// [`DecideLeaveError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../leave/office.txt")]
/// use office_hr::give_back_leave;
///
/// let give_back = |key: &str, person| {
///     let case = &ReturnCase { by: by(person), step: 1, on, at, reason: "who stands in?".into() };
///     wait(office.transact(&command(key, person), |tx| async move { give_back_leave(&tx, leave, case, book, rules).await }))
/// };
/// assert!(give_back("stranger", carl).is_err());
/// assert!(matches!(give_back("give-back", bea)?, LeaveStatus::Returned { .. }));
/// # Ok::<(), Failure>(())
/// ```
pub async fn give_back_leave(
    tx: &Tx,
    id: Id<LeaveRequest>,
    command: &ReturnCase,
    book: &AuthorityBook,
    rules: &LeaveRules,
) -> Result<LeaveStatus, DecideLeaveError<ReturnCaseError>> {
    // Read.
    let (request, due) = read(tx, id, command.at, rules).await?;

    // Decide.
    let decided = request.give_back(command, book)?;

    // Record.
    Ok(tx.decide_each(id, [due, decided]).await?.status())
}

/// Submits a request again that was returned.
///
/// # Errors
/// [`DecideLeaveError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../leave/office.txt")]
/// use office_hr::{ResubmitLeave, give_back_leave, resubmit_leave};
///
/// let give_back = |key: &str, person| {
///     let case = &ReturnCase { by: by(person), step: 1, on, at, reason: "who stands in?".into() };
///     wait(office.transact(&command(key, person), |tx| async move { give_back_leave(&tx, leave, case, book, rules).await }))
/// };
/// give_back("give-back", bea)?;
/// let resubmit = |key: &str, range: &str| {
///     let again = ResubmitLeave { by: anna, range: range.parse().unwrap(), on, at };
///     wait(office.transact(&command(key, anna), |tx| {
///         let again = again.clone();
///         async move { resubmit_leave(&tx, leave, &again, rules).await }
///     }))
/// };
/// // As it was asked for; other days are asked for anew.
/// assert!(resubmit("longer", "2026-10-26/2026-11-07").is_err());
/// assert_eq!(resubmit("again", "2026-10-26/2026-10-31")?, LeaveStatus::Submitted { stage: 1 });
/// # Ok::<(), Failure>(())
/// ```
pub async fn resubmit_leave(
    tx: &Tx,
    id: Id<LeaveRequest>,
    command: &ResubmitLeave,
    rules: &LeaveRules,
) -> Result<LeaveStatus, DecideLeaveError<ResubmitLeaveError>> {
    // Read.
    let (request, due) = read(tx, id, command.at, rules).await?;

    // Decide.
    let decided = request.resubmit(command)?;

    // Record.
    Ok(tx.decide_each(id, [due, decided]).await?.status())
}

/// Hands a step of a request to another person.
///
/// # Errors
/// [`DecideLeaveError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../leave/office.txt")]
/// use office_hr::hand_over_leave;
///
/// let mut book = book.clone();
/// book.appointments.push(Appointment { person: carl, role: manager.clone(), scope: Scope::anywhere(), valid });
/// let (book, dora) = (&book, Id::natural("person", "dora"));
/// let hand_over = |key: &str, to| {
///     let step = &HandOverStep { by: by(bea), step: 1, to, on, at };
///     wait(office.transact(&command(key, bea), |tx| async move { hand_over_leave(&tx, leave, step, book, rules).await }))
/// };
/// // To somebody who could approve it.
/// assert!(hand_over("stranger", dora).is_err());
/// hand_over("away", carl)?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn hand_over_leave(
    tx: &Tx,
    id: Id<LeaveRequest>,
    command: &HandOverStep,
    book: &AuthorityBook,
    rules: &LeaveRules,
) -> Result<LeaveStatus, DecideLeaveError<HandOverStepError>> {
    // Read.
    let (request, due) = read(tx, id, command.at, rules).await?;

    // Decide.
    let decided = request.hand_over(command, book)?;

    // Record.
    Ok(tx.decide_each(id, [due, decided]).await?.status())
}

/// Withdraws a request before it is decided.
///
/// # Errors
/// [`DecideLeaveError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../leave/office.txt")]
/// use office_hr::withdraw_leave;
///
/// let withdraw = |key: &str, person| {
///     let case = &WithdrawCase { by: person, on, at };
///     wait(office.transact(&command(key, person), |tx| async move { withdraw_leave(&tx, leave, case, rules).await }))
/// };
/// // By who asked for it.
/// assert!(withdraw("other", bea).is_err());
/// assert!(matches!(withdraw("withdraw", anna)?, LeaveStatus::Withdrawn { .. }));
/// # Ok::<(), Failure>(())
/// ```
pub async fn withdraw_leave(
    tx: &Tx,
    id: Id<LeaveRequest>,
    command: &WithdrawCase,
    rules: &LeaveRules,
) -> Result<LeaveStatus, DecideLeaveError<WithdrawCaseError>> {
    // Read.
    let (request, due) = read(tx, id, command.at, rules).await?;

    // Decide.
    let decided = request.withdraw(command)?;

    // Record.
    Ok(tx.decide_each(id, [due, decided]).await?.status())
}

/// What has fallen due among the requests that one command has looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveFallenDue {
    /// Those that have changed, and where they stand now.
    pub changed: BTreeMap<CaseId, LeaveStatus>,
    /// Those that were left as they are, and why.
    pub left: BTreeMap<CaseId, String>,
    /// From which case to go on; none where all were looked at.
    pub next: Option<CaseId>,
}

/// Records what has fallen due by the instant of the command in the open requests, in the order of their cases from
/// `from` on: at most so many, and at most 500. To look at all of them, go on from [`LeaveFallenDue::next`], by a
/// command of its own each time.
///
/// It does not matter how often it is done, or by how many at once. Where one cannot be told (the calendar does not
/// reach so far) it is left as it is, and the others are not held up by it.
///
/// # Errors
/// [`StoreError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../leave/office.txt")]
/// use office_hr::fall_due_leave;
///
/// // Nobody has decided within 16 working hours; it is then not approved any more.
/// let late: DateTime<Utc> = "2026-10-15T08:00:00Z".parse()?;
/// let fall_due = |tx| async move { fall_due_leave(&tx, rules, None, 100).await };
/// let fallen = wait(office.transact(&given("due", bea, late), fall_due))?;
/// assert!(matches!(fallen.changed.values().next(), Some(LeaveStatus::Expired { .. })));
/// assert!(approve("late", bea).is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn fall_due_leave(
    tx: &Tx,
    rules: &LeaveRules,
    from: Option<CaseId>,
    most: usize,
) -> Result<LeaveFallenDue, StoreError> {
    // Read.
    let most = most.clamp(1, MOST);
    let open = tx.page(LeaveRequest::OPEN, from.as_ref(), None, most.saturating_add(1)).await?;

    // Decide.
    let next = open.get(most).map(|(_, request)| request.approval.case().case);
    let mut fell_due = Vec::new();
    let mut left = BTreeMap::new();
    for (id, request) in open.into_iter().take(most) {
        match request.fall_due(tx.command().at(), &rules.hours) {
            Ok(Decision::AlreadyRecorded) => {}
            Ok(due) => fell_due.push((id, due)),
            Err(why) => drop(left.insert(id.retag(), why.to_string())),
        }
    }

    // Record.
    let mut changed = BTreeMap::new();
    for (id, due) in fell_due {
        changed.insert(id.retag(), tx.decide_each(id, [due]).await?.status());
    }
    Ok(LeaveFallenDue { changed, left, next })
}

/// A request as it stands now that time has passed, and what of that is not recorded yet.
async fn read<E>(
    tx: &Tx,
    id: Id<LeaveRequest>,
    at: DateTime<Utc>,
    rules: &LeaveRules,
) -> Result<(LeaveRequest, Decision<LeaveFact>), DecideLeaveError<E>> {
    Ok(tx.load(id).await?.brought_to(at, rules)?)
}
