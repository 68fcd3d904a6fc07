//! The rows that are found, in order.

/// How many rows beyond the first 64 of a table are kept without taking memory.
const FEW: usize = 16;

/// Rows by their places, in order.
#[derive(Clone, Debug)]
pub(crate) enum Rows {
    /// Some of the first 64, a bit each.
    Word(u64),
    Few {
        rows: [u16; FEW],
        count: usize,
    },
    Many(Vec<u16>),
}

impl Rows {
    #[inline]
    pub(crate) const fn new() -> Self {
        Self::Few { rows: [0; FEW], count: 0 }
    }

    /// Adds a row after the others. Rows beyond the 65,535th do not exist.
    #[inline]
    pub(crate) fn push(&mut self, row: usize) {
        let row = u16::try_from(row).unwrap_or(u16::MAX);
        match self {
            Self::Few { rows, count } if *count < FEW => {
                if let Some(place) = rows.get_mut(*count) {
                    *place = row;
                }
                *count = count.saturating_add(1);
            }
            Self::Many(rows) => rows.push(row),
            Self::Word(_) | Self::Few { .. } => {
                let rows = self.iter().filter_map(|row| u16::try_from(row).ok());
                *self = Self::Many(rows.chain([row]).collect());
            }
        }
    }

    #[inline]
    pub(crate) fn iter(&self) -> Places<'_> {
        match self {
            Self::Word(word) => Places { word: *word, rows: [].iter() },
            Self::Few { rows, count } => Places { word: 0, rows: rows.get(..*count).unwrap_or_default().iter() },
            Self::Many(rows) => Places { word: 0, rows: rows.iter() },
        }
    }

    #[inline]
    pub(crate) fn first(&self) -> Option<usize> {
        self.iter().next()
    }

    /// Whether there are several.
    #[inline]
    pub(crate) fn are_several(&self) -> bool {
        self.iter().nth(1).is_some()
    }
}

/// The places of rows, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Places<'a> {
    word: u64,
    rows: std::slice::Iter<'a, u16>,
}

impl Iterator for Places<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        if self.word == 0 {
            return self.rows.next().map(|row| usize::from(*row));
        }
        let row = usize::try_from(self.word.trailing_zeros()).ok();
        self.word &= self.word.wrapping_sub(1);
        row
    }
}

impl FromIterator<usize> for Rows {
    fn from_iter<I: IntoIterator<Item = usize>>(rows: I) -> Self {
        let mut all = Self::new();
        rows.into_iter().for_each(|row| all.push(row));
        all
    }
}

/// The rows whose bits are set in a word.
#[inline]
pub(crate) fn ones(word: usize, bits: u64) -> impl Iterator<Item = usize> {
    let first = word.saturating_mul(64);
    Places { word: bits, rows: [].iter() }.map(move |row| first.saturating_add(row))
}
