//! How much to order where more is cheaper.

use office_core::Decimal;

use super::TheoryError;
use super::economic::size;
use super::number::{counted, decimal, positive, real};

/// The most tiers that are looked at.
const MOST: usize = 1_000;

/// A price from a quantity on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceTier {
    /// From how many on.
    pub from: Decimal,
    /// What one costs.
    pub unit_cost: Decimal,
}

/// An even demand for something that costs less by the unit if more of it is ordered.
///
/// # Example
/// ```
/// use office_inventory::theory::{DiscountedOrder, PriceTier, TheoryError};
///
/// let tier = |from: &str, unit_cost: &str| {
///     Ok::<_, Box<dyn std::error::Error>>(PriceTier { from: from.parse()?, unit_cost: unit_cost.parse()? })
/// };
/// let candy = DiscountedOrder {
///     order_cost: "8".parse()?,
///     holding_rate: "0.3".parse()?,
///     demand: "1300".parse()?,
///     tiers: vec![tier("0", "0.75")?, tier("400", "0.72")?, tier("800", "0.68")?],
/// };
/// let best = candy.all_units()?;
/// assert_eq!((best.quantity.to_string(), best.tier, best.cost.to_string()), ("800".into(), 2, "978.6".into()));
///
/// let dearer = DiscountedOrder { tiers: vec![tier("0", "0.75")?, tier("400", "0.8")?], ..candy };
/// assert_eq!(dearer.all_units(), Err(TheoryError::TierOrder { at: 1 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscountedOrder {
    /// What an order costs, however much is ordered.
    pub order_cost: Decimal,
    /// What keeping costs in a period, as a share of what was paid.
    pub holding_rate: Decimal,
    /// How much is asked for in a period.
    pub demand: Decimal,
    /// The prices: from 0 on, rising in quantity and falling in price.
    pub tiers: Vec<PriceTier>,
}

/// How much to order, at which price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TieredSize {
    /// How much at a time.
    pub quantity: Decimal,
    /// By which tier, from 0.
    pub tier: usize,
    /// What buying, ordering and keeping cost in a period.
    pub cost: Decimal,
}

/// A tier in floats.
struct Tier {
    from: f64,
    /// Where the next one starts.
    to: f64,
    unit_cost: f64,
}

impl DiscountedOrder {
    /// The best quantity where the price of the tier is paid for all of it.
    ///
    /// # Errors
    /// [`TheoryError`], for figures or tiers that make no sense.
    pub fn all_units(&self) -> Result<TieredSize, TheoryError> {
        let ([order, rate, demand], tiers) = self.figures()?;
        let mut best = None;
        for (at, tier) in tiers.iter().enumerate() {
            let holding = rate * tier.unit_cost;
            let quantity = f64::max(size(order, holding, demand), tier.from);
            // What would better be ordered at the next price is looked at there.
            if quantity < tier.to {
                let cost = demand * tier.unit_cost + order * demand / quantity + holding * quantity / 2.0;
                keep_cheaper(&mut best, (cost, quantity, at));
            }
        }
        told(best)
    }

    /// The best quantity where the price of each tier is paid for what falls into it.
    ///
    /// # Errors
    /// [`TheoryError`], for figures or tiers that make no sense.
    pub fn incremental(&self) -> Result<TieredSize, TheoryError> {
        let ([order, rate, demand], tiers) = self.figures()?;
        let mut best = None;
        // What is paid in the tiers below beyond this tier's price.
        let mut beyond = 0.0;
        let mut above = tiers.first().map_or(0.0, |tier| tier.unit_cost);
        for (at, tier) in tiers.iter().enumerate() {
            beyond += (above - tier.unit_cost) * tier.from;
            above = tier.unit_cost;
            let holding = rate * tier.unit_cost;
            let quantity = size(order + beyond, holding, demand);
            if quantity >= tier.from && quantity < tier.to {
                let cost = demand * tier.unit_cost
                    + (order + beyond) * demand / quantity
                    + holding * quantity / 2.0
                    + rate * beyond / 2.0;
                keep_cheaper(&mut best, (cost, quantity, at));
            }
        }
        told(best)
    }

    fn figures(&self) -> Result<([f64; 3], Vec<Tier>), TheoryError> {
        let order = positive("cost of an order", self.order_cost)?;
        let rate = positive("rate of holding", self.holding_rate)?;
        let demand = positive("demand", self.demand)?;
        counted("tiers", self.tiers.len(), 1, MOST)?;
        let mut tiers: Vec<Tier> = Vec::with_capacity(self.tiers.len());
        let mut before: Option<&PriceTier> = None;
        for (at, tier) in self.tiers.iter().enumerate() {
            let unit_cost = positive("price", tier.unit_cost)?;
            let in_order = match before {
                None => tier.from.is_zero(),
                Some(before) => before.from < tier.from && before.unit_cost > tier.unit_cost,
            };
            if !in_order {
                return Err(TheoryError::TierOrder { at });
            }
            if let Some(last) = tiers.last_mut() {
                last.to = real(tier.from);
            }
            tiers.push(Tier { from: real(tier.from), to: f64::INFINITY, unit_cost });
            before = Some(tier);
        }
        Ok(([order, rate, demand], tiers))
    }
}

/// Keeps what costs less; of equals, the earlier.
fn keep_cheaper(best: &mut Option<(f64, f64, usize)>, next: (f64, f64, usize)) {
    if best.is_none_or(|(cost, ..)| next.0 < cost) {
        *best = Some(next);
    }
}

fn told(best: Option<(f64, f64, usize)>) -> Result<TieredSize, TheoryError> {
    let (cost, quantity, tier) = best.ok_or(TheoryError::OutOfRange)?;
    Ok(TieredSize { quantity: decimal(quantity)?, tier, cost: decimal(cost)? })
}
