//! What the office is bound to spend.

use chrono::NaiveDate;
use office_core::{DateRange, Money, MoneyError};
use serde::{Deserialize, Serialize};

/// What the office is bound to spend in some days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commitment {
    /// At least this.
    pub amount: Money,
    /// On which days.
    pub days: DateRange,
}

/// Something spent under a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spend {
    /// On which day.
    pub on: NaiveDate,
    /// How much; below nothing if it came back.
    pub amount: Money,
}

/// How far a commitment has come by the end of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitmentProgress {
    /// What is committed.
    pub committed: Money,
    /// What was spent.
    pub spent: Money,
    /// What is still to be spent.
    pub left: Money,
    /// By how much more was spent.
    pub over: Money,
    /// How many days are left to spend it; nothing if it has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_left: Option<u32>,
}

impl Commitment {
    /// How far it has come by the end of a day. What was spent on other days does not count.
    ///
    /// # Errors
    /// [`MoneyError`], if something was spent in another currency or the sum cannot be held.
    ///
    /// # Example
    /// ```
    /// use office_inventory::{Commitment, Spend};
    ///
    /// let bound = Commitment { amount: "12000.00 EUR".parse()?, days: "2026-01-01/2027-01-01".parse()? };
    /// let spend = |on: &str, amount: &str| {
    ///     Ok::<_, Box<dyn std::error::Error>>(Spend { on: on.parse()?, amount: amount.parse()? })
    /// };
    /// let spends = [spend("2025-12-31", "900.00 EUR")?, spend("2026-03-05", "4500.00 EUR")?];
    /// let progress = bound.progress(&spends, "2026-12-01".parse()?)?;
    /// assert_eq!((progress.left.to_string(), progress.days_left), ("7500.00 EUR".to_owned(), Some(30)));
    ///
    /// assert!(bound.progress(&[spend("2026-03-05", "1.00 USD")?], "2026-12-01".parse()?).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn progress(&self, spends: &[Spend], as_of: NaiveDate) -> Result<CommitmentProgress, MoneyError> {
        let counts = |spend: &&Spend| self.days.contains(spend.on) && spend.on <= as_of;
        let counted = spends.iter().filter(counts).map(|spend| spend.amount);
        let none = Money::zero(self.amount.currency());
        let spent = Money::sum(counted, self.amount.currency())?;
        let left = self.amount.checked_sub(spent)?;
        let days_left = self.days.last().map(|last| {
            let from = as_of.max(self.days.start().pred_opt().unwrap_or(as_of));
            u32::try_from(last.signed_duration_since(from).num_days()).unwrap_or(0)
        });
        let (left, over) = if left.is_negative() { (none, left.abs()) } else { (left, none) };
        Ok(CommitmentProgress { committed: self.amount, spent, left, over, days_left })
    }
}
