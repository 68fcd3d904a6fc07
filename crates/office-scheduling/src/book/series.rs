//! Booking a room for the occurrences of a recurring event.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use office_core::subject::PersonId;
use office_core::{Interval, StoreError, Tx};
use serde::{Deserialize, Serialize};

use super::{BookError, BookRefusal, book, find_free};
use crate::booking::{
    BookingFact, BookingHours, BookingRequest, BookingRequestParts, BookingSource, BookingStatus, ResourceBookingId,
};
use crate::{Booking, Instance, Resource, ResourceId, Series};

/// A recurring event for which a room is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesBooking {
    /// The event's name among all events of the world (`UID`).
    pub uid: String,
    /// When it takes place.
    pub series: Series,
    /// Who asks.
    pub organiser: PersonId,
    /// How many people come; 0 where that is not known.
    pub people: u32,
    /// What for.
    pub purpose: String,
    /// What for at single occurrences, where it differs.
    #[serde(default)]
    pub purposes: BTreeMap<NaiveDateTime, String>,
    /// The features that the room must have.
    #[serde(default)]
    pub needs: BTreeSet<String>,
    /// Whether it keeps to the hours of the room.
    #[serde(default)]
    pub hours: BookingHours,
}

/// What became of the occurrences of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesReport {
    /// They, by start.
    pub occurrences: Vec<OccurrenceReport>,
    /// The bookings called off because the event no longer takes place then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub called_off: Vec<ResourceBookingId>,
    /// Whether there may be more of them than [`MAX_OCCURRENCES`]: book the rest by a later window.
    pub limited: bool,
}

/// What became of one occurrence of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OccurrenceReport {
    /// Which one: the reading at which the event has it, whatever its own time.
    pub occurrence: NaiveDateTime,
    /// When it takes place.
    pub time: Interval,
    /// Its booking, where it was booked.
    pub booking: ResourceBookingId,
    /// Why it was not; none where it was.
    pub refused: Option<BookRefusal>,
}

/// The most occurrences that are booked at once: those of every day of a year.
pub const MAX_OCCURRENCES: usize = 366;

impl SeriesBooking {
    /// What is asked for at one occurrence.
    fn request(&self, one: &Instance) -> Result<BookingRequest, BookRefusal> {
        let parts = BookingRequestParts {
            time: one.interval,
            organiser: self.organiser,
            people: self.people,
            purpose: self.purposes.get(&one.occurrence).unwrap_or(&self.purpose).clone(),
            units: 1,
            needs: self.needs.clone(),
            external: false,
            source: BookingSource::Event { uid: self.uid.clone(), occurrence: one.occurrence },
            hours: self.hours,
        };
        Ok(BookingRequest::try_from(parts)?)
    }
}

/// Books a room for each occurrence of an event within a window, and reports what became of each.
///
/// Occurrences are booked in the order of time, each by the rules of [`book`]: those that are refused leave the others
/// as they are. An occurrence that an override moved is booked at its moved time. Ids are those of
/// [`Booking::id_of_occurrence`], so that the same event can be booked again for a later window, or the same one.
///
/// Booked again after it was changed, the bookings follow it: an occurrence that now takes place at another time is moved
/// there, also where somebody moved its booking by hand, and what is booked within the window for an occurrence that there
/// is no more, and is not over, is called off. A booking that was cancelled or released by hand stays so.
///
/// # Errors
/// What the store reports; nothing is recorded then.
///
/// # Example
/// ```
/// use chrono::DateTime;
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, StoreError, WeeklyHours, Zone, wait};
/// use office_scheduling::{
///     BookRefusal, Buffers, Length, RecurrenceSet, Resource, ResourceDetails, ResourceId, ResourceParts, Series, SeriesBooking, book_series,
/// };
///
/// let office = Office::on(MemoryStore::new());
/// let person = Id::natural("person", "E-001");
/// let actor = Actor::new(person, Role::new("executive"));
/// let at = DateTime::from_timestamp(1_791_000_000, 0).ok_or("a time")?;
/// let spree = ResourceId::natural("room", "R-101");
/// let details = ResourceDetails::new(ResourceParts {
///     name: "Spree".to_owned(),
///     capacity: 12,
///     features: Default::default(),
///     zone: Zone::UTC,
///     hours: WeeklyHours::weekdays("07:30-19:00".parse()?),
///     buffers: Buffers::default(),
///     ..ResourceParts::default()
/// })?;
/// let set = RecurrenceSet::new("2026-10-01T09:00:00".parse()?, Some(Zone::UTC)).with_rule("FREQ=DAILY;COUNT=4".parse()?);
/// let daily = SeriesBooking {
///     uid: "daily@example".to_owned(),
///     series: Series::new(set, Length::of(0, 900)?, Zone::UTC),
///     organiser: person,
///     people: 4,
///     purpose: "stand-up".to_owned(),
///     purposes: Default::default(),
///     needs: Default::default(),
///     hours: Default::default(),
/// };
/// let october = "2026-10-01T00:00:00Z/2026-11-01T00:00:00Z".parse()?;
/// let command = Command::new("calendar:2026-10", "book_series", actor, at)?;
/// let report = wait(office.transact(&command, |tx| {
///     let (details, daily) = (details.clone(), &daily);
///     async move {
///         tx.create(spree, Resource::register(details)).await?;
///         book_series(&tx, spree, daily, october).await
///     }
/// }))?;
/// // Thursday and Friday are booked; at the weekend the room is closed.
/// let refused: Vec<bool> = report.occurrences.iter().map(|one| one.refused.is_some()).collect();
/// assert_eq!(refused, [false, false, true, true]);
/// assert!(matches!(report.occurrences[2].refused, Some(BookRefusal::Closed { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn book_series(
    tx: &Tx,
    room: ResourceId,
    wanted: &SeriesBooking,
    window: Interval,
) -> Result<SeriesReport, StoreError> {
    let found = wanted.series.within(window, MAX_OCCURRENCES);
    let there: BTreeSet<NaiveDateTime> = found.instances.iter().map(|one| one.occurrence).collect();
    // Beyond the last that was looked at there may be more.
    let last = found.instances.last().filter(|_| found.limited).map_or(window.end(), |one| one.interval.start());
    let called_off = call_off(tx, (room, &wanted.uid), wanted.organiser, |booking| {
        let looked_at = booking.time().overlaps(&window) && booking.time().start() < last;
        looked_at && booking.occurrence().is_some_and(|at| !there.contains(&at))
    })
    .await?;
    let mut occurrences = Vec::with_capacity(found.instances.len());
    for one in found.instances {
        let booking = Booking::id_of_occurrence(room, &wanted.uid, one.occurrence);
        let outcome = match wanted.request(&one) {
            Ok(request) => follow(tx, room, booking, request).await,
            Err(refusal) => Err(BookError::Refused(refusal)),
        };
        let refused = match outcome {
            Ok(()) => None,
            Err(BookError::Refused(refusal)) => Some(refusal),
            Err(BookError::Store(error)) => return Err(error),
        };
        occurrences.push(OccurrenceReport { occurrence: one.occurrence, time: one.interval, booking, refused });
    }
    Ok(SeriesReport { occurrences, called_off, limited: found.limited })
}

