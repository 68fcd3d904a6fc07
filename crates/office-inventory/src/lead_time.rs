//! How long a vendor takes, measured.
//!
//! Laws, held by `tests/vendor.rs`:
//!
//! 1. Where nothing is open, the mean is the sum of the days over their number, and the deviation that of the
//!    population.
//! 2. An order that is still open never makes the mean less than it is without that order.
//! 3. What was ordered and takes the working days that were measured arrives, by the vendor's schedule, on the day on
//!    which it came.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use office_core::{Decimal, Rounding, WorkingCalendar, WorkingTimeError, decimal_text};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Fulfilment, FulfilmentError};

/// Digits after the point of a mean and a deviation.
const PLACES: u32 = 9;

/// How long a vendor took from the order to the goods, as was known at the end of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasuredLeadTime {
    /// Until the first part came.
    pub first: LeadFigures,
    /// Until all that was wanted had come.
    pub last: LeadFigures,
}

/// Lead times to one of the two ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeadFigures {
    /// How many lines have come.
    pub came: u32,
    /// How many are open: of them it is only known that they take longer than they have taken.
    pub open: u32,
    /// In days of the calendar on the wall. Nothing if no line has come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<LeadSpread>,
    /// In working days of the vendor. Nothing if no line has come, or its calendar was not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub working_days: Option<LeadSpread>,
}

/// How lead times are spread.
///
/// A line that is open weighs as those that took longer than it has taken so far: its weight is shared among them in
/// equal parts (the estimate of Kaplan and Meier). Where none took longer, it counts as if it came today, and
/// `at_least` says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeadSpread {
    /// The mean, rounded once to 9 digits after the point, halves to the even digit.
    #[serde(with = "decimal_text")]
    pub mean: Decimal,
    /// The standard deviation of all (of the population, not of a sample), to 9 digits after the point.
    #[serde(with = "decimal_text")]
    pub deviation: Decimal,
    /// The least that a line took that has come.
    pub least: u32,
    /// The most that a line took that has come.
    pub most: u32,
    /// Whether an open line has taken as long as any that has come, so that the truth is more than is told here.
    pub at_least: bool,
}

/// Lead times cannot be measured.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MeasureLeadTimeError {
    /// What is told of a line cannot be.
    #[error("a line cannot be measured")]
    Fulfilment(#[from] FulfilmentError),
    /// The vendor's calendar does not reach over all the days.
    #[error("the vendor's calendar cannot tell")]
    Calendar(#[from] WorkingTimeError),
    /// There are too many lines, or too long a time.
    #[error("the lead time cannot be held")]
    OutOfRange,
}

/// Measures how long a vendor took, from what was ordered by a day and what is known at its end.
///
/// A working day counts that is after the day of the order and not after that of the goods, as
/// [`VendorSchedule::arrival`](crate::VendorSchedule::arrival) counts. What was cancelled whole is left out.
///
/// # Errors
/// [`MeasureLeadTimeError`].
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::Quantity;
/// use office_inventory::{
///     Arrival, Fulfilment, FulfilmentError, MeasureLeadTimeError, VendorSchedule, measure_lead_time,
/// };
///
/// let day = |day| NaiveDate::from_ymd_opt(2026, 10, day).ok_or("no such day");
/// let wanted: Quantity = "10 box".parse()?;
/// let line = |ordered: u32, parts: &[(u32, &str)]| {
///     let part = |&(on, quantity): &(u32, &str)| {
///         Ok::<_, Box<dyn std::error::Error>>(Arrival { on: day(on)?, quantity: quantity.parse()?, rejected: "0 box".parse()? })
///     };
///     let arrivals = parts.iter().map(part).collect::<Result<_, _>>()?;
///     let (order, price, due) = ("PO-1".parse()?, "21.5 EUR / 1 box".parse()?, day(31)?);
///     Ok::<_, Box<dyn std::error::Error>>(Fulfilment { order, line: 1, ordered: day(ordered)?, due, wanted, price, arrivals })
/// };
/// let lines = [line(1, &[(3, "10 box")])?, line(5, &[(7, "4 box"), (11, "6 box")])?, line(12, &[])?];
///
/// let measured = measure_lead_time(&lines, day(14)?, None)?;
/// let last = measured.last.days.ok_or("a line has come")?;
/// assert_eq!((measured.last.came, measured.last.open), (2, 1));
/// // Two days, six, and one of which only is known that it takes more than two.
/// assert_eq!(last.mean.to_string(), "4.666666667");
/// let schedule = VendorSchedule { lead_deviation: last.deviation, ..VendorSchedule::default() };
/// assert_eq!(schedule.lead_deviation.to_string(), "1.885618083");
///
/// let early = measure_lead_time(&[line(5, &[(4, "10 box")])?], day(14)?, None);
/// assert!(matches!(early, Err(MeasureLeadTimeError::Fulfilment(FulfilmentError::BeforeOrder { .. }))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn measure_lead_time(
    fulfilments: &[Fulfilment],
    as_of: NaiveDate,
    calendar: Option<&WorkingCalendar>,
) -> Result<MeasuredLeadTime, MeasureLeadTimeError> {
    fulfilments.iter().try_for_each(Fulfilment::check)?;
    let sent: Vec<_> = fulfilments.iter().filter(|line| line.ordered <= as_of && line.wanted.is_positive()).collect();
    let working = calendar.zip(sent.iter().map(|line| line.ordered).min());
    let working = working.map(|(calendar, first)| WorkingDays::count(calendar, first, as_of)).transpose()?;
    let figures = |end: fn(&Fulfilment, NaiveDate) -> Option<NaiveDate>| {
        let mut lines = Vec::with_capacity(sent.len());
        lines.extend(sent.iter().map(|line| (line.ordered, end(line, as_of))));
        figures(&lines, as_of, working.as_ref())
    };
    Ok(MeasuredLeadTime { first: figures(Fulfilment::first)?, last: figures(Fulfilment::complete)? })
}

