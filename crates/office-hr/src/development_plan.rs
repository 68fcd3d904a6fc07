//! Development plans: what somebody does to learn something, towards which skill or certification, until when.
//!
//! # Example
//! ```
//! use office_core::{Actor, AuthorityBook, Command, Id, MemoryStore, Office, Role, wait};
//! use office_hr::{
//!     DevelopmentAction, DevelopmentError, DevelopmentPlan, DevelopmentStep, LearnedBy, Towards, step_development,
//! };
//!
//! let office = Office::on(MemoryStore::new());
//! let person = Id::natural("person", "E-017");
//! let by = Actor::new(person, Role::new("employee"));
//! let command = |key: &str| Command::new(key, "development", by.clone(), "2026-10-05T08:00:00Z".parse().unwrap_or_default());
//! let (action, book, on) = (&"development.plan".parse()?, &AuthorityBook::default(), "2026-10-05".parse()?);
//! let step = |key: &str, step: DevelopmentStep| {
//!     let command = command(key)?;
//!     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| {
//!         let step = step.clone();
//!         async move { step_development(&tx, person, "evening course", &step, on, action, book).await }
//!     })))
//! };
//! let learn = DevelopmentAction {
//!     what: "French in the evening".into(), by: LearnedBy::Course { name: "French B1".into() },
//!     towards: Some(Towards::Skill { skill: "French".into(), level: 3 }), due: "2027-03-31".parse()?,
//! };
//! step("plan", DevelopmentStep::Plan(learn))??;
//! let plan = wait(office.view(|view| async move { view.load(DevelopmentPlan::id_of(person)).await }))?;
//! assert_eq!(plan.overdue("2027-04-01".parse()?).count(), 1);
//!
//! // What is done is told with what shows it.
//! let unshown = step("done", DevelopmentStep::Done { evidence: String::new() })?;
//! assert!(matches!(unshown, Err(DevelopmentError::Text { field: "evidence" })));
//! step("shown", DevelopmentStep::Done { evidence: "certificate of the course".into() })??;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Action, AuthorityBook, Decision, Entity, Id, Kind, StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::permission::own_or_permit;
use crate::retention::is_text;
use crate::{Certification, NotPermitted, SkillGap, SkillProfile, TrainingGap};

/// The most actions of one person.
const MOST: usize = 1_000;
/// The longest text, in characters.
const MOST_TEXT: usize = 500;

/// What somebody does to learn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DevelopmentPlan {
    person: PersonId,
    actions: BTreeMap<String, PlannedDevelopment>,
}

/// Something to do to learn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DevelopmentAction {
    /// What: 1 to 500 characters.
    pub what: String,
    /// By what.
    pub by: LearnedBy,
    /// Towards what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub towards: Option<Towards>,
    /// Until when.
    pub due: NaiveDate,
}

/// By what something is learned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum LearnedBy {
    /// A course.
    Course {
        /// Its name.
        name: String,
    },
    /// A mentor.
    Mentor {
        /// Who.
        person: PersonId,
    },
    /// Doing it.
    Practice,
    /// Reading, and other ways of one's own.
    Study,
}

/// Towards what something is learned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Towards {
    /// A skill at a level or above.
    Skill {
        /// Which.
        skill: String,
        /// At which level.
        level: u8,
    },
    /// A certification that counts.
    Certification {
        /// Of which kind.
        kind: String,
    },
}

/// Something planned, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedDevelopment {
    /// What.
    pub action: DevelopmentAction,
    /// Since when it is planned.
    pub since: NaiveDate,
    /// What became of it, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<(NaiveDate, DevelopmentStep)>,
}

/// What is done to an action of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DevelopmentStep {
    /// It is planned.
    Plan(DevelopmentAction),
    /// It has until another day.
    Move {
        /// Which.
        due: NaiveDate,
        /// Why: 1 to 500 characters.
        why: String,
    },
    /// It is done.
    Done {
        /// What shows it: 1 to 500 characters.
        evidence: String,
    },
    /// It is not done.
    Drop {
        /// Why: 1 to 500 characters.
        why: String,
    },
}

/// What can happen to a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DevelopmentFact {
    /// A step was taken.
    Stepped {
        /// Whose plan.
        person: PersonId,
        /// With which action, by key.
        key: String,
        /// What.
        step: DevelopmentStep,
        /// On which day.
        on: NaiveDate,
    },
}

