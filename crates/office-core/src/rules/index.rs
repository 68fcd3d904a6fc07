//! The rows of a table by what their cells pass, so that few of them are looked at.

mod bits;
mod rows;

use std::ops::Range;

use self::bits::{BLOCK, Bits, Change};
pub(crate) use self::rows::Rows;
use self::rows::ones;
use crate::rules::Kind;
use crate::rules::axis::Axis;
use crate::rules::cell::Test;

/// The most columns that are located.
const MOST_COLUMNS: usize = 64;

/// The rows of a table by what their cells pass.
///
/// Of each column the values are cut into atoms, and each atom has a bit set of the rows whose cell passes there. To
/// decide is to locate one atom a column, and to keep the rows that all those bit sets have. So a decision takes
/// columns × (log atoms + rows / 64) steps. Cells that look at other facts, or that no atoms tell, are evaluated for
/// the rows that are left.
///
/// In memory it is bounded by what the cells say: the bit sets of a table take 16 MiB at most, and those that would take
/// more are kept as their changes from atom to atom, which are two for each alternative of a cell. Of at most 64 rows
/// there are no more atoms than that, and all are written out.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    /// A bit for each row that there is, 64 a word.
    all: Box<[u64]>,
    columns: Box<[Indexed]>,
    /// The cells that have to be evaluated, by row and column, ascending.
    evaluated: Box<[(usize, usize)]>,
    /// The rows that have such a cell.
    rows_evaluated: Box<[u64]>,
    /// The columns of which a row asks something, and which have no atoms.
    unlocated: Box<[usize]>,
}

/// A column of which a row asks something that atoms tell.
#[derive(Clone, Debug)]
struct Indexed {
    seen: Seen,
    axis: Axis,
    bits: Bits,
}

/// A column to be indexed.
#[derive(Clone)]
pub(crate) struct Asked<'a> {
    /// Where its value comes from, as the index will say it.
    pub(crate) source: Option<usize>,
    pub(crate) kind: &'a Kind,
    /// Whether its value may be nothing.
    pub(crate) optional: bool,
    /// What of its kind it may be: what passes all of these.
    pub(crate) allowed: Vec<&'a Test>,
    /// Of each row, what it asks.
    pub(crate) cells: Vec<&'a Test>,
}

/// Of each indexed column, the atom of its value.
#[derive(Clone, Debug)]
pub(crate) struct Located {
    atoms: [u32; MOST_COLUMNS],
}

impl Located {
    #[inline]
    pub(crate) const fn new() -> Self {
        Self { atoms: [0; MOST_COLUMNS] }
    }
}

/// Whose value is to be located.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The place of the column in the table.
    pub(crate) column: usize,
    /// Where its value comes from.
    pub(crate) source: Option<usize>,
}

/// The values that the columns see.
pub(crate) trait Locate {
    /// The atom of the value on the axis of its column; none where it does not fit, or there is none.
    fn locate(&self, seen: Seen, axis: &Axis) -> Option<usize>;
}

/// Rows that do not match because of their cell in one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fallen {
    pub(crate) column: usize,
    word: usize,
    /// A bit each, of the 64 rows of the word.
    pub(crate) rows: u64,
}

/// A cell that is to be evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct At {
    pub(crate) row: usize,
    pub(crate) column: usize,
}

impl Asked<'_> {
    /// The axis of those of its cells that atoms tell.
    fn axis(&self) -> Option<Axis> {
        let told = self.cells.iter().copied().filter(|test| test.is_constant());
        Axis::within(self.kind, self.optional, &self.allowed, told)
    }
}

