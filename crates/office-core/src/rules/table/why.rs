//! Why a table decides as it does, seen in the table and the case.

use serde::{Serialize, Serializer};

use super::bound::Bound;
use super::{DecideError, DecisionTable};
use crate::rules::index::{At, Failed, Fit, Rows, ones};
use crate::rules::{Binding, Explanation, Facts, HitPolicy, Value};

/// Why a table decides as it does: which rows decide, which others match, and of the rest every cell that fails.
///
/// All of that is found out when it is made, as a bit for each cell, and takes no memory of tables of at most 64 rows
/// whose columns are not computed. What it says in words is looked up in the table and the case when it is asked for: as
/// the [`Explanation`] that outlives them, which is also its form in JSON.
///
/// # Example
/// ```
/// use office_core::rules::{Binding, DecisionTable, Failure};
///
/// let rows = [["DE", "<= 3", "allow"], ["-", "<= 30", "allow"], ["-", "-", "refuse: too long"]];
/// let rows = rows.iter().map(|row| row.iter().map(ToString::to_string).collect());
/// let table = DecisionTable::from_rows(&["country", "days: integer", "outcome"], rows)?;
/// let binding = Binding::<(&str, i64)>::new(table.schema()).text("country", |trip| trip.0).integer("days", |trip| trip.1);
/// let binding = binding.build()?;
///
/// let trip = ("FR", 31);
/// let ruling = table.decide_bound(&binding, &trip)?;
/// let why = ruling.why()?;
/// assert_eq!(why.rows().collect::<Vec<_>>(), [3]);
/// let failures = [(1, 1), (1, 2), (2, 2)].map(|(row, column)| Failure { row, column });
/// assert!(why.failures().all(|failure| failures.contains(&failure)) && why.failures().count() == 3);
/// assert_eq!(
///     why.explanation().to_string(),
///     "row 3 decides; row 1: country is FR, not DE, and days is 31, not <= 3; row 2: days is 31, not <= 30",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Why<'a, T: ?Sized> {
    table: &'a DecisionTable,
    binding: &'a Binding<T>,
    case: &'a T,
    deciding: &'a Rows,
    computed: Vec<Option<Value>>,
    failed: Failed,
}

/// A cell that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Failure {
    /// The row, counted from 1.
    pub row: usize,
    /// The column, counted from 1 from the left.
    pub column: usize,
}

/// Cells of a column that fail, of 64 rows that follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failing {
    /// The column, counted from 1 from the left.
    pub column: usize,
    /// The first of the 64 rows, counted from 1.
    pub first: usize,
    /// A bit a row, the lowest for the first: whether the cell fails. Never none.
    pub bits: u64,
}

impl<'a, T: ?Sized> Why<'a, T> {
    #[inline]
    pub(super) fn of(
        table: &'a DecisionTable,
        binding: &'a Binding<T>,
        case: &'a T,
        deciding: &'a Rows,
    ) -> Result<Self, DecideError> {
        let known = |place| binding.fact(place, case);
        let computed = if table.plan.computes { table.computed(&known)? } else { Vec::new() };
        let values = Bound { binding, case, computed: &computed };
        let fails = |at: At| matches!(table.holds_bound(at, &values), Ok(false));
        let end = table.asked_before(deciding.first());
        let failed = match table.plan.index.failed(table.columns.len(), end, &values, fails) {
            Ok(failed) => failed,
            Err(column) => {
                table.fits(Fit::Not(column), &values).map_err(|error| *error)?;
                return Err(table.unfit(column));
            }
        };
        Ok(Self { table, binding, case, deciding, computed, failed })
    }

    /// The rows that decide, counted from 1, in the order in which they do; none where no row matches.
    pub fn rows(&self) -> impl Iterator<Item = usize> {
        self.deciding.iter().map(number)
    }

    /// The rows that match, counted from 1: those that decide, and those that do not because others go before them. Of a
    /// table whose first row decides, only that one is looked at.
    pub fn matching(&self) -> impl Iterator<Item = usize> {
        let first = self.deciding.first().filter(|_| self.table.text.hit == HitPolicy::First);
        self.failed.matching().chain(first).map(number)
    }

    /// The cells that fail, column by column from the left. Of a table whose first row decides, those above it.
    pub fn failures(&self) -> impl Iterator<Item = Failure> {
        self.failing().flat_map(|failing| failing.rows().map(move |row| Failure { row, column: failing.column }))
    }

    /// The same by up to 64 at a time.
    pub fn failing(&self) -> impl Iterator<Item = Failing> {
        let failing = |(column, word, bits): (usize, usize, u64)| {
            let first = number(word.saturating_mul(64));
            Failing { column: number(column), first, bits }
        };
        self.failed.words().map(failing)
    }

    /// The same in words that outlive the table and the case, with the facts that were asked for.
    #[must_use]
    pub fn explanation(&self) -> Explanation {
        let deciding: Vec<usize> = self.deciding.iter().collect();
        let table = self.table.told(&deciding, &self.failed);
        Explanation { version: None, facts: self.facts(), tables: vec![table] }
    }

    /// What was seen: the facts that were asked for, and what columns computed.
    fn facts(&self) -> Facts {
        let asked = self.table.asked.iter().filter_map(|place| {
            let (input, fact) = (self.table.schema.inputs().get(*place)?, self.binding.fact(*place, self.case)?);
            Some((input.name(), fact.to_value()))
        });
        asked.fold(self.table.named(&self.computed), |facts, (name, fact)| facts.with(name, fact))
    }
}

/// As its [`Explanation`].
impl<T: ?Sized> Serialize for Why<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.explanation().serialize(serializer)
    }
}

impl Failing {
    /// The rows, counted from 1.
    pub fn rows(self) -> impl Iterator<Item = usize> {
        ones(0, self.bits).map(move |row| self.first.saturating_add(row))
    }
}

/// What is at a place, counted from 1.
const fn number(place: usize) -> usize {
    place.saturating_add(1)
}
