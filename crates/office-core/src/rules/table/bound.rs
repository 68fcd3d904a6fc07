//! What a table decides of a case whose facts are read where they are.

use super::hit::Known;
use super::plan::Several;
use super::{DecideError, DecisionTable, HitPolicy, Says, TableRuling};
use crate::rules::axis::Axis;
use crate::rules::combination::looseness;
use crate::rules::index::{At, Fallen, Locate, Located, Rows, Seen};
use crate::rules::{Binding, Explanation, FactError, Facts, Outcome, Value};

/// What a table decides of a case whose facts are read where they are: the rows that decide. The rest is looked up when
/// it is asked for.
#[derive(Debug)]
pub struct BoundRuling<'a, T: ?Sized> {
    table: &'a DecisionTable,
    binding: &'a Binding<T>,
    case: &'a T,
    rows: Rows,
}

/// Why a table decides as it does, by the numbers of its rows and columns.
#[derive(Debug)]
pub struct Why<'a, T: ?Sized> {
    ruling: &'a BoundRuling<'a, T>,
    computed: Vec<Option<Value>>,
    located: Located,
}

/// A row that does not match, and the first column that keeps it from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Failure {
    /// The row, counted from 1.
    pub row: usize,
    /// The column, counted from 1 from the left.
    pub column: usize,
}

/// Rows that do not match, all because of the same column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failing {
    /// The column, counted from 1 from the left.
    pub column: usize,
    fallen: Fallen,
}

/// What the columns see of a case.
struct Bound<'a, 'c, T: ?Sized> {
    binding: &'a Binding<T>,
    case: &'a T,
    computed: &'c [Option<Value>],
}

impl<T: ?Sized> Locate for Bound<'_, '_, T> {
    #[inline]
    fn locate(&self, seen: Seen, axis: &Axis) -> Option<usize> {
        match seen.source {
            Some(place) => self.binding.locate(place, self.case, axis),
            None => self.locate_computed(seen.column, axis),
        }
    }
}

impl<T: ?Sized> Bound<'_, '_, T> {
    #[inline(never)]
    fn locate_computed(&self, column: usize, axis: &Axis) -> Option<usize> {
        axis.locate(self.computed.get(column)?.as_ref()?.as_ref())
    }
}

