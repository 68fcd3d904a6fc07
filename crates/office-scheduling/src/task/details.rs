//! What a task is about.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use office_core::subject::PersonId;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::resource::is_word;
use crate::{RecurrenceSet, TaskProjectId};

/// What a task is about, as it is written down. [`TaskDetails`] are these, checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskParts {
    /// What is to be done: 1 to 200 characters.
    pub title: String,
    /// Whose it is at first.
    pub owner: PersonId,
    /// Who wants to know about it: at most 200 people.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub watchers: BTreeSet<PersonId>,
    /// The project that it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<TaskProjectId>,
    /// When it is due. [`WorkingCalendar::add`](office_core::WorkingCalendar::add) finds the instant that is so many
    /// working hours away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<DateTime<Utc>>,
    /// How much work it is, in minutes of working time: at most 1,000,000.
    #[serde(default)]
    pub effort_minutes: u32,
    /// What has to be ticked off before it is done: at most 200 items of 1 to 300 characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checklist: Vec<String>,
    /// When it is due again, once it is done: the first instance after its deadline. It needs a zone, and the task a
    /// deadline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurs: Option<RecurrenceSet>,
}

impl TaskParts {
    /// A task without anything but a title and an owner.
    #[must_use]
    pub fn new(title: impl Into<String>, owner: PersonId) -> Self {
        Self {
            title: title.into(),
            owner,
            watchers: BTreeSet::new(),
            project: None,
            due: None,
            effort_minutes: 0,
            checklist: Vec::new(),
            recurs: None,
        }
    }
}

/// What a task is about.
///
/// # Example
/// ```
/// use office_core::Id;
/// use office_scheduling::{TaskDetails, TaskDetailsError, TaskParts};
///
/// let parts = TaskParts::new("water the plants", Id::natural("person", "E-001"));
/// assert!(TaskDetails::new(parts.clone()).is_ok());
/// assert_eq!(TaskDetails::new(TaskParts { title: " ".to_owned(), ..parts }), Err(TaskDetailsError::Title));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "TaskParts", into = "TaskParts")]
pub struct TaskDetails(TaskParts);

impl TaskDetails {
    /// The most effort, in minutes of working time.
    pub const MAX_EFFORT: u32 = 1_000_000;
    /// The most people who watch a task.
    pub const MAX_WATCHERS: usize = 200;

    /// These parts, where they make a task.
    ///
    /// # Errors
    /// [`TaskDetailsError`], in the order of its variants.
    pub fn new(parts: TaskParts) -> Result<Self, TaskDetailsError> {
        if !is_word(&parts.title, 200) {
            return Err(TaskDetailsError::Title);
        }
        if parts.watchers.len() > Self::MAX_WATCHERS {
            return Err(TaskDetailsError::Watchers { most: Self::MAX_WATCHERS });
        }
        if parts.effort_minutes > Self::MAX_EFFORT {
            return Err(TaskDetailsError::Effort { minutes: parts.effort_minutes, most: Self::MAX_EFFORT });
        }
        if parts.checklist.len() > 200 || !parts.checklist.iter().all(|item| is_word(item, 300)) {
            return Err(TaskDetailsError::Checklist);
        }
        if parts.recurs.as_ref().is_some_and(|set| set.zone().is_none() || parts.due.is_none()) {
            return Err(TaskDetailsError::Recurs);
        }
        Ok(Self(parts))
    }

    /// What they are made of.
    #[must_use]
    pub const fn parts(&self) -> &TaskParts {
        &self.0
    }
}

impl TryFrom<TaskParts> for TaskDetails {
    type Error = TaskDetailsError;

    fn try_from(parts: TaskParts) -> Result<Self, Self::Error> {
        Self::new(parts)
    }
}

impl From<TaskDetails> for TaskParts {
    fn from(details: TaskDetails) -> Self {
        details.0
    }
}

/// Parts do not make a task.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TaskDetailsError {
    /// The title is blank, too long or has control characters.
    #[error("the title is not one of a task: 1 to 200 characters are wanted")]
    Title,
    /// Too many people watch it.
    #[error("too many people watch the task: at most {most} are wanted")]
    Watchers {
        /// How many may.
        most: usize,
    },
    /// It is too much work.
    #[error("the effort is {minutes} minutes: at most {most} are wanted")]
    Effort {
        /// How much.
        minutes: u32,
        /// How much it may be.
        most: u32,
    },
    /// An item of the checklist is blank or too long, or there are too many.
    #[error("the checklist is not one: at most 200 items of 1 to 300 characters are wanted")]
    Checklist,
    /// It recurs, but by no clock, or without a first deadline.
    #[error("the task recurs without a zone or a deadline: both are wanted")]
    Recurs,
}
