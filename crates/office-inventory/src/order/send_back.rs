//! Goods that were delivered go back to the vendor.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::{Decision, Money, MoneyError, PriceError, Quantity, UnitCode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{OrderFact, PurchaseOrder};
use crate::Reference;

/// What the vendor is to do about goods that go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// To send others: as many are expected again.
    Replacement,
    /// To take no money for them: they are not billed, or credited where they are billed.
    Credit,
}

/// Goods of one delivery that go back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderReturn {
    /// The number of the slip that goes with them.
    pub slip: Reference,
    /// The note by which they had come.
    pub note: Reference,
    /// The day on which they go.
    pub on: NaiveDate,
    /// What the vendor is to do about it.
    pub remedy: Remedy,
    /// Why they go back.
    pub why: String,
    /// How many, by line, in the unit of the line.
    pub lines: BTreeMap<u32, Quantity>,
}

/// What goes back of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnedLine {
    /// The line, from 1.
    pub line: u32,
    /// How many, in the unit of the line.
    pub quantity: Quantity,
    /// What they are worth at the agreed price. The values of all returns of a line add up to that of the whole.
    pub value: Money,
}

/// Goods cannot be sent back.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SendBackError {
    /// Something else went back by this slip.
    #[error("something else went back by `{slip}`")]
    SlipReused {
        /// The number of the slip.
        slip: Reference,
    },
    /// Nothing goes back.
    #[error("the slip has no lines")]
    Empty,
    /// Nothing was received by the note, or it was taken back.
    #[error("nothing is there that was received by `{note}`")]
    NoDelivery {
        /// The number of the note.
        note: Reference,
    },
    /// Nothing of a line was received by the note.
    #[error("nothing of line {line} was received by `{note}`")]
    NoLine {
        /// The number of the note.
        note: Reference,
        /// The line.
        line: u32,
    },
    /// What goes back is told in another unit than what was ordered.
    #[error("line {line} is told in `{given}`: `{ordered}` is wanted")]
    OtherUnit {
        /// The line.
        line: u32,
        /// The unit of the line.
        ordered: UnitCode,
        /// The unit of the slip.
        given: UnitCode,
    },
    /// Nothing or less goes back.
    #[error("{quantity} on line {line} cannot go back: more than nothing is wanted")]
    NotPositive {
        /// The line.
        line: u32,
        /// What goes back.
        quantity: Quantity,
    },
    /// More goes back than came.
    #[error("{asked} on line {line} are too many: {received} came by the note and {returned} went back before")]
    TooMany {
        /// The line.
        line: u32,
        /// What came by the note.
        received: Quantity,
        /// What of it went back before.
        returned: Quantity,
        /// What goes back now.
        asked: Quantity,
    },
    /// What goes back cannot be valued.
    #[error("what goes back of line {line} cannot be valued")]
    Value {
        /// The line.
        line: u32,
        /// Why.
        source: PriceError,
    },
}

