//! One movement of goods.

use chrono::NaiveDate;
use office_core::subject::PlaceId;
use office_core::{Money, Quantity};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Location, Reference};

/// Goods going from one location to another: how many, and what they are worth where that is not for the ledger to say.
///
/// Goods that come into storage bring their value with them. What leaves storage takes the value that FIFO gives it, and
/// what moves within storage keeps its value.
///
/// # Example
/// ```
/// use office_core::{Currency, Id, Money};
/// use office_inventory::{Location, Transfer, TransferError};
///
/// let room = Id::natural("place", "R-S1");
/// let vendor = Location::Supplier(Id::natural("party", "V-01"));
/// let value = Money::from_minor(21_50, Currency::EUR);
/// let delivered = Transfer::inward("5 ream".parse()?, value, vendor, room)?;
/// assert_eq!(delivered.quantity().to_string(), "5 ream");
///
/// assert_eq!(
///     Transfer::inward("0 ream".parse()?, value, vendor, room),
///     Err(TransferError::NotPositive { quantity: "0 ream".parse()? })
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Transfer {
    // Invariant: the quantity is positive, the ends differ and one at least is storage; there is a value, not negative,
    // exactly if goods come into storage from outside.
    parts: Parts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Parts {
    quantity: Quantity,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<Money>,
    from: Location,
    to: Location,
}

impl Transfer {
    /// Goods come into storage, worth `value`.
    ///
    /// # Errors
    /// [`TransferError`], in the order of its variants.
    pub fn inward(quantity: Quantity, value: Money, from: Location, to: PlaceId) -> Result<Self, TransferError> {
        Self::try_from(Parts { quantity, value: Some(value), from, to: Location::Storage(to) })
    }

    /// Goods leave storage.
    ///
    /// # Errors
    /// [`TransferError`], in the order of its variants.
    pub fn outward(quantity: Quantity, from: PlaceId, to: Location) -> Result<Self, TransferError> {
        Self::try_from(Parts { quantity, value: None, from: Location::Storage(from), to })
    }

    /// Goods go from one place of storage to another.
    ///
    /// # Errors
    /// [`TransferError`], in the order of its variants.
    pub fn within(quantity: Quantity, from: PlaceId, to: PlaceId) -> Result<Self, TransferError> {
        Self::outward(quantity, from, Location::Storage(to))
    }

    /// How many.
    #[must_use]
    pub const fn quantity(&self) -> Quantity {
        self.parts.quantity
    }

    /// What they are worth, where they come into storage.
    #[must_use]
    pub const fn value(&self) -> Option<Money> {
        self.parts.value
    }

    /// Where they come from.
    #[must_use]
    pub const fn from(&self) -> Location {
        self.parts.from
    }

    /// Where they go.
    #[must_use]
    pub const fn to(&self) -> Location {
        self.parts.to
    }
}

impl TryFrom<Parts> for Transfer {
    type Error = TransferError;

    fn try_from(parts: Parts) -> Result<Self, Self::Error> {
        let Parts { quantity, value, from, to } = parts;
        if !quantity.is_positive() {
            return Err(TransferError::NotPositive { quantity });
        }
        if from == to {
            return Err(TransferError::Nowhere { location: from });
        }
        match (from.is_storage(), to.is_storage(), value) {
            (false, false, _) => Err(TransferError::NotOurs { from, to }),
            (false, true, None) => Err(TransferError::NoValue { from }),
            (true, _, Some(value)) => Err(TransferError::OwnValue { value }),
            (false, true, Some(value)) if value.is_negative() => Err(TransferError::NegativeValue { value }),
            (false, true, Some(_)) | (true, _, None) => Ok(Self { parts }),
        }
    }
}

impl From<Transfer> for Parts {
    fn from(transfer: Transfer) -> Self {
        transfer.parts
    }
}

/// Goods cannot go that way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TransferError {
    /// There is nothing to move.
    #[error("{quantity} cannot be moved: a quantity above zero is wanted")]
    NotPositive {
        /// The quantity.
        quantity: Quantity,
    },
    /// Both ends are the same.
    #[error("goods cannot go from a location to itself")]
    Nowhere {
        /// The location.
        location: Location,
    },
    /// Neither end is storage.
    #[error("one end at least has to be storage")]
    NotOurs {
        /// Where they would come from.
        from: Location,
        /// Where they would go.
        to: Location,
    },
    /// Goods come into storage without a value.
    #[error("goods that come into storage bring a value")]
    NoValue {
        /// Where they would come from.
        from: Location,
    },
    /// Goods leave a place of storage with a value of their own.
    #[error("{value} cannot be stated: what leaves storage takes the value that the ledger gives it")]
    OwnValue {
        /// The value.
        value: Money,
    },
    /// The value is negative.
    #[error("{value} is negative: goods are worth nothing or more")]
    NegativeValue {
        /// The value.
        value: Money,
    },
}

/// A transfer in its place in time.
///
/// Movements happen in the order of their day and, within a day, of their sequence, which is the order in which they were
/// recorded. A movement recorded late for an earlier day is backdated.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Movement {
    /// Its number in the order of recording, unique in the ledger.
    pub sequence: u64,
    /// The day on which it happened.
    pub effective: NaiveDate,
    /// The paper it was booked by.
    pub reference: Reference,
    /// What went where.
    pub transfer: Transfer,
}

impl Movement {
    /// Its place in time.
    pub(crate) const fn place(&self) -> (NaiveDate, u64) {
        (self.effective, self.sequence)
    }
}
