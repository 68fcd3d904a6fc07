//! Statements of company cards.
//!
//! ```text
//! received ──check──► exceptions ──resolve──► … ──confirm (each holder)──► … ──sign_off (somebody else)──► signed off
//! ```
//!
//! Every charge is matched with a receipt, or stays an exception until somebody resolves it: found, charged to the
//! person, or kept to be clarified. Each holder stands for their own lines, and then somebody who has none of them for
//! all. Nobody signs off a statement that has exceptions, or that does not add up. Laws, held by `tests/card.rs`:
//!
//! 1. Opening balance, charges, less credits and payments, make the closing balance, or the gap is told.
//! 2. Each line that needs a receipt has one or is an exception, and each receipt is used by one line at most; what the
//!    matched, the listed and the payments come to is the difference of the balances less the gap.
//! 3. What people owe for what was theirs is what was charged to them less what was settled.

mod chase;
mod import;
mod personal;
mod receipt;
mod statement;

use std::fmt;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Money, MoneyError};
use serde::{Deserialize, Serialize};

pub use self::chase::{ChaseRules, ChaseStep, ReceiptChase, chase_receipts};
pub use self::import::{CardImport, CardImportError};
pub use self::personal::{PersonalSettlement, SettlePersonalError};
pub use self::statement::{
    CardFact, CardStatement, CardStatementId, CardStatus, CheckCardError, ConfirmCardError, ReceiveCardError,
    ResolveCardError, SignOffError,
};

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

/// The proof that a card statement adds up, or by how much it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardProof {
    /// What was owed before.
    pub opening: Money,
    /// The sum of what was bought.
    pub charges: Money,
    /// The sum of what merchants gave back.
    pub credits: Money,
    /// The sum of what the office paid.
    pub payments: Money,
    /// What is owed after, as the statement says.
    pub closing: Money,
    /// By how much the closing balance is too high; zero where the statement adds up.
    pub gap: Money,
}

impl fmt::Display for CardProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { opening, charges, credits, payments, closing, gap } = self;
        write!(f, "opening {opening}, charges {charges}, credits {credits}, payments {payments}, closing {closing}")?;
        if gap.is_zero() { Ok(()) } else { write!(f, ", off by {gap}") }
    }
}

impl CardBill {
    /// The proof that opening balance and lines make the closing balance.
    ///
    /// # Errors
    /// [`MoneyError`]: currencies are mixed, or a sum cannot be held.
    pub fn proof(&self) -> Result<CardProof, MoneyError> {
        let (opening, closing) = (self.opening, self.closing);
        let of = |kind: CardLineKind| {
            let lines = self.lines.iter().filter(|line| line.kind == kind).map(|line| line.amount);
            Money::sum(lines, closing.currency())
        };
        let (charges, credits, payments) =
            (of(CardLineKind::Charge)?, of(CardLineKind::Credit)?, of(CardLineKind::Payment)?);
        let owed = opening.checked_add(charges)?.checked_sub(credits)?.checked_sub(payments)?;
        Ok(CardProof { opening, charges, credits, payments, closing, gap: closing.checked_sub(owed)? })
    }

    /// The closing balance less what opening balance and lines come to: zero where the statement adds up.
    ///
    /// # Errors
    /// As [`CardBill::proof`].
    pub fn gap(&self) -> Result<Money, MoneyError> {
        Ok(self.proof()?.gap)
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
    /// The number of the expense claim that asks for it to be paid back, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
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
    /// The person asks for it to be paid back, as if the card had not paid it.
    Claimed {
        /// The number of the receipt.
        receipt: String,
        /// The number of the claim.
        claim: String,
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
    /// The claim does not ask for it any more.
    Unclaimed {
        /// The number of the claim.
        claim: String,
    },
    /// The person owes it to the office, until it is settled.
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

#[cfg(test)]
mod tests;
