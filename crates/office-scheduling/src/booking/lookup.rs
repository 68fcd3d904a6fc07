//! Finding bookings: what holds a resource, and what became of somebody's.

use chrono::{NaiveDate, TimeDelta};
use office_core::subject::PersonId;
use office_core::{Interval, StoreError, View};
use serde::{Deserialize, Serialize};

use super::{Booking, BookingSource, BookingStatus, ResourceBookingId};
use crate::ResourceId;

/// The days of universal time that an interval touches.
pub(crate) fn days_of(held: Interval) -> impl Iterator<Item = NaiveDate> {
    let end = held.end().checked_sub_signed(TimeDelta::nanoseconds(1)).unwrap_or(held.start());
    let last = end.date_naive();
    held.start().date_naive().iter_days().take_while(move |day| *day <= last)
}

/// The most days of universal time that [`bookings_of`] looks through.
const MOST_DAYS: usize = 400;

/// The days of universal time that an interval touches, where they are not too many to look through.
pub(crate) fn few_days_of(within: Interval) -> Result<Vec<NaiveDate>, StoreError> {
    let days: Vec<NaiveDate> = days_of(within).take(MOST_DAYS.saturating_add(1)).collect();
    if days.len() > MOST_DAYS {
        return Err(StoreError::rejected(format!("bookings of {within} are asked for: at most {MOST_DAYS} days are")));
    }
    Ok(days)
}

/// What holds a resource at any time of an interval, buffers included, by the beginning of the time held.
///
/// Given a transaction it may be decided upon: a booking made, moved or cancelled meanwhile makes it run again.
///
/// # Errors
/// What the store reports; a fatal error where the interval touches more than 400 days.
///
/// # Example
/// ```
#[doc = include_str!("../book/office.txt")]
/// use office_scheduling::bookings_of;
///
/// ask("talk", "2026-10-05T09:00:00Z/2026-10-05T10:00:00Z")?;
/// let held = |within: &str| {
///     let within = within.parse().unwrap();
///     wait(office.view(|view| async move { bookings_of(&view, spree, within).await })).map_err(|error: StoreError| error)
/// };
/// let monday = held("2026-10-05T00:00:00Z/2026-10-06T00:00:00Z")?;
/// assert_eq!((monday.len(), monday[0].0), (1, id("talk")));
/// assert!(held("2026-10-05T10:00:00Z/2026-10-05T11:00:00Z")?.is_empty());
///
/// // Two years are more than is looked through.
/// assert!(held("2026-01-01T00:00:00Z/2028-01-01T00:00:00Z").is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn bookings_of(
    view: &View,
    resource: ResourceId,
    within: Interval,
) -> Result<Vec<(ResourceBookingId, Booking)>, StoreError> {
    let mut found: Vec<(ResourceBookingId, Booking)> = Vec::new();
    for day in few_days_of(within)? {
        found.extend(view.list(Booking::BY_RESOURCE_AND_DAY, &(resource, day)).await?);
    }
    found.retain(|(_, booking)| booking.held().overlaps(&within));
    found.sort_by_key(|(id, booking)| (booking.held().start(), *id));
    found.dedup_by_key(|(id, _)| *id);
    Ok(found)
}

/// How often somebody came to what they had booked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BookingAttendance {
    /// How many bookings people came to.
    pub kept: u32,
    /// How many were released because nobody came.
    pub missed: u32,
    /// Whether there are more bookings than the 10,000 that were looked at.
    pub limited: bool,
}

/// The most bookings that [`attendance_of`] looks at.
const MOST_BOOKINGS: usize = 10_000;

/// How often somebody came, and did not come, to what they had booked to start within an interval. Equipment that goes with
/// another booking is not counted. For reports.
///
/// # Errors
/// What the store reports.
///
/// # Example
/// ```
/// use office_core::{Id, MemoryStore, Office, StoreError, wait};
/// use office_scheduling::{BookingAttendance, attendance_of};
///
/// let office = Office::on(MemoryStore::new());
/// let october = "2026-10-01T00:00:00Z/2026-11-01T00:00:00Z".parse()?;
/// let person = Id::natural("person", "E-009");
/// let attendance = wait(office.view(|view| async move { attendance_of(&view, person, october).await }));
/// // Who has booked nothing has missed nothing.
/// assert_eq!(attendance.map_err(|error: StoreError| error)?, BookingAttendance::default());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn attendance_of(view: &View, person: PersonId, within: Interval) -> Result<BookingAttendance, StoreError> {
    let (from, to) = ((person, within.start()), (person, within.end()));
    let found = view.page(Booking::OF_ORGANISER, Some(&from), Some(&to), MOST_BOOKINGS).await?;
    let mut attendance = BookingAttendance { limited: found.len() == MOST_BOOKINGS, ..BookingAttendance::default() };
    let of_their_own = |booking: &Booking| !matches!(booking.request().parts().source, BookingSource::With { .. });
    for booking in found.iter().map(|(_, booking)| booking).filter(|booking| of_their_own(booking)) {
        match booking.status() {
            BookingStatus::CheckedIn { .. } | BookingStatus::Ended { .. } => {
                attendance.kept = attendance.kept.saturating_add(1);
            }
            BookingStatus::Released { .. } => attendance.missed = attendance.missed.saturating_add(1),
            BookingStatus::Requested
            | BookingStatus::Held { .. }
            | BookingStatus::Confirmed
            | BookingStatus::Cancelled { .. }
            | BookingStatus::Refused { .. }
            | BookingStatus::Expired { .. } => {}
        }
    }
    Ok(attendance)
}
