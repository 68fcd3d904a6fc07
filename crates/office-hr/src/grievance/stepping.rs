//! What is done about a grievance, and what refuses it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Decision, WorkingCalendar, WorkingTimeError};
use serde::{Deserialize, Serialize};

use super::{
    ConflictOfInterest, Grievance, GrievanceError, GrievanceFact, GrievanceRules, GrievanceStage, GrievanceStepKind,
    MOST_PARTIES, ProcedureStep, RaiseGrievance, RaisedGrievance, ReportingLines,
};
use crate::RecordContent;

/// What was found of a grievance. The reasons are a note of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrievanceFinding {
    /// It is right.
    Upheld,
    /// It is right in part.
    PartlyUpheld,
    /// It is not.
    NotUpheld,
}

/// What is done about a grievance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum GrievanceStep {
    /// A step of the procedure other than the decision is done.
    Done {
        /// Which.
        kind: GrievanceStepKind,
        /// On which day.
        on: NaiveDate,
    },
    /// It is decided, for the reasons in a note that was taken before.
    Decided {
        /// What was found.
        finding: GrievanceFinding,
        /// On which day.
        on: NaiveDate,
    },
    /// Somebody else saw it, too.
    Witnessed {
        /// Who.
        witness: PersonId,
        /// On which day that became known.
        on: NaiveDate,
    },
    /// It is appealed: somebody else hears it.
    Appealed {
        /// By whom: who raised it, or one whom it is against.
        by: PersonId,
        /// On which day.
        on: NaiveDate,
    },
    /// Who raised it takes it back.
    Withdrawn {
        /// On which day.
        on: NaiveDate,
    },
    /// It is over: nobody can appeal any more.
    Closed {
        /// On which day.
        on: NaiveDate,
    },
}

impl GrievanceStep {
    /// On which day.
    #[must_use]
    pub const fn on(&self) -> NaiveDate {
        match self {
            Self::Done { on, .. }
            | Self::Decided { on, .. }
            | Self::Witnessed { on, .. }
            | Self::Appealed { on, .. }
            | Self::Withdrawn { on }
            | Self::Closed { on } => *on,
        }
    }

    /// Whether it is for whoever handles the grievance; otherwise it is taken in by those who say who does.
    #[must_use]
    pub const fn by_handler(&self) -> bool {
        matches!(self, Self::Done { .. } | Self::Decided { .. } | Self::Witnessed { .. } | Self::Closed { .. })
    }
}

/// A step that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakenStep {
    /// What was done.
    pub step: GrievanceStep,
    /// By whom.
    pub by: PersonId,
    /// The last day for what comes next, where something does: a step, or an appeal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<NaiveDate>,
}

impl Grievance {
    /// Raises it, with what is complained of.
    ///
    /// # Errors
    /// [`GrievanceError::Text`], [`GrievanceError::Parties`], [`GrievanceError::NotInForce`], [`GrievanceError::Calendar`].
    pub fn raise(
        command: &RaiseGrievance,
        account: &RecordContent,
        rules: &GrievanceRules,
    ) -> Result<Decision<GrievanceFact>, GrievanceError> {
        if let Some(field) = account.fault() {
            return Err(GrievanceError::Text { field });
        }
        let RaiseGrievance { raised_by, against, witnesses, on } = command;
        let of_self = raised_by.is_some_and(|person| against.contains(&person));
        if of_self || against.len().saturating_add(witnesses.len()) >= MOST_PARTIES {
            return Err(GrievanceError::Parties);
        }
        let procedure = rules.procedure.on(*on)?.clone();
        let due = due_after(procedure.steps(), 0, *on, &rules.hours)?.unwrap_or(*on);
        let class = rules.class.clone();
        let raised = RaisedGrievance { grievance: command.clone(), procedure, due, class };
        Ok(Decision::Record(GrievanceFact::Raised(Box::new(raised))))
    }

    /// Says who handles it from a day on, given who reports to whom on that day. The same again is recognised.
    ///
    /// # Errors
    /// [`GrievanceError::Stage`] where it has ended, [`GrievanceError::Conflict`].
    pub fn assign(
        &self,
        handler: PersonId,
        on: NaiveDate,
        lines: &ReportingLines,
    ) -> Result<Decision<GrievanceFact>, GrievanceError> {
        if self.stage.is_final() {
            return Err(self.refused("one that has not ended"));
        }
        self.without_conflict(handler, &self.parties(), lines)?;
        if self.handler == Some(handler) {
            return Ok(Decision::AlreadyRecorded);
        }
        Ok(Decision::Record(GrievanceFact::Assigned { handler, on }))
    }

    /// Takes a step, given who reports to whom on its day and how many notes of reasons there are. The same again is
    /// recognised.
    ///
    /// # Errors
    /// [`GrievanceError`].
    pub fn step(
        &self,
        step: &GrievanceStep,
        by: PersonId,
        (lines, reasons): (&ReportingLines, usize),
        calendar: &WorkingCalendar,
    ) -> Result<Decision<GrievanceFact>, GrievanceError> {
        if self.steps.last().is_some_and(|taken| (&taken.step, taken.by) == (step, by)) {
            return Ok(Decision::AlreadyRecorded);
        }
        let due = self.leads_on(step, reasons, calendar)?;
        let on = step.on();
        let earliest = self.steps.last().map_or(self.raised.grievance.on, |taken| taken.step.on());
        if on < earliest {
            return Err(GrievanceError::Early { on, earliest });
        }
        let mut parties = self.parties();
        if let GrievanceStep::Witnessed { witness, .. } = step {
            parties.insert(*witness);
            if parties.len() > MOST_PARTIES {
                return Err(GrievanceError::Parties);
            }
        }
        if step.by_handler() {
            if self.handler != Some(by) {
                return Err(GrievanceError::NotHandler);
            }
            self.without_conflict(by, &parties, lines)?;
        } else if parties.contains(&by) {
            return Err(GrievanceError::Conflict { person: by, conflict: ConflictOfInterest::Party });
        }
        Ok(Decision::Record(GrievanceFact::Stepped(TakenStep { step: *step, by, due })))
    }

