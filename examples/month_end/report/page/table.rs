//! Tables: a head, rows, amounts to the right.

use chrono::NaiveDate;
use maud::{Markup, html};
use office_core::{Decimal, Money};

use super::super::figures::Outcome;
use super::super::written;

/// Whether a column holds words or figures; figures stand to the right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Words,
    Figures,
}

/// A row of a table; a sum stands out.
pub(super) struct Row {
    pub(super) cells: Vec<Markup>,
    pub(super) is_sum: bool,
}

impl<const N: usize> From<[Markup; N]> for Row {
    fn from(cells: [Markup; N]) -> Self {
        Self { cells: cells.into(), is_sum: false }
    }
}

impl Row {
    pub(super) fn sum<const N: usize>(cells: [Markup; N]) -> Self {
        Self { cells: cells.into(), is_sum: true }
    }
}

/// A table; a line of text where it would have no rows.
pub(super) fn table(caption: &str, head: &[(&str, Holds)], rows: impl IntoIterator<Item = Row>) -> Markup {
    let rows: Vec<Row> = rows.into_iter().collect();
    html! {
        @if rows.is_empty() {
            p.none { (caption) ": none." }
        } @else {
            div.wide {
                table {
                    caption { (caption) }
                    thead { tr { @for (name, holds) in head { th scope="col" class=[class(*holds)] { (name) } } } }
                    tbody {
                        @for row in &rows {
                            tr class=[row.is_sum.then_some("sum")] {
                                @for (cell, (_, holds)) in row.cells.iter().zip(head) {
                                    td class=[class(*holds)] { (cell) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

const fn class(holds: Holds) -> Option<&'static str> {
    match holds {
        Holds::Words => None,
        Holds::Figures => Some("n"),
    }
}

pub(super) fn words(text: &str) -> Markup {
    html! { (text) }
}

/// A number or a code by which something is looked up, kept on one line.
pub(super) fn code(text: &str) -> Markup {
    html! { span.code { (text) } }
}

pub(super) fn money(money: Money) -> Markup {
    words(&written::amount(money))
}

/// A sum, or a dash where it cannot be told.
pub(super) fn total(sum: Option<Money>) -> Markup {
    sum.map_or_else(|| words("–"), money)
}

/// An amount; a dot in place of nothing, so that the others stand out.
pub(super) fn sparse(amount: Money) -> Markup {
    if amount.is_zero() {
        html! { span.zero { "·" } }
    } else {
        money(amount)
    }
}

pub(super) fn number(decimal: Decimal) -> Markup {
    words(&written::number(decimal))
}

/// A number with at least so many digits after the point, so that a column lines up.
pub(super) fn aligned(decimal: Decimal, places: u32) -> Markup {
    words(&written::aligned(decimal, places))
}

pub(super) fn day(date: NaiveDate) -> Markup {
    html! { time.day datetime=(date) { (written::day(date)) } }
}

/// How it ended, told by a sign and a word and not by colour alone.
pub(super) fn outcome(outcome: Outcome, accepted: &str) -> Markup {
    match outcome {
        Outcome::Accepted => html! { span.ok { "✓ " (accepted) } },
        Outcome::Held => html! { span.held { "‖ held" } },
        Outcome::Refused => html! { span.refused { "✕ refused" } },
    }
}