impl DecisionTable {
    /// What the table decides of a case whose facts are read where they are.
    ///
    /// Nothing is copied. No memory is taken where no column is computed, and the table has at most 64 rows or 16 of them
    /// match; but for the hit policies that rank or compare values, where several do. The values that the table decides
    /// are computed when they are asked for.
    ///
    /// # Errors
    /// [`DecideError`], as [`DecisionTable::decide`] of the same facts; [`DecideError::OtherSchema`] of a binding for
    /// another table.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{Binding, DecideError, DecisionTable, Failure};
    ///
    /// struct Trip {
    ///     country: String,
    ///     days: i64,
    /// }
    ///
    /// let rows = [["DE, AT", "<= 3", "allow"], ["-", "<= 30", "approvals: 1 executive travel.approve"]];
    /// let rows = rows.iter().map(|row| row.iter().map(ToString::to_string).collect());
    /// let table = DecisionTable::from_rows(&["country", "days: integer", "outcome"], rows)?;
    /// let binding = Binding::<Trip>::new(table.schema())
    ///     .text("country", |trip| &trip.country)
    ///     .integer("days", |trip| trip.days)
    ///     .build()?;
    ///
    /// let trip = Trip { country: "DE".into(), days: 4 };
    /// let ruling = table.decide_bound(&binding, &trip)?;
    /// assert_eq!(ruling.rows().collect::<Vec<_>>(), [2]);
    /// assert_eq!(ruling.strictest(), Some(&"approvals: 1 executive travel.approve".parse()?));
    /// assert_eq!(ruling.why()?.failures().collect::<Vec<_>>(), [Failure { row: 1, column: 2 }]);
    ///
    /// // The binding is of one schema, and refused by a table of another.
    /// let other = DecisionTable::from_rows(&["days: integer", "outcome"], [vec!["-".into(), "allow".into()]])?;
    /// assert!(matches!(other.decide_bound(&binding, &trip), Err(DecideError::OtherSchema { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn decide_bound<'a, T: ?Sized>(
        &'a self,
        binding: &'a Binding<T>,
        case: &'a T,
    ) -> Result<BoundRuling<'a, T>, DecideError> {
        if binding.fingerprint() != self.plan.fingerprint {
            return Err(DecideError::OtherSchema { table: self.text.name.clone() });
        }
        let known = |place| binding.fact(place, case);
        let computed = if self.plan.computes { self.computed(&known)? } else { Vec::new() };
        let values = Bound { binding, case, computed: &computed };
        let only_first = self.text.hit == HitPolicy::First;
        let fits = |unfit| self.fits(unfit, &values);
        let holds = |at: At| self.holds_bound(at, &values);
        let rows = if self.plan.index.is_one_word() {
            let rows = self.plan.index.matching_of_few(only_first, &values, fits, holds).map_err(|error| *error)?;
            match &self.plan.several {
                Several::All => Rows::Word(rows),
                Several::Strictest(votes) => Rows::Word(strictest(rows, votes)),
                Several::Compared => self.deciding(Rows::Word(rows), &values)?,
            }
        } else {
            let rows = self.plan.index.matching_of_many(only_first, &values, fits, holds).map_err(|error| *error)?;
            if self.plan.several == Several::All { rows } else { self.deciding(rows, &values)? }
        };
        Ok(BoundRuling { table: self, binding, case, rows })
    }

    /// Of rows that match those that decide, by what they say.
    #[inline(never)]
    fn deciding<T: ?Sized>(&self, rows: Rows, values: &Bound<'_, '_, T>) -> Result<Rows, DecideError> {
        if !rows.are_several() {
            return Ok(rows);
        }
        let says = |row: usize| self.rows.get(row).map(|row| &row.says);
        if let Several::Strictest(_) = self.plan.several {
            let strictest = rows.iter().filter_map(says).map(Says::looseness).min();
            return Ok(rows.iter().filter(|row| says(*row).map(Says::looseness) == strictest).collect());
        }
        if self.text.hit == HitPolicy::Any && self.plan.says_constants {
            let first = rows.first().and_then(says);
            if rows.iter().all(|row| says(row) == first) {
                return Ok(rows);
            }
        }
        let matching: Vec<usize> = rows.iter().collect();
        let decided = self.decided(&matching, &|place| values.binding.fact(place, values.case))?;
        Ok(decided.rows.into_iter().collect())
    }

    /// Whether all facts that are asked for fit, where one column sees none that does.
    #[inline]
    fn fits<T: ?Sized>(&self, unfit: Option<usize>, values: &Bound<'_, '_, T>) -> Result<(), Box<DecideError>> {
        if unfit.is_none() && !self.plan.checks {
            return Ok(());
        }
        self.check_all(values.computed, &|place| values.binding.fact(place, values.case))?;
        unfit.map_or(Ok(()), |column| Err(Box::new(self.unfit(column))))
    }

    /// Whether a cell holds for certain.
    #[inline(never)]
    fn holds_bound<T: ?Sized>(&self, at: At, values: &Bound<'_, '_, T>) -> Result<bool, Box<DecideError>> {
        let known = |place| values.binding.fact(place, values.case);
        let sees = match self.plan.sources.get(at.column).copied().flatten() {
            Some(place) => known(place),
            None => values.computed.get(at.column).and_then(Option::as_ref).map(Value::as_ref),
        };
        Ok(self.holds(at, sees, &known)?)
    }

    /// The first fact that does not fit, in the order in which they are checked for [`DecisionTable::decide`].
    #[cold]
    fn check_all<'a>(&'a self, computed: &'a [Option<Value>], known: Known<'_, 'a>) -> Result<(), DecideError> {
        let asked = self.schema.inputs().iter().enumerate().filter(|(place, _)| self.asked.contains(place));
        for (place, input) in asked {
            let missing = || FactError::Missing { path: input.name().to_owned(), wanted: input.kind().clone() };
            input.check(known(place).ok_or_else(missing)?)?;
        }
        self.seen(computed, known).map(|_| ())
    }
}

/// Of these rows those whose vote is the strictest.
#[inline]
fn strictest(rows: u64, votes: &[u64; 4]) -> u64 {
    votes.iter().map(|voting| voting & rows).find(|voting| *voting != 0).unwrap_or(0)
}

impl<'a, T: ?Sized> BoundRuling<'a, T> {
    /// The rows that decide, counted from 1, in the order in which they do; none where no row matches.
    pub fn rows(&self) -> impl Iterator<Item = usize> {
        self.rows.iter().map(|row| row.saturating_add(1))
    }

