//! How many have to take part for what they decide to count.

use std::collections::BTreeSet;
use std::fmt;

use office_core::subject::PersonId;
use serde::{Deserialize, Serialize};

/// How many of those who may vote have to take part.
///
/// # Example
/// ```
/// use office_core::Id;
/// use office_scheduling::Quorum;
///
/// let [ada, ben, eve] = ["E-1", "E-2", "E-3"].map(|name| Id::natural("person", name));
/// let members = [ada, ben, eve].into();
/// assert!(Quorum::Majority.is_met(&members, &[ada, ben].into()));
/// assert!(!Quorum::Percent(67).is_met(&members, &[ada, ben].into()));
/// // Who does not belong does not count.
/// assert!(!Quorum::Number(1).is_met(&members, &[Id::natural("person", "V-9")].into()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quorum {
    /// At least so many.
    Number(u32),
    /// At least so many in the hundred of all: 50 is half of them, and half is enough.
    Percent(u8),
    /// More than half of all.
    Majority,
    /// All of these.
    Members(BTreeSet<PersonId>),
}

impl Default for Quorum {
    /// One is enough.
    fn default() -> Self {
        Self::Number(1)
    }
}

impl Quorum {
    /// Whether those of the members who are there are enough.
    #[must_use]
    pub fn is_met(&self, members: &BTreeSet<PersonId>, there: &BTreeSet<PersonId>) -> bool {
        match self {
            Self::Members(needed) => needed.is_subset(members) && needed.is_subset(there),
            Self::Number(_) | Self::Percent(_) | Self::Majority => {
                let counted = members.intersection(there).count();
                self.count_is_enough(members.len(), counted).unwrap_or(false)
            }
        }
    }

    /// Whether so many of so many are enough; none where it depends on who they are.
    pub(crate) fn count_is_enough(&self, members: usize, counted: usize) -> Option<bool> {
        match self {
            Self::Number(least) => Some(u32::try_from(counted).map_or(true, |counted| counted >= *least)),
            Self::Percent(least) => Some(counted.saturating_mul(100) >= members.saturating_mul(usize::from(*least))),
            Self::Majority => Some(counted.saturating_mul(2) > members),
            Self::Members(_) => None,
        }
    }
}

impl fmt::Display for Quorum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(least) => write!(f, "at least {least}"),
            Self::Percent(least) => write!(f, "at least {least} % of all"),
            Self::Majority => f.write_str("more than half of all"),
            Self::Members(needed) => write!(f, "all of {} named people", needed.len()),
        }
    }
}