/// Books a room for an occurrence, or lets the booking that there is follow what is asked for now.
async fn follow(tx: &Tx, room_id: ResourceId, id: ResourceBookingId, request: BookingRequest) -> Result<(), BookError> {
    // Read.
    let earlier = tx.find::<Booking>(id).await?.filter(|booking| {
        booking.status() == BookingStatus::Confirmed
            && booking.request().parts().source == request.parts().source
            && *booking.request() != request
    });
    if earlier.is_none() {
        return book(tx, room_id, id, request).await;
    }
    let room = tx.find::<Resource>(room_id).await?;

    // Decide.
    let room = room.ok_or(BookRefusal::NoSuchResource { resource: room_id })?;
    room.admit(&request)?;
    find_free(tx, (room_id, &room), id, &request).await?;
    let moved = BookingFact::Moved { resource: room_id, terms: room.details().into(), request };

    // Record.
    Ok(tx.record::<Booking>(id, moved).await?)
}

/// Calls off what is booked of a room for an event of a calendar, where it is not over, and says which bookings these
/// were: for an event that was called off itself, or takes place elsewhere.
///
/// # Errors
/// What the store reports; nothing is recorded then.
///
/// # Example
/// ```
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, StoreError, wait};
/// use office_scheduling::{Booking, BookingRequest, ResourceId, cancel_series};
///
/// let office = Office::on(MemoryStore::new());
/// let person = Id::natural("person", "E-001");
/// let command = Command::new("off", "cancel_series", Actor::new(person, Role::new("executive")), Default::default())?;
/// let none = wait(office.transact(&command, |tx| async move {
///     cancel_series(&tx, ResourceId::natural("room", "R-101"), "daily@example", person).await
/// }));
/// // Nothing is booked for it.
/// assert!(none.map_err(|error: StoreError| error)?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn cancel_series(
    tx: &Tx,
    room: ResourceId,
    uid: &str,
    by: PersonId,
) -> Result<Vec<ResourceBookingId>, StoreError> {
    call_off(tx, (room, uid), by, |_| true).await
}

/// Calls off those of the bookings for an event that are meant and can still be.
async fn call_off(
    tx: &Tx,
    (room, uid): (ResourceId, &str),
    by: PersonId,
    meant: impl Fn(&Booking) -> bool,
) -> Result<Vec<ResourceBookingId>, StoreError> {
    let mut called_off = Vec::new();
    for (id, booking) in tx.list(Booking::BY_RESOURCE_AND_EVENT, &(room, Booking::event_key(uid))).await? {
        if meant(&booking)
            && let Ok(decision) = booking.cancel(by, tx.command().at())
        {
            tx.decide::<Booking>(id, decision).await?;
            called_off.push(id);
        }
    }
    Ok(called_off)
}
