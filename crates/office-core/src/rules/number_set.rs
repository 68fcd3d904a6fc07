//! Sets of small numbers: of the rows of a table, of the atoms of a column.

/// A set of numbers below a length that is given when it is made.
///
/// Two sets that are combined are of one length; what one lacks of the other's length counts as absent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct NumberSet(Vec<u64>);

impl NumberSet {
    /// No number below the length.
    pub(crate) fn none(length: usize) -> Self {
        Self(vec![0; length.div_ceil(64)])
    }

    /// Every number below the length.
    pub(crate) fn all(length: usize) -> Self {
        let mut bits = Self(vec![u64::MAX; length.div_ceil(64)]);
        let rest = length % 64;
        if let (Some(last), true) = (bits.0.last_mut(), rest != 0) {
            *last >>= 64_usize.saturating_sub(rest);
        }
        bits
    }

    /// The numbers below the length for which it is so.
    pub(crate) fn those(length: usize, is_in: impl Fn(usize) -> bool) -> Self {
        let mut bits = Self::none(length);
        (0..length).filter(|number| is_in(*number)).for_each(|number| bits.insert(number));
        bits
    }

    /// The sets' words, the lowest numbers first.
    pub(crate) fn words(&self) -> &[u64] {
        &self.0
    }

    pub(crate) fn insert(&mut self, number: usize) {
        if let Some(word) = self.0.get_mut(number / 64) {
            *word |= 1 << (number % 64);
        }
    }

    pub(crate) fn contains(&self, number: usize) -> bool {
        self.0.get(number / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub(crate) fn count(&self) -> usize {
        ones(self.0.iter().copied())
    }

    /// How many numbers are in both.
    pub(crate) fn count_shared(&self, other: &Self) -> usize {
        ones(self.0.iter().zip(&other.0).map(|(one, two)| one & two))
    }

    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(one, two)| one & two != 0)
    }

    pub(crate) fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(one, two)| one & two).collect())
    }

    pub(crate) fn or(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(one, two)| one | two).collect())
    }

    /// Whether every number of this one is in the other.
    pub(crate) fn is_within(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(one, two)| one & !two == 0)
    }

    /// The lowest number.
    pub(crate) fn first(&self) -> Option<usize> {
        self.iter().next()
    }

    /// The numbers below a bound, and those from it on, counted from it.
    pub(crate) fn split(&self, bound: usize) -> (Vec<usize>, Vec<usize>) {
        let (below, above): (Vec<usize>, Vec<usize>) = self.iter().partition(|number| *number < bound);
        (below, above.into_iter().map(|number| number.saturating_sub(bound)).collect())
    }

    /// The numbers, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(index, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = usize::try_from(left.trailing_zeros()).ok().filter(|bit| *bit < 64)?;
                left &= left.wrapping_sub(1);
                Some(index.saturating_mul(64).saturating_add(bit))
            })
        })
    }
}

/// How many numbers there are in words.
fn ones(words: impl Iterator<Item = u64>) -> usize {
    words.map(|word| usize::try_from(word.count_ones()).unwrap_or(64)).fold(0, usize::saturating_add)
}
