//! The summary of the month for the terminal: what an office manager asks first, in a hundred columns.

use office_core::{Decimal, Money};

use super::chart::CentreSum;
use super::figures::{Figures, Outcome, StockItem};
use super::written::{amount, day, figure, month, number, short, sum};

/// No line is wider than this.
const WIDTH: usize = 100;
/// Lists are cut after so many lines, and say so.
const LINES: usize = 20;

/// The summary, each line ended.
pub(crate) fn summary(figures: &Figures) -> String {
    let mut sheet = Sheet::default();
    head(&mut sheet, figures);
    stock(&mut sheet, figures);
    purchasing(&mut sheet, figures);
    books(&mut sheet, figures);
    cash(&mut sheet, figures);
    budget(&mut sheet, figures);
    rooms(&mut sheet, figures);
    leave(&mut sheet, figures);
    refusals(&mut sheet, figures);
    controls(&mut sheet, figures);
    sheet.text
}

#[derive(Default)]
struct Sheet {
    text: String,
}

impl Sheet {
    fn line(&mut self, line: &str) {
        self.text.push_str(short(line, WIDTH).trim_end());
        self.text.push('\n');
    }

    fn title(&mut self, title: &str) {
        self.line("");
        self.line(&title.to_uppercase());
    }

    fn list(&mut self, lines: impl IntoIterator<Item = String>) {
        let lines: Vec<String> = lines.into_iter().collect();
        for line in lines.iter().take(LINES) {
            self.line(line);
        }
        let left = lines.len().saturating_sub(LINES);
        if left > 0 {
            self.line(&format!("  and {left} more, in the report"));
        }
    }
}

/// A cell of words, held left.
fn left(text: &str, width: usize) -> String {
    format!("{:<width$}", short(text, width))
}

/// A cell with a figure, held right and never cut.
fn right(text: &str, width: usize) -> String {
    format!("{text:>width$}")
}

fn money(money: Money) -> String {
    right(&amount(money), 14)
}

fn total(sum: Option<Money>) -> String {
    right(&sum.map_or_else(|| "–".to_owned(), amount), 14)
}

fn head(sheet: &mut Sheet, figures: &Figures) {
    sheet.line(&figures.company);
    sheet.line(&format!(
        "Month end, {}   {} people, amounts in {}",
        month(figures.month),
        figures.people,
        figures.currency
    ));
    sheet.line(&"─".repeat(WIDTH));
}

fn stock(sheet: &mut Sheet, figures: &Figures) {
    let stock = &figures.stock;
    sheet.title("Stock");
    sheet.line(&format!(
        "  {}{}{}{}",
        right("opening", 14),
        right("received", 14),
        right("issued", 14),
        right("closing", 14)
    ));
    sheet.line(&format!(
        "  {}{}{}{}",
        money(stock.opening),
        money(stock.received),
        money(stock.issued.negated()),
        money(stock.closing)
    ));
    let below = |item: &&StockItem| item.on_hand.amount() < item.min;
    let low: Vec<String> = stock
        .items
        .iter()
        .filter(below)
        .map(|item| format!("{} {} of {}", item.sku, number(item.on_hand.amount()), number(item.min)))
        .collect();
    let low = if low.is_empty() { "nothing".to_owned() } else { low.join(", ") };
    sheet.line(&format!("  below the minimum: {low}"));
}

/// How many were accepted, held and refused.
fn tally(outcomes: impl IntoIterator<Item = Outcome>, accepted: &str) -> String {
    let (mut yes, mut held, mut no) = (0_u32, 0_u32, 0_u32);
    for outcome in outcomes {
        let count = match outcome {
            Outcome::Accepted => &mut yes,
            Outcome::Held => &mut held,
            Outcome::Refused => &mut no,
        };
        *count = count.saturating_add(1);
    }
    format!("{} {accepted}, {} held, {} refused", right(&yes.to_string(), 3), held, no)
}

fn purchasing(sheet: &mut Sheet, figures: &Figures) {
    sheet.title("Purchasing");
    sheet.line(&format!(
        "  {}{}",
        left("orders", 12),
        tally(figures.purchases.iter().map(|line| line.outcome), "ordered")
    ));
    sheet.line(&format!(
        "  {}{}",
        left("invoices", 12),
        tally(figures.invoices.iter().map(|line| line.outcome), "matched")
    ));
    sheet.list(figures.open_orders.iter().map(|order| {
        let open = format!("{} {}", number(order.open.amount()), order.open.unit());
        format!(
            "  {}{}{}{}{}",
            left("on order", 12),
            left(&order.reference, 16),
            left(&order.what, 26),
            right(&open, 12),
            money(order.amount)
        )
    }));
}

fn books(sheet: &mut Sheet, figures: &Figures) {
    let statements = &figures.statements;
    sheet.title("Books");
    sheet.line(&format!("  {}{}{}", left("income statement", 36), right("month", 14), right("year to date", 14)));
    sheet.list(
        statements
            .income
            .iter()
            .map(|line| format!("  {}{}{}", left(&line.label, 36), money(line.month), money(line.year_to_date))),
    );
    sheet.line(&format!(
        "  {}{}{}",
        left("Result", 36),
        money(statements.result_of_month),
        money(statements.result_of_year)
    ));
    sheet.line(&format!("  {}{}{}", left("balance sheet", 36), right("opening", 14), right("closing", 14)));
    sheet.list(
        statements
            .position
            .iter()
            .map(|line| format!("  {}{}{}", left(&line.label, 36), money(line.opening), money(line.closing))),
    );
    let balance = &figures.trial_balance;
    let even = if balance.debit == balance.credit { "even" } else { "NOT EVEN" };
    sheet.line(&format!(
        "  {}{}{}  {even}",
        left("trial balance, debit and credit", 36),
        money(balance.debit),
        money(balance.credit)
    ));
}

