//! Money given to somebody before they spend it for the office.
//!
//! ```text
//! grant ──► pay ──► apply (a claim is set off), give_back (what is left comes back)
//! ```
//!
//! What is outstanding is what was paid less what was applied and given back, and never below zero. Law 25 of the crate;
//! `tests/expenses.rs` of the root package holds it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Decision, Entity, Entries, Id, Kind, Money, MoneyError, Partition};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{EntryId, ExpenseClaimId};

/// The id of an advance.
pub type TravelAdvanceId = Id<TravelAdvance>;

/// Money given to somebody before they spend it.
///
/// # Example
/// ```
/// use office_core::{Currency, Decision, Entity, Id, Money};
/// use office_finance::{NewTravelAdvance, TravelAdvance, UseAdvanceError};
///
/// let euro = |minor| Money::from_minor(minor, Currency::EUR);
/// let (on, entry) = ("2026-10-01".parse()?, |name: &str| Id::natural("entry", name));
/// let advance = NewTravelAdvance { person: Id::natural("person", "E-008"), amount: euro(300_00), on, purpose: "fair".into() };
/// let mut advance = TravelAdvance::open(&TravelAdvance::grant(advance)?).ok_or("an advance")?;
/// let claim = Id::natural("expense_claim", "EX-7");
///
/// // Nothing is set off before it was paid, nor more than is outstanding.
/// assert_eq!(advance.apply_to(claim, euro(1)), Err(UseAdvanceError::Over { amount: euro(1), outstanding: euro(0) }));
/// for fact in [advance.pay(entry("1"), on)?.fact()].into_iter().flatten() {
///     advance.apply(&fact);
/// }
/// advance.apply(&advance.apply_to(claim, euro(220_00))?.fact().ok_or("a fact")?);
/// assert_eq!(advance.apply_to(claim, euro(220_00)), Ok(Decision::AlreadyRecorded));
/// assert_eq!(advance.outstanding()?, euro(80_00));
/// assert!(advance.give_back(entry("2"), euro(80_01), on).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TravelAdvance {
    advance: NewTravelAdvance,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    paid: Option<(EntryId, NaiveDate)>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    applied: BTreeMap<ExpenseClaimId, Money>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    given_back: BTreeMap<EntryId, (Money, NaiveDate)>,
}

/// What is to be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTravelAdvance {
    /// To whom.
    pub person: PersonId,
    /// How much.
    pub amount: Money,
    /// From which day on.
    pub on: NaiveDate,
    /// What for.
    pub purpose: String,
}

/// What happens to an advance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TravelAdvanceFact {
    /// It was granted.
    Granted(NewTravelAdvance),
    /// It was paid.
    Paid {
        /// The entry in the books.
        entry: EntryId,
        /// When.
        on: NaiveDate,
    },
    /// A claim was set off against it.
    Applied {
        /// The claim.
        claim: ExpenseClaimId,
        /// How much.
        amount: Money,
    },
    /// Something of it came back.
    GivenBack {
        /// The entry in the books.
        entry: EntryId,
        /// How much.
        amount: Money,
        /// When.
        on: NaiveDate,
    },
}

/// An advance is not granted: it is of nothing, or less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an advance of {amount} makes no sense: an amount above zero is wanted")]
pub struct GrantAdvanceError {
    /// How much.
    pub amount: Money,
}

/// An advance is not paid: it was, by another entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("it was paid on {on} by another entry")]
pub struct PayAdvanceError {
    /// When.
    pub on: NaiveDate,
}

/// An advance is not used up.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UseAdvanceError {
    /// Another amount was set off for the claim, or given back by the entry.
    #[error("{earlier} was used up so before")]
    Reused {
        /// How much.
        earlier: Money,
    },
    /// It is nothing or less, or more than is outstanding.
    #[error("{amount} is not used up where {outstanding} is outstanding")]
    Over {
        /// How much.
        amount: Money,
        /// What is outstanding.
        outstanding: Money,
    },
    /// The amounts are in different currencies, or too large.
    #[error("the amounts cannot be compared")]
    Money(#[from] MoneyError),
}

impl TravelAdvance {
    /// The advances of a person that are not used up, by day.
    pub const OUTSTANDING: Partition<Self, PersonId, NaiveDate> = Partition::new("outstanding");

    /// Grants an advance.
    ///
    /// # Errors
    /// [`GrantAdvanceError`].
    pub fn grant(advance: NewTravelAdvance) -> Result<TravelAdvanceFact, GrantAdvanceError> {
        if advance.amount.is_positive() {
            Ok(TravelAdvanceFact::Granted(advance))
        } else {
            Err(GrantAdvanceError { amount: advance.amount })
        }
    }

    /// What was granted.
    #[must_use]
    pub const fn granted(&self) -> &NewTravelAdvance {
        &self.advance
    }

