//! What an event is, when and where, and what it has for its guests.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Timelike, Utc};
use office_core::subject::{BookingId, BudgetLineId, PersonId};
use office_core::{Interval, Percent, Rounding};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::GuestKind;
use crate::resource::is_word;

/// What an event is, as it is written down. [`OfficeEventDetails`] are these, checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeEventParts {
    /// What it is called: 1 to 200 characters.
    pub name: String,
    /// When it is; from a whole minute on.
    pub time: Interval,
    /// Where it is, in words: 1 to 500 characters.
    pub place: String,
    /// The bookings of its rooms: at most 50.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub bookings: BTreeSet<BookingId>,
    /// Who gives it.
    pub host: PersonId,
    /// The line of the budget that pays for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<BudgetLineId>,
    /// Until when the caterer takes changes; what guests change from then on is late.
    pub catering_until: DateTime<Utc>,
    /// How much more of each diet is ordered than guests have accepted: 0 % to 100 %.
    pub margin: Percent,
    /// How what the margin comes to is brought to whole portions.
    pub margin_rounding: Rounding,
    /// How many cars there is room for.
    pub parking_spaces: u32,
    /// How to come, for each kind of guest: 1 to 5,000 characters; lines may be broken.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub directions: BTreeMap<GuestKind, String>,
}

/// What an event is.
///
/// # Example
/// ```
/// use office_core::{Id, Percent, Rounding};
/// use office_scheduling::{OfficeEventDetails, OfficeEventDetailsError, OfficeEventParts};
///
/// let parts = OfficeEventParts {
///     name: "Summer party".to_owned(),
///     time: "2026-06-19T15:00:00Z/2026-06-19T21:00:00Z".parse()?,
///     place: "the yard".to_owned(),
///     bookings: Default::default(),
///     host: Id::natural("person", "E-001"),
///     budget: None,
///     catering_until: "2026-06-12T10:00:00Z".parse()?,
///     margin: Percent::whole(10),
///     margin_rounding: Rounding::Up,
///     parking_spaces: 4,
///     directions: Default::default(),
/// };
/// assert!(OfficeEventDetails::new(parts.clone()).is_ok());
/// let refused = OfficeEventDetails::new(OfficeEventParts { margin: Percent::whole(-1), ..parts });
/// assert_eq!(refused, Err(OfficeEventDetailsError::Margin));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "OfficeEventParts", into = "OfficeEventParts")]
pub struct OfficeEventDetails(OfficeEventParts);

impl OfficeEventDetails {
    /// These parts, where they make an event.
    ///
    /// # Errors
    /// [`OfficeEventDetailsError`], in the order of its variants.
    pub fn new(parts: OfficeEventParts) -> Result<Self, OfficeEventDetailsError> {
        let is_text = |text: &String| is_word(&text.replace(['\n', '\t'], " "), 5_000);
        if !is_word(&parts.name, 200) || !is_word(&parts.place, 500) || !parts.directions.values().all(is_text) {
            return Err(OfficeEventDetailsError::Words);
        }
        if !is_whole_minute(parts.time.start()) {
            return Err(OfficeEventDetailsError::Start);
        }
        if parts.bookings.len() > 50 {
            return Err(OfficeEventDetailsError::Bookings);
        }
        if parts.margin.is_negative() || parts.margin > Percent::HUNDRED {
            return Err(OfficeEventDetailsError::Margin);
        }
        Ok(Self(parts))
    }

    /// What they are made of.
    #[must_use]
    pub const fn parts(&self) -> &OfficeEventParts {
        &self.0
    }
}

/// Whether an instant is at a whole minute.
pub(super) fn is_whole_minute(at: DateTime<Utc>) -> bool {
    at.second() == 0 && at.nanosecond() == 0
}

impl TryFrom<OfficeEventParts> for OfficeEventDetails {
    type Error = OfficeEventDetailsError;

    fn try_from(parts: OfficeEventParts) -> Result<Self, Self::Error> {
        Self::new(parts)
    }
}

impl From<OfficeEventDetails> for OfficeEventParts {
    fn from(details: OfficeEventDetails) -> Self {
        details.0
    }
}

/// Parts do not make an event.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OfficeEventDetailsError {
    /// The name, the place or the directions are blank, too long or have control characters.
    #[error(
        "the name, the place or the directions are blank or too long: 1 to 200, 500 and 5000 characters are wanted"
    )]
    Words,
    /// It begins between two minutes.
    #[error("the event begins between two minutes: a whole minute is wanted")]
    Start,
    /// There are too many bookings.
    #[error("the event has too many bookings: at most 50 are wanted")]
    Bookings,
    /// The margin is below nothing, or more than all.
    #[error("the margin is not one: 0 % to 100 % is wanted")]
    Margin,
}
