//! Leave for a part of a day, in minutes.

use chrono::NaiveDate;
use office_core::{DayPart, Holidays, OutsideCalendar, Ratio};
use serde::{Deserialize, Serialize};

use crate::{Assignment, Employment, LeaveDay, RequestLeaveError, WorkTime, shared_part, value_of};

/// How long leave is within a part of a day.
///
/// # Example
/// ```
/// use office_hr::{LeaveTime, WorkTime};
///
/// let time = LeaveTime { asked: WorkTime::minutes(90), planned: WorkTime::hours(8) };
/// assert_eq!(time.fraction().to_string(), "3/16");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveTime {
    /// How long.
    pub asked: WorkTime,
    /// How long work was planned in that part of the day, as it stood when leave was asked for.
    pub planned: WorkTime,
}

impl LeaveTime {
    /// Which fraction of the part of the day it is.
    #[must_use]
    pub fn fraction(self) -> Ratio {
        Ratio::new(self.asked.seconds().into(), self.planned.seconds().into()).unwrap_or(Ratio::ZERO)
    }
}

/// How long work is planned in a part of a day: the hours of a week, spread evenly over its days; seconds are dropped.
fn planned(assignment: &Assignment, part: DayPart) -> Option<WorkTime> {
    let seconds = assignment.weekly_hours.checked_mul(Ratio::from_integer(3_600)).ok()?;
    let day = seconds.checked_div(assignment.week.days_per_week()).ok()?;
    let seconds = day.checked_mul(value_of(part)).ok()?.floor();
    Some(WorkTime::of_seconds(i64::try_from(seconds).ok()?))
}

/// How long work is planned on a day; none where nobody is employed.
pub(crate) fn planned_on(
    employment: &Employment,
    on: NaiveDate,
    holidays: &Holidays,
) -> Result<WorkTime, OutsideCalendar> {
    let part = employment.schedule().working_part(on, holidays)?;
    let planned = employment.on(on).zip(part).and_then(|(assignment, part)| planned(assignment, part));
    Ok(planned.unwrap_or(WorkTime::ZERO))
}

/// Whether leave can be so long: whole minutes, and some.
pub(super) const fn is_possible(time: WorkTime) -> bool {
    time.is_whole_minutes() && time.seconds() > 0
}

/// The same days with so long a leave on each, as long as so much work is planned.
pub(super) fn timed(
    days: Vec<LeaveDay>,
    asked: WorkTime,
    employment: &Employment,
) -> Result<Vec<LeaveDay>, RequestLeaveError> {
    let of = |day: LeaveDay| {
        let planned = employment.on(day.on).and_then(|assignment| planned(assignment, day.part));
        let planned = planned.unwrap_or(WorkTime::ZERO);
        if asked > planned {
            return Err(RequestLeaveError::TimeNotPlanned { on: day.on, asked, left: whole_minutes(planned) });
        }
        Ok(LeaveDay { time: Some(LeaveTime { asked, planned }), ..day })
    };
    days.into_iter().map(of).collect()
}

/// The same days charged for the hours asked for, or planned in them.
pub(super) fn charged(days: Vec<LeaveDay>, employment: &Employment) -> Vec<LeaveDay> {
    let of = |day: LeaveDay| {
        let whole = || employment.on(day.on).and_then(|assignment| planned(assignment, day.part));
        let hours = day.time.map(|time| time.asked).or_else(whole);
        LeaveDay { charged: Some(hours.unwrap_or(WorkTime::ZERO)), ..day }
    };
    days.into_iter().map(of).collect()
}

/// What others leave of a part of a date: as much as is free of that part, and of the whole day.
pub(super) fn room<'a>(part: DayPart, others: &(impl Iterator<Item = &'a LeaveDay> + Clone)) -> Ratio {
    let free = |within: DayPart| {
        let inside = others.clone().filter(|other| shared_part(within, other.part) == Some(other.part));
        // What one date has of one person fits.
        inside.fold(value_of(within), |free, other| free.checked_sub(other.value()).unwrap_or(Ratio::ZERO))
    };
    free(part).min(free(DayPart::Whole))
}

/// How long leave on a date can be at the most, where so much of the day is left.
pub(super) fn longest(part: DayPart, time: LeaveTime, left: Ratio) -> WorkTime {
    let fraction = left.checked_div(value_of(part));
    let seconds = fraction.and_then(|fraction| fraction.checked_mul(Ratio::from_integer(time.planned.seconds())));
    whole_minutes(WorkTime::of_seconds(seconds.map_or(0, |seconds| i64::try_from(seconds.floor()).unwrap_or(0))))
}

fn whole_minutes(time: WorkTime) -> WorkTime {
    WorkTime::of_seconds(time.seconds().saturating_sub(time.seconds().rem_euclid(60)))
}

/// The first of these days that is asked for beyond what others leave of it, and what they do leave.
pub(super) fn first_beyond<'a, I: Iterator<Item = &'a LeaveDay> + Clone>(
    days: &[LeaveDay],
    others: impl Fn(NaiveDate) -> I,
) -> Option<(LeaveDay, Ratio)> {
    let left = |day: &LeaveDay| (*day, room(day.part, &others(day.on)));
    days.iter().map(left).find(|(day, left)| day.value() > *left)
}
