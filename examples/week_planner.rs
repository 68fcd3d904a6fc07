//! A week is planned: a calendar is read, a room is booked for a series over a change of clocks, six people in three zones
//! find a time, somebody flies to them, and the reception of the next month is staffed, all but one shift.
//!
//! ```sh
//! cargo run --release --example week_planner -- --picture week.svg
//! cargo test --example week_planner               # what it tells is what is so
//! ```
//!
//! The calendar is `examples/week_planner/team.ics`. Clocks in Berlin go back in the night to 25 October 2026.

#[path = "week_planner/calendar.rs"]
mod calendar;
#[path = "week_planner/meeting.rs"]
mod meeting;
#[path = "week_planner/people.rs"]
mod people;
#[path = "week_planner/picture.rs"]
mod picture;
#[path = "week_planner/reception.rs"]
mod reception;
#[path = "week_planner/rooms.rs"]
mod rooms;
#[path = "week_planner/trip.rs"]
mod trip;

use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use office_core::{MemoryStore, Office};

use crate::people::Failure;

/// What the program is told on its command line.
const HELP: &str = "\
Plans a week of an office and the next month of its reception.

  --picture PATH   where the week is drawn (SVG)";

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a program says what it does, and why it fails")]
fn main() -> ExitCode {
    match run(std::env::args_os()) {
        Ok(told) => {
            println!("{told}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("week_planner: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> Result<String, Failure> {
    let mut path: Option<PathBuf> = None;
    let mut parser = lexopt::Parser::from_iter(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            lexopt::Arg::Long("picture") => path = Some(parser.value()?.into()),
            lexopt::Arg::Long("help") | lexopt::Arg::Short('h') => return Ok(HELP.to_owned()),
            lexopt::Arg::Short(_) | lexopt::Arg::Long(_) | lexopt::Arg::Value(_) => {
                return Err(argument.unexpected().into());
            }
        }
    }
    let Story { mut told, picture } = story(&Office::on(MemoryStore::new()))?;
    if let Some(path) = path {
        std::fs::write(&path, picture)?;
        write!(told, "\nThe week is drawn in {}.", path.display())?;
    }
    Ok(told)
}

/// What happens, in words and as a picture.
struct Story {
    told: String,
    picture: String,
}

fn story(office: &Office) -> Result<Story, Failure> {
    let mut told = String::new();
    let calendar = calendar::tell(office, &mut told)?;
    rooms::tell(office, &calendar, &mut told)?;
    let found = meeting::tell(office, &mut told)?;
    trip::tell(&found, &mut told)?;
    reception::tell(&mut told)?;
    let picture = picture::draw(office)?;
    Ok(Story { told, picture })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn october() -> Story {
        story(&Office::on(MemoryStore::new())).unwrap()
    }

    #[track_caller]
    fn says(what: &str) {
        let told = october().told;
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words(&told).contains(&words(what)), "it does not say {what:?}:\n{told}");
    }

    #[test]
    fn nine_stays_nine_when_the_clocks_change() {
        says("2026-10-19 09:00 in Berlin, 07:00 UTC: booked");
        says("2026-11-02 09:00 in Berlin, 08:00 UTC: booked");
        says("2026-10-26 09:00 in Berlin, 08:00 UTC: the room is held by `client visit`");
    }

    #[test]
    fn the_only_time_for_six_is_found_and_others_are_explained() {
        says("Tuesday 2026-10-27: 14:00 in Berlin, 09:00 in New York, 18:30 in Kolkata, in Spree");
        says("12:00 UTC: Jo has something else; Havel is held by others");
    }

    #[test]
    fn a_connection_that_is_too_short_is_refused() {
        says("35 minutes from segment 1 to 2: at least 45 are wanted");
        says("and it can be booked");
    }

    #[test]
    fn one_shift_stays_open_and_it_is_told_why() {
        says("2026-11-11 late: 1 missing");
        says("nobody works what a rule forbids");
    }

    #[test]
    fn the_picture_has_what_is_in_the_week() {
        let picture = october().picture;
        assert!(picture.starts_with("<svg") && picture.trim_end().ends_with("</svg>"));
        for what in ["Weekly review", "Facade workshop", "Client call", "client visit", "Monday", "2026-10-30"] {
            assert!(picture.contains(what), "{what}");
        }
        for outside in ["<script", "href", "url("] {
            assert!(!picture.contains(outside), "{outside}");
        }
    }

    #[test]
    fn it_is_written_where_one_asks_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("week.svg");
        let told = run(["week_planner".into(), "--picture".into(), path.clone().into()]).unwrap();
        assert!(told.contains("The week is drawn in"));
        assert_eq!(std::fs::read_to_string(path).unwrap(), october().picture);
        assert!(run(["week_planner".into(), "--picture".into(), folder.path().into()]).is_err());
    }
}
