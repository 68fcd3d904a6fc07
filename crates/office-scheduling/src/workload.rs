//! How much work each person has, week by week.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use office_core::subject::PersonId;
use office_core::{WorkingCalendar, WorkingTimeError};
use thiserror::Error;

/// Work that somebody still has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemainingWork {
    /// Who.
    pub person: PersonId,
    /// How much is left, in minutes of working time.
    pub minutes: u32,
    /// Until when, if that is known.
    pub due: Option<DateTime<Utc>>,
}

/// What somebody has to do in a week, and could.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WeekLoad {
    /// The minutes of work that fall on it.
    pub minutes: u64,
    /// The minutes of work that it has.
    pub capacity: u64,
}

impl WeekLoad {
    /// The minutes that are too many.
    #[must_use]
    pub const fn over(&self) -> u64 {
        self.minutes.saturating_sub(self.capacity)
    }
}

/// The work of some people by week, from a day on.
///
/// What is left of each task is spread over the working days until it is due, in proportion to their hours and to the
/// minute: whatever does not go up is given to the earliest days. What is overdue, or due on a day without work before
/// any other, falls on the first working day; what has no deadline counts as due at the end of the period.
///
/// # Example
/// ```
/// use office_core::{DateRange, Holidays, Id, WeeklyHours, WorkingCalendar, WorkingPlan, Zone};
/// use office_scheduling::{RemainingWork, Workload};
///
/// let valid = DateRange::year(2026)?;
/// let week = WeeklyHours::weekdays("09:00-17:00".parse()?);
/// let (exceptions, holidays) = (Default::default(), Holidays::none(valid));
/// let calendar = WorkingCalendar::new(WorkingPlan { zone: Zone::UTC, valid, week, exceptions, holidays })?;
///
/// // From Thursday to Tuesday are four working days: two of this week, two of the next.
/// let ada = Id::natural("person", "E-001");
/// let work = RemainingWork { person: ada, minutes: 602, due: Some("2026-11-10T16:00:00Z".parse()?) };
/// let period = "2026-11-05/2026-11-30".parse()?;
/// let load = Workload::of(&calendar, period, [work])?;
/// let minutes: Vec<u64> = load.weeks(ada).map(|(_, week)| week.minutes).collect();
/// assert_eq!(minutes, [302, 300, 0, 0]);
/// assert_eq!(load.week(ada, "2026-11-05".parse()?).capacity, 960);
///
/// // Of another year the calendar says nothing.
/// assert!(Workload::of(&calendar, "2027-01-04/2027-01-09".parse()?, [work]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workload {
    /// By person and Monday.
    weeks: BTreeMap<(PersonId, NaiveDate), WeekLoad>,
}

/// The longest period, in days.
const MOST_DAYS: u32 = 1_100;

impl Workload {
    /// The load that some work makes within a period; work due after its end is spread until its end.
    ///
    /// # Errors
    /// [`WorkloadError`], in the order of its variants.
    pub fn of(
        calendar: &WorkingCalendar,
        period: office_core::DateRange,
        work: impl IntoIterator<Item = RemainingWork>,
    ) -> Result<Self, WorkloadError> {
        if period.days().is_none_or(|days| days > MOST_DAYS) {
            return Err(WorkloadError::TooLong);
        }
        let mut days: Vec<(NaiveDate, u64)> = Vec::new();
        for date in period.dates(usize::try_from(MOST_DAYS).unwrap_or(usize::MAX)) {
            days.push((date, u64::from(calendar.hours(date)?.seconds())));
        }
        let working: Vec<(NaiveDate, u64)> = days.iter().copied().filter(|(_, seconds)| *seconds > 0).collect();
        let mut load = Self::default();
        for one in work {
            load.open(one.person, &days);
            let due = one.due.map(|due| calendar.plan().zone.date_of(due));
            let until = working.partition_point(|(date, _)| due.is_none_or(|due| *date <= due)).max(1);
            let window = working.get(..until.min(working.len())).unwrap_or_default();
            if window.is_empty() && one.minutes > 0 {
                return Err(WorkloadError::NoWorkingDay);
            }
            for (date, minutes) in spread(u64::from(one.minutes), window) {
                let week = load.weeks.entry((one.person, monday_of(date))).or_default();
                week.minutes = week.minutes.saturating_add(minutes);
            }
        }
        Ok(load)
    }

