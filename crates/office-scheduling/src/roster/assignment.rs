//! A roster as a value.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use serde::{Deserialize, Serialize};

use super::ShiftName;

/// Who works which shift on which day: at most one shift a day for each person.
///
/// It is what somebody wrote down, good or bad; [`RosterPlan::check`](super::RosterPlan::check) says which rules it
/// breaks.
///
/// # Example
/// ```
/// use office_core::Id;
/// use office_scheduling::{Roster, ShiftName};
///
/// let (ada, monday) = (Id::natural("person", "E-001"), "2026-11-02".parse()?);
/// let mut roster = Roster::new();
/// roster.assign(ada, monday, "early".parse()?);
/// // A second shift of the day takes the place of the first.
/// assert_eq!(roster.assign(ada, monday, "late".parse()?), Some("early".parse()?));
/// assert_eq!(roster.len(), 1);
///
/// // What is no name of a shift is refused.
/// assert!("early, late".parse::<ShiftName>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Roster {
    rows: BTreeMap<PersonId, BTreeMap<NaiveDate, ShiftName>>,
}

impl Roster {
    /// A roster on which nobody works.
    #[must_use]
    pub const fn new() -> Self {
        Self { rows: BTreeMap::new() }
    }

    /// The shift of a person on a day.
    #[must_use]
    pub fn shift(&self, person: PersonId, date: NaiveDate) -> Option<&ShiftName> {
        self.rows.get(&person)?.get(&date)
    }

    /// Gives a person a shift on a day; returns the one that it takes the place of.
    pub fn assign(&mut self, person: PersonId, date: NaiveDate, shift: ShiftName) -> Option<ShiftName> {
        self.rows.entry(person).or_default().insert(date, shift)
    }

    /// Gives a person the day off; returns the shift that was there.
    pub fn clear(&mut self, person: PersonId, date: NaiveDate) -> Option<ShiftName> {
        let row = self.rows.get_mut(&person)?;
        let shift = row.remove(&date);
        if row.is_empty() {
            self.rows.remove(&person);
        }
        shift
    }

    /// The same, where a person has this shift on a day, or the day off.
    #[must_use]
    pub fn with(mut self, person: PersonId, date: NaiveDate, shift: Option<ShiftName>) -> Self {
        match shift {
            Some(shift) => self.assign(person, date, shift),
            None => self.clear(person, date),
        };
        self
    }

    /// The days on which a person works, in order, each with the shift.
    pub fn row(&self, person: PersonId) -> impl Iterator<Item = (NaiveDate, &ShiftName)> {
        self.rows.get(&person).into_iter().flatten().map(|(date, shift)| (*date, shift))
    }

    /// All shifts, by person and day.
    pub fn iter(&self) -> impl Iterator<Item = (PersonId, NaiveDate, &ShiftName)> {
        self.rows.iter().flat_map(|(person, row)| row.iter().map(|(date, shift)| (*person, *date, shift)))
    }

    /// How many shifts are worked.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.values().map(BTreeMap::len).sum()
    }

    /// Whether nobody works.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
