//! Of each atom of a column, the rows whose cell passes.

use std::ops::Range;

use super::bit;

/// The most words that the bit sets of a table take where they are written out: 16 MiB.
pub(super) const MOST_WORDS: usize = 1 << 21;
/// The most that those of one column take of them, so that none takes all.
const MOST_OF_A_COLUMN: usize = 1 << 18;

/// How many words of 64 rows are narrowed down at a time.
pub(super) const BLOCK: usize = 16;

/// Of each atom of a column, the rows whose cell passes: a bit each, 64 a word.
#[derive(Clone, Debug)]
pub(super) enum Bits {
    /// Written out, of at most 64 rows: a word an atom.
    Few(Box<[u64]>),
    /// All rows pass everywhere.
    Free,
    /// Written out, atom by atom.
    Written { words: Box<[u64]>, per_atom: usize },
    /// Of each 64 rows, what it is from an atom on, until the next.
    Changes {
        /// Where each 64 rows begin among the others, and where the last end.
        starts: Box<[usize]>,
        atoms: Box<[u32]>,
        words: Box<[u64]>,
    },
}

/// From this atom on the cell of the row passes; or, the second time, no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Change {
    atom: usize,
    row: usize,
}

impl Change {
    pub(super) fn both(row: usize, range: Range<usize>) -> [Self; 2] {
        [range.start, range.end].map(|atom| Self { atom, row })
    }
}

impl Bits {
    /// The bit sets of so many atoms, where the ranges of one row do not overlap. Takes from the budget what it writes out.
    pub(super) fn of(mut changes: Vec<Change>, atoms: usize, rows: usize, budget: &mut usize) -> Self {
        let (begins, within) =
            (|change: &&Change| change.atom == 0, |change: &Change| (1..atoms).contains(&change.atom));
        if rows > 64 && changes.iter().filter(begins).count() == rows && !changes.iter().any(within) {
            return Self::Free;
        }
        let words = rows.div_ceil(64);
        let wanted = atoms.saturating_mul(words);
        // Of few rows there are few atoms: no more than changes.
        if words == 1 || (wanted <= MOST_OF_A_COLUMN && wanted <= *budget) {
            *budget = budget.saturating_sub(wanted);
            changes.sort_unstable();
            return Self::written(&changes, atoms, words);
        }
        Self::changing(changes, words)
    }

    /// The same, as its changes.
    pub(super) fn changing(mut changes: Vec<Change>, words: usize) -> Self {
        changes.sort_unstable_by_key(|change| (change.row / 64, change.atom));
        Self::changes(&changes, words)
    }

    fn written(changes: &[Change], atoms: usize, per_atom: usize) -> Self {
        let mut words = Vec::with_capacity(atoms.saturating_mul(per_atom));
        let mut passing = vec![0_u64; per_atom];
        let mut changes = changes.iter().peekable();
        for atom in 0..atoms {
            while let Some(change) = changes.next_if(|change| change.atom <= atom) {
                if let Some(word) = passing.get_mut(change.row / 64) {
                    *word ^= bit(change.row);
                }
            }
            words.extend_from_slice(&passing);
        }
        if per_atom == 1 { Self::Few(words.into()) } else { Self::Written { words: words.into(), per_atom } }
    }

    fn changes(changes: &[Change], words: usize) -> Self {
        let (mut starts, mut atoms, mut masks) = (Vec::with_capacity(words.saturating_add(1)), Vec::new(), Vec::new());
        let mut changes = changes.iter().peekable();
        for word in 0..words {
            starts.push(masks.len());
            let mut passing = 0_u64;
            while let Some(change) = changes.next_if(|change| change.row / 64 == word) {
                passing ^= bit(change.row);
                let last = changes.peek().is_none_or(|next| next.row / 64 != word || next.atom != change.atom);
                if let (true, Ok(atom)) = (last, u32::try_from(change.atom)) {
                    atoms.push(atom);
                    masks.push(passing);
                }
            }
        }
        starts.push(masks.len());
        Self::Changes { starts: starts.into(), atoms: atoms.into(), words: masks.into() }
    }

    /// The rows that pass at the atom, where there are few.
    #[inline]
    pub(super) fn of_few(&self, atom: usize) -> u64 {
        if let Self::Few(words) = self { words.get(atom).copied().unwrap_or(0) } else { self.word(atom, 0) }
    }

    /// The rows of a word that pass at the atom.
    pub(super) fn word(&self, atom: usize, word: usize) -> u64 {
        match self {
            Self::Free => u64::MAX,
            Self::Few(words) => words.get(atom).copied().unwrap_or(0),
            Self::Written { words, per_atom } => words.get(place(atom, *per_atom, word)).copied().unwrap_or(0),
            Self::Changes { .. } => self.changed(atom, word),
        }
    }

    /// The rows that pass at the atom, word by word, where they are written out.
    #[inline]
    pub(super) fn written_out(&self, atom: usize) -> Option<&[u64]> {
        match self {
            Self::Few(words) => words.get(atom..),
            Self::Written { words, per_atom } => words.get(place(atom, *per_atom, 0)..),
            Self::Free | Self::Changes { .. } => None,
        }
    }

    /// Leaves of the rows of these words, the first of which is `first`, those that pass at the atom.
    #[inline]
    pub(super) fn narrow(&self, atom: usize, first: usize, passing: &mut [u64; BLOCK]) {
        match self {
            Self::Free => {}
            Self::Few(_) => {
                for (passing, word) in passing.iter_mut().zip(first..) {
                    *passing &= self.word(atom, word);
                }
            }
            Self::Written { words, per_atom } => {
                // Invariant: what is beyond the atom's own words is asked for no row.
                let words = words.get(place(atom, *per_atom, first)..).unwrap_or_default();
                // All at once, where there are as many.
                if let Some(words) = words.first_chunk::<BLOCK>() {
                    passing.iter_mut().zip(words).for_each(|(passing, word)| *passing &= word);
                } else {
                    passing.iter_mut().zip(words).for_each(|(passing, word)| *passing &= word);
                }
            }
            Self::Changes { .. } => {
                for (passing, word) in passing.iter_mut().zip(first..).filter(|(passing, _)| **passing != 0) {
                    *passing &= self.changed(atom, word);
                }
            }
        }
    }

    /// The rows of a word that pass at the atom, after the last change before it.
    #[cold]
    fn changed(&self, atom: usize, word: usize) -> u64 {
        let Self::Changes { starts, atoms, words } = self else { return 0 };
        let Some(&[start, end]) = starts.get(word..).and_then(|starts| starts.first_chunk()) else { return 0 };
        let changes = atoms.get(start..end).unwrap_or_default();
        let last = changes.partition_point(|from| usize::try_from(*from).is_ok_and(|from| from <= atom)).checked_sub(1);
        last.and_then(|last| words.get(start.saturating_add(last))).copied().unwrap_or(0)
    }
}

/// Where a word of an atom is, of so many an atom.
fn place(atom: usize, per_atom: usize, word: usize) -> usize {
    atom.saturating_mul(per_atom).saturating_add(word)
}