    /// The weeks of the period, with what somebody could do in them, once.
    fn open(&mut self, person: PersonId, days: &[(NaiveDate, u64)]) {
        if days.first().is_some_and(|(date, _)| self.weeks.contains_key(&(person, monday_of(*date)))) {
            return;
        }
        for week in days.chunk_by(|(one, _), (next, _)| monday_of(*one) == monday_of(*next)) {
            let Some((date, _)) = week.first() else { continue };
            let seconds = week.iter().fold(0_u64, |sum, (_, seconds)| sum.saturating_add(*seconds));
            let capacity = seconds / 60;
            self.weeks.insert((person, monday_of(*date)), WeekLoad { minutes: 0, capacity });
        }
    }

    /// The load of somebody in the week of a day.
    #[must_use]
    pub fn week(&self, person: PersonId, date: NaiveDate) -> WeekLoad {
        self.weeks.get(&(person, monday_of(date))).copied().unwrap_or_default()
    }

    /// The weeks of somebody, each by its Monday.
    pub fn weeks(&self, person: PersonId) -> impl Iterator<Item = (NaiveDate, WeekLoad)> {
        let all = self.weeks.range((person, NaiveDate::MIN)..=(person, NaiveDate::MAX));
        all.map(|((_, monday), week)| (*monday, *week))
    }

    /// Everybody's weeks with more work than they have time, the fullest first.
    #[must_use]
    pub fn overloads(&self) -> Vec<(PersonId, NaiveDate, WeekLoad)> {
        let mut over: Vec<_> = self
            .weeks
            .iter()
            .filter(|(_, week)| week.over() > 0)
            .map(|((person, monday), week)| (*person, *monday, *week))
            .collect();
        over.sort_by_key(|(person, monday, week)| (std::cmp::Reverse(week.over()), *monday, *person));
        over
    }
}

/// Minutes over days in proportion to their hours; the sum is kept, each day is within a minute of its exact share.
fn spread(minutes: u64, days: &[(NaiveDate, u64)]) -> Vec<(NaiveDate, u64)> {
    let total = days.iter().fold(0_u128, |sum, (_, seconds)| sum.saturating_add(u128::from(*seconds)));
    let share = |seconds: u64| u128::from(minutes).saturating_mul(u128::from(seconds)).checked_div(total).unwrap_or(0);
    let mut parts: Vec<(NaiveDate, u64)> =
        days.iter().map(|(date, seconds)| (*date, u64::try_from(share(*seconds)).unwrap_or(0))).collect();
    // Rounded down, there are fewer minutes left than days.
    let left = parts.iter().fold(minutes, |left, (_, part)| left.saturating_sub(*part));
    for (_, part) in parts.iter_mut().take(usize::try_from(left).unwrap_or(usize::MAX)) {
        *part = part.saturating_add(1);
    }
    parts
}

/// The Monday of the week of a day.
fn monday_of(date: NaiveDate) -> NaiveDate {
    date.checked_sub_days(Days::new(u64::from(date.weekday().num_days_from_monday()))).unwrap_or(date)
}

/// A workload cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WorkloadError {
    /// The period is too long.
    #[error("the period is too long: at most {MOST_DAYS} days with an end are wanted")]
    TooLong,
    /// The calendar does not know all of its days.
    #[error(transparent)]
    Calendar(#[from] WorkingTimeError),
    /// There is work, but no day to do it.
    #[error("the period has no working day: one is wanted for the work that is left")]
    NoWorkingDay,
}
