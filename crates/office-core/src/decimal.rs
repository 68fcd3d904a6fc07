//! Decimals as the office writes them: digits and one point, nothing else.

use rust_decimal::Decimal;
use thiserror::Error;

/// How many digits a decimal may be written with.
const DIGITS: u32 = 28;

/// Reads a decimal: an optional sign, digits, and at most one point between digits; 28 digits at most.
///
/// Nothing is rounded and nothing is guessed: no grouping, no exponent, no bare point, no other script's digits. The
/// digits written after the point are kept (`1.50` has two), and minus zero is zero.
///
/// # Errors
/// [`ParseDecimalError`] says what was found and where.
///
/// # Example
/// ```
/// use office_core::{ParseDecimalError, parse_decimal};
///
/// assert_eq!(parse_decimal("-12.50")?.to_string(), "-12.50");
/// assert_eq!(parse_decimal("-0")?.to_string(), "0");
///
/// assert_eq!(parse_decimal("1_000"), Err(ParseDecimalError::Unexpected { found: '_', at: 1 }));
/// assert_eq!(parse_decimal("1e3"), Err(ParseDecimalError::Unexpected { found: 'e', at: 1 }));
/// assert_eq!(parse_decimal("5."), Err(ParseDecimalError::NoDigitAfterPoint));
/// # Ok::<(), ParseDecimalError>(())
/// ```
pub fn parse_decimal(text: &str) -> Result<Decimal, ParseDecimalError> {
    let (negative, unsigned, offset) = match text.strip_prefix('-') {
        Some(rest) => (true, rest, 1),
        None => text.strip_prefix('+').map_or((false, text, 0), |rest| (false, rest, 1)),
    };
    let (mut mantissa, mut digits, mut scale) = (0_i128, 0_u32, None::<u32>);
    for (at, found) in unsigned.chars().enumerate() {
        match found.to_digit(10) {
            Some(digit) => {
                if digits == DIGITS {
                    return Err(ParseDecimalError::TooManyDigits);
                }
                // Invariant: at most 28 digits, so neither step saturates.
                mantissa = mantissa.saturating_mul(10).saturating_add(i128::from(digit));
                digits = digits.saturating_add(1);
                scale = scale.map(|places| places.saturating_add(1));
            }
            None if found == '.' && scale.is_none() && digits == 0 => {
                return Err(ParseDecimalError::NoDigitBeforePoint);
            }
            None if found == '.' && scale.is_none() => scale = Some(0),
            None => return Err(ParseDecimalError::Unexpected { found, at: at.saturating_add(offset) }),
        }
    }
    if digits == 0 {
        return Err(ParseDecimalError::Empty);
    }
    if scale == Some(0) {
        return Err(ParseDecimalError::NoDigitAfterPoint);
    }
    let mantissa = if negative { mantissa.saturating_neg() } else { mantissa };
    Decimal::try_from_i128_with_scale(mantissa, scale.unwrap_or(0)).map_err(|_| ParseDecimalError::TooManyDigits)
}

/// A text was not a decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ParseDecimalError {
    /// There is no digit before the point.
    #[error("a digit is wanted before the point")]
    NoDigitBeforePoint,
    /// There is something that is not a digit, a leading sign or the one point.
    #[error("`{found}` at character {at}: only a leading sign, digits and one point are accepted")]
    Unexpected {
        /// What is there.
        found: char,
        /// Its place, in characters from 0.
        at: usize,
    },
    /// More digits than a decimal can hold exactly.
    #[error("more than {DIGITS} digits")]
    TooManyDigits,
    /// There is no digit at all.
    #[error("no digits")]
    Empty,
    /// There is no digit after the point.
    #[error("a digit is wanted after the point")]
    NoDigitAfterPoint,
}

/// Ten to the power of `places`; nothing above 38, where it would not fit.
pub(crate) fn power_of_ten(places: u32) -> Option<i128> {
    POWERS_OF_TEN.get(usize::try_from(places).ok()?).copied()
}

/// Looked up, because every amount of money asks for one of them.
#[expect(clippy::indexing_slicing, reason = "computed by the compiler, which refuses what is out of bounds")]
const POWERS_OF_TEN: [i128; 39] = {
    let mut powers = [1; 39];
    let mut place = 1;
    while place < powers.len() {
        powers[place] = powers[place - 1] * 10;
        place += 1;
    }
    powers
};

/// The bounds within which a kind of decimal is added exactly.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Digits before the point, at most.
    pub(crate) whole: u32,
    /// Digits after the point, at most.
    pub(crate) places: u32,
}

/// Which bound a decimal breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutOfBounds {
    /// It has too many digits after the point.
    Places,
    /// It has too many digits before the point.
    Size,
}

impl Bounds {
    /// The decimal in its one form (no trailing zeros, no minus zero), if it keeps the bounds.
    pub(crate) fn admit(self, amount: Decimal) -> Result<Decimal, OutOfBounds> {
        let amount = if amount.is_zero() { Decimal::ZERO } else { amount.normalize() };
        if amount.scale() > self.places {
            return Err(OutOfBounds::Places);
        }
        match self.whole.checked_add(amount.scale()).and_then(power_of_ten) {
            Some(limit) if amount.mantissa().unsigned_abs() < limit.unsigned_abs() => Ok(amount),
            Some(_) | None => Err(OutOfBounds::Size),
        }
    }

    /// The exact sum of two admitted decimals, if it keeps the bounds.
    pub(crate) fn sum(self, left: Decimal, right: Decimal) -> Result<Decimal, OutOfBounds> {
        let aligned = |amount: Decimal| {
            let missing = self.places.checked_sub(amount.scale())?;
            amount.mantissa().checked_mul(power_of_ten(missing)?)
        };
        aligned(left)
            .zip(aligned(right))
            .and_then(|(left, right)| left.checked_add(right))
            .and_then(|sum| Decimal::try_from_i128_with_scale(sum, self.places).ok())
            .ok_or(OutOfBounds::Size)
            .and_then(|sum| self.admit(sum))
    }
}

/// Writing and reading a decimal as text in JSON: `#[serde(with = "office_core::decimal_text")]`.
///
/// The canonical text has no trailing zeros; a number that is not in quotes is refused, as it may have been through a
/// float.
///
/// # Example
/// ```
/// use office_core::{Decimal, parse_decimal};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Tolerance {
///     #[serde(with = "office_core::decimal_text")]
///     at_most: Decimal,
/// }
///
/// let tolerance = Tolerance { at_most: parse_decimal("0.50")? };
/// assert_eq!(serde_json::to_string(&tolerance)?, r#"{"at_most":"0.5"}"#);
/// assert!(serde_json::from_str::<Tolerance>(r#"{"at_most":0.5}"#).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub mod decimal_text {
    use rust_decimal::Decimal;
    use serde::de::Error;
    use serde::{Deserializer, Serializer};

    use crate::text::Text;

    /// Writes the decimal as its canonical text.
    pub fn serialize<S: Serializer>(amount: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
        let amount = if amount.is_zero() { Decimal::ZERO } else { amount.normalize() };
        serializer.collect_str(&amount)
    }

    /// Reads the decimal from text.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        let read = |text: &str| super::parse_decimal(text).map_err(|error| error.to_string());
        deserializer.deserialize_str(Text::new("a decimal in quotes, such as \"12.5\"", read)).map_err(D::Error::custom)
    }
}
