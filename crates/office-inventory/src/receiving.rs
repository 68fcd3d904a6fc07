//! Goods of an order arrive on the shelf.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{ItemId, OrderId, PlaceId};
use office_core::{Decision, Entity, Quantity, Ratio, Rounding, StoreError, Tx, UnitCode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::filing::{open_shelf, put_away};
use crate::{
    Delivery, Entered, Item, ItemKind, ItemUnitError, LotId, OrderFact, ParseReferenceError, PurchaseOrder,
    ReceiveOrderError, ReceiveStockError, Reference, Stock, StockFact, StockReceipt,
};

/// What a delivery note says has arrived, and where it was put.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoodsDelivery {
    /// The number of the note.
    pub note: Reference,
    /// The day on which it arrived.
    pub on: NaiveDate,
    /// What arrived, by line of the order.
    pub lines: BTreeMap<u32, DeliveredGoods>,
}

/// What arrived on one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveredGoods {
    /// How many, in any unit in which the item is traded.
    pub quantity: Quantity,
    /// Where they were put.
    pub to: PlaceId,
    /// Of which lot they are; of a single piece, its serial number is the lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<LotId>,
}

/// What was booked of a delivery, line by line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookedGoods {
    /// The line of the order, from 1.
    pub line: u32,
    /// The item.
    pub item: ItemId,
    /// How many, in the stock unit.
    pub quantity: Quantity,
    /// What they are worth and what that means for the books.
    pub entered: Entered,
}

/// A quantity cannot be told in the unit in which it was ordered.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InUnitError {
    /// The item is not traded in a unit.
    #[error("the quantity cannot be told in the unit that is wanted")]
    Unit(#[from] ItemUnitError),
    /// The quantity is no exact number of the unit.
    #[error("{given} are no exact quantity in `{ordered}`")]
    NotExact {
        /// The quantity.
        given: Quantity,
        /// The unit in which it was ordered.
        ordered: UnitCode,
    },
}

