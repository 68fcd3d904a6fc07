//! What kits come to in the end: kits within kits are taken apart.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::ItemId;
use office_core::{Quantity, QuantityError, Ratio, Rounding};
use thiserror::Error;

use super::{Kit, KitBill, KitFact};
use crate::{Item, ItemUnitError};

/// Kits, and the items that they are made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KitBook {
    kits: BTreeMap<ItemId, Kit>,
    items: BTreeMap<ItemId, Item>,
}

/// A kit cannot be taken apart.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ExpandKitError {
    /// Nothing is known of an item.
    #[error("nothing is known of the item {item}")]
    Unknown {
        /// The item.
        item: ItemId,
    },
    /// It is not put together of anything on the day.
    #[error("{item} is not put together of anything on {on}")]
    NoBill {
        /// The item.
        item: ItemId,
        /// The day.
        on: NaiveDate,
    },
    /// Kits lie within kits too deep.
    #[error("kits lie within kits more than {} deep", KitBook::DEPTH)]
    TooDeep,
    /// A component is not traded in the unit of the bill.
    #[error("a component cannot be told in its stock unit")]
    Unit(#[from] ItemUnitError),
    /// What a part of a kit takes is no exact quantity.
    #[error("{quantity} of a kit take no exact quantity of {item}")]
    NotExact {
        /// How many kits.
        quantity: Quantity,
        /// The component.
        item: ItemId,
    },
    /// A quantity cannot be held.
    #[error("a quantity cannot be held")]
    Quantity(#[from] QuantityError),
}

impl KitBook {
    /// How deep kits may lie within kits.
    pub const DEPTH: usize = 8;

    /// A book of kits and of the items that they are made of.
    #[must_use]
    pub fn new(kits: impl IntoIterator<Item = Kit>, items: impl IntoIterator<Item = (ItemId, Item)>) -> Self {
        Self { kits: kits.into_iter().map(|kit| (kit.item(), kit)).collect(), items: items.into_iter().collect() }
    }

    /// What so many of a kit take on a day, in the stock units of what is not itself a kit then.
    ///
    /// # Errors
    /// [`ExpandKitError`].
    ///
    /// # Example
    /// ```
    /// # use office_core::{Entity, Id, Ratio};
    /// # use office_core::subject::ItemId;
    /// # use office_inventory::{CostMethod, Item, ItemKind, NewItem};
    /// # let item = |sku: &str, kind, unit: &str| {
    /// #     let packs = if sku == "PAP-A4" { [("box".parse()?, Ratio::from_integer(5))].into() } else { Default::default() };
    /// #     let (name, category) = (sku.to_owned(), "office".to_owned());
    /// #     let (vendor, reorder, cost_method) = (None, None, CostMethod::Fifo);
    /// #     let new = NewItem { sku: sku.parse()?, name, category, kind, unit: unit.parse()?, packs, vendor, reorder, cost_method };
    /// #     Ok::<_, Box<dyn std::error::Error>>((Id::natural("item", sku), Item::try_from(new)?))
    /// # };
    /// use office_inventory::{ExpandKitError, Kit, KitBill, KitBook, KitFact};
    ///
    /// // A welcome kit holds a mug and a box of paper, which is five reams.
    /// let [kit, mug, paper]: [ItemId; 3] = ["KIT-1", "MUG", "PAP-A4"].map(|sku| Id::natural("item", sku));
    /// let bill = KitBill::new([(mug, "1 each".parse()?), (paper, "1 box".parse()?)])?;
    /// let settled = KitFact::Settled { item: kit, from: "2026-01-01".parse()?, bill };
    /// let kits = [Kit::open(&settled).ok_or("a kit")?];
    /// let items = [
    ///     item("KIT-1", ItemKind::Kit, "each")?,
    ///     item("MUG", ItemKind::Stocked, "each")?,
    ///     item("PAP-A4", ItemKind::Consumable, "ream")?,
    /// ];
    /// let book = KitBook::new(kits, items);
    /// let components = book.expand(kit, "3 each".parse()?, "2026-10-08".parse()?)?;
    /// assert_eq!(components[&paper].to_string(), "15 ream");
    ///
    /// let early = book.expand(kit, "3 each".parse()?, "2025-12-31".parse()?);
    /// assert!(matches!(early, Err(ExpandKitError::NoBill { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn expand(
        &self,
        kit: ItemId,
        quantity: Quantity,
        on: NaiveDate,
    ) -> Result<BTreeMap<ItemId, Quantity>, ExpandKitError> {
        let mut level = self.one_level(kit, quantity, on)?;
        let mut basic = BTreeMap::new();
        for _ in 0..Self::DEPTH {
            let mut next = BTreeMap::new();
            for (item, quantity) in level {
                if self.bill(item, on).is_some() {
                    for (component, quantity) in self.one_level(item, quantity, on)? {
                        add(&mut next, component, quantity)?;
                    }
                } else {
                    add(&mut basic, item, quantity)?;
                }
            }
            if next.is_empty() {
                return Ok(basic);
            }
            level = next;
        }
        Err(ExpandKitError::TooDeep)
    }

    /// What so many of a kit take on a day, kits within it left whole.
    ///
    /// # Errors
    /// [`ExpandKitError`].
    ///
    /// # Example
    /// ```
    /// # use office_core::{Entity, Id, UnitCode};
    /// # use office_core::subject::ItemId;
    /// # use office_inventory::{CostMethod, Item, ItemKind, NewItem};
    /// # let item = |sku: &str, kind| {
    /// #     let (name, category, packs) = (sku.to_owned(), "office".to_owned(), Default::default());
    /// #     let (unit, vendor, reorder, cost_method) = (UnitCode::EACH, None, None, CostMethod::Fifo);
    /// #     let new = NewItem { sku: sku.parse()?, name, category, kind, unit, packs, vendor, reorder, cost_method };
    /// #     Ok::<_, Box<dyn std::error::Error>>((Id::natural("item", sku), Item::try_from(new)?))
    /// # };
    /// use office_inventory::{ExpandKitError, Kit, KitBill, KitBook, KitFact};
    ///
    /// // A welcome kit holds a set, which holds two pens.
    /// let [kit, set, pen]: [ItemId; 3] = ["KIT", "SET", "PEN"].map(|sku| Id::natural("item", sku));
    /// let from = "2026-01-01".parse()?;
    /// let outer = KitFact::Settled { item: kit, from, bill: KitBill::new([(set, "1 each".parse()?)])? };
    /// let inner = KitFact::Settled { item: set, from, bill: KitBill::new([(pen, "2 each".parse()?)])? };
    /// let kits = [&outer, &inner].into_iter().filter_map(Kit::open);
    /// let items = [item("KIT", ItemKind::Kit)?, item("SET", ItemKind::Kit)?, item("PEN", ItemKind::Consumable)?];
    /// let book = KitBook::new(kits, items);
    /// let components = book.one_level(kit, "3 each".parse()?, from)?;
    /// assert_eq!(components, [(set, "3 each".parse()?)].into());
    ///
    /// let pens = book.one_level(pen, "3 each".parse()?, from);
    /// assert!(matches!(pens, Err(ExpandKitError::NoBill { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn one_level(
        &self,
        kit: ItemId,
        quantity: Quantity,
        on: NaiveDate,
    ) -> Result<BTreeMap<ItemId, Quantity>, ExpandKitError> {
        let kits = self.item(kit)?.in_stock_unit(quantity)?;
        let bill = self.bill(kit, on).ok_or(ExpandKitError::NoBill { item: kit, on })?;
        let mut components = BTreeMap::new();
        for (item, each) in bill.components() {
            let each = self.item(*item)?.in_stock_unit(*each)?;
            let exact = Ratio::from_decimal(each.amount()).checked_mul(Ratio::from_decimal(kits.amount()));
            let amount = exact.ok().and_then(|exact| {
                let amount = exact.to_decimal(Quantity::PLACES, Rounding::Down)?;
                (Ratio::from_decimal(amount) == exact).then_some(amount)
            });
            let amount = amount.ok_or(ExpandKitError::NotExact { quantity: kits, item: *item })?;
            components.insert(*item, Quantity::new(amount, each.unit())?);
        }
        Ok(components)
    }

    /// Whether everything is known that a kit is made of on any day.
    pub(super) fn is_whole(&self) -> Result<(), ExpandKitError> {
        let bills = self.kits.values().flat_map(|kit| kit.versions().values());
        bills.flat_map(|bill| bill.components().keys()).try_for_each(|item| self.item(*item).map(|_| ()))
    }

    /// The item that is its own part once a bill is in force, and the day from which on; none where there is no such.
    pub(super) fn cycle(&self, settled: &KitFact) -> Option<(ItemId, NaiveDate)> {
        let KitFact::Settled { item, from, bill } = settled;
        let mut after = self.clone();
        let kit = after.kits.entry(*item).or_insert_with(|| Kit { item: *item, versions: BTreeMap::new() });
        kit.versions.insert(*from, bill.clone());
        let days: BTreeSet<_> = after.kits.values().flat_map(|kit| kit.versions().keys().copied()).collect();
        days.into_iter().find_map(|day| after.holds(*item, day).contains(item).then_some((*item, day)))
    }

    /// How deep kits lie within a kit on the worst day once a bill is in force; the bound where it is more.
    pub(super) fn depth(&self, settled: &KitFact) -> usize {
        let KitFact::Settled { item, from, bill } = settled;
        let mut after = self.clone();
        let kit = after.kits.entry(*item).or_insert_with(|| Kit { item: *item, versions: BTreeMap::new() });
        kit.versions.insert(*from, bill.clone());
        let days: BTreeSet<_> = after.kits.values().flat_map(|kit| kit.versions().keys().copied()).collect();
        days.into_iter().map(|day| after.levels(*item, day)).max().unwrap_or(0)
    }

    fn levels(&self, kit: ItemId, on: NaiveDate) -> usize {
        let (mut level, mut levels) = (BTreeSet::from([kit]), 0_usize);
        while levels <= Self::DEPTH {
            let bills = level.iter().filter_map(|item| self.bill(*item, on));
            let next: BTreeSet<_> = bills.flat_map(|bill| bill.components().keys().copied()).collect();
            if next.is_empty() {
                return levels;
            }
            (level, levels) = (next, levels.saturating_add(1));
        }
        levels
    }

    /// Everything that lies within a kit on a day, however deep.
    fn holds(&self, kit: ItemId, on: NaiveDate) -> BTreeSet<ItemId> {
        let (mut held, mut open) = (BTreeSet::new(), vec![kit]);
        while let Some(item) = open.pop() {
            let components = self.bill(item, on).map(KitBill::components);
            for component in components.into_iter().flat_map(BTreeMap::keys) {
                if held.insert(*component) {
                    open.push(*component);
                }
            }
        }
        held
    }

    fn bill(&self, item: ItemId, on: NaiveDate) -> Option<&KitBill> {
        self.kits.get(&item)?.bill(on).map(|(_, bill)| bill)
    }

    pub(super) fn item(&self, item: ItemId) -> Result<&Item, ExpandKitError> {
        self.items.get(&item).ok_or(ExpandKitError::Unknown { item })
    }
}

fn add(sums: &mut BTreeMap<ItemId, Quantity>, item: ItemId, quantity: Quantity) -> Result<(), ExpandKitError> {
    let sum = match sums.get(&item) {
        Some(known) => known.checked_add(quantity)?,
        None => quantity,
    };
    sums.insert(item, sum);
    Ok(())
}
