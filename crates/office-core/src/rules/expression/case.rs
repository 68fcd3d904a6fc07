//! Evaluating expressions in a case.

use std::collections::BTreeMap;

use super::moment;
use super::node::{Form, Node, Operator};
use super::number::{self, Problem};
use super::part::{Part, View};
use crate::Decimal;
use crate::rules::{EvaluateError, Value, ValueRef};

/// The most values of lists that are looked at.
const MOST_STEPS: usize = 100_000;

/// A case in which expressions are evaluated.
pub(super) struct Case<'a, 'f> {
    facts: &'f dyn Fn(usize) -> Option<ValueRef<'a>>,
    input: Option<ValueRef<'a>>,
    steps: usize,
}

impl<'a, 'f> Case<'a, 'f> {
    pub(super) const fn new(facts: &'f dyn Fn(usize) -> Option<ValueRef<'a>>, input: Option<ValueRef<'a>>) -> Self {
        Self { facts, input, steps: 0 }
    }

    /// Counts that so many values are looked at.
    pub(super) const fn step(&mut self, count: usize, position: usize) -> Result<(), EvaluateError> {
        self.steps = self.steps.saturating_add(count);
        if self.steps > MOST_STEPS { Err(EvaluateError::TooManySteps { position, most: MOST_STEPS }) } else { Ok(()) }
    }

