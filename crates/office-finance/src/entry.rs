//! Entries of the journal.
//!
//! ```text
//! Entry::balanced ──post──► posted ──reverse──► posted, reversed by another entry
//! ```
//!
//! An [`Entry`] is a value that balances by construction: there is no way to make one that does not. Posting numbers it
//! and makes it a [`JournalEntry`], which is never changed or deleted. What was wrong is undone by an entry the other
//! way round.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::CostCentreId;
use office_core::{Currency, Decision, Entity, Entries, Id, Kind, Money, MoneyError, Ordered, Unique};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::AccountCode;

/// The id of a journal entry.
pub type EntryId = Id<JournalEntry>;

/// One line of an entry: what goes to an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// The account.
    pub account: AccountCode,
    /// How much: a debit above zero, a credit below.
    pub amount: Money,
    /// The cost centre that bears it, where one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_centre: Option<CostCentreId>,
}

impl Posting {
    /// So much to the debit of an account. A negative amount is a credit.
    #[must_use]
    pub const fn debit(account: AccountCode, amount: Money) -> Self {
        Self { account, amount, cost_centre: None }
    }

    /// So much to the credit of an account. A negative amount is a debit.
    #[must_use]
    pub fn credit(account: AccountCode, amount: Money) -> Self {
        Self { account, amount: amount.negated(), cost_centre: None }
    }

    /// The same, borne by this cost centre.
    #[must_use]
    pub fn borne_by(mut self, cost_centre: CostCentreId) -> Self {
        self.cost_centre = Some(cost_centre);
        self
    }
}

/// An entry for the journal: postings that balance, of one day.
///
/// In each currency the postings add up to exactly zero; there are at least two, and none is of nothing.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, Money};
/// use office_finance::{Entry, EntryError, Posting};
///
/// let on = NaiveDate::from_ymd_opt(2026, 10, 1).ok_or("a day")?;
/// let rent = Money::from_minor(7400_00, Currency::EUR);
/// let paid = Posting::debit("6310".parse()?, rent);
/// let entry = Entry::balanced(on, "office rent", vec![paid.clone(), Posting::credit("1800".parse()?, rent)])?;
/// assert_eq!(entry.postings().len(), 2);
///
/// let short = Money::from_minor(7399_00, Currency::EUR);
/// let unbalanced = Entry::balanced(on, "office rent", vec![paid, Posting::credit("1800".parse()?, short)]);
/// assert_eq!(unbalanced, Err(EntryError::Unbalanced { excess: Money::from_minor(1_00, Currency::EUR) }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct Entry {
    on: NaiveDate,
    kind: EntryKind,
    description: String,
    document: Option<String>,
    // Invariant: at least two, none of nothing, and zero in sum in each currency.
    postings: Vec<Posting>,
}

/// The stored form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    on: NaiveDate,
    kind: EntryKind,
    description: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    document: Option<String>,
    postings: Vec<Posting>,
}

/// What an entry is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// What happened in the course of business.
    Normal,
    /// What was there when the books were begun.
    Opening,
    /// The undoing of another entry.
    Reversal {
        /// The entry that is undone.
        of: EntryId,
    },
}

impl Entry {
    /// The most postings of one entry.
    pub const MAX_POSTINGS: usize = 2_000;
    /// The longest description or document reference, in bytes.
    pub const MAX_TEXT: usize = 1_000;

    /// An entry of these postings, which have to balance.
    ///
    /// # Errors
    /// [`EntryError`], in the order of its variants.
    pub fn balanced(on: NaiveDate, description: impl Into<String>, postings: Vec<Posting>) -> Result<Self, EntryError> {
        let description = fitting(description.into())?;
        if postings.len() < 2 || postings.len() > Self::MAX_POSTINGS {
            return Err(EntryError::Postings { found: postings.len() });
        }
        if let Some(at) = postings.iter().position(|posting| posting.amount.is_zero()) {
            return Err(EntryError::Nothing { at });
        }
        for (currency, amounts) in by_currency(&postings) {
            let excess = Money::sum(amounts, currency)?;
            if !excess.is_zero() {
                return Err(EntryError::Unbalanced { excess });
            }
        }
        Ok(Self { on, kind: EntryKind::Normal, description, document: None, postings })
    }

