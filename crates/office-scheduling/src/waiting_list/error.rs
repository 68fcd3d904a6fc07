//! Why nobody can wait, or answer.

use chrono::{DateTime, NaiveDate, Utc};
use office_core::StoreError;
use thiserror::Error;

use super::{WaitingListEntry, WaitingListEntryId, WaitingStatus};
use crate::{BookRefusal, RequestBookingError, ResourceKind};

/// Somebody cannot wait for a time.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum JoinWaitingListError {
    /// There is another entry under the id.
    #[error("there is another entry under the id {entry}: an entry takes an id of its own")]
    IdReused {
        /// The id.
        entry: WaitingListEntryId,
    },
    /// The time has begun.
    #[error("the time wanted begins at {start}: a time to come is wanted")]
    Begun {
        /// When it begins.
        start: DateTime<Utc>,
    },
    /// It could not be booked even if it were free.
    #[error(transparent)]
    Never(#[from] BookRefusal),
    /// None of the kind could be booked even if it were free.
    #[error(
        "no {kind} could be booked for this even if it were free: other needs, fewer people or another time are wanted"
    )]
    NoneFits {
        /// The kind.
        kind: ResourceKind,
    },
    /// Too many wait.
    #[error("as many as can wait for {day}: at most {} may", WaitingListEntry::MAX_OF_A_DAY)]
    Full {
        /// The day, of universal time.
        day: NaiveDate,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Nothing can be answered.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WaitingAnswerError {
    /// Nothing is offered, or it was answered otherwise.
    #[error("the entry is {status}: one to which a place is offered is wanted")]
    NotOffered {
        /// How far it has come.
        status: WaitingStatus,
    },
    /// The time to answer is over.
    #[error("the offer ended at {until}: an earlier answer was wanted")]
    TooLate {
        /// When it ended.
        until: DateTime<Utc>,
    },
}

/// An offer cannot be taken.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AcceptOfferError {
    /// The entry does not allow it.
    #[error(transparent)]
    Entry(#[from] LeaveWaitingListError),
    /// The rules of the office do not.
    #[error(transparent)]
    Rules(#[from] RequestBookingError),
}

impl From<StoreError> for AcceptOfferError {
    fn from(error: StoreError) -> Self {
        Self::Entry(error.into())
    }
}

/// A leave cannot be taken.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LeaveWaitingListError {
    /// There is no such entry.
    #[error("there is no entry {entry} on the waiting list")]
    NoSuchEntry {
        /// The id.
        entry: WaitingListEntryId,
    },
    /// The entry does not allow it.
    #[error(transparent)]
    Answer(#[from] WaitingAnswerError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
