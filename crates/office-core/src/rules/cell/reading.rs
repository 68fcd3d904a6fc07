//! Reading cells.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::{Bound, Cell, Test, Unary};
use crate::rules::expression::Reader;
use crate::rules::{Dialect, Kind, Misread, Schema, Value};

/// The most alternatives that a cell may have.
const MOST_TESTS: usize = 100;

impl Cell {
    /// Reads a cell whose input is of a kind.
    ///
    /// - `-` asks nothing; `null` asks for nothing.
    /// - `5000 EUR`, `= 5000 EUR`, `!= 5000 EUR`, `< 5000 EUR`, `<=`, `>`, `>=`; intervals `[a..b]`, `(a..b)`,
    ///   `[a..b)` and `(a..b]`, where `]a..b[` is `(a..b)`.
    /// - Alternatives are separated by commas; `not(..)` turns them around.
    /// - In the office, a bare word in a column of words is that word, unless it names an input; a part of the office
    ///   stands for all below it.
    ///
    /// # Errors
    /// [`Misread`] with the first character that does not fit and what would.
    pub fn parse(text: &str, kind: &Kind, schema: &Schema, dialect: Dialect) -> Result<Self, Misread> {
        let mut reader = CellReader { reader: Reader::new(text, schema, dialect)?, kind, dialect, negated: false };
        let test = reader.test()?;
        Ok(Self { text: text.to_owned(), test, dialect })
    }
}

struct CellReader<'s> {
    reader: Reader<'s>,
    kind: &'s Kind,
    dialect: Dialect,
    /// Whether it is within `not(..)`.
    negated: bool,
}

impl CellReader<'_> {
    fn test(&mut self) -> Result<Test, Misread> {
        let cursor = &mut self.reader.cursor;
        if cursor.take_sign("-") && cursor.at_end() {
            return Ok(Test::Any);
        }
        cursor.go(0);
        self.negated = cursor.take_word("not") && cursor.take_sign("(");
        if !self.negated {
            cursor.go(0);
            if let Some(unlike) = self.unlike()? {
                return Ok(Test::NoneOf(vec![unlike]));
            }
        }
        let mut tests = vec![self.alternative()?];
        while self.reader.cursor.take_sign(",") {
            if tests.len() >= MOST_TESTS {
                return Err(self.reader.cursor.wants("at most 100 alternatives"));
            }
            tests.push(self.alternative()?);
        }
        let cursor = &mut self.reader.cursor;
        if self.negated && !cursor.take_sign(")") {
            return Err(cursor.wants("`,` or `)`"));
        }
        if !cursor.at_end() {
            return Err(cursor.wants("`,` or the end of the cell"));
        }
        Ok(if self.negated { Test::NoneOf(tests) } else { Test::OneOf(tests) })
    }

    /// `!= x`, on its own.
    fn unlike(&mut self) -> Result<Option<Unary>, Misread> {
        if !self.reader.cursor.take_sign("!=") {
            return Ok(None);
        }
        self.value().map(|value| Some(equal(value)))
    }

    fn alternative(&mut self) -> Result<Unary, Misread> {
        if let Some(word) = self.bare_word()? {
            return Ok(equal(word));
        }
        let cursor = &mut self.reader.cursor;
        for (sign, below, included) in
            [("<=", true, true), (">=", false, true), ("<", true, false), (">", false, false)]
        {
            if cursor.take_sign(sign) {
                let bound = Bound { value: self.ordered()?, included };
                return Ok(if below { Unary::Below(bound) } else { Unary::Above(bound) });
            }
        }
        for (sign, included) in [("[", true), ("(", false), ("]", false)] {
            if cursor.take_sign(sign) {
                return self.interval(included);
            }
        }
        cursor.take_sign("=");
        self.value().map(equal)
    }

    /// What follows the opening bracket of an interval.
    fn interval(&mut self, included: bool) -> Result<Unary, Misread> {
        let low = Bound { value: self.ordered()?, included };
        if !self.reader.cursor.take_sign("..") {
            return Err(self.reader.cursor.wants("`..` between the ends of an interval"));
        }
        self.reader.cursor.skip_space();
        let at_high = self.reader.cursor.wants("an end that is after the start, in the same currency");
        let value = self.ordered()?;
        let cursor = &mut self.reader.cursor;
        let included = cursor.take_sign("]");
        if !included && !cursor.take_sign(")") && !cursor.take_sign("[") {
            return Err(cursor.wants("`]` or `)` at the end of an interval"));
        }
        let high = Bound { value, included };
        let holds_something = match low.value.as_ref().compare(high.value.as_ref()) {
            Ok(Ordering::Less) => true,
            Ok(Ordering::Equal) => low.included && high.included,
            Ok(Ordering::Greater) | Err(_) => false,
        };
        if holds_something { Ok(Unary::Between(low, high)) } else { Err(at_high) }
    }

    /// A value of the column's kind that has an order.
    fn ordered(&mut self) -> Result<Value, Misread> {
        self.reader.cursor.skip_space();
        let misread = self.reader.cursor.wants("a value that has an order");
        let value = self.value()?;
        if value.as_ref().compare(value.as_ref()).is_ok() { Ok(value) } else { Err(misread) }
    }

    /// A value of the column's kind.
    fn value(&mut self) -> Result<Value, Misread> {
        if let Some(word) = self.bare_word()? {
            return Ok(word);
        }
        self.reader.cursor.skip_space();
        let misread = self.reader.cursor.wants(wanted(self.kind));
        let value = match self.reader.operand() {
            Ok(node) => node.into_constant().ok_or_else(|| misread.clone())?,
            Err(other) => return Err(if other.position == misread.position { misread } else { other }),
        };
        if value == Value::Null || self.kind.admits(value.as_ref()) { Ok(value) } else { Err(misread) }
    }

    /// A word, or a part of the office, as it stands: up to the comma, or the parenthesis that ends `not(`.
    fn bare_word(&mut self) -> Result<Option<Value>, Misread> {
        if self.dialect != Dialect::Office || !matches!(self.kind, Kind::Text | Kind::Scope) {
            return Ok(None);
        }
        let cursor = &mut self.reader.cursor;
        cursor.skip_space();
        let place = cursor.place();
        if cursor.peek().is_none_or(|c| "\"<>=![]?,".contains(c)) || cursor.take_word("null") {
            cursor.go(place);
            return Ok(None);
        }
        let mut depth = 0_usize;
        while let Some(c) = cursor.peek() {
            match c {
                ',' if depth == 0 => break,
                ')' if depth == 0 && self.negated => break,
                '(' => depth = depth.saturating_add(1),
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            cursor.next();
        }
        let word = cursor.since(place);
        let word = word.trim_end();
        if self.reader.names(word) {
            self.reader.cursor.go(place);
            return Ok(None);
        }
        if *self.kind == Kind::Text {
            return Ok(Some(Value::from(word)));
        }
        match word.parse() {
            Ok(scope) => Ok(Some(Value::Scope(scope))),
            Err(_) => Err(self.reader.cursor.wanted(place, wanted(self.kind))),
        }
    }
}

