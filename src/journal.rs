//! The journal with the budget: what is posted at the expense of a cost centre is spent there.

use std::collections::BTreeMap;

use chrono::Datelike;
use office_core::subject::CostCentreId;
use office_core::{Money, MoneyError, StoreError, Tx};
use office_finance::{
    AccountCode, BudgetLine, Chart, Entry, EntryId, EntryNumber, PostError, SpendError, Spending, post,
};
use thiserror::Error;

/// Posts an entry, and counts each of its lines that a cost centre bears as spent in the budget of that cost centre and
/// account, where there is one.
///
/// # Errors
/// [`PostAndSpendError`]; nothing is recorded then.
pub async fn post_and_spend(
    tx: &Tx,
    chart: &Chart,
    id: EntryId,
    entry: Entry,
) -> Result<EntryNumber, PostAndSpendError> {
    // Read.
    let on = entry.on();
    let mut borne: BTreeMap<(CostCentreId, AccountCode), Vec<Money>> = BTreeMap::new();
    for posting in entry.postings() {
        if let Some(cost_centre) = posting.cost_centre {
            borne.entry((cost_centre, posting.account.clone())).or_default().push(posting.amount);
        }
    }
    let mut lines = Vec::new();
    for ((cost_centre, account), amounts) in borne {
        let line_id = BudgetLine::id_of(cost_centre, &account, on.year());
        if let (Some(line), Some(first)) = (tx.find(line_id).await?, amounts.first()) {
            lines.push((line_id, line, Money::sum(amounts.iter().copied(), first.currency())?));
        }
    }

    // Decide.
    let count = |(line_id, line, amount): (_, BudgetLine, _)| {
        Ok::<_, SpendError>((line_id, line.spend(id, Spending { amount, on }, None)?))
    };
    let counted = lines.into_iter().map(count).collect::<Result<Vec<_>, _>>()?;

    // Record.
    let number = post(tx, chart, id, entry).await?;
    for (line_id, decision) in counted {
        tx.decide(line_id, decision).await?;
    }
    Ok(number)
}

/// An entry cannot be posted, or not be counted in a budget.
#[derive(Debug, Error)]
pub enum PostAndSpendError {
    /// The store has failed.
    #[error("the entry could not be stored")]
    Store(#[from] StoreError),
    /// The amounts cannot be added up.
    #[error("the amounts at the expense of a cost centre cannot be added up")]
    Money(#[from] MoneyError),
    /// The journal does not take it.
    #[error(transparent)]
    Post(#[from] PostError),
    /// A budget does not take it.
    #[error(transparent)]
    Budget(#[from] SpendError),
}
