//! Reading expressions.

use super::cursor::Cursor;
use super::literal::literal;
use super::node::{Form, Node};
use crate::rules::{Dialect, Misread, Schema, Value};
use crate::{Decimal, Money, Quantity};

/// A text that is read as rules are, by the names of a schema.
#[derive(Debug)]
pub(in crate::rules) struct Reader<'s> {
    pub(in crate::rules) cursor: Cursor,
    schema: &'s Schema,
}

impl<'s> Reader<'s> {
    pub(in crate::rules) fn new(text: &str, schema: &'s Schema, dialect: Dialect) -> Result<Self, Misread> {
        Ok(Self { cursor: Cursor::new(text, dialect)?, schema })
    }

    /// An operand: what a comparison or an end of an interval asks for.
    pub(in crate::rules) fn operand(&mut self) -> Result<Node, Misread> {
        self.cursor.skip_space();
        let place = self.cursor.place();
        let negative = self.cursor.take_sign("-");
        self.cursor.skip_space();
        let value = literal(&mut self.cursor)?.ok_or_else(|| self.cursor.wants("a value"))?;
        let value = if negative { negated(value).ok_or_else(|| self.cursor.wanted(place, "a number"))? } else { value };
        Ok(Node { position: place.saturating_add(1), form: Form::Literal(value) })
    }

    /// The name of an input, if the whole text is one.
    pub(in crate::rules) fn names(&self, text: &str) -> bool {
        self.schema.place(text).is_some()
    }
}

/// The value with the other sign, if it has one.
pub(super) fn negated(value: Value) -> Option<Value> {
    match value {
        Value::Null => Some(Value::Null),
        Value::Number(number) => Decimal::ZERO.checked_sub(number).map(Value::Number),
        Value::Money(money) => Some(Value::Money(Money::negated(money))),
        Value::Quantity(quantity) => Some(Value::Quantity(Quantity::negated(quantity))),
        Value::Duration(length) => chrono::TimeDelta::zero().checked_sub(&length).map(Value::Duration),
        Value::Months(months) => months.checked_neg().map(Value::Months),
        Value::Boolean(_)
        | Value::Text(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::DateTime(_)
        | Value::Instant(_)
        | Value::Scope(_)
        | Value::List(_)
        | Value::Record(_) => None,
    }
}
