//! The vendor bills an order, and credits what went back.

use std::collections::BTreeMap;

use office_core::subject::InvoiceId;
use office_core::{Decision, Quantity, UnitCode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{OrderFact, OrderStatus, PurchaseOrder};

/// What an invoice bills of an order, or a credit note credits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderBill {
    /// The invoice or the credit note.
    pub invoice: InvoiceId,
    /// How many, by line, in the unit of the line.
    pub lines: BTreeMap<u32, Quantity>,
}

/// A bill cannot be recorded on the order.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BillOrderError {
    /// Something else was billed by this invoice.
    #[error("something else was billed by this invoice")]
    InvoiceReused {
        /// The invoice.
        invoice: InvoiceId,
    },
    /// The vendor was not sent the order.
    #[error("the order is {at}: only what was sent can be billed")]
    NotSent {
        /// Where the order is.
        at: OrderStatus,
    },
    /// Nothing is billed.
    #[error("the bill has no lines")]
    Empty,
    /// The order has no such line.
    #[error("the order has no line {line}")]
    NoLine {
        /// The line.
        line: u32,
    },
    /// What is billed is told in another unit than what was ordered.
    #[error("line {line} is billed in `{given}`: `{ordered}` is wanted")]
    OtherUnit {
        /// The line.
        line: u32,
        /// The unit of the line.
        ordered: UnitCode,
        /// The unit of the bill.
        given: UnitCode,
    },
    /// Nothing or less is billed.
    #[error("{billed} on line {line} cannot be billed: more than nothing is wanted")]
    NotPositive {
        /// The line.
        line: u32,
        /// What is billed.
        billed: Quantity,
    },
    /// More is billed than has come and was kept.
    #[error("{asked} on line {line} are too many: {kept} have come and were kept, {billed} were billed before")]
    MoreThanReceived {
        /// The line.
        line: u32,
        /// What has come and was kept.
        kept: Quantity,
        /// What was billed before, and not credited.
        billed: Quantity,
        /// What is billed now.
        asked: Quantity,
    },
}

/// A credit note cannot be recorded on the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CreditOrderError {
    /// Something else was credited by this note.
    #[error("something else was credited by this note")]
    NoteReused {
        /// The credit note.
        invoice: InvoiceId,
    },
    /// Nothing is credited.
    #[error("the credit note has no lines")]
    Empty,
    /// The order has no such line.
    #[error("the order has no line {line}")]
    NoLine {
        /// The line.
        line: u32,
    },
    /// What is credited is told in another unit than what was ordered.
    #[error("line {line} is credited in `{given}`: `{ordered}` is wanted")]
    OtherUnit {
        /// The line.
        line: u32,
        /// The unit of the line.
        ordered: UnitCode,
        /// The unit of the credit note.
        given: UnitCode,
    },
    /// Nothing or less is credited, or more than is due.
    #[error("{asked} on line {line} cannot be credited: {due} are due")]
    NotDue {
        /// The line.
        line: u32,
        /// How many were billed and sent back, and are not to be replaced.
        due: Quantity,
        /// What is credited.
        asked: Quantity,
    },
}

