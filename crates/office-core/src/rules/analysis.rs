//! What is wrong with a table before it decides anything: holes, conflicts, rows that never decide.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use self::chart::Chart;
use self::space::{Space, Spent, Steps};
use crate::rules::number_set::NumberSet;
use crate::rules::table::Answer;
use crate::rules::{Cell, DecideError, DecisionTable, Facts, HitPolicy, OutputKind};

mod chart;
mod difference;
mod impact;
mod merge;
mod monotone;
mod nearest;
mod space;

pub use difference::{Change, Difference, Said};
pub use impact::{ChangedCase, Direction, Impact, Judged};
pub use monotone::Monotone;
pub use nearest::NearestChange;

/// The most findings of one kind that are told.
const MOST_TOLD: usize = 100;

/// Something about a table that whoever keeps it should look at. Rows are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Finding {
    /// No row matches these cases, and nothing is said of what no row matches.
    Gap {
        /// What a row that fills the gap would ask, by input.
        cells: BTreeMap<String, String>,
        /// One of the cases.
        witness: Facts,
    },
    /// Two rows match these cases, and the hit policy wants one, or the same from both.
    Conflict {
        /// The rows.
        rows: (usize, usize),
        /// What both ask, by input.
        cells: BTreeMap<String, String>,
        /// One of the cases.
        witness: Facts,
    },
    /// A row matches nothing: a cell asks for what its input cannot be.
    Unmatchable {
        /// The row.
        row: usize,
        /// The input.
        input: String,
    },
    /// A row never decides: other rows win wherever it matches.
    Shadowed {
        /// The row.
        row: usize,
        /// The rows that win.
        by: Vec<usize>,
    },
    /// No row ever says this value, which an output may have.
    Unused {
        /// The output.
        output: String,
        /// The value, as it is written.
        value: String,
    },
    /// No row asks anything of this input.
    Idle {
        /// The input.
        input: String,
    },
    /// Two rows say the same of neighbouring cases: one row would do.
    Mergeable {
        /// The rows; the first stays, and the second goes.
        rows: (usize, usize),
        /// The input by which they differ.
        input: String,
        /// What the row that stays asks of it then.
        cell: String,
    },
}

/// Something that was not looked at to the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Unfinished {
    /// Cells of these rows have to be computed: where they match cannot be told beforehand. What is said of other rows
    /// holds; of these rows not everything is found.
    Computed {
        /// The rows, counted from 1.
        rows: Vec<usize>,
    },
    /// The effort that was allowed is spent: there may be more gaps, or rows that never decide.
    Effort,
    /// There is more of one kind than is told.
    More,
}

/// How much effort an analysis may make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// How many steps each check may make; one takes about a nanosecond.
    pub steps: u64,
}

impl Default for Effort {
    /// A few seconds at most.
    fn default() -> Self {
        Self { steps: 1_000_000_000 }
    }
}

/// What was found in a table.
///
/// Whatever is found is so: each gap and each conflict comes with a case of which the table itself says so. Where
/// nothing is left unfinished, nothing was missed.
///
/// # Example
/// ```
/// use office_core::rules::{DecisionTable, Dialect, Effort, HitPolicy, TableText};
///
/// let table = |rows: [[&str; 2]; 3]| {
///     let rows = rows.map(|row| row.map(ToOwned::to_owned).to_vec());
///     let mut text = TableText::from_rows(&["amount: money EUR", "outcome"], rows)?;
///     text.hit = HitPolicy::Unique;
///     let schema = text.schema(Dialect::Office)?;
///     DecisionTable::new(text, &schema, Dialect::Office)
/// };
/// let holed = table([["< 100 EUR", "allow"], ["(100 EUR..500 EUR]", "refuse: ask first"], [">= 500 EUR", "refuse: no"]])?;
/// let analysis = holed.analyse(Effort::default());
/// assert!(analysis.unfinished.is_empty());
/// let texts: Vec<String> = analysis.findings.iter().map(ToString::to_string).collect();
/// assert_eq!(texts, [
///     "no row matches where amount is 100.00 EUR",
///     "rows 2 and 3 both match where amount is 500.00 EUR",
/// ]);
///
/// // Repaired, there is nothing to find.
/// let whole = table([["<= 100 EUR", "allow"], ["(100 EUR..500 EUR)", "refuse: ask first"], [">= 500 EUR", "refuse: no"]])?;
/// assert_eq!(whole.analyse(Effort::default()).findings, []);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Analysis {
    /// What was found.
    pub findings: Vec<Finding>,
    /// What was not looked at to the end.
    pub unfinished: Vec<Unfinished>,
}

impl DecisionTable {
    /// Looks for holes, conflicts, rows that match nothing or never decide, values that are never said, inputs that are
    /// never asked for, and rows that could be one.
    ///
    /// Holes are looked for where one row is wanted: not where every row that matches counts, and not where something
    /// is said of what no row matches. Rows that overlap are a conflict where the hit policy is `UNIQUE`, and where it is
    /// `ANY` and they say different things.
    #[must_use]
    pub fn analyse(&self, effort: Effort) -> Analysis {
        let chart = Chart::of(&[self]);
        let overlaps = chart.space.overlaps();
        let mut check =
            Check { table: self, chart, overlaps, says: classes(self), effort, analysis: Analysis::default() };
        check.computed();
        check.gaps();
        check.conflicts();
        check.dead_rows();
        check.unused_outputs();
        check.idle_inputs();
        check.mergeable();
        check.analysis
    }
}

