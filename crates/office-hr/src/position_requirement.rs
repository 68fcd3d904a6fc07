//! What a position asks of whoever has it: certifications and skills, as data in force from a day on.
//!
//! # Example
//! ```
//! use office_core::{Role, Scope};
//! use office_hr::{PositionAsk, PositionRequirement, PositionRequirements, PublishRequirementsError};
//!
//! let first_aid = PositionRequirement {
//!     role: Some(Role::new("receptionist")), scope: Scope::anywhere(),
//!     ask: PositionAsk::Certification { kind: "first aid".into(), within_days: 90, warn_days: 30 },
//!     basis: "safety order 3".into(),
//! };
//! let mut requirements = PositionRequirements::default();
//! requirements.publish("2026-01-01".parse()?, vec![first_aid.clone()])?;
//! assert_eq!(requirements.in_force("2026-05-01".parse()?), [first_aid.clone()]);
//! assert!(requirements.in_force("2025-12-31".parse()?).is_empty());
//!
//! // A level that nobody can be assessed at is refused.
//! let ask = PositionAsk::Skill { skill: "French".into(), level: 9 };
//! let refused = requirements.publish("2027-01-01".parse()?, vec![PositionRequirement { ask, ..first_aid }]);
//! assert_eq!(refused, Err(PublishRequirementsError::Level { row: 1, level: 9 }));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::{Role, Scope};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::retention::is_text;
use crate::skill::HIGHEST_LEVEL;
use crate::{Assignment, Employment};

/// The most requirements of one version.
const MOST: usize = 1_000;
/// The longest name, in characters.
const MOST_TEXT: usize = 200;
/// The most days in which something has to be there, or before it ends.
const MOST_DAYS: u32 = 3_660;

/// What the positions of an office ask for, in versions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    try_from = "BTreeMap<NaiveDate, Vec<PositionRequirement>>",
    into = "BTreeMap<NaiveDate, Vec<PositionRequirement>>"
)]
pub struct PositionRequirements {
    versions: BTreeMap<NaiveDate, Vec<PositionRequirement>>,
}

impl TryFrom<BTreeMap<NaiveDate, Vec<PositionRequirement>>> for PositionRequirements {
    type Error = PublishRequirementsError;

    fn try_from(versions: BTreeMap<NaiveDate, Vec<PositionRequirement>>) -> Result<Self, PublishRequirementsError> {
        let mut requirements = Self::default();
        versions.into_iter().try_for_each(|(from, rows)| requirements.publish(from, rows))?;
        Ok(requirements)
    }
}

impl From<PositionRequirements> for BTreeMap<NaiveDate, Vec<PositionRequirement>> {
    fn from(requirements: PositionRequirements) -> Self {
        requirements.versions
    }
}

/// One thing that some positions ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PositionRequirement {
    /// Of those who work as this; of everybody where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Of those in this part of the office.
    #[serde(default)]
    pub scope: Scope,
    /// What.
    pub ask: PositionAsk,
    /// Why: the law or order it comes from, 1 to 200 characters.
    pub basis: String,
}

/// What a position asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PositionAsk {
    /// A certification that counts.
    Certification {
        /// Of which kind.
        kind: String,
        /// How many days after the position began to ask for it it has to be there: at most 3,660.
        within_days: u32,
        /// How many days before its end somebody is to be reminded: at most 3,660.
        warn_days: u32,
    },
    /// A skill at a level or above.
    Skill {
        /// Which.
        skill: String,
        /// At which level: 1 to 5.
        level: u8,
    },
}

/// Requirements cannot be those of an office.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PublishRequirementsError {
    /// There are too many.
    #[error("{rows} requirements are too many: at most 1000 are wanted")]
    TooMany {
        /// How many.
        rows: usize,
    },
    /// A text is missing or too long.
    #[error("the {field} of requirement {row} is no text of 1 to 200 characters")]
    Text {
        /// Which requirement, counted from 1.
        row: usize,
        /// Which text of it.
        field: &'static str,
    },
    /// Days are too many.
    #[error("requirement {row} has {days} days: at most 3660 are wanted")]
    Days {
        /// Which requirement, counted from 1.
        row: usize,
        /// How many.
        days: u32,
    },
    /// There is no such level.
    #[error("requirement {row} asks for level {level}: 1 to 5 are wanted")]
    Level {
        /// Which requirement, counted from 1.
        row: usize,
        /// The level.
        level: u8,
    },
}

impl PositionRequirement {
    /// Whether it is asked of whoever has a position.
    #[must_use]
    pub fn applies_to(&self, position: &Assignment) -> bool {
        self.role.as_ref().is_none_or(|role| *role == position.role) && self.scope.covers(&position.scope)
    }
}

impl PositionRequirements {
    /// Puts requirements in force from a day on, in place of all earlier ones.
    ///
    /// # Errors
    /// [`PublishRequirementsError`], in the order of its variants.
    pub fn publish(&mut self, from: NaiveDate, rows: Vec<PositionRequirement>) -> Result<(), PublishRequirementsError> {
        if rows.len() > MOST {
            return Err(PublishRequirementsError::TooMany { rows: rows.len() });
        }
        for (row, requirement) in (1..).zip(&rows) {
            let (field, name) = match &requirement.ask {
                PositionAsk::Certification { kind, .. } => ("kind", kind),
                PositionAsk::Skill { skill, .. } => ("skill", skill),
            };
            let texts = [(field, name), ("basis", &requirement.basis)];
            if let Some((field, _)) = texts.into_iter().find(|(_, text)| !is_text(text, MOST_TEXT)) {
                return Err(PublishRequirementsError::Text { row, field });
            }
            match requirement.ask {
                PositionAsk::Certification { within_days, warn_days, .. } => {
                    let days = within_days.max(warn_days);
                    if days > MOST_DAYS {
                        return Err(PublishRequirementsError::Days { row, days });
                    }
                }
                PositionAsk::Skill { level, .. } => {
                    if !(1..=HIGHEST_LEVEL).contains(&level) {
                        return Err(PublishRequirementsError::Level { row, level });
                    }
                }
            }
        }
        self.versions.insert(from, rows);
        Ok(())
    }

    /// What is in force on a day.
    #[must_use]
    pub fn in_force(&self, on: NaiveDate) -> &[PositionRequirement] {
        self.versions.range(..=on).next_back().map_or(&[], |(_, rows)| rows)
    }

    /// What is asked of somebody on a day of their employment; nothing outside it.
    pub fn asked(&self, employment: &Employment, on: NaiveDate) -> impl Iterator<Item = &PositionRequirement> {
        let position = employment.on(on);
        let rows = position.map_or(&[][..], |_| self.in_force(on));
        rows.iter().filter(move |row| position.is_some_and(|position| row.applies_to(position)))
    }

    /// Since when, without a break, a certification of a kind has been asked of somebody, up to a day on which it is.
    pub(crate) fn asked_since(&self, employment: &Employment, kind: &str, on: NaiveDate) -> NaiveDate {
        let start = employment.term().start();
        let changes = self.versions.keys().copied().chain(employment.assignments().map(|(from, _)| from));
        let mut days: Vec<NaiveDate> = changes.filter(|day| (start..=on).contains(day)).collect();
        days.push(start);
        days.sort_unstable_by(|one, two| two.cmp(one));
        let asks =
            |row: &PositionRequirement| matches!(&row.ask, PositionAsk::Certification { kind: of, .. } if of == kind);
        let unbroken = days.into_iter().take_while(|day| self.asked(employment, *day).any(asks));
        unbroken.last().unwrap_or(on)
    }
}
