//! Which hours of a week are paid more than straight time, and why.

mod pay;
mod rules;

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};
use office_core::{DateRange, Rate};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::pay::{OvertimePayError, PremiumCut, RegularRate, WeekPay, weekly_of_monthly};
pub use self::rules::{OvertimeRules, OvertimeRulesError, OvertimeTier, WeeklyCount};
use crate::WorkTime;

/// The time of one week, each stretch of it with what it is paid at and why: laws 27 and 28 of the crate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkedWeek {
    /// The first day of the week.
    pub starts: NaiveDate,
    /// The stretches, by day and within a day in the order of the hours.
    pub lines: Vec<PaidTime>,
}

/// A stretch of the time of a day that is paid at one multiple.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidTime {
    /// The day.
    pub on: NaiveDate,
    /// How long.
    pub length: WorkTime,
    /// How many times straight time it is paid: one, one and a half, two.
    pub times: Rate,
    /// Why.
    pub reason: PaidTimeReason,
}

/// Why a stretch is paid as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaidTimeReason {
    /// Nothing says more: straight time.
    Straight,
    /// More than so much was worked on the day.
    Day {
        /// How much.
        after: WorkTime,
    },
    /// It is the seventh day of the week worked in a row, and more than so much was worked on it.
    SeventhDay {
        /// How much.
        after: WorkTime,
    },
    /// More than so much was worked in the week.
    Week {
        /// How much.
        after: WorkTime,
    },
}

impl WorkedWeek {
    /// All that was worked.
    #[must_use]
    pub fn worked(&self) -> WorkTime {
        WorkTime::sum(self.lines.iter().map(|line| line.length))
    }

    /// What is paid at a multiple of straight time.
    #[must_use]
    pub fn at(&self, times: Rate) -> WorkTime {
        WorkTime::sum(self.lines.iter().filter(|line| line.times == times).map(|line| line.length))
    }

    /// What is paid at straight time.
    #[must_use]
    pub fn straight(&self) -> WorkTime {
        self.at(Rate::ONE)
    }
}

