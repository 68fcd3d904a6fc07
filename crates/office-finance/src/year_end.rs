//! The end of a year: its result goes to equity.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::{Currency, Money, MoneyError};
use thiserror::Error;

use crate::{AccountCode, AccountKind, Books, Entry, EntryError, Posting};

impl Books {
    /// The entry that carries the result to equity on the last day of a year: it brings every account of income and
    /// expense to zero, in each currency, against `retained`, an account of equity. `None` where there is nothing to
    /// carry, because it was done before or nothing was earned or spent.
    ///
    /// It is posted like any other; so the day has to be open. Posted, it leaves the balance sheet as it was but for the
    /// result that is now equity, and reports of income and cash leave it out.
    ///
    /// # Errors
    /// [`CloseYearError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use chrono::NaiveDate;
    /// use office_core::{Currency, DateRange, Money};
    /// use office_finance::{Account, AccountKind, Books, Chart, Entry, EntryId, Posting};
    ///
    /// let chart = Chart::new([
    ///     Account::new("1800".parse()?, "Bank", AccountKind::Asset),
    ///     Account::new("2970".parse()?, "Retained earnings", AccountKind::Equity),
    ///     Account::new("6310".parse()?, "Rent", AccountKind::Expense),
    /// ])?;
    /// let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).ok_or("a day");
    /// let mut books = Books::new(chart, Currency::EUR, DateRange::new(day(1, 1)?, None)?)?;
    /// let rent = Money::from_minor(7400_00, Currency::EUR);
    /// let postings = vec![Posting::debit("6310".parse()?, rent), Posting::credit("1800".parse()?, rent)];
    /// books.post(EntryId::natural("entry", "J-01"), &Entry::balanced(day(10, 1)?, "rent", postings)?)?;
    ///
    /// let closing = books.close_year(day(12, 31)?, &"2970".parse()?)?.ok_or("a result")?;
    /// books.post(EntryId::natural("year_end", "2026"), &closing)?;
    /// let sheet = books.balance_sheet(day(12, 31)?)?;
    /// assert_eq!((sheet.result.minor(), sheet.total_equity), (0, rent.negated()));
    /// // Once is enough, and equity is where a result belongs.
    /// assert_eq!(books.close_year(day(12, 31)?, &"2970".parse()?)?, None);
    /// assert!(books.close_year(day(12, 31)?, &"1800".parse()?).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn close_year(&self, on: NaiveDate, retained: &AccountCode) -> Result<Option<Entry>, CloseYearError> {
        match self.chart().get(retained) {
            Some(account) if account.kind == AccountKind::Equity => {}
            Some(_) | None => return Err(CloseYearError::NotEquity { code: retained.clone() }),
        }
        let kept_in = self.currency();
        let mut domestic: BTreeMap<AccountCode, Money> = BTreeMap::new();
        for (code, balance) in self.balances(on)?.iter().filter(|(code, _)| self.is_result(code)) {
            domestic.insert(code.clone(), balance);
        }
        let mut postings = Vec::new();
        let mut sums: BTreeMap<Currency, (Vec<Money>, Vec<Money>)> = BTreeMap::new();
        for foreign in self.foreign_balances(on)?.into_iter().filter(|foreign| self.is_result(&foreign.account)) {
            let rest = domestic.entry(foreign.account.clone()).or_insert(Money::zero(kept_in));
            *rest = rest.checked_sub(foreign.worth)?;
            let (amounts, worth) = sums.entry(foreign.amount.currency()).or_default();
            amounts.push(foreign.amount);
            worth.push(foreign.worth);
            postings.push(Posting::credit(foreign.account, foreign.amount).worth(foreign.worth.negated()));
        }
        for (currency, (amounts, worth)) in sums {
            let (amount, worth) = (Money::sum(amounts, currency)?, Money::sum(worth, kept_in)?);
            postings.push(Posting::debit(retained.clone(), amount).worth(worth));
        }
        let carried = Money::sum(domestic.values().copied(), kept_in)?;
        postings.extend(domestic.into_iter().map(|(code, balance)| Posting::credit(code, balance)));
        postings.push(Posting::debit(retained.clone(), carried));
        postings.retain(|posting| !posting.is_nothing());
        if postings.is_empty() {
            return Ok(None);
        }
        Ok(Some(Entry::balanced(on, "result carried to equity", postings)?.closing()))
    }

    fn is_result(&self, code: &AccountCode) -> bool {
        self.chart().get(code).is_some_and(|account| account.kind.is_result())
    }
}

/// The result of a year cannot be carried to equity.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CloseYearError {
    /// The account is not one of equity.
    #[error("account {code} is not an account of equity in the chart: the result is carried to equity")]
    NotEquity {
        /// The code.
        code: AccountCode,
    },
    /// A sum cannot be held.
    #[error("the result cannot be held")]
    Money(#[from] MoneyError),
    /// There are more accounts than an entry has postings.
    #[error(transparent)]
    Entry(#[from] EntryError),
}
