//! Bookings that end before their time, and what is booked with them.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use office_core::{Decision, StoreError, Tx, WorkingCalendar};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Booking;
use crate::booking::{BookingFact, BookingStatus, CancelBookingError, EndBookingError, ResourceBookingId};
use crate::waiting_list::lapse;

/// The most bookings that one command looks at.
const MOST: usize = 500;

/// Calls a booking off before it is over, and the equipment booked with it.
///
/// # Errors
/// [`CancelBookingFlowError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// use chrono::{DateTime, Utc};
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, wait};
/// use office_scheduling::{
///     Booking, BookingRequest, CancelBookingError, CancelBookingFlowError, ResourceBookingId, ResourceId, cancel_booking,
/// };
///
/// let office = Office::on(MemoryStore::new());
/// let person = Id::natural("person", "E-007");
/// let command = |key: &str, at: &str| {
///     let at: DateTime<Utc> = at.parse().unwrap_or_default();
///     Command::new(key, "test", Actor::new(person, Role::new("architect")), at)
/// };
/// let (room, talk) = (ResourceId::natural("room", "R-101"), ResourceBookingId::natural("booking", "BK-01"));
/// let request = BookingRequest::new("2026-10-05T09:00:00Z/2026-10-05T10:00:00Z".parse()?, person, 8, "talk")?;
/// wait(office.transact(&command("book", "2026-10-01T09:00:00Z")?, |tx| {
///     let fact = Booking::confirm(room, Default::default(), request.clone());
///     async move { tx.create(talk, fact).await.map_err(CancelBookingFlowError::from) }
/// }))?;
///
/// // Once it is over it is too late.
/// let cancel = |key: &str, at: &str| {
///     wait(office.transact(&command(key, at).unwrap(), |tx| async move { cancel_booking(&tx, talk).await }))
/// };
/// let late = cancel("late", "2026-10-05T10:00:00Z");
/// assert!(matches!(late, Err(CancelBookingFlowError::Booking(CancelBookingError::Over { .. }))));
/// cancel("in-time", "2026-10-04T10:00:00Z")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn cancel_booking(tx: &Tx, id: ResourceBookingId) -> Result<(), CancelBookingFlowError> {
    // Read.
    let booking = tx.find(id).await?;

    // Decide.
    let booking = booking.ok_or(CancelBookingFlowError::NoSuchBooking { booking: id })?;
    let decision = booking.cancel(tx.command().actor().person, tx.command().at())?;

    // Record.
    Ok(settle(tx, id, decision).await?)
}

/// Says that people have left before the end: what is left of the time is free again, also of the equipment booked with
/// it.
///
/// # Errors
/// [`EndBookingFlowError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("office.txt")]
/// use office_scheduling::{EndBookingError, EndBookingFlowError, end_booking};
///
/// ask("talk", "2026-10-05T09:00:00Z/2026-10-05T10:00:00Z")?;
/// let end = |key: &str, at: &str| {
///     let talk = id("talk");
///     wait(office.transact(&command(key, at), |tx| async move { end_booking(&tx, talk).await }))
/// };
/// // Who has not come cannot leave.
/// let refused = end("nobody", "2026-10-05T09:30:00Z");
/// assert!(matches!(refused, Err(EndBookingFlowError::Booking(EndBookingError::NotCheckedIn { .. }))));
///
/// let talk = id("talk");
/// wait(office.transact(&command("come", "2026-10-05T09:00:00Z"), |tx| async move {
///     let booking = tx.load(talk).await?;
///     tx.decide::<Booking>(talk, booking.check_in(anna, tx.command().at())?).await?;
///     Ok::<_, Failure>(())
/// }))?;
/// end("left", "2026-10-05T09:30:00Z")?;
/// // The rest of the time is free.
/// ask("next", "2026-10-05T09:30:00Z/2026-10-05T10:00:00Z")?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn end_booking(tx: &Tx, id: ResourceBookingId) -> Result<(), EndBookingFlowError> {
    // Read.
    let booking = tx.find(id).await?;

    // Decide.
    let booking = booking.ok_or(EndBookingFlowError::NoSuchBooking { booking: id })?;
    let decision = booking.end_early(tx.command().actor().person, tx.command().at())?;

    // Record.
    Ok(settle(tx, id, decision).await?)
}

