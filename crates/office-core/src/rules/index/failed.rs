//! The cells that keep rows from matching.

use super::bits::Bits;
use super::{At, MOST_COLUMNS, before, bit, ones};

/// Of some rows, those before an end, the cells that fail: of each column a bit a row, 64 a word.
///
/// Of tables of at most 64 rows it takes no memory, and of others as much as the bits.
#[derive(Clone, Debug)]
pub(crate) struct Failed {
    words: Words,
    /// How many words a column has.
    per_column: usize,
    columns: usize,
    end: usize,
}

/// The words of one column after the other.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "few are kept here so as not to take memory for them")]
enum Words {
    /// Of at most 64 rows: one a column.
    Few([u64; MOST_COLUMNS]),
    Many(Box<[u64]>),
}

impl Failed {
    /// None yet, of so many columns.
    #[inline]
    pub(super) fn none(columns: usize, end: usize) -> Self {
        let per_column = end.div_ceil(64);
        let words = if per_column <= 1 {
            Words::Few([0; MOST_COLUMNS])
        } else {
            Words::Many(vec![0; columns.saturating_mul(per_column)].into())
        };
        Self { words, per_column: per_column.max(1), columns, end }
    }

    /// Adds of a column all cells but those that pass at the atom.
    #[inline]
    pub(super) fn add_but(&mut self, column: usize, bits: &Bits, atom: usize) {
        let (end, last) = (self.end, self.per_column.saturating_sub(1));
        let words = self.column_mut(column);
        match bits.written_out(atom) {
            Some(passing) => words.iter_mut().zip(passing).for_each(|(failed, passing)| *failed |= !passing),
            None => words.iter_mut().zip(0..).for_each(|(failed, word)| *failed |= !bits.word(atom, word)),
        }
        if let Some(word) = words.last_mut() {
            *word &= before(end, last);
        }
    }

    /// Adds a cell.
    pub(super) fn add(&mut self, at: At) {
        if let Some(word) = self.column_mut(at.column).get_mut(at.row / 64) {
            *word |= bit(at.row);
        }
    }

    #[inline]
    fn column_mut(&mut self, column: usize) -> &mut [u64] {
        let (start, end) = self.place(column);
        let words: &mut [u64] = match &mut self.words {
            Words::Few(words) => words,
            Words::Many(words) => words,
        };
        words.get_mut(start..end).unwrap_or_default()
    }

    /// The words of a column.
    #[inline]
    fn column(&self, column: usize) -> &[u64] {
        let (start, end) = self.place(column);
        let words: &[u64] = match &self.words {
            Words::Few(words) => words,
            Words::Many(words) => words,
        };
        words.get(start..end).unwrap_or_default()
    }

    const fn place(&self, column: usize) -> (usize, usize) {
        let start = column.saturating_mul(self.per_column);
        (start, start.saturating_add(self.per_column))
    }

    /// The columns with a cell that fails, from the left, each with the place of a word and the rows of it in which it
    /// does.
    pub(crate) fn words(&self) -> impl Iterator<Item = (usize, usize, u64)> + '_ {
        let words = |column| self.column(column).iter().enumerate().map(move |(word, rows)| (column, word, *rows));
        (0..self.columns).flat_map(words).filter(|(_, _, rows)| *rows != 0)
    }

    /// The rows of which no cell fails: those that match.
    pub(crate) fn matching(&self) -> impl Iterator<Item = usize> + '_ {
        let failed = move |word: usize| {
            let words = (0..self.columns).filter_map(move |column| self.column(column).get(word));
            words.fold(0, |failed, rows| failed | rows)
        };
        (0..self.per_column).flat_map(move |word| ones(word, before(self.end, word) & !failed(word)))
    }

    /// Of each row the columns of which the cell fails, a bit each.
    pub(crate) fn by_row(&self) -> Vec<u64> {
        let mut columns = vec![0; self.end];
        for (column, word, rows) in self.words() {
            for row in ones(word, rows) {
                if let Some(columns) = columns.get_mut(row) {
                    *columns |= bit(column);
                }
            }
        }
        columns
    }
}
