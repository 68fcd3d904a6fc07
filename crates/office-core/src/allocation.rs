//! Dividing money without losing a penny.
//!
//! Laws, held by `tests/values/allocation.rs`:
//!
//! 1. The parts add up to the whole, exactly.
//! 2. Each part is within one minor unit of its exact share.
//! 3. No weight, no money.
//! 4. Equal weights get parts that differ by at most one minor unit, the earlier part not less in size.
//! 5. Allocating the opposite amount gives the opposite parts.
//! 6. Reordering weights that are all different reorders the parts of [`Leftover::Largest`] alike, unless two rests tie.
//! 7. Weights in the same proportion give the same parts.

use std::cmp::Reverse;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Money;
use crate::decimal::power_of_ten;
use crate::rounding::wide;

/// Who gets the minor units that are left over when every part has been rounded down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leftover {
    /// One each to those who lost most by rounding down; among equals, to the earlier. The usual rule.
    Largest,
    /// One each from the left, passing over those without weight.
    Leftmost,
}

impl Money {
    /// Divides the amount in proportion to the weights, so that the parts add up to it exactly.
    ///
    /// Every part is rounded toward zero; the minor units left over go, one each, to the parts that lost most, among
    /// equals to the earlier. Whoever has no weight gets nothing.
    ///
    /// # Errors
    /// [`AllocateError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::{AllocateError, Currency, Decimal, Money};
    ///
    /// let freight = Money::from_minor(10_00, Currency::EUR);
    /// let parts = freight.allocate(&[Decimal::ONE, Decimal::ONE, Decimal::ZERO, Decimal::ONE])?;
    /// let texts: Vec<_> = parts.iter().map(Money::to_string).collect();
    /// assert_eq!(texts, ["3.34 EUR", "3.33 EUR", "0.00 EUR", "3.33 EUR"]);
    ///
    /// assert_eq!(freight.allocate(&[Decimal::ZERO]), Err(AllocateError::NoWeight));
    /// assert_eq!(freight.allocate(&[Decimal::ONE, Decimal::NEGATIVE_ONE]), Err(AllocateError::Negative { at: 1 }));
    /// # Ok::<(), AllocateError>(())
    /// ```
    pub fn allocate(self, weights: &[Decimal]) -> Result<Vec<Self>, AllocateError> {
        self.allocate_by(weights, Leftover::Largest)
    }

    /// Divides the amount in proportion to the weights; what is left over goes by the named rule.
    ///
    /// # Errors
    /// [`AllocateError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::{Currency, Decimal, Leftover, Money};
    ///
    /// let weights = [Decimal::from(1), Decimal::from(2)];
    /// let one = Money::from_minor(1, Currency::EUR);
    /// let parts = |leftover| one.allocate_by(&weights, leftover);
    /// let nothing = Money::zero(Currency::EUR);
    /// assert_eq!(parts(Leftover::Largest)?, [nothing, one]);
    /// assert_eq!(parts(Leftover::Leftmost)?, [one, nothing]);
    ///
    /// assert!(one.allocate_by(&[], Leftover::Leftmost).is_err());
    /// # Ok::<(), office_core::AllocateError>(())
    /// ```
    pub fn allocate_by(self, weights: &[Decimal], leftover: Leftover) -> Result<Vec<Self>, AllocateError> {
        let (weights, total) = whole_weights(weights)?;
        let size = self.minor().unsigned_abs();
        let mut parts = Vec::with_capacity(weights.len());
        for (at, weight) in weights.into_iter().enumerate() {
            let (whole, rest) = wide::multiply_divide(size, weight, total).ok_or(AllocateError::TooFine)?;
            parts.push(Part { at, whole, rest, weighs: weight > 0 });
        }
        let given = parts.iter().fold(0_u128, |sum, part| sum.saturating_add(part.whole));
        hand_out(size.saturating_sub(given), &mut parts, leftover);
        parts.sort_by_key(|part| part.at);
        parts.into_iter().map(|part| self.of_size(part.whole)).collect()
    }

