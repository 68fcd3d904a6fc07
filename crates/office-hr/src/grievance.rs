//! Grievances: raised by somebody or by nobody known, handled by somebody who is not near to them, decided, appealed.
//!
//! ```text
//!   raise ──► Open, step by step ──┬── decide ──► Decided ──┬── close ───► Closed
//!               ▲                  └── withdraw ► Withdrawn │
//!               └─────────── appeal, once, in time ─────────┘
//! ```
//!
//! All of it is classified: a grievance is disclosed for a purpose, which leaves a trace, and every act wants the leave that
//! this gave. What was complained of, notes, evidence and reasons are content ([`RecordContent`](crate::RecordContent)), which is destroyed once
//! the case has ended. Only what is due and who handles it is told to whoever plans: see [`GrievanceDocket`].
//!
//! Laws 65 to 67 of the crate; `tests/care/grievance.rs` and `tests/care/grievance_file.rs` hold them.
//!
//! # Example
//! ```
//! use std::collections::BTreeMap;
//! use office_core::{
//!     Actor, Appointment, AuthorityBook, Clearance, Command, DateRange, Grant, Holidays, Id, MemoryStore, Office, Role, Scope,
//!     WeeklyHours, WorkingCalendar, WorkingPlan, Zone, wait,
//! };
//! use office_hr::{
//!     ConflictOfInterest, Dated, GrievanceDocket, GrievanceError, GrievanceProcedure, GrievanceRules, GrievanceStep,
//!     GrievanceStepKind, NoteKind, ProcedureStep, RaiseGrievance, RecordContent, StepTime, assign_grievance, grievance_file,
//!     raise_grievance, take_grievance_note, take_grievance_step,
//! };
//!
//! let valid = DateRange::year(2026)?;
//! let (week, holidays) = (WeeklyHours::weekdays("09:00-17:00".parse()?), Holidays::none(valid));
//! let plan = WorkingPlan { zone: Zone::UTC, valid, week, exceptions: BTreeMap::new(), holidays };
//! let step = |kind, days| ProcedureStep { kind, within: StepTime { days, working: true } };
//! let steps = vec![step(GrievanceStepKind::Acknowledge, 2), step(GrievanceStepKind::Decide, 10)];
//! let procedure = GrievanceProcedure::new(steps, StepTime { days: 5, working: true }, Vec::new())?;
//! let class: office_core::RecordClass = "investigation".parse()?;
//! let rules = &GrievanceRules {
//!     assign: "grievance.assign".parse()?, destroy: "grievance.destroy".parse()?, class: class.clone(),
//!     procedure: Dated::since(valid.start(), procedure), hours: WorkingCalendar::new(plan)?, watch_days: 180,
//! };
//!
//! let person = |name: &str| Id::natural("person", name);
//! let (role, officer, handler) = (Role::new("personnel_officer"), person("E-009"), person("E-010"));
//! let (employee, manager) = (person("E-017"), person("E-005"));
//! let mut book = AuthorityBook::default();
//! let (action, scope) = (rules.assign.clone(), Scope::anywhere());
//! book.grants.push(Grant { role: role.clone(), action, scope: scope.clone(), limit: None, valid });
//! for person in [officer, handler] {
//!     book.appointments.push(Appointment { person, role: role.clone(), scope: scope.clone(), valid });
//! }
//! let purpose = &"grievance".parse()?;
//! book.clearances.granted.push(Clearance { role: role.clone(), class, purpose: "grievance".parse()?, valid });
//!
//! let (office, book, id, on) = (Office::on(MemoryStore::new()), &book, Id::natural("grievance", "2026-1"), "2026-10-05".parse()?);
//! let command = |key: &str, who| {
//!     let at = "2026-10-05T08:00:00Z".parse().unwrap_or_default();
//!     Command::new(key, "grievance", Actor::new(who, role.clone()), at)
//! };
//! let raise = &RaiseGrievance { raised_by: Some(employee), against: [manager].into(), witnesses: [].into(), on };
//! let account = &RecordContent { title: "Shouting".into(), text: "On Monday, in the archive.".into(), document: None };
//! wait(office.transact(&command("raise", employee)?, |tx| async move {
//!     raise_grievance(&tx, id, raise, account, rules, book).await
//! }))?;
//!
//! // It is read for a purpose, and that is on record.
//! let file = wait(grievance_file(&office, &command("read", officer)?, id, purpose, on, book))?;
//! assert_eq!(file.account.as_ref(), Some(account));
//! let case = (id, &file.disclosed.granted);
//! let assign = |key: &str, who| {
//!     let command = command(key, officer)?;
//!     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| async move {
//!         assign_grievance(&tx, case, who, on, rules, book).await
//!     })))
//! };
//! // Whoever it is against does not handle it.
//! let refused = assign("near", manager)?;
//! assert!(matches!(refused, Err(GrievanceError::Conflict { conflict: ConflictOfInterest::Party, .. })));
//! assign("assign", handler)??;
//!
//! let acknowledged = &GrievanceStep::Done { kind: GrievanceStepKind::Acknowledge, on };
//! wait(office.transact(&command("acknowledge", handler)?, |tx| async move {
//!     take_grievance_step(&tx, case, acknowledged, rules, book).await
//! }))?;
//! let note = Id::natural("grievance_note", "2026-1 talk");
//! wait(office.transact(&command("note", handler)?, |tx| async move {
//!     take_grievance_note(&tx, note, case, (NoteKind::Note, account), on).await
//! }))?;
//! // Lists tell what is due, and not whose it is.
//! let due = wait(office.view(|view| async move { view.page(GrievanceDocket::DUE, None, None, 10).await }))?;
//! assert_eq!(due[0].1.next, Some((GrievanceStepKind::Decide, "2026-10-19".parse()?)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeSet;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Classified, Entity, Kind, RecordClass, StoreError, WorkingTimeError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{NotInForce, NotPermitted};

