//! At which point to order how much, where stock is looked at all the time: (r,Q).

use office_core::Decimal;

use super::demand::Chances;
use super::economic::size;
use super::number::{decimal, positive, real};
use super::{Demand, TheoryError, normal};

/// The most quantities that are tried for a demand of single pieces.
const MOST: i32 = 1_000_000;

/// Demand while a delivery is on its way, and costs. All above zero.
///
/// # Example
/// ```
/// use office_inventory::theory::{Demand, OrderPoint, TheoryError};
///
/// // Two periods of 1.5 each until a delivery has come.
/// let rare = OrderPoint {
///     order_cost: "100".parse()?,
///     holding_cost: "20".parse()?,
///     shortage_cost: "150".parse()?,
///     rate: "1.5".parse()?,
///     until_delivery: Demand::Poisson { mean: "3".parse()? },
/// };
/// let best = rare.best()?;
/// assert_eq!((best.point.to_string(), best.quantity.to_string()), ("3".into(), "5".into()));
/// assert!(rare.cost_of("3".parse()?, "6".parse()?)? >= best.cost);
///
/// assert!(matches!(rare.by_loss_function(), Err(TheoryError::OtherDemand { .. }))); // for normal demand only
/// assert!(matches!(OrderPoint { rate: "0".parse()?, ..rare }.best(), Err(TheoryError::NotPositive { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderPoint {
    /// What an order costs, however much is ordered.
    pub order_cost: Decimal,
    /// What keeping one unit for one period costs.
    pub holding_cost: Decimal,
    /// What each missing unit costs: for each period, but for [`by_inventory_level`](Self::by_inventory_level) once.
    pub shortage_cost: Decimal,
    /// How much is asked for in a period, in the mean.
    pub rate: Decimal,
    /// What is asked for between an order and its delivery: normal or Poisson.
    pub until_delivery: Demand,
}

/// At which point to order how much, and what that is expected to cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderPointLevels {
    /// It is ordered when so much is left, counting what is on its way.
    pub point: Decimal,
    /// So much is ordered.
    pub quantity: Decimal,
    /// What ordering, keeping and missing are expected to cost in a period.
    pub cost: Decimal,
}

/// The figures in floats.
struct Figures {
    order: f64,
    holding: f64,
    shortage: f64,
    rate: f64,
    chances: Chances,
}

impl OrderPoint {
    /// The best point and quantity: exact for pieces that are asked for one by one; for normal demand the quantity is
    /// the economic one with backorders, and the point the best for it.
    ///
    /// For pieces by the algorithm of Federgruen and Zheng (Operations Research 40, 1992).
    ///
    /// # Errors
    /// [`TheoryError`], for figures that make no sense; [`TheoryError::OutOfRange`] where the best quantity of pieces
    /// would be above a million.
    pub fn best(&self) -> Result<OrderPointLevels, TheoryError> {
        let figures = self.figures()?;
        let Chances::Poisson(_) = figures.chances else { return figures.with_economic_quantity() };
        let target = figures.shortage / (figures.holding + figures.shortage);
        let start: i32 = whole(figures.chances.quantile(target))?;
        let (mut below, mut quantity) = (start.saturating_sub(1), 1);
        let mut total = figures.order * figures.rate + figures.level_cost(f64::from(start));
        loop {
            let above = below.saturating_add(quantity).saturating_add(1);
            let lower = figures.level_cost(f64::from(below));
            let higher = figures.level_cost(f64::from(above));
            let next = f64::min(lower, higher);
            if next >= total / f64::from(quantity) {
                break;
            }
            if quantity >= MOST {
                return Err(TheoryError::OutOfRange);
            }
            total += next;
            quantity = quantity.saturating_add(1);
            if lower <= higher {
                below = below.saturating_sub(1);
            }
        }
        let cost = decimal(total / f64::from(quantity))?;
        Ok(OrderPointLevels { point: below.into(), quantity: quantity.into(), cost })
    }

    /// The point and quantity by the loss function: as if nothing were missing any more once a delivery has come. Normal
    /// demand.
    ///
    /// # Errors
    /// [`TheoryError`], for figures that make no sense or another demand.
    pub fn by_loss_function(&self) -> Result<OrderPointLevels, TheoryError> {
        let figures = self.figures()?;
        let (mean, deviation) = figures.normal()?;
        let Figures { order, holding, shortage, rate, .. } = figures;
        let mut quantity = size(order, holding, rate);
        let mut point = mean;
        for _ in 0..1_000 {
            // The loss at the point is as much as keeping the quantity costs; its sum beyond enlarges the quantity.
            let z = any_loss_quantile(holding * quantity / (holding + shortage) / deviation);
            point = mean + deviation * z;
            let beyond = deviation * deviation * normal::loss_beyond(z);
            let next = libm::sqrt(2.0 * (order * rate + (holding + shortage) * beyond) / holding);
            let settled = (next - quantity).abs() <= 1e-10 * quantity;
            quantity = next;
            if settled {
                break;
            }
        }
        figures.told(point, quantity)
    }

