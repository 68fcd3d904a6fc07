//! What another version of a table changes.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::chart::Chart;
use super::space::{Steps, Verdict};
use super::{Cases, Effort, MOST_TOLD, Unfinished, number};
use crate::rules::number_set::NumberSet;
use crate::rules::table::Row;
use crate::rules::{DecideError, DecisionTable, Facts, Obligations, Outcome, TableRuling, Value};

/// What another version of a table changes.
///
/// Each change comes with a case that the two decide differently; where nothing is left unfinished, every case outside of
/// what is told is decided alike.
///
/// # Example
/// ```
/// use office_core::rules::{DecisionTable, Difference, Effort};
///
/// let table = |limit: &str| {
///     let rows = [vec![format!("< {limit}"), "allow".into()], vec!["-".into(), "refuse: too much".into()]];
///     DecisionTable::from_rows(&["amount: money EUR", "outcome"], rows)
/// };
/// let (old, new) = (table("500 EUR")?, table("250 EUR")?);
/// let difference = Difference::between(&old, &new, Effort::default());
/// let texts: Vec<String> = difference.changes.iter().map(ToString::to_string).collect();
/// assert_eq!(texts, ["where amount is [250.00 EUR..500.00 EUR): allow becomes refuse: too much"]);
///
/// // A table changes nothing of itself.
/// assert_eq!(Difference::between(&old, &old, Effort::default()), Difference::default());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// The cases that are decided differently, in groups that do not overlap and go from the same to the same.
    pub changes: Vec<Change>,
    /// What was not looked at to the end.
    pub unfinished: Vec<Unfinished>,
}

/// Cases that two versions decide differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// What the cases have in common, by input.
    pub cells: BTreeMap<String, String>,
    /// One of them.
    pub witness: Facts,
    /// What was said of it; none where it was not decided.
    pub before: Option<Said>,
    /// What is said of it now.
    pub after: Option<Said>,
}

/// What a table says of a case, whichever of its rows say it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// The vote; none where the table has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// The value; nothing where there is none.
    pub value: Value,
}

impl Difference {
    /// What the new table decides otherwise than the old one: another outcome, other obligations, another value, or
    /// nothing at all. At most 100 groups of cases are told.
    #[must_use]
    pub fn between(old: &DecisionTable, new: &DecisionTable, effort: Effort) -> Self {
        let chart = Chart::of(&[old, new]);
        let (count, old_count) = (chart.space.row_count(), old.rows().len());
        // Groups of cases that go from the same to the same.
        let moves: RefCell<Vec<(Says, Says)>> = RefCell::default();
        let judge = |rows: &NumberSet, certain: &NumberSet| {
            if !rows.is_within(certain) {
                return Verdict::Open;
            }
            let (was, is) = rows.split(old_count);
            let said = (says_of(old, &was), says_of(new, &is));
            if said.0 == said.1 {
                return Verdict::Unwanted;
            }
            let mut moves = moves.borrow_mut();
            let known = moves.iter().position(|known| *known == said);
            Verdict::Wanted(known.unwrap_or_else(|| {
                moves.push(said);
                moves.len().saturating_sub(1)
            }))
        };
        let mut difference = Self::default();
        let uncertain: Vec<usize> = (0..count).filter(|row| !chart.certain.contains(*row)).collect();
        if !uncertain.is_empty() {
            let rows = uncertain.into_iter().map(|row| number(row.checked_sub(old_count).unwrap_or(row))).collect();
            difference.unfinished.push(Unfinished::Computed { rows });
        }
        let rows = NumberSet::all(count);
        let mut steps = Steps(effort.steps);
        let found = chart.space.find(chart.space.whole(), &rows, &judge, MOST_TOLD, &mut steps);
        let found = found.unwrap_or_else(|spent| {
            difference.unfinished.push(spent.into());
            Vec::new()
        });
        if found.len() >= MOST_TOLD {
            difference.unfinished.push(Unfinished::More);
        }
        for (_, region) in found {
            let Some(witness) = chart.witness(&region) else { continue };
            let (before, after) = (old.decide(&witness).ok(), new.decide(&witness).ok());
            let same = before.as_ref().map(|ruling| (&ruling.outcome, &ruling.obligations, &ruling.value))
                == after.as_ref().map(|ruling| (&ruling.outcome, &ruling.obligations, &ruling.value));
            if same {
                continue;
            }
            let said = |ruling: TableRuling| Said { outcome: ruling.outcome, value: ruling.value };
            let (before, after) = (before.map(said), after.map(said));
            difference.changes.push(Change { cells: chart.cells(&region), witness, before, after });
        }
        difference
    }
}

/// What a table says where just these rows match.
#[derive(PartialEq)]
enum Says {
    Decided(Option<Outcome>, Obligations, Value),
    /// The rows contradict each other.
    Refused,
    /// Values have to be computed: they are the same where the same rows say them.
    Computed(Vec<Row>),
}

fn says_of(table: &DecisionTable, rows: &[usize]) -> Says {
    match table.decided(rows, &|_| None) {
        Ok(decided) => Says::Decided(decided.outcome, decided.obligations, decided.value),
        Err(DecideError::NoValue { .. }) => {
            Says::Computed(rows.iter().filter_map(|row| table.rows().get(*row).cloned()).collect())
        }
        Err(_) => Says::Refused,
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tell = |said: &Option<Said>| match said {
            None => "undecided".to_owned(),
            Some(Said { outcome: Some(outcome), .. }) => outcome.to_string(),
            Some(Said { value: Value::Null, .. }) => "nothing".to_owned(),
            Some(Said { value, .. }) => value.to_string(),
        };
        write!(f, "{}: {} becomes {}", Cases(&self.cells), tell(&self.before), tell(&self.after))
    }
}