impl Index {
    /// The index of a table of so many rows.
    pub(crate) fn of(columns: &[Asked<'_>], rows: usize) -> Self {
        let words = rows.div_ceil(64);
        let mut all = vec![u64::MAX; words];
        let surplus = words.saturating_mul(64).saturating_sub(rows);
        if let Some(last) = all.last_mut() {
            *last = u64::MAX.checked_shr(u32::try_from(surplus).unwrap_or(u32::MAX)).unwrap_or(0);
        }
        let mut evaluated = Vec::new();
        let mut indexed = Vec::new();
        let mut budget = bits::MOST_WORDS;
        let mut unlocated = Vec::new();
        for (place, column) in columns.iter().enumerate() {
            if column.cells.iter().all(|test| **test == Test::Any) {
                continue;
            }
            let axis = column.axis();
            let mut changes = Vec::new();
            for (row, test) in column.cells.iter().enumerate() {
                let ranges = axis.as_ref().filter(|_| test.is_constant()).and_then(|axis| axis.ranges(test));
                if ranges.is_none() && **test != Test::Any {
                    evaluated.push((row, place));
                }
                let everywhere = || Change::both(row, 0..usize::MAX).to_vec();
                let both =
                    |ranges: Vec<Range<usize>>| ranges.into_iter().flat_map(|range| Change::both(row, range)).collect();
                changes.extend(ranges.map_or_else(everywhere, both));
            }
            match axis {
                Some(axis) => {
                    let bits = Bits::of(changes, axis.len(), rows, &mut budget);
                    indexed.push(Indexed { seen: Seen { column: place, source: column.source }, axis, bits });
                }
                None => unlocated.push(place),
            }
        }
        evaluated.sort_unstable();
        let mut rows_evaluated = vec![0_u64; words];
        for (row, _) in &evaluated {
            if let Some(word) = rows_evaluated.get_mut(row / 64) {
                *word |= bit(*row);
            }
        }
        Self {
            all: all.into(),
            columns: indexed.into(),
            evaluated: evaluated.into(),
            rows_evaluated: rows_evaluated.into(),
            unlocated: unlocated.into(),
        }
    }

    /// The columns whose values are looked at when they are located.
    pub(crate) fn located(&self) -> impl Iterator<Item = usize> {
        self.columns.iter().map(|column| column.seen.column)
    }

    /// The columns of which a row asks something, and whose values are not looked at when they are located.
    pub(crate) fn unlocated(&self) -> &[usize] {
        &self.unlocated
    }

    /// Finds the atoms of the values that the columns see, until one sees none: that one.
    #[inline]
    pub(crate) fn locate(&self, values: &impl Locate, located: &mut Located) -> Option<usize> {
        for (place, column) in located.atoms.iter_mut().zip(&self.columns) {
            match values.locate(column.seen, &column.axis).map(u32::try_from) {
                Some(Ok(atom)) => *place = atom,
                Some(Err(_)) | None => return Some(column.seen.column),
            }
        }
        None
    }

    /// The rows that match, or the first of them.
    ///
    /// The columns are located. Then `fits` may say that something else does not fit; it is told of the first column that
    /// sees no atom. Of the rows whose other cells all pass, `holds` says whether those that have to be evaluated do,
    /// from the left until one does not.
    ///
    /// # Errors
    /// Those of `fits` and `holds`.
    #[inline]
    pub(crate) fn matching<E>(
        &self,
        only_first: bool,
        values: &impl Locate,
        fits: impl FnOnce(Option<usize>) -> Result<(), E>,
        holds: impl FnMut(At) -> Result<bool, E>,
    ) -> Result<Rows, E> {
        if self.is_one_word() {
            return self.matching_of_few(only_first, values, fits, holds).map(Rows::Word);
        }
        self.matching_of_many(only_first, values, fits, holds)
    }

    /// Whether there are few rows: at most 64, but some.
    pub(crate) fn is_one_word(&self) -> bool {
        self.all.len() == 1
    }

    /// The same of a table of few rows: a bit each.
    #[inline]
    pub(crate) fn matching_of_few<E>(
        &self,
        only_first: bool,
        values: &impl Locate,
        fits: impl FnOnce(Option<usize>) -> Result<(), E>,
        mut holds: impl FnMut(At) -> Result<bool, E>,
    ) -> Result<u64, E> {
        let mut passing = self.all.first().copied().unwrap_or(0);
        for column in &self.columns {
            match values.locate(column.seen, &column.axis) {
                Some(atom) => passing &= column.bits.of_few(atom),
                None => return fits(Some(column.seen.column)).map(|()| 0),
            }
        }
        fits(None)?;
        self.settle(0, passing, only_first, &mut holds)
    }

    /// The same of a table of more rows.
    #[inline]
    pub(crate) fn matching_of_many<E>(
        &self,
        only_first: bool,
        values: &impl Locate,
        fits: impl FnOnce(Option<usize>) -> Result<(), E>,
        mut holds: impl FnMut(At) -> Result<bool, E>,
    ) -> Result<Rows, E> {
        let mut located = Located::new();
        let unfit = self.locate(values, &mut located);
        fits(unfit)?;
        let mut rows = Rows::new();
        if unfit.is_some() {
            return Ok(rows);
        }
        for (block, all) in self.all.chunks(BLOCK).enumerate() {
            let first = block.saturating_mul(BLOCK);
            let mut passing = [0; BLOCK];
            for (passing, all) in passing.iter_mut().zip(all) {
                *passing = *all;
            }
            for (column, atom) in self.columns.iter().zip(&located.atoms) {
                column.bits.narrow(usize_of(*atom), first, &mut passing);
            }
            for (word, passing) in (first..).zip(passing).filter(|(_, passing)| *passing != 0) {
                ones(word, self.settle(word, passing, only_first, &mut holds)?).for_each(|row| rows.push(row));
                if only_first && rows.first().is_some() {
                    return Ok(rows);
                }
            }
        }
        Ok(rows)
    }

    /// Of the rows of a word that pass all cells that are told by atoms those that match, or the first of them.
    #[inline]
    fn settle<E>(
        &self,
        word: usize,
        passing: u64,
        only_first: bool,
        mut holds: impl FnMut(At) -> Result<bool, E>,
    ) -> Result<u64, E> {
        let evaluated = passing & self.rows_evaluated.get(word).copied().unwrap_or(0);
        if evaluated == 0 {
            return Ok(if only_first { passing & passing.wrapping_neg() } else { passing });
        }
        let mut matching = 0;
        for row in ones(word, passing) {
            if evaluated & bit(row) == 0 || self.failing(row, &mut holds)?.is_none() {
                matching |= bit(row);
                if only_first {
                    break;
                }
            }
        }
        Ok(matching)
    }

    /// The first column, from the left, whose cell of the row has to be evaluated and does not hold. A cell without an
    /// answer counts only where no other fails.
    fn failing<E>(&self, row: usize, mut holds: impl FnMut(At) -> Result<bool, E>) -> Result<Option<usize>, E> {
        let first = self.evaluated.partition_point(|(other, _)| *other < row);
        let mut unanswered = None;
        for (_, column) in self.evaluated.iter().skip(first).take_while(|(other, _)| *other == row) {
            match holds(At { row, column: *column }) {
                Ok(true) => {}
                Ok(false) => return Ok(Some(*column)),
                Err(why) => unanswered = unanswered.or(Some(why)),
            }
        }
        unanswered.map_or(Ok(None), Err)
    }

    /// Of the rows before `end` that do not match: by 64 rows, and of these by the first column, from the left, whose
    /// cell does not pass, where those that have to be evaluated come last.
    pub(crate) fn failures<'a>(
        &'a self,
        located: &'a Located,
        end: usize,
        holds: impl Fn(At) -> bool + Copy + 'a,
    ) -> impl Iterator<Item = Fallen> + 'a {
        let words = self.all.iter().enumerate().map(move |(word, all)| (word, all & before(end, word)));
        words.flat_map(move |(word, asked)| {
            let columns = self.columns.iter().zip(&located.atoms);
            let fell = columns.scan(asked, move |left, (column, atom)| {
                let passing = column.bits.word(usize_of(*atom), word);
                let rows = *left & !passing;
                *left &= passing;
                Some(Fallen { column: column.seen.column, word, rows })
            });
            let fell = fell.filter(|fallen| fallen.rows != 0);
            let evaluated = self.failing_when_evaluated(located, word, asked, holds);
            fell.chain(evaluated.map(move |At { row, column }| Fallen { column, word, rows: bit(row) }))
        })
    }

    /// Of the rows that pass all cells that are told by atoms, those that do not match.
    fn failing_when_evaluated<'a>(
        &'a self,
        located: &'a Located,
        word: usize,
        asked: u64,
        holds: impl Fn(At) -> bool + 'a,
    ) -> impl Iterator<Item = At> + 'a {
        let evaluated = asked & self.rows_evaluated.get(word).copied().unwrap_or(0);
        let passing = if evaluated == 0 {
            0
        } else {
            let columns = self.columns.iter().zip(&located.atoms);
            columns.fold(evaluated, |left, (column, atom)| left & column.bits.word(usize_of(*atom), word))
        };
        ones(word, passing).filter_map(move |row| {
            let failing = self.failing(row, |at| Ok::<_, std::convert::Infallible>(holds(at)));
            failing.ok().flatten().map(|column| At { row, column })
        })
    }
}

impl Fallen {
    /// The rows by their places.
    pub(crate) fn rows(self) -> impl Iterator<Item = usize> {
        ones(self.word, self.rows)
    }
}

fn usize_of(atom: u32) -> usize {
    usize::try_from(atom).unwrap_or(usize::MAX)
}

/// The bit of a row in its word.
pub(crate) const fn bit(row: usize) -> u64 {
    1 << (row % 64)
}

/// The bits of a word that stand for rows before `end`.
fn before(end: usize, word: usize) -> u64 {
    let rows = end.saturating_sub(word.saturating_mul(64));
    if rows >= 64 { u64::MAX } else { bit(rows).wrapping_sub(1) }
}

#[cfg(test)]
mod tests;
