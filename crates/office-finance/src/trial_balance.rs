//! The trial balance.

use chrono::NaiveDate;
use office_core::{Currency, Money};

use crate::balance::ReportError;
use crate::{Account, AccountCode, AccountKind, Balances, Chart, JournalEntry};

/// The trial balance: what stands on every account at the end of a day, debits and credits apart.
///
/// Its two totals are equal, because every entry balances: that they are is a check of the storage, not of the
/// bookkeeping.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, Money};
/// use office_finance::{Account, AccountKind, Chart, Entry, EntryNumber, JournalEntry, Posting, TrialBalance};
///
/// let bank = Account::new("1800".parse()?, "Bank", AccountKind::Asset);
/// let rent = Account::new("6310".parse()?, "Rent", AccountKind::Expense);
/// let on = NaiveDate::from_ymd_opt(2026, 10, 1).ok_or("a day")?;
/// let amount = Money::from_minor(7400_00, Currency::EUR);
/// let postings = vec![Posting::debit("6310".parse()?, amount), Posting::credit("1800".parse()?, amount)];
/// let posted = JournalEntry::new(EntryNumber { year: 2026, place: 1 }, Entry::balanced(on, "rent", postings)?);
///
/// let report = TrialBalance::as_of(&Chart::new([bank.clone(), rent])?, [&posted], on, Currency::EUR)?;
/// assert_eq!((report.debits(), report.credits()), (amount, amount));
///
/// // An account that is posted to has to be in the chart.
/// assert!(TrialBalance::as_of(&Chart::new([bank])?, [&posted], on, Currency::EUR).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialBalance {
    on: NaiveDate,
    rows: Vec<TrialRow>,
    debits: Money,
    credits: Money,
}

/// One account of a trial balance. One of its two amounts is zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialRow {
    /// The code of the account.
    pub account: AccountCode,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub kind: AccountKind,
    /// The balance where it is a debit.
    pub debit: Money,
    /// The balance where it is a credit, without sign.
    pub credit: Money,
}

impl TrialBalance {
    /// The trial balance at the end of the day `on`, told in `currency`.
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

    /// The trial balance of what stands on each account at the end of the day `on`.
    ///
    /// # Errors
    /// [`ReportError`].
    pub fn of(chart: &Chart, on: NaiveDate, balances: &Balances) -> Result<Self, ReportError> {
        Self::of_accounts(on, balances.currency(), balances.with_accounts(chart)?)
    }

    pub(crate) fn of_accounts<'a>(
        on: NaiveDate,
        currency: Currency,
        balances: impl IntoIterator<Item = (&'a Account, Money)>,
    ) -> Result<Self, ReportError> {
        let nothing = Money::zero(currency);
        let rows: Vec<TrialRow> = balances
            .into_iter()
            .filter(|(_, balance)| !balance.is_zero())
            .map(|(account, balance)| TrialRow {
                account: account.code.clone(),
                name: account.name.clone(),
                kind: account.kind,
                debit: if balance.is_positive() { balance } else { nothing },
                credit: if balance.is_negative() { balance.negated() } else { nothing },
            })
            .collect();
        let debits = Money::sum(rows.iter().map(|row| row.debit), currency)?;
        let credits = Money::sum(rows.iter().map(|row| row.credit), currency)?;
        Ok(Self { on, rows, debits, credits })
    }

    /// The day at whose end it is drawn up.
    #[must_use]
    pub const fn on(&self) -> NaiveDate {
        self.on
    }

    /// The accounts that do not stand at zero, in the order of their codes.
    #[must_use]
    pub fn rows(&self) -> &[TrialRow] {
        &self.rows
    }

    /// The sum of the debits.
    #[must_use]
    pub const fn debits(&self) -> Money {
        self.debits
    }

    /// The sum of the credits.
    #[must_use]
    pub const fn credits(&self) -> Money {
        self.credits
    }

    /// Whether the two sums are equal.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.debits == self.credits
    }
}
