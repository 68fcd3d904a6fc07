//! A month in a stock room: what was there comes from a file, things are given out, orders are proposed with their
//! reasons, an order comes short, a count finds less, and a delivery note turns up three weeks late.
//!
//! ```sh
//! cargo run --release --example stock_room
//! cargo run --release --example stock_room -- --store sqlite:stock_room.sqlite
//! cargo test --example stock_room                 # what it tells is what is so
//! ```
//!
//! The files are in `examples/stock_room`. Run again on the same store, it books nothing twice.

#[path = "stock_room/beginning.rs"]
mod beginning;
#[path = "stock_room/buying.rs"]
mod buying;
#[path = "stock_room/counting.rs"]
mod counting;
#[path = "stock_room/issues.rs"]
mod issues;
#[path = "stock_room/room.rs"]
mod room;
#[path = "stock_room/valuing.rs"]
mod valuing;

use std::process::ExitCode;

use office_core::{MemoryStore, Office, System};
use office_sqlite::SqliteStore;

use crate::room::{Failure, Room};

/// What the program is told on its command line.
const HELP: &str = "\
Keeps a stock room for a month and tells what happens.

  --store memory|sqlite:PATH   where everything is kept (memory)";

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a program says what it does, and why it fails")]
fn main() -> ExitCode {
    match store(std::env::args_os()).and_then(|office| office.map(story).transpose()) {
        Ok(told) => {
            println!("{}", told.as_deref().unwrap_or(HELP));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("stock_room: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The office on the store that is asked for; none where only help is.
fn store(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> Result<Option<Office>, Failure> {
    let mut office = Office::on(MemoryStore::new());
    let mut parser = lexopt::Parser::from_iter(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            lexopt::Arg::Long("store") => {
                let store = lexopt::ValueExt::string(parser.value()?)?;
                office = match store.split_once(':') {
                    Some(("sqlite", path)) if !path.is_empty() => {
                        Office::on(SqliteStore::open(path)?).within(System::sleeping())
                    }
                    None if store == "memory" => Office::on(MemoryStore::new()),
                    _ => return Err(format!("`{store}` is no store: `memory` or `sqlite:PATH` is wanted").into()),
                };
            }
            lexopt::Arg::Long("help") | lexopt::Arg::Short('h') => return Ok(None),
            lexopt::Arg::Short(_) | lexopt::Arg::Long(_) | lexopt::Arg::Value(_) => {
                return Err(argument.unexpected().into());
            }
        }
    }
    Ok(Some(office))
}

/// All that happens in October, as text.
fn story(office: Office) -> Result<String, Failure> {
    let mut told = String::new();
    let room = Room::open(office)?;
    let room = beginning::tell(room, &mut told)?;
    issues::tell(&room, &mut told)?;
    let ordered = buying::tell_proposals(&room, &mut told)?;
    buying::tell_delivery(&room, &ordered, &mut told)?;
    counting::tell(&room, &mut told)?;
    valuing::tell(&room, &mut told)?;
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory() -> (MemoryStore, Office) {
        let store = MemoryStore::new();
        (store.clone(), Office::on(store))
    }

    fn october() -> String {
        story(memory().1).unwrap()
    }

    /// What is told of a step, without how it is set.
    #[track_caller]
    fn says(told: &str, what: &str) {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words(told).contains(&words(what)), "it does not say {what:?}:\n{told}");
    }

    #[test]
    fn a_file_that_is_wrong_is_told_whole_and_nothing_of_it_is_kept() {
        let told = october();
        says(&told, "line 3, field `quantity`: `2O` is not accepted");
        says(&told, "line 5, field `place`: `R-S7` is not accepted");
        says(&told, "Put right, 5 rows are taken over.");
    }

    #[test]
    fn orders_are_proposed_with_reasons() {
        let told = october();
        says(&told, "PAP-A4 order 16 box (80 ream) for 328.00 EUR on 2026-10-22 from V-01");
        says(&told, "TON-BLK nothing to order");
    }

    #[test]
    fn the_short_delivery_leaves_a_rest_and_the_count_a_difference() {
        let told = october();
        says(&told, "still expected: 2 box");
        says(&told, "PEN-BLU R-S1: 48 piece expected, 40 piece found");
    }

    #[test]
    fn the_late_note_makes_a_later_slip_cost_more() {
        let told = october();
        says(&told, "slip 15 of 2026-10-27 costs 2.50 EUR more");
    }

    #[test]
    fn on_a_file_it_tells_the_same_and_again_it_books_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("stock_room.sqlite");
        let open = || {
            let argument = format!("sqlite:{}", path.display());
            store(["stock_room".into(), "--store".into(), argument.into()]).unwrap().unwrap()
        };
        assert_eq!(story(open()).unwrap(), october());
        let again = story(open()).unwrap();
        says(&again, "Order PO-2026-1 of 16 box was placed before.");

        let (store, office) = memory();
        story(office.clone()).unwrap();
        let before = format!("{store:?}");
        story(office).unwrap();
        assert_eq!(format!("{store:?}"), before);
    }
}