    /// The point and quantity by the expected inventory level, where a missing unit costs once and not by the period.
    /// Normal demand.
    ///
    /// # Errors
    /// [`TheoryError`], for figures that make no sense or another demand; [`TheoryError::OutOfRange`] where missing units
    /// cost so little that none would be kept.
    pub fn by_inventory_level(&self) -> Result<OrderPointLevels, TheoryError> {
        let figures = self.figures()?;
        let (mean, deviation) = figures.normal()?;
        let Figures { order, holding, shortage, rate, .. } = figures;
        let (mut quantity, mut point, mut missing) = (size(order, holding, rate), mean, 0.0);
        for _ in 0..1_000 {
            let too_little = quantity * holding / (shortage * rate);
            if too_little >= 1.0 {
                return Err(TheoryError::OutOfRange);
            }
            let z = normal::quantile(1.0 - too_little);
            point = mean + deviation * z;
            missing = deviation * normal::loss(z);
            let next = size(order + shortage * missing, holding, rate);
            let settled = (next - quantity).abs() <= 1e-10 * quantity;
            quantity = next;
            if settled {
                break;
            }
        }
        let kept = holding * (point - mean + quantity / 2.0);
        let cost = kept + order * rate / quantity + shortage * rate * missing / quantity;
        Ok(OrderPointLevels { point: decimal(point)?, quantity: decimal(quantity)?, cost: decimal(cost)? })
    }

    /// What a point and a quantity are expected to cost in a period, exactly but for the rounding of floats. Of pieces
    /// that are asked for one by one, both are whole; parts are cut off.
    ///
    /// # Errors
    /// [`TheoryError`], for figures that make no sense.
    pub fn cost_of(&self, point: Decimal, quantity: Decimal) -> Result<Decimal, TheoryError> {
        let figures = self.figures()?;
        positive("quantity", quantity)?;
        let Chances::Poisson(_) = figures.chances else {
            return decimal(figures.cost(real(point), real(quantity))?);
        };
        let (point, quantity) = (whole(real(point.trunc()))?, whole(real(quantity.trunc()))?);
        if !(1..=MOST).contains(&quantity) {
            return Err(TheoryError::OutOfRange);
        }
        let levels = (1..=quantity).map(|more| figures.level_cost(f64::from(point.saturating_add(more))));
        decimal((figures.order * figures.rate + levels.sum::<f64>()) / f64::from(quantity))
    }

    fn figures(&self) -> Result<Figures, TheoryError> {
        Ok(Figures {
            order: positive("cost of an order", self.order_cost)?,
            holding: positive("cost of holding", self.holding_cost)?,
            shortage: positive("cost of a shortage", self.shortage_cost)?,
            rate: positive("demand", self.rate)?,
            chances: self.until_delivery.chances()?,
        })
    }
}

impl Figures {
    fn normal(&self) -> Result<(f64, f64), TheoryError> {
        match self.chances {
            Chances::Normal { mean, deviation } => Ok((mean, deviation)),
            Chances::Poisson(_) | Chances::Listed(_) => Err(TheoryError::OtherDemand { wanted: "normal" }),
        }
    }

    /// The economic quantity with backorders, and the point at which a level costs as much as at point and quantity.
    fn with_economic_quantity(&self) -> Result<OrderPointLevels, TheoryError> {
        let (mean, deviation) = self.normal()?;
        let Figures { order, holding, shortage, rate, .. } = *self;
        let quantity = size(order, holding * shortage / (holding + shortage), rate);
        // The cost of a level falls up to its least and rises from there, so the two ends meet once.
        let (mut low, mut high) = (mean - quantity - 40.0 * deviation, mean + 40.0 * deviation);
        for _ in 0..200 {
            let middle = f64::midpoint(low, high);
            if self.level_cost(middle) > self.level_cost(middle + quantity) {
                low = middle;
            } else {
                high = middle;
            }
        }
        self.told(f64::midpoint(low, high), quantity)
    }

    /// What a level is expected to cost in a period.
    fn level_cost(&self, level: f64) -> f64 {
        self.holding * (level - self.chances.mean()) + (self.holding + self.shortage) * self.chances.loss(level)
    }

    /// Rounded once, with the cost of normal demand.
    fn told(&self, point: f64, quantity: f64) -> Result<OrderPointLevels, TheoryError> {
        let cost = decimal(self.cost(point, quantity)?)?;
        Ok(OrderPointLevels { point: decimal(point)?, quantity: decimal(quantity)?, cost })
    }

    /// What is expected of normal demand: the mean of the costs of all levels from the point to the quantity above it.
    fn cost(&self, point: f64, quantity: f64) -> Result<f64, TheoryError> {
        let (mean, deviation) = self.normal()?;
        let beyond = |level: f64| deviation * deviation * normal::loss_beyond((level - mean) / deviation);
        let missing = (self.holding + self.shortage) * (beyond(point) - beyond(point + quantity));
        let kept = self.holding * (point - mean + quantity / 2.0);
        Ok(kept + (self.order * self.rate + missing) / quantity)
    }
}

/// The standard normal level with this loss, below zero as well.
fn any_loss_quantile(wanted: f64) -> f64 {
    // What is lost at -z is what is lost at z, and z.
    let (mut low, mut high) = (-wanted - 1.0, 40.0);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if normal::loss(middle) > wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

fn whole(number: f64) -> Result<i32, TheoryError> {
    i32::try_from(decimal(number)?).map_err(|_| TheoryError::OutOfRange)
}
