//! How long before its last day an employment has to be ended.
//!
//! # Example
//! ```
//! use office_hr::{NoticeBy, NoticeRules, NoticeTooShort};
//!
//! let rules = NoticeRules::german();
//! let (hired, received) = ("2023-03-01".parse()?, "2026-10-05".parse()?);
//! // After two years and more, a month to the end of a month; the employee has four weeks to the 15th or the end of one.
//! assert_eq!(rules.earliest(NoticeBy::Employer, hired, received), Some("2026-11-30".parse()?));
//! assert_eq!(rules.earliest(NoticeBy::Employee, hired, received), Some("2026-11-15".parse()?));
//!
//! let short = rules.check(NoticeBy::Employer, (hired, received), "2026-10-31".parse()?).unwrap_err();
//! assert_eq!(short.to_string(), "notice received on 2026-10-05 ends no employment on 2026-10-31: 2026-11-30 or later is wanted");
//! # Ok::<(), chrono::ParseError>(())
//! ```

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Who ends an employment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeBy {
    /// The office.
    Employer,
    /// Whoever is employed.
    Employee,
}

/// How long a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeLength {
    /// So many weeks.
    Weeks(u16),
    /// So many months: to the day of the same number, or the last of a month that has none.
    Months(u16),
    /// A week for each complete year of service, up to so many.
    WeekForEachYear(u16),
}

/// On which days an employment can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeEnds {
    /// On any.
    AnyDay,
    /// On the last of a month.
    MonthEnd,
    /// On the 15th or the last of a month.
    FifteenthOrMonthEnd,
    /// On the last of a quarter.
    QuarterEnd,
}

/// The notice that has to be given after some service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeStep {
    /// By whom.
    pub by: NoticeBy,
    /// From how many complete months of service on.
    pub from_months: u32,
    /// How long.
    pub length: NoticeLength,
    /// To which days.
    pub ends: NoticeEnds,
}

/// The notice that has to be given: of the steps for who gives it, the one with the most months that are complete on the
/// day on which it is received. Without one, none has to be given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NoticeRules {
    /// The steps, in any order.
    pub steps: Vec<NoticeStep>,
}

/// A notice was too short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("notice received on {received} ends no employment on {last}: {earliest} or later is wanted")]
pub struct NoticeTooShort {
    /// When it was received.
    pub received: NaiveDate,
    /// Which last day it names.
    pub last: NaiveDate,
    /// The earliest one.
    pub earliest: NaiveDate,
}

impl NoticeRules {
    /// Section 622 of the German Civil Code: four weeks to the 15th or the end of a month; by the employer after two, five,
    /// eight, ten, twelve, fifteen and twenty years one to seven months to the end of one; two weeks for both in the first
    /// half year, where probation was agreed on, as is usual.
    #[must_use]
    pub fn german() -> Self {
        const YEARS: [(u32, u16); 7] = [(2, 1), (5, 2), (8, 3), (10, 4), (12, 5), (15, 6), (20, 7)];
        let step = |by, from_months, length, ends| NoticeStep { by, from_months, length, ends };
        let both = [NoticeBy::Employer, NoticeBy::Employee].into_iter();
        let general = both.flat_map(|by| {
            [
                step(by, 0, NoticeLength::Weeks(2), NoticeEnds::AnyDay),
                step(by, 6, NoticeLength::Weeks(4), NoticeEnds::FifteenthOrMonthEnd),
            ]
        });
        let longer = YEARS.into_iter().map(|(years, months)| {
            let from = years.saturating_mul(12);
            step(NoticeBy::Employer, from, NoticeLength::Months(months), NoticeEnds::MonthEnd)
        });
        Self { steps: general.chain(longer).collect() }
    }

    /// Section 86 of the Employment Rights Act 1996 (United Kingdom): a week after a month; by the employer after two years
    /// a week for each, up to twelve.
    #[must_use]
    pub fn british() -> Self {
        let step = |by, from_months, length| NoticeStep { by, from_months, length, ends: NoticeEnds::AnyDay };
        Self {
            steps: vec![
                step(NoticeBy::Employee, 1, NoticeLength::Weeks(1)),
                step(NoticeBy::Employer, 1, NoticeLength::Weeks(1)),
                step(NoticeBy::Employer, 24, NoticeLength::WeekForEachYear(12)),
            ],
        }
    }

    /// The earliest last day of an employment that began on a day, by a notice that is received on another; none beyond the
    /// calendar.
    #[must_use]
    pub fn earliest(&self, by: NoticeBy, hired: NaiveDate, received: NaiveDate) -> Option<NaiveDate> {
        let served = complete_months(hired, received);
        let steps = self.steps.iter().filter(|step| step.by == by && step.from_months <= served);
        let Some(step) = steps.max_by_key(|step| step.from_months) else { return Some(received) };
        let weeks = |weeks: u16| received.checked_add_days(Days::new(u64::from(weeks).saturating_mul(7)));
        let over = match step.length {
            NoticeLength::Weeks(count) => weeks(count),
            NoticeLength::Months(count) => received.checked_add_months(Months::new(count.into())),
            NoticeLength::WeekForEachYear(most) => weeks(u16::try_from(served / 12).unwrap_or(most).min(most)),
        };
        step.ends.from(over?)
    }

    /// Refuses a last day that is too early.
    ///
    /// # Errors
    /// [`NoticeTooShort`], with the earliest day.
    pub fn check(
        &self,
        by: NoticeBy,
        (hired, received): (NaiveDate, NaiveDate),
        last: NaiveDate,
    ) -> Result<(), NoticeTooShort> {
        let earliest = self.earliest(by, hired, received).unwrap_or(NaiveDate::MAX);
        if last < earliest { Err(NoticeTooShort { received, last, earliest }) } else { Ok(()) }
    }
}

impl NoticeEnds {
    /// The first such day that is not before another.
    fn from(self, day: NaiveDate) -> Option<NaiveDate> {
        let month_end = |day: NaiveDate| {
            day.with_day(1).and_then(|first| first.checked_add_months(Months::new(1))).and_then(|next| next.pred_opt())
        };
        match self {
            Self::AnyDay => Some(day),
            Self::FifteenthOrMonthEnd if day.day() <= 15 => day.with_day(15),
            Self::MonthEnd | Self::FifteenthOrMonthEnd => month_end(day),
            Self::QuarterEnd => {
                let more = 2_u32.saturating_sub(day.month0() % 3);
                day.with_day(1).and_then(|first| first.checked_add_months(Months::new(more))).and_then(month_end)
            }
        }
    }
}

/// How many months are complete from a day to another: the day of the same number completes one, or the last of a month
/// that has none.
pub(crate) fn complete_months(from: NaiveDate, to: NaiveDate) -> u32 {
    if to <= from {
        return 0;
    }
    let years = to.year().saturating_sub(from.year());
    let months = i64::from(years).saturating_mul(12);
    let months = months.saturating_add(i64::from(to.month())).saturating_sub(i64::from(from.month()));
    let months = u32::try_from(months).unwrap_or_default();
    let complete = from.checked_add_months(Months::new(months)).is_some_and(|day| day <= to);
    if complete { months } else { months.saturating_sub(1) }
}
