//! Lines of a budget, and what is left of them.
//!
//! ```text
//! requisition ──reserve──► reserved ──commit (order)──► committed ──spend (posting)──► actual
//! ```
//!
//! A requisition that is ordered in parts, and an order that is changed, say what they take from now on (`claim`, `note`).
//! Goods that are kept in stock end their commitment when they arrive (`deliver`) and are spent when they are used.
//! Each step relieves the one before, so that one purchase is never counted twice. Laws, held by `tests/budget.rs`:
//!
//! 1. Available is always the plan less what is reserved, committed and spent.
//! 2. A purchase that is reserved, ordered and spent at one amount takes that amount once, whatever the step.
//! 3. Giving up a step gives back what was left of it.
//! 4. The months of a plan add up to the year.
//! 5. What arrives for stock is neither on order any more nor spent yet, and counts once.

mod bearer;
mod funds;
mod plan;
mod plan_change;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use office_core::subject::{CostCentreId, OrderId, ReceiptId, RequisitionId};
use office_core::{Decision, Entity, Entries, Id, Kind, Money, MoneyError, Ordered};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::bearer::BudgetBearer;
pub use self::funds::FundsCheck;
pub use self::plan::BudgetPlan;
pub use self::plan_change::{
    BudgetRevision, CarryForwardError, CarryForwardRule, PlanChange, PlanChangeReason, ReviseBudgetError,
};
use crate::{AccountCode, EntryId};

/// The id of a line of a budget.
pub type BudgetId = Id<BudgetLine>;

/// What one cost centre, project or other bearer may spend on one account in one calendar year, and what became of it.
///
/// # Example
/// ```
/// use office_core::{Currency, Entity, Id, Money};
/// use office_finance::{BudgetLine, BudgetPlan, ReserveError};
///
/// let year = Money::from_minor(850_00, Currency::EUR);
/// let plan = BudgetPlan::even(Id::natural("cost_centre", "CC-300"), "6845".parse()?, 2026, year)?;
/// let mut line = BudgetLine::open(&BudgetLine::plan(plan)?).ok_or("a first fact")?;
/// let chairs = Money::from_minor(700_00, Currency::EUR);
/// line.apply(&line.reserve(Id::natural("requisition", "RQ-06"), chairs)?.fact().ok_or("a fact")?);
/// assert_eq!(line.available()?.to_string(), "150.00 EUR");
///
/// let refused = line.reserve(Id::natural("requisition", "RQ-08"), chairs);
/// assert_eq!(refused, Err(ReserveError::Over { wanted: chairs, available: line.available()? }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetLine {
    // As it is now.
    plan: BudgetPlan,
    // What made it so, since it was planned at first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    changes: Vec<PlanChange>,
    reserved: BTreeMap<RequisitionId, Claim>,
    committed: BTreeMap<OrderId, Claim>,
    // What arrived for stock, so that no arrival counts twice.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    delivered: BTreeMap<ReceiptId, Delivered>,
    spent: BTreeMap<EntryId, Spending>,
}

/// What arrived for stock against an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Delivered {
    order: OrderId,
    amount: Money,
}

/// An amount set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// How much was set aside.
    pub amount: Money,
    /// How much of it the next step has not relieved, nor was given up.
    pub left: Money,
}

/// An amount spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spending {
    /// How much; below zero where money came back.
    pub amount: Money,
    /// The day it counts for.
    pub on: NaiveDate,
}

/// What happens to a line of a budget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetFact {
    /// It was planned.
    Planned {
        /// What may be spent.
        plan: Box<BudgetPlan>,
    },
    /// The plan was changed.
    Replanned(Box<PlanChange>),
    /// An amount was set aside for what somebody asked for.
    Reserved {
        /// The requisition.
        requisition: RequisitionId,
        /// How much.
        amount: Money,
    },
    /// An order was placed.
    Committed {
        /// The order.
        order: OrderId,
        /// How much.
        amount: Money,
        /// Whose reservation it relieves, and by how much.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        relieves: Option<(RequisitionId, Money)>,
    },
    /// Money was spent.
    Spent {
        /// The entry in the books.
        entry: EntryId,
        /// How much, and when.
        spending: Spending,
        /// Which order's commitment it relieves, and by how much.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        relieves: Option<(OrderId, Money)>,
    },
    /// Goods of an order arrived for stock: they are not on order any more, and are spent when they are used.
    Delivered {
        /// What arrived.
        receipt: ReceiptId,
        /// What it was ordered by.
        order: OrderId,
        /// What it is worth at the price of the order.
        amount: Money,
    },
    /// What was left of a reservation was given up.
    ReservationReleased {
        /// The requisition.
        requisition: RequisitionId,
    },
    /// What was left of a commitment was given up.
    CommitmentReleased {
        /// The order.
        order: OrderId,
    },
    /// Something was ordered, or an order or a requisition changed: so much is taken by them from now on.
    Claimed(BudgetClaims),
}