/// What has fallen due among the bookings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BookingsFallenDue {
    /// Those that have changed, and how far they are now.
    pub changed: BTreeMap<ResourceBookingId, BookingStatus>,
    /// Those that were left as they are, and why: the working hours do not reach so far.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub left: BTreeMap<ResourceBookingId, String>,
    /// Whether there may be more: ask again, by a command of its own.
    pub more: bool,
}

/// Records what has fallen due by the instant of the command: bookings that nobody checked into in time are released,
/// offers that nobody answered expire, and so does what nobody decided on; approvals escalate. At most so many, and at most 500, in the order in which they fell due. Equipment
/// booked with them is free again as well.
///
/// It does not matter how often it is done, or by how many at once. Whoever waits for the time that is free now is
/// offered it by [`promote_waiting`](crate::promote_waiting).
///
/// # Errors
/// [`StoreError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("office.txt")]
/// use office_scheduling::fall_due_bookings;
///
/// // Three hours are to be approved within 16 working hours, and are not.
/// ask("workshop", "2026-10-05T09:00:00Z/2026-10-05T12:00:00Z")?;
/// let fall_due = |key: &str, at: &str| {
///     wait(office.transact(&command(key, at), |tx| async move { fall_due_bookings(&tx, &rules.hours, 100).await }))
///         .map_err(|error: StoreError| error)
/// };
/// assert!(fall_due("soon", "2026-10-02T11:00:00Z")?.changed.is_empty());
/// let due = fall_due("later", "2026-10-02T13:00:00Z")?;
/// assert!(matches!(due.changed.get(&id("workshop")), Some(BookingStatus::Expired { .. })));
/// // Nothing falls due twice.
/// assert!(fall_due("again", "2026-10-02T14:00:00Z")?.changed.is_empty());
/// # Ok::<(), Failure>(())
/// ```
pub async fn fall_due_bookings(tx: &Tx, hours: &WorkingCalendar, most: usize) -> Result<BookingsFallenDue, StoreError> {
    // Read.
    let (by, now) = (tx.command().actor().person, tx.command().at());
    let most = most.clamp(1, MOST);
    // What falls due at this very instant is looked at as well.
    let beyond = now.checked_add_signed(TimeDelta::nanoseconds(1)).unwrap_or(now);
    let mut due = tx.page(Booking::DUE, None, Some(&beyond), most.saturating_add(1)).await?;
    let more = due.len() > most;
    due.truncate(most);

    // Decide.
    let mut left = BTreeMap::new();
    let mut facts = Vec::new();
    for (id, booking) in due {
        match booking.fall_due(by, now, hours) {
            Ok(decision) => facts.push((id, decision)),
            Err(why) => drop(left.insert(id, why.to_string())),
        }
    }

    // Record.
    let mut changed = BTreeMap::new();
    for (id, decision) in facts {
        if decision != Decision::AlreadyRecorded {
            settle(tx, id, decision).await?;
            changed.insert(id, tx.load(id).await?.status());
        }
    }
    Ok(BookingsFallenDue { changed, left, more })
}

/// Records what was decided on a booking, and what follows for what is booked with it and for who waited for it.
pub(crate) async fn settle(tx: &Tx, id: ResourceBookingId, decision: Decision<BookingFact>) -> Result<(), StoreError> {
    let Decision::Record(fact) = decision else { return Ok(()) };
    tx.record::<Booking>(id, fact.clone()).await?;
    let booking = tx.load(id).await?;
    let (by, at) = (tx.command().actor().person, tx.command().at());
    let follows = if matches!(fact, BookingFact::Ended { .. }) {
        fact
    } else if booking.holds_its_place() {
        return Ok(());
    } else {
        BookingFact::Cancelled { by, at }
    };
    for (other, _) in tx.list(Booking::BY_MAIN, &id).await? {
        tx.record::<Booking>(other, follows.clone()).await?;
    }
    lapse(tx, id).await
}

/// A booking cannot be called off.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CancelBookingFlowError {
    /// There is no such booking.
    #[error("there is no booking {booking}")]
    NoSuchBooking {
        /// The id.
        booking: ResourceBookingId,
    },
    /// The booking does not allow it.
    #[error(transparent)]
    Booking(#[from] CancelBookingError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A booking cannot be ended.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EndBookingFlowError {
    /// There is no such booking.
    #[error("there is no booking {booking}")]
    NoSuchBooking {
        /// The id.
        booking: ResourceBookingId,
    },
    /// The booking does not allow it.
    #[error(transparent)]
    Booking(#[from] EndBookingError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
