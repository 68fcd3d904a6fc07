//! From a requisition to an order.

use chrono::NaiveDate;
use office_core::subject::{OrderId, RequisitionId};
use office_core::{Decision, StoreError, Tx, UnitPrice};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    AdvanceOrderError, DraftOrderError, NewOrder, NewOrderLine, OrderFact, OrderTerms, PlaceRequisitionError,
    PurchaseOrder, ReceiptTolerance, Reference, Requisition, VendorId,
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
    /// How far what arrives may be off.
    pub tolerance: ReceiptTolerance,
    /// How it is valued.
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
/// # use office_core::Rounding;
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
/// use office_inventory::{PlaceOrderError, Purchase, PurchaseOrder, ReceiptTolerance, place_order};
///
/// // The requisition of 13 boxes is approved.
/// let purchase = Purchase {
///     order: Id::natural("order", "RO-05"),
///     number: "RO-05".parse()?,
///     vendor: Id::natural("party", "V-01"),
///     price: "20.5 EUR / 1 box".parse()?,
///     terms: OrderTerms { currency, rounding: Rounding::HalfUp },
///     tolerance: ReceiptTolerance::NONE,
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
    let Purchase { order, number, vendor, price, tolerance, terms, on } = purchase;
    let Decision::Record(placed) = requested.place(order, on)? else { return Ok(()) };
    let request = requested.request();
    let line = NewOrderLine::new(request.item, request.quantity, price, request.cost_centre);
    let line = NewOrderLine { requisition: Some(requisition), tolerance, ..line };
    let new = NewOrder { number, vendor, terms, lines: vec![line] };
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
