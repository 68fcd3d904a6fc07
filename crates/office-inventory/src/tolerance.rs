//! How far what arrives may be off from what was ordered.
//!
//! Law 19 of the crate; `tests/order.rs` holds it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::ItemId;
use office_core::{Percent, Quantity, Ratio, Rounding};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::VendorId;

/// How much a quantity may be off in one direction. Of percentage and amount the larger counts; what is off by exactly as
/// much is within it. Of nothing, nothing is tolerated: what was cancelled does not come.
///
/// # Example
/// ```
/// use office_core::Percent;
/// use office_inventory::{Leeway, LeewayError};
///
/// let leeway = Leeway::new(Percent::whole(2), Some("1 box".parse()?))?;
/// assert_eq!(leeway.of("200 box".parse()?).to_string(), "4 box");
/// assert_eq!(leeway.of("10 box".parse()?).to_string(), "1 box");
/// // An amount counts for what is told in its unit.
/// assert_eq!(leeway.of("10 ream".parse()?).to_string(), "0.2 ream");
/// assert_eq!(leeway.of("0 box".parse()?).to_string(), "0 box");
///
/// let percent = Percent::whole(-1);
/// assert_eq!(Leeway::new(percent, None), Err(LeewayError::Percent { percent }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct Leeway {
    // Invariant: neither is negative.
    percent: Percent,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Quantity>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    percent: Percent,
    #[serde(default)]
    amount: Option<Quantity>,
}

/// A leeway makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LeewayError {
    /// The percentage is negative.
    #[error("a tolerance of {percent} makes no sense: nothing or more is wanted")]
    Percent {
        /// The percentage.
        percent: Percent,
    },
    /// The amount is negative.
    #[error("a tolerance of {amount} makes no sense: nothing or more is wanted")]
    Amount {
        /// The amount.
        amount: Quantity,
    },
}

impl TryFrom<Parts> for Leeway {
    type Error = LeewayError;

    fn try_from(Parts { percent, amount }: Parts) -> Result<Self, LeewayError> {
        Self::new(percent, amount)
    }
}

impl Leeway {
    /// None at all.
    pub const NONE: Self = Self { percent: Percent::ZERO, amount: None };

    /// So much of the quantity, or so many if that is more.
    ///
    /// # Errors
    /// [`LeewayError`], in the order of its variants.
    pub fn new(percent: Percent, amount: Option<Quantity>) -> Result<Self, LeewayError> {
        if percent.is_negative() {
            return Err(LeewayError::Percent { percent });
        }
        if let Some(amount) = amount.filter(|amount| amount.is_negative()) {
            return Err(LeewayError::Amount { amount });
        }
        Ok(Self { percent, amount })
    }

    /// How much of a quantity, rounded down to what a quantity can hold: a tolerance is not exceeded by rounding it.
    #[must_use]
    pub fn of(&self, quantity: Quantity) -> Quantity {
        let none = Quantity::zero(quantity.unit());
        if !quantity.is_positive() {
            return none;
        }
        let share = quantity.times(self.percent.fraction(), Quantity::PLACES, Rounding::Down).unwrap_or(none);
        let amount = self.amount.filter(|amount| amount.unit() == quantity.unit()).unwrap_or(none);
        if amount.amount() > share.amount() { amount } else { share }
    }

    /// Whether a difference is within the leeway of a quantity, exactly.
    pub(crate) fn admits(&self, quantity: Quantity, off: Quantity) -> bool {
        let within = |amount: Quantity| amount.unit() == off.unit() && off.amount() <= amount.amount();
        let share = self.percent.fraction().checked_mul(Ratio::from_decimal(quantity.amount()));
        let is_within =
            self.amount.is_some_and(within) || share.is_ok_and(|share| Ratio::from_decimal(off.amount()) <= share);
        quantity.is_positive() && is_within
    }
}

/// How far what arrives may be off, in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptTolerance {
    /// How much more than ordered is accepted.
    pub over: Leeway,
    /// How much less closes a line: the rest is not expected any more.
    pub under: Leeway,
}

impl ReceiptTolerance {
    /// What is ordered is to come, no more and no less.
    pub const NONE: Self = Self { over: Leeway::NONE, under: Leeway::NONE };
}

/// A tolerance for what is bought from a vendor, for an item, or for an item from a vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToleranceRow {
    /// The vendor; any, if none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<VendorId>,
    /// The item; any, if none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// How far it may be off.
    pub tolerance: ReceiptTolerance,
}

