//! Letting a task wait for another.

use std::collections::{BTreeMap, BTreeSet};

use office_core::{Decision, StoreError, Tx};
use thiserror::Error;

use super::{Task, TaskError, TaskFact, TaskId};
use crate::network::chain;

/// The most tasks that one task may wait for, and the most that are looked through for a circle.
pub const MAX_WAIT: usize = 2_000;

/// Lets a task wait for another: it is not done before that is over.
///
/// What waits for itself, through however many others, is refused with the circle named, by title. Two transactions that
/// would make a circle together meet each other: one of them is refused.
///
/// # Errors
/// [`WaitForTaskError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, StoreError, wait};
/// use office_scheduling::{Task, TaskDetails, TaskId, TaskParts, wait_for_task};
///
/// let office = Office::on(MemoryStore::new());
/// let ada = Id::natural("person", "E-001");
/// let at = "2026-11-02T09:00:00Z".parse()?;
/// let command = |key: &str| Command::new(key, "task", Actor::new(ada, Role::new("office_manager")), at).unwrap();
/// let id = |name: &str| TaskId::natural("task", name);
/// wait(office.transact(&command("begin"), |tx| async move {
///     for title in ["paint", "furnish"] {
///         tx.create(id(title), Task::begin(TaskDetails::new(TaskParts::new(title, ada)).unwrap())).await?;
///     }
///     Ok::<_, StoreError>(())
/// }))?;
/// let wait_for = |key: &str, task: &str, on: &str| {
///     let (task, on) = (id(task), id(on));
///     wait(office.transact(&command(key), |tx| async move { wait_for_task(&tx, task, on).await }))
/// };
/// wait_for("1", "furnish", "paint")?;
/// let refused = wait_for("2", "paint", "furnish").unwrap_err();
/// assert_eq!(refused.to_string(), "paint waits for furnish waits for paint: an order without a circle is wanted");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn wait_for_task(tx: &Tx, task_id: TaskId, on: TaskId) -> Result<(), WaitForTaskError> {
    // Read.
    let task = tx.find(task_id).await?.ok_or(WaitForTaskError::NoSuchTask { task: task_id })?;
    if task.waits_for.contains(&on) {
        return Ok(());
    }
    let seen = reachable(tx, on).await?;

    // Decide.
    if !task.is_open() {
        return Err(TaskError::NotOpen { status: task.status }.into());
    }
    if task.waits_for.len() >= MAX_WAIT {
        return Err(WaitForTaskError::TooMany);
    }
    if let Some(path) = path_to(&seen, on, task_id) {
        let titles: Vec<&str> = std::iter::once(task_id)
            .chain(path)
            .filter_map(|id| if id == task_id { Some(&task) } else { seen.get(&id) })
            .map(|task| task.details().title.as_str())
            .collect();
        return Err(WaitForTaskError::Circle { path: chain(&titles) });
    }

    // Record.
    Ok(tx.decide::<Task>(task_id, Decision::Record(TaskFact::Waits { on, waits: true })).await?)
}

/// A task and all that it waits for, directly or not.
async fn reachable(tx: &Tx, from: TaskId) -> Result<BTreeMap<TaskId, Task>, WaitForTaskError> {
    let mut seen: BTreeMap<TaskId, Task> = BTreeMap::new();
    let mut next: BTreeSet<TaskId> = [from].into();
    while let Some(id) = next.pop_first() {
        let task = tx.find(id).await?.ok_or(WaitForTaskError::NoSuchTask { task: id })?;
        next.extend(task.waits_for.iter().filter(|on| !seen.contains_key(*on) && **on != id));
        seen.insert(id, task);
        if seen.len() > MAX_WAIT {
            return Err(WaitForTaskError::TooMany);
        }
    }
    Ok(seen)
}

/// The shortest chain of waiting from one task to another, both included.
fn path_to(seen: &BTreeMap<TaskId, Task>, from: TaskId, to: TaskId) -> Option<Vec<TaskId>> {
    let mut came_from: BTreeMap<TaskId, TaskId> = BTreeMap::new();
    let mut layer = vec![from];
    while !layer.is_empty() && from != to && !came_from.contains_key(&to) {
        let mut next = Vec::new();
        for id in layer {
            for on in seen.get(&id).into_iter().flat_map(|task| &task.waits_for) {
                if *on != from && !came_from.contains_key(on) {
                    came_from.insert(*on, id);
                    next.push(*on);
                }
            }
        }
        layer = next;
    }
    let mut path = vec![to];
    let mut at = to;
    while at != from {
        at = *came_from.get(&at)?;
        path.push(at);
    }
    path.reverse();
    Some(path)
}

/// A task cannot wait for another.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WaitForTaskError {
    /// There is no such task.
    #[error("there is no task {task}")]
    NoSuchTask {
        /// The id.
        task: TaskId,
    },
    /// It is over.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// It would wait for too many.
    #[error("the task waits for too many others: at most {MAX_WAIT}, directly or not, are wanted")]
    TooMany,
    /// It would wait for itself.
    #[error("{path}: an order without a circle is wanted")]
    Circle {
        /// The titles of the tasks, each of which waits for the next.
        path: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
