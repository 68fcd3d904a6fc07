//! What the office keeps and buys.
//!
//! ```text
//!   list ──► Listed ──► set_reorder ──► ReorderSet ──► …
//! ```
//!
//! An item is told in its stock unit. It is bought in packs, each of which holds an exact number of stock units: `1 box`
//! is `5 ream`. How much of it is where, and what that is worth, is its [`Stock`](crate::Stock).
//!
//! Law 12 of the crate; `tests/reorder.rs` holds it.

use std::collections::BTreeMap;

use office_core::subject::ItemId;
use office_core::{Decision, Entity, Entries, Id, Kind, Quantity, QuantityError, Ratio, Rounding, Unique, UnitCode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Sku, VendorId};

/// Something that the office keeps or buys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "NewItem", into = "NewItem")]
pub struct Item {
    // Invariant: as checked by `NewItem::check`.
    entry: NewItem,
}

/// Whether something is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// Kept and counted, and may come back: a monitor.
    Stocked,
    /// Kept and counted, and gone once it is issued: paper.
    Consumable,
    /// Nothing that lies on a shelf: a repair.
    Service,
    /// Put together of other items, when it is issued or before.
    Kit,
}

/// How what is issued is valued.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CostMethod {
    /// The oldest goods go first.
    #[default]
    Fifo,
    /// The newest goods go first.
    Lifo,
    /// All goods cost the same: what is there is worth its value over its quantity, after every receipt anew.
    Average,
    /// All goods cost what was set; what they cost more or less when they come in is a price difference.
    Standard,
    /// Goods cost what was paid for their own lot or piece.
    Specific,
}

/// What tells goods of one item apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tracking {
    /// Nothing: one is as good as another.
    #[default]
    None,
    /// The lot they came in.
    Lot,
    /// The lot they came in, which expires.
    Expiry,
    /// A number of its own for each piece.
    Serial,
}

/// When an item is ordered again, and how much. All quantities in the stock unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReorderRule {
    /// It is ordered when what is on hand and on order is below this.
    pub min: Quantity,
    /// It is ordered up to this.
    pub max: Quantity,
    /// What is ordered is a multiple of this: the content of the pack it is bought in.
    pub multiple: Quantity,
}

/// An item as it is put on the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewItem {
    /// Its short name, which no other item has.
    pub sku: Sku,
    /// Its name in words.
    pub name: String,
    /// What it belongs to: office, kitchen. Decides in which account its use is booked.
    pub category: String,
    /// Whether it is kept.
    pub kind: ItemKind,
    /// The unit in which it is kept.
    pub unit: UnitCode,
    /// The packs in which it is bought, and how many stock units each holds.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub packs: BTreeMap<UnitCode, Ratio>,
    /// Who is asked to deliver it, as a rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<VendorId>,
    /// When it is ordered again; never by itself if there is no rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reorder: Option<ReorderRule>,
    /// How what is issued is valued.
    #[serde(default)]
    pub cost_method: CostMethod,
}

/// What happens to an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemFact {
    /// It was put on the list.
    Listed(NewItem),
    /// When it is ordered again was settled anew.
    ReorderSet(Option<ReorderRule>),
}

/// An item cannot be listed, or not ordered by that rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ListItemError {
    /// A pack has the name of the stock unit.
    #[error("`{unit}` is the stock unit and cannot be a pack")]
    PackIsUnit {
        /// The unit.
        unit: UnitCode,
    },
    /// A pack holds nothing.
    #[error("the pack `{pack}` holds nothing: more than nothing is wanted")]
    EmptyPack {
        /// The pack.
        pack: UnitCode,
    },
    /// The rule is told in another unit than the stock unit.
    #[error("the reorder rule is in `{given}`: `{unit}` is wanted")]
    RuleUnit {
        /// The stock unit.
        unit: UnitCode,
        /// The unit in the rule.
        given: UnitCode,
    },
    /// The rule asks to order up to less than the minimum, or below nothing.
    #[error("ordering from {min} up to {max} makes no sense: nothing <= min <= max is wanted")]
    RuleOrder {
        /// The minimum.
        min: Quantity,
        /// The maximum.
        max: Quantity,
    },
    /// The rule's multiple is nothing or less.
    #[error("{multiple} cannot be multiplied: more than nothing is wanted")]
    RuleMultiple {
        /// The multiple.
        multiple: Quantity,
    },
    /// A service is not kept, and so not ordered by what is left.
    #[error("a service is not reordered")]
    ServiceRule,
}

