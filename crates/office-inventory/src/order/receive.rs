//! Goods of an order arrive.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::{Decision, Money, MoneyError, PriceError, Quantity, Ratio, UnitCode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{OrderFact, OrderLine, OrderStatus, PurchaseOrder};
use crate::Reference;

/// What a delivery note says has arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The number of the note.
    pub note: Reference,
    /// The day on which it arrived.
    pub on: NaiveDate,
    /// How many, by line, in the unit of the line.
    pub lines: BTreeMap<u32, Quantity>,
}

/// What arrived on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedLine {
    /// The line, from 1.
    pub line: u32,
    /// How many, in the unit of the line.
    pub quantity: Quantity,
    /// What they are worth at the agreed price. The values of all deliveries of a line add up to that of the whole.
    pub value: Money,
}

/// A delivery cannot be received.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReceiveOrderError {
    /// Something else was received by this note.
    #[error("something else was received by `{note}`")]
    NoteReused {
        /// The number of the note.
        note: Reference,
    },
    /// The vendor was not sent the order.
    #[error("the order is {at:?}: only what was sent can arrive")]
    NotSent {
        /// Where the order is.
        at: OrderStatus,
    },
    /// Nothing is delivered.
    #[error("the delivery has no lines")]
    Empty,
    /// The order has no such line.
    #[error("the order has no line {line}")]
    NoLine {
        /// The line.
        line: u32,
    },
    /// What arrived is told in another unit than what was ordered.
    #[error("line {line} is told in `{given}`: `{ordered}` is wanted")]
    OtherUnit {
        /// The line.
        line: u32,
        /// The unit of the line.
        ordered: UnitCode,
        /// The unit of the delivery.
        given: UnitCode,
    },
    /// Nothing or less arrived.
    #[error("{arrived} on line {line} cannot arrive: more than nothing is wanted")]
    NotPositive {
        /// The line.
        line: u32,
        /// What arrived.
        arrived: Quantity,
    },
    /// More arrived than was ordered and the tolerance allows.
    #[error("{arrived} on line {line} are too many: {received} of {wanted} had come")]
    TooMany {
        /// The line.
        line: u32,
        /// What was ordered and not cancelled.
        wanted: Quantity,
        /// What had come before.
        received: Quantity,
        /// What arrived.
        arrived: Quantity,
    },
    /// What arrived cannot be valued.
    #[error("what arrived on line {line} cannot be valued")]
    Value {
        /// The line.
        line: u32,
        /// Why.
        source: PriceError,
    },
}

impl PurchaseOrder {
    /// Receives a delivery, whole or in part.
    ///
    /// # Errors
    /// [`ReceiveOrderError`], in the order of its variants, line by line.
    pub fn receive(&self, delivery: Delivery) -> Result<Decision<OrderFact>, ReceiveOrderError> {
        let Delivery { note, on, lines } = delivery;
        if let Some(known) = self.deliveries.get(&note) {
            let same = known.on == on && known.lines == lines;
            return if same { Ok(Decision::AlreadyRecorded) } else { Err(ReceiveOrderError::NoteReused { note }) };
        }
        if !matches!(self.status, OrderStatus::Sent { .. }) {
            return Err(ReceiveOrderError::NotSent { at: self.status });
        }
        if lines.is_empty() {
            return Err(ReceiveOrderError::Empty);
        }
        let received = lines.into_iter().map(|(number, arrived)| {
            let line = self.line(number).ok_or(ReceiveOrderError::NoLine { line: number })?;
            self.received_line(line, arrived)
        });
        Ok(Decision::Record(OrderFact::Received { note, on, lines: received.collect::<Result<_, _>>()? }))
    }

    fn received_line(&self, line: &OrderLine, arrived: Quantity) -> Result<ReceivedLine, ReceiveOrderError> {
        let (number, ordered, given) = (line.number(), line.ordered().unit(), arrived.unit());
        if ordered != given {
            return Err(ReceiveOrderError::OtherUnit { line: number, ordered, given });
        }
        if !arrived.is_positive() {
            return Err(ReceiveOrderError::NotPositive { line: number, arrived });
        }
        let (wanted, received) = (line.wanted(), line.received());
        let too_many = ReceiveOrderError::TooMany { line: number, wanted, received, arrived };
        let total = received.checked_add(arrived).map_err(|_| too_many.clone())?;
        if !self.admits(wanted, total) {
            return Err(too_many);
        }
        let unvalued = |source| ReceiveOrderError::Value { line: number, source };
        let worth = |quantity| line.worth(quantity, self.terms.rounding).map_err(unvalued);
        let value = worth(total)?.checked_sub(worth(received)?);
        let value = value.map_err(|error: MoneyError| unvalued(error.into()))?;
        Ok(ReceivedLine { line: number, quantity: arrived, value })
    }

    /// Whether a total is at most what is wanted and the tolerance more.
    fn admits(&self, wanted: Quantity, total: Quantity) -> bool {
        let whole = self.terms.over_tolerance.fraction().checked_add(Ratio::ONE);
        let most = whole.and_then(|whole| whole.checked_mul(Ratio::from_decimal(wanted.amount())));
        most.is_ok_and(|most| Ratio::from_decimal(total.amount()) <= most)
    }
}
