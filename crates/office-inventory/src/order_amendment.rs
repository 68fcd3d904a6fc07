//! A change of an order that the purchase policy is asked about before it is made.
//!
//! ```text
//!   propose ──► the rules allow ────────────► Approved: the order is changed
//!          ├──► the rules ask for approvals ─► Open ──► approve … ──► Approved
//!          │                                    ├─────► refuse ────► Refused
//!          │                                    ├─────► withdraw ──► Withdrawn
//!          │                                    └─────► fall_due ──► Expired
//!          └──► the rules refuse ────────────► RefusedByPolicy
//! ```
//!
//! As long as it waits for an approval the order goes on unchanged. What has come of it meanwhile counts when it is changed.

use chrono::{DateTime, Utc};
use office_core::rules::{DecideError, Facts, PolicyBook, Ruling};
use office_core::subject::OrderId;
use office_core::{
    ApprovalAct, ApprovalCase, ApprovalRun, ApproveStep, ApproveStepError, AuthorityBook, Decision, Entity, Entries,
    Id, Kind, Money, Ordered, Partition, RefuseStep, RefuseStepError, Scope, WithdrawCase, WithdrawCaseError,
    WorkingCalendar, WorkingTimeError,
};
use serde::{Deserialize, Serialize};

use crate::{Amendment, Reference};

/// A change of an order that the purchase policy is asked about before it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderAmendment {
    proposal: NewOrderAmendment,
    run: ApprovalRun,
}

/// How an order is to be changed, and what is to be known to decide on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewOrderAmendment {
    /// Its number, which no other has.
    pub number: Reference,
    /// The order.
    pub order: OrderId,
    /// How it is to be changed.
    pub amendment: Amendment,
    /// What the order would come to.
    pub worth: Money,
    /// Whether the budget has as much left as it would come to more.
    pub within_budget: bool,
    /// At the expense of what part of the office: for asking who may approve.
    pub scope: Scope,
}

/// What happens to a change of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderAmendmentFact {
    /// It was proposed, and the rules have said what is to be done about it.
    Proposed {
        /// What was proposed.
        proposal: Box<NewOrderAmendment>,
        /// What the rules say, and why.
        ruling: Ruling,
        /// At which instant.
        at: DateTime<Utc>,
    },
    /// Somebody has approved, refused or withdrawn it.
    Acted(ApprovalAct),
    /// Time has passed: it has escalated or expired. In order, at least one.
    FellDue(Vec<ApprovalAct>),
}

impl OrderAmendment {
    /// The changes of an order that wait for an approval, in the order of their numbers.
    pub const OPEN: Partition<Self, OrderId, String> = Partition::new("open");
    /// All changes that wait for an approval, in the order of their numbers; to look for what has fallen due.
    pub const WAITING: Ordered<Self, String> = Ordered::new("waiting");

    /// The id under which the change of a number is kept.
    #[must_use]
    pub fn key(number: &Reference) -> Id<Self> {
        Id::natural("order_amendment", number.as_str())
    }

