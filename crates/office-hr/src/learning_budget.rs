//! What somebody may spend on learning in a year: granted, reserved, spent.
//!
//! ```text
//!   grant ──► Granted ──┬── reserve ─► Reserved ──┬── spend ───► Spent, at what it cost
//!                       │                         └── release ─► Free again
//!                       └── spend ───► Spent
//! ```
//!
//! What is free on a day is never stored: it follows from what is dated.
//!
//! Law 60 of the crate; `tests/mentoring.rs` holds it.
//!
//! # Example
//! ```
//! use office_core::{Entity, Id};
//! use office_hr::{BudgetEntry, BudgetMove, LearningBudget, LearningBudgetError};
//!
//! let person = Id::natural("person", "E-017");
//! let entry = |kind, amount: &str, on: &str| Ok::<_, Box<dyn std::error::Error>>(BudgetMove {
//!     key: "French B1".into(), entry: kind, amount: amount.parse()?, on: on.parse()?,
//! });
//! let granted = LearningBudget::enter(None, (person, 2026), &entry(BudgetEntry::Grant, "500.00 EUR", "2026-01-01")?)?;
//! let mut budget = granted.fact().and_then(|fact| LearningBudget::open(&fact)).ok_or("a first fact")?;
//! let reserved = LearningBudget::enter(Some(&budget), (person, 2026), &entry(BudgetEntry::Reserve, "320.00 EUR", "2026-02-01")?)?;
//! budget.apply(&reserved.fact().ok_or("a fact")?);
//! let spent = LearningBudget::enter(Some(&budget), (person, 2026), &entry(BudgetEntry::Spend, "299.00 EUR", "2026-05-01")?)?;
//! budget.apply(&spent.fact().ok_or("a fact")?);
//! let on = |day: &str| Ok::<_, Box<dyn std::error::Error>>(budget.on(day.parse()?));
//! let (march, june) = (on("2026-03-01")?, on("2026-06-01")?);
//! assert_eq!((march.reserved.to_string(), march.free.to_string()), ("320.00 EUR".into(), "180.00 EUR".into()));
//! assert_eq!((june.spent.to_string(), june.free.to_string()), ("299.00 EUR".into(), "201.00 EUR".into()));
//!
//! let mut more = entry(BudgetEntry::Reserve, "201.01 EUR", "2026-06-01")?;
//! more.key = "Italian A1".into();
//! let refused = LearningBudget::enter(Some(&budget), (person, 2026), &more);
//! assert!(matches!(refused, Err(LearningBudgetError::NotFree { .. })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use chrono::{Datelike, NaiveDate};
use office_core::subject::PersonId;
use office_core::{Action, AuthorityBook, Decision, Entity, Id, Kind, Money, StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::NotPermitted;
use crate::permission::permit;
use crate::retention::is_text;

/// The most entries of one budget.
const MOST: usize = 200;
/// The longest key, in characters.
const MOST_TEXT: usize = 200;

/// What somebody may spend on learning in a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LearningBudget {
    person: PersonId,
    year: i32,
    // In the order of entering. All amounts are of one currency.
    entries: Vec<BudgetMove>,
}

/// Something entered in a budget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetMove {
    /// For what: 1 to 200 characters. What was reserved is spent or released by the same key.
    pub key: String,
    /// What.
    pub entry: BudgetEntry,
    /// How much, above nothing; of a release what was reserved.
    pub amount: Money,
    /// On which day of the year.
    pub on: NaiveDate,
}

/// What is entered in a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetEntry {
    /// There is more.
    Grant,
    /// It is set aside.
    Reserve,
    /// It is not set aside any more.
    Release,
    /// It is spent; what was set aside for it is not any more.
    Spend,
}

/// What can happen to a budget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum LearningBudgetFact {
    /// It was opened, with what was granted first.
    Opened {
        /// Whose.
        person: PersonId,
        /// Of which year.
        year: i32,
        /// What was granted.
        first: BudgetMove,
    },
    /// Something was entered.
    Entered(BudgetMove),
}

