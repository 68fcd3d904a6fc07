//! What a table decides of a case whose facts are read where they are.

use std::cmp::Ordering;

use super::hit::Known;
use super::plan::Several;
use super::{DecideError, DecisionTable, HitPolicy, Says, TableRuling, Why};
use crate::rules::axis::Axis;
use crate::rules::combination::looseness;
use crate::rules::index::{At, Fit, Locate, Rows, Seen};
use crate::rules::{Binding, FactError, Outcome, Value, ValueRef};

/// What a table decides of a case whose facts are read where they are: the rows that decide. The rest is looked up when
/// it is asked for.
#[derive(Debug)]
pub struct BoundRuling<'a, T: ?Sized> {
    table: &'a DecisionTable,
    binding: &'a Binding<T>,
    case: &'a T,
    rows: Rows,
}

/// What the columns see of a case.
pub(super) struct Bound<'a, 'c, T: ?Sized> {
    pub(super) binding: &'a Binding<T>,
    pub(super) case: &'a T,
    pub(super) computed: &'c [Option<Value>],
}

impl<T: ?Sized> Locate for Bound<'_, '_, T> {
    #[inline]
    fn locate(&self, seen: Seen, axis: &Axis) -> Option<usize> {
        match seen.source {
            Some(place) => self.binding.locate(place, self.case, axis),
            None => self.locate_computed(seen.column, axis),
        }
    }

    #[inline]
    fn order(&self, seen: Seen, with: usize) -> Option<Ordering> {
        match seen.source {
            Some(place) => self.binding.order(place, with, self.case),
            None => self.of(seen)?.compare(self.binding.fact(with, self.case)?).ok(),
        }
    }
}

impl<T: ?Sized> Bound<'_, '_, T> {
    #[inline(never)]
    fn locate_computed(&self, column: usize, axis: &Axis) -> Option<usize> {
        axis.locate(self.computed.get(column)?.as_ref()?.as_ref())
    }

    /// What a column sees.
    fn of(&self, Seen { column, source }: Seen) -> Option<ValueRef<'_>> {
        match source {
            Some(place) => self.binding.fact(place, self.case),
            None => self.computed.get(column)?.as_ref().map(Value::as_ref),
        }
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
        let rows = if self.plan.is_simple {
            Rows::Word(self.few_deciding_bound(binding, case).map_err(|error| *error)?)
        } else {
            self.deciding_bound(binding, case)?
        };
        Ok(BoundRuling { table: self, binding, case, rows })
    }

    /// The rows that decide, a bit each, of a table whose plan is simple.
    #[inline(never)]
    fn few_deciding_bound<T: ?Sized>(&self, binding: &Binding<T>, case: &T) -> Result<u64, Box<DecideError>> {
        let values = Bound { binding, case, computed: &[] };
        let only_first = self.text.hit == HitPolicy::First;
        let fits = |fit| self.fits(fit, &values);
        let holds = |at: At| self.holds_bound(at, &values);
        let rows = self.plan.index.matching_of_few(only_first, &values, fits, holds)?;
        Ok(if let Several::Strictest(votes) = &self.plan.several { strictest(rows, votes) } else { rows })
    }

    /// The rows that decide, of any table.
    #[inline(never)]
    fn deciding_bound<T: ?Sized>(&self, binding: &Binding<T>, case: &T) -> Result<Rows, DecideError> {
        let known = |place| binding.fact(place, case);
        let computed = if self.plan.computes { self.computed(&known)? } else { Vec::new() };
        let values = Bound { binding, case, computed: &computed };
        let only_first = self.text.hit == HitPolicy::First;
        let fits = |fit| self.fits(fit, &values);
        let holds = |at: At| self.holds_bound(at, &values);
        let rows = self.plan.index.matching(only_first, &values, fits, holds).map_err(|error| *error)?;
        if self.plan.several == Several::All { Ok(rows) } else { self.deciding(rows, &values) }
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
        if self.plan.several == Several::Alike {
            let first = rows.first().and_then(says);
            if rows.iter().all(|row| says(row) == first) {
                return Ok(rows);
            }
        }
        let matching: Vec<usize> = rows.iter().collect();
        let decided = self.decided(&matching, &|place| values.binding.fact(place, values.case))?;
        Ok(decided.rows.into_iter().collect())
    }

    /// Whether all facts that are asked for fit.
    #[inline]
    pub(super) fn fits<T: ?Sized>(&self, fit: Fit, values: &Bound<'_, '_, T>) -> Result<(), Box<DecideError>> {
        let inputs = self.schema.inputs();
        let fits = |place: &usize| {
            let fact = values.binding.fact(*place, values.case);
            fact.zip(inputs.get(*place)).is_some_and(|(fact, input)| input.check(fact).is_ok())
        };
        if fit == Fit::All && !self.plan.checks_columns && self.plan.unlocated.iter().all(fits) {
            return Ok(());
        }
        self.check_all(values.computed, &|place| values.binding.fact(place, values.case))?;
        if let Fit::Not(column) = fit { Err(Box::new(self.unfit(column))) } else { Ok(()) }
    }

    /// Whether a cell holds for certain.
    #[inline(never)]
    pub(super) fn holds_bound<T: ?Sized>(&self, at: At, values: &Bound<'_, '_, T>) -> Result<bool, Box<DecideError>> {
        let known = |place| values.binding.fact(place, values.case);
        let seen = Seen { column: at.column, source: self.plan.sources.get(at.column).copied().flatten() };
        Ok(self.holds(at, values.of(seen), &known)?)
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

    /// Why: which other rows match, and which cells keep the rest from it.
    ///
    /// # Errors
    /// [`DecideError`] where a fact is read that is not what it was before.
    #[inline]
    pub fn why(&'a self) -> Result<Why<'a, T>, DecideError> {
        Why::of(self.table, self.binding, self.case, &self.rows)
    }
}

impl Says {
    /// How loose the vote is; the most where there is none.
    fn looseness(&self) -> usize {
        self.outcome.as_ref().map_or(usize::MAX, looseness)
    }
}