/// The tolerances of an office, each table in force from its day on.
///
/// Of the rows that fit, the one that names vendor and item counts before the one that names the item, and that before
/// the one that names the vendor. Where no row fits, or no table is in force, nothing is tolerated.
///
/// # Example
/// ```
/// use office_core::{Id, Percent};
/// use office_inventory::{Leeway, ReceiptTolerance, ToleranceBook, ToleranceBookError, ToleranceRow};
///
/// let (vendor, paper) = (Id::natural("party", "V-01"), Id::natural("item", "PAP-A4"));
/// let over = |percent| Leeway::new(Percent::whole(percent), None);
/// let tolerance = |percent| Ok::<_, ToleranceBookError>(ReceiptTolerance { over: over(percent)?, under: Leeway::NONE });
/// let row = |vendor, item, percent| Ok::<_, ToleranceBookError>(ToleranceRow { vendor, item, tolerance: tolerance(percent)? });
///
/// let mut book = ToleranceBook::default();
/// let rows = vec![row(None, None, 1)?, row(Some(vendor), None, 5)?, row(None, Some(paper), 2)?];
/// book.publish("2026-01-01".parse()?, rows)?;
/// let day = "2026-10-05".parse()?;
/// assert_eq!(book.of(vendor, paper, day), tolerance(2)?);
/// assert_eq!(book.of(vendor, Id::natural("item", "TEA"), day), tolerance(5)?);
/// assert_eq!(book.of(vendor, paper, "2025-12-31".parse()?), ReceiptTolerance::NONE);
///
/// let twice = vec![row(None, None, 1)?, row(None, None, 2)?];
/// assert_eq!(book.publish(day, twice), Err(ToleranceBookError::Twice { row: 2 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<NaiveDate, Vec<ToleranceRow>>", into = "BTreeMap<NaiveDate, Vec<ToleranceRow>>")]
pub struct ToleranceBook {
    // Invariant: no two rows of a table are for the same.
    tables: BTreeMap<NaiveDate, Vec<ToleranceRow>>,
}

/// A table of tolerances makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ToleranceBookError {
    /// A row is for the same vendor and item as one before it.
    #[error("row {row} is for the same vendor and item as a row before it")]
    Twice {
        /// The row, from 1.
        row: usize,
    },
    /// A leeway is negative.
    #[error(transparent)]
    Leeway(#[from] LeewayError),
}

impl ToleranceBook {
    /// Puts a table in force from a day on, in the place of the one from the same day.
    ///
    /// # Errors
    /// [`ToleranceBookError::Twice`].
    pub fn publish(&mut self, from: NaiveDate, rows: Vec<ToleranceRow>) -> Result<(), ToleranceBookError> {
        check(&rows)?;
        self.tables.insert(from, rows);
        Ok(())
    }

    /// How far what is ordered on a day may be off.
    #[must_use]
    pub fn of(&self, vendor: VendorId, item: ItemId, on: NaiveDate) -> ReceiptTolerance {
        let rows = self.tables.range(..=on).next_back().map(|(_, rows)| rows.as_slice()).unwrap_or_default();
        let fits =
            |row: &&ToleranceRow| row.vendor.is_none_or(|of| of == vendor) && row.item.is_none_or(|of| of == item);
        let best = rows.iter().filter(fits).max_by_key(|row| (row.item.is_some(), row.vendor.is_some()));
        best.map_or(ReceiptTolerance::NONE, |row| row.tolerance)
    }
}

fn check(rows: &[ToleranceRow]) -> Result<(), ToleranceBookError> {
    let mut known = BTreeSet::new();
    let twice = (1..).zip(rows).find(|(_, row)| !known.insert((row.vendor, row.item)));
    twice.map_or(Ok(()), |(row, _)| Err(ToleranceBookError::Twice { row }))
}

impl TryFrom<BTreeMap<NaiveDate, Vec<ToleranceRow>>> for ToleranceBook {
    type Error = ToleranceBookError;

    fn try_from(tables: BTreeMap<NaiveDate, Vec<ToleranceRow>>) -> Result<Self, ToleranceBookError> {
        tables.values().try_for_each(|rows| check(rows))?;
        Ok(Self { tables })
    }
}

impl From<ToleranceBook> for BTreeMap<NaiveDate, Vec<ToleranceRow>> {
    fn from(book: ToleranceBook) -> Self {
        book.tables
    }
}
