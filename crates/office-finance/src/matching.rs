//! Matching what a vendor bills with what was ordered and what arrived.
//!
//! A pure rule: a billed line, the order line with what was received of it, and the office's tolerances give a verdict
//! that explains the difference to the cent. Laws, held by `tests/invoice.rs`:
//!
//! 1. What was billed exceeds what was to be expected by exactly the effects of quantity, price and arithmetic.
//! 2. A line that bills what has arrived and was not billed, at the price of the order, is matched.
//! 3. A wider tolerance never turns an accepted line into one that is held, in either direction.
//! 4. What is told to be off is off, in its direction: in quantity, in price, with what arrived and with what was ordered.

use office_core::{Decimal, Money, MoneyError, Percent, PriceError, Quantity, QuantityError, Rounding, UnitPrice};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How far a bill may be off from the order before somebody has to look at it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tolerances {
    /// How much more it may charge.
    pub over: Tolerance,
    /// How much less it may charge; where nothing is said, any bill below the order is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under: Option<Tolerance>,
}

/// How far a bill may be off in one direction. Of percentage and amount the larger counts; a negative one counts as
/// nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tolerance {
    /// Of the line's worth at the price of the order.
    pub price_percent: Percent,
    /// In money, for a line as a whole.
    pub price_amount: Money,
    /// Of the quantity that may be billed.
    pub quantity_percent: Percent,
    /// In the unit of the line.
    #[serde(with = "office_core::decimal_text")]
    pub quantity_amount: Decimal,
}

impl Tolerances {
    /// Nothing more than was ordered, and anything less.
    #[must_use]
    pub fn none(currency: office_core::Currency) -> Self {
        Self { over: Tolerance::none(currency), under: None }
    }
}

impl Tolerance {
    /// No tolerance at all.
    #[must_use]
    pub fn none(currency: office_core::Currency) -> Self {
        Self {
            price_percent: Percent::ZERO,
            price_amount: Money::zero(currency),
            quantity_percent: Percent::ZERO,
            quantity_amount: Decimal::ZERO,
        }
    }

    fn price(&self, worth: Money) -> Result<Money, MoneyError> {
        // Rounded down: a tolerance is not exceeded by rounding it.
        let share = worth.abs().share(self.price_percent, Rounding::Down)?;
        let widest = share.greater(self.price_amount)?;
        Ok(if widest.is_negative() { Money::zero(worth.currency()) } else { widest })
    }

    fn quantity(&self, of: Quantity) -> Result<Quantity, QuantityError> {
        let share = of.abs().times(self.quantity_percent.fraction(), Quantity::PLACES, Rounding::Down)?;
        let amount = Quantity::new(self.quantity_amount.max(share.amount()), of.unit())?;
        Ok(if amount.is_negative() { Quantity::zero(of.unit()) } else { amount })
    }
}

/// What a bill is matched with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchBasis {
    /// The order and what has arrived: the three-way match.
    #[default]
    Received,
    /// The order alone: the two-way match, for what nobody receives over a counter, such as services.
    Ordered,
}

/// A line of an order, with what became of it so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderedLine {
    /// How much was ordered.
    pub ordered: Quantity,
    /// At which price.
    pub price: UnitPrice,
    /// How much has arrived and was kept.
    pub received: Quantity,
    /// How much of it earlier bills have charged.
    pub billed_before: Quantity,
}

/// A line of a bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BilledLine {
    /// How much is charged.
    pub quantity: Quantity,
    /// At which price.
    pub price: UnitPrice,
    /// What the line says it comes to, without tax.
    pub net: Money,
}

/// What came of matching a line. The three effects add up to the difference between what is billed and what was to be
/// expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineMatch {
    /// What has arrived and was not billed before, at the price of the order.
    pub expected: Money,
    /// What the line charges.
    pub billed: Money,
    /// How much more it charges because of the quantity.
    pub quantity_effect: Money,
    /// How much more because of the price.
    pub price_effect: Money,
    /// How much more because quantity times price is not what the line says.
    pub arithmetic_effect: Money,
    /// What is more than it should be, and whether that is tolerated.
    pub variances: Vec<Variance>,
}

