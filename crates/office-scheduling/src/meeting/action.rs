//! What is to be done after a meeting: one task for each action of the minutes.

use office_core::{StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{ActionItem, Meeting, MeetingError, MeetingFact, MeetingId, MeetingStatus};
use crate::{Task, TaskDetails, TaskDetailsError, TaskId, TaskParts};

/// Which action of which minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionRef {
    /// The meeting that agreed on it.
    pub meeting: MeetingId,
    /// The item under which it did.
    pub item: u32,
    /// Its place among the actions of the item, from 0.
    pub place: u32,
}

impl ActionRef {
    /// The id of the task that the action becomes: the same for ever.
    #[must_use]
    pub fn task(&self) -> TaskId {
        let Self { meeting, item, place } = self;
        TaskId::natural("meeting_action", &format!("{meeting} {item} {place}"))
    }
}

impl Meeting {
    /// The actions that its minutes have, in the order of the agenda; `id` is its own.
    pub fn actions(&self, id: MeetingId) -> impl Iterator<Item = (ActionRef, &ActionItem)> {
        self.minutes().filter_map(|(item, _, minutes)| Some((item, minutes?))).flat_map(move |(item, minutes)| {
            (0..).zip(&minutes.actions).map(move |(place, action)| (ActionRef { meeting: id, item, place }, action))
        })
    }

    /// The actions of earlier meetings that were open when they were carried over to this one.
    pub fn inherited_actions(&self) -> impl Iterator<Item = ActionRef> {
        self.inherited_actions.iter().copied()
    }

    /// Whether its actions have become tasks.
    #[must_use]
    pub const fn actions_are_begun(&self) -> bool {
        self.actions_begun
    }
}

/// Makes a task of each action of circulated or approved minutes, of its owner and due when it is; done again it
/// changes nothing. Told are all tasks, in the order of the minutes.
///
/// # Errors
/// [`BeginActionsError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, StoreError, wait};
/// use office_scheduling::{
///     ActionItem, AgendaItem, ItemMinutes, Meeting, MeetingDetails, MeetingFact, MeetingId, MeetingParts, MeetingStatus,
///     begin_actions,
/// };
///
/// let office = Office::on(MemoryStore::new());
/// let (ada, ben) = (Id::natural("person", "E-001"), Id::natural("person", "E-002"));
/// let id = MeetingId::natural("meeting", "2026-11");
/// let at = "2026-11-02T09:00:00Z".parse()?;
/// let command = |key: &str| Command::new(key, "meeting", Actor::new(ada, Role::new("assistant")), at).unwrap();
/// let details = MeetingDetails::new(MeetingParts::new("team", 30, ada, [ada, ben].into()))?;
/// let order = ActionItem { what: "order six chairs".to_owned(), owner: ben, due: at };
/// let minutes = ItemMinutes { actions: vec![order], ..ItemMinutes::default() };
/// wait(office.transact(&command("meet"), |tx| {
///     let (details, minutes) = (details.clone(), minutes.clone());
///     async move {
///         tx.create(id, Meeting::plan(details)).await?;
///         tx.record(id, MeetingFact::ItemPut { number: 1, item: AgendaItem::new("chairs", 20) }).await?;
///         tx.record(id, MeetingFact::Became { status: MeetingStatus::Held, by: ada, at }).await?;
///         tx.record(id, MeetingFact::Minuted { item: 1, minutes, by: ada, at }).await
///     }
/// }))
/// .map_err(|error: StoreError| error)?;
///
/// let begin = |key: &str| wait(office.transact(&command(key), |tx| async move { begin_actions(&tx, id).await }));
/// let refused = begin("too_soon").unwrap_err();
/// assert_eq!(refused.to_string(), "the meeting is held: one that is circulated or approved is wanted");
///
/// wait(office.transact(&command("circulate"), |tx| async move {
///     let meeting: Meeting = tx.load(id).await?;
///     tx.decide(id, meeting.circulate(ada, at).unwrap()).await
/// }))
/// .map_err(|error: StoreError| error)?;
/// let tasks = begin("begin")?;
/// assert_eq!(begin("again")?, tasks);
/// let first = tasks[0];
/// let task = wait(office.view(|view| async move { view.load(first).await }))?;
/// assert_eq!((task.owner(), task.due()), (ben, Some(at)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn begin_actions(tx: &Tx, id: MeetingId) -> Result<Vec<TaskId>, BeginActionsError> {
    // Read.
    let meeting = tx.find(id).await?.ok_or(BeginActionsError::NoSuchMeeting { meeting: id })?;

    // Decide.
    meeting.status_is(&[MeetingStatus::Circulated, MeetingStatus::Approved])?;
    let mut tasks = Vec::new();
    for (action, ActionItem { what, owner, due }) in meeting.actions(id) {
        let parts = TaskParts { due: Some(*due), ..TaskParts::new(what, *owner) };
        tasks.push((action.task(), Task::begin(TaskDetails::new(parts)?)));
    }
    let ids = tasks.iter().map(|(task, _)| *task).collect();
    if meeting.actions_begun {
        return Ok(ids);
    }

    // Record.
    for (task, begun) in tasks {
        tx.create::<Task>(task, begun).await?;
    }
    tx.record::<Meeting>(id, MeetingFact::ActionsBegun { at: tx.command().at() }).await?;
    Ok(ids)
}

/// Actions cannot become tasks.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BeginActionsError {
    /// There is no such meeting.
    #[error("there is no meeting {meeting}")]
    NoSuchMeeting {
        /// The id.
        meeting: MeetingId,
    },
    /// The minutes are a draft still, or there are none.
    #[error(transparent)]
    Meeting(#[from] MeetingError),
    /// An action is not one that a task can be about.
    #[error(transparent)]
    Task(#[from] TaskDetailsError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