/// A delivery cannot be received.
#[derive(Debug, Error)]
pub enum ReceiveDeliveryError {
    /// The store has failed, or knows no such order or item.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// What arrived cannot be told as it was ordered.
    #[error(transparent)]
    Unit(#[from] InUnitError),
    /// The order refuses.
    #[error("the order refuses")]
    Order(#[from] ReceiveOrderError),
    /// Note and order together make too long a reference.
    #[error("the note and the order cannot be referred to together")]
    Reference(#[from] ParseReferenceError),
    /// The stock refuses.
    #[error("the stock refuses")]
    Stock(#[from] ReceiveStockError),
}

/// Receives a delivery: on its order and onto the shelf, at the ordered price.
///
/// Answers what was put on shelves, line by line; nothing where the delivery had been received before. A service is
/// received on its order alone.
///
/// # Errors
/// [`ReceiveDeliveryError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("receiving/ordered.txt")]
/// use office_inventory::{DeliveredGoods, GoodsDelivery, ReceiveDeliveryError, receive_delivery};
///
/// // 13 boxes were ordered at 20.50, and 10 of them arrive.
/// let delivery = |note: &str| {
///     let goods = DeliveredGoods { quantity: "10 box".parse()?, to: Id::natural("place", "R-S1"), lot: None };
///     let (note, on) = (note.parse()?, "2026-10-08".parse()?);
///     Ok::<_, Box<dyn std::error::Error>>(GoodsDelivery { note, on, lines: [(1, goods)].into() })
/// };
/// let order = Id::natural("order", "RO-05");
/// let first = delivery("DN-03")?;
/// let booked = wait(office.transact(&command("DN-03")?, |tx| {
///     let first = first.clone();
///     async move { receive_delivery(&tx, order, first).await }
/// }))?;
/// assert_eq!(booked[0].quantity.to_string(), "50 ream");
/// assert_eq!(booked[0].entered.value.to_string(), "205.00 EUR");
///
/// // Ten more are too many.
/// let second = delivery("DN-04")?;
/// let refused = wait(office.transact(&command("DN-04")?, |tx| {
///     let second = second.clone();
///     async move { receive_delivery(&tx, order, second).await }
/// }));
/// assert!(matches!(refused, Err(ReceiveDeliveryError::Order(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn receive_delivery(
    tx: &Tx,
    order: OrderId,
    delivery: GoodsDelivery,
) -> Result<Vec<BookedGoods>, ReceiveDeliveryError> {
    // Read.
    let placed = tx.load(PurchaseOrder::key(order)).await?;
    let mut shelves = BTreeMap::new();
    for line in delivery.lines.keys().filter_map(|number| placed.line(*number)) {
        let item = tx.load(Item::key(line.item())).await?;
        let stock = match item.kind() {
            ItemKind::Stocked | ItemKind::Consumable | ItemKind::Kit => {
                Some(open_shelf(tx, line.item(), None, delivery.on).await?)
            }
            ItemKind::Service => None,
        };
        shelves.insert(line.item(), (item, stock));
    }

    // Decide.
    let arrived = in_ordered_units(&placed, &delivery, &shelves)?;
    let Decision::Record(received) = placed.receive(arrived)? else { return Ok(Vec::new()) };
    let booked = onto_shelves(&placed, &delivery, &received, &mut shelves)?;

    // Record.
    tx.record(PurchaseOrder::key(order), received).await?;
    let mut goods = Vec::new();
    for (fact, entry) in booked {
        tx.record(Stock::key(entry.item), fact).await?;
        goods.push(entry);
    }
    for entry in &goods {
        put_away(tx, entry.item).await?;
    }
    Ok(goods)
}

type Shelves = BTreeMap<ItemId, (Item, Option<Stock>)>;

/// The delivery as its order tells quantities.
fn in_ordered_units(
    order: &PurchaseOrder,
    delivery: &GoodsDelivery,
    shelves: &Shelves,
) -> Result<Delivery, ReceiveDeliveryError> {
    let mut lines = BTreeMap::new();
    for (number, goods) in &delivery.lines {
        let line = order.line(*number);
        let known = line.and_then(|line| Some((line.ordered().unit(), &shelves.get(&line.item())?.0)));
        let quantity = match known {
            Some((unit, item)) => in_unit(item, goods.quantity, unit)?,
            // The order says what is wrong with the line.
            None => goods.quantity,
        };
        lines.insert(*number, quantity);
    }
    Ok(Delivery { note: delivery.note.clone(), on: delivery.on, lines })
}

/// The paper by which the goods of a line are booked.
pub(crate) fn paper_of(note: &Reference, order: &PurchaseOrder, line: u32) -> Result<Reference, ParseReferenceError> {
    format!("{note} / {} / {line}", order.number()).parse()
}

/// A quantity in another unit of the item, exactly.
pub(crate) fn in_unit(item: &Item, given: Quantity, ordered: UnitCode) -> Result<Quantity, InUnitError> {
    if given.unit() == ordered {
        return Ok(given);
    }
    let stock = item.in_stock_unit(given)?;
    let content = Ratio::from_decimal(item.in_stock_unit(Quantity::whole(1, ordered))?.amount());
    let exact = Ratio::from_decimal(stock.amount()).checked_div(content);
    let amount = exact.ok().and_then(|exact| {
        let amount = exact.to_decimal(Quantity::PLACES, Rounding::Down)?;
        (Ratio::from_decimal(amount) == exact).then_some(amount)
    });
    let quantity = amount.and_then(|amount| Quantity::new(amount, ordered).ok());
    quantity.ok_or(InUnitError::NotExact { given, ordered })
}

/// What a received delivery does to the shelves.
fn onto_shelves(
    order: &PurchaseOrder,
    delivery: &GoodsDelivery,
    received: &OrderFact,
    shelves: &mut Shelves,
) -> Result<Vec<(StockFact, BookedGoods)>, ReceiveDeliveryError> {
    let OrderFact::Received { note, on, lines } = received else { return Ok(Vec::new()) };
    let mut booked = Vec::new();
    for arrived in lines {
        let goods = order.line(arrived.line).zip(delivery.lines.get(&arrived.line));
        let Some((line, goods)) = goods else { continue };
        let Some((item, Some(stock))) = shelves.get_mut(&line.item()) else { continue };
        let quantity = item.in_stock_unit(arrived.quantity).map_err(InUnitError::Unit)?;
        let reference = paper_of(note, order, arrived.line)?;
        let (value, from, to, on) = (arrived.value, order.vendor(), goods.to, *on);
        let receipt = StockReceipt { quantity, value, from, to, on, reference };
        let taken_in = match goods.lot {
            Some(lot) => stock.receive_of(lot, receipt)?,
            None => stock.receive(receipt)?,
        };
        if let Decision::Record(fact) = taken_in {
            stock.apply(&fact);
            let nothing = || Entered { value, postings: Vec::new() };
            let entered = fact.entered().unwrap_or_else(nothing);
            booked.push((fact, BookedGoods { line: arrived.line, item: line.item(), quantity, entered }));
        }
    }
    Ok(booked)
}
