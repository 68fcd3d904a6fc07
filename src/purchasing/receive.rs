//! Goods arrive: onto the shelf, into the journal, off the list of what is on order.

use std::collections::BTreeMap;

use chrono::Datelike;
use office_core::subject::{OrderId, ReceiptId};
use office_core::{StoreError, Tx};
use office_finance::{BudgetLine, DeliverError, Entry, EntryError, EntryId, PostError, post};
use office_inventory::{BookedGoods, GoodsDelivery, Item, PurchaseOrder, ReceiveDeliveryError, receive_delivery};
use thiserror::Error;

use super::PurchasingRules;
use crate::accounts::NoAccountError;

/// Receives a delivery, whole, short or in excess of the order as far as its terms tolerate.
///
/// Goods go onto the shelf at the price of the order; the journal gets one entry for the delivery (stock against goods
/// received and not billed); what arrived is not on order any more in the budget. A delivery note that comes again is
/// recognised and changes nothing.
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
    let mut categories = BTreeMap::new();
    for line in placed.lines() {
        let item = tx.load(Item::key(line.item())).await?;
        categories.insert(line.item(), item.category().to_owned());
    }

    // Decide and record what inventory makes of it.
    let (note, on) = (delivery.note.clone(), delivery.on);
    let booked = receive_delivery(tx, order, delivery).await?;

    // Translate and record what it means for books and budget.
    let mut postings = Vec::new();
    for goods in &booked {
        let category = categories.get(&goods.item).map(String::as_str).unwrap_or_default();
        for posting in &goods.entered.postings {
            postings.extend(rules.accounts.stock_postings(posting, category)?);
        }
        let Some(line) = placed.line(goods.line) else { continue };
        let account = rules.accounts.expense_of(category)?;
        let budget_id = BudgetLine::id_of(line.cost_centre(), account, on.year());
        let receipt = ReceiptId::natural("receipt", &format!("{order}/{note}/{}", goods.line));
        if let Some(budget) = tx.find(budget_id).await? {
            tx.decide(budget_id, budget.deliver(receipt, order, goods.entered.value)?).await?;
        }
    }
    if !postings.is_empty() {
        let entry = Entry::balanced(on, format!("delivery {note}, order {}", placed.number()), postings)?;
        let id = EntryId::natural("delivery", &format!("{order}/{note}"));
        post(tx, &rules.chart, id, entry.resting_on(note.as_str())?).await?;
    }
    Ok(booked)
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
    /// Something else arrived by that note, says the budget.
    #[error(transparent)]
    Budget(#[from] DeliverError),
    /// It does not make a journal entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The journal does not take it.
    #[error(transparent)]
    Post(#[from] PostError),
}
