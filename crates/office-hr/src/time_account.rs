//! The account of somebody's time: what they worked beyond what was planned, or short of it.
//!
//! It is a fold over the days of a [`WorkRecord`], never a number that is kept: each day's difference, what was
//! withdrawn as time off or paid out, and what is cut when a period ends. Time off that is taken from the account counts
//! as worked on its day, and is withdrawn. On one date the order is: the cut of the period before, the day's work, what
//! is withdrawn.
//!
//! # Laws
//! Held by `tests/time/account.rs`.
//!
//! 1. The balance is what it began with, plus what was worked, less what was planned, what was paid out and what was cut.
//! 2. When a period begins the balance is within what may be carried over.
//! 3. Time is withdrawn only down to the limit, and not from what is not there.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::{DateRange, DayPart, HolidayCalendar, OutsideCalendar};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{AccrualPeriod, WorkRecord, WorkSchedule, WorkTime, WorkedDay};

/// The longest time that is looked at, in days: a hundred years.
const LONGEST: u32 = 36_525;

/// An office's rules for accounts of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeAccountRules {
    /// When it is settled: as each of these periods ends.
    pub period: AccrualPeriod,
    /// What goes on into the next period at the most; the rest is cut. All of it where there is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_carried: Option<WorkTime>,
    /// What is owed at the most into the next period, as a length; what is beyond is let off. All of it where there is
    /// no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_owed: Option<WorkTime>,
    /// How far below zero somebody may withdraw, as a length.
    pub overdraft: WorkTime,
    /// From which balances on somebody should look, or act.
    pub lights: LightBounds,
}

/// From which balances on a light changes, on both sides of zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LightBounds {
    /// Amber from so much on.
    pub amber: WorkTime,
    /// Red from so much on.
    pub red: WorkTime,
}

/// How a balance stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeLight {
    /// All is well.
    Green,
    /// It is time to look at it.
    Amber,
    /// Something has to be done.
    Red,
}

/// As what time was withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawnAs {
    /// Time off, on a day on which work was planned.
    TimeOff,
    /// Money.
    Pay,
}

/// Time that was withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeWithdrawn {
    /// On which day.
    pub on: NaiveDate,
    /// How much.
    pub time: WorkTime,
    /// As what.
    pub kind: WithdrawnAs,
}

/// All that an account of time follows from.
#[derive(Clone, Copy, Debug)]
pub struct TimeAccountHistory<'a> {
    /// The rules.
    pub rules: &'a TimeAccountRules,
    /// From which day on it is kept.
    pub opened: NaiveDate,
    /// What it began with.
    pub opening: WorkTime,
    /// The work, planned and done.
    pub work: &'a WorkRecord,
    /// What was withdrawn, in any order.
    pub withdrawn: &'a [TimeWithdrawn],
}

/// A line of an account of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeAccountLine {
    /// The day on which it takes effect.
    pub on: NaiveDate,
    /// How much; below zero where it goes.
    pub time: WorkTime,
    /// Why.
    pub reason: TimeReason,
}

/// Why a line is in an account of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum TimeReason {
    /// It began with it.
    Opened {},
    /// A day's work differs from what was planned.
    Worked {
        /// What was planned.
        planned: WorkTime,
        /// What was worked, time off from the account included.
        worked: WorkTime,
    },
    /// It was withdrawn.
    Withdrawn {
        /// As what.
        kind: WithdrawnAs,
    },
    /// A period ended, and this is beyond what goes over.
    Cut {
        /// What goes over at the most.
        most: WorkTime,
    },
}

/// An account of time, line by line.
///
/// # Example
/// ```
/// use office_hr::{
///     AccrualPeriod, LightBounds, TimeAccount, TimeAccountHistory, TimeAccountRules, TimeLight, TimeWithdrawn,
///     WithdrawTimeError, WithdrawnAs, WorkRecord, WorkTime, WorkedDay,
/// };
///
/// let hours = WorkTime::hours;
/// let rules = TimeAccountRules {
///     period: AccrualPeriod::Month(1),
///     most_carried: Some(hours(10)),
///     most_owed: None,
///     overdraft: hours(4),
///     lights: LightBounds { amber: hours(8), red: hours(20) },
/// };
/// let mut work = WorkRecord::default();
/// work.set("2026-10-05".parse()?, WorkedDay { planned: hours(8), worked: hours(10) });
/// work.set("2026-10-06".parse()?, WorkedDay { planned: hours(8), worked: hours(0) });
/// let off = [TimeWithdrawn { on: "2026-10-06".parse()?, time: hours(8), kind: WithdrawnAs::TimeOff }];
/// let (opened, opening) = ("2026-10-01".parse()?, hours(19));
/// let history = TimeAccountHistory { rules: &rules, opened, opening, work: &work, withdrawn: &off };
///
/// let account = TimeAccount::of(&history, "2026-11-01".parse()?)?;
/// assert_eq!(account.balance("2026-10-05".parse()?), hours(21));
/// assert_eq!(rules.light(account.balance("2026-10-05".parse()?)), TimeLight::Red);
/// assert_eq!(account.balance("2026-10-31".parse()?), hours(13));
/// // What is beyond ten hours is cut as November begins.
/// assert_eq!(account.balance("2026-11-01".parse()?), hours(10));
///
/// let pay = TimeWithdrawn { on: "2026-11-02".parse()?, time: hours(15), kind: WithdrawnAs::Pay };
/// assert!(matches!(history.withdraw(pay), Err(WithdrawTimeError::TooMuch { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct TimeAccount {
    lines: Vec<TimeAccountLine>,
}

