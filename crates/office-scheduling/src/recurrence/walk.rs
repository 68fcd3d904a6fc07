//! From one period of a rule to the next that holds anything.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "a walk ends with the year 9999, and an interval is at most u32: all sums stay far inside i64"
)]

use super::gregorian::{DAY, FIRST_YEAR, LAST_YEAR, align, civil, day_number, month_length, weekday};
use super::pattern::DayPattern;
use super::rule::{Frequency, Rule};

/// The periods of a rule, in order.
///
/// What a period holds is told as bases: the days of a year, month or week, one day, or one hour, minute or second,
/// as seconds of the wall clock. Periods without a base are passed over a month at a time where days are limited, an
/// hour or minute at a time where the time of day is, so that a rule that never comes ends soon.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    pattern: DayPattern,
    kind: Kind,
    interval: i64,
    /// Whether several periods may be told at once.
    together: bool,
    month: Month,
    /// Where counting begins, in the unit of the kind.
    anchor: i64,
    /// The next period to look at, in the same unit; none where the walk is over.
    next: Option<i64>,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Years,
    Months,
    /// Counted in days; the interval is a multiple of seven.
    Weeks,
    Days,
    Units(Units),
}

/// The month of the last day looked at. Invariant: of no days, or the allowed ones of its month.
#[derive(Clone, Copy, Debug, Default)]
struct Month {
    /// The number of its first day.
    first: i64,
    /// The number of the first day after it.
    end: i64,
    year: i64,
    /// Bit `d` for the allowed day `d`.
    allowed: u32,
}

impl Month {
    /// The allowed days from one of its days on: bit 0 for that day.
    const fn allowed_from(&self, day: i64) -> u32 {
        self.allowed >> (day - self.first + 1)
    }
}

/// The most weeks told at once, and the most hours, minutes or seconds.
const MOST_WEEKS: i64 = 8;
const MOST_UNITS: usize = 64;

/// Hours, minutes or seconds, and which of them are allowed.
#[derive(Clone, Copy, Debug)]
struct Units {
    /// Seconds in one.
    size: i64,
    hours: u64,
    minutes: u64,
    seconds: u64,
    /// Whether all are.
    any: bool,
}

impl Walk {
    /// The walk of a rule from the period that holds its start.
    pub(super) fn new(rule: &Rule, start: i64) -> Self {
        let parts = rule.parts();
        let pattern = DayPattern::new(rule, start);
        let day = start.div_euclid(DAY);
        let (year, month, _) = civil(day);
        let interval = i64::from(parts.interval);
        let bits = |list: &[u8], whole: bool| {
            if whole || list.is_empty() { u64::MAX } else { list.iter().fold(0, |bits, n| bits | 1_u64 << *n) }
        };
        let units = |size: i64| {
            let hours = bits(&parts.by_hour, false);
            let minutes = bits(&parts.by_minute, size > 60);
            let seconds = bits(&parts.by_second, size > 1);
            Kind::Units(Units { size, hours, minutes, seconds, any: hours & minutes & seconds == u64::MAX })
        };
        let (kind, anchor, interval) = match parts.frequency {
            Frequency::Yearly => (Kind::Years, year, interval),
            Frequency::Monthly => (Kind::Months, year * 12 + month - 1, interval),
            Frequency::Weekly => {
                let week_start = i64::from(parts.week_start.num_days_from_monday());
                (Kind::Weeks, day - (weekday(day) - week_start).rem_euclid(7), interval * 7)
            }
            Frequency::Daily => (Kind::Days, day, interval),
            Frequency::Hourly => (units(3_600), start.div_euclid(3_600), interval),
            Frequency::Minutely => (units(60), start.div_euclid(60), interval),
            Frequency::Secondly => (units(1), start, interval),
        };
        let together = parts.by_position.is_empty();
        let mut walk = Self { pattern, kind, interval, together, month: Month::default(), anchor, next: Some(anchor) };
        if !walk.can_come() {
            walk.next = None;
        }
        walk
    }

