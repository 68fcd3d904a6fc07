//! Why a table decides as it does.

use std::collections::BTreeSet;

use super::decide::Handed;
use super::hit::{Decided, Known};
use super::{DecideError, DecisionTable};
use crate::rules::cell::Test;
use crate::rules::explanation::MOST_TOLD;
use crate::rules::index::{At, Failed, bit};
use crate::rules::{Cell, CellExplanation, Facts, HitPolicy, RowExplanation, TableExplanation, Value};

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
        let values = Handed { seen: &seen, known: &known };
        let matching = self.matching(&values)?;
        let decided = self.decided(&matching, &known)?;
        let fails = |at: At| matches!(self.holds(at, values.of(at.column), &known), Ok(false));
        let failed =
            self.plan.index.failed(self.columns.len(), self.asked_before(matching.first().copied()), &values, fails);
        let failed = failed.map_err(|column| self.unfit(column))?;
        let explanation = self.told(&decided.rows, &failed);
        let computed = self.named(&computed);
        Ok(Explained { decided, explanation, computed })
    }

    /// The end of the rows that are asked: of a table whose first row decides, that row.
    pub(super) fn asked_before(&self, first: Option<usize>) -> usize {
        first.filter(|_| self.text.hit == HitPolicy::First).unwrap_or(self.rows.len())
    }

    /// What columns computed, by their expressions.
    pub(super) fn named(&self, computed: &[Option<Value>]) -> Facts {
        let values =
            self.columns.iter().zip(computed).filter_map(|(column, value)| Some((&column.name, value.clone()?)));
        values.fold(Facts::new(), |facts, (name, value)| facts.with(name, value))
    }

    /// Why, in words that outlive the table: the rows that decide, those that match as well, and the cells that fail of
    /// the others.
    pub(super) fn told(&self, deciding: &[usize], failed: &Failed) -> TableExplanation {
        let asks = |_: usize, cell: &Cell| *cell.test() != Test::Any;
        let decides: BTreeSet<usize> = deciding.iter().copied().collect();
        let (mut outranked, mut others, mut untold) = (Vec::new(), Vec::new(), 0_usize);
        let rows = failed.by_row();
        for (row, failed) in rows.into_iter().enumerate().filter(|(row, _)| !decides.contains(row)) {
            if outranked.len().saturating_add(others.len()) >= MOST_TOLD {
                untold = untold.saturating_add(1);
            } else if failed == 0 {
                outranked.push(self.row(row, asks));
            } else {
                others.push(self.row(row, |column, _| failed & bit(column) != 0));
            }
        }
        TableExplanation {
            table: self.text.name.clone(),
            hit: self.text.hit,
            decided: deciding.iter().map(|row| self.row(*row, asks)).collect(),
            outranked,
            failed: others,
            untold,
        }
    }

    /// A row, with the cells that are told.
    fn row(&self, row: usize, told: impl Fn(usize, &Cell) -> bool) -> RowExplanation {
        let cells = self.rows.get(row).map_or(&[][..], |row| &row.cells);
        let cells = self.columns.iter().zip(cells).enumerate().filter(|(place, (_, cell))| told(*place, cell));
        let cells = cells.map(|(_, (column, cell))| CellExplanation {
            column: column.name.clone(),
            asks: cell.text().trim().to_owned(),
        });
        RowExplanation { row: row.saturating_add(1), cells: cells.collect() }
    }
}
