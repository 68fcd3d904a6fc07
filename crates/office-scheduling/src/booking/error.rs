//! Why a booking does not go its way.

use chrono::{DateTime, Utc};
use thiserror::Error;

use super::{BookingRequestError, BookingStatus};

/// A booking cannot be cancelled.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CancelBookingError {
    /// People came, or nobody did, or it never stood.
    #[error("the booking is {status}: one that is requested or confirmed is wanted")]
    NotConfirmed {
        /// How far it has come.
        status: BookingStatus,
    },
    /// Its time has passed.
    #[error("the booking ended at {end}: one that is not over is wanted")]
    Over {
        /// When it ended.
        end: DateTime<Utc>,
    },
}

/// Nobody can check in.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CheckInError {
    /// It was cancelled or released.
    #[error("the booking is {status}: one that is confirmed is wanted")]
    NotConfirmed {
        /// How far it has come.
        status: BookingStatus,
    },
    /// The room is not held yet.
    #[error("it is too early: check in from {from} on")]
    TooEarly {
        /// The beginning of the time held.
        from: DateTime<Utc>,
    },
    /// Its time has passed.
    #[error("the booking ended at {end}: one that is not over is wanted")]
    Over {
        /// When it ended.
        end: DateTime<Utc>,
    },
}

/// A booking cannot be ended.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EndBookingError {
    /// Nobody has checked in.
    #[error("the booking is {status}: one that is checked in is wanted")]
    NotCheckedIn {
        /// How far it has come.
        status: BookingStatus,
    },
    /// Its time has not begun.
    #[error("the booking begins at {start}: a later time is wanted")]
    NotBegun {
        /// When it begins.
        start: DateTime<Utc>,
    },
    /// Its time has passed.
    #[error("the booking ended at {end}: one that is not over is wanted")]
    Over {
        /// When it ended.
        end: DateTime<Utc>,
    },
}

/// A booking cannot be released.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReleaseBookingError {
    /// People came, or it was cancelled.
    #[error("the booking is {status}: one that is confirmed is wanted")]
    NotConfirmed {
        /// How far it has come.
        status: BookingStatus,
    },
    /// People may still come.
    #[error("it is too early: release it from {from} on")]
    TooEarly {
        /// When the grace ends.
        from: DateTime<Utc>,
    },
}

/// A booking cannot be moved.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MoveError {
    /// It was checked in, released or cancelled.
    #[error("the booking is {status}: one that is confirmed is wanted")]
    NotConfirmed {
        /// How far it has come.
        status: BookingStatus,
    },
    /// The new time is not one of a booking.
    #[error(transparent)]
    Time(#[from] BookingRequestError),
}
