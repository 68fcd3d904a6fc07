//! Goods of an order go back to the vendor, or were never there.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::{ItemId, OrderId, PlaceId};
use office_core::{Decision, Entity, Money, Quantity, StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::filing::{open_shelf, put_away};
use crate::receiving::{in_unit, paper_of};
use crate::{
    Entered, InUnitError, Item, ItemKind, LotId, OrderFact, OrderReturn, ParseReferenceError, PurchaseOrder, Reference,
    Remedy, ReturnStockError, ReverseStockError, SendBackError, Stock, StockFact, StockReturn, UndoReceiptError,
};

/// Goods of one delivery that go back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoodsReturn {
    /// The number of the slip that goes with them.
    pub slip: Reference,
    /// The note by which they had come.
    pub note: Reference,
    /// The day on which they go.
    pub on: NaiveDate,
    /// What the vendor is to do about it.
    pub remedy: Remedy,
    /// Why they go back.
    pub why: String,
    /// What goes back, by line of the order.
    pub lines: BTreeMap<u32, GoodsBack>,
}

/// What goes back of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoodsBack {
    /// How many, in any unit in which the item is traded.
    pub quantity: Quantity,
    /// Where they are taken from.
    pub from: PlaceId,
    /// Of which lot they are; of a single piece, its serial number is the lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<LotId>,
}

/// What went back, or was taken back, line by line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SentBack {
    /// The line of the order, from 1.
    pub line: u32,
    /// The item.
    pub item: ItemId,
    /// How many, in the unit of the order.
    pub quantity: Quantity,
    /// What they are worth at the price of the order.
    pub worth: Money,
    /// What they cost on the shelf and what that means for the books; nothing for a service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered: Option<Entered>,
}

