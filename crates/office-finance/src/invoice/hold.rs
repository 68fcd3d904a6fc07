//! Why an invoice is held, who has waived what, and what keeps money back.

use chrono::{DateTime, Utc};
use office_core::subject::PersonId;
use office_core::{Decision, Money, UnitPrice};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{InvoiceFact, InvoiceStatus, PossibleDuplicate, VendorInvoice};
use crate::{BillFinding, Variance};

/// Why an invoice is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// The bill does not add up.
    Arithmetic(BillFinding),
    /// A line charges more than it may.
    Line {
        /// Its place, from 0.
        line: usize,
        /// What it charges too much.
        variance: Variance,
    },
    /// A line bills nothing that was ordered, and nobody has said how it is booked.
    WithoutOrder {
        /// Its place, from 0.
        line: usize,
    },
    /// A line costs more than a contract in force says.
    ContractPrice(ContractPriceHold),
    /// It may be another one, sent again.
    PossibleDuplicate(PossibleDuplicate),
}

/// A line that costs more than a contract in force says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractPriceHold {
    /// The place of the line, from 0.
    pub line: usize,
    /// The number of the contract.
    pub contract: String,
    /// The price by the contract.
    pub agreed: UnitPrice,
    /// The price billed.
    pub billed: UnitPrice,
    /// What that costs for the quantity billed.
    pub excess: Money,
    /// Why, in words.
    pub explanation: String,
}

impl HoldReason {
    /// Whether somebody with authority may waive it. What does not add up, was not ordered or has not come is put right
    /// instead: it cannot be booked.
    #[must_use]
    pub const fn can_be_released(&self) -> bool {
        match self {
            Self::ContractPrice(_)
            | Self::PossibleDuplicate(_)
            | Self::Line {
                variance: Variance::Price { .. } | Variance::Cheaper { .. } | Variance::Less { .. }, ..
            } => true,
            Self::Arithmetic(_)
            | Self::WithoutOrder { .. }
            | Self::Line {
                variance: Variance::NotReceived { .. } | Variance::NotOrdered { .. } | Variance::Arithmetic { .. },
                ..
            } => false,
        }
    }
}

impl std::fmt::Display for HoldReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Arithmetic(finding) => finding.fmt(f),
            Self::Line { line, variance } => write!(f, "line {}: {variance}", line.saturating_add(1)),
            Self::WithoutOrder { line } => {
                write!(f, "line {} names no line of an order and is not coded", line.saturating_add(1))
            }
            Self::ContractPrice(ContractPriceHold { line, explanation, .. }) => {
                write!(f, "line {}: {explanation}", line.saturating_add(1))
            }
            Self::PossibleDuplicate(PossibleDuplicate { number, score, .. }) => {
                write!(f, "it may be bill {number}, sent again: {score}")
            }
        }
    }
}

/// Something that an invoice was held for, and that somebody has waived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleasedHold {
    /// What.
    pub reason: HoldReason,
    /// By whom.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub why: String,
}

/// That an invoice is not to be paid for now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentHold {
    /// Why.
    pub reason: String,
    /// Who says so.
    pub by: PersonId,
    /// Since when.
    pub at: DateTime<Utc>,
    /// Who has lifted it, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifted: Option<(PersonId, DateTime<Utc>)>,
}

impl VendorInvoice {
    /// Waives something that it is held for. It is assessed again then, and held again for anything else, or for the same
    /// found otherwise. Whether `by` may do so is for the caller's rules of authority.
    ///
    /// # Errors
    /// [`ReleaseHoldError`], in the order of its variants.
    pub fn release(&self, released: ReleasedHold) -> Result<Decision<InvoiceFact>, ReleaseHoldError> {
        let same = |other: &ReleasedHold| other.reason == released.reason && other.by == released.by;
        if self.released.iter().any(same) {
            return Ok(Decision::AlreadyRecorded);
        }
        if released.why.trim().is_empty() {
            return Err(ReleaseHoldError::NoReason);
        }
        let held = matches!(&self.status, InvoiceStatus::Held { reasons } if reasons.contains(&released.reason));
        if !held {
            return Err(ReleaseHoldError::NotHeld { status: self.status.name() });
        }
        if !released.reason.can_be_released() {
            return Err(ReleaseHoldError::NotReleasable { reason: Box::new(released.reason) });
        }
        Ok(Decision::Record(InvoiceFact::Released(released)))
    }

    /// What keeps its payment back now.
    #[must_use]
    pub fn payment_hold(&self) -> Option<&PaymentHold> {
        self.payment_holds.last().filter(|hold| hold.lifted.is_none())
    }

    /// What has kept its payment back, in order.
    #[must_use]
    pub fn payment_holds(&self) -> &[PaymentHold] {
        &self.payment_holds
    }

    /// Keeps its payment back, for a reason. It goes on otherwise.
    ///
    /// # Errors
    /// [`PutOnHoldError`], in the order of its variants.
    pub fn put_on_hold(
        &self,
        reason: impl Into<String>,
        by: PersonId,
        at: DateTime<Utc>,
    ) -> Result<Decision<InvoiceFact>, PutOnHoldError> {
        let reason = reason.into();
        match self.payment_hold() {
            Some(hold) if hold.reason == reason && hold.by == by => return Ok(Decision::AlreadyRecorded),
            Some(hold) => return Err(PutOnHoldError::OnHold { reason: hold.reason.clone() }),
            None => {}
        }
        if reason.trim().is_empty() {
            return Err(PutOnHoldError::NoReason);
        }
        if matches!(self.status, InvoiceStatus::Paid { .. } | InvoiceStatus::Rejected { .. }) {
            return Err(PutOnHoldError::Status { status: self.status.name() });
        }
        Ok(Decision::Record(InvoiceFact::PutOnHold(PaymentHold { reason, by, at, lifted: None })))
    }

    /// Lets it be paid again. Whether `by` may do so is for the caller's rules of authority.
    ///
    /// # Errors
    /// [`LiftHoldError`] where nothing keeps its payment back.
    pub fn lift_hold(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<InvoiceFact>, LiftHoldError> {
        if self.payment_hold().is_some() {
            return Ok(Decision::Record(InvoiceFact::HoldLifted { by, at }));
        }
        let lifted = self.payment_holds.last().and_then(|hold| hold.lifted);
        if lifted.is_some_and(|(who, _)| who == by) { Ok(Decision::AlreadyRecorded) } else { Err(LiftHoldError) }
    }
}

/// Nothing was waived.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReleaseHoldError {
    /// Nobody said why.
    #[error("a reason is wanted to waive what an invoice is held for")]
    NoReason,
    /// It is not held for that.
    #[error("the invoice is {status}, and not held for that")]
    NotHeld {
        /// Where it is.
        status: &'static str,
    },
    /// It cannot be waived: it is to be put right.
    #[error("it cannot be waived that {reason}: it is to be put right")]
    NotReleasable {
        /// What it is held for.
        reason: Box<HoldReason>,
    },
}

/// A payment is not kept back.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PutOnHoldError {
    /// It is kept back already, for another reason or by somebody else.
    #[error("the payment is kept back already: {reason}")]
    OnHold {
        /// Why.
        reason: String,
    },
    /// Nobody said why.
    #[error("a reason is wanted to keep a payment back")]
    NoReason,
    /// It is paid, or went back.
    #[error("the invoice is {status}: nothing of it is going to be paid")]
    Status {
        /// Where it is.
        status: &'static str,
    },
}

/// Nothing keeps the payment back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("nothing keeps the payment of the invoice back")]
pub struct LiftHoldError;
