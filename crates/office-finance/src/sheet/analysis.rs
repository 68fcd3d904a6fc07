//! What was spent, and what is odd about it.

use office_core::sheet::Cell;
use office_core::{Decimal, Money, Ratio, Rounding};

use super::subledger::named;
use super::{CsvReport, amount};
use crate::{Anomaly, PriceDrift, Saving, SpendLine, SpendTable, TopRow, TrendStep};

/// Dimensions are told as in `cost_centre=<id> party=<id>`.
impl CsvReport<5> for [SpendLine] {
    const COLUMNS: [&'static str; 5] = ["on", "account", "dimensions", "amount", "currency"];

    fn cells(&self) -> Vec<[Cell<'_>; 5]> {
        let row = |line: &SpendLine| {
            let dimensions = Cell::value(named(&line.dimensions));
            let currency = Cell::value(line.amount.currency());
            [Cell::value(line.on), Cell::value(&line.account), dimensions, amount(line.amount), currency]
        };
        self.iter().map(row).collect()
    }
}

/// A row for each cell of the table, as programs and pivot tables want it; [`SpendTable::to_rows`] has one column for each
/// stretch of time, and totals.
impl CsvReport<4> for SpendTable {
    const COLUMNS: [&'static str; 4] = ["key", "span", "amount", "currency"];

    fn cells(&self) -> Vec<[Cell<'_>; 4]> {
        let cells = self.rows.iter().flat_map(|row| self.spans.iter().zip(&row.amounts).map(move |cell| (row, cell)));
        cells
            .map(|(row, (span, money)): (_, (_, &Money))| {
                [Cell::text(&row.key), Cell::text(span), amount(*money), Cell::value(money.currency())]
            })
            .collect()
    }
}

impl CsvReport<4> for [TopRow] {
    const COLUMNS: [&'static str; 4] = ["key", "total", "share_percent", "currency"];

    fn cells(&self) -> Vec<[Cell<'_>; 4]> {
        let rows = self.iter().map(|row| {
            let (share, currency) = (Cell::value(row.share.value()), Cell::value(row.total.currency()));
            [Cell::text(&row.key), amount(row.total), share, currency]
        });
        rows.collect()
    }
}

impl CsvReport<5> for [TrendStep] {
    const COLUMNS: [&'static str; 5] = ["span", "amount", "change", "change_of_year", "currency"];

    fn cells(&self) -> Vec<[Cell<'_>; 5]> {
        self.iter()
            .map(|step| {
                let of_year = Cell::optional(step.change_of_year.map(Money::amount));
                let currency = Cell::value(step.amount.currency());
                [Cell::text(&step.span), amount(step.amount), amount(step.change), of_year, currency]
            })
            .collect()
    }
}

/// How many times the distance is away is rounded to hundredths, half up.
impl CsvReport<7> for [Anomaly] {
    const COLUMNS: [&'static str; 7] = ["key", "span", "amount", "median", "distance", "times", "currency"];

    fn cells(&self) -> Vec<[Cell<'_>; 7]> {
        self.iter()
            .map(|odd| {
                let times = Cell::optional(odd.times.and_then(hundredths));
                let currency = Cell::value(odd.amount.currency());
                let (key, span) = (Cell::text(&odd.key), Cell::text(&odd.span));
                [key, span, amount(odd.amount), amount(odd.median), amount(odd.distance), times, currency]
            })
            .collect()
    }
}

/// Prices are told as in `20.50 EUR / 1 box`; the drift in percent is rounded to hundredths, half up.
impl CsvReport<8> for [PriceDrift] {
    const COLUMNS: [&'static str; 8] =
        ["vendor", "item", "first_on", "first_price", "last_on", "last_price", "drift_percent", "purchases"];

    fn cells(&self) -> Vec<[Cell<'_>; 8]> {
        self.iter()
            .map(|drift| {
                let ((first_on, first), (last_on, last)) = (drift.first, drift.last);
                let percent = drift.drift.and_then(|part| part.checked_mul(Ratio::from_integer(100)).ok());
                [
                    Cell::value(drift.vendor),
                    Cell::value(drift.item),
                    Cell::value(first_on),
                    Cell::value(first),
                    Cell::value(last_on),
                    Cell::value(last),
                    Cell::optional(percent.and_then(hundredths)),
                    Cell::value(drift.purchases),
                ]
            })
            .collect()
    }
}

/// Prices are told as in `20.50 EUR / 1 box`.
impl CsvReport<10> for [Saving] {
    const COLUMNS: [&'static str; 10] = [
        "vendor",
        "item",
        "on",
        "quantity",
        "price",
        "cheaper_vendor",
        "cheaper_on",
        "cheaper_price",
        "amount",
        "currency",
    ];

    fn cells(&self) -> Vec<[Cell<'_>; 10]> {
        self.iter()
            .map(|saving| {
                let (paid, cheaper) = (&saving.paid, &saving.cheaper);
                [
                    Cell::value(paid.vendor),
                    Cell::value(paid.item),
                    Cell::value(paid.on),
                    Cell::value(paid.quantity),
                    Cell::value(paid.price),
                    Cell::value(cheaper.vendor),
                    Cell::value(cheaper.on),
                    Cell::value(cheaper.price),
                    amount(saving.amount),
                    Cell::value(saving.amount.currency()),
                ]
            })
            .collect()
    }
}

fn hundredths(ratio: Ratio) -> Option<Decimal> {
    ratio.to_decimal(2, Rounding::HalfUp)
}
