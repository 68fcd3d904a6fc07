//! How leave accrues in periods, by levels of service.
//!
//! An [`AccrualPlan`] credits an amount for each period of its [`AccrualPeriod`]: a month, two weeks, half a year. What
//! the amount is, how often it comes and how much may be kept depends on the [`AccrualLevel`] that the length of
//! service has reached. A period that is cut short, by joining, leaving, a new level or new terms, is credited for its
//! days over all of its days; the parts of a period add up to it. Numbers are of the unit that the account is kept in,
//! days or hours.
//!
//! On one date the order is: what lapses, carry-over, leave, credit; with [`DayOrder::CreditFirst`] leave comes last. So
//! a period that ends on the day of the carry-over is not carried over, and a ceiling sees the leave of its day.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, Months, NaiveDate};
use office_core::{DateRange, Ratio, RatioError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{AnnualDay, LeaveRounding, WorkTime};

/// How leave accrues.
///
/// Plain data; what makes no sense is refused when a [`LeavePlan`](crate::LeavePlan) publishes it.
///
/// # Example
/// ```
/// use office_core::Ratio;
/// use office_hr::{
///     AccrualLevel, AccrualPeriod, AccrualPlan, AnnualDay, LeaveHistory, LeavePlan, LeaveTerms, Ledger, Opening,
///     ServiceLength, Tenure,
/// };
///
/// // One day a month, two from the second year on; at most five go over into the next year.
/// let days = Ratio::from_integer;
/// let level = |after, rate| AccrualLevel {
///     most_carried: Some(days(5)),
///     ..AccrualLevel::new(ServiceLength::Months(after), days(rate), AccrualPeriod::Month(1))
/// };
/// let mut plan = LeavePlan::new("LP-US", AnnualDay::NEW_YEAR, "US");
/// let accrual = AccrualPlan::of_levels([level(0, 1), level(12, 2)]);
/// plan.publish("2020-01-01".parse()?, LeaveTerms::accruing(accrual.clone()))?;
///
/// let tenure = Tenure::new("2026-01-01/..".parse()?, days(5))?;
/// let opening = Opening { on: "2026-01-01".parse()?, carried_in: days(0) };
/// let ledger = Ledger::of(&LeaveHistory::new(&plan, &tenure, opening, &[]), "2027-12-31".parse()?)?;
/// assert_eq!(ledger.balance("2026-12-31".parse()?)?, days(11));
/// // December is credited after the carry-over.
/// assert_eq!(ledger.balance("2027-01-01".parse()?)?, days(6));
/// assert_eq!(ledger.balance("2027-03-01".parse()?)?, days(10));
///
/// // Levels are in the order of service.
/// let backwards = AccrualPlan::of_levels([level(12, 2), level(0, 1)]);
/// assert!(plan.publish("2030-01-01".parse()?, LeaveTerms::accruing(backwards)).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccrualPlan {
    /// When a period is credited.
    pub credit: CreditAt,
    /// By what a period counts.
    pub earned_by: EarnedBy,
    /// When the leave year of somebody begins, at which unused leave is carried over.
    pub year: AccrualYear,
    /// How credits are rounded.
    pub rounding: CreditRounding,
    /// Whether leave or credit comes first on one date.
    pub order: DayOrder,
    /// The levels, in the order of service.
    pub levels: Vec<AccrualLevel>,
}

/// When a period is credited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreditAt {
    /// On its first day.
    Start,
    /// On the day after its last; on the last day of employment where that ends.
    End,
}

/// By what a period, or a part of it, counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EarnedBy {
    /// By its days.
    Calendar,
    /// By the hours of it in which work was planned.
    Planned,
    /// By the hours of it that were worked, over those in which work was planned.
    Worked,
}

/// When somebody's leave year begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccrualYear {
    /// On the day that the leave plan names.
    Plan,
    /// On the day of the year on which employment began.
    Anniversary,
}

