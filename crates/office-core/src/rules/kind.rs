//! What kind of value a fact is.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::rules::ValueRef;
use crate::text::as_text;
use crate::{Currency, UnitCode};

/// How deep kinds may be nested.
const DEEPEST: usize = 8;
/// The most fields of a record.
const MOST_FIELDS: usize = 100;

/// What kind of value a fact is, with the currency or unit it is measured in.
///
/// In text as the header of a table gives it: `number`, `money EUR`, `quantity kg`, `list of text`,
/// `record (grade: number, name: text)`.
///
/// # Example
/// ```
/// use office_core::rules::{Kind, ParseKindError, Value};
///
/// let kind: Kind = "list of money EUR".parse()?;
/// assert_eq!(kind.to_string(), "list of money EUR");
/// assert!(Kind::Integer.admits(Value::from(3).as_ref()));
/// assert!(!Kind::Integer.admits(Value::from("3").as_ref()));
/// assert!("monye EUR".parse::<Kind>().is_err());
/// # Ok::<(), ParseKindError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Of any kind: nothing is known beforehand.
    Any,
    /// Yes or no.
    Boolean,
    /// A number with digits after the point, or without.
    Number,
    /// A whole number.
    Integer,
    /// An amount of money, in one currency where it is named.
    Money(Option<Currency>),
    /// So much of a unit, where it is named.
    Quantity(Option<UnitCode>),
    /// A word.
    Text,
    /// A day.
    Date,
    /// A time of the day.
    Time,
    /// A day and a time of it.
    DateTime,
    /// A point in time.
    Instant,
    /// A length of time in days, hours, minutes and seconds.
    Duration,
    /// A length of time in years and months.
    Months,
    /// A part of the office.
    Scope,
    /// Several values of one kind.
    List(Box<Kind>),
    /// Several values by name, each of its kind.
    Record(BTreeMap<String, Kind>),
}

/// The kinds that are one word.
const WORDS: [(&str, Kind); 14] = [
    ("any", Kind::Any),
    ("boolean", Kind::Boolean),
    ("number", Kind::Number),
    ("integer", Kind::Integer),
    ("money", Kind::Money(None)),
    ("quantity", Kind::Quantity(None)),
    ("text", Kind::Text),
    ("date", Kind::Date),
    ("time", Kind::Time),
    ("date-time", Kind::DateTime),
    ("instant", Kind::Instant),
    ("duration", Kind::Duration),
    ("months", Kind::Months),
    ("scope", Kind::Scope),
];

impl Kind {
    /// Whether the value is of this kind. Nothing is of no kind but [`Kind::Any`]: whether it may be nothing is said
    /// of each input.
    #[must_use]
    pub fn admits(&self, value: ValueRef<'_>) -> bool {
        match (self, value) {
            (Self::Any, _)
            | (Self::Boolean, ValueRef::Boolean(_))
            | (Self::Number, ValueRef::Number(_))
            | (Self::Text, ValueRef::Text(_))
            | (Self::Date, ValueRef::Date(_))
            | (Self::Time, ValueRef::Time(_))
            | (Self::DateTime, ValueRef::DateTime(_))
            | (Self::Instant, ValueRef::Instant(_))
            | (Self::Duration, ValueRef::Duration(_))
            | (Self::Months, ValueRef::Months(_))
            | (Self::Scope, ValueRef::Scope(_)) => true,
            (Self::Integer, ValueRef::Number(number)) => number.is_integer(),
            (Self::Money(currency), ValueRef::Money(money)) => currency.is_none_or(|wanted| wanted == money.currency()),
            (Self::Quantity(unit), ValueRef::Quantity(quantity)) => unit.is_none_or(|wanted| wanted == quantity.unit()),
            (Self::List(kind), ValueRef::List(values)) => values.iter().all(|value| kind.admits(value.as_ref())),
            (Self::Record(kinds), ValueRef::Record(fields)) => {
                fields.len() == kinds.len()
                    && kinds
                        .iter()
                        .all(|(name, kind)| fields.get(name).is_some_and(|field| kind.admits(field.as_ref())))
            }
            _ => false,
        }
    }

    fn read(text: &str, depth: usize) -> Option<Self> {
        let text = text.trim();
        if depth > DEEPEST {
            return None;
        }
        let deeper = depth.saturating_add(1);
        if let Some((_, kind)) = WORDS.iter().find(|(word, _)| *word == text) {
            return Some(kind.clone());
        }
        if let Some(currency) = text.strip_prefix("money ") {
            return currency.trim().parse().ok().map(|currency| Self::Money(Some(currency)));
        }
        if let Some(unit) = text.strip_prefix("quantity ") {
            return unit.trim().parse().ok().map(|unit| Self::Quantity(Some(unit)));
        }
        if let Some(kind) = text.strip_prefix("list of ") {
            return Self::read(kind, deeper).map(|kind| Self::List(Box::new(kind)));
        }
        let fields = text.strip_prefix("record")?.trim_start().strip_prefix('(')?.strip_suffix(')')?;
        let mut kinds = BTreeMap::new();
        for field in split_outside(fields) {
            let (name, kind) = field.split_once(':')?;
            let name = name.trim();
            if name.is_empty() || kinds.len() >= MOST_FIELDS {
                return None;
            }
            if kinds.insert(name.to_owned(), Self::read(kind, deeper)?).is_some() {
                return None;
            }
        }
        Some(Self::Record(kinds))
    }
}

/// The parts between the commas that are not within parentheses.
fn split_outside(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    text.split(move |c| {
        match c {
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Money(Some(currency)) => write!(f, "money {currency}"),
            Self::Quantity(Some(unit)) => write!(f, "quantity {unit}"),
            Self::List(kind) => write!(f, "list of {kind}"),
            Self::Record(kinds) => {
                f.write_str("record (")?;
                for (index, (name, kind)) in kinds.iter().enumerate() {
                    write!(f, "{}{name}: {kind}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str(")")
            }
            Self::Any
            | Self::Boolean
            | Self::Number
            | Self::Integer
            | Self::Money(None)
            | Self::Quantity(None)
            | Self::Text
            | Self::Date
            | Self::Time
            | Self::DateTime
            | Self::Instant
            | Self::Duration
            | Self::Months
            | Self::Scope => {
                let word = WORDS.iter().find(|(_, kind)| kind == self);
                f.write_str(word.map_or("", |(word, _)| word))
            }
        }
    }
}

impl FromStr for Kind {
    type Err = ParseKindError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let misread = || ParseKindError { text: text.chars().take(64).collect() };
        if text.len() > 10_000 { Err(misread()) } else { Self::read(text, 0).ok_or_else(misread) }
    }
}

as_text!(Kind, "a kind such as \"money EUR\"");

/// A text is not a kind of value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not a kind: `text`, `number`, `money EUR`, `date`, `list of text` or another kind is wanted")]
pub struct ParseKindError {
    /// The text, shortened.
    pub text: String,
}
