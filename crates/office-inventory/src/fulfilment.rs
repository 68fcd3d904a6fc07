//! What became of what was ordered: the record by which a vendor is measured.

use chrono::NaiveDate;
use office_core::{Quantity, UnitPrice};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{OrderStatus, PurchaseOrder, Reference};

/// What became of one line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fulfilment {
    /// The number of the order.
    pub order: Reference,
    /// The line, from 1.
    pub line: u32,
    /// The day on which the vendor got the order.
    pub ordered: NaiveDate,
    /// The day by which it was to come.
    pub due: NaiveDate,
    /// How many were ordered and not cancelled, in the unit of the price.
    pub wanted: Quantity,
    /// The agreed price.
    pub price: UnitPrice,
    /// What has come, in any order.
    pub arrivals: Vec<Arrival>,
}

/// A part of a line, or all of it, that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arrival {
    /// When it came.
    pub on: NaiveDate,
    /// How many, in the unit of the price.
    pub quantity: Quantity,
    /// How many of them were rejected at the door or returned later.
    pub rejected: Quantity,
}

/// What is told of a line cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FulfilmentError {
    /// A quantity is told in another unit than the price.
    #[error("{given} on line {line} of `{order}` is not in the unit of its price")]
    Unit {
        /// The order.
        order: Reference,
        /// The line.
        line: u32,
        /// What is told.
        given: Quantity,
    },
    /// Less than nothing was ordered.
    #[error("{wanted} on line {line} of `{order}` cannot be wanted: nothing or more is accepted")]
    Wanted {
        /// The order.
        order: Reference,
        /// The line.
        line: u32,
        /// What is told.
        wanted: Quantity,
    },
    /// Nothing or less has come, or not as many as were rejected, or less than nothing was rejected.
    #[error("{came} on line {line} of `{order}` cannot come, of them {rejected} rejected")]
    Quantity {
        /// The order.
        order: Reference,
        /// The line.
        line: u32,
        /// What is told to have come.
        came: Quantity,
        /// What is told to have been rejected.
        rejected: Quantity,
    },
    /// It came before it was ordered.
    #[error("line {line} of `{order}` was ordered on {ordered} and cannot have come on {came}")]
    BeforeOrder {
        /// The order.
        order: Reference,
        /// The line.
        line: u32,
        /// When it was ordered.
        ordered: NaiveDate,
        /// When it is told to have come.
        came: NaiveDate,
    },
}

impl Fulfilment {
    /// When the first part came, as was known at the end of a day.
    #[must_use]
    pub fn first(&self, as_of: NaiveDate) -> Option<NaiveDate> {
        self.known(as_of).map(|arrival| arrival.on).min()
    }

    /// When all that was wanted had come, as was known at the end of a day.
    #[must_use]
    pub fn complete(&self, as_of: NaiveDate) -> Option<NaiveDate> {
        let mut arrivals: Vec<_> = self.known(as_of).collect();
        arrivals.sort_unstable_by_key(|arrival| arrival.on);
        let mut came = Quantity::zero(self.wanted.unit());
        arrivals.into_iter().find_map(|arrival| {
            came = came.checked_add(arrival.quantity).ok()?;
            (came.amount() >= self.wanted.amount()).then_some(arrival.on)
        })
    }

    /// What had come by the end of a day.
    pub(crate) fn known(&self, as_of: NaiveDate) -> impl Iterator<Item = &Arrival> {
        self.arrivals.iter().filter(move |arrival| arrival.on <= as_of)
    }

    pub(crate) fn check(&self) -> Result<(), FulfilmentError> {
        let (order, line, unit) = (|| self.order.clone(), self.line, self.price.per().unit());
        let quantities = self.arrivals.iter().flat_map(|arrival| [arrival.quantity, arrival.rejected]);
        if let Some(given) = quantities.chain([self.wanted]).find(|given| given.unit() != unit) {
            return Err(FulfilmentError::Unit { order: order(), line, given });
        }
        if self.wanted.is_negative() {
            return Err(FulfilmentError::Wanted { order: order(), line, wanted: self.wanted });
        }
        for &Arrival { on, quantity: came, rejected } in &self.arrivals {
            if !came.is_positive() || rejected.is_negative() || rejected.amount() > came.amount() {
                return Err(FulfilmentError::Quantity { order: order(), line, came, rejected });
            }
            if on < self.ordered {
                return Err(FulfilmentError::BeforeOrder { order: order(), line, ordered: self.ordered, came: on });
            }
        }
        Ok(())
    }
}

impl PurchaseOrder {
    /// What became of its lines, where those were to come by a day that say nothing else: nothing as long as the vendor
    /// does not have it. What went back counts as rejected; charges beside the goods do not count.
    #[must_use]
    pub fn fulfilments(&self, due: NaiveDate) -> Vec<Fulfilment> {
        let OrderStatus::Sent { on: ordered } = self.status() else { return Vec::new() };
        let fulfilment = |line: &crate::OrderLine| Fulfilment {
            order: self.number().clone(),
            line: line.number(),
            ordered,
            due: line.due().unwrap_or(due),
            wanted: line.wanted(),
            price: line.price(),
            arrivals: self
                .arrivals(line.number())
                .map(|(on, quantity, rejected)| Arrival { on, quantity, rejected })
                .collect(),
        };
        self.lines().iter().filter(|line| !line.is_charge()).map(fulfilment).collect()
    }
}
