//! What can be asked of a run of approvals, and why it may be refused.
//!
//! Each command says when it is given twice over: on which day by the office's clocks, for authority, and at which
//! instant, for delays in working time.

use chrono::{DateTime, NaiveDate, Utc};
use thiserror::Error;

use crate::approval::ApprovalStatus;
use crate::authority::Listed;
use crate::rules::Outcome;
use crate::subject::PersonId;
use crate::{Actor, Money, Refusal};

/// To approve one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApproveStep {
    /// Who approves, in which role, on whose behalf.
    pub by: Actor,
    /// The step, counted from 1, as the approver has seen it.
    pub step: usize,
    /// On which day.
    pub on: NaiveDate,
    /// At which instant.
    pub at: DateTime<Utc>,
}

/// To refuse the case at one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefuseStep {
    /// Who refuses: somebody who could approve the step.
    pub by: Actor,
    /// The step, counted from 1.
    pub step: usize,
    /// On which day.
    pub on: NaiveDate,
    /// At which instant.
    pub at: DateTime<Utc>,
    /// Why; a refusal without a reason is not taken.
    pub reason: String,
}

/// To return the case to the requester for changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnCase {
    /// Who returns it: somebody who could approve the step.
    pub by: Actor,
    /// The step, counted from 1.
    pub step: usize,
    /// On which day.
    pub on: NaiveDate,
    /// At which instant.
    pub at: DateTime<Utc>,
    /// What is to be changed.
    pub reason: String,
}

/// To submit again a case that was returned. It may change in its amount; where anything else changes it is withdrawn,
/// and another case begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResubmitCase {
    /// Who submits it: the requester in person.
    pub by: PersonId,
    /// For which amount now, where money is at stake.
    pub amount: Option<Money>,
    /// What the policy asks for now.
    pub outcome: Outcome,
    /// On which day.
    pub on: NaiveDate,
    /// At which instant.
    pub at: DateTime<Utc>,
}

/// To withdraw the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithdrawCase {
    /// Who withdraws it: the requester in person.
    pub by: PersonId,
    /// On which day.
    pub on: NaiveDate,
    /// At which instant.
    pub at: DateTime<Utc>,
}

/// To hand one step of this case to another person, who may approve it on behalf of whoever hands it over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOverStep {
    /// Who hands it over: somebody who could approve the step.
    pub by: Actor,
    /// The step, counted from 1.
    pub step: usize,
    /// To whom. Who has received a step does not hand it on.
    pub to: PersonId,
    /// On which day.
    pub on: NaiveDate,
    /// At which instant.
    pub at: DateTime<Utc>,
}

/// A step was not approved.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ApproveStepError {
    /// The run is closed, or the case is with the requester.
    #[error("nothing is to be approved: the case is {0}")]
    NotOpen(ApprovalStatus),
    /// Other steps are to be approved now.
    #[error("step {asked} is not to be approved now, but {}", Steps(open))]
    OtherStep {
        /// The step that was named.
        asked: usize,
        /// The steps that are open.
        open: Vec<usize>,
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
    /// The run is closed, or the case is with the requester.
    #[error("nothing is to be refused: the case is {0}")]
    NotOpen(ApprovalStatus),
    /// Other steps are open now.
    #[error("step {asked} is not open now, but {}", Steps(open))]
    OtherStep {
        /// The step that was named.
        asked: usize,
        /// The steps that are open.
        open: Vec<usize>,
    },
    /// The actor could not approve the step, and so cannot refuse it.
    #[error("the actor has no authority for the step: {}", Listed(.0))]
    NotAuthorised(Vec<Refusal>),
}

/// A case was not returned to the requester.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReturnCaseError {
    /// It is not said what is to be changed.
    #[error("what is to be changed is wanted")]
    NoReason,
    /// The run is closed, or the case is with the requester already.
    #[error("nothing is to be returned: the case is {0}")]
    NotOpen(ApprovalStatus),
    /// Other steps are open now.
    #[error("step {asked} is not open now, but {}", Steps(open))]
    OtherStep {
        /// The step that was named.
        asked: usize,
        /// The steps that are open.
        open: Vec<usize>,
    },
    /// The actor could not approve the step, and so cannot return the case.
    #[error("the actor has no authority for the step: {}", Listed(.0))]
    NotAuthorised(Vec<Refusal>),
}

/// A case was not submitted again.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ResubmitCaseError {
    /// The case is not with the requester.
    #[error("the case was not returned: it is {0}")]
    NotReturned(ApprovalStatus),
    /// Somebody else asked for the case.
    #[error("{by} did not ask for the case: its requester {requester} is wanted")]
    NotRequester {
        /// Who wanted to submit it.
        by: PersonId,
        /// Who asked for it.
        requester: PersonId,
    },
}

/// A case was not withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WithdrawCaseError {
    /// The run is closed.
    #[error("the run is closed: the case is {0}")]
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

/// A step was not handed over.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HandOverStepError {
    /// The run is closed, or the case is with the requester.
    #[error("nothing is to be handed over: the case is {0}")]
    NotOpen(ApprovalStatus),
    /// Other steps are open now.
    #[error("step {asked} is not open now, but {}", Steps(open))]
    OtherStep {
        /// The step that was named.
        asked: usize,
        /// The steps that are open.
        open: Vec<usize>,
    },
    /// The policy wants the step approved in person.
    #[error("step {step} is to be approved in person")]
    NotDelegable {
        /// The step.
        step: usize,
    },
    /// The other is the one who hands it over, or whose authority that is.
    #[error("{person} has the step already: another person is wanted")]
    SamePerson {
        /// The person.
        person: PersonId,
    },
    /// One of the two has approved in this run before, or somebody on their behalf: each counts once.
    #[error("{person} has approved step {step}, and each person counts once")]
    AlreadyCounted {
        /// The person.
        person: PersonId,
        /// Which step the person has approved.
        step: usize,
    },
    /// The actor could not approve the step, and so cannot hand it over.
    #[error("the actor has no authority for the step: {}", Listed(.0))]
    NotAuthorised(Vec<Refusal>),
    /// The other could not approve it even then.
    #[error("{to} could not approve it: {}", Listed(refusals))]
    ReceiverNotAuthorised {
        /// The other.
        to: PersonId,
        /// Why.
        refusals: Vec<Refusal>,
    },
}

/// The numbers of steps in words.
struct Steps<'a>(&'a [usize]);

impl std::fmt::Display for Steps<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            write!(f, "{}{step}", if index == 0 { "step " } else { " or " })?;
        }
        Ok(())
    }
}
