//! Working time counted along the time line, so that a question costs the same however long the span asked about.
//!
//! Ordinary days repeat week by week and are counted by whole weeks. The days that differ (opening hours of their
//! own, holidays, clocks changed) are listed once, each with the sum of the differences up to it. Days are numbered
//! from 1970-01-01; instants and readings of the clock are seconds from its midnight.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "every number is a count of seconds or nanoseconds between the years 1 and 9999, checked when it comes in"
)]

use std::collections::BTreeSet;

use super::hours::DayHours;
use crate::Zone;

const DAY_SECONDS: i64 = 86_400;
pub(super) const NANOS: i128 = 1_000_000_000;

/// A stretch of instants, or of readings, in seconds.
type Stretch = (i64, i64);

/// A time during which the clocks are ahead of universal time by the same number of seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Setting {
    from: i64,
    until: i64,
    offset: i64,
    /// The furthest reading that the clocks have come to when it ends.
    reached: i64,
}

/// A day that is not like the others of its weekday.
#[derive(Clone, Debug, PartialEq, Eq)]
struct OddDay {
    day: i64,
    /// Its working time, as instants.
    work: Vec<Stretch>,
    /// By how much this day and all odd ones before it exceed what their weekdays would have, in seconds.
    excess: i64,
}

/// Whether an amount of work done is told by the end of the work or by the start of what comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    /// The first instant by which the amount is done.
    End,
    /// The last instant at which no more than the amount is done.
    Start,
}

/// The working time of a range of days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Timeline {
    first: i64,
    end: i64,
    settings: Vec<Setting>,
    /// The working time of each weekday from Monday on, as readings of the clock.
    week: [Vec<Stretch>; 7],
    /// The work, in seconds, of the days of the week before each weekday, and of all seven.
    before_weekday: [i64; 8],
    // Invariant: ascending by day.
    odd: Vec<OddDay>,
}

impl Timeline {
    /// The time line of the days from `first` up to `end`, with the hours that `hours` tells for those of them that are
    /// among `dated`, and those of the week for the others.
    pub(super) fn new(
        zone: Zone,
        (first, end): (i64, i64),
        week: [&DayHours; 7],
        dated: &BTreeSet<i64>,
        hours: impl Fn(i64) -> DayHours,
    ) -> Self {
        let week = week.map(stretches);
        let mut before_weekday = [0; 8];
        let mut sum = 0;
        for (before, work) in before_weekday.iter_mut().skip(1).zip(&week) {
            sum += total(work);
            *before = sum;
        }
        let settings = settings(zone, (first - 3) * DAY_SECONDS, (end + 3) * DAY_SECONDS);
        let mut timeline = Self { first, end, settings, week, before_weekday, odd: Vec::new() };

        let mut days = dated.clone();
        for setting in timeline.settings.iter().skip(1) {
            let day = (setting.from + setting.offset).div_euclid(DAY_SECONDS);
            days.extend((day - 3..=day + 3).filter(|day| !timeline.is_plain(*day)));
        }
        let mut excess = 0;
        for day in days.range(first..end) {
            let work = timeline.work_of(*day, &hours);
            excess += total(&work) - total(timeline.weekday(*day));
            timeline.odd.push(OddDay { day: *day, work, excess });
        }
        timeline
    }

    /// The first instant, in seconds.
    pub(super) fn start(&self) -> i64 {
        self.midnight(self.first)
    }

    /// The first instant after it, in seconds.
    pub(super) fn finish(&self) -> i64 {
        self.midnight(self.end)
    }

    /// All its working time, in nanoseconds.
    pub(super) fn total(&self) -> i128 {
        i128::from(self.before(self.end)) * NANOS
    }

    /// The working time up to an instant, in nanoseconds. The instant is within the time line or at its end.
    pub(super) fn worked(&self, second: i64, nanos: u32) -> i128 {
        let day = self.day_of(second);
        let (base, work) = self.work(day);
        let mut sum = i128::from(self.before(day)) * NANOS;
        for (start, end) in work.iter().map(|(start, end)| (base + start, base + end)) {
            if second < start {
                break;
            }
            let part = second.min(end) - start;
            sum += i128::from(part) * NANOS + if second < end { i128::from(nanos) } else { 0 };
        }
        sum
    }

    /// Whether an instant of the time line is working time.
    pub(super) fn is_working(&self, second: i64) -> bool {
        let (base, work) = self.work(self.day_of(second));
        work.iter().any(|(start, end)| base + start <= second && second < base + end)
    }

    /// The instant by which an amount of work is done, in seconds and nanoseconds; `None` where there is not so much,
    /// or none before or after it to be at the edge of.
    pub(super) fn instant(&self, worked: i128, edge: Edge) -> Option<(i64, u32)> {
        let enough = |done: i64| match edge {
            Edge::End => i128::from(done) * NANOS >= worked,
            Edge::Start => i128::from(done) * NANOS > worked,
        };
        // The first day by the end of which enough is done.
        let (mut low, mut high) = (self.first, self.end);
        while low < high {
            let middle = low + (high - low) / 2;
            if enough(self.before(middle + 1)) { high = middle } else { low = middle + 1 }
        }
        let (base, work) = self.work(low);
        let mut done = self.before(low);
        for (start, end) in work {
            let length = end - start;
            if enough(done + length) {
                let rest = worked - i128::from(done) * NANOS;
                let second = base + start + i64::try_from(rest.div_euclid(NANOS)).ok()?;
                return Some((second, u32::try_from(rest.rem_euclid(NANOS)).ok()?));
            }
            done += length;
        }
        None
    }

