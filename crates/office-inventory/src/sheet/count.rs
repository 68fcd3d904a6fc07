//! Count sheets as files: handed out blind, read back with what was counted.

use std::collections::BTreeSet;
use std::io::Read;

use office_core::sheet::{Cell, Layout, Row, Separator, Sheet, SheetDraft, SheetRefusal};
use office_core::{InputError, Quantity};

use super::cell::quantity;
use super::{CodeBook, ExportError};
use crate::{CountLine, CountSheet};

/// The columns of a count sheet, in their order. What the books expect is not among them, so that what is written down is
/// what was found.
///
/// | column | what stands there |
/// |---|---|
/// | `line` | the line of the sheet, from 1 |
/// | `sku`, `place`, `lot` | what is counted there; the lot is empty where lots are not told apart |
/// | `unit` | the unit in which it is counted |
/// | `counted` | how many were found; empty where nobody has counted yet |
pub const COUNT_COLUMNS: [&str; 6] = ["line", "sku", "place", "lot", "unit", "counted"];

/// The most lines of a sheet.
const MOST_ROWS: usize = 100_000;

/// Writes a sheet down to be counted by, without what the books expect.
///
/// # Errors
/// [`ExportError::NoCode`] where an item, a place or a lot has none.
///
/// # Example
/// ```
/// use office_core::sheet::Separator;
/// use office_core::Id;
/// use office_inventory::sheet::{CodeBook, Codes, read_count, write_count};
/// use office_inventory::{CountLine, CountSheet, CountTolerance};
///
/// let codes = CodeBook {
///     items: Codes::natural("item", ["TON-1"])?,
///     places: Codes::natural("place", ["R-S1"])?,
///     ..CodeBook::default()
/// };
/// let line = CountLine {
///     item: Id::natural("item", "TON-1"),
///     place: Id::natural("place", "R-S1"),
///     lot: None,
///     expected: "10 each".parse()?,
///     counted: None,
///     unit_cost: "90 EUR / 1 each".parse()?,
/// };
/// let sheet = CountSheet { lines: vec![line], tolerance: CountTolerance::default() };
/// let blind = write_count(&sheet, &codes, Separator::Comma)?;
/// assert_eq!(blind, "line,sku,place,lot,unit,counted\n1,TON-1,R-S1,,each,\n");
///
/// let filled = blind.replace("each,\n", "each,8\n");
/// let counted = read_count("count.csv", filled.as_bytes(), Separator::Comma, &sheet, &codes)?;
/// assert_eq!(counted.lines[0].counted, Some("8 each".parse()?));
///
/// let wrong = filled.replace("TON-1", "TON-2");
/// let refused = read_count("count.csv", wrong.as_bytes(), Separator::Comma, &sheet, &codes).unwrap_err();
/// assert_eq!(refused.errors()[0].expected(), "`TON-1`, as on line 1 of the sheet");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_count(sheet: &CountSheet, codes: &CodeBook, separator: Separator) -> Result<String, ExportError> {
    let mut draft = SheetDraft::new(COUNT_COLUMNS, separator);
    for (number, line) in (1_u64..).zip(&sheet.lines) {
        let told = Told::of(line, codes)?;
        draft.row([
            Cell::value(number),
            Cell::text(told.sku),
            Cell::text(told.place),
            Cell::text(told.lot),
            Cell::text(&told.unit),
            Cell::optional(line.counted.map(Quantity::amount)),
        ]);
    }
    Ok(draft.to_string())
}

/// Reads a sheet back: what was counted on each line. Lines that are left out or empty stay as they were.
///
/// # Errors
/// [`SheetRefusal`] with all that is wrong with it, at most a hundred rows one by one.
pub fn read_count(
    file_name: &str,
    from: impl Read,
    separator: Separator,
    sheet: &CountSheet,
    codes: &CodeBook,
) -> Result<CountSheet, SheetRefusal> {
    let layout = Layout { columns: &COUNT_COLUMNS, prose: &[], rows: MOST_ROWS, separator };
    let (file, mut complaints) = Sheet::take(file_name, from, &layout)?;
    let (mut counted, mut seen) = (sheet.clone(), BTreeSet::new());
    for row in file.rows() {
        let Some((index, line)) = complaints.keep(line_of(&row, sheet)) else { continue };
        if !seen.insert(index) {
            complaints.note(row.refuse("line", "each line once"));
            continue;
        }
        if complaints.keep(same(&row, line, codes)).is_none() || matches!(row.optional("counted"), Ok(None)) {
            continue;
        }
        let found = quantity(&row, "counted", line.expected.unit());
        let found = found.and_then(|found| {
            if found.is_negative() { Err(row.refuse("counted", "none or more, such as `8`")) } else { Ok(found) }
        });
        if let Some((found, line)) = complaints.keep(found).zip(counted.lines.get_mut(index)) {
            line.counted = Some(found);
        }
    }
    complaints.settle(counted)
}

/// A line in the words of files.
struct Told<'a> {
    sku: &'a str,
    place: &'a str,
    lot: &'a str,
    unit: String,
}

impl<'a> Told<'a> {
    fn of(line: &CountLine, codes: &'a CodeBook) -> Result<Self, ExportError> {
        let lot = match line.lot {
            Some(lot) => codes.lots.code(lot).ok_or_else(|| ExportError::no_code("lot", lot))?,
            None => "",
        };
        Ok(Self {
            sku: codes.items.code(line.item).ok_or_else(|| ExportError::no_code("item", line.item))?,
            place: codes.places.code(line.place).ok_or_else(|| ExportError::no_code("place", line.place))?,
            lot,
            unit: line.expected.unit().to_string(),
        })
    }
}

fn line_of<'a>(row: &Row<'_>, sheet: &'a CountSheet) -> Result<(usize, &'a CountLine), InputError> {
    let expected = format!("a line of the sheet, from 1 to {}", sheet.lines.len());
    let number: usize = row.parse("line", &expected)?;
    let found = number.checked_sub(1).and_then(|index| Some((index, sheet.lines.get(index)?)));
    found.ok_or_else(|| row.refuse("line", &expected))
}

/// Whether a row is of the line that it says.
fn same(row: &Row<'_>, line: &CountLine, codes: &CodeBook) -> Result<(), InputError> {
    let told = Told::of(line, codes).map_err(|error| row.refuse("line", &format!("a line with codes: {error}")))?;
    let number = row.text("line").unwrap_or_default();
    for (column, known) in [("sku", told.sku), ("place", told.place), ("lot", told.lot), ("unit", told.unit.as_str())] {
        if row.plain_optional(column)?.unwrap_or("") != known {
            return Err(row.refuse(column, &format!("`{known}`, as on line {number} of the sheet")));
        }
    }
    Ok(())
}
