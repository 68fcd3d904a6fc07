//! Rates of exchange by day.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use office_core::{Currency, ExchangeRate};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What foreign currencies are worth in the currency of the books, day by day: the office's own data.
///
/// Rates are published on some days and not on others. A rate counts on its own day, and on so many days after it as
/// [`carried_for`](Self::carried_for) says, unless a later one does; without that, on its own day alone.
///
/// # Example
/// ```
/// use office_core::{Currency, ExchangeRate};
/// use office_finance::{ExchangeRates, NoRateError};
///
/// let friday = "2026-10-30".parse()?;
/// let rate = ExchangeRate::new(Currency::USD, Currency::EUR, "0.92".parse()?, friday)?;
/// let rates = ExchangeRates::new(Currency::EUR, [rate])?;
/// assert_eq!(rates.rate(Currency::USD, friday), Ok(rate));
///
/// // On the last day of the month, a Saturday, nothing was published.
/// let last = "2026-10-31".parse()?;
/// assert_eq!(rates.rate(Currency::USD, last), Err(NoRateError { currency: Currency::USD, on: last }));
/// assert_eq!(rates.carried_for(2).rate(Currency::USD, last), Ok(rate));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "StoredRates", into = "StoredRates")]
pub struct ExchangeRates {
    to: Currency,
    carried_days: u8,
    // Invariant: each is a rate to `to`, under its own currency and day.
    rates: BTreeMap<(Currency, NaiveDate), ExchangeRate>,
}

/// The stored form.
#[derive(Serialize, Deserialize)]
#[serde(rename = "ExchangeRates", deny_unknown_fields)]
struct StoredRates {
    to: Currency,
    #[serde(default)]
    carried_days: u8,
    rates: Vec<ExchangeRate>,
}

impl ExchangeRates {
    /// These rates, each to the currency of the books: at most one for a currency and a day.
    ///
    /// # Errors
    /// [`ExchangeRatesError`].
    pub fn new(to: Currency, rates: impl IntoIterator<Item = ExchangeRate>) -> Result<Self, ExchangeRatesError> {
        let mut known = BTreeMap::new();
        for rate in rates {
            if rate.to() != to {
                return Err(ExchangeRatesError::OtherCurrency { given: rate.to(), wanted: to });
            }
            if known.insert((rate.from(), rate.on()), rate).is_some() {
                return Err(ExchangeRatesError::Repeated { currency: rate.from(), on: rate.on() });
            }
        }
        Ok(Self { to, carried_days: 0, rates: known })
    }

    /// The same, where a rate counts for so many days after its own, unless a later one does.
    #[must_use]
    pub const fn carried_for(mut self, days: u8) -> Self {
        self.carried_days = days;
        self
    }

    /// The currency of the books.
    #[must_use]
    pub const fn to(&self) -> Currency {
        self.to
    }

    /// The rate that counts for a currency on a day.
    ///
    /// # Errors
    /// [`NoRateError`].
    pub fn rate(&self, currency: Currency, on: NaiveDate) -> Result<ExchangeRate, NoRateError> {
        let first = on.checked_sub_days(Days::new(u64::from(self.carried_days))).unwrap_or(NaiveDate::MIN);
        let latest = self.rates.range((currency, first)..=(currency, on)).next_back();
        latest.map(|(_, rate)| *rate).ok_or(NoRateError { currency, on })
    }
}

impl TryFrom<StoredRates> for ExchangeRates {
    type Error = ExchangeRatesError;

    fn try_from(stored: StoredRates) -> Result<Self, Self::Error> {
        Ok(Self::new(stored.to, stored.rates)?.carried_for(stored.carried_days))
    }
}

impl From<ExchangeRates> for StoredRates {
    fn from(rates: ExchangeRates) -> Self {
        let ExchangeRates { to, carried_days, rates } = rates;
        Self { to, carried_days, rates: rates.into_values().collect() }
    }
}

/// There is no rate for a currency on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("there is no rate for {currency} on {on}")]
pub struct NoRateError {
    /// The currency.
    pub currency: Currency,
    /// The day.
    pub on: NaiveDate,
}

/// Rates make no table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ExchangeRatesError {
    /// A rate leads to another currency.
    #[error("a rate leads to {given}: one to {wanted} is wanted")]
    OtherCurrency {
        /// Where it leads.
        given: Currency,
        /// The currency of the books.
        wanted: Currency,
    },
    /// There are two rates for a currency and a day.
    #[error("there are two rates for {currency} on {on}: one is wanted")]
    Repeated {
        /// The currency.
        currency: Currency,
        /// The day.
        on: NaiveDate,
    },
}
