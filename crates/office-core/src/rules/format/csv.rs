//! Tables as spreadsheets save them.

use ::csv::{QuoteStyle, ReaderBuilder, WriterBuilder};

use super::grid::{self, Line};
use super::{NotCarried, text_of};
use crate::InputError;
use crate::rules::TableText;
use crate::sheet::line_of;

const FORMAT: &str = "CSV";

impl TableText {
    /// Reads a table as a spreadsheet saves it: a row of heads, and a row of cells a rule.
    ///
    /// Fields are parted by commas, semicolons or tabs, whichever the heads show (a first line `sep=;` settles it), and
    /// quoted with `"`. The first head names the table and the hit policy (`grade: unique`), and then each row begins
    /// with its number; without it the table has no name and its first row that matches decides. Outputs come last, and
    /// after them at most a column `note`. Empty rows, and empty columns at the end, are passed over.
    ///
    /// # Errors
    /// [`InputError`] at the line and column of what is wrong; a file beyond 16 MiB is refused before it is read.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{HitPolicy, TableText};
    ///
    /// let file = "\u{feff}grade: unique;amount: money EUR;kind;=> grade: text;note\r\n\
    ///             1;\"[100 EUR..5000 EUR)\";IT, catering;low;\r\n\
    ///             2;>= 5000 EUR;-;high;since May\r\n;;;;\r\n";
    /// let table = TableText::read_csv("grade.csv", file.as_bytes())?;
    /// assert_eq!((table.name.as_str(), table.hit, table.rows.len()), ("grade", HitPolicy::Unique, 2));
    /// assert_eq!(table.rows[0].cells, ["[100 EUR..5000 EUR)", "IT, catering"]);
    /// assert_eq!(TableText::read_csv("grade.csv", table.to_csv()?.as_bytes())?, table);
    ///
    /// let refused = TableText::read_csv("grade.csv", b"amount,=> grade: text\n5,low,high\n").unwrap_err();
    /// assert_eq!((refused.line(), refused.field(), refused.value()), (2, "column 3", "high"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read_csv(file: &str, bytes: &[u8]) -> Result<Self, InputError> {
        let mut text = text_of(file, bytes)?;
        let (mut passed, mut separator) = (0, None);
        if let Some((first, rest)) = text.split_once('\n')
            && let [b's', b'e', b'p', b'=', named] = first.trim_end().as_bytes()
        {
            (text, passed, separator) = (rest, 1, Some(*named));
        }
        let separator = separator.unwrap_or_else(|| separator_of(text));
        let mut reader = ReaderBuilder::new();
        let mut reader = reader.delimiter(separator).has_headers(false).flexible(true).from_reader(text.as_bytes());
        let lines = reader.records().map(|record| {
            // What could fail is reading itself, and memory does not fail.
            let record = record.map_err(|error| InputError::new(file, 1, "file", &error.to_string(), "a table"))?;
            let line =
                record.position().map_or(1, |position| line_of(text.as_bytes(), position)).saturating_add(passed);
            let start =
                record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or_default();
            let fields: Vec<String> = record.iter().map(str::to_owned).collect();
            let last = fields.last().map_or("", String::as_str);
            if last.contains('\n') && ends_open(text.get(start..).unwrap_or_default(), separator) {
                let column = format!("column {}", fields.len());
                return Err(InputError::new(file, line, &column, last, "text with its quotes closed"));
            }
            Ok(Line { number: line, fields })
        });
        grid::read(file, lines)
    }

    /// The table as a spreadsheet opens it: parted by commas, quoted where needed, a note as the last column.
    ///
    /// # Errors
    /// [`NotCarried`] where the head of a column would be read as another.
    pub fn to_csv(&self) -> Result<String, NotCarried> {
        let table = grid::tidy(self);
        let rows = grid::rows(&table);
        // Where heads contain what could pass for a separator, all is quoted.
        let doubtful = rows.first().is_some_and(|heads| heads.iter().any(|head| head.contains([';', '\t'])));
        let style = if doubtful { QuoteStyle::Always } else { QuoteStyle::Necessary };
        let mut writer = WriterBuilder::new().quote_style(style).flexible(true).from_writer(Vec::new());
        for row in &rows {
            // Writing to memory does not fail.
            let _ = writer.write_record(row);
        }
        let text = String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default();
        let read = Self::read_csv(&table.name, text.as_bytes());
        grid::checked(&table, text, read, FORMAT)
    }
}

/// What parts the heads: a semicolon or a tab if there is one outside of quotes, else a comma.
fn separator_of(text: &str) -> u8 {
    let mut quoted = false;
    let mut heads = text.trim_start().bytes().filter(|byte| {
        quoted ^= *byte == b'"';
        !quoted
    });
    heads
        .by_ref()
        .find(|byte| matches!(byte, b';' | b'\t' | b'\n' | b'\r'))
        .filter(|byte| !byte.is_ascii_control() || *byte == b'\t')
        .unwrap_or(b',')
}

/// Whether the text ends within quotes.
fn ends_open(text: &str, separator: u8) -> bool {
    let (mut quoted, mut begins) = (false, true);
    for byte in text.bytes() {
        match byte {
            b'"' if quoted || begins => (quoted, begins) = (!quoted, !quoted),
            _ => begins = !quoted && (byte == separator || byte == b'\n' || byte == b'\r'),
        }
    }
    quoted
}
