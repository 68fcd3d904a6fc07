//! Why a table decides as it does.

use std::collections::BTreeSet;

use super::hit::{Decided, Known};
use super::{DecideError, DecisionTable, Row};
use crate::rules::cell::Test;
use crate::rules::explanation::MOST_TOLD;
use crate::rules::{CellExplanation, Facts, HitPolicy, RowExplanation, TableExplanation, ValueRef};

/// What a table decides, and why; and what its columns computed, by their expressions.
pub(crate) struct Explained {
    pub(crate) decided: Decided,
    pub(crate) explanation: TableExplanation,
    pub(crate) computed: Facts,
}

impl DecisionTable {
    /// What the table decides of the facts at their places, and why.
    pub(crate) fn explain<'a>(&'a self, known: Known<'_, 'a>) -> Result<Explained, DecideError> {
        let computed = self.computed(known)?;
        // What is computed lives here, and no longer.
        let known = |place| known(place);
        let seen = self.seen(&computed, &known)?;
        let matching = self.matching(&seen, &known)?;
        let decided = self.decided(&matching, &known)?;
        let told = if self.text.hit == HitPolicy::First {
            matching.first().copied().unwrap_or(self.rows.len())
        } else {
            self.rows.len()
        };
        let deciding: BTreeSet<usize> = decided.rows.iter().copied().collect();
        let (mut outranked, mut failed, mut untold) = (Vec::new(), Vec::new(), 0_usize);
        for (index, row) in self.rows.iter().enumerate().take(told) {
            if deciding.contains(&index) {
                continue;
            }
            if outranked.len().saturating_add(failed.len()) >= MOST_TOLD {
                untold = untold.saturating_add(1);
            } else if matching.binary_search(&index).is_ok() {
                outranked.extend(self.matched(index));
            } else {
                failed.push(self.failed(index, row, &seen, &known));
            }
        }
        let explanation = TableExplanation {
            table: self.text.name.clone(),
            hit: self.text.hit,
            decided: decided.rows.iter().filter_map(|row| self.matched(*row)).collect(),
            outranked,
            failed,
            untold,
        };
        let computed = self.columns.iter().zip(&computed);
        let computed = computed.filter_map(|(column, value)| Some((column.name.clone(), value.clone()?)));
        let computed = computed.fold(Facts::new(), |facts, (name, value)| facts.with(name, value));
        Ok(Explained { decided, explanation, computed })
    }

    /// A row that matches, with the cells that ask something.
    fn matched(&self, index: usize) -> Option<RowExplanation> {
        let cells = self.columns.iter().zip(&self.rows.get(index)?.cells);
        let cells = cells.filter(|(_, cell)| *cell.test() != Test::Any);
        let cells = cells.map(|(column, cell)| told(&column.name, cell.text())).collect();
        Some(RowExplanation { row: index.saturating_add(1), cells })
    }

    /// A row that does not match, with the cells that keep it from it.
    fn failed<'a>(
        &'a self,
        index: usize,
        row: &'a Row,
        seen: &[Option<ValueRef<'a>>],
        known: Known<'_, 'a>,
    ) -> RowExplanation {
        let cells = self.columns.iter().zip(seen).zip(&row.cells);
        let fails = cells.filter(|((_, value), cell)| {
            let holds = value.map(|value| cell.holds(value, known));
            matches!(holds, Some(Ok(Some(false) | None)))
        });
        let cells = fails.map(|((column, _), cell)| told(&column.name, cell.text())).collect();
        RowExplanation { row: index.saturating_add(1), cells }
    }
}

fn told(column: &str, asks: &str) -> CellExplanation {
    CellExplanation { column: column.to_owned(), asks: asks.trim().to_owned() }
}
