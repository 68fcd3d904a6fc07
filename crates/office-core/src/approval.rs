//! A run of approvals: from what a policy asks for to a decision, step by step.
//!
//! ```text
//!              nothing to approve
//!          ┌───────────────────────────────────────► Approved
//!          │                                            ▲ the last approval of the last stage
//! start ───┼───► Open { stage, missing } ───────────────┤
//!          │       │   ▲ give_back: by somebody         ├──► Refused    by somebody who could have approved
//!          │       ▼   │ resubmit:  by the requester    ├──► Withdrawn  by the requester
//!          │     Returned ──────────────────────────────┘
//!          │       Open ───────────────────────────────────► Expired    by the clock
//!          └───────────────────────────────────────► RefusedByPolicy
//! ```
//!
//! Stages are approved one after the other, the steps of a stage in any order; a step by any of its roles, in person, on
//! somebody's behalf, or by whom it was handed to for this case. The run is plain data. Its operations decide and change
//! nothing; what they decide is an [`ApprovalAct`], which [`ApprovalRun::apply`] takes in. A domain's entity holds a run
//! in its state and wraps the act in a fact of its own.
//!
//! No clock runs in it. Each act says its day, as of which authority is asked for, and its instant, from which working
//! time is counted; what the clock does (a role may approve as well from now on, the case has expired) is an act too,
//! made by [`ApprovalRun::fall_due`], so that a run is always what its acts say.
//!
//! # Laws
//! 1. A run is never approved by fewer different people than its steps ask for, whatever acts are applied.
//! 2. Nobody approves who asked for the case or gains by it, through any delegations whatever, unless the book
//!    allows it; and nobody beyond a limit of theirs, or of whoever has handed the step to them.
//! 3. A run is in one state. A final state never changes, and the requester can bring any other to one.
//! 4. An act that is recorded is recognised when it is asked for again, whatever happened since.
//! 5. Acts of independent approvers of one stage come to the same, in whatever order they are recorded.
//! 6. A run is what its acts come to: what is stored reads back the same.
//! 7. Who is told to be able to act can, and nobody else of the book. Who has received a step does not hand it on.
//! 8. It does not matter how often the clock is asked.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::rules::{Outcome, Reasons, Step};
use crate::subject::{CaseId, PersonId};
use crate::{Actor, CaseAct, Money, Scope};

mod act;
mod clock;
mod command;
mod deciding;
mod eligible;
mod progress;

pub use act::{ApprovalAct, ApprovalDeed};
pub use clock::Deadline;
pub use command::{
    ApproveStep, ApproveStepError, HandOverStep, HandOverStepError, RefuseStep, RefuseStepError, ResubmitCase,
    ResubmitCaseError, ReturnCase, ReturnCaseError, WithdrawCase, WithdrawCaseError,
};
pub use eligible::MayAct;
use progress::Progress;

/// What is to be approved.
///
/// A run approves exactly this. Only the amount may change, when the case is returned and submitted again.
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

impl ApprovalCase {
    /// A case by which nobody gains but whoever asks for it, and on which nothing was done before.
    #[must_use]
    pub const fn new(case: CaseId, requester: PersonId, scope: Scope, amount: Option<Money>) -> Self {
        Self { case, requester, beneficiaries: BTreeSet::new(), scope, amount, taken: Vec::new() }
    }
}

/// How far the approval of a case has come.
///
/// # Example
/// ```
/// use chrono::{DateTime, NaiveDate, Utc};
/// use office_core::{
///     Actor, Appointment, ApprovalCase, ApprovalRun, ApprovalStatus, ApproveStep, ApproveStepError,
///     AuthorityBook, DateRange, Decision, Grant, Id, Role, Scope,
/// };
///
/// let (on, at): (NaiveDate, DateTime<Utc>) = ("2026-07-06".parse()?, "2026-07-06T08:30:00Z".parse()?);
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
/// let mut run = ApprovalRun::start(&outcome, case, at);
/// assert_eq!(*run.status(), ApprovalStatus::Open { stage: 1, missing: 1 });
///
/// // The one who asked does not approve, though the role would do.
/// let own = ApproveStep { by: Actor::new(clerk, role.clone()), step: 1, on, at };
/// assert!(matches!(run.approve(&own, &book), Err(ApproveStepError::NotAuthorised(_))));
///
/// let approve = ApproveStep { by: Actor::new(manager, role), step: 1, on, at };
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
    begun: Begun,
    acts: Vec<ApprovalAct>,
    // Invariant: what the acts come to.
    progress: Progress,
}

/// What a run began with.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Begun {
    case: ApprovalCase,
    outcome: Outcome,
    at: DateTime<Utc>,
}

