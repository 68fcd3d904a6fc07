//! What is still on order, and the budget that bears it.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use office_core::subject::{ItemId, OrderId};
use office_core::{Id, Money, MoneyError, PriceError, StoreError, Tx};
use office_finance::{BudgetLine, ReserveError};
use office_inventory::{Item, OrderLine, OrderStatus, PurchaseOrder, Requisition};
use thiserror::Error;

use super::PurchasingRules;
use crate::accounts::NoAccountError;

/// An order and what is to be known of it to keep books and budget.
#[derive(Clone)]
pub(super) struct Bought {
    pub(super) order: PurchaseOrder,
    pub(super) items: BTreeMap<ItemId, Item>,
    /// The budget line that bears each line, by its number.
    pub(super) budgets: BTreeMap<u32, Id<BudgetLine>>,
}

/// Reads an order, its items, and the lines of the budget that bear it: those of the year in which each was asked for, or
/// else in which the order was placed.
pub(super) async fn bought(
    tx: &Tx,
    rules: &PurchasingRules,
    id: OrderId,
    on: NaiveDate,
) -> Result<Bought, BoughtError> {
    let order = tx.load(PurchaseOrder::key(id)).await?;
    let (mut items, mut budgets) = (BTreeMap::new(), BTreeMap::new());
    for line in order.lines() {
        let item = tx.load(Item::key(line.item())).await?;
        let asked = match line.requisition() {
            Some(requisition) => tx.load(Requisition::key(requisition)).await?.request().on,
            None => match order.status() {
                OrderStatus::Draft => on,
                OrderStatus::Approved { on, .. } | OrderStatus::Sent { on } => on,
            },
        };
        let account = rules.accounts.expense_of(item.category())?;
        budgets.insert(line.number(), BudgetLine::id_of(line.cost_centre(), account, asked.year()));
        items.insert(line.item(), item);
    }
    Ok(Bought { order, items, budgets })
}

impl Bought {
    /// What is still on order, by the line of the budget that bears it.
    pub(super) fn on_order(&self) -> Result<BTreeMap<Id<BudgetLine>, Money>, OnOrderError> {
        let terms = self.order.terms();
        let mut all: BTreeMap<Id<BudgetLine>, Money> = BTreeMap::new();
        for (line, budget) in
            self.order.lines().iter().filter_map(|line| Some((line, self.budgets.get(&line.number())?)))
        {
            let sum = all.entry(*budget).or_insert(Money::zero(terms.currency));
            *sum = sum.checked_add(rest_of(line, &self.order)?)?;
        }
        Ok(all)
    }

    /// Tells the budget what is on order after something has happened to the order, where it bears it.
    pub(super) async fn tell_budget(&self, tx: &Tx, order: OrderId) -> Result<(), OnOrderError> {
        for (id, left) in self.on_order()? {
            if let Some(line) = tx.find(id).await?.filter(|line| line.on_order(order).is_some()) {
                tx.decide(id, line.expect(order, left)).await?;
            }
        }
        Ok(())
    }
}

/// What is to come of a line, at the price of the order: what all of it comes to less what was delivered.
fn rest_of(line: &OrderLine, order: &PurchaseOrder) -> Result<Money, PriceError> {
    let none = Money::zero(order.terms().currency);
    if !line.expected().is_positive() {
        return Ok(none);
    }
    let worth = |quantity| line.worth(quantity, order.terms().rounding);
    let all = line.delivered().checked_add(line.expected()).unwrap_or(line.wanted());
    let rest = worth(all)?.checked_sub(worth(line.delivered())?)?;
    Ok(if rest.is_negative() { none } else { rest })
}

/// An order cannot be read with what belongs to it.
#[derive(Debug, Error)]
pub enum BoughtError {
    /// The store has failed, or knows no such order.
    #[error("the order could not be read")]
    Store(#[from] StoreError),
    /// What an item belongs to has no account.
    #[error(transparent)]
    Account(#[from] NoAccountError),
}

/// The budget cannot be told what is on order.
#[derive(Debug, Error)]
pub enum OnOrderError {
    /// The store has failed.
    #[error("the budget could not be stored")]
    Store(#[from] StoreError),
    /// What is on order cannot be valued.
    #[error("what is on order cannot be valued")]
    Price(#[from] PriceError),
    /// What is on order cannot be added up.
    #[error("what is on order cannot be added up")]
    Money(#[from] MoneyError),
    /// The budget has not that much left.
    #[error(transparent)]
    Budget(#[from] ReserveError),
}
