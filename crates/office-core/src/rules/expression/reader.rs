//! Reading expressions.

mod call;

use super::cursor::{Cursor, is_word};
use super::function::Function;
use super::literal::literal;
use super::node::{COMPARISON, Form, LOOSEST, NEGATION, Node, Operator, SUM};
use super::number;
use crate::rules::{Dialect, Kind, Misread, Schema, Value};

/// How many parts may be above each other.
const HIGHEST: usize = 64;
/// How deep a text may be nested: each part may stand in parentheses, which its one form needs at most once.
const DEEPEST: usize = 128;
/// The most parts that a list, a record or a call may have.
const MOST_PARTS: usize = 100;
/// How many names are told where one is wanted.
const NAMES_TOLD: usize = 8;

/// A text that is read as rules are, by the names of a schema.
#[derive(Debug)]
pub(in crate::rules) struct Reader<'s> {
    pub(in crate::rules) cursor: Cursor,
    schema: &'s Schema,
    depth: usize,
}

impl<'s> Reader<'s> {
    pub(in crate::rules) fn new(text: &str, schema: &'s Schema, dialect: Dialect) -> Result<Self, Misread> {
        Ok(Self { cursor: Cursor::new(text, dialect)?, schema, depth: 0 })
    }

    /// The name of an input, if the whole text is one.
    pub(in crate::rules) fn names(&self, text: &str) -> bool {
        self.schema.place(text).is_some()
    }

    /// Whether a function is called next.
    pub(in crate::rules) fn calls(&mut self) -> bool {
        let place = self.cursor.place();
        let calls = self.function().is_some();
        self.cursor.go(place);
        calls
    }

    /// An expression up to what cannot be part of it.
    pub(in crate::rules) fn expression(&mut self) -> Result<Node, Misread> {
        self.part(LOOSEST)
    }

    /// An operand: what a comparison or an end of an interval asks for.
    pub(in crate::rules) fn operand(&mut self) -> Result<Node, Misread> {
        self.part(SUM)
    }

    /// An expression whose operators hold their operands at least so tightly.
    fn part(&mut self, tightness: u8) -> Result<Node, Misread> {
        self.cursor.skip_space();
        let start = self.cursor.place();
        let too_deep = |cursor: &Cursor| cursor.wanted(start, "at most 64 expressions within each other");
        if self.depth >= DEEPEST {
            return Err(too_deep(&self.cursor));
        }
        self.depth = self.depth.saturating_add(1);
        let part = self.joined(tightness);
        self.depth = self.depth.saturating_sub(1);
        part.and_then(|part| if part.height > HIGHEST { Err(too_deep(&self.cursor)) } else { Ok(part) })
    }

    fn joined(&mut self, tightness: u8) -> Result<Node, Misread> {
        let mut left = self.single()?;
        // Behind a comparison nothing holds its operands more tightly.
        let mut tightest = NEGATION;
        loop {
            self.cursor.skip_space();
            let place = self.cursor.place();
            if left.height > HIGHEST {
                return Err(self.cursor.wants("at most 64 operands after each other"));
            }
            if tightness <= COMPARISON && self.cursor.take_word("between") {
                let low = self.part(SUM)?;
                if !self.cursor.take_word("and") {
                    return Err(self.cursor.wants("`and` between the ends of `between`"));
                }
                let high = self.part(SUM)?;
                left = self.node(place, Form::Between(Box::new([left, low, high])));
                tightest = COMPARISON;
            } else if tightness <= COMPARISON && self.cursor.take_word("in") {
                let tests = self.tests()?;
                left = self.node(place, Form::In(Box::new(left), tests));
                tightest = COMPARISON;
            } else if let Some(operator) = self.operator(&left, tightness, tightest) {
                let right = self.part(operator.power().saturating_add(1))?;
                left = self.node(place, Form::Joined(operator, Box::new([left, right])));
                tightest = operator.power();
            } else {
                return Ok(left);
            }
        }
    }

    /// The operator that comes next, if it is within the bounds.
    fn operator(&mut self, left: &Node, tightness: u8, tightest: u8) -> Option<Operator> {
        let place = self.cursor.place();
        let word = |operator: Operator| operator.sign().starts_with(char::is_alphabetic);
        let found = Operator::ALL.into_iter().find(|operator| {
            let sign = operator.sign();
            if word(*operator) { self.cursor.take_word(sign) } else { self.cursor.take(sign) }
        });
        // `10 % of x`.
        let share = left.as_literal().is_some() && self.cursor.dialect == Dialect::Office;
        let found = found.or_else(|| (share && self.cursor.take_word("of")).then_some(Operator::Times));
        let found = found.filter(|operator| (tightness..=tightest).contains(&operator.power()));
        if found.is_none() {
            self.cursor.go(place);
        }
        found
    }

