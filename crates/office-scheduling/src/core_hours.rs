//! When everybody of a team works, wherever they are.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use office_core::{CivilTimeError, DateRange, Interval, WorkingCalendar, WorkingTimeError, Zone};
use thiserror::Error;

use crate::free;

/// The stretches of each day of a zone in which everybody of a team works, by the calendar of each: their own zones,
/// holidays and changes of clocks. Exact instants, sorted; a stretch is cut where the day of the zone ends. Days without
/// such a stretch are left out, and so are all days where the team is nobody.
///
/// # Errors
/// [`CoreHoursError`] for more than 400 days, and where a calendar does not reach so far.
///
/// # Example
/// ```
/// use office_core::{DateRange, Holidays, WeeklyHours, WorkingCalendar, WorkingPlan};
/// use office_scheduling::core_hours;
///
/// let works = |zone: &str, hours: &str| {
///     let valid = DateRange::year(2026)?;
///     let week = WeeklyHours::weekdays(hours.parse()?);
///     let plan = WorkingPlan { zone: zone.parse()?, valid, week, exceptions: [].into(), holidays: Holidays::none(valid) };
///     Ok::<_, Box<dyn std::error::Error>>(WorkingCalendar::new(plan)?)
/// };
/// let team = [works("Europe/Berlin", "09:00-18:00")?, works("America/New_York", "08:00-17:00")?];
/// // In the last week of October Berlin has put its clocks back and New York has not: an hour more in common.
/// let days = DateRange::inclusive("2026-10-23".parse()?, "2026-10-26".parse()?)?;
/// let core = core_hours("Europe/Berlin".parse()?, days, &team)?;
/// let told: Vec<String> = core.values().flatten().map(ToString::to_string).collect();
/// assert_eq!(told, ["2026-10-23T12:00:00Z/2026-10-23T16:00:00Z", "2026-10-26T12:00:00Z/2026-10-26T17:00:00Z"]);
///
/// // Of another year the calendars say nothing.
/// assert!(core_hours("Europe/Berlin".parse()?, DateRange::year(2027)?, &team).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn core_hours(
    zone: Zone,
    days: DateRange,
    team: &[WorkingCalendar],
) -> Result<BTreeMap<NaiveDate, Vec<Interval>>, CoreHoursError> {
    const MOST: u32 = 400;
    let (Some(last), Some(1..=MOST)) = (days.last(), days.days()) else {
        return Err(CoreHoursError::TooLong { days, most: MOST });
    };
    let first = zone.day(days.start())?;
    let window = Interval::new(first.start(), zone.day(last)?.end()).unwrap_or(first);
    let mut common = if team.is_empty() { Vec::new() } else { vec![window] };
    for calendar in team {
        let idle = Interval::gaps(window, works_within(calendar, window)?);
        common = free(common, idle, window);
    }
    let mut found: BTreeMap<NaiveDate, Vec<Interval>> = BTreeMap::new();
    for date in days.dates(usize::try_from(MOST).unwrap_or(usize::MAX)) {
        let day = zone.day(date)?;
        let of_day: Vec<Interval> = common.iter().filter_map(|span| span.intersection(&day)).collect();
        if !of_day.is_empty() {
            found.insert(date, of_day);
        }
    }
    Ok(found)
}

/// The days of a zone that a time touches.
pub(crate) fn dates_of(zone: Zone, time: Interval) -> DateRange {
    let before_end = time.end().checked_sub_signed(TimeDelta::nanoseconds(1)).unwrap_or(time.start());
    let (from, to) = (zone.date_of(time.start()), zone.date_of(before_end));
    DateRange::inclusive(from, to).unwrap_or(DateRange::day(from))
}

/// When somebody works on the days of their zone that a time touches.
pub(crate) fn works_within(calendar: &WorkingCalendar, time: Interval) -> Result<Vec<Interval>, WorkingTimeError> {
    calendar.spans(dates_of(calendar.plan().zone, time))
}

/// The core hours of a team cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CoreHoursError {
    /// There are too many days.
    #[error("{days} is too long: 1 to {most} days are wanted")]
    TooLong {
        /// The days asked for.
        days: DateRange,
        /// How many may be asked for.
        most: u32,
    },
    /// A day cannot be told in the zone.
    #[error(transparent)]
    Day(#[from] CivilTimeError),
    /// A calendar does not reach so far.
    #[error(transparent)]
    Calendar(#[from] WorkingTimeError),
}
