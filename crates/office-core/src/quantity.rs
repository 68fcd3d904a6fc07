//! Quantities: how much of something, in a unit of measure.
//!
//! Laws, held by `tests/values/quantity.rs`:
//!
//! 1. Adding in one unit is exact: order and grouping do not matter, and subtracting undoes it.
//! 2. What is written reads back as the same quantity, and equal quantities are written alike.
//! 3. No text makes the reader panic.
//! 4. Exact conversion there and back gives the quantity again; through a third unit it gives the same as directly.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use thiserror::Error;

use crate::decimal::{Bounds, OutOfBounds, parse_decimal};
use crate::text::as_text;
use crate::{ParseDecimalError, ParseUnitCodeError, Ratio, RatioError, Rounding, UnitCode, UnitTable};

/// Digits before the point, at most.
pub(crate) const WHOLE: u32 = 18;
const BOUNDS: Bounds = Bounds { whole: WHOLE, places: Quantity::PLACES };

/// How much of something, in a unit of measure: `3 box`, `0.25 kg`.
///
/// At most 9 digits after the point, and below 10¹⁸ in size, so that sums are exact or refused. May be negative: stock
/// that went out. Quantities in different units do not add; they are converted first, by a table and a named rounding.
/// The one canonical text, also in JSON, has no trailing zeros.
///
/// # Example
/// ```
/// use office_core::{Quantity, QuantityError, Rounding, UnitTable};
///
/// let stock: Quantity = "1.50 kg".parse()?;
/// let used: Quantity = "0.25 kg".parse()?;
/// assert_eq!(stock.checked_sub(used)?.to_string(), "1.25 kg");
/// assert_eq!(stock.convert("g".parse()?, &UnitTable::standard(), 0, Rounding::HalfUp)?.to_string(), "1500 g");
///
/// let other: Quantity = "250 g".parse()?;
/// assert_eq!(stock.checked_sub(other), Err(QuantityError::UnitMismatch { left: "kg".parse()?, right: "g".parse()? }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quantity {
    // Invariant: the amount is within the bounds, without trailing zeros and not minus zero.
    amount: Decimal,
    unit: UnitCode,
}

impl Quantity {
    /// Digits after the point, at most.
    pub const PLACES: u32 = 9;

    /// So much, in this unit.
    ///
    /// # Errors
    /// [`QuantityError::TooManyDigits`], [`QuantityError::OutOfRange`].
    pub fn new(amount: Decimal, unit: UnitCode) -> Result<Self, QuantityError> {
        BOUNDS.admit(amount).map(|amount| Self { amount, unit }).map_err(|broken| match broken {
            OutOfBounds::Places => QuantityError::TooManyDigits { amount, unit },
            OutOfBounds::Size => QuantityError::OutOfRange { unit },
        })
    }

    /// A whole number, in this unit.
    #[must_use]
    pub fn whole(number: i32, unit: UnitCode) -> Self {
        Self { amount: Decimal::from(number).normalize(), unit }
    }

    /// None, in this unit.
    #[must_use]
    pub const fn zero(unit: UnitCode) -> Self {
        Self { amount: Decimal::ZERO, unit }
    }

    /// Reads a quantity such as `3 box`: a decimal, one space and the code of a unit.
    ///
    /// # Errors
    /// [`ParseQuantityError`].
    pub fn parse(text: &str) -> Result<Self, ParseQuantityError> {
        let (amount, unit) = text.split_once(' ').ok_or(ParseQuantityError::NoUnit)?;
        let unit = unit.parse::<UnitCode>()?;
        Ok(Self::new(parse_decimal(amount)?, unit)?)
    }

    /// How much, without trailing zeros.
    #[must_use]
    pub const fn amount(self) -> Decimal {
        self.amount
    }

    /// In which unit.
    #[must_use]
    pub const fn unit(self) -> UnitCode {
        self.unit
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.amount.is_zero()
    }

