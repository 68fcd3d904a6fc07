//! Skills: who can do what, how well, by whose word, on a day; and what a position asks beyond that.
//!
//! Law 55 of the crate; `tests/skill.rs` holds it.
//!
//! # Example
//! ```
//! use office_core::{Actor, AuthorityBook, Command, Id, MemoryStore, Office, Role, wait};
//! use office_hr::{AssessSkill, AssessSkillError, SkillMatrix, SkillProfile, assess_skill};
//!
//! let office = Office::on(MemoryStore::new());
//! let person = Id::natural("person", "E-017");
//! let by = Actor::new(person, Role::new("employee"));
//! let command = |key: &str| Command::new(key, "skills", by.clone(), "2026-10-05T08:00:00Z".parse().unwrap_or_default());
//! let (action, book) = (&"skills.assess".parse()?, &AuthorityBook::default());
//! let assess = |key: &str, level: u8| {
//!     let said = AssessSkill { person, skill: "French".into(), level, on: "2026-10-05".parse()? };
//!     let command = command(key)?;
//!     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| {
//!         let said = said.clone();
//!         async move { assess_skill(&tx, &said, action, book).await }
//!     })))
//! };
//! // What people say of themselves is kept beside what others say of them, and does not count for it.
//! let id = assess("own", 4)??;
//! let profile = wait(office.view(|view| async move { view.load(id).await }))?;
//! let on = "2026-10-31".parse()?;
//! assert_eq!(profile.own_view("French", on).map(|said| said.level), Some(4));
//! assert_eq!(SkillMatrix::of([&profile], on).cell(person, "French"), None);
//!
//! assert!(matches!(assess("six", 6)?, Err(AssessSkillError::Level { level: 6 })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Action, AuthorityBook, Decision, Entity, Id, Kind, StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::permission::own_or_permit;
use crate::retention::is_text;
use crate::{Employment, NotPermitted, PositionAsk, PositionRequirements};

/// The highest level: who teaches others. 0 is none at all.
pub(crate) const HIGHEST_LEVEL: u8 = 5;
/// The most assessments of one person.
const MOST: usize = 10_000;
/// The longest name of a skill, in characters.
const MOST_TEXT: usize = 200;

/// What somebody can do, as it was assessed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkillProfile {
    person: PersonId,
    // By skill and day, the last word of each day.
    assessed: BTreeMap<String, BTreeMap<NaiveDate, SkillLevel>>,
    // The same, as they see themselves.
    own: BTreeMap<String, BTreeMap<NaiveDate, SkillLevel>>,
}

/// How well somebody can do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkillLevel {
    /// 0 (not at all) to 5 (teaches others).
    pub level: u8,
    /// By whose word.
    pub by: PersonId,
    /// Of which day.
    pub on: NaiveDate,
}

/// To assess a skill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssessSkill {
    /// Whose.
    pub person: PersonId,
    /// Which: 1 to 200 characters.
    pub skill: String,
    /// How well: 0 to 5.
    pub level: u8,
    /// On which day.
    pub on: NaiveDate,
}

/// What can happen to somebody's skills.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SkillFact {
    /// One was assessed.
    Assessed {
        /// Whose.
        person: PersonId,
        /// Which.
        skill: String,
        /// How well, by whom, when.
        level: SkillLevel,
    },
}

/// No skill was assessed: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AssessSkillError {
    /// The skill has no name, or too long a one.
    #[error("the name of a skill of 1 to 200 characters is wanted")]
    Name,
    /// There is no such level.
    #[error("there is no level {level}: 0 (not at all) to 5 (teaches others) are wanted")]
    Level {
        /// The level.
        level: u8,
    },
    /// The person was assessed too often.
    #[error("at most 10000 assessments of one person are kept")]
    TooMany,
    /// Whoever wants to may not.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// The store failed.
    #[error("the assessment cannot be stored")]
    Store(#[from] StoreError),
}

/// A skill that somebody's position asks for, and that they do not have at that level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkillGap {
    /// Which.
    pub skill: String,
    /// At which level it is asked for.
    pub asked: u8,
    /// How it was assessed last; none where it never was.
    pub assessed: Option<SkillLevel>,
    /// By what it is asked for.
    pub basis: String,
}

