//! Words: those that tests name, and all others.

use std::ops::Range;

use crate::rules::Value;
use crate::rules::cell::{Bound, Unary};

/// Words as tests tell them apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Words {
    /// Each word that is named, and last all others together.
    Named(Named),
    /// Where tests ask for the order of words: the first words of all pieces but the first, ascending.
    Ordered(Box<[String]>),
}

/// The words that are named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// Ascending.
    words: Box<[String]>,
    /// The words by their ends: each at the place that its ends are mixed to, or soon after it. None where too many are
    /// mixed to one place.
    // Invariant: a power of two of them, more than there are words.
    slots: Box<[Slot]>,
    /// The place that is none, after all words.
    none: u32,
}

/// A word where its ends are mixed to, or none, whose place is after all words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slot {
    ends: Ends,
    place: u32,
}

/// The length of a word, its first eight bytes and its last: all of a word of at most sixteen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ends {
    length: u32,
    first: u64,
    last: u64,
}

/// How far from where its ends are mixed to a word may be.
const FAR: usize = 8;

impl Words {
    /// None where a test names something else than a word.
    pub(super) fn of(tests: &[&Unary]) -> Option<Self> {
        let mut cuts = Vec::new();
        for test in tests {
            match test {
                Unary::Equal(value) => cuts.extend([start(value, true)?, start(value, false)?]),
                Unary::Below(high) => cuts.push(start(&high.value, !high.included)?),
                Unary::Above(low) => cuts.push(start(&low.value, low.included)?),
                Unary::Between(low, high) => {
                    cuts.extend([start(&low.value, low.included)?, start(&high.value, !high.included)?]);
                }
                Unary::Within(_) => return None,
            }
        }
        let only_named = tests.iter().all(|test| matches!(test, Unary::Equal(_)));
        if only_named {
            cuts = tests.iter().filter_map(|test| named(test)).map(ToOwned::to_owned).collect();
        }
        cuts.sort_unstable();
        cuts.dedup();
        if only_named {
            return Named::of(cuts).map(Self::Named);
        }
        cuts.retain(|cut| !cut.is_empty());
        Some(Self::Ordered(cuts.into()))
    }

    pub(super) fn pieces(&self) -> usize {
        match self {
            Self::Named(named) => named.words.len().saturating_add(1),
            Self::Ordered(cuts) => cuts.len().saturating_add(1),
        }
    }

    #[inline]
    pub(super) fn piece(&self, text: &str) -> usize {
        match self {
            Self::Named(named) => named.place(text),
            Self::Ordered(cuts) => cuts.partition_point(|cut| cut.as_str() <= text),
        }
    }

    pub(super) fn range(&self, test: &Unary) -> Option<Range<usize>> {
        let at = |value: &Value| word(value).map(|word| self.piece(word));
        let start = |low: &Bound| at(&low.value).map(|piece| piece.saturating_add(usize::from(!low.included)));
        let end = |high: &Bound| at(&high.value).map(|piece| piece.saturating_add(usize::from(high.included)));
        Some(match test {
            Unary::Equal(value) => at(value)?..at(value)?.saturating_add(1),
            Unary::Below(high) => 0..end(high)?,
            Unary::Above(low) => start(low)?..self.pieces(),
            Unary::Between(low, high) => start(low)?..end(high)?,
            Unary::Within(_) => return None,
        })
    }

    /// What asks for just the words of these pieces, where they are named; none where one stands for all others.
    pub(super) fn naming(&self, pieces: &[usize]) -> Option<Vec<Unary>> {
        let Self::Named(named) = self else { return None };
        let equal = |piece: &usize| Some(Unary::Equal(Value::Text(named.words.get(*piece)?.clone())));
        pieces.iter().map(equal).collect()
    }

    /// Whether one of the pieces stands for all words that are not named.
    pub(super) fn are_all_others(&self, pieces: &[usize]) -> bool {
        matches!(self, Self::Named(named) if pieces.contains(&named.words.len()))
    }

    /// What asks for just the pieces, where words are told by their order.
    pub(super) fn asking(&self, pieces: Range<usize>) -> Option<Unary> {
        let Self::Ordered(cuts) = self else { return None };
        // A cut that ends in a zero is what follows a word at once: it is after that word, and not at it.
        let bound = |cut: &String, after: bool| match cut.strip_suffix('\0') {
            Some(word) => Bound { value: word.into(), included: after },
            None => Bound { value: cut.as_str().into(), included: !after },
        };
        let low = pieces.start.checked_sub(1).and_then(|before| cuts.get(before));
        let high = cuts.get(pieces.end.checked_sub(1)?);
        match (low, high) {
            (Some(low), Some(high)) if *high == format!("{low}\0") => Some(Unary::Equal(low.as_str().into())),
            (Some(low), Some(high)) => Some(Unary::Between(bound(low, false), bound(high, true))),
            (Some(low), None) => Some(Unary::Above(bound(low, false))),
            (None, Some(high)) => Some(Unary::Below(bound(high, true))),
            (None, None) => None,
        }
    }

