//! The end of a year: its result goes to equity.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::{Currency, Money, MoneyError};
use thiserror::Error;

use crate::books::ResultSums;
use crate::{AccountCode, AccountKind, Books, Dimensions, Entry, EntryError, Posting};

impl Books {
    /// The entries that carry the result to equity on the last day of a year: they bring every account of income and
    /// expense to zero, in each currency and for each set of dimensions, against `retained`, an account of equity. One
    /// entry for each set of dimensions, which all its postings have; so the result of a cost centre or a project is
    /// carried as its own. None where there is nothing to carry, because it was done before or nothing was earned or
    /// spent.
    ///
    /// They are posted like any other; so the day has to be open. Posted, they leave the balance sheet as it was but for
    /// the result that is now equity, and reports of income and cash leave them out.
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
    /// let closing = books.close_year(day(12, 31)?, &"2970".parse()?)?;
    /// books.post(EntryId::natural("year_end", "2026"), &closing[0])?;
    /// let sheet = books.balance_sheet(day(12, 31)?)?;
    /// assert_eq!((sheet.result.minor(), sheet.total_equity), (0, rent.negated()));
    /// // Once is enough, and equity is where a result belongs.
    /// assert!(books.close_year(day(12, 31)?, &"2970".parse()?)?.is_empty());
    /// assert!(books.close_year(day(12, 31)?, &"1800".parse()?).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn close_year(&self, on: NaiveDate, retained: &AccountCode) -> Result<Vec<Entry>, CloseYearError> {
        match self.chart().get(retained) {
            Some(account) if account.kind == AccountKind::Equity => {}
            Some(_) | None => return Err(CloseYearError::NotEquity { code: retained.clone() }),
        }
        let mut entries = Vec::new();
        for (dimensions, sums) in self.results(on) {
            let postings = self.carried(&dimensions, sums, retained)?;
            if !postings.is_empty() {
                entries.push(Entry::balanced(on, "result carried to equity", postings)?.closing());
            }
        }
        Ok(entries)
    }

    /// The postings that carry what stands on accounts in some currencies, with their worth, to equity.
    fn carried(
        &self,
        dimensions: &Dimensions,
        sums: ResultSums,
        retained: &AccountCode,
    ) -> Result<Vec<Posting>, MoneyError> {
        let kept_in = self.currency();
        let posting = |code: &AccountCode, currency, (amount, worth): (i128, i128)| {
            let mut posting = Posting::debit(code.clone(), Money::try_from_minor(amount, currency)?);
            if currency != kept_in {
                posting = posting.worth(Money::try_from_minor(worth, kept_in)?);
            }
            posting.dimensions.clone_from(dimensions);
            Ok(posting)
        };
        let mut postings = Vec::new();
        let mut totals: BTreeMap<Currency, (i128, i128)> = BTreeMap::new();
        for ((code, currency), (amount, worth)) in sums {
            let total = totals.entry(currency).or_default();
            *total = (total.0.saturating_add(amount), total.1.saturating_add(worth));
            postings.push(posting(&code, currency, (amount.saturating_neg(), worth.saturating_neg()))?);
        }
        for (currency, total) in totals {
            postings.push(posting(retained, currency, total)?);
        }
        postings.retain(|posting| !posting.is_nothing());
        Ok(postings)
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
