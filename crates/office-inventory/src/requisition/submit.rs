//! Something is asked for.

use chrono::{DateTime, Utc};
use office_core::rules::{DecideError, PolicyBook};
use office_core::{Decision, Money, Quantity};
use thiserror::Error;

use super::{NewRequisition, NewRequisitionLine, Requisition, RequisitionFact};

/// A requisition cannot be submitted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SubmitRequisitionError {
    /// Nothing is asked for.
    #[error("a requisition without lines cannot be submitted")]
    Empty,
    /// There are too many lines.
    #[error("{lines} lines are too many: at most {} are accepted", Requisition::MOST_LINES)]
    TooManyLines {
        /// How many there are.
        lines: usize,
    },
    /// A line asks for nothing.
    #[error("{quantity} cannot be asked for on line {line}: more than nothing is wanted")]
    Quantity {
        /// The line, from 1.
        line: u32,
        /// What is asked for.
        quantity: Quantity,
    },
    /// A line would cost less than nothing.
    #[error("an estimate of {estimate} on line {line} makes no sense")]
    Estimate {
        /// The line, from 1.
        line: u32,
        /// The estimate.
        estimate: Money,
    },
    /// The estimates are in several currencies, or come to more than can be held.
    #[error("the estimates cannot be added up")]
    Total,
    /// The rules cannot be asked.
    #[error("the rules cannot be asked")]
    Rules(#[from] DecideError),
}

impl Requisition {
    /// Submits a request at an instant: the rules in force on its day say what is to be done about it.
    ///
    /// A request that the rules refuse is recorded as refused, with the reason.
    ///
    /// # Errors
    /// [`SubmitRequisitionError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use chrono::NaiveDate;
    /// use office_core::rules::{DecisionTable, PolicyBook};
    /// use office_core::{ApprovalStatus, Entity, Id};
    /// use office_inventory::{
    ///     NewRequisition, NewRequisitionLine, PlaceRequisitionError, Requisition, RequisitionStatus,
    /// };
    ///
    /// let mut policy = PolicyBook::new("purchase");
    /// let row = |amount: &str, budget: &str, outcome: &str| vec![amount.to_owned(), budget.to_owned(), outcome.to_owned()];
    /// let rows = [
    ///     row("-", "no", "refuse: over budget"),
    ///     row("< 100.00 EUR", "-", "allow"),
    ///     row("-", "-", "approvals: 1 office_manager purchase.approve"),
    /// ];
    /// policy.publish("2026-01-01".parse()?, DecisionTable::from_rows(&["amount", "within_budget", "outcome"], rows)?)?;
    ///
    /// let folders = NewRequisition {
    ///     id: Id::natural("requisition", "RQ-04"),
    ///     number: "RQ-04".parse()?,
    ///     requester: Id::natural("person", "E-008"),
    ///     on: "2026-10-08".parse()?,
    ///     lines: vec![NewRequisitionLine {
    ///         item: Id::natural("item", "FOL-A4"),
    ///         quantity: "7 box".parse()?,
    ///         estimate: "119.00 EUR".parse()?,
    ///     }],
    ///     within_budget: true,
    ///     cost_centre: Id::natural("cost_centre", "CC-200"),
    ///     scope: "company/CC-200".parse()?,
    ///     reason: "project archive 2026".to_owned(),
    /// };
    /// let submitted = Requisition::submit(folders, &policy, "2026-10-08T09:00:00Z".parse()?)?.fact().ok_or("a fact")?;
    /// let requisition = Requisition::open(&submitted).ok_or("a requisition")?;
    /// let open = ApprovalStatus::Open { stage: 1, missing: 1 };
    /// assert_eq!(requisition.status(), RequisitionStatus::Approval(open.clone()));
    ///
    /// // What is not approved is not ordered.
    /// let placed = requisition.place(Id::natural("order", "RQ-04"), "2026-10-08".parse()?, [(1, "7 box".parse()?)].into());
    /// assert_eq!(placed, Err(PlaceRequisitionError::NotApproved { status: open }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn submit(
        request: NewRequisition,
        policy: &PolicyBook,
        at: DateTime<Utc>,
    ) -> Result<Decision<RequisitionFact>, SubmitRequisitionError> {
        let lines = request.lines.len();
        if lines == 0 {
            return Err(SubmitRequisitionError::Empty);
        }
        if lines > Self::MOST_LINES {
            return Err(SubmitRequisitionError::TooManyLines { lines });
        }
        for (line, &NewRequisitionLine { quantity, estimate, .. }) in (1..).zip(&request.lines) {
            if !quantity.is_positive() {
                return Err(SubmitRequisitionError::Quantity { line, quantity });
            }
            if estimate.is_negative() {
                return Err(SubmitRequisitionError::Estimate { line, estimate });
            }
        }
        request.estimate().ok_or(SubmitRequisitionError::Total)?;
        let ruling = policy.decide(&request.facts(), request.on)?;
        Ok(Decision::Record(RequisitionFact::Submitted { request: Box::new(request), ruling, at }))
    }
}
