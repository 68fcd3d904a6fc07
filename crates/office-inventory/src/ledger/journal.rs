//! What stock movements mean for the books.

use chrono::NaiveDate;
use office_core::Money;
use office_core::subject::{CostCentreId, PartyId};
use serde::{Deserialize, Serialize};

use crate::{Location, Movement};

/// The accounts that stock movements touch, in the words of the store. Which numbers they have is for the books to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockAccount {
    /// The value of what is on hand.
    Stock,
    /// Goods that a vendor has delivered and not yet billed.
    GoodsReceived(PartyId),
    /// The expense of what a cost centre has used.
    Consumption(CostCentreId),
    /// The expense of what counting found missing; the gain of what it found.
    Difference,
    /// The value that stock had when its account was opened.
    Opening,
}

impl StockAccount {
    pub(crate) const fn of(location: Location) -> Self {
        match location {
            Location::Storage(_) => Self::Stock,
            Location::Supplier(vendor) => Self::GoodsReceived(vendor),
            Location::Consumption(cost_centre) => Self::Consumption(cost_centre),
            Location::Loss => Self::Difference,
            Location::Opening => Self::Opening,
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
}

/// A posting that the ledger proposes to the books: debit one account, credit another.
///
/// The postings proposed up to any moment add up, on the account of the stock, to its value at that moment.
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
    /// The posting by which the cost of a movement goes up by `amount`, or down if that is negative; none if nothing
    /// changes on any account.
    pub(crate) fn of(movement: &Movement, amount: Money, cause: PostingCause) -> Option<Self> {
        let to = StockAccount::of(movement.transfer.to());
        let from = StockAccount::of(movement.transfer.from());
        let (debit, credit) = if amount.is_negative() { (from, to) } else { (to, from) };
        (debit != credit && !amount.is_zero()).then_some(Self {
            sequence: movement.sequence,
            effective: movement.effective,
            cause,
            debit,
            credit,
            amount: amount.abs(),
        })
    }
}
