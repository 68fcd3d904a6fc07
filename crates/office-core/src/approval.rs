//! A run of approvals: from what a policy asks for to a decision, step by step.
//!
//! ```text
//!                 start: nothing to approve
//!              ┌───────────────────────────────► Approved
//!              │                                    ▲ the last approval of the last step
//! Outcome ─────┼───► Open { step, missing } ────────┤
//!              │                                    ├──► Refused    by somebody who could have approved
//!              │                                    └──► Withdrawn  by the requester
//!              └───────────────────────────────► RefusedByPolicy
//! ```
//!
//! The run is plain data. Its operations decide and change nothing; what they decide is an [`ApprovalAct`], which
//! [`ApprovalRun::apply`] takes in. A domain's entity holds a run in its state and wraps the act in a fact of its own.
//!
//! # Laws
//! 1. A run is never approved by fewer different people than its steps ask for, whatever acts are applied.
//! 2. Nobody approves who asked for the case or gains by it, through any delegations whatever, unless the book
//!    allows it.
//! 3. A run that is closed stays as it is.
//! 4. An act that is recorded is recognised when it is asked for again, whatever happened since.
//! 5. What is stored reads back the same.

use std::collections::BTreeSet;
use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::rules::{Outcome, Step};
use crate::subject::{CaseId, PersonId};
use crate::{Actor, AuthorityBook, CaseAct, Decision, Ground, Money, Refusal, Request, Scope};

mod act;

pub use act::{
    ApprovalAct, ApprovalDeed, ApproveStep, ApproveStepError, RefuseStep, RefuseStepError, WithdrawCase,
    WithdrawCaseError,
};

/// What is to be approved.
///
/// A run approves exactly this. Where the amount or anything else of it changes, a new run begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalCase {
    /// The case.
    pub case: CaseId,
    /// Who asked for it.
    pub requester: PersonId,
    /// Who gains by it besides.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub beneficiaries: BTreeSet<PersonId>,
    /// What part of the office it belongs to.
    #[serde(default)]
    pub scope: Scope,
    /// For which amount, where money is at stake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// What was done on it before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<CaseAct>,
}

/// How far the approval of a case has come.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{
///     Actor, Appointment, ApprovalCase, ApprovalRun, ApprovalStatus, ApproveStep, ApproveStepError,
///     AuthorityBook, DateRange, Decision, Grant, Id, Role, Scope,
/// };
///
/// let on = NaiveDate::from_ymd_opt(2026, 7, 6).ok_or("a day")?;
/// let (manager, clerk) = (Id::natural("person", "E-002"), Id::natural("person", "E-017"));
/// let (role, scope, valid) = (Role::new("office_manager"), Scope::anywhere(), DateRange::from(on));
/// let mut book = AuthorityBook::default();
/// for person in [manager, clerk] {
///     book.appointments.push(Appointment { person, role: role.clone(), scope: scope.clone(), valid });
/// }
/// book.grants.push(Grant { role: role.clone(), action: "purchase.approve".parse()?, scope, limit: None, valid });
///
/// let outcome = "approvals: 1 office_manager purchase.approve".parse()?;
/// let case = ApprovalCase {
///     case: Id::natural("case", "PR-1"),
///     requester: clerk,
///     beneficiaries: [].into(),
///     scope: "company/hq".parse()?,
///     amount: Some("640.00 EUR".parse()?),
///     taken: Vec::new(),
/// };
/// let mut run = ApprovalRun::start(&outcome, case);
/// assert_eq!(*run.status(), ApprovalStatus::Open { step: 1, missing: 1 });
///
/// // The one who asked does not approve, though the role would do.
/// let own = ApproveStep { by: Actor::new(clerk, role.clone()), step: 1, on };
/// assert!(matches!(run.approve(&own, &book), Err(ApproveStepError::NotAuthorised(_))));
///
/// let approve = ApproveStep { by: Actor::new(manager, role), step: 1, on };
/// if let Decision::Record(act) = run.approve(&approve, &book)? {
///     run.apply(&act);
/// }
/// assert_eq!(*run.status(), ApprovalStatus::Approved);
/// assert_eq!(run.approve(&approve, &book)?, Decision::AlreadyRecorded);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct ApprovalRun {
    case: ApprovalCase,
    outcome: Outcome,
    acts: Vec<ApprovalAct>,
    // Invariant: what the outcome and the acts come to.
    status: ApprovalStatus,
}

