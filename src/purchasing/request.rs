//! Something is to be bought: asking for it.

use chrono::NaiveDate;
use office_core::subject::{CostCentreId, ItemId, PersonId, RequisitionId};
use office_core::{ApprovalStatus, Decision, Entity, Money, MoneyError, Quantity, Scope, StoreError, Tx};
use office_finance::ReserveError;
use office_inventory::{NewRequisition, Reference, Requisition, RequisitionFact, SubmitRequisitionError};
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
    /// What.
    pub item: ItemId,
    /// How many, in the unit in which the vendor sells.
    pub quantity: Quantity,
    /// At whose expense.
    pub cost_centre: CostCentreId,
    /// What part of the office that is: `company/CC-200`.
    pub scope: Scope,
    /// Why.
    pub reason: String,
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

/// Asks for something to be bought: the preferred vendor's price gives the estimate, the budget says whether there is
/// enough, and the rules say who has to approve it. What is not refused is reserved in the budget.
///
/// A request that the rules refuse is recorded as refused. The same request again is answered as it stands.
///
/// # Errors
/// [`RequestError`]; nothing is recorded then.
pub async fn request(tx: &Tx, rules: &PurchasingRules, wanted: Wanted) -> Result<Requested, RequestError> {
    // Read.
    let id = RequisitionId::natural("requisition", wanted.number.as_str());
    if let Some(earlier) = tx.find(Requisition::key(id)).await? {
        return recognised(tx, &earlier, &wanted).await;
    }
    let Wanted { number, requester, on, item, quantity, cost_centre, scope, reason } = wanted;
    let want = Want { item, quantity, cost_centre, asked: on };
    let Priced { worth: estimate, budget_id, budget, .. } = price(tx, rules, &want, on).await?;

    // Decide.
    let within_budget = match &budget {
        Some(line) => line.available()?.compare(&estimate)?.is_ge(),
        None => false,
    };
    let request = NewRequisition {
        id,
        number,
        requester,
        on,
        item,
        quantity,
        estimate,
        within_budget,
        cost_centre,
        scope,
        reason,
    };
    let submitted = Requisition::submit(request, &rules.purchase_policy, tx.command().at())?;
    let Decision::Record(fact) = submitted else { return Err(RequestError::NumberReused) };
    let requisition = Requisition::open(&fact).ok_or(RequestError::NumberReused)?;
    let reserved = match &budget {
        Some(line) if requisition.is_pending() => Some(line.reserve(id, estimate)?),
        Some(_) | None => None,
    };
    let RequisitionFact::Submitted { ruling, .. } = &fact else { return Err(RequestError::NumberReused) };
    let answer = requested(&requisition, ruling.explanation.to_string());

    // Record.
    tx.because(answer.explanation.clone())?;
    tx.create(Requisition::key(id), fact).await?;
    if let Some(reserved) = reserved {
        tx.decide(budget_id, reserved).await?;
    }
    Ok(answer)
}

/// The answer to what was asked for before: as it stands, whatever the price is by now.
async fn recognised(tx: &Tx, earlier: &Requisition, wanted: &Wanted) -> Result<Requested, RequestError> {
    let NewRequisition { id, number, requester, on, item, quantity, cost_centre, scope, reason, .. } =
        earlier.request().clone();
    if *wanted != (Wanted { number, requester, on, item, quantity, cost_centre, scope, reason }) {
        return Err(RequestError::NumberReused);
    }
    let submitted = tx.history(Requisition::key(id), 0, 1).await?;
    let why = submitted.first().and_then(|fact| fact.why()).unwrap_or_default();
    Ok(requested(earlier, why.to_owned()))
}

fn requested(requisition: &Requisition, explanation: String) -> Requested {
    Requested {
        requisition: requisition.request().id,
        estimate: requisition.request().estimate,
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
