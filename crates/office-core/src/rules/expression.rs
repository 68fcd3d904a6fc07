//! Expressions over the facts of a case, as a manager or a modeller writes them.
//!
//! Laws, held by `tests/rules/language`, of expressions and of cells:
//!
//! 1. Any text is read, or refused at one of its characters; whatever is read is evaluated to a value, or to an error at
//!    one of its characters, and each of its parts is evaluated once at most.
//! 2. What is read is read again from its one form, in both dialects, and its one form does not change any more.
//! 3. Sums, differences and products are exact; quotients are rounded once, half to even; comparisons agree with exact
//!    fractions, to the minor unit and the day.
//! 4. Logic is three-valued: nothing is neither yes nor no, and one certain answer decides whatever the rest.
//! 5. What the check lets pass raises only errors of size, of division by zero and of what a function accepts.
//!
//! The second holds as long as no input is named like an expression over others, such as `a + b` beside `a` and `b`.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most kinds do not go together: what is told are those that do, and all others are refused alike"
)]

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use thiserror::Error;

use crate::rules::{Kind, Schema, Value, ValueRef};

mod call;
mod case;
mod check;
mod cursor;
mod evaluate_error;
mod function;
mod literal;
mod moment;
mod node;
mod number;
mod part;
mod places;
mod reader;
mod writing;

pub(in crate::rules) use self::check::Kinds;
pub use self::evaluate_error::EvaluateError;
pub use self::literal::NoLiteral;
pub(crate) use self::node::Node;
pub(in crate::rules) use self::node::Operator;
pub(in crate::rules) use self::reader::Reader;

/// How rules are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// As the office writes: `yes`, `5000 EUR`, `5 kg`, `10 %`, `2026-10-01`, bare words in a column of words. Kinds,
    /// currencies and units are checked when a rule is read.
    #[default]
    Office,
    /// FEEL, the language of DMN: `true`, `date("2026-10-01")`, words in quotes. Kinds are looked at when a rule is
    /// evaluated.
    Dmn,
}

/// A text could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("at character {position}: {expected} is wanted")]
pub struct Misread {
    /// At which character, counted from 1.
    pub position: usize,
    /// What was wanted there.
    pub expected: Cow<'static, str>,
}

/// An expression over the facts of a case, read and checked.
///
/// - Values: `5`, `10 %`, `5000 EUR`, `5 kg`, `"IT"`, `yes`, `null`, `2026-10-01`, `09:30`, `2026-10-01T09:30`,
///   `P1DT4H`, `P1Y6M`, `scope("company/hq")`, `[1, 2]`, `{name: 1}`; in [`Dialect::Dmn`] those of FEEL.
/// - Inputs of the schema by their names, with spaces too: the longest name that is there is meant.
/// - `or`, `and`; `= != < <= > >= between .. and .. in ..`; `+ -`; `* /`; `**`; `-x`; `a.b`: the later in this list,
///   the tighter; what is held alike, from the left. `not(x)`, in the office also `not x`; `10 % of x`;
///   `if .. then .. else ..`; after `in` a value, a list, an interval `[1..5)`, half a comparison `< 5`, or several in
///   parentheses.
/// - Functions: those of FEEL for texts, numbers, lists, days and times that need neither a clock nor a loop, and
///   `round half even`, `money`, `quantity`, `scope`. Names of parameters may be given: `substring(string: x, ..)`.
///
/// Numbers and amounts are exact; what has no end, as a third, is rounded half to even to the digits that a decimal
/// holds, 28 at least. Amounts of money are rounded half to even to what the currency can pay when they are given out
/// or put into a list, and not before: `1.1 * fee < limit` compares exactly. Nothing follows the tables of FEEL: it is
/// neither yes nor no, comes to nothing, and equals nothing alone. What is certain stays so: `false and x` is false
/// whatever `x` is, even where it cannot be evaluated.
///
/// There are no loops and no recursion: a text has at most 1,000 characters, a tree at most 64 levels, and each part
/// is evaluated once at most.
///
/// The text is kept as it was written; two expressions are equal if they are the same, however they are written.
///
/// # Example
/// ```
/// use office_core::Money;
/// use office_core::rules::{Dialect, Expression, Facts, Input, Schema, Value};
///
/// let schema = Schema::new([
///     Input::new("monthly rent", "money EUR".parse()?),
///     Input::new("deposit", "money EUR".parse()?),
/// ])?;
/// let rule = Expression::parse("deposit <= 3 * monthly rent + 10 % of deposit", &schema, Dialect::Office)?;
/// assert_eq!(rule.to_string(), "deposit <= 3 * monthly rent + 0.1 * deposit");
///
/// let facts = Facts::new()
///     .with("monthly rent", "300.00 EUR".parse::<Money>()?)
///     .with("deposit", "1000.01 EUR".parse::<Money>()?);
/// let slots = schema.check(&facts)?;
/// assert_eq!(rule.evaluate(&|place| slots.get(place))?, Value::from(false));
///
/// // Euros and dollars do not compare: that is found when the rule is read, at the sign between them.
/// let misread = Expression::parse("deposit > 500 USD", &schema, Dialect::Office).unwrap_err();
/// assert_eq!(misread.position, 9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Expression {
    text: String,
    kind: Kind,
    root: Node,
    dialect: Dialect,
}

impl Expression {
    /// Reads an expression over the inputs of a schema.
    ///
    /// # Errors
    /// [`Misread`] with the first character that does not fit and what would.
    pub fn parse(text: &str, schema: &Schema, dialect: Dialect) -> Result<Self, Misread> {
        let mut reader = Reader::new(text, schema, dialect)?;
        let root = reader.expression()?;
        if !reader.cursor.at_end() {
            return Err(reader.cursor.wants("an operator, or the end of the expression"));
        }
        let kind = Kinds { schema, input: None }.of(&root);
        let kind = if dialect == Dialect::Office { kind? } else { kind.unwrap_or(Kind::Any) };
        Ok(Self { text: text.to_owned(), kind, root, dialect })
    }

    /// The text as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The kind of its values; [`Kind::Any`] where that is not known before it is evaluated.
    #[must_use]
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// How many parts it has: each is evaluated once at most, and values of lists are looked at 100,000 times at most.
    #[must_use]
    pub fn most_steps(&self) -> usize {
        self.root.count()
    }

    /// Its value in a case, whose facts are looked up by their place in the schema that it was read with.
    ///
    /// # Errors
    /// [`EvaluateError`] with the part that has no value.
    pub fn evaluate<'f>(&self, facts: &dyn Fn(usize) -> Option<ValueRef<'f>>) -> Result<Value, EvaluateError> {
        self.root.evaluate(facts)
    }

    /// The expression in its one form in a dialect, from which the same expression is read.
    ///
    /// # Errors
    /// [`NoLiteral`] where a value cannot be written out in the dialect.
    pub fn written(&self, dialect: Dialect) -> Result<String, NoLiteral> {
        self.root.written(dialect)
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.root == other.root
    }
}

impl Eq for Expression {}

/// In its one form, from which the same expression is read.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.written(self.dialect).as_deref().unwrap_or(&self.text))
    }
}

/// As its text, which is read again with the schema it was read with.
impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}
