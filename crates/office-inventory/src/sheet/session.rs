//! Counts as files: handed out blind, and what was found brought back into a count that is open.

use std::collections::BTreeSet;
use std::io::Read;

use office_core::sheet::{Cell, Complaints, Layout, Row, Separator, Sheet, SheetDraft, SheetRefusal};
use office_core::subject::{PersonId, PlaceId};
use office_core::{Decision, Entity, InputError, Quantity, StoreError, Tx, UnitCode, View};
use thiserror::Error;

use super::cell::{coded, quantity, unit};
use super::import::RefusedRow;
use super::{COUNT_COLUMNS, CodeBook, ExportError, ImportError, Imported};
use crate::{CountSession, CountSessionId, CountStatus, CountedGoods, Found, Item, ItemUnitError, Stock, Tracking};

/// What was found, as a file lists it: one row for each line that was counted.
///
/// The columns are [`COUNT_COLUMNS`]. The `line` is that of the count, or empty where goods were found that nobody
/// expected; the `unit` is any in which the item is traded; a row where nothing stands in `counted` says nothing.
///
/// # Example
/// ```
/// use office_core::sheet::Separator;
/// use office_inventory::sheet::{CodeBook, Codes, CountFile};
///
/// let codes = CodeBook {
///     items: Codes::natural("item", ["PAP-A4", "TON-1"])?,
///     places: Codes::natural("place", ["R-S1"])?,
///     ..CodeBook::default()
/// };
/// let head = "line,sku,place,lot,unit,counted\n";
/// let file = format!("{head}1,PAP-A4,R-S1,,box,8\n2,TON-1,R-S1,,each,\n");
/// assert_eq!(CountFile::read("count.csv", file.as_bytes(), Separator::Comma, &codes)?.len(), 1);
///
/// let file = format!("{head}1,PAP-A5,R-S1,,box,-8\n2,TON-1,R-S9,,each,3\n");
/// let refused = CountFile::read("count.csv", file.as_bytes(), Separator::Comma, &codes).unwrap_err();
/// let fields: Vec<&str> = refused.errors().iter().map(|error| error.field()).collect();
/// assert_eq!(fields, ["sku", "counted", "place"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountFile {
    file: String,
    // Invariant: no two rows are of the same goods.
    rows: Vec<CountRow>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct CountRow {
    at: u64,
    /// The line of the count, if one stands there.
    line: Option<usize>,
    goods: CountedGoods,
    place: PlaceId,
    quantity: Quantity,
    /// What stands in each column, to be told where the row is refused.
    cells: [String; COUNT_COLUMNS.len()],
}

impl CountFile {
    /// The most rows of a file: as many as a count has lines.
    pub const MOST_ROWS: usize = CountSession::MOST_LINES;

    /// Reads a file.
    ///
    /// # Errors
    /// [`SheetRefusal`] with all that is wrong with it, at most a hundred rows one by one.
    pub fn read(
        file_name: &str,
        from: impl Read,
        separator: Separator,
        codes: &CodeBook,
    ) -> Result<Self, SheetRefusal> {
        let layout = Layout { columns: &COUNT_COLUMNS, prose: &[], rows: Self::MOST_ROWS, separator };
        let (sheet, mut complaints) = Sheet::take(file_name, from, &layout)?;
        let (mut rows, mut seen) = (Vec::new(), BTreeSet::new());
        for row in sheet.rows() {
            let Some(read) = count_row(&row, codes, &mut complaints) else { continue };
            if !seen.insert(read.goods) {
                complaints.note(row.refuse("sku", "an item and a lot that no row before has"));
            }
            rows.push(read);
        }
        complaints.settle(Self { file: file_name.to_owned(), rows })
    }

