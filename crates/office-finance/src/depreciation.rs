//! Depreciation: what a thing costs, spread over the time it is used.
//!
//! A schedule is drawn up line by line, each line of a month (of a year, where a table says so), and the lines add up to
//! what is to be depreciated, exactly. What changes later, the life, what it will bring in the end, or that it is sold,
//! changes no line that is over.

mod book;
mod macrs;

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};
use office_core::{DateRange, DateRangeError, Decimal, Money, MoneyError, Percent, Ratio, RatioError, Rounding};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::book::{DepreciationBook, Disposal, DisposeError};
pub use self::macrs::{MacrsClass, MacrsConvention, macrs_percents};
use crate::schedule::pieces;
use crate::{PeriodAmount, SpreadBy, SpreadError};

/// How a thing is depreciated.
///
/// # Example
/// ```
/// use office_core::{Currency, Money, Percent, Rounding};
/// use office_finance::{DepreciationError, DepreciationMethod, DepreciationStart, DepreciationTerms, RoundingRest};
///
/// let euro = |minor| Money::from_minor(minor, Currency::EUR);
/// let terms = DepreciationTerms {
///     cost: euro(1_000_00),
///     residual: euro(100_00),
///     in_service: "2026-10-14".parse()?,
///     life_months: 36,
///     method: DepreciationMethod::StraightLine,
///     start: DepreciationStart::FullMonth,
///     rounding: Rounding::HalfUp,
///     rest: RoundingRest::EachLine,
/// };
/// let lines = terms.lines()?;
/// assert_eq!((lines.len(), lines[0].amount, lines[0].days.to_string()), (36, euro(25_00), "2026-10-01/2026-11-01".into()));
///
/// // Of 2.00 in three months each is within a cent of its share; or all but the last are alike.
/// let three = DepreciationTerms { cost: euro(2_00), residual: euro(0), life_months: 3, ..terms.clone() };
/// let amounts = |rest| {
///     let lines = DepreciationTerms { rest, ..three.clone() }.lines()?;
///     Ok::<_, DepreciationError>(lines.into_iter().map(|line| line.amount.minor()).collect::<Vec<_>>())
/// };
/// assert_eq!(amounts(RoundingRest::EachLine)?, [67, 66, 67]);
/// assert_eq!(amounts(RoundingRest::LastLine)?, [67, 67, 66]);
///
/// let upside_down = DepreciationTerms { residual: euro(1_000_01), ..terms };
/// let refused = upside_down.lines();
/// assert_eq!(refused, Err(DepreciationError::Residual { residual: euro(1_000_01), cost: euro(1_000_00) }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepreciationTerms {
    /// What it cost.
    pub cost: Money,
    /// What it will bring in the end.
    pub residual: Money,
    /// From when it is used.
    pub in_service: NaiveDate,
    /// How long, in months.
    pub life_months: u32,
    /// By which method.
    pub method: DepreciationMethod,
    /// From when it is depreciated.
    pub start: DepreciationStart,
    /// How the amounts that the method computes are rounded.
    pub rounding: Rounding,
    /// Which lines take what rounding leaves over.
    #[serde(default, skip_serializing_if = "RoundingRest::is_usual")]
    pub rest: RoundingRest,
}

/// Which lines take what rounding leaves over. The lines add up exactly either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundingRest {
    /// Each its own: what the lines so far come to is the exact amount, rounded, so that no line of what is spread is a
    /// minor unit or more off its share.
    #[default]
    EachLine,
    /// The last: each other line is its own share, rounded, so that those of equal length are alike. Of a method by years,
    /// the last month of a year of the life takes what the months of that year leave over; of units, the line with which
    /// all are used. Where shares were rounded up so far that nothing is left, later lines are zero.
    LastLine,
}

