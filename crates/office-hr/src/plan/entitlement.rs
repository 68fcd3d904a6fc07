//! What a leave year is worth, and why.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use office_core::{DateRange, Ratio, RatioError};
use serde::{Deserialize, Serialize};

use crate::accrual_plan::day_of_month;
use crate::plan::terms::{Basis, Begun, LeaveTerms, PartYear};
use crate::{LeavePlan, LeaveRounding, Tenure};

/// A part of a leave year that earned leave at one rate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarnedPart {
    /// The days that earned it.
    pub period: DateRange,
    /// The terms by which, named by the day since when they are in force.
    pub terms_since: NaiveDate,
    /// How many days a week were worked.
    pub days_per_week: Ratio,
    /// How many days a whole year would be worth at that.
    pub rate: Ratio,
    /// How much of the rate the plan's ceiling has cut off.
    pub cut: Ratio,
    /// Which fraction of the year counts.
    pub fraction: Ratio,
}

impl fmt::Display for EarnedPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { period, days_per_week, rate, cut, fraction, .. } = self;
        write!(f, "{rate} days a year by {days_per_week} a week, {fraction} of it for {period}")?;
        if cut.is_zero() { Ok(()) } else { write!(f, ", {cut} above the ceiling") }
    }
}

/// What somebody is entitled to in a leave year, and how it came about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entitlement {
    /// The leave year.
    pub year: DateRange,
    /// Rate times fraction of each part add up to the exact figure.
    pub parts: Vec<EarnedPart>,
    /// The exact figure.
    pub exact: Ratio,
    /// How it is rounded.
    pub rounding: LeaveRounding,
    /// The days, rounded.
    pub days: Ratio,
}

impl Entitlement {
    /// What it is worth in hours or shifts, of which a day has so many: the days times that, rounded.
    ///
    /// # Example
    /// ```
    /// use office_core::Ratio;
    /// use office_hr::{AnnualDay, LeavePlan, LeaveRounding, LeaveTerms, Tenure};
    ///
    /// // 5.6 weeks of 38 hours on five days, at most 28 days.
    /// let mut plan = LeavePlan::new("LP-GB", AnnualDay::NEW_YEAR, "GB");
    /// plan.publish("2026-01-01".parse()?, LeaveTerms::new(Ratio::from_integer(28), Ratio::from_integer(5)))?;
    /// let tenure = Tenure::new("2020-01-01/..".parse()?, Ratio::from_integer(5))?;
    /// let year = plan.entitlement(&tenure, "2026-05-01".parse()?)?.ok_or("employed")?;
    /// assert_eq!(year.at(Ratio::new(38, 5)?, LeaveRounding::UpToTenth)?, Ratio::new(2128, 10)?);
    ///
    /// // What does not fit is refused.
    /// assert!(year.at(Ratio::new(i128::MAX, 5)?, LeaveRounding::Exact).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`RatioError::Overflow`] where it does not fit.
    pub fn at(&self, of_a_day: Ratio, rounding: LeaveRounding) -> Result<Ratio, RatioError> {
        rounding.round(self.days.checked_mul(of_a_day)?)
    }

    /// How much of the days is earned by the end of a day, if they are earned evenly by the days of its parts.
    ///
    /// # Errors
    /// [`RatioError::Overflow`] where it does not fit.
    pub fn earned_by(&self, on: NaiveDate) -> Result<Ratio, RatioError> {
        let (mut all, mut past) = (0_i128, 0_i128);
        for part in &self.parts {
            let until = on.succ_opt().and_then(|next| DateRange::new(part.period.start(), next).ok());
            let passed = until.and_then(|until| until.intersection(&part.period));
            all = all.saturating_add(days(part.period));
            past = past.saturating_add(passed.map_or(0, days));
        }
        if all == 0 { Ok(Ratio::ZERO) } else { self.days.checked_mul(Ratio::new(past, all)?) }
    }
}

/// What a leave year earns, asked month by month.
#[derive(Clone, Debug)]
pub(crate) struct YearEarning<'a> {
    plan: &'a LeavePlan,
    tenure: &'a Tenure,
    year: DateRange,
    employed: DateRange,
    governing: &'a LeaveTerms,
    basis: Basis,
    rounding: LeaveRounding,
    /// The days on which terms or weeks change, in order.
    changes: Vec<NaiveDate>,
    /// How many days the year has.
    length: i128,
    /// Since when the plan has terms.
    begun: Option<NaiveDate>,
    /// The rate last asked for, as most months have it.
    rate: Option<Rate>,
    /// The month after the one last asked for, and its first day.
    following: Option<(u32, NaiveDate)>,
}

