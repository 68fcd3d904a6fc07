//! What stands on each account.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::{Currency, DateRange, Money, MoneyError};
use thiserror::Error;

use crate::{Account, AccountCode, Chart, JournalEntry};

/// What stands on each account in one currency: the sum of its postings, debits above zero, credits below.
///
/// In the currency of the books that is the worth of all postings, foreign ones included; in a foreign currency, what is
/// posted in it.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, Money};
/// use office_finance::{Balances, Entry, EntryNumber, JournalEntry, Posting};
///
/// let on = NaiveDate::from_ymd_opt(2026, 10, 1).ok_or("a day")?;
/// let rent = Money::from_minor(7400_00, Currency::EUR);
/// let postings = vec![Posting::debit("6310".parse()?, rent), Posting::credit("1800".parse()?, rent)];
/// let entry = Entry::balanced(on, "rent", postings)?;
/// let posted = JournalEntry::new(EntryNumber { year: 2026, place: 1 }, entry);
///
/// let balances = Balances::as_of([&posted], on, Currency::EUR)?;
/// assert_eq!(balances.of(&"1800".parse()?), rent.negated());
/// let before = Balances::as_of([&posted], on.pred_opt().ok_or("a day")?, Currency::EUR)?;
/// assert!(before.of(&"1800".parse()?).is_zero());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balances {
    currency: Currency,
    accounts: BTreeMap<AccountCode, Money>,
}

impl Balances {
    /// What stands on each account at the end of the day `on`.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] where a balance cannot be held.
    pub fn as_of<'a>(
        entries: impl IntoIterator<Item = &'a JournalEntry>,
        on: NaiveDate,
        currency: Currency,
    ) -> Result<Self, MoneyError> {
        Self::that(entries, currency, |entry| entry.on() <= on)
    }

    /// What was moved on each account in these days.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] where a sum cannot be held.
    pub fn over<'a>(
        entries: impl IntoIterator<Item = &'a JournalEntry>,
        days: DateRange,
        currency: Currency,
    ) -> Result<Self, MoneyError> {
        Self::that(entries, currency, |entry| days.contains(entry.on()))
    }

    fn that<'a>(
        entries: impl IntoIterator<Item = &'a JournalEntry>,
        currency: Currency,
        counts: impl Fn(&JournalEntry) -> bool,
    ) -> Result<Self, MoneyError> {
        // Summed in minor units, so that only what comes out in the end has to be in range.
        let mut sums: BTreeMap<&AccountCode, i128> = BTreeMap::new();
        for entry in entries.into_iter().filter(|entry| counts(entry)) {
            for posting in entry.entry().postings() {
                if let Some(amount) = posting.told_in(currency) {
                    let sum = sums.entry(&posting.account).or_default();
                    *sum = sum.checked_add(amount.minor()).ok_or(MoneyError::OutOfRange { currency })?;
                }
            }
        }
        Self::of_sums(sums.into_iter().map(|(code, sum)| (code.clone(), sum)), currency)
    }

    /// Of sums in minor units.
    pub(crate) fn of_sums(
        sums: impl IntoIterator<Item = (AccountCode, i128)>,
        currency: Currency,
    ) -> Result<Self, MoneyError> {
        let held = |(code, sum)| Ok((code, Money::try_from_minor(sum, currency)?));
        Ok(Self { currency, accounts: sums.into_iter().map(held).collect::<Result<_, MoneyError>>()? })
    }

    /// The currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// What stands on one account; nothing where nothing was posted to it.
    #[must_use]
    pub fn of(&self, account: &AccountCode) -> Money {
        self.accounts.get(account).copied().unwrap_or(Money::zero(self.currency))
    }

    /// The accounts that were posted to, in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = (&AccountCode, Money)> {
        self.accounts.iter().map(|(code, balance)| (code, *balance))
    }

    /// The same with what the chart says of each account.
    pub(crate) fn with_accounts<'a>(&'a self, chart: &'a Chart) -> Result<Vec<(&'a Account, Money)>, ReportError> {
        let known = |(code, balance): (&AccountCode, Money)| match chart.get(code) {
            Some(account) => Ok((account, balance)),
            None => Err(ReportError::UnknownAccount { code: code.clone() }),
        };
        self.iter().map(known).collect()
    }
}

/// One account of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportRow {
    /// The code of the account.
    pub account: AccountCode,
    /// What people call it.
    pub name: String,
    /// The amount, above zero on the side where the report expects it.
    pub amount: Money,
}

impl ReportRow {
    pub(crate) fn new(account: &Account, amount: Money) -> Self {
        Self { account: account.code.clone(), name: account.name.clone(), amount }
    }
}

/// A report cannot be made of the entries.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The chart lacks an account that was posted to.
    #[error("account {code} was posted to and is not in the chart: accounts given up stay in it as headings")]
    UnknownAccount {
        /// The code.
        code: AccountCode,
    },
    /// A sum cannot be held.
    #[error("the sums of the report cannot be held")]
    Money(#[from] MoneyError),
}
