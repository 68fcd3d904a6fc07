//! Why something cannot be done with an invoice to a client.

use chrono::NaiveDate;
use office_core::{DrawNumberError, Money, MoneyError, QuantityError, StoreError};
use thiserror::Error;

use super::{ClientInvoiceId, InvoiceInstalment, ReceiptPartError};
use crate::{
    AllocatePaymentError, AllocationError, CreditError, EntryId, InvoiceDocumentError, ItemWorthError,
    ReturnPaymentError, SettleError, TermsError, UndoAllocationError,
};

/// An invoice cannot be drafted, or not be changed any more.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DraftInvoiceError {
    /// It is no draft any more.
    #[error("the invoice is {status}: a draft is wanted")]
    Status {
        /// Where it is.
        status: &'static str,
    },
    /// No document can be made of the draft.
    #[error(transparent)]
    Document(#[from] InvoiceDocumentError),
}

/// An invoice cannot be issued.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IssueInvoiceError {
    /// It is no draft any more.
    #[error("the invoice is {status}: a draft is wanted")]
    Status {
        /// Where it is.
        status: &'static str,
    },
    /// It was issued with other days.
    #[error("the invoice was issued on {on}, due on {due}")]
    IssuedOtherwise {
        /// Its day.
        on: NaiveDate,
        /// When it is due.
        due: NaiveDate,
    },
    /// Its parts do not make what is due by it, or are not to be paid one after the other.
    #[error(
        "the instalments make {sum}, of {owed}: up to {} that make it are wanted, in the order of their days, from that of \
         the document to that on which it is due",
        InvoiceInstalment::MAX
    )]
    Instalments {
        /// What they make.
        sum: Money,
        /// What is due.
        owed: Money,
    },
    /// By the terms it cannot be said when it is due.
    #[error(transparent)]
    Terms(#[from] TermsError),
    /// The amounts cannot be held.
    #[error("the amounts cannot be held")]
    Money(#[from] MoneyError),
    /// The document says something else than the draft.
    #[error("the document says something else than the draft")]
    OtherDraft,
    /// No document can be made of the draft.
    #[error(transparent)]
    Document(#[from] InvoiceDocumentError),
    /// There is no number for it.
    #[error(transparent)]
    Number(#[from] DrawNumberError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An invoice cannot be credited.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CreditInvoiceError {
    /// The id of the credit note belongs to something else.
    #[error("something else is kept under the id {id}: a credit note takes an id of its own")]
    IdReused {
        /// The id.
        id: ClientInvoiceId,
    },
    /// It was not issued, or is itself a credit note.
    #[error("only an invoice that was issued is credited")]
    NotAnInvoice,
    /// It is credited before it was issued.
    #[error("an invoice of {issued} cannot be credited on {on}: its day or a later one is wanted")]
    TooEarly {
        /// The day of the credit note.
        on: NaiveDate,
        /// The day of the invoice.
        issued: NaiveDate,
    },
    /// All of it was credited.
    #[error("nothing is left of the invoice to be credited")]
    Nothing,
    /// A part of it was credited, and something was prepaid, or a part is to be credited of what was prepaid.
    #[error("of an invoice on which something was prepaid, all is credited at once")]
    Prepaid,
    /// A part cannot be taken back.
    #[error(transparent)]
    Credit(#[from] CreditError),
    /// The quantities cannot be reckoned with.
    #[error("the quantities cannot be reckoned with")]
    Quantity(#[from] QuantityError),
    /// The amounts cannot be held.
    #[error("the amounts cannot be held")]
    Money(#[from] MoneyError),
    /// No credit note can be made.
    #[error(transparent)]
    Document(#[from] InvoiceDocumentError),
    /// It cannot be set off against the invoice.
    #[error(transparent)]
    SetOff(#[from] AllocationError),
    /// It cannot be told what of the worth of the invoice it takes back.
    #[error(transparent)]
    Worth(#[from] SettleError),
    /// There is no number for it.
    #[error(transparent)]
    Number(#[from] DrawNumberError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An invoice is not where its entry is noted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PostedInvoiceError {
    /// Another entry is noted.
    #[error("the invoice came into the books by entry {entry}")]
    Posted {
        /// The entry.
        entry: EntryId,
    },
    /// It was not issued.
    #[error("the invoice is {status}: one that was issued is wanted")]
    Status {
        /// Where it is.
        status: &'static str,
    },
    /// What it is worth is not told of each of its instalments.
    #[error("{given} instalments are told with what they are worth: the invoice has {wanted}")]
    Instalments {
        /// How many are told.
        given: usize,
        /// How many there are.
        wanted: usize,
    },
    /// It is in a foreign currency, and something went to it before it was posted.
    #[error("something went to the invoice already: one in a foreign currency is posted before that")]
    Settled,
    /// It cannot be worth that.
    #[error(transparent)]
    Worth(#[from] ItemWorthError),
}

/// A receipt cannot go to invoices.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AllocateReceiptError {
    /// A part does not go to its invoice.
    #[error(transparent)]
    Part(#[from] ReceiptPartError),
    /// The payment does not allow it.
    #[error(transparent)]
    Payment(#[from] AllocatePaymentError),
    /// The amounts cannot be added up.
    #[error("the amounts cannot be added up")]
    Money(#[from] MoneyError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A receipt cannot come back.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReturnReceiptError {
    /// The payment does not allow it.
    #[error(transparent)]
    Payment(#[from] ReturnPaymentError),
    /// An invoice does not allow it.
    #[error(transparent)]
    Item(#[from] UndoAllocationError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
