//! Which days of a month a rule allows, as a set of bits.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "days of a month are 1 to 31 and years 0 to 10,000, so shifts and sums stay in range"
)]

use super::gregorian::{DAY, FIRST_YEAR, LAST_YEAR, civil, day_number, first_week, month_length, weekday, year_length};
use super::rule::{Frequency, Rule, Skip};

/// The days that a rule with a given start allows, month by month.
///
/// Every frequency reads the same parts the same way; they differ in what stands in for a part that is missing.
/// That turns the RFC's table of expansions and limits into one intersection of sets.
#[derive(Clone, Debug)]
pub(super) struct DayPattern {
    /// Bit `m` where month `m` is allowed.
    months: u32,
    month_days: Option<Vec<i64>>,
    year_days: Option<Vec<i64>>,
    weeks: Option<Vec<i64>>,
    week_start: i64,
    days: Option<Weekdays>,
    /// What becomes of days that a month or year lacks.
    skip: Skip,
}

#[derive(Clone, Debug, Default)]
struct Weekdays {
    /// Weekdays from Monday, all of which are allowed.
    all: Vec<i64>,
    /// The nth of a weekday.
    nth: Vec<(i64, i64)>,
    /// Whether the nth of the year is meant rather than of the month.
    of_year: bool,
}

impl DayPattern {
    /// The pattern of a rule that starts in this second of the wall clock.
    pub(super) fn new(rule: &Rule, start: i64) -> Self {
        let parts = rule.parts();
        let start_day = start.div_euclid(DAY);
        let (_, month, day) = civil(start_day);
        let wide = |list: &[i16]| (!list.is_empty()).then(|| list.iter().map(|n| i64::from(*n)).collect::<Vec<_>>());
        let mut months = parts.by_month.iter().fold(0, |bits, month| bits | 1_u32 << *month);
        let mut month_days = wide(&parts.by_month_day);
        let year_days = wide(&parts.by_year_day);
        let weeks = wide(&parts.by_week);
        let mut days = (!parts.by_day.is_empty()).then(|| {
            let mut days = Weekdays {
                of_year: parts.frequency == Frequency::Yearly && parts.by_month.is_empty(),
                ..Weekdays::default()
            };
            for day in &parts.by_day {
                let weekday = i64::from(day.weekday().num_days_from_monday());
                match day.nth {
                    Some(nth) => days.nth.push((i64::from(nth), weekday)),
                    None => days.all.push(weekday),
                }
            }
            days
        });
        let unsaid = month_days.is_none() && year_days.is_none() && days.is_none();
        let same_weekday = || Some(Weekdays { all: vec![weekday(start_day)], ..Weekdays::default() });
        match parts.frequency {
            Frequency::Yearly if unsaid && weeks.is_some() => days = same_weekday(),
            Frequency::Yearly if unsaid => {
                month_days = Some(vec![day]);
                if months == 0 {
                    months = 1 << month;
                }
            }
            Frequency::Monthly if unsaid => month_days = Some(vec![day]),
            Frequency::Weekly if unsaid => days = same_weekday(),
            Frequency::Yearly
            | Frequency::Monthly
            | Frequency::Weekly
            | Frequency::Daily
            | Frequency::Hourly
            | Frequency::Minutely
            | Frequency::Secondly => {}
        }
        if months == 0 {
            months = 0b1_1111_1111_1110;
        }
        let week_start = i64::from(parts.week_start.num_days_from_monday());
        // Other frequencies ask whether a day that is there is allowed; of two lists of days each limits the other.
        let named = matches!(parts.frequency, Frequency::Monthly | Frequency::Yearly);
        let skip = if named && month_days.is_some() != year_days.is_some() { parts.skip } else { Skip::Omit };
        Self { months, month_days, year_days, weeks, week_start, days, skip }
    }

    /// Whether the days that a month lacks are moved on into the next one.
    pub(super) const fn moves_on(&self) -> bool {
        matches!(self.skip, Skip::Forward)
    }

    /// The allowed days of a month: bit `d` for day `d`.
    pub(super) fn month(&self, year: i64, month: i64) -> u32 {
        if self.months & (1 << month) == 0 {
            return 0;
        }
        let of_month = Span::month(year, month);
        let mut set = (u32::MAX >> (31 - of_month.length)) & !1;
        if let Some(list) = &self.month_days {
            set &= list.iter().fold(0, |bits, n| bits | of_month.bit(of_month.nth_day(*n)));
        }
        if let Some(list) = &self.year_days {
            let of_year = Span { first: day_number(year, 1, 1), length: year_length(year) };
            set &= list.iter().fold(0, |bits, n| bits | of_month.bit(of_year.nth_day(*n)));
        }
        match self.skip {
            Skip::Backward if self.lacking(year, month).1 => set |= 1 << of_month.length,
            Skip::Forward if self.lacking(year, month).0 => set |= 1 << 1,
            Skip::Omit | Skip::Backward | Skip::Forward => {}
        }
        set & self.limits(year, month, &of_month)
    }

