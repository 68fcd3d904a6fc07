//! The rows of a table by what their cells pass, so that few of them are looked at.

mod bits;
mod building;
mod failed;
mod rows;

use std::cmp::Ordering;
use std::ops::Range;

use self::bits::{BLOCK, Bits};
pub(crate) use self::building::Asked;
pub(crate) use self::failed::Failed;
pub(crate) use self::rows::{Rows, ones};
use crate::rules::axis::Axis;

/// The most columns that are located.
const MOST_COLUMNS: usize = 64;

/// The rows of a table by what their cells pass.
///
/// Of each column the values are cut into atoms, and each atom has a bit set of the rows whose cell passes there. To
/// decide is to locate one atom a column, and to keep the rows that all those bit sets have. So a decision takes
/// columns × (log atoms + rows / 64) steps. Cells that compare their value with one other fact are told by the order of
/// the two, as by three more atoms. Those that look at other facts otherwise, or that no atoms tell, are evaluated for the
/// rows that are left.
///
/// In memory it is bounded by what the cells say: the bit sets of a table take 16 MiB at most, and those that would take
/// more are kept as their changes from atom to atom, which are two for each alternative of a cell. Of at most 64 rows
/// there are no more atoms than that, and all are written out.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    /// A bit for each row that there is, 64 a word.
    all: Box<[u64]>,
    /// What is looked at to tell cells.
    // Invariant: at most 64.
    columns: Box<[Indexed]>,
    /// The cells that no atoms of their value tell, by row and column, ascending.
    evaluated: Box<[Evaluated]>,
    /// The rows that have such a cell that is always evaluated.
    rows_evaluated: Box<[u64]>,
    /// The rows that have one that is evaluated where two values have no order.
    rows_compared: Box<[u64]>,
    /// The columns of which a row asks something, and which have no atoms.
    unlocated: Box<[usize]>,
}

/// A column of which a row asks something that atoms tell.
#[derive(Clone, Debug)]
struct Indexed {
    seen: Seen,
    by: By,
    bits: Bits,
}

/// By what the cells of a column are told.
#[derive(Clone, Debug)]
enum By {
    /// By the atom of its value.
    Value(Axis),
    /// By the order of its value and the fact at this place: below it, the same, above it, or none, where all pass and
    /// have to be evaluated.
    Order(usize),
}

/// The atom of two values without an order.
const UNORDERED: usize = 3;

/// A cell that no atoms of its value tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Evaluated {
    at: At,
    /// Whether it has to be evaluated only where two values have no order.
    compared: bool,
}

/// Of each indexed column, the atom of what it sees.
#[derive(Clone, Debug)]
struct Located {
    atoms: [u32; MOST_COLUMNS],
    /// Whether two values have no order.
    unordered: bool,
}

/// How what is seen fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// Every column sees an atom, and what is compared has an order.
    All,
    /// Every column sees an atom, but two values that are compared have no order.
    Unordered,
    /// This is the first column that sees no atom.
    Not(usize),
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

    /// How the value compares with the fact at a place; none where they have no order, or there is none.
    fn order(&self, seen: Seen, with: usize) -> Option<Ordering>;
}

/// A cell by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At {
    pub(crate) row: usize,
    pub(crate) column: usize,
}

impl Index {
    /// The columns whose values are looked at when they are located.
    pub(crate) fn located(&self) -> impl Iterator<Item = usize> {
        let by_value = self.columns.iter().filter(|column| matches!(column.by, By::Value(_)));
        by_value.map(|column| column.seen.column)
    }

    /// The columns of which a row asks something, and whose values are not looked at when they are located.
    pub(crate) fn unlocated(&self) -> &[usize] {
        &self.unlocated
    }

    /// The columns whose values are compared with facts, and the places of those.
    pub(crate) fn compared(&self) -> impl Iterator<Item = (usize, usize)> {
        self.columns.iter().filter_map(|column| match column.by {
            By::Order(place) => Some((column.seen.column, place)),
            By::Value(_) => None,
        })
    }

    /// The atoms of what the columns see.
    ///
    /// # Errors
    /// The first column that sees none.
    #[inline]
    fn locate(&self, values: &impl Locate) -> Result<Located, usize> {
        let mut located = Located { atoms: [0; MOST_COLUMNS], unordered: false };
        for (place, column) in located.atoms.iter_mut().zip(&self.columns) {
            let atom = column.locate(values).ok_or(column.seen.column)?;
            located.unordered |= column.is_unordered(atom);
            *place = u32::try_from(atom).map_err(|_| column.seen.column)?;
        }
        Ok(located)
    }

