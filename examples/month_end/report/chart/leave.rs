//! Leave: how the days of each employee stand, and who was away on which day of the month.
#![expect(clippy::float_arithmetic, reason = "places and lengths on the page")]

use chrono::{Datelike, NaiveDate, Weekday};
use office_core::Decimal;

use super::super::figures::{Absence, Leave, LeaveRow};
use super::super::written::{days_of, number, short};
use super::{Canvas, Chart, Drawing, HEAD, Hand, Held, LABEL, NOTE, Tone, WIDTH, count, drawn, part, wide};

const NAMES: f64 = 130.0;
const BARS: f64 = 400.0;
/// Where the days of the month begin.
const STRIP: f64 = 600.0;
const ROW: f64 = 24.0;
const HEADER: f64 = 56.0;
const PEOPLE: usize = 120;

/// Stacked bars of taken, planned and left days, and beside them the absences of the month.
pub(crate) fn leave(month: NaiveDate, leave: &Leave) -> Option<Chart> {
    let days = days_of(month);
    let rows = leave.rows.get(..PEOPLE).unwrap_or(&leave.rows);
    let most = rows.iter().map(all).max()?;
    drawn(HEADER + count(rows.len()) * ROW + 4.0, |canvas| {
        canvas.write((NAMES, 10.0), Held::Start, HEAD, "Days of the year")?;
        canvas.legend((NAMES, 24.0), &[(Tone::Blue, "taken"), (Tone::Sky, "requested"), (Tone::Track, "left")])?;
        canvas.write((STRIP, 10.0), Held::Start, HEAD, "Away in the month")?;
        let each = (WIDTH - STRIP) / count(days.len().max(1));
        for (column, day) in days.iter().enumerate() {
            let left = STRIP + count(column) * each;
            if matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
                canvas.fill((left, HEADER - 4.0), (each, count(rows.len()) * ROW + 4.0), Tone::Track)?;
            }
            canvas.write(
                (left + each / 2.0, 43.0),
                Held::Middle,
                Hand { size: 10.0, ..NOTE },
                &day.day().to_string(),
            )?;
        }
        for (row, person) in rows.iter().enumerate() {
            let top = HEADER + count(row) * ROW;
            canvas.line([(0.0, top - 1.0), (WIDTH, top - 1.0)], Tone::Rule, 1)?;
            canvas.write((NAMES - 10.0, top + ROW / 2.0), Held::End, LABEL, &short(&person.name, 18))?;
            bar(canvas, person, top, most)?;
            for away in leave.absences.iter().filter(|away| away.employee == person.employee) {
                strip(canvas, away, &days, top, each)?;
            }
        }
        Ok(())
    })
}

fn all(person: &LeaveRow) -> Decimal {
    let parts = [person.taken, person.requested, person.left];
    parts.into_iter().map(|days| days.max(Decimal::ZERO)).fold(Decimal::ZERO, Decimal::saturating_add)
}

fn bar(canvas: &Canvas<'_>, person: &LeaveRow, top: f64, most: Decimal) -> Drawing {
    let parts = [
        (person.taken, Tone::Blue, Tone::Paper),
        (person.requested, Tone::Sky, Tone::Ink),
        (person.left, Tone::Track, Tone::Ink),
    ];
    let mut left = NAMES;
    for (days, ground, tone) in parts {
        let length = part(days, most) * BARS;
        canvas.fill((left, top + 3.0), (length, ROW - 7.0), ground)?;
        let (label, hand) = (number(days), Hand { tone, size: 11.0, bold: false });
        // A figure that does not fit its bar is in the table.
        if wide(&label, hand) + 4.0 < length {
            canvas.write((left + length / 2.0, top + ROW / 2.0 - 0.5), Held::Middle, hand, &label)?;
        }
        left += length;
    }
    Ok(())
}

/// Marks the days of an absence that are in the month and not on a weekend.
fn strip(canvas: &Canvas<'_>, away: &Absence, days: &[NaiveDate], top: f64, each: f64) -> Drawing {
    for (column, day) in days.iter().enumerate() {
        let free = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        if *day < away.first || away.last < *day || free {
            continue;
        }
        // Half a day is half as high.
        let half = away.first == away.last && away.days < Decimal::ONE;
        let height = if half { (ROW - 7.0) / 2.0 } else { ROW - 7.0 };
        canvas.fill((STRIP + count(column) * each + 0.5, top + 3.0), (each - 1.0, height), Tone::Orange)?;
    }
    Ok(())
}