/// What requisitions and orders take of a line of a budget.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetClaims {
    /// How much is set aside by each requisition.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reserved: BTreeMap<RequisitionId, Money>,
    /// How much is on order by each order.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub committed: BTreeMap<OrderId, Money>,
}

impl BudgetLine {
    /// Lines by year.
    pub const BY_YEAR: Ordered<Self, (i32, String)> = Ordered::new("year");

    /// The id of the line of a cost centre, an account and a year.
    #[must_use]
    pub fn id_of(cost_centre: CostCentreId, account: &AccountCode, year: i32) -> BudgetId {
        Self::id_borne_by(&cost_centre.into(), account, year)
    }

    /// The id of the line of any bearer, an account and a year.
    #[must_use]
    pub fn id_borne_by(bearer: &BudgetBearer, account: &AccountCode, year: i32) -> BudgetId {
        let BudgetBearer { dimension, value } = bearer;
        BudgetId::natural("budget_line", &format!("{dimension}/{value}/{account}/{year}"))
    }

    /// Plans a line.
    ///
    /// # Errors
    /// Where the months are in different currencies or cannot be added up.
    pub fn plan(plan: BudgetPlan) -> Result<BudgetFact, MoneyError> {
        plan.total()?;
        Ok(BudgetFact::Planned { plan: Box::new(plan) })
    }

    /// What is planned now, after all changes.
    #[must_use]
    pub const fn planned(&self) -> &BudgetPlan {
        &self.plan
    }

