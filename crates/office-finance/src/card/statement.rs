//! A card statement on its way through the office.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use office_core::subject::PersonId;
use office_core::{Decision, Entity, Id, Kind, Money, MoneyError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::receipt::match_receipts;
use super::{CardBill, CardException, CardReceipt, CardResolution, PersonalSettlement};

/// The id of a card statement.
pub type CardStatementId = Id<CardStatement>;

/// A card statement on its way through the office.
///
/// # Example
/// ```
/// use chrono::{DateTime, NaiveDate};
/// use office_core::{Currency, Entity, Id, Money};
/// use office_finance::{CardBill, CardLine, CardLineKind, CardResolution, CardStatement, SignOffError};
///
/// let euro = |minor| Money::from_minor(minor, Currency::EUR);
/// let on = NaiveDate::from_ymd_opt(2026, 10, 15).ok_or("a day")?;
/// let line = CardLine {
///     reference: "CS-106".to_owned(),
///     kind: CardLineKind::Charge,
///     on,
///     holder: Some(Id::natural("person", "E-005")),
///     merchant: "Copyshop am Ufer".to_owned(),
///     amount: euro(59_50),
///     category: None,
/// };
/// let bill = CardBill { opening: euro(0), lines: vec![line], closing: euro(59_50) };
/// let mut statement = CardStatement::open(&CardStatement::receive(bill)?).ok_or("a first fact")?;
/// statement.apply(&statement.check(&[], 3)?.fact().ok_or("a fact")?);
///
/// // No receipt, no signature.
/// let (by, at) = (Id::natural("person", "E-002"), DateTime::default());
/// assert_eq!(statement.sign_off(by, at), Err(SignOffError::Exceptions { references: vec!["CS-106".to_owned()] }));
/// let clarify = CardResolution::ToBeClarified { note: "asked E-005".to_owned() };
/// statement.apply(&statement.resolve("CS-106", clarify)?.fact().ok_or("a fact")?);
/// // First the holder, for their own lines; then somebody else, for all.
/// let holder = Id::natural("person", "E-005");
/// assert_eq!(statement.sign_off(by, at), Err(SignOffError::Unconfirmed { holders: vec![holder] }));
/// statement.apply(&statement.confirm(holder, at)?.fact().ok_or("a fact")?);
/// assert_eq!(statement.sign_off(holder, at), Err(SignOffError::Own { by: holder }));
/// assert!(statement.sign_off(by, at).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardStatement {
    pub(super) bill: CardBill,
    // By the reference of the line.
    receipts: BTreeMap<String, String>,
    exceptions: BTreeMap<String, CardException>,
    pub(super) resolved: BTreeMap<String, CardResolution>,
    // Which holders stand for their lines, and since when.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    confirmed: BTreeMap<PersonId, DateTime<Utc>>,
    // By the reference of the line.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) settled: BTreeMap<String, PersonalSettlement>,
    status: CardStatus,
}

/// Where a card statement is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardStatus {
    /// It came in.
    Received,
    /// Its lines were compared with the receipts.
    Checked,
    /// Somebody stands for it.
    SignedOff {
        /// Who.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
}

