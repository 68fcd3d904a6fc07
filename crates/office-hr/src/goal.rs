//! Goals with key results: set, aligned, measured, closed.
//!
//! ```text
//!   set ──► Open ──┬── measure ─► Open, further on
//!                  ├── align ───► Open, towards another goal
//!                  └── close ───► Achieved, missed or dropped
//! ```
//!
//! How far a goal is, is never stored: it follows from what was measured up to a day.
//!
//! Law 59 of the crate; `tests/goal.rs` holds it.
//!
//! # Example
//! ```
//! use std::collections::BTreeMap;
//! use office_core::{Actor, AuthorityBook, Command, Id, MemoryStore, Office, Ratio, Role, wait};
//! use office_hr::{
//!     ClosedGoal, Goal, GoalError, GoalOutcome, KeyResult, Measurement, SetGoal, align_goal, close_goal, measure_goal, set_goal,
//! };
//!
//! let person = Id::natural("person", "E-017");
//! // Fewer open letters, from 40 to 10; more calls answered, from 60 to 90 in the hundred, which counts twice.
//! let result = |start: i64, target: i64, weight| KeyResult { what: "letters".into(), start: start.into(), target: target.into(), weight };
//! let goal = &SetGoal {
//!     owner: person, title: "A friendlier reception".into(), term: "2026-01-01/2027-01-01".parse()?, parent: None,
//!     key_results: BTreeMap::from([("letters".to_owned(), result(40, 10, 1)), ("calls".to_owned(), result(60, 90, 2))]),
//!     on: "2026-01-05".parse()?,
//! };
//! let office = Office::on(MemoryStore::new());
//! let by = Actor::new(person, Role::new("employee"));
//! let command = |key: &str| Command::new(key, "goals", by.clone(), "2026-03-31T08:00:00Z".parse().unwrap_or_default());
//! let (id, action, book) = (Id::<Goal>::natural("goal", "G-1"), &"goals.set".parse()?, &AuthorityBook::default());
//! wait(office.transact(&command("set")?, |tx| async move { set_goal(&tx, id, goal, action, book).await }))?;
//! let measure = |key: &str, result: &str, value: i64| {
//!     let measured = Measurement { key_result: result.into(), value: value.into(), on: "2026-03-31".parse()?, note: String::new() };
//!     let command = command(key)?;
//!     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| {
//!         let measured = measured.clone();
//!         async move { measure_goal(&tx, id, &measured, action, book).await }
//!     })))
//! };
//! measure("letters", "letters", 25)??;
//! measure("calls", "calls", 70)??;
//! let goal = wait(office.view(|view| async move { view.load(id).await }))?;
//! // (1 · 1/2 + 2 · 1/3) / 3
//! assert_eq!(goal.progress("2026-03-31".parse()?)?, Ratio::new(7, 18)?);
//!
//! assert!(matches!(measure("other", "emails", 1)?, Err(GoalError::NoKeyResult { .. })));
//! // No goal goes towards itself.
//! let on = "2026-12-15".parse()?;
//! let aligning = |tx| async move { align_goal(&tx, id, (Some(id), on), action, book).await };
//! assert!(matches!(wait(office.transact(&command("align")?, aligning)), Err(GoalError::Circle { .. })));
//! let closing = &ClosedGoal { outcome: GoalOutcome::Missed, on, why: "Two were ill for long".into() };
//! wait(office.transact(&command("close")?, |tx| async move { close_goal(&tx, id, closing, action, book).await }))?;
//! assert!(matches!(measure("late", "calls", 90)?, Err(GoalError::Closed { .. })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{DateRange, Decimal, Decision, Entity, Entries, Id, Kind, Partition, Ratio, RatioError, StoreError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::NotPermitted;
use crate::retention::is_text;

mod flow;

pub use flow::{align_goal, close_goal, measure_goal, set_goal};

/// The most key results of a goal.
const MOST_RESULTS: usize = 20;
/// The most measurements of a key result.
const MOST: usize = 1_000;
/// The longest text, in characters.
const MOST_TEXT: usize = 500;
/// How many goals deep goals are aligned, at most.
const DEEPEST: usize = 20;
/// The most decimals of a figure.
const MOST_DECIMALS: u32 = 6;
/// The largest figure.
const LARGEST: i64 = 1_000_000_000_000;

/// What somebody wants to reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    set: SetGoal,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<Id<Goal>>,
    // By key result and day, the last word of each day.
    measured: BTreeMap<String, BTreeMap<NaiveDate, Measurement>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    closed: Option<ClosedGoal>,
}

/// To set a goal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetGoal {
    /// Whose.
    pub owner: PersonId,
    /// What is to be reached: 1 to 500 characters.
    pub title: String,
    /// When.
    pub term: DateRange,
    /// By what that is seen, by key: 1 to 20.
    pub key_results: BTreeMap<String, KeyResult>,
    /// Towards which goal it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Id<Goal>>,
    /// On which day.
    pub on: NaiveDate,
}

