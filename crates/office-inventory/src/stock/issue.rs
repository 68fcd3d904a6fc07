//! Goods are given out for use.

use chrono::NaiveDate;
use office_core::subject::{CostCentreId, PersonId, PlaceId};
use office_core::{Decision, Quantity};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Stock, StockFact, booking};
use crate::{EnterError, Location, Movement, Reference, Transfer, TransferError};

/// Goods that are to be given out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockIssue {
    /// How much, in the stock unit.
    pub quantity: Quantity,
    /// Where it is taken from.
    pub from: PlaceId,
    /// At whose expense.
    pub cost_centre: CostCentreId,
    /// Who gets it, if that is to be kept.
    pub issued_to: Option<PersonId>,
    /// The day on which it is taken.
    pub on: NaiveDate,
    /// The paper it is booked by: an issue slip.
    pub reference: Reference,
}

/// Goods cannot be issued.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum IssueStockError {
    /// Something else was booked by the paper.
    #[error("something else was booked by `{reference}`")]
    ReferenceReused {
        /// The paper.
        reference: Reference,
    },
    /// The goods make no sense.
    #[error("these goods cannot be issued")]
    Goods(#[from] TransferError),
    /// There is not enough.
    #[error("{wanted} are wanted and {on_hand} are on hand on {on}")]
    Insufficient {
        /// The first day on which there is not enough: for an issue booked late it may be a later one.
        on: NaiveDate,
        /// What is on hand then, at the place.
        on_hand: Quantity,
        /// What is wanted then.
        wanted: Quantity,
    },
    /// The ledger refuses.
    #[error("the ledger refuses")]
    Ledger(EnterError),
}

impl From<EnterError> for IssueStockError {
    fn from(error: EnterError) -> Self {
        if let EnterError::Short { effective, on_hand, wanted, .. } = error {
            return Self::Insufficient { on: effective, on_hand, wanted };
        }
        Self::Ledger(error)
    }
}

impl Stock {
    /// Gives goods out, valued by FIFO.
    ///
    /// # Errors
    /// [`IssueStockError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// # use chrono::NaiveDate;
    /// # use office_core::{Currency, Decision, Entity, Id, Money};
    /// # use office_inventory::{IssueStockError, NewStock, OpeningStock, Stock, StockIssue};
    /// # let at = Id::natural("place", "R-S1");
    /// # let on = NaiveDate::from_ymd_opt(2026, 10, 1).ok_or("no such day")?;
    /// # let (item, unit, currency) = (Id::natural("item", "BAT-AA"), "piece".parse()?, Currency::EUR);
    /// # let value = Money::from_minor(11_70, Currency::EUR);
    /// # let opening = OpeningStock { quantity: "26 piece".parse()?, value, at, on, reference: "list".parse()? };
    /// # let opened = Stock::begin(NewStock { item, unit, currency, opening: Some(opening) })?;
    /// let mut stock = Stock::open(&opened.fact().ok_or("a fact")?).ok_or("26 pieces, worth 11.70")?;
    /// let issue = StockIssue {
    ///     quantity: "8 piece".parse()?,
    ///     from: at,
    ///     cost_centre: Id::natural("cost_centre", "CC-300"),
    ///     issued_to: Some(Id::natural("person", "E-012")),
    ///     on: NaiveDate::from_ymd_opt(2026, 10, 27).ok_or("no such day")?,
    ///     reference: "slip 41".parse()?,
    /// };
    /// let issued = stock.issue(issue.clone())?.fact().ok_or("a fact")?;
    /// assert_eq!(issued.entered().ok_or("a movement")?.value.to_string(), "3.60 EUR");
    /// stock.apply(&issued);
    /// assert_eq!(stock.on_hand().to_string(), "18 piece");
    ///
    /// let more = StockIssue { quantity: "40 piece".parse()?, reference: "slip 42".parse()?, ..issue };
    /// let refused = stock.issue(more.clone());
    /// let on_hand = "18 piece".parse()?;
    /// assert_eq!(refused, Err(IssueStockError::Insufficient { on: more.on, on_hand, wanted: more.quantity }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn issue(&self, issue: StockIssue) -> Result<Decision<StockFact>, IssueStockError> {
        let StockIssue { quantity, from, cost_centre, issued_to, on, reference } = issue;
        let transfer = Transfer::outward(quantity, from, Location::Consumption(cost_centre));
        if let Some(known) = self.booked(&reference) {
            let same = transfer == Ok(known.transfer) && known.effective == on;
            return if same {
                Ok(Decision::AlreadyRecorded)
            } else {
                Err(IssueStockError::ReferenceReused { reference })
            };
        }
        let movement =
            Movement { sequence: self.ledger.next_sequence(), effective: on, reference, transfer: transfer? };
        let booking = booking(&self.ledger, movement)?;
        Ok(Decision::Record(StockFact::Issued { booking, issued_to }))
    }
}