    /// The same entry, referring to the document it rests on: `ET-2026-311`, `PC-04`.
    ///
    /// # Errors
    /// [`EntryError::LongText`].
    pub fn resting_on(mut self, document: impl Into<String>) -> Result<Self, EntryError> {
        self.document = Some(fitting(document.into())?);
        Ok(self)
    }

    /// The same entry as part of the opening balance.
    #[must_use]
    pub const fn opening(mut self) -> Self {
        self.kind = EntryKind::Opening;
        self
    }

    /// The day it counts for.
    #[must_use]
    pub const fn on(&self) -> NaiveDate {
        self.on
    }

    /// What it is for.
    #[must_use]
    pub const fn kind(&self) -> EntryKind {
        self.kind
    }

    /// What it says.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The document it rests on.
    #[must_use]
    pub fn document(&self) -> Option<&str> {
        self.document.as_deref()
    }

    /// Its postings.
    #[must_use]
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }

    /// The entry the other way round, on a day of its own.
    fn reversed(&self, of: EntryId, on: NaiveDate) -> Self {
        let turn = |posting: &Posting| Posting { amount: posting.amount.negated(), ..posting.clone() };
        Self {
            on,
            kind: EntryKind::Reversal { of },
            description: self.description.clone(),
            document: self.document.clone(),
            postings: self.postings.iter().map(turn).collect(),
        }
    }
}

fn fitting(text: String) -> Result<String, EntryError> {
    if text.len() <= Entry::MAX_TEXT { Ok(text) } else { Err(EntryError::LongText { bytes: text.len() }) }
}

fn by_currency(postings: &[Posting]) -> BTreeMap<Currency, Vec<Money>> {
    let mut amounts: BTreeMap<Currency, Vec<Money>> = BTreeMap::new();
    for posting in postings {
        amounts.entry(posting.amount.currency()).or_default().push(posting.amount);
    }
    amounts
}

impl TryFrom<Fields> for Entry {
    type Error = EntryError;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        let mut entry = Self::balanced(fields.on, fields.description, fields.postings)?;
        entry.kind = fields.kind;
        match fields.document {
            Some(document) => entry.resting_on(document),
            None => Ok(entry),
        }
    }
}

impl From<Entry> for Fields {
    fn from(entry: Entry) -> Self {
        let Entry { on, kind, description, document, postings } = entry;
        Self { on, kind, description, document, postings }
    }
}

/// Postings do not make an entry.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EntryError {
    /// The description or the document reference is too long.
    #[error("a text of the entry has {bytes} bytes: {} at most are wanted", Entry::MAX_TEXT)]
    LongText {
        /// How long it is.
        bytes: usize,
    },
    /// There are too few postings, or too many.
    #[error("the entry has {found} postings: 2 to {} are wanted", Entry::MAX_POSTINGS)]
    Postings {
        /// How many there are.
        found: usize,
    },
    /// A posting is of nothing.
    #[error("posting {at} is of nothing: an amount other than zero is wanted")]
    Nothing {
        /// Its place, from 0.
        at: usize,
    },
    /// The postings of a currency do not add up to zero.
    #[error("the debits exceed the credits by {excess}: they have to be equal")]
    Unbalanced {
        /// By how much the debits exceed the credits; below zero where the credits are more.
        excess: Money,
    },
    /// The sum cannot be held.
    #[error("the postings cannot be added up")]
    Money(#[from] MoneyError),
}

/// An entry as it stands in the journal: numbered, dated, for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    number: EntryNumber,
    entry: Entry,
    status: EntryStatus,
}

/// The number of an entry: the year it counts for, and how many entries of that year there were with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntryNumber {
    /// The year of the entry's day.
    pub year: i32,
    /// Its place in the year's series, from 1, without gaps, in the order of posting.
    pub place: u64,
}

impl std::fmt::Display for EntryNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{:05}", self.year, self.place)
    }
}

/// Whether an entry still counts for what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryStatus {
    /// It stands.
    Posted,
    /// Another entry undoes it.
    Reversed {
        /// The entry that undoes it.
        by: EntryId,
    },
}

