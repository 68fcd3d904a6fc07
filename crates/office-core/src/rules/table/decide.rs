//! What a table decides of a case.

use std::collections::BTreeSet;

use super::hit::{Decided, Known};
use super::{Column, DecideError, DecisionTable, Row, Source};
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

impl DecisionTable {
    /// What the table decides of a case: a vote, a value, or both. Where no row matches, what its outputs say `else`.
    ///
    /// # Errors
    /// [`DecideError`]. Facts that something of the table asks for are looked at first, whichever row would decide.
    pub fn decide(&self, facts: &Facts) -> Result<TableRuling, DecideError> {
        let slots = self.slots(facts)?;
        let known = |place| slots.get(place);
        let computed = self.computed(&known)?;
        let Decided { rows, outcome, obligations, reasons, value } =
            self.decided(&self.matching(&self.seen(&computed, &known)?, &known)?, &known)?;
        let rows = rows.into_iter().map(|row| row.saturating_add(1)).collect();
        Ok(TableRuling { rows, outcome, obligations, reasons, value })
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
        let seen = |(column, computed): (&'a Column, &'a Option<Value>)| {
            let value = match (&column.source, computed) {
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
        self.columns.iter().zip(computed).map(seen).collect()
    }

    /// Whether a column may have the value.
    fn check(&self, column: &Column, value: ValueRef<'_>) -> Result<(), DecideError> {
        let of_kind = if value == ValueRef::Null { column.optional } else { column.kind.admits(value) };
        let (wanted, found) = if !of_kind {
            (column.kind.to_string(), value.kind().to_string())
        } else if value == ValueRef::Null || matches!(column.allowed.holds(value, &|_| None), Ok(Some(true))) {
            return Ok(());
        } else {
            (column.allowed.text().to_owned(), value.to_string())
        };
        let (table, column) = (self.text.name.clone(), column.name.clone());
        Err(DecideError::OtherValue { table, row: 0, column, wanted, found })
    }

    /// The places of the rows that match; of a table whose first row decides, of the first.
    pub(crate) fn matching<'a>(
        &'a self,
        seen: &[Option<ValueRef<'a>>],
        known: Known<'_, 'a>,
    ) -> Result<Vec<usize>, DecideError> {
        let mut matching = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            if self.matches(index, row, seen, known)? {
                matching.push(index);
                if self.text.hit == HitPolicy::First {
                    break;
                }
            }
        }
        Ok(matching)
    }

    /// Whether all cells of the row hold for certain. A cell without an answer counts only where no other fails.
    fn matches<'a>(
        &'a self,
        index: usize,
        row: &'a Row,
        seen: &[Option<ValueRef<'a>>],
        known: Known<'_, 'a>,
    ) -> Result<bool, DecideError> {
        let mut unanswered = None;
        for ((column, value), cell) in self.columns.iter().zip(seen).zip(&row.cells) {
            let Some(value) = value else { continue };
            match cell.holds(*value, known) {
                Ok(Some(true)) => {}
                Ok(_) => return Ok(false),
                Err(why) => unanswered = unanswered.or(Some((column, why))),
            }
        }
        let error = |(column, why)| self.no_value(index.saturating_add(1), column, why);
        unanswered.map_or(Ok(true), |unanswered| Err(error(unanswered)))
    }

    fn no_value(&self, row: usize, column: &Column, why: EvaluateError) -> DecideError {
        DecideError::NoValue { table: self.text.name.clone(), row, column: column.name.clone(), why: Box::new(why) }
    }
}
