//! What the books have to know of an asset, to write it off.

use chrono::NaiveDate;
use office_core::subject::PartyId;
use office_core::{Decision, Money, MoneyError, Rounding};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Asset, AssetFact, AssetTag, DisposalKind};
use crate::{DepreciationTerms, EquipmentTermsBook, Reference};

/// Something that was spent on an asset and counts as its cost: freight, installation, more memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssetCharge {
    /// The number of the invoice or credit note, which comes once.
    pub reference: Reference,
    /// From whom, if the office keeps them on its list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<PartyId>,
    /// When.
    pub on: NaiveDate,
    /// How much; below zero for a credit.
    pub amount: Money,
}

/// A charge cannot be counted as cost of an asset.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChargeAssetError {
    /// The reference was used for something else.
    #[error("`{reference}` is another charge already")]
    ReferenceReused {
        /// The reference.
        reference: Reference,
    },
    /// It was disposed of.
    #[error("it was disposed of")]
    Disposed,
    /// It was not bought, so that nothing is known of its cost.
    #[error("it was not bought: there is no cost to add to")]
    NotBought,
    /// The cost cannot be added up.
    #[error("the cost cannot be added up")]
    Money(#[from] MoneyError),
    /// It would have cost less than nothing.
    #[error("it would have cost {cost}")]
    Negative {
        /// What it would have cost.
        cost: Money,
    },
    /// There are many already.
    #[error("it has {} charges already", AssetCharge::MOST)]
    TooMany,
}

impl AssetCharge {
    /// The most that an asset has.
    pub const MOST: usize = 256;
}

/// It cannot be said that an asset was put in service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PutInServiceError {
    /// It was before.
    #[error("it was put in service on {on}")]
    Already {
        /// On which day.
        on: NaiveDate,
    },
    /// It was disposed of.
    #[error("it was disposed of")]
    Disposed,
}

/// What the books have to know of an asset, to write it off: a plain value, in nobody's vocabulary but its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepreciationBasis {
    /// Its tag.
    pub tag: AssetTag,
    /// Its category.
    pub category: Reference,
    /// When it was bought.
    pub bought: NaiveDate,
    /// The day of its first use.
    pub in_service: NaiveDate,
    /// What it has cost up to that day, charges included.
    pub cost: Money,
    /// What was spent on it after that, in the order in which it was; it adds to the cost from its day on.
    pub later: Vec<AssetCharge>,
    /// What it is going to be worth at the end, of the cost up to its first use; to the minor unit, half up.
    pub residual: Money,
    /// How it is written off: by the terms in force on the day of its first use.
    pub terms: DepreciationTerms,
    /// How it went, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disposal: Option<DisposalBasis>,
}

/// What the books have to know of the end of an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisposalBasis {
    /// On which day.
    pub on: NaiveDate,
    /// In what way.
    pub kind: DisposalKind,
    /// What the office got for it.
    pub proceeds: Money,
}

/// There is nothing to write off.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DepreciationBasisError {
    /// It was not bought.
    #[error("it was not bought: there is no cost to write off")]
    NotBought,
    /// It is not in use.
    #[error("it was not put in service yet")]
    NotInService,
    /// What it cost is not written off, or nobody has said how.
    #[error("no terms of depreciation are in force for `{category}` on {on}")]
    NoTerms {
        /// Its category.
        category: Reference,
        /// The day of its first use.
        on: NaiveDate,
    },
    /// The cost cannot be added up.
    #[error("the cost cannot be added up")]
    Money(#[from] MoneyError),
}

