//! What has been done in a run of approvals.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::rules::Outcome;
use crate::subject::PersonId;
use crate::{Actor, Ground, Money, Role};

/// Something that has been done in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalAct {
    /// On which day by the office's clocks: authority is asked for as of this day.
    pub on: NaiveDate,
    /// At which instant: working time is counted from it.
    pub at: DateTime<Utc>,
    /// What.
    pub deed: ApprovalDeed,
}

/// What has been done, and by what authority. Steps are counted from 1, through all stages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ApprovalDeed {
    /// A step was approved by one of those it needs.
    Approved {
        /// By whom.
        by: Actor,
        /// The step.
        step: usize,
        /// By what authority.
        ground: Box<Ground>,
    },
    /// The case was refused.
    Refused {
        /// By whom.
        by: Actor,
        /// The step.
        step: usize,
        /// Why.
        reason: String,
        /// By what authority.
        ground: Box<Ground>,
    },
    /// The case was returned to the requester for changes.
    Returned {
        /// By whom.
        by: Actor,
        /// The step.
        step: usize,
        /// What is to be changed.
        reason: String,
        /// By what authority.
        ground: Box<Ground>,
    },
    /// The requester has submitted the case again.
    Resubmitted {
        /// For which amount now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<Money>,
        /// What the policy asks for now.
        outcome: Box<Outcome>,
    },
    /// The requester withdrew the case.
    Withdrawn {},
    /// Somebody who could approve a step has handed it to another person, for this case.
    HandedOver {
        /// Who has handed it over.
        by: Actor,
        /// The step.
        step: usize,
        /// To whom.
        to: PersonId,
        /// By what authority.
        ground: Box<Ground>,
    },
    /// A role may approve a step as well, as it was not approved in time.
    Escalated {
        /// The step.
        step: usize,
        /// The role.
        role: Role,
    },
    /// A step was not approved in time, and so the case has expired.
    Expired {
        /// The step.
        step: usize,
    },
}

impl ApprovalDeed {
    /// Who has decided: approved, refused, returned or handed over; nobody where the requester or the clock has acted.
    #[must_use]
    pub const fn by(&self) -> Option<&Actor> {
        match self {
            Self::Approved { by, .. }
            | Self::Refused { by, .. }
            | Self::Returned { by, .. }
            | Self::HandedOver { by, .. } => Some(by),
            Self::Resubmitted { .. } | Self::Withdrawn {} | Self::Escalated { .. } | Self::Expired { .. } => None,
        }
    }
}