/// What there is of a budget on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LearningMoney {
    /// What was granted.
    pub granted: Money,
    /// What is set aside.
    pub reserved: Money,
    /// What is spent.
    pub spent: Money,
    /// What is left: what was granted less the other two.
    pub free: Money,
}

/// Nothing was entered: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LearningBudgetError {
    /// Whoever wants to may not.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// A key is missing or too long.
    #[error("a key of 1 to 200 characters is wanted")]
    Key,
    /// The amount is no amount of the budget.
    #[error("{amount} is no amount of the budget: more than nothing in its currency is wanted")]
    Amount {
        /// The amount.
        amount: Money,
    },
    /// The day is of another year.
    #[error("{on} is no day of {year}: one of them is wanted")]
    Year {
        /// The day.
        on: NaiveDate,
        /// The year.
        year: i32,
    },
    /// Nothing was granted yet.
    #[error("nothing was granted yet: a grant is wanted first")]
    NotGranted,
    /// The key does not stand for what the entry needs.
    #[error("`{key}` is {state}: {wanted} is wanted")]
    State {
        /// The key.
        key: String,
        /// What it is.
        state: &'static str,
        /// What it has to be.
        wanted: &'static str,
    },
    /// There is not as much, on that day or a later one.
    #[error("{free} are free on {on}: that or less is wanted")]
    NotFree {
        /// How much there is.
        free: Money,
        /// On which day.
        on: NaiveDate,
    },
    /// There are too many entries.
    #[error("a budget has at most 200 entries")]
    TooMany,
    /// The store failed.
    #[error("the budget cannot be stored")]
    Store(#[from] StoreError),
}

impl LearningBudget {
    /// The id of somebody's budget of a year.
    #[must_use]
    pub fn id_of(person: PersonId, year: i32) -> Id<Self> {
        Id::natural("learning_budget", &format!("{person} {year}"))
    }

    /// What was entered, in the order of entering.
    #[must_use]
    pub fn entries(&self) -> &[BudgetMove] {
        &self.entries
    }

    /// What there is on a day, by the entries up to it. What is beyond an amount counts as the most there can be.
    #[must_use]
    pub fn on(&self, on: NaiveDate) -> LearningMoney {
        let (mut granted, mut reserved, mut spent) = (0_i128, 0_i128, 0_i128);
        let dated = self.entries.iter().filter(|entry| entry.on <= on);
        for entry in dated {
            let amount = entry.amount.minor();
            match entry.entry {
                BudgetEntry::Grant => granted = granted.saturating_add(amount),
                BudgetEntry::Reserve => reserved = reserved.saturating_add(amount),
                BudgetEntry::Release => reserved = reserved.saturating_sub(amount),
                BudgetEntry::Spend => {
                    spent = spent.saturating_add(amount);
                    let aside = self.entry(BudgetEntry::Reserve, &entry.key).filter(|aside| aside.on <= on);
                    reserved = reserved.saturating_sub(aside.map_or(0, |aside| aside.amount.minor()));
                }
            }
        }
        let free = granted.saturating_sub(reserved).saturating_sub(spent);
        let [granted, reserved, spent, free] = [granted, reserved, spent, free].map(|minor| self.money(minor));
        LearningMoney { granted, reserved, spent, free }
    }

