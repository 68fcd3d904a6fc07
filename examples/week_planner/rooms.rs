//! Two rooms, and a series that wants one of them.

use std::fmt::Write;

use office_core::{Interval, Office, StoreError, WeeklyHours, Zone, wait};
use office_scheduling::{
    Booking, BookingRequest, Buffers, Calendar, ResourceBookingId, ResourceDetails, ResourceId, ResourceParts, book,
    book_series, bookings_of, register_resource,
};

use crate::people::{Failure, clock, command, id, secretary};

pub(crate) const ROOMS: [(&str, u32); 2] = [("Spree", 12), ("Havel", 8)];

pub(crate) fn room(name: &str) -> ResourceId {
    ResourceId::natural("room", name)
}

/// When a room is open: from half past seven to seven in Berlin.
pub(crate) fn details(name: &str, capacity: u32) -> Result<ResourceDetails, Failure> {
    Ok(ResourceDetails::new(ResourceParts {
        name: name.to_owned(),
        capacity,
        zone: "Europe/Berlin".parse()?,
        hours: WeeklyHours::weekdays("07:30-19:00".parse()?),
        buffers: Buffers { set_up_seconds: 900, tear_down_seconds: 0 },
        ..ResourceParts::default()
    })?)
}

/// Registers the rooms, has a visit booked before the series, and books the series.
pub(crate) fn tell(office: &Office, calendar: &Calendar, told: &mut String) -> Result<(), Failure> {
    for (name, capacity) in ROOMS {
        let details = details(name, capacity)?;
        let details = &details;
        wait(office.transact(&command(&format!("room-{name}"))?, |tx| async move {
            register_resource(&tx, room(name), details.clone()).await
        }))?;
    }
    let time = "2026-10-26T08:00:00Z/2026-10-26T09:30:00Z".parse()?;
    let visit = &BookingRequest::new(time, id("Alex"), 10, "client visit")?;
    let booking = ResourceBookingId::natural("booking", "client visit");
    wait(
        office.transact(&command("visit")?, |tx| async move { book(&tx, room("Spree"), booking, visit.clone()).await }),
    )?;

    writeln!(told, "\nThe weekly review wants Spree, at nine in Berlin:")?;
    let here: Zone = "Europe/Berlin".parse()?;
    for (name, _) in ROOMS {
        for event in &calendar.events {
            let Some(wanted) = event.room_wanted(name, here, secretary())? else { continue };
            let (wanted, window) = (&wanted, "2026-10-01T00:00:00Z/2026-12-01T00:00:00Z".parse()?);
            let report = wait(office.transact(&command(&format!("series-{}", event.uid))?, |tx| async move {
                book_series(&tx, room(name), wanted, window).await
            }))
            .map_err(|error: StoreError| error)?;
            for one in report.occurrences.iter().filter(|_| name == "Spree") {
                let start = one.time.start();
                let (berlin, utc) = (clock(start, "Europe/Berlin")?, clock(start, "UTC")?);
                let outcome = one.refused.as_ref().map_or_else(|| "booked".to_owned(), ToString::to_string);
                writeln!(told, "  {} {berlin} in Berlin, {utc} UTC: {outcome}", start.date_naive())?;
            }
        }
    }
    Ok(())
}

/// What holds a room within a time.
pub(crate) fn held(office: &Office, name: &str, within: Interval) -> Result<Vec<Booking>, Failure> {
    let room = room(name);
    let found = wait(office.view(|view| async move { bookings_of(&view, room, within).await }))?;
    Ok(found.into_iter().map(|(_, booking)| booking).collect())
}
