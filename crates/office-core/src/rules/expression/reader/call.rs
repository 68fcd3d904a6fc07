//! Reading calls of functions.

use super::{MOST_PARTS, Reader};
use crate::rules::expression::cursor::is_word;
use crate::rules::expression::function::{Function, SIGNATURES};
use crate::rules::expression::literal::string;
use crate::rules::expression::node::{Form, Node};
use crate::rules::{Dialect, EvaluateError, Misread, Value};

impl Reader<'_> {
    /// The function that is called next, and where its name ends; reads up to after the parenthesis.
    pub(super) fn function(&mut self) -> Option<(Function, usize)> {
        let place = self.cursor.place();
        let of_dialect = |function: Function| self.cursor.dialect == Dialect::Office || !function.is_of_office();
        let named = SIGNATURES.iter().filter(|signature| of_dialect(signature.function));
        let longest = named.filter_map(|signature| Some((self.cursor.end_of(signature.name)?, signature.function)));
        let (end, function) = longest.max_by_key(|(end, _)| *end)?;
        self.cursor.go(end);
        if self.cursor.take_sign("(") {
            return Some((function, end));
        }
        self.cursor.go(place);
        None
    }

    /// The arguments of a call, by place or by name.
    pub(super) fn call(&mut self, place: usize, function: Function) -> Result<Node, Misread> {
        let mut named: Vec<String> = Vec::new();
        let mut parts = Vec::new();
        if !self.cursor.take_sign(")") {
            loop {
                if parts.len() >= MOST_PARTS {
                    return Err(self.cursor.wants("at most 100 arguments"));
                }
                self.cursor.skip_space();
                let at = self.cursor.place();
                let named_next = self.cursor.peek().is_some_and(char::is_alphabetic);
                let key = if named_next { self.key()? } else { String::new() };
                if self.cursor.take_sign(":") && !key.is_empty() {
                    named.push(key);
                } else {
                    self.cursor.go(at);
                }
                parts.push(self.expression()?);
                if !self.cursor.take_sign(",") {
                    break;
                }
            }
            self.closed(")", "`,` or `)`")?;
        }
        let arguments = arguments(function, &named, parts).ok_or_else(|| self.cursor.wanted(place, ways(function)))?;
        let call = self.node(place, Form::Call(function, arguments));
        self.made(call, function)
    }

    /// A value that a function makes of a text that is written out is written out itself.
    fn made(&self, call: Node, function: Function) -> Result<Node, Misread> {
        let text = match &call.form {
            Form::Call(_, parts) if function.makes() => match &**parts {
                [part] => part.as_literal().is_some_and(|value| matches!(value, Value::Text(_))),
                _ => false,
            },
            _ => false,
        };
        if !text {
            return Ok(call);
        }
        match (call.constant(), self.cursor.dialect) {
            (Ok(value), _) => Ok(Node::new(call.position, Form::Literal(value))),
            (Err(_), Dialect::Dmn) => Ok(call),
            (Err(EvaluateError::NotAccepted { position, wanted }), Dialect::Office) => {
                Err(Misread { position, expected: wanted.into() })
            }
            (Err(_), Dialect::Office) => Err(Misread { position: call.position, expected: ways(function).into() }),
        }
    }

    /// The name of a field or a parameter before a colon, in quotes or bare.
    pub(super) fn key(&mut self) -> Result<String, Misread> {
        if self.cursor.peek() == Some('"') {
            return string(&mut self.cursor);
        }
        let place = self.cursor.place();
        self.cursor.skip_while(|c| is_word(c) || c.is_whitespace());
        Ok(self.cursor.since(place).split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

/// The arguments in the order of the parameters; none if the function is not called so.
fn arguments(function: Function, named: &[String], parts: Vec<Node>) -> Option<Vec<Node>> {
    let mut ways = SIGNATURES.iter().filter(|signature| signature.function == function);
    if named.is_empty() {
        return ways.any(|signature| signature.takes(parts.len())).then_some(parts);
    }
    if named.len() != parts.len() {
        return None;
    }
    let order = |parameters: &[&str]| -> Option<Vec<usize>> {
        let places: Option<Vec<usize>> =
            named.iter().map(|name| parameters.iter().position(|parameter| parameter == name)).collect();
        // Those given are the first ones, each once.
        let places = places?;
        (0..places.len()).all(|place| places.contains(&place)).then_some(places)
    };
    let places = ways.find_map(|signature| order(signature.parameters).filter(|_| signature.takes(parts.len())))?;
    let mut ordered: Vec<(usize, Node)> = places.into_iter().zip(parts).collect();
    ordered.sort_by_key(|(place, _)| *place);
    Some(ordered.into_iter().map(|(_, part)| part).collect())
}

/// How a function is called.
fn ways(function: Function) -> String {
    let ways = SIGNATURES.iter().filter(|signature| signature.function == function);
    let ways: Vec<String> =
        ways.map(|signature| format!("`{}({})`", signature.name, signature.parameters.join(", "))).collect();
    ways.join(" or ")
}
