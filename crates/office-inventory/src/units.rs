//! In which units the quantities of one item can be told.
//!
//! Laws, held by `tests/units.rs`:
//!
//! 1. There and back again is the same quantity, exactly; through a third unit is as directly.
//! 2. A quantity that is rounded errs by less than one step, and in the direction that was asked for.
//! 3. Telling a price for another unit does not change what goods cost.

use std::collections::{BTreeMap, BTreeSet};

use office_core::{
    Decimal, Dimension, Quantity, QuantityError, Ratio, RatioError, Rounding, Unit, UnitCode, UnitPrice,
    UnitPriceError, UnitTable,
};
use thiserror::Error;

/// The units of one item: a table that holds for everything, and what holds for the item alone, such as that a box is 500
/// sheets or that two kilograms fill a litre.
///
/// # Example
/// ```
/// use office_core::{Rounding, UnitTable};
/// use office_inventory::{ItemUnits, ItemUnitsError, round_to_step};
///
/// let glue = ItemUnits::new(UnitTable::standard()).with("2 kg".parse()?, "1 l".parse()?)?;
/// let litres = glue.exactly("500 g".parse()?, "ml".parse()?)?;
/// assert_eq!(litres.to_string(), "250");
///
/// // Rounded once, upward, to whole bottles of 750 ml.
/// let glue = glue.with("1 bottle".parse()?, "750 ml".parse()?)?;
/// let bottles = glue.convert("2 kg".parse()?, "bottle".parse()?, "1 bottle".parse()?, Rounding::Ceiling)?;
/// assert_eq!(bottles, "2 bottle".parse()?);
///
/// let twice = glue.with("1 kg".parse()?, "1 l".parse()?);
/// assert!(matches!(twice, Err(ItemUnitsError::Connected { .. })));
/// # assert_eq!(round_to_step("17 each".parse()?, "15 each".parse()?, Rounding::HalfUp)?, "15 each".parse()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemUnits {
    // Invariant: the links connect what measures different things, without circles, so that there is one way at most from
    // one unit to another.
    table: UnitTable,
    links: Vec<Link>,
}

/// So many of what one side measures are one of what the other does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Link {
    left: Measure,
    right: Measure,
    ratio: Ratio,
}

/// What a unit measures: a dimension of the table, or something that only its own code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Measure {
    Dimension(Dimension),
    Code(UnitCode),
}

