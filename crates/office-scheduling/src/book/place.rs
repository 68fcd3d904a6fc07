//! Whether there is a place: open, large enough, fit and free.

use chrono::{DateTime, Utc};
use office_core::{Interval, StoreError, Tx};

use super::{BookRefusal, Clash};
use crate::booking::{BookingHours, BookingRequest, ResourceBookingId, bookings_of};
use crate::{Booking, Resource, ResourceId, ResourceKind, first_free, held_beyond};

impl Resource {
    /// Whether it is large enough, fit and open for what is asked; whether it is free is another question.
    ///
    /// # Errors
    /// [`BookRefusal`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::{Entity, Id, WeeklyHours};
    /// use office_scheduling::{BookRefusal, BookingRequest, Resource, ResourceDetails, ResourceParts};
    ///
    /// let parts = ResourceParts {
    ///     name: "Spree".to_owned(), capacity: 4, hours: WeeklyHours::daily("08:00-18:00".parse()?), ..ResourceParts::default()
    /// };
    /// let room = Resource::open(&Resource::register(ResourceDetails::new(parts)?)).ok_or("a fact")?;
    /// let (time, person) = ("2026-10-05T09:00:00Z/2026-10-05T10:00:00Z".parse()?, Id::natural("person", "E-007"));
    /// assert_eq!(room.admit(&BookingRequest::new(time, person, 4, "talk")?), Ok(()));
    ///
    /// let crowd = room.admit(&BookingRequest::new(time, person, 5, "talk")?);
    /// assert!(matches!(crowd, Err(BookRefusal::TooManyPeople { people: 5, capacity: 4, .. })));
    /// let night = "2026-10-05T22:00:00Z/2026-10-05T23:00:00Z".parse()?;
    /// assert!(matches!(room.admit(&BookingRequest::new(night, person, 4, "talk")?), Err(BookRefusal::Closed { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn admit(&self, request: &BookingRequest) -> Result<(), BookRefusal> {
        let parts = self.details();
        let kind = parts.kind;
        if kind != ResourceKind::Equipment && request.people() > parts.capacity {
            return Err(BookRefusal::TooManyPeople { kind, people: request.people(), capacity: parts.capacity });
        }
        if parts.kept_for.is_some_and(|person| person != request.organiser()) {
            return Err(BookRefusal::Kept { kind });
        }
        if request.units() > parts.count {
            return Err(BookRefusal::TooManyUnits { units: request.units(), count: parts.count });
        }
        let missing: Vec<String> = request.needs().difference(&parts.features).cloned().collect();
        if !missing.is_empty() {
            return Err(BookRefusal::Lacks { kind, missing });
        }
        let time = request.time();
        if request.parts().hours == BookingHours::Opening {
            let day = self.day_of(time).unwrap_or(time);
            let span = Interval::new(day.start().min(time.start()), day.end().max(time.end())).unwrap_or(time);
            let open = self.open_during(span).unwrap_or_default();
            if !open.iter().any(|open| open.encloses(&time)) {
                return Err(BookRefusal::Closed { kind, time, open });
            }
        }
        Ok(())
    }

    /// The civil day, where the resource is, on which a time starts.
    fn day_of(&self, time: Interval) -> Option<Interval> {
        let zone = self.details().zone;
        zone.day(zone.date_of(time.start())).ok()
    }

    /// The times at which too much of it is held for so many more.
    pub(crate) fn full(&self, units: u32, others: &[(ResourceBookingId, Booking)]) -> Vec<Interval> {
        let held = others.iter().map(|(_, other)| (other.held(), other.request().units()));
        held_beyond(held, self.details().count.saturating_sub(units))
    }

    /// The earliest time of the same length on the same civil day, from an instant on, that could be booked beside others.
    fn next_free(
        &self,
        request: &BookingRequest,
        from: DateTime<Utc>,
        day: Interval,
        others: &[(ResourceBookingId, Booking)],
    ) -> Option<Interval> {
        let within = Interval::new(day.start().max(from), day.end()).ok()?;
        let open = match request.parts().hours {
            BookingHours::Opening => self.open_during(within).ok()?,
            BookingHours::AnyTime => vec![within],
        };
        let full = self.full(request.units(), others);
        first_free(open, full, self.details().buffers, request.time().duration(), within)
    }
}

/// Refuses where others hold too much at the time asked for, and looks for another time of that day then.
pub(crate) async fn find_free(
    tx: &Tx,
    (resource_id, resource): (ResourceId, &Resource),
    booking_id: ResourceBookingId,
    request: &BookingRequest,
) -> Result<(), FreeError> {
    let Some(others) = in_the_way(tx, (resource_id, resource), booking_id, request).await? else { return Ok(()) };
    let buffers = resource.details().buffers;
    let mut next_free = None;
    if let Some(day) = resource.day_of(request.time()) {
        let mut around = bookings_of(tx, resource_id, buffers.around(day)).await?;
        around.retain(|(id, _)| *id != booking_id);
        next_free = resource.next_free(request, tx.command().at(), day, &around);
    }
    let by = others.into_iter().map(|(id, other)| Clash::with(id, &other)).collect();
    Err(FreeError::Refused(BookRefusal::Held { kind: resource.details().kind, by, next_free }))
}

/// What holds the resource at the time asked for, where that is too much; none where there is enough left.
pub(crate) async fn in_the_way(
    tx: &Tx,
    (resource_id, resource): (ResourceId, &Resource),
    booking_id: ResourceBookingId,
    request: &BookingRequest,
) -> Result<Option<Vec<(ResourceBookingId, Booking)>>, StoreError> {
    let wanted = resource.details().buffers.around(request.time());
    let mut others = bookings_of(tx, resource_id, wanted).await?;
    others.retain(|(id, _)| *id != booking_id);
    let full = resource.full(request.units(), &others);
    Ok(full.iter().any(|time| time.overlaps(&wanted)).then_some(others))
}

/// Why a resource was not found free.
pub(crate) enum FreeError {
    Refused(BookRefusal),
    Store(StoreError),
}

impl From<StoreError> for FreeError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
