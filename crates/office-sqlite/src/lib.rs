#![doc = include_str!("../README.md")]

mod fault;
mod file;
mod format;
mod options;
mod reader;
mod store;
mod table;
mod writer;

pub use file::OpenError;
pub use options::{Durability, Options};
pub use store::SqliteStore;
