//! Who works in the office of these tests, and what they may do.

use chrono::{DateTime, Days, NaiveDate, Utc};
use office_core::subject::PersonId;
use office_core::{
    Actor, Appointment, AuthorityBook, Clearance, Command, DateRange, Grant, Id, Office, Ratio, Role, Scope, wait,
};
use office_hr::{Assignment, Employment, Hire, hire};

pub(crate) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A day of 2026 and after, counted from nought.
pub(crate) fn day(number: u32) -> NaiveDate {
    date("2026-01-01").checked_add_days(Days::new(number.into())).unwrap()
}

/// At nine on such a day.
pub(crate) fn nine(number: u32) -> DateTime<Utc> {
    day(number).and_hms_opt(9, 0, 0).unwrap().and_utc()
}

pub(crate) fn person(name: &str) -> PersonId {
    Id::natural("person", name)
}

pub(crate) fn employee() -> Actor {
    Actor::new(person("E-017"), Role::new("employee"))
}

pub(crate) fn officer() -> Actor {
    Actor::new(person("E-009"), Role::new("officer"))
}

pub(crate) fn command(key: &str, by: Actor) -> Command {
    Command::new(key, "care", by, "2026-10-05T08:00:00Z".parse().unwrap()).unwrap()
}

/// The officer may do all of these, and read the classes for administration.
pub(crate) fn book(actions: &[&str], classes: &[&str]) -> AuthorityBook {
    let (Actor { person, role, .. }, valid) = (officer(), DateRange::from(day(0)));
    let mut book = AuthorityBook::default();
    for action in actions {
        let (role, action) = (role.clone(), action.parse().unwrap());
        book.grants.push(Grant { role, action, scope: Scope::anywhere(), limit: None, valid });
    }
    for class in classes {
        let (role, class, purpose) = (role.clone(), class.parse().unwrap(), "administration".parse().unwrap());
        book.clearances.granted.push(Clearance { role, class, purpose, valid });
    }
    book.appointments.push(Appointment { person, role, scope: Scope::anywhere(), valid });
    book
}

/// The place of somebody who reports to a manager.
pub(crate) fn place(manager: Option<&str>, scope: &str) -> Assignment {
    Assignment {
        role: Role::new("employee"),
        manager: manager.map(person),
        cost_centre: Id::natural("cost_centre", "CC-200"),
        scope: scope.parse().unwrap(),
        weekly_hours: Ratio::from_integer(40),
        week: "MO|TU|WE|TH|FR".parse().unwrap(),
        zone: "Europe/Berlin".parse().unwrap(),
    }
}

/// Employs somebody from a day on.
pub(crate) fn employ(office: &Office, name: &str, assignment: Assignment, first: NaiveDate) -> Id<Employment> {
    let id = Id::natural("employment", name);
    let hiring = &Hire { person: person(name), term: DateRange::from(first), assignment };
    let hired = |tx| async move { hire(&tx, id, hiring).await };
    wait(office.transact(&command(&format!("hire-{name}"), officer()), hired)).unwrap();
    id
}
