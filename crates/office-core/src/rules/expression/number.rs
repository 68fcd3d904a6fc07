//! Arithmetic: of numbers, amounts and lengths of time.
//!
//! Numbers are decimals. A sum, a difference and a product are exact where they fit; what does not, and a quotient, is
//! rounded half to even to the 28 digits that a decimal holds.

use chrono::TimeDelta;

use super::moment;
use super::node::Operator;
use super::part::View;
use crate::rules::{Value, ValueRef};
use crate::{Decimal, Money, Quantity, Rounding};

/// Why two values have no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// Their kinds do not go together.
    Kinds,
    Overflow,
    Zero,
    /// Another value is wanted.
    Wants(&'static str),
}

/// The value with the other sign, if it has one.
pub(super) fn negated(value: &Value) -> Option<Value> {
    match value {
        Value::Null => Some(Value::Null),
        Value::Number(number) => Decimal::ZERO.checked_sub(*number).map(Value::Number),
        Value::Money(money) => Some(Value::Money(Money::negated(*money))),
        Value::Quantity(quantity) => Some(Value::Quantity(Quantity::negated(*quantity))),
        Value::Duration(length) => TimeDelta::zero().checked_sub(length).map(Value::Duration),
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

/// The same with the other sign.
pub(super) fn minus(view: View<'_>) -> Result<View<'static>, Problem> {
    let less = |number: Decimal| Decimal::ZERO.checked_sub(number).ok_or(Problem::Overflow);
    match view {
        View::Value(ValueRef::Null) => Ok(View::Value(ValueRef::Null)),
        View::Value(ValueRef::Number(number)) => less(number).map(number_view),
        View::Amount(amount, currency) => Ok(View::Amount(less(amount)?, currency)),
        View::Measure(amount, unit) => Ok(View::Measure(less(amount)?, unit)),
        View::Value(ValueRef::Duration(length)) => {
            let length = TimeDelta::zero().checked_sub(&length).ok_or(Problem::Overflow)?;
            Ok(View::Value(ValueRef::Duration(length)))
        }
        View::Value(ValueRef::Months(months)) => {
            Ok(View::Value(ValueRef::Months(months.checked_neg().ok_or(Problem::Overflow)?)))
        }
        View::Value(_) => Err(Problem::Kinds),
    }
}

/// What two values come to; texts are joined elsewhere. Nothing comes to nothing.
pub(super) fn arithmetic(operator: Operator, left: View<'_>, right: View<'_>) -> Result<View<'static>, Problem> {
    if left.is_null() || right.is_null() {
        return Ok(View::Value(ValueRef::Null));
    }
    match operator {
        Operator::Plus => plus(left, right),
        Operator::Minus => match moment::difference(left, right) {
            Some(length) => length.map(|length| View::Value(ValueRef::Duration(length))),
            None => plus(left, minus(right)?),
        },
        Operator::Times => times(left, right),
        Operator::Over => over(left, right),
        Operator::Power => power(left, right),
        Operator::Or
        | Operator::And
        | Operator::Equal
        | Operator::Unlike
        | Operator::Below
        | Operator::AtMost
        | Operator::Above
        | Operator::AtLeast => Err(Problem::Kinds),
    }
}

const fn number_view(number: Decimal) -> View<'static> {
    View::Value(ValueRef::Number(number))
}

fn plus(left: View<'_>, right: View<'_>) -> Result<View<'static>, Problem> {
    let sum = |one: Decimal, two: Decimal| one.checked_add(two).ok_or(Problem::Overflow);
    match (left, right) {
        (View::Value(ValueRef::Number(one)), View::Value(ValueRef::Number(two))) => sum(one, two).map(number_view),
        (View::Amount(one, currency), View::Amount(two, other)) if currency == other => {
            Ok(View::Amount(sum(one, two)?, currency))
        }
        (View::Measure(one, unit), View::Measure(two, other)) if unit == other => {
            Ok(View::Measure(sum(one, two)?, unit))
        }
        (View::Value(left), View::Value(right)) => moment::plus(left, right)
            .or_else(|| moment::plus(right, left))
            .unwrap_or(Err(Problem::Kinds))
            .map(View::Value),
        _ => Err(Problem::Kinds),
    }
}

fn times(left: View<'_>, right: View<'_>) -> Result<View<'static>, Problem> {
    let product = |one: Decimal, two: Decimal| one.checked_mul(two).ok_or(Problem::Overflow);
    match (left, right) {
        (View::Value(ValueRef::Number(one)), View::Value(ValueRef::Number(two))) => product(one, two).map(number_view),
        (View::Value(ValueRef::Number(_)), _) => times(right, left),
        (View::Amount(amount, currency), View::Value(ValueRef::Number(factor))) => {
            Ok(View::Amount(product(amount, factor)?, currency))
        }
        (View::Measure(amount, unit), View::Value(ValueRef::Number(factor))) => {
            Ok(View::Measure(product(amount, factor)?, unit))
        }
        (View::Value(ValueRef::Duration(length)), View::Value(ValueRef::Number(factor))) => {
            moment::from_seconds(product(moment::seconds(length), factor)?)
        }
        (View::Value(ValueRef::Months(months)), View::Value(ValueRef::Number(factor))) => {
            moment::from_months(product(Decimal::from(months), factor)?)
        }
        _ => Err(Problem::Kinds),
    }
}

