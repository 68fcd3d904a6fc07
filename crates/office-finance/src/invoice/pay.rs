//! Payments of an invoice, whole or in parts, and those that come back; and what rates do to what is owed.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::PaymentId;
use office_core::{Decision, Money, MoneyError, Rounding};
use thiserror::Error;

use super::{InvoiceFact, InvoiceStatus, VendorInvoice};
use crate::open_item::{admit_parts, split_over, take_parts, undo_parts};
use crate::{Allocation, AllocationError, OpenItem, PaymentTerms, TermsError, UndoAllocationError};

impl VendorInvoice {
    /// What is owed by when, by the terms that were agreed with the vendor; where there are none, all of it on the day that
    /// the bill names. The amounts are below zero, and above for a credit note. What may be taken off for paying early is
    /// rounded by `rounding`.
    ///
    /// # Errors
    /// [`TermsError`].
    pub fn owed(&self, terms: Option<&PaymentTerms>, rounding: Rounding) -> Result<Vec<OpenItem>, TermsError> {
        let bill = &self.bill;
        let item = |due, amount| OpenItem::new(bill.vendor, bill.number.clone(), bill.on, due, amount);
        let total = bill.gross.negated();
        let Some(terms) = terms else { return Ok(vec![item(bill.due, total)]) };
        let plan = terms.plan(total, bill.on, rounding, None)?;
        let parts = (1..).zip(plan.instalments).filter(|(_, part)| !part.amount.is_zero());
        Ok(parts.map(|(at, part)| item(part.due, part.amount).instalment_of(at).offering(part.discounts)).collect())
    }

    /// What is still to be paid.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn outstanding(&self) -> Result<Money, MoneyError> {
        if self.items.is_empty() && !self.is_booked() {
            return Ok(self.bill.gross);
        }
        let owed = self.items.iter().map(OpenItem::outstanding_ever).collect::<Result<Vec<_>, _>>()?;
        Ok(Money::sum(owed, self.bill.currency())?.negated())
    }

    /// How an amount that is paid goes to the instalments: to the one that is due first, then to the next. Amounts are as
    /// on the bill, below zero for a credit note.
    ///
    /// # Errors
    /// [`PayInvoiceError`], in the order of its variants.
    pub fn split(&self, amount: Money) -> Result<BTreeMap<u32, Money>, PayInvoiceError> {
        if !matches!(self.status, InvoiceStatus::Posted { .. }) {
            return Err(PayInvoiceError::Status { status: self.status.name() });
        }
        let parts = split_over(&self.items, amount.negated()).map_err(|error| from_item(&error))?;
        Ok(parts.into_iter().map(|(instalment, part)| (instalment, part.negated())).collect())
    }

    /// Lets parts of a payment go to instalments, all of them or none; their amounts are below zero, as the items are. The
    /// same again changes nothing.
    ///
    /// # Errors
    /// [`PayInvoiceError`], in the order of its variants.
    pub fn allocate(&self, parts: &BTreeMap<u32, Allocation>) -> Result<Decision<InvoiceFact>, PayInvoiceError> {
        if !parts.is_empty() && !self.is_booked() {
            return Err(PayInvoiceError::Status { status: self.status.name() });
        }
        let parts = admit_parts(&self.items, parts).map_err(|error| from_item(&error))?;
        Ok(allocated(parts))
    }

    /// Takes off a payment that has come back on a day: what it paid is open again from that day on.
    ///
    /// # Errors
    /// [`UndoAllocationError`].
    pub fn undo_payment(
        &self,
        payment: PaymentId,
        on: NaiveDate,
    ) -> Result<Decision<InvoiceFact>, UndoAllocationError> {
        Ok(allocated(undo_parts(&self.items, payment, on)?))
    }

    /// Whether it is in the books.
    pub(super) const fn is_booked(&self) -> bool {
        matches!(self.status, InvoiceStatus::Posted { .. } | InvoiceStatus::Paid { .. })
    }

    pub(super) fn take_parts(&mut self, parts: &BTreeMap<u32, Allocation>) {
        take_parts(&mut self.items, parts);
        self.settle(parts.values().map(|part| part.on).max().unwrap_or(self.bill.on));
    }

    /// Paid where nothing is outstanding, and else posted.
    pub(super) fn settle(&mut self, on: NaiveDate) {
        let (InvoiceStatus::Posted { entry } | InvoiceStatus::Paid { entry, .. }) = self.status else { return };
        let settled = self.outstanding().is_ok_and(Money::is_zero);
        self.status = if settled { InvoiceStatus::Paid { entry, on } } else { InvoiceStatus::Posted { entry } };
    }
}

fn allocated(parts: BTreeMap<u32, Allocation>) -> Decision<InvoiceFact> {
    if parts.is_empty() { Decision::AlreadyRecorded } else { Decision::Record(InvoiceFact::Allocated { parts }) }
}

/// What an item says, in the words of a bill: amounts to be paid are above zero there.
fn from_item(error: &AllocationError) -> PayInvoiceError {
    match *error {
        AllocationError::NoInstalment { instalment } => PayInvoiceError::NoInstalment { instalment },
        AllocationError::Reused { payment, earlier } => {
            PayInvoiceError::PaymentReused { payment, earlier: earlier.negated() }
        }
        AllocationError::TooEarly { on, document } => PayInvoiceError::TooEarly { on, bill: document },
        AllocationError::Money(error) => PayInvoiceError::Money(error),
        AllocationError::Amount { amount, outstanding } => {
            PayInvoiceError::Amount { amount: amount.negated(), outstanding: outstanding.negated() }
        }
        AllocationError::Worth { amount } => PayInvoiceError::Worth { amount: amount.negated() },
    }
}

/// A payment cannot go to an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PayInvoiceError {
    /// Another part of the payment went to it.
    #[error("{earlier} of payment {payment} went to the invoice already")]
    PaymentReused {
        /// The payment.
        payment: PaymentId,
        /// How much went to it.
        earlier: Money,
    },
    /// It is not in the books, or nothing is outstanding.
    #[error("the invoice is {status}: one that is posted is wanted")]
    Status {
        /// Where it is.
        status: &'static str,
    },
    /// It has no such instalment.
    #[error("the invoice has no instalment {instalment}")]
    NoInstalment {
        /// The instalment.
        instalment: u32,
    },
    /// The bill came later.
    #[error("{on} is before the bill of {bill}")]
    TooEarly {
        /// The day of the payment.
        on: NaiveDate,
        /// The day of the bill.
        bill: NaiveDate,
    },
    /// It is more than is outstanding, or nothing.
    #[error("{amount} cannot go to the invoice: up to {outstanding} is wanted")]
    Amount {
        /// What was to go to it.
        amount: Money,
        /// What is outstanding.
        outstanding: Money,
    },
    /// The amounts are in different currencies, or too large.
    #[error("the amounts cannot be compared")]
    Money(#[from] MoneyError),
    /// It is in a foreign currency, and the part does not say what it takes of what it is worth in the books.
    #[error(
        "a part of an invoice over {amount} takes its share of what that is worth, and the last one all that is left"
    )]
    Worth {
        /// What is asked for.
        amount: Money,
    },
}
