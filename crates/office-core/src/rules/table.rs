//! Decision tables.

mod text;

pub use text::{InputText, OutputKind, OutputText, ParseHeadError, RowText, TableText};
