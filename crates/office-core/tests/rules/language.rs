//! The laws of the language that rules are written in, as numbered in the docs of expressions.

mod arithmetic;
mod boundary;
mod cell;
mod check;
mod function;
mod logic;
mod totality;

use office_core::rules::{Dialect, EvaluateError, Expression, Facts, Input, Kind, Misread, Schema, Value};

/// A schema of optional inputs: `amount: money EUR`.
fn schema(inputs: &[&str]) -> Schema {
    let inputs = inputs.iter().map(|input| {
        let (name, kind) = input.split_once(": ").unwrap();
        Input::new(name, kind.parse::<Kind>().unwrap()).or_nothing()
    });
    Schema::new(inputs).unwrap()
}

fn read(text: &str) -> Result<Expression, Misread> {
    Expression::parse(text, &Schema::default(), Dialect::Office)
}

/// The value of an expression over no facts, or the error.
fn value(text: &str) -> Result<Value, EvaluateError> {
    read(text).unwrap().evaluate(&|_| None)
}

/// The value as text, and the error as text.
fn told(text: &str) -> String {
    value(text).map_or_else(|error| error.to_string(), |value| value.to_string())
}

/// The value of an expression over facts.
fn decided(text: &str, schema: &Schema, facts: &Facts) -> Result<Value, EvaluateError> {
    let slots = schema.check(facts).unwrap();
    let expression = Expression::parse(text, schema, Dialect::Office).unwrap();
    expression.evaluate(&|place| slots.get(place))
}