struct Check<'t> {
    table: &'t DecisionTable,
    chart: Chart,
    /// By row, the others that overlap it.
    overlaps: Vec<NumberSet>,
    /// By row, the first row that says the same.
    says: Vec<usize>,
    effort: Effort,
    analysis: Analysis,
}

impl Check<'_> {
    const fn space(&self) -> &Space {
        &self.chart.space
    }

    fn steps(&self) -> Steps {
        Steps(self.effort.steps)
    }

    fn unfinished(&mut self, unfinished: Unfinished) {
        if !self.analysis.unfinished.contains(&unfinished) {
            self.analysis.unfinished.push(unfinished);
        }
    }

    fn computed(&mut self) {
        let rows = 0..self.space().row_count();
        let rows: Vec<usize> = rows.filter(|row| !self.chart.certain.contains(*row)).map(number).collect();
        if !rows.is_empty() {
            self.unfinished(Unfinished::Computed { rows });
        }
    }

    fn gaps(&mut self) {
        let otherwise = self.table.text().outputs.iter().any(|output| output.default.is_some());
        if otherwise || !self.table.hit_policy().wants_one() {
            return;
        }
        let (space, rows) = (self.space(), &self.chart.certain);
        // Rows that do not overlap are counted, however many there are.
        let disjoint = self.overlaps.iter().all(NumberSet::is_empty);
        let counted = if disjoint { space.gap_between_disjoint(rows) } else { Err(Spent) };
        if counted == Ok(None) {
            return;
        }
        let gaps = space.uncovered(space.whole(), rows, MOST_TOLD, &mut self.steps());
        let gaps = gaps.unwrap_or_else(|spent| {
            self.unfinished(spent.into());
            counted.unwrap_or_default().into_iter().collect()
        });
        if gaps.len() >= MOST_TOLD {
            self.unfinished(Unfinished::More);
        }
        for gap in gaps {
            let Some(witness) = self.chart.witness(&gap) else { continue };
            if self.table.decide(&witness).is_ok_and(|ruling| ruling.rows.is_empty()) {
                let cells = self.chart.cells(&gap);
                self.analysis.findings.push(Finding::Gap { cells, witness });
            }
        }
    }

    fn conflicts(&mut self) {
        let hit = self.table.hit_policy();
        if !matches!(hit, HitPolicy::Unique | HitPolicy::Any | HitPolicy::Priority) {
            return;
        }
        let ranks = self.ranks();
        let agree = |one: usize, two: usize| {
            let outranked = hit == HitPolicy::Priority && ranks.get(one) != ranks.get(two);
            outranked || (hit != HitPolicy::Unique && self.says_same(one, two))
        };
        let mut found = Vec::new();
        for (one, two) in self.overlapping().filter(|(one, two)| !agree(*one, *two)) {
            let shared = self.space().shared(one, two);
            let Some(witness) = self.chart.witness(&shared) else { continue };
            // Cells that have to be computed may keep the two apart, and what is computed may be the same.
            let refused = self.table.decide(&witness);
            if matches!(refused, Err(DecideError::TwoMatch { .. } | DecideError::Disagree { .. })) {
                let (rows, cells) = ((number(one), number(two)), self.chart.cells(&shared));
                found.push(Finding::Conflict { rows, cells, witness });
            }
            if found.len() >= MOST_TOLD {
                break;
            }
        }
        if found.len() >= MOST_TOLD {
            self.unfinished(Unfinished::More);
        }
        self.analysis.findings.extend(found);
    }

    /// Each two rows that overlap, the upper one first.
    fn overlapping(&self) -> impl Iterator<Item = (usize, usize)> {
        let with = |(one, rows): (usize, &'_ NumberSet)| {
            rows.iter().filter(move |two| one < *two).map(move |two| (one, two)).collect::<Vec<_>>()
        };
        self.overlaps.iter().enumerate().flat_map(with)
    }

    /// Whether two rows decide the same, by whatever they say.
    fn says_same(&self, one: usize, two: usize) -> bool {
        self.says.get(one) == self.says.get(two)
    }

    /// By row, where it goes among those that match.
    fn ranks(&self) -> Vec<Option<Vec<usize>>> {
        (0..self.space().row_count()).map(|row| self.table.rank_of(row)).collect()
    }

    fn dead_rows(&mut self) {
        let ranks = self.ranks();
        let mut steps = self.steps();
        for row in 0..self.space().row_count() {
            let empty = self.space().row(row).iter().position(NumberSet::is_empty);
            if let Some(dimension) = empty.and_then(|dimension| self.chart.dimensions.get(dimension)) {
                let input = dimension.input.clone();
                self.analysis.findings.push(Finding::Unmatchable { row: number(row), input });
                continue;
            }
            let winners = self.winners(row, &ranks);
            if winners.is_empty() {
                continue;
            }
            match self.space().uncovered(self.space().row(row), &winners, 1, &mut steps) {
                Ok(left) if left.is_empty() => {
                    let by = winners.iter().map(number).collect();
                    self.analysis.findings.push(Finding::Shadowed { row: number(row), by });
                }
                Ok(_) => {}
                Err(spent) => self.unfinished(spent.into()),
            }
        }
    }

    /// The rows that match some of a row's cases and keep it from deciding them.
    fn winners(&self, row: usize, ranks: &[Option<Vec<usize>>]) -> NumberSet {
        let rank = |row: usize| ranks.get(row).and_then(Option::as_ref);
        let hit = self.table.hit_policy();
        let wins = |other: usize| {
            (hit == HitPolicy::First && other < row)
                || (hit == HitPolicy::Unique && other != row)
                || (hit == HitPolicy::Priority && rank(other).zip(rank(row)).is_some_and(|(other, own)| other < own))
        };
        let overlaps = self.overlaps.get(row);
        let wins = |other| {
            self.chart.certain.contains(other) && wins(other) && overlaps.is_some_and(|rows| rows.contains(other))
        };
        NumberSet::those(self.space().row_count(), wins)
    }

    fn unused_outputs(&mut self) {
        let values = self.table.outputs().iter().filter(|output| matches!(output.kind, OutputKind::Value(_)));
        for (place, output) in values.enumerate() {
            let rows = self.table.rows().iter().enumerate().filter(|(row, _)| !self.is_dead(*row));
            let says = rows.map(|(_, row)| &row.says).chain([self.table.says_otherwise()]);
            let answers: Vec<&Answer> = says.filter_map(|says| says.values.get(place)).collect();
            if answers.iter().any(|answer| matches!(answer, Answer::Computed(_))) {
                continue;
            }
            let said = |cell: &Cell| {
                answers.iter().any(|answer| match answer {
                    Answer::Constant(value) => cell.holds(value.as_ref(), &|_| None) == Ok(Some(true)),
                    Answer::Computed(_) => true,
                })
            };
            let unused = output.allowed.iter().filter(|cell| !said(cell));
            let unused =
                unused.map(|cell| Finding::Unused { output: output.name.clone(), value: cell.text().to_owned() });
            self.analysis.findings.extend(unused.collect::<Vec<_>>());
        }
    }

    /// Whether a row was found never to decide.
    fn is_dead(&self, row: usize) -> bool {
        let dead = |finding: &Finding| matches!(finding, Finding::Unmatchable { row: dead, .. } | Finding::Shadowed { row: dead, .. } if *dead == number(row));
        self.analysis.findings.iter().any(dead)
    }

    fn idle_inputs(&mut self) {
        let idle = self.table.columns().iter().filter(|column| !column.asked);
        self.analysis.findings.extend(idle.map(|column| Finding::Idle { input: column.name.clone() }));
    }
}

