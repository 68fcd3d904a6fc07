//! What can be done in a run of approvals, and why it may be refused.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::approval::ApprovalStatus;
use crate::authority::Listed;
use crate::subject::PersonId;
use crate::{Actor, Ground, Refusal};

/// To approve one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApproveStep {
    /// Who approves, in which role, on whose behalf.
    pub by: Actor,
    /// The step, counted from 1, as the approver has seen it.
    pub step: usize,
    /// When.
    pub on: NaiveDate,
}

/// To refuse the case at one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefuseStep {
    /// Who refuses: somebody who could approve the step.
    pub by: Actor,
    /// The step, counted from 1.
    pub step: usize,
    /// When.
    pub on: NaiveDate,
    /// Why; a refusal without a reason is not taken.
    pub reason: String,
}

/// To withdraw the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithdrawCase {
    /// Who withdraws it: the requester in person.
    pub by: PersonId,
    /// When.
    pub on: NaiveDate,
}

/// Something that has been done in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalAct {
    /// When.
    pub on: NaiveDate,
    /// What.
    pub deed: ApprovalDeed,
}

/// What has been done, and by what authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ApprovalDeed {
    /// A step was approved by one of those it needs.
    Approved {
        /// By whom.
        by: Actor,
        /// The step, counted from 1.
        step: usize,
        /// By what authority.
        ground: Box<Ground>,
    },
    /// The case was refused.
    Refused {
        /// By whom.
        by: Actor,
        /// The step, counted from 1.
        step: usize,
        /// Why.
        reason: String,
        /// By what authority.
        ground: Box<Ground>,
    },
    /// The requester withdrew the case.
    Withdrawn {},
}

/// A step was not approved.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ApproveStepError {
    /// The run is closed.
    #[error("the run is closed: {0}")]
    Closed(ApprovalStatus),
    /// Another step is to be approved now.
    #[error("step {asked} is not to be approved now, but step {current}")]
    OtherStep {
        /// The step that was named.
        asked: usize,
        /// The step that is open.
        current: usize,
    },
    /// The person has approved in this run before, or somebody on their behalf: each counts once.
    #[error("{person} has approved step {step}, and each person counts once")]
    AlreadyCounted {
        /// The person.
        person: PersonId,
        /// Which step the person has approved.
        step: usize,
    },
    /// The actor has no authority for it.
    #[error("the approval is refused: {}", Listed(.0))]
    NotAuthorised(Vec<Refusal>),
}

/// A case was not refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RefuseStepError {
    /// No reason is given.
    #[error("a reason is wanted")]
    NoReason,
    /// The run is closed.
    #[error("the run is closed: {0}")]
    Closed(ApprovalStatus),
    /// Another step is open now.
    #[error("step {asked} is not open now, but step {current}")]
    OtherStep {
        /// The step that was named.
        asked: usize,
        /// The step that is open.
        current: usize,
    },
    /// The actor could not approve the step, and so cannot refuse it.
    #[error("the actor has no authority for the step: {}", Listed(.0))]
    NotAuthorised(Vec<Refusal>),
}

/// A case was not withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WithdrawCaseError {
    /// The run is closed.
    #[error("the run is closed: {0}")]
    Closed(ApprovalStatus),
    /// Somebody else asked for the case.
    #[error("{by} did not ask for the case: its requester {requester} is wanted")]
    NotRequester {
        /// Who wanted to withdraw it.
        by: PersonId,
        /// Who asked for it.
        requester: PersonId,
    },
}
