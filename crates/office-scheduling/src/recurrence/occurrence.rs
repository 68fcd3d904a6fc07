//! The instances of one rule, one after another.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "a period holds at most 366 days of 86,400 times, and its seconds are those of years 0 to 9999"
)]

use chrono::{NaiveDateTime, NaiveTime, Timelike};
use office_core::Zone;

use super::gregorian::{DAY, FIRST_YEAR, LAST_YEAR, civil};
use super::rule::{Frequency, Rule, RuleEnd, Until};
use super::walk::Walk;
use super::wall::{Clock, reading, seconds};

/// The instances that a rule itself yields, in order and without duplicates.
///
/// They are worked out some at a time, so that most of the work is done for many at once.
#[derive(Clone, Debug)]
pub(super) struct Matches {
    walk: Walk,
    /// Seconds from a base to its instances, ascending.
    times: Vec<i64>,
    positions: Vec<i64>,
    end: Bound,
    /// What comes before this is not listed: it is before the beginning, or was worked out already. Days moved into the
    /// next period may come in that one again.
    from: i64,
    /// How many of what comes at or after `from` may still be worked out.
    left: Option<u32>,
    bases: Vec<i64>,
    /// How many instances of the bases were worked out.
    done: usize,
    /// Instances worked out, and how many of them were listed or passed over.
    ready: Vec<i64>,
    listed: usize,
}

/// The most instances worked out at a time.
const MOST_READY: usize = 64;

impl Matches {
    /// The instances of a rule from its start on. A start outside years 0 to 9999 has none.
    pub(super) fn new(rule: &Rule, start: i64, zone: Option<Zone>) -> Self {
        let parts = rule.parts();
        let count = match parts.end {
            RuleEnd::Count(count) => Some(count),
            RuleEnd::Never | RuleEnd::Until(_) => None,
        };
        let in_range = (FIRST_YEAR..=LAST_YEAR).contains(&year_of(start));
        let start = if in_range { start } else { 0 };
        Self {
            walk: Walk::new(rule, start),
            times: times(rule, start),
            positions: parts.by_position.iter().map(|n| i64::from(*n)).collect(),
            end: bound(parts.end, zone),
            from: start,
            left: if in_range { count } else { Some(0) },
            bases: Vec::new(),
            done: 0,
            ready: Vec::new(),
            listed: 0,
        }
    }

    /// Passes over what comes before a second: at once where the rule does not count, else some at a time.
    pub(super) fn seek(&mut self, at: i64) {
        let at = at.min(seconds(NaiveDateTime::MAX));
        self.pass(at);
        if self.left.is_none() && self.listed == self.ready.len() {
            self.from = self.from.max(at);
            if year_of(self.from) > LAST_YEAR {
                self.left = Some(0);
                return;
            }
            // What is left of the current periods comes first.
            self.skip();
            self.walk.seek(self.from);
        }
        while self.listed == self.ready.len() && self.left.is_some() && self.fill() {
            self.pass(at);
        }
    }

