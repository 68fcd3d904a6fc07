//! A policy: several decisions that go together.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

use crate::rules::table::Answer;
use crate::rules::{
    DecisionTable, Dialect, Expression, Input, InputText, Kind, Misread, Outcome, ParseOutcomeError, Precedence,
    Schema, SchemaError, TableError, TableText,
};

mod decide;
mod feel;
mod order;
mod partial;

pub use partial::Foresight;

/// The space in which the hashes of policies are made. Never changed: stored rulings depend on it.
const CONTENT: Uuid = Uuid::from_u128(0x6f66_6669_6365_5f70_6f6c_6963_7900_0001);

/// A policy as it is written: what every format reads into and writes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyText {
    /// How it is written.
    #[serde(default)]
    pub dialect: Dialect,
    /// The facts that it may ask of a case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<InputText>,
    /// Its decisions, in any order.
    pub decisions: Vec<DecisionText>,
    /// Which of several votes goes before the others.
    #[serde(default)]
    pub precedence: Precedence,
    /// The outcome where no decision votes; a refusal where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

/// A decision of a policy as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionText {
    /// A table. What it votes counts, and its value is known to the other decisions by its name.
    Table(TableText),
    /// An expression, whose value is known to the other decisions by its name.
    Expression(ExpressionText),
}

impl DecisionText {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Table(table) => &table.name,
            Self::Expression(expression) => &expression.name,
        }
    }
}

/// An expression with a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpressionText {
    /// Its name.
    pub name: String,
    /// What kind of value it has, where that is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// The expression.
    pub expression: String,
}

/// A policy: decisions over the facts of a case, some of which vote on it.
///
/// A decision may ask for the value of another by its name, but no two for each other. What does not fit together is
/// refused when the policy is made. A case that cannot be decided, because a fact is missing, a table contradicts
/// itself or something has no value, is an error and never an outcome: nothing is allowed then.
///
/// # Example
/// ```
/// use office_core::rules::{Facts, Policy, PolicyError, PolicyText};
/// use office_core::Money;
///
/// let text = r#"{
///   "inputs": [{"input": "amount", "kind": "money EUR"}, {"input": "kind", "kind": "text"}],
///   "decisions": [
///     {"table": {
///       "name": "approval",
///       "inputs": [{"input": "amount"}, {"input": "risk"}],
///       "outputs": [{"name": "outcome", "kind": "outcome"}],
///       "rows": [
///         {"cells": ["-", "high"], "outputs": ["approvals: 2 finance purchase.approve"]},
///         {"cells": ["< 500 EUR", "-"], "outputs": ["allow"]}
///       ]
///     }},
///     {"table": {
///       "name": "risk",
///       "inputs": [{"input": "kind"}],
///       "outputs": [{"name": "risk", "kind": "text", "default": "low"}],
///       "rows": [{"cells": ["IT, medical"], "outputs": ["high"]}]
///     }}
///   ]
/// }"#;
/// let policy: Policy = serde_json::from_str(text)?;
/// let facts = |kind: &str| Ok::<_, office_core::ParseMoneyError>(Facts::new().with("kind", kind).with("amount", "90 EUR".parse::<Money>()?));
/// let ruling = policy.decide(&facts("IT")?)?;
/// assert_eq!(ruling.outcome.to_string(), "approvals: 2 finance purchase.approve");
/// assert_eq!(policy.decide(&facts("paper")?)?.outcome.to_string(), "allow");
///
/// // Decisions that ask for each other are refused, and named.
/// let round: PolicyText = serde_json::from_str(&text.replace(r#""input": "kind"}],"#, r#""input": "risk"}],"#))?;
/// assert_eq!(Policy::new(round), Err(PolicyError::Cycle { names: vec!["risk".into()] }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "PolicyText", into = "PolicyText")]
pub struct Policy {
    text: PolicyText,
    /// The facts, and after them the values of the decisions that have one.
    schema: Schema,
    /// How many of the inputs of the schema are facts.
    facts: usize,
    /// The decisions, each after those whose values it asks for.
    decisions: Vec<Decision>,
    default: Outcome,
    content: Uuid,
}

#[derive(Clone, Debug)]
struct Decision {
    name: String,
    /// Where its value is in the schema; none where it has none.
    place: Option<usize>,
    /// Which of the decisions it is, as they are listed.
    listed: usize,
    rule: Rule,
}

#[derive(Clone, Debug)]
enum Rule {
    Table(Box<DecisionTable>),
    Expression(Expression, Kind),
}

impl Rule {
    fn asked(&self) -> BTreeSet<usize> {
        match self {
            Self::Table(table) => table.asked().clone(),
            Self::Expression(expression, _) => expression.places(),
        }
    }
}