impl RoundingRest {
    // By reference, as serde asks it.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde calls")]
    fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// A method of depreciation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DepreciationMethod {
    /// The same in each month, or on each day.
    StraightLine,
    /// So much of the book value a year; the last year takes what is left. Double declining over five years is 40 %. A
    /// table that rounds the rate first is followed by giving the rounded rate.
    DecliningBalance {
        /// How much of the book value a year.
        rate: Percent,
        /// Whether to go over to a straight line as soon as that gives no less.
        switches: bool,
    },
    /// The years' digits: of five years 5/15, 4/15, 3/15, 2/15, 1/15. The life has to be whole years.
    SumOfYears,
    /// By what was made or driven: so many units in all, and how many of them in each stretch of days so far.
    UnitsOfProduction {
        /// How many it can make.
        #[serde(with = "office_core::decimal_text")]
        total: Decimal,
        /// How many it made, stretch by stretch.
        used: Vec<UnitsUsed>,
    },
    /// These percentages of cost, calendar year by calendar year; the last takes what is left.
    /// [`macrs_percents`] has those of the United States.
    Table {
        /// The percentages.
        percents: Vec<Percent>,
    },
}

/// How many units were made in some days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitsUsed {
    /// The days.
    pub days: DateRange,
    /// How many.
    #[serde(with = "office_core::decimal_text")]
    pub units: Decimal,
}

/// From when a thing is depreciated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DepreciationStart {
    /// From the first of the month in which it is used; each month counts alike.
    FullMonth,
    /// From the first of the month after; each month counts alike.
    NextMonth,
    /// From the day itself; each day counts alike.
    Day,
}

impl DepreciationTerms {
    /// The longest life, in months.
    pub const MAX_MONTHS: u32 = 1_200;

    /// The lines of depreciation, in order. They add up to cost less residual, exactly; by units of production, once all
    /// units are used.
    ///
    /// # Errors
    /// [`DepreciationError`], in the order of its variants.
    pub fn lines(&self) -> Result<Vec<PeriodAmount>, DepreciationError> {
        let base = self.cost.checked_sub(self.residual)?;
        if base.is_negative() || self.residual.is_negative() {
            return Err(DepreciationError::Residual { residual: self.residual, cost: self.cost });
        }
        if !(1..=Self::MAX_MONTHS).contains(&self.life_months) {
            return Err(DepreciationError::Life { months: self.life_months });
        }
        match &self.method {
            DepreciationMethod::StraightLine => self.by_months(base, 0, self.life_months),
            DepreciationMethod::DecliningBalance { rate, switches } => {
                self.by_years(&self.declining(base, *rate, *switches)?)
            }
            DepreciationMethod::SumOfYears => self.by_years(&self.digits(base)?),
            DepreciationMethod::UnitsOfProduction { total, used } => self.by_units(base, *total, used),
            DepreciationMethod::Table { percents } => self.by_table(base, percents),
        }
    }

    const fn by(&self) -> SpreadBy {
        match self.start {
            DepreciationStart::FullMonth | DepreciationStart::NextMonth => SpreadBy::Months,
            DepreciationStart::Day => SpreadBy::Days,
        }
    }

    /// The days from so many months after the start to so many.
    fn stretch(&self, from: u32, to: u32) -> Result<DateRange, DepreciationError> {
        let first = self.in_service.with_day(1);
        let start = match self.start {
            DepreciationStart::FullMonth => first,
            DepreciationStart::NextMonth => first.and_then(|first| first.checked_add_months(Months::new(1))),
            DepreciationStart::Day => Some(self.in_service),
        };
        let after = |months| start.and_then(|start| start.checked_add_months(Months::new(months)));
        let (start, end) = after(from).zip(after(to)).ok_or(DepreciationError::Calendar)?;
        Ok(DateRange::new(start, Some(end))?)
    }

    /// The months of each year of the life: twelve, and in the last what is left.
    fn years(&self) -> impl Iterator<Item = (u32, u32)> {
        let life = self.life_months;
        (0..life).step_by(12).map(move |from| (from, from.saturating_add(12).min(life)))
    }

    /// An amount over the months from so many after the start to so many, each by its weight.
    fn by_months(&self, amount: Money, from: u32, to: u32) -> Result<Vec<PeriodAmount>, DepreciationError> {
        let pieces = pieces(self.stretch(from, to)?, self.by())?;
        let whole = pieces.iter().fold(0_i128, |sum, (_, weight)| sum.saturating_add(i128::from(*weight)));
        let weights = pieces.iter().scan(0_i128, |so_far, (_, weight)| {
            *so_far = so_far.saturating_add(i128::from(*weight));
            Some(*so_far)
        });
        let done = weights.map(|so_far| Ratio::new(so_far, whole)).collect::<Result<Vec<_>, _>>()?;
        let amounts = self.parts(amount, &done)?;
        Ok(pieces.iter().zip(amounts).map(|((days, _), amount)| PeriodAmount { days: *days, amount }).collect())
    }