/// The stored form: the status follows from it.
#[derive(Serialize, Deserialize)]
#[serde(rename = "ApprovalRun", deny_unknown_fields)]
struct Stored {
    case: ApprovalCase,
    outcome: Outcome,
    #[serde(default)]
    acts: Vec<ApprovalAct>,
}

/// Where a run stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ApprovalStatus {
    /// Approvals are missing.
    Open {
        /// The step that is to be approved now, counted from 1.
        step: usize,
        /// How many people are missing in it.
        missing: usize,
    },
    /// It may be done.
    Approved,
    /// The policy itself has refused it.
    RefusedByPolicy {
        /// Why.
        reason: String,
    },
    /// Somebody who could have approved it has refused it.
    Refused {
        /// Who.
        by: Actor,
        /// When.
        on: NaiveDate,
        /// Why.
        reason: String,
    },
    /// The requester has withdrawn it.
    Withdrawn {
        /// When.
        on: NaiveDate,
    },
}

impl fmt::Display for ApprovalStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open { step, missing } => write!(f, "open at step {step}, {missing} missing"),
            Self::Approved => f.write_str("approved"),
            Self::RefusedByPolicy { reason } => write!(f, "refused by policy: {reason}"),
            Self::Refused { by, on, reason } => write!(f, "refused by {} on {on}: {reason}", by.person),
            Self::Withdrawn { on } => write!(f, "withdrawn on {on}"),
        }
    }
}

impl ApprovalRun {
    /// The run that an outcome asks for: approved at once where nothing is to be approved, refused where the policy
    /// refuses, or where it asks for approvals and names no step.
    #[must_use]
    pub fn start(outcome: &Outcome, case: ApprovalCase) -> Self {
        let status = match outcome {
            Outcome::Allow => ApprovalStatus::Approved,
            Outcome::Refuse(reasons) => ApprovalStatus::RefusedByPolicy { reason: reasons.to_string() },
            Outcome::Approvals(approvals) => match approvals.steps().next() {
                Some((_, first)) => ApprovalStatus::Open { step: 1, missing: usize::from(first.count().get()) },
                None => ApprovalStatus::RefusedByPolicy { reason: "the policy names no step".to_owned() },
            },
        };
        Self { case, outcome: outcome.clone(), acts: Vec::new(), status }
    }

    /// What is to be approved.
    #[must_use]
    pub const fn case(&self) -> &ApprovalCase {
        &self.case
    }

    /// Where the run stands.
    #[must_use]
    pub const fn status(&self) -> &ApprovalStatus {
        &self.status
    }

    /// Whether the case may be done.
    #[must_use]
    pub fn is_approved(&self) -> bool {
        self.status == ApprovalStatus::Approved
    }

    /// The steps in order.
    #[must_use]
    pub fn steps(&self) -> Vec<&Step> {
        match &self.outcome {
            Outcome::Approvals(approvals) => approvals.steps().map(|(_, step)| step).collect(),
            Outcome::Allow | Outcome::Refuse(_) => Vec::new(),
        }
    }

    /// What has been done, in order.
    #[must_use]
    pub fn acts(&self) -> &[ApprovalAct] {
        &self.acts
    }

