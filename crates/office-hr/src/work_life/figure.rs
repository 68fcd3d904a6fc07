//! The figures behind the signs, each by its method.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use office_core::{DateRange, Interval, Ratio, RatioError, WorkingCalendar, WorkingTimeError};
use serde::{Deserialize, Serialize};

use crate::time_entry::length;
use crate::{LimitFinding, Lot, TimeEntry, WorkTime};

/// The figures of somebody on a day; by default all of them nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkLifeFigures {
    /// Their overtime: see [`overtime_trend`].
    pub overtime: OvertimeTrend,
    /// The leave they have left, lot by lot: see [`LapsingLeave::of`].
    pub leave: Vec<LapsingLeave>,
    /// How many rests were too short: see [`short_rests`].
    pub short_rests: u32,
    /// What they work after hours: see [`after_hours`].
    pub after_hours: AfterHours,
    /// The Bradford factor of their absence: see [`bradford`](crate::bradford).
    pub bradford: Ratio,
}

impl Default for WorkLifeFigures {
    fn default() -> Self {
        let (overtime, after_hours) = (OvertimeTrend::default(), AfterHours::default());
        Self { overtime, leave: Vec::new(), short_rests: 0, after_hours, bradford: Ratio::ZERO }
    }
}

/// Hours of overtime a week on average, exactly: of late, and before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OvertimeTrend {
    /// Over the last weeks.
    pub late: Ratio,
    /// Over as many weeks before them.
    pub before: Ratio,
}

impl Default for OvertimeTrend {
    fn default() -> Self {
        Self { late: Ratio::ZERO, before: Ratio::ZERO }
    }
}

impl OvertimeTrend {
    /// Whether it rises.
    #[must_use]
    pub fn rises(self) -> bool {
        self.late > self.before
    }
}

/// Overtime a week on average over the last weeks up to a day, and over as many before: the sum of what begins in these
/// weeks over their number, so that a week without overtime counts as none. Over no weeks there is none.
///
/// # Errors
/// [`RatioError::Overflow`] where it does not fit.
///
/// # Example
/// ```
/// use office_core::Ratio;
/// use office_hr::{WorkTime, overtime_trend};
///
/// let weeks = [("2026-09-07", 2), ("2026-09-14", 2), ("2026-09-21", 6), ("2026-09-28", 5)];
/// let by_week = weeks.into_iter().map(|(first, hours)| Ok((first.parse()?, WorkTime::hours(hours))));
/// let by_week = by_week.collect::<Result<_, chrono::ParseError>>()?;
/// let trend = overtime_trend(&by_week, "2026-10-04".parse()?, 2)?;
/// assert_eq!((trend.late, trend.before), (Ratio::new(11, 2)?, Ratio::from_integer(2)));
/// assert!(trend.rises());
/// // Nobody has worked yet.
/// assert!(!overtime_trend(&by_week, "2026-01-04".parse()?, 2)?.rises());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn overtime_trend(
    by_week: &BTreeMap<NaiveDate, WorkTime>,
    until: NaiveDate,
    weeks: u8,
) -> Result<OvertimeTrend, RatioError> {
    let length = Days::new(u64::from(weeks).saturating_mul(7));
    let end = until.succ_opt().unwrap_or(NaiveDate::MAX);
    let middle = end.checked_sub_days(length).unwrap_or(NaiveDate::MIN);
    let start = middle.checked_sub_days(length).unwrap_or(NaiveDate::MIN);
    if weeks == 0 {
        return Ok(OvertimeTrend::default());
    }
    let average = |from: NaiveDate, to: NaiveDate| {
        let all = WorkTime::sum(by_week.range(from..to).map(|(_, time)| *time));
        all.in_hours().checked_div(Ratio::from_integer(weeks.into()))
    };
    Ok(OvertimeTrend { late: average(middle, end)?, before: average(start, middle)? })
}

/// Days of leave that can be taken up to a day, and then no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LapsingLeave {
    /// The first day on which they can no longer be taken.
    pub from: NaiveDate,
    /// How many days.
    pub days: Ratio,
}

impl LapsingLeave {
    /// The lots of a ledger on a day ([`Ledger::lots`](crate::Ledger::lots)) that lapse one day, and of which something is
    /// left.
    #[must_use]
    pub fn of(lots: &[(Lot, Ratio)]) -> Vec<Self> {
        let left = lots.iter().filter(|(_, days)| days.is_positive());
        left.filter_map(|(lot, days)| Some(Self { from: lot.valid.end()?, days: *days })).collect()
    }