    /// What each line takes of an amount, from how much of it is done after each, as a share of one.
    fn parts(&self, amount: Money, done: &[Ratio]) -> Result<Vec<Money>, DepreciationError> {
        let (mut given, mut before) = (Money::zero(amount.currency()), Ratio::ZERO);
        let mut parts = Vec::with_capacity(done.len());
        for done in done {
            let until = match self.rest {
                RoundingRest::LastLine if *done < Ratio::ONE => {
                    given.checked_add(amount.times_ratio(done.checked_sub(before)?, self.rounding)?)?
                }
                RoundingRest::EachLine | RoundingRest::LastLine => amount.times_ratio(*done, self.rounding)?,
            };
            let until = if until.minor() > amount.minor() { amount } else { until };
            parts.push(until.checked_sub(given)?);
            (given, before) = (until, *done);
        }
        Ok(parts)
    }

    /// The amounts of the years of the life, each spread over its months.
    fn by_years(&self, amounts: &[Money]) -> Result<Vec<PeriodAmount>, DepreciationError> {
        let mut lines: Vec<PeriodAmount> = Vec::new();
        for ((from, to), amount) in self.years().zip(amounts) {
            for line in self.by_months(*amount, from, to)? {
                // Where a year of the life ends within a month, the month is one line.
                match lines.last_mut().filter(|last| same_month(last.days, line.days)) {
                    Some(last) => {
                        last.amount = last.amount.checked_add(line.amount)?;
                        last.days = DateRange::new(last.days.start(), line.days.end())?;
                    }
                    None => lines.push(line),
                }
            }
        }
        Ok(lines)
    }

    fn declining(&self, base: Money, rate: Percent, switches: bool) -> Result<Vec<Money>, DepreciationError> {
        if rate.is_negative() {
            return Err(DepreciationError::Negative);
        }
        let (mut left, mut is_straight) = (base, false);
        let mut amounts = Vec::new();
        for (from, to) in self.years() {
            let months = |from: u32, to: u32| i128::from(to.saturating_sub(from));
            let share = Ratio::new(months(from, to), months(from, self.life_months))?;
            let straight = left.times_ratio(share, self.rounding)?;
            let value = left.checked_add(self.residual)?;
            let part = rate.fraction().checked_mul(Ratio::new(months(from, to), 12)?)?;
            let declining = value.times_ratio(part, self.rounding)?;
            is_straight |= switches && straight.minor() >= declining.minor();
            let is_last = to == self.life_months;
            let amount = match (is_last, is_straight) {
                (true, _) => left,
                (false, true) => straight,
                (false, false) => declining,
            };
            let amount = if amount.minor() > left.minor() { left } else { amount };
            left = left.checked_sub(amount)?;
            amounts.push(amount);
        }
        Ok(amounts)
    }

    fn digits(&self, base: Money) -> Result<Vec<Money>, DepreciationError> {
        if self.life_months.checked_rem(12) != Some(0) {
            return Err(DepreciationError::WholeYears { months: self.life_months });
        }
        let years = i128::from(self.life_months.checked_div(12).unwrap_or(0));
        let sum = years.saturating_mul(years.saturating_add(1));
        let digits = (1..=years).rev().scan(0_i128, |so_far, digit| {
            *so_far = so_far.saturating_add(digit.saturating_mul(2));
            Some(*so_far)
        });
        let done = digits.map(|so_far| Ratio::new(so_far, sum)).collect::<Result<Vec<_>, _>>()?;
        self.parts(base, &done)
    }

