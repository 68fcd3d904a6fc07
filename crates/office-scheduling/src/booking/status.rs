//! How far a booking has come.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use office_core::subject::PersonId;
use serde::{Deserialize, Serialize};

/// How far a booking has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookingStatus {
    /// It awaits approval, and holds its place until that is decided.
    Requested,
    /// It is offered to whoever waited for it, and holds its place until they answer or the time for that is over.
    Held {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// It holds its place.
    Confirmed,
    /// People came; it holds its place.
    CheckedIn {
        /// Who said so.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// People came and left before its end; what was left of its time is free.
    Ended {
        /// Who said so.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Nobody came; its time is free.
    Released {
        /// Who found out.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was called off; its time is free.
    Cancelled {
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was not approved; its time is free.
    Refused {
        /// On which day.
        on: NaiveDate,
    },
    /// Nobody answered, or decided, in time; its time is free.
    Expired {
        /// When the time for that was over.
        at: DateTime<Utc>,
    },
}

impl BookingStatus {
    /// Whether it holds its place, or did until people left.
    #[must_use]
    pub const fn holds(&self) -> bool {
        match self {
            Self::Requested | Self::Held { .. } | Self::Confirmed | Self::CheckedIn { .. } | Self::Ended { .. } => true,
            Self::Released { .. } | Self::Cancelled { .. } | Self::Refused { .. } | Self::Expired { .. } => false,
        }
    }
}

impl fmt::Display for BookingStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requested => f.write_str("requested"),
            Self::Held { until } => write!(f, "offered until {until}"),
            Self::Confirmed => f.write_str("confirmed"),
            Self::CheckedIn { at, .. } => write!(f, "checked in since {at}"),
            Self::Ended { at, .. } => write!(f, "ended since {at}"),
            Self::Released { at, .. } => write!(f, "released since {at}"),
            Self::Cancelled { at, .. } => write!(f, "cancelled since {at}"),
            Self::Refused { on } => write!(f, "refused since {on}"),
            Self::Expired { at } => write!(f, "expired since {at}"),
        }
    }
}
