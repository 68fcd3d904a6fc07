//! From a requisition to goods on the shelf.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{ItemId, OrderId, PlaceId, RequisitionId};
use office_core::{Decision, Entity, Quantity, Ratio, Rounding, StoreError, Tx, UnitCode, UnitPrice};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::filing::{open_shelf, put_away};
use crate::{
    AdvanceOrderError, Delivery, DraftOrderError, Entered, Item, ItemKind, ItemUnitError, NewOrder, NewOrderLine,
    OrderFact, OrderTerms, ParseReferenceError, PlaceRequisitionError, PurchaseOrder, ReceiveOrderError,
    ReceiveStockError, Reference, Requisition, Stock, StockFact, StockReceipt, VendorId,
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
///
/// # Example
/// ```
/// # use office_core::{
/// #     Actor, Command, Currency, Id, MemoryStore, Money, Office, Ratio, Role, wait,
/// # };
/// # use office_inventory::{CostMethod, Item, ItemKind, NewItem, NewStock, OpeningStock, Stock};
/// # let paper = Id::natural("item", "PAP-A4");
/// # let listed = Item::list(NewItem {
/// #     sku: "PAP-A4".parse()?,
/// #     name: "Copy paper".to_owned(),
/// #     category: "office".to_owned(),
/// #     kind: ItemKind::Consumable,
/// #     unit: "ream".parse()?,
/// #     packs: [("box".parse()?, Ratio::from_integer(5))].into(),
/// #     vendor: None,
/// #     reorder: None,
/// #     cost_method: CostMethod::Fifo,
/// # })?.fact().ok_or("a fact")?;
/// # let (at, unit, currency) = (Id::natural("place", "R-S1"), "ream".parse()?, Currency::EUR);
/// # let (quantity, value) = ("10 ream".parse()?, Money::from_minor(42_00, currency));
/// # let opening = Some(OpeningStock { quantity, value, at, on: "2026-10-01".parse()?, reference: "list".parse()? });
/// # let opened = Stock::begin(NewStock { item: paper, unit, currency, opening })?.fact().ok_or("a fact")?;
/// # let office = Office::on(MemoryStore::new());
/// # let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
/// # let at_noon = "2026-10-08T12:00:00Z".parse()?;
/// # let command = |key: &str| Command::new(key, "example", keeper.clone(), at_noon);
/// # wait(office.transact(&command("open")?, |tx| {
/// #     let (listed, opened) = (listed.clone(), opened.clone());
/// #     async move {
/// #         tx.create(Item::key(paper), listed).await?;
/// #         tx.create(Stock::key(paper), opened).await
/// #     }
/// # }))?;
/// # use office_core::rules::{DecisionTable, PolicyBook};
/// # use office_core::{Percent, Rounding};
/// # use office_inventory::{NewRequisition, OrderTerms, Requisition};
/// # let mut policy = PolicyBook::new("purchase");
/// # policy.publish("2026-01-01".parse()?, DecisionTable::from_rows(&["outcome"], [vec!["allow".to_owned()]])?)?;
/// # let requisition = Id::natural("requisition", "RO-05");
/// # let submitted = Requisition::submit(NewRequisition {
/// #     id: requisition,
/// #     number: "RO-05".parse()?,
/// #     requester: Id::natural("person", "E-004"),
/// #     on: "2026-10-05".parse()?,
/// #     item: paper,
/// #     quantity: "13 box".parse()?,
/// #     estimate: "266.50 EUR".parse()?,
/// #     within_budget: true,
/// #     cost_centre: Id::natural("cost_centre", "CC-100"),
/// #     scope: "company/CC-100".parse()?,
/// #     reason: "below the minimum".to_owned(),
/// # }, &policy, "2026-10-05T09:00:00Z".parse()?)?.fact().ok_or("a fact")?;
/// # wait(office.transact(&command("submit")?, |tx| {
/// #     let submitted = submitted.clone();
/// #     async move { tx.create(Requisition::key(requisition), submitted).await }
/// # }))?;
/// use office_inventory::{PlaceOrderError, Purchase, PurchaseOrder, place_order};
///
/// // The requisition of 13 boxes is approved.
/// let purchase = Purchase {
///     order: Id::natural("order", "RO-05"),
///     number: "RO-05".parse()?,
///     vendor: Id::natural("party", "V-01"),
///     price: "20.5 EUR / 1 box".parse()?,
///     terms: OrderTerms { currency, over_tolerance: Percent::ZERO, rounding: Rounding::HalfUp },
///     on: "2026-10-05".parse()?,
/// };
/// wait(office.transact(&command("order")?, |tx| {
///     let purchase = purchase.clone();
///     async move { place_order(&tx, requisition, purchase).await }
/// }))?;
/// let order = wait(office.view(|view| async move { view.load(PurchaseOrder::key(purchase.order)).await }))?;
/// assert_eq!(order.lines()[0].expected().to_string(), "13 box");
///
/// // It is not ordered a second time.
/// let second = Purchase { order: Id::natural("order", "RO-05b"), ..purchase };
/// let refused = wait(office.transact(&command("again")?, |tx| {
///     let second = second.clone();
///     async move { place_order(&tx, requisition, second).await }
/// }));
/// assert!(matches!(refused, Err(PlaceOrderError::Requisition(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// # Example
/// ```
/// # use office_core::{
/// #     Actor, Command, Currency, Id, MemoryStore, Money, Office, Ratio, Role, wait,
/// # };
/// # use office_inventory::{CostMethod, Item, ItemKind, NewItem, NewStock, OpeningStock, Stock};
/// # let paper = Id::natural("item", "PAP-A4");
/// # let listed = Item::list(NewItem {
/// #     sku: "PAP-A4".parse()?,
/// #     name: "Copy paper".to_owned(),
/// #     category: "office".to_owned(),
/// #     kind: ItemKind::Consumable,
/// #     unit: "ream".parse()?,
/// #     packs: [("box".parse()?, Ratio::from_integer(5))].into(),
/// #     vendor: None,
/// #     reorder: None,
/// #     cost_method: CostMethod::Fifo,
/// # })?.fact().ok_or("a fact")?;
/// # let (at, unit, currency) = (Id::natural("place", "R-S1"), "ream".parse()?, Currency::EUR);
/// # let (quantity, value) = ("10 ream".parse()?, Money::from_minor(42_00, currency));
/// # let opening = Some(OpeningStock { quantity, value, at, on: "2026-10-01".parse()?, reference: "list".parse()? });
/// # let opened = Stock::begin(NewStock { item: paper, unit, currency, opening })?.fact().ok_or("a fact")?;
/// # let office = Office::on(MemoryStore::new());
/// # let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
/// # let at_noon = "2026-10-08T12:00:00Z".parse()?;
/// # let command = |key: &str| Command::new(key, "example", keeper.clone(), at_noon);
/// # wait(office.transact(&command("open")?, |tx| {
/// #     let (listed, opened) = (listed.clone(), opened.clone());
/// #     async move {
/// #         tx.create(Item::key(paper), listed).await?;
/// #         tx.create(Stock::key(paper), opened).await
/// #     }
/// # }))?;
/// # use office_core::rules::{DecisionTable, PolicyBook};
/// # use office_core::{Percent, Rounding};
/// # use office_inventory::{NewRequisition, OrderTerms, Requisition};
/// # let mut policy = PolicyBook::new("purchase");
/// # policy.publish("2026-01-01".parse()?, DecisionTable::from_rows(&["outcome"], [vec!["allow".to_owned()]])?)?;
/// # let requisition = Id::natural("requisition", "RO-05");
/// # let submitted = Requisition::submit(NewRequisition {
/// #     id: requisition,
/// #     number: "RO-05".parse()?,
/// #     requester: Id::natural("person", "E-004"),
/// #     on: "2026-10-05".parse()?,
/// #     item: paper,
/// #     quantity: "13 box".parse()?,
/// #     estimate: "266.50 EUR".parse()?,
/// #     within_budget: true,
/// #     cost_centre: Id::natural("cost_centre", "CC-100"),
/// #     scope: "company/CC-100".parse()?,
/// #     reason: "below the minimum".to_owned(),
/// # }, &policy, "2026-10-05T09:00:00Z".parse()?)?.fact().ok_or("a fact")?;
/// # wait(office.transact(&command("submit")?, |tx| {
/// #     let submitted = submitted.clone();
/// #     async move { tx.create(Requisition::key(requisition), submitted).await }
/// # }))?;
/// # use office_inventory::{Purchase, place_order};
/// # let purchase = Purchase {
/// #     order: Id::natural("order", "RO-05"),
/// #     number: "RO-05".parse()?,
/// #     vendor: Id::natural("party", "V-01"),
/// #     price: "20.5 EUR / 1 box".parse()?,
/// #     terms: OrderTerms { currency, over_tolerance: Percent::ZERO, rounding: Rounding::HalfUp },
/// #     on: "2026-10-05".parse()?,
/// # };
/// # wait(office.transact(&command("order")?, |tx| {
/// #     let purchase = purchase.clone();
/// #     async move { place_order(&tx, requisition, purchase).await }
/// # }))?;
/// use office_inventory::{DeliveredGoods, GoodsDelivery, ReceiveDeliveryError, receive_delivery};
///
/// // 13 boxes were ordered at 20.50, and 10 of them arrive.
/// let delivery = |note: &str| {
///     let goods = DeliveredGoods { quantity: "10 box".parse()?, to: Id::natural("place", "R-S1") };
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
            ItemKind::Stocked | ItemKind::Consumable => Some(open_shelf(tx, line.item(), None, delivery.on).await?),
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
