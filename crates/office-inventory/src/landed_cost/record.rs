//! A charge that was shared among goods, kept so that it can be taken back.
//!
//! ```text
//!   share_landed_cost ──► Shared ──► cancel_landed_cost ──► Cancelled
//! ```

use chrono::NaiveDate;
use office_core::subject::ItemId;
use office_core::{Decimal, Entity, Entries, Id, Kind, Money, Quantity, Unique, decimal_text};
use serde::{Deserialize, Serialize};

use super::ChargeBasis;
use crate::Reference;

/// The id of a charge that was shared.
pub type LandedCostId = Id<LandedCost>;

/// A charge that was shared among goods that were received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LandedCost {
    bill: LandedCostBill,
    shares: Vec<ChargeShare>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cancelled: Option<NaiveDate>,
}

/// A charge that is to be shared: a freight bill, a duty notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LandedCostBill {
    /// The paper it is booked by, which is used once.
    pub paper: Reference,
    /// How much.
    pub charge: Money,
    /// By what it is shared.
    pub by: ChargeBasis,
    /// The day on which it is booked where the period of a receipt is closed.
    pub on: NaiveDate,
    /// What it was for.
    pub lines: Vec<LandedGoods>,
}

/// Goods that a charge was for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LandedGoods {
    /// The item.
    pub item: ItemId,
    /// The paper by which they were received.
    pub receipt: Reference,
    /// The day on which they were received.
    pub received: NaiveDate,
    /// What they weigh, all lines in one unit; nothing where it is not shared by weight.
    #[serde(with = "decimal_text")]
    pub weight: Decimal,
}

/// What one line bears of a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChargeShare {
    /// The item.
    pub item: ItemId,
    /// The movement by which it was received.
    pub receipt: u64,
    /// How many were received.
    pub quantity: Quantity,
    /// The share.
    pub amount: Money,
    /// How it was booked.
    pub booked: ShareBooking,
}

/// How a share was booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareBooking {
    /// Onto the receipt, as its period was open.
    Charged,
    /// Onto what was left of it; the rest of the share is a price difference, as its period was closed.
    Corrected {
        /// How much went onto what was left.
        left: Money,
        /// The revaluation, if anything was left.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sequence: Option<u64>,
    },
}

/// What happens to a charge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LandedCostFact {
    /// It was shared.
    Shared {
        /// What was to be shared.
        bill: LandedCostBill,
        /// What each line bears, in their order.
        shares: Vec<ChargeShare>,
    },
    /// It was taken back.
    Cancelled {
        /// On which day.
        on: NaiveDate,
    },
}

impl LandedCost {
    /// The charge that was shared by a paper.
    pub const BY_PAPER: Unique<Self, String> = Unique::new("paper");

    /// What was shared, among which goods.
    #[must_use]
    pub const fn bill(&self) -> &LandedCostBill {
        &self.bill
    }

    /// What each line bears, in their order.
    #[must_use]
    pub fn shares(&self) -> &[ChargeShare] {
        &self.shares
    }

    /// When it was taken back, if it was.
    #[must_use]
    pub const fn cancelled(&self) -> Option<NaiveDate> {
        self.cancelled
    }
}

impl Entity for LandedCost {
    const KIND: Kind = Kind::literal("landed_cost");
    type Fact = LandedCostFact;

    fn open(fact: &LandedCostFact) -> Option<Self> {
        match fact {
            LandedCostFact::Shared { bill, shares } => {
                Some(Self { bill: bill.clone(), shares: shares.clone(), cancelled: None })
            }
            LandedCostFact::Cancelled { .. } => None,
        }
    }

    fn apply(&mut self, fact: &LandedCostFact) {
        match fact {
            LandedCostFact::Shared { .. } => {}
            LandedCostFact::Cancelled { on } => self.cancelled = Some(*on),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.unique(Self::BY_PAPER, &self.bill.paper.as_str().to_owned());
    }
}
