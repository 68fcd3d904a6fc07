//! What people and the clock do with a requisition until it may be ordered.

use chrono::{DateTime, NaiveDate, Utc};
use office_core::subject::PersonId;
use office_core::{
    ApproveStep, ApproveStepError, AuthorityBook, Decision, HandOverStep, HandOverStepError, Money, RefuseStep,
    RefuseStepError, ResubmitCase, ResubmitCaseError, ReturnCase, ReturnCaseError, WithdrawCase, WithdrawCaseError,
    WorkingCalendar, WorkingTimeError,
};
use thiserror::Error;

use super::{Requisition, RequisitionFact};

/// To submit a requisition again that was returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResubmitRequisition {
    /// Who submits it: the requester in person.
    pub by: PersonId,
    /// What it is going to cost: as it was asked for.
    pub estimate: Money,
    /// On which day.
    pub on: NaiveDate,
    /// At which instant.
    pub at: DateTime<Utc>,
}

/// A requisition cannot be submitted again.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ResubmitRequisitionError {
    /// It would be another request.
    #[error("{asked} was asked for, not {estimate}: withdraw it and ask anew")]
    Changed {
        /// What was asked for.
        asked: Money,
        /// What would be asked for now.
        estimate: Money,
    },
    /// It was not returned, or somebody else has asked for it.
    #[error(transparent)]
    Case(#[from] ResubmitCaseError),
}

