//! By what an item is ordered again, from which day on.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::{Money, Percent, Quantity, UnitCode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::theory::{ForecastRule, ServiceTarget};

/// When it is ordered, and up to where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ReorderPolicy {
    /// Below a minimum, up to a maximum, both settled by hand.
    MinMax {
        /// It is ordered below this.
        min: Quantity,
        /// It is ordered up to this.
        max: Quantity,
    },
    /// Below a point that follows from the forecast, the economic quantity: (r,Q).
    OrderPoint,
    /// Below a point that follows from the forecast, up to the economic quantity above it: (s,S).
    OrderUpTo,
    /// Every so many days, up to what lasts until the delivery of the next time.
    Periodic {
        /// From one time to the next, from the day on which the terms came into force; at least one.
        every_days: u32,
    },
}

/// Who may be asked to deliver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VendorChoice {
    /// The one that the item names, alone.
    Usual,
    /// Whoever costs least in a year: goods, orders and keeping, also of what is kept because it takes long.
    LeastCost,
}

/// By what an item is ordered again. All quantities in the stock unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReorderTerms {
    /// When it is ordered, and up to where.
    pub policy: ReorderPolicy,
    /// How sure it is to be that there is enough.
    pub service: ServiceTarget,
    /// Who may be asked to deliver.
    pub vendor: VendorChoice,
    /// What an order costs, whatever is on it; above zero.
    pub order_cost: Money,
    /// What keeping goods for a year costs, as a share of their price; above zero.
    pub holding_rate: Percent,
    /// At least so much is ordered at a time.
    pub least: Quantity,
    /// What is ordered is a multiple of this.
    pub multiple: Quantity,
    /// Points and levels are whole multiples of this, rounded up.
    pub step: Quantity,
    /// How demand is forecast.
    pub forecast: ForecastRule,
}

/// Terms make no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ReorderTermsError {
    /// The quantities are told in different units.
    #[error("the terms speak of `{unit}` and of `{other}`: one unit is wanted")]
    Units {
        /// The unit of the multiple.
        unit: UnitCode,
        /// Another.
        other: UnitCode,
    },
    /// The multiple or the step is nothing or less.
    #[error("{given} cannot be multiplied: more than nothing is wanted")]
    Multiple {
        /// What was given.
        given: Quantity,
    },
    /// Less than nothing would be ordered at least.
    #[error("{least} cannot be ordered: nothing or more is wanted")]
    Least {
        /// What was given.
        least: Quantity,
    },
    /// It would be ordered up to less than the minimum.
    #[error("ordering from {min} up to {max} makes no sense: min <= max is wanted")]
    MinMax {
        /// The minimum.
        min: Quantity,
        /// The maximum.
        max: Quantity,
    },
    /// It would be looked at every no days.
    #[error("every 0 days is no period: one day or more is wanted")]
    NoPeriod,
    /// An order costs nothing or less.
    #[error("an order that costs {given} is never too small: more than nothing is wanted")]
    OrderCost {
        /// What was given.
        given: Money,
    },
    /// Keeping costs nothing or less.
    #[error("keeping at {given} a year is never too much: more than 0 % is wanted")]
    HoldingRate {
        /// What was given.
        given: Percent,
    },
    /// The service level is not between 0 % and 100 %.
    #[error("a service level of {given} cannot be had: more than 0 % and less than 100 % is wanted")]
    Service {
        /// What was given.
        given: Percent,
    },
}

