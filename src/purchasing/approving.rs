//! What people and the clock do with a requisition until it may be ordered.
//!
//! Whatever somebody does, what has fallen due before is recorded first: who comes after the expiry comes too late. A
//! requisition that is turned down, by whomever, gives back what the budget has set aside for it.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use chrono::NaiveDate;
use office_core::subject::{PersonId, RequisitionId};
use office_core::{
    ApprovalStatus, ApproveStepError, Decision, Entity, HandOverStep, HandOverStepError, Id, Money, RefuseStep,
    RefuseStepError, ReturnCase, ReturnCaseError, StoreError, Tx, WithdrawCase, WithdrawCaseError, WorkingTimeError,
};
use office_finance::BudgetLine;
use office_inventory::{Item, Reference, Requisition, RequisitionFact, ResubmitRequisition, ResubmitRequisitionError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::PurchasingRules;
use super::price::budget_of;
use crate::accounts::NoAccountError;
use crate::approval::{approval, step_for};

/// The most requisitions that one command looks at.
const MOST: usize = 500;

/// Approves the open step of a requisition, by whoever gives the command.
///
/// # Errors
/// [`DecideRequestError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/purchase.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, asked, buying, command, day, shop};
/// use office::core::ApprovalStatus;
/// use office::purchasing::approve;
///
/// let (office, rules) = (&shop()?, &buying()?);
/// let pens = asked(office, rules, "RQ-1", "10 box")?;
/// let decide = |tx| async move { approve(&tx, rules, pens, day(6)).await };
/// // Not by whoever asked.
/// assert!(wait(office.transact(&command("own", "ann")?, decide)).is_err());
/// let status = wait(office.transact(&command("decide", "boss")?, decide))?;
/// assert!(matches!(status, ApprovalStatus::Approved));
/// # Ok::<(), Failure>(())
/// ```
pub async fn approve(
    tx: &Tx,
    rules: &PurchasingRules,
    requisition: RequisitionId,
    on: NaiveDate,
) -> Result<ApprovalStatus, DecideRequestError<ApproveStepError>> {
    // Read.
    let case = read(tx, rules, requisition).await?;

    // Decide.
    let approval = approval(tx, case.now.run(), &rules.book, on);
    let approved = case.now.approve(&approval, &rules.book).map_err(DecideRequestError::Refused)?;

    // Record.
    Ok(record(tx, case, approved).await?)
}

/// Refuses a requisition at its open step, by whoever gives the command. What was reserved for it is free again.
///
/// # Errors
/// [`DecideRequestError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/purchase.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, asked, buying, command, day, shop};
/// use office::core::ApprovalStatus;
/// use office::purchasing::refuse;
///
/// let (office, rules) = (&shop()?, &buying()?);
/// let pens = asked(office, rules, "RQ-1", "10 box")?;
/// let decide = |tx| async move { refuse(&tx, rules, pens, "there are enough", day(6)).await };
/// // Not by somebody who could not approve it.
/// assert!(wait(office.transact(&command("nobody", "ann")?, decide)).is_err());
/// let status = wait(office.transact(&command("decide", "boss")?, decide))?;
/// assert!(matches!(status, ApprovalStatus::Refused { .. }));
/// # Ok::<(), Failure>(())
/// ```
pub async fn refuse(
    tx: &Tx,
    rules: &PurchasingRules,
    requisition: RequisitionId,
    reason: &str,
    on: NaiveDate,
) -> Result<ApprovalStatus, DecideRequestError<RefuseStepError>> {
    // Read.
    let case = read(tx, rules, requisition).await?;

    // Decide.
    let (by, at, reason) = (tx.command().actor().clone(), tx.command().at(), reason.to_owned());
    let refusal = RefuseStep { step: step_for(case.now.run(), &by, on, &rules.book), by, on, at, reason };
    let refused = case.now.refuse(&refusal, &rules.book).map_err(DecideRequestError::Refused)?;

    // Record.
    Ok(record(tx, case, refused).await?)
}

/// Returns a requisition to its requester, by whoever gives the command. What was reserved for it stays so.
///
/// # Errors
/// [`DecideRequestError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/purchase.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, asked, buying, command, day, shop};
/// use office::core::ApprovalStatus;
/// use office::purchasing::give_back;
///
/// let (office, rules) = (&shop()?, &buying()?);
/// let pens = asked(office, rules, "RQ-1", "10 box")?;
/// let decide = |tx| async move { give_back(&tx, rules, pens, "for which plan?", day(6)).await };
/// // Not by somebody who could not approve it.
/// assert!(wait(office.transact(&command("nobody", "ann")?, decide)).is_err());
/// let status = wait(office.transact(&command("decide", "boss")?, decide))?;
/// assert!(matches!(status, ApprovalStatus::Returned { .. }));
/// # Ok::<(), Failure>(())
/// ```
pub async fn give_back(
    tx: &Tx,
    rules: &PurchasingRules,
    requisition: RequisitionId,
    reason: &str,
    on: NaiveDate,
) -> Result<ApprovalStatus, DecideRequestError<ReturnCaseError>> {
    // Read.
    let case = read(tx, rules, requisition).await?;

    // Decide.
    let (by, at, reason) = (tx.command().actor().clone(), tx.command().at(), reason.to_owned());
    let back = ReturnCase { step: step_for(case.now.run(), &by, on, &rules.book), by, on, at, reason };
    let returned = case.now.give_back(&back, &rules.book).map_err(DecideRequestError::Refused)?;

    // Record.
    Ok(record(tx, case, returned).await?)
}

/// Submits a requisition again that was returned, by its requester and as it was: for the same estimate.
///
/// # Errors
/// [`DecideRequestError`]; nothing is recorded then. Who wants something else withdraws it and asks anew.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/purchase.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, asked, buying, command, day, euro, shop};
/// use office::core::ApprovalStatus;
/// use office::purchasing::{give_back, resubmit};
///
/// let (office, rules) = (&shop()?, &buying()?);
/// let pens = asked(office, rules, "RQ-1", "10 box")?;
/// let again = |tx| async move { resubmit(&tx, rules, pens, euro(58_00), day(6)).await };
/// // It is with whoever approves it.
/// assert!(wait(office.transact(&command("early", "ann")?, again)).is_err());
/// wait(office.transact(&command("back", "boss")?, |tx| async move { give_back(&tx, rules, pens, "why?", day(6)).await }))?;
/// let status = wait(office.transact(&command("again", "ann")?, again))?;
/// assert!(matches!(status, ApprovalStatus::Open { .. }));
/// # Ok::<(), Failure>(())
/// ```
pub async fn resubmit(
    tx: &Tx,
    rules: &PurchasingRules,
    requisition: RequisitionId,
    estimate: Money,
    on: NaiveDate,
) -> Result<ApprovalStatus, DecideRequestError<ResubmitRequisitionError>> {
    // Read.
    let case = read(tx, rules, requisition).await?;

    // Decide.
    let again = ResubmitRequisition { by: tx.command().actor().person, estimate, on, at: tx.command().at() };
    let submitted = case.now.resubmit(&again).map_err(DecideRequestError::Refused)?;

    // Record.
    Ok(record(tx, case, submitted).await?)
}

/// Hands the open step of a requisition to another person, by whoever gives the command.
///
/// # Errors
/// [`DecideRequestError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/purchase.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, asked, buying, command, day, shop};
/// use office::core::Id;
/// use office::purchasing::hand_over;
///
/// let (office, rules) = (&shop()?, &buying()?);
/// let pens = asked(office, rules, "RQ-1", "10 box")?;
/// let hand = |to: &'static str| move |tx| async move { hand_over(&tx, rules, pens, Id::natural("person", to), day(6)).await };
/// // Not to whoever asked for it.
/// assert!(wait(office.transact(&command("own", "boss")?, hand("ann"))).is_err());
/// wait(office.transact(&command("hand", "boss")?, hand("chief")))?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn hand_over(
    tx: &Tx,
    rules: &PurchasingRules,
    requisition: RequisitionId,
    to: PersonId,
    on: NaiveDate,
) -> Result<ApprovalStatus, DecideRequestError<HandOverStepError>> {
    // Read.
    let case = read(tx, rules, requisition).await?;

    // Decide.
    let (by, at) = (tx.command().actor().clone(), tx.command().at());
    let hand = HandOverStep { step: step_for(case.now.run(), &by, on, &rules.book), by, to, on, at };
    let handed = case.now.hand_over(&hand, &rules.book).map_err(DecideRequestError::Refused)?;

    // Record.
    Ok(record(tx, case, handed).await?)
}

