//! Goods are used: off the shelf, into the journal, spent in the budget.

use office_core::subject::ItemId;
use office_core::{StoreError, Tx};
use office_finance::{Entry, EntryError, EntryId};
use office_inventory::{Entered, IssueGoodsError, Item, StockIssue, issue_goods};
use thiserror::Error;

use super::PurchasingRules;
use crate::accounts::NoAccountError;
use crate::journal::{PostAndSpendError, post_and_spend};

/// Gives goods out of stock to a cost centre, valued by the item's cost method.
///
/// The journal gets one entry (expense of the item's category against stock), and the budget of the cost centre counts
/// it as spent. The same issue slip again changes nothing.
///
/// # Errors
/// [`IssueError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/purchase.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, buying, command, day, delivery, euro, pens, placed, shop};
/// use office::core::Id;
/// use office::inventory::StockIssue;
/// use office::purchasing::{issue, receive};
///
/// let (office, rules) = (&shop()?, &buying()?);
/// let (order, came) = (placed(office, rules, "RQ-1")?, &delivery("DN-1", "3 box")?);
/// wait(office.transact(&command("DN-1", "ann")?, |tx| async move { receive(&tx, rules, order, came.clone()).await }))?;
/// let give = |slip: &str, boxes: &str| {
///     let goods = &StockIssue {
///         quantity: boxes.parse()?, from: Id::natural("place", "store"), cost_centre: Id::natural("cost_centre", "CC-200"),
///         issued_to: None, on: day(6), reference: slip.parse()?,
///     };
///     let key = command(slip, "ann")?;
///     Ok::<_, Failure>(wait(office.transact(&key, |tx| async move { issue(&tx, rules, pens(), goods.clone()).await })))
/// };
/// assert_eq!(give("SI-1", "1 box")??.value, euro(5_80));
/// // No more than is there.
/// assert!(give("SI-2", "3 box")?.is_err());
/// # Ok::<(), Failure>(())
/// ```
pub async fn issue(tx: &Tx, rules: &PurchasingRules, item: ItemId, goods: StockIssue) -> Result<Entered, IssueError> {
    // Read.
    let kept = tx.load(Item::key(item)).await?;

    // Decide and record what inventory makes of it.
    let (on, slip) = (goods.on, goods.reference.clone());
    let entered = issue_goods(tx, item, goods).await?;

    // Translate and record what it means for books and budget.
    let mut postings = Vec::new();
    for posting in &entered.postings {
        postings.extend(rules.accounts.stock_postings(posting, kept.category())?);
    }
    if !postings.is_empty() {
        let entry = Entry::balanced(on, format!("issue of {}", kept.name()), postings)?.resting_on(slip.as_str())?;
        post_and_spend(tx, &rules.chart, EntryId::natural("issue", &format!("{item}/{slip}")), entry).await?;
    }
    Ok(entered)
}

/// Goods cannot be given out.
#[derive(Debug, Error)]
pub enum IssueError {
    /// The store has failed, or knows no such item.
    #[error("the issue could not be stored")]
    Store(#[from] StoreError),
    /// What the item belongs to has no account.
    #[error(transparent)]
    Account(#[from] NoAccountError),
    /// The shelf does not give them.
    #[error(transparent)]
    Goods(#[from] IssueGoodsError),
    /// It does not make a journal entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The journal or the budget does not take it.
    #[error(transparent)]
    Post(#[from] PostAndSpendError),
}
