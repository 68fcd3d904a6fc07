//! Whether people work too long, or rest too little: the limits as data, and what is found against them.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use office_core::{CivilTimeError, DateRange, Interval, Ratio, Zone};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::time_entry::length;
use crate::{TimeEntry, WorkTime, work_by_day};

/// How long may be worked, and how long is to be rested. What is not named has no limit.
///
/// # Example
/// ```
/// use office_core::{DateRange, Zone};
/// use office_hr::{LimitFinding, TimeEntry, WorkingTimeLimits};
///
/// let limits = WorkingTimeLimits::european();
/// let entries = [
///     TimeEntry::new("2026-10-05T12:00:00Z/2026-10-05T22:00:00Z".parse()?)?,
///     TimeEntry::new("2026-10-06T06:00:00Z/2026-10-06T12:00:00Z".parse()?)?,
/// ];
/// let findings = limits.check(&entries, DateRange::month(2026, 10)?, Zone::UTC)?;
/// // Ten hours without a break, and eight of rest where eleven are due.
/// assert!(matches!(findings[0], LimitFinding::Unbroken { .. }));
/// let LimitFinding::DailyRest { rested, .. } = &findings[1] else { return Err("a rest".into()) };
/// assert_eq!(rested.to_string(), "8:00");
///
/// // An open range has no end to look at.
/// assert!(limits.check(&entries, DateRange::from("2026-10-01".parse()?), Zone::UTC).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WorkingTimeLimits {
    /// The most that may be worked on one day.
    pub day: Option<WorkTime>,
    /// The rest in a row that is due within the 24 hours from when work begins after such a rest.
    pub daily_rest: Option<WorkTime>,
    /// The rest in a row that is due in every seven days.
    pub weekly_rest: Option<WorkTime>,
    /// The longest work without a break.
    pub unbroken: Option<WorkTime>,
    /// What makes a break: shorter ones do not interrupt work.
    pub shortest_break: WorkTime,
    /// The most that may be worked a week, on average.
    pub average: Option<AverageLimit>,
}

/// The most that may be worked a week on average over some weeks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AverageLimit {
    /// The most a week.
    pub week: WorkTime,
    /// Over how many weeks, at least one.
    pub weeks: u8,
}

impl AverageLimit {
    /// The most that may be worked in all its weeks together.
    #[must_use]
    pub fn budget(self) -> WorkTime {
        WorkTime::of_seconds(self.week.seconds().saturating_mul(self.weeks.into()))
    }

    /// What was worked a week on average in the reference period that begins on a day, exactly; nothing over no weeks.
    ///
    /// Days of leave and sickness within it (`excluded`) are made up for by as many days after it on which there was work:
    /// (A + B) / C of the Working Time Regulations 1998, regulation 4(6), and article 16 of Directive 2003/88/EC.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    ///
    /// use chrono::{Days, NaiveDate};
    /// use office_core::Ratio;
    /// use office_hr::{AverageLimit, WorkTime};
    ///
    /// let limit = AverageLimit { week: WorkTime::hours(44), weeks: 3 };
    /// let start: NaiveDate = "2026-10-05".parse()?;
    /// let weeks = [(0, 40), (7, 44), (14, 48), (21, 8)];
    /// let days: BTreeMap<_, _> = weeks.map(|(day, hours)| (start + Days::new(day), WorkTime::hours(hours))).into();
    /// assert_eq!(limit.average(start, &days, 0), Ratio::from_integer(44));
    /// // A day of leave among them is made up for by the first day worked after.
    /// assert_eq!(limit.average(start, &days, 1), Ratio::new(140, 3)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn average(self, start: NaiveDate, by_day: &BTreeMap<NaiveDate, WorkTime>, excluded: usize) -> Ratio {
        let end = start.checked_add_days(Days::new(u64::from(self.weeks).saturating_mul(7))).unwrap_or(NaiveDate::MAX);
        let within = by_day.range(start..end).map(|(_, time)| *time);
        let after = by_day.range(end..).map(|(_, time)| *time).filter(|time| !time.is_zero()).take(excluded);
        let all = WorkTime::sum(within.chain(after)).in_hours();
        all.checked_div(Ratio::from_integer(self.weeks.into())).unwrap_or(Ratio::ZERO)
    }
}