/// Withdraws a requisition, by its requester. What was reserved for it is free again.
///
/// # Errors
/// [`DecideRequestError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/purchase.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, asked, buying, command, day, shop};
/// use office::core::ApprovalStatus;
/// use office::purchasing::withdraw;
///
/// let (office, rules) = (&shop()?, &buying()?);
/// let pens = asked(office, rules, "RQ-1", "10 box")?;
/// let decide = |tx| async move { withdraw(&tx, rules, pens, day(6)).await };
/// // Only by whoever asked.
/// assert!(wait(office.transact(&command("other", "boss")?, decide)).is_err());
/// let status = wait(office.transact(&command("decide", "ann")?, decide))?;
/// assert!(matches!(status, ApprovalStatus::Withdrawn { .. }));
/// # Ok::<(), Failure>(())
/// ```
pub async fn withdraw(
    tx: &Tx,
    rules: &PurchasingRules,
    requisition: RequisitionId,
    on: NaiveDate,
) -> Result<ApprovalStatus, DecideRequestError<WithdrawCaseError>> {
    // Read.
    let case = read(tx, rules, requisition).await?;

    // Decide.
    let withdrawal = WithdrawCase { by: tx.command().actor().person, on, at: tx.command().at() };
    let withdrawn = case.now.withdraw(&withdrawal).map_err(DecideRequestError::Refused)?;

    // Record.
    Ok(record(tx, case, withdrawn).await?)
}

