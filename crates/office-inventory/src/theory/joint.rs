//! How often to order several items that share the cost of an order.

use office_core::Decimal;

use super::TheoryError;
use super::number::{counted, decimal, not_negative, positive};

/// The most items that are looked at.
const MOST: usize = 10_000;

/// One of several items that are ordered together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JointItem {
    /// What it adds to the cost of an order, zero or more.
    pub order_cost: Decimal,
    /// What keeping one unit for one period costs, above zero.
    pub holding_cost: Decimal,
    /// How much is asked for in a period, above zero.
    pub demand: Decimal,
}

/// Several items that are ordered together.
///
/// # Example
/// ```
/// use office_core::Decimal;
/// use office_inventory::theory::{JointItem, JointOrder};
///
/// let item = |order_cost: i64, holding_cost: i64| {
///     let [order_cost, holding_cost, demand] = [order_cost, holding_cost, 1].map(Decimal::from);
///     JointItem { order_cost, holding_cost, demand }
/// };
/// let order = JointOrder { order_cost: 600.into(), items: vec![item(120, 160), item(840, 20), item(300, 50)] };
/// let plan = order.plan()?;
/// assert_eq!(plan.multiples, [1, 3, 1]);
/// assert_eq!(plan.cycle.to_string(), "3.103164454");
///
/// assert!(JointOrder { items: vec![], ..order }.plan().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JointOrder {
    /// What an order costs, whatever is on it; above zero.
    pub order_cost: Decimal,
    /// What is ordered.
    pub items: Vec<JointItem>,
}

/// When and how much to order of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JointPlan {
    /// The periods from one order to the next.
    pub cycle: Decimal,
    /// With every how many orders each item is ordered.
    pub multiples: Vec<u32>,
    /// How much of each item at a time.
    pub quantities: Vec<Decimal>,
    /// What ordering and keeping cost in a period.
    pub cost: Decimal,
}

impl JointOrder {
    /// A good plan, by Silver's heuristic (E. A. Silver, "A simple method of determining order quantities in joint
    /// replenishments under deterministic demand", Management Science 22, 1976): the item that would be ordered most
    /// often is on every order, each other on every so many; the cycle is the best for these.
    ///
    /// # Errors
    /// [`TheoryError`], for figures that make no sense, no item, or more than 10,000.
    pub fn plan(&self) -> Result<JointPlan, TheoryError> {
        let shared = positive("cost of an order", self.order_cost)?;
        counted("items", self.items.len(), 1, MOST)?;
        let mut items = Vec::with_capacity(self.items.len());
        for item in &self.items {
            let order = not_negative("item's cost of an order", item.order_cost)?;
            let demand = positive("demand", item.demand)?;
            items.push((order, positive("cost of holding", item.holding_cost)? * demand, demand));
        }
        let (most_often, base) = items
            .iter()
            .map(|(order, held, _)| (order / held, (order, held)))
            .min_by(|one, other| one.0.total_cmp(&other.0))
            .map_or((0.0, 0.0), |(_, (order, held))| (shared + order, *held));
        let multiple = |(order, held, _): &(f64, f64, f64)| {
            let wanted = order / held * base / most_often;
            let nearest = libm::round(libm::sqrt(wanted)).max(1.0);
            decimal(nearest).and_then(|nearest| u32::try_from(nearest).map_err(|_| TheoryError::OutOfRange))
        };
        let multiples = items.iter().map(multiple).collect::<Result<Vec<_>, _>>()?;
        let both = || items.iter().zip(&multiples).map(|(item, multiple)| (item, f64::from(*multiple)));
        let ordering = shared + both().map(|((order, ..), multiple)| order / multiple).sum::<f64>();
        let keeping = both().map(|((_, held, _), multiple)| held * multiple).sum::<f64>();
        let cycle = libm::sqrt(2.0 * ordering / keeping);
        let quantities = both().map(|((.., demand), multiple)| decimal(demand * multiple * cycle));
        let quantities = quantities.collect::<Result<_, _>>()?;
        let cost = ordering / cycle + keeping * cycle / 2.0;
        Ok(JointPlan { cycle: decimal(cycle)?, multiples, quantities, cost: decimal(cost)? })
    }
}
