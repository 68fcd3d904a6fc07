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

mod collect;
mod diary;
mod files;
mod options;
mod play;
mod program;
mod report;
mod settings;

use std::process::ExitCode;

use crate::options::Options;

fn main() -> ExitCode {
    let done = Options::parse(std::env::args_os().skip(1)).and_then(|options| {
        if let Some(options) = options {
            return program::run(&options, &mut std::io::stdout().lock());
        }
        help();
        Ok(true)
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => complain("the control totals do not agree"),
        Err(error) => complain(&diary::chain(error.as_ref())),
    }
}

#[expect(clippy::print_stdout, reason = "a program that is asked for help gives it")]
fn help() {
    println!("{}", options::HELP);
}

#[expect(clippy::print_stderr, reason = "a program that fails says why")]
fn complain(text: &str) -> ExitCode {
    eprintln!("month_end: {text}");
    ExitCode::FAILURE
}
