//! Something is to be bought: asking for it, and approving that.

use chrono::{Datelike, NaiveDate};
use office_core::subject::{CostCentreId, ItemId, PersonId, RequisitionId};
use office_core::{
    ApprovalStatus, ApproveStep, ApproveStepError, Decision, Entity, Id, Money, MoneyError, PriceError, Quantity,
    Scope, StoreError, Tx,
};
use office_finance::{BudgetLine, ReserveError};
use office_inventory::{
    Item, NewRequisition, NoPriceError, Reference, Requisition, RequisitionFact, RequisitionStatus,
    SubmitRequisitionError,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::PurchasingRules;
use crate::accounts::NoAccountError;

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
    let earlier = tx.find(Requisition::key(id)).await?;
    let item = tx.load(Item::key(wanted.item)).await?;
    let account = rules.accounts.expense_of(item.category())?;
    let budget_id = BudgetLine::id_of(wanted.cost_centre, account, wanted.on.year());
    let budget = tx.find(budget_id).await?;

    // Decide.
    let vendor = item.vendor().ok_or(RequestError::NoVendor { item: wanted.item })?;
    let quote = rules.prices.quote(vendor, wanted.item, wanted.quantity, wanted.on)?;
    let estimate = quote.extend(&wanted.quantity, rules.terms.rounding)?;
    let within_budget = match (&earlier, &budget) {
        // What was found when it was first asked for.
        (Some(earlier), _) => earlier.request().within_budget,
        (None, Some(line)) => line.available()?.compare(&estimate)?.is_ge(),
        (None, None) => false,
    };
    let Wanted { number, requester, on, item, quantity, cost_centre, scope, reason } = wanted;
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
    if let Some(earlier) = earlier {
        return if *earlier.request() == request { Ok(requested(&earlier)) } else { Err(RequestError::NumberReused) };
    }
    let submitted = Requisition::submit(request, &rules.purchase_policy)?;
    let Decision::Record(fact) = submitted else { return Err(RequestError::NumberReused) };
    let requisition = Requisition::open(&fact).ok_or(RequestError::NumberReused)?;
    let reserved = match &budget {
        Some(line) if requisition.is_pending() => Some(line.reserve(id, estimate)?),
        Some(_) | None => None,
    };
    let mut answer = requested(&requisition);
    if let RequisitionFact::Submitted { ruling, .. } = &fact {
        answer.explanation = ruling.explanation.to_string();
    }

    // Record.
    tx.because(answer.explanation.clone())?;
    tx.create(Requisition::key(id), fact).await?;
    if let Some(reserved) = reserved {
        tx.decide(budget_id, reserved).await?;
    }
    Ok(answer)
}

fn requested(requisition: &Requisition) -> Requested {
    Requested {
        requisition: requisition.request().id,
        estimate: requisition.request().estimate,
        status: requisition.run().status().clone(),
        explanation: String::new(),
    }
}

/// Approves the open step of a requisition, by whoever gives the command.
///
/// # Errors
/// [`ApproveRequestError`]; nothing is recorded then.
pub async fn approve(
    tx: &Tx,
    rules: &PurchasingRules,
    requisition: RequisitionId,
    on: NaiveDate,
) -> Result<ApprovalStatus, ApproveRequestError> {
    // Read.
    let id: Id<Requisition> = Requisition::key(requisition);
    let requested = tx.load(id).await?;

    // Decide.
    let step = match requested.status() {
        RequisitionStatus::Approval(ApprovalStatus::Open { step, .. }) => step,
        RequisitionStatus::Approval(_) | RequisitionStatus::Ordered(_) => requested.run().steps().len(),
    };
    let decision = requested.approve(&ApproveStep { by: tx.command().actor().clone(), step, on }, &rules.book)?;

    // Record.
    tx.decide(id, decision).await?;
    Ok(tx.load(id).await?.run().status().clone())
}

/// Something cannot be asked for.
#[derive(Debug, Error)]
pub enum RequestError {
    /// The store has failed, or knows no such item.
    #[error("the request could not be stored")]
    Store(#[from] StoreError),
    /// What the item belongs to has no account.
    #[error(transparent)]
    Account(#[from] NoAccountError),
    /// Nobody is known to deliver the item.
    #[error("nobody is known to deliver {item}: name a preferred vendor first")]
    NoVendor {
        /// The item.
        item: ItemId,
    },
    /// The vendor has no price for it.
    #[error(transparent)]
    NoPrice(#[from] NoPriceError),
    /// The price cannot be extended over the quantity.
    #[error("the price cannot be extended over the quantity")]
    Price(#[from] PriceError),
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

/// A requisition cannot be approved.
#[derive(Debug, Error)]
pub enum ApproveRequestError {
    /// The store has failed, or knows no such requisition.
    #[error("the approval could not be stored")]
    Store(#[from] StoreError),
    /// Whoever gives the command may not approve it, or it is not open.
    #[error(transparent)]
    Refused(#[from] ApproveStepError),
}
