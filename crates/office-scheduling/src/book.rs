//! Booking a room, a desk or equipment, and moving a booking.

mod asking;
mod desk;
mod ending;
mod equipment;
mod place;
mod refusal;
mod series;

use office_core::{Decision, Interval, StoreError, Tx};
use thiserror::Error;

pub(crate) use self::asking::ask;
pub use self::asking::{
    Asking, BookingRules, DecideBookingError, RequestBookingError, RequestMoveError, approve_booking, refuse_booking,
    request_booking, request_move,
};
pub use self::desk::{BookDeskError, DeskWish, NeighbourhoodUse, book_desk, neighbourhood_use};
pub use self::ending::{
    BookingsFallenDue, CancelBookingFlowError, EndBookingFlowError, cancel_booking, end_booking, fall_due_bookings,
};
pub use self::equipment::{BookEquipmentError, book_equipment};
pub(crate) use self::place::{FreeError, find_free, in_the_way};
pub use self::refusal::{BookRefusal, Clash};
pub use self::series::{MAX_OCCURRENCES, OccurrenceReport, SeriesBooking, SeriesReport, book_series, cancel_series};
use crate::booking::{BookingFact, BookingRequest, MoveError, ResourceBookingId};
use crate::{Booking, ResourceId};

/// Books a room, a desk or equipment under an id of the caller's choice.
///
/// It has to be open, large enough and fit, and free for the time wanted with its buffers around it; of several equal
/// ones, as many as are wanted. The
/// same booking asked for again under the same id is recognised, whatever has become of it since.
///
/// # Errors
/// [`BookError`]: the refusals in the order of the variants of [`BookRefusal`]; nothing is recorded then.
///
/// # Example
/// ```
/// use chrono::DateTime;
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, WeeklyHours, wait};
/// use office_scheduling::{
///     BookError, BookRefusal, BookingRequest, Buffers, RegisterResourceError, ResourceBookingId, ResourceDetails, ResourceId, ResourceParts,
///     book, register_resource,
/// };
///
/// let office = Office::on(MemoryStore::new());
/// let person = Id::natural("person", "E-007");
/// let actor = Actor::new(person, Role::new("architect"));
/// let at = DateTime::from_timestamp(1_791_000_000, 0).ok_or("a time")?;
/// let spree = ResourceId::natural("room", "R-101");
/// let details = ResourceDetails::new(ResourceParts {
///     name: "Spree".to_owned(),
///     capacity: 12,
///     features: ["screen".to_owned()].into(),
///     zone: "Europe/Berlin".parse()?,
///     hours: WeeklyHours::weekdays("07:30-19:00".parse()?),
///     buffers: Buffers { set_up_seconds: 900, tear_down_seconds: 900 },
///     ..ResourceParts::default()
/// })?;
/// let command = Command::new("room:R-101", "register_resource", actor.clone(), at)?;
/// wait(office.transact(&command, |tx| {
///     let details = details.clone();
///     async move { register_resource(&tx, spree, details).await }
/// }))?;
///
/// let try_to_book = |name: &str, request: &BookingRequest| {
///     let id = ResourceBookingId::natural("booking", name);
///     let command = Command::new(format!("book:{name}"), "book", actor.clone(), at).and_then(|one| one.with_input(request));
///     wait(office.transact(&command.map_err(|_| "a command")?, |tx| {
///         let request = request.clone();
///         async move { book(&tx, spree, id, request).await }
///     }))
///     .map_err(Box::<dyn std::error::Error>::from)
/// };
/// let talk = BookingRequest::new("2026-10-05T09:00:00Z/2026-10-05T10:00:00Z".parse()?, person, 8, "contractor talk")?;
/// try_to_book("BK-01", &talk)?;
///
/// // Ten o'clock is too early: the room has to be cleared and set up.
/// let next = BookingRequest::new("2026-10-05T10:00:00Z/2026-10-05T10:30:00Z".parse()?, person, 4, "model review")?;
/// let refused = try_to_book("BK-02", &next).unwrap_err();
/// let Some(BookError::Refused(BookRefusal::Held { by, next_free, .. })) = refused.downcast_ref() else { return Err(refused) };
/// assert_eq!(by[0].purpose, "contractor talk");
/// assert_eq!(*next_free, Some("2026-10-05T05:30:00Z/2026-10-05T06:00:00Z".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn book(
    tx: &Tx,
    resource_id: ResourceId,
    booking_id: ResourceBookingId,
    request: BookingRequest,
) -> Result<(), BookError> {
    // Read.
    let earlier = tx.find(booking_id).await?;
    let resource = tx.find(resource_id).await?;

    // Decide.
    if let Some(earlier) = earlier {
        let same = earlier.resource() == resource_id && *earlier.request() == request;
        return if same { Ok(()) } else { Err(BookRefusal::IdReused { booking: booking_id }.into()) };
    }
    let resource = resource.ok_or(BookRefusal::NoSuchResource { resource: resource_id })?;
    resource.admit(&request)?;
    find_free(tx, (resource_id, &resource), booking_id, &request).await?;

    // Record.
    Ok(tx.create::<Booking>(booking_id, Booking::confirm(resource_id, resource.details().into(), request)).await?)
}