/// What happens to a journal entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryFact {
    /// It was posted under this number.
    Posted {
        /// The number.
        number: EntryNumber,
        /// What was posted.
        entry: Entry,
    },
    /// It was undone by another entry.
    Reversed {
        /// The entry that undoes it.
        by: EntryId,
    },
}

impl JournalEntry {
    /// Entries by day, and within a day by number.
    pub const BY_DAY: Ordered<Self, (NaiveDate, u64)> = Ordered::new("day");
    /// The entry of a number.
    pub const BY_NUMBER: Unique<Self, (i32, u64)> = Unique::new("number");

    /// An entry posted under this number.
    #[must_use]
    pub const fn new(number: EntryNumber, entry: Entry) -> Self {
        Self { number, entry, status: EntryStatus::Posted }
    }

    /// Its number.
    #[must_use]
    pub const fn number(&self) -> EntryNumber {
        self.number
    }

    /// What was posted.
    #[must_use]
    pub const fn entry(&self) -> &Entry {
        &self.entry
    }

    /// The day it counts for.
    #[must_use]
    pub const fn on(&self) -> NaiveDate {
        self.entry.on
    }

    /// Whether it stands.
    #[must_use]
    pub const fn status(&self) -> EntryStatus {
        self.status
    }

    /// Undoes the entry by one the other way round, on the day `on`, which is to be posted under the id `by`.
    ///
    /// Gives the entry that undoes it, for posting, and the decision for the entry that is undone; `id` is its id.
    ///
    /// # Errors
    /// [`ReverseError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use chrono::NaiveDate;
    /// use office_core::{Currency, Entity, Id, Money};
    /// use office_finance::{Entry, EntryFact, EntryNumber, JournalEntry, Posting, ReverseError};
    ///
    /// let day = |day| NaiveDate::from_ymd_opt(2026, 10, day).ok_or("a day");
    /// let amount = Money::from_minor(62_00, Currency::EUR);
    /// let postings = vec![Posting::debit("6640".parse()?, amount), Posting::credit("1600".parse()?, amount)];
    /// let mut posted = JournalEntry::new(
    ///     EntryNumber { year: 2026, place: 1 },
    ///     Entry::balanced(day(8)?, "cake", postings)?,
    /// );
    /// let (id, by) = (Id::natural("entry", "PC-04"), Id::natural("entry", "PC-04 undone"));
    /// let (undoing, decision) = posted.reverse(id, by, day(9)?)?;
    /// assert_eq!(undoing.postings()[0].amount, amount.negated());
    ///
    /// // What is undone is not undone again.
    /// posted.apply(&decision.fact().ok_or("a fact")?);
    /// let again = posted.reverse(id, Id::natural("entry", "another"), day(9)?);
    /// assert_eq!(again, Err(ReverseError::AlreadyReversed { by }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reverse(
        &self,
        id: EntryId,
        by: EntryId,
        on: NaiveDate,
    ) -> Result<(Entry, Decision<EntryFact>), ReverseError> {
        let undoing = self.entry.reversed(id, on);
        match self.status {
            EntryStatus::Reversed { by: earlier } if earlier == by => return Ok((undoing, Decision::AlreadyRecorded)),
            EntryStatus::Reversed { by: earlier } => return Err(ReverseError::AlreadyReversed { by: earlier }),
            EntryStatus::Posted => {}
        }
        if let EntryKind::Reversal { of } = self.entry.kind {
            return Err(ReverseError::IsReversal { of });
        }
        if on < self.entry.on {
            return Err(ReverseError::TooEarly { posted: self.entry.on, on });
        }
        Ok((undoing, Decision::Record(EntryFact::Reversed { by })))
    }
}

/// An entry cannot be undone.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReverseError {
    /// It was undone before.
    #[error("the entry is undone already, by entry {by}")]
    AlreadyReversed {
        /// The entry that undoes it.
        by: EntryId,
    },
    /// It undoes another entry itself.
    #[error("the entry undoes entry {of}: post that one anew instead")]
    IsReversal {
        /// The entry that it undoes.
        of: EntryId,
    },
    /// The day is before the entry's own.
    #[error("{on} is before the day of the entry: {posted} or later is wanted")]
    TooEarly {
        /// The day of the entry.
        posted: NaiveDate,
        /// The day that was asked for.
        on: NaiveDate,
    },
}

