//! A request that something be bought.
//!
//! ```text
//!   submit ──► the rules allow ────────────► Approved ──► place ──► Ordered
//!         ├──► the rules ask for approvals ─► Open ──► approve … ──┘
//!         │                                    ├─────► refuse ────► Refused
//!         │                                    ├─────► withdraw ──► Withdrawn ◄── withdraw ──┐
//!         │                                    ├─────► fall_due ──► Expired                  │
//!         │                                    └─────► give_back ─► Returned ────────────────┤
//!         │                                    ▲                                             │
//!         │                                    └───────────────────────────── resubmit ──────┘
//!         └──► the rules refuse ────────────► RefusedByPolicy
//! ```
//!
//! What was returned is submitted again as it was, and so the rules say the same of it. Who wants something else
//! withdraws it and asks anew: a number stands for one request, in the budget too.
//!
//! Law 20 of the crate; `tests/operation.rs` holds it.

use chrono::{DateTime, NaiveDate, Utc};
use office_core::rules::{DecideError, Facts, PolicyBook, Ruling};
use office_core::subject::{CostCentreId, ItemId, OrderId, PersonId, RequisitionId};
use office_core::{
    ApprovalAct, ApprovalCase, ApprovalRun, ApprovalStatus, ApproveStep, ApproveStepError, AuthorityBook, Decision,
    Entity, Entries, HandOverStep, HandOverStepError, Id, Kind, Money, Ordered, Partition, Quantity, RefuseStep,
    RefuseStepError, ResubmitCase, ResubmitCaseError, ReturnCase, ReturnCaseError, Scope, Unique, WithdrawCase,
    WithdrawCaseError, WorkingCalendar, WorkingTimeError,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Reference;

/// A request that something be bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requisition {
    request: NewRequisition,
    run: ApprovalRun,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    placed: Option<Placed>,
}

/// By which order it was bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// The order.
    pub order: OrderId,
    /// When.
    pub on: NaiveDate,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRequisition {
    /// Its id.
    pub id: RequisitionId,
    /// Its number, which no other requisition has.
    pub number: Reference,
    /// Who asks.
    pub requester: PersonId,
    /// The day on which it is asked for.
    pub on: NaiveDate,
    /// What is to be bought.
    pub item: ItemId,
    /// How many, in the unit in which it is to be bought.
    pub quantity: Quantity,
    /// What that is going to cost.
    pub estimate: Money,
    /// Whether the budget has that much left.
    pub within_budget: bool,
    /// At whose expense.
    pub cost_centre: CostCentreId,
    /// What part of the office that is, for asking who may approve: `company/CC-200`.
    pub scope: Scope,
    /// Why.
    pub reason: String,
}

impl NewRequisition {
    /// What the rules are told of it: `amount`, `within_budget`, `scope`.
    #[must_use]
    pub fn facts(&self) -> Facts {
        Facts::new()
            .with("amount", self.estimate)
            .with("within_budget", self.within_budget)
            .with("scope", self.scope.clone())
    }
}

/// What happens to a requisition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequisitionFact {
    /// It was asked for, and the rules have said what is to be done about it.
    Submitted {
        /// What is asked for.
        request: Box<NewRequisition>,
        /// What the rules say, and why.
        ruling: Ruling,
        /// At which instant.
        at: DateTime<Utc>,
    },
    /// Somebody has approved, refused, returned, resubmitted, withdrawn it or handed it over.
    Acted(ApprovalAct),
    /// Time has passed: it has escalated or expired. In order, at least one.
    FellDue(Vec<ApprovalAct>),
    /// It was ordered.
    Ordered(Placed),
}

/// Where a requisition stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequisitionStatus {
    /// It is being approved, or was, or was not.
    Approval(ApprovalStatus),
    /// It was ordered.
    Ordered(Placed),
}

/// A requisition cannot be submitted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SubmitRequisitionError {
    /// Nothing is asked for.
    #[error("{quantity} cannot be asked for: more than nothing is wanted")]
    Quantity {
        /// What is asked for.
        quantity: Quantity,
    },
    /// It would cost less than nothing.
    #[error("an estimate of {estimate} makes no sense")]
    Estimate {
        /// The estimate.
        estimate: Money,
    },
    /// The rules cannot be asked.
    #[error("the rules cannot be asked")]
    Rules(#[from] DecideError),
}

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