    /// How many rows say what was found.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether no row does.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

fn count_row(row: &Row<'_>, codes: &CodeBook, complaints: &mut Complaints) -> Option<CountRow> {
    let line = complaints.keep(row.parse_optional("line", "a line of the count, from 1, or nothing"));
    let item = complaints.keep(coded(row, "sku", &codes.items, "the short name of an item that is listed"));
    let place = complaints.keep(coded(row, "place", &codes.places, "the code of a place"));
    let lot = complaints.keep(match row.plain_optional("lot") {
        Ok(Some(_)) => coded(row, "lot", &codes.lots, "the code of a lot, or nothing").map(Some),
        Ok(None) => Ok(None),
        Err(error) => Err(error),
    });
    let unit = complaints.keep(unit(row, "unit"));
    let counted = match row.optional("counted") {
        Ok(None) => None,
        // What can be said of a number without its unit is said.
        _ => complaints.keep(found(row, unit.unwrap_or(UnitCode::EACH))),
    };
    let cells = COUNT_COLUMNS.map(|column| row.plain_optional(column).ok().flatten().unwrap_or_default().to_owned());
    let (goods, quantity) = (CountedGoods { item: item?, lot: lot? }, counted.filter(|_| unit.is_some())?);
    Some(CountRow { at: row.line(), line: line?, goods, place: place?, quantity, cells })
}

fn found(row: &Row<'_>, unit: UnitCode) -> Result<Quantity, InputError> {
    let found = quantity(row, "counted", unit)?;
    if found.is_negative() { Err(row.refuse("counted", "none or more, such as `8`")) } else { Ok(found) }
}

/// A count cannot be handed out.
#[derive(Debug, Error)]
pub enum HandOutCountError {
    /// The store has failed, or knows no such count or item.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// Something has no code.
    #[error("the count cannot be told in a file")]
    Export(#[from] ExportError),
}

/// Writes a count down to be counted by, in stock units, with what was found so far and without what the books expect. Of
/// what is to be counted again, nothing is told. For an example, see [`import_count`].
///
/// # Errors
/// [`HandOutCountError`], in the order of its variants.
///
/// # Example
/// ```
#[doc = include_str!("counted.txt")]
/// use office_inventory::sheet::HandOutCountError;
///
/// // Whoever counts is not told that there are 46 reams.
/// let (codes, nothing) = (&codes, &CodeBook::default());
/// let blind = office.view(|view| async move { hand_out_count(&view, id, codes, Separator::Comma).await });
/// assert_eq!(wait(blind)?, "line,sku,place,lot,unit,counted\n1,PAP-A4,R-S1,,ream,\n");
/// // A file tells places and goods by their codes.
/// let refused = wait(office.view(|view| async move { hand_out_count(&view, id, nothing, Separator::Comma).await }));
/// assert!(matches!(refused, Err(HandOutCountError::Export(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn hand_out_count(
    view: &View,
    id: CountSessionId,
    codes: &CodeBook,
    separator: Separator,
) -> Result<String, HandOutCountError> {
    let session = view.load(id).await?;
    let place = session.new_count().place;
    let place = codes.places.code(place).ok_or_else(|| ExportError::no_code("place", place))?;
    let mut draft = SheetDraft::new(COUNT_COLUMNS, separator);
    for (number, line) in (1_u64..).zip(session.lines()) {
        let CountedGoods { item, lot } = line.goods;
        let unit = view.load(Item::key(item)).await?.unit().to_string();
        let lot = match lot {
            Some(lot) => codes.lots.code(lot).ok_or_else(|| ExportError::no_code("lot", lot))?,
            None => "",
        };
        draft.row([
            Cell::value(number),
            Cell::text(codes.items.code(item).ok_or_else(|| ExportError::no_code("item", item))?),
            Cell::text(place),
            Cell::text(lot),
            Cell::text(&unit),
            Cell::optional(line.found.map(|found| found.quantity.amount())),
        ]);
    }
    Ok(draft.to_string())
}

/// Writes down in an open count what a file says was found, all of it or none. Lines that are not in the file stay as they
/// were. A file does not say what a surplus is worth; where nothing of it is on hand, [`enter_count`](crate::enter_count)
/// does. What is booked, and when, is for [`confirm_count`](crate::confirm_count) to say.
///
/// # Errors
/// [`ImportError`], with every row that is refused; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("counted.txt")]
///
/// let bring = |key: &str, row: &str| {
///     let file = format!("line,sku,place,lot,unit,counted\n{row}\n");
///     let sheet = &CountFile::read("count.csv", file.as_bytes(), Separator::Comma, &codes)?;
///     let done = wait(office.transact(&command(key), |tx| async move { import_count(&tx, id, by, sheet).await }));
///     Ok::<_, Box<dyn std::error::Error>>(done)
/// };
/// // Nine boxes of five reams are found; read again, nothing is recorded.
/// assert_eq!(bring("found", "1,PAP-A4,R-S1,,box,9")??.recorded, 1);
/// assert_eq!(bring("again", "1,PAP-A4,R-S1,,box,9")??.recorded, 0);
/// // The count has one line.
/// let Err(ImportError::Refused(refused)) = bring("wrong", "2,PAP-A4,R-S1,,box,9")? else { return Err("it is".into()) };
/// assert_eq!(refused.errors()[0].expected(), "`1`, as the count has it of these goods");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn import_count(
    tx: &Tx,
    id: CountSessionId,
    by: PersonId,
    sheet: &CountFile,
) -> Result<Imported, ImportError> {
    let mut session = tx.load(id).await?;
    if *session.status() != CountStatus::Open {
        let number = session.new_count().number.as_str();
        return Err(SheetRefusal::from(InputError::new(&sheet.file, 1, "file", number, "a count that is open")).into());
    }
    let (mut complaints, mut facts) = (Complaints::default(), Vec::new());
    for row in &sheet.rows {
        let found = match row.found(tx, &session).await? {
            Ok(quantity) => Found { quantity, by, surplus_value: None },
            Err(RefusedRow { column, expected }) => {
                complaints.note(InputError::new(&sheet.file, row.at, column, row.cell(column), expected));
                continue;
            }
        };
        match session.count(row.goods, found) {
            Ok(Decision::Record(fact)) => {
                session.apply(&fact);
                facts.push(fact);
            }
            Ok(Decision::AlreadyRecorded) => {}
            Err(error) => {
                complaints.note(InputError::new(&sheet.file, row.at, "sku", row.cell("sku"), error.to_string()));
            }
        }
    }
    let imported = complaints.settle(Imported { rows: sheet.rows.len(), recorded: facts.len() })?;
    for fact in facts {
        tx.record(id, fact).await?;
    }
    Ok(imported)
}

