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

/// The words that are named, to be found by their ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// Ascending.
    words: Box<[String]>,
    /// The places of the words, in the order of the drawers they are in; within one ascending.
    places: Box<[u32]>,
    /// Where each drawer begins among the places, and where the last ends.
    // Invariant: one more than there are drawers, and those are a power of two.
    drawers: Box<[u32]>,
}

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
            Self::Named(named) => named.place(text).unwrap_or(named.words.len()),
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
                std::iter::once("other".to_owned()).chain(others).find(|other| named.place(other).is_none())
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
        let drawers = words.len().saturating_mul(4).next_power_of_two();
        let mut placed = Vec::with_capacity(words.len());
        for (place, word) in words.iter().enumerate() {
            placed.push((drawer(word, drawers), u32::try_from(place).ok()?));
        }
        placed.sort_unstable();
        let before = |drawer| u32::try_from(placed.partition_point(|(at, _)| *at < drawer)).ok();
        Some(Self {
            drawers: (0..=drawers).map(before).collect::<Option<_>>()?,
            places: placed.iter().map(|(_, place)| *place).collect(),
            words: words.into(),
        })
    }

    #[inline]
    fn place(&self, text: &str) -> Option<usize> {
        let drawer = drawer(text, self.drawers.len().saturating_sub(1));
        let bound = |at: usize| usize::try_from(*self.drawers.get(at)?).ok();
        let within = self.places.get(bound(drawer)?..bound(drawer.saturating_add(1))?)?;
        let place = |place: &u32| usize::try_from(*place).ok();
        let word = |at: &u32| self.words.get(place(at)?).map(String::as_str);
        // Most drawers are empty or hold one word; where words differ only in their middles, one holds many.
        if let [only] = within {
            return if word(only) == Some(text) { place(only) } else { None };
        }
        within.binary_search_by(|at| word(at).cmp(&Some(text))).ok().and_then(|found| place(within.get(found)?))
    }
}

/// The drawer of a word, by its length, its first eight bytes and its last.
#[inline]
fn drawer(text: &str, drawers: usize) -> usize {
    let bytes = text.as_bytes();
    let (first, last) = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (Some(first), Some(last)) => (u64::from(u32::from_le_bytes(*first)), u64::from(u32::from_le_bytes(*last))),
            _ => match bytes {
                [] => (0, 0),
                [first, rest @ ..] => {
                    (u64::from(*first), rest.iter().fold(0, |all, byte| (all << 8) | u64::from(*byte)))
                }
            },
        },
    };
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    // Odd constants of no meaning, which spread the bits upwards.
    let mixed = (first ^ last.rotate_left(32) ^ length.rotate_left(48)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93) >> 32;
    // Invariant: 32 bits are left, and drawers are a power of two.
    usize::try_from(mixed).unwrap_or(0) & drawers.saturating_sub(1)
}
