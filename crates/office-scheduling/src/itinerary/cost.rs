//! What an itinerary costs.

use std::collections::BTreeMap;

use office_core::{ConvertMoneyError, Currency, ExchangeRate, Money, MoneyError, PriceError, Rounding, UnitPrice};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::place::lies_in;
use super::{Itinerary, Segment, SegmentKind, TravelMode};

/// What is reckoned with where nothing is booked yet: data of the office.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TravelRates {
    /// For a night, by place: that of the place itself, else of the next larger one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub nights: BTreeMap<String, Money>,
    /// For driving one's own car.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mileage: Option<UnitPrice>,
}

/// What an itinerary costs, by what one travels by and currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TravelCost {
    /// The sums, each of one kind in one currency, in their order.
    pub lines: Vec<TravelCostLine>,
    /// The segments of which nothing is known, by their numbers, counted from 1: neither booked nor rated. Going from place
    /// to place close by costs nothing where nothing is told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unpriced: Vec<usize>,
}

/// What one kind of segments costs in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TravelCostLine {
    /// The kind.
    pub mode: TravelMode,
    /// What they cost.
    pub amount: Money,
}

/// What an itinerary costs cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TravelCostError {
    /// The rate for driving does not fit what was driven.
    #[error("the rate for driving does not fit")]
    Mileage(#[from] PriceError),
    /// An amount cannot be held.
    #[error("the cost cannot be held")]
    Money(#[from] MoneyError),
    /// A currency has no rate.
    #[error("{amount} is not in {currency}: a rate is wanted")]
    NoRate {
        /// The amount.
        amount: Money,
        /// In which currency it is wanted.
        currency: Currency,
    },
    /// A rate does not fit.
    #[error("the rate does not fit: {0}")]
    Rate(#[from] ConvertMoneyError),
}

impl Itinerary {
    /// What it costs: what was booked at its price, other nights and drives by the rates, rounded by the named policy.
    ///
    /// # Errors
    /// [`TravelCostError::Mileage`], [`TravelCostError::Money`].
    pub fn cost(&self, rates: &TravelRates, rounding: Rounding) -> Result<TravelCost, TravelCostError> {
        let mut sums: BTreeMap<(TravelMode, Currency), Money> = BTreeMap::new();
        let mut unpriced = Vec::new();
        for (number, segment) in (1..).zip(self.segments()) {
            match rates.price(segment, rounding)? {
                Some(price) => {
                    let sum = sums.entry((segment.kind().mode(), price.currency()));
                    let sum = sum.or_insert_with(|| Money::zero(price.currency()));
                    *sum = sum.checked_add(price)?;
                }
                None if segment.kind() == SegmentKind::Transfer => {}
                None => unpriced.push(number),
            }
        }
        let lines = sums.into_iter().map(|((mode, _), amount)| TravelCostLine { mode, amount }).collect();
        Ok(TravelCost { lines, unpriced })
    }
}

impl TravelRates {
    fn price(&self, segment: &Segment, rounding: Rounding) -> Result<Option<Money>, TravelCostError> {
        if let Some(booking) = segment.booking() {
            return Ok(Some(booking.price));
        }
        match (segment.kind(), self.mileage) {
            (SegmentKind::OwnCar { distance }, Some(rate)) => Ok(Some(rate.extend(&distance, rounding)?)),
            (SegmentKind::Lodging { .. }, _) => {
                let at = segment.from().name();
                let of_place = self.nights.iter().filter(|(place, _)| lies_in(at, place));
                let nearest = of_place.max_by_key(|(place, _)| place.len()).map(|(_, night)| *night);
                Ok(nearest.map(|night| night.times(segment.nights().into(), rounding)).transpose()?)
            }
            _ => Ok(None),
        }
    }
}

impl TravelCost {
    /// What it comes to in each currency, in the order of their codes.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn totals(&self) -> Result<Vec<Money>, MoneyError> {
        by_currency(self.lines.iter().map(|line| line.amount))
    }

    /// What it comes to in one currency: each foreign total changed once, by the first rate from its currency to that one.
    ///
    /// # Errors
    /// [`TravelCostError::NoRate`], [`TravelCostError::Rate`], [`TravelCostError::Money`].
    pub fn total_in(
        &self,
        currency: Currency,
        rates: &[ExchangeRate],
        rounding: Rounding,
    ) -> Result<Money, TravelCostError> {
        total_in(&self.totals()?, currency, rates, rounding)
    }
}

/// Amounts of several currencies as one.
pub(crate) fn total_in(
    amounts: &[Money],
    currency: Currency,
    rates: &[ExchangeRate],
    rounding: Rounding,
) -> Result<Money, TravelCostError> {
    amounts.iter().try_fold(Money::zero(currency), |sum, amount| {
        if amount.currency() == currency {
            return Ok(sum.checked_add(*amount)?);
        }
        let fits = |rate: &&ExchangeRate| rate.from() == amount.currency() && rate.to() == currency;
        let rate = rates.iter().find(fits).ok_or(TravelCostError::NoRate { amount: *amount, currency })?;
        Ok(sum.checked_add(rate.convert(*amount, rounding)?)?)
    })
}

/// What amounts come to in each currency, in the order of their codes.
pub(crate) fn by_currency(amounts: impl IntoIterator<Item = Money>) -> Result<Vec<Money>, MoneyError> {
    let mut sums: BTreeMap<Currency, Money> = BTreeMap::new();
    for amount in amounts {
        let sum = sums.entry(amount.currency()).or_insert_with(|| Money::zero(amount.currency()));
        *sum = sum.checked_add(amount)?;
    }
    Ok(sums.into_values().collect())
}
