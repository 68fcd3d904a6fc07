//! What a meeting is about, when it is, and who belongs to it.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use office_core::Interval;
use office_core::subject::PersonId;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::MeetingSeriesId;
use crate::resource::is_word;
use crate::{EventId, Quorum};

/// What a meeting is, as it is written down. [`MeetingDetails`] are these, checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeetingParts {
    /// What it is called: 1 to 200 characters.
    pub title: String,
    /// When it begins; none as long as no time is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<DateTime<Utc>>,
    /// How long it is, in minutes: 1 to 10,080, which is a week.
    pub minutes: u32,
    /// The series that it is part of; a meeting without one stands alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<MeetingSeriesId>,
    /// The event of the calendar by which people were invited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<EventId>,
    /// How to take part from afar, a link or a number to ring: 1 to 1,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub join: Option<String>,
    /// Who leads it.
    pub chair: PersonId,
    /// Who writes the minutes; the chair may do it.
    pub secretary: PersonId,
    /// Who belongs to it and may vote: 1 to 500 people. Guests may come as well.
    pub members: BTreeSet<PersonId>,
    /// How many of the members have to be there for anything to be decided.
    #[serde(default)]
    pub quorum: Quorum,
    /// How many absent members one member may stand in for.
    #[serde(default)]
    pub most_proxies: u32,
}

impl MeetingParts {
    /// A meeting that stands alone, of so many minutes, at a time to be found; one member is enough to decide.
    #[must_use]
    pub fn new(title: impl Into<String>, minutes: u32, chair: PersonId, members: BTreeSet<PersonId>) -> Self {
        Self {
            title: title.into(),
            starts: None,
            minutes,
            series: None,
            event: None,
            join: None,
            chair,
            secretary: chair,
            members,
            quorum: Quorum::default(),
            most_proxies: 0,
        }
    }
}

/// What a meeting is.
///
/// # Example
/// ```
/// use office_core::Id;
/// use office_scheduling::{MeetingDetails, MeetingDetailsError, MeetingParts, Quorum};
///
/// let (ada, ben) = (Id::natural("person", "E-001"), Id::natural("person", "E-002"));
/// let parts = MeetingParts::new("works council", 90, ada, [ada, ben].into());
/// assert!(MeetingDetails::new(parts.clone()).is_ok());
/// // Two members are never three.
/// let refused = MeetingDetails::new(MeetingParts { quorum: Quorum::Number(3), ..parts });
/// assert_eq!(refused, Err(MeetingDetailsError::Quorum));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "MeetingParts", into = "MeetingParts")]
pub struct MeetingDetails(MeetingParts);

impl MeetingDetails {
    /// The longest meeting, in minutes: a week.
    pub const MAX_MINUTES: u32 = 10_080;
    /// The most members.
    pub const MAX_MEMBERS: usize = 500;

    /// These parts, where they make a meeting.
    ///
    /// # Errors
    /// [`MeetingDetailsError`], in the order of its variants.
    pub fn new(parts: MeetingParts) -> Result<Self, MeetingDetailsError> {
        if !is_word(&parts.title, 200) {
            return Err(MeetingDetailsError::Title);
        }
        if !(1..=Self::MAX_MINUTES).contains(&parts.minutes) {
            return Err(MeetingDetailsError::Minutes { minutes: parts.minutes, most: Self::MAX_MINUTES });
        }
        if parts.starts.is_some() && time_of(&parts).is_none() {
            return Err(MeetingDetailsError::Starts);
        }
        if parts.join.as_ref().is_some_and(|join| !is_word(join, 1_000)) {
            return Err(MeetingDetailsError::Join);
        }
        if !(1..=Self::MAX_MEMBERS).contains(&parts.members.len()) {
            return Err(MeetingDetailsError::Members { members: parts.members.len(), most: Self::MAX_MEMBERS });
        }
        if !parts.quorum.is_met(&parts.members, &parts.members) {
            return Err(MeetingDetailsError::Quorum);
        }
        Ok(Self(parts))
    }

    /// What they are made of.
    #[must_use]
    pub const fn parts(&self) -> &MeetingParts {
        &self.0
    }

    /// When it is; none as long as no time is found.
    #[must_use]
    pub fn time(&self) -> Option<Interval> {
        time_of(&self.0)
    }
}

fn time_of(parts: &MeetingParts) -> Option<Interval> {
    Interval::starting(parts.starts?, TimeDelta::minutes(i64::from(parts.minutes))).ok()
}

impl TryFrom<MeetingParts> for MeetingDetails {
    type Error = MeetingDetailsError;

    fn try_from(parts: MeetingParts) -> Result<Self, Self::Error> {
        Self::new(parts)
    }
}

impl From<MeetingDetails> for MeetingParts {
    fn from(details: MeetingDetails) -> Self {
        details.0
    }
}

/// Parts do not make a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MeetingDetailsError {
    /// The title is blank, too long or has control characters.
    #[error("the title is not one of a meeting: 1 to 200 characters are wanted")]
    Title,
    /// It has no length, or too much of it.
    #[error("the meeting lasts {minutes} minutes: 1 to {most} are wanted")]
    Minutes {
        /// How long it would be.
        minutes: u32,
        /// How long it may be.
        most: u32,
    },
    /// It would end beyond all calendars.
    #[error("the meeting begins too late to end: an earlier start is wanted")]
    Starts,
    /// How to take part is blank, too long or has control characters.
    #[error("how to take part from afar is not told in 1 to 1000 characters: a link or a number is wanted")]
    Join,
    /// Nobody belongs to it, or too many do.
    #[error("the meeting has {members} members: 1 to {most} are wanted")]
    Members {
        /// How many.
        members: usize,
        /// How many may be.
        most: usize,
    },
    /// All of its members together would not be enough.
    #[error("all members together are no quorum: one that they can meet is wanted")]
    Quorum,
}
