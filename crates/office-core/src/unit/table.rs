//! The units that an office, or an item, knows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Dimension, Unit, UnitCode, UnitError};
use crate::{ConvertQuantityError, Quantity, Ratio, RatioError};

/// The units in which quantities may be told: the built-in ones, the office's own, and the packs of an item.
///
/// Packs belong to an item, not to the world: a box of paper is 5 reams, a box of pens is 12. So an item's table is
/// the office's with the item's packs added. In JSON: the list of its units.
///
/// # Example
/// ```
/// use office_core::{Dimension, PackError, Quantity, Ratio, Rounding, Unit, UnitTable};
///
/// let sheet = Unit::new("sheet".parse()?, Dimension::Count, Ratio::ONE, 0)?;
/// let paper = UnitTable::standard()
///     .with_unit(sheet)?
///     .with_pack("ream".parse()?, "500 sheet".parse()?)?
///     .with_pack("box".parse()?, "5 ream".parse()?)?;
/// let ordered: Quantity = "3 box".parse()?;
/// assert_eq!(ordered.convert("sheet".parse()?, &paper, 0, Rounding::HalfUp)?.to_string(), "7500 sheet");
///
/// // Boxes are not known outside the item, and a pack of something unknown is refused.
/// assert!(ordered.convert("each".parse()?, &UnitTable::standard(), 0, Rounding::HalfUp).is_err());
/// assert!(matches!(
///     UnitTable::standard().with_pack("box".parse()?, "5 ream".parse()?),
///     Err(PackError::UnknownUnit { .. })
/// ));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Unit>", into = "Vec<Unit>")]
pub struct UnitTable {
    units: BTreeMap<UnitCode, Unit>,
}

/// The built-in units: code, dimension, factor to the base as a fraction, digits after the point.
const STANDARD: [(&str, Dimension, i128, i128, u32); 23] = [
    ("each", Dimension::Count, 1, 1, 0),
    ("pair", Dimension::Count, 2, 1, 0),
    ("dozen", Dimension::Count, 12, 1, 0),
    ("gross", Dimension::Count, 144, 1, 0),
    ("mg", Dimension::Mass, 1, 1000, 0),
    ("g", Dimension::Mass, 1, 1, 0),
    ("kg", Dimension::Mass, 1000, 1, 3),
    ("t", Dimension::Mass, 1_000_000, 1, 3),
    ("mm", Dimension::Length, 1, 1000, 0),
    ("cm", Dimension::Length, 1, 100, 1),
    ("m", Dimension::Length, 1, 1, 3),
    ("km", Dimension::Length, 1000, 1, 3),
    ("cm2", Dimension::Area, 1, 10_000, 0),
    ("m2", Dimension::Area, 1, 1, 4),
    ("ml", Dimension::Volume, 1, 1000, 0),
    ("cl", Dimension::Volume, 1, 100, 1),
    ("l", Dimension::Volume, 1, 1, 3),
    ("m3", Dimension::Volume, 1000, 1, 3),
    ("s", Dimension::Time, 1, 60, 0),
    ("min", Dimension::Time, 1, 1, 0),
    ("h", Dimension::Time, 60, 1, 2),
    // A day of the clock, 24 hours; days of work are counted by a working-time calendar.
    ("d", Dimension::Time, 1440, 1, 2),
    ("week", Dimension::Time, 10_080, 1, 2),
];

impl UnitTable {
    /// No units at all.
    #[must_use]
    pub const fn empty() -> Self {
        Self { units: BTreeMap::new() }
    }

    /// The built-in units: `each pair dozen gross`, `mg g kg t`, `mm cm m km`, `cm2 m2`, `ml cl l m3`,
    /// `s min h d week`, where a day is 24 hours.
    #[must_use]
    pub fn standard() -> Self {
        let unit = |(code, dimension, top, bottom, places): (&str, Dimension, i128, i128, u32)| {
            let code: UnitCode = code.parse().ok()?;
            let unit = Unit::new(code, dimension, Ratio::new(top, bottom).ok()?, places).ok()?;
            Some((code, unit))
        };
        Self { units: STANDARD.into_iter().filter_map(unit).collect() }
    }

