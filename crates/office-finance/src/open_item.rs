//! Open items: what clients owe and what is owed to vendors, and how payments go to them.
//!
//! One record for both sides, told apart by its sign: what clients owe is above zero, what is owed to vendors below, as
//! money comes in or goes out. So are the parts of payments that go to it, and so is the account that it is controlled by.
//!
//! Laws, held by `tests/open_item.rs`:
//!
//! 1. What goes to the items and what is left over make the payment, exactly.
//! 2. No item gets more than is outstanding, on any day.
//! 3. The buckets of an ageing make what is outstanding; what happens later does not change an ageing of earlier.
//! 4. What is outstanding is what the document asks for less what went to it by then, and the state of an item follows
//!    from that alone; a payment that comes back leaves all earlier days as they were.

use chrono::NaiveDate;
use office_core::subject::{PartyId, PaymentId};
use office_core::{Decision, Money, MoneyError};
use serde::{Deserialize, Serialize};

use crate::DiscountOffer;

mod ageing;
mod allocation;
mod instalments;
mod worth;

pub use self::ageing::{Ageing, AgeingBucket};
pub use self::allocation::{Allocation, AllocationError, PaymentSplit, UndoAllocationError, split_payment};
pub(crate) use self::instalments::{admit_parts, split_over, spread_over, take_parts, take_revaluations, undo_parts};
pub use self::worth::{ItemRevaluation, ItemWorthError, PartWorth};

/// A bill or invoice that is to be paid, or an instalment of one, with what has gone to it.
///
/// What clients owe is above zero, what is owed to vendors below, as money comes in or goes out.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, Id, Money};
/// use office_finance::{Allocation, OpenItem};
///
/// let on = NaiveDate::from_ymd_opt(2026, 9, 25).ok_or("a day")?;
/// let due = NaiveDate::from_ymd_opt(2026, 10, 25).ok_or("a day")?;
/// let fee = Money::from_minor(21_324_80, Currency::EUR);
/// let mut item = OpenItem::new(Id::natural("party", "Museum am Ufer"), "CI-087", on, due, fee);
/// let paid = NaiveDate::from_ymd_opt(2026, 10, 20).ok_or("a day")?;
/// let part = Money::from_minor(10_000_00, Currency::EUR);
/// item.allocate(Allocation::new(Id::natural("payment", "MAU-0932"), part, paid))?;
/// assert_eq!(item.outstanding(paid)?.to_string(), "11324.80 EUR");
/// // As of an earlier day, all of it is outstanding.
/// assert_eq!(item.outstanding(on)?, fee);
/// // More than is outstanding does not go to it.
/// assert!(item.allocate(Allocation::new(Id::natural("payment", "MAU-0933"), fee, paid)).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "StoredItem", into = "StoredItem")]
pub struct OpenItem {
    party: PartyId,
    document: String,
    instalment: u32,
    on: NaiveDate,
    due: NaiveDate,
    amount: Money,
    /// What it was worth in the currency of the books when it was booked, where it is in another.
    booked: Option<Money>,
    discounts: Vec<DiscountOffer>,
    allocations: Vec<Allocation>,
    revaluations: Vec<ItemRevaluation>,
}

/// The stored form: what went to the item is checked again when it is read.
#[derive(Serialize, Deserialize)]
#[serde(rename = "OpenItem", deny_unknown_fields)]
struct StoredItem {
    party: PartyId,
    document: String,
    instalment: u32,
    on: NaiveDate,
    due: NaiveDate,
    amount: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    booked: Option<Money>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    discounts: Vec<DiscountOffer>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    allocations: Vec<Allocation>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    revaluations: Vec<ItemRevaluation>,
}

impl From<OpenItem> for StoredItem {
    fn from(item: OpenItem) -> Self {
        let OpenItem { party, document, instalment, on, due, amount, booked, discounts, allocations, revaluations } =
            item;
        Self { party, document, instalment, on, due, amount, booked, discounts, allocations, revaluations }
    }
}

impl TryFrom<StoredItem> for OpenItem {
    type Error = AllocationError;