impl From<Spent> for Unfinished {
    fn from(Spent: Spent) -> Self {
        Self::Effort
    }
}

/// A row as people count, from 1.
const fn number(row: usize) -> usize {
    row.saturating_add(1)
}

/// By row, the first row that says the same.
fn classes(table: &DecisionTable) -> Vec<usize> {
    let mut firsts: Vec<usize> = Vec::new();
    let mut classes = Vec::new();
    for (number, row) in table.rows().iter().enumerate() {
        let same = |first: &&usize| table.rows().get(**first).is_some_and(|first| first.says == row.says);
        let class = firsts.iter().find(same).copied().unwrap_or(number);
        if class == number {
            firsts.push(number);
        }
        classes.push(class);
    }
    classes
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap { cells, .. } => write!(f, "no row matches {}", Cases(cells)),
            Self::Conflict { rows, cells, .. } => {
                write!(f, "rows {} and {} both match {}", rows.0, rows.1, Cases(cells))
            }
            Self::Unmatchable { row, input } => write!(f, "row {row} matches nothing: {input} cannot be what it asks"),
            Self::Shadowed { row, by } => {
                write!(f, "row {row} never decides: ")?;
                for (index, by) in by.iter().enumerate() {
                    write!(f, "{}row {by}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str(" matches wherever it does")
            }
            Self::Unused { output, value } => write!(f, "no row says {value} of {output}"),
            Self::Idle { input } => write!(f, "no row asks anything of {input}"),
            Self::Mergeable { rows, input, cell } => {
                write!(f, "rows {} and {} can be one, with {cell} of {input}", rows.0, rows.1)
            }
        }
    }
}

/// Cases by what is asked of their facts.
struct Cases<'a>(&'a BTreeMap<String, String>);

impl fmt::Display for Cases<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("whatever the case is");
        }
        for (index, (input, cell)) in self.0.iter().enumerate() {
            write!(f, "{} {input} is {cell}", if index == 0 { "where" } else { " and" })?;
        }
        Ok(())
    }
}
