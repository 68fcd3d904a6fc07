//! Two ratings of each person in a grid of nine: how they do, and how far they could go.
//!
//! # Example
//! ```
//! use office_core::Id;
//! use office_hr::{NineBox, RatingBand, RatingBands, RatingBandsError};
//!
//! // Of 1 to 5: middle from 3 on, high from 5 on.
//! let bands = RatingBands::new(3, 5)?;
//! let (anna, ben) = (Id::natural("person", "E-1"), Id::natural("person", "E-2"));
//! let grid = NineBox::of([(anna, 5, 3), (ben, 2, 5)], (bands, bands));
//! assert_eq!(grid.people(RatingBand::High, RatingBand::Middle).collect::<Vec<_>>(), [anna]);
//! assert_eq!(grid.place(ben), Some((RatingBand::Low, RatingBand::High)));
//!
//! assert_eq!(RatingBands::new(5, 3), Err(RatingBandsError { middle_from: 5, high_from: 3 }));
//! # Ok::<(), RatingBandsError>(())
//! ```

use std::collections::BTreeMap;

use office_core::subject::PersonId;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Which third of a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RatingBand {
    /// The lowest ratings.
    Low,
    /// Those between.
    Middle,
    /// The highest.
    High,
}

/// From which rating on a band begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "(u8, u8)", into = "(u8, u8)")]
pub struct RatingBands {
    middle_from: u8,
    // Invariant: above `middle_from`, which is above 1.
    high_from: u8,
}

/// Bands are in another order, or one is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "bands from 1, {middle_from} and {high_from} on are not three: ratings above 1, each above the one before, are wanted"
)]
pub struct RatingBandsError {
    /// Where the middle begins.
    pub middle_from: u8,
    /// Where the highest begins.
    pub high_from: u8,
}

impl RatingBands {
    /// Bands from 1, from `middle_from` and from `high_from` on.
    ///
    /// # Errors
    /// [`RatingBandsError`] where they are not in that order.
    pub const fn new(middle_from: u8, high_from: u8) -> Result<Self, RatingBandsError> {
        if middle_from > 1 && high_from > middle_from {
            Ok(Self { middle_from, high_from })
        } else {
            Err(RatingBandsError { middle_from, high_from })
        }
    }

    /// The band of a rating.
    #[must_use]
    pub const fn band(self, rating: u8) -> RatingBand {
        if rating >= self.high_from {
            RatingBand::High
        } else if rating >= self.middle_from {
            RatingBand::Middle
        } else {
            RatingBand::Low
        }
    }
}

impl TryFrom<(u8, u8)> for RatingBands {
    type Error = RatingBandsError;

    fn try_from((middle_from, high_from): (u8, u8)) -> Result<Self, RatingBandsError> {
        Self::new(middle_from, high_from)
    }
}

impl From<RatingBands> for (u8, u8) {
    fn from(bands: RatingBands) -> Self {
        (bands.middle_from, bands.high_from)
    }
}

/// People in a grid of nine. It is a view: nothing of it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NineBox {
    places: BTreeMap<PersonId, (RatingBand, RatingBand)>,
}

impl NineBox {
    /// People by how they do and how far they could go, each rating in the bands of its scale. Of somebody named twice the
    /// last counts.
    #[must_use]
    pub fn of(
        ratings: impl IntoIterator<Item = (PersonId, u8, u8)>,
        (performance, potential): (RatingBands, RatingBands),
    ) -> Self {
        let place = |(person, does, could)| (person, (performance.band(does), potential.band(could)));
        Self { places: ratings.into_iter().map(place).collect() }
    }

    /// Where somebody is.
    #[must_use]
    pub fn place(&self, person: PersonId) -> Option<(RatingBand, RatingBand)> {
        self.places.get(&person).copied()
    }

    /// Who is in one of the nine.
    pub fn people(&self, performance: RatingBand, potential: RatingBand) -> impl Iterator<Item = PersonId> {
        self.places.iter().filter(move |(_, place)| **place == (performance, potential)).map(|(person, _)| *person)
    }
}
