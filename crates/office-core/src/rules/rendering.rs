//! What was decided, and why, told in a language.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::Deserialize;

use self::code::{ALL, Code};
use self::plural::Plural;
use self::template::{Misread, Template};
use crate::rules::{Remark, Value};

mod code;
mod error;
mod explanation;
mod finding;
mod outcome;
mod plural;
mod redaction;
mod template;

pub use error::PhrasesError;
pub use redaction::WITHHELD;

/// The most bytes of the phrases of a language.
const MOST_BYTES: usize = 1 << 20;

/// The phrases of a language, in which rulings, explanations and findings are told: English, Russian and Chinese come
/// along, and an office may read its own.
///
/// They are JSON: for each [code](Phrases::codes) a text that has its parameters in braces, and which forms of words
/// go with which numbers. `{count|row|rows}` is the form that goes with the count. Numbers, amounts, days, scopes and
/// what cells ask are told as they are written in every language; the words of the office, which are the names of its
/// facts, roles and actions, may be given other [names](Phrases::with_name).
///
/// # Laws
/// 1. Every code has a text with the same parameters in every language.
/// 2. Which codes are told, and with which values, does not depend on the language.
/// 3. Everything can be told, and always in the same words; each statement is one line, whatever values it tells.
/// 4. What is redacted contains no value that may not be read, and does not depend on it.
///
/// # Example
/// ```
/// use office_core::Money;
/// use office_core::rules::{DecisionTable, Facts, Phrases, PhrasesError, Policy};
///
/// let rows = [["< 500 EUR", "allow"], [">= 500 EUR", "refuse: over_budget(limit: 500 EUR)"]];
/// let rows = rows.map(|row| row.map(ToOwned::to_owned).to_vec());
/// let policy = Policy::of(DecisionTable::from_rows(&["amount: money EUR", "outcome"], rows)?);
/// let ruling = policy.decide(&Facts::new().with("amount", "640.00 EUR".parse::<Money>()?))?;
///
/// let russian = Phrases::russian()
///     .with_name("amount", "сумма")
///     .with_remark("over_budget", "превышен бюджет в {limit}")?;
/// assert_eq!(ruling.told(&russian), "\
/// Решение: отказано: превышен бюджет в 500 EUR
/// Решает строка 2: сумма — 640.00 EUR (условие: >= 500 EUR)
/// Строка 1 не подходит: сумма — 640.00 EUR, а требуется < 500 EUR");
///
/// // Phrases that leave something out are refused.
/// let error = r#"{"language": "de", "plurals": [{"form": "all"}], "messages": {}}"#.parse::<Phrases>();
/// assert_eq!(error, Err(PhrasesError::MissingCode { code: "comma" }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrases {
    language: String,
    // Invariant: the last goes with all numbers, and the others do not; each text has as many forms.
    plurals: Vec<Plural>,
    // Invariant: each code, with its parameters.
    messages: BTreeMap<String, Template>,
    remarks: BTreeMap<String, Template>,
    names: BTreeMap<String, String>,
}

/// Phrases as they are written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    language: String,
    plurals: Vec<Plural>,
    messages: BTreeMap<String, String>,
    #[serde(default)]
    remarks: BTreeMap<String, String>,
    #[serde(default)]
    names: BTreeMap<String, String>,
}

impl Phrases {
    /// In English.
    #[must_use]
    pub fn english() -> Self {
        Self::shipped(include_str!("rendering/en.json"))
    }

    /// In Russian.
    #[must_use]
    pub fn russian() -> Self {
        Self::shipped(include_str!("rendering/ru.json"))
    }

    /// In Chinese, simplified.
    #[must_use]
    pub fn chinese() -> Self {
        Self::shipped(include_str!("rendering/zh.json"))
    }

    /// The tests read each of them. Without words, codes and parameters would be told.
    fn shipped(text: &str) -> Self {
        text.parse().unwrap_or_else(|_| Self::without_words(String::new(), Vec::new()))
    }

    const fn without_words(language: String, plurals: Vec<Plural>) -> Self {
        Self { language, plurals, messages: BTreeMap::new(), remarks: BTreeMap::new(), names: BTreeMap::new() }
    }

