//! Whether there is enough.

use office_core::subject::RequisitionId;
use office_core::{Money, MoneyError};
use serde::{Deserialize, Serialize};

use super::{BudgetId, BudgetLine};

/// Whether a line of a budget has an amount left, and what that rests on.
///
/// What is left is what is planned, less what is reserved, committed and spent, and what the step itself sets free.
///
/// # Example
/// ```
/// use office_core::{Currency, Entity, Id, Money};
/// use office_finance::{BudgetLine, BudgetPlan};
///
/// let euro = |minor| Money::from_minor(minor, Currency::EUR);
/// let plan = BudgetPlan::even(Id::natural("cost_centre", "CC-300"), "6845".parse()?, 2026, euro(850_00))?;
/// let mut line = BudgetLine::open(&BudgetLine::plan(plan)?).ok_or("a line")?;
/// let chairs = Id::natural("requisition", "RQ-06");
/// line.apply(&line.reserve(chairs, euro(700_00))?.fact().ok_or("a fact")?);
///
/// // Another two hundred are not there, but the chairs may become dearer by as much as is left.
/// let more = line.check_funds(euro(200_00), None)?;
/// assert_eq!((more.enough, more.available.to_string(), more.left.to_string()), (false, "150.00 EUR".into(), "-50.00 EUR".into()));
/// assert!(line.check_funds(euro(850_00), Some(chairs))?.enough);
/// assert!(line.check_funds(Money::from_minor(1, office_core::Currency::USD), None).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FundsCheck {
    /// The line.
    pub line: BudgetId,
    /// By which version of its plan.
    pub version: u32,
    /// What may be spent in the year, with all that was moved and carried.
    pub planned: Money,
    /// What requisitions have set aside.
    pub reserved: Money,
    /// What is on order.
    pub committed: Money,
    /// What was spent.
    pub actual: Money,
    /// What is left before.
    pub available: Money,
    /// What is wanted.
    pub wanted: Money,
    /// What is set free by it, because it was set aside for the same purchase.
    pub freed: Money,
    /// What is left after; below zero where there is not enough.
    pub left: Money,
    /// Whether there is enough.
    pub enough: bool,
}

impl BudgetLine {
    /// Checks whether an amount is there, for a purchase of its own or in the place of what a requisition has set aside.
    ///
    /// # Errors
    /// [`MoneyError`] where the amount is in another currency, or a sum cannot be held.
    pub fn check_funds(&self, wanted: Money, fulfils: Option<RequisitionId>) -> Result<FundsCheck, MoneyError> {
        let available = self.available()?;
        let nothing = Money::zero(available.currency());
        let freed = fulfils.and_then(|id| self.reserved.get(&id)).map_or(nothing, |claim| claim.left);
        let left = available.checked_add(freed)?.checked_sub(wanted)?;
        Ok(FundsCheck {
            line: self.plan.id(),
            version: self.version(),
            planned: self.plan.total()?,
            reserved: self.reserved()?,
            committed: self.committed()?,
            actual: self.actual()?,
            available,
            wanted,
            freed,
            left,
            enough: !left.is_negative(),
        })
    }
}
