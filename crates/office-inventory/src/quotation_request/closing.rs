//! No more answers are taken, or nothing comes of it.

use chrono::{DateTime, Utc};
use office_core::Decision;
use thiserror::Error;

use super::{QuotationRequest, QuotationRequestFact, QuotationRequestStatus};
use crate::VendorId;

/// A request cannot be closed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CloseQuotationsError {
    /// It was cancelled.
    #[error("it was cancelled at {at}")]
    Cancelled {
        /// When.
        at: DateTime<Utc>,
    },
    /// The deadline has not passed, and somebody may still answer.
    #[error("{} vendors may still answer before {deadline}", vendors.len())]
    Missing {
        /// The vendors that have neither answered nor declined.
        vendors: Vec<VendorId>,
        /// The deadline.
        deadline: DateTime<Utc>,
    },
}

/// A request cannot be cancelled.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CancelQuotationsError {
    /// It was cancelled for another reason.
    #[error("it was cancelled at {at} for another reason")]
    OtherReason {
        /// When.
        at: DateTime<Utc>,
    },
    /// It was awarded.
    #[error("it was awarded at {at}")]
    Awarded {
        /// When.
        at: DateTime<Utc>,
    },
    /// Nobody says why.
    #[error("why it is cancelled is wanted")]
    NoReason,
}

impl QuotationRequest {
    /// Takes no more answers: before the deadline only once every vendor that is asked has answered or declined. What was
    /// answered can be seen from now on.
    ///
    /// # Errors
    /// [`CloseQuotationsError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::{Currency, Entity, Id, Rounding};
    /// use office_inventory::{
    ///     CancelQuotationsError, CloseQuotationsError, NewQuotationRequest, OrderTerms, QuotationLine, QuotationPolicy,
    ///     QuotationRequest, Sealing, TooFewQuotations,
    /// };
    ///
    /// let (vendor, deadline) = (Id::natural("party", "V-01"), "2026-10-02T12:00:00Z".parse()?);
    /// let new = NewQuotationRequest {
    ///     number: "RFQ-1".parse()?,
    ///     terms: OrderTerms { currency: Currency::EUR, rounding: Rounding::HalfUp },
    ///     lines: vec![QuotationLine::new(Id::natural("item", "PEN"), "3 box".parse()?)],
    ///     vendors: vec![vendor],
    ///     deadline,
    ///     sealing: Sealing::Sealed,
    ///     policy: QuotationPolicy { least: 1, fewer: TooFewQuotations::Refuse },
    /// };
    /// let at = "2026-09-28T09:00:00Z".parse()?;
    /// let asked = QuotationRequest::ask(new, at)?.fact().ok_or("a fact")?;
    /// let mut request = QuotationRequest::open(&asked).ok_or("a request")?;
    ///
    /// // Somebody may still answer.
    /// assert_eq!(request.close(at), Err(CloseQuotationsError::Missing { vendors: vec![vendor], deadline }));
    /// request.apply(&request.decline(vendor, at)?.fact().ok_or("a fact")?);
    /// request.apply(&request.close(at)?.fact().ok_or("a fact")?);
    ///
    /// // Nothing comes of it, for a reason.
    /// assert_eq!(request.cancel(" ", at), Err(CancelQuotationsError::NoReason));
    /// assert!(request.cancel("nobody wants to deliver", at).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn close(&self, at: DateTime<Utc>) -> Result<Decision<QuotationRequestFact>, CloseQuotationsError> {
        match &self.status {
            QuotationRequestStatus::Closed { .. } | QuotationRequestStatus::Awarded(_) => {
                return Ok(Decision::AlreadyRecorded);
            }
            QuotationRequestStatus::Cancelled { at, .. } => return Err(CloseQuotationsError::Cancelled { at: *at }),
            QuotationRequestStatus::Open => {}
        }
        let deadline = self.asked.deadline;
        let asked = self.invitations.iter().filter(|invitation| invitation.withdrawn().is_none());
        let missing = asked.filter(|invitation| invitation.responses().is_empty());
        let vendors: Vec<_> = missing.map(super::Invitation::vendor).collect();
        if at < deadline && !vendors.is_empty() {
            return Err(CloseQuotationsError::Missing { vendors, deadline });
        }
        Ok(Decision::Record(QuotationRequestFact::Closed { at }))
    }

    /// Says that nothing comes of it, and why. What is sealed stays so until the deadline.
    ///
    /// # Errors
    /// [`CancelQuotationsError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("asked.txt")]
    ///
    /// request.apply_decision(&request.cancel("there is paper in the cellar", monday)?);
    /// assert!(request.takes_answers(monday).is_err());
    /// // It was cancelled for one reason.
    /// let refused = request.cancel("paper is not needed", friday);
    /// assert_eq!(refused, Err(CancelQuotationsError::OtherReason { at: monday }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cancel(
        &self,
        reason: &str,
        at: DateTime<Utc>,
    ) -> Result<Decision<QuotationRequestFact>, CancelQuotationsError> {
        match &self.status {
            QuotationRequestStatus::Cancelled { reason: earlier, .. } if earlier == reason => {
                Ok(Decision::AlreadyRecorded)
            }
            QuotationRequestStatus::Cancelled { at, .. } => Err(CancelQuotationsError::OtherReason { at: *at }),
            QuotationRequestStatus::Awarded(award) => Err(CancelQuotationsError::Awarded { at: award.at }),
            QuotationRequestStatus::Open | QuotationRequestStatus::Closed { .. } if reason.trim().is_empty() => {
                Err(CancelQuotationsError::NoReason)
            }
            QuotationRequestStatus::Open | QuotationRequestStatus::Closed { .. } => {
                Ok(Decision::Record(QuotationRequestFact::Cancelled { reason: reason.to_owned(), at }))
            }
        }
    }
}