/// Goods cannot be sent back.
#[derive(Debug, Error)]
pub enum ReturnDeliveryError {
    /// The store has failed, or knows no such order or item.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// What goes back cannot be told as it was ordered.
    #[error(transparent)]
    Unit(#[from] InUnitError),
    /// The order refuses.
    #[error("the order refuses")]
    Order(#[from] SendBackError),
    /// Slip and order together make too long a reference.
    #[error("the slip and the order cannot be referred to together")]
    Reference(#[from] ParseReferenceError),
    /// The stock refuses.
    #[error("the stock refuses")]
    Stock(#[from] ReturnStockError),
}

/// Sends goods of a delivery back: off its order and off the shelf, at what they cost.
///
/// Answers what went back, line by line; nothing where they had gone before. A service goes off its order alone.
///
/// # Errors
/// [`ReturnDeliveryError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("receiving/ordered.txt")]
/// # use office_inventory::{DeliveredGoods, GoodsDelivery, receive_delivery};
/// # let order = Id::natural("order", "RO-05");
/// # let goods = DeliveredGoods { quantity: "10 box".parse()?, to: Id::natural("place", "R-S1"), lot: None };
/// # let (note, on) = ("DN-03".parse()?, "2026-10-08".parse()?);
/// # let delivery = GoodsDelivery { note, on, lines: [(1, goods)].into() };
/// # wait(office.transact(&command("DN-03")?, |tx| {
/// #     let delivery = delivery.clone();
/// #     async move { receive_delivery(&tx, order, delivery).await }
/// # }))?;
/// use office_inventory::{GoodsBack, GoodsReturn, Remedy, ReturnDeliveryError, return_delivery};
///
/// // Of the 10 boxes that came by DN-03, some are damp.
/// let damp = |slip: &str, quantity: &str| {
///     let goods = GoodsBack { quantity: quantity.parse()?, from: Id::natural("place", "R-S1"), lot: None };
///     let (slip, note, why) = (slip.parse()?, "DN-03".parse()?, "damp".to_owned());
///     let (on, lines) = ("2026-10-09".parse()?, [(1, goods)].into());
///     Ok::<_, Box<dyn std::error::Error>>(GoodsReturn { slip, note, on, remedy: Remedy::Credit, why, lines })
/// };
/// let two = damp("RS-1", "2 box")?;
/// let gone = wait(office.transact(&command("RS-1")?, |tx| {
///     let two = two.clone();
///     async move { return_delivery(&tx, order, two).await }
/// }))?;
/// assert_eq!((gone[0].quantity.to_string(), gone[0].worth.to_string()), ("2 box".to_owned(), "41.00 EUR".to_owned()));
///
/// // No more goes back than came by the note.
/// let nine = damp("RS-2", "9 box")?;
/// let refused = wait(office.transact(&command("RS-2")?, |tx| {
///     let nine = nine.clone();
///     async move { return_delivery(&tx, order, nine).await }
/// }));
/// assert!(matches!(refused, Err(ReturnDeliveryError::Order(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn return_delivery(
    tx: &Tx,
    order: OrderId,
    goods: GoodsReturn,
) -> Result<Vec<SentBack>, ReturnDeliveryError> {
    // Read.
    let placed = tx.load(PurchaseOrder::key(order)).await?;
    let items = items_of(tx, &placed, goods.lines.keys().copied()).await?;

    // Decide. No shelf is opened for a slip that is known.
    let back = in_ordered_units(&placed, &goods, &items)?;
    let Decision::Record(fact) = placed.send_back(back)? else { return Ok(Vec::new()) };
    let OrderFact::Returned { worth, .. } = &fact else { return Ok(Vec::new()) };
    let mut booked = Booked::new();
    for returned in worth {
        let known = placed.line(returned.line).zip(goods.lines.get(&returned.line));
        let Some((line, back)) = known else { continue };
        let Some(item) = items.get(&line.item()) else { continue };
        let decided = if item.kind() == ItemKind::Service {
            None
        } else {
            let received = paper_of(&goods.note, &placed, returned.line)?;
            let reference = paper_of(&goods.slip, &placed, returned.line)?;
            let quantity = item.in_stock_unit(returned.quantity).map_err(InUnitError::Unit)?;
            let (from, to, lot, on) = (back.from, placed.vendor(), back.lot, goods.on);
            let stock = shelf_after(tx, &booked, line.item(), Some(&reference), on).await?;
            stock.send_back(StockReturn { quantity, from, to, lot, received, on, reference })?.fact()
        };
        let entered = decided.as_ref().and_then(StockFact::entered);
        let (quantity, worth) = (returned.quantity, returned.value);
        booked.push((SentBack { line: returned.line, item: line.item(), quantity, worth, entered }, decided));
    }

    // Record.
    record(tx, order, fact, booked).await.map_err(ReturnDeliveryError::from)
}

/// A delivery cannot be taken back.
#[derive(Debug, Error)]
pub enum UndoDeliveryError {
    /// The store has failed, or knows no such order or item.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// The order refuses.
    #[error("the order refuses")]
    Order(#[from] UndoReceiptError),
    /// Note and order together make too long a reference.
    #[error("the note and the order cannot be referred to together")]
    Reference(#[from] ParseReferenceError),
    /// The stock does not know the receipt any more: its period is closed.
    #[error("the receipt `{reference}` is of a closed period: send the goods back instead")]
    Closed {
        /// The paper by which it was booked.
        reference: Reference,
    },
    /// The stock refuses.
    #[error("the stock refuses")]
    Stock(#[from] ReverseStockError),
}

/// Takes a delivery back that was received by mistake: off its order and off the shelf, as if it had never been.
///
/// Answers what was taken back, line by line; nothing where it had been before.
///
/// # Errors
/// [`UndoDeliveryError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("receiving/ordered.txt")]
/// # use office_inventory::{DeliveredGoods, GoodsDelivery, receive_delivery};
/// # let order = Id::natural("order", "RO-05");
/// # let goods = DeliveredGoods { quantity: "10 box".parse()?, to: Id::natural("place", "R-S1"), lot: None };
/// # let (note, on) = ("DN-03".parse()?, "2026-10-08".parse()?);
/// # let delivery = GoodsDelivery { note, on, lines: [(1, goods)].into() };
/// # wait(office.transact(&command("DN-03")?, |tx| {
/// #     let delivery = delivery.clone();
/// #     async move { receive_delivery(&tx, order, delivery).await }
/// # }))?;
/// use office_inventory::{Reference, UndoDeliveryError, undo_delivery};
///
/// // The 10 boxes of DN-03 were for somebody else.
/// let take_back = |note: &str| {
///     let (key, note) = (command(&format!("undo-{note}"))?, note.parse::<Reference>()?);
///     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&key, |tx| {
///         let note = note.clone();
///         async move { undo_delivery(&tx, order, note, on).await }
///     })))
/// };
/// let undone = take_back("DN-03")??;
/// assert_eq!((undone[0].quantity.to_string(), undone[0].worth.to_string()), ("10 box".to_owned(), "205.00 EUR".to_owned()));
///
/// assert!(matches!(take_back("DN-09")?, Err(UndoDeliveryError::Order(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn undo_delivery(
    tx: &Tx,
    order: OrderId,
    note: Reference,
    on: NaiveDate,
) -> Result<Vec<SentBack>, UndoDeliveryError> {
    // Read.
    let placed = tx.load(PurchaseOrder::key(order)).await?;
    let arrived = placed.received_on(&note).unwrap_or(on);

    // Decide. No shelf is opened for a delivery that was taken back before.
    let Decision::Record(fact) = placed.undo_receipt(note.clone(), on)? else { return Ok(Vec::new()) };
    let OrderFact::ReceiptUndone { lines, .. } = &fact else { return Ok(Vec::new()) };
    let items = items_of(tx, &placed, lines.iter().map(|line| line.line)).await?;
    let mut booked = Booked::new();
    for taken in lines {
        let Some(line) = placed.line(taken.line) else { continue };
        let mut decided = None;
        if items.get(&line.item()).is_some_and(|item| item.kind() != ItemKind::Service) {
            let reference = paper_of(&note, &placed, taken.line)?;
            let stock = shelf_after(tx, &booked, line.item(), None, arrived).await?;
            let receipt = stock.booked(&reference).map(|movement| movement.sequence);
            let sequence = receipt.ok_or(UndoDeliveryError::Closed { reference })?;
            decided = stock.reverse(sequence)?.fact();
        }
        let entered = decided.as_ref().and_then(StockFact::entered);
        let (quantity, worth) = (taken.quantity, taken.value);
        booked.push((SentBack { line: taken.line, item: line.item(), quantity, worth, entered }, decided));
    }

    // Record.
    record(tx, order, fact, booked).await.map_err(UndoDeliveryError::from)
}

/// What goes, line by line, and what that does to its shelf, if it has one.
type Booked = Vec<(SentBack, Option<StockFact>)>;

/// The goods as their order tells quantities.
fn in_ordered_units(
    order: &PurchaseOrder,
    goods: &GoodsReturn,
    items: &BTreeMap<ItemId, Item>,
) -> Result<OrderReturn, InUnitError> {
    let mut lines = BTreeMap::new();
    for (number, back) in &goods.lines {
        let known = order.line(*number).and_then(|line| Some((line.ordered().unit(), items.get(&line.item())?)));
        // Where the line is not known, the order says so.
        let quantity = known.map_or(Ok(back.quantity), |(unit, item)| in_unit(item, back.quantity, unit))?;
        lines.insert(*number, quantity);
    }
    let GoodsReturn { slip, note, on, remedy, why, .. } = goods.clone();
    Ok(OrderReturn { slip, note, on, remedy, why, lines })
}

/// The shelf of an item as it is after what was decided for the lines before.
async fn shelf_after(
    tx: &Tx,
    before: &Booked,
    item: ItemId,
    paper: Option<&Reference>,
    on: NaiveDate,
) -> Result<Stock, StoreError> {
    let mut stock = open_shelf(tx, item, paper, on).await?;
    for fact in before.iter().filter(|(goods, _)| goods.item == item).filter_map(|(_, fact)| fact.as_ref()) {
        stock.apply(fact);
    }
    Ok(stock)
}

async fn record(tx: &Tx, order: OrderId, fact: OrderFact, booked: Booked) -> Result<Vec<SentBack>, StoreError> {
    tx.record(PurchaseOrder::key(order), fact).await?;
    let (mut gone, mut shelves) = (Vec::new(), BTreeSet::new());
    for (goods, fact) in booked {
        if let Some(fact) = fact {
            tx.record(Stock::key(goods.item), fact).await?;
            shelves.insert(goods.item);
        }
        gone.push(goods);
    }
    for item in shelves {
        put_away(tx, item).await?;
    }
    Ok(gone)
}

async fn items_of(
    tx: &Tx,
    order: &PurchaseOrder,
    lines: impl Iterator<Item = u32>,
) -> Result<BTreeMap<ItemId, Item>, StoreError> {
    let mut items = BTreeMap::new();
    for line in lines.filter_map(|number| order.line(number)) {
        items.insert(line.item(), tx.load(Item::key(line.item())).await?);
    }
    Ok(items)
}
