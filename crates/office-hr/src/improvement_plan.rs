//! Improvement plans: what has to get better until when, talked over, met, extended or not met.
//!
//! ```text
//!   begin ──► Running ──┬── check in ─► Running, some objectives met
//!                       ├── extend ───► Running, until later
//!                       └── end ──────► Met, once all objectives are; not met, once its time is over
//! ```
//!
//! Law 58 of the crate; `tests/improvement_plan.rs` holds it.
//!
//! # Example
//! ```
//! use std::collections::{BTreeMap, BTreeSet};
//! use office_core::{
//!     Actor, Appointment, AuthorityBook, Clearance, Command, DateRange, Grant, Id, MemoryStore, Office, Role, Scope, wait,
//! };
//! use office_hr::{
//!     BeginImprovementPlan, EndedImprovementPlan, ImprovementCheckIn, ImprovementError, ImprovementOutcome, ImprovementPlan,
//!     ImprovementStep, begin_improvement_plan, lead_improvement_plan,
//! };
//!
//! let (role, manager) = (Role::new("manager"), Id::natural("person", "E-005"));
//! let (valid, scope, class) = (DateRange::year(2026)?, Scope::anywhere(), "improvement".parse()?);
//! let (lead, purpose) = (&"improvement.lead".parse()?, "talk".parse()?);
//! let mut book = AuthorityBook::default();
//! book.grants.push(Grant { role: role.clone(), action: Clone::clone(lead), scope: scope.clone(), limit: None, valid });
//! book.appointments.push(Appointment { person: manager, role: role.clone(), scope, valid });
//! book.clearances.granted.push(Clearance { role: role.clone(), class: Clone::clone(&class), purpose: Clone::clone(&purpose), valid });
//! let book = &book;
//!
//! let begin = &BeginImprovementPlan {
//!     person: Id::natural("person", "E-017"), class,
//!     objectives: BTreeMap::from([("calls".to_owned(), "Nine of ten calls are answered".to_owned())]),
//!     first: "2026-03-02".parse()?, last: "2026-04-30".parse()?, every_days: 14,
//! };
//! let office = Office::on(MemoryStore::new());
//! let command = |key: &str| {
//!     Command::new(key, "improvement", Actor::new(manager, role.clone()), "2026-03-02T08:00:00Z".parse().unwrap_or_default())
//! };
//! let (id, on) = (Id::<ImprovementPlan>::natural("improvement_plan", "E-017"), "2026-03-02".parse()?);
//! wait(office.transact(&command("begin")?, |tx| async move { begin_improvement_plan(&tx, id, begin, lead, book).await }))?;
//! let disclosed = wait(office.disclose(&command("read")?, id, &purpose, on, book))?;
//! assert_eq!(disclosed.entity.next_talk(), Some("2026-03-16".parse()?));
//!
//! let step = |key: &str, step: ImprovementStep| {
//!     let (command, granted) = (command(key)?, &disclosed.granted);
//!     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| {
//!         let step = step.clone();
//!         async move { lead_improvement_plan(&tx, (id, granted), &step, lead, book).await }
//!     })))
//! };
//! // Until its last day nobody has failed.
//! let end = |outcome, on: &str| {
//!     Ok::<_, chrono::ParseError>(ImprovementStep::End(EndedImprovementPlan { outcome, on: on.parse()?, why: "as the calls show".into() }))
//! };
//! let early = step("early", end(ImprovementOutcome::NotMet, "2026-04-30")?)?;
//! assert!(matches!(early, Err(ImprovementError::Early { .. })));
//! let talk = ImprovementCheckIn { on: "2026-03-16".parse()?, met: BTreeSet::from(["calls".to_owned()]), note: "All of them".into() };
//! step("talk", ImprovementStep::CheckIn(talk))??;
//! step("met", end(ImprovementOutcome::Met, "2026-03-16")?)??;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use office_core::subject::PersonId;
use office_core::{Classified, Decision, Entity, Kind, RecordClass, StoreError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::NotPermitted;
use crate::retention::is_text;

mod flow;

pub use flow::{ImprovementStep, begin_improvement_plan, lead_improvement_plan};

/// The most objectives.
const MOST_OBJECTIVES: usize = 50;
/// The most talks and extensions.
const MOST: usize = 1_000;
/// The longest text, in characters.
const MOST_TEXT: usize = 5_000;

/// What somebody has to do better until when. It is disclosed for a purpose to whoever is cleared for its class, not
/// loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImprovementPlan {
    begun: BeginImprovementPlan,
    last: NaiveDate,
    check_ins: Vec<ImprovementCheckIn>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended: Option<EndedImprovementPlan>,
}

