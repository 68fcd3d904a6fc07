//! The starts that are looked at, and sets of them as bits.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "seconds of a window, lengths and steps of 32 bits stay far inside i64, and indices below the greatest number of starts"
)]

use chrono::{DateTime, TimeDelta, Utc};
use office_core::Interval;

use super::query::TimeQuery;
use super::{MAX_STARTS, TimeQueryError};

/// The starts that are looked at: so many, a step apart from one another.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    begin: DateTime<Utc>,
    step: i64,
    length: i64,
    count: usize,
}

impl Grid {
    pub(super) fn of(query: &TimeQuery) -> Result<Self, TimeQueryError> {
        let (length, step) = (i64::from(query.length_seconds), i64::from(query.step_seconds));
        if length == 0 {
            return Err(TimeQueryError::NoLength);
        }
        if step == 0 {
            return Err(TimeQueryError::NoStep);
        }
        let room = query.window.duration().num_seconds() - length;
        if room < 0 {
            return Err(TimeQueryError::TooLong { seconds: query.length_seconds, window: query.window });
        }
        let starts = room / step + 1;
        let count = usize::try_from(starts).ok().filter(|count| *count <= MAX_STARTS);
        let count = count.ok_or(TimeQueryError::TooManyStarts { starts: starts.unsigned_abs() })?;
        if query.people.is_empty() {
            return Err(TimeQueryError::Nobody);
        }
        Ok(Self { begin: query.window.start(), step, length, count })
    }

    pub(super) fn none(&self) -> Starts {
        Starts { words: vec![0; self.count.div_ceil(BITS)] }
    }

    pub(super) fn every(&self) -> Starts {
        let mut every = self.none();
        every.insert(0, self.count);
        every
    }

    pub(super) fn all(&self) -> impl Iterator<Item = usize> + use<> {
        0..self.count
    }

    /// The time of the meeting that begins at a start.
    pub(super) fn time(&self, start: usize) -> Option<Interval> {
        let later = TimeDelta::seconds(i64::try_from(start).ok()? * self.step);
        Interval::starting(self.begin.checked_add_signed(later)?, TimeDelta::seconds(self.length)).ok()
    }

    /// The whole hours up to a start.
    pub(super) fn hours_to(&self, start: usize) -> u32 {
        let seconds = i64::try_from(start).unwrap_or(i64::MAX / self.step) * self.step;
        u32::try_from(seconds / 3_600).unwrap_or(u32::MAX)
    }

    pub(super) fn index_of(&self, at: DateTime<Utc>) -> Option<usize> {
        let since = at.signed_duration_since(self.begin);
        let seconds = since.num_seconds();
        if seconds < 0 || since.subsec_nanos() != 0 || seconds % self.step != 0 {
            return None;
        }
        usize::try_from(seconds / self.step).ok().filter(|start| *start < self.count)
    }

    /// Puts into a set the starts at which a meeting, with so many seconds around it, would overlap a time.
    pub(super) fn rule_out(&self, set: &mut Starts, time: Interval, around_end: u32, around_start: u32) {
        let (from, to) = self.seconds(time);
        // The first start after which the meeting is not over when the time begins, and the first that is after its end.
        let first = from - self.length - i64::from(around_end) + 1;
        let end = to + i64::from(around_start);
        set.insert(self.at_or_after(first), self.at_or_after(end));
    }

    /// The starts at which all of a meeting lies within one of the times, those that touch joined.
    pub(super) fn within(&self, times: &[Interval]) -> Starts {
        let mut set = self.none();
        for time in Interval::union(times.iter().copied()) {
            let since = time.start().signed_duration_since(self.begin);
            // A time that begins within a second is open from the next one on.
            let from = since.num_seconds() + i64::from(since.subsec_nanos() > 0);
            let to = floor(time.end().signed_duration_since(self.begin));
            set.insert(self.at_or_after(from), self.at_or_after(to - self.length + 1));
        }
        set
    }

    /// A time in whole seconds since the first start, no shorter than it is.
    fn seconds(&self, time: Interval) -> (i64, i64) {
        let end = time.end().signed_duration_since(self.begin);
        (floor(time.start().signed_duration_since(self.begin)), floor(end) + i64::from(end.subsec_nanos() != 0))
    }

    fn at_or_after(&self, second: i64) -> usize {
        let start = second.max(0) / self.step + i64::from(second.max(0) % self.step != 0);
        usize::try_from(start).map_or(self.count, |start| start.min(self.count))
    }
}

fn floor(since: TimeDelta) -> i64 {
    since.num_seconds() - i64::from(since.subsec_nanos() < 0)
}

const BITS: usize = 64;

/// A set of starts, bit by bit.
#[derive(Clone, Debug)]
pub(super) struct Starts {
    words: Vec<u64>,
}

impl Starts {
    /// Puts the starts from one up to, not including, another into it.
    fn insert(&mut self, from: usize, to: usize) {
        if from >= to {
            return;
        }
        let (first, last) = (from / BITS, (to - 1) / BITS);
        let head = u64::MAX << (from % BITS);
        let tail = u64::MAX >> (BITS - 1 - (to - 1) % BITS);
        for (index, word) in self.words.iter_mut().enumerate().take(last + 1).skip(first) {
            let mut bits = u64::MAX;
            if index == first {
                bits &= head;
            }
            if index == last {
                bits &= tail;
            }
            *word |= bits;
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, more)| *word |= more);
    }

    pub(super) fn remove(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, less)| *word &= !less);
    }

    pub(super) fn has(&self, start: usize) -> bool {
        self.words.get(start / BITS).is_some_and(|word| word & (1 << (start % BITS)) != 0)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(index, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = usize::try_from(rest.trailing_zeros()).ok().filter(|_| rest != 0)?;
                rest &= rest - 1;
                Some(index * BITS + bit)
            })
        })
    }
}
