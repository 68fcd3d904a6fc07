//! A house with two rooms and three projectors, and what people ask of it.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use office_core::subject::PersonId;
use office_core::{
    Actor, Command, DateRange, Holidays, Interval, Office, Role, WeeklyHours, WorkingCalendar, WorkingPlan, Zone, wait,
};
use office_scheduling::{
    BookingRequest, Buffers, ResourceBookingId, ResourceDetails, ResourceId, ResourceKind, ResourceParts,
    register_resource,
};

pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How long an offer stands, in minutes.
pub(crate) const OFFER: i64 = 20;
/// How many minutes people may be late for what asks them to check in.
pub(crate) const GRACE: i64 = 15;

pub(crate) fn origin() -> DateTime<Utc> {
    "2026-10-24T22:00:00Z".parse().unwrap()
}

pub(crate) fn at(minute: i64) -> DateTime<Utc> {
    origin() + TimeDelta::minutes(minute)
}

pub(crate) fn time(from: i64, length: i64) -> Interval {
    Interval::starting(at(from), TimeDelta::minutes(length)).unwrap()
}

pub(crate) fn whole() -> Interval {
    time(-600, 2_000)
}

pub(crate) fn person() -> PersonId {
    PersonId::natural("person", "E-004")
}

pub(crate) fn command(key: &str, minute: i64) -> Command {
    Command::new(key, "test", Actor::new(person(), Role::new("office_manager")), at(minute)).unwrap()
}

pub(crate) fn resource(number: usize) -> ResourceId {
    ResourceId::natural("resource", &number.to_string())
}

pub(crate) fn booking(key: &str) -> ResourceBookingId {
    ResourceBookingId::natural("booking", key)
}

pub(crate) fn request(time: Interval, people: u32, units: u32) -> BookingRequest {
    BookingRequest::new(time, person(), people, "a talk").unwrap().of_units(units).unwrap()
}

/// The office always works.
pub(crate) fn hours() -> WorkingCalendar {
    let valid = DateRange::year(2026).unwrap();
    let (week, holidays) = (WeeklyHours::daily("00:00-24:00".parse().unwrap()), Holidays::none(valid));
    let plan = WorkingPlan { zone: Zone::UTC, valid, week, exceptions: BTreeMap::new(), holidays };
    WorkingCalendar::new(plan).unwrap()
}

/// A small room that asks people to check in, a large one, and three projectors; buffers in minutes.
pub(crate) struct Thing {
    pub(crate) kind: ResourceKind,
    pub(crate) capacity: u32,
    pub(crate) count: u32,
    pub(crate) before: i64,
    pub(crate) after: i64,
    pub(crate) check_in: bool,
}

pub(crate) const THINGS: [Thing; 3] = [
    Thing { kind: ResourceKind::Room, capacity: 4, count: 1, before: 5, after: 10, check_in: true },
    Thing { kind: ResourceKind::Room, capacity: 8, count: 1, before: 0, after: 0, check_in: false },
    Thing { kind: ResourceKind::Equipment, capacity: 1, count: 3, before: 10, after: 5, check_in: true },
];

pub(crate) fn prepare(office: &Office) {
    let seconds = |minutes: i64| u32::try_from(60 * minutes).unwrap();
    wait(office.transact(&command("prepare", -600), |tx| async move {
        for (number, one) in THINGS.iter().enumerate() {
            let details = ResourceDetails::new(ResourceParts {
                name: number.to_string(),
                kind: one.kind,
                capacity: one.capacity,
                count: one.count,
                hours: WeeklyHours::daily("00:00-24:00".parse()?),
                buffers: Buffers { set_up_seconds: seconds(one.before), tear_down_seconds: seconds(one.after) },
                check_in_seconds: one.check_in.then_some(seconds(GRACE)),
                ..ResourceParts::default()
            })?;
            register_resource(&tx, resource(number), details).await?;
        }
        Ok::<_, Failure>(())
    }))
    .unwrap();
}
