//! The program: read, play, report.

use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use office_core::wait;

use crate::files::Files;
use crate::options::Options;
use crate::play::World;
use crate::settings::Settings;
use crate::{collect, play, report};

/// Plays the month and writes the summary to `out` and the report to its file. Whether the control totals agree.
///
/// Everything is read and checked before the store is even opened, so a damaged file leaves it as it was.
pub(crate) fn run(options: &Options, out: &mut impl Write) -> Result<bool, Box<dyn Error + Send + Sync>> {
    let files = Files::read(&options.data)?;
    let settings = Settings::of(&files)?;
    let office = options.store.open()?;
    let world = World { office: &office, files: &files, settings: &settings };

    let bar = progress(files.company.month.days().unwrap_or(0))?;
    wait(play::play(world, |day| {
        bar.set_message(day.format("%d %B").to_string());
        bar.inc(1);
    }))?;
    bar.finish_and_clear();

    let figures = wait(collect::figures(world))?;
    write!(out, "{}", report::summary(&figures))?;
    std::fs::write(&options.report, report::page(&figures))?;
    writeln!(out, "The report is in {}.", options.report.display())?;
    Ok(figures.controls.iter().all(|control| control.ok))
}

/// A bar on a terminal, nothing in a pipe.
fn progress(days: u32) -> Result<ProgressBar, Box<dyn Error + Send + Sync>> {
    if !io::stderr().is_terminal() {
        return Ok(ProgressBar::hidden());
    }
    let bar = ProgressBar::new(days.into());
    bar.set_style(ProgressStyle::with_template("{msg:>12} {bar:31} {pos}/{len} {elapsed}")?);
    bar.enable_steady_tick(Duration::from_millis(200));
    Ok(bar)
}
