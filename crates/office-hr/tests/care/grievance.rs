//! Laws 65 and 66: who may handle a grievance, and where it can go.

use std::collections::{BTreeMap, BTreeSet};

use office_core::subject::PersonId;
use office_core::{DateRange, Decision, Entity, Holidays, WeeklyHours, WorkingCalendar, WorkingPlan, Zone};
use office_hr::{
    AdverseEvent, AdverseKind, ConflictOfInterest, Dated, Employment, EmploymentFact, Grievance, GrievanceError,
    GrievanceFact, GrievanceFinding, GrievanceProcedure, GrievanceProcedureError, GrievanceRules, GrievanceStage,
    GrievanceStep, GrievanceStepKind, Hire, Leaving, LeavingGround, ProcedureStep, RaiseGrievance, Reassign,
    RecordContent, ReportingLines, StepTime, adverse_events, retaliation_signals,
};
use proptest::prelude::*;

use crate::desk::{date, day, person, place};

const ORDER: [GrievanceStepKind; 4] = [
    GrievanceStepKind::Acknowledge,
    GrievanceStepKind::Investigate,
    GrievanceStepKind::Hear,
    GrievanceStepKind::Decide,
];

/// Four steps of three days each, an appeal within five, heard in two steps.
fn procedure() -> GrievanceProcedure {
    let step = |kind: &GrievanceStepKind| ProcedureStep { kind: *kind, within: StepTime { days: 3, working: false } };
    let steps = ORDER.iter().map(step).collect();
    let appeal = ORDER.iter().skip(2).map(step).collect();
    GrievanceProcedure::new(steps, StepTime { days: 5, working: false }, appeal).unwrap()
}

pub(crate) fn rules() -> GrievanceRules {
    let (valid, exceptions) = (DateRange::new(day(0), day(700)).unwrap(), BTreeMap::new());
    let (week, holidays) = (WeeklyHours::weekdays("09:00-17:00".parse().unwrap()), Holidays::none(valid));
    GrievanceRules {
        assign: "grievance.assign".parse().unwrap(),
        destroy: "grievance.destroy".parse().unwrap(),
        class: "investigation".parse().unwrap(),
        procedure: Dated::since(day(0), procedure()),
        hours: WorkingCalendar::new(WorkingPlan { zone: Zone::UTC, valid, week, exceptions, holidays }).unwrap(),
        watch_days: 90,
    }
}

pub(crate) fn account(text: &str) -> RecordContent {
    RecordContent { title: "Shouting".into(), text: text.into(), document: None }
}

/// E-017 complains of E-005, and E-018 saw it.
pub(crate) fn raising(on: u32) -> RaiseGrievance {
    let [by, against, witness] = ["E-017", "E-005", "E-018"].map(person);
    RaiseGrievance { raised_by: Some(by), against: [against].into(), witnesses: [witness].into(), on: day(on) }
}

pub(crate) fn raised(on: u32) -> Grievance {
    let decision = Grievance::raise(&raising(on), &account("On Monday."), &rules()).unwrap();
    Grievance::open(&decision.fact().unwrap()).unwrap()
}

/// What a grievance should be like, told from its steps alone.
#[derive(Clone, Debug, PartialEq)]
struct Model {
    stage: &'static str,
    appealed: bool,
    done: usize,
    due: u32,
    handler: Option<&'static str>,
    before: BTreeSet<&'static str>,
}

impl Model {
    fn order(&self) -> &'static [GrievanceStepKind] {
        if self.appealed { &ORDER[2..] } else { &ORDER }
    }

    /// Whether an act is possible on a day; if so, it is done.
    fn act(&mut self, act: usize, today: u32) -> bool {
        const HANDLERS: [&str; 2] = ["E-009", "E-010"];
        let (open, decided, handled) = (self.stage == "open", self.stage == "decided", self.handler.is_some());
        let can_appeal = decided && !self.appealed && today <= self.due;
        let possible = match act {
            0..=2 => open && handled && self.order().get(self.done) == Some(&ORDER[act]),
            3 => open && handled && self.order().get(self.done) == Some(&ORDER[3]),
            4 => can_appeal,
            5 => open,
            6 => decided && handled && !can_appeal,
            7 => (open || decided) && handled,
            _ => (open || decided) && !(self.appealed && self.before.contains(HANDLERS[act - 8])),
        };
        if possible {
            match act {
                0..=2 => (self.done, self.due) = (self.done + 1, today + 3),
                3 => (self.stage, self.due) = ("decided", today + 5),
                4 => {
                    (self.stage, self.appealed, self.done, self.due, self.handler) = ("open", true, 0, today + 3, None);
                }
                5 => self.stage = "withdrawn",
                6 => self.stage = "closed",
                7 => {}
                _ => {
                    self.handler = Some(HANDLERS[act - 8]);
                    if !self.appealed {
                        self.before.insert(HANDLERS[act - 8]);
                    }
                }
            }
        }
        possible
    }
}

