//! One movement of goods.

use chrono::NaiveDate;
use office_core::subject::PlaceId;
use office_core::{Money, Quantity, Ratio, Rounding};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Location, LotId, Reference};

/// Goods going from one location to another: how many, of which lot, and what they are worth where that is not for the
/// ledger to say.
///
/// Goods that come from outside bring their value with them, or the cost at which they once went out. What goes out
/// takes the value that the ledger gives it, and what moves among the office's own places keeps its value.
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
    // Invariant: the quantity is positive, the ends differ and one at least is ours; there is a value, not negative, or
    // the movement that says it, exactly if goods come from outside.
    parts: Parts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    quantity: Quantity,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<Money>,
    from: Location,
    to: Location,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lot: Option<LotId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    of: Option<u64>,
}

impl Transfer {
    /// Goods come into storage, worth `value`.
    ///
    /// # Errors
    /// [`TransferError`], in the order of its variants.
    pub fn inward(quantity: Quantity, value: Money, from: Location, to: PlaceId) -> Result<Self, TransferError> {
        let to = Location::Storage(to);
        Self::try_from(Parts { quantity, value: Some(value), from, to, lot: None, of: None })
    }

    /// Goods that had gone out by movement `of` come back into storage, at the cost at which they went.
    ///
    /// # Errors
    /// [`TransferError`], in the order of its variants.
    pub fn back(quantity: Quantity, of: u64, from: Location, to: PlaceId) -> Result<Self, TransferError> {
        Self::try_from(Parts { quantity, value: None, from, to: Location::Storage(to), lot: None, of: Some(of) })
    }

    /// Goods leave storage.
    ///
    /// # Errors
    /// [`TransferError`], in the order of its variants.
    pub fn outward(quantity: Quantity, from: PlaceId, to: Location) -> Result<Self, TransferError> {
        Self::between(quantity, Location::Storage(from), to)
    }

    /// Goods go from one place of storage to another.
    ///
    /// # Errors
    /// [`TransferError`], in the order of its variants.
    pub fn within(quantity: Quantity, from: PlaceId, to: PlaceId) -> Result<Self, TransferError> {
        Self::outward(quantity, from, Location::Storage(to))
    }

    /// Goods of the office's own go anywhere: onto the way, off it, or out.
    ///
    /// # Errors
    /// [`TransferError`], in the order of its variants.
    pub fn between(quantity: Quantity, from: Location, to: Location) -> Result<Self, TransferError> {
        Self::try_from(Parts { quantity, value: None, from, to, lot: None, of: None })
    }

    /// The same for goods of a lot; of a single piece, its serial number is the lot.
    #[must_use]
    pub const fn of_lot(self, lot: LotId) -> Self {
        Self { parts: Parts { lot: Some(lot), ..self.parts } }
    }

    /// The same, with the goods of a receipt going first: a return to the vendor takes what the vendor had sent.
    ///
    /// # Errors
    /// [`TransferError::OwnValue`] for goods that come from outside.
    pub fn of_receipt(self, receipt: u64) -> Result<Self, TransferError> {
        Self::try_from(Parts { of: Some(receipt), ..self.parts })
    }

    /// How many.
    #[must_use]
    pub const fn quantity(&self) -> Quantity {
        self.parts.quantity
    }

    /// What they are worth, where they come from outside.
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

    /// Of which lot they are.
    #[must_use]
    pub const fn lot(&self) -> Option<LotId> {
        self.parts.lot
    }

    /// The movement by which they went out before, if they come back; the receipt whose goods go first, if they go out.
    #[must_use]
    pub const fn of(&self) -> Option<u64> {
        self.parts.of
    }

    /// What would make it so many instead, done now: more goods the same way, or some of them back at `value`, which is
    /// what the whole transfer was worth. Nothing if the quantity is the same.
    ///
    /// This is how a movement of a closed period is put right: what came of it later stays as it was.
    ///
    /// # Errors
    /// [`TransferError`] if the quantity is negative or in another unit.
    pub fn correction(&self, value: Money, quantity: Quantity) -> Result<Option<Self>, TransferError> {
        let Parts { quantity: done, from, to, lot, .. } = self.parts;
        let change = quantity.checked_sub(done).map_err(|_| TransferError::NotPositive { quantity })?;
        if quantity.is_negative() {
            return Err(TransferError::NotPositive { quantity });
        }
        if change.is_zero() {
            return Ok(None);
        }
        let ratio = Ratio::from_decimal(change.abs().amount()).checked_div(Ratio::from_decimal(done.amount()));
        let share = ratio.ok().and_then(|ratio| value.times_ratio(ratio, Rounding::HalfUp).ok()).unwrap_or(value);
        let (from, to) = if change.is_negative() { (to, from) } else { (from, to) };
        let value = (!from.is_ours()).then_some(share);
        Self::try_from(Parts { quantity: change.abs(), value, from, to, lot, of: None }).map(Some)
    }
}

impl TryFrom<Parts> for Transfer {
    type Error = TransferError;

    fn try_from(parts: Parts) -> Result<Self, Self::Error> {
        let Parts { quantity, value, from, to, of, .. } = parts;
        if !quantity.is_positive() {
            return Err(TransferError::NotPositive { quantity });
        }
        if from == to {
            return Err(TransferError::Nowhere { location: from });
        }
        match (from.is_ours(), to.is_ours(), value, of) {
            (false, false, ..) => Err(TransferError::NotOurs { from, to }),
            (false, true, None, None) => Err(TransferError::NoValue { from }),
            (true, _, Some(value), _) | (false, true, Some(value), Some(_)) => Err(TransferError::OwnValue { value }),
            (false, true, Some(value), None) if value.is_negative() => Err(TransferError::NegativeValue { value }),
            (false, true, Some(_), None) | (false, true, None, Some(_)) | (true, _, None, _) => Ok(Self { parts }),
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
    /// Neither end is the office's own.
    #[error("one end at least has to be storage, or the way between two places of it")]
    NotOurs {
        /// Where they would come from.
        from: Location,
        /// Where they would go.
        to: Location,
    },
    /// Goods come from outside without a value.
    #[error("goods that come from outside bring a value")]
    NoValue {
        /// Where they would come from.
        from: Location,
    },
    /// Goods have a value of their own that is for the ledger to say.
    #[error("{value} cannot be stated: what goes out or comes back takes the value that the ledger gives it")]
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
