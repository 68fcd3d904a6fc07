//! Pages of the ledger, and what is outstanding.

use office_core::Money;
use office_core::sheet::Cell;

use super::{CsvReport, amount};
use crate::{AccountLedger, Ageing, ClientMovement, ClientStatement, Dimensions};

/// One page after another. Each begins with a row `opening` and ends with a row `closing`, whose balance alone is told.
/// Dimensions are told as in `cost_centre=<id> party=<id>`.
impl CsvReport<12> for [AccountLedger] {
    const COLUMNS: [&'static str; 12] = [
        "account",
        "row",
        "on",
        "number",
        "description",
        "document",
        "dimensions",
        "amount",
        "foreign",
        "foreign_currency",
        "balance",
        "currency",
    ];

    fn cells(&self) -> Vec<[Cell<'_>; 12]> {
        self.iter().flat_map(page).collect()
    }
}

const NONE: Cell<'static> = Cell::EMPTY;

fn page(page: &AccountLedger) -> Vec<[Cell<'_>; 12]> {
    let edge = |row: &'static str, balance: Money| {
        let (code, row, currency) = (Cell::value(&page.account), Cell::value(row), Cell::value(balance.currency()));
        [code, row, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, amount(balance), currency]
    };
    let lines = page.lines.iter().map(|line| {
        [
            Cell::value(&page.account),
            Cell::value("posting"),
            Cell::value(line.on),
            Cell::value(line.number),
            Cell::text(&line.description),
            line.document.as_deref().map_or(Cell::EMPTY, Cell::text),
            Cell::value(named(&line.dimensions)),
            amount(line.amount),
            Cell::optional(line.foreign.map(Money::amount)),
            Cell::optional(line.foreign.map(Money::currency)),
            amount(line.balance),
            Cell::value(line.balance.currency()),
        ]
    });
    [edge("opening", page.opening)].into_iter().chain(lines).chain([edge("closing", page.closing)]).collect()
}

/// Names and values, apart by spaces: neither has any.
pub(super) fn named(dimensions: &Dimensions) -> String {
    let values: Vec<_> = dimensions.iter().map(|(dimension, value)| format!("{dimension}={value}")).collect();
    values.join(" ")
}

/// By how many days it is overdue, from the first to the last. What is not due is due in 0 days at the latest, and has no
/// first; the longest time has no last.
impl CsvReport<5> for Ageing {
    const COLUMNS: [&'static str; 5] = ["on", "from_days", "to_days", "amount", "currency"];

    fn cells(&self) -> Vec<[Cell<'_>; 5]> {
        let row = |from: Option<u32>, to: Option<u32>, money: Money| {
            let currency = Cell::value(money.currency());
            [Cell::value(self.on), Cell::optional(from), Cell::optional(to), amount(money), currency]
        };
        let overdue = self.overdue.iter().map(|bucket| row(Some(bucket.from_days), bucket.to_days, bucket.amount));
        [row(None, Some(0), self.not_due)].into_iter().chain(overdue).collect()
    }
}

impl ClientMovement {
    /// The movement in a word or two: `charged`, `taken off`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Charged => "charged",
            Self::TakenOff => "taken off",
            Self::Paid => "paid",
            Self::SentBack => "sent back",
        }
    }
}

/// It begins with a row `opening` and ends with a row `closing`, whose balance alone is told.
impl CsvReport<7> for ClientStatement {
    const COLUMNS: [&'static str; 7] = ["client", "row", "on", "document", "amount", "balance", "currency"];

    fn cells(&self) -> Vec<[Cell<'_>; 7]> {
        let client = || Cell::value(self.client);
        let edge = |row: &'static str, on: Option<chrono::NaiveDate>, balance: Money| {
            let currency = Cell::value(balance.currency());
            [client(), Cell::value(row), Cell::optional(on), Cell::EMPTY, Cell::EMPTY, amount(balance), currency]
        };
        let lines = self.lines.iter().map(|line| {
            let (kind, currency) = (Cell::value(line.kind.as_str()), Cell::value(line.amount.currency()));
            let document = line.document.as_deref().map_or(Cell::EMPTY, Cell::text);
            [client(), kind, Cell::value(line.on), document, amount(line.amount), amount(line.balance), currency]
        });
        let first = edge("opening", Some(self.days.start()), self.opening);
        let last = edge("closing", self.days.last(), self.closing);
        [first].into_iter().chain(lines).chain([last]).collect()
    }
}