fn figures(
    lines: &[(NaiveDate, Option<NaiveDate>)],
    as_of: NaiveDate,
    working: Option<&WorkingDays>,
) -> Result<LeadFigures, MeasureLeadTimeError> {
    let count = |number: usize| u32::try_from(number).map_err(|_| MeasureLeadTimeError::OutOfRange);
    let came = count(lines.iter().filter(|(_, came)| came.is_some()).count())?;
    let all = count(lines.len())?;
    let spread = |taken: &dyn Fn(NaiveDate, NaiveDate) -> u32| {
        let mut lead_times = LeadTimes::default();
        for (ordered, came) in lines {
            lead_times.enter(taken(*ordered, came.unwrap_or(as_of)), came.is_some());
        }
        lead_times.spread(all).ok_or(MeasureLeadTimeError::OutOfRange)
    };
    if came == 0 {
        return Ok(LeadFigures { came, open: all, days: None, working_days: None });
    }
    Ok(LeadFigures {
        came,
        open: all.saturating_sub(came),
        days: Some(spread(&days_between)?),
        working_days: working.map(|working| spread(&|from, to| working.between(from, to))).transpose()?,
    })
}

fn days_between(from: NaiveDate, to: NaiveDate) -> u32 {
    u32::try_from(to.signed_duration_since(from).num_days()).unwrap_or(0)
}

/// How many working days there are up to each day.
struct WorkingDays {
    first: NaiveDate,
    up_to: Vec<u32>,
}

impl WorkingDays {
    // Ends where the calendar does, which is within a hundred years.
    fn count(calendar: &WorkingCalendar, first: NaiveDate, last: NaiveDate) -> Result<Self, WorkingTimeError> {
        let (mut up_to, mut number, mut day) = (Vec::new(), 0_u32, Some(first));
        while let Some(at) = day.filter(|at| *at <= last) {
            number = number.saturating_add(u32::from(!calendar.hours(at)?.is_closed()));
            up_to.push(number);
            day = at.checked_add_days(Days::new(1));
        }
        Ok(Self { first, up_to })
    }

    fn between(&self, from: NaiveDate, to: NaiveDate) -> u32 {
        let at = |day| {
            let at = usize::try_from(days_between(self.first, day)).unwrap_or(usize::MAX);
            self.up_to.get(at).copied().unwrap_or(0)
        };
        at(to).saturating_sub(at(from))
    }
}

/// By how long they took: how many have come, and how many are still open.
#[derive(Default)]
struct LeadTimes {
    taken: BTreeMap<u32, (u32, u32)>,
}

impl LeadTimes {
    fn enter(&mut self, days: u32, came: bool) {
        let (closed, open) = self.taken.entry(days).or_default();
        let number = if came { closed } else { open };
        *number = number.saturating_add(1);
    }

    fn spread(&self, all: u32) -> Option<LeadSpread> {
        let (mut left, mut weight, mut at_least) = (all, Decimal::ONE, false);
        let (mut sum, mut squares) = (Decimal::ZERO, Decimal::ZERO);
        for (days, (came, open)) in &self.taken {
            let beyond = left.checked_sub(*came)?.checked_sub(*open)?;
            at_least = beyond == 0 && *open > 0;
            let here = if at_least { left } else { *came };
            let mass = weight.checked_mul(here.into())?;
            sum = sum.checked_add(mass.checked_mul((*days).into())?)?;
            squares = squares.checked_add(mass.checked_mul(u64::from(*days).checked_pow(2)?.into())?)?;
            if *open > 0 && beyond > 0 {
                // What the open ones weigh is shared among those that took longer.
                weight = weight.checked_mul(beyond.checked_add(*open)?.into())?.checked_div(beyond.into())?;
            }
            left = beyond;
        }
        let number = Decimal::from(all);
        let off = number.checked_mul(squares)?.checked_sub(sum.checked_mul(sum)?)?.max(Decimal::ZERO);
        let closed = || self.taken.iter().filter(|(_, (came, _))| *came > 0).map(|(days, _)| *days);
        Some(LeadSpread {
            mean: Rounding::HalfEven.round(sum.checked_div(number)?, PLACES).normalize(),
            deviation: root(off.checked_div(number.checked_mul(number)?)?)?,
            least: closed().next()?,
            most: closed().next_back()?,
            at_least,
        })
    }
}

/// The square root, rounded to the digits wanted.
fn root(square: Decimal) -> Option<Decimal> {
    // One digit more than is wanted, by which it is rounded; a square has twice as many.
    let places = PLACES.checked_add(1)?;
    let square = Rounding::HalfEven.round(square, places.checked_mul(2)?);
    let missing = places.checked_mul(2)?.checked_sub(square.scale())?;
    let whole = square.mantissa().checked_mul(10_i128.checked_pow(missing)?)?;
    let root = Decimal::try_from_i128_with_scale(whole.checked_isqrt()?, places).ok()?;
    Some(Rounding::HalfEven.round(root, PLACES).normalize())
}
