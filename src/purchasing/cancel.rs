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
