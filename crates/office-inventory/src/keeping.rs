//! Giving goods out and counting them, in any unit in which an item is traded.

use office_core::subject::ItemId;
use office_core::{Decision, Money, StoreError, Tx};
use thiserror::Error;

use crate::filing::{book, open_shelf};
use crate::{
    CountStockError, Entered, IssueStockError, Item, ItemUnitError, Reference, Stock, StockCount, StockFact, StockIssue,
};

/// Goods cannot be issued.
#[derive(Debug, Error)]
pub enum IssueGoodsError {
    /// The store has failed, or knows no such item.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// The item is not traded in the unit.
    #[error("the quantity cannot be told in the stock unit")]
    Unit(#[from] ItemUnitError),
    /// The stock refuses.
    #[error("the stock refuses")]
    Stock(#[from] IssueStockError),
}

/// A count cannot be booked.
#[derive(Debug, Error)]
pub enum CountGoodsError {
    /// The store has failed, or knows no such item.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// The item is not traded in the unit.
    #[error("the quantity cannot be told in the stock unit")]
    Unit(#[from] ItemUnitError),
    /// The stock refuses.
    #[error("the stock refuses")]
    Stock(#[from] CountStockError),
}

/// Issues goods from stock, in any unit in which the item is traded, and says what they cost.
///
/// An issue that was booked before is answered with what it costs now, and without postings.
///
/// # Errors
/// [`IssueGoodsError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # use office_core::{
/// #     Actor, Command, Currency, Id, MemoryStore, Money, Office, Ratio, Role, wait,
/// # };
/// # use office_inventory::{CostMethod, Item, ItemKind, NewItem, NewStock, OpeningStock, Stock};
/// # let paper = Id::natural("item", "PAP-A4");
/// # let listed = Item::list(NewItem {
/// #     sku: "PAP-A4".parse()?,
/// #     name: "Copy paper".to_owned(),
/// #     category: "office".to_owned(),
/// #     kind: ItemKind::Consumable,
/// #     unit: "ream".parse()?,
/// #     packs: [("box".parse()?, Ratio::from_integer(5))].into(),
/// #     vendor: None,
/// #     reorder: None,
/// #     cost_method: CostMethod::Fifo,
/// # })?.fact().ok_or("a fact")?;
/// # let (at, unit, currency) = (Id::natural("place", "R-S1"), "ream".parse()?, Currency::EUR);
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
/// use office_inventory::{IssueGoodsError, IssueStockError, StockIssue, issue_goods};
///
/// // There are 10 reams on the shelf, worth 42.00, and a box holds 5.
/// let slip = |reference: &str, quantity: &str| {
///     Ok::<_, Box<dyn std::error::Error>>(StockIssue {
///         quantity: quantity.parse()?,
///         from: Id::natural("place", "R-S1"),
///         cost_centre: Id::natural("cost_centre", "CC-200"),
///         issued_to: Some(Id::natural("person", "E-005")),
///         on: "2026-10-08".parse()?,
///         reference: reference.parse()?,
///     })
/// };
/// let slip_7 = slip("slip 7", "1 box")?;
/// let issued = wait(office.transact(&command("slip-7")?, |tx| {
///     let slip = slip_7.clone();
///     async move { issue_goods(&tx, paper, slip).await }
/// }))?;
/// assert_eq!(issued.value.to_string(), "21.00 EUR");
///
/// let slip_8 = slip("slip 8", "2 box")?;
/// let refused = wait(office.transact(&command("slip-8")?, |tx| {
///     let slip = slip_8.clone();
///     async move { issue_goods(&tx, paper, slip).await }
/// }));
/// assert!(matches!(refused, Err(IssueGoodsError::Stock(IssueStockError::Insufficient { .. }))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn issue_goods(tx: &Tx, item: ItemId, issue: StockIssue) -> Result<Entered, IssueGoodsError> {
    // Read.
    tx.fetch_both(Item::key(item), Stock::key(item)).await?;
    let kept = tx.load(Item::key(item)).await?;
    let stock = open_shelf(tx, item, Some(&issue.reference), issue.on).await?;

    // Decide.
    let quantity = kept.in_stock_unit(issue.quantity)?;
    let reference = issue.reference.clone();
    let decision = stock.issue(StockIssue { quantity, ..issue })?;
    let entered = outcome(&stock, &reference, &decision);

    // Record.
    if let Decision::Record(fact) = decision {
        book(tx, item, stock, fact).await?;
    }
    Ok(entered)
}

/// Books a count, in any unit in which the item is traded, and says what the difference is worth.
///
/// # Errors
/// [`CountGoodsError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # use office_core::{
/// #     Actor, Command, Currency, Id, MemoryStore, Money, Office, Ratio, Role, wait,
/// # };
/// # use office_inventory::{CostMethod, Item, ItemKind, NewItem, NewStock, OpeningStock, Stock};
/// # let paper = Id::natural("item", "PAP-A4");
/// # let listed = Item::list(NewItem {
/// #     sku: "PAP-A4".parse()?,
/// #     name: "Copy paper".to_owned(),
/// #     category: "office".to_owned(),
/// #     kind: ItemKind::Consumable,
/// #     unit: "ream".parse()?,
/// #     packs: [("box".parse()?, Ratio::from_integer(5))].into(),
/// #     vendor: None,
/// #     reorder: None,
/// #     cost_method: CostMethod::Fifo,
/// # })?.fact().ok_or("a fact")?;
/// # let (at, unit, currency) = (Id::natural("place", "R-S1"), "ream".parse()?, Currency::EUR);
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
/// use office_inventory::{CountGoodsError, StockCount, count_goods};
///
/// // The books say 10 reams, worth 42.00; one is missing.
/// let sheet = |counted: &str| {
///     let (at, on) = (Id::natural("place", "R-S1"), "2026-10-30".parse()?);
///     let (counted, reference) = (counted.parse()?, "sheet 1".parse()?);
///     Ok::<_, Box<dyn std::error::Error>>(StockCount { counted, at, on, reference, surplus_value: None })
/// };
/// let nine = sheet("9 ream")?;
/// let missing = wait(office.transact(&command("sheet-1")?, |tx| {
///     let count = nine.clone();
///     async move { count_goods(&tx, paper, count).await }
/// }))?;
/// assert_eq!(missing.value.to_string(), "4.20 EUR");
///
/// // The same sheet does not say something else afterwards.
/// let eight = sheet("8 ream")?;
/// let refused = wait(office.transact(&command("sheet-1-again")?, |tx| {
///     let count = eight.clone();
///     async move { count_goods(&tx, paper, count).await }
/// }));
/// assert!(matches!(refused, Err(CountGoodsError::Stock(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn count_goods(tx: &Tx, item: ItemId, count: StockCount) -> Result<Entered, CountGoodsError> {
    // Read.
    tx.fetch_both(Item::key(item), Stock::key(item)).await?;
    let kept = tx.load(Item::key(item)).await?;
    let stock = open_shelf(tx, item, Some(&count.reference), count.on).await?;

    // Decide.
    let counted = kept.in_stock_unit(count.counted)?;
    let reference = count.reference.clone();
    let decision = stock.count(StockCount { counted, ..count })?;
    let entered = outcome(&stock, &reference, &decision);

    // Record.
    if let Decision::Record(fact) = decision {
        book(tx, item, stock, fact).await?;
    }
    Ok(entered)
}

/// What a decision is worth; of what was booked before, what it is worth now.
fn outcome(stock: &Stock, reference: &Reference, decision: &Decision<StockFact>) -> Entered {
    let nothing = || Money::zero(stock.ledger().currency());
    let before = || {
        let booked = stock.ledger().movements().find(|(movement, _)| movement.reference == *reference);
        booked.map_or_else(nothing, |(_, value)| value)
    };
    match decision {
        Decision::Record(fact) => fact.entered().unwrap_or_else(|| Entered { value: nothing(), postings: Vec::new() }),
        Decision::AlreadyRecorded => Entered { value: before(), postings: Vec::new() },
    }
}
