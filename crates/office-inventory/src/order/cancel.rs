//! What has not come is not expected any more.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::{Decision, Quantity, UnitCode};
use thiserror::Error;

use super::{OrderFact, PurchaseOrder};

/// What is expected on a line cannot be cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CancelLinesError {
    /// Nothing is cancelled.
    #[error("no line is named: at least one is wanted")]
    Empty,
    /// The order has no such line.
    #[error("the order has no line {line}")]
    NoLine {
        /// The line.
        line: u32,
    },
    /// What is cancelled is told in another unit than what was ordered.
    #[error("line {line} is told in `{given}`: `{ordered}` is wanted")]
    OtherUnit {
        /// The line.
        line: u32,
        /// The unit of the line.
        ordered: UnitCode,
        /// The unit that was given.
        given: UnitCode,
    },
    /// Nothing or less is cancelled, or more than is expected.
    #[error("{asked} on line {line} cannot be cancelled: {expected} are expected")]
    NotExpected {
        /// The line.
        line: u32,
        /// What is still to come.
        expected: Quantity,
        /// What is to be cancelled.
        asked: Quantity,
    },
}

impl PurchaseOrder {
    /// Says that what has not come is not expected any more. Before the order is sent, that is all of it.
    pub fn cancel_rest(&self, on: NaiveDate) -> Decision<OrderFact> {
        let open = self.lines.iter().filter(|line| line.expected().is_positive());
        let lines: BTreeMap<_, _> = open.map(|line| (line.number(), line.expected())).collect();
        if lines.is_empty() {
            Decision::AlreadyRecorded
        } else {
            Decision::Record(OrderFact::RestCancelled { on, lines })
        }
    }

    /// Says of single lines how many are not expected any more.
    ///
    /// # Errors
    /// [`CancelLinesError`], in the order of its variants, line by line.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("drafted.txt")]
    #[doc = include_str!("sent.txt")]
    /// use office_inventory::CancelLinesError;
    ///
    /// // Of four chairs one is not wanted any more.
    /// order.apply(&order.cancel_lines(on, [(1, "1 chair".parse()?)].into())?.fact().ok_or("a fact")?);
    /// assert_eq!(order.lines()[0].expected().to_string(), "3 chair");
    ///
    /// let refused = order.cancel_lines(on, [(1, "4 chair".parse()?)].into());
    /// assert!(matches!(refused, Err(CancelLinesError::NotExpected { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cancel_lines(
        &self,
        on: NaiveDate,
        lines: BTreeMap<u32, Quantity>,
    ) -> Result<Decision<OrderFact>, CancelLinesError> {
        if lines.is_empty() {
            return Err(CancelLinesError::Empty);
        }
        for (&number, &asked) in &lines {
            let line = self.line(number).ok_or(CancelLinesError::NoLine { line: number })?;
            let (ordered, given, expected) = (line.ordered().unit(), asked.unit(), line.expected());
            if ordered != given {
                return Err(CancelLinesError::OtherUnit { line: number, ordered, given });
            }
            if !asked.is_positive() || asked.amount() > expected.amount() {
                return Err(CancelLinesError::NotExpected { line: number, expected, asked });
            }
        }
        Ok(Decision::Record(OrderFact::RestCancelled { on, lines }))
    }
}
