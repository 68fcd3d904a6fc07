//! What people and the clock do with a booking.

use chrono::{DateTime, TimeDelta, Utc};
use office_core::subject::PersonId;
use office_core::{Decision, Interval, WorkingCalendar, WorkingTimeError};

use super::{
    Booking, BookingFact, BookingSource, BookingStatus, BookingTerms, CancelBookingError, CheckInError,
    EndBookingError, MoveError, ReleaseBookingError,
};
use crate::ResourceId;

impl Booking {
    /// Calls the booking off before it is over, or takes back what was asked for; its time is free again. What is booked with it follows by
    /// [`cancel_booking`](crate::cancel_booking).
    ///
    /// # Errors
    /// [`CancelBookingError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("talk.txt")]
    /// use office_scheduling::CancelBookingError;
    ///
    /// // A talk from nine to ten. Once it is over it is too late.
    /// let late = booking.cancel(person, at("10:00")?);
    /// assert_eq!(late, Err(CancelBookingError::Over { end: at("10:00")? }));
    ///
    /// booking.apply(&booking.cancel(person, at("08:00")?)?.fact().ok_or("a fact")?);
    /// assert!(!booking.holds_its_place());
    /// assert_eq!(booking.cancel(person, at("08:30")?), Ok(Decision::AlreadyRecorded));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cancel(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<BookingFact>, CancelBookingError> {
        if matches!(self.status, BookingStatus::Cancelled { .. }) {
            return Ok(Decision::AlreadyRecorded);
        }
        if !matches!(self.status, BookingStatus::Requested | BookingStatus::Confirmed) {
            return Err(CancelBookingError::NotConfirmed { status: self.status });
        }
        let end = self.time().end();
        if end <= at {
            return Err(CancelBookingError::Over { end });
        }
        Ok(Decision::Record(BookingFact::Cancelled { by, at }))
    }

    /// Says that people came: from the time at which the room is set up until the booking ends, as long as nobody has
    /// released it.
    ///
    /// # Errors
    /// [`CheckInError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("talk.txt")]
    /// use office_scheduling::CheckInError;
    ///
    /// // A talk from nine to ten, in a room that is set up from a quarter to nine on.
    /// let early = booking.check_in(person, at("08:30")?);
    /// assert_eq!(early, Err(CheckInError::TooEarly { from: at("08:45")? }));
    ///
    /// booking.apply(&booking.check_in(person, at("08:50")?)?.fact().ok_or("a fact")?);
    /// assert_eq!(booking.status(), BookingStatus::CheckedIn { by: person, at: at("08:50")? });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check_in(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<BookingFact>, CheckInError> {
        let (from, end) = (self.held().start(), self.time().end());
        if matches!(self.status, BookingStatus::CheckedIn { .. }) {
            return Ok(Decision::AlreadyRecorded);
        }
        if self.status != BookingStatus::Confirmed {
            return Err(CheckInError::NotConfirmed { status: self.status });
        }
        if at < from {
            return Err(CheckInError::TooEarly { from });
        }
        if end <= at {
            return Err(CheckInError::Over { end });
        }
        Ok(Decision::Record(BookingFact::CheckedIn { by, at }))
    }

    /// Says that people have left before the end: what is left of the time, after the place is cleared, is free again.
    /// What is booked with it follows by [`end_booking`](crate::end_booking).
    ///
    /// # Errors
    /// [`EndBookingError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("talk.txt")]
    /// use office_scheduling::EndBookingError;
    ///
    /// // A talk from nine to ten. Who has not come cannot leave.
    /// let refused = booking.end_early(person, at("09:30")?);
    /// assert_eq!(refused, Err(EndBookingError::NotCheckedIn { status: BookingStatus::Confirmed }));
    ///
    /// booking.apply(&booking.check_in(person, at("09:00")?)?.fact().ok_or("a fact")?);
    /// booking.apply(&booking.end_early(person, at("09:30")?)?.fact().ok_or("a fact")?);
    /// assert_eq!(booking.held().end(), at("09:30")?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn end_early(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<BookingFact>, EndBookingError> {
        let (start, end) = (self.time().start(), self.time().end());
        if matches!(self.status, BookingStatus::Ended { .. }) {
            return Ok(Decision::AlreadyRecorded);
        }
        if !matches!(self.status, BookingStatus::CheckedIn { .. }) {
            return Err(EndBookingError::NotCheckedIn { status: self.status });
        }
        if at <= start {
            return Err(EndBookingError::NotBegun { start });
        }
        if end <= at {
            return Err(EndBookingError::Over { end });
        }
        Ok(Decision::Record(BookingFact::Ended { by, at }))
    }

    /// Gives the place back because nobody came within so many seconds of the start; its time is free again, and no
    /// longer counts as use.
    ///
    /// # Errors
    /// [`ReleaseBookingError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("talk.txt")]
    /// use office_scheduling::ReleaseBookingError;
    ///
    /// // A talk from nine to ten, for which people have a quarter of an hour to come.
    /// let early = booking.release(person, at("09:10")?, 900);
    /// assert_eq!(early, Err(ReleaseBookingError::TooEarly { from: at("09:15")? }));
    ///
    /// booking.apply(&booking.release(person, at("09:15")?, 900)?.fact().ok_or("a fact")?);
    /// assert!(!booking.holds_its_place());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn release(
        &self,
        by: PersonId,
        at: DateTime<Utc>,
        grace_seconds: u32,
    ) -> Result<Decision<BookingFact>, ReleaseBookingError> {
        let from = after(self.time().start(), grace_seconds);
        if matches!(self.status, BookingStatus::Released { .. }) {
            return Ok(Decision::AlreadyRecorded);
        }
        if self.status != BookingStatus::Confirmed {
            return Err(ReleaseBookingError::NotConfirmed { status: self.status });
        }
        if at < from {
            return Err(ReleaseBookingError::TooEarly { from });
        }
        Ok(Decision::Record(BookingFact::Released { by, at }))
    }

    /// When something falls due by itself: nobody has checked in by then, where somebody has to, nobody has taken what was
    /// offered, or nobody has decided on what was asked for. None where nothing does.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("talk.txt")]
    /// // A talk from nine to ten, for which the room wants somebody to check in within ten minutes.
    /// assert_eq!(booking.due_at(), Some(at("09:10")?));
    /// // Once somebody has, nothing falls due any more.
    /// booking.apply(&booking.check_in(person, at("09:05")?)?.fact().ok_or("a fact")?);
    /// assert_eq!(booking.due_at(), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn due_at(&self) -> Option<DateTime<Utc>> {
        match self.status {
            BookingStatus::Requested => self.approval_due,
            BookingStatus::Held { until } => Some(until),
            // What goes with another booking waits for nobody of its own.
            BookingStatus::Confirmed if matches!(self.request.parts().source, BookingSource::With { .. }) => None,
            BookingStatus::Confirmed => Some(after(self.time().start(), self.terms.check_in_seconds?)),
            BookingStatus::CheckedIn { .. }
            | BookingStatus::Ended { .. }
            | BookingStatus::Released { .. }
            | BookingStatus::Cancelled { .. }
            | BookingStatus::Refused { .. }
            | BookingStatus::Expired { .. } => None,
        }
    }

    /// What has fallen due by an instant, found out by somebody: it is released, its offer has expired, or what was asked
    /// for was not decided in time, at the latest when it begins. Approvals escalate and expire in working hours.
    ///
    /// # Errors
    /// [`WorkingTimeError`] where the hours do not reach so far.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("talk.txt")]
    /// use office_core::{DateRange, Holidays, WeeklyHours, WorkingCalendar, WorkingPlan, Zone};
    ///
    /// let valid = DateRange::year(2026)?;
    /// let week = WeeklyHours::weekdays("09:00-17:00".parse()?);
    /// let plan = WorkingPlan { zone: Zone::UTC, valid, week, exceptions: [].into(), holidays: Holidays::none(valid) };
    /// let hours = WorkingCalendar::new(plan)?;
    ///
    /// // A talk from nine to ten, for which the room wants somebody to check in within ten minutes: before, nothing happens.
    /// assert_eq!(booking.fall_due(person, at("09:09")?, &hours)?, Decision::AlreadyRecorded);
    /// booking.apply(&booking.fall_due(person, at("09:20")?, &hours)?.fact().ok_or("a fact")?);
    /// assert_eq!(booking.status(), BookingStatus::Released { by: person, at: at("09:20")? });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fall_due(
        &self,
        by: PersonId,
        now: DateTime<Utc>,
        hours: &WorkingCalendar,
    ) -> Result<Decision<BookingFact>, WorkingTimeError> {
        let Some(at) = self.due_at().filter(|due| *due <= now) else { return Ok(Decision::AlreadyRecorded) };
        let approval = self.approval.as_deref().filter(|_| self.status == BookingStatus::Requested);
        let start = self.time().start();
        Ok(match (self.status, approval) {
            (BookingStatus::Held { .. }, _) => Decision::Record(BookingFact::Expired { at }),
            (_, Some(approval)) => {
                let acts = approval.run.fall_due(now.min(start), hours)?;
                match self.due_after(&acts, hours)? {
                    // It begins, and is still undecided.
                    Some(_) if start <= now => Decision::Record(BookingFact::Expired { at: start }),
                    due => Decision::all_of(acts).map(|acts| BookingFact::FellDue { acts, due }),
                }
            }
            (_, None) => Decision::Record(BookingFact::Released { by, at: now }),
        })
    }

    /// Moves the booking to another time, or to another resource with these terms. Whether it is free is for
    /// [`move_booking`](crate::move_booking) to find out.
    ///
    /// # Errors
    /// [`MoveError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("talk.txt")]
    /// use office_scheduling::MoveError;
    ///
    /// // A talk from nine to ten is moved to another room, with terms of its own.
    /// let havel = ResourceId::natural("room", "R-102");
    /// let moved = booking.move_to(havel, BookingTerms::default(), booking.time())?;
    /// booking.apply(&moved.fact().ok_or("a fact")?);
    /// assert_eq!((booking.resource(), booking.held()), (havel, booking.time()));
    ///
    /// // What is called off stays where it is.
    /// booking.apply(&booking.cancel(person, at("08:00")?)?.fact().ok_or("a fact")?);
    /// let refused = booking.move_to(spree, BookingTerms::default(), booking.time());
    /// assert!(matches!(refused, Err(MoveError::NotConfirmed { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn move_to(
        &self,
        resource: ResourceId,
        terms: BookingTerms,
        time: Interval,
    ) -> Result<Decision<BookingFact>, MoveError> {
        if self.status != BookingStatus::Confirmed {
            return Err(MoveError::NotConfirmed { status: self.status });
        }
        if self.resource == resource && self.time() == time {
            return Ok(Decision::AlreadyRecorded);
        }
        Ok(Decision::Record(BookingFact::Moved { resource, terms, request: self.request.at(time)? }))
    }
}

/// So many seconds later, as far as the calendar reaches.
fn after(start: DateTime<Utc>, seconds: u32) -> DateTime<Utc> {
    start.checked_add_signed(TimeDelta::seconds(i64::from(seconds))).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
