//! One line of an order.

use chrono::NaiveDate;
use office_core::subject::{CostCentreId, ItemId};
use office_core::{Money, PriceError, Quantity, Rounding, UnitPrice};
use serde::{Deserialize, Serialize};

use super::Remedy;
use crate::{ReceiptTolerance, RequisitionLineRef};

/// What is agreed on a line.
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
    /// The line of a requisition that it buys, or a part of it, in the same unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requisition: Option<RequisitionLineRef>,
    /// The day by which it is to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<NaiveDate>,
    /// How far what arrives may be off.
    #[serde(default = "nothing", skip_serializing_if = "is_nothing")]
    pub tolerance: ReceiptTolerance,
    /// Whether it is what the vendor asks beside the goods, such as for bringing them: billed with them, and not counted
    /// where it is told how the vendor delivers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_charge: bool,
}

const fn nothing() -> ReceiptTolerance {
    ReceiptTolerance::NONE
}

fn is_nothing(tolerance: &ReceiptTolerance) -> bool {
    *tolerance == ReceiptTolerance::NONE
}

impl NewOrderLine {
    /// So many at a price, for somebody: asked for by nobody, due on no day, no charge, and nothing of it may be off.
    #[must_use]
    pub const fn new(item: ItemId, quantity: Quantity, price: UnitPrice, cost_centre: CostCentreId) -> Self {
        let tolerance = ReceiptTolerance::NONE;
        Self { item, quantity, price, cost_centre, requisition: None, due: None, tolerance, is_charge: false }
    }
}

/// One line of an order, and how far it has come. All quantities in the unit of the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    number: u32,
    item: ItemId,
    ordered: Quantity,
    price: UnitPrice,
    cost_centre: CostCentreId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    requisition: Option<RequisitionLineRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due: Option<NaiveDate>,
    #[serde(default = "nothing", skip_serializing_if = "is_nothing")]
    tolerance: ReceiptTolerance,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_charge: bool,
    received: Quantity,
    /// Of those that were received.
    returned: Quantity,
    /// Of those that were returned.
    replaced: Quantity,
    billed: Quantity,
    /// Of those that were billed.
    credited: Quantity,
    cancelled: Quantity,
    waived: Quantity,
    /// Whether the rest was cancelled: nothing is to come then beyond what is wanted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    closed: bool,
}

