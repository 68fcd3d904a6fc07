//! The proof that bank and books agree.

use chrono::NaiveDate;
use office_core::{Money, MoneyError};

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankReconciliation {
    /// The day at whose end it is drawn up.
    pub on: NaiveDate,
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
#[derive(Clone, Debug, PartialEq, Eq)]
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
        Ok(Self { on, statement, not_on_statement, adjusted_bank, book, not_in_books, adjusted_book, unexplained })
    }
}
