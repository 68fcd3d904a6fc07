//! The stock of one item: what was received, issued and counted, valued for the whole company by FIFO.
//!
//! ```text
//!   open ──► Opened ──► receive / issue / count / reverse ──► …
//!                  └──► close ──► PeriodClosed: what happened until then is folded into one standing
//! ```
//!
//! Everything is booked by a paper, and what is booked twice by one paper is booked once. Papers of a closed period are
//! no longer known one by one; their days are closed, so that nothing is booked again. What is booked late for an earlier
//! day of the open period is put in its place, and everything after it is valued again.
//!
//! The laws of its [`Ledger`] hold for it.

mod count;
mod issue;
mod open;
mod receive;

use chrono::NaiveDate;
use office_core::subject::{ItemId, PersonId, PlaceId};
use office_core::{Currency, Decision, Entity, Id, Kind, Money, Quantity, UnitCode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::count::{CountStockError, StockCount};
pub use self::issue::{IssueStockError, StockIssue};
pub use self::open::{NewStock, OpenStockError, OpeningStock};
pub use self::receive::{ReceiveStockError, StockReceipt};
use crate::{CloseError, Entered, Ledger, Location, Movement, Reference, ReverseError, StockPosting};

/// The stock of one item, at all places together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stock {
    item: ItemId,
    /// The counts of the open period, so that a count sent again is known for one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    counts: Vec<StockCount>,
    ledger: Ledger,
}

/// What happens to the stock of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockFact {
    /// It is kept from now on.
    Opened {
        /// The item.
        item: ItemId,
        /// The unit in which it is kept.
        unit: UnitCode,
        /// The currency in which it is valued.
        currency: Currency,
        /// What was there already.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opening: Option<Booking>,
    },
    /// Goods arrived.
    Received(Booking),
    /// Goods were issued.
    Issued {
        /// The movement.
        #[serde(flatten)]
        booking: Booking,
        /// To whom, if it was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        issued_to: Option<PersonId>,
    },
    /// Goods were counted.
    Counted {
        /// What was found.
        #[serde(flatten)]
        count: StockCount,
        /// The movement that makes the books agree, where they did not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        difference: Option<Booking>,
    },
    /// A movement was taken back.
    Reversed {
        /// Which one.
        sequence: u64,
        /// What it was worth.
        value: Money,
        /// What that means for the books.
        postings: Vec<StockPosting>,
    },
    /// The period up to and including a day was closed.
    PeriodClosed {
        /// The last day of it.
        through: NaiveDate,
    },
}

/// A movement as it was booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// The movement.
    pub movement: Movement,
    /// What it was worth when it was booked.
    pub value: Money,
    /// What that means for the books, with what it changes of movements after it.
    pub postings: Vec<StockPosting>,
}

impl From<Booking> for Entered {
    fn from(booking: Booking) -> Self {
        Self { value: booking.value, postings: booking.postings }
    }
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
    /// The ledger refuses.
    #[error("the ledger refuses")]
    Ledger(#[from] ReverseError),
}

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
    pub fn reverse(&self, sequence: u64) -> Result<Decision<StockFact>, ReverseStockError> {
        let movement = self.ledger.movements().map(|(movement, _)| movement).find(|known| known.sequence == sequence);
        let ends = movement.map(|movement| [movement.transfer.from(), movement.transfer.to()]);
        if ends.is_some_and(|ends| ends.contains(&Location::Loss) || ends.contains(&Location::Opening)) {
            return Err(ReverseStockError::Counted { sequence });
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
    /// [`CloseError`] if a later day is closed already.
    pub fn close(&self, through: NaiveDate) -> Result<Decision<StockFact>, CloseError> {
        match self.ledger.closed_through() {
            Some(closed) if closed == through => Ok(Decision::AlreadyRecorded),
            Some(closed) if closed > through => Err(CloseError::AlreadyClosed { closed }),
            Some(_) | None => Ok(Decision::Record(StockFact::PeriodClosed { through })),
        }
    }

    /// What was booked by a paper, if it is of the open period: nothing new is to be booked by it.
    #[must_use]
    pub fn booked(&self, reference: &Reference) -> Option<&Movement> {
        self.ledger.by_reference(reference)
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

impl StockFact {
    /// What the fact was worth and means for the books.
    #[must_use]
    pub fn entered(&self) -> Option<Entered> {
        match self {
            Self::Received(booking)
            | Self::Issued { booking, .. }
            | Self::Opened { opening: Some(booking), .. }
            | Self::Counted { difference: Some(booking), .. } => Some(booking.clone().into()),
            Self::Reversed { value, postings, .. } => Some(Entered { value: *value, postings: postings.clone() }),
            Self::Opened { opening: None, .. } | Self::Counted { difference: None, .. } | Self::PeriodClosed { .. } => {
                None
            }
        }
    }
}

impl Entity for Stock {
    const KIND: Kind = Kind::literal("stock");
    type Fact = StockFact;

    fn open(fact: &StockFact) -> Option<Self> {
        match fact {
            StockFact::Opened { item, unit, currency, opening } => {
                let mut stock = Self { item: *item, counts: Vec::new(), ledger: Ledger::new(*unit, *currency) };
                if let Some(booking) = opening {
                    stock.enter(booking);
                }
                Some(stock)
            }
            StockFact::Received(_)
            | StockFact::Issued { .. }
            | StockFact::Counted { .. }
            | StockFact::Reversed { .. }
            | StockFact::PeriodClosed { .. } => None,
        }
    }

    fn apply(&mut self, fact: &StockFact) {
        match fact {
            StockFact::Opened { .. } => {}
            StockFact::Received(booking) | StockFact::Issued { booking, .. } => self.enter(booking),
            StockFact::Counted { count, difference } => {
                if let Some(booking) = difference {
                    self.enter(booking);
                }
                self.counts.push(count.clone());
            }
            StockFact::Reversed { sequence, .. } => {
                // Invariant: it was reversed in the same ledger when it was decided.
                let _ = self.ledger.reverse(*sequence);
            }
            StockFact::PeriodClosed { through } => {
                // Invariant: no later day is closed.
                let _ = self.ledger.close(*through);
                let _ = self.ledger.forget(*through);
                self.counts.retain(|count| count.on > *through);
            }
        }
    }
}
