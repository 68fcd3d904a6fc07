//! Tasks: somebody's work, with a deadline, that others may have to wait for.
//!
//! ```text
//! open ──complete_task──► done
//!   └──────cancel───────► cancelled
//! ```

mod complete;
mod details;
mod error;
mod outlook;
mod wait;

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, Utc};
use office_core::subject::PersonId;
use office_core::{Decision, Entity, Entries, Id, Kind, Ordered, Partition};
use serde::{Deserialize, Serialize};

pub use self::complete::{CompleteTaskError, complete_task};
pub use self::details::{TaskDetails, TaskDetailsError, TaskParts};
pub use self::error::{AnswerTaskError, CancelTaskError, DelegateTaskError, TaskError, TickTaskError};
pub use self::outlook::{TaskOutlook, late_tasks};
pub use self::wait::{MAX_WAIT, WaitForTaskError, wait_for_task};
use crate::TaskProjectId;

/// The id of a task.
pub type TaskId = Id<Task>;

/// Something that somebody has to do.
///
/// It has exactly one owner at any time. Whoever is offered it owns it from the moment they accept.
///
/// # Example
/// ```
/// use office_core::{Entity, Id};
/// use office_scheduling::{AnswerTaskError, Task, TaskDetails, TaskParts};
///
/// let (ada, ben) = (Id::natural("person", "E-001"), Id::natural("person", "E-002"));
/// let details = TaskDetails::new(TaskParts { effort_minutes: 120, ..TaskParts::new("order the chairs", ada) })?;
/// let mut task = Task::open(&Task::begin(details)).ok_or("a first fact")?;
/// let at = "2026-11-02T09:00:00Z".parse()?;
///
/// task.apply(&task.delegate(ada, ben, at)?.fact().ok_or("a fact")?);
/// assert_eq!(task.owner(), ada); // Ben has not accepted yet.
/// assert_eq!(task.answer(ada, true, at), Err(AnswerTaskError::NotOffered));
/// task.apply(&task.answer(ben, true, at)?.fact().ok_or("a fact")?);
/// assert_eq!(task.owner(), ben);
///
/// task.apply(&task.report(ben, 30, at)?.fact().ok_or("a fact")?);
/// assert_eq!(task.progress_percent(), 75);
/// assert!(task.report(ada, 0, at).is_err()); // Ada's no more.
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    details: TaskDetails,
    owner: PersonId,
    offered_to: Option<PersonId>,
    due: Option<DateTime<Utc>>,
    remaining_minutes: u32,
    watchers: BTreeSet<PersonId>,
    /// The items of the checklist that are done, from 0.
    ticked: BTreeSet<u32>,
    waits_for: BTreeSet<TaskId>,
    status: TaskStatus,
}

/// How far a task has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    /// It is to be done.
    Open,
    /// It is done.
    Done {
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It is not to be done any more.
    Cancelled {
        /// Who said so.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
}

impl fmt::Display for TaskStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("open"),
            Self::Done { at, .. } => write!(f, "done since {at}"),
            Self::Cancelled { at, .. } => write!(f, "cancelled since {at}"),
        }
    }
}

