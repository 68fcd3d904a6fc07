//! How the books deal with foreign money.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::{AllocateError, ConvertMoneyError, Currency, Decimal, Money, MoneyError, Rounding};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    AccountCode, Conversion, ConversionError, Entry, EntryError, ExchangeRates, ItemWorthError, NoRateError, OpenItem,
    PartWorth, Posting,
};

/// By which rates foreign amounts come into the books, rounded how, and which accounts take what rates do: the office's
/// own data.
///
/// # Example
/// ```
/// use office_core::{Currency, ExchangeRate, Money, Rounding};
/// use office_finance::{CurrencyError, CurrencyRules, Entry, ExchangeRates, Posting};
///
/// let on = "2026-10-01".parse()?;
/// let rate = ExchangeRate::new(Currency::USD, Currency::EUR, "0.915".parse()?, on)?;
/// let rules = CurrencyRules {
///     rates: ExchangeRates::new(Currency::EUR, [rate])?, rounding: Rounding::HalfUp,
///     realised_gain: "4840".parse()?, realised_loss: "6880".parse()?,
///     unrealised_gain: "4841".parse()?, unrealised_loss: "6881".parse()?, difference: "6969".parse()?,
/// };
/// let dollars = Money::from_minor(100_00, Currency::USD);
/// let licence = |on| {
///     let postings = vec![Posting::debit("6837".parse()?, dollars), Posting::credit("3300".parse()?, dollars)];
///     Ok::<_, Box<dyn std::error::Error>>(Entry::balanced(on, "licence", postings)?)
/// };
/// let booked = rules.book(licence(on)?)?;
/// assert_eq!(booked.postings()[1].told_in(Currency::EUR), Some(Money::from_minor(-91_50, Currency::EUR)));
/// assert_eq!(booked.postings()[1].worth.and_then(|worth| worth.rate), Some(rate));
///
/// // Without a rate of the day nothing is guessed.
/// assert!(matches!(rules.book(licence("2026-10-02".parse()?)?), Err(CurrencyError::NoRate(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CurrencyRules {
    /// The rates, to the currency of the books.
    pub rates: ExchangeRates,
    /// How what a foreign amount is worth is rounded.
    pub rounding: Rounding,
    /// What is gained when something is paid at another rate than it was booked at.
    pub realised_gain: AccountCode,
    /// What is lost by that.
    pub realised_loss: AccountCode,
    /// What is gained when something that is not paid yet is worth something else at a new rate.
    pub unrealised_gain: AccountCode,
    /// What is lost by that.
    pub unrealised_loss: AccountCode,
    /// What rounding leaves over where the lines of an entry are converted one by one.
    pub difference: AccountCode,
}

