//! The stock of one item: what was received, issued, moved and counted, what it is worth, and what is set aside.
//!
//! ```text
//!   open ──► Opened ──► receive / issue / relocate / count / reverse / charge / revalue / reserve / release ──► …
//!                  ├──► close ──► PeriodClosed: what happened until then is folded into one standing
//!                  └──► Filed: the oldest movements of the open period go to a page ──► Unfiled: they are fetched again
//! ```
//!
//! Everything is booked by a paper, and what is booked twice by one paper is booked once. Papers of a closed period are
//! no longer known one by one; their days are closed, so that nothing is booked again. What is booked late for an earlier
//! day of the open period is put in its place, and everything after it is valued again.
//!
//! The laws of its [`Ledger`] hold for it.

mod assemble;
mod charge;
mod count;
mod demand;
mod entity;
mod fact;
mod issue;
mod open;
mod page;
mod receive;
mod relocate;
mod reserve;
mod send_back;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{ItemId, PlaceId};
use office_core::{Decision, Id, Money, Quantity};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::assemble::{AssembleStockError, StockAssembly};
pub use self::charge::{RevalueStockError, StockRevaluation};
pub use self::count::{CountStockError, StockCount};
use self::demand::Issued;
pub use self::fact::{Booking, StockFact};
pub use self::issue::{IssueStockError, StockIssue};
pub use self::open::{NewStock, OpenStockError, OpeningStock};
pub use self::page::{Filed, StockPage, StockPageContent, StockPageFact};
pub use self::receive::{ReceiveStockError, StockReceipt};
pub use self::relocate::{MoveStockError, StockMove};
pub use self::reserve::SetAside;
pub use self::send_back::{ReturnStockError, StockReturn};
use crate::{CloseError, Entered, Ledger, Location, Movement, Reference, Reservations, ReverseError, Transfer};

/// The stock of one item, at all places together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stock {
    item: ItemId,
    /// The counts of the open period, so that a count sent again is known for one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    counts: Vec<StockCount>,
    /// The last day on which it was counted, wherever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_count: Option<NaiveDate>,
    /// What is set aside.
    #[serde(default, skip_serializing_if = "Reservations::is_empty")]
    reservations: Reservations,
    /// What was issued, by the Monday of its week: what demand is forecast from, also once its period is closed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    issued: Issued,
    /// How far movements of the open period are filed away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    filed: Option<Filed>,
    /// How many pages were ever filed.
    #[serde(default, skip_serializing_if = "is_none")]
    pages: u32,
    ledger: Ledger,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands on references")]
const fn is_none(number: &u32) -> bool {
    *number == 0
}

