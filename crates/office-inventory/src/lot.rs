//! Goods of an item that came in together, or a single piece with a number of its own.
//!
//! ```text
//!   register ──► Registered
//! ```

use chrono::NaiveDate;
use office_core::subject::ItemId;
use office_core::{Decision, Entity, Entries, Id, Kind, Unique};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Reference;

/// The id of a lot.
pub type LotId = Id<Lot>;

/// A lot of an item, or a single piece of it with its serial number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lot {
    entry: NewLot,
}

/// A lot as it is registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewLot {
    /// The item.
    pub item: ItemId,
    /// The number of the lot or piece, which no other of the item has.
    pub number: Reference,
    /// The last day on which it may be used, if it expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<NaiveDate>,
}

/// What happens to a lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LotFact {
    /// It is known from now on.
    Registered(NewLot),
}

/// A lot cannot be registered.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RegisterLotError {
    /// It was registered otherwise before.
    #[error("`{}` was registered before, with another expiry", known.number)]
    Otherwise {
        /// What was registered.
        known: NewLot,
    },
}

impl Lot {
    /// The lot of an item with a number; no two have the same.
    pub const BY_NUMBER: Unique<Self, (ItemId, String)> = Unique::new("number");

    /// The id of the lot of an item with a number.
    ///
    /// # Example
    /// ```
    /// use office_core::Id;
    /// use office_inventory::Lot;
    ///
    /// let (toner, paper) = (Id::natural("item", "TON-1"), Id::natural("item", "PAP-A4"));
    /// assert_eq!(Lot::key(toner, &"L-1".parse()?), Lot::key(toner, &"L-1".parse()?));
    /// assert_ne!(Lot::key(toner, &"L-1".parse()?), Lot::key(paper, &"L-1".parse()?));
    /// # Ok::<(), office_inventory::ParseReferenceError>(())
    /// ```
    #[must_use]
    pub fn key(item: ItemId, number: &Reference) -> LotId {
        Id::natural("lot", &format!("{item} {number}"))
    }

    /// Registers a lot; `known` is what is registered under its key.
    ///
    /// # Errors
    /// [`RegisterLotError`].
    ///
    /// # Example
    /// ```
    /// use office_core::{Decision, Entity, Id};
    /// use office_inventory::{Lot, NewLot, RegisterLotError};
    ///
    /// let (item, number) = (Id::natural("item", "TON-1"), "L-1".parse()?);
    /// let new = NewLot { item, number, expires: Some("2027-03-31".parse()?) };
    /// let fact = Lot::register(None, new.clone())?.fact().ok_or("a fact")?;
    /// let lot = Lot::open(&fact).ok_or("a lot")?;
    /// assert_eq!(Lot::register(Some(&lot), new.clone())?, Decision::AlreadyRecorded);
    ///
    /// let other = Lot::register(Some(&lot), NewLot { expires: None, ..new.clone() });
    /// assert_eq!(other, Err(RegisterLotError::Otherwise { known: new }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn register(known: Option<&Self>, new: NewLot) -> Result<Decision<LotFact>, RegisterLotError> {
        match known {
            None => Ok(Decision::Record(LotFact::Registered(new))),
            Some(known) if known.entry == new => Ok(Decision::AlreadyRecorded),
            Some(known) => Err(RegisterLotError::Otherwise { known: known.entry.clone() }),
        }
    }

    /// The item.
    #[must_use]
    pub const fn item(&self) -> ItemId {
        self.entry.item
    }

    /// Its number.
    #[must_use]
    pub const fn number(&self) -> &Reference {
        &self.entry.number
    }

    /// The last day on which it may be used.
    #[must_use]
    pub const fn expires(&self) -> Option<NaiveDate> {
        self.entry.expires
    }
}

impl Entity for Lot {
    const KIND: Kind = Kind::literal("lot");
    type Fact = LotFact;

    fn open(fact: &LotFact) -> Option<Self> {
        let LotFact::Registered(entry) = fact;
        Some(Self { entry: entry.clone() })
    }

    fn apply(&mut self, _fact: &LotFact) {}

    fn index(&self, entries: &mut Entries<Self>) {
        entries.unique(Self::BY_NUMBER, &(self.entry.item, self.entry.number.as_str().to_owned()));
    }
}
