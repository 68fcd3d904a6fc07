//! All that ever happened to the stock of an item, also in periods that are closed.

use chrono::NaiveDate;
use office_core::subject::ItemId;
use office_core::{Entity, StoreError, View};

use crate::{Ledger, Stock, StockFact, ledger_since};

/// How many facts are read at a time.
const AT_ONCE: usize = 1_000;

/// The ledger of an item as it is known on and since a day. What was filed away is fetched again, and what was put
/// together at the end of a period is told again from the facts.
///
/// Takes time in proportion to all that ever happened where the day lies before the end of a closed period, else as
/// [`ledger_since`].
///
/// # Errors
/// [`StoreError::is_not_found`] where no stock of the item is kept.
///
/// # Example
/// ```
/// # use office_core::{Actor, Command, Currency, Id, MemoryStore, Money, Office, Role, wait};
/// use office_inventory::{NewStock, OpeningStock, Stock, handle_goods, ledger_of, ledger_since};
///
/// # let (item, unit, currency) = (Id::natural("item", "PAP-A4"), "ream".parse()?, Currency::EUR);
/// # let (quantity, value, at) = ("10 ream".parse()?, Money::from_minor(42_00, currency), Id::natural("place", "R-S1"));
/// # let opening = Some(OpeningStock { quantity, value, at, on: "2026-09-01".parse()?, reference: "list".parse()? });
/// # let opened = Stock::begin(NewStock { item, unit, currency, opening })?.fact().ok_or("a fact")?;
/// # let office = Office::on(MemoryStore::new());
/// # let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
/// # let noon = "2026-10-08T12:00:00Z".parse()?;
/// # let command = |key: &str| Command::new(key, "example", keeper.clone(), noon);
/// // Ten reams are there since 1 September, and September is closed.
/// let end = "2026-09-30".parse()?;
/// wait(office.transact(&command("close")?, |tx| {
///     let opened = opened.clone();
///     async move {
///         tx.create(Stock::key(item), opened).await?;
///         handle_goods(&tx, item, None, end, |stock| stock.close(end)).await.map(drop)
///     }
/// }))?;
/// let day = "2026-09-15".parse()?;
/// let open = wait(office.view(|view| async move { ledger_since(&view, item, day).await }))?;
/// assert_eq!(open.value_at(day), None);
/// let all = wait(office.view(|view| async move { ledger_of(&view, item, day).await }))?;
/// assert_eq!(all.value_at(day), Some(Money::from_minor(42_00, Currency::EUR)));
///
/// let unknown = Id::natural("item", "PAP-A2");
/// let refused = wait(office.view(|view| async move { ledger_of(&view, unknown, day).await }));
/// assert!(refused.is_err_and(|error| error.is_not_found()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn ledger_of(view: &View, item: ItemId, day: NaiveDate) -> Result<Ledger, StoreError> {
    let ledger = ledger_since(view, item, day).await?;
    if ledger.forgotten_through().is_none_or(|forgotten| day >= forgotten) {
        return Ok(ledger);
    }
    let mut stock: Option<Stock> = None;
    let mut after = 0;
    loop {
        let facts = view.history(Stock::key(item), after, AT_ONCE).await?;
        for recorded in &facts {
            after = recorded.rev();
            let Some(fact) = recorded.fact::<Stock>()? else { continue };
            match (&mut stock, fact) {
                // Nothing is put together, filed away or fetched again here.
                (_, StockFact::PeriodClosed { .. } | StockFact::Filed(_) | StockFact::Unfiled { .. }) => {}
                (Some(stock), fact) => stock.apply(&fact),
                (None, fact) => stock = Stock::open(&fact),
            }
        }
        if facts.len() < AT_ONCE {
            break;
        }
    }
    Ok(stock.map_or(ledger, |stock| stock.ledger().clone()))
}
