//! Money: an exact amount in one currency.
//!
//! Laws, held by `tests/values/money.rs`:
//!
//! 1. Adding is exact: it is the addition of minor units. So it does not matter in which order, or in which groups.
//! 2. What is written reads back as the same amount, in text and in JSON, and equal amounts are written alike.
//! 3. No text makes the reader panic, and whatever it accepts is written in the one canonical form.
//! 4. Subtracting undoes adding; negating twice changes nothing.
//! 5. A product is within one minor unit of the exact one, and within half of one for the half policies.
//! 6. A sum is refused exactly if its total is out of bounds, whatever the sums on the way.

mod currency;
mod error;

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

pub use self::currency::{Currency, ParseCurrencyError};
pub use self::error::{MoneyError, ParseMoneyError};
use crate::decimal::{parse_decimal, power_of_ten};
use crate::text::as_text;
use crate::{Percent, Ratio, Rounding};

/// Digits before the point, at most.
pub(crate) const WHOLE: u32 = 24;

/// An amount of money, always exactly at the digits of its currency.
///
/// The amount is below 10²⁴ in size, so that a sum of two never loses a digit: it is exact or refused. Amounts in
/// different currencies neither add nor compare. Products are rounded once, by the policy that the caller names;
/// dividing is [`Money::allocate`], which loses no penny. There is no float anywhere.
///
/// One canonical text, in text and in JSON: `12.50 EUR`, with all digits of the currency and never a minus zero.
///
/// # Example
/// ```
/// use office_core::{Currency, Money, MoneyError, Rounding, parse_decimal};
///
/// let price: Money = "12.50 EUR".parse()?;
/// let postage = Money::from_minor(495, Currency::EUR);
/// assert_eq!(price.checked_add(postage)?.to_string(), "17.45 EUR");
/// assert_eq!(price.times(parse_decimal("0.333")?, Rounding::HalfUp)?.to_string(), "4.16 EUR");
///
/// // Currencies are not mixed, and digits are not dropped.
/// let fee = Money::from_minor(100, Currency::USD);
/// assert_eq!(
///     price.checked_add(fee),
///     Err(MoneyError::CurrencyMismatch { left: Currency::EUR, right: Currency::USD })
/// );
/// assert_eq!(
///     Money::new(parse_decimal("0.125")?, Currency::EUR),
///     Err(MoneyError::TooManyDigits { amount: parse_decimal("0.125")?, currency: Currency::EUR })
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    // Invariant: the scale is the currency's digits, the size below 10^24, and zero is not negative.
    amount: Decimal,
    currency: Currency,
}

impl Money {
    /// Exactly this amount. Zeros beyond the currency's digits are dropped; other digits beyond them are refused.
    ///
    /// # Errors
    /// [`MoneyError::TooManyDigits`], [`MoneyError::OutOfRange`].
    pub fn new(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        if amount.normalize().scale() > currency.digits() {
            return Err(MoneyError::TooManyDigits { amount, currency });
        }
        Self::rounded(amount, currency, Rounding::Down)
    }

