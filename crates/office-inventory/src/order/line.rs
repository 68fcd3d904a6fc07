//! One line of an order.

use office_core::subject::{CostCentreId, ItemId};
use office_core::{Money, PriceError, Quantity, Rounding, UnitPrice};
use serde::{Deserialize, Serialize};

/// A line that is to be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewOrderLine {
    /// What is ordered.
    pub item: ItemId,
    /// How many, in the unit in which the vendor sells.
    pub quantity: Quantity,
    /// The agreed price.
    pub price: UnitPrice,
    /// For whom it is bought.
    pub cost_centre: CostCentreId,
}

/// One line of an order, and how far it has come. All quantities in the unit of the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    number: u32,
    item: ItemId,
    ordered: Quantity,
    price: UnitPrice,
    cost_centre: CostCentreId,
    received: Quantity,
    billed: Quantity,
    cancelled: Quantity,
}

/// A line as an invoice is matched with it.
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
    /// How many were ordered and not cancelled.
    pub ordered: Quantity,
    /// How many have come.
    pub received: Quantity,
    /// How many were billed before.
    pub billed: Quantity,
    /// What those that have come are worth at the agreed price. Nothing if that cannot be held.
    pub received_value: Option<Money>,
    /// What those that were billed are worth at the agreed price.
    pub billed_value: Option<Money>,
}

impl OrderLine {
    pub(super) const fn new(number: u32, line: NewOrderLine) -> Self {
        let NewOrderLine { item, quantity, price, cost_centre } = line;
        let none = Quantity::zero(quantity.unit());
        Self { number, item, ordered: quantity, price, cost_centre, received: none, billed: none, cancelled: none }
    }

    /// Its number, from 1.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// What is ordered.
    #[must_use]
    pub const fn item(&self) -> ItemId {
        self.item
    }

    /// How many were ordered.
    #[must_use]
    pub const fn ordered(&self) -> Quantity {
        self.ordered
    }

    /// The agreed price.
    #[must_use]
    pub const fn price(&self) -> UnitPrice {
        self.price
    }

    /// For whom it is bought.
    #[must_use]
    pub const fn cost_centre(&self) -> CostCentreId {
        self.cost_centre
    }

    /// How many have come.
    #[must_use]
    pub const fn received(&self) -> Quantity {
        self.received
    }

    /// How many were billed.
    #[must_use]
    pub const fn billed(&self) -> Quantity {
        self.billed
    }

    /// How many are not expected any more, though they never came.
    #[must_use]
    pub const fn cancelled(&self) -> Quantity {
        self.cancelled
    }

    /// How many are still to come.
    #[must_use]
    pub fn expected(&self) -> Quantity {
        let none = Quantity::zero(self.ordered.unit());
        let left = self.wanted().checked_sub(self.received).unwrap_or(none);
        if left.is_negative() { none } else { left }
    }

    /// How many were ordered and not cancelled.
    #[must_use]
    pub fn wanted(&self) -> Quantity {
        // Invariant: no more than what was ordered is cancelled, so the difference can be held.
        self.ordered.checked_sub(self.cancelled).unwrap_or(self.ordered)
    }

    /// What so many are worth at the agreed price.
    ///
    /// # Errors
    /// As [`UnitPrice::extend`].
    pub fn worth(&self, quantity: Quantity, rounding: Rounding) -> Result<Money, PriceError> {
        self.price.extend(&quantity, rounding)
    }

    pub(super) fn receive(&mut self, quantity: Quantity) {
        self.received = self.received.checked_add(quantity).unwrap_or(self.received);
    }

    pub(super) fn bill(&mut self, quantity: Quantity) {
        self.billed = self.billed.checked_add(quantity).unwrap_or(self.billed);
    }

    pub(super) fn cancel(&mut self, quantity: Quantity) {
        self.cancelled = self.cancelled.checked_add(quantity).unwrap_or(self.cancelled);
    }

    /// Whether its quantities can be: all in one unit, none negative, no more cancelled than ordered or billed than
    /// received.
    pub(super) fn is_sound(&self) -> bool {
        let Self { ordered, received, billed, cancelled, price, .. } = *self;
        let quantities = [ordered, received, billed, cancelled];
        let one_unit = quantities.iter().all(|quantity| quantity.unit() == price.per().unit());
        one_unit
            && !quantities.iter().any(|quantity| quantity.is_negative())
            && cancelled.amount() <= ordered.amount()
            && billed.amount() <= received.amount()
    }

    pub(super) fn to_match(self, rounding: Rounding) -> MatchLine {
        MatchLine {
            line: self.number,
            item: self.item,
            cost_centre: self.cost_centre,
            price: self.price,
            ordered: self.wanted(),
            received: self.received,
            billed: self.billed,
            received_value: self.worth(self.received, rounding).ok(),
            billed_value: self.worth(self.billed, rounding).ok(),
        }
    }
}
