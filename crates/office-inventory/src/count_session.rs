//! Counting what is at a place, and booking what was found.
//!
//! ```text
//!   open_count ──► Opened ──► enter_count ──► Counted ──► … ──► confirm_count ──► Confirmed
//!                        │        ▲                        ├──► drop ──► Dropped
//!                        │        └──── RecountAsked ◄─────┘ ask_recount: what is too far off
//! ```
//!
//! What is counted is what is there at the end of a day. Goods may move meanwhile: what the books expected of that day is
//! looked up when the count is confirmed, and the differences are booked on that day.
//!
//! Law 15 of the crate; `tests/stock/count_session.rs` holds it.

mod booking;
mod due;

use chrono::NaiveDate;
use office_core::subject::{ItemId, PersonId, PlaceId};
use office_core::{Decision, Entity, Entries, Id, Kind, Money, Quantity, Unique};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::booking::{
    AskRecountError, BookedCount, CloseCountError, EnterCountError, OpenCountError, ask_recount, confirm_count,
    enter_count, open_count,
};
pub use self::due::{due_counts, items_at};
use crate::{CountTolerance, LotId, Reference};

/// The id of a count.
pub type CountSessionId = Id<CountSession>;

/// A count of what is at a place at the end of a day. It does not say what the books expect, so that nobody counts by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountSession {
    count: NewCount,
    lines: Vec<CountedLine>,
    status: CountStatus,
}

/// What is to be counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewCount {
    /// Its number, which no other count has.
    pub number: Reference,
    /// The place.
    pub place: PlaceId,
    /// The day at whose end it is counted.
    pub on: NaiveDate,
    /// How far it may be off before somebody has to look again.
    #[serde(default)]
    pub tolerance: CountTolerance,
}

/// An item, or a lot of it, that is counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountedGoods {
    /// The item.
    pub item: ItemId,
    /// Its lot, where lots are told apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<LotId>,
}

/// What somebody found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Found {
    /// How much.
    pub quantity: Quantity,
    /// Who counted.
    pub by: PersonId,
    /// What is too many is worth in all; where it is not said, as much as the newest goods on hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surplus_value: Option<Money>,
}

/// A line of the sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountedLine {
    /// What is counted.
    pub goods: CountedGoods,
    /// What was found, the last time somebody counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<Found>,
    /// What was found before somebody was asked to count again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Found>,
}

/// How far a count has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountStatus {
    /// It is counted.
    Open,
    /// What was found is booked.
    Confirmed {
        /// Who says that it is right.
        by: PersonId,
        /// What the books expected and what was found, line by line.
        lines: Vec<ConfirmedLine>,
    },
    /// Nothing comes of it.
    Dropped,
}

/// What the books expected and what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmedLine {
    /// What was counted.
    pub goods: CountedGoods,
    /// What the books expected.
    pub expected: Quantity,
    /// What was found.
    pub counted: Quantity,
}

/// What happens to a count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountSessionFact {
    /// It was opened.
    Opened {
        /// What is to be counted.
        count: NewCount,
        /// What is known to be there.
        goods: Vec<CountedGoods>,
    },
    /// Somebody has counted.
    Counted {
        /// What.
        goods: CountedGoods,
        /// What was found.
        found: Found,
    },
    /// Somebody is to count again.
    RecountAsked {
        /// What.
        goods: Vec<CountedGoods>,
    },
    /// What was found is right, and is booked.
    Confirmed {
        /// Who says so.
        by: PersonId,
        /// What the books expected and what was found.
        lines: Vec<ConfirmedLine>,
    },
    /// Nothing comes of it.
    Dropped,
}

/// What was counted cannot be written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CountLineError {
    /// The count is confirmed or dropped.
    #[error("the count is closed")]
    Closed,
    /// Fewer than none cannot be counted.
    #[error("{counted} cannot be counted: none or more are wanted")]
    Negative {
        /// What was counted.
        counted: Quantity,
    },
    /// There are too many lines.
    #[error("a count has {} lines at most", CountSession::MOST_LINES)]
    TooManyLines,
}

/// A count cannot be dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DropCountError {
    /// What was found is booked already.
    #[error("the count is confirmed: another count puts it right")]
    Confirmed,
}

