//! An approved claim is booked and paid, and charged on.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{PartyId, ProjectId};
use office_core::{ApprovalStatus, Decision, Money, MoneyError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{ClaimPayment, ClaimSettlement, ExpenseClaim, ExpenseClaimFact};
use crate::{EntryId, TravelAdvanceId};

/// What is charged on to a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recharge {
    /// Whom.
    pub client: PartyId,
    /// The project it was for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectId>,
    /// When it was spent.
    pub on: NaiveDate,
    /// What it was.
    pub description: String,
    /// How much, without the tax that the office gets back.
    pub amount: Money,
}

/// A claim cannot be booked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SettleClaimError {
    /// It was booked otherwise.
    #[error("it was booked on {on}, otherwise")]
    Already {
        /// When.
        on: NaiveDate,
    },
    /// It is not approved.
    #[error("it is {status}: only what is approved is booked")]
    NotApproved {
        /// Where it stands.
        status: ApprovalStatus,
    },
    /// An advance is set off by nothing or less.
    #[error("{amount} is not set off: an amount above zero is wanted")]
    NotPositive {
        /// How much.
        amount: Money,
    },
    /// More is set off than is owed.
    #[error("{set_off} is set off against {owed}")]
    TooMuch {
        /// How much is set off.
        set_off: Money,
        /// How much is owed.
        owed: Money,
    },
    /// The amounts are in different currencies, or too large.
    #[error("the amounts cannot be added up")]
    Money(#[from] MoneyError),
}

/// A claim is not paid.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ClaimPaymentError {
    /// Another amount was paid by the same entry.
    #[error("{earlier} was paid by the entry before")]
    Reused {
        /// How much.
        earlier: Money,
    },
    /// It is not booked.
    #[error("it is not booked: that comes before paying")]
    NotSettled,
    /// It is nothing or less, or more than is owed.
    #[error("{amount} is not paid where {payable} is owed")]
    Amount {
        /// How much would be paid.
        amount: Money,
        /// How much is owed.
        payable: Money,
    },
    /// The amounts are in different currencies, or too large.
    #[error("the amounts cannot be added up")]
    Money(#[from] MoneyError),
}

impl ExpenseClaim {
    /// Notes by which entry it was booked, and which advances were set off.
    ///
    /// # Errors
    /// [`SettleClaimError`], in the order of its variants.
    pub fn settle(
        &self,
        entry: EntryId,
        on: NaiveDate,
        advances: BTreeMap<TravelAdvanceId, Money>,
    ) -> Result<Decision<ExpenseClaimFact>, SettleClaimError> {
        let settlement = ClaimSettlement { entry, on, advances };
        match &self.settled {
            Some(settled) if *settled == settlement => return Ok(Decision::AlreadyRecorded),
            Some(settled) => return Err(SettleClaimError::Already { on: settled.on }),
            None => {}
        }
        if !self.run.is_approved() {
            return Err(SettleClaimError::NotApproved { status: self.run.status().clone() });
        }
        if let Some(amount) = settlement.advances.values().find(|amount| !amount.is_positive()) {
            return Err(SettleClaimError::NotPositive { amount: *amount });
        }
        let (set_off, owed) = (self.sum(settlement.advances.values().copied())?, self.owed()?);
        if owed.compare(&set_off)?.is_lt() {
            return Err(SettleClaimError::TooMuch { set_off, owed });
        }
        Ok(Decision::Record(ExpenseClaimFact::Settled(settlement)))
    }

    /// Notes what was paid of it: all that is owed, or a part.
    ///
    /// # Errors
    /// [`ClaimPaymentError`], in the order of its variants.
    pub fn pay(&self, entry: EntryId, payment: ClaimPayment) -> Result<Decision<ExpenseClaimFact>, ClaimPaymentError> {
        match self.paid.get(&entry) {
            Some(earlier) if *earlier == payment => return Ok(Decision::AlreadyRecorded),
            Some(earlier) => return Err(ClaimPaymentError::Reused { earlier: earlier.amount }),
            None => {}
        }
        if self.settled.is_none() {
            return Err(ClaimPaymentError::NotSettled);
        }
        let (amount, payable) = (payment.amount, self.payable()?);
        if !amount.is_positive() || payable.compare(&amount)?.is_lt() {
            return Err(ClaimPaymentError::Amount { amount, payable });
        }
        Ok(Decision::Record(ExpenseClaimFact::Paid { entry, payment }))
    }

    /// The tax in what is granted of each line: in proportion where a line was cut.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn taxes(&self) -> Result<Vec<Money>, MoneyError> {
        let tax_of = |(asked, line): (&super::ExpenseLine, &super::ClaimedLine)| {
            let nothing = Money::zero(self.claim.currency);
            let Some(tax) = asked.tax else { return Ok(nothing) };
            if line.granted == line.amount {
                return Ok(tax.amount);
            }
            let share = office_core::Ratio::new(line.granted.minor(), line.amount.minor());
            share.map_or(Ok(nothing), |share| tax.amount.times_ratio(share, self.claim.rounding))
        };
        self.claim.lines.iter().zip(&self.lines).map(tax_of).collect()
    }

    /// What is charged on to clients: what is granted of the lines that say so, net of tax. Nothing before it is approved.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn recharges(&self) -> Result<Vec<Recharge>, MoneyError> {
        if !self.run.is_approved() {
            return Ok(Vec::new());
        }
        let mut recharges = Vec::new();
        for ((asked, line), tax) in self.claim.lines.iter().zip(&self.lines).zip(self.taxes()?) {
            if let Some(client) = asked.recharge_to
                && line.granted.is_positive()
            {
                let amount = line.granted.checked_sub(tax)?;
                let (project, on, description) = (asked.project, asked.on, asked.description.clone());
                recharges.push(Recharge { client, project, on, description, amount });
            }
        }
        Ok(recharges)
    }
}
