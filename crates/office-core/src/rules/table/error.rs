//! Why a table could not be read, or did not decide.

use std::borrow::Cow;

use chrono::NaiveDate;
use thiserror::Error;

use crate::rules::{EvaluateError, FactError, Kind, Misread};

/// The most characters of a text that an error tells.
const TOLD: usize = 64;

/// A table could not be read; nothing of it was loaded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}row {row}, column `{column}`, character {position} of `{cell}`: {expected} is wanted", of(.table))]
pub struct TableError {
    /// The table by its name; empty where it has none.
    pub table: String,
    /// The row, counted from 1 below the header; the header is row 0.
    pub row: usize,
    /// The column by its name; empty where the whole row is meant.
    pub column: String,
    /// The character of the cell, counted from 1.
    pub position: usize,
    /// The cell, shortened.
    pub cell: String,
    /// What is wanted there.
    pub expected: Cow<'static, str>,
}

/// Before what is said of a table.
fn of(table: &str) -> String {
    if table.is_empty() { String::new() } else { format!("table `{table}`, ") }
}

fn shortened(text: &str) -> String {
    text.chars().take(TOLD).collect()
}

impl TableError {
    pub(in crate::rules) fn of_cell(
        table: &str,
        row: usize,
        column: &str,
        position: usize,
        cell: &str,
        expected: impl Into<Cow<'static, str>>,
    ) -> Self {
        let expected = expected.into();
        let (table, column, cell) = (shortened(table), shortened(column), shortened(cell));
        Self { table, row, column, position, cell, expected }
    }

    pub(in crate::rules) fn of_row(table: &str, row: usize, expected: impl Into<Cow<'static, str>>) -> Self {
        Self::of_cell(table, row, "", 1, "", expected)
    }

    pub(super) fn misread(table: &str, row: usize, column: &str, cell: &str, misread: Misread) -> Self {
        Self::of_cell(table, row, column, misread.position, cell, misread.expected)
    }
}

/// A case could not be decided, and so it is not allowed. No value of the case is told, nor any computed of one: whoever
/// reads of a refusal may not be one who may read the facts.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecideError {
    /// No version of the policy is in force on the day.
    #[error("no version of the policy `{policy}` is in force on {on}")]
    NoneInForce {
        /// The policy by its name.
        policy: String,
        /// The day.
        on: NaiveDate,
    },
    /// A fact is missing, or does not fit. No rule was looked at.
    #[error(transparent)]
    Fact(#[from] FactError),
    /// Something that has to be computed has no value.
    #[error("{}row {row}, column `{column}` has no value", of(.table))]
    NoValue {
        /// The table, or the decision, by its name.
        table: String,
        /// The row, counted from 1; 0 for what is computed for all rows.
        row: usize,
        /// The column.
        column: String,
        /// Why.
        #[source]
        why: Box<EvaluateError>,
    },
    /// Something that was computed is not of the kind that is said, or not allowed.
    #[error("{}row {row}, column `{column}` is {found}: {wanted} is wanted", of(.table))]
    OtherValue {
        /// The table, or the decision, by its name.
        table: String,
        /// The row, counted from 1; 0 for what is computed for all rows.
        row: usize,
        /// The column.
        column: String,
        /// What is wanted.
        wanted: String,
        /// Of what kind the value is that was found.
        found: String,
    },
    /// Two rows match, of which only one may.
    #[error("{}rows {} and {} match, of which only one may", of(.table), .rows.0, .rows.1)]
    TwoMatch {
        /// The table by its name.
        table: String,
        /// The first two, counted from 1.
        rows: (usize, usize),
    },
    /// Two rows that decide say different things.
    #[error("{}rows {} and {} match, and say different things", of(.table), .rows.0, .rows.1)]
    Disagree {
        /// The table by its name.
        table: String,
        /// The two, counted from 1.
        rows: (usize, usize),
    },
    /// The facts are bound for another schema than that of the table.
    #[error("{}the facts are bound for another schema", of(.table))]
    OtherSchema {
        /// The table by its name.
        table: String,
    },
    /// The values of the rows that match cannot be added or compared.
    #[error("{}row {row} says {found}, which does not go with {other} of another row", of(.table))]
    NoTotal {
        /// The table by its name.
        table: String,
        /// The row, counted from 1.
        row: usize,
        /// The kind of its value.
        found: Kind,
        /// The kind of what was made of the rows before it.
        other: Kind,
    },
}
