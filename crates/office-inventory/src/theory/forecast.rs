//! What will be asked for.

use std::fmt;

use office_core::{Decimal, decimal_text};
use serde::{Deserialize, Serialize};

use super::number::{count, counted, decimal, not_negative, real};
use super::profile::{Figures, read};
use super::smoothing::{Smoothed, croston, double, fading, moving_average, simple, simple_and_double};
use super::{DemandClass, TheoryError};

/// How it is told from the past what will be asked for. Weights are above 0 and at most 1: the share that the newest
/// figure has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ForecastMethod {
    /// The mean of so many periods, or of all where there are fewer.
    MovingAverage {
        /// How many, at least one.
        periods: usize,
    },
    /// Simple exponential smoothing: a level.
    Simple {
        /// The weight of the level.
        #[serde(with = "decimal_text")]
        level: Decimal,
    },
    /// Double exponential smoothing, by Holt: a level and a trend.
    Double {
        /// The weight of the level.
        #[serde(with = "decimal_text")]
        level: Decimal,
        /// The weight of the trend.
        #[serde(with = "decimal_text")]
        trend: Decimal,
    },
    /// Croston's: sizes of demands and the times between them, each smoothed for itself.
    Croston {
        /// The weight of both.
        #[serde(with = "decimal_text")]
        level: Decimal,
    },
    /// Croston's, less the half weight by which it says too much: the approximation of Syntetos and Boylan (SBA).
    Sba {
        /// The weight of both.
        #[serde(with = "decimal_text")]
        level: Decimal,
    },
    /// The method of Teunter, Syntetos and Babai (TSB), which falls when nothing is asked for any more.
    Tsb {
        /// The weight of the sizes.
        #[serde(with = "decimal_text")]
        size: Decimal,
        /// The weight of the chance that something is asked for.
        #[serde(with = "decimal_text")]
        chance: Decimal,
    },
}

/// What will be asked for in a period, and how sure that is. A statistic: computed in floats, rounded once to nine
/// digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecast {
    /// How it was told.
    pub method: ForecastMethod,
    /// How much the next period will ask for, never below nothing.
    #[serde(with = "decimal_text")]
    pub rate: Decimal,
    /// By how much each period after that asks for more; only [`ForecastMethod::Double`] knows.
    #[serde(with = "decimal_text")]
    pub slope: Decimal,
    /// By how much the method would have been off so far, one period ahead: the root of the mean square.
    #[serde(with = "decimal_text")]
    pub deviation: Decimal,
    /// Over how many periods that was measured.
    pub measured: usize,
}

impl ForecastMethod {
    /// What this method says after these periods, the oldest first.
    ///
    /// # Errors
    /// [`TheoryError`], for a weight or a demand that makes no sense.
    ///
    /// # Example
    /// ```
    /// use office_core::Decimal;
    /// use office_inventory::theory::ForecastMethod;
    ///
    /// let months = [3, 0, 2, 0, 4, 0, 3, 0].map(Decimal::from);
    /// let forecast = ForecastMethod::Croston { level: "0.1".parse()? }.forecast(&months)?;
    /// assert_eq!(forecast.rate.to_string(), "2.367427223");
    ///
    /// assert!(ForecastMethod::Simple { level: "1.5".parse()? }.forecast(&months).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn forecast(self, demand: &[Decimal]) -> Result<Forecast, TheoryError> {
        told(self, self.smooth(&read(demand)?)?)
    }

    fn smooth(self, demand: &[f64]) -> Result<Smoothed, TheoryError> {
        Ok(match self {
            Self::MovingAverage { periods } => {
                counted("periods of the average", periods, 1, usize::MAX)?;
                moving_average(demand, periods)
            }
            Self::Simple { level } => simple(demand, weight(level)?),
            Self::Double { level, trend } => double(demand, weight(level)?, weight(trend)?),
            Self::Croston { level } => croston(demand, weight(level)?, 1.0),
            Self::Sba { level } => {
                let level = weight(level)?;
                croston(demand, level, 1.0 - level / 2.0)
            }
            Self::Tsb { size, chance } => fading(demand, weight(size)?, weight(chance)?),
        })
    }
}

