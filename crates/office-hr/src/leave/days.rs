//! The days that leave is charged for.

use office_core::{DateRange, DayPart, HolidayCalendar, OutsideCalendar};

use crate::leave::hours;
use crate::{
    Employment, LeaveDay, LeavePlan, LeaveRules, LeaveTerms, LeaveUnit, NonWorkingDays, RequestLeave,
    RequestLeaveError, WorkSchedule, shared_part,
};

/// The longest leave that is asked for at once, in days.
pub(super) const LONGEST: u32 = 366;

/// The days of a range, or these parts of them, that would be worked.
///
/// # Example
/// ```
/// use office_core::{DateRange, DayPart, Holidays};
/// use office_hr::{WorkSchedule, working_days};
///
/// let schedule = WorkSchedule::new("2026-01-01/..".parse()?, "MO|TU|WE".parse()?);
/// let holidays = Holidays::none(DateRange::year(2026)?);
/// let week = "2026-10-19/2026-10-24".parse()?;
/// assert_eq!(working_days(&schedule, week, DayPart::Whole, &holidays)?.len(), 3);
///
/// // Beyond the holidays that are known there is no answer.
/// let next_year = "2026-12-28/2027-01-02".parse()?;
/// assert!(working_days(&schedule, next_year, DayPart::Whole, &holidays).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn working_days(
    schedule: &WorkSchedule,
    range: DateRange,
    part: DayPart,
    holidays: &dyn HolidayCalendar,
) -> Result<Vec<LeaveDay>, OutsideCalendar> {
    let mut days = Vec::new();
    for on in range.dates(usize::try_from(LONGEST).unwrap_or(usize::MAX)) {
        let working = schedule.working_part(on, holidays)?;
        days.extend(working.and_then(|working| shared_part(working, part)).map(|part| LeaveDay::new(on, part)));
    }
    Ok(days)
}

/// The days of a range that leave is charged for, or these parts of them: those that would be worked and, as the plan
/// says, others too.
///
/// # Example
/// ```
/// use office_core::{DateRange, DayPart, Holidays};
/// use office_hr::{NonWorkingDays, WorkSchedule, leave_days};
///
/// let schedule = WorkSchedule::new("2026-01-01/..".parse()?, "MO|TU|WE|TH|FR".parse()?);
/// let holidays = Holidays::none(DateRange::year(2026)?);
/// // From Friday to the Tuesday after the weekend.
/// let count = |rule| {
///     let range = "2026-10-16/2026-10-21".parse().unwrap();
///     leave_days(&schedule, range, DayPart::Whole, &holidays, rule).map(|days| days.len())
/// };
/// assert_eq!(count(NonWorkingDays::Free), Ok(3));
/// assert_eq!(count(NonWorkingDays::CountedBetween), Ok(5));
///
/// // Beyond the holidays that are known there is no answer.
/// let next_year = "2026-12-28/2027-01-02".parse()?;
/// assert!(leave_days(&schedule, next_year, DayPart::Whole, &holidays, NonWorkingDays::Counted).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn leave_days(
    schedule: &WorkSchedule,
    range: DateRange,
    part: DayPart,
    holidays: &dyn HolidayCalendar,
    non_working: NonWorkingDays,
) -> Result<Vec<LeaveDay>, OutsideCalendar> {
    let worked = working_days(schedule, range, part, holidays)?;
    let counted = match (non_working, worked.first(), worked.last()) {
        (NonWorkingDays::Counted, ..) => Some(range),
        (NonWorkingDays::CountedBetween, Some(first), Some(last)) => DateRange::inclusive(first.on, last.on).ok(),
        (NonWorkingDays::Free | NonWorkingDays::CountedBetween, ..) => None,
    };
    let Some(counted) = counted else { return Ok(worked) };
    let mut worked = worked.into_iter().peekable();
    let all = counted.dates(usize::try_from(LONGEST).unwrap_or(usize::MAX));
    Ok(all.map(|on| worked.next_if(|day| day.on == on).unwrap_or(LeaveDay::new(on, part))).collect())
}

/// The days that the leave is charged for, as the terms say.
pub(super) fn asked_days(
    command: &RequestLeave,
    employment: &Employment,
    plan: &LeavePlan,
    terms: Option<&LeaveTerms>,
    rules: &LeaveRules,
) -> Result<Vec<LeaveDay>, RequestLeaveError> {
    let RequestLeave { range, part, time, .. } = *command;
    let no_calendar = || RequestLeaveError::NoSuchCalendar { calendar: plan.calendar().to_owned() };
    let holidays = rules.calendars.get(plan.calendar()).ok_or_else(no_calendar)?;
    let longest = terms.and_then(|terms| terms.most_in_a_row);
    if let Some(most) = longest.filter(|most| range.days().is_none_or(|days| days > *most)) {
        return Err(RequestLeaveError::TooManyInARow { most });
    }
    let schedule = employment.schedule();
    let days = match (time, terms) {
        (None, Some(terms)) => leave_days(&schedule, range, part, holidays, terms.non_working)?,
        // On a day that is not worked there is no time to be away.
        (Some(_), _) | (None, None) => working_days(&schedule, range, part, holidays)?,
    };
    if days.is_empty() {
        return Err(RequestLeaveError::NoWorkingDay { range });
    }
    let days = if let Some(time) = time { hours::timed(days, time, employment)? } else { days };
    Ok(match plan.unit() {
        LeaveUnit::Days => days,
        LeaveUnit::Hours => hours::charged(days, employment),
    })
}
