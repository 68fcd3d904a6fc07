//! What is boxed, said in expressions: contexts, invocations and functions are written out where they are named.
//!
//! A decision may call pieces of knowledge, and name the entries of a context. Neither is a decision or an input, so
//! they are replaced by what they say, with the arguments in the places of the parameters. A table among them becomes
//! a decision of its own; one that is called only under a condition is decided always, and where it cannot be, neither
//! can what calls it.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::boxed::{Boxed, parts};
use super::node::Node;
use crate::InputError;
use crate::rules::TableText;

/// How deep one piece of knowledge may call others.
const DEEPEST: usize = 16;
/// The most characters of an expression once all is written out.
const LONGEST: usize = 100_000;

/// The most characters that are written out for one drawing.
const MOST_WRITTEN: usize = 16 << 20;

/// What an expression costs at least, however short it is.
const LEAST: usize = 100;

/// What decides: an expression or a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Logic {
    Expression(String),
    Table(TableText),
}

/// The names that stand for something else, the innermost first.
pub(super) struct Scope<'a> {
    name: String,
    meaning: Meaning<'a>,
    outer: Option<Rc<Scope<'a>>>,
}

#[derive(Clone)]
enum Meaning<'a> {
    /// An expression.
    Text(String),
    /// A function, with what its body may name.
    Function { parameters: &'a [String], body: &'a Boxed, outer: Option<Rc<Scope<'a>>> },
}

type Names<'a> = Option<Rc<Scope<'a>>>;

impl<'a> Scope<'a> {
    fn with(outer: &Names<'a>, name: &str, meaning: Meaning<'a>) -> Rc<Self> {
        Rc::new(Self { name: name.to_owned(), meaning, outer: outer.clone() })
    }
}

fn names<'s, 'a>(scope: &'s Names<'a>) -> impl Iterator<Item = &'s Scope<'a>> {
    std::iter::successors(scope.as_deref(), |scope| scope.outer.as_deref())
}

/// Writes out what one decision says.
pub(super) struct Inliner<'a> {
    /// Where refusals point to.
    pub(super) node: Node<'a>,
    /// What inputs and decisions are called.
    pub(super) known: &'a BTreeSet<String>,
    /// The pieces of knowledge by name.
    pub(super) knowledge: &'a [(String, Boxed)],
    /// The tables that became decisions of their own.
    pub(super) lifted: Vec<(String, TableText)>,
    pub(super) name: &'a str,
    /// How many characters were written out for the drawing.
    pub(super) written: &'a mut usize,
}

impl<'a> Inliner<'a> {
    /// What a decision says, with all that it calls written out.
    pub(super) fn decision(&mut self, boxed: &'a Boxed) -> Result<Logic, InputError> {
        let mut scope: Names<'a> = None;
        for (name, knowledge) in self.knowledge {
            if let Boxed::Function { parameters, body } = knowledge {
                // What it names of other knowledge is found by name when it is called.
                scope = Some(Scope::with(&scope, name, Meaning::Function { parameters, body, outer: None }));
            }
        }
        let global = scope.clone();
        if let Boxed::Table(table) = boxed {
            return self.table(table, &scope, &global, 0).map(Logic::Table);
        }
        self.boxed(boxed, &scope, &global, 0).map(Logic::Expression)
    }

    fn boxed(
        &mut self,
        boxed: &'a Boxed,
        scope: &Names<'a>,
        global: &Names<'a>,
        depth: usize,
    ) -> Result<String, InputError> {
        if depth > DEEPEST {
            return Err(self.node.wrong("", format!("knowledge that calls other knowledge at most {DEEPEST} deep")));
        }
        let text = match boxed {
            Boxed::Literal(text) => self.text(text, scope, global, depth)?,
            Boxed::Table(table) => {
                let table = self.table(table, scope, global, depth)?;
                let name = self.free_name();
                self.lifted.push((name.clone(), TableText { name: name.clone(), ..table }));
                name
            }
            Boxed::Context(entries) => self.context(entries, scope, global, depth)?,
            Boxed::Invocation { called, arguments } => {
                let mut said = Vec::new();
                for (name, argument) in arguments {
                    said.push((Some(name.clone()), self.boxed(argument, scope, global, depth)?));
                }
                self.call(called.trim(), &said, scope, global, depth)?
            }
            Boxed::Function { .. } => return Err(self.node.wrong("function", "a function only where it is called")),
            Boxed::List(values) => {
                let values = values.iter().map(|value| self.boxed(value, scope, global, depth));
                format!("[{}]", values.collect::<Result<Vec<_>, _>>()?.join(", "))
            }
            Boxed::Relation { fields, rows } => {
                let mut records = Vec::new();
                for row in rows {
                    let mut record = Vec::new();
                    for (field, value) in fields.iter().zip(row) {
                        record.push(format!("{}: {}", quoted(field), self.boxed(value, scope, global, depth)?));
                    }
                    records.push(format!("{{{}}}", record.join(", ")));
                }
                format!("[{}]", records.join(", "))
            }
            Boxed::Choice(choice) => {
                let [when, then, otherwise] = choice.as_ref();
                let (when, then) = (self.boxed(when, scope, global, depth)?, self.boxed(then, scope, global, depth)?);
                format!("if {when} then {then} else {}", self.boxed(otherwise, scope, global, depth)?)
            }
            Boxed::Filter(filter) => {
                let [list, wanted] = filter.as_ref();
                let list = self.boxed(list, scope, global, depth)?;
                format!("{}[{}]", self.enclosed(list), self.boxed(wanted, scope, global, depth)?)
            }
            Boxed::Each { word, name, then, parts } => {
                let [over, said] = parts.as_ref();
                let over = self.boxed(over, scope, global, depth)?;
                format!("{word} {name} in {over} {then} {}", self.boxed(said, scope, global, depth)?)
            }
        };
        *self.written = self.written.saturating_add(text.len()).saturating_add(LEAST);
        if text.len() > LONGEST || *self.written > MOST_WRITTEN {
            return Err(self.node.wrong("", format!("at most {LONGEST} characters once all is written out")));
        }
        Ok(text)
    }

