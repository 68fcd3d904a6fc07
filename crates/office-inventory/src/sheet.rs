//! Files in and out, as tables of comma-separated values: items, what is there at the beginning, price lists, count
//! sheets, and reports.
//!
//! | file | out | in |
//! |---|---|---|
//! | items | [`ItemSheet::write`] | [`ItemSheet::read`], then [`import_items`] |
//! | what is there at the beginning | [`OpeningSheet::write`] | [`OpeningSheet::read`], then [`import_opening`] |
//! | price list | [`write_prices`] | [`read_prices`] |
//! | count sheet, blind | [`write_count`] | [`read_count`] |
//! | count that is kept, blind | [`hand_out_count`] | [`CountFile::read`], then [`import_count`] |
//! | stock card, valuation, reorder report | [`card_file`], [`valuation_file`], [`reorder_file`] | |
//!
//! A file is UTF-8, with or without a byte order mark, at most 16 MiB and as many rows as told, fields at most 4 KiB. Its
//! header is exactly the columns in their order. Commas part the fields, or semicolons where that is said
//! ([`Separator`](office_core::sheet::Separator)); numbers have a point and no grouping; dates are `2026-10-01`. Text that
//! a spreadsheet could take for a formula is written with a `'` before it, and read without.
//!
//! A file is refused as a whole, with all that is wrong with it: line, column, what stands there and what would be
//! accepted ([`SheetRefusal`](office_core::sheet::SheetRefusal)). Nothing of it is recorded then.
//!
//! # Laws
//! 1. What is written reads back the same.
//! 2. A file that is brought in again records nothing.
//! 3. A file of which anything is refused records nothing.

mod cell;
mod codes;
mod count;
mod import;
mod item;
mod opening;
mod price;
mod report;
mod session;

pub use self::codes::{CodeBook, CodeTwiceError, Codes};
pub use self::count::{COUNT_COLUMNS, read_count, write_count};
pub use self::import::{ExportError, ImportError, Imported};
pub use self::item::{ItemSheet, import_items};
pub use self::opening::{OpeningSheet, import_opening};
pub use self::price::{PRICE_COLUMNS, read_prices, write_prices};
pub use self::report::{card_file, reorder_file, valuation_file};
pub use self::session::{CountFile, HandOutCountError, hand_out_count, import_count};
