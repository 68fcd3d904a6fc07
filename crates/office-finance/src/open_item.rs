//! Open items: what clients owe and what is owed to vendors, and how payments go to them.
//!
//! Laws, held by `tests/open_item.rs`:
//!
//! 1. What goes to the items and what is left over make the payment, exactly.
//! 2. No item gets more than is outstanding.
//! 3. The buckets of an ageing make what is outstanding; what happens later does not change an ageing of earlier.

use chrono::NaiveDate;
use office_core::subject::{PartyId, PaymentId};
use office_core::{Currency, Money, MoneyError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A bill or invoice that is to be paid, with what has gone to it.
///
/// What clients owe is above zero, what is owed to vendors below, as money comes in or goes out.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, Id, Money};
/// use office_finance::OpenItem;
///
/// let on = NaiveDate::from_ymd_opt(2026, 9, 25).ok_or("a day")?;
/// let due = NaiveDate::from_ymd_opt(2026, 10, 25).ok_or("a day")?;
/// let fee = Money::from_minor(21_324_80, Currency::EUR);
/// let mut item = OpenItem::new(Id::natural("party", "Museum am Ufer"), "CI-087", on, due, fee);
/// let paid = NaiveDate::from_ymd_opt(2026, 10, 20).ok_or("a day")?;
/// item.allocate(Id::natural("payment", "MAU-0932"), Money::from_minor(10_000_00, Currency::EUR), paid)?;
/// assert_eq!(item.outstanding(paid)?.to_string(), "11324.80 EUR");
/// // As of an earlier day, all of it is outstanding.
/// assert_eq!(item.outstanding(on)?, fee);
/// // More than is outstanding does not go to it.
/// assert!(item.allocate(Id::natural("payment", "MAU-0933"), fee, paid).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenItem {
    party: PartyId,
    document: String,
    on: NaiveDate,
    due: NaiveDate,
    amount: Money,
    allocations: Vec<Allocation>,
}

/// A part of a payment that went to an open item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allocation {
    /// The payment.
    pub payment: PaymentId,
    /// How much of it.
    pub amount: Money,
    /// When.
    pub on: NaiveDate,
}

impl OpenItem {
    /// An item of which nothing is paid.
    #[must_use]
    pub fn new(party: PartyId, document: impl Into<String>, on: NaiveDate, due: NaiveDate, amount: Money) -> Self {
        Self { party, document: document.into(), on, due, amount, allocations: Vec::new() }
    }

    /// Who owes it, or to whom it is owed.
    #[must_use]
    pub const fn party(&self) -> PartyId {
        self.party
    }

    /// The number of the document.
    #[must_use]
    pub fn document(&self) -> &str {
        &self.document
    }

    /// The day of the document.
    #[must_use]
    pub const fn on(&self) -> NaiveDate {
        self.on
    }

    /// When it is to be paid.
    #[must_use]
    pub const fn due(&self) -> NaiveDate {
        self.due
    }

    /// What the document asks for.
    #[must_use]
    pub const fn amount(&self) -> Money {
        self.amount
    }

    /// What went to it.
    #[must_use]
    pub fn allocations(&self) -> &[Allocation] {
        &self.allocations
    }

    /// What was to be paid at the end of the day `on`; nothing before the day of the document.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn outstanding(&self, on: NaiveDate) -> Result<Money, MoneyError> {
        if on < self.on {
            return Ok(Money::zero(self.amount.currency()));
        }
        let until = self.allocations.iter().filter(|part| part.on <= on);
        self.amount.checked_sub(Money::sum(until.map(|part| part.amount), self.amount.currency())?)
    }

    /// Lets a part of a payment go to it.
    ///
    /// # Errors
    /// [`AllocationError`], in the order of its variants.
    pub fn allocate(&mut self, payment: PaymentId, amount: Money, on: NaiveDate) -> Result<(), AllocationError> {
        if on < self.on {
            return Err(AllocationError::TooEarly { on, document: self.on });
        }
        let paid = Money::sum(self.allocations.iter().map(|part| part.amount), self.amount.currency())?;
        let outstanding = self.amount.checked_sub(paid)?;
        let rest = outstanding.checked_sub(amount)?;
        let turned = !rest.is_zero() && rest.is_negative() != outstanding.is_negative();
        if amount.is_zero() || amount.is_negative() != outstanding.is_negative() || turned {
            return Err(AllocationError::Amount { amount, outstanding });
        }
        self.allocations.push(Allocation { payment, amount, on });
        Ok(())
    }
}

