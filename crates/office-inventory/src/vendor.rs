//! Who delivers.
//!
//! ```text
//!   register ──► Registered
//! ```

use office_core::subject::PartyId;
use office_core::{Decision, Entity, Entries, Id, Kind, Percent, Unique};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Reference;

/// The id of a vendor: a party that the office does business with.
pub type VendorId = PartyId;

/// Somebody who delivers to the office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "NewVendor", into = "NewVendor")]
pub struct Vendor {
    // Invariant: as checked by `NewVendor::check`.
    entry: NewVendor,
}

/// A vendor as it is put on the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewVendor {
    /// The number by which the office knows it, which no other vendor has.
    pub number: Reference,
    /// Its name.
    pub name: String,
    /// Days from the date of an invoice until it is to be paid.
    pub terms_days: u32,
    /// The rate of tax on what it usually delivers.
    pub tax_rate: Percent,
}

/// What happens to a vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VendorFact {
    /// It was put on the list.
    Registered(NewVendor),
}

/// A vendor cannot be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RegisterVendorError {
    /// It has no name.
    #[error("a vendor without a name cannot be registered")]
    NoName,
    /// The rate of tax is below nothing or above the whole.
    #[error("a tax of {rate} makes no sense: 0 to 100 percent are accepted")]
    TaxRate {
        /// The rate.
        rate: Percent,
    },
}

impl NewVendor {
    fn check(&self) -> Result<(), RegisterVendorError> {
        if self.name.trim().is_empty() {
            return Err(RegisterVendorError::NoName);
        }
        let rate = self.tax_rate;
        let sound = !rate.is_negative() && rate.value() <= Percent::HUNDRED.value();
        if sound { Ok(()) } else { Err(RegisterVendorError::TaxRate { rate }) }
    }
}

impl TryFrom<NewVendor> for Vendor {
    type Error = RegisterVendorError;

    fn try_from(entry: NewVendor) -> Result<Self, Self::Error> {
        entry.check()?;
        Ok(Self { entry })
    }
}

impl From<Vendor> for NewVendor {
    fn from(vendor: Vendor) -> Self {
        vendor.entry
    }
}

impl Vendor {
    /// The vendor of a number; no two have the same.
    pub const BY_NUMBER: Unique<Self, String> = Unique::new("number");

    /// The id under which the vendor that others know by `id` is kept.
    #[must_use]
    pub const fn key(id: VendorId) -> Id<Self> {
        id.retag()
    }

    /// Puts a vendor on the list.
    ///
    /// # Errors
    /// [`RegisterVendorError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::{Entity, Percent};
    /// use office_inventory::{NewVendor, RegisterVendorError, Vendor};
    ///
    /// let (number, name) = ("V-01".parse()?, "Papierhaus Berlin GmbH".to_owned());
    /// let new = NewVendor { number, name, terms_days: 14, tax_rate: Percent::whole(19) };
    /// let registered = Vendor::register(new.clone())?.fact().ok_or("a fact")?;
    /// assert_eq!(Vendor::open(&registered).ok_or("a vendor")?.terms_days(), 14);
    ///
    /// let nobody = NewVendor { name: " ".to_owned(), ..new };
    /// assert_eq!(Vendor::register(nobody), Err(RegisterVendorError::NoName));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn register(vendor: NewVendor) -> Result<Decision<VendorFact>, RegisterVendorError> {
        vendor.check()?;
        Ok(Decision::Record(VendorFact::Registered(vendor)))
    }

    /// The number by which the office knows it.
    #[must_use]
    pub const fn number(&self) -> &Reference {
        &self.entry.number
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.entry.name
    }

    /// Days from the date of an invoice until it is to be paid.
    #[must_use]
    pub const fn terms_days(&self) -> u32 {
        self.entry.terms_days
    }

    /// The rate of tax on what it usually delivers.
    #[must_use]
    pub const fn tax_rate(&self) -> Percent {
        self.entry.tax_rate
    }
}

impl Entity for Vendor {
    const KIND: Kind = Kind::literal("vendor");
    type Fact = VendorFact;

    fn open(fact: &VendorFact) -> Option<Self> {
        match fact {
            VendorFact::Registered(entry) => Some(Self { entry: entry.clone() }),
        }
    }

    fn apply(&mut self, fact: &VendorFact) {
        match fact {
            VendorFact::Registered(_) => {}
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.unique(Self::BY_NUMBER, &self.entry.number.as_str().to_owned());
    }
}
