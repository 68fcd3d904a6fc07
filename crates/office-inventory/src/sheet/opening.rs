//! What is there when keeping stock begins, as a file lists it.

use std::collections::BTreeSet;
use std::io::Read;

use chrono::NaiveDate;
use office_core::sheet::{Cell, Complaints, Layout, Row, Separator, Sheet, SheetDraft, SheetRefusal};
use office_core::subject::{ItemId, Place};
use office_core::{Decision, InputError, StoreError, Tx};

use super::cell::{coded, currency, name, some_quantity, unit, value};
use super::import::RefusedRow;
use super::{CodeBook, Codes, ExportError, ImportError, Imported};
use crate::filing::{open_shelf, put_away};
use crate::{
    EnterError, InventoryValuation, Item, ItemKind, LedgerTerms, Location, NewStock, OpeningStock, ReceiveStockError,
    Reference, Sku, Stock, TransferError,
};

/// What is there when keeping stock begins, as a file lists it: one row for each item and place.
///
/// | column | what stands there |
/// |---|---|
/// | `sku` | the short name of an item that is listed |
/// | `place` | the code of the place |
/// | `quantity`, `unit` | how much, more than nothing, in any unit in which the item is traded |
/// | `value`, `currency` | what it is worth in all: `193.20`, `EUR` |
/// | `on` | the day at whose beginning it is there: `2026-10-01` |
/// | `document` | the paper; booked is the paper with the place, `inventory 2026 R-S1` |
///
/// # Laws
/// 1. What a valuation writes, brought in elsewhere, is valued the same.
/// 2. Brought in again, a file records nothing.
///
/// # Example
/// ```
/// use office_core::sheet::Separator;
/// use office_inventory::sheet::{Codes, OpeningSheet};
///
/// let places = Codes::natural("place", ["R-S1"])?;
/// let head = "sku,place,quantity,unit,value,currency,on,document\n";
/// let file = format!("{head}PAP-A4,R-S1,46,ream,193.20,EUR,2026-10-01,inventory\n");
/// let sheet = OpeningSheet::read("opening.csv", file.as_bytes(), Separator::Comma, &places)?;
/// assert_eq!(sheet.len(), 1);
///
/// let file = format!("{head}PAP-A4,R-S9,-4,ream,193.205,EUR,2026-13-01,inventory\n");
/// let refused = OpeningSheet::read("opening.csv", file.as_bytes(), Separator::Comma, &places).unwrap_err();
/// let fields: Vec<&str> = refused.errors().iter().map(|error| error.field()).collect();
/// assert_eq!(fields, ["place", "quantity", "value", "on"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpeningSheet {
    file: String,
    // Invariant: no two rows are of one item, place and paper.
    rows: Vec<OpeningRow>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct OpeningRow {
    line: u64,
    sku: Sku,
    opening: OpeningStock,
}

impl OpeningSheet {
    /// The columns, in their order.
    pub const COLUMNS: [&str; 8] = ["sku", "place", "quantity", "unit", "value", "currency", "on", "document"];
    /// The most rows of a file, which are brought in all at once.
    pub const MOST_ROWS: usize = 2_000;

    /// Reads a file.
    ///
    /// # Errors
    /// [`SheetRefusal`] with all that is wrong with it, at most a hundred rows one by one.
    pub fn read(
        file_name: &str,
        from: impl Read,
        separator: Separator,
        places: &Codes<Place>,
    ) -> Result<Self, SheetRefusal> {
        let layout = Layout { columns: &Self::COLUMNS, prose: &[], rows: Self::MOST_ROWS, separator };
        let (sheet, mut complaints) = Sheet::take(file_name, from, &layout)?;
        let (mut rows, mut seen) = (Vec::new(), BTreeSet::new());
        for row in sheet.rows() {
            let Some(read) = opening_row(&row, places, &mut complaints) else { continue };
            if !seen.insert((read.sku.clone(), read.opening.reference.clone())) {
                complaints.note(row.refuse("place", "an item, place and document that no row before has"));
            }
            rows.push(read);
        }
        complaints.settle(Self { file: file_name.to_owned(), rows })
    }

