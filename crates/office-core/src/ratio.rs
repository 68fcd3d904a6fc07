//! Exact fractions.
//!
//! Laws, held by `tests/values/ratio.rs`:
//!
//! 1. A ratio is in lowest terms with a positive denominator, so equal ratios are the same ratio.
//! 2. Sums, differences, products and quotients are those of fractions, exactly, or refused.
//! 3. The order is that of the numbers, for terms of any size.
//! 4. What is written reads back as the same ratio; a decimal read in comes out again.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use thiserror::Error;

use crate::Rounding;
use crate::decimal::power_of_ten;
use crate::rounding::wide;
use crate::text::as_text;

/// A fraction of two whole numbers, held exactly and in lowest terms: a third of a day, 12 to the dozen.
///
/// Used where a decimal would have to round on the way: units of measure, leave that accrues by the day. Both terms
/// are below 2¹²⁷; what does not fit is refused. Written `n/d`, or `n` where it is whole.
///
/// # Example
/// ```
/// use office_core::{Ratio, RatioError, Rounding, parse_decimal};
///
/// let per_month = Ratio::new(25, 12)?;
/// let quarter = per_month.checked_mul(Ratio::from_integer(3))?;
/// assert_eq!(quarter.to_string(), "25/4");
/// assert_eq!(quarter.to_decimal(2, Rounding::HalfUp), Some(parse_decimal("6.25")?));
///
/// assert_eq!(Ratio::new(1, 0), Err(RatioError::ZeroDenominator));
/// assert_eq!(quarter.checked_div(Ratio::ZERO), Err(RatioError::ZeroDenominator));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ratio {
    // Invariant: lowest terms; the numerator is not i128::MIN; the denominator is positive.
    numerator: i128,
    denominator: i128,
}

impl Ratio {
    /// Nothing.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };
    /// The whole.
    pub const ONE: Self = Self { numerator: 1, denominator: 1 };

    /// `numerator / denominator`, brought to lowest terms.
    ///
    /// # Errors
    /// [`RatioError::ZeroDenominator`]; [`RatioError::Overflow`] if a term in lowest terms does not fit.
    #[inline]
    pub fn new(numerator: i128, denominator: i128) -> Result<Self, RatioError> {
        match (i64::try_from(numerator), i64::try_from(denominator)) {
            (Ok(top), Ok(bottom)) if bottom > 0 => Ok(Self::of_small(top, bottom)),
            _ => Self::of_any_size(numerator, denominator),
        }
    }

    /// Of terms that fit 64 bits, of which the lower one is positive.
    #[inline]
    fn of_small(top: i64, bottom: i64) -> Self {
        let (numerator, denominator) = lowest_terms(top, bottom);
        Self { numerator: numerator.into(), denominator: denominator.into() }
    }

    fn of_any_size(numerator: i128, denominator: i128) -> Result<Self, RatioError> {
        if denominator == 0 {
            return Err(RatioError::ZeroDenominator);
        }
        let negative = (numerator < 0) ^ (denominator < 0);
        let (top, bottom) = (numerator.unsigned_abs(), denominator.unsigned_abs());
        let shared = greatest_shared(top, bottom);
        let lowest = |term: u128| i128::try_from(shared_out(term, shared)).ok();
        let (top, denominator) = lowest(top).zip(lowest(bottom)).ok_or(RatioError::Overflow)?;
        let numerator = if negative { top.saturating_neg() } else { top };
        Ok(Self { numerator, denominator })
    }

    /// A whole number.
    #[must_use]
    #[inline]
    pub fn from_integer(whole: i64) -> Self {
        Self { numerator: i128::from(whole), denominator: 1 }
    }

    /// A decimal, exactly.
    #[must_use]
    pub fn from_decimal(amount: Decimal) -> Self {
        // Invariant: a decimal is a 96-bit number over at most 10^28, both of which fit.
        let denominator = power_of_ten(amount.scale()).unwrap_or(1);
        Self::new(amount.mantissa(), denominator).unwrap_or(Self::ZERO)
    }

    /// The upper term, which carries the sign.
    #[must_use]
    #[inline]
    pub const fn numerator(self) -> i128 {
        self.numerator
    }

    /// The lower term, always positive.
    #[must_use]
    #[inline]
    pub const fn denominator(self) -> i128 {
        self.denominator
    }

    /// Whether it is zero.
    #[must_use]
    #[inline]
    pub const fn is_zero(self) -> bool {
        self.numerator == 0
    }

    /// Whether it is below zero.
    #[must_use]
    #[inline]
    pub const fn is_negative(self) -> bool {
        self.numerator < 0
    }

    /// Whether it is above zero.
    #[must_use]
    #[inline]
    pub const fn is_positive(self) -> bool {
        self.numerator > 0
    }

