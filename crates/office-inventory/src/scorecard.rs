//! How well a vendor has served the office over a period, and the figures that say so.
//!
//! Laws, held by `tests/vendor.rs`:
//!
//! 1. Each line that was due counts once: the classes of deliveries add up to the lines, what was accepted and what was
//!    rejected to what came.
//! 2. What comes to be known after a day changes no scorecard as of that day.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use office_core::{Currency, DateRange, Money, MoneyError, Percent, PriceError, Quantity, Ratio, Rounding};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Fulfilment, FulfilmentError, Reference};

/// How lines are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScorecardTerms {
    /// The currency of all prices.
    pub currency: Currency,
    /// How the value of what came is rounded, delivery by delivery.
    pub rounding: Rounding,
    /// How many days after the day it was due a line still is on time.
    pub grace_days: u32,
    /// How much less than was wanted still is in full.
    pub short_tolerance: Percent,
}

/// What a vendor billed for a line, beside what was agreed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BilledLine {
    /// The number of the invoice.
    pub invoice: Reference,
    /// Its date.
    pub on: NaiveDate,
    /// What was to be paid by the contract or the price list.
    pub agreed: Money,
    /// What was billed.
    pub billed: Money,
}

/// How well a vendor has served the office over a period, as was known at the end of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scorecard {
    /// The period.
    pub period: DateRange,
    /// The day at whose end this was known.
    pub as_of: NaiveDate,
    /// The lines that were due in the period.
    pub deliveries: DeliveryFigures,
    /// What came in the period.
    pub quality: QualityFigures,
    /// What was billed in the period.
    pub prices: PriceFigures,
}

/// The lines that were due, each in one class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryFigures {
    /// All that was wanted had come in time.
    pub on_time_in_full: u32,
    /// All that was wanted has come, but not all in time.
    pub late_in_full: u32,
    /// Too little has come, though in time.
    pub short_on_time: u32,
    /// Too little has come, and not even that in time.
    pub short_late: u32,
    /// Nothing has come.
    pub missing: u32,
}

/// The value of what came, at the agreed prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QualityFigures {
    /// How many deliveries of a line came.
    pub deliveries: u32,
    /// What the office kept is worth.
    pub accepted: Money,
    /// What it rejected or returned is worth.
    pub rejected: Money,
}

/// What was billed, beside what was agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceFigures {
    /// How many lines were billed.
    pub lines: u32,
    /// What was to be paid.
    pub agreed: Money,
    /// What was billed.
    pub billed: Money,
}

/// What a vendor is measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// The share of lines of which everything that came was in time.
    OnTime,
    /// The share of lines of which everything came.
    InFull,
    /// The share of lines that came in time and in full.
    OnTimeInFull,
    /// By how much more was billed than agreed, as a share of what was agreed; negative where it was less.
    PriceDrift,
    /// The share of value that was rejected or returned.
    Rejected,
}

/// What came out of a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// The share, exact: 4/5 is 80 %.
    pub share: Ratio,
    /// Of how many lines or deliveries.
    pub of: u32,
}

