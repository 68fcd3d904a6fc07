//! Putting kits together and taking them apart.

use chrono::NaiveDate;
use office_core::subject::{ItemId, PlaceId};
use office_core::{Decimal, Decision, Money, MoneyError, Quantity, Ratio, Rounding, StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::component::Decided;
use super::keeping::record;
use super::{BookedComponent, ExpandKitError, read_kits};
use crate::filing::open_shelf;
use crate::{
    AssembleStockError, ChargeBasis, ChargedLine, Location, Reference, ShareChargeError, Stock, StockAssembly,
    share_charge,
};

/// Kits that are put together, or taken apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assembly {
    /// How many kits, in any unit in which they are traded.
    pub quantity: Quantity,
    /// Where they and their components lie.
    pub at: PlaceId,
    /// The day, which also says by which bill.
    pub on: NaiveDate,
    /// The paper it is booked by.
    pub reference: Reference,
}

/// Kits cannot be put together or taken apart.
#[derive(Debug, Error)]
pub enum AssembleKitError {
    /// The store has failed, or knows no such item or stock.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// The kit cannot be taken apart into its components.
    #[error("the components cannot be told")]
    Expand(#[from] ExpandKitError),
    /// The stock of the kit or of a component refuses, and nothing is moved.
    #[error("the stock of {item} refuses")]
    Stock {
        /// The kit, or the component.
        item: ItemId,
        /// Why.
        source: AssembleStockError,
    },
    /// The value cannot be added up.
    #[error("the value cannot be added up")]
    Value(#[from] MoneyError),
    /// The value cannot be shared among the components.
    #[error("the value cannot be shared among the components")]
    Share(#[from] ShareChargeError),
}

impl AssembleKitError {
    /// The paper has moved a component with another kit, so that this one would do without it.
    const fn reused(item: ItemId, reference: Reference) -> Self {
        Self::Stock { item, source: AssembleStockError::ReferenceReused { reference } }
    }
}

/// Puts kits together: their components leave the shelf, and the kits come onto it at what those were worth. Kits within
/// the kit are put together on the way. Components whose lots or pieces are told apart are issued rather than put together:
/// nothing would say of which they were when the kit is taken apart.
///
/// Kits that were put together by the paper before are answered with nothing. Two kits that share a component have a paper
/// each.
///
/// # Errors
/// [`AssembleKitError`]; nothing is recorded then.
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
/// use office_inventory::{AssembleKitError, Assembly, assemble_kit};
///
/// // A kit holds a mug and two pens; there are 3 mugs at 5.00 and 5 pens at 2.00.
/// let (on, reference) = ("2026-10-08".parse()?, "AS-1".parse()?);
/// let two = &Assembly { quantity: "2 each".parse()?, at, on, reference };
/// wait(office.transact(&command("as-1")?, |tx| async move { assemble_kit(&tx, kit, two.clone()).await }))?;
/// let kits = wait(office.view(|view| async move { view.load(Stock::key(kit)).await }))?;
/// assert_eq!(kits.value().to_string(), "18.00 EUR");
///
/// let third = &Assembly { quantity: "1 each".parse()?, reference: "AS-2".parse()?, ..two.clone() };
/// let refused =
///     wait(office.transact(&command("as-2")?, |tx| async move { assemble_kit(&tx, kit, third.clone()).await }));
/// assert!(matches!(refused, Err(AssembleKitError::Stock { item, .. }) if item == pen));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn assemble_kit(tx: &Tx, kit: ItemId, assembly: Assembly) -> Result<Vec<BookedComponent>, AssembleKitError> {
    // Read.
    let (whole, shelves) = shelves(tx, kit, &assembly).await?;

    // Decide.
    let (mut decided, mut worth, mut known) = (Vec::new(), None::<Money>, None);
    for (item, goods, stock) in shelves {
        let refused = |source| AssembleKitError::Stock { item, source };
        let quantity = goods.quantity;
        let Decision::Record(fact) = stock.take_for_assembly(goods).map_err(refused)? else {
            known = Some(item);
            continue;
        };
        let value = fact.entered().map_or(Money::zero(stock.ledger().currency()), |entered| entered.value);
        worth = Some(worth.map_or(Ok(value), |sum| sum.checked_add(value))?);
        decided.push(Decided { item, lot: None, quantity, fact });
    }
    let (goods, stock) = whole;
    let quantity = goods.quantity;
    let value = worth.unwrap_or(Money::zero(stock.ledger().currency()));
    let refused = |source| AssembleKitError::Stock { item: kit, source };
    let Decision::Record(fact) = stock.put_from_assembly(goods, value).map_err(refused)? else { return Ok(Vec::new()) };
    if let Some(item) = known {
        return Err(AssembleKitError::reused(item, assembly.reference));
    }
    decided.push(Decided { item: kit, lot: None, quantity, fact });

    // Record.
    Ok(record(tx, decided).await?)
}

/// Takes kits apart: they leave the shelf, and what they were worth is shared among their components by what those cost
/// now, to the cent; where nothing is known of that, by how many there are.
///
/// Kits that were taken apart by the paper before are answered with nothing. Two kits that share a component have a paper
/// each.
///
/// # Errors
/// [`AssembleKitError`]; nothing is recorded then.
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
/// use office_inventory::{AssembleKitError, Assembly, assemble_kit, disassemble_kit};
///
/// // A kit holds a mug and two pens; there are 3 mugs at 5.00 and 5 pens at 2.00.
/// let (on, reference) = ("2026-10-08".parse()?, "AS-1".parse()?);
/// let one = &Assembly { quantity: "1 each".parse()?, at, on, reference };
/// wait(office.transact(&command("as-1")?, |tx| async move { assemble_kit(&tx, kit, one.clone()).await }))?;
///
/// let back = &Assembly { reference: "AS-2".parse()?, ..one.clone() };
/// wait(office.transact(&command("as-2")?, |tx| async move { disassemble_kit(&tx, kit, back.clone()).await }))?;
/// let mugs = wait(office.view(|view| async move { view.load(Stock::key(mug)).await }))?;
/// assert_eq!(mugs.value().to_string(), "15.00 EUR");
///
/// // No kit is left that could be taken apart.
/// let more = &Assembly { reference: "AS-3".parse()?, ..one.clone() };
/// let refused =
///     wait(office.transact(&command("as-3")?, |tx| async move { disassemble_kit(&tx, kit, more.clone()).await }));
/// assert!(matches!(refused, Err(AssembleKitError::Stock { item, .. }) if item == kit));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn disassemble_kit(
    tx: &Tx,
    kit: ItemId,
    assembly: Assembly,
) -> Result<Vec<BookedComponent>, AssembleKitError> {
    // Read.
    let ((goods, stock), shelves) = shelves(tx, kit, &assembly).await?;

    // Decide.
    let quantity = goods.quantity;
    let refused = |source| AssembleKitError::Stock { item: kit, source };
    let Decision::Record(fact) = stock.take_for_assembly(goods).map_err(refused)? else { return Ok(Vec::new()) };
    let worth = fact.entered().map_or(Money::zero(stock.ledger().currency()), |entered| entered.value);
    let mut decided = vec![Decided { item: kit, lot: None, quantity, fact }];
    let lines: Vec<_> = shelves.iter().map(|(_, goods, stock)| line(goods, stock)).collect();
    let shares = match share_charge(worth, &lines, ChargeBasis::Value) {
        Err(ShareChargeError::NoTotal) => share_charge(worth, &lines, ChargeBasis::Quantity)?,
        shares => shares?,
    };
    for ((item, goods, stock), value) in shelves.into_iter().zip(shares) {
        let refused = |source| AssembleKitError::Stock { item, source };
        let quantity = goods.quantity;
        let Decision::Record(fact) = stock.put_from_assembly(goods, value).map_err(refused)? else {
            return Err(AssembleKitError::reused(item, assembly.reference));
        };
        decided.push(Decided { item, lot: None, quantity, fact });
    }

    // Record.
    Ok(record(tx, decided).await?)
}

type Shelf = (StockAssembly, Stock);

/// The kits, and the components of all of them together.
async fn shelves(
    tx: &Tx,
    kit: ItemId,
    assembly: &Assembly,
) -> Result<(Shelf, Vec<(ItemId, StockAssembly, Stock)>), AssembleKitError> {
    let Assembly { quantity, at, on, reference } = assembly;
    let book = read_kits(tx, kit).await?;
    let components = book.expand(kit, *quantity, *on)?;
    let kits = book.item(kit)?.in_stock_unit(*quantity).map_err(ExpandKitError::from)?;
    let goods = |quantity| StockAssembly { quantity, at: *at, on: *on, reference: reference.clone() };
    let mut shelves = Vec::with_capacity(components.len());
    for (item, quantity) in components {
        shelves.push((item, goods(quantity), open_shelf(tx, item, Some(reference), *on).await?));
    }
    let whole = open_shelf(tx, kit, Some(reference), *on).await?;
    Ok(((goods(kits), whole), shelves))
}

/// What a component would cost now, for sharing.
fn line(goods: &StockAssembly, stock: &Stock) -> ChargedLine {
    let ledger = stock.ledger();
    let (held, value) = ledger.worth_of(Location::Storage(goods.at), None);
    let nothing = Money::zero(ledger.currency());
    let part = Ratio::from_decimal(goods.quantity.amount()).checked_div(Ratio::from_decimal(held.amount()));
    let worth =
        part.ok().filter(|part| part.is_positive()).and_then(|part| value.times_ratio(part, Rounding::HalfUp).ok());
    ChargedLine { value: worth.unwrap_or(nothing), quantity: goods.quantity.amount(), weight: Decimal::ZERO }
}
