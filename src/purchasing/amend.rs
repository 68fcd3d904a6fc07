//! A placed order is changed: by the purchase policy, within the budget, and as far as what has come allows.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::rules::DecideError;
use office_core::subject::{ItemId, OrderId, RequisitionId};
use office_core::{
    ApprovalStatus, ApproveStepError, Decision, Entity, Id, Money, PriceError, Quantity, RefuseStep, RefuseStepError,
    Scope, StoreError, Tx, WithdrawCase, WithdrawCaseError, WorkingTimeError,
};
use office_finance::BudgetLine;
use office_inventory::{
    AbandonRequisitionError, AmendOrderError, Amendment, Freed, LineChange, NewOrderAmendment, OrderAmendment,
    OrderAmendmentFact, OrderFact, PlaceRequisitionError, PurchaseOrder, Reference, Requisition, RequisitionFact,
    RequisitionLine,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

mod fall_due;

pub use self::fall_due::{AmendmentsFallenDue, fall_due_amendments};
use super::PurchasingRules;
use super::on_order::{BoughtError, Claims, OnOrderError, bought_of, reserved_by};
use crate::approval::{approval, step_for};

/// How somebody wants a placed order to be changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WantedAmendment {
    /// The number of the change, which no other change has.
    pub number: Reference,
    /// The order.
    pub order: OrderId,
    /// The version of the order that was seen, from 1.
    pub of: u32,
    /// When.
    pub on: NaiveDate,
    /// Why.
    pub why: String,
    /// Whether what is cut is not wanted any more. Otherwise it is open again on its requisition.
    pub give_up: bool,
    /// What is to be changed, one after the other.
    pub changes: Vec<LineChange>,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderAmended {
    /// The version of the order that is in force now.
    pub version: u32,
    /// Whether it was made, or who has to approve it.
    pub status: ApprovalStatus,
    /// What the order comes to with it.
    pub worth: Money,
    /// Which rule says so, and why not another.
    pub explanation: String,
}

/// Changes a placed order, by whoever gives the command: the rules for purchases say of what it would come to, and of whether
/// the budget has as much left as it would rise by, who has to approve it. Where they ask for nobody it is changed at once:
/// requisitions and budget are told what is on order now. Where they ask for somebody the order goes on unchanged until
/// then ([`approve_amendment`]), and nothing is set aside for the change. A change that they refuse is recorded as refused.
///
/// The same change again is answered as it stands.
///
/// # Errors
/// [`AmendError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("delivered.txt")]
/// use office::inventory::LineChange;
/// use office::purchasing::{AmendError, ChangeOrderError, WantedAmendment, amend};
///
/// // Two of three boxes have come. Five are wanted in all.
/// let want = |number: &str, of, boxes: &str| {
///     let changes = vec![LineChange::Quantity { line: 1, quantity: boxes.parse()? }];
///     let (number, why) = (number.parse()?, "two more people".to_owned());
///     Ok::<_, Failure>(WantedAmendment { number, order: placed, of, on, why, give_up: false, changes })
/// };
/// let change = |wanted: WantedAmendment| {
///     let (command, wanted) = (command(wanted.number.as_str())?, &wanted);
///     Ok::<_, Failure>(wait(office.transact(&command, |tx| async move { amend(&tx, rules, wanted.clone()).await })))
/// };
/// let amended = change(want("RQ-01/2", 1, "5 box")?)??;
/// assert_eq!((amended.version, amended.worth), (2, Money::from_minor(29_00, eur)));
///
/// // What has come has come.
/// let refused = change(want("RQ-01/3", 2, "1 box")?)?;
/// assert!(matches!(refused, Err(AmendError::Change(ChangeOrderError::Order(_)))));
/// # Ok::<(), Failure>(())
/// ```
pub async fn amend(tx: &Tx, rules: &PurchasingRules, wanted: WantedAmendment) -> Result<OrderAmended, AmendError> {
    // Read.
    let id = OrderAmendment::key(&wanted.number);
    let WantedAmendment { number, order, of, on, why, give_up, changes } = wanted;
    let amendment = Amendment { of, by: tx.command().actor().person, on, why, give_up, changes };
    if let Some(earlier) = tx.find(id).await? {
        let same = earlier.proposal().order == order && earlier.proposal().amendment == amendment;
        return if same { Ok(told(tx, &earlier).await?) } else { Err(AmendError::NumberReused) };
    }
    let change = foresee(tx, rules, order, &amendment).await?;
    let within_budget = change.claims.fit(tx, &change.before).await.map_err(ChangeOrderError::from)?;

    // Decide.
    let Foreseen { worth, ref scope, .. } = change;
    let proposal = NewOrderAmendment { number, order, amendment, worth, within_budget, scope: scope.clone() };
    let proposed = OrderAmendment::propose(proposal, &rules.purchase_policy, tx.command().at())?;
    let OrderAmendmentFact::Proposed { ruling, .. } = &proposed else { return Err(AmendError::NumberReused) };
    let opened = OrderAmendment::open(&proposed).ok_or(AmendError::NumberReused)?;
    let explanation = ruling.explanation.to_string();

    // Record.
    tx.because(explanation.clone())?;
    tx.create(id, proposed).await?;
    let status = opened.run().status().clone();
    let version = if status == ApprovalStatus::Approved { change.record(tx).await? } else { of };
    Ok(OrderAmended { version, status, worth, explanation })
}

/// Approves the open step of a change, by whoever gives the command. With the last approval the order is changed, as far as
/// what has come and was billed meanwhile allows, and as far as the budget has that much left then.
///
/// # Errors
/// [`DecideAmendmentError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/purchase.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, buying, command, day, more, shop};
/// use office::core::ApprovalStatus;
/// use office::purchasing::approve_amendment;
///
/// let (office, rules) = (&shop()?, &buying()?);
/// let number = &more(office, rules, "CH-1")?;
/// let decide = |tx| async move { approve_amendment(&tx, rules, number, day(6)).await };
/// // Not by whoever wants it.
/// assert!(wait(office.transact(&command("wrong", "ann")?, decide)).is_err());
/// let changed = wait(office.transact(&command("decide", "boss")?, decide))?;
/// assert!(matches!(changed.status, ApprovalStatus::Approved) && changed.version == 2);
/// # Ok::<(), Failure>(())
/// ```
pub async fn approve_amendment(
    tx: &Tx,
    rules: &PurchasingRules,
    number: &Reference,
    on: NaiveDate,
) -> Result<OrderAmended, DecideAmendmentError<ApproveStepError>> {
    // Read.
    let case = read(tx, rules, number).await?;

    // Decide.
    let approval = approval(tx, case.now.run(), &rules.book, on);
    let approved = case.now.approve(&approval, &rules.book).map_err(DecideAmendmentError::Refused)?;

    // Record.
    let before = case.now.run().is_approved();
    let amendment = record(tx, case, approved).await?;
    if amendment.run().is_approved() && !before {
        let proposal = amendment.proposal();
        let change = foresee(tx, rules, proposal.order, &proposal.amendment).await?;
        change.record(tx).await?;
    }
    Ok(told(tx, &amendment).await?)
}

/// Refuses a change at its open step, by whoever gives the command. The order stays as it is.
///
/// # Errors
/// [`DecideAmendmentError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/purchase.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, buying, command, day, more, shop};
/// use office::core::ApprovalStatus;
/// use office::purchasing::refuse_amendment;
///
/// let (office, rules) = (&shop()?, &buying()?);
/// let number = &more(office, rules, "CH-1")?;
/// let decide = |tx| async move { refuse_amendment(&tx, rules, number, "too many", day(6)).await };
/// // Not by somebody who could not approve it.
/// assert!(wait(office.transact(&command("wrong", "ann")?, decide)).is_err());
/// let changed = wait(office.transact(&command("decide", "boss")?, decide))?;
/// assert!(matches!(changed.status, ApprovalStatus::Refused { .. }) && changed.version == 1);
/// # Ok::<(), Failure>(())
/// ```
pub async fn refuse_amendment(
    tx: &Tx,
    rules: &PurchasingRules,
    number: &Reference,
    reason: &str,
    on: NaiveDate,
) -> Result<OrderAmended, DecideAmendmentError<RefuseStepError>> {
    // Read.
    let case = read(tx, rules, number).await?;

    // Decide.
    let (by, at, reason) = (tx.command().actor().clone(), tx.command().at(), reason.to_owned());
    let refusal = RefuseStep { step: step_for(case.now.run(), &by, on, &rules.book), by, on, at, reason };
    let refused = case.now.refuse(&refusal, &rules.book).map_err(DecideAmendmentError::Refused)?;

    // Record.
    let amendment = record(tx, case, refused).await?;
    Ok(told(tx, &amendment).await?)
}

/// Withdraws a change, by whoever has proposed it. The order stays as it is.
///
/// # Errors
/// [`DecideAmendmentError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/purchase.rs")); }
/// # use office::core::wait;
/// # use setup::{Failure, buying, command, day, more, shop};
/// use office::core::ApprovalStatus;
/// use office::purchasing::withdraw_amendment;
///
/// let (office, rules) = (&shop()?, &buying()?);
/// let number = &more(office, rules, "CH-1")?;
/// let decide = |tx| async move { withdraw_amendment(&tx, rules, number, day(6)).await };
/// // Only by whoever wants it.
/// assert!(wait(office.transact(&command("wrong", "boss")?, decide)).is_err());
/// let changed = wait(office.transact(&command("decide", "ann")?, decide))?;
/// assert!(matches!(changed.status, ApprovalStatus::Withdrawn { .. }) && changed.version == 1);
/// # Ok::<(), Failure>(())
/// ```
pub async fn withdraw_amendment(
    tx: &Tx,
    rules: &PurchasingRules,
    number: &Reference,
    on: NaiveDate,
) -> Result<OrderAmended, DecideAmendmentError<WithdrawCaseError>> {
    // Read.
    let case = read(tx, rules, number).await?;

    // Decide.
    let withdrawal = WithdrawCase { by: tx.command().actor().person, on, at: tx.command().at() };
    let withdrawn = case.now.withdraw(&withdrawal).map_err(DecideAmendmentError::Refused)?;

    // Record.
    let amendment = record(tx, case, withdrawn).await?;
    Ok(told(tx, &amendment).await?)
}

/// A change of an order with all that it brings about, before any of it is recorded.
struct Foreseen {
    order: OrderId,
    fact: OrderFact,
    requisitions: Vec<(RequisitionId, RequisitionFact)>,
    claims: Claims,
    /// What was on order without it, by the line of the budget that bears it.
    before: BTreeMap<Id<BudgetLine>, Money>,
    /// What the order comes to with it.
    worth: Money,
    scope: Scope,
}

impl Foreseen {
    /// Records it, as far as the budget has that much left, and tells which version it makes.
    async fn record(self, tx: &Tx) -> Result<u32, ChangeOrderError> {
        tx.record(PurchaseOrder::key(self.order), self.fact).await?;
        for (requisition, fact) in self.requisitions {
            tx.record(Requisition::key(requisition), fact).await?;
        }
        self.claims.claim(tx).await?;
        Ok(tx.load(PurchaseOrder::key(self.order)).await?.version())
    }
}

/// What a change brings about, if it can be made now.
async fn foresee(
    tx: &Tx,
    rules: &PurchasingRules,
    id: OrderId,
    amendment: &Amendment,
) -> Result<Foreseen, ChangeOrderError> {
    let before = tx.load(PurchaseOrder::key(id)).await?;
    let Decision::Record(fact) = before.amend(amendment.clone())? else { return Err(AmendOrderError::NoChange.into()) };
    let mut after = before.clone();
    after.apply(&fact);
    let added = amendment.changes.iter().filter_map(|change| match change {
        LineChange::Add(line) => Some((line.requisition?, line.item)),
        LineChange::Quantity { .. } | LineChange::Price { .. } | LineChange::Due { .. } | LineChange::Remove { .. } => {
            None
        }
    });
    let added: BTreeMap<_, _> = added.collect();
    let mut wanted: BTreeMap<RequisitionId, BTreeMap<u32, Quantity>> = BTreeMap::new();
    for (at, quantity) in after.requested() {
        wanted.entry(at.requisition).or_default().insert(at.line, quantity);
    }
    let freed = if amendment.give_up { Freed::Abandoned { why: &amendment.why } } else { Freed::Reopened };
    let (mut claims, mut requisitions, mut scope) = (Claims::default(), Vec::new(), None);
    for (requisition, lines) in wanted {
        let mut requested = tx.load(Requisition::key(requisition)).await?;
        let new = |line: &u32| added.iter().find(|(at, _)| at.requisition == requisition && at.line == *line);
        for (line, (_, item)) in lines.keys().filter_map(|line| Some((line, new(line)?))) {
            let wants = requested.line(*line).map(RequisitionLine::item);
            if let Some(asked) = wants.filter(|asked| asked != item) {
                return Err(ChangeOrderError::OtherItem { line: *line, asked, given: *item });
            }
        }
        let newly = lines.iter().filter(|(line, _)| new(line).is_some()).map(|(line, quantity)| (*line, *quantity));
        requested.admit(id, &newly.collect())?;
        for fact in requested.follow(id, amendment.on, &lines, freed)? {
            requested.apply(&fact);
            requisitions.push((requisition, fact));
        }
        scope.get_or_insert_with(|| requested.request().scope.clone());
        claims.reserve(requisition, reserved_by(tx, rules, &requested).await?);
    }
    let worth = after.worth()?;
    let before = bought_of(tx, rules, before, amendment.on).await?.on_order()?;
    claims.commit(id, bought_of(tx, rules, after, amendment.on).await?.on_order()?);
    let scope = scope.unwrap_or_else(|| rules.scope.clone());
    Ok(Foreseen { order: id, fact, requisitions, claims, before, worth, scope })
}

/// A change in the hands of an operation.
struct Case {
    /// As it stands now that time has passed.
    now: OrderAmendment,
    /// What time has brought, and is not recorded yet.
    due: Decision<OrderAmendmentFact>,
}

async fn read<E>(tx: &Tx, rules: &PurchasingRules, number: &Reference) -> Result<Case, DecideAmendmentError<E>> {
    let mut now = tx.load(OrderAmendment::key(number)).await?;
    let due = now.fall_due(tx.command().at(), &rules.hours)?;
    now.apply_decision(&due);
    Ok(Case { now, due })
}

async fn record(tx: &Tx, case: Case, decided: Decision<OrderAmendmentFact>) -> Result<OrderAmendment, StoreError> {
    let id = OrderAmendment::key(&case.now.proposal().number);
    tx.decide_each(id, [case.due, decided]).await
}

/// How a change stands, and which version of its order is in force.
async fn told(tx: &Tx, amendment: &OrderAmendment) -> Result<OrderAmended, StoreError> {
    let proposal = amendment.proposal();
    let proposed = tx.history(OrderAmendment::key(&proposal.number), 0, 1).await?;
    let explanation = proposed.first().and_then(|fact| fact.why()).unwrap_or_default().to_owned();
    let version = tx.load(PurchaseOrder::key(proposal.order)).await?.version();
    Ok(OrderAmended { version, status: amendment.run().status().clone(), worth: proposal.worth, explanation })
}

/// An order cannot be changed as somebody wants.
#[derive(Debug, Error)]
pub enum AmendError {
    /// The store has failed, or knows no such order.
    #[error("the change could not be stored")]
    Store(#[from] StoreError),
    /// Something else was changed under the number.
    #[error("something else was to be changed under this number, or by somebody else")]
    NumberReused,
    /// The rules cannot be asked.
    #[error("the rules cannot be asked")]
    Rules(#[from] DecideError),
    /// The order, its requisitions or the budget refuse.
    #[error(transparent)]
    Change(#[from] ChangeOrderError),
}

/// A change cannot be made.
#[derive(Debug, Error)]
pub enum ChangeOrderError {
    /// The store has failed, or knows no such order.
    #[error("the change could not be stored")]
    Store(#[from] StoreError),
    /// The order refuses.
    #[error(transparent)]
    Order(#[from] AmendOrderError),
    /// A line that is added buys something else than its requisition asks for.
    #[error("line {line} of the requisition asks for {asked}, not {given}")]
    OtherItem {
        /// The line of the requisition.
        line: u32,
        /// What was asked for.
        asked: ItemId,
        /// What the line that is added buys.
        given: ItemId,
    },
    /// A requisition refuses.
    #[error(transparent)]
    Requisition(#[from] PlaceRequisitionError),
    /// What is cut cannot be given up.
    #[error(transparent)]
    Abandon(#[from] AbandonRequisitionError),
    /// What the order comes to cannot be valued.
    #[error("what the order comes to cannot be valued")]
    Price(#[from] PriceError),
    /// The order cannot be read with what belongs to it.
    #[error(transparent)]
    Read(#[from] BoughtError),
    /// The budget has not that much left.
    #[error(transparent)]
    Budget(#[from] OnOrderError),
}

/// Nothing was decided on a change: nothing is recorded.
#[derive(Debug, Error)]
pub enum DecideAmendmentError<E> {
    /// The store has failed, or knows no such change.
    #[error("the decision could not be stored")]
    Store(#[from] StoreError),
    /// What has fallen due cannot be told.
    #[error("what has fallen due cannot be told: {0}")]
    Clock(#[from] WorkingTimeError),
    /// Whoever gives the command may not do it, or it cannot be done now.
    #[error(transparent)]
    Refused(E),
    /// It is approved, and cannot be made any more.
    #[error(transparent)]
    Change(#[from] ChangeOrderError),
}
