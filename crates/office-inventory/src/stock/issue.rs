//! Goods are given out for use.

use chrono::NaiveDate;
use office_core::subject::{CostCentreId, PersonId, PlaceId};
use office_core::{Decision, Quantity};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{SetAside, Stock, StockFact, booking};
use crate::{EnterError, Location, LotId, Movement, Pick, Reference, Transfer, TransferError};

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
    /// Not so many are set aside there for the reference.
    #[error("not so many are set aside there for `{reference}`")]
    NotReserved {
        /// The reference.
        reference: Reference,
    },
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
    /// The goods are set aside for others.
    #[error("the goods are set aside for others")]
    SetAside(#[from] SetAside),
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
    /// Gives goods out.
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
        self.give_out(issue, None, None)
    }

    /// Gives goods of a lot out; of a single piece, its serial number is the lot.
    ///
    /// # Errors
    /// [`IssueStockError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("batteries.txt")]
    #[doc = include_str!("lots.txt")]
    ///
    /// stock.apply_decision(&stock.issue_of(l17, goes("4 piece", "slip 41"))?);
    /// assert_eq!(stock.on_hand(), "6 piece".parse()?);
    /// // Of the other lot there are none.
    /// let refused = stock.issue_of(l18, goes("1 piece", "slip 42"));
    /// let (on_hand, wanted) = ("0 piece".parse()?, "1 piece".parse()?);
    /// assert_eq!(refused, Err(IssueStockError::Insufficient { on, on_hand, wanted }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn issue_of(&self, lot: LotId, issue: StockIssue) -> Result<Decision<StockFact>, IssueStockError> {
        self.give_out(issue, Some(lot), None)
    }

    /// Gives goods out that were set aside for a reference, at the place where they are and of the lot that they are of.
    ///
    /// # Errors
    /// [`IssueStockError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("batteries.txt")]
    #[doc = include_str!("workshop.txt")]
    ///
    /// stock.apply_decision(&stock.reserve(&for_workshop)?);
    /// // Whoever else comes finds six.
    /// let refused = stock.issue(goes("10 piece", "slip 41"));
    /// assert!(matches!(refused, Err(IssueStockError::SetAside(_))));
    /// let workshop: Reference = "workshop".parse()?;
    /// stock.apply_decision(&stock.issue_reserved(workshop.clone(), None, goes("20 piece", "slip 42"))?);
    /// assert_eq!(stock.on_hand(), "6 piece".parse()?);
    /// // Nothing is set aside any more.
    /// let refused = stock.issue_reserved(workshop.clone(), None, goes("1 piece", "slip 43"));
    /// assert_eq!(refused, Err(IssueStockError::NotReserved { reference: workshop }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn issue_reserved(
        &self,
        reserved_for: Reference,
        lot: Option<LotId>,
        issue: StockIssue,
    ) -> Result<Decision<StockFact>, IssueStockError> {
        self.give_out(issue, lot, Some(reserved_for))
    }

    fn give_out(
        &self,
        issue: StockIssue,
        lot: Option<LotId>,
        reserved_for: Option<Reference>,
    ) -> Result<Decision<StockFact>, IssueStockError> {
        let StockIssue { quantity, from, cost_centre, issued_to, on, reference } = issue;
        let transfer = Transfer::outward(quantity, from, Location::Consumption(cost_centre));
        let transfer = transfer.map(|transfer| lot.map_or(transfer, |lot| transfer.of_lot(lot)));
        if let Some(known) = self.booked(&reference) {
            let same = transfer == Ok(known.transfer) && known.effective == on;
            return if same {
                Ok(Decision::AlreadyRecorded)
            } else {
                Err(IssueStockError::ReferenceReused { reference })
            };
        }
        let transfer = transfer?;
        if let Some(reference) = reserved_for.as_ref() {
            let reserved = self.reservations.of(reference).into_iter().flat_map(|reservation| &reservation.picks);
            let mut here = reserved.filter(|pick| pick.place == from && pick.lot == lot);
            let enough = |pick: &Pick| pick.quantity.checked_sub(quantity).is_ok_and(|left| !left.is_negative());
            if !here.any(enough) {
                return Err(IssueStockError::NotReserved { reference: reference.clone() });
            }
        }
        let movement = Movement { sequence: self.ledger.next_sequence(), effective: on, reference, transfer };
        let booking = booking(&self.ledger, movement)?;
        self.spares(&transfer, reserved_for.as_ref())?;
        Ok(Decision::Record(StockFact::Issued { booking, issued_to, reserved_for }))
    }
}
