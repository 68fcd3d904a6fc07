//! How long certifications count, and from when on once renewed.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{MOST, MOST_TEXT};
use crate::retention::is_text;

/// The most months of a term.
const MOST_MONTHS: u32 = 1_200;

/// How long certifications of each kind count, in versions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Versions", into = "Versions")]
pub struct CertificationRules {
    versions: Versions,
}

type Versions = BTreeMap<NaiveDate, BTreeMap<String, CertificationTerms>>;

impl TryFrom<Versions> for CertificationRules {
    type Error = PublishCertificationError;

    fn try_from(versions: Versions) -> Result<Self, PublishCertificationError> {
        let mut rules = Self::default();
        versions.into_iter().try_for_each(|(from, kinds)| rules.publish(from, kinds))?;
        Ok(rules)
    }
}

impl From<CertificationRules> for Versions {
    fn from(rules: CertificationRules) -> Self {
        rules.versions
    }
}

/// How long a certification counts, and from when on it counts once renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificationTerms {
    /// For how many months: 1 to 1,200; for ever where none are named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<u32>,
    /// On which day of the last month it ends.
    pub ends: ExpiryDay,
    /// Renewed within so many days before its end, it carries on from there. Renewed sooner, or after its end, or where no
    /// days are named, it begins anew on the day of renewal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carries_on_days: Option<u32>,
}

/// On which day of its last month a certification ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpiryDay {
    /// On the day of its issue, or the last of the month where it has no such day: on that day it counts no longer.
    SameDay,
    /// With the last day of the month.
    MonthEnd,
}

/// Rules cannot be those of certifications.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PublishCertificationError {
    /// There are too many kinds.
    #[error("{kinds} kinds are too many: at most 1000 are wanted")]
    TooMany {
        /// How many.
        kinds: usize,
    },
    /// A kind has no name, or too long a one.
    #[error("a kind has a name of 1 to 200 characters")]
    Name,
    /// A term is too short or too long.
    #[error("certifications of kind `{kind}` count {months} months: 1 to 1200 are wanted")]
    Months {
        /// Which kind.
        kind: String,
        /// How many.
        months: u32,
    },
}

impl CertificationRules {
    /// Puts the terms of all kinds in force from a day on, in place of all earlier ones.
    ///
    /// # Errors
    /// [`PublishCertificationError`], in the order of its variants.
    pub fn publish(
        &mut self,
        from: NaiveDate,
        kinds: BTreeMap<String, CertificationTerms>,
    ) -> Result<(), PublishCertificationError> {
        if kinds.len() > MOST {
            return Err(PublishCertificationError::TooMany { kinds: kinds.len() });
        }
        if kinds.keys().any(|kind| !is_text(kind, MOST_TEXT)) {
            return Err(PublishCertificationError::Name);
        }
        for (kind, terms) in &kinds {
            if let Some(months) = terms.months.filter(|months| !(1..=MOST_MONTHS).contains(months)) {
                return Err(PublishCertificationError::Months { kind: kind.clone(), months });
            }
        }
        self.versions.insert(from, kinds);
        Ok(())
    }

    /// The terms in force on a day, by kind.
    #[must_use]
    pub fn in_force(&self, on: NaiveDate) -> Option<&BTreeMap<String, CertificationTerms>> {
        self.versions.range(..=on).next_back().map(|(_, kinds)| kinds)
    }
}
