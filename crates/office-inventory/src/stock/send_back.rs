//! Goods go back to the vendor.

use chrono::NaiveDate;
use office_core::subject::{PartyId, PlaceId};
use office_core::{Decision, Quantity};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{SetAside, Stock, StockFact, booking};
use crate::{EnterError, Location, LotId, Movement, Reference, Transfer, TransferError};

/// Goods that go back to the vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockReturn {
    /// How much, in the stock unit.
    pub quantity: Quantity,
    /// Where it is taken from.
    pub from: PlaceId,
    /// Who gets it back.
    pub to: PartyId,
    /// Of which lot; of a single piece, its serial number is the lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<LotId>,
    /// The paper by which it was received: what came by it goes first.
    pub received: Reference,
    /// The day on which it goes.
    pub on: NaiveDate,
    /// The paper it is booked by.
    pub reference: Reference,
}

/// Goods cannot go back.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReturnStockError {
    /// Something else was booked by the paper.
    #[error("something else was booked by `{reference}`")]
    ReferenceReused {
        /// The paper.
        reference: Reference,
    },
    /// The goods make no sense.
    #[error("these goods cannot go back")]
    Goods(#[from] TransferError),
    /// The ledger refuses: there is not as much, or the period is closed.
    #[error("the ledger refuses")]
    Ledger(#[from] EnterError),
    /// The goods are set aside for others.
    #[error("the goods are set aside for others")]
    SetAside(#[from] SetAside),
}

impl Stock {
    /// Sends goods back to the vendor, at what they cost: those first that came by the paper, as long as it is known.
    ///
    /// # Errors
    /// [`ReturnStockError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::{Currency, Entity, Id, Money};
    /// use office_inventory::{NewStock, ReturnStockError, Stock, StockReceipt, StockReturn};
    ///
    /// # let (item, unit, currency) = (Id::natural("item", "CHAIR"), "chair".parse()?, Currency::EUR);
    /// # let opened = Stock::begin(NewStock { item, unit, currency, opening: None })?.fact().ok_or("a fact")?;
    /// # let mut stock = Stock::open(&opened).ok_or("a stock")?;
    /// let (vendor, room) = (Id::natural("party", "V-02"), Id::natural("place", "R-S1"));
    /// for (note, minor) in [("DN-1", 400_00), ("DN-2", 360_00)] {
    ///     let receipt = StockReceipt {
    ///         quantity: "2 chair".parse()?,
    ///         value: Money::from_minor(minor, Currency::EUR),
    ///         from: vendor,
    ///         to: room,
    ///         on: "2026-10-08".parse()?,
    ///         reference: note.parse()?,
    ///     };
    ///     stock.apply(&stock.receive(receipt)?.fact().ok_or("a fact")?);
    /// }
    ///
    /// // A chair of the second delivery goes back, at its cost, not at that of the first.
    /// let goods = StockReturn {
    ///     quantity: "1 chair".parse()?,
    ///     from: room,
    ///     to: vendor,
    ///     lot: None,
    ///     received: "DN-2".parse()?,
    ///     on: "2026-10-12".parse()?,
    ///     reference: "RS-1".parse()?,
    /// };
    /// let back = stock.send_back(goods.clone())?.fact().ok_or("a fact")?;
    /// assert_eq!(back.entered().ok_or("a movement")?.value.to_string(), "180.00 EUR");
    /// stock.apply(&back);
    ///
    /// let many = StockReturn { quantity: "4 chair".parse()?, reference: "RS-2".parse()?, ..goods };
    /// assert!(matches!(stock.send_back(many), Err(ReturnStockError::Ledger(_))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn send_back(&self, goods: StockReturn) -> Result<Decision<StockFact>, ReturnStockError> {
        let StockReturn { quantity, from, to, lot, received, on, reference } = goods;
        let receipt = self.booked(&received).map(|movement| movement.sequence);
        let transfer = Transfer::outward(quantity, from, Location::Supplier(to));
        let transfer = transfer.map(|transfer| lot.map_or(transfer, |lot| transfer.of_lot(lot)));
        let transfer = transfer.and_then(|transfer| receipt.map_or(Ok(transfer), |of| transfer.of_receipt(of)));
        if let Some(known) = self.booked(&reference) {
            let same = transfer == Ok(known.transfer) && known.effective == on;
            return if same {
                Ok(Decision::AlreadyRecorded)
            } else {
                Err(ReturnStockError::ReferenceReused { reference })
            };
        }
        let transfer = transfer?;
        let movement = Movement { sequence: self.ledger.next_sequence(), effective: on, reference, transfer };
        let booking = booking(&self.ledger, movement)?;
        self.spares(&transfer, None)?;
        Ok(Decision::Record(StockFact::Returned(booking)))
    }
}
