//! Which lots goods are taken from: those first that expire first.
//!
//! Law 22 of the crate; `tests/keeping.rs` holds it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::PlaceId;
use office_core::{Decimal, Quantity};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Location, LotId, PlaceTree};

/// So much of a lot at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pick {
    /// The place.
    pub place: PlaceId,
    /// The lot, where lots are told apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<LotId>,
    /// How many.
    pub quantity: Quantity,
}

/// Goods cannot be picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PickError {
    /// There is nothing to pick.
    #[error("{quantity} cannot be picked: a quantity above zero is wanted")]
    NotPositive {
        /// The quantity.
        quantity: Quantity,
    },
    /// There are not enough that may be used.
    #[error("{wanted} are wanted, {usable} are free and may be used, {expired} are past their day")]
    Short {
        /// What is wanted.
        wanted: Quantity,
        /// What is free and may be used.
        usable: Quantity,
        /// What is free and expired.
        expired: Quantity,
    },
}

/// Picks goods at a place or within it: those at the place itself before those further in, and among them those that
/// expire first; what never expires comes last, and what has expired on the day is left. `free` is what may be taken of
/// each lot at each place.
///
/// # Errors
/// [`PickError`], in the order of its variants.
///
/// # Example
/// ```
/// use office_core::Id;
/// use office_inventory::{Pick, PickError, PlaceTree, pick};
///
/// let room = Id::natural("place", "R-S1");
/// let [old, fresh, gone] = ["L-1", "L-2", "L-0"].map(|name| Id::natural("lot", name));
/// let day = |day: u32| chrono::NaiveDate::from_ymd_opt(2026, 10, day).ok_or("no such day");
/// let expires = [(old, day(20)?), (fresh, day(31)?), (gone, day(1)?)].into();
/// let free: Vec<Pick> = [(fresh, "5 each"), (gone, "9 each"), (old, "3 each")]
///     .into_iter()
///     .map(|(lot, quantity)| Ok(Pick { place: room, lot: Some(lot), quantity: quantity.parse()? }))
///     .collect::<Result<_, office_core::ParseQuantityError>>()?;
/// let picked = pick(&free, &expires, &PlaceTree::default(), room, "4 each".parse()?, day(8)?)?;
/// assert_eq!(picked.iter().map(|pick| (pick.lot, pick.quantity.to_string())).collect::<Vec<_>>(), [
///     (Some(old), "3 each".to_owned()),
///     (Some(fresh), "1 each".to_owned()),
/// ]);
/// let refused = pick(&free, &expires, &PlaceTree::default(), room, "9 each".parse()?, day(8)?);
/// assert!(matches!(refused, Err(PickError::Short { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn pick(
    free: &[Pick],
    expires: &BTreeMap<LotId, NaiveDate>,
    tree: &PlaceTree,
    within: PlaceId,
    wanted: Quantity,
    on: NaiveDate,
) -> Result<Vec<Pick>, PickError> {
    if !wanted.is_positive() {
        return Err(PickError::NotPositive { quantity: wanted });
    }
    let unit = wanted.unit();
    let last_day = |pick: &Pick| pick.lot.and_then(|lot| expires.get(&lot)).copied();
    let here =
        |pick: &&Pick| tree.encloses(within, pick.place) && pick.quantity.is_positive() && pick.quantity.unit() == unit;
    let (mut usable, past): (Vec<&Pick>, Vec<&Pick>) =
        free.iter().filter(here).partition(|pick| last_day(pick).is_none_or(|last| on <= last));
    usable.sort_by_key(|pick| {
        let last = last_day(pick);
        (pick.place != within, last.is_none(), last, pick.place, pick.lot)
    });
    let mut left = wanted.amount();
    let mut picked = Vec::new();
    for pick in &usable {
        let used = left.min(pick.quantity.amount());
        if let Ok(quantity) = Quantity::new(used, unit)
            && quantity.is_positive()
        {
            picked.push(Pick { quantity, ..**pick });
        }
        left = left.saturating_sub(used);
    }
    if left > Decimal::ZERO {
        let sum = |picks: &[&Pick]| Quantity::sum(picks.iter().map(|pick| pick.quantity), unit);
        let none = Quantity::zero(unit);
        let fit = sum(&usable).unwrap_or(none);
        return Err(PickError::Short { wanted, usable: fit, expired: sum(&past).unwrap_or(none) });
    }
    Ok(picked)
}

impl Pick {
    /// Where it is, as one end of a movement.
    #[must_use]
    pub const fn location(&self) -> Location {
        Location::Storage(self.place)
    }
}