impl Entity for JournalEntry {
    const KIND: Kind = Kind::literal("journal_entry");
    type Fact = EntryFact;

    fn open(fact: &EntryFact) -> Option<Self> {
        match fact {
            EntryFact::Posted { number, entry } => Some(Self::new(*number, entry.clone())),
            EntryFact::Reversed { .. } => None,
        }
    }

    fn apply(&mut self, fact: &EntryFact) {
        match fact {
            EntryFact::Posted { .. } => {}
            EntryFact::Reversed { by } => self.status = EntryStatus::Reversed { by: *by },
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.ordered(Self::BY_DAY, &(self.entry.on, self.number.place));
        entries.unique(Self::BY_NUMBER, &(self.number.year, self.number.place));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        let on = NaiveDate::from_ymd_opt(2026, 10, 1).unwrap();
        let rent = Money::from_minor(740_000, Currency::EUR);
        let centre = Id::natural("cost_centre", "CC-100");
        let postings = vec![
            Posting::debit("6310".parse().unwrap(), rent).borne_by(centre),
            Posting::credit("1800".parse().unwrap(), rent),
        ];
        Entry::balanced(on, "rent", postings).unwrap().resting_on("J-01").unwrap()
    }

    #[test]
    fn what_does_not_balance_is_refused_in_order() {
        let on = NaiveDate::from_ymd_opt(2026, 10, 1).unwrap();
        let account: AccountCode = "1800".parse().unwrap();
        let debit = |minor, currency| Posting::debit(account.clone(), Money::from_minor(minor, currency));
        let make = |postings| Entry::balanced(on, "x", postings);
        let long = Entry::balanced(on, "x".repeat(1001), vec![]);
        assert_eq!(long, Err(EntryError::LongText { bytes: 1001 }));
        assert_eq!(make(vec![debit(1, Currency::EUR)]), Err(EntryError::Postings { found: 1 }));
        let nothing = make(vec![debit(1, Currency::EUR), debit(0, Currency::EUR), debit(-1, Currency::EUR)]);
        assert_eq!(nothing, Err(EntryError::Nothing { at: 1 }));
        // Two currencies do not balance each other.
        let mixed = make(vec![debit(1, Currency::EUR), debit(-1, Currency::USD)]);
        assert_eq!(mixed, Err(EntryError::Unbalanced { excess: Money::from_minor(1, Currency::EUR) }));
    }

    #[test]
    fn a_stored_entry_that_does_not_balance_is_refused() {
        let json = serde_json::to_string(&entry()).unwrap();
        assert_eq!(serde_json::from_str::<Entry>(&json).unwrap(), entry());
        assert!(serde_json::from_str::<Entry>(&json.replace("-7400.00", "-7399.00")).is_err());
    }

    #[test]
    fn refuses_to_undo_in_order() {
        let ids = |name| EntryId::natural("entry", name);
        let on = entry().on();
        let number = EntryNumber { year: 2026, place: 1 };
        let posted = JournalEntry::new(number, entry());
        let early = posted.reverse(ids("a"), ids("b"), on.pred_opt().unwrap());
        assert!(matches!(early, Err(ReverseError::TooEarly { .. })));
        let (undoing, decision) = posted.reverse(ids("a"), ids("b"), on).unwrap();
        assert_eq!(decision, Decision::Record(EntryFact::Reversed { by: ids("b") }));
        let undoing = JournalEntry::new(number, undoing);
        assert_eq!(undoing.reverse(ids("b"), ids("c"), on), Err(ReverseError::IsReversal { of: ids("a") }));
        let mut undone = posted;
        undone.apply(&EntryFact::Reversed { by: ids("b") });
        assert_eq!(undone.reverse(ids("a"), ids("b"), on).unwrap().1, Decision::AlreadyRecorded);
    }

    #[test]
    fn stored_forms() {
        let posted = EntryFact::Posted { number: EntryNumber { year: 2026, place: 1 }, entry: entry() };
        let reversed = EntryFact::Reversed { by: EntryId::natural("entry", "x") };
        let mut state = JournalEntry::open(&posted).unwrap();
        state.apply(&reversed);
        insta::assert_json_snapshot!((posted, reversed, state));
    }
}
