//! What is paid for days on which somebody who was hurt cannot work: by rules as data, exactly.

use office_core::{Action, Money, MoneyError, Ratio, RatioError, RecordClass, Rounding};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Dated;

/// An office's rules of claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimRules {
    /// What somebody has to be granted to decide on claims, such as `claim.decide`.
    pub decide: Action,
    /// The class of what somebody earns, such as `pay`.
    pub pay: RecordClass,
    /// What is paid: the version of the day of the injury.
    pub terms: Dated<ClaimTerms>,
}

/// What is paid for days on which somebody cannot work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimTerms {
    /// For how many days nothing is paid at first.
    pub waiting_days: u32,
    /// After how many days in all these are paid as well; never, where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retroactive_after: Option<u32>,
    /// Which part of what they earn is paid, such as `2/3`.
    pub rate: Ratio,
    /// The least that is paid a week.
    pub least: Money,
    /// The most that is paid a week. It goes before the least.
    pub most: Money,
}

/// What is paid for days on which somebody cannot work, and how that comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indemnity {
    /// On how many days they could not work.
    pub days: u32,
    /// How many of these are paid.
    pub days_paid: u32,
    /// What a week is worth, exactly, in the currency's smallest unit.
    pub week: Ratio,
    /// What is paid for all of these days: a seventh of a week for each, rounded half up once.
    pub amount: Money,
}

impl ClaimTerms {
    /// What is paid in all, for so many days, to somebody who earns so much a week on average.
    ///
    /// It is told from the beginning: what has been paid is taken off, so that the parts of any number of payments add up.
    ///
    /// # Errors
    /// [`IndemnityError`] where the currencies differ, or something does not fit.
    ///
    /// # Example
    /// ```
    /// use office_core::{Money, Ratio};
    /// use office_hr::ClaimTerms;
    ///
    /// let terms = ClaimTerms {
    ///     waiting_days: 7, retroactive_after: Some(14), rate: Ratio::new(2, 3)?, least: "150.00 USD".parse()?, most: "900.00 USD".parse()?,
    /// };
    /// let paid = |days| terms.indemnity("700.00 USD".parse()?, days).map_err(Box::<dyn std::error::Error>::from);
    /// assert!(paid(7)?.amount.is_zero());
    /// assert_eq!(paid(14)?.amount, "466.67 USD".parse()?);
    /// // From the fifteenth day on the first seven are paid as well: 15 sevenths of two thirds of 700.
    /// assert_eq!(paid(15)?.amount, "1000.00 USD".parse()?);
    ///
    /// // A wage in another currency is refused.
    /// assert!(terms.indemnity("700.00 EUR".parse()?, 15).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn indemnity(&self, weekly_wage: Money, days: u32) -> Result<Indemnity, IndemnityError> {
        let minor = |money: Money| Ratio::new(money.minor(), 1);
        weekly_wage.compare(&self.least)?;
        self.least.compare(&self.most)?;
        let part = minor(weekly_wage)?.checked_mul(self.rate)?;
        let week = part.max(minor(self.least)?).min(minor(self.most)?);
        let all = self.retroactive_after.is_some_and(|after| days > after);
        let days_paid = if all { days } else { days.saturating_sub(self.waiting_days) };
        let exact = week.checked_mul(Ratio::new(days_paid.into(), 7)?)?;
        let unit = weekly_wage.with_minor(1)?;
        Ok(Indemnity { days, days_paid, week, amount: unit.times_ratio(exact, Rounding::HalfUp)? })
    }
}

/// It cannot be told what is paid.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IndemnityError {
    /// Amounts are in different currencies, or too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A part of it does not fit.
    #[error(transparent)]
    Ratio(#[from] RatioError),
}
