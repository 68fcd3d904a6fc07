//! What vendors ask for.
//!
//! Law 21 of the crate; `tests/reorder.rs` holds it.

use chrono::NaiveDate;
use office_core::subject::ItemId;
use office_core::{Currency, DateRange, Money, PriceError, Quantity, Ratio, Rounding, UnitCode, UnitPrice};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Sku, VendorId};

/// One row of a price list.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PriceRow {
    /// Who asks for it.
    pub vendor: VendorId,
    /// For what.
    pub item: ItemId,
    /// The vendor's own name for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor_sku: Option<Sku>,
    /// The price, in the unit in which the vendor sells: `21.5 EUR / 1 box`.
    pub price: UnitPrice,
    /// From how many on, in the unit of the price.
    pub min_quantity: Quantity,
    /// Days from the order to the delivery.
    pub lead_days: u32,
    /// On which days of ordering.
    pub valid: DateRange,
}

/// The prices of all vendors, in one currency.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{DateRange, Id};
/// use office_inventory::{NoPriceError, PassedOver, PriceList, PriceRow};
///
/// let (vendor, item) = (Id::natural("party", "V-01"), Id::natural("item", "PAP-A4"));
/// let day = NaiveDate::from_ymd_opt(2026, 10, 5).ok_or("no such day")?;
/// let valid = DateRange::year(2026)?;
/// let row = |price: &str, min: &str| {
///     let (price, min_quantity) = (price.parse()?, min.parse()?);
///     let row = PriceRow { vendor, item, vendor_sku: None, price, min_quantity, lead_days: 2, valid };
///     Ok::<_, Box<dyn std::error::Error>>(row)
/// };
/// let rows = [row("21.5 EUR / 1 box", "1 box")?, row("20.5 EUR / 1 box", "10 box")?];
/// let prices = PriceList::new("EUR".parse()?, rows)?;
///
/// let quote = prices.quote(vendor, item, "13 box".parse()?, day)?;
/// assert_eq!(quote.row.price.to_string(), "20.5 EUR / 1 box");
/// assert_eq!(quote.passed_over, [(0, PassedOver::Dearer)]);
///
/// let few = prices.quote(vendor, item, "0.5 box".parse()?, day);
/// assert!(matches!(few, Err(NoPriceError { passed_over, .. }) if passed_over.len() == 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Rows", into = "Rows")]
pub struct PriceList {
    currency: Currency,
    // Invariant: every price is in the currency and not negative; every minimum is in the unit of its price.
    rows: Vec<PriceRow>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Rows {
    currency: Currency,
    rows: Vec<PriceRow>,
}

/// The best price, and why it is the best.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The row by its place in the list, from 0.
    pub at: usize,
    /// The row.
    pub row: PriceRow,
    /// The other rows of the vendor for the item, and why they were passed over.
    pub passed_over: Vec<(usize, PassedOver)>,
}

impl Quote {
    /// What a quantity in the unit of the price costs.
    ///
    /// # Errors
    /// As [`UnitPrice::extend`].
    pub fn extend(&self, quantity: &Quantity, rounding: Rounding) -> Result<Money, PriceError> {
        self.row.price.extend(quantity, rounding)
    }
}

/// Why a row was passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassedOver {
    /// It is not valid on the day.
    NotValid,
    /// It is for another unit.
    OtherUnit,
    /// Fewer are wanted than it asks for.
    BelowMinimum,
    /// Another row is cheaper, or as cheap and earlier in the list.
    Dearer,
}

impl PriceList {
    /// A list of these rows.
    ///
    /// # Errors
    /// [`PriceListError`], in the order of its variants, for the first row that makes no sense.
    pub fn new(currency: Currency, rows: impl IntoIterator<Item = PriceRow>) -> Result<Self, PriceListError> {
        let rows: Vec<_> = rows.into_iter().collect();
        for (at, row) in rows.iter().enumerate() {
            if row.price.currency() != currency {
                return Err(PriceListError::OtherCurrency { at, currency, given: row.price.currency() });
            }
            if row.price.amount().is_sign_negative() && !row.price.amount().is_zero() {
                return Err(PriceListError::Negative { at });
            }
            if row.min_quantity.unit() != row.price.per().unit() {
                return Err(PriceListError::MinimumUnit { at, unit: row.price.per().unit() });
            }
        }
        Ok(Self { currency, rows })
    }

