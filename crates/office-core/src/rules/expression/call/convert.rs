//! Functions that make a value of one kind out of another, and those of days.

use chrono::{Datelike, NaiveDate, NaiveTime};

use super::Arguments;
use crate::rules::expression::function::Function;
use crate::rules::expression::moment::{months_between, parse_date, parse_moment, parse_time};
use crate::rules::expression::part::{Part, View};
use crate::rules::value::{parse_duration, parse_months};
use crate::rules::{Dialect, EvaluateError, Value, ValueRef};
use crate::{Decimal, Money, Quantity, Scope, parse_decimal};

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) fn call<'a>(function: Function, arguments: &Arguments<'a>) -> Result<Part<'a>, EvaluateError> {
    let value = |value: ValueRef<'static>| Ok(Part::of(value));
    let named = |names: &'static [&'static str], index: u32| {
        let name = usize::try_from(index).ok().and_then(|index| names.get(index));
        name.map(|name| Part::of(ValueRef::Text(name))).ok_or_else(|| arguments.refused(0, "a day"))
    };
    match function {
        Function::Date => date(arguments).map(|day| Part::of(ValueRef::Date(day))),
        Function::Time => time(arguments).map(|time| Part::of(ValueRef::Time(time))),
        Function::DateAndTime => date_and_time(arguments).and_then(value),
        Function::Duration => {
            let text = arguments.text(0)?;
            let length =
                parse_duration(text).map(ValueRef::Duration).or_else(|| parse_months(text).map(ValueRef::Months));
            length.ok_or_else(|| arguments.refused(0, "a length of time such as `P1DT4H` or `P1Y6M`")).and_then(value)
        }
        Function::YearsAndMonths => {
            let months = months_between(day(arguments, 0)?, day(arguments, 1)?);
            value(ValueRef::Months(months))
        }
        Function::DayOfWeek => named(&WEEKDAYS, day(arguments, 0)?.weekday().num_days_from_monday()),
        Function::DayOfYear => Ok(Part::number(Decimal::from(day(arguments, 0)?.ordinal()))),
        Function::MonthOfYear => named(&MONTHS, day(arguments, 0)?.month0()),
        Function::WeekOfYear => Ok(Part::number(Decimal::from(day(arguments, 0)?.iso_week().week()))),
        Function::Number => number(arguments),
        Function::Money => {
            let money =
                arguments.text(0)?.parse::<Money>().map_err(|_| arguments.refused(0, "an amount such as `5.00 EUR`"));
            money.map(|money| Part::of(ValueRef::Money(money)))
        }
        Function::Quantity => {
            let quantity =
                arguments.text(0)?.parse::<Quantity>().map_err(|_| arguments.refused(0, "an amount such as `5 kg`"));
            quantity.map(|quantity| Part::of(ValueRef::Quantity(quantity)))
        }
        Function::Scope => {
            let scope = arguments.text(0)?.parse::<Scope>();
            let scope = scope.map_err(|_| arguments.refused(0, "a part of the office such as `company/hq`"));
            scope.map(|scope| Part::Made(Value::Scope(scope)))
        }
        _ => string(arguments).map(|text| Part::Made(Value::Text(text))),
    }
}

/// The day of a day, or of a day and time.
fn day(arguments: &Arguments<'_>, index: usize) -> Result<NaiveDate, EvaluateError> {
    match arguments.view(index) {
        View::Value(ValueRef::Date(day)) => Ok(day),
        View::Value(ValueRef::DateTime(at)) => Ok(at.date()),
        View::Value(ValueRef::Instant(at)) => Ok(at.date_naive()),
        _ => Err(arguments.other_kind(index, "a day")),
    }
}

fn date(arguments: &Arguments<'_>) -> Result<NaiveDate, EvaluateError> {
    let misread = || arguments.refused(0, "a day of the calendar such as `2026-10-01`");
    if arguments.count() == 1 {
        return match arguments.view(0) {
            View::Value(ValueRef::Text(text)) => parse_date(text).ok_or_else(misread),
            _ => day(arguments, 0),
        };
    }
    let part = |index| Ok(u32::try_from(arguments.whole(index)?).ok());
    let (month, day) = (part(1)?, part(2)?);
    let year = i32::try_from(arguments.whole(0)?).ok();
    let day = year.zip(month).zip(day).and_then(|((year, month), day)| NaiveDate::from_ymd_opt(year, month, day));
    day.ok_or_else(misread)
}

