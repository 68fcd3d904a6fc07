//! How a grievance is heard, step by step, and how long each step may take: as data.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use office_core::{Action, RecordClass, WorkingCalendar, WorkingTimeError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Dated;

/// An office's rules of grievances.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrievanceRules {
    /// What somebody has to be granted to say who handles a grievance, such as `grievance.assign`.
    pub assign: Action,
    /// What somebody has to be granted to destroy what a grievance that has ended says, such as `grievance.destroy`.
    pub destroy: Action,
    /// The class of all that is about grievances, such as `investigation`.
    pub class: RecordClass,
    /// How grievances are heard: the version of the day on which one was raised.
    pub procedure: Dated<GrievanceProcedure>,
    /// The days that are working days.
    pub hours: WorkingCalendar,
    /// For how many days after a complaint it is looked at what happens to who complained.
    pub watch_days: u32,
}

/// The steps in which a grievance is heard.
///
/// # Example
/// ```
/// use office_hr::{GrievanceProcedure, GrievanceProcedureError, GrievanceStepKind, ProcedureStep, StepTime};
///
/// let step = |kind, days| ProcedureStep { kind, within: StepTime { days, working: true } };
/// let steps = vec![step(GrievanceStepKind::Acknowledge, 2), step(GrievanceStepKind::Hear, 10), step(GrievanceStepKind::Decide, 5)];
/// let appeal = vec![step(GrievanceStepKind::Decide, 10)];
/// let procedure = GrievanceProcedure::new(steps, StepTime { days: 5, working: true }, appeal)?;
/// assert_eq!(procedure.steps().len(), 3);
///
/// // What is never decided is no procedure.
/// let endless = GrievanceProcedure::new(vec![step(GrievanceStepKind::Hear, 10)], StepTime { days: 5, working: true }, Vec::new());
/// assert_eq!(endless, Err(GrievanceProcedureError::Order));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ProcedureParts", into = "ProcedureParts")]
pub struct GrievanceProcedure {
    // Invariant: each kind at most once, and the last decides; so for the appeal, where there is one.
    steps: Vec<ProcedureStep>,
    appeal_within: StepTime,
    appeal: Vec<ProcedureStep>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProcedureParts {
    steps: Vec<ProcedureStep>,
    appeal_within: StepTime,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    appeal: Vec<ProcedureStep>,
}

/// One step of hearing a grievance, and how long it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcedureStep {
    /// What is done.
    pub kind: GrievanceStepKind,
    /// By when, counted from the step before, or from when the grievance was raised or appealed.
    pub within: StepTime,
}

/// What is done about a grievance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrievanceStepKind {
    /// Whoever raised it is told that it is looked into.
    Acknowledge,
    /// What happened is found out.
    Investigate,
    /// The parties are heard.
    Hear,
    /// It is decided.
    Decide,
}

/// How long something may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepTime {
    /// How many days: at most 1,000.
    pub days: u16,
    /// Whether these are working days.
    pub working: bool,
}

impl StepTime {
    /// The last day in time, counted from a day.
    ///
    /// # Errors
    /// [`WorkingTimeError`] where working days are counted that the calendar does not tell of.
    pub fn after(self, day: NaiveDate, calendar: &WorkingCalendar) -> Result<NaiveDate, WorkingTimeError> {
        if self.working {
            return calendar.working_day(day, self.days.into());
        }
        Ok(day.checked_add_days(Days::new(self.days.into())).unwrap_or(NaiveDate::MAX))
    }
}

/// Steps cannot be those of a procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum GrievanceProcedureError {
    /// A kind of step comes twice, or a decision does not come last.
    #[error("steps of different kinds are wanted, of which the last decides")]
    Order,
    /// A step may take too long.
    #[error("{days} days are too long: at most 1000 are wanted")]
    TooLong {
        /// How many.
        days: u16,
    },
}

impl GrievanceProcedure {
    /// A procedure of these steps, and those of an appeal, made within some time after the decision. Without steps for it
    /// there is no appeal.
    ///
    /// # Errors
    /// [`GrievanceProcedureError`], in the order of its variants.
    pub fn new(
        steps: Vec<ProcedureStep>,
        appeal_within: StepTime,
        appeal: Vec<ProcedureStep>,
    ) -> Result<Self, GrievanceProcedureError> {
        let in_order = |steps: &[ProcedureStep]| {
            let kinds: BTreeSet<_> = steps.iter().map(|step| step.kind).collect();
            let decides = steps.last().is_some_and(|step| step.kind == GrievanceStepKind::Decide);
            decides && kinds.len() == steps.len()
        };
        if !in_order(&steps) || !(appeal.is_empty() || in_order(&appeal)) {
            return Err(GrievanceProcedureError::Order);
        }
        let times = steps.iter().chain(&appeal).map(|step| step.within.days).chain([appeal_within.days]);
        if let Some(days) = times.max().filter(|days| *days > 1_000) {
            return Err(GrievanceProcedureError::TooLong { days });
        }
        Ok(Self { steps, appeal_within, appeal })
    }

    /// The steps.
    #[must_use]
    pub fn steps(&self) -> &[ProcedureStep] {
        &self.steps
    }

    /// Within what time after the decision it can be appealed.
    #[must_use]
    pub const fn appeal_within(&self) -> StepTime {
        self.appeal_within
    }

    /// The steps of an appeal; none where there is no appeal.
    #[must_use]
    pub fn appeal(&self) -> &[ProcedureStep] {
        &self.appeal
    }
}

impl TryFrom<ProcedureParts> for GrievanceProcedure {
    type Error = GrievanceProcedureError;

    fn try_from(parts: ProcedureParts) -> Result<Self, GrievanceProcedureError> {
        Self::new(parts.steps, parts.appeal_within, parts.appeal)
    }
}

impl From<GrievanceProcedure> for ProcedureParts {
    fn from(procedure: GrievanceProcedure) -> Self {
        let GrievanceProcedure { steps, appeal_within, appeal } = procedure;
        Self { steps, appeal_within, appeal }
    }
}