impl TimeAccountRules {
    /// How a balance stands, owed time as time beyond.
    #[must_use]
    pub fn light(&self, balance: WorkTime) -> TimeLight {
        let size = if balance.is_negative() { WorkTime::ZERO.minus(balance) } else { balance };
        match size {
            size if size >= self.lights.red => TimeLight::Red,
            size if size >= self.lights.amber => TimeLight::Amber,
            _ => TimeLight::Green,
        }
    }

    /// What a balance is cut to as a period ends.
    fn settled(&self, balance: WorkTime) -> (WorkTime, WorkTime) {
        let owed = self.most_owed.map(|most| WorkTime::ZERO.minus(most));
        match (self.most_carried, owed) {
            (Some(most), _) if balance > most => (most, most),
            (_, Some(least)) if balance < least => (least, least),
            _ => (balance, balance),
        }
    }
}

impl TimeAccountHistory<'_> {
    /// Whether time can be withdrawn on a day: the balance there and on every later day that has work or withdrawals
    /// stays above the limit.
    pub fn withdraw(&self, asked: TimeWithdrawn) -> Result<TimeWithdrawn, WithdrawTimeError> {
        if asked.time.is_negative() || asked.time.is_zero() {
            return Err(WithdrawTimeError::NoTime { time: asked.time });
        }
        if asked.kind == WithdrawnAs::TimeOff {
            let day = self.work.on(asked.on);
            let off = |one: &&TimeWithdrawn| one.on == asked.on && one.kind == WithdrawnAs::TimeOff;
            let before = WorkTime::sum(self.withdrawn.iter().filter(off).map(|one| one.time));
            let open = day.planned.minus(day.worked).minus(before);
            if asked.time > open {
                return Err(WithdrawTimeError::NotPlanned { asked: asked.time, open });
            }
        }
        let mut all = self.withdrawn.to_vec();
        all.push(asked);
        let last = all.iter().map(|one| one.on).max().unwrap_or(asked.on);
        let account = TimeAccount::of(&TimeAccountHistory { withdrawn: &all, ..*self }, last)?;
        let days = account.lines.iter().map(|line| line.on).filter(|on| *on > asked.on).chain([asked.on]);
        let lowest = days.map(|on| account.balance(on)).min().unwrap_or(WorkTime::ZERO);
        let floor = WorkTime::ZERO.minus(self.rules.overdraft);
        if lowest < floor {
            return Err(WithdrawTimeError::TooMuch { asked: asked.time, lowest, least: floor });
        }
        Ok(asked)
    }
}

impl TimeAccount {
    /// The account up to and on a day.
    pub fn of(history: &TimeAccountHistory<'_>, as_of: NaiveDate) -> Result<Self, TimeAccountError> {
        let opened = history.opened;
        let mut account = Self { lines: Vec::new() };
        let Ok(range) = DateRange::inclusive(opened, as_of) else { return Ok(account) };
        if range.days().is_none_or(|days| days > LONGEST) {
            return Err(TimeAccountError::TooLong { opened, on: as_of });
        }
        let mut withdrawn: BTreeMap<NaiveDate, Vec<TimeWithdrawn>> = BTreeMap::new();
        for one in history.withdrawn {
            if one.time.is_negative() || one.on < opened {
                return Err(TimeAccountError::Withdrawn { on: one.on, time: one.time });
            }
            withdrawn.entry(one.on).or_default().push(*one);
        }
        account.add(opened, history.opening, TimeReason::Opened {});
        let mut balance = history.opening;
        let mut period = history.rules.period.with(opened);
        for on in range.dates(usize::MAX) {
            if period.and_then(|period| period.end()) == Some(on) {
                let (settled, most) = history.rules.settled(balance);
                account.add(on, settled.minus(balance), TimeReason::Cut { most });
                balance = settled;
                period = history.rules.period.with(on);
            }
            let mut off = withdrawn.remove(&on).unwrap_or_default();
            off.sort_unstable();
            let day = history.work.on(on);
            let free = off.iter().filter(|one| one.kind == WithdrawnAs::TimeOff).map(|one| one.time);
            let worked = day.worked.plus(WorkTime::sum(free));
            let reason = TimeReason::Worked { planned: day.planned, worked };
            account.add(on, worked.minus(day.planned), reason);
            balance = balance.plus(worked.minus(day.planned));
            for one in off {
                account.add(on, WorkTime::ZERO.minus(one.time), TimeReason::Withdrawn { kind: one.kind });
                balance = balance.minus(one.time);
            }
        }
        Ok(account)
    }

