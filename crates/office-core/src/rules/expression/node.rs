//! An expression as a tree.

use std::cmp::Ordering;

use super::function::Function;
use crate::rules::{EvaluateError, Value};

/// A part of an expression, and where it is written. Two parts are equal wherever they are written.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// The character at which it is written, counted from 1; of two operands, that of the sign between them.
    pub(super) position: usize,
    /// How many parts are above each other in it.
    pub(super) height: usize,
    pub(super) form: Form,
}

/// What a part of an expression is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A value written out.
    Literal(Value),
    /// The input of the cell: `?`.
    Input,
    /// An input of the schema, by its place and name.
    Name(usize, String),
    /// A field of a record, or a property of a date or a length of time: `order.total`, `due.year`.
    Path(Box<Node>, String),
    /// `-x`.
    Negated(Box<Node>),
    /// `x + y`.
    Joined(Operator, Box<[Node; 2]>),
    /// `x between y and z`.
    Between(Box<[Node; 3]>),
    /// `x in (y, [1..5], < 3)`.
    In(Box<Node>, Vec<Node>),
    /// An interval, which stands after `in`: `[1..5)`.
    Interval { ends: Box<[Node; 2]>, low_included: bool, high_included: bool },
    /// One half of a comparison, which stands after `in`: `< 3`.
    Compared(Operator, Box<Node>),
    /// `if x then y else z`.
    If(Box<[Node; 3]>),
    /// `[x, y]`.
    List(Vec<Node>),
    /// `{name: x}`.
    Record(Vec<(String, Node)>),
    /// `count(x)`; the arguments in the order of the parameters.
    Call(Function, Vec<Node>),
}

/// What joins two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::rules) enum Operator {
    Or,
    And,
    Equal,
    Unlike,
    Below,
    AtMost,
    Above,
    AtLeast,
    Plus,
    Minus,
    Times,
    Over,
    Power,
}

/// How tightly operands are held: the more, the tighter.
pub(super) const LOOSEST: u8 = 0;
pub(super) const COMPARISON: u8 = 3;
pub(super) const SUM: u8 = 4;
pub(super) const PRODUCT: u8 = 5;
pub(super) const POWER: u8 = 6;
pub(super) const NEGATION: u8 = 7;
pub(super) const TIGHTEST: u8 = 8;

impl Operator {
    /// All, longer signs before those that they begin with.
    pub(super) const ALL: [Self; 13] = [
        Self::Or,
        Self::And,
        Self::Unlike,
        Self::AtMost,
        Self::AtLeast,
        Self::Equal,
        Self::Below,
        Self::Above,
        Self::Plus,
        Self::Minus,
        Self::Power,
        Self::Times,
        Self::Over,
    ];

    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Equal => "=",
            Self::Unlike => "!=",
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::AtLeast => ">=",
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Times => "*",
            Self::Over => "/",
            Self::Power => "**",
        }
    }

    /// How tightly it holds its operands.
    pub(super) const fn power(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Equal | Self::Unlike | Self::Below | Self::AtMost | Self::Above | Self::AtLeast => COMPARISON,
            Self::Plus | Self::Minus => SUM,
            Self::Times | Self::Over => PRODUCT,
            Self::Power => POWER,
        }
    }

    /// Whether it compares.
    pub(super) const fn compares(self) -> bool {
        self.power() == COMPARISON
    }

    /// Whether what it says of two values holds where this is their order; of none if it does not compare.
    pub(in crate::rules) const fn holds_of(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Unlike => order.is_ne(),
            Self::Below => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Above => order.is_gt(),
            Self::AtLeast => order.is_ge(),
            Self::Or | Self::And | Self::Plus | Self::Minus | Self::Times | Self::Over | Self::Power => false,
        }
    }
}

impl Node {
    pub(super) fn new(position: usize, form: Form) -> Self {
        let below = match &form {
            Form::Literal(_) | Form::Input | Form::Name(..) => 0,
            Form::Path(part, _) | Form::Negated(part) | Form::Compared(_, part) => part.height,
            Form::Joined(_, parts) | Form::Interval { ends: parts, .. } => highest(parts.iter()),
            Form::Between(parts) | Form::If(parts) => highest(parts.iter()),
            Form::In(part, tests) => highest(tests).max(part.height),
            Form::List(parts) | Form::Call(_, parts) => highest(parts),
            Form::Record(fields) => highest(fields.iter().map(|(_, part)| part)),
        };
        Self { position, height: below.saturating_add(1), form }
    }

    /// The value, if it is written out.
    pub(in crate::rules) const fn as_literal(&self) -> Option<&Value> {
        if let Form::Literal(value) = &self.form { Some(value) } else { None }
    }

    /// The parts right below it.
    pub(super) fn parts(&self) -> Vec<&Self> {
        match &self.form {
            Form::Literal(_) | Form::Input | Form::Name(..) => Vec::new(),
            Form::Path(part, _) | Form::Negated(part) | Form::Compared(_, part) => vec![part],
            Form::Joined(_, parts) | Form::Interval { ends: parts, .. } => parts.iter().collect(),
            Form::Between(parts) | Form::If(parts) => parts.iter().collect(),
            Form::In(part, tests) => std::iter::once(&**part).chain(tests).collect(),
            Form::List(parts) | Form::Call(_, parts) => parts.iter().collect(),
            Form::Record(fields) => fields.iter().map(|(_, part)| part).collect(),
        }
    }

