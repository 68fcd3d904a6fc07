//! From a requisition to an order.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::{OrderId, RequisitionId};
use office_core::{Decision, Quantity, QuantityError, StoreError, Tx, UnitPrice};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    AbandonRequisitionError, DraftOrderError, Freed, NewOrder, NewOrderLine, OrderFact, OrderTerms,
    PlaceRequisitionError, PurchaseOrder, ReceiptTolerance, Reference, Requisition, RequisitionLineRef, TakeLinesError,
    VendorId,
};

/// How a requisition, or some of it, is to be ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purchase {
    /// The id of the order.
    pub order: OrderId,
    /// Its number.
    pub number: Reference,
    /// Who is to deliver.
    pub vendor: VendorId,
    /// What is ordered: the lines of the order.
    pub lines: Vec<PurchaseLine>,
    /// How it is valued.
    pub terms: OrderTerms,
    /// The day of the order.
    pub on: NaiveDate,
}

/// How a line of a requisition, or some of it, is to be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurchaseLine {
    /// The line of the requisition, from 1.
    pub line: u32,
    /// How many, in the unit in which it was asked for: at most what is open.
    pub quantity: Quantity,
    /// The agreed price, in the same unit.
    pub price: UnitPrice,
    /// The day by which it is to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<NaiveDate>,
    /// How far what arrives may be off.
    pub tolerance: ReceiptTolerance,
}

impl PurchaseLine {
    /// So many of a line at a price, due on no day, and nothing of it may be off.
    #[must_use]
    pub const fn new(line: u32, quantity: Quantity, price: UnitPrice) -> Self {
        Self { line, quantity, price, due: None, tolerance: ReceiptTolerance::NONE }
    }
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
    /// What is ordered of a line cannot be added up.
    #[error("what is ordered of a line cannot be added up")]
    Quantity(#[from] QuantityError),
}

/// A requisition cannot be told how an order has changed.
#[derive(Debug, Error)]
pub enum FollowOrderError {
    /// The store has failed, or knows no such order.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// What is not on order any more cannot be given up.
    #[error("what is not on order any more cannot be given up")]
    Abandon(#[from] AbandonRequisitionError),
}

/// Orders what is open of an approved requisition, or some of it: the order is written down, approved as the requisition
/// was, and sent.
///
/// # Errors
/// [`PlaceOrderError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("buying/paper.txt")]
/// use office_inventory::{PlaceOrderError, Purchase, PurchaseLine, PurchaseOrder, place_order};
///
/// // The requisition of 13 boxes is approved.
/// let purchase = Purchase {
///     order: Id::natural("order", "RO-05"),
///     number: "RO-05".parse()?,
///     vendor: Id::natural("party", "V-01"),
///     lines: vec![PurchaseLine::new(1, "13 box".parse()?, "20.5 EUR / 1 box".parse()?)],
///     terms,
///     on,
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
    let Purchase { order, number, vendor, lines, terms, on } = purchase;
    let mut taken: BTreeMap<u32, Quantity> = BTreeMap::new();
    let mut agreed = Vec::with_capacity(lines.len());
    for PurchaseLine { line, quantity, price, due, tolerance } in lines {
        let asked = requested.line(line).ok_or(PlaceRequisitionError::from(TakeLinesError::NoLine { line }))?;
        let sum = taken.entry(line).or_insert(Quantity::zero(quantity.unit()));
        *sum = sum.checked_add(quantity)?;
        let at = RequisitionLineRef { requisition, line };
        let new = NewOrderLine::new(asked.item(), quantity, price, requested.request().cost_centre);
        agreed.push(NewOrderLine { requisition: Some(at), due, tolerance, ..new });
    }
    let Decision::Record(placed) = requested.place(order, on, taken)? else { return Ok(()) };
    let drafted = PurchaseOrder::draft(NewOrder { number, vendor, terms, lines: agreed })?;
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

/// Tells the requisitions how an order has changed: what it does not want any more is open again, or given up for a reason.
///
/// Whoever changes an order that was placed for requisitions calls it in the same transaction. It tells which requisitions
/// the order buys.
///
/// # Errors
/// [`FollowOrderError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("buying/paper.txt")]
/// use office_inventory::{
///     FollowOrderError, Freed, Purchase, PurchaseLine, PurchaseOrder, follow_order, place_order,
/// };
///
/// // Thirteen boxes are ordered. Three of them are cancelled, and are to be ordered elsewhere.
/// let (order, vendor) = (Id::natural("order", "RO-05"), Id::natural("party", "V-01"));
/// let lines = vec![PurchaseLine::new(1, "13 box".parse()?, "20.5 EUR / 1 box".parse()?)];
/// let purchase = &Purchase { order, number: "RO-05".parse()?, vendor, lines, terms, on };
/// let cut = &[(1, "3 box".parse()?)].into();
/// let open = wait(office.transact(&command("cut")?, |tx| async move {
///     place_order(&tx, requisition, purchase.clone()).await?;
///     let cancelled = tx.load(PurchaseOrder::key(order)).await?.cancel_lines(on, std::collections::BTreeMap::clone(cut))?;
///     tx.decide(PurchaseOrder::key(order), cancelled).await?;
///     follow_order(&tx, order, on, Freed::Reopened).await?;
///     let line = tx.load(Requisition::key(requisition)).await?.line(1).map(|line| line.open());
///     Ok::<_, Box<dyn std::error::Error + Send + Sync>>(line)
/// }))?;
/// assert_eq!(open, Some("3 box".parse()?));
///
/// // What is given up is given up for a reason.
/// let rest = |key: &str, why: &'static str| {
///     let command = command(key)?;
///     Ok::<_, office_core::CommandError>(wait(office.transact(&command, |tx| async move {
///         let closed = tx.load(PurchaseOrder::key(order)).await?.cancel_rest(on);
///         tx.decide(PurchaseOrder::key(order), closed).await?;
///         follow_order(&tx, order, on, Freed::Abandoned { why }).await
///     })))
/// };
/// assert!(matches!(rest("silent", " ")?, Err(FollowOrderError::Abandon(_))));
/// rest("rest", "nobody prints any more")??;
/// let asked = wait(office.view(|view| async move { view.load(Requisition::key(requisition)).await }))?;
/// assert_eq!(asked.line(1).map(|line| line.abandoned()), Some("10 box".parse()?));
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// ```
pub async fn follow_order(
    tx: &Tx,
    order: OrderId,
    on: NaiveDate,
    freed: Freed<'_>,
) -> Result<BTreeSet<RequisitionId>, FollowOrderError> {
    // Read.
    let mut wanted: BTreeMap<RequisitionId, BTreeMap<u32, Quantity>> = BTreeMap::new();
    for (at, quantity) in tx.load(PurchaseOrder::key(order)).await?.requested() {
        wanted.entry(at.requisition).or_default().insert(at.line, quantity);
    }

    for (&requisition, lines) in &wanted {
        // Decide.
        let requested = tx.load(Requisition::key(requisition)).await?;
        let followed = requested.follow(order, on, lines, freed)?;

        // Record.
        for fact in followed {
            tx.record(Requisition::key(requisition), fact).await?;
        }
    }
    Ok(wanted.into_keys().collect())
}
