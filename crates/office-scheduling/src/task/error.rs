//! Why a task does not go its way.

use chrono::{DateTime, Utc};
use office_core::subject::PersonId;
use thiserror::Error;

use super::TaskStatus;

/// A task cannot be changed like this.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TaskError {
    /// It is over.
    #[error("the task is {status}: one that is open is wanted")]
    NotOpen {
        /// How far it has come.
        status: TaskStatus,
    },
    /// It is somebody else's.
    #[error("the task is owned by {owner}: its owner is wanted")]
    NotOwner {
        /// Whose it is.
        owner: PersonId,
    },
    /// It is too much work.
    #[error("{minutes} minutes are left: at most {most} are wanted")]
    Effort {
        /// How much.
        minutes: u32,
        /// How much it may be.
        most: u32,
    },
    /// It recurs, and would have no deadline to go on from.
    #[error("the task recurs: a deadline is wanted")]
    RecursWithoutDue,
    /// Too many people watch it.
    #[error("too many people watch the task: at most {most} are wanted")]
    TooManyWatchers {
        /// How many may.
        most: usize,
    },
}

/// A task cannot be offered to somebody.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DelegateTaskError {
    /// It is over, or somebody else's.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// It is offered to its owner.
    #[error("the task is offered to its owner: somebody else is wanted")]
    ToOneself,
}

/// An offer of a task cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AnswerTaskError {
    /// It is over.
    #[error("the task is {status}: one that is open is wanted")]
    NotOpen {
        /// How far it has come.
        status: TaskStatus,
    },
    /// It is not offered to this person, or not any more.
    #[error("the task is not offered to this person: whom it was offered to last is wanted")]
    NotOffered,
}

/// An item of a checklist cannot be ticked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TickTaskError {
    /// The task is over, or somebody else's.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// There is no such item.
    #[error("there is no item {item}: one of {items}, from 0, is wanted")]
    NoSuchItem {
        /// Which.
        item: u32,
        /// How many there are.
        items: usize,
    },
}

/// A task cannot be cancelled.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CancelTaskError {
    /// It is done.
    #[error("the task is done since {at}: one that is open is wanted")]
    Done {
        /// When.
        at: DateTime<Utc>,
    },
}
