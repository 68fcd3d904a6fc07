//! How much to order at a time, where demand is even.

use office_core::Decimal;

use super::TheoryError;
use super::number::{decimal, positive};

/// An even demand, what an order costs and what keeping costs. All above zero.
///
/// # Example
/// ```
/// use office_inventory::theory::{EconomicOrder, TheoryError};
///
/// let candy = EconomicOrder { order_cost: "8".parse()?, holding_cost: "0.225".parse()?, demand: "1300".parse()? };
/// let best = candy.best()?;
/// assert_eq!((best.quantity.to_string(), best.cost.to_string()), ("304.046780026".into(), "68.410525506".into()));
/// assert!(candy.cost_of("250".parse()?)? > best.cost);
///
/// let free = EconomicOrder { holding_cost: "0".parse()?, ..candy };
/// assert!(matches!(free.best(), Err(TheoryError::NotPositive { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EconomicOrder {
    /// What an order costs, however much is ordered.
    pub order_cost: Decimal,
    /// What keeping one unit for one period costs.
    pub holding_cost: Decimal,
    /// How much is asked for in a period.
    pub demand: Decimal,
}

/// How much to order, and what that costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderSize {
    /// How much at a time.
    pub quantity: Decimal,
    /// What ordering and keeping cost in a period.
    pub cost: Decimal,
}

/// How much to order where who asks may be made to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackorderedSize {
    /// How much at a time.
    pub quantity: Decimal,
    /// Which share of it has been waited for when it comes, from 0 to 1.
    pub waiting: Decimal,
    /// What ordering, keeping and waiting cost in a period.
    pub cost: Decimal,
}

impl EconomicOrder {
    fn figures(&self) -> Result<[f64; 3], TheoryError> {
        Ok([
            positive("cost of an order", self.order_cost)?,
            positive("cost of holding", self.holding_cost)?,
            positive("demand", self.demand)?,
        ])
    }

    /// The economic order quantity (EOQ), by the formula of Harris.
    ///
    /// # Errors
    /// [`TheoryError::NotPositive`], [`TheoryError::OutOfRange`].
    pub fn best(&self) -> Result<OrderSize, TheoryError> {
        let [order, holding, demand] = self.figures()?;
        let quantity = size(order, holding, demand);
        Ok(OrderSize { quantity: decimal(quantity)?, cost: decimal(holding * quantity)? })
    }

    /// What ordering so much at a time and keeping it costs in a period.
    ///
    /// # Errors
    /// [`TheoryError::NotPositive`], [`TheoryError::OutOfRange`].
    pub fn cost_of(&self, quantity: Decimal) -> Result<Decimal, TheoryError> {
        let [order, holding, demand] = self.figures()?;
        let quantity = positive("quantity", quantity)?;
        decimal(order * demand / quantity + holding * quantity / 2.0)
    }

    /// The best quantity where who asks may be made to wait, at a cost for each unit and period.
    ///
    /// # Errors
    /// [`TheoryError::NotPositive`], [`TheoryError::OutOfRange`].
    pub fn with_backorders(&self, shortage_cost: Decimal) -> Result<BackorderedSize, TheoryError> {
        let [order, holding, demand] = self.figures()?;
        let shortage = positive("cost of a shortage", shortage_cost)?;
        let quantity = size(order, holding * shortage / (holding + shortage), demand);
        let cost = libm::sqrt(2.0 * order * demand * holding * shortage / (holding + shortage));
        let waiting = holding / (holding + shortage);
        Ok(BackorderedSize { quantity: decimal(quantity)?, waiting: decimal(waiting)?, cost: decimal(cost)? })
    }

    /// The best quantity where what is ordered comes little by little, so much in a period: the economic production
    /// quantity.
    ///
    /// # Errors
    /// [`TheoryError::NotPositive`]; [`TheoryError::NotBetween`] if it comes no faster than it is asked for.
    pub fn with_production(&self, production: Decimal) -> Result<OrderSize, TheoryError> {
        let [order, holding, demand] = self.figures()?;
        let made = positive("production", production)?;
        if production <= self.demand {
            let (above, below) = (self.demand, Decimal::MAX);
            return Err(TheoryError::NotBetween { name: "production", given: production, above, below });
        }
        let kept = holding * (1.0 - demand / made);
        let quantity = size(order, kept, demand);
        Ok(OrderSize { quantity: decimal(quantity)?, cost: decimal(kept * quantity)? })
    }
}

/// √(2 · order · demand / holding).
pub(super) fn size(order: f64, holding: f64, demand: f64) -> f64 {
    libm::sqrt(2.0 * order * demand / holding)
}
