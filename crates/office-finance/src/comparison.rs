//! Two reports side by side, and accounts added up along the tree of the chart.

use std::collections::BTreeMap;

use office_core::{Money, MoneyError};

use crate::balance::ReportError;
use crate::{AccountCode, Balances, Chart, ReportRow};

/// One account in two reports: this month beside the last, this year beside the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedRow {
    /// The code of the account.
    pub account: AccountCode,
    /// What people call it.
    pub name: String,
    /// The amount in the report.
    pub amount: Money,
    /// The amount in the report it is compared with.
    pub compared: Money,
    /// How much more there is than there was.
    pub change: Money,
}

/// The rows of a report beside those of another, in the order of their codes; an account that one of them lacks stands
/// at zero there.
///
/// # Errors
/// [`MoneyError`]: the reports are in different currencies, or a difference cannot be held.
///
/// # Example
/// ```
/// use office_core::{Currency, Money};
/// use office_finance::{ReportRow, compare_rows};
///
/// let euro = |minor| Money::from_minor(minor, Currency::EUR);
/// let row = |code: &str, minor| {
///     Ok::<_, Box<dyn std::error::Error>>(ReportRow { account: code.parse()?, name: code.into(), amount: euro(minor) })
/// };
/// let compared = compare_rows(&[row("6310", 100)?], &[row("6310", 80)?, row("6643", 5)?], Currency::EUR)?;
/// assert_eq!((compared[0].change, compared[1].change), (euro(20), euro(-5)));
/// assert!(compare_rows(&[row("6310", 100)?], &[], Currency::USD).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn compare_rows(
    rows: &[ReportRow],
    compared: &[ReportRow],
    currency: office_core::Currency,
) -> Result<Vec<ComparedRow>, MoneyError> {
    let nothing = Money::zero(currency);
    let mut pairs: BTreeMap<&AccountCode, (&str, Money, Money)> = BTreeMap::new();
    for row in compared {
        pairs.insert(&row.account, (&row.name, nothing, row.amount));
    }
    for row in rows {
        let (name, amount, _) = pairs.entry(&row.account).or_insert((&row.name, nothing, nothing));
        (*name, *amount) = (&row.name, row.amount);
    }
    let row = |(account, (name, amount, compared)): (&AccountCode, (&str, Money, Money))| {
        // Both against zero, so that rows of another currency are refused.
        let change = nothing.checked_add(amount)?.checked_sub(compared)?;
        Ok(ComparedRow { account: account.clone(), name: name.to_owned(), amount, compared, change })
    };
    pairs.into_iter().map(row).collect()
}

/// One account of the chart as a tree: what stands on it, and on it and all below it together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeRow {
    /// The code of the account.
    pub account: AccountCode,
    /// What people call it.
    pub name: String,
    /// How many accounts are above it.
    pub depth: usize,
    /// What stands on it alone: debits above zero, credits below.
    pub own: Money,
    /// What stands on it and all below it.
    pub total: Money,
}

impl Chart {
    /// The accounts with anything on them or below them, each after the one above it, otherwise in the order of their
    /// codes.
    ///
    /// # Errors
    /// [`ReportError`].
    ///
    /// # Example
    /// ```
    /// use chrono::NaiveDate;
    /// use office_core::{Currency, Money};
    /// use office_finance::{Account, AccountKind, Balances, Chart, Entry, EntryNumber, JournalEntry, Posting};
    ///
    /// let chart = Chart::new([
    ///     Account::new("6".parse()?, "Expenses", AccountKind::Expense).heading(),
    ///     Account::new("6310".parse()?, "Rent", AccountKind::Expense).below("6".parse()?),
    ///     Account::new("1800".parse()?, "Bank", AccountKind::Asset),
    /// ])?;
    /// let on = NaiveDate::from_ymd_opt(2026, 10, 1).ok_or("a day")?;
    /// let rent = Money::from_minor(7400_00, Currency::EUR);
    /// let postings = vec![Posting::debit("6310".parse()?, rent), Posting::credit("1800".parse()?, rent)];
    /// let posted = JournalEntry::new(EntryNumber { year: 2026, place: 1 }, Entry::balanced(on, "rent", postings)?);
    /// let balances = Balances::as_of([&posted], on, Currency::EUR)?;
    /// let tree = chart.totals(&balances)?;
    /// let told: Vec<_> = tree.iter().map(|row| (row.account.as_str(), row.depth, row.total)).collect();
    /// assert_eq!(told, [("1800", 0, rent.negated()), ("6", 0, rent), ("6310", 1, rent)]);
    ///
    /// // An account that is posted to has to be in the chart.
    /// assert!(Chart::new([])?.totals(&balances).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn totals(&self, balances: &Balances) -> Result<Vec<TreeRow>, ReportError> {
        let nothing = Money::zero(balances.currency());
        let mut totals: BTreeMap<&AccountCode, Money> = BTreeMap::new();
        for (account, balance) in balances.with_accounts(self)?.into_iter().filter(|(_, balance)| !balance.is_zero()) {
            for above in std::iter::once(account).chain(self.path(&account.code)) {
                let total = totals.entry(&above.code).or_insert(nothing);
                *total = total.checked_add(balance)?;
            }
        }
        let mut rows = Vec::with_capacity(totals.len());
        for (code, total) in totals {
            let Some(account) = self.get(code) else { continue };
            let mut place: Vec<&AccountCode> = self.path(code).map(|above| &above.code).collect();
            let depth = place.len();
            place.reverse();
            place.push(code);
            let (name, own) = (account.name.clone(), balances.of(code));
            rows.push((place, TreeRow { account: code.clone(), name, depth, own, total }));
        }
        rows.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }
}