    /// This amount, rounded to the currency's digits by the named policy.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn rounded(amount: Decimal, currency: Currency, rounding: Rounding) -> Result<Self, MoneyError> {
        power_of_ten(currency.digits())
            .zip(power_of_ten(amount.scale()))
            .and_then(|(unit, scale)| rounding.quotient(amount.mantissa(), unit, scale))
            .ok_or(MoneyError::OutOfRange { currency })
            .and_then(|minor| Self::try_from_minor(minor, currency))
    }

    /// So many minor units: cents, pence; whole yen.
    ///
    /// # Example
    /// ```
    /// use office_core::{Currency, Money};
    ///
    /// assert_eq!(Money::from_minor(-1250, Currency::EUR).to_string(), "-12.50 EUR");
    /// assert_eq!(Money::from_minor(1250, Currency::JPY).to_string(), "1250 JPY");
    /// ```
    #[must_use]
    pub fn from_minor(minor: i64, currency: Currency) -> Self {
        // Invariant: an i64 is far below the bound in every currency.
        Self::try_from_minor(i128::from(minor), currency).unwrap_or(Self::zero(currency))
    }

    /// So many minor units, where there may be more than an `i64` holds.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] if the amount is 10²⁴ or more in size.
    pub fn try_from_minor(minor: i128, currency: Currency) -> Result<Self, MoneyError> {
        Self::zero(currency).with_minor(minor)
    }

    /// So many minor units of the same currency. Its digits need not be looked up again, which tells where there are many.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] if the amount is 10²⁴ or more in size.
    ///
    /// # Example
    /// ```
    /// use office_core::{Currency, Money, MoneyError};
    ///
    /// let nothing = Money::zero(Currency::EUR);
    /// assert_eq!(nothing.with_minor(-12_50)?.to_string(), "-12.50 EUR");
    /// assert_eq!(nothing.with_minor(i128::MAX), Err(MoneyError::OutOfRange { currency: Currency::EUR }));
    /// # Ok::<(), MoneyError>(())
    /// ```
    #[inline]
    pub fn with_minor(self, minor: i128) -> Result<Self, MoneyError> {
        let (currency, digits) = (self.currency, self.amount.scale());
        let out_of_range = MoneyError::OutOfRange { currency };
        // Far below the bound, as nearly all amounts are.
        if let Ok(amount) = i64::try_from(minor).map(|minor| Decimal::try_new(minor, digits)) {
            return amount.map(|amount| Self { amount, currency }).map_err(|_| out_of_range);
        }
        match power_of_ten(digits.saturating_add(WHOLE)) {
            Some(limit) if minor.unsigned_abs() < limit.unsigned_abs() => {
                let amount = Decimal::try_from_i128_with_scale(minor, digits).map_err(|_| out_of_range)?;
                Ok(Self { amount, currency })
            }
            Some(_) | None => Err(out_of_range),
        }
    }

    /// No money, in this currency.
    #[must_use]
    pub fn zero(currency: Currency) -> Self {
        // Invariant: digits are 4 at most, so the scale is always accepted.
        let amount = Decimal::try_from_i128_with_scale(0, currency.digits()).unwrap_or(Decimal::ZERO);
        Self { amount, currency }
    }

    /// Reads an amount, such as `12.50`, whose currency is known from elsewhere.
    ///
    /// # Errors
    /// [`ParseMoneyError`]; read by [`parse_decimal`], then held exactly as by [`Money::new`].
    ///
    /// # Example
    /// ```
    /// use office_core::{Currency, Money};
    ///
    /// assert_eq!(Money::parse("12.5", Currency::EUR)?, Money::from_minor(1250, Currency::EUR));
    /// assert!(Money::parse("12,50", Currency::EUR).is_err());
    /// assert!(Money::parse("12.50", Currency::JPY).is_err());
    /// # Ok::<(), office_core::ParseMoneyError>(())
    /// ```
    pub fn parse(amount: &str, currency: Currency) -> Result<Self, ParseMoneyError> {
        Ok(Self::new(parse_decimal(amount)?, currency)?)
    }

    /// The amount, with as many digits after the point as the currency has.
    #[must_use]
    pub const fn amount(self) -> Decimal {
        self.amount
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The amount in minor units.
    #[must_use]
    pub const fn minor(self) -> i128 {
        self.amount.mantissa()
    }

    /// Whether there is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.minor() == 0
    }

    /// Whether it is less than nothing.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.minor() < 0
    }

    /// Whether it is more than nothing.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.minor() > 0
    }

    /// The exact sum.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`], [`MoneyError::OutOfRange`].
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        // Invariant: both are below 10^28 minor units, so neither sum nor difference saturates.
        self.with_minor(self.minor().saturating_add(other.minor()))
    }

    /// The exact difference.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`], [`MoneyError::OutOfRange`].
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.checked_add(other.negated())
    }

    /// The exact total of amounts in `currency`; nothing at all is zero.
    ///
    /// Only the total has to be in range, so the order of the amounts does not matter.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`] at the first amount in another currency, [`MoneyError::OutOfRange`].
    ///
    /// # Example
    /// ```
    /// use office_core::{Currency, Money};
    ///
    /// let lines = [Money::from_minor(1250, Currency::EUR), Money::from_minor(-250, Currency::EUR)];
    /// assert_eq!(Money::sum(lines, Currency::EUR)?.to_string(), "10.00 EUR");
    /// assert!(Money::sum(lines, Currency::USD).is_err());
    /// # Ok::<(), office_core::MoneyError>(())
    /// ```
    pub fn sum(amounts: impl IntoIterator<Item = Self>, currency: Currency) -> Result<Self, MoneyError> {
        let nothing = Self::zero(currency);
        let total = amounts.into_iter().try_fold(0_i128, |total, amount| {
            nothing.same_currency(amount)?;
            total.checked_add(amount.minor()).ok_or(MoneyError::OutOfRange { currency })
        })?;
        nothing.with_minor(total)
    }

    /// The lesser of two amounts.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`].
    ///
    /// # Example
    /// ```
    /// use office_core::{Currency, Money};
    ///
    /// let (owed, there) = (Money::from_minor(70_00, Currency::EUR), Money::from_minor(50_00, Currency::EUR));
    /// assert_eq!((owed.lesser(there)?, owed.greater(there)?), (there, owed));
    /// assert!(owed.lesser(Money::from_minor(1, Currency::USD)).is_err());
    /// # Ok::<(), office_core::MoneyError>(())
    /// ```
    pub fn lesser(self, other: Self) -> Result<Self, MoneyError> {
        Ok(if other.compare(&self)?.is_lt() { other } else { self })
    }

    /// The greater of two amounts.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`].
    pub fn greater(self, other: Self) -> Result<Self, MoneyError> {
        Ok(if other.compare(&self)?.is_gt() { other } else { self })
    }

    /// The same amount the other way round: a credit for a debit.
    #[must_use]
    pub fn negated(self) -> Self {
        self.with_minor(self.minor().saturating_neg()).unwrap_or(self)
    }

    /// The amount without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        if self.is_negative() { self.negated() } else { self }
    }

    /// So many times the amount, rounded once by the named policy.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn times(self, factor: Decimal, rounding: Rounding) -> Result<Self, MoneyError> {
        let out_of_range = MoneyError::OutOfRange { currency: self.currency };
        let divisor = power_of_ten(factor.scale()).ok_or(out_of_range)?;
        self.scaled(factor.mantissa(), divisor, rounding)
    }

    /// An exact fraction of the amount, or multiple of it, rounded once by the named policy.
    ///
    /// Fractions that are meant to add up to the whole are [`Money::allocate`]d instead.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    ///
    /// # Example
    /// ```
    /// use office_core::{Currency, Money, Ratio, Rounding};
    ///
    /// let rent = Money::from_minor(100_000, Currency::EUR);
    /// assert_eq!(rent.times_ratio(Ratio::new(1, 3)?, Rounding::HalfUp)?.to_string(), "333.33 EUR");
    /// assert!(rent.times_ratio("10000000000000000000000".parse()?, Rounding::HalfUp).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn times_ratio(self, factor: Ratio, rounding: Rounding) -> Result<Self, MoneyError> {
        self.scaled(factor.numerator(), factor.denominator(), rounding)
    }

    /// So many percent of the amount, rounded once by the named policy.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    ///
    /// # Example
    /// ```
    /// use office_core::{Currency, Money, MoneyError, Percent, Rounding};
    ///
    /// let net = Money::from_minor(1_99, Currency::EUR);
    /// assert_eq!(net.share("19 %".parse::<Percent>()?, Rounding::HalfUp)?.to_string(), "0.38 EUR");
    ///
    /// let most = Money::parse("999999999999999999999999.99", Currency::EUR)?;
    /// assert_eq!(
    ///     most.share("200 %".parse::<Percent>()?, Rounding::HalfUp),
    ///     Err(MoneyError::OutOfRange { currency: Currency::EUR })
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn share(self, percent: Percent, rounding: Rounding) -> Result<Self, MoneyError> {
        self.times_ratio(percent.fraction(), rounding)
    }

    /// Which of two amounts in one currency is greater.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`].
    pub fn compare(&self, other: &Self) -> Result<Ordering, MoneyError> {
        self.same_currency(*other)?;
        Ok(self.minor().cmp(&other.minor()))
    }

    /// What the amount is worth in another currency of which `rate` units are got for one of this.
    pub(crate) fn exchanged(self, to: Currency, rate: Ratio, rounding: Rounding) -> Result<Self, MoneyError> {
        let minor = |unit: i128, other_unit: i128| {
            let numerator = rate.numerator().checked_mul(other_unit)?;
            rounding.quotient(self.minor(), numerator, rate.denominator().checked_mul(unit)?)
        };
        power_of_ten(self.currency.digits())
            .zip(power_of_ten(to.digits()))
            .and_then(|(unit, other_unit)| minor(unit, other_unit))
            .ok_or(MoneyError::OutOfRange { currency: to })
            .and_then(|minor| Self::try_from_minor(minor, to))
    }

    /// `minor * numerator / denominator` minor units of the same currency.
    fn scaled(self, numerator: i128, denominator: i128, rounding: Rounding) -> Result<Self, MoneyError> {
        rounding
            .quotient(self.minor(), numerator, denominator)
            .ok_or(MoneyError::OutOfRange { currency: self.currency })
            .and_then(|minor| self.with_minor(minor))
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::CurrencyMismatch { left: self.currency, right: other.currency })
        }
    }
}

/// Amounts in different currencies are neither less, nor equal, nor greater.
impl PartialOrd for Money {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.compare(other).ok()
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

impl FromStr for Money {
    type Err = ParseMoneyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (amount, code) = text.split_once(' ').ok_or(ParseMoneyError::NoCurrency)?;
        Self::parse(amount, Currency::from_code(code)?)
    }
}

as_text!(Money, "an amount and its currency in quotes, such as \"12.50 EUR\"");