/// How credits are rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreditRounding {
    /// Each credit is the rounded sum of all so far less what has been credited, so that nothing drifts.
    Sum(LeaveRounding),
    /// Each credit by itself. Over a year they can come to more or less than its rate.
    Each(LeaveRounding),
}

/// Whether leave or credit comes first on one date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayOrder {
    /// Leave, so that a ceiling sees what is left after it.
    LeaveFirst,
    /// Credit, so that it can be taken on its day.
    CreditFirst,
}

/// A length of service, from the first day of employment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceLength {
    /// So many days.
    Days(u32),
    /// So many months; to the end of a month that has no such day.
    Months(u32),
}

impl ServiceLength {
    /// The day after so long a time; `None` at the end of the calendar.
    #[must_use]
    pub fn after(self, start: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Days(days) => start.checked_add_days(Days::new(u64::from(days))),
            Self::Months(months) => start.checked_add_months(Months::new(months)),
        }
    }
}

/// What a period of accrual is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccrualPeriod {
    /// A day.
    Day,
    /// So many weeks, counted from a day on.
    Weeks {
        /// How many, from 1 to 52.
        weeks: u8,
        /// The first day of one such period.
        from: NaiveDate,
    },
    /// From this day of a month to the next, from 1 to 31; the last day of a month that has none such.
    Month(u32),
    /// From one of these days of the year to the next: one for a year, two for half years, four for quarters.
    Year(Vec<AnnualDay>),
}

impl AccrualPeriod {
    /// The period that holds the date; `None` at the ends of the calendar.
    #[must_use]
    pub fn with(&self, date: NaiveDate) -> Option<DateRange> {
        match self {
            Self::Day => DateRange::new(date, date.succ_opt()?).ok(),
            Self::Weeks { weeks, from } => {
                let length = i64::from(*weeks).checked_mul(7)?;
                let into = date.signed_duration_since(*from).num_days().checked_rem_euclid(length)?;
                let start = date.checked_sub_days(Days::new(u64::try_from(into).ok()?))?;
                DateRange::new(start, start.checked_add_days(Days::new(u64::try_from(length).ok()?))?).ok()
            }
            Self::Month(day) => {
                let (year, month) = (date.year(), date.month());
                let this = day_of_month(year, month, *day)?;
                if this <= date {
                    let (year, month) =
                        if month == 12 { (year.checked_add(1)?, 1) } else { (year, month.checked_add(1)?) };
                    DateRange::new(this, day_of_month(year, month, *day)?).ok()
                } else {
                    let (year, month) =
                        if month == 1 { (year.checked_sub(1)?, 12) } else { (year, month.checked_sub(1)?) };
                    DateRange::new(day_of_month(year, month, *day)?, this).ok()
                }
            }
            Self::Year(days) => {
                let years = days.iter().filter_map(|day| day.year_with(date));
                let (mut start, mut end) = (None, None);
                for year in years {
                    start = start.max(Some(year.start()));
                    end = [end, year.end()].into_iter().flatten().min();
                }
                DateRange::new(start?, end?).ok()
            }
        }
    }
}

/// That day of a month, or its last.
pub(crate) fn day_of_month(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    let last = || NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_months(Months::new(1))?.pred_opt();
    NaiveDate::from_ymd_opt(year, month, day).or_else(last)
}

/// What somebody gets from a length of service on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccrualLevel {
    /// From which length of service on.
    pub after: ServiceLength,
    /// What is credited.
    pub rate: AccrualRate,
    /// How often.
    pub period: AccrualPeriod,
    /// What the balance never exceeds after a credit. What is above it already, from a level that allowed more, is
    /// lost with the next credit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_balance: Option<Ratio>,
    /// What is credited at the most in one leave year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_a_year: Option<Ratio>,
    /// How much goes on into the next year at the most; all of it where there is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_carried: Option<Ratio>,
    /// For how long it can be used from then on. Where nothing is said, until the next carry-over, in which it takes
    /// part again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried_for: Option<ServiceLength>,
}

