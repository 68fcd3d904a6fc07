//! Booking a room, and moving a booking.

mod refusal;
mod series;

use chrono::{DateTime, Utc};
use office_core::{Interval, StoreError, Tx};
use thiserror::Error;

pub use self::refusal::{BookRefusal, Clash};
pub use self::series::{MAX_OCCURRENCES, OccurrenceReport, SeriesBooking, SeriesReport, book_series, cancel_series};
use crate::booking::{BookingHours, BookingRequest, MoveError, RoomBookingId, bookings_of};
use crate::{Booking, Room, RoomId, first_free};

/// Books a room under an id of the caller's choice.
///
/// The room has to be open, large enough and fit, and free for the time wanted with the room's buffers around it. The
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
///     BookError, BookRefusal, BookingRequest, Buffers, RegisterRoomError, RoomBookingId, RoomDetails, RoomId, RoomParts,
///     book, register_room,
/// };
///
/// let office = Office::on(MemoryStore::new());
/// let person = Id::natural("person", "E-007");
/// let actor = Actor::new(person, Role::new("architect"));
/// let at = DateTime::from_timestamp(1_791_000_000, 0).ok_or("a time")?;
/// let spree = RoomId::natural("room", "R-101");
/// let details = RoomDetails::new(RoomParts {
///     name: "Spree".to_owned(),
///     capacity: 12,
///     features: ["screen".to_owned()].into(),
///     zone: "Europe/Berlin".parse()?,
///     hours: WeeklyHours::weekdays("07:30-19:00".parse()?),
///     buffers: Buffers { set_up_seconds: 900, tear_down_seconds: 900 },
/// })?;
/// let command = Command::new("room:R-101", "register_room", actor.clone(), at)?;
/// wait(office.transact(&command, |tx| {
///     let details = details.clone();
///     async move { register_room(&tx, spree, details).await }
/// }))?;
///
/// let try_to_book = |name: &str, request: &BookingRequest| {
///     let id = RoomBookingId::natural("room_booking", name);
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
/// let Some(BookError::Refused(BookRefusal::Held { by, next_free })) = refused.downcast_ref() else { return Err(refused) };
/// assert_eq!(by[0].purpose, "contractor talk");
/// assert_eq!(*next_free, Some("2026-10-05T05:30:00Z/2026-10-05T06:00:00Z".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn book(
    tx: &Tx,
    room_id: RoomId,
    booking_id: RoomBookingId,
    request: BookingRequest,
) -> Result<(), BookError> {
    // Read.
    let earlier = tx.find(booking_id).await?;
    let room = tx.find(room_id).await?;

    // Decide.
    if let Some(earlier) = earlier {
        let same = earlier.room() == room_id && *earlier.request() == request;
        return if same { Ok(()) } else { Err(BookRefusal::IdReused { booking: booking_id }.into()) };
    }
    let room = room.ok_or(BookRefusal::NoSuchRoom { room: room_id })?;
    room.admit(&request)?;
    find_free(tx, (room_id, &room), booking_id, &request).await?;

    // Record.
    Ok(tx.create::<Booking>(booking_id, Booking::confirm(room_id, room.details().buffers, request)).await?)
}

/// Moves a confirmed booking to another time, or to another room, or both, by the rules of [`book`].
///
/// What the booking itself holds does not stand in its way. Moved to where it is already, nothing happens.
///
/// # Errors
/// [`MoveBookingError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// use chrono::DateTime;
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, StoreError, WeeklyHours, Zone, wait};
/// use office_scheduling::{
///     Booking, BookingRequest, BookRefusal, Buffers, MoveBookingError, Room, RoomBookingId, RoomDetails, RoomId,
///     RoomParts, move_booking,
/// };
///
/// let office = Office::on(MemoryStore::new());
/// let person = Id::natural("person", "E-007");
/// let actor = Actor::new(person, Role::new("architect"));
/// let at = DateTime::from_timestamp(1_791_000_000, 0).ok_or("a time")?;
/// let (spree, talk) = (RoomId::natural("room", "R-101"), RoomBookingId::natural("room_booking", "BK-01"));
/// let details = RoomDetails::new(RoomParts {
///     name: "Spree".to_owned(),
///     capacity: 12,
///     features: Default::default(),
///     zone: Zone::UTC,
///     hours: WeeklyHours::weekdays("07:30-19:00".parse()?),
///     buffers: Buffers::default(),
/// })?;
/// let request = BookingRequest::new("2026-10-05T09:00:00Z/2026-10-05T10:00:00Z".parse()?, person, 8, "contractor talk")?;
/// let command = Command::new("BK-01", "book", actor.clone(), at)?;
/// wait(office.transact(&command, |tx| {
///     let (room, booking) = (Room::register(details.clone()), Booking::confirm(spree, Buffers::default(), request.clone()));
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
    booking_id: RoomBookingId,
    room_id: RoomId,
    time: Interval,
) -> Result<(), MoveBookingError> {
    // Read.
    let booking = tx.find(booking_id).await?;
    let room = tx.find(room_id).await?;

    // Decide.
    let booking = booking.ok_or(MoveBookingError::NoSuchBooking { booking: booking_id })?;
    let room = room.ok_or(BookRefusal::NoSuchRoom { room: room_id })?;
    let decision = booking.move_to(room_id, room.details().buffers, time)?;
    if decision == office_core::Decision::AlreadyRecorded {
        return Ok(());
    }
    let request = booking.request().at(time).map_err(MoveError::from)?;
    room.admit(&request)?;
    find_free(tx, (room_id, &room), booking_id, &request).await?;

    // Record.
    Ok(tx.decide::<Booking>(booking_id, decision).await?)
}

