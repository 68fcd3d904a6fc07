//! Bank statements, and their lines as the office keeps them.
//!
//! ```text
//! statement ──import──► line: imported ──book──► booked (as an entry) ──unbook──► imported
//! ```
//!
//! A statement that is imported again, or one that overlaps another, adds only lines that are not there yet. Lines have
//! no key of their own, so they are told by a fingerprint of what they say; lines that say the same are counted. Law,
//! held by `tests/bank.rs`: after importing statements in any order, as often as you like, each line is there as often
//! as in the statement that has it most often.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::{Decision, Entity, Entries, Id, Kind, Money, MoneyError, Ordered, StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::EntryId;

/// The id of a line of a bank account.
pub type BankLineId = Id<BankLine>;

/// A bank statement, as the bank sent it.
///
/// It need not add up: [`BankStatement::gap`] says by how much it does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankStatement {
    /// The account: an IBAN, or what the bank calls it.
    pub account: String,
    /// The number of the statement.
    pub number: String,
    /// What was on the account before.
    pub opening: StatementBalance,
    /// What was on it after.
    pub closing: StatementBalance,
    /// What was booked, in the bank's order.
    pub lines: Vec<StatementLine>,
    /// What is announced and not booked; it is in neither balance.
    pub pending: Vec<StatementLine>,
}

/// What is on an account at some day; below zero where it is overdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementBalance {
    /// How much.
    pub amount: Money,
    /// When.
    pub on: NaiveDate,
}

/// A line of a bank statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementLine {
    /// When the bank booked it.
    pub on: NaiveDate,
    /// From when it counts for interest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<NaiveDate>,
    /// How much: what comes in above zero, what goes out below.
    pub amount: Money,
    /// References that the payer gave: end to end, structured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// Who paid, or was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// The account of the other side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party_account: Option<String>,
    /// What is written on it.
    pub text: String,
    /// The bank's own reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank_reference: Option<String>,
    /// What kind of transaction it is, in the bank's code: `PMNT-RCDT-ESCT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

impl BankStatement {
    /// The closing balance less what opening balance and lines come to: zero where the statement adds up.
    ///
    /// # Errors
    /// [`MoneyError`]: the statement mixes currencies, or a sum cannot be held.
    ///
    /// # Example
    /// ```
    /// use chrono::NaiveDate;
    /// use office_core::{Currency, Money};
    /// use office_finance::{BankStatement, StatementBalance};
    ///
    /// let balance = |minor, currency| StatementBalance {
    ///     amount: Money::from_minor(minor, currency),
    ///     on: NaiveDate::default(),
    /// };
    /// let mut statement = BankStatement {
    ///     account: "DE83100990010004711200".to_owned(),
    ///     number: "2026-010".to_owned(),
    ///     opening: balance(100, Currency::EUR),
    ///     closing: balance(130, Currency::EUR),
    ///     lines: vec![],
    ///     pending: vec![],
    /// };
    /// assert_eq!(statement.gap()?, Money::from_minor(30, Currency::EUR));
    /// statement.closing = balance(130, Currency::CHF);
    /// assert!(statement.gap().is_err());
    /// # Ok::<(), office_core::MoneyError>(())
    /// ```
    pub fn gap(&self) -> Result<Money, MoneyError> {
        let opening = self.opening.amount;
        let lines = self.lines.iter().map(|line| line.amount);
        self.closing.amount.checked_sub(Money::sum(lines.chain([opening]), opening.currency())?)
    }
}

impl StatementLine {
    /// What a line says, in one text: lines of the same text are the same, or told apart only by counting them.
    ///
    /// Never changed: the ids of stored lines depend on it. The value date is not in it, as banks put it right later.
    fn fingerprint(&self) -> String {
        let option = |text: &Option<String>| text.clone().unwrap_or_default();
        let parts = [
            self.on.to_string(),
            self.amount.to_string(),
            self.references.join("\u{1e}"),
            option(&self.party_account),
            option(&self.party),
            self.text.clone(),
            option(&self.bank_reference),
        ];
        parts.join("\u{1f}")
    }
}

