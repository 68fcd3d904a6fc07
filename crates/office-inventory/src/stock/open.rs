//! Keeping an item from now on.

use chrono::NaiveDate;
use office_core::subject::{ItemId, PlaceId};
use office_core::{Currency, Decision, Money, Quantity, UnitCode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{ReceiveStockError, Stock, StockFact, booking};
use crate::{
    EnterError, Ledger, LedgerTerms, LedgerTermsError, Location, Movement, Reference, Transfer, TransferError,
};

/// Stock that is to be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewStock {
    /// The item.
    pub item: ItemId,
    /// The unit in which it is kept.
    pub unit: UnitCode,
    /// The currency in which it is valued.
    pub currency: Currency,
    /// What is there already.
    pub opening: Option<OpeningStock>,
}

/// What is there when the account is opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningStock {
    /// How much, in the stock unit.
    pub quantity: Quantity,
    /// What it is worth in all.
    pub value: Money,
    /// Where it is.
    pub at: PlaceId,
    /// The day at whose beginning it is there.
    pub on: NaiveDate,
    /// The paper it is booked by: an inventory list.
    pub reference: Reference,
}

/// Stock cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum OpenStockError {
    /// It cannot be kept so.
    #[error("the stock cannot be kept so")]
    Terms(#[from] LedgerTermsError),
    /// What is there makes no sense.
    #[error("what is there cannot be taken over")]
    Opening(#[from] TransferError),
    /// The ledger does not take what is there.
    #[error("the ledger does not take what is there")]
    Ledger(#[from] EnterError),
}

impl Stock {
    /// Opens the stock of an item.
    ///
    /// # Errors
    /// [`OpenStockError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use chrono::NaiveDate;
    /// use office_core::{Currency, Entity, Id, Money};
    /// use office_inventory::{NewStock, OpenStockError, OpeningStock, Stock};
    ///
    /// let opening = OpeningStock {
    ///     quantity: "46 ream".parse()?,
    ///     value: Money::from_minor(193_20, Currency::EUR),
    ///     at: Id::natural("place", "R-S1"),
    ///     on: NaiveDate::from_ymd_opt(2026, 10, 1).ok_or("no such day")?,
    ///     reference: "inventory 2026-10".parse()?,
    /// };
    /// let new = NewStock {
    ///     item: Id::natural("item", "PAP-A4"),
    ///     unit: "ream".parse()?,
    ///     currency: Currency::EUR,
    ///     opening: Some(opening.clone()),
    /// };
    /// let opened = Stock::begin(new.clone())?.fact().ok_or("a fact")?;
    /// let stock = Stock::open(&opened).ok_or("a stock")?;
    /// assert_eq!(stock.on_hand().to_string(), "46 ream");
    /// assert_eq!(stock.value().to_string(), "193.20 EUR");
    ///
    /// let other = OpeningStock { quantity: "46 box".parse()?, ..opening };
    /// assert!(matches!(Stock::begin(NewStock { opening: Some(other), ..new }), Err(OpenStockError::Ledger(_))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn begin(new: NewStock) -> Result<Decision<StockFact>, OpenStockError> {
        Self::begin_on(new, LedgerTerms::default())
    }

    /// Opens the stock of an item on terms of its own: valued by another method, tracked by lot or serial number. What
    /// is there already is told without lots, and so only where they are not told apart.
    ///
    /// # Errors
    /// [`OpenStockError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("batteries.txt")]
    /// use office_inventory::{CostMethod, LedgerTermsError};
    ///
    /// // Each battery is worth 45 cents, whatever it has cost.
    /// let at_standard = |unit_cost| LedgerTerms { method: CostMethod::Standard, unit_cost, ..LedgerTerms::default() };
    /// let opened = Stock::begin_on(new.clone(), at_standard(Some("0.45 EUR / 1 piece".parse()?)))?;
    /// let mut stock = Stock::open(&opened.fact().ok_or("a fact")?).ok_or("a stock")?;
    /// stock.apply_decision(&stock.receive(arrives("10 piece", "9.00 EUR", "DN-1"))?);
    /// assert_eq!(stock.value(), "16.20 EUR".parse()?);
    /// // Who values at a standard says which.
    /// let refused = Stock::begin_on(new, at_standard(None));
    /// assert_eq!(refused, Err(OpenStockError::Terms(LedgerTermsError::NoStandard)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn begin_on(new: NewStock, terms: LedgerTerms) -> Result<Decision<StockFact>, OpenStockError> {
        let NewStock { item, unit, currency, opening } = new;
        let ledger = Ledger::on_terms(unit, currency, terms.clone())?;
        let entered = opening.map(|OpeningStock { quantity, value, at, on, reference }| {
            let transfer = Transfer::inward(quantity, value, Location::Opening, at)?;
            let movement = Movement { sequence: ledger.next_sequence(), effective: on, reference, transfer };
            Ok::<_, OpenStockError>(booking(&ledger, movement)?)
        });
        Ok(Decision::Record(StockFact::Opened { item, unit, currency, terms, opening: entered.transpose()? }))
    }

    /// Takes over what is there at another place when the account is opened, told without lots.
    ///
    /// # Errors
    /// [`ReceiveStockError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::{Currency, Decision, Entity, Id, Money};
    /// use office_inventory::{NewStock, OpeningStock, ReceiveStockError, Stock};
    ///
    /// let (item, unit, currency) = (Id::natural("item", "PAP-A4"), "ream".parse()?, Currency::EUR);
    /// let opened = Stock::begin(NewStock { item, unit, currency, opening: None })?.fact().ok_or("a fact")?;
    /// let mut stock = Stock::open(&opened).ok_or("a stock")?;
    /// let opening = |quantity: &str, place: &str| {
    ///     Ok::<_, Box<dyn std::error::Error>>(OpeningStock {
    ///         quantity: quantity.parse()?,
    ///         value: Money::from_minor(42_00, currency),
    ///         at: Id::natural("place", place),
    ///         on: "2026-10-01".parse()?,
    ///         reference: format!("inventory {place}").parse()?,
    ///     })
    /// };
    /// for place in ["R-S1", "R-K1"] {
    ///     let taken = stock.take_over(opening("10 ream", place)?)?.fact().ok_or("a fact")?;
    ///     stock.apply(&taken);
    /// }
    /// assert_eq!(stock.value().to_string(), "84.00 EUR");
    /// assert_eq!(stock.take_over(opening("10 ream", "R-K1")?)?, Decision::AlreadyRecorded);
    /// let other = stock.take_over(opening("9 ream", "R-K1")?);
    /// assert!(matches!(other, Err(ReceiveStockError::ReferenceReused { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn take_over(&self, opening: OpeningStock) -> Result<Decision<StockFact>, ReceiveStockError> {
        let OpeningStock { quantity, value, at, on, reference } = opening;
        self.bring_in(Transfer::inward(quantity, value, Location::Opening, at), on, reference)
    }
}
