//! Tables that are handed out.

use std::borrow::Cow;
use std::fmt;

use super::Separator;

/// What a spreadsheet may take for the beginning of a formula.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '＠'];

/// Whether a text begins as a formula does, behind any number of guards.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA)
}

/// A text with a `'` before it, if a spreadsheet could take it for a formula.
fn guarded(text: &str) -> Cow<'_, str> {
    if is_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text that was guarded.
pub(super) fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(text)
}

/// What stands in one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell<'a>(Cow<'a, str>);

impl<'a> Cell<'a> {
    /// Text that somebody wrote, with a `'` before it where a spreadsheet could take it for a formula.
    #[must_use]
    pub fn text(text: &'a str) -> Self {
        Self(guarded(text))
    }

    /// A number, a date, or another value that cannot be a formula.
    #[must_use]
    pub fn value(value: impl fmt::Display) -> Self {
        Self(Cow::Owned(value.to_string()))
    }

    /// The same of what there may not be: empty if there is nothing.
    #[must_use]
    pub fn optional(value: Option<impl fmt::Display>) -> Self {
        value.map_or(Self::EMPTY, Self::value)
    }

    /// Nothing.
    pub const EMPTY: Self = Self(Cow::Borrowed(""));
}

/// A table to hand out, as [`Sheet::take`](super::Sheet::take) reads it: UTF-8, lines end with LF, fields are quoted
/// where they have to be.
///
/// # Law
/// 1. Text reads back as it was: any of at most 4 KiB, in a column for prose if it has tabs or several lines, and without
///    other control characters.
///
/// # Example
/// ```
/// use office_core::sheet::{Cell, Layout, Separator, Sheet, SheetDraft};
///
/// let mut draft = SheetDraft::new(["item", "quantity"], Separator::Comma);
/// draft.row([Cell::text("=HYPERLINK(\"http://example.com\")"), Cell::value(-3)]);
/// let text = draft.to_string();
/// assert_eq!(text, "item,quantity\n\"'=HYPERLINK(\"\"http://example.com\"\")\",-3\n");
///
/// let layout = Layout { columns: &["item", "quantity"], prose: &[], rows: 10, separator: Separator::Comma };
/// let (sheet, _) = Sheet::take("stock.csv", text.as_bytes(), &layout)?;
/// let row = sheet.rows().next().ok_or("a row")?;
/// assert_eq!(row.plain("item")?, "=HYPERLINK(\"http://example.com\")");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetDraft<const N: usize> {
    separator: Separator,
    text: String,
}

impl<const N: usize> SheetDraft<N> {
    /// A table with these columns and no rows.
    #[must_use]
    pub fn new(columns: [&str; N], separator: Separator) -> Self {
        let mut draft = Self { separator, text: String::new() };
        draft.row(columns.map(Cell::text));
        draft
    }

    /// Adds a row.
    pub fn row(&mut self, cells: [Cell<'_>; N]) {
        let separator = char::from(self.separator.byte());
        for (index, Cell(cell)) in cells.into_iter().enumerate() {
            if index > 0 {
                self.text.push(separator);
            }
            // A row of one empty field would be an empty line. Either separator is quoted, whoever opens the file.
            let alone = N == 1 && cell.is_empty();
            if alone || cell.contains([',', ';', '"', '\n', '\r']) {
                self.text.push('"');
                self.text.push_str(&cell.replace('"', "\"\""));
                self.text.push('"');
            } else {
                self.text.push_str(&cell);
            }
        }
        self.text.push('\n');
    }
}

impl<const N: usize> fmt::Display for SheetDraft<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
