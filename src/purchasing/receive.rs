//! Goods arrive: onto the shelf, into the journal, off the list of what is on order.

use office_core::subject::{OrderId, ReceiptId};
use office_core::{Money, MoneyError, PriceError, StoreError, Tx};
use office_finance::{DeliverError, Entry, EntryError, EntryId, Posting};
use office_inventory::{BookedGoods, GoodsDelivery, OrderLine, PurchaseOrder, ReceiveDeliveryError, receive_delivery};
use thiserror::Error;

use super::PurchasingRules;
use super::on_order::{Bought, BoughtError, OnOrderError, bought};
use crate::accounts::NoAccountError;
use crate::journal::{PostAndSpendError, post_and_spend};

/// Receives a delivery, whole, short or in excess of the order as far as its terms tolerate.
///
/// Goods go onto the shelf at the price of the order; the journal gets one entry for the delivery (stock against goods
/// received and not billed); what arrived is not on order any more in the budget of the year in which it was asked for, nor
/// is what is missing and, within the tolerance of the line, not missed.
/// A service is used as it is rendered: it is an expense at once, against the same account. A delivery note that comes
/// again is recognised and changes nothing.
///
/// # Errors
/// [`ReceiveError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/purchase.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, buying, command, delivery, placed, shop};
/// use office::purchasing::receive;
///
/// let (office, rules) = (&shop()?, &buying()?);
/// let order = placed(office, rules, "RQ-1")?;
/// let take = |note, boxes| {
///     let (key, came) = (command(note, "ann")?, &delivery(note, boxes)?);
///     Ok::<_, Failure>(wait(office.transact(&key, |tx| async move { receive(&tx, rules, order, came.clone()).await })))
/// };
/// assert_eq!(take("DN-1", "2 box")??.len(), 1);
/// // One box is missing: two are more than was ordered.
/// assert!(take("DN-2", "2 box")?.is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn receive(
    tx: &Tx,
    rules: &PurchasingRules,
    order: OrderId,
    delivery: GoodsDelivery,
) -> Result<Vec<BookedGoods>, ReceiveError> {
    // Read.
    let before = bought(tx, rules, order, delivery.on).await?;

    // Decide and record what inventory makes of it.
    let (note, on) = (delivery.note.clone(), delivery.on);
    let booked = receive_delivery(tx, order, delivery).await?;
    let after = Bought { order: tx.load(PurchaseOrder::key(order)).await?, ..before.clone() };

    // Translate and record what it means for books and budget.
    let mut postings = Vec::new();
    for (earlier, line) in before.order.lines().iter().zip(after.order.lines()) {
        let item = after.items.get(&line.item()).zip(after.budgets.get(&line.number()));
        let Some((item, budget_id)) = item.filter(|_| earlier.received() != line.received()) else { continue };
        let goods = booked.iter().find(|goods| goods.line == line.number());
        let value = match goods {
            Some(goods) => goods.entered.value,
            None => worth(line, &after.order)?.checked_sub(worth(earlier, &before.order)?)?,
        };
        if let Some(goods) = goods {
            for posting in &goods.entered.postings {
                postings.extend(rules.accounts.stock_postings(posting, item.category())?);
            }
        } else {
            let account = rules.accounts.expense_of(item.category())?;
            postings.push(Posting::debit(account.clone(), value).borne_by(line.cost_centre()));
            postings.push(Posting::credit(rules.accounts.goods_received.clone(), value));
        }
        let receipt = ReceiptId::natural("receipt", &format!("{order}/{note}/{}", line.number()));
        if let Some(budget) = tx.find(*budget_id).await? {
            tx.decide(*budget_id, budget.deliver(receipt, order, value)?).await?;
        }
    }
    if before.order != after.order {
        after.tell_budget(tx, order).await?;
    }
    postings.retain(|posting| !posting.amount.is_zero());
    if !postings.is_empty() {
        let entry = Entry::balanced(on, format!("delivery {note}, order {}", after.order.number()), postings)?;
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
    /// The order cannot be read with what belongs to it.
    #[error(transparent)]
    Order(#[from] BoughtError),
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
    /// The budget cannot be told what is on order.
    #[error(transparent)]
    OnOrder(#[from] OnOrderError),
    /// It does not make a journal entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The journal or the budget does not take it.
    #[error(transparent)]
    Post(#[from] PostAndSpendError),
}
