//! Why a case was decided as it was, as data.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::authority::Listed;
use crate::rules::{Facts, HitPolicy, Value};

/// The most rows of a table that do not decide and are told; the others are counted.
pub(crate) const MOST_TOLD: usize = 1_000;

/// Which version of which policy has decided.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyVersion {
    /// The policy by its name.
    pub policy: String,
    /// The day from which the version is in force.
    pub since: NaiveDate,
    /// The hash of what it says, by which a version that was changed afterwards is found out.
    pub content: Uuid,
}

impl fmt::Display for PolicyVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.policy, self.since)
    }
}

/// Why a case was decided as it was: what was known of it, and which rows of which tables matched or why they did not.
///
/// Equal cases have equal explanations, to the byte. People are [told](Explanation::told) it in their
/// language; the [`Display`](fmt::Display) form is one terse line for logs and tests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    /// The policy and the version that decided, where it was decided by a book.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<PolicyVersion>,
    /// What was asked of the case, and what was decided of it on the way: the facts by their names, the values of
    /// decisions by theirs, and what columns computed by the expressions as they are written.
    pub facts: Facts,
    /// Of each table why it decided so, in the order in which they decided.
    pub tables: Vec<TableExplanation>,
}

/// Why a table decided as it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableExplanation {
    /// The table by its name; empty where it has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub table: String,
    /// Which of the rows that match decide.
    pub hit: HitPolicy,
    /// The rows that decide, in the order in which they do; none where no row matches.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decided: Vec<RowExplanation>,
    /// The rows that match as well, and do not decide because others go before them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outranked: Vec<RowExplanation>,
    /// The rows that do not match, and all of their cells that keep them from it; of a table whose first row decides,
    /// those above it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<RowExplanation>,
    /// How many more rows do not decide: of those, 1,000 are told.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub untold: usize,
}

/// A row, and the cells of it that are told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowExplanation {
    /// The row, counted from 1.
    pub row: usize,
    /// Its cells: of a row that matches all that ask something, of one that does not those that fail.
    pub cells: Vec<CellExplanation>,
}

/// A cell, and what it asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellExplanation {
    /// The column: the name of the fact, or the expression, under which the explanation has what was seen.
    pub column: String,
    /// What the cell asks, as it is written.
    pub asks: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out a reference")]
const fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl Explanation {
    /// What was seen in a column.
    #[must_use]
    pub fn seen(&self, column: &str) -> Option<&Value> {
        self.facts.get(column)
    }

    fn row<'a>(&'a self, row: &'a RowExplanation) -> Told<'a> {
        Told { explanation: self, row }
    }
}

/// A row that failed, to be told.
struct Told<'a> {
    explanation: &'a Explanation,
    row: &'a RowExplanation,
}

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}: ", self.row.row)?;
        for (index, CellExplanation { column, asks }) in self.row.cells.iter().enumerate() {
            let seen = self.explanation.seen(column).unwrap_or(&Value::Null);
            write!(f, "{}{column} is {seen}, not {asks}", if index == 0 { "" } else { ", and " })?;
        }
        Ok(())
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(version) = &self.version {
            write!(f, "{version}: ")?;
        }
        if self.tables.is_empty() {
            f.write_str("no table was asked")?;
        }
        for (index, table) in self.tables.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            if self.tables.len() > 1 {
                write!(f, "{}: ", table.table)?;
            }
            match table.decided.as_slice() {
                [] => f.write_str("no row matches")?,
                [one] => write!(f, "row {} decides", one.row)?,
                several => {
                    let rows: Vec<_> = several.iter().map(|row| row.row.to_string()).collect();
                    write!(f, "rows {} decide", rows.join(", "))?;
                }
            }
            if !table.failed.is_empty() {
                let failed: Vec<_> = table.failed.iter().map(|row| self.row(row)).collect();
                write!(f, "; {}", Listed(&failed))?;
            }
            if table.untold > 0 {
                write!(f, "; {} more rows do not decide", table.untold)?;
            }
        }
        Ok(())
    }
}
