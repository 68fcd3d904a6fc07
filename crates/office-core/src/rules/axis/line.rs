//! Values that lie on a line: numbers, amounts, days.

use std::ops::Range;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};

use crate::decimal::power_of_ten;
use crate::rules::cell::{Bound, Unary};
use crate::rules::{Kind, Value, ValueRef};
use crate::{Currency, Decimal, Money, Quantity, UnitCode, money, quantity};

/// The steps of a second: of a leap second there are twice as many as of another, and it may be any.
const SECOND: i128 = 2_000_000_000;
/// The steps of a day.
const DAY: i128 = 86_400 * SECOND;
/// The places to which numbers are counted at least, so that few are cut off.
const PLACES: u32 = 6;

/// Values that are counted by steps, so that between two steps there is nothing to tell apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    scale: Scale,
    cuts: Cuts,
}

/// What a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    /// No is 0 and yes is 1.
    Boolean,
    /// One.
    Integer,
    /// Numbers of at most so many places are even steps; the odd step after one is all that is above it and below the
    /// next.
    Number(u32),
    /// A minor unit.
    Money(Currency),
    /// The last place that a quantity can have.
    Quantity(UnitCode),
    /// A day.
    Date,
    /// A nanosecond.
    Time,
    /// A nanosecond.
    DateTime,
    /// A nanosecond.
    Instant,
    /// A nanosecond.
    Duration,
    /// A month.
    Months,
}

/// The first steps of all pieces but the first, ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Cuts {
    /// All strictly within an `i64`, so that a step beyond it may be taken for its end.
    Narrow(Box<[i64]>),
    Wide(Box<[i128]>),
}

impl Line {
    /// None where a test names a value of another kind, currency or unit, or a number that is too long to count to.
    pub(super) fn of(scale: Scale, tests: &[&Unary]) -> Option<Self> {
        let mut cuts = Vec::new();
        for test in tests {
            match test {
                Unary::Equal(value) => cuts.extend([scale.exact(value)?, scale.exact(value)?.saturating_add(1)]),
                Unary::Below(high) => cuts.push(scale.end(high)?),
                Unary::Above(low) => cuts.push(scale.start(low)?),
                Unary::Between(low, high) => cuts.extend([scale.start(low)?, scale.end(high)?]),
                Unary::Within(_) => return None,
            }
        }
        if scale == Scale::Boolean {
            cuts.push(1);
        }
        let (least, most) = scale.limits();
        cuts.retain(|cut| least < *cut && *cut <= most);
        cuts.sort_unstable();
        cuts.dedup();
        Some(Self { scale, cuts: Cuts::of(&cuts) })
    }

    pub(super) fn pieces(&self) -> usize {
        self.cuts.len().saturating_add(1)
    }

    #[inline]
    pub(super) fn piece(&self, value: ValueRef<'_>) -> Option<usize> {
        self.scale.step(value).map(|step| self.cuts.before(step))
    }

    /// The piece of a whole number, a truth value or a day by its step; none where the line is of something else.
    #[inline]
    pub(super) fn piece_of_step(&self, scale: Scale, step: i64) -> Option<usize> {
        (self.scale == scale).then(|| self.cuts.before_narrow(step))
    }

    /// The piece of a number; none where the line is of something else.
    #[inline]
    pub(super) fn piece_of_number(&self, number: Decimal) -> Option<usize> {
        let Scale::Number(places) = self.scale else { return None };
        Some(self.cuts.before(halves(number, places)))
    }

    /// The piece of an amount of money; none where the line is of something else.
    #[inline]
    pub(super) fn piece_of_money(&self, money: Money) -> Option<usize> {
        (self.scale == Scale::Money(money.currency())).then(|| self.cuts.before(money.minor()))
    }

    pub(super) fn range(&self, test: &Unary) -> Option<Range<usize>> {
        let at = |value: &Value| self.scale.exact(value).map(|step| self.cuts.before(step));
        let start = |low: &Bound| at(&low.value).map(|piece| piece.saturating_add(usize::from(!low.included)));
        let end = |high: &Bound| at(&high.value).map(|piece| piece.saturating_add(usize::from(high.included)));
        Some(match test {
            Unary::Equal(value) => at(value)?..at(value)?.saturating_add(1),
            Unary::Below(high) => 0..end(high)?,
            Unary::Above(low) => start(low)?..self.pieces(),
            Unary::Between(low, high) => start(low)?..end(high)?,
            Unary::Within(_) => return None,
        })
    }

