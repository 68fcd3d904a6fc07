//! A run of payments to vendors: proposed, approved, carried out payment by payment.
//!
//! ```text
//! proposed ──approve──► approved ──pay / drop──► … ──► done
//!    └─────── cancel ──────┴──► cancelled
//! ```
//!
//! A run holds the items that it is going to pay: no other run has them meanwhile. Whatever of it is paid, dropped or
//! cancelled is held no more.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use office_core::rules::Ruling;
use office_core::subject::{InvoiceId, PartyId, PaymentId};
use office_core::{
    ApprovalAct, ApprovalCase, ApprovalRun, ApproveStep, ApproveStepError, AuthorityBook, Decision, Entity, Entries,
    Id, Kind, Unique, WorkingCalendar, WorkingTimeError,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::ProposedPayment;

/// The id of a run of payments.
pub type PaymentRunId = Id<PaymentRun>;

/// A run of payments to vendors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentRun {
    id: PaymentRunId,
    on: NaiveDate,
    payments: BTreeMap<PaymentId, RunPayment>,
    approval: ApprovalRun,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cancelled: Option<String>,
}

/// A payment of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunPayment {
    /// What is to be paid.
    pub payment: ProposedPayment,
    /// What became of it.
    pub status: RunPaymentStatus,
}

/// What became of a payment of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunPaymentStatus {
    /// It is to be made.
    Planned,
    /// It was made.
    Paid,
    /// It could not be made any more.
    Dropped {
        /// Why.
        why: String,
    },
}

/// What happens to a run of payments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentRunFact {
    /// It was proposed, and the rules have said who has to approve it.
    Proposed {
        /// Its id.
        id: PaymentRunId,
        /// The day of the payments.
        on: NaiveDate,
        /// What is to be paid.
        payments: Vec<ProposedPayment>,
        /// What is to be approved.
        case: Box<ApprovalCase>,
        /// What the rules say, and why.
        ruling: Box<Ruling>,
        /// At which instant.
        at: DateTime<Utc>,
    },
    /// Somebody has approved a step.
    Acted(ApprovalAct),
    /// Time has passed: its approval has escalated or expired. In order, at least one.
    FellDue(Vec<ApprovalAct>),
    /// A payment was made.
    Paid {
        /// Which.
        payment: PaymentId,
    },
    /// A payment could not be made any more.
    Dropped {
        /// Which.
        payment: PaymentId,
        /// Why.
        why: String,
    },
    /// What is not paid of it is not going to be.
    Cancelled {
        /// Why.
        reason: String,
    },
}

impl PaymentRun {
    /// The run that holds an instalment of a document, to pay it: there is at most one.
    pub const HOLDS: Unique<Self, (InvoiceId, u32)> = Unique::new("holds");

    /// The id of the payment of a run to a vendor: the same run pays it once.
    #[must_use]
    pub fn payment_id(run: PaymentRunId, vendor: PartyId) -> PaymentId {
        PaymentId::natural("payment run", &format!("{run}/{vendor}"))
    }

    /// The day of the payments.
    #[must_use]
    pub const fn on(&self) -> NaiveDate {
        self.on
    }

    /// What is to be paid, and what became of it.
    #[must_use]
    pub const fn payments(&self) -> &BTreeMap<PaymentId, RunPayment> {
        &self.payments
    }

    /// How far its approval has come.
    #[must_use]
    pub const fn approval(&self) -> &ApprovalRun {
        &self.approval
    }

    /// Why it was cancelled, if it was.
    #[must_use]
    pub fn cancelled(&self) -> Option<&str> {
        self.cancelled.as_deref()
    }

    /// What is still to be paid.
    pub fn planned(&self) -> impl Iterator<Item = (PaymentId, &ProposedPayment)> {
        let planned = |of: &&RunPayment| self.cancelled.is_none() && of.status == RunPaymentStatus::Planned;
        self.payments.iter().filter(move |(_, of)| planned(of)).map(|(id, of)| (*id, &of.payment))
    }

    /// Approves a step that is open.
    ///
    /// # Errors
    /// As [`ApprovalRun::approve`].
    pub fn approve(
        &self,
        command: &ApproveStep,
        book: &AuthorityBook,
    ) -> Result<Decision<PaymentRunFact>, ApproveStepError> {
        Ok(self.approval.approve(command, book)?.map(PaymentRunFact::Acted))
    }

