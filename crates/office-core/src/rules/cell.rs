//! What a cell of a decision table asks of its input.

use crate::Scope;
use crate::rules::{Incomparable, Value, ValueRef};

/// What a cell asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    /// Nothing: `-`.
    Any,
    /// That one of these holds.
    OneOf(Vec<Unary>),
    /// That none of these holds: `not(..)`.
    NoneOf(Vec<Unary>),
}

/// One alternative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unary {
    /// To be this: `"IT"`, `30`, `null`.
    Equal(Value),
    /// To be below, or at it where it is included: `< 5000 EUR`, `<= 5000 EUR`.
    Below(Bound),
    /// To be above, or at it where it is included.
    Above(Bound),
    /// To be between two ends: `[100 EUR..500 EUR)`.
    Between(Bound, Bound),
    /// To be this part of the office or below it: `company/hq`.
    Within(Scope),
}

/// One end of what is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    pub(crate) value: Value,
    pub(crate) included: bool,
}

impl Test {
    /// Whether the value passes; none where that cannot be said, because the value is nothing and the test asks for an
    /// order. Only what passes for certain matches.
    pub(crate) fn holds(&self, value: ValueRef<'_>) -> Result<Option<bool>, Incomparable> {
        match self {
            Self::Any => Ok(Some(true)),
            Self::OneOf(tests) => any(tests, value),
            Self::NoneOf(tests) => Ok(any(tests, value)?.map(|holds| !holds)),
        }
    }
}

fn any(tests: &[Unary], value: ValueRef<'_>) -> Result<Option<bool>, Incomparable> {
    let mut answer = Some(false);
    for test in tests {
        match test.holds(value)? {
            Some(true) => return Ok(Some(true)),
            Some(false) => {}
            None => answer = None,
        }
    }
    Ok(answer)
}

impl Unary {
    pub(crate) fn holds(&self, value: ValueRef<'_>) -> Result<Option<bool>, Incomparable> {
        match (self, value) {
            (Self::Equal(wanted), _) => value.equals(wanted.as_ref()).map(Some),
            (_, ValueRef::Null) => Ok(None),
            (Self::Below(bound), _) => bound.is_above(value).map(Some),
            (Self::Above(bound), _) => bound.is_below(value).map(Some),
            (Self::Between(low, high), _) => Ok(Some(low.is_below(value)? && high.is_above(value)?)),
            (Self::Within(scope), ValueRef::Scope(part)) => Ok(Some(scope.covers(part))),
            (Self::Within(scope), _) => Value::Scope(scope.clone()).as_ref().compare(value).map(|_| None),
        }
    }
}

impl Bound {
    /// Whether it is above the value, or at it where it is included.
    pub(crate) fn is_above(&self, value: ValueRef<'_>) -> Result<bool, Incomparable> {
        let order = value.compare(self.value.as_ref())?;
        Ok(order.is_lt() || (self.included && order.is_eq()))
    }

    /// Whether it is below the value, or at it where it is included.
    pub(crate) fn is_below(&self, value: ValueRef<'_>) -> Result<bool, Incomparable> {
        let order = value.compare(self.value.as_ref())?;
        Ok(order.is_gt() || (self.included && order.is_eq()))
    }
}
