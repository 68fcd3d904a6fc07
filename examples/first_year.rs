//! The first year of somebody in an office, and a little of the second: she is hired, her first days are on a list, leave
//! accrues month by month and is posted, a delegate approves some of it, her hours turn out to have been fewer for two
//! months, what is left goes over into the next year, and when she leaves the rest is paid out.
//!
//! ```sh
//! cargo run --release --example first_year
//! cargo run --release --example first_year -- --store sqlite:first_year.sqlite
//! cargo test --example first_year                 # what it tells is what is so
//! ```
//!
//! The program ends with a failure if a total does not come out. Run again on the same store, it does nothing twice.

#[path = "first_year/coming.rs"]
mod coming;
#[path = "first_year/control.rs"]
mod control;
#[path = "first_year/desk.rs"]
mod desk;
#[path = "first_year/leave.rs"]
mod leave;
#[path = "first_year/leaving.rs"]
mod leaving;
#[path = "first_year/posting.rs"]
mod posting;

use std::ffi::OsString;
use std::process::ExitCode;

use office_core::{MemoryStore, Office, System};
use office_sqlite::SqliteStore;

use crate::desk::{Desk, Failure};

/// What the program is told on its command line.
const HELP: &str = "\
Follows somebody from the first day to the last, and tells what becomes of her leave.

  --store memory|sqlite:PATH   where everything is kept (memory)";

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a program says what it does, and why it fails")]
fn main() -> ExitCode {
    match store(std::env::args_os()).and_then(|office| office.map(story).transpose()) {
        Ok(Some(story)) => {
            println!("{}", story.told);
            if story.agrees { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Ok(None) => {
            println!("{HELP}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("first_year: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The office on the store that is asked for; none where only help is.
fn store(arguments: impl IntoIterator<Item = OsString>) -> Result<Option<Office>, Failure> {
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

/// What happened, and whether every total came out as it has to.
struct Story {
    told: String,
    agrees: bool,
}

/// From the first day to the last.
fn story(office: Office) -> Result<Story, Failure> {
    let mut told = String::new();
    let desk = Desk::open(office)?;
    coming::tell(&desk, &mut told)?;
    let posted = posting::tell_summer(&desk, &mut told)?;
    leave::tell_summer(&desk, &mut told)?;
    let posted = posting::tell_change(&desk, &posted, &mut told)?;
    leave::tell_winter(&desk, &mut told)?;
    leaving::tell(&desk, &mut told)?;
    let agrees = control::tell(&desk, &posted, &mut told)?;
    Ok(Story { told, agrees })
}

#[cfg(test)]
mod tests {
    use office_core::wait;

    use super::*;

    fn memory() -> Office {
        Office::on(MemoryStore::new())
    }

    /// What is told of a step, without how it is set.
    #[track_caller]
    fn says(told: &str, what: &str) {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words(told).contains(&words(what)), "it does not say {what:?}:\n{told}");
    }

    #[test]
    fn every_total_comes_out_on_every_store_and_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("first_year.sqlite");
        let open = || {
            let argument = format!("sqlite:{}", path.display());
            store(["first_year".into(), "--store".into(), argument.into()]).unwrap().unwrap()
        };
        let (memory, sqlite) = (memory(), open());
        let first = story(memory.clone()).unwrap();
        assert!(first.agrees, "{}", first.told);
        assert_eq!(story(sqlite.clone()).unwrap().told, first.told);

        // Again, by this handle or one that opens the file anew, nothing is done, and every total is the same.
        let facts = |office: &Office| wait(office.feed().after(0, 1_000)).unwrap().len();
        let known = (facts(&memory), facts(&sqlite));
        assert!(known.0 > 15, "only {} facts", known.0);
        assert!(story(memory.clone()).unwrap().agrees);
        drop(sqlite);
        let again = open();
        assert!(story(again.clone()).unwrap().agrees);
        assert_eq!((facts(&memory), facts(&again)), known);
    }

    #[test]
    fn what_is_not_allowed_is_refused_with_its_reason() {
        let told = story(memory()).unwrap().told;
        says(&told, "The list is not closed on 2026-03-04: 1 of the checklist are open, `laptop` among them");
        says(&told, "Jonas in his own name: the approval is refused: no role of Jonas is granted leave.approve");
        says(&told, "Dana for Miriam: the approval is refused: Dana is the requester of the case");
        says(&told, "notice received on 2027-03-15 ends no employment on 2027-04-10: 2027-04-15 or later is wanted");
    }

    #[test]
    fn what_becomes_known_late_takes_lines_back_and_adds_others() {
        let told = story(memory()).unwrap().told;
        says(&told, "2026-09-30 -3 taken back");
        says(&told, "2026-10-31 -2 taken back");
        says(&told, "2026-09-30 2 24 days a year");
    }

    #[test]
    fn what_is_left_goes_over_lapses_and_is_paid_out() {
        let told = story(memory()).unwrap().told;
        says(&told, "2027-01-01 -1 granted 2026 lost: at most 5 are kept");
        says(&told, "2027-04-01 -1 carried 2027 not used in time");
        // The month that ends with the employment is credited after what is taken of its day.
        says(&told, "2027-04-30 -6 granted 2027 paid out");
        says(&told, "2027-04-30 -2 granted 2027 paid out");
        says(&told, "Balance on the last day: 0.");
    }
}
