//! Why an event does not go the way it was asked to.

use chrono::NaiveDateTime;
use office_core::StoreError;
use thiserror::Error;

use super::attendee::Address;
use super::{EventId, MAX_EVENT_PARTS};
use crate::calendar::{EventEnd, EventSeriesError, PropertyError, WriteCalendarError};
use crate::{RuleError, SplitError};

/// Something is not an event that can be kept.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PlanEventError {
    /// It has no name, or one that is too long or has control characters.
    #[error("the UID `{uid}` is no name of an event: 1 to 1000 bytes without control characters are wanted")]
    Uid {
        /// The name, shortened to 64 characters.
        uid: String,
    },
    /// It is too large.
    #[error("an event of {parts} dates, guests and properties: at most {MAX_EVENT_PARTS} are wanted")]
    TooMuch {
        /// How many it has.
        parts: usize,
    },
    /// It ends before it starts, or in another way than it starts (a whole day, a time).
    #[error("an event that ends at {}: an end of the kind of its start and not before it is wanted", shown(*end))]
    End {
        /// Its end.
        end: EventEnd,
    },
    /// Its instances cannot be placed in time.
    #[error(transparent)]
    Series(#[from] EventSeriesError),
    /// It cannot be written as iCalendar.
    #[error(transparent)]
    Unwritable(#[from] WriteCalendarError),
}

fn shown(end: EventEnd) -> String {
    match end {
        EventEnd::At(time) => time.local().to_string(),
        EventEnd::After(length) => format!("{} days and {} seconds later", length.days(), length.seconds()),
    }
}

/// An event is not kept or changed in the store.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KeepEventError {
    /// It is not an event that can be kept.
    #[error(transparent)]
    Event(#[from] PlanEventError),
    /// There is another event under the id, or this one has been changed.
    #[error("there is another event under the id {event}: an event takes an id of its own")]
    IdReused {
        /// The id.
        event: EventId,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An event cannot be moved.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MoveEventError {
    /// It was called off.
    #[error("the event is cancelled: one that takes place is wanted")]
    Cancelled,
    /// Its rules say other days than the new start.
    #[error("`{rule}` does not come at {start}: a start that it yields is wanted, or other rules first")]
    OffRule {
        /// The rule that yielded the old start.
        rule: String,
        /// The new start, on its wall clock.
        start: NaiveDateTime,
    },
    /// A rule cannot be carried over to a start of this kind.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// What it would be then cannot be kept.
    #[error(transparent)]
    Event(#[from] PlanEventError),
}

/// The rules of an event cannot be replaced.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RecurError {
    /// It was called off.
    #[error("the event is cancelled: one that takes place is wanted")]
    Cancelled,
    /// A rule does not go with a start of its kind.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// What it would be then cannot be kept.
    #[error(transparent)]
    Event(#[from] PlanEventError),
}

/// One occurrence of an event cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ChangeOccurrenceError {
    /// All of the event was called off.
    #[error("the event is cancelled: one that takes place is wanted")]
    Cancelled,
    /// The event does not take place then.
    #[error("the event has no occurrence at {occurrence}: a time at which it takes place is wanted")]
    NoSuchOccurrence {
        /// The reading given.
        occurrence: NaiveDateTime,
    },
    /// What it would be then cannot be kept.
    #[error(transparent)]
    Event(#[from] PlanEventError),
}

/// One occurrence of an event cannot be called off.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CancelOccurrenceError {
    /// The event does not take place then.
    #[error("the event has no occurrence at {occurrence}: a time at which it takes place is wanted")]
    NoSuchOccurrence {
        /// The reading given.
        occurrence: NaiveDateTime,
    },
}

/// An event cannot be changed from an occurrence on.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SplitEventError {
    /// All of the event was called off.
    #[error("the event is cancelled: one that takes place is wanted")]
    Cancelled,
    /// Its recurrence cannot be cut there.
    #[error(transparent)]
    Split(#[from] SplitError),
    /// What follows cannot be moved like that.
    #[error(transparent)]
    Move(#[from] MoveEventError),
    /// What either part would be cannot be kept.
    #[error(transparent)]
    Event(#[from] PlanEventError),
}

/// An event in the store cannot be changed from an occurrence on.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ChangeFollowingError {
    /// The event does not allow it.
    #[error(transparent)]
    Split(#[from] SplitEventError),
    /// What follows cannot be kept under its id.
    #[error(transparent)]
    Keep(#[from] KeepEventError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Nobody can be invited.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InviteError {
    /// All of the event was called off.
    #[error("the event is cancelled: one that takes place is wanted")]
    Cancelled,
    /// The guest is invited in another way already.
    #[error("{address} is invited already: uninvite them first")]
    Invited {
        /// Who.
        address: Address,
    },
    /// Their name cannot be written.
    #[error(transparent)]
    Property(#[from] PropertyError),
    /// What it would be then cannot be kept.
    #[error(transparent)]
    Event(#[from] PlanEventError),
}

/// A reply to an invitation is not taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReplyError {
    /// All of it, or the occurrence, was called off.
    #[error("what is answered to is cancelled")]
    Cancelled,
    /// The event does not take place then.
    #[error("the event has no occurrence at {occurrence}: a time at which it takes place is wanted")]
    NoSuchOccurrence {
        /// The reading given.
        occurrence: NaiveDateTime,
    },
    /// Nobody of this address is invited.
    #[error("{address} is not invited: the address of a guest is wanted")]
    NotInvited {
        /// The address.
        address: Address,
    },
    /// It answers to a time that has been changed since.
    #[error("the reply is to revision {answered} of the event: one to revision {current} is wanted")]
    OldSequence {
        /// The sequence number that it answers to.
        answered: u32,
        /// That of the event.
        current: u32,
    },
    /// It answers to what has never been sent.
    #[error("the reply is to revision {answered} of the event, which is only at {current}")]
    UnknownSequence {
        /// The sequence number that it answers to.
        answered: u32,
        /// That of the event.
        current: u32,
    },
    /// They have answered later than that already.
    #[error("{address} has answered later already")]
    Superseded {
        /// Who.
        address: Address,
    },
    /// Somebody is to come in their place, but nobody is named, or they themselves; or one is named who is not to come.
    #[error("the reply names {} as delegate: another guest just where it is delegated is wanted", named.as_ref().map_or("nobody", Address::as_str))]
    Delegate {
        /// Who is named.
        named: Option<Address>,
    },
    /// What it would be then cannot be kept.
    #[error(transparent)]
    Event(#[from] PlanEventError),
}

/// A proposal of another time is not taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ProposeError {
    /// It could not even be answered.
    #[error(transparent)]
    Reply(#[from] ReplyError),
    /// The time proposed is none at which the event could be.
    #[error(transparent)]
    Event(#[from] PlanEventError),
}

/// A proposal of another time cannot be accepted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AcceptProposalError {
    /// Nobody proposed it, or it has been decided on.
    #[error("{from} has no proposal that waits: one that does is wanted")]
    NoProposal {
        /// Whose.
        from: Address,
    },
    /// The event cannot be moved there.
    #[error(transparent)]
    Move(#[from] MoveEventError),
    /// The occurrence cannot be changed like that.
    #[error(transparent)]
    Occurrence(#[from] ChangeOccurrenceError),
}