    fn try_from(stored: StoredItem) -> Result<Self, AllocationError> {
        let StoredItem { party, document, instalment, on, due, amount, booked, discounts, allocations, revaluations } =
            stored;
        let mut item = Self::new(party, document, on, due, amount).instalment_of(instalment).offering(discounts);
        if let Some(booked) = booked {
            item = item.booked_at(booked).map_err(|_| AllocationError::Worth { amount })?;
        }
        // What a part took of the worth follows from what was recorded by then, of which the order is not kept.
        item.revaluations = revaluations;
        for part in allocations {
            let back = item.part_of(part.payment).is_some_and(|earlier| *earlier == part.undone(earlier.on));
            if back || item.admit_amount(&part)? != Decision::AlreadyRecorded {
                item.take(&part);
            }
        }
        Ok(item)
    }
}

/// Where an open item is, as what is outstanding tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemStatus {
    /// Nothing went to it.
    Open,
    /// A part is paid.
    PartlyPaid,
    /// Nothing is outstanding.
    Settled,
}

impl OpenItem {
    /// An item of which nothing is paid.
    #[must_use]
    pub fn new(party: PartyId, document: impl Into<String>, on: NaiveDate, due: NaiveDate, amount: Money) -> Self {
        Self {
            party,
            document: document.into(),
            instalment: 1,
            on,
            due,
            amount,
            booked: None,
            discounts: Vec::new(),
            allocations: Vec::new(),
            revaluations: Vec::new(),
        }
    }

    /// The same as so many-th instalment of the document, counted from 1.
    #[must_use]
    pub fn instalment_of(mut self, instalment: u32) -> Self {
        self.instalment = instalment;
        self
    }

    /// The same with what may be taken off for paying early.
    #[must_use]
    pub fn offering(mut self, discounts: Vec<DiscountOffer>) -> Self {
        self.discounts = discounts;
        self
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

    /// Which instalment of the document it is, counted from 1.
    #[must_use]
    pub const fn instalment(&self) -> u32 {
        self.instalment
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

    /// What went to it, in the order in which it was recorded.
    #[must_use]
    pub fn allocations(&self) -> &[Allocation] {
        &self.allocations
    }

    /// What may be taken off for paying it on the day `on`, with the sign of the item. Nothing once a part was paid: who
    /// pays in parts has not paid early.
    #[must_use]
    pub fn discount(&self, on: NaiveDate) -> Money {
        let untouched = self.outstanding_ever().is_ok_and(|left| left == self.amount);
        let offers = self.discounts.iter().filter(|offer| untouched && on <= offer.until);
        let largest = offers.map(|offer| offer.amount).max_by_key(|amount| amount.abs().minor());
        largest.unwrap_or(Money::zero(self.amount.currency()))
    }

    /// What is offered for paying early.
    #[must_use]
    pub fn discounts(&self) -> &[DiscountOffer] {
        &self.discounts
    }

    /// The last day on which anything may be taken off for paying early.
    #[must_use]
    pub fn discount_until(&self) -> Option<NaiveDate> {
        self.discounts.iter().map(|offer| offer.until).max()
    }

    /// What was to be paid at the end of the day `on`; nothing before the day of the document.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn outstanding(&self, on: NaiveDate) -> Result<Money, MoneyError> {
        if on < self.on {
            return Ok(Money::zero(self.amount.currency()));
        }
        self.left_of(self.allocations.iter().filter(|part| part.on <= on))
    }

    /// What is to be paid when all that is recorded has taken place.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn outstanding_ever(&self) -> Result<Money, MoneyError> {
        self.left_of(self.allocations.iter())
    }