    pub(super) fn witness(&self, piece: usize) -> Option<String> {
        match self {
            Self::Named(named) => named.words.get(piece).cloned().or_else(|| {
                // One more try than there are words.
                let others = (2..).map(|number| format!("other {number}")).take(named.words.len());
                std::iter::once("other".to_owned()).chain(others).find(|other| named.place(other) == named.words.len())
            }),
            Self::Ordered(cuts) => {
                let first = piece.checked_sub(1).map_or(Some(""), |before| cuts.get(before).map(String::as_str))?;
                // What follows a word is told by a letter after it, where that is not past the next.
                let plain = first.strip_suffix('\0').map(|word| format!("{word}a"));
                let within = |word: &String| cuts.get(piece).is_none_or(|next| word < next);
                Some(plain.filter(within).unwrap_or_else(|| first.to_owned()))
            }
        }
    }
}

fn word(value: &Value) -> Option<&str> {
    let Value::Text(text) = value else { return None };
    Some(text)
}

fn named(test: &Unary) -> Option<&str> {
    let Unary::Equal(value) = test else { return None };
    word(value)
}

/// The word, or the first word after it.
fn start(value: &Value, included: bool) -> Option<String> {
    let word = word(value)?;
    Some(if included { word.to_owned() } else { format!("{word}\0") })
}

impl Named {
    /// These words, ascending.
    fn of(words: Vec<String>) -> Option<Self> {
        let none = u32::try_from(words.len()).ok()?;
        // Of few words so many that hardly two are mixed to one place.
        let count = words.len().saturating_mul(if words.len() > 64 { 4 } else { 16 }).next_power_of_two();
        let mut slots = vec![Slot { ends: Ends::of(""), place: none }; count];
        for (word, place) in words.iter().zip(0..) {
            let ends = Ends::of(word);
            let free = ends.near(count).find(|at| slots.get(*at).is_some_and(|slot| slot.place == none));
            match free.and_then(|at| slots.get_mut(at)) {
                Some(slot) => *slot = Slot { ends, place },
                // Words that differ only in their middles are all mixed to one place.
                None => return Some(Self { words: words.into(), slots: Box::default(), none }),
            }
        }
        Some(Self { words: words.into(), slots: slots.into(), none })
    }

    /// The place of the word; after all words where it is none of them.
    #[inline]
    #[expect(clippy::needless_bitwise_bool, reason = "found or not is one branch, which is then guessed right")]
    fn place(&self, text: &str) -> usize {
        if self.words.is_empty() {
            return 0;
        }
        let ends = Ends::of(text);
        let slot = self.slots.get(ends.mixed(self.slots.len()));
        match slot {
            Some(slot) if ends.is_all() && (slot.ends.are(ends) | (slot.place == self.none)) => usize_of(slot.place),
            _ => self.search(text, ends),
        }
    }

    /// The same, where the word is not where it is looked for first, or its ends do not tell all of it.
    #[inline(never)]
    fn search(&self, text: &str, ends: Ends) -> usize {
        for at in ends.near(self.slots.len()) {
            let Some(slot) = self.slots.get(at) else { break };
            let is_it = || self.words.get(usize_of(slot.place)).is_none_or(|word| word == text);
            if slot.place == self.none || (slot.ends == ends && is_it()) {
                return usize_of(slot.place);
            }
        }
        let none = self.words.len();
        if self.slots.is_empty() {
            self.words.binary_search_by(|word| word.as_str().cmp(text)).unwrap_or(none)
        } else {
            none
        }
    }
}

fn usize_of(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

impl Ends {
    #[inline]
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let (first, last) = if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
            (u64::from_le_bytes(*first), u64::from_le_bytes(*last))
        } else if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (u64::from(u32::from_le_bytes(*first)), u64::from(u32::from_le_bytes(*last)))
        } else {
            let one = |at: usize| bytes.get(at).map_or(0, |byte| u64::from(*byte));
            (one(0), one(1) | (one(2) << 8))
        };
        Self { length: u32::try_from(bytes.len()).unwrap_or(u32::MAX), first, last }
    }

    /// Whether they are these, found out without a branch, which would be guessed wrong as often as not.
    #[inline]
    fn are(self, other: Self) -> bool {
        let lengths = u64::from(self.length ^ other.length);
        (self.first ^ other.first) | (self.last ^ other.last) | lengths == 0
    }

    /// Whether no other word has them.
    const fn is_all(self) -> bool {
        self.length <= 16
    }

    /// The place, of so many, at which a word with these ends is looked for first.
    #[inline]
    fn mixed(self, count: usize) -> usize {
        let length = u64::from(self.length).rotate_left(48);
        // An odd constant of no meaning, which spreads the bits upwards.
        let mixed = (self.first ^ self.last.rotate_left(32) ^ length).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        // Invariant: 32 bits are left, and the count is a power of two.
        usize::try_from(mixed).unwrap_or(0) & count.wrapping_sub(1)
    }

    /// The places, of so many, at which it may be.
    fn near(self, count: usize) -> impl Iterator<Item = usize> {
        let start = self.mixed(count);
        (0..FAR).map(move |far| start.wrapping_add(far) & count.wrapping_sub(1))
    }
}
