//! What a meeting did not come to, and what is still to be done: carried over to the next of the series.

use std::collections::{BTreeMap, BTreeSet};

use office_core::subject::PersonId;
use office_core::{StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{
    ActionRef, AgendaItem, CarriedFrom, MAX_AGENDA_ITEMS, Meeting, MeetingError, MeetingFact, MeetingId, MeetingStatus,
};
use crate::{Task, TaskId};

/// The most open actions that are carried over.
const MOST_ACTIONS: usize = 1_000;

/// What one meeting takes over from an earlier one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarryOver {
    /// From which meeting.
    pub from: MeetingId,
    /// Its items that were not come to, by their number in the later meeting: without a time box, which is to be given.
    pub items: BTreeMap<u32, CarriedItem>,
    /// Actions, its own and those it had taken over, whose tasks are open.
    pub actions: BTreeSet<ActionRef>,
}

/// An item that was not come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarriedItem {
    /// Its number in the earlier meeting.
    pub number: u32,
    /// The item.
    pub item: AgendaItem,
}

impl Meeting {
    /// The meeting to which the rest of it was carried over.
    #[must_use]
    pub const fn carried_to(&self) -> Option<MeetingId> {
        self.carried_to
    }

    /// The items that the minutes do not cover.
    fn left_over(&self) -> impl Iterator<Item = (u32, &AgendaItem)> {
        self.agenda().filter(|(number, _)| !self.is_covered(*number))
    }

    /// The items with the numbers that they get here, after those that there are.
    fn numbered(&self, earlier: &Self) -> BTreeMap<u32, CarriedItem> {
        let first = self.agenda.last_key_value().map_or(1, |(last, _)| last.saturating_add(1));
        let items = earlier
            .left_over()
            .map(|(number, item)| CarriedItem { number, item: AgendaItem { minutes: 0, ..item.clone() } });
        (first..).zip(items).collect()
    }

    /// Takes over what a fact says.
    pub(super) fn take_over(&mut self, carried: &CarryOver) {
        for (number, CarriedItem { number: item, item: content }) in &carried.items {
            self.agenda.insert(*number, content.clone());
            self.order.push(*number);
            self.carried_from.insert(*number, CarriedFrom { meeting: carried.from, item: *item });
        }
        self.inherited_actions.extend(&carried.actions);
    }
}