impl fmt::Display for ForecastMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MovingAverage { periods } => write!(f, "a moving average of {periods} periods"),
            Self::Simple { .. } => f.write_str("simple exponential smoothing"),
            Self::Double { .. } => f.write_str("double exponential smoothing"),
            Self::Croston { .. } => f.write_str("Croston's method"),
            Self::Sba { .. } => f.write_str("the method of Syntetos and Boylan"),
            Self::Tsb { .. } => f.write_str("the method of Teunter, Syntetos and Babai"),
        }
    }
}

fn weight(given: Decimal) -> Result<f64, TheoryError> {
    if given > Decimal::ZERO && given <= Decimal::ONE {
        return Ok(real(given));
    }
    Err(TheoryError::Weight { given })
}

fn told(method: ForecastMethod, smoothed: Smoothed) -> Result<Forecast, TheoryError> {
    let deviation = decimal(libm::sqrt(smoothed.mean_square()))?;
    let (rate, slope) = (decimal(smoothed.next)?, decimal(smoothed.slope)?);
    Ok(Forecast { method, rate, slope, deviation, measured: smoothed.errors })
}

impl Forecast {
    /// How much will be asked for over so many periods, which need not be whole: the rate for each, and the slope once
    /// more for each after the first. Never below nothing.
    ///
    /// # Errors
    /// [`TheoryError::Negative`], [`TheoryError::OutOfRange`].
    pub fn over(&self, periods: Decimal) -> Result<Decimal, TheoryError> {
        let periods = not_negative("number of periods", periods)?;
        let risen = real(self.slope) * periods * f64::max(periods - 1.0, 0.0) / 2.0;
        decimal(f64::max(real(self.rate) * periods + risen, 0.0))
    }
}

/// Which method is taken, and with which weights.
///
/// 1. Asked for in fewer than two periods: the mean of all.
/// 2. Quiet for longer than `quiet_intervals` times the usual interval: TSB, which alone lets go.
/// 3. Smooth: simple exponential smoothing; double, if that would have been off by less than `trend_gain` of it.
/// 4. Erratic: a moving average, in which a single peak counts least.
/// 5. Intermittent or lumpy: Croston's where CV² is at most 2 - 3/2 ADI, else SBA (A. V. Kostenko and R. J. Hyndman, "A
///    note on the categorization of demand patterns", Journal of the Operational Research Society 57, 2006).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForecastRule {
    /// How many periods a moving average looks at.
    pub average: usize,
    /// The weight of levels.
    #[serde(with = "decimal_text")]
    pub level: Decimal,
    /// The weight of trends.
    #[serde(with = "decimal_text")]
    pub trend: Decimal,
    /// The weight of sizes, intervals and chances of what is seldom asked for.
    #[serde(with = "decimal_text")]
    pub seldom: Decimal,
    /// After how many intervals without demand it counts as let go.
    #[serde(with = "decimal_text")]
    pub quiet_intervals: Decimal,
    /// Which share of the mean square of simple smoothing the double has to stay below.
    #[serde(with = "decimal_text")]
    pub trend_gain: Decimal,
}

/// Twelve periods, weights of 0.2 for levels and 0.1 for trends and for what is seldom asked for, three intervals, 0.9.
impl Default for ForecastRule {
    fn default() -> Self {
        Self {
            average: 12,
            level: Decimal::new(2, 1),
            trend: Decimal::new(1, 1),
            seldom: Decimal::new(1, 1),
            quiet_intervals: Decimal::from(3),
            trend_gain: Decimal::new(9, 1),
        }
    }
}

/// Why a method was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForecastGround {
    /// It was asked for in fewer than two periods.
    HardlyKnown,
    /// It has not been asked for in a long time.
    Quiet,
    /// It is asked for often and evenly.
    Smooth,
    /// It is asked for often and evenly, ever more or ever less.
    Trend,
    /// It is asked for often and unevenly.
    Erratic,
    /// It is asked for seldom.
    Seldom,
}