    /// The question of authority that the step which is open puts to an actor, by whichever of its roles; none where the
    /// run is closed.
    #[must_use]
    pub fn request(&self, by: &Actor, on: NaiveDate) -> Option<Request> {
        let ApprovalStatus::Open { step, .. } = self.status else { return None };
        let step = self.step(step)?;
        let approved = self.approvals().filter_map(|(number, by)| {
            let action = self.step(number)?.action().clone();
            Some(CaseAct { action, by: by.clone() })
        });
        Some(Request {
            actor: by.clone(),
            action: step.action().clone(),
            scope: step.scope().unwrap_or(&self.case.scope).clone(),
            amount: self.case.amount,
            role: None,
            requester: Some(self.case.requester),
            beneficiaries: self.case.beneficiaries.clone(),
            on,
            taken: self.case.taken.iter().cloned().chain(approved).collect(),
        })
    }

    /// Approves the open step by one of the people it needs.
    ///
    /// # Errors
    /// [`ApproveStepError`], checked in the order of its variants.
    pub fn approve(
        &self,
        command: &ApproveStep,
        book: &AuthorityBook,
    ) -> Result<Decision<ApprovalAct>, ApproveStepError> {
        let ApproveStep { by, step, on } = command;
        if self.approvals().any(|(approved, who)| approved == *step && who == by) {
            return Ok(Decision::AlreadyRecorded);
        }
        let (ApprovalStatus::Open { step: current, .. }, Some(request)) = (&self.status, self.request(by, *on)) else {
            return Err(ApproveStepError::Closed(self.status.clone()));
        };
        if step != current {
            return Err(ApproveStepError::OtherStep { asked: *step, current: *current });
        }
        if let Some((person, step)) = self.counted(by) {
            return Err(ApproveStepError::AlreadyCounted { person, step });
        }
        match self.ground(&request, *step, book) {
            Ok(ground) => {
                let deed = ApprovalDeed::Approved { by: by.clone(), step: *step, ground: Box::new(ground) };
                Ok(Decision::Record(ApprovalAct { on: *on, deed }))
            }
            Err(refusals) => Err(ApproveStepError::NotAuthorised(refusals)),
        }
    }

    /// Refuses the case, by somebody who could approve the open step.
    ///
    /// # Errors
    /// [`RefuseStepError`], checked in the order of its variants.
    pub fn refuse(&self, command: &RefuseStep, book: &AuthorityBook) -> Result<Decision<ApprovalAct>, RefuseStepError> {
        let RefuseStep { by, step, on, reason } = command;
        let same = |act: &ApprovalAct| match &act.deed {
            ApprovalDeed::Refused { by: who, step: at, reason: why, .. } => who == by && at == step && why == reason,
            ApprovalDeed::Approved { .. } | ApprovalDeed::Withdrawn {} => false,
        };
        if self.acts.iter().any(same) {
            return Ok(Decision::AlreadyRecorded);
        }
        if reason.trim().is_empty() {
            return Err(RefuseStepError::NoReason);
        }
        let (ApprovalStatus::Open { step: current, .. }, Some(request)) = (&self.status, self.request(by, *on)) else {
            return Err(RefuseStepError::Closed(self.status.clone()));
        };
        if step != current {
            return Err(RefuseStepError::OtherStep { asked: *step, current: *current });
        }
        match self.ground(&request, *step, book) {
            Ok(ground) => {
                let (by, reason, ground) = (by.clone(), reason.clone(), Box::new(ground));
                let deed = ApprovalDeed::Refused { by, step: *step, reason, ground };
                Ok(Decision::Record(ApprovalAct { on: *on, deed }))
            }
            Err(refusals) => Err(RefuseStepError::NotAuthorised(refusals)),
        }
    }

