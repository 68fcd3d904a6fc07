//! An expression as a tree.

use crate::rules::{Dialect, EvaluateError, Kind, NoLiteral, Value, ValueRef};

/// A part of an expression, and where it is written. Two parts are equal wherever they are written.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// The character at which it is written, counted from 1.
    pub(super) position: usize,
    pub(super) form: Form,
}

/// What a part of an expression is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A value written out.
    Literal(Value),
}

impl Node {
    /// Its kind.
    pub(super) fn kind(&self) -> Kind {
        let Form::Literal(value) = &self.form;
        value.kind()
    }

    /// Its value.
    pub(super) fn evaluate<'a>(
        &'a self,
        _facts: &dyn Fn(usize) -> Option<ValueRef<'a>>,
    ) -> Result<Value, EvaluateError> {
        let Form::Literal(value) = &self.form;
        Ok(value.clone())
    }

    /// The value, if it is written out.
    pub(in crate::rules) fn into_constant(self) -> Option<Value> {
        let Form::Literal(value) = self.form;
        Some(value)
    }

    /// Whether it holds of an input; none where that cannot be said.
    pub(in crate::rules) fn holds<'a>(
        &'a self,
        input: ValueRef<'a>,
        _facts: &dyn Fn(usize) -> Option<ValueRef<'a>>,
    ) -> Result<Option<bool>, EvaluateError> {
        match &self.form {
            Form::Literal(Value::Boolean(holds)) => Ok(Some(*holds)),
            Form::Literal(_) => {
                Err(EvaluateError::OtherKind { position: self.position, wanted: "yes or no", found: input.kind() })
            }
        }
    }

    /// Its text.
    pub(in crate::rules) fn written(&self, dialect: Dialect) -> Result<String, NoLiteral> {
        let Form::Literal(value) = &self.form;
        value.literal(dialect)
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.form == other.form
    }
}

impl Eq for Node {}
