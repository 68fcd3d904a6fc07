//! The proof that bank and books agree.

use std::fmt;

use chrono::NaiveDate;
use office_core::{Money, MoneyError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{BankStatement, StatementLine, StatementProof};

/// The proof that bank and books agree on a day, from both sides.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, Money};
/// use office_finance::{BankReconciliation, ReconcilingItem};
///
/// let euro = |minor| Money::from_minor(minor, Currency::EUR);
/// let item = |what: &str, minor| ReconcilingItem { what: what.to_owned(), amount: euro(minor) };
/// let on = NaiveDate::from_ymd_opt(2026, 10, 31).ok_or("a day")?;
/// // A transfer that the bank has not carried out, and a fee that is not in the books.
/// let (in_books, at_bank) = (vec![item("RN-1203", -298_53)], vec![item("account fee", -14_90)]);
/// let proof = BankReconciliation::of(on, euro(1_000_00), euro(716_37), in_books, at_bank)?;
/// assert_eq!((proof.adjusted_bank, proof.adjusted_book), (euro(701_47), euro(701_47)));
/// assert!(proof.unexplained.is_zero());
///
/// let other = BankReconciliation::of(on, euro(1_000_00), euro(716_37), vec![], vec![])?;
/// assert_eq!(other.unexplained, euro(283_63));
/// assert!(BankReconciliation::of(on, euro(1), Money::from_minor(1, Currency::USD), vec![], vec![]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BankReconciliation {
    /// The day at whose end it is drawn up.
    pub on: NaiveDate,
    /// That opening balance and lines of the statement make its closing balance, or by how much they do not; none where
    /// it was not drawn up from a statement, or that has no opening balance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub movements: Option<StatementProof>,
    /// What the bank says is on the account.
    pub statement: Money,
    /// What is in the books and not yet on the statement: deposits on their way above zero, payments below.
    pub not_on_statement: Vec<ReconcilingItem>,
    /// What would be on the account if all of that had arrived.
    pub adjusted_bank: Money,
    /// What the books say is on the account.
    pub book: Money,
    /// What is on the statement and not in the books: what came in above zero, what went out below.
    pub not_in_books: Vec<ReconcilingItem>,
    /// What would be in the books if all of that were.
    pub adjusted_book: Money,
    /// Adjusted bank less adjusted book.
    pub unexplained: Money,
}

/// Something that is on one side only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReconcilingItem {
    /// What it is.
    pub what: String,
    /// How much: what comes in above zero.
    pub amount: Money,
}

impl BankReconciliation {
    /// Draws up the proof.
    ///
    /// # Errors
    /// [`MoneyError`]: currencies are mixed, or a sum cannot be held.
    pub fn of(
        on: NaiveDate,
        statement: Money,
        book: Money,
        not_on_statement: Vec<ReconcilingItem>,
        not_in_books: Vec<ReconcilingItem>,
    ) -> Result<Self, MoneyError> {
        let adjusted = |start: Money, items: &[ReconcilingItem]| {
            Money::sum(items.iter().map(|item| item.amount).chain([start]), statement.currency())
        };
        let adjusted_bank = adjusted(statement, &not_on_statement)?;
        let adjusted_book = adjusted(book, &not_in_books)?;
        let unexplained = adjusted_bank.checked_sub(adjusted_book)?;
        let movements = None;
        Ok(Self {
            on,
            movements,
            statement,
            not_on_statement,
            adjusted_bank,
            book,
            not_in_books,
            adjusted_book,
            unexplained,
        })
    }

    /// Draws up the proof from a statement, as of the day of its closing balance.
    ///
    /// # Errors
    /// [`ReconcileError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::{Currency, Money};
    /// use office_finance::{BankReconciliation, BankStatement, ReconcileError, StatementBalance, StatementFormat};
    ///
    /// let euro = |minor| Money::from_minor(minor, Currency::EUR);
    /// let balance = |minor| Some(StatementBalance { amount: euro(minor), on: Default::default() });
    /// let mut statement = BankStatement {
    ///     format: StatementFormat::Other,
    ///     account: "DE83100990010004711200".to_owned(),
    ///     number: "10".to_owned(),
    ///     opening: balance(100),
    ///     closing: balance(130),
    ///     lines: vec![],
    ///     pending: vec![],
    /// };
    /// let proof = BankReconciliation::of_statement(&statement, euro(100), vec![], vec![])?;
    /// // The statement itself does not add up, and nor do bank and books agree.
    /// assert_eq!((proof.movements.map(|told| told.gap), proof.unexplained), (Some(euro(30)), euro(30)));
    /// assert!(proof.to_string().ends_with("unexplained 0.30 EUR"));
    /// statement.closing = None;
    /// let unknown = BankReconciliation::of_statement(&statement, euro(100), vec![], vec![]);
    /// assert_eq!(unknown, Err(ReconcileError::NoClosing));
    /// # Ok::<(), ReconcileError>(())
    /// ```
    pub fn of_statement(
        statement: &BankStatement,
        book: Money,
        not_on_statement: Vec<ReconcilingItem>,
        not_in_books: Vec<ReconcilingItem>,
    ) -> Result<Self, ReconcileError> {
        let closing = statement.closing.ok_or(ReconcileError::NoClosing)?;
        let movements = statement.proof()?;
        let proof = Self::of(closing.on, closing.amount, book, not_on_statement, not_in_books)?;
        Ok(Self { movements, ..proof })
    }
}

impl ReconcilingItem {
    /// A line of the statement that is not in the books.
    #[must_use]
    pub fn of_line(line: &StatementLine) -> Self {
        let party = line.party.as_ref().map_or_else(String::new, |party| format!("{party}: "));
        Self { what: format!("{}, {party}{}", line.on, line.text), amount: line.amount }
    }
}

/// The proof cannot be drawn up.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReconcileError {
    /// The statement has no closing balance.
    #[error("the statement has no closing balance")]
    NoClosing,
    /// Currencies are mixed, or a sum cannot be held.
    #[error("bank and books cannot be added up")]
    Money(#[from] MoneyError),
}

impl fmt::Display for BankReconciliation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "bank and books as of {}", self.on)?;
        if let Some(movements) = &self.movements {
            writeln!(f, "statement: {movements}")?;
        }
        writeln!(f, "on the account, says the bank {}", self.statement)?;
        for item in &self.not_on_statement {
            writeln!(f, "  not on the statement: {} {}", item.what, item.amount)?;
        }
        writeln!(f, "adjusted bank {}", self.adjusted_bank)?;
        writeln!(f, "on the account, say the books {}", self.book)?;
        for item in &self.not_in_books {
            writeln!(f, "  not in the books: {} {}", item.what, item.amount)?;
        }
        writeln!(f, "adjusted books {}", self.adjusted_book)?;
        if self.unexplained.is_zero() { write!(f, "agreed") } else { write!(f, "unexplained {}", self.unexplained) }
    }
}
