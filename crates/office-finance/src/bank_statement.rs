//! Bank statements as values: what every format is read into.

use std::fmt;

use chrono::NaiveDate;
use office_core::{Money, MoneyError};
use serde::{Deserialize, Serialize};

/// A bank statement, as the bank sent it.
///
/// It need not add up: [`BankStatement::gap`] says by how much it does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BankStatement {
    /// What it was read from.
    pub format: StatementFormat,
    /// The account: an IBAN, or what the bank calls it.
    pub account: String,
    /// The number of the statement; empty where it has none.
    pub number: String,
    /// What was on the account before, where the statement says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<StatementBalance>,
    /// What was on it after, where the statement says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing: Option<StatementBalance>,
    /// What was booked, in the bank's order.
    pub lines: Vec<StatementLine>,
    /// What is announced and not booked; it is in neither balance.
    pub pending: Vec<StatementLine>,
}

/// In whose words a statement tells its lines: one payment reads differently in each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementFormat {
    /// ISO 20022: camt.052, camt.053 or camt.054.
    Camt,
    /// SWIFT MT940 or MT942.
    Mt940,
    /// Open Financial Exchange.
    Ofx,
    /// A table of comma-separated values.
    Csv,
    /// Anything else.
    #[default]
    Other,
}

/// What is on an account at some day; below zero where it is overdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementBalance {
    /// How much.
    pub amount: Money,
    /// When.
    pub on: NaiveDate,
}

/// A line of a bank statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementLine {
    /// When the bank booked it.
    pub on: NaiveDate,
    /// From when it counts for interest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<NaiveDate>,
    /// How much: what comes in above zero, what goes out below.
    pub amount: Money,
    /// References that the payer gave: end to end, structured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// Who paid, or was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// The account of the other side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party_account: Option<String>,
    /// What is written on it.
    pub text: String,
    /// The bank's own reference. It need not be unique.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank_reference: Option<String>,
    /// What kind of transaction it is, in the bank's code: `PMNT-RCDT-ESCT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// The proof that a statement adds up, or by how much it does not.
///
/// # Law
/// 1. Opening, received and paid make the closing balance less the gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementProof {
    /// What was on the account before.
    pub opening: Money,
    /// The sum of what came in.
    pub received: Money,
    /// The sum of what went out, below zero.
    pub paid: Money,
    /// What was on it after, as the bank says.
    pub closing: Money,
    /// By how much the closing balance is above what the others come to; zero where the statement adds up.
    pub gap: Money,
}

impl fmt::Display for StatementProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "opening {}, in {}, out {}, closing {}", self.opening, self.received, self.paid, self.closing)?;
        if self.gap.is_zero() { Ok(()) } else { write!(f, ", off by {}", self.gap) }
    }
}

impl BankStatement {
    /// The proof that opening balance and lines make the closing balance; none where the statement lacks a balance.
    ///
    /// # Errors
    /// [`MoneyError`]: the statement mixes currencies, also where it has no balances, or a sum cannot be held.
    ///
    /// # Example
    /// ```
    /// use chrono::NaiveDate;
    /// use office_core::{Currency, Money};
    /// use office_finance::{BankStatement, StatementBalance, StatementFormat};
    ///
    /// let balance = |minor, currency| {
    ///     Some(StatementBalance { amount: Money::from_minor(minor, currency), on: NaiveDate::default() })
    /// };
    /// let mut statement = BankStatement {
    ///     format: StatementFormat::Other,
    ///     account: "DE83100990010004711200".to_owned(),
    ///     number: "2026-010".to_owned(),
    ///     opening: balance(100, Currency::EUR),
    ///     closing: balance(130, Currency::EUR),
    ///     lines: vec![],
    ///     pending: vec![],
    /// };
    /// let proof = statement.proof()?.ok_or("both balances")?;
    /// assert_eq!(
    ///     proof.to_string(),
    ///     "opening 1.00 EUR, in 0.00 EUR, out 0.00 EUR, closing 1.30 EUR, off by 0.30 EUR"
    /// );
    /// statement.closing = balance(130, Currency::CHF);
    /// assert!(statement.proof().is_err());
    /// statement.opening = None;
    /// assert_eq!(statement.proof()?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn proof(&self) -> Result<Option<StatementProof>, MoneyError> {
        let balances = [self.opening, self.closing].into_iter().flatten().map(|balance| balance.amount);
        let Some(currency) = balances.chain(self.lines.first().map(|line| line.amount)).next().map(Money::currency)
        else {
            return Ok(None);
        };
        let (paid, received): (Vec<Money>, Vec<Money>) =
            self.lines.iter().map(|line| line.amount).partition(|amount| amount.is_negative());
        let (received, paid) = (Money::sum(received, currency)?, Money::sum(paid, currency)?);
        let (Some(opening), Some(closing)) = (self.opening, self.closing) else { return Ok(None) };
        let (opening, closing) = (opening.amount, closing.amount);
        let gap = closing.checked_sub(opening.checked_add(received)?.checked_add(paid)?)?;
        Ok(Some(StatementProof { opening, received, paid, closing, gap }))
    }

    /// The closing balance less what opening balance and lines come to: zero where the statement adds up; none where it
    /// lacks a balance.
    ///
    /// # Errors
    /// As [`BankStatement::proof`].
    pub fn gap(&self) -> Result<Option<Money>, MoneyError> {
        Ok(self.proof()?.map(|proof| proof.gap))
    }
}
