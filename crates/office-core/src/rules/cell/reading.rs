//! Reading cells.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::{Bound, Cell, Test, Unary};
use crate::rules::expression::{Kinds, Node, Reader};
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
    ///   stands for all below it, and `= company/hq` for that part alone.
    ///
    /// # Errors
    /// [`Misread`] with the first character that does not fit and what would.
    pub fn parse(text: &str, kind: &Kind, schema: &Schema, dialect: Dialect) -> Result<Self, Misread> {
        let kinds = Kinds { schema, input: Some(kind) };
        let mut cell = CellReader { reader: Reader::new(text, schema, dialect)?, kind, kinds, dialect, negated: false };
        Ok(Self { text: text.to_owned(), test: cell.test()?, dialect })
    }
}

struct CellReader<'s> {
    reader: Reader<'s>,
    kind: &'s Kind,
    kinds: Kinds<'s>,
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
        }
        let mut nodes = self.alternatives()?;
        if self.negated && !self.reader.cursor.take_sign(")") {
            return Err(self.reader.cursor.wants("`,` or `)`"));
        }
        if self.negated && !self.reader.cursor.at_end() && !self.is_of_words() {
            // `not(..)` begins a longer condition.
            self.reader.cursor.go(0);
            self.negated = false;
            nodes = self.alternatives()?;
        }
        if !self.reader.cursor.at_end() {
            return Err(self.reader.cursor.wants("`,` or the end of the cell"));
        }
        if let ([node], false) = (&*nodes, self.negated)
            && let Some(value) = node.unlike()
            && let Some(tests) = self.equal(value, true)?
        {
            return Ok(Test::NoneOf(tests));
        }
        let constants: Option<Vec<Vec<Unary>>> =
            nodes.iter().map(|node| self.constant(node)).collect::<Result<_, _>>()?;
        match (constants.map(|tests| tests.concat()), self.negated) {
            (Some(tests), false) => Ok(Test::OneOf(tests)),
            (Some(tests), true) => Ok(Test::NoneOf(tests)),
            (None, _) => self.computed(nodes).map(Box::new).map(Test::Holds),
        }
    }

    fn alternatives(&mut self) -> Result<Vec<Node>, Misread> {
        let mut nodes = vec![self.alternative()?];
        while self.reader.cursor.take_sign(",") {
            if nodes.len() >= MOST_TESTS {
                return Err(self.reader.cursor.wants("at most 100 alternatives"));
            }
            nodes.push(self.alternative()?);
        }
        Ok(nodes)
    }

    /// Whether words stand in the column as they are.
    fn is_of_words(&self) -> bool {
        self.dialect == Dialect::Office && matches!(self.kind, Kind::Text | Kind::Scope)
    }

    /// One alternative, as the tree of a test, of a value or of a condition.
    fn alternative(&mut self) -> Result<Node, Misread> {
        self.reader.cursor.skip_space();
        let mut place = self.reader.cursor.place();
        let read = if let Some(word) = self.bare_word()? {
            return Ok(Node::literal(place, word));
        } else if let Some(operator) = self.reader.comparison() {
            self.reader.cursor.skip_space();
            let sign = std::mem::replace(&mut place, self.reader.cursor.place());
            let value = match self.bare_word()? {
                Some(word) => Ok(Node::literal(place, word)),
                None => self.reader.operand(),
            };
            value.map(|value| Node::compared(operator, sign, value))
        } else {
            self.reader.expression()
        };
        read.map_err(|misread| if misread.position == place.saturating_add(1) { self.wanted(place) } else { misread })
    }

    /// What is wanted at a place of a column of the kind.
    fn wanted(&self, place: usize) -> Misread {
        Misread { position: place.saturating_add(1), expected: wanted(self.kind) }
    }

    /// The constant tests of an alternative; none if it has to be computed.
    fn constant(&self, node: &Node) -> Result<Option<Vec<Unary>>, Misread> {
        if let Some([low, high]) = node.interval() {
            let high_position = high.0.position();
            let ends = self.bound(low)?.zip(self.bound(high)?);
            let Some((low, high)) = ends else { return Ok(None) };
            let holds_something = match low.value.as_ref().compare(high.value.as_ref()) {
                Ok(Ordering::Less) => true,
                Ok(Ordering::Equal) => low.included && high.included,
                Ok(Ordering::Greater) | Err(_) => false,
            };
            if !holds_something {
                let expected = "an end that is after the start, in the same currency".into();
                return Err(Misread { position: high_position, expected });
            }
            return Ok(Some(vec![Unary::Between(low, high)]));
        }
        if let Some((is_below, bound)) = node.bound() {
            let bound = self.bound(bound)?;
            return Ok(bound.map(|bound| vec![if is_below { Unary::Below(bound) } else { Unary::Above(bound) }]));
        }
        match node.equal() {
            Some(value) => self.equal(value, !std::ptr::eq(value, node)),
            None => Ok(None),
        }
    }

    /// To be a value; if not just this one, then also one of a list of values, or below a part of the office. None if that
    /// has to be computed.
    #[expect(clippy::wildcard_enum_match_arm, reason = "values of all other kinds are alike")]
    fn equal(&self, node: &Node, just: bool) -> Result<Option<Vec<Unary>>, Misread> {
        let Some(value) = self.folded(node)? else { return Ok(None) };
        let fits = |value: &Value| *value == Value::Null || self.kind.admits(value.as_ref());
        let unary = |value: Value| match value {
            Value::Scope(scope) if !just => Unary::Within(scope),
            value => Unary::Equal(value),
        };
        let is_one = just || matches!(self.kind, Kind::Any | Kind::List(_));
        match value {
            Value::List(values) if values.is_empty() || is_one => Ok(None),
            Value::List(values) if values.iter().all(fits) => Ok(Some(values.into_iter().map(unary).collect())),
            value if fits(&value) => Ok(Some(vec![unary(value)])),
            _ => self.unfit(node.position()),
        }
    }

    /// One end of what is asked for; none if it has to be computed.
    fn bound(&self, (node, included): (&Node, bool)) -> Result<Option<Bound>, Misread> {
        let Some(value) = self.folded(node)? else { return Ok(None) };
        if value == Value::Null {
            return Ok(None);
        }
        if !self.kind.admits(value.as_ref()) {
            return self.unfit(node.position());
        }
        if value.as_ref().compare(value.as_ref()).is_err() {
            return Err(Misread { position: node.position(), expected: "a value that has an order".into() });
        }
        Ok(Some(Bound { value, included }))
    }

    /// The value of what is the same in every case.
    fn folded(&self, node: &Node) -> Result<Option<Value>, Misread> {
        if !node.is_constant() || node.is_test() {
            return Ok(None);
        }
        match (node.constant(), self.dialect) {
            (Ok(value), _) => Ok(Some(value)),
            (Err(_), Dialect::Dmn) => Ok(None),
            (Err(error), Dialect::Office) => {
                self.kinds.of(node)?;
                Err(Misread { position: node.position(), expected: format!("a value ({error})").into() })
            }
        }
    }

    /// A value that does not fit the column: refused in the office, looked at when it is evaluated in DMN.
    fn unfit<T>(&self, position: usize) -> Result<Option<T>, Misread> {
        match self.dialect {
            Dialect::Office => Err(Misread { position, expected: wanted(self.kind) }),
            Dialect::Dmn => Ok(None),
        }
    }

    /// The alternatives as one condition.
    fn computed(&self, nodes: Vec<Node>) -> Result<Node, Misread> {
        let is_condition = |node: &Node| {
            let says = || matches!(self.kinds.of(node), Ok(Kind::Boolean));
            !node.is_test() && (node.asks_input() || (!matches!(self.kind, Kind::Boolean | Kind::Any) && says()))
        };
        let (conditions, tests): (Vec<Node>, Vec<Node>) = nodes.into_iter().partition(is_condition);
        let tests = (!tests.is_empty()).then(|| Node::input_in(tests));
        let whole = tests.into_iter().chain(conditions).reduce(Node::or);
        let Some(whole) = whole.map(|whole| if self.negated { whole.negated() } else { whole }) else {
            return Err(self.wanted(0));
        };
        match (self.dialect, self.kinds.of(&whole)) {
            (Dialect::Dmn, _) | (_, Ok(Kind::Boolean | Kind::Any)) => Ok(whole),
            (Dialect::Office, Ok(_)) => {
                Err(Misread { position: whole.position(), expected: "a condition on the input".into() })
            }
            (Dialect::Office, Err(misread)) => Err(misread),
        }
    }

    /// A word, or a part of the office, as it stands: up to the comma, or the parenthesis that ends `not(`.
    fn bare_word(&mut self) -> Result<Option<Value>, Misread> {
        if !self.is_of_words() {
            return Ok(None);
        }
        let place = self.reader.cursor.place();
        let starts = self.reader.cursor.peek().is_some_and(|c| !"\"<>=![]?,".contains(c));
        if !starts || self.reader.cursor.end_of("null").is_some() || self.reader.calls() {
            return Ok(None);
        }
        let cursor = &mut self.reader.cursor;
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
        if word.contains('"') || word.is_empty() || self.reader.names(word) {
            self.reader.cursor.go(place);
            return Ok(None);
        }
        if *self.kind == Kind::Text {
            return Ok(Some(Value::from(word)));
        }
        word.parse().map(|scope| Some(Value::Scope(scope))).map_err(|_| self.wanted(place))
    }
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
