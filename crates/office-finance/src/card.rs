//! Statements of company cards.
//!
//! ```text
//! received ──check──► exceptions ──resolve──► … ──sign_off──► signed off
//! ```
//!
//! Every charge is matched with a receipt, or stays an exception until somebody resolves it: found, charged to the
//! person, or kept to be clarified. Nobody signs off a statement that has exceptions, or that does not add up. Laws, held
//! by `tests/card.rs`:
//!
//! 1. Opening balance, charges, less credits and payments, make the closing balance, or the gap is told.
//! 2. Each line that needs a receipt has one or is an exception, and each receipt is used by one line at most.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use office_core::subject::PersonId;
use office_core::{Decision, Entity, Id, Kind, Money, MoneyError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The id of a card statement.
pub type CardStatementId = Id<CardStatement>;

/// What a card statement says, as it came. Amounts are what the office owes: charges above zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardBill {
    /// What was owed before.
    pub opening: Money,
    /// Its lines, in its order.
    pub lines: Vec<CardLine>,
    /// What was owed after.
    pub closing: Money,
}

/// A line of a card statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardLine {
    /// The reference that the statement gives it.
    pub reference: String,
    /// What it is.
    pub kind: CardLineKind,
    /// When.
    pub on: NaiveDate,
    /// Whose card, where it is somebody's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<PersonId>,
    /// With whom.
    pub merchant: String,
    /// How much, without sign.
    pub amount: Money,
    /// The merchant's line of business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
}

/// What a line of a card statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardLineKind {
    /// Something was bought: more is owed.
    Charge,
    /// A merchant gave money back: less is owed.
    Credit,
    /// The office paid the card: less is owed.
    Payment,
}

impl CardLine {
    /// What the line adds to what is owed.
    #[must_use]
    pub fn owed(&self) -> Money {
        match self.kind {
            CardLineKind::Charge => self.amount,
            CardLineKind::Credit | CardLineKind::Payment => self.amount.negated(),
        }
    }
}

impl CardBill {
    /// The closing balance less what opening balance and lines come to: zero where the statement adds up.
    ///
    /// # Errors
    /// [`MoneyError`]: currencies are mixed, or a sum cannot be held.
    pub fn gap(&self) -> Result<Money, MoneyError> {
        let owed = self.lines.iter().map(CardLine::owed).chain([self.opening]);
        self.closing.checked_sub(Money::sum(owed, self.closing.currency())?)
    }
}

/// A receipt that somebody handed in for a charge, or for money given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardReceipt {
    /// Its number.
    pub number: String,
    /// Its day.
    pub on: NaiveDate,
    /// Who handed it in.
    pub holder: PersonId,
    /// With whom.
    pub merchant: String,
    /// How much was charged; below zero for money given back.
    pub amount: Money,
    /// Whether it was bought for the person and not for the office.
    pub personal: bool,
}

/// What is not in order with a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardException {
    /// There is no receipt for it.
    MissingReceipt,
    /// It was bought for the person.
    Personal {
        /// The number of the receipt.
        receipt: String,
    },
    /// More than one receipt fits, or it fits more than one line.
    Ambiguous {
        /// The numbers of the receipts.
        receipts: Vec<String>,
    },
}

/// What somebody decided about an exception.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardResolution {
    /// This is the receipt.
    Receipt {
        /// Its number.
        number: String,
    },
    /// The person owes it to the office.
    ChargedTo {
        /// Who.
        person: PersonId,
    },
    /// It is kept on an account of its own until it is clarified.
    ToBeClarified {
        /// What is being done about it.
        note: String,
    },
}

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
/// assert!(statement.sign_off(by, at).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardStatement {
    bill: CardBill,
    // By the reference of the line.
    receipts: BTreeMap<String, String>,
    exceptions: BTreeMap<String, CardException>,
    resolved: BTreeMap<String, CardResolution>,
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

    /// Notes what was decided about an exception.
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
                CardResolution::ChargedTo { .. } | CardResolution::ToBeClarified { .. } => None,
            });
            if let Some((line, _)) = self.receipts.iter().chain(later).find(|(_, used)| *used == number) {
                return Err(ResolveCardError::ReceiptUsed { number: number.clone(), line: line.clone() });
            }
        }
        Ok(Decision::Record(CardFact::Resolved { reference: reference.to_owned(), resolution }))
    }

    /// Signs it off: it adds up, and about each exception somebody has decided.
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
        Ok(Decision::Record(CardFact::SignedOff { by, at }))
    }
}

/// The receipts of lines, and what is not in order.
fn match_receipts(
    lines: &[CardLine],
    receipts: &[CardReceipt],
    window_days: u32,
) -> (BTreeMap<String, String>, BTreeMap<String, CardException>) {
    let needing: Vec<&CardLine> = lines.iter().filter(|line| line.kind != CardLineKind::Payment).collect();
    let fitting =
        |line: &CardLine| receipts.iter().filter(|receipt| fits(line, receipt, window_days)).collect::<Vec<_>>();
    let mut matched = BTreeMap::new();
    let mut exceptions = BTreeMap::new();
    for line in &needing {
        let candidates = fitting(line);
        let exception = match candidates.as_slice() {
            [] => CardException::MissingReceipt,
            [receipt] if needing.iter().filter(|other| fits(other, receipt, window_days)).count() == 1 => {
                matched.insert(line.reference.clone(), receipt.number.clone());
                if !receipt.personal {
                    continue;
                }
                CardException::Personal { receipt: receipt.number.clone() }
            }
            several => {
                let receipts = several.iter().map(|receipt| receipt.number.clone()).collect();
                CardException::Ambiguous { receipts }
            }
        };
        exceptions.insert(line.reference.clone(), exception);
    }
    (matched, exceptions)
}

fn fits(line: &CardLine, receipt: &CardReceipt, window_days: u32) -> bool {
    let apart = line.on.signed_duration_since(receipt.on).num_days().unsigned_abs();
    let plain =
        |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect() };
    line.holder == Some(receipt.holder)
        && line.owed() == receipt.amount
        && apart <= u64::from(window_days)
        && plain(&line.merchant) == plain(&receipt.merchant)
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
                self.status = CardStatus::Checked;
            }
            CardFact::Resolved { reference, resolution } => {
                self.resolved.insert(reference.clone(), resolution.clone());
            }
            CardFact::SignedOff { by, at } => self.status = CardStatus::SignedOff { by: *by, at: *at },
        }
    }
}

#[cfg(test)]
mod tests;
