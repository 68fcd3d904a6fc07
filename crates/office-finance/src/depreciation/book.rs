//! The depreciation of one thing, as its estimates change and until it is given away.

use chrono::NaiveDate;
use office_core::{DateRange, Money, MoneyError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{DepreciationError, DepreciationTerms};
use crate::PeriodAmount;
use crate::schedule::over;

/// The depreciation of one thing: what it cost, and how much of it goes in each month.
///
/// # Example
/// ```
/// use office_core::{Currency, Money, Rounding};
/// use office_finance::{DepreciationBook, DepreciationMethod, DepreciationStart, DepreciationTerms, RoundingRest};
///
/// let euro = |minor| Money::from_minor(minor, Currency::EUR);
/// let terms = DepreciationTerms {
///     cost: euro(1_200_00),
///     residual: euro(0),
///     in_service: "2026-01-10".parse()?,
///     life_months: 12,
///     method: DepreciationMethod::StraightLine,
///     start: DepreciationStart::FullMonth,
///     rounding: Rounding::HalfUp,
///     rest: RoundingRest::EachLine,
/// };
/// let book = DepreciationBook::begun(&terms)?;
/// assert_eq!(book.value("2026-03-31".parse()?)?, euro(900_00));
/// // From April on it is expected to last eighteen months more, instead of nine.
/// let terms = DepreciationTerms { in_service: "2026-04-01".parse()?, life_months: 18, ..terms };
/// let book = book.estimated_anew(&terms)?;
/// assert_eq!(book.value("2026-04-30".parse()?)?, euro(850_00));
/// // Sold in the middle of June: May was the last month.
/// let (book, sale) = book.disposed("2026-06-15".parse()?, euro(700_00))?;
/// assert_eq!((sale.value, sale.gain), (euro(800_00), euro(-100_00)));
/// assert!(book.disposed("2026-07-15".parse()?, euro(0)).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct DepreciationBook {
    cost: Money,
    // Invariant: in order, none below zero, and together no more than the cost.
    lines: Vec<PeriodAmount>,
    disposal: Option<Disposal>,
}

/// The stored form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    cost: Money,
    lines: Vec<PeriodAmount>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    disposal: Option<Disposal>,
}

/// What became of a thing that was sold, given away or thrown away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disposal {
    /// When.
    pub on: NaiveDate,
    /// What it cost.
    pub cost: Money,
    /// How much of that was depreciated.
    pub accumulated: Money,
    /// What it was worth by the books.
    pub value: Money,
    /// What it brought.
    pub proceeds: Money,
    /// What it brought above what it was worth; below zero a loss.
    pub gain: Money,
}

impl DepreciationBook {
    /// The book of a thing on these terms.
    ///
    /// # Errors
    /// [`DepreciationError`].
    pub fn begun(terms: &DepreciationTerms) -> Result<Self, DepreciationError> {
        Ok(Self { cost: terms.cost, lines: terms.lines()?, disposal: None })
    }

    /// What it cost.
    #[must_use]
    pub const fn cost(&self) -> Money {
        self.cost
    }

    /// The lines, in order.
    #[must_use]
    pub fn lines(&self) -> &[PeriodAmount] {
        &self.lines
    }

    /// What became of it in the end.
    #[must_use]
    pub const fn disposal(&self) -> Option<Disposal> {
        self.disposal
    }

    /// How much is depreciated in the lines that are over at the end of the day `on`.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn accumulated(&self, on: NaiveDate) -> Result<Money, MoneyError> {
        over(&self.lines, on, self.cost)
    }

    /// What it is worth by the books at the end of the day `on`; nothing once it is given away.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn value(&self, on: NaiveDate) -> Result<Money, MoneyError> {
        match self.disposal {
            Some(disposal) if disposal.on <= on => Ok(Money::zero(self.cost.currency())),
            Some(_) | None => self.cost.checked_sub(self.accumulated(on)?),
        }
    }

    /// The book on new terms from the day that they name as that of service: what is left then is depreciated by them,
    /// whatever cost they name. Lines that are over by then stay; one that the day cuts through is left to the new terms.
    ///
    /// # Errors
    /// [`DepreciationError`].
    pub fn estimated_anew(&self, terms: &DepreciationTerms) -> Result<Self, DepreciationError> {
        let from = terms.in_service;
        let mut lines = self.lines.clone();
        lines.retain(|line| line.days.last().is_some_and(|last| last < from));
        let so_far = Money::sum(lines.iter().map(|line| line.amount), self.cost.currency())?;
        let terms = DepreciationTerms { cost: self.cost.checked_sub(so_far)?, ..terms.clone() };
        lines.extend(terms.lines()?);
        Ok(Self { lines, ..self.clone() })
    }

    /// The book after the thing was given away on the day `on` for so much, and what that makes. Lines that are over by
    /// then are the last.
    ///
    /// # Errors
    /// [`DisposeError`], in the order of its variants.
    pub fn disposed(&self, on: NaiveDate, proceeds: Money) -> Result<(Self, Disposal), DisposeError> {
        if let Some(disposal) = self.disposal {
            return Err(DisposeError::Disposed { on: disposal.on });
        }
        let mut lines = self.lines.clone();
        lines.retain(|line| line.days.last().is_some_and(|last| last <= on));
        let accumulated = self.accumulated(on)?;
        let value = self.cost.checked_sub(accumulated)?;
        let gain = proceeds.checked_sub(value)?;
        let disposal = Disposal { on, cost: self.cost, accumulated, value, proceeds, gain };
        Ok((Self { cost: self.cost, lines, disposal: Some(disposal) }, disposal))
    }
}

impl TryFrom<Fields> for DepreciationBook {
    type Error = DepreciationBookError;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        let Fields { cost, lines, disposal } = fields;
        let sum = Money::sum(lines.iter().map(|line| line.amount), cost.currency())?;
        let starts: Vec<DateRange> = lines.iter().map(|line| line.days).collect();
        let in_order = starts.windows(2).all(|pair| match pair {
            [one, next] => one.end().is_some_and(|end| end <= next.start()),
            _ => true,
        });
        if !in_order || lines.iter().any(|line| line.amount.is_negative()) || cost.checked_sub(sum)?.is_negative() {
            return Err(DepreciationBookError::Lines);
        }
        Ok(Self { cost, lines, disposal })
    }
}

impl From<DepreciationBook> for Fields {
    fn from(book: DepreciationBook) -> Self {
        let DepreciationBook { cost, lines, disposal } = book;
        Self { cost, lines, disposal }
    }
}

/// Stored lines do not make a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
enum DepreciationBookError {
    /// They are out of order, below zero, or more than the cost.
    #[error("the lines of a depreciation follow one another, none below zero, up to the cost")]
    Lines,
    /// They cannot be added up.
    #[error("the lines cannot be added up")]
    Money(#[from] MoneyError),
}

/// A thing cannot be given away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DisposeError {
    /// It was given away before.
    #[error("it was given away on {on} already")]
    Disposed {
        /// When.
        on: NaiveDate,
    },
    /// What it brought is in another currency, or an amount cannot be held.
    #[error("an amount cannot be held")]
    Money(#[from] MoneyError),
}
