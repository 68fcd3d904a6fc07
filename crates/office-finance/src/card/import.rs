//! Card statements out of what card companies send.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Money, MoneyError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{CardBill, CardLine, CardLineKind};
use crate::{BankStatement, StatementLine};

/// How to read the statement of a card company, beyond its layout. It is data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardImport {
    /// Whose card it is, by its number as the statement writes it (in the column of the other side's account).
    pub holders: BTreeMap<String, PersonId>,
    /// What stands in a line by which the office paid the card; large and small letters are the same.
    pub payments: Vec<String>,
    /// What was owed before, where the statement does not say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<Money>,
    /// What is owed after, where the statement does not say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing: Option<Money>,
}

impl CardBill {
    /// What a card statement says, whatever format it came in (a table, OFX): there, what was bought goes out, below
    /// zero, and what is owed is a balance below zero.
    ///
    /// What goes out is a charge, what comes in a payment or a credit. A line without a reference, or with one that is
    /// there already, gets one: its day and a number. The merchant is the other side, or else the text; the line of
    /// business is the code.
    ///
    /// # Errors
    /// [`CardImportError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use chrono::NaiveDate;
    /// use office_core::{Currency, Money};
    /// use office_finance::{
    ///     BankStatement, CardBill, CardImport, CardImportError, StatementBalance, StatementFormat, StatementLine,
    /// };
    ///
    /// let on = NaiveDate::from_ymd_opt(2026, 10, 15).ok_or("a day")?;
    /// let line = |minor, party: &str| StatementLine {
    ///     on, value: None, amount: Money::from_minor(minor, Currency::EUR), references: vec![], party: Some(party.to_owned()),
    ///     party_account: None, text: String::new(), bank_reference: None, code: None,
    /// };
    /// let statement = BankStatement {
    ///     format: StatementFormat::Ofx,
    ///     account: "4711".to_owned(),
    ///     number: String::new(),
    ///     opening: None,
    ///     closing: Some(StatementBalance { amount: Money::from_minor(-59_50, Currency::EUR), on }),
    ///     lines: vec![line(-59_50, "Copyshop"), line(100_00, "DIRECT DEBIT")],
    ///     pending: vec![],
    /// };
    /// let opening = Money::from_minor(100_00, Currency::EUR);
    /// let rules = CardImport {
    ///     holders: [].into(), payments: vec!["direct debit".to_owned()], opening: Some(opening), closing: None,
    /// };
    /// let bill = CardBill::of_statement(&statement, &rules)?;
    /// assert_eq!(
    ///     bill.proof()?.to_string(),
    ///     "opening 100.00 EUR, charges 59.50 EUR, credits 0.00 EUR, payments 100.00 EUR, closing 59.50 EUR"
    /// );
    /// let unknown = CardBill::of_statement(&statement, &CardImport { opening: None, ..rules });
    /// assert_eq!(unknown, Err(CardImportError::Opening));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_statement(statement: &BankStatement, rules: &CardImport) -> Result<Self, CardImportError> {
        let told = statement.opening.map(|balance| balance.amount.negated());
        let opening = told.or(rules.opening).ok_or(CardImportError::Opening)?;
        let told = statement.closing.map(|balance| balance.amount.negated());
        let closing = told.or(rules.closing).ok_or(CardImportError::Closing)?;
        let mut used = BTreeSet::new();
        let mut counts: BTreeMap<NaiveDate, usize> = BTreeMap::new();
        let lines = statement.lines.iter().map(|line| {
            let reference = free_reference(line, &used, counts.entry(line.on).or_default());
            used.insert(reference.clone());
            card_line(line, reference, rules)
        });
        let bill = Self { opening, lines: lines.collect(), closing };
        bill.gap()?;
        Ok(bill)
    }
}

fn card_line(line: &StatementLine, reference: String, rules: &CardImport) -> CardLine {
    let told = [line.party.as_deref(), Some(line.text.as_str()), line.code.as_deref()];
    let told = told.into_iter().flatten().collect::<Vec<_>>().join(" ").to_lowercase();
    let is_payment = || rules.payments.iter().any(|payment| told.contains(&payment.to_lowercase()));
    let kind = if line.amount.is_negative() || line.amount.is_zero() {
        CardLineKind::Charge
    } else if is_payment() {
        CardLineKind::Payment
    } else {
        CardLineKind::Credit
    };
    CardLine {
        reference,
        kind,
        on: line.on,
        holder: line.party_account.as_ref().and_then(|card| rules.holders.get(card)).copied(),
        merchant: line.party.clone().unwrap_or_else(|| line.text.clone()),
        amount: line.amount.abs(),
        category: line.code.clone(),
    }
}

/// The bank's reference, or the next of its day that is free.
fn free_reference(line: &StatementLine, used: &BTreeSet<String>, count: &mut usize) -> String {
    let own = line.bank_reference.as_ref().filter(|reference| !used.contains(*reference));
    own.cloned().unwrap_or_else(|| {
        loop {
            *count = count.saturating_add(1);
            let reference = format!("{} #{count}", line.on);
            // There are fewer in use than there are numbers.
            if !used.contains(&reference) {
                return reference;
            }
        }
    })
}

/// A statement is no card statement.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CardImportError {
    /// Nobody says what was owed before.
    #[error("the statement does not say what was owed before: tell it")]
    Opening,
    /// Nobody says what is owed after.
    #[error("the statement does not say what is owed after: tell it")]
    Closing,
    /// Its amounts are in different currencies, or too large.
    #[error("the statement cannot be added up")]
    Money(#[from] MoneyError),
}