impl OrderLine {
    pub(super) const fn new(number: u32, line: NewOrderLine) -> Self {
        let NewOrderLine { item, quantity, price, cost_centre, requisition, due, tolerance, is_charge } = line;
        let none = Quantity::zero(quantity.unit());
        Self {
            number,
            item,
            ordered: quantity,
            price,
            cost_centre,
            requisition,
            due,
            tolerance,
            is_charge,
            received: none,
            returned: none,
            replaced: none,
            billed: none,
            credited: none,
            cancelled: none,
            waived: none,
            closed: false,
        }
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

    /// The line of a requisition that it buys, or a part of it.
    #[must_use]
    pub const fn requisition(&self) -> Option<RequisitionLineRef> {
        self.requisition
    }

    /// The day by which it is to come.
    #[must_use]
    pub const fn due(&self) -> Option<NaiveDate> {
        self.due
    }

    /// How far what arrives may be off.
    #[must_use]
    pub const fn tolerance(&self) -> ReceiptTolerance {
        self.tolerance
    }

    /// Whether it is what the vendor asks beside the goods.
    #[must_use]
    pub const fn is_charge(&self) -> bool {
        self.is_charge
    }

    /// How many have come, whatever became of them.
    #[must_use]
    pub const fn received(&self) -> Quantity {
        self.received
    }

    /// How many of those that have come were sent back.
    #[must_use]
    pub const fn returned(&self) -> Quantity {
        self.returned
    }

    /// How many of those that were sent back the vendor was to replace.
    #[must_use]
    pub const fn replaced(&self) -> Quantity {
        self.replaced
    }

    /// How many were billed.
    #[must_use]
    pub const fn billed(&self) -> Quantity {
        self.billed
    }

    /// How many of those that were billed the vendor has credited.
    #[must_use]
    pub const fn credited(&self) -> Quantity {
        self.credited
    }

    /// How many have come and were kept.
    #[must_use]
    pub fn kept(&self) -> Quantity {
        less(self.received, self.returned)
    }

    /// How many count as delivered: all that have come but those that are to come again.
    #[must_use]
    pub fn delivered(&self) -> Quantity {
        less(self.received, self.replaced)
    }

    /// How many were billed and not credited.
    #[must_use]
    pub fn charged(&self) -> Quantity {
        less(self.billed, self.credited)
    }

    /// How many may be billed: they have come, were kept, and are not billed.
    #[must_use]
    pub fn payable(&self) -> Quantity {
        positive(less(self.kept(), self.charged()))
    }

    /// How many the vendor is to credit: they were billed and sent back, and nothing is to come in their place.
    #[must_use]
    pub fn credit_due(&self) -> Quantity {
        let expected = self.expected();
        let to_come = if self.replaced.amount() < expected.amount() { self.replaced } else { expected };
        positive(less(self.charged(), plus(self.kept(), to_come)))
    }

    /// How many are not expected any more, though they never came.
    #[must_use]
    pub const fn cancelled(&self) -> Quantity {
        self.cancelled
    }

    /// How many did not come and are not missed: so few that the tolerance covers them. Should they come late, they are
    /// received all the same.
    #[must_use]
    pub const fn waived(&self) -> Quantity {
        self.waived
    }

    /// How many are still to come.
    #[must_use]
    pub fn expected(&self) -> Quantity {
        positive(less(less(self.wanted(), self.waived), self.delivered()))
    }

    /// How many were ordered and not cancelled.
    #[must_use]
    pub fn wanted(&self) -> Quantity {
        less(self.ordered, self.cancelled)
    }

    /// How many may have come in all: those that are wanted, and what the tolerance allows above, unless the rest was
    /// cancelled.
    #[must_use]
    pub fn allowed(&self) -> Quantity {
        let wanted = self.wanted();
        if self.closed {
            return wanted;
        }
        wanted.checked_add(self.tolerance.over.of(wanted)).unwrap_or(wanted)
    }

    /// What so many are worth at the agreed price.
    ///
    /// # Errors
    /// As [`UnitPrice::extend`].
    pub fn worth(&self, quantity: Quantity, rounding: Rounding) -> Result<Money, PriceError> {
        self.price.extend(&quantity, rounding)
    }

    /// What is agreed on it: as many as were ordered. Nothing where it was removed.
    #[must_use]
    pub fn terms(&self) -> Option<NewOrderLine> {
        let Self { item, ordered: quantity, price, cost_centre, requisition, due, tolerance, is_charge, .. } = *self;
        let line = NewOrderLine { item, quantity, price, cost_centre, requisition, due, tolerance, is_charge };
        (!quantity.is_zero()).then_some(line)
    }

    /// Wants so many in all from now on: what was cancelled or not missed before does not count any more.
    pub(super) const fn want(&mut self, quantity: Quantity) {
        let none = Quantity::zero(quantity.unit());
        (self.ordered, self.cancelled, self.waived, self.closed) = (quantity, none, none, false);
    }

    pub(super) const fn set_price(&mut self, price: UnitPrice) {
        self.price = price;
    }

    pub(super) const fn set_due(&mut self, due: Option<NaiveDate>) {
        self.due = due;
    }

    /// Whether so many above those that are wanted may come.
    pub(super) fn tolerates(&self, above: Quantity) -> bool {
        !self.closed && self.tolerance.over.admits(self.wanted(), above)
    }

    /// How many are not missed once so many are delivered: the rest, where the tolerance covers it.
    pub(super) fn waives(&self, delivered: Quantity) -> Option<Quantity> {
        let left = less(less(self.wanted(), self.waived), delivered);
        (left.is_positive() && self.tolerance.under.admits(self.wanted(), left)).then_some(left)
    }

    pub(super) fn receive(&mut self, quantity: Quantity, waived: Option<Quantity>) {
        self.received = plus(self.received, quantity);
        self.waived = waived.map_or(self.waived, |waived| plus(self.waived, waived));
    }

    pub(super) fn undo_receipt(&mut self, quantity: Quantity, waived: Option<Quantity>) {
        self.received = less(self.received, quantity);
        self.waived = waived.map_or(self.waived, |waived| less(self.waived, waived));
    }

    pub(super) fn send_back(&mut self, quantity: Quantity, remedy: Remedy) {
        self.returned = plus(self.returned, quantity);
        if remedy == Remedy::Replacement {
            self.replaced = plus(self.replaced, quantity);
        }
    }

    pub(super) fn bill(&mut self, quantity: Quantity) {
        self.billed = plus(self.billed, quantity);
    }

    pub(super) fn credit(&mut self, quantity: Quantity) {
        self.credited = plus(self.credited, quantity);
    }

    pub(super) fn cancel(&mut self, quantity: Quantity) {
        self.cancelled = plus(self.cancelled, quantity);
        self.closed |= !self.expected().is_positive();
    }

    /// Whether its quantities can be: all in one unit, none negative, no more cancelled and waived than ordered, billed
    /// than received, returned than received, replaced than returned or credited than billed.
    pub(super) fn is_sound(&self) -> bool {
        let Self { ordered, received, returned, replaced, billed, credited, cancelled, waived, price, .. } = *self;
        let quantities = [ordered, received, returned, replaced, billed, credited, cancelled, waived];
        let one_unit = quantities.iter().all(|quantity| quantity.unit() == price.per().unit());
        let pairs = [(plus(cancelled, waived), ordered), (billed, received), (returned, received)];
        one_unit
            && !quantities.iter().any(|quantity| quantity.is_negative())
            && pairs
                .iter()
                .chain(&[(replaced, returned), (credited, billed)])
                .all(|(part, whole)| part.amount() <= whole.amount())
    }
}

fn positive(quantity: Quantity) -> Quantity {
    if quantity.is_negative() { Quantity::zero(quantity.unit()) } else { quantity }
}

/// Invariant: the quantities of a line are in one unit, and were added up when they were decided upon.
fn plus(quantity: Quantity, more: Quantity) -> Quantity {
    quantity.checked_add(more).unwrap_or(quantity)
}

fn less(quantity: Quantity, fewer: Quantity) -> Quantity {
    quantity.checked_sub(fewer).unwrap_or(quantity)
}
