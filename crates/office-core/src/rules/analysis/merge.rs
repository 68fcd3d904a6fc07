//! Rows that say the same of neighbouring cases, and the table in which one row says it.

use super::{Check, Finding, MOST_TOLD, Unfinished, number};
use crate::rules::table::Source;
use crate::rules::{Cell, DecisionTable, HitPolicy, TableError};

impl Check<'_> {
    /// Rows that differ in what they ask of one input only, where one row could ask for both.
    ///
    /// The second is moved up to the first. Where the order of rows means something, that changes nothing as long as no
    /// row between them matches any of its cases.
    pub(super) fn mergeable(&mut self) {
        let rows: Vec<usize> = self.chart.certain.iter().collect();
        let mut found = Vec::new();
        let pairs = rows.iter().enumerate().flat_map(|(at, one)| rows.iter().skip(number(at)).map(|two| (*one, *two)));
        for (one, two) in pairs.filter(|(one, two)| self.says_same(*one, *two)) {
            let Some((input, cell)) = self.merged(one, two) else { continue };
            found.push(Finding::Mergeable { rows: (number(one), number(two)), input, cell });
            if found.len() >= MOST_TOLD {
                break;
            }
        }
        if found.len() >= MOST_TOLD {
            self.unfinished(Unfinished::More);
        }
        self.analysis.findings.extend(found);
    }

    /// By which input two rows differ, and what a row that matches where either does would ask of it.
    fn merged(&self, one: usize, two: usize) -> Option<(String, String)> {
        let space = self.space();
        let differing = space.row(one).iter().zip(space.row(two)).enumerate().filter(|(_, (one, two))| one != two);
        let mut differing = differing.map(|(dimension, (one, two))| (dimension, one, two));
        let (dimension, atoms, others) = differing.next()?;
        let is_one = differing.next().is_none();
        // Where both match, both count, or are refused.
        let either = matches!(self.table.hit_policy(), HitPolicy::Any | HitPolicy::First | HitPolicy::Priority);
        let counts_twice = atoms.meets(others) && !either;
        if !is_one || counts_twice || self.is_between(one, two) {
            return None;
        }
        let chart_dimension = self.chart.dimensions.get(dimension)?;
        let place = self.table.schema().place(&chart_dimension.input);
        let columns = self.table.columns().iter();
        let mut columns = columns.filter(|column| matches!(column.source, Source::Place(at) if Some(at) == place));
        let (column, None) = (columns.next()?, columns.next()) else { return None };
        let cell = Cell::asking(chart_dimension.axis.asking(&atoms.or(others))?, self.table.dialect())?;
        Some((column.name.clone(), cell.text().to_owned()))
    }

    /// Whether the order of rows may mean something, and a row between two matches any of the second's cases.
    fn is_between(&self, one: usize, two: usize) -> bool {
        !matches!(self.table.hit_policy(), HitPolicy::Unique | HitPolicy::Any)
            && self.overlaps.get(two).is_some_and(|rows| rows.iter().any(|row| one < row && row < two))
    }
}

impl DecisionTable {
    /// The table in which two rows are one: the first asks this of the input, and the second is gone. As
    /// [`Finding::Mergeable`] suggests; rows are counted from 1.
    ///
    /// # Errors
    /// [`TableError`] where there are no such rows, or no such input, or the cell cannot be read.
    pub fn with_merged(&self, rows: (usize, usize), input: &str, cell: &str) -> Result<Self, TableError> {
        let mut text = self.text().clone();
        let none = |row| TableError::of_row(self.name(), row, "a row of the table");
        let column = self.columns().iter().position(|column| column.name == input);
        let kept = rows.0.checked_sub(1).and_then(|row| text.rows.get_mut(row)).ok_or_else(|| none(rows.0))?;
        let Some(asked) = column.and_then(|column| kept.cells.get_mut(column)) else {
            return Err(TableError::of_cell(self.name(), rows.0, input, 1, cell, "an input of the table"));
        };
        cell.clone_into(asked);
        match rows.1.checked_sub(1) {
            Some(row) if row < text.rows.len() && rows.1 != rows.0 => drop(text.rows.remove(row)),
            _ => return Err(none(rows.1)),
        }
        Self::new(text, self.schema(), self.dialect())
    }
}
