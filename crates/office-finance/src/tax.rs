//! Value added tax as invoices name it: its categories, and a rate that goes with one.

use std::fmt;

use office_core::Percent;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why tax is charged, or is not: the categories of UNCL 5305 that EN 16931 uses (BT-151, BT-118). Stored by their codes.
///
/// # Example
/// ```
/// use office_finance::TaxCategory;
///
/// assert_eq!(TaxCategory::from_code("AE"), Some(TaxCategory::ReverseCharge));
/// assert_eq!(TaxCategory::ReverseCharge.code(), "AE");
/// assert_eq!(TaxCategory::from_code("X"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TaxCategory {
    /// Tax at a rate above zero, be it the full or a reduced one.
    #[serde(rename = "S")]
    Standard,
    /// Tax at a rate of zero.
    #[serde(rename = "Z")]
    ZeroRated,
    /// Exempt from tax.
    #[serde(rename = "E")]
    Exempt,
    /// The buyer owes the tax.
    #[serde(rename = "AE")]
    ReverseCharge,
    /// Supplied to a business in another country of the community.
    #[serde(rename = "K")]
    IntraCommunity,
    /// Goods that leave the community.
    #[serde(rename = "G")]
    Export,
    /// Not a matter of this tax at all.
    #[serde(rename = "O")]
    OutOfScope,
    /// The general indirect tax of the Canary Islands.
    #[serde(rename = "L")]
    CanaryIslands,
    /// The tax of Ceuta and Melilla.
    #[serde(rename = "M")]
    CeutaAndMelilla,
}

impl TaxCategory {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Standard,
        Self::ZeroRated,
        Self::Exempt,
        Self::ReverseCharge,
        Self::IntraCommunity,
        Self::Export,
        Self::OutOfScope,
        Self::CanaryIslands,
        Self::CeutaAndMelilla,
    ];

    /// Its code in UNCL 5305.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Standard => "S",
            Self::ZeroRated => "Z",
            Self::Exempt => "E",
            Self::ReverseCharge => "AE",
            Self::IntraCommunity => "K",
            Self::Export => "G",
            Self::OutOfScope => "O",
            Self::CanaryIslands => "L",
            Self::CeutaAndMelilla => "M",
        }
    }

    /// The category of a code; `None` where it is another.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.code() == code)
    }

    /// Whether an invoice has to say why no tax is charged (BR-E-10, BR-AE-10, BR-IC-10, BR-G-10, BR-O-10).
    #[must_use]
    pub const fn wants_reason(self) -> bool {
        matches!(self, Self::Exempt | Self::ReverseCharge | Self::IntraCommunity | Self::Export | Self::OutOfScope)
    }

    const fn allows(self, rate: Percent) -> bool {
        match self {
            Self::Standard => !rate.is_zero() && !rate.is_negative(),
            Self::CanaryIslands | Self::CeutaAndMelilla => !rate.is_negative(),
            Self::ZeroRated
            | Self::Exempt
            | Self::ReverseCharge
            | Self::IntraCommunity
            | Self::Export
            | Self::OutOfScope => rate.is_zero(),
        }
    }
}

impl fmt::Display for TaxCategory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A category of tax with its rate (BT-151 and BT-152): what is taxed alike.
///
/// The rate fits the category: above zero in the standard category, not below zero for the Canary Islands, Ceuta and
/// Melilla, zero in all others (BR-S-05 and its like).
///
/// # Example
/// ```
/// use office_core::Percent;
/// use office_finance::{TaxCategory, TaxClass};
///
/// let full = TaxClass::standard(Percent::whole(19))?;
/// assert_eq!(full.to_string(), "S 19 %");
///
/// let refused = TaxClass::new(TaxCategory::ReverseCharge, Percent::whole(19)).unwrap_err();
/// assert_eq!(refused.to_string(), "tax of category AE has no rate of 19 %: zero is wanted");
/// # Ok::<(), office_finance::TaxClassError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "TaxClassFields", into = "TaxClassFields")]
pub struct TaxClass {
    // Invariant: the category allows the rate.
    category: TaxCategory,
    rate: Percent,
}

/// The stored form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TaxClassFields {
    category: TaxCategory,
    rate: Percent,
}

impl TaxClass {
    /// A category with a rate.
    ///
    /// # Errors
    /// [`TaxClassError`] where the category does not allow the rate.
    pub const fn new(category: TaxCategory, rate: Percent) -> Result<Self, TaxClassError> {
        if category.allows(rate) { Ok(Self { category, rate }) } else { Err(TaxClassError { category, rate }) }
    }

    /// The standard category at a rate.
    ///
    /// # Errors
    /// [`TaxClassError`] where the rate is not above zero.
    pub const fn standard(rate: Percent) -> Result<Self, TaxClassError> {
        Self::new(TaxCategory::Standard, rate)
    }

    /// The category.
    #[must_use]
    pub const fn category(self) -> TaxCategory {
        self.category
    }

    /// The rate.
    #[must_use]
    pub const fn rate(self) -> Percent {
        self.rate
    }
}

impl fmt::Display for TaxClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.category, self.rate)
    }
}

impl TryFrom<TaxClassFields> for TaxClass {
    type Error = TaxClassError;

    fn try_from(fields: TaxClassFields) -> Result<Self, Self::Error> {
        Self::new(fields.category, fields.rate)
    }
}

impl From<TaxClass> for TaxClassFields {
    fn from(class: TaxClass) -> Self {
        Self { category: class.category, rate: class.rate }
    }
}

/// A category does not allow a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("tax of category {category} has no rate of {rate}: {} is wanted", wanted(*.category))]
pub struct TaxClassError {
    /// The category.
    pub category: TaxCategory,
    /// The rate.
    pub rate: Percent,
}

const fn wanted(category: TaxCategory) -> &'static str {
    match category {
        TaxCategory::Standard => "one above zero",
        TaxCategory::CanaryIslands | TaxCategory::CeutaAndMelilla => "one of zero or more",
        TaxCategory::ZeroRated
        | TaxCategory::Exempt
        | TaxCategory::ReverseCharge
        | TaxCategory::IntraCommunity
        | TaxCategory::Export
        | TaxCategory::OutOfScope => "zero",
    }
}