/// A quantity cannot be told in the stock unit of an item.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ItemUnitError {
    /// The item is neither kept nor bought in the unit.
    #[error("`{sku}` is not traded by `{unit}`: {} are accepted", accepted.iter().map(|unit| format!("`{unit}`")).collect::<Vec<_>>().join(", "))]
    NotTraded {
        /// The item.
        sku: Sku,
        /// The unit that was given.
        unit: UnitCode,
        /// The units that are accepted, the stock unit first.
        accepted: Vec<UnitCode>,
    },
    /// It is no exact quantity in the stock unit.
    #[error("{given} of `{sku}` is no exact quantity in `{unit}`")]
    NotExact {
        /// The item.
        sku: Sku,
        /// The quantity that was given.
        given: Quantity,
        /// The stock unit.
        unit: UnitCode,
    },
    /// It cannot be held.
    #[error("the quantity cannot be held")]
    Quantity(#[from] QuantityError),
}

impl NewItem {
    fn check(&self) -> Result<(), ListItemError> {
        if self.packs.contains_key(&self.unit) {
            return Err(ListItemError::PackIsUnit { unit: self.unit });
        }
        if let Some((pack, _)) = self.packs.iter().find(|(_, content)| !content.is_positive()) {
            return Err(ListItemError::EmptyPack { pack: *pack });
        }
        self.reorder.as_ref().map_or(Ok(()), |rule| self.check_rule(rule))
    }

    fn check_rule(&self, rule: &ReorderRule) -> Result<(), ListItemError> {
        let ReorderRule { min, max, multiple } = *rule;
        let other = [min, max, multiple].into_iter().map(Quantity::unit).find(|unit| *unit != self.unit);
        if let Some(given) = other {
            return Err(ListItemError::RuleUnit { unit: self.unit, given });
        }
        if min.is_negative() || min.amount() > max.amount() {
            return Err(ListItemError::RuleOrder { min, max });
        }
        if !multiple.is_positive() {
            return Err(ListItemError::RuleMultiple { multiple });
        }
        if self.kind == ItemKind::Service { Err(ListItemError::ServiceRule) } else { Ok(()) }
    }
}

impl TryFrom<NewItem> for Item {
    type Error = ListItemError;

    fn try_from(entry: NewItem) -> Result<Self, Self::Error> {
        entry.check()?;
        Ok(Self { entry })
    }
}

impl From<Item> for NewItem {
    fn from(item: Item) -> Self {
        item.entry
    }
}

impl Item {
    /// The item of a short name; no two have the same.
    pub const BY_SKU: Unique<Self, String> = Unique::new("sku");

    /// The id under which the item that others know by `id` is kept.
    #[must_use]
    pub const fn key(id: ItemId) -> Id<Self> {
        id.retag()
    }

