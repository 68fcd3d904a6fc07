//! What is kept in store, and what is taken from it.

use chrono::NaiveDate;
use office_core::sheet::Row;
use office_core::subject::{CostCentre, Item, Party, Person, Place};
use office_core::{InputError, Quantity, UnitCode, UnitPrice};

use super::cell::{self, Code, EUR};
use super::table::FileRow;

/// An item of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Supply {
    pub(crate) sku: Code<Item>,
    pub(crate) name: String,
    pub(crate) category: String,
    pub(crate) unit: UnitCode,
    pub(crate) location: Code<Place>,
    pub(crate) opening: Quantity,
    pub(crate) opening_cost: UnitPrice,
    pub(crate) min: Quantity,
    /// Nothing for what is not reordered.
    pub(crate) max: Quantity,
    pub(crate) order_multiple: Quantity,
    /// The preferred one.
    pub(crate) vendor: Code<Party>,
}

impl FileRow for Supply {
    const FILE: &'static str = "supplies.csv";
    const COLUMNS: &'static [&'static str] = &[
        "sku",
        "name",
        "category",
        "unit",
        "location",
        "opening_quantity",
        "opening_unit_cost",
        "min",
        "max",
        "order_multiple",
        "vendor",
        "method",
    ];
    const KEY: &'static [&'static str] = &["sku"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        let unit = cell::unit(row, "unit")?;
        let (min, max) = (cell::stock(row, "min", unit)?, cell::stock(row, "max", unit)?);
        if max.amount() < min.amount() {
            return Err(row.refuse("max", &format!("at least {min}")));
        }
        row.one_of("method", &[("fifo", ())])?;
        Ok(Self {
            sku: cell::code(row, "sku")?,
            name: cell::text(row, "name")?,
            category: cell::word(row, "category")?,
            unit,
            location: cell::code(row, "location")?,
            opening: cell::stock(row, "opening_quantity", unit)?,
            opening_cost: price(row, "opening_unit_cost", unit)?,
            min,
            max,
            order_multiple: cell::quantity(row, "order_multiple", unit)?,
            vendor: cell::code(row, "vendor")?,
        })
    }
}

/// An amount for one of a unit, above nothing.
pub(crate) fn price(row: Row<'_>, column: &str, unit: UnitCode) -> Result<UnitPrice, InputError> {
    let amount = cell::some_money(row, column)?.amount();
    UnitPrice::per_unit(amount, EUR, unit).map_err(|_| row.refuse(column, "a price such as `4.20`"))
}

/// How much of an item a pack of it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pack {
    pub(crate) sku: Code<Item>,
    pub(crate) unit: UnitCode,
    pub(crate) content: Quantity,
}

impl FileRow for Pack {
    const FILE: &'static str = "units.csv";
    const COLUMNS: &'static [&'static str] = &["sku", "pack_unit", "quantity", "base_unit"];
    const KEY: &'static [&'static str] = &["sku", "pack_unit"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        let base = cell::unit(row, "base_unit")?;
        let unit = cell::unit(row, "pack_unit")?;
        if unit == base {
            return Err(row.refuse("pack_unit", "another unit than the base unit"));
        }
        Ok(Self { sku: cell::code(row, "sku")?, unit, content: cell::quantity(row, "quantity", base)? })
    }
}

/// Something taken from the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StockIssue {
    pub(crate) date: NaiveDate,
    pub(crate) sku: Code<Item>,
    /// In the base unit or in packs.
    pub(crate) quantity: Quantity,
    pub(crate) issued_to: Code<Person>,
    pub(crate) cost_centre: Code<CostCentre>,
}

impl FileRow for StockIssue {
    const FILE: &'static str = "stock_issues.csv";
    const COLUMNS: &'static [&'static str] = &["date", "sku", "quantity", "unit", "issued_to", "cost_centre"];
    const KEY: &'static [&'static str] = &["date", "sku", "issued_to"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        let unit = cell::unit(row, "unit")?;
        Ok(Self {
            date: cell::date(row, "date")?,
            sku: cell::code(row, "sku")?,
            quantity: cell::quantity(row, "quantity", unit)?,
            issued_to: cell::code(row, "issued_to")?,
            cost_centre: cell::code(row, "cost_centre")?,
        })
    }
}
