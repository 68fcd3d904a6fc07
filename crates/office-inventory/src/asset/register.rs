//! An asset comes to the office.

use chrono::{DateTime, NaiveDate, Utc};
use office_core::subject::{OrderId, PartyId, PersonId, PlaceId};
use office_core::{Decision, Money};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Asset, AssetFact, AssetId, AssetTag, SerialNumber};
use crate::{Acceptance, CustodySpan, Keeper, Reference};

/// An asset as it is registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAsset {
    /// Its tag, which no other has.
    pub tag: AssetTag,
    /// What kind of thing it is: `laptop`. The office's terms for it are found by this.
    pub category: Reference,
    /// Who made it.
    pub maker: Reference,
    /// What its maker calls it.
    pub model: String,
    /// The serial number that its maker gave it, which no other of the maker has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<SerialNumber>,
    /// How it was bought, if it was: not if it was given or is lent to the office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase: Option<AssetPurchase>,
    /// The day of its first use, if it is in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_service: Option<NaiveDate>,
    /// Whether it is there to be lent for some days.
    #[serde(default)]
    pub lendable: bool,
    /// Where it is put first.
    pub place: PlaceId,
    /// Who registers it.
    pub by: PersonId,
    /// Since when it is here.
    pub at: DateTime<Utc>,
    /// The paper with which it came: a delivery note, the sheet of a stocktaking.
    pub slip: Reference,
}

impl NewAsset {
    /// The first time for which somebody has it: it lies where it was put.
    pub(super) fn arrival(&self) -> CustodySpan {
        CustodySpan {
            from: self.at,
            until: None,
            keeper: Keeper::Stock(self.place),
            desk: None,
            acceptance: Acceptance::NotNeeded,
            loan: None,
            by: self.by,
            slip: self.slip.clone(),
        }
    }
}

/// How an asset was bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssetPurchase {
    /// From whom.
    pub vendor: PartyId,
    /// With which line of which order, if one was placed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderedGoods>,
    /// When.
    pub on: NaiveDate,
    /// What it cost, as it is told in the books: not below zero.
    pub cost: Money,
}

/// A line of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderedGoods {
    /// The order.
    pub order: OrderId,
    /// The number of the line.
    pub line: u32,
}

/// An asset cannot be registered.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RegisterAssetError {
    /// Another asset is registered under its id.
    #[error("`{tag}` is registered under this id, otherwise")]
    Otherwise {
        /// The tag with which that was registered.
        tag: AssetTag,
    },
    /// It has no model.
    #[error("an asset without a model cannot be told from others: what its maker calls it is wanted")]
    NoModel,
    /// It cost less than nothing.
    #[error("a cost of {cost} makes no sense")]
    Cost {
        /// The cost.
        cost: Money,
    },
    /// Another asset has the tag.
    #[error("the tag `{tag}` is that of asset {of}")]
    TagTaken {
        /// The tag.
        tag: AssetTag,
        /// Which asset.
        of: AssetId,
    },
    /// Another asset of the maker has the serial number.
    #[error("the serial number `{serial}` is that of asset {of}")]
    SerialTaken {
        /// The serial number.
        serial: SerialNumber,
        /// Which asset.
        of: AssetId,
    },
}

impl Asset {
    /// Registers an asset; `known` is what is registered under its id. Whether tag and serial number are free is for
    /// [`register_asset`](crate::register_asset) to find out.
    ///
    /// # Errors
    /// [`RegisterAssetError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::{Decision, Entity, Id};
    /// use office_inventory::{Asset, AssetPurchase, AssetStatus, NewAsset, RegisterAssetError};
    ///
    /// let purchase = AssetPurchase {
    ///     vendor: Id::natural("party", "V-03"),
    ///     order: None,
    ///     on: "2026-09-28".parse()?,
    ///     cost: "1249.00 EUR".parse()?,
    /// };
    /// let new = NewAsset {
    ///     tag: "LT-0042".parse()?,
    ///     category: "laptop".parse()?,
    ///     maker: "Lenovo".parse()?,
    ///     model: "ThinkPad T14".to_owned(),
    ///     serial: Some("PF-3XK1Z7".parse()?),
    ///     purchase: Some(purchase.clone()),
    ///     in_service: None,
    ///     lendable: false,
    ///     place: Id::natural("place", "R-S1"),
    ///     by: Id::natural("person", "E-004"),
    ///     at: "2026-10-01T08:00:00Z".parse()?,
    ///     slip: "DN-03".parse()?,
    /// };
    /// let fact = Asset::register(None, new.clone())?.fact().ok_or("a fact")?;
    /// let laptop = Asset::open(&fact).ok_or("an asset")?;
    /// assert_eq!(laptop.status(), AssetStatus::InStock);
    /// assert_eq!(Asset::register(Some(&laptop), new.clone())?, Decision::AlreadyRecorded);
    ///
    /// let cost = "-1.00 EUR".parse()?;
    /// let free = NewAsset { purchase: Some(AssetPurchase { cost, ..purchase }), ..new };
    /// assert_eq!(Asset::register(None, free), Err(RegisterAssetError::Cost { cost }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn register(known: Option<&Self>, new: NewAsset) -> Result<Decision<AssetFact>, RegisterAssetError> {
        if let Some(known) = known {
            return if known.entry == new {
                Ok(Decision::AlreadyRecorded)
            } else {
                Err(RegisterAssetError::Otherwise { tag: known.entry.tag.clone() })
            };
        }
        if new.model.trim().is_empty() {
            return Err(RegisterAssetError::NoModel);
        }
        if let Some(cost) = new.purchase.as_ref().map(|purchase| purchase.cost).filter(|cost| cost.is_negative()) {
            return Err(RegisterAssetError::Cost { cost });
        }
        Ok(Decision::Record(AssetFact::Registered(Box::new(new))))
    }
}