/// A scorecard cannot be drawn up.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DrawScorecardError {
    /// The tolerance is below nothing or above the whole.
    #[error("a tolerance of {tolerance} makes no sense: 0 to 100 percent are accepted")]
    Tolerance {
        /// The tolerance.
        tolerance: Percent,
    },
    /// What is told of a line cannot be.
    #[error("a line cannot be judged")]
    Fulfilment(#[from] FulfilmentError),
    /// Something has no value in the currency of the scorecard.
    #[error("what came or was billed cannot be valued")]
    Value(#[from] PriceError),
}

impl From<MoneyError> for DrawScorecardError {
    fn from(error: MoneyError) -> Self {
        Self::Value(error.into())
    }
}

impl Scorecard {
    /// Draws up the scorecard of a period from what is known at the end of a day.
    ///
    /// A line counts in the period in which it was due (with its days of grace, so that nobody is judged too early); a
    /// delivery in that in which it came, and with it what is rejected of it whenever that is; a bill in that of its
    /// date.
    ///
    /// # Errors
    /// [`DrawScorecardError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use chrono::NaiveDate;
    /// use office_core::{Currency, DateRange, Percent, Ratio, Rounding};
    /// use office_inventory::{
    ///     Arrival, BilledLine, DrawScorecardError, Fulfilment, Measure, Scorecard, ScorecardTerms,
    /// };
    ///
    /// let terms = ScorecardTerms {
    ///     currency: Currency::EUR,
    ///     rounding: Rounding::HalfUp,
    ///     grace_days: 1,
    ///     short_tolerance: Percent::ZERO,
    /// };
    /// let due: NaiveDate = "2026-10-09".parse()?;
    /// let line = |order: &str, on: &str, quantity: &str| {
    ///     let arrival = Arrival { on: on.parse()?, quantity: quantity.parse()?, rejected: "1 box".parse()? };
    ///     Ok::<_, Box<dyn std::error::Error>>(Fulfilment {
    ///         order: order.parse()?,
    ///         line: 1,
    ///         ordered: "2026-10-05".parse()?,
    ///         due,
    ///         wanted: "10 box".parse()?,
    ///         price: "20 EUR / 1 box".parse()?,
    ///         arrivals: vec![arrival],
    ///     })
    /// };
    /// // One comes within the day of grace, one late; one is short.
    /// let lines = [
    ///     line("PO-1", "2026-10-10", "10 box")?,
    ///     line("PO-2", "2026-10-12", "10 box")?,
    ///     line("PO-3", "2026-10-09", "5 box")?,
    /// ];
    /// let bill = BilledLine {
    ///     invoice: "R-77".parse()?,
    ///     on: "2026-10-20".parse()?,
    ///     agreed: "200.00 EUR".parse()?,
    ///     billed: "206.00 EUR".parse()?,
    /// };
    ///
    /// let (october, today) = (DateRange::month(2026, 10)?, "2026-10-31".parse()?);
    /// let card = Scorecard::draw(terms, october, today, &lines, std::slice::from_ref(&bill))?;
    /// let measures = card.measures();
    /// assert_eq!(measures[&Measure::OnTimeInFull].share, Ratio::new(1, 3)?);
    /// assert_eq!(measures[&Measure::OnTime].share, Ratio::new(2, 3)?);
    /// assert_eq!(measures[&Measure::Rejected].share, Ratio::new(3, 25)?);
    /// assert_eq!(measures[&Measure::PriceDrift].share, Ratio::new(3, 100)?);
    ///
    /// let dollars = ScorecardTerms { currency: Currency::USD, ..terms };
    /// let refused = Scorecard::draw(dollars, october, today, &lines, &[bill]);
    /// assert!(matches!(refused, Err(DrawScorecardError::Value(_))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn draw(
        terms: ScorecardTerms,
        period: DateRange,
        as_of: NaiveDate,
        fulfilments: &[Fulfilment],
        bills: &[BilledLine],
    ) -> Result<Self, DrawScorecardError> {
        let tolerance = terms.short_tolerance;
        if tolerance.is_negative() || tolerance > Percent::HUNDRED {
            return Err(DrawScorecardError::Tolerance { tolerance });
        }
        fulfilments.iter().try_for_each(Fulfilment::check)?;
        let mut deliveries = DeliveryFigures::default();
        for line in fulfilments.iter().filter(|line| line.wanted.is_positive()) {
            let last = line.due.checked_add_days(Days::new(terms.grace_days.into()));
            if let Some(last) = last.filter(|last| *last <= as_of && period.contains(line.due)) {
                deliveries.enter(line, last, as_of, tolerance);
            }
        }
        Ok(Self {
            period,
            as_of,
            deliveries,
            quality: QualityFigures::of(terms, period, as_of, fulfilments)?,
            prices: PriceFigures::of(terms, period, as_of, bills)?,
        })
    }

    /// What comes out of each measure for which there is something to measure.
    #[must_use]
    pub fn measures(&self) -> BTreeMap<Measure, Measured> {
        let Self { deliveries, quality, prices, .. } = self;
        let lines = deliveries.lines();
        let of_lines = |number: u32| (share(number.into(), lines.into()), lines);
        let kept = quality.accepted.minor().checked_add(quality.rejected.minor());
        let drift = prices.billed.minor().checked_sub(prices.agreed.minor());
        let measured = [
            (Measure::OnTime, of_lines(deliveries.on_time_in_full.saturating_add(deliveries.short_on_time))),
            (Measure::InFull, of_lines(deliveries.on_time_in_full.saturating_add(deliveries.late_in_full))),
            (Measure::OnTimeInFull, of_lines(deliveries.on_time_in_full)),
            (Measure::PriceDrift, (drift.and_then(|drift| share(drift, prices.agreed.minor())), prices.lines)),
            (Measure::Rejected, (kept.and_then(|all| share(quality.rejected.minor(), all)), quality.deliveries)),
        ];
        measured
            .into_iter()
            .filter_map(|(measure, (share, of))| Some((measure, Measured { share: share?, of })))
            .collect()
    }
}

/// A part of a whole that is above nothing.
fn share(part: i128, whole: i128) -> Option<Ratio> {
    Ratio::new(part, whole).ok().filter(|_| whole > 0)
}

impl DeliveryFigures {
    /// How many lines were due.
    #[must_use]
    pub fn lines(&self) -> u32 {
        let Self { on_time_in_full, late_in_full, short_on_time, short_late, missing } = *self;
        [on_time_in_full, late_in_full, short_on_time, short_late, missing].into_iter().fold(0, u32::saturating_add)
    }

