//! Confirmed matches of bank lines with what they pay, as the office keeps them.
//!
//! ```text
//! confirmed ──undo──► undone
//!     └─────strike──► confirmed, and nothing is learned from it
//! ```
//!
//! Laws, held by `tests/banking.rs` of the root package, also when two confirm at once:
//!
//! 1. A line belongs to one living match at most, with at most its amount.
//! 2. What is expected (an invoice, an entry) gets at most its amount from all living matches.
//! 3. Undoing a match leaves lines and what is expected as they were before it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use office_core::subject::PersonId;
use office_core::{Decision, Entity, Entries, Id, Kind, Money, MoneyError, Ordered, Partition, StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{BankLineFact, BankLineId, LineCoding, MatchReason};

/// The id of a confirmed match.
pub type BankMatchId = Id<BankMatch>;

/// How much of a line goes to something that was expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmedPart {
    /// The line.
    pub line: BankLineId,
    /// What it pays: the number of an invoice, the id of an entry.
    pub item: String,
    /// How much, with the sign of the line.
    pub amount: Money,
}

/// Lines and what they pay, as somebody or a rule has confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewBankMatch {
    /// Which line pays what.
    pub parts: Vec<ConfirmedPart>,
    /// How much each item asks for in all, with the sign of its lines.
    pub expected: BTreeMap<String, Money>,
    /// Why they belong together.
    pub reasons: Vec<MatchReason>,
    /// The points of the reasons.
    pub score: u8,
    /// What its lines were for, where somebody says so: lines like them are proposed the same
    /// ([`learned_codings`](crate::learned_codings)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coding: Option<LineCoding>,
}

/// A match of bank lines that was confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankMatch {
    confirmed: NewBankMatch,
    by: PersonId,
    at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    undone: Option<MatchUndone>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    struck: Option<CodingStruck>,
}

/// Who undid a match, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatchUndone {
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// Who said that nothing is to be learned from a match, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodingStruck {
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// What happens to a match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BankMatchFact {
    /// It was confirmed.
    Confirmed {
        /// What belongs together.
        confirmed: NewBankMatch,
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was undone.
    Undone(MatchUndone),
    /// Nothing is to be learned from it.
    Struck(CodingStruck),
}

impl BankMatch {
    /// The most parts of a match.
    pub const MAX_PARTS: usize = 500;
    /// Living matches by what they are for.
    pub const BY_ITEM: Partition<Self, String, DateTime<Utc>> = Partition::new("item");
    /// Living matches that say what their lines were for, by when they were confirmed, but for those that are struck.
    pub const TEACHING: Ordered<Self, DateTime<Utc>> = Ordered::new("teaching");

    /// What belongs together.
    #[must_use]
    pub const fn confirmed(&self) -> &NewBankMatch {
        &self.confirmed
    }

    /// Who confirmed it, and when.
    #[must_use]
    pub const fn confirmed_by(&self) -> (PersonId, DateTime<Utc>) {
        (self.by, self.at)
    }

    /// Who undid it, if somebody did.
    #[must_use]
    pub const fn undone(&self) -> Option<MatchUndone> {
        self.undone
    }

    /// Who said that nothing is to be learned from it, if somebody did.
    #[must_use]
    pub const fn struck(&self) -> Option<CodingStruck> {
        self.struck
    }

    /// What its lines were for, where it is to be learned from.
    #[must_use]
    pub const fn teaches(&self) -> Option<&LineCoding> {
        match (&self.confirmed.coding, self.undone, self.struck) {
            (Some(coding), None, None) => Some(coding),
            _ => None,
        }
    }

    /// How much of it goes to an item.
    fn for_item(&self, item: &str) -> impl Iterator<Item = Money> {
        self.confirmed.parts.iter().filter(move |part| part.item == item).map(|part| part.amount)
    }
}