fn time(arguments: &Arguments<'_>) -> Result<NaiveTime, EvaluateError> {
    let misread = || arguments.refused(0, "a time of the day such as `09:30:00`");
    if arguments.count() == 1 {
        return match arguments.view(0) {
            View::Value(ValueRef::Text(text)) => parse_time(text).ok_or_else(misread),
            View::Value(ValueRef::Time(time)) => Ok(time),
            View::Value(ValueRef::DateTime(at)) => Ok(at.time()),
            View::Value(ValueRef::Instant(at)) => Ok(at.time()),
            View::Value(ValueRef::Date(_)) => Ok(NaiveTime::MIN),
            _ => Err(arguments.other_kind(0, "a text or a day and time")),
        };
    }
    let part = |index| Ok(u32::try_from(arguments.whole(index)?).ok());
    let (hour, minute, second) = (part(0)?, part(1)?, part(2)?);
    let nanos = arguments.number(2)?.fract().checked_mul(Decimal::from(1_000_000_000));
    let nanos = nanos.map(|nanos| nanos.trunc()).and_then(|nanos| u32::try_from(nanos).ok());
    let parts = hour.zip(minute).zip(second.zip(nanos));
    let time =
        parts.and_then(|((hour, minute), (second, nanos))| NaiveTime::from_hms_nano_opt(hour, minute, second, nanos));
    time.ok_or_else(misread)
}

fn date_and_time(arguments: &Arguments<'_>) -> Result<ValueRef<'static>, EvaluateError> {
    if arguments.count() == 2 {
        let View::Value(ValueRef::Time(time)) = arguments.view(1) else {
            return Err(arguments.other_kind(1, "a time of the day"));
        };
        return day(arguments, 0).map(|day| ValueRef::DateTime(day.and_time(time)));
    }
    match arguments.view(0) {
        View::Value(ValueRef::Text(text)) => {
            parse_moment(text).ok_or_else(|| arguments.refused(0, "a day and a time such as `2026-10-01T09:30:00`"))
        }
        View::Value(ValueRef::DateTime(at)) => Ok(ValueRef::DateTime(at)),
        View::Value(ValueRef::Instant(at)) => Ok(ValueRef::Instant(at)),
        View::Value(ValueRef::Date(day)) => Ok(ValueRef::DateTime(day.and_time(NaiveTime::MIN))),
        _ => Err(arguments.other_kind(0, "a text")),
    }
}

/// The number that a text writes, with the signs that group its digits and stand before its fraction.
fn number<'a>(arguments: &Arguments<'a>) -> Result<Part<'a>, EvaluateError> {
    if arguments.view(0).is_null() {
        return Ok(Part::NULL);
    }
    let sign = |index: usize, allowed: &[&str]| match arguments.view(index) {
        View::Value(ValueRef::Null) => Ok(None),
        _ => match arguments.text(index)? {
            sign if allowed.contains(&sign) => Ok(Some(sign)),
            _ => Err(arguments.refused(index, "one of the signs ` `, `,` and `.`, or nothing")),
        },
    };
    let (grouping, point) = (sign(1, &[" ", ",", "."])?, sign(2, &[",", "."])?);
    if grouping.is_some() && grouping == point {
        return Err(arguments.refused(2, "another sign than the one that groups"));
    }
    let text = arguments.text(0)?;
    let text = grouping.map_or_else(|| text.to_owned(), |grouping| text.replace(grouping, ""));
    let text = point.map_or_else(|| text.clone(), |point| text.replace(point, "."));
    let text = match text.strip_prefix('-') {
        Some(rest) if rest.starts_with('.') => format!("-0{rest}"),
        None if text.starts_with('.') => format!("0{text}"),
        _ => text,
    };
    parse_decimal(&text).map(Part::number).map_err(|_| arguments.refused(0, "a number of at most 28 digits"))
}

/// A value as text, as DMN writes it.
fn string(arguments: &Arguments<'_>) -> Result<String, EvaluateError> {
    let value = arguments.view(0).to_value().ok_or(EvaluateError::Overflow { position: arguments.position })?;
    match value {
        Value::Boolean(truth) => Ok(truth.to_string()),
        Value::List(_) | Value::Record(_) => {
            value.literal(Dialect::Dmn).map_err(|_| arguments.refused(0, "values that DMN can write"))
        }
        value => Ok(value.to_string()),
    }
}
