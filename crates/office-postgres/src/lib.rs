#![doc = include_str!("../README.md")]

mod connections;
mod database;
mod engine;
mod fault;
mod format;
mod link;
mod open;
mod options;
mod queue;
mod serializable;
mod statement;
mod store;
#[cfg(feature = "tls")]
mod tls;
mod worker;

pub use open::OpenError;
pub use options::{Isolation, Options};
pub use store::PostgresStore;