/// What may be made of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It charges no more than it may.
    Matched,
    /// It charges more, and the tolerance covers that.
    Tolerated,
    /// Somebody has to look at it.
    Held,
}

/// Something of which a line charges more than it may.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variance {
    /// More than has arrived and was not billed before.
    NotReceived {
        /// What may be billed.
        payable: Quantity,
        /// What is billed.
        billed: Quantity,
        /// By how much more may be billed.
        tolerance: Quantity,
        /// Whether that covers it.
        tolerated: bool,
    },
    /// With earlier bills more than was ordered.
    NotOrdered {
        /// What was ordered.
        ordered: Quantity,
        /// What all bills together charge.
        billed: Quantity,
        /// By how much more may be billed.
        tolerance: Quantity,
        /// Whether that covers it.
        tolerated: bool,
    },
    /// Less than may be billed.
    Less {
        /// What may be billed.
        payable: Quantity,
        /// What is billed.
        billed: Quantity,
        /// By how much less may be billed.
        tolerance: Quantity,
        /// Whether that covers it.
        tolerated: bool,
    },
    /// A lower price than agreed.
    Cheaper {
        /// The price agreed.
        agreed: UnitPrice,
        /// The price billed.
        billed: UnitPrice,
        /// By how much that is too little for the quantity billed.
        shortfall: Money,
        /// How much that may be.
        tolerance: Money,
        /// Whether that covers it.
        tolerated: bool,
    },
    /// A higher price than agreed.
    Price {
        /// The price agreed.
        agreed: UnitPrice,
        /// The price billed.
        billed: UnitPrice,
        /// What that costs for the quantity billed.
        excess: Money,
        /// How much that may be.
        tolerance: Money,
        /// Whether that covers it.
        tolerated: bool,
    },
    /// The line charges more or less than quantity times price.
    Arithmetic {
        /// What it says.
        stated: Money,
        /// What it comes to.
        computed: Money,
    },
}

impl Variance {
    /// Whether the tolerance covers it.
    #[must_use]
    pub const fn is_tolerated(&self) -> bool {
        match self {
            Self::NotReceived { tolerated, .. }
            | Self::NotOrdered { tolerated, .. }
            | Self::Less { tolerated, .. }
            | Self::Cheaper { tolerated, .. }
            | Self::Price { tolerated, .. } => *tolerated,
            Self::Arithmetic { .. } => false,
        }
    }
}

impl std::fmt::Display for Variance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotReceived { payable, billed, .. } => {
                write!(f, "{billed} are billed and {payable} are to be paid for")
            }
            Self::NotOrdered { ordered, billed, .. } => {
                write!(f, "{billed} are billed in all and {ordered} were ordered")
            }
            Self::Less { payable, billed, .. } => {
                write!(f, "{billed} are billed where {payable} are to be paid for")
            }
            Self::Cheaper { agreed, billed, shortfall, .. } => {
                write!(f, "the price is {billed} and {agreed} was agreed, {shortfall} too little")
            }
            Self::Price { agreed, billed, excess, .. } => {
                write!(f, "the price is {billed} and {agreed} was agreed, {excess} too much")
            }
            Self::Arithmetic { stated, computed } => write!(f, "the line says {stated} and comes to {computed}"),
        }
    }
}

impl LineMatch {
    /// What may be made of the line.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if self.variances.is_empty() {
            Verdict::Matched
        } else if self.variances.iter().all(Variance::is_tolerated) {
            Verdict::Tolerated
        } else {
            Verdict::Held
        }
    }

    /// What is billed less what was to be expected.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn difference(&self) -> Result<Money, MoneyError> {
        self.billed.checked_sub(self.expected)
    }
}

