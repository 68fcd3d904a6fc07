//! Whose time it is in these tests, and what is done with it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc, Weekday};
use office_core::rules::{DecisionTable, PolicyBook};
use office_core::subject::PersonId;
use office_core::{
    Actor, Appointment, ApproveStep, AuthorityBook, Command, DateRange, Grant, Holidays, Id, Interval, Office, Ratio,
    ReturnCase, Role, Scope, WeeklyHours, WorkingCalendar, WorkingPlan, wait,
};
use office_hr::{
    Assignment, Employment, EnterTime, Hire, OvertimeRules, ReopenTimesheetError, TimeEntry, TimeLock, TimeStep,
    TimeStepMode, Timesheet, TimesheetError, TimesheetFact, TimesheetRules, TimesheetStatus, WorkingTimeLimits,
    approve_timesheet, enter_time, give_back_timesheet, hire, reopen_timesheet, strike_time, submit_timesheet,
};

pub(crate) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A Monday, after what is written.
pub(crate) fn now() -> DateTime<Utc> {
    "2026-10-19T08:00:00Z".parse().unwrap()
}

pub(crate) fn person(name: &str) -> PersonId {
    Id::natural("person", name)
}

pub(crate) fn employee() -> Actor {
    Actor::new(person("E-1"), Role::new("employee"))
}

pub(crate) fn manager() -> Actor {
    Actor::new(person("E-2"), Role::new("office_manager"))
}

pub(crate) fn employment() -> Id<Employment> {
    Id::natural("employment", "E-1")
}

pub(crate) fn monday(week: u64) -> NaiveDate {
    date("2026-10-05") + chrono::Days::new(week * 7)
}

pub(crate) fn sheet(week: u64) -> Id<Timesheet> {
    Timesheet::id_of(employment(), monday(week))
}

/// More than eight hours on a sheet need the office manager.
pub(crate) fn rules() -> TimesheetRules {
    let rows = [
        ["<= 8", "allow"],
        ["> 60", "refuse: too much for one week"],
        ["-", "approvals: 1 office_manager time.approve expire after 16h"],
    ];
    let rows = rows.map(|row| row.map(str::to_owned).to_vec());
    let mut approval = PolicyBook::new("time");
    approval
        .publish(date("2026-01-01"), DecisionTable::from_rows(&["hours: number", "outcome"], rows).unwrap())
        .unwrap();
    let valid = DateRange::year(2026).unwrap();
    let hours = WorkingPlan {
        zone: "Europe/Berlin".parse().unwrap(),
        valid,
        week: WeeklyHours::weekdays("09:00-17:00".parse().unwrap()),
        exceptions: BTreeMap::new(),
        holidays: Holidays::none(valid),
    };
    TimesheetRules {
        overtime: OvertimeRules::flsa().starting(Weekday::Mon),
        limits: WorkingTimeLimits::european(),
        begin: None,
        end: Some(TimeStep::new(5, TimeStepMode::Down).unwrap()),
        lock: Some(TimeLock { open_days: 10 }),
        approval,
        enter: "time.enter".parse().unwrap(),
        reopen: "time.reopen".parse().unwrap(),
        hours: WorkingCalendar::new(hours).unwrap(),
    }
}

pub(crate) fn book() -> AuthorityBook {
    let (valid, scope) = (DateRange::from(date("2026-01-01")), Scope::anywhere());
    let mut book = AuthorityBook::default();
    for (name, role) in [("E-1", "office_manager"), ("E-1", "employee"), ("E-2", "office_manager")] {
        let (person, role) = (person(name), Role::new(role));
        book.appointments.push(Appointment { person, role, scope: scope.clone(), valid });
    }
    for action in ["time.approve", "time.reopen"] {
        let (role, action) = (Role::new("office_manager"), action.parse().unwrap());
        book.grants.push(Grant { role, action, scope: scope.clone(), limit: None, valid });
    }
    book
}

