//! Bookings of rooms.
//!
//! ```text
//! confirmed ──check_in──► checked in
//!     ├──────release────► released
//!     └──────cancel─────► cancelled
//! ```

mod error;
mod request;

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use office_core::subject::PersonId;
use office_core::{Decision, Entity, Entries, Id, Interval, Kind, Ordered, Partition, StoreError, View};
use serde::{Deserialize, Serialize};

pub use self::error::{CancelBookingError, CheckInError, MoveError, ReleaseBookingError};
pub use self::request::{BookingHours, BookingRequest, BookingRequestError, BookingRequestParts, BookingSource};
use crate::{Buffers, EventId, Occupancy, RoomId};

/// The id of a booking of a room.
pub type RoomBookingId = Id<Booking>;

/// A room booked for a time.
///
/// It holds its room for its time and the buffers that the room had when it was booked, until it is cancelled or
/// released. It is found by room and day ([`Booking::BY_ROOM_AND_DAY`]), which is what keeps bookings apart.
///
/// # Example
/// ```
/// use chrono::DateTime;
/// use office_core::{Entity, Id};
/// use office_scheduling::{Booking, BookingRequest, Buffers, CheckInError, RoomId};
///
/// let person = Id::natural("person", "E-007");
/// let request = BookingRequest::new("2026-10-05T09:00:00Z/2026-10-05T10:00:00Z".parse()?, person, 8, "contractor talk")?;
/// let quarter = Buffers { set_up_seconds: 900, tear_down_seconds: 900 };
/// let mut booking = Booking::open(&Booking::confirm(RoomId::natural("room", "R-101"), quarter, request)).ok_or("a fact")?;
/// assert_eq!(booking.held().to_string(), "2026-10-05T08:45:00Z/2026-10-05T10:15:00Z");
///
/// // The day before is too early to check in.
/// let day_before = "2026-10-04T09:00:00Z".parse()?;
/// assert_eq!(booking.check_in(person, day_before), Err(CheckInError::TooEarly { from: booking.held().start() }));
///
/// booking.apply(&booking.cancel(person, day_before)?.fact().ok_or("a fact")?);
/// assert!(!booking.holds_its_room());
/// assert!(matches!(booking.check_in(person, booking.time().start()), Err(CheckInError::NotConfirmed { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    room: RoomId,
    buffers: Buffers,
    request: BookingRequest,
    status: BookingStatus,
}

/// How far a booking has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookingStatus {
    /// It holds its room.
    Confirmed,
    /// People came; it holds its room.
    CheckedIn {
        /// Who said so.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Nobody came; its time is free.
    Released {
        /// Who found out.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was called off; its time is free.
    Cancelled {
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
}

impl fmt::Display for BookingStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Confirmed => f.write_str("confirmed"),
            Self::CheckedIn { at, .. } => write!(f, "checked in since {at}"),
            Self::Released { at, .. } => write!(f, "released since {at}"),
            Self::Cancelled { at, .. } => write!(f, "cancelled since {at}"),
        }
    }
}

