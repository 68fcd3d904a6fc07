//! What a policy decides of a case.

use std::collections::{BTreeMap, BTreeSet};

use super::{Decision, Policy, Rule};
use crate::rules::{
    DecideError, Explanation, Expression, Facts, Kind, Obligations, Outcome, Remark, Ruling, TableExplanation, Value,
    ValueRef,
};

/// What is found out on the way to a ruling.
#[derive(Default)]
struct Found {
    /// The values of decisions by their place in the schema.
    values: BTreeMap<usize, Value>,
    /// The votes by the place at which the decision is listed.
    votes: BTreeMap<usize, Outcome>,
    obligations: Obligations,
    reasons: BTreeSet<Remark>,
    facts: Facts,
    tables: Vec<TableExplanation>,
}

impl Policy {
    /// What the policy decides of a case, and why. Facts that nothing in it asks for change nothing, and need not fit.
    ///
    /// # Errors
    /// [`DecideError`]; nothing is allowed then.
    pub fn decide(&self, facts: &Facts) -> Result<Ruling, DecideError> {
        let Found { votes, obligations, reasons, facts, tables, .. } = self.find(facts, &self.all())?;
        let outcome = self.text.precedence.combine(votes.into_values()).unwrap_or_else(|| self.default.clone());
        let explanation = Explanation { version: None, facts, tables };
        Ok(Ruling { outcome, obligations, reasons, explanation })
    }

    /// The value of one decision, for which only what it asks for has to be known; none where there is no decision of
    /// the name that has a value.
    ///
    /// # Errors
    /// [`DecideError`].
    pub fn value(&self, decision: &str, facts: &Facts) -> Result<Option<Value>, DecideError> {
        let wanted = self.decisions.iter().find(|known| known.name == decision && known.place.is_some());
        let Some(place) = wanted.and_then(|wanted| wanted.place) else { return self.value_of_one(decision, facts) };
        let mut found = self.find(facts, &self.required(place))?;
        Ok(found.values.remove(&place))
    }

    /// The value of the only table, which has no place because nobody asks for it.
    fn value_of_one(&self, decision: &str, facts: &Facts) -> Result<Option<Value>, DecideError> {
        match self.decisions.as_slice() {
            [Decision { name, rule: Rule::Table(table), .. }] if name == decision && table.kind().is_some() => {
                table.decide(facts).map(|ruling| Some(ruling.value))
            }
            _ => Ok(None),
        }
    }

    fn all(&self) -> BTreeSet<usize> {
        self.decisions.iter().map(|decision| decision.listed).collect()
    }

    /// The decision whose value has the place, and all that it needs, as they are listed.
    fn required(&self, place: usize) -> BTreeSet<usize> {
        let (mut places, mut required) = (BTreeSet::from([place]), BTreeSet::new());
        // Each comes after what it needs.
        for decision in self.decisions.iter().rev() {
            if decision.place.is_some_and(|place| places.contains(&place)) {
                required.insert(decision.listed);
                places.extend(decision.rule.asked());
            }
        }
        required
    }

    fn find(&self, facts: &Facts, wanted: &BTreeSet<usize>) -> Result<Found, DecideError> {
        let decisions = || self.decisions.iter().filter(|decision| wanted.contains(&decision.listed));
        let asked: BTreeSet<usize> = decisions().flat_map(|decision| decision.rule.asked()).collect();
        let slots = self.schema.check_places(facts, |place| place < self.facts && asked.contains(&place))?;
        let mut found = Found::default();
        for (place, input) in self.inputs().enumerate() {
            if let Some(fact) = slots.get(place) {
                found.facts.insert(input.name(), fact.to_value());
            }
        }
        for decision in decisions() {
            let known = |place| slots.get(place).or_else(|| found.values.get(&place).map(Value::as_ref));
            match &decision.rule {
                Rule::Expression(expression, kind) => {
                    let value = value_of(&decision.name, expression, kind, &known)?;
                    found.set(decision, value);
                }
                Rule::Table(table) => {
                    let explained = table.explain(&known)?;
                    found.tables.push(explained.explanation);
                    found.votes.extend(explained.decided.outcome.map(|outcome| (decision.listed, outcome)));
                    found.obligations = std::mem::take(&mut found.obligations).join(explained.decided.obligations);
                    found.reasons.extend(explained.decided.reasons);
                    for (name, value) in explained.computed.iter() {
                        found.facts.insert(name, value.clone());
                    }
                    // What decides alone may be called like a fact, and that stays.
                    let is_fact = decision.place.is_none() && self.schema.place(&decision.name).is_some();
                    if table.kind().is_some() && !is_fact {
                        found.set(decision, explained.decided.value);
                    }
                }
            }
        }
        Ok(found)
    }
}

impl Found {
    fn set(&mut self, decision: &Decision, value: Value) {
        self.facts.insert(&decision.name, value.clone());
        if let Some(place) = decision.place {
            self.values.insert(place, value);
        }
    }
}

/// The value of an expression.
pub(super) fn value_of<'a>(
    name: &str,
    expression: &'a Expression,
    kind: &Kind,
    known: &dyn Fn(usize) -> Option<ValueRef<'a>>,
) -> Result<Value, DecideError> {
    let (table, column) = (|| name.to_owned(), String::new);
    let no_value = |why| DecideError::NoValue { table: table(), row: 0, column: column(), why: Box::new(why) };
    let value = expression.evaluate(known).map_err(no_value)?;
    if value == Value::Null || kind.admits(value.as_ref()) {
        return Ok(value);
    }
    let (wanted, found) = (kind.to_string(), value.kind().to_string());
    Err(DecideError::OtherValue { table: table(), row: 0, column: column(), wanted, found })
}
