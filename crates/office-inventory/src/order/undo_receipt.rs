//! A delivery was received by mistake.

use chrono::NaiveDate;
use office_core::{Decision, Money, MoneyError, PriceError, Quantity};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{OrderFact, OrderLine, PurchaseOrder};
use crate::Reference;

/// What is taken back of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoneLine {
    /// The line, from 1.
    pub line: u32,
    /// How many, in the unit of the line.
    pub quantity: Quantity,
    /// By how much the line has come to less at the agreed price.
    pub value: Money,
}

/// A delivery cannot be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UndoReceiptError {
    /// Nothing was received by this note.
    #[error("nothing was received by `{note}`")]
    NoDelivery {
        /// The number of the note.
        note: Reference,
    },
    /// Some of it was sent back.
    #[error("{returned} of line {line} were sent back: what was really there is not taken back")]
    Returned {
        /// The line.
        line: u32,
        /// How many were sent back.
        returned: Quantity,
    },
    /// It is billed.
    #[error("{billed} of line {line} are billed and {left} would be left: send them back instead")]
    Billed {
        /// The line.
        line: u32,
        /// How many are billed and not credited.
        billed: Quantity,
        /// How many would be left.
        left: Quantity,
    },
    /// What is left cannot be valued.
    #[error("what is left of line {line} cannot be valued")]
    Value {
        /// The line.
        line: u32,
        /// Why.
        source: PriceError,
    },
}

impl PurchaseOrder {
    /// Takes a delivery back that was received by mistake, as if it had never been: what was expected before is expected
    /// again. Its note is used up.
    ///
    /// Goods that were there and are not wanted are sent back instead: [`PurchaseOrder::send_back`].
    ///
    /// # Errors
    /// [`UndoReceiptError`], in the order of its variants, line by line.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("drafted.txt")]
    #[doc = include_str!("sent.txt")]
    /// use office_inventory::{Delivery, UndoReceiptError};
    ///
    /// let delivery = Delivery { note: "DN-1".parse()?, on, lines: [(1, "4 chair".parse()?)].into() };
    /// order.apply_decision(&order.receive(delivery)?);
    /// // They were somebody else's.
    /// order.apply_decision(&order.undo_receipt("DN-1".parse()?, on)?);
    /// assert_eq!(order.lines()[0].expected(), "4 chair".parse()?);
    /// // By DN-2 nothing has come.
    /// let refused = order.undo_receipt("DN-2".parse()?, on);
    /// assert_eq!(refused, Err(UndoReceiptError::NoDelivery { note: "DN-2".parse()? }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn undo_receipt(&self, note: Reference, on: NaiveDate) -> Result<Decision<OrderFact>, UndoReceiptError> {
        let Some(arrived) = self.deliveries.get(&note) else { return Err(UndoReceiptError::NoDelivery { note }) };
        if arrived.undone {
            return Ok(Decision::AlreadyRecorded);
        }
        let mut lines = Vec::new();
        for (&number, goods) in &arrived.lines {
            let Some(line) = self.line(number) else { continue };
            if let Some(returned) = goods.returned {
                return Err(UndoReceiptError::Returned { line: number, returned });
            }
            let (quantity, mut after) = (goods.quantity, *line);
            after.undo_receipt(quantity, goods.waived);
            let (left, billed) = (after.kept(), line.charged());
            if left.amount() < billed.amount() {
                return Err(UndoReceiptError::Billed { line: number, billed, left });
            }
            let unvalued = |source| UndoReceiptError::Value { line: number, source };
            let worth = |line: &OrderLine| line.worth(line.received(), self.terms.rounding).map_err(unvalued);
            let value = worth(line)?.checked_sub(worth(&after)?);
            let value = value.map_err(|error: MoneyError| unvalued(error.into()))?;
            lines.push(UndoneLine { line: number, quantity, value });
        }
        Ok(Decision::Record(OrderFact::ReceiptUndone { note, on, lines }))
    }

    pub(super) fn apply_undone(&mut self, note: &Reference) {
        let Some(arrived) = self.deliveries.get_mut(note) else { return };
        arrived.undone = true;
        for (number, goods) in arrived.lines.clone() {
            self.change(number, |line| line.undo_receipt(goods.quantity, goods.waived));
        }
    }
}
