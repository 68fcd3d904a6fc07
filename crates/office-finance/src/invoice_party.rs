//! Sellers and buyers as an invoice names them.

use serde::{Deserialize, Serialize};

/// A seller (BG-4), buyer (BG-7) or tax representative (BG-11), as an invoice names it. What is not said is empty.
///
/// # Example
/// ```
/// use office_finance::InvoiceParty;
///
/// let seller = InvoiceParty { name: "Office am Fluss".into(), tax_id: "DE123456789".into(), ..InvoiceParty::default() };
/// assert_eq!((seller.trading_name.as_str(), seller.address), ("", None));
/// // What no party has is refused when one is read.
/// assert!(serde_json::from_str::<InvoiceParty>(r#"{"name": "M", "fax": "1"}"#).is_err());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InvoiceParty {
    /// Its registered name (BT-27, BT-44, BT-62).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The name it trades under, where that is another (BT-28, BT-45).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub trading_name: String,
    /// How it is identified, in any number of schemes (BT-29, BT-46).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Identifier>,
    /// Its number in the register of companies (BT-30, BT-47).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_id: Option<Identifier>,
    /// Its number for value added tax, with the prefix of the country (BT-31, BT-48, BT-63).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tax_id: String,
    /// Its number with the local tax office (BT-32).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tax_registration: String,
    /// What else the law wants said of it (BT-33).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub legal_form: String,
    /// Where e-invoices reach it (BT-34, BT-49).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub electronic_address: Option<Identifier>,
    /// Where it is (BG-5, BG-8, BG-12).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<InvoiceAddress>,
    /// Whom to ask (BT-41, BT-56).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub contact: String,
    /// Their telephone (BT-42, BT-57).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub telephone: String,
    /// Their mail (BT-43, BT-58).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub mail: String,
}

/// A number or name by which something is known, with the scheme it belongs to, where that is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identifier {
    /// The number or name.
    pub value: String,
    /// The scheme, empty where none is said: `0088` for a global location number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scheme: String,
}

/// An address as an invoice states it (BG-5, BG-8, BG-12, BG-15). What is not said is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InvoiceAddress {
    /// Street and number (BT-35, BT-50).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub street: String,
    /// A second line (BT-36, BT-51).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub street_more: String,
    /// A third line (BT-162, BT-163).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub line: String,
    /// The city (BT-37, BT-52).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub city: String,
    /// The post code (BT-38, BT-53).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub post_code: String,
    /// The part of the country (BT-39, BT-54).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub subdivision: String,
    /// The country, by two letters of ISO 3166-1 (BT-40, BT-55).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub country: String,
}

impl Identifier {
    /// A number or name without a scheme.
    pub fn new(value: impl Into<String>) -> Self {
        Self { value: value.into(), scheme: String::new() }
    }
}