    /// What is set aside by requisitions.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn reserved(&self) -> Result<Money, MoneyError> {
        self.sum(self.reserved.values().map(|claim| claim.left))
    }

    /// What is set aside by orders.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn committed(&self) -> Result<Money, MoneyError> {
        self.sum(self.committed.values().map(|claim| claim.left))
    }

    /// What was spent.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn actual(&self) -> Result<Money, MoneyError> {
        self.sum(self.spent.values().map(|spending| spending.amount))
    }

    /// What is left: the plan less what is reserved, committed and spent. Below zero where more was spent.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn available(&self) -> Result<Money, MoneyError> {
        let taken = [self.reserved()?, self.committed()?, self.actual()?];
        self.plan.total()?.checked_sub(self.sum(taken)?)
    }

    /// What was spent, entry by entry.
    pub fn spending(&self) -> impl Iterator<Item = (EntryId, &Spending)> {
        self.spent.iter().map(|(entry, spending)| (*entry, spending))
    }

    /// What was spent in each month, January to December.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn actual_by_month(&self) -> Result<[Money; 12], MoneyError> {
        let mut months = [Money::zero(self.plan.currency()); 12];
        for spending in self.spent.values() {
            let at = usize::try_from(spending.on.month0()).unwrap_or_default();
            if let Some(month) = months.get_mut(at) {
                *month = month.checked_add(spending.amount)?;
            }
        }
        Ok(months)
    }

    /// Sets an amount aside for what somebody asked for.
    ///
    /// # Errors
    /// [`ReserveError`], in the order of its variants.
    pub fn reserve(&self, requisition: RequisitionId, amount: Money) -> Result<Decision<BudgetFact>, ReserveError> {
        match self.reserved.get(&requisition) {
            Some(claim) if claim.amount == amount => return Ok(Decision::AlreadyRecorded),
            Some(claim) => return Err(ReserveError::Reused { earlier: claim.amount }),
            None => {}
        }
        let available = self.available()?;
        let rest = available.checked_sub(amount)?;
        if !amount.is_positive() {
            return Err(ReserveError::NotPositive { amount });
        }
        if rest.is_negative() {
            return Err(ReserveError::Over { wanted: amount, available });
        }
        Ok(Decision::Record(BudgetFact::Reserved { requisition, amount }))
    }

    /// Commits an amount to an order, and relieves the reservation of the requisition that it fulfils by as much.
    ///
    /// # Errors
    /// [`ReserveError`], in the order of its variants; what the order relieves counts as available.
    pub fn commit(
        &self,
        order: OrderId,
        amount: Money,
        fulfils: Option<RequisitionId>,
    ) -> Result<Decision<BudgetFact>, ReserveError> {
        match self.committed.get(&order) {
            Some(claim) if claim.amount == amount => return Ok(Decision::AlreadyRecorded),
            Some(claim) => return Err(ReserveError::Reused { earlier: claim.amount }),
            None => {}
        }
        let relieves = fulfils.and_then(|id| Some((id, relief(self.reserved.get(&id)?, amount))));
        let freed = relieves.map_or(Money::zero(amount.currency()), |(_, part)| part);
        let available = self.available()?.checked_add(freed)?;
        let rest = available.checked_sub(amount)?;
        if !amount.is_positive() {
            return Err(ReserveError::NotPositive { amount });
        }
        if rest.is_negative() {
            return Err(ReserveError::Over { wanted: amount, available });
        }
        Ok(Decision::Record(BudgetFact::Committed { order, amount, relieves }))
    }

    /// Notes what was spent, and relieves the commitment of the order that was billed by as much.
    ///
    /// What has happened is never refused for lack of budget. An amount below zero is money that came back.
    ///
    /// # Errors
    /// [`SpendError`], in the order of its variants.
    pub fn spend(
        &self,
        entry: EntryId,
        spending: Spending,
        bills: Option<OrderId>,
    ) -> Result<Decision<BudgetFact>, SpendError> {
        match self.spent.get(&entry) {
            Some(earlier) if *earlier == spending => return Ok(Decision::AlreadyRecorded),
            Some(earlier) => return Err(SpendError::EntryReused { earlier: earlier.amount }),
            None => {}
        }
        if spending.on.year() != self.plan.year {
            return Err(SpendError::OtherYear { on: spending.on, year: self.plan.year });
        }
        self.actual()?.checked_add(spending.amount)?;
        let relieves = bills.and_then(|id| Some((id, relief(self.committed.get(&id)?, spending.amount))));
        Ok(Decision::Record(BudgetFact::Spent { entry, spending, relieves }))
    }

    /// Ends the commitment for goods that arrived for stock, as far as they arrived. They are spent when they are used.
    ///
    /// # Errors
    /// [`DeliverError`], where other goods arrived by the same receipt.
    pub fn deliver(
        &self,
        receipt: ReceiptId,
        order: OrderId,
        amount: Money,
    ) -> Result<Decision<BudgetFact>, DeliverError> {
        match self.delivered.get(&receipt) {
            Some(earlier) if *earlier == (Delivered { order, amount }) => Ok(Decision::AlreadyRecorded),
            Some(earlier) => Err(DeliverError { receipt, earlier: earlier.amount }),
            None => Ok(Decision::Record(BudgetFact::Delivered { receipt, order, amount })),
        }
    }

    /// Gives up what is left of a reservation.
    pub fn release_reservation(&self, requisition: RequisitionId) -> Decision<BudgetFact> {
        match self.reserved.get(&requisition) {
            Some(claim) if !claim.left.is_zero() => Decision::Record(BudgetFact::ReservationReleased { requisition }),
            Some(_) | None => Decision::AlreadyRecorded,
        }
    }

    /// Gives up what is left of a commitment: the order was cancelled, or closed short.
    pub fn release_commitment(&self, order: OrderId) -> Decision<BudgetFact> {
        match self.committed.get(&order) {
            Some(claim) if !claim.left.is_zero() => Decision::Record(BudgetFact::CommitmentReleased { order }),
            Some(_) | None => Decision::AlreadyRecorded,
        }
    }

    /// What is still on order by an order; nothing where the line does not bear it.
    #[must_use]
    pub fn on_order(&self, order: OrderId) -> Option<Money> {
        self.committed.get(&order).map(|claim| claim.left)
    }

    /// Sets down what requisitions and orders take from now on, in the place of what they took: an order is placed for what
    /// was reserved, or is changed. Those that are not named stay as they are.
    ///
    /// # Errors
    /// [`ReserveError::NotPositive`] where one of them would take less than nothing, [`ReserveError::Over`] where together
    /// they take more than before and the rise is not there, [`ReserveError::Money`].
    ///
    /// # Example
    /// ```
    /// use office_core::{Currency, Entity, Id, Money};
    /// use office_finance::{BudgetClaims, BudgetLine, BudgetPlan, ReserveError};
    ///
    /// let euro = |minor| Money::from_minor(minor, Currency::EUR);
    /// let (requisition, order) = (Id::natural("requisition", "RQ-04"), Id::natural("order", "RQ-04"));
    /// let plan = BudgetPlan::even(Id::natural("cost_centre", "CC-200"), "6815".parse()?, 2026, euro(200_00))?;
    /// let mut line = BudgetLine::open(&BudgetLine::plan(plan)?).ok_or("a line")?;
    /// line.apply(&line.reserve(requisition, euro(180_00))?.fact().ok_or("a fact")?);
    ///
    /// // Half of it is ordered, for a little more than was thought.
    /// let half = |amount| BudgetClaims {
    ///     reserved: [(requisition, euro(90_00))].into(),
    ///     committed: [(order, euro(amount))].into(),
    /// };
    /// line.apply(&line.claim(&half(95_00))?.fact().ok_or("a fact")?);
    /// assert_eq!(line.available()?, euro(15_00));
    ///
    /// let over = ReserveError::Over { wanted: euro(16_00), available: euro(15_00) };
    /// assert_eq!(line.claim(&half(111_00)), Err(over));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn claim(&self, claims: &BudgetClaims) -> Result<Decision<BudgetFact>, ReserveError> {
        let named = claims.reserved.values().chain(claims.committed.values());
        if let Some(&amount) = named.into_iter().find(|amount| amount.is_negative()) {
            return Err(ReserveError::NotPositive { amount });
        }
        let nothing = self.sum([])?;
        let before = |claim: Option<&Claim>| claim.map_or(nothing, |claim| claim.left);
        let mut rise = nothing;
        for (id, left) in &claims.reserved {
            rise = rise.checked_add(left.checked_sub(before(self.reserved.get(id)))?)?;
        }
        for (id, left) in &claims.committed {
            rise = rise.checked_add(left.checked_sub(before(self.committed.get(id)))?)?;
        }
        let available = self.available()?;
        if rise.is_positive() && available.checked_sub(rise)?.is_negative() {
            return Err(ReserveError::Over { wanted: rise, available });
        }
        let mut changed = claims.clone();
        changed.reserved.retain(|id, left| self.reserved.get(id).is_none_or(|claim| claim.left != *left));
        changed.committed.retain(|id, left| self.committed.get(id).is_none_or(|claim| claim.left != *left));
        Ok(claimed(changed))
    }

    /// Notes what requisitions and orders take after goods have come, gone back or are not expected any more, as far as the
    /// line bears them. What has happened is never refused for lack of budget.
    pub fn note(&self, claims: &BudgetClaims) -> Decision<BudgetFact> {
        let mut changed = claims.clone();
        changed.reserved.retain(|id, left| self.reserved.get(id).is_some_and(|claim| claim.left != *left));
        changed.committed.retain(|id, left| self.committed.get(id).is_some_and(|claim| claim.left != *left));
        claimed(changed)
    }

    fn sum(&self, amounts: impl IntoIterator<Item = Money>) -> Result<Money, MoneyError> {
        Money::sum(amounts, self.plan.currency())
    }
}

