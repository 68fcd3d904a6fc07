//! Bookings that somebody has to approve.

use chrono::{DateTime, NaiveDate, Utc};
use office_core::rules::Explanation;
use office_core::{
    ApprovalAct, ApprovalRun, ApprovalStatus, ApproveStep, ApproveStepError, AuthorityBook, Decision, RefuseStep,
    RefuseStepError, WorkingCalendar, WorkingTimeError,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Booking, BookingFact, BookingStatus};

/// What the policy said of a booking, and how far its approval has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BookingApproval {
    /// Why the policy asks for the approvals that it asks for.
    pub ruling: Explanation,
    /// How far they have come.
    pub run: ApprovalRun,
}

impl BookingApproval {
    /// When the next thing happens by itself before the booking begins: somebody else may approve, or it expires.
    pub(crate) fn next_due(
        &self,
        start: DateTime<Utc>,
        hours: &WorkingCalendar,
    ) -> Result<Option<DateTime<Utc>>, WorkingTimeError> {
        let ApprovalStatus::Open { .. } = self.run.status() else { return Ok(None) };
        let first = self.run.deadlines(hours)?.first().map(|deadline| deadline.at);
        Ok(Some(first.map_or(start, |first| first.min(start))))
    }

    /// How far the booking is, where nothing else has happened to it.
    pub(super) fn status(&self) -> BookingStatus {
        match self.run.status() {
            ApprovalStatus::Open { .. } | ApprovalStatus::Returned { .. } => BookingStatus::Requested,
            ApprovalStatus::Approved => BookingStatus::Confirmed,
            // What the policy refuses is not recorded at all.
            ApprovalStatus::RefusedByPolicy { .. } => BookingStatus::Refused { on: NaiveDate::default() },
            ApprovalStatus::Refused { on, .. } | ApprovalStatus::Withdrawn { on } => BookingStatus::Refused { on: *on },
            ApprovalStatus::Expired { at, .. } => BookingStatus::Expired { at: *at },
        }
    }
}

/// A booking is not approved or refused.
#[derive(Debug, Error)]
pub enum BookingDecisionError<E> {
    /// Nothing is to be decided.
    #[error("the booking is {status}: one that is requested is wanted")]
    NotRequested {
        /// How far it has come.
        status: BookingStatus,
    },
    /// Whoever wants to may not do it, or it cannot be done now.
    #[error(transparent)]
    Refused(E),
    /// What falls due cannot be told.
    #[error("what falls due cannot be told: {0}")]
    Clock(#[from] WorkingTimeError),
}

impl Booking {
    /// What the policy said of it and how far its approval has come; none where nobody was asked.
    #[must_use]
    pub fn approval(&self) -> Option<&BookingApproval> {
        self.approval.as_deref()
    }

    /// Approves a step; after the last the booking is confirmed.
    ///
    /// # Errors
    /// [`BookingDecisionError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("../book/office.txt")]
    /// use office_scheduling::BookingDecisionError;
    ///
    /// // Three hours are approved by the office manager.
    /// ask("workshop", "2026-10-05T09:00:00Z/2026-10-05T12:00:00Z")?;
    /// let workshop = id("workshop");
    /// let mut booking: Booking = wait(office.view(|view| async move { view.load(workshop).await }))
    ///     .map_err(|error: StoreError| error)?;
    /// let step = ApproveStep { by: by(manager), step: 1, on: decided.date_naive(), at: decided };
    /// booking.apply(&booking.approve(&step, book, &rules.hours)?.fact().ok_or("a fact")?);
    /// assert_eq!(booking.status(), BookingStatus::Confirmed);
    ///
    /// // Nothing is left to approve.
    /// let anew = ApproveStep { by: by(anna), ..step };
    /// assert!(matches!(booking.approve(&anew, book, &rules.hours), Err(BookingDecisionError::NotRequested { .. })));
    /// # Ok::<(), Failure>(())
    /// ```
    pub fn approve(
        &self,
        command: &ApproveStep,
        book: &AuthorityBook,
        hours: &WorkingCalendar,
    ) -> Result<Decision<BookingFact>, BookingDecisionError<ApproveStepError>> {
        self.decided(hours, |run| run.approve(command, book))
    }

    /// Refuses it, by somebody who could approve the step: its time is free again.
    ///
    /// # Errors
    /// [`BookingDecisionError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("../book/office.txt")]
    /// // Three hours are approved by the office manager, or refused with a reason.
    /// ask("workshop", "2026-10-05T09:00:00Z/2026-10-05T12:00:00Z")?;
    /// let workshop = id("workshop");
    /// let mut booking: Booking = wait(office.view(|view| async move { view.load(workshop).await }))
    ///     .map_err(|error: StoreError| error)?;
    /// let silent = RefuseStep { by: by(manager), step: 1, on: decided.date_naive(), at: decided, reason: String::new() };
    /// assert!(booking.refuse(&silent, book, &rules.hours).is_err());
    ///
    /// let told = RefuseStep { reason: "the fair needs it".to_owned(), ..silent };
    /// booking.apply(&booking.refuse(&told, book, &rules.hours)?.fact().ok_or("a fact")?);
    /// assert!(!booking.holds_its_place());
    /// # Ok::<(), Failure>(())
    /// ```
    pub fn refuse(
        &self,
        command: &RefuseStep,
        book: &AuthorityBook,
        hours: &WorkingCalendar,
    ) -> Result<Decision<BookingFact>, BookingDecisionError<RefuseStepError>> {
        self.decided(hours, |run| run.refuse(command, book))
    }

    fn decided<E>(
        &self,
        hours: &WorkingCalendar,
        decide: impl FnOnce(&ApprovalRun) -> Result<Decision<ApprovalAct>, E>,
    ) -> Result<Decision<BookingFact>, BookingDecisionError<E>> {
        let not_requested = BookingDecisionError::NotRequested { status: self.status };
        let Some(approval) = &self.approval else { return Err(not_requested) };
        let decision = decide(&approval.run);
        if matches!(decision, Ok(Decision::Record(_)) | Err(_)) && self.status != BookingStatus::Requested {
            return Err(not_requested);
        }
        match decision.map_err(BookingDecisionError::Refused)? {
            Decision::AlreadyRecorded => Ok(Decision::AlreadyRecorded),
            Decision::Record(act) => {
                let due = self.due_after(std::slice::from_ref(&act), hours)?;
                Ok(Decision::Record(BookingFact::Decided { act, due }))
            }
        }
    }

    /// Takes in what was done to its approval, and with it how far the booking is.
    pub(super) fn take_in(&mut self, acts: &[ApprovalAct], due: Option<DateTime<Utc>>) {
        if let Some(approval) = &mut self.approval {
            for act in acts {
                approval.run.apply(act);
            }
            self.status = approval.status();
            self.approval_due = due;
        }
    }

    /// When the next thing happens by itself after these acts.
    pub(super) fn due_after(
        &self,
        acts: &[ApprovalAct],
        hours: &WorkingCalendar,
    ) -> Result<Option<DateTime<Utc>>, WorkingTimeError> {
        let Some(mut approval) = self.approval.clone() else { return Ok(None) };
        for act in acts {
            approval.run.apply(act);
        }
        approval.next_due(self.time().start(), hours)
    }
}