    pub(super) fn witness(&self, piece: usize) -> Option<Value> {
        let (start, end) = self.steps(piece)?;
        if let Scale::Number(places) = self.scale {
            return number_within(start, end, places).map(Value::Number);
        }
        self.scale.value(self.scale.origin().clamp(start, end))
    }

    /// The least value of a piece, or one on the first step, which is as near as is told apart.
    pub(super) fn first(&self, piece: usize) -> Option<Value> {
        let (start, _) = self.steps(piece)?;
        self.scale.value(start).or_else(|| self.witness(piece))
    }

    /// The greatest value of a piece, likewise.
    pub(super) fn last(&self, piece: usize) -> Option<Value> {
        let (_, end) = self.steps(piece)?;
        self.scale.value(end).or_else(|| self.witness(piece))
    }

    /// The first step of a piece, and its last.
    fn steps(&self, piece: usize) -> Option<(i128, i128)> {
        let (start, end) = self.scale.limits();
        let start = if piece == 0 { start } else { self.cuts.get(piece.checked_sub(1)?)? };
        let end = if piece == self.cuts.len() { end } else { self.cuts.get(piece)?.checked_sub(1)? };
        Some((start, end))
    }

    /// What asks for just the pieces, of which either the first or the last of all is not one.
    pub(super) fn asking(&self, pieces: Range<usize>) -> Option<Unary> {
        let low = pieces.start.checked_sub(1).and_then(|before| self.cuts.get(before));
        let high = self.cuts.get(pieces.end.checked_sub(1)?);
        let (least, most) = self.scale.limits();
        let end = high.map_or(most, |high| high.saturating_sub(1));
        match (low, high) {
            _ if low.unwrap_or(least) == end && self.scale.is_even(end) => self.scale.value(end).map(Unary::Equal),
            (Some(low), Some(high)) => Some(Unary::Between(self.scale.low(low)?, self.scale.high(high)?)),
            (Some(low), None) => self.scale.low(low).map(Unary::Above),
            (None, Some(high)) => self.scale.high(high).map(Unary::Below),
            (None, None) => None,
        }
    }

    /// Whether there is a value in the piece.
    pub(super) fn is_some(&self, piece: usize) -> bool {
        // Only numbers have steps that no value is on: a decimal has only so many digits.
        !matches!(self.scale, Scale::Number(_)) || self.witness(piece).is_some()
    }
}

impl Cuts {
    fn of(cuts: &[i128]) -> Self {
        let narrow = |cut: &i128| i64::try_from(*cut).ok().filter(|cut| i64::MIN < *cut && *cut < i64::MAX);
        cuts.iter().map(narrow).collect::<Option<_>>().map_or_else(|| Self::Wide(cuts.into()), Self::Narrow)
    }

    fn len(&self) -> usize {
        match self {
            Self::Narrow(cuts) => cuts.len(),
            Self::Wide(cuts) => cuts.len(),
        }
    }

    fn get(&self, at: usize) -> Option<i128> {
        match self {
            Self::Narrow(cuts) => cuts.get(at).copied().map(i128::from),
            Self::Wide(cuts) => cuts.get(at).copied(),
        }
    }

    /// How many are at the step or before it.
    #[inline]
    fn before(&self, step: i128) -> usize {
        match self {
            Self::Narrow(_) => {
                let end = if step < 0 { i64::MIN } else { i64::MAX };
                self.before_narrow(i64::try_from(step).unwrap_or(end))
            }
            Self::Wide(cuts) => cuts.partition_point(|cut| *cut <= step),
        }
    }

    #[inline]
    fn before_narrow(&self, step: i64) -> usize {
        match self {
            Self::Narrow(cuts) => cuts.partition_point(|cut| *cut <= step),
            Self::Wide(cuts) => cuts.partition_point(|cut| *cut <= i128::from(step)),
        }
    }
}

