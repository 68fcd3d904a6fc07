//! Bookings of rooms, desks and equipment.
//!
//! ```text
//!   requested ───approve────┐
//!     │  └──refuse──► refused│
//!     │                      ▼
//!   held ──accept_offer──► confirmed ──check_in──► checked in ──end_early──► ended
//!     │                      ├────────release────► released
//!     ├──decline─────────────┴────────cancel─────► cancelled
//!     └──fall_due──► expired
//! ```

mod act;
mod approval;
mod error;
mod lookup;
mod request;
mod status;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use office_core::subject::PersonId;
use office_core::{ApprovalAct, Entity, Entries, Id, Interval, Kind, Ordered, Partition};
use serde::{Deserialize, Serialize};

pub use self::approval::{BookingApproval, BookingDecisionError};
pub use self::error::{CancelBookingError, CheckInError, EndBookingError, MoveError, ReleaseBookingError};
pub use self::lookup::{BookingAttendance, attendance_of, bookings_of};
pub(crate) use self::lookup::{days_of, few_days_of};
pub use self::request::{BookingHours, BookingRequest, BookingRequestError, BookingRequestParts, BookingSource};
pub use self::status::BookingStatus;
use crate::{Buffers, EventId, Occupancy, ResourceId, ResourceParts};

/// The id of a booking.
pub type ResourceBookingId = Id<Booking>;

/// A room, a desk or equipment booked for a time.
///
/// It holds its place for its time and the buffers that were asked for when it was booked, until it is cancelled,
/// released or ended. It is found by resource and day ([`Booking::BY_RESOURCE_AND_DAY`]), which is what keeps bookings apart.
///
/// # Example
/// ```
/// use chrono::DateTime;
/// use office_core::{Entity, Id};
/// use office_scheduling::{Booking, BookingRequest, Buffers, CheckInError, ResourceId};
///
/// let person = Id::natural("person", "E-007");
/// let request = BookingRequest::new("2026-10-05T09:00:00Z/2026-10-05T10:00:00Z".parse()?, person, 8, "contractor talk")?;
/// let quarter = Buffers { set_up_seconds: 900, tear_down_seconds: 900 };
/// let mut booking = Booking::open(&Booking::confirm(ResourceId::natural("room", "R-101"), quarter.into(), request)).ok_or("a fact")?;
/// assert_eq!(booking.held().to_string(), "2026-10-05T08:45:00Z/2026-10-05T10:15:00Z");
///
/// // The day before is too early to check in.
/// let day_before = "2026-10-04T09:00:00Z".parse()?;
/// assert_eq!(booking.check_in(person, day_before), Err(CheckInError::TooEarly { from: booking.held().start() }));
///
/// booking.apply(&booking.cancel(person, day_before)?.fact().ok_or("a fact")?);
/// assert!(!booking.holds_its_place());
/// assert!(matches!(booking.check_in(person, booking.time().start()), Err(CheckInError::NotConfirmed { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    resource: ResourceId,
    terms: BookingTerms,
    request: BookingRequest,
    status: BookingStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    approval: Option<Box<BookingApproval>>,
    /// When the clock next does something to its approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    approval_due: Option<DateTime<Utc>>,
}

/// What a resource asked of a booking when it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BookingTerms {
    /// The time to set up and to clear.
    #[serde(default)]
    pub buffers: Buffers,
    /// Within how many seconds of the start somebody has to check in; none where nobody has to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_in_seconds: Option<u32>,
}

impl From<Buffers> for BookingTerms {
    fn from(buffers: Buffers) -> Self {
        Self { buffers, check_in_seconds: None }
    }
}

impl From<&ResourceParts> for BookingTerms {
    fn from(parts: &ResourceParts) -> Self {
        Self { buffers: parts.buffers, check_in_seconds: parts.check_in_seconds }
    }
}

