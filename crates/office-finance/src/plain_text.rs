//! Plain-text accounting: journals that `hledger` and Beancount read, and the common part of what they write.
//!
//! ```text
//! 2026-10-01 (ET-2026-311) office rent
//!     6310    7400.00 EUR
//!     1800    -7400.00 EUR
//! ```

mod balance;
mod read;
mod write;

use chrono::NaiveDate;
use office_core::Money;

pub use self::balance::{TextBalance, read_balances};
pub use self::read::{ReadJournalError, ReadJournalErrorKind, read_journal};
pub use self::write::{write_beancount, write_hledger};

/// A transaction of a plain-text journal.
///
/// Its postings balance, in each currency or at their cost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextTransaction<'a> {
    /// The line it begins on, from 1.
    pub line: usize,
    /// Its day.
    pub on: NaiveDate,
    /// The code in parentheses, where there is one: the number of a document.
    pub code: Option<&'a str>,
    /// What it says.
    pub description: &'a str,
    /// Its postings.
    pub postings: Vec<TextPosting<'a>>,
}

/// A posting of a plain-text journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextPosting<'a> {
    /// The account, as it is written: `Assets:Bank`.
    pub account: &'a str,
    /// How much: a debit above zero, a credit below.
    pub amount: Money,
    /// What that is worth by the price or the cost it is written with, in another currency.
    pub worth: Option<Money>,
}