/// Confirms a match: nobody else can use its lines, nor what they have paid, until it is undone.
///
/// A match that is confirmed again under the same id, as it is, stays as it is.
///
/// # Errors
/// [`ConfirmMatchError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// # use chrono::{DateTime, NaiveDate};
/// # use office_core::{Actor, Command, Currency, Id, MemoryStore, Money, Office, Role, wait};
/// # use office_finance::*;
/// # type Failure = Box<dyn std::error::Error + Send + Sync>;
/// # let office = Office::on(MemoryStore::new());
/// # let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("bookkeeper"));
/// # let command = |key: &str| Command::new(key, "bank", clerk.clone(), DateTime::default());
/// # let on = NaiveDate::default();
/// let amount = Money::from_minor(2_380_00, Currency::EUR);
/// let line = StatementLine {
///     on, value: None, amount, references: vec![], party: None, party_account: None,
///     text: "CI-081".to_owned(), bank_reference: None, code: None,
/// };
/// let statement = &BankStatement {
///     format: StatementFormat::Camt, account: "DE83".to_owned(), number: "10".to_owned(), opening: None, closing: None,
///     lines: vec![line], pending: vec![],
/// };
/// let lines = wait(office.transact(&command("import")?, |tx| async move {
///     Ok::<_, ImportStatementError>(import_statement(&tx, statement).await?.lines)
/// }))?;
/// let confirmed = &NewBankMatch {
///     parts: vec![ConfirmedPart { line: lines[0], item: "CI-081".to_owned(), amount }],
///     expected: [("CI-081".to_owned(), amount)].into(),
///     reasons: vec![MatchReason::Reference, MatchReason::Amount],
///     score: 80,
///     coding: None,
/// };
/// let confirm = |key: &str| {
///     let id = BankMatchId::natural("match", key);
///     let command = command(key).map_err(Failure::from)?;
///     Ok::<_, Failure>(wait(office.transact(&command, |tx| async move { confirm_match(&tx, id, confirmed.clone()).await }))?)
/// };
/// confirm("first")?;
/// // The line belongs to that match.
/// assert!(confirm("second").is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn confirm_match(tx: &Tx, id: BankMatchId, confirmed: NewBankMatch) -> Result<(), ConfirmMatchError> {
    // Read.
    if let Some(earlier) = tx.find(id).await? {
        let is_same = earlier.undone.is_none() && earlier.confirmed == confirmed;
        return if is_same { Ok(()) } else { Err(ConfirmMatchError::Id { id }) };
    }
    if confirmed.parts.is_empty() || confirmed.parts.len() > BankMatch::MAX_PARTS {
        return Err(ConfirmMatchError::Parts { found: confirmed.parts.len() });
    }
    let mut lines = BTreeMap::new();
    for line in confirmed.parts.iter().map(|part| part.line).collect::<BTreeSet<_>>() {
        lines.insert(line, tx.load(line).await?);
    }
    let mut others: BTreeMap<&str, Vec<BankMatch>> = BTreeMap::new();
    for item in confirmed.parts.iter().map(|part| &part.item).collect::<BTreeSet<_>>() {
        let living = tx.list(BankMatch::BY_ITEM, item).await?;
        others.insert(item, living.into_iter().map(|(_, other)| other).collect());
    }

    // Decide.
    for (line_id, line) in &lines {
        if let Some(other) = line.matched() {
            return Err(ConfirmMatchError::Line { line: *line_id, other });
        }
        let parts = confirmed.parts.iter().filter(|part| part.line == *line_id).map(|part| part.amount);
        within(parts, line.line().amount, &line_id.to_string())?;
    }
    for (item, living) in &others {
        let expected = confirmed.expected.get(*item).copied();
        let expected = expected.ok_or_else(|| ConfirmMatchError::Unexpected { item: (*item).to_owned() })?;
        let parts = confirmed.parts.iter().filter(|part| part.item == *item).map(|part| part.amount);
        within(parts.chain(living.iter().flat_map(|other| other.for_item(item))), expected, item)?;
    }
    let by = tx.command().actor().accountable();

    // Record.
    for line in lines.into_keys() {
        tx.record(line, BankLineFact::Matched { by: id }).await?;
    }
    tx.create(id, BankMatchFact::Confirmed { confirmed, by, at: tx.command().at() }).await?;
    Ok(())
}

