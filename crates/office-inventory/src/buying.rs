//! From a requisition to goods on the shelf.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{ItemId, OrderId, PlaceId, RequisitionId};
use office_core::{
    Decision, Entity, Quantity, QuantityError, Ratio, Rounding, StoreError, Tx, UnitCode, UnitPrice, View,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    AdvanceOrderError, Delivery, DraftOrderError, Entered, Item, ItemKind, ItemUnitError, NewOrder, NewOrderLine,
    OrderFact, OrderTerms, ParseReferenceError, PlaceRequisitionError, Position, PriceList, PurchaseOrder,
    ReceiveOrderError, ReceiveStockError, Reference, Reorder, ReorderError, Requisition, Stock, StockFact,
    StockReceipt, VendorId, propose_reorder,
};

/// How a requisition is to be ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purchase {
    /// The id of the order.
    pub order: OrderId,
    /// Its number.
    pub number: Reference,
    /// Who is to deliver.
    pub vendor: VendorId,
    /// The agreed price, in the unit in which it was asked for.
    pub price: UnitPrice,
    /// How deliveries are judged and valued.
    pub terms: OrderTerms,
    /// The day of the order.
    pub on: NaiveDate,
}

/// A requisition cannot be ordered.
#[derive(Debug, Error)]
pub enum PlaceOrderError {
    /// The store has failed, or knows no such requisition.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// The requisition refuses.
    #[error("the requisition cannot be ordered")]
    Requisition(#[from] PlaceRequisitionError),
    /// The order cannot be written down.
    #[error("the order cannot be written down")]
    Draft(#[from] DraftOrderError),
    /// The order cannot be sent.
    #[error("the order cannot be sent")]
    Advance(#[from] AdvanceOrderError),
}

/// Orders what an approved requisition asks for: the order is written down, approved as the requisition was, and sent.
///
/// # Errors
/// [`PlaceOrderError`]; nothing is recorded then.
pub async fn place_order(tx: &Tx, requisition: RequisitionId, purchase: Purchase) -> Result<(), PlaceOrderError> {
    // Read.
    let requested = tx.load(Requisition::key(requisition)).await?;

    // Decide.
    let Purchase { order, number, vendor, price, terms, on } = purchase;
    let Decision::Record(placed) = requested.place(order, on)? else { return Ok(()) };
    let request = requested.request();
    let line = NewOrderLine { item: request.item, quantity: request.quantity, price, cost_centre: request.cost_centre };
    let new = NewOrder { number, vendor, requisition: Some(requisition), terms, lines: vec![line] };
    let drafted = PurchaseOrder::draft(new)?;
    let approved = OrderFact::Approved { by: requested.approved_by(), on };

    // Record.
    if let Decision::Record(drafted) = drafted {
        tx.create(PurchaseOrder::key(order), drafted).await?;
        tx.record(PurchaseOrder::key(order), approved).await?;
        tx.record(PurchaseOrder::key(order), OrderFact::Sent { on }).await?;
    }
    tx.record(Requisition::key(requisition), placed).await?;
    Ok(())
}

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

/// A delivery cannot be received.
#[derive(Debug, Error)]
pub enum ReceiveDeliveryError {
    /// The store has failed, or knows no such order or item.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// The item is not traded in a unit.
    #[error("the quantity cannot be told in the unit that is wanted")]
    Unit(#[from] ItemUnitError),
    /// A quantity is no exact number of the unit in which it was ordered.
    #[error("{given} are no exact quantity in `{ordered}`")]
    NotExact {
        /// The quantity.
        given: Quantity,
        /// The unit in which it was ordered.
        ordered: UnitCode,
    },
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
            ItemKind::Stocked | ItemKind::Consumable => Some(tx.load(Stock::key(line.item())).await?),
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

/// A quantity in another unit of the item, exactly.
fn in_unit(item: &Item, given: Quantity, ordered: UnitCode) -> Result<Quantity, ReceiveDeliveryError> {
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
    quantity.ok_or(ReceiveDeliveryError::NotExact { given, ordered })
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
        let quantity = item.in_stock_unit(arrived.quantity)?;
        let reference: Reference = format!("{note} / {} / {}", order.number(), arrived.line).parse()?;
        let (value, from, to, on) = (arrived.value, order.vendor(), goods.to, *on);
        if let Decision::Record(fact) = stock.receive(StockReceipt { quantity, value, from, to, on, reference })? {
            stock.apply(&fact);
            let nothing = || Entered { value, postings: Vec::new() };
            let entered = fact.entered().unwrap_or_else(nothing);
            booked.push((fact, BookedGoods { line: arrived.line, item: line.item(), quantity, entered }));
        }
    }
    Ok(booked)
}

/// It cannot be said whether to order.
#[derive(Debug, Error)]
pub enum CheckReorderError {
    /// The store has failed, or knows no such item.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// What is ordered or asked for cannot be told in the stock unit.
    #[error("what is ordered or asked for cannot be told in the stock unit")]
    Unit(#[from] ItemUnitError),
    /// The quantities cannot be added up.
    #[error("the quantities cannot be added up")]
    Quantity(#[from] QuantityError),
    /// The rule cannot be asked.
    #[error("the rule cannot be asked")]
    Rule(#[from] ReorderError),
}

/// What there is of an item and what is coming: what is on hand, on order, and asked for but not yet ordered.
///
/// # Errors
/// [`CheckReorderError`].
pub async fn position(view: &View, item: ItemId) -> Result<Position, CheckReorderError> {
    let kept = view.load(Item::key(item)).await?;
    let stock = view.load(Stock::key(item)).await?;
    let orders = view.list(PurchaseOrder::EXPECTED, &item).await?;
    let requisitions = view.list(Requisition::PENDING, &item).await?;
    let (mut on_order, mut requested) = (Quantity::zero(kept.unit()), Quantity::zero(kept.unit()));
    for line in orders.iter().flat_map(|(_, order)| order.lines()).filter(|line| line.item() == item) {
        on_order = on_order.checked_add(kept.in_stock_unit(line.expected())?)?;
    }
    for (_, requisition) in &requisitions {
        requested = requested.checked_add(kept.in_stock_unit(requisition.request().quantity)?)?;
    }
    Ok(Position { on_hand: stock.on_hand(), on_order, requested })
}

/// Whether an item is to be ordered on a day, by all that is known of it.
///
/// # Errors
/// [`CheckReorderError`].
pub async fn check_reorder(
    view: &View,
    item: ItemId,
    prices: &PriceList,
    on: NaiveDate,
) -> Result<Reorder, CheckReorderError> {
    let kept = view.load(Item::key(item)).await?;
    let position = position(view, item).await?;
    Ok(propose_reorder(item, &kept, position, prices, on)?)
}
