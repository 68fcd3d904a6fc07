//! How an item is asked for.

use office_core::{Decimal, decimal_text};
use serde::{Deserialize, Serialize};

use super::TheoryError;
use super::number::{count, counted, decimal, not_negative};

/// The most periods that are looked at.
const MOST: usize = 10_000;

/// How an item is asked for, told by when and how much: the four classes of Syntetos, Boylan and Croston ("On the
/// categorization of demand patterns", Journal of the Operational Research Society 56, 2005), and none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DemandClass {
    /// It was not asked for.
    Unasked,
    /// Often, and about as much each time.
    Smooth,
    /// Often, and now much and now little.
    Erratic,
    /// Seldom, and about as much each time.
    Intermittent,
    /// Seldom, and now much and now little.
    Lumpy,
}

/// How an item was asked for over some periods of one length. A statistic: computed in floats, rounded once to nine
/// digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemandProfile {
    /// How many periods there were.
    pub periods: usize,
    /// In how many of them it was asked for.
    pub demands: usize,
    /// How many periods have gone by since, at the end, it was last asked for; all of them if it never was.
    pub quiet: usize,
    /// How much in a period, in the mean.
    #[serde(with = "decimal_text")]
    pub mean: Decimal,
    /// The standard deviation of that over all the periods (of the population, not of a sample).
    #[serde(with = "decimal_text")]
    pub deviation: Decimal,
    /// The deviation as a share of the mean, the coefficient of variation; zero where it was not asked for.
    #[serde(with = "decimal_text")]
    pub variation: Decimal,
    /// Periods from one demand to the next, in the mean (ADI): periods over demands; zero where it was not asked for.
    #[serde(with = "decimal_text")]
    pub interval: Decimal,
    /// The squared coefficient of variation (CV²) of the demands alone, without the periods of none.
    #[serde(with = "decimal_text")]
    pub size_variation: Decimal,
    /// What follows: often is an interval below 1.32, about as much each time is a CV² below 0.49.
    pub class: DemandClass,
}

impl DemandProfile {
    /// The profile of what was asked for in each period, the oldest first.
    ///
    /// # Errors
    /// [`TheoryError::Count`] for no period or more than 10,000; [`TheoryError::Negative`].
    ///
    /// # Example
    /// ```
    /// use office_core::Decimal;
    /// use office_inventory::theory::{DemandClass, DemandProfile};
    ///
    /// let months = [0, 0, 3, 0, 0, 0, 2, 0, 0, 5, 0, 0].map(Decimal::from);
    /// let profile = DemandProfile::of(&months)?;
    /// assert_eq!(profile.interval.to_string(), "4");
    /// assert_eq!(profile.class, DemandClass::Intermittent);
    ///
    /// assert!(DemandProfile::of(&[]).is_err());
    /// assert!(DemandProfile::of(&[Decimal::from(-1)]).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(demand: &[Decimal]) -> Result<Self, TheoryError> {
        let demand = read(demand)?;
        Figures::of(&demand).profile(&demand)
    }
}

/// What was asked for in each period, as floats.
pub(super) fn read(demand: &[Decimal]) -> Result<Vec<f64>, TheoryError> {
    counted("periods", demand.len(), 1, MOST)?;
    demand.iter().map(|amount| not_negative("demand", *amount)).collect()
}

/// A profile in floats.
#[derive(Clone, Copy, Debug)]
pub(super) struct Figures {
    periods: usize,
    demands: usize,
    quiet: usize,
    mean: f64,
    pub(super) interval: f64,
    pub(super) size_variation: f64,
}

impl Figures {
    pub(super) fn of(demand: &[f64]) -> Self {
        let periods = demand.len();
        let demands = demand.iter().filter(|amount| **amount > 0.0).count();
        let quiet = demand.iter().rev().take_while(|amount| **amount <= 0.0).count();
        let total: f64 = demand.iter().sum();
        let mean = total / count(periods);
        let (mut interval, mut size_variation) = (0.0, 0.0);
        if demands > 0 {
            interval = count(periods) / count(demands);
            let size = total / count(demands);
            let sizes = demand.iter().filter(|amount| **amount > 0.0);
            let off_size: f64 = sizes.map(|amount| (amount - size) * (amount - size)).sum();
            size_variation = off_size / count(demands) / (size * size);
        }
        Self { periods, demands, quiet, mean, interval, size_variation }
    }

    pub(super) fn class(&self) -> DemandClass {
        match (self.demands > 0, self.interval < 1.32, self.size_variation < 0.49) {
            (false, ..) => DemandClass::Unasked,
            (true, true, true) => DemandClass::Smooth,
            (true, true, false) => DemandClass::Erratic,
            (true, false, true) => DemandClass::Intermittent,
            (true, false, false) => DemandClass::Lumpy,
        }
    }

    pub(super) const fn demands(&self) -> usize {
        self.demands
    }

    pub(super) const fn quiet(&self) -> usize {
        self.quiet
    }

    fn profile(&self, demand: &[f64]) -> Result<DemandProfile, TheoryError> {
        let off_mean: f64 = demand.iter().map(|amount| (amount - self.mean) * (amount - self.mean)).sum();
        let deviation = libm::sqrt(off_mean / count(self.periods));
        let variation = if self.mean > 0.0 { deviation / self.mean } else { 0.0 };
        Ok(DemandProfile {
            periods: self.periods,
            demands: self.demands,
            quiet: self.quiet,
            mean: decimal(self.mean)?,
            deviation: decimal(deviation)?,
            variation: decimal(variation)?,
            interval: decimal(self.interval)?,
            size_variation: decimal(self.size_variation)?,
            class: self.class(),
        })
    }
}
