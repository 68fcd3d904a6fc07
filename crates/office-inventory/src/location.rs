//! Where goods are, and where they come from and go to.

use office_core::subject::{CostCentreId, PartyId, PlaceId};
use serde::{Deserialize, Serialize};

/// One end of a stock movement.
///
/// Goods are on hand only in storage, and have value as stock only there and on the way between two places of it. The
/// other locations are where they come from and go to, so that every movement has two ends and the quantities of all
/// locations add up to nothing.
///
/// # Example
/// ```
/// use office_core::Id;
/// use office_inventory::Location;
///
/// let store_room = Location::Storage(Id::natural("place", "R-S1"));
/// assert!(store_room.is_storage());
/// assert!(!Location::Loss.is_storage());
///
/// let van = Location::Transit(Id::natural("place", "Hamburg"));
/// assert!(van.is_ours() && !van.is_storage());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    /// A room, cabinet or shelf of the office's own.
    Storage(PlaceId),
    /// On the way to one of the office's own places.
    Transit(PlaceId),
    /// A vendor, who sends goods and may take them back.
    Supplier(PartyId),
    /// A client, who gets goods and may send them back.
    Customer(PartyId),
    /// Use in the office, at the expense of a cost centre.
    Consumption(CostCentreId),
    /// What counting finds missing or too many.
    Loss,
    /// What was there when the account was opened.
    Opening,
    /// Where kits are put together and taken apart.
    Assembly,
}

impl Location {
    /// Whether goods here are on hand.
    #[must_use]
    pub const fn is_storage(&self) -> bool {
        matches!(self, Self::Storage(_))
    }

    /// Whether goods here are the office's own and have value as stock: in storage, and on the way.
    #[must_use]
    pub const fn is_ours(&self) -> bool {
        matches!(self, Self::Storage(_) | Self::Transit(_))
    }
}
