//! What was spent, line by line.

use chrono::NaiveDate;
use office_core::rules::Facts;
use office_core::subject::{PartyId, ProjectId};
use office_core::{ConvertMoneyError, Currency, ExchangeRate, Money, Percent};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::NewExpenseClaim;
use crate::{MileageAllowance, PerDiemAllowance};

/// One thing that was spent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpenseLine {
    /// When.
    pub on: NaiveDate,
    /// What kind of expense it is, in the words of the office: `travel`, `meals`.
    pub category: String,
    /// What it was.
    pub description: String,
    /// What the amount rests on.
    pub basis: ExpenseBasis,
    /// Who has paid it.
    pub paid_by: PaidBy,
    /// The project it was for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectId>,
    /// The client to whom it is charged on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recharge_to: Option<PartyId>,
    /// The tax in it that the office gets back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<ExpenseTax>,
}

/// What an amount rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ExpenseBasis {
    /// A receipt, or somebody's word where there is none.
    Receipt {
        /// The name under which the receipt is kept: each is claimed once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        receipt: Option<String>,
        /// What was paid, in whatever currency.
        paid: Money,
        /// At which rate it counts, where that is not the currency of the claim.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rate: Option<ExchangeRate>,
    },
    /// An allowance for days of travel.
    PerDiem(Box<PerDiemAllowance>),
    /// An allowance for driving.
    Mileage(Box<MileageAllowance>),
}

/// Who has paid an expense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaidBy {
    /// The claimant, who gets it back.
    Claimant,
    /// The office, by a card of the company.
    CompanyCard,
}

/// The tax in an expense that the office gets back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpenseTax {
    /// Its rate.
    pub rate: Percent,
    /// How much, in the currency of the claim.
    pub amount: Money,
}

/// A line makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ExpenseLineError {
    /// It is from after the day of the claim.
    #[error("{on} is after {claimed}, the day of the claim")]
    Later {
        /// Its day.
        on: NaiveDate,
        /// The day of the claim.
        claimed: NaiveDate,
    },
    /// It is in another currency, and has no rate.
    #[error("{amount} is not in {currency}: a rate is wanted")]
    NoRate {
        /// The amount.
        amount: Money,
        /// The currency of the claim.
        currency: Currency,
    },
    /// Its rate does not fit.
    #[error("the rate does not fit: {0}")]
    Rate(#[from] ConvertMoneyError),
    /// It is in the currency of the claim, or its rate leads into another.
    #[error("a rate from {from} to {to} is not wanted for {amount}")]
    OtherRate {
        /// From which currency the rate leads.
        from: Currency,
        /// To which.
        to: Currency,
        /// The amount.
        amount: Money,
    },
    /// It comes to nothing, or less.
    #[error("{amount} cannot be claimed: an amount above zero is wanted")]
    NotPositive {
        /// What it comes to.
        amount: Money,
    },
    /// The tax in it is below zero, more than all of it, or in another currency.
    #[error("a tax of {tax} in {amount} makes no sense")]
    Tax {
        /// The tax.
        tax: Money,
        /// What the line comes to.
        amount: Money,
    },
    /// The parts of an allowance do not make its total.
    #[error("the days of the allowance come to {days}, not to {total}")]
    Allowance {
        /// What they come to.
        days: Money,
        /// What is claimed.
        total: Money,
    },
}

impl ExpenseLine {
    /// What was paid and is in the currency of the claim, as told by a receipt or not.
    #[must_use]
    pub fn paid(
        on: NaiveDate,
        category: impl Into<String>,
        description: impl Into<String>,
        paid: Money,
        receipt: Option<&str>,
    ) -> Self {
        let basis = ExpenseBasis::Receipt { receipt: receipt.map(str::to_owned), paid, rate: None };
        Self {
            on,
            category: category.into(),
            description: description.into(),
            basis,
            paid_by: PaidBy::Claimant,
            project: None,
            recharge_to: None,
            tax: None,
        }
    }

    pub(super) fn receipt(&self) -> Option<&str> {
        match &self.basis {
            ExpenseBasis::Receipt { receipt, .. } => receipt.as_deref(),
            ExpenseBasis::PerDiem(_) | ExpenseBasis::Mileage(_) => None,
        }
    }

    /// What it comes to in the currency of the claim.
    pub(super) fn amount(&self, claim: &NewExpenseClaim) -> Result<Money, ExpenseLineError> {
        let (currency, claimed) = (claim.currency, claim.on);
        if self.on > claimed {
            return Err(ExpenseLineError::Later { on: self.on, claimed });
        }
        let amount = match &self.basis {
            ExpenseBasis::Receipt { paid, rate: None, .. } => *paid,
            ExpenseBasis::Receipt { paid, rate: Some(rate), .. } => {
                if rate.to() != currency || paid.currency() == currency {
                    return Err(ExpenseLineError::OtherRate { from: rate.from(), to: rate.to(), amount: *paid });
                }
                rate.convert(*paid, claim.rounding)?
            }
            ExpenseBasis::PerDiem(allowance) => {
                let (days, total) = (allowance.days.iter().map(|day| day.amount), allowance.total);
                let days = Money::sum(days, total.currency()).unwrap_or(total.negated());
                if days != total {
                    return Err(ExpenseLineError::Allowance { days, total });
                }
                total
            }
            ExpenseBasis::Mileage(allowance) => allowance.total,
        };
        if amount.currency() != currency {
            return Err(ExpenseLineError::NoRate { amount, currency });
        }
        if !amount.is_positive() {
            return Err(ExpenseLineError::NotPositive { amount });
        }
        if let Some(ExpenseTax { amount: tax, .. }) = self.tax
            && (tax.is_negative() || !tax.compare(&amount).is_ok_and(std::cmp::Ordering::is_le))
        {
            return Err(ExpenseLineError::Tax { tax, amount });
        }
        Ok(amount)
    }

    /// What the rules are told of it.
    pub(super) fn facts(&self, amount: Money, claimed: NaiveDate) -> Facts {
        let basis = match self.basis {
            ExpenseBasis::Receipt { .. } => "receipt",
            ExpenseBasis::PerDiem(_) => "per_diem",
            ExpenseBasis::Mileage(_) => "mileage",
        };
        Facts::new()
            .with("category", self.category.clone())
            .with("basis", basis)
            .with("amount", amount)
            .with("has_receipt", self.receipt().is_some())
            .with("company_card", self.paid_by == PaidBy::CompanyCard)
            .with("days_old", claimed.signed_duration_since(self.on).num_days())
    }
}
