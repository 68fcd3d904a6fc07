//! How many were where at any time: for each location and lot, the balance after each movement.
//!
//! Looking a day up takes time in proportion to the logarithm of the movements there.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::standing::MOST;
use crate::{Location, LotId};

/// A place in time: the day, and the order of recording within it.
pub(super) type Instant = (NaiveDate, u64);

/// A location and, where lots are told apart, the lot.
pub(super) type Shelf = (Location, Option<LotId>);

/// The balances of one shelf, in quantities of 10⁻⁹ units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Track {
    // Invariant: the three lists are of one length and in the order of time, and the milestones are every `STRIDE`th of the
    // days but the first. They are apart because days alone are looked through, and so stay close together: the few
    // milestones first, then the days from one to the next.
    base: i128,
    milestones: Vec<NaiveDate>,
    days: Vec<NaiveDate>,
    sequences: Vec<u64>,
    after: Vec<i128>,
}

/// How many days there are from one milestone to the next: as many as lie in a line or two of the processor's memory.
const STRIDE: usize = 32;

/// Between which bounds balances have to stay.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) least: i128,
    pub(super) most: i128,
}

/// Balances that may not go below zero.
pub(super) const HELD: Bounds = Bounds { least: 0, most: MOST };
/// Balances of those who give and take.
pub(super) const FREE: Bounds = Bounds { least: -MOST, most: MOST };

/// Why a change does not go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// At this time, what was there before would not do for what goes.
    Below {
        at: Instant,
        held: i128,
        wanted: i128,
    },
    Above,
}

impl Track {
    pub(super) fn starting(base: i128) -> Self {
        Self { base, ..Self::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.base == 0 && self.days.is_empty()
    }

    pub(super) fn now(&self) -> i128 {
        self.after.last().copied().unwrap_or(self.base)
    }

    pub(super) fn at(&self, day: NaiveDate) -> i128 {
        self.before(self.until(day))
    }

    /// How many movements there are up to and including a day.
    fn until(&self, day: NaiveDate) -> usize {
        let passed = self.milestones.partition_point(|known| *known <= day);
        let from = passed.saturating_mul(STRIDE);
        let to = from.saturating_add(STRIDE).min(self.days.len());
        from.saturating_add(self.days.get(from..to).unwrap_or_default().partition_point(|known| *known <= day))
    }

    /// Sets the milestones anew, from the day at an index on.
    fn measure(&mut self, index: usize) {
        let first = index.div_ceil(STRIDE).max(1);
        self.milestones.truncate(first.saturating_sub(1));
        self.milestones.extend(self.days.iter().skip(first.saturating_mul(STRIDE)).step_by(STRIDE));
    }

    fn before(&self, index: usize) -> i128 {
        index.checked_sub(1).and_then(|index| self.after.get(index)).copied().unwrap_or(self.base)
    }

    fn instant(&self, index: usize) -> Option<Instant> {
        self.days.get(index).copied().zip(self.sequences.get(index).copied())
    }

    /// Where something that happens then is, or would be put.
    fn index(&self, (day, sequence): Instant) -> usize {
        if self.days.last().copied().zip(self.sequences.last().copied()).is_none_or(|last| last < (day, sequence)) {
            return self.days.len();
        }
        let first = day.pred_opt().map_or(0, |before| self.until(before));
        let next = self.until(day);
        let same = self.sequences.get(first..next).unwrap_or_default();
        first.saturating_add(same.partition_point(|known| *known < sequence))
    }

    /// Whether the balances stay within bounds if this changes at a time.
    pub(super) fn admits(&self, at: Instant, change: i128, bounds: Bounds) -> Result<(), Stop> {
        let index = self.index(at);
        let held = self.before(index);
        let own = held.saturating_add(change);
        if own < bounds.least {
            return Err(Stop::Below { at, held, wanted: change.saturating_neg() });
        }
        if own > bounds.most {
            return Err(Stop::Above);
        }
        self.shifted(index, change, bounds)
    }

    /// Whether they do if what changed at a time had not.
    pub(super) fn spares(&self, at: Instant, bounds: Bounds) -> Result<(), Stop> {
        let index = self.index(at);
        let Some(after) = self.after.get(index).filter(|_| self.instant(index) == Some(at)) else { return Ok(()) };
        let change = self.before(index).saturating_sub(*after);
        self.shifted(index.saturating_add(1), change, bounds)
    }

    /// Whether they do if everything from an index on is so much more.
    fn shifted(&self, from: usize, change: i128, bounds: Bounds) -> Result<(), Stop> {
        let broken = |after: &i128| {
            let shifted = after.saturating_add(change);
            shifted < bounds.least || shifted > bounds.most
        };
        let Some(offset) = self.after.get(from..).unwrap_or_default().iter().position(broken) else { return Ok(()) };
        let index = from.saturating_add(offset);
        let (Some(at), Some(after)) = (self.instant(index), self.after.get(index)) else { return Ok(()) };
        if after.saturating_add(change) > bounds.most {
            return Err(Stop::Above);
        }
        let held = self.before(index);
        Err(Stop::Below { at, held: held.saturating_add(change), wanted: held.saturating_sub(*after) })
    }

    pub(super) fn insert(&mut self, at: Instant, change: i128) {
        let index = self.index(at);
        let after = self.before(index).saturating_add(change);
        self.days.insert(index, at.0);
        self.sequences.insert(index, at.1);
        self.after.insert(index, after);
        self.measure(index);
        self.shift(index.saturating_add(1), change);
    }

    pub(super) fn remove(&mut self, at: Instant) {
        let index = self.index(at);
        let Some(after) = self.after.get(index).copied().filter(|_| self.instant(index) == Some(at)) else { return };
        let change = self.before(index).saturating_sub(after);
        self.days.remove(index);
        self.sequences.remove(index);
        self.after.remove(index);
        self.measure(index);
        self.shift(index, change);
    }

    fn shift(&mut self, from: usize, change: i128) {
        for after in self.after.get_mut(from..).unwrap_or_default() {
            *after = after.saturating_add(change);
        }
    }

    /// Forgets what happened up to and including a day, but for what came of it.
    pub(super) fn forget(&mut self, through: NaiveDate) {
        self.base = self.at(through);
        let known = self.until(through);
        self.days.drain(..known);
        self.sequences.drain(..known);
        self.after.drain(..known);
        self.measure(0);
    }
}

/// The balances of all shelves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Timeline {
    tracks: BTreeMap<Shelf, Track>,
}

