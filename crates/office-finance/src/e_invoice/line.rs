//! The lines of an e-invoice.

use rust_decimal::Decimal;

use super::{EInvoicePeriod, StatedAdjustment, StatedTax};
use crate::Identifier;

/// A line of an e-invoice (BG-25), as it is stated. What it does not say is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EInvoiceLine {
    /// Its number within the document (BT-126).
    pub id: String,
    /// What else it says (BT-127).
    pub note: String,
    /// How much (BT-129).
    pub quantity: Option<Decimal>,
    /// In which unit, by UN/ECE Recommendation 20 (BT-130).
    pub unit: String,
    /// Its amount without tax (BT-131).
    pub net: Option<Decimal>,
    /// Where the buyer books it (BT-133).
    pub accounting_reference: String,
    /// What time it is for (BG-26).
    pub period: Option<EInvoicePeriod>,
    /// The line of the buyer's order (BT-132).
    pub order_line: String,
    /// What it is about (BT-128).
    pub object: Option<Identifier>,
    /// What is taken off or added (BG-27, BG-28).
    pub adjustments: Vec<StatedAdjustment>,
    /// More about what is charged for (BT-154).
    pub description: String,
    /// What is charged for (BT-153).
    pub name: String,
    /// What the buyer calls it (BT-156).
    pub buyer_item: String,
    /// What the seller calls it (BT-155).
    pub seller_item: String,
    /// What it is called everywhere (BT-157).
    pub standard_item: Option<Identifier>,
    /// Where it comes from (BT-159).
    pub origin: String,
    /// How it is classified (BT-158).
    pub classifications: Vec<Identifier>,
    /// How it is taxed (BG-30).
    pub tax: StatedTax,
    /// Its properties by name (BG-32).
    pub properties: Vec<(String, String)>,
    /// What it costs (BG-29).
    pub price: EInvoicePrice,
}

/// What a quantity costs, as a line of an e-invoice states it (BG-29).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EInvoicePrice {
    /// The price, after the discount (BT-146).
    pub net: Option<Decimal>,
    /// For how many (BT-149); one where it is not said.
    pub base_quantity: Option<Decimal>,
    /// In which unit (BT-150).
    pub base_unit: String,
    /// The discount (BT-147).
    pub discount: Option<Decimal>,
    /// The price before the discount (BT-148).
    pub gross: Option<Decimal>,
}