impl OvertimeRules {
    /// What the time of one week is paid at, line by line.
    ///
    /// `worked` is the time of each day, as [`work_by_day`](crate::work_by_day) gives it; a day that is not in it was not
    /// worked. `starts` is the first day of the week.
    ///
    /// # Errors
    /// [`OvertimeError`]; nothing is rounded.
    ///
    /// # Example
    /// ```
    /// use std::collections::BTreeMap;
    ///
    /// use chrono::{Days, NaiveDate};
    /// use office_hr::{OvertimeError, OvertimeRules, WorkTime};
    ///
    /// let sunday: NaiveDate = "2026-10-04".parse()?;
    /// let hours = [0, 10, 8, 13, 8, 8, 0];
    /// let worked: BTreeMap<_, _> =
    ///     (0..).zip(hours).map(|(day, hours)| (sunday + Days::new(day), WorkTime::hours(hours))).collect();
    ///
    /// let week = OvertimeRules::california().week(sunday, &worked)?;
    /// assert_eq!(week.straight(), WorkTime::hours(40));
    /// assert_eq!(week.at("1.5".parse()?), WorkTime::hours(6));
    /// assert_eq!(week.at("2".parse()?), WorkTime::hours(1));
    ///
    /// // Federal law counts the week alone.
    /// let week = OvertimeRules::flsa().week(sunday, &worked)?;
    /// assert_eq!(week.at("1.5".parse()?), WorkTime::hours(7));
    ///
    /// // A week begins on the day that the rules name.
    /// let monday = sunday + Days::new(1);
    /// let wrong = OvertimeRules::flsa().week(monday, &worked);
    /// assert!(matches!(wrong, Err(OvertimeError::WeekStart { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn week(&self, starts: NaiveDate, worked: &BTreeMap<NaiveDate, WorkTime>) -> Result<WorkedWeek, OvertimeError> {
        let week = self.week_of(starts, worked)?;
        let dates = week.dates(7);
        let in_a_row = week.dates(7).all(|date| worked.get(&date).is_some_and(|time| !time.is_zero()));
        let mut lines = Vec::new();
        let mut counted = WorkTime::ZERO;
        for (number, date) in (1_u8..).zip(dates) {
            let Some(time) = worked.get(&date) else { continue };
            let seventh = number == 7 && in_a_row;
            for stretch in self.of_day(date, *time, seventh) {
                self.by_week(&mut counted, stretch, &mut lines);
            }
        }
        Ok(WorkedWeek { starts, lines })
    }

    fn week_of(&self, starts: NaiveDate, worked: &BTreeMap<NaiveDate, WorkTime>) -> Result<DateRange, OvertimeError> {
        let wanted = self.week_starts();
        if starts.weekday() != wanted {
            return Err(OvertimeError::WeekStart { starts, wanted });
        }
        let end = starts.checked_add_days(Days::new(7));
        let beyond = OvertimeError::BeyondCalendar { starts };
        let week = DateRange::new(starts, end.ok_or(beyond.clone())?).map_err(|_| beyond)?;
        for (on, time) in worked {
            if !week.contains(*on) {
                return Err(OvertimeError::OtherWeek { on: *on, week });
            }
            if time.is_negative() || *time > WorkTime::hours(LONGEST_DAY) {
                return Err(OvertimeError::Length { on: *on, time: *time });
            }
        }
        Ok(week)
    }

    /// The stretches of a day by the rules for days alone.
    fn of_day(&self, on: NaiveDate, time: WorkTime, seventh: bool) -> Vec<PaidTime> {
        let day = self.daily().iter().map(|tier| (*tier, PaidTimeReason::Day { after: tier.after }));
        let seventh_day = self.seventh_day().iter().filter(|_| seventh);
        let seventh_day = seventh_day.map(|tier| (*tier, PaidTimeReason::SeventhDay { after: tier.after }));
        let mut tiers: Vec<(OvertimeTier, PaidTimeReason)> = day.chain(seventh_day).collect();
        tiers.sort_by_key(|(tier, _)| tier.after);
        let ends: Vec<WorkTime> = tiers.iter().map(|(tier, _)| tier.after.min(time)).chain([time]).collect();
        let mut best = (Rate::ONE, PaidTimeReason::Straight);
        let mut stretches = Vec::new();
        let mut from = WorkTime::ZERO;
        let mut next = tiers.iter();
        for end in ends {
            if end > from {
                stretches.push(PaidTime { on, length: end.minus(from), times: best.0, reason: best.1 });
                from = end;
            }
            if let Some((tier, reason)) = next.next()
                && tier.times > best.0
            {
                best = (tier.times, *reason);
            }
        }
        stretches
    }

    /// A stretch, cut where the week's tiers begin, each part at what is more: the day's multiple or the week's.
    fn by_week(&self, counted: &mut WorkTime, stretch: PaidTime, lines: &mut Vec<PaidTime>) {
        if self.weekly_counts() == WeeklyCount::StraightTime && stretch.times != Rate::ONE {
            lines.push(stretch);
            return;
        }
        let mut left = stretch.length;
        while left > WorkTime::ZERO {
            let passed = self.weekly().iter().rfind(|tier| tier.after <= *counted);
            let next = self.weekly().iter().find(|tier| tier.after > *counted);
            let length = next.map_or(left, |tier| tier.after.minus(*counted).min(left));
            let more = passed.filter(|tier| tier.times > stretch.times);
            let (times, reason) = more.map_or((stretch.times, stretch.reason), |tier| {
                (tier.times, PaidTimeReason::Week { after: tier.after })
            });
            lines.push(PaidTime { on: stretch.on, length, times, reason });
            *counted = counted.plus(length);
            left = left.minus(length);
        }
    }
}

/// The most hours that a day has: one more where the clocks are put back, two where by two hours.
const LONGEST_DAY: i32 = 26;

/// The time of a week cannot be told apart.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OvertimeError {
    /// The week begins on another day of the week.
    #[error("{starts} is no {wanted}: the rules' weeks start on {wanted}")]
    WeekStart {
        /// The day.
        starts: NaiveDate,
        /// On what the rules' weeks start.
        wanted: chrono::Weekday,
    },
    /// A day is of another week.
    #[error("{on} is not in the week {week}: days of one week are wanted")]
    OtherWeek {
        /// The day.
        on: NaiveDate,
        /// The week.
        week: DateRange,
    },
    /// The time of a day is below zero or more than a day has.
    #[error("{time} cannot be worked on {on}: 0:00 to 26:00 is wanted")]
    Length {
        /// The day.
        on: NaiveDate,
        /// The time.
        time: WorkTime,
    },
    /// The week ends after the calendar.
    #[error("the week from {starts} is beyond the calendar: an earlier one is wanted")]
    BeyondCalendar {
        /// The first day.
        starts: NaiveDate,
    },
}