/// Matches a billed line with its order line and with what arrived.
///
/// Amounts are extended by `rounding`, which is the one that bills are checked by.
///
/// # Errors
/// [`MatchError`]: units or currencies differ, or something cannot be held.
///
/// # Example
/// ```
/// use office_core::{Currency, Money, Percent, Rounding};
/// use office_finance::{BilledLine, OrderedLine, Tolerance, Tolerances, Verdict, match_line};
///
/// let order = OrderedLine {
///     ordered: "4 crate".parse()?,
///     price: "13.20 EUR / 1 crate".parse()?,
///     received: "3 crate".parse()?,
///     billed_before: "0 crate".parse()?,
/// };
/// let bill = BilledLine { quantity: "4 crate".parse()?, price: order.price, net: "52.80 EUR".parse()? };
/// let over = Tolerance { price_percent: Percent::whole(2), ..Tolerance::none(Currency::EUR) };
/// let tolerances = Tolerances { over, under: None };
///
/// // One crate too many is charged: held, and the difference is explained.
/// let held = match_line(&bill, &order, &tolerances, Rounding::HalfUp)?;
/// assert_eq!(held.verdict(), Verdict::Held);
/// assert_eq!(held.quantity_effect, "13.20 EUR".parse::<Money>()?);
/// assert_eq!(held.difference()?, held.quantity_effect);
///
/// let other = OrderedLine { received: "3 box".parse()?, ..order };
/// assert!(match_line(&bill, &other, &tolerances, Rounding::HalfUp).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn match_line(
    bill: &BilledLine,
    order: &OrderedLine,
    tolerances: &Tolerances,
    rounding: Rounding,
) -> Result<LineMatch, MatchError> {
    match_line_by(MatchBasis::Received, bill, order, tolerances, rounding)
}

/// Matches a billed line with its order line: by what arrived, or where nothing arrives by what was ordered alone.
///
/// # Errors
/// [`MatchError`]: units or currencies differ, or something cannot be held.
///
/// # Example
/// ```
/// use office_core::{Currency, Rounding};
/// use office_finance::{BilledLine, MatchBasis, OrderedLine, Tolerances, Variance, Verdict, match_line_by};
///
/// // Three hours of cleaning were ordered, and nobody has noted that they were rendered.
/// let order = OrderedLine {
///     ordered: "3 hour".parse()?,
///     price: "25 EUR / 1 hour".parse()?,
///     received: "0 hour".parse()?,
///     billed_before: "0 hour".parse()?,
/// };
/// let bill = |hours: &str, net: &str| Ok::<_, Box<dyn std::error::Error>>(BilledLine {
///     quantity: hours.parse()?, price: "25 EUR / 1 hour".parse()?, net: net.parse()?,
/// });
/// let (rounding, tolerances) = (Rounding::HalfUp, Tolerances::none(Currency::EUR));
/// let three = bill("3 hour", "75.00 EUR")?;
/// let matched = match_line_by(MatchBasis::Ordered, &three, &order, &tolerances, rounding)?;
/// assert_eq!(matched.verdict(), Verdict::Matched);
/// let held = match_line_by(MatchBasis::Received, &three, &order, &tolerances, rounding)?;
/// assert_eq!(held.verdict(), Verdict::Held);
///
/// // A fourth was not ordered.
/// let more = match_line_by(MatchBasis::Ordered, &bill("4 hour", "100.00 EUR")?, &order, &tolerances, rounding)?;
/// assert!(matches!(more.variances[..], [Variance::NotOrdered { .. }]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn match_line_by(
    basis: MatchBasis,
    bill: &BilledLine,
    order: &OrderedLine,
    tolerances: &Tolerances,
    rounding: Rounding,
) -> Result<LineMatch, MatchError> {
    let due = match basis {
        MatchBasis::Received => order.received,
        MatchBasis::Ordered => order.ordered,
    };
    let payable = due.checked_sub(order.billed_before)?;
    let expected = order.price.extend(&payable, rounding)?;
    let at_order_price = order.price.extend(&bill.quantity, rounding)?;
    let computed = bill.price.extend(&bill.quantity, rounding)?;
    let mut variances = Vec::new();

    let over = bill.quantity.checked_sub(payable)?;
    if over.is_positive() && basis == MatchBasis::Received {
        let tolerance = tolerances.over.quantity(payable)?;
        let tolerated = over.amount() <= tolerance.amount();
        variances.push(Variance::NotReceived { payable, billed: bill.quantity, tolerance, tolerated });
    }
    if let Some(under) = tolerances.under.as_ref().filter(|_| over.is_negative() && !bill.quantity.is_negative()) {
        let tolerance = under.quantity(payable)?;
        let tolerated = over.abs().amount() <= tolerance.amount();
        variances.push(Variance::Less { payable, billed: bill.quantity, tolerance, tolerated });
    }
    let billed = order.billed_before.checked_add(bill.quantity)?;
    let over = billed.checked_sub(order.ordered)?;
    if over.is_positive() {
        let tolerance = tolerances.over.quantity(order.ordered)?;
        let tolerated = over.amount() <= tolerance.amount();
        variances.push(Variance::NotOrdered { ordered: order.ordered, billed, tolerance, tolerated });
    }
    variances.extend(check_price(bill, &order.price, tolerances, rounding)?);
    if computed != bill.net {
        variances.push(Variance::Arithmetic { stated: bill.net, computed });
    }
    Ok(LineMatch {
        expected,
        billed: bill.net,
        quantity_effect: at_order_price.checked_sub(expected)?,
        price_effect: computed.checked_sub(at_order_price)?,
        arithmetic_effect: bill.net.checked_sub(computed)?,
        variances,
    })
}

