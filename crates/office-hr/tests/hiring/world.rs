//! An office that hires.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::rules::{DecisionTable, PolicyBook};
use office_core::subject::PersonId;
use office_core::{
    Actor, Appointment, ApprovalStatus, AuthorityBook, Clearance, Command, DateRange, Entity, Grant, Holidays, Id,
    Office, Ratio, Role, Scope, WeeklyHours, WorkingCalendar, WorkingPlan, Zone, wait,
};
use office_hr::{
    Application, Assignment, HiringError, HiringRules, Offer, OfferAnswer, OfferTerms, OfferedPay, RequestVacancy,
    Vacancy, answer_offer, hire_applicant, make_offer, receive_application, reject_application, request_vacancy,
    withdraw_application,
};

pub(crate) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn today() -> NaiveDate {
    date("2026-10-05")
}

pub(crate) fn person(name: &str) -> PersonId {
    Id::natural("person", name)
}

pub(crate) fn recruiter() -> Actor {
    Actor::new(person("E-009"), Role::new("recruiter"))
}

pub(crate) fn command(key: &str, by: Actor) -> Command {
    Command::new(key, "hiring", by, "2026-10-05T08:00:00Z".parse().unwrap()).unwrap()
}

pub(crate) fn vacancy() -> Id<Vacancy> {
    Id::natural("vacancy", "V-1")
}

/// One or two seats need nobody; more the executive.
pub(crate) fn rules() -> HiringRules {
    let mut approval = PolicyBook::new("vacancies");
    let row = |seats: &str, outcome: &str| vec![seats.to_owned(), outcome.to_owned()];
    let rows = [row("<= 2", "allow"), row("-", "approvals: 1 executive vacancy.approve")];
    let table = DecisionTable::from_rows(&["seats: number", "outcome"], rows).unwrap();
    approval.publish(date("2026-01-01"), table).unwrap();
    let valid = DateRange::year(2026).unwrap();
    let (week, holidays) = (WeeklyHours::weekdays("09:00-17:00".parse().unwrap()), Holidays::none(valid));
    let plan = WorkingPlan { zone: Zone::UTC, valid, week, exceptions: BTreeMap::new(), holidays };
    HiringRules {
        approval,
        recruit: "hiring.recruit".parse().unwrap(),
        offer: "hiring.offer".parse().unwrap(),
        files: "application".parse().unwrap(),
        pay: "pay".parse().unwrap(),
        hours: WorkingCalendar::new(plan).unwrap(),
    }
}

pub(crate) fn book() -> AuthorityBook {
    let (valid, scope) = (DateRange::year(2026).unwrap(), Scope::anywhere());
    let mut book = AuthorityBook::default();
    let limit = Some("60000.00 EUR".parse().unwrap());
    let grants = [
        ("recruiter", "hiring.recruit", None),
        ("recruiter", "hiring.offer", limit),
        ("recruiter", "records.file", None),
        ("recruiter", "records.erase", None),
        ("executive", "vacancy.approve", None),
    ];
    for (role, action, limit) in grants {
        let (role, action, scope) = (Role::new(role), action.parse().unwrap(), scope.clone());
        book.grants.push(Grant { role, action, scope, limit, valid });
    }
    for (name, role) in [("E-009", "recruiter"), ("E-001", "executive")] {
        let (person, role, scope) = (person(name), Role::new(role), scope.clone());
        book.appointments.push(Appointment { person, role, scope, valid });
    }
    let (role, class) = (Role::new("recruiter"), "pay".parse().unwrap());
    let purpose = "hiring".parse().unwrap();
    book.clearances.granted.push(Clearance { role, class, purpose, valid });
    book
}

pub(crate) fn wanted(seats: u32) -> RequestVacancy {
    RequestVacancy {
        title: "reception".into(),
        role: Role::new("receptionist"),
        scope: Scope::anywhere(),
        seats,
        yearly: Some("38000.00 EUR".parse().unwrap()),
        stages: ["letter", "talk", "offer"].map(str::to_owned).to_vec(),
        criteria: [("friendly".to_owned(), 3), ("languages".to_owned(), 1)].into(),
        on: today(),
    }
}

pub(crate) fn terms() -> OfferTerms {
    let assignment = Assignment {
        role: Role::new("receptionist"),
        manager: None,
        cost_centre: Id::natural("cost_centre", "CC-100"),
        scope: Scope::anywhere(),
        weekly_hours: Ratio::from_integer(40),
        week: "MO|TU|WE|TH|FR".parse().unwrap(),
        zone: "Europe/Berlin".parse().unwrap(),
    };
    OfferTerms { term: "2026-11-01/..".parse().unwrap(), assignment, open_until: date("2026-10-16") }
}

pub(crate) fn pay(yearly: &str) -> OfferedPay {
    OfferedPay { yearly: yearly.parse().unwrap(), besides: "a ticket for the tram".into() }
}

pub(crate) fn ask(office: &Office, seats: u32) -> ApprovalStatus {
    let (rules, wanted) = (&rules(), &wanted(seats));
    wait(office.transact(&command("ask", recruiter()), |tx| async move {
        request_vacancy(&tx, vacancy(), wanted, rules).await
    }))
    .unwrap()
}

pub(crate) fn apply(office: &Office, name: &str) -> Id<Application> {
    let (id, key) = (person(name), format!("apply-{name}"));
    wait(office.transact(&command(&key, recruiter()), |tx| async move {
        receive_application(&tx, vacancy(), id, "website", today()).await
    }))
    .unwrap()
}

pub(crate) fn offer(office: &Office, key: &str, to: Id<Application>) -> Result<Id<Offer>, HiringError> {
    let (rules, book, terms, pay) = (&rules(), &book(), &terms(), &pay("38000.00 EUR"));
    wait(office.transact(&command(key, recruiter()), |tx| async move {
        make_offer(&tx, to, terms, pay, today(), rules, book).await
    }))
}

pub(crate) fn answer(office: &Office, key: &str, id: Id<Offer>, answer: &OfferAnswer) -> Result<(), HiringError> {
    let (rules, book) = (&rules(), &book());
    wait(office.transact(&command(key, recruiter()), |tx| async move {
        answer_offer(&tx, id, answer, today(), rules, book).await
    }))
}

pub(crate) fn hire(office: &Office, key: &str, id: Id<Application>, number: usize) -> Result<(), HiringError> {
    let (rules, book, employment) = (&rules(), &book(), Id::natural("employment", &format!("E-{number}")));
    wait(office.transact(&command(key, recruiter()), |tx| async move {
        hire_applicant(&tx, id, employment, today(), rules, book).await
    }))
}

pub(crate) fn reject(office: &Office, key: &str, id: Id<Application>) -> Result<(), HiringError> {
    let (rules, book) = (&rules(), &book());
    wait(office.transact(&command(key, recruiter()), |tx| async move {
        reject_application(&tx, id, "another was better", today(), rules, book).await
    }))
}

pub(crate) fn withdraw(office: &Office, key: &str, id: Id<Application>) -> Result<(), HiringError> {
    let (rules, book) = (&rules(), &book());
    wait(office.transact(&command(key, recruiter()), |tx| async move {
        withdraw_application(&tx, id, today(), rules, book).await
    }))
}

pub(crate) fn load<E: Entity>(office: &Office, id: Id<E>) -> E {
    const { assert!(!E::CLASSIFIED) }
    wait(office.view(|view| async move { view.load(id).await })).unwrap()
}