/// A limit that was not kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitFinding {
    /// Too much was worked on a day.
    Day {
        /// The day.
        on: NaiveDate,
        /// How much.
        worked: WorkTime,
        /// How much at most.
        limit: WorkTime,
    },
    /// Work went on too long without a break.
    Unbroken {
        /// From when to when.
        stretch: Interval,
        /// How long at most.
        limit: WorkTime,
    },
    /// Within 24 hours of beginning there was too little rest in a row.
    DailyRest {
        /// When work began.
        began: DateTime<Utc>,
        /// The longest rest within 24 hours from then.
        rested: WorkTime,
        /// How long it should have been.
        wanted: WorkTime,
    },
    /// In seven days there was too little rest in a row.
    WeeklyRest {
        /// The first of the days.
        from: NaiveDate,
        /// The longest rest within them.
        rested: WorkTime,
        /// How long it should have been.
        wanted: WorkTime,
    },
    /// Over a reference period too much was worked a week.
    Average {
        /// The first day of the period.
        from: NaiveDate,
        /// Hours a week on average, exactly.
        hours: Ratio,
        /// The limit.
        limit: AverageLimit,
    },
}

impl WorkingTimeLimits {
    /// The longest range that is looked at in one go, in days.
    pub const MOST_DAYS: u32 = 3_700;

    /// The limits of Directive 2003/88/EC: 11 hours of rest in 24 (article 3), a break where the day is longer than six hours
    /// (article 4; 15 minutes count as one), 35 hours of rest in seven days (article 5), 48 hours a week on average over
    /// four months (articles 6 and 16, taken as 17 weeks).
    #[must_use]
    pub fn european() -> Self {
        Self {
            day: None,
            daily_rest: Some(WorkTime::hours(11)),
            weekly_rest: Some(WorkTime::hours(35)),
            unbroken: Some(WorkTime::hours(6)),
            shortest_break: WorkTime::minutes(15),
            average: Some(AverageLimit { week: WorkTime::hours(48), weeks: 17 }),
        }
    }

    /// What of the work within some days is against the limits, in the order of the variants and of time.
    ///
    /// Days are those of the zone. Weeks of rest follow one another from the first day of the range; a reference period of
    /// the average begins with each of them. Only those that end within the range are judged. Rest and unbroken work are
    /// elapsed time, also where clocks are changed.
    ///
    /// # Errors
    /// [`LimitError`] where the range is open or longer than ten years, or the average is over no weeks.
    pub fn check(&self, entries: &[TimeEntry], within: DateRange, zone: Zone) -> Result<Vec<LimitFinding>, LimitError> {
        if within.days().is_none_or(|days| days > Self::MOST_DAYS) {
            return Err(LimitError::TooLong { within });
        }
        if self.average.is_some_and(|limit| limit.weeks == 0) {
            return Err(LimitError::NoWeeks);
        }
        let stretches = Interval::union(entries.iter().flat_map(TimeEntry::stretches));
        let by_day = work_by_day(entries, zone)?;
        let mut findings = Vec::new();
        if let Some(limit) = self.day {
            let days = by_day.iter().filter(|(on, worked)| within.contains(**on) && **worked > limit);
            findings.extend(days.map(|(on, worked)| LimitFinding::Day { on: *on, worked: *worked, limit }));
        }
        let begun_within = |instant| within.contains(zone.date_of(instant));
        if let Some(limit) = self.unbroken {
            let long = self.unbroken_work(&stretches).into_iter();
            let long = long.filter(|stretch| length(*stretch) > limit && begun_within(stretch.start()));
            findings.extend(long.map(|stretch| LimitFinding::Unbroken { stretch, limit }));
        }
        if let Some(wanted) = self.daily_rest {
            let short = daily_rests(&stretches, wanted).into_iter().filter(|(began, _)| begun_within(*began));
            findings.extend(short.map(|(began, rested)| LimitFinding::DailyRest { began, rested, wanted }));
        }
        for from in weeks(within) {
            if let Some(wanted) = self.weekly_rest {
                let rested = longest(rests(&stretches, seven_days(from, zone)?));
                if rested < wanted {
                    findings.push(LimitFinding::WeeklyRest { from, rested, wanted });
                }
            }
        }
        if let Some(limit) = self.average {
            let ends_within = |from: &NaiveDate| {
                let last = from.checked_add_days(Days::new(u64::from(limit.weeks).saturating_mul(7).saturating_sub(1)));
                last.is_some_and(|last| within.contains(last))
            };
            for from in weeks(within).filter(ends_within) {
                let hours = limit.average(from, &by_day, 0);
                if hours > limit.week.in_hours() {
                    findings.push(LimitFinding::Average { from, hours, limit });
                }
            }
        }
        Ok(findings)
    }