pub(crate) fn employ(office: &Office) {
    let assignment = Assignment {
        role: Role::new("employee"),
        manager: Some(person("E-2")),
        cost_centre: Id::natural("cost_centre", "CC-200"),
        scope: "company/CC-200".parse().unwrap(),
        weekly_hours: Ratio::from_integer(40),
        week: "MO|TU|WE|TH|FR".parse().unwrap(),
        zone: "Europe/Berlin".parse().unwrap(),
    };
    let hiring = &Hire { person: person("E-1"), term: "2026-01-01/..".parse().unwrap(), assignment };
    let hired = |tx| async move { hire(&tx, employment(), hiring).await };
    wait(office.transact(&command("hire", &manager(), now()), hired)).unwrap();
}

pub(crate) fn command(key: &str, by: &Actor, at: DateTime<Utc>) -> Command {
    Command::new(key, "time", by.clone(), at).unwrap()
}

pub(crate) fn work(from: &str, minutes: i64) -> TimeEntry {
    let from: DateTime<Utc> = from.parse().unwrap();
    TimeEntry::new(Interval::new(from, from + TimeDelta::minutes(minutes)).unwrap()).unwrap()
}

pub(crate) fn enter_at(
    office: &Office,
    key: &str,
    (number, time): (u32, TimeEntry),
    by: &Actor,
    at: DateTime<Utc>,
) -> Result<Id<Timesheet>, TimesheetError> {
    let entry = &EnterTime { employment: employment(), number, time, note: "desk".into() };
    let rules = &rules();
    wait(office.transact(&command(key, by, at), |tx| async move { enter_time(&tx, entry, rules, &book()).await }))
}

pub(crate) fn enter(office: &Office, key: &str, number: u32, time: TimeEntry) -> Result<Id<Timesheet>, TimesheetError> {
    enter_at(office, key, (number, time), &employee(), now())
}

pub(crate) fn strike(office: &Office, key: &str, number: u32, why: &str) -> Result<(), TimesheetError> {
    let rules = &rules();
    let strike = |tx| async move { strike_time(&tx, sheet(0), number, why, rules, &book()).await };
    wait(office.transact(&command(key, &employee(), now()), strike))
}

pub(crate) fn submit(office: &Office, key: &str) -> Result<TimesheetStatus, TimesheetError> {
    let rules = &rules();
    let submit = |tx| async move { submit_timesheet(&tx, sheet(0), rules, &book()).await };
    wait(office.transact(&command(key, &employee(), now()), submit))
}

pub(crate) fn approve(office: &Office, key: &str, by: &Actor) -> Option<TimesheetStatus> {
    let step = &ApproveStep { by: by.clone(), step: 1, on: now().date_naive(), at: now() };
    let (rules, book) = (&rules(), &book());
    let approve = |tx| async move { approve_timesheet(&tx, sheet(0), step, book, rules).await };
    wait(office.transact(&command(key, by, now()), approve)).ok()
}

pub(crate) fn give_back(office: &Office, key: &str) -> Option<TimesheetStatus> {
    let (by, reason, at) = (manager(), "Tuesday is missing".to_owned(), now());
    let back = &ReturnCase { by: by.clone(), step: 1, on: at.date_naive(), at, reason };
    let (rules, book) = (&rules(), &book());
    let give_back = |tx| async move { give_back_timesheet(&tx, sheet(0), back, book, rules).await };
    wait(office.transact(&command(key, &by, now()), give_back)).ok()
}

pub(crate) fn reopen(
    office: &Office,
    key: &str,
    by: &Actor,
    why: &str,
) -> Result<TimesheetStatus, ReopenTimesheetError> {
    let (rules, book) = (&rules(), &book());
    let reopen = |tx| async move { reopen_timesheet(&tx, sheet(0), why, book, rules).await };
    wait(office.transact(&command(key, by, now()), reopen))
}

pub(crate) fn load(office: &Office, week: u64) -> Timesheet {
    wait(office.view(|view| async move { view.load(sheet(week)).await })).unwrap()
}

pub(crate) fn facts(office: &Office) -> Vec<TimesheetFact> {
    let recorded = wait(office.view(|view| async move { view.history(sheet(0), 0, 10_000).await })).unwrap();
    recorded.iter().map(|fact| fact.fact::<Timesheet>().unwrap().unwrap()).collect()
}