/// A line of a bank account, as the office keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankLine {
    account: String,
    line: StatementLine,
    status: BankLineStatus,
}

/// Whether a line is in the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BankLineStatus {
    /// It is not.
    Imported,
    /// It is.
    Booked {
        /// As this entry.
        entry: EntryId,
    },
}

/// What happens to a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BankLineFact {
    /// It came with a statement.
    Imported {
        /// The account.
        account: String,
        /// What it says.
        line: Box<StatementLine>,
    },
    /// It was entered in the books.
    Booked {
        /// As this entry.
        entry: EntryId,
    },
    /// Its entry was undone.
    Unbooked {
        /// The entry that was.
        entry: EntryId,
    },
}

impl BankLine {
    /// Lines by account and day.
    pub const BY_DAY: Ordered<Self, (String, NaiveDate)> = Ordered::new("day");

    /// The account.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// What it says.
    #[must_use]
    pub const fn line(&self) -> &StatementLine {
        &self.line
    }

    /// Whether it is in the books.
    #[must_use]
    pub const fn status(&self) -> BankLineStatus {
        self.status
    }

    /// Notes the entry by which it came into the books.
    ///
    /// # Errors
    /// [`BookLineError`] where it is in the books by another.
    pub fn book(&self, entry: EntryId) -> Result<Decision<BankLineFact>, BookLineError> {
        match self.status {
            BankLineStatus::Booked { entry: earlier } if earlier == entry => Ok(Decision::AlreadyRecorded),
            BankLineStatus::Booked { entry: earlier } => Err(BookLineError { entry: earlier }),
            BankLineStatus::Imported => Ok(Decision::Record(BankLineFact::Booked { entry })),
        }
    }

    /// Notes that the entry by which it was in the books was undone. It is then as it was before.
    pub fn unbook(&self) -> Decision<BankLineFact> {
        match self.status {
            BankLineStatus::Booked { entry } => Decision::Record(BankLineFact::Unbooked { entry }),
            BankLineStatus::Imported => Decision::AlreadyRecorded,
        }
    }
}

/// A line is in the books already.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the line is in the books as entry {entry}: undo that first")]
pub struct BookLineError {
    /// The entry.
    pub entry: EntryId,
}

/// What came of importing a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementImport {
    /// For each line of the statement, its id; in the order of the statement.
    pub lines: Vec<BankLineId>,
    /// How many of them were not there before.
    pub added: usize,
    /// What [`BankStatement::gap`] said.
    pub gap: Money,
}

/// Takes in the lines of a statement that are not there yet.
///
/// # Errors
/// [`ImportStatementError`], in the order of its variants; nothing is recorded then.
pub async fn import_statement(tx: &Tx, statement: &BankStatement) -> Result<StatementImport, ImportStatementError> {
    // Read.
    if statement.lines.len() > BankStatement::MAX_LINES {
        return Err(ImportStatementError::TooMany { lines: statement.lines.len() });
    }
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut lines = Vec::with_capacity(statement.lines.len());
    for line in &statement.lines {
        let print = line.fingerprint();
        let count = seen.entry(print.clone()).or_default();
        *count = count.saturating_add(1);
        lines.push(BankLineId::natural("bank_line", &format!("{}\u{1f}{print}\u{1f}{count}", statement.account)));
    }
    let known = tx.find_each(&lines).await?;

    // Decide.
    let gap = statement.gap()?;
    let fresh: Vec<_> = lines.iter().zip(&statement.lines).zip(known).filter(|(_, known)| known.is_none()).collect();
    let added = fresh.len();

    // Record.
    for ((id, line), _) in fresh {
        let (account, line) = (statement.account.clone(), Box::new(line.clone()));
        tx.create(*id, BankLineFact::Imported { account, line }).await?;
    }
    Ok(StatementImport { lines, added, gap })
}