impl Timeline {
    pub(super) fn start(&mut self, one: Shelf, balance: i128) {
        self.tracks.insert(one, Track::starting(balance));
    }

    pub(super) fn track(&self, one: Shelf) -> Option<&Track> {
        self.tracks.get(&one)
    }

    pub(super) fn admits(&self, one: Shelf, at: Instant, change: i128, bounds: Bounds) -> Result<(), Stop> {
        match self.tracks.get(&one) {
            Some(track) => track.admits(at, change, bounds),
            None => Track::default().admits(at, change, bounds),
        }
    }

    pub(super) fn change(&mut self, one: Shelf, at: Instant, change: i128) {
        self.tracks.entry(one).or_default().insert(at, change);
    }

    pub(super) fn undo(&mut self, one: Shelf, at: Instant) {
        if let Some(track) = self.tracks.get_mut(&one) {
            track.remove(at);
            if track.is_empty() {
                self.tracks.remove(&one);
            }
        }
    }

    pub(super) fn forget(&mut self, through: NaiveDate) {
        for track in self.tracks.values_mut() {
            track.forget(through);
        }
        self.tracks.retain(|_, track| !track.is_empty());
    }

    /// The shelves of a location, one for each lot.
    pub(super) fn at_location(&self, location: Location) -> impl Iterator<Item = (Option<LotId>, &Track)> {
        let from = (location, None);
        self.tracks
            .range(from..)
            .take_while(move |((here, _), _)| *here == location)
            .map(|((_, lot), track)| (*lot, track))
    }

    pub(super) fn shelves(&self) -> impl Iterator<Item = (Shelf, &Track)> {
        self.tracks.iter().map(|(shelf, track)| (*shelf, track))
    }

    /// What every shelf held before anything that is still known.
    pub(super) fn bases(&self) -> impl Iterator<Item = (Shelf, i128)> {
        self.tracks.iter().map(|(shelf, track)| (*shelf, track.base)).filter(|(_, base)| *base != 0)
    }
}
