//! A table as rows of texts: what a spreadsheet and a page of text have in common.
//!
//! The first row has the heads. Its corner names the table and the hit policy, `grade: unique`, and then each row
//! begins with its number; both may be left out. A last column `note` is for whoever edits the table.

use super::{NotCarried, Part};
use crate::InputError;
use crate::rules::{HitPolicy, InputText, OutputText, ParseHeadError, RowText, TableText};

/// The head of the column for notes.
const NOTE: &str = "note";
/// What stands in the corner for a table without a name.
const NAMELESS: &str = "hit";

/// A row of fields and its line in the file.
pub(super) struct Line {
    pub(super) number: u64,
    pub(super) fields: Vec<String>,
}

/// What a column of a file holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Number,
    Input,
    Output,
    Note,
}

/// The table that the lines say.
pub(super) fn read(file: &str, lines: impl Iterator<Item = Result<Line, InputError>>) -> Result<TableText, InputError> {
    let mut lines = lines.filter(|line| line.as_ref().map_or(true, |line| !is_blank(&line.fields)));
    let heads = lines.next().ok_or_else(|| InputError::new(file, 1, "table", "", "a row of heads"))??;
    let (mut table, columns) = read_heads(file, &heads)?;
    for line in lines {
        table.rows.push(read_row(file, &columns, &line?)?);
    }
    Ok(table)
}

fn is_blank(fields: &[String]) -> bool {
    fields.iter().all(|field| field.trim().is_empty())
}

fn read_heads(file: &str, line: &Line) -> Result<(TableText, Vec<Column>), InputError> {
    let mut table = TableText::default();
    let mut columns = Vec::new();
    let used = line.fields.iter().rposition(|field| !field.trim().is_empty()).map_or(0, |last| last.saturating_add(1));
    for (index, head) in line.fields.iter().take(used).enumerate() {
        let head = head.trim();
        let misread = |error: ParseHeadError| {
            refuse(file, line, index, head, format!("{} at character {}", error.expected, error.position))
        };
        if let Some((name, hit)) = read_corner(head).filter(|_| index == 0) {
            (table.name, table.hit) = (name, hit);
            columns.push(Column::Number);
        } else if head == NOTE && !table.outputs.is_empty() && index.saturating_add(1) == used {
            columns.push(Column::Note);
        } else if is_output(head) {
            table.outputs.push(head.parse::<OutputText>().map_err(misread)?);
            columns.push(Column::Output);
        } else {
            table.inputs.push(head.parse::<InputText>().map_err(misread)?);
            columns.push(Column::Input);
        }
    }
    if table.outputs.is_empty() {
        return Err(refuse(file, line, used, "", "an output such as `=> grade: text` or `outcome`".to_owned()));
    }
    Ok((table, columns))
}

/// The name and the hit policy of `grade: unique`.
fn read_corner(text: &str) -> Option<(String, HitPolicy)> {
    let (name, hit) = text.rsplit_once(':')?;
    let hit = hit.parse().ok()?;
    Some((if name.trim() == NAMELESS { String::new() } else { name.trim().to_owned() }, hit))
}

/// Whether a head is that of an output: `=> grade: text`, or one of the office's own.
fn is_output(head: &str) -> bool {
    let kind = head.split(" else ").next().unwrap_or_default();
    head.starts_with("=>") || matches!(kind.trim(), "outcome" | "obligations" | "reason")
}

fn read_row(file: &str, columns: &[Column], line: &Line) -> Result<RowText, InputError> {
    let wanted = || format!("{} fields instead of {}", columns.len(), line.fields.len());
    if let Some(extra) = line.fields.iter().skip(columns.len()).position(|field| !field.trim().is_empty()) {
        let index = columns.len().saturating_add(extra);
        return Err(refuse(file, line, index, line.fields.get(index).map_or("", String::as_str), wanted()));
    }
    let mut row = RowText::default();
    for (index, column) in columns.iter().enumerate() {
        let field = line.fields.get(index).map(|field| field.trim().to_owned());
        match (column, field) {
            (Column::Note, field) => row.note = field.filter(|note| !note.is_empty()),
            (_, None) => return Err(refuse(file, line, index, "", wanted())),
            (Column::Input, Some(cell)) => row.cells.push(cell),
            (Column::Output, Some(cell)) => row.outputs.push(cell),
            (Column::Number, Some(number)) => {
                if !number.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(refuse(file, line, index, &number, "the number of the row".to_owned()));
                }
            }
        }
    }
    Ok(row)
}