/// What is credited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccrualRate {
    /// So much for each whole period.
    Period(Ratio),
    /// So much for each hour worked in it: 1207/10000 for 12.07 %.
    HourWorked(Ratio),
}

impl AccrualLevel {
    /// So much for each period, without a ceiling; all of it is carried over.
    #[must_use]
    pub const fn new(after: ServiceLength, rate: Ratio, period: AccrualPeriod) -> Self {
        Self {
            after,
            rate: AccrualRate::Period(rate),
            period,
            most_balance: None,
            most_a_year: None,
            most_carried: None,
            carried_for: None,
        }
    }

    fn check(&self) -> Result<(), AccrualPlanError> {
        let (AccrualRate::Period(rate) | AccrualRate::HourWorked(rate)) = self.rate;
        let numbers = [
            ("rate", Some(rate)),
            ("most_balance", self.most_balance),
            ("most_a_year", self.most_a_year),
            ("most_carried", self.most_carried),
        ];
        for (field, amount) in numbers {
            if let Some(amount) = amount.filter(|amount| amount.is_negative() || *amount > Ratio::from_integer(MOST)) {
                return Err(AccrualPlanError::Amount { field, amount });
            }
        }
        let possible = match &self.period {
            AccrualPeriod::Day => true,
            AccrualPeriod::Weeks { weeks, .. } => (1..=52).contains(weeks),
            AccrualPeriod::Month(day) => (1..=31).contains(day),
            AccrualPeriod::Year(days) => (1..=24).contains(&days.len()),
        };
        if possible { Ok(()) } else { Err(AccrualPlanError::Period) }
    }
}

/// The most that a number of a level may be, and the most levels.
const MOST: i64 = 100_000;
const MOST_LEVELS: usize = 50;

impl AccrualPlan {
    /// Levels that are credited at the end of each period by its days, exactly; the leave year is the plan's.
    #[must_use]
    pub fn of_levels(levels: impl IntoIterator<Item = AccrualLevel>) -> Self {
        Self {
            credit: CreditAt::End,
            earned_by: EarnedBy::Calendar,
            year: AccrualYear::Plan,
            rounding: CreditRounding::Sum(LeaveRounding::Exact),
            order: DayOrder::LeaveFirst,
            levels: levels.into_iter().collect(),
        }
    }

    pub(crate) fn check(&self) -> Result<(), AccrualPlanError> {
        if self.levels.is_empty() || self.levels.len() > MOST_LEVELS {
            return Err(AccrualPlanError::Levels { levels: self.levels.len() });
        }
        self.levels.iter().try_for_each(AccrualLevel::check)?;
        // Any day will do: levels that are in order from one are so from every other, but for the length of months.
        let starts: Vec<_> = self.levels.iter().map(|level| level.after.after(NaiveDate::default())).collect();
        let in_order = starts.windows(2).all(|pair| matches!(pair, [Some(one), Some(two)] if one < two));
        if in_order { Ok(()) } else { Err(AccrualPlanError::Order) }
    }
}

/// A plan of accrual makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AccrualPlanError {
    /// It has no levels, or too many.
    #[error("{levels} levels are given: from 1 to 50 are wanted")]
    Levels {
        /// How many.
        levels: usize,
    },
    /// A number is below zero or beyond reason.
    #[error("`{field}` of a level is {amount}: from 0 to 100000 is wanted")]
    Amount {
        /// Which number.
        field: &'static str,
        /// What it is.
        amount: Ratio,
    },
    /// A period cannot be.
    #[error("a period is 1 to 52 weeks, from a day of the month from 1 to 31, or from 1 to 24 days of the year")]
    Period,
    /// The levels are not in the order of service.
    #[error("levels are wanted in the order of service, each after a longer one than that before")]
    Order,
}

/// One day's work: what was planned, and what was worked of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkedDay {
    /// How long work was planned.
    pub planned: WorkTime,
    /// How long was worked, or counts as if.
    pub worked: WorkTime,
}