/// The stored form: the rest follows from it.
#[derive(Serialize, Deserialize)]
#[serde(rename = "ApprovalRun", deny_unknown_fields)]
struct Stored {
    case: ApprovalCase,
    outcome: Outcome,
    at: DateTime<Utc>,
    #[serde(default)]
    acts: Vec<ApprovalAct>,
}

/// Where a run stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ApprovalStatus {
    /// Approvals are missing.
    Open {
        /// The stage whose steps are to be approved now, counted from 1.
        stage: usize,
        /// How many approvals are missing in it.
        missing: usize,
    },
    /// It is with the requester, to be changed and submitted again, or withdrawn.
    Returned {
        /// Who has returned it.
        by: Actor,
        /// When.
        on: NaiveDate,
        /// What is to be changed.
        reason: String,
    },
    /// It may be done.
    Approved,
    /// The policy itself has refused it.
    RefusedByPolicy {
        /// Why.
        reasons: Reasons,
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
    /// It was not approved in time.
    Expired {
        /// The step that was not approved in time, counted from 1.
        step: usize,
        /// When its time was over.
        at: DateTime<Utc>,
    },
}

impl ApprovalStatus {
    /// Whether it stays so for ever.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        !matches!(self, Self::Open { .. } | Self::Returned { .. })
    }
}

impl fmt::Display for ApprovalStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open { stage, missing } => write!(f, "open at stage {stage}, {missing} missing"),
            Self::Returned { by, on, reason } => write!(f, "returned by {} on {on}: {reason}", by.person),
            Self::Approved => f.write_str("approved"),
            Self::RefusedByPolicy { reasons } => write!(f, "refused by policy: {reasons}"),
            Self::Refused { by, on, reason } => write!(f, "refused by {} on {on}: {reason}", by.person),
            Self::Withdrawn { on } => write!(f, "withdrawn on {on}"),
            Self::Expired { step, at } => write!(f, "expired at step {step} on {}", at.format("%Y-%m-%d %H:%M UTC")),
        }
    }
}

impl ApprovalRun {
    /// The run that an outcome asks for, from an instant on: approved at once where nothing is to be approved, refused
    /// where the policy refuses.
    #[must_use]
    pub fn start(outcome: &Outcome, case: ApprovalCase, at: DateTime<Utc>) -> Self {
        let progress = Progress::begin(outcome.clone(), case.clone(), at);
        Self { begun: Begun { case, outcome: outcome.clone(), at }, acts: Vec::new(), progress }
    }

    /// What is to be approved, as it was submitted last.
    #[must_use]
    pub const fn case(&self) -> &ApprovalCase {
        &self.progress.case
    }

    /// What the policy asks for, as the case was submitted last.
    #[must_use]
    pub const fn outcome(&self) -> &Outcome {
        &self.progress.outcome
    }

    /// Where the run stands.
    #[must_use]
    pub const fn status(&self) -> &ApprovalStatus {
        &self.progress.status
    }

    /// Whether the case may be done.
    #[must_use]
    pub fn is_approved(&self) -> bool {
        *self.status() == ApprovalStatus::Approved
    }

    /// The steps of all stages in order; the first is step 1.
    #[must_use]
    pub fn steps(&self) -> Vec<&Step> {
        self.progress.steps().map(|(_, step)| step).collect()
    }

    /// The steps that are to be approved now: the number of each, counted from 1, and how many people are missing.
    pub fn open_steps(&self) -> impl Iterator<Item = (usize, usize)> {
        self.progress.wanted().map(|(number, _, missing)| (number, missing))
    }

    /// The approvals that count: which step, by whom; in the order in which they were recorded.
    pub fn approvals(&self) -> impl Iterator<Item = (usize, &Actor)> {
        self.progress.given.iter().map(|(step, by)| (*step, by))
    }

    /// What has been done, in order.
    #[must_use]
    pub fn acts(&self) -> &[ApprovalAct] {
        &self.acts
    }

    /// Takes in what has been done. An act that counts for nothing (the run is closed, another step is open, the
    /// person has been counted) leaves the run as it is.
    pub fn apply(&mut self, act: &ApprovalAct) {
        if self.progress.apply(act) {
            self.acts.push(act.clone());
        }
    }
}

impl From<Stored> for ApprovalRun {
    fn from(stored: Stored) -> Self {
        let mut run = Self::start(&stored.outcome, stored.case, stored.at);
        for act in &stored.acts {
            run.apply(act);
        }
        run
    }
}

impl From<ApprovalRun> for Stored {
    fn from(run: ApprovalRun) -> Self {
        let Begun { case, outcome, at } = run.begun;
        Self { case, outcome, at, acts: run.acts }
    }
}
