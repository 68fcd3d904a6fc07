//! What everything in stock is worth on a day, item by item and place by place.
//!
//! Its laws are told at the type; `tests/report.rs` holds them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::ItemId;
use office_core::{Currency, Money, MoneyError, Quantity, Rounding, StoreError, UnitPrice, View};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Ledger, Location, Stock, StockAccount, StockPart, ledger_of};

/// How many stocks are read at a time.
const AT_ONCE: usize = 500;
/// To how many digits what one unit costs is told.
const DIGITS: u32 = 6;

/// What an item is worth at one location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValuationRow {
    /// The item.
    pub item: ItemId,
    /// In which account of the books its value stands: what is in storage, or what is on the way.
    pub account: StockAccount,
    /// Where it is.
    pub location: Location,
    /// How much.
    pub quantity: Quantity,
    /// What it is worth: its part, by quantity, of all that is valued together.
    pub value: Money,
    /// What one of it is worth, rounded half up to six digits; not told where nothing is there or less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<UnitPrice>,
}

/// What everything in stock is worth at the end of a day.
///
/// # Laws
/// 1. The total is the sum of the rows.
/// 2. It is what the postings proposed until the end of the day add up to, on the accounts of the stock and of what is on
///    the way.
///
/// # Example
/// ```
/// use office_core::{Currency, Id, Money};
/// use office_inventory::{InventoryValuation, Ledger, Location, Movement, StockAccount, Transfer, ValuationError};
///
/// let (item, room) = (Id::natural("item", "PAP-A4"), Id::natural("place", "R-S1"));
/// let vendor = Location::Supplier(Id::natural("party", "V-01"));
/// let mut ledger = Ledger::new("ream".parse()?, Currency::EUR);
/// let transfer = Transfer::inward("50 ream".parse()?, Money::from_minor(205_00, Currency::EUR), vendor, room)?;
/// let (effective, reference) = ("2026-10-08".parse()?, "DN-1".parse()?);
/// ledger.enter(Movement { sequence: 1, effective, reference, transfer })?;
///
/// let valuation = InventoryValuation::of(effective, Currency::EUR, [(item, &ledger)])?;
/// assert_eq!(valuation.total().to_string(), "205.00 EUR");
/// assert_eq!(valuation.rows()[0].unit_cost, Some("4.1 EUR / 1 ream".parse()?));
/// assert_eq!(valuation.of_account(StockAccount::Stock), valuation.total());
///
/// let dollars = InventoryValuation::of(effective, Currency::USD, [(item, &ledger)]);
/// assert!(matches!(dollars, Err(ValuationError::OtherCurrency { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct InventoryValuation {
    // Invariant: law 1; rows are in the order of items and locations, and all in the currency of the total.
    parts: Parts,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    on: NaiveDate,
    rows: Vec<ValuationRow>,
    total: Money,
}

/// What is in stock cannot be valued.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ValuationError {
    /// An item is valued in another currency.
    #[error("{item} is valued in {given}: {currency} is wanted")]
    OtherCurrency {
        /// The item.
        item: ItemId,
        /// Its currency.
        given: Currency,
        /// The currency of the valuation.
        currency: Currency,
    },
    /// What happened then is not known one by one any more.
    #[error("of {item}, what happened through {through} is put together: that day or a later one is wanted")]
    Forgotten {
        /// The item.
        item: ItemId,
        /// The last day of which only the outcome is known.
        through: NaiveDate,
    },
    /// An item is there twice.
    #[error("{item} is there twice: once is wanted")]
    Twice {
        /// The item.
        item: ItemId,
    },
    /// The total cannot be held.
    #[error("the total cannot be held")]
    Total(#[from] MoneyError),
    /// The total is not the sum of the rows.
    #[error("the total is {told}, and the rows add up to {sum}")]
    DoesNotAddUp {
        /// What is told.
        told: Money,
        /// What the rows add up to.
        sum: Money,
    },
}

impl InventoryValuation {
    /// What items are worth at the end of a day, by their ledgers.
    ///
    /// # Errors
    /// [`ValuationError`], in the order of its variants, for the first item that cannot be valued.
    pub fn of<'a>(
        on: NaiveDate,
        currency: Currency,
        ledgers: impl IntoIterator<Item = (ItemId, &'a Ledger)>,
    ) -> Result<Self, ValuationError> {
        let mut items = BTreeMap::new();
        for (item, ledger) in ledgers {
            if items.insert(item, parts(on, currency, item, ledger)?).is_some() {
                return Err(ValuationError::Twice { item });
            }
        }
        Self::from_parts(on, currency, items)
    }

