//! Rooms: the standing meetings of the calendar, and whatever else is asked for.

use std::collections::BTreeSet;

use office_core::{DayHours, DaySpan, FoldRule, GapRule, Id, Interval, Tx, WeeklyHours};
use office_scheduling::{
    BookError, BookingRequest, Buffers, ResourceDetails, ResourceId, ResourceParts, book, book_series,
    register_resource,
};

use super::begin::Unfit;
use super::{Failure, World};
use crate::diary::{Step, Told, chain, take};
use crate::files::rooms::{BookingRow, RoomRow};

/// The id of a room.
pub(crate) fn room_of(row: &RoomRow) -> ResourceId {
    row.code.id().retag()
}

/// Puts a room on the list.
pub(crate) async fn register(tx: &Tx, row: &RoomRow) -> Result<(), Unfit> {
    let seconds = |minutes: u32| minutes.saturating_mul(60);
    let open = DayHours::new([DaySpan::new(row.open, row.close)?])?;
    let details = ResourceDetails::new(ResourceParts {
        name: row.name.clone(),
        capacity: row.capacity,
        features: row.features.iter().cloned().collect::<BTreeSet<_>>(),
        zone: row.zone,
        hours: WeeklyHours::daily(open),
        buffers: Buffers {
            set_up_seconds: seconds(row.setup_minutes),
            tear_down_seconds: seconds(row.teardown_minutes),
        },
        ..ResourceParts::default()
    })?;
    Ok(register_resource(tx, room_of(row), details).await?)
}

/// Books the meetings of the calendar for the month, then what is asked for besides, in the order of the file.
pub(crate) async fn bookings(world: World<'_>) -> Result<(), Failure> {
    let month = world.files.company.month;
    let day = month.start();
    for event in &world.files.calendar.events {
        let organiser = event.details.organiser.as_ref().and_then(|organiser| {
            let address = organiser.value().strip_prefix("mailto:").unwrap_or(organiser.value());
            world.files.staff.iter().find(|employee| employee.email == address)
        });
        let Some(organiser) = organiser.or(world.files.staff.first()) else { continue };
        for room in &world.files.rooms {
            let Some(wanted) = event.room_wanted(&room.name, room.zone, organiser.code.id())? else { continue };
            let (first, last) = (room.zone.day(day)?, room.zone.day(month.last().unwrap_or(day))?);
            let window = Interval::new(first.start(), last.end())?;
            let reference = format!("{} in {}", event.uid, room.code.as_str());
            let (wanted, id) = (&wanted, room_of(room));
            take(world.office, &world.step(day, "meeting", &reference, &organiser.code), |tx| async move {
                let report = book_series(&tx, id, wanted, window).await?;
                let refused: Vec<String> = report
                    .occurrences
                    .iter()
                    .filter_map(|found| Some(format!("{}: {}", found.occurrence, chain(found.refused.as_ref()?))))
                    .collect();
                Ok::<_, office_core::StoreError>(if refused.is_empty() {
                    Told::accepted(format!("{}, {} times", wanted.purpose, report.occurrences.len()))
                } else {
                    Told::held(refused.join("; "))
                })
            })
            .await?;
        }
    }
    for row in &world.files.bookings {
        request(world, row).await?;
    }
    Ok(())
}

async fn request(world: World<'_>, row: &BookingRow) -> Result<(), Failure> {
    let Some(room) = world.files.rooms.iter().find(|room| room.code == row.room) else { return Ok(()) };
    let at = |time| room.zone.at(row.date.and_time(time)).instant(GapRule::Refuse, FoldRule::First);
    let time = Interval::new(at(row.start)?, at(row.end)?)?;
    let request = &BookingRequest::new(time, row.organiser.id(), row.people, row.purpose.clone())?;
    let (id, room_id) = (Id::natural("booking", row.code.as_str()), room_of(room));
    let step: Step<'_> = world.step(row.date, "booking", row.code.as_str(), &row.organiser);
    take(world.office, &step, |tx| async move {
        book(&tx, room_id, id, request.clone()).await?;
        Ok::<_, BookError>(Told::accepted(format!("{} for {}", room.name, row.purpose)))
    })
    .await?;
    Ok(())
}
