//! What is there on the first day, from files.

use std::fmt::Write;

use office_core::sheet::Separator;
use office_core::wait;
use office_inventory::sheet::{CodeBook, ItemSheet, OpeningSheet, import_items, import_opening};

use super::room::{Failure, Room, command};

const ITEMS: &str = include_str!("items.csv");
const OPENING: &str = include_str!("opening.csv");

pub(crate) fn tell(room: Room, told: &mut String) -> Result<Room, Failure> {
    let first = "2026-10-01".parse()?;
    let items = ItemSheet::read("items.csv", ITEMS.as_bytes(), Separator::Comma, &room.codes.parties)?;
    let listed = wait(room.office.transact(&command("items", first)?, |tx| {
        let items = items.clone();
        async move { import_items(&tx, &items).await }
    }))?;
    writeln!(told, "October begins. {} items are on the list.", listed.rows)?;

    // The file as it came at first: a letter for a digit, and a place that there is not.
    let mistyped = OPENING.replace("R-S1,2,case", "R-S1,2O,case").replace("PEN-BLU,R-S1", "PEN-BLU,R-S7");
    let read = OpeningSheet::read("opening.csv", mistyped.as_bytes(), Separator::Comma, &room.codes.places);
    let Err(refused) = read else { return Err("a file with mistakes was accepted".into()) };
    writeln!(told, "What is there comes as a file, which is refused:")?;
    for error in refused.errors() {
        writeln!(told, "  {error}")?;
    }

    let opening = OpeningSheet::read("opening.csv", OPENING.as_bytes(), Separator::Comma, &room.codes.places)?;
    let import = |key: &'static str| {
        let opening = &opening;
        let command = command(key, first)?;
        Ok::<_, Failure>(wait(room.office.transact(&command, |tx| {
            let opening = opening.clone();
            async move { import_opening(&tx, &opening).await }
        }))?)
    };
    let taken = import("opening")?;
    writeln!(told, "Put right, {} rows are taken over.", taken.rows)?;
    let again = import("opening sent again")?;
    writeln!(told, "Sent again by mistake, {} of {} rows are new.\n", again.recorded, again.rows)?;

    let stored = wait(room.office.view(|view| async move { CodeBook::stored(&view).await }))?;
    let room = Room { codes: CodeBook { items: stored.items, ..room.codes }, ..room };
    room.show(&room.valuation(first)?, told)?;
    Ok(room)
}