    /// What has fallen due in its approval by an instant.
    ///
    /// # Errors
    /// As [`ApprovalRun::fall_due`].
    pub fn fall_due(
        &self,
        now: DateTime<Utc>,
        hours: &WorkingCalendar,
    ) -> Result<Decision<PaymentRunFact>, WorkingTimeError> {
        Ok(Decision::all_of(self.approval.fall_due(now, hours)?).map(PaymentRunFact::FellDue))
    }

    /// Notes that a payment was made, or why it could not be made any more.
    ///
    /// # Errors
    /// [`PaymentRunError`], in the order of its variants.
    pub fn done(
        &self,
        payment: PaymentId,
        outcome: Result<(), String>,
    ) -> Result<Decision<PaymentRunFact>, PaymentRunError> {
        let planned = self.payments.get(&payment).ok_or(PaymentRunError::NoPayment { payment })?;
        if planned.status != RunPaymentStatus::Planned {
            return Ok(Decision::AlreadyRecorded);
        }
        self.may_be_paid()?;
        Ok(Decision::Record(match outcome {
            Ok(()) => PaymentRunFact::Paid { payment },
            Err(why) => PaymentRunFact::Dropped { payment, why },
        }))
    }

    /// Whether what is planned may be paid.
    ///
    /// # Errors
    /// [`PaymentRunError`]: it is cancelled, or not approved.
    pub fn may_be_paid(&self) -> Result<(), PaymentRunError> {
        if let Some(reason) = &self.cancelled {
            return Err(PaymentRunError::Cancelled { reason: reason.clone() });
        }
        if !self.approval.is_approved() {
            return Err(PaymentRunError::NotApproved { status: self.approval.status().to_string() });
        }
        Ok(())
    }

    /// Gives up what is not paid of it, for a reason.
    ///
    /// # Errors
    /// [`PaymentRunError`], in the order of its variants.
    pub fn cancel(&self, reason: impl Into<String>) -> Result<Decision<PaymentRunFact>, PaymentRunError> {
        let reason = reason.into();
        match &self.cancelled {
            Some(earlier) if *earlier == reason => return Ok(Decision::AlreadyRecorded),
            Some(earlier) => return Err(PaymentRunError::Cancelled { reason: earlier.clone() }),
            None => {}
        }
        if reason.trim().is_empty() {
            return Err(PaymentRunError::NoReason);
        }
        Ok(Decision::Record(PaymentRunFact::Cancelled { reason }))
    }
}

/// A run of payments does not go on.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PaymentRunError {
    /// It has no such payment.
    #[error("the run has no payment {payment}")]
    NoPayment {
        /// The payment.
        payment: PaymentId,
    },
    /// It is cancelled.
    #[error("the run is cancelled: {reason}")]
    Cancelled {
        /// Why.
        reason: String,
    },
    /// It is not approved.
    #[error("the run is {status}: one that is approved is wanted")]
    NotApproved {
        /// Where its approval stands.
        status: String,
    },
    /// Nobody said why.
    #[error("a reason is wanted to cancel a run")]
    NoReason,
}

impl Entity for PaymentRun {
    const KIND: Kind = Kind::literal("payment_run");
    type Fact = PaymentRunFact;

    fn open(fact: &PaymentRunFact) -> Option<Self> {
        let PaymentRunFact::Proposed { id, on, payments, case, ruling, at } = fact else { return None };
        let planned = |payment: &ProposedPayment| {
            let of = RunPayment { payment: payment.clone(), status: RunPaymentStatus::Planned };
            (Self::payment_id(*id, payment.vendor), of)
        };
        Some(Self {
            id: *id,
            on: *on,
            payments: payments.iter().map(planned).collect(),
            approval: ApprovalRun::start(&ruling.outcome, (**case).clone(), *at),
            cancelled: None,
        })
    }

    fn apply(&mut self, fact: &PaymentRunFact) {
        let mut note = |payment: &PaymentId, status| {
            if let Some(of) = self.payments.get_mut(payment) {
                of.status = status;
            }
        };
        match fact {
            PaymentRunFact::Proposed { .. } => {}
            PaymentRunFact::Acted(act) => self.approval.apply(act),
            PaymentRunFact::FellDue(acts) => {
                for act in acts {
                    self.approval.apply(act);
                }
            }
            PaymentRunFact::Paid { payment } => note(payment, RunPaymentStatus::Paid),
            PaymentRunFact::Dropped { payment, why } => note(payment, RunPaymentStatus::Dropped { why: why.clone() }),
            PaymentRunFact::Cancelled { reason } => self.cancelled = Some(reason.clone()),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        for part in self.planned().flat_map(|(_, payment)| &payment.parts) {
            entries.unique(Self::HOLDS, &(part.document, part.instalment));
        }
    }
}
