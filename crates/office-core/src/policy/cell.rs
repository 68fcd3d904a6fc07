//! Tests in the cells of a decision table.

use std::cmp::Ordering;

use crate::policy::reader::{Misread, Reader};
use crate::policy::{FactKind, FactValue};
use crate::{Money, Scope, parse_decimal};

/// The most alternatives that a cell may have.
const MOST_TESTS: usize = 100;

/// What a cell asks of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    /// Nothing: `-`.
    Any,
    /// That one of these holds.
    OneOf(Vec<Unary>),
    /// That none of these holds: `not(..)`.
    NoneOf(Vec<Unary>),
}

/// One alternative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unary {
    Equal(FactValue),
    Below(Bound),
    Above(Bound),
    Between(Bound, Bound),
    Within(Scope),
}

/// One end of what is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bound {
    value: FactValue,
    included: bool,
}

/// A test has no answer, because the fact is an amount in another currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Incomparable;

impl Test {
    /// Whether the fact passes. A fact in another currency passes or fails only where that is so whatever its worth.
    pub(super) fn holds(&self, fact: &FactValue) -> Result<bool, Incomparable> {
        match self {
            Self::Any => Ok(true),
            Self::OneOf(tests) => any(tests, fact),
            Self::NoneOf(tests) => any(tests, fact).map(|holds| !holds),
        }
    }

    pub(super) fn parse(text: &str, kind: FactKind) -> Result<Self, Misread> {
        let mut reader = Reader::new(text)?;
        reader.skip_space();
        if reader.rest().trim_end() == "-" {
            return Ok(Self::Any);
        }
        let negated = reader.take("not(");
        let mut tests = vec![unary(&mut reader, kind, negated)?];
        while reader.take(",") {
            if tests.len() >= MOST_TESTS {
                return Err(reader.wants("at most 100 alternatives"));
            }
            tests.push(unary(&mut reader, kind, negated)?);
        }
        if negated && !reader.take(")") {
            return Err(reader.wants("`,` or `)`"));
        }
        if !reader.at_end() {
            return Err(reader.wants("`,` or the end of the cell"));
        }
        Ok(if negated { Self::NoneOf(tests) } else { Self::OneOf(tests) })
    }
}

fn any(tests: &[Unary], fact: &FactValue) -> Result<bool, Incomparable> {
    let mut incomparable = false;
    for test in tests {
        match test.holds(fact) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(Incomparable) => incomparable = true,
        }
    }
    if incomparable { Err(Incomparable) } else { Ok(false) }
}

impl Unary {
    fn holds(&self, fact: &FactValue) -> Result<bool, Incomparable> {
        match self {
            Self::Equal(value) => Ok(order(fact, value)?.is_eq()),
            Self::Below(bound) => bound.above(fact),
            Self::Above(bound) => bound.below(fact),
            Self::Between(low, high) => Ok(low.below(fact)? && high.above(fact)?),
            Self::Within(scope) => Ok(matches!(fact, FactValue::Scope(fact) if scope.covers(fact))),
        }
    }
}

impl Bound {
    /// Whether the bound is above the fact, or at it where it is included.
    fn above(&self, fact: &FactValue) -> Result<bool, Incomparable> {
        let order = order(fact, &self.value)?;
        Ok(order.is_lt() || (self.included && order.is_eq()))
    }

    /// Whether the bound is below the fact, or at it where it is included.
    fn below(&self, fact: &FactValue) -> Result<bool, Incomparable> {
        let order = order(fact, &self.value)?;
        Ok(order.is_gt() || (self.included && order.is_eq()))
    }
}

/// How two facts of one kind compare; facts of two kinds do not.
fn order(one: &FactValue, two: &FactValue) -> Result<Ordering, Incomparable> {
    match (one, two) {
        (FactValue::Text(one), FactValue::Text(two)) => Ok(one.cmp(two)),
        (FactValue::Money(one), FactValue::Money(two)) => one.compare(two).map_err(|_| Incomparable),
        (FactValue::Integer(one), FactValue::Integer(two)) => Ok(one.cmp(two)),
        (FactValue::Number(one), FactValue::Number(two)) => Ok(one.cmp(two)),
        (FactValue::Boolean(one), FactValue::Boolean(two)) => Ok(one.cmp(two)),
        (FactValue::Date(one), FactValue::Date(two)) => Ok(one.cmp(two)),
        (FactValue::Scope(one), FactValue::Scope(two)) => Ok(one.cmp(two)),
        _ => Err(Incomparable),
    }
}

