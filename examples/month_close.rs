//! The books of October, from the first bill to the closed month: bills are matched with what was ordered and came, the
//! cash is counted, card and bank account are reconciled with their statements, what belongs to the month is booked in it,
//! the month is closed, and the statements are drawn up.
//!
//! ```sh
//! cargo run --release --example month_close
//! cargo run --release --example month_close -- --store sqlite:month_close.sqlite --report month_close.html
//! cargo test --example month_close                # what it tells is what is so
//! ```
//!
//! The files are in `examples/month_close`: a bank statement in MT940, a card statement as its company sends it, receipts,
//! accounts, the budget, and the totals that have to come out. The program ends with a failure if one does not. Run again
//! on the same store, it books nothing twice.

#[path = "month_close/bank.rs"]
mod bank;
#[path = "month_close/beginning.rs"]
mod beginning;
#[path = "month_close/bills.rs"]
mod bills;
#[path = "month_close/card.rs"]
mod card;
#[path = "month_close/cash.rs"]
mod cash;
#[path = "month_close/closing.rs"]
mod closing;
#[path = "month_close/control.rs"]
mod control;
#[path = "month_close/desk.rs"]
mod desk;
// The chart is drawn as in the report of the other month.
#[path = "month_end/report"]
#[expect(dead_code, reason = "the other report draws more")]
mod drawing {
    pub(crate) mod chart {
        pub(crate) mod account;
        pub(crate) mod canvas;
    }
    pub(crate) mod written;
}
#[path = "month_close/report.rs"]
mod report;
#[path = "month_close/statements.rs"]
mod statements;
#[path = "month_close/tables.rs"]
mod tables;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use office_core::{MemoryStore, Office, System};
use office_sqlite::SqliteStore;

use crate::control::Totals;
use crate::desk::{Desk, Failure};

/// What the program is told on its command line.
const HELP: &str = "\
Keeps the books of October and closes the month.

  --store memory|sqlite:PATH   where everything is kept (memory)
  --report FILE                where the report is written, with a chart of the budget (nowhere)
  --tables FOLDER              where the statements and the ledger are written as CSV (nowhere)";

