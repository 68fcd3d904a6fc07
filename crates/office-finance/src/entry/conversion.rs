//! Telling foreign amounts in the currency of the books.

use std::collections::BTreeMap;

use office_core::{ConvertMoneyError, Currency, ExchangeRate, Money, MoneyError, Rounding};
use thiserror::Error;

use super::{Posting, Worth};
use crate::AccountCode;

/// How foreign amounts are told in the currency of the books: by which rates, rounded how, and which account takes what
/// rounding leaves over.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, ExchangeRate, Money, Rounding};
/// use office_finance::{Conversion, Entry, Posting};
///
/// let on = NaiveDate::from_ymd_opt(2026, 10, 1).ok_or("a day")?;
/// let rate = ExchangeRate::new(Currency::USD, Currency::EUR, "0.915".parse()?, on)?;
/// let conversion = Conversion::new(Currency::EUR, [rate], Rounding::HalfUp, "6969".parse()?)?;
/// let dollars = |minor| Money::from_minor(minor, Currency::USD);
/// let postings = vec![
///     Posting::debit("6300".parse()?, dollars(33_33)),
///     Posting::debit("6855".parse()?, dollars(33_33)),
///     Posting::credit("1810".parse()?, dollars(66_66)),
/// ];
/// // 30.50 and 30.50 against 60.99: the cent goes to the account named for it.
/// let entry = Entry::balanced(on, "fees", conversion.convert(postings.clone())?)?;
/// let last = entry.postings().last().ok_or("a posting")?;
/// assert_eq!((last.account.as_str(), last.told_in(Currency::EUR)), ("6969", Some(Money::from_minor(-1, Currency::EUR))));
///
/// // Without a rate nothing is guessed.
/// let without = Conversion::new(Currency::EUR, [], Rounding::HalfUp, "6969".parse()?)?;
/// assert!(without.convert(postings).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    to: Currency,
    rates: BTreeMap<Currency, ExchangeRate>,
    rounding: Rounding,
    difference: AccountCode,
}

impl Conversion {
    /// Into `to` by these rates, one for each foreign currency; what rounding leaves over goes to `difference`.
    ///
    /// # Errors
    /// [`ConversionError::OtherCurrency`], [`ConversionError::Repeated`].
    pub fn new(
        to: Currency,
        rates: impl IntoIterator<Item = ExchangeRate>,
        rounding: Rounding,
        difference: AccountCode,
    ) -> Result<Self, ConversionError> {
        let mut known = BTreeMap::new();
        for rate in rates {
            if rate.to() != to {
                return Err(ConversionError::OtherCurrency { given: rate.to(), wanted: to });
            }
            if known.insert(rate.from(), rate).is_some() {
                return Err(ConversionError::Repeated { currency: rate.from() });
            }
        }
        Ok(Self { to, rates: known, rounding, difference })
    }

    /// The currency that amounts are told in.
    #[must_use]
    pub const fn to(&self) -> Currency {
        self.to
    }

    /// The rate for a currency.
    #[must_use]
    pub fn rate(&self, from: Currency) -> Option<ExchangeRate> {
        self.rates.get(&from).copied()
    }

    /// What a foreign amount is worth.
    ///
    /// # Errors
    /// [`ConversionError::NoRate`], [`ConversionError::Convert`].
    pub fn worth(&self, amount: Money) -> Result<Money, ConversionError> {
        if amount.currency() == self.to {
            return Ok(amount);
        }
        let rate = self.rate(amount.currency()).ok_or(ConversionError::NoRate { currency: amount.currency() })?;
        Ok(rate.convert(amount, self.rounding)?)
    }

    /// The postings with the worth of each foreign amount that has none yet. Where the foreign amounts of a currency
    /// balance and their worth does not, one more posting takes the difference.
    ///
    /// # Errors
    /// [`ConversionError`].
    pub fn convert(&self, postings: Vec<Posting>) -> Result<Vec<Posting>, ConversionError> {
        let mut postings = postings;
        let mut sums: BTreeMap<Currency, (i128, i128)> = BTreeMap::new();
        for posting in &mut postings {
            let currency = posting.amount.currency();
            if currency == self.to {
                continue;
            }
            let worth = match posting.worth {
                Some(worth) => worth,
                None => Worth { amount: self.worth(posting.amount)?, rate: self.rate(currency) },
            };
            posting.worth = Some(worth);
            let (foreign, told) = sums.entry(currency).or_default();
            *foreign = foreign.saturating_add(posting.amount.minor());
            *told = told.saturating_add(worth.amount.minor());
        }
        for (currency, (foreign, told)) in sums {
            if foreign == 0 && told != 0 {
                let difference = Money::try_from_minor(told.saturating_neg(), self.to)?;
                postings.push(Posting::revaluing(self.difference.clone(), currency, difference));
            }
        }
        Ok(postings)
    }
}

/// Foreign amounts cannot be told in the currency of the books.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ConversionError {
    /// A rate leads to another currency.
    #[error("the rate leads to {given}: one to {wanted} is wanted")]
    OtherCurrency {
        /// Where it leads.
        given: Currency,
        /// The currency of the books.
        wanted: Currency,
    },
    /// There are two rates for a currency.
    #[error("there are two rates for {currency}: one is wanted")]
    Repeated {
        /// The currency.
        currency: Currency,
    },
    /// There is no rate for a currency.
    #[error("there is no rate for {currency}")]
    NoRate {
        /// The currency.
        currency: Currency,
    },
    /// The worth cannot be held.
    #[error("the worth cannot be held")]
    Convert(#[from] ConvertMoneyError),
    /// The difference cannot be held.
    #[error("the difference that rounding leaves cannot be held")]
    Money(#[from] MoneyError),
}