    /// The language, as the phrases say: `en`, `ru`, `zh`.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.language
    }

    /// All that there is to be said, by code, and with which parameters: what the phrases of a language must have.
    pub fn codes() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
        ALL.iter().copied()
    }

    /// The same, and a [`Remark`] of this code is told in these words, with its parameters in braces. One that lacks
    /// a parameter that they name is told by its code and parameters.
    ///
    /// # Errors
    /// [`PhrasesError::Template`] or [`PhrasesError::Forms`].
    pub fn with_remark(mut self, code: &str, text: &str) -> Result<Self, PhrasesError> {
        let template = self.template(code, text)?;
        self.remarks.insert(code.to_owned(), template);
        Ok(self)
    }

    /// The same, and a fact, role, action, output, table or policy of this name is told by another one.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>, told: impl Into<String>) -> Self {
        self.names.insert(name.into(), told.into());
        self
    }

    /// The remarks that have words, by their codes, and with which parameters: for an office to see that it has the
    /// same in each of its languages.
    pub fn remarks(&self) -> impl Iterator<Item = (&str, Vec<&str>)> {
        self.remarks.iter().map(|(code, template)| (code.as_str(), template.parameters().into_iter().collect()))
    }

    fn template(&self, code: &str, text: &str) -> Result<Template, PhrasesError> {
        let misread =
            |Misread { position, expected }| PhrasesError::Template { code: code.to_owned(), position, expected };
        let template = Template::parse(text).map_err(misread)?;
        match template.misformed(&self.plurals) {
            Some((parameter, found)) => {
                let (code, parameter, wanted) = (code.to_owned(), parameter.to_owned(), self.plurals.len());
                Err(PhrasesError::Forms { code, parameter, found, wanted })
            }
            None => Ok(template),
        }
    }

    fn read_messages(&mut self, written: &BTreeMap<String, String>) -> Result<(), PhrasesError> {
        for (code, parameters) in Self::codes() {
            let text = written.get(code).ok_or(PhrasesError::MissingCode { code })?;
            let template = self.template(code, text)?;
            let named = template.parameters();
            if let Some(parameter) = named.iter().find(|name| !parameters.contains(name)) {
                let parameter = (*parameter).to_owned();
                return Err(PhrasesError::UnknownParameter { code, parameter, known: parameters });
            }
            if let Some(parameter) = parameters.iter().find(|name| !named.contains(*name)) {
                return Err(PhrasesError::MissingParameter { code, parameter });
            }
            self.messages.insert(code.to_owned(), template);
        }
        let unknown = written.keys().find(|code| !self.messages.contains_key(*code));
        unknown.map_or(Ok(()), |code| Err(PhrasesError::UnknownCode { code: code.clone() }))
    }

    /// What is said by a code, with its parameters in their order.
    fn say<const N: usize>(&self, code: &Code<N>, values: [&str; N]) -> String {
        let known = |name: &str| {
            let values = code.parameters.iter().zip(values);
            values.into_iter().find(|(parameter, _)| **parameter == name).map(|(_, value)| value)
        };
        let said = self.messages.get(code.name).and_then(|template| template.fill(&self.plurals, known));
        said.unwrap_or_else(|| {
            let values = code.parameters.iter().zip(values).map(|(name, value)| format!("{name}: {value}"));
            format!("{}({})", code.name, values.collect::<Vec<_>>().join(", "))
        })
    }

    /// Several, with what goes between them, and before the last.
    fn list(&self, items: &[String], between: &Code<0>, before_last: &Code<0>) -> String {
        match items {
            [items @ .., last] if !items.is_empty() => {
                format!("{}{}{last}", items.join(&self.say(between, [])), self.say(before_last, []))
            }
            _ => items.concat(),
        }
    }

    /// A name, as the language has it.
    fn name<'a>(&'a self, name: &'a str) -> &'a str {
        self.names.get(name).map_or(name, String::as_str)
    }

    /// A value.
    fn value(&self, value: &Value) -> String {
        match value {
            Value::Null => self.say(&code::NOTHING, []),
            Value::Boolean(true) => self.say(&code::YES, []),
            Value::Boolean(false) => self.say(&code::NO, []),
            Value::Text(text) if text.trim().is_empty() => format!("\"{text}\""),
            Value::Text(text) => self.written(text),
            Value::Number(_)
            | Value::Money(_)
            | Value::Quantity(_)
            | Value::Date(_)
            | Value::Time(_)
            | Value::DateTime(_)
            | Value::Instant(_)
            | Value::Duration(_)
            | Value::Months(_)
            | Value::Scope(_)
            | Value::List(_)
            | Value::Record(_) => value.to_string(),
        }
    }

    /// A text as it is written, or that it is withheld.
    fn written(&self, text: &str) -> String {
        if text == WITHHELD { self.say(&code::WITHHELD, []) } else { text.to_owned() }
    }

    /// A reason or an obligation.
    fn remark(&self, remark: &Remark) -> String {
        let template = remark.code().and_then(|code| self.remarks.get(code));
        let said = template.and_then(|template| template.fill(&self.plurals, |name| remark.parameter(name)));
        said.unwrap_or_else(|| remark.text().map_or_else(|| remark.to_string(), ToOwned::to_owned))
    }
}

/// Reads the phrases of a language from JSON, of at most 1 MiB.
impl FromStr for Phrases {
    type Err = PhrasesError;

    fn from_str(text: &str) -> Result<Self, PhrasesError> {
        if text.len() > MOST_BYTES {
            return Err(PhrasesError::TooLong { most: MOST_BYTES });
        }
        let misread = |error: serde_json::Error| {
            let (line, character, story) = (error.line(), error.column(), error.to_string());
            let expected = story.rsplit_once(" at line ").map_or(story.as_str(), |(what, _)| what).to_owned();
            PhrasesError::Json { line, character, expected }
        };
        let Written { language, plurals, messages, remarks, names } = serde_json::from_str(text).map_err(misread)?;
        let general = plurals.iter().position(Plural::is_general);
        if plurals.is_empty() || general != plurals.len().checked_sub(1) {
            return Err(PhrasesError::Plurals);
        }
        let mut phrases = Self::without_words(language, plurals);
        phrases.names = names;
        phrases.read_messages(&messages)?;
        remarks.iter().try_fold(phrases, |phrases, (code, text)| phrases.with_remark(code, text))
    }
}