/// Nothing was done to a plan: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DevelopmentError {
    /// Whoever wants to may not.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// A text is missing or too long.
    #[error("a text of 1 to 500 characters is wanted for the {field}")]
    Text {
        /// Which.
        field: &'static str,
    },
    /// It is planned already, as something else.
    #[error("`{key}` is planned already: a key of its own is wanted")]
    KeyReused {
        /// The key.
        key: String,
    },
    /// There is no such action.
    #[error("`{key}` is not planned: {} wanted", if .planned.is_empty() { "its planning is".to_owned() } else { format!("one of {} is", .planned.join(", ")) })]
    NotPlanned {
        /// What was named.
        key: String,
        /// What is planned.
        planned: Vec<String>,
    },
    /// It is settled.
    #[error("it was settled on {on}: something that is still to be done is wanted")]
    Settled {
        /// On which day.
        on: NaiveDate,
    },
    /// The day is over.
    #[error("{due} is over: {on} or a later day is wanted")]
    Due {
        /// The day.
        due: NaiveDate,
        /// The day on which it is planned.
        on: NaiveDate,
    },
    /// There is too much.
    #[error("at most 1000 actions are planned for one person")]
    TooMany,
    /// The store failed.
    #[error("the plan cannot be stored")]
    Store(#[from] StoreError),
}

impl Towards {
    /// Whether that is reached on a day, by the word of others and by certifications.
    #[must_use]
    pub fn is_reached(&self, profile: Option<&SkillProfile>, held: &[Certification], on: NaiveDate) -> bool {
        match self {
            Self::Skill { skill, level } => {
                profile.and_then(|profile| profile.level(skill, on)).is_some_and(|has| has.level >= *level)
            }
            Self::Certification { kind } => held.iter().any(|held| held.kind() == kind && held.counts(on)),
        }
    }
}

impl From<&SkillGap> for Towards {
    fn from(gap: &SkillGap) -> Self {
        Self::Skill { skill: gap.skill.clone(), level: gap.asked }
    }
}

impl From<&TrainingGap> for Towards {
    fn from(gap: &TrainingGap) -> Self {
        Self::Certification { kind: gap.kind.clone() }
    }
}

impl DevelopmentPlan {
    /// The id of somebody's plan.
    #[must_use]
    pub fn id_of(person: PersonId) -> Id<Self> {
        Id::natural("development_plan", &person.to_string())
    }

    /// Whose it is.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// What is planned, by key, and what became of it.
    #[must_use]
    pub const fn actions(&self) -> &BTreeMap<String, PlannedDevelopment> {
        &self.actions
    }

    /// What was to be done before a day and is not settled.
    pub fn overdue(&self, on: NaiveDate) -> impl Iterator<Item = (&String, &DevelopmentAction)> {
        let open = self.actions.iter().filter(|(_, planned)| planned.settled.is_none());
        open.map(|(key, planned)| (key, &planned.action)).filter(move |(_, action)| action.due < on)
    }

    /// Plans an action, moves it, or settles it. The same again is recognised.
    ///
    /// # Errors
    /// [`DevelopmentError`], in the order of its variants.
    pub fn step(
        known: Option<&Self>,
        person: PersonId,
        (key, step): (&str, &DevelopmentStep),
        on: NaiveDate,
    ) -> Result<Decision<DevelopmentFact>, DevelopmentError> {
        let (field, text) = match step {
            DevelopmentStep::Plan(action) => ("action", &action.what),
            DevelopmentStep::Done { evidence } => ("evidence", evidence),
            DevelopmentStep::Move { why, .. } | DevelopmentStep::Drop { why } => ("reason", why),
        };
        if !is_text(text, MOST_TEXT) || !is_text(key, MOST_TEXT) {
            return Err(DevelopmentError::Text { field });
        }
        let planned = known.and_then(|known| known.actions.get(key));
        match (step, planned) {
            (DevelopmentStep::Plan(action), Some(planned)) if planned.action == *action => {
                return Ok(Decision::AlreadyRecorded);
            }
            (DevelopmentStep::Plan(_), Some(_)) => return Err(DevelopmentError::KeyReused { key: key.to_owned() }),
            (DevelopmentStep::Plan(_), None) => {
                if known.is_some_and(|known| known.actions.len() >= MOST) {
                    return Err(DevelopmentError::TooMany);
                }
            }
            (_, None) => {
                let planned = known.into_iter().flat_map(|known| known.actions.keys()).cloned().collect();
                return Err(DevelopmentError::NotPlanned { key: key.to_owned(), planned });
            }
            (step, Some(planned)) => match &planned.settled {
                Some((_, settled)) if settled == step => return Ok(Decision::AlreadyRecorded),
                Some((on, _)) => return Err(DevelopmentError::Settled { on: *on }),
                None => {}
            },
        }
        if let DevelopmentStep::Plan(DevelopmentAction { due, .. }) | DevelopmentStep::Move { due, .. } = step
            && *due < on
        {
            return Err(DevelopmentError::Due { due: *due, on });
        }
        Ok(Decision::Record(DevelopmentFact::Stepped { person, key: key.to_owned(), step: step.clone(), on }))
    }
}

