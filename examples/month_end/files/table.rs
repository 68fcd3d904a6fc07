//! A file as rows of one kind.

use std::collections::BTreeSet;

use office_core::InputError;
use office_core::sheet::{Row, Sheet};

/// What one row of a file says.
pub(crate) trait FileRow: Sized {
    const FILE: &'static str;
    const COLUMNS: &'static [&'static str];
    /// The columns in which no two rows agree; none where rows may repeat.
    const KEY: &'static [&'static str];

    fn read(row: Row<'_>) -> Result<Self, InputError>;

    /// What must hold of all rows together.
    fn agree(_table: &Table<Self>) -> Result<(), InputError> {
        Ok(())
    }
}

/// A file that was read: its cells, and what they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table<T> {
    pub(crate) sheet: Sheet,
    pub(crate) rows: Vec<T>,
}

impl<T: FileRow> Table<T> {
    /// Reads the file by itself; what other files say is not looked at.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, InputError> {
        let sheet = Sheet::read(T::FILE, bytes, T::COLUMNS)?;
        let mut seen = BTreeSet::new();
        for row in sheet.rows() {
            let key = T::KEY.iter().map(|column| row.optional(column)).collect::<Result<Vec<_>, _>>()?;
            if let Some(last) = T::KEY.last()
                && !seen.insert(key)
            {
                return Err(row.refuse(last, &format!("no second row with the same {}", T::KEY.join(", "))));
            }
        }
        drop(seen);
        let rows = sheet.rows().map(T::read).collect::<Result<_, _>>()?;
        let table = Self { sheet, rows };
        T::agree(&table)?;
        Ok(table)
    }

    /// Each row with its cells.
    pub(crate) fn both(&self) -> impl Iterator<Item = (Row<'_>, &T)> {
        self.sheet.rows().zip(&self.rows)
    }
}