    /// How many days lapse after a day and within so many days from it, and from when on; nothing where none do.
    pub(super) fn within(leave: &[Self], on: NaiveDate, days: u32) -> Option<(Ratio, NaiveDate)> {
        let last = on.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX);
        let near = || leave.iter().filter(|lot| lot.from > on && lot.from <= last);
        let from = near().map(|lot| lot.from).min()?;
        // Where the sum does not fit, what was counted so far is more than any threshold.
        let days = near().fold(Ratio::ZERO, |sum, lot| sum.checked_add(lot.days).unwrap_or(sum));
        Some((days, from))
    }
}

/// How many of some findings are of a rest that was too short.
///
/// # Example
/// ```
/// use office_core::{DateRange, Zone};
/// use office_hr::{TimeEntry, WorkingTimeLimits, short_rests};
///
/// let late = TimeEntry::new("2026-10-05T12:00:00Z/2026-10-05T22:00:00Z".parse()?)?;
/// let early = TimeEntry::new("2026-10-06T06:00:00Z/2026-10-06T12:00:00Z".parse()?)?;
/// let within = DateRange::month(2026, 10)?;
/// let findings = WorkingTimeLimits::european().check(&[late.clone(), early], within, Zone::UTC)?;
/// assert_eq!(short_rests(&findings), 1);
/// // A day that is long is no rest that is short.
/// let findings = WorkingTimeLimits::european().check(&[late], within, Zone::UTC)?;
/// assert_eq!((findings.len(), short_rests(&findings)), (1, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn short_rests(findings: &[LimitFinding]) -> u32 {
    let short =
        |finding: &&LimitFinding| matches!(finding, LimitFinding::DailyRest { .. } | LimitFinding::WeeklyRest { .. });
    u32::try_from(findings.iter().filter(short).count()).unwrap_or(u32::MAX)
}

/// How much was worked, and how much of that outside the hours of a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AfterHours {
    /// All of it.
    pub worked: WorkTime,
    /// What of it was after hours, before them, or on days without any.
    pub outside: WorkTime,
}

impl Default for AfterHours {
    fn default() -> Self {
        Self { worked: WorkTime::ZERO, outside: WorkTime::ZERO }
    }
}

impl AfterHours {
    /// Which part of all work it is, exactly; none where nothing was worked.
    #[must_use]
    pub fn part(self) -> Ratio {
        self.outside.in_hours().checked_div(self.worked.in_hours()).unwrap_or(Ratio::ZERO)
    }
}

/// What was worked on some days of a calendar's zone, and what of it lies outside the calendar's hours: elapsed time, what
/// overlaps counted once, also where clocks are changed.
///
/// # Errors
/// [`WorkingTimeError`] where the calendar does not tell of the days.
///
/// # Example
/// ```
/// use office_core::{DateRange, Holidays, Ratio, WeeklyHours, WorkingCalendar, WorkingPlan, Zone};
/// use office_hr::{TimeEntry, after_hours};
///
/// let valid = DateRange::year(2026)?;
/// let week = WeeklyHours::weekdays("09:00-17:00".parse()?);
/// let (exceptions, holidays) = (Default::default(), Holidays::none(valid));
/// let calendar = WorkingCalendar::new(WorkingPlan { zone: Zone::UTC, valid, week, exceptions, holidays })?;
/// let entry = TimeEntry::new("2026-10-05T15:00:00Z/2026-10-05T19:00:00Z".parse()?)?;
/// let load = after_hours(&[entry.clone()], DateRange::month(2026, 10)?, &calendar)?;
/// assert_eq!((load.worked.to_string(), load.outside.to_string()), ("4:00".into(), "2:00".into()));
/// assert_eq!(load.part(), Ratio::new(1, 2)?);
/// // The calendar knows nothing of another year.
/// assert!(after_hours(&[entry], DateRange::month(2027, 10)?, &calendar).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn after_hours(
    entries: &[TimeEntry],
    within: DateRange,
    calendar: &WorkingCalendar,
) -> Result<AfterHours, WorkingTimeError> {
    let (zone, valid) = (calendar.plan().zone, calendar.plan().valid);
    let outside = WorkingTimeError::DaysOutside { days: within, valid };
    let last = within.last().filter(|_| valid.encloses(&within)).ok_or(outside.clone())?;
    let bounds = zone.day(within.start()).and_then(|first| Ok((first, zone.day(last)?)));
    let days = bounds.ok().and_then(|(first, last)| Interval::new(first.start(), last.end()).ok()).ok_or(outside)?;
    let mut load = AfterHours::default();
    let stretches = Interval::union(entries.iter().flat_map(TimeEntry::stretches));
    for stretch in stretches.iter().filter_map(|stretch| stretch.intersection(&days)) {
        let inside = calendar.working_between(stretch.start(), stretch.end())?;
        let worked = length(stretch);
        load.worked = load.worked.plus(worked);
        load.outside = load.outside.plus(worked.minus(WorkTime::of_seconds(inside.num_seconds())));
    }
    Ok(load)
}
