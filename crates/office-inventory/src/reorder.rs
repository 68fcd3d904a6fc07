//! When to order again, and how much.
//!
//! Law 17 of the crate; `tests/reorder.rs` holds it.

use chrono::NaiveDate;
use office_core::subject::ItemId;
use office_core::{Quantity, QuantityError, Ratio, Rounding, UnitCode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Item, NoPriceError, PriceList, Quote, ReorderRule, VendorId};

/// What there is of an item and what is coming, in the stock unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Position {
    /// What is on hand.
    pub on_hand: Quantity,
    /// What is ordered and has not come.
    pub on_order: Quantity,
    /// What is asked for and neither ordered nor refused.
    pub requested: Quantity,
    /// What is promised and has not gone out.
    pub committed: Quantity,
}

impl Position {
    /// What will be there when all has come and gone: on hand, on order and requested, less what is committed.
    ///
    /// # Errors
    /// [`QuantityError`] where the parts are in different units, or the total cannot be held.
    pub fn total(&self) -> Result<Quantity, QuantityError> {
        self.on_hand.checked_add(self.on_order)?.checked_add(self.requested)?.checked_sub(self.committed)
    }
}

/// What is to be done about an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reorder {
    /// It is not ordered by itself.
    NoRule,
    /// There is enough, or enough is coming.
    Enough {
        /// What there is and what is coming.
        position: Position,
        /// The rule.
        rule: ReorderRule,
    },
    /// It is to be ordered.
    Propose(Box<Proposal>),
    /// It should be ordered, and nobody is known to deliver it.
    NoVendor {
        /// What there is and what is coming.
        position: Position,
        /// The rule.
        rule: ReorderRule,
    },
    /// It should be ordered, and the vendor has no price for it.
    NoPrice {
        /// What there is and what is coming.
        position: Position,
        /// The rule.
        rule: ReorderRule,
        /// What the price list says.
        why: NoPriceError,
    },
}

/// An order that is proposed, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The item.
    pub item: ItemId,
    /// How much, in the unit in which the vendor sells.
    pub quantity: Quantity,
    /// The same in the stock unit.
    pub in_stock_unit: Quantity,
    /// Who is to deliver.
    pub vendor: VendorId,
    /// What there is and what is coming.
    pub position: Position,
    /// The rule, whose minimum the position is below.
    pub rule: ReorderRule,
    /// The price, and why this one.
    pub quote: Quote,
}

/// It cannot be said whether to order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ReorderError {
    /// The position is not in the unit of the rule, or cannot be added up.
    #[error("the position cannot be compared with the rule")]
    Position(#[from] QuantityError),
    /// What would have to be ordered cannot be held.
    #[error("what would have to be ordered is out of range")]
    OutOfRange,
}