impl SkillProfile {
    /// The id of somebody's skills.
    #[must_use]
    pub fn id_of(person: PersonId) -> Id<Self> {
        Id::natural("skill_profile", &person.to_string())
    }

    /// Whose skills.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// How well they could do something on a day, by the last word of others up to it.
    #[must_use]
    pub fn level(&self, skill: &str, on: NaiveDate) -> Option<SkillLevel> {
        last(&self.assessed, skill, on)
    }

    /// The same, by their own last word.
    #[must_use]
    pub fn own_view(&self, skill: &str, on: NaiveDate) -> Option<SkillLevel> {
        last(&self.own, skill, on)
    }

    /// Takes in what somebody says of a person's skill; of one's own where that is oneself. Of one day the last word
    /// counts. The same again is recognised.
    ///
    /// # Errors
    /// [`AssessSkillError::Name`], [`AssessSkillError::Level`], [`AssessSkillError::TooMany`].
    ///
    /// # Example
    /// ```
    /// use office_core::{Entity, Id};
    /// use office_hr::{AssessSkill, AssessSkillError, SkillProfile};
    ///
    /// let [person, manager] = ["E-017", "E-005"].map(|code| Id::natural("person", code));
    /// let on = "2026-10-05".parse()?;
    /// let french = |level| AssessSkill { person, skill: "French".into(), level, on };
    /// let assessed = SkillProfile::assess(None, &french(3), manager)?;
    /// let profile = SkillProfile::open(&assessed.fact().ok_or("a fact")?).ok_or("a profile")?;
    /// assert_eq!(profile.level("French", on).map(|said| said.level), Some(3));
    /// // Whoever teaches others is at level 5, and nobody above that.
    /// let refused = SkillProfile::assess(Some(&profile), &french(6), manager);
    /// assert!(matches!(refused, Err(AssessSkillError::Level { level: 6 })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn assess(
        known: Option<&Self>,
        said: &AssessSkill,
        by: PersonId,
    ) -> Result<Decision<SkillFact>, AssessSkillError> {
        let AssessSkill { person, skill, level, on } = said;
        if !is_text(skill, MOST_TEXT) {
            return Err(AssessSkillError::Name);
        }
        if *level > HIGHEST_LEVEL {
            return Err(AssessSkillError::Level { level: *level });
        }
        let said = SkillLevel { level: *level, by, on: *on };
        if let Some(known) = known {
            let list = if by == *person { &known.own } else { &known.assessed };
            if list.get(skill).and_then(|days| days.get(on)) == Some(&said) {
                return Ok(Decision::AlreadyRecorded);
            }
            let kept = known.assessed.values().chain(known.own.values()).map(BTreeMap::len);
            if kept.fold(0_usize, usize::saturating_add) >= MOST {
                return Err(AssessSkillError::TooMany);
            }
        }
        Ok(Decision::Record(SkillFact::Assessed { person: *person, skill: skill.clone(), level: said }))
    }
}

fn last(skills: &BTreeMap<String, BTreeMap<NaiveDate, SkillLevel>>, skill: &str, on: NaiveDate) -> Option<SkillLevel> {
    skills.get(skill)?.range(..=on).next_back().map(|(_, level)| *level)
}

/// What somebody's position asks for on a day and they do not have, by the last word of others; nobody has what was never
/// assessed.
#[must_use]
pub fn skill_gaps(
    employment: &Employment,
    profile: Option<&SkillProfile>,
    requirements: &PositionRequirements,
    on: NaiveDate,
) -> Vec<SkillGap> {
    let mut gaps = Vec::new();
    for row in requirements.asked(employment, on) {
        let PositionAsk::Skill { skill, level } = &row.ask else { continue };
        let assessed = profile.and_then(|profile| profile.level(skill, on));
        if assessed.is_none_or(|has| has.level < *level) {
            gaps.push(SkillGap { skill: skill.clone(), asked: *level, assessed, basis: row.basis.clone() });
        }
    }
    gaps
}

/// Who can do what on a day: people by skills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkillMatrix {
    cells: BTreeMap<PersonId, BTreeMap<String, SkillLevel>>,
}

