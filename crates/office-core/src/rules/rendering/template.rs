//! Texts with places for parameters.

use std::collections::BTreeSet;

use super::plural::{Plural, form};

/// The most characters of a template.
const LONGEST: usize = 1_000;

/// A text with places for parameters: `{row}` is the parameter, `{count|row|rows}` the form of words that goes with
/// it, and a brace that is one is written twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Parameter(String),
    Forms(String, Vec<String>),
}

/// A text is no template.
pub(super) struct Misread {
    /// At which character, counted from 1.
    pub(super) position: usize,
    pub(super) expected: &'static str,
}

impl Template {
    pub(super) fn parse(text: &str) -> Result<Self, Misread> {
        let misread = |position: usize, expected| Misread { position: position.saturating_add(1), expected };
        if text.chars().nth(LONGEST).is_some() {
            return Err(misread(LONGEST, "at most 1000 characters"));
        }
        if let Some(at) = text.chars().position(|c| in_line(c) != c) {
            return Err(misread(at, "a text of one line"));
        }
        let (mut parts, mut plain) = (Vec::new(), String::new());
        let mut rest = text.chars().enumerate().peekable();
        while let Some((at, c)) = rest.next() {
            match c {
                '{' | '}' if rest.next_if(|(_, next)| *next == c).is_some() => plain.push(c),
                '}' => return Err(misread(at, "`}}` for a brace, or a `{` before it")),
                '{' => {
                    let mut inside = String::new();
                    loop {
                        match rest.next() {
                            Some((_, '}')) => break,
                            Some((_, c)) if c != '{' => inside.push(c),
                            _ => return Err(misread(at, "a `}` after the parameter, or `{{` for a brace")),
                        }
                    }
                    let mut inside = inside.split('|').map(ToOwned::to_owned);
                    let name = inside.next().filter(|name| !name.trim().is_empty());
                    let name = name.ok_or_else(|| misread(at, "the name of a parameter, such as `{row}`"))?;
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                    let forms: Vec<String> = inside.collect();
                    parts.push(if forms.is_empty() { Part::Parameter(name) } else { Part::Forms(name, forms) });
                }
                _ => plain.push(c),
            }
        }
        parts.push(Part::Text(plain));
        parts.retain(|part| !matches!(part, Part::Text(text) if text.is_empty()));
        Ok(Self { parts })
    }

    /// The parameters that it names.
    pub(super) fn parameters(&self) -> BTreeSet<&str> {
        let names = self.parts.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Parameter(name) | Part::Forms(name, _) => Some(name.as_str()),
        });
        names.collect()
    }

    /// A parameter that has another number of forms than there are, and how many it has.
    pub(super) fn misformed(&self, plurals: &[Plural]) -> Option<(&str, usize)> {
        self.parts.iter().find_map(|part| match part {
            Part::Forms(name, forms) if forms.len() != plurals.len() => Some((name.as_str(), forms.len())),
            Part::Text(_) | Part::Parameter(_) | Part::Forms(..) => None,
        })
    }

    /// The text for these parameters; none where it names one that there is not. Signs that would break the line are
    /// told as blanks, so that no value looks like a line of its own.
    pub(super) fn fill<'a>(&self, plurals: &[Plural], known: impl Fn(&str) -> Option<&'a str>) -> Option<String> {
        let mut filled = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Parameter(name) => filled.extend(known(name)?.chars().map(in_line)),
                Part::Forms(name, forms) => {
                    filled.push_str(forms.get(form(plurals, known(name)?)).map_or("", String::as_str));
                }
            }
        }
        Some(filled)
    }
}

/// The sign, or a blank where it would break the line.
fn in_line(c: char) -> char {
    if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }
}
