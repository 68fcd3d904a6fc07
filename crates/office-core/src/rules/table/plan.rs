//! How a table is decided, worked out when it is read.

use std::collections::BTreeSet;

use super::{Column, Row, Source};
use crate::rules::binding::fingerprint;
use crate::rules::index::{Asked, Index};
use crate::rules::{Cell, Schema};

/// How a table is decided.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) index: Index,
    /// Of each column the place of the fact that it sees; none where it is computed.
    pub(super) sources: Box<[Option<usize>]>,
    /// Whether a column is computed.
    pub(super) computes: bool,
    /// The places of the facts that are asked for, and seen by no column that is located.
    pub(super) besides: Box<[usize]>,
    /// What tells the schema from others.
    pub(super) fingerprint: u64,
}

impl Plan {
    pub(super) fn of(columns: &[Column], rows: &[Row], schema: &Schema, asked: &BTreeSet<usize>) -> Self {
        let place = |column: &Column| match &column.source {
            Source::Place(place) => Some(*place),
            Source::Computed(_) => None,
        };
        let asks = columns.iter().enumerate().map(|(number, column)| {
            let input = place(column).and_then(|place| schema.inputs().get(place));
            let allowed = [Some(&column.allowed), input.and_then(|input| input.allowed())];
            Asked {
                kind: &column.kind,
                optional: column.optional,
                allowed: allowed.into_iter().flatten().map(Cell::test).collect(),
                cells: rows.iter().filter_map(|row| row.cells.get(number)).map(Cell::test).collect(),
            }
        });
        let index = Index::of(&asks.collect::<Vec<_>>(), rows.len());
        let sources: Box<[_]> = columns.iter().map(place).collect();
        let located = |place: &usize| index.located().any(|column| sources.get(column) == Some(&Some(*place)));
        let besides = asked.iter().copied().filter(|place| !located(place)).collect();
        let computes = columns.iter().any(|column| column.asked && place(column).is_none());
        Self { computes, besides, fingerprint: fingerprint(schema), index, sources }
    }
}
