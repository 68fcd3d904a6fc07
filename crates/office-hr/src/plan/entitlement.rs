//! What a leave year is worth, and why.

use chrono::{Months, NaiveDate};
use office_core::{DateRange, Ratio, RatioError};
use serde::{Deserialize, Serialize};

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

/// What is earned in one month, or in a part of it at one rate.
#[derive(Clone, Debug)]
pub(crate) struct Slice {
    /// The month, counted from the first day of the year or, later, of employment.
    pub(crate) month: u32,
    pub(crate) part: EarnedPart,
}

/// The slices of a year, how their sum is rounded, and from which day on somebody is employed in it.
pub(crate) struct Earning {
    pub(crate) slices: Vec<Slice>,
    pub(crate) rounding: LeaveRounding,
    pub(crate) employed: DateRange,
}

/// The months of a year are counted from nought.
const LAST_MONTH: u32 = 11;

pub(super) fn entitlement(
    plan: &LeavePlan,
    tenure: &Tenure,
    year: DateRange,
) -> Result<Option<Entitlement>, RatioError> {
    let Some(Earning { slices, rounding, .. }) = earning(plan, tenure, year)? else { return Ok(None) };
    let parts = merged(&slices)?;
    let exact = total(&slices)?;
    Ok(Some(Entitlement { year, parts, exact, rounding, days: rounding.round(exact)? }))
}

pub(crate) fn total(slices: &[Slice]) -> Result<Ratio, RatioError> {
    slices.iter().try_fold(Ratio::ZERO, |sum, slice| sum.checked_add(slice.part.rate.checked_mul(slice.part.fraction)?))
}

/// What is earned in a leave year, month by month; `None` where nobody is employed or no terms are in force.
pub(crate) fn earning(plan: &LeavePlan, tenure: &Tenure, year: DateRange) -> Result<Option<Earning>, RatioError> {
    let Some(employed) = year.intersection(&tenure.term()) else { return Ok(None) };
    let Some((_, governing)) = plan.governing(employed) else { return Ok(None) };
    let leaves = employed.end() != year.end();
    let joins = employed.start() != year.start();
    let PartYear { basis, rounding } = match (leaves, joins) {
        (true, _) => governing.leaving,
        (false, true) => governing.joining,
        // A whole year is the whole rate, in twelfths as in days.
        (false, false) => PartYear { basis: governing.joining.basis, rounding: governing.whole_year },
    };
    let mut slices = Vec::new();
    for month in 0..=LAST_MONTH {
        let Some(period) = month_of(employed, month) else { break };
        let whole = employed.start().checked_add_months(Months::new(month.saturating_add(1)));
        let full = whole.is_some_and(|whole| period.end().is_none_or(|end| whole <= end));
        match basis {
            Basis::Twelfths(begun) => {
                if full || begun == Begun::Counted {
                    let fraction = Ratio::new(1, 12)?;
                    slices.extend(slice(plan, tenure, month, period, fraction)?);
                }
            }
            Basis::Days => {
                for period in cut(period, plan, tenure) {
                    let fraction = Ratio::new(days(period), days(year))?;
                    slices.extend(slice(plan, tenure, month, period, fraction)?);
                }
            }
        }
    }
    Ok(Some(Earning { slices, rounding, employed }))
}

/// The days of one month of employment; `None` where employment has ended by then.
fn month_of(employed: DateRange, month: u32) -> Option<DateRange> {
    let first = employed.start().checked_add_months(Months::new(month))?;
    let next = employed.start().checked_add_months(Months::new(month.saturating_add(1)))?;
    // A year from 29 February ends a day later than twelve months do.
    let next = if month == LAST_MONTH { None } else { Some(next) };
    DateRange::new(first, next).ok()?.intersection(&employed)
}

/// The parts of a period within which neither terms nor weeks change.
fn cut(period: DateRange, plan: &LeavePlan, tenure: &Tenure) -> Vec<DateRange> {
    let mut starts: Vec<NaiveDate> = plan.changes(period).chain(tenure.changes(period)).collect();
    starts.push(period.start());
    starts.sort_unstable();
    starts.dedup();
    let ends = starts.iter().skip(1).copied().map(Some).chain([period.end()]);
    starts.iter().zip(ends).filter_map(|(start, end)| DateRange::new(*start, end).ok()).collect()
}

/// What a period earns at the rate of its first day; nothing before the plan's first terms.
fn slice(
    plan: &LeavePlan,
    tenure: &Tenure,
    month: u32,
    period: DateRange,
    fraction: Ratio,
) -> Result<Option<Slice>, RatioError> {
    let on = period.start();
    let (Some((terms_since, terms)), Some(days_per_week)) = (plan.in_force(on), tenure.days_per_week(on)) else {
        return Ok(None);
    };
    let (rate, cut) = rate(terms, days_per_week)?;
    let part = EarnedPart { period, terms_since, days_per_week, rate, cut, fraction };
    Ok(Some(Slice { month, part }))
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

/// Slices that follow one another at one rate, put together.
pub(crate) fn merged(slices: &[Slice]) -> Result<Vec<EarnedPart>, RatioError> {
    let mut parts: Vec<EarnedPart> = Vec::new();
    for Slice { part, .. } in slices {
        let joined = parts.last_mut().filter(|last| {
            last.period.end() == Some(part.period.start())
                && (last.terms_since, last.days_per_week) == (part.terms_since, part.days_per_week)
        });
        let longer = |last: &EarnedPart| DateRange::new(last.period.start(), part.period.end()).ok();
        match joined.and_then(|last| longer(last).map(|period| (last, period))) {
            Some((last, period)) => {
                last.period = period;
                last.fraction = last.fraction.checked_add(part.fraction)?;
            }
            None => parts.push(part.clone()),
        }
    }
    Ok(parts)
}