    fn from_parts(
        on: NaiveDate,
        currency: Currency,
        items: BTreeMap<ItemId, Vec<StockPart>>,
    ) -> Result<Self, ValuationError> {
        let rows = items.into_iter().flat_map(|(item, parts)| parts.into_iter().map(move |part| row(item, part)));
        let rows: Vec<_> = rows.collect();
        let total = Money::sum(rows.iter().map(|row| row.value), currency)?;
        Ok(Self { parts: Parts { on, rows, total } })
    }

    /// The day.
    #[must_use]
    pub const fn on(&self) -> NaiveDate {
        self.parts.on
    }

    /// What is worth something or there at all, in the order of items and locations.
    #[must_use]
    pub fn rows(&self) -> &[ValuationRow] {
        &self.parts.rows
    }

    /// What everything is worth.
    #[must_use]
    pub const fn total(&self) -> Money {
        self.parts.total
    }

    /// What of it stands in an account: nothing in any other than those of the stock and of what is on the way.
    #[must_use]
    pub fn of_account(&self, account: StockAccount) -> Money {
        self.sum(|row| row.account == account)
    }

    /// What an item is worth, wherever it is.
    #[must_use]
    pub fn of_item(&self, item: ItemId) -> Money {
        self.sum(|row| row.item == item)
    }

    fn sum(&self, counts: impl Fn(&ValuationRow) -> bool) -> Money {
        let Parts { rows, total, .. } = &self.parts;
        let values = rows.iter().filter(|row| counts(row)).map(|row| row.value);
        // Values below zero are of goods that went out before they came in: what is left without them can be held, too.
        Money::sum(values, total.currency()).unwrap_or(*total)
    }
}

fn parts(on: NaiveDate, currency: Currency, item: ItemId, ledger: &Ledger) -> Result<Vec<StockPart>, ValuationError> {
    if ledger.currency() != currency {
        return Err(ValuationError::OtherCurrency { item, given: ledger.currency(), currency });
    }
    ledger.parts_at(Some(on)).ok_or_else(|| {
        let through = ledger.forgotten_through().unwrap_or(on);
        ValuationError::Forgotten { item, through }
    })
}

fn row(item: ItemId, part: StockPart) -> ValuationRow {
    let StockPart { location, quantity, value } = part;
    let cost = value.amount().checked_div(quantity.amount()).filter(|_| quantity.is_positive());
    let unit_cost = cost.and_then(|cost| {
        UnitPrice::per_unit(Rounding::HalfUp.round(cost, DIGITS), value.currency(), quantity.unit()).ok()
    });
    ValuationRow { item, account: StockAccount::of(location), location, quantity, value, unit_cost }
}

impl TryFrom<Parts> for InventoryValuation {
    type Error = ValuationError;

    fn try_from(parts: Parts) -> Result<Self, Self::Error> {
        let sum = Money::sum(parts.rows.iter().map(|row| row.value), parts.total.currency())?;
        if sum != parts.total {
            return Err(ValuationError::DoesNotAddUp { told: parts.total, sum });
        }
        Ok(Self { parts })
    }
}

impl From<InventoryValuation> for Parts {
    fn from(valuation: InventoryValuation) -> Self {
        valuation.parts
    }
}

/// What is stored cannot be valued.
#[derive(Debug, Error)]
pub enum ValueInventoryError {
    /// The store has failed.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// It cannot be valued.
    #[error("what is in stock cannot be valued")]
    Valuation(#[from] ValuationError),
}

/// What everything that is stored is worth at the end of a day, also of a closed period.
///
/// # Errors
/// [`ValueInventoryError`], in the order of its variants.
///
/// # Example
/// ```
/// use office_core::{Currency, MemoryStore, Office, wait};
/// use office_inventory::inventory_valuation;
///
/// let office = Office::on(MemoryStore::new());
/// let on = "2026-10-31".parse()?;
/// let valuation = wait(office.view(|view| async move { inventory_valuation(&view, on, Currency::EUR).await }))?;
/// assert!(valuation.total().is_zero() && valuation.rows().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn inventory_valuation(
    view: &View,
    on: NaiveDate,
    currency: Currency,
) -> Result<InventoryValuation, ValueInventoryError> {
    let (mut items, mut after) = (BTreeMap::new(), None);
    loop {
        let stocks: Vec<(_, Stock)> = view.every(after, AT_ONCE).await?;
        for item in stocks.iter().map(|(_, stock)| stock.item()) {
            let ledger = ledger_of(view, item, on).await?;
            items.insert(item, parts(on, currency, item, &ledger)?);
        }
        match stocks.last().filter(|_| stocks.len() == AT_ONCE) {
            Some((last, _)) => after = Some(*last),
            None => break,
        }
    }
    Ok(InventoryValuation::from_parts(on, currency, items)?)
}
