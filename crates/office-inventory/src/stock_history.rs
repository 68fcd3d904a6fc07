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
