//! What a policy decides of a case of which not everything is known.

use std::collections::{BTreeMap, BTreeSet};

use super::decide::value_of;
use super::{Policy, Rule};
use crate::rules::{DecideError, Facts, Outcome, Precedence, Value};

/// What can be said of a case of which not everything is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Foresight {
    /// Whatever the facts are that are not known, the outcome is this.
    Decided(Outcome),
    /// It depends on facts that are not known: on these, by their names. That all of them matter is not certain, but
    /// that no others do is.
    Needs(BTreeSet<String>),
}

/// What is found out on the way.
#[derive(Default)]
struct Found {
    /// The values of decisions by their place in the schema.
    values: BTreeMap<usize, Value>,
    /// The places of what is not known, and the facts on which it depends.
    unknown: BTreeMap<usize, BTreeSet<usize>>,
    /// What each decision that is listed may vote; none where it may decide nothing.
    votes: BTreeMap<usize, Option<Vec<Option<Outcome>>>>,
    /// The facts on which something depends.
    needed: BTreeSet<usize>,
}

impl Policy {
    /// What the policy decides of a case of which not everything is known: an outcome only where it is the same,
    /// whatever the facts are that are missing, and the facts on which it depends otherwise. Those may be more than
    /// would do: of two rows that say the same and between them match always, it is only known that either may match.
    ///
    /// # Errors
    /// [`DecideError`] where what is known does not fit, or cannot be decided whatever the missing facts are.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{DecisionTable, Facts, Foresight, Outcome, Policy};
    ///
    /// let rows = [["yes", "-", "refuse: blocked"], ["-", "< 500 EUR", "allow"], ["-", "-", "refuse: too much"]];
    /// let rows = rows.iter().map(|row| row.iter().map(ToString::to_string).collect());
    /// let policy = Policy::of(DecisionTable::from_rows(&["blocked: boolean", "amount", "outcome"], rows)?);
    ///
    /// // From a vendor that is blocked nothing is bought at any price.
    /// let blocked = Facts::new().with("blocked", true);
    /// assert_eq!(policy.foresee(&blocked)?, Foresight::Decided("refuse: blocked".parse()?));
    ///
    /// // From any other it depends on the amount.
    /// let other = Facts::new().with("blocked", false);
    /// assert_eq!(policy.foresee(&other)?, Foresight::Needs(["amount".to_owned()].into()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn foresee(&self, facts: &Facts) -> Result<Foresight, DecideError> {
        let asked: BTreeSet<usize> = self.decisions.iter().flat_map(|decision| decision.rule.asked()).collect();
        let missing = |place: &usize| self.inputs().nth(*place).is_some_and(|input| facts.get(input.name()).is_none());
        let missing: BTreeSet<usize> = asked.iter().copied().filter(missing).collect();
        let is_known = |place| place < self.facts && asked.contains(&place) && !missing.contains(&place);
        let slots = self.schema.check_places(facts, is_known)?;
        let unknown = missing.iter().map(|place| (*place, BTreeSet::from([*place]))).collect();
        let mut found = Found { unknown, ..Found::default() };
        for decision in &self.decisions {
            let known = |place| slots.get(place).or_else(|| found.values.get(&place).map(Value::as_ref));
            let (value, needed) = match &decision.rule {
                Rule::Expression(expression, kind) => {
                    let needed: BTreeSet<usize> =
                        expression.places().into_iter().filter(|place| found.unknown.contains_key(place)).collect();
                    if needed.is_empty() {
                        (Some(value_of(&decision.name, expression, kind, &known)?), needed)
                    } else {
                        // What it is computed of may leave it without a value.
                        found.votes.insert(decision.listed, None);
                        (None, needed)
                    }
                }
                Rule::Table(table) => {
                    let foreseen = table.foresee(&known, &found.unknown.keys().copied().collect())?;
                    found.votes.insert(decision.listed, foreseen.votes);
                    (foreseen.value, foreseen.needed)
                }
            };
            let depends: BTreeSet<usize> =
                needed.iter().filter_map(|place| found.unknown.get(place)).flatten().copied().collect();
            found.needed.extend(depends.iter().copied());
            match (decision.place, value) {
                (Some(place), Some(value)) => drop(found.values.insert(place, value)),
                (Some(place), None) => drop(found.unknown.insert(place, depends)),
                (None, _) => {}
            }
        }
        let outcome = self.settled(&found.votes.into_values().collect::<Vec<_>>());
        let name = |place: &usize| self.inputs().nth(*place).map(|input| input.name().to_owned());
        Ok(outcome.map_or_else(|| Foresight::Needs(found.needed.iter().filter_map(name).collect()), Foresight::Decided))
    }

    /// The outcome of what each decision may vote, in the order in which they are listed, where it is one in any case.
    fn settled(&self, votes: &[Option<Vec<Option<Outcome>>>]) -> Option<Outcome> {
        // Where one may decide nothing, nothing is decided.
        let votes: Vec<&Vec<Option<Outcome>>> = votes.iter().map(Option::as_ref).collect::<Option<_>>()?;
        let precedence = self.text.precedence;
        let is_open = |votes: &Vec<Option<Outcome>>| votes.len() > 1;
        let counted = if precedence == Precedence::FirstVote {
            // Behind a vote that is certain nothing counts.
            let certain = votes.iter().position(|votes| !votes.contains(&None));
            votes.get(..=certain.unwrap_or(votes.len().saturating_sub(1))).unwrap_or_default()
        } else {
            &votes
        };
        let certain = counted.iter().filter(|votes| !is_open(votes)).flat_map(|votes| votes.iter().flatten().cloned());
        let possible = counted.iter().filter(|votes| is_open(votes)).flat_map(|votes| votes.iter());
        let Some(outcome) = precedence.combine(certain) else {
            // Without a vote that is certain all have to say the same.
            let mut possible = possible.map(|vote| vote.as_ref().unwrap_or(&self.default));
            let first = possible.next().unwrap_or(&self.default);
            return possible.all(|other| other == first).then(|| first.clone());
        };
        // What no vote changes alone, no two change together.
        let unchanged = |vote: &Outcome| precedence.combine([outcome.clone(), vote.clone()]).as_ref() == Some(&outcome);
        let unchanged_first = |vote: &Outcome| *vote == outcome;
        let mut votes = possible.flatten();
        let same = if precedence == Precedence::FirstVote { votes.all(unchanged_first) } else { votes.all(unchanged) };
        same.then_some(outcome)
    }
}