impl fmt::Display for ForecastGround {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HardlyKnown => "hardly known",
            Self::Quiet => "long gone",
            Self::Smooth => "smooth",
            Self::Trend => "smooth with a trend",
            Self::Erratic => "erratic",
            Self::Seldom => "seldom",
        })
    }
}

impl ForecastRule {
    /// What will be asked for after these periods, the oldest first, and why by this method.
    ///
    /// # Errors
    /// [`TheoryError`], for no or too many periods, a demand below nothing, or a weight that makes no sense.
    ///
    /// # Example
    /// ```
    /// use office_core::Decimal;
    /// use office_inventory::theory::{ForecastGround, ForecastMethod, ForecastRule};
    ///
    /// let rule = ForecastRule::default();
    /// let weeks = [10, 11, 9, 10, 12, 10, 9, 11].map(Decimal::from);
    /// let (forecast, ground) = rule.forecast(&weeks)?;
    /// assert_eq!(ground, ForecastGround::Smooth);
    /// assert_eq!(forecast.rate.to_string(), "10.2316928");
    ///
    /// let (forecast, ground) = rule.forecast(&[12, 0, 0, 0, 0, 0, 3, 0, 0, 0].map(Decimal::from))?;
    /// assert_eq!(ground, ForecastGround::Seldom);
    /// assert!(matches!(forecast.method, ForecastMethod::Sba { .. }));
    ///
    /// assert!(rule.forecast(&[]).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn forecast(&self, demand: &[Decimal]) -> Result<(Forecast, ForecastGround), TheoryError> {
        let demand = read(demand)?;
        let (ground, method) = match self.choose(&demand) {
            Chosen::Smooth => return self.level_or_trend(&demand),
            Chosen::Other(ground, method) => (ground, method),
        };
        Ok((told(method, method.smooth(&demand)?)?, ground))
    }

    /// Smooth demand is forecast both ways, and the better taken.
    fn level_or_trend(&self, demand: &[f64]) -> Result<(Forecast, ForecastGround), TheoryError> {
        let Self { level, trend, .. } = *self;
        let (simple, double) = (ForecastMethod::Simple { level }, ForecastMethod::Double { level, trend });
        let (level_alone, with_trend) = simple_and_double(demand, weight(level)?, weight(trend)?);
        if with_trend.errors > 2 && with_trend.mean_square() < real(self.trend_gain) * level_alone.mean_square() {
            return Ok((told(double, with_trend)?, ForecastGround::Trend));
        }
        Ok((told(simple, level_alone)?, ForecastGround::Smooth))
    }

    fn choose(&self, demand: &[f64]) -> Chosen {
        let figures = Figures::of(demand);
        let Self { average, seldom, .. } = *self;
        if figures.demands() < 2 {
            return Chosen::Other(ForecastGround::HardlyKnown, ForecastMethod::MovingAverage { periods: demand.len() });
        }
        if count(figures.quiet()) > real(self.quiet_intervals) * figures.interval {
            return Chosen::Other(ForecastGround::Quiet, ForecastMethod::Tsb { size: seldom, chance: seldom });
        }
        match figures.class() {
            DemandClass::Unasked | DemandClass::Smooth => Chosen::Smooth,
            DemandClass::Erratic => {
                Chosen::Other(ForecastGround::Erratic, ForecastMethod::MovingAverage { periods: average })
            }
            DemandClass::Intermittent | DemandClass::Lumpy => {
                let even = figures.size_variation <= 2.0 - 1.5 * figures.interval;
                let method = if even {
                    ForecastMethod::Croston { level: seldom }
                } else {
                    ForecastMethod::Sba { level: seldom }
                };
                Chosen::Other(ForecastGround::Seldom, method)
            }
        }
    }
}

/// What is to be done with a demand.
enum Chosen {
    Smooth,
    Other(ForecastGround, ForecastMethod),
}
