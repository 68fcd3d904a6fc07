//! What was refused, and the control totals.

use maud::{Markup, html};

use super::super::figures::Figures;
use super::super::written;
use super::section;
use super::table::{
    Holds::{Figures as N, Words as W},
    Row, day, outcome, table, words,
};

pub(super) fn refusals(figures: &Figures) -> Markup {
    let rows = figures.refusals.iter().map(|line| {
        Row::from([
            day(line.day),
            words(&line.what),
            words(&line.asked_by),
            outcome(line.outcome, "accepted"),
            words(&line.why),
        ])
    });
    let head = [("Day", W), ("What", W), ("Asked by", W), ("Outcome", W), ("Why", W)];
    section("refusals", "What was refused, and why", &table("Refused or held", &head, rows))
}

pub(super) fn controls(figures: &Figures) -> Markup {
    let rows = figures.controls.iter().map(|control| {
        let verdict = if control.ok {
            html! { span.ok { "✓ agrees" } }
        } else {
            html! { span.refused { "✕ differs" } }
        };
        Row::from([
            words(&control.group),
            words(&control.item),
            words(&written::figure(&control.expected)),
            words(&written::figure(&control.actual)),
            verdict,
        ])
    });
    let head = [("Group", W), ("Total", W), ("Expected", N), ("Actual", N), ("", W)];
    section("controls", "Control totals", &table("Totals known beforehand, and what came out", &head, rows))
}
