//! Plan against actual, why they differ, what is left, and where the year is heading.

use chrono::NaiveDate;
use office_core::Money;
use office_core::sheet::Cell;

use super::{CsvReport, amount};
use crate::{BudgetVariance, Forecast, ForecastMethod, FundsCheck, PlanChange, PlanChangeReason, VarianceExplanation};

/// Months are numbered from January, which is 1.
impl CsvReport<5> for BudgetVariance {
    const COLUMNS: [&'static str; 5] = ["month", "plan", "actual", "left", "currency"];

    fn cells(&self) -> Vec<[Cell<'_>; 5]> {
        let months = self.months.iter().zip(1_u32..).map(|(of, month)| {
            let currency = Cell::value(of.plan.currency());
            [Cell::value(month), amount(of.plan), amount(of.actual), amount(of.left), currency]
        });
        months.collect()
    }
}

impl PlanChangeReason {
    /// The reason in a word or two: `revised`, `carried forward`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Revised { .. } => "revised",
            Self::Transferred { .. } => "transferred",
            Self::CarriedForward { .. } => "carried forward",
        }
    }

    /// What it refers to, and what somebody wrote.
    fn told(&self) -> (Option<String>, Option<&str>) {
        match self {
            Self::Revised { why, .. } => (None, Some(why)),
            Self::Transferred { transfer, .. } => (Some(transfer.to_string()), None),
            Self::CarriedForward { other } => (Some(other.to_string()), None),
        }
    }
}

/// What was planned at first, each month of each change of the plan, each of the largest amounts spent, the others
/// together, and what is to come. What is spent is below zero, so that all rows but that of `to come` add up to what is left.
/// A reference is the id of an entry, a transfer or a line of another year.
impl CsvReport<9> for VarianceExplanation {
    const COLUMNS: [&'static str; 9] =
        ["line", "row", "month", "on", "reference", "why", "entries", "amount", "currency"];

    fn cells(&self) -> Vec<[Cell<'_>; 9]> {
        let sum = |row: &'static str, entries: Option<usize>, money| {
            explained(self, row, Part { entries, ..Part::default() }, money)
        };
        let changes = self.changes.iter().flat_map(|change| self.change(change));
        let spent = self.largest.iter().map(|(entry, spending)| {
            let part = Part { on: Some(spending.on), reference: Some(entry.to_string()), ..Part::default() };
            explained(self, "spent", Part { entries: Some(1), ..part }, spending.amount.negated())
        });
        let others = sum("others", Some(self.other_entries), self.others.negated());
        let rows = [sum("planned first", None, self.planned_first)].into_iter().chain(changes).chain(spent);
        rows.chain([others, sum("to come", None, self.to_come)]).collect()
    }
}

/// What a row of an explanation says besides its amount.
#[derive(Default)]
struct Part<'a> {
    month: Option<u32>,
    on: Option<NaiveDate>,
    reference: Option<String>,
    why: Option<&'a str>,
    entries: Option<usize>,
}

impl VarianceExplanation {
    /// A change in those months that are over, and that it changes.
    fn change<'a>(&'a self, change: &'a PlanChange) -> impl Iterator<Item = [Cell<'a>; 9]> {
        let (reference, why) = change.reason.told();
        let over = (1_u32..).zip(&change.months).take(self.variance.months.len());
        over.filter(|(_, money)| !money.is_zero()).map(move |(month, money)| {
            let reference = reference.clone();
            let part = Part { month: Some(month), on: Some(change.on), reference, why, entries: None };
            explained(self, change.reason.as_str(), part, *money)
        })
    }
}

fn explained<'a>(of: &VarianceExplanation, row: &'static str, part: Part<'a>, money: Money) -> [Cell<'a>; 9] {
    [
        Cell::value(of.line),
        Cell::value(row),
        Cell::optional(part.month),
        Cell::optional(part.on),
        Cell::optional(part.reference),
        part.why.map_or(Cell::EMPTY, Cell::text),
        Cell::optional(part.entries),
        amount(money),
        Cell::value(money.currency()),
    ]
}

/// One check after another: what there is of the line, what is wanted, and whether it is there.
impl CsvReport<12> for [FundsCheck] {
    const COLUMNS: [&'static str; 12] = [
        "line",
        "version",
        "planned",
        "reserved",
        "committed",
        "actual",
        "available",
        "wanted",
        "freed",
        "left",
        "enough",
        "currency",
    ];

    fn cells(&self) -> Vec<[Cell<'_>; 12]> {
        let row = |check: &FundsCheck| {
            [
                Cell::value(check.line),
                Cell::value(check.version),
                amount(check.planned),
                amount(check.reserved),
                amount(check.committed),
                amount(check.actual),
                amount(check.available),
                amount(check.wanted),
                amount(check.freed),
                amount(check.left),
                Cell::value(check.enough),
                Cell::value(check.left.currency()),
            ]
        };
        self.iter().map(row).collect()
    }
}

impl ForecastMethod {
    /// The method in a word or two: `run rate`, `seasonal`, `on order`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::RunRate => "run rate",
            Self::Seasonal { .. } => "seasonal",
            Self::OnOrder { .. } => "on order",
        }
    }
}

/// January to December, `over` or `to come`, and the year at its lowest and highest in rows `low` and `high`, which have
/// no month. The months add up to the year.
impl CsvReport<5> for Forecast {
    const COLUMNS: [&'static str; 5] = ["method", "row", "month", "amount", "currency"];

    fn cells(&self) -> Vec<[Cell<'_>; 5]> {
        let row = |row: &'static str, month: Option<usize>, money: Money| {
            let currency = Cell::value(money.currency());
            let method = Cell::value(self.method.as_str());
            [method, Cell::value(row), Cell::optional(month), amount(money), currency]
        };
        let months =
            self.months.iter().zip(1..).map(|(money, month)| {
                row(if month <= self.months_over { "over" } else { "to come" }, Some(month), *money)
            });
        months.chain([row("low", None, self.low), row("high", None, self.high)]).collect()
    }
}