/// Undoes a match: its lines, and what they paid, are free again. One that is undone stays so.
///
/// # Errors
/// [`StoreError`]: the store failed, or there is no such match.
///
/// # Example
/// ```
#[doc = include_str!("bank/statement.txt")]
/// use office_finance::{BankMatchId, ConfirmMatchError, ConfirmedPart, MatchReason, NewBankMatch, confirm_match, undo_match};
///
/// let line = import("october", &statement(vec![line("2026-10-30", -14_90)]))?.lines[0];
/// let confirm = |key: &str, item: &str| {
///     let parts = vec![ConfirmedPart { line, item: item.into(), amount: euro(-14_90) }];
///     let expected = [(item.into(), euro(-14_90))].into();
///     let confirmed = &NewBankMatch { parts, expected, reasons: vec![MatchReason::Amount], score: 20, coding: None };
///     let id = BankMatchId::natural("match", key);
///     wait(office.transact(&command(key), |tx| async move { confirm_match(&tx, id, confirmed.clone()).await }))
/// };
/// confirm("wrong", "E-1")?;
/// // A line belongs to one match.
/// assert!(matches!(confirm("early", "E-2"), Err(ConfirmMatchError::Line { .. })));
/// let wrong = BankMatchId::natural("match", "wrong");
/// wait(office.transact(&command("undo"), |tx| async move { undo_match(&tx, wrong).await }))?;
/// confirm("right", "E-2")?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn undo_match(tx: &Tx, id: BankMatchId) -> Result<(), StoreError> {
    // Read.
    let found = tx.load(id).await?;
    if found.undone.is_some() {
        return Ok(());
    }

    // Decide.
    let lines: BTreeSet<BankLineId> = found.confirmed.parts.iter().map(|part| part.line).collect();
    let undone = MatchUndone { by: tx.command().actor().accountable(), at: tx.command().at() };

    // Record.
    for line in lines {
        tx.load(line).await?;
        tx.record(line, BankLineFact::Unmatched { by: id }).await?;
    }
    tx.decide(id, Decision::Record(BankMatchFact::Undone(undone))).await
}

/// Says that nothing is to be learned from a match any more: it was coded in error, or is no example of its kind. What it
/// pays stays paid. One that is struck, or undone, stays so.
///
/// # Errors
/// [`StrikeCodingError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// [`learned_codings`](crate::learned_codings) has one.
pub async fn strike_coding(tx: &Tx, id: BankMatchId) -> Result<(), StrikeCodingError> {
    let found = tx.load(id).await?;
    if found.confirmed.coding.is_none() {
        return Err(StrikeCodingError::NotCoded { id });
    }
    if found.teaches().is_none() {
        return Ok(());
    }
    let struck = CodingStruck { by: tx.command().actor().accountable(), at: tx.command().at() };
    tx.record(id, BankMatchFact::Struck(struck)).await?;
    Ok(())
}

/// A match cannot be struck.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StrikeCodingError {
    /// The store failed, or knows no such match.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nothing was learned from it.
    #[error("match {id} does not say what its lines were for: one that does can be struck")]
    NotCoded {
        /// The match.
        id: BankMatchId,
    },
}

/// Whether amounts of one sign come to no more than what there is.
fn within(parts: impl Iterator<Item = Money>, most: Money, of: &str) -> Result<(), ConfirmMatchError> {
    let mut sum = Money::zero(most.currency());
    for part in parts {
        if part.is_zero() || part.is_negative() != most.is_negative() {
            return Err(ConfirmMatchError::Sign { of: of.to_owned(), part, most });
        }
        sum = sum.checked_add(part)?;
    }
    if sum.abs().compare(&most.abs())?.is_gt() {
        return Err(ConfirmMatchError::TooMuch { of: of.to_owned(), sum, most });
    }
    Ok(())
}

