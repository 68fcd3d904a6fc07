//! What a cell of a decision table asks of its input.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::Scope;
use crate::rules::expression::Node;
use crate::rules::{Dialect, EvaluateError, Incomparable, Value, ValueRef};

mod reading;
mod writing;

/// A test that a cell of a decision table makes of its input.
///
/// The text is kept as it was written; two cells are equal if they ask the same, however that is written.
///
/// # Example
/// ```
/// use office_core::Money;
/// use office_core::rules::{Cell, Dialect, Kind, Misread, Schema, Value};
///
/// let schema = Schema::default();
/// let cell = Cell::parse("[100 EUR..500 EUR)", &"money EUR".parse()?, &schema, Dialect::Office)?;
/// let holds = |amount: &str| {
///     let amount = Value::from(amount.parse::<Money>()?);
///     Ok::<_, Box<dyn std::error::Error>>(cell.holds(amount.as_ref(), &|_| None)?)
/// };
/// assert_eq!(holds("499.99 EUR")?, Some(true));
/// assert_eq!(holds("500.00 EUR")?, Some(false));
///
/// // Other currencies are refused when the cell is read.
/// let misread = Cell::parse("< 500 USD", &"money EUR".parse()?, &schema, Dialect::Office);
/// assert!(matches!(misread, Err(Misread { position: 3, .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Cell {
    text: String,
    test: Test,
    dialect: Dialect,
}

/// What a cell asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    /// Nothing: `-`.
    Any,
    /// That one of these holds.
    OneOf(Vec<Unary>),
    /// That none of these holds: `not(..)`.
    NoneOf(Vec<Unary>),
    /// That this holds, which looks at other facts too or has to be computed: `<= limit * 2`.
    Holds(Box<Node>),
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

impl Cell {
    /// The cell that asks nothing: `-`.
    #[must_use]
    pub fn any() -> Self {
        Self { text: "-".to_owned(), test: Test::Any, dialect: Dialect::Office }
    }

    /// The cell that makes this test, in its one form in a dialect; none where that cannot be written.
    pub(crate) fn asking(test: Test, dialect: Dialect) -> Option<Self> {
        let cell = Self { text: String::new(), test, dialect };
        let written = cell.written(dialect).ok()?;
        Some(Self { text: written, ..cell })
    }

    /// The text as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the input passes; none where that cannot be said, because something is nothing where an order is asked
    /// for. Only what passes for certain matches.
    ///
    /// The other facts are looked up by their place in the schema that the cell was read with.
    ///
    /// # Errors
    /// [`EvaluateError`].
    pub fn holds<'f>(
        &self,
        input: ValueRef<'_>,
        facts: &dyn Fn(usize) -> Option<ValueRef<'f>>,
    ) -> Result<Option<bool>, EvaluateError> {
        if let Test::Holds(node) = &self.test {
            return node.holds(input, facts);
        }
        self.test.holds(input).map_err(|Incomparable { left, right }| EvaluateError::Incomparable {
            position: 1,
            left,
            right,
        })
    }

    /// Whether it looks at its input alone, and at nothing that has to be computed.
    #[must_use]
    pub const fn is_constant(&self) -> bool {
        self.test.is_constant()
    }

    pub(crate) const fn test(&self) -> &Test {
        &self.test
    }
}

impl PartialEq for Cell {
    fn eq(&self, other: &Self) -> bool {
        self.test == other.test
    }
}

impl Eq for Cell {}

/// In its one form, from which the same cell is read.
impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.written(self.dialect).as_deref().unwrap_or(&self.text))
    }
}

/// As its text, which is read again with the schema it was read with.
impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl Test {
    /// Whether the input passes; none where that cannot be said, because the input is nothing and an order is asked
    /// for, or because other facts are.
    pub(crate) fn holds(&self, input: ValueRef<'_>) -> Result<Option<bool>, Incomparable> {
        match self {
            Self::Any => Ok(Some(true)),
            Self::OneOf(tests) => any(tests, input),
            Self::NoneOf(tests) => Ok(any(tests, input)?.map(|holds| !holds)),
            Self::Holds(_) => Ok(None),
        }
    }

    /// Whether it looks at its input alone, and at nothing that has to be computed.
    pub(crate) const fn is_constant(&self) -> bool {
        !matches!(self, Self::Holds(_))
    }
}

fn any(tests: &[Unary], input: ValueRef<'_>) -> Result<Option<bool>, Incomparable> {
    let mut answer = Some(false);
    for test in tests {
        match test.holds(input)? {
            Some(true) => return Ok(Some(true)),
            Some(false) => {}
            None => answer = None,
        }
    }
    Ok(answer)
}

impl Unary {
    /// Whether the input passes; none where that cannot be said.
    pub(crate) fn holds(&self, input: ValueRef<'_>) -> Result<Option<bool>, Incomparable> {
        match (self, input) {
            (Self::Equal(wanted), _) => input.equals(wanted.as_ref()).map(Some),
            (_, ValueRef::Null) => Ok(None),
            (Self::Below(bound), _) => bound.is_above(input).map(Some),
            (Self::Above(bound), _) => bound.is_below(input).map(Some),
            (Self::Between(low, high), _) => Ok(Some(low.is_below(input)? && high.is_above(input)?)),
            (Self::Within(scope), ValueRef::Scope(part)) => Ok(Some(scope.covers(part))),
            (Self::Within(scope), _) => ValueRef::Scope(scope).compare(input).map(|_| None),
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