    /// Skips to the period that holds a second of the wall clock, or the first one after it.
    pub(super) fn seek(&mut self, at: i64) {
        let day = at.div_euclid(DAY);
        // The first of a month may belong to the month before.
        let (year, month, _) = civil(if self.pattern.moves_on() { day - 1 } else { day });
        let at = match self.kind {
            Kind::Years => year,
            Kind::Months => year * 12 + month - 1,
            // A week that began up to six days earlier holds it.
            Kind::Weeks => day - 6,
            Kind::Days => day,
            Kind::Units(units) => at.div_euclid(units.size),
        };
        self.next = self.next.map(|next| next.max(align(self.anchor, self.interval, at)));
    }

    /// Whether every period that has a base has just one, so that all hold the same number of instances.
    pub(super) const fn periods_are_alike(&self) -> bool {
        matches!(self.kind, Kind::Days | Kind::Units(_))
    }

    /// Puts the bases of the next period that has any into `bases`, in order, and of some that follow it where the rule
    /// takes no positions within a period; false where there is none.
    pub(super) fn advance(&mut self, bases: &mut Vec<i64>) -> bool {
        bases.clear();
        while let Some(at) = self.next {
            self.next = match self.kind {
                Kind::Years => self.year(at, bases),
                Kind::Months => self.month(at, bases),
                Kind::Weeks => self.week(at, bases),
                Kind::Days => self.day(at, bases),
                Kind::Units(units) => self.unit(at, units, bases),
            };
            if !bases.is_empty() {
                return true;
            }
        }
        false
    }

    fn year(&self, year: i64, bases: &mut Vec<i64>) -> Option<i64> {
        if year > LAST_YEAR {
            return None;
        }
        for month in 1..=12 {
            self.push_month(year, month, bases);
        }
        Some(year + self.interval)
    }

    fn month(&self, at: i64, bases: &mut Vec<i64>) -> Option<i64> {
        let (year, month) = (at.div_euclid(12), at.rem_euclid(12) + 1);
        if year > LAST_YEAR {
            return None;
        }
        self.push_month(year, month, bases);
        Some(at + self.interval)
    }

    fn push_month(&self, year: i64, month: i64, bases: &mut Vec<i64>) {
        let mut set = self.pattern.month(year, month);
        let beyond = self.pattern.beyond(year, month);
        if set == 0 && beyond.is_none() {
            return;
        }
        let before = day_number(year, month, 1) - 1;
        let mut push = |day: i64| {
            // A day may be there already, as one that the month before moved on, or as its last.
            if bases.last() != Some(&(day * DAY)) {
                bases.push(day * DAY);
            }
        };
        beyond.into_iter().filter(|day| *day <= before).for_each(&mut push);
        while set != 0 {
            push(before + i64::from(set.trailing_zeros()));
            set &= set - 1;
        }
        beyond.into_iter().filter(|day| *day > before).for_each(push);
    }

    fn week(&mut self, first: i64, bases: &mut Vec<i64>) -> Option<i64> {
        let mut first = first;
        for _ in 0..if self.together { MOST_WEEKS } else { 1 } {
            let (mut day, end) = (first, first + 7);
            while day < end {
                let month = self.month_of(day);
                if month.year > LAST_YEAR {
                    return None;
                }
                let stop = end.min(month.end);
                let mut set = month.allowed_from(day) & ((1 << (stop - day)) - 1);
                while set != 0 {
                    bases.push((day + i64::from(set.trailing_zeros())) * DAY);
                    set &= set - 1;
                }
                day = stop;
            }
            first += self.interval;
        }
        Some(first)
    }

