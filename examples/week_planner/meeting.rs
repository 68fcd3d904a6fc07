//! A time for six people in three zones.

use std::fmt::Write;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Interval, Office, wait};
use office_scheduling::{Blocker, GatherTimeError, Slot, TimeSearch, TimeWish, gather_time_query};

use crate::people::{Colleague, Failure, clock, colleagues};
use crate::rooms::{ROOMS, room};

/// Looks for an hour in the last week of October, and tells why other times do not fit.
pub(crate) fn tell(office: &Office, told: &mut String) -> Result<Slot, Failure> {
    let window: Interval = "2026-10-26T00:00:00Z/2026-10-31T00:00:00Z".parse()?;
    let people = colleagues()?;
    let mut wish = TimeWish::new(window, 3_600, 1_800);
    wish.required = people.iter().map(|person| (person.id, person.hours.clone())).collect();
    wish.rooms = ROOMS.iter().map(|(name, _)| room(name)).collect();
    let wish = &wish;
    let query = wait(office.view(|view| async move { gather_time_query(&view, wish).await }))
        .map_err(|error: GatherTimeError| error)?;
    let search = TimeSearch::new(query)?;
    let found = search.slots(1).into_iter().next().ok_or("a time for six people")?;

    let start = found.time.start();
    let (berlin, new_york) = (clock(start, "Europe/Berlin")?, clock(start, "America/New_York")?);
    let kolkata = clock(start, "Asia/Kolkata")?;
    let place = ROOMS.iter().find(|(name, _)| Some(room(name)) == found.room).map_or("no room", |(name, _)| name);
    writeln!(told, "\nAn hour for six people in three zones:")?;
    writeln!(
        told,
        "  {}: {berlin} in Berlin, {new_york} in New York, {kolkata} in Kolkata, in {place}",
        start.format("%A %Y-%m-%d")
    )?;
    writeln!(told, "Why not earlier on that day?")?;
    let day: NaiveDate = start.date_naive();
    for hour in [11, 12] {
        let at = day.and_hms_opt(hour, 0, 0).ok_or("a time of the day")?.and_utc();
        let reasons: Vec<String> = search
            .why_not(at)
            .into_iter()
            .map(|constraint| match constraint.who {
                Blocker::Person(person) => format!("{} {}", name_of(&people, person), constraint.fails),
                Blocker::Room(id) => {
                    let name = ROOMS.iter().find(|(name, _)| room(name) == id).map_or("a room", |(name, _)| name);
                    format!("{name} {}", constraint.fails)
                }
            })
            .collect();
        writeln!(told, "  {} UTC: {}", at.format("%H:%M"), reasons.join("; "))?;
    }
    Ok(found)
}

fn name_of(people: &[Colleague], person: PersonId) -> &str {
    people.iter().find(|one| one.id == person).map_or("somebody", |one| one.name)
}
