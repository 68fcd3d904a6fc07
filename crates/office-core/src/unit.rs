//! Units of measure, and tables of them.
//!
//! Laws, held by `tests/values/quantity.rs`:
//!
//! 1. The ratio from a unit to itself is one; there and back again is one.
//! 2. The ratio through a third unit is the direct one.
//! 3. A table reads back from its JSON as the same table.

mod code;
mod table;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::code::{ParseUnitCodeError, UnitCode};
pub use self::table::{PackError, UnitTable, UnitTableError};
use crate::Ratio;

/// What a unit measures. Only quantities of one dimension convert into each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// How many: each is the base.
    Count,
    /// How heavy: the gram is the base.
    Mass,
    /// How long: the metre is the base.
    Length,
    /// How wide: the square metre is the base.
    Area,
    /// How much room: the litre is the base.
    Volume,
    /// How long a time: the minute is the base.
    Time,
    /// Something of the office's own, such as licences, with a base of its own choosing.
    Other(UnitCode),
}

/// A unit of measure: its code, what it measures, and how many of the dimension's base it is.
///
/// # Example
/// ```
/// use office_core::{Dimension, Ratio, Unit, UnitError};
///
/// let inch = Unit::new("in".parse()?, Dimension::Length, Ratio::new(254, 10_000)?, 2)?;
/// assert_eq!(inch.code().as_str(), "in");
///
/// let nothing = Unit::new("in".parse()?, Dimension::Length, Ratio::ZERO, 2);
/// assert!(matches!(nothing, Err(UnitError::NotPositive { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "StoredUnit")]
pub struct Unit {
    // Invariant: the factor is above zero, the places at most those of a quantity.
    code: UnitCode,
    dimension: Dimension,
    factor: Ratio,
    places: u32,
}

impl Unit {
    /// The unit of this code: `factor` times its dimension's base, shown and counted to `places` after the point.
    ///
    /// # Errors
    /// [`UnitError`].
    pub fn new(code: UnitCode, dimension: Dimension, factor: Ratio, places: u32) -> Result<Self, UnitError> {
        if !factor.is_positive() {
            return Err(UnitError::NotPositive { code, factor });
        }
        if places > crate::Quantity::PLACES {
            return Err(UnitError::TooManyPlaces { code, places });
        }
        Ok(Self { code, dimension, factor, places })
    }

    /// Its code.
    #[must_use]
    pub const fn code(&self) -> UnitCode {
        self.code
    }

    /// What it measures.
    #[must_use]
    pub const fn dimension(&self) -> Dimension {
        self.dimension
    }

    /// How many of its dimension's base it is, exactly.
    #[must_use]
    pub const fn factor(&self) -> Ratio {
        self.factor
    }

    /// To how many digits after the point it is counted and shown: none for what comes in pieces.
    #[must_use]
    pub const fn places(&self) -> u32 {
        self.places
    }
}

/// A unit as it is stored.
#[derive(Deserialize)]
struct StoredUnit {
    code: UnitCode,
    dimension: Dimension,
    factor: Ratio,
    places: u32,
}

impl TryFrom<StoredUnit> for Unit {
    type Error = UnitError;

    fn try_from(stored: StoredUnit) -> Result<Self, Self::Error> {
        Self::new(stored.code, stored.dimension, stored.factor, stored.places)
    }
}

/// A unit makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum UnitError {
    /// It would be nothing, or less, of its base.
    #[error("the factor {factor} of `{code}` is not above zero")]
    NotPositive {
        /// The code of the unit.
        code: UnitCode,
        /// The factor.
        factor: Ratio,
    },
    /// It would be counted more finely than quantities are held.
    #[error("`{code}` is counted to {places} digits after the point: at most {} are held", crate::Quantity::PLACES)]
    TooManyPlaces {
        /// The code of the unit.
        code: UnitCode,
        /// The digits.
        places: u32,
    },
}
