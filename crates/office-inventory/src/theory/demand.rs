//! Demand that is not known, and what may be expected of it.

use std::collections::BTreeMap;

use office_core::Decimal;

use super::number::{counted, decimal, not_negative, positive, real};
use super::poisson::Poisson;
use super::{TheoryError, normal};

/// How much may be asked for over some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Demand {
    /// Many small needs: normal, with a mean and a standard deviation.
    Normal {
        /// The mean, zero or more.
        mean: Decimal,
        /// The standard deviation, above zero.
        deviation: Decimal,
    },
    /// Single pieces, each for itself: Poisson, with a mean above zero and at most 10,000.
    Poisson {
        /// The mean.
        mean: Decimal,
    },
    /// As listed: how much, and with what chance. The chances add up to exactly one.
    Listed(BTreeMap<Decimal, Decimal>),
}

/// What is expected to be missing, and to be left, at a level of stock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// By how much demand exceeds the level in the mean, counting nothing where it does not: the loss function.
    pub missing: Decimal,
    /// By how much the level exceeds demand in the mean.
    pub left: Decimal,
}

impl Demand {
    /// What is expected to be missing, and to be left, at a level of stock.
    ///
    /// # Errors
    /// [`TheoryError`], for a figure that makes no sense.
    ///
    /// # Example
    /// ```
    /// use office_inventory::theory::Demand;
    ///
    /// let demand = Demand::Normal { mean: "8".parse()?, deviation: "3".parse()? };
    /// let at_eleven = demand.shortfall("11".parse()?)?;
    /// assert_eq!(at_eleven.missing.to_string(), "0.249946412");
    /// assert_eq!(at_eleven.left.to_string(), "3.249946412");
    ///
    /// let nothing_known = Demand::Normal { mean: "8".parse()?, deviation: "0".parse()? };
    /// assert!(nothing_known.shortfall("11".parse()?).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn shortfall(&self, level: Decimal) -> Result<Shortfall, TheoryError> {
        let chances = self.chances()?;
        let missing = chances.loss(real(level));
        Ok(Shortfall { missing: decimal(missing)?, left: decimal(real(level) - chances.mean() + missing)? })
    }

    /// The chance that a level of stock suffices, from 0 to 1.
    ///
    /// # Errors
    /// [`TheoryError`], for a figure that makes no sense.
    ///
    /// # Example
    /// ```
    /// use office_inventory::theory::Demand;
    ///
    /// let demand = Demand::Normal { mean: "8".parse()?, deviation: "3".parse()? };
    /// assert_eq!(demand.chance_met("8".parse()?)?.to_string(), "0.5");
    /// assert!(Demand::Poisson { mean: "0".parse()? }.chance_met("8".parse()?).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn chance_met(&self, level: Decimal) -> Result<Decimal, TheoryError> {
        decimal(self.chances()?.at_most(real(level)))
    }

    pub(super) fn chances(&self) -> Result<Chances, TheoryError> {
        match self {
            Self::Normal { mean, deviation } => Ok(Chances::Normal {
                mean: not_negative("mean", *mean)?,
                deviation: positive("standard deviation", *deviation)?,
            }),
            Self::Poisson { mean } => Ok(Chances::Poisson(Poisson::new(positive("mean", *mean)?)?)),
            Self::Listed(rows) => {
                counted("levels of demand", rows.len(), 1, 10_000)?;
                let mut total = Decimal::ZERO;
                for chance in rows.values() {
                    not_negative("chance", *chance)?;
                    total = total.checked_add(*chance).ok_or(TheoryError::OutOfRange)?;
                }
                if total != Decimal::ONE {
                    return Err(TheoryError::Chances { total });
                }
                Ok(Chances::Listed(rows.iter().map(|(level, chance)| (real(*level), real(*chance))).collect()))
            }
        }
    }
}

/// The same in floats.
#[derive(Clone, Debug)]
pub(super) enum Chances {
    Normal { mean: f64, deviation: f64 },
    Poisson(Poisson),
    Listed(Vec<(f64, f64)>),
}

impl Chances {
    pub(super) fn mean(&self) -> f64 {
        match self {
            Self::Normal { mean, .. } => *mean,
            Self::Poisson(poisson) => poisson.mean(),
            Self::Listed(rows) => rows.iter().map(|(level, chance)| level * chance).sum(),
        }
    }

    /// By how much `level` is exceeded in the mean.
    pub(super) fn loss(&self, level: f64) -> f64 {
        match self {
            Self::Normal { mean, deviation } => deviation * normal::loss((level - mean) / deviation),
            Self::Poisson(poisson) => poisson.loss(level, whole(level)),
            Self::Listed(rows) => rows.iter().map(|(demand, chance)| (demand - level).max(0.0) * chance).sum(),
        }
    }

    pub(super) fn at_most(&self, level: f64) -> f64 {
        match self {
            Self::Normal { mean, deviation } => normal::at_most((level - mean) / deviation),
            Self::Poisson(poisson) => poisson.at_most(whole(level)),
            Self::Listed(rows) => rows.iter().filter(|(demand, _)| *demand <= level).map(|(_, chance)| chance).sum(),
        }
    }

    /// The least level that suffices with a chance between 0 and 1.
    pub(super) fn quantile(&self, chance: f64) -> f64 {
        match self {
            Self::Normal { mean, deviation } => mean + deviation * normal::quantile(chance),
            Self::Poisson(poisson) => f64::from(poisson.quantile(chance)),
            Self::Listed(rows) => {
                let mut total = 0.0;
                // A hair less than asked for, as sums of floats may fall short of what they add up to.
                let reached = rows.iter().find(|(_, share)| {
                    total += share;
                    total >= chance - 1e-12
                });
                reached.or(rows.last()).map_or(0.0, |(level, _)| *level)
            }
        }
    }
}

/// The greatest whole number not above a level, at the ends of the range for what lies beyond.
fn whole(level: f64) -> i32 {
    let end = if level > 0.0 { i32::MAX } else { i32::MIN };
    Decimal::from_f64_retain(libm::floor(level)).and_then(|floor| i32::try_from(floor).ok()).unwrap_or(end)
}
