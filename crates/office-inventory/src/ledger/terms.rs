//! What was agreed on how a ledger is kept.

use std::collections::BTreeMap;

use office_core::subject::PlaceId;
use office_core::{Currency, UnitCode, UnitPrice};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{CostMethod, Location, LotId, Tracking};

/// Among which goods an average is taken, or the oldest found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CostScope {
    /// Among all that the company has, wherever it lies.
    #[default]
    Company,
    /// Site by site: which places belong to which site. A place that is not named is a site by itself.
    Sites(BTreeMap<PlaceId, PlaceId>),
    /// Lot by lot.
    Lots,
}

/// What happens when more goes out than is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NegativeStock {
    /// It is refused.
    #[default]
    Forbid,
    /// It goes out at the cost last known. What the goods that arrive later cost more or less is a price difference.
    LastCost,
    /// It goes out at the cost last known, and is valued again at the cost of the goods that arrive later.
    Settle,
}

/// How a stock ledger is kept: valued by what method, among which goods, and how strictly. As a rule by FIFO, for the
/// whole company, never below zero, without lots.
///
/// # Example
/// ```
/// use office_core::{Currency, Id, Money};
/// use office_inventory::{CostMethod, Ledger, LedgerTerms, LedgerTermsError, Location, Movement, Transfer};
///
/// let (room, vendor) = (Id::natural("place", "R-S1"), Location::Supplier(Id::natural("party", "V-01")));
/// let averaged = LedgerTerms { method: CostMethod::Average, ..LedgerTerms::default() };
/// let mut ledger = Ledger::on_terms("ream".parse()?, Currency::EUR, averaged)?;
/// for (sequence, cents) in [(1, 10_00), (2, 20_00)] {
///     let value = Money::from_minor(cents, Currency::EUR);
///     let transfer = Transfer::inward("10 ream".parse()?, value, vendor, room)?;
///     let (effective, reference) = ("2026-10-08".parse()?, format!("DN-{sequence}").parse()?);
///     ledger.enter(Movement { sequence, effective, reference, transfer })?;
/// }
/// let transfer = Transfer::outward("15 ream".parse()?, room, Location::Loss)?;
/// let (effective, reference) = ("2026-10-09".parse()?, "sheet 1".parse()?);
/// let lost = ledger.enter(Movement { sequence: 3, effective, reference, transfer })?;
/// assert_eq!(lost.value.to_string(), "22.50 EUR");
///
/// let standard = LedgerTerms { method: CostMethod::Standard, ..LedgerTerms::default() };
/// let refused = Ledger::on_terms("ream".parse()?, Currency::EUR, standard);
/// assert_eq!(refused, Err(LedgerTermsError::NoStandard));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerTerms {
    /// By what method goods are valued.
    #[serde(default)]
    pub method: CostMethod,
    /// Among which goods.
    #[serde(default)]
    pub scope: CostScope,
    /// What happens when more goes out than is there.
    #[serde(default)]
    pub negative: NegativeStock,
    /// Whether lots or single pieces are told apart.
    #[serde(default)]
    pub tracking: Tracking,
    /// The standard cost; with any other method, the cost last known before anything has come in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<UnitPrice>,
}

/// A ledger cannot be kept so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LedgerTermsError {
    /// Goods are to be valued at a standard that is not given.
    #[error("a standard cost is wanted")]
    NoStandard,
    /// The cost is for another unit, or in another currency.
    #[error("{unit_cost} is not a cost in {currency} for a quantity in `{unit}`")]
    OtherCost {
        /// The cost.
        unit_cost: UnitPrice,
        /// The currency of the ledger.
        currency: Currency,
        /// The unit of the ledger.
        unit: UnitCode,
    },
    /// The cost is negative.
    #[error("{unit_cost} is negative: goods cost nothing or more")]
    NegativeCost {
        /// The cost.
        unit_cost: UnitPrice,
    },
    /// Lots are to be valued apart, and are not told apart.
    #[error("goods that are valued by lot have to be tracked by lot or serial number")]
    NoLots,
    /// A single piece cannot be missing and go out all the same.
    #[error("goods that are tracked by serial number are never below zero")]
    SerialBelowZero,
}

/// What is valued together: one site, or the way to it, and within it one lot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PoolKey {
    pub(super) transit: Option<PlaceId>,
    pub(super) site: Option<PlaceId>,
    pub(super) lot: Option<LotId>,
}

impl PoolKey {
    /// All that the company has in storage.
    pub(super) const COMPANY: Self = Self { transit: None, site: None, lot: None };
}

impl LedgerTerms {
    pub(super) fn check(&self, unit: UnitCode, currency: Currency) -> Result<(), LedgerTermsError> {
        if self.method == CostMethod::Standard && self.unit_cost.is_none() {
            return Err(LedgerTermsError::NoStandard);
        }
        if let Some(unit_cost) = self.unit_cost {
            check_cost(unit_cost, unit, currency)?;
        }
        let apart = self.method == CostMethod::Specific || self.scope == CostScope::Lots;
        if apart && self.tracking == Tracking::None {
            return Err(LedgerTermsError::NoLots);
        }
        if self.tracking == Tracking::Serial && self.negative != NegativeStock::Forbid {
            return Err(LedgerTermsError::SerialBelowZero);
        }
        Ok(())
    }

    /// The goods among which those at a location are valued; none where goods have no value as stock.
    pub(super) fn pool(&self, location: Location, lot: Option<LotId>) -> Option<PoolKey> {
        let apart = self.method == CostMethod::Specific || self.scope == CostScope::Lots;
        let lot = if apart { lot } else { None };
        match location {
            Location::Storage(place) => {
                let site = match &self.scope {
                    CostScope::Sites(sites) => Some(sites.get(&place).copied().unwrap_or(place)),
                    CostScope::Company | CostScope::Lots => None,
                };
                Some(PoolKey { transit: None, site, lot })
            }
            Location::Transit(place) => Some(PoolKey { transit: Some(place), site: None, lot }),
            Location::Supplier(_)
            | Location::Customer(_)
            | Location::Consumption(_)
            | Location::Loss
            | Location::Opening
            | Location::Assembly => None,
        }
    }
}

pub(super) fn check_cost(unit_cost: UnitPrice, unit: UnitCode, currency: Currency) -> Result<(), LedgerTermsError> {
    if unit_cost.per().unit() != unit || unit_cost.currency() != currency {
        return Err(LedgerTermsError::OtherCost { unit_cost, currency, unit });
    }
    if unit_cost.amount().is_sign_negative() {
        return Err(LedgerTermsError::NegativeCost { unit_cost });
    }
    Ok(())
}
