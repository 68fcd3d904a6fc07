//! Who answers for the faults of an asset, and how long.

use chrono::{DateTime, Months, NaiveDate, Utc};
use office_core::Decision;
use office_core::subject::{PartyId, PersonId};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Asset, AssetFact};
use crate::Reference;

/// What somebody promises to do about faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarrantyKind {
    /// The maker mends or replaces what was faulty from the beginning.
    Maker,
    /// The vendor does.
    Vendor,
    /// More than that was bought.
    Extended,
    /// Somebody keeps it working.
    Maintenance,
    /// Somebody pays for damage.
    Insurance,
}

/// A warranty of an asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Warranty {
    /// Its number, which no other warranty of the asset has.
    pub number: Reference,
    /// What is promised.
    pub kind: WarrantyKind,
    /// By whom.
    pub provider: PartyId,
    /// The first day on which it holds.
    pub from: NaiveDate,
    /// The last day on which it holds.
    pub last: NaiveDate,
}

/// A warranty cannot be added.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AddWarrantyError {
    /// Another warranty of the asset has the number.
    #[error("`{number}` is another warranty already")]
    NumberReused {
        /// The number.
        number: Reference,
    },
    /// It was disposed of.
    #[error("it was disposed of")]
    Disposed,
    /// It holds on no day.
    #[error("a warranty from {from} to {last} holds on no day")]
    Days {
        /// Its first day.
        from: NaiveDate,
        /// Its last day.
        last: NaiveDate,
    },
    /// There are many already.
    #[error("it has {} warranties already", Warranty::MOST)]
    TooMany,
}

/// A warranty cannot be dropped.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DropWarrantyError {
    /// It was disposed of.
    #[error("it was disposed of")]
    Disposed,
    /// There is none.
    #[error("it has no warranty `{number}`")]
    NoWarranty {
        /// The number.
        number: Reference,
    },
}

impl Warranty {
    /// The most that an asset has.
    pub const MOST: usize = 64;

    /// The last day of so many months from a day on: of 24 months from 1 October it is 30 September. Nothing for no
    /// months, or more than the calendar has.
    ///
    /// Months are those of the calendar: of one month from 31 January, 27 February is the last day, as from the 28th on
    /// another one would begin.
    ///
    /// # Example
    /// ```
    /// use office_core::Id;
    /// use office_inventory::{Warranty, WarrantyKind};
    ///
    /// let from = "2026-10-01".parse()?;
    /// let warranty = Warranty {
    ///     number: "W-1".parse()?,
    ///     kind: WarrantyKind::Maker,
    ///     provider: Id::natural("party", "V-07"),
    ///     from,
    ///     last: Warranty::last_of(from, 24).ok_or("months")?,
    /// };
    /// assert!(warranty.covers("2028-09-30".parse()?) && !warranty.covers("2028-10-01".parse()?));
    /// assert_eq!(Warranty::last_of(from, 0), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn last_of(from: NaiveDate, months: u32) -> Option<NaiveDate> {
        let last = from.checked_add_months(Months::new(months))?.pred_opt()?;
        (last >= from).then_some(last)
    }

    /// Whether it holds on a day.
    #[must_use]
    pub fn covers(&self, day: NaiveDate) -> bool {
        (self.from..=self.last).contains(&day)
    }
}

impl Asset {
    /// Adds a warranty.
    ///
    /// # Errors
    /// [`AddWarrantyError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("laptop.txt")]
    /// use office_inventory::{AddWarrantyError, Warranty, WarrantyKind};
    ///
    /// let warranty = |number: &str, last: &str| {
    ///     let (number, kind, provider) = (number.parse()?, WarrantyKind::Maker, Id::natural("party", "V-03"));
    ///     let (from, last) = ("2026-10-01".parse()?, last.parse()?);
    ///     Ok::<_, Box<dyn std::error::Error>>(Warranty { number, kind, provider, from, last })
    /// };
    /// laptop.apply(&laptop.add_warranty(warranty("W-1", "2028-09-30")?)?.fact().ok_or("a fact")?);
    /// assert_eq!(laptop.in_warranty_on("2028-09-30".parse()?).count(), 1);
    /// assert_eq!(laptop.add_warranty(warranty("W-1", "2028-09-30")?)?, Decision::AlreadyRecorded);
    ///
    /// let refused = laptop.add_warranty(warranty("W-1", "2029-09-30")?);
    /// assert_eq!(refused, Err(AddWarrantyError::NumberReused { number: "W-1".parse()? }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add_warranty(&self, warranty: Warranty) -> Result<Decision<AssetFact>, AddWarrantyError> {
        match self.warranties.get(&warranty.number) {
            Some(known) if *known == warranty => return Ok(Decision::AlreadyRecorded),
            Some(_) => return Err(AddWarrantyError::NumberReused { number: warranty.number }),
            None => {}
        }
        let Warranty { from, last, .. } = warranty;
        if self.disposed.is_some() {
            return Err(AddWarrantyError::Disposed);
        }
        if last < from {
            return Err(AddWarrantyError::Days { from, last });
        }
        if self.warranties.len() >= Warranty::MOST {
            return Err(AddWarrantyError::TooMany);
        }
        Ok(Decision::Record(AssetFact::Warranted(warranty)))
    }

    /// Drops a warranty that was written down by mistake, or was given up: its number may be used again.
    ///
    /// # Errors
    /// [`DropWarrantyError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("laptop.txt")]
    /// use office_inventory::{DropWarrantyError, Warranty, WarrantyKind};
    ///
    /// let (number, kind, provider) = ("W-1".parse()?, WarrantyKind::Maker, vendor);
    /// let warranty = Warranty { number, kind, provider, from: "2026-10-01".parse()?, last: "2028-09-30".parse()? };
    /// laptop.apply_decision(&laptop.add_warranty(warranty)?);
    /// laptop.apply_decision(&laptop.drop_warranty("W-1".parse()?, by, at)?);
    /// assert_eq!(laptop.warranties().count(), 0);
    /// // There is none left to drop.
    /// let refused = laptop.drop_warranty("W-1".parse()?, by, at);
    /// assert_eq!(refused, Err(DropWarrantyError::NoWarranty { number: "W-1".parse()? }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn drop_warranty(
        &self,
        number: Reference,
        by: PersonId,
        at: DateTime<Utc>,
    ) -> Result<Decision<AssetFact>, DropWarrantyError> {
        if self.disposed.is_some() {
            return Err(DropWarrantyError::Disposed);
        }
        if !self.warranties.contains_key(&number) {
            return Err(DropWarrantyError::NoWarranty { number });
        }
        Ok(Decision::Record(AssetFact::WarrantyDropped { number, by, at }))
    }

    /// Its warranties, in the order of their numbers.
    pub fn warranties(&self) -> impl Iterator<Item = &Warranty> {
        self.warranties.values()
    }

    /// The warranties that hold on a day; none where it is not in warranty.
    pub fn in_warranty_on(&self, day: NaiveDate) -> impl Iterator<Item = &Warranty> {
        self.warranties().filter(move |warranty| warranty.covers(day))
    }
}
