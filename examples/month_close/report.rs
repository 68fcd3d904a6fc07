//! The report of the month as one page: budget against actual as a chart and as a table, and all that was told.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use office_core::{Currency, Money};

use super::desk::{Desk, Failure};
use super::drawing::chart::account::{AccountBar, accounts};
use super::drawing::chart::canvas::{Chart, Tone};
use super::drawing::written::amount;
use super::statements::budget_to_date;

/// What the browser draws the page by.
const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:1080px;margin:2rem auto;padding:0 1rem;\
    color:#1b2430;background:#fff}svg{width:100%;height:auto;font-family:inherit}\
    table{border-collapse:collapse;width:100%}td,th{padding:.25rem .5rem;text-align:right;border-top:1px solid #d3dae2}\
    td:first-child,th:first-child{text-align:left}pre{font-size:13px;overflow-x:auto}\
    @media(prefers-color-scheme:dark){body{color:#e8edf3;background:#161c23}td,th{border-color:#3a4654}}";

/// The page as an HTML file: no scripts, nothing from outside.
pub(crate) fn page(desk: &Desk, told: &str) -> Result<String, Failure> {
    let bars = bars(desk)?;
    let total = |of: fn(&AccountBar) -> Option<Money>| Money::sum(bars.iter().filter_map(of), Currency::EUR);
    let totals =
        [total(|bar| bar.budget)?, total(|bar| bar.actual)?, total(|bar| bar.committed)?, total(|bar| bar.left)?];
    let dark: String = Tone::ALL.into_iter().map(Tone::dark_rule).collect();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Linden Studio: October 2026 closed" }
                style {
                    (PreEscaped(STYLE))
                    (PreEscaped(format!("@media screen and (prefers-color-scheme:dark){{{dark}}}")))
                }
            }
            body {
                h1 { "Linden Studio: October 2026 closed" }
                h2 { "Budget of the year against actual, in EUR" }
                (drawing(accounts(&bars).as_ref()))
                table {
                    thead { tr { @for head in ["Account", "Budget", "Actual", "On order", "Left"] { th scope="col" { (head) } } } }
                    tbody {
                        @for bar in &bars {
                            tr {
                                td { (bar.code) " " (bar.name) }
                                @for money in [bar.budget, bar.actual, bar.committed, bar.left] {
                                    td { (money.map(amount).unwrap_or_default()) }
                                }
                            }
                        }
                        tr { th { "in all" } @for money in totals { th { (amount(money)) } } }
                    }
                }
                h2 { "What happened" }
                pre { (told) }
            }
        }
    };
    Ok(page.into_string())
}

/// What each account of the budget has for the year, and what came of it until the end of October.
pub(crate) fn bars(desk: &Desk) -> Result<Vec<AccountBar>, Failure> {
    let mut bars = Vec::new();
    for (line, why) in budget_to_date(desk)? {
        let code = &line.planned().account;
        let (budget, actual, committed) = (line.planned().total()?, why.variance.to_date.actual, why.to_come);
        bars.push(AccountBar {
            code: code.to_string(),
            name: desk.chart().get(code).map_or_else(String::new, |account| account.name.clone()),
            budget: Some(budget),
            actual: Some(actual),
            committed: Some(committed),
            left: Some(budget.checked_sub(actual)?.checked_sub(committed)?),
        });
    }
    Ok(bars)
}

fn drawing(chart: Option<&Chart>) -> Markup {
    html! {
        @if let Some(Chart { marks, width, height }) = chart {
            svg viewBox=(format!("0 0 {width} {height}")) role="img" aria-labelledby="accounts-title accounts-desc" {
                title id="accounts-title" { "Budget against actual by account" }
                desc id="accounts-desc" { "For each account the budget of the year, and within it what was spent and is on order. \
                    The table holds the same figures." }
                (PreEscaped(marks))
            }
        }
    }
}
