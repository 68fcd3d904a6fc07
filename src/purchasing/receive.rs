//! Goods arrive: onto the shelf, into the journal, off the list of what is on order.

use std::collections::BTreeMap;

use chrono::Datelike;
use office_core::subject::{OrderId, ReceiptId};
use office_core::{Money, MoneyError, PriceError, StoreError, Tx};
use office_finance::{BudgetLine, DeliverError, Entry, EntryError, EntryId, Posting};
use office_inventory::{
    BookedGoods, GoodsDelivery, Item, OrderLine, PurchaseOrder, ReceiveDeliveryError, Requisition, receive_delivery,
};
use thiserror::Error;

use super::PurchasingRules;
use crate::accounts::NoAccountError;
use crate::journal::{PostAndSpendError, post_and_spend};

/// Receives a delivery, whole, short or in excess of the order as far as its terms tolerate.
///
/// Goods go onto the shelf at the price of the order; the journal gets one entry for the delivery (stock against goods
/// received and not billed); what arrived is not on order any more in the budget of the year in which it was asked for.
/// A service is used as it is rendered: it is an expense at once, against the same account. A delivery note that comes
/// again is recognised and changes nothing.
///
/// # Errors
/// [`ReceiveError`]; nothing is recorded then.
pub async fn receive(
    tx: &Tx,
    rules: &PurchasingRules,
    order: OrderId,
    delivery: GoodsDelivery,
) -> Result<Vec<BookedGoods>, ReceiveError> {
    // Read.
    let placed = tx.load(PurchaseOrder::key(order)).await?;
    let year = match placed.requisition() {
        Some(requisition) => tx.load(Requisition::key(requisition)).await?.request().on.year(),
        None => delivery.on.year(),
    };
    let mut items = BTreeMap::new();
    for line in placed.lines() {
        items.insert(line.item(), tx.load(Item::key(line.item())).await?);
    }

    // Decide and record what inventory makes of it.
    let (note, on) = (delivery.note.clone(), delivery.on);
    let booked = receive_delivery(tx, order, delivery).await?;
    let received = tx.load(PurchaseOrder::key(order)).await?;

    // Translate and record what it means for books and budget.
    let mut postings = Vec::new();
    for (before, after) in placed.lines().iter().zip(received.lines()) {
        let Some(item) = items.get(&after.item()).filter(|_| before.received() != after.received()) else { continue };
        let account = rules.accounts.expense_of(item.category())?;
        let goods = booked.iter().find(|goods| goods.line == after.number());
        let value = match goods {
            Some(goods) => goods.entered.value,
            None => worth(after, &received)?.checked_sub(worth(before, &placed)?)?,
        };
        if let Some(goods) = goods {
            for posting in &goods.entered.postings {
                postings.extend(rules.accounts.stock_postings(posting, item.category())?);
            }
        } else {
            postings.push(Posting::debit(account.clone(), value).borne_by(after.cost_centre()));
            postings.push(Posting::credit(rules.accounts.goods_received.clone(), value));
        }
        let budget_id = BudgetLine::id_of(after.cost_centre(), account, year);
        let receipt = ReceiptId::natural("receipt", &format!("{order}/{note}/{}", after.number()));
        if let Some(budget) = tx.find(budget_id).await? {
            tx.decide(budget_id, budget.deliver(receipt, order, value)?).await?;
        }
    }
    postings.retain(|posting| !posting.amount.is_zero());
    if !postings.is_empty() {
        let entry = Entry::balanced(on, format!("delivery {note}, order {}", placed.number()), postings)?;
        let id = EntryId::natural("delivery", &format!("{order}/{note}"));
        post_and_spend(tx, &rules.chart, id, entry.resting_on(note.as_str())?).await?;
    }
    Ok(booked)
}

/// What has been received of a line is worth, at the price of its order.
fn worth(line: &OrderLine, order: &PurchaseOrder) -> Result<Money, PriceError> {
    line.worth(line.received(), order.terms().rounding)
}

/// A delivery cannot be received.
#[derive(Debug, Error)]
pub enum ReceiveError {
    /// The store has failed, or knows no such order.
    #[error("the delivery could not be stored")]
    Store(#[from] StoreError),
    /// Order or shelf do not take it.
    #[error(transparent)]
    Delivery(#[from] ReceiveDeliveryError),
    /// What the item belongs to has no account.
    #[error(transparent)]
    Account(#[from] NoAccountError),
    /// What arrived cannot be valued.
    #[error("what arrived cannot be valued")]
    Price(#[from] PriceError),
    /// The values cannot be added up.
    #[error("what arrived cannot be added up")]
    Money(#[from] MoneyError),
    /// Something else arrived by that note, says the budget.
    #[error(transparent)]
    Budget(#[from] DeliverError),
    /// It does not make a journal entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The journal or the budget does not take it.
    #[error(transparent)]
    Post(#[from] PostAndSpendError),
}
