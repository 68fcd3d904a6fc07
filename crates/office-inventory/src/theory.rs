//! The mathematics of demand and of stock.
//!
//! Figures go in and come out as plain decimals, in one unit, one currency and one length of period of the caller's
//! choice. **Within this module they are floats**: these are averages, chances and expectations, which no decimal holds
//! exactly. What comes out is rounded once, to nine digits after the point, to the nearest; whoever makes a quantity of
//! it rounds that once more, in a direction that they state. The functions used (roots, logarithms, the error function)
//! are the same on every machine, and so are the results. Nowhere else in the crate is there a float.
//!
//! The one exception is [`LotSizing`], whose plans are compared and costed exactly.
//!
//! Laws, held by `tests/theory.rs`; `tests/demand_case.rs` runs published cases beside:
//!
//! 1. A profile tells what was asked for; told in another unit, it is of the same class.
//! 2. What is even is forecast as it is (by SBA, less half its weight); no forecast is below nothing, and none without a
//!    trend above the most that was ever asked for.
//! 3. More is kept the surer it has to be, and the more demand or lead time vary; a fill rate asked for is met, and
//!    not exceeded without need.
//! 4. No other quantity costs less than the economic one: at one price, at prices by tier, and for a joint cycle.
//! 5. No plan of lots is cheaper than the best, whichever periods order; the heuristic is never cheaper than it.
//! 6. No other level costs less than that of the newsvendor.
//! 7. No other point, quantity, minimum or maximum costs less than the best.
//! 8. Figures of any size are answered or refused.
#![expect(clippy::float_arithmetic, reason = "averages, chances and expectations have no exact decimal")]

// What is known.
mod demand;
mod forecast;
mod normal;
mod number;
mod poisson;
mod profile;
mod smoothing;

// What follows from it.
mod discount;
mod economic;
mod joint;
mod lot;
mod min_max;
mod newsvendor;
mod order_point;
mod safety;
mod supply;

pub use demand::{Demand, Shortfall};
pub use discount::{DiscountedOrder, PriceTier, TieredSize};
pub use economic::{BackorderedSize, EconomicOrder, OrderSize};
pub use forecast::{Forecast, ForecastGround, ForecastMethod, ForecastRule};
pub use joint::{JointItem, JointOrder, JointPlan};
pub use lot::{LotPlan, LotSizing};
pub use min_max::{MinMax, MinMaxLevels};
pub use newsvendor::{Newsvendor, StockLevel};
pub use normal::normal_quantile;
pub use number::TheoryError;
pub use order_point::{OrderPoint, OrderPointLevels};
pub use profile::{DemandClass, DemandProfile};
pub use safety::{LeadTimeDemand, SafetyStock, ServiceTarget};
pub use supply::SupplyOption;