    /// Enters something. The same again is recognised.
    ///
    /// Nothing is reserved or spent that is not free on its day and on every later one, and nothing is released before it
    /// was reserved.
    ///
    /// # Errors
    /// [`LearningBudgetError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::{Entity, Id};
    /// use office_hr::{BudgetEntry, BudgetMove, LearningBudget, LearningBudgetError};
    ///
    /// let whose = (Id::natural("person", "E-017"), 2026);
    /// let entry = |entry, amount: &str| {
    ///     let (key, amount, on) = ("French B1".to_owned(), amount.parse()?, "2026-02-01".parse()?);
    ///     Ok::<_, Box<dyn std::error::Error>>(BudgetMove { key, entry, amount, on })
    /// };
    /// // Nothing is set aside of nothing.
    /// let refused = LearningBudget::enter(None, whose, &entry(BudgetEntry::Reserve, "320.00 EUR")?);
    /// assert!(matches!(refused, Err(LearningBudgetError::NotGranted)));
    ///
    /// let granted = LearningBudget::enter(None, whose, &entry(BudgetEntry::Grant, "500.00 EUR")?)?;
    /// let mut budget = LearningBudget::open(&granted.fact().ok_or("a fact")?).ok_or("a budget")?;
    /// let reserved = LearningBudget::enter(Some(&budget), whose, &entry(BudgetEntry::Reserve, "320.00 EUR")?)?;
    /// budget.apply_decision(&reserved);
    /// assert_eq!(budget.on("2026-02-01".parse()?).free, "180.00 EUR".parse()?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn enter(
        known: Option<&Self>,
        (person, year): (PersonId, i32),
        entry: &BudgetMove,
    ) -> Result<Decision<LearningBudgetFact>, LearningBudgetError> {
        let BudgetMove { key, entry: kind, amount, on } = entry;
        if !is_text(key, MOST_TEXT) {
            return Err(LearningBudgetError::Key);
        }
        let other = known.is_some_and(|known| known.money(0).currency() != amount.currency());
        if !amount.is_positive() || other {
            return Err(LearningBudgetError::Amount { amount: *amount });
        }
        if on.year() != year {
            return Err(LearningBudgetError::Year { on: *on, year });
        }
        let Some(known) = known else {
            return match kind {
                BudgetEntry::Grant => {
                    Ok(Decision::Record(LearningBudgetFact::Opened { person, year, first: entry.clone() }))
                }
                BudgetEntry::Reserve | BudgetEntry::Release | BudgetEntry::Spend => {
                    Err(LearningBudgetError::NotGranted)
                }
            };
        };
        if known.entries.contains(entry) {
            return Ok(Decision::AlreadyRecorded);
        }
        let needed = known.needed(entry)?;
        if let Some((on, free)) = known.least_free(*on).filter(|(_, free)| *free < needed) {
            return Err(LearningBudgetError::NotFree { free: known.money(free.max(0)), on });
        }
        if known.entries.len() >= MOST {
            return Err(LearningBudgetError::TooMany);
        }
        Ok(Decision::Record(LearningBudgetFact::Entered(entry.clone())))
    }

    /// How much has to be free for an entry, in the smallest unit; or that its key is not in the state for it.
    fn needed(&self, entry: &BudgetMove) -> Result<i128, LearningBudgetError> {
        let aside = self.entry(BudgetEntry::Reserve, &entry.key);
        let over = self.entry(BudgetEntry::Release, &entry.key).or_else(|| self.entry(BudgetEntry::Spend, &entry.key));
        let state = match (aside, over) {
            (_, Some(_)) => "settled",
            (Some(_), None) => "reserved",
            (None, None) => "free",
        };
        let refuse = |wanted| Err(LearningBudgetError::State { key: entry.key.clone(), state, wanted });
        let amount = entry.amount.minor();
        match (entry.entry, aside, over) {
            (BudgetEntry::Grant, _, _) => match self.entry(BudgetEntry::Grant, &entry.key) {
                None => Ok(0),
                Some(_) => refuse("a key of its own for each grant"),
            },
            (BudgetEntry::Reserve | BudgetEntry::Spend, None, None) => Ok(amount),
            (BudgetEntry::Reserve, _, _) => refuse("a key of its own for each reservation"),
            (BudgetEntry::Spend, Some(aside), None) if aside.on <= entry.on => {
                Ok(amount.saturating_sub(aside.amount.minor()).max(0))
            }
            (BudgetEntry::Release, Some(aside), None) if aside.on <= entry.on && aside.amount == entry.amount => Ok(0),
            (BudgetEntry::Spend, _, _) => refuse("what is free, or reserved by that day,"),
            (BudgetEntry::Release, _, _) => refuse("what is reserved by that day, and all of it,"),
        }
    }

    /// The day from one on, of those on which something changes, on which the least is free, and how much.
    fn least_free(&self, from: NaiveDate) -> Option<(NaiveDate, i128)> {
        let later = self.entries.iter().map(|entry| entry.on).filter(|on| *on > from);
        let days = std::iter::once(from).chain(later);
        days.map(|on| (on, self.on(on).free.minor())).min_by_key(|(on, free)| (*free, *on))
    }

    fn entry(&self, kind: BudgetEntry, key: &str) -> Option<&BudgetMove> {
        self.entries.iter().find(|entry| entry.entry == kind && entry.key == key)
    }

    fn money(&self, minor: i128) -> Money {
        let first = self.entries.first().map_or_else(|| Money::zero(office_core::Currency::EUR), |first| first.amount);
        first.with_minor(minor).unwrap_or(first)
    }
}

