//! Something is to be bought: asking for it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{CostCentreId, ItemId, PersonId, RequisitionId};
use office_core::{ApprovalStatus, Decision, Entity, Id, Money, MoneyError, Quantity, Scope, StoreError, Tx};
use office_finance::{BudgetLine, ReserveError};
use office_inventory::{
    NewRequisition, NewRequisitionLine, Reference, Requisition, RequisitionFact, SubmitRequisitionError,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::PurchasingRules;
use super::price::{PriceWantedError, Priced, Want, price};

/// What somebody wants to have bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// The number of the request, which no other request has.
    pub number: Reference,
    /// Who asks.
    pub requester: PersonId,
    /// When.
    pub on: NaiveDate,
    /// What, line by line.
    pub lines: Vec<WantedLine>,
    /// At whose expense.
    pub cost_centre: CostCentreId,
    /// What part of the office that is: `company/CC-200`.
    pub scope: Scope,
    /// Why.
    pub reason: String,
}

/// How much somebody wants of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedLine {
    /// What.
    pub item: ItemId,
    /// How many, in the unit in which the vendor sells.
    pub quantity: Quantity,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requested {
    /// The requisition.
    pub requisition: RequisitionId,
    /// What it is going to cost at the vendor's price of the day.
    pub estimate: Money,
    /// Whether it may be bought, or who has to approve it.
    pub status: ApprovalStatus,
    /// Which rule says so, and why not another.
    pub explanation: String,
}

/// Asks for something to be bought: the preferred vendor's price gives the estimate of each line, the budget says whether
/// there is enough, and the rules say who has to approve all of it. What is not refused is reserved in the budget.
///
/// Lines of one line of the budget are added up before it is asked: it has enough for all of them, or for none.
///
/// A request that the rules refuse is recorded as refused. The same request again is answered as it stands.
///
/// # Errors
/// [`RequestError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/purchase.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, buying, command, euro, shop, wanted};
/// use office::core::ApprovalStatus;
/// use office::purchasing::{RequestError, request};
///
/// let (office, rules) = (&shop()?, &buying()?);
/// let ask = |number, boxes| {
///     let (key, wanted) = (command(number, "ann")?, &wanted(number, boxes)?);
///     let asked = wait(office.transact(&key, |tx| async move { request(&tx, rules, wanted.clone()).await }));
///     Ok::<_, Failure>(asked)
/// };
/// let pens = ask("RQ-1", "3 box")??;
/// assert_eq!((pens.estimate, pens.status), (euro(17_40), ApprovalStatus::Approved));
/// // What is dear is looked at by somebody, and there is no price for less than a box.
/// assert!(matches!(ask("RQ-2", "10 box")??.status, ApprovalStatus::Open { .. }));
/// assert!(matches!(ask("RQ-3", "0.5 box")?, Err(RequestError::Price(_))));
/// # Ok::<(), Failure>(())
/// ```
pub async fn request(tx: &Tx, rules: &PurchasingRules, wanted: Wanted) -> Result<Requested, RequestError> {
    // Read.
    let id = RequisitionId::natural("requisition", wanted.number.as_str());
    if let Some(earlier) = tx.find(Requisition::key(id)).await? {
        return recognised(tx, &earlier, &wanted).await;
    }
    let Wanted { number, requester, on, lines: wanted, cost_centre, scope, reason } = wanted;
    let mut lines = Vec::with_capacity(wanted.len());
    let mut sums: BTreeMap<Id<BudgetLine>, Money> = BTreeMap::new();
    for WantedLine { item, quantity } in wanted {
        let want = Want { item, quantity, cost_centre, asked: on };
        let Priced { worth: estimate, budget, .. } = price(tx, rules, &want, on).await?;
        lines.push(NewRequisitionLine { item, quantity, estimate });
        let sum = sums.entry(budget).or_insert(Money::zero(estimate.currency()));
        *sum = sum.checked_add(estimate)?;
    }
    let mut budgets = Vec::with_capacity(sums.len());
    for (budget, sum) in sums {
        budgets.push((budget, tx.find(budget).await?, sum));
    }

    // Decide.
    let mut within_budget = true;
    for (_, line, sum) in &budgets {
        within_budget &= match line {
            Some(line) => line.available()?.compare(sum)?.is_ge(),
            None => false,
        };
    }
    let request = NewRequisition { id, number, requester, on, lines, within_budget, cost_centre, scope, reason };
    let submitted = Requisition::submit(request, &rules.purchase_policy, tx.command().at())?;
    let Decision::Record(fact) = submitted else { return Err(RequestError::NumberReused) };
    let requisition = Requisition::open(&fact).ok_or(RequestError::NumberReused)?;
    let mut reserved = Vec::new();
    for (budget, line, sum) in budgets.iter().filter(|(_, _, sum)| requisition.is_pending() && sum.is_positive()) {
        if let Some(line) = line {
            reserved.push((*budget, line.reserve(id, *sum)?));
        }
    }
    let RequisitionFact::Submitted { ruling, .. } = &fact else { return Err(RequestError::NumberReused) };
    let answer = requested(&requisition, ruling.explanation.to_string());

    // Record.
    tx.because(answer.explanation.clone())?;
    tx.create(Requisition::key(id), fact).await?;
    for (budget, reserved) in reserved {
        tx.decide(budget, reserved).await?;
    }
    Ok(answer)
}

/// The answer to what was asked for before: as it stands, whatever the price is by now.
async fn recognised(tx: &Tx, earlier: &Requisition, wanted: &Wanted) -> Result<Requested, RequestError> {
    let NewRequisition { id, number, requester, on, lines, cost_centre, scope, reason, .. } = earlier.request().clone();
    let lines = lines.iter().map(|line| WantedLine { item: line.item, quantity: line.quantity }).collect();
    if *wanted != (Wanted { number, requester, on, lines, cost_centre, scope, reason }) {
        return Err(RequestError::NumberReused);
    }
    let submitted = tx.history(Requisition::key(id), 0, 1).await?;
    let why = submitted.first().and_then(|fact| fact.why()).unwrap_or_default();
    Ok(requested(earlier, why.to_owned()))
}

fn requested(requisition: &Requisition, explanation: String) -> Requested {
    Requested {
        requisition: requisition.request().id,
        estimate: requisition.estimate(),
        status: requisition.run().status().clone(),
        explanation,
    }
}

/// Something cannot be asked for.
#[derive(Debug, Error)]
pub enum RequestError {
    /// The store has failed.
    #[error("the request could not be stored")]
    Store(#[from] StoreError),
    /// It has no price.
    #[error(transparent)]
    Price(#[from] PriceWantedError),
    /// The estimate cannot be compared with the budget.
    #[error("the estimate cannot be compared with the budget")]
    Money(#[from] MoneyError),
    /// Something else was asked for under the number.
    #[error("something else was asked for under this number")]
    NumberReused,
    /// It cannot be submitted.
    #[error(transparent)]
    Submit(#[from] SubmitRequisitionError),
    /// The budget cannot set it aside.
    #[error(transparent)]
    Budget(#[from] ReserveError),
}
