//! Rooms: who asked for one, and how much they were used.

use chrono::TimeDelta;
use office_core::{Decimal, Interval};
use office_scheduling::{Booking, Resource, RoomUse, bookings_of};

use super::{Source, outcome_of};
use crate::files::rooms::{BookingRow, RoomRow};
use crate::play::Failure;
use crate::report::{BookingLine, RoomUse as UseOfRoom, Rooms};

/// The requests in the order of the file, and the use of each room that was used.
pub(super) async fn read(source: Source<'_>) -> Result<Rooms, Failure> {
    let mut bookings = Vec::new();
    for row in &source.world.files.bookings {
        bookings.push(line(source, row)?);
    }
    let mut usage = Vec::new();
    for row in &source.world.files.rooms {
        let used = use_of(source, row).await?;
        if !used.hours.is_empty() {
            usage.push(used);
        }
    }
    Ok(Rooms { bookings, usage })
}

fn line(source: Source<'_>, row: &BookingRow) -> Result<BookingLine, Failure> {
    let number = row.code.as_str();
    let page = source.page("booking", number).ok_or_else(|| format!("nobody decided on booking {number}"))?;
    let room = source.world.files.rooms.iter().find(|room| room.code == row.room);
    Ok(BookingLine {
        number: number.to_owned(),
        day: row.date,
        time: format!("{}–{}", row.start.format("%H:%M"), row.end.format("%H:%M")),
        room: room.map_or_else(|| row.room.as_str().to_owned(), |room| room.name.clone()),
        organiser: source.name_of(row.organiser.as_str()),
        people: row.people,
        purpose: row.purpose.clone(),
        outcome: outcome_of(page.ending),
        reason: source.why(page),
    })
}

/// The hours of a room's bookings in the month, without set-up and tear-down, by the calendar of its own zone.
async fn use_of(source: Source<'_>, row: &RoomRow) -> Result<UseOfRoom, Failure> {
    let found = source.view.find_by(Resource::BY_NAME, &row.name).await?;
    let (id, room) = found.ok_or_else(|| format!("room {} is not on the list", row.name))?;
    let zone = room.details().zone;
    let month = Interval::new(zone.day(source.month().start())?.start(), zone.day(source.last_day())?.end())?;
    let bookings = bookings_of(source.view, id, month).await?;
    let used = RoomUse::of(zone, source.month(), bookings.iter().map(|(_, booking)| Booking::time(booking)))?;
    let hours = used.days().map(|(day, time)| (day, hours(time))).collect();
    Ok(UseOfRoom { room: row.name.clone(), hours })
}

/// Hours and hundredths of hours, rounded to the nearest.
fn hours(time: TimeDelta) -> Decimal {
    let hour = Decimal::from(TimeDelta::hours(1).num_seconds());
    Decimal::from(time.num_seconds()).checked_div(hour).unwrap_or_default().round_dp(2)
}
