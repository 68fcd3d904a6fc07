//! What bringing a file in comes to.

use office_core::StoreError;
use office_core::sheet::SheetRefusal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What came of a file that was brought in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Imported {
    /// How many rows it has.
    pub rows: usize,
    /// How many of them told something new; none where the file was brought in before.
    pub recorded: usize,
}

/// A file cannot be brought in; nothing of it is recorded.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The store has failed.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// Rows are refused: all that is wrong with them.
    #[error("the file is refused")]
    Refused(#[from] SheetRefusal),
}

/// Something cannot be told in a file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ExportError {
    /// It has no code.
    #[error("the {what} {id} has no code")]
    NoCode {
        /// What it is: `item`, `place`, `vendor`, `lot`.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// Goods are on the way, or fewer than none.
    #[error("what there is of `{sku}` cannot be taken over: some in storage is wanted")]
    NotInStorage {
        /// The item.
        sku: String,
    },
}

impl ExportError {
    pub(super) fn no_code<T>(what: &'static str, id: office_core::Id<T>) -> Self {
        Self::NoCode { what, id: id.to_string() }
    }
}

/// Why a row of a file that reads well is refused all the same.
pub(super) struct RefusedRow {
    pub(super) column: &'static str,
    pub(super) expected: String,
}

impl RefusedRow {
    pub(super) fn new(column: &'static str, expected: impl Into<String>) -> Self {
        Self { column, expected: expected.into() }
    }
}
