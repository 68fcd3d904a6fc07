//! The lines of bank statements as the office keeps them.
//!
//! ```text
//! statement ──import──► line: imported ──book──► booked (as an entry) ──unbook──► imported
//! ```
//!
//! A statement that is imported again, or one that overlaps another, adds only lines that are not there yet. Lines have
//! no key of their own, so they are told by a fingerprint of what they say; lines that say the same are counted. Another
//! format tells the same line in other words: there, lines of one account, day and amount are the same, one for one, and
//! both tellings are kept. Law, held by `tests/bank.rs`: after importing statements in any order, as often as you like,
//! each line is there as often as in the statement that has it most often; of each day and amount there are as many as in
//! the format that tells most.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::{Decision, Entity, Entries, Id, Kind, Money, MoneyError, Ordered, Partition, StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{BankMatchId, BankStatement, EntryId, StatementFormat, StatementLine};

/// The id of a line of a bank account.
pub type BankLineId = Id<BankLine>;

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
    #[serde(default, skip_serializing_if = "is_other")]
    format: StatementFormat,
    line: StatementLine,
    // How other formats tell it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    also: BTreeMap<StatementFormat, StatementLine>,
    status: BankLineStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    matched: Option<BankMatchId>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_other(format: &StatementFormat) -> bool {
    *format == StatementFormat::Other
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
        /// What the statement was read from.
        #[serde(default, skip_serializing_if = "is_other")]
        format: StatementFormat,
        /// What it says.
        line: Box<StatementLine>,
    },
    /// A statement in another format had it too.
    Recognised {
        /// What that statement was read from.
        format: StatementFormat,
        /// What it says there.
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
    /// Somebody confirmed what it pays.
    Matched {
        /// The match that says so.
        by: BankMatchId,
    },
    /// The match was undone.
    Unmatched {
        /// The match that was.
        by: BankMatchId,
    },
}

impl BankLine {
    /// Lines by account and day.
    pub const BY_DAY: Ordered<Self, (String, NaiveDate)> = Ordered::new("day");
    /// Lines of one account, day and amount: what may be told twice.
    const BY_SUM: Partition<Self, (String, NaiveDate, String), String> = Partition::new("sum");

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

    /// How a statement in this format tells it, if one did.
    #[must_use]
    pub fn told_in(&self, format: StatementFormat) -> Option<&StatementLine> {
        if format == self.format { Some(&self.line) } else { self.also.get(&format) }
    }

    /// Whether it is in the books.
    #[must_use]
    pub const fn status(&self) -> BankLineStatus {
        self.status
    }

    /// The match that it belongs to, if somebody confirmed one.
    #[must_use]
    pub const fn matched(&self) -> Option<BankMatchId> {
        self.matched
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
    /// What [`BankStatement::gap`] said; none where the statement lacks a balance.
    pub gap: Option<Money>,
}

/// Takes in the lines of a statement that are not there yet. What is pending is left out: it comes again, booked.
///
/// # Errors
/// [`ImportStatementError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("bank/statement.txt")]
/// use office_finance::ImportStatementError;
///
/// let october = statement(vec![line("2026-10-30", -14_90), line("2026-10-31", -14_90)]);
/// assert_eq!(import("october", &october)?.added, 2);
/// // Imported again nothing is added; of one that overlaps only what is new.
/// assert_eq!(import("again", &october)?.added, 0);
/// assert_eq!(import("overlap", &statement(vec![line("2026-10-31", -14_90), line("2026-11-02", -5_00)]))?.added, 1);
/// // More lines than fit into one commit are refused.
/// let many = statement(vec![line("2026-11-03", -1); BankStatement::MAX_LINES + 1]);
/// assert!(matches!(import("many", &many), Err(ImportStatementError::TooMany { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn import_statement(tx: &Tx, statement: &BankStatement) -> Result<StatementImport, ImportStatementError> {
    // Read.
    if statement.lines.len() > BankStatement::MAX_LINES {
        return Err(ImportStatementError::TooMany { lines: statement.lines.len() });
    }
    let mut groups: BTreeMap<(NaiveDate, String), Group<'_>> = BTreeMap::new();
    for (at, line) in statement.lines.iter().enumerate() {
        groups.entry((line.on, line.amount.to_string())).or_default().lines.push((at, line));
    }
    for ((on, amount), group) in &mut groups {
        let sum = (statement.account.clone(), *on, amount.clone());
        group.stored = tx.list(BankLine::BY_SUM, &sum).await?;
    }

    // Decide.
    let gap = statement.gap()?;
    let decided: Vec<Taken> = groups.values().flat_map(|group| group.decide(statement)).collect();
    let added = decided.iter().filter(|taken| matches!(taken.fact, Some(BankLineFact::Imported { .. }))).count();
    let ids: BTreeMap<usize, BankLineId> = decided.iter().map(|taken| (taken.at, taken.id)).collect();

    // Record.
    for Taken { id, fact, .. } in decided {
        match fact {
            Some(fact @ BankLineFact::Imported { .. }) => tx.create(id, fact).await?,
            Some(fact) => tx.record(id, fact).await?,
            None => {}
        }
    }
    Ok(StatementImport { lines: ids.into_values().collect(), added, gap })
}