/// Does the act of a number: a step of the hearing, a decision, an appeal, and so on.
pub(crate) fn act(grievance: &Grievance, act: usize, today: u32) -> Result<Decision<GrievanceFact>, GrievanceError> {
    let (on, lines, hours) = (day(today), ReportingLines::default(), rules().hours);
    let step = match act {
        0..=2 => GrievanceStep::Done { kind: ORDER[act], on },
        3 => GrievanceStep::Decided { finding: GrievanceFinding::Upheld, on },
        4 => GrievanceStep::Appealed { by: person("E-017"), on },
        5 => GrievanceStep::Withdrawn { on },
        6 => GrievanceStep::Closed { on },
        7 => GrievanceStep::Witnessed { witness: person("E-019"), on },
        8 => return grievance.assign(person("E-009"), on, &lines),
        _ => return grievance.assign(person("E-010"), on, &lines),
    };
    let by = if step.by_handler() { grievance.handler().unwrap_or(person("E-030")) } else { person("E-040") };
    grievance.step(&step, by, (&lines, 10), &hours)
}

proptest! {
    /// Law 66.
    #[test]
    fn only_what_is_drawn_happens(walk in prop::collection::vec((prop_oneof![3 => 0_usize..4, 2 => 4_usize..10], 1_u32..4), 0..24)) {
        let mut grievance = raised(0);
        let mut model = Model { stage: "open", appealed: false, done: 0, due: 3, handler: None, before: BTreeSet::new() };
        let mut today = 0;
        // Most walks begin with somebody who handles it.
        for (which, gap) in [(8, 0)].into_iter().chain(walk) {
            today += gap;
            let before = grievance.clone();
            let known = model.handler;
            match (act(&grievance, which, today), model.act(which, today)) {
                (Ok(Decision::Record(fact)), true) => {
                    grievance.apply(&fact);
                    prop_assert_eq!(act(&grievance, which, today).unwrap(), Decision::AlreadyRecorded);
                }
                (Ok(Decision::AlreadyRecorded), true) => prop_assert_eq!(known, model.handler),
                (Err(_), false) => prop_assert_eq!(&grievance, &before),
                (found, possible) => prop_assert!(false, "{which} on {today} of {model:?}: {found:?}, not {possible}"),
            }
            prop_assert_eq!(grievance.stage().name(), model.stage);
            prop_assert_eq!(grievance.handler(), model.handler.map(person));
            let due = (model.stage == "open").then(|| (model.order()[model.done], day(model.due)));
            prop_assert_eq!(grievance.next(), due);
            prop_assert_eq!(grievance.overdue(day(today)), due.filter(|(_, due)| *due < day(today)));
            if let GrievanceStage::Decided { appeal_until } = grievance.stage() {
                prop_assert_eq!(*appeal_until, (!model.appealed).then(|| day(model.due)));
            }
        }
    }

    /// Law 65, against who is above whom, told by going up from everybody.
    #[test]
    fn nobody_near_to_a_party_handles_it(
        managers in prop::collection::vec(prop::option::of(0_usize..8), 8),
        parties in prop::collection::btree_set(0_usize..8, 0..4),
        handler in 0_usize..8,
    ) {
        let who = |number: usize| person(&format!("P-{number}"));
        // Everybody reports to somebody of a lower number, so that there is no circle.
        let manager = |number: usize| managers[number].filter(|manager| *manager < number);
        let employments: Vec<Employment> = (0..8).map(|number| {
            let manager = manager(number).map(|manager| format!("P-{manager}"));
            let assignment = place(manager.as_deref(), "company");
            let hire = Hire { person: who(number), term: DateRange::from(day(10)), assignment };
            Employment::open(&EmploymentFact::Hired(hire)).unwrap()
        }).collect();
        let mut above = BTreeSet::new();
        let mut next = manager(handler);
        while let Some(manager_of) = next {
            above.insert(manager_of);
            next = manager(manager_of);
        }
        let people: BTreeSet<PersonId> = parties.iter().map(|number| who(*number)).collect();
        let found = ReportingLines::of(&employments, day(20)).conflict(who(handler), &people);
        let party = parties.contains(&handler);
        let manages = parties.iter().any(|party| manager(*party) == Some(handler));
        let reports = !above.is_disjoint(&parties);
        match found {
            None => prop_assert!(!party && !manages && !reports),
            Some(ConflictOfInterest::Party) => prop_assert!(party),
            Some(ConflictOfInterest::ManagerOf { party }) => {
                prop_assert!(parties.iter().any(|number| who(*number) == party && manager(*number) == Some(handler)));
            }
            Some(ConflictOfInterest::ReportsTo { party }) => {
                prop_assert!(parties.iter().any(|number| who(*number) == party && above.contains(number)));
            }
            Some(ConflictOfInterest::HandledBefore) => prop_assert!(false, "nobody has handled it"),
        }
        // The day before nobody reported to anybody.
        let earlier = ReportingLines::of(&employments, day(9)).conflict(who(handler), &people);
        prop_assert_eq!(earlier, party.then_some(ConflictOfInterest::Party));
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let refused =
        |raising: &RaiseGrievance| Grievance::raise(raising, &account("x"), &rules()).unwrap_err().to_string();
    let own = RaiseGrievance { against: [person("E-017")].into(), ..raising(0) };
    assert_eq!(refused(&own), "at most 100 parties are wanted, and nobody who raises it against themselves");
    let untitled = RecordContent { title: " ".into(), ..account("x") };
    assert!(matches!(Grievance::raise(&raising(0), &untitled, &rules()), Err(GrievanceError::Text { field: "title" })));
    let early = RaiseGrievance { on: date("2025-12-31"), ..raising(0) };
    assert!(refused(&early).starts_with("no version of the rules is in force on 2025-12-31"));
    // Nobody takes back what nobody known has raised, and only those it concerns appeal.
    let anonymous = RaiseGrievance { raised_by: None, ..raising(0) };
    let decision = Grievance::raise(&anonymous, &account("x"), &rules()).unwrap();
    let mut grievance = Grievance::open(&decision.fact().unwrap()).unwrap();
    assert!(matches!(act(&grievance, 5, 1), Err(GrievanceError::NotTheirs)));
    for which in [8, 0, 1, 2] {
        let fact = act(&grievance, which, 1).unwrap().fact().unwrap();
        grievance.apply(&fact);
    }
    let (lines, hours) = (ReportingLines::default(), rules().hours);
    let decide = GrievanceStep::Decided { finding: GrievanceFinding::NotUpheld, on: day(1) };
    let silent = grievance.step(&decide, person("E-009"), (&lines, 0), &hours);
    assert!(matches!(silent, Err(GrievanceError::NoReasons)));
    let merely_done = GrievanceStep::Done { kind: GrievanceStepKind::Decide, on: day(1) };
    let found_nothing = grievance.step(&merely_done, person("E-009"), (&lines, 1), &hours);
    assert!(matches!(found_nothing, Err(GrievanceError::NoReasons)));
    assert!(matches!(act(&grievance, 3, 0), Err(GrievanceError::Early { .. })));
    grievance.apply(&act(&grievance, 3, 1).unwrap().fact().unwrap());
    assert!(matches!(act(&grievance, 4, 2), Err(GrievanceError::NotTheirs)));
    assert_eq!(grievance.finding(), Some(GrievanceFinding::Upheld));
    let until = act(&grievance, 6, 6).unwrap_err().to_string();
    assert_eq!(until, "an appeal is possible until 2026-01-07, which 2026-01-07 is not after");
    let twice =
        vec![ProcedureStep { kind: GrievanceStepKind::Decide, within: StepTime { days: 1, working: false } }; 2];
    let within = StepTime { days: 1_001, working: false };
    let procedure = GrievanceProcedure::new(twice.clone(), within, Vec::new());
    assert_eq!(procedure, Err(GrievanceProcedureError::Order));
    let long = GrievanceProcedure::new(twice[..1].to_vec(), within, Vec::new());
    assert_eq!(long, Err(GrievanceProcedureError::TooLong { days: 1_001 }));
}

#[test]
fn what_comes_after_a_complaint_is_found_and_no_more() {
    let hire = Hire { person: person("E-017"), term: DateRange::from(day(0)), assignment: place(None, "company") };
    let mut employment = Employment::open(&EmploymentFact::Hired(hire)).unwrap();
    for (on, hours) in [(100, 45), (130, 30), (400, 20)] {
        let weekly_hours = office_core::Ratio::from_integer(hours);
        let assignment = office_hr::Assignment { weekly_hours, ..place(None, "company") };
        employment.apply(&EmploymentFact::Reassigned(Reassign { from: day(on), assignment }));
    }
    let leaving = Leaving { ground: LeavingGround::Dismissal, told: day(190), last: day(500) };
    employment.apply(&EmploymentFact::Left(leaving));
    let events = adverse_events([&employment], []);
    assert_eq!(events.len(), 3);
    let pay = AdverseEvent { on: day(100), kind: AdverseKind::PayReduced };
    let signals = retaliation_signals(day(100), 90, events.into_iter().chain([pay]));
    let found: Vec<(u32, AdverseKind)> = signals.iter().map(|signal| (signal.days_after, signal.event.kind)).collect();
    let [from, to] = [45, 30].map(office_core::Ratio::from_integer);
    let expected =
        [(0, AdverseKind::PayReduced), (30, AdverseKind::HoursReduced { from, to }), (90, AdverseKind::Notice)];
    assert_eq!(found, expected);
    let resigned = Leaving { ground: LeavingGround::Resignation, ..leaving };
    employment.apply(&EmploymentFact::Left(resigned));
    assert!(adverse_events([&employment], []).iter().all(|event| event.kind != AdverseKind::Notice));
}