    /// Whether it is a whole number.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        self.denominator == 1
    }

    /// The exact sum.
    ///
    /// # Errors
    /// [`RatioError::Overflow`] if the sum over the least common denominator does not fit.
    #[inline]
    pub fn checked_add(self, other: Self) -> Result<Self, RatioError> {
        if self.is_zero() {
            return Ok(other);
        }
        if self.denominator == other.denominator {
            let numerator = self.numerator.checked_add(other.numerator).ok_or(RatioError::Overflow)?;
            return Self::new(numerator, self.denominator);
        }
        self.sum_over_both(other).ok_or(RatioError::Overflow)
    }

    /// The sum over another denominator. It can be reduced by what the denominators share, and by nothing else (Knuth,
    /// *The Art of Computer Programming*, 4.5.1).
    fn sum_over_both(self, other: Self) -> Option<Self> {
        let lone = self.denominator == 1 || other.denominator == 1;
        let shared =
            if lone { 1 } else { greatest_shared(self.denominator.unsigned_abs(), other.denominator.unsigned_abs()) };
        let over = |term: i128, by: u128| i128::try_from(shared_out(term.unsigned_abs(), by)).ok();
        let (left_by, right_by) = (over(other.denominator, shared)?, over(self.denominator, shared)?);
        let sum = product(self.numerator, left_by)?.checked_add(product(other.numerator, right_by)?)?;
        if shared == 1 {
            let denominator = product(self.denominator, other.denominator)?;
            return Some(Self { numerator: sum, denominator }).filter(|sum| sum.numerator != i128::MIN);
        }
        let common = greatest_shared(sum.unsigned_abs(), shared);
        let top = over(sum, common)?;
        let numerator = if sum < 0 { top.saturating_neg() } else { top };
        Some(Self { numerator, denominator: product(right_by, over(other.denominator, common)?)? })
    }

    /// The exact difference.
    ///
    /// # Errors
    /// [`RatioError::Overflow`] if the difference over the least common denominator does not fit.
    #[inline]
    pub fn checked_sub(self, other: Self) -> Result<Self, RatioError> {
        self.checked_add(other.negated())
    }

    /// The exact product.
    ///
    /// # Errors
    /// [`RatioError::Overflow`] if a term of the product in lowest terms does not fit.
    pub fn checked_mul(self, other: Self) -> Result<Self, RatioError> {
        if other == Self::ONE {
            return Ok(self);
        }
        let small = product(self.numerator, other.numerator).zip(product(self.denominator, other.denominator));
        let small = small.map(|(top, bottom)| (i64::try_from(top), i64::try_from(bottom)));
        if let Some((Ok(top), Ok(bottom))) = small {
            return Ok(Self::of_small(top, bottom));
        }
        // Cancelled crosswise first, so that only a product that does not fit overflows.
        let first = Self::new(self.numerator, other.denominator)?;
        let second = Self::new(other.numerator, self.denominator)?;
        // The factors have nothing in common any more, so the products are in lowest terms.
        let numerator = product(first.numerator, second.numerator).filter(|product| *product != i128::MIN);
        let denominator = product(first.denominator, second.denominator);
        let (numerator, denominator) = numerator.zip(denominator).ok_or(RatioError::Overflow)?;
        Ok(Self { numerator, denominator })
    }

    /// The exact quotient.
    ///
    /// # Errors
    /// [`RatioError::ZeroDenominator`] if `other` is zero; [`RatioError::Overflow`] if a term does not fit.
    pub fn checked_div(self, other: Self) -> Result<Self, RatioError> {
        self.checked_mul(Self::new(other.denominator, other.numerator)?)
    }

    /// The same size with the other sign.
    #[must_use]
    #[inline]
    pub const fn negated(self) -> Self {
        // Invariant: the numerator is not i128::MIN, so this never saturates.
        Self { numerator: self.numerator.saturating_neg(), denominator: self.denominator }
    }

    /// The same size without its sign.
    #[must_use]
    pub const fn abs(self) -> Self {
        if self.is_negative() { self.negated() } else { self }
    }

    /// The greatest whole number that is not above it.
    #[must_use]
    pub fn floor(self) -> i128 {
        self.numerator.checked_div_euclid(self.denominator).unwrap_or(0)
    }

    /// The least whole number that is not below it.
    #[must_use]
    pub fn ceiling(self) -> i128 {
        self.negated().floor().saturating_neg()
    }

    /// A decimal with `digits` digits after the point, rounded once by the named policy; nothing if that does not fit
    /// a decimal of 28 digits.
    #[must_use]
    pub fn to_decimal(self, digits: u32, rounding: Rounding) -> Option<Decimal> {
        let mantissa = rounding.quotient(self.numerator, power_of_ten(digits)?, self.denominator)?;
        Decimal::try_from_i128_with_scale(mantissa, digits).ok()
    }
}

// Most terms are small, and small ones are multiplied and divided many times faster: what follows looks for them first.