    /// What follows `in`.
    fn tests(&mut self) -> Result<Vec<Node>, Misread> {
        self.cursor.skip_space();
        let place = self.cursor.place();
        if !self.cursor.take("(") {
            return Ok(vec![self.test()?]);
        }
        let first = self.test()?;
        if self.cursor.take_sign("..") {
            return Ok(vec![self.interval(place, first, false)?]);
        }
        let mut tests = vec![first];
        while self.cursor.take_sign(",") {
            if tests.len() >= MOST_PARTS {
                return Err(self.cursor.wants("at most 100 alternatives"));
            }
            tests.push(self.test()?);
        }
        self.closed(")", "`,` or `)`")?;
        Ok(tests)
    }

    /// One test: an interval, half a comparison or a value.
    fn test(&mut self) -> Result<Node, Misread> {
        self.cursor.skip_space();
        let place = self.cursor.place();
        match self.comparison() {
            Some(operator) => self.part(SUM).map(|value| Node::compared(operator, place, value)),
            None => self.part(SUM),
        }
    }

    /// The sign of a comparison, if one comes next.
    pub(in crate::rules) fn comparison(&mut self) -> Option<Operator> {
        Operator::ALL
            .into_iter()
            .filter(|operator| operator.compares())
            .find(|operator| self.cursor.take(operator.sign()))
    }

    /// What follows the two points of an interval.
    fn interval(&mut self, place: usize, low: Node, low_included: bool) -> Result<Node, Misread> {
        let high = self.part(SUM)?;
        let high_included = self.cursor.take_sign("]");
        if !high_included && !self.cursor.take_sign(")") && !self.cursor.take_sign("[") {
            return Err(self.cursor.wants("`]` or `)` at the end of an interval"));
        }
        if low.is_test() || high.is_test() {
            return Err(self.cursor.wanted(place, "one value at each end of an interval"));
        }
        let ends = Box::new([low, high]);
        Ok(self.node(place, Form::Interval { ends, low_included, high_included }))
    }

    /// An operand with its sign and its path.
    fn single(&mut self) -> Result<Node, Misread> {
        self.cursor.skip_space();
        let place = self.cursor.place();
        if self.cursor.take("-") {
            let operand = self.part(NEGATION)?;
            let folded = operand.as_literal().and_then(number::negated);
            return Ok(self.node(place, folded.map_or_else(|| Form::Negated(Box::new(operand)), Form::Literal)));
        }
        let mut node = self.simple()?;
        while self.cursor.take_sign(".") {
            if self.cursor.peek() == Some('.') {
                self.cursor.go(self.cursor.place().saturating_sub(1));
                break;
            }
            let at = self.cursor.place();
            let name = self.field(&node)?;
            if node.height > HIGHEST {
                return Err(self.cursor.wants("at most 64 expressions within each other"));
            }
            node = self.node(at, Form::Path(Box::new(node), name));
        }
        Ok(node)
    }

    /// The name of a field of the part before the point.
    fn field(&mut self, node: &Node) -> Result<String, Misread> {
        let known = fields(node, self.schema).into_iter().flatten().map(|(name, _)| name);
        let named = known.filter_map(|name| Some((self.cursor.end_of(name)?, name))).max();
        if let Some((end, name)) = named {
            self.cursor.go(end);
            return Ok(name.clone());
        }
        self.cursor.skip_space();
        let place = self.cursor.place();
        if !self.cursor.peek().is_some_and(|c| is_word(c) && !c.is_numeric()) {
            return Err(self.cursor.wants("the name of a field"));
        }
        self.cursor.skip_while(is_word);
        Ok(self.cursor.since(place))
    }

    /// An operand without a sign.
    fn simple(&mut self) -> Result<Node, Misread> {
        let place = self.cursor.place();
        match self.cursor.peek() {
            Some('?') => {
                self.cursor.next();
                return Ok(self.node(place, Form::Input));
            }
            Some('(') => {
                self.cursor.next();
                let inner = self.expression()?;
                if self.cursor.take_sign("..") {
                    return self.interval(place, inner, false);
                }
                self.closed(")", "`)`")?;
                return Ok(inner);
            }
            Some('[') => return self.list(place),
            Some(']') => {
                self.cursor.next();
                let low = self.part(SUM)?;
                self.closed("..", "`..` between the ends of an interval")?;
                return self.interval(place, low, false);
            }
            Some('{') => return self.record(place),
            _ => {}
        }
        self.named(place)
    }

    /// A value, a name, a call, or `if`: whatever is longest.
    fn named(&mut self, place: usize) -> Result<Node, Misread> {
        let name = self.input();
        let end = name.as_ref().map_or(place, |(end, _)| *end);
        if self.cursor.end_of("if").is_some_and(|at| at >= end) {
            return self.choice(place);
        }
        if let Some((function, at)) = self.function()
            && at >= end
        {
            return self.call(place, function);
        }
        self.cursor.go(place);
        if self.cursor.dialect == Dialect::Office && self.cursor.end_of("not").is_some_and(|at| at >= end) {
            self.cursor.take_word("not");
            let operand = self.part(COMPARISON)?;
            return Ok(self.node(place, Form::Call(Function::Not, vec![operand])));
        }
        let value = literal(&mut self.cursor);
        match (value, name) {
            (Ok(Some(value)), _) if self.cursor.place() >= end => Ok(self.node(place, Form::Literal(value))),
            (_, Some((end, form))) => {
                self.cursor.go(end);
                Ok(self.node(place, form))
            }
            (Err(misread), None) => Err(misread),
            (Ok(_), None) => Err(self.cursor.wanted(place, self.names_wanted())),
        }
    }