impl CurrencyRules {
    /// The currency of the books.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.rates.to()
    }

    /// What an amount is worth in the currency of the books by the rate of a day, rounded once.
    ///
    /// # Errors
    /// [`CurrencyError::NoRate`], [`CurrencyError::Convert`].
    pub fn worth(&self, amount: Money, on: NaiveDate) -> Result<Money, CurrencyError> {
        if amount.currency() == self.currency() {
            return Ok(amount);
        }
        Ok(self.rates.rate(amount.currency(), on)?.convert(amount, self.rounding)?)
    }

    /// The entry with what its foreign amounts are worth by the rates of its day, each with its rate. An amount that says
    /// already what it is worth keeps that. Where lines are rounded so that their worth does not balance, one more line
    /// takes the difference. An entry in the currency of the books is left as it is.
    ///
    /// # Errors
    /// [`CurrencyError`].
    pub fn book(&self, entry: Entry) -> Result<Entry, CurrencyError> {
        let postings = self.convert(entry.postings().to_vec(), entry.on())?;
        Ok(if postings == entry.postings() { entry } else { entry.with_postings(postings)? })
    }

    /// The postings with what they are worth by the rates of a day, where they do not say it.
    pub(crate) fn convert(&self, postings: Vec<Posting>, on: NaiveDate) -> Result<Vec<Posting>, CurrencyError> {
        let wanting = |posting: &&Posting| posting.amount.currency() != self.currency() && posting.worth.is_none();
        let mut rates = BTreeMap::new();
        for posting in postings.iter().filter(wanting) {
            let currency = posting.amount.currency();
            rates.insert(currency, self.rates.rate(currency, on)?);
        }
        if rates.is_empty() {
            return Ok(postings);
        }
        let conversion = Conversion::new(self.currency(), rates.into_values(), self.rounding, self.difference.clone())?;
        Ok(conversion.convert(postings)?)
    }

    /// The items of a document with what they are worth in the books: together exactly what the entry of the document has
    /// brought to the control account, each its share of it by largest remainder. Items in the currency of the books are
    /// left as they are.
    ///
    /// # Errors
    /// [`CurrencyError`].
    pub fn value(
        &self,
        items: Vec<OpenItem>,
        entry: &Entry,
        control: &AccountCode,
    ) -> Result<Vec<OpenItem>, CurrencyError> {
        let Some(currency) = items.first().map(|item| item.amount().currency()) else { return Ok(items) };
        if currency == self.currency() {
            return Ok(items);
        }
        let (mut booked, mut worth) = (Money::zero(currency), Money::zero(self.currency()));
        let own = |posting: &&Posting| posting.account == *control && posting.amount.currency() == currency;
        for posting in entry.postings().iter().filter(own) {
            booked = booked.checked_add(posting.amount)?;
            let told = posting.told_in(self.currency());
            worth = worth.checked_add(told.ok_or(NoRateError { currency, on: entry.on() })?)?;
        }
        let asked = Money::sum(items.iter().map(OpenItem::amount), currency)?;
        if booked != asked {
            return Err(CurrencyError::Items { booked, asked });
        }
        let weights: Vec<Decimal> = items.iter().map(|item| item.amount().abs().amount()).collect();
        let shares = worth.allocate(&weights)?;
        items.into_iter().zip(shares).map(|(item, share)| Ok(item.booked_at(share)?)).collect()
    }

    /// The postings of what parts of payments have brought: gains to the credit, losses to the debit, and what revaluations
    /// had added back from where it went; one for each account.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn gains<'a>(
        &self,
        currency: Currency,
        parts: impl IntoIterator<Item = &'a PartWorth>,
    ) -> Result<Vec<Posting>, MoneyError> {
        let mut sums: BTreeMap<&AccountCode, Money> = BTreeMap::new();
        for part in parts {
            let gain = part.gain()?;
            for (account, amount) in
                [(self.realised(gain), gain.negated()), (self.unrealised(part.revalued), part.revalued)]
            {
                let sum = sums.entry(account).or_insert(Money::zero(self.currency()));
                *sum = sum.checked_add(amount)?;
            }
        }
        let sums = sums.into_iter().filter(|(_, sum)| !sum.is_zero());
        Ok(sums.map(|(account, sum)| Posting::revaluing(account.clone(), currency, sum)).collect())
    }

    /// The account that a gain goes to, or a loss where it is below zero.
    #[must_use]
    pub const fn realised(&self, gain: Money) -> &AccountCode {
        if gain.is_negative() { &self.realised_loss } else { &self.realised_gain }
    }

    /// The account that a gain goes to, or a loss where it is below zero, that is not realised.
    #[must_use]
    pub const fn unrealised(&self, gain: Money) -> &AccountCode {
        if gain.is_negative() { &self.unrealised_loss } else { &self.unrealised_gain }
    }
}

/// Foreign amounts do not come into the books.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CurrencyError {
    /// There is no rate for a currency on the day.
    #[error(transparent)]
    NoRate(#[from] NoRateError),
    /// A worth cannot be held.
    #[error("the worth cannot be held")]
    Convert(#[from] ConvertMoneyError),
    /// The lines of an entry cannot be converted.
    #[error(transparent)]
    Conversion(#[from] ConversionError),
    /// The converted lines make no entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The amounts cannot be added up.
    #[error("the amounts cannot be added up")]
    Money(#[from] MoneyError),
    /// Items do not make what the entry has brought to the control account.
    #[error("items of {asked} do not make the {booked} that the entry has brought to their account")]
    Items {
        /// What the entry has brought.
        booked: Money,
        /// What the items come to.
        asked: Money,
    },
    /// The worth cannot be divided over the items.
    #[error("the worth cannot be divided over the items")]
    Divide(#[from] AllocateError),
    /// An item cannot be worth that.
    #[error(transparent)]
    Item(#[from] ItemWorthError),
}
