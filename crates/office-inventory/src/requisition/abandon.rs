//! What was approved and is not on order is not wanted any more.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::{ApprovalStatus, Decision, Quantity};
use thiserror::Error;

use super::{Requisition, RequisitionFact, TakeLinesError};

/// What was asked for cannot be given up.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AbandonRequisitionError {
    /// It is not approved.
    #[error("it is {status}: only what is approved is given up, before that it is withdrawn")]
    NotApproved {
        /// Where it stands.
        status: ApprovalStatus,
    },
    /// No reason is given.
    #[error("a reason is wanted")]
    NoReason,
    /// The lines cannot be given up: what is on order is cancelled there first.
    #[error(transparent)]
    Lines(#[from] TakeLinesError),
}

impl Requisition {
    /// Gives up some of what is open of single lines: so much of each.
    ///
    /// # Errors
    /// [`AbandonRequisitionError`], in the order of its variants, line by line.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("chairs.txt")]
    /// use office_inventory::{AbandonRequisitionError, RequisitionStatus};
    ///
    /// // Six chairs and two desks are approved. The desks are not wanted any more, and then nothing is.
    /// let desks = requisition.abandon(on, "they fit nowhere", [(2, "2 desk".parse()?)].into())?;
    /// requisition.apply(&desks.fact().ok_or("a fact")?);
    /// let again = requisition.abandon(on, "they fit nowhere", [(2, "2 desk".parse()?)].into());
    /// assert!(matches!(again, Err(AbandonRequisitionError::Lines(_))));
    ///
    /// requisition.apply(&requisition.abandon_rest(on, "nobody moves in")?.fact().ok_or("a fact")?);
    /// assert_eq!(requisition.status(), RequisitionStatus::Abandoned);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn abandon(
        &self,
        on: NaiveDate,
        why: &str,
        lines: BTreeMap<u32, Quantity>,
    ) -> Result<Decision<RequisitionFact>, AbandonRequisitionError> {
        if !self.run.is_approved() {
            return Err(AbandonRequisitionError::NotApproved { status: self.run.status().clone() });
        }
        if why.trim().is_empty() {
            return Err(AbandonRequisitionError::NoReason);
        }
        self.check_open(&lines)?;
        Ok(Decision::Record(RequisitionFact::Abandoned { on, why: why.to_owned(), lines }))
    }

    /// Gives up all that is open. Where nothing is, nothing changes.
    ///
    /// # Errors
    /// [`AbandonRequisitionError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("chairs.txt")]
    /// use office_inventory::{AbandonRequisitionError, RequisitionStatus};
    ///
    /// // A reason is wanted.
    /// assert_eq!(requisition.abandon_rest(on, ""), Err(AbandonRequisitionError::NoReason));
    /// requisition.apply_decision(&requisition.abandon_rest(on, "nobody moves in")?);
    /// assert_eq!(requisition.status(), RequisitionStatus::Abandoned);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn abandon_rest(&self, on: NaiveDate, why: &str) -> Result<Decision<RequisitionFact>, AbandonRequisitionError> {
        let open = self.lines().map(|line| (line.number(), line.open())).filter(|(_, open)| open.is_positive());
        let open: BTreeMap<_, _> = open.collect();
        if self.run.is_approved() && open.is_empty() {
            return Ok(Decision::AlreadyRecorded);
        }
        self.abandon(on, why, open)
    }
}
