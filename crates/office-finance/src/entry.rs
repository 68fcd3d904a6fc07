//! Entries for the journal.
//!
//! An [`Entry`] is a value that balances by construction: there is no way to make one that does not.

mod balance;
mod conversion;
mod line;

use chrono::NaiveDate;
use office_core::{Currency, Money, MoneyError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::conversion::{Conversion, ConversionError};
pub use self::line::{Posting, Worth};
use crate::EntryId;

/// An entry for the journal: postings that balance, of one day.
///
/// In each currency the postings add up to exactly zero, and so does their worth in the currency of the books where
/// some are in a foreign one. There are at least two, and none is of nothing. Money changed from one currency into
/// another goes through an account that holds both, so that each side balances.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::{Currency, Money};
/// use office_finance::{Entry, EntryError, Posting};
///
/// let on = NaiveDate::from_ymd_opt(2026, 10, 1).ok_or("a day")?;
/// let rent = Money::from_minor(7400_00, Currency::EUR);
/// let paid = Posting::debit("6310".parse()?, rent);
/// let entry = Entry::balanced(on, "office rent", vec![paid.clone(), Posting::credit("1800".parse()?, rent)])?;
/// assert_eq!(entry.postings().len(), 2);
///
/// let short = Money::from_minor(7399_00, Currency::EUR);
/// let unbalanced = Entry::balanced(on, "office rent", vec![paid, Posting::credit("1800".parse()?, short)]);
/// assert_eq!(unbalanced, Err(EntryError::Unbalanced { excess: Money::from_minor(1_00, Currency::EUR) }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct Entry {
    on: NaiveDate,
    kind: EntryKind,
    description: String,
    document: Option<String>,
    // Invariant: at least two, none of nothing, and zero in sum in each currency and in worth.
    postings: Vec<Posting>,
}

/// The stored form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    on: NaiveDate,
    kind: EntryKind,
    description: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    document: Option<String>,
    postings: Vec<Posting>,
}

/// What an entry is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// What happened in the course of business.
    Normal,
    /// What was there when the books were begun.
    Opening,
    /// The undoing of another entry.
    Reversal {
        /// The entry that is undone.
        of: EntryId,
    },
    /// The carrying of a year's result to equity. Reports of income and cash leave it out.
    Closing,
    /// A change of the worth of foreign money, or of what stands for it.
    Revaluation,
}

impl Entry {
    /// The most postings of one entry.
    pub const MAX_POSTINGS: usize = 2_000;
    /// The longest description or document reference, in bytes.
    pub const MAX_TEXT: usize = 1_000;

    /// An entry of these postings, which have to balance.
    ///
    /// # Errors
    /// [`EntryError`], in the order of its variants.
    pub fn balanced(on: NaiveDate, description: impl Into<String>, postings: Vec<Posting>) -> Result<Self, EntryError> {
        let description = fitting(description.into())?;
        if postings.len() < 2 || postings.len() > Self::MAX_POSTINGS {
            return Err(EntryError::Postings { found: postings.len() });
        }
        if let Some(at) = postings.iter().position(Posting::is_nothing) {
            return Err(EntryError::Nothing { at });
        }
        balance::check(&postings)?;
        Ok(Self { on, kind: EntryKind::Normal, description, document: None, postings })
    }

    /// The same entry, referring to the document it rests on: `ET-2026-311`, `PC-04`.
    ///
    /// # Errors
    /// [`EntryError::LongText`].
    pub fn resting_on(mut self, document: impl Into<String>) -> Result<Self, EntryError> {
        self.document = Some(fitting(document.into())?);
        Ok(self)
    }

    /// The same entry as part of the opening balance.
    #[must_use]
    pub const fn opening(mut self) -> Self {
        self.kind = EntryKind::Opening;
        self
    }

    /// The same entry as the carrying of a year's result to equity.
    #[must_use]
    pub const fn closing(mut self) -> Self {
        self.kind = EntryKind::Closing;
        self
    }

