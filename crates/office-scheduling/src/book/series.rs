//! Booking a room for the occurrences of a recurring event.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use office_core::subject::PersonId;
use office_core::{Interval, StoreError, Tx};
use serde::{Deserialize, Serialize};

use super::{BookError, BookRefusal, book};
use crate::booking::{BookingHours, BookingRequest, BookingRequestParts, BookingSource, RoomBookingId};
use crate::{Booking, Instance, RoomId, Series};

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
    pub booking: RoomBookingId,
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
            needs: self.needs.clone(),
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
/// # Errors
/// What the store reports; nothing is recorded then.
///
/// # Example
/// ```
/// use chrono::DateTime;
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, StoreError, WeeklyHours, Zone, wait};
/// use office_scheduling::{
///     BookRefusal, Buffers, Length, RecurrenceSet, Room, RoomDetails, RoomId, RoomParts, Series, SeriesBooking, book_series,
/// };
///
/// let office = Office::on(MemoryStore::new());
/// let person = Id::natural("person", "E-001");
/// let actor = Actor::new(person, Role::new("executive"));
/// let at = DateTime::from_timestamp(1_791_000_000, 0).ok_or("a time")?;
/// let spree = RoomId::natural("room", "R-101");
/// let details = RoomDetails::new(RoomParts {
///     name: "Spree".to_owned(),
///     capacity: 12,
///     features: Default::default(),
///     zone: Zone::UTC,
///     hours: WeeklyHours::weekdays("07:30-19:00".parse()?),
///     buffers: Buffers::default(),
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
///         tx.create(spree, Room::register(details)).await?;
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
    room: RoomId,
    wanted: &SeriesBooking,
    window: Interval,
) -> Result<SeriesReport, StoreError> {
    let found = wanted.series.within(window, MAX_OCCURRENCES);
    let mut occurrences = Vec::with_capacity(found.instances.len());
    for one in found.instances {
        let booking = Booking::id_of_occurrence(room, &wanted.uid, one.occurrence);
        let outcome = match wanted.request(&one) {
            Ok(request) => book(tx, room, booking, request).await,
            Err(refusal) => Err(BookError::Refused(refusal)),
        };
        let refused = match outcome {
            Ok(()) => None,
            Err(BookError::Refused(refusal)) => Some(refusal),
            Err(BookError::Store(error)) => return Err(error),
        };
        occurrences.push(OccurrenceReport { occurrence: one.occurrence, time: one.interval, booking, refused });
    }
    Ok(SeriesReport { occurrences, limited: found.limited })
}