impl PurchaseOrder {
    /// Records what an invoice bills, once it was found to agree.
    ///
    /// # Errors
    /// [`BillOrderError`], in the order of its variants, line by line.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("drafted.txt")]
    #[doc = include_str!("sent.txt")]
    /// use office_inventory::{BillOrderError, Delivery, OrderBill};
    ///
    /// // Three of four chairs have come.
    /// let delivery = Delivery { note: "DN-1".parse()?, on, lines: [(1, "3 chair".parse()?)].into() };
    /// order.apply_decision(&order.receive(delivery)?);
    /// let bill = |number: &str, chairs: &str| {
    ///     let (invoice, lines) = (Id::natural("invoice", number), [(1, chairs.parse()?)].into());
    ///     Ok::<_, Box<dyn std::error::Error>>(OrderBill { invoice, lines })
    /// };
    /// order.apply_decision(&order.bill(bill("B-1", "2 chair")?)?);
    /// assert_eq!(order.lines()[0].payable(), "1 chair".parse()?);
    /// // The fourth is not paid before it comes.
    /// let refused = order.bill(bill("B-2", "2 chair")?);
    /// assert!(matches!(refused, Err(BillOrderError::MoreThanReceived { line: 1, .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn bill(&self, bill: OrderBill) -> Result<Decision<OrderFact>, BillOrderError> {
        let invoice = bill.invoice;
        if let Some(known) = self.bills.get(&invoice) {
            let same = *known == bill.lines;
            return if same { Ok(Decision::AlreadyRecorded) } else { Err(BillOrderError::InvoiceReused { invoice }) };
        }
        if !matches!(self.status, OrderStatus::Sent { .. }) {
            return Err(BillOrderError::NotSent { at: self.status });
        }
        if bill.lines.is_empty() {
            return Err(BillOrderError::Empty);
        }
        for (number, asked) in &bill.lines {
            let (number, asked) = (*number, *asked);
            let line = self.line(number).ok_or(BillOrderError::NoLine { line: number })?;
            let (ordered, given) = (line.ordered().unit(), asked.unit());
            if ordered != given {
                return Err(BillOrderError::OtherUnit { line: number, ordered, given });
            }
            if !asked.is_positive() {
                return Err(BillOrderError::NotPositive { line: number, billed: asked });
            }
            if asked.amount() > line.payable().amount() {
                let (kept, billed) = (line.kept(), line.charged());
                return Err(BillOrderError::MoreThanReceived { line: number, kept, billed, asked });
            }
        }
        Ok(Decision::Record(OrderFact::Billed(bill)))
    }

    /// Records what a credit note credits of goods that were billed and went back.
    ///
    /// # Errors
    /// [`CreditOrderError`], in the order of its variants, line by line.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("drafted.txt")]
    #[doc = include_str!("sent.txt")]
    /// use office_inventory::{CreditOrderError, Delivery, OrderBill, OrderReturn, Remedy};
    ///
    /// # let delivery = Delivery { note: "DN-1".parse()?, on, lines: [(1, "4 chair".parse()?)].into() };
    /// # order.apply(&order.receive(delivery)?.fact().ok_or("a fact")?);
    /// # let bill = OrderBill { invoice: Id::natural("invoice", "B-1"), lines: [(1, "4 chair".parse()?)].into() };
    /// # order.apply(&order.bill(bill)?.fact().ok_or("a fact")?);
    /// // Four chairs have come and are billed. One goes back.
    /// let back = OrderReturn {
    ///     slip: "RS-1".parse()?,
    ///     note: "DN-1".parse()?,
    ///     on,
    ///     remedy: Remedy::Credit,
    ///     why: "scratched".to_owned(),
    ///     lines: [(1, "1 chair".parse()?)].into(),
    /// };
    /// order.apply(&order.send_back(back)?.fact().ok_or("a fact")?);
    ///
    /// let note = |chairs: &str| {
    ///     let (invoice, lines) = (Id::natural("invoice", "C-1"), [(1, chairs.parse()?)].into());
    ///     Ok::<_, Box<dyn std::error::Error>>(OrderBill { invoice, lines })
    /// };
    /// assert!(matches!(order.credit(note("2 chair")?), Err(CreditOrderError::NotDue { .. })));
    /// order.apply(&order.credit(note("1 chair")?)?.fact().ok_or("a fact")?);
    /// assert!(order.lines()[0].credit_due().is_zero());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn credit(&self, note: OrderBill) -> Result<Decision<OrderFact>, CreditOrderError> {
        let invoice = note.invoice;
        if let Some(known) = self.credits.get(&invoice) {
            let same = *known == note.lines;
            return if same { Ok(Decision::AlreadyRecorded) } else { Err(CreditOrderError::NoteReused { invoice }) };
        }
        if note.lines.is_empty() {
            return Err(CreditOrderError::Empty);
        }
        for (&number, &asked) in &note.lines {
            let line = self.line(number).ok_or(CreditOrderError::NoLine { line: number })?;
            let (ordered, given, due) = (line.ordered().unit(), asked.unit(), line.credit_due());
            if ordered != given {
                return Err(CreditOrderError::OtherUnit { line: number, ordered, given });
            }
            if !asked.is_positive() || asked.amount() > due.amount() {
                return Err(CreditOrderError::NotDue { line: number, due, asked });
            }
        }
        Ok(Decision::Record(OrderFact::Credited(note)))
    }
}
