//! What a resource is.

use std::collections::BTreeSet;
use std::fmt;

use office_core::subject::{PersonId, PlaceId};
use office_core::{IndexValue, WeeklyHours, Zone};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Buffers;

/// What kind of thing a resource is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceKind {
    /// People meet in it.
    #[default]
    Room,
    /// Somebody works at it.
    Desk,
    /// It is carried to where it is needed: a projector, a flip chart.
    Equipment,
}

impl fmt::Display for ResourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Room => "room",
            Self::Desk => "desk",
            Self::Equipment => "equipment",
        })
    }
}

impl IndexValue for ResourceKind {
    fn encode(&self, id: &mut String) {
        self.to_string().encode(id);
    }
}

/// What a resource is, as it is written down. [`ResourceDetails`] are these, checked.
///
/// By default a room for one, in universal time, without a name and never open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceParts {
    /// What people call it, alone among the resources: 1 to 100 characters.
    pub name: String,
    /// What kind of thing it is.
    #[serde(default)]
    pub kind: ResourceKind,
    /// How many people one of it holds: at least 1. Not asked about where it is equipment.
    pub capacity: u32,
    /// How many equal ones there are, of which a booking takes one or more: 1 to 10,000.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
    /// What it has: `screen`, `video`. At most 64 words of 1 to 64 characters.
    #[serde(default)]
    pub features: BTreeSet<String>,
    /// At which site of the office it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<PlaceId>,
    /// The neighbourhood that a desk belongs to: 1 to 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neighbourhood: Option<String>,
    /// Who alone may book it: whose desk it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_for: Option<PersonId>,
    /// The zone whose clocks its hours are read by.
    pub zone: Zone,
    /// When it may be booked, week by week.
    pub hours: WeeklyHours,
    /// The time it takes to set it up and to clear it, or to bring it and to take it back: a day each at most.
    #[serde(default)]
    pub buffers: Buffers,
    /// Within how many seconds of the start somebody has to check in, a day at most, before it is given to others;
    /// none where nobody has to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_in_seconds: Option<u32>,
}

impl Default for ResourceParts {
    fn default() -> Self {
        Self {
            name: String::new(),
            kind: ResourceKind::Room,
            capacity: 1,
            count: 1,
            features: BTreeSet::new(),
            site: None,
            neighbourhood: None,
            kept_for: None,
            zone: Zone::UTC,
            hours: WeeklyHours::closed(),
            buffers: Buffers::default(),
            check_in_seconds: None,
        }
    }
}

pub(crate) const fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands the field over by reference")]
pub(crate) const fn is_one(count: &u32) -> bool {
    *count == 1
}

/// What a resource is: its name and kind, places, equipment, hours and buffers.
///
/// # Example
/// ```
/// use office_core::WeeklyHours;
/// use office_scheduling::{Buffers, ResourceDetails, ResourceDetailsError, ResourceKind, ResourceParts};
///
/// let parts = ResourceParts {
///     name: "Spree".to_owned(),
///     capacity: 12,
///     features: ["screen".to_owned()].into(),
///     zone: "Europe/Berlin".parse()?,
///     hours: WeeklyHours::weekdays("07:30-19:00".parse()?),
///     buffers: Buffers { set_up_seconds: 900, tear_down_seconds: 900 },
///     ..ResourceParts::default()
/// };
/// assert_eq!(ResourceDetails::new(parts.clone())?.parts().capacity, 12);
///
/// // Three projectors, each of which takes ten minutes to bring.
/// let projectors = ResourceParts {
///     name: "Projector".to_owned(),
///     kind: ResourceKind::Equipment,
///     count: 3,
///     buffers: Buffers { set_up_seconds: 600, tear_down_seconds: 600 },
///     ..parts.clone()
/// };
/// assert_eq!(ResourceDetails::new(projectors)?.parts().count, 3);
///
/// // A room for nobody is refused.
/// let refused = ResourceDetails::new(ResourceParts { capacity: 0, ..parts });
/// assert_eq!(refused, Err(ResourceDetailsError::Capacity));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ResourceParts", into = "ResourceParts")]
pub struct ResourceDetails(ResourceParts);

