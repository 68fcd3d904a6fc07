//! Keeping the stock small: movements are filed away page by page, and fetched again where something comes late.
//!
//! Law 24 of the crate; `tests/stock/filing.rs` holds it.

use std::error::Error;

use chrono::NaiveDate;
use office_core::subject::ItemId;
use office_core::{Decision, Entity, StoreError, Tx, View};
use thiserror::Error;

use crate::{Ledger, Reference, Stock, StockFact, StockPage, StockPageFact};

/// The stock of an item, with all that is to be known of it to book a paper on a day.
///
/// What was filed away of that day or later is with the stock again. A paper that is filed elsewhere is known, too; what
/// is known of it is not recorded, as nothing new is booked by it.
pub(crate) async fn open_shelf(
    tx: &Tx,
    item: ItemId,
    paper: Option<&Reference>,
    on: NaiveDate,
) -> Result<Stock, StoreError> {
    let mut stock = tx.load(Stock::key(item)).await?;
    let closed = stock.ledger().closed_through().is_some_and(|closed| on <= closed);
    while let Some(number) = stock.last_page().filter(|_| !closed && stock.is_filed(on)) {
        let Some(fact) = page(tx, item, number).await? else { break };
        tx.record(Stock::key(item), fact).await?;
        tx.record(StockPage::key(item, number), StockPageFact::Reopened).await?;
        stock = tx.load(Stock::key(item)).await?;
    }
    let Some(paper) = paper.filter(|paper| stock.last_page().is_some() && !stock.knows(paper)) else {
        return Ok(stock);
    };
    let filed = tx.find_by(StockPage::BY_PAPER, &(item, paper.as_str().to_owned())).await?;
    if let Some((_, filed)) = filed {
        back_to(tx, item, &mut stock, |_, number| number > filed.content().number).await?;
        if let Some(fact) = page(tx, item, filed.content().number).await? {
            stock.apply(&fact);
        }
    }
    Ok(stock)
}

/// What is asked of the stock cannot be done.
#[derive(Debug, Error)]
pub enum HandleGoodsError<E: Error + 'static> {
    /// The store has failed, or knows no such stock.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// The stock refuses.
    #[error("the stock refuses")]
    Refused(#[source] E),
}

/// Does with the stock of an item what is decided on it: takes in, moves, sets aside, takes back. What was filed away of
/// the day or later is fetched first, a paper that is filed elsewhere is recognised, and what is more than the stock is
/// to hold is filed away in the end.
///
/// # Errors
/// [`HandleGoodsError`]; nothing is recorded then.
///
/// # Example
/// ```
/// use office_core::{Actor, Command, Currency, Id, MemoryStore, Money, Office, Role, wait};
/// use office_inventory::{HandleGoodsError, NewStock, ReceiveStockError, Stock, StockReceipt, handle_goods};
///
/// # let (item, unit, currency) = (Id::natural("item", "PAP-A4"), "ream".parse()?, Currency::EUR);
/// # let opened = Stock::begin(NewStock { item, unit, currency, opening: None })?.fact().ok_or("a fact")?;
/// # let office = Office::on(MemoryStore::new());
/// # let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
/// # let noon = "2026-10-08T12:00:00Z".parse()?;
/// # let command = |key: &str| Command::new(key, "example", keeper.clone(), noon);
/// # wait(office.transact(&command("open")?, |tx| {
/// #     let opened = opened.clone();
/// #     async move { tx.create(Stock::key(item), opened).await }
/// # }))?;
/// let note = |quantity: &str| {
///     Ok::<_, Box<dyn std::error::Error>>(StockReceipt {
///         quantity: quantity.parse()?,
///         value: Money::from_minor(205_00, Currency::EUR),
///         from: Id::natural("party", "V-01"),
///         to: Id::natural("place", "R-S1"),
///         on: "2026-10-08".parse()?,
///         reference: "DN-03".parse()?,
///     })
/// };
/// let receive = |key: &str, note: StockReceipt| {
///     let command = command(key)?;
///     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| {
///         let note = note.clone();
///         async move {
///             let (paper, on) = (note.reference.clone(), note.on);
///             handle_goods(&tx, item, Some(&paper), on, |stock| stock.receive(note)).await.map(|entered| entered.is_some())
///         }
///     })))
/// };
/// assert!(receive("first", note("50 ream")?)??);
/// assert!(!receive("again", note("50 ream")?)??);
/// let refused = receive("other", note("40 ream")?)?;
/// assert!(matches!(refused, Err(HandleGoodsError::Refused(ReceiveStockError::ReferenceReused { .. }))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn handle_goods<E: Error + 'static>(
    tx: &Tx,
    item: ItemId,
    paper: Option<&Reference>,
    on: NaiveDate,
    decide: impl FnOnce(&Stock) -> Result<Decision<StockFact>, E>,
) -> Result<Option<StockFact>, HandleGoodsError<E>> {
    // Read.
    let stock = open_shelf(tx, item, paper, on).await?;

    // Decide.
    let Decision::Record(fact) = decide(&stock).map_err(HandleGoodsError::Refused)? else { return Ok(None) };

    // Record.
    book(tx, item, stock, fact.clone()).await?;
    Ok(Some(fact))
}

