//! Between decimals and floats, and back once.

use office_core::{Decimal, Rounding};
use thiserror::Error;

/// Digits after the point of what comes out.
const PLACES: u32 = 9;

/// There is no answer to the question.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TheoryError {
    /// A figure is below what it may be.
    #[error("the {name} is {given}: zero or more is wanted")]
    Negative {
        /// Which figure.
        name: &'static str,
        /// What it is.
        given: Decimal,
    },
    /// A figure has to be above zero.
    #[error("the {name} is {given}: more than zero is wanted")]
    NotPositive {
        /// Which figure.
        name: &'static str,
        /// What it is.
        given: Decimal,
    },
    /// A figure is not between its bounds, neither of which it may be.
    #[error("the {name} is {given}: more than {above} and less than {below} is wanted")]
    NotBetween {
        /// Which figure.
        name: &'static str,
        /// What it is.
        given: Decimal,
        /// It has to be more.
        above: Decimal,
        /// It has to be less.
        below: Decimal,
    },
    /// A weight is not a share.
    #[error("the weight is {given}: more than 0 and at most 1 is wanted")]
    Weight {
        /// What it is.
        given: Decimal,
    },
    /// There are too few or too many of something.
    #[error("there are {given} {name}: {least} to {most} are wanted")]
    Count {
        /// Of what.
        name: &'static str,
        /// How many there are.
        given: usize,
        /// At least so many are wanted.
        least: usize,
        /// At most so many are.
        most: usize,
    },
    /// Tiers of prices do not start at nothing, or do not rise in quantity and fall in price.
    #[error("tier {at} is out of order: quantities that rise from 0 and prices that fall are wanted")]
    TierOrder {
        /// Which tier, from 0.
        at: usize,
    },
    /// The answer is known for another kind of demand only.
    #[error("there is no answer for this kind of demand: {wanted} demand is wanted")]
    OtherDemand {
        /// Which kind there is one for.
        wanted: &'static str,
    },
    /// The chances do not add up to one.
    #[error("the chances add up to {total}: 1 is wanted")]
    Chances {
        /// What they add up to.
        total: Decimal,
    },
    /// The result is out of range, or needs too many steps.
    #[error("the result cannot be held")]
    OutOfRange,
}

/// Powers of ten that are exact in a float.
const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// A decimal as a float.
pub(super) fn real(decimal: Decimal) -> f64 {
    const EXACT: i64 = 1 << f64::MANTISSA_DIGITS;
    let digits = i64::try_from(decimal.mantissa()).ok().filter(|digits| (-EXACT..=EXACT).contains(digits));
    let power = usize::try_from(decimal.scale()).ok().and_then(|scale| TENS.get(scale));
    match digits.zip(power) {
        // Both are exact in a float, so their quotient is rounded once.
        #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "at most 2^53, which a float holds")]
        Some((digits, power)) => digits as f64 / power,
        // What could not be read would come out as out of range.
        None => f64::try_from(decimal).unwrap_or(f64::NAN),
    }
}

/// A decimal as a float, if it is above zero.
pub(super) fn positive(name: &'static str, given: Decimal) -> Result<f64, TheoryError> {
    // By sign: comparing decimals brings them to one scale first.
    let is_positive = given.is_sign_positive() && !given.is_zero();
    if is_positive { Ok(real(given)) } else { Err(TheoryError::NotPositive { name, given }) }
}

/// A decimal as a float, if it is not below zero.
pub(super) fn not_negative(name: &'static str, given: Decimal) -> Result<f64, TheoryError> {
    let is_negative = given.is_sign_negative() && !given.is_zero();
    if is_negative { Err(TheoryError::Negative { name, given }) } else { Ok(real(given)) }
}

/// A float as a decimal, rounded once.
pub(super) fn decimal(real: f64) -> Result<Decimal, TheoryError> {
    let billionths = libm::rint(real * 1e9);
    if billionths.abs() < 9e18 {
        #[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "a whole number below 2^63")]
        let mut digits = billionths as i64;
        let mut scale = PLACES;
        // Nine noughts at the most, so that these steps take off as many as there are.
        for (noughts, power) in [(4, 10_000), (4, 10_000), (2, 100), (1, 10)] {
            if scale >= noughts && digits.checked_rem(power) == Some(0) {
                (digits, scale) = (digits.checked_div(power).unwrap_or(0), scale.saturating_sub(noughts));
            }
        }
        return Ok(Decimal::new(digits, scale));
    }
    let exact = Decimal::from_f64_retain(real).ok_or(TheoryError::OutOfRange)?;
    Ok(Rounding::HalfEven.round(exact, PLACES).normalize())
}

/// How many, as a float.
pub(super) fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::INFINITY, f64::from)
}

/// Refuses too few or too many.
pub(super) fn counted(name: &'static str, given: usize, least: usize, most: usize) -> Result<(), TheoryError> {
    if (least..=most).contains(&given) { Ok(()) } else { Err(TheoryError::Count { name, given, least, most }) }
}
