//! What is asked for when something is booked.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;
use office_core::Interval;
use office_core::subject::PersonId;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::ResourceBookingId;
use crate::resource::{MOST_COUNT, MOST_FEATURES, are_features, is_one, is_word, one};

/// A room, a desk or equipment asked for: when, by whom, for how many and what.
///
/// # Example
/// ```
/// use office_core::{Id, Interval};
/// use office_scheduling::{BookingRequest, BookingRequestError};
///
/// let person = Id::natural("person", "E-007");
/// let request = BookingRequest::new("2026-10-05T09:00:00Z/2026-10-05T10:00:00Z".parse()?, person, 8, "contractor talk")?
///     .needing(["screen"])?;
/// assert!(request.needs().contains("screen"));
///
/// // Half a year is refused.
/// let time: Interval = "2026-10-05T00:00:00Z/2027-04-05T00:00:00Z".parse()?;
/// let refused = BookingRequest::new(time, person, 8, "contractor talk");
/// assert_eq!(refused, Err(BookingRequestError::TooLong { time, most_days: 31 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BookingRequestParts", into = "BookingRequestParts")]
pub struct BookingRequest(BookingRequestParts);

/// What is asked for, as it is written down. A [`BookingRequest`] is this, checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BookingRequestParts {
    /// The time wanted, without buffers: at most 31 days.
    pub time: Interval,
    /// Who asks.
    pub organiser: PersonId,
    /// How many people come; 0 where that is not known.
    pub people: u32,
    /// What for: 1 to 200 characters.
    pub purpose: String,
    /// How many of equal things: 1 to 10,000.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub units: u32,
    /// The features that the room must have.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub needs: BTreeSet<String>,
    /// Whether guests from outside come.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub external: bool,
    /// Where it comes from.
    #[serde(default)]
    pub source: BookingSource,
    /// Whether it keeps to the hours of the room.
    #[serde(default)]
    pub hours: BookingHours,
}

/// Where a booking comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookingSource {
    /// Somebody asked for it.
    #[default]
    AdHoc,
    /// It goes with another booking: equipment with a room. It follows that booking wherever it goes.
    With {
        /// The other booking.
        booking: ResourceBookingId,
    },
    /// One occurrence of an event of a calendar.
    Event {
        /// The event's name among all events of the world (`UID`): 1 to 1000 characters.
        uid: String,
        /// Which occurrence: the reading at which the event has it, whatever its own time.
        occurrence: NaiveDateTime,
    },
}

/// Whether a booking keeps to the hours of its room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookingHours {
    /// It lies within them; set-up and tear-down need not.
    #[default]
    Opening,
    /// It is for work on the room itself, at any hour: painting, repairs.
    AnyTime,
}

impl BookingRequest {
    /// The longest booking, in days of 24 hours.
    pub const MAX_DAYS: i64 = 31;

    const MOST_PURPOSE: usize = 200;
    const MOST_UID: usize = 1_000;