    /// What the last entry says, or a record of all of them.
    fn context(
        &mut self,
        entries: &'a [(Option<String>, Boxed)],
        scope: &Names<'a>,
        global: &Names<'a>,
        depth: usize,
    ) -> Result<String, InputError> {
        let mut inner = scope.clone();
        let mut fields = Vec::new();
        for (name, entry) in entries {
            let Some(name) = name else {
                return self.boxed(entry, &inner, global, depth);
            };
            if let Boxed::Function { parameters, body } = entry {
                let outer = inner.clone();
                inner = Some(Scope::with(&inner, name, Meaning::Function { parameters, body, outer }));
                continue;
            }
            let text = self.boxed(entry, &inner, global, depth)?;
            fields.push(format!("{}: {text}", quoted(name)));
            inner = Some(Scope::with(&inner, name, Meaning::Text(self.enclosed(text))));
        }
        Ok(format!("{{{}}}", fields.join(", ")))
    }

    /// What a piece of knowledge says of these arguments, by name or in order.
    fn call(
        &mut self,
        called: &str,
        arguments: &[(Option<String>, String)],
        scope: &Names<'a>,
        global: &Names<'a>,
        depth: usize,
    ) -> Result<String, InputError> {
        let meaning = names(scope).find(|scope| scope.name == called).map(|scope| scope.meaning.clone());
        let Some(Meaning::Function { parameters, body, outer }) = meaning else {
            return Err(self.node.wrong(called, "the name of a business knowledge model"));
        };
        let mut inner = outer.or_else(|| global.clone());
        if arguments.len() != parameters.len() {
            let expected = format!("{} arguments of `{called}`", parameters.len());
            return Err(self.node.wrong(&arguments.len().to_string(), expected));
        }
        for (index, parameter) in parameters.iter().enumerate() {
            let by_name = arguments.iter().find(|(name, _)| name.as_ref() == Some(parameter));
            let in_order = arguments.get(index).filter(|(name, _)| name.is_none());
            let Some((_, argument)) = by_name.or(in_order) else {
                return Err(self.node.wrong(called, format!("an argument `{parameter}`")));
            };
            inner = Some(Scope::with(&inner, parameter, Meaning::Text(self.enclosed(argument.clone()))));
        }
        let said = self.boxed(body, &inner, global, depth.saturating_add(1))?;
        Ok(self.enclosed(said))
    }

    fn table(
        &mut self,
        table: &TableText,
        scope: &Names<'a>,
        global: &Names<'a>,
        depth: usize,
    ) -> Result<TableText, InputError> {
        let mut table = table.clone();
        if scope.is_none() {
            return Ok(table);
        }
        for input in &mut table.inputs {
            input.expression = self.text(&input.expression, scope, global, depth)?;
        }
        for row in &mut table.rows {
            for cell in row.cells.iter_mut().chain(&mut row.outputs) {
                *cell = self.text(cell, scope, global, depth)?;
            }
        }
        Ok(table)
    }

    /// A name for a table that becomes a decision of its own.
    fn free_name(&self) -> String {
        let taken = |name: &String| self.known.contains(name) || self.lifted.iter().any(|(lifted, _)| lifted == name);
        let names = (1_u32..).map(|number| format!("{} part {number}", self.name));
        names.into_iter().find(|name| !taken(name)).unwrap_or_default()
    }

