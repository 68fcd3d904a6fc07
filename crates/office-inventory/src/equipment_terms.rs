//! What an office wants of the equipment of a category: data, in force by date.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::Percent;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Reference;

/// What an office wants of the equipment of a category.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EquipmentTerms {
    /// Whether people and teams have to say that they have got it.
    pub acceptance: bool,
    /// Whether it holds data, so that it has to be shown what became of them before it goes.
    pub holds_data: bool,
    /// How its cost is written off; nothing where it counts as spent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depreciation: Option<DepreciationTerms>,
}

/// How the cost of equipment is written off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepreciationTerms {
    /// For how many months it is useful.
    pub life_months: u32,
    /// What it is worth at the end, of its cost.
    pub residual: Percent,
    /// By which method, in the words of whoever keeps the books.
    pub method: Reference,
}

/// Terms make no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EquipmentTermsError {
    /// It would never be useful, or for longer than anybody knows.
    #[error("a useful life of {months} months makes no sense: 1 to 1200 are wanted")]
    Life {
        /// The months.
        months: u32,
    },
    /// It would be worth less than nothing at the end, or more than it cost.
    #[error("a residual value of {given} makes no sense: 0 % to 100 % are wanted")]
    Residual {
        /// What was given.
        given: Percent,
    },
}

type Versions = BTreeMap<String, BTreeMap<NaiveDate, EquipmentTerms>>;

/// The terms of each category, each in force from its day on. Capitals do not tell categories apart.
///
/// # Example
/// ```
/// use office_core::Percent;
/// use office_inventory::{DepreciationTerms, EquipmentTerms, EquipmentTermsBook, EquipmentTermsError};
///
/// let linear = DepreciationTerms { life_months: 36, residual: Percent::ZERO, method: "linear".parse()? };
/// let terms = EquipmentTerms { acceptance: true, holds_data: true, depreciation: Some(linear.clone()) };
/// let mut book = EquipmentTermsBook::default();
/// book.publish(&"laptop".parse()?, "2026-01-01".parse()?, terms.clone())?;
/// assert_eq!(book.in_force(&"Laptop".parse()?, "2026-10-05".parse()?), Some(&terms));
/// assert_eq!(book.in_force(&"laptop".parse()?, "2025-12-31".parse()?), None);
///
/// let never = EquipmentTerms { depreciation: Some(DepreciationTerms { life_months: 0, ..linear }), ..terms };
/// let refused = book.publish(&"laptop".parse()?, "2027-01-01".parse()?, never);
/// assert_eq!(refused, Err(EquipmentTermsError::Life { months: 0 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Versions", into = "Versions")]
pub struct EquipmentTermsBook {
    // Invariant: as checked by `EquipmentTerms::check`; categories in small letters.
    versions: Versions,
}

impl EquipmentTermsBook {
    /// Puts terms of a category in force from a day on, in the place of those from the same day.
    ///
    /// # Errors
    /// [`EquipmentTermsError`], in the order of its variants.
    pub fn publish(
        &mut self,
        category: &Reference,
        from: NaiveDate,
        terms: EquipmentTerms,
    ) -> Result<(), EquipmentTermsError> {
        terms.check()?;
        self.versions.entry(category.as_str().to_lowercase()).or_default().insert(from, terms);
        Ok(())
    }

    /// The terms of a category in force on a day.
    #[must_use]
    pub fn in_force(&self, category: &Reference, on: NaiveDate) -> Option<&EquipmentTerms> {
        let versions = self.versions.get(&category.as_str().to_lowercase())?;
        versions.range(..=on).next_back().map(|(_, terms)| terms)
    }
}

impl EquipmentTerms {
    fn check(&self) -> Result<(), EquipmentTermsError> {
        let Some(DepreciationTerms { life_months: months, residual: given, .. }) = self.depreciation else {
            return Ok(());
        };
        if !(1..=1200).contains(&months) {
            return Err(EquipmentTermsError::Life { months });
        }
        if given.is_negative() || given > Percent::HUNDRED {
            return Err(EquipmentTermsError::Residual { given });
        }
        Ok(())
    }
}

impl TryFrom<Versions> for EquipmentTermsBook {
    type Error = EquipmentTermsError;

    fn try_from(versions: Versions) -> Result<Self, Self::Error> {
        let mut book = Versions::new();
        for (category, versions) in versions {
            versions.values().try_for_each(EquipmentTerms::check)?;
            book.entry(category.to_lowercase()).or_default().extend(versions);
        }
        Ok(Self { versions: book })
    }
}

impl From<EquipmentTermsBook> for Versions {
    fn from(book: EquipmentTermsBook) -> Self {
        book.versions
    }
}