impl Scale {
    /// The scale of a kind whose values lie on a line, fine enough for the tests.
    pub(super) fn of(kind: &Kind, tests: &[&Unary]) -> Option<Self> {
        Some(match kind {
            Kind::Boolean => Self::Boolean,
            Kind::Integer => Self::Integer,
            Kind::Number => Self::Number(tests.iter().flat_map(|test| places(test)).fold(PLACES, u32::max)),
            Kind::Money(Some(currency)) => Self::Money(*currency),
            Kind::Quantity(Some(unit)) => Self::Quantity(*unit),
            Kind::Date => Self::Date,
            Kind::Time => Self::Time,
            Kind::DateTime => Self::DateTime,
            Kind::Instant => Self::Instant,
            Kind::Duration => Self::Duration,
            Kind::Months => Self::Months,
            Kind::Any
            | Kind::Money(None)
            | Kind::Quantity(None)
            | Kind::Text
            | Kind::Scope
            | Kind::List(_)
            | Kind::Record(_) => return None,
        })
    }

    /// The step of a value of this scale.
    #[inline]
    fn step(self, value: ValueRef<'_>) -> Option<i128> {
        Some(match (self, value) {
            (Self::Money(currency), ValueRef::Money(money)) if money.currency() == currency => money.minor(),
            (Self::Number(places), ValueRef::Number(number)) => halves(number, places),
            (Self::Integer, ValueRef::Number(number)) if number.scale() == 0 => number.mantissa(),
            (Self::Integer, ValueRef::Number(number)) if number.is_integer() => number.trunc().mantissa(),
            (Self::Boolean, ValueRef::Boolean(yes)) => i128::from(yes),
            (Self::Date, ValueRef::Date(day)) => i128::from(day.num_days_from_ce()),
            (Self::Quantity(unit), ValueRef::Quantity(quantity)) if quantity.unit() == unit => {
                let amount = quantity.amount();
                scaled(amount.mantissa(), Quantity::PLACES.checked_sub(amount.scale())?)?
            }
            (Self::Time, ValueRef::Time(time)) => of_day(time),
            (Self::DateTime, ValueRef::DateTime(at)) => since_ce(at),
            (Self::Instant, ValueRef::Instant(at)) => since_ce(at.naive_utc()),
            (Self::Duration, ValueRef::Duration(length)) => nanoseconds(length),
            (Self::Months, ValueRef::Months(months)) => i128::from(months),
            _ => return None,
        })
    }

    /// The step of a value that a test names, where it is not too far out to be told from others.
    fn exact(self, value: &Value) -> Option<i128> {
        self.step(value.as_ref()).filter(|step| i128::MIN < *step && *step < i128::MAX)
    }

    /// The first step above what is below the bound.
    fn start(self, low: &Bound) -> Option<i128> {
        self.exact(&low.value).map(|step| step.saturating_add(i128::from(!low.included)))
    }

    /// The first step that is above the bound.
    fn end(self, high: &Bound) -> Option<i128> {
        self.exact(&high.value).map(|step| step.saturating_add(i128::from(high.included)))
    }

    /// The bound at or above which the step is the first: of the two that say it, the rounder.
    fn low(self, step: i128) -> Option<Bound> {
        let before = step.checked_sub(1)?;
        let included = self.is_even(step) && (!self.is_even(before) || roundness(step) >= roundness(before));
        let value = self.value(if included { step } else { before })?;
        Some(Bound { value, included })
    }

    /// The bound at or below which the step is the first that is not.
    fn high(self, step: i128) -> Option<Bound> {
        let last = step.checked_sub(1)?;
        let included = self.is_even(last) && (!self.is_even(step) || roundness(last) >= roundness(step));
        let value = self.value(if included { last } else { step })?;
        Some(Bound { value, included })
    }

    /// Whether a value that can be named is on the step.
    fn is_even(self, step: i128) -> bool {
        !matches!(self, Self::Number(_)) || step.rem_euclid(2) == 0
    }

