//! Saying that a task is done.

use chrono::{DateTime, Utc};
use office_core::subject::PersonId;
use office_core::{StoreError, Tx};
use thiserror::Error;

use super::{Task, TaskDetails, TaskError, TaskFact, TaskId, TaskParts, TaskStatus};

impl Task {
    /// What is to be done when this is done, where it recurs: the same, due at the first instance after its deadline,
    /// by whoever owns it now.
    ///
    /// Of readings that the clocks skip, the one that is later by the gap is meant; of those shown twice, the first.
    #[must_use]
    pub fn next(&self) -> Option<TaskDetails> {
        let set = self.details().recurs.as_ref()?;
        let (zone, due) = (set.zone()?, self.due?);
        let next = set.instants_from(zone.local(due), zone).find(|instant| *instant > due)?;
        let parts =
            TaskParts { owner: self.owner, watchers: self.watchers.clone(), due: Some(next), ..self.details().clone() };
        TaskDetails::new(parts).ok()
    }

    /// The id of the task that comes after one that recurs: the same for ever.
    #[must_use]
    pub fn id_of_next(id: TaskId, due: DateTime<Utc>) -> TaskId {
        TaskId::natural("task", &format!("{id} {due:?}"))
    }
}

/// Says that a task is done: its owner does, once all of its checklist is ticked and all that it waits for is over.
///
/// Where it recurs, the next one is begun in the same transaction, under the id that [`Task::id_of_next`] tells; that is
/// returned.
///
/// # Errors
/// [`CompleteTaskError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, wait};
/// use office_scheduling::{
///     CompleteTaskError, RecurrenceSet, Task, TaskDetails, TaskId, TaskParts, complete_task, wait_for_task,
/// };
///
/// let office = Office::on(MemoryStore::new());
/// let ada = Id::natural("person", "E-001");
/// let (order, backup) = (TaskId::natural("task", "T-1"), TaskId::natural("task", "T-2"));
/// let at = "2026-11-06T15:00:00Z".parse()?;
/// let command = |key: &str| Command::new(key, "task", Actor::new(ada, Role::new("office_manager")), at);
///
/// // A backup each Friday at four; this week it waits for the order of tapes.
/// let fridays = RecurrenceSet::new("2026-11-06T16:00:00".parse()?, Some("Europe/Berlin".parse()?))
///     .with_rule("FREQ=WEEKLY".parse()?);
/// let weekly = TaskDetails::new(TaskParts {
///     due: Some(at),
///     recurs: Some(fridays),
///     ..TaskParts::new("back up the archive", ada)
/// })?;
/// let once = TaskDetails::new(TaskParts::new("order tapes", ada))?;
/// wait(office.transact(&command("begin")?, |tx| {
///     let (once, weekly) = (once.clone(), weekly.clone());
///     async move {
///         tx.create(order, Task::begin(once)).await?;
///         tx.create(backup, Task::begin(weekly)).await?;
///         wait_for_task(&tx, backup, order).await.map_err(Box::<dyn std::error::Error + Send + Sync>::from)
///     }
/// }))
/// .map_err(|error| error.to_string())?;
///
/// let complete = |key: &str, id| {
///     wait(office.transact(&command(key).unwrap(), |tx| async move { complete_task(&tx, id, ada).await }))
/// };
/// let refused = complete("soon", backup).unwrap_err();
/// assert_eq!(refused.to_string(), "the task waits for `order tapes`: a task that waits for nothing is wanted");
/// assert_eq!(complete("tapes", order)?, None);
/// let next = complete("backup", backup)?.ok_or("there is a next one")?;
/// let next = wait(office.view(|view| async move { view.load(next).await }))?;
/// assert_eq!(next.due(), Some("2026-11-13T15:00:00Z".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn complete_task(tx: &Tx, id: TaskId, by: PersonId) -> Result<Option<TaskId>, CompleteTaskError> {
    // Read.
    let task = tx.find(id).await?.ok_or(CompleteTaskError::NoSuchTask { task: id })?;
    let awaited: Vec<TaskId> = task.waits_for.iter().copied().collect();
    let awaited = tx.find_each(&awaited).await?;

    // Decide.
    let next = task.next();
    let next_id = next.as_ref().and_then(|next| next.parts().due).map(|due| Task::id_of_next(id, due));
    if let TaskStatus::Done { by: done_by, .. } = task.status
        && done_by == by
    {
        return Ok(next_id);
    }
    task.own(by)?;
    if let Some((item, _)) = task.checklist().find(|(_, done)| !done) {
        return Err(CompleteTaskError::Unticked { item: item.to_owned() });
    }
    if let Some(open) = awaited.into_iter().flatten().find(Task::is_open) {
        return Err(CompleteTaskError::Waits { title: open.details().title.clone() });
    }

    // Record.
    tx.record::<Task>(id, TaskFact::Completed { by, at: tx.command().at() }).await?;
    if let (Some(next_id), Some(next)) = (next_id, next) {
        tx.create::<Task>(next_id, Task::begin(next)).await?;
    }
    Ok(next_id)
}

/// A task cannot be said to be done.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CompleteTaskError {
    /// There is no such task.
    #[error("there is no task {task}")]
    NoSuchTask {
        /// The id.
        task: TaskId,
    },
    /// It is over, or somebody else's.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// Something on its checklist is not done.
    #[error("`{item}` is not ticked: all of the checklist is wanted")]
    Unticked {
        /// The first such item.
        item: String,
    },
    /// Something that it waits for is open.
    #[error("the task waits for `{title}`: a task that waits for nothing is wanted")]
    Waits {
        /// The title of the first such task.
        title: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
