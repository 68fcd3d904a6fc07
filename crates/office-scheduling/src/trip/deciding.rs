//! What people do with a trip that waits for approval, or with a change of one.
//!
//! Whatever somebody does, what has fallen due before is recorded first: who comes after the expiry comes too late.

use office_core::{
    ApprovalAct, ApproveStep, ApproveStepError, AuthorityBook, Decision, RefuseStep, RefuseStepError, Tx, WithdrawCase,
    WithdrawCaseError,
};

use super::due::load;
use super::{DecideTripError, Trip, TripFact, TripId, TripRules, TripStatus};

impl Trip {
    /// Approves a step of it, or of the change that waits.
    ///
    /// # Errors
    /// [`DecideTripError::Ended`], else as [`ApprovalRun::approve`](office_core::ApprovalRun::approve).
    pub fn approve(
        &self,
        command: &ApproveStep,
        book: &AuthorityBook,
    ) -> Result<Decision<TripFact>, DecideTripError<ApproveStepError>> {
        self.decided(self.approval().approve(command, book))
    }

    /// Refuses it, or the change that waits, by somebody who could approve the step.
    ///
    /// # Errors
    /// [`DecideTripError::Ended`], else as [`ApprovalRun::refuse`](office_core::ApprovalRun::refuse).
    pub fn refuse(
        &self,
        command: &RefuseStep,
        book: &AuthorityBook,
    ) -> Result<Decision<TripFact>, DecideTripError<RefuseStepError>> {
        self.decided(self.approval().refuse(command, book))
    }

    /// Withdraws it, or the change that waits, before it is decided, by whoever asked for it.
    ///
    /// # Errors
    /// [`DecideTripError::Ended`], else as [`ApprovalRun::withdraw`](office_core::ApprovalRun::withdraw).
    pub fn withdraw(&self, command: &WithdrawCase) -> Result<Decision<TripFact>, DecideTripError<WithdrawCaseError>> {
        self.decided(self.approval().withdraw(command))
    }

    fn decided<E>(&self, decision: Result<Decision<ApprovalAct>, E>) -> Result<Decision<TripFact>, DecideTripError<E>> {
        match decision {
            Ok(Decision::AlreadyRecorded) => Ok(Decision::AlreadyRecorded),
            _ if self.end.is_some() => Err(DecideTripError::Ended(self.status())),
            Ok(Decision::Record(act)) => Ok(Decision::Record(TripFact::Decided(act))),
            Err(error) => Err(DecideTripError::Refused(error)),
        }
    }
}

/// Approves a step of a trip, or of the change of it that waits.
///
/// # Errors
/// [`DecideTripError`]; nothing is recorded then.
pub async fn approve_trip(
    tx: &Tx,
    id: TripId,
    command: &ApproveStep,
    rules: &TripRules,
) -> Result<TripStatus, DecideTripError<ApproveStepError>> {
    // Read.
    let (trip, due) = load(tx, id, rules).await??;

    // Decide.
    let decided = trip.approve(command, &rules.book)?;

    // Record.
    Ok(tx.decide_each(id, [due, decided]).await?.status())
}

/// Refuses a trip, or the change of it that waits.
///
/// # Errors
/// [`DecideTripError`]; nothing is recorded then.
pub async fn refuse_trip(
    tx: &Tx,
    id: TripId,
    command: &RefuseStep,
    rules: &TripRules,
) -> Result<TripStatus, DecideTripError<RefuseStepError>> {
    // Read.
    let (trip, due) = load(tx, id, rules).await??;

    // Decide.
    let decided = trip.refuse(command, &rules.book)?;

    // Record.
    Ok(tx.decide_each(id, [due, decided]).await?.status())
}

/// Withdraws a trip, or the change of it that waits.
///
/// # Errors
/// [`DecideTripError`]; nothing is recorded then.
pub async fn withdraw_trip(
    tx: &Tx,
    id: TripId,
    command: &WithdrawCase,
    rules: &TripRules,
) -> Result<TripStatus, DecideTripError<WithdrawCaseError>> {
    // Read.
    let (trip, due) = load(tx, id, rules).await??;

    // Decide.
    let decided = trip.withdraw(command)?;

    // Record.
    Ok(tx.decide_each(id, [due, decided]).await?.status())
}
