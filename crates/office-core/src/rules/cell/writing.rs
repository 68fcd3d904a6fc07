//! Writing cells in their one form.

use super::{Bound, Cell, Test, Unary};
use crate::Scope;
use crate::rules::{Dialect, NoLiteral, Value};

impl Cell {
    /// The cell in its one form in a dialect, from which the same cell is read: `not("IT", "HR")`.
    ///
    /// # Errors
    /// [`NoLiteral`] where a value cannot be written out in the dialect.
    pub fn written(&self, dialect: Dialect) -> Result<String, NoLiteral> {
        match &self.test {
            Test::Any => Ok("-".to_owned()),
            Test::OneOf(tests) => alternatives(tests, dialect),
            Test::Holds(node) => node.written(dialect),
            Test::NoneOf(tests) => Ok(format!("not({})", alternatives(tests, dialect)?)),
        }
    }
}

fn alternatives(tests: &[Unary], dialect: Dialect) -> Result<String, NoLiteral> {
    let tests: Result<Vec<_>, _> = tests.iter().map(|test| test.written(dialect)).collect();
    Ok(tests?.join(", "))
}

impl Unary {
    fn written(&self, dialect: Dialect) -> Result<String, NoLiteral> {
        let bound = |sign: &str, bound: &Bound| {
            let included = if bound.included { "=" } else { "" };
            Ok(format!("{sign}{included} {}", bound.value.literal(dialect)?))
        };
        match self {
            Self::Equal(Value::Scope(scope)) => Ok(format!("= {}", scope_text(scope, dialect)?)),
            Self::Equal(value) => value.literal(dialect),
            Self::Below(high) => bound("<", high),
            Self::Above(low) => bound(">", low),
            Self::Between(low, high) => {
                let (open, close) = (if low.included { '[' } else { '(' }, if high.included { ']' } else { ')' });
                Ok(format!("{open}{}..{}{close}", low.value.literal(dialect)?, high.value.literal(dialect)?))
            }
            Self::Within(scope) => scope_text(scope, dialect),
        }
    }
}

/// A part of the office: as it stands, where it cannot be taken for the name of an input.
fn scope_text(scope: &Scope, dialect: Dialect) -> Result<String, NoLiteral> {
    let plain = scope.is_anywhere() || scope.segments().nth(1).is_some();
    if plain && dialect == Dialect::Office {
        Ok(scope.to_string())
    } else {
        Value::Scope(scope.clone()).literal(dialect)
    }
}
