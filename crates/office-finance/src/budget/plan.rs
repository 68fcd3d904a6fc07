//! What may be spent.

use office_core::subject::CostCentreId;
use office_core::{AllocateError, Currency, Decimal, Money, MoneyError};
use serde::{Deserialize, Serialize};

use super::{BudgetBearer, BudgetId, BudgetLine};
use crate::AccountCode;

/// What may be spent, month by month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetPlan {
    /// Who may spend, or for what.
    pub bearer: BudgetBearer,
    /// On what.
    pub account: AccountCode,
    /// In which calendar year.
    pub year: i32,
    /// How much, January to December.
    pub months: [Money; 12],
}

impl BudgetPlan {
    /// The amount of a year for a cost centre, in twelve months as equal as can be; they add up to it exactly.
    ///
    /// # Errors
    /// [`AllocateError`].
    pub fn even(
        cost_centre: CostCentreId,
        account: AccountCode,
        year: i32,
        amount: Money,
    ) -> Result<Self, AllocateError> {
        Self::spread(cost_centre, account, year, amount, [Decimal::ONE; 12])
    }

    /// The amount of a year for a cost centre, in twelve months in proportion to these weights; they add up to it exactly.
    ///
    /// # Errors
    /// [`AllocateError`].
    pub fn spread(
        cost_centre: CostCentreId,
        account: AccountCode,
        year: i32,
        amount: Money,
        weights: [Decimal; 12],
    ) -> Result<Self, AllocateError> {
        let parts = amount.allocate(&weights)?;
        let months: [Money; 12] = parts.try_into().map_err(|_| AllocateError::NoWeight)?;
        Ok(Self { bearer: cost_centre.into(), account, year, months })
    }

    /// The same, borne by somebody or something else: a project.
    #[must_use]
    pub fn borne_by(self, bearer: impl Into<BudgetBearer>) -> Self {
        Self { bearer: bearer.into(), ..self }
    }

    /// The id of the line that it plans.
    #[must_use]
    pub fn id(&self) -> BudgetId {
        BudgetLine::id_borne_by(&self.bearer, &self.account, self.year)
    }

    /// The currency in which it is planned.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        let [first, ..] = self.months;
        first.currency()
    }

    /// What may be spent in the year.
    ///
    /// # Errors
    /// [`MoneyError`].
    pub fn total(&self) -> Result<Money, MoneyError> {
        Money::sum(self.months, self.currency())
    }
}
