//! The `office-inventory` crate.

mod ledger;
mod location;
mod reference;

pub use ledger::{
    CloseError, EnterError, Entered, Layer, Ledger, Movement, PostingCause, RestoreLedgerError, ReverseError,
    StockAccount, StockPosting, Transfer, TransferError,
};
pub use location::Location;
pub use reference::{ParseReferenceError, Reference};
