//! Parts of payments that go to open items.

use chrono::NaiveDate;
use office_core::subject::PaymentId;
use office_core::{Money, MoneyError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::PartWorth;

/// A part of a payment that went to an open item. All amounts have the sign of the item, but for what is written off,
/// which is the other way round where a little too much was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allocation {
    /// The payment, or the setting off of documents against each other.
    pub payment: PaymentId,
    /// How much of it.
    pub amount: Money,
    /// When.
    pub on: NaiveDate,
    /// What was taken off for paying early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Money>,
    /// What neither side asks for any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub write_off: Option<Money>,
    /// What it is worth in the currency of the books, where the item is in another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worth: Option<PartWorth>,
}

impl Allocation {
    /// So much of a payment, and nothing besides.
    #[must_use]
    pub const fn new(payment: PaymentId, amount: Money, on: NaiveDate) -> Self {
        Self { payment, amount, on, discount: None, write_off: None, worth: None }
    }

    /// What it takes off what is outstanding: money, discount and what is written off.
    ///
    /// # Errors
    /// [`MoneyError`]: currencies are mixed, or the sum cannot be held.
    pub fn settles(&self) -> Result<Money, MoneyError> {
        let parts = [Some(self.amount), self.discount, self.write_off];
        Money::sum(parts.into_iter().flatten(), self.amount.currency())
    }

    /// The same the other way round, as when the bank sends a payment back on a day.
    #[must_use]
    pub fn undone(&self, on: NaiveDate) -> Self {
        let back = |part: Option<Money>| part.map(Money::negated);
        Self {
            payment: self.payment,
            amount: self.amount.negated(),
            on,
            discount: back(self.discount),
            write_off: back(self.write_off),
            worth: self.worth.map(PartWorth::negated),
        }
    }

    /// What one payment has brought to several instalments, as one part; nothing of none. Discounts and what is written off
    /// are left out, of which there are none where documents are set off.
    pub(crate) fn together<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Result<Option<Self>, MoneyError> {
        let mut sum: Option<Self> = None;
        for part in parts {
            sum = Some(match sum {
                None => *part,
                Some(sum) => {
                    let worth = match (sum.worth, part.worth) {
                        (Some(one), Some(other)) => Some(one.checked_add(other)?),
                        (one, other) => one.or(other),
                    };
                    Self { amount: sum.amount.checked_add(part.amount)?, worth, ..sum }
                }
            });
        }
        Ok(sum)
    }

    /// The same without what revaluations have added to what it takes along.
    pub(crate) fn without_revaluations(mut self) -> Self {
        if let Some(worth) = &mut self.worth {
            worth.revalued = Money::zero(worth.booked.currency());
        }
        self
    }
}

/// How a payment goes to open items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentSplit {
    /// For each item, in the order given, what goes to it.
    pub parts: Vec<Money>,
    /// What is left when all items are settled.
    pub left_over: Money,
}

/// Lets a payment go to the items in the order given, each up to what is outstanding, until it is used up.
///
/// The items are those that the payer names, or all of the payer's by due day: whoever calls decides that. Items of the
/// other direction (a credit among invoices) get nothing.
///
/// # Errors
/// [`MoneyError`]: currencies are mixed, or a sum cannot be held.
///
/// # Example
/// ```
/// use office_core::{Currency, Money};
/// use office_finance::split_payment;
///
/// let euro = |minor| Money::from_minor(minor, Currency::EUR);
/// let split = split_payment(euro(100_00), &[euro(60_00), euro(60_00)])?;
/// assert_eq!((split.parts, split.left_over), (vec![euro(60_00), euro(40_00)], euro(0)));
/// let over = split_payment(euro(100_00), &[euro(60_00)])?;
/// assert_eq!(over.left_over, euro(40_00));
/// assert!(split_payment(euro(1), &[Money::from_minor(1, Currency::USD)]).is_err());
/// # Ok::<(), office_core::MoneyError>(())
/// ```
pub fn split_payment(payment: Money, outstanding: &[Money]) -> Result<PaymentSplit, MoneyError> {
    let mut left_over = payment;
    let mut parts = Vec::with_capacity(outstanding.len());
    for item in outstanding {
        let rest = item.checked_sub(left_over)?;
        let part = if item.is_zero() || left_over.is_zero() || item.is_negative() != left_over.is_negative() {
            Money::zero(payment.currency())
        } else if rest.is_zero() || rest.is_negative() == item.is_negative() {
            left_over
        } else {
            *item
        };
        left_over = left_over.checked_sub(part)?;
        parts.push(part);
    }
    Ok(PaymentSplit { parts, left_over })
}

/// A part of a payment cannot go to an item.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AllocationError {
    /// The document has no such instalment.
    #[error("there is no instalment {instalment}")]
    NoInstalment {
        /// Which, counted from 1.
        instalment: u32,
    },
    /// Another part of the payment went to it.
    #[error("{earlier} of payment {payment} went to the item already")]
    Reused {
        /// The payment.
        payment: PaymentId,
        /// How much of it.
        earlier: Money,
    },
    /// The document came later.
    #[error("{on} is before the document of {document}")]
    TooEarly {
        /// The day of the payment.
        on: NaiveDate,
        /// The day of the document.
        document: NaiveDate,
    },
    /// The amounts are in different currencies, or too large.
    #[error("the amounts cannot be compared")]
    Money(#[from] MoneyError),
    /// It is more than is outstanding on its day or later, or nothing, or the other way round.
    #[error("{amount} cannot go to the item: up to {outstanding} is wanted")]
    Amount {
        /// What was to go to it.
        amount: Money,
        /// What is outstanding.
        outstanding: Money,
    },
    /// The item is in a foreign currency and the part does not say what it takes of its worth, or not all of it where it
    /// settles the item; or the item is in none, and it does.
    #[error("a part of an item of {amount} takes its share of what that is worth, and the last one all that is left")]
    Worth {
        /// What the document asks for.
        amount: Money,
    },
}

/// A payment cannot be taken off an item.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UndoAllocationError {
    /// Nothing of it went to the item.
    #[error("nothing of payment {payment} went to the item")]
    NotHere {
        /// The payment.
        payment: PaymentId,
    },
    /// It came back on another day.
    #[error("the payment came back on {on} already")]
    Undone {
        /// When.
        on: NaiveDate,
    },
    /// It was paid later.
    #[error("{on} is before the payment of {paid}")]
    TooEarly {
        /// The day on which it is said to have come back.
        on: NaiveDate,
        /// The day on which it was paid.
        paid: NaiveDate,
    },
}