    /// Asks for a time within a room's hours.
    ///
    /// # Errors
    /// [`BookingRequestError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::Id;
    /// use office_scheduling::{BookingRequest, BookingRequestError};
    ///
    /// let (time, person) = ("2026-10-05T09:00:00Z/2026-10-05T10:00:00Z".parse()?, Id::natural("person", "E-007"));
    /// let talk = BookingRequest::new(time, person, 8, "talk")?.needing(["screen"])?;
    /// assert!(talk.needs().contains("screen"));
    /// assert_eq!(talk.of_units(2)?.units(), 2);
    ///
    /// // A booking says what it is for.
    /// assert!(BookingRequest::new(time, person, 8, "").is_err());
    /// // The longest is 31 days.
    /// let autumn = "2026-09-01T00:00:00Z/2026-12-01T00:00:00Z".parse()?;
    /// assert!(talk.at(autumn).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(
        time: Interval,
        organiser: PersonId,
        people: u32,
        purpose: impl Into<String>,
    ) -> Result<Self, BookingRequestError> {
        Self::try_from(BookingRequestParts {
            time,
            organiser,
            people,
            purpose: purpose.into(),
            units: 1,
            needs: BTreeSet::new(),
            external: false,
            source: BookingSource::AdHoc,
            hours: BookingHours::Opening,
        })
    }

    /// The same, for a room that has these features.
    pub fn needing<S: Into<String>>(
        mut self,
        features: impl IntoIterator<Item = S>,
    ) -> Result<Self, BookingRequestError> {
        // One more than may be is enough to refuse them.
        self.0.needs = features.into_iter().take(MOST_FEATURES.saturating_add(1)).map(Into::into).collect();
        Self::try_from(self.0)
    }

    /// The same, of so many equal things.
    pub fn of_units(&self, units: u32) -> Result<Self, BookingRequestError> {
        Self::try_from(BookingRequestParts { units, ..self.0.clone() })
    }

    /// The same at another time.
    pub fn at(&self, time: Interval) -> Result<Self, BookingRequestError> {
        Self::try_from(BookingRequestParts { time, ..self.0.clone() })
    }

    /// What it says.
    #[must_use]
    pub const fn parts(&self) -> &BookingRequestParts {
        &self.0
    }

    /// The time wanted, without buffers.
    #[must_use]
    pub const fn time(&self) -> Interval {
        self.0.time
    }

    /// Who asks.
    #[must_use]
    pub const fn organiser(&self) -> PersonId {
        self.0.organiser
    }

    /// How many people come; 0 where that is not known.
    #[must_use]
    pub const fn people(&self) -> u32 {
        self.0.people
    }

    /// How many of equal things.
    #[must_use]
    pub const fn units(&self) -> u32 {
        self.0.units
    }

    /// What for.
    #[must_use]
    pub fn purpose(&self) -> &str {
        &self.0.purpose
    }

    /// The features that the room must have.
    #[must_use]
    pub const fn needs(&self) -> &BTreeSet<String> {
        &self.0.needs
    }
}

impl TryFrom<BookingRequestParts> for BookingRequest {
    type Error = BookingRequestError;

    fn try_from(parts: BookingRequestParts) -> Result<Self, BookingRequestError> {
        if parts.time.duration() > chrono::TimeDelta::days(Self::MAX_DAYS) {
            return Err(BookingRequestError::TooLong { time: parts.time, most_days: Self::MAX_DAYS });
        }
        if !is_word(&parts.purpose, Self::MOST_PURPOSE) {
            return Err(BookingRequestError::Purpose { most: Self::MOST_PURPOSE });
        }
        if !are_features(&parts.needs) {
            return Err(BookingRequestError::Needs { most: MOST_FEATURES });
        }
        if !(1..=MOST_COUNT).contains(&parts.units) {
            return Err(BookingRequestError::Units { units: parts.units, most: MOST_COUNT });
        }
        match &parts.source {
            BookingSource::Event { uid, .. } if !is_word(uid, Self::MOST_UID) => {
                Err(BookingRequestError::Uid { most: Self::MOST_UID })
            }
            BookingSource::AdHoc | BookingSource::With { .. } | BookingSource::Event { .. } => Ok(Self(parts)),
        }
    }
}

impl From<BookingRequest> for BookingRequestParts {
    fn from(request: BookingRequest) -> Self {
        request.0
    }
}

/// Something cannot be asked for.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BookingRequestError {
    /// It is for too long.
    #[error("{time} is too long for a booking: at most {most_days} days are wanted")]
    TooLong {
        /// The time asked for.
        time: Interval,
        /// How many days it may be.
        most_days: i64,
    },
    /// The purpose is blank, too long or has control characters.
    #[error("the purpose is not one of a booking: 1 to {most} characters are wanted")]
    Purpose {
        /// How many characters it may have.
        most: usize,
    },
    /// The features wanted are not such.
    #[error(
        "the features wanted are not those of a resource: at most {most} words of 1 to {most} characters are wanted"
    )]
    Needs {
        /// How many there may be, and how long.
        most: usize,
    },
    /// Nothing is wanted, or too many.
    #[error("{units} are asked for: 1 to {most} are wanted")]
    Units {
        /// How many.
        units: u32,
        /// How many may be asked for.
        most: u32,
    },
    /// The name of the event is blank, too long or has control characters.
    #[error("the name of the event is not one: 1 to {most} characters are wanted")]
    Uid {
        /// How many characters it may have.
        most: usize,
    },
}
