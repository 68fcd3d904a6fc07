//! What to order when, where demand is known period by period. Exact: there is no float here.

use office_core::Decimal;

use super::TheoryError;
use super::number::counted;

/// The most periods that are planned.
const MOST: usize = 1_000;

/// Known demand, what an order costs and what keeping costs. None below zero.
///
/// What is asked for in a period may be ordered in that period or in an earlier one; it costs nothing to keep in the
/// period in which it is asked for.
///
/// # Example
/// ```
/// use office_core::Decimal;
/// use office_inventory::theory::LotSizing;
///
/// let demand = [150, 100, 80, 200].map(Decimal::from).to_vec();
/// let lots = LotSizing { order_cost: 120.into(), holding_cost: "0.8".parse()?, demand, unit_costs: vec![] };
/// let best = lots.best()?;
/// assert_eq!(best.orders, [150, 180, 0, 200].map(Decimal::from));
/// assert_eq!(best.cost, Decimal::from(424));
/// assert!(lots.silver_meal()?.cost >= best.cost);
///
/// let unknown = LotSizing { demand: vec![], ..lots };
/// assert!(unknown.best().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotSizing {
    /// What an order costs, however much is ordered.
    pub order_cost: Decimal,
    /// What keeping one unit from one period to the next costs.
    pub holding_cost: Decimal,
    /// What is asked for in each period: 1 to 1,000 of them.
    pub demand: Vec<Decimal>,
    /// What one unit costs in each period; empty where that does not change, and so does not matter.
    pub unit_costs: Vec<Decimal>,
}

/// What to order in each period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotPlan {
    /// How much in each period.
    pub orders: Vec<Decimal>,
    /// What ordering, keeping and, where its cost was told, buying cost. Exact.
    pub cost: Decimal,
}

/// The same in whole numbers, costs of one scale.
struct Whole {
    order: i128,
    holding: i128,
    demand: Vec<i128>,
    unit: Vec<i128>,
    demand_scale: u32,
    cost_scale: u32,
}

impl LotSizing {
    /// The cheapest plan, by the algorithm of Wagner and Whitin (Management Science 5, 1958). Of plans that cost the
    /// same, the one that orders for longer. Takes a step for each pair of periods.
    ///
    /// # Errors
    /// [`TheoryError`], for figures that make no sense; [`TheoryError::OutOfRange`] where costs cannot be held exactly.
    pub fn best(&self) -> Result<LotPlan, TheoryError> {
        let whole = self.whole()?;
        let periods = whole.demand.len();
        // From each period on, from the last back: the least cost, and up to which period the first order goes.
        let mut least = vec![(0_i128, periods); periods.saturating_add(1)];
        for start in (0..periods).rev() {
            // What is not asked for need not be ordered.
            let free = whole.demand.get(start) == Some(&0);
            let after = |end: usize| least.get(end).map_or(0, |(cost, _)| *cost);
            let mut best = free.then(|| (after(start.saturating_add(1)), start));
            for (end, cost) in whole.costs_from(start) {
                let total = cost.and_then(|cost| cost.checked_add(after(end))).ok_or(TheoryError::OutOfRange)?;
                if best.is_none_or(|(known, _)| total <= known) {
                    best = Some((total, end));
                }
            }
            if let (Some(slot), Some(best)) = (least.get_mut(start), best) {
                *slot = best;
            }
        }
        let next = |start: usize| least.get(start).map_or(periods, |(_, end)| *end);
        self.plan(&whole, next)
    }

    /// A good plan, by the heuristic of Silver and Meal (Production and Inventory Management 14, 1973): an order goes up to
    /// the period before the one that would raise its cost per period. What units cost does not matter to it.
    ///
    /// # Errors
    /// As [`best`](Self::best).
    pub fn silver_meal(&self) -> Result<LotPlan, TheoryError> {
        let whole = self.whole()?;
        let even = Whole { unit: vec![0; whole.demand.len()], demand: whole.demand.clone(), ..whole };
        let mut ends = vec![0; even.demand.len()];
        for (start, end) in ends.iter_mut().enumerate() {
            *end = start;
            let mut before: Option<(i128, i128)> = None;
            for (upto, cost) in even.costs_from(start) {
                let cost = cost.ok_or(TheoryError::OutOfRange)?;
                let periods = i128::try_from(upto.saturating_sub(start)).map_err(|_| TheoryError::OutOfRange)?;
                if let Some((known, over)) = before {
                    // cost / periods > known / over
                    let dearer = cost.checked_mul(over).zip(known.checked_mul(periods));
                    let (left, right) = dearer.ok_or(TheoryError::OutOfRange)?;
                    if left > right {
                        break;
                    }
                }
                before = Some((cost, periods));
                *end = upto;
            }
            if even.demand.get(start) == Some(&0) {
                *end = start;
            }
        }
        let next = |start: usize| ends.get(start).copied().unwrap_or(usize::MAX);
        self.plan(&self.whole()?, next)
    }