    /// Puts an item on the list.
    ///
    /// # Errors
    /// [`ListItemError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::{Entity, Id, Ratio};
    /// use office_inventory::{CostMethod, Item, ItemFact, ItemKind, ItemUnitError, ListItemError, NewItem};
    ///
    /// let paper = NewItem {
    ///     sku: "PAP-A4".parse()?,
    ///     name: "Copy paper A4 80 g".to_owned(),
    ///     category: "office".to_owned(),
    ///     kind: ItemKind::Consumable,
    ///     unit: "ream".parse()?,
    ///     packs: [("box".parse()?, Ratio::from_integer(5))].into(),
    ///     vendor: Some(Id::natural("party", "V-01")),
    ///     reorder: None,
    ///     cost_method: CostMethod::Fifo,
    /// };
    /// let listed = Item::list(paper.clone())?.fact().ok_or("a fact")?;
    /// let item = Item::open(&listed).ok_or("an item")?;
    /// assert_eq!(item.in_stock_unit("3 box".parse()?)?, "15 ream".parse()?);
    /// assert!(matches!(item.in_stock_unit("3 kg".parse()?), Err(ItemUnitError::NotTraded { .. })));
    ///
    /// let empty = NewItem { packs: [("box".parse()?, Ratio::ZERO)].into(), ..paper };
    /// assert_eq!(Item::list(empty), Err(ListItemError::EmptyPack { pack: "box".parse()? }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn list(item: NewItem) -> Result<Decision<ItemFact>, ListItemError> {
        item.check()?;
        Ok(Decision::Record(ItemFact::Listed(item)))
    }

    /// Settles when it is ordered again; with no rule, never by itself.
    ///
    /// # Errors
    /// [`ListItemError`], for what concerns the rule.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("item/paper.txt")]
    ///
    /// let rule = |min: &str, max: &str| {
    ///     let (min, max, multiple) = (min.parse()?, max.parse()?, "5 ream".parse()?);
    ///     Ok::<_, Box<dyn std::error::Error>>(ReorderRule { min, max, multiple })
    /// };
    /// paper.apply_decision(&paper.set_reorder(Some(rule("10 ream", "40 ream")?))?);
    /// assert_eq!(paper.reorder(), Some(&rule("10 ream", "40 ream")?));
    /// // It cannot be ordered up to less than the least.
    /// let (min, max) = ("50 ream".parse()?, "40 ream".parse()?);
    /// assert_eq!(paper.set_reorder(Some(rule("50 ream", "40 ream")?)), Err(ListItemError::RuleOrder { min, max }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_reorder(&self, rule: Option<ReorderRule>) -> Result<Decision<ItemFact>, ListItemError> {
        if self.entry.reorder == rule {
            return Ok(Decision::AlreadyRecorded);
        }
        if let Some(rule) = &rule {
            self.entry.check_rule(rule)?;
        }
        Ok(Decision::Record(ItemFact::ReorderSet(rule)))
    }

    /// Its short name.
    #[must_use]
    pub const fn sku(&self) -> &Sku {
        &self.entry.sku
    }

    /// Its name in words.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.entry.name
    }

    /// What it belongs to: office, kitchen.
    #[must_use]
    pub fn category(&self) -> &str {
        &self.entry.category
    }

    /// Whether it is kept.
    #[must_use]
    pub const fn kind(&self) -> ItemKind {
        self.entry.kind
    }

    /// The unit in which it is kept.
    #[must_use]
    pub const fn unit(&self) -> UnitCode {
        self.entry.unit
    }

    /// Who is asked to deliver it, as a rule.
    #[must_use]
    pub const fn vendor(&self) -> Option<VendorId> {
        self.entry.vendor
    }

    /// When it is ordered again.
    #[must_use]
    pub const fn reorder(&self) -> Option<&ReorderRule> {
        self.entry.reorder.as_ref()
    }

    /// How what is issued is valued.
    #[must_use]
    pub const fn cost_method(&self) -> CostMethod {
        self.entry.cost_method
    }

    /// How many stock units one of this unit is; nothing is known of units in which it is not traded.
    #[must_use]
    pub fn content(&self, unit: UnitCode) -> Option<Ratio> {
        if unit == self.entry.unit { Some(Ratio::ONE) } else { self.entry.packs.get(&unit).copied() }
    }

    /// A quantity in any of its units, in the stock unit. Exact: nothing is rounded.
    ///
    /// # Errors
    /// [`ItemUnitError`], in the order of its variants.
    pub fn in_stock_unit(&self, given: Quantity) -> Result<Quantity, ItemUnitError> {
        let NewItem { sku, unit, packs, .. } = &self.entry;
        if given.unit() == *unit {
            return Ok(given);
        }
        let content = self.content(given.unit()).ok_or_else(|| ItemUnitError::NotTraded {
            sku: sku.clone(),
            unit: given.unit(),
            accepted: std::iter::once(*unit).chain(packs.keys().copied()).collect(),
        })?;
        let not_exact = || ItemUnitError::NotExact { sku: sku.clone(), given, unit: *unit };
        let exact = Ratio::from_decimal(given.amount()).checked_mul(content).map_err(|_| not_exact())?;
        let amount = exact.to_decimal(Quantity::PLACES, Rounding::Down).ok_or_else(not_exact)?;
        if Ratio::from_decimal(amount) == exact { Ok(Quantity::new(amount, *unit)?) } else { Err(not_exact()) }
    }
}

impl Entity for Item {
    const KIND: Kind = Kind::literal("item");
    type Fact = ItemFact;

    fn open(fact: &ItemFact) -> Option<Self> {
        match fact {
            ItemFact::Listed(entry) => Some(Self { entry: entry.clone() }),
            ItemFact::ReorderSet(_) => None,
        }
    }

    fn apply(&mut self, fact: &ItemFact) {
        match fact {
            ItemFact::Listed(_) => {}
            ItemFact::ReorderSet(rule) => self.entry.reorder = *rule,
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.unique(Self::BY_SKU, &self.entry.sku.as_str().to_owned());
    }
}