    fn day(&mut self, day: i64, bases: &mut Vec<i64>) -> Option<i64> {
        let mut day = day;
        let month = self.month_of(day);
        if month.year > LAST_YEAR {
            return None;
        }
        while day < month.end {
            let rest = month.allowed_from(day);
            if rest == 0 {
                return Some(align(self.anchor, self.interval, month.end));
            }
            if rest & 1 == 0 {
                day = align(self.anchor, self.interval, day + i64::from(rest.trailing_zeros()));
                continue;
            }
            bases.push(day * DAY);
            day += self.interval;
            if !self.together {
                break;
            }
        }
        Some(day)
    }

    fn unit(&mut self, unit: i64, units: Units, bases: &mut Vec<i64>) -> Option<i64> {
        let mut unit = unit;
        let day = (unit * units.size).div_euclid(DAY);
        let month = self.month_of(day);
        if month.year > LAST_YEAR {
            return None;
        }
        let to = |second: i64| align(self.anchor, self.interval, second.div_euclid(units.size));
        let rest = month.allowed_from(day);
        if rest & 1 == 0 {
            let next = if rest == 0 { month.end } else { day + i64::from(rest.trailing_zeros()) };
            return Some(to(next * DAY));
        }
        let most = if self.together { MOST_UNITS } else { 1 };
        while bases.len() < most {
            let second = unit * units.size;
            let within = second - day * DAY;
            if within >= DAY {
                break;
            }
            match units.allowed(within) {
                Some(found) if found == within => {
                    bases.push(second);
                    unit += self.interval;
                }
                Some(found) => unit = to(day * DAY + found),
                None => return Some(to((day + 1) * DAY)),
            }
        }
        Some(unit)
    }

    /// The month of a day. One of a year that cannot be written allows no days.
    fn month_of(&mut self, day: i64) -> Month {
        if !(self.month.first..self.month.end).contains(&day) {
            let (year, month, of_month) = civil(day);
            let first = day - of_month + 1;
            let allowed = if (FIRST_YEAR..=LAST_YEAR).contains(&year) { self.pattern.month(year, month) } else { 0 };
            self.month = Month { first, end: first + month_length(year, month), year, allowed };
        }
        self.month
    }

    /// Whether any step of the walk falls on an allowed time of day.
    ///
    /// Steps fall on the times of day that differ from the anchor's by a multiple of the greatest common divisor of
    /// the step and the day, and on all of those in turn.
    fn can_come(&self) -> bool {
        let Kind::Units(units) = self.kind else { return true };
        let step = gcd(self.interval, DAY / units.size) * units.size;
        let phase = (self.anchor * units.size).rem_euclid(step);
        let mut at = phase;
        while at < DAY {
            match units.allowed(at) {
                Some(found) if found == at => return true,
                Some(found) => at = align(phase, step, found),
                None => return false,
            }
        }
        false
    }
}

impl Units {
    /// The first allowed second of the day at or after one, looked for in its hour and minute; else where the next
    /// hour or minute begins. None where the day is over.
    fn allowed(&self, second: i64) -> Option<i64> {
        if self.any {
            return Some(second);
        }
        let (hour, minute, of_minute) = (second / 3_600, second / 60 % 60, second % 60);
        let next_hour = self.hours >> hour;
        if next_hour & 1 == 0 {
            return (next_hour != 0).then(|| (hour + i64::from(next_hour.trailing_zeros())) * 3_600);
        }
        let next_minute = self.minutes >> minute;
        if next_minute & 1 == 0 {
            let skip = if next_minute == 0 { 60 - minute } else { i64::from(next_minute.trailing_zeros()) };
            return Some((second / 60 + skip) * 60).filter(|at| *at < DAY);
        }
        let next_second = self.seconds >> of_minute;
        if next_second & 1 == 0 {
            let skip = if next_second == 0 { 60 } else { i64::from(next_second.trailing_zeros()) };
            return Some(second + skip.min(60 - of_minute)).filter(|at| *at < DAY);
        }
        Some(second)
    }
}

const fn gcd(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a.rem_euclid(b));
    }
    a
}
