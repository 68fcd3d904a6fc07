//! The instances of one rule, one after another.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "a period holds at most 366 days of 86,400 times, and its seconds are those of years 0 to 9999"
)]

use chrono::{DateTime, NaiveDateTime, NaiveTime, Timelike, Utc};
use office_core::Zone;

use super::gregorian::{DAY, FIRST_YEAR, LAST_YEAR, civil};
use super::rule::{Frequency, Rule, RuleEnd, Until};
use super::walk::Walk;
use super::wall::{instant, reading, seconds};

/// The instances that a rule itself yields, in order and without duplicates.
#[derive(Clone, Debug)]
pub(super) struct Matches {
    walk: Walk,
    /// Seconds from a base to its instances, ascending.
    times: Vec<i64>,
    positions: Vec<i64>,
    end: Bound,
    /// What comes before this is not listed.
    from: i64,
    /// How many of what comes at or after `from` may still be listed.
    left: Option<u32>,
    bases: Vec<i64>,
    /// Of the period's instances those chosen by position.
    chosen: Vec<usize>,
    index: usize,
    /// The last instance listed: days moved into the next period may come in that one again.
    last: Option<i64>,
    /// The next instance, where it has been looked at already.
    held: Option<i64>,
}

/// Where a rule's instances end.
#[derive(Clone, Copy, Debug)]
enum Bound {
    None,
    At(i64),
    /// An instant, and the second at which a zone's clocks show it.
    Instant {
        until: DateTime<Utc>,
        zone: Zone,
        shown: i64,
    },
}

impl Matches {
    /// The instances of a rule from its start on. A start outside years 0 to 9999 has none.
    pub(super) fn new(rule: &Rule, start: i64, zone: Option<Zone>) -> Self {
        let parts = rule.parts();
        let (year, _, _) = civil(start.div_euclid(DAY).clamp(-1_000_000, 4_000_000));
        let count = match parts.end {
            RuleEnd::Count(count) => Some(count),
            RuleEnd::Never | RuleEnd::Until(_) => None,
        };
        let in_range = (FIRST_YEAR..=LAST_YEAR).contains(&year);
        let start = if in_range { start } else { 0 };
        Self {
            walk: Walk::new(rule, start),
            times: times(rule, start),
            positions: parts.by_position.iter().map(|n| i64::from(*n)).collect(),
            end: bound(parts.end, zone),
            from: start,
            left: if in_range { count } else { Some(0) },
            bases: Vec::new(),
            chosen: Vec::new(),
            index: 0,
            last: None,
            held: None,
        }
    }

    /// Passes over what comes before a second: at once where the rule does not count, else one by one.
    pub(super) fn seek(&mut self, at: i64) {
        let at = at.min(seconds(NaiveDateTime::MAX)).max(self.from);
        if self.left.is_none() {
            let (year, _, _) = civil(at.div_euclid(DAY).clamp(-1_000_000, 4_000_000));
            if year > LAST_YEAR {
                self.left = Some(0);
                return;
            }
            self.held = self.held.filter(|held| *held >= at);
            self.from = at;
            // What is left of the current period comes first.
            self.skip();
            self.walk.seek(at);
            return;
        }
        while let Some(next) = self.next() {
            if next >= at {
                self.held = Some(next);
                return;
            }
        }
    }

    /// The next instance, which stays the next.
    pub(super) fn peek(&mut self) -> Option<i64> {
        self.held = self.next();
        self.held
    }

    /// Whether one of the instances is in this second.
    pub(super) fn any_at(mut self, second: i64) -> bool {
        self.seek(second);
        self.peek() == Some(second)
    }

    /// Counts a start that the rule itself does not yield as the first of its instances.
    pub(super) fn count_start(&mut self, start: i64) {
        if self.left.is_none() || self.peek() == Some(start) {
            return;
        }
        // Invariant: `left` no longer counts the one that is held.
        match self.left.and_then(|left| left.checked_sub(1)) {
            Some(left) => self.left = Some(left),
            None => self.held = None,
        }
    }

