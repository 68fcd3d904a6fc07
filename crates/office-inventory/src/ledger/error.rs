//! Why a ledger refuses.

use chrono::NaiveDate;
use office_core::{Currency, Quantity, UnitCode};
use thiserror::Error;

use super::LedgerTermsError;
use crate::{Location, LotId};

/// A movement cannot be entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EnterError {
    /// It is told in another unit than the ledger.
    #[error("`{given}` is not the unit of the ledger: `{kept}` is wanted")]
    OtherUnit {
        /// The unit of the ledger.
        kept: UnitCode,
        /// The unit of the movement.
        given: UnitCode,
    },
    /// Its value is in another currency than the ledger.
    #[error("{given} is not the currency of the ledger: {kept} is wanted")]
    OtherCurrency {
        /// The currency of the ledger.
        kept: Currency,
        /// The currency of the value.
        given: Currency,
    },
    /// It is of a lot, and lots are not told apart.
    #[error("lots of these goods are not told apart")]
    LotNotTracked {
        /// The lot.
        lot: LotId,
    },
    /// It says of no lot, and lots are told apart.
    #[error("the lot or the serial number is wanted")]
    LotWanted,
    /// More or less than one is to have one serial number.
    #[error("{quantity} cannot have one serial number: one piece is wanted")]
    NotOnePiece {
        /// The quantity.
        quantity: Quantity,
    },
    /// What is valued otherwise cannot be so.
    #[error("goods cannot be valued so")]
    Terms(#[from] LedgerTermsError),
    /// It happened in a closed period.
    #[error("{effective} is closed: the period is closed through {closed}")]
    PeriodClosed {
        /// The last day of the closed period.
        closed: NaiveDate,
        /// The day of the movement.
        effective: NaiveDate,
    },
    /// It happened before what is still known one by one.
    #[error("{effective} is not known any more: what happened through {through} is put together")]
    Forgotten {
        /// The last day of which only the outcome is known.
        through: NaiveDate,
        /// The day of the movement.
        effective: NaiveDate,
    },
    /// Another movement has its sequence.
    #[error("sequence {sequence} is taken by another movement")]
    SequenceTaken {
        /// The sequence.
        sequence: u64,
    },
    /// There would be less than nothing: on its own day or, if it is backdated, on a later one.
    #[error("on {effective} {on_hand} are on hand and {wanted} would go")]
    Short {
        /// The location.
        location: Location,
        /// The first day on which there would not be enough.
        effective: NaiveDate,
        /// What is on hand there before the movement that cannot be.
        on_hand: Quantity,
        /// What would go.
        wanted: Quantity,
    },
    /// The piece with a serial number would be in two places.
    #[error("the piece would be in two places on {effective}")]
    TwoPlaces {
        /// The piece.
        lot: LotId,
        /// The first day on which it would be.
        effective: NaiveDate,
    },
    /// There would be more, or it would be worth more, than can be held; or nothing is left of a receipt that is charged.
    #[error("the quantity or the value would be out of range")]
    TooMuch,
    /// Goods come back that are not known to have gone out before by that movement, or not so many.
    #[error("movement {sequence} is not known to have taken so many out before")]
    NotIssued {
        /// The movement.
        sequence: u64,
    },
}

/// A movement cannot be reversed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ReverseError {
    /// There is no such movement in the open period.
    #[error("there is no movement {sequence} in the open period")]
    NotOpen {
        /// Its sequence.
        sequence: u64,
    },
    /// It was reversed before.
    #[error("movement {sequence} was reversed before")]
    AlreadyReversed {
        /// Its sequence.
        sequence: u64,
    },
    /// What happened after it would not have been possible without it.
    #[error("what happened after it would not have been possible")]
    Needed(#[from] EnterError),
}

/// A receipt cannot be charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ChargeError {
    /// There is no such receipt in the open period.
    #[error("there is no receipt {receipt} in the open period")]
    NotOpen {
        /// The receipt.
        receipt: u64,
    },
    /// The charge is in another currency than the ledger.
    #[error("{given} is not the currency of the ledger: {kept} is wanted")]
    OtherCurrency {
        /// The currency of the ledger.
        kept: Currency,
        /// The currency of the charge.
        given: Currency,
    },
    /// The receipt would be worth less than nothing.
    #[error("the receipt would be worth less than nothing")]
    Negative,
    /// There is no such charge to take back.
    #[error("receipt {receipt} has no such charge")]
    NotCharged {
        /// The receipt.
        receipt: u64,
    },
    /// The value would be out of range.
    #[error("the value would be out of range")]
    Value(#[from] EnterError),
}

/// A period cannot be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CloseError {
    /// It is closed already.
    #[error("the period is closed through {closed}: a later day is wanted")]
    AlreadyClosed {
        /// The last day of the closed period.
        closed: NaiveDate,
    },
    /// Goods had gone out that were not there yet, and are to be valued by what arrives later.
    #[error("on {through} goods had gone out that were not there: what they cost is not known yet")]
    Unsettled {
        /// The day.
        through: NaiveDate,
    },
}

/// What happened cannot be forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ForgetError {
    /// It is not closed.
    #[error("{through} is not closed: what happened there may still change")]
    Open {
        /// The day.
        through: NaiveDate,
    },
}