/// A part of a payment cannot go to an item.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AllocationError {
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
    /// It is more than is outstanding, or nothing, or the other way round.
    #[error("{amount} cannot go to the item: up to {outstanding} is wanted")]
    Amount {
        /// What was to go to it.
        amount: Money,
        /// What is outstanding.
        outstanding: Money,
    },
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

/// What is outstanding, by how long it has been due.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, Id, Money};
/// use office_finance::{Ageing, OpenItem};
///
/// let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).ok_or("a day");
/// let item = |number, due, minor| {
///     OpenItem::new(Id::natural("party", "M"), number, due, due, Money::from_minor(minor, Currency::EUR))
/// };
/// let items = [item("CI-087", day(10, 25)?, 100), item("CI-089", day(10, 31)?, 200)];
/// let ageing = Ageing::as_of(&items, day(10, 31)?, &[30, 60], Currency::EUR)?;
/// assert_eq!(ageing.not_due.minor(), 200);
/// assert_eq!(ageing.overdue[0].amount.minor(), 100);
/// assert!(Ageing::as_of(&items, day(10, 31)?, &[30, 60], Currency::USD).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ageing {
    /// The day at whose end it is drawn up.
    pub on: NaiveDate,
    /// What is not due yet, or due on the day itself.
    pub not_due: Money,
    /// What is overdue, the shortest time first; the last bucket has no end.
    pub overdue: Vec<AgeingBucket>,
    /// All of it.
    pub total: Money,
}

/// What has been due for some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgeingBucket {
    /// For how many days at least.
    pub from_days: u32,
    /// For how many days at most, if there is an end.
    pub to_days: Option<u32>,
    /// How much.
    pub amount: Money,
}

impl Ageing {
    /// The ageing at the end of the day `on`; `limits` are the last days of the buckets, such as 30, 60 and 90. They
    /// are put in order, and zero and repetitions are passed over.
    ///
    /// # Errors
    /// [`MoneyError`]: an item is in another currency, or a sum cannot be held.
    pub fn as_of<'a>(
        items: impl IntoIterator<Item = &'a OpenItem>,
        on: NaiveDate,
        limits: &[u32],
        currency: Currency,
    ) -> Result<Self, MoneyError> {
        let mut limits: Vec<u32> = limits.iter().copied().filter(|limit| *limit > 0).collect();
        limits.sort_unstable();
        limits.dedup();
        let nothing = Money::zero(currency);
        let ends = limits.iter().copied().map(Some).chain([None]);
        let mut from_days = 1;
        let mut overdue: Vec<AgeingBucket> = Vec::new();
        for to_days in ends {
            overdue.push(AgeingBucket { from_days, to_days, amount: nothing });
            from_days = to_days.unwrap_or(from_days).saturating_add(1);
        }
        let (mut not_due, mut total) = (nothing, nothing);
        for item in items {
            let outstanding = item.outstanding(on)?;
            total = total.checked_add(outstanding)?;
            let days = u32::try_from(on.signed_duration_since(item.due).num_days()).unwrap_or_default();
            let bucket = overdue.iter_mut().find(|bucket| bucket.to_days.is_none_or(|end| days <= end));
            match bucket {
                Some(bucket) if days > 0 => bucket.amount = bucket.amount.checked_add(outstanding)?,
                Some(_) | None => not_due = not_due.checked_add(outstanding)?,
            }
        }
        Ok(Self { on, not_due, overdue, total })
    }
}