/// What happens to a card statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardFact {
    /// It came in.
    Received {
        /// What it says.
        bill: CardBill,
    },
    /// Its lines were compared with the receipts.
    Checked {
        /// The number of the receipt, by the reference of the line.
        receipts: BTreeMap<String, String>,
        /// What is not in order, by the reference of the line.
        exceptions: BTreeMap<String, CardException>,
    },
    /// Somebody decided about an exception.
    Resolved {
        /// The reference of the line.
        reference: String,
        /// What was decided.
        resolution: CardResolution,
    },
    /// A holder stands for their lines.
    Confirmed {
        /// Who.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// What was charged to a person was paid back.
    Settled {
        /// The reference of the line.
        reference: String,
        /// How.
        settlement: PersonalSettlement,
    },
    /// Somebody stands for it.
    SignedOff {
        /// Who.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
}

impl CardStatement {
    /// The most lines.
    pub const MAX_LINES: usize = 2_000;

    /// Takes a statement in. It need not add up: that is looked at when it is signed off.
    ///
    /// # Errors
    /// [`ReceiveCardError`], in the order of its variants.
    pub fn receive(bill: CardBill) -> Result<CardFact, ReceiveCardError> {
        if bill.lines.len() > Self::MAX_LINES {
            return Err(ReceiveCardError::Lines { found: bill.lines.len() });
        }
        let mut references = BTreeSet::new();
        for line in &bill.lines {
            if !references.insert(&line.reference) {
                return Err(ReceiveCardError::Repeated { reference: line.reference.clone() });
            }
            if line.amount.is_negative() {
                return Err(ReceiveCardError::Negative { reference: line.reference.clone(), amount: line.amount });
            }
        }
        bill.gap()?;
        Ok(CardFact::Received { bill })
    }

    /// What it says.
    #[must_use]
    pub const fn bill(&self) -> &CardBill {
        &self.bill
    }

    /// Where it is on its way.
    #[must_use]
    pub const fn status(&self) -> CardStatus {
        self.status
    }

    /// The receipt of each line that has one, by the reference of the line.
    #[must_use]
    pub const fn receipts(&self) -> &BTreeMap<String, String> {
        &self.receipts
    }

    /// What is not in order, by the reference of the line; resolved or not.
    #[must_use]
    pub const fn exceptions(&self) -> &BTreeMap<String, CardException> {
        &self.exceptions
    }

    /// What was decided about exceptions, by the reference of the line.
    #[must_use]
    pub const fn resolved(&self) -> &BTreeMap<String, CardResolution> {
        &self.resolved
    }

    /// Which holders stand for their lines, and since when.
    #[must_use]
    pub const fn confirmed(&self) -> &BTreeMap<PersonId, DateTime<Utc>> {
        &self.confirmed
    }

    /// The exceptions about which nobody has decided.
    pub fn open_exceptions(&self) -> impl Iterator<Item = (&str, &CardException)> {
        let open = self.exceptions.iter().filter(|(reference, _)| !self.resolved.contains_key(*reference));
        open.map(|(reference, exception)| (reference.as_str(), exception))
    }

    /// Compares charges and credits with the receipts: same person, same amount, same merchant, and at the most so many
    /// days apart. Where several fit, none is taken.
    ///
    /// # Errors
    /// [`CheckCardError`]: it is signed off already.
    pub fn check(&self, receipts: &[CardReceipt], window_days: u32) -> Result<Decision<CardFact>, CheckCardError> {
        if let CardStatus::SignedOff { by, at } = self.status {
            return Err(CheckCardError { by, at });
        }
        let (matched, exceptions) = match_receipts(&self.bill.lines, receipts, window_days);
        if self.status == CardStatus::Checked && matched == self.receipts && exceptions == self.exceptions {
            return Ok(Decision::AlreadyRecorded);
        }
        Ok(Decision::Record(CardFact::Checked { receipts: matched, exceptions }))
    }

    /// Notes what was decided about an exception. Its holder has to stand for it anew.
    ///
    /// # Errors
    /// [`ResolveCardError`], in the order of its variants.
    pub fn resolve(&self, reference: &str, resolution: CardResolution) -> Result<Decision<CardFact>, ResolveCardError> {
        if self.resolved.get(reference) == Some(&resolution) {
            return Ok(Decision::AlreadyRecorded);
        }
        if let CardStatus::SignedOff { by, at } = self.status {
            return Err(ResolveCardError::SignedOff { by, at });
        }
        if !self.exceptions.contains_key(reference) {
            return Err(ResolveCardError::NoException { reference: reference.chars().take(64).collect() });
        }
        if let CardResolution::Receipt { number } = &resolution {
            let others = self.resolved.iter().filter(|(line, _)| *line != reference);
            let later = others.filter_map(|(line, resolution)| match resolution {
                CardResolution::Receipt { number } => Some((line, number)),
                CardResolution::ChargedTo { .. }
                | CardResolution::Unclaimed { .. }
                | CardResolution::ToBeClarified { .. } => None,
            });
            if let Some((line, _)) = self.receipts.iter().chain(later).find(|(_, used)| *used == number) {
                return Err(ResolveCardError::ReceiptUsed { number: number.clone(), line: line.clone() });
            }
        }
        Ok(Decision::Record(CardFact::Resolved { reference: reference.to_owned(), resolution }))
    }

    /// A holder stands for their lines: each has its receipt, or somebody has decided about it.
    ///
    /// # Errors
    /// [`ConfirmCardError`], in the order of its variants.
    pub fn confirm(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<CardFact>, ConfirmCardError> {
        match self.status {
            CardStatus::SignedOff { by, at } => return Err(ConfirmCardError::SignedOff { by, at }),
            CardStatus::Received => return Err(ConfirmCardError::NotChecked),
            CardStatus::Checked => {}
        }
        if self.confirmed.contains_key(&by) {
            return Ok(Decision::AlreadyRecorded);
        }
        if !self.holders().contains(&by) {
            return Err(ConfirmCardError::NoLines { by });
        }
        let own = self.bill.lines.iter().filter(|line| line.holder == Some(by)).map(|line| line.reference.as_str());
        let own: BTreeSet<&str> = own.collect();
        let open = self.open_exceptions().filter(|(reference, _)| own.contains(reference));
        let references: Vec<String> = open.map(|(reference, _)| reference.to_owned()).collect();
        if !references.is_empty() {
            return Err(ConfirmCardError::Exceptions { references });
        }
        Ok(Decision::Record(CardFact::Confirmed { by, at }))
    }

    /// Those who have lines on it.
    fn holders(&self) -> BTreeSet<PersonId> {
        self.bill.lines.iter().filter_map(|line| line.holder).collect()
    }

    /// Signs it off: it adds up, about each exception somebody has decided, each holder stands for their lines, and the
    /// one who signs has none.
    ///
    /// # Errors
    /// [`SignOffError`], in the order of its variants.
    pub fn sign_off(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<CardFact>, SignOffError> {
        match self.status {
            CardStatus::SignedOff { by: earlier, .. } if earlier == by => return Ok(Decision::AlreadyRecorded),
            CardStatus::SignedOff { by, at } => return Err(SignOffError::SignedOff { by, at }),
            CardStatus::Received => return Err(SignOffError::NotChecked),
            CardStatus::Checked => {}
        }
        let gap = self.bill.gap()?;
        if !gap.is_zero() {
            return Err(SignOffError::Gap { gap });
        }
        let references: Vec<String> = self.open_exceptions().map(|(reference, _)| reference.to_owned()).collect();
        if !references.is_empty() {
            return Err(SignOffError::Exceptions { references });
        }
        let holders: Vec<PersonId> =
            self.holders().into_iter().filter(|holder| !self.confirmed.contains_key(holder)).collect();
        if !holders.is_empty() {
            return Err(SignOffError::Unconfirmed { holders });
        }
        if self.holders().contains(&by) {
            return Err(SignOffError::Own { by });
        }
        Ok(Decision::Record(CardFact::SignedOff { by, at }))
    }
}

/// A card statement cannot be taken in.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReceiveCardError {
    /// It has too many lines.
    #[error("the statement has {found} lines: up to {} are wanted", CardStatement::MAX_LINES)]
    Lines {
        /// How many.
        found: usize,
    },
    /// Two lines have one reference.
    #[error("two lines have the reference {reference}: each line takes one of its own")]
    Repeated {
        /// The reference.
        reference: String,
    },
    /// An amount has a sign.
    #[error("line {reference} is of {amount}: an amount without sign is wanted, as the kind tells the direction")]
    Negative {
        /// The reference of the line.
        reference: String,
        /// The amount.
        amount: Money,
    },
    /// Its amounts are in different currencies, or too large.
    #[error("the statement cannot be added up")]
    Money(#[from] MoneyError),
}

/// A card statement is not checked again once it is signed off.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the statement was signed off by person {by} at {at}")]
pub struct CheckCardError {
    /// Who signed it off.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// An exception cannot be resolved.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ResolveCardError {
    /// The statement is signed off.
    #[error("the statement was signed off by person {by} at {at}")]
    SignedOff {
        /// Who signed it off.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// There is no such exception.
    #[error("line {reference} is in order, or there is no such line")]
    NoException {
        /// The reference of the line.
        reference: String,
    },
    /// The receipt belongs to another line.
    #[error("receipt {number} belongs to line {line}")]
    ReceiptUsed {
        /// The number of the receipt.
        number: String,
        /// The reference of the line that it belongs to.
        line: String,
    },
}

/// A holder cannot stand for their lines.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ConfirmCardError {
    /// The statement is signed off.
    #[error("the statement was signed off by person {by} at {at}")]
    SignedOff {
        /// Who signed it off.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Its lines were not compared with the receipts.
    #[error("the statement was not compared with the receipts")]
    NotChecked,
    /// The person has no lines on it.
    #[error("person {by} has no lines on the statement")]
    NoLines {
        /// Who.
        by: PersonId,
    },
    /// About some of their lines nobody has decided.
    #[error("lines {} are not in order: resolve them first", references.join(", "))]
    Exceptions {
        /// The references of the lines.
        references: Vec<String>,
    },
}

/// A card statement cannot be signed off.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SignOffError {
    /// It is signed off by somebody else.
    #[error("the statement was signed off by person {by} at {at}")]
    SignedOff {
        /// Who signed it off.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Its lines were not compared with the receipts.
    #[error("the statement was not compared with the receipts")]
    NotChecked,
    /// It does not add up.
    #[error("the statement does not add up: the closing balance is off by {gap}")]
    Gap {
        /// By how much the closing balance is too high.
        gap: Money,
    },
    /// About some exceptions nobody has decided.
    #[error("lines {} are not in order: resolve them first", references.join(", "))]
    Exceptions {
        /// The references of the lines.
        references: Vec<String>,
    },
    /// Some holders do not stand for their lines yet.
    #[error("{} holders do not stand for their lines yet", holders.len())]
    Unconfirmed {
        /// Who.
        holders: Vec<PersonId>,
    },
    /// The one who signs has lines on it.
    #[error("person {by} has lines on the statement: somebody else signs it off")]
    Own {
        /// Who.
        by: PersonId,
    },
    /// The amounts cannot be added up.
    #[error("the statement cannot be added up")]
    Money(#[from] MoneyError),
}

impl Entity for CardStatement {
    const KIND: Kind = Kind::literal("card_statement");
    type Fact = CardFact;

    fn open(fact: &CardFact) -> Option<Self> {
        let CardFact::Received { bill } = fact else { return None };
        Some(Self {
            bill: bill.clone(),
            receipts: BTreeMap::new(),
            exceptions: BTreeMap::new(),
            resolved: BTreeMap::new(),
            confirmed: BTreeMap::new(),
            settled: BTreeMap::new(),
            status: CardStatus::Received,
        })
    }

    fn apply(&mut self, fact: &CardFact) {
        match fact {
            CardFact::Received { .. } => {}
            CardFact::Checked { receipts, exceptions } => {
                self.receipts.clone_from(receipts);
                self.exceptions.clone_from(exceptions);
                // What is in order now needs no decision any more.
                self.resolved.retain(|reference, _| exceptions.contains_key(reference));
                self.confirmed.clear();
                self.status = CardStatus::Checked;
            }
            CardFact::Resolved { reference, resolution } => {
                let line = self.bill.lines.iter().find(|line| line.reference == *reference);
                if let Some(holder) = line.and_then(|line| line.holder) {
                    self.confirmed.remove(&holder);
                }
                self.resolved.insert(reference.clone(), resolution.clone());
            }
            CardFact::Confirmed { by, at } => {
                self.confirmed.insert(*by, *at);
            }
            CardFact::Settled { reference, settlement } => {
                self.settled.insert(reference.clone(), settlement.clone());
            }
            CardFact::SignedOff { by, at } => self.status = CardStatus::SignedOff { by: *by, at: *at },
        }
    }
}
