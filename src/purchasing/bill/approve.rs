//! Who approves a bill that agrees, and what time does to it meanwhile.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::InvoiceId;
use office_core::{ApprovalRun, ApprovalStatus, Decision, Entity, RefuseStep, StoreError, Tx, WorkingTimeError};
use office_finance::{
    ApproveInvoiceError, InvoiceFact, InvoiceStepError, RefuseInvoiceError, RejectInvoiceError, VendorInvoice,
    VendorInvoiceId,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::coding::give_back;
use super::{BillError, BillOutcome, PurchasingRules, go_on};
use crate::approval::{approval, step_for};

/// The most bills that one command looks at.
const MOST: usize = 500;

/// Approves a step of a bill that agrees, by whoever gives the command; where nobody else needs to, it is posted. Whoever
/// took the bill in does not approve it, and nobody does when its time is over.
///
/// # Errors
/// [`DecideBillError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/bills.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, command, day, invoice, office, rent, rules, take_in};
/// use office::finance::ApproveInvoiceError;
/// use office::purchasing::{BillOutcome, DecideBillError, approve_bill};
///
/// let (office, rules, sent) = (&office()?, &rules()?, &rent("M-10", 400_00)?);
/// take_in(office, rules, "a", sent)?;
/// let approve = |tx| async move { approve_bill(&tx, rules, invoice("a"), day(6)).await };
/// // Not by whoever took it in.
/// let refused = wait(office.transact(&command("own", "ann")?, approve));
/// assert!(matches!(refused, Err(DecideBillError::Refused(ApproveInvoiceError::Refused(_)))));
/// assert!(matches!(wait(office.transact(&command("approve", "boss")?, approve))?, BillOutcome::Posted { .. }));
/// # Ok::<(), Failure>(())
/// ```
pub async fn approve_bill(
    tx: &Tx,
    rules: &PurchasingRules,
    id: InvoiceId,
    on: NaiveDate,
) -> Result<BillOutcome, DecideBillError<ApproveInvoiceError>> {
    // Read.
    let (invoice_id, now, due) = read(tx, rules, id).await?;

    // Decide.
    if now.approval().is_none() {
        now.every_line_coded().map_err(|uncoded| DecideBillError::Refused(uncoded.into()))?;
    }
    let command = approval(tx, run_of(&now)?, &rules.book, on);
    let approved = now.approve_step(&command, &rules.book).map_err(DecideBillError::Refused)?;

    // Record.
    tx.decide_each(invoice_id, [due, approved]).await?;
    Ok(go_on(tx, rules, id).await.map_err(Box::new)?)
}

/// Refuses a bill at its open step, by whoever gives the command: it goes back to the vendor, with the reason.
///
/// # Errors
/// [`DecideBillError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/bills.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, command, day, invoice, office, rent, rules, take_in};
/// use office::purchasing::{DecideBillError, refuse_bill};
///
/// let (office, rules, sent) = (&office()?, &rules()?, &rent("M-10", 400_00)?);
/// take_in(office, rules, "a", sent)?;
/// let refuse = |tx| async move { refuse_bill(&tx, rules, invoice("a"), "not ours", day(6)).await };
/// let refused = wait(office.transact(&command("own", "ann")?, refuse));
/// assert!(matches!(refused, Err(DecideBillError::Refused(_))));
/// wait(office.transact(&command("refuse", "boss")?, refuse))?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn refuse_bill(
    tx: &Tx,
    rules: &PurchasingRules,
    id: InvoiceId,
    reason: &str,
    on: NaiveDate,
) -> Result<(), DecideBillError<RefuseInvoiceError>> {
    // Read.
    let (invoice_id, mut now, due) = read(tx, rules, id).await?;

    // Decide.
    let (by, at, run) = (tx.command().actor().clone(), tx.command().at(), run_of(&now)?);
    let refusal = RefuseStep { step: step_for(run, &by, on, &rules.book), by, on, at, reason: reason.to_owned() };
    let refused = now.refuse_step(&refusal, &rules.book).map_err(DecideBillError::Refused)?;
    now.apply_decision(&refused);
    let rejected = now.reject(reason)?;

    // Record.
    give_back(tx, invoice_id).await?;
    tx.decide_each(invoice_id, [due, refused, rejected]).await?;
    Ok(())
}

/// What has fallen due among the bills that one command has looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BillsFallenDue {
    /// Those that have changed, and where their approval stands now.
    pub changed: BTreeMap<InvoiceId, ApprovalStatus>,
    /// Those that were left as they are, and why.
    pub left: BTreeMap<InvoiceId, String>,
    /// From which day on to go on; none where all were looked at.
    pub next: Option<NaiveDate>,
}