    /// The expression in parentheses, unless it is one name, number or text.
    fn enclosed(&self, text: String) -> String {
        let is_word = text.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '.'));
        let is_text = text.starts_with('"') && text.find(['"', '\\']).is_some() && {
            let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            inner.is_some_and(|inner| !inner.contains(['"', '\\']))
        };
        let is_name = self.known.contains(&text) || self.lifted.iter().any(|(lifted, _)| *lifted == text);
        if is_word || is_text || is_name { text } else { format!("({text})") }
    }

    /// An expression with what its names stand for.
    fn text(&mut self, text: &str, scope: &Names<'a>, global: &Names<'a>, depth: usize) -> Result<String, InputError> {
        if scope.is_none() {
            return Ok(text.to_owned());
        }
        if depth > DEEPEST || text.len() > LONGEST {
            let expected = format!("at most {LONGEST} characters, and calls at most {DEEPEST} deep");
            return Err(self.node.wrong(text, expected));
        }
        let mut said = String::with_capacity(text.len());
        let mut bound: Vec<String> = Vec::new();
        let (mut rest, mut word) = (text, "");
        while let Some(character) = rest.chars().next() {
            if said.len() > LONGEST || *self.written > MOST_WRITTEN {
                return Err(self.node.wrong(text, format!("at most {LONGEST} characters once all is written out")));
            }
            let taken = match character {
                '"' => string_length(rest),
                _ if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
                _ if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end.saturating_add(2)),
                _ if begins_name(character) => 0,
                _ if character.is_ascii_digit() => rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()),
                _ => character.len_utf8(),
            };
            if taken > 0 {
                let (copied, after) = rest.split_at_checked(taken).unwrap_or((rest, ""));
                said.push_str(copied);
                rest = after;
                continue;
            }
            let is_path = said.trim_end().ends_with('.') && !said.trim_end().ends_with("..");
            let (length, meaning) = self.longest(rest, scope);
            let (named, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            let next = after.trim_start();
            if next.starts_with("in ") && (matches!(word, "for" | "some" | "every") || !bound.is_empty()) {
                bound.push(named.to_owned());
            }
            let is_key = next.starts_with(':');
            word = named;
            rest = after;
            match meaning.filter(|_| !is_path && !is_key && !bound.iter().any(|bound| bound == named)) {
                None => said.push_str(named),
                Some(Meaning::Text(meant)) => said.push_str(&meant),
                Some(Meaning::Function { parameters, .. }) => {
                    let Some((inside, after)) = parenthesised(next) else {
                        return Err(self.node.wrong(named, "a function only where it is called"));
                    };
                    let mut arguments = Vec::new();
                    for argument in parts(inside) {
                        let by_name = parameters.iter().find_map(|parameter| {
                            let value = argument.strip_prefix(parameter.as_str())?.trim_start().strip_prefix(':')?;
                            Some((parameter.clone(), value.trim()))
                        });
                        let (name, value) =
                            by_name.map_or((None, argument.as_str()), |(name, value)| (Some(name), value));
                        arguments.push((name, self.text(value, scope, global, depth.saturating_add(1))?));
                    }
                    let called = named.to_owned();
                    said.push_str(&self.call(&called, &arguments, scope, global, depth)?);
                    rest = after;
                }
            }
        }
        Ok(said)
    }

    /// The longest name that the text begins with, in bytes, and what it stands for if it stands for something.
    fn longest(&mut self, text: &str, scope: &Names<'a>) -> (usize, Option<Meaning<'a>>) {
        let word = text.find(|c: char| !continues_name(c)).unwrap_or(text.len());
        let mut found = (word, None);
        let meant = names(scope).map(|scope| (scope.name.as_str(), Some(&scope.meaning)));
        let first = text.get(..word).unwrap_or_default();
        let known = self.known.range(first.to_owned()..).take_while(|name| name.starts_with(first));
        let known = known.map(|name| (name.as_str(), None));
        let mut longest = 0;
        // Of one name the innermost comes first.
        for (name, meaning) in meant.chain(known) {
            *self.written = self.written.saturating_add(1);
            if name.len() > longest && text.strip_prefix(name).is_some_and(|after| !after.starts_with(continues_name)) {
                longest = name.len();
                found = (longest, meaning.cloned());
            }
        }
        found
    }
}

fn begins_name(character: char) -> bool {
    character.is_alphabetic() || character == '_'
}

fn continues_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The bytes of the text in quotes that this begins with.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (index, character) in text.char_indices().skip(1) {
        match character {
            '"' if !escaped => return index.saturating_add(1),
            _ => escaped = character == '\\' && !escaped,
        }
    }
    text.len()
}

/// What is within the parentheses that the text begins with, and what comes after them.
fn parenthesised(text: &str) -> Option<(&str, &str)> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (index, character) in text.char_indices() {
        match character {
            _ if escaped => {}
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth = depth.saturating_add(1),
            ')' | ']' | '}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        escaped = quoted && !escaped && character == '\\';
        if depth == 0 {
            let after = text.get(index.saturating_add(1)..)?;
            return text.get(1..index).filter(|_| text.starts_with('(')).map(|inside| (inside, after));
        }
    }
    None
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The names of these that an expression names.
pub(super) fn names_in<'k>(text: &str, known: &'k BTreeSet<String>) -> BTreeSet<&'k str> {
    let mut found = BTreeSet::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let mut taken = match character {
            '"' => string_length(rest),
            _ if begins_name(character) => rest.find(|c: char| !continues_name(c)).unwrap_or(rest.len()),
            _ => character.len_utf8(),
        };
        let named = known
            .iter()
            .filter(|name| rest.strip_prefix(name.as_str()).is_some_and(|after| !after.starts_with(continues_name)));
        if let Some(name) = named.max_by_key(|name| name.len()) {
            found.insert(name.as_str());
            taken = taken.max(name.len());
        }
        rest = rest.get(taken..).unwrap_or_default();
    }
    found
}
