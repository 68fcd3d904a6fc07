//! What is so from a day on, version by version.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::DateRange;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The versions of a rule, each in force from a day on until the next.
///
/// # Example
/// ```
/// use office_hr::{Dated, NotInForce};
///
/// let mut most_days = Dated::since("2026-01-01".parse()?, 180);
/// most_days.publish("2027-01-01".parse()?, 90);
/// assert_eq!(most_days.on("2026-12-31".parse()?), Ok(&180));
/// assert_eq!(most_days.on("2027-01-01".parse()?), Ok(&90));
///
/// // Before the first version there is none.
/// let early = "2025-12-31".parse()?;
/// assert_eq!(most_days.on(early), Err(NotInForce { on: early }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Dated<T> {
    versions: BTreeMap<NaiveDate, T>,
}

impl<T> Dated<T> {
    /// A first version, in force from a day on.
    #[must_use]
    pub fn since(from: NaiveDate, version: T) -> Self {
        Self { versions: BTreeMap::from([(from, version)]) }
    }

    /// Puts a version in force from a day on, in place of earlier ones.
    pub fn publish(&mut self, from: NaiveDate, version: T) {
        self.versions.insert(from, version);
    }

    /// The version in force on a day.
    ///
    /// # Errors
    /// [`NotInForce`] on days before the first version.
    pub fn on(&self, day: NaiveDate) -> Result<&T, NotInForce> {
        let found = self.versions.range(..=day).next_back().map(|(_, version)| version);
        found.ok_or(NotInForce { on: day })
    }

    /// The version that is in force from just that day on.
    pub(crate) fn starting(&self, from: NaiveDate) -> Option<&T> {
        self.versions.get(&from)
    }

    pub(crate) fn len(&self) -> usize {
        self.versions.len()
    }

    pub(crate) fn versions(&self) -> impl Iterator<Item = &T> {
        self.versions.values()
    }

    /// The days of a term, cut where another version begins, each with the version in force then.
    pub(crate) fn periods(&self, term: DateRange) -> impl Iterator<Item = (DateRange, &T)> {
        let ends = self.versions.keys().skip(1).map(|end| Some(*end)).chain(std::iter::once(None));
        self.versions.iter().zip(ends).filter_map(move |((from, version), end)| {
            let days = DateRange::new(*from, end).ok()?;
            Some((days.intersection(&term)?, version))
        })
    }
}

/// No version of a rule is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("no version of the rules is in force on {on}: a day after the first was published is wanted")]
pub struct NotInForce {
    /// On which day.
    pub on: NaiveDate,
}