impl Requisition {
    /// Approves the step that is open.
    ///
    /// # Errors
    /// As [`ApprovalRun::approve`](office_core::ApprovalRun::approve).
    ///
    /// # Example
    /// ```
    #[doc = include_str!("waiting.txt")]
    ///
    /// // Nobody approves what they want themselves.
    /// let own = ApproveStep { by: Actor::new(ada, Role::new("manager")), step: 1, on, at };
    /// assert!(matches!(requisition.approve(&own, &book), Err(ApproveStepError::NotAuthorised(_))));
    /// requisition.apply_decision(&requisition.approve(&ApproveStep { by, step: 1, on, at }, &book)?);
    /// assert_eq!(requisition.status(), RequisitionStatus::Approval(ApprovalStatus::Approved));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn approve(
        &self,
        command: &ApproveStep,
        book: &AuthorityBook,
    ) -> Result<Decision<RequisitionFact>, ApproveStepError> {
        self.run.approve(command, book).map(|decision| decision.map(RequisitionFact::Acted))
    }

    /// Refuses it, by somebody who could approve the step that is open.
    ///
    /// # Errors
    /// As [`ApprovalRun::refuse`](office_core::ApprovalRun::refuse).
    ///
    /// # Example
    /// ```
    #[doc = include_str!("waiting.txt")]
    ///
    /// let mut no = RefuseStep { by, step: 1, on, at, reason: String::new() };
    /// assert_eq!(requisition.refuse(&no, &book), Err(RefuseStepError::NoReason));
    /// no.reason = "there are chairs in the cellar".to_owned();
    /// requisition.apply_decision(&requisition.refuse(&no, &book)?);
    /// assert!(matches!(requisition.status(), RequisitionStatus::Approval(ApprovalStatus::Refused { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn refuse(
        &self,
        command: &RefuseStep,
        book: &AuthorityBook,
    ) -> Result<Decision<RequisitionFact>, RefuseStepError> {
        self.run.refuse(command, book).map(|decision| decision.map(RequisitionFact::Acted))
    }

    /// Returns it to the requester, by somebody who could approve the step that is open.
    ///
    /// # Errors
    /// As [`ApprovalRun::give_back`](office_core::ApprovalRun::give_back).
    ///
    /// # Example
    /// ```
    #[doc = include_str!("waiting.txt")]
    ///
    /// let mut back = ReturnCase { by, step: 1, on, at, reason: String::new() };
    /// assert_eq!(requisition.give_back(&back, &book), Err(ReturnCaseError::NoReason));
    /// back.reason = "say who they are for".to_owned();
    /// requisition.apply_decision(&requisition.give_back(&back, &book)?);
    /// assert!(matches!(requisition.status(), RequisitionStatus::Approval(ApprovalStatus::Returned { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn give_back(
        &self,
        command: &ReturnCase,
        book: &AuthorityBook,
    ) -> Result<Decision<RequisitionFact>, ReturnCaseError> {
        self.run.give_back(command, book).map(|decision| decision.map(RequisitionFact::Acted))
    }

    /// Submits it again as it was, after it was returned. What the rules have said of it stands.
    ///
    /// # Errors
    /// [`ResubmitRequisitionError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("waiting.txt")]
    ///
    /// let back = ReturnCase { by, step: 1, on, at, reason: "say who they are for".to_owned() };
    /// requisition.apply_decision(&requisition.give_back(&back, &book)?);
    /// let again = ResubmitRequisition { by: ada, estimate: "1080.00 EUR".parse()?, on, at };
    /// // Who wants something else asks anew.
    /// let other = ResubmitRequisition { estimate: "1200.00 EUR".parse()?, ..again };
    /// let (asked, estimate) = (again.estimate, other.estimate);
    /// assert_eq!(requisition.resubmit(&other), Err(ResubmitRequisitionError::Changed { asked, estimate }));
    /// requisition.apply_decision(&requisition.resubmit(&again)?);
    /// assert!(matches!(requisition.status(), RequisitionStatus::Approval(ApprovalStatus::Open { stage: 1, .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resubmit(
        &self,
        command: &ResubmitRequisition,
    ) -> Result<Decision<RequisitionFact>, ResubmitRequisitionError> {
        let ResubmitRequisition { by, estimate, on, at } = *command;
        let asked = self.estimate;
        if estimate != asked {
            return Err(ResubmitRequisitionError::Changed { asked, estimate });
        }
        let outcome = self.run.outcome().clone();
        Ok(self.run.resubmit(&ResubmitCase { by, amount: Some(asked), outcome, on, at })?.map(RequisitionFact::Acted))
    }

    /// Hands a step that is open to another person, by somebody who could approve it.
    ///
    /// # Errors
    /// As [`ApprovalRun::hand_over`](office_core::ApprovalRun::hand_over).
    ///
    /// # Example
    /// ```
    #[doc = include_str!("waiting.txt")]
    ///
    /// // Not to the one who asks.
    /// let hand = |to| HandOverStep { by: by.clone(), step: 1, to, on, at };
    /// let refused = requisition.hand_over(&hand(ada), &book);
    /// assert!(matches!(refused, Err(HandOverStepError::ReceiverNotAuthorised { .. })));
    ///
    /// requisition.apply_decision(&requisition.hand_over(&hand(deputy), &book)?);
    /// let by = Actor::new(deputy, Role::new("deputy")).on_behalf_of(boss);
    /// requisition.apply_decision(&requisition.approve(&ApproveStep { by, step: 1, on, at }, &book)?);
    /// assert_eq!(requisition.status(), RequisitionStatus::Approval(ApprovalStatus::Approved));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn hand_over(
        &self,
        command: &HandOverStep,
        book: &AuthorityBook,
    ) -> Result<Decision<RequisitionFact>, HandOverStepError> {
        self.run.hand_over(command, book).map(|decision| decision.map(RequisitionFact::Acted))
    }

    /// What has fallen due by an instant: whoever else may approve it from now on, or that it has expired.
    ///
    /// # Errors
    /// As [`ApprovalRun::fall_due`](office_core::ApprovalRun::fall_due).
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{DecisionTable, PolicyBook};
    /// use office_core::{
    ///     ApprovalStatus, DateRange, Decision, Entity, Holidays, Id, WeeklyHours, WorkingCalendar, WorkingPlan, Zone,
    /// };
    /// use office_inventory::{
    ///     NewRequisition, NewRequisitionLine, Requisition, RequisitionStatus, ResubmitRequisition,
    ///     ResubmitRequisitionError,
    /// };
    ///
    /// let valid = DateRange::year(2026)?;
    /// let week = WeeklyHours::weekdays("09:00-17:00".parse()?);
    /// let plan = WorkingPlan { zone: Zone::UTC, valid, week, exceptions: [].into(), holidays: Holidays::none(valid) };
    /// let hours = WorkingCalendar::new(plan)?;
    /// let mut policy = PolicyBook::new("purchase");
    /// let row = vec!["approvals: 1 manager purchase.approve expire after 40h".to_owned()];
    /// policy.publish("2026-01-01".parse()?, DecisionTable::from_rows(&["outcome"], [row])?)?;
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
    /// let mut requisition = Requisition::open(&submitted).ok_or("a requisition")?;
    ///
    /// // Forty hours of work are five days, and two of the next seven are a weekend.
    /// assert_eq!(requisition.fall_due("2026-10-14T16:59:59Z".parse()?, &hours)?, Decision::AlreadyRecorded);
    /// let due = requisition.fall_due("2026-10-14T17:00:00Z".parse()?, &hours)?.fact().ok_or("a fact")?;
    /// requisition.apply(&due);
    /// assert!(matches!(requisition.status(), RequisitionStatus::Approval(ApprovalStatus::Expired { step: 1, .. })));
    /// assert_eq!(requisition.fall_due("2026-10-15T09:00:00Z".parse()?, &hours)?, Decision::AlreadyRecorded);
    ///
    /// // What has expired is not submitted again, and nothing is submitted again as something else.
    /// let (by, on, at) = (requisition.request().requester, "2026-10-15".parse()?, "2026-10-15T09:00:00Z".parse()?);
    /// let again = ResubmitRequisition { by, estimate: "119.00 EUR".parse()?, on, at };
    /// assert!(matches!(requisition.resubmit(&again), Err(ResubmitRequisitionError::Case(_))));
    /// let other = ResubmitRequisition { estimate: "68.00 EUR".parse()?, ..again };
    /// assert!(matches!(requisition.resubmit(&other), Err(ResubmitRequisitionError::Changed { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fall_due(
        &self,
        now: DateTime<Utc>,
        calendar: &WorkingCalendar,
    ) -> Result<Decision<RequisitionFact>, WorkingTimeError> {
        Ok(Decision::all_of(self.run.fall_due(now, calendar)?).map(RequisitionFact::FellDue))
    }

    /// Withdraws it, by the requester in person.
    ///
    /// # Errors
    /// As [`ApprovalRun::withdraw`](office_core::ApprovalRun::withdraw).
    ///
    /// # Example
    /// ```
    #[doc = include_str!("waiting.txt")]
    ///
    /// // The manager refuses; who has asked withdraws.
    /// let refused = requisition.withdraw(&WithdrawCase { by: boss, on, at });
    /// assert_eq!(refused, Err(WithdrawCaseError::NotRequester { by: boss, requester: ada }));
    /// requisition.apply_decision(&requisition.withdraw(&WithdrawCase { by: ada, on, at })?);
    /// assert_eq!(requisition.status(), RequisitionStatus::Approval(ApprovalStatus::Withdrawn { on }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn withdraw(&self, command: &WithdrawCase) -> Result<Decision<RequisitionFact>, WithdrawCaseError> {
        self.run.withdraw(command).map(|decision| decision.map(RequisitionFact::Acted))
    }
}
