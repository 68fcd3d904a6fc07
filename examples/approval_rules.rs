//! Rules of approval as an office manager keeps them: a table from a spreadsheet, found wanting, repaired, put in force,
//! asked, changed from next month on, and the change tried on last quarter's requests first.
//!
//! ```sh
//! cargo run --release --example approval_rules
//! cargo test --example approval_rules             # what it tells is what is so
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;
use std::fmt::Write;

use chrono::NaiveDate;
use office_core::rules::{
    DecisionTable, Dialect, Difference, Direction, Effort, Facts, Impact, NearestChange, Outcome, Phrases, Policy,
    PolicyBook, Ruling, TableText,
};
use office_core::sheet::Sheet;
use office_core::{InputError, Money};

type Failure = Box<dyn Error + Send + Sync>;

const RULES: &[u8] = include_bytes!("approval_rules/rules.csv");
const REQUESTS: &[u8] = include_bytes!("approval_rules/requests.csv");
const LAST_QUARTER: &[u8] = include_bytes!("approval_rules/last_quarter.csv");

fn main() -> Result<(), Failure> {
    println!("{}", story()?);
    Ok(())
}

/// All that happens, as text.
fn story() -> Result<String, Failure> {
    let mut told = String::new();
    let drawn_up = TableText::read_csv("rules.csv", RULES)?;
    let repaired = repair(drawn_up, &mut told)?;

    let mut book = PolicyBook::new("purchase");
    let (since, next_month) = ("2026-07-01".parse()?, "2026-11-01".parse()?);
    book.publish(since, table(repaired.clone())?)?;
    decide(&book, &mut told)?;

    let lowered = lower_the_limit(repaired);
    show_impact(&book, &lowered, &mut told)?;
    book.publish(next_month, table(lowered)?)?;
    show_in_time(&book, next_month, &mut told)?;
    Ok(told)
}

fn table(text: TableText) -> Result<DecisionTable, Failure> {
    let schema = text.schema(Dialect::Office)?;
    Ok(DecisionTable::new(text, &schema, Dialect::Office)?)
}

/// The table has a hole at 100 EUR and says two things of 1000 EUR; it is looked over before it decides anything.
fn repair(mut text: TableText, told: &mut String) -> Result<TableText, Failure> {
    writeln!(told, "The table as it was drawn up:")?;
    for finding in table(text.clone())?.analyse(Effort::default()).findings {
        writeln!(told, "  {finding}")?;
    }
    // Row 2 is to begin where row 1 ends, and to end where row 4 begins.
    let cell = text.rows.get_mut(1).and_then(|row| row.cells.first_mut()).ok_or("row 2 has an amount")?;
    "[100 EUR..1000 EUR)".clone_into(cell);
    writeln!(told, "With {cell} in row 2:")?;
    let findings = table(text.clone())?.analyse(Effort::default()).findings;
    writeln!(told, "  {} findings left.\n", findings.len())?;
    Ok(text)
}

/// A purchase that somebody asks for.
struct Request {
    number: String,
    on: NaiveDate,
    facts: Facts,
}

fn requests(file: &str, bytes: &[u8]) -> Result<Vec<Request>, InputError> {
    let columns = ["number", "on", "requester", "amount", "kind", "new_vendor", "quotes"];
    let sheet = Sheet::read(file, bytes, &columns)?;
    let read = sheet.rows().map(|row| {
        let facts = Facts::new()
            .with("amount", row.parse::<Money>("amount", "an amount such as `48.00 EUR`")?)
            .with("kind", row.text("kind")?)
            .with("new_vendor", row.one_of("new_vendor", &[("yes", true), ("no", false)])?)
            .with("quotes", row.parse::<i64>("quotes", "a whole number such as `2`")?);
        let number = format!("{} of {}", row.text("number")?, row.text("requester")?);
        Ok(Request { number, on: row.parse("on", "a date such as `2026-10-01`")?, facts })
    });
    read.collect()
}

