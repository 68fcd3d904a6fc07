//! Tables of comma-separated values, as offices have them.

mod complaints;
mod draft;
mod incoming;

use std::str::FromStr;

use csv::{ReaderBuilder, StringRecord};

pub use self::complaints::{Complaints, SheetRefusal};
pub use self::draft::{Cell, SheetDraft};
pub use self::incoming::{Layout, Separator};
use crate::InputError;

/// The largest file that is read: 16 MiB.
const MOST_BYTES: usize = 16 << 20;
/// The most rows that are read.
const MOST_ROWS: usize = 100_000;
/// The longest field, in bytes.
const LONGEST_FIELD: usize = 4096;

/// A table that was handed in: a header and rows, all of them with the columns wanted.
///
/// A file is UTF-8, with or without a byte order mark; fields are parted by commas, and quoted with `"` where they
/// contain one (RFC 4180). Lines end with LF or CR LF; empty lines are passed over. Nothing is trimmed. Refused are
/// control characters, also in quotes, fields beyond 4 KiB, files beyond 16 MiB or 100 000 rows, another header than
/// the one wanted, and rows with more or fewer fields. Each refusal tells line and field. What spreadsheets write, with
/// semicolons and text of several lines, and all that is wrong with it, is for [`Sheet::take`].
///
/// # Law
/// 1. Whatever byte of a good file is damaged, the refusal tells its line and a field.
///
/// # Example
/// ```
/// use office_core::sheet::Sheet;
///
/// let file = b"item,quantity,note\nPAPER-A4,10,\nPENS,1O,blue\n";
/// let sheet = Sheet::read("stock.csv", file, &["item", "quantity", "note"])?;
/// let rows: Vec<_> = sheet.rows().collect();
/// assert_eq!(rows[0].text("item")?, "PAPER-A4");
/// assert_eq!(rows[0].parse::<u32>("quantity", "a whole number such as `10`")?, 10);
/// assert_eq!(rows[0].optional("note")?, None);
///
/// let refused = rows[1].parse::<u32>("quantity", "a whole number such as `10`").unwrap_err();
/// assert_eq!(
///     refused.to_string(),
///     "`stock.csv`, line 3, field `quantity`: `1O` is not accepted: expected a whole number such as `10`"
/// );
/// # Ok::<(), office_core::InputError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    file: String,
    columns: Vec<String>,
    rows: Vec<(u64, StringRecord)>,
}

impl Sheet {
    /// Reads a file whose header is exactly the columns given, in their order.
    pub fn read(file_name: &str, bytes: &[u8], columns: &[&str]) -> Result<Self, InputError> {
        if bytes.len() > MOST_BYTES {
            let size = format!("{} bytes", bytes.len());
            return Err(InputError::new(file_name, 1, "file", &size, format!("at most {MOST_BYTES} bytes")));
        }
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let text = readable(file_name, bytes, columns)?;
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut sheet = Self {
            file: file_name.to_owned(),
            columns: columns.iter().map(|&column| column.to_owned()).collect(),
            rows: Vec::new(),
        };
        let mut header_seen = false;
        for record in reader.records() {
            // What is left that could fail is reading itself, and memory does not fail.
            let record =
                record.map_err(|error| InputError::new(file_name, 1, "file", &error.to_string(), "a table"))?;
            let line = record.position().map_or(1, |position| line_of(bytes, position));
            if !header_seen {
                sheet.check_header(line, &record)?;
                header_seen = true;
                continue;
            }
            sheet.check_row(line, &record)?;
            sheet.rows.push((line, record));
        }
        if header_seen { Ok(sheet) } else { Err(sheet.wrong_header(1, 0, "")) }
    }

    /// The name of the file.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Its rows in order, without the header.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, fields)| Row { sheet: self, line: *line, fields })
    }

    fn check_header(&self, line: u64, header: &StringRecord) -> Result<(), InputError> {
        for index in 0..self.columns.len().max(header.len()) {
            let found = header.get(index);
            if found != self.columns.get(index).map(String::as_str) {
                return Err(self.wrong_header(line, index, found.unwrap_or("")));
            }
        }
        Ok(())
    }

    fn wrong_header(&self, line: u64, index: usize, found: &str) -> InputError {
        let expected = format!("the header `{}`", self.columns.join(","));
        InputError::new(&self.file, line, &self.column(index), found, expected)
    }

    fn check_row(&self, line: u64, row: &StringRecord) -> Result<(), InputError> {
        let refuse = |index: usize, value: &str, expected: String| {
            Err(InputError::new(&self.file, line, &self.column(index), value, expected))
        };
        if self.rows.len() >= MOST_ROWS {
            return refuse(0, row.get(0).unwrap_or(""), format!("at most {MOST_ROWS} rows"));
        }
        for (index, field) in row.iter().enumerate() {
            if field.len() > LONGEST_FIELD {
                return refuse(index, field, format!("at most {LONGEST_FIELD} bytes"));
            }
            if field.contains(['\n', '\r']) {
                return refuse(index, field, "text on one line, with its quotes closed".to_owned());
            }
        }
        let wanted = self.columns.len();
        if row.len() == wanted {
            return Ok(());
        }
        let index = row.len().min(wanted);
        refuse(index, row.get(index).unwrap_or(""), format!("{wanted} fields instead of {}", row.len()))
    }

    fn column(&self, index: usize) -> String {
        column(index, &self.columns)
    }
}

