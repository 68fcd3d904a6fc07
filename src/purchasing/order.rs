//! What is open of an approved requisition is ordered.

use chrono::NaiveDate;
use office_core::subject::{OrderId, RequisitionId};
use office_core::{StoreError, Tx};
use office_inventory::{
    ParseReferenceError, PlaceOrderError, Purchase, PurchaseLine, Reference, Requisition, VendorId, place_order,
};
use thiserror::Error;

use super::PurchasingRules;
use super::on_order::{BoughtError, Claims, OnOrderError, bought, reserved_by};
use super::price::{PriceWantedError, Priced, Want, price};

/// Orders what is open of an approved requisition from the preferred vendors at the prices of the day: one order for each
/// vendor, under the number of the requisition, and from the second on with `-2`, `-3` behind it. In the budget of the
/// year in which it was asked for, the reservation becomes a commitment.
///
/// # Errors
/// [`OrderError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/purchase.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, asked, buying, command, day, shop};
/// use office::purchasing::{OrderError, order};
///
/// let (office, rules) = (&shop()?, &buying()?);
/// let (pens, waits) = (asked(office, rules, "RQ-1", "3 box")?, asked(office, rules, "RQ-2", "10 box")?);
/// let place = |requisition| move |tx| async move { order(&tx, rules, requisition, day(6)).await };
/// assert_eq!(wait(office.transact(&command("order", "ann")?, place(pens)))?.len(), 1);
/// // What is not approved is not ordered.
/// assert!(wait(office.transact(&command("early", "ann")?, place(waits))).is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn order(
    tx: &Tx,
    rules: &PurchasingRules,
    requisition: RequisitionId,
    on: NaiveDate,
) -> Result<Vec<OrderId>, OrderError> {
    // Read.
    let requested = tx.load(Requisition::key(requisition)).await?;
    let request = requested.request();
    let mut parts: Vec<(VendorId, Vec<PurchaseLine>)> = Vec::new();
    for line in requested.lines().filter(|line| line.open().is_positive()) {
        let (item, quantity) = (line.item(), line.open());
        let want = Want { item, quantity, cost_centre: request.cost_centre, asked: request.on };
        let Priced { vendor, price, .. } = price(tx, rules, &want, on).await?;
        let tolerance = rules.receipt_tolerances.of(vendor, item, on);
        let part = PurchaseLine { line: line.number(), quantity, price, due: None, tolerance };
        match parts.iter_mut().find(|(known, _)| *known == vendor) {
            Some((_, lines)) => lines.push(part),
            None => parts.push((vendor, vec![part])),
        }
    }
    if parts.is_empty() {
        return Err(OrderError::NothingOpen);
    }

    // Decide and record, order by order.
    let before = requested.orders().len();
    let mut placed = Vec::with_capacity(parts.len());
    for (at, (vendor, lines)) in (before..).zip(parts) {
        let number = number_of(&request.number, at)?;
        let order = OrderId::natural("order", number.as_str());
        let purchase = Purchase { order, number, vendor, lines, terms: rules.terms, on };
        order_lines(tx, rules, requisition, purchase).await?;
        placed.push(order);
    }
    Ok(placed)
}

/// Orders single lines of an approved requisition, or some of them, from a vendor and at prices that somebody has chosen. In
/// the budget of the year in which it was asked for, what was reserved for them becomes a commitment.
///
/// # Errors
/// [`OrderError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/purchase.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, asked, buying, command, day, shop};
/// use office::core::Id;
/// use office::inventory::{Purchase, PurchaseLine, ReceiptTolerance};
/// use office::purchasing::order_lines;
///
/// let (office, rules) = (&shop()?, &buying()?);
/// let pens = asked(office, rules, "RQ-1", "3 box")?;
/// let buy = |number: &str, boxes: &str| {
///     let line = PurchaseLine {
///         line: 1, quantity: boxes.parse()?, price: "5.50 EUR / 1 box".parse()?, due: None, tolerance: ReceiptTolerance::NONE,
///     };
///     let purchase = &Purchase {
///         order: Id::natural("order", number), number: number.parse()?, vendor: Id::natural("party", "V-04"), lines: vec![line],
///         terms: rules.terms, on: day(6),
///     };
///     let key = command(number, "ann")?;
///     let bought = wait(office.transact(&key, |tx| async move { order_lines(&tx, rules, pens, purchase.clone()).await }));
///     Ok::<_, Failure>(bought)
/// };
/// buy("PO-1", "2 box")??;
/// // One box is still open, and no more.
/// assert!(buy("PO-2", "2 box")?.is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn order_lines(
    tx: &Tx,
    rules: &PurchasingRules,
    requisition: RequisitionId,
    purchase: Purchase,
) -> Result<(), OrderError> {
    // Decide and record what inventory makes of it.
    let (order, on) = (purchase.order, purchase.on);
    place_order(tx, requisition, purchase).await?;

    // Record what it means for the budget.
    let requested = tx.load(Requisition::key(requisition)).await?;
    let mut claims = Claims::default();
    claims.reserve(requisition, reserved_by(tx, rules, &requested).await?);
    claims.commit(order, bought(tx, rules, order, on).await?.on_order()?);
    Ok(claims.claim(tx).await?)
}

/// The number of an order of a requisition that so many were placed for before.
fn number_of(requisition: &Reference, before: usize) -> Result<Reference, ParseReferenceError> {
    match before.checked_add(1) {
        Some(at) if at > 1 => format!("{requisition}-{at}").parse(),
        Some(_) | None => Ok(requisition.clone()),
    }
}

/// A requisition cannot be ordered.
#[derive(Debug, Error)]
pub enum OrderError {
    /// The store has failed, or knows no such requisition.
    #[error("the order could not be stored")]
    Store(#[from] StoreError),
    /// A line has no price.
    #[error(transparent)]
    Price(#[from] PriceWantedError),
    /// All of it is ordered or given up.
    #[error("nothing of it is open: all is ordered or given up")]
    NothingOpen,
    /// The order would have a number that cannot be.
    #[error(transparent)]
    Number(#[from] ParseReferenceError),
    /// It is not approved, or was ordered otherwise.
    #[error(transparent)]
    Place(#[from] PlaceOrderError),
    /// The order cannot be read with what belongs to it.
    #[error(transparent)]
    Read(#[from] BoughtError),
    /// The budget has not that much left: the price has risen since it was asked for.
    #[error(transparent)]
    Budget(#[from] OnOrderError),
}
