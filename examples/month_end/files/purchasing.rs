//! What is bought: from whom, at what price, what came, and what was billed.

use chrono::NaiveDate;
use office_core::sheet::Row;
use office_core::subject::{CostCentre, Invoice, Item, Order, Party, Person, Receipt, Requisition};
use office_core::{DateRange, InputError, Money, Percent, Quantity, UnitCode, UnitPrice};

use super::cell::{self, Code};
use super::supplies::price;
use super::table::FileRow;

/// Somebody the office buys from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Vendor {
    pub(crate) code: Code<Party>,
    pub(crate) name: String,
    pub(crate) iban: String,
    pub(crate) terms_days: u32,
    pub(crate) tax_rate: Percent,
}

impl FileRow for Vendor {
    const FILE: &'static str = "vendors.csv";
    const COLUMNS: &'static [&'static str] = &["vendor", "name", "iban", "terms_days", "tax_rate"];
    const KEY: &'static [&'static str] = &["vendor"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        Ok(Self {
            code: cell::code(row, "vendor")?,
            name: cell::text(row, "name")?,
            iban: cell::iban(row, "iban")?,
            terms_days: cell::whole(row, "terms_days")?,
            tax_rate: cell::percent(row, "tax_rate")?,
        })
    }
}

/// What a vendor asks for a pack of an item, from a quantity on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) vendor: Code<Party>,
    pub(crate) sku: Code<Item>,
    pub(crate) vendor_sku: String,
    /// For one pack.
    pub(crate) price: UnitPrice,
    /// In packs.
    pub(crate) min_quantity: Quantity,
    pub(crate) lead_days: u32,
    pub(crate) valid: DateRange,
}

impl FileRow for Offer {
    const FILE: &'static str = "price_list.csv";
    const COLUMNS: &'static [&'static str] = &[
        "vendor",
        "sku",
        "vendor_sku",
        "pack_unit",
        "price",
        "currency",
        "min_quantity",
        "lead_days",
        "valid_from",
        "valid_to",
    ];
    const KEY: &'static [&'static str] = &["vendor", "sku", "min_quantity", "valid_from"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        let unit = cell::unit(row, "pack_unit")?;
        row.one_of("currency", &[("EUR", ())])?;
        Ok(Self {
            vendor: cell::code(row, "vendor")?,
            sku: cell::code(row, "sku")?,
            vendor_sku: cell::plain_code(row, "vendor_sku")?,
            price: price(row, "price", unit)?,
            min_quantity: cell::quantity(row, "min_quantity", unit)?,
            lead_days: cell::whole(row, "lead_days")?,
            valid: cell::period(row, "valid_from", "valid_to")?,
        })
    }
}

/// A request that something be bought; the order made of it has the same code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequisitionRow {
    pub(crate) code: Code<Requisition>,
    pub(crate) date: NaiveDate,
    pub(crate) requester: Code<Person>,
    pub(crate) sku: Code<Item>,
    /// In packs.
    pub(crate) quantity: Quantity,
    pub(crate) cost_centre: Code<CostCentre>,
    pub(crate) reason: String,
}

impl FileRow for RequisitionRow {
    const FILE: &'static str = "requisitions.csv";
    const COLUMNS: &'static [&'static str] =
        &["requisition", "date", "requester", "sku", "quantity", "unit", "cost_centre", "reason"];
    const KEY: &'static [&'static str] = &["requisition"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        let unit: UnitCode = cell::unit(row, "unit")?;
        Ok(Self {
            code: cell::code(row, "requisition")?,
            date: cell::date(row, "date")?,
            requester: cell::code(row, "requester")?,
            sku: cell::code(row, "sku")?,
            quantity: cell::quantity(row, "quantity", unit)?,
            cost_centre: cell::code(row, "cost_centre")?,
            reason: cell::text(row, "reason")?,
        })
    }
}

/// Goods that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delivery {
    pub(crate) date: NaiveDate,
    pub(crate) note: Code<Receipt>,
    pub(crate) vendor: Code<Party>,
    /// The order.
    pub(crate) order: Code<Order>,
    pub(crate) sku: Code<Item>,
    /// In packs.
    pub(crate) quantity: Quantity,
}

impl FileRow for Delivery {
    const FILE: &'static str = "deliveries.csv";
    const COLUMNS: &'static [&'static str] =
        &["date", "delivery_note", "vendor", "reference", "sku", "quantity", "unit"];
    const KEY: &'static [&'static str] = &["delivery_note"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        let unit = cell::unit(row, "unit")?;
        Ok(Self {
            date: cell::date(row, "date")?,
            note: cell::code(row, "delivery_note")?,
            vendor: cell::code(row, "vendor")?,
            order: cell::code(row, "reference")?,
            sku: cell::code(row, "sku")?,
            quantity: cell::quantity(row, "quantity", unit)?,
        })
    }
}

/// What a vendor's bill is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Billed {
    /// Open since before the month: `B/F`.
    BroughtForward,
    /// An item of an order.
    Order { order: Code<Order>, sku: Code<Item> },
}

/// A vendor's bill as it came, right or wrong; the same number may come twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VendorInvoiceRow {
    pub(crate) number: Code<Invoice>,
    pub(crate) vendor: Code<Party>,
    pub(crate) date: NaiveDate,
    pub(crate) billed: Billed,
    /// In packs; one where the bill is brought forward.
    pub(crate) quantity: u32,
    pub(crate) unit_price: Money,
    pub(crate) net: Money,
    pub(crate) tax: Money,
    pub(crate) gross: Money,
}

/// The reference of what is open since before the month.
pub(crate) const BROUGHT_FORWARD: &str = "B/F";

impl FileRow for VendorInvoiceRow {
    const FILE: &'static str = "vendor_invoices.csv";
    const COLUMNS: &'static [&'static str] =
        &["invoice", "vendor", "date", "reference", "sku", "quantity", "unit_price", "net", "tax", "gross"];
    const KEY: &'static [&'static str] = &[];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        let billed = match (row.optional("reference")?, row.optional("sku")?) {
            (Some(BROUGHT_FORWARD), None) => Billed::BroughtForward,
            (Some(BROUGHT_FORWARD), Some(_)) => return Err(row.refuse("sku", "nothing where the reference is `B/F`")),
            _ => Billed::Order { order: cell::code(row, "reference")?, sku: cell::code(row, "sku")? },
        };
        let quantity = cell::whole(row, "quantity")?;
        if quantity == 0 {
            return Err(row.refuse("quantity", "a whole number above nothing"));
        }
        Ok(Self {
            number: cell::code(row, "invoice")?,
            vendor: cell::code(row, "vendor")?,
            date: cell::date(row, "date")?,
            billed,
            quantity,
            unit_price: cell::some_money(row, "unit_price")?,
            net: cell::some_money(row, "net")?,
            tax: cell::amount(row, "tax")?,
            gross: cell::some_money(row, "gross")?,
        })
    }
}
