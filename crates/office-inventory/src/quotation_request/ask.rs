//! Vendors are asked, another one too, one not any more.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use office_core::{Decision, Quantity};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{QuotationRequest, QuotationRequestFact, QuotationRequestStatus, WithdrawnInvitation};
use crate::{OrderTerms, QuotationLine, Reference, VendorId};

/// What vendors are to be asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewQuotationRequest {
    /// Its number, which no other request for quotation has.
    pub number: Reference,
    /// In which currency answers are compared, and how what they come to is rounded.
    pub terms: OrderTerms,
    /// What they are asked for, as lines 1, 2, 3 in this order.
    pub lines: Vec<QuotationLine>,
    /// Who is asked. Of two that offer the same for the same money, the earlier is taken.
    pub vendors: Vec<VendorId>,
    /// The first instant at which no answer is taken any more.
    pub deadline: DateTime<Utc>,
    /// Whether answers are seen before.
    pub sealing: Sealing,
    /// How many are to answer.
    pub policy: QuotationPolicy,
}

/// Whether answers are seen while others may still come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sealing {
    /// They are.
    Open,
    /// They are not.
    Sealed,
}

/// How many vendors are to answer with prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuotationPolicy {
    /// At least so many.
    pub least: u32,
    /// What if fewer have.
    pub fewer: TooFewQuotations,
}

/// What happens if too few vendors have answered with prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TooFewQuotations {
    /// Whoever awards says why.
    WithReason,
    /// Nothing is awarded.
    Refuse,
}

/// Vendors cannot be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AskQuotationsError {
    /// Nothing is asked for, or too much.
    #[error("{lines} lines make no request: 1 to {} are accepted", QuotationRequest::MOST_LINES)]
    Lines {
        /// How many lines there are.
        lines: usize,
    },
    /// A line asks for nothing.
    #[error("line {line} asks for {quantity}: more than nothing is wanted")]
    Quantity {
        /// The line, from 1.
        line: u32,
        /// What it asks for.
        quantity: Quantity,
    },
    /// Nobody is asked, or too many.
    #[error("{vendors} vendors cannot be asked: 1 to {} are accepted", QuotationRequest::MOST_VENDORS)]
    Vendors {
        /// How many they are.
        vendors: usize,
    },
    /// A vendor is asked twice.
    #[error("{vendor} is asked twice")]
    Twice {
        /// The vendor.
        vendor: VendorId,
    },
    /// The deadline is over before anybody is asked.
    #[error("the deadline at {deadline} is over: one after {at} is wanted")]
    Deadline {
        /// The deadline.
        deadline: DateTime<Utc>,
        /// When they are asked.
        at: DateTime<Utc>,
    },
}

/// No more answers are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AskingOverError {
    /// It was closed.
    #[error("it was closed at {at}")]
    Closed {
        /// When.
        at: DateTime<Utc>,
    },
    /// It was cancelled.
    #[error("it was cancelled at {at}")]
    Cancelled {
        /// When.
        at: DateTime<Utc>,
    },
    /// It was awarded.
    #[error("it was awarded at {at}")]
    Awarded {
        /// When.
        at: DateTime<Utc>,
    },
    /// The deadline has passed.
    #[error("answers were taken before {deadline}")]
    Deadline {
        /// The deadline.
        deadline: DateTime<Utc>,
    },
}

/// Another vendor cannot be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InviteVendorError {
    /// No more answers are taken.
    #[error(transparent)]
    Over(#[from] AskingOverError),
    /// It was asked before, and is not any more.
    #[error("it is not asked any more since {at}")]
    Withdrawn {
        /// Since when.
        at: DateTime<Utc>,
    },
    /// As many are asked as can be.
    #[error("no more than {} vendors are asked", QuotationRequest::MOST_VENDORS)]
    TooMany,
}

/// A vendor cannot be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum WithdrawInvitationError {
    /// No more answers are taken: whoever has answered by now takes part.
    #[error(transparent)]
    Over(#[from] AskingOverError),
    /// It was not asked.
    #[error("{vendor} was not asked")]
    NotInvited {
        /// The vendor.
        vendor: VendorId,
    },
    /// Nobody says why.
    #[error("why it is not to be asked any more is wanted")]
    NoReason,
}

impl NewQuotationRequest {
    /// Whether it can be asked at all, whenever that is.
    pub(super) fn check(&self) -> Result<(), AskQuotationsError> {
        let (lines, vendors) = (self.lines.len(), self.vendors.len());
        if !(1..=QuotationRequest::MOST_LINES).contains(&lines) {
            return Err(AskQuotationsError::Lines { lines });
        }
        for (line, QuotationLine { quantity, .. }) in (1..).zip(&self.lines) {
            if !quantity.is_positive() {
                return Err(AskQuotationsError::Quantity { line, quantity: *quantity });
            }
        }
        if !(1..=QuotationRequest::MOST_VENDORS).contains(&vendors) {
            return Err(AskQuotationsError::Vendors { vendors });
        }
        let mut known = BTreeSet::new();
        match self.vendors.iter().find(|vendor| !known.insert(**vendor)) {
            Some(vendor) => Err(AskQuotationsError::Twice { vendor: *vendor }),
            None => Ok(()),
        }
    }
}

