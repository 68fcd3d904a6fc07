//! Goods are counted.

use std::cmp::Ordering;

use chrono::NaiveDate;
use office_core::subject::PlaceId;
use office_core::{Decision, Money, Quantity, QuantityError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Booking, SetAside, Stock, StockFact, booking};
use crate::{EnterError, Location, LotId, Movement, Reference, Transfer, TransferError};

/// What somebody has counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockCount {
    /// How much is there, in the stock unit.
    pub counted: Quantity,
    /// Where.
    pub at: PlaceId,
    /// At the end of which day.
    pub on: NaiveDate,
    /// The paper it is booked by: a count sheet and its line.
    pub reference: Reference,
    /// What goods that are too many are worth in all. Where it is not said, they are worth what the newest ones on hand
    /// are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surplus_value: Option<Money>,
}

/// A count cannot be booked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CountStockError {
    /// Something else was booked by the paper.
    #[error("something else was booked by `{reference}`")]
    ReferenceReused {
        /// The paper.
        reference: Reference,
    },
    /// Fewer than none cannot be counted.
    #[error("{counted} cannot be counted: none or more are wanted")]
    Negative {
        /// What was counted.
        counted: Quantity,
    },
    /// The day is closed.
    #[error("{on} is closed: the period is closed through {closed}")]
    PeriodClosed {
        /// The day of the count.
        on: NaiveDate,
        /// The last day of the closed period.
        closed: NaiveDate,
    },
    /// The count is told in another unit.
    #[error("the count cannot be compared")]
    Unit(#[from] QuantityError),
    /// More is there than was known of, nothing on hand says what it is worth, and the count does not say either.
    #[error("{surplus} are too many, and nothing says what they are worth")]
    NoValue {
        /// How many are too many.
        surplus: Quantity,
    },
    /// The difference makes no sense.
    #[error("the difference cannot be booked")]
    Goods(#[from] TransferError),
    /// Fewer are there than are set aside.
    #[error("fewer are there than are set aside")]
    SetAside(#[from] SetAside),
    /// The ledger refuses the difference.
    #[error("the ledger refuses the difference")]
    Ledger(#[from] EnterError),
}

impl Stock {
    /// Books what was counted: the difference to what the books say goes to or comes from loss.
    ///
    /// # Errors
    /// [`CountStockError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// # use chrono::NaiveDate;
    /// # use office_core::{Currency, Decision, Entity, Id, Money};
    /// # use office_inventory::{CountStockError, NewStock, OpeningStock, Stock, StockCount};
    /// # let at = Id::natural("place", "R-S1");
    /// # let on = NaiveDate::from_ymd_opt(2026, 10, 1).ok_or("no such day")?;
    /// # let (item, unit, currency) = (Id::natural("item", "BAT-AA"), "piece".parse()?, Currency::EUR);
    /// # let value = Money::from_minor(11_70, Currency::EUR);
    /// # let opening = OpeningStock { quantity: "26 piece".parse()?, value, at, on, reference: "list".parse()? };
    /// # let opened = Stock::begin(NewStock { item, unit, currency, opening: Some(opening) })?;
    /// let mut stock = Stock::open(&opened.fact().ok_or("a fact")?).ok_or("26 pieces, worth 11.70")?;
    /// let counted = "25 piece".parse()?;
    /// let count = StockCount { counted, at, on, reference: "sheet 1".parse()?, surplus_value: None };
    /// let fact = stock.count(count.clone())?.fact().ok_or("a fact")?;
    /// stock.apply(&fact);
    /// assert_eq!((stock.on_hand(), stock.value().to_string()), (counted, "11.25 EUR".to_owned()));
    /// assert_eq!(stock.count(count.clone())?, Decision::AlreadyRecorded);
    ///
    /// let negative = StockCount { counted: "-1 piece".parse()?, reference: "sheet 2".parse()?, ..count };
    /// assert!(matches!(stock.count(negative), Err(CountStockError::Negative { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn count(&self, count: StockCount) -> Result<Decision<StockFact>, CountStockError> {
        self.count_of(None, count)
    }

    /// Books what was counted of a lot; of a single piece, its serial number is the lot.
    ///
    /// # Errors
    /// [`CountStockError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("batteries.txt")]
    #[doc = include_str!("lots.txt")]
    /// use office_inventory::EnterError;
    ///
    /// let counted = |sheet: &str, counted: &str| {
    ///     let (counted, reference) = (counted.parse()?, sheet.parse()?);
    ///     Ok::<_, Box<dyn std::error::Error>>(StockCount { counted, at: store, on, reference, surplus_value: None })
    /// };
    /// stock.apply_decision(&stock.count_of(Some(l17), counted("sheet 1", "9 piece")?)?);
    /// assert_eq!(stock.value(), "4.05 EUR".parse()?);
    /// // Where lots are told apart, it is said of which one is missing.
    /// let refused = stock.count_of(None, counted("sheet 2", "8 piece")?);
    /// assert_eq!(refused, Err(CountStockError::Ledger(EnterError::LotWanted)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn count_of(&self, lot: Option<LotId>, count: StockCount) -> Result<Decision<StockFact>, CountStockError> {
        if let Some(known) = self.counts.iter().find(|known| known.reference == count.reference) {
            let reused = || CountStockError::ReferenceReused { reference: count.reference.clone() };
            return if *known == count { Ok(Decision::AlreadyRecorded) } else { Err(reused()) };
        }
        if self.booked(&count.reference).is_some() {
            return Err(CountStockError::ReferenceReused { reference: count.reference });
        }
        if count.counted.is_negative() {
            return Err(CountStockError::Negative { counted: count.counted });
        }
        if let Some(closed) = self.ledger.closed_through().filter(|closed| count.on <= *closed) {
            return Err(CountStockError::PeriodClosed { on: count.on, closed });
        }
        let difference = self.difference(lot, &count)?;
        Ok(Decision::Record(StockFact::Counted { count, lot, difference }))
    }

    fn difference(&self, lot: Option<LotId>, count: &StockCount) -> Result<Option<Booking>, CountStockError> {
        let StockCount { counted, at, on, surplus_value, .. } = *count;
        // Invariant: the day is not closed, so something is known of it.
        let known = match lot {
            Some(_) => self.ledger.on_hand_of_at(Location::Storage(at), lot, on),
            None => self.ledger.on_hand_at(Location::Storage(at), on),
        };
        let known = known.unwrap_or(Quantity::zero(self.ledger.unit()));
        let surplus = counted.checked_sub(known)?;
        let transfer = match surplus.amount().cmp(&Quantity::zero(surplus.unit()).amount()) {
            Ordering::Equal => return Ok(None),
            Ordering::Less => Transfer::outward(surplus.abs(), at, Location::Loss)?,
            Ordering::Greater => {
                let value = surplus_value.or_else(|| self.ledger.newest_value(surplus));
                let value = value.ok_or(CountStockError::NoValue { surplus })?;
                Transfer::inward(surplus, value, Location::Loss, at)?
            }
        };
        let transfer = lot.map_or(transfer, |lot| transfer.of_lot(lot));
        self.spares(&transfer, None)?;
        let sequence = self.ledger.next_sequence();
        let movement = Movement { sequence, effective: on, reference: count.reference.clone(), transfer };
        Ok(Some(booking(&self.ledger, movement)?))
    }
}
