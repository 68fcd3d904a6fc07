//! An approved requisition is ordered.

use chrono::NaiveDate;
use office_core::subject::{OrderId, RequisitionId};
use office_core::{StoreError, Tx};
use office_finance::ReserveError;
use office_inventory::{PlaceOrderError, Purchase, Requisition, place_order};
use thiserror::Error;

use super::PurchasingRules;
use super::price::{PriceWantedError, Priced, Want, price};

/// Orders what an approved requisition asks for, from the preferred vendor at the price of the day, under the number of
/// the requisition. In the budget of the year in which it was asked for, the reservation becomes a commitment.
///
/// # Errors
/// [`OrderError`]; nothing is recorded then.
pub async fn order(
    tx: &Tx,
    rules: &PurchasingRules,
    requisition: RequisitionId,
    on: NaiveDate,
) -> Result<OrderId, OrderError> {
    // Read.
    let requested = tx.load(Requisition::key(requisition)).await?;
    let wanted = requested.request().clone();
    let want = Want { item: wanted.item, quantity: wanted.quantity, cost_centre: wanted.cost_centre, asked: wanted.on };
    let Priced { vendor, price, worth, budget_id, budget } = price(tx, rules, &want, on).await?;

    // Decide.
    let order = OrderId::natural("order", wanted.number.as_str());
    let committed = budget.map(|line| line.commit(order, worth, Some(requisition))).transpose()?;

    // Record.
    let tolerance = rules.receipt_tolerances.of(vendor, wanted.item, on);
    let purchase = Purchase { order, number: wanted.number, vendor, price, tolerance, terms: rules.terms, on };
    place_order(tx, requisition, purchase).await?;
    if let Some(committed) = committed {
        tx.decide(budget_id, committed).await?;
    }
    Ok(order)
}

/// A requisition cannot be ordered.
#[derive(Debug, Error)]
pub enum OrderError {
    /// The store has failed, or knows no such requisition.
    #[error("the order could not be stored")]
    Store(#[from] StoreError),
    /// It has no price.
    #[error(transparent)]
    Price(#[from] PriceWantedError),
    /// The budget has not that much left: the price has risen since it was asked for.
    #[error(transparent)]
    Budget(#[from] ReserveError),
    /// It is not approved, or was ordered otherwise.
    #[error(transparent)]
    Place(#[from] PlaceOrderError),
}