/// Records what has fallen due by the instant of the command in the bills on which approvals are missing, in the order of
/// their days from `from` on: at most so many, and at most 500, but for those of one day. To look at all of them, go on
/// from [`BillsFallenDue::next`], by a command of its own each time.
///
/// It does not matter how often it is done, or by how many at once. Where one cannot be told (the calendar does not reach
/// so far) it is left as it is, and the others are not held up by it.
///
/// # Errors
/// [`StoreError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/purchase.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, day, invoice, later, office, rent, rules, take_in};
/// use office::core::rules::{DecisionTable, PolicyBook};
/// use office::purchasing::{approve_bill, fall_due_bills};
///
/// // Bills are to be approved within 16 hours.
/// let (office, mut rules) = (&office()?, rules()?);
/// rules.invoice_policy = PolicyBook::new("invoice");
/// let outcome = "approvals: 1 manager invoice.approve expire after 16h".to_owned();
/// rules.invoice_policy.publish(day(1), DecisionTable::from_rows(&["outcome"], [vec![outcome]])?)?;
/// let rules = &rules;
/// take_in(office, rules, "a", &rent("M-10", 200_00)?)?;
/// let look = |tx| async move { fall_due_bills(&tx, rules, None, 100).await };
/// assert_eq!(wait(office.transact(&later("due", "boss")?, look))?.changed.len(), 1);
/// // Nobody approves it any more.
/// let approve = |tx| async move { approve_bill(&tx, rules, invoice("a"), day(20)).await };
/// assert!(wait(office.transact(&later("late", "boss")?, approve)).is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn fall_due_bills(
    tx: &Tx,
    rules: &PurchasingRules,
    from: Option<NaiveDate>,
    most: usize,
) -> Result<BillsFallenDue, StoreError> {
    // Read.
    let most = most.clamp(1, MOST);
    let mut open = tx.page(VendorInvoice::OPEN, from.as_ref(), None, most.saturating_add(1)).await?;
    let mut next = open.get(most).map(|(_, invoice)| invoice.bill().on);
    open.truncate(most);
    if next.is_some() && open.iter().all(|(_, invoice)| Some(invoice.bill().on) == next) {
        // A day with more of them than that is looked at as a whole.
        open = tx
            .page(VendorInvoice::OPEN, next.as_ref(), next.and_then(|day| day.succ_opt()).as_ref(), usize::MAX)
            .await?;
        next = next.and_then(|day| day.succ_opt());
    }

    // Decide.
    let (mut due, mut left) = (Vec::new(), BTreeMap::new());
    for (id, invoice) in open {
        match invoice.fall_due(tx.command().at(), &rules.hours) {
            Ok(Decision::AlreadyRecorded) => {}
            Ok(Decision::Record(fact)) => due.push((id, fact)),
            Err(error) => drop(left.insert(id.retag(), error.to_string())),
        }
    }

    // Record.
    let mut changed = BTreeMap::new();
    for (id, fact) in due {
        tx.record(id, fact).await?;
        if let Some(approval) = tx.load(id).await?.approval() {
            changed.insert(id.retag(), approval.run.status().clone());
        }
    }
    Ok(BillsFallenDue { changed, left, next })
}

/// A bill as it stands now that time has passed, and what time has brought and is not recorded yet.
async fn read<E>(
    tx: &Tx,
    rules: &PurchasingRules,
    id: InvoiceId,
) -> Result<(VendorInvoiceId, VendorInvoice, Decision<InvoiceFact>), DecideBillError<E>> {
    let invoice_id: VendorInvoiceId = id.retag();
    let mut now = tx.load(invoice_id).await?;
    let due = now.fall_due(tx.command().at(), &rules.hours)?;
    now.apply_decision(&due);
    Ok((invoice_id, now, due))
}

fn run_of(invoice: &VendorInvoice) -> Result<&ApprovalRun, InvoiceStepError> {
    let approval = invoice.approval().map(|approval| &approval.run);
    approval.ok_or(InvoiceStepError { status: invoice.status().name(), wanted: "matched" })
}

/// Nothing was decided on a bill: nothing is recorded.
#[derive(Debug, Error)]
pub enum DecideBillError<E> {
    /// The store has failed, or knows no such invoice.
    #[error("the decision could not be stored")]
    Store(#[from] StoreError),
    /// What has fallen due cannot be told.
    #[error("what has fallen due cannot be told: {0}")]
    Clock(#[from] WorkingTimeError),
    /// It is at another point.
    #[error(transparent)]
    Step(#[from] InvoiceStepError),
    /// Whoever gives the command may not do it, or it cannot be done now.
    #[error(transparent)]
    Refused(E),
    /// It does not go back to the vendor.
    #[error(transparent)]
    Reject(#[from] RejectInvoiceError),
    /// It is approved, and cannot go on.
    #[error(transparent)]
    GoOn(#[from] Box<BillError>),
}