fn cash(sheet: &mut Sheet, figures: &Figures) {
    let (bank, card, petty) = (&figures.bank, &figures.card, &figures.petty_cash);
    sheet.title("Bank, card, cash");
    sheet.line(&format!(
        "  {}{}{}{}{}",
        left("", 12),
        right("opening", 14),
        right(&format!("{} credits", bank.credit_count), 14),
        right(&format!("{} debits", bank.debit_count), 14),
        right("closing", 14)
    ));
    sheet.line(&format!(
        "  {}{}{}{}{}",
        left("bank", 12),
        money(bank.opening),
        money(bank.credits),
        money(bank.debits.negated()),
        money(bank.closing)
    ));
    let verdict = if bank.closing == bank.book_balance { "agree" } else { "DO NOT AGREE" };
    sheet.line(&format!(
        "  {}{}  {verdict}, {} lines unmatched",
        left("books", 12),
        money(bank.book_balance),
        bank.unmatched.len()
    ));
    sheet.line(&format!(
        "  {}{}  owed; {} with receipt, {} without, {} personal",
        left("card", 12),
        money(card.owed),
        card.matched,
        card.missing_receipts.len(),
        card.personal.len()
    ));
    sheet.line(&format!(
        "  {}{}  paid out; counted {}, over or short {}",
        left("petty cash", 12),
        money(petty.paid_out),
        amount(petty.counted),
        amount(petty.over_short)
    ));
}

fn budget(sheet: &mut Sheet, figures: &Figures) {
    sheet.title("Budget");
    let row = |cells: [&str; 6]| {
        let [name, rest @ ..] = cells;
        let figures: String = rest.into_iter().map(|cell| right(cell, 14)).collect();
        format!("  {}{figures}", left(name, 22))
    };
    sheet.line(&row(["cost centre", "annual", "actual", "on order", "available", "forecast"]));
    let centre_row = |centre: &CentreSum| {
        let columns = [centre.annual, centre.actual, centre.committed, centre.available, centre.forecast];
        let figures: String = columns.into_iter().map(total).collect();
        format!("  {}{figures}", left(&centre.name, 22))
    };
    sheet.list(CentreSum::of(&figures.budget.rows).iter().map(centre_row));
    sheet.line(&centre_row(&CentreSum::total(&figures.budget.rows)));
    let variance = sum(figures.budget.rows.iter().map(|row| row.variance));
    sheet.line(&format!("  budget of the month less actual {}", variance.map_or_else(|| "–".to_owned(), amount)));
}

fn rooms(sheet: &mut Sheet, figures: &Figures) {
    sheet.title("Rooms");
    let outcomes = figures.rooms.bookings.iter().map(|line| line.outcome);
    sheet.line(&format!("  {}{}", left("bookings", 12), tally(outcomes, "booked")));
    let hours = figures.rooms.usage.iter().map(|room| {
        let hours = room.hours.iter().fold(Decimal::ZERO, |sum, (_, hours)| sum.saturating_add(*hours));
        format!("{} {}", room.room, number(hours))
    });
    sheet.line(&format!("  {}{}", left("hours taken", 12), hours.collect::<Vec<_>>().join(", ")));
}

fn leave(sheet: &mut Sheet, figures: &Figures) {
    let rows = &figures.leave.rows;
    let days = |of: fn(&super::LeaveRow) -> Decimal| {
        number(rows.iter().fold(Decimal::ZERO, |sum, row| sum.saturating_add(of(row))))
    };
    sheet.title("Leave");
    sheet.line(&format!(
        "  {} days entitled, {} taken, {} requested, {} left",
        days(|row| row.entitled),
        days(|row| row.taken),
        days(|row| row.requested),
        days(|row| row.left)
    ));
    sheet.list(figures.leave.absences.iter().map(|away| {
        let days = format!("{} days", number(away.days));
        format!(
            "  {}{}{} to {}{}",
            left(&away.name, 22),
            left(&away.kind, 14),
            day(away.first),
            day(away.last),
            right(&days, 12)
        )
    }));
}

fn refusals(sheet: &mut Sheet, figures: &Figures) {
    sheet.title("What was refused or held, and why");
    sheet.list(figures.refusals.iter().map(|line| {
        let outcome = match line.outcome {
            Outcome::Accepted => "accepted",
            Outcome::Held => "held",
            Outcome::Refused => "refused",
        };
        format!("  {} {} {} {}", left(&day(line.day), 7), left(outcome, 8), left(&line.what, 32), line.why)
    }));
}

fn controls(sheet: &mut Sheet, figures: &Figures) {
    let differing: Vec<_> = figures.controls.iter().filter(|control| !control.ok).collect();
    let agreeing = figures.controls.len().saturating_sub(differing.len());
    sheet.title("Control totals");
    sheet.line(&format!("  {agreeing} of {} agree", figures.controls.len()));
    sheet.list(differing.into_iter().map(|control| {
        let name = format!("{} {}", control.group, control.item);
        format!("  {} expected {}, came out as {}", left(&name, 34), figure(&control.expected), figure(&control.actual))
    }));
}
