//! Opening a count over what is kept, and booking what was found.

use std::collections::{BTreeMap, BTreeSet};

use office_core::subject::{ItemId, PersonId};
use office_core::{Entity, Quantity, StoreError, Tx, UnitPrice, UnitPriceError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{
    ConfirmedLine, CountLineError, CountSession, CountSessionFact, CountSessionId, CountStatus, CountedGoods, Found,
    NewCount,
};
use crate::filing::{open_shelf, put_away};
use crate::{
    ConfirmCountError, CountLine, CountSheet, CountStockError, CountVariance, Entered, Item, ItemUnitError, Location,
    ParseReferenceError, Stock, StockCount, StockFact, Tracking,
};

/// A count cannot be opened.
#[derive(Debug, Error)]
pub enum OpenCountError {
    /// The store has failed, or knows no stock of an item.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// Another count has the number or the id.
    #[error("another count is `{}`", number.as_str())]
    Reused {
        /// The number.
        number: crate::Reference,
    },
    /// There are too many lines.
    #[error("{lines} lines are too many for a count: {} are accepted", CountSession::MOST_LINES)]
    TooManyLines {
        /// How many.
        lines: usize,
    },
}

/// What was found cannot be written down.
#[derive(Debug, Error)]
pub enum EnterCountError {
    /// The store has failed, or knows no such count or item.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// The item is not traded in the unit.
    #[error("the quantity cannot be told in the stock unit")]
    Unit(#[from] ItemUnitError),
    /// The count refuses.
    #[error("the count refuses")]
    Line(#[from] CountLineError),
}

/// Nobody can be asked to count again.
#[derive(Debug, Error)]
pub enum AskRecountError {
    /// The store has failed, or knows no such count.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// The count is confirmed or dropped.
    #[error("the count is closed")]
    Closed,
    /// A line is not counted, or cannot be compared.
    #[error("the count cannot be compared")]
    Compare(#[from] ConfirmCountError),
    /// What goods cost cannot be told.
    #[error("what goods cost cannot be told")]
    Cost(#[from] UnitPriceError),
}

/// A count cannot be confirmed.
#[derive(Debug, Error)]
pub enum CloseCountError {
    /// The store has failed, or knows no such count.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// The count is dropped.
    #[error("the count is dropped")]
    Dropped,
    /// A line is not counted, or cannot be compared.
    #[error("the count cannot be compared")]
    Compare(#[from] ConfirmCountError),
    /// What goods cost cannot be told.
    #[error("what goods cost cannot be told")]
    Cost(#[from] UnitPriceError),
    /// Lines are off by more than is tolerated, and were not counted again.
    #[error("{} lines are off by more than is tolerated: they are to be counted again", lines.len())]
    OverTolerance {
        /// The lines, and by how much they are off.
        lines: Vec<(CountedGoods, CountVariance)>,
    },
    /// The number is too long to tell lines apart by it.
    #[error("the number is too long to tell lines apart by it")]
    Reference(#[from] ParseReferenceError),
    /// A stock refuses what was found.
    #[error("the stock refuses what was found of {}", goods.item)]
    Stock {
        /// What was counted.
        goods: CountedGoods,
        /// Why it refuses.
        source: Box<CountStockError>,
    },
}

/// What a confirmed line means for the books.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookedCount {
    /// What was counted.
    pub goods: CountedGoods,
    /// What the books expected.
    pub expected: Quantity,
    /// What was found.
    pub counted: Quantity,
    /// What the difference is worth and means for the books; nothing where there is none.
    pub entered: Option<Entered>,
}

/// Opens a count of items at a place: one line for each, or for each lot of it that is there.
///
/// # Errors
/// [`OpenCountError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("paper.txt")]
///
/// let open = |key: &str, id, number: &str| {
///     let (number, on) = (number.parse().unwrap(), "2026-10-30".parse().unwrap());
///     let count = &NewCount { number, place: at, on, tolerance: CountTolerance::default() };
///     wait(office.transact(&command(key), |tx| async move { open_count(&tx, id, count.clone(), &[paper]).await }))
/// };
/// let id = Id::natural("count", "C-1");
/// open("open", id, "C-1")?;
/// let session = wait(office.view(|view| async move { view.load(id).await }))?;
/// assert_eq!(session.lines()[0].goods, CountedGoods { item: paper, lot: None });
/// // Whoever counts is not told what the books expect.
/// assert_eq!(session.lines()[0].found, None);
/// // A number stands for one count.
/// let other = open("other", Id::natural("count", "C-2"), "C-1");
/// assert!(matches!(other, Err(OpenCountError::Reused { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn open_count(tx: &Tx, id: CountSessionId, count: NewCount, items: &[ItemId]) -> Result<(), OpenCountError> {
    // Read.
    let named = tx.find_by(CountSession::BY_NUMBER, &count.number.as_str().to_owned()).await?;
    let known = match named {
        Some((known, session)) => Some((known == id, session)),
        None => tx.find(id).await?.map(|session| (false, session)),
    };
    match known {
        Some((true, session)) if *session.new_count() == count => return Ok(()),
        Some(_) => return Err(OpenCountError::Reused { number: count.number }),
        None => {}
    }
    let mut goods = Vec::new();
    for item in items {
        let stock = tx.load(Stock::key(*item)).await?;
        let lots = stock.ledger().lots_at(Location::Storage(count.place)).map(|(lot, _)| lot);
        match stock.ledger().terms().tracking {
            Tracking::None => goods.push(CountedGoods { item: *item, lot: None }),
            Tracking::Lot | Tracking::Expiry | Tracking::Serial => {
                goods.extend(lots.map(|lot| CountedGoods { item: *item, lot }));
            }
        }
    }

    // Decide.
    goods.sort_unstable();
    goods.dedup();
    if goods.len() > CountSession::MOST_LINES {
        return Err(OpenCountError::TooManyLines { lines: goods.len() });
    }

    // Record.
    tx.create(id, CountSessionFact::Opened { count, goods }).await?;
    Ok(())
}

/// Writes down what was found, in any unit in which the item is traded. For an example, see [`open_count`].
///
/// # Errors
/// [`EnterCountError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("paper.txt")]
#[doc = include_str!("opened.txt")]
///
/// let found = |key: &str, quantity: &str| {
///     let found = Found { quantity: quantity.parse().unwrap(), by, surplus_value: None };
///     wait(office.transact(&command(key), |tx| async move { enter_count(&tx, id, goods, found).await }))
/// };
/// found("found", "2 box")?;
/// let session = wait(office.view(|view| async move { view.load(id).await }))?;
/// assert_eq!(session.lines()[0].found.map(|found| found.quantity), Some("10 ream".parse()?));
/// // Paper is not sold by weight.
/// assert!(matches!(found("weight", "25 kg"), Err(EnterCountError::Unit(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn enter_count(
    tx: &Tx,
    id: CountSessionId,
    goods: CountedGoods,
    found: Found,
) -> Result<(), EnterCountError> {
    // Read.
    let session = tx.load(id).await?;
    let item = tx.load(Item::key(goods.item)).await?;

    // Decide.
    let quantity = item.in_stock_unit(found.quantity)?;
    let decision = session.count(goods, Found { quantity, ..found })?;

    // Record.
    tx.decide(id, decision).await?;
    Ok(())
}

/// Asks for another count of every line that is off by more than is tolerated and was not counted again yet; says which.
/// For an example, see [`open_count`].
///
/// # Errors
/// [`AskRecountError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("paper.txt")]
#[doc = include_str!("opened.txt")]
///
/// let again = |key: &str| wait(office.transact(&command(key), |tx| async move { ask_recount(&tx, id).await }));
/// // Nobody can say how far off is what was not counted.
/// assert!(matches!(again("early"), Err(AskRecountError::Compare(_))));
/// // Eight reams of ten are too far off; nine are tolerated.
/// enter("eight", "8 ream")?;
/// assert_eq!(again("look")?, [goods]);
/// enter("nine", "9 ream")?;
/// assert_eq!(again("good")?, []);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn ask_recount(tx: &Tx, id: CountSessionId) -> Result<Vec<CountedGoods>, AskRecountError> {
    // Read.
    let session = tx.load(id).await?;
    if *session.status() != CountStatus::Open {
        return Err(AskRecountError::Closed);
    }
    let shelves = shelves(tx, &session).await?;

    // Decide.
    let over = over(&session, &sheet(&session, &shelves)?)?;
    let goods: Vec<_> = over.into_iter().map(|(goods, _)| goods).collect();

    // Record.
    if !goods.is_empty() {
        tx.record(id, CountSessionFact::RecountAsked { goods: goods.clone() }).await?;
    }
    Ok(goods)
}

/// Confirms a count: of every line, what was found is what was there at the end of the day of the count, whatever moved
/// meanwhile. Answers with what the differences mean for the books; with nothing where it was confirmed before. For an
/// example, see [`open_count`].
///
/// # Errors
/// [`CloseCountError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("paper.txt")]
#[doc = include_str!("opened.txt")]
///
/// let right = |key: &str| wait(office.transact(&command(key), |tx| async move { confirm_count(&tx, id, by).await }));
/// // Eight reams of ten are too far off to be believed at once.
/// enter("once", "8 ream")?;
/// assert!(matches!(right("once-is-not-enough"), Err(CloseCountError::OverTolerance { .. })));
/// ask("again")?;
/// enter("twice", "8 ream")?;
/// let booked = right("right")?;
/// assert_eq!(booked[0].entered.as_ref().ok_or("a difference")?.value.to_string(), "8.40 EUR");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn confirm_count(tx: &Tx, id: CountSessionId, by: PersonId) -> Result<Vec<BookedCount>, CloseCountError> {
    // Read.
    let session = tx.load(id).await?;
    match session.status() {
        CountStatus::Open => {}
        CountStatus::Confirmed { .. } => return Ok(Vec::new()),
        CountStatus::Dropped => return Err(CloseCountError::Dropped),
    }
    let mut shelves = shelves(tx, &session).await?;

    // Decide.
    let sheet = sheet(&session, &shelves)?;
    let over = over(&session, &sheet)?;
    if !over.is_empty() {
        return Err(CloseCountError::OverTolerance { lines: over });
    }
    let NewCount { number, place, on, .. } = session.new_count();
    let (mut facts, mut booked) = (Vec::new(), Vec::new());
    for ((line, expected), at) in session.lines().iter().zip(&sheet.lines).zip(1_u32..) {
        let (Some(found), Some(stock)) = (line.found, shelves.get_mut(&line.goods.item)) else { continue };
        let (goods, counted, reference) = (line.goods, found.quantity, format!("{number} / {at}").parse()?);
        let count = StockCount { counted, at: *place, on: *on, reference, surplus_value: found.surplus_value };
        let decision = stock
            .count_of(goods.lot, count)
            .map_err(|source| CloseCountError::Stock { goods, source: Box::new(source) })?;
        let fact = decision.fact();
        let entered = fact.as_ref().and_then(StockFact::entered);
        booked.push(BookedCount { goods, expected: expected.expected, counted, entered });
        if let Some(fact) = fact {
            stock.apply(&fact);
            facts.push((goods.item, fact));
        }
    }

    // Record.
    let line = |&BookedCount { goods, expected, counted, .. }: &BookedCount| ConfirmedLine { goods, expected, counted };
    let lines = booked.iter().map(line).collect();
    tx.record(id, CountSessionFact::Confirmed { by, lines }).await?;
    for (item, fact) in facts {
        tx.record(Stock::key(item), fact).await?;
    }
    for item in shelves.keys() {
        put_away(tx, *item).await?;
    }
    Ok(booked)
}

/// The stock of each item that is counted, with what happened since the day of the count.
async fn shelves(tx: &Tx, session: &CountSession) -> Result<BTreeMap<ItemId, Stock>, StoreError> {
    let items: BTreeSet<_> = session.lines().iter().map(|line| line.goods.item).collect();
    let mut shelves = BTreeMap::new();
    for item in items {
        shelves.insert(item, open_shelf(tx, item, None, session.new_count().on).await?);
    }
    Ok(shelves)
}

/// The sheet with what the books expect, as they are now.
fn sheet(session: &CountSession, shelves: &BTreeMap<ItemId, Stock>) -> Result<CountSheet, UnitPriceError> {
    let NewCount { place, on, tolerance, .. } = session.new_count();
    let mut lines = Vec::with_capacity(session.lines().len());
    for line in session.lines() {
        let Some(stock) = shelves.get(&line.goods.item) else { continue };
        let (ledger, shelf) = (stock.ledger(), Location::Storage(*place));
        let CountedGoods { item, lot } = line.goods;
        // Nothing is expected of days that are not known any more; the stock refuses them.
        let expected = ledger.on_hand_of_at(shelf, lot, *on).unwrap_or(Quantity::zero(ledger.unit()));
        let (held, worth) = ledger.worth_of(shelf, lot);
        let unit_cost = if held.is_positive() && !worth.is_negative() {
            UnitPrice::new(worth.amount(), worth.currency(), held)?
        } else {
            UnitPrice::new(office_core::Decimal::ZERO, ledger.currency(), Quantity::whole(1, ledger.unit()))?
        };
        let counted = line.found.map(|found| found.quantity);
        lines.push(CountLine { item, place: *place, lot, expected, counted, unit_cost });
    }
    Ok(CountSheet { lines, tolerance: *tolerance })
}

/// The lines that are off by more than is tolerated, but for those that were counted again.
fn over(session: &CountSession, sheet: &CountSheet) -> Result<Vec<(CountedGoods, CountVariance)>, ConfirmCountError> {
    let lines = match sheet.confirm(false) {
        Ok(_) => Vec::new(),
        Err(ConfirmCountError::OverTolerance { lines }) => lines,
        Err(error) => return Err(error),
    };
    let once = lines.into_iter().filter_map(|(at, variance)| {
        let line = session.lines().get(at).filter(|line| line.before.is_none())?;
        Some((line.goods, variance))
    });
    Ok(once.collect())
}
