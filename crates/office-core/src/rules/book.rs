//! Policies in time: versions, each in force from its day until the next one is.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

use crate::rules::{DecideError, Facts, Outcome, Policy, PolicyVersion, Ruling};

/// A policy in time: its versions, each in force from its day until the next one is.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::rules::{DecideError, DecisionTable, Facts, Outcome, PolicyBook, PublishError, ReplayError};
///
/// let day = |month| NaiveDate::from_ymd_opt(2026, month, 1).ok_or("a day");
/// let table = |outcome: &str| DecisionTable::from_rows(&["outcome"], [vec![outcome.to_owned()]]);
/// let mut book = PolicyBook::new("purchase");
/// book.publish(day(1)?, table("allow")?)?;
/// book.publish(day(7)?, table("refuse: nothing is bought in summer")?)?;
///
/// // Each day is decided by the version in force on it.
/// let june = book.decide(&Facts::new(), day(6)?)?;
/// assert_eq!(june.outcome, Outcome::Allow);
/// let august = book.decide(&Facts::new(), day(8)?)?;
/// assert_eq!(august.outcome.to_string(), "refuse: nothing is bought in summer");
/// assert_eq!(august.explanation.to_string(), "purchase of 2026-07-01: row 1 decides");
///
/// // A ruling that was stored is decided again as it was, by the version that decided it.
/// book.replay(&june)?;
/// let mut other = PolicyBook::new("purchase");
/// other.publish(day(1)?, table("refuse: never")?)?;
/// assert!(matches!(other.replay(&june), Err(ReplayError::OtherContent { .. })));
///
/// // Before the first version nothing is decided, and a version once published stands.
/// let before = NaiveDate::from_ymd_opt(2025, 12, 31).ok_or("a day")?;
/// assert!(matches!(book.decide(&Facts::new(), before), Err(DecideError::NoneInForce { .. })));
/// assert_eq!(book.publish(day(7)?, table("allow")?), Err(PublishError::AlreadyPublished { since: day(7)? }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyBook {
    name: String,
    versions: BTreeMap<NaiveDate, Policy>,
}

impl PolicyBook {
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
    pub fn versions(&self) -> impl Iterator<Item = (NaiveDate, &Policy)> {
        self.versions.iter().map(|(since, policy)| (*since, policy))
    }

    /// Puts a version in force from a day on: a policy, or a table that is one. The same version for the same day
    /// again changes nothing.
    ///
    /// # Errors
    /// [`PublishError`] where another version is in force from that very day.
    pub fn publish(&mut self, since: NaiveDate, policy: impl Into<Policy>) -> Result<(), PublishError> {
        let policy = policy.into();
        match self.versions.get(&since) {
            Some(published) if *published != policy => Err(PublishError::AlreadyPublished { since }),
            _ => {
                self.versions.insert(since, policy);
                Ok(())
            }
        }
    }

    /// The version in force on a day, and since when it is.
    #[must_use]
    pub fn in_force(&self, on: NaiveDate) -> Option<(NaiveDate, &Policy)> {
        self.versions.range(..=on).next_back().map(|(since, policy)| (*since, policy))
    }

    /// What the version in force on the day decides of a case, and why.
    ///
    /// # Errors
    /// [`DecideError`]; nothing is allowed then.
    pub fn decide(&self, facts: &Facts, on: NaiveDate) -> Result<Ruling, DecideError> {
        let none = || DecideError::NoneInForce { policy: self.name.clone(), on };
        let (since, policy) = self.in_force(on).ok_or_else(none)?;
        self.decide_by(since, policy, facts)
    }

    fn decide_by(&self, since: NaiveDate, policy: &Policy, facts: &Facts) -> Result<Ruling, DecideError> {
        let mut ruling = policy.decide(facts)?;
        let version = PolicyVersion { policy: self.name.clone(), since, content: policy.content() };
        ruling.explanation.version = Some(version);
        Ok(ruling)
    }

    /// Decides a stored ruling again, by the version and of the facts that it carries, and finds that it comes out the
    /// same to the byte, reasons and explanation included.
    ///
    /// # Errors
    /// [`ReplayError`] where it cannot be decided again, or comes out otherwise.
    pub fn replay(&self, ruling: &Ruling) -> Result<(), ReplayError> {
        let version = ruling.explanation.version.as_ref().ok_or(ReplayError::NoVersion)?;
        if version.policy != self.name {
            return Err(ReplayError::OtherPolicy { policy: version.policy.clone() });
        }
        let since = version.since;
        let policy = self.versions.get(&since).ok_or(ReplayError::NoSuchVersion { since })?;
        if policy.content() != version.content {
            let (recorded, found) = (version.content, policy.content());
            return Err(ReplayError::OtherContent { since, recorded, found });
        }
        let again = self.decide_by(since, policy, &ruling.explanation.facts)?;
        if again == *ruling {
            return Ok(());
        }
        Err(ReplayError::OtherRuling { recorded: ruling.outcome.clone(), found: again.outcome })
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

/// A stored ruling does not come out again as it was.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReplayError {
    /// It does not say by which version it was decided.
    #[error("the ruling does not say which version of a policy decided")]
    NoVersion,
    /// It was decided by another policy.
    #[error("the ruling is of the policy `{policy}`")]
    OtherPolicy {
        /// That policy by its name.
        policy: String,
    },
    /// The book has no version from that day.
    #[error("no version is in force from {since}")]
    NoSuchVersion {
        /// The day.
        since: NaiveDate,
    },
    /// The version from that day is not the one that decided: it was changed afterwards.
    #[error("the version of {since} says something else than the one that decided")]
    OtherContent {
        /// The day.
        since: NaiveDate,
        /// The hash of the version that decided.
        recorded: Uuid,
        /// The hash of the version in the book.
        found: Uuid,
    },
    /// Its facts cannot be decided.
    #[error("the facts of the ruling cannot be decided")]
    Undecided(#[from] DecideError),
    /// It comes out otherwise: the ruling was changed afterwards.
    #[error("the ruling says {recorded}, and comes out as {found}, or for other reasons")]
    OtherRuling {
        /// The outcome that was stored.
        recorded: Outcome,
        /// The outcome that comes out.
        found: Outcome,
    },
}