/// The terms of a fraction without what they share; the lower one is positive.
fn lowest_terms(top: i64, bottom: i64) -> (i64, i64) {
    let (size, of) = (top.unsigned_abs(), bottom.unsigned_abs());
    // Invariant: what both share is not greater than the lower term, so it fits.
    let shared = i64::try_from(small_shared(size.max(of), size.min(of))).unwrap_or(1);
    if shared == 1 {
        return (top, bottom);
    }
    (top.checked_div(shared).unwrap_or(top), bottom.checked_div(shared).unwrap_or(bottom))
}

fn product(one: i128, two: i128) -> Option<i128> {
    match (i64::try_from(one), i64::try_from(two)) {
        // Never wraps: the product of two 64-bit numbers fits 128 bits.
        (Ok(one), Ok(two)) => Some(i128::from(one).wrapping_mul(i128::from(two))),
        _ => one.checked_mul(two),
    }
}

/// A term without a factor of it.
fn shared_out(term: u128, factor: u128) -> u128 {
    if factor == 1 {
        return term;
    }
    let small = u64::try_from(term).ok().zip(u64::try_from(factor).ok());
    let quotient = small.and_then(|(term, factor)| term.checked_div(factor)).map(u128::from);
    quotient.or_else(|| term.checked_div(factor)).unwrap_or(term)
}

/// The greatest common divisor; of two zeros, one.
fn greatest_shared(left: u128, right: u128) -> u128 {
    if let (Ok(left), Ok(right)) = (u64::try_from(left), u64::try_from(right)) {
        return u128::from(small_shared(left.max(right), left.min(right)));
    }
    let (mut greater, mut lesser) = (left, right);
    while let Some(rest) = greater.checked_rem(lesser) {
        (greater, lesser) = (lesser, rest);
    }
    greater.max(1)
}

/// The greatest common divisor of what fits 64 bits: one division, as one number is often far greater than the other, then
/// by halving and subtracting.
fn small_shared(greater: u64, lesser: u64) -> u64 {
    if lesser == 1 {
        return 1;
    }
    let rest = greater.checked_rem(lesser).unwrap_or(0);
    if rest == 0 {
        return if lesser == 0 { greater.max(1) } else { lesser };
    }
    let twos = (lesser | rest).trailing_zeros();
    let (mut left, mut right) = (lesser.wrapping_shr(lesser.trailing_zeros()), rest);
    while right != 0 {
        right = right.wrapping_shr(right.trailing_zeros());
        (left, right) = (left.min(right), left.abs_diff(right));
    }
    left.wrapping_shl(twos)
}

impl From<Decimal> for Ratio {
    fn from(amount: Decimal) -> Self {
        Self::from_decimal(amount)
    }
}

impl PartialOrd for Ratio {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        if self.denominator == other.denominator {
            return self.numerator.cmp(&other.numerator);
        }
        if let (Ok(one), Ok(one_by), Ok(two), Ok(two_by)) = (
            i64::try_from(self.numerator),
            i64::try_from(self.denominator),
            i64::try_from(other.numerator),
            i64::try_from(other.denominator),
        ) {
            // Never wraps, as above.
            let cross = |one: i64, other: i64| i128::from(one).wrapping_mul(i128::from(other));
            return cross(one, two_by).cmp(&cross(two, one_by));
        }
        let cross =
            |one: &Self, other: &Self| wide::multiply(one.numerator.unsigned_abs(), other.denominator.unsigned_abs());
        match (self.is_negative(), other.is_negative()) {
            (false, false) => cross(self, other).cmp(&cross(other, self)),
            (true, true) => cross(other, self).cmp(&cross(self, other)),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_whole() { self.numerator.fmt(f) } else { write!(f, "{}/{}", self.numerator, self.denominator) }
    }
}

impl FromStr for Ratio {
    type Err = RatioError;

    /// Reads `n` or `n/d`, in lowest terms or not; only the upper term may carry a sign.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (upper, lower) = text.split_once('/').unwrap_or((text, "1"));
        let digits = |term: &str| !term.is_empty() && term.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(upper.strip_prefix('-').unwrap_or(upper)) || !digits(lower) {
            return Err(RatioError::Unreadable);
        }
        let term = |text: &str| text.parse::<i128>().map_err(|_| RatioError::Overflow);
        Self::new(term(upper)?, term(lower)?)
    }
}

as_text!(Ratio, "a fraction in quotes, such as \"1/3\"");

/// A fraction cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RatioError {
    /// The text is not a fraction.
    #[error("a whole number or two parted by `/` are wanted, such as `1/3`")]
    Unreadable,
    /// There is no fraction over zero.
    #[error("the denominator is zero")]
    ZeroDenominator,
    /// A term does not fit.
    #[error("a term of the fraction is not below 2^127 in size")]
    Overflow,
}