/// A requisition cannot be ordered.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PlaceRequisitionError {
    /// It was ordered before.
    #[error("it was ordered on {}", placed.on)]
    AlreadyOrdered {
        /// By which order.
        placed: Placed,
    },
    /// It is not approved.
    #[error("it is {status}: only what is approved is ordered")]
    NotApproved {
        /// Where it stands.
        status: ApprovalStatus,
    },
}

impl Requisition {
    /// The requisition of a number; no two have the same.
    pub const BY_NUMBER: Unique<Self, String> = Unique::new("number");
    /// The requisitions of an item that are neither ordered nor turned down, in the order of their numbers.
    pub const PENDING: Partition<Self, ItemId, String> = Partition::new("pending");
    /// The requisitions on which approvals are missing, in the order of their numbers: those that the clock may change.
    pub const OPEN: Ordered<Self, String> = Ordered::new("open");

    /// The id under which the requisition that others know by `id` is kept.
    #[must_use]
    pub const fn key(id: RequisitionId) -> Id<Self> {
        id.retag()
    }

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
    /// use office_inventory::{NewRequisition, PlaceRequisitionError, Requisition, RequisitionStatus};
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
    ///     item: Id::natural("item", "FOL-A4"),
    ///     quantity: "7 box".parse()?,
    ///     estimate: "119.00 EUR".parse()?,
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
    /// let placed = requisition.place(Id::natural("order", "RQ-04"), "2026-10-08".parse()?);
    /// assert_eq!(placed, Err(PlaceRequisitionError::NotApproved { status: open }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn submit(
        request: NewRequisition,
        policy: &PolicyBook,
        at: DateTime<Utc>,
    ) -> Result<Decision<RequisitionFact>, SubmitRequisitionError> {
        if !request.quantity.is_positive() {
            return Err(SubmitRequisitionError::Quantity { quantity: request.quantity });
        }
        if request.estimate.is_negative() {
            return Err(SubmitRequisitionError::Estimate { estimate: request.estimate });
        }
        let ruling = policy.decide(&request.facts(), request.on)?;
        Ok(Decision::Record(RequisitionFact::Submitted { request: Box::new(request), ruling, at }))
    }

    /// Approves the step that is open.
    ///
    /// # Errors
    /// As [`ApprovalRun::approve`].
    pub fn approve(
        &self,
        command: &ApproveStep,
        book: &AuthorityBook,
    ) -> Result<Decision<RequisitionFact>, ApproveStepError> {
        self.run.approve(command, book).map(acted)
    }

    /// Refuses it, by somebody who could approve the step that is open.
    ///
    /// # Errors
    /// As [`ApprovalRun::refuse`].
    pub fn refuse(
        &self,
        command: &RefuseStep,
        book: &AuthorityBook,
    ) -> Result<Decision<RequisitionFact>, RefuseStepError> {
        self.run.refuse(command, book).map(acted)
    }

    /// Returns it to the requester, by somebody who could approve the step that is open.
    ///
    /// # Errors
    /// As [`ApprovalRun::give_back`].
    pub fn give_back(
        &self,
        command: &ReturnCase,
        book: &AuthorityBook,
    ) -> Result<Decision<RequisitionFact>, ReturnCaseError> {
        self.run.give_back(command, book).map(acted)
    }

    /// Submits it again as it was, after it was returned. What the rules have said of it stands.
    ///
    /// # Errors
    /// [`ResubmitRequisitionError`], in the order of its variants.
    pub fn resubmit(
        &self,
        command: &ResubmitRequisition,
    ) -> Result<Decision<RequisitionFact>, ResubmitRequisitionError> {
        let ResubmitRequisition { by, estimate, on, at } = *command;
        let asked = self.request.estimate;
        if estimate != asked {
            return Err(ResubmitRequisitionError::Changed { asked, estimate });
        }
        let outcome = self.run.outcome().clone();
        Ok(acted(self.run.resubmit(&ResubmitCase { by, amount: Some(asked), outcome, on, at })?))
    }

    /// Hands a step that is open to another person, by somebody who could approve it.
    ///
    /// # Errors
    /// As [`ApprovalRun::hand_over`].
    pub fn hand_over(
        &self,
        command: &HandOverStep,
        book: &AuthorityBook,
    ) -> Result<Decision<RequisitionFact>, HandOverStepError> {
        self.run.hand_over(command, book).map(acted)
    }

    /// What has fallen due by an instant: whoever else may approve it from now on, or that it has expired.
    ///
    /// # Errors
    /// As [`ApprovalRun::fall_due`].
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{DecisionTable, PolicyBook};
    /// use office_core::{
    ///     ApprovalStatus, DateRange, Decision, Entity, Holidays, Id, WeeklyHours, WorkingCalendar, WorkingPlan, Zone,
    /// };
    /// use office_inventory::{NewRequisition, Requisition, RequisitionStatus, ResubmitRequisition, ResubmitRequisitionError};
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
    ///     item: Id::natural("item", "FOL-A4"),
    ///     quantity: "7 box".parse()?,
    ///     estimate: "119.00 EUR".parse()?,
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
        let acts = self.run.fall_due(now, calendar)?;
        if acts.is_empty() {
            return Ok(Decision::AlreadyRecorded);
        }
        Ok(Decision::Record(RequisitionFact::FellDue(acts)))
    }

    /// Withdraws it, by the requester in person.
    ///
    /// # Errors
    /// As [`ApprovalRun::withdraw`].
    pub fn withdraw(&self, command: &WithdrawCase) -> Result<Decision<RequisitionFact>, WithdrawCaseError> {
        self.run.withdraw(command).map(acted)
    }

    /// Says by which order it is bought.
    ///
    /// # Errors
    /// [`PlaceRequisitionError`], in the order of its variants.
    pub fn place(&self, order: OrderId, on: NaiveDate) -> Result<Decision<RequisitionFact>, PlaceRequisitionError> {
        match self.placed {
            Some(placed) if placed == (Placed { order, on }) => Ok(Decision::AlreadyRecorded),
            Some(placed) => Err(PlaceRequisitionError::AlreadyOrdered { placed }),
            None if self.run.is_approved() => Ok(Decision::Record(RequisitionFact::Ordered(Placed { order, on }))),
            None => Err(PlaceRequisitionError::NotApproved { status: self.run.status().clone() }),
        }
    }

    /// What is asked for.
    #[must_use]
    pub const fn request(&self) -> &NewRequisition {
        &self.request
    }

    /// How far its approval has come.
    #[must_use]
    pub const fn run(&self) -> &ApprovalRun {
        &self.run
    }

    /// Where it stands.
    #[must_use]
    pub fn status(&self) -> RequisitionStatus {
        let approval = || RequisitionStatus::Approval(self.run.status().clone());
        self.placed.map_or_else(approval, RequisitionStatus::Ordered)
    }

    /// Whether it is neither ordered nor turned down.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.placed.is_none() && (self.run.is_approved() || !self.run.status().is_final())
    }

    /// Who gave the last approval; nobody where the rules asked for nobody.
    #[must_use]
    pub fn approved_by(&self) -> Option<PersonId> {
        self.run.approvals().last().map(|(_, by)| by.person)
    }
}

