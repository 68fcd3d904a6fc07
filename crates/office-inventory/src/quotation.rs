//! What a vendor answers when it is asked for prices.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use office_core::subject::ItemId;
use office_core::{Currency, Money, Quantity, Rounding, UnitCode, UnitPrice};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Reference, RequisitionLineRef, round_to_step};

/// One line of what vendors are asked for. Lines are numbered from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuotationLine {
    /// What is wanted.
    pub item: ItemId,
    /// How many, in the unit in which vendors are to tell their prices.
    pub quantity: Quantity,
    /// The day by which it is to be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted_by: Option<NaiveDate>,
    /// What it was asked for by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requisition: Option<RequisitionLineRef>,
}

impl QuotationLine {
    /// So many of an item, wanted by no day and asked for by no requisition.
    #[must_use]
    pub const fn new(item: ItemId, quantity: Quantity) -> Self {
        Self { item, quantity, wanted_by: None, requisition: None }
    }
}

/// What a vendor answers: its prices for all lines that it was asked for, or for some.
///
/// # Example
/// ```
/// use office_core::Id;
/// use office_inventory::{PriceBreak, Quotation, QuotationError, QuotationLine, QuotedLine};
///
/// let paper = QuotationLine::new(Id::natural("item", "PAP-A4"), "13 box".parse()?);
/// let prices = |rows: [(&str, &str); 2]| -> Result<Vec<_>, Box<dyn std::error::Error>> {
///     rows.iter().map(|(from, price)| Ok(PriceBreak { from: from.parse()?, price: price.parse()? })).collect()
/// };
/// let quoted = QuotedLine {
///     prices: prices([("10 box", "21.5 EUR / 1 box"), ("20 box", "20.5 EUR / 1 box")])?,
///     multiple: Some("5 box".parse()?),
///     lead_days: 2,
/// };
///
/// // Sold in fives, and from ten on: of thirteen it takes fifteen, of seventeen twenty, which are cheaper.
/// let sold = |wanted: &str| Ok::<_, Box<dyn std::error::Error>>(quoted.sold(wanted.parse()?).ok_or("not sold")?);
/// assert_eq!(sold("13 box")?, ("15 box".parse()?, "21.5 EUR / 1 box".parse()?));
/// assert_eq!(sold("17 box")?, ("20 box".parse()?, "20.5 EUR / 1 box".parse()?));
/// assert_eq!(sold("2 box")?.0, "10 box".parse()?);
///
/// let quotation = Quotation {
///     paper: "Q-118".parse()?,
///     valid_until: "2026-10-31".parse()?,
///     delivery: "9.00 EUR".parse()?,
///     lines: [(1, quoted.clone())].into(),
/// };
/// assert_eq!(quotation.check(&[paper]), Ok(()));
///
/// // What was not asked for is not answered, and a higher quantity comes after a lower one.
/// let more = Quotation { lines: [(2, quoted.clone())].into(), ..quotation.clone() };
/// assert_eq!(more.check(&[paper]), Err(QuotationError::UnknownLine { line: 2 }));
/// let prices = prices([("20 box", "20.5 EUR / 1 box"), ("10 box", "21.5 EUR / 1 box")])?;
/// let turned = Quotation { lines: [(1, QuotedLine { prices, ..quoted })].into(), ..quotation };
/// assert_eq!(turned.check(&[paper]), Err(QuotationError::Order { line: 1 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quotation {
    /// The vendor's own number of it.
    pub paper: Reference,
    /// The last day on which it may be ordered by it.
    pub valid_until: NaiveDate,
    /// What bringing it costs, however much of it is ordered; nothing where it is free. All prices are in its currency.
    pub delivery: Money,
    /// What the vendor asks for, by the number of the line.
    pub lines: BTreeMap<u32, QuotedLine>,
}

/// What a vendor asks for on a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuotedLine {
    /// The prices, each from its quantity on; fewer than the first are not sold.
    pub prices: Vec<PriceBreak>,
    /// It is sold in multiples of this only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiple: Option<Quantity>,
    /// Calendar days from the order to the delivery.
    pub lead_days: u32,
}

/// The price from a quantity on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceBreak {
    /// From how many on.
    pub from: Quantity,
    /// The price of each of them, also of the first.
    pub price: UnitPrice,
}