    /// The currency of all prices.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// The rows, in their order.
    #[must_use]
    pub fn rows(&self) -> &[PriceRow] {
        &self.rows
    }

    /// The lowest price of a vendor for so many of an item, ordered on a day.
    ///
    /// Only prices in the unit of the quantity are compared.
    ///
    /// # Errors
    /// [`NoPriceError`], with the reason for each row.
    pub fn quote(
        &self,
        vendor: VendorId,
        item: ItemId,
        quantity: Quantity,
        on: NaiveDate,
    ) -> Result<Quote, NoPriceError> {
        let mut best: Option<(usize, &PriceRow, Ratio)> = None;
        let mut passed_over = Vec::new();
        for (at, row) in self.rows.iter().enumerate().filter(|(_, row)| row.vendor == vendor && row.item == item) {
            let price = match fits(row, quantity, on) {
                Ok(price) => price,
                Err(reason) => {
                    passed_over.push((at, reason));
                    continue;
                }
            };
            match best.replace((at, row, price)) {
                Some(kept) if kept.2 <= price => {
                    passed_over.push((at, PassedOver::Dearer));
                    best = Some(kept);
                }
                Some((beaten, ..)) => passed_over.push((beaten, PassedOver::Dearer)),
                None => {}
            }
        }
        passed_over.sort_unstable_by_key(|(at, _)| *at);
        match best {
            Some((at, row, _)) => Ok(Quote { at, row: row.clone(), passed_over }),
            None => Err(NoPriceError { vendor, item, quantity, on, passed_over }),
        }
    }

    /// The units in which a vendor sells an item to whoever orders on the day.
    pub(crate) fn units(&self, vendor: VendorId, item: ItemId, on: NaiveDate) -> Vec<UnitCode> {
        let rows = self.rows.iter().filter(|row| row.vendor == vendor && row.item == item && row.valid.contains(on));
        let mut units: Vec<_> = rows.map(|row| row.price.per().unit()).collect();
        units.sort_unstable();
        units.dedup();
        units
    }
}

/// The price of one unit, if the row is for such an order.
fn fits(row: &PriceRow, quantity: Quantity, on: NaiveDate) -> Result<Ratio, PassedOver> {
    if !row.valid.contains(on) {
        return Err(PassedOver::NotValid);
    }
    let per = row.price.per();
    if per.unit() != quantity.unit() {
        return Err(PassedOver::OtherUnit);
    }
    if quantity.amount() < row.min_quantity.amount() {
        return Err(PassedOver::BelowMinimum);
    }
    // Invariant: a price is of a quantity above nothing, and both terms are far inside a ratio's bounds.
    let price = Ratio::from_decimal(row.price.amount()).checked_div(Ratio::from_decimal(per.amount()));
    price.map_err(|_| PassedOver::Dearer)
}

impl TryFrom<Rows> for PriceList {
    type Error = PriceListError;

    fn try_from(list: Rows) -> Result<Self, Self::Error> {
        Self::new(list.currency, list.rows)
    }
}

impl From<PriceList> for Rows {
    fn from(list: PriceList) -> Self {
        Self { currency: list.currency, rows: list.rows }
    }
}

/// A price list makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PriceListError {
    /// A price is in another currency than the list.
    #[error("row {at} is in {given}: {currency} is wanted")]
    OtherCurrency {
        /// The row's place, from 0.
        at: usize,
        /// The currency of the list.
        currency: Currency,
        /// The currency of the price.
        given: Currency,
    },
    /// A price is negative.
    #[error("the price of row {at} is negative")]
    Negative {
        /// The row's place, from 0.
        at: usize,
    },
    /// A minimum is in another unit than its price.
    #[error("the minimum of row {at} is not in `{unit}`")]
    MinimumUnit {
        /// The row's place, from 0.
        at: usize,
        /// The unit of the price.
        unit: UnitCode,
    },
}

/// No row has a price.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("no price for {quantity} ordered on {on}: {} rows were passed over", passed_over.len())]
pub struct NoPriceError {
    /// The vendor.
    pub vendor: VendorId,
    /// The item.
    pub item: ItemId,
    /// How many were wanted.
    pub quantity: Quantity,
    /// The day of ordering.
    pub on: NaiveDate,
    /// The rows of the vendor for the item, by their place from 0, and why they were passed over.
    pub passed_over: Vec<(usize, PassedOver)>,
}
