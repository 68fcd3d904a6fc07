//! What stock movements mean for the books.

use chrono::NaiveDate;
use office_core::Money;
use office_core::subject::{CostCentreId, PartyId};
use serde::{Deserialize, Serialize};

use crate::Location;

/// The accounts that stock movements touch, in the words of the store. Which numbers they have is for the books to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockAccount {
    /// The value of what is on hand.
    Stock,
    /// The value of what is on the way between two places of the office's own.
    InTransit,
    /// Goods that a vendor has delivered and not yet billed.
    GoodsReceived(PartyId),
    /// The cost of goods that a client got.
    Delivered(PartyId),
    /// The expense of what a cost centre has used.
    Consumption(CostCentreId),
    /// The expense of what counting found missing; the gain of what it found.
    Difference,
    /// The value that stock had when its account was opened.
    Opening,
    /// What goes into kits and comes out of them. Nothing is left on it but what components cost more or less than was
    /// known when they went in.
    Assembly,
    /// Freight, duty and the like, which are part of what goods cost and billed apart.
    LandedCost,
    /// What goods cost more or less than they are valued at, and what valuing them anew gains or loses.
    PriceDifference,
}

impl StockAccount {
    pub(crate) const fn of(location: Location) -> Self {
        match location {
            Location::Storage(_) => Self::Stock,
            Location::Transit(_) => Self::InTransit,
            Location::Supplier(vendor) => Self::GoodsReceived(vendor),
            Location::Customer(client) => Self::Delivered(client),
            Location::Consumption(cost_centre) => Self::Consumption(cost_centre),
            Location::Loss => Self::Difference,
            Location::Opening => Self::Opening,
            Location::Assembly => Self::Assembly,
        }
    }
}

/// Why a posting is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostingCause {
    /// The movement itself.
    Moved,
    /// A movement was entered or reversed before it, so that it costs something else than was posted.
    Recosted,
    /// The movement was reversed.
    Reversed,
    /// A charge came on top of what the goods cost.
    Charged,
    /// What is there was valued anew.
    Revalued,
}

/// A posting that the ledger proposes to the books: debit one account, credit another.
///
/// The postings proposed up to any moment add up, on the accounts of the stock and of what is on the way, to the value of
/// both at that moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StockPosting {
    /// The movement it belongs to.
    pub sequence: u64,
    /// The day of that movement.
    pub effective: NaiveDate,
    /// Why it is proposed.
    pub cause: PostingCause,
    /// The account to debit.
    pub debit: StockAccount,
    /// The account to credit.
    pub credit: StockAccount,
    /// How much; always above zero.
    pub amount: Money,
}

impl StockPosting {
    /// The posting by which an amount goes from one account to another, or back if it is negative; none if nothing
    /// changes on any account.
    pub(super) fn new(
        (effective, sequence): (NaiveDate, u64),
        (from, to): (StockAccount, StockAccount),
        amount: Money,
        cause: PostingCause,
    ) -> Option<Self> {
        let (debit, credit) = if amount.is_negative() { (from, to) } else { (to, from) };
        let posting = Self { sequence, effective, cause, debit, credit, amount: amount.abs() };
        (debit != credit && !amount.is_zero()).then_some(posting)
    }
}
