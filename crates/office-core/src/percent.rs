//! Percentages, and rates between currencies.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use thiserror::Error;

use crate::decimal::{Bounds, OutOfBounds, parse_decimal};
use crate::text::as_text;
use crate::{ParseDecimalError, Ratio};

const BOUNDS: Bounds = Bounds { whole: 12, places: 10 };

/// So many in the hundred: a tax rate, a discount, a tolerance. 19 % is held as 19, not as 0.19.
///
/// At most 10 digits after the point, and below 10¹² in size. Written `19 %`, in text and in JSON.
///
/// # Example
/// ```
/// use office_core::{Percent, PercentError, Ratio, parse_decimal};
///
/// let tax: Percent = "7.70 %".parse()?;
/// assert_eq!(tax.to_string(), "7.7 %");
/// assert_eq!(tax.fraction(), Ratio::new(77, 1000)?);
/// assert_eq!(tax.checked_add(Percent::whole(1))?.to_string(), "8.7 %");
///
/// assert!("7.7".parse::<Percent>().is_err());
/// assert!(matches!(Percent::new(parse_decimal("0.00000000001")?), Err(PercentError::TooManyDigits { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(Decimal);

impl Percent {
    /// Nothing of it.
    pub const ZERO: Self = Self(Decimal::ZERO);
    /// All of it.
    pub const HUNDRED: Self = Self(Decimal::ONE_HUNDRED);

    /// So many in the hundred.
    ///
    /// # Errors
    /// [`PercentError::TooManyDigits`], [`PercentError::OutOfRange`].
    pub fn new(in_the_hundred: Decimal) -> Result<Self, PercentError> {
        BOUNDS.admit(in_the_hundred).map(Self).map_err(|broken| match broken {
            OutOfBounds::Places => PercentError::TooManyDigits { value: in_the_hundred },
            OutOfBounds::Size => PercentError::OutOfRange,
        })
    }

    /// A whole number in the hundred.
    #[must_use]
    pub fn whole(in_the_hundred: i32) -> Self {
        Self(Decimal::from(in_the_hundred).normalize())
    }

    /// How many in the hundred.
    #[must_use]
    pub const fn value(self) -> Decimal {
        self.0
    }

    /// The same as an exact fraction of one: 19 % is 19/100.
    #[must_use]
    pub fn fraction(self) -> Ratio {
        // Invariant: below 10^22 over at most 10^12, so this always fits.
        Ratio::from_decimal(self.0).checked_div(Ratio::from_integer(100)).unwrap_or(Ratio::ZERO)
    }

    /// Whether it is zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// Whether it is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0.mantissa() < 0
    }

    /// The exact sum.
    ///
    /// # Errors
    /// [`PercentError::OutOfRange`].
    pub fn checked_add(self, other: Self) -> Result<Self, PercentError> {
        BOUNDS.sum(self.0, other.0).map(Self).map_err(|_| PercentError::OutOfRange)
    }

    /// The exact difference.
    ///
    /// # Errors
    /// [`PercentError::OutOfRange`].
    pub fn checked_sub(self, other: Self) -> Result<Self, PercentError> {
        self.checked_add(other.negated())
    }

    /// The same size with the other sign.
    #[must_use]
    pub fn negated(self) -> Self {
        // Invariant: the bounds are the same on both sides of zero.
        Decimal::ZERO.checked_sub(self.0).map_or(self, Self)
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.0)
    }
}

impl FromStr for Percent {
    type Err = ParsePercentError;

    /// Reads `19 %` or `19%`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let value = text.strip_suffix('%').ok_or(ParsePercentError::NoSign)?;
        Ok(Self::new(parse_decimal(value.strip_suffix(' ').unwrap_or(value))?)?)
    }
}

as_text!(Percent, "a percentage in quotes, such as \"19 %\"");

/// A percentage cannot be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PercentError {
    /// It has more digits after the point than a percentage may.
    #[error("{value} has more than {} digits after the point", BOUNDS.places)]
    TooManyDigits {
        /// The value.
        value: Decimal,
    },
    /// It is too large.
    #[error("the percentage is not below 10^{} in size", BOUNDS.whole)]
    OutOfRange,
}

/// A text was not a percentage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ParsePercentError {
    /// There is no percent sign at the end.
    #[error("a percent sign is wanted at the end, such as in `19 %`")]
    NoSign,
    /// What precedes it is not a decimal.
    #[error("the value cannot be read")]
    Value(#[from] ParseDecimalError),
    /// The decimal cannot be held as a percentage.
    #[error("the value cannot be held")]
    Percent(#[from] PercentError),
}
