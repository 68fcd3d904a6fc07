//! What is on the shelf: its value by item, and how the most used items went up and down.
#![expect(clippy::float_arithmetic, reason = "places and lengths on the page")]

use chrono::Datelike;
use office_core::Decimal;

use super::super::figures::StockItem;
use super::super::written::{amount, number, quantity, short};
use super::{Canvas, Chart, Drawing, HEAD, Held, LABEL, NOTE, Tone, WIDTH, count, drawn, part, wide};

/// More bars than this are not read; the table has every item.
const BARS: usize = 40;
const ROW: f64 = 23.0;
/// Where bars begin, right of the names.
const NAMES: f64 = 190.0;
/// Room for the figure at the end of a bar.
const FIGURES: f64 = 130.0;

/// A bar for each item, the most valuable first.
pub(crate) fn value_by_item(items: &[StockItem]) -> Option<Chart> {
    let mut items: Vec<_> = items.iter().collect();
    items.sort_by(|a, b| b.value.amount().cmp(&a.value.amount()).then_with(|| a.sku.cmp(&b.sku)));
    items.truncate(BARS);
    let most = items.first()?.value.amount();
    drawn(count(items.len()) * ROW + 8.0, |canvas| {
        for (row, item) in items.iter().enumerate() {
            let middle = count(row) * ROW + ROW / 2.0 + 4.0;
            let length = part(item.value.amount(), most) * (WIDTH - NAMES - FIGURES);
            canvas.write((NAMES - 10.0, middle), Held::End, LABEL, &short(&item.name, 26))?;
            canvas.fill((NAMES, middle - 7.5), (length, 15.0), Tone::Blue)?;
            canvas.write((NAMES + length + 8.0, middle), Held::Start, LABEL, &amount(item.value))?;
        }
        canvas.line([(NAMES, 2.0), (NAMES, count(items.len()) * ROW + 6.0)], Tone::Soft, 2)
    })
}

const PANELS: usize = 6;
const ACROSS: usize = 3;
const GAP: f64 = 30.0;
const HIGH: f64 = 168.0;

/// On hand day by day, for the items that moved on most days, each with the level at which it is ordered.
pub(crate) fn levels(items: &[StockItem]) -> Option<Chart> {
    let mut moving: Vec<_> = items.iter().map(|item| (moves(item), item)).filter(|(moves, _)| *moves > 0).collect();
    moving.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.sku.cmp(&b.1.sku)));
    moving.truncate(PANELS);
    if moving.is_empty() {
        return None;
    }
    let rows = moving.len().div_ceil(ACROSS);
    let width = (WIDTH - GAP * count(ACROSS.saturating_sub(1))) / count(ACROSS);
    drawn(count(rows) * HIGH - 8.0, |canvas| {
        for (place, (_, item)) in moving.iter().enumerate() {
            let (row, column) = (place.checked_div(ACROSS), place.checked_rem(ACROSS));
            let left = count(column.unwrap_or_default()) * (width + GAP);
            let top = count(row.unwrap_or_default()) * HIGH;
            panel(canvas, item, (left, top), width)?;
        }
        Ok(())
    })
}

/// On how many days the level was not that of the day before.
fn moves(item: &StockItem) -> usize {
    item.series.iter().zip(item.series.iter().skip(1)).filter(|(before, after)| before.1 != after.1).count()
}

fn panel(canvas: &Canvas<'_>, item: &StockItem, (left, top): (f64, f64), width: f64) -> Drawing {
    let most = item.series.iter().map(|(_, level)| *level).chain([item.min]).max().unwrap_or(Decimal::ONE);
    let (from, to) = (left + 34.0, left + width - 52.0);
    let (ceiling, floor) = (top + 34.0, top + 136.0);
    let height = |level: Decimal| floor - part(level, most) * (floor - ceiling);

    let on_hand = quantity(item.on_hand);
    canvas.write((left, top + 9.0), Held::Start, HEAD, &short(&item.name, 26))?;
    canvas.write((left + width, top + 9.0), Held::End, LABEL, &short(&on_hand, 16))?;
    for level in [Decimal::ZERO, most] {
        canvas.line([(from, height(level)), (to, height(level))], Tone::Rule, 2)?;
        canvas.write((from - 6.0, height(level)), Held::End, NOTE, &short(&number(level), 6))?;
    }
    if item.min > Decimal::ZERO {
        canvas.dashes(from, to, height(item.min), Tone::Orange)?;
        let label = format!("min {}", short(&number(item.min), 6));
        canvas.write((to + 6.0, height(item.min)), Held::Start, super::Hand { tone: Tone::Orange, ..NOTE }, &label)?;
    }
    let days = count(item.series.len()).max(1.0);
    let place = |day: usize| from + count(day) / days * (to - from);
    // A level holds all day, so the line goes level and then straight up or down.
    let steps =
        item.series.iter().enumerate().flat_map(|(day, (_, level))| {
            [(place(day), height(*level)), (place(day.saturating_add(1)), height(*level))]
        });
    canvas.line(steps, Tone::Blue, 4)?;
    if let Some((_, level)) = item.series.last() {
        canvas.dot((to, height(*level)), Tone::Blue)?;
    }
    for (day, (date, _)) in item.series.iter().enumerate().step_by(7) {
        let label = date.day().to_string();
        canvas.write((place(day) + wide(&label, NOTE) / 2.0, floor + 13.0), Held::Middle, NOTE, &label)?;
    }
    Ok(())
}