/// What has fallen due among the requisitions that one command has looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FallenDue {
    /// Those that have changed, and where they stand now.
    pub changed: BTreeMap<RequisitionId, ApprovalStatus>,
    /// Those that were left as they are, and why.
    pub left: BTreeMap<RequisitionId, String>,
    /// From which number to go on; none where all were looked at.
    pub next: Option<Reference>,
}

/// Records what has fallen due by the instant of the command in the open requisitions, in the order of their numbers
/// from `from` on: at most so many, and at most 500. To look at all of them, go on from [`FallenDue::next`], by a
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
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/purchase.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, asked, buying, day, later, shop};
/// use office::core::ApprovalStatus;
/// use office::purchasing::{approve, fall_due};
///
/// let (office, rules) = (&shop()?, &buying()?);
/// let pens = asked(office, rules, "RQ-1", "10 box")?;
/// let due = wait(office.transact(&later("due", "boss")?, |tx| async move { fall_due(&tx, rules, None, 100).await }))?;
/// assert!(matches!(due.changed[&pens], ApprovalStatus::Expired { .. }));
/// // Nobody approves what has expired.
/// let late = later("late", "boss")?;
/// assert!(wait(office.transact(&late, |tx| async move { approve(&tx, rules, pens, day(20)).await })).is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn fall_due(
    tx: &Tx,
    rules: &PurchasingRules,
    from: Option<&Reference>,
    most: usize,
) -> Result<FallenDue, StoreError> {
    // Read.
    let most = most.clamp(1, MOST);
    let from = from.map(|number| number.as_str().to_owned());
    let open = tx.page(Requisition::OPEN, from.as_ref(), None, most.saturating_add(1)).await?;
    let next = open.get(most).map(|(_, requested)| requested.request().number.clone());
    let mut cases = Vec::new();
    let mut left = BTreeMap::new();
    for (_, requested) in open.into_iter().take(most) {
        let requisition = requested.request().id;
        match read::<Infallible>(tx, rules, requisition).await {
            Ok(case) => cases.push(case),
            Err(DecideRequestError::Store(error)) => return Err(error),
            Err(why) => drop(left.insert(requisition, why.to_string())),
        }
    }

    // Decide.
    cases.retain(|case| case.due != Decision::AlreadyRecorded);

    // Record.
    let mut changed = BTreeMap::new();
    for case in cases {
        let requisition = case.now.request().id;
        changed.insert(requisition, record(tx, case, Decision::AlreadyRecorded).await?);
    }
    Ok(FallenDue { changed, left, next })
}

/// A requisition in the hands of an operation.
struct Case {
    /// As it stands now that time has passed.
    now: Requisition,
    /// What time has brought, and is not recorded yet.
    due: Decision<RequisitionFact>,
    /// The lines of the budget that bear it.
    budgets: BTreeSet<Id<BudgetLine>>,
}

async fn read<E>(tx: &Tx, rules: &PurchasingRules, requisition: RequisitionId) -> Result<Case, DecideRequestError<E>> {
    let mut now = tx.load(Requisition::key(requisition)).await?;
    let due = now.fall_due(tx.command().at(), &rules.hours)?;
    now.apply_decision(&due);
    let request = now.request();
    let mut budgets = BTreeSet::new();
    for line in &request.lines {
        let item = tx.load(Item::key(line.item)).await?;
        budgets.insert(budget_of(rules, &item, request.cost_centre, request.on)?);
    }
    Ok(Case { now, due, budgets })
}

/// Records what has fallen due, then what was decided; where that turns the requisition down, frees its budget.
async fn record(tx: &Tx, case: Case, decided: Decision<RequisitionFact>) -> Result<ApprovalStatus, StoreError> {
    let Case { now, due, budgets } = case;
    let requisition = now.request().id;
    let status = tx.decide_each(Requisition::key(requisition), [due, decided]).await?.run().status().clone();
    if status.is_final() && status != ApprovalStatus::Approved {
        for budget in budgets {
            if let Some(line) = tx.find(budget).await? {
                tx.decide(budget, line.release_reservation(requisition)).await?;
            }
        }
    }
    Ok(status)
}

/// Nothing was decided on a requisition: nothing is recorded.
#[derive(Debug, Error)]
pub enum DecideRequestError<E> {
    /// The store has failed, or knows no such requisition.
    #[error("the decision could not be stored")]
    Store(#[from] StoreError),
    /// What has fallen due cannot be told.
    #[error("what has fallen due cannot be told: {0}")]
    Clock(#[from] WorkingTimeError),
    /// What the item belongs to has no account.
    #[error(transparent)]
    Account(#[from] NoAccountError),
    /// Whoever gives the command may not do it, or it cannot be done now.
    #[error(transparent)]
    Refused(E),
}