fn over(left: View<'_>, right: View<'_>) -> Result<View<'static>, Problem> {
    let quotient = |one: Decimal, two: Decimal| {
        if two.is_zero() { Err(Problem::Zero) } else { one.checked_div(two).ok_or(Problem::Overflow) }
    };
    match (left, right) {
        (View::Value(ValueRef::Number(one)), View::Value(ValueRef::Number(two))) => quotient(one, two).map(number_view),
        (View::Amount(amount, currency), View::Value(ValueRef::Number(divisor))) => {
            Ok(View::Amount(quotient(amount, divisor)?, currency))
        }
        (View::Amount(one, currency), View::Amount(two, other)) if currency == other => {
            quotient(one, two).map(number_view)
        }
        (View::Measure(amount, unit), View::Value(ValueRef::Number(divisor))) => {
            Ok(View::Measure(quotient(amount, divisor)?, unit))
        }
        (View::Measure(one, unit), View::Measure(two, other)) if unit == other => quotient(one, two).map(number_view),
        (View::Value(ValueRef::Duration(length)), View::Value(ValueRef::Number(divisor))) => {
            moment::from_seconds(quotient(moment::seconds(length), divisor)?)
        }
        (View::Value(ValueRef::Duration(one)), View::Value(ValueRef::Duration(two))) => {
            quotient(moment::seconds(one), moment::seconds(two)).map(number_view)
        }
        (View::Value(ValueRef::Months(months)), View::Value(ValueRef::Number(divisor))) => {
            moment::from_months(quotient(Decimal::from(months), divisor)?)
        }
        (View::Value(ValueRef::Months(one)), View::Value(ValueRef::Months(two))) => {
            quotient(Decimal::from(one), Decimal::from(two)).map(number_view)
        }
        _ => Err(Problem::Kinds),
    }
}

/// A number to the power of a whole one, by squaring.
fn power(left: View<'_>, right: View<'_>) -> Result<View<'static>, Problem> {
    let (View::Value(ValueRef::Number(base)), View::Value(ValueRef::Number(exponent))) = (left, right) else {
        return Err(Problem::Kinds);
    };
    let exponent = whole(exponent).ok_or(Problem::Wants("a whole exponent"))?;
    let (mut product, mut square, mut rest) = (Decimal::ONE, base, exponent.unsigned_abs());
    while rest > 0 {
        if rest & 1 == 1 {
            product = product.checked_mul(square).ok_or(Problem::Overflow)?;
        }
        rest >>= 1;
        if rest > 0 {
            square = square.checked_mul(square).ok_or(Problem::Overflow)?;
        }
    }
    if exponent >= 0 {
        return Ok(number_view(product));
    }
    match (base.is_zero(), Decimal::ONE.checked_div(product)) {
        (true, _) => Err(Problem::Zero),
        (false, Some(inverse)) => Ok(number_view(inverse)),
        (false, None) => Err(Problem::Overflow),
    }
}

/// The whole number, if it is one and not too great to count with.
pub(super) fn whole(number: Decimal) -> Option<i64> {
    if number.is_integer() { i64::try_from(number.normalize().mantissa()).ok() } else { None }
}

/// What is left of a division that is rounded toward less: of the sign of the divisor.
pub(super) fn modulo(dividend: Decimal, divisor: Decimal) -> Result<Decimal, Problem> {
    if divisor.is_zero() {
        return Err(Problem::Zero);
    }
    let rest = dividend.checked_rem(divisor).ok_or(Problem::Overflow)?;
    if rest.is_zero() || rest.is_sign_negative() == divisor.is_sign_negative() {
        return Ok(rest);
    }
    rest.checked_add(divisor).ok_or(Problem::Overflow)
}

/// Rounded to so many digits after the point; before it, where there are fewer than none.
pub(super) fn rounded(number: Decimal, scale: i64, rounding: Rounding) -> Result<Decimal, Problem> {
    if let Ok(digits) = u32::try_from(scale) {
        return Ok(rounding.round(number, digits));
    }
    let places = u32::try_from(scale.unsigned_abs()).map_err(|_| Problem::Wants("a scale of at least -28"))?;
    let number = number.normalize();
    let unit = crate::decimal::power_of_ten(places).filter(|_| places <= 28);
    let shift = |unit: i128| {
        // The scale may be too great to shift in one decimal, so the whole units are counted.
        let divisor = crate::decimal::power_of_ten(number.scale())?.checked_mul(unit)?;
        let count = rounding.quotient(number.mantissa(), 1, divisor)?;
        Decimal::try_from_i128_with_scale(count.checked_mul(unit)?, 0).ok()
    };
    unit.ok_or(Problem::Wants("a scale of at least -28")).and_then(|unit| shift(unit).ok_or(Problem::Overflow))
}
