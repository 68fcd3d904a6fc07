//! What people and the clock do with a sheet that is submitted or approved.

use chrono::{DateTime, Utc};
use office_core::subject::PersonId;
use office_core::{
    Actor, ApprovalAct, ApproveStep, ApproveStepError, AuthorityBook, Decision, Entity, Id, Request, ReturnCase,
    ReturnCaseError, Scope, StoreError, Tx, WithdrawCase, WithdrawCaseError, WorkingTimeError,
};
use thiserror::Error;

use super::{Timesheet, TimesheetFact, TimesheetRules, TimesheetStatus};

/// Nothing was decided on a sheet: nothing is recorded.
#[derive(Debug, Error)]
pub enum DecideTimesheetError<E> {
    /// It was never submitted.
    #[error("the sheet is a draft: one that is submitted is wanted")]
    NotSubmitted,
    /// Whoever wants to may not do it, or it cannot be done now.
    #[error(transparent)]
    Refused(E),
    /// What has fallen due cannot be told.
    #[error("what has fallen due cannot be told: {0}")]
    Clock(#[from] WorkingTimeError),
    /// The store failed, or knows no such sheet.
    #[error("the decision cannot be stored")]
    Store(#[from] StoreError),
}

/// A sheet was not opened again: nothing is recorded.
#[derive(Debug, Error)]
pub enum ReopenTimesheetError {
    /// It is not approved.
    #[error("the sheet is {status}: an approved one is wanted")]
    NotApproved {
        /// Where it stands.
        status: TimesheetStatus,
    },
    /// No reason is given.
    #[error("a reason of 1 to 500 characters is wanted")]
    NoReason,
    /// Whoever wants to may not.
    #[error("{by} may not reopen the sheet: {why}")]
    NotAllowed {
        /// Who.
        by: PersonId,
        /// Why not.
        why: String,
    },
    /// The store failed, or knows no such sheet.
    #[error("the sheet cannot be stored")]
    Store(#[from] StoreError),
}

impl Timesheet {
    /// Approves a step.
    ///
    /// # Errors
    /// [`DecideTimesheetError`], else as [`ApprovalRun::approve`](office_core::ApprovalRun::approve).
    pub fn approve(
        &self,
        command: &ApproveStep,
        book: &AuthorityBook,
    ) -> Result<Decision<TimesheetFact>, DecideTimesheetError<ApproveStepError>> {
        self.decided(|submitted| submitted.approval.approve(command, book))
    }

    /// Returns the sheet to be corrected, by somebody who could approve the step.
    ///
    /// # Errors
    /// [`DecideTimesheetError`], else as [`ApprovalRun::give_back`](office_core::ApprovalRun::give_back).
    pub fn give_back(
        &self,
        command: &ReturnCase,
        book: &AuthorityBook,
    ) -> Result<Decision<TimesheetFact>, DecideTimesheetError<ReturnCaseError>> {
        self.decided(|submitted| submitted.approval.give_back(command, book))
    }

    /// Takes the sheet back before it is approved, by whoever submitted it.
    ///
    /// # Errors
    /// [`DecideTimesheetError`], else as [`ApprovalRun::withdraw`](office_core::ApprovalRun::withdraw).
    pub fn withdraw(
        &self,
        command: &WithdrawCase,
    ) -> Result<Decision<TimesheetFact>, DecideTimesheetError<WithdrawCaseError>> {
        self.decided(|submitted| submitted.approval.withdraw(command))
    }

    /// What has fallen due by an instant: whoever else may approve it from now on, or that its time is over.
    ///
    /// # Errors
    /// As [`ApprovalRun::fall_due`](office_core::ApprovalRun::fall_due).
    pub fn fall_due(
        &self,
        now: DateTime<Utc>,
        rules: &TimesheetRules,
    ) -> Result<Decision<TimesheetFact>, WorkingTimeError> {
        let Some(submitted) = self.submitted() else { return Ok(Decision::AlreadyRecorded) };
        Ok(Decision::all_of(submitted.approval.fall_due(now, &rules.hours)?).map(TimesheetFact::FellDue))
    }

    /// Opens an approved sheet again, by somebody who is granted that and whose time it is not.
    ///
    /// # Errors
    /// [`ReopenTimesheetError`], in the order of its variants.
    pub fn reopen(
        &self,
        by: &Actor,
        why: &str,
        (scope, at): (&Scope, DateTime<Utc>),
        rules: &TimesheetRules,
        book: &AuthorityBook,
    ) -> Result<Decision<TimesheetFact>, ReopenTimesheetError> {
        let status = self.status();
        if status != TimesheetStatus::Approved {
            return Err(ReopenTimesheetError::NotApproved { status });
        }
        if why.trim().is_empty() || why.chars().count() > 500 {
            return Err(ReopenTimesheetError::NoReason);
        }
        let on = self.opened().zone.date_of(at);
        let request = Request::new(by.clone(), rules.reopen.clone(), on).within(scope.clone());
        let verdict = book.decide(&request.for_benefit_of(self.opened().person));
        verdict.allowed_or(|why| ReopenTimesheetError::NotAllowed { by: by.person, why })?;
        Ok(Decision::Record(TimesheetFact::Reopened { why: why.to_owned() }))
    }

    fn decided<E>(
        &self,
        decide: impl FnOnce(&super::SubmittedTimesheet) -> Result<Decision<ApprovalAct>, E>,
    ) -> Result<Decision<TimesheetFact>, DecideTimesheetError<E>> {
        let submitted = self.submitted().ok_or(DecideTimesheetError::NotSubmitted)?;
        let decision = decide(submitted).map_err(DecideTimesheetError::Refused)?;
        Ok(decision.map(TimesheetFact::Decided))
    }
}

/// Approves a step of a sheet; once the last is approved nothing of the sheet changes.
///
/// # Errors
/// [`DecideTimesheetError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../timesheet/office.txt")]
/// use office_hr::approve_timesheet;
///
/// submit("submit", anna)?;
/// let approve = |key: &str, person| {
///     let step = &ApproveStep { by: by(person), step: 1, on, at };
///     wait(office.transact(&command(key, person), |tx| async move { approve_timesheet(&tx, sheet, step, book, rules).await }))
/// };
/// // Nobody approves their own time.
/// assert!(approve("own", anna).is_err());
/// assert_eq!(approve("approve", bea)?, TimesheetStatus::Approved);
/// # Ok::<(), Failure>(())
/// ```
pub async fn approve_timesheet(
    tx: &Tx,
    id: Id<Timesheet>,
    command: &ApproveStep,
    book: &AuthorityBook,
    rules: &TimesheetRules,
) -> Result<TimesheetStatus, DecideTimesheetError<ApproveStepError>> {
    // Read.
    let (sheet, due) = brought_to(tx, id, command.at, rules).await?;

    // Decide.
    let decided = sheet.approve(command, book)?;

    // Record.
    Ok(tx.decide_each(id, [due, decided]).await?.status())
}

/// Returns a sheet to be corrected.
///
/// # Errors
/// [`DecideTimesheetError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../timesheet/office.txt")]
/// use office_hr::give_back_timesheet;
///
/// submit("submit", anna)?;
/// let give_back = |key: &str, person| {
///     let case = &ReturnCase { by: by(person), step: 1, on, at, reason: "Monday was a holiday".into() };
///     wait(office.transact(&command(key, person), |tx| async move { give_back_timesheet(&tx, sheet, case, book, rules).await }))
/// };
/// // By somebody who could approve it.
/// assert!(give_back("stranger", carl).is_err());
/// assert!(matches!(give_back("give-back", bea)?, TimesheetStatus::Draft { returned: Some(_) }));
/// # Ok::<(), Failure>(())
/// ```
pub async fn give_back_timesheet(
    tx: &Tx,
    id: Id<Timesheet>,
    command: &ReturnCase,
    book: &AuthorityBook,
    rules: &TimesheetRules,
) -> Result<TimesheetStatus, DecideTimesheetError<ReturnCaseError>> {
    // Read.
    let (sheet, due) = brought_to(tx, id, command.at, rules).await?;

    // Decide.
    let decided = sheet.give_back(command, book)?;

    // Record.
    Ok(tx.decide_each(id, [due, decided]).await?.status())
}

/// Takes a sheet back before it is approved.
///
/// # Errors
/// [`DecideTimesheetError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../timesheet/office.txt")]
/// use office_hr::withdraw_timesheet;
///
/// submit("submit", anna)?;
/// let withdraw = |key: &str, person| {
///     let case = &WithdrawCase { by: person, on, at };
///     wait(office.transact(&command(key, person), |tx| async move { withdraw_timesheet(&tx, sheet, case, rules).await }))
/// };
/// // By who has submitted it.
/// assert!(withdraw("other", bea).is_err());
/// assert!(matches!(withdraw("withdraw", anna)?, TimesheetStatus::Draft { .. }));
/// # Ok::<(), Failure>(())
/// ```
pub async fn withdraw_timesheet(
    tx: &Tx,
    id: Id<Timesheet>,
    command: &WithdrawCase,
    rules: &TimesheetRules,
) -> Result<TimesheetStatus, DecideTimesheetError<WithdrawCaseError>> {
    // Read.
    let (sheet, due) = brought_to(tx, id, tx.command().at(), rules).await?;

    // Decide.
    let decided = sheet.withdraw(command)?;

    // Record.
    Ok(tx.decide_each(id, [due, decided]).await?.status())
}

/// Records what has fallen due of a sheet by the instant of the command. [`Timesheet::OPEN`] lists those to look at.
///
/// # Errors
/// [`DecideTimesheetError::Clock`], [`DecideTimesheetError::Store`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../timesheet/office.txt")]
/// use office_hr::{approve_timesheet, fall_due_timesheet};
///
/// submit("submit", anna)?;
/// // Nobody has decided within 16 working hours.
/// let late: DateTime<Utc> = "2026-10-15T08:00:00Z".parse()?;
/// let fall_due = |tx| async move { fall_due_timesheet(&tx, sheet, rules).await };
/// assert!(matches!(wait(office.transact(&given("due", bea, late), fall_due))?, TimesheetStatus::Draft { .. }));
/// let step = &ApproveStep { by: by(bea), step: 1, on: "2026-10-15".parse()?, at: late };
/// let approve = |tx| async move { approve_timesheet(&tx, sheet, step, book, rules).await };
/// assert!(wait(office.transact(&given("late", bea, late), approve)).is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn fall_due_timesheet(
    tx: &Tx,
    id: Id<Timesheet>,
    rules: &TimesheetRules,
) -> Result<TimesheetStatus, DecideTimesheetError<std::convert::Infallible>> {
    // Read and decide.
    let (_, due) = brought_to(tx, id, tx.command().at(), rules).await?;

    // Record.
    Ok(tx.decide_each(id, [due]).await?.status())
}

/// Opens an approved sheet again, for a reason.
///
/// # Errors
/// [`ReopenTimesheetError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../timesheet/office.txt")]
/// use office_hr::{approve_timesheet, reopen_timesheet};
///
/// submit("submit", anna)?;
/// let step = &ApproveStep { by: by(bea), step: 1, on, at };
/// let approve = |tx| async move { approve_timesheet(&tx, sheet, step, book, rules).await };
/// wait(office.transact(&command("approve", bea), approve))?;
/// let reopen = |key: &str, person| {
///     wait(office.transact(&command(key, person), |tx| async move {
///         reopen_timesheet(&tx, sheet, "Monday was a holiday", book, rules).await
///     }))
/// };
/// // Not one's own.
/// assert!(reopen("own", anna).is_err());
/// assert!(matches!(reopen("reopen", bea)?, TimesheetStatus::Draft { .. }));
/// # Ok::<(), Failure>(())
/// ```
pub async fn reopen_timesheet(
    tx: &Tx,
    id: Id<Timesheet>,
    why: &str,
    book: &AuthorityBook,
    rules: &TimesheetRules,
) -> Result<TimesheetStatus, ReopenTimesheetError> {
    // Read.
    let sheet = tx.load(id).await?;
    let employment = tx.load(sheet.opened().employment).await?;

    // Decide.
    let command = tx.command();
    let decision = sheet.reopen(command.actor(), why, (&employment.scope(), command.at()), rules, book)?;

    // Record.
    Ok(tx.decide_each(id, [decision]).await?.status())
}

/// A sheet as it stands now that time has passed, and what of that is not recorded yet.
async fn brought_to<E>(
    tx: &Tx,
    id: Id<Timesheet>,
    at: DateTime<Utc>,
    rules: &TimesheetRules,
) -> Result<(Timesheet, Decision<TimesheetFact>), DecideTimesheetError<E>> {
    let mut sheet = tx.load(id).await?;
    let due = sheet.fall_due(at, rules)?;
    sheet.apply_decision(&due);
    Ok((sheet, due))
}
