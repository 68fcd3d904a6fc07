//! Asking for receipts that are missing: whom, since when, and whom next.

use chrono::NaiveDate;
use office_core::Money;
use office_core::subject::PersonId;
use serde::{Deserialize, Serialize};

use super::{CardException, CardStatement};

/// Whom to ask for missing receipts, and after how many days. It is data, the office's to set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChaseRules {
    /// The steps. The one of most days that have passed is taken.
    pub steps: Vec<ChaseStep>,
}

/// A step of asking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChaseStep {
    /// After how many days since the charge.
    pub after_days: u32,
    /// Who is asked: `holder`, `supervisor`, `finance`, as the office calls them.
    pub ask: String,
}

/// A receipt that is missing, and who is to be asked for it now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptChase {
    /// The reference of the line.
    pub reference: String,
    /// Whose card it is.
    pub holder: Option<PersonId>,
    /// With whom it was spent.
    pub merchant: String,
    /// How much.
    pub amount: Money,
    /// Since when.
    pub since: NaiveDate,
    /// For how many days.
    pub days: u32,
    /// Who is asked now; none where it is too early.
    pub ask: Option<String>,
}

/// The receipts that are missing on a day, the oldest first.
///
/// Law: as time goes on, the step taken never goes back to one of fewer days.
///
/// # Example
/// ```
/// use office_core::{Currency, Entity, Id, Money};
/// use office_finance::{
///     CardBill, CardLine, CardLineKind, CardStatement, ChaseRules, ChaseStep, ReceiveCardError, chase_receipts,
/// };
///
/// let euro = |minor| Money::from_minor(minor, Currency::EUR);
/// let line = CardLine {
///     reference: "CS-106".to_owned(),
///     kind: CardLineKind::Charge,
///     on: "2026-10-15".parse()?,
///     holder: Some(Id::natural("person", "E-005")),
///     merchant: "Copyshop am Ufer".to_owned(),
///     amount: euro(59_50),
///     category: None,
/// };
/// let bill = CardBill { opening: euro(0), lines: vec![line.clone()], closing: euro(59_50) };
/// let mut statement = CardStatement::open(&CardStatement::receive(bill.clone())?).ok_or("a first fact")?;
/// statement.apply(&statement.check(&[], 3)?.fact().ok_or("a fact")?);
/// let step = |after_days, ask: &str| ChaseStep { after_days, ask: ask.to_owned() };
/// let rules = ChaseRules { steps: vec![step(3, "holder"), step(14, "supervisor")] };
///
/// let missing = chase_receipts(&statement, "2026-10-31".parse()?, &rules);
/// assert_eq!((missing[0].days, missing[0].ask.as_deref()), (16, Some("supervisor")));
/// assert_eq!(chase_receipts(&statement, "2026-10-16".parse()?, &rules)[0].ask, None);
///
/// // Two lines of one reference: nobody could say whose receipt is missing.
/// let twice = CardStatement::receive(CardBill { lines: vec![line.clone(), line], ..bill });
/// assert_eq!(twice, Err(ReceiveCardError::Repeated { reference: "CS-106".to_owned() }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn chase_receipts(statement: &CardStatement, on: NaiveDate, rules: &ChaseRules) -> Vec<ReceiptChase> {
    let mut missing = Vec::new();
    for (reference, exception) in statement.open_exceptions() {
        let line = statement.bill().lines.iter().find(|line| line.reference == reference);
        let Some(line) = line.filter(|_| *exception == CardException::MissingReceipt) else { continue };
        let days = u32::try_from(on.signed_duration_since(line.on).num_days()).unwrap_or(0);
        let due = rules.steps.iter().filter(|step| step.after_days <= days);
        missing.push(ReceiptChase {
            reference: reference.to_owned(),
            holder: line.holder,
            merchant: line.merchant.clone(),
            amount: line.owed(),
            since: line.on,
            days,
            ask: due.max_by_key(|step| step.after_days).map(|step| step.ask.clone()),
        });
    }
    missing.sort_by(|one, two| (one.since, &one.reference).cmp(&(two.since, &two.reference)));
    missing
}
