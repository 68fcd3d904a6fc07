//! Laws 65 to 67, in the store: who handles a grievance, who reads it, and what is left of it.

use std::collections::BTreeSet;
use std::sync::Barrier;

use office_core::{
    Actor, Appointment, AuthorityBook, DateRange, Granted, Id, Key, Kind, Office, Role, Scope, Store, wait,
};
use office_hr::{
    AdverseEvent, AdverseKind, ConflictOfInterest, Grievance, GrievanceDocket, GrievanceError, GrievanceFile,
    GrievanceFileError, GrievanceFinding, GrievanceNote, GrievanceStep, GrievanceStepKind, HoldRelease, NoteKind,
    PlaceHold, RaiseGrievance, Reassign, RecordRules, RetentionRules, assign_grievance, destroy_grievance_content,
    grievance_file, place_hold, raise_grievance, reassign, release_hold, retaliation_check, take_grievance_note,
    take_grievance_step,
};
use office_scratch::offices;

use crate::desk::{book, command, day, employ, employee, officer, person, place};
use crate::grievance::{account, raising, rules};

const SECRET: &str = "in the archive, on Monday";

fn case(name: &str) -> Id<Grievance> {
    Id::natural("grievance", name)
}

fn by(name: &str) -> Actor {
    Actor::new(person(name), Role::new("officer"))
}

/// The officer, E-010 and E-002 may assign, destroy and hold, and read what is investigated.
fn cleared() -> AuthorityBook {
    let mut book = book(&["grievance.assign", "grievance.destroy", "records.hold"], &["investigation"]);
    for name in ["E-010", "E-002", "E-017"] {
        let (role, valid) = (Role::new("officer"), DateRange::from(day(0)));
        book.appointments.push(Appointment { person: person(name), role, scope: Scope::anywhere(), valid });
    }
    book
}

fn read(
    office: &Office,
    key: &str,
    id: Id<Grievance>,
    by: Actor,
    book: &AuthorityBook,
) -> Result<GrievanceFile, GrievanceFileError> {
    let purpose = "administration".parse().unwrap();
    wait(grievance_file(office, &command(key, by), id, &purpose, day(30), book))
}

fn leave(office: &Office, id: Id<Grievance>) -> Granted {
    read(office, &format!("leave-{id}"), id, officer(), &cleared()).unwrap().disclosed.granted
}

fn raise(office: &Office, key: &str, raising: &RaiseGrievance, by: Actor) -> Result<(), GrievanceError> {
    let (rules, book, account, id) = (&rules(), &cleared(), &account(SECRET), case(key));
    wait(office.transact(&command(&format!("raise-{key}-{}", raising.on), by), |tx| async move {
        raise_grievance(&tx, id, raising, account, rules, book).await
    }))
}

/// Something done about a case by somebody.
struct Desk<'a> {
    office: &'a Office,
    id: Id<Grievance>,
    granted: Granted,
}

impl Desk<'_> {
    fn assign(&self, key: &str, handler: &str, on: u32, by: Actor) -> Result<(), GrievanceError> {
        let (rules, book, case) = (&rules(), &cleared(), (self.id, &self.granted));
        let (key, handler) = (format!("{}-{key}", self.id), person(handler));
        wait(self.office.transact(&command(&key, by), |tx| async move {
            assign_grievance(&tx, case, handler, day(on), rules, book).await
        }))
    }

    fn step(&self, key: &str, step: &GrievanceStep, by: Actor) -> Result<(), GrievanceError> {
        let (rules, book, case) = (&rules(), &cleared(), (self.id, &self.granted));
        wait(self.office.transact(&command(&format!("{}-{key}", self.id), by), |tx| async move {
            take_grievance_step(&tx, case, step, rules, book).await
        }))
    }

    fn note(&self, name: &str, kind: NoteKind, on: u32, by: Actor) -> Result<(), GrievanceError> {
        let (case, note, content) = ((self.id, &self.granted), note_id(self.id, name), &account(SECRET));
        wait(self.office.transact(&command(&format!("{}-note-{name}", self.id), by), |tx| async move {
            take_grievance_note(&tx, note, case, (kind, content), day(on)).await
        }))
    }

    fn destroy(&self, key: &str, by: Actor) -> Result<(), GrievanceError> {
        let (rules, book, case) = (&rules(), &cleared(), (self.id, &self.granted));
        wait(self.office.transact(&command(&format!("{}-{key}", self.id), by), |tx| async move {
            destroy_grievance_content(&tx, case, day(60), rules, book).await
        }))
    }

    /// All steps up to the decision, on one day.
    fn hear(&self, kinds: &[GrievanceStepKind], on: u32, by: &Actor) {
        for kind in kinds {
            self.step(&format!("{kind:?}-{on}"), &GrievanceStep::Done { kind: *kind, on: day(on) }, by.clone())
                .unwrap();
        }
        self.note(&format!("reasons-{on}"), NoteKind::Reasons, on, by.clone()).unwrap();
    }
}