    /// Work that is interrupted by nothing long enough to be a break.
    fn unbroken_work(&self, stretches: &[Interval]) -> Vec<Interval> {
        let mut joined: Vec<Interval> = Vec::new();
        for stretch in stretches {
            let open = joined.last_mut().filter(|open| gap(open, stretch) < self.shortest_break);
            match open.and_then(|open| Some((Interval::new(open.start(), stretch.end()).ok()?, open))) {
                Some((longer, open)) => *open = longer,
                None => joined.push(*stretch),
            }
        }
        joined
    }
}

/// The first days of the weeks that end within a range.
fn weeks(within: DateRange) -> impl Iterator<Item = NaiveDate> {
    let days = within.dates(usize::try_from(WorkingTimeLimits::MOST_DAYS).unwrap_or(usize::MAX));
    let starts = days.step_by(7);
    starts.filter(move |from| from.checked_add_days(Days::new(6)).is_some_and(|last| within.contains(last)))
}

fn seven_days(from: NaiveDate, zone: Zone) -> Result<Interval, LimitError> {
    let last = from.checked_add_days(Days::new(6)).unwrap_or(from);
    let (first, last) = (zone.day(from)?, zone.day(last)?);
    Ok(Interval::new(first.start(), last.end()).unwrap_or(first))
}

/// How long it is from the end of one stretch to the start of the next.
fn gap(one: &Interval, next: &Interval) -> WorkTime {
    WorkTime::of_seconds(next.start().signed_duration_since(one.end()).num_seconds())
}

/// The time within bounds in which there is no work.
fn rests(stretches: &[Interval], within: Interval) -> Vec<Interval> {
    let from = stretches.partition_point(|stretch| stretch.end() <= within.start());
    let nearby = stretches.get(from..).unwrap_or_default().iter().take_while(|stretch| stretch.start() < within.end());
    Interval::gaps(within, nearby.copied())
}

fn longest(rests: Vec<Interval>) -> WorkTime {
    rests.into_iter().map(length).max().unwrap_or(WorkTime::ZERO)
}

/// Where within 24 hours from beginning there is less rest in a row than wanted, and how much there is.
///
/// The next 24 hours begin with the work after the rest; where there was none, with the first work after them.
fn daily_rests(stretches: &[Interval], wanted: WorkTime) -> Vec<(DateTime<Utc>, WorkTime)> {
    let mut short = Vec::new();
    let mut from = DateTime::<Utc>::MIN_UTC;
    let mut left = stretches;
    loop {
        left = left.get(left.partition_point(|stretch| stretch.end() <= from)..).unwrap_or_default();
        let Some(began) = left.first().map(|first| first.start().max(from)) else { break };
        let Ok(day) = Interval::starting(began, TimeDelta::hours(24)) else { break };
        let rests = rests(left, day);
        if let Some(rest) = rests.iter().find(|rest| length(**rest) >= wanted) {
            from = rest.end();
        } else {
            short.push((began, longest(rests)));
            from = day.end();
        }
    }
    short
}

/// Limits cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LimitError {
    /// The range has no end, or is longer than ten years.
    #[error("the range {within} is too long: at most 3700 days are wanted")]
    TooLong {
        /// The range.
        within: DateRange,
    },
    /// The average is to be taken over no weeks.
    #[error("an average over no weeks has no value: 1 to 255 weeks are wanted")]
    NoWeeks,
    /// A day is beyond the calendar, or was skipped.
    #[error(transparent)]
    Civil(#[from] CivilTimeError),
}
