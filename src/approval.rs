//! Approving at once, where a thing and its approval come in one command; and which step somebody means.

use chrono::NaiveDate;
use office_core::{Actor, ApprovalDeed, ApprovalRun, ApproveStep, ApproveStepError, AuthorityBook, Decision, Tx};

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

/// The command by which whoever gives the command approves.
pub(crate) fn approval(tx: &Tx, run: &ApprovalRun, book: &AuthorityBook, on: NaiveDate) -> ApproveStep {
    let (by, at) = (tx.command().actor().clone(), tx.command().at());
    ApproveStep { step: step_for(run, &by, on, book), by, on, at }
}

/// The step that somebody means: the first open one at which they may act, else the first that is open; where none is,
/// the one at which they have acted last.
pub(crate) fn step_for(run: &ApprovalRun, by: &Actor, on: NaiveDate, book: &AuthorityBook) -> usize {
    let open = || run.open_steps().next().map(|(step, _)| step);
    let acted = || run.acts().iter().rev().find_map(|act| step_of(&act.deed, by));
    run.step_for(by, on, book).or_else(open).or_else(acted).unwrap_or_else(|| run.steps().len())
}

/// The step at which this was done, if by them.
fn step_of(deed: &ApprovalDeed, by: &Actor) -> Option<usize> {
    match deed {
        ApprovalDeed::Approved { by: who, step, .. }
        | ApprovalDeed::Refused { by: who, step, .. }
        | ApprovalDeed::Returned { by: who, step, .. }
        | ApprovalDeed::HandedOver { by: who, step, .. } => (who == by).then_some(*step),
        ApprovalDeed::Resubmitted { .. }
        | ApprovalDeed::Withdrawn {}
        | ApprovalDeed::Escalated { .. }
        | ApprovalDeed::Expired { .. } => None,
    }
}