/// To begin a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeginImprovementPlan {
    /// For whom.
    pub person: PersonId,
    /// The class of what it says.
    pub class: RecordClass,
    /// What has to be better, and by what that is seen, by key: 1 to 50.
    pub objectives: BTreeMap<String, String>,
    /// Its first day.
    pub first: NaiveDate,
    /// Its last day.
    pub last: NaiveDate,
    /// After how many days it is talked over, at most: 1 to 366.
    pub every_days: u32,
}

/// A talk on how it goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImprovementCheckIn {
    /// On which day.
    pub on: NaiveDate,
    /// Which objectives are met by then.
    pub met: BTreeSet<String>,
    /// What was said: 1 to 5,000 characters.
    pub note: String,
}

/// How a plan ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndedImprovementPlan {
    /// How.
    pub outcome: ImprovementOutcome,
    /// On which day.
    pub on: NaiveDate,
    /// Why: 1 to 5,000 characters.
    pub why: String,
}

/// How a plan ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImprovementOutcome {
    /// All objectives were met.
    Met,
    /// Its time was over, and some were not.
    NotMet,
    /// It was dropped: what it was about is no more.
    Dropped,
}

/// What can happen to a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ImprovementFact {
    /// It began.
    Begun(Box<BeginImprovementPlan>),
    /// It was talked over.
    CheckedIn(ImprovementCheckIn),
    /// It has more time.
    Extended {
        /// Its last day.
        last: NaiveDate,
        /// Why.
        why: String,
        /// On which day that was decided.
        on: NaiveDate,
    },
    /// It ended.
    Ended(EndedImprovementPlan),
}

/// Nothing was done to a plan: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ImprovementError {
    /// Whoever wants to may not.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// A text is missing or too long.
    #[error("a {field} of 1 to 5000 characters is wanted")]
    Text {
        /// Which.
        field: &'static str,
    },
    /// There is nothing to reach, or too much, or no time for it.
    #[error("1 to 50 objectives, a last day after the first, and 1 to 366 days between talks are wanted")]
    Terms,
    /// It ended.
    #[error("the plan ended on {on}: a running one is wanted")]
    Ended {
        /// On which day.
        on: NaiveDate,
    },
    /// It does not have such an objective.
    #[error("`{objective}` is no objective of the plan: {} are wanted", .objectives.join(", "))]
    NoObjective {
        /// Which was named.
        objective: String,
        /// Which there are.
        objectives: Vec<String>,
    },
    /// It is told out of order, or too often.
    #[error("{on} is no day for it: {after} or a later one is wanted, and at most 1000 talks")]
    Order {
        /// The day.
        on: NaiveDate,
        /// From which day on it could be.
        after: NaiveDate,
    },
    /// Not all is met.
    #[error("not all is met by the last talk: one by which {} is met is wanted", .open.join(" and "))]
    Open {
        /// What is open.
        open: Vec<String>,
    },
    /// All is met.
    #[error("all objectives were met by the last talk: the outcome is met")]
    AllMet,
    /// Its time is not over.
    #[error("there is time until {last}: a later day is wanted")]
    Early {
        /// Its last day.
        last: NaiveDate,
    },
    /// The store failed, or knows no such plan, or it is there already.
    #[error("the plan cannot be stored")]
    Store(#[from] StoreError),
}

impl ImprovementPlan {
    /// With what it began.
    #[must_use]
    pub const fn begun(&self) -> &BeginImprovementPlan {
        &self.begun
    }

    /// Its last day, extensions considered.
    #[must_use]
    pub const fn last(&self) -> NaiveDate {
        self.last
    }

    /// How it was talked over, first to last.
    #[must_use]
    pub fn check_ins(&self) -> &[ImprovementCheckIn] {
        &self.check_ins
    }

    /// How it ended.
    #[must_use]
    pub const fn ended(&self) -> Option<&EndedImprovementPlan> {
        self.ended.as_ref()
    }

    /// Which objectives were not met by the last talk.
    #[must_use]
    pub fn open_objectives(&self) -> Vec<&str> {
        let met = self.check_ins.last().map(|talk| &talk.met);
        let open = |key: &&String| met.is_none_or(|met| !met.contains(*key));
        self.begun.objectives.keys().filter(open).map(String::as_str).collect()
    }

    /// By which day it is to be talked over next, where it runs: so many days after the last talk, or its first day, and no
    /// later than its last.
    #[must_use]
    pub fn next_talk(&self) -> Option<NaiveDate> {
        let last = self.check_ins.last().map_or(self.begun.first, |talk| talk.on);
        let next = last.checked_add_days(Days::new(self.begun.every_days.into())).unwrap_or(self.last);
        self.ended.is_none().then(|| next.min(self.last).max(last))
    }

