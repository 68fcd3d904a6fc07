//! How the figures of an invoice are rounded: a value that is part of the invoice.

use office_core::{Money, Rounding};
use serde::{Deserialize, Serialize};

/// How the figures of an invoice are rounded.
///
/// # Example
/// ```
/// use office_finance::{InvoicePrices, RoundedAt, RoundingPolicy};
///
/// let policy = RoundingPolicy::EN_16931;
/// assert_eq!((policy.at, policy.prices), (RoundedAt::Category, InvoicePrices::WithoutTax));
///
/// // A policy is stored by name; one that is incomplete is refused.
/// assert!(serde_json::from_str::<RoundingPolicy>(r#"{"rounding": "half_up"}"#).is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoundingPolicy {
    /// How an amount is brought to the minor unit.
    pub rounding: Rounding,
    /// Where that is done.
    pub at: RoundedAt,
    /// Whether prices have the tax in them.
    pub prices: InvoicePrices,
    /// The smallest coin, where what is to be paid is rounded to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cash_step: Option<Money>,
}

/// Where the figures of an invoice are rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundedAt {
    /// In each line, and the tax of each line too; the tax of the document is the sum of those.
    Line,
    /// Amounts in each line, the tax once for what is taxed alike. What EN 16931 asks for (BR-CO-17).
    Category,
    /// Once for what is taxed alike: lines are added up unrounded, so it does not matter how they are split. What is
    /// printed for a line is its share of the rounded sum, less than one minor unit from its own amount.
    Document,
}

/// Whether the prices of an invoice have the tax in them, and which figure is what remains then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoicePrices {
    /// Tax comes on top.
    WithoutTax,
    /// The tax is in them; it is rounded, and what remains is the net amount.
    WithTaxNetRemains,
    /// The tax is in them; the net amount is rounded, and what remains is the tax.
    WithTaxTaxRemains,
}

impl RoundingPolicy {
    /// What EN 16931 asks for: halves away from zero, amounts in each line, tax once by category and rate.
    pub const EN_16931: Self = Self {
        rounding: Rounding::HalfUp,
        at: RoundedAt::Category,
        prices: InvoicePrices::WithoutTax,
        cash_step: None,
    };
}
