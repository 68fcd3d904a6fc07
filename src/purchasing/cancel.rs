//! What has not come is not expected any more: off the order, free again in the budget.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::OrderId;
use office_core::{Quantity, StoreError, Tx};
use office_inventory::{CancelLinesError, OrderState, PurchaseOrder};
use thiserror::Error;

use super::PurchasingRules;
use super::on_order::{Bought, BoughtError, OnOrderError, bought};

/// Cancels what is still to come of single lines: so many of each.
///
/// # Errors
/// [`CancelError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("delivered.txt")]
/// use office::core::Quantity;
/// use office::inventory::OrderState;
/// use office::purchasing::{CancelError, cancel_lines};
///
/// // Two of three boxes have come. The third is not wanted any more.
/// let cancel = |boxes: &str| {
///     let lines: &BTreeMap<u32, Quantity> = &[(1, boxes.parse()?)].into();
///     let command = command(&boxes.replace(" ", "-"))?;
///     Ok::<_, Failure>(wait(office.transact(&command, |tx| async move {
///         cancel_lines(&tx, rules, placed, lines.clone(), on).await
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
    on: NaiveDate,
) -> Result<OrderState, CancelError> {
    // Read.
    let before = bought(tx, rules, order, on).await?;

    // Decide.
    let cancelled = before.order.cancel_lines(on, lines)?;

    // Record.
    tx.decide(PurchaseOrder::key(order), cancelled).await?;
    told(tx, order, before).await
}

/// Closes an order: what is still to come is not expected any more. Once more changes nothing.
///
/// # Errors
/// [`CancelError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("delivered.txt")]
/// use office::core::subject::OrderId;
/// use office::inventory::OrderState;
/// use office::purchasing::{CancelError, close};
///
/// // Two of three boxes have come. Nothing else is to come.
/// let end = |key: &str, order: OrderId| {
///     let command = command(key)?;
///     Ok::<_, Failure>(wait(office.transact(&command, |tx| async move { close(&tx, rules, order, on).await })))
/// };
/// assert_eq!(end("close", placed)??, OrderState::Received);
///
/// // An order that was not placed is not closed.
/// let refused = end("close-another", Id::natural("order", "RQ-99"))?;
/// assert!(matches!(refused, Err(CancelError::Read(_))));
/// # Ok::<(), Failure>(())
/// ```
pub async fn close(tx: &Tx, rules: &PurchasingRules, order: OrderId, on: NaiveDate) -> Result<OrderState, CancelError> {
    // Read.
    let before = bought(tx, rules, order, on).await?;

    // Decide.
    let closed = before.order.cancel_rest(on);

    // Record.
    tx.decide(PurchaseOrder::key(order), closed).await?;
    told(tx, order, before).await
}

async fn told(tx: &Tx, order: OrderId, before: Bought) -> Result<OrderState, CancelError> {
    let after = Bought { order: tx.load(PurchaseOrder::key(order)).await?, ..before };
    after.tell_budget(tx, order).await?;
    Ok(after.order.state())
}

/// What is still to come cannot be cancelled.
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
    /// The budget cannot be told what is on order.
    #[error(transparent)]
    OnOrder(#[from] OnOrderError),
}
