//! What a part of an expression comes to while it is evaluated.

use std::cmp::Ordering;

use crate::rules::{EvaluateError, Kind, Value, ValueRef};
use crate::{Currency, Decimal, Money, Quantity, Rounding, UnitCode};

/// What a part comes to: seen in the facts, or made anew.
#[derive(Debug)]
pub(super) enum Part<'a> {
    View(View<'a>),
    Made(Value),
}

/// A value in hand. Amounts keep all their digits until they are given out.
#[derive(Clone, Copy, Debug)]
pub(super) enum View<'p> {
    /// Anything but money and quantities.
    Value(ValueRef<'p>),
    /// So much money, as exactly as it was computed.
    Amount(Decimal, Currency),
    /// So much of a unit, as exactly as it was computed.
    Measure(Decimal, UnitCode),
}

impl<'a> Part<'a> {
    pub(super) const NULL: Self = Self::View(View::Value(ValueRef::Null));

    pub(super) fn of(value: ValueRef<'a>) -> Self {
        Self::View(View::of(value))
    }

    pub(super) const fn number(number: Decimal) -> Self {
        Self::View(View::Value(ValueRef::Number(number)))
    }

    /// Yes, no, or nothing.
    pub(super) fn truth(truth: Option<bool>) -> Self {
        truth.map_or(Self::NULL, |truth| Self::View(View::Value(ValueRef::Boolean(truth))))
    }

    pub(super) fn view(&self) -> View<'_> {
        match self {
            Self::View(view) => *view,
            Self::Made(value) => View::of(value.as_ref()),
        }
    }

    pub(super) fn is_null(&self) -> bool {
        self.view().is_null()
    }

    /// The value. Amounts of money are rounded half to even to what the currency can pay, quantities to nine digits
    /// after the point.
    pub(super) fn into_value(self, position: usize) -> Result<Value, EvaluateError> {
        match self {
            Self::View(view) => view.to_value().ok_or(EvaluateError::Overflow { position }),
            Self::Made(value) => Ok(value),
        }
    }
}

impl<'p> View<'p> {
    pub(super) fn of(value: ValueRef<'p>) -> Self {
        match value {
            ValueRef::Money(money) => Self::Amount(money.amount(), money.currency()),
            ValueRef::Quantity(quantity) => Self::Measure(quantity.amount(), quantity.unit()),
            value => Self::Value(value),
        }
    }

    pub(super) const fn is_null(self) -> bool {
        matches!(self, Self::Value(ValueRef::Null))
    }

    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Value(value) => value.kind(),
            Self::Amount(_, currency) => Kind::Money(Some(currency)),
            Self::Measure(_, unit) => Kind::Quantity(Some(unit)),
        }
    }

    pub(super) fn to_value(self) -> Option<Value> {
        match self {
            Self::Value(value) => Some(value.to_value()),
            Self::Amount(amount, currency) => {
                Money::rounded(amount, currency, Rounding::HalfEven).ok().map(Value::Money)
            }
            Self::Measure(amount, unit) => {
                let amount = Rounding::HalfEven.round(amount, Quantity::PLACES);
                Quantity::new(amount, unit).ok().map(Value::Quantity)
            }
        }
    }

    /// Which is the greater; none if they do not compare.
    pub(super) fn order(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Amount(one, currency), Self::Amount(two, other)) if currency == other => Some(one.cmp(&two)),
            (Self::Measure(one, unit), Self::Measure(two, other)) if unit == other => Some(one.cmp(&two)),
            (Self::Value(one), Self::Value(two)) => one.compare(two).ok(),
            _ => None,
        }
    }

    /// Whether they are the same; none if they do not compare.
    pub(super) fn same(self, other: Self) -> Option<bool> {
        match (self, other) {
            _ if self.is_null() || other.is_null() => Some(self.is_null() && other.is_null()),
            (Self::Value(one), Self::Value(two)) => one.equals(two).ok(),
            _ => self.order(other).map(Ordering::is_eq),
        }
    }
}
