//! The last week of October as a picture: what is in the calendar, and what holds the rooms.

use chrono::{DateTime, Days, NaiveDate, Timelike, Utc};
use office_core::{Interval, Office, Zone, wait};
use office_scheduling::agenda_of;
use plotters::prelude::*;

use crate::people::{Failure, secretary};
use crate::rooms::{ROOMS, held};

/// Pixels: the picture, the margin for hours and days, a day, an hour.
const SIZE: (u32, u32) = (1_180, 660);
const LEFT: i32 = 60;
const TOP: i32 = 40;
const DAY: i32 = 222;
const HOUR: i32 = 50;
/// The first hour that is drawn, and how many.
const FIRST: i32 = 8;
const HOURS: i32 = 12;

const INK: RGBColor = RGBColor(27, 36, 48);
const RULE: RGBColor = RGBColor(211, 218, 226);
const EVENT: RGBColor = RGBColor(190, 215, 245);
const ROOM: RGBColor = RGBColor(250, 220, 180);

/// Draws it by the clocks of Berlin: appointments on the left of a day, rooms on the right.
pub(crate) fn draw(office: &Office) -> Result<String, Failure> {
    let (zone, monday): (Zone, NaiveDate) = ("Europe/Berlin".parse()?, "2026-10-26".parse()?);
    let mut boxes: Vec<(Interval, String, bool)> = Vec::new();
    let window: Interval = "2026-10-26T00:00:00Z/2026-10-31T00:00:00Z".parse()?;
    let keeper = secretary();
    let agenda = wait(office.view(|view| async move { agenda_of(&view, keeper, window, zone, 100).await }))?;
    boxes.extend(agenda.appointments.into_iter().map(|one| (one.time, one.summary.unwrap_or_default(), false)));
    for (name, _) in ROOMS {
        for booking in held(office, name, window)? {
            boxes.push((booking.time(), format!("{name}: {}", booking.request().purpose()), true));
        }
    }
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        area.fill(&WHITE)?;
        let text = |size: i32| ("sans-serif", size).into_font().color(&INK);
        for hour in 0..=HOURS {
            let y = TOP.saturating_add(hour.saturating_mul(HOUR));
            let right = LEFT.saturating_add(DAY.saturating_mul(5));
            area.draw(&PathElement::new(vec![(LEFT, y), (right, y)], RULE))?;
            let label = format!("{:02}:00", FIRST.saturating_add(hour));
            area.draw(&Text::new(label, (8, y.saturating_sub(7)), text(14)))?;
        }
        for (index, day) in (0..5).zip(monday.iter_days()) {
            let x = LEFT.saturating_add(DAY.saturating_mul(index));
            area.draw(&Text::new(day.format("%A %Y-%m-%d").to_string(), (x.saturating_add(6), 12), text(15)))?;
        }
        for (time, label, room) in boxes {
            let Some((from, to)) = place(time, zone, monday, room) else { continue };
            area.draw(&Rectangle::new([from, to], if room { ROOM } else { EVENT }.filled()))?;
            area.draw(&Rectangle::new([from, to], INK.stroke_width(1)))?;
            let corner = (from.0.saturating_add(4), from.1.saturating_add(4));
            area.draw(&Text::new(label, corner, text(11)))?;
        }
        area.present()?;
    }
    Ok(svg)
}

/// Where a time lies; nowhere where it is outside the week.
fn place(time: Interval, zone: Zone, monday: NaiveDate, room: bool) -> Option<((i32, i32), (i32, i32))> {
    let start = zone.local(time.start());
    let day = i32::try_from(start.date().signed_duration_since(monday).num_days()).ok()?;
    let in_week = start.date() >= monday && start.date() < monday.checked_add_days(Days::new(5))?;
    let half = DAY / 2;
    let x = LEFT.saturating_add(DAY.saturating_mul(day)).saturating_add(if room { half } else { 0 });
    let height = |at: DateTime<Utc>| {
        let at = zone.local(at);
        let minutes = i32::try_from(at.hour().saturating_mul(60).saturating_add(at.minute())).unwrap_or_default();
        TOP.saturating_add(minutes.saturating_sub(FIRST.saturating_mul(60)).saturating_mul(HOUR) / 60)
    };
    let (top, bottom) = (height(time.start()), height(time.end()));
    in_week.then_some(((x.saturating_add(2), top), (x.saturating_add(half).saturating_sub(2), bottom)))
}
