//! What has not come is not expected any more, or was asked for and is not wanted: off the order, free again in the budget.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{OrderId, RequisitionId};
use office_core::{Quantity, StoreError, Tx};
use office_inventory::{
    AbandonRequisitionError, CancelLinesError, FollowOrderError, Freed, OrderState, PurchaseOrder, Requisition,
    RequisitionStatus, follow_order,
};
use thiserror::Error;

use super::PurchasingRules;
use super::on_order::{Bought, BoughtError, Claims, OnOrderError, bought, reserved_by};

/// Cancels what is still to come of single lines: so many of each. What was asked for of it is open again on its requisition
/// and reserved again in the budget, or given up and free there, as the caller says.
///
/// # Errors
/// [`CancelError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("delivered.txt")]
/// use office::core::Quantity;
/// use office::inventory::{Freed, OrderState};
/// use office::purchasing::{CancelError, cancel_lines};
///
/// // Two of three boxes have come. The third is not wanted any more.
/// let cancel = |boxes: &str| {
///     let lines: &BTreeMap<u32, Quantity> = &[(1, boxes.parse()?)].into();
///     let command = command(&boxes.replace(" ", "-"))?;
///     Ok::<_, Failure>(wait(office.transact(&command, |tx| async move {
///         cancel_lines(&tx, rules, placed, lines.clone(), Freed::Reopened, on).await
///     })))
/// };
/// assert!(matches!(cancel("2 box")?, Err(CancelError::Order(_))));
/// assert_eq!(cancel("1 box")??, OrderState::Received);
/// # Ok::<(), Failure>(())
/// ```
pub async fn cancel_lines(
    tx: &Tx,
    rules: &PurchasingRules,
    order: OrderId,
    lines: BTreeMap<u32, Quantity>,
    freed: Freed<'_>,
    on: NaiveDate,
) -> Result<OrderState, CancelError> {
    // Read.
    let before = bought(tx, rules, order, on).await?;

    // Decide.
    let cancelled = before.order.cancel_lines(on, lines)?;

    // Record.
    tx.decide(PurchaseOrder::key(order), cancelled).await?;
    told(tx, rules, order, before, freed, on).await
}

/// Closes an order: what is still to come is not expected any more, and open again on its requisition or given up, as the
/// caller says. Once more changes nothing.
///
/// # Errors
/// [`CancelError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("delivered.txt")]
/// use office::core::subject::OrderId;
/// use office::inventory::{Freed, OrderState};
/// use office::purchasing::{CancelError, close};
///
/// // Two of three boxes have come. Nothing else is to come.
/// let end = |key: &str, order: OrderId| {
///     let command = command(key)?;
///     let freed = Freed::Abandoned { why: "two are enough" };
///     Ok::<_, Failure>(wait(office.transact(&command, |tx| async move { close(&tx, rules, order, freed, on).await })))
/// };
/// assert_eq!(end("close", placed)??, OrderState::Received);
///
/// // An order that was not placed is not closed.
/// let refused = end("close-another", Id::natural("order", "RQ-99"))?;
/// assert!(matches!(refused, Err(CancelError::Read(_))));
/// # Ok::<(), Failure>(())
/// ```
pub async fn close(
    tx: &Tx,
    rules: &PurchasingRules,
    order: OrderId,
    freed: Freed<'_>,
    on: NaiveDate,
) -> Result<OrderState, CancelError> {
    // Read.
    let before = bought(tx, rules, order, on).await?;

    // Decide.
    let closed = before.order.cancel_rest(on);

    // Record.
    tx.decide(PurchaseOrder::key(order), closed).await?;
    told(tx, rules, order, before, freed, on).await
}

/// Gives up what is open of an approved requisition, all of it or so much of single lines: its budget is free again. What is on
/// order is cancelled there.
///
/// # Errors
/// [`CancelError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("delivered.txt")]
/// use office::core::Quantity;
/// use office::core::subject::RequisitionId;
/// use office::inventory::{Freed, RequisitionStatus};
/// use office::purchasing::{CancelError, abandon, cancel_lines};
///
/// // Two of three boxes have come. The third is cancelled, open again, and not wanted in the end.
/// let lines: &BTreeMap<u32, Quantity> = &[(1, "1 box".parse()?)].into();
/// let give_up = |key: &str, lines: &'static str| {
///     let lines = lines.parse().ok().map(|quantity| BTreeMap::from([(1, quantity)]));
///     let (command, lines) = (command(key)?, &lines);
///     Ok::<_, Failure>(wait(office.transact(&command, |tx| async move {
///         abandon(&tx, rules, Id::natural("requisition", "RQ-01"), lines.clone(), "two are enough", on).await
///     })))
/// };
/// assert!(matches!(give_up("early", "1 box")?, Err(CancelError::Abandon(_))));
/// wait(office.transact(&command("cancel")?, |tx| async move {
///     cancel_lines(&tx, rules, placed, lines.clone(), Freed::Reopened, on).await
/// }))?;
/// assert_eq!(give_up("now", "1 box")??, RequisitionStatus::Ordered);
/// # Ok::<(), Failure>(())
/// ```
pub async fn abandon(
    tx: &Tx,
    rules: &PurchasingRules,
    requisition: RequisitionId,
    lines: Option<BTreeMap<u32, Quantity>>,
    why: &str,
    on: NaiveDate,
) -> Result<RequisitionStatus, CancelError> {
    // Read.
    let requested = tx.load(Requisition::key(requisition)).await?;

    // Decide.
    let given_up = match lines {
        Some(lines) => requested.abandon(on, why, lines)?,
        None => requested.abandon_rest(on, why)?,
    };

    // Record.
    tx.decide(Requisition::key(requisition), given_up).await?;
    let after = tx.load(Requisition::key(requisition)).await?;
    let mut claims = Claims::default();
    claims.reserve(requisition, reserved_by(tx, rules, &after).await?);
    claims.note(tx).await?;
    Ok(after.status())
}

/// Tells requisitions and budget what is on order now.
async fn told(
    tx: &Tx,
    rules: &PurchasingRules,
    order: OrderId,
    before: Bought,
    freed: Freed<'_>,
    on: NaiveDate,
) -> Result<OrderState, CancelError> {
    let after = Bought { order: tx.load(PurchaseOrder::key(order)).await?, ..before };
    let mut claims = Claims::default();
    claims.commit(order, after.on_order()?);
    for requisition in follow_order(tx, order, on, freed).await? {
        let requested = tx.load(Requisition::key(requisition)).await?;
        claims.reserve(requisition, reserved_by(tx, rules, &requested).await?);
    }
    claims.note(tx).await?;
    Ok(after.order.state())
}

/// What is still to come or open cannot be cancelled.
#[derive(Debug, Error)]
pub enum CancelError {
    /// The store has failed.
    #[error("the order could not be stored")]
    Store(#[from] StoreError),
    /// The order cannot be read with what belongs to it.
    #[error(transparent)]
    Read(#[from] BoughtError),
    /// The order refuses.
    #[error(transparent)]
    Order(#[from] CancelLinesError),
    /// The requisition refuses.
    #[error(transparent)]
    Abandon(#[from] AbandonRequisitionError),
    /// The requisition cannot be told what is on order.
    #[error(transparent)]
    Follow(#[from] FollowOrderError),
    /// The budget cannot be told what is on order.
    #[error(transparent)]
    OnOrder(#[from] OnOrderError),
}
