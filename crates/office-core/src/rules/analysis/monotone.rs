//! Whether more of something is never judged less strictly.

use super::Effort;
use super::chart::{Chart, Dimension};
use super::space::{Space, Spent, Steps, Verdict};
use crate::rules::number_set::NumberSet;
use crate::rules::{DecisionTable, Facts, Outcome, ValueRef};

/// Whether a table judges a greater value of an input at least as strictly as a smaller one, all else being equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Monotone {
    /// It does, whatever the case is.
    Yes,
    /// It does not: of these two cases, which differ by the input alone, the one with the greater value is judged less
    /// strictly.
    No {
        /// The case with the smaller value.
        smaller: Facts,
        /// The case with the greater value.
        greater: Facts,
    },
    /// It cannot be told: the table does not vote or does not look at the input, the input has no order, cells have to be
    /// computed, or the effort is spent.
    Unknown,
}

impl DecisionTable {
    /// Whether raising the input never makes the outcome less strict. Where no row matches, or rows contradict each other,
    /// a case counts as refused; one refusal is as strict as another, whatever its reasons.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{DecisionTable, Effort, Monotone};
    ///
    /// let table = |upper: &str| {
    ///     let rows = [["< 100 EUR", "allow"], ["-", upper]].map(|row| row.map(ToOwned::to_owned).to_vec());
    ///     DecisionTable::from_rows(&["amount: money EUR", "outcome"], rows)
    /// };
    /// let rising = table("approvals: 1 office_manager purchase.approve")?;
    /// assert_eq!(rising.is_monotone_in("amount", Effort::default()), Monotone::Yes);
    ///
    /// // Where nothing is known of the input, nothing is said.
    /// assert_eq!(rising.is_monotone_in("price", Effort::default()), Monotone::Unknown);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn is_monotone_in(&self, input: &str, effort: Effort) -> Monotone {
        let chart = Chart::of(&[self]);
        let count = chart.space.row_count();
        let Some(place) = chart.dimensions.iter().position(|dimension| dimension.input == input) else {
            return Monotone::Unknown;
        };
        let certain = chart.all_certain();
        let Some(Dimension { axis, .. }) = chart.dimensions.get(place).filter(|_| certain && self.votes()) else {
            return Monotone::Unknown;
        };
        let orders = |value: ValueRef<'_>| value.compare(value).is_ok();
        let ordered: Vec<usize> =
            (0..axis.len()).filter(|atom| axis.witness(*atom).is_some_and(|value| orders(value.as_ref()))).collect();
        let rising = ordered.windows(2).all(|pair| {
            let values: Vec<_> = pair.iter().filter_map(|atom| axis.witness(*atom)).collect();
            matches!(values.as_slice(), [one, two] if one.as_ref().compare(two.as_ref()).is_ok_and(std::cmp::Ordering::is_lt))
        });
        if ordered.is_empty() || !rising {
            return Monotone::Unknown;
        }
        let pairs = Pairs { table: self, chart: &chart, place, count };
        let mut steps = Steps(effort.steps);
        for pair in ordered.windows(2) {
            let &[smaller, greater] = pair else { continue };
            match pairs.falling(smaller, greater, &mut steps) {
                Ok(None) => {}
                Ok(Some((smaller, greater))) => return Monotone::No { smaller, greater },
                Err(Spent) => return Monotone::Unknown,
            }
        }
        Monotone::Yes
    }
}

/// A table twice: once for cases with a smaller value of an input, once for those with a greater.
struct Pairs<'a> {
    table: &'a DecisionTable,
    chart: &'a Chart,
    /// The dimension of the input.
    place: usize,
    count: usize,
}

impl Pairs<'_> {
    /// Two cases in these atoms of the input of which the greater is judged less strictly, if there are any.
    fn falling(&self, smaller: usize, greater: usize, steps: &mut Steps) -> Result<Option<(Facts, Facts)>, Spent> {
        let space = &self.chart.space;
        let at = |row: usize| if row < self.count { (row, smaller) } else { (row.saturating_sub(self.count), greater) };
        let rows = 0..self.count.saturating_mul(2);
        let matches = |row: usize| {
            let (row, atom) = at(row);
            space.row(row).get(self.place).is_some_and(|atoms| atoms.contains(atom))
        };
        // The input itself no longer tells cases apart.
        let without = |row: usize| {
            let (row, _) = at(row);
            let regions = space.row(row).iter().enumerate();
            let all = |atoms: &NumberSet| NumberSet::all(atoms.words().len().saturating_mul(64));
            regions.map(|(place, atoms)| if place == self.place { all(atoms) } else { atoms.clone() }).collect()
        };
        let widths: Vec<usize> = self.chart.dimensions.iter().map(|dimension| dimension.axis.len()).collect();
        let both = Space::new(&widths, rows.clone().map(without).collect());
        let judge = |rows: &NumberSet, certain: &NumberSet| {
            if !rows.is_within(certain) {
                return Verdict::Open;
            }
            let (was, is) = rows.split(self.count);
            let rises = at_least(self.outcome(&is).as_ref(), self.outcome(&was).as_ref());
            if rises { Verdict::Unwanted } else { Verdict::Wanted(0) }
        };
        let matching = NumberSet::those(rows.len(), matches);
        let found = both.find(both.whole(), &matching, &judge, 1, steps)?;
        let Some((_, region)) = found.into_iter().next() else { return Ok(None) };
        let case = |atom: usize| {
            let mut region = region.clone();
            *region.get_mut(self.place)? = NumberSet::those(*widths.get(self.place)?, |at| at == atom);
            self.chart.witness(&region)
        };
        Ok(case(smaller).zip(case(greater)))
    }

    fn outcome(&self, rows: &[usize]) -> Option<Outcome> {
        self.table.decided(rows, &|_| None).ok().and_then(|decided| decided.outcome)
    }
}

/// Whether an outcome is as strict as another, where none counts as refused.
fn at_least(one: Option<&Outcome>, other: Option<&Outcome>) -> bool {
    match (one, other) {
        (None | Some(Outcome::Refuse(_)), _) => true,
        (Some(_), None) => false,
        (Some(one), Some(other)) => one.is_as_strict_as(other),
    }
}
