//! What there is of a stored item, and what is coming.

use office_core::subject::ItemId;
use office_core::{Quantity, QuantityError, StoreError, View};
use thiserror::Error;

use crate::{Item, ItemUnitError, Position, PurchaseOrder, Requisition, Stock};

/// It cannot be said what there is and what is coming.
#[derive(Debug, Error)]
pub enum PositionError {
    /// The store has failed, or knows no such item.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// What is ordered or asked for cannot be told in the stock unit.
    #[error("what is ordered or asked for cannot be told in the stock unit")]
    Unit(#[from] ItemUnitError),
    /// The quantities cannot be added up.
    #[error("the quantities cannot be added up")]
    Quantity(#[from] QuantityError),
}

/// What there is of an item and what is coming: what is on hand, on order, asked for but not yet ordered, and set aside.
///
/// # Errors
/// [`PositionError`].
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
/// use office_inventory::{PositionError, position};
///
/// let now = wait(office.view(|view| async move { position(&view, paper).await }))?;
/// assert_eq!(now.total()?.to_string(), "10 ream");
///
/// let unknown = Id::natural("item", "PAP-A2");
/// let refused = wait(office.view(|view| async move { position(&view, unknown).await }));
/// assert!(matches!(refused, Err(PositionError::Store(error)) if error.is_not_found()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn position(view: &View, item: ItemId) -> Result<Position, PositionError> {
    let kept = view.load(Item::key(item)).await?;
    let stock = view.load(Stock::key(item)).await?;
    let orders = view.list(PurchaseOrder::EXPECTED, &item).await?;
    let requisitions = view.list(Requisition::PENDING, &item).await?;
    let (mut on_order, mut requested) = (Quantity::zero(kept.unit()), Quantity::zero(kept.unit()));
    for line in orders.iter().flat_map(|(_, order)| order.lines()).filter(|line| line.item() == item) {
        on_order = on_order.checked_add(kept.in_stock_unit(line.expected())?)?;
    }
    for line in requisitions.iter().flat_map(|(_, requisition)| requisition.lines()).filter(|line| line.item() == item)
    {
        requested = requested.checked_add(kept.in_stock_unit(line.open())?)?;
    }
    let promised = stock.reservations().iter().flat_map(|(_, reservation)| &reservation.picks);
    let committed = Quantity::sum(promised.map(|pick| pick.quantity), kept.unit())?;
    Ok(Position { on_hand: stock.on_hand(), on_order, requested, committed })
}
