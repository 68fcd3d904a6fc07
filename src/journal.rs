//! The journal with the budget: what is posted at the expense of a cost centre or a project is spent there.

use std::collections::BTreeMap;

use chrono::Datelike;
use office_core::{Decision, Money, MoneyError, StoreError, Tx};
use office_finance::{
    AccountCode, BudgetBearer, BudgetFact, BudgetId, BudgetLine, Chart, Entry, EntryId, EntryNumber, PostError,
    Posting, SpendError, Spending, post,
};
use thiserror::Error;

/// Posts an entry, and counts each of its lines as spent in the budget of each cost centre, project or other bearer that it
/// names, for its account, where there is one: a foreign amount by what it is worth in the currency of the budget.
///
/// # Errors
/// [`PostAndSpendError`]; nothing is recorded then.
///
/// # Example
/// ```
/// use office::finance::{BudgetLine, BudgetPlan};
/// use office::journal::post_and_spend;
/// # use office::core::{Actor, Command, Currency, Id, MemoryStore, Money, Office, Role, wait};
/// # use office::finance::{Account, AccountKind, Chart, Entry, EntryId, Period, Posting};
/// # type Failure = Box<dyn std::error::Error + Send + Sync>;
/// # let on: chrono::NaiveDate = "2026-10-01".parse()?;
/// # let account = |name: &str, kind| Ok::<_, Failure>(Account::new(name.parse()?, name, kind));
/// # let chart = Chart::new([
/// #     account("1406", AccountKind::Asset)?, account("1600", AccountKind::Asset)?, account("1800", AccountKind::Asset)?,
/// #     account("3300", AccountKind::Liability)?, account("6643", AccountKind::Expense)?, account("6855", AccountKind::Expense)?,
/// # ])?;
/// # let office = Office::on(MemoryStore::new());
/// # let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("assistant"));
/// # let command = |key: &str| Command::new(key, "books", clerk.clone(), on.and_hms_opt(9, 0, 0).unwrap_or_default().and_utc());
/// let euro = |minor| Money::from_minor(minor, Currency::EUR);
/// let (studio, kitchen) = (Id::natural("cost_centre", "CC-200"), "6643".parse()?);
/// let budget = BudgetLine::id_of(studio, &kitchen, 2026);
/// let milk = vec![Posting::debit(kitchen.clone(), euro(8_32)).borne_by(studio), Posting::credit("1800".parse()?, euro(8_32))];
/// let (entry, chart, id) = (&Entry::balanced(on, "milk", milk)?, &chart, EntryId::natural("entry", "1"));
///
/// // Without an accounting period nothing is posted, and nothing is spent.
/// let refused = wait(office.transact(&command("early")?, |tx| async move {
///     Ok::<_, Failure>(post_and_spend(&tx, chart, id, entry.clone()).await?)
/// }));
/// assert!(refused.is_err());
///
/// let left = wait(office.transact(&command("milk")?, |tx| async move {
///     tx.create(Period::id_of(on), Period::begin(2026, 10)?).await?;
///     let plan = BudgetPlan::even(studio, "6643".parse()?, 2026, euro(600_00))?;
///     tx.create(budget, BudgetLine::plan(plan)?).await?;
///     post_and_spend(&tx, chart, id, entry.clone()).await?;
///     Ok::<_, Failure>(tx.load(budget).await?.available()?)
/// }))?;
/// assert_eq!(left, euro(591_68));
/// # Ok::<(), Failure>(())
/// ```
pub async fn post_and_spend(
    tx: &Tx,
    chart: &Chart,
    id: EntryId,
    entry: Entry,
) -> Result<EntryNumber, PostAndSpendError> {
    // Decide.
    let counted = counted(tx, id, &entry).await?;

    // Record.
    let number = post(tx, chart, id, entry).await?;
    for (line_id, decision) in counted {
        tx.decide(line_id, decision).await?;
    }
    Ok(number)
}

/// Counts an entry that is posted as spent, or as come back, in the budgets that there are for its lines.
pub(crate) async fn spend_posted(tx: &Tx, id: EntryId) -> Result<(), PostAndSpendError> {
    let posted = tx.load(id).await?;
    for (line_id, decision) in counted(tx, id, posted.entry()).await? {
        tx.decide(line_id, decision).await?;
    }
    Ok(())
}

/// What an entry means to the budgets that there are for its lines.
async fn counted(
    tx: &Tx,
    id: EntryId,
    entry: &Entry,
) -> Result<Vec<(BudgetId, Decision<BudgetFact>)>, PostAndSpendError> {
    let on = entry.on();
    let mut borne: BTreeMap<(BudgetBearer, AccountCode), Vec<&Posting>> = BTreeMap::new();
    for posting in entry.postings() {
        for (dimension, value) in posting.dimensions.iter() {
            let bearer = BudgetBearer { dimension: dimension.clone(), value };
            borne.entry((bearer, posting.account.clone())).or_default().push(posting);
        }
    }
    let ids: Vec<_> =
        borne.keys().map(|(bearer, account)| BudgetLine::id_borne_by(bearer, account, on.year())).collect();
    let lines = tx.find_each(&ids).await?;
    let mut counted = Vec::new();
    for ((line_id, line), postings) in ids.into_iter().zip(lines).zip(borne.into_values()) {
        let Some(line) = line else { continue };
        let currency = line.planned().currency();
        let amounts = postings.iter().map(|posting| posting.told_in(currency).unwrap_or(posting.amount));
        let amount = Money::sum(amounts, currency)?;
        counted.push((line_id, line.spend(id, Spending { amount, on }, None)?));
    }
    Ok(counted)
}

/// An entry cannot be posted, or not be counted in a budget.
#[derive(Debug, Error)]
pub enum PostAndSpendError {
    /// The store has failed.
    #[error("the entry could not be stored")]
    Store(#[from] StoreError),
    /// The amounts cannot be added up: one of them is in another currency than the budget and says no worth in it.
    #[error("the amounts at the expense of a budget cannot be added up")]
    Money(#[from] MoneyError),
    /// The journal does not take it.
    #[error(transparent)]
    Post(#[from] PostError),
    /// A budget does not take it.
    #[error(transparent)]
    Budget(#[from] SpendError),
}
