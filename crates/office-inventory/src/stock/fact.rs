//! What happens to the stock of an item.

use chrono::NaiveDate;
use office_core::subject::{ItemId, PersonId};
use office_core::{Currency, Money, UnitCode};
use serde::{Deserialize, Serialize};

use super::{Filed, StockCount};
use crate::{Entered, Ledger, LedgerTerms, LotId, Movement, Reference, Reservation, Revaluation, StockPosting};

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
        /// How it is valued, and what is told apart.
        #[serde(default, skip_serializing_if = "is_usual")]
        terms: LedgerTerms,
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
        /// What it was set aside for, if it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reserved_for: Option<Reference>,
    },
    /// Goods went from one of the office's own places to another.
    Moved(Booking),
    /// Goods went back to the vendor.
    Returned(Booking),
    /// Goods went into a kit or came out of one, or a kit was put together or taken apart.
    Assembled(Booking),
    /// Goods were counted.
    Counted {
        /// What was found.
        #[serde(flatten)]
        count: StockCount,
        /// Of which lot, where lots are told apart.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lot: Option<LotId>,
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
    /// What is there was valued otherwise.
    Revalued {
        /// How.
        revaluation: Revaluation,
        /// By how much its value went up.
        gain: Money,
        /// What that means for the books.
        postings: Vec<StockPosting>,
    },
    /// A charge was added to what a receipt cost.
    Charged {
        /// The movement by which the goods were received.
        receipt: u64,
        /// The paper of the charge.
        paper: Reference,
        /// How much.
        amount: Money,
        /// What that means for the books.
        postings: Vec<StockPosting>,
    },
    /// A charge was taken back.
    Discharged {
        /// The movement by which the goods were received.
        receipt: u64,
        /// The paper of the charge.
        paper: Reference,
        /// How much.
        amount: Money,
        /// What that means for the books.
        postings: Vec<StockPosting>,
    },
    /// The period up to and including a day was closed.
    PeriodClosed {
        /// The last day of it.
        through: NaiveDate,
    },
    /// Goods were set aside.
    Reserved {
        /// What for.
        reference: Reference,
        /// Which.
        reservation: Reservation,
    },
    /// Nothing is set aside for a reference any more.
    Released {
        /// The reference.
        reference: Reference,
    },
    /// What happened up to and including a day was filed away on a page.
    Filed(Filed),
    /// The last page was put back, as something came late for a day of it or before.
    Unfiled {
        /// How far the pages before it go.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Filed>,
        /// Its movements.
        ledger: Box<Ledger>,
        /// Its counts.
        counts: Vec<StockCount>,
    },
}

fn is_usual(terms: &LedgerTerms) -> bool {
    *terms == LedgerTerms::default()
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

impl StockFact {
    /// What the fact was worth and means for the books.
    #[must_use]
    pub fn entered(&self) -> Option<Entered> {
        match self {
            Self::Received(booking)
            | Self::Moved(booking)
            | Self::Returned(booking)
            | Self::Assembled(booking)
            | Self::Issued { booking, .. }
            | Self::Opened { opening: Some(booking), .. }
            | Self::Counted { difference: Some(booking), .. } => Some(booking.clone().into()),
            Self::Reversed { value, postings, .. }
            | Self::Revalued { gain: value, postings, .. }
            | Self::Charged { amount: value, postings, .. }
            | Self::Discharged { amount: value, postings, .. } => {
                Some(Entered { value: *value, postings: postings.clone() })
            }
            Self::Opened { opening: None, .. }
            | Self::Counted { difference: None, .. }
            | Self::PeriodClosed { .. }
            | Self::Reserved { .. }
            | Self::Released { .. }
            | Self::Filed(_)
            | Self::Unfiled { .. } => None,
        }
    }
}