/// What happens to a booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookingFact {
    /// It was made.
    Confirmed {
        /// The room.
        room: RoomId,
        /// The buffers of the room at that time.
        buffers: Buffers,
        /// What was asked for.
        request: BookingRequest,
    },
    /// It was moved to another time or another room, or the event that it is for was changed.
    Moved {
        /// The room.
        room: RoomId,
        /// The buffers of the room at that time.
        buffers: Buffers,
        /// What was asked for, at its new time.
        request: BookingRequest,
    },
    /// People came.
    CheckedIn {
        /// Who said so.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Nobody came.
    Released {
        /// Who found out.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was called off.
    Cancelled {
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
}

impl Booking {
    /// What holds a room on a day, by the beginning of the time held; may be decided upon.
    ///
    /// The days are those of universal time, and a booking belongs to each that its held time touches, buffers
    /// included. Two held times that overlap have an instant in common, and that instant lies on one such day: so a
    /// look at the days of one finds the other, whatever the zone, across midnight and changes of clocks. The days
    /// of the room's own zone would do as well until the room is given another zone.
    pub const BY_ROOM_AND_DAY: Partition<Self, (RoomId, NaiveDate), DateTime<Utc>> = Partition::new("room_day");

    /// What holds a room for an event of a calendar, by start; may be decided upon.
    pub(crate) const BY_ROOM_AND_EVENT: Partition<Self, (RoomId, EventId), DateTime<Utc>> =
        Partition::new("room_event");

    /// All bookings by the start of their time, also those cancelled and released; for reports.
    pub const BY_START: Ordered<Self, DateTime<Utc>> = Ordered::new("start");

    /// A new booking of a room that has these buffers. Whether the room is free is for
    /// [`book`](crate::book()) to find out.
    #[must_use]
    pub const fn confirm(room: RoomId, buffers: Buffers, request: BookingRequest) -> BookingFact {
        BookingFact::Confirmed { room, buffers, request }
    }

    /// The id of the booking of a room for one occurrence of a calendar's event: the same for ever, so that reading a
    /// calendar twice books once.
    #[must_use]
    pub fn id_of_occurrence(room: RoomId, uid: &str, occurrence: NaiveDateTime) -> RoomBookingId {
        RoomBookingId::natural("room_booking", &format!("{room} {occurrence:?} {uid}"))
    }

    /// The room.
    #[must_use]
    pub const fn room(&self) -> RoomId {
        self.room
    }

    /// What was asked for, with the time it has now.
    #[must_use]
    pub const fn request(&self) -> &BookingRequest {
        &self.request
    }

    /// Its time, without buffers.
    #[must_use]
    pub const fn time(&self) -> Interval {
        self.request.time()
    }

    /// The time for which it takes its room: its own with the buffers.
    #[must_use]
    pub fn held(&self) -> Interval {
        self.occupancy().held()
    }

    /// Its time and buffers.
    #[must_use]
    pub const fn occupancy(&self) -> Occupancy {
        Occupancy { booked: self.request.time(), buffers: self.buffers }
    }

    /// How far it has come.
    #[must_use]
    pub const fn status(&self) -> BookingStatus {
        self.status
    }

    /// Whether its time is taken: it is confirmed or people are there.
    #[must_use]
    pub const fn holds_its_room(&self) -> bool {
        match self.status {
            BookingStatus::Confirmed | BookingStatus::CheckedIn { .. } => true,
            BookingStatus::Released { .. } | BookingStatus::Cancelled { .. } => false,
        }
    }

    /// Calls the booking off before it is over; its time is free again.
    ///
    /// # Errors
    /// [`CancelBookingError`], in the order of its variants.
    pub fn cancel(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<BookingFact>, CancelBookingError> {
        match self.status {
            BookingStatus::Cancelled { .. } => Ok(Decision::AlreadyRecorded),
            BookingStatus::CheckedIn { .. } | BookingStatus::Released { .. } => {
                Err(CancelBookingError::NotConfirmed { status: self.status })
            }
            BookingStatus::Confirmed if self.time().end() <= at => {
                Err(CancelBookingError::Over { end: self.time().end() })
            }
            BookingStatus::Confirmed => Ok(Decision::Record(BookingFact::Cancelled { by, at })),
        }
    }

    /// Says that people came: from the time at which the room is set up until the booking ends.
    ///
    /// # Errors
    /// [`CheckInError`], in the order of its variants.
    pub fn check_in(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<BookingFact>, CheckInError> {
        let (from, end) = (self.held().start(), self.time().end());
        match self.status {
            BookingStatus::CheckedIn { .. } => Ok(Decision::AlreadyRecorded),
            BookingStatus::Released { .. } | BookingStatus::Cancelled { .. } => {
                Err(CheckInError::NotConfirmed { status: self.status })
            }
            BookingStatus::Confirmed if at < from => Err(CheckInError::TooEarly { from }),
            BookingStatus::Confirmed if end <= at => Err(CheckInError::Over { end }),
            BookingStatus::Confirmed => Ok(Decision::Record(BookingFact::CheckedIn { by, at })),
        }
    }

    /// Gives the room back because nobody came within so many seconds of the start; its time is free again, and no
    /// longer counts as use.
    ///
    /// # Errors
    /// [`ReleaseBookingError`], in the order of its variants.
    pub fn release(
        &self,
        by: PersonId,
        at: DateTime<Utc>,
        grace_seconds: u32,
    ) -> Result<Decision<BookingFact>, ReleaseBookingError> {
        let start = self.time().start();
        let from = start.checked_add_signed(TimeDelta::seconds(i64::from(grace_seconds))).unwrap_or(start);
        match self.status {
            BookingStatus::Released { .. } => Ok(Decision::AlreadyRecorded),
            BookingStatus::CheckedIn { .. } | BookingStatus::Cancelled { .. } => {
                Err(ReleaseBookingError::NotConfirmed { status: self.status })
            }
            BookingStatus::Confirmed if at < from => Err(ReleaseBookingError::TooEarly { from }),
            BookingStatus::Confirmed => Ok(Decision::Record(BookingFact::Released { by, at })),
        }
    }

    /// Moves the booking to another time, or to another room with these buffers. Whether it is free is for
    /// [`move_booking`](crate::move_booking) to find out.
    ///
    /// # Errors
    /// [`MoveError`], in the order of its variants.
    pub fn move_to(&self, room: RoomId, buffers: Buffers, time: Interval) -> Result<Decision<BookingFact>, MoveError> {
        if self.status != BookingStatus::Confirmed {
            return Err(MoveError::NotConfirmed { status: self.status });
        }
        if self.room == room && self.time() == time {
            return Ok(Decision::AlreadyRecorded);
        }
        Ok(Decision::Record(BookingFact::Moved { room, buffers, request: self.request.at(time)? }))
    }

    /// What stands for the name of an event in an index, however long the name is.
    pub(crate) fn event_key(uid: &str) -> EventId {
        EventId::natural("booked_event", uid)
    }

    /// The occurrence of the event for which it was made; none where it was asked for by itself.
    pub(crate) const fn occurrence(&self) -> Option<NaiveDateTime> {
        match self.request.parts().source {
            BookingSource::AdHoc => None,
            BookingSource::Event { occurrence, .. } => Some(occurrence),
        }
    }
}

/// The days of universal time that an interval touches.
pub(crate) fn days_of(held: Interval) -> impl Iterator<Item = NaiveDate> {
    let end = held.end().checked_sub_signed(TimeDelta::nanoseconds(1)).unwrap_or(held.start());
    let last = end.date_naive();
    held.start().date_naive().iter_days().take_while(move |day| *day <= last)
}

impl Entity for Booking {
    const KIND: Kind = Kind::literal("room_booking");

    type Fact = BookingFact;

    fn open(fact: &BookingFact) -> Option<Self> {
        match fact {
            BookingFact::Confirmed { room, buffers, request } => Some(Self {
                room: *room,
                buffers: *buffers,
                request: request.clone(),
                status: BookingStatus::Confirmed,
            }),
            BookingFact::Moved { .. }
            | BookingFact::CheckedIn { .. }
            | BookingFact::Released { .. }
            | BookingFact::Cancelled { .. } => None,
        }
    }

    fn apply(&mut self, fact: &BookingFact) {
        match fact {
            BookingFact::Confirmed { room, buffers, request } | BookingFact::Moved { room, buffers, request } => {
                self.room = *room;
                self.buffers = *buffers;
                self.request = request.clone();
            }
            BookingFact::CheckedIn { by, at } => self.status = BookingStatus::CheckedIn { by: *by, at: *at },
            BookingFact::Released { by, at } => self.status = BookingStatus::Released { by: *by, at: *at },
            BookingFact::Cancelled { by, at } => self.status = BookingStatus::Cancelled { by: *by, at: *at },
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.ordered(Self::BY_START, &self.time().start());
        if self.holds_its_room() {
            let held = self.held();
            for day in days_of(held) {
                entries.partition(Self::BY_ROOM_AND_DAY, &(self.room, day), &held.start());
            }
            if let BookingSource::Event { uid, .. } = &self.request.parts().source {
                entries.partition(Self::BY_ROOM_AND_EVENT, &(self.room, Self::event_key(uid)), &held.start());
            }
        }
    }
}

/// The most days of universal time that [`bookings_of`] looks through.
const MOST_DAYS: usize = 400;

/// What holds a room at any time of an interval, buffers included, by the beginning of the time held.
///
/// Given a transaction it may be decided upon: a booking made, moved or cancelled meanwhile makes it run again.
///
/// # Errors
/// What the store reports; a fatal error where the interval touches more than 400 days.
pub async fn bookings_of(
    view: &View,
    room: RoomId,
    within: Interval,
) -> Result<Vec<(RoomBookingId, Booking)>, StoreError> {
    let days: Vec<NaiveDate> = days_of(within).take(MOST_DAYS.saturating_add(1)).collect();
    if days.len() > MOST_DAYS {
        return Err(StoreError::rejected(format!("bookings of {within} are asked for: at most {MOST_DAYS} days are")));
    }
    let mut found: Vec<(RoomBookingId, Booking)> = Vec::new();
    for day in days {
        found.extend(view.list(Booking::BY_ROOM_AND_DAY, &(room, day)).await?);
    }
    found.retain(|(_, booking)| booking.held().overlaps(&within));
    found.sort_by_key(|(id, booking)| (booking.held().start(), *id));
    found.dedup_by_key(|(id, _)| *id);
    Ok(found)
}
