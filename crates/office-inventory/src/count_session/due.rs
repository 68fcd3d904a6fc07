//! What is to be counted, of what is kept.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{ItemId, PlaceId};
use office_core::{Id, StoreError, View};

use crate::{CountProgramme, Counted, DueCount, Stock};

/// The items of which something is at a place.
///
/// # Errors
/// [`StoreError`].
///
/// # Example
/// ```
/// # use office_core::{Actor, Command, Currency, Id, MemoryStore, Money, Office, Role, wait};
/// # use office_inventory::{CostMethod, Item, ItemKind, NewItem, NewStock, OpeningStock, Stock};
/// # let paper = Id::natural("item", "PAP-A4");
/// # let (at, unit, currency) = (Id::natural("place", "R-S1"), "ream".parse()?, Currency::EUR);
/// # let listed = Item::list(NewItem {
/// #     sku: "PAP-A4".parse()?,
/// #     name: "Copy paper".to_owned(),
/// #     category: "office".to_owned(),
/// #     kind: ItemKind::Consumable,
/// #     unit,
/// #     packs: Default::default(),
/// #     vendor: None,
/// #     reorder: None,
/// #     cost_method: CostMethod::Fifo,
/// # })?.fact().ok_or("a fact")?;
/// # let (quantity, value) = ("10 ream".parse()?, Money::from_minor(42_00, currency));
/// # let opening = Some(OpeningStock { quantity, value, at, on: "2026-10-01".parse()?, reference: "list".parse()? });
/// # let opened = Stock::begin(NewStock { item: paper, unit, currency, opening })?.fact().ok_or("a fact")?;
/// # let office = Office::on(MemoryStore::new());
/// # let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
/// # let at_noon = "2026-10-08T12:00:00Z".parse()?;
/// # let command = |key: &str| Command::new(key, "example", keeper.clone(), at_noon);
/// # wait(office.transact(&command("open")?, |tx| {
/// #     let (listed, opened) = (listed.clone(), opened.clone());
/// #     async move {
/// #         tx.create(Item::key(paper), listed).await?;
/// #         tx.create(Stock::key(paper), opened).await
/// #     }
/// # }))?;
/// use office_inventory::items_at;
///
/// // There are ten reams in the room, and nothing in the cellar.
/// assert_eq!(wait(office.view(|view| async move { items_at(&view, at).await }))?, [paper]);
/// let cellar = Id::natural("place", "R-K1");
/// assert!(wait(office.view(|view| async move { items_at(&view, cellar).await }))?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn items_at(view: &View, place: PlaceId) -> Result<Vec<ItemId>, StoreError> {
    /// How many stocks are read at a time.
    const PAGE: usize = 100;
    let (mut items, mut after) = (Vec::new(), None);
    loop {
        let stocks = view.every::<Stock>(after, PAGE).await?;
        let Some((last, _)) = stocks.last() else { return Ok(items) };
        after = Some(*last);
        items.extend(
            stocks.iter().filter(|(_, stock)| !stock.on_hand_at(place).is_zero()).map(|(_, stock)| stock.item()),
        );
    }
}

/// The items that a programme has counted on a day, at most so many: of those of which stock is kept.
///
/// # Errors
/// [`StoreError`].
///
/// # Example
/// ```
/// # use office_core::{Actor, Command, Currency, Id, MemoryStore, Money, Office, Role, wait};
/// # use office_inventory::{CostMethod, Item, ItemKind, NewItem, NewStock, OpeningStock, Stock};
/// # let paper = Id::natural("item", "PAP-A4");
/// # let (at, unit, currency) = (Id::natural("place", "R-S1"), "ream".parse()?, Currency::EUR);
/// # let listed = Item::list(NewItem {
/// #     sku: "PAP-A4".parse()?,
/// #     name: "Copy paper".to_owned(),
/// #     category: "office".to_owned(),
/// #     kind: ItemKind::Consumable,
/// #     unit,
/// #     packs: Default::default(),
/// #     vendor: None,
/// #     reorder: None,
/// #     cost_method: CostMethod::Fifo,
/// # })?.fact().ok_or("a fact")?;
/// # let (quantity, value) = ("10 ream".parse()?, Money::from_minor(42_00, currency));
/// # let opening = Some(OpeningStock { quantity, value, at, on: "2026-10-01".parse()?, reference: "list".parse()? });
/// # let opened = Stock::begin(NewStock { item: paper, unit, currency, opening })?.fact().ok_or("a fact")?;
/// # let office = Office::on(MemoryStore::new());
/// # let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
/// # let at_noon = "2026-10-08T12:00:00Z".parse()?;
/// # let command = |key: &str| Command::new(key, "example", keeper.clone(), at_noon);
/// # wait(office.transact(&command("open")?, |tx| {
/// #     let (listed, opened) = (listed.clone(), opened.clone());
/// #     async move {
/// #         tx.create(Item::key(paper), listed).await?;
/// #         tx.create(Stock::key(paper), opened).await
/// #     }
/// # }))?;
/// use office_inventory::{CountProgramme, CountProgrammeError, due_counts};
///
/// // Things of class A are counted each month. Ten reams of paper are there, and were never counted; no stock is kept of ink.
/// let (programme, ink) = (&CountProgramme::new([('A', 30)])?, Id::natural("item", "INK"));
/// let classes = &[(paper, 'A'), (ink, 'A')].into();
/// let today = "2026-10-08".parse()?;
/// let due = wait(office.view(|view| async move { due_counts(&view, programme, classes, today, 10).await }))?;
/// assert_eq!(due.iter().map(|due| due.item).collect::<Vec<_>>(), [paper]);
///
/// let never = CountProgramme::new([('A', 0)]);
/// assert_eq!(never.err(), Some(CountProgrammeError::NoDays));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn due_counts<C: Copy + Ord + Sync>(
    view: &View,
    programme: &CountProgramme<C>,
    classes: &BTreeMap<ItemId, C>,
    today: NaiveDate,
    most: usize,
) -> Result<Vec<DueCount<C>>, StoreError> {
    let keys: Vec<Id<Stock>> = classes.keys().map(|item| Stock::key(*item)).collect();
    let stocks = view.find_each(&keys).await?;
    let kept = classes.iter().zip(stocks).filter_map(|((item, class), stock)| {
        let last = stock?.last_count();
        Some(Counted { item: *item, class: *class, last })
    });
    Ok(programme.due(&kept.collect::<Vec<_>>(), today, most))
}
