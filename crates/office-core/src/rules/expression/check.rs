//! What kind a part of an expression is of, and whether its operands go together.

mod call;

use std::collections::BTreeMap;

use super::node::{Form, Node, Operator};
use crate::rules::{Kind, Misread, Schema, Value};

/// The kinds of what an expression asks for.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules) struct Kinds<'s> {
    pub(in crate::rules) schema: &'s Schema,
    /// Of the input of the cell, if it is in one.
    pub(in crate::rules) input: Option<&'s Kind>,
}

impl Kinds<'_> {
    /// The kind of a part; [`Kind::Any`] where it is not known.
    ///
    /// # Errors
    /// [`Misread`] at the first part whose operands do not go together.
    pub(in crate::rules) fn of(&self, node: &Node) -> Result<Kind, Misread> {
        let refused = |expected: String| Misread { position: node.position, expected: expected.into() };
        match &node.form {
            Form::Literal(value) => literal(value).ok_or_else(|| refused("values of one kind".to_owned())),
            Form::Input => self.input.cloned().ok_or_else(|| refused("a name: `?` is the input of a cell".to_owned())),
            Form::Name(place, _) => Ok(self.schema.inputs().get(*place).map_or(Kind::Any, |input| input.kind.clone())),
            Form::Path(part, name) => {
                let kind = self.of(part)?;
                field(&kind, name).ok_or_else(|| refused(format!("a field that a value of kind {kind} has")))
            }
            Form::Negated(part) => {
                let kind = self.of(part)?;
                let wanted = || refused(format!("a number or an amount after `-`, not a value of kind {kind}"));
                if adds_up(&kind) { Ok(kind) } else { Err(wanted()) }
            }
            Form::Joined(operator, parts) => {
                let [left, right] = &**parts;
                let (left, right) = (self.of(left)?, self.of(right)?);
                joined(*operator, &left, &right).ok_or_else(|| {
                    refused(format!("kinds that go together: `{}` does not join {left} and {right}", operator.sign()))
                })
            }
            Form::Between(parts) => {
                let [part, low, high] = &**parts;
                let kind = self.of(part)?;
                for end in [low, high] {
                    self.ordered(&kind, end)?;
                }
                Ok(Kind::Boolean)
            }
            Form::In(part, tests) => {
                let kind = self.of(part)?;
                tests.iter().try_for_each(|test| self.test(&kind, test)).map(|()| Kind::Boolean)
            }
            Form::Interval { .. } | Form::Compared(..) => {
                Err(refused("a value: an interval stands after `in`".to_owned()))
            }
            Form::If(parts) => {
                let [condition, then, other] = &**parts;
                self.alike(&Kind::Boolean, condition)?;
                self.one_kind(&[then, other])
            }
            Form::List(parts) => {
                let parts: Vec<&Node> = parts.iter().collect();
                Ok(Kind::List(Box::new(self.one_kind(&parts)?)))
            }
            Form::Record(fields) => {
                let fields: Result<BTreeMap<_, _>, _> =
                    fields.iter().map(|(name, part)| Ok((name.clone(), self.of(part)?))).collect();
                fields.map(Kind::Record)
            }
            Form::Call(function, parts) => {
                let kinds: Vec<Kind> = parts.iter().map(|part| self.of(part)).collect::<Result<_, _>>()?;
                call::gives(*function, &kinds).map_err(|(index, wanted)| {
                    let position = parts.get(index).map_or(node.position, |part| part.position);
                    let found = kinds.get(index).map_or(String::new(), |kind| format!(", not {kind}"));
                    Misread { position, expected: format!("{wanted}{found}").into() }
                })
            }
        }
    }

    /// Whether a value of the kind may be tested so.
    pub(in crate::rules) fn test(&self, kind: &Kind, test: &Node) -> Result<(), Misread> {
        match &test.form {
            Form::Interval { ends, .. } => ends.iter().try_for_each(|end| self.ordered(kind, end)),
            Form::Compared(Operator::Equal | Operator::Unlike, part) => self.alike(kind, part),
            Form::Compared(_, part) => self.ordered(kind, part),
            Form::List(tests) => tests.iter().try_for_each(|test| self.test(kind, test)),
            _ => match self.of(test)? {
                Kind::List(member) if either(&member, kind).is_some() => Ok(()),
                other if either(&other, kind).is_some() => Ok(()),
                other => Err(unlike(kind, &other, test.position)),
            },
        }
    }

    /// The one kind that all parts are of.
    fn one_kind(&self, parts: &[&Node]) -> Result<Kind, Misread> {
        parts.iter().try_fold(Kind::Any, |kind, part| {
            let other = self.of(part)?;
            let unlike = || Misread {
                position: part.position,
                expected: format!("a value of kind {kind} like the one before, not {other}").into(),
            };
            either(&kind, &other).ok_or_else(unlike)
        })
    }

    fn ordered(&self, kind: &Kind, node: &Node) -> Result<(), Misread> {
        let other = self.of(node)?;
        if joined(Operator::Below, kind, &other).is_some() { Ok(()) } else { Err(unlike(kind, &other, node.position)) }
    }

    fn alike(&self, kind: &Kind, node: &Node) -> Result<(), Misread> {
        let other = self.of(node)?;
        if either(kind, &other).is_some() { Ok(()) } else { Err(unlike(kind, &other, node.position)) }
    }
}