/// Units of an item cannot be connected, or a quantity not be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ItemUnitsError {
    /// Nothing is as much as something.
    #[error("{quantity} cannot be as much as anything: a quantity above zero is wanted")]
    NotPositive {
        /// The quantity.
        quantity: Quantity,
    },
    /// The two are connected already.
    #[error("`{left}` and `{right}` are connected already")]
    Connected {
        /// The one unit.
        left: UnitCode,
        /// The other.
        right: UnitCode,
    },
    /// More is connected than can be.
    #[error("at most {} units are connected", ItemUnits::MOST)]
    TooMany,
    /// Nothing connects the two.
    #[error("nothing says how many `{to}` a `{from}` is")]
    NotConnected {
        /// The unit of the quantity.
        from: UnitCode,
        /// The unit asked for.
        to: UnitCode,
    },
    /// The step to round to is nothing or less, or in another unit.
    #[error("{step} is no step to round to: more than nothing of `{unit}` is wanted")]
    Step {
        /// The step.
        step: Quantity,
        /// The unit asked for.
        unit: UnitCode,
    },
    /// The exact amount cannot be held.
    #[error("the exact amount cannot be held")]
    Ratio(#[from] RatioError),
    /// The quantity cannot be held.
    #[error("the quantity cannot be held")]
    Quantity(#[from] QuantityError),
    /// The price cannot be held.
    #[error("the price cannot be held")]
    Price(#[from] UnitPriceError),
}

impl ItemUnits {
    /// The most links between units of one item.
    pub const MOST: usize = 64;

    /// The units of a table, with nothing that holds for the item alone.
    #[must_use]
    pub const fn new(table: UnitTable) -> Self {
        Self { table, links: Vec::new() }
    }

    /// The table that holds for everything.
    #[must_use]
    pub const fn table(&self) -> &UnitTable {
        &self.table
    }

    /// With one quantity of the item being as much as another. Units that the table does not know are known from then on.
    ///
    /// # Errors
    /// [`ItemUnitsError`], in the order of its variants.
    pub fn with(mut self, one: Quantity, other: Quantity) -> Result<Self, ItemUnitsError> {
        if let Some(quantity) = [one, other].into_iter().find(|quantity| !quantity.is_positive()) {
            return Err(ItemUnitsError::NotPositive { quantity });
        }
        let (left, right) = (self.measure(one.unit()), self.measure(other.unit()));
        if self.path(left, right)?.is_some() {
            return Err(ItemUnitsError::Connected { left: one.unit(), right: other.unit() });
        }
        if self.links.len() >= Self::MOST {
            return Err(ItemUnitsError::TooMany);
        }
        let of = |quantity: Quantity| Ratio::from_decimal(quantity.amount()).checked_mul(self.factor(quantity.unit()));
        let ratio = of(other)?.checked_div(of(one)?)?;
        self.links.push(Link { left, right, ratio });
        Ok(self)
    }

    fn measure(&self, code: UnitCode) -> Measure {
        self.table.unit(code).map_or(Measure::Code(code), |unit| Measure::Dimension(unit.dimension()))
    }

    fn factor(&self, code: UnitCode) -> Ratio {
        self.table.unit(code).map_or(Ratio::ONE, Unit::factor)
    }

    /// How many reference units of `to` one reference unit of `from` is, by the links between.
    fn path(&self, from: Measure, to: Measure) -> Result<Option<Ratio>, RatioError> {
        let mut reached = BTreeMap::from([(from, Ratio::ONE)]);
        let mut edge = BTreeSet::from([from]);
        // At most one round for each link, as each reaches something new.
        while !edge.is_empty() && !reached.contains_key(&to) {
            let mut next = BTreeSet::new();
            for link in &self.links {
                let ways = [(link.left, link.right, false), (link.right, link.left, true)];
                for (near, far, backward) in ways {
                    let Some(so_far) =
                        reached.get(&near).filter(|_| edge.contains(&near) && !reached.contains_key(&far))
                    else {
                        continue;
                    };
                    let ratio =
                        if backward { so_far.checked_div(link.ratio)? } else { so_far.checked_mul(link.ratio)? };
                    reached.insert(far, ratio);
                    next.insert(far);
                }
            }
            edge = next;
        }
        Ok(reached.get(&to).copied())
    }

    /// How many of one unit one of another is.
    ///
    /// # Errors
    /// [`ItemUnitsError::NotConnected`], [`ItemUnitsError::Ratio`].
    pub fn ratio(&self, from: UnitCode, to: UnitCode) -> Result<Ratio, ItemUnitsError> {
        if from == to {
            return Ok(Ratio::ONE);
        }
        let path = self.path(self.measure(from), self.measure(to))?;
        let path = path.ok_or(ItemUnitsError::NotConnected { from, to })?;
        Ok(self.factor(from).checked_mul(path)?.checked_div(self.factor(to))?)
    }

    /// A quantity in another unit, exactly.
    ///
    /// # Errors
    /// [`ItemUnitsError::NotConnected`], [`ItemUnitsError::Ratio`].
    pub fn exactly(&self, quantity: Quantity, to: UnitCode) -> Result<Ratio, ItemUnitsError> {
        Ok(Ratio::from_decimal(quantity.amount()).checked_mul(self.ratio(quantity.unit(), to)?)?)
    }

    /// A quantity in another unit, rounded once to a multiple of a step in it.
    ///
    /// # Errors
    /// [`ItemUnitsError`], for what concerns it.
    pub fn convert(
        &self,
        quantity: Quantity,
        to: UnitCode,
        step: Quantity,
        rounding: Rounding,
    ) -> Result<Quantity, ItemUnitsError> {
        if step.unit() != to {
            return Err(ItemUnitsError::Step { step, unit: to });
        }
        stepped(self.exactly(quantity, to)?, step, rounding)
    }

    /// A price for one of another unit, to ten digits after the point.
    ///
    /// # Errors
    /// [`ItemUnitsError`], for what concerns it.
    ///
    /// # Example
    /// ```
    /// use office_core::{Rounding, UnitTable};
    /// use office_inventory::ItemUnits;
    ///
    /// let units = ItemUnits::new(UnitTable::standard());
    /// let price = units.price("5 EUR / 1 s".parse()?, "min".parse()?, Rounding::HalfEven)?;
    /// assert_eq!(price.to_string(), "300 EUR / 1 min");
    /// assert!(units.price("5 EUR / 1 s".parse()?, "kg".parse()?, Rounding::HalfEven).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn price(&self, price: UnitPrice, unit: UnitCode, rounding: Rounding) -> Result<UnitPrice, ItemUnitsError> {
        let per = self.exactly(price.per(), unit)?;
        let exact = Ratio::from_decimal(price.amount()).checked_div(per)?;
        let amount = exact.to_decimal(10, rounding).ok_or(RatioError::Overflow)?;
        Ok(UnitPrice::per_unit(amount, price.currency(), unit)?)
    }
}

/// A quantity as a multiple of a step, rounded once.
///
/// # Errors
/// [`ItemUnitsError::Step`] and below.
///
/// # Example
/// ```
/// use office_core::Rounding;
/// use office_inventory::round_to_step;
///
/// let metres = "1.3 m".parse()?;
/// assert_eq!(round_to_step(metres, "0.5 m".parse()?, Rounding::HalfUp)?, "1.5 m".parse()?);
/// assert_eq!(round_to_step(metres, "0.5 m".parse()?, Rounding::Floor)?, "1 m".parse()?);
/// assert!(round_to_step(metres, "0 m".parse()?, Rounding::Floor).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn round_to_step(quantity: Quantity, step: Quantity, rounding: Rounding) -> Result<Quantity, ItemUnitsError> {
    if step.unit() != quantity.unit() {
        return Err(ItemUnitsError::Step { step, unit: quantity.unit() });
    }
    stepped(Ratio::from_decimal(quantity.amount()), step, rounding)
}

pub(crate) fn stepped(exact: Ratio, step: Quantity, rounding: Rounding) -> Result<Quantity, ItemUnitsError> {
    if !step.is_positive() {
        return Err(ItemUnitsError::Step { step, unit: step.unit() });
    }
    let steps = exact.checked_div(Ratio::from_decimal(step.amount()))?;
    let whole = steps.to_decimal(0, rounding).ok_or(RatioError::Overflow)?;
    let amount: Option<Decimal> = whole.checked_mul(step.amount());
    Ok(Quantity::new(amount.ok_or(RatioError::Overflow)?, step.unit())?)
}