    /// The input whose name comes next, the longest, and where it ends.
    fn input(&self) -> Option<(usize, Form)> {
        let inputs = self.schema.inputs().iter().enumerate();
        let ends = inputs.filter_map(|(place, input)| Some((self.cursor.end_of(&input.name)?, place, input)));
        let (end, place, input) = ends.max_by_key(|(end, _, _)| *end)?;
        Some((end, Form::Name(place, input.name.clone())))
    }

    fn names_wanted(&self) -> String {
        let names: Vec<String> =
            self.schema.inputs().iter().take(NAMES_TOLD).map(|input| format!("`{}`", input.name)).collect();
        match (names.is_empty(), self.schema.inputs().len() > NAMES_TOLD) {
            (true, _) => "a value".to_owned(),
            (false, true) => format!("a value or an input such as {}", names.join(", ")),
            (false, false) => format!("a value or one of the inputs {}", names.join(", ")),
        }
    }

    fn choice(&mut self, place: usize) -> Result<Node, Misread> {
        self.cursor.take_word("if");
        let condition = self.expression()?;
        self.keyword("then", "`then` after the condition of `if`")?;
        let then = self.expression()?;
        self.keyword("else", "`else` after what `if` gives")?;
        let other = self.expression()?;
        Ok(self.node(place, Form::If(Box::new([condition, then, other]))))
    }

    fn list(&mut self, place: usize) -> Result<Node, Misread> {
        self.cursor.next();
        let mut parts = Vec::new();
        if !self.cursor.take_sign("]") {
            let first = self.expression()?;
            if self.cursor.take_sign("..") {
                return self.interval(place, first, true);
            }
            parts.push(first);
            while self.cursor.take_sign(",") {
                if parts.len() >= MOST_PARTS {
                    return Err(self.cursor.wants("at most 100 values"));
                }
                parts.push(self.expression()?);
            }
            self.closed("]", "`,` or `]`")?;
        }
        let values: Option<Vec<Value>> = parts.iter().map(|part| part.as_literal().cloned()).collect();
        Ok(self.node(place, values.map_or(Form::List(parts), |values| Form::Literal(Value::List(values)))))
    }

    fn record(&mut self, place: usize) -> Result<Node, Misread> {
        self.cursor.next();
        let mut fields: Vec<(String, Node)> = Vec::new();
        if !self.cursor.take_sign("}") {
            loop {
                self.cursor.skip_space();
                let at = self.cursor.place();
                let name = self.key()?;
                if name.is_empty() || fields.iter().any(|(other, _)| *other == name) {
                    return Err(self.cursor.wanted(at, "a name of its own for each field"));
                }
                if fields.len() >= MOST_PARTS {
                    return Err(self.cursor.wants("at most 100 fields"));
                }
                self.closed(":", "`:` after the name of a field")?;
                fields.push((name, self.expression()?));
                if !self.cursor.take_sign(",") {
                    break;
                }
            }
            self.closed("}", "`,` or `}`")?;
        }
        let values: Option<_> =
            fields.iter().map(|(name, part)| Some((name.clone(), part.as_literal()?.clone()))).collect();
        Ok(self.node(place, values.map_or(Form::Record(fields), |values| Form::Literal(Value::Record(values)))))
    }

    fn keyword(&mut self, word: &str, wanted: &'static str) -> Result<(), Misread> {
        if self.cursor.take_word(word) { Ok(()) } else { Err(self.cursor.wants(wanted)) }
    }

    fn closed(&mut self, sign: &str, wanted: &'static str) -> Result<(), Misread> {
        if self.cursor.take_sign(sign) { Ok(()) } else { Err(self.cursor.wants(wanted)) }
    }

    #[expect(clippy::unused_self, reason = "places are those of the text")]
    fn node(&self, place: usize, form: Form) -> Node {
        Node::new(place.saturating_add(1), form)
    }
}

/// The fields of a part, where the schema names them.
pub(super) fn fields<'s>(node: &Node, schema: &'s Schema) -> Option<&'s std::collections::BTreeMap<String, Kind>> {
    let kind = match &node.form {
        Form::Name(place, _) => &schema.inputs().get(*place)?.kind,
        Form::Path(part, name) => fields(part, schema)?.get(name)?,
        _ => return None,
    };
    match kind {
        Kind::Record(fields) => Some(fields),
        Kind::List(kind) => {
            if let Kind::Record(fields) = &**kind {
                Some(fields)
            } else {
                None
            }
        }
        _ => None,
    }
}
