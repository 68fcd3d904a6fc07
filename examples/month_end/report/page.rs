//! The report as one page: no scripts, nothing from outside, readable in light and dark, made to be printed.

mod books;
mod checks;
mod goods;
mod people;
mod table;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::chart::{Chart, Tone};
use super::figures::{Figures, Outcome};
use super::written::{amount, last_of, month};

/// What the browser draws the page by.
const STYLE: &str = include_str!("page/style.css");

const SECTIONS: [(&str, &str); 10] = [
    ("stock", "Stock"),
    ("purchasing", "Purchasing"),
    ("invoices", "Invoices"),
    ("books", "Books"),
    ("cash", "Bank, card, cash"),
    ("budget", "Budget"),
    ("rooms", "Rooms"),
    ("leave", "Leave"),
    ("refusals", "Refused"),
    ("controls", "Control totals"),
];

/// The report of the month as an HTML file.
pub(crate) fn page(figures: &Figures) -> String {
    let title = format!("{}: {}", figures.company, month(figures.month));
    let dark: String = Tone::ALL.into_iter().map(Tone::dark_rule).collect();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style {
                    (PreEscaped(STYLE))
                    (PreEscaped(format!("@media screen and (prefers-color-scheme:dark){{{dark}}}")))
                }
            }
            body {
                (head(figures))
                main {
                    (tiles(figures))
                    (goods::stock(figures))
                    (goods::purchasing(figures))
                    (goods::invoices(figures))
                    (books::books(figures))
                    (books::cash(figures))
                    (books::budget(figures))
                    (people::rooms(figures))
                    (people::leave(figures))
                    (checks::refusals(figures))
                    (checks::controls(figures))
                }
                footer { p { "Amounts in " (figures.currency) ". A minus sign is a credit balance, a shortage or an overspending." } }
            }
        }
    }
    .into_string()
}

fn head(figures: &Figures) -> Markup {
    let (first, last) = (figures.month, last_of(figures.month));
    html! {
        header {
            p.company { (figures.company) }
            h1 { "Month-end report, " (month(figures.month)) }
            p.sub {
                (first.format("%-d %B")) " to " (last.format("%-d %B %Y")) " · "
                (figures.people) " people · amounts in " (figures.currency)
            }
            nav aria-label="Sections" {
                @for (id, name) in SECTIONS { a href={ "#" (id) } { (name) } " " }
            }
        }
    }
}

/// The figures one looks for first.
fn tiles(figures: &Figures) -> Markup {
    let bank = &figures.bank;
    let agrees = bank.closing == bank.book_balance && bank.unmatched.is_empty();
    let ok = figures.controls.iter().filter(|control| control.ok).count();
    let refused = figures.refusals.iter().filter(|line| line.outcome == Outcome::Refused).count();
    let held = figures.refusals.iter().filter(|line| line.outcome == Outcome::Held).count();
    let open = figures.card.missing_receipts.len().saturating_add(figures.card.personal.len());
    html! {
        section.tiles aria-label="Key figures" {
            (tile("Result of the month", &amount(figures.statements.result_of_month),
                &format!("{} in the year to date", amount(figures.statements.result_of_year))))
            (tile("Bank", &amount(bank.closing),
                if agrees { "agrees with the books" } else { "does not agree with the books" }))
            (tile("Stock on hand", &amount(figures.stock.closing), &format!("{} items", figures.stock.items.len())))
            (tile("Refused or held", &refused.saturating_add(held).to_string(), &format!("{refused} refused, {held} held")))
            (tile("To follow up", &open.to_string(), "card purchases"))
            (tile("Control totals", &format!("{ok} of {}", figures.controls.len()),
                if ok == figures.controls.len() { "all agree" } else { "not all agree" }))
        }
    }
}

fn tile(name: &str, figure: &str, note: &str) -> Markup {
    html! { div.tile { p.name { (name) } p.figure { (figure) } p.note { (note) } } }
}

/// A section with its heading.
fn section(id: &str, title: &str, inner: &Markup) -> Markup {
    html! { section id=(id) { h2 { (title) } (inner) } }
}

/// A chart with a title and a description for those who do not see it; nothing where there is nothing to draw.
fn figure(id: &str, title: &str, description: &str, chart: Option<&Chart>) -> Markup {
    html! {
        @if let Some(chart) = chart {
            figure {
                figcaption { (title) }
                div.chart {
                    svg viewBox={ "0 0 " (chart.width) " " (chart.height) } role="img"
                        aria-labelledby={ (id) "-title " (id) "-desc" } {
                        title id={ (id) "-title" } { (title) }
                        desc id={ (id) "-desc" } { (description) }
                        (PreEscaped(&chart.marks))
                    }
                }
            }
        }
    }
}
