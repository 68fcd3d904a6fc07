//! Items that are put together of others: what of, from which day on.
//!
//! ```text
//!   settle_kit ──► Settled ──► settle_kit ──► Settled ──► …
//! ```
//!
//! Laws, held by `tests/stock/kit.rs`:
//!
//! 1. No kit is part of itself, on any day, however many settle kits at once.
//! 2. Issuing a kit issues its components, all or none; of lots and pieces those first that expire first.
//! 3. As many kits can be issued as are said to be there, and not one more.
//! 4. Putting kits together and taking them apart moves the value of the components, to the cent.

mod assembly;
mod component;
mod expand;
mod keeping;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::ItemId;
use office_core::{Entity, Id, Kind, Quantity, QuantityError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::assembly::{AssembleKitError, Assembly, assemble_kit, disassemble_kit};
pub use self::expand::{ExpandKitError, KitBook};
pub use self::keeping::{
    BookedComponent, IssueKitError, KitAvailabilityError, SettleKitError, issue_kit, kit_availability, read_kits,
    settle_kit,
};

/// What an item is put together of, by date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kit {
    item: ItemId,
    versions: BTreeMap<NaiveDate, KitBill>,
}

/// What goes into one stock unit of a kit: of each component how much, in any unit in which it is traded. Empty where it is
/// not put together any more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<ItemId, Quantity>", into = "BTreeMap<ItemId, Quantity>")]
pub struct KitBill {
    // Invariant: every quantity is above zero; there are at most so many.
    components: BTreeMap<ItemId, Quantity>,
}

/// A bill of components makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KitBillError {
    /// There are too many components.
    #[error("{components} components are too many: {} are accepted", KitBill::MOST)]
    TooMany {
        /// How many.
        components: usize,
    },
    /// Nothing of a component goes into it.
    #[error("{quantity} of a component cannot go into a kit: more than nothing is wanted")]
    NotPositive {
        /// How much.
        quantity: Quantity,
    },
    /// A quantity cannot be held.
    #[error("a quantity cannot be held")]
    Quantity(#[from] QuantityError),
}

/// What happens to a kit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KitFact {
    /// It is put together so from a day on.
    Settled {
        /// The kit.
        item: ItemId,
        /// From which day on.
        from: NaiveDate,
        /// What of.
        bill: KitBill,
    },
}

impl KitBill {
    /// The most components of a kit.
    pub const MOST: usize = 200;

    /// A bill of these components; what is named more than once is added up.
    ///
    /// # Errors
    /// [`KitBillError`], of the first component that is refused.
    ///
    /// # Example
    /// ```
    /// use office_core::Id;
    /// use office_inventory::{KitBill, KitBillError};
    ///
    /// let [mug, pen] = ["MUG", "PEN"].map(|sku| Id::natural("item", sku));
    /// let bill = KitBill::new([(mug, "1 each".parse()?), (pen, "1 each".parse()?), (pen, "1 each".parse()?)])?;
    /// assert_eq!(bill.components()[&pen].to_string(), "2 each");
    ///
    /// let refused = KitBill::new([(mug, "0 each".parse()?)]);
    /// assert!(matches!(refused, Err(KitBillError::NotPositive { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(components: impl IntoIterator<Item = (ItemId, Quantity)>) -> Result<Self, KitBillError> {
        let mut sums = BTreeMap::<ItemId, Quantity>::new();
        for (item, quantity) in components {
            if !quantity.is_positive() {
                return Err(KitBillError::NotPositive { quantity });
            }
            let sum = match sums.get(&item) {
                Some(known) => known.checked_add(quantity)?,
                None => quantity,
            };
            sums.insert(item, sum);
            if sums.len() > Self::MOST {
                return Err(KitBillError::TooMany { components: sums.len() });
            }
        }
        Ok(Self { components: sums })
    }

    /// The components, and how much of each goes into one kit.
    #[must_use]
    pub const fn components(&self) -> &BTreeMap<ItemId, Quantity> {
        &self.components
    }
}

impl TryFrom<BTreeMap<ItemId, Quantity>> for KitBill {
    type Error = KitBillError;

    fn try_from(components: BTreeMap<ItemId, Quantity>) -> Result<Self, Self::Error> {
        Self::new(components)
    }
}

impl From<KitBill> for BTreeMap<ItemId, Quantity> {
    fn from(bill: KitBill) -> Self {
        bill.components
    }
}

impl Kit {
    /// The id of what an item is put together of.
    #[must_use]
    pub const fn key(item: ItemId) -> Id<Self> {
        item.retag()
    }

    /// The item.
    #[must_use]
    pub const fn item(&self) -> ItemId {
        self.item
    }

    /// The bill in force on a day, and since when; none where it is not put together then.
    #[must_use]
    pub fn bill(&self, on: NaiveDate) -> Option<(NaiveDate, &KitBill)> {
        let (since, bill) = self.versions.range(..=on).next_back()?;
        (!bill.components.is_empty()).then_some((*since, bill))
    }

    /// All bills, each in force from its day on.
    #[must_use]
    pub const fn versions(&self) -> &BTreeMap<NaiveDate, KitBill> {
        &self.versions
    }
}

impl Entity for Kit {
    const KIND: Kind = Kind::literal("kit");
    type Fact = KitFact;

    fn open(fact: &KitFact) -> Option<Self> {
        let KitFact::Settled { item, from, bill } = fact;
        Some(Self { item: *item, versions: [(*from, bill.clone())].into() })
    }

    fn apply(&mut self, fact: &KitFact) {
        let KitFact::Settled { from, bill, .. } = fact;
        self.versions.insert(*from, bill.clone());
    }
}