fn unlike(kind: &Kind, other: &Kind, position: usize) -> Misread {
    Misread { position, expected: format!("a value that compares with {kind}, not {other}").into() }
}

/// The kind of a value that is written out; none if the values of a list are of several.
fn literal(value: &Value) -> Option<Kind> {
    match value {
        Value::Number(number) if number.is_integer() => Some(Kind::Integer),
        Value::List(values) => {
            let kind = values.iter().try_fold(Kind::Any, |kind, value| either(&kind, &literal(value)?));
            kind.map(Box::new).map(Kind::List)
        }
        Value::Record(fields) => {
            let kinds = fields.iter().map(|(name, value)| Some((name.clone(), literal(value)?)));
            kinds.collect::<Option<_>>().map(Kind::Record)
        }
        value => Some(value.kind()),
    }
}

/// The kind of what is of the one kind or the other; none if they do not go together. Nothing is known of what is of any
/// kind, so that it goes with all.
pub(super) fn either(one: &Kind, two: &Kind) -> Option<Kind> {
    match (one, two) {
        (Kind::Any, kind) | (kind, Kind::Any) => Some(kind.clone()),
        (Kind::Number | Kind::Integer, Kind::Number | Kind::Integer) => {
            Some(if one == two { one.clone() } else { Kind::Number })
        }
        (Kind::Money(one), Kind::Money(two)) if one.is_none() || two.is_none() => Some(Kind::Money(None)),
        (Kind::Quantity(one), Kind::Quantity(two)) if one.is_none() || two.is_none() => Some(Kind::Quantity(None)),
        (Kind::List(one), Kind::List(two)) => either(one, two).map(Box::new).map(Kind::List),
        (Kind::Record(one), Kind::Record(two)) if one.len() == two.len() => {
            let field = |(name, kind): (&String, &Kind)| Some((name.clone(), either(kind, two.get(name)?)?));
            one.iter().map(field).collect::<Option<_>>().map(Kind::Record)
        }
        (one, two) => (one == two).then(|| one.clone()),
    }
}

/// The kind of what an operator makes of two operands; none if they do not go together.
fn joined(operator: Operator, left: &Kind, right: &Kind) -> Option<Kind> {
    let boolean = |kind: &Kind| matches!(kind, Kind::Boolean | Kind::Any);
    match operator {
        Operator::Or | Operator::And => (boolean(left) && boolean(right)).then_some(Kind::Boolean),
        Operator::Equal | Operator::Unlike => either(left, right).map(|_| Kind::Boolean),
        Operator::Below | Operator::AtMost | Operator::Above | Operator::AtLeast => match either(left, right)? {
            Kind::Scope | Kind::List(_) | Kind::Record(_) => None,
            _ => Some(Kind::Boolean),
        },
        Operator::Plus | Operator::Minus => sum(operator, left, right),
        Operator::Times => product(left, right).or_else(|| product(right, left)),
        Operator::Over => quotient(left, right),
        Operator::Power => match (left, right) {
            (Kind::Number | Kind::Integer | Kind::Any, Kind::Number | Kind::Integer | Kind::Any) => Some(Kind::Number),
            _ => None,
        },
    }
}