    /// How many rows there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes down what is there at the end of a day, to be taken over at the beginning of another.
    ///
    /// # Errors
    /// [`ExportError`], in the order of its variants.
    pub fn write(
        valuation: &InventoryValuation,
        on: NaiveDate,
        document: &Reference,
        codes: &CodeBook,
        separator: Separator,
    ) -> Result<String, ExportError> {
        let mut draft = SheetDraft::new(Self::COLUMNS, separator);
        for row in valuation.rows() {
            let sku = codes.items.code(row.item).ok_or_else(|| ExportError::no_code("item", row.item))?;
            let Location::Storage(place) = row.location else {
                return Err(ExportError::NotInStorage { sku: sku.to_owned() });
            };
            if !row.quantity.is_positive() || row.value.is_negative() {
                return Err(ExportError::NotInStorage { sku: sku.to_owned() });
            }
            let place = codes.places.code(place).ok_or_else(|| ExportError::no_code("place", place))?;
            let unit = row.quantity.unit().to_string();
            draft.row([
                Cell::text(sku),
                Cell::text(place),
                Cell::value(row.quantity.amount()),
                Cell::text(&unit),
                Cell::value(row.value.amount()),
                Cell::value(row.value.currency()),
                Cell::value(on),
                Cell::text(document.as_str()),
            ]);
        }
        Ok(draft.to_string())
    }
}

fn opening_row(row: &Row<'_>, places: &Codes<Place>, complaints: &mut Complaints) -> Option<OpeningRow> {
    let sku = complaints.keep(name(row, "sku"));
    let at = complaints.keep(coded(row, "place", places, "the code of a place"));
    let unit = complaints.keep(unit(row, "unit"));
    // What can be said of a number without its unit is said.
    let quantity = complaints.keep(some_quantity(row, "quantity", unit.unwrap_or(office_core::UnitCode::EACH)));
    let currency = complaints.keep(currency(row, "currency"));
    let value = currency.and_then(|currency| complaints.keep(value(row, "value", currency)));
    let on = complaints.keep(row.parse("on", "a date such as `2026-10-01`"));
    let document = complaints.keep(name::<Reference>(row, "document"));
    let place = row.plain("place").unwrap_or_default();
    let reference = document.and_then(|document| {
        let reference = format!("{document} {place}").parse();
        complaints.keep(reference.map_err(|_| row.refuse("document", "at most 128 characters together with the place")))
    });
    let (quantity, value) = (quantity.filter(|_| unit.is_some())?, value?);
    let opening = OpeningStock { quantity, value, at: at?, on: on?, reference: reference? };
    Some(OpeningRow { line: row.line(), sku: sku?, opening })
}

/// Takes over what a file lists, all of it or none: stock that is not kept yet is opened, valued as its item says.
///
/// # Errors
/// [`ImportError`], with every row that is refused; nothing is recorded then.
///
/// # Example
/// ```
/// # use office_inventory::sheet::{ItemSheet, import_items};
/// use office_core::sheet::Separator;
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, wait};
/// use office_inventory::Stock;
/// use office_inventory::sheet::{Codes, ImportError, OpeningSheet, import_opening};
///
/// let office = Office::on(MemoryStore::new());
/// # let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
/// # let command = |key: &str| Command::new(key, "import", keeper.clone(), "2026-10-01T08:00:00Z".parse().unwrap());
/// # let head = "sku,name,category,kind,unit,packs,vendor,reorder_min,reorder_max,reorder_multiple,cost_method\n";
/// # let items = format!("{head}PAP-A4,Copy paper,office,consumable,ream,box=5,,,,,fifo\n");
/// # let items = ItemSheet::read("items.csv", items.as_bytes(), Separator::Comma, &Codes::default())?;
/// # wait(office.transact(&command("items")?, |tx| {
/// #     let items = items.clone();
/// #     async move { import_items(&tx, &items).await }
/// # }))?;
/// // Copy paper is listed.
/// let import = |key: &str, row: &str| {
///     let file = format!("sku,place,quantity,unit,value,currency,on,document\n{row}\n");
///     let places = Codes::natural("place", ["R-S1"])?;
///     let sheet = OpeningSheet::read("opening.csv", file.as_bytes(), Separator::Comma, &places)?;
///     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command(key)?, |tx| {
///         let sheet = sheet.clone();
///         async move { import_opening(&tx, &sheet).await }
///     })))
/// };
/// assert_eq!(import("first", "PAP-A4,R-S1,9,box,193.20,EUR,2026-10-01,list")??.recorded, 1);
/// assert_eq!(import("again", "PAP-A4,R-S1,9,box,193.20,EUR,2026-10-01,list")??.recorded, 0);
/// let stock = wait(office.view(|view| async move { view.load(Stock::key(Id::natural("item", "PAP-A4"))).await }))?;
/// assert_eq!(stock.on_hand().to_string(), "45 ream");
///
/// let refused = import("more", "PAP-A2,R-S1,9,box,193.20,EUR,2026-10-01,list")?;
/// let Err(ImportError::Refused(refused)) = refused else { return Err("accepted".into()) };
/// assert_eq!(refused.errors()[0].field(), "sku");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn import_opening(tx: &Tx, sheet: &OpeningSheet) -> Result<Imported, ImportError> {
    let (mut complaints, mut recorded) = (Complaints::default(), 0_usize);
    for row in &sheet.rows {
        match take_over(tx, row).await? {
            Ok(is_new) => recorded = recorded.saturating_add(usize::from(is_new)),
            Err(refused) => {
                let OpeningRow { line, sku, opening } = row;
                let value = match refused.column {
                    "sku" => sku.to_string(),
                    "unit" => opening.quantity.unit().to_string(),
                    "quantity" => opening.quantity.amount().to_string(),
                    "value" => opening.value.amount().to_string(),
                    "currency" => opening.value.currency().to_string(),
                    "on" => opening.on.to_string(),
                    _ => opening.reference.to_string(),
                };
                complaints.note(InputError::new(&sheet.file, *line, refused.column, &value, refused.expected));
            }
        }
    }
    Ok(complaints.settle(Imported { rows: sheet.rows.len(), recorded })?)
}

