//! Amounts spread over time: deferred income and expense, depreciation, and what recurs.

use chrono::{Datelike, Months, NaiveDate};
use office_core::{DateRange, DateRangeError, Money, MoneyError, Ratio, RatioError, Rounding};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{AccountCode, Entry, EntryError, Posting};

/// An amount that belongs to some days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeriodAmount {
    /// The days.
    pub days: DateRange,
    /// The amount.
    pub amount: Money,
}

impl PeriodAmount {
    /// The entry that books the amount on the last of its days.
    ///
    /// # Errors
    /// [`EntryError`]: the amount is zero, the description too long.
    pub fn entry(
        &self,
        description: impl Into<String>,
        debit: AccountCode,
        credit: AccountCode,
    ) -> Result<Entry, EntryError> {
        let on = self.days.last().unwrap_or(self.days.start());
        Entry::balanced(on, description, vec![Posting::debit(debit, self.amount), Posting::credit(credit, self.amount)])
    }
}

/// By what an amount is spread over the months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpreadBy {
    /// Each month alike, also one of which only some days count.
    Months,
    /// By the days of each month that count.
    Days,
}

/// An amount spread over the months of some days: a rent paid ahead, an income received ahead.
///
/// The months add up to the amount exactly; each is within one minor unit of its exact share.
///
/// # Example
/// ```
/// use office_core::{Currency, DateRange, Money, Rounding};
/// use office_finance::{DeferralSchedule, SpreadBy};
///
/// let insurance = Money::from_minor(1_000_00, Currency::EUR);
/// let year: DateRange = "2026-10-01/2027-10-01".parse()?;
/// let schedule = DeferralSchedule::spread(insurance, year, SpreadBy::Months, Rounding::HalfUp)?;
/// assert_eq!(schedule.lines().len(), 12);
/// let end = "2026-12-31".parse()?;
/// assert_eq!(schedule.recognised(end)?.to_string(), "250.00 EUR");
/// assert_eq!(schedule.remaining(end)?.to_string(), "750.00 EUR");
///
/// // Days without an end are not spread over.
/// let open = DateRange::new(end, None)?;
/// assert!(DeferralSchedule::spread(insurance, open, SpreadBy::Days, Rounding::HalfUp).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields")]
pub struct DeferralSchedule {
    total: Money,
    // Invariant: in order, and together the total.
    lines: Vec<PeriodAmount>,
}

/// The stored form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    total: Money,
    lines: Vec<PeriodAmount>,
}

impl TryFrom<Fields> for DeferralSchedule {
    type Error = SpreadError;

    fn try_from(Fields { total, lines }: Fields) -> Result<Self, Self::Error> {
        let in_order = lines.windows(2).all(|pair| match pair {
            [one, next] => one.days.end().is_some_and(|end| end <= next.days.start()),
            _ => true,
        });
        let sum = Money::sum(lines.iter().map(|line| line.amount), total.currency())?;
        if in_order && sum == total { Ok(Self { total, lines }) } else { Err(SpreadError::Lines { total }) }
    }
}

impl DeferralSchedule {
    /// The most months of a schedule: a hundred years.
    pub const MAX_MONTHS: usize = 1_200;

    /// Spreads an amount over the months of these days.
    ///
    /// # Errors
    /// [`SpreadError`].
    pub fn spread(total: Money, days: DateRange, by: SpreadBy, rounding: Rounding) -> Result<Self, SpreadError> {
        Ok(Self { total, lines: spread(total, &pieces(days, by)?, rounding)? })
    }

    /// The schedule where nothing is spread beyond the day `on`: what belongs to days that are not over before it is one
    /// line that ends with it.
    ///
    /// # Errors
    /// [`SpreadError`].
    pub fn ended(&self, on: NaiveDate) -> Result<Self, SpreadError> {
        let mut lines = self.lines.clone();
        lines.retain(|line| line.days.last().is_some_and(|last| last < on));
        let so_far = Money::sum(lines.iter().map(|line| line.amount), self.total.currency())?;
        let rest = self.total.checked_sub(so_far)?;
        let next = self.lines.get(lines.len()).map(|line| line.days.start());
        if let Some(start) = next.filter(|_| !rest.is_zero()) {
            let end = on.succ_opt().ok_or(SpreadError::Endless)?;
            lines.push(PeriodAmount { days: DateRange::new(start.min(on), Some(end))?, amount: rest });
        }
        Ok(Self { total: self.total, lines })
    }

    /// The whole amount.
    #[must_use]
    pub const fn total(&self) -> Money {
        self.total
    }

    /// The months, in order.
    #[must_use]
    pub fn lines(&self) -> &[PeriodAmount] {
        &self.lines
    }

    /// What belongs to the months that are over at the end of the day `on`.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn recognised(&self, on: NaiveDate) -> Result<Money, MoneyError> {
        over(&self.lines, on, self.total)
    }

    /// What is left for the months that are not.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn remaining(&self, on: NaiveDate) -> Result<Money, MoneyError> {
        self.total.checked_sub(self.recognised(on)?)
    }
}

/// The sum of the lines that are over at the end of a day.
pub(crate) fn over(lines: &[PeriodAmount], on: NaiveDate, like: Money) -> Result<Money, MoneyError> {
    let done = lines.iter().filter(|line| line.days.last().is_some_and(|last| last <= on));
    Money::sum(done.map(|line| line.amount), like.currency())
}

