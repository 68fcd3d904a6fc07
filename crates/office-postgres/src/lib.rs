#![doc = include_str!("../README.md")]

mod database;
mod fault;
mod format;
mod open;
mod options;
mod statement;
mod store;
mod worker;

pub use open::OpenError;
pub use options::Options;
pub use store::PostgresStore;