/// The longest name of a resource, in characters.
const MOST_NAME: usize = 100;
/// The most features of a resource, and the longest of them in characters.
pub(crate) const MOST_FEATURES: usize = 64;
/// The longest set-up, tear-down and wait for people, in seconds.
const MOST_SECONDS: u32 = 86_400;
/// The most equal things.
pub(crate) const MOST_COUNT: u32 = 10_000;

impl ResourceDetails {
    /// These parts, where they make a resource.
    pub fn new(parts: ResourceParts) -> Result<Self, ResourceDetailsError> {
        if !is_word(&parts.name, MOST_NAME) {
            return Err(ResourceDetailsError::Name { most: MOST_NAME });
        }
        if parts.neighbourhood.as_ref().is_some_and(|name| !is_word(name, MOST_NAME)) {
            return Err(ResourceDetailsError::Neighbourhood { most: MOST_NAME });
        }
        if parts.capacity == 0 {
            return Err(ResourceDetailsError::Capacity);
        }
        if !(1..=MOST_COUNT).contains(&parts.count) {
            return Err(ResourceDetailsError::Count { count: parts.count, most: MOST_COUNT });
        }
        if !are_features(&parts.features) {
            return Err(ResourceDetailsError::Features { most: MOST_FEATURES });
        }
        let seconds = parts.buffers.set_up_seconds.max(parts.buffers.tear_down_seconds);
        if seconds > MOST_SECONDS {
            return Err(ResourceDetailsError::Buffers { seconds, most: MOST_SECONDS });
        }
        match parts.check_in_seconds {
            Some(seconds) if seconds > MOST_SECONDS => {
                Err(ResourceDetailsError::CheckIn { seconds, most: MOST_SECONDS })
            }
            Some(_) | None => Ok(Self(parts)),
        }
    }

    /// What they say.
    #[must_use]
    pub const fn parts(&self) -> &ResourceParts {
        &self.0
    }
}

/// Whether a text is one of at most so many characters, none of them a control character, and not blank.
pub(crate) fn is_word(text: &str, most: usize) -> bool {
    !text.trim().is_empty()
        && text.chars().take(most.saturating_add(1)).count() <= most
        && !text.contains(char::is_control)
}

/// Whether these can be features of a resource.
pub(crate) fn are_features(words: &BTreeSet<String>) -> bool {
    words.len() <= MOST_FEATURES && words.iter().all(|word| is_word(word, MOST_FEATURES))
}

impl TryFrom<ResourceParts> for ResourceDetails {
    type Error = ResourceDetailsError;

    fn try_from(parts: ResourceParts) -> Result<Self, ResourceDetailsError> {
        Self::new(parts)
    }
}

impl From<ResourceDetails> for ResourceParts {
    fn from(details: ResourceDetails) -> Self {
        details.0
    }
}

/// Why parts do not make a resource.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ResourceDetailsError {
    /// The name is blank, too long or has control characters.
    #[error("the name is not one of a resource: 1 to {most} characters are wanted")]
    Name {
        /// How many characters it may have.
        most: usize,
    },
    /// The name of the neighbourhood is blank, too long or has control characters.
    #[error("the neighbourhood is not one: 1 to {most} characters are wanted")]
    Neighbourhood {
        /// How many characters it may have.
        most: usize,
    },
    /// Nobody fits in.
    #[error("it holds nobody: a capacity of at least 1 is wanted")]
    Capacity,
    /// There is none of it, or too many.
    #[error("there are {count} of it: 1 to {most} are wanted")]
    Count {
        /// How many there would be.
        count: u32,
        /// How many there may be.
        most: u32,
    },
    /// A feature is blank or too long, or there are too many.
    #[error("the features are not those of a resource: at most {most} words of 1 to {most} characters are wanted")]
    Features {
        /// How many there may be, and how long.
        most: usize,
    },
    /// It takes too long to set it up or to clear it.
    #[error("set-up or tear-down takes {seconds} seconds: at most {most} are wanted")]
    Buffers {
        /// The longer of both.
        seconds: u32,
        /// How long they may be.
        most: u32,
    },
    /// People may come too late.
    #[error("it waits {seconds} seconds for people: at most {most} are wanted")]
    CheckIn {
        /// How long it would wait.
        seconds: u32,
        /// How long it may.
        most: u32,
    },
}
