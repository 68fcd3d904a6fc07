//! What the books say of October.

use std::fmt::Write;

use office_core::{Currency, DateRange, Money};
use office_finance::{
    Books, BudgetLine, EntryId, JournalEntry, ReportRow, SpendBy, SpendSpan, SpendTable, VarianceExplanation,
    entries_of, spend_lines,
};

use super::control::Totals;
use super::desk::{Desk, Failure, october};

/// The books of the year, with all their sums, as they stand.
pub(crate) fn books(desk: &Desk) -> Result<Books, Failure> {
    let year = DateRange::year(2026)?;
    let mut books = Books::new(desk.chart().clone(), Currency::EUR, year)?;
    for entry in entries(desk)? {
        books.replay(&entry)?;
    }
    Ok(books)
}

/// All that is posted in the year.
pub(crate) fn entries(desk: &Desk) -> Result<Vec<JournalEntry>, Failure> {
    let year = DateRange::year(2026)?;
    desk.see(|view| async move { entries_of(&view, year).await })
}

pub(crate) fn tell(desk: &Desk, totals: &mut Totals, told: &mut String) -> Result<(), Failure> {
    let (books, days) = (books(desk)?, october()?);
    let last = days.last().ok_or("a last day")?;

    let trial = books.trial_balance(last)?;
    writeln!(told, "Trial balance on {last}")?;
    for row in trial.rows() {
        let of = |money: Money| if money.is_zero() { String::new() } else { money.amount().to_string() };
        writeln!(told, "  {} {:<24} {:>10} {:>10}", row.account, row.name, of(row.debit), of(row.credit))?;
    }
    let (debits, credits) = (trial.debits().amount().to_string(), trial.credits().amount().to_string());
    writeln!(told, "  {:<29} {debits:>10} {credits:>10}\n", "in all")?;
    totals.note("trial balance debits", trial.debits());
    let balances = books.balances(last)?;
    totals.note("card by the books", balances.of(&"3610".parse()?).negated());
    totals.note("cash by the books", balances.of(&"1600".parse()?));

    let income = books.income_statement(days)?;
    writeln!(told, "Income statement of October")?;
    rows(&income.income, told)?;
    rows(&income.expense, told)?;
    line("result", income.result, told)?;
    totals.note("result of October", income.result);

    let sheet = books.balance_sheet(last)?;
    writeln!(told, "\nBalance sheet on {last}")?;
    rows(&sheet.assets, told)?;
    line("assets", sheet.total_assets, told)?;
    rows(&sheet.liabilities, told)?;
    rows(&sheet.equity, told)?;
    line("result not carried yet", sheet.result, told)?;
    line("liabilities and equity", sheet.total_claims()?, told)?;
    totals.note("assets", sheet.total_assets);

    let flow = books.cash_flow(days)?;
    writeln!(told, "\nCash flow of October")?;
    line("opening cash", flow.opening, told)?;
    line("result", flow.result, told)?;
    for part in [&flow.operating, &flow.investing, &flow.financing] {
        rows(part, told)?;
    }
    line("closing cash", flow.closing, told)?;
    totals.note("cash flow", flow.flow()?);
    budget(desk, totals, told)?;
    spending(desk, told)
}

fn rows(rows: &[ReportRow], told: &mut String) -> Result<(), Failure> {
    for row in rows {
        let account = format!("{} {}", row.account, row.name);
        writeln!(told, "  {account:<29} {:>10}", row.amount.amount().to_string())?;
    }
    Ok(())
}

fn line(name: &str, amount: Money, told: &mut String) -> Result<(), Failure> {
    writeln!(told, "  {name:<29} {:>10}", amount.amount().to_string())?;
    Ok(())
}