/// The months of a year are counted from nought.
pub(crate) const LAST_MONTH: u32 = 11;

pub(super) fn entitlement(
    plan: &LeavePlan,
    tenure: &Tenure,
    year: DateRange,
) -> Result<Option<Entitlement>, RatioError> {
    YearEarning::new(plan, tenure, year).map(|mut earning| earning.entitlement()).transpose()
}

/// What a year is worth until a change.
#[derive(Clone, Debug)]
struct Rate {
    from: NaiveDate,
    until: Option<NaiveDate>,
    terms_since: NaiveDate,
    days_per_week: Ratio,
    whole: Ratio,
    cut: Ratio,
    /// By the days of a part, of which there are few kinds: which fraction of the year it is, and what it earns.
    earned: Vec<(i128, Ratio, Ratio)>,
}

impl<'a> YearEarning<'a> {
    /// `None` where nobody is employed in the year or no terms are in force.
    pub(crate) fn new(plan: &'a LeavePlan, tenure: &'a Tenure, year: DateRange) -> Option<Self> {
        let employed = year.intersection(&tenure.term())?;
        let (_, governing) = plan.governing(employed).filter(|(_, terms)| terms.accrual.is_none())?;
        let leaves = employed.end() != year.end();
        let joins = employed.start() != year.start();
        let PartYear { basis, rounding } = match (leaves, joins) {
            (true, _) => governing.leaving,
            (false, true) => governing.joining,
            // A whole year is the whole rate, in twelfths as in days.
            (false, false) => PartYear { basis: governing.joining.basis, rounding: governing.whole_year },
        };
        let mut changes: Vec<NaiveDate> = plan.changes(employed).chain(tenure.changes(employed)).collect();
        changes.sort_unstable();
        let (length, begun) = (days(year), plan.versions().next().map(|(since, _)| since));
        Some(Self {
            plan,
            tenure,
            year,
            employed,
            governing,
            basis,
            rounding,
            changes,
            length,
            begun,
            rate: None,
            following: None,
        })
    }