fn unary(reader: &mut Reader<'_>, kind: FactKind, negated: bool) -> Result<Unary, Misread> {
    reader.skip_space();
    let ordered = match kind {
        FactKind::Money | FactKind::Integer | FactKind::Number | FactKind::Date => true,
        FactKind::Text | FactKind::Boolean | FactKind::Scope => false,
    };
    if kind == FactKind::Text {
        return text(reader, negated).map(FactValue::Text).map(Unary::Equal);
    }
    if !ordered {
        let fact = value(reader, kind)?;
        return Ok(if let FactValue::Scope(scope) = fact { Unary::Within(scope) } else { Unary::Equal(fact) });
    }
    for (sign, below, included) in [("<=", true, true), (">=", false, true), ("<", true, false), (">", false, false)] {
        if reader.take(sign) {
            let bound = Bound { value: value(reader, kind)?, included };
            return Ok(if below { Unary::Below(bound) } else { Unary::Above(bound) });
        }
    }
    let included = reader.take("[");
    if included || reader.take("(") {
        return interval(reader, kind, included);
    }
    value(reader, kind).map(Unary::Equal)
}

/// What follows the opening bracket of an interval.
fn interval(reader: &mut Reader<'_>, kind: FactKind, included: bool) -> Result<Unary, Misread> {
    let low = Bound { value: value(reader, kind)?, included };
    if !reader.take("..") {
        return Err(reader.wants("`..` between the ends of an interval"));
    }
    reader.skip_space();
    let at_high = reader.wants("an end that is after the start, in the same currency");
    let high = value(reader, kind)?;
    let included = reader.take("]");
    if !included && !reader.take(")") {
        return Err(reader.wants("`]` or `)` at the end of an interval"));
    }
    let holds_something = match order(&low.value, &high) {
        Ok(Ordering::Less) => true,
        Ok(Ordering::Equal) => low.included && included,
        Ok(Ordering::Greater) | Err(Incomparable) => false,
    };
    reader.skip_space();
    if holds_something { Ok(Unary::Between(low, Bound { value: high, included })) } else { Err(at_high) }
}

/// A value of any kind but text, up to what can follow one.
fn value(reader: &mut Reader<'_>, kind: FactKind) -> Result<FactValue, Misread> {
    reader.skip_space();
    let wanted = match kind {
        FactKind::Money => "an amount such as `100.00 EUR`",
        FactKind::Integer => "a whole number such as `30`",
        FactKind::Number => "a number such as `4.5`",
        FactKind::Boolean => "`yes`, `no` or `-`",
        FactKind::Date => "a day such as `2026-10-01`",
        FactKind::Scope => "a scope such as `company/hq`",
        FactKind::Text => "a word",
    };
    let misread = reader.wants(wanted);
    let word = reader.until(|rest| rest.starts_with([',', ')', ']']) || rest.starts_with("..")).trim_end();
    let fact = match kind {
        FactKind::Money => word.parse::<Money>().ok().map(FactValue::Money),
        FactKind::Integer => word.parse().ok().map(FactValue::Integer),
        FactKind::Number => parse_decimal(word).ok().map(FactValue::Number),
        FactKind::Boolean => match word {
            "yes" | "true" => Some(FactValue::Boolean(true)),
            "no" | "false" => Some(FactValue::Boolean(false)),
            _ => None,
        },
        FactKind::Date => word.parse().ok().map(FactValue::Date),
        FactKind::Scope => word.parse().ok().map(FactValue::Scope),
        FactKind::Text => Some(FactValue::Text(word.to_owned())),
    };
    fact.ok_or(misread)
}

/// A word, bare or in double quotes; a quote within quotes is doubled.
fn text(reader: &mut Reader<'_>, negated: bool) -> Result<String, Misread> {
    if !reader.take("\"") {
        let misread = reader.wants("a word, `not(..)` or `-`");
        let word = reader.until(|rest| rest.starts_with(',') || (negated && rest.starts_with(')'))).trim_end();
        return if word.is_empty() { Err(misread) } else { Ok(word.to_owned()) };
    }
    let mut word = String::new();
    loop {
        word.push_str(reader.until(|rest| rest.starts_with('"')));
        if !reader.take("\"") {
            return Err(reader.wants("a closing quote"));
        }
        if !reader.take("\"") {
            reader.skip_space();
            return Ok(word);
        }
        word.push('"');
    }
}
