//! Vendors answer, and what they have answered is seen.

use chrono::{DateTime, Utc};
use office_core::Decision;
use thiserror::Error;

use super::{AskingOverError, Invitation, QuotationRequest, QuotationRequestFact, QuotationRequestStatus, Sealing};
use crate::comparison::Pricing;
use crate::{
    Comparison, ComparisonError, ComparisonRules, Quotation, QuotationAnswer, QuotationError, Reference,
    SealedQuotation, VendorId,
};

/// Answers are not to be seen yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the answers are sealed until {until}, or until it is closed once everybody has answered")]
pub struct SealedError {
    /// The deadline.
    pub until: DateTime<Utc>,
}

/// Answers cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CompareQuotationsError {
    /// They are not to be seen yet.
    #[error(transparent)]
    Sealed(#[from] SealedError),
    /// They cannot be compared by these rules.
    #[error(transparent)]
    Comparison(#[from] ComparisonError),
}

/// An answer is not taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AnswerQuotationError {
    /// The vendor has answered by the same paper. As long as answers are sealed, whatever it says: whether it says the
    /// same would tell what it says.
    #[error("{paper} was answered by before: another number is wanted")]
    PaperReused {
        /// The vendor's number.
        paper: Reference,
    },
    /// No more answers are taken.
    #[error(transparent)]
    Over(#[from] AskingOverError),
    /// The vendor was not asked.
    #[error("{vendor} was not asked")]
    NotInvited {
        /// The vendor.
        vendor: VendorId,
    },
    /// The vendor is not asked any more.
    #[error("it is not asked any more since {at}")]
    Withdrawn {
        /// Since when.
        at: DateTime<Utc>,
    },
    /// The vendor has answered as often as is admitted.
    #[error("no more than {} answers are taken from one vendor", Invitation::MOST_RESPONSES)]
    TooMany,
    /// It makes no sense.
    #[error(transparent)]
    Quotation(#[from] QuotationError),
}

/// A vendor cannot decline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DeclineQuotationError {
    /// No more answers are taken.
    #[error(transparent)]
    Over(#[from] AskingOverError),
    /// The vendor was not asked.
    #[error("{vendor} was not asked")]
    NotInvited {
        /// The vendor.
        vendor: VendorId,
    },
    /// The vendor is not asked any more.
    #[error("it is not asked any more since {at}")]
    Withdrawn {
        /// Since when.
        at: DateTime<Utc>,
    },
    /// The vendor has answered as often as is admitted.
    #[error("no more than {} answers are taken from one vendor", Invitation::MOST_RESPONSES)]
    TooMany,
}

impl QuotationRequest {
    /// Takes a vendor's answer, in the place of what it has answered before.
    ///
    /// # Errors
    /// [`AnswerQuotationError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("asked.txt")]
    ///
    /// request.apply_decision(&request.answer(paper_house, offer("A-7", "11 EUR / 1 box"), monday)?);
    /// // Nobody sees yet what the paper house wants for a box.
    /// assert!(request.answers(monday).is_err());
    /// // The newcomer was not asked, and on Friday at noon it is too late.
    /// let refused = request.answer(newcomer, offer("N-1", "7 EUR / 1 box"), monday);
    /// assert_eq!(refused, Err(AnswerQuotationError::NotInvited { vendor: newcomer }));
    /// let late = request.answer(stationer, offer("44", "8 EUR / 1 box"), friday);
    /// assert_eq!(late, Err(AnswerQuotationError::Over(AskingOverError::Deadline { deadline: friday })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn answer(
        &self,
        vendor: VendorId,
        quotation: Quotation,
        at: DateTime<Utc>,
    ) -> Result<Decision<QuotationRequestFact>, AnswerQuotationError> {
        let invitation = self.invitation(vendor);
        if let Some(earlier) = invitation.and_then(|invitation| invitation.by_paper(&quotation.paper)) {
            let told = self.opened(at).is_ok() && *earlier.content() == quotation;
            return if told {
                Ok(Decision::AlreadyRecorded)
            } else {
                Err(AnswerQuotationError::PaperReused { paper: quotation.paper })
            };
        }
        self.takes_answers(at)?;
        let invitation = invitation.ok_or(AnswerQuotationError::NotInvited { vendor })?;
        if let Some(withdrawn) = invitation.withdrawn() {
            return Err(AnswerQuotationError::Withdrawn { at: withdrawn.at });
        }
        if invitation.responses().len() >= Invitation::MOST_RESPONSES {
            return Err(AnswerQuotationError::TooMany);
        }
        quotation.check(&self.asked.lines)?;
        let quotation = Box::new(SealedQuotation::new(quotation));
        Ok(Decision::Record(QuotationRequestFact::Answered { vendor, quotation, at }))
    }

    /// Notes that a vendor does not want to deliver, whatever it has answered before. It may still answer later.
    ///
    /// # Errors
    /// [`DeclineQuotationError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("asked.txt")]
    ///
    /// request.apply_decision(&request.decline(stationer, monday)?);
    /// assert!(!request.invitations()[1].has_quoted());
    /// // Who was not asked has nothing to decline.
    /// let refused = request.decline(newcomer, monday);
    /// assert_eq!(refused, Err(DeclineQuotationError::NotInvited { vendor: newcomer }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decline(
        &self,
        vendor: VendorId,
        at: DateTime<Utc>,
    ) -> Result<Decision<QuotationRequestFact>, DeclineQuotationError> {
        let invitation = self.invitation(vendor);
        let last = invitation.and_then(|invitation| invitation.responses().last());
        if last.is_some_and(super::VendorResponse::is_declined) {
            return Ok(Decision::AlreadyRecorded);
        }
        self.takes_answers(at)?;
        let invitation = invitation.ok_or(DeclineQuotationError::NotInvited { vendor })?;
        if let Some(withdrawn) = invitation.withdrawn() {
            return Err(DeclineQuotationError::Withdrawn { at: withdrawn.at });
        }
        if invitation.responses().len() >= Invitation::MOST_RESPONSES {
            return Err(DeclineQuotationError::TooMany);
        }
        Ok(Decision::Record(QuotationRequestFact::Declined { vendor, at }))
    }

    /// What counts of what each vendor has said, in the order in which they were asked.
    ///
    /// # Errors
    /// [`SealedError`] where it is not to be seen at that instant.
    pub fn answers(&self, at: DateTime<Utc>) -> Result<Vec<(VendorId, QuotationAnswer<'_>)>, SealedError> {
        self.opened(at)?;
        Ok(self.invitations.iter().map(|invitation| (invitation.vendor(), invitation.answer())).collect())
    }

    /// All that a vendor has said and when, from the first to the last; nothing where it was not asked.
    ///
    /// # Errors
    /// [`SealedError`] where it is not to be seen at that instant.
    pub fn versions(
        &self,
        vendor: VendorId,
        at: DateTime<Utc>,
    ) -> Result<Vec<(DateTime<Utc>, QuotationAnswer<'_>)>, SealedError> {
        self.opened(at)?;
        let responses = self.invitation(vendor).map_or(&[][..], Invitation::responses);
        Ok(responses.iter().map(|response| (response.at(), response.content())).collect())
    }

    /// Compares what vendors have answered by then.
    ///
    /// # Errors
    /// [`CompareQuotationsError`], in the order of its variants.
    pub fn compare(&self, rules: &ComparisonRules, at: DateTime<Utc>) -> Result<Comparison, CompareQuotationsError> {
        let answers = self.answers(at)?;
        Ok(Comparison::of(&self.asked.lines, self.asked.terms, &answers, rules)?)
    }

    /// What answers are worth, whether or not they may be seen.
    pub(super) fn pricing<'a>(&'a self, rules: &'a ComparisonRules) -> Result<Pricing<'a>, ComparisonError> {
        let answers: Vec<_> =
            self.invitations.iter().map(|invitation| (invitation.vendor(), invitation.answer())).collect();
        Pricing::new(&self.asked.lines, self.asked.terms, &answers, rules)
    }

    fn opened(&self, at: DateTime<Utc>) -> Result<(), SealedError> {
        let until = self.asked.deadline;
        let over = match &self.status {
            QuotationRequestStatus::Closed { .. } | QuotationRequestStatus::Awarded(_) => true,
            QuotationRequestStatus::Open | QuotationRequestStatus::Cancelled { .. } => until <= at,
        };
        if over || self.asked.sealing == Sealing::Open { Ok(()) } else { Err(SealedError { until }) }
    }
}