/// A match cannot be confirmed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConfirmMatchError {
    /// There is another match of this id, or it was undone.
    #[error("{id} is the id of another match, or of one that was undone: confirm under a new id")]
    Id {
        /// The id.
        id: BankMatchId,
    },
    /// It has no parts, or too many.
    #[error("{found} parts: 1 to {} are wanted", BankMatch::MAX_PARTS)]
    Parts {
        /// How many.
        found: usize,
    },
    /// The store failed, or knows no such line.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The line belongs to another match.
    #[error("line {line} belongs to match {other}: undo that first")]
    Line {
        /// The line.
        line: BankLineId,
        /// The match.
        other: BankMatchId,
    },
    /// An amount is nothing, or goes the other way.
    #[error("{part} of {of}, which is of {most}: an amount of its direction is wanted")]
    Sign {
        /// The line or the item.
        of: String,
        /// The part.
        part: Money,
        /// Its amount.
        most: Money,
    },
    /// More is used than there is.
    #[error("{sum} of {of}, which is of {most}: no more than that can be used")]
    TooMuch {
        /// The line or the item.
        of: String,
        /// What all parts come to.
        sum: Money,
        /// Its amount.
        most: Money,
    },
    /// It is not told how much an item asks for.
    #[error("{item} is paid, and not expected: tell how much it asks for")]
    Unexpected {
        /// The item.
        item: String,
    },
    /// Currencies are mixed, or a sum cannot be held.
    #[error("the parts cannot be added up")]
    Money(#[from] MoneyError),
}

impl Entity for BankMatch {
    const KIND: Kind = Kind::literal("bank_match");
    type Fact = BankMatchFact;

    fn open(fact: &BankMatchFact) -> Option<Self> {
        let BankMatchFact::Confirmed { confirmed, by, at } = fact else { return None };
        Some(Self { confirmed: confirmed.clone(), by: *by, at: *at, undone: None, struck: None })
    }

    fn apply(&mut self, fact: &BankMatchFact) {
        match fact {
            BankMatchFact::Confirmed { .. } => {}
            BankMatchFact::Undone(undone) => self.undone = Some(*undone),
            BankMatchFact::Struck(struck) => self.struck = Some(*struck),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        if self.undone.is_none() {
            for part in &self.confirmed.parts {
                entries.partition(Self::BY_ITEM, &part.item, &self.at);
            }
        }
        if self.teaches().is_some() {
            entries.ordered(Self::TEACHING, &self.at);
        }
    }
}

#[cfg(test)]
mod tests {
    use office_core::Currency;

    use super::*;

    #[test]
    fn stored_forms() {
        let (by, at) = (Id::natural("person", "E-003"), DateTime::from_timestamp(1_793_000_000, 0).unwrap());
        let amount = Money::from_minor(238_000, Currency::EUR);
        let part = ConfirmedPart { line: Id::natural("bank_line", "1"), item: "CI-081".to_owned(), amount };
        let confirmed = NewBankMatch {
            parts: vec![part],
            expected: [("CI-081".to_owned(), amount)].into(),
            reasons: vec![MatchReason::Reference, MatchReason::Amount],
            score: 80,
            coding: None,
        };
        let facts = [BankMatchFact::Confirmed { confirmed, by, at }, BankMatchFact::Undone(MatchUndone { by, at })];
        let state: BankMatch = office_core::fold(&facts).unwrap();
        insta::assert_json_snapshot!((&facts, &state));
        let struck = BankMatchFact::Struck(CodingStruck { by, at });
        insta::assert_json_snapshot!(&struck, @r#"
        {
          "struck": {
            "by": "05979fd3-1060-553d-ad31-a06669c4c9f8",
            "at": "2026-10-26T07:33:20Z"
          }
        }
        "#);
        let coding = LineCoding { account: "1400".parse().unwrap(), party: None, tax: None };
        let BankMatchFact::Confirmed { confirmed, .. } = &facts[0] else { panic!("it was confirmed") };
        let taught = NewBankMatch { coding: Some(coding), ..confirmed.clone() };
        let state: BankMatch =
            office_core::fold(&[BankMatchFact::Confirmed { confirmed: taught, by, at }, struck]).unwrap();
        insta::assert_json_snapshot!((&state.confirmed.coding, &state.struck), @r#"
        [
          {
            "account": "1400"
          },
          {
            "by": "05979fd3-1060-553d-ad31-a06669c4c9f8",
            "at": "2026-10-26T07:33:20Z"
          }
        ]
        "#);
        let json = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<BankMatch>(&json).unwrap(), state);
    }
}
