//! The `office-inventory` crate.

// What is kept.
mod item;
mod ledger;
mod location;
mod reference;
mod stock;

// Buying.
mod price;
mod reorder;
mod vendor;

pub use item::{CostMethod, Item, ItemFact, ItemKind, ItemUnitError, ListItemError, NewItem, ReorderRule};
pub use ledger::{
    CloseError, EnterError, Entered, Layer, Ledger, Movement, PostingCause, RestoreLedgerError, ReverseError,
    StockAccount, StockPosting, Transfer, TransferError,
};
pub use location::Location;
pub use price::{NoPriceError, PassedOver, PriceList, PriceListError, PriceRow, Quote};
pub use reference::{ParseReferenceError, Reference, Sku};
pub use reorder::{Position, Proposal, Reorder, ReorderError, propose_reorder};
pub use stock::{
    Booking, CountStockError, IssueStockError, NewStock, OpenStockError, OpeningStock, ReceiveStockError,
    ReverseStockError, Stock, StockCount, StockFact, StockIssue, StockReceipt,
};
pub use vendor::{NewVendor, RegisterVendorError, Vendor, VendorFact, VendorId};
