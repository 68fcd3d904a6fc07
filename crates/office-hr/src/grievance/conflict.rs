//! Who may not handle a grievance, because they are too near to it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{StoreError, Tx};
use thiserror::Error;

use crate::Employment;

/// Why somebody may not handle a grievance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ConflictOfInterest {
    /// They are a party to it.
    #[error("they are a party to it")]
    Party,
    /// A party reports to them.
    #[error("they are the line manager of {party}, a party to it")]
    ManagerOf {
        /// The party.
        party: PersonId,
    },
    /// They report to a party, perhaps through others.
    #[error("they report to {party}, a party to it")]
    ReportsTo {
        /// The party.
        party: PersonId,
    },
    /// They handled it before it was appealed.
    #[error("they handled it before it was appealed")]
    HandledBefore,
}

/// Who reports to whom on a day, as far as it was looked up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportingLines {
    managers: BTreeMap<PersonId, PersonId>,
}

impl ReportingLines {
    /// The lines of some employments on a day.
    #[must_use]
    pub fn of<'a>(employments: impl IntoIterator<Item = &'a Employment>, on: NaiveDate) -> Self {
        let line = |each: &Employment| Some((each.person(), each.on(on)?.manager?));
        Self { managers: employments.into_iter().filter_map(line).collect() }
    }

    /// What keeps somebody from handling a case with these parties: that they are one of them, that one of them reports to
    /// them, or that they report to one of them, at whatever height.
    ///
    /// # Example
    /// ```
    /// use office_core::Id;
    /// use office_hr::{ConflictOfInterest, ReportingLines};
    ///
    /// let [party, stranger] = ["E-017", "E-009"].map(|name| Id::natural("person", name));
    /// let lines = ReportingLines::default();
    /// assert_eq!(lines.conflict(stranger, &[party].into()), None);
    /// assert_eq!(lines.conflict(party, &[party].into()), Some(ConflictOfInterest::Party));
    /// ```
    #[must_use]
    pub fn conflict(&self, handler: PersonId, parties: &BTreeSet<PersonId>) -> Option<ConflictOfInterest> {
        if parties.contains(&handler) {
            return Some(ConflictOfInterest::Party);
        }
        if let Some(party) = parties.iter().find(|party| self.managers.get(*party) == Some(&handler)) {
            return Some(ConflictOfInterest::ManagerOf { party: *party });
        }
        let mut seen = BTreeSet::new();
        let mut above = self.managers.get(&handler);
        while let Some(manager) = above.filter(|manager| seen.insert(**manager)) {
            if parties.contains(manager) {
                return Some(ConflictOfInterest::ReportsTo { party: *manager });
            }
            above = self.managers.get(manager);
        }
        None
    }
}

/// The lines that decide whether somebody may handle a case: from the parties to their managers, and from the handler to
/// the top.
pub(super) async fn lines_between(
    tx: &Tx,
    handler: PersonId,
    parties: &BTreeSet<PersonId>,
    on: NaiveDate,
) -> Result<ReportingLines, StoreError> {
    let mut lines = ReportingLines::default();
    for party in parties {
        let manager = manager_of(tx, *party, on).await?;
        lines.managers.extend(manager.map(|manager| (*party, manager)));
    }
    let mut below = handler;
    let mut seen = BTreeSet::new();
    while seen.insert(below) {
        let Some(manager) = manager_of(tx, below, on).await? else { break };
        lines.managers.insert(below, manager);
        below = manager;
    }
    Ok(lines)
}

async fn manager_of(tx: &Tx, person: PersonId, on: NaiveDate) -> Result<Option<PersonId>, StoreError> {
    let employments = tx.list(Employment::OF_PERSON, &person).await?;
    Ok(employments.iter().find_map(|(_, employment)| employment.on(on)?.manager))
}