/// Carries what a meeting did not come to, and the actions that are open, over to a later meeting of its series, which is
/// still planned: the chair or the secretary of that does. It happens once; asked for again it changes nothing.
///
/// A meeting that was called off carries over all of its agenda. What is carried over can be carried on.
///
/// # Errors
/// [`CarryOverError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, StoreError, wait};
/// use office_scheduling::{
///     AgendaItem, CarriedFrom, Meeting, MeetingDetails, MeetingFact, MeetingId, MeetingParts, MeetingSeriesId,
///     MeetingStatus, carry_over,
/// };
///
/// let office = Office::on(MemoryStore::new());
/// let ada = Id::natural("person", "E-001");
/// let (october, november) = (MeetingId::natural("meeting", "10"), MeetingId::natural("meeting", "11"));
/// let at = "2026-11-02T09:00:00Z".parse()?;
/// let command = |key: &str| Command::new(key, "meeting", Actor::new(ada, Role::new("assistant")), at).unwrap();
/// let series = Some(MeetingSeriesId::natural("meeting_series", "team"));
/// let details = MeetingDetails::new(MeetingParts { series, ..MeetingParts::new("team", 30, ada, [ada].into()) })?;
/// wait(office.transact(&command("plan"), |tx| {
///     let details = details.clone();
///     async move {
///         tx.create(october, Meeting::plan(details.clone())).await?;
///         tx.create(november, Meeting::plan(details)).await?;
///         tx.record(october, MeetingFact::ItemPut { number: 1, item: AgendaItem::new("tables", 20) }).await
///     }
/// }))
/// .map_err(|error: StoreError| error)?;
///
/// let carry = |key: &str| {
///     wait(office.transact(&command(key), |tx| async move { carry_over(&tx, october, november, ada).await }))
/// };
/// // The meeting of October is still to come.
/// assert!(carry("too_soon").is_err());
/// wait(office.transact(&command("cancel"), |tx| async move {
///     let meeting: Meeting = tx.load(october).await?;
///     tx.decide(october, meeting.cancel(ada, at).unwrap()).await
/// }))
/// .map_err(|error: StoreError| error)?;
/// carry("carry")?;
/// let meeting = wait(office.view(|view| async move { view.load(november).await }))?;
/// assert_eq!(meeting.carried_from(1), Some(CarriedFrom { meeting: october, item: 1 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn carry_over(tx: &Tx, from: MeetingId, to: MeetingId, by: PersonId) -> Result<(), CarryOverError> {
    // Read.
    let earlier = tx.find(from).await?.ok_or(CarryOverError::NoSuchMeeting { meeting: from })?;
    let later = tx.find(to).await?.ok_or(CarryOverError::NoSuchMeeting { meeting: to })?;
    let agreed: Vec<ActionRef> =
        earlier.actions(from).map(|(action, _)| action).chain(earlier.inherited_actions()).collect();
    let tasks: Vec<TaskId> = agreed.iter().map(ActionRef::task).collect();
    let tasks = tx.find_each(&tasks).await?;

    // Decide.
    match earlier.carried_to {
        Some(there) if there == to => return Ok(()),
        Some(there) => return Err(CarryOverError::Done { there }),
        None => {}
    }
    earlier.status_is(&[MeetingStatus::Circulated, MeetingStatus::Approved, MeetingStatus::Cancelled])?;
    later.status_is(&[MeetingStatus::Planned])?;
    later.in_charge(by)?;
    if from == to || earlier.details().series.is_none() || earlier.details().series != later.details().series {
        return Err(CarryOverError::OtherSeries);
    }
    if earlier.actions(from).next().is_some() && !earlier.actions_begun {
        return Err(CarryOverError::ActionsNotBegun);
    }
    let items = later.numbered(&earlier);
    let is_open = |task: &Option<Task>| task.as_ref().is_none_or(Task::is_open);
    let actions: BTreeSet<ActionRef> =
        agreed.into_iter().zip(&tasks).filter(|(_, task)| is_open(task)).map(|(action, _)| action).collect();
    if later.agenda.len().saturating_add(items.len()) > MAX_AGENDA_ITEMS
        || later.inherited_actions.len().saturating_add(actions.len()) > MOST_ACTIONS
    {
        return Err(CarryOverError::TooMuch);
    }

    // Record.
    tx.record::<Meeting>(to, MeetingFact::TookOver(CarryOver { from, items, actions })).await?;
    Ok(tx.record::<Meeting>(from, MeetingFact::CarriedOver { to, by, at: tx.command().at() }).await?)
}

/// Nothing can be carried over.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CarryOverError {
    /// There is no such meeting.
    #[error("there is no meeting {meeting}")]
    NoSuchMeeting {
        /// The id.
        meeting: MeetingId,
    },
    /// It was carried over to another meeting.
    #[error("the rest was carried over to {there}: a meeting that was not is wanted")]
    Done {
        /// To which.
        there: MeetingId,
    },
    /// The earlier meeting is not over, the later one is not planned any more, or somebody else's to lead.
    #[error(transparent)]
    Meeting(#[from] MeetingError),
    /// They are one meeting, or not of one series.
    #[error("the meetings are not two of one series: the next of its series is wanted")]
    OtherSeries,
    /// Actions of the earlier meeting are no tasks yet.
    #[error("the actions are not tasks yet: actions that were begun are wanted")]
    ActionsNotBegun,
    /// The agenda would be too long, or there would be too many open actions.
    #[error(
        "it is too much for one meeting: at most {MAX_AGENDA_ITEMS} items and {MOST_ACTIONS} open actions are wanted"
    )]
    TooMuch,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