/// The name of a column: the one wanted there, or its number.
fn column(index: usize, columns: &[impl AsRef<str>]) -> String {
    let named = columns.get(index).map(AsRef::as_ref).filter(|name| !name.is_empty());
    named.map_or_else(|| format!("column {}", index.saturating_add(1)), str::to_owned)
}

/// The file as text, if all of it is UTF-8 without control characters other than line ends.
fn readable<'a>(file: &str, bytes: &'a [u8], columns: &[&str]) -> Result<&'a str, InputError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let (line, index, bad) = place(bytes, error.valid_up_to(), b',');
        let bad = bad.get(..error.error_len().unwrap_or(bad.len())).unwrap_or(bad);
        InputError::of_bytes(file, line, &column(index, columns), bad, "text in UTF-8")
    })?;
    let mut characters = text.char_indices().peekable();
    while let Some((offset, character)) = characters.next() {
        let ends_line =
            character == '\n' || (character == '\r' && characters.peek().is_some_and(|(_, next)| *next == '\n'));
        if character.is_control() && !ends_line {
            let (line, index, _) = place(bytes, offset, b',');
            let field = column(index, columns);
            let expected = "text without control characters";
            return Err(InputError::new(file, line, &field, &character.to_string(), expected));
        }
    }
    Ok(text)
}

/// The line that a record starts on. The reader's position is before any line ends that it has passed over.
pub(crate) fn line_of(bytes: &[u8], position: &csv::Position) -> u64 {
    let start = usize::try_from(position.byte()).ok().and_then(|start| bytes.get(start..)).unwrap_or(&[]);
    let passed = start.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).filter(|byte| **byte == b'\n');
    position.line().saturating_add(u64::try_from(passed.count()).unwrap_or(u64::MAX))
}

/// The line and the number of the field that an offset is in, and what stands there.
fn place(bytes: &[u8], offset: usize, separator: u8) -> (u64, usize, &[u8]) {
    let (before, rest) = bytes.split_at_checked(offset).unwrap_or((bytes, &[]));
    let mut lines = before.split(|byte| *byte == b'\n');
    let current = lines.next_back().unwrap_or(&[]);
    let line = u64::try_from(lines.count()).unwrap_or(u64::MAX).saturating_add(1);
    let mut fields = csv::ByteRecord::new();
    let mut reader = ReaderBuilder::new().has_headers(false).delimiter(separator).from_reader(current);
    let read = reader.read_byte_record(&mut fields);
    let index = if read.unwrap_or(false) { fields.len().saturating_sub(1) } else { 0 };
    (line, index, rest)
}

/// One row of a sheet.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    sheet: &'a Sheet,
    line: u64,
    fields: &'a StringRecord,
}

impl<'a> Row<'a> {
    /// Its line in the file, the header mostly being line 1.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// The text in a column, which must not be empty.
    pub fn text(&self, column: &str) -> Result<&'a str, InputError> {
        self.optional(column)?.ok_or_else(|| self.refuse(column, "a value"))
    }

    /// The text in a column; `None` where it is empty.
    pub fn optional(&self, column: &str) -> Result<Option<&'a str>, InputError> {
        let columns = &self.sheet.columns;
        let index = columns.iter().position(|known| known == column);
        let found = index.and_then(|index| self.fields.get(index));
        let found = found.ok_or_else(|| self.refuse(column, &format!("one of the columns {}", columns.join(", "))))?;
        Ok(Some(found).filter(|text| !text.is_empty()))
    }

    /// The text in a column, which must not be empty, as [`Cell::text`] was given it: without the `'` that keeps
    /// spreadsheets from taking it for a formula.
    pub fn plain(&self, column: &str) -> Result<&'a str, InputError> {
        self.text(column).map(draft::unguarded)
    }

    /// The same; `None` where it is empty.
    pub fn plain_optional(&self, column: &str) -> Result<Option<&'a str>, InputError> {
        Ok(self.optional(column)?.map(draft::unguarded))
    }

    /// The value in a column, which must not be empty; `expected` says what is accepted, as in "a date such as
    /// `2026-10-01`".
    pub fn parse<T: FromStr>(&self, column: &str, expected: &str) -> Result<T, InputError> {
        let text = self.optional(column)?.unwrap_or("");
        text.parse().map_err(|_| self.refuse(column, expected))
    }

    /// The value in a column; `None` where it is empty.
    pub fn parse_optional<T: FromStr>(&self, column: &str, expected: &str) -> Result<Option<T>, InputError> {
        self.optional(column)?.map(|_| self.parse(column, expected)).transpose()
    }

    /// The choice named in a column.
    pub fn one_of<T: Clone>(&self, column: &str, choices: &[(&str, T)]) -> Result<T, InputError> {
        let text = self.optional(column)?.unwrap_or("");
        let found = choices.iter().find(|(name, _)| *name == text).map(|(_, choice)| choice.clone());
        found.ok_or_else(|| {
            let names: Vec<String> = choices.iter().map(|(name, _)| format!("`{name}`")).collect();
            self.refuse(column, &format!("one of {}", names.join(", ")))
        })
    }

    /// The refusal of what stands in a column, for a rule that the caller knows.
    #[must_use]
    pub fn refuse(&self, column: &str, expected: &str) -> InputError {
        let index = self.sheet.columns.iter().position(|known| known == column);
        let value = index.and_then(|index| self.fields.get(index)).unwrap_or("");
        let field = if column.is_empty() { "row" } else { column };
        InputError::new(&self.sheet.file, self.line, field, value, expected)
    }
}