impl Policy {
    /// The policy that is written so.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub fn new(text: PolicyText) -> Result<Self, PolicyError> {
        let facts = Schema::read(&text.inputs, text.dialect)?;
        let (schema, places) = with_decisions(&facts, &text)?;
        let default = text.default.as_deref().map_or_else(|| Ok(nobody_votes()), str::parse)?;
        let mut decisions = Vec::new();
        for ((listed, decision), place) in text.decisions.iter().enumerate().zip(places) {
            decisions.push(match decision {
                DecisionText::Table(table) => {
                    let table = DecisionTable::new(table.clone(), &schema, text.dialect)?;
                    Decision { name: table.name().to_owned(), place, listed, rule: Rule::Table(Box::new(table)) }
                }
                DecisionText::Expression(ExpressionText { name, expression, .. }) => {
                    let misread = |misread| PolicyError::Expression { decision: name.clone(), misread };
                    let expression = Expression::parse(expression, &schema, text.dialect).map_err(misread)?;
                    let input = place.and_then(|place| schema.inputs().get(place));
                    let kind = input.map_or(Kind::Any, |input| input.kind().clone());
                    Decision { name: name.clone(), place, listed, rule: Rule::Expression(expression, kind) }
                }
            });
        }
        let decisions = order::ordered(decisions).map_err(|names| PolicyError::Cycle { names })?;
        let content = Uuid::new_v5(&CONTENT, &serde_json::to_vec(&text).unwrap_or_default());
        let facts = facts.inputs().len();
        Ok(Self { text, schema, facts, decisions, default, content })
    }

    /// The policy of one table, whose value is asked for by nobody. What it is written as reads again as this policy,
    /// whatever the table is called.
    #[must_use]
    pub fn of(table: DecisionTable) -> Self {
        let text = PolicyText {
            dialect: table.dialect(),
            inputs: table.schema().texts(),
            decisions: vec![DecisionText::Table(table.text().clone())],
            ..PolicyText::default()
        };
        let content = Uuid::new_v5(&CONTENT, &serde_json::to_vec(&text).unwrap_or_default());
        let (schema, facts) = (table.schema().clone(), table.schema().inputs().len());
        let name = table.name().to_owned();
        let decisions = vec![Decision { name, place: None, listed: 0, rule: Rule::Table(Box::new(table)) }];
        Self { text, schema, facts, decisions, default: nobody_votes(), content }
    }

    /// The policy as it is written.
    #[must_use]
    pub const fn text(&self) -> &PolicyText {
        &self.text
    }

    /// The facts that it may ask of a case.
    pub fn inputs(&self) -> impl Iterator<Item = &Input> {
        self.schema.inputs().iter().take(self.facts)
    }

    /// Its tables, each after those whose values it asks for.
    pub fn tables(&self) -> impl Iterator<Item = &DecisionTable> {
        self.decisions.iter().filter_map(|decision| match &decision.rule {
            Rule::Table(table) => Some(&**table),
            Rule::Expression(..) => None,
        })
    }

    /// Whether any value has to be computed on the way.
    pub(crate) fn computes(&self) -> bool {
        let computed = |answer: &Answer| matches!(answer, Answer::Computed(_));
        self.decisions.iter().any(|decision| match &decision.rule {
            Rule::Expression(..) => true,
            Rule::Table(table) => {
                let says = table.rows().iter().map(|row| &row.says).chain([table.says_otherwise()]);
                says.flat_map(|says| &says.values).any(computed)
            }
        })
    }

    /// The outcome where no decision votes.
    #[must_use]
    pub const fn default_outcome(&self) -> &Outcome {
        &self.default
    }

    /// The hash of what it says: two policies have the same if and only if they are written the same.
    #[must_use]
    pub const fn content(&self) -> Uuid {
        self.content
    }
}

fn nobody_votes() -> Outcome {
    Outcome::refuse("no row of the policy matches")
}

/// The schema of the facts and of the values of decisions, and where each decision has its value.
fn with_decisions(facts: &Schema, text: &PolicyText) -> Result<(Schema, Vec<Option<usize>>), PolicyError> {
    let mut inputs = facts.inputs().to_vec();
    let mut places = Vec::new();
    let mut names = BTreeSet::new();
    // The value of a table that decides alone is asked for by nobody, and so its name may be any or none.
    let alone = text.decisions.len() == 1;
    for decision in &text.decisions {
        let (name, kind) = match decision {
            DecisionText::Table(table) => (&table.name, table.kind().filter(|_| !alone)),
            DecisionText::Expression(expression) => {
                (&expression.name, Some(expression.kind.clone().unwrap_or(Kind::Any)))
            }
        };
        if !names.insert(name) {
            return Err(PolicyError::Twice { name: name.clone() });
        }
        places.push(kind.as_ref().map(|_| inputs.len()));
        // Whatever decides a value may decide none.
        inputs.extend(kind.map(|kind| Input::new(name.clone(), kind).or_nothing()));
    }
    Ok((Schema::new(inputs)?, places))
}

/// Two policies are the same if they are written the same.
impl PartialEq for Policy {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Policy {}

impl From<DecisionTable> for Policy {
    fn from(table: DecisionTable) -> Self {
        Self::of(table)
    }
}

impl TryFrom<PolicyText> for Policy {
    type Error = PolicyError;

    fn try_from(text: PolicyText) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}

impl From<Policy> for PolicyText {
    fn from(policy: Policy) -> Self {
        policy.text
    }
}

/// A policy does not fit together; nothing of it was loaded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PolicyError {
    /// Its facts and decisions do not go together.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// Two decisions have one name.
    #[error("two decisions are named `{name}`")]
    Twice {
        /// The name.
        name: String,
    },
    /// The outcome where nobody votes cannot be read.
    #[error("the default cannot be read")]
    Default(#[from] ParseOutcomeError),
    /// A table cannot be read.
    #[error(transparent)]
    Table(#[from] TableError),
    /// An expression cannot be read.
    #[error("the expression of `{decision}` cannot be read")]
    Expression {
        /// The decision by its name.
        decision: String,
        /// Where, and what is wanted there.
        #[source]
        misread: Misread,
    },
    /// Decisions ask for each other's values.
    #[error("each of these decisions asks for the next, and the last for the first: {}", .names.join(", "))]
    Cycle {
        /// The decisions by their names.
        names: Vec<String>,
    },
}
