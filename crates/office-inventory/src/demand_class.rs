//! Which items matter most, and which can be foreseen: ABC and XYZ. Exact: there is no float here.
//!
//! Laws, held by `tests/reorder_run.rs`:
//!
//! 1. Every item has exactly one class, whatever the order in which items are told.
//! 2. No item is in a better class than one that is worth more.
//! 3. The items of class A are worth at least their cut of the whole, and would not be without the least of them; so are
//!    those of A and B together.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use office_core::subject::ItemId;
use office_core::{Decimal, Money, MoneyError, Percent, Ratio, decimal_text};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::theory::DemandProfile;

/// How much an item matters, by its share in what all are worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AbcClass {
    /// One of the few that make up most of the value.
    A,
    /// One of those between.
    B,
    /// One of the many that make up little.
    C,
}

/// Where the classes part, as shares of the value of all: 80 % and 95 % unless told otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AbcCuts {
    /// The items of class A make up this share.
    pub a: Percent,
    /// Those of A and B together make up this one.
    pub b: Percent,
}

impl Default for AbcCuts {
    fn default() -> Self {
        Self { a: Percent::whole(80), b: Percent::whole(95) }
    }
}

/// Items cannot be classed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ClassifyError {
    /// The cuts are not shares, or the second is below the first.
    #[error("cuts at {a} and {b} make no classes: 0 % <= a <= b <= 100 % is wanted")]
    Cuts {
        /// The first cut.
        a: Percent,
        /// The second.
        b: Percent,
    },
    /// An item is worth less than nothing.
    #[error("an item is worth {value}: nothing or more is wanted")]
    Negative {
        /// Which item.
        item: ItemId,
        /// Its value.
        value: Money,
    },
    /// The values are in different currencies, or cannot be added up.
    #[error("the values cannot be added up")]
    Money(#[from] MoneyError),
    /// The total is too large to take a share of.
    #[error("a share of the total cannot be held")]
    OutOfRange,
}

/// The class of each item, by what it is worth: as a rule, what was used of it in a year at its price.
///
/// From the most valuable on, items are of class A as long as those before make up less than its cut of the whole; then
/// of B, likewise; then of C. What is worth nothing is of class C. Of items worth the same, the one with the lesser id
/// comes first.
///
/// # Errors
/// [`ClassifyError`], in the order of its variants.
///
/// # Example
/// ```
/// use office_core::{Id, Money};
/// use office_inventory::{AbcClass, AbcCuts, classify_by_value};
///
/// let item = |name: &str| Id::natural("item", name);
/// let used = [("toner", "8000.00 EUR"), ("paper", "1500.00 EUR"), ("clips", "500.00 EUR")];
/// let values = used.map(|(name, value)| (item(name), value.parse::<Money>().unwrap()));
/// let classes = classify_by_value(values.into(), AbcCuts::default())?;
/// assert_eq!(["toner", "paper", "clips"].map(|name| classes[&item(name)]), [AbcClass::A, AbcClass::B, AbcClass::C]);
///
/// let owed = [(item("toner"), "-1.00 EUR".parse()?)];
/// assert!(classify_by_value(owed.into(), AbcCuts::default()).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn classify_by_value(
    values: BTreeMap<ItemId, Money>,
    cuts: AbcCuts,
) -> Result<BTreeMap<ItemId, AbcClass>, ClassifyError> {
    let AbcCuts { a, b } = cuts;
    if a < Percent::ZERO || a > b || b > Percent::HUNDRED {
        return Err(ClassifyError::Cuts { a, b });
    }
    if let Some((item, value)) = values.iter().find(|(_, value)| value.is_negative()) {
        return Err(ClassifyError::Negative { item: *item, value: *value });
    }
    let Some(currency) = values.values().next().map(|value| value.currency()) else { return Ok(BTreeMap::new()) };
    let total = Money::sum(values.values().copied(), currency)?;
    let cut = |share: Percent| Ratio::from_decimal(total.amount()).checked_mul(share.fraction());
    let (Ok(up_to_a), Ok(up_to_b)) = (cut(a), cut(b)) else { return Err(ClassifyError::OutOfRange) };
    let mut ranked: Vec<_> = values.into_iter().collect();
    // A stable order, so items worth the same stay in the order of their ids.
    ranked.sort_by_key(|(_, value)| Reverse(value.amount()));
    let mut before = Money::zero(currency);
    let mut classes = BTreeMap::new();
    for (item, value) in ranked {
        let so_far = Ratio::from_decimal(before.amount());
        let class = if so_far < up_to_a {
            AbcClass::A
        } else if so_far < up_to_b {
            AbcClass::B
        } else {
            AbcClass::C
        };
        classes.insert(item, if value.is_zero() { AbcClass::C } else { class });
        before = before.checked_add(value)?;
    }
    Ok(classes)
}

/// How well demand for an item can be foreseen, by how much it varies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum XyzClass {
    /// Well: it hardly varies.
    X,
    /// It varies.
    Y,
    /// Hardly, or it was not asked for.
    Z,
}

/// Where the classes part, as coefficients of variation: 0.5 and 1 unless told otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct XyzCuts {
    /// Up to this it hardly varies.
    #[serde(with = "decimal_text")]
    pub x: Decimal,
    /// Up to this it varies.
    #[serde(with = "decimal_text")]
    pub y: Decimal,
}

impl Default for XyzCuts {
    fn default() -> Self {
        Self { x: Decimal::new(5, 1), y: Decimal::ONE }
    }
}

impl XyzClass {
    /// The class of an item that is asked for like this.
    ///
    /// # Example
    /// ```
    /// use office_core::Decimal;
    /// use office_inventory::theory::DemandProfile;
    /// use office_inventory::{XyzClass, XyzCuts};
    ///
    /// let class = |months: [i64; 4]| {
    ///     let profile = DemandProfile::of(&months.map(Decimal::from))?;
    ///     Ok::<_, Box<dyn std::error::Error>>(XyzClass::of(&profile, XyzCuts::default()))
    /// };
    /// assert_eq!(class([10, 11, 9, 10])?, XyzClass::X);
    /// assert_eq!(class([40, 0, 0, 0])?, XyzClass::Z);
    /// assert_eq!(class([0, 0, 0, 0])?, XyzClass::Z); // nothing can be foreseen
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn of(profile: &DemandProfile, cuts: XyzCuts) -> Self {
        match profile.variation {
            _ if profile.demands == 0 => Self::Z,
            variation if variation <= cuts.x => Self::X,
            variation if variation <= cuts.y => Self::Y,
            _ => Self::Z,
        }
    }
}
