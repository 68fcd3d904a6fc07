//! Prices for a quantity.
//!
//! Laws, held by `tests/values/quantity.rs`:
//!
//! 1. A price for its own quantity is its amount, rounded once.
//! 2. Telling the quantity in another unit does not change the price of it.
//! 3. What is written reads back as the same price.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use thiserror::Error;

use crate::decimal::{Bounds, OutOfBounds, parse_decimal, power_of_ten};
use crate::text::as_text;
use crate::{
    ConvertQuantityError, Currency, Money, MoneyError, ParseCurrencyError, ParseDecimalError, ParseQuantityError,
    Quantity, Ratio, Rounding, UnitCode, UnitTable,
};

const BOUNDS: Bounds = Bounds { whole: 15, places: 10 };

/// What a quantity of something costs: `12.5 EUR / 1 box`, `0.0049 EUR / 1 sheet`, `4.2 EUR / 100 each`.
///
/// The amount may have more digits than its currency, 10 at most, and is below 10¹⁵ in size; so a price is not money,
/// and does not add to it. It becomes money when it is extended over a quantity, and is rounded only then. The
/// canonical text, also in JSON, has no trailing zeros.
///
/// # Example
/// ```
/// use office_core::{PriceError, Quantity, Rounding, UnitPrice, UnitTable};
///
/// let price: UnitPrice = "2.345 EUR / 1 dozen".parse()?;
/// assert_eq!(price.extend(&"3 dozen".parse()?, Rounding::HalfUp)?.to_string(), "7.04 EUR");
///
/// // Other units need a table; a unit that measures something else has no price.
/// let loose: Quantity = "30 each".parse()?;
/// assert!(matches!(price.extend(&loose, Rounding::HalfUp), Err(PriceError::UnitMismatch { .. })));
/// let table = UnitTable::standard();
/// assert_eq!(price.extend_with(&loose, &table, Rounding::HalfUp)?.to_string(), "5.86 EUR");
/// assert!(price.extend_with(&"1 kg".parse()?, &table, Rounding::HalfUp).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnitPrice {
    // Invariant: the amount is within the bounds, without trailing zeros; the quantity is above zero.
    amount: Decimal,
    currency: Currency,
    per: Quantity,
}

impl UnitPrice {
    /// The price of one unit.
    ///
    /// # Errors
    /// [`UnitPriceError::TooManyDigits`], [`UnitPriceError::OutOfRange`].
    pub fn per_unit(amount: Decimal, currency: Currency, unit: UnitCode) -> Result<Self, UnitPriceError> {
        Self::new(amount, currency, Quantity::whole(1, unit))
    }

    /// The price of a quantity, such as 100 sheets.
    ///
    /// # Errors
    /// [`UnitPriceError`], in the order of its variants.
    pub fn new(amount: Decimal, currency: Currency, per: Quantity) -> Result<Self, UnitPriceError> {
        if !per.is_positive() {
            return Err(UnitPriceError::PerNothing { per });
        }
        let amount = BOUNDS.admit(amount).map_err(|broken| match broken {
            OutOfBounds::Places => UnitPriceError::TooManyDigits { amount },
            OutOfBounds::Size => UnitPriceError::OutOfRange,
        })?;
        Ok(Self { amount, currency, per })
    }

