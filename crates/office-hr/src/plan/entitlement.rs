//! What a leave year is worth, and why.

use chrono::{Datelike, Days, NaiveDate};
use office_core::{DateRange, Ratio, RatioError};
use serde::{Deserialize, Serialize};

use crate::accrual_plan::day_of_month;
use crate::plan::terms::{Basis, Begun, LeaveTerms, PartYear};
use crate::{EarnedPart, EarnedParts, LeavePlan, LeaveRounding, Tenure};

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
    /// Since when the plan has terms.
    begun: Option<NaiveDate>,
    /// The rate last asked for, as most months have it. Apart, as a checkpoint is gone on from without one.
    rate: Option<Box<Rate>>,
    /// The month after the one last asked for, and its first day.
    following: Option<(u32, NaiveDate)>,
}

/// The months of a year are counted from nought.
pub(crate) const LAST_MONTH: u32 = 11;
/// How many days every month has.
const SHORTEST_MONTH: u32 = 28;

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
    holds: DateRange,
    /// What is said of these days; nothing before the plan's first terms.
    part: Option<EarnedPart>,
    /// Of how many parts a share is.
    whole: i128,
    /// Few, as months have few lengths.
    shares: Vec<Share>,
}

/// So many days of a year: which fraction of it they are, and what they earn.
#[derive(Clone, Debug)]
pub(crate) struct Share {
    days: i128,
    fraction: Ratio,
    earned: Ratio,
}

/// What a month earns.
#[derive(Debug)]
pub(crate) enum Earned<'r> {
    /// As nearly all do: all of its days at one rate.
    Part { rate: &'r EarnedPart, share: &'r Share },
    /// So many days in all. Apart, so that the rest is small.
    Parts(Box<(Ratio, EarnedParts)>),
}