/// What happens to a booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookingFact {
    /// It was made.
    Confirmed {
        /// The resource.
        resource: ResourceId,
        /// What it asked of a booking at that time.
        terms: BookingTerms,
        /// What was asked for.
        request: BookingRequest,
    },
    /// It was asked for by the rules of the office, or what was offered was taken by them.
    Requested {
        /// The resource.
        resource: ResourceId,
        /// What it asked of a booking at that time.
        terms: BookingTerms,
        /// What was asked for.
        request: BookingRequest,
        /// What the policy says, and who has to approve it.
        approval: Box<BookingApproval>,
        /// When the clock does something to it, unless it is decided before.
        due: Option<DateTime<Utc>>,
    },
    /// Somebody approved or refused it.
    Decided {
        /// What was done.
        act: ApprovalAct,
        /// When the clock does something to it, unless it is decided before.
        due: Option<DateTime<Utc>>,
    },
    /// Time has passed: others may approve it as well, or it has expired. In order, at least one.
    FellDue {
        /// What happened.
        acts: Vec<ApprovalAct>,
        /// When the clock does something to it, unless it is decided before.
        due: Option<DateTime<Utc>>,
    },
    /// It is offered to whoever waited for it.
    Held {
        /// The resource.
        resource: ResourceId,
        /// What it asked of a booking at that time.
        terms: BookingTerms,
        /// What was asked for.
        request: BookingRequest,
        /// Until when.
        until: DateTime<Utc>,
    },
    /// What was offered was taken.
    Accepted {
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was moved to another time or another resource, or the event that it is for was changed.
    Moved {
        /// The resource.
        resource: ResourceId,
        /// What it asked of a booking at that time.
        terms: BookingTerms,
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
    /// People have left before the end.
    Ended {
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
    /// It was called off, or declined.
    Cancelled {
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Nobody answered in time.
    Expired {
        /// When the time to answer was over.
        at: DateTime<Utc>,
    },
}

impl Booking {
    /// What holds a resource on a day, by the beginning of the time held; may be decided upon.
    ///
    /// The days are those of universal time, and a booking belongs to each that its held time touches, buffers
    /// included. Two held times that overlap have an instant in common, and that instant lies on one such day: so a
    /// look at the days of one finds the other, whatever the zone, across midnight and changes of clocks. The days
    /// of the resource's own zone would do as well until it is given another zone.
    pub const BY_RESOURCE_AND_DAY: Partition<Self, (ResourceId, NaiveDate), DateTime<Utc>> =
        Partition::new("resource_day");

    /// What holds a resource for an event of a calendar, by start; may be decided upon.
    pub(crate) const BY_RESOURCE_AND_EVENT: Partition<Self, (ResourceId, EventId), DateTime<Utc>> =
        Partition::new("resource_event");

    /// What holds its place for another booking, by start; may be decided upon.
    pub const BY_MAIN: Partition<Self, ResourceBookingId, DateTime<Utc>> = Partition::new("main");

    /// All bookings by the start of their time, also those cancelled and released; for reports.
    pub const BY_START: Ordered<Self, DateTime<Utc>> = Ordered::new("start");

    /// Somebody's bookings by the start of their time, also those cancelled and released; for reports.
    pub const OF_ORGANISER: Ordered<Self, (PersonId, DateTime<Utc>)> = Ordered::new("organiser");

    /// What the clock may change, by when it does.
    pub const DUE: Ordered<Self, DateTime<Utc>> = Ordered::new("due");

    /// A new booking on these terms. Whether the resource is free is for [`book`](crate::book()) to find out.
    #[must_use]
    pub const fn confirm(resource: ResourceId, terms: BookingTerms, request: BookingRequest) -> BookingFact {
        BookingFact::Confirmed { resource, terms, request }
    }

    /// The id of the booking of a resource for one occurrence of a calendar's event: the same for ever, so that reading a
    /// calendar twice books once.
    ///
    /// # Example
    /// ```
    /// use office_core::Id;
    /// use office_scheduling::{Booking, ResourceId};
    ///
    /// let (spree, at) = (ResourceId::natural("room", "R-101"), "2026-10-05T09:00:00".parse()?);
    /// assert_eq!(Booking::id_of_occurrence(spree, "7", at), Booking::id_of_occurrence(spree, "7", at));
    /// // Another event is not booked under its name.
    /// assert_ne!(Booking::id_of_occurrence(spree, "7", at), Booking::id_of_occurrence(spree, "8", at));
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    #[must_use]
    pub fn id_of_occurrence(resource: ResourceId, uid: &str, occurrence: NaiveDateTime) -> ResourceBookingId {
        ResourceBookingId::natural("booking", &format!("{resource} {occurrence:?} {uid}"))
    }

    /// What is booked.
    #[must_use]
    pub const fn resource(&self) -> ResourceId {
        self.resource
    }

    /// What the resource asked of it.
    #[must_use]
    pub const fn terms(&self) -> BookingTerms {
        self.terms
    }

    /// What was asked for, with the time it has now.
    #[must_use]
    pub const fn request(&self) -> &BookingRequest {
        &self.request
    }

    /// Its time, without buffers: to when people left, where they left before its end.
    #[must_use]
    pub fn time(&self) -> Interval {
        let asked = self.request.time();
        match self.status {
            BookingStatus::Ended { at, .. } => Interval::new(asked.start(), at).unwrap_or(asked),
            BookingStatus::Requested
            | BookingStatus::Held { .. }
            | BookingStatus::Confirmed
            | BookingStatus::CheckedIn { .. }
            | BookingStatus::Released { .. }
            | BookingStatus::Cancelled { .. }
            | BookingStatus::Refused { .. }
            | BookingStatus::Expired { .. } => asked,
        }
    }

    /// The time for which it takes its place: its own with the buffers.
    #[must_use]
    pub fn held(&self) -> Interval {
        self.occupancy().held()
    }

    /// Its time and buffers.
    #[must_use]
    pub fn occupancy(&self) -> Occupancy {
        Occupancy { booked: self.time(), buffers: self.terms.buffers }
    }

    /// How far it has come.
    #[must_use]
    pub const fn status(&self) -> BookingStatus {
        self.status
    }

    /// Whether its time is taken: it is confirmed, offered to somebody, or people are there or were.
    #[must_use]
    pub const fn holds_its_place(&self) -> bool {
        self.status.holds()
    }

    /// What stands for the name of an event in an index, however long the name is.
    pub(crate) fn event_key(uid: &str) -> EventId {
        EventId::natural("booked_event", uid)
    }

    /// The occurrence of the event for which it was made; none where it was asked for by itself.
    pub(crate) const fn occurrence(&self) -> Option<NaiveDateTime> {
        match self.request.parts().source {
            BookingSource::AdHoc | BookingSource::With { .. } => None,
            BookingSource::Event { occurrence, .. } => Some(occurrence),
        }
    }
}

impl Entity for Booking {
    const KIND: Kind = Kind::literal("booking");

    type Fact = BookingFact;

    fn open(fact: &BookingFact) -> Option<Self> {
        let (resource, terms, request, status) = match fact {
            BookingFact::Requested { resource, terms, request, .. } => {
                (resource, terms, request, BookingStatus::Requested)
            }
            BookingFact::Confirmed { resource, terms, request } => (resource, terms, request, BookingStatus::Confirmed),
            BookingFact::Held { resource, terms, request, until } => {
                (resource, terms, request, BookingStatus::Held { until: *until })
            }
            BookingFact::Decided { .. }
            | BookingFact::FellDue { .. }
            | BookingFact::Accepted { .. }
            | BookingFact::Moved { .. }
            | BookingFact::CheckedIn { .. }
            | BookingFact::Ended { .. }
            | BookingFact::Released { .. }
            | BookingFact::Cancelled { .. }
            | BookingFact::Expired { .. } => return None,
        };
        let (resource, terms, request) = (*resource, *terms, request.clone());
        let mut booking = Self { resource, terms, request, status, approval: None, approval_due: None };
        booking.apply(fact);
        Some(booking)
    }

    fn apply(&mut self, fact: &BookingFact) {
        match fact {
            BookingFact::Requested { resource, terms, request, approval, due } => {
                self.resource = *resource;
                self.terms = *terms;
                self.request = request.clone();
                self.approval = Some(approval.clone());
                self.take_in(&[], *due);
            }
            BookingFact::Decided { act, due } => self.take_in(std::slice::from_ref(act), *due),
            BookingFact::FellDue { acts, due } => self.take_in(acts, *due),
            BookingFact::Confirmed { resource, terms, request }
            | BookingFact::Held { resource, terms, request, .. }
            | BookingFact::Moved { resource, terms, request } => {
                self.resource = *resource;
                self.terms = *terms;
                self.request = request.clone();
            }
            BookingFact::Accepted { .. } => self.status = BookingStatus::Confirmed,
            BookingFact::CheckedIn { by, at } => self.status = BookingStatus::CheckedIn { by: *by, at: *at },
            BookingFact::Ended { by, at } => self.status = BookingStatus::Ended { by: *by, at: *at },
            BookingFact::Released { by, at } => self.status = BookingStatus::Released { by: *by, at: *at },
            BookingFact::Cancelled { by, at } => self.status = BookingStatus::Cancelled { by: *by, at: *at },
            BookingFact::Expired { at } => self.status = BookingStatus::Expired { at: *at },
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        let start = self.time().start();
        entries.ordered(Self::BY_START, &start);
        entries.ordered(Self::OF_ORGANISER, &(self.request.organiser(), start));
        if let Some(due) = self.due_at() {
            entries.ordered(Self::DUE, &due);
        }
        if self.holds_its_place() {
            let held = self.held();
            for day in days_of(held) {
                entries.partition(Self::BY_RESOURCE_AND_DAY, &(self.resource, day), &held.start());
            }
            match &self.request.parts().source {
                BookingSource::AdHoc => {}
                BookingSource::With { booking } => entries.partition(Self::BY_MAIN, booking, &held.start()),
                BookingSource::Event { uid, .. } => {
                    let event = (self.resource, Self::event_key(uid));
                    entries.partition(Self::BY_RESOURCE_AND_EVENT, &event, &held.start());
                }
            }
        }
    }
}