/// The work of somebody day by day, for leave that accrues by it and for the account of their time. A date that is not
/// in it is one without work.
///
/// # Example
/// ```
/// use office_hr::{WorkRecord, WorkTime, WorkedDay};
///
/// let eight = WorkTime::hours(8);
/// let mut record = WorkRecord::default();
/// record.set("2026-10-05".parse()?, WorkedDay { planned: eight, worked: WorkTime::hours(9) });
/// record.set("2026-10-06".parse()?, WorkedDay { planned: eight, worked: eight });
/// let week = record.sum("2026-10-05/2026-10-12".parse()?);
/// assert_eq!((week.planned, week.worked), (WorkTime::hours(16), WorkTime::hours(17)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkRecord {
    days: BTreeMap<NaiveDate, WorkedDay>,
}

impl WorkRecord {
    /// Says what the work of a date was.
    pub fn set(&mut self, on: NaiveDate, day: WorkedDay) {
        self.days.insert(on, day);
    }

    /// Says how long was worked on a date, and leaves what was planned.
    pub fn set_worked(&mut self, on: NaiveDate, worked: WorkTime) {
        self.days.entry(on).or_default().worked = worked;
    }

    /// Whether it says nothing of any day.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// The work of a date; none where it says nothing.
    #[must_use]
    pub fn on(&self, date: NaiveDate) -> WorkedDay {
        self.days.get(&date).copied().unwrap_or_default()
    }

    /// The days of a range that have work, in order.
    pub fn days(&self, range: DateRange) -> impl Iterator<Item = (NaiveDate, WorkedDay)> {
        let end = range.end().unwrap_or(NaiveDate::MAX);
        self.days.range(range.start()..end).map(|(on, day)| (*on, *day))
    }

    /// The work of a range.
    #[must_use]
    pub fn sum(&self, range: DateRange) -> WorkedDay {
        self.days(range).fold(WorkedDay::default(), |sum, (_, day)| WorkedDay {
            planned: sum.planned.plus(day.planned),
            worked: sum.worked.plus(day.worked),
        })
    }
}

impl AccrualPlan {
    /// What a part of a period earns at a level, exactly, and as which fraction of the period.
    #[inline]
    pub(crate) fn earned(
        &self,
        level: &AccrualLevel,
        period: DateRange,
        part: DateRange,
        work: Option<&WorkRecord>,
    ) -> Result<(Ratio, Ratio), RatioError> {
        match (level.rate, self.earned_by) {
            // As most are.
            (AccrualRate::Period(rate), EarnedBy::Calendar) if part == period => Ok((Ratio::ONE, rate)),
            _ => self.earned_in_part(level, period, part, work),
        }
    }

    fn earned_in_part(
        &self,
        level: &AccrualLevel,
        period: DateRange,
        part: DateRange,
        work: Option<&WorkRecord>,
    ) -> Result<(Ratio, Ratio), RatioError> {
        let days = |range: DateRange| range.days().map_or(1, i128::from);
        let sum = |range| work.map_or_else(WorkedDay::default, |work| work.sum(range));
        match level.rate {
            AccrualRate::HourWorked(rate) => {
                let hours = sum(part).worked.in_hours();
                Ok((hours, rate.checked_mul(hours)?))
            }
            AccrualRate::Period(rate) => {
                let fraction = match self.earned_by {
                    EarnedBy::Calendar => Ratio::new(days(part), days(period))?,
                    EarnedBy::Planned => over(sum(part).planned, sum(period).planned)?,
                    EarnedBy::Worked => over(sum(part).worked, sum(period).planned)?,
                };
                Ok((fraction, rate.checked_mul(fraction)?))
            }
        }
    }
}

/// Nothing where no work was planned.
fn over(part: WorkTime, whole: WorkTime) -> Result<Ratio, RatioError> {
    if whole.is_zero() { Ok(Ratio::ZERO) } else { part.in_hours().checked_div(whole.in_hours()) }
}