impl CountRow {
    /// What stands in a column.
    fn cell(&self, column: &str) -> &str {
        let cells = COUNT_COLUMNS.iter().zip(&self.cells);
        cells.filter(|(known, _)| **known == column).map(|(_, cell)| cell.as_str()).next().unwrap_or_default()
    }

    /// How many were found, in the stock unit, if the row is one of the count.
    async fn found(&self, tx: &Tx, session: &CountSession) -> Result<Result<Quantity, RefusedRow>, StoreError> {
        if self.place != session.new_count().place {
            return Ok(Err(RefusedRow::new("place", "the place that is counted")));
        }
        let lines = session.lines();
        let expected = lines.iter().position(|line| line.goods == self.goods);
        if self.line.is_some_and(|line| line.checked_sub(1) != expected || expected.is_none()) {
            let on = expected
                .and_then(|index| index.checked_add(1))
                .map_or("nothing".to_owned(), |line| format!("`{line}`"));
            return Ok(Err(RefusedRow::new("line", format!("{on}, as the count has it of these goods"))));
        }
        let CountedGoods { item, lot } = self.goods;
        let Some(kept) = tx.find(Item::key(item)).await? else {
            return Ok(Err(RefusedRow::new("sku", "the short name of an item that is listed")));
        };
        if expected.is_none() {
            // What the count did not expect has to be something that can be booked.
            let Some(stock) = tx.find(Stock::key(item)).await? else {
                return Ok(Err(RefusedRow::new("sku", "an item of which stock is kept")));
            };
            if lot.is_none() != (stock.ledger().terms().tracking == Tracking::None) {
                let expected = if lot.is_none() { "a lot of the item" } else { "nothing, as lots are not told apart" };
                return Ok(Err(RefusedRow::new("lot", expected)));
            }
            let registered = if let Some(lot) = lot { tx.find(lot).await? } else { None };
            if registered.is_some_and(|lot| lot.item() != item) {
                return Ok(Err(RefusedRow::new("lot", "a lot of the item, not of another")));
            }
        }
        let quantity = kept.in_stock_unit(self.quantity);
        Ok(quantity.map_err(|error| match error {
            ItemUnitError::NotTraded { .. } => RefusedRow::new("unit", format!("a unit of the item: {error}")),
            ItemUnitError::NotExact { .. } | ItemUnitError::Quantity(_) => {
                RefusedRow::new("counted", format!("a quantity that can be told in the stock unit: {error}"))
            }
        }))
    }
}
