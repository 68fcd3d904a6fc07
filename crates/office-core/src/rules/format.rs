//! Tables and policies as text: what is read from files and written to them.

use thiserror::Error;

use crate::InputError;

#[cfg(feature = "csv")]
mod csv;
#[cfg(feature = "dmn")]
mod dmn;
mod grid;
mod json;
mod markdown;
#[cfg(feature = "toml")]
mod toml;

/// The largest file that is read: 16 MiB. A larger one is refused before anything of it is looked at.
const MOST_BYTES: usize = 16 << 20;

/// The file as text without its byte order mark.
fn text_of<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, InputError> {
    if bytes.len() > MOST_BYTES {
        let size = format!("{} bytes", bytes.len());
        return Err(InputError::new(file, 1, "file", &size, format!("at most {MOST_BYTES} bytes")));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let (good, bad) = bytes.split_at_checked(error.valid_up_to()).unwrap_or((bytes, &[]));
        let line = good.split(|byte| *byte == b'\n').count();
        let shown = bad.get(..error.error_len().unwrap_or(bad.len())).unwrap_or(bad);
        InputError::of_bytes(file, line_number(line), "file", shown, "text in UTF-8")
    })
}

fn line_number(line: usize) -> u64 {
    u64::try_from(line).unwrap_or(u64::MAX)
}

/// A table or policy says something that a format has no way to say: nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{place} of `{name}` cannot be written as {format}: {wanted} is wanted, not `{found}`")]
pub struct NotCarried {
    /// The table or policy.
    pub name: String,
    /// The format.
    pub format: &'static str,
    /// Which part of it.
    pub place: Part,
    /// What stands there, shortened.
    pub found: String,
    /// What the format can carry there.
    pub wanted: &'static str,
}

/// A part of a table or policy.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Part {
    /// Its name.
    #[error("the name")]
    Name,
    /// The head of a column, counted from 1.
    #[error("the head of column {0}")]
    Head(usize),
    /// A cell: its row and column, counted from 1; a note is in the column after the last.
    #[error("row {row}, column {column}")]
    Cell {
        /// The row.
        row: usize,
        /// The column.
        column: usize,
    },
    /// A decision of a policy.
    #[error("the decision `{0}`")]
    Decision(String),
}

impl NotCarried {
    pub(crate) fn new(name: &str, format: &'static str, place: Part, found: &str, wanted: &'static str) -> Self {
        Self { name: name.to_owned(), format, place, found: found.chars().take(64).collect(), wanted }
    }
}