    fn by_units(
        &self,
        base: Money,
        total: Decimal,
        used: &[UnitsUsed],
    ) -> Result<Vec<PeriodAmount>, DepreciationError> {
        let total = Ratio::from_decimal(total);
        if !total.is_positive() || used.iter().any(|used| Ratio::from_decimal(used.units).is_negative()) {
            return Err(DepreciationError::Negative);
        }
        let in_order = used.windows(2).all(|pair| match pair {
            [one, next] => one.days.end().is_some_and(|end| end <= next.days.start()),
            _ => true,
        });
        if !in_order || used.last().is_some_and(|last| last.days.end().is_none()) {
            return Err(DepreciationError::Order);
        }
        let (mut so_far, mut done) = (Ratio::ZERO, Vec::with_capacity(used.len()));
        for UnitsUsed { units, .. } in used {
            so_far = so_far.checked_add(Ratio::from_decimal(*units))?.min(total);
            done.push(so_far.checked_div(total)?);
        }
        let amounts = self.parts(base, &done)?;
        Ok(used
            .iter()
            .zip(amounts)
            .map(|(UnitsUsed { days, .. }, amount)| PeriodAmount { days: *days, amount })
            .collect())
    }

    fn by_table(&self, base: Money, percents: &[Percent]) -> Result<Vec<PeriodAmount>, DepreciationError> {
        if percents.is_empty() || percents.iter().any(|percent| percent.is_negative()) {
            return Err(DepreciationError::Negative);
        }
        let mut left = base;
        let mut lines = Vec::with_capacity(percents.len());
        let mut start = self.in_service;
        for (at, percent) in percents.iter().enumerate() {
            let end = start.year().checked_add(1).and_then(|year| NaiveDate::from_ymd_opt(year, 1, 1));
            let end = end.ok_or(DepreciationError::Calendar)?;
            let is_last = at.saturating_add(1) == percents.len();
            let share = self.cost.share(*percent, self.rounding)?;
            let amount = if is_last || share.minor() > left.minor() { left } else { share };
            left = left.checked_sub(amount)?;
            lines.push(PeriodAmount { days: DateRange::new(start, Some(end))?, amount });
            start = end;
        }
        Ok(lines)
    }
}

fn same_month(one: DateRange, other: DateRange) -> bool {
    let month = |days: DateRange| (days.start().year(), days.start().month());
    month(one) == month(other)
}

/// A thing cannot be depreciated on these terms.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DepreciationError {
    /// Cost and residual are in different currencies, or an amount cannot be held.
    #[error("an amount cannot be held")]
    Money(#[from] MoneyError),
    /// The residual is more than the cost, or below zero.
    #[error("{residual} is not what is left of {cost}: zero up to the cost is wanted")]
    Residual {
        /// The residual.
        residual: Money,
        /// The cost.
        cost: Money,
    },
    /// The life is too short or too long.
    #[error("a life of {months} months is not accepted: 1 to {} are wanted", DepreciationTerms::MAX_MONTHS)]
    Life {
        /// The life.
        months: u32,
    },
    /// The life is not whole years, as the method wants.
    #[error("a life of {months} months is not one of whole years, as the method wants")]
    WholeYears {
        /// The life.
        months: u32,
    },
    /// A rate, a percentage or a count is below zero, or there is none.
    #[error("a rate, a percentage or a count of units is missing or below zero")]
    Negative,
    /// The days of the units used overlap, are out of order or have no end.
    #[error("the days of the units used have to follow one another and end")]
    Order,
    /// The life ends after the end of the calendar.
    #[error("the life goes beyond the calendar")]
    Calendar,
    /// The days cannot be held.
    #[error("the days of a line cannot be held")]
    Days(#[from] DateRangeError),
    /// A share cannot be held.
    #[error("a share cannot be held")]
    Share(#[from] RatioError),
    /// An amount cannot be spread over the months.
    #[error(transparent)]
    Spread(#[from] SpreadError),
}

/// The amounts of lines by calendar year.
///
/// # Errors
/// [`MoneyError`].
pub fn by_year(lines: &[PeriodAmount]) -> Result<BTreeMap<i32, Money>, MoneyError> {
    let mut years: BTreeMap<i32, Money> = BTreeMap::new();
    for line in lines {
        let sum = years.entry(line.days.start().year()).or_insert(Money::zero(line.amount.currency()));
        *sum = sum.checked_add(line.amount)?;
    }
    Ok(years)
}