impl QuotationRequest {
    /// Asks vendors for their prices at an instant.
    ///
    /// # Errors
    /// [`AskQuotationsError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("asked.txt")]
    ///
    /// let asked = QuotationRequest::ask(new.clone(), monday)?.fact().ok_or("a fact")?;
    /// let request = QuotationRequest::open(&asked).ok_or("a request")?;
    /// assert_eq!(*request.status(), QuotationRequestStatus::Open);
    /// // One vendor gives one answer.
    /// let twice = NewQuotationRequest { vendors: vec![stationer, stationer], ..new };
    /// assert_eq!(QuotationRequest::ask(twice, monday), Err(AskQuotationsError::Twice { vendor: stationer }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn ask(
        new: NewQuotationRequest,
        at: DateTime<Utc>,
    ) -> Result<Decision<QuotationRequestFact>, AskQuotationsError> {
        new.check()?;
        let deadline = new.deadline;
        if deadline <= at {
            return Err(AskQuotationsError::Deadline { deadline, at });
        }
        Ok(Decision::Record(QuotationRequestFact::Asked(Box::new(new))))
    }

    /// Asks another vendor. Whoever is asked already stays so.
    ///
    /// # Errors
    /// [`InviteVendorError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("asked.txt")]
    ///
    /// request.apply_decision(&request.invite(newcomer, monday)?);
    /// assert_eq!(request.invitations().len(), 3);
    /// // A vendor that is left out is not asked again.
    /// request.apply_decision(&request.withdraw_invitation(newcomer, "no licence to trade", monday)?);
    /// assert_eq!(request.invite(newcomer, monday), Err(InviteVendorError::Withdrawn { at: monday }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn invite(
        &self,
        vendor: VendorId,
        at: DateTime<Utc>,
    ) -> Result<Decision<QuotationRequestFact>, InviteVendorError> {
        let known = self.invitation(vendor);
        if known.is_some_and(|invitation| invitation.withdrawn().is_none()) {
            return Ok(Decision::AlreadyRecorded);
        }
        self.takes_answers(at)?;
        if let Some(withdrawn) = known.and_then(|invitation| invitation.withdrawn()) {
            return Err(InviteVendorError::Withdrawn { at: withdrawn.at });
        }
        if self.invitations.len() >= Self::MOST_VENDORS {
            return Err(InviteVendorError::TooMany);
        }
        Ok(Decision::Record(QuotationRequestFact::Invited { vendor, at }))
    }

    /// Does not ask a vendor any more, for a reason: what it has answered does not take part. It is not asked again by
    /// this request.
    ///
    /// # Errors
    /// [`WithdrawInvitationError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("asked.txt")]
    ///
    /// // It is said why.
    /// let refused = request.withdraw_invitation(stationer, "", monday);
    /// assert_eq!(refused, Err(WithdrawInvitationError::NoReason));
    /// request.apply_decision(&request.withdraw_invitation(stationer, "gone out of business", monday)?);
    /// let late = request.answer(stationer, offer("44", "8 EUR / 1 box"), monday);
    /// assert_eq!(late, Err(AnswerQuotationError::Withdrawn { at: monday }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn withdraw_invitation(
        &self,
        vendor: VendorId,
        reason: &str,
        at: DateTime<Utc>,
    ) -> Result<Decision<QuotationRequestFact>, WithdrawInvitationError> {
        let known = self.invitation(vendor);
        if known.is_some_and(|invitation| invitation.withdrawn().is_some()) {
            return Ok(Decision::AlreadyRecorded);
        }
        self.takes_answers(at)?;
        if known.is_none() {
            return Err(WithdrawInvitationError::NotInvited { vendor });
        }
        if reason.trim().is_empty() {
            return Err(WithdrawInvitationError::NoReason);
        }
        let withdrawn = WithdrawnInvitation { reason: reason.to_owned(), at };
        Ok(Decision::Record(QuotationRequestFact::InvitationWithdrawn { vendor, withdrawn }))
    }

    /// Whether answers are taken at an instant.
    ///
    /// # Errors
    /// [`AskingOverError`], in the order of its variants.
    pub fn takes_answers(&self, at: DateTime<Utc>) -> Result<(), AskingOverError> {
        match &self.status {
            QuotationRequestStatus::Closed { at } => Err(AskingOverError::Closed { at: *at }),
            QuotationRequestStatus::Cancelled { at, .. } => Err(AskingOverError::Cancelled { at: *at }),
            QuotationRequestStatus::Awarded(award) => Err(AskingOverError::Awarded { at: award.at }),
            QuotationRequestStatus::Open if self.asked.deadline <= at => {
                Err(AskingOverError::Deadline { deadline: self.asked.deadline })
            }
            QuotationRequestStatus::Open => Ok(()),
        }
    }
}
