//! What stands on the accounts of a journal.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use office_core::{Currency, Money};

use super::TextTransaction;
use super::read::{Journal, ReadJournalError};
use crate::shortcut::Shortcuts;

/// What stands on an account of a journal in one currency, and how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextBalance<'a> {
    /// The account, as it is written.
    pub account: &'a str,
    /// What stands on it in the end: a debit above zero, a credit below.
    pub balance: Money,
    /// The first day of each month in which anything was posted, and what was moved in it, in order.
    pub months: Vec<(NaiveDate, Money)>,
}

/// What stands on each account of a journal, by account and currency: one pass over the text, of which no transaction is
/// kept.
///
/// Reads what [`read_journal`](super::read_journal) reads. Amounts stay in the currency that they are written in.
///
/// # Errors
/// [`ReadJournalError`] with the line; where a sum cannot be held, with the last line.
///
/// # Example
/// ```
/// use office_core::{Currency, Money};
/// use office_finance::read_balances;
///
/// let text = "2026-10-01 rent\n  rent  7400.00 EUR\n  bank\n\n2026-11-02 rent\n  rent  7400.00 EUR\n  bank\n";
/// let balances = read_balances(text)?;
/// assert_eq!((balances[0].account, balances[0].balance), ("bank", Money::from_minor(-14_800_00, Currency::EUR)));
/// assert_eq!(balances[1].months[0], ("2026-10-01".parse()?, Money::from_minor(7_400_00, Currency::EUR)));
/// // What does not balance is refused, with its line.
/// assert_eq!(read_balances("2026-10-01 x\n  a  1 EUR\n  b  -2 EUR\n").map_err(|error| error.line), Err(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_balances(text: &str) -> Result<Vec<TextBalance<'_>>, ReadJournalError> {
    let mut journal = Journal::new(text);
    let mut accounts = Accounts::new();
    let mut transaction = TextTransaction::default();
    while journal.read(&mut transaction)? {
        let month = transaction.on.with_day(1).unwrap_or(transaction.on);
        for posting in &transaction.postings {
            accounts.add(posting.account, month, posting.amount);
        }
    }
    let line = transaction.line;
    accounts.balances().map_err(|error| ReadJournalError { line, kind: error.into() })
}

/// The accounts of a journal, numbered in the order in which they come.
struct Accounts<'a> {
    numbers: BTreeMap<&'a str, u32>,
    shortcuts: Shortcuts,
    // By number. Few currencies each, so a list.
    sums: Vec<(&'a str, Vec<(Currency, Column)>)>,
}

/// Sums by month, in minor units. Invariant: a text has fewer than 2⁶⁴ postings below 10²⁸ each; a sum that does not fit
/// in 128 bits comes of none that can be held.
#[derive(Default)]
struct Column {
    // Journals mostly go on in the same month, which is kept at hand.
    at_hand: (NaiveDate, i128),
    others: BTreeMap<NaiveDate, i128>,
}

impl Column {
    fn add(&mut self, month: NaiveDate, minor: i128) {
        if self.at_hand.0 != month {
            let (before, sum) = std::mem::replace(&mut self.at_hand, (month, 0));
            let kept = self.others.entry(before).or_default();
            *kept = kept.saturating_add(sum);
        }
        self.at_hand.1 = self.at_hand.1.saturating_add(minor);
    }

    fn months(mut self) -> BTreeMap<NaiveDate, i128> {
        let (month, sum) = self.at_hand;
        let kept = self.others.entry(month).or_default();
        *kept = kept.saturating_add(sum);
        self.others
    }
}

impl<'a> Accounts<'a> {
    fn new() -> Self {
        Self { numbers: BTreeMap::new(), shortcuts: Shortcuts::for_names(1_024), sums: Vec::new() }
    }

    fn add(&mut self, account: &'a str, month: NaiveDate, amount: Money) {
        let Some((_, columns)) = self.number(account).and_then(|number| self.sums.get_mut(number)) else { return };
        let currency = amount.currency();
        match columns.iter_mut().find(|(known, _)| *known == currency) {
            Some((_, column)) => column.add(month, amount.minor()),
            None => {
                columns.push((currency, Column { at_hand: (month, amount.minor()), others: BTreeMap::new() }));
            }
        }
    }

    /// The number of an account, which is given one where it has none.
    fn number(&mut self, account: &'a str) -> Option<usize> {
        let is_it = |number: &usize| self.sums.get(*number).is_some_and(|(known, _)| *known == account);
        let guess = self.shortcuts.guess(account.as_bytes()).and_then(|number| usize::try_from(number).ok());
        if let Some(number) = guess.filter(is_it) {
            return Some(number);
        }
        let next = u32::try_from(self.sums.len()).ok()?;
        let number = *self.numbers.entry(account).or_insert(next);
        if number == next {
            self.sums.push((account, Vec::new()));
        }
        self.shortcuts.remember(account.as_bytes(), number);
        usize::try_from(number).ok()
    }

    fn balances(self) -> Result<Vec<TextBalance<'a>>, office_core::MoneyError> {
        let mut balances = Vec::new();
        for (account, columns) in self.sums {
            for (currency, column) in columns {
                let months = column.months();
                let sum = months.values().fold(0_i128, |sum, moved| sum.saturating_add(*moved));
                let held = |(month, moved)| Ok((month, Money::try_from_minor(moved, currency)?));
                let months = months.into_iter().map(held).collect::<Result<Vec<_>, _>>()?;
                balances.push(TextBalance { account, balance: Money::try_from_minor(sum, currency)?, months });
            }
        }
        balances.sort_by_key(|row| (row.account, row.balance.currency()));
        Ok(balances)
    }
}
