//! Prices that a contract raises or lowers by itself.

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};
use office_core::{Decimal, Percent, Ratio, Rounding, UnitPrice, UnitPriceError, parse_decimal};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::span::Recurrence;
use super::{ContractTermsError, TermSpan};
use crate::Reference;

/// By what, and when, the prices of a contract change by themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escalator {
    /// On which day for the first time.
    pub first: NaiveDate,
    /// How long after that again, and again.
    pub every: TermSpan,
    /// By how much each time.
    pub change: PriceChange,
    /// By how much more at most each time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Percent>,
    /// By how much more at least each time: 0 % if prices never fall.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<Percent>,
    /// How the new price is rounded.
    pub rounding: EscalationRounding,
}

/// By how much prices change each time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceChange {
    /// By so much more of the price before.
    Fixed(Percent),
    /// As an index changed between the month of the last change and that of this one.
    Index {
        /// The name of the series.
        series: Reference,
        /// Any day of the month from which the first change is counted.
        base: NaiveDate,
        /// So many months before the month of a change is that whose index is taken.
        lag_months: u32,
    },
}

/// How an escalated price is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscalationRounding {
    /// To so many digits after the point, 10 at most.
    pub digits: u32,
    /// Which way.
    pub rounding: Rounding,
    /// When.
    pub when: RoundWhen,
}

/// When an escalated price is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundWhen {
    /// Once, when it is asked for: all changes apply to the exact price.
    Once,
    /// At each change: the next applies to what was rounded.
    EachChange,
}

/// A published index, by month.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<NaiveDate, String>", into = "BTreeMap<NaiveDate, String>")]
pub struct IndexSeries {
    // Invariant: days are the first of their months; values are above zero.
    months: BTreeMap<NaiveDate, Decimal>,
}

/// The published indices by name.
pub type IndexBook = BTreeMap<Reference, IndexSeries>;

/// A value of an index makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("an index of {given} for {month} makes no sense: a decimal above zero is wanted")]
pub struct IndexValueError {
    /// A day of its month.
    pub month: NaiveDate,
    /// What is given.
    pub given: String,
}

/// A price after its changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscalatedPrice {
    /// The price.
    pub price: UnitPrice,
    /// The changes, in their order.
    pub changes: Vec<Escalation>,
}

/// One change of a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// From which day on.
    pub on: NaiveDate,
    /// By what share of the price before it rose; below zero where it fell.
    pub by: Ratio,
    /// By what share it would have changed without cap and floor.
    pub uncapped: Ratio,
}

/// It cannot be said what a price has become.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EscalateError {
    /// The index has no value for a month, or is not known at all.
    #[error("`{series}` is not published for the month of {month}")]
    NotPublished {
        /// The index.
        series: Reference,
        /// The first day of the month.
        month: NaiveDate,
    },
    /// The exact price cannot be held after so many changes.
    #[error("the exact price cannot be held after {} changes: rounding at each change is accepted", changes)]
    OutOfRange {
        /// How many changes there were.
        changes: usize,
    },
    /// The new price is none.
    #[error("the new price cannot be held")]
    Price(#[from] UnitPriceError),
}

impl IndexSeries {
    /// Publishes the value of a month, in the place of one that was published before.
    ///
    /// # Errors
    /// [`IndexValueError`].
    pub fn publish(&mut self, month: NaiveDate, value: Decimal) -> Result<(), IndexValueError> {
        if value <= Decimal::ZERO {
            return Err(IndexValueError { month, given: value.to_string() });
        }
        self.months.insert(first_of_month(month), value.normalize());
        Ok(())
    }

    /// The value of the month of a day.
    #[must_use]
    pub fn value(&self, month: NaiveDate) -> Option<Decimal> {
        self.months.get(&first_of_month(month)).copied()
    }
}

fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

impl TryFrom<BTreeMap<NaiveDate, String>> for IndexSeries {
    type Error = IndexValueError;

    fn try_from(months: BTreeMap<NaiveDate, String>) -> Result<Self, Self::Error> {
        let mut series = Self::default();
        for (month, given) in months {
            match parse_decimal(&given) {
                Ok(value) => series.publish(month, value)?,
                Err(_) => return Err(IndexValueError { month, given }),
            }
        }
        Ok(series)
    }
}

impl From<IndexSeries> for BTreeMap<NaiveDate, String> {
    fn from(series: IndexSeries) -> Self {
        series.months.into_iter().map(|(month, value)| (month, value.to_string())).collect()
    }
}

impl Escalator {
    /// After so many changes nothing is said any more.
    pub const MOST_CHANGES: usize = 1_000;