    /// The votes of the rows that decide; where no row matches, that of the table, if it has one for the case.
    pub fn votes(&self) -> impl Iterator<Item = &'a Outcome> {
        let table = self.table;
        let none = self.rows.first().is_none().then_some(&table.otherwise);
        let rows = self.rows.iter().filter_map(|row| table.rows.get(row)).map(|row| &row.says);
        rows.chain(none).filter_map(|says| says.outcome.as_ref())
    }

    /// The strictest of the votes, without what votes as strict ask for besides; [`BoundRuling::ruling`] joins all.
    #[must_use]
    pub fn strictest(&self) -> Option<&'a Outcome> {
        let mut strictest = None;
        for vote in self.votes() {
            if strictest.is_none_or(|found| looseness(vote) < looseness(found)) {
                strictest = Some(vote);
            }
        }
        strictest
    }

    /// All that is decided: the outcome with what all votes ask for, the obligations, the reasons and the value.
    ///
    /// # Errors
    /// [`DecideError`] where a value cannot be computed.
    pub fn ruling(&self) -> Result<TableRuling, DecideError> {
        let known = |place| self.binding.fact(place, self.case);
        let rows: Vec<usize> = self.rows.iter().collect();
        Ok(self.table.decided(&rows, &known)?.into())
    }

    /// Why, by the numbers of rows and columns, and without taking memory where no column is computed.
    ///
    /// # Errors
    /// [`DecideError`] where a fact is read that is not what it was before.
    pub fn why(&'a self) -> Result<Why<'a, T>, DecideError> {
        let known = |place| self.binding.fact(place, self.case);
        let computed = if self.table.plan.computes { self.table.computed(&known)? } else { Vec::new() };
        let values = Bound { binding: self.binding, case: self.case, computed: &computed };
        let mut located = Located::new();
        let unfit = self.table.plan.index.locate(&values, &mut located);
        self.table.fits(unfit, &values).map_err(|error| *error)?;
        Ok(Why { ruling: self, computed, located })
    }

    /// Why, with the facts that were asked for and all cells that failed.
    ///
    /// # Errors
    /// [`DecideError`] where a value cannot be computed.
    pub fn explanation(&self) -> Result<Explanation, DecideError> {
        let known = |place| self.binding.fact(place, self.case);
        let explained = self.table.explain(&known)?;
        let inputs = self.table.schema.inputs().iter().enumerate();
        let facts = inputs.filter(|(place, _)| self.table.asked.contains(place));
        let facts = facts.filter_map(|(place, input)| Some((input.name(), known(place)?.to_value())));
        let facts = facts.fold(explained.computed, |facts: Facts, (name, fact)| facts.with(name, fact));
        Ok(Explanation { version: None, facts, tables: vec![explained.explanation] })
    }
}

impl<T: ?Sized> Why<'_, T> {
    /// The rows that decide, counted from 1.
    pub fn rows(&self) -> impl Iterator<Item = usize> {
        self.ruling.rows()
    }

    /// The rows that do not match, each with the first column whose cell fails, where cells that look at other facts
    /// come last. By 64 rows, and of these by columns. Of a table whose first row decides, those above it.
    pub fn failures(&self) -> impl Iterator<Item = Failure> {
        self.failing().flat_map(|failing| failing.rows().map(move |row| Failure { row, column: failing.column }))
    }

    /// The same by columns: of each 64 rows at most one for each column.
    pub fn failing(&self) -> impl Iterator<Item = Failing> {
        let BoundRuling { table, binding, case, rows } = self.ruling;
        let first = rows.first().filter(|_| table.text.hit == HitPolicy::First);
        let holds = |at: At| {
            let values = Bound { binding: *binding, case: *case, computed: &self.computed };
            matches!(table.holds_bound(at, &values), Ok(true))
        };
        let fallen = table.plan.index.failures(&self.located, first.unwrap_or(table.rows.len()), holds);
        fallen.map(|fallen| Failing { column: fallen.column.saturating_add(1), fallen })
    }
}

impl Says {
    /// How loose the vote is; the most where there is none.
    fn looseness(&self) -> usize {
        self.outcome.as_ref().map_or(usize::MAX, looseness)
    }
}

impl Failing {
    /// The rows, counted from 1.
    pub fn rows(self) -> impl Iterator<Item = usize> {
        self.fallen.rows().map(|row| row.saturating_add(1))
    }

    /// How many rows there are; never none.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.fallen.rows.count_ones()
    }
}
