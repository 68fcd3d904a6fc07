//! Approving at once, where a thing and its approval come in one command.

use chrono::NaiveDate;
use office_core::{ApprovalRun, ApprovalStatus, ApproveStep, ApproveStepError, AuthorityBook, Decision, Tx};

/// The run with its open step approved by whoever gives the command; a run that is not open stays as it is.
pub(crate) fn approve_now(
    tx: &Tx,
    mut run: ApprovalRun,
    book: &AuthorityBook,
    on: NaiveDate,
) -> Result<ApprovalRun, ApproveStepError> {
    if let ApprovalStatus::Open { step, .. } = *run.status() {
        let approve = ApproveStep { by: tx.command().actor().clone(), step, on };
        if let Decision::Record(act) = run.approve(&approve, book)? {
            run.apply(&act);
        }
    }
    Ok(run)
}
