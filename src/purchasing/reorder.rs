//! A kept item is looked at, and what is to be ordered is asked for.

use office_core::subject::{CostCentreId, ItemId, PersonId};
use office_core::{Scope, StoreError, Tx};
use office_inventory::{
    AdviseReorderError, Asked, Reference, ReorderAdvice, ReorderBasis, Replenishment, ReplenishmentFact, advise_reorder,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::PurchasingRules;
use super::request::{RequestError, Requested, Wanted, WantedLine, request};

/// How something is asked for if it is to be ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WantedReorder {
    /// The number of the request, which no other request has.
    pub number: Reference,
    /// Who asks.
    pub requester: PersonId,
    /// At whose expense.
    pub cost_centre: CostCentreId,
    /// What part of the office that is: `company/CC-200`.
    pub scope: Scope,
}

/// What came of looking at an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reordered {
    /// What is to be done about it, and why.
    pub advice: ReorderAdvice,
    /// What became of the request, where something is to be ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested: Option<Requested>,
}

/// Looks at a kept item, and asks for what is to be ordered as for anything else ([`request`](super::request())): at the price
/// of the preferred vendor, within the budget, approved by whom the rules say. What was asked for and why is kept with the
/// item. Once it is asked for, nothing more is proposed, whoever looks; what the rules refuse is proposed again.
///
/// # Errors
/// [`RequestReorderError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("delivered.txt")]
/// use std::collections::BTreeSet;
///
/// use office::core::subject::ItemId;
/// use office::inventory::theory::{ForecastRule, ServiceTarget};
/// use office::inventory::{
///     ReorderAdvice, ReorderBasis, ReorderPolicy, ReorderTerms, Replenishment, VendorChoice, VendorSchedule,
/// };
/// use office::purchasing::{RequestReorderError, WantedReorder, request_reorder};
///
/// // Two boxes are there, and one is to come. Pens are ordered up to ten boxes below four.
/// let terms = ReorderTerms {
///     policy: ReorderPolicy::MinMax { min: "4 box".parse()?, max: "10 box".parse()? },
///     service: ServiceTarget::Cycle(Percent::whole(95)),
///     vendor: VendorChoice::LeastCost,
///     order_cost: Money::from_minor(15_00, eur),
///     holding_rate: Percent::whole(20),
///     least: "0 box".parse()?,
///     multiple: "1 box".parse()?,
///     step: "1 box".parse()?,
///     forecast: ForecastRule::default(),
/// };
/// wait(office.transact(&command("terms")?, |tx| async move {
///     tx.decide(Replenishment::key(pens), Replenishment::begin(pens, "box".parse()?, on, terms)?).await?;
///     Ok::<_, Failure>(())
/// }))?;
/// let (prices, vendors) = (rules.prices.clone(), [(vendor, VendorSchedule::default())].into());
/// let basis = &ReorderBasis { on, prices, vendors, blocked: BTreeSet::new(), weeks: 1, periods: 52 };
/// let look = |item: ItemId, number: &str| {
///     let wanted = &WantedReorder {
///         number: number.parse()?, requester, cost_centre: studio, scope: "company/CC-200".parse()?,
///     };
///     let command = command(number)?;
///     Ok::<_, Failure>(wait(office.transact(&command, |tx| async move {
///         request_reorder(&tx, rules, item, basis, wanted.clone()).await
///     })))
/// };
/// let asked = look(pens, "RO-01")??.requested.ok_or("asked for")?;
/// assert_eq!(asked.estimate, Money::from_minor(7 * 5_80, eur));
/// assert!(matches!(look(pens, "RO-02")??.advice, ReorderAdvice::Enough(_)));
///
/// let unknown = look(Id::natural("item", "PAPER"), "RO-03")?;
/// assert!(matches!(unknown, Err(RequestReorderError::Advise(_))));
/// # Ok::<(), Failure>(())
/// ```
pub async fn request_reorder(
    tx: &Tx,
    rules: &PurchasingRules,
    item: ItemId,
    basis: &ReorderBasis,
    wanted: WantedReorder,
) -> Result<Reordered, RequestReorderError> {
    // Read.
    let advice = advise_reorder(tx, item, basis).await?;

    // Decide.
    let ReorderAdvice::Order(proposal) = &advice else { return Ok(Reordered { advice, requested: None }) };
    let WantedReorder { number, requester, cost_centre, scope } = wanted;
    let (on, reason) = (basis.on, proposal.to_string());
    let lines = vec![WantedLine { item, quantity: proposal.quantity }];
    let asked = Wanted { number, requester, on, lines, cost_centre, scope, reason };

    // Record.
    let requested = request(tx, rules, asked).await?;
    let asked = Asked { requisition: requested.requisition, on, proposal: proposal.clone() };
    tx.record(Replenishment::key(item), ReplenishmentFact::Asked(asked)).await?;
    Ok(Reordered { advice, requested: Some(requested) })
}

/// Nothing can be asked for.
#[derive(Debug, Error)]
pub enum RequestReorderError {
    /// The store has failed.
    #[error("what was asked for could not be stored")]
    Store(#[from] StoreError),
    /// It cannot be said whether to order.
    #[error(transparent)]
    Advise(#[from] AdviseReorderError),
    /// It cannot be asked for.
    #[error(transparent)]
    Request(#[from] RequestError),
}