    fn left_of<'a>(&self, parts: impl Iterator<Item = &'a Allocation>) -> Result<Money, MoneyError> {
        parts.into_iter().try_fold(self.amount, |left, part| left.checked_sub(part.settles()?))
    }

    /// Where it is at the end of the day `on`.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn status(&self, on: NaiveDate) -> Result<ItemStatus, MoneyError> {
        let left = self.outstanding(on)?;
        Ok(if left.is_zero() {
            ItemStatus::Settled
        } else if left == self.amount {
            ItemStatus::Open
        } else {
            ItemStatus::PartlyPaid
        })
    }

    /// Whether a part of a payment may go to it: not more than is outstanding on its day or on any later one, and, where
    /// the item is in a foreign currency, with what it takes of its worth ([`settle`](Self::settle)). The same again is
    /// recognised.
    ///
    /// # Errors
    /// [`AllocationError`], in the order of its variants.
    pub fn admit(&self, part: &Allocation) -> Result<Decision<Allocation>, AllocationError> {
        let decision = self.admit_amount(part)?;
        if let Decision::Record(part) = &decision {
            self.admit_worth(part)?;
        }
        Ok(decision)
    }

    fn admit_amount(&self, part: &Allocation) -> Result<Decision<Allocation>, AllocationError> {
        if self.allocations.contains(part) {
            return Ok(Decision::AlreadyRecorded);
        }
        if let Some(earlier) = self.part_of(part.payment) {
            return Err(AllocationError::Reused { payment: part.payment, earlier: earlier.amount });
        }
        if part.on < self.on {
            return Err(AllocationError::TooEarly { on: part.on, document: self.on });
        }
        let settles = part.settles()?;
        let later = self.allocations.iter().map(|other| other.on).filter(|day| *day > part.on);
        let mut least = self.outstanding(part.on)?;
        for day in later {
            let outstanding = self.outstanding(day)?;
            if outstanding.abs().compare(&least.abs())?.is_lt() {
                least = outstanding;
            }
        }
        let amount = settles;
        let against = |of: Money| !of.is_zero() && of.is_negative() != self.amount.is_negative();
        let over = amount.abs().compare(&least.abs())?.is_gt();
        if amount.is_zero() || over || against(amount) || against(part.amount) || part.discount.is_some_and(against) {
            return Err(AllocationError::Amount { amount, outstanding: least });
        }
        Ok(Decision::Record(*part))
    }

    /// Takes in what was admitted or came back.
    pub fn take(&mut self, part: &Allocation) {
        self.allocations.push(*part);
    }

    /// Lets a part of a payment go to it. The same again changes nothing.
    ///
    /// # Errors
    /// [`AllocationError`], in the order of its variants.
    pub fn allocate(&mut self, part: Allocation) -> Result<(), AllocationError> {
        if let Decision::Record(part) = self.admit(&part)? {
            self.take(&part);
        }
        Ok(())
    }

    /// What takes a payment off it that has come back on a day: the item is as open as it was without, from that day on.
    ///
    /// # Errors
    /// [`UndoAllocationError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::{Decision, Id};
    /// use office_finance::{Allocation, OpenItem, UndoAllocationError};
    ///
    /// let (on, paid, back) = ("2026-10-01".parse()?, "2026-10-15".parse()?, "2026-10-17".parse()?);
    /// let rent = "-1900.00 EUR".parse()?;
    /// let mut item = OpenItem::new(Id::natural("party", "V-09"), "RE-10", on, paid, rent);
    /// let payment = Id::natural("payment", "P-1");
    /// item.allocate(Allocation::new(payment, rent, paid))?;
    /// if let Decision::Record(part) = item.undo(payment, back)? {
    ///     item.take(&part);
    /// }
    /// assert!(item.outstanding(paid)?.is_zero());
    /// assert_eq!(item.outstanding(back)?, rent);
    /// let never = Id::natural("payment", "P-2");
    /// assert_eq!(item.undo(never, back), Err(UndoAllocationError::NotHere { payment: never }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn undo(&self, payment: PaymentId, on: NaiveDate) -> Result<Decision<Allocation>, UndoAllocationError> {
        let part = self.part_of(payment).ok_or(UndoAllocationError::NotHere { payment })?;
        let back = part.undone(on);
        let earlier = self.allocations.iter().rev().find(|other| other.payment == payment && *other != part);
        match earlier {
            Some(earlier) if *earlier == back => Ok(Decision::AlreadyRecorded),
            Some(earlier) => Err(UndoAllocationError::Undone { on: earlier.on }),
            None if on < part.on => Err(UndoAllocationError::TooEarly { on, paid: part.on }),
            None => Ok(Decision::Record(back)),
        }
    }

    /// What of a payment went to it, whether it came back or not.
    fn part_of(&self, payment: PaymentId) -> Option<&Allocation> {
        self.allocations.iter().find(|part| part.payment == payment)
    }
}