impl Entity for LearningBudget {
    const KIND: Kind = Kind::literal("learning_budget");
    type Fact = LearningBudgetFact;

    fn open(fact: &LearningBudgetFact) -> Option<Self> {
        match fact {
            LearningBudgetFact::Opened { person, year, first } => {
                Some(Self { person: *person, year: *year, entries: vec![first.clone()] })
            }
            LearningBudgetFact::Entered(_) => None,
        }
    }

    fn apply(&mut self, fact: &LearningBudgetFact) {
        if let LearningBudgetFact::Entered(entry) = fact {
            self.entries.push(entry.clone());
        }
    }
}

/// Enters something in somebody else's budget of a year, by somebody who is granted that. Of two who reserve at once one
/// comes first, and no more is reserved than there is.
///
/// # Errors
/// [`LearningBudgetError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("employment/office.txt")]
/// use office_hr::{BudgetEntry, BudgetMove, LearningBudget, LearningBudgetError, enter_learning_budget};
///
/// let (action, book) = (&"learning.grant".parse()?, &granted(&["learning.grant"]));
/// let enter = |key: &str, entry, amount: &str| {
///     let entered = &BudgetMove { key: key.into(), entry, amount: amount.parse().unwrap(), on };
///     wait(office.transact(&command(&key.replace(' ', "-"), bea), |tx| async move {
///         enter_learning_budget(&tx, (anna, 2026), entered, action, book).await
///     }))
/// };
/// // Of 500 EUR for this year Anna sets 320 aside.
/// let id = enter("2026", BudgetEntry::Grant, "500.00 EUR")?;
/// enter("French B1", BudgetEntry::Reserve, "320.00 EUR")?;
/// let budget = wait(office.view(|view| async move { view.load(id).await }))?;
/// assert_eq!(budget.on(on).free, "180.00 EUR".parse()?);
/// // For another course less is left.
/// let refused = enter("Italian A1", BudgetEntry::Reserve, "200.00 EUR");
/// assert!(matches!(refused, Err(LearningBudgetError::NotFree { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn enter_learning_budget(
    tx: &Tx,
    (person, year): (PersonId, i32),
    entry: &BudgetMove,
    action: &Action,
    book: &AuthorityBook,
) -> Result<Id<LearningBudget>, LearningBudgetError> {
    // Read.
    let id = LearningBudget::id_of(person, year);
    let known = tx.find(id).await?;

    // Decide.
    permit(tx, action, Some(person), entry.on, book)?;
    let decision = LearningBudget::enter(known.as_ref(), (person, year), entry)?;

    // Record.
    tx.decide(id, decision).await?;
    Ok(id)
}
