//! What a way to be supplied costs.

use office_core::Decimal;

use super::TheoryError;
use super::number::{decimal, not_negative, positive};

/// An even demand that is met by orders of one size, with a safety stock beside. All zero or more, the quantity more.
///
/// # Example
/// ```
/// use office_core::Decimal;
/// use office_inventory::theory::SupplyOption;
///
/// let near = SupplyOption {
///     demand: 1_000.into(),
///     order_cost: 15.into(),
///     holding_rate: "0.2".parse()?,
///     unit_cost: 4.into(),
///     quantity: 200.into(),
///     safety_stock: 10.into(),
/// };
/// assert_eq!(near.cost()?, Decimal::from(4_163)); // 4000 bought, 75 ordered, 88 kept
///
/// let far = SupplyOption { unit_cost: "3.9".parse()?, safety_stock: 60.into(), ..near };
/// assert!(far.cost()? < near.cost()?);
/// assert!(SupplyOption { quantity: 0.into(), ..near }.cost().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SupplyOption {
    /// How much is asked for in a period.
    pub demand: Decimal,
    /// What an order costs, however much is ordered.
    pub order_cost: Decimal,
    /// What keeping costs in a period, as a share of what was paid.
    pub holding_rate: Decimal,
    /// What one unit costs.
    pub unit_cost: Decimal,
    /// How much is ordered at a time.
    pub quantity: Decimal,
    /// How much is kept for the unforeseen.
    pub safety_stock: Decimal,
}

impl SupplyOption {
    /// What buying, ordering and keeping cost in a period.
    ///
    /// # Errors
    /// [`TheoryError`], for figures that make no sense.
    pub fn cost(&self) -> Result<Decimal, TheoryError> {
        let demand = not_negative("demand", self.demand)?;
        let order = not_negative("cost of an order", self.order_cost)?;
        let rate = not_negative("rate of holding", self.holding_rate)?;
        let unit = not_negative("price", self.unit_cost)?;
        let quantity = positive("quantity", self.quantity)?;
        let kept = quantity / 2.0 + not_negative("safety stock", self.safety_stock)?;
        decimal(demand * unit + order * demand / quantity + rate * unit * kept)
    }
}