    /// The rows that match, or the first of them.
    ///
    /// The columns are located. Then `fits` may say that something does not fit, also of what is not looked at for that. Of
    /// the rows whose other cells all pass, `holds` says whether those that have to be evaluated do,
    /// from the left until one does not.
    ///
    /// # Errors
    /// Those of `fits` and `holds`.
    #[inline]
    pub(crate) fn matching<E>(
        &self,
        only_first: bool,
        values: &impl Locate,
        fits: impl FnOnce(Fit) -> Result<(), E>,
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
        fits: impl FnOnce(Fit) -> Result<(), E>,
        mut holds: impl FnMut(At) -> Result<bool, E>,
    ) -> Result<u64, E> {
        let (mut passing, mut unordered) = (self.all.first().copied().unwrap_or(0), false);
        for column in &self.columns {
            let Some(atom) = column.locate(values) else { return fits(Fit::Not(column.seen.column)).map(|()| 0) };
            passing &= column.bits.of_few(atom);
            unordered |= column.is_unordered(atom);
        }
        fits(if unordered { Fit::Unordered } else { Fit::All })?;
        self.settle(0, passing, unordered, only_first, &mut holds)
    }

    /// The same of a table of more rows.
    fn matching_of_many<E>(
        &self,
        only_first: bool,
        values: &impl Locate,
        fits: impl FnOnce(Fit) -> Result<(), E>,
        mut holds: impl FnMut(At) -> Result<bool, E>,
    ) -> Result<Rows, E> {
        let mut rows = Rows::new();
        let located = match self.locate(values) {
            Ok(located) => located,
            Err(column) => return fits(Fit::Not(column)).map(|()| rows),
        };
        fits(if located.unordered { Fit::Unordered } else { Fit::All })?;
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
                ones(word, self.settle(word, passing, located.unordered, only_first, &mut holds)?)
                    .for_each(|row| rows.push(row));
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
        unordered: bool,
        only_first: bool,
        mut holds: impl FnMut(At) -> Result<bool, E>,
    ) -> Result<u64, E> {
        let compared = if unordered { self.rows_compared.get(word).copied().unwrap_or(0) } else { 0 };
        let evaluated = passing & (compared | self.rows_evaluated.get(word).copied().unwrap_or(0));
        if evaluated == 0 {
            return Ok(if only_first { passing & passing.wrapping_neg() } else { passing });
        }
        let mut matching = 0;
        for row in ones(word, passing) {
            if evaluated & bit(row) == 0 || self.passes(row, unordered, &mut holds)? {
                matching |= bit(row);
                if only_first {
                    break;
                }
            }
        }
        Ok(matching)
    }

    /// Whether the cells of a row that have to be evaluated hold. One without an answer counts only where no other fails.
    fn passes<E>(&self, row: usize, unordered: bool, mut holds: impl FnMut(At) -> Result<bool, E>) -> Result<bool, E> {
        let mut unanswered = Ok(true);
        for at in self.evaluated(unordered, row..row.saturating_add(1)) {
            match holds(at) {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(why) => unanswered = unanswered.and(Err(why)),
            }
        }
        unanswered
    }

    /// The cells of some rows that have to be evaluated.
    fn evaluated(&self, unordered: bool, rows: Range<usize>) -> impl Iterator<Item = At> + '_ {
        let first = self.evaluated.partition_point(|cell| cell.at.row < rows.start);
        let cells = self.evaluated.iter().skip(first).take_while(move |cell| cell.at.row < rows.end);
        cells.filter(move |cell| unordered || !cell.compared).map(|cell| cell.at)
    }

    /// Of the rows before `end` all cells that fail, of so many columns; `fails` says so of those that
    /// have to be evaluated.
    ///
    /// # Errors
    /// The first column that sees no atom.
    #[inline]
    pub(crate) fn failed(
        &self,
        columns: usize,
        end: usize,
        values: &impl Locate,
        fails: impl Fn(At) -> bool,
    ) -> Result<Failed, usize> {
        let located = self.locate(values)?;
        let mut failed = Failed::none(columns, end);
        for (column, atom) in self.columns.iter().zip(&located.atoms) {
            failed.add_but(column.seen.column, &column.bits, usize_of(*atom));
        }
        for at in self.evaluated(located.unordered, 0..end).filter(|at| fails(*at)) {
            failed.add(at);
        }
        Ok(failed)
    }
}

impl Indexed {
    /// The atom of what the column sees; none where that does not fit.
    #[inline]
    fn locate(&self, values: &impl Locate) -> Option<usize> {
        match &self.by {
            By::Value(axis) => values.locate(self.seen, axis),
            By::Order(other) => Some(match values.order(self.seen, *other) {
                Some(Ordering::Less) => 0,
                Some(Ordering::Equal) => 1,
                Some(Ordering::Greater) => 2,
                None => UNORDERED,
            }),
        }
    }

    /// Whether the atom is that of two values without an order.
    const fn is_unordered(&self, atom: usize) -> bool {
        matches!(self.by, By::Order(_)) && atom == UNORDERED
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
