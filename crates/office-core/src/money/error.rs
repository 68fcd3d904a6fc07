//! Why money was refused.

use rust_decimal::Decimal;
use thiserror::Error;

use super::{Currency, ParseCurrencyError};
use crate::ParseDecimalError;

/// An amount cannot be held, or two cannot be taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MoneyError {
    /// The amount has more digits than its currency, and nobody said how to round it.
    #[error("{amount} has more than the {} digits after the point of {currency}", .currency.digits())]
    TooManyDigits {
        /// The amount.
        amount: Decimal,
        /// The currency it was to be held in.
        currency: Currency,
    },
    /// The two amounts are in different currencies.
    #[error("{left} and {right} are different currencies: convert one of them first")]
    CurrencyMismatch {
        /// The currency of the first.
        left: Currency,
        /// The currency of the second.
        right: Currency,
    },
    /// The amount is too large to be held exactly.
    #[error("the amount in {currency} is not below 10^24 in size")]
    OutOfRange {
        /// The currency of the amount.
        currency: Currency,
    },
}

/// A text was not an amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ParseMoneyError {
    /// There is no space that parts the amount from the currency.
    #[error("an amount, one space and the code of a currency are wanted, such as `12.50 EUR`")]
    NoCurrency,
    /// What follows the space is not a currency.
    #[error("the currency cannot be read")]
    Currency(#[from] ParseCurrencyError),
    /// What precedes the space is not a decimal.
    #[error("the amount cannot be read")]
    Amount(#[from] ParseDecimalError),
    /// The decimal is not an amount of that currency.
    #[error("the amount cannot be held")]
    Money(#[from] MoneyError),
}
