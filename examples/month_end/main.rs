//! A month in the life of an office: October of 24 people, played from its files and kept in a store.
//!
//! ```sh
//! cargo run --release --example month_end
//! cargo run --release --example month_end -- --store memory
//! cargo run --release --example month_end -- --store sqlite:october.sqlite --report october.html
//! ```
//!
//! It reads `examples/data` (what each file is, and what has to come of it, is told in `STORY.md` there), plays the month
//! day by day, prints a summary and writes a report. Run again on the same store it finds everything done.

#![expect(clippy::print_stdout, reason = "a program that reports")]

mod diary;
mod files;
mod options;
mod play;
mod settings;

use std::error::Error;
use std::io::IsTerminal;
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use office_core::wait;

use crate::files::Files;
use crate::options::Options;
use crate::play::World;
use crate::settings::Settings;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            complain("the control totals do not agree");
            ExitCode::FAILURE
        }
        Err(error) => {
            complain(&diary::chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "a program that fails says why")]
fn complain(text: &str) {
    eprintln!("month_end: {text}");
}

/// Whether the control totals agree.
fn run() -> Result<bool, Box<dyn Error + Send + Sync>> {
    let Some(options) = Options::parse()? else {
        println!("{}", options::HELP);
        return Ok(true);
    };
    // Everything is read and checked before anything is stored.
    let files = Files::read(&options.data)?;
    let settings = Settings::of(&files)?;
    let office = options.store.open()?;
    let world = World { office: &office, files: &files, settings: &settings };

    let days = u64::from(files.company.month.days().unwrap_or(0));
    let bar = if std::io::stderr().is_terminal() { ProgressBar::new(days) } else { ProgressBar::hidden() };
    bar.set_style(ProgressStyle::with_template("{msg:>12} {bar:31} {pos}/{len}")?);
    wait(play::play(world, |day| {
        bar.set_message(day.format("%d %B").to_string());
        bar.inc(1);
    }))?;
    bar.finish_and_clear();

    Ok(true)
}
