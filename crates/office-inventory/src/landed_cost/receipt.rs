//! What is known of goods that were received, also once their period is closed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::ItemId;
use office_core::{Money, Quantity, StoreError, Tx};

use super::booking::ShareLandedCostError;
use super::record::LandedGoods;
use crate::{Stock, StockFact};

/// What is known of a receipt.
pub(super) struct Received {
    pub(super) sequence: u64,
    pub(super) quantity: Quantity,
    pub(super) value: Money,
}

/// What is known of each receipt.
pub(super) async fn receipts(
    tx: &Tx,
    lines: &[LandedGoods],
    shelves: &BTreeMap<ItemId, Stock>,
) -> Result<Vec<Received>, ShareLandedCostError> {
    let (mut seen, mut receipts) = (BTreeSet::new(), Vec::with_capacity(lines.len()));
    for goods in lines {
        if !seen.insert((goods.item, &goods.receipt)) {
            return Err(ShareLandedCostError::Twice { receipt: goods.receipt.clone() });
        }
        let Some(stock) = shelves.get(&goods.item) else { continue };
        let booked = stock.ledger().movements().find(|(movement, _)| movement.reference == goods.receipt);
        let received = match booked {
            Some((movement, _)) if movement.effective == goods.received => movement
                .transfer
                .value()
                .map(|value| Received { sequence: movement.sequence, quantity: movement.transfer.quantity(), value }),
            None if !is_open(stock, goods.received) => closed_receipt(tx, goods).await?,
            Some(_) | None => None,
        };
        let LandedGoods { receipt, received: on, .. } = goods;
        let missing = || ShareLandedCostError::NotReceived { receipt: receipt.clone(), received: *on };
        receipts.push(received.ok_or_else(missing)?);
    }
    Ok(receipts)
}

/// A receipt of a closed period, which only the history of the stock knows.
async fn closed_receipt(tx: &Tx, goods: &LandedGoods) -> Result<Option<Received>, StoreError> {
    /// How many facts are read at a time.
    const PAGE: usize = 500;
    let (mut after, mut found) = (0_u64, None::<Received>);
    loop {
        let facts = tx.history(Stock::key(goods.item), after, PAGE).await?;
        for fact in &facts {
            match fact.fact::<Stock>()? {
                Some(StockFact::Received(booking)) if booking.movement.reference == goods.receipt => {
                    let movement = booking.movement;
                    let (sequence, quantity) = (movement.sequence, movement.transfer.quantity());
                    let value = movement.transfer.value().filter(|_| movement.effective == goods.received);
                    found = value.map(|value| Received { sequence, quantity, value });
                }
                Some(StockFact::Reversed { sequence, .. }) => found = found.filter(|known| known.sequence != sequence),
                Some(_) | None => {}
            }
        }
        if facts.len() < PAGE {
            return Ok(found);
        }
        after = after.saturating_add(u64::try_from(facts.len()).unwrap_or(u64::MAX));
    }
}

/// Whether the period of a day is open.
pub(super) fn is_open(stock: &Stock, day: NaiveDate) -> bool {
    stock.ledger().closed_through().is_none_or(|closed| day > closed)
}