    /// The day beyond the month to which a day that it lacks is moved.
    pub(super) fn beyond(&self, year: i64, month: i64) -> Option<i64> {
        if self.skip == Skip::Omit {
            return None;
        }
        let first = day_number(year, month, 1);
        let day = match self.skip {
            Skip::Backward if self.lacking(year, month).0 => first - 1,
            Skip::Forward if self.lacking(year, month).1 => first + month_length(year, month),
            Skip::Omit | Skip::Backward | Skip::Forward => return None,
        };
        let (year, month, of_month) = civil(day);
        let limits = || self.limits(year, month, &Span::month(year, month));
        let allowed = (FIRST_YEAR..=LAST_YEAR).contains(&year) && limits() & (1 << of_month) != 0;
        allowed.then_some(day)
    }

    /// Whether the days named reach to before the month, and beyond its end.
    fn lacking(&self, year: i64, month: i64) -> (bool, bool) {
        let reaches = |list: &[i64], length: i64| (list.iter().any(|n| *n < -length), list.iter().any(|n| *n > length));
        match (&self.month_days, &self.year_days) {
            _ if self.months & (1 << month) == 0 => (false, false),
            (Some(list), _) => reaches(list, month_length(year, month)),
            (None, Some(list)) => {
                let (before, after) = reaches(list, year_length(year));
                (before && month == 1, after && month == 12)
            }
            (None, None) => (false, false),
        }
    }

    /// The days of a month that the weeks and weekdays allow.
    fn limits(&self, year: i64, month: i64, of_month: &Span) -> u32 {
        let weeks = self.weeks.as_ref().map_or(u32::MAX, |list| self.in_weeks(list, year, month, of_month));
        weeks & self.days.as_ref().map_or(u32::MAX, |days| days.of(year, of_month))
    }

    /// The days of the month that lie in one of the weeks, which may be of the year before or after.
    fn in_weeks(&self, list: &[i64], year: i64, month: i64, of_month: &Span) -> u32 {
        let years = match month {
            1 => [year - 1, year],
            _ => [year, year + 1],
        };
        let mut set = 0;
        for year in years {
            let first = first_week(year, self.week_start);
            let count = (first_week(year + 1, self.week_start) - first) / 7;
            for n in list {
                let week = if *n > 0 { *n } else { count + 1 + *n };
                if (1..=count).contains(&week) {
                    let monday = first + (week - 1) * 7;
                    set = (0..7).fold(set, |bits, offset| bits | of_month.bit(Some(monday + offset)));
                }
            }
        }
        set
    }
}

impl Weekdays {
    fn of(&self, year: i64, of_month: &Span) -> u32 {
        let mut set = 0;
        for day in &self.all {
            let first = 1 + (day - weekday(of_month.first)).rem_euclid(7);
            // Bits 0, 7, 14, 21 and 28: what goes beyond the month is cut off by its own bits.
            set |= 0x1020_4081_u32 << first;
        }
        if self.nth.is_empty() {
            return set;
        }
        let scope = if self.of_year {
            Span { first: day_number(year, 1, 1), length: year_length(year) }
        } else {
            Span { ..*of_month }
        };
        self.nth.iter().fold(set, |bits, (nth, day)| bits | of_month.bit(scope.nth_weekday(*nth, *day)))
    }
}

/// Consecutive days: a month or a year.
struct Span {
    first: i64,
    length: i64,
}

impl Span {
    const fn month(year: i64, month: i64) -> Self {
        Self { first: day_number(year, month, 1), length: month_length(year, month) }
    }

    /// The nth of its days, from the end where negative.
    fn nth_day(&self, n: i64) -> Option<i64> {
        let n = if n > 0 { n } else { self.length + 1 + n };
        (1..=self.length).contains(&n).then(|| self.first + n - 1)
    }

    /// The nth of its days that fall on a weekday, from the end where negative.
    fn nth_weekday(&self, n: i64, day: i64) -> Option<i64> {
        let last = self.first + self.length - 1;
        let found = if n > 0 {
            self.first + (day - weekday(self.first)).rem_euclid(7) + (n - 1) * 7
        } else {
            last - (weekday(last) - day).rem_euclid(7) + (n + 1) * 7
        };
        (self.first..=last).contains(&found).then_some(found)
    }

    /// The bit of a day in this month; none where it lies in another.
    fn bit(&self, day: Option<i64>) -> u32 {
        day.map(|day| day - self.first + 1).filter(|n| (1..=self.length).contains(n)).map_or(0, |n| 1 << n)
    }
}