    /// Withdraws the case, by the requester in person.
    ///
    /// # Errors
    /// [`WithdrawCaseError`], checked in the order of its variants.
    pub fn withdraw(&self, command: &WithdrawCase) -> Result<Decision<ApprovalAct>, WithdrawCaseError> {
        let WithdrawCase { by, on } = *command;
        let requester = self.case.requester;
        match &self.status {
            ApprovalStatus::Withdrawn { .. } if by == requester => Ok(Decision::AlreadyRecorded),
            ApprovalStatus::Open { .. } if by == requester => {
                Ok(Decision::Record(ApprovalAct { on, deed: ApprovalDeed::Withdrawn {} }))
            }
            ApprovalStatus::Open { .. } => Err(WithdrawCaseError::NotRequester { by, requester }),
            ApprovalStatus::Approved
            | ApprovalStatus::RefusedByPolicy { .. }
            | ApprovalStatus::Refused { .. }
            | ApprovalStatus::Withdrawn { .. } => Err(WithdrawCaseError::Closed(self.status.clone())),
        }
    }

    /// Takes in what has been done. An act that counts for nothing (the run is closed, another step is open, the
    /// person has been counted) leaves the run as it is.
    pub fn apply(&mut self, act: &ApprovalAct) {
        let ApprovalStatus::Open { step: current, missing } = self.status else { return };
        let status = match &act.deed {
            ApprovalDeed::Approved { by, step, .. } if *step == current && self.counted(by).is_none() => {
                self.after_approval(current, missing)
            }
            ApprovalDeed::Approved { .. } => return,
            ApprovalDeed::Refused { by, reason, .. } => {
                ApprovalStatus::Refused { by: by.clone(), on: act.on, reason: reason.clone() }
            }
            ApprovalDeed::Withdrawn {} => ApprovalStatus::Withdrawn { on: act.on },
        };
        self.status = status;
        self.acts.push(act.clone());
    }

    fn after_approval(&self, current: usize, missing: usize) -> ApprovalStatus {
        let missing = missing.saturating_sub(1);
        if missing > 0 {
            return ApprovalStatus::Open { step: current, missing };
        }
        let next = current.saturating_add(1);
        self.step(next).map_or(ApprovalStatus::Approved, |step| ApprovalStatus::Open {
            step: next,
            missing: usize::from(step.count().get()),
        })
    }

    /// By what authority the request is allowed, by any of the roles of the step.
    fn ground(&self, request: &Request, step: usize, book: &AuthorityBook) -> Result<Ground, Vec<Refusal>> {
        let mut refused = Vec::new();
        for role in self.step(step).into_iter().flat_map(Step::roles) {
            match book.decide(&Request { role: Some(role.clone()), ..request.clone() }).into_result() {
                Ok(ground) => return Ok(ground),
                Err(refusals) => refused = refusals,
            }
        }
        Err(refused)
    }

    /// The step of this number, counted from 1.
    fn step(&self, number: usize) -> Option<&Step> {
        self.steps().get(number.checked_sub(1)?).copied()
    }

    /// Which step was approved by whom, in order.
    fn approvals(&self) -> impl Iterator<Item = (usize, &Actor)> {
        self.acts.iter().filter_map(|act| match &act.deed {
            ApprovalDeed::Approved { by, step, .. } => Some((*step, by)),
            ApprovalDeed::Refused { .. } | ApprovalDeed::Withdrawn {} => None,
        })
    }

    /// Whether the one who acts, or the one on whose behalf, has been counted before, and for which step.
    fn counted(&self, by: &Actor) -> Option<(PersonId, usize)> {
        self.approvals().find_map(|(step, who)| {
            let mut persons = [by.person, by.accountable()].into_iter();
            persons.find(|person| [who.person, who.accountable()].contains(person)).map(|person| (person, step))
        })
    }
}

impl From<Stored> for ApprovalRun {
    fn from(stored: Stored) -> Self {
        let mut run = Self::start(&stored.outcome, stored.case);
        for act in &stored.acts {
            run.apply(act);
        }
        run
    }
}

impl From<ApprovalRun> for Stored {
    fn from(run: ApprovalRun) -> Self {
        Self { case: run.case, outcome: run.outcome, acts: run.acts }
    }
}
