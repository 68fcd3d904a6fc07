//! What is known, and what is decided: the values that rules speak of.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::rules::Kind;
use crate::{Decimal, Money, Quantity, Scope};

mod duration;

pub(crate) use duration::{duration_text, months_text, parse_duration, parse_months};

/// One thing that is known of a case, or decided of it.
///
/// In JSON the kind and the value: `{"money": "12.50 EUR"}`. Decimals, amounts and durations are text there.
///
/// # Example
/// ```
/// use office_core::Money;
/// use office_core::rules::{Incomparable, Kind, Value};
///
/// let (less, more): (Money, Money) = ("99.99 EUR".parse()?, "100.00 EUR".parse()?);
/// assert!(Value::from(less).as_ref().compare(Value::from(more).as_ref())?.is_lt());
///
/// // Amounts in two currencies do not compare, and neither do a number and a text.
/// let dollars = Value::from("100.00 USD".parse::<Money>()?);
/// assert_eq!(
///     Value::from(more).as_ref().compare(dollars.as_ref()),
///     Err(Incomparable { left: "money EUR".parse()?, right: "money USD".parse()? }),
/// );
/// assert!(Value::from(7).as_ref().compare(Value::from("seven").as_ref()).is_err());
/// assert_eq!(Value::from("seven").kind(), Kind::Text);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Known to be nothing: no manager, no end.
    Null,
    /// Yes or no.
    Boolean(bool),
    /// A number, exact to the digit: of people, of days with halves.
    Number(#[serde(with = "crate::decimal_text")] Decimal),
    /// An amount of money.
    Money(Money),
    /// So much of a unit.
    Quantity(Quantity),
    /// A word: the kind of a purchase, a department.
    Text(String),
    /// A day.
    Date(NaiveDate),
    /// A time of the day.
    Time(NaiveTime),
    /// A day and a time of it, wherever the case is.
    DateTime(NaiveDateTime),
    /// A point in time, in UTC.
    Instant(DateTime<Utc>),
    /// A length of time in days, hours, minutes and seconds: `P1DT4H`.
    Duration(#[serde(with = "duration::days_and_time")] TimeDelta),
    /// A length of time in years and months, which have no fixed number of days: `P1Y6M`. Counted in months.
    Months(#[serde(with = "duration::years_and_months")] i32),
    /// A part of the office.
    Scope(Scope),
    /// Several values in order.
    List(Vec<Value>),
    /// Several values by name.
    Record(BTreeMap<String, Value>),
}

/// A value that is somebody else's: what a rule sees of a case, without a copy of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueRef<'a> {
    /// Known to be nothing.
    Null,
    /// Yes or no.
    Boolean(bool),
    /// A number.
    Number(Decimal),
    /// An amount of money.
    Money(Money),
    /// So much of a unit.
    Quantity(Quantity),
    /// A word.
    Text(&'a str),
    /// A day.
    Date(NaiveDate),
    /// A time of the day.
    Time(NaiveTime),
    /// A day and a time of it.
    DateTime(NaiveDateTime),
    /// A point in time.
    Instant(DateTime<Utc>),
    /// A length of time in days and time.
    Duration(TimeDelta),
    /// A length of time in months.
    Months(i32),
    /// A part of the office.
    Scope(&'a Scope),
    /// Several values in order.
    List(&'a [Value]),
    /// Several values by name.
    Record(&'a BTreeMap<String, Value>),
}

/// Two values of kinds that do not compare: a number with a text, euros with dollars.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a value of kind {left} does not compare with one of kind {right}")]
pub struct Incomparable {
    /// The kind of the one.
    pub left: Kind,
    /// The kind of the other.
    pub right: Kind,
}

impl Value {
    /// The value, seen without a copy.
    #[must_use]
    pub fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Boolean(yes) => ValueRef::Boolean(*yes),
            Self::Number(number) => ValueRef::Number(*number),
            Self::Money(money) => ValueRef::Money(*money),
            Self::Quantity(quantity) => ValueRef::Quantity(*quantity),
            Self::Text(text) => ValueRef::Text(text),
            Self::Date(day) => ValueRef::Date(*day),
            Self::Time(time) => ValueRef::Time(*time),
            Self::DateTime(at) => ValueRef::DateTime(*at),
            Self::Instant(at) => ValueRef::Instant(*at),
            Self::Duration(length) => ValueRef::Duration(*length),
            Self::Months(months) => ValueRef::Months(*months),
            Self::Scope(scope) => ValueRef::Scope(scope),
            Self::List(values) => ValueRef::List(values),
            Self::Record(fields) => ValueRef::Record(fields),
        }
    }

    /// Its kind. A list is of the kind of its first value; nothing is of any kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.as_ref().kind()
    }
}

impl ValueRef<'_> {
    /// A copy of it.
    #[must_use]
    pub fn to_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Boolean(yes) => Value::Boolean(yes),
            Self::Number(number) => Value::Number(number),
            Self::Money(money) => Value::Money(money),
            Self::Quantity(quantity) => Value::Quantity(quantity),
            Self::Text(text) => Value::Text(text.to_owned()),
            Self::Date(day) => Value::Date(day),
            Self::Time(time) => Value::Time(time),
            Self::DateTime(at) => Value::DateTime(at),
            Self::Instant(at) => Value::Instant(at),
            Self::Duration(length) => Value::Duration(length),
            Self::Months(months) => Value::Months(months),
            Self::Scope(scope) => Value::Scope(scope.clone()),
            Self::List(values) => Value::List(values.to_vec()),
            Self::Record(fields) => Value::Record(fields.clone()),
        }
    }

    /// Its kind. A list is of the kind of its first value; nothing is of any kind.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::Null => Kind::Any,
            Self::Boolean(_) => Kind::Boolean,
            Self::Number(_) => Kind::Number,
            Self::Money(money) => Kind::Money(Some(money.currency())),
            Self::Quantity(quantity) => Kind::Quantity(Some(quantity.unit())),
            Self::Text(_) => Kind::Text,
            Self::Date(_) => Kind::Date,
            Self::Time(_) => Kind::Time,
            Self::DateTime(_) => Kind::DateTime,
            Self::Instant(_) => Kind::Instant,
            Self::Duration(_) => Kind::Duration,
            Self::Months(_) => Kind::Months,
            Self::Scope(_) => Kind::Scope,
            Self::List(values) => Kind::List(Box::new(values.first().map_or(Kind::Any, |first| first.as_ref().kind()))),
            Self::Record(fields) => {
                Kind::Record(fields.iter().map(|(name, value)| (name.clone(), value.as_ref().kind())).collect())
            }
        }
    }

    /// Which of two values is the greater: numbers and amounts by size, words by their characters, days, times and
    /// lengths of time by the calendar and the clock. No before yes.
    ///
    /// # Errors
    /// [`Incomparable`] for values of two kinds, currencies or units, for nothing, and for scopes, lists and records,
    /// which have no order.
    pub fn compare(self, other: Self) -> Result<Ordering, Incomparable> {
        let order = match (self, other) {
            (Self::Boolean(one), Self::Boolean(two)) => Some(one.cmp(&two)),
            (Self::Number(one), Self::Number(two)) => Some(one.cmp(&two)),
            (Self::Money(one), Self::Money(two)) => one.compare(&two).ok(),
            (Self::Quantity(one), Self::Quantity(two)) => one.compare(&two).ok(),
            (Self::Text(one), Self::Text(two)) => Some(one.cmp(two)),
            (Self::Date(one), Self::Date(two)) => Some(one.cmp(&two)),
            (Self::Time(one), Self::Time(two)) => Some(one.cmp(&two)),
            (Self::DateTime(one), Self::DateTime(two)) => Some(one.cmp(&two)),
            (Self::Instant(one), Self::Instant(two)) => Some(one.cmp(&two)),
            (Self::Duration(one), Self::Duration(two)) => Some(one.cmp(&two)),
            (Self::Months(one), Self::Months(two)) => Some(one.cmp(&two)),
            _ => None,
        };
        order.ok_or_else(|| Incomparable { left: self.kind(), right: other.kind() })
    }

    /// Whether two values are the same. Nothing is the same as nothing, and as nothing else.
    ///
    /// # Errors
    /// [`Incomparable`] for values of two kinds, currencies or units.
    pub fn equals(self, other: Self) -> Result<bool, Incomparable> {
        match (self, other) {
            (Self::Null, _) | (_, Self::Null) => Ok(matches!((self, other), (Self::Null, Self::Null))),
            (Self::Scope(one), Self::Scope(two)) => Ok(one == two),
            (Self::List(one), Self::List(two)) => Ok(one == two),
            (Self::Record(one), Self::Record(two)) => Ok(one == two),
            _ => self.compare(other).map(Ordering::is_eq),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt(f)
    }
}

