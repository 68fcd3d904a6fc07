//! Which vendor an e-invoice is of.

use std::collections::BTreeMap;
use std::fmt;

use office_core::subject::PartyId;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::EInvoice;
use crate::{Iban, Identifier};

/// By what e-invoices of a vendor are known: the office's own data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VendorIdentity {
    /// The vendor.
    pub vendor: PartyId,
    /// Its numbers for value added tax, with the prefix of the country.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tax_ids: Vec<String>,
    /// Where e-invoices reach it, each in its scheme.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub electronic_addresses: Vec<Identifier>,
    /// The accounts it is paid to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<Iban>,
}

/// By what an e-invoice is found to be of a vendor. Capitals, and what separates letters and digits, are not looked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VendorKey {
    /// The number for value added tax (BT-31).
    TaxId(String),
    /// The electronic address (BT-34): scheme and address.
    ElectronicAddress(String, String),
    /// The account that money is sent to (BT-84).
    Account(String),
}

impl VendorKey {
    fn tax_id(text: &str) -> Option<Self> {
        plain(text).map(Self::TaxId)
    }

    fn electronic_address(address: &Identifier) -> Option<Self> {
        plain(&address.value).map(|value| Self::ElectronicAddress(address.scheme.clone(), value))
    }

    fn account(text: &str) -> Option<Self> {
        plain(text).map(Self::Account)
    }
}

fn plain(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    Some(plain).filter(|plain| !plain.is_empty())
}

impl fmt::Display for VendorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TaxId(id) => write!(f, "tax id {id} (BT-31)"),
            Self::ElectronicAddress(scheme, address) => write!(f, "electronic address {scheme}:{address} (BT-34)"),
            Self::Account(account) => write!(f, "account {account} (BT-84)"),
        }
    }
}

/// The vendors that e-invoices are taken in from.
///
/// # Example
/// ```
/// use office_core::Id;
/// use office_finance::{EInvoice, FindVendorError, InvoiceParty, VendorDirectory, VendorIdentity, VendorKey};
///
/// let known = |code: &str, tax_id: &str| VendorIdentity {
///     vendor: Id::natural("party", code), tax_ids: vec![tax_id.into()], electronic_addresses: vec![], accounts: vec![],
/// };
/// let vendors = VendorDirectory::new([known("V-03", "DE 123456789"), known("V-04", "DE222222222")]);
/// let of = |tax_id: &str| {
///     let seller = InvoiceParty { tax_id: tax_id.into(), ..InvoiceParty::default() };
///     vendors.vendor_of(&EInvoice { seller, ..EInvoice::default() })
/// };
/// assert_eq!(of("de123456789"), Ok(Id::natural("party", "V-03")));
/// assert_eq!(of("FR1"), Err(FindVendorError::Unknown { keys: vec![VendorKey::TaxId("FR1".into())] }));
/// assert_eq!(of(""), Err(FindVendorError::NoKey));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VendorDirectory {
    vendors: BTreeMap<VendorKey, Vec<PartyId>>,
    accounts: BTreeMap<PartyId, Vec<VendorKey>>,
}

impl VendorDirectory {
    /// These vendors. What two of them share tells them apart no more: an e-invoice that says nothing else is of both.
    #[must_use]
    pub fn new(vendors: impl IntoIterator<Item = VendorIdentity>) -> Self {
        let mut directory = Self::default();
        for VendorIdentity { vendor, tax_ids, electronic_addresses, accounts } in vendors {
            let accounts: Vec<VendorKey> =
                accounts.iter().filter_map(|account| VendorKey::account(account.as_str())).collect();
            let ids = tax_ids.iter().filter_map(|id| VendorKey::tax_id(id));
            let addresses = electronic_addresses.iter().filter_map(VendorKey::electronic_address);
            for key in ids.chain(addresses).chain(accounts.iter().cloned()) {
                let known = directory.vendors.entry(key).or_default();
                if !known.contains(&vendor) {
                    known.push(vendor);
                }
            }
            directory.accounts.entry(vendor).or_default().extend(accounts);
        }
        directory
    }

    /// The one vendor that an e-invoice is of, by all that it says of its seller: numbers for tax, electronic address and
    /// accounts. What is known of nobody is passed over.
    ///
    /// # Errors
    /// [`FindVendorError`], in the order of its variants.
    pub fn vendor_of(&self, invoice: &EInvoice) -> Result<PartyId, FindVendorError> {
        let address = invoice.seller.electronic_address.as_ref().and_then(VendorKey::electronic_address);
        let keys: Vec<VendorKey> =
            VendorKey::tax_id(&invoice.seller.tax_id).into_iter().chain(address).chain(accounts_of(invoice)).collect();
        if keys.is_empty() {
            return Err(FindVendorError::NoKey);
        }
        let mut candidates: BTreeMap<PartyId, Vec<VendorKey>> = BTreeMap::new();
        for key in &keys {
            for vendor in self.vendors.get(key).into_iter().flatten() {
                candidates.entry(*vendor).or_default().push(key.clone());
            }
        }
        match candidates.first_key_value() {
            None => Err(FindVendorError::Unknown { keys }),
            Some((vendor, _)) if candidates.len() == 1 => Ok(*vendor),
            Some(_) => Err(FindVendorError::Ambiguous { candidates }),
        }
    }

    /// The accounts that an e-invoice asks to be paid to and that its vendor is not known to have, where any is known.
    pub(super) fn other_accounts(&self, vendor: PartyId, invoice: &EInvoice) -> Vec<VendorKey> {
        let known = self.accounts.get(&vendor).map_or(&[][..], Vec::as_slice);
        accounts_of(invoice).filter(|account| !known.is_empty() && !known.contains(account)).collect()
    }
}

fn accounts_of(invoice: &EInvoice) -> impl Iterator<Item = VendorKey> {
    let accounts = invoice.payments.iter().filter_map(|means| means.account.as_ref());
    accounts.filter_map(|account| VendorKey::account(&account.number))
}

/// It cannot be told of which vendor an e-invoice is.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FindVendorError {
    /// It says nothing that a vendor is known by.
    #[error(
        "the seller says nothing to be known by: a tax id (BT-31), electronic address (BT-34) or account (BT-84) is wanted"
    )]
    NoKey,
    /// Nobody is known by what it says.
    #[error("no vendor is known by {}", .keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Unknown {
        /// What it says.
        keys: Vec<VendorKey>,
    },
    /// Several are known by what it says.
    #[error("{} vendors are known by what the seller says: {}", .candidates.len(), told(.candidates))]
    Ambiguous {
        /// Who, and by what.
        candidates: BTreeMap<PartyId, Vec<VendorKey>>,
    },
}

fn told(candidates: &BTreeMap<PartyId, Vec<VendorKey>>) -> String {
    let each = candidates.iter().map(|(vendor, keys)| {
        let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
        format!("{vendor} by {}", keys.join(" and "))
    });
    each.collect::<Vec<_>>().join("; ")
}
