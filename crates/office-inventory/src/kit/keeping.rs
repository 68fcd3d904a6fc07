//! Kits over stored items: what they are put together of, how many there are, and giving them out.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::{ItemId, PlaceId};
use office_core::{Id, Quantity, QuantityError, Ratio, StoreError, Tx, View};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::component::{Component, Decided, part};
use super::{ExpandKitError, Kit, KitBill, KitBook, KitFact};
use crate::filing::{open_shelf, put_away};
use crate::{
    Entered, IssueStockError, Item, ItemKind, LotId, ParseReferenceError, PickError, Stock, StockIssue, Tracking,
};

/// The most kits and components that are looked at for one kit.
const MOST: usize = 1_000;

/// A kit cannot be put together so.
#[derive(Debug, Error)]
pub enum SettleKitError {
    /// The store has failed, or knows no such item.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// The item is not listed as a kit.
    #[error("{item} is not listed as a kit")]
    NotKit {
        /// The item.
        item: ItemId,
    },
    /// A service cannot lie in a kit.
    #[error("{item} is a service and cannot lie in a kit")]
    Service {
        /// The component.
        item: ItemId,
    },
    /// A component is not traded in the unit.
    #[error("the components cannot be told in their stock units")]
    Expand(#[from] ExpandKitError),
    /// It would be a part of itself.
    #[error("{item} would be a part of itself from {on} on")]
    Cycle {
        /// The kit.
        item: ItemId,
        /// The first such day.
        on: NaiveDate,
    },
    /// Kits would lie within kits too deep.
    #[error("kits would lie within kits more than {} deep", KitBook::DEPTH)]
    TooDeep,
}

/// How many of a kit there are cannot be said.
#[derive(Debug, Error)]
pub enum KitAvailabilityError {
    /// The store has failed, or knows no such item.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// The kit cannot be taken apart.
    #[error("the kit cannot be taken apart")]
    Expand(#[from] ExpandKitError),
    /// A quantity cannot be held.
    #[error("a quantity cannot be held")]
    Quantity(#[from] QuantityError),
}

/// A kit cannot be issued.
#[derive(Debug, Error)]
pub enum IssueKitError {
    /// The store has failed, or knows no such item or stock.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// The kit cannot be taken apart.
    #[error("the kit cannot be taken apart")]
    Expand(#[from] ExpandKitError),
    /// The slip's number is too long to tell lots apart by it.
    #[error("the slip's number is too long to tell lots apart by it")]
    Reference(#[from] ParseReferenceError),
    /// There are not enough of the lots of a component, and nothing is issued.
    #[error("not enough of {item} can be taken")]
    Pick {
        /// The component.
        item: ItemId,
        /// Why.
        source: PickError,
    },
    /// The stock of a component refuses, and nothing is issued.
    #[error("the stock of {item} refuses")]
    Component {
        /// The component.
        item: ItemId,
        /// Why.
        source: IssueStockError,
    },
}

/// What a component that was moved with a kit is worth and means for the books.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookedComponent {
    /// The component.
    pub item: ItemId,
    /// Its lot or piece, where they are told apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<LotId>,
    /// How many, in its stock unit.
    pub quantity: Quantity,
    /// What they are worth.
    pub entered: Entered,
}

/// Reads a kit and all that it is made of on any day. For an example, see [`settle_kit`].
///
/// # Errors
/// [`StoreError`], also where an item is not listed. What lies beyond the first thousand is not read; a book that lacks it
/// takes no such kit apart.
///
/// # Example
/// ```
#[doc = include_str!("mugs.txt")]
/// use office_inventory::{KitBill, read_kits, settle_kit};
///
/// // A kit holds a mug and two pens from June on.
/// let from = "2026-06-01".parse()?;
/// let bill = &KitBill::new([(mug, "1 each".parse()?), (pen, "2 each".parse()?)])?;
/// wait(office.transact(&command("settle")?, |tx| async move { settle_kit(&tx, kit, from, bill.clone()).await }))?;
///
/// let book = wait(office.view(|view| async move { read_kits(&view, kit).await }))?;
/// let parts = book.expand(kit, "3 each".parse()?, from)?;
/// assert_eq!(parts, [(mug, "3 each".parse()?), (pen, "6 each".parse()?)].into());
/// // What is not listed is not known.
/// let hat = Id::natural("item", "HAT");
/// assert!(wait(office.view(|view| async move { read_kits(&view, hat).await })).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn read_kits(view: &View, kit: ItemId) -> Result<KitBook, StoreError> {
    read(view, [kit].into()).await
}

async fn read(view: &View, mut level: BTreeSet<ItemId>) -> Result<KitBook, StoreError> {
    let (mut kits, mut items) = (BTreeMap::new(), BTreeMap::new());
    while !level.is_empty() && items.len().saturating_add(level.len()) <= MOST {
        let known = view.find_each(&level.iter().map(|item| Kit::key(*item)).collect::<Vec<Id<Kit>>>()).await?;
        let mut next = BTreeSet::new();
        for (item, kit) in level.into_iter().zip(known) {
            items.insert(item, view.load(Item::key(item)).await?);
            if let Some(kit) = kit {
                next.extend(kit.versions().values().flat_map(|bill| bill.components().keys().copied()));
                kits.insert(item, kit);
            }
        }
        next.retain(|item| !items.contains_key(item));
        level = next;
    }
    Ok(KitBook::new(kits.into_values(), items))
}

/// Has a kit put together of components from a day on, in the place of what was settled from the same day.
///
/// # Errors
/// [`SettleKitError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("mugs.txt")]
/// use office_inventory::{KitBill, SettleKitError, read_kits, settle_kit};
///
/// // A kit holds a mug and two pens from June on.
/// let from = "2026-06-01".parse()?;
/// let bill = &KitBill::new([(mug, "1 each".parse()?), (pen, "2 each".parse()?)])?;
/// wait(office.transact(&command("settle")?, |tx| async move { settle_kit(&tx, kit, from, bill.clone()).await }))?;
///
/// // What it is made of on a day is read with it. What is not listed is not known.
/// let book = wait(office.view(|view| async move { read_kits(&view, kit).await }))?;
/// let parts = book.expand(kit, "3 each".parse()?, from)?;
/// assert_eq!(parts, [(mug, "3 each".parse()?), (pen, "6 each".parse()?)].into());
/// let unknown = Id::natural("item", "HAT");
/// assert!(wait(office.view(|view| async move { read_kits(&view, unknown).await })).is_err());
///
/// let itself = &KitBill::new([(kit, "1 each".parse()?)])?;
/// let refused =
///     wait(office.transact(&command("itself")?, |tx| async move { settle_kit(&tx, kit, from, itself.clone()).await }));
/// assert!(matches!(refused, Err(SettleKitError::Cycle { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn settle_kit(tx: &Tx, item: ItemId, from: NaiveDate, bill: KitBill) -> Result<(), SettleKitError> {
    // Read.
    let known = tx.find(Kit::key(item)).await?;
    let listed = tx.load(Item::key(item)).await?;
    let book = read(tx, bill.components().keys().copied().chain([item]).collect()).await?;

    // Decide.
    if known.as_ref().is_some_and(|kit| kit.versions().get(&from) == Some(&bill)) {
        return Ok(());
    }
    if listed.kind() != ItemKind::Kit {
        return Err(SettleKitError::NotKit { item });
    }
    for (component, quantity) in bill.components() {
        let listed = book.item(*component)?;
        if listed.kind() == ItemKind::Service {
            return Err(SettleKitError::Service { item: *component });
        }
        listed.in_stock_unit(*quantity).map_err(ExpandKitError::from)?;
    }
    book.is_whole()?;
    let settled = KitFact::Settled { item, from, bill };
    if let Some((item, on)) = book.cycle(&settled) {
        return Err(SettleKitError::Cycle { item, on });
    }
    if book.depth(&settled) > KitBook::DEPTH {
        return Err(SettleKitError::TooDeep);
    }

    // Record.
    match known {
        Some(_) => tx.record(Kit::key(item), settled).await?,
        None => tx.create(Kit::key(item), settled).await?,
    }
    Ok(())
}

/// How many whole kits could be issued at a place of what is there on a day, not set aside and not past its day: as many as
/// of the component of which there is least.
///
/// # Errors
/// [`KitAvailabilityError`].
///
/// # Example
/// ```
/// # use office_core::{Actor, Command, Currency, Id, MemoryStore, Money, Office, Quantity, Role, UnitCode, wait};
/// # use office_core::subject::ItemId;
/// # use office_inventory::{CostMethod, Item, ItemKind, NewItem, NewStock, OpeningStock, Stock};
/// # let [kit, mug, pen]: [ItemId; 3] = ["KIT", "MUG", "PEN"].map(|sku| Id::natural("item", sku));
/// # let (unit, currency, at) = (UnitCode::EACH, Currency::EUR, Id::natural("place", "R-S1"));
/// # let office = Office::on(MemoryStore::new());
/// # let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
/// # let at_noon = "2026-10-08T12:00:00Z".parse()?;
/// # let command = |key: &str| Command::new(key, "example", keeper.clone(), at_noon);
/// # for (sku, kind, there, cents) in
/// #     [("KIT", ItemKind::Kit, 0, 0), ("MUG", ItemKind::Stocked, 3, 15_00), ("PEN", ItemKind::Consumable, 5, 10_00)]
/// # {
/// #     let (item, name, category) = (Id::natural("item", sku), sku.to_owned(), "office".to_owned());
/// #     let (packs, vendor, reorder, cost_method) = (Default::default(), None, None, CostMethod::Fifo);
/// #     let new = NewItem { sku: sku.parse()?, name, category, kind, unit, packs, vendor, reorder, cost_method };
/// #     let (quantity, value) = (Quantity::whole(there, unit), Money::from_minor(cents, currency));
/// #     let opening = OpeningStock { quantity, value, at, on: "2026-01-01".parse()?, reference: "list".parse()? };
/// #     let opening = (there > 0).then_some(opening);
/// #     let listed = Item::list(new)?.fact().ok_or("a fact")?;
/// #     let opened = Stock::begin(NewStock { item, unit, currency, opening })?.fact().ok_or("a fact")?;
/// #     wait(office.transact(&command(sku)?, |tx| {
/// #         let (listed, opened) = (listed.clone(), opened.clone());
/// #         async move {
/// #             tx.create(Item::key(item), listed).await?;
/// #             tx.create(Stock::key(item), opened).await
/// #         }
/// #     }))?;
/// # }
/// # let bill = &office_inventory::KitBill::new([(mug, "1 each".parse()?), (pen, "2 each".parse()?)])?;
/// # let from = "2026-06-01".parse()?;
/// # wait(office.transact(&command("settle")?, |tx| async move {
/// #     office_inventory::settle_kit(&tx, kit, from, bill.clone()).await
/// # }))?;
/// use office_inventory::{ExpandKitError, KitAvailabilityError, kit_availability};
///
/// // A kit holds a mug and two pens from June on; there are 3 mugs and 5 pens.
/// let (today, early) = ("2026-10-08".parse()?, "2026-05-31".parse()?);
/// let there = wait(office.view(|view| async move { kit_availability(&view, kit, at, today).await }))?;
/// assert_eq!(there.to_string(), "2 each");
///
/// let refused = wait(office.view(|view| async move { kit_availability(&view, kit, at, early).await }));
/// assert!(matches!(refused, Err(KitAvailabilityError::Expand(ExpandKitError::NoBill { .. }))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn kit_availability(
    view: &View,
    kit: ItemId,
    at: PlaceId,
    on: NaiveDate,
) -> Result<Quantity, KitAvailabilityError> {
    // Read.
    let book = read_kits(view, kit).await?;
    let unit = book.item(kit)?.unit();
    let needed = book.expand(kit, Quantity::whole(1, unit), on)?;
    let mut components = Vec::with_capacity(needed.len());
    for (item, each) in needed {
        let stock = view.load(Stock::key(item)).await?;
        components.push((Component::read(view, stock, each, at).await?, each));
    }

    // Decide.
    let mut least: Option<i128> = None;
    for (component, each) in components {
        let there = component.usable(at, on)?;
        let kits = Ratio::from_decimal(there.amount()).checked_div(Ratio::from_decimal(each.amount()));
        let whole = kits.map_or(0, Ratio::floor);
        least = Some(least.map_or(whole, |least| least.min(whole)));
    }
    let kits = office_core::Decimal::try_from_i128_with_scale(least.unwrap_or(0), 0).unwrap_or_default();
    Ok(Quantity::new(kits, unit)?)
}

/// Issues kits: the components are issued at the place, all of them or none, each by the same slip.
///
/// Of a component whose lots or pieces are told apart, those go first that expire first, and none that have expired or are
/// set aside; each is booked by the slip with a number, `slip 7 / 1`.
///
/// A kit that was issued by the slip before is answered with nothing. Two kits that share a component go out by a slip each.
///
/// # Errors
/// [`IssueKitError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # use office_core::{Actor, Command, Currency, Id, MemoryStore, Money, Office, Quantity, Role, UnitCode, wait};
/// # use office_core::subject::ItemId;
/// # use office_inventory::{CostMethod, Item, ItemKind, NewItem, NewStock, OpeningStock, Stock};
/// # let [kit, mug, pen]: [ItemId; 3] = ["KIT", "MUG", "PEN"].map(|sku| Id::natural("item", sku));
/// # let (unit, currency, at) = (UnitCode::EACH, Currency::EUR, Id::natural("place", "R-S1"));
/// # let office = Office::on(MemoryStore::new());
/// # let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
/// # let at_noon = "2026-10-08T12:00:00Z".parse()?;
/// # let command = |key: &str| Command::new(key, "example", keeper.clone(), at_noon);
/// # for (sku, kind, there, cents) in
/// #     [("KIT", ItemKind::Kit, 0, 0), ("MUG", ItemKind::Stocked, 3, 15_00), ("PEN", ItemKind::Consumable, 5, 10_00)]
/// # {
/// #     let (item, name, category) = (Id::natural("item", sku), sku.to_owned(), "office".to_owned());
/// #     let (packs, vendor, reorder, cost_method) = (Default::default(), None, None, CostMethod::Fifo);
/// #     let new = NewItem { sku: sku.parse()?, name, category, kind, unit, packs, vendor, reorder, cost_method };
/// #     let (quantity, value) = (Quantity::whole(there, unit), Money::from_minor(cents, currency));
/// #     let opening = OpeningStock { quantity, value, at, on: "2026-01-01".parse()?, reference: "list".parse()? };
/// #     let opening = (there > 0).then_some(opening);
/// #     let listed = Item::list(new)?.fact().ok_or("a fact")?;
/// #     let opened = Stock::begin(NewStock { item, unit, currency, opening })?.fact().ok_or("a fact")?;
/// #     wait(office.transact(&command(sku)?, |tx| {
/// #         let (listed, opened) = (listed.clone(), opened.clone());
/// #         async move {
/// #             tx.create(Item::key(item), listed).await?;
/// #             tx.create(Stock::key(item), opened).await
/// #         }
/// #     }))?;
/// # }
/// # let bill = &office_inventory::KitBill::new([(mug, "1 each".parse()?), (pen, "2 each".parse()?)])?;
/// # let from = "2026-06-01".parse()?;
/// # wait(office.transact(&command("settle")?, |tx| async move {
/// #     office_inventory::settle_kit(&tx, kit, from, bill.clone()).await
/// # }))?;
/// use office_inventory::{IssueKitError, StockIssue, issue_kit};
///
/// // A kit holds a mug and two pens; there are 3 mugs and 5 pens.
/// let slip = &StockIssue {
///     quantity: "2 each".parse()?,
///     from: at,
///     cost_centre: Id::natural("cost_centre", "CC-200"),
///     issued_to: Some(Id::natural("person", "E-005")),
///     on: "2026-10-08".parse()?,
///     reference: "slip 7".parse()?,
/// };
/// let issued = wait(office.transact(&command("slip-7")?, |tx| async move { issue_kit(&tx, kit, slip.clone()).await }))?;
/// assert_eq!(issued.len(), 2);
///
/// // One pen is left, and so the mug stays too.
/// let slip = &StockIssue { quantity: "1 each".parse()?, reference: "slip 8".parse()?, ..slip.clone() };
/// let refused = wait(office.transact(&command("slip-8")?, |tx| async move { issue_kit(&tx, kit, slip.clone()).await }));
/// assert!(matches!(refused, Err(IssueKitError::Component { item, .. }) if item == pen));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn issue_kit(tx: &Tx, kit: ItemId, issue: StockIssue) -> Result<Vec<BookedComponent>, IssueKitError> {
    // Read.
    let book = read_kits(tx, kit).await?;
    let components = book.expand(kit, issue.quantity, issue.on)?;
    let mut shelves = Vec::with_capacity(components.len());
    for (item, quantity) in components {
        let whole = open_shelf(tx, item, Some(&issue.reference), issue.on).await?;
        // What goes out lot by lot is known by other papers.
        let stock = match whole.ledger().terms().tracking {
            Tracking::None => whole,
            Tracking::Lot | Tracking::Expiry | Tracking::Serial => {
                open_shelf(tx, item, Some(&part(&issue.reference, 1)?), issue.on).await?
            }
        };
        shelves.push(Component::read(tx, stock, quantity, issue.from).await?);
    }

    // Decide.
    let (mut booked, mut known) = (Vec::with_capacity(shelves.len()), None);
    for component in shelves {
        let item = component.item;
        let decided = component.give_out(&issue)?;
        known = known.or(decided.is_empty().then_some(item));
        booked.extend(decided);
    }
    if let Some(item) = known.filter(|_| !booked.is_empty()) {
        // It went out by the slip with something else, so that this kit would go out without it.
        let source = IssueStockError::ReferenceReused { reference: issue.reference };
        return Err(IssueKitError::Component { item, source });
    }

    // Record.
    Ok(record(tx, booked).await?)
}

/// Records what was decided of each component, and says what it means.
pub(super) async fn record(tx: &Tx, decided: Vec<Decided>) -> Result<Vec<BookedComponent>, StoreError> {
    let items: BTreeSet<_> = decided.iter().map(|decided| decided.item).collect();
    let mut booked = Vec::with_capacity(decided.len());
    for Decided { item, lot, quantity, fact } in decided {
        booked.extend(fact.entered().map(|entered| BookedComponent { item, lot, quantity, entered }));
        tx.record(Stock::key(item), fact).await?;
    }
    for item in items {
        put_away(tx, item).await?;
    }
    Ok(booked)
}