/// The part of each month in these days, and its weight.
pub(crate) fn pieces(days: DateRange, by: SpreadBy) -> Result<Vec<(DateRange, u32)>, SpreadError> {
    let end = days.end().ok_or(SpreadError::Endless)?;
    let mut pieces = Vec::new();
    let mut start = days.start();
    while start < end {
        if pieces.len() == DeferralSchedule::MAX_MONTHS {
            return Err(SpreadError::TooLong);
        }
        let next = start.with_day(1).and_then(|first| first.checked_add_months(Months::new(1)));
        let next = next.map_or(end, |next| next.min(end));
        let length = u32::try_from(next.signed_duration_since(start).num_days()).map_err(|_| SpreadError::TooLong)?;
        let weight = match by {
            SpreadBy::Months => 1,
            SpreadBy::Days => length,
        };
        pieces.push((DateRange::new(start, Some(next))?, weight));
        start = next;
    }
    Ok(pieces)
}

/// The total over the pieces by weight: what goes to the first so many is their share of the total, rounded, so that all
/// together get all of it.
pub(crate) fn spread(
    total: Money,
    pieces: &[(DateRange, u32)],
    rounding: Rounding,
) -> Result<Vec<PeriodAmount>, SpreadError> {
    let whole = pieces.iter().fold(0_i128, |sum, (_, weight)| sum.saturating_add(i128::from(*weight)));
    let mut given = Money::zero(total.currency());
    let mut weight_so_far = 0_i128;
    let mut lines = Vec::with_capacity(pieces.len());
    for (days, weight) in pieces {
        weight_so_far = weight_so_far.saturating_add(i128::from(*weight));
        let until = total.times_ratio(Ratio::new(weight_so_far, whole)?, rounding)?;
        lines.push(PeriodAmount { days: *days, amount: until.checked_sub(given)? });
        given = until;
    }
    Ok(lines)
}

/// An amount cannot be spread.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SpreadError {
    /// The days have no end.
    #[error("the days have no end: an amount is spread over a stretch that ends")]
    Endless,
    /// There are too many months.
    #[error("there are too many months: {} at most are wanted", DeferralSchedule::MAX_MONTHS)]
    TooLong,
    /// Stored lines are out of order, or do not add up to the total.
    #[error("the lines of a schedule follow one another and add up to {total}")]
    Lines {
        /// The total.
        total: Money,
    },
    /// A month cannot be held.
    #[error("a month cannot be held")]
    Days(#[from] DateRangeError),
    /// A share cannot be held.
    #[error("a share cannot be held")]
    Share(#[from] RatioError),
    /// An amount cannot be held.
    #[error("an amount cannot be held")]
    Money(#[from] MoneyError),
}

/// What is booked again and again: every so many months, from a first day.
///
/// A day that a month does not have is its last: what begins on 31 January comes on 28 February and again on 31 March.
///
/// # Example
/// ```
/// use office_core::{Currency, DateRange, Money};
/// use office_finance::{EntryError, Posting, RecurringEntry};
///
/// let rent = Money::from_minor(7400_00, Currency::EUR);
/// let postings = vec![Posting::debit("6310".parse()?, rent), Posting::credit("1800".parse()?, rent)];
/// let monthly = RecurringEntry { first: "2026-01-31".parse()?, every_months: 1, description: "rent".into(), postings };
/// let entries = monthly.entries("2026-02-01/2026-04-01".parse()?)?;
/// let days: Vec<_> = entries.iter().map(|entry| entry.on().to_string()).collect();
/// assert_eq!(days, ["2026-02-28", "2026-03-31"]);
///
/// let empty = RecurringEntry { postings: vec![], ..monthly };
/// assert_eq!(empty.entries(DateRange::month(2026, 2)?), Err(EntryError::Postings { found: 0 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecurringEntry {
    /// The first day.
    pub first: NaiveDate,
    /// After how many months it comes again; where that is 0, it comes once.
    pub every_months: u32,
    /// What the entries say.
    pub description: String,
    /// Their postings.
    pub postings: Vec<Posting>,
}

impl RecurringEntry {
    /// The days of these on which it comes, at most [`DeferralSchedule::MAX_MONTHS`] of them.
    pub fn days(&self, within: DateRange) -> impl Iterator<Item = NaiveDate> {
        let months_between = |from: NaiveDate, to: NaiveDate| {
            let years = i64::from(to.year()).saturating_sub(i64::from(from.year()));
            years.saturating_mul(12).saturating_add(i64::from(to.month())).saturating_sub(i64::from(from.month()))
        };
        // Begins about one occurrence before the first that can be within.
        let ahead = u32::try_from(months_between(self.first, within.start())).unwrap_or(0);
        let skipped = ahead.checked_div(self.every_months).unwrap_or(0).saturating_sub(1);
        let (first, every) = (self.first, self.every_months);
        let days = (skipped..).map_while(move |count| {
            let months = every.checked_mul(count).filter(|_| every > 0 || count == 0)?;
            first.checked_add_months(Months::new(months))
        });
        let before_end = move |day: &NaiveDate| within.end().is_none_or(|end| *day < end);
        days.take_while(before_end).filter(move |day| within.contains(*day)).take(DeferralSchedule::MAX_MONTHS)
    }

    /// Its entries on these days.
    ///
    /// # Errors
    /// [`EntryError`].
    pub fn entries(&self, within: DateRange) -> Result<Vec<Entry>, EntryError> {
        self.days(within).map(|on| Entry::balanced(on, self.description.clone(), self.postings.clone())).collect()
    }
}
