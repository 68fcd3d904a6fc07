//! Goods of an order arrive.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::{Decision, Money, MoneyError, PriceError, Quantity, UnitCode};
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
    /// How many are still missing and not expected any more, as the tolerance covers them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived: Option<Quantity>,
}

/// A delivery as it was received, to know it when it comes again and when some of it goes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Arrived {
    pub(super) on: NaiveDate,
    pub(super) lines: BTreeMap<u32, ArrivedLine>,
    /// Whether it was taken back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) undone: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ArrivedLine {
    pub(super) quantity: Quantity,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) waived: Option<Quantity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) returned: Option<Quantity>,
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
    /// What was received by this note was taken back.
    #[error("what was received by `{note}` was taken back: another number is wanted for what has come")]
    NoteUndone {
        /// The number of the note.
        note: Reference,
    },
    /// The vendor was not sent the order.
    #[error("the order is {at}: only what was sent can arrive")]
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
    #[error(transparent)]
    TooMany(Box<TooManyArrived>),
    /// What arrived cannot be valued.
    #[error("what arrived on line {line} cannot be valued")]
    Value {
        /// The line.
        line: u32,
        /// Why.
        source: PriceError,
    },
}

/// More arrived than was ordered and the tolerance allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{arrived} on line {line} are too many: {received} of {wanted} had come, {allowed} are allowed in all")]
pub struct TooManyArrived {
    /// The line.
    pub line: u32,
    /// What was ordered and not cancelled.
    pub wanted: Quantity,
    /// What had come before, less what is to be replaced.
    pub received: Quantity,
    /// What may have come in all, with what is tolerated.
    pub allowed: Quantity,
    /// What arrived.
    pub arrived: Quantity,
}

impl PurchaseOrder {
    /// Receives a delivery, whole or in part.
    ///
    /// A line of which so little is missing then that its tolerance covers it is complete: the rest is not expected any
    /// more.
    ///
    /// # Errors
    /// [`ReceiveOrderError`], in the order of its variants, line by line.
    ///
    /// # Example
    /// ```
    /// use chrono::NaiveDate;
    /// use office_core::{Currency, Entity, Id, Percent, Rounding};
    /// use office_inventory::{
    ///     Delivery, Leeway, NewOrder, NewOrderLine, OrderTerms, PurchaseOrder, ReceiptTolerance, ReceiveOrderError,
    /// };
    ///
    /// let (price, centre) = ("4 EUR / 1 ream".parse()?, Id::natural("cost_centre", "CC-200"));
    /// let over = Leeway::new(Percent::ZERO, Some("1 ream".parse()?))?;
    /// let tolerance = ReceiptTolerance { over, under: Leeway::new(Percent::whole(2), None)? };
    /// let line = NewOrderLine::new(Id::natural("item", "PAP-A4"), "100 ream".parse()?, price, centre);
    /// let order = NewOrder {
    ///     number: "PO-1".parse()?,
    ///     vendor: Id::natural("party", "V-01"),
    ///     terms: OrderTerms { currency: Currency::EUR, rounding: Rounding::HalfUp },
    ///     lines: vec![NewOrderLine { tolerance, ..line }],
    /// };
    /// let mut order = PurchaseOrder::open(&PurchaseOrder::draft(order)?.fact().ok_or("a fact")?).ok_or("")?;
    /// let on: NaiveDate = "2026-10-14".parse()?;
    /// order.apply(&order.approve(None, on)?.fact().ok_or("a fact")?);
    /// order.apply(&order.send(on)?.fact().ok_or("a fact")?);
    ///
    /// // One ream above is tolerated, two are not.
    /// let delivery = |note: &str, quantity: &str| {
    ///     Ok::<_, Box<dyn std::error::Error>>(Delivery { note: note.parse()?, on, lines: [(1, quantity.parse()?)].into() })
    /// };
    /// let refused = order.receive(delivery("DN-1", "102 ream")?).map_err(|error| error.to_string());
    /// let text = "102 ream on line 1 are too many: 0 ream of 100 ream had come, 101 ream are allowed in all";
    /// assert_eq!(refused, Err(text.to_owned()));
    ///
    /// // Two that are missing are not missed.
    /// order.apply(&order.receive(delivery("DN-1", "98 ream")?)?.fact().ok_or("a fact")?);
    /// assert_eq!(order.lines()[0].waived().to_string(), "2 ream");
    /// assert!(order.is_closed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn receive(&self, delivery: Delivery) -> Result<Decision<OrderFact>, ReceiveOrderError> {
        let Delivery { note, on, lines } = delivery;
        if let Some(known) = self.deliveries.get(&note) {
            let quantities = known.lines.iter().map(|(line, arrived)| (*line, arrived.quantity));
            let same = known.on == on && quantities.eq(lines);
            return match (same, known.undone) {
                (true, false) => Ok(Decision::AlreadyRecorded),
                (true, true) => Err(ReceiveOrderError::NoteUndone { note }),
                (false, _) => Err(ReceiveOrderError::NoteReused { note }),
            };
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
        let (wanted, received, allowed) = (line.wanted(), line.delivered(), line.allowed());
        let excess = TooManyArrived { line: number, wanted, received, allowed, arrived };
        let too_many = || ReceiveOrderError::TooMany(Box::new(excess));
        let delivered = received.checked_add(arrived).map_err(|_| too_many())?;
        let total = line.received().checked_add(arrived).map_err(|_| too_many())?;
        let above = delivered.checked_sub(wanted).map_err(|_| too_many())?;
        if above.is_positive() && !line.tolerates(above) {
            return Err(too_many());
        }
        let unvalued = |source| ReceiveOrderError::Value { line: number, source };
        let worth = |quantity| line.worth(quantity, self.terms.rounding).map_err(unvalued);
        let value = worth(total)?.checked_sub(worth(line.received())?);
        let value = value.map_err(|error: MoneyError| unvalued(error.into()))?;
        Ok(ReceivedLine { line: number, quantity: arrived, value, waived: line.waives(delivered) })
    }

    pub(super) fn apply_received(&mut self, note: &Reference, on: NaiveDate, lines: &[ReceivedLine]) {
        let mut arrived = BTreeMap::new();
        for &ReceivedLine { line: number, quantity, waived, .. } in lines {
            self.change(number, |line| line.receive(quantity, waived));
            arrived.insert(number, ArrivedLine { quantity, waived, returned: None });
        }
        self.deliveries.insert(note.clone(), Arrived { on, lines: arrived, undone: false });
    }
}
