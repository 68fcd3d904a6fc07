//! What is still on order and what is open of requisitions, and the budget that bears it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{ItemId, OrderId, RequisitionId};
use office_core::{Id, Money, MoneyError, PriceError, StoreError, Tx};
use office_finance::{BudgetClaims, BudgetLine, ReserveError};
use office_inventory::{Item, OrderLine, OrderStatus, PurchaseOrder, Requisition};
use thiserror::Error;

use super::PurchasingRules;
use super::price::budget_of;
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
    bought_of(tx, rules, order, on).await
}

/// The same of an order as it would be.
pub(super) async fn bought_of(
    tx: &Tx,
    rules: &PurchasingRules,
    order: PurchaseOrder,
    on: NaiveDate,
) -> Result<Bought, BoughtError> {
    let (mut items, mut budgets) = (BTreeMap::new(), BTreeMap::new());
    for line in order.lines() {
        let item = tx.load(Item::key(line.item())).await?;
        let asked = match line.requisition() {
            Some(at) => tx.load(Requisition::key(at.requisition)).await?.request().on,
            None => match order.status() {
                OrderStatus::Draft => on,
                OrderStatus::Approved { on, .. } | OrderStatus::Sent { on } => on,
            },
        };
        budgets.insert(line.number(), budget_of(rules, &item, line.cost_centre(), asked)?);
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
        let mut claims = Claims::default();
        claims.commit(order, self.on_order()?);
        claims.note(tx).await
    }
}

/// What a requisition takes of the budget, by the line that bears it: what is open, at its estimate; nothing where it is
/// turned down.
pub(super) async fn reserved_by(
    tx: &Tx,
    rules: &PurchasingRules,
    requisition: &Requisition,
) -> Result<BTreeMap<Id<BudgetLine>, Money>, OnOrderError> {
    let (request, none) = (requisition.request(), Money::zero(requisition.estimate().currency()));
    let mut all = BTreeMap::new();
    for line in requisition.lines() {
        let item = tx.load(Item::key(line.item())).await?;
        let sum = all.entry(budget_of(rules, &item, request.cost_centre, request.on)?).or_insert(none);
        if requisition.is_pending() {
            *sum = sum.checked_add(line.estimate_of(line.open()))?;
        }
    }
    Ok(all)
}

/// What requisitions and orders take of the budget from now on, by its lines.
#[derive(Default)]
pub(super) struct Claims(BTreeMap<Id<BudgetLine>, BudgetClaims>);

impl Claims {
    pub(super) fn reserve(&mut self, requisition: RequisitionId, amounts: BTreeMap<Id<BudgetLine>, Money>) {
        for (budget, left) in amounts {
            self.0.entry(budget).or_default().reserved.insert(requisition, left);
        }
    }

    pub(super) fn commit(&mut self, order: OrderId, amounts: BTreeMap<Id<BudgetLine>, Money>) {
        for (budget, left) in amounts {
            self.0.entry(budget).or_default().committed.insert(order, left);
        }
    }

    /// Whether the budget has that much left. Where nothing is planned, no order may take more than `before`.
    pub(super) async fn fit(&self, tx: &Tx, before: &BTreeMap<Id<BudgetLine>, Money>) -> Result<bool, OnOrderError> {
        for (id, claims) in &self.0 {
            let Some(line) = tx.find(*id).await? else {
                for left in claims.committed.values() {
                    let before = before.get(id).copied().unwrap_or(Money::zero(left.currency()));
                    if left.compare(&before)?.is_gt() {
                        return Ok(false);
                    }
                }
                continue;
            };
            match line.claim(claims) {
                Ok(_) => {}
                Err(ReserveError::Over { .. }) => return Ok(false),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(true)
    }

    /// Records them where there is a budget, as far as it has that much left.
    pub(super) async fn claim(self, tx: &Tx) -> Result<(), OnOrderError> {
        for (id, claims) in self.0 {
            if let Some(line) = tx.find(id).await? {
                tx.decide(id, line.claim(&claims)?).await?;
            }
        }
        Ok(())
    }

    /// Records them where the budget bears them, whatever it has left.
    pub(super) async fn note(self, tx: &Tx) -> Result<(), OnOrderError> {
        for (id, claims) in self.0 {
            if let Some(line) = tx.find(id).await? {
                tx.decide(id, line.note(&claims)).await?;
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
    /// What an item belongs to has no account.
    #[error(transparent)]
    Account(#[from] NoAccountError),
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
