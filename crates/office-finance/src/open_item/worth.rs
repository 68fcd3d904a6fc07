//! What open items in foreign currencies are worth in the books.

use chrono::NaiveDate;
use office_core::{Currency, Money, MoneyError, Rounding};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Allocation, AllocationError, OpenItem};
use crate::{EntryId, ForeignItem, SettleError};

/// What a part of a payment is worth in the currency of the books, and what it takes along of what the item is worth
/// there. All of it has the sign of the item; the other way round where the payment came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartWorth {
    /// What the money is worth on the day of the payment.
    pub paid: Money,
    /// What was taken off for paying early, at what it was booked at.
    pub discount: Money,
    /// What neither side asks for any more, at what it was booked at.
    pub write_off: Money,
    /// What all of that was booked at.
    pub booked: Money,
    /// What revaluations have added to that and not taken back yet.
    pub revalued: Money,
}

impl PartWorth {
    /// What is gained by paying at another rate than that of the booking; below zero a loss.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn gain(&self) -> Result<Money, MoneyError> {
        Money::sum([self.paid, self.discount, self.write_off, self.booked.negated()], self.paid.currency())
    }

    /// What it takes off the worth of the item: what it was booked at, and what revaluations have added.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn released(&self) -> Result<Money, MoneyError> {
        self.booked.checked_add(self.revalued)
    }

    pub(super) fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        Ok(Self {
            paid: self.paid.checked_add(other.paid)?,
            discount: self.discount.checked_add(other.discount)?,
            write_off: self.write_off.checked_add(other.write_off)?,
            booked: self.booked.checked_add(other.booked)?,
            revalued: self.revalued.checked_add(other.revalued)?,
        })
    }

    pub(super) fn negated(self) -> Self {
        Self {
            paid: self.paid.negated(),
            discount: self.discount.negated(),
            write_off: self.write_off.negated(),
            booked: self.booked.negated(),
            revalued: self.revalued.negated(),
        }
    }
}

/// A change of what an item is worth in the books, from a day on, because rates have changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemRevaluation {
    /// From which day on.
    pub on: NaiveDate,
    /// By how much.
    pub change: Money,
    /// The entry that brought it into the books.
    pub entry: EntryId,
}