fn refuse(file: &str, line: &Line, index: usize, value: &str, expected: String) -> InputError {
    InputError::new(file, line.number, &format!("column {}", index.saturating_add(1)), value, expected)
}

/// The rows of fields that say a table that is tidy.
pub(super) fn rows(table: &TableText) -> Vec<Vec<String>> {
    let noted = table.rows.iter().any(|row| row.note.is_some());
    let name = if table.name.is_empty() { NAMELESS } else { &table.name };
    let mut heads = vec![format!("{name}: {}", table.hit)];
    heads.extend(table.inputs.iter().map(ToString::to_string));
    heads.extend(table.outputs.iter().map(ToString::to_string));
    if noted {
        heads.push(NOTE.to_owned());
    }
    let mut rows = vec![heads];
    for (index, row) in table.rows.iter().enumerate() {
        let mut fields = vec![index.saturating_add(1).to_string()];
        fields.extend(row.cells.iter().chain(&row.outputs).cloned());
        if noted {
            fields.push(row.note.clone().unwrap_or_default());
        }
        rows.push(fields);
    }
    rows
}

/// The text, if the table comes back from it: what is written is read again at once, so that nothing is lost unseen.
pub(super) fn checked(
    table: &TableText,
    text: String,
    read: Result<TableText, InputError>,
    format: &'static str,
) -> Result<String, NotCarried> {
    let read = read.unwrap_or_default();
    if read == *table { Ok(text) } else { Err(difference(table, &read, format)) }
}

/// The table with no space around its texts, and no empty notes.
pub(super) fn tidy(table: &TableText) -> TableText {
    let trimmed = |text: &String| text.trim().to_owned();
    let mut tidy = table.clone();
    tidy.name = trimmed(&table.name);
    for input in &mut tidy.inputs {
        input.expression = trimmed(&input.expression);
        input.allowed = input.allowed.as_ref().map(trimmed);
    }
    for output in &mut tidy.outputs {
        output.name = trimmed(&output.name);
        output.allowed = output.allowed.iter().map(trimmed).collect();
        output.default = output.default.as_ref().map(trimmed);
    }
    for row in &mut tidy.rows {
        row.cells = row.cells.iter().map(trimmed).collect();
        row.outputs = row.outputs.iter().map(trimmed).collect();
        row.note = row.note.as_ref().map(trimmed).filter(|note| !note.is_empty());
    }
    tidy
}

/// The first part of a table that comes back as another.
fn difference(table: &TableText, read: &TableText, format: &'static str) -> NotCarried {
    let told = |place, found: &str, wanted| NotCarried::new(&table.name, format, place, found, wanted);
    let corner = read_corner(&format!("{}: {}", table.name, table.hit));
    if corner.is_none_or(|(name, _)| name != table.name) || table.outputs.is_empty() {
        return told(Part::Name, &table.name, "another name, and at least one output");
    }
    let heads =
        table.inputs.iter().map(|input| (input.to_string(), input.to_string().parse().ok() == Some(input.clone())));
    let outputs = table.outputs.iter();
    let outputs = outputs.map(|output| (output.to_string(), output.to_string().parse().ok() == Some(output.clone())));
    for ((head, same), index) in heads.chain(outputs).zip(1..) {
        if !same {
            return told(Part::Head(index), &head, "a head that reads as it is meant");
        }
    }
    let columns = table.inputs.len().saturating_add(table.outputs.len());
    let other = table.rows.iter().enumerate().find(|(index, row)| read.rows.get(*index) != Some(row));
    if let Some((index, row)) = other {
        let ours: Vec<&String> = row.cells.iter().chain(&row.outputs).chain(&row.note).collect();
        let again = read.rows.get(index).into_iter();
        let theirs: Vec<&String> =
            again.flat_map(|row| row.cells.iter().chain(&row.outputs).chain(&row.note)).collect();
        let fits = (row.cells.len(), row.outputs.len()) == (table.inputs.len(), table.outputs.len());
        let column = if fits { ours.iter().zip(&theirs).position(|(one, two)| one != two) } else { Some(columns) };
        let column = column.unwrap_or(theirs.len());
        let found = ours.get(column).map_or("", |cell| cell.as_str());
        let place = Part::Cell { row: index.saturating_add(1), column: column.saturating_add(1) };
        return told(place, found, if fits { "a text on one line" } else { "one cell a column" });
    }
    told(Part::Name, &table.name, "heads that read as they are meant")
}
