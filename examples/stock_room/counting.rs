//! The count at the end of the month.

use std::fmt::Write;

use office_core::sheet::Separator;
use office_core::subject::PlaceId;
use office_core::{Percent, wait};
use office_inventory::sheet::{read_count, write_count};
use office_inventory::{ConfirmCountError, CountLine, CountSheet, CountTolerance, Location, StockCount, count_goods};

use super::room::{Failure, Room, command};

const COUNTED: &str = include_str!("counted.csv");

/// A line for each item and place, in the order of short names.
fn sheet(room: &Room) -> Result<CountSheet, Failure> {
    let valuation = room.valuation("2026-10-29".parse()?)?;
    let mut rows: Vec<_> = valuation.rows().iter().collect();
    rows.sort_by_key(|row| (room.codes.items.code(row.item), room.place(row.location)));
    let mut lines = Vec::new();
    for row in rows {
        let (Location::Storage(place), Some(unit_cost)) = (row.location, row.unit_cost) else { continue };
        let (item, expected) = (row.item, row.quantity);
        lines.push(CountLine { item, place, lot: None, expected, counted: None, unit_cost });
    }
    Ok(CountSheet { lines, tolerance: CountTolerance { ratio: Some(Percent::whole(10)), value: None } })
}

pub(crate) fn tell(room: &Room, told: &mut String) -> Result<(), Failure> {
    let mut sheet = sheet(room)?;
    let blind = write_count(&sheet, &room.codes, Separator::Comma)?;
    writeln!(told, "On the 30th the room is counted by a sheet that does not say what is expected:")?;
    blind.lines().try_for_each(|line| writeln!(told, "  {line}"))?;

    sheet = read_count("counted.csv", COUNTED.as_bytes(), Separator::Comma, &sheet, &room.codes)?;
    if let Err(ConfirmCountError::NotCounted { line }) = sheet.confirm(false) {
        let open = sheet.lines.get_mut(line).ok_or("a line")?;
        let sku = room.codes.items.code(open.item).unwrap_or_default();
        writeln!(told, "It comes back, and {sku} was forgotten: nothing is booked until it is counted.")?;
        open.counted = Some(open.expected);
    }
    if let Err(ConfirmCountError::OverTolerance { lines }) = sheet.confirm(false) {
        writeln!(told, "{} line is off by more than 10 %, and is looked at again.", lines.len())?;
    }
    // Somebody has looked again, and it is so.
    for (line, off) in sheet.confirm(true)? {
        let of = sheet.lines.get(line).ok_or("a line")?;
        let sku = room.codes.items.code(of.item).unwrap_or_default();
        let (place, counted) = (code(room, of.place), of.counted.unwrap_or(of.expected));
        writeln!(told, "  {sku} {place}: {} expected, {counted} found, {} off.", of.expected, off.value)?;
    }
    book(room, &sheet)?;
    writeln!(told)?;
    Ok(())
}

fn book(room: &Room, sheet: &CountSheet) -> Result<(), Failure> {
    let on = "2026-10-30".parse()?;
    for (number, line) in (1..).zip(&sheet.lines) {
        let Some(counted) = line.counted else { continue };
        let reference = format!("count 2026-10 line {number}").parse()?;
        let count = StockCount { counted, at: line.place, on, reference, surplus_value: None };
        let item = line.item;
        wait(room.office.transact(&command(count.reference.as_str(), on)?, |tx| {
            let count = count.clone();
            async move { count_goods(&tx, item, count).await }
        }))?;
    }
    Ok(())
}

fn code(room: &Room, place: PlaceId) -> &str {
    room.codes.places.code(place).unwrap_or_default()
}
