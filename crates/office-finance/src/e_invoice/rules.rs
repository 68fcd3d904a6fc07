//! The business rules of EN 16931 as data, asked of an e-invoice by the rule engine.

mod case;
mod code;

use std::collections::BTreeMap;
use std::fmt;

use office_core::rules::{Dialect, Expression, Input, Kind, Misread, Schema, SchemaError, Value};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub(crate) use self::case::Case;
pub(super) use self::code::is_currency;
use super::EInvoice;

/// How much a rule of sums may be missed by. Nothing is tolerated unless it is asked for.
///
/// # Example
/// ```
/// use office_finance::Strictness;
///
/// assert!(Strictness::EXACT.tax.is_zero());
/// assert_eq!(serde_json::to_string(&Strictness::PUBLISHED)?, r#"{"tax":"0.99"}"#);
/// // An amount is text, never a float.
/// assert!(serde_json::from_str::<Strictness>(r#"{"tax": 0.99}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Strictness {
    /// By how much a tax, or what is taxed, may differ from what it is made of.
    #[serde(with = "office_core::decimal_text")]
    pub tax: Decimal,
}

impl Strictness {
    /// To the cent.
    pub const EXACT: Self = Self { tax: Decimal::ZERO };
    /// What the published rule set lets pass: less than one unit of the currency (BR-CO-17, BR-S-08, BR-S-09 and their
    /// like for the Canary Islands, Ceuta and Melilla).
    pub const PUBLISHED: Self = Self { tax: Decimal::from_parts(99, 0, 0, false, 2) };
}

/// Rules that an e-invoice is held against: those of EN 16931, and a country's or an office's own.
///
/// A rule is data: its number, what it is asked of (the document, each line, each row of the breakdown of tax, …), an
/// expression of the [rule engine](office_core::rules) that holds where it is kept, and what is wanted, in words. It is
/// broken where its expression is false; where that is neither true nor false, because the document does not say what it
/// asks for, another rule wants that said.
///
/// # Example
/// ```
/// use office_finance::{EInvoice, EInvoiceRules, ReadRulesError, Strictness};
///
/// let rules = EInvoiceRules::en16931()?;
/// let nothing = EInvoice::default();
/// let broken = rules.check(&nothing, Strictness::EXACT);
/// assert_eq!(broken[1].to_string(), "BR-02 (document): a number (BT-1) is wanted");
///
/// // An office wants more.
/// let ours = EInvoiceRules::read("OUR-1 | line | price <= 500 | a price of 500 at most")?;
/// assert_eq!(ours.check(&nothing, Strictness::EXACT), []);
/// let refused = EInvoiceRules::read("OUR-1 | line | colour = \"red\" | red").unwrap_err();
/// assert!(matches!(refused, ReadRulesError::Expression { line: 1, .. }));
/// # Ok::<(), ReadRulesError>(())
/// ```
#[derive(Clone, Debug)]
pub struct EInvoiceRules {
    schemas: BTreeMap<&'static str, Schema>,
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    id: String,
    of: &'static str,
    holds: Expression,
    wanted: String,
}

/// A rule that an e-invoice does not keep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokenRule {
    /// Its number: `BR-CO-17`.
    pub rule: String,
    /// Where: `line 3`.
    pub place: String,
    /// What is wanted there, in words.
    pub wanted: String,
}

impl fmt::Display for BrokenRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {} is wanted", self.rule, self.place, self.wanted)
    }
}

impl EInvoiceRules {
    /// The most rules.
    pub const MAX_RULES: usize = 2_000;

    /// The rules of EN 16931-1:2017.
    ///
    /// # Errors
    /// [`ReadRulesError`]; a test sees to it that there is none.
    pub fn en16931() -> Result<Self, ReadRulesError> {
        Self::read(include_str!("rules/en16931.txt"))
    }

    /// Rules as they are written: one in each line, `number | what it is asked of | expression | what is wanted`. Empty
    /// lines, and those that begin with `#`, are passed over.
    ///
    /// # Errors
    /// [`ReadRulesError`], at the first line that is no rule.
    pub fn read(text: &str) -> Result<Self, ReadRulesError> {
        let schemas = Case::schemas()?;
        let mut rules = Vec::new();
        let told = text.lines().enumerate().map(|(at, line)| (at.saturating_add(1), line.trim()));
        for (line, told) in told.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            let parts: Vec<&str> = told.split(" | ").map(str::trim).collect();
            let [id, of, holds, wanted] = parts[..] else { return Err(ReadRulesError::Parts { line }) };
            let known = schemas.get_key_value(of);
            let (of, schema) = known.ok_or_else(|| ReadRulesError::Of { line, names: Case::names() })?;
            let misread = |misread| ReadRulesError::Expression { line, misread };
            let holds = Expression::parse(holds, schema, Dialect::Office).map_err(misread)?;
            if rules.len() >= Self::MAX_RULES {
                return Err(ReadRulesError::TooMany);
            }
            rules.push(Rule { id: id.to_owned(), of, holds, wanted: wanted.to_owned() });
        }
        Ok(Self { schemas, rules })
    }

    /// The numbers of the rules, in order.
    pub fn numbers(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|rule| rule.id.as_str())
    }

    /// The rules that a document does not keep, in the order of the rules and of what they are asked of.
    ///
    /// What cannot be decided, because a number is too large, counts as broken.
    #[must_use]
    pub fn check(&self, invoice: &EInvoice, strictness: Strictness) -> Vec<BrokenRule> {
        let cases = Case::all_of(invoice, strictness);
        let mut broken = Vec::new();
        for (place, case) in cases.iter().enumerate() {
            let slots = self.schemas.get(case.of).and_then(|schema| schema.check(&case.facts).ok());
            let keeps = |rule: &Rule| {
                let value = slots.as_ref().map(|slots| rule.holds.evaluate(&|place| slots.get(place)));
                matches!(value, Some(Ok(value)) if value != Value::Boolean(false))
            };
            let asked = self.rules.iter().enumerate().filter(|(_, rule)| rule.of == case.of);
            broken.extend(asked.filter(|(_, rule)| !keeps(rule)).map(|(number, rule)| (number, place, rule, case)));
        }
        broken.sort_by_key(|(number, place, ..)| (*number, *place));
        let told = broken.into_iter().map(|(_, _, rule, case)| BrokenRule {
            rule: rule.id.clone(),
            place: case.place.clone(),
            wanted: rule.wanted.clone(),
        });
        told.collect()
    }
}

/// Rules cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReadRulesError {
    /// What rules may ask for does not go together.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// A line does not have four parts.
    #[error("line {line} is no rule: `number | what it is asked of | expression | what is wanted` is wanted")]
    Parts {
        /// The line, from 1.
        line: usize,
    },
    /// A rule is asked of something that no document has.
    #[error("line {line} is asked of what no document has: one of {names} is wanted")]
    Of {
        /// The line, from 1.
        line: usize,
        /// What rules are asked of.
        names: String,
    },
    /// An expression cannot be read.
    #[error("the expression of line {line} cannot be read")]
    Expression {
        /// The line, from 1.
        line: usize,
        /// Where in it, and what is wanted there.
        #[source]
        misread: Misread,
    },
    /// There are too many rules.
    #[error("there are too many rules: at most {} are wanted", EInvoiceRules::MAX_RULES)]
    TooMany,
}

/// Facts by their names and kinds; any of them may be nothing.
fn inputs(facts: &[(&'static str, Kind)]) -> Result<Schema, SchemaError> {
    Schema::new(facts.iter().map(|(name, kind)| Input::new(*name, kind.clone()).or_nothing()))
}
