//! The books: trial balance, income statement, balance sheet.

use office_core::{DateRange, Money, MoneyError};
use office_finance::{
    AccountCode, BalanceSheet, Balances, Chart, EntryKind, IncomeStatement, JournalEntry, ReportRow, entries_of,
};

use super::Source;
use crate::play::Failure;
use crate::report::{AccountRow, IncomeLine, PositionLine, Statements, TrialBalance};

/// What the books say of the month.
pub(super) struct Books {
    pub(super) trial_balance: TrialBalance,
    pub(super) statements: Statements,
    closing: Balances,
}

impl Books {
    /// What stands in an account at the close of the month; debit is positive.
    pub(super) fn balance(&self, account: &AccountCode) -> Money {
        self.closing.of(account)
    }
}

/// Reads the entries of the year up to the end of the month. The opening entry counts as what was there before.
pub(super) async fn read(source: Source<'_>) -> Result<Books, Failure> {
    let year = DateRange::inclusive(source.world.files.company.fiscal_year_start, source.last_day())?;
    let entries = entries_of(source.view, year).await?;
    let is_early =
        |entry: &&JournalEntry| entry.entry().kind() == EntryKind::Opening || entry.on() < source.month().start();
    let (before, within): (Vec<_>, Vec<_>) = entries.iter().partition(is_early);
    let opening = Balances::as_of(before.iter().copied(), source.last_day(), source.currency())?;
    let closing = Balances::as_of(&entries, source.last_day(), source.currency())?;
    let trial_balance = trial_balance(source, &opening, &closing, &within)?;
    let statements = statements(source, &entries, &before, &within)?;
    Ok(Books { trial_balance, statements, closing })
}

fn chart(source: Source<'_>) -> &Chart {
    &source.world.settings.purchasing.chart
}

fn trial_balance(
    source: Source<'_>,
    opening: &Balances,
    closing: &Balances,
    within: &[&JournalEntry],
) -> Result<TrialBalance, Failure> {
    let currency = source.currency();
    let mut rows = Vec::new();
    for account in chart(source).accounts() {
        let own = within.iter().flat_map(|entry| entry.entry().postings());
        let own: Vec<Money> =
            own.filter(|posting| posting.account == account.code).map(|posting| posting.amount).collect();
        let debits = own.iter().copied().filter(|amount| amount.is_positive());
        let credits = own.iter().copied().filter(|amount| amount.is_negative());
        rows.push(AccountRow {
            account: account.code.to_string(),
            name: account.name.clone(),
            opening: opening.of(&account.code),
            debit: Money::sum(debits, currency)?,
            credit: Money::sum(credits, currency)?.negated(),
            closing: closing.of(&account.code),
        });
    }
    let debit = Money::sum(rows.iter().map(|row| row.debit), currency)?;
    let credit = Money::sum(rows.iter().map(|row| row.credit), currency)?;
    Ok(TrialBalance { rows, debit, credit })
}

fn statements(
    source: Source<'_>,
    all: &[JournalEntry],
    before: &[&JournalEntry],
    within: &[&JournalEntry],
) -> Result<Statements, Failure> {
    let (chart, currency, last) = (chart(source), source.currency(), source.last_day());
    let year = DateRange::inclusive(source.world.files.company.fiscal_year_start, last)?;
    let month = IncomeStatement::over(chart, within.iter().copied(), source.month(), currency)?;
    let to_date = IncomeStatement::over(chart, all, year, currency)?;
    let opening = BalanceSheet::as_of(chart, before.iter().copied(), last, currency)?;
    let closing = BalanceSheet::as_of(chart, all, last, currency)?;
    Ok(Statements {
        income: income(&month, &to_date),
        position: position(&opening, &closing)?,
        result_of_month: month.result,
        result_of_year: to_date.result,
    })
}

/// The amounts of accounts in two columns, by the number of the account.
fn paired(left: &[ReportRow], right: &[ReportRow], nothing: Money) -> Vec<(String, Money, Money)> {
    let mut accounts: Vec<(&AccountCode, &str)> =
        left.iter().chain(right).map(|row| (&row.account, row.name.as_str())).collect();
    accounts.sort();
    accounts.dedup();
    let amount = |rows: &[ReportRow], account: &AccountCode| {
        rows.iter().find(|row| row.account == *account).map_or(nothing, |row| row.amount)
    };
    let pair = |(account, name): (&AccountCode, &str)| {
        (format!("{account} {name}"), amount(left, account), amount(right, account))
    };
    accounts.into_iter().map(pair).collect()
}

fn income(month: &IncomeStatement, year: &IncomeStatement) -> Vec<IncomeLine> {
    let nothing = Money::zero(year.result.currency());
    let line =
        |(label, month, year_to_date): (String, Money, Money)| IncomeLine { label, month, year_to_date, is_sum: false };
    let sum =
        |label: &str, month, year_to_date| IncomeLine { label: label.to_owned(), month, year_to_date, is_sum: true };
    let mut lines: Vec<_> = paired(&month.income, &year.income, nothing).into_iter().map(line).collect();
    lines.push(sum("Income", month.total_income, year.total_income));
    lines.extend(paired(&month.expense, &year.expense, nothing).into_iter().map(line));
    lines.push(sum("Expense", month.total_expense, year.total_expense));
    lines
}

fn position(opening: &BalanceSheet, closing: &BalanceSheet) -> Result<Vec<PositionLine>, MoneyError> {
    let nothing = Money::zero(closing.result.currency());
    let line =
        |(label, opening, closing): (String, Money, Money)| PositionLine { label, opening, closing, is_sum: false };
    let sum = |label: &str, opening, closing| PositionLine { label: label.to_owned(), opening, closing, is_sum: true };
    let mut lines: Vec<_> = paired(&opening.assets, &closing.assets, nothing).into_iter().map(line).collect();
    lines.push(sum("Assets", opening.total_assets, closing.total_assets));
    lines.extend(paired(&opening.liabilities, &closing.liabilities, nothing).into_iter().map(line));
    lines.push(sum("Liabilities", opening.total_liabilities, closing.total_liabilities));
    lines.extend(paired(&opening.equity, &closing.equity, nothing).into_iter().map(line));
    lines.push(line(("Result of the year to date".to_owned(), opening.result, closing.result)));
    lines.push(sum("Liabilities, equity and result", opening.total_claims()?, closing.total_claims()?));
    Ok(lines)
}