/// The lines of one day and amount: of a statement, by their places, and those that are there.
#[derive(Default)]
struct Group<'a> {
    lines: Vec<(usize, &'a StatementLine)>,
    stored: Vec<(BankLineId, BankLine)>,
}

/// What becomes of a line of a statement.
struct Taken {
    at: usize,
    id: BankLineId,
    fact: Option<BankLineFact>,
}

impl Group<'_> {
    /// Each line is one that this format told before, or one that only others told, or a new one; in that order.
    fn decide(&self, statement: &BankStatement) -> Vec<Taken> {
        let mut known: BTreeMap<String, Vec<BankLineId>> = BTreeMap::new();
        let mut untold: Vec<BankLineId> = Vec::new();
        for (id, stored) in self.stored.iter().rev() {
            match stored.told_in(statement.format) {
                Some(line) => known.entry(line.fingerprint()).or_default().push(*id),
                None => untold.push(*id),
            }
        }
        let used: BTreeSet<BankLineId> = self.stored.iter().map(|(id, _)| *id).collect();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let (again, other): (Vec<_>, Vec<_>) = self
            .lines
            .iter()
            .map(|(at, line)| {
                let id = known.get_mut(&line.fingerprint()).and_then(Vec::pop);
                (*at, *line, id)
            })
            .partition(|(_, _, id)| id.is_some());
        let again = again.into_iter().filter_map(|(at, _, id)| Some(Taken { at, id: id?, fact: None }));
        let mut taken: Vec<Taken> = again.collect();
        for (at, line, _) in other {
            let (format, boxed) = (statement.format, Box::new(line.clone()));
            taken.push(if let Some(id) = untold.pop() {
                Taken { at, id, fact: Some(BankLineFact::Recognised { format, line: boxed }) }
            } else {
                let print = line.fingerprint();
                let count = counts.entry(print.clone()).or_default();
                let id = free_id(&statement.account, &print, count, &used);
                let account = statement.account.clone();
                Taken { at, id, fact: Some(BankLineFact::Imported { account, format, line: boxed }) }
            });
        }
        taken
    }
}

/// The next id of lines that say this which is not in use.
fn free_id(account: &str, print: &str, count: &mut usize, used: &BTreeSet<BankLineId>) -> BankLineId {
    loop {
        *count = count.saturating_add(1);
        let id = BankLineId::natural("bank_line", &format!("{account}\u{1f}{print}\u{1f}{count}"));
        // There are fewer ids in use than there are numbers.
        if !used.contains(&id) {
            return id;
        }
    }
}

impl BankStatement {
    /// The most lines that are imported at once, so that they fit into one commit.
    pub const MAX_LINES: usize = 3_000;
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
        let BankLineFact::Imported { account, format, line } = fact else { return None };
        let (account, line) = (account.clone(), StatementLine::clone(line));
        Some(Self {
            account,
            format: *format,
            line,
            also: BTreeMap::new(),
            status: BankLineStatus::Imported,
            matched: None,
        })
    }

    fn apply(&mut self, fact: &BankLineFact) {
        match fact {
            BankLineFact::Imported { .. } => {}
            BankLineFact::Recognised { format, line } => {
                self.also.insert(*format, StatementLine::clone(line));
            }
            BankLineFact::Booked { entry } => self.status = BankLineStatus::Booked { entry: *entry },
            BankLineFact::Unbooked { .. } => self.status = BankLineStatus::Imported,
            BankLineFact::Matched { by } => self.matched = Some(*by),
            BankLineFact::Unmatched { .. } => self.matched = None,
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.ordered(Self::BY_DAY, &(self.account.clone(), self.line.on));
        // Told by their fingerprint, they come in the same order on every backend.
        let sum = (self.account.clone(), self.line.on, self.line.amount.to_string());
        entries.partition(Self::BY_SUM, &sum, &String::new());
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
        let (account, format) = ("DE83".to_owned(), StatementFormat::Camt);
        let imported = BankLineFact::Imported { account, format, line: Box::new(line()) };
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
        let account = || "DE83100990010004711200".to_owned();
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
            BankLineFact::Imported { account: account(), format: StatementFormat::Camt, line: Box::new(line()) },
            BankLineFact::Recognised { format: StatementFormat::Mt940, line: Box::new(bare.clone()) },
            BankLineFact::Booked { entry },
            BankLineFact::Unbooked { entry },
            BankLineFact::Matched { by: Id::natural("bank_match", "1") },
        ];
        let booked: BankLine = office_core::fold(&facts[..3]).unwrap();
        let unbooked: BankLine = office_core::fold(&facts).unwrap();
        // As it was before formats were told apart.
        let bare_import =
            BankLineFact::Imported { account: account(), format: StatementFormat::Other, line: Box::new(bare.clone()) };
        assert!(!serde_json::to_string(&bare_import).unwrap().contains("format"));
        // Never changed: the ids of stored lines depend on it.
        insta::assert_json_snapshot!((&facts, booked, unbooked, bare, line().fingerprint()));
    }
}