    /// Whether any part is such a one.
    pub(in crate::rules) fn has(&self, such: &dyn Fn(&Self) -> bool) -> bool {
        such(self) || self.parts().into_iter().any(|part| part.has(such))
    }

    /// Whether it asks for the input of the cell.
    pub(in crate::rules) fn asks_input(&self) -> bool {
        self.has(&|node| node.form == Form::Input)
    }

    /// Whether it is the same in every case.
    pub(in crate::rules) fn is_constant(&self) -> bool {
        !self.has(&|node| matches!(node.form, Form::Input | Form::Name(..)))
    }

    /// Whether it stands after `in` alone, and has no value of its own.
    pub(in crate::rules) const fn is_test(&self) -> bool {
        matches!(self.form, Form::Interval { .. } | Form::Compared(..))
    }

    /// How many parts it has, itself among them.
    pub(super) fn count(&self) -> usize {
        self.parts().into_iter().fold(1_usize, |sum, part| sum.saturating_add(part.count()))
    }

    /// That the input of the cell passes one of these.
    pub(in crate::rules) fn input_in(tests: Vec<Self>) -> Self {
        let position = tests.first().map_or(1, |test| test.position);
        Self::new(position, Form::In(Box::new(Self::new(position, Form::Input)), tests))
    }

    /// That one of the two holds.
    pub(in crate::rules) fn or(self, other: Self) -> Self {
        Self::new(other.position, Form::Joined(Operator::Or, Box::new([self, other])))
    }

    /// That it does not hold.
    pub(in crate::rules) fn negated(self) -> Self {
        Self::new(self.position, Form::Call(Function::Not, vec![self]))
    }

    /// Where it is written.
    pub(in crate::rules) const fn position(&self) -> usize {
        self.position
    }

    /// A value written out at a place.
    pub(in crate::rules) fn literal(place: usize, value: Value) -> Self {
        Self::new(place.saturating_add(1), Form::Literal(value))
    }

    /// One half of a comparison at a place.
    pub(in crate::rules) fn compared(operator: Operator, place: usize, value: Self) -> Self {
        Self::new(place.saturating_add(1), Form::Compared(operator, Box::new(value)))
    }

    /// The ends of an interval, the lower first, and whether they are in it.
    pub(in crate::rules) fn interval(&self) -> Option<[(&Self, bool); 2]> {
        let Form::Interval { ends, low_included, high_included } = &self.form else { return None };
        let [low, high] = &**ends;
        Some([(low, *low_included), (high, *high_included)])
    }

    /// What an input has to be below, or else above, and whether it may be at it.
    pub(in crate::rules) fn bound(&self) -> Option<(bool, (&Self, bool))> {
        let Form::Compared(operator, value) = &self.form else { return None };
        match operator {
            Operator::Below => Some((true, (value, false))),
            Operator::AtMost => Some((true, (value, true))),
            Operator::Above => Some((false, (value, false))),
            Operator::AtLeast => Some((false, (value, true))),
            _ => None,
        }
    }

    /// What an input has to be: the value itself, or `= value`.
    pub(in crate::rules) fn equal(&self) -> Option<&Self> {
        match &self.form {
            Form::Compared(Operator::Equal, value) => Some(value),
            Form::Compared(..) | Form::Interval { .. } => None,
            _ => Some(self),
        }
    }

    /// The fact, by its place, with which the input of the cell is compared, and how: `> budget`. Where the two have an
    /// order, that is all it asks.
    pub(in crate::rules) fn compared_fact(&self) -> Option<(Operator, usize)> {
        let (operator, fact) = match &self.form {
            Form::In(part, tests) if part.form == Form::Input => match &**tests {
                [Self { form: Form::Compared(operator, fact), .. }] => (*operator, &**fact),
                [fact] => (Operator::Equal, fact),
                _ => return None,
            },
            Form::Joined(operator, parts) if operator.compares() => match &**parts {
                [Self { form: Form::Input, .. }, fact] => (*operator, fact),
                _ => return None,
            },
            _ => return None,
        };
        if let Form::Name(place, _) = &fact.form { Some((operator, *place)) } else { None }
    }

    /// What an input must not be: `!= value`.
    pub(in crate::rules) fn unlike(&self) -> Option<&Self> {
        if let Form::Compared(Operator::Unlike, value) = &self.form { Some(value) } else { None }
    }

    /// Its value, which is the same in every case.
    pub(in crate::rules) fn constant(&self) -> Result<Value, EvaluateError> {
        self.evaluate(&|_| None)
    }
}

fn highest<'n>(parts: impl IntoIterator<Item = &'n Node>) -> usize {
    parts.into_iter().map(|part| part.height).max().unwrap_or(0)
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.form == other.form
    }
}

impl Eq for Node {}
