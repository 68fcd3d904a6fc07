//! The space of all cases, and which part of it each row of a table covers.
//!
//! Every input is a dimension, cut into atoms that no cell of the table tells apart. A row is the product of a set of
//! atoms in each dimension, and so is every region that is found.

use std::collections::BTreeMap;

use crate::rules::number_set::NumberSet;

/// A product of sets of atoms, one for each dimension.
pub(super) type Region = Vec<NumberSet>;

/// The effort that was allowed is spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spent;

/// How many steps may still be made; a step looks at one word of one set.
#[derive(Debug)]
pub(super) struct Steps(pub(super) u64);

impl Steps {
    fn take(&mut self, steps: usize) -> Result<(), Spent> {
        self.0 = self.0.checked_sub(u64::try_from(steps).unwrap_or(u64::MAX)).ok_or(Spent)?;
        Ok(())
    }
}

/// The rows of a table as regions.
#[derive(Debug)]
pub(super) struct Space {
    /// All atoms of each dimension.
    whole: Region,
    rows: Vec<Region>,
    /// By dimension and atom, the rows that cover it.
    by_atom: Vec<Vec<NumberSet>>,
}

impl Space {
    /// The space with so many atoms in each dimension, and the rows' regions in it.
    pub(super) fn new(widths: &[usize], rows: Vec<Region>) -> Self {
        let nowhere = |width: &usize| vec![NumberSet::none(rows.len()); *width];
        let mut by_atom: Vec<Vec<NumberSet>> = widths.iter().map(nowhere).collect();
        for (number, row) in rows.iter().enumerate() {
            for (by_atom, atoms) in by_atom.iter_mut().zip(row) {
                for atom in atoms.iter() {
                    by_atom.get_mut(atom).into_iter().for_each(|rows| rows.insert(number));
                }
            }
        }
        Self { whole: widths.iter().map(|width| NumberSet::all(*width)).collect(), rows, by_atom }
    }

    pub(super) const fn whole(&self) -> &Region {
        &self.whole
    }

    pub(super) fn row(&self, row: usize) -> &[NumberSet] {
        self.rows.get(row).map_or(&[], Vec::as_slice)
    }

    pub(super) fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// By row, the others that cover some of what it covers.
    pub(super) fn overlaps(&self) -> Vec<NumberSet> {
        let count = self.row_count();
        let mut overlaps = vec![NumberSet::none(count); count];
        for one in 0..count {
            for two in one.saturating_add(1)..count {
                if self.row(one).iter().zip(self.row(two)).all(|(one, two)| one.meets(two)) {
                    overlaps.get_mut(one).into_iter().for_each(|rows| rows.insert(two));
                    overlaps.get_mut(two).into_iter().for_each(|rows| rows.insert(one));
                }
            }
        }
        overlaps
    }

    /// What two rows both cover.
    pub(super) fn shared(&self, one: usize, two: usize) -> Region {
        self.row(one).iter().zip(self.row(two)).map(|(one, two)| one.and(two)).collect()
    }

    /// The parts of a region that none of the rows covers: disjoint, and at most so many of them.
    pub(super) fn uncovered(
        &self,
        within: &[NumberSet],
        rows: &NumberSet,
        most: usize,
        steps: &mut Steps,
    ) -> Result<Vec<Region>, Spent> {
        let judge = |rows: &NumberSet, certain: &NumberSet| match (rows.is_empty(), certain.is_empty()) {
            (true, _) => Verdict::Wanted(0),
            (false, true) => Verdict::Open,
            (false, false) => Verdict::Unwanted,
        };
        let found = self.find(within, rows, &judge, most, steps)?;
        Ok(found.into_iter().map(|(_, region)| region).collect())
    }

    /// The parts of a region that the judge wants, each with its class: disjoint, and at most so many of them.
    pub(super) fn find(
        &self,
        within: &[NumberSet],
        rows: &NumberSet,
        judge: &Judge<'_>,
        most: usize,
        steps: &mut Steps,
    ) -> Result<Vec<(usize, Region)>, Spent> {
        if within.iter().any(NumberSet::is_empty) {
            return Ok(Vec::new());
        }
        let needs = |row: &Region| {
            let partial = within.iter().zip(row).rposition(|(within, atoms)| !within.is_within(atoms));
            partial.map_or(0, |dimension| dimension.saturating_add(1))
        };
        let needs: Vec<usize> = self.rows.iter().map(needs).collect();
        let certain_at = |dimension: usize| {
            NumberSet::those(needs.len(), |row| needs.get(row).is_some_and(|needs| *needs <= dimension))
        };
        let certain = (0..=within.len()).map(certain_at).collect();
        let mut search = Search { space: self, within, certain, judge, most, steps, found: BTreeMap::new() };
        search.descend(0, rows)
    }

    /// One atom in each dimension that none of the rows covers, where no two of the rows overlap: found by counting.
    ///
    /// # Errors
    /// [`Spent`] where the space is too large to be counted.
    pub(super) fn gap_between_disjoint(&self, rows: &NumberSet) -> Result<Option<Region>, Spent> {
        let mut within = self.whole.clone();
        if self.is_full(&within, rows)? {
            return Ok(None);
        }
        for dimension in 0..within.len() {
            while let Some((lower, upper)) = within.get(dimension).and_then(halves) {
                *within.get_mut(dimension).ok_or(Spent)? = lower;
                if self.is_full(&within, rows)? {
                    *within.get_mut(dimension).ok_or(Spent)? = upper;
                }
            }
        }
        Ok(Some(within))
    }

