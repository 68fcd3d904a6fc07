//! Tables as people read them: pipe tables of Markdown.

use std::fmt::Write as _;

use super::grid::{self, Line};
use super::{NotCarried, line_number, text_of};
use crate::InputError;
use crate::rules::TableText;

const FORMAT: &str = "Markdown";
/// Columns are made equally wide up to this many characters.
const WIDEST: usize = 40;

impl TableText {
    /// Reads a table as a page of Markdown has it: a row of heads between pipes, a row of dashes, and a row of cells a
    /// rule.
    ///
    /// The columns are those of [`TableText::read_csv`]. A pipe within a cell is written `\|`, and a new line `<br>`. Of
    /// a page with other text the first table is read; a page with two is refused.
    ///
    /// # Errors
    /// [`InputError`] at the line and column of what is wrong; a file beyond 16 MiB is refused before it is read.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::TableText;
    ///
    /// let page = "Who grades a purchase:\n\n\
    ///     | grade: unique | amount: money EUR | => grade: text |\n\
    ///     |---------------|-------------------|----------------|\n\
    ///     | 1             | >= 5000 EUR       | high           |\n\
    ///     | 2             | < 5000 EUR        | low            |\n";
    /// let table = TableText::read_markdown("grade.md", page.as_bytes())?;
    /// assert_eq!(table.rows[1].cells, ["< 5000 EUR"]);
    /// assert_eq!(TableText::read_markdown("grade.md", table.to_markdown()?.as_bytes())?, table);
    ///
    /// let refused = TableText::read_markdown("grade.md", b"| amount |\n| --- |\n| 5 |\n").unwrap_err();
    /// assert_eq!((refused.line(), refused.expected()), (1, "an output such as `=> grade: text` or `outcome`"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read_markdown(file: &str, bytes: &[u8]) -> Result<Self, InputError> {
        let text = text_of(file, bytes)?;
        let mut lines = text.lines().zip(1_usize..).peekable();
        let mut heads = None;
        while let Some((line, number)) = lines.next() {
            if lines.peek().is_some_and(|(next, _)| line.contains('|') && is_ruler(next)) {
                heads = Some((line, number));
                break;
            }
        }
        let Some((heads, number)) = heads else {
            return Err(InputError::new(file, 1, "file", "", "a table: heads between pipes, and dashes below them"));
        };
        let heads = Line { number: line_number(number), fields: fields(heads) };
        let ruler = lines.next().map_or(0, |(ruler, _)| fields(ruler).len());
        if ruler != heads.fields.len() {
            let expected = format!("{} columns of dashes instead of {ruler}", heads.fields.len());
            return Err(InputError::new(file, heads.number.saturating_add(1), "table", "", expected));
        }
        let mut rows = Vec::new();
        for (line, number) in lines.by_ref().take_while(|(line, _)| !line.trim().is_empty()) {
            rows.push(Line { number: line_number(number), fields: fields(line) });
        }
        if let Some((line, number)) = lines.find(|(line, _)| line.contains('|') && is_ruler(line)) {
            return Err(InputError::new(file, line_number(number), "table", line, "one table"));
        }
        grid::read(file, std::iter::once(heads).chain(rows).map(Ok))
    }

    /// The table as a page of Markdown has it.
    ///
    /// # Errors
    /// [`NotCarried`] where the head of a column would be read as another, or a text would not come back.
    pub fn to_markdown(&self) -> Result<String, NotCarried> {
        let table = grid::tidy(self);
        let mut rows: Vec<Vec<String>> =
            grid::rows(&table).iter().map(|row| row.iter().map(|field| escaped(field)).collect()).collect();
        let mut widths: Vec<usize> = Vec::new();
        for row in &rows {
            widths.resize(widths.len().max(row.len()), 3);
            for (width, field) in widths.iter_mut().zip(row) {
                *width = (*width).max(field.chars().count().min(WIDEST));
            }
        }
        rows.insert(1.min(rows.len()), widths.iter().map(|width| "-".repeat(*width)).collect());
        let mut text = String::new();
        for row in &rows {
            for (field, width) in row.iter().zip(&widths) {
                // Writing to a string does not fail.
                let _ = write!(text, "| {field:width$} ");
            }
            text.push_str("|\n");
        }
        let read = Self::read_markdown(&table.name, text.as_bytes());
        grid::checked(&table, text, read, FORMAT)
    }
}

/// Whether a line is the row of dashes below the heads.
fn is_ruler(line: &str) -> bool {
    let is_dashes = |field: &String| {
        let dashes = field.strip_prefix(':').unwrap_or(field);
        let dashes = dashes.strip_suffix(':').unwrap_or(dashes);
        !dashes.is_empty() && dashes.bytes().all(|byte| byte == b'-')
    };
    line.contains('-') && fields(line).iter().all(is_dashes)
}

/// The fields between the pipes, each as it is meant.
fn fields(line: &str) -> Vec<String> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut fields = vec![String::new()];
    let mut rest = line;
    while let Some(character) = rest.chars().next() {
        let after = rest.get(character.len_utf8()..).unwrap_or_default();
        let (meant, after) = match character {
            '|' if after.is_empty() => break,
            '|' => {
                fields.push(String::new());
                (None, after)
            }
            '\\' => match after.chars().next().filter(char::is_ascii_punctuation) {
                Some(escaped) => (Some(escaped), after.get(1..).unwrap_or_default()),
                None => (Some('\\'), after),
            },
            '<' => match ["br>", "br/>", "br />"].iter().find_map(|mark| after.strip_prefix(mark)) {
                Some(after) => (Some('\n'), after),
                None => (Some('<'), after),
            },
            _ => (Some(character), after),
        };
        if let (Some(meant), Some(field)) = (meant, fields.last_mut()) {
            field.push(meant);
        }
        rest = after;
    }
    fields.into_iter().map(|field| field.trim().to_owned()).collect()
}

/// A field with what means something else on a page marked.
fn escaped(field: &str) -> String {
    let mut escaped = String::with_capacity(field.len());
    let mut characters = field.chars().peekable();
    while let Some(character) = characters.next() {
        let begins_mark = || characters.clone().next().is_some_and(|next| next.is_ascii_alphabetic() || next == '/');
        match character {
            '\n' => escaped.push_str("<br>"),
            '\\' | '|' | '*' | '`' => escaped.extend(['\\', character]),
            '<' if begins_mark() => escaped.extend(['\\', character]),
            _ => escaped.push(character),
        }
    }
    escaped
}