fn claimed(changed: BudgetClaims) -> Decision<BudgetFact> {
    let same = changed.reserved.is_empty() && changed.committed.is_empty();
    if same { Decision::AlreadyRecorded } else { Decision::Record(BudgetFact::Claimed(changed)) }
}

/// By how much a step relieves the claim before it: by its amount, at the most what is left.
fn relief(claim: &Claim, amount: Money) -> Money {
    let nothing = Money::zero(claim.left.currency());
    if !amount.is_positive() {
        return nothing;
    }
    match amount.compare(&claim.left) {
        Ok(order) if order.is_lt() => amount,
        Ok(_) => claim.left,
        Err(_) => nothing,
    }
}

fn relieve(claim: Option<&mut Claim>, by: Money) {
    if let Some(claim) = claim {
        claim.left = claim.left.checked_sub(by).unwrap_or(claim.left);
    }
}

/// An amount cannot be set aside.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReserveError {
    /// Another amount was set aside for the same requisition or order.
    #[error("{earlier} was set aside for it before: release that first")]
    Reused {
        /// How much.
        earlier: Money,
    },
    /// The amounts are in different currencies, or too large.
    #[error("the amounts cannot be compared")]
    Money(#[from] MoneyError),
    /// It is nothing, or less.
    #[error("{amount} cannot be set aside: an amount above zero is wanted")]
    NotPositive {
        /// The amount.
        amount: Money,
    },
    /// There is not as much left.
    #[error("{wanted} is over budget: {available} is left")]
    Over {
        /// What was wanted.
        wanted: Money,
        /// What is left.
        available: Money,
    },
}

