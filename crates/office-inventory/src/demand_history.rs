//! How much of an item was asked for, period by period.

use chrono::NaiveDate;
use office_core::{Decimal, Quantity, QuantityError, UnitCode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What was asked for in each of some periods of one length, in the stock unit.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use office_core::Quantity;
/// use office_inventory::{DemandHistory, DemandHistoryError};
///
/// let (reams, on) = ("ream".parse()?, |text: &str| text.parse::<NaiveDate>());
/// let issues = [(on("2026-10-02")?, "3 ream".parse()?), (on("2026-10-13")?, "4 ream".parse()?)];
/// // Three weeks from 28 September on.
/// let weeks = DemandHistory::of_issues(reams, on("2026-09-28")?, 7, 3, issues)?;
/// assert_eq!(weeks.demand(), ["3 ream", "0 ream", "4 ream"].map(|text| text.parse::<Quantity>().unwrap()));
///
/// let returned = DemandHistory::new(reams, 7, vec!["-1 ream".parse()?]);
/// assert!(matches!(returned, Err(DemandHistoryError::Negative { at: 0, .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct DemandHistory {
    // Invariant: as checked by `new`; the amounts are those of the demand.
    fields: Fields,
    amounts: Vec<Decimal>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    unit: UnitCode,
    period_days: u32,
    demand: Vec<Quantity>,
}

/// A history makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DemandHistoryError {
    /// The periods are too short or too long.
    #[error("periods of {days} days are not looked at: 1 to 366 are wanted")]
    Period {
        /// How long they are.
        days: u32,
    },
    /// There are no periods, or too many.
    #[error("{given} periods cannot be looked at: 1 to {} are wanted", DemandHistory::MOST)]
    Periods {
        /// How many there are.
        given: usize,
    },
    /// The demand of a period is in another unit.
    #[error("the demand of period {at} is in `{given}`: `{unit}` is wanted")]
    Unit {
        /// Which period, from 0.
        at: usize,
        /// The unit of the demand.
        given: UnitCode,
        /// The unit of the history.
        unit: UnitCode,
    },
    /// The demand of a period is below nothing.
    #[error("the demand of period {at} is {given}: nothing or more is wanted")]
    Negative {
        /// Which period, from 0.
        at: usize,
        /// The demand.
        given: Quantity,
    },
    /// The demand of a period cannot be added up.
    #[error("the demand cannot be added up")]
    Quantity(#[from] QuantityError),
}

impl DemandHistory {
    /// The most periods that are looked at.
    pub const MOST: usize = 1_000;

    /// The history of periods of so many days, the oldest first.
    ///
    /// # Errors
    /// [`DemandHistoryError`], in the order of its variants.
    pub fn new(unit: UnitCode, period_days: u32, demand: Vec<Quantity>) -> Result<Self, DemandHistoryError> {
        if !(1..=366).contains(&period_days) {
            return Err(DemandHistoryError::Period { days: period_days });
        }
        if !(1..=Self::MOST).contains(&demand.len()) {
            return Err(DemandHistoryError::Periods { given: demand.len() });
        }
        for (at, given) in demand.iter().enumerate() {
            if given.unit() != unit {
                return Err(DemandHistoryError::Unit { at, given: given.unit(), unit });
            }
            if given.is_negative() {
                return Err(DemandHistoryError::Negative { at, given: *given });
            }
        }
        let amounts = demand.iter().map(|quantity| quantity.amount()).collect();
        Ok(Self { fields: Fields { unit, period_days, demand }, amounts })
    }

    /// The history of what was issued on which day, in `periods` periods from `first` on. What was issued before or
    /// after does not count.
    ///
    /// # Errors
    /// [`DemandHistoryError`], in the order of its variants.
    pub fn of_issues(
        unit: UnitCode,
        first: NaiveDate,
        period_days: u32,
        periods: usize,
        issues: impl IntoIterator<Item = (NaiveDate, Quantity)>,
    ) -> Result<Self, DemandHistoryError> {
        // The periods are checked before room is made for them.
        let _ = Self::new(unit, period_days, vec![Quantity::zero(unit); periods.min(Self::MOST.saturating_add(1))])?;
        let mut demand = vec![Quantity::zero(unit); periods];
        for (on, quantity) in issues {
            let days = u64::try_from(on.signed_duration_since(first).num_days()).ok();
            let at = days.and_then(|days| usize::try_from(days.checked_div(period_days.into())?).ok());
            if let Some(period) = at.and_then(|at| demand.get_mut(at)) {
                *period = period.checked_add(quantity)?;
            }
        }
        Self::new(unit, period_days, demand)
    }

    /// The unit, which is the stock unit of the item.
    #[must_use]
    pub const fn unit(&self) -> UnitCode {
        self.fields.unit
    }

    /// How many days each period has.
    #[must_use]
    pub const fn period_days(&self) -> u32 {
        self.fields.period_days
    }

    /// What was asked for in each period, the oldest first.
    #[must_use]
    pub fn demand(&self) -> &[Quantity] {
        &self.fields.demand
    }

    /// The same without the unit, as [`theory`](crate::theory) takes it.
    #[must_use]
    pub fn amounts(&self) -> &[Decimal] {
        &self.amounts
    }
}

impl TryFrom<Fields> for DemandHistory {
    type Error = DemandHistoryError;

    fn try_from(Fields { unit, period_days, demand }: Fields) -> Result<Self, Self::Error> {
        Self::new(unit, period_days, demand)
    }
}

impl From<DemandHistory> for Fields {
    fn from(history: DemandHistory) -> Self {
        history.fields
    }
}