impl BankStatement {
    /// The most lines that are imported at once, so that they fit into one commit.
    pub const MAX_LINES: usize = 4_000;
}

/// A statement cannot be imported.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ImportStatementError {
    /// It has too many lines for one commit.
    #[error("the statement has {lines} lines: up to {} are imported at once", BankStatement::MAX_LINES)]
    TooMany {
        /// How many.
        lines: usize,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It mixes currencies.
    #[error("the statement is not in one currency")]
    Money(#[from] MoneyError),
}

impl Entity for BankLine {
    const KIND: Kind = Kind::literal("bank_line");
    type Fact = BankLineFact;

    fn open(fact: &BankLineFact) -> Option<Self> {
        let BankLineFact::Imported { account, line } = fact else { return None };
        let line = StatementLine::clone(line);
        Some(Self { account: account.clone(), line, status: BankLineStatus::Imported })
    }

    fn apply(&mut self, fact: &BankLineFact) {
        self.status = match fact {
            BankLineFact::Imported { .. } => self.status,
            BankLineFact::Booked { entry } => BankLineStatus::Booked { entry: *entry },
            BankLineFact::Unbooked { .. } => BankLineStatus::Imported,
        };
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.ordered(Self::BY_DAY, &(self.account.clone(), self.line.on));
    }
}

#[cfg(test)]
mod tests {
    use office_core::Currency;

    use super::*;

    fn line() -> StatementLine {
        StatementLine {
            on: NaiveDate::from_ymd_opt(2026, 10, 8).unwrap(),
            value: NaiveDate::from_ymd_opt(2026, 10, 9),
            amount: Money::from_minor(238_000, Currency::EUR),
            references: vec!["SWS-70011".to_owned()],
            party: Some("Stadtwerke Spree AG".to_owned()),
            party_account: Some("DE34100990060001220031".to_owned()),
            text: "CI-081".to_owned(),
            bank_reference: Some("NB2610006".to_owned()),
            code: Some("PMNT-RCDT-ESCT".to_owned()),
        }
    }

    #[test]
    fn a_line_is_booked_by_one_entry() {
        let (one, two) = (EntryId::natural("entry", "1"), EntryId::natural("entry", "2"));
        let imported = BankLineFact::Imported { account: "DE83".to_owned(), line: Box::new(line()) };
        let open = BankLine::open(&imported).unwrap();
        assert_eq!(open.unbook(), Decision::AlreadyRecorded);
        let mut booked = open.clone();
        booked.apply(&booked.book(one).unwrap().fact().unwrap());
        assert_eq!(booked.book(one), Ok(Decision::AlreadyRecorded));
        assert_eq!(booked.book(two), Err(BookLineError { entry: one }));
        booked.apply(&booked.unbook().fact().unwrap());
        assert_eq!(booked, open);
    }

    #[test]
    fn a_line_is_known_by_all_that_it_says_but_the_value_date() {
        let later = StatementLine { value: None, ..line() };
        assert_eq!(later.fingerprint(), line().fingerprint());
        let other = StatementLine { bank_reference: Some("NB2610007".to_owned()), ..line() };
        assert_ne!(other.fingerprint(), line().fingerprint());
    }

    #[test]
    fn stored_forms() {
        let entry = EntryId::natural("entry", "1");
        let bare = StatementLine {
            value: None,
            references: vec![],
            party: None,
            party_account: None,
            bank_reference: None,
            code: None,
            ..line()
        };
        let facts = [
            BankLineFact::Imported { account: "DE83100990010004711200".to_owned(), line: Box::new(line()) },
            BankLineFact::Booked { entry },
            BankLineFact::Unbooked { entry },
        ];
        let booked: BankLine = office_core::fold(&facts[..2]).unwrap();
        let unbooked: BankLine = office_core::fold(&facts).unwrap();
        // Never changed: the ids of stored lines depend on it.
        insta::assert_json_snapshot!((&facts, booked, unbooked, bare, line().fingerprint()));
    }
}
