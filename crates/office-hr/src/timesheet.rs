//! The working time of a week, written down, approved and locked.
//!
//! ```text
//!   enter ──► Draft ── submit ──► Submitted ── approve (the last approval) ──► Approved
//!               ▲                     │                                           │
//!               └── give back, refuse, withdraw, expire ◄─────── reopen ──────────┘
//! ```
//!
//! Entries are never changed: one that is wrong is struck out with a reason, and another is made. Nothing of a sheet that is
//! submitted or approved changes, and nothing of a month that the rules have locked; to correct what was approved it is
//! reopened, by somebody with authority and for a reason, and approved again.
//!
//! Laws 30 to 32 of the crate; `tests/timesheet` holds them.
//!
//! # Example
//! ```
//! use std::collections::BTreeMap;
//! use office_core::rules::{DecisionTable, PolicyBook};
//! use office_core::{
//!     Actor, AuthorityBook, Command, DateRange, Holidays, Id, MemoryStore, Office, Ratio, Role, WeeklyHours,
//!     WorkingCalendar, WorkingPlan, Zone, wait,
//! };
//! use office_hr::{
//!     Assignment, EnterTime, Hire, OvertimeRules, TimeEntry, TimesheetError, TimesheetRules, TimesheetStatus,
//!     WorkingTimeLimits, WriteTimesheetError, enter_time, hire, submit_timesheet,
//! };
//!
//! // Up to 48 hours a week need nobody's approval.
//! let mut approval = PolicyBook::new("time");
//! let row = |hours: &str, outcome: &str| vec![hours.to_owned(), outcome.to_owned()];
//! let rows = [row("<= 48", "allow"), row("-", "approvals: 1 office_manager time.approve")];
//! approval.publish("2026-01-01".parse()?, DecisionTable::from_rows(&["hours: number", "outcome"], rows)?)?;
//! let valid = DateRange::year(2026)?;
//! let (week, holidays) = (WeeklyHours::weekdays("09:00-17:00".parse()?), Holidays::none(valid));
//! let hours = WorkingPlan { zone: Zone::UTC, valid, week, exceptions: BTreeMap::new(), holidays };
//! let rules = &TimesheetRules {
//!     overtime: OvertimeRules::flsa(),
//!     limits: WorkingTimeLimits::european(),
//!     begin: None,
//!     end: None,
//!     lock: None,
//!     approval,
//!     enter: "time.enter".parse()?,
//!     reopen: "time.reopen".parse()?,
//!     hours: WorkingCalendar::new(hours)?,
//! };
//!
//! // Their own time people enter without any grant.
//! let (office, book) = (Office::on(MemoryStore::new()), &AuthorityBook::default());
//! let (person, employment) = (Id::natural("person", "E-009"), Id::natural("employment", "E-009"));
//! let by = Actor::new(person, Role::new("employee"));
//! let command = |key: &str| Command::new(key, "time", by.clone(), "2026-10-12T08:00:00Z".parse().unwrap_or_default());
//! let assignment = Assignment {
//!     role: Role::new("employee"),
//!     manager: None,
//!     cost_centre: Id::natural("cost_centre", "CC-200"),
//!     scope: "company/CC-200".parse()?,
//!     weekly_hours: Ratio::from_integer(40),
//!     week: "MO|TU|WE|TH|FR".parse()?,
//!     zone: "Europe/Berlin".parse()?,
//! };
//! let hiring = &Hire { person, term: "2026-01-01/..".parse()?, assignment };
//! wait(office.transact(&command("hire")?, |tx| async move { hire(&tx, employment, hiring).await }))?;
//!
//! let enter = |key: &str, number, work: &str| {
//!     let time = TimeEntry::new(work.parse()?)?;
//!     let entry = &EnterTime { employment, number, time, note: String::new() };
//!     let command = command(key)?;
//!     Ok::<_, Box<dyn std::error::Error>>(
//!         wait(office.transact(&command, |tx| async move { enter_time(&tx, entry, rules, book).await })),
//!     )
//! };
//! let sheet = enter("monday", 1, "2026-10-05T07:00:00Z/2026-10-05T15:00:00Z")??;
//! // The same hours are not worked twice.
//! let twice = enter("twice", 2, "2026-10-05T14:00:00Z/2026-10-05T16:00:00Z")?;
//! assert!(matches!(twice, Err(TimesheetError::Write(WriteTimesheetError::Overlap { number: 1, .. }))));
//!
//! let submit = |tx| async move { submit_timesheet(&tx, sheet, rules, book).await };
//! assert_eq!(wait(office.transact(&command("submit")?, submit))?, TimesheetStatus::Approved);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use office_core::rules::{DecideError, Explanation, PolicyBook};
use office_core::subject::PersonId;
use office_core::{Action, ApprovalAct, ApprovalRun, CivilTimeError, Id, Interval, WorkingCalendar, Zone};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::time_rounding::on_the_wall;
use crate::{
    Employment, LimitError, OvertimeError, OvertimeRules, TimeEntry, TimeEntryError, TimeStep, WorkTime,
    WorkingTimeLimits,
};

