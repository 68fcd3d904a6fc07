//! What the books say, account by account.

use office_core::sheet::Cell;
use office_core::{DateRange, Money};

use super::{CsvReport, amount};
use crate::{BalanceSheet, CashFlowStatement, DirectCashFlow, IncomeStatement, MonthlyReport, ReportRow, TrialBalance};

impl CsvReport<7> for TrialBalance {
    const COLUMNS: [&'static str; 7] = ["on", "account", "name", "kind", "debit", "credit", "currency"];

    fn cells(&self) -> Vec<[Cell<'_>; 7]> {
        let rows = self.rows().iter().map(|row| {
            let (code, name, kind) = (Cell::value(&row.account), Cell::text(&row.name), Cell::value(row.kind));
            let [credit, currency] = told(row.credit);
            [Cell::value(self.on()), code, name, kind, amount(row.debit), credit, currency]
        });
        rows.collect()
    }
}

impl CsvReport<7> for IncomeStatement {
    const COLUMNS: [&'static str; 7] = ["from", "to", "part", "account", "name", "amount", "currency"];

    fn cells(&self) -> Vec<[Cell<'_>; 7]> {
        let parts = [("income", &self.income), ("expense", &self.expense)];
        let rows = parts.into_iter().flat_map(|(part, rows)| rows.iter().map(move |row| (part, row)));
        rows.map(|(part, row)| of_days(self.days, part, row)).collect()
    }
}

/// The result that has not been carried to equity is a row without an account.
impl CsvReport<6> for BalanceSheet {
    const COLUMNS: [&'static str; 6] = ["on", "part", "account", "name", "amount", "currency"];

    fn cells(&self) -> Vec<[Cell<'_>; 6]> {
        let parts = [("assets", &self.assets), ("liabilities", &self.liabilities), ("equity", &self.equity)];
        let rows = parts.into_iter().flat_map(|(part, rows)| rows.iter().map(move |row| (part, row)));
        let mut cells: Vec<_> = rows
            .map(|(part, row)| {
                let [code, name, worth, currency] = account(row);
                [Cell::value(self.on), Cell::value(part), code, name, worth, currency]
            })
            .collect();
        let [worth, currency] = told(self.result);
        cells.push([Cell::value(self.on), Cell::value("result"), Cell::EMPTY, Cell::EMPTY, worth, currency]);
        cells
    }
}

/// Opening cash, the result and closing cash are rows without an account.
impl CsvReport<7> for CashFlowStatement {
    const COLUMNS: [&'static str; 7] = IncomeStatement::COLUMNS;

    fn cells(&self) -> Vec<[Cell<'_>; 7]> {
        let sum = |part: &'static str, money: Money| {
            let ([from, to], [worth, currency]) = (days(self.days), told(money));
            [from, to, Cell::value(part), Cell::EMPTY, Cell::EMPTY, worth, currency]
        };
        let parts = [
            ("operating", &self.operating),
            ("investing", &self.investing),
            ("financing", &self.financing),
            ("exchange_rates", &self.exchange_rates),
        ];
        let rows = parts.into_iter().flat_map(|(part, rows)| rows.iter().map(move |row| (part, row)));
        let flows = rows.map(|(part, row)| of_days(self.days, part, row));
        let before = [sum("opening", self.opening), sum("result", self.result)];
        before.into_iter().chain(flows).chain([sum("closing", self.closing)]).collect()
    }
}

/// Opening and closing cash are rows without an account, as received.
impl CsvReport<8> for DirectCashFlow {
    const COLUMNS: [&'static str; 8] = ["from", "to", "part", "account", "name", "received", "paid", "currency"];

    fn cells(&self) -> Vec<[Cell<'_>; 8]> {
        let cash = |part: &'static str, money: Money| {
            let ([from, to], [worth, currency]) = (days(self.days), told(money));
            [from, to, Cell::value(part), Cell::EMPTY, Cell::EMPTY, worth, Cell::EMPTY, currency]
        };
        let parts = [
            ("operating", &self.operating),
            ("investing", &self.investing),
            ("financing", &self.financing),
            ("exchange_rates", &self.exchange_rates),
        ];
        let rows = parts.into_iter().flat_map(|(part, rows)| rows.iter().map(move |row| (part, row)));
        let flows = rows.map(|(part, row)| {
            let ([from, to], currency) = (days(self.days), Cell::value(row.received.currency()));
            let (code, name) = (Cell::value(&row.account), Cell::text(&row.name));
            [from, to, Cell::value(part), code, name, amount(row.received), amount(row.paid), currency]
        });
        [cash("opening", self.opening)].into_iter().chain(flows).chain([cash("closing", self.closing)]).collect()
    }
}

/// Debits are above zero, credits below.
impl CsvReport<6> for MonthlyReport {
    const COLUMNS: [&'static str; 6] = ["month", "account", "name", "kind", "moved", "currency"];

    fn cells(&self) -> Vec<[Cell<'_>; 6]> {
        let rows = self.rows.iter().flat_map(|row| self.months.iter().zip(&row.moved).map(move |cell| (row, cell)));
        rows.map(|(row, (month, moved))| {
            let (month, [worth, currency]) = (Cell::value(month.format("%Y-%m")), told(*moved));
            [month, Cell::value(&row.account), Cell::text(&row.name), Cell::value(row.kind), worth, currency]
        })
        .collect()
    }
}

fn of_days<'a>(range: DateRange, part: &'static str, row: &'a ReportRow) -> [Cell<'a>; 7] {
    let ([from, to], [code, name, worth, currency]) = (days(range), account(row));
    [from, to, Cell::value(part), code, name, worth, currency]
}

/// The first and the last day; the last one empty where there is no end.
fn days(range: DateRange) -> [Cell<'static>; 2] {
    [Cell::value(range.start()), Cell::optional(range.last())]
}

fn account(row: &ReportRow) -> [Cell<'_>; 4] {
    let [worth, currency] = told(row.amount);
    [Cell::value(&row.account), Cell::text(&row.name), worth, currency]
}

fn told(money: Money) -> [Cell<'static>; 2] {
    [amount(money), Cell::value(money.currency())]
}
