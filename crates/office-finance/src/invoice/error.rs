//! Why something cannot be done with a vendor's invoice.

use office_core::{Percent, PriceError};
use thiserror::Error;

use crate::EntryError;

/// An invoice cannot be assessed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AssessError {
    /// It is past that, or rejected.
    #[error("the invoice is {status}: only one that is received, held or matched is assessed")]
    Status {
        /// Where it is.
        status: &'static str,
    },
    /// There is not one result for each line.
    #[error("{given} lines were matched: the bill has {wanted}")]
    Lines {
        /// How many results there are.
        given: usize,
        /// How many lines.
        wanted: usize,
    },
    /// The bill cannot be checked.
    #[error("the bill cannot be checked")]
    Price(#[from] PriceError),
}

/// An invoice is not where this step begins.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the invoice is {status}: one that is {wanted} is wanted")]
pub struct InvoiceStepError {
    /// Where it is.
    pub status: &'static str,
    /// Where it would have to be.
    pub wanted: &'static str,
}

/// An invoice cannot be made an entry.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvoiceEntryError {
    /// There is not one account for each line.
    #[error("{given} lines have accounts: the bill has {wanted}")]
    Lines {
        /// How many accounts there are.
        given: usize,
        /// How many lines.
        wanted: usize,
    },
    /// There is no account for tax at a rate of the bill.
    #[error("there is no account for input tax at {rate}")]
    TaxAccount {
        /// The rate.
        rate: Percent,
    },
    /// The postings make no entry: the bill does not add up.
    #[error(transparent)]
    Entry(#[from] EntryError),
}

/// An invoice cannot be sent back.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RejectInvoiceError {
    /// Nobody said why.
    #[error("a reason is wanted to send an invoice back")]
    NoReason,
    /// It is past that.
    #[error("the invoice is {status}: only one that is received, held or matched is sent back")]
    Status {
        /// Where it is.
        status: &'static str,
    },
}