mod approving;
mod flow;
mod sheet;

pub use approving::{
    DecideTimesheetError, ReopenTimesheetError, approve_timesheet, fall_due_timesheet, give_back_timesheet,
    reopen_timesheet, withdraw_timesheet,
};
pub use flow::{EnterTime, TimesheetError, enter_time, strike_time, submit_timesheet};

/// An office's rules of working time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimesheetRules {
    /// Which hours are overtime. A sheet begins on the day on which their weeks do.
    pub overtime: OvertimeRules,
    /// How long may be worked.
    pub limits: WorkingTimeLimits,
    /// How coming is rounded.
    #[serde(default)]
    pub begin: Option<TimeStep>,
    /// How going is rounded.
    #[serde(default)]
    pub end: Option<TimeStep>,
    /// Until when time may be entered; for ever where nothing is said.
    #[serde(default)]
    pub lock: Option<TimeLock>,
    /// Who approves a sheet. The policy is asked with the facts `hours` and `overtime` (numbers, to the hundredth of an
    /// hour, half up), `findings` (how many limits were not kept) and `scope`.
    pub approval: PolicyBook,
    /// What somebody has to be granted to enter and submit the time of others, such as `time.enter`; their own everybody does.
    pub enter: Action,
    /// What somebody has to be granted to reopen a sheet, such as `time.reopen`.
    pub reopen: Action,
    /// In these hours the policy counts when an approval escalates and expires.
    pub hours: WorkingCalendar,
}

/// Until when time may be entered: for so many days after the last day of its month.
///
/// # Example
/// ```
/// use office_hr::TimeLock;
///
/// let lock = TimeLock { open_days: 10 };
/// assert!(!lock.is_locked("2026-09-30".parse()?, "2026-10-10".parse()?));
/// assert!(lock.is_locked("2026-09-30".parse()?, "2026-10-11".parse()?));
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeLock {
    /// How many days.
    pub open_days: u16,
}

impl TimeLock {
    /// Whether the time of a day can no longer be changed.
    #[must_use]
    pub fn is_locked(self, day: NaiveDate, today: NaiveDate) -> bool {
        let next_month = day.with_day(1).and_then(|first| first.checked_add_months(Months::new(1)));
        let last = next_month.and_then(|first| first.pred_opt());
        last.and_then(|last| last.checked_add_days(Days::new(self.open_days.into()))).is_some_and(|open| today > open)
    }
}

impl TimesheetRules {
    /// The first day of the sheet on which the time of a day is written.
    #[must_use]
    pub fn week_of(&self, day: NaiveDate) -> NaiveDate {
        day.week(self.overtime.week_starts()).checked_first_day().unwrap_or(day)
    }

    /// What an entry counts as, coming and going rounded by the clocks of a zone; nothing where that leaves nothing.
    fn rounded(&self, entry: &TimeEntry, zone: Zone) -> Result<Option<TimeEntry>, TimeEntryError> {
        let (begin, end) = (entry.work().start(), entry.work().end());
        let rounded = Interval::new(on_the_wall(self.begin, begin, zone), on_the_wall(self.end, end, zone));
        let Ok(work) = rounded else { return Ok(None) };
        let breaks = entry.breaks().iter().filter_map(|rest| rest.intersection(&work));
        match TimeEntry::new(work)?.with_breaks(breaks) {
            Err(TimeEntryError::NothingWorked { .. }) => Ok(None),
            counted => counted.map(Some),
        }
    }
}

/// The working time of somebody in one week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timesheet {
    opened: OpenedTimesheet,
    entries: BTreeMap<u32, SheetEntry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    submitted: Option<SubmittedTimesheet>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    returned: Option<String>,
}

/// Whose sheet it is, and of which week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenedTimesheet {
    /// In which employment.
    pub employment: Id<Employment>,
    /// Who.
    pub person: PersonId,
    /// The first of the seven days.
    pub starts: NaiveDate,
    /// By whose clocks days begin.
    pub zone: Zone,
}

/// An entry of a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SheetEntry {
    /// From when to when.
    pub time: TimeEntry,
    /// What it was for, or where it was taken from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Why it does not count any more, where it was struck out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub struck: Option<String>,
}

/// What was submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubmittedTimesheet {
    /// The time of each day as it counts, fixed by the rules of that day.
    pub days: BTreeMap<NaiveDate, WorkTime>,
    /// Why the policy asks for the approvals that it asks for.
    pub ruling: Explanation,
    /// How far the approval has come.
    pub approval: ApprovalRun,
}

/// Where a sheet stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum TimesheetStatus {
    /// Entries may be made.
    Draft {
        /// Why it came back, where it was submitted before.
        returned: Option<String>,
    },
    /// It awaits approval.
    Submitted {
        /// The stage of approval, counted from 1.
        stage: usize,
    },
    /// It is approved, and nothing of it changes.
    Approved,
}