/// What was spent cannot be noted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SpendError {
    /// The entry was noted with another amount or day.
    #[error("{earlier} was noted for the entry before")]
    EntryReused {
        /// How much.
        earlier: Money,
    },
    /// The day is of another year.
    #[error("{on} is not in {year}, the year of the budget")]
    OtherYear {
        /// The day.
        on: NaiveDate,
        /// The year of the budget.
        year: i32,
    },
    /// The amounts are in different currencies, or too large.
    #[error("the amounts cannot be added")]
    Money(#[from] MoneyError),
}

/// Goods cannot be counted as arrived.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{earlier} arrived by receipt {receipt} before: a receipt counts once")]
pub struct DeliverError {
    /// The receipt.
    pub receipt: ReceiptId,
    /// What arrived by it before.
    pub earlier: Money,
}

impl Entity for BudgetLine {
    const KIND: Kind = Kind::literal("budget_line");
    type Fact = BudgetFact;

    fn open(fact: &BudgetFact) -> Option<Self> {
        let BudgetFact::Planned { plan } = fact else { return None };
        Some(Self {
            plan: BudgetPlan::clone(plan),
            changes: Vec::new(),
            reserved: BTreeMap::new(),
            committed: BTreeMap::new(),
            delivered: BTreeMap::new(),
            spent: BTreeMap::new(),
        })
    }

    fn apply(&mut self, fact: &BudgetFact) {
        match fact {
            BudgetFact::Planned { .. } => {}
            BudgetFact::Replanned(change) => self.replan(change),
            BudgetFact::Reserved { requisition, amount } => {
                self.reserved.insert(*requisition, Claim { amount: *amount, left: *amount });
            }
            BudgetFact::Committed { order, amount, relieves } => {
                self.committed.insert(*order, Claim { amount: *amount, left: *amount });
                if let Some((requisition, by)) = relieves {
                    relieve(self.reserved.get_mut(requisition), *by);
                }
            }
            BudgetFact::Spent { entry, spending, relieves } => {
                self.spent.insert(*entry, *spending);
                if let Some((order, by)) = relieves {
                    relieve(self.committed.get_mut(order), *by);
                }
            }
            BudgetFact::Delivered { receipt, order, amount } => {
                self.delivered.insert(*receipt, Delivered { order: *order, amount: *amount });
                if let Some(by) = self.committed.get(order).map(|claim| relief(claim, *amount)) {
                    relieve(self.committed.get_mut(order), by);
                }
            }
            BudgetFact::ReservationReleased { requisition } => {
                if let Some(claim) = self.reserved.get_mut(requisition) {
                    claim.left = Money::zero(claim.left.currency());
                }
            }
            BudgetFact::Claimed(BudgetClaims { reserved, committed }) => {
                for (requisition, left) in reserved {
                    self.reserved.entry(*requisition).or_insert(Claim { amount: *left, left: *left }).left = *left;
                }
                for (order, left) in committed {
                    self.committed.entry(*order).or_insert(Claim { amount: *left, left: *left }).left = *left;
                }
            }
            BudgetFact::CommitmentReleased { order } => {
                if let Some(claim) = self.committed.get_mut(order) {
                    claim.left = Money::zero(claim.left.currency());
                }
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        let within = format!("{} {}", self.plan.account, self.plan.bearer);
        entries.ordered(Self::BY_YEAR, &(self.plan.year, within));
    }
}

#[cfg(test)]
mod tests;
