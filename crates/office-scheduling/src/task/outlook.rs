//! Whether a task will be done in time.

use std::cmp::Reverse;

use chrono::{DateTime, TimeDelta, Utc};
use office_core::{WorkingCalendar, WorkingTimeError};

use super::{Task, TaskId, TaskStatus};

/// How a task stands to its deadline, in working time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskOutlook {
    /// It is done, or cancelled.
    Over,
    /// It has no deadline.
    Open,
    /// There is time for what is left, and so much more.
    OnTrack {
        /// The working time that is not needed.
        spare: TimeDelta,
    },
    /// There is less working time left than work.
    AtRisk {
        /// How much is missing: more than none.
        short: TimeDelta,
    },
    /// Its deadline has passed.
    Overdue {
        /// The working time since.
        late: TimeDelta,
    },
}

impl Task {
    /// How the task stands to its deadline at an instant, if its owner did nothing else from then on.
    ///
    /// # Errors
    /// [`WorkingTimeError`] where the calendar does not know the time between.
    ///
    /// # Example
    /// ```
    /// use chrono::TimeDelta;
    /// use office_core::{DateRange, Entity, Holidays, Id, WeeklyHours, WorkingCalendar, WorkingPlan, Zone};
    /// use office_scheduling::{Task, TaskDetails, TaskOutlook, TaskParts};
    ///
    /// let valid = DateRange::year(2026)?;
    /// let week = WeeklyHours::weekdays("09:00-17:00".parse()?);
    /// let (exceptions, holidays) = (Default::default(), Holidays::none(valid));
    /// let calendar = WorkingCalendar::new(WorkingPlan { zone: Zone::UTC, valid, week, exceptions, holidays })?;
    ///
    /// // Ten hours of work, to be done in twelve working hours from Friday noon.
    /// let friday = "2026-11-06T12:00:00Z".parse()?;
    /// let due = calendar.add(friday, TimeDelta::hours(12))?;
    /// let parts = TaskParts { due: Some(due), effort_minutes: 600, ..TaskParts::new("tender", Id::natural("person", "E-1")) };
    /// let task = Task::open(&Task::begin(TaskDetails::new(parts)?)).ok_or("a first fact")?;
    /// assert_eq!(task.outlook(&calendar, friday)?, TaskOutlook::OnTrack { spare: TimeDelta::hours(2) });
    /// let monday = "2026-11-09T12:00:00Z".parse()?;
    /// assert_eq!(task.outlook(&calendar, monday)?, TaskOutlook::AtRisk { short: TimeDelta::hours(6) });
    /// // Of next year the calendar says nothing.
    /// assert!(task.outlook(&calendar, "2027-01-04T09:00:00Z".parse()?).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn outlook(&self, calendar: &WorkingCalendar, at: DateTime<Utc>) -> Result<TaskOutlook, WorkingTimeError> {
        let due = match (self.status, self.due) {
            (TaskStatus::Done { .. } | TaskStatus::Cancelled { .. }, _) => return Ok(TaskOutlook::Over),
            (TaskStatus::Open, None) => return Ok(TaskOutlook::Open),
            (TaskStatus::Open, Some(due)) => due,
        };
        if due < at {
            return Ok(TaskOutlook::Overdue { late: calendar.working_between(due, at)? });
        }
        let left = calendar.working_between(at, due)?;
        let work = TimeDelta::minutes(i64::from(self.remaining_minutes));
        let spare = left.checked_sub(&work).unwrap_or(TimeDelta::MIN);
        if spare < TimeDelta::zero() {
            Ok(TaskOutlook::AtRisk { short: spare.abs() })
        } else {
            Ok(TaskOutlook::OnTrack { spare })
        }
    }
}

/// The tasks that are overdue, those that are so longest first, then those at risk, those that miss most first.
///
/// # Errors
/// [`WorkingTimeError`] where the calendar does not know the time between.
///
/// # Example
/// ```
/// use office_core::{DateRange, Holidays, WeeklyHours, WorkingCalendar, WorkingPlan, Zone};
/// use office_scheduling::late_tasks;
///
/// let valid = DateRange::year(2026)?;
/// let week = WeeklyHours::weekdays("09:00-17:00".parse()?);
/// let (exceptions, holidays) = (Default::default(), Holidays::none(valid));
/// let calendar = WorkingCalendar::new(WorkingPlan { zone: Zone::UTC, valid, week, exceptions, holidays })?;
/// assert!(late_tasks(&calendar, "2026-11-06T12:00:00Z".parse()?, &[])?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn late_tasks(
    calendar: &WorkingCalendar,
    at: DateTime<Utc>,
    tasks: &[(TaskId, Task)],
) -> Result<Vec<(TaskId, TaskOutlook)>, WorkingTimeError> {
    let mut late = Vec::new();
    for (id, task) in tasks {
        let outlook = task.outlook(calendar, at)?;
        let (at_risk, by) = match outlook {
            TaskOutlook::Overdue { late } => (false, late),
            TaskOutlook::AtRisk { short } => (true, short),
            TaskOutlook::Over | TaskOutlook::Open | TaskOutlook::OnTrack { .. } => continue,
        };
        late.push((at_risk, Reverse(by), *id, outlook));
    }
    late.sort_by_key(|(at_risk, by, id, _)| (*at_risk, *by, *id));
    Ok(late.into_iter().map(|(_, _, id, outlook)| (id, outlook)).collect())
}