/// Takes over one row; tells whether it was new.
async fn take_over(tx: &Tx, row: &OpeningRow) -> Result<Result<bool, RefusedRow>, StoreError> {
    let OpeningRow { sku, opening, .. } = row;
    let Some((id, kept)) = tx.find_by(Item::BY_SKU, &sku.as_str().to_owned()).await? else {
        return Ok(Err(RefusedRow::new("sku", "the short name of an item that is listed")));
    };
    if kept.kind() == ItemKind::Service {
        return Ok(Err(RefusedRow::new("sku", "an item that is kept, which a service is not")));
    }
    let quantity = match kept.in_stock_unit(opening.quantity) {
        Ok(quantity) => quantity,
        Err(error) => return Ok(Err(RefusedRow::new("unit", format!("a unit of the item: {error}")))),
    };
    let item: ItemId = id.retag();
    if tx.find(Stock::key(item)).await?.is_none() {
        let terms = LedgerTerms { method: kept.cost_method(), ..LedgerTerms::default() };
        let new = NewStock { item, unit: kept.unit(), currency: opening.value.currency(), opening: None };
        match Stock::begin_on(new, terms) {
            Ok(decision) => tx.decide(Stock::key(item), decision).await?,
            Err(error) => {
                return Ok(Err(RefusedRow::new("sku", format!("stock that is opened on its own terms: {error}"))));
            }
        }
    }
    let stock = open_shelf(tx, item, Some(&opening.reference), opening.on).await?;
    match stock.take_over(OpeningStock { quantity, ..opening.clone() }) {
        Ok(Decision::Record(fact)) => {
            tx.record(Stock::key(item), fact).await?;
            put_away(tx, item).await?;
            Ok(Ok(true))
        }
        Ok(Decision::AlreadyRecorded) => Ok(Ok(false)),
        Err(error) => Ok(Err(refused(&error))),
    }
}

fn refused(error: &ReceiveStockError) -> RefusedRow {
    match error {
        ReceiveStockError::ReferenceReused { .. } => {
            RefusedRow::new("document", "a document by which nothing else was booked there")
        }
        ReceiveStockError::Goods(TransferError::NotPositive { .. }) => {
            RefusedRow::new("quantity", "a number above zero such as `12.5`")
        }
        ReceiveStockError::Goods(TransferError::NegativeValue { .. }) => RefusedRow::new("value", "nothing or more"),
        ReceiveStockError::Ledger(EnterError::OtherCurrency { kept, .. }) => {
            RefusedRow::new("currency", format!("`{kept}`, in which the stock is valued"))
        }
        ReceiveStockError::Ledger(
            EnterError::PeriodClosed { closed: through, .. } | EnterError::Forgotten { through, .. },
        ) => RefusedRow::new("on", format!("a day after {through}, through which the period is closed")),
        ReceiveStockError::Ledger(EnterError::LotWanted) => {
            RefusedRow::new("sku", "an item of which lots are not told apart")
        }
        ReceiveStockError::Goods(error) => RefusedRow::new("quantity", error.to_string()),
        ReceiveStockError::Ledger(error) => RefusedRow::new("quantity", error.to_string()),
    }
}