impl Earned<'_> {
    fn nothing() -> Self {
        Self::Parts(Box::new((Ratio::ZERO, EarnedParts::NONE)))
    }

    /// How many days, exactly.
    #[inline]
    pub(crate) fn days(&self) -> Ratio {
        match self {
            Self::Part { share, .. } => share.earned,
            Self::Parts(parts) => parts.0,
        }
    }

    /// How that came about, where these are the days of the month.
    #[inline]
    pub(crate) fn parts(self, period: DateRange) -> EarnedParts {
        match self {
            Self::Part { rate, share } => EarnedParts::one(EarnedPart { period, fraction: share.fraction, ..*rate }),
            Self::Parts(parts) => parts.1,
        }
    }
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
        let begun = plan.first_terms().map(|(since, _)| since);
        let (rate, following) = (None, None);
        Some(Self { plan, tenure, year, employed, governing, basis, rounding, begun, rate, following })
    }

    /// The same, knowing what was found out for the year before.
    pub(crate) fn after(mut self, before: Option<Self>) -> Self {
        self.rate = before.and_then(|before| before.rate);
        let whole = self.whole();
        if let Some(rate) = self.rate.as_mut().filter(|rate| rate.whole != whole) {
            rate.shares.clear();
            rate.whole = whole;
        }
        self
    }

    /// Of how many parts a share is: months, or days.
    fn whole(&self) -> i128 {
        if self.basis == Basis::Days { days(self.year) } else { 12 }
    }

    pub(crate) const fn terms(&self) -> &'a LeaveTerms {
        self.governing
    }

    pub(crate) const fn rounding(&self) -> LeaveRounding {
        self.rounding
    }

    /// What the whole year is worth.
    pub(crate) fn entitlement(&mut self) -> Result<Entitlement, RatioError> {
        let (mut parts, mut exact) = (EarnedParts::NONE, Ratio::ZERO);
        for month in 0..=LAST_MONTH {
            let Some(period) = self.period(month) else { break };
            let earned = self.month(month, period)?;
            exact = exact.checked_add(earned.days())?;
            earned.parts(period).iter().try_for_each(|part| parts.push(*part))?;
        }
        let (year, rounding) = (self.year, self.rounding);
        Ok(Entitlement { year, parts: parts.into(), exact, rounding, days: rounding.round(exact)? })
    }

    /// The days of one month of employment; `None` where employment has ended by then.
    pub(crate) fn period(&mut self, month: u32) -> Option<DateRange> {
        let first = self.first_day(month)?;
        let following = month.saturating_add(1);
        let next = match month {
            // A year from 29 February ends a day later than twelve months do.
            LAST_MONTH => None,
            // Where every month has such a day, it lies as many days later as the month has.
            _ if self.employed.start().day() <= SHORTEST_MONTH => {
                Some(first.checked_add_days(Days::new(first.num_days_in_month().into()))?)
            }
            _ => Some(months_after(self.employed.start(), following)?),
        };
        self.following = next.map(|next| (following, next));
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
        self.first_day(month.saturating_add(1)).is_some_and(|next| period.end().is_none_or(|end| next <= end))
    }

    /// The day on which a month of employment begins.
    #[inline]
    fn first_day(&self, month: u32) -> Option<NaiveDate> {
        let known = self.following.filter(|(known, _)| *known == month).map(|(_, first)| first);
        known.or_else(|| months_after(self.employed.start(), month))
    }

    /// What a month earns, in parts within which neither terms nor weeks change.
    #[inline]
    pub(crate) fn month(&mut self, month: u32, period: DateRange) -> Result<Earned<'_>, RatioError> {
        if self.basis == Basis::Twelfths(Begun::Dropped) && !self.is_full(month, period) {
            return Ok(Earned::nothing());
        }
        if self.basis == Basis::Days && self.change_within(period)?.is_some() {
            return self.cut_month(period);
        }
        self.at_one_rate(period)
    }

    /// What a month earns in which terms or weeks change.
    fn cut_month(&mut self, period: DateRange) -> Result<Earned<'_>, RatioError> {
        let (mut days, mut parts) = (Ratio::ZERO, EarnedParts::NONE);
        let mut rest = Some(period);
        while let Some(period) = rest {
            let change = self.change_within(period)?;
            let piece = DateRange::new(period.start(), change.or(period.end())).unwrap_or(period);
            let earned = self.at_one_rate(piece)?;
            days = days.checked_add(earned.days())?;
            earned.parts(piece).iter().try_for_each(|part| parts.push(*part))?;
            rest = change.and_then(|change| DateRange::new(change, period.end()).ok());
        }
        Ok(Earned::Parts(Box::new((days, parts))))
    }

    /// What a period earns at the rate of its first day; nothing before the plan's first terms.
    #[inline]
    fn at_one_rate(&mut self, period: DateRange) -> Result<Earned<'_>, RatioError> {
        self.find_rate(period.start())?;
        let Some(Rate { part: Some(rate), shares, whole, .. }) = self.rate.as_deref_mut() else {
            return Ok(Earned::nothing());
        };
        let days = if self.basis == Basis::Days { days(period) } else { 1 };
        let known = shares.iter().position(|share| share.days == days);
        if known.is_none() {
            let fraction = Ratio::new(days, *whole)?;
            shares.push(Share { days, fraction, earned: rate.rate.checked_mul(fraction)? });
        }
        let share = known.map_or(shares.last(), |known| shares.get(known));
        Ok(share.map_or_else(Earned::nothing, |share| Earned::Part { rate, share }))
    }

    /// The day of a period from which another rate holds.
    #[inline]
    fn change_within(&mut self, period: DateRange) -> Result<Option<NaiveDate>, RatioError> {
        self.find_rate(period.start())?;
        Ok(self.rate.as_ref().and_then(|rate| rate.holds.end()).filter(|change| period.contains(*change)))
    }

    /// Finds the rate of a day, which most often is the one last asked for.
    #[inline]
    fn find_rate(&mut self, on: NaiveDate) -> Result<(), RatioError> {
        if !self.rate.as_ref().is_some_and(|rate| rate.holds.contains(on)) {
            self.rate = Some(Box::new(self.new_rate(on)?));
        }
        Ok(())
    }

    fn new_rate(&self, on: NaiveDate) -> Result<Rate, RatioError> {
        let change = [self.plan.next_change(on), self.tenure.next_change(on)].into_iter().flatten().min();
        let holds = DateRange::new(on, change).unwrap_or(DateRange::from(on));
        let part = match (self.plan.in_force(on), self.tenure.days_per_week(on)) {
            (Some((terms_since, terms)), Some(days_per_week)) => {
                let (rate, cut) = rate(terms, days_per_week)?;
                Some(EarnedPart { period: holds, terms_since, days_per_week, rate, cut, fraction: Ratio::ONE })
            }
            _ => None,
        };
        Ok(Rate { holds, part, whole: self.whole(), shares: Vec::new() })
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
