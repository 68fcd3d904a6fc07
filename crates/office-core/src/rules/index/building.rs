//! The index of a table, made when the table is read.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;

use super::bits::{self, Bits, Change};
use super::{At, By, Evaluated, Index, Indexed, MOST_COLUMNS, Seen, UNORDERED, bit};
use crate::rules::Kind;
use crate::rules::axis::Axis;
use crate::rules::cell::Test;
use crate::rules::expression::Operator;

/// A column to be indexed.
#[derive(Clone)]
pub(crate) struct Asked<'a> {
    /// Where its value comes from, as the index will say it.
    pub(crate) source: Option<usize>,
    pub(crate) kind: &'a Kind,
    /// Whether its value may be nothing.
    pub(crate) optional: bool,
    /// What of its kind it may be: what passes all of these.
    pub(crate) allowed: Vec<&'a Test>,
    /// Of each row, what it asks.
    pub(crate) cells: Vec<&'a Test>,
}

impl Asked<'_> {
    /// The axis of those of its cells that atoms tell.
    fn axis(&self) -> Option<Axis> {
        let told = self.cells.iter().copied().filter(|test| test.is_constant());
        Axis::within(self.kind, self.optional, &self.allowed, told)
    }

    /// Where each row begins to pass and where it ends, given the atoms on which it does; everywhere where none are given.
    fn changes(&self, atoms: impl Fn(usize, &Test) -> Option<Vec<Range<usize>>>) -> Vec<Change> {
        let mut changes = Vec::new();
        for (row, test) in self.cells.iter().enumerate() {
            match atoms(row, test) {
                Some(ranges) => changes.extend(ranges.into_iter().flat_map(|range| Change::both(row, range))),
                None => changes.extend(Change::both(row, 0..usize::MAX)),
            }
        }
        changes
    }

    /// The facts, by their places, with which cells compare its value, and the rows of those, each with how.
    fn compared(&self) -> BTreeMap<usize, BTreeMap<usize, Operator>> {
        let mut compared = BTreeMap::<_, BTreeMap<_, _>>::new();
        for (row, test) in self.cells.iter().enumerate() {
            if let Test::Holds(node) = test
                && let Some((operator, place)) = node.compared_fact()
            {
                compared.entry(place).or_default().insert(row, operator);
            }
        }
        compared
    }
}

impl Index {
    /// The index of a table of so many rows.
    pub(crate) fn of(columns: &[Asked<'_>], rows: usize) -> Self {
        let words = rows.div_ceil(64);
        let mut all = vec![u64::MAX; words];
        let surplus = words.saturating_mul(64).saturating_sub(rows);
        if let Some(last) = all.last_mut() {
            *last = u64::MAX.checked_shr(u32::try_from(surplus).unwrap_or(u32::MAX)).unwrap_or(0);
        }
        let mut budget = bits::MOST_WORDS;
        let (mut indexed, mut unlocated, mut evaluated) = (Vec::new(), Vec::new(), BTreeMap::new());
        let asked =
            || columns.iter().enumerate().filter(|(_, column)| !column.cells.iter().all(|test| **test == Test::Any));
        let seen = |column: usize, asked: &Asked<'_>| Seen { column, source: asked.source };
        for (place, column) in asked() {
            let axis = column.axis();
            let ranges = |test: &Test| axis.as_ref().filter(|_| test.is_constant()).and_then(|axis| axis.ranges(test));
            let untold =
                column.cells.iter().enumerate().filter(|(_, test)| ***test != Test::Any && ranges(test).is_none());
            evaluated.extend(untold.map(|(row, _)| (At { row, column: place }, false)));
            let changes = column.changes(|_, test| ranges(test));
            match axis {
                Some(axis) => {
                    let bits = Bits::of(changes, axis.len(), rows, &mut budget);
                    indexed.push(Indexed { seen: seen(place, column), by: By::Value(axis), bits });
                }
                None => unlocated.push(place),
            }
        }
        for (place, column) in asked() {
            for (other, cells) in column.compared() {
                if indexed.len() < MOST_COLUMNS {
                    let changes = column.changes(|row, _| cells.get(&row).copied().map(orders));
                    let bits = Bits::of(changes, UNORDERED.saturating_add(1), rows, &mut budget);
                    indexed.push(Indexed { seen: seen(place, column), by: By::Order(other), bits });
                    evaluated.extend(cells.keys().map(|row| (At { row: *row, column: place }, true)));
                }
            }
        }
        let rows_of = |compared: bool| {
            let mut rows = vec![0_u64; words];
            for (at, _) in evaluated.iter().filter(|(_, is_compared)| **is_compared == compared) {
                if let Some(word) = rows.get_mut(at.row / 64) {
                    *word |= bit(at.row);
                }
            }
            rows.into()
        };
        Self {
            all: all.into(),
            columns: indexed.into(),
            rows_evaluated: rows_of(false),
            rows_compared: rows_of(true),
            evaluated: evaluated.into_iter().map(|(at, compared)| Evaluated { at, compared }).collect(),
            unlocated: unlocated.into(),
        }
    }
}

/// The atoms of the orders for which a comparison holds, and of none, for which it has to be evaluated.
fn orders(operator: Operator) -> Vec<Range<usize>> {
    let orders = (0..).zip([Ordering::Less, Ordering::Equal, Ordering::Greater]);
    let atoms = orders.filter(|(_, order)| operator.holds_of(*order)).map(|(atom, _)| atom).chain([UNORDERED]);
    atoms.map(|atom: usize| atom..atom.saturating_add(1)).collect()
}
