//! Giving goods out and counting them, in any unit in which an item is traded.

use office_core::subject::ItemId;
use office_core::{Decision, Money, StoreError, Tx};
use thiserror::Error;

use crate::{
    CountStockError, Entered, IssueStockError, Item, ItemUnitError, Reference, Stock, StockCount, StockFact, StockIssue,
};

/// Goods cannot be issued.
#[derive(Debug, Error)]
pub enum IssueGoodsError {
    /// The store has failed, or knows no such item.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// The item is not traded in the unit.
    #[error("the quantity cannot be told in the stock unit")]
    Unit(#[from] ItemUnitError),
    /// The stock refuses.
    #[error("the stock refuses")]
    Stock(#[from] IssueStockError),
}

/// A count cannot be booked.
#[derive(Debug, Error)]
pub enum CountGoodsError {
    /// The store has failed, or knows no such item.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// The item is not traded in the unit.
    #[error("the quantity cannot be told in the stock unit")]
    Unit(#[from] ItemUnitError),
    /// The stock refuses.
    #[error("the stock refuses")]
    Stock(#[from] CountStockError),
}

/// Issues goods from stock, in any unit in which the item is traded, and says what they cost.
///
/// An issue that was booked before is answered with what it costs now, and without postings.
///
/// # Errors
/// [`IssueGoodsError`]; nothing is recorded then.
pub async fn issue_goods(tx: &Tx, item: ItemId, issue: StockIssue) -> Result<Entered, IssueGoodsError> {
    // Read.
    let kept = tx.load(Item::key(item)).await?;
    let stock = tx.load(Stock::key(item)).await?;

    // Decide.
    let quantity = kept.in_stock_unit(issue.quantity)?;
    let reference = issue.reference.clone();
    let decision = stock.issue(StockIssue { quantity, ..issue })?;
    let entered = outcome(&stock, &reference, &decision);

    // Record.
    tx.decide(Stock::key(item), decision).await?;
    Ok(entered)
}

/// Books a count, in any unit in which the item is traded, and says what the difference is worth.
///
/// # Errors
/// [`CountGoodsError`]; nothing is recorded then.
pub async fn count_goods(tx: &Tx, item: ItemId, count: StockCount) -> Result<Entered, CountGoodsError> {
    // Read.
    let kept = tx.load(Item::key(item)).await?;
    let stock = tx.load(Stock::key(item)).await?;

    // Decide.
    let counted = kept.in_stock_unit(count.counted)?;
    let reference = count.reference.clone();
    let decision = stock.count(StockCount { counted, ..count })?;
    let entered = outcome(&stock, &reference, &decision);

    // Record.
    tx.decide(Stock::key(item), decision).await?;
    Ok(entered)
}

/// What a decision is worth; of what was booked before, what it is worth now.
fn outcome(stock: &Stock, reference: &Reference, decision: &Decision<StockFact>) -> Entered {
    let nothing = || Money::zero(stock.ledger().currency());
    let before = || {
        let booked = stock.ledger().movements().find(|(movement, _)| movement.reference == *reference);
        booked.map_or_else(nothing, |(_, value)| value)
    };
    match decision {
        Decision::Record(fact) => fact.entered().unwrap_or_else(|| Entered { value: nothing(), postings: Vec::new() }),
        Decision::AlreadyRecorded => Entered { value: before(), postings: Vec::new() },
    }
}
