//! What binds the work of one person.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::PersonId;
use serde::{Deserialize, Serialize};

use super::ShiftName;

/// What binds the work of one person within the days of a roster. Every limit is hard; wishes have a price.
///
/// Runs of days are counted as the benchmark counts them: before the first and after the last day of the roster the
/// person has days off, as many as are needed; and a run of work that touches either end may be as short as it likes. Where
/// [`before`](Self::before) says what was worked, runs are counted from there, and the first shift has to go with the last.
///
/// # Example
/// ```
/// use office_core::Id;
/// use office_scheduling::RosterContract;
///
/// let mut ada = RosterContract::unlimited(Id::natural("person", "E-001"), "Ada");
/// ada.most_consecutive_shifts = 5;
/// ada.least_consecutive_days_off = 2;
/// ada.most_of_shift.insert("night".parse()?, 0);
/// // In JSON a limit that is not there binds nobody; a field that is not known is refused.
/// let written = r#"{"person": "0197f3a4-52b1-7cc3-98a5-2f0e6d1c7b3a", "name": "Ada"}"#;
/// assert_eq!(serde_json::from_str::<RosterContract>(written)?.most_minutes, RosterContract::NO_LIMIT);
/// assert!(serde_json::from_str::<RosterContract>(&written.replace("name", "nom")).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterContract {
    /// Who it is.
    pub person: PersonId,
    /// What the roster calls them: 1 to 100 characters.
    pub name: String,
    /// What they can do: at most 64 words of 1 to 64 characters.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub skills: BTreeSet<String>,
    /// The least time to be worked, in minutes.
    #[serde(default)]
    pub least_minutes: u32,
    /// The most time to be worked, in minutes.
    #[serde(default = "no_limit", skip_serializing_if = "is_no_limit")]
    pub most_minutes: u32,
    /// How often a shift may be worked: 0 for never; one that is not named, as often as there are days.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub most_of_shift: BTreeMap<ShiftName, u32>,
    /// The most days of work in a row.
    #[serde(default = "no_limit", skip_serializing_if = "is_no_limit")]
    pub most_consecutive_shifts: u32,
    /// The least days of work in a row.
    #[serde(default)]
    pub least_consecutive_shifts: u32,
    /// The least days off in a row.
    #[serde(default)]
    pub least_consecutive_days_off: u32,
    /// The most weekends on whose Saturday or Sunday there is work.
    #[serde(default = "no_limit", skip_serializing_if = "is_no_limit")]
    pub most_weekends: u32,
    /// Days on which there must be no work: leave, for one.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub days_off: BTreeSet<NaiveDate>,
    /// What the person would like.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wishes: Vec<ShiftWish>,
    /// What was worked up to the first day; where it is not said, it binds nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<WorkBefore>,
    /// Points of shifts that nobody likes, of rosters before ([`Burden::total`](super::Burden::total)): at most 100,000.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub borne: u32,
}

const fn no_limit() -> u32 {
    RosterContract::NO_LIMIT
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
const fn is_no_limit(limit: &u32) -> bool {
    *limit == RosterContract::NO_LIMIT
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
const fn is_nothing(points: &u32) -> bool {
    *points == 0
}

impl RosterContract {
    /// As much as anybody likes.
    pub const NO_LIMIT: u32 = u32::MAX;

    /// A contract without any limit or wish.
    #[must_use]
    pub fn unlimited(person: PersonId, name: impl Into<String>) -> Self {
        Self {
            person,
            name: name.into(),
            skills: BTreeSet::new(),
            least_minutes: 0,
            most_minutes: Self::NO_LIMIT,
            most_of_shift: BTreeMap::new(),
            most_consecutive_shifts: Self::NO_LIMIT,
            least_consecutive_shifts: 0,
            least_consecutive_days_off: 0,
            most_weekends: Self::NO_LIMIT,
            days_off: BTreeSet::new(),
            wishes: Vec::new(),
            before: None,
            borne: 0,
        }
    }

    /// How often the person may work a shift.
    #[must_use]
    pub fn most_of(&self, shift: &ShiftName) -> u32 {
        self.most_of_shift.get(shift).copied().unwrap_or(Self::NO_LIMIT)
    }
}

/// What somebody did up to the day before the first of a roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkBefore {
    /// The shift of that day; none for a day off.
    pub shift: Option<ShiftName>,
    /// For how many days in a row, that day included, they had worked or been off: 1 to 1,000.
    pub days: u32,
}

/// A wish of a person about one shift of one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShiftWish {
    /// The day.
    pub date: NaiveDate,
    /// The shift.
    pub shift: ShiftName,
    /// Whether it is wanted or not.
    pub wish: Wish,
    /// What it costs not to follow the wish: at most 1,000,000.
    pub weight: u32,
}

/// Whether a shift is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// The person would like to work it.
    On,
    /// The person would rather not work it.
    Off,
}
