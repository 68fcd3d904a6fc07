//! Entries as they stand in the journal.
//!
//! ```text
//! Entry ──post──► posted ──reverse──► posted, reversed by another entry
//! ```
//!
//! Posting numbers an [`Entry`] and makes it a [`JournalEntry`], which is never changed or deleted. What was wrong is
//! undone by an entry the other way round.

use chrono::NaiveDate;
use office_core::{Decision, Entity, Entries, Id, Kind, Ordered, Unique};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Entry, EntryKind};

/// The id of a journal entry.
pub type EntryId = Id<JournalEntry>;

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
        self.entry.on()
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
        if let EntryKind::Reversal { of } = self.entry.kind() {
            return Err(ReverseError::IsReversal { of });
        }
        if on < self.entry.on() {
            return Err(ReverseError::TooEarly { posted: self.entry.on(), on });
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
        entries.ordered(Self::BY_DAY, &(self.entry.on(), self.number.place));
        entries.unique(Self::BY_NUMBER, &(self.number.year, self.number.place));
    }
}

#[cfg(test)]
mod tests {
    use office_core::{Currency, Money};

    use super::*;
    use crate::Posting;

    fn entry() -> Entry {
        let on = NaiveDate::from_ymd_opt(2026, 10, 1).unwrap();
        let rent = Money::from_minor(740_000, Currency::EUR);
        let centre = Id::natural("cost_centre", "CC-100");
        let dollars = Money::from_minor(800_000, Currency::USD);
        let postings = vec![
            Posting::debit("6310".parse().unwrap(), dollars).worth(rent).borne_by(centre),
            Posting::credit("1800".parse().unwrap(), dollars).worth(rent.negated()),
        ];
        Entry::balanced(on, "rent", postings).unwrap().resting_on("J-01").unwrap()
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