    /// The next instance, which stays the next.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<i64> {
        if self.listed == self.ready.len() && !self.fill() {
            return None;
        }
        self.ready.get(self.listed).copied()
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
        match self.left.and_then(|left| left.checked_sub(1)) {
            Some(left) => self.left = Some(left),
            // The last one is worked out already.
            None => drop(self.ready.pop()),
        }
    }

    /// Passes over those worked out that come before a second.
    fn pass(&mut self, at: i64) {
        self.listed += self.ready.get(self.listed..).map_or(0, |rest| rest.partition_point(|second| *second < at));
    }

    /// Works out the instances that come next; false where there are none.
    fn fill(&mut self) -> bool {
        while self.listed == self.ready.len() {
            self.ready.clear();
            self.listed = 0;
            let over = self.left == Some(0) || self.times.is_empty();
            let found = !over && if self.positions.is_empty() { self.expand() } else { self.choose() };
            if !found {
                self.left = Some(0);
                return false;
            }
            self.limit();
        }
        true
    }

    /// Works out instances of the bases, of the next ones where none are left; false where the walk is over.
    fn expand(&mut self) -> bool {
        let each = self.times.len();
        if self.done >= self.bases.len() * each {
            if !self.walk.advance(&mut self.bases) {
                return false;
            }
            self.done = 0;
            self.skip();
        }
        if let [time] = self.times.as_slice() {
            self.ready.extend(self.bases.iter().skip(self.done).take(MOST_READY).map(|base| base + time));
            self.done += self.ready.len();
            return true;
        }
        let mut first = self.done % each;
        for base in self.bases.iter().skip(self.done / each) {
            let room = MOST_READY - self.ready.len();
            self.ready.extend(self.times.iter().skip(first).take(room).map(|time| base + time));
            if self.ready.len() == MOST_READY {
                break;
            }
            first = 0;
        }
        self.done += self.ready.len();
        true
    }

    /// Works out the instances that the positions choose of the next period in which they choose any; false where there
    /// is none.
    fn choose(&mut self) -> bool {
        while self.walk.advance(&mut self.bases) {
            let each = self.times.len();
            let size = i64::try_from(self.bases.len() * each).unwrap_or(i64::MAX);
            for n in self.positions.iter().filter(|n| n.abs() <= size) {
                let at = usize::try_from(if *n > 0 { n - 1 } else { size + n }).unwrap_or(usize::MAX);
                if let (Some(base), Some(time)) = (self.bases.get(at / each), self.times.get(at % each)) {
                    self.ready.push(base + time);
                }
            }
            self.ready.sort_unstable();
            self.ready.dedup();
            if !self.ready.is_empty() {
                return true;
            }
            // Where every period has the same number of instances, none has the positions.
            if self.walk.periods_are_alike() {
                return false;
            }
        }
        false
    }

    /// Takes away what was worked out before the beginning or beyond the end.
    fn limit(&mut self) {
        let Some(last) = self.ready.last().copied() else { return };
        let counted = self.left;
        if last > self.end.surely_until() {
            let mut end = self.end;
            if let Some(over) = self.ready.iter().position(|second| end.is_over(*second)) {
                self.ready.truncate(over);
                self.left = Some(0);
            }
            self.ready.retain(|second| end.holds(*second));
        }
        self.listed = self.ready.iter().take_while(|second| **second < self.from).count();
        self.from = self.from.max(last + 1);
        if let Some(left) = counted {
            self.ready.truncate(self.listed + usize::try_from(left).unwrap_or(usize::MAX));
            let taken = self.ready.len() - self.listed;
            self.left = Some(left - u32::try_from(taken).unwrap_or(left));
        }
    }

    /// Passes over the bases that lie a day or more before the beginning.
    fn skip(&mut self) {
        if self.positions.is_empty() {
            let skipped = self.bases.iter().take_while(|base| **base + DAY <= self.from).count();
            self.done = self.done.max(skipped * self.times.len());
        }
    }
}

impl Iterator for Matches {
    type Item = i64;

    #[inline]
    fn next(&mut self) -> Option<i64> {
        let next = self.peek()?;
        self.listed += 1;
        Some(next)
    }
}

/// The year of a second; far years are not told apart.
fn year_of(second: i64) -> i64 {
    civil(second.div_euclid(DAY).clamp(-1_000_000, 4_000_000)).0
}

/// Where a rule's instances end.
#[derive(Clone, Copy, Debug)]
enum Bound {
    None,
    At(i64),
    /// An instant, and the second at which a zone's clocks show it.
    Instant {
        until: i64,
        clock: Clock,
        shown: i64,
    },
}

impl Bound {
    /// Clocks are never changed by more than a day and its surroundings; farther away, readings decide.
    const MARGIN: i64 = 2 * DAY;

    /// A second up to which all readings hold.
    const fn surely_until(self) -> i64 {
        match self {
            Self::None => i64::MAX,
            Self::At(last) => last,
            Self::Instant { shown, .. } => shown - Self::MARGIN,
        }
    }

    /// Whether neither a reading nor any later one holds.
    const fn is_over(self, second: i64) -> bool {
        match self {
            Self::None => false,
            Self::At(last) => second > last,
            Self::Instant { shown, .. } => second > shown + Self::MARGIN,
        }
    }

    fn holds(&mut self, second: i64) -> bool {
        match self {
            Self::None => true,
            Self::At(last) => second <= *last,
            Self::Instant { until, clock, .. } => clock.instant(second).at <= *until,
        }
    }
}

fn bound(end: RuleEnd, zone: Option<Zone>) -> Bound {
    let RuleEnd::Until(until) = end else { return Bound::None };
    match (until, zone) {
        (Until::Date(date), _) => Bound::At(seconds(date.and_time(NaiveTime::MIN)) + DAY - 1),
        (Until::Local(at), _) => Bound::At(seconds(at)),
        (Until::Utc(at), None) => Bound::At(seconds(at.naive_utc())),
        (Until::Utc(until), Some(zone)) => {
            Bound::Instant { until: until.timestamp(), clock: Clock::new(zone), shown: seconds(zone.local(until)) }
        }
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
