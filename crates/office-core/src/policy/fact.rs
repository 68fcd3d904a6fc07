//! What is known of a case when a policy decides it.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{Decimal, Money, Scope, decimal_text};

/// One thing that is known of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactValue {
    /// A word: the kind of a purchase, a department.
    Text(String),
    /// An amount of money.
    Money(Money),
    /// A whole number: of people, of quotes.
    Integer(i64),
    /// A number, exact to the digit: of days, where half days are told.
    Number(#[serde(with = "decimal_text")] Decimal),
    /// Yes or no.
    Boolean(bool),
    /// A day.
    Date(NaiveDate),
    /// A part of the office.
    Scope(Scope),
}

impl FactValue {
    /// What kind of fact it is.
    #[must_use]
    pub const fn kind(&self) -> FactKind {
        match self {
            Self::Text(_) => FactKind::Text,
            Self::Money(_) => FactKind::Money,
            Self::Integer(_) => FactKind::Integer,
            Self::Number(_) => FactKind::Number,
            Self::Boolean(_) => FactKind::Boolean,
            Self::Date(_) => FactKind::Date,
            Self::Scope(_) => FactKind::Scope,
        }
    }
}

impl fmt::Display for FactValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Money(money) => money.fmt(f),
            Self::Integer(number) => number.fmt(f),
            Self::Number(number) => number.normalize().fmt(f),
            Self::Boolean(yes) => f.write_str(if *yes { "yes" } else { "no" }),
            Self::Date(day) => day.fmt(f),
            Self::Scope(scope) => scope.fmt(f),
        }
    }
}

macro_rules! facts {
    ($($type:ty => $variant:ident;)*) => {
        $(impl From<$type> for FactValue {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        })*
    };
}

facts! {
    &str => Text;
    String => Text;
    Money => Money;
    i64 => Integer;
    Decimal => Number;
    bool => Boolean;
    NaiveDate => Date;
    Scope => Scope;
}

/// The kinds of facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// A word.
    Text,
    /// An amount of money.
    Money,
    /// A whole number.
    Integer,
    /// A number with digits after the point, or without.
    Number,
    /// Yes or no.
    Boolean,
    /// A day.
    Date,
    /// A part of the office.
    Scope,
}

impl FactKind {
    /// The kind of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        let all = [Self::Text, Self::Money, Self::Integer, Self::Number, Self::Boolean, Self::Date, Self::Scope];
        all.into_iter().find(|kind| kind.name() == name)
    }

    /// Its name, as the header of a table gives it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Money => "money",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Scope => "scope",
        }
    }
}

impl fmt::Display for FactKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is known of a case, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Facts(BTreeMap<String, FactValue>);

impl Facts {
    /// Nothing is known.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// The same, and this besides; what was known under the name is replaced.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, fact: impl Into<FactValue>) -> Self {
        self.0.insert(name.into(), fact.into());
        self
    }

    /// What is known under the name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&FactValue> {
        self.0.get(name)
    }

    /// All that is known, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &FactValue)> {
        self.0.iter().map(|(name, fact)| (name.as_str(), fact))
    }
}