mod conflict;
mod docket;
mod flow;
mod note;
mod procedure;
mod retaliation;
mod stepping;

pub use conflict::{ConflictOfInterest, ReportingLines};
pub use docket::{DocketFact, GrievanceDocket};
pub use flow::{
    GrievanceFile, GrievanceFileError, assign_grievance, destroy_grievance_content, grievance_file, raise_grievance,
    take_grievance_note, take_grievance_step,
};
pub use note::{GrievanceNote, NoteFact, NoteKind, TakenNote};
pub use procedure::{
    GrievanceProcedure, GrievanceProcedureError, GrievanceRules, GrievanceStepKind, ProcedureStep, StepTime,
};
pub use retaliation::{
    AdverseEvent, AdverseKind, RetaliationSignal, adverse_events, retaliation_check, retaliation_signals,
};
pub use stepping::{GrievanceFinding, GrievanceStep, TakenStep};

/// The most parties of a grievance.
const MOST_PARTIES: usize = 100;

/// A grievance. What was complained of is not in it: see [`RecordContent`](crate::RecordContent).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grievance {
    raised: RaisedGrievance,
    stage: GrievanceStage,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    handler: Option<PersonId>,
    // All who handled it before an appeal.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    first_handlers: BTreeSet<PersonId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    steps: Vec<TakenStep>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    destroyed: Option<NaiveDate>,
}

/// To raise a grievance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RaiseGrievance {
    /// Who raises it; nobody is named where it is anonymous.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raised_by: Option<PersonId>,
    /// Against whom; against nobody where it is about conditions.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub against: BTreeSet<PersonId>,
    /// Who saw it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub witnesses: BTreeSet<PersonId>,
    /// On which day.
    pub on: NaiveDate,
}

/// A grievance that was raised, and how it is heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RaisedGrievance {
    /// By whom, against whom.
    pub grievance: RaiseGrievance,
    /// The steps, as the rules had them on that day.
    pub procedure: GrievanceProcedure,
    /// The last day for the first of them.
    pub due: NaiveDate,
    /// The class of all that is about it.
    pub class: RecordClass,
}