    /// The first step and the last.
    fn limits(self) -> (i128, i128) {
        match self {
            Self::Boolean => (0, 1),
            Self::Integer => (Decimal::MIN.mantissa(), Decimal::MAX.mantissa()),
            Self::Number(_) => (i128::MIN, i128::MAX),
            Self::Money(currency) => below(money::WHOLE.saturating_add(currency.digits())),
            Self::Quantity(_) => below(quantity::WHOLE.saturating_add(Quantity::PLACES)),
            Self::Date => {
                (i128::from(NaiveDate::MIN.num_days_from_ce()), i128::from(NaiveDate::MAX.num_days_from_ce()))
            }
            Self::Time => (0, DAY.saturating_sub(1)),
            Self::DateTime => (since_ce(NaiveDateTime::MIN), since_ce(NaiveDateTime::MAX)),
            Self::Instant => {
                (since_ce(DateTime::<Utc>::MIN_UTC.naive_utc()), since_ce(DateTime::<Utc>::MAX_UTC.naive_utc()))
            }
            Self::Duration => (nanoseconds(TimeDelta::MIN), nanoseconds(TimeDelta::MAX)),
            Self::Months => (i128::from(i32::MIN), i128::from(i32::MAX)),
        }
    }

    /// The step that witnesses are near to: none, or the first day of the year 2000.
    fn origin(self) -> i128 {
        match self {
            Self::Date => ORIGIN,
            Self::DateTime | Self::Instant => ORIGIN.saturating_mul(DAY),
            Self::Boolean
            | Self::Integer
            | Self::Number(_)
            | Self::Money(_)
            | Self::Quantity(_)
            | Self::Time
            | Self::Duration
            | Self::Months => 0,
        }
    }

    /// The value on a step.
    fn value(self, step: i128) -> Option<Value> {
        Some(match self {
            Self::Boolean => Value::Boolean(step != 0),
            Self::Integer => Value::Number(Decimal::try_from_i128_with_scale(step, 0).ok()?),
            Self::Number(places) => Value::Number(number_within(step, step, places)?),
            Self::Money(currency) => Value::Money(Money::try_from_minor(step, currency).ok()?),
            Self::Quantity(unit) => {
                let amount = Decimal::try_from_i128_with_scale(step, Quantity::PLACES).ok()?;
                Value::Quantity(Quantity::new(amount, unit).ok()?)
            }
            Self::Date => Value::Date(NaiveDate::from_num_days_from_ce_opt(i32::try_from(step).ok()?)?),
            Self::Time => Value::Time(time_at(step)?),
            Self::DateTime => Value::DateTime(date_time_at(step)?),
            Self::Instant => Value::Instant(date_time_at(step)?.and_utc()),
            Self::Duration => {
                let seconds = i64::try_from(step.div_euclid(1_000_000_000)).ok()?;
                Value::Duration(TimeDelta::new(seconds, u32::try_from(step.rem_euclid(1_000_000_000)).ok()?)?)
            }
            Self::Months => Value::Months(i32::try_from(step).ok()?),
        })
    }
}

/// How many zeros a number ends in.
fn roundness(step: i128) -> u32 {
    (0..38)
        .take_while(|zeros: &u32| {
            power_of_ten(zeros.saturating_add(1)).is_some_and(|power| step.rem_euclid(power) == 0)
        })
        .count()
        .try_into()
        .unwrap_or(0)
}

/// The days from the first of the year 1 to the first of the year 2000, both counted.
const ORIGIN: i128 = 730_120;

/// The first step and the last of decimals with fewer than so many digits in all.
fn below(digits: u32) -> (i128, i128) {
    let most = power_of_ten(digits).unwrap_or(i128::MAX).saturating_sub(1);
    (most.saturating_neg(), most)
}

fn of_day(time: NaiveTime) -> i128 {
    i128::from(time.num_seconds_from_midnight()).saturating_mul(SECOND).saturating_add(i128::from(time.nanosecond()))
}

fn since_ce(at: NaiveDateTime) -> i128 {
    i128::from(at.date().num_days_from_ce()).saturating_mul(DAY).saturating_add(of_day(at.time()))
}