fn decide(book: &PolicyBook, told: &mut String) -> Result<(), Failure> {
    writeln!(told, "Ten requests:")?;
    for Request { number, on, facts } in requests("requests.csv", REQUESTS)? {
        let ruling = book.decide(&facts, on)?;
        let Ruling { outcome, obligations, explanation, .. } = &ruling;
        writeln!(told, "  {number}: {outcome}")?;
        if !obligations.is_empty() {
            writeln!(told, "    besides: {obligations}")?;
        }
        writeln!(told, "    because: {explanation}")?;
        // Whoever is refused is told what would not have been.
        let (_, policy) = book.in_force(on).ok_or("a version in force")?;
        let refused = matches!(outcome, Outcome::Refuse(_));
        if refused {
            for phrases in [Phrases::english(), Phrases::russian(), Phrases::chinese()] {
                ruling.told(&phrases).lines().try_for_each(|line| writeln!(told, "    | {line}"))?;
            }
        }
        let changes = if refused { policy.nearest_changes(&facts)? } else { Vec::new() };
        for change in changes.iter().filter(|change| !matches!(change.outcome, Outcome::Refuse(_))) {
            let NearestChange { input, to, outcome, .. } = change;
            writeln!(told, "    with {input} {to}: {outcome}")?;
        }
    }
    Ok(())
}

/// From 750 EUR on finance is to see it, no longer from 1000 EUR.
fn lower_the_limit(mut text: TableText) -> TableText {
    for cell in text.rows.iter_mut().filter_map(|row| row.cells.first_mut()) {
        *cell = cell.replace("1000 EUR", "750 EUR");
    }
    text
}

fn show_impact(book: &PolicyBook, lowered: &TableText, told: &mut String) -> Result<(), Failure> {
    writeln!(told, "\nFinance from 750 EUR on, no longer from 1000 EUR, changes:")?;
    let new = table(lowered.clone())?;
    let (_, old) = book.versions().next().ok_or("a version")?;
    let old = old.tables().next().ok_or("a table")?;
    for change in Difference::between(old, &new, Effort::default()).changes {
        writeln!(told, "  {change}")?;
    }
    let decided = requests("last_quarter.csv", LAST_QUARTER)?.into_iter();
    let recorded = decided.map(|Request { number, on, facts }| Ok((number, book.decide(&facts, on)?)));
    let recorded = recorded.collect::<Result<Vec<(String, Ruling)>, Failure>>()?;
    let impact = Impact::on_record(&Policy::of(new), &recorded);
    writeln!(told, "Of the {} requests of last quarter it would have changed {}:", impact.cases, impact.changes.len())?;
    for change in &impact.changes {
        writeln!(told, "  {change}")?;
    }
    for (direction, cases) in impact.count() {
        let amount = impact.total("amount", direction).ok_or("amounts in one currency")?;
        writeln!(
            told,
            "  {cases} of them, {amount} in all: {}",
            match direction {
                Direction::Stricter => "decided more strictly",
                Direction::Looser => "decided less strictly",
                Direction::Other => "put to other people",
            }
        )?;
    }
    Ok(())
}

fn show_in_time(book: &PolicyBook, next_month: NaiveDate, told: &mut String) -> Result<(), Failure> {
    let facts = requests("requests.csv", REQUESTS)?.into_iter().nth(3).ok_or("a request")?.facts;
    let today = next_month.pred_opt().ok_or("the day before")?;
    for on in [today, next_month] {
        let ruling = book.decide(&facts, on)?;
        // What was decided can be decided again at any time, and comes out the same.
        book.replay(&ruling)?;
        writeln!(told, "\n999.99 EUR asked for on {on}: {}", ruling.outcome)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_repaired_before_it_decides() {
        let mut told = String::new();
        let text = repair(TableText::read_csv("rules.csv", RULES).unwrap(), &mut told).unwrap();
        assert!(told.contains("no row matches where amount is 100.00 EUR"), "{told}");
        assert!(told.contains("rows 2 and 4 both match"), "{told}");
        assert_eq!(table(text).unwrap().analyse(Effort::default()).findings, []);
    }

    #[test]
    fn every_request_is_decided_and_refusals_say_what_would_not_be() {
        let told = story().unwrap();
        assert_eq!(told.matches("because: ").count(), 10);
        assert!(told.contains("with amount 4999.99 EUR: approvals: "), "{told}");
        assert!(told.contains("with quotes 3: approvals: "), "{told}");
    }

    /// The limit goes from 1000 EUR to 750 EUR: five known requests are between, one of them of a new vendor, which
    /// finance sees anyway, and two of IT goods, which the IT department no longer sees.
    #[test]
    fn the_change_concerns_just_what_lies_between_the_limits() {
        let told = story().unwrap();
        assert!(told.contains("would have changed 4:"), "{told}");
        assert!(told.contains("2 of them, 1649.90 EUR in all: decided more strictly"), "{told}");
        assert!(told.contains("2 of them, 1779.00 EUR in all: put to other people"), "{told}");
    }
}