    fn add(&mut self, on: NaiveDate, time: WorkTime, reason: TimeReason) {
        if !time.is_zero() {
            self.lines.push(TimeAccountLine { on, time, reason });
        }
    }

    /// Its lines, by date.
    #[must_use]
    pub fn lines(&self) -> &[TimeAccountLine] {
        &self.lines
    }

    /// The balance at the end of a day.
    #[must_use]
    pub fn balance(&self, on: NaiveDate) -> WorkTime {
        WorkTime::sum(self.lines.iter().filter(|line| line.on <= on).map(|line| line.time))
    }
}

/// The work that is planned for the days of a range, at so long for a whole day; nothing is worked as yet. At most a
/// hundred years.
///
/// # Example
/// ```
/// use office_core::{DateRange, Holidays};
/// use office_hr::{WorkSchedule, WorkTime, planned_work};
///
/// let schedule = WorkSchedule::new("2026-01-01/..".parse()?, "MO|TU|WE am".parse()?);
/// let holidays = Holidays::none(DateRange::year(2026)?);
/// let week = "2026-10-05/2026-10-12".parse()?;
/// let work = planned_work(&schedule, week, WorkTime::hours(8), &holidays)?;
/// assert_eq!(work.sum(week).planned, WorkTime::hours(20));
///
/// // Where the holidays are not known there is no answer.
/// assert!(planned_work(&schedule, "2026-12-01/2027-02-01".parse()?, WorkTime::hours(8), &holidays).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn planned_work(
    schedule: &WorkSchedule,
    range: DateRange,
    of_a_day: WorkTime,
    holidays: &dyn HolidayCalendar,
) -> Result<WorkRecord, PlannedWorkError> {
    if range.days().is_none_or(|days| days > LONGEST) {
        return Err(PlannedWorkError::TooLong { range });
    }
    let mut record = WorkRecord::default();
    for on in range.dates(usize::MAX) {
        let planned = match schedule.working_part(on, holidays)? {
            None => continue,
            Some(DayPart::Whole) => of_a_day,
            // An odd second goes to neither half.
            Some(DayPart::Morning | DayPart::Afternoon) => of_a_day.halved(),
        };
        record.set(on, WorkedDay { planned, worked: WorkTime::ZERO });
    }
    Ok(record)
}

/// The work of a range cannot be planned.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PlannedWorkError {
    /// The range has no end or is too long.
    #[error("the range {range} is too long: at most 36525 days are wanted")]
    TooLong {
        /// The range.
        range: DateRange,
    },
    /// The holidays are not known.
    #[error("the working days cannot be told")]
    Holidays(#[from] OutsideCalendar),
}

/// An account of time cannot be drawn up.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TimeAccountError {
    /// The day is too far from the opening.
    #[error("{on} is over a hundred years after {opened}: an earlier day is wanted")]
    TooLong {
        /// When it was opened.
        opened: NaiveDate,
        /// The day.
        on: NaiveDate,
    },
    /// Time was withdrawn before the opening, or is below zero.
    #[error("{time} withdrawn on {on} is below zero or before the account was opened")]
    Withdrawn {
        /// The day.
        on: NaiveDate,
        /// How much.
        time: WorkTime,
    },
}

/// Time cannot be withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WithdrawTimeError {
    /// Nothing, or less, is asked for.
    #[error("{time} is no time to withdraw: more than zero is wanted")]
    NoTime {
        /// How much.
        time: WorkTime,
    },
    /// Less work is planned on the day, or is left of it.
    #[error("{asked} cannot be had as time off: {open} of the day's work is open")]
    NotPlanned {
        /// How much is asked for.
        asked: WorkTime,
        /// How much of what was planned is neither worked nor off.
        open: WorkTime,
    },
    /// The account cannot be drawn up.
    #[error("the account cannot be drawn up")]
    Account(#[from] TimeAccountError),
    /// There is not as much.
    #[error("{asked} cannot be withdrawn: the balance would be {lowest}, and {least} is the least")]
    TooMuch {
        /// How much is asked for.
        asked: WorkTime,
        /// How low the balance would be.
        lowest: WorkTime,
        /// How low it may be.
        least: WorkTime,
    },
}