/// To be the value; of a part of the office, to be in it.
fn equal(value: Value) -> Unary {
    if let Value::Scope(scope) = value { Unary::Within(scope) } else { Unary::Equal(value) }
}

/// What a column of a kind wants in its cells.
fn wanted(kind: &Kind) -> Cow<'static, str> {
    match kind {
        Kind::Any => "a value".into(),
        Kind::Boolean => "`yes`, `no` or `-`".into(),
        Kind::Number => "a number such as `4.5`".into(),
        Kind::Integer => "a whole number such as `30`".into(),
        Kind::Money(None) => "an amount such as `100.00 EUR`".into(),
        Kind::Money(Some(currency)) => format!("an amount in {currency}, such as `100 {currency}`").into(),
        Kind::Quantity(None) => "an amount and its unit, such as `5 kg`".into(),
        Kind::Quantity(Some(unit)) => format!("an amount in {unit}, such as `5 {unit}`").into(),
        Kind::Text => "a word, `not(..)` or `-`".into(),
        Kind::Date => "a day such as `2026-10-01`".into(),
        Kind::Time => "a time of the day such as `09:30`".into(),
        Kind::DateTime => "a day and a time such as `2026-10-01T09:30`".into(),
        Kind::Instant => "a point in time such as `2026-10-01T07:30Z`".into(),
        Kind::Duration => "a length of time such as `P3D` or `PT8H`".into(),
        Kind::Months => "a length of time such as `P1Y6M`".into(),
        Kind::Scope => "a part of the office such as `company/hq`".into(),
        Kind::List(_) | Kind::Record(_) => format!("a {kind}").into(),
    }
}
