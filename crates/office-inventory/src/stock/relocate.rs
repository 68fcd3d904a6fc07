//! Goods go from one of the office's own places to another.

use chrono::NaiveDate;
use office_core::{Decision, Quantity};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{SetAside, Stock, StockFact, booking};
use crate::{EnterError, Location, LotId, Movement, Reference, Transfer, TransferError};

/// Goods that go from one place to another, or onto the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockMove {
    /// How much, in the stock unit.
    pub quantity: Quantity,
    /// Of which lot, where lots are told apart.
    pub lot: Option<LotId>,
    /// Where it is taken from: storage, or the way.
    pub from: Location,
    /// Where it goes: storage, or the way.
    pub to: Location,
    /// The day on which it goes.
    pub on: NaiveDate,
    /// The paper it is booked by.
    pub reference: Reference,
}

/// Goods cannot be moved.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MoveStockError {
    /// Something else was booked by the paper.
    #[error("something else was booked by `{reference}`")]
    ReferenceReused {
        /// The paper.
        reference: Reference,
    },
    /// One end is not the office's own.
    #[error("goods are moved among the office's own places: others receive or issue them")]
    NotOurs,
    /// The goods make no sense.
    #[error("these goods cannot be moved")]
    Goods(#[from] TransferError),
    /// The goods are set aside where they are.
    #[error("the goods are set aside")]
    SetAside(#[from] SetAside),
    /// The ledger refuses.
    #[error("the ledger refuses")]
    Ledger(#[from] EnterError),
}

impl Stock {
    /// Moves goods among the office's own places.
    ///
    /// # Errors
    /// [`MoveStockError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// # use office_core::{Currency, Entity, Id, Money};
    /// # use office_inventory::{NewStock, OpeningStock, Stock};
    /// use office_inventory::{Location, MoveStockError, StockMove};
    ///
    /// # let [at, shelf] = ["R-S1", "R-S1-2"].map(|name| Id::natural("place", name));
    /// # let on = "2026-10-01".parse()?;
    /// # let (item, unit, currency) = (Id::natural("item", "BAT-AA"), "piece".parse()?, Currency::EUR);
    /// # let value = Money::from_minor(11_70, Currency::EUR);
    /// # let opening = OpeningStock { quantity: "26 piece".parse()?, value, at, on, reference: "list".parse()? };
    /// # let opened = Stock::begin(NewStock { item, unit, currency, opening: Some(opening) })?;
    /// # let mut stock = Stock::open(&opened.fact().ok_or("a fact")?).ok_or("26 pieces, worth 11.70")?;
    /// let (from, to) = (Location::Storage(at), Location::Storage(shelf));
    /// let goods = StockMove { quantity: "6 piece".parse()?, lot: None, from, to, on, reference: "slip 1".parse()? };
    /// let fact = stock.relocate(goods.clone())?.fact().ok_or("a fact")?;
    /// stock.apply(&fact);
    /// assert_eq!(stock.on_hand_at(shelf).to_string(), "6 piece");
    ///
    /// let away = StockMove { to: Location::Loss, reference: "slip 2".parse()?, ..goods };
    /// assert_eq!(stock.relocate(away), Err(MoveStockError::NotOurs));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn relocate(&self, goods: StockMove) -> Result<Decision<StockFact>, MoveStockError> {
        let StockMove { quantity, lot, from, to, on, reference } = goods;
        let transfer = Transfer::between(quantity, from, to);
        let transfer = transfer.map(|transfer| lot.map_or(transfer, |lot| transfer.of_lot(lot)));
        if let Some(known) = self.booked(&reference) {
            let same = transfer == Ok(known.transfer) && known.effective == on;
            return if same {
                Ok(Decision::AlreadyRecorded)
            } else {
                Err(MoveStockError::ReferenceReused { reference })
            };
        }
        if !from.is_ours() || !to.is_ours() {
            return Err(MoveStockError::NotOurs);
        }
        let transfer = transfer?;
        self.spares(&transfer, None)?;
        let movement = Movement { sequence: self.ledger.next_sequence(), effective: on, reference, transfer };
        Ok(Decision::Record(StockFact::Moved(booking(&self.ledger, movement)?)))
    }
}