/// A figure by which a goal is measured. It is to go up where the target is above the start, and down where it is below.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyResult {
    /// Which figure, and its unit: 1 to 500 characters.
    pub what: String,
    /// Where it is.
    #[serde(with = "office_core::decimal_text")]
    pub start: Decimal,
    /// Where it is to be.
    #[serde(with = "office_core::decimal_text")]
    pub target: Decimal,
    /// How much it counts: 1 to 100.
    pub weight: u32,
}

/// A figure as it was on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measurement {
    /// Of which key result.
    pub key_result: String,
    /// Where it is.
    #[serde(with = "office_core::decimal_text")]
    pub value: Decimal,
    /// On which day.
    pub on: NaiveDate,
    /// What there is to say: at most 500 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// How a goal was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosedGoal {
    /// How.
    pub outcome: GoalOutcome,
    /// On which day.
    pub on: NaiveDate,
    /// What was learned: 1 to 500 characters.
    pub why: String,
}

/// How a goal was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GoalOutcome {
    /// It was reached, as far as was wanted.
    Achieved,
    /// It was not.
    Missed,
    /// Nobody wants it any more.
    Dropped,
}

/// What can happen to a goal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum GoalFact {
    /// It was set.
    Set(Box<SetGoal>),
    /// It goes towards another goal, or none.
    Aligned {
        /// Which.
        parent: Option<Id<Goal>>,
        /// On which day that was decided.
        on: NaiveDate,
    },
    /// A figure was measured.
    Measured(Measurement),
    /// It was closed.
    Closed(ClosedGoal),
}

/// Nothing was done to a goal: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GoalError {
    /// Whoever wants to may not.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// The id stands for another goal.
    #[error("the goal is another one: an id of its own is wanted")]
    IdReused,
    /// A text is missing or too long.
    #[error("a {field} of 1 to 500 characters is wanted")]
    Text {
        /// Which.
        field: &'static str,
    },
    /// There is nothing to measure by, or too much.
    #[error("1 to 20 key results, each with a weight of 1 to 100, are wanted")]
    KeyResults,
    /// A figure is too large or too fine, or is to stay where it is.
    #[error(
        "`{key_result}` cannot be measured so: figures up to 1000000000000 with at most 6 decimals, and a target other than the start, are wanted"
    )]
    Figure {
        /// Of which key result.
        key_result: String,
    },
    /// There is no such key result.
    #[error("`{key_result}` is no key result of the goal: {} are wanted", .key_results.join(", "))]
    NoKeyResult {
        /// Which was named.
        key_result: String,
        /// Which there are.
        key_results: Vec<String>,
    },
    /// It is closed.
    #[error("the goal was closed on {on}: an open one is wanted")]
    Closed {
        /// On which day.
        on: NaiveDate,
    },
    /// It was measured too often.
    #[error("a key result is measured at most 1000 times")]
    TooMany,
    /// It would go towards itself.
    #[error("{} would go towards itself: a goal that does not go towards it is wanted", .circle.iter().map(ToString::to_string).collect::<Vec<_>>().join(", which goes towards "))]
    Circle {
        /// The goals of the circle, from the one that was to be aligned.
        circle: Vec<Id<Goal>>,
    },
    /// It would be too deep.
    #[error("goals are aligned at most 20 deep: one that is less deep is wanted")]
    TooDeep,
    /// The store failed, or knows no such goal.
    #[error("the goal cannot be stored")]
    Store(#[from] StoreError),
}

impl KeyResult {
    /// How far a figure is from the start to the target, as an exact fraction: below nothing where it went the other way,
    /// above one where it went further.
    ///
    /// # Errors
    /// [`RatioError`] where start and target are the same, or the figures are beyond what a fraction holds.
    pub fn reached(&self, value: Decimal) -> Result<Ratio, RatioError> {
        let [value, start, target] = [value, self.start, self.target].map(Ratio::from_decimal);
        value.checked_sub(start)?.checked_div(target.checked_sub(start)?)
    }
}

impl Goal {
    /// Goals by the goal that they go towards, by the day of setting.
    pub const TOWARDS: Partition<Self, Id<Goal>, NaiveDate> = Partition::new("towards");
    /// Somebody's goals, by the day of setting.
    pub const OF_PERSON: Partition<Self, PersonId, NaiveDate> = Partition::new("person");

    /// With what it was set.
    #[must_use]
    pub const fn set(&self) -> &SetGoal {
        &self.set
    }

    /// Towards which goal it goes now.
    #[must_use]
    pub const fn parent(&self) -> Option<Id<Self>> {
        self.parent
    }

    /// How it was closed.
    #[must_use]
    pub const fn closed(&self) -> Option<&ClosedGoal> {
        self.closed.as_ref()
    }

    /// Where a figure was last seen up to a day; none where it was not.
    #[must_use]
    pub fn measured(&self, key_result: &str, on: NaiveDate) -> Option<&Measurement> {
        self.measured.get(key_result)?.range(..=on).next_back().map(|(_, measured)| measured)
    }