impl CountSession {
    /// The most lines that a count has.
    pub const MOST_LINES: usize = 1_000;
    /// The count of a number.
    pub const BY_NUMBER: Unique<Self, String> = Unique::new("number");

    /// Writes down what was found, on a line of its own if it was not expected. A line may be counted as often as anybody
    /// likes; the last time counts.
    ///
    /// # Errors
    /// [`CountLineError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("count_session/sheet.txt")]
    ///
    /// let found = |quantity| Found { quantity, by, surplus_value: None };
    /// let (eight, fewer) = ("8 ream".parse()?, "-1 ream".parse()?);
    /// session.apply_decision(&session.count(paper, found(eight))?);
    /// assert_eq!(session.lines()[0].found, Some(found(eight)));
    /// // Less than nothing cannot lie there.
    /// let refused = session.count(paper, found(fewer));
    /// assert_eq!(refused, Err(CountLineError::Negative { counted: fewer }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn count(&self, goods: CountedGoods, found: Found) -> Result<Decision<CountSessionFact>, CountLineError> {
        if self.status != CountStatus::Open {
            return Err(CountLineError::Closed);
        }
        if found.quantity.is_negative() {
            return Err(CountLineError::Negative { counted: found.quantity });
        }
        match self.lines.iter().find(|line| line.goods == goods) {
            Some(line) if line.found == Some(found) => return Ok(Decision::AlreadyRecorded),
            None if self.lines.len() >= Self::MOST_LINES => return Err(CountLineError::TooManyLines),
            Some(_) | None => {}
        }
        Ok(Decision::Record(CountSessionFact::Counted { goods, found }))
    }

    /// Lets nothing come of it.
    ///
    /// # Errors
    /// [`DropCountError::Confirmed`].
    ///
    /// # Example
    /// ```
    #[doc = include_str!("count_session/sheet.txt")]
    ///
    /// let mut dropped = session.clone();
    /// dropped.apply_decision(&dropped.drop_count()?);
    /// assert_eq!(*dropped.status(), CountStatus::Dropped);
    /// // What is confirmed is in the books.
    /// session.apply(&CountSessionFact::Confirmed { by, lines: vec![] });
    /// assert_eq!(session.drop_count(), Err(DropCountError::Confirmed));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn drop_count(&self) -> Result<Decision<CountSessionFact>, DropCountError> {
        match self.status {
            CountStatus::Open => Ok(Decision::Record(CountSessionFact::Dropped)),
            CountStatus::Dropped => Ok(Decision::AlreadyRecorded),
            CountStatus::Confirmed { .. } => Err(DropCountError::Confirmed),
        }
    }

    /// What is counted, where and when.
    #[must_use]
    pub const fn new_count(&self) -> &NewCount {
        &self.count
    }

    /// The sheet, with what was found so far.
    #[must_use]
    pub fn lines(&self) -> &[CountedLine] {
        &self.lines
    }

    /// How far it has come.
    #[must_use]
    pub const fn status(&self) -> &CountStatus {
        &self.status
    }
}

impl Entity for CountSession {
    const KIND: Kind = Kind::literal("count_session");
    type Fact = CountSessionFact;

    fn open(fact: &CountSessionFact) -> Option<Self> {
        let CountSessionFact::Opened { count, goods } = fact else { return None };
        let lines = goods.iter().map(|goods| CountedLine { goods: *goods, found: None, before: None });
        Some(Self { count: count.clone(), lines: lines.collect(), status: CountStatus::Open })
    }

    fn apply(&mut self, fact: &CountSessionFact) {
        match fact {
            CountSessionFact::Opened { .. } => {}
            CountSessionFact::Counted { goods, found } => {
                match self.lines.iter_mut().find(|line| line.goods == *goods) {
                    Some(line) => line.found = Some(*found),
                    None => self.lines.push(CountedLine { goods: *goods, found: Some(*found), before: None }),
                }
            }
            CountSessionFact::RecountAsked { goods } => {
                for line in self.lines.iter_mut().filter(|line| goods.contains(&line.goods)) {
                    line.before = line.found.take();
                }
            }
            CountSessionFact::Confirmed { by, lines } => {
                self.status = CountStatus::Confirmed { by: *by, lines: lines.clone() };
            }
            CountSessionFact::Dropped => self.status = CountStatus::Dropped,
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.unique(Self::BY_NUMBER, &self.count.number.as_str().to_owned());
    }
}
