//! What another version of a policy would have decided of cases that there were.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::rules::{Facts, Obligations, Outcome, Policy, Ruling, Value};

/// What another version of a policy decides otherwise, of recorded cases or of samples.
///
/// # Example
/// ```
/// use office_core::Money;
/// use office_core::rules::{DecisionTable, Direction, Facts, Impact, Policy, Value};
///
/// let policy = |limit: &str| {
///     let rows = [[&format!("< {limit}"), "allow"], ["-", "approvals: 1 office_manager purchase.approve"]];
///     let rows = rows.map(|row| row.map(ToOwned::to_owned).to_vec());
///     Ok::<_, Box<dyn std::error::Error>>(Policy::of(DecisionTable::from_rows(&["amount: money EUR", "outcome"], rows)?))
/// };
/// let case = |amount: &str| Ok::<_, office_core::ParseMoneyError>(Facts::new().with("amount", amount.parse::<Money>()?));
/// let cases = [("PR-1", case("90.00 EUR")?), ("PR-2", case("300.00 EUR")?), ("PR-3", case("450.00 EUR")?)];
///
/// let (old, new) = (policy("500 EUR")?, policy("250 EUR")?);
/// let impact = Impact::between(&old, &new, &cases);
/// assert_eq!((impact.cases, impact.changes.len()), (3, 2));
/// assert_eq!(impact.changes[0].to_string(), "PR-2: allow becomes approvals: 1 office_manager purchase.approve");
/// assert_eq!(impact.total("amount", Direction::Stricter), Some(Value::Money("750.00 EUR".parse()?)));
///
/// // What neither version decides is no change, and is counted apart.
/// let unknown = [("PR-4", Facts::new())];
/// assert_eq!(Impact::between(&old, &new, &unknown).undecided, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Impact {
    /// How many cases were looked at.
    pub cases: usize,
    /// How many of them neither version decides.
    pub undecided: usize,
    /// Those that are decided otherwise, in the order of the cases.
    pub changes: Vec<ChangedCase>,
}

/// A case that another version decides otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangedCase {
    /// Which case it is: the number of the request, whose it is.
    pub case: String,
    /// What is known of it.
    pub facts: Facts,
    /// What was decided; none where that version does not decide it.
    pub before: Option<Judged>,
    /// What the other version decides.
    pub after: Option<Judged>,
}

/// What a version decides of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judged {
    /// What is decided.
    pub outcome: Outcome,
    /// What is to be done besides.
    #[serde(default, skip_serializing_if = "Obligations::is_empty")]
    pub obligations: Obligations,
}

/// Which way a case goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// What was asked for before is asked for still, and more; or it is no longer decided.
    Stricter,
    /// Less is asked for, and nothing that was not before; or it is decided now.
    Looser,
    /// Something else is asked for: other people, other reasons, something else to be done.
    Other,
}

impl Impact {
    /// What the new version decides otherwise than the old one, of the cases by what they are called.
    #[must_use]
    pub fn between<C: fmt::Display>(old: &Policy, new: &Policy, cases: &[(C, Facts)]) -> Self {
        let mut impact = Self::default();
        for (case, facts) in cases {
            impact.compare(case, facts, old.decide(facts).ok().map(Judged::from), new);
        }
        impact
    }

    /// What the policy decides otherwise than was decided and recorded, of what was known of the cases then. A fact that
    /// nothing asked for then is not known now.
    #[must_use]
    pub fn on_record<C: fmt::Display>(new: &Policy, rulings: &[(C, Ruling)]) -> Self {
        let mut impact = Self::default();
        for (case, ruling) in rulings {
            let Ruling { outcome, obligations, explanation, .. } = ruling;
            let before = Judged { outcome: outcome.clone(), obligations: obligations.clone() };
            impact.compare(case, &explanation.facts, Some(before), new);
        }
        impact
    }

    fn compare(&mut self, case: &impl fmt::Display, facts: &Facts, before: Option<Judged>, new: &Policy) {
        let after = new.decide(facts).ok().map(Judged::from);
        self.cases = self.cases.saturating_add(1);
        self.undecided = self.undecided.saturating_add(usize::from(before.is_none() && after.is_none()));
        if before != after {
            self.changes.push(ChangedCase { case: case.to_string(), facts: facts.clone(), before, after });
        }
    }

    /// How many cases go which way.
    #[must_use]
    pub fn count(&self) -> BTreeMap<Direction, usize> {
        let mut counts = BTreeMap::new();
        for change in &self.changes {
            let count: &mut usize = counts.entry(change.direction()).or_default();
            *count = count.saturating_add(1);
        }
        counts
    }

    /// What a fact of the cases that go one way comes to: the amount of money that now has to be approved. None where it
    /// is not an amount or a number of each of them, in one currency; or beyond counting.
    #[must_use]
    pub fn total(&self, fact: &str, direction: Direction) -> Option<Value> {
        let cases = self.changes.iter().filter(|change| change.direction() == direction);
        let mut values = cases.map(|change| change.facts.get(fact));
        let first = values.next()??.clone();
        values.try_fold(first, |total, value| match (total, value?) {
            (Value::Money(total), Value::Money(value)) => total.checked_add(*value).ok().map(Value::Money),
            (Value::Number(total), Value::Number(value)) => total.checked_add(*value).map(Value::Number),
            _ => None,
        })
    }
}

impl From<Ruling> for Judged {
    fn from(ruling: Ruling) -> Self {
        Self { outcome: ruling.outcome, obligations: ruling.obligations }
    }
}

impl Judged {
    /// Whether everything that the other asks for is asked for here too.
    fn is_as_strict_as(&self, other: &Self) -> bool {
        self.outcome.is_as_strict_as(&other.outcome)
            && self.obligations.clone().join(other.obligations.clone()) == self.obligations
    }
}

impl ChangedCase {
    /// Which way the case goes.
    #[must_use]
    pub fn direction(&self) -> Direction {
        match (&self.before, &self.after) {
            (Some(_), None) => Direction::Stricter,
            (None, _) => Direction::Looser,
            (Some(before), Some(after)) if after.is_as_strict_as(before) => Direction::Stricter,
            (Some(before), Some(after)) if before.is_as_strict_as(after) => Direction::Looser,
            (Some(_), Some(_)) => Direction::Other,
        }
    }
}

impl fmt::Display for ChangedCase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tell = |judged: &Option<Judged>| match judged {
            None => "undecided".to_owned(),
            Some(Judged { outcome, obligations }) if obligations.is_empty() => outcome.to_string(),
            Some(Judged { outcome, obligations }) => format!("{outcome}, and {obligations}"),
        };
        write!(f, "{}: {} becomes {}", self.case, tell(&self.before), tell(&self.after))
    }
}