    /// Whether the rows cover all of a region, where no two of them overlap.
    fn is_full(&self, within: &[NumberSet], rows: &NumberSet) -> Result<bool, Spent> {
        let covered = self.covered(within, rows).ok_or(Spent)?;
        Ok(covered >= volume(within).ok_or(Spent)?)
    }

    /// How much of a region the rows cover, where no two of them overlap.
    fn covered(&self, within: &[NumberSet], rows: &NumberSet) -> Option<u128> {
        let mut covered = 0_u128;
        for row in rows.iter() {
            let counts = within.iter().zip(self.row(row)).map(|(one, two)| one.count_shared(two));
            covered = covered.checked_add(product(counts)?)?;
        }
        Some(covered)
    }
}

/// How many products of atoms a region has; none where that is beyond counting.
fn volume(region: &[NumberSet]) -> Option<u128> {
    product(region.iter().map(NumberSet::count))
}

fn product(mut counts: impl Iterator<Item = usize>) -> Option<u128> {
    counts.try_fold(1_u128, |product, count| product.checked_mul(u128::try_from(count).ok()?))
}

/// The lower and the upper half of a set of two atoms or more.
fn halves(atoms: &NumberSet) -> Option<(NumberSet, NumberSet)> {
    let count = atoms.count();
    if count < 2 {
        return None;
    }
    let middle = atoms.iter().nth(count / 2)?;
    let length = atoms.words().len().saturating_mul(64);
    let lower = NumberSet::those(length, |atom| atom < middle && atoms.contains(atom));
    let upper = NumberSet::those(length, |atom| atom >= middle && atoms.contains(atom));
    Some((lower, upper))
}

/// What is said of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is looked for, and of this class.
    Wanted(usize),
    /// It is not looked for.
    Unwanted,
    /// That depends on which of the rows that are not certain cover it.
    Open,
}

/// Says of a region whether it is looked for: given the rows that may still cover some of it, and those of them that
/// are certain to cover all of it. Where all are certain it must know.
pub(super) type Judge<'a> = dyn Fn(&NumberSet, &NumberSet) -> Verdict + 'a;

/// A search for regions, dimension by dimension. What was found for the same rows in the same dimension is remembered.
struct Search<'a> {
    space: &'a Space,
    within: &'a [NumberSet],
    /// By how many dimensions have been looked at, the rows that cover all that is left.
    certain: Vec<NumberSet>,
    judge: &'a Judge<'a>,
    most: usize,
    steps: &'a mut Steps,
    found: BTreeMap<(usize, NumberSet), Vec<(usize, Region)>>,
}

impl Search<'_> {
    /// What is found in the dimensions from this one on, where these rows cover what was chosen of those before.
    fn descend(&mut self, dimension: usize, rows: &NumberSet) -> Result<Vec<(usize, Region)>, Spent> {
        let certain = self.certain.get(dimension).map_or_else(|| rows.clone(), |certain| certain.and(rows));
        let rest = self.within.get(dimension..).unwrap_or_default();
        match (self.judge)(rows, &certain) {
            Verdict::Wanted(class) => return Ok(vec![(class, rest.to_vec())]),
            Verdict::Unwanted => return Ok(Vec::new()),
            Verdict::Open if rest.is_empty() => return Ok(Vec::new()),
            Verdict::Open => {}
        }
        let key = (dimension, rows.clone());
        if let Some(found) = self.found.get(&key) {
            return Ok(found.clone());
        }
        let next = dimension.saturating_add(1);
        // What is found in the later dimensions, and for which atoms of this one.
        let mut merged: BTreeMap<(usize, Region), NumberSet> = BTreeMap::new();
        for (rows, atoms) in self.groups(dimension, rows)? {
            for rest in self.descend(next, &rows)? {
                if merged.len() >= self.most && !merged.contains_key(&rest) {
                    break;
                }
                let place = merged.entry(rest).or_default();
                *place = if place.words().is_empty() { atoms.clone() } else { place.or(&atoms) };
            }
        }
        let regions = merged.into_iter();
        let regions = regions.map(|((class, rest), atoms)| (class, std::iter::once(atoms).chain(rest).collect()));
        let regions: Vec<(usize, Region)> = regions.collect();
        self.found.insert(key, regions.clone());
        Ok(regions)
    }

    /// The atoms of a dimension, put together where the same of the rows cover them.
    fn groups(&mut self, dimension: usize, rows: &NumberSet) -> Result<BTreeMap<NumberSet, NumberSet>, Spent> {
        let (Some(atoms), Some(by_atom)) = (self.within.get(dimension), self.space.by_atom.get(dimension)) else {
            return Ok(BTreeMap::new());
        };
        let mut groups: BTreeMap<NumberSet, NumberSet> = BTreeMap::new();
        for (atom, covering) in by_atom.iter().enumerate().filter(|(atom, _)| atoms.contains(*atom)) {
            self.steps.take(rows.words().len().max(1))?;
            groups.entry(rows.and(covering)).or_insert_with(|| NumberSet::none(by_atom.len())).insert(atom);
        }
        Ok(groups)
    }
}