    /// The table with one more unit. The same unit again changes nothing.
    ///
    /// # Errors
    /// [`UnitTableError::CodeTaken`] if the code already means something else.
    pub fn with_unit(mut self, unit: Unit) -> Result<Self, UnitTableError> {
        match self.units.insert(unit.code(), unit) {
            Some(known) if known != unit => Err(UnitTableError::CodeTaken { code: unit.code() }),
            Some(_) | None => Ok(self),
        }
    }

    /// The table with one more pack, which holds `content`: one `box` is `500 sheet`. Packs are counted in wholes.
    ///
    /// # Errors
    /// [`PackError`], in the order of its variants.
    pub fn with_pack(self, code: UnitCode, content: Quantity) -> Result<Self, PackError> {
        let unknown = PackError::UnknownUnit { code: content.unit() };
        let inner = *self.unit(content.unit()).ok_or(unknown)?;
        let factor = inner.factor().checked_mul(Ratio::from_decimal(content.amount()))?;
        Ok(self.with_unit(Unit::new(code, inner.dimension(), factor, 0)?)?)
    }

    /// The unit of this code.
    #[must_use]
    pub fn unit(&self, code: UnitCode) -> Option<&Unit> {
        self.units.get(&code)
    }

    /// All units, by code.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.units.values()
    }

    /// How many of `to` one of `from` is, exactly.
    ///
    /// # Errors
    /// [`ConvertQuantityError`]: a unit is unknown, the two measure different things, or the ratio does not fit.
    ///
    /// # Example
    /// ```
    /// use office_core::{ConvertQuantityError, Ratio, UnitTable};
    ///
    /// let table = UnitTable::standard();
    /// assert_eq!(table.ratio("min".parse()?, "h".parse()?)?, Ratio::new(1, 60)?);
    /// assert!(matches!(
    ///     table.ratio("kg".parse()?, "h".parse()?),
    ///     Err(ConvertQuantityError::OtherDimension { .. })
    /// ));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn ratio(&self, from: UnitCode, to: UnitCode) -> Result<Ratio, ConvertQuantityError> {
        let known = |code| self.unit(code).ok_or(ConvertQuantityError::UnknownUnit { code });
        let (source, target) = (known(from)?, known(to)?);
        if source.dimension() != target.dimension() {
            return Err(ConvertQuantityError::OtherDimension { from, to });
        }
        Ok(source.factor().checked_div(target.factor())?)
    }
}

impl TryFrom<Vec<Unit>> for UnitTable {
    type Error = UnitTableError;

    fn try_from(units: Vec<Unit>) -> Result<Self, Self::Error> {
        units.into_iter().try_fold(Self::empty(), Self::with_unit)
    }
}

impl From<UnitTable> for Vec<Unit> {
    fn from(table: UnitTable) -> Self {
        table.units.into_values().collect()
    }
}

/// A unit cannot be added to a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum UnitTableError {
    /// The code already means something else.
    #[error("`{code}` is already the code of another unit")]
    CodeTaken {
        /// The code.
        code: UnitCode,
    },
}

/// A pack cannot be added to a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PackError {
    /// The unit of what the pack holds is not in the table.
    #[error("`{code}`, the unit of the content, is not in the table")]
    UnknownUnit {
        /// The code of that unit.
        code: UnitCode,
    },
    /// The pack's size does not fit.
    #[error("the size of the pack cannot be held")]
    Size(#[from] RatioError),
    /// The pack makes no sense as a unit.
    #[error("the pack cannot be a unit")]
    Unit(#[from] UnitError),
    /// The pack's code is taken.
    #[error("the pack cannot be added")]
    Table(#[from] UnitTableError),
}