fn time_at(step: i128) -> Option<NaiveTime> {
    let seconds = u32::try_from(step.div_euclid(SECOND)).ok()?;
    let nanos = u32::try_from(step.rem_euclid(SECOND)).ok()?;
    NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0)?.with_nanosecond(nanos)
}

fn date_time_at(step: i128) -> Option<NaiveDateTime> {
    let day = NaiveDate::from_num_days_from_ce_opt(i32::try_from(step.div_euclid(DAY)).ok()?)?;
    Some(day.and_time(time_at(step.rem_euclid(DAY))?))
}

fn nanoseconds(length: TimeDelta) -> i128 {
    let whole = i128::from(length.num_seconds()).saturating_mul(1_000_000_000);
    whole.saturating_add(i128::from(length.subsec_nanos()))
}

/// The places that the numbers of a test need.
fn places(test: &Unary) -> impl Iterator<Item = u32> {
    let values = match test {
        Unary::Equal(value) => [Some(value), None],
        Unary::Below(bound) | Unary::Above(bound) => [Some(&bound.value), None],
        Unary::Between(low, high) => [Some(&low.value), Some(&high.value)],
        Unary::Within(_) => [None, None],
    };
    values.into_iter().flatten().filter_map(|value| {
        let Value::Number(number) = value else { return None };
        Some(number.normalize().scale())
    })
}

/// The integer with so many zeros added.
#[inline]
fn scaled(mantissa: i128, zeros: u32) -> Option<i128> {
    let narrow = i64::try_from(mantissa).ok().zip(10_i64.checked_pow(zeros));
    match narrow.and_then(|(mantissa, power)| mantissa.checked_mul(power)) {
        Some(product) => Some(i128::from(product)),
        None => power_of_ten(zeros).and_then(|power| mantissa.checked_mul(power)),
    }
}

/// Twice the number in units of its last place, and one more where it has further places that are cut off.
#[inline]
fn halves(number: Decimal, places: u32) -> i128 {
    let (mantissa, scale) = (number.mantissa(), number.scale());
    if let Some(zeros) = places.checked_sub(scale) {
        let beyond = if mantissa < 0 { i128::MIN } else { i128::MAX };
        return scaled(mantissa, zeros).and_then(|units| units.checked_mul(2)).unwrap_or(beyond);
    }
    // Invariant: a decimal has 28 places at most, so that the unit is never none and the product never too long.
    let unit = power_of_ten(scale.saturating_sub(places)).unwrap_or(1);
    let (units, rest) = (mantissa.div_euclid(unit), mantissa.rem_euclid(unit));
    units.saturating_mul(2).saturating_add(i128::from(rest != 0))
}

/// The number with the fewest places that is on one of the steps, and of those the nearest to none.
fn number_within(start: i128, end: i128, places: u32) -> Option<Decimal> {
    (0..=Decimal::MAX_SCALE).find_map(|scale| {
        let (least, most) = (above(start, places, scale), under(end, places, scale));
        (least <= most).then(|| Decimal::try_from_i128_with_scale(0.clamp(least, most), scale).ok())?
    })
}

/// The least number of a scale that is on the step or above it, in units of the scale's last place.
fn above(step: i128, places: u32, scale: u32) -> i128 {
    let (units, open) = (step.div_euclid(2), step.rem_euclid(2));
    match places.checked_sub(scale).and_then(power_of_ten) {
        // The least multiple of the power that is at the units, or beyond them where they are left out.
        Some(power) => units.saturating_add(open).saturating_neg().div_euclid(power).saturating_neg(),
        None => times(units, scale.saturating_sub(places)).saturating_add(open),
    }
}

/// The greatest number of a scale that is on the step or below it, in units of the scale's last place.
fn under(step: i128, places: u32, scale: u32) -> i128 {
    let (units, open) = (step.div_euclid(2), step.rem_euclid(2));
    match places.checked_sub(scale).and_then(power_of_ten) {
        Some(power) => units.div_euclid(power),
        None => times(units.saturating_add(open), scale.saturating_sub(places)).saturating_sub(open),
    }
}

fn times(units: i128, zeros: u32) -> i128 {
    units.saturating_mul(power_of_ten(zeros).unwrap_or(i128::MAX))
}