    pub(crate) const fn terms(&self) -> &'a LeaveTerms {
        self.governing
    }

    pub(crate) const fn rounding(&self) -> LeaveRounding {
        self.rounding
    }

    /// What the whole year is worth.
    pub(crate) fn entitlement(&mut self) -> Result<Entitlement, RatioError> {
        let (mut all, mut exact) = (Vec::new(), Ratio::ZERO);
        for month in 0..=LAST_MONTH {
            let Some(period) = self.period(month) else { break };
            exact = exact.checked_add(self.parts(month, period, &mut all)?)?;
        }
        let (year, rounding) = (self.year, self.rounding);
        Ok(Entitlement { year, parts: merged(all)?, exact, rounding, days: rounding.round(exact)? })
    }

    /// The days of one month of employment; `None` where employment has ended by then.
    pub(crate) fn period(&mut self, month: u32) -> Option<DateRange> {
        let begins = |month| months_after(self.employed.start(), month);
        let known = self.following.filter(|(known, _)| *known == month).map(|(_, first)| first);
        let first = known.or_else(|| begins(month))?;
        let next = begins(month.saturating_add(1))?;
        self.following = Some((month.saturating_add(1), next));
        // A year from 29 February ends a day later than twelve months do.
        let next = if month == LAST_MONTH { None } else { Some(next) };
        DateRange::new(first, next).ok()?.intersection(&self.employed)
    }

    /// The first and the last day of what a month earns; `None` where it earns nothing.
    pub(crate) fn earns(&self, month: u32, period: DateRange) -> Option<(NaiveDate, NaiveDate)> {
        let last = period.last()?;
        match self.basis {
            Basis::Twelfths(begun) => {
                let counts = self.is_full(month, period) || begun == Begun::Counted;
                let governed = self.begun.is_some_and(|begun| begun <= period.start());
                (counts && governed).then_some((period.start(), last))
            }
            Basis::Days => {
                let first = self.begun?.max(period.start());
                period.contains(first).then_some((first, last))
            }
        }
    }

    fn is_full(&self, month: u32, period: DateRange) -> bool {
        let whole = months_after(self.employed.start(), month.saturating_add(1));
        whole.is_some_and(|whole| period.end().is_none_or(|end| whole <= end))
    }

    /// What a month earns, and its parts, within which neither terms nor weeks change.
    pub(crate) fn parts(
        &mut self,
        month: u32,
        period: DateRange,
        parts: &mut Vec<EarnedPart>,
    ) -> Result<Ratio, RatioError> {
        let mut earned = Ratio::ZERO;
        match self.basis {
            Basis::Twelfths(begun) => {
                if self.is_full(month, period) || begun == Begun::Counted {
                    earned = self.part(period, parts)?;
                }
            }
            Basis::Days => {
                let mut start = period.start();
                for at in 0..=self.changes.len() {
                    // Beyond the last change, the end of the month.
                    let change = self.changes.get(at).copied();
                    let end = match change {
                        Some(change) if change <= start => continue,
                        Some(change) if period.contains(change) => Some(change),
                        Some(_) | None => period.end(),
                    };
                    let Ok(piece) = DateRange::new(start, end) else { break };
                    earned = earned.checked_add(self.part(piece, parts)?)?;
                    let Some(next) = end.filter(|end| period.contains(*end)) else { break };
                    start = next;
                }
            }
        }
        Ok(earned)
    }

    /// What a period earns at the rate of its first day; nothing before the plan's first terms.
    fn part(&mut self, period: DateRange, parts: &mut Vec<EarnedPart>) -> Result<Ratio, RatioError> {
        let on = period.start();
        let holds = |rate: &Rate| rate.from <= on && rate.until.is_none_or(|until| on < until);
        if !self.rate.as_ref().is_some_and(holds) {
            self.rate = self.rate_on(on)?;
        }
        let Some(Rate { terms_since, days_per_week, whole, cut, earned, .. }) = &mut self.rate else {
            return Ok(Ratio::ZERO);
        };
        let (days, of) = match self.basis {
            Basis::Twelfths(_) => (1, 12),
            Basis::Days => (days(period), self.length),
        };
        let known = earned.iter().find(|(known, ..)| *known == days).copied();
        let (_, fraction, earns) = if let Some(known) = known {
            known
        } else {
            let fraction = Ratio::new(days, of)?;
            let new = (days, fraction, whole.checked_mul(fraction)?);
            earned.push(new);
            new
        };
        let (terms_since, days_per_week, rate, cut) = (*terms_since, *days_per_week, *whole, *cut);
        parts.push(EarnedPart { period, terms_since, days_per_week, rate, cut, fraction });
        Ok(earns)
    }

    fn rate_on(&self, on: NaiveDate) -> Result<Option<Rate>, RatioError> {
        let (Some((terms_since, terms)), Some(days_per_week)) = (self.plan.in_force(on), self.tenure.days_per_week(on))
        else {
            return Ok(None);
        };
        let (whole, cut) = rate(terms, days_per_week)?;
        let until = self.changes.iter().copied().find(|change| *change > on);
        Ok(Some(Rate { from: on, until, terms_since, days_per_week, whole, cut, earned: Vec::new() }))
    }
}

/// The day so many months later, or the last of the month that has none such.
fn months_after(start: NaiveDate, months: u32) -> Option<NaiveDate> {
    let month = start.month0().checked_add(months)?;
    let year = start.year().checked_add(i32::try_from(month.checked_div(12)?).ok()?)?;
    day_of_month(year, month.checked_rem(12)?.checked_add(1)?, start.day())
}

/// The days of a whole year at so many days a week, and what the ceiling has cut off.
fn rate(terms: &LeaveTerms, days_per_week: Ratio) -> Result<(Ratio, Ratio), RatioError> {
    let rate = terms.days_per_year.checked_mul(days_per_week)?.checked_div(terms.full_week_days)?;
    let capped = terms.most_days.map_or(rate, |most| rate.min(most));
    Ok((capped, rate.checked_sub(capped)?))
}

fn days(period: DateRange) -> i128 {
    period.days().map_or(1, i128::from)
}

/// Parts that follow one another at one rate, put together.
pub(crate) fn merged(parts: Vec<EarnedPart>) -> Result<Vec<EarnedPart>, RatioError> {
    if parts.len() < 2 {
        return Ok(parts);
    }
    let mut all: Vec<EarnedPart> = Vec::new();
    for part in parts {
        let joined = all.last_mut().filter(|last| {
            last.period.end() == Some(part.period.start())
                && (last.terms_since, last.days_per_week) == (part.terms_since, part.days_per_week)
        });
        let longer = |last: &EarnedPart| DateRange::new(last.period.start(), part.period.end()).ok();
        match joined.and_then(|last| longer(last).map(|period| (last, period))) {
            Some((last, period)) => {
                last.period = period;
                last.fraction = last.fraction.checked_add(part.fraction)?;
            }
            None => all.push(part),
        }
    }
    Ok(all)
}
