//! Approving at once, where a thing and its approval come in one command.

use chrono::NaiveDate;
use office_core::{ApprovalRun, ApproveStep, ApproveStepError, AuthorityBook, Decision, Tx};

/// The run with an open step approved by whoever gives the command; a run that is not open stays as it is.
pub(crate) fn approve_now(
    tx: &Tx,
    mut run: ApprovalRun,
    book: &AuthorityBook,
    on: NaiveDate,
) -> Result<ApprovalRun, ApproveStepError> {
    if run.open_steps().next().is_some()
        && let Decision::Record(act) = run.approve(&approval(tx, &run, book, on), book)?
    {
        run.apply(&act);
    }
    Ok(run)
}

/// The command by which whoever gives the command approves: the first open step at which they may, else the first that
/// is open; where none is, the step that they have approved.
pub(crate) fn approval(tx: &Tx, run: &ApprovalRun, book: &AuthorityBook, on: NaiveDate) -> ApproveStep {
    let (by, at) = (tx.command().actor().clone(), tx.command().at());
    let open = || run.open_steps().next().map(|(step, _)| step);
    let approved = || run.approvals().filter(|(_, who)| **who == by).last().map(|(step, _)| step);
    let step = run.step_for(&by, on, book).or_else(open).or_else(approved).unwrap_or_else(|| run.steps().len());
    ApproveStep { by, step, on, at }
}
