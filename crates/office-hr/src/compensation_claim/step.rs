//! What is done with a claim, and where it leads.

use chrono::NaiveDate;
use office_core::{DateRange, Decision};
use serde::{Deserialize, Serialize};

use super::{ClaimError, ClaimFact, ClaimStatus, CompensationClaim, MOST, MOST_TEXT, MedicalCost};
use crate::retention::is_text;

/// What is done with a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ClaimStep {
    /// It is accepted.
    Accept {
        /// On which day.
        on: NaiveDate,
    },
    /// It is denied.
    Deny {
        /// On which day.
        on: NaiveDate,
        /// Why: 1 to 500 characters.
        why: String,
    },
    /// Nothing more is to be paid.
    Close {
        /// On which day.
        on: NaiveDate,
    },
    /// What was denied or closed is to be decided anew.
    Reopen {
        /// On which day.
        on: NaiveDate,
        /// Why: 1 to 500 characters.
        why: String,
    },
    /// Whoever filed it takes it back before it is decided.
    Withdraw {
        /// On which day.
        on: NaiveDate,
    },
    /// They could not work on some days, after the day of the injury, none of them told before.
    Unable {
        /// On which days.
        range: DateRange,
        /// When that is noted.
        on: NaiveDate,
    },
    /// There is a bill for treatment.
    Cost {
        /// Its number: 1 to 500 characters.
        number: String,
        /// When, and how much.
        cost: MedicalCost,
    },
}

impl ClaimStep {
    /// On which day.
    #[must_use]
    pub const fn on(&self) -> NaiveDate {
        match self {
            Self::Accept { on }
            | Self::Deny { on, .. }
            | Self::Close { on }
            | Self::Reopen { on, .. }
            | Self::Withdraw { on }
            | Self::Unable { on, .. } => *on,
            Self::Cost { cost, .. } => cost.on,
        }
    }
}

impl CompensationClaim {
    /// Takes a step. The same again is recognised.
    ///
    /// # Errors
    /// [`ClaimError`], in the order of its variants.
    pub fn step(&self, step: &ClaimStep) -> Result<Decision<ClaimFact>, ClaimError> {
        if self.has_taken(step) {
            return Ok(Decision::AlreadyRecorded);
        }
        is_told(step)?;
        self.leads_on(step)?;
        if let ClaimStep::Unable { range, .. } = step {
            self.can_tell(*range)?;
        }
        if let ClaimStep::Cost { number, .. } = step
            && self.costs.contains_key(number)
        {
            return Err(ClaimError::Billed { number: number.clone() });
        }
        if self.unable.len().max(self.costs.len()) >= MOST {
            return Err(ClaimError::TooMany);
        }
        Ok(Decision::Record(ClaimFact::Stepped(step.clone())))
    }

    /// Refuses a step that does not lead on from where the claim is.
    fn leads_on(&self, step: &ClaimStep) -> Result<(), ClaimError> {
        use ClaimStatus::{Accepted, Closed, Denied, Filed};
        let status = &self.status;
        let (leads_on, wanted) = match step {
            ClaimStep::Accept { .. } | ClaimStep::Deny { .. } | ClaimStep::Withdraw { .. } => {
                (matches!(status, Filed { .. }), "one that is filed")
            }
            ClaimStep::Close { .. } => (matches!(status, Accepted { .. }), "an accepted one"),
            ClaimStep::Reopen { .. } => {
                (matches!(status, Denied { .. } | Closed { .. }), "one that is denied or closed")
            }
            ClaimStep::Unable { .. } | ClaimStep::Cost { .. } => {
                (matches!(status, Filed { .. } | Accepted { .. }), "one that is filed or accepted")
            }
        };
        if leads_on { Ok(()) } else { Err(ClaimError::Status { status: status.clone(), wanted }) }
    }

    /// Whether a step has led to where the claim is.
    fn has_taken(&self, step: &ClaimStep) -> bool {
        match step {
            ClaimStep::Unable { range, .. } => self.unable.get(&range.start()) == Some(range),
            ClaimStep::Cost { number, cost } => self.costs.get(number) == Some(cost),
            ClaimStep::Accept { .. }
            | ClaimStep::Deny { .. }
            | ClaimStep::Close { .. }
            | ClaimStep::Reopen { .. }
            | ClaimStep::Withdraw { .. } => next(step).as_ref() == Some(&self.status),
        }
    }

    fn can_tell(&self, range: DateRange) -> Result<(), ClaimError> {
        let told = self.unable.values().any(|told| told.overlaps(&range));
        if told || range.end().is_none() || range.start() <= self.filed.injured {
            return Err(ClaimError::Days { range });
        }
        Ok(())
    }
}

/// Refuses a step that says too little.
fn is_told(step: &ClaimStep) -> Result<(), ClaimError> {
    let (field, text) = match step {
        ClaimStep::Deny { why, .. } | ClaimStep::Reopen { why, .. } => ("reason", why),
        ClaimStep::Cost { cost, .. } if !cost.amount.is_positive() => {
            return Err(ClaimError::Amount { amount: cost.amount });
        }
        ClaimStep::Cost { number, .. } => ("number", number),
        ClaimStep::Accept { .. } | ClaimStep::Close { .. } | ClaimStep::Withdraw { .. } | ClaimStep::Unable { .. } => {
            return Ok(());
        }
    };
    if is_text(text, MOST_TEXT) { Ok(()) } else { Err(ClaimError::Text { field }) }
}

/// To where a step leads, where it leads on.
pub(super) fn next(step: &ClaimStep) -> Option<ClaimStatus> {
    match step {
        ClaimStep::Accept { on } => Some(ClaimStatus::Accepted { on: *on }),
        ClaimStep::Deny { on, why } => Some(ClaimStatus::Denied { on: *on, why: why.clone() }),
        ClaimStep::Close { on } => Some(ClaimStatus::Closed { on: *on }),
        ClaimStep::Reopen { on, why } => Some(ClaimStatus::Filed { on: *on, reopened: Some(why.clone()) }),
        ClaimStep::Withdraw { on } => Some(ClaimStatus::Withdrawn { on: *on }),
        ClaimStep::Unable { .. } | ClaimStep::Cost { .. } => None,
    }
}