    /// What a part comes to.
    pub(super) fn part(&mut self, node: &'a Node) -> Result<Part<'a>, EvaluateError> {
        let position = node.position;
        match &node.form {
            Form::Literal(value) => Ok(Part::of(value.as_ref())),
            Form::Input => {
                self.input.map(Part::of).ok_or(EvaluateError::NotAccepted { position, wanted: "the input of a cell" })
            }
            Form::Name(place, name) => {
                let fact = (self.facts)(*place).map(Part::of);
                fact.ok_or_else(|| EvaluateError::Unknown { position, name: name.clone() })
            }
            Form::Path(part, name) => {
                let part = self.part(part)?;
                self.field(part, name, position)
            }
            Form::Negated(part) => {
                let part = self.part(part)?;
                number::minus(part.view()).map(Part::View).map_err(|problem| one_error(problem, position, part.view()))
            }
            Form::Joined(operator @ (Operator::And | Operator::Or), parts) => {
                self.both(*operator == Operator::Or, parts).map(Part::truth)
            }
            Form::Joined(operator, parts) => {
                let [left, right] = &**parts;
                let (left, right) = (self.part(left)?, self.part(right)?);
                if operator.compares() {
                    return compared(*operator, left.view(), right.view(), position).map(Part::truth);
                }
                arithmetic(*operator, &left, &right, position)
            }
            Form::Between(parts) => {
                let [part, low, high] = &**parts;
                let (part, low, high) = (self.part(part)?, self.part(low)?, self.part(high)?);
                within(part.view(), (low.view(), true), (high.view(), true), position).map(Part::truth)
            }
            Form::In(part, tests) => {
                let part = self.part(part)?;
                self.passes_any(part.view(), tests).map(Part::truth)
            }
            Form::Interval { .. } | Form::Compared(..) => {
                Err(EvaluateError::NotAccepted { position, wanted: "a value: an interval stands after `in`" })
            }
            Form::If(parts) => {
                let [condition, then, other] = &**parts;
                // What is not certain is not so.
                if self.truth(condition)? == Some(true) { self.part(then) } else { self.part(other) }
            }
            Form::List(parts) => {
                let values: Result<_, _> =
                    parts.iter().map(|part| self.part(part)?.into_value(part.position)).collect();
                values.map(Value::List).map(Part::Made)
            }
            Form::Record(fields) => {
                let mut value =
                    |(name, part): &'a (String, Node)| Ok((name.clone(), self.part(part)?.into_value(part.position)?));
                let values: Result<BTreeMap<_, _>, _> = fields.iter().map(&mut value).collect();
                values.map(Value::Record).map(Part::Made)
            }
            Form::Call(function, parts) => self.call(*function, parts, position),
        }
    }

    /// Yes, no, or nothing.
    pub(super) fn truth(&mut self, node: &'a Node) -> Result<Option<bool>, EvaluateError> {
        let part = self.part(node)?;
        as_truth(part.view(), node.position)
    }

    /// `and`, `or`: one certain `no` decides the one and one certain `yes` the other, whatever the rest.
    fn both(&mut self, deciding: bool, parts: &'a [Node; 2]) -> Result<Option<bool>, EvaluateError> {
        let [left, right] = parts;
        let left = self.truth(left);
        if left == Ok(Some(deciding)) {
            return left;
        }
        let right = self.truth(right);
        if right == Ok(Some(deciding)) {
            return right;
        }
        Ok(left?.and(right?).map(|_| !deciding))
    }

    /// Whether a value passes one of the tests.
    fn passes_any(&mut self, value: View<'_>, tests: &'a [Node]) -> Result<Option<bool>, EvaluateError> {
        let mut answer = Ok(Some(false));
        for test in tests {
            match self.passes(value, test) {
                Ok(Some(true)) => return Ok(Some(true)),
                Ok(Some(false)) => {}
                Ok(None) => answer = answer.and(Ok(None)),
                Err(error) => answer = answer.and(Err(error)),
            }
        }
        answer
    }

    fn passes(&mut self, value: View<'_>, test: &'a Node) -> Result<Option<bool>, EvaluateError> {
        let position = test.position;
        match &test.form {
            Form::Interval { ends, low_included, high_included } => {
                let [low, high] = &**ends;
                let (low, high) = (self.part(low)?, self.part(high)?);
                within(value, (low.view(), *low_included), (high.view(), *high_included), position)
            }
            Form::Compared(operator, part) => {
                let part = self.part(part)?;
                compared(*operator, value, part.view(), position)
            }
            Form::List(tests) if tests.iter().any(Node::is_test) => self.passes_any(value, tests),
            _ => {
                let wanted = self.part(test)?;
                match (value, wanted.view()) {
                    (_, View::Value(ValueRef::List(members))) => {
                        self.step(members.len(), position)?;
                        is_member(value, members).map(Some).ok_or_else(|| unlike(value, wanted.view(), position))
                    }
                    (View::Value(ValueRef::Scope(part)), View::Value(ValueRef::Scope(whole))) => {
                        Ok(Some(whole.covers(part)))
                    }
                    (_, wanted) => compared(Operator::Equal, value, wanted, position),
                }
            }
        }
    }

    /// A field of a record, or of each record of a list; a property of a day, a time or a length of time.
    fn field(&mut self, part: Part<'a>, name: &str, position: usize) -> Result<Part<'a>, EvaluateError> {
        let none = || EvaluateError::NoField { position, name: name.to_owned() };
        match part {
            Part::View(View::Value(ValueRef::Null)) => Ok(Part::NULL),
            Part::View(View::Value(ValueRef::Record(fields))) => {
                fields.get(name).map(|field| Part::of(field.as_ref())).ok_or_else(none)
            }
            Part::Made(Value::Record(mut fields)) => fields.remove(name).map(Part::Made).ok_or_else(none),
            part => match part.view() {
                View::Value(ValueRef::List(values)) => {
                    self.step(values.len(), position)?;
                    let field = |value: &Value| match value {
                        Value::Record(fields) => fields.get(name).cloned().ok_or_else(none),
                        other => property_of(View::of(other.as_ref()), name, position)?.into_value(position),
                    };
                    values.iter().map(field).collect::<Result<_, _>>().map(Value::List).map(Part::Made)
                }
                view => property_of(view, name, position),
            },
        }
    }
}

impl Node {
    /// Its value in a case.
    pub(super) fn evaluate<'f>(&self, facts: &dyn Fn(usize) -> Option<ValueRef<'f>>) -> Result<Value, EvaluateError> {
        Case::new(&|place| facts(place), None).part(self)?.into_value(self.position)
    }

    /// Whether it holds of the input of a cell; none where that cannot be said.
    pub(in crate::rules) fn holds<'f>(
        &self,
        input: ValueRef<'_>,
        facts: &dyn Fn(usize) -> Option<ValueRef<'f>>,
    ) -> Result<Option<bool>, EvaluateError> {
        Case::new(&|place| facts(place), Some(input)).truth(self)
    }
}