    /// The price on a day of what cost `base` before the first change.
    ///
    /// # Errors
    /// [`EscalateError`].
    ///
    /// # Example
    /// ```
    /// use office_core::{Percent, Rounding};
    /// use office_inventory::{
    ///     EscalateError, EscalationRounding, Escalator, IndexBook, IndexSeries, PriceChange, RoundWhen, TermSpan,
    /// };
    ///
    /// let rounding = EscalationRounding { digits: 2, rounding: Rounding::HalfUp, when: RoundWhen::Once };
    /// let yearly = Escalator {
    ///     first: "2026-01-01".parse()?,
    ///     every: TermSpan::Months(12),
    ///     change: PriceChange::Fixed("2.5 %".parse()?),
    ///     cap: None,
    ///     floor: None,
    ///     rounding,
    /// };
    /// let (base, none) = ("40 EUR / 1 h".parse()?, IndexBook::new());
    /// assert_eq!(yearly.price(base, "2025-12-31".parse()?, &none)?.price, base);
    /// assert_eq!(yearly.price(base, "2027-01-01".parse()?, &none)?.price.to_string(), "42.03 EUR / 1 h"); // 42.025
    ///
    /// // As the index, but never more than 3 %.
    /// let change = PriceChange::Index { series: "CPI".parse()?, base: "2025-10-01".parse()?, lag_months: 3 };
    /// let linked = Escalator { change, cap: Some(Percent::whole(3)), ..yearly };
    /// let mut index = IndexSeries::default();
    /// index.publish("2025-10-01".parse()?, "120".parse()?)?;
    /// let early = linked.price(base, "2027-01-01".parse()?, &[("CPI".parse()?, index.clone())].into());
    /// assert!(matches!(early, Err(EscalateError::NotPublished { .. })));
    /// index.publish("2026-10-01".parse()?, "126".parse()?)?;
    /// let after = linked.price(base, "2027-01-01".parse()?, &[("CPI".parse()?, index)].into())?;
    /// assert_eq!(after.price.to_string(), "41.2 EUR / 1 h");
    /// assert_eq!(after.changes[1].uncapped.to_string(), "1/20");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn price(&self, base: UnitPrice, on: NaiveDate, index: &IndexBook) -> Result<EscalatedPrice, EscalateError> {
        let EscalationRounding { digits, rounding, when } = self.rounding;
        let mut exact = Ratio::from_decimal(base.amount());
        let mut changes = Vec::new();
        for (number, day) in self.days().since(self.first).take_while(|(_, day)| *day <= on) {
            let out_of_range = || EscalateError::OutOfRange { changes: changes.len() };
            if changes.len() >= Self::MOST_CHANGES {
                return Err(out_of_range());
            }
            let uncapped = self.uncapped(number, day, index)?;
            let by = self.floor.map_or(uncapped, |floor| uncapped.max(floor.fraction()));
            let by = self.cap.map_or(by, |cap| by.min(cap.fraction()));
            let next = by.checked_add(Ratio::ONE).and_then(|factor| exact.checked_mul(factor));
            exact = next.map_err(|_| out_of_range())?;
            if when == RoundWhen::EachChange {
                exact = exact.to_decimal(digits, rounding).map(Ratio::from_decimal).ok_or_else(out_of_range)?;
            }
            changes.push(Escalation { on: day, by, uncapped });
        }
        if changes.is_empty() {
            return Ok(EscalatedPrice { price: base, changes });
        }
        let amount = exact.to_decimal(digits, rounding);
        let amount = amount.ok_or(EscalateError::OutOfRange { changes: changes.len() })?;
        Ok(EscalatedPrice { price: UnitPrice::new(amount, base.currency(), base.per())?, changes })
    }

    /// The days on which prices change.
    pub(super) const fn days(&self) -> Recurrence {
        Recurrence { first: self.first, every: self.every }
    }

    fn uncapped(&self, number: u32, day: NaiveDate, index: &IndexBook) -> Result<Ratio, EscalateError> {
        let (series, base, lag) = match &self.change {
            PriceChange::Fixed(percent) => return Ok(percent.fraction()),
            PriceChange::Index { series, base, lag_months } => (series, *base, Months::new(*lag_months)),
        };
        let lagged = |day: NaiveDate| first_of_month(day).checked_sub_months(lag).unwrap_or(day);
        let before = number.checked_sub(1).and_then(|before| self.days().nth(before));
        let value = |month: NaiveDate| {
            let value = index.get(series).and_then(|series| series.value(month)).map(Ratio::from_decimal);
            let month = first_of_month(month);
            value.ok_or_else(|| EscalateError::NotPublished { series: series.clone(), month })
        };
        let (from, to) = (value(before.map_or(base, lagged))?, value(lagged(day))?);
        let change = to.checked_div(from).and_then(|grown| grown.checked_sub(Ratio::ONE));
        change.map_err(|_| EscalateError::OutOfRange { changes: usize::try_from(number).unwrap_or(usize::MAX) })
    }

    pub(super) fn check(&self) -> Result<(), ContractTermsError> {
        if self.every.is_nothing() {
            return Err(ContractTermsError::Nothing { given: self.every });
        }
        if let Some((floor, cap)) = self.floor.zip(self.cap).filter(|(floor, cap)| floor > cap) {
            return Err(ContractTermsError::CapBelowFloor { cap, floor });
        }
        let least = Percent::HUNDRED.negated();
        let fixed = if let PriceChange::Fixed(percent) = self.change { Some(percent) } else { None };
        if let Some(given) = [fixed, self.cap, self.floor].into_iter().flatten().find(|given| *given < least) {
            return Err(ContractTermsError::BelowNothing { given });
        }
        let digits = self.rounding.digits;
        if digits > 10 { Err(ContractTermsError::Digits { digits }) } else { Ok(()) }
    }
}