    /// Proposes a change at an instant: the rules in force on its day, told `amount` (what the order would come to),
    /// `within_budget` and `scope`, say what is to be done about it. One that they refuse is recorded as refused.
    ///
    /// # Errors
    /// [`DecideError`]: the rules cannot be asked.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{DecisionTable, PolicyBook};
    /// use office_core::{ApprovalStatus, Entity, Id};
    /// use office_inventory::{Amendment, LineChange, NewOrderAmendment, OrderAmendment};
    ///
    /// let mut policy = PolicyBook::new("purchase");
    /// let rows = [["no", "refuse: over budget"], ["-", "approvals: 1 manager purchase.approve"]];
    /// let rows = rows.map(|row| row.map(str::to_owned).to_vec());
    /// policy.publish("2026-01-01".parse()?, DecisionTable::from_rows(&["within_budget", "outcome"], rows)?)?;
    ///
    /// let six = LineChange::Quantity { line: 1, quantity: "6 chair".parse()? };
    /// let (by, on, why) = (Id::natural("person", "E-004"), "2026-10-14".parse()?, "two more people".to_owned());
    /// let proposal = NewOrderAmendment {
    ///     number: "PO-1/2".parse()?,
    ///     order: Id::natural("order", "PO-1"),
    ///     amendment: Amendment { of: 1, by, on, why, give_up: false, changes: vec![six] },
    ///     worth: "1080.00 EUR".parse()?,
    ///     within_budget: true,
    ///     scope: "company/CC-200".parse()?,
    /// };
    /// let at = "2026-10-14T09:00:00Z".parse()?;
    /// let waits = OrderAmendment::open(&OrderAmendment::propose(proposal.clone(), &policy, at)?).ok_or("a change")?;
    /// assert!(matches!(waits.run().status(), ApprovalStatus::Open { .. }));
    ///
    /// let over = NewOrderAmendment { within_budget: false, ..proposal };
    /// let refused = OrderAmendment::open(&OrderAmendment::propose(over, &policy, at)?).ok_or("a change")?;
    /// assert!(matches!(refused.run().status(), ApprovalStatus::RefusedByPolicy { .. }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn propose(
        proposal: NewOrderAmendment,
        policy: &PolicyBook,
        at: DateTime<Utc>,
    ) -> Result<OrderAmendmentFact, DecideError> {
        let NewOrderAmendment { worth, within_budget, scope, .. } = &proposal;
        let facts = Facts::new().with("amount", *worth).with("within_budget", *within_budget);
        let ruling = policy.decide(&facts.with("scope", scope.clone()), proposal.amendment.on)?;
        Ok(OrderAmendmentFact::Proposed { proposal: Box::new(proposal), ruling, at })
    }

    /// Approves the step that is open.
    ///
    /// # Errors
    /// As [`ApprovalRun::approve`].
    ///
    /// # Example
    /// ```
    #[doc = include_str!("order_amendment/proposed.txt")]
    ///
    /// // Nobody approves what they have proposed.
    /// let own = ApproveStep { by: Actor::new(clerk, Role::new("manager")), step: 1, on, at };
    /// assert!(matches!(change.approve(&own, &book), Err(ApproveStepError::NotAuthorised(_))));
    /// change.apply_decision(&change.approve(&ApproveStep { by, step: 1, on, at }, &book)?);
    /// assert_eq!(*change.run().status(), ApprovalStatus::Approved);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn approve(
        &self,
        command: &ApproveStep,
        book: &AuthorityBook,
    ) -> Result<Decision<OrderAmendmentFact>, ApproveStepError> {
        self.run.approve(command, book).map(|decision| decision.map(OrderAmendmentFact::Acted))
    }

    /// Refuses it, by somebody who could approve the step that is open.
    ///
    /// # Errors
    /// As [`ApprovalRun::refuse`].
    ///
    /// # Example
    /// ```
    #[doc = include_str!("order_amendment/proposed.txt")]
    ///
    /// let mut no = RefuseStep { by, step: 1, on, at, reason: String::new() };
    /// assert_eq!(change.refuse(&no, &book), Err(RefuseStepError::NoReason));
    /// no.reason = "four are enough".to_owned();
    /// change.apply_decision(&change.refuse(&no, &book)?);
    /// assert!(matches!(change.run().status(), ApprovalStatus::Refused { .. }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn refuse(
        &self,
        command: &RefuseStep,
        book: &AuthorityBook,
    ) -> Result<Decision<OrderAmendmentFact>, RefuseStepError> {
        self.run.refuse(command, book).map(|decision| decision.map(OrderAmendmentFact::Acted))
    }

    /// Withdraws it, by whoever proposed it.
    ///
    /// # Errors
    /// As [`ApprovalRun::withdraw`].
    ///
    /// # Example
    /// ```
    #[doc = include_str!("order_amendment/proposed.txt")]
    ///
    /// // The manager refuses; who has proposed it withdraws.
    /// let refused = change.withdraw(&WithdrawCase { by: boss, on, at });
    /// assert_eq!(refused, Err(WithdrawCaseError::NotRequester { by: boss, requester: clerk }));
    /// change.apply_decision(&change.withdraw(&WithdrawCase { by: clerk, on, at })?);
    /// assert_eq!(*change.run().status(), ApprovalStatus::Withdrawn { on });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn withdraw(&self, command: &WithdrawCase) -> Result<Decision<OrderAmendmentFact>, WithdrawCaseError> {
        self.run.withdraw(command).map(|decision| decision.map(OrderAmendmentFact::Acted))
    }

    /// What has fallen due by an instant: whoever else may approve it from now on, or that it has expired.
    ///
    /// # Errors
    /// As [`ApprovalRun::fall_due`].
    ///
    /// # Example
    /// ```
    #[doc = include_str!("order_amendment/proposed.txt")]
    ///
    /// // Two days of work after Wednesday morning is Thursday evening.
    /// assert_eq!(change.fall_due("2026-10-15T16:59:59Z".parse()?, &hours)?, Decision::AlreadyRecorded);
    /// change.apply_decision(&change.fall_due("2026-10-15T17:00:00Z".parse()?, &hours)?);
    /// assert!(matches!(change.run().status(), ApprovalStatus::Expired { step: 1, .. }));
    /// // Who comes on Friday comes too late.
    /// let late = ApproveStep { by, step: 1, on: "2026-10-16".parse()?, at: "2026-10-16T09:00:00Z".parse()? };
    /// assert!(matches!(change.approve(&late, &book), Err(ApproveStepError::NotOpen(_))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fall_due(
        &self,
        now: DateTime<Utc>,
        calendar: &WorkingCalendar,
    ) -> Result<Decision<OrderAmendmentFact>, WorkingTimeError> {
        Ok(Decision::all_of(self.run.fall_due(now, calendar)?).map(OrderAmendmentFact::FellDue))
    }

    /// What was proposed.
    #[must_use]
    pub const fn proposal(&self) -> &NewOrderAmendment {
        &self.proposal
    }

    /// How far its approval has come.
    #[must_use]
    pub const fn run(&self) -> &ApprovalRun {
        &self.run
    }
}

impl Entity for OrderAmendment {
    const KIND: Kind = Kind::literal("order_amendment");
    type Fact = OrderAmendmentFact;

    fn open(fact: &OrderAmendmentFact) -> Option<Self> {
        let OrderAmendmentFact::Proposed { proposal, ruling, at } = fact else { return None };
        let case = ApprovalCase::new(
            Self::key(&proposal.number).retag(),
            proposal.amendment.by,
            proposal.scope.clone(),
            Some(proposal.worth),
        );
        let run = ApprovalRun::start(&ruling.outcome, case, *at);
        Some(Self { proposal: NewOrderAmendment::clone(proposal), run })
    }

    fn apply(&mut self, fact: &OrderAmendmentFact) {
        match fact {
            OrderAmendmentFact::Proposed { .. } => {}
            OrderAmendmentFact::Acted(act) => self.run.apply(act),
            OrderAmendmentFact::FellDue(acts) => acts.iter().for_each(|act| self.run.apply(act)),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        if !self.run.status().is_final() {
            let number = self.proposal.number.as_str().to_owned();
            entries.partition(Self::OPEN, &self.proposal.order, &number);
            entries.ordered(Self::WAITING, &number);
        }
    }
}
