//! The two statements of the books: what was earned, and what there is.

use chrono::NaiveDate;
use office_core::{Currency, DateRange, Money, MoneyError};

use crate::balance::{ReportError, ReportRow};
use crate::{Account, AccountKind, Balances, Chart, EntryKind, JournalEntry};

/// The income statement: what the office earned and used up over some days.
///
/// The entries that carry the result of a year to equity are left out of it.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, DateRange, Money};
/// use office_finance::{Account, AccountKind, Chart, Entry, EntryNumber, IncomeStatement, JournalEntry, Posting};
///
/// let bank = Account::new("1800".parse()?, "Bank", AccountKind::Asset);
/// let rent = Account::new("6310".parse()?, "Rent", AccountKind::Expense);
/// let amount = Money::from_minor(7400_00, Currency::EUR);
/// let postings = vec![Posting::debit("6310".parse()?, amount), Posting::credit("1800".parse()?, amount)];
/// let on = NaiveDate::from_ymd_opt(2026, 10, 1).ok_or("a day")?;
/// let posted = JournalEntry::new(EntryNumber { year: 2026, place: 1 }, Entry::balanced(on, "rent", postings)?);
///
/// let october = DateRange::month(2026, 10)?;
/// let report = IncomeStatement::over(&Chart::new([bank.clone(), rent])?, [&posted], october, Currency::EUR)?;
/// assert_eq!(report.result, amount.negated());
/// assert!(IncomeStatement::over(&Chart::new([bank])?, [&posted], october, Currency::EUR).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncomeStatement {
    /// The days.
    pub days: DateRange,
    /// Accounts of income; credits above zero.
    pub income: Vec<ReportRow>,
    /// Accounts of expense; debits above zero.
    pub expense: Vec<ReportRow>,
    /// The sum of the income.
    pub total_income: Money,
    /// The sum of the expense.
    pub total_expense: Money,
    /// Income less expense: a profit above zero, a loss below.
    pub result: Money,
}

impl IncomeStatement {
    /// The statement over these days, told in `currency`.
    ///
    /// # Errors
    /// [`ReportError`].
    pub fn over<'a>(
        chart: &Chart,
        entries: impl IntoIterator<Item = &'a JournalEntry>,
        days: DateRange,
        currency: Currency,
    ) -> Result<Self, ReportError> {
        let entries = entries.into_iter().filter(|entry| entry.entry().kind() != EntryKind::Closing);
        Self::of(chart, days, &Balances::over(entries, days, currency)?)
    }

    /// The statement of what was moved on each account in these days, but for the carrying of results to equity.
    ///
    /// # Errors
    /// [`ReportError`].
    pub fn of(chart: &Chart, days: DateRange, moved: &Balances) -> Result<Self, ReportError> {
        let currency = moved.currency();
        let moved = moved.with_accounts(chart)?;
        let income = rows(&moved, AccountKind::Income);
        let expense = rows(&moved, AccountKind::Expense);
        let total_income = total(&income, currency)?;
        let total_expense = total(&expense, currency)?;
        let result = total_income.checked_sub(total_expense)?;
        Ok(Self { days, income, expense, total_income, total_expense, result })
    }
}

/// The balance sheet: what the office has, what it owes, and what is its owners', at the end of a day.
///
/// Income and expense that have not been carried to equity stand in it as the result, so that assets are always equal
/// to liabilities, equity and result.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, Money};
/// use office_finance::{Account, AccountKind, BalanceSheet, Chart, Entry, EntryNumber, JournalEntry, Posting};
///
/// let bank = Account::new("1800".parse()?, "Bank", AccountKind::Asset);
/// let rent = Account::new("6310".parse()?, "Rent", AccountKind::Expense);
/// let amount = Money::from_minor(7400_00, Currency::EUR);
/// let postings = vec![Posting::debit("6310".parse()?, amount), Posting::credit("1800".parse()?, amount)];
/// let on = NaiveDate::from_ymd_opt(2026, 10, 1).ok_or("a day")?;
/// let posted = JournalEntry::new(EntryNumber { year: 2026, place: 1 }, Entry::balanced(on, "rent", postings)?);
///
/// let report = BalanceSheet::as_of(&Chart::new([bank.clone(), rent])?, [&posted], on, Currency::EUR)?;
/// assert_eq!((report.total_assets, report.result), (amount.negated(), amount.negated()));
/// assert!(BalanceSheet::as_of(&Chart::new([bank])?, [&posted], on, Currency::EUR).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceSheet {
    /// The day at whose end it is drawn up.
    pub on: NaiveDate,
    /// What the office has; debits above zero.
    pub assets: Vec<ReportRow>,
    /// What it owes; credits above zero.
    pub liabilities: Vec<ReportRow>,
    /// What is its owners'; credits above zero.
    pub equity: Vec<ReportRow>,
    /// The sum of the assets.
    pub total_assets: Money,
    /// The sum of the liabilities.
    pub total_liabilities: Money,
    /// The sum of the equity, without the result.
    pub total_equity: Money,
    /// Income less expense that have not been carried to equity.
    pub result: Money,
}

impl BalanceSheet {
    /// The balance sheet at the end of the day `on`, told in `currency`.
    ///
    /// # Errors
    /// [`ReportError`].
    pub fn as_of<'a>(
        chart: &Chart,
        entries: impl IntoIterator<Item = &'a JournalEntry>,
        on: NaiveDate,
        currency: Currency,
    ) -> Result<Self, ReportError> {
        Self::of(chart, on, &Balances::as_of(entries, on, currency)?)
    }

    /// The balance sheet of what stands on each account at the end of the day `on`.
    ///
    /// # Errors
    /// [`ReportError`].
    pub fn of(chart: &Chart, on: NaiveDate, balances: &Balances) -> Result<Self, ReportError> {
        let currency = balances.currency();
        let balances = balances.with_accounts(chart)?;
        let assets = rows(&balances, AccountKind::Asset);
        let liabilities = rows(&balances, AccountKind::Liability);
        let equity = rows(&balances, AccountKind::Equity);
        let result = balances.iter().filter(|(account, _)| account.kind.is_result());
        let result = Money::sum(result.map(|(_, balance)| balance.negated()), currency)?;
        Ok(Self {
            on,
            total_assets: total(&assets, currency)?,
            total_liabilities: total(&liabilities, currency)?,
            total_equity: total(&equity, currency)?,
            result,
            assets,
            liabilities,
            equity,
        })
    }

    /// Liabilities, equity and result together: as much as the assets.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn total_claims(&self) -> Result<Money, MoneyError> {
        Money::sum([self.total_liabilities, self.total_equity, self.result], self.result.currency())
    }
}

/// The accounts of one kind that do not stand at zero, with amounts above zero on the side of the kind.
fn rows(balances: &[(&Account, Money)], kind: AccountKind) -> Vec<ReportRow> {
    let own = balances.iter().filter(|(account, balance)| account.kind == kind && !balance.is_zero());
    let side = |balance: Money| if kind.is_debit() { balance } else { balance.negated() };
    own.map(|(account, balance)| ReportRow::new(account, side(*balance))).collect()
}

fn total(rows: &[ReportRow], currency: Currency) -> Result<Money, MoneyError> {
    Money::sum(rows.iter().map(|row| row.amount), currency)
}