pub(super) fn is_number(kind: &Kind) -> bool {
    matches!(kind, Kind::Number | Kind::Integer | Kind::Any)
}

/// Whether it is a number, an amount or a length of time, which add up.
pub(super) fn adds_up(kind: &Kind) -> bool {
    is_number(kind) || matches!(kind, Kind::Money(_) | Kind::Quantity(_) | Kind::Duration | Kind::Months)
}

/// Whether it is a day or a time, of which another is so much later.
const fn is_moment(kind: &Kind) -> bool {
    matches!(kind, Kind::Date | Kind::DateTime | Kind::Instant | Kind::Time)
}

fn sum(operator: Operator, left: &Kind, right: &Kind) -> Option<Kind> {
    let minus = operator == Operator::Minus;
    // Months later than a point in time depend on where one is, and months later than a time of the day are none.
    let later = |moment: &Kind, length: &Kind| match (moment, length) {
        (Kind::Date | Kind::DateTime, Kind::Months) => true,
        (moment, length) => is_moment(moment) && *length == Kind::Duration,
    };
    match (left, right) {
        (Kind::Any, _) | (_, Kind::Any) => {
            let fits = |kind: &Kind| adds_up(kind) || is_moment(kind) || (*kind == Kind::Text && !minus);
            (fits(left) && fits(right)).then_some(Kind::Any)
        }
        (Kind::Text, Kind::Text) => (!minus).then_some(Kind::Text),
        (one, two) if adds_up(one) && adds_up(two) => either(one, two),
        (one, two) if is_moment(one) && one == two => minus.then_some(Kind::Duration),
        (moment, length) if later(moment, length) => Some(moment.clone()),
        (length, moment) if later(moment, length) => (!minus).then(|| moment.clone()),
        _ => None,
    }
}

/// Of an amount, or a number, times a number.
fn product(amount: &Kind, factor: &Kind) -> Option<Kind> {
    match (amount, factor) {
        (Kind::Any, other) | (other, Kind::Any) => adds_up(other).then_some(Kind::Any),
        (Kind::Integer, Kind::Integer) => Some(Kind::Integer),
        (Kind::Number | Kind::Integer, Kind::Number | Kind::Integer) => Some(Kind::Number),
        (amount, factor) => (adds_up(amount) && is_number(factor)).then(|| amount.clone()),
    }
}

fn quotient(dividend: &Kind, divisor: &Kind) -> Option<Kind> {
    match (dividend, divisor) {
        (Kind::Any, other) | (other, Kind::Any) => adds_up(other).then_some(Kind::Any),
        (Kind::Integer | Kind::Number, Kind::Integer | Kind::Number) => Some(Kind::Number),
        (dividend, divisor) if adds_up(dividend) && is_number(divisor) => Some(dividend.clone()),
        (dividend, divisor) => (adds_up(dividend) && either(dividend, divisor).is_some()).then_some(Kind::Number),
    }
}

/// The kind of a field or a property.
fn field(kind: &Kind, name: &str) -> Option<Kind> {
    let is = |names: &[&str]| names.contains(&name).then_some(Kind::Integer);
    match kind {
        Kind::Any => Some(Kind::Any),
        Kind::Record(fields) => fields.get(name).cloned(),
        Kind::List(member) => field(member, name).map(Box::new).map(Kind::List),
        Kind::Date => is(&["year", "month", "day", "weekday"]),
        Kind::Time => is(&["hour", "minute", "second"]),
        Kind::DateTime | Kind::Instant => is(&["year", "month", "day", "weekday", "hour", "minute", "second"]),
        Kind::Duration => is(&["days", "hours", "minutes", "seconds"]),
        Kind::Months => is(&["years", "months"]),
        Kind::Boolean
        | Kind::Number
        | Kind::Integer
        | Kind::Money(_)
        | Kind::Quantity(_)
        | Kind::Text
        | Kind::Scope => None,
    }
}
