//! Finding the number of a name without searching.

/// For what a name mixes to, the number of a name that it may be.
///
/// Two names may mix to one place: whoever asks compares the name, and searches where it is another. So no choice of
/// names makes finding slower than searching.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shortcuts {
    // As many as a power of two.
    places: Vec<u32>,
}

impl Shortcuts {
    /// Enough for so many names to mostly have a place of their own.
    pub(crate) fn for_names(count: usize) -> Self {
        Self { places: vec![u32::MAX; count.saturating_mul(4).clamp(1, 1 << 20).next_power_of_two()] }
    }

    /// The number that the name may have.
    pub(crate) fn guess(&self, name: &[u8]) -> Option<u32> {
        self.places.get(self.place(name)?).copied()
    }

    /// That a name has this number.
    pub(crate) fn remember(&mut self, name: &[u8], number: u32) {
        if let Some(place) = self.place(name).and_then(|place| self.places.get_mut(place)) {
            *place = number;
        }
    }

    fn place(&self, name: &[u8]) -> Option<usize> {
        // The upper bits are the mixed ones.
        usize::try_from(mixed(name) >> 32).ok().map(|mixed| mixed & self.places.len().saturating_sub(1))
    }
}

/// A number that is mostly another for another name.
fn mixed(name: &[u8]) -> u64 {
    let mix = |mixed: u64, word: u64| (mixed.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let (words, rest) = name.as_chunks::<8>();
    let mixed = words.iter().fold(0, |mixed, word| mix(mixed, u64::from_le_bytes(*word)));
    rest.iter().fold(mixed, |mixed, byte| mix(mixed, u64::from(*byte)))
}
