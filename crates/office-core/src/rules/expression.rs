//! Expressions over the facts of a case, as a manager or a modeller writes them.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use thiserror::Error;

use crate::rules::{Kind, Schema, Value, ValueRef};

mod cursor;
mod evaluate_error;
mod literal;
mod node;
mod places;
mod reader;

pub use self::evaluate_error::EvaluateError;
pub use self::literal::NoLiteral;
pub(crate) use self::node::Node;
pub(in crate::rules) use self::reader::Reader;

/// How rules are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// As the office writes: `yes`, `5000 EUR`, `5 kg`, `10 %`, `2026-10-01`, bare words in a column of words. Kinds,
    /// currencies and units are checked when a rule is read.
    #[default]
    Office,
    /// FEEL, the language of DMN: `true`, `date("2026-10-01")`, words in quotes. Kinds are looked at when a rule is
    /// evaluated.
    Dmn,
}

/// A text could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("at character {position}: {expected} is wanted")]
pub struct Misread {
    /// At which character, counted from 1.
    pub position: usize,
    /// What was wanted there.
    pub expected: Cow<'static, str>,
}

/// An expression over the facts of a case, read and checked.
///
/// The text is kept as it was written; two expressions are equal if they are the same, however they are written.
#[derive(Clone, Debug)]
pub struct Expression {
    text: String,
    kind: Kind,
    root: Node,
    dialect: Dialect,
}

impl Expression {
    /// Reads an expression over the inputs of a schema.
    ///
    /// # Errors
    /// [`Misread`] with the first character that does not fit and what would.
    pub fn parse(text: &str, schema: &Schema, dialect: Dialect) -> Result<Self, Misread> {
        let mut reader = Reader::new(text, schema, dialect)?;
        let root = reader.operand()?;
        if !reader.cursor.at_end() {
            return Err(reader.cursor.wants("the end of the expression"));
        }
        let kind = root.kind();
        Ok(Self { text: text.to_owned(), kind, root, dialect })
    }

    /// The text as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The kind of its values; [`Kind::Any`] where that is not known before it is evaluated.
    #[must_use]
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Its value in a case, whose facts are looked up by their place in the schema that it was read with.
    ///
    /// # Errors
    /// [`EvaluateError`] with the part that has no value.
    pub fn evaluate<'a>(&'a self, facts: &dyn Fn(usize) -> Option<ValueRef<'a>>) -> Result<Value, EvaluateError> {
        self.root.evaluate(facts)
    }

    /// The expression in its one form in a dialect, from which the same expression is read.
    ///
    /// # Errors
    /// [`NoLiteral`] where a value cannot be written out in the dialect.
    pub fn written(&self, dialect: Dialect) -> Result<String, NoLiteral> {
        self.root.written(dialect)
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.root == other.root
    }
}

impl Eq for Expression {}

/// In its one form, from which the same expression is read.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.written(self.dialect).as_deref().unwrap_or(&self.text))
    }
}

/// As its text, which is read again with the schema it was read with.
impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}
