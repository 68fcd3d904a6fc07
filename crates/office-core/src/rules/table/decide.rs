//! What a table decides of a case.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::hit::{Decided, Known};
use super::{Column, DecideError, DecisionTable, Source};
use crate::rules::axis::Axis;
use crate::rules::index::{At, Fit, Locate, Seen};
use crate::rules::{EvaluateError, Facts, HitPolicy, Obligations, Outcome, Remark, Slots, Value, ValueRef};

/// What a table decides of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRuling {
    /// The rows that decide, counted from 1, in the order in which they do; none where no row matches.
    pub rows: Vec<usize>,
    /// The vote; none where the table has none for the case.
    pub outcome: Option<Outcome>,
    /// What is to be done besides.
    pub obligations: Obligations,
    /// The reasons to show.
    pub reasons: BTreeSet<Remark>,
    /// The value: of several outputs a record, of several rows a list; nothing where there is none.
    pub value: Value,
}

/// What each column sees of facts that are handed over.
pub(super) struct Handed<'s, 'v> {
    pub(super) seen: &'s [Option<ValueRef<'v>>],
    pub(super) known: Known<'s, 'v>,
}

impl<'v> Handed<'_, 'v> {
    pub(super) fn of(&self, column: usize) -> Option<ValueRef<'v>> {
        self.seen.get(column).copied().flatten()
    }
}

impl Locate for Handed<'_, '_> {
    fn locate(&self, seen: Seen, axis: &Axis) -> Option<usize> {
        axis.locate(self.of(seen.column)?)
    }

    fn order(&self, seen: Seen, with: usize) -> Option<Ordering> {
        self.of(seen.column)?.compare((self.known)(with)?).ok()
    }
}

impl From<Decided> for TableRuling {
    fn from(decided: Decided) -> Self {
        let Decided { rows, outcome, obligations, reasons, value } = decided;
        Self { rows: rows.into_iter().map(|row| row.saturating_add(1)).collect(), outcome, obligations, reasons, value }
    }
}

impl DecisionTable {
    /// What the table decides of a case: a vote, a value, or both. Where no row matches, what its outputs say `else`.
    ///
    /// # Errors
    /// [`DecideError`]. Facts that something of the table asks for are looked at first, whichever row would decide.
    pub fn decide(&self, facts: &Facts) -> Result<TableRuling, DecideError> {
        let slots = self.slots(facts)?;
        let known = |place| slots.get(place);
        let computed = self.computed(&known)?;
        let seen = self.seen(&computed, &known)?;
        Ok(self.decided(&self.matching(&Handed { seen: &seen, known: &known })?, &known)?.into())
    }

    /// The facts that something of the table asks for.
    pub(crate) fn slots<'f>(&self, facts: &'f Facts) -> Result<Slots<'f>, DecideError> {
        Ok(self.schema.check_places(facts, |place| self.asked.contains(&place))?)
    }

    /// The values of the columns that are computed; none for those that are not, or that no row asks for.
    pub(crate) fn computed<'a>(&'a self, known: Known<'_, 'a>) -> Result<Vec<Option<Value>>, DecideError> {
        let value = |column: &'a Column| match &column.source {
            Source::Computed(expression) if column.asked => {
                expression.evaluate(known).map(Some).map_err(|why| self.no_value(0, column, why))
            }
            Source::Computed(_) | Source::Place(_) => Ok(None),
        };
        self.columns.iter().map(value).collect()
    }

    /// What each column sees; none where no row asks for it.
    pub(crate) fn seen<'a>(
        &'a self,
        computed: &'a [Option<Value>],
        known: Known<'_, 'a>,
    ) -> Result<Vec<Option<ValueRef<'a>>>, DecideError> {
        let seen = |(number, column): (usize, &'a Column)| {
            let value = match (&column.source, computed.get(number).and_then(Option::as_ref)) {
                _ if !column.asked => return Ok(None),
                (Source::Computed(_), Some(value)) => Some(value.as_ref()),
                (Source::Computed(_), None) => None,
                (Source::Place(place), _) => known(*place),
            };
            let unknown = || EvaluateError::Unknown { position: 1, name: column.name.clone() };
            let value = value.ok_or_else(|| self.no_value(0, column, unknown()))?;
            self.check(column, value)?;
            Ok(Some(value))
        };
        self.columns.iter().enumerate().map(seen).collect()
    }

    /// Whether a column may have the value.
    pub(super) fn check(&self, column: &Column, value: ValueRef<'_>) -> Result<(), DecideError> {
        let of_kind = if value == ValueRef::Null { column.optional } else { column.kind.admits(value) };
        let (wanted, found) = if !of_kind {
            (column.kind.to_string(), value.kind().to_string())
        } else if value == ValueRef::Null || matches!(column.allowed.holds(value, &|_| None), Ok(Some(true))) {
            return Ok(());
        } else {
            (column.allowed.text().to_owned(), format!("another {}", value.kind()))
        };
        let (table, column) = (self.text.name.clone(), column.name.clone());
        Err(DecideError::OtherValue { table, row: 0, column, wanted, found })
    }

    /// The places of the rows that match; of a table whose first row decides, of the first.
    pub(super) fn matching<'a>(&'a self, values: &Handed<'_, 'a>) -> Result<Vec<usize>, DecideError> {
        let rows = self.plan.index.matching(
            self.text.hit == HitPolicy::First,
            values,
            |fit| if let Fit::Not(column) = fit { Err(self.unfit(column)) } else { Ok(()) },
            |at| self.holds(at, values.of(at.column), values.known),
        )?;
        Ok(rows.iter().collect())
    }

    /// Whether a cell holds for certain.
    pub(super) fn holds<'a>(
        &'a self,
        at: At,
        sees: Option<ValueRef<'a>>,
        known: Known<'_, 'a>,
    ) -> Result<bool, DecideError> {
        let cell = self.rows.get(at.row).and_then(|row| row.cells.get(at.column));
        let column = self.columns.get(at.column);
        let (Some(cell), Some(column), Some(value)) = (cell, column, sees) else { return Err(self.unfit(at.column)) };
        let holds = cell.holds(value, known);
        Ok(holds.map_err(|why| self.no_value(at.row.saturating_add(1), column, why))? == Some(true))
    }

    /// That a column does not see what it was read for.
    pub(super) fn unfit(&self, column: usize) -> DecideError {
        let column = self.columns.get(column);
        let (name, wanted) =
            column.map_or_else(Default::default, |column| (column.name.clone(), column.kind.to_string()));
        let (table, found) = (self.text.name.clone(), "something else".to_owned());
        DecideError::OtherValue { table, row: 0, column: name, wanted, found }
    }

    pub(super) fn no_value(&self, row: usize, column: &Column, why: EvaluateError) -> DecideError {
        DecideError::NoValue { table: self.text.name.clone(), row, column: column.name.clone(), why: Box::new(why) }
    }
}
