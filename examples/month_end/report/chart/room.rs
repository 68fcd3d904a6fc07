//! Which rooms were taken, on which days, for how long.
#![expect(clippy::float_arithmetic, reason = "places and lengths on the page")]

use chrono::{Datelike, NaiveDate, Weekday};
use office_core::Decimal;

use super::super::figures::RoomUse;
use super::super::written::{days_of, number, short};
use super::{Chart, HEAD, Hand, Held, LABEL, NOTE, Tone, WIDTH, count, drawn};

const NAMES: f64 = 120.0;
const ROW: f64 = 32.0;
const ROOMS: usize = 40;

/// A field for each room and day, darker the longer the room was taken, with the hours in it.
pub(crate) fn room_use(month: NaiveDate, rooms: &[RoomUse]) -> Option<Chart> {
    let days = days_of(month);
    if rooms.is_empty() || days.is_empty() {
        return None;
    }
    let rooms = rooms.get(..ROOMS).unwrap_or(rooms);
    let wide = (WIDTH - NAMES) / count(days.len());
    let below = 42.0 + count(rooms.len()) * ROW;
    drawn(below + 34.0, |canvas| {
        for (column, day) in days.iter().enumerate() {
            let middle = NAMES + (count(column) + 0.5) * wide;
            let free = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
            let tone = if free { Tone::Soft } else { Tone::Ink };
            canvas.write((middle, 10.0), Held::Middle, NOTE, initial(day.weekday()))?;
            canvas.write((middle, 26.0), Held::Middle, Hand { tone, bold: !free, ..NOTE }, &day.day().to_string())?;
        }
        for (row, room) in rooms.iter().enumerate() {
            let top = 40.0 + count(row) * ROW;
            canvas.write((NAMES - 10.0, top + ROW / 2.0), Held::End, LABEL, &short(&room.room, 16))?;
            for (column, day) in days.iter().enumerate() {
                let hours = room.hours.iter().filter(|(date, _)| date == day).map(|(_, hours)| *hours);
                let hours = hours.fold(Decimal::ZERO, Decimal::saturating_add);
                let left = NAMES + count(column) * wide;
                let heat = heat(hours);
                canvas.fill((left + 1.0, top + 1.0), (wide - 2.0, ROW - 2.0), Tone::Heat(heat))?;
                if hours > Decimal::ZERO {
                    let tone = if heat < 3 { Tone::Ink } else { Tone::Paper };
                    let hand = Hand { tone, size: 11.5, bold: false };
                    let middle = (left + wide / 2.0, top + ROW / 2.0);
                    // What does not fit the field is told in the table.
                    let exact = number(hours);
                    let label = if exact.chars().count() < 5 { exact } else { "…".to_owned() };
                    canvas.write(middle, Held::Middle, hand, &label)?;
                }
            }
        }
        canvas.write((NAMES, below + 16.0), Held::Start, HEAD, "Hours")?;
        let entries = [
            (Tone::Heat(0), "none"),
            (Tone::Heat(1), "up to 1"),
            (Tone::Heat(2), "up to 2"),
            (Tone::Heat(3), "up to 4"),
            (Tone::Heat(4), "more"),
        ];
        canvas.legend((NAMES + 58.0, below + 10.0), &entries)
    })
}

/// How dark a field is: the steps the legend names.
fn heat(hours: Decimal) -> u8 {
    match hours {
        none if none <= Decimal::ZERO => 0,
        hour if hour <= Decimal::ONE => 1,
        two if two <= Decimal::TWO => 2,
        four if four <= Decimal::from(4) => 3,
        _ => 4,
    }
}

const fn initial(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "M",
        Weekday::Tue | Weekday::Thu => "T",
        Weekday::Wed => "W",
        Weekday::Fri => "F",
        Weekday::Sat | Weekday::Sun => "S",
    }
}
