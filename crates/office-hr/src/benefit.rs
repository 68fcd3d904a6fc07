//! Benefits of an office: who may have them, when they are chosen, and what they cost.
//!
//! # Example
//! ```
//! use std::collections::BTreeMap;
//! use office_core::rules::{DecisionTable, PolicyBook};
//! use office_hr::{BenefitPlan, BenefitTerms, CoverageLevel, MonthShare, PublishBenefitError};
//!
//! // For those who work 20 hours a week and more.
//! let mut eligibility = PolicyBook::new("pension");
//! let row = |hours: &str, outcome: &str| vec![hours.to_owned(), outcome.to_owned()];
//! let rows = [row(">= 20", "allow"), row("-", "refuse: fewer than 20 hours a week")];
//! eligibility.publish("2026-01-01".parse()?, DecisionTable::from_rows(&["weekly_hours: number", "outcome"], rows)?)?;
//! let level = CoverageLevel { dependants: 0, employer: "100.00 EUR".parse()?, employee: "50.00 EUR".parse()? };
//! let terms = BenefitTerms {
//!     waiting_months: 6, newcomer_days: 30, windows: Vec::new(), events: BTreeMap::new(),
//!     levels: [("basic".to_owned(), level)].into(), relations: BTreeMap::new(), share: MonthShare::Days,
//! };
//! let mut plan = BenefitPlan::new("pension", eligibility);
//! plan.publish("2026-01-01".parse()?, terms.clone())?;
//!
//! // Nobody can choose among nothing.
//! let none = BenefitTerms { levels: BTreeMap::new(), ..terms };
//! assert_eq!(plan.publish("2027-01-01".parse()?, none), Err(PublishBenefitError::Levels));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::rules::PolicyBook;
use office_core::{DateRange, Money};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::retention::is_text;

/// The longest name, in characters.
const MOST_TEXT: usize = 200;
/// The most windows, events, levels and relations of one version.
const MOST: usize = 200;

/// Something that the office offers to those who work for it: a pension, a health plan, a season ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BenefitPlanParts")]
pub struct BenefitPlan {
    name: String,
    eligibility: PolicyBook,
    versions: BTreeMap<NaiveDate, BenefitTerms>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BenefitPlanParts {
    name: String,
    eligibility: PolicyBook,
    #[serde(default)]
    versions: BTreeMap<NaiveDate, BenefitTerms>,
}

impl TryFrom<BenefitPlanParts> for BenefitPlan {
    type Error = PublishBenefitError;

    fn try_from(parts: BenefitPlanParts) -> Result<Self, PublishBenefitError> {
        let mut plan = Self::new(parts.name, parts.eligibility);
        parts.versions.into_iter().try_for_each(|(from, terms)| plan.publish(from, terms))?;
        Ok(plan)
    }
}

/// The terms of a benefit, in force from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BenefitTerms {
    /// After how many months of employment it can be had.
    pub waiting_months: u32,
    /// For how many days after that a newcomer can choose it.
    pub newcomer_days: u32,
    /// When everybody can choose anew.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<EnrolmentWindow>,
    /// What lets somebody choose anew (a birth, a marriage), and for how many days after it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub events: BTreeMap<String, u32>,
    /// What can be chosen.
    pub levels: BTreeMap<String, CoverageLevel>,
    /// Who counts as a dependant, and up to which birthday; for ever where none is named.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub relations: BTreeMap<String, Option<u32>>,
    /// What is paid for a month that is covered in part.
    pub share: MonthShare,
}

/// When everybody can choose, and from when on it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentWindow {
    /// On which days.
    pub open: DateRange,
    /// From which day on.
    pub covers_from: NaiveDate,
}

/// Something to choose, and what it costs a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoverageLevel {
    /// How many dependants are covered as well, at most.
    pub dependants: u32,
    /// What the office pays a month.
    pub employer: Money,
    /// What the employee pays a month.
    pub employee: Money,
}

/// What is paid for a month that is covered in part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MonthShare {
    /// All of it, at the level of the first day that is covered.
    Whole,
    /// For each day its part of the month, rounded half up by cumulative difference, so that the days of a month that is
    /// covered at one level add up to what it costs.
    Days,
}

/// Terms cannot be those of a benefit.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PublishBenefitError {
    /// There is nothing to choose, or too much of something.
    #[error("1 to 200 levels, and at most 200 windows, events and relations are wanted")]
    Levels,
    /// A name is missing or too long.
    #[error("the name of a {field} is no text of 1 to 200 characters")]
    Text {
        /// Of what.
        field: &'static str,
    },
    /// What is paid is less than nothing, or in different currencies.
    #[error("level `{level}` costs {amount}: amounts of nothing or more in one currency are wanted")]
    Cost {
        /// Which level.
        level: String,
        /// The amount.
        amount: Money,
    },
    /// Something lasts too long.
    #[error("{number} months or days are too many: at most 1200 are wanted")]
    TooLong {
        /// How many.
        number: u32,
    },
}

impl BenefitPlan {
    /// A benefit without terms yet. Who may have it is asked of a policy with the facts `weekly_hours` and `months` of
    /// service (numbers), `role` (a text) and `scope`: it allows or refuses.
    #[must_use]
    pub fn new(name: impl Into<String>, eligibility: PolicyBook) -> Self {
        Self { name: name.into(), eligibility, versions: BTreeMap::new() }
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Who may have it.
    #[must_use]
    pub const fn eligibility(&self) -> &PolicyBook {
        &self.eligibility
    }

    /// Puts terms in force from a day on, in place of all earlier ones.
    ///
    /// # Errors
    /// [`PublishBenefitError`], in the order of its variants.
    pub fn publish(&mut self, from: NaiveDate, terms: BenefitTerms) -> Result<(), PublishBenefitError> {
        let BenefitTerms { windows, events, levels, relations, .. } = &terms;
        let most = windows.len().max(events.len()).max(levels.len()).max(relations.len());
        if levels.is_empty() || most > MOST {
            return Err(PublishBenefitError::Levels);
        }
        let names = events.keys().map(|name| ("event", name)).chain(levels.keys().map(|name| ("level", name)));
        let mut names = names.chain(relations.keys().map(|name| ("relation", name)));
        if let Some((field, _)) = names.find(|(_, name)| !is_text(name, MOST_TEXT)) {
            return Err(PublishBenefitError::Text { field });
        }
        let currency = levels.values().next().map(|level| level.employer.currency());
        for (level, costs) in levels {
            let bad = |amount: &Money| amount.is_negative() || Some(amount.currency()) != currency;
            if let Some(amount) = [costs.employer, costs.employee].into_iter().find(bad) {
                return Err(PublishBenefitError::Cost { level: level.clone(), amount });
            }
        }
        let ages = relations.values().copied().flatten();
        let mut numbers =
            [terms.waiting_months, terms.newcomer_days].into_iter().chain(events.values().copied()).chain(ages);
        if let Some(number) = numbers.find(|number| *number > 1_200) {
            return Err(PublishBenefitError::TooLong { number });
        }
        self.versions.insert(from, terms);
        Ok(())
    }

    /// The terms in force on a day.
    #[must_use]
    pub fn terms(&self, on: NaiveDate) -> Option<&BenefitTerms> {
        self.versions.range(..=on).next_back().map(|(_, terms)| terms)
    }
}
