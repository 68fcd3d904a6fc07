//! Goods arrive.

use chrono::NaiveDate;
use office_core::subject::{PartyId, PlaceId};
use office_core::{Decision, Money, Quantity};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Stock, StockFact, booking};
use crate::{EnterError, Location, LotId, Movement, Reference, Transfer, TransferError};

/// Goods that arrive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockReceipt {
    /// How much, in the stock unit.
    pub quantity: Quantity,
    /// What it is worth in all: the ordered price.
    pub value: Money,
    /// Who delivers.
    pub from: PartyId,
    /// Where it is put.
    pub to: PlaceId,
    /// The day on which it arrived.
    pub on: NaiveDate,
    /// The paper it is booked by: a delivery note and its line.
    pub reference: Reference,
}

/// Goods cannot be received.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReceiveStockError {
    /// Something else was booked by the paper.
    #[error("something else was booked by `{reference}`")]
    ReferenceReused {
        /// The paper.
        reference: Reference,
    },
    /// The goods make no sense.
    #[error("these goods cannot be received")]
    Goods(#[from] TransferError),
    /// The ledger refuses.
    #[error("the ledger refuses")]
    Ledger(#[from] EnterError),
}

impl Stock {
    /// Takes goods in, worth what was agreed.
    ///
    /// # Errors
    /// [`ReceiveStockError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// # use chrono::NaiveDate;
    /// # use office_core::{Currency, Decision, Entity, Id, Money};
    /// # use office_inventory::{NewStock, ReceiveStockError, Stock, StockReceipt};
    /// # let (item, unit, currency) = (Id::natural("item", "PAP-A4"), "ream".parse()?, Currency::EUR);
    /// # let opened = Stock::begin(NewStock { item, unit, currency, opening: None })?.fact().ok_or("a fact")?;
    /// let mut stock = Stock::open(&opened).ok_or("a stock")?;
    /// let receipt = StockReceipt {
    ///     quantity: "50 ream".parse()?,
    ///     value: Money::from_minor(205_00, Currency::EUR),
    ///     from: Id::natural("party", "V-01"),
    ///     to: Id::natural("place", "R-S1"),
    ///     on: NaiveDate::from_ymd_opt(2026, 10, 8).ok_or("no such day")?,
    ///     reference: "DN-03".parse()?,
    /// };
    /// let received = stock.receive(receipt.clone())?.fact().ok_or("a fact")?;
    /// stock.apply(&received);
    /// assert_eq!(stock.value().to_string(), "205.00 EUR");
    ///
    /// // The same paper again changes nothing; another delivery by the same paper is refused.
    /// assert_eq!(stock.receive(receipt.clone())?, Decision::AlreadyRecorded);
    /// let other = StockReceipt { quantity: "5 ream".parse()?, ..receipt };
    /// assert!(matches!(stock.receive(other), Err(ReceiveStockError::ReferenceReused { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn receive(&self, receipt: StockReceipt) -> Result<Decision<StockFact>, ReceiveStockError> {
        self.take_in(receipt, None)
    }

    /// Takes goods of a lot in; of a single piece, its serial number is the lot.
    ///
    /// # Errors
    /// [`ReceiveStockError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("batteries.txt")]
    #[doc = include_str!("lots.txt")]
    /// use office_inventory::EnterError;
    ///
    /// stock.apply_decision(&stock.receive_of(l18, arrives("5 piece", "2.25 EUR", "DN-2"))?);
    /// assert_eq!((stock.on_hand(), stock.value()), ("15 piece".parse()?, "6.75 EUR".parse()?));
    /// // Where lots are told apart, nothing comes without one.
    /// let refused = stock.receive(arrives("5 piece", "2.25 EUR", "DN-3"));
    /// assert_eq!(refused, Err(ReceiveStockError::Ledger(EnterError::LotWanted)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn receive_of(&self, lot: LotId, receipt: StockReceipt) -> Result<Decision<StockFact>, ReceiveStockError> {
        self.take_in(receipt, Some(lot))
    }

    fn take_in(&self, receipt: StockReceipt, lot: Option<LotId>) -> Result<Decision<StockFact>, ReceiveStockError> {
        let StockReceipt { quantity, value, from, to, on, reference } = receipt;
        let transfer = Transfer::inward(quantity, value, Location::Supplier(from), to);
        self.bring_in(transfer.map(|transfer| lot.map_or(transfer, |lot| transfer.of_lot(lot))), on, reference)
    }

    /// Goods come in from outside, if they make sense.
    pub(super) fn bring_in(
        &self,
        transfer: Result<Transfer, TransferError>,
        on: NaiveDate,
        reference: Reference,
    ) -> Result<Decision<StockFact>, ReceiveStockError> {
        if let Some(known) = self.booked(&reference) {
            let same = transfer == Ok(known.transfer) && known.effective == on;
            return if same {
                Ok(Decision::AlreadyRecorded)
            } else {
                Err(ReceiveStockError::ReferenceReused { reference })
            };
        }
        let movement =
            Movement { sequence: self.ledger.next_sequence(), effective: on, reference, transfer: transfer? };
        Ok(Decision::Record(StockFact::Received(booking(&self.ledger, movement)?)))
    }
}
