//! How a table is decided, worked out when it is read.

use std::collections::BTreeSet;

use super::{Answer, Column, Row, Source};
use crate::rules::binding::fingerprint;
use crate::rules::combination::looseness;
use crate::rules::index::{Asked, Index, bit};
use crate::rules::{Cell, HitPolicy, Input, Kind, Schema};

/// How a table is decided.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) index: Index,
    /// Of each column the place of the fact that it sees; none where it is computed.
    pub(super) sources: Box<[Option<usize>]>,
    /// Whether a column is computed.
    pub(super) computes: bool,
    /// Whether there are at most 64 rows, no column is computed, and what the rows say is not compared.
    pub(super) is_simple: bool,
    /// The places of the facts that are asked for, and of which locating the columns does not tell that they fit.
    pub(super) unlocated: Box<[usize]>,
    /// Whether there are columns that are not located.
    pub(super) checks_columns: bool,
    pub(super) several: Several,
    /// What tells the schema from others.
    pub(super) fingerprint: u64,
}

/// Which of several rows that match decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Several {
    /// All of them.
    All,
    /// Those whose vote is the strictest; they say nothing else. Of the first 64, a bit each, those that refuse, those
    /// that ask for approvals, those that allow, and those without a vote.
    Strictest([u64; 4]),
    /// All of them if they say the same, which none of them computes.
    Alike,
    /// What they say has to be compared.
    Compared,
}

/// Of the first 64 rows, a bit each, those of each strictness.
fn by_strictness(rows: &[Row]) -> [u64; 4] {
    let mut votes = [0; 4];
    for (place, row) in rows.iter().enumerate().take(64) {
        let looseness = row.says.outcome.as_ref().map_or(3, looseness);
        if let Some(rows) = votes.get_mut(looseness) {
            *rows |= bit(place);
        }
    }
    votes
}

impl Plan {
    pub(super) fn of(
        hit: HitPolicy,
        columns: &[Column],
        rows: &[Row],
        schema: &Schema,
        asked: &BTreeSet<usize>,
    ) -> Self {
        let place = |column: &Column| match &column.source {
            Source::Place(place) => Some(*place),
            Source::Computed(_) => None,
        };
        let asks = columns.iter().enumerate().map(|(number, column)| {
            let input = place(column).and_then(|place| schema.inputs().get(place));
            let allowed = [Some(&column.allowed), input.and_then(|input| input.allowed())];
            Asked {
                source: place(column),
                kind: &column.kind,
                optional: column.optional,
                allowed: allowed.into_iter().flatten().map(Cell::test).collect(),
                cells: rows.iter().filter_map(|row| row.cells.get(number)).map(Cell::test).collect(),
            }
        });
        let index = Index::of(&asks.collect::<Vec<_>>(), rows.len());
        let sources: Box<[_]> = columns.iter().map(place).collect();
        let located = |place: &usize| index.located().any(|column| sources.get(column) == Some(&Some(*place)));
        // What has an order with a value that fits is of the same kind.
        let compared = |place: &usize| {
            let kind = schema.inputs().get(*place).filter(|input| input.allowed().is_none()).map(Input::kind);
            let kind = kind.filter(|kind| **kind != Kind::Integer);
            let mut compared = index.compared().filter(|(_, other)| other == place);
            kind.is_some() && compared.any(|(column, _)| columns.get(column).map(|column| &column.kind) == kind)
        };
        let unlocated = asked.iter().filter(|place| !located(place) && !compared(place)).copied().collect();
        let checks_columns = !index.unlocated().is_empty();
        let computes = columns.iter().any(|column| column.asked && place(column).is_none());
        let mut values = rows.iter().flat_map(|row| &row.says.values);
        let says_constants = values.clone().all(|value| matches!(value, Answer::Constant(_)));
        let several = match hit {
            HitPolicy::First
            | HitPolicy::RuleOrder
            | HitPolicy::Collect
            | HitPolicy::CollectSum
            | HitPolicy::CollectCount => Several::All,
            HitPolicy::Any if says_constants => Several::Alike,
            HitPolicy::Priority if values.next().is_none() => Several::Strictest(by_strictness(rows)),
            HitPolicy::Unique
            | HitPolicy::Any
            | HitPolicy::Priority
            | HitPolicy::OutputOrder
            | HitPolicy::CollectMin
            | HitPolicy::CollectMax => Several::Compared,
        };
        let is_simple = index.is_one_word() && !computes && matches!(several, Several::All | Several::Strictest(_));
        let fingerprint = fingerprint(schema);
        Self { index, sources, computes, is_simple, unlocated, checks_columns, several, fingerprint }
    }
}
