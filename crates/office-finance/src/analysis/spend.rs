//! What was spent, line by line.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use office_core::{Currency, Money};
use serde::{Deserialize, Serialize};

use crate::{AccountCode, AccountKind, Chart, Dimension, Dimensions, Entry};

/// An amount that was spent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpendLine {
    /// When.
    pub on: NaiveDate,
    /// On which account.
    pub account: AccountCode,
    /// At whose expense, for what, with whom.
    #[serde(default, skip_serializing_if = "Dimensions::is_empty")]
    pub dimensions: Dimensions,
    /// How much; below zero where something came back.
    pub amount: Money,
}

/// By what spending is told apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpendBy {
    /// By account.
    Account,
    /// By the values of a dimension: cost centres, projects, parties.
    Dimension(Dimension),
}

impl SpendBy {
    /// What a line counts under; the empty text where it has no value of the dimension.
    #[must_use]
    pub fn key(&self, line: &SpendLine) -> String {
        match self {
            Self::Account => line.account.to_string(),
            Self::Dimension(dimension) => {
                line.dimensions.get(dimension).map_or_else(String::new, |value| value.to_string())
            }
        }
    }
}

/// Over which stretches of time spending is added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpendSpan {
    /// Calendar months: `2026-10`.
    Month,
    /// Quarters of calendar years: `2026-Q4`.
    Quarter,
    /// Calendar years: `2026`.
    Year,
}

/// One stretch of time, in the order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Stretch {
    /// Since the year 0, in stretches of the span.
    number: i32,
    span: SpendSpan,
}

impl SpendSpan {
    const fn per_year(self) -> i32 {
        match self {
            Self::Month => 12,
            Self::Quarter => 4,
            Self::Year => 1,
        }
    }

    pub(super) fn of(self, day: NaiveDate) -> Stretch {
        let month = i32::try_from(day.month0()).unwrap_or_default();
        let within = month.saturating_mul(self.per_year()).div_euclid(12);
        Stretch { number: day.year().saturating_mul(self.per_year()).saturating_add(within), span: self }
    }
}

impl Stretch {
    /// So many stretches back, itself counted.
    pub(super) fn back(self, many: usize) -> Self {
        let many = i32::try_from(many).unwrap_or(i32::MAX).saturating_sub(1);
        Self { number: self.number.saturating_sub(many), span: self.span }
    }

    /// All from this one to another, both included, at most so many.
    pub(super) fn through(self, last: Self, most: usize) -> impl Iterator<Item = Self> {
        (self.number..=last.number).take(most).map(move |number| Self { number, span: self.span })
    }
}

impl fmt::Display for Stretch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, within) =
            (self.number.div_euclid(self.span.per_year()), self.number.rem_euclid(self.span.per_year()));
        let within = within.saturating_add(1);
        match self.span {
            SpendSpan::Month => write!(f, "{year}-{within:02}"),
            SpendSpan::Quarter => write!(f, "{year}-Q{within}"),
            SpendSpan::Year => write!(f, "{year}"),
        }
    }
}

/// What entries have spent: their postings to expense accounts, as told in a currency. A posting that is not told in it is
/// left out; how many there are is told beside.
///
/// # Example
/// ```
/// use office_core::{Currency, Id, Money};
/// use office_finance::{Account, AccountKind, Chart, Entry, Posting, spend_lines};
///
/// let chart = Chart::new([
///     Account::new("6815".parse()?, "Office", AccountKind::Expense), Account::new("1800".parse()?, "Bank", AccountKind::Asset),
/// ])?;
/// let paid = |currency| {
///     let amount = Money::from_minor(50_00, currency);
///     let postings = vec![Posting::debit("6815".parse()?, amount), Posting::credit("1800".parse()?, amount)];
///     Ok::<_, Box<dyn std::error::Error>>(Entry::balanced("2026-10-14".parse()?, "paper", postings)?)
/// };
/// let (lines, left_out) = spend_lines(&chart, [&paid(Currency::EUR)?, &paid(Currency::USD)?], Currency::EUR);
/// assert_eq!((lines.len(), lines[0].amount.to_string(), left_out), (1, "50.00 EUR".to_owned(), 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn spend_lines<'a>(
    chart: &Chart,
    entries: impl IntoIterator<Item = &'a Entry>,
    currency: Currency,
) -> (Vec<SpendLine>, usize) {
    let (mut lines, mut left_out) = (Vec::new(), 0_usize);
    for entry in entries {
        for posting in entry.postings() {
            if chart.get(&posting.account).is_none_or(|account| account.kind != AccountKind::Expense) {
                continue;
            }
            let (account, dimensions) = (posting.account.clone(), posting.dimensions.clone());
            match posting.told_in(currency) {
                Some(amount) => lines.push(SpendLine { on: entry.on(), account, dimensions, amount }),
                None => left_out = left_out.saturating_add(1),
            }
        }
    }
    (lines, left_out)
}
