//! Goods are used: off the shelf, into the journal, spent in the budget.

use chrono::Datelike;
use office_core::subject::ItemId;
use office_core::{MoneyError, StoreError, Tx};
use office_finance::{BudgetLine, Entry, EntryError, EntryId, PostError, SpendError, Spending, post};
use office_inventory::{Entered, IssueGoodsError, Item, StockIssue, issue_goods};
use thiserror::Error;

use super::PurchasingRules;
use crate::accounts::NoAccountError;

/// Gives goods out of stock to a cost centre, valued by the item's cost method.
///
/// The journal gets one entry (expense of the item's category against stock), and the budget of the cost centre counts
/// it as spent. The same issue slip again changes nothing.
///
/// # Errors
/// [`IssueError`]; nothing is recorded then.
pub async fn issue(tx: &Tx, rules: &PurchasingRules, item: ItemId, goods: StockIssue) -> Result<Entered, IssueError> {
    // Read.
    let kept = tx.load(Item::key(item)).await?;
    let account = rules.accounts.expense_of(kept.category())?;
    let budget_id = BudgetLine::id_of(goods.cost_centre, account, goods.on.year());
    let budget = tx.find(budget_id).await?;

    // Decide and record what inventory makes of it.
    let (on, slip) = (goods.on, goods.reference.clone());
    let entered = issue_goods(tx, item, goods).await?;

    // Translate and record what it means for books and budget.
    let mut postings = Vec::new();
    for posting in &entered.postings {
        postings.extend(rules.accounts.stock_postings(posting, kept.category())?);
    }
    if postings.is_empty() {
        return Ok(entered);
    }
    let spent = postings.iter().filter(|posting| posting.account == *account).map(|posting| posting.amount);
    let amount = office_core::Money::sum(spent, entered.value.currency())?;
    let entry = Entry::balanced(on, format!("issue of {}", kept.name()), postings)?;
    let entry_id = EntryId::natural("issue", &format!("{item}/{slip}"));
    post(tx, &rules.chart, entry_id, entry.resting_on(slip.as_str())?).await?;
    if let Some(line) = budget {
        tx.decide(budget_id, line.spend(entry_id, Spending { amount, on }, None)?).await?;
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
    /// What they cost cannot be added up.
    #[error("what the goods cost cannot be added up")]
    Money(#[from] MoneyError),
    /// It does not make a journal entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The journal does not take it.
    #[error(transparent)]
    Post(#[from] PostError),
    /// The budget does not take it.
    #[error(transparent)]
    Budget(#[from] SpendError),
}