/// How far a grievance has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum GrievanceStage {
    /// It is heard.
    Open {
        /// How many steps of this hearing are done.
        done: usize,
        /// The last day for the next.
        due: NaiveDate,
    },
    /// It is decided.
    Decided {
        /// Until when it can be appealed; not at all where no day is named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        appeal_until: Option<NaiveDate>,
    },
    /// It was taken back, for ever.
    Withdrawn,
    /// It is over, for ever.
    Closed,
}

impl GrievanceStage {
    /// In a word.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Decided { .. } => "decided",
            Self::Withdrawn => "withdrawn",
            Self::Closed => "closed",
        }
    }

    /// Whether nothing more happens to it.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Withdrawn | Self::Closed)
    }
}

/// What can happen to a grievance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum GrievanceFact {
    /// It was raised.
    Raised(Box<RaisedGrievance>),
    /// Somebody handles it from now on.
    Assigned {
        /// Who.
        handler: PersonId,
        /// Since when.
        on: NaiveDate,
    },
    /// A step was taken.
    Stepped(TakenStep),
    /// What was complained of, and all notes, were destroyed.
    Destroyed {
        /// On which day.
        on: NaiveDate,
    },
}

/// Nothing was done about a grievance: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GrievanceError {
    /// A text is missing or too long.
    #[error("the {field} is missing or too long: 1 to 200 characters are wanted, and at most 100000 of text")]
    Text {
        /// Which.
        field: &'static str,
    },
    /// Somebody complains of themselves, or there are too many parties.
    #[error("at most 100 parties are wanted, and nobody who raises it against themselves")]
    Parties,
    /// It has come to another stage.
    #[error("the grievance is {}: {wanted} is wanted", .stage.name())]
    Stage {
        /// How far it is.
        stage: GrievanceStage,
        /// What would be accepted.
        wanted: &'static str,
    },
    /// Another step comes first.
    #[error("another step comes first: {wanted:?} is wanted")]
    Order {
        /// Which comes next.
        wanted: GrievanceStepKind,
    },
    /// The day is before that of the step before.
    #[error("{on} is before the step of {earliest}: that day or a later one is wanted")]
    Early {
        /// The day.
        on: NaiveDate,
        /// The earliest.
        earliest: NaiveDate,
    },
    /// Whoever wants to do it does not handle it.
    #[error("the grievance is not theirs to handle: who was assigned is wanted")]
    NotHandler,
    /// Whoever is to do it is too near to it.
    #[error("{person} may not have to do with the grievance: {conflict}")]
    Conflict {
        /// Who.
        person: PersonId,
        /// Why.
        conflict: ConflictOfInterest,
    },
    /// It is not said what was found, or the reasons are not written down.
    #[error("a decision wants a finding, and a note of its reasons first")]
    NoReasons,
    /// Whoever appeals is not a party who can.
    #[error("who raised it or one whom it is against can appeal or take back, each what is theirs")]
    NotTheirs,
    /// Nobody can appeal any more, or somebody still can.
    #[error("an appeal is possible until {until}, which {on} is {}", if .on > .until { "after" } else { "not after" })]
    AppealTime {
        /// The last day of an appeal.
        until: NaiveDate,
        /// The day.
        on: NaiveDate,
    },
    /// A legal hold covers a party.
    #[error("what is about a party is held in the matter `{matter}`: its release is wanted")]
    Held {
        /// In which matter.
        matter: String,
    },
    /// No procedure is in force.
    #[error(transparent)]
    NotInForce(#[from] NotInForce),
    /// Working days are counted that the calendar does not tell of.
    #[error(transparent)]
    Calendar(#[from] WorkingTimeError),
    /// Whoever wants to may not.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// The store failed, knows no such grievance, or has another with this id; or the leave to read is not for it.
    #[error("the grievance cannot be stored")]
    Store(#[from] StoreError),
}

impl Grievance {
    /// By whom it was raised, and how it is heard.
    #[must_use]
    pub const fn raised(&self) -> &RaisedGrievance {
        &self.raised
    }

    /// How far it has come.
    #[must_use]
    pub const fn stage(&self) -> &GrievanceStage {
        &self.stage
    }

    /// Who handles it.
    #[must_use]
    pub const fn handler(&self) -> Option<PersonId> {
        self.handler
    }

    /// What was done, first to last.
    #[must_use]
    pub fn steps(&self) -> &[TakenStep] {
        &self.steps
    }

    /// When what it said was destroyed.
    #[must_use]
    pub const fn destroyed(&self) -> Option<NaiveDate> {
        self.destroyed
    }

    /// Who raised it, whom it is against, and who saw it.
    #[must_use]
    pub fn parties(&self) -> BTreeSet<PersonId> {
        let RaiseGrievance { raised_by, against, witnesses, .. } = &self.raised.grievance;
        let mut parties: BTreeSet<PersonId> = raised_by.iter().chain(against).chain(witnesses).copied().collect();
        for taken in &self.steps {
            if let GrievanceStep::Witnessed { witness, .. } = taken.step {
                parties.insert(witness);
            }
        }
        parties
    }

    /// What was found last.
    #[must_use]
    pub fn finding(&self) -> Option<GrievanceFinding> {
        let decided = |taken: &TakenStep| {
            if let GrievanceStep::Decided { finding, .. } = taken.step { Some(finding) } else { None }
        };
        self.steps.iter().rev().find_map(decided)
    }

    /// The step that comes next, and the last day for it; nothing where none is due.
    #[must_use]
    pub fn next(&self) -> Option<(GrievanceStepKind, NaiveDate)> {
        let GrievanceStage::Open { done, due } = self.stage else { return None };
        self.hearing().get(done).map(|step| (step.kind, due))
    }

    /// The step that is overdue on a day, and since when it should have been done.
    #[must_use]
    pub fn overdue(&self, today: NaiveDate) -> Option<(GrievanceStepKind, NaiveDate)> {
        self.next().filter(|(_, due)| *due < today)
    }
}

impl Entity for Grievance {
    const KIND: Kind = Kind::literal("grievance");
    const CLASSIFIED: bool = true;
    type Fact = GrievanceFact;

    fn open(fact: &GrievanceFact) -> Option<Self> {
        let GrievanceFact::Raised(raised) = fact else { return None };
        Some(Self {
            raised: (**raised).clone(),
            stage: GrievanceStage::Open { done: 0, due: raised.due },
            handler: None,
            first_handlers: BTreeSet::new(),
            steps: Vec::new(),
            destroyed: None,
        })
    }

    fn apply(&mut self, fact: &GrievanceFact) {
        match fact {
            GrievanceFact::Raised(_) => {}
            GrievanceFact::Assigned { handler, .. } => {
                self.handler = Some(*handler);
                if !self.is_appealed() {
                    self.first_handlers.insert(*handler);
                }
            }
            GrievanceFact::Stepped(taken) => {
                let on = taken.step.on();
                let due = taken.due.unwrap_or(on);
                self.stage = match (taken.step, self.stage) {
                    (GrievanceStep::Done { .. }, GrievanceStage::Open { done, .. }) => {
                        GrievanceStage::Open { done: done.saturating_add(1), due }
                    }
                    (GrievanceStep::Decided { .. }, _) => GrievanceStage::Decided { appeal_until: taken.due },
                    (GrievanceStep::Appealed { .. }, _) => GrievanceStage::Open { done: 0, due },
                    (GrievanceStep::Withdrawn { .. }, _) => GrievanceStage::Withdrawn,
                    (GrievanceStep::Closed { .. }, _) => GrievanceStage::Closed,
                    (GrievanceStep::Done { .. } | GrievanceStep::Witnessed { .. }, stage) => stage,
                };
                if matches!(taken.step, GrievanceStep::Appealed { .. }) {
                    self.handler = None;
                }
                self.steps.push(*taken);
            }
            GrievanceFact::Destroyed { on } => self.destroyed = Some(*on),
        }
    }
}

impl Classified for Grievance {
    fn class(&self) -> RecordClass {
        self.raised.class.clone()
    }

    /// The one it is against, where it is against one: what people may read about themselves is said for them.
    fn subject(&self) -> Option<PersonId> {
        let mut against = self.raised.grievance.against.iter();
        against.next().copied().filter(|_| against.next().is_none())
    }
}