    /// The same entry as a change of worth.
    #[must_use]
    pub const fn revaluation(mut self) -> Self {
        self.kind = EntryKind::Revaluation;
        self
    }

    /// The day it counts for.
    #[must_use]
    pub const fn on(&self) -> NaiveDate {
        self.on
    }

    /// What it is for.
    #[must_use]
    pub const fn kind(&self) -> EntryKind {
        self.kind
    }

    /// What it says.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The document it rests on.
    #[must_use]
    pub fn document(&self) -> Option<&str> {
        self.document.as_deref()
    }

    /// Its postings.
    #[must_use]
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }

    /// The same entry with other postings, which have to balance.
    pub(crate) fn with_postings(self, postings: Vec<Posting>) -> Result<Self, EntryError> {
        let Self { on, kind, description, document, .. } = self;
        Ok(Self { kind, document, ..Self::balanced(on, description, postings)? })
    }

    /// The entry the other way round, on a day of its own.
    pub(crate) fn reversed(&self, of: EntryId, on: NaiveDate) -> Self {
        Self {
            on,
            kind: EntryKind::Reversal { of },
            description: self.description.clone(),
            document: self.document.clone(),
            postings: self.postings.iter().map(Posting::negated).collect(),
        }
    }
}

fn fitting(text: String) -> Result<String, EntryError> {
    if text.len() <= Entry::MAX_TEXT { Ok(text) } else { Err(EntryError::LongText { bytes: text.len() }) }
}

impl TryFrom<Fields> for Entry {
    type Error = EntryError;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        let mut entry = Self::balanced(fields.on, fields.description, fields.postings)?;
        entry.kind = fields.kind;
        match fields.document {
            Some(document) => entry.resting_on(document),
            None => Ok(entry),
        }
    }
}

impl From<Entry> for Fields {
    fn from(entry: Entry) -> Self {
        let Entry { on, kind, description, document, postings } = entry;
        Self { on, kind, description, document, postings }
    }
}

/// Postings do not make an entry.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EntryError {
    /// The description or the document reference is too long.
    #[error("a text of the entry has {bytes} bytes: {} at most are wanted", Entry::MAX_TEXT)]
    LongText {
        /// How long it is.
        bytes: usize,
    },
    /// There are too few postings, or too many.
    #[error("the entry has {found} postings: 2 to {} are wanted", Entry::MAX_POSTINGS)]
    Postings {
        /// How many there are.
        found: usize,
    },
    /// A posting is of nothing.
    #[error("posting {at} is of nothing: an amount other than zero is wanted")]
    Nothing {
        /// Its place, from 0.
        at: usize,
    },
    /// The worth of a posting is in the currency of its amount, or in another than that of the postings before it.
    #[error("posting {at} is worth something in {found}: the worth of a foreign amount in {wanted} is wanted")]
    WorthCurrency {
        /// Its place, from 0.
        at: usize,
        /// The currency of its worth.
        found: Currency,
        /// The currency of the books, as the first posting with a worth tells it.
        wanted: Currency,
    },
    /// A foreign posting does not say what it is worth, while others do.
    #[error("posting {at} does not say what it is worth in {wanted}, as others do")]
    NoWorth {
        /// Its place, from 0.
        at: usize,
        /// The currency of the books.
        wanted: Currency,
    },
    /// The postings of a currency do not add up to zero.
    #[error("the debits exceed the credits by {excess}: they have to be equal")]
    Unbalanced {
        /// By how much the debits exceed the credits; below zero where the credits are more.
        excess: Money,
    },
    /// The worth of the postings does not add up to zero.
    #[error("the debits are worth {excess} more than the credits: they have to be worth the same")]
    UnbalancedWorth {
        /// By how much the debits are worth more; below zero where the credits are.
        excess: Money,
    },
    /// The sum cannot be held.
    #[error("the postings cannot be added up")]
    Money(#[from] MoneyError),
}

