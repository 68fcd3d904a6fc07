//! What is written down about an asset is put right.

use chrono::{DateTime, Utc};
use office_core::Decision;
use office_core::subject::PersonId;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Asset, AssetFact, AssetId, AssetTag, Condition, SerialNumber};
use crate::Reference;

/// To give an asset another tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retag {
    /// The tag, which no other asset has.
    pub tag: AssetTag,
    /// By whom.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// An asset cannot be given another tag.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RetagError {
    /// It was disposed of.
    #[error("it was disposed of: it keeps its tag")]
    Disposed,
    /// Another asset has the tag.
    #[error("the tag `{tag}` is that of asset {of}")]
    Taken {
        /// The tag.
        tag: AssetTag,
        /// Which asset.
        of: AssetId,
    },
}

/// To put the serial number of an asset right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectSerial {
    /// The serial number, which no other asset of the maker has; nothing if it has none.
    pub serial: Option<SerialNumber>,
    /// By whom.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// The serial number of an asset cannot be put right.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CorrectSerialError {
    /// It was disposed of.
    #[error("it was disposed of: it keeps its serial number")]
    Disposed,
    /// Another asset of the maker has it.
    #[error("the serial number `{serial}` is that of asset {of}")]
    Taken {
        /// The serial number.
        serial: SerialNumber,
        /// Which asset.
        of: AssetId,
    },
}

/// To say anew what an asset is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Describe {
    /// What kind of thing it is.
    pub category: Reference,
    /// What its maker calls it.
    pub model: String,
    /// Whether it is there to be lent for some days.
    pub lendable: bool,
    /// By whom.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// Nothing is written down any more of what was disposed of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("it was disposed of")]
pub struct GoneError;

impl Asset {
    /// Gives it another tag; the one that it had is free. Whether the new one is free is for
    /// [`retag_asset`](crate::retag_asset) to find out.
    ///
    /// # Errors
    /// [`RetagError`].
    ///
    /// # Example
    /// ```
    #[doc = include_str!("laptop.txt")]
    /// use office_inventory::{Retag, RetagError};
    ///
    /// let tag = |tag: &str| Ok::<_, Box<dyn std::error::Error>>(Retag { tag: tag.parse()?, by, at });
    /// laptop.apply_decision(&laptop.retag(tag("LT-0142")?)?);
    /// assert_eq!(laptop.tag().as_str(), "LT-0142");
    /// // What is gone keeps its tag.
    /// laptop.apply(&gone);
    /// assert_eq!(laptop.retag(tag("LT-0242")?), Err(RetagError::Disposed));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn retag(&self, command: Retag) -> Result<Decision<AssetFact>, RetagError> {
        let Retag { tag, by, at } = command;
        match (self.tag == tag, self.disposed.is_some()) {
            (true, _) => Ok(Decision::AlreadyRecorded),
            (false, true) => Err(RetagError::Disposed),
            (false, false) => Ok(Decision::Record(AssetFact::Retagged { tag, by, at })),
        }
    }

    /// Puts its serial number right. Whether it is free is for [`correct_serial`](crate::correct_serial) to find out.
    ///
    /// # Errors
    /// [`CorrectSerialError`].
    ///
    /// # Example
    /// ```
    #[doc = include_str!("laptop.txt")]
    /// use office_inventory::{CorrectSerial, CorrectSerialError};
    ///
    /// // The board was changed, and with it the number.
    /// let serial = |serial: &str| CorrectSerial { serial: serial.parse().ok(), by, at };
    /// laptop.apply_decision(&laptop.correct_serial(serial("PF-4712"))?);
    /// assert_eq!(laptop.serial(), Some(&"PF-4712".parse()?));
    /// // What is gone keeps its number.
    /// laptop.apply(&gone);
    /// assert_eq!(laptop.correct_serial(serial("PF-4713")), Err(CorrectSerialError::Disposed));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn correct_serial(&self, command: CorrectSerial) -> Result<Decision<AssetFact>, CorrectSerialError> {
        let CorrectSerial { serial, by, at } = command;
        match (self.serial == serial, self.disposed.is_some()) {
            (true, _) => Ok(Decision::AlreadyRecorded),
            (false, true) => Err(CorrectSerialError::Disposed),
            (false, false) => Ok(Decision::Record(AssetFact::SerialCorrected { serial, by, at })),
        }
    }

    /// Says anew what it is. Loans that were agreed upon before stand, also where it is no longer there to be lent.
    ///
    /// # Errors
    /// [`GoneError`] where it was disposed of.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("laptop.txt")]
    /// use office_inventory::{Describe, GoneError};
    ///
    /// let (category, model) = ("laptop".parse()?, "ThinkPad T14 Gen 5".to_owned());
    /// let seen = Describe { category, model, lendable: true, by, at };
    /// laptop.apply(&laptop.describe(seen.clone())?.fact().ok_or("a fact")?);
    /// assert_eq!(laptop.model(), "ThinkPad T14 Gen 5");
    /// assert_eq!(laptop.describe(seen.clone())?, Decision::AlreadyRecorded);
    ///
    /// // It is gone, and keeps what was said of it.
    /// laptop.apply(&gone);
    /// let other = Describe { model: "T14s".to_owned(), ..seen };
    /// assert_eq!(laptop.describe(other), Err(GoneError));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn describe(&self, description: Describe) -> Result<Decision<AssetFact>, GoneError> {
        let Describe { category, model, lendable, .. } = &description;
        let same = (self.category(), self.model(), self.lendable()) == (category, model.as_str(), *lendable);
        match (self.disposed.is_some(), same) {
            (true, _) => Err(GoneError),
            (false, true) => Ok(Decision::AlreadyRecorded),
            (false, false) => Ok(Decision::Record(AssetFact::Described(description))),
        }
    }

    /// Says in what condition it was found.
    ///
    /// # Errors
    /// [`GoneError`] where it was disposed of.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("laptop.txt")]
    /// use office_inventory::GoneError;
    ///
    /// laptop.apply_decision(&laptop.inspect(Condition::Defective, by, at)?);
    /// assert_eq!(laptop.status(), AssetStatus::OutOfService);
    /// // Nobody can look at what is gone.
    /// laptop.apply(&gone);
    /// assert_eq!(laptop.inspect(Condition::Good, by, at), Err(GoneError));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn inspect(
        &self,
        condition: Condition,
        by: PersonId,
        at: DateTime<Utc>,
    ) -> Result<Decision<AssetFact>, GoneError> {
        match (self.disposed.is_some(), self.condition == condition) {
            (true, _) => Err(GoneError),
            (false, true) => Ok(Decision::AlreadyRecorded),
            (false, false) => Ok(Decision::Record(AssetFact::Inspected { condition, by, at })),
        }
    }
}
