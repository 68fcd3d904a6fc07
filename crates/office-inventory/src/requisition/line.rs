//! One line of a requisition, and how far it has come.

use std::collections::BTreeMap;

use office_core::subject::{ItemId, OrderId, RequisitionId};
use office_core::{Money, Quantity, Ratio, Rounding};
use serde::{Deserialize, Serialize};

use super::NewRequisitionLine;

/// A line of a requisition, as an order refers to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequisitionLineRef {
    /// The requisition.
    pub requisition: RequisitionId,
    /// The line, from 1.
    pub line: u32,
}

/// What has become of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LineProgress {
    /// How much each order has; nothing where it was cut again.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) ordered: BTreeMap<OrderId, Quantity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) abandoned: Option<Quantity>,
}

impl LineProgress {
    pub(super) fn abandon(&mut self, quantity: Quantity) {
        // Invariant: no more than is open is given up, so the sum can be held.
        self.abandoned = self.abandoned.map_or(Some(quantity), |before| before.checked_add(quantity).ok());
    }
}

/// How far a line of a requisition has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequisitionLineState {
    /// It was not ordered yet.
    Open,
    /// It was ordered, and what was ordered is not on any order now.
    OpenAgain,
    /// Some of it is on order, and some is open.
    PartlyOrdered,
    /// What is wanted of it is on order.
    Ordered,
    /// Nothing of it is on order or wanted any more.
    Abandoned,
}

/// A line of a requisition, and how far it has come. All quantities in the unit in which it was asked for.
///
/// What was asked for is always what is open, what is on orders, and what was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequisitionLine<'a> {
    number: u32,
    asked: &'a NewRequisitionLine,
    progress: Option<&'a LineProgress>,
}

impl<'a> RequisitionLine<'a> {
    pub(super) const fn new(number: u32, asked: &'a NewRequisitionLine, progress: Option<&'a LineProgress>) -> Self {
        Self { number, asked, progress }
    }

    /// Its number, from 1.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.number
    }

    /// What is to be bought.
    #[must_use]
    pub const fn item(self) -> ItemId {
        self.asked.item
    }

    /// How many were asked for.
    #[must_use]
    pub const fn requested(self) -> Quantity {
        self.asked.quantity
    }

    /// What all that was asked for was going to cost.
    #[must_use]
    pub const fn estimate(self) -> Money {
        self.asked.estimate
    }

    /// The orders that have or had some of it, and how much they have now.
    pub fn orders(self) -> impl Iterator<Item = (OrderId, Quantity)> + 'a {
        self.progress.into_iter().flat_map(|progress| &progress.ordered).map(|(order, quantity)| (*order, *quantity))
    }

    /// How many are on orders.
    #[must_use]
    pub fn ordered(self) -> Quantity {
        let none = Quantity::zero(self.requested().unit());
        // Invariant: no more than was asked for is on orders, so the sum can be held.
        Quantity::sum(self.orders().map(|(_, quantity)| quantity), none.unit()).unwrap_or(none)
    }

    /// How many are not wanted any more.
    #[must_use]
    pub fn abandoned(self) -> Quantity {
        let abandoned = self.progress.and_then(|progress| progress.abandoned);
        abandoned.unwrap_or(Quantity::zero(self.requested().unit()))
    }

    /// How many are neither on order nor given up.
    #[must_use]
    pub fn open(self) -> Quantity {
        let left = self.requested().checked_sub(self.ordered()).and_then(|left| left.checked_sub(self.abandoned()));
        left.unwrap_or(Quantity::zero(self.requested().unit()))
    }

    /// What so many of it were going to cost: their part of the estimate, half a cent rounded up.
    #[must_use]
    pub fn estimate_of(self, quantity: Quantity) -> Money {
        let [part, whole] = [quantity, self.requested()].map(|quantity| Ratio::from_decimal(quantity.amount()));
        let share = part.checked_div(whole).ok();
        let estimate = share.and_then(|share| self.estimate().times_ratio(share, Rounding::HalfUp).ok());
        estimate.unwrap_or(self.estimate())
    }

    /// How far it has come.
    #[must_use]
    pub fn state(self) -> RequisitionLineState {
        match (self.ordered().is_positive(), self.open().is_positive()) {
            (true, true) => RequisitionLineState::PartlyOrdered,
            (true, false) => RequisitionLineState::Ordered,
            (false, true) if self.orders().next().is_some() => RequisitionLineState::OpenAgain,
            (false, true) => RequisitionLineState::Open,
            (false, false) => RequisitionLineState::Abandoned,
        }
    }
}