/// Whether an item is to be ordered on a day, and how much.
///
/// It is ordered if its position is below the minimum: the least whole number of packs that is a multiple of the rule's
/// and brings the position to the maximum or above. Of several packs in which the vendor sells, the one with the lowest
/// total is taken.
///
/// # Errors
/// [`ReorderError`], in the order of its variants.
///
/// # Example
/// ```
/// # use office_core::{DateRange, Id, Ratio};
/// # use office_inventory::{
/// #     CostMethod, Item, ItemKind, NewItem, Position, PriceList, PriceRow, Reorder, ReorderRule, propose_reorder,
/// # };
/// # let (vendor, id) = (Id::natural("party", "V-01"), Id::natural("item", "PAP-A4"));
/// # let valid = DateRange::year(2026)?;
/// # let (price, min_quantity) = ("20.5 EUR / 1 box".parse()?, "1 box".parse()?);
/// # let row = PriceRow { vendor, item: id, vendor_sku: None, price, min_quantity, lead_days: 2, valid };
/// # let prices = PriceList::new("EUR".parse()?, [row])?;
/// let rule = ReorderRule { min: "40 ream".parse()?, max: "100 ream".parse()?, multiple: "5 ream".parse()? };
/// let paper = Item::try_from(NewItem {
///     packs: [("box".parse()?, Ratio::from_integer(5))].into(),
///     reorder: Some(rule),
///     # sku: "PAP-A4".parse()?,
///     # name: "Copy paper".to_owned(),
///     # category: "office".to_owned(),
///     # kind: ItemKind::Consumable,
///     # unit: "ream".parse()?,
///     # vendor: Some(vendor),
///     # cost_method: CostMethod::Fifo,
/// })?;
/// let none = "0 ream".parse()?;
/// let position = Position { on_hand: "37 ream".parse()?, on_order: none, requested: none, committed: none };
/// let day = "2026-10-05".parse()?;
/// let Reorder::Propose(proposal) = propose_reorder(id, &paper, position, &prices, day)? else { return Ok(()) };
/// assert_eq!(proposal.quantity.to_string(), "13 box");
///
/// // Once it is ordered, nothing more is proposed.
/// let ordered = Position { on_order: proposal.in_stock_unit, ..position };
/// assert!(matches!(propose_reorder(id, &paper, ordered, &prices, day)?, Reorder::Enough { .. }));
///
/// // A position in another unit cannot be compared.
/// let boxes = "7 box".parse()?;
/// assert!(propose_reorder(id, &paper, Position { on_hand: boxes, ..position }, &prices, day).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn propose_reorder(
    id: ItemId,
    item: &Item,
    position: Position,
    prices: &PriceList,
    on: NaiveDate,
) -> Result<Reorder, ReorderError> {
    let Some(rule) = item.reorder().copied() else { return Ok(Reorder::NoRule) };
    let missing = rule.max.checked_sub(position.total()?)?;
    if position.total()?.amount() >= rule.min.amount() {
        return Ok(Reorder::Enough { position, rule });
    }
    let Some(vendor) = item.vendor() else { return Ok(Reorder::NoVendor { position, rule }) };
    let mut best: Option<(Ratio, Proposal)> = None;
    let mut why = None;
    for unit in prices.units(vendor, id, on) {
        // A pack that the item is not known to come in cannot be counted out.
        let Some(content) = item.content(unit) else { continue };
        let (quantity, in_stock_unit) = whole_packs(missing, rule.multiple, unit, content)?;
        match prices.quote(vendor, id, quantity, on) {
            Ok(quote) => {
                let cost = total(&quote, quantity).ok_or(ReorderError::OutOfRange)?;
                if best.as_ref().is_none_or(|(lowest, _)| cost < *lowest) {
                    best = Some((cost, Proposal { item: id, quantity, in_stock_unit, vendor, position, rule, quote }));
                }
            }
            Err(error) => why = why.or(Some(error)),
        }
    }
    let nothing = || NoPriceError { vendor, item: id, quantity: missing, on, passed_over: Vec::new() };
    Ok(match best {
        Some((_, proposal)) => Reorder::Propose(Box::new(proposal)),
        None => Reorder::NoPrice { position, rule, why: why.unwrap_or_else(nothing) },
    })
}

/// The least whole number of packs that is a multiple and not less than what is missing.
pub(crate) fn whole_packs(
    missing: Quantity,
    multiple: Quantity,
    unit: UnitCode,
    content: Ratio,
) -> Result<(Quantity, Quantity), ReorderError> {
    let times = || {
        let step = common_multiple(Ratio::from_decimal(multiple.amount()), content)?;
        let steps = Ratio::from_decimal(missing.amount()).checked_div(step).ok()?.ceiling();
        let stock = step.checked_mul(Ratio::new(steps, 1).ok()?).ok()?;
        let packs = stock.checked_div(content).ok()?.to_decimal(0, Rounding::Up)?;
        let stock = stock.to_decimal(Quantity::PLACES, Rounding::Up)?;
        Some((Quantity::new(packs, unit).ok()?, Quantity::new(stock, missing.unit()).ok()?))
    };
    times().ok_or(ReorderError::OutOfRange)
}

/// The least amount that is a whole number of both: of fractions in lowest terms, the least common multiple of the
/// numerators over the greatest common divisor of the denominators.
fn common_multiple(one: Ratio, other: Ratio) -> Option<Ratio> {
    let shared = Ratio::new(one.numerator(), other.numerator()).ok()?;
    let numerator = one.numerator().checked_mul(shared.denominator())?;
    let reduced = Ratio::new(one.denominator(), other.denominator()).ok()?;
    let denominator = one.denominator().checked_div(reduced.numerator())?;
    Ratio::new(numerator, denominator).ok()
}

fn total(quote: &Quote, quantity: Quantity) -> Option<Ratio> {
    let price = quote.row.price;
    let one = Ratio::from_decimal(price.amount()).checked_div(Ratio::from_decimal(price.per().amount())).ok()?;
    one.checked_mul(Ratio::from_decimal(quantity.amount())).ok()
}