    /// What a plan of orders costs, exactly.
    ///
    /// # Errors
    /// As [`best`](Self::best); [`TheoryError::Count`] for a plan of other periods, [`TheoryError::Negative`] for one that
    /// is short in a period: the figure is what is missing.
    pub fn cost_of(&self, orders: &[Decimal]) -> Result<Decimal, TheoryError> {
        let whole = self.whole()?;
        counted("orders", orders.len(), self.demand.len(), self.demand.len())?;
        let zero_before =
            |given: &Decimal| if *given < Decimal::ZERO { Err(negative("order", *given)) } else { Ok(()) };
        orders.iter().try_for_each(zero_before)?;
        let scale = widest(orders).max(whole.demand_scale);
        let at_scale = |amount: &Decimal| scaled(*amount, scale);
        let demand = self.demand.iter().map(at_scale).collect::<Result<Vec<_>, _>>()?;
        // Costs of what is told in more digits have more digits as well.
        let more = ten_to(scale.saturating_sub(whole.demand_scale))?;
        let (mut kept, mut cost) = (0_i128, 0_i128);
        for ((ordered, demand), unit) in orders.iter().zip(demand).zip(&whole.unit) {
            let ordered = at_scale(ordered)?;
            let figures = || {
                let once = if ordered > 0 { whole.order.checked_mul(more)? } else { 0 };
                let bought = unit.checked_mul(ordered)?;
                let left = kept.checked_add(ordered)?.checked_sub(demand)?;
                let keeping = whole.holding.checked_mul(left)?;
                Some((left, cost.checked_add(once)?.checked_add(bought)?.checked_add(keeping)?))
            };
            (kept, cost) = figures().ok_or(TheoryError::OutOfRange)?;
            if kept < 0 {
                return Err(negative("stock after a period", told(kept, scale)?));
            }
        }
        told(cost, whole.cost_scale.saturating_add(scale.saturating_sub(whole.demand_scale)))
    }

    /// The plan that orders from each period up to, not including, the next; a period that is its own next orders
    /// nothing.
    fn plan(&self, whole: &Whole, next: impl Fn(usize) -> usize) -> Result<LotPlan, TheoryError> {
        let mut orders = vec![Decimal::ZERO; self.demand.len()];
        let mut start = 0;
        while start < orders.len() {
            let end = next(start);
            let covered = whole.demand.get(start..end).unwrap_or_default();
            let total = covered.iter().try_fold(0_i128, |total, amount| total.checked_add(*amount));
            if let Some(order) = orders.get_mut(start) {
                *order = told(total.ok_or(TheoryError::OutOfRange)?, whole.demand_scale)?;
            }
            start = end.max(start.saturating_add(1));
        }
        let cost = self.cost_of(&orders)?;
        Ok(LotPlan { orders, cost })
    }

    fn whole(&self) -> Result<Whole, TheoryError> {
        let periods = self.demand.len();
        counted("periods", periods, 1, MOST)?;
        if !self.unit_costs.is_empty() {
            counted("unit costs", self.unit_costs.len(), periods, periods)?;
        }
        let all = [self.order_cost, self.holding_cost].into_iter();
        let figures = all.chain(self.demand.iter().copied()).chain(self.unit_costs.iter().copied());
        if let Some(below) = figures.into_iter().find(|figure| *figure < Decimal::ZERO) {
            return Err(negative("figure", below));
        }
        let demand_scale = widest(&self.demand);
        let unit_scale = widest(&self.unit_costs).max(widest(&[self.holding_cost]));
        let order_scale = widest(&[self.order_cost]).max(unit_scale.saturating_add(demand_scale));
        let unit_scale = order_scale.saturating_sub(demand_scale);
        let unit = if self.unit_costs.is_empty() {
            vec![0; periods]
        } else {
            self.unit_costs.iter().map(|cost| scaled(*cost, unit_scale)).collect::<Result<_, _>>()?
        };
        Ok(Whole {
            order: scaled(self.order_cost, order_scale)?,
            holding: scaled(self.holding_cost, unit_scale)?,
            demand: self.demand.iter().map(|amount| scaled(*amount, demand_scale)).collect::<Result<_, _>>()?,
            unit,
            demand_scale,
            cost_scale: order_scale,
        })
    }
}

impl Whole {
    /// What one order in `start` costs that goes up to, not including, each later period; nothing where that cannot be
    /// held.
    fn costs_from(&self, start: usize) -> impl Iterator<Item = (usize, Option<i128>)> {
        let unit = self.unit.get(start).copied().unwrap_or(0);
        let demand = self.demand.iter().enumerate().skip(start);
        demand.scan((Some(self.order), Some(unit)), move |(cost, each), (at, demand)| {
            // Each later period is kept for once more.
            let bought = each.and_then(|each| each.checked_mul(*demand));
            *cost = cost.zip(bought).and_then(|(cost, bought)| cost.checked_add(bought));
            *each = each.and_then(|each| each.checked_add(self.holding));
            Some((at.saturating_add(1), *cost))
        })
    }
}

/// The most digits after the point.
fn widest(amounts: &[Decimal]) -> u32 {
    amounts.iter().map(|amount| amount.normalize().scale()).max().unwrap_or(0)
}

fn ten_to(digits: u32) -> Result<i128, TheoryError> {
    10_i128.checked_pow(digits).ok_or(TheoryError::OutOfRange)
}

/// The whole number of units of the last of `scale` digits.
fn scaled(amount: Decimal, scale: u32) -> Result<i128, TheoryError> {
    let amount = amount.normalize();
    let missing = scale.checked_sub(amount.scale()).ok_or(TheoryError::OutOfRange)?;
    amount.mantissa().checked_mul(ten_to(missing)?).ok_or(TheoryError::OutOfRange)
}

fn told(whole: i128, scale: u32) -> Result<Decimal, TheoryError> {
    // Zeros at the end need not be held.
    let (mut whole, mut scale) = (whole, scale);
    while scale > 0 && whole.checked_rem(10) == Some(0) {
        (whole, scale) = (whole.checked_div(10).unwrap_or(0), scale.saturating_sub(1));
    }
    Decimal::try_from_i128_with_scale(whole, scale).map_err(|_| TheoryError::OutOfRange)
}

const fn negative(name: &'static str, given: Decimal) -> TheoryError {
    TheoryError::Negative { name, given }
}
