//! A requisition as it is kept in the store.

use std::collections::BTreeMap;

use office_core::ApprovalRun;
use serde::Deserialize;
use thiserror::Error;

use super::line::LineProgress;
use super::{NewRequisition, Requisition};

/// A requisition as it is read from the store, before its lines are looked at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stored {
    request: NewRequisition,
    run: ApprovalRun,
    #[serde(default)]
    progress: BTreeMap<u32, LineProgress>,
}

impl TryFrom<Stored> for Requisition {
    type Error = RestoreRequisitionError;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let Stored { request, run, progress } = stored;
        let estimate = request.estimate().ok_or(RestoreRequisitionError::Total)?;
        let restored = Self { request, estimate, run, progress };
        match restored.progress.keys().find(|line| !restored.is_sound(**line)) {
            Some(&line) => Err(RestoreRequisitionError::Line { line }),
            None => Ok(restored),
        }
    }
}

impl Requisition {
    /// Whether what has become of a line can be: of a line that there is, in its unit, nothing negative, and no more than was
    /// asked for.
    fn is_sound(&self, number: u32) -> bool {
        let Some(line) = self.line(number) else { return false };
        let left = line
            .orders()
            .map(|(_, quantity)| quantity)
            .chain([line.abandoned()])
            .try_fold(line.requested(), |left, taken| left.checked_sub(taken).ok().filter(|_| !taken.is_negative()));
        left.is_some_and(|left| !left.is_negative())
    }
}

/// A stored requisition does not make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RestoreRequisitionError {
    /// It has no lines, or they cannot be added up.
    #[error("the stored requisition has no lines, or they cannot be added up")]
    Total,
    /// What has become of a line cannot be.
    #[error("what has become of line {line} of the stored requisition cannot be")]
    Line {
        /// The line.
        line: u32,
    },
}