/// Records what was decided on the stock, and files away what is then more than it is to hold.
pub(crate) async fn book(tx: &Tx, item: ItemId, mut stock: Stock, fact: StockFact) -> Result<(), StoreError> {
    stock.apply(&fact);
    tx.record(Stock::key(item), fact).await?;
    file(tx, item, stock).await
}

/// Files away what is more than the stock is to hold.
pub(crate) async fn put_away(tx: &Tx, item: ItemId) -> Result<(), StoreError> {
    let stock = tx.load(Stock::key(item)).await?;
    file(tx, item, stock).await
}

async fn file(tx: &Tx, item: ItemId, mut stock: Stock) -> Result<(), StoreError> {
    while let Some((content, fact)) = stock.surplus() {
        let key = StockPage::key(item, content.number);
        tx.create(key, StockPageFact::Filed(Box::new(content))).await?;
        stock.apply(&fact);
        tx.record(Stock::key(item), fact).await?;
    }
    Ok(())
}

/// The ledger of an item as it is known since a day: what is on hand and worth what on every day from then on, as far as
/// periods are open. What was filed away is fetched again.
///
/// # Errors
/// [`StoreError::is_not_found`] where no stock of the item is kept.
///
/// # Example
/// ```
/// use office_core::{Actor, Command, Currency, Id, MemoryStore, Office, Role, wait};
/// use office_inventory::{NewStock, Stock, ledger_since};
///
/// let (item, unit, currency) = (Id::natural("item", "PAP-A4"), "ream".parse()?, Currency::EUR);
/// let opened = Stock::begin(NewStock { item, unit, currency, opening: None })?.fact().ok_or("a fact")?;
/// let office = Office::on(MemoryStore::new());
/// let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
/// let open = Command::new("open", "example", keeper, "2026-10-08T12:00:00Z".parse()?)?;
/// wait(office.transact(&open, |tx| {
///     let opened = opened.clone();
///     async move { tx.create(Stock::key(item), opened).await }
/// }))?;
/// let day = "2026-10-01".parse()?;
/// let ledger = wait(office.view(|view| async move { ledger_since(&view, item, day).await }))?;
/// assert!(ledger.value_at(day).is_some_and(|value| value.is_zero()));
///
/// let unknown = Id::natural("item", "PAP-A2");
/// let refused = wait(office.view(|view| async move { ledger_since(&view, unknown, day).await }));
/// assert!(refused.is_err_and(|error| error.is_not_found()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn ledger_since(view: &View, item: ItemId, day: NaiveDate) -> Result<Ledger, StoreError> {
    let mut stock = view.load(Stock::key(item)).await?;
    back_to(view, item, &mut stock, |stock, _| stock.is_filed(day)).await?;
    Ok(stock.ledger().clone())
}

/// Puts pages back, the last first, as long as more is wanted.
async fn back_to(
    view: &View,
    item: ItemId,
    stock: &mut Stock,
    more: impl Fn(&Stock, u32) -> bool,
) -> Result<(), StoreError> {
    while let Some(number) = stock.last_page().filter(|number| more(stock, *number)) {
        let Some(fact) = page(view, item, number).await? else { return Ok(()) };
        stock.apply(&fact);
    }
    Ok(())
}

/// What putting a page back does to the stock.
async fn page(view: &View, item: ItemId, number: u32) -> Result<Option<StockFact>, StoreError> {
    let page = view.load(StockPage::key(item, number)).await?;
    let content = page.content().clone();
    Ok(content.ledger.map(|ledger| StockFact::Unfiled {
        before: content.before,
        ledger: Box::new(ledger),
        counts: content.counts,
    }))
}
