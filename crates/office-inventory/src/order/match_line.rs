//! A line as an invoice is matched with it.

use office_core::subject::{CostCentreId, ItemId};
use office_core::{Money, Quantity, Rounding, UnitPrice};
use serde::{Deserialize, Serialize};

use super::{OrderLine, PurchaseOrder};

/// A line as an invoice is matched with it: all that was agreed on and became of it, as plain values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchLine {
    /// The line, from 1.
    pub line: u32,
    /// What was ordered.
    pub item: ItemId,
    /// For whom it was bought.
    pub cost_centre: CostCentreId,
    /// The agreed price.
    pub price: UnitPrice,
    /// Whether it is what the vendor asks beside the goods: nobody receives it, and it is matched with the order alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_charge: bool,
    /// How many were ordered and not cancelled, as last amended.
    pub ordered: Quantity,
    /// How many have come, whatever became of them.
    pub received: Quantity,
    /// How many of them were sent back.
    pub returned: Quantity,
    /// How many were billed before.
    pub billed: Quantity,
    /// How many of them were credited.
    pub credited: Quantity,
    /// How many may be billed: they have come, were kept, and are not billed.
    pub payable: Quantity,
    /// How many the vendor is to credit: they were billed and sent back, and nothing is to come in their place.
    pub credit_due: Quantity,
    /// What those that have come are worth at the agreed price. Nothing if that cannot be held.
    pub received_value: Option<Money>,
    /// What those that were sent back are worth at the agreed price.
    pub returned_value: Option<Money>,
    /// What those that were billed are worth at the agreed price.
    pub billed_value: Option<Money>,
    /// What those that were credited are worth at the agreed price.
    pub credited_value: Option<Money>,
}

impl PurchaseOrder {
    /// What was ordered, received, returned, billed and credited on each line: what an invoice or a credit note is matched
    /// with.
    #[must_use]
    pub fn match_lines(&self) -> Vec<MatchLine> {
        self.lines.iter().map(|line| line.to_match(self.terms.rounding)).collect()
    }
}

impl OrderLine {
    fn to_match(self, rounding: Rounding) -> MatchLine {
        let value = |quantity| self.worth(quantity, rounding).ok();
        MatchLine {
            line: self.number(),
            item: self.item(),
            cost_centre: self.cost_centre(),
            price: self.price(),
            is_charge: self.is_charge(),
            ordered: self.wanted(),
            received: self.received(),
            returned: self.returned(),
            billed: self.billed(),
            credited: self.credited(),
            payable: self.payable(),
            credit_due: self.credit_due(),
            received_value: value(self.received()),
            returned_value: value(self.returned()),
            billed_value: value(self.billed()),
            credited_value: value(self.credited()),
        }
    }
}