impl std::fmt::Display for TimesheetStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Draft { returned: None } => f.write_str("a draft"),
            Self::Draft { returned: Some(reason) } => write!(f, "a draft again: {reason}"),
            Self::Submitted { stage } => write!(f, "submitted, at stage {stage}"),
            Self::Approved => f.write_str("approved"),
        }
    }
}

/// What can happen to a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum TimesheetFact {
    /// It was begun.
    Opened(OpenedTimesheet),
    /// Time was entered.
    Entered {
        /// The number of the entry within the sheet.
        number: u32,
        /// From when to when.
        time: TimeEntry,
        /// What it was for.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// An entry was struck out.
    Struck {
        /// Its number.
        number: u32,
        /// Why.
        why: String,
    },
    /// It was submitted.
    Submitted(Box<SubmittedTimesheet>),
    /// Somebody approved, refused, returned or withdrew it.
    Decided(ApprovalAct),
    /// Time has passed: it has escalated or expired. In order, at least one.
    FellDue(Vec<ApprovalAct>),
    /// It was opened again after it was approved.
    Reopened {
        /// Why.
        why: String,
    },
}

/// Something was not written on a sheet: nothing is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WriteTimesheetError {
    /// The number stands for another entry.
    #[error("entry {number} is another one: the next free number is {next}")]
    NumberUsed {
        /// The number.
        number: u32,
        /// The next that is free.
        next: u32,
    },
    /// Numbers go up one by one, to at most 500.
    #[error("entry {number} is out of turn: the next number is {next}, and 500 the last")]
    Number {
        /// The number.
        number: u32,
        /// The next that is free.
        next: u32,
    },
    /// The note is too long.
    #[error("the note is too long: at most {most} characters are wanted")]
    LongNote {
        /// How many characters it may have.
        most: usize,
    },
    /// There is no such entry, or it is struck out for another reason.
    #[error("there is no entry {number} to strike out")]
    NoEntry {
        /// The number.
        number: u32,
    },
    /// No reason is given.
    #[error("a reason of 1 to 500 characters is wanted")]
    NoReason,
    /// The sheet is submitted or approved.
    #[error("the sheet is {status}: a draft is wanted")]
    NotDraft {
        /// Where it stands.
        status: TimesheetStatus,
    },
    /// It begins in another week.
    #[error("the work begins on {on}: a day of the week from {starts} is wanted")]
    OtherWeek {
        /// The day.
        on: NaiveDate,
        /// The first day of the sheet.
        starts: NaiveDate,
    },
    /// Its month is locked.
    #[error("the time of {on} is locked: a day of an open month is wanted")]
    Locked {
        /// The day.
        on: NaiveDate,
    },
    /// It is not over yet.
    #[error("the work ends at {end}, after now: work that is done is wanted")]
    NotOver {
        /// When it ends.
        end: DateTime<Utc>,
    },
    /// It does not come to whole minutes, as the rules round it.
    #[error("{time} is cut at no whole minute: whole minutes are wanted, or a rule that rounds to them")]
    PartOfMinute {
        /// The work or the break.
        time: Interval,
    },
    /// It overlaps other work of the person.
    #[error("the work overlaps entry {number} of the sheet from {starts}, {time}")]
    Overlap {
        /// The other entry.
        number: u32,
        /// Its sheet.
        starts: NaiveDate,
        /// When that was.
        time: Interval,
    },
    /// Rounded, it would be no entry any more.
    #[error(transparent)]
    Entry(#[from] TimeEntryError),
}

/// A sheet was not submitted: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SubmitTimesheetError {
    /// It is submitted or approved.
    #[error("the sheet is {status}: a draft is wanted")]
    NotDraft {
        /// Where it stands.
        status: TimesheetStatus,
    },
    /// There is nothing on it.
    #[error("the sheet has no entry: at least one is wanted")]
    Empty,
    /// Time of it counts as nothing that can be told.
    #[error(transparent)]
    Hours(#[from] TimesheetHoursError),
    /// The policy cannot decide.
    #[error("the policy cannot decide the sheet")]
    Policy(#[from] DecideError),
    /// The policy refuses.
    #[error("refused by policy: {reason}")]
    RefusedByPolicy {
        /// Why.
        reason: String,
    },
}

/// The hours of a sheet cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TimesheetHoursError {
    /// Rounded by these rules, an entry is none any more.
    #[error(transparent)]
    Entry(#[from] TimeEntryError),
    /// A day is beyond the calendar.
    #[error(transparent)]
    Civil(#[from] CivilTimeError),
    /// Its days are no week of the rules.
    #[error(transparent)]
    Overtime(#[from] OvertimeError),
    /// The limits cannot be judged.
    #[error(transparent)]
    Limits(#[from] LimitError),
}