fn acted(decision: Decision<ApprovalAct>) -> Decision<RequisitionFact> {
    match decision {
        Decision::Record(act) => Decision::Record(RequisitionFact::Acted(act)),
        Decision::AlreadyRecorded => Decision::AlreadyRecorded,
    }
}

impl Entity for Requisition {
    const KIND: Kind = Kind::literal("requisition");
    type Fact = RequisitionFact;

    fn open(fact: &RequisitionFact) -> Option<Self> {
        let RequisitionFact::Submitted { request, ruling, at } = fact else { return None };
        let case = ApprovalCase {
            case: request.id.retag(),
            requester: request.requester,
            beneficiaries: [].into(),
            scope: request.scope.clone(),
            amount: Some(request.estimate),
            taken: Vec::new(),
        };
        Some(Self {
            request: NewRequisition::clone(request),
            run: ApprovalRun::start(&ruling.outcome, case, *at),
            placed: None,
        })
    }

    fn apply(&mut self, fact: &RequisitionFact) {
        match fact {
            RequisitionFact::Submitted { .. } => {}
            RequisitionFact::Acted(act) => self.run.apply(act),
            RequisitionFact::FellDue(acts) => acts.iter().for_each(|act| self.run.apply(act)),
            RequisitionFact::Ordered(placed) => self.placed = Some(*placed),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        let number = self.request.number.as_str().to_owned();
        entries.unique(Self::BY_NUMBER, &number);
        if self.is_pending() {
            entries.partition(Self::PENDING, &self.request.item, &number);
        }
        if matches!(self.run.status(), ApprovalStatus::Open { .. }) {
            entries.ordered(Self::OPEN, &number);
        }
    }
}
