//! Who is in the office, in which zone, at what hours.

use std::collections::BTreeMap;
use std::error::Error;

use chrono::{DateTime, Utc};
use office_core::subject::PersonId;
use office_core::{Actor, Command, DateRange, Holidays, Id, Role, WeeklyHours, WorkingCalendar, WorkingPlan, Zone};
use office_scheduling::Address;

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// Name, zone, hours of work.
const PEOPLE: [(&str, &str, &str); 6] = [
    ("Jo", "Europe/Berlin", "09:00-18:00"),
    ("Alex", "Europe/Berlin", "09:00-18:00"),
    ("Kim", "America/New_York", "08:00-17:00"),
    ("Lee", "America/New_York", "08:00-17:00"),
    ("Mira", "Asia/Kolkata", "10:30-19:30"),
    ("Ravi", "Asia/Kolkata", "10:30-19:30"),
];

/// Somebody of the office.
pub(crate) struct Colleague {
    pub(crate) name: &'static str,
    pub(crate) id: PersonId,
    pub(crate) hours: WorkingCalendar,
}

/// All six.
pub(crate) fn colleagues() -> Result<Vec<Colleague>, Failure> {
    let valid = DateRange::year(2026)?;
    let person = |(name, zone, hours): (&'static str, &str, &str)| {
        let plan = WorkingPlan {
            zone: zone.parse()?,
            valid,
            week: WeeklyHours::weekdays(hours.parse()?),
            exceptions: BTreeMap::new(),
            holidays: Holidays::none(valid),
        };
        Ok(Colleague { name, id: id(name), hours: WorkingCalendar::new(plan)? })
    };
    PEOPLE.into_iter().map(person).collect()
}

pub(crate) fn id(name: &str) -> PersonId {
    Id::natural("person", name)
}

/// The secretary, who keeps the calendar and books the rooms.
pub(crate) fn secretary() -> PersonId {
    id("secretary")
}

/// The addresses by which calendars name them.
pub(crate) fn addresses() -> Result<BTreeMap<Address, PersonId>, Failure> {
    let address =
        |(name, ..): (&str, &str, &str)| Ok((format!("{}@linden.example", name.to_lowercase()).parse()?, id(name)));
    PEOPLE.into_iter().map(address).collect()
}

/// What the secretary asks for on the first of October; the same key again does nothing.
pub(crate) fn command(key: &str) -> Result<Command, Failure> {
    let at: DateTime<Utc> = "2026-10-01T08:00:00Z".parse()?;
    Ok(Command::new(key, "plan a week", Actor::new(secretary(), Role::new("secretary")), at)?)
}

/// What clocks show at an instant.
pub(crate) fn clock(at: DateTime<Utc>, zone: &str) -> Result<String, Failure> {
    Ok(zone.parse::<Zone>()?.local(at).format("%H:%M").to_string())
}
