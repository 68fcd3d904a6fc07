//! Which places lie within which: shelf, cabinet, room, site.

use std::collections::BTreeMap;

use office_core::subject::PlaceId;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Which places lie within which.
///
/// # Example
/// ```
/// use office_core::Id;
/// use office_inventory::{PlaceTree, PlaceTreeError};
///
/// let [site, room, shelf] = ["Berlin", "R-S1", "R-S1-2"].map(|name| Id::natural("place", name));
/// let tree = PlaceTree::new([(shelf, room), (room, site)])?;
/// assert!(tree.encloses(site, shelf) && !tree.encloses(shelf, site));
/// assert_eq!(tree.site(shelf), site);
///
/// // Nothing lies within itself.
/// assert!(matches!(PlaceTree::new([(shelf, room), (room, shelf)]), Err(PlaceTreeError::Circle { .. })));
/// # Ok::<(), PlaceTreeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<PlaceId, PlaceId>", into = "BTreeMap<PlaceId, PlaceId>")]
pub struct PlaceTree {
    // Invariant: there are no circles, and no place lies deeper than `PlaceTree::DEPTH`.
    within: BTreeMap<PlaceId, PlaceId>,
}

/// Places do not lie within each other so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PlaceTreeError {
    /// A place is said to lie within two.
    #[error("the place lies within two others: one is wanted")]
    Twice {
        /// The place.
        place: PlaceId,
    },
    /// A place would lie within itself, or too deep.
    #[error("the place lies within itself, or deeper than {} levels", PlaceTree::DEPTH)]
    Circle {
        /// The place.
        place: PlaceId,
    },
}

impl PlaceTree {
    /// How deep places lie, at most.
    pub const DEPTH: usize = 32;

    /// The tree in which each first place lies directly within the second.
    ///
    /// # Errors
    /// [`PlaceTreeError`], in the order of its variants.
    pub fn new(within: impl IntoIterator<Item = (PlaceId, PlaceId)>) -> Result<Self, PlaceTreeError> {
        let mut tree = Self::default();
        for (place, outer) in within {
            if tree.within.insert(place, outer).is_some_and(|known| known != outer) {
                return Err(PlaceTreeError::Twice { place });
            }
        }
        tree.checked()
    }

    fn checked(self) -> Result<Self, PlaceTreeError> {
        let deep = self.within.keys().find(|place| self.outward(**place).count() > Self::DEPTH);
        match deep {
            Some(place) => Err(PlaceTreeError::Circle { place: *place }),
            None => Ok(self),
        }
    }

    /// The place, what it lies in, and so on outward; one more than may be, if it does not end.
    fn outward(&self, place: PlaceId) -> impl Iterator<Item = PlaceId> {
        std::iter::successors(Some(place), |place| self.within.get(place).copied()).take(Self::DEPTH.saturating_add(1))
    }

    /// Whether a place is another, or lies within it at any depth.
    #[must_use]
    pub fn encloses(&self, outer: PlaceId, place: PlaceId) -> bool {
        self.outward(place).any(|around| around == outer)
    }

    /// The outermost place around a place.
    #[must_use]
    pub fn site(&self, place: PlaceId) -> PlaceId {
        self.outward(place).last().unwrap_or(place)
    }

    /// The site of every place that lies within another.
    #[must_use]
    pub fn sites(&self) -> BTreeMap<PlaceId, PlaceId> {
        self.within.keys().map(|place| (*place, self.site(*place))).collect()
    }
}

impl TryFrom<BTreeMap<PlaceId, PlaceId>> for PlaceTree {
    type Error = PlaceTreeError;

    fn try_from(within: BTreeMap<PlaceId, PlaceId>) -> Result<Self, Self::Error> {
        Self { within }.checked()
    }
}

impl From<PlaceTree> for BTreeMap<PlaceId, PlaceId> {
    fn from(tree: PlaceTree) -> Self {
        tree.within
    }
}
