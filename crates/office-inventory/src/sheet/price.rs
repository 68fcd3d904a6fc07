//! Price lists as files.

use std::io::Read;

use chrono::NaiveDate;
use office_core::sheet::{Cell, Complaints, Layout, Row, Separator, Sheet, SheetDraft, SheetRefusal};
use office_core::{Currency, DateRange, UnitPrice};

use super::cell::{coded, currency, decimal, name, quantity, some_quantity, unit};
use super::{CodeBook, ExportError};
use crate::{PriceList, PriceRow};

/// The columns of a price list, in their order.
///
/// | column | what stands there |
/// |---|---|
/// | `vendor` | the code of the vendor |
/// | `sku` | the short name of the item |
/// | `vendor_sku` | the vendor's own name for it; may be empty |
/// | `price`, `currency`, `per`, `unit` | the price of so many of a unit: `21.5`, `EUR`, `1`, `box` |
/// | `min_quantity` | from how many on, in that unit |
/// | `lead_days` | days from the order to the delivery |
/// | `valid_from`, `valid_until` | the first day of ordering and the last, which may be empty |
pub const PRICE_COLUMNS: [&str; 11] = [
    "vendor",
    "sku",
    "vendor_sku",
    "price",
    "currency",
    "per",
    "unit",
    "min_quantity",
    "lead_days",
    "valid_from",
    "valid_until",
];

/// The most rows of a price list.
const MOST_ROWS: usize = 100_000;

/// Reads a price list.
///
/// # Errors
/// [`SheetRefusal`] with all that is wrong with it, at most a hundred rows one by one.
///
/// # Example
/// ```
/// use office_core::Currency;
/// use office_core::sheet::Separator;
/// use office_inventory::sheet::{CodeBook, Codes, read_prices, write_prices};
///
/// let codes = CodeBook {
///     items: Codes::natural("item", ["PAP-A4"])?,
///     parties: Codes::natural("party", ["V-01"])?,
///     ..CodeBook::default()
/// };
/// let head = "vendor,sku,vendor_sku,price,currency,per,unit,min_quantity,lead_days,valid_from,valid_until\n";
/// let file = format!("{head}V-01,PAP-A4,,21.5,EUR,1,box,1,2,2026-01-01,2026-12-31\n");
/// let prices = read_prices("prices.csv", file.as_bytes(), Separator::Comma, Currency::EUR, &codes)?;
/// assert_eq!(prices.rows()[0].price.to_string(), "21.5 EUR / 1 box");
/// assert_eq!(write_prices(&prices, &codes, Separator::Comma)?, file);
///
/// let file = format!("{head}V-01,PAP-A4,,-1,USD,0,box,1,2,2026-01-01,2025-12-31\n");
/// let refused = read_prices("prices.csv", file.as_bytes(), Separator::Comma, Currency::EUR, &codes).unwrap_err();
/// let fields: Vec<&str> = refused.errors().iter().map(|error| error.field()).collect();
/// assert_eq!(fields, ["price", "currency", "per", "valid_until"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_prices(
    file_name: &str,
    from: impl Read,
    separator: Separator,
    currency: Currency,
    codes: &CodeBook,
) -> Result<PriceList, SheetRefusal> {
    let layout = Layout { columns: &PRICE_COLUMNS, prose: &[], rows: MOST_ROWS, separator };
    let (sheet, mut complaints) = Sheet::take(file_name, from, &layout)?;
    let mut rows = Vec::new();
    for row in sheet.rows() {
        rows.extend(price_row(&row, currency, codes, &mut complaints));
    }
    let rows = complaints.settle(rows)?;
    // Invariant: each row was checked as the list checks it.
    PriceList::new(currency, rows)
        .map_err(|error| office_core::InputError::new(file_name, 1, "file", &error.to_string(), "a price list").into())
}

fn price_row(row: &Row<'_>, wanted: Currency, codes: &CodeBook, complaints: &mut Complaints) -> Option<PriceRow> {
    let vendor = complaints.keep(coded(row, "vendor", &codes.parties, "the code of a vendor"));
    let item = complaints.keep(coded(row, "sku", &codes.items, "the short name of an item that is listed"));
    let vendor_sku = match row.optional("vendor_sku") {
        Ok(None) => Some(None),
        _ => complaints.keep(name(row, "vendor_sku")).map(Some),
    };
    let amount = complaints.keep(decimal(row, "price").and_then(|amount| {
        if amount.is_sign_negative() { Err(row.refuse("price", "nothing or more, such as `21.5`")) } else { Ok(amount) }
    }));
    let given = complaints.keep(currency(row, "currency").and_then(|given| {
        if given == wanted { Ok(given) } else { Err(row.refuse("currency", &format!("`{wanted}`"))) }
    }));
    let unit = complaints.keep(unit(row, "unit"));
    let assumed = unit.unwrap_or(office_core::UnitCode::EACH);
    let per = complaints.keep(some_quantity(row, "per", assumed));
    let min_quantity = complaints.keep(quantity(row, "min_quantity", assumed));
    let lead_days = complaints.keep(row.parse("lead_days", "a whole number of days such as `2`"));
    let valid = valid(row, complaints);
    let (_, amount, currency, per) = (unit?, amount?, given?, per?);
    let price = UnitPrice::new(amount, currency, per).map_err(|error| row.refuse("price", &error.to_string()));
    Some(PriceRow {
        vendor: vendor?,
        item: item?,
        vendor_sku: vendor_sku?,
        price: complaints.keep(price)?,
        min_quantity: min_quantity?,
        lead_days: lead_days?,
        valid: valid?,
    })
}

fn valid(row: &Row<'_>, complaints: &mut Complaints) -> Option<DateRange> {
    let date = "a date such as `2026-10-01`";
    let from = complaints.keep(row.parse::<NaiveDate>("valid_from", date));
    let until = complaints.keep(row.parse_optional::<NaiveDate>("valid_until", date));
    match (from?, until?) {
        (from, None) => Some(DateRange::from(from)),
        (from, Some(until)) => {
            let range = DateRange::inclusive(from, until);
            complaints.keep(range.map_err(|_| row.refuse("valid_until", &format!("nothing, or a date from {from} on"))))
        }
    }
}

/// Writes a price list down.
///
/// # Errors
/// [`ExportError::NoCode`] where a vendor or an item has none.
pub fn write_prices(prices: &PriceList, codes: &CodeBook, separator: Separator) -> Result<String, ExportError> {
    let mut draft = SheetDraft::new(PRICE_COLUMNS, separator);
    for row in prices.rows() {
        let vendor = codes.parties.code(row.vendor).ok_or_else(|| ExportError::no_code("vendor", row.vendor))?;
        let item = codes.items.code(row.item).ok_or_else(|| ExportError::no_code("item", row.item))?;
        let unit = row.price.per().unit().to_string();
        draft.row([
            Cell::text(vendor),
            Cell::text(item),
            row.vendor_sku.as_ref().map_or(Cell::EMPTY, |sku| Cell::text(sku.as_str())),
            Cell::value(row.price.amount()),
            Cell::value(row.price.currency()),
            Cell::value(row.price.per().amount()),
            Cell::text(&unit),
            Cell::value(row.min_quantity.amount()),
            Cell::value(row.lead_days),
            Cell::value(row.valid.start()),
            Cell::optional(row.valid.last()),
        ]);
    }
    Ok(draft.to_string())
}