fn note_id(id: Id<Grievance>, name: &str) -> Id<GrievanceNote> {
    Id::natural("grievance_note", &format!("{id} {name}"))
}

const FIRST: [GrievanceStepKind; 3] =
    [GrievanceStepKind::Acknowledge, GrievanceStepKind::Investigate, GrievanceStepKind::Hear];

fn decide(finding: GrievanceFinding, on: u32) -> GrievanceStep {
    GrievanceStep::Decided { finding, on: day(on) }
}

/// E-017 and E-018 report to E-005, who reports to E-002; E-009 reports to nobody, E-011 to E-017.
fn people(office: &Office) {
    for (name, manager) in [
        ("E-002", None),
        ("E-005", Some("E-002")),
        ("E-009", None),
        ("E-010", None),
        ("E-017", Some("E-005")),
        ("E-018", Some("E-005")),
        ("E-011", Some("E-017")),
    ] {
        employ(office, name, place(manager, "company"), day(0));
    }
}

fn conflict(result: Result<(), GrievanceError>) -> ConflictOfInterest {
    match result {
        Err(GrievanceError::Conflict { conflict, .. }) => conflict,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_grievance_is_heard_by_who_is_not_near_to_it_and_appealed_to_another() {
    let (_places, offices) = offices();
    for office in &offices {
        people(office);
        assert!(matches!(raise(office, "a", &raising(5), by("E-030")), Err(GrievanceError::NotPermitted(_))));
        raise(office, "b", &raising(5), employee()).unwrap();
        let taken = raise(office, "b", &RaiseGrievance { on: day(6), ..raising(5) }, employee());
        assert!(taken.is_err());
        let desk = Desk { office, id: case("b"), granted: leave(office, case("b")) };
        let near = |key: &str, name: &str| conflict(desk.assign(key, name, 6, officer()));
        assert_eq!(near("c", "E-005"), ConflictOfInterest::Party);
        assert_eq!(near("d", "E-018"), ConflictOfInterest::Party);
        assert_eq!(near("e", "E-002"), ConflictOfInterest::ManagerOf { party: person("E-005") });
        assert_eq!(near("f", "E-011"), ConflictOfInterest::ReportsTo { party: person("E-017") });
        assert_eq!(conflict(desk.assign("g", "E-009", 6, employee())), ConflictOfInterest::Party);
        let behalf = |name: &str| by(name).on_behalf_of(person("E-009"));
        assert_eq!(conflict(desk.assign("g-behalf", "E-009", 6, behalf("E-017"))), ConflictOfInterest::Party);
        assert!(matches!(desk.assign("h", "E-009", 6, by("E-030")), Err(GrievanceError::NotPermitted(_))));
        desk.assign("i", "E-009", 6, officer()).unwrap();

        let overdue = |on: u32| {
            let due = wait(
                office.view(|view| async move { view.page(GrievanceDocket::DUE, None, Some(&day(on)), 10).await }),
            );
            due.unwrap().into_iter().map(|(_, docket)| (docket.handler, docket.next)).collect::<Vec<_>>()
        };
        assert!(overdue(8).is_empty());
        assert_eq!(overdue(9), [(Some(person("E-009")), Some((GrievanceStepKind::Acknowledge, day(8))))]);
        let acknowledge = GrievanceStep::Done { kind: GrievanceStepKind::Acknowledge, on: day(7) };
        assert!(matches!(desk.step("j", &acknowledge, by("E-010")), Err(GrievanceError::NotHandler)));
        // Who handles it does so in person.
        assert!(matches!(desk.step("j-behalf", &acknowledge, behalf("E-010")), Err(GrievanceError::NotHandler)));
        assert_eq!(conflict(desk.step("j-party", &acknowledge, behalf("E-017"))), ConflictOfInterest::Party);
        // From the eighth day on the witness reports to who handles it.
        let (employment, assignment) = (Id::natural("employment", "E-018"), place(Some("E-009"), "company"));
        let moved = &Reassign { from: day(8), assignment };
        let moving = |tx| async move { reassign(&tx, employment, moved).await };
        wait(office.transact(&command("move", officer()), moving)).unwrap();
        desk.step("k", &acknowledge, officer()).unwrap();
        let later = GrievanceStep::Done { kind: GrievanceStepKind::Investigate, on: day(8) };
        let party = person("E-018");
        assert_eq!(conflict(desk.step("l", &later, officer())), ConflictOfInterest::ManagerOf { party });
        desk.assign("m", "E-010", 8, officer()).unwrap();
        desk.hear(&FIRST[1..], 8, &by("E-010"));
        desk.step("n", &decide(GrievanceFinding::NotUpheld, 9), by("E-010")).unwrap();

        // Nobody who has heard it hears the appeal.
        let appeal = |by: &str, on| GrievanceStep::Appealed { by: person(by), on: day(on) };
        assert!(matches!(desk.step("o", &appeal("E-018", 10), officer()), Err(GrievanceError::NotTheirs)));
        assert!(matches!(desk.step("p", &appeal("E-017", 15), officer()), Err(GrievanceError::AppealTime { .. })));
        desk.step("q", &appeal("E-017", 14), officer()).unwrap();
        assert_eq!(conflict(desk.assign("r", "E-010", 14, officer())), ConflictOfInterest::HandledBefore);
        assert!(desk.assign("s", "E-009", 14, officer()).is_err());
        employ(office, "E-012", place(None, "company"), day(0));
        desk.assign("t", "E-012", 14, officer()).unwrap();
        desk.hear(&FIRST[2..], 15, &by("E-012"));
        desk.step("u", &decide(GrievanceFinding::Upheld, 15), by("E-012")).unwrap();
        let again = desk.step("v", &appeal("E-005", 15), officer());
        assert!(matches!(again, Err(GrievanceError::Stage { wanted: "one that can be appealed", .. })));
        desk.step("w", &GrievanceStep::Closed { on: day(16) }, by("E-012")).unwrap();
        let over = desk.assign("x", "E-012", 17, officer()).unwrap_err().to_string();
        assert_eq!(over, "the grievance is closed: one that has not ended is wanted");
        assert!(overdue(600).is_empty());

        let found = read(office, "y", case("b"), officer(), &cleared()).unwrap().disclosed.entity;
        assert_eq!(found.finding(), Some(GrievanceFinding::Upheld));
        let pay = [AdverseEvent { on: day(20), kind: AdverseKind::PayReduced }];
        let (rules, found) = (&rules(), &found);
        let check = |view| async move { retaliation_check(&view, found, &pay, rules).await };
        assert_eq!(wait(office.view(check)).unwrap()[0].days_after, 15);
    }
}

#[test]
fn who_reads_it_is_on_record_and_what_is_destroyed_is_gone() {
    let (_places, offices) = offices();
    for office in &offices {
        people(office);
        let anonymous = RaiseGrievance { raised_by: None, ..raising(5) };
        raise(office, "a", &anonymous, by("hotline")).unwrap();
        let (id, full) = (case("a"), cleared());
        let desk = Desk { office, id, granted: leave(office, id) };
        desk.assign("b", "E-010", 6, officer()).unwrap();
        desk.note("talk", NoteKind::Statement, 6, by("E-010")).unwrap();
        assert!(matches!(desk.note("pry", NoteKind::Note, 6, officer()), Err(GrievanceError::NotHandler)));

        let shown = read(office, "c", id, officer(), &full).unwrap();
        assert_eq!(shown.account, Some(account(SECRET)));
        assert_eq!(shown.notes.len(), 1);
        assert_eq!(shown.notes[0].1, Some(account(SECRET)));
        assert!(!format!("{shown:?}").contains(SECRET) && !format!("{shown:?}").contains("against"));
        // Fewer clearances never show more: none, nothing. A party reads nothing, whatever they are cleared for.
        let none = AuthorityBook { clearances: office_core::Clearances::default(), ..full.clone() };
        assert!(matches!(read(office, "d", id, officer(), &none), Err(GrievanceFileError::Disclose(_))));
        let witness = RaiseGrievance { witnesses: [person("E-017")].into(), ..anonymous };
        raise(office, "e", &witness, by("hotline")).unwrap();
        assert!(matches!(read(office, "f", case("e"), by("E-017"), &full), Err(GrievanceFileError::Party)));
        let for_party = by("E-010").on_behalf_of(person("E-017"));
        assert!(matches!(read(office, "f-behalf", case("e"), for_party, &full), Err(GrievanceFileError::Party)));
        let granted = |id| {
            let traces = wait(office.readings::<Grievance>(id)).unwrap();
            traces.iter().map(office_core::AccessTrace::granted).collect::<Vec<_>>()
        };
        assert_eq!(granted(id), [true, true, false]);
        assert_eq!(granted(case("e")), [true, true]);
        assert_eq!(wait(office.readings(note_id(id, "talk"))).unwrap().len(), 1);

        assert!(matches!(desk.destroy("g", officer()), Err(GrievanceError::Stage { .. })));
        desk.hear(&FIRST, 7, &by("E-010"));
        desk.step("h", &decide(GrievanceFinding::PartlyUpheld, 7), by("E-010")).unwrap();
        desk.step("i", &GrievanceStep::Closed { on: day(20) }, by("E-010")).unwrap();
        let hold = Id::natural("legal_hold", "12 C 345/26");
        let actions = ["records.file", "records.hold", "records.erase"];
        let records = &RecordRules::new(RetentionRules::default(), actions).unwrap();
        let (persons, classes) = ([person("E-005")].into(), BTreeSet::new());
        let order = &PlaceHold { matter: "12 C 345/26".into(), persons, classes, on: day(21) };
        let full = &full;
        let placing = |tx| async move { place_hold(&tx, hold, order, records, full).await };
        wait(office.transact(&command("hold", officer()), placing)).unwrap();
        let refused = desk.destroy("j", officer()).unwrap_err().to_string();
        assert_eq!(refused, "what is about a party is held in the matter `12 C 345/26`: its release is wanted");
        let over = &HoldRelease { on: day(22), why: "settled".into() };
        let releasing = |tx| async move { release_hold(&tx, hold, over, records, full).await };
        wait(office.transact(&command("release", officer()), releasing)).unwrap();
        assert!(matches!(desk.destroy("k", by("E-030")), Err(GrievanceError::NotPermitted(_))));
        desk.destroy("l", officer()).unwrap();
        desk.destroy("m", officer()).unwrap();

        let left = read(office, "n", id, officer(), full).unwrap();
        assert_eq!((left.account, left.disclosed.entity.destroyed()), (None, Some(day(60))));
        assert!(left.notes.iter().all(|(note, content)| content.is_none() && note.destroyed().is_some()));
        let others = case("e").to_string();
        for kind in ["content", "fact", "grievance", "grievance_note", "grievance_docket"] {
            let kind_of = Kind::literal(kind);
            let found = wait(office.store().scan(&kind_of, "", Key::TOP, 1_000)).unwrap();
            for (key, record) in found.into_iter().filter(|(key, _)| !key.id().contains(&others)) {
                assert!(!record.body.as_str().contains(SECRET), "{key} tells what was said");
                let open = kind == "grievance_note" || kind == "grievance_docket";
                let names = [person("E-005"), person("E-018")].map(|person| person.to_string());
                assert!(!open || names.iter().all(|name| !record.body.as_str().contains(name)), "{key} names a party");
            }
        }
    }
}

#[test]
fn of_a_decision_and_another_handler_at_once_one_comes_first() {
    let (_places, offices) = offices();
    for office in &offices {
        people(office);
        for round in 0..5 {
            let name = format!("r-{round}");
            raise(office, &name, &raising(5), employee()).unwrap();
            let desk = Desk { office, id: case(&name), granted: leave(office, case(&name)) };
            desk.assign("first", "E-009", 6, officer()).unwrap();
            desk.hear(&FIRST, 6, &officer());
            let (desk, barrier) = (&desk, &Barrier::new(3));
            let (upheld, not_upheld, assigned) = std::thread::scope(|scope| {
                let decide = |key: &'static str, finding| {
                    scope.spawn(move || {
                        barrier.wait();
                        desk.step(key, &decide(finding, 7), officer())
                    })
                };
                let one = decide("upheld", GrievanceFinding::Upheld);
                let two = decide("not", GrievanceFinding::NotUpheld);
                let other = scope.spawn(move || {
                    barrier.wait();
                    desk.assign("second", "E-010", 7, officer())
                });
                (one.join().unwrap(), two.join().unwrap(), other.join().unwrap())
            });
            assigned.unwrap();
            let decided = [&upheld, &not_upheld].iter().filter(|result| result.is_ok()).count();
            assert!(decided <= 1);
            for refused in [upheld, not_upheld].into_iter().filter_map(Result::err) {
                let known = matches!(refused, GrievanceError::NotHandler | GrievanceError::Stage { .. });
                assert!(known, "{refused}");
            }
            let found =
                read(office, &format!("read-{round}"), case(&name), officer(), &cleared()).unwrap().disclosed.entity;
            let steps = found.steps().iter().filter(|taken| matches!(taken.step, GrievanceStep::Decided { .. }));
            assert_eq!((steps.count(), found.handler()), (decided, Some(person("E-010"))));
        }
    }
}
