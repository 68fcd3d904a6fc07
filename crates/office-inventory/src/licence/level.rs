//! How many seats there are and how many are wanted, day by day.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::DateRange;

use super::{Licence, Seat};

/// How many seats there are and how many are assigned, from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeatLevel {
    /// The day.
    pub from: NaiveDate,
    /// How many seats were bought.
    pub bought: u64,
    /// How many are assigned.
    pub assigned: u64,
}

impl SeatLevel {
    /// How many are in use: what is assigned, and never more than was bought.
    #[must_use]
    pub fn in_use(&self) -> u64 {
        self.assigned.min(self.bought)
    }

    /// How many can still be assigned.
    #[must_use]
    pub const fn free(&self) -> u64 {
        self.bought.saturating_sub(self.assigned)
    }

    /// How many are to be bought, so that everybody to whom a seat is assigned has one.
    #[must_use]
    pub const fn short(&self) -> u64 {
        self.assigned.saturating_sub(self.bought)
    }
}

/// On the day after it, there are fewer seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeatsRunOut {
    /// The last day of more seats.
    pub last: NaiveDate,
    /// How many there are on that day.
    pub before: u64,
    /// How many there are on the next.
    pub after: SeatLevel,
}

impl Licence {
    /// How many seats there are and are assigned: one level for each day on which that changes, in order. There are none
    /// before the first.
    #[must_use]
    pub fn levels(&self) -> Vec<SeatLevel> {
        // What comes and goes on a day: seats bought, seats that run out, seats assigned, seats that are free again.
        let mut changes: BTreeMap<NaiveDate, [u64; 4]> = BTreeMap::new();
        let mut note = |day: NaiveDate, [bought, ended, assigned, freed]: [u64; 4]| {
            let sum = changes.entry(day).or_default();
            for (sum, more) in sum.iter_mut().zip([bought, ended, assigned, freed]) {
                *sum = sum.saturating_add(more);
            }
        };
        for purchase in &self.bought {
            let seats = purchase.seats.into();
            note(purchase.days.start(), [seats, 0, 0, 0]);
            if let Some(end) = purchase.days.end() {
                note(end, [0, seats, 0, 0]);
            }
        }
        for seat in &self.seats {
            note(seat.from, [0, 0, 1, 0]);
            if let Some(until) = seat.until {
                note(until, [0, 0, 0, 1]);
            }
        }
        let (mut bought, mut assigned) = (0_u64, 0_u64);
        let level = |(from, [more, ended, taken, freed]): (NaiveDate, [u64; 4])| {
            bought = bought.saturating_add(more).saturating_sub(ended);
            assigned = assigned.saturating_add(taken).saturating_sub(freed);
            SeatLevel { from, bought, assigned }
        };
        changes.into_iter().map(level).collect()
    }

    /// How many seats there are and are assigned on a day.
    #[must_use]
    pub fn level_on(&self, day: NaiveDate) -> SeatLevel {
        let last = self.levels().into_iter().take_while(|level| level.from <= day).last();
        SeatLevel { from: day, ..last.unwrap_or(SeatLevel { from: day, bought: 0, assigned: 0 }) }
    }

    /// The seats that are in use on a day: of those that are assigned, the first, as many as were bought.
    pub fn in_use_on(&self, day: NaiveDate) -> impl Iterator<Item = &Seat> {
        let bought = usize::try_from(self.level_on(day).bought).unwrap_or(usize::MAX);
        self.seats.iter().filter(move |seat| seat.covers(day)).take(bought)
    }

    /// The seats that are assigned on a day beyond what was bought: what has to be bought, or taken back.
    pub fn without_seat_on(&self, day: NaiveDate) -> impl Iterator<Item = &Seat> {
        let bought = usize::try_from(self.level_on(day).bought).unwrap_or(usize::MAX);
        self.seats.iter().filter(move |seat| seat.covers(day)).skip(bought)
    }

    /// The last days, within some days, of more seats than there are on the next.
    ///
    /// What is bought anew in time does not run out: only the difference is told.
    #[must_use]
    pub fn run_out(&self, within: DateRange) -> Vec<SeatsRunOut> {
        let levels = self.levels();
        let drop = |(before, after): (&SeatLevel, &SeatLevel)| {
            let last = after.from.pred_opt().filter(|last| after.bought < before.bought && within.contains(*last))?;
            Some(SeatsRunOut { last, before: before.bought, after: *after })
        };
        levels.iter().zip(levels.iter().skip(1)).filter_map(drop).collect()
    }

    /// The first day of some on which one more seat is not to be had, and how many were bought for it. Of days without an
    /// end, those on which nothing was bought do not count, but for the first.
    pub(super) fn first_without_seat(&self, from: NaiveDate, until: Option<NaiveDate>) -> Option<(NaiveDate, u64)> {
        let first = self.level_on(from);
        let later = self.levels().into_iter().filter(|level| from < level.from);
        let later = later.take_while(|level| until.is_none_or(|until| level.from < until));
        let later = later.filter(|level| until.is_some() || level.bought > 0);
        let full = std::iter::once(first).chain(later).find(|level| level.free() == 0);
        full.map(|level| (level.from, level.bought))
    }
}