    /// The amount, in whole units of the currency.
    #[must_use]
    pub const fn amount(self) -> Decimal {
        self.amount
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The quantity that costs the amount.
    #[must_use]
    pub const fn per(self) -> Quantity {
        self.per
    }

    /// What a quantity costs that is told in the unit of the price, rounded once by the named policy.
    ///
    /// # Errors
    /// [`PriceError::UnitMismatch`], [`PriceError::Money`].
    pub fn extend(&self, quantity: &Quantity, rounding: Rounding) -> Result<Money, PriceError> {
        if quantity.unit() != self.per.unit() {
            return Err(PriceError::UnitMismatch { priced: self.per.unit(), given: quantity.unit() });
        }
        self.of(Ratio::from_decimal(quantity.amount()), rounding)
    }

    /// What a quantity in any unit costs: converted exactly by the table, then rounded once by the named policy.
    ///
    /// # Errors
    /// [`PriceError::Convert`], [`PriceError::Money`].
    pub fn extend_with(&self, quantity: &Quantity, table: &UnitTable, rounding: Rounding) -> Result<Money, PriceError> {
        if quantity.unit() == self.per.unit() {
            return self.extend(quantity, rounding);
        }
        self.of(quantity.exactly_in(self.per.unit(), table)?, rounding)
    }

    /// What so many of the price's unit cost.
    fn of(&self, units: Ratio, rounding: Rounding) -> Result<Money, PriceError> {
        let out_of_range = MoneyError::OutOfRange { currency: self.currency };
        let minor = || {
            let times = units.checked_div(Ratio::from_decimal(self.per.amount())).ok()?;
            // Minor units: the point moves right by the currency's digits, less those the amount already has.
            let digits = self.currency.digits();
            let numerator = times.numerator().checked_mul(power_of_ten(digits.saturating_sub(self.amount.scale()))?)?;
            let denominator =
                times.denominator().checked_mul(power_of_ten(self.amount.scale().saturating_sub(digits))?)?;
            rounding.quotient(self.amount.mantissa(), numerator, denominator)
        };
        Ok(Money::try_from_minor(minor().ok_or(out_of_range)?, self.currency)?)
    }
}

impl fmt::Display for UnitPrice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} / {}", self.amount, self.currency, self.per)
    }
}

impl FromStr for UnitPrice {
    type Err = ParseUnitPriceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (price, per) = text.split_once(" / ").ok_or(ParseUnitPriceError::NoQuantity)?;
        let (amount, code) = price.split_once(' ').ok_or(ParseUnitPriceError::NoCurrency)?;
        let (amount, currency) = (parse_decimal(amount)?, Currency::from_code(code)?);
        Ok(Self::new(amount, currency, Quantity::parse(per)?)?)
    }
}

as_text!(UnitPrice, "a price in quotes, such as \"12.5 EUR / 1 box\"");

/// A price makes no sense, or cannot be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum UnitPriceError {
    /// The quantity that is priced is not above zero.
    #[error("{per} cannot be priced: a quantity above zero is wanted")]
    PerNothing {
        /// The quantity.
        per: Quantity,
    },
    /// The amount has more digits after the point than a price may.
    #[error("{amount} has more than {} digits after the point", BOUNDS.places)]
    TooManyDigits {
        /// The amount.
        amount: Decimal,
    },
    /// The amount is too large.
    #[error("the price is not below 10^{} in size", BOUNDS.whole)]
    OutOfRange,
}

/// A text was not a price.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ParseUnitPriceError {
    /// There is no ` / ` that parts the amount from the quantity.
    #[error("an amount, ` / ` and a quantity are wanted, such as `12.5 EUR / 1 box`")]
    NoQuantity,
    /// There is no space that parts the amount from the currency.
    #[error("a currency is wanted after the amount, such as in `12.5 EUR / 1 box`")]
    NoCurrency,
    /// The amount is not a decimal.
    #[error("the amount cannot be read")]
    Amount(#[from] ParseDecimalError),
    /// The currency is not one.
    #[error("the currency cannot be read")]
    Currency(#[from] ParseCurrencyError),
    /// The quantity is not one.
    #[error("the quantity cannot be read")]
    Quantity(#[from] ParseQuantityError),
    /// What was read makes no price.
    #[error("the price cannot be held")]
    Price(#[from] UnitPriceError),
}

/// A price cannot be extended over a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PriceError {
    /// The quantity is told in another unit than the price.
    #[error("the price is for `{priced}`, the quantity in `{given}`: a table of units is wanted to convert it")]
    UnitMismatch {
        /// The unit of the price.
        priced: UnitCode,
        /// The unit of the quantity.
        given: UnitCode,
    },
    /// The quantity cannot be told in the unit of the price.
    #[error("the quantity cannot be told in the unit of the price")]
    Convert(#[from] ConvertQuantityError),
    /// The result cannot be held as money.
    #[error("the extended price cannot be held")]
    Money(#[from] MoneyError),
}
