//! Rooms and their bookings, leave and who was away.

use maud::{Markup, html};
use office_core::Decimal;

use super::super::chart;
use super::super::figures::Figures;
use super::super::written;
use super::table::{
    Holds::{Figures as N, Words as W},
    Row, aligned, code, day, outcome, table, words,
};
use super::{figure, section};

pub(super) fn rooms(figures: &Figures) -> Markup {
    let rooms = &figures.rooms;
    let bookings = rooms.bookings.iter().map(|line| {
        Row::from([
            code(&line.number),
            day(line.day),
            code(&line.time),
            words(&line.room),
            words(&line.organiser),
            words(&line.people.to_string()),
            words(&line.purpose),
            outcome(line.outcome, "booked"),
            words(&line.reason),
        ])
    });
    let head = [
        ("Booking", W),
        ("Day", W),
        ("Time", W),
        ("Room", W),
        ("Organiser", W),
        ("People", N),
        ("Purpose", W),
        ("Outcome", W),
        ("Reason", W),
    ];
    let inner = html! {
        (figure("rooms", "Hours each room was taken, by day", "A field for each room and day with the hours in it, \
            darker the longer the room was taken. The table of room use holds the same figures.",
            chart::room_use(figures.month, &rooms.usage).as_ref()))
        (usage(figures))
        (table("Bookings", &head, bookings))
    };
    section("rooms", "Rooms", &inner)
}

fn usage(figures: &Figures) -> Markup {
    let usage = &figures.rooms.usage;
    let sum = |hours: &[(_, Decimal)]| hours.iter().fold(Decimal::ZERO, |sum, (_, hours)| sum.saturating_add(*hours));
    let places = written::places(usage.iter().map(|room| sum(&room.hours)));
    let rows = usage.iter().map(|room| {
        let days =
            room.hours.iter().map(|(date, hours)| format!("{} {} h", written::day(*date), written::number(*hours)));
        let days: Vec<String> = days.collect();
        Row::from([words(&room.room), aligned(sum(&room.hours), places), words(&days.join(", "))])
    });
    table("Room use", &[("Room", W), ("Hours", N), ("Days", W)], rows)
}

pub(super) fn leave(figures: &Figures) -> Markup {
    let leave = &figures.leave;
    let places = written::places(leave.rows.iter().flat_map(|row| [row.entitled, row.taken, row.requested, row.left]));
    let rows = leave.rows.iter().map(|row| {
        Row::from([
            code(&row.employee),
            words(&row.name),
            aligned(row.entitled, places),
            aligned(row.taken, places),
            aligned(row.requested, places),
            aligned(row.left, places),
        ])
    });
    let away_places = written::places(leave.absences.iter().map(|away| away.days));
    let absences = leave.absences.iter().map(|away| {
        Row::from([
            words(&away.name),
            words(&away.kind),
            day(away.first),
            day(away.last),
            aligned(away.days, away_places),
        ])
    });
    let head = [("Employee", W), ("Name", W), ("Entitled", N), ("Taken", N), ("Requested", N), ("Left", N)];
    let inner = html! {
        (figure("leave", "Leave of the year, and who was away", "A bar for each employee in three parts: days taken, \
            requested and left. On the right the days of the month on which they were away. The tables hold the same \
            figures.", chart::leave(figures.month, leave).as_ref()))
        div.columns {
            (table("Days of leave", &head, rows))
            (table("Absences of the month", &[("Name", W), ("Kind", W), ("First", W), ("Last", W), ("Days", N)], absences))
        }
    };
    section("leave", "Leave", &inner)
}
