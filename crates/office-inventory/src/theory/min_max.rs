//! Below which level to order up to which, where stock is looked at once a period: (s,S).

use office_core::Decimal;

use super::number::{decimal, positive};
use super::poisson::Poisson;
use super::{Demand, TheoryError};

/// The most levels between minimum and maximum that are tried.
const MOST: usize = 4_000;

/// Demand of a period, and costs; what is ordered is there before the period's demand. All above zero.
///
/// # Example
/// ```
/// use office_inventory::theory::{Demand, MinMax};
///
/// let pieces = MinMax {
///     order_cost: "64".parse()?,
///     holding_cost: "1".parse()?,
///     shortage_cost: "9".parse()?,
///     demand: Demand::Poisson { mean: "10".parse()? },
/// };
/// let best = pieces.best()?;
/// assert_eq!((best.min.to_string(), best.max.to_string()), ("6".into(), "40".into()));
/// assert!(Some(pieces.cost_of(6, 41)?) > best.cost);
///
/// assert!(pieces.cost_of(6, 6).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MinMax {
    /// What an order costs, however much is ordered.
    pub order_cost: Decimal,
    /// What each unit costs that is left at the end of a period.
    pub holding_cost: Decimal,
    /// What each unit costs that is missing at the end of a period.
    pub shortage_cost: Decimal,
    /// What may be asked for in a period: Poisson, or normal for the approximation.
    pub demand: Demand,
}

/// At or below which level to order up to which, and what that is expected to cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinMaxLevels {
    /// It is ordered when no more is left.
    pub min: Decimal,
    /// It is ordered up to this.
    pub max: Decimal,
    /// What ordering, keeping and missing are expected to cost in a period; an approximation does not tell.
    pub cost: Option<Decimal>,
}

/// The figures in floats, and what follows from them the more levels are looked at.
struct Renewal {
    order: f64,
    holding: f64,
    shortage: f64,
    demand: Poisson,
    /// How often each distance below the maximum is come by between two orders.
    visits: Vec<f64>,
}

impl MinMax {
    /// The best levels for pieces that are asked for one by one, by the algorithm of Zheng and Federgruen (Operations
    /// Research 39, 1991).
    ///
    /// # Errors
    /// [`TheoryError`], for figures that make no sense or another demand; [`TheoryError::OutOfRange`] where the levels are more
    /// than 4,000 apart.
    pub fn best(&self) -> Result<MinMaxLevels, TheoryError> {
        let mut renewal = self.renewal()?;
        let target = renewal.shortage / (renewal.holding + renewal.shortage);
        let least = renewal.demand.quantile(target);
        let (mut min, mut max) = (least.saturating_sub(1), least);
        let mut cost = renewal.cost(min, max)?;
        // Down to where ordering costs no more than the level itself.
        while cost > renewal.level_cost(min) {
            min = min.saturating_sub(1);
            cost = renewal.cost(min, max)?;
        }
        let mut tried = max.saturating_add(1);
        while renewal.level_cost(tried) <= cost {
            let with = renewal.cost(min, tried)?;
            if with < cost {
                (max, cost) = (tried, with);
                while cost <= renewal.level_cost(min.saturating_add(1)) {
                    let higher = renewal.cost(min.saturating_add(1), max)?;
                    if higher > cost {
                        break;
                    }
                    (min, cost) = (min.saturating_add(1), higher);
                }
            }
            tried = tried.saturating_add(1);
        }
        Ok(MinMaxLevels { min: min.into(), max: max.into(), cost: Some(decimal(cost)?) })
    }

    /// What two levels are expected to cost in a period, for pieces that are asked for one by one.
    ///
    /// # Errors
    /// [`TheoryError`], for figures that make no sense or another demand; [`TheoryError::OutOfRange`] where the maximum is
    /// not above the minimum or more than 4,000 above it.
    pub fn cost_of(&self, min: i32, max: i32) -> Result<Decimal, TheoryError> {
        decimal(self.renewal()?.cost(min, max)?)
    }

    /// Good levels for normal demand, by the power approximation of Ehrhardt and Mosier (Management Science 30, 1984).
    ///
    /// # Errors
    /// [`TheoryError`], for figures that make no sense or another demand.
    pub fn by_power_approximation(&self) -> Result<MinMaxLevels, TheoryError> {
        let Demand::Normal { mean, deviation } = self.demand else {
            return Err(TheoryError::OtherDemand { wanted: "normal" });
        };
        let (mean, deviation) = (positive("mean", mean)?, positive("standard deviation", deviation)?);
        let [order, holding, shortage] = self.costs()?;
        let spread = libm::pow(1.0 + deviation * deviation / (mean * mean), 0.116);
        let apart = 1.3 * libm::pow(mean, 0.494) * libm::pow(order / holding, 0.506) * spread;
        let z = libm::sqrt(apart * holding / (deviation * shortage));
        let min = 0.973 * mean + deviation * (0.183 / z + 1.063 - 2.192 * z);
        Ok(MinMaxLevels { min: decimal(min)?, max: decimal(min + apart)?, cost: None })
    }

    fn costs(&self) -> Result<[f64; 3], TheoryError> {
        Ok([
            positive("cost of an order", self.order_cost)?,
            positive("cost of holding", self.holding_cost)?,
            positive("cost of a shortage", self.shortage_cost)?,
        ])
    }

    fn renewal(&self) -> Result<Renewal, TheoryError> {
        let Demand::Poisson { mean } = self.demand else {
            return Err(TheoryError::OtherDemand { wanted: "Poisson" });
        };
        let demand = Poisson::new(positive("mean", mean)?)?;
        let [order, holding, shortage] = self.costs()?;
        Ok(Renewal { order, holding, shortage, demand, visits: Vec::new() })
    }
}

impl Renewal {
    /// What a level is expected to cost at the end of the period.
    fn level_cost(&self, level: i32) -> f64 {
        let (held, mean) = (f64::from(level), self.demand.mean());
        self.holding * (held - mean) + (self.holding + self.shortage) * self.demand.loss(held, level)
    }

    /// What the two levels cost in a period: that of an order, and of all levels that are come by, by the periods.
    fn cost(&mut self, min: i32, max: i32) -> Result<f64, TheoryError> {
        let apart =
            max.checked_sub(min).and_then(|apart| usize::try_from(apart).ok()).ok_or(TheoryError::OutOfRange)?;
        if apart == 0 || apart > MOST {
            return Err(TheoryError::OutOfRange);
        }
        self.look_at(apart);
        let levels = (min.saturating_add(1)..=max).rev();
        let (mut cost, mut periods) = (self.order, 0.0);
        for (level, visits) in levels.zip(&self.visits) {
            cost += visits * self.level_cost(level);
            periods += visits;
        }
        Ok(cost / periods)
    }

    /// Fills in how often distances are come by: at first, and by each demand from a lesser one.
    fn look_at(&mut self, apart: usize) {
        let stays = 1.0 / (1.0 - self.demand.chance(0));
        while self.visits.len() < apart {
            let mut visits = if self.visits.is_empty() { 1.0 } else { 0.0 };
            let demands = 1_i32..;
            for (earlier, demand) in self.visits.iter().rev().zip(demands) {
                visits += earlier * self.demand.chance(demand);
            }
            self.visits.push(visits * stays);
        }
    }
}