impl Room {
    /// Whether it is large enough, fit and open for what is asked; whether it is free is another question.
    ///
    /// # Errors
    /// [`BookRefusal`], in the order of its variants.
    pub fn admit(&self, request: &BookingRequest) -> Result<(), BookRefusal> {
        let parts = self.details();
        if request.people() > parts.capacity {
            return Err(BookRefusal::TooManyPeople { people: request.people(), capacity: parts.capacity });
        }
        let missing: Vec<String> = request.needs().difference(&parts.features).cloned().collect();
        if !missing.is_empty() {
            return Err(BookRefusal::Lacks { missing });
        }
        let time = request.time();
        if request.parts().hours == BookingHours::Opening {
            let day = self.day_of(time).unwrap_or(time);
            let span = Interval::new(day.start().min(time.start()), day.end().max(time.end())).unwrap_or(time);
            let open = self.open_during(span).unwrap_or_default();
            if !open.iter().any(|open| open.encloses(&time)) {
                return Err(BookRefusal::Closed { time, open });
            }
        }
        Ok(())
    }

    /// The civil day, where the room is, on which a time starts.
    fn day_of(&self, time: Interval) -> Option<Interval> {
        let zone = self.details().zone;
        zone.day(zone.date_of(time.start())).ok()
    }

    /// The earliest time of the same length on the same civil day, from an instant on, that could be booked beside others.
    fn next_free(
        &self,
        request: &BookingRequest,
        from: DateTime<Utc>,
        day: Interval,
        held: &[Interval],
    ) -> Option<Interval> {
        let within = Interval::new(day.start().max(from), day.end()).ok()?;
        let open = match request.parts().hours {
            BookingHours::Opening => self.open_during(within).ok()?,
            BookingHours::AnyTime => vec![within],
        };
        first_free(open, held.iter().copied(), self.details().buffers, request.time().duration(), within)
    }
}

/// Refuses where others hold the room at the time asked for, and looks for another time of that day then.
async fn find_free(
    tx: &Tx,
    (room_id, room): (RoomId, &Room),
    booking_id: RoomBookingId,
    request: &BookingRequest,
) -> Result<(), FreeError> {
    let buffers = room.details().buffers;
    let mut others = bookings_of(tx, room_id, buffers.around(request.time())).await?;
    others.retain(|(id, _)| *id != booking_id);
    if others.is_empty() {
        return Ok(());
    }
    let mut next_free = None;
    if let Some(day) = room.day_of(request.time()) {
        let mut around = bookings_of(tx, room_id, buffers.around(day)).await?;
        around.retain(|(id, _)| *id != booking_id);
        let held: Vec<Interval> = around.iter().map(|(_, other)| other.held()).collect();
        next_free = room.next_free(request, tx.command().at(), day, &held);
    }
    let by = others.into_iter().map(|(id, other)| Clash::with(id, &other)).collect();
    Err(FreeError::Refused(BookRefusal::Held { by, next_free }))
}

/// Why a room was not found free.
enum FreeError {
    Refused(BookRefusal),
    Store(StoreError),
}

impl From<StoreError> for FreeError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
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

/// A room cannot be booked.
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
        booking: RoomBookingId,
    },
    /// The booking does not allow it.
    #[error(transparent)]
    Booking(#[from] MoveError),
    /// The rules of the room refuse it.
    #[error(transparent)]
    Refused(#[from] BookRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
