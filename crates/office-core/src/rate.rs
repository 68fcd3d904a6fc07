//! Rates: multipliers without a unit, and what one currency is worth in another.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::decimal::{Bounds, OutOfBounds, parse_decimal};
use crate::text::as_text;
use crate::{Currency, Money, MoneyError, ParseDecimalError, Ratio, Rounding};

const BOUNDS: Bounds = Bounds { whole: 12, places: 12 };

/// A multiplier without a unit: 1.0825 dollars to the euro, 1.5 times the wage for overtime.
///
/// At most 12 digits after the point, and below 10¹² in size. Text, also in JSON, is the decimal without trailing
/// zeros.
///
/// # Example
/// ```
/// use office_core::{ParseRateError, Rate, RateError, Ratio, parse_decimal};
///
/// let overtime: Rate = "1.50".parse()?;
/// assert_eq!(overtime.to_string(), "1.5");
/// assert_eq!(overtime.ratio(), Ratio::new(3, 2)?);
///
/// let too_large = parse_decimal("1000000000000")?;
/// assert_eq!(Rate::new(too_large), Err(RateError::OutOfRange));
/// assert!("3/2".parse::<Rate>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(Decimal);

impl Rate {
    /// The rate that changes nothing.
    pub const ONE: Self = Self(Decimal::ONE);

    /// This multiplier.
    ///
    /// # Errors
    /// [`RateError::TooManyDigits`], [`RateError::OutOfRange`].
    pub fn new(multiplier: Decimal) -> Result<Self, RateError> {
        BOUNDS.admit(multiplier).map(Self).map_err(|broken| match broken {
            OutOfBounds::Places => RateError::TooManyDigits { multiplier },
            OutOfBounds::Size => RateError::OutOfRange,
        })
    }

    /// The multiplier.
    #[must_use]
    pub const fn value(self) -> Decimal {
        self.0
    }

    /// The multiplier as an exact fraction.
    #[must_use]
    pub fn ratio(self) -> Ratio {
        Ratio::from_decimal(self.0)
    }

    /// Whether it is above zero.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.0.mantissa() > 0
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Rate {
    type Err = ParseRateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::new(parse_decimal(text)?)?)
    }
}

as_text!(Rate, "a rate in quotes, such as \"1.0825\"");

/// What one unit of a currency is worth in another on a day.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{ConvertMoneyError, Currency, ExchangeRate, Money, Rounding};
///
/// let on = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap_or_default();
/// let rate = ExchangeRate::new(Currency::EUR, Currency::USD, "1.0825".parse()?, on)?;
/// let bill = Money::from_minor(10_01, Currency::EUR);
/// assert_eq!(rate.convert(bill, Rounding::HalfUp)?.to_string(), "10.84 USD");
///
/// let dollars = Money::from_minor(10_01, Currency::USD);
/// assert_eq!(
///     rate.convert(dollars, Rounding::HalfUp),
///     Err(ConvertMoneyError::OtherCurrency { wanted: Currency::EUR, given: Currency::USD })
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "StoredExchangeRate")]
pub struct ExchangeRate {
    // Invariant: two different currencies, and a rate above zero.
    from: Currency,
    to: Currency,
    rate: Rate,
    on: NaiveDate,
}

impl ExchangeRate {
    /// One unit of `from` is worth `rate` units of `to` on the day `on`.
    ///
    /// # Errors
    /// [`ExchangeRateError`].
    pub fn new(from: Currency, to: Currency, rate: Rate, on: NaiveDate) -> Result<Self, ExchangeRateError> {
        if from == to {
            return Err(ExchangeRateError::SameCurrency { currency: from });
        }
        if !rate.is_positive() {
            return Err(ExchangeRateError::NotPositive { rate });
        }
        Ok(Self { from, to, rate, on })
    }

    /// The currency that is given.
    #[must_use]
    pub const fn from(self) -> Currency {
        self.from
    }

    /// The currency that is got for it.
    #[must_use]
    pub const fn to(self) -> Currency {
        self.to
    }

    /// How much is got for one unit.
    #[must_use]
    pub const fn rate(self) -> Rate {
        self.rate
    }