    /// Divides the amount into so many equal parts; the earlier ones are larger by one minor unit where it must be.
    ///
    /// # Errors
    /// [`AllocateError::NoWeight`] if there are no parts.
    ///
    /// # Example
    /// ```
    /// use office_core::{AllocateError, Currency, Money};
    ///
    /// let bill = Money::from_minor(100, Currency::EUR);
    /// let minor: Vec<_> = bill.split(3)?.into_iter().map(Money::minor).collect();
    /// assert_eq!(minor, [34, 33, 33]);
    ///
    /// assert_eq!(bill.split(0), Err(AllocateError::NoWeight));
    /// # Ok::<(), AllocateError>(())
    /// ```
    pub fn split(self, parts: u16) -> Result<Vec<Self>, AllocateError> {
        self.allocate(&vec![Decimal::ONE; usize::from(parts)])
    }

    /// So many minor units, with the sign and currency of this amount.
    fn of_size(self, minor: u128) -> Result<Self, AllocateError> {
        let part = i128::try_from(minor).ok().and_then(|minor| Self::try_from_minor(minor, self.currency()).ok());
        let part = part.ok_or(AllocateError::TooFine)?;
        Ok(if self.is_negative() { part.negated() } else { part })
    }
}

/// A part before what is left over is handed out: `whole + rest / total` is the exact share.
struct Part {
    at: usize,
    whole: u128,
    rest: u128,
    weighs: bool,
}

/// Gives one minor unit each to as many parts as are left over, leaving the parts in the order of giving.
fn hand_out(left: u128, parts: &mut [Part], leftover: Leftover) {
    match leftover {
        Leftover::Largest => parts.sort_by_key(|part| (Reverse(part.rest), part.at)),
        Leftover::Leftmost => {}
    }
    // Invariant: what is left over is the sum of the rests over the total, so fewer units than parts with weight.
    let takers = usize::try_from(left).unwrap_or(usize::MAX);
    for part in parts.iter_mut().filter(|part| part.weighs).take(takers) {
        part.whole = part.whole.saturating_add(1);
    }
}

/// The weights as whole numbers in the same proportion, and their sum, which is not zero.
fn whole_weights(weights: &[Decimal]) -> Result<(Vec<u128>, u128), AllocateError> {
    if let Some(at) = weights.iter().position(|weight| weight.mantissa() < 0) {
        return Err(AllocateError::Negative { at });
    }
    let weights: Vec<_> = weights.iter().map(Decimal::normalize).collect();
    let scale = weights.iter().map(Decimal::scale).max().unwrap_or(0);
    let whole = |weight: &Decimal| {
        let unit = power_of_ten(scale.checked_sub(weight.scale())?)?;
        weight.mantissa().checked_mul(unit)
    };
    let whole: Option<Vec<i128>> = weights.iter().map(whole).collect();
    let whole = whole.ok_or(AllocateError::TooFine)?;
    let total = whole.iter().try_fold(0_i128, |sum, weight| sum.checked_add(*weight)).ok_or(AllocateError::TooFine)?;
    if total == 0 {
        return Err(AllocateError::NoWeight);
    }
    Ok((whole.into_iter().map(i128::unsigned_abs).collect(), total.unsigned_abs()))
}

/// Money cannot be divided by these weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AllocateError {
    /// A weight is negative.
    #[error("weight {at} is negative: weights are zero or more")]
    Negative {
        /// Its place, from 0.
        at: usize,
    },
    /// The weights are too far apart in size to be put in proportion exactly.
    #[error("the weights have more than 38 digits when written over one denominator")]
    TooFine,
    /// All weights are zero, or there are none, so the amount would have nowhere to go.
    #[error("there is no weight above zero to take the amount")]
    NoWeight,
}
