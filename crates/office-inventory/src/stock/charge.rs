//! What goods cost on top of their price, and what they are valued at anew.

use chrono::NaiveDate;
use office_core::{Decision, Money, Quantity};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Stock, StockFact};
use crate::{ChargeError, CostMethod, EnterError, Reference, Revaluation, Revalued, StockAccount, StockPosting};

/// What is there is valued otherwise from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StockRevaluation {
    /// What is valued otherwise.
    pub what: Revalued,
    /// The day on which it takes effect.
    pub on: NaiveDate,
    /// The paper it was decided by.
    pub reference: Reference,
}

/// What is there cannot be valued so.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RevalueStockError {
    /// Something else was booked by the paper.
    #[error("something else was booked by `{reference}`")]
    ReferenceReused {
        /// The paper.
        reference: Reference,
    },
    /// The ledger refuses.
    #[error("the ledger refuses")]
    Ledger(#[from] EnterError),
}

impl Stock {
    /// Values what is there otherwise: at another standard cost, by another method, or by a charge for a receipt whose
    /// period is closed.
    ///
    /// # Errors
    /// [`RevalueStockError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// # use office_core::{Currency, Entity, Id, Money};
    /// # use office_inventory::{CostMethod, LedgerTerms, NewStock, OpeningStock, Stock};
    /// # let (item, unit, currency) = (Id::natural("item", "PAP-A4"), "ream".parse()?, Currency::EUR);
    /// # let (at, on) = (Id::natural("place", "R-S1"), "2026-09-01".parse()?);
    /// # let (quantity, value) = ("10 ream".parse()?, Money::from_minor(40_00, currency));
    /// # let opening = Some(OpeningStock { quantity, value, at, on, reference: "list".parse()? });
    /// # let unit_cost = Some("4 EUR / 1 ream".parse()?);
    /// # let terms = LedgerTerms { method: CostMethod::Standard, unit_cost, ..LedgerTerms::default() };
    /// # let opened = Stock::begin_on(NewStock { item, unit, currency, opening }, terms)?.fact().ok_or("a fact")?;
    /// use office_inventory::{Revalued, RevalueStockError, StockRevaluation};
    ///
    /// // Ten reams at a standard of 4.00 are worth 4.50 each from 2027 on.
    /// let mut stock = Stock::open(&opened).ok_or("ten reams")?;
    /// let what = Revalued::Cost { method: CostMethod::Standard, unit_cost: Some("4.5 EUR / 1 ream".parse()?) };
    /// let dearer = StockRevaluation { what, on: "2027-01-01".parse()?, reference: "standards 2027".parse()? };
    /// let fact = stock.revalue(dearer.clone())?.fact().ok_or("a fact")?;
    /// stock.apply(&fact);
    /// assert_eq!(stock.value().to_string(), "45.00 EUR");
    /// assert_eq!(fact.entered().ok_or("postings")?.value.to_string(), "5.00 EUR");
    /// assert!(stock.revalue(dearer.clone())?.fact().is_none());
    ///
    /// let other = StockRevaluation { on: "2027-02-01".parse()?, ..dearer };
    /// assert!(matches!(stock.revalue(other), Err(RevalueStockError::ReferenceReused { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn revalue(&self, revaluation: StockRevaluation) -> Result<Decision<StockFact>, RevalueStockError> {
        let StockRevaluation { what, on, reference } = revaluation;
        let known = self.ledger.revaluations().find(|known| known.reference == reference);
        if known.is_some_and(|known| known.what == what && known.effective == on) {
            return Ok(Decision::AlreadyRecorded);
        }
        if known.is_some() || self.knows(&reference) {
            return Err(RevalueStockError::ReferenceReused { reference });
        }
        let sequence = self.ledger.next_sequence();
        let revaluation = Revaluation { sequence, effective: on, reference, what };
        let (mut ledger, before) = (self.ledger.clone(), self.value());
        let postings = ledger.revalue(revaluation.clone())?;
        // Both are values of this ledger, in its currency.
        let gain = ledger.value().checked_sub(before).unwrap_or(Money::zero(self.ledger.currency()));
        Ok(Decision::Record(StockFact::Revalued { revaluation, gain, postings }))
    }

    /// Adds a charge to what a receipt of the open period cost, such as its share of the freight; once by one paper.
    ///
    /// # Errors
    /// [`ChargeError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("batteries.txt")]
    ///
    /// stock.apply_decision(&stock.receive(arrives("10 piece", "4.50 EUR", "DN-1"))?);
    /// let receipt = stock.booked(&"DN-1".parse()?).ok_or("a receipt")?.sequence;
    /// // The postage adds to what the ten have cost.
    /// let (invoice, postage) = (&"RE-9".parse()?, "1.00 EUR".parse()?);
    /// stock.apply_decision(&stock.charge(receipt, invoice, postage)?);
    /// assert_eq!(stock.value(), "17.20 EUR".parse()?);
    /// assert_eq!(stock.charge(receipt, invoice, postage)?, Decision::AlreadyRecorded);
    /// // By number 99 nothing has come.
    /// assert_eq!(stock.charge(99, invoice, postage), Err(ChargeError::NotOpen { receipt: 99 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn charge(&self, receipt: u64, paper: &Reference, amount: Money) -> Result<Decision<StockFact>, ChargeError> {
        let postings = self.ledger.clone().charge(receipt, paper.clone(), amount)?;
        if postings.is_empty() {
            return Ok(Decision::AlreadyRecorded);
        }
        Ok(Decision::Record(StockFact::Charged { receipt, paper: paper.clone(), amount, postings }))
    }

    /// Takes a charge back, as if it had never been.
    ///
    /// # Errors
    /// [`ChargeError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("batteries.txt")]
    ///
    /// stock.apply_decision(&stock.receive(arrives("10 piece", "4.50 EUR", "DN-1"))?);
    /// let receipt = stock.booked(&"DN-1".parse()?).ok_or("a receipt")?.sequence;
    /// let invoice = &"RE-9".parse()?;
    /// stock.apply_decision(&stock.charge(receipt, invoice, "1.00 EUR".parse()?)?);
    /// // The postage was that of other goods.
    /// stock.apply_decision(&stock.discharge(receipt, invoice)?);
    /// assert_eq!(stock.value(), "16.20 EUR".parse()?);
    /// assert_eq!(stock.discharge(receipt, invoice), Err(ChargeError::NotCharged { receipt }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn discharge(&self, receipt: u64, paper: &Reference) -> Result<Decision<StockFact>, ChargeError> {
        let postings = self.ledger.clone().discharge(receipt, paper)?;
        let zero = Money::zero(self.ledger.currency());
        let amount = postings.iter().find_map(|StockPosting { debit, credit, amount, .. }| match (debit, credit) {
            (StockAccount::LandedCost, _) => Some(*amount),
            (_, StockAccount::LandedCost) => zero.checked_sub(*amount).ok(),
            (_, _) => None,
        });
        let amount = amount.unwrap_or(zero);
        Ok(Decision::Record(StockFact::Discharged { receipt, paper: paper.clone(), amount, postings }))
    }

    /// How many of a receipt are left, as far as receipts are told apart; of an average, as many as are on hand. Nothing at
    /// a standard, whatever was paid.
    pub(crate) fn left_of(&self, receipt: u64, received: Quantity) -> Quantity {
        let unit = self.ledger.unit();
        let zero = Quantity::zero(unit);
        let layers = || self.ledger.layers().filter(|layer| layer.quantity.is_positive());
        let sum = |layers: &mut dyn Iterator<Item = Quantity>| Quantity::sum(layers, unit).unwrap_or(zero);
        let left = match self.ledger.method() {
            CostMethod::Standard => zero,
            CostMethod::Average => sum(&mut layers().map(|layer| layer.quantity)),
            CostMethod::Fifo | CostMethod::Lifo | CostMethod::Specific => {
                sum(&mut layers().filter(|layer| layer.sequence == receipt).map(|layer| layer.quantity))
            }
        };
        if left.amount() < received.amount() { left } else { received }
    }
}
