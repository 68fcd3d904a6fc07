//! Stock, purchasing and the invoices of vendors.

use maud::{Markup, html};

use super::super::chart;
use super::super::figures::{Figures, StockItem};
use super::super::written;
use super::table::{
    Holds::{Figures as N, Words as W},
    Row, aligned, code, day, money, number, outcome, table, total, words,
};
use super::{figure, section};

pub(super) fn stock(figures: &Figures) -> Markup {
    let stock = &figures.stock;
    let places = written::places(stock.items.iter().flat_map(|item| [item.on_hand.amount(), item.min]));
    let rows = stock.items.iter().map(|item| {
        let cells = [
            code(&item.sku),
            words(&item.name),
            aligned(item.on_hand.amount(), places),
            words(item.on_hand.unit().as_str()),
            aligned(item.min, places),
            money(item.value),
        ];
        Row::from(cells)
    });
    let all = written::sum(stock.items.iter().map(|item| item.value));
    let last = (!stock.items.is_empty())
        .then(|| Row::sum([words(""), words("Total"), words(""), words(""), words(""), total(all)]));
    let ledger = [
        Row::from([words("Opening"), money(stock.opening)]),
        Row::from([words("Received"), money(stock.received)]),
        Row::from([words("Issued"), money(stock.issued.negated())]),
        Row::sum([words("Closing"), money(stock.closing)]),
    ];
    let inner = html! {
        (figure("levels", "On hand day by day, most used items", "A line for each of the items that moved on most days, \
            with a dashed line at the level below which it is ordered. The table of levels holds the same figures.",
            chart::levels(&stock.items).as_ref()))
        (figure("value", "Value on hand by item", "A bar for each item, the most valuable first. The table of items \
            holds the same figures.", chart::value_by_item(&stock.items).as_ref()))
        div.columns {
            (table("Items on hand", &[("Item", W), ("Name", W), ("On hand", N), ("Unit", W), ("Min", N), ("Value", N)],
                rows.chain(last)))
            (table("Stock ledger", &[("", W), ("Value", N)], ledger))
        }
        (daily(&stock.items))
    };
    section("stock", "Stock", &inner)
}

/// The levels that the lines are drawn from, told on the days they changed.
fn daily(items: &[StockItem]) -> Markup {
    let rows = items.iter().filter(|item| !item.series.is_empty()).map(|item| {
        let mut before = None;
        let mut changes = Vec::new();
        for (date, level) in &item.series {
            if before != Some(*level) {
                changes.push(format!("{} {}", written::day(*date), written::number(*level)));
            }
            before = Some(*level);
        }
        Row::from([code(&item.sku), words(&item.name), words(&changes.join(", "))])
    });
    html! {
        details {
            summary { "Levels at the close of each day on which they changed" }
            (table("Levels", &[("Item", W), ("Name", W), ("On hand from", W)], rows))
        }
    }
}

pub(super) fn purchasing(figures: &Figures) -> Markup {
    let rows = figures.purchases.iter().map(|line| {
        Row::from([
            code(&line.reference),
            day(line.day),
            words(&line.what),
            number(line.quantity.amount()),
            words(line.quantity.unit().as_str()),
            money(line.amount),
            outcome(line.outcome, "ordered"),
            words(&line.decided_by),
            words(&line.why),
        ])
    });
    let open = figures.open_orders.iter().map(|order| {
        Row::from([
            code(&order.reference),
            words(&order.what),
            number(order.open.amount()),
            words(order.open.unit().as_str()),
            money(order.amount),
        ])
    });
    let sum = written::sum(figures.open_orders.iter().map(|order| order.amount));
    let last = sum.map(|sum| Row::sum([words(""), words("Total"), words(""), words(""), money(sum)]));
    let head = [
        ("Order", W),
        ("Day", W),
        ("What", W),
        ("Quantity", N),
        ("Unit", W),
        ("Amount", N),
        ("Outcome", W),
        ("Decided by", W),
        ("Why", W),
    ];
    let open_head = [("Order", W), ("What", W), ("Open", N), ("Unit", W), ("Amount", N)];
    let inner = html! {
        (table("Requisitions and reorders", &head, rows))
        (table("On order at the end of the month", &open_head, open.chain(last)))
    };
    section("purchasing", "Purchasing", &inner)
}

pub(super) fn invoices(figures: &Figures) -> Markup {
    let rows = figures.invoices.iter().map(|line| {
        Row::from([
            code(&line.number),
            day(line.day),
            words(&line.vendor),
            money(line.gross),
            outcome(line.outcome, "matched"),
            words(&line.reason),
        ])
    });
    let head = [("Invoice", W), ("Dated", W), ("Vendor", W), ("Gross", N), ("Outcome", W), ("Reason", W)];
    section("invoices", "Invoices of vendors", &table("Invoices", &head, rows))
}