/// A movement of the stock cannot be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ReverseStockError {
    /// The movement is what was counted, or there at the opening: another count puts it right.
    #[error("movement {sequence} comes of a count or the opening: another count puts it right")]
    Counted {
        /// The movement.
        sequence: u64,
    },
    /// Goods went into a kit by it, or came out of one: taking the kit apart, or putting it together, puts it right.
    #[error("movement {sequence} is part of putting a kit together or taking it apart")]
    Assembled {
        /// The movement.
        sequence: u64,
    },
    /// The goods that came by it are set aside.
    #[error("the goods are set aside")]
    SetAside(#[from] SetAside),
    /// The ledger refuses.
    #[error("the ledger refuses")]
    Ledger(#[from] ReverseError),
}

/// How many entries go on a page, at least; the stock itself holds at most two pages of them, and the last day. It is read
/// and written whole with every posting: the fewer, the quicker.
const PAGE: usize = 16;

impl Stock {
    /// The id of the stock of an item.
    #[must_use]
    pub const fn key(item: ItemId) -> Id<Self> {
        item.retag()
    }

    /// The item.
    #[must_use]
    pub const fn item(&self) -> ItemId {
        self.item
    }

    /// The ledger, for what is where and worth what on which day.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The last day on which it was counted, wherever.
    #[must_use]
    pub const fn last_count(&self) -> Option<NaiveDate> {
        self.last_count
    }

    /// What is on hand at all places together.
    #[must_use]
    pub fn on_hand(&self) -> Quantity {
        self.ledger.total_on_hand()
    }

    /// What is on hand at one place.
    #[must_use]
    pub fn on_hand_at(&self, place: PlaceId) -> Quantity {
        self.ledger.on_hand(Location::Storage(place))
    }

    /// What it is worth.
    #[must_use]
    pub fn value(&self) -> Money {
        self.ledger.value()
    }

    /// Takes back a movement of the open period, as if it had never been.
    ///
    /// # Errors
    /// [`ReverseStockError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("stock/batteries.txt")]
    ///
    /// stock.apply_decision(&stock.issue(goes("8 piece", "slip 41"))?);
    /// let of = |stock: &Stock, paper: &str| Some(stock.booked(&paper.parse().ok()?)?.sequence);
    /// // Nobody has fetched them after all.
    /// stock.apply_decision(&stock.reverse(of(&stock, "slip 41").ok_or("an issue")?)?);
    /// assert_eq!(stock.on_hand(), "26 piece".parse()?);
    /// // What was there from the beginning is put right by counting.
    /// let sequence = of(&stock, "list").ok_or("an opening")?;
    /// assert_eq!(stock.reverse(sequence), Err(ReverseStockError::Counted { sequence }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reverse(&self, sequence: u64) -> Result<Decision<StockFact>, ReverseStockError> {
        let movement = self.ledger.movements().map(|(movement, _)| movement).find(|known| known.sequence == sequence);
        let ends = movement.map(|movement| [movement.transfer.from(), movement.transfer.to()]);
        if ends.is_some_and(|ends| ends.contains(&Location::Loss) || ends.contains(&Location::Opening)) {
            return Err(ReverseStockError::Counted { sequence });
        }
        if ends.is_some_and(|ends| ends.contains(&Location::Assembly)) {
            return Err(ReverseStockError::Assembled { sequence });
        }
        if let Some(transfer) = movement.map(|movement| movement.transfer) {
            self.gives_back(&transfer)?;
        }
        match self.ledger.clone().reverse(sequence) {
            Ok(Entered { value, postings }) => Ok(Decision::Record(StockFact::Reversed { sequence, value, postings })),
            Err(ReverseError::AlreadyReversed { .. }) => Ok(Decision::AlreadyRecorded),
            Err(error) => Err(error.into()),
        }
    }

    /// Closes the period up to and including a day.
    ///
    /// # Errors
    /// [`CloseError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("stock/batteries.txt")]
    ///
    /// let (september, october) = ("2026-09-30".parse()?, "2026-10-31".parse()?);
    /// stock.apply_decision(&stock.close(october)?);
    /// // Nothing is booked in October any more, and it is not opened again.
    /// assert!(matches!(stock.issue(goes("8 piece", "slip 41")), Err(IssueStockError::Ledger(_))));
    /// assert_eq!(stock.close(september), Err(CloseError::AlreadyClosed { closed: october }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn close(&self, through: NaiveDate) -> Result<Decision<StockFact>, CloseError> {
        match self.ledger.closed_through() {
            Some(closed) if closed == through => Ok(Decision::AlreadyRecorded),
            Some(closed) if closed > through => Err(CloseError::AlreadyClosed { closed }),
            Some(_) | None => {
                self.ledger.clone().close(through)?;
                Ok(Decision::Record(StockFact::PeriodClosed { through }))
            }
        }
    }

    /// What was booked by a paper, if it is of the open period: nothing new is to be booked by it.
    #[must_use]
    pub fn booked(&self, reference: &Reference) -> Option<&Movement> {
        self.ledger.by_reference(reference)
    }

    /// Whether what came by a transfer may be gone again.
    fn gives_back(&self, transfer: &Transfer) -> Result<(), SetAside> {
        let gone = Transfer::between(transfer.quantity(), transfer.to(), Location::Loss);
        let Ok(gone) = gone.map(|gone| transfer.lot().map_or(gone, |lot| gone.of_lot(lot))) else { return Ok(()) };
        if transfer.to().is_storage() { self.spares(&gone, None) } else { Ok(()) }
    }

    /// The number of the last page that is filed.
    pub(crate) fn last_page(&self) -> Option<u32> {
        self.filed.map(|filed| filed.page)
    }

    /// Whether what happened on a day is filed away.
    pub(crate) fn is_filed(&self, on: NaiveDate) -> bool {
        self.filed.is_some_and(|filed| on <= filed.through)
    }

    /// Whether a paper was booked or counted, as far as is known here.
    pub(crate) fn knows(&self, paper: &Reference) -> bool {
        self.booked(paper).is_some() || self.counts.iter().any(|count| count.reference == *paper)
    }

    /// What is more than the stock is to hold: a page of its oldest days, and the fact that they are filed.
    pub(crate) fn surplus(&self) -> Option<(StockPageContent, StockFact)> {
        if self.ledger.len() <= PAGE.saturating_mul(2) {
            return None;
        }
        // Whole days only, and never the last one.
        let through = self.ledger.day_of(PAGE.saturating_sub(1))?;
        let last = self.ledger.day_of(self.ledger.len().saturating_sub(1))?;
        let ledger = self.ledger.clone().take_until(through).filter(|_| through < last)?;
        let counts = self.counts.iter().filter(|count| count.on <= through).cloned().collect();
        let number = self.pages.checked_add(1)?;
        let content = StockPageContent { item: self.item, number, before: self.filed, ledger: Some(ledger), counts };
        Some((content, StockFact::Filed(Filed { page: number, through })))
    }

    fn enter(&mut self, booking: &Booking) {
        // Invariant: it was entered into the same ledger when it was decided.
        let _ = self.ledger.enter(booking.movement.clone());
    }
}

/// Tries a movement out on a copy of the ledger.
fn booking(ledger: &Ledger, movement: Movement) -> Result<Booking, crate::EnterError> {
    let Entered { value, postings } = ledger.clone().enter(movement.clone())?;
    Ok(Booking { movement, value, postings })
}