    fn enter(&mut self, line: &Fulfilment, last: NaiveDate, as_of: NaiveDate, tolerance: Percent) {
        let in_time = enough(line, last, tolerance);
        let class = if in_time {
            &mut self.on_time_in_full
        } else if enough(line, as_of, tolerance) {
            &mut self.late_in_full
        } else if line.known(as_of).next().is_none() {
            &mut self.missing
        } else if line.known(as_of).all(|arrival| arrival.on <= last) {
            &mut self.short_on_time
        } else {
            &mut self.short_late
        };
        *class = class.saturating_add(1);
    }
}

/// Whether what had come by a day is what was wanted, or as much less as is tolerated.
fn enough(line: &Fulfilment, by: NaiveDate, tolerance: Percent) -> bool {
    let came = Quantity::sum(line.known(by).map(|arrival| arrival.quantity), line.wanted.unit());
    let least = Ratio::ONE.checked_sub(tolerance.fraction());
    let least = least.and_then(|least| least.checked_mul(Ratio::from_decimal(line.wanted.amount())));
    came.ok().zip(least.ok()).is_some_and(|(came, least)| Ratio::from_decimal(came.amount()) >= least)
}

impl QualityFigures {
    fn of(
        terms: ScorecardTerms,
        period: DateRange,
        as_of: NaiveDate,
        fulfilments: &[Fulfilment],
    ) -> Result<Self, DrawScorecardError> {
        let none = Money::zero(terms.currency);
        let mut figures = Self { deliveries: 0, accepted: none, rejected: none };
        for line in fulfilments {
            for arrival in line.known(as_of).filter(|arrival| period.contains(arrival.on)) {
                let worth = |quantity: Quantity| line.price.extend(&quantity, terms.rounding);
                let (all, rejected) = (worth(arrival.quantity)?, worth(arrival.rejected)?);
                figures.deliveries = figures.deliveries.saturating_add(1);
                figures.accepted = figures.accepted.checked_add(all.checked_sub(rejected)?)?;
                figures.rejected = figures.rejected.checked_add(rejected)?;
            }
        }
        Ok(figures)
    }
}

impl PriceFigures {
    fn of(
        terms: ScorecardTerms,
        period: DateRange,
        as_of: NaiveDate,
        bills: &[BilledLine],
    ) -> Result<Self, DrawScorecardError> {
        let none = Money::zero(terms.currency);
        let mut figures = Self { lines: 0, agreed: none, billed: none };
        for bill in bills.iter().filter(|bill| period.contains(bill.on) && bill.on <= as_of) {
            figures.lines = figures.lines.saturating_add(1);
            figures.agreed = figures.agreed.checked_add(bill.agreed)?;
            figures.billed = figures.billed.checked_add(bill.billed)?;
        }
        Ok(figures)
    }
}

/// How what is past counts for less: by the same share with each period, until it counts for nothing.
///
/// # Example
/// ```
/// use std::num::NonZeroU32;
///
/// use office_core::Ratio;
/// use office_inventory::Fading;
///
/// let fading = Fading { periods: NonZeroU32::new(12).ok_or("not zero")? };
/// assert_eq!(fading.weight(6), Ratio::new(1, 2)?);
/// assert_eq!(fading.weight(15), Ratio::ZERO);
///
/// // 90 % now and 60 % half a year ago.
/// let shares = [(0, Ratio::new(9, 10)?), (6, Ratio::new(6, 10)?)];
/// assert_eq!(fading.mean(shares), Some(Ratio::new(8, 10)?));
/// assert_eq!(fading.mean([(12, Ratio::ONE)]), None); // nothing that still counts
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fading {
    /// After how many periods nothing of it counts any more.
    pub periods: std::num::NonZeroU32,
}

impl Fading {
    /// What a share counts that was measured so many periods ago: from 1 down to 0.
    #[must_use]
    pub fn weight(&self, periods_ago: u32) -> Ratio {
        let periods = self.periods.get();
        Ratio::new(periods.saturating_sub(periods_ago).into(), periods.into()).unwrap_or(Ratio::ZERO)
    }

    /// The mean of shares, each with how many periods ago it was measured. Nothing if none counts any more, or if the
    /// mean cannot be held.
    #[must_use]
    pub fn mean(&self, shares: impl IntoIterator<Item = (u32, Ratio)>) -> Option<Ratio> {
        let (mut sum, mut weights) = (Ratio::ZERO, Ratio::ZERO);
        for (periods_ago, share) in shares {
            let weight = self.weight(periods_ago);
            sum = sum.checked_add(weight.checked_mul(share).ok()?).ok()?;
            weights = weights.checked_add(weight).ok()?;
        }
        sum.checked_div(weights).ok()
    }
}