    /// The day for which it was published or agreed.
    #[must_use]
    pub const fn on(self) -> NaiveDate {
        self.on
    }

    /// What the amount is worth in the other currency, rounded once by the named policy.
    ///
    /// # Errors
    /// [`ConvertMoneyError::OtherCurrency`], [`ConvertMoneyError::Money`].
    pub fn convert(self, amount: Money, rounding: Rounding) -> Result<Money, ConvertMoneyError> {
        exchange(amount, self.from, self.to, self.rate.ratio(), rounding)
    }

    /// What an amount in the other currency is worth in the first, rounded once by the named policy.
    ///
    /// # Errors
    /// [`ConvertMoneyError::OtherCurrency`], [`ConvertMoneyError::Money`].
    ///
    /// # Example
    /// ```
    /// use chrono::NaiveDate;
    /// use office_core::{Currency, ExchangeRate, Money, Rounding};
    ///
    /// let on = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap_or_default();
    /// let rate = ExchangeRate::new(Currency::EUR, Currency::JPY, "160".parse()?, on)?;
    /// let yen = Money::from_minor(1000, Currency::JPY);
    /// assert_eq!(rate.convert_back(yen, Rounding::HalfUp)?.to_string(), "6.25 EUR");
    /// assert!(rate.convert_back(Money::from_minor(1000, Currency::EUR), Rounding::HalfUp).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn convert_back(self, amount: Money, rounding: Rounding) -> Result<Money, ConvertMoneyError> {
        // Invariant: the rate is above zero, so it can be inverted.
        let inverse = Ratio::ONE.checked_div(self.rate.ratio()).unwrap_or(Ratio::ZERO);
        exchange(amount, self.to, self.from, inverse, rounding)
    }
}

/// The amount, which must be in `from`, in `to`, at so many of `to` for one of `from`.
fn exchange(
    amount: Money,
    from: Currency,
    to: Currency,
    rate: Ratio,
    rounding: Rounding,
) -> Result<Money, ConvertMoneyError> {
    if amount.currency() != from {
        return Err(ConvertMoneyError::OtherCurrency { wanted: from, given: amount.currency() });
    }
    Ok(amount.exchanged(to, rate, rounding)?)
}

/// An exchange rate as it is stored.
#[derive(Deserialize)]
struct StoredExchangeRate {
    from: Currency,
    to: Currency,
    rate: Rate,
    on: NaiveDate,
}

impl TryFrom<StoredExchangeRate> for ExchangeRate {
    type Error = ExchangeRateError;

    fn try_from(stored: StoredExchangeRate) -> Result<Self, Self::Error> {
        Self::new(stored.from, stored.to, stored.rate, stored.on)
    }
}

/// A rate cannot be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RateError {
    /// It has more digits after the point than a rate may.
    #[error("{multiplier} has more than {} digits after the point", BOUNDS.places)]
    TooManyDigits {
        /// The multiplier.
        multiplier: Decimal,
    },
    /// It is too large.
    #[error("the rate is not below 10^{} in size", BOUNDS.whole)]
    OutOfRange,
}

/// A text was not a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ParseRateError {
    /// It is not a decimal.
    #[error("the rate cannot be read")]
    Value(#[from] ParseDecimalError),
    /// The decimal cannot be held as a rate.
    #[error("the rate cannot be held")]
    Rate(#[from] RateError),
}

/// An exchange rate makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ExchangeRateError {
    /// Both currencies are the same.
    #[error("{currency} is not exchanged for itself: two currencies are wanted")]
    SameCurrency {
        /// The currency.
        currency: Currency,
    },
    /// The rate is not above zero.
    #[error("the rate {rate} is not above zero")]
    NotPositive {
        /// The rate.
        rate: Rate,
    },
}

/// An amount cannot be converted at this rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ConvertMoneyError {
    /// The rate is for another currency.
    #[error("the rate is for {wanted}, the amount in {given}")]
    OtherCurrency {
        /// The currency that the rate converts.
        wanted: Currency,
        /// The currency of the amount.
        given: Currency,
    },
    /// The result cannot be held.
    #[error("the converted amount cannot be held")]
    Money(#[from] MoneyError),
}