impl fmt::Display for ValueRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("nothing"),
            Self::Boolean(yes) => f.write_str(if *yes { "yes" } else { "no" }),
            Self::Number(number) => number.normalize().fmt(f),
            Self::Money(money) => money.fmt(f),
            Self::Quantity(quantity) => quantity.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::Date(day) => day.fmt(f),
            Self::Time(time) => time.fmt(f),
            Self::DateTime(at) => write!(f, "{}T{}", at.date(), at.time()),
            Self::Instant(at) => f.write_str(&at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)),
            Self::Duration(length) => f.write_str(&duration_text(*length)),
            Self::Months(months) => f.write_str(&months_text(*months)),
            Self::Scope(scope) => scope.fmt(f),
            Self::List(values) => {
                for (index, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if index == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
            Self::Record(fields) => {
                for (index, (name, value)) in fields.iter().enumerate() {
                    write!(f, "{}{name}: {value}", if index == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
        }
    }
}

macro_rules! values {
    ($($type:ty => $variant:ident;)*) => {
        $(impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        })*
    };
}

values! {
    &str => Text;
    String => Text;
    Money => Money;
    Quantity => Quantity;
    i32 => Number;
    i64 => Number;
    Decimal => Number;
    bool => Boolean;
    NaiveDate => Date;
    NaiveTime => Time;
    NaiveDateTime => DateTime;
    DateTime<Utc> => Instant;
    TimeDelta => Duration;
    Scope => Scope;
    Vec<Value> => List;
    BTreeMap<String, Value> => Record;
}