/// The lines of the budget in the order of their accounts, each with why it is where it is at the end of October.
pub(crate) fn budget_to_date(desk: &Desk) -> Result<Vec<(BudgetLine, VarianceExplanation)>, Failure> {
    let (from, to) = ((2026, String::new()), (2027, String::new()));
    let (from, to) = (&from, &to);
    let found = desk.see(|view| async move { view.page(BudgetLine::BY_YEAR, Some(from), Some(to), 100).await })?;
    let mut lines = Vec::new();
    for (_, line) in found {
        let why = line.explain_variance(10, 2)?;
        lines.push((line, why));
    }
    lines.sort_by(|(one, _), (other, _)| one.planned().account.cmp(&other.planned().account));
    Ok(lines)
}

/// Budget against actual, and why the lines that are overspent are.
fn budget(desk: &Desk, totals: &mut Totals, told: &mut String) -> Result<(), Failure> {
    writeln!(told, "\nBudget of October")?;
    writeln!(told, "  {:<29} {:>9} {:>9} {:>9} {:>9}", "", "plan", "actual", "left", "on order")?;
    let (mut left, mut overspent) = (Vec::new(), Vec::new());
    for (line, why) in budget_to_date(desk)? {
        let to_date = why.variance.to_date;
        let code = &line.planned().account;
        let account = format!("{code} {}", desk.chart().get(code).map_or("", |account| &account.name));
        let bare = |money: Money| money.amount().to_string();
        let [plan, actual, rest, to_come] = [to_date.plan, to_date.actual, to_date.left, why.to_come].map(bare);
        writeln!(told, "  {account:<29} {plan:>9} {actual:>9} {rest:>9} {to_come:>9}")?;
        left.push(to_date.left);
        if to_date.left.is_negative() {
            overspent.push((account, why));
        }
    }
    let left = Money::sum(left, Currency::EUR)?;
    writeln!(told, "  {:<29} {:>9} {:>9} {:>9}", "in all", "", "", left.amount().to_string())?;
    totals.note("budget left of October", left);
    writeln!(told, "Overspent, and by what:")?;
    for (account, why) in overspent {
        explain(desk, &account, &why, told)?;
    }
    Ok(())
}

fn explain(desk: &Desk, account: &str, why: &VarianceExplanation, told: &mut String) -> Result<(), Failure> {
    writeln!(told, "  {account}: {} above {}", why.variance.to_date.left.negated(), why.planned_first)?;
    let ids: &Vec<EntryId> = &why.largest.iter().map(|(entry, _)| *entry).collect();
    let entries = desk.see(|view| async move { view.find_each(ids).await })?;
    for ((_, spending), entry) in why.largest.iter().zip(entries) {
        let what = entry.map_or_else(String::new, |entry| entry.entry().description().to_owned());
        writeln!(told, "    {} {:>12} {what}", spending.on, spending.amount.to_string())?;
    }
    if why.other_entries > 0 {
        writeln!(told, "    and {} in {} other entries", why.others, why.other_entries)?;
    }
    if !why.to_come.is_zero() {
        writeln!(told, "    and {} on order still to come", why.to_come)?;
    }
    Ok(())
}

/// On what most was spent.
fn spending(desk: &Desk, told: &mut String) -> Result<(), Failure> {
    let (entries, days) = (entries(desk)?, october()?);
    let entries = entries.iter().map(JournalEntry::entry).filter(|entry| days.contains(entry.on()));
    let (lines, _) = spend_lines(desk.chart(), entries, Currency::EUR);
    let table = SpendTable::of(&lines, SpendBy::Account, SpendSpan::Month, Currency::EUR)?;
    writeln!(told, "\nOf {} spent, most went to", table.total)?;
    for top in table.top(3)? {
        let name = top.key.parse().ok().and_then(|code| desk.chart().get(&code));
        writeln!(
            told,
            "  {:<29} {:>10} {:>9}",
            name.map_or("", |account| &account.name),
            top.total.amount(),
            top.share
        )?;
    }
    writeln!(told)?;
    Ok(())
}