    /// The last day for what comes after a step; refused where the step does not lead on from here.
    fn leads_on(
        &self,
        step: &GrievanceStep,
        reasons: usize,
        calendar: &WorkingCalendar,
    ) -> Result<Option<NaiveDate>, GrievanceError> {
        let wanted = match step {
            GrievanceStep::Done { .. } | GrievanceStep::Decided { .. } | GrievanceStep::Withdrawn { .. } => {
                "an open one"
            }
            GrievanceStep::Witnessed { .. } => "one that has not ended",
            GrievanceStep::Appealed { .. } | GrievanceStep::Closed { .. } => "a decided one",
        };
        let RaiseGrievance { raised_by, against, .. } = &self.raised.grievance;
        match (step, self.stage) {
            (GrievanceStep::Done { kind, on }, GrievanceStage::Open { done, .. }) => {
                self.comes_next(*kind, done)?;
                if *kind == GrievanceStepKind::Decide {
                    return Err(GrievanceError::NoReasons);
                }
                Ok(due_after(self.hearing(), done.saturating_add(1), *on, calendar)?)
            }
            (GrievanceStep::Decided { on, .. }, GrievanceStage::Open { done, .. }) => {
                self.comes_next(GrievanceStepKind::Decide, done)?;
                let decisions = self.count(|step| matches!(step, GrievanceStep::Decided { .. }));
                if reasons <= decisions {
                    return Err(GrievanceError::NoReasons);
                }
                let procedure = &self.raised.procedure;
                let last = self.is_appealed() || procedure.appeal().is_empty();
                Ok(if last { None } else { Some(procedure.appeal_within().after(*on, calendar)?) })
            }
            (GrievanceStep::Witnessed { .. }, GrievanceStage::Open { due, .. }) => Ok(Some(due)),
            (GrievanceStep::Witnessed { .. }, GrievanceStage::Decided { appeal_until }) => Ok(appeal_until),
            (GrievanceStep::Withdrawn { .. }, GrievanceStage::Open { .. }) => {
                if raised_by.is_some() {
                    Ok(None)
                } else {
                    Err(GrievanceError::NotTheirs)
                }
            }
            (GrievanceStep::Appealed { by, on }, GrievanceStage::Decided { appeal_until: Some(until) }) => {
                if *raised_by != Some(*by) && !against.contains(by) {
                    return Err(GrievanceError::NotTheirs);
                }
                if *on > until {
                    return Err(GrievanceError::AppealTime { until, on: *on });
                }
                Ok(due_after(self.raised.procedure.appeal(), 0, *on, calendar)?)
            }
            (GrievanceStep::Appealed { .. }, GrievanceStage::Decided { appeal_until: None }) => {
                Err(self.refused("one that can be appealed"))
            }
            (GrievanceStep::Closed { on }, GrievanceStage::Decided { appeal_until }) => match appeal_until {
                Some(until) if *on <= until => Err(GrievanceError::AppealTime { until, on: *on }),
                Some(_) | None => Ok(None),
            },
            _ => Err(self.refused(wanted)),
        }
    }

    fn comes_next(&self, kind: GrievanceStepKind, done: usize) -> Result<(), GrievanceError> {
        match self.hearing().get(done).map(|step| step.kind) {
            Some(wanted) if wanted != kind => Err(GrievanceError::Order { wanted }),
            Some(_) => Ok(()),
            None => Err(self.refused("one with steps left")),
        }
    }

    /// The steps of the hearing that is on: the first, or that of the appeal.
    pub(super) fn hearing(&self) -> &[ProcedureStep] {
        if self.is_appealed() { self.raised.procedure.appeal() } else { self.raised.procedure.steps() }
    }

    /// Whether it was appealed.
    #[must_use]
    pub fn is_appealed(&self) -> bool {
        self.count(|step| matches!(step, GrievanceStep::Appealed { .. })) > 0
    }

    fn count(&self, which: impl Fn(&GrievanceStep) -> bool) -> usize {
        self.steps.iter().filter(|taken| which(&taken.step)).count()
    }

    fn refused(&self, wanted: &'static str) -> GrievanceError {
        GrievanceError::Stage { stage: self.stage, wanted }
    }

    /// Refuses who is too near to the parties, or heard it before it was appealed.
    fn without_conflict(
        &self,
        person: PersonId,
        parties: &BTreeSet<PersonId>,
        lines: &ReportingLines,
    ) -> Result<(), GrievanceError> {
        let before = self.is_appealed() && self.first_handlers.contains(&person);
        let before = before.then_some(ConflictOfInterest::HandledBefore);
        match lines.conflict(person, parties).or(before) {
            Some(conflict) => Err(GrievanceError::Conflict { person, conflict }),
            None => Ok(()),
        }
    }
}

/// The last day for the step of a number, counted from a day; nothing where there is no such step.
fn due_after(
    steps: &[ProcedureStep],
    number: usize,
    day: NaiveDate,
    calendar: &WorkingCalendar,
) -> Result<Option<NaiveDate>, WorkingTimeError> {
    steps.get(number).map(|step| step.within.after(day, calendar)).transpose()
}