#[cfg(test)]
mod tests {
    use office_core::Id;

    use super::*;
    use crate::AccountCode;

    fn entry() -> Entry {
        let on = NaiveDate::from_ymd_opt(2026, 10, 1).unwrap();
        let rent = Money::from_minor(740_000, Currency::EUR);
        let centre = Id::natural("cost_centre", "CC-100");
        let postings = vec![
            Posting::debit("6310".parse().unwrap(), rent).borne_by(centre),
            Posting::credit("1800".parse().unwrap(), rent),
        ];
        Entry::balanced(on, "rent", postings).unwrap().resting_on("J-01").unwrap()
    }

    #[test]
    fn what_does_not_balance_is_refused_in_order() {
        let on = NaiveDate::from_ymd_opt(2026, 10, 1).unwrap();
        let account: AccountCode = "1800".parse().unwrap();
        let debit = |minor, currency| Posting::debit(account.clone(), Money::from_minor(minor, currency));
        let make = |postings| Entry::balanced(on, "x", postings);
        let long = Entry::balanced(on, "x".repeat(1001), vec![]);
        assert_eq!(long, Err(EntryError::LongText { bytes: 1001 }));
        assert_eq!(make(vec![debit(1, Currency::EUR)]), Err(EntryError::Postings { found: 1 }));
        let nothing = make(vec![debit(1, Currency::EUR), debit(0, Currency::EUR), debit(-1, Currency::EUR)]);
        assert_eq!(nothing, Err(EntryError::Nothing { at: 1 }));
        // Two currencies do not balance each other.
        let mixed = make(vec![debit(1, Currency::EUR), debit(-1, Currency::USD)]);
        assert_eq!(mixed, Err(EntryError::Unbalanced { excess: Money::from_minor(1, Currency::EUR) }));
    }

    #[test]
    fn the_worth_of_foreign_amounts_balances_too() {
        let on = NaiveDate::from_ymd_opt(2026, 10, 1).unwrap();
        let account: AccountCode = "1800".parse().unwrap();
        let euro = |minor| Money::from_minor(minor, Currency::EUR);
        let dollars = |minor| Posting::debit(account.clone(), Money::from_minor(minor, Currency::USD));
        let make = |postings| Entry::balanced(on, "x", postings).map(|_| ());
        let (worth, pound) = (dollars(100).worth(euro(92)), Money::from_minor(80, Currency::GBP));
        let (found, wanted) = (Currency::GBP, Currency::EUR);
        let other = make(vec![worth.clone(), dollars(-100).worth(pound)]);
        assert_eq!(other, Err(EntryError::WorthCurrency { at: 1, found, wanted }));
        let own = make(vec![worth.clone(), Posting::debit(account.clone(), euro(1)).worth(euro(1))]);
        assert_eq!(own, Err(EntryError::WorthCurrency { at: 1, found: wanted, wanted }));
        assert_eq!(make(vec![worth.clone(), dollars(-100)]), Err(EntryError::NoWorth { at: 1, wanted }));
        let short = make(vec![worth.clone(), dollars(-100).worth(euro(-91))]);
        assert_eq!(short, Err(EntryError::UnbalancedWorth { excess: euro(1) }));
        // A difference of rates is a posting without an amount.
        let cent = Posting::revaluing(account.clone(), Currency::USD, euro(-1));
        assert_eq!(make(vec![worth, dollars(-100).worth(euro(-91)), cent]), Ok(()));
    }

    #[test]
    fn a_stored_entry_that_does_not_balance_is_refused() {
        let json = serde_json::to_string(&entry()).unwrap();
        assert_eq!(serde_json::from_str::<Entry>(&json).unwrap(), entry());
        assert!(serde_json::from_str::<Entry>(&json.replace("-7400.00", "-7399.00")).is_err());
    }
}