    /// Goes to the next period that has instances; false where there is none.
    fn refill(&mut self) -> bool {
        loop {
            if !self.walk.advance(&mut self.bases) {
                return false;
            }
            let size = self.bases.len() * self.times.len();
            self.index = 0;
            if self.positions.is_empty() {
                self.skip();
                return true;
            }
            let size = i64::try_from(size).unwrap_or(i64::MAX);
            self.chosen.clear();
            let at = |n: &i64| usize::try_from(if *n > 0 { n - 1 } else { size + n }).ok();
            self.chosen.extend(self.positions.iter().filter(|n| n.abs() <= size).filter_map(at));
            self.chosen.sort_unstable();
            self.chosen.dedup();
            if !self.chosen.is_empty() {
                return true;
            }
            // Where every period has the same number of instances, none has the positions.
            if self.walk.periods_are_alike() {
                return false;
            }
        }
    }

    /// Passes over the days of the period that lie before the beginning.
    fn skip(&mut self) {
        if self.positions.is_empty() {
            let skipped = self.bases.partition_point(|base| base + DAY <= self.from);
            self.index = self.index.max(skipped * self.times.len());
        }
    }

    /// The instance at the index within the period.
    fn current(&self) -> Option<i64> {
        let at = if self.positions.is_empty() { self.index } else { *self.chosen.get(self.index)? };
        let base = self.bases.get(at.checked_div(self.times.len())?)?;
        let time = self.times.get(at.checked_rem(self.times.len())?)?;
        Some(base + time)
    }
}

impl Iterator for Matches {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        if let Some(held) = self.held.take() {
            return Some(held);
        }
        if self.left == Some(0) {
            return None;
        }
        loop {
            let Some(second) = self.current() else {
                if self.times.is_empty() || !self.refill() {
                    self.left = Some(0);
                    return None;
                }
                continue;
            };
            self.index += 1;
            if second < self.from || self.last.is_some_and(|last| second <= last) {
                continue;
            }
            match self.end.holds(second) {
                Held::Yes => {}
                Held::No => continue,
                Held::Over => {
                    self.left = Some(0);
                    return None;
                }
            }
            self.left = self.left.map(|left| left - 1);
            self.last = Some(second);
            return Some(second);
        }
    }
}

enum Held {
    Yes,
    No,
    Over,
}

impl Bound {
    fn holds(self, second: i64) -> Held {
        // Clocks are never changed by more than a day and its surroundings; farther away, readings decide.
        const MARGIN: i64 = 2 * DAY;
        match self {
            Self::None => Held::Yes,
            Self::At(last) if second <= last => Held::Yes,
            Self::At(_) => Held::Over,
            Self::Instant { shown, .. } if second < shown - MARGIN => Held::Yes,
            Self::Instant { shown, .. } if second > shown + MARGIN => Held::Over,
            Self::Instant { until, zone, .. } => {
                let comes = reading(second).and_then(|local| instant(local, zone));
                if comes.is_some_and(|comes| comes <= until) { Held::Yes } else { Held::No }
            }
        }
    }
}

fn bound(end: RuleEnd, zone: Option<Zone>) -> Bound {
    let RuleEnd::Until(until) = end else { return Bound::None };
    match (until, zone) {
        (Until::Date(date), _) => Bound::At(seconds(date.and_time(NaiveTime::MIN)) + DAY - 1),
        (Until::Local(at), _) => Bound::At(seconds(at)),
        (Until::Utc(at), None) => Bound::At(seconds(at.naive_utc())),
        (Until::Utc(until), Some(zone)) => Bound::Instant { until, zone, shown: seconds(zone.local(until)) },
    }
}

/// The times within a base at which a rule has instances, in seconds, ascending.
fn times(rule: &Rule, start: i64) -> Vec<i64> {
    let parts = rule.parts();
    let Some(clock) = reading(start) else { return Vec::new() };
    let or = |list: &[u8], own: u32| {
        if list.is_empty() { vec![i64::from(own)] } else { list.iter().map(|n| i64::from(*n)).collect() }
    };
    let whole = vec![0];
    let (hours, minutes) = match parts.frequency {
        Frequency::Secondly => return whole,
        Frequency::Minutely => (whole.clone(), whole),
        Frequency::Hourly => (whole, or(&parts.by_minute, clock.minute())),
        Frequency::Daily | Frequency::Weekly | Frequency::Monthly | Frequency::Yearly => {
            (or(&parts.by_hour, clock.hour()), or(&parts.by_minute, clock.minute()))
        }
    };
    let mut times = Vec::new();
    for hour in hours {
        for minute in &minutes {
            // A leap second never comes on a civil calendar.
            let seconds = or(&parts.by_second, clock.second()).into_iter().filter(|second| *second < 60);
            times.extend(seconds.map(|second| hour * 3_600 + minute * 60 + second));
        }
    }
    times
}