/// What happens to a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskFact {
    /// It is to be done.
    Begun {
        /// What.
        details: TaskDetails,
    },
    /// Its owner offered it to somebody else.
    Offered {
        /// To whom.
        to: PersonId,
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Whom it was offered to answered.
    Answered {
        /// Who.
        by: PersonId,
        /// Whether they own it from now on.
        accepted: bool,
        /// When.
        at: DateTime<Utc>,
    },
    /// Its owner said how much is left.
    Reported {
        /// In minutes of working time.
        remaining_minutes: u32,
        /// Who.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// An item of its checklist was done, or is to be done again.
    Ticked {
        /// Which, from 0.
        item: u32,
        /// Whether it is done.
        done: bool,
        /// Who.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It is due at another time.
    Rescheduled {
        /// When it is due, if there is a deadline.
        due: Option<DateTime<Utc>>,
        /// Who moved it.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody wants to know about it, or no more.
    Watched {
        /// Who.
        person: PersonId,
        /// Whether they watch it from now on.
        watches: bool,
    },
    /// It has to wait for another, or no more.
    Waits {
        /// For which.
        on: TaskId,
        /// Whether it waits from now on.
        waits: bool,
    },
    /// It is done.
    Completed {
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It is not to be done any more.
    Cancelled {
        /// Who said so.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
}

/// The last second of the year 9999: where tasks without a deadline stand among those with one.
const FAR: i64 = 253_402_300_799;

impl Task {
    /// Open tasks of an owner, by deadline, those without one last; may be decided upon.
    pub const OPEN_OF: Partition<Self, PersonId, DateTime<Utc>> = Partition::new("owner");

    /// All tasks of a project, by deadline, those without one last; may be decided upon.
    pub const OF_PROJECT: Partition<Self, TaskProjectId, DateTime<Utc>> = Partition::new("project");

    /// Open tasks with a deadline, by deadline; for reports.
    pub const BY_DUE: Ordered<Self, DateTime<Utc>> = Ordered::new("due");

    /// A new task.
    #[must_use]
    pub const fn begin(details: TaskDetails) -> TaskFact {
        TaskFact::Begun { details }
    }

    /// What it is about.
    #[must_use]
    pub const fn details(&self) -> &TaskParts {
        self.details.parts()
    }

    /// Whose it is.
    #[must_use]
    pub const fn owner(&self) -> PersonId {
        self.owner
    }

    /// Who was asked to take it over and has not answered.
    #[must_use]
    pub const fn offered_to(&self) -> Option<PersonId> {
        self.offered_to
    }

    /// When it is due.
    #[must_use]
    pub const fn due(&self) -> Option<DateTime<Utc>> {
        self.due
    }

    /// How much is left to do, in minutes of working time.
    #[must_use]
    pub const fn remaining_minutes(&self) -> u32 {
        match self.status {
            TaskStatus::Open => self.remaining_minutes,
            TaskStatus::Done { .. } | TaskStatus::Cancelled { .. } => 0,
        }
    }

    /// How much of the effort first thought of is done, in percent, rounded down; 100 only where it is done.
    #[must_use]
    pub fn progress_percent(&self) -> u8 {
        if let TaskStatus::Done { .. } = self.status {
            return 100;
        }
        let effort = u64::from(self.details().effort_minutes);
        let done = effort.saturating_sub(u64::from(self.remaining_minutes)).saturating_mul(100);
        u8::try_from(done.checked_div(effort).unwrap_or(0).min(99)).unwrap_or(99)
    }

    /// Who wants to know about it.
    #[must_use]
    pub const fn watchers(&self) -> &BTreeSet<PersonId> {
        &self.watchers
    }

    /// The checklist, each item with whether it is done.
    pub fn checklist(&self) -> impl Iterator<Item = (&str, bool)> {
        (0..).zip(&self.details().checklist).map(|(item, text)| (text.as_str(), self.ticked.contains(&item)))
    }

    /// What it has to wait for.
    #[must_use]
    pub const fn waits_for(&self) -> &BTreeSet<TaskId> {
        &self.waits_for
    }

    /// How far it has come.
    #[must_use]
    pub const fn status(&self) -> TaskStatus {
        self.status
    }

    /// Whether it is still to be done.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.status, TaskStatus::Open)
    }

    /// Offers the task to somebody, who owns it as soon as they accept. Offered to somebody else meanwhile, the offer
    /// before is void.
    ///
    /// # Errors
    /// [`DelegateTaskError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("task/chairs.txt")]
    ///
    /// task.apply_decision(&task.delegate(ada, ben, at)?);
    /// // It is Ada's until Ben accepts.
    /// assert_eq!((task.owner(), task.offered_to()), (ada, Some(ben)));
    /// // One cannot offer it to oneself.
    /// assert_eq!(task.delegate(ada, ada, at), Err(DelegateTaskError::ToOneself));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn delegate(
        &self,
        by: PersonId,
        to: PersonId,
        at: DateTime<Utc>,
    ) -> Result<Decision<TaskFact>, DelegateTaskError> {
        self.own(by)?;
        if self.offered_to == Some(to) {
            return Ok(Decision::AlreadyRecorded);
        }
        if to == by {
            return Err(DelegateTaskError::ToOneself);
        }
        Ok(Decision::Record(TaskFact::Offered { to, by, at }))
    }

    /// Accepts or declines a task that was offered.
    ///
    /// # Errors
    /// [`AnswerTaskError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("task/chairs.txt")]
    ///
    /// task.apply_decision(&task.delegate(ada, ben, at)?);
    /// // Eve was not asked.
    /// assert_eq!(task.answer(eve, true, at), Err(AnswerTaskError::NotOffered));
    /// task.apply_decision(&task.answer(ben, true, at)?);
    /// assert_eq!(task.owner(), ben);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn answer(
        &self,
        by: PersonId,
        accepted: bool,
        at: DateTime<Utc>,
    ) -> Result<Decision<TaskFact>, AnswerTaskError> {
        if !self.is_open() {
            return Err(AnswerTaskError::NotOpen { status: self.status });
        }
        if self.offered_to != Some(by) {
            return Err(AnswerTaskError::NotOffered);
        }
        Ok(Decision::Record(TaskFact::Answered { by, accepted, at }))
    }

    /// Says how much is left to do.
    ///
    /// # Errors
    /// [`TaskError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("task/chairs.txt")]
    ///
    /// // Of two hours, half an hour is left.
    /// task.apply_decision(&task.report(ada, 30, at)?);
    /// assert_eq!(task.progress_percent(), 75);
    /// // It is not Ben's task.
    /// assert_eq!(task.report(ben, 0, at), Err(TaskError::NotOwner { owner: ada }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn report(
        &self,
        by: PersonId,
        remaining_minutes: u32,
        at: DateTime<Utc>,
    ) -> Result<Decision<TaskFact>, TaskError> {
        self.own(by)?;
        let most = TaskDetails::MAX_EFFORT;
        if remaining_minutes > most {
            return Err(TaskError::Effort { minutes: remaining_minutes, most });
        }
        if remaining_minutes == self.remaining_minutes {
            return Ok(Decision::AlreadyRecorded);
        }
        Ok(Decision::Record(TaskFact::Reported { remaining_minutes, by, at }))
    }

    /// Says that an item of the checklist, from 0, is done, or to be done again.
    ///
    /// # Errors
    /// [`TickTaskError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("task/chairs.txt")]
    ///
    /// task.apply_decision(&task.tick(ada, 0, true, at)?);
    /// assert_eq!(task.checklist().collect::<Vec<_>>(), [("ask for a quotation", true), ("place the order", false)]);
    /// // The list has two items.
    /// assert_eq!(task.tick(ada, 2, true, at), Err(TickTaskError::NoSuchItem { item: 2, items: 2 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn tick(
        &self,
        by: PersonId,
        item: u32,
        done: bool,
        at: DateTime<Utc>,
    ) -> Result<Decision<TaskFact>, TickTaskError> {
        self.own(by)?;
        let items = self.details().checklist.len();
        if usize::try_from(item).map_or(true, |item| item >= items) {
            return Err(TickTaskError::NoSuchItem { item, items });
        }
        if self.ticked.contains(&item) == done {
            return Ok(Decision::AlreadyRecorded);
        }
        Ok(Decision::Record(TaskFact::Ticked { item, done, by, at }))
    }

    /// Moves the deadline, or takes it away.
    ///
    /// # Errors
    /// [`TaskError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("task/chairs.txt")]
    ///
    /// let friday = Some("2026-11-06T16:00:00Z".parse()?);
    /// task.apply_decision(&task.reschedule(ada, friday, at)?);
    /// assert_eq!(task.due(), friday);
    /// // Ben cannot take the deadline away: it is Ada's task.
    /// assert_eq!(task.reschedule(ben, None, at), Err(TaskError::NotOwner { owner: ada }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reschedule(
        &self,
        by: PersonId,
        due: Option<DateTime<Utc>>,
        at: DateTime<Utc>,
    ) -> Result<Decision<TaskFact>, TaskError> {
        self.own(by)?;
        if due == self.due {
            return Ok(Decision::AlreadyRecorded);
        }
        if due.is_none() && self.details().recurs.is_some() {
            return Err(TaskError::RecursWithoutDue);
        }
        Ok(Decision::Record(TaskFact::Rescheduled { due, by, at }))
    }

    /// Somebody wants to know about the task from now on, or no more.
    ///
    /// # Errors
    /// [`TaskError::TooManyWatchers`] beyond 200.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("task/chairs.txt")]
    ///
    /// task.apply_decision(&task.watch(ben, true)?);
    /// assert_eq!(task.watchers(), &[ben].into());
    /// // Two hundred people may watch a task, and no more.
    /// for number in 1..TaskDetails::MAX_WATCHERS {
    ///     task.apply_decision(&task.watch(Id::natural("visitor", &number.to_string()), true)?);
    /// }
    /// assert_eq!(task.watch(eve, true), Err(TaskError::TooManyWatchers { most: 200 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn watch(&self, person: PersonId, watches: bool) -> Result<Decision<TaskFact>, TaskError> {
        if self.watchers.contains(&person) == watches {
            return Ok(Decision::AlreadyRecorded);
        }
        if watches && self.watchers.len() >= TaskDetails::MAX_WATCHERS {
            return Err(TaskError::TooManyWatchers { most: TaskDetails::MAX_WATCHERS });
        }
        Ok(Decision::Record(TaskFact::Watched { person, watches }))
    }

    /// The task has not to wait for another any more.
    pub fn stop_waiting(&self, on: TaskId) -> Decision<TaskFact> {
        if self.waits_for.contains(&on) {
            Decision::Record(TaskFact::Waits { on, waits: false })
        } else {
            Decision::AlreadyRecorded
        }
    }

    /// The task is not to be done any more.
    ///
    /// # Errors
    /// [`CancelTaskError`] where it is done.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("task/chairs.txt")]
    ///
    /// let mut off = task.clone();
    /// off.apply_decision(&off.cancel(ada, at)?);
    /// assert!(!off.is_open());
    /// // What is done cannot be called off.
    /// task.apply(&TaskFact::Completed { by: ada, at });
    /// assert_eq!(task.cancel(ada, at), Err(CancelTaskError::Done { at }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cancel(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<TaskFact>, CancelTaskError> {
        match self.status {
            TaskStatus::Cancelled { .. } => Ok(Decision::AlreadyRecorded),
            TaskStatus::Done { at, .. } => Err(CancelTaskError::Done { at }),
            TaskStatus::Open => Ok(Decision::Record(TaskFact::Cancelled { by, at })),
        }
    }

    /// Whether it is open and somebody's.
    fn own(&self, by: PersonId) -> Result<(), TaskError> {
        if !self.is_open() {
            return Err(TaskError::NotOpen { status: self.status });
        }
        if by == self.owner { Ok(()) } else { Err(TaskError::NotOwner { owner: self.owner }) }
    }

    /// Its place in an index by deadline.
    fn due_or_far(&self) -> DateTime<Utc> {
        self.due.or_else(|| DateTime::from_timestamp(FAR, 0)).unwrap_or_default()
    }
}