impl OpenItem {
    /// The same, worth so much in the currency of the books when it was booked: with the sign of the item.
    ///
    /// # Errors
    /// [`ItemWorthError`].
    ///
    /// # Example
    /// ```
    /// use office_core::{Id, Rounding};
    /// use office_finance::{Allocation, ItemWorthError, OpenItem};
    ///
    /// let (on, paid, vendor) = ("2026-10-01".parse()?, "2026-10-20".parse()?, Id::natural("party", "V-03"));
    /// let item = OpenItem::new(vendor, "NR-1", on, paid, "-100.00 USD".parse()?);
    /// let wrong = item.clone().booked_at("92.00 EUR".parse()?);
    /// assert!(matches!(wrong, Err(ItemWorthError::Sign { .. })));
    /// let mut item = item.booked_at("-92.00 EUR".parse()?)?;
    ///
    /// // A third of it is paid when a dollar is dearer: 1.21 more than that third was booked at.
    /// let part = Allocation::new(Id::natural("payment", "1"), "-33.33 USD".parse()?, paid);
    /// // A part that does not say what it is worth is not taken.
    /// assert!(item.allocate(part).is_err());
    /// let part = item.settle(part, "-31.87 EUR".parse()?, Rounding::HalfUp)?;
    /// assert_eq!(part.worth.ok_or("a worth")?.gain()?, "-1.21 EUR".parse()?);
    /// item.allocate(part)?;
    /// assert_eq!(item.worth(paid)?, Some("-61.34 EUR".parse()?));
    ///
    /// // The last part takes all that is left.
    /// let rest = Allocation::new(Id::natural("payment", "2"), "-66.67 USD".parse()?, paid);
    /// item.allocate(item.settle(rest, "-60.00 EUR".parse()?, Rounding::HalfUp)?)?;
    /// assert_eq!(item.worth(paid)?, Some("0.00 EUR".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn booked_at(mut self, worth: Money) -> Result<Self, ItemWorthError> {
        let currency = worth.currency();
        if currency == self.amount.currency() {
            return Err(ItemWorthError::SameCurrency { currency });
        }
        if !worth.is_zero() && worth.is_negative() != self.amount.is_negative() {
            return Err(ItemWorthError::Sign { worth, amount: self.amount });
        }
        self.booked = Some(worth);
        Ok(self)
    }

    /// What it was worth in the currency of the books when it was booked; nothing is told of an item in that currency.
    #[must_use]
    pub const fn booked(&self) -> Option<Money> {
        self.booked
    }

    /// By what revaluations have changed what it is worth, in the order in which they were recorded.
    #[must_use]
    pub fn revaluations(&self) -> &[ItemRevaluation] {
        &self.revaluations
    }

    /// What is outstanding at the end of the day `on` is worth by the books, so that the items of an account make what
    /// stands on it; nothing before the day of the document, and nothing is told of an item in the currency of the books.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn worth(&self, on: NaiveDate) -> Result<Option<Money>, MoneyError> {
        let Some(booked) = self.booked else { return Ok(None) };
        if on < self.on {
            return Ok(Some(Money::zero(booked.currency())));
        }
        let (booked, revalued) = self.worth_that(booked, |day| day <= on)?;
        Ok(Some(booked.checked_add(revalued)?))
    }

    /// What is left of what it was booked at, and of what revaluations have added, when what counts has taken place.
    fn worth_that(&self, booked: Money, counts: impl Fn(NaiveDate) -> bool) -> Result<(Money, Money), MoneyError> {
        let (mut booked, mut revalued) = (booked, Money::zero(booked.currency()));
        for revaluation in self.revaluations.iter().filter(|revaluation| counts(revaluation.on)) {
            revalued = revalued.checked_add(revaluation.change)?;
        }
        for part in self.allocations.iter().filter(|part| counts(part.on)) {
            let Some(worth) = part.worth else { continue };
            (booked, revalued) = (booked.checked_sub(worth.booked)?, revalued.checked_sub(worth.revalued)?);
        }
        Ok((booked, revalued))
    }

    /// The same part with what it is worth: the money `paid` on its day, and of what the item was booked at its share,
    /// rounded by the named policy. What is taken off or written off takes its share along at what it was booked at, so
    /// that no rate changes it. Whatever settles the item takes all that is left.
    ///
    /// # Errors
    /// [`SettleError`], in the order of its variants.
    pub fn settle(&self, part: Allocation, paid: Money, rounding: Rounding) -> Result<Allocation, SettleError> {
        self.settle_or(part, Some(paid), rounding)
    }

    /// The same part with what it is worth, where it is settled at what it was booked at: nothing is gained or lost, as
    /// where a document is taken back.
    ///
    /// # Errors
    /// [`SettleError`], in the order of its variants.
    pub fn settle_as_booked(&self, part: Allocation, rounding: Rounding) -> Result<Allocation, SettleError> {
        self.settle_or(part, None, rounding)
    }

    fn settle_or(&self, part: Allocation, paid: Option<Money>, rounding: Rounding) -> Result<Allocation, SettleError> {
        let booked = self.booked.ok_or(SettleError::NotValued { amount: self.amount })?;
        let nothing = Money::zero(booked.currency());
        let (outstanding, settles) = (self.outstanding_ever()?, part.settles()?);
        let (booked, revalued) = self.worth_that(booked, |_| true)?;
        let share = |of: Money, whole: Money, part: Money| {
            let whole = ForeignItem::booked(whole, of);
            let (left, _) = whole.settled(part, nothing, rounding)?;
            Ok::<_, SettleError>(of.checked_sub(left.worth())?)
        };
        let (booked, revalued) = (share(booked, outstanding, settles)?, share(revalued, outstanding, settles)?);
        // What remains of the share of all when the money has taken its own, and then the discount.
        let off = [part.discount, part.write_off].into_iter().flatten();
        let off = Money::sum(off, settles.currency())?;
        let of_money = if part.amount.is_zero() || off.is_zero() {
            if off.is_zero() { booked } else { nothing }
        } else {
            booked.times_ratio(ratio(part.amount, settles)?, rounding)?
        };
        let rest = booked.checked_sub(of_money)?;
        let discount = match (part.discount, part.write_off) {
            (Some(discount), Some(_)) if !off.is_zero() => rest.times_ratio(ratio(discount, off)?, rounding)?,
            (Some(_), _) => rest,
            (None, _) => nothing,
        };
        let write_off = rest.checked_sub(discount)?;
        let paid = paid.unwrap_or(of_money);
        Ok(Allocation { worth: Some(PartWorth { paid, discount, write_off, booked, revalued }), ..part })
    }

    /// Whether a part says what it takes of the worth of the item, where it has one: all that is left if it settles it.
    pub(super) fn admit_worth(&self, part: &Allocation) -> Result<(), AllocationError> {
        let (booked, worth) = match (self.booked, part.worth) {
            (None, None) => return Ok(()),
            (Some(booked), Some(worth)) => (booked, worth),
            (Some(_), None) | (None, Some(_)) => return Err(AllocationError::Worth { amount: self.amount }),
        };
        let left = self.worth_that(booked, |_| true)?;
        let settled = self.outstanding_ever()?.checked_sub(part.settles()?)?.is_zero();
        let released = worth.released()?.currency();
        if released != booked.currency() || settled && left != (worth.booked, worth.revalued) {
            return Err(AllocationError::Worth { amount: self.amount });
        }
        worth.gain()?;
        Ok(())
    }

    /// Takes in a change of what it is worth.
    pub fn revalue(&mut self, revaluation: ItemRevaluation) {
        self.revaluations.push(revaluation);
    }

    /// The day from which nothing is outstanding any more, as far as is recorded; the last of the year 9999 while
    /// something is.
    pub(crate) fn valued_until(&self) -> NaiveDate {
        let settled = self.outstanding_ever().is_ok_and(Money::is_zero);
        let last = self.allocations.iter().map(|part| part.on).max().unwrap_or(self.on);
        let open = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX);
        if settled { last } else { open }
    }
}

fn ratio(part: Money, whole: Money) -> Result<office_core::Ratio, office_core::RatioError> {
    office_core::Ratio::new(part.minor(), whole.minor())
}

/// An item cannot be worth that in the currency of the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ItemWorthError {
    /// The item is in that currency.
    #[error("the item is in {currency}: what it is worth in another is wanted")]
    SameCurrency {
        /// The currency.
        currency: Currency,
    },
    /// The one is above nothing and the other below.
    #[error("an item of {amount} is not worth {worth}: both above nothing or both below are wanted")]
    Sign {
        /// What it is said to be worth.
        worth: Money,
        /// What is outstanding.
        amount: Money,
    },
}
