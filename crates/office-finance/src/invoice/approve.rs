//! The approval of an invoice that agrees.

use chrono::{DateTime, Utc};
use office_core::rules::Ruling;
use office_core::subject::PersonId;
use office_core::{
    ApprovalAct, ApprovalCase, ApprovalRun, ApproveStep, ApproveStepError, AuthorityBook, Decision, RefuseStep,
    RefuseStepError, WorkingCalendar, WorkingTimeError,
};
use thiserror::Error;

use super::{InvoiceApproval, InvoiceFact, InvoiceStatus, InvoiceStepError, NotCodedError, VendorInvoice};

impl VendorInvoice {
    /// Begins the approval that the rules ask for, at an instant. Begun once it goes on, however often it is asked for,
    /// until the invoice is found to say or to agree with something else.
    ///
    /// # Errors
    /// [`InvoiceStepError`] where it is not matched.
    pub fn begin_approval(
        &self,
        case: ApprovalCase,
        ruling: Ruling,
        at: DateTime<Utc>,
    ) -> Result<Decision<InvoiceFact>, InvoiceStepError> {
        if self.approval.is_some() {
            return Ok(Decision::AlreadyRecorded);
        }
        if !matches!(self.status, InvoiceStatus::Matched { .. }) {
            return Err(InvoiceStepError { status: self.status.name(), wanted: "matched" });
        }
        Ok(Decision::Record(InvoiceFact::ApprovalBegun { case: Box::new(case), ruling: Box::new(ruling), at }))
    }

    /// Approves a step that is open.
    ///
    /// # Errors
    /// [`ApproveInvoiceError`], in the order of its variants.
    pub fn approve_step(
        &self,
        command: &ApproveStep,
        book: &AuthorityBook,
    ) -> Result<Decision<InvoiceFact>, ApproveInvoiceError> {
        if self.approval.is_none() {
            self.every_line_coded()?;
        }
        Ok(self.run()?.approve(command, book)?.map(InvoiceFact::Acted))
    }

    /// Refuses it, by somebody who could approve a step that is open.
    ///
    /// # Errors
    /// [`RefuseInvoiceError`], in the order of its variants.
    pub fn refuse_step(
        &self,
        command: &RefuseStep,
        book: &AuthorityBook,
    ) -> Result<Decision<InvoiceFact>, RefuseInvoiceError> {
        Ok(self.run()?.refuse(command, book)?.map(InvoiceFact::Acted))
    }

    /// What has fallen due in its approval by an instant: whoever else may approve it from now on, or that it has expired.
    ///
    /// # Errors
    /// As [`ApprovalRun::fall_due`].
    pub fn fall_due(
        &self,
        now: DateTime<Utc>,
        hours: &WorkingCalendar,
    ) -> Result<Decision<InvoiceFact>, WorkingTimeError> {
        let Some(approval) = self.approval.as_ref().filter(|_| self.is_undecided()) else {
            return Ok(Decision::AlreadyRecorded);
        };
        Ok(Decision::all_of(approval.run.fall_due(now, hours)?).map(InvoiceFact::FellDue))
    }

    /// Approves a matched invoice for payment. Whether `by` may do so, or all whom it needs have done so, is for the
    /// caller's rules of authority.
    ///
    /// # Errors
    /// [`InvoiceStepError`] where it is not matched.
    pub fn approve(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<InvoiceFact>, InvoiceStepError> {
        if matches!(self.status, InvoiceStatus::Approved { by: earlier, .. } if earlier == by) {
            return Ok(Decision::AlreadyRecorded);
        }
        if !matches!(self.status, InvoiceStatus::Matched { .. }) {
            return Err(InvoiceStepError { status: self.status.name(), wanted: "matched" });
        }
        Ok(Decision::Record(InvoiceFact::Approved { by, at }))
    }

    pub(super) fn act(&mut self, acts: &[ApprovalAct]) {
        if let Some(InvoiceApproval { run, .. }) = &mut self.approval {
            for act in acts {
                run.apply(act);
            }
        }
    }

    /// The run, unless the invoice went back to the vendor in the middle of it.
    fn run(&self) -> Result<&ApprovalRun, InvoiceStepError> {
        let back = matches!(self.status, InvoiceStatus::Rejected { .. });
        let approval = self.approval.as_ref().filter(|approval| !back || approval.run.status().is_final());
        let step = InvoiceStepError { status: self.status.name(), wanted: "matched" };
        approval.map(|approval| &approval.run).ok_or(step)
    }
}

/// A step of the approval of an invoice was not approved.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ApproveInvoiceError {
    /// A line neither names an order nor is coded.
    #[error(transparent)]
    NotCoded(#[from] NotCodedError),
    /// Its approval has not begun.
    #[error(transparent)]
    Step(#[from] InvoiceStepError),
    /// Whoever gives the command may not approve it, or not now.
    #[error(transparent)]
    Refused(#[from] ApproveStepError),
}

/// An invoice was not refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RefuseInvoiceError {
    /// Its approval has not begun.
    #[error(transparent)]
    Step(#[from] InvoiceStepError),
    /// Whoever gives the command may not refuse it, or not now.
    #[error(transparent)]
    Refused(#[from] RefuseStepError),
}