    /// Tells how it was talked over.
    ///
    /// # Errors
    /// [`ImprovementError::Text`], [`ImprovementError::Ended`], [`ImprovementError::NoObjective`],
    /// [`ImprovementError::Order`].
    pub fn check_in(&self, talk: &ImprovementCheckIn) -> Result<Decision<ImprovementFact>, ImprovementError> {
        if !is_text(&talk.note, MOST_TEXT) {
            return Err(ImprovementError::Text { field: "note" });
        }
        if self.check_ins.contains(talk) {
            return Ok(Decision::AlreadyRecorded);
        }
        self.runs()?;
        if let Some(objective) = talk.met.iter().find(|key| !self.begun.objectives.contains_key(*key)) {
            let objectives = self.begun.objectives.keys().cloned().collect();
            return Err(ImprovementError::NoObjective { objective: objective.chars().take(500).collect(), objectives });
        }
        let after = self.check_ins.last().map_or(self.begun.first, |talk| talk.on);
        if talk.on < after || self.check_ins.len() >= MOST {
            return Err(ImprovementError::Order { on: talk.on, after });
        }
        Ok(Decision::Record(ImprovementFact::CheckedIn(talk.clone())))
    }

    /// Gives more time, for a reason.
    ///
    /// # Errors
    /// [`ImprovementError::Text`], [`ImprovementError::Ended`], [`ImprovementError::Order`].
    pub fn extend(
        &self,
        last: NaiveDate,
        why: &str,
        on: NaiveDate,
    ) -> Result<Decision<ImprovementFact>, ImprovementError> {
        if !is_text(why, MOST_TEXT) {
            return Err(ImprovementError::Text { field: "reason" });
        }
        if last == self.last {
            return Ok(Decision::AlreadyRecorded);
        }
        self.runs()?;
        if last < self.last || last < on {
            return Err(ImprovementError::Order { on: last, after: self.last.max(on) });
        }
        Ok(Decision::Record(ImprovementFact::Extended { last, why: why.to_owned(), on }))
    }

    /// Ends it: met, where all objectives are; not met, where some are not and its time is over; dropped at any time.
    ///
    /// # Errors
    /// [`ImprovementError::Text`], [`ImprovementError::Ended`], [`ImprovementError::Open`], [`ImprovementError::AllMet`],
    /// [`ImprovementError::Early`].
    pub fn end(&self, end: &EndedImprovementPlan) -> Result<Decision<ImprovementFact>, ImprovementError> {
        if !is_text(&end.why, MOST_TEXT) {
            return Err(ImprovementError::Text { field: "reason" });
        }
        if self.ended.as_ref() == Some(end) {
            return Ok(Decision::AlreadyRecorded);
        }
        self.runs()?;
        let open = self.open_objectives();
        match end.outcome {
            ImprovementOutcome::Met if !open.is_empty() => {
                return Err(ImprovementError::Open { open: open.into_iter().map(str::to_owned).collect() });
            }
            ImprovementOutcome::NotMet if open.is_empty() => return Err(ImprovementError::AllMet),
            ImprovementOutcome::NotMet if end.on <= self.last => {
                return Err(ImprovementError::Early { last: self.last });
            }
            ImprovementOutcome::Met | ImprovementOutcome::NotMet | ImprovementOutcome::Dropped => {}
        }
        Ok(Decision::Record(ImprovementFact::Ended(end.clone())))
    }

    fn runs(&self) -> Result<(), ImprovementError> {
        self.ended.as_ref().map_or(Ok(()), |ended| Err(ImprovementError::Ended { on: ended.on }))
    }
}

impl Entity for ImprovementPlan {
    const KIND: Kind = Kind::literal("improvement_plan");
    const CLASSIFIED: bool = true;
    type Fact = ImprovementFact;

    fn open(fact: &ImprovementFact) -> Option<Self> {
        match fact {
            ImprovementFact::Begun(begun) => {
                Some(Self { begun: (**begun).clone(), last: begun.last, check_ins: Vec::new(), ended: None })
            }
            ImprovementFact::CheckedIn(_) | ImprovementFact::Extended { .. } | ImprovementFact::Ended(_) => None,
        }
    }

    fn apply(&mut self, fact: &ImprovementFact) {
        match fact {
            ImprovementFact::Begun(_) => {}
            ImprovementFact::CheckedIn(talk) => self.check_ins.push(talk.clone()),
            ImprovementFact::Extended { last, .. } => self.last = *last,
            ImprovementFact::Ended(ended) => self.ended = Some(ended.clone()),
        }
    }
}

impl Classified for ImprovementPlan {
    fn class(&self) -> RecordClass {
        self.begun.class.clone()
    }

    fn subject(&self) -> Option<PersonId> {
        Some(self.begun.person)
    }
}
