//! Rounding by a named policy.
//!
//! Laws, held by `tests/values/rounding.rs`:
//!
//! 1. Rounding what is rounded changes nothing.
//! 2. A greater amount never rounds to less.
//! 3. Policies that do not look at the sign mirror it: `round(-x) = -round(x)`; the ceiling of `-x` is the floor of `x`.
//! 4. The result is less than one unit of its last digit from the amount, and at most half a unit for the half policies.

pub(crate) mod wide;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::decimal::power_of_ten;

/// How an amount that has more digits than wanted is brought to those wanted.
///
/// The policy is always named by whoever rounds, and is part of what they store: there is no default.
///
/// # Example
/// ```
/// use office_core::{Decimal, Rounding, parse_decimal};
///
/// let half = parse_decimal("0.125")?;
/// assert_eq!(Rounding::HalfUp.round(half, 2), parse_decimal("0.13")?);
/// assert_eq!(Rounding::HalfEven.round(half, 2), parse_decimal("0.12")?);
/// assert_eq!(Rounding::HalfUp.round(-half, 2), parse_decimal("-0.13")?);
///
/// // What has no more digits than wanted is left alone.
/// assert_eq!(Rounding::Up.round(half, 3), half);
///
/// // Stored by name; a name that is not a policy is refused.
/// assert_eq!(serde_json::from_str::<Rounding>("\"half_even\"").ok(), Some(Rounding::HalfEven));
/// assert!(serde_json::from_str::<Rounding>("\"bankers\"").is_err());
/// # Ok::<(), office_core::ParseDecimalError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// To the nearest; halves away from zero. What invoices and most tax laws mean by rounding.
    HalfUp,
    /// To the nearest; halves to the even digit, so that many roundings do not drift.
    HalfEven,
    /// To the nearest; halves toward zero.
    HalfDown,
    /// Away from zero.
    Up,
    /// Toward zero: digits are cut off.
    Down,
    /// Toward more.
    Ceiling,
    /// Toward less.
    Floor,
}

impl Rounding {
    /// The amount with at most `digits` digits after the point. An amount that has no more is returned as it is.
    #[must_use]
    pub fn round(self, amount: Decimal, digits: u32) -> Decimal {
        let surplus = amount.scale().saturating_sub(digits);
        let kept = amount.scale().min(digits);
        let exact = || if amount.is_zero() { Decimal::ZERO } else { amount };
        power_of_ten(surplus)
            .and_then(|unit| self.quotient(amount.mantissa(), 1, unit))
            .and_then(|mantissa| Decimal::try_from_i128_with_scale(mantissa, kept).ok())
            .unwrap_or_else(exact)
    }

    /// `left * right / divisor`, rounded once to a whole number; nothing if that does not fit or `divisor` is zero.
    pub(crate) fn quotient(self, left: i128, right: i128, divisor: i128) -> Option<i128> {
        let negative = (left < 0) ^ (right < 0) ^ (divisor < 0);
        let divisor = divisor.unsigned_abs();
        let (whole, rest) = wide::multiply_divide(left.unsigned_abs(), right.unsigned_abs(), divisor)?;
        // Compares the rest with the half without doubling it, as that could overflow.
        let to_half = rest.cmp(&divisor.checked_sub(rest)?);
        let away = rest != 0
            && match self {
                Self::HalfUp => to_half.is_ge(),
                Self::HalfEven => to_half.is_gt() || (to_half.is_eq() && whole & 1 == 1),
                Self::HalfDown => to_half.is_gt(),
                Self::Up => true,
                Self::Down => false,
                Self::Ceiling => !negative,
                Self::Floor => negative,
            };
        let whole = i128::try_from(whole.checked_add(u128::from(away))?).ok()?;
        if negative { whole.checked_neg() } else { Some(whole) }
    }
}