/// Checks the price of a billed line against the one agreed: in an order, a contract or a price list.
///
/// Gives nothing where the line costs what was agreed, nor where it costs less and the tolerances do not mind.
///
/// # Errors
/// [`MatchError`]: units or currencies differ, or something cannot be held.
///
/// # Example
/// ```
/// use office_core::{Currency, Percent, Rounding, UnitPrice};
/// use office_finance::{BilledLine, Tolerance, Tolerances, Variance, check_price};
///
/// let bill = BilledLine {
///     quantity: "3 box".parse()?,
///     price: "93 EUR / 1 box".parse()?,
///     net: "279.00 EUR".parse()?,
/// };
/// let agreed: UnitPrice = "90 EUR / 1 box".parse()?;
/// let over = Tolerance { price_percent: Percent::whole(2), ..Tolerance::none(Currency::EUR) };
/// let tolerances = Tolerances { over, under: None };
/// let found = check_price(&bill, &agreed, &tolerances, Rounding::HalfUp)?;
/// // 9.00 EUR more, where 5.40 EUR are tolerated.
/// assert!(found.is_some_and(|variance| !variance.is_tolerated()));
/// assert!(check_price(&bill, &"90 USD / 1 box".parse()?, &tolerances, Rounding::HalfUp).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn check_price(
    bill: &BilledLine,
    agreed: &UnitPrice,
    tolerances: &Tolerances,
    rounding: Rounding,
) -> Result<Option<Variance>, MatchError> {
    let worth = agreed.extend(&bill.quantity, rounding)?;
    let excess = bill.price.extend(&bill.quantity, rounding)?.checked_sub(worth)?;
    if !excess.is_positive() {
        let Some(under) = tolerances.under.as_ref().filter(|_| excess.is_negative()) else { return Ok(None) };
        let (shortfall, tolerance) = (excess.abs(), under.price(worth)?);
        let tolerated = shortfall.compare(&tolerance)?.is_le();
        return Ok(Some(Variance::Cheaper { agreed: *agreed, billed: bill.price, shortfall, tolerance, tolerated }));
    }
    let tolerance = tolerances.over.price(worth)?;
    let tolerated = excess.compare(&tolerance)?.is_le();
    Ok(Some(Variance::Price { agreed: *agreed, billed: bill.price, excess, tolerance, tolerated }))
}

/// A billed line cannot be compared with an order line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MatchError {
    /// The quantities are in different units, or too large.
    #[error("the quantities cannot be compared")]
    Quantity(#[from] QuantityError),
    /// A price is for another unit than the quantity.
    #[error("a price cannot be extended over the quantity")]
    Price(#[from] PriceError),
    /// The amounts are in different currencies, or too large.
    #[error("the amounts cannot be compared")]
    Money(#[from] MoneyError),
}