impl Entity for DevelopmentPlan {
    const KIND: Kind = Kind::literal("development_plan");
    type Fact = DevelopmentFact;

    fn open(fact: &DevelopmentFact) -> Option<Self> {
        let DevelopmentFact::Stepped { person, .. } = fact;
        let mut plan = Self { person: *person, actions: BTreeMap::new() };
        plan.apply(fact);
        Some(plan)
    }

    fn apply(&mut self, fact: &DevelopmentFact) {
        let DevelopmentFact::Stepped { key, step, on, .. } = fact;
        match (step, self.actions.get_mut(key)) {
            (DevelopmentStep::Plan(action), _) => {
                let planned = PlannedDevelopment { action: action.clone(), since: *on, settled: None };
                self.actions.insert(key.clone(), planned);
            }
            (DevelopmentStep::Move { due, .. }, Some(planned)) => planned.action.due = *due,
            (DevelopmentStep::Done { .. } | DevelopmentStep::Drop { .. }, Some(planned)) => {
                planned.settled = Some((*on, step.clone()));
            }
            (_, None) => {}
        }
    }
}

/// Plans, moves or settles an action by which somebody learns: one's own, or somebody else's by whoever is granted that.
///
/// # Errors
/// [`DevelopmentError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("employment/office.txt")]
/// use office_hr::{
///     DevelopmentAction, DevelopmentError, DevelopmentPlan, DevelopmentStep, LearnedBy, Towards, step_development,
/// };
///
/// let (action, book) = (&"development.plan".parse()?, &granted(&[]));
/// let step = |key: &str, step: DevelopmentStep| {
///     wait(office.transact(&command(key, anna), |tx| {
///         let step = step.clone();
///         async move { step_development(&tx, anna, "evening course", &step, on, action, book).await }
///     }))
/// };
/// let french = Towards::Skill { skill: "French".into(), level: 3 };
/// step("plan", DevelopmentStep::Plan(DevelopmentAction {
///     what: "French in the evening".into(), by: LearnedBy::Course { name: "French B1".into() },
///     towards: Some(french), due: "2027-03-31".parse()?,
/// }))?;
/// let plan = wait(office.view(|view| async move { view.load(DevelopmentPlan::id_of(anna)).await }))?;
/// assert_eq!(plan.overdue("2027-04-01".parse()?).count(), 1);
/// // What is done is told with what shows it.
/// let unshown = step("unshown", DevelopmentStep::Done { evidence: String::new() });
/// assert!(matches!(unshown, Err(DevelopmentError::Text { field: "evidence" })));
/// step("done", DevelopmentStep::Done { evidence: "certificate of the course".into() })?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn step_development(
    tx: &Tx,
    person: PersonId,
    key: &str,
    step: &DevelopmentStep,
    on: NaiveDate,
    action: &Action,
    book: &AuthorityBook,
) -> Result<(), DevelopmentError> {
    // Read.
    let id = DevelopmentPlan::id_of(person);
    let known = tx.find(id).await?;

    // Decide.
    own_or_permit(tx, action, person, on, book)?;
    let decision = DevelopmentPlan::step(known.as_ref(), person, (key, step), on)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}
