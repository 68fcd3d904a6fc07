//! What is to be bought at the price of the day, and the budget that bears it: read alike when it is asked for and when it
//! is ordered.

use chrono::{Datelike, NaiveDate};
use office_core::subject::{CostCentreId, ItemId};
use office_core::{Id, Money, PriceError, Quantity, StoreError, Tx, UnitPrice};
use office_finance::BudgetLine;
use office_inventory::{Item, NoPriceError, VendorId};
use thiserror::Error;

use super::PurchasingRules;
use crate::accounts::NoAccountError;

/// So much of an item, at somebody's expense.
pub(super) struct Want {
    pub(super) item: ItemId,
    pub(super) quantity: Quantity,
    pub(super) cost_centre: CostCentreId,
    /// When it was asked for: the budget of that year bears it.
    pub(super) asked: NaiveDate,
}

/// What it costs, and who bears it.
pub(super) struct Priced {
    pub(super) vendor: VendorId,
    pub(super) price: UnitPrice,
    pub(super) worth: Money,
    pub(super) budget: Id<BudgetLine>,
}

/// The preferred vendor's price on a day, over the quantity, and the budget line that the expense belongs to.
pub(super) async fn price(
    tx: &Tx,
    rules: &PurchasingRules,
    want: &Want,
    on: NaiveDate,
) -> Result<Priced, PriceWantedError> {
    let item = tx.load(Item::key(want.item)).await?;
    let budget = budget_of(rules, &item, want.cost_centre, want.asked)?;
    let vendor = item.vendor().ok_or(PriceWantedError::NoVendor { item: want.item })?;
    let price = rules.prices.quote(vendor, want.item, want.quantity, on)?.row.price;
    let worth = price.extend(&want.quantity, rules.terms.rounding)?;
    Ok(Priced { vendor, price, worth, budget })
}

/// The budget line that bears an item, asked for on a day.
pub(super) fn budget_of(
    rules: &PurchasingRules,
    item: &Item,
    cost_centre: CostCentreId,
    asked: NaiveDate,
) -> Result<Id<BudgetLine>, NoAccountError> {
    let account = rules.accounts.expense_of(item.category())?;
    Ok(BudgetLine::id_of(cost_centre, account, asked.year()))
}

/// What is to be bought has no price.
#[derive(Debug, Error)]
pub enum PriceWantedError {
    /// The store has failed, or knows no such item.
    #[error("the item could not be read")]
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
    Extend(#[from] PriceError),
}
