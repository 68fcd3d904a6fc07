//! What people bought for themselves with the office's card, and how they paid it back.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{PaymentId, PersonId};
use office_core::{Decision, Money, MoneyError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{CardFact, CardLine, CardResolution, CardStatement};
use crate::{AccountCode, Entry, EntryError, Posting};

/// How a person paid back what was charged to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PersonalSettlement {
    /// They paid it.
    Repaid {
        /// The payment.
        payment: PaymentId,
        /// When.
        on: NaiveDate,
    },
    /// It was taken off their pay.
    Deducted {
        /// The pay run.
        pay_run: String,
        /// When.
        on: NaiveDate,
    },
}

impl CardStatement {
    /// The lines that were charged to people, and to whom.
    pub fn charged(&self) -> impl Iterator<Item = (PersonId, &CardLine)> {
        self.bill.lines.iter().filter_map(|line| match self.resolved.get(&line.reference)? {
            CardResolution::ChargedTo { person } => Some((*person, line)),
            CardResolution::Receipt { .. }
            | CardResolution::Unclaimed { .. }
            | CardResolution::ToBeClarified { .. } => None,
        })
    }

    /// How what was charged to people was paid back, by the reference of the line.
    #[must_use]
    pub const fn settled(&self) -> &BTreeMap<String, PersonalSettlement> {
        &self.settled
    }

    /// What each person still owes the office; those who owe nothing are left out.
    ///
    /// # Errors
    /// [`MoneyError`]: currencies are mixed, or a sum cannot be held.
    pub fn owed_by_people(&self) -> Result<BTreeMap<PersonId, Money>, MoneyError> {
        let mut owed: BTreeMap<PersonId, Money> = BTreeMap::new();
        for (person, line) in self.charged().filter(|(_, line)| !self.settled.contains_key(&line.reference)) {
            let sum = owed.entry(person).or_insert(Money::zero(line.amount.currency()));
            *sum = sum.checked_add(line.owed())?;
        }
        owed.retain(|_, sum| !sum.is_zero());
        Ok(owed)
    }

    /// Notes that what was charged to a person was paid back, before the statement is signed off or after it.
    ///
    /// # Errors
    /// [`SettlePersonalError`], in the order of its variants.
    pub fn settle_personal(
        &self,
        reference: &str,
        settlement: PersonalSettlement,
    ) -> Result<Decision<CardFact>, SettlePersonalError> {
        let shown = || reference.chars().take(64).collect();
        match self.settled.get(reference) {
            Some(earlier) if *earlier == settlement => return Ok(Decision::AlreadyRecorded),
            Some(_) => return Err(SettlePersonalError::Settled { reference: shown() }),
            None => {}
        }
        if !self.charged().any(|(_, line)| line.reference == reference) {
            return Err(SettlePersonalError::NotCharged { reference: shown() });
        }
        Ok(Decision::Record(CardFact::Settled { reference: reference.to_owned(), settlement }))
    }

    /// The entry for what people bought for themselves: what they owe the office, on an account of its own, and no expense.
    /// None where nobody did.
    ///
    /// # Errors
    /// [`EntryError`]: the amounts cannot be put into one entry.
    pub fn personal_entry(
        &self,
        on: NaiveDate,
        owed_by_people: &AccountCode,
        card: &AccountCode,
    ) -> Result<Option<Entry>, EntryError> {
        let lines: Vec<&CardLine> =
            self.charged().map(|(_, line)| line).filter(|line| !line.amount.is_zero()).collect();
        if lines.is_empty() {
            return Ok(None);
        }
        let both = |line: &&CardLine| {
            let owed = line.owed();
            [Posting::debit(owed_by_people.clone(), owed), Posting::credit(card.clone(), owed)]
        };
        Entry::balanced(on, "personal spending by card", lines.iter().flat_map(both).collect()).map(Some)
    }
}

/// What was charged to a person cannot be settled.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SettlePersonalError {
    /// It is settled in another way.
    #[error("line {reference} is settled already")]
    Settled {
        /// The reference of the line.
        reference: String,
    },
    /// The line was charged to nobody.
    #[error("line {reference} was charged to nobody, or there is no such line")]
    NotCharged {
        /// The reference of the line.
        reference: String,
    },
}