impl Entity for Task {
    const KIND: Kind = Kind::literal("task");

    type Fact = TaskFact;

    fn open(fact: &TaskFact) -> Option<Self> {
        let TaskFact::Begun { details } = fact else { return None };
        let parts = details.parts();
        Some(Self {
            owner: parts.owner,
            offered_to: None,
            due: parts.due,
            remaining_minutes: parts.effort_minutes,
            watchers: parts.watchers.clone(),
            ticked: BTreeSet::new(),
            waits_for: BTreeSet::new(),
            status: TaskStatus::Open,
            details: details.clone(),
        })
    }

    fn apply(&mut self, fact: &TaskFact) {
        match fact {
            TaskFact::Begun { details } => self.details = details.clone(),
            TaskFact::Offered { to, .. } => self.offered_to = Some(*to),
            TaskFact::Answered { by, accepted, .. } => {
                self.offered_to = None;
                if *accepted {
                    self.owner = *by;
                }
            }
            TaskFact::Reported { remaining_minutes, .. } => self.remaining_minutes = *remaining_minutes,
            TaskFact::Ticked { item, done, .. } => put(&mut self.ticked, *item, *done),
            TaskFact::Rescheduled { due, .. } => self.due = *due,
            TaskFact::Watched { person, watches } => put(&mut self.watchers, *person, *watches),
            TaskFact::Waits { on, waits } => put(&mut self.waits_for, *on, *waits),
            TaskFact::Completed { by, at } => self.status = TaskStatus::Done { by: *by, at: *at },
            TaskFact::Cancelled { by, at } => self.status = TaskStatus::Cancelled { by: *by, at: *at },
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        if let Some(project) = self.details().project {
            entries.partition(Self::OF_PROJECT, &project, &self.due_or_far());
        }
        if self.is_open() {
            entries.partition(Self::OPEN_OF, &self.owner, &self.due_or_far());
            if let Some(due) = self.due {
                entries.ordered(Self::BY_DUE, &due);
            }
        }
    }
}

fn put<T: Ord>(set: &mut BTreeSet<T>, item: T, is_in: bool) {
    if is_in {
        set.insert(item);
    } else {
        set.remove(&item);
    }
}
