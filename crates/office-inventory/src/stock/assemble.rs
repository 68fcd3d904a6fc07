//! Goods go into a kit, or come out of one.

use chrono::NaiveDate;
use office_core::subject::PlaceId;
use office_core::{Decision, Money, Quantity};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{SetAside, Stock, StockFact, booking};
use crate::{EnterError, Location, Movement, Reference, Transfer, TransferError};

/// Goods that go into a kit or come out of one, or kits that are put together or taken apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockAssembly {
    /// How much, in the stock unit.
    pub quantity: Quantity,
    /// Where.
    pub at: PlaceId,
    /// The day.
    pub on: NaiveDate,
    /// The paper it is booked by.
    pub reference: Reference,
}

/// Goods cannot go into a kit, or come out of one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AssembleStockError {
    /// Something else was booked by the paper.
    #[error("something else was booked by `{reference}`")]
    ReferenceReused {
        /// The paper.
        reference: Reference,
    },
    /// The goods make no sense.
    #[error("these goods cannot be put together")]
    Goods(#[from] TransferError),
    /// The goods are set aside.
    #[error("the goods are set aside")]
    SetAside(#[from] SetAside),
    /// The ledger refuses.
    #[error("the ledger refuses")]
    Ledger(#[from] EnterError),
}

impl Stock {
    /// Takes goods from a shelf to put them together with others, or to take them apart.
    ///
    /// # Errors
    /// [`AssembleStockError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// # use chrono::NaiveDate;
    /// # use office_core::{Currency, Entity, Id, Money};
    /// # use office_inventory::{NewStock, OpeningStock, Stock};
    /// # let at = Id::natural("place", "R-S1");
    /// # let on = NaiveDate::from_ymd_opt(2026, 10, 1).ok_or("no such day")?;
    /// # let (item, unit, currency) = (Id::natural("item", "MUG"), "each".parse()?, Currency::EUR);
    /// # let value = Money::from_minor(15_00, Currency::EUR);
    /// # let opening = OpeningStock { quantity: "3 each".parse()?, value, at, on, reference: "list".parse()? };
    /// # let opened = Stock::begin(NewStock { item, unit, currency, opening: Some(opening) })?;
    /// use office_inventory::{AssembleStockError, EnterError, StockAssembly};
    ///
    /// let mut stock = Stock::open(&opened.fact().ok_or("a fact")?).ok_or("3 mugs, worth 15.00")?;
    /// let goods = StockAssembly { quantity: "2 each".parse()?, at, on, reference: "AS-1".parse()? };
    /// stock.apply(&stock.take_for_assembly(goods.clone())?.fact().ok_or("a fact")?);
    /// assert_eq!(stock.value().to_string(), "5.00 EUR");
    ///
    /// let more = stock.take_for_assembly(StockAssembly { reference: "AS-2".parse()?, ..goods });
    /// assert!(matches!(more, Err(AssembleStockError::Ledger(EnterError::Short { .. }))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn take_for_assembly(&self, goods: StockAssembly) -> Result<Decision<StockFact>, AssembleStockError> {
        let transfer = Transfer::outward(goods.quantity, goods.at, Location::Assembly);
        self.assemble(goods, transfer)
    }

    /// Puts goods on a shelf that were put together of others, or came out of others, at what those were worth.
    ///
    /// # Errors
    /// [`AssembleStockError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// # use chrono::NaiveDate;
    /// # use office_core::{Currency, Entity, Id, Money};
    /// # use office_inventory::{NewStock, OpeningStock, Stock};
    /// # let at = Id::natural("place", "R-S1");
    /// # let on = NaiveDate::from_ymd_opt(2026, 10, 1).ok_or("no such day")?;
    /// # let (item, unit, currency) = (Id::natural("item", "MUG"), "each".parse()?, Currency::EUR);
    /// # let value = Money::from_minor(15_00, Currency::EUR);
    /// # let opening = OpeningStock { quantity: "3 each".parse()?, value, at, on, reference: "list".parse()? };
    /// # let opened = Stock::begin(NewStock { item, unit, currency, opening: Some(opening) })?;
    /// use office_inventory::{AssembleStockError, StockAssembly};
    ///
    /// let mut stock = Stock::open(&opened.fact().ok_or("a fact")?).ok_or("3 mugs, worth 15.00")?;
    /// let goods = StockAssembly { quantity: "1 each".parse()?, at, on, reference: "AS-1".parse()? };
    /// let worth = Money::from_minor(4_50, Currency::EUR);
    /// stock.apply(&stock.put_from_assembly(goods.clone(), worth)?.fact().ok_or("a fact")?);
    /// assert_eq!(stock.value().to_string(), "19.50 EUR");
    ///
    /// let other = stock.put_from_assembly(StockAssembly { quantity: "2 each".parse()?, ..goods }, worth);
    /// assert!(matches!(other, Err(AssembleStockError::ReferenceReused { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn put_from_assembly(
        &self,
        goods: StockAssembly,
        value: Money,
    ) -> Result<Decision<StockFact>, AssembleStockError> {
        let transfer = Transfer::inward(goods.quantity, value, Location::Assembly, goods.at);
        self.assemble(goods, transfer)
    }

    fn assemble(
        &self,
        goods: StockAssembly,
        transfer: Result<Transfer, TransferError>,
    ) -> Result<Decision<StockFact>, AssembleStockError> {
        let StockAssembly { on, reference, .. } = goods;
        if let Some(known) = self.booked(&reference) {
            let ends = |transfer: &Transfer| (transfer.quantity(), transfer.from(), transfer.to());
            let same = transfer.as_ref().is_ok_and(|transfer| ends(transfer) == ends(&known.transfer));
            return if same && known.effective == on {
                Ok(Decision::AlreadyRecorded)
            } else {
                Err(AssembleStockError::ReferenceReused { reference })
            };
        }
        let transfer = transfer?;
        self.spares(&transfer, None)?;
        let movement = Movement { sequence: self.ledger.next_sequence(), effective: on, reference, transfer };
        Ok(Decision::Record(StockFact::Assembled(booking(&self.ledger, movement)?)))
    }
}