impl Asset {
    /// Counts a charge, or a credit, as cost of the asset.
    ///
    /// # Errors
    /// [`ChargeAssetError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("laptop.txt")]
    /// use office_inventory::{AssetCharge, ChargeAssetError};
    ///
    /// let spent = |reference: &str, amount: &str| {
    ///     let (reference, on, amount) = (reference.parse()?, "2026-10-01".parse()?, amount.parse()?);
    ///     Ok::<_, Box<dyn std::error::Error>>(AssetCharge { reference, vendor: None, on, amount })
    /// };
    /// laptop.apply_decision(&laptop.charge(spent("RE-88", "11.00 EUR")?)?);
    /// assert_eq!(laptop.cost()?, Some("1260.00 EUR".parse()?));
    /// // The vendor does not credit more than it has cost.
    /// let refused = laptop.charge(spent("CN-1", "-1300.00 EUR")?);
    /// assert_eq!(refused, Err(ChargeAssetError::Negative { cost: "-40.00 EUR".parse()? }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn charge(&self, charge: AssetCharge) -> Result<Decision<AssetFact>, ChargeAssetError> {
        match self.charges.iter().find(|known| known.reference == charge.reference) {
            Some(known) if *known == charge => return Ok(Decision::AlreadyRecorded),
            Some(_) => return Err(ChargeAssetError::ReferenceReused { reference: charge.reference }),
            None => {}
        }
        if self.disposed.is_some() {
            return Err(ChargeAssetError::Disposed);
        }
        let cost = self.cost()?.ok_or(ChargeAssetError::NotBought)?.checked_add(charge.amount)?;
        if cost.is_negative() {
            return Err(ChargeAssetError::Negative { cost });
        }
        if self.charges.len() >= AssetCharge::MOST {
            return Err(ChargeAssetError::TooMany);
        }
        Ok(Decision::Record(AssetFact::Charged(charge)))
    }

    /// What it has cost up to now, charges included. Nothing if it was not bought.
    ///
    /// # Errors
    /// [`MoneyError`] where that is too much to tell.
    pub fn cost(&self) -> Result<Option<Money>, MoneyError> {
        let Some(purchase) = self.purchase() else { return Ok(None) };
        let amounts = self.charges.iter().map(|charge| charge.amount);
        Money::sum(std::iter::once(purchase.cost).chain(amounts), purchase.cost.currency()).map(Some)
    }

    /// Says on which day it was put to its first use.
    ///
    /// # Errors
    /// [`PutInServiceError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("laptop.txt")]
    /// use office_inventory::PutInServiceError;
    ///
    /// let monday = "2026-10-05".parse()?;
    /// laptop.apply_decision(&laptop.put_in_service(monday)?);
    /// assert_eq!(laptop.in_service(), Some(monday));
    /// // There is one first day of use.
    /// let refused = laptop.put_in_service("2026-10-06".parse()?);
    /// assert_eq!(refused, Err(PutInServiceError::Already { on: monday }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn put_in_service(&self, on: NaiveDate) -> Result<Decision<AssetFact>, PutInServiceError> {
        match self.in_service {
            Some(known) if known == on => Ok(Decision::AlreadyRecorded),
            Some(on) => Err(PutInServiceError::Already { on }),
            None if self.disposed.is_some() => Err(PutInServiceError::Disposed),
            None => Ok(Decision::Record(AssetFact::PutInService { on })),
        }
    }

    /// What the books have to know of it, to write it off.
    ///
    /// # Errors
    /// [`DepreciationBasisError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::{Entity, Id, Percent};
    /// use office_inventory::{
    ///     Asset, AssetCharge, AssetPurchase, DepreciationBasisError, DepreciationTerms, EquipmentTerms, EquipmentTermsBook,
    ///     NewAsset,
    /// };
    ///
    /// let vendor = Id::natural("party", "V-03");
    /// let purchase =
    ///     AssetPurchase { vendor, order: None, on: "2026-09-28".parse()?, cost: "1249.00 EUR".parse()? };
    /// let new = NewAsset {
    ///     tag: "LT-0042".parse()?,
    ///     category: "laptop".parse()?,
    ///     maker: "Lenovo".parse()?,
    ///     model: "ThinkPad T14".to_owned(),
    ///     serial: None,
    ///     purchase: Some(purchase),
    ///     in_service: None,
    ///     lendable: false,
    ///     place: Id::natural("place", "R-S1"),
    ///     by: Id::natural("person", "E-004"),
    ///     at: "2026-10-01T08:00:00Z".parse()?,
    ///     slip: "DN-03".parse()?,
    /// };
    /// let mut laptop = Asset::open(&Asset::register(None, new)?.fact().ok_or("a fact")?).ok_or("an asset")?;
    ///
    /// let depreciation = DepreciationTerms { life_months: 36, residual: Percent::whole(5), method: "linear".parse()? };
    /// let terms = EquipmentTerms { acceptance: true, holds_data: true, depreciation: Some(depreciation) };
    /// let mut book = EquipmentTermsBook::default();
    /// book.publish(&"laptop".parse()?, "2026-01-01".parse()?, terms)?;
    /// assert_eq!(laptop.depreciation_basis(&book), Err(DepreciationBasisError::NotInService));
    ///
    /// let freight = AssetCharge {
    ///     reference: "RE-88".parse()?,
    ///     vendor: None,
    ///     on: "2026-10-01".parse()?,
    ///     amount: "11.00 EUR".parse()?,
    /// };
    /// laptop.apply(&laptop.charge(freight)?.fact().ok_or("a fact")?);
    /// laptop.apply(&laptop.put_in_service("2026-10-05".parse()?)?.fact().ok_or("a fact")?);
    /// let basis = laptop.depreciation_basis(&book)?;
    /// assert_eq!(basis.cost.to_string(), "1260.00 EUR");
    /// assert_eq!(basis.residual.to_string(), "63.00 EUR");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn depreciation_basis(&self, book: &EquipmentTermsBook) -> Result<DepreciationBasis, DepreciationBasisError> {
        let purchase = self.purchase().ok_or(DepreciationBasisError::NotBought)?;
        let in_service = self.in_service.ok_or(DepreciationBasisError::NotInService)?;
        let category = self.category().clone();
        let terms = book.in_force(&category, in_service).and_then(|terms| terms.depreciation.clone());
        let no_terms = || DepreciationBasisError::NoTerms { category: category.clone(), on: in_service };
        let terms = terms.ok_or_else(no_terms)?;
        let (before, mut later): (Vec<_>, Vec<_>) =
            self.charges.iter().cloned().partition(|charge| charge.on <= in_service);
        later.sort_by_key(|charge| charge.on);
        let amounts = std::iter::once(purchase.cost).chain(before.iter().map(|charge| charge.amount));
        let cost = Money::sum(amounts, purchase.cost.currency())?;
        let residual = cost.share(terms.residual, Rounding::HalfUp)?;
        let disposal = self.disposed.as_ref();
        let disposal = disposal.map(|gone| DisposalBasis { on: gone.on, kind: gone.kind, proceeds: gone.proceeds });
        let (tag, bought) = (self.tag.clone(), purchase.on);
        Ok(DepreciationBasis { tag, category, bought, in_service, cost, later, residual, terms, disposal })
    }
}