/// What is asked for on the command line.
struct Options {
    office: Office,
    report: Option<PathBuf>,
    tables: Option<PathBuf>,
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a program says what it does, and why it fails")]
fn main() -> ExitCode {
    match options(std::env::args_os()).and_then(|options| options.map(run).transpose()) {
        Ok(Some(story)) => {
            println!("{}", story.told);
            if story.agrees { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Ok(None) => {
            println!("{HELP}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("month_close: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The options; none where only help is asked for.
fn options(arguments: impl IntoIterator<Item = OsString>) -> Result<Option<Options>, Failure> {
    let mut options = Options { office: Office::on(MemoryStore::new()), report: None, tables: None };
    let mut parser = lexopt::Parser::from_iter(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            lexopt::Arg::Long("store") => {
                let store = lexopt::ValueExt::string(parser.value()?)?;
                options.office = match store.split_once(':') {
                    Some(("sqlite", path)) if !path.is_empty() => {
                        Office::on(SqliteStore::open(path)?).within(System::sleeping())
                    }
                    None if store == "memory" => Office::on(MemoryStore::new()),
                    _ => return Err(format!("`{store}` is no store: `memory` or `sqlite:PATH` is wanted").into()),
                };
            }
            lexopt::Arg::Long("report") => options.report = Some(parser.value()?.into()),
            lexopt::Arg::Long("tables") => options.tables = Some(parser.value()?.into()),
            lexopt::Arg::Long("help") | lexopt::Arg::Short('h') => return Ok(None),
            lexopt::Arg::Short(_) | lexopt::Arg::Long(_) | lexopt::Arg::Value(_) => {
                return Err(argument.unexpected().into());
            }
        }
    }
    Ok(Some(options))
}

/// Plays the month, and writes report and tables where they are asked for.
fn run(options: Options) -> Result<Story, Failure> {
    let story = story(options.office)?;
    if let Some(report) = options.report {
        std::fs::write(report, &story.page)?;
    }
    if let Some(folder) = options.tables {
        std::fs::create_dir_all(&folder)?;
        for (name, table) in &story.tables {
            std::fs::write(folder.join(name), table)?;
        }
    }
    Ok(story)
}

/// What happened, as text, as a page and as tables, and whether every total came out as it has to.
struct Story {
    told: String,
    page: String,
    tables: Vec<(&'static str, String)>,
    agrees: bool,
}

/// All that happens in October.
fn story(office: Office) -> Result<Story, Failure> {
    let (mut told, mut totals) = (String::new(), Totals::default());
    let desk = Desk::open(office)?;
    beginning::tell(&desk, &mut told)?;
    bills::tell(&desk, &mut told)?;
    cash::tell(&desk, &mut totals, &mut told)?;
    card::tell(&desk, &mut totals, &mut told)?;
    bank::tell(&desk, &mut totals, &mut told)?;
    closing::tell(&desk, &mut told)?;
    statements::tell(&desk, &mut totals, &mut told)?;
    let agrees = totals.tell(&mut told)?;
    let page = report::page(&desk, &told)?;
    Ok(Story { told, page, tables: tables::tables(&desk)?, agrees })
}

#[cfg(test)]
mod tests {
    use office_core::sheet::Sheet;
    use office_core::{Decimal, wait};

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
        let path = folder.path().join("month_close.sqlite");
        let open = || {
            let argument = format!("sqlite:{}", path.display());
            options(["month_close".into(), "--store".into(), argument.into()]).unwrap().unwrap().office
        };
        let (memory, sqlite) = (memory(), open());
        let first = story(memory.clone()).unwrap();
        assert!(first.agrees, "{}", first.told);
        assert_eq!(story(sqlite.clone()).unwrap().told, first.told);

        // Again, by this handle or one that opens the file anew, nothing is done and every total is the same.
        let facts = |office: &Office| wait(office.feed().after(0, 10_000)).unwrap().len();
        let known = (facts(&memory), facts(&sqlite));
        assert!(known.0 > 60, "only {} facts", known.0);
        assert!(story(memory.clone()).unwrap().agrees);
        drop(sqlite);
        let again = open();
        assert!(story(again.clone()).unwrap().agrees);
        assert_eq!((facts(&memory), facts(&again)), known);
    }

    #[test]
    fn what_is_wrong_is_refused_with_its_reason() {
        let told = story(memory()).unwrap().told;
        says(&told, "MW-2077, 928.20 EUR: does not agree, and is held");
        says(&told, "sent again is refused");
        says(&told, "PC-02 2026-10-15 189.00 a bicycle courier: the voucher is refused");
        says(&told, "an entry into October is refused");
        says(&told, "The statement imported again brings nothing new: 0 of 7 lines");
    }

    #[test]
    fn the_page_has_the_figures_of_the_budget_in_its_chart() {
        let office = memory();
        let page = story(office.clone()).unwrap().page;
        let chart = page.split_once("<svg").unwrap().1.split_once("</svg>").unwrap().0;
        // Each text of the drawing, as a number is written there.
        let texts: Vec<&str> =
            chart.split("<text").skip(1).map(|text| text.split(['>', '<']).nth(1).unwrap().trim()).collect();
        let bars = report::bars(&Desk::open(office).unwrap()).unwrap();
        assert_eq!(bars.len(), 9);
        for bar in bars {
            let at = texts.iter().position(|text| *text == format!("{} {}", bar.code, bar.name)).unwrap();
            let figures =
                [bar.budget, bar.actual, bar.committed, bar.left].map(|money| drawing::written::amount(money.unwrap()));
            assert_eq!(texts[at + 1..at + 5], figures);
        }
        assert!(texts.contains(&"−12.69"), "{texts:?}");
        for outside in ["<script", "http", "src=", "url(", "@import", "<link"] {
            assert!(!page.contains(outside), "{outside}");
        }
    }

    #[test]
    fn the_tables_add_up_to_the_totals() {
        let tables = story(memory()).unwrap().tables;
        let sum = |name: &str, column: &str| {
            let (_, table) = tables.iter().find(|(known, _)| *known == name).unwrap();
            let columns: Vec<&str> = table.lines().next().unwrap().split(',').collect();
            let sheet = Sheet::read(name, table.as_bytes(), &columns).unwrap();
            let amounts =
                sheet.rows().map(|row| row.parse_optional::<Decimal>(column, "an amount").unwrap().unwrap_or_default());
            amounts.sum::<Decimal>().normalize().to_string()
        };
        assert_eq!([sum("trial_balance.csv", "debit"), sum("trial_balance.csv", "credit")], ["80398.1", "80398.1"]);
        assert_eq!(sum("spending.csv", "amount"), "4510.34");
        // Every entry balances, so all postings of all pages come to nothing.
        assert_eq!(sum("general_ledger.csv", "amount"), "0");
    }

    #[test]
    fn a_total_that_does_not_come_out_is_told() {
        let mut totals = Totals::default();
        totals.note("assets", "1.00 EUR".parse().unwrap());
        let mut told = String::new();
        assert!(!totals.tell(&mut told).unwrap());
        says(&told, "assets 1.00 EUR, and 69487.76 EUR is wanted");
        says(&told, "cash flow is missing");
    }
}