impl PurchaseOrder {
    /// Sends goods of a delivery back, to be replaced or to be credited.
    ///
    /// Those that are to be replaced are expected again. Those that are not may not be billed; if they are,
    /// [`OrderLine::credit_due`](crate::OrderLine::credit_due) says how many the vendor is to credit.
    ///
    /// # Errors
    /// [`SendBackError`], in the order of its variants, line by line.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("drafted.txt")]
    #[doc = include_str!("sent.txt")]
    /// use office_inventory::{Delivery, OrderBill, OrderReturn, Remedy, SendBackError};
    ///
    /// # let delivery = Delivery { note: "DN-1".parse()?, on, lines: [(1, "4 chair".parse()?)].into() };
    /// # order.apply(&order.receive(delivery)?.fact().ok_or("a fact")?);
    /// # let bill = OrderBill { invoice: Id::natural("invoice", "B-1"), lines: [(1, "4 chair".parse()?)].into() };
    /// # order.apply(&order.bill(bill)?.fact().ok_or("a fact")?);
    /// // Four chairs have come and are billed. One is to be replaced, one to be credited.
    /// let back = |slip: &str, remedy, chairs: &str| {
    ///     Ok::<_, Box<dyn std::error::Error>>(OrderReturn {
    ///         slip: slip.parse()?,
    ///         note: "DN-1".parse()?,
    ///         on,
    ///         remedy,
    ///         why: "scratched".to_owned(),
    ///         lines: [(1, chairs.parse()?)].into(),
    ///     })
    /// };
    /// for (slip, remedy) in [("RS-1", Remedy::Replacement), ("RS-2", Remedy::Credit)] {
    ///     order.apply(&order.send_back(back(slip, remedy, "1 chair")?)?.fact().ok_or("a fact")?);
    /// }
    /// let line = order.lines()[0];
    /// let told = [line.kept(), line.expected(), line.credit_due()].map(|quantity| quantity.to_string());
    /// assert_eq!(told, ["2 chair", "1 chair", "1 chair"]);
    ///
    /// let refused = order.send_back(back("RS-3", Remedy::Credit, "3 chair")?);
    /// assert!(matches!(refused, Err(SendBackError::TooMany { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn send_back(&self, goods: OrderReturn) -> Result<Decision<OrderFact>, SendBackError> {
        if let Some(known) = self.returns.get(&goods.slip) {
            let slip = goods.slip.clone();
            return if *known == goods {
                Ok(Decision::AlreadyRecorded)
            } else {
                Err(SendBackError::SlipReused { slip })
            };
        }
        if goods.lines.is_empty() {
            return Err(SendBackError::Empty);
        }
        let worth = goods.lines.iter().map(|(line, quantity)| self.returned_line(&goods.note, *line, *quantity));
        let worth = worth.collect::<Result<_, _>>()?;
        Ok(Decision::Record(OrderFact::Returned { goods, worth }))
    }

    fn returned_line(&self, note: &Reference, number: u32, asked: Quantity) -> Result<ReturnedLine, SendBackError> {
        let arrived = self.deliveries.get(note).filter(|arrived| !arrived.undone);
        let arrived = arrived.ok_or_else(|| SendBackError::NoDelivery { note: note.clone() })?;
        let line = arrived.lines.get(&number).zip(self.line(number));
        let (arrived, line) = line.ok_or_else(|| SendBackError::NoLine { note: note.clone(), line: number })?;
        let (ordered, given) = (line.ordered().unit(), asked.unit());
        if ordered != given {
            return Err(SendBackError::OtherUnit { line: number, ordered, given });
        }
        if !asked.is_positive() {
            return Err(SendBackError::NotPositive { line: number, quantity: asked });
        }
        let (received, returned) = (arrived.quantity, arrived.returned.unwrap_or(Quantity::zero(ordered)));
        let too_many = SendBackError::TooMany { line: number, received, returned, asked };
        if returned.checked_add(asked).map_or(true, |total| total.amount() > received.amount()) {
            return Err(too_many);
        }
        let total = line.returned().checked_add(asked).map_err(|_| too_many)?;
        let unvalued = |source| SendBackError::Value { line: number, source };
        let worth = |quantity| line.worth(quantity, self.terms.rounding).map_err(unvalued);
        let value = worth(total)?.checked_sub(worth(line.returned())?);
        let value = value.map_err(|error: MoneyError| unvalued(error.into()))?;
        Ok(ReturnedLine { line: number, quantity: asked, value })
    }

    pub(super) fn apply_returned(&mut self, goods: &OrderReturn) {
        for (number, quantity) in &goods.lines {
            self.change(*number, |line| line.send_back(*quantity, goods.remedy));
            let arrived = self.deliveries.get_mut(&goods.note).and_then(|arrived| arrived.lines.get_mut(number));
            if let Some(arrived) = arrived {
                let before = arrived.returned.unwrap_or(Quantity::zero(quantity.unit()));
                // Invariant: no more than what came goes back, so the sum can be held.
                arrived.returned = before.checked_add(*quantity).ok();
            }
        }
        self.returns.insert(goods.slip.clone(), goods.clone());
    }
}
