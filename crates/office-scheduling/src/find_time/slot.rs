//! What is found: times that fit, times that do not and why, and the best of what does not fit.

use std::fmt;

use chrono::{DateTime, Utc};
use office_core::Interval;
use office_core::subject::PersonId;

use crate::ResourceId;

/// A time that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// When.
    pub time: Interval,
    /// In which room; none where no room is wanted.
    pub room: Option<ResourceId>,
    /// Who would be welcome and cannot come.
    pub missing: Vec<PersonId>,
    /// Its points.
    pub score: Score,
}

/// The points of a time, preference by preference: fewer are better.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// They, each once, in the order of [`Preference`].
    pub parts: Vec<(Preference, u64)>,
}

impl Score {
    /// All points together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.parts.iter().fold(0, |sum, (_, points)| sum.saturating_add(*points))
    }
}

/// What one would like of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Preference {
    /// That it is soon.
    Earliest,
    /// That nobody misses lunch.
    NotLunch,
    /// That it lies within the core hours of those who come.
    CoreHours,
    /// That those who would be welcome can come.
    OptionalPeople,
    /// That the room is one that is wanted.
    Room,
}

impl Preference {
    pub(super) const ALL: [Self; 5] =
        [Self::Earliest, Self::NotLunch, Self::CoreHours, Self::OptionalPeople, Self::Room];
}

/// Starts, one after another, that do not fit, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedTime {
    /// The first start.
    pub first: DateTime<Utc>,
    /// The last start.
    pub last: DateTime<Utc>,
    /// What fails at all of them.
    pub fails: Constraint,
}

/// Something that has to hold and does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Constraint {
    /// Of whom or what.
    pub who: Blocker,
    /// What.
    pub fails: Reason,
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.who {
            Blocker::Person(person) => write!(f, "person {person} {}", self.fails),
            Blocker::Room(room) => write!(f, "room {room} {}", self.fails),
        }
    }
}

/// Who or what is in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Blocker {
    /// Somebody without whom it cannot be.
    Person(PersonId),
    /// A room.
    Room(ResourceId),
}

/// Why somebody or something is in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// They have something else.
    Busy,
    /// They have a holiday or leave.
    Holiday,
    /// They do not work all of the time.
    OutsideHours,
    /// They would be on their way from or to something else, where it is at one of the places in question.
    Travel,
    /// The room has too few seats.
    TooSmall,
    /// Others hold the room, buffers included.
    Held,
    /// The room is not open all of the time.
    Closed,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Busy => "has something else",
            Self::Holiday => "has a holiday",
            Self::OutsideHours => "does not work then",
            Self::Travel => "is on the way then",
            Self::TooSmall => "has too few seats",
            Self::Held => "is held by others",
            Self::Closed => "is closed then",
        })
    }
}

/// A time at which not everybody can come who has to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextBest {
    /// The time, with its room and points.
    pub slot: Slot,
    /// Who is required and would be missing.
    pub required: Vec<PersonId>,
}