pub(super) fn as_truth(view: View<'_>, position: usize) -> Result<Option<bool>, EvaluateError> {
    match view {
        View::Value(ValueRef::Boolean(truth)) => Ok(Some(truth)),
        View::Value(ValueRef::Null) => Ok(None),
        view => Err(EvaluateError::OtherKind { position, wanted: "yes or no", found: view.kind() }),
    }
}

fn property_of<'a>(view: View<'_>, name: &str, position: usize) -> Result<Part<'a>, EvaluateError> {
    let View::Value(value) = view else { return Err(EvaluateError::NoField { position, name: name.to_owned() }) };
    let number = moment::property(value, name).map(|number| Part::number(Decimal::from(number)));
    number.ok_or_else(|| EvaluateError::NoField { position, name: name.to_owned() })
}

fn unlike(left: View<'_>, right: View<'_>, position: usize) -> EvaluateError {
    EvaluateError::Incomparable { position, left: left.kind(), right: right.kind() }
}

/// Whether a value is one of a list's; none if it is not, and does not compare with one of them. A list and a single
/// value are never the same.
fn is_member(value: View<'_>, members: &[Value]) -> Option<bool> {
    let is_list = |view: View<'_>| matches!(view, View::Value(ValueRef::List(_)));
    let mut comparable = true;
    for member in members.iter().map(|member| View::of(member.as_ref())) {
        match value.same(member) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => comparable &= is_list(value) != is_list(member),
        }
    }
    comparable.then_some(false)
}

/// Whether a comparison holds; nothing has no order, and is the same as nothing alone.
fn compared(
    operator: Operator,
    left: View<'_>,
    right: View<'_>,
    position: usize,
) -> Result<Option<bool>, EvaluateError> {
    if matches!(operator, Operator::Equal | Operator::Unlike) {
        let same = left.same(right).ok_or_else(|| unlike(left, right, position))?;
        return Ok(Some(same == (operator == Operator::Equal)));
    }
    if left.is_null() || right.is_null() {
        return Ok(None);
    }
    left.order(right).map(|order| Some(operator.holds_of(order))).ok_or_else(|| unlike(left, right, position))
}

/// Whether a value is between two ends.
fn within(
    value: View<'_>,
    (low, low_included): (View<'_>, bool),
    (high, high_included): (View<'_>, bool),
    position: usize,
) -> Result<Option<bool>, EvaluateError> {
    let above = compared(if low_included { Operator::AtLeast } else { Operator::Above }, value, low, position)?;
    let below = compared(if high_included { Operator::AtMost } else { Operator::Below }, value, high, position)?;
    Ok(if above == Some(false) || below == Some(false) { Some(false) } else { above.and(below) })
}

/// What two values come to.
fn arithmetic<'a>(
    operator: Operator,
    left: &Part<'_>,
    right: &Part<'_>,
    position: usize,
) -> Result<Part<'a>, EvaluateError> {
    let (left, right) = (left.view(), right.view());
    if let (Operator::Plus, View::Value(ValueRef::Text(one)), View::Value(ValueRef::Text(two))) =
        (operator, left, right)
    {
        return Ok(Part::Made(Value::Text([one, two].concat())));
    }
    number::arithmetic(operator, left, right).map(Part::View).map_err(|problem| match problem {
        Problem::Kinds => unlike(left, right, position),
        problem => one_error(problem, position, left),
    })
}

/// The error of an operation on one value.
pub(super) fn one_error(problem: Problem, position: usize, view: View<'_>) -> EvaluateError {
    match problem {
        Problem::Kinds => EvaluateError::OtherKind { position, wanted: "a number or an amount", found: view.kind() },
        Problem::Overflow => EvaluateError::Overflow { position },
        Problem::Zero => EvaluateError::DivisionByZero { position },
        Problem::Wants(wanted) => EvaluateError::NotAccepted { position, wanted },
    }
}
