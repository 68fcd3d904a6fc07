//! The rules of an office as data: what is decided of a case, and why.

mod cell;
mod facts;
mod kind;
mod schema;
mod value;

pub use facts::Facts;
pub use kind::{Kind, ParseKindError};
pub use schema::{FactError, Input, Schema, SchemaError, Slots};
pub use value::{Incomparable, Value, ValueRef};
