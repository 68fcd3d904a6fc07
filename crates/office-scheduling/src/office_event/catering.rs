//! How much is to be eaten: counts by diet, ordered in versions, and what they cost.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use office_core::subject::{BudgetLineId, PersonId};
use office_core::{Decision, Money, MoneyError, Ratio, Rounding};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Diet, OfficeEvent, OfficeEventError, OfficeEventFact};

/// The most orders of one event.
const MOST_ORDERS: usize = 200;

/// What is ordered of a caterer, as it was at one time. It tells nobody's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CateringOrder {
    /// Its number, from 1 on; each takes the place of the one before.
    pub version: u32,
    /// How many portions of each diet.
    pub portions: BTreeMap<Diet, u32>,
    /// Who ordered it.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// What catering costs, and which line of a budget pays for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CateringCost {
    /// The line of the budget.
    pub budget: Option<BudgetLineId>,
    /// The cost.
    pub cost: Money,
}

impl OfficeEvent {
    /// How many of those who come eat what.
    #[must_use]
    pub fn eaters(&self) -> BTreeMap<Diet, u32> {
        let mut eaters: BTreeMap<Diet, u32> = BTreeMap::new();
        for diet in self.guests().flat_map(|(_, guest)| guest.diets()) {
            let count = eaters.entry(diet.clone()).or_default();
            *count = count.saturating_add(1);
        }
        eaters
    }

    /// How many portions of each diet are wanted: those who come, and the margin, which is taken diet by diet and brought
    /// to whole portions by the rule of the event.
    #[must_use]
    pub fn portions(&self) -> BTreeMap<Diet, u32> {
        let parts = self.details();
        let margin = |count: u32| {
            let exact = Ratio::from_integer(i64::from(count)).checked_mul(parts.margin.fraction()).ok()?;
            let whole = exact.to_decimal(0, parts.margin_rounding)?;
            u32::try_from(whole.mantissa()).ok()
        };
        // Invariant: at most 100 % of at most 42,000 people.
        let with_margin = |count: u32| count.saturating_add(margin(count).unwrap_or(0));
        self.eaters().into_iter().map(|(diet, count)| (diet, with_margin(count))).collect()
    }

    /// The orders so far, first to last.
    #[must_use]
    pub fn catering_orders(&self) -> &[CateringOrder] {
        &self.orders
    }

    /// By how much what is wanted now differs from the last order, diet by diet; diets that do not are left out.
    #[must_use]
    pub fn since_last_order(&self) -> BTreeMap<Diet, i64> {
        let none = BTreeMap::new();
        difference(self.orders.last().map_or(&none, |order| &order.portions), &self.portions())
    }

    /// Orders what is wanted now, in place of the last order; where that is the same, nothing is ordered anew. The host
    /// does.
    ///
    /// # Errors
    /// [`CateringError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("party.txt")]
    ///
    /// party.apply_decision(&party.reply(eva, comes(&[&vegan, &vegan]), at)?);
    /// party.apply_decision(&party.order_catering(host, at)?);
    /// // Two vegans and a tenth of them are three portions.
    /// assert_eq!(party.catering_orders()[0].portions, [(vegan.clone(), 3)].into());
    /// // Nobody else has said that they come: nothing is ordered anew.
    /// assert_eq!(party.order_catering(host, at)?, Decision::AlreadyRecorded);
    /// // It is not the clerk's party.
    /// assert_eq!(party.order_catering(clerk, at), Err(CateringError::Event(OfficeEventError::NotHost)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn order_catering(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<OfficeEventFact>, CateringError> {
        self.is_planned()?;
        self.is_host(by)?;
        let portions = self.portions();
        if self.orders.last().map_or(portions.is_empty(), |last| last.portions == portions) {
            return Ok(Decision::AlreadyRecorded);
        }
        let version = u32::try_from(self.orders.len()).unwrap_or(u32::MAX).saturating_add(1);
        if self.orders.len() >= MOST_ORDERS {
            return Err(CateringError::TooMany);
        }
        Ok(Decision::Record(OfficeEventFact::CateringOrdered(CateringOrder { version, portions, by, at })))
    }

    /// What the last order costs at these prices a head, and which line of the budget pays.
    ///
    /// # Errors
    /// [`CateringError`], in the order of its variants.
    pub fn catering_cost(&self, prices: &BTreeMap<Diet, Money>) -> Result<CateringCost, CateringError> {
        let order = self.orders.last().ok_or(CateringError::NotOrdered)?;
        let mut cost: Option<Money> = None;
        for (diet, portions) in &order.portions {
            let price = prices.get(diet).ok_or_else(|| CateringError::NoPrice { diet: diet.clone() })?;
            let price = price.times_ratio(Ratio::from_integer(i64::from(*portions)), Rounding::HalfUp)?;
            cost = Some(match cost {
                Some(cost) => cost.checked_add(price)?,
                None => price,
            });
        }
        let cost = cost.ok_or(CateringError::NotOrdered)?;
        Ok(CateringCost { budget: self.details().budget, cost })
    }
}

impl CateringOrder {
    /// By how much it differs from an earlier one, diet by diet; diets that do not are left out.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> BTreeMap<Diet, i64> {
        difference(&earlier.portions, &self.portions)
    }
}

fn difference(before: &BTreeMap<Diet, u32>, after: &BTreeMap<Diet, u32>) -> BTreeMap<Diet, i64> {
    let count = |portions: &BTreeMap<Diet, u32>, diet: &Diet| i64::from(portions.get(diet).copied().unwrap_or(0));
    let diets = before.keys().chain(after.keys());
    let changes = diets.map(|diet| (diet.clone(), count(after, diet).saturating_sub(count(before, diet))));
    changes.filter(|(_, change)| *change != 0).collect()
}

/// Nothing can be ordered of a caterer, or its cost is not known.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CateringError {
    /// The event is called off, or somebody else's.
    #[error(transparent)]
    Event(#[from] OfficeEventError),
    /// There were too many orders.
    #[error("catering was ordered too often: at most {MOST_ORDERS} times is wanted")]
    TooMany,
    /// Nothing was ordered.
    #[error("nothing was ordered: an order with portions is wanted")]
    NotOrdered,
    /// A diet has no price.
    #[error("there is no price for `{diet}`: one for each diet is wanted")]
    NoPrice {
        /// Which.
        diet: Diet,
    },
    /// The prices are of several currencies, or the cost is too high.
    #[error(transparent)]
    Money(#[from] MoneyError),
}
