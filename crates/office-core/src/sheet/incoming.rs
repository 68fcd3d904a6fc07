//! Tables as spreadsheets write them, read to the end whatever is wrong with them.

use std::io::Read;

use csv::{ReaderBuilder, StringRecord};

use super::{Complaints, LONGEST_FIELD, MOST_BYTES, MOST_ROWS, Sheet, SheetRefusal, line_of, place};
use crate::InputError;

/// What stands between two fields of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Separator {
    /// A comma.
    #[default]
    Comma,
    /// A semicolon, as spreadsheets write where a comma stands before decimals. Numbers have a point all the same.
    Semicolon,
}

impl Separator {
    pub(super) const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
        }
    }
}

/// How a file is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout<'a> {
    /// Its columns, in their order.
    pub columns: &'a [&'a str],
    /// Those of them in which text may have several lines.
    pub prose: &'a [&'a str],
    /// The most rows that are read; at most 100 000.
    pub rows: usize,
    /// What stands between two fields.
    pub separator: Separator,
}

impl Sheet {
    /// Reads a table from wherever it comes, as spreadsheets write it, and tells all that is wrong with its rows: what is
    /// told goes on with what the caller finds, and is settled in the end.
    ///
    /// A file is UTF-8, with or without a byte order mark, and at most 16 MiB: what is longer is refused without reading
    /// on. Lines end with LF or CR LF; empty lines are passed over. In columns for prose, quoted text may have several
    /// lines and tabs. Nothing is trimmed.
    ///
    /// # Errors
    /// [`SheetRefusal`] where no rows can be told: a file that cannot be read, is too large, is not UTF-8 or has another
    /// header.
    ///
    /// # Example
    /// ```
    /// use office_core::sheet::{Layout, Separator, Sheet};
    ///
    /// let layout =
    ///     Layout { columns: &["item", "quantity", "note"], prose: &["note"], rows: 10, separator: Separator::Semicolon };
    /// let file = "\u{feff}item;quantity;note\r\nPAPER-A4;10;\"for\r\nthe printer\"\r\nPENS;5\r\nINK;1O;\r\n";
    /// let (sheet, mut complaints) = Sheet::take("stock.csv", file.as_bytes(), &layout)?;
    /// let mut quantities = Vec::new();
    /// for row in sheet.rows() {
    ///     quantities.extend(complaints.keep(row.parse::<u32>("quantity", "a whole number such as `10`")));
    /// }
    /// let refused = complaints.settle(quantities).unwrap_err();
    /// let told: Vec<String> = refused.errors().iter().map(ToString::to_string).collect();
    /// assert_eq!(
    ///     told,
    ///     [
    ///         "`stock.csv`, line 4, field `note`: `` is not accepted: expected 3 fields instead of 2",
    ///         "`stock.csv`, line 5, field `quantity`: `1O` is not accepted: expected a whole number such as `10`",
    ///     ]
    /// );
    ///
    /// // A file that does not end is not read to its end.
    /// let endless = Sheet::take("endless.csv", std::io::repeat(b'x'), &layout).unwrap_err();
    /// assert_eq!(endless.errors()[0].expected(), "at most 16777216 bytes");
    /// # Ok::<(), office_core::sheet::SheetRefusal>(())
    /// ```
    pub fn take(file_name: &str, from: impl Read, layout: &Layout<'_>) -> Result<(Self, Complaints), SheetRefusal> {
        let whole = bytes(file_name, from)?;
        let bytes = whole.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&whole);
        let text = text(file_name, bytes, layout)?;
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(layout.separator.byte())
            .from_reader(text.as_bytes());
        let columns = layout.columns.iter().map(|&column| column.to_owned()).collect();
        let mut sheet = Self { file: file_name.to_owned(), columns, rows: Vec::new() };
        let mut complaints = Complaints::default();
        let mut header_seen = false;
        let most = layout.rows.min(MOST_ROWS);
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
            if sheet.rows.len() >= most {
                let field = sheet.column(0);
                let value = record.get(0).unwrap_or("");
                complaints.note(InputError::new(file_name, line, &field, value, format!("at most {most} rows")));
                break;
            }
            let sound = sheet.check_fields(line, &record, layout);
            if complaints.keep(sound).is_some() {
                sheet.rows.push((line, record));
            }
        }
        if header_seen { Ok((sheet, complaints)) } else { Err(sheet.wrong_header(1, 0, "").into()) }
    }

    fn check_fields(&self, line: u64, row: &StringRecord, layout: &Layout<'_>) -> Result<(), InputError> {
        let refuse = |index: usize, value: &str, expected: String| {
            Err(InputError::new(&self.file, line, &self.column(index), value, expected))
        };
        for (index, field) in row.iter().enumerate() {
            if field.len() > LONGEST_FIELD {
                return refuse(index, field, format!("at most {LONGEST_FIELD} bytes"));
            }
            let is_prose = layout.columns.get(index).is_some_and(|column| layout.prose.contains(column));
            if !is_prose && field.contains(['\n', '\r']) {
                return refuse(index, field, "text on one line, with its quotes closed".to_owned());
            }
            let stray = |found: char| found.is_control() && !(is_prose && matches!(found, '\n' | '\r' | '\t'));
            if field.contains(stray) {
                return refuse(index, field, "text without control characters".to_owned());
            }
        }
        let wanted = self.columns.len();
        if row.len() == wanted {
            return Ok(());
        }
        let index = row.len().min(wanted);
        refuse(index, row.get(index).unwrap_or(""), format!("{wanted} fields instead of {}", row.len()))
    }
}

/// The file, if it is not too large.
fn bytes(file: &str, from: impl Read) -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::new();
    let most = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX);
    let refuse = |value: &str, expected: String| InputError::new(file, 1, "file", value, expected);
    from.take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| refuse(&error.to_string(), "a file that can be read".to_owned()))?;
    if bytes.len() > MOST_BYTES {
        return Err(refuse(&format!("more than {MOST_BYTES} bytes"), format!("at most {MOST_BYTES} bytes")));
    }
    Ok(bytes)
}

/// The file as text. A carriage return alone is no line end that anything else would count as one.
fn text<'a>(file: &str, bytes: &'a [u8], layout: &Layout<'_>) -> Result<&'a str, InputError> {
    let column = |index| super::column(index, layout.columns);
    let separator = layout.separator.byte();
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let (line, index, bad) = place(bytes, error.valid_up_to(), separator);
        let bad = bad.get(..error.error_len().unwrap_or(bad.len())).unwrap_or(bad);
        InputError::of_bytes(file, line, &column(index), bad, "text in UTF-8")
    })?;
    let mut followed = bytes.iter().zip(bytes.iter().skip(1).chain([&0]));
    if let Some(offset) = followed.position(|(byte, next)| *byte == b'\r' && *next != b'\n') {
        let (line, index, _) = place(bytes, offset, separator);
        return Err(InputError::new(file, line, &column(index), "\r", "lines that end with LF or CR LF"));
    }
    Ok(text)
}
