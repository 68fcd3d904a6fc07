//! An approved requisition is ordered.

use chrono::{Datelike, NaiveDate};
use office_core::subject::{ItemId, OrderId, RequisitionId};
use office_core::{PriceError, StoreError, Tx};
use office_finance::{BudgetLine, ReserveError};
use office_inventory::{Item, NoPriceError, PlaceOrderError, Purchase, Requisition, place_order};
use thiserror::Error;

use super::PurchasingRules;
use crate::accounts::NoAccountError;

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
    let item = tx.load(Item::key(wanted.item)).await?;
    let account = rules.accounts.expense_of(item.category())?;
    let budget_id = BudgetLine::id_of(wanted.cost_centre, account, wanted.on.year());
    let budget = tx.find(budget_id).await?;

    // Decide.
    let vendor = item.vendor().ok_or(OrderError::NoVendor { item: wanted.item })?;
    let quote = rules.prices.quote(vendor, wanted.item, wanted.quantity, on)?;
    let price = quote.row.price;
    let worth = price.extend(&wanted.quantity, rules.terms.rounding)?;
    let order = OrderId::natural("order", wanted.number.as_str());
    let committed = budget.map(|line| line.commit(order, worth, Some(requisition))).transpose()?;

    // Record.
    let purchase = Purchase { order, number: wanted.number, vendor, price, terms: rules.terms, on };
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
    /// What the item belongs to has no account.
    #[error(transparent)]
    Account(#[from] NoAccountError),
    /// Nobody is known to deliver the item.
    #[error("nobody is known to deliver {item}: name a preferred vendor first")]
    NoVendor {
        /// The item.
        item: ItemId,
    },
    /// The vendor has no price for it.
    #[error(transparent)]
    NoPrice(#[from] NoPriceError),
    /// The price cannot be extended over the quantity.
    #[error("the price cannot be extended over the quantity")]
    Price(#[from] PriceError),
    /// The budget has not that much left: the price has risen since it was asked for.
    #[error(transparent)]
    Budget(#[from] ReserveError),
    /// It is not approved, or was ordered otherwise.
    #[error(transparent)]
    Place(#[from] PlaceOrderError),
}
