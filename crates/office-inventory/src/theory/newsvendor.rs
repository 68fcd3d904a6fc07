//! How much to have, where what is left is worth less and what is missing is lost.

use office_core::Decimal;

use super::number::{decimal, positive, real};
use super::{Demand, TheoryError};

/// One chance to order before it is known how much will be asked for. Costs above zero.
///
/// # Example
/// ```
/// use office_inventory::theory::{Demand, Newsvendor};
///
/// let demand = Demand::Poisson { mean: "6".parse()? };
/// let magazines = Newsvendor { holding_cost: "1".parse()?, shortage_cost: "4".parse()?, demand };
/// let best = magazines.best()?;
/// assert_eq!((best.level.to_string(), best.cost.to_string()), ("8".into(), "3.570106946".into()));
/// assert!(magazines.cost_of("7".parse()?)? >= best.cost);
///
/// let free = Newsvendor { shortage_cost: "0".parse()?, ..magazines };
/// assert!(free.best().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newsvendor {
    /// What each unit costs that is left.
    pub holding_cost: Decimal,
    /// What each unit costs that is missing.
    pub shortage_cost: Decimal,
    /// What may be asked for.
    pub demand: Demand,
}

/// How much to have, and what that is expected to cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StockLevel {
    /// How much.
    pub level: Decimal,
    /// What is left and what is missing is expected to cost.
    pub cost: Decimal,
}

impl Newsvendor {
    /// The level that is expected to cost least: the least that suffices with the chance shortage / (holding +
    /// shortage).
    ///
    /// # Errors
    /// [`TheoryError`], for figures that make no sense.
    pub fn best(&self) -> Result<StockLevel, TheoryError> {
        let [holding, shortage] = self.costs()?;
        let level = decimal(self.demand.chances()?.quantile(shortage / (holding + shortage)))?;
        Ok(StockLevel { level, cost: self.cost_of(level)? })
    }

    /// What a level is expected to cost.
    ///
    /// # Errors
    /// [`TheoryError`], for figures that make no sense.
    pub fn cost_of(&self, level: Decimal) -> Result<Decimal, TheoryError> {
        let [holding, shortage] = self.costs()?;
        let (chances, level) = (self.demand.chances()?, real(level));
        let missing = chances.loss(level);
        decimal(holding * (level - chances.mean() + missing) + shortage * missing)
    }

    fn costs(&self) -> Result<[f64; 2], TheoryError> {
        Ok([positive("cost of holding", self.holding_cost)?, positive("cost of a shortage", self.shortage_cost)?])
    }
}