    /// Notes that it was paid.
    ///
    /// # Errors
    /// [`PayAdvanceError`].
    ///
    /// # Example
    /// ```
    #[doc = include_str!("travel_advance/granted.txt")]
    ///
    /// advance.apply_decision(&advance.pay(paid, on)?);
    /// assert_eq!(advance.outstanding()?, "300.00 EUR".parse()?);
    /// // It is paid once.
    /// assert_eq!(advance.pay(back, on), Err(PayAdvanceError { on }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pay(&self, entry: EntryId, on: NaiveDate) -> Result<Decision<TravelAdvanceFact>, PayAdvanceError> {
        match self.paid {
            Some(paid) if paid == (entry, on) => Ok(Decision::AlreadyRecorded),
            Some((_, on)) => Err(PayAdvanceError { on }),
            None => Ok(Decision::Record(TravelAdvanceFact::Paid { entry, on })),
        }
    }

    /// What was paid and is neither set off nor given back.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn outstanding(&self) -> Result<Money, MoneyError> {
        let nothing = Money::zero(self.advance.amount.currency());
        let paid = if self.paid.is_some() { self.advance.amount } else { nothing };
        let used = self.applied.values().chain(self.given_back.values().map(|(amount, _)| amount));
        paid.checked_sub(Money::sum(used.copied(), nothing.currency())?)
    }

    /// Sets a claim off against it.
    ///
    /// # Errors
    /// [`UseAdvanceError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("travel_advance/granted.txt")]
    ///
    /// let (claim, amount) = (Id::natural("expense_claim", "EX-7"), "220.00 EUR".parse()?);
    /// // Nothing is set off before it was paid.
    /// let outstanding = "0.00 EUR".parse()?;
    /// assert_eq!(advance.apply_to(claim, amount), Err(UseAdvanceError::Over { amount, outstanding }));
    /// advance.apply_decision(&advance.pay(paid, on)?);
    /// advance.apply_decision(&advance.apply_to(claim, amount)?);
    /// assert_eq!(advance.outstanding()?, "80.00 EUR".parse()?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn apply_to(
        &self,
        claim: ExpenseClaimId,
        amount: Money,
    ) -> Result<Decision<TravelAdvanceFact>, UseAdvanceError> {
        match self.applied.get(&claim) {
            Some(earlier) if *earlier == amount => return Ok(Decision::AlreadyRecorded),
            Some(earlier) => return Err(UseAdvanceError::Reused { earlier: *earlier }),
            None => self.spare(amount)?,
        }
        Ok(Decision::Record(TravelAdvanceFact::Applied { claim, amount }))
    }

    /// Notes what of it came back.
    ///
    /// # Errors
    /// [`UseAdvanceError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("travel_advance/granted.txt")]
    ///
    /// advance.apply_decision(&advance.pay(paid, on)?);
    /// advance.apply_decision(&advance.give_back(back, "80.00 EUR".parse()?, on)?);
    /// assert_eq!(advance.outstanding()?, "220.00 EUR".parse()?);
    /// // By one entry, one amount came back.
    /// let refused = advance.give_back(back, "90.00 EUR".parse()?, on);
    /// assert_eq!(refused, Err(UseAdvanceError::Reused { earlier: "80.00 EUR".parse()? }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn give_back(
        &self,
        entry: EntryId,
        amount: Money,
        on: NaiveDate,
    ) -> Result<Decision<TravelAdvanceFact>, UseAdvanceError> {
        match self.given_back.get(&entry) {
            Some(earlier) if *earlier == (amount, on) => return Ok(Decision::AlreadyRecorded),
            Some((earlier, _)) => return Err(UseAdvanceError::Reused { earlier: *earlier }),
            None => self.spare(amount)?,
        }
        Ok(Decision::Record(TravelAdvanceFact::GivenBack { entry, amount, on }))
    }

    /// Whether so much can be used up.
    fn spare(&self, amount: Money) -> Result<(), UseAdvanceError> {
        let outstanding = self.outstanding()?;
        if !amount.is_positive() || outstanding.compare(&amount)?.is_lt() {
            return Err(UseAdvanceError::Over { amount, outstanding });
        }
        Ok(())
    }
}

impl Entity for TravelAdvance {
    const KIND: Kind = Kind::literal("travel_advance");
    type Fact = TravelAdvanceFact;

    fn open(fact: &TravelAdvanceFact) -> Option<Self> {
        let TravelAdvanceFact::Granted(advance) = fact else { return None };
        Some(Self { advance: advance.clone(), paid: None, applied: BTreeMap::new(), given_back: BTreeMap::new() })
    }

    fn apply(&mut self, fact: &TravelAdvanceFact) {
        match fact {
            TravelAdvanceFact::Granted(_) => {}
            TravelAdvanceFact::Paid { entry, on } => self.paid = Some((*entry, *on)),
            TravelAdvanceFact::Applied { claim, amount } => {
                self.applied.insert(*claim, *amount);
            }
            TravelAdvanceFact::GivenBack { entry, amount, on } => {
                self.given_back.insert(*entry, (*amount, *on));
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        if self.paid.is_none() || self.outstanding().is_ok_and(Money::is_positive) {
            entries.partition(Self::OUTSTANDING, &self.advance.person, &self.advance.on);
        }
    }
}