    /// The working time of a day of the time line, as instants in seconds.
    pub(super) fn stretches_of(&self, day: i64) -> impl Iterator<Item = Stretch> {
        let (base, work) = self.work(day);
        work.iter().map(move |(start, end)| (base + start, base + end))
    }

    /// The work, in seconds, of the days before one.
    fn before(&self, day: i64) -> i64 {
        let odd = self.odd.partition_point(|odd| odd.day < day);
        let excess = odd.checked_sub(1).and_then(|last| self.odd.get(last)).map_or(0, |odd| odd.excess);
        self.before_ordinary(day) - self.before_ordinary(self.first) + excess
    }

    /// The work, in seconds, of the ordinary weekdays before a day, from a Monday long gone.
    fn before_ordinary(&self, day: i64) -> i64 {
        let [.., whole] = self.before_weekday;
        let weekday = usize::try_from(weekday(day)).ok().and_then(|weekday| self.before_weekday.get(weekday));
        weeks(day) * whole + weekday.copied().unwrap_or(0)
    }

    /// The readings at which people work on the weekday of a day.
    fn weekday(&self, day: i64) -> &[Stretch] {
        usize::try_from(weekday(day)).ok().and_then(|weekday| self.week.get(weekday)).map_or(&[], Vec::as_slice)
    }

    /// The working time of a day, as seconds after the instant given.
    fn work(&self, day: i64) -> (i64, &[Stretch]) {
        if day < self.first || day >= self.end {
            return (0, &[]);
        }
        match self.odd.binary_search_by_key(&day, |odd| odd.day) {
            Ok(found) => (0, self.odd.get(found).map_or(&[], |odd| odd.work.as_slice())),
            Err(_) => (self.midnight(day), self.weekday(day)),
        }
    }

    /// The first instant at which the clocks have reached the midnight at which a day starts.
    fn midnight(&self, day: i64) -> i64 {
        let reading = day * DAY_SECONDS;
        let setting = self.settings.partition_point(|setting| setting.reached <= reading);
        self.settings.get(setting).map_or(reading, |setting| setting.from.max(reading - setting.offset))
    }

    /// The day whose midnight the clocks have reached last.
    fn day_of(&self, second: i64) -> i64 {
        let setting = self.settings.partition_point(|setting| setting.until <= second);
        let offset = self.settings.get(setting).map_or(0, |setting| setting.offset);
        let mut day = (second + offset).div_euclid(DAY_SECONDS);
        // Clocks put back across midnight show the day before once more, though its midnight has passed.
        while day < self.end && self.midnight(day + 1) <= second {
            day += 1;
        }
        day
    }

    /// Whether the clocks show each reading of the day once, and in a single setting.
    fn is_plain(&self, day: i64) -> bool {
        let (start, end) = (self.midnight(day), self.midnight(day + 1));
        let setting = self.settings.partition_point(|setting| setting.until <= start);
        let plain = |setting: &Setting| setting.until >= end && start + setting.offset == day * DAY_SECONDS;
        end - start == DAY_SECONDS && self.settings.get(setting).is_some_and(plain)
    }

    /// The working time of a day as instants: all those at which the clocks show a time of work.
    fn work_of(&self, day: i64, hours: &impl Fn(i64) -> DayHours) -> Vec<Stretch> {
        let (start, end) = (self.midnight(day), self.midnight(day + 1));
        let mut work: Vec<Stretch> = Vec::new();
        for setting in self.settings.iter().filter(|setting| setting.from < end && start < setting.until) {
            // The readings shown during this setting; they may be of the day before or after.
            let shown = (setting.from.max(start) + setting.offset, setting.until.min(end) + setting.offset);
            let days = shown.0.div_euclid(DAY_SECONDS)..=(shown.1 - 1).div_euclid(DAY_SECONDS);
            for date in days.filter(|date| (self.first..self.end).contains(date)) {
                for (from, until) in stretches(&hours(date)) {
                    let from = (date * DAY_SECONDS + from).max(shown.0);
                    let until = (date * DAY_SECONDS + until).min(shown.1);
                    if from < until {
                        work.push((from - setting.offset, until - setting.offset));
                    }
                }
            }
        }
        work
    }
}

/// The day's number among the days of its week, Monday being 0. 1970-01-01 was a Thursday.
const fn weekday(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

/// The whole weeks before a day, from Monday 1969-12-29.
const fn weeks(day: i64) -> i64 {
    (day + 3).div_euclid(7)
}

fn stretches(hours: &DayHours) -> Vec<Stretch> {
    hours.spans().iter().map(|span| (i64::from(span.start()), i64::from(span.end()))).collect()
}

fn total(work: &[Stretch]) -> i64 {
    work.iter().map(|(start, end)| end - start).sum()
}

/// How the clocks are set from one second to another; before the first setting as in it, after the last as in that.
fn settings(zone: Zone, from: i64, until: i64) -> Vec<Setting> {
    const FAR: i64 = i64::MAX / 4;
    let known = zone.settings().iter().filter(|one| from < one.until && one.from < until);
    let mut settings: Vec<Setting> = Vec::new();
    for one in known {
        let since = settings.last().map_or(-FAR, |last| last.until);
        let end = if one.until < until { one.until } else { FAR };
        let reached = settings.last().map_or(-FAR, |last| last.reached).max(one.shown_until().min(FAR));
        settings.push(Setting { from: since, until: end, offset: one.ahead, reached });
    }
    if let Some(last) = settings.last_mut() {
        last.reached = FAR;
    }
    settings
}