/// The terms of an item, each in force from its day on.
///
/// # Example
/// ```
/// # use office_core::Percent;
/// # use office_inventory::theory::{ForecastRule, ServiceTarget};
/// use office_inventory::{ReorderPolicy, ReorderTerms, ReorderTermsBook, ReorderTermsError, VendorChoice};
///
/// let terms = ReorderTerms {
///     policy: ReorderPolicy::OrderPoint,
///     service: ServiceTarget::Cycle(Percent::whole(95)),
///     vendor: VendorChoice::LeastCost,
///     order_cost: "15.00 EUR".parse()?,
///     holding_rate: Percent::whole(20),
///     least: "0 ream".parse()?,
///     multiple: "5 ream".parse()?,
///     step: "1 ream".parse()?,
///     forecast: ForecastRule::default(),
/// };
/// let mut book = ReorderTermsBook::default();
/// book.publish("2026-01-01".parse()?, terms)?;
/// let surer = ReorderTerms { service: ServiceTarget::Cycle(Percent::whole(98)), ..terms };
/// book.publish("2026-07-01".parse()?, surer)?;
///
/// assert_eq!(book.in_force("2026-06-30".parse()?), Some(("2026-01-01".parse()?, &terms)));
/// assert_eq!(book.in_force("2025-12-31".parse()?), None);
///
/// let none = ReorderTerms { holding_rate: Percent::ZERO, ..terms };
/// assert_eq!(book.publish("2027-01-01".parse()?, none), Err(ReorderTermsError::HoldingRate { given: Percent::ZERO }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<NaiveDate, ReorderTerms>", into = "BTreeMap<NaiveDate, ReorderTerms>")]
pub struct ReorderTermsBook {
    // Invariant: as checked by `ReorderTerms::check`.
    versions: BTreeMap<NaiveDate, ReorderTerms>,
}

impl ReorderTermsBook {
    /// Puts terms in force from a day on, in the place of those from the same day.
    ///
    /// # Errors
    /// [`ReorderTermsError`], in the order of its variants.
    pub fn publish(&mut self, from: NaiveDate, terms: ReorderTerms) -> Result<(), ReorderTermsError> {
        terms.check()?;
        self.versions.insert(from, terms);
        Ok(())
    }

    /// The terms in force on a day, and since when.
    #[must_use]
    pub fn in_force(&self, on: NaiveDate) -> Option<(NaiveDate, &ReorderTerms)> {
        self.versions.range(..=on).next_back().map(|(since, terms)| (*since, terms))
    }
}

impl ReorderTerms {
    /// The unit of all quantities.
    #[must_use]
    pub const fn unit(&self) -> UnitCode {
        self.multiple.unit()
    }

    fn check(&self) -> Result<(), ReorderTermsError> {
        let unit = self.unit();
        let mut quantities = vec![self.least, self.step];
        if let ReorderPolicy::MinMax { min, max } = self.policy {
            quantities.extend([min, max]);
        }
        if let Some(other) = quantities.iter().map(|quantity| quantity.unit()).find(|other| *other != unit) {
            return Err(ReorderTermsError::Units { unit, other });
        }
        if let Some(given) = [self.multiple, self.step].into_iter().find(|given| !given.is_positive()) {
            return Err(ReorderTermsError::Multiple { given });
        }
        if self.least.is_negative() {
            return Err(ReorderTermsError::Least { least: self.least });
        }
        match self.policy {
            ReorderPolicy::MinMax { min, max } if min > max => return Err(ReorderTermsError::MinMax { min, max }),
            ReorderPolicy::Periodic { every_days: 0 } => return Err(ReorderTermsError::NoPeriod),
            ReorderPolicy::MinMax { .. }
            | ReorderPolicy::Periodic { .. }
            | ReorderPolicy::OrderPoint
            | ReorderPolicy::OrderUpTo => {}
        }
        if !self.order_cost.is_positive() {
            return Err(ReorderTermsError::OrderCost { given: self.order_cost });
        }
        if self.holding_rate <= Percent::ZERO {
            return Err(ReorderTermsError::HoldingRate { given: self.holding_rate });
        }
        let (ServiceTarget::Cycle(given) | ServiceTarget::Fill(given)) = self.service;
        if given <= Percent::ZERO || given >= Percent::HUNDRED {
            return Err(ReorderTermsError::Service { given });
        }
        Ok(())
    }
}

impl TryFrom<BTreeMap<NaiveDate, ReorderTerms>> for ReorderTermsBook {
    type Error = ReorderTermsError;

    fn try_from(versions: BTreeMap<NaiveDate, ReorderTerms>) -> Result<Self, Self::Error> {
        versions.values().try_for_each(ReorderTerms::check)?;
        Ok(Self { versions })
    }
}

impl From<ReorderTermsBook> for BTreeMap<NaiveDate, ReorderTerms> {
    fn from(book: ReorderTermsBook) -> Self {
        book.versions
    }
}