impl SkillMatrix {
    /// The matrix of some people on a day, by the last word of others.
    #[must_use]
    pub fn of<'a>(profiles: impl IntoIterator<Item = &'a SkillProfile>, on: NaiveDate) -> Self {
        let row = |profile: &SkillProfile| {
            let known = profile.assessed.keys();
            known.filter_map(|skill| Some((skill.clone(), profile.level(skill, on)?))).collect()
        };
        Self { cells: profiles.into_iter().map(|profile| (profile.person, row(profile))).collect() }
    }

    /// How well somebody can do something; nothing where it was never assessed.
    #[must_use]
    pub fn cell(&self, person: PersonId, skill: &str) -> Option<SkillLevel> {
        self.cells.get(&person)?.get(skill).copied()
    }

    /// Its columns: every skill that somebody was assessed in.
    #[must_use]
    pub fn skills(&self) -> BTreeSet<&str> {
        self.cells.values().flat_map(BTreeMap::keys).map(String::as_str).collect()
    }

    /// Its rows: whom, with what they were assessed in.
    pub fn people(&self) -> impl Iterator<Item = (PersonId, &BTreeMap<String, SkillLevel>)> {
        self.cells.iter().map(|(person, skills)| (*person, skills))
    }

    /// Who can do something at a level or above, the best first.
    #[must_use]
    pub fn able(&self, skill: &str, at_least: u8) -> Vec<(PersonId, u8)> {
        let level = |(person, skills): (&PersonId, &BTreeMap<String, SkillLevel>)| {
            Some((*person, skills.get(skill)?.level)).filter(|(_, level)| *level >= at_least)
        };
        let mut able: Vec<(PersonId, u8)> = self.cells.iter().filter_map(level).collect();
        able.sort_by_key(|(_, level)| std::cmp::Reverse(*level));
        able
    }
}

impl Entity for SkillProfile {
    const KIND: Kind = Kind::literal("skill_profile");
    type Fact = SkillFact;

    fn open(fact: &SkillFact) -> Option<Self> {
        let SkillFact::Assessed { person, .. } = fact;
        let mut profile = Self { person: *person, assessed: BTreeMap::new(), own: BTreeMap::new() };
        profile.apply(fact);
        Some(profile)
    }

    fn apply(&mut self, fact: &SkillFact) {
        let SkillFact::Assessed { skill, level, .. } = fact;
        let list = if level.by == self.person { &mut self.own } else { &mut self.assessed };
        list.entry(skill.clone()).or_default().insert(level.on, *level);
    }
}

/// Assesses a skill: one's own, or somebody else's by whoever is granted that.
///
/// # Errors
/// [`AssessSkillError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("employment/office.txt")]
#[doc = include_str!("skill/french.txt")]
///
/// let assess = |key: &str, person, level| {
///     let said = french(level);
///     wait(office.transact(&command(key, person), |tx| {
///         let said = said.clone();
///         async move { assess_skill(&tx, &said, action, book).await }
///     }))
/// };
/// // Anna thinks more of her French than Bea does: both is kept, and what Bea says counts.
/// assess("own", anna, 4)?;
/// let id = assess("other", bea, 3)?;
/// let profile = wait(office.view(|view| async move { view.load(id).await }))?;
/// assert_eq!(profile.level("French", on).map(|said| said.level), Some(3));
/// assert_eq!(profile.own_view("French", on).map(|said| said.level), Some(4));
/// // Carl is not granted to say how well Anna can do something.
/// assert!(matches!(assess("carl", carl, 5), Err(AssessSkillError::NotPermitted(_))));
/// # Ok::<(), Failure>(())
/// ```
pub async fn assess_skill(
    tx: &Tx,
    said: &AssessSkill,
    action: &Action,
    book: &AuthorityBook,
) -> Result<Id<SkillProfile>, AssessSkillError> {
    // Read.
    let id = SkillProfile::id_of(said.person);
    let known = tx.find(id).await?;

    // Decide.
    let by = tx.command().actor().accountable();
    own_or_permit(tx, action, said.person, said.on, book)?;
    let decision = SkillProfile::assess(known.as_ref(), said, by)?;

    // Record.
    tx.decide(id, decision).await?;
    Ok(id)
}