    /// How far it is on a day, from nothing to one: the mean of its key results by weight, each within nothing and one, and
    /// at nothing before it was measured.
    ///
    /// # Errors
    /// [`RatioError`] where the exact fraction is beyond what one holds: several fine figures with nothing in common.
    pub fn progress(&self, on: NaiveDate) -> Result<Ratio, RatioError> {
        let one = Ratio::from_integer(1);
        let (mut sum, mut weights) = (Ratio::ZERO, Ratio::ZERO);
        for (key, result) in &self.set.key_results {
            let reached = self.measured(key, on).map_or(Ok(Ratio::ZERO), |measured| result.reached(measured.value))?;
            let weight = Ratio::from_integer(result.weight.into());
            sum = sum.checked_add(reached.clamp(Ratio::ZERO, one).checked_mul(weight)?)?;
            weights = weights.checked_add(weight)?;
        }
        sum.checked_div(weights)
    }

    /// Takes in where a figure was on a day. Of one day the last word counts. The same again is recognised.
    ///
    /// # Errors
    /// [`GoalError::Text`], [`GoalError::NoKeyResult`], [`GoalError::Figure`], [`GoalError::Closed`],
    /// [`GoalError::TooMany`].
    pub fn measure(&self, measured: &Measurement) -> Result<Decision<GoalFact>, GoalError> {
        let Measurement { key_result, value, on, note } = measured;
        if !note.is_empty() && !is_text(note, MOST_TEXT) {
            return Err(GoalError::Text { field: "note" });
        }
        if !self.set.key_results.contains_key(key_result) {
            let key_results = self.set.key_results.keys().cloned().collect();
            return Err(GoalError::NoKeyResult {
                key_result: key_result.chars().take(MOST_TEXT).collect(),
                key_results,
            });
        }
        if !is_figure(*value) {
            return Err(GoalError::Figure { key_result: key_result.clone() });
        }
        let known = self.measured.get(key_result);
        if known.and_then(|days| days.get(on)) == Some(measured) {
            return Ok(Decision::AlreadyRecorded);
        }
        self.is_open()?;
        if known.is_some_and(|days| days.len() >= MOST) {
            return Err(GoalError::TooMany);
        }
        Ok(Decision::Record(GoalFact::Measured(measured.clone())))
    }

    /// Closes it.
    ///
    /// # Errors
    /// [`GoalError::Text`], [`GoalError::Closed`].
    pub fn close(&self, closing: &ClosedGoal) -> Result<Decision<GoalFact>, GoalError> {
        if !is_text(&closing.why, MOST_TEXT) {
            return Err(GoalError::Text { field: "reason" });
        }
        if self.closed.as_ref() == Some(closing) {
            return Ok(Decision::AlreadyRecorded);
        }
        self.is_open()?;
        Ok(Decision::Record(GoalFact::Closed(closing.clone())))
    }

    fn is_open(&self) -> Result<(), GoalError> {
        self.closed.as_ref().map_or(Ok(()), |closed| Err(GoalError::Closed { on: closed.on }))
    }
}

fn is_figure(value: Decimal) -> bool {
    value.normalize().scale() <= MOST_DECIMALS && value.abs() <= Decimal::from(LARGEST)
}

fn check(set: &SetGoal) -> Result<(), GoalError> {
    let texts = set.key_results.iter().flat_map(|(key, result)| [("key result", key), ("key result", &result.what)]);
    let mut texts = [("title", &set.title)].into_iter().chain(texts);
    if let Some((field, _)) = texts.find(|(_, text)| !is_text(text, MOST_TEXT)) {
        return Err(GoalError::Text { field });
    }
    let weighted = |result: &KeyResult| (1..=100).contains(&result.weight);
    if !(1..=MOST_RESULTS).contains(&set.key_results.len()) || !set.key_results.values().all(weighted) {
        return Err(GoalError::KeyResults);
    }
    let measurable =
        |result: &KeyResult| is_figure(result.start) && is_figure(result.target) && result.start != result.target;
    match set.key_results.iter().find(|(_, result)| !measurable(result)) {
        Some((key, _)) => Err(GoalError::Figure { key_result: key.clone() }),
        None => Ok(()),
    }
}

impl Entity for Goal {
    const KIND: Kind = Kind::literal("goal");
    type Fact = GoalFact;

    fn open(fact: &GoalFact) -> Option<Self> {
        match fact {
            GoalFact::Set(set) => {
                Some(Self { set: (**set).clone(), parent: set.parent, measured: BTreeMap::new(), closed: None })
            }
            GoalFact::Aligned { .. } | GoalFact::Measured(_) | GoalFact::Closed(_) => None,
        }
    }

    fn apply(&mut self, fact: &GoalFact) {
        match fact {
            GoalFact::Set(_) => {}
            GoalFact::Aligned { parent, .. } => self.parent = *parent,
            GoalFact::Measured(measured) => {
                let days = self.measured.entry(measured.key_result.clone()).or_default();
                days.insert(measured.on, measured.clone());
            }
            GoalFact::Closed(closed) => self.closed = Some(closed.clone()),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.partition(Self::OF_PERSON, &self.set.owner, &self.set.on);
        if let Some(parent) = &self.parent {
            entries.partition(Self::TOWARDS, parent, &self.set.on);
        }
    }
}