/// An answer makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum QuotationError {
    /// It is below nothing.
    #[error("a delivery for {delivery} makes no sense: nothing or more is wanted")]
    Delivery {
        /// What the delivery is to cost.
        delivery: Money,
    },
    /// It answers no line.
    #[error("an answer without a line is none: whoever does not want to deliver declines")]
    Empty,
    /// It answers a line that was not asked for.
    #[error("line {line} was not asked for")]
    UnknownLine {
        /// The line.
        line: u32,
    },
    /// A line has no price, or too many.
    #[error("line {line} has {prices} prices: 1 to {} are accepted", QuotedLine::MOST_PRICES)]
    Prices {
        /// The line.
        line: u32,
        /// How many there are.
        prices: usize,
    },
    /// Something on a line is told in another unit than it was asked for.
    #[error("line {line} was asked for in `{unit}`, and is to be answered so")]
    Unit {
        /// The line.
        line: u32,
        /// The unit in which it was asked for.
        unit: UnitCode,
    },
    /// A price is negative, or in another currency than the delivery.
    #[error("{price} on line {line} is negative or in another currency than {currency}")]
    Price {
        /// The line.
        line: u32,
        /// The price.
        price: UnitPrice,
        /// The currency of the answer.
        currency: Currency,
    },
    /// The quantities from which the prices are do not rise, or begin with nothing.
    #[error("the quantities from which the prices of line {line} are do not rise from above nothing")]
    Order {
        /// The line.
        line: u32,
    },
    /// It is sold in multiples of nothing.
    #[error("line {line} cannot be sold in multiples of {multiple}: more than nothing is wanted")]
    Multiple {
        /// The line.
        line: u32,
        /// The multiple.
        multiple: Quantity,
    },
}

impl Quotation {
    /// The currency in which it is.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.delivery.currency()
    }

    /// Whether it answers these lines and makes sense.
    ///
    /// # Errors
    /// [`QuotationError`], in the order of its variants, for the first line that makes none.
    pub fn check(&self, asked: &[QuotationLine]) -> Result<(), QuotationError> {
        if self.delivery.is_negative() {
            return Err(QuotationError::Delivery { delivery: self.delivery });
        }
        if self.lines.is_empty() {
            return Err(QuotationError::Empty);
        }
        self.lines.iter().try_for_each(|(line, quoted)| {
            let wanted = asked_for(asked, *line).ok_or(QuotationError::UnknownLine { line: *line })?;
            quoted.check(*line, wanted.quantity.unit(), self.currency())
        })
    }
}

impl QuotedLine {
    /// The most prices of a line.
    pub const MOST_PRICES: usize = 20;

    /// How many are sold to whoever wants so many, and at which price: as many as are wanted, and no fewer than the
    /// first price is from, rounded up to the multiple. Nobody is sold more for a better price. Nothing where that many
    /// cannot be counted or are in another unit.
    #[must_use]
    pub fn sold(&self, wanted: Quantity) -> Option<(Quantity, UnitPrice)> {
        let least = self.prices.first()?.from;
        let most = if wanted.compare(&least).ok()?.is_lt() { least } else { wanted };
        let sold = match self.multiple {
            Some(multiple) => round_to_step(most, multiple, Rounding::Ceiling).ok()?,
            None => most,
        };
        let reached = self.prices.iter().rev().find(|price| price.from.amount() <= sold.amount())?;
        Some((sold, reached.price))
    }

    fn check(&self, line: u32, unit: UnitCode, currency: Currency) -> Result<(), QuotationError> {
        let prices = self.prices.len();
        if !(1..=Self::MOST_PRICES).contains(&prices) {
            return Err(QuotationError::Prices { line, prices });
        }
        let units = self.prices.iter().flat_map(|one| [one.from.unit(), one.price.per().unit()]);
        let mut units = units.chain(self.multiple.map(Quantity::unit));
        if units.any(|told| told != unit) {
            return Err(QuotationError::Unit { line, unit });
        }
        let wrong = |price: &UnitPrice| price.currency() != currency || price.amount().mantissa() < 0;
        if let Some(price) = self.prices.iter().map(|one| one.price).find(wrong) {
            return Err(QuotationError::Price { line, price, currency });
        }
        let rises = self.prices.is_sorted_by(|one, next| one.from.amount() < next.from.amount());
        if !rises || !self.prices.first().is_some_and(|first| first.from.is_positive()) {
            return Err(QuotationError::Order { line });
        }
        match self.multiple.filter(|multiple| !multiple.is_positive()) {
            Some(multiple) => Err(QuotationError::Multiple { line, multiple }),
            None => Ok(()),
        }
    }
}

/// The line of a number.
pub(crate) fn asked_for(lines: &[QuotationLine], number: u32) -> Option<&QuotationLine> {
    let at = usize::try_from(number).ok()?.checked_sub(1)?;
    lines.get(at)
}

/// An answer that tells nobody what it says, its debug text included.
///
/// There is no way in but [`QuotationRequest::answers`](crate::QuotationRequest::answers) and what compares them, which
/// keep to what was agreed about when answers are opened. It is stored like any other value: **serialising writes the
/// answer out**, so what is serialised belongs into the store and nowhere else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedQuotation(Quotation);

impl SealedQuotation {
    pub(crate) const fn new(quotation: Quotation) -> Self {
        Self(quotation)
    }

    pub(crate) const fn content(&self) -> &Quotation {
        &self.0
    }
}

impl fmt::Debug for SealedQuotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedQuotation")
    }
}
