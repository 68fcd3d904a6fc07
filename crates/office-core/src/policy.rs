//! Rules of approval as data: decision tables, in force from a day on.
//!
//! An [`ApprovalPolicy`] is a named set of versions, each a [`DecisionTable`] and the day from which it is in force.
//! A policy decides a case, given as [`Facts`], by the version in force on a day, and answers with a [`Ruling`]: what
//! is decided, what is to be done besides, and why.
//!
//! # Laws
//! 1. The first row that matches decides, and every row above it has a cell that does not hold.
//! 2. The reader of tables answers every text with a table or with the place that it cannot read.
//! 3. What no row matches is refused; what cannot be decided is an error; neither is ever allowed.
//! 4. The version in force on a day decides that day, whatever is published for later days.
//! 5. What is stored reads back the same and decides the same.
//! 6. Facts that no row asks for change nothing.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use thiserror::Error;

mod cell;
mod fact;
mod reader;
mod table;

pub use fact::{FactKind, FactValue, Facts};
pub use table::{DecisionTable, Explanation, HitPolicy, PassedOver, Ruling, TableError};

/// Which version of which policy has decided.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyVersion {
    /// The policy by its name.
    pub policy: String,
    /// The day from which the version is in force.
    pub since: NaiveDate,
}

impl fmt::Display for PolicyVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.policy, self.since)
    }
}

/// A policy of approval: its versions, each in force from its day until the next one is.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::rules::Outcome;
/// use office_core::{ApprovalPolicy, DecideError, DecisionTable, Facts, PublishError};
///
/// let day = |month| NaiveDate::from_ymd_opt(2026, month, 1).ok_or("a day");
/// let table = |outcome: &str| DecisionTable::from_rows(&["outcome"], [vec![outcome.to_owned()]]);
/// let mut policy = ApprovalPolicy::new("purchasing");
/// policy.publish(day(1)?, table("allow")?)?;
/// policy.publish(day(7)?, table("refuse: nothing is bought in summer")?)?;
///
/// // Each day is decided by the version in force on it.
/// assert_eq!(policy.decide(&Facts::new(), day(6)?)?.outcome, Outcome::Allow);
/// let ruling = policy.decide(&Facts::new(), day(8)?)?;
/// assert_eq!(ruling.outcome, Outcome::refuse("nothing is bought in summer"));
/// assert_eq!(ruling.explanation.to_string(), "purchasing of 2026-07-01: row 1 decides");
///
/// // Before the first version nothing is decided, and a version once published stands.
/// let before = NaiveDate::from_ymd_opt(2025, 12, 31).ok_or("a day")?;
/// assert!(matches!(policy.decide(&Facts::new(), before), Err(DecideError::NoneInForce { .. })));
/// assert_eq!(policy.publish(day(7)?, table("allow")?), Err(PublishError::AlreadyPublished { since: day(7)? }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalPolicy {
    name: String,
    versions: BTreeMap<NaiveDate, DecisionTable>,
}

impl ApprovalPolicy {
    /// A policy of this name, without a version as yet.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), versions: BTreeMap::new() }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its versions by the day from which each is in force.
    pub fn versions(&self) -> impl Iterator<Item = (NaiveDate, &DecisionTable)> {
        self.versions.iter().map(|(since, table)| (*since, table))
    }

    /// Puts a version in force from a day on. The same version for the same day again changes nothing.
    ///
    /// # Errors
    /// [`PublishError`] where another version is in force from that very day.
    pub fn publish(&mut self, since: NaiveDate, table: DecisionTable) -> Result<(), PublishError> {
        match self.versions.get(&since) {
            Some(published) if *published != table => Err(PublishError::AlreadyPublished { since }),
            _ => {
                self.versions.insert(since, table);
                Ok(())
            }
        }
    }

    /// The version in force on a day, and since when it is.
    #[must_use]
    pub fn in_force(&self, on: NaiveDate) -> Option<(NaiveDate, &DecisionTable)> {
        self.versions.range(..=on).next_back().map(|(since, table)| (*since, table))
    }

    /// What the version in force on the day decides of a case, and why.
    ///
    /// # Errors
    /// [`DecideError`]; nothing is allowed then.
    pub fn decide(&self, facts: &Facts, on: NaiveDate) -> Result<Ruling, DecideError> {
        let none = || DecideError::NoneInForce { policy: self.name.clone(), on };
        let (since, table) = self.in_force(on).ok_or_else(none)?;
        let mut ruling = table.decide(facts)?;
        ruling.explanation.version = Some(PolicyVersion { policy: self.name.clone(), since });
        Ok(ruling)
    }
}

/// A version of a policy was not published.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PublishError {
    /// Another version is in force from that very day. A version is never changed: a later day may have the next.
    #[error("another version is in force from {since}: a later day is wanted")]
    AlreadyPublished {
        /// The day.
        since: NaiveDate,
    },
}

/// A case could not be decided, and so it is not allowed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecideError {
    /// No version of the policy is in force on the day.
    #[error("no version of the policy `{policy}` is in force on {on}")]
    NoneInForce {
        /// The policy by its name.
        policy: String,
        /// The day.
        on: NaiveDate,
    },
    /// The policy asks for something that is not known of the case.
    #[error("`{column}` is not known of the case: a fact of kind {wanted} is wanted")]
    MissingFact {
        /// What is not known.
        column: String,
        /// The kind that is wanted.
        wanted: FactKind,
    },
    /// What is known is of another kind than what the policy asks for.
    #[error("`{column}` is of kind {found}: a fact of kind {wanted} is wanted")]
    OtherKind {
        /// What is asked for.
        column: String,
        /// The kind that is wanted.
        wanted: FactKind,
        /// The kind that is known.
        found: FactKind,
    },
    /// The amount is in another currency than the row that may have to decide. Nothing is converted.
    #[error("row {row}, column `{column}` asks `{test}` of {actual}, which is in another currency")]
    OtherCurrency {
        /// The row, counted from 1.
        row: usize,
        /// The column.
        column: String,
        /// What the cell asks.
        test: String,
        /// The amount.
        actual: FactValue,
    },
}
