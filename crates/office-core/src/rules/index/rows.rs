//! The rows that are found, in order.

/// How many rows are kept without taking memory.
const FEW: usize = 32;

/// Rows by their places, in order. Memory is taken only for more than 32.
#[derive(Clone, Debug)]
pub(crate) enum Rows {
    Few { rows: [u16; FEW], count: usize },
    Many(Vec<u16>),
}

impl Rows {
    #[inline]
    pub(crate) const fn new() -> Self {
        Self::Few { rows: [0; FEW], count: 0 }
    }

    /// Adds a row. Rows beyond the 65,535th do not exist.
    #[inline]
    pub(crate) fn push(&mut self, row: usize) {
        let row = u16::try_from(row).unwrap_or(u16::MAX);
        match self {
            Self::Many(rows) => rows.push(row),
            Self::Few { rows, count } => match rows.get_mut(*count) {
                Some(place) => {
                    *place = row;
                    *count = count.saturating_add(1);
                }
                None => *self = Self::Many(rows.iter().copied().chain([row]).collect()),
            },
        }
    }

    pub(crate) fn as_slice(&self) -> &[u16] {
        match self {
            Self::Few { rows, count } => rows.get(..*count).unwrap_or_default(),
            Self::Many(rows) => rows,
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        self.as_slice().iter().map(|row| usize::from(*row))
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
pub(crate) fn ones(word: usize, mut bits: u64) -> impl Iterator<Item = usize> {
    let first = word.saturating_mul(64);
    std::iter::from_fn(move || {
        let place = usize::try_from(bits.trailing_zeros()).ok()?;
        let row = (bits != 0).then(|| first.saturating_add(place))?;
        bits &= bits.wrapping_sub(1);
        Some(row)
    })
}