/// Moves a confirmed booking to another time, or to another resource, or both, by the rules of [`book`].
///
/// What the booking itself holds does not stand in its way. Equipment booked with it moves to its new time as well, or
/// nothing does. Moved to where it is already, nothing happens.
///
/// # Errors
/// [`MoveBookingError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// use chrono::DateTime;
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, StoreError, WeeklyHours, Zone, wait};
/// use office_scheduling::{
///     Booking, BookingRequest, BookRefusal, Buffers, MoveBookingError, Resource, ResourceBookingId, ResourceDetails, ResourceId,
///     ResourceParts, move_booking,
/// };
///
/// let office = Office::on(MemoryStore::new());
/// let person = Id::natural("person", "E-007");
/// let actor = Actor::new(person, Role::new("architect"));
/// let at = DateTime::from_timestamp(1_791_000_000, 0).ok_or("a time")?;
/// let (spree, talk) = (ResourceId::natural("room", "R-101"), ResourceBookingId::natural("booking", "BK-01"));
/// let details = ResourceDetails::new(ResourceParts {
///     name: "Spree".to_owned(),
///     capacity: 12,
///     features: Default::default(),
///     zone: Zone::UTC,
///     hours: WeeklyHours::weekdays("07:30-19:00".parse()?),
///     buffers: Buffers::default(),
///     ..ResourceParts::default()
/// })?;
/// let request = BookingRequest::new("2026-10-05T09:00:00Z/2026-10-05T10:00:00Z".parse()?, person, 8, "contractor talk")?;
/// let command = Command::new("BK-01", "book", actor.clone(), at)?;
/// wait(office.transact(&command, |tx| {
///     let (room, booking) = (Resource::register(details.clone()), Booking::confirm(spree, Default::default(), request.clone()));
///     async move {
///         tx.create(spree, room).await?;
///         tx.create(talk, booking).await
///     }
/// }))
/// .map_err(|error: StoreError| error)?;
///
/// let move_to = |key: &str, time| {
///     let command = Command::new(key, "move_booking", actor.clone(), at).unwrap();
///     wait(office.transact(&command, |tx| async move { move_booking(&tx, talk, spree, time).await }))
/// };
/// // Half an hour later it overlaps itself only; in the evening the room is closed.
/// move_to("later", "2026-10-05T09:30:00Z/2026-10-05T10:30:00Z".parse()?)?;
/// let refused = move_to("evening", "2026-10-05T18:30:00Z/2026-10-05T19:30:00Z".parse()?);
/// assert!(matches!(refused, Err(MoveBookingError::Refused(BookRefusal::Closed { .. }))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn move_booking(
    tx: &Tx,
    booking_id: ResourceBookingId,
    resource_id: ResourceId,
    time: Interval,
) -> Result<(), MoveBookingError> {
    // Read.
    let booking = tx.find(booking_id).await?;
    let with_it = tx.list(Booking::BY_MAIN, &booking_id).await?;

    // Decide.
    let booking = booking.ok_or(MoveBookingError::NoSuchBooking { booking: booking_id })?;
    let mut moves = vec![(booking_id, move_one(tx, (booking_id, &booking), resource_id, time).await?)];
    for (id, other) in with_it {
        moves.push((id, move_one(tx, (id, &other), other.resource(), time).await?));
    }

    // Record.
    for (id, decision) in moves {
        tx.decide::<Booking>(id, decision).await?;
    }
    Ok(())
}

/// What moving one booking comes to, whatever is booked with it.
async fn move_one(
    tx: &Tx,
    (id, booking): (ResourceBookingId, &Booking),
    resource_id: ResourceId,
    time: Interval,
) -> Result<Decision<BookingFact>, MoveBookingError> {
    let resource = tx.find(resource_id).await?.ok_or(BookRefusal::NoSuchResource { resource: resource_id })?;
    let decision = booking.move_to(resource_id, resource.details().into(), time)?;
    if decision != Decision::AlreadyRecorded {
        let request = booking.request().at(time).map_err(MoveError::from)?;
        resource.admit(&request)?;
        find_free(tx, (resource_id, &resource), id, &request).await?;
    }
    Ok(decision)
}

impl From<FreeError> for BookError {
    fn from(error: FreeError) -> Self {
        match error {
            FreeError::Refused(refusal) => Self::Refused(refusal),
            FreeError::Store(error) => Self::Store(error),
        }
    }
}

impl From<FreeError> for MoveBookingError {
    fn from(error: FreeError) -> Self {
        match error {
            FreeError::Refused(refusal) => Self::Refused(refusal),
            FreeError::Store(error) => Self::Store(error),
        }
    }
}

/// Something cannot be booked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BookError {
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] BookRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A booking cannot be moved.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MoveBookingError {
    /// There is no such booking.
    #[error("there is no booking {booking}")]
    NoSuchBooking {
        /// The id.
        booking: ResourceBookingId,
    },
    /// The booking does not allow it.
    #[error(transparent)]
    Booking(#[from] MoveError),
    /// The rules of the resource refuse it.
    #[error(transparent)]
    Refused(#[from] BookRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
