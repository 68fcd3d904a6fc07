//! The nearest change of a fact by which a case would be decided otherwise.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::chart::{Chart, Dimension};
use crate::rules::{DecideError, DecisionTable, Facts, Outcome, Policy, Value};

/// The most values of one fact that are tried in one direction.
const MOST_TRIED: usize = 1_000;

/// A change of one fact by which a case would be decided otherwise, all else being equal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NearestChange {
    /// The fact by its name.
    pub input: String,
    /// What it is.
    pub from: Value,
    /// What it would have to be.
    pub to: Value,
    /// What would be decided then.
    pub outcome: Outcome,
    /// Whether no smaller change of the fact decides otherwise. It is known of facts that come in steps: amounts by a
    /// minor unit, days by a day. Of numbers with places it is known to the sixth place; where something has to be
    /// computed, not at all.
    pub least: bool,
}

impl Policy {
    /// The changes of one fact each by which the case would get another outcome: of a fact that has an order the least in
    /// both directions, of any other one for each outcome that it could get. The facts in the order of their names; at
    /// most 1,000 values of each are tried.
    ///
    /// # Errors
    /// [`DecideError`] where the case itself is not decided.
    ///
    /// # Example
    /// ```
    /// use office_core::Money;
    /// use office_core::rules::{DecisionTable, Facts, Policy};
    ///
    /// let rows = [["< 500 EUR", "allow"], ["-", "approvals: 1 office_manager purchase.approve"]];
    /// let rows = rows.map(|row| row.map(ToOwned::to_owned).to_vec());
    /// let policy = Policy::of(DecisionTable::from_rows(&["amount: money EUR", "outcome"], rows)?);
    ///
    /// let facts = Facts::new().with("amount", "640.00 EUR".parse::<Money>()?);
    /// let changes = policy.nearest_changes(&facts)?;
    /// assert_eq!(changes.len(), 1);
    /// assert_eq!(changes[0].to_string(), "amount 499.99 EUR instead of 640.00 EUR: allow");
    ///
    /// // A case that is not decided cannot be decided otherwise.
    /// assert!(policy.nearest_changes(&Facts::new()).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn nearest_changes(&self, facts: &Facts) -> Result<Vec<NearestChange>, DecideError> {
        let outcome = self.decide(facts)?.outcome;
        let tables: Vec<&DecisionTable> = self.tables().collect();
        let chart = Chart::of(&tables);
        let least = !self.computes() && chart.all_certain();
        let case = Case { policy: self, facts, outcome, least };
        let is_fact = |dimension: &&Dimension| self.inputs().any(|input| input.name() == dimension.input);
        Ok(chart.dimensions.iter().filter(is_fact).flat_map(|dimension| case.changes(dimension)).collect())
    }
}

/// A case, and how it is decided.
struct Case<'a> {
    policy: &'a Policy,
    facts: &'a Facts,
    outcome: Outcome,
    least: bool,
}

impl Case<'_> {
    fn changes(&self, Dimension { input, axis }: &Dimension) -> Vec<NearestChange> {
        let Some(from) = self.facts.get(input) else { return Vec::new() };
        let Some(at) = axis.locate(from.as_ref()) else { return Vec::new() };
        let to = |value: Value, least: bool| {
            let outcome = self.policy.decide(&self.facts.clone().with(input.clone(), value.clone())).ok()?.outcome;
            let least = least && self.least;
            let change = NearestChange { input: input.clone(), from: from.clone(), to: value, outcome, least };
            (change.outcome != self.outcome).then_some(change)
        };
        if axis.is_ordered() && *from != Value::Null {
            let below = (0..at).rev().take(MOST_TRIED).find_map(|atom| to(axis.last(atom)?, true));
            let above =
                (at.saturating_add(1)..axis.named()).take(MOST_TRIED).find_map(|atom| to(axis.first(atom)?, true));
            let nothing = axis.is_optional().then(|| to(Value::Null, false)).flatten();
            return below.into_iter().chain(above).chain(nothing).collect();
        }
        let others = (0..axis.len()).filter(|atom| *atom != at).take(MOST_TRIED);
        let mut found: Vec<NearestChange> = Vec::new();
        for change in others.filter_map(|atom| to(axis.witness(atom)?, false)) {
            if found.iter().all(|known| known.outcome != change.outcome) {
                found.push(change);
            }
        }
        found
    }
}

impl fmt::Display for NearestChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { input, from, to, outcome, .. } = self;
        write!(f, "{input} {to} instead of {from}: {outcome}")
    }
}