    /// Whether it is less than none.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.amount.mantissa() < 0
    }

    /// Whether there is some.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.amount.mantissa() > 0
    }

    /// The exact sum.
    ///
    /// # Errors
    /// [`QuantityError::UnitMismatch`], [`QuantityError::OutOfRange`].
    pub fn checked_add(self, other: Self) -> Result<Self, QuantityError> {
        self.same_unit(other)?;
        let sum = BOUNDS.sum(self.amount, other.amount);
        sum.map(|amount| Self { amount, unit: self.unit }).map_err(|_| QuantityError::OutOfRange { unit: self.unit })
    }

    /// The exact difference.
    ///
    /// # Errors
    /// [`QuantityError::UnitMismatch`], [`QuantityError::OutOfRange`].
    pub fn checked_sub(self, other: Self) -> Result<Self, QuantityError> {
        self.checked_add(other.negated())
    }

    /// The exact total of quantities in `unit`; nothing at all is zero.
    ///
    /// # Errors
    /// [`QuantityError::UnitMismatch`] at the first in another unit, [`QuantityError::OutOfRange`] if a sum on the way
    /// or the total is.
    pub fn sum(quantities: impl IntoIterator<Item = Self>, unit: UnitCode) -> Result<Self, QuantityError> {
        quantities.into_iter().try_fold(Self::zero(unit), Self::checked_add)
    }

    /// So many times the quantity, rounded once to `digits` after the point (9 at most) by the named policy.
    ///
    /// # Errors
    /// [`QuantityError::OutOfRange`].
    pub fn times(self, factor: Ratio, digits: u32, rounding: Rounding) -> Result<Self, QuantityError> {
        let out_of_range = QuantityError::OutOfRange { unit: self.unit };
        let exact = Ratio::from_decimal(self.amount).checked_mul(factor).map_err(|_| out_of_range)?;
        let amount = exact.to_decimal(digits.min(Self::PLACES), rounding).ok_or(out_of_range)?;
        Self::new(amount, self.unit)
    }

    /// The same size with the other sign: out for in.
    #[must_use]
    pub fn negated(self) -> Self {
        // Invariant: the bounds are the same on both sides of zero.
        Decimal::ZERO.checked_sub(self.amount).map_or(self, |amount| Self { amount, unit: self.unit })
    }

    /// The same size without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        if self.is_negative() { self.negated() } else { self }
    }

    /// Which of two quantities in one unit is greater.
    ///
    /// # Errors
    /// [`QuantityError::UnitMismatch`].
    pub fn compare(&self, other: &Self) -> Result<Ordering, QuantityError> {
        self.same_unit(*other)?;
        Ok(self.amount.cmp(&other.amount))
    }

    /// How many of `to` it is, exactly: a ratio, as 20 minutes are a third of an hour.
    ///
    /// # Errors
    /// [`ConvertQuantityError`], in the order of its variants.
    pub fn exactly_in(self, to: UnitCode, table: &UnitTable) -> Result<Ratio, ConvertQuantityError> {
        Ok(Ratio::from_decimal(self.amount).checked_mul(table.ratio(self.unit, to)?)?)
    }

    /// The same quantity in another unit, rounded once to `digits` after the point (9 at most) by the named policy.
    ///
    /// # Errors
    /// [`ConvertQuantityError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::{ConvertQuantityError, Quantity, Rounding, UnitTable};
    ///
    /// let table = UnitTable::standard();
    /// let meeting: Quantity = "20 min".parse()?;
    /// assert_eq!(meeting.convert("h".parse()?, &table, 2, Rounding::HalfUp)?.to_string(), "0.33 h");
    /// assert!(matches!(
    ///     meeting.convert("kg".parse()?, &table, 2, Rounding::HalfUp),
    ///     Err(ConvertQuantityError::OtherDimension { .. })
    /// ));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn convert(
        &self,
        to: UnitCode,
        table: &UnitTable,
        digits: u32,
        rounding: Rounding,
    ) -> Result<Self, ConvertQuantityError> {
        let exact = self.exactly_in(to, table)?;
        let amount = exact.to_decimal(digits.min(Self::PLACES), rounding).ok_or(RatioError::Overflow)?;
        Ok(Self::new(amount, to)?)
    }

    fn same_unit(self, other: Self) -> Result<(), QuantityError> {
        if self.unit == other.unit {
            Ok(())
        } else {
            Err(QuantityError::UnitMismatch { left: self.unit, right: other.unit })
        }
    }
}

/// Quantities in different units are neither less, nor equal, nor greater.
impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.compare(other).ok()
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.unit)
    }
}

impl FromStr for Quantity {
    type Err = ParseQuantityError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

as_text!(Quantity, "an amount and its unit in quotes, such as \"3 box\"");

/// A quantity cannot be held, or two cannot be taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum QuantityError {
    /// The amount has more digits after the point than a quantity may.
    #[error("{amount} {unit} has more than {} digits after the point", Quantity::PLACES)]
    TooManyDigits {
        /// The amount.
        amount: Decimal,
        /// The unit.
        unit: UnitCode,
    },
    /// The two quantities are in different units.
    #[error("`{left}` and `{right}` are different units: convert one of them first")]
    UnitMismatch {
        /// The unit of the first.
        left: UnitCode,
        /// The unit of the second.
        right: UnitCode,
    },
    /// The amount is too large to be held exactly.
    #[error("the amount in `{unit}` is not below 10^{} in size", BOUNDS.whole)]
    OutOfRange {
        /// The unit of the amount.
        unit: UnitCode,
    },
}

/// A text was not a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ParseQuantityError {
    /// There is no space that parts the amount from the unit.
    #[error("an amount, one space and the code of a unit are wanted, such as `3 box`")]
    NoUnit,
    /// What follows the space is not the code of a unit.
    #[error("the unit cannot be read")]
    Unit(#[from] ParseUnitCodeError),
    /// What precedes the space is not a decimal.
    #[error("the amount cannot be read")]
    Amount(#[from] ParseDecimalError),
    /// The decimal cannot be held as a quantity.
    #[error("the amount cannot be held")]
    Quantity(#[from] QuantityError),
}

/// A quantity cannot be told in another unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ConvertQuantityError {
    /// A unit is not in the table.
    #[error("`{code}` is not in the table of units")]
    UnknownUnit {
        /// Its code.
        code: UnitCode,
    },
    /// The two units measure different things.
    #[error("`{from}` and `{to}` do not measure the same thing")]
    OtherDimension {
        /// The unit of the quantity.
        from: UnitCode,
        /// The unit that was wanted.
        to: UnitCode,
    },
    /// The exact amount does not fit a fraction.
    #[error("the exact amount cannot be held")]
    Ratio(#[from] RatioError),
    /// The converted amount does not fit a quantity.
    #[error("the converted amount cannot be held")]
    Quantity(#[from] QuantityError),
}
