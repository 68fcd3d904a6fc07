//! What will be on the shelf on which day, and what has to come by when. Exact: there is no float here.
//!
//! Laws, held by `tests/reorder_run.rs`:
//!
//! 1. With what is needed delivered, stock is at no day's end below the minimum; and nothing more is needed then.
//! 2. Nothing is needed where stock stays at the minimum or above.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use office_core::{Quantity, QuantityError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What is on hand, and what will come and go on known days.
///
/// # Example
/// ```
/// use office_inventory::{NeededDelivery, ProjectionError, StockProjection};
///
/// // Nothing there; one is needed today, one in ten days.
/// let (today, later) = ("2026-10-05".parse()?, "2026-10-15".parse()?);
/// let expected = StockProjection {
///     on: today,
///     on_hand: "0 each".parse()?,
///     changes: [(today, "-1 each".parse()?), (later, "-1 each".parse()?)].into(),
/// };
/// let needed = expected.needed("5 each".parse()?, "10 each".parse()?, 30)?;
/// assert_eq!(needed, [NeededDelivery { by: today, quantity: "12 each".parse()? }]);
///
/// let upside_down = expected.needed("5 each".parse()?, "4 each".parse()?, 30);
/// assert!(matches!(upside_down, Err(ProjectionError::MinMax { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StockProjection {
    /// The first day.
    pub on: NaiveDate,
    /// What is there before it.
    pub on_hand: Quantity,
    /// What comes, or as a negative quantity goes, in all on a day. What is dated earlier than the first day counts on it.
    pub changes: BTreeMap<NaiveDate, Quantity>,
}

/// What has to be there by when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NeededDelivery {
    /// On this day at the latest.
    pub by: NaiveDate,
    /// How much.
    pub quantity: Quantity,
}

/// It cannot be said what has to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ProjectionError {
    /// It would be filled up to less than the minimum.
    #[error("filling from {min} up to {max} makes no sense: min <= max is wanted")]
    MinMax {
        /// The minimum.
        min: Quantity,
        /// The maximum.
        max: Quantity,
    },
    /// The quantities are in different units, or cannot be added up.
    #[error("the quantities cannot be added up")]
    Quantity(#[from] QuantityError),
}

impl StockProjection {
    /// What there will be at the end of the first day and of each day on which something comes or goes.
    ///
    /// # Errors
    /// [`QuantityError`], for different units or what cannot be added up.
    pub fn levels(&self) -> Result<BTreeMap<NaiveDate, Quantity>, QuantityError> {
        let mut level = self.on_hand;
        let mut levels = BTreeMap::from([(self.on, level)]);
        for (on, change) in &self.changes {
            level = level.checked_add(*change)?;
            levels.insert(self.on.max(*on), level);
        }
        Ok(levels)
    }

    /// What has to come, if at the end of no day there may be less than a minimum.
    ///
    /// Each delivery brings the least there would be within the `cover_days` days after it up to the maximum.
    ///
    /// # Errors
    /// [`ProjectionError`], in the order of its variants.
    pub fn needed(
        &self,
        min: Quantity,
        max: Quantity,
        cover_days: u32,
    ) -> Result<Vec<NeededDelivery>, ProjectionError> {
        if min.compare(&max)?.is_gt() {
            return Err(ProjectionError::MinMax { min, max });
        }
        let levels = self.levels()?;
        let mut brought = Quantity::zero(min.unit());
        let mut needed = Vec::new();
        for (by, level) in &levels {
            if level.checked_add(brought)?.compare(&min)?.is_ge() {
                continue;
            }
            let last = by.checked_add_days(Days::new(cover_days.into())).unwrap_or(NaiveDate::MAX);
            let covered = levels.range(by..=&last).map(|(_, level)| *level);
            let lowest = covered.min_by_key(|level| level.amount()).unwrap_or(*level);
            let quantity = max.checked_sub(lowest.checked_add(brought)?)?;
            brought = brought.checked_add(quantity)?;
            needed.push(NeededDelivery { by: *by, quantity });
        }
        Ok(needed)
    }
}
