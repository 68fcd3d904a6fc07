//! Licences by the seat: how many were bought for which days, and who has them.
//!
//! Purchases only ever add: more seats for the days that are left, or seats for the days that follow. What was bought is
//! recorded as it was bought, even where it is fewer than are assigned; then those who were assigned first keep their
//! seats, and the others are told as being without one. So no more seats are in use on any day than were bought.

mod cost;
mod level;

use std::fmt;

use chrono::NaiveDate;
use office_core::subject::{PartyId, PersonId};
use office_core::{DateRange, Decision, Entity, Entries, Id, IndexValue, Kind, Money, Ordered, Partition, Unique};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::cost::{SeatCost, SeatCosts, SeatCostsError};
pub use self::level::{SeatLevel, SeatsRunOut};
use crate::{AssetId, Reference};

/// The id of a licence.
pub type LicenceId = Id<Licence>;

/// Seats of a product, bought for days and assigned to people and machines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Licence {
    entry: NewLicence,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    bought: Vec<SeatPurchase>,
    // In the order in which they were assigned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    seats: Vec<Seat>,
}

/// A licence as it is put on the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewLicence {
    /// Its number, which no other has.
    pub number: Reference,
    /// Of what it is.
    pub product: String,
    /// From whom, if the office keeps them on its list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<PartyId>,
}

/// Seats that were bought: at first, in addition, or for the time that follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatPurchase {
    /// The number of the order or invoice, which comes once.
    pub reference: Reference,
    /// How many.
    pub seats: u32,
    /// For which days; without an end for ever.
    pub days: DateRange,
    /// What all of them cost.
    pub cost: Money,
}

/// Who has a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeatHolder {
    /// A person.
    Person(PersonId),
    /// A machine.
    Asset(AssetId),
}

impl fmt::Display for SeatHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(person) => write!(f, "person {person}"),
            Self::Asset(asset) => write!(f, "asset {asset}"),
        }
    }
}

impl IndexValue for SeatHolder {
    fn encode(&self, id: &mut String) {
        match self {
            Self::Person(person) => ("person", person.to_string()).encode(id),
            Self::Asset(asset) => ("asset", asset.to_string()).encode(id),
        }
    }
}

/// A seat that is assigned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// The number of the paper on which that is written, which comes once.
    pub slip: Reference,
    /// Who has it.
    pub holder: SeatHolder,
    /// From which day on.
    pub from: NaiveDate,
    /// On which day it is free again; nothing while nobody has said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// Who assigned it.
    pub by: PersonId,
}

impl Seat {
    /// Whether it is assigned on a day.
    #[must_use]
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    fn overlaps(&self, other: &Self) -> bool {
        let before = |until: Option<NaiveDate>, from: NaiveDate| until.is_some_and(|until| until <= from);
        let empty = |seat: &Self| before(seat.until, seat.from);
        !(empty(self) || empty(other) || before(self.until, other.from) || before(other.until, self.from))
    }
}

/// What happens to a licence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LicenceFact {
    /// It is on the list.
    Listed(NewLicence),
    /// Seats were bought.
    Bought(SeatPurchase),
    /// A seat was assigned.
    Assigned(Seat),
    /// A seat was taken back.
    Reclaimed {
        /// The paper by which it was assigned.
        slip: Reference,
        /// From which day on it is free.
        from: NaiveDate,
        /// Who took it back.
        by: PersonId,
    },
}

/// A licence cannot be put on the list.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ListLicenceError {
    /// It is of nothing.
    #[error("a licence of nothing: the product is wanted")]
    NoProduct,
}

/// Seats cannot be bought.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BuySeatsError {
    /// The reference was used for something else.
    #[error("`{reference}` is another purchase already")]
    ReferenceReused {
        /// The reference.
        reference: Reference,
    },
    /// There are none, or too many.
    #[error("{seats} seats make no sense: 1 to {} are wanted", SeatPurchase::MOST)]
    Seats {
        /// How many there are.
        seats: u32,
    },
    /// They cost less than nothing.
    #[error("a cost of {cost} makes no sense")]
    Cost {
        /// The cost.
        cost: Money,
    },
    /// There are many purchases already.
    #[error("the licence has {} purchases already: go on with another", Licence::MOST_PURCHASES)]
    TooMany,
}

/// A seat cannot be assigned.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AssignSeatError {
    /// The slip was used for something else.
    #[error("slip `{slip}` is another seat already")]
    SlipReused {
        /// The slip.
        slip: Reference,
    },
    /// It would be free before anybody has it.
    #[error("a seat from {from} that is free on {until} is nobody's")]
    NoDay {
        /// Its first day.
        from: NaiveDate,
        /// The day on which it would be free.
        until: NaiveDate,
    },
    /// The holder has one.
    #[error("{holder} has a seat then, by `{slip}`")]
    Seated {
        /// Who.
        holder: SeatHolder,
        /// The paper by which it was assigned.
        slip: Reference,
    },
    /// All seats are taken.
    #[error("of {bought} seats on {on} none is free")]
    NoneFree {
        /// The first such day.
        on: NaiveDate,
        /// How many seats were bought for it.
        bought: u64,
    },
    /// There are many seats already.
    #[error("the licence has {} seats already: go on with another", Licence::MOST_SEATS)]
    TooMany,
}

/// A seat cannot be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReclaimSeatError {
    /// There is none.
    #[error("no seat was assigned by `{slip}`")]
    NoSeat {
        /// The paper.
        slip: Reference,
    },
    /// It is free before.
    #[error("it is free on {until} already")]
    Free {
        /// On which day.
        until: NaiveDate,
    },
}

impl SeatPurchase {
    /// The most seats that are bought at once.
    pub const MOST: u32 = 100_000;
}

impl Licence {
    /// The licence of a number; no two have the same.
    pub const BY_NUMBER: Unique<Self, String> = Unique::new("number");
    /// The licences of which somebody or something has a seat that nobody has taken back, in the order of their numbers;
    /// may be decided upon.
    pub const BY_HOLDER: Partition<Self, SeatHolder, String> = Partition::new("holder");
    /// Licences by each day on which a purchase ends; for reports.
    pub const BY_END: Ordered<Self, NaiveDate> = Ordered::new("end");

    /// The most purchases of a licence.
    pub const MOST_PURCHASES: usize = 256;
    /// The most seats that a licence remembers.
    pub const MOST_SEATS: usize = 10_000;

    /// Puts a licence on the list.
    ///
    /// # Errors
    /// [`ListLicenceError`].
    ///
    /// # Example
    /// ```
    /// use office_core::Entity;
    /// use office_inventory::{Licence, ListLicenceError, NewLicence};
    ///
    /// let new = NewLicence { number: "LIC-7".parse()?, product: "drawing".to_owned(), vendor: None };
    /// let licence = Licence::open(&Licence::list(new.clone())?.fact().ok_or("a fact")?).ok_or("a licence")?;
    /// assert_eq!((licence.product(), licence.seats().len()), ("drawing", 0));
    /// // A licence is of something.
    /// let nothing = NewLicence { product: " ".to_owned(), ..new };
    /// assert_eq!(Licence::list(nothing), Err(ListLicenceError::NoProduct));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn list(new: NewLicence) -> Result<Decision<LicenceFact>, ListLicenceError> {
        if new.product.trim().is_empty() {
            return Err(ListLicenceError::NoProduct);
        }
        Ok(Decision::Record(LicenceFact::Listed(new)))
    }

    /// Its number.
    #[must_use]
    pub const fn number(&self) -> &Reference {
        &self.entry.number
    }

    /// Of what it is.
    #[must_use]
    pub fn product(&self) -> &str {
        &self.entry.product
    }

    /// What was bought, in the order in which it was recorded.
    #[must_use]
    pub fn purchases(&self) -> &[SeatPurchase] {
        &self.bought
    }

    /// The seats that were ever assigned, in the order in which they were.
    #[must_use]
    pub fn seats(&self) -> &[Seat] {
        &self.seats
    }

    /// Records seats that were bought: the first, more of them, or those of the days that follow.
    ///
    /// # Errors
    /// [`BuySeatsError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::{DateRange, Entity};
    /// use office_inventory::{BuySeatsError, Licence, NewLicence, SeatPurchase};
    ///
    /// let new = NewLicence { number: "LIC-7".parse()?, product: "drawing".to_owned(), vendor: None };
    /// let mut licence = Licence::open(&Licence::list(new)?.fact().ok_or("a fact")?).ok_or("a licence")?;
    /// let (days, cost) = (DateRange::year(2026)?, "240.00 EUR".parse()?);
    /// let year = SeatPurchase { reference: "PO-9".parse()?, seats: 5, days, cost };
    /// licence.apply(&licence.buy(year.clone())?.fact().ok_or("a fact")?);
    /// let renewal = SeatPurchase { reference: "PO-12".parse()?, seats: 4, days: DateRange::year(2027)?, cost };
    /// licence.apply(&licence.buy(renewal)?.fact().ok_or("a fact")?);
    ///
    /// // One runs out at the end of this year, the others at the end of the next.
    /// let ends = licence.run_out(DateRange::from("2026-10-01".parse()?));
    /// let told: Vec<_> = ends.iter().map(|end| (end.last.to_string(), end.before, end.after.bought)).collect();
    /// assert_eq!(told, [("2026-12-31".to_owned(), 5, 4), ("2027-12-31".to_owned(), 4, 0)]);
    ///
    /// let other = SeatPurchase { seats: 6, ..year };
    /// assert_eq!(licence.buy(other), Err(BuySeatsError::ReferenceReused { reference: "PO-9".parse()? }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn buy(&self, purchase: SeatPurchase) -> Result<Decision<LicenceFact>, BuySeatsError> {
        match self.bought.iter().find(|known| known.reference == purchase.reference) {
            Some(known) if *known == purchase => return Ok(Decision::AlreadyRecorded),
            Some(_) => return Err(BuySeatsError::ReferenceReused { reference: purchase.reference }),
            None => {}
        }
        let SeatPurchase { seats, cost, .. } = purchase;
        if !(1..=SeatPurchase::MOST).contains(&seats) {
            return Err(BuySeatsError::Seats { seats });
        }
        if cost.is_negative() {
            return Err(BuySeatsError::Cost { cost });
        }
        if self.bought.len() >= Self::MOST_PURCHASES {
            return Err(BuySeatsError::TooMany);
        }
        Ok(Decision::Record(LicenceFact::Bought(purchase)))
    }

    /// Assigns a seat that is free on all its days. One without an end lasts as long as seats are bought: days beyond the
    /// last purchase are not asked about, and it goes on when they are bought.
    ///
    /// # Errors
    /// [`AssignSeatError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::{Entity, Id};
    /// use office_inventory::{AssignSeatError, Licence, NewLicence, Seat, SeatHolder, SeatPurchase};
    ///
    /// let new = NewLicence { number: "LIC-7".parse()?, product: "drawing".to_owned(), vendor: None };
    /// let mut licence = Licence::open(&Licence::list(new)?.fact().ok_or("a fact")?).ok_or("a licence")?;
    /// let year = SeatPurchase {
    ///     reference: "PO-9".parse()?,
    ///     seats: 1,
    ///     days: "2026-01-01/2027-01-01".parse()?,
    ///     cost: "240.00 EUR".parse()?,
    /// };
    /// licence.apply(&licence.buy(year)?.fact().ok_or("a fact")?);
    ///
    /// let by = Id::natural("person", "E-004");
    /// let holder = SeatHolder::Person(Id::natural("person", "E-008"));
    /// let first = Seat { slip: "S-1".parse()?, holder, from: "2026-03-01".parse()?, until: None, by };
    /// licence.apply(&licence.assign(first.clone())?.fact().ok_or("a fact")?);
    ///
    /// let holder = SeatHolder::Person(Id::natural("person", "E-009"));
    /// let second = Seat { slip: "S-2".parse()?, holder, ..first };
    /// let none_free = AssignSeatError::NoneFree { on: "2026-03-01".parse()?, bought: 1 };
    /// assert_eq!(licence.assign(second.clone()), Err(none_free));
    ///
    /// // When the first is taken back, the second can be had from that day on.
    /// licence.apply(&licence.reclaim("S-1".parse()?, "2026-06-01".parse()?, by)?.fact().ok_or("a fact")?);
    /// licence.assign(Seat { from: "2026-06-01".parse()?, ..second })?.fact().ok_or("a fact")?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn assign(&self, seat: Seat) -> Result<Decision<LicenceFact>, AssignSeatError> {
        if let Some(known) = self.seats.iter().find(|known| known.slip == seat.slip) {
            // It may have been taken back since.
            let earlier = known.until.is_some_and(|until| seat.until.is_none_or(|asked| until < asked));
            let same = Seat { until: seat.until, ..known.clone() } == seat;
            return if same && (earlier || known.until == seat.until) {
                Ok(Decision::AlreadyRecorded)
            } else {
                Err(AssignSeatError::SlipReused { slip: seat.slip })
            };
        }
        let from = seat.from;
        if let Some(until) = seat.until.filter(|until| *until <= from) {
            return Err(AssignSeatError::NoDay { from, until });
        }
        let mut others = self.seats.iter().filter(|other| other.holder == seat.holder);
        if let Some(other) = others.find(|other| other.overlaps(&seat)) {
            return Err(AssignSeatError::Seated { holder: seat.holder, slip: other.slip.clone() });
        }
        if let Some((on, bought)) = self.first_without_seat(from, seat.until) {
            return Err(AssignSeatError::NoneFree { on, bought });
        }
        if self.seats.len() >= Self::MOST_SEATS {
            return Err(AssignSeatError::TooMany);
        }
        Ok(Decision::Record(LicenceFact::Assigned(seat)))
    }

    /// Takes a seat back: from a day on it is free. From its first day on, nobody has ever had it.
    ///
    /// # Errors
    /// [`ReclaimSeatError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("licence/seat.txt")]
    ///
    /// // Ada gives her seat back in June.
    /// licence.apply_decision(&licence.reclaim("S-1".parse()?, "2026-06-01".parse()?, by)?);
    /// assert!(licence.seats()[0].covers("2026-05-31".parse()?));
    /// assert!(!licence.seats()[0].covers("2026-06-01".parse()?));
    /// // By slip S-2 nobody has ever had one.
    /// let refused = licence.reclaim("S-2".parse()?, "2026-06-01".parse()?, by);
    /// assert_eq!(refused, Err(ReclaimSeatError::NoSeat { slip: "S-2".parse()? }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reclaim(
        &self,
        slip: Reference,
        from: NaiveDate,
        by: PersonId,
    ) -> Result<Decision<LicenceFact>, ReclaimSeatError> {
        let Some(seat) = self.seats.iter().find(|seat| seat.slip == slip) else {
            return Err(ReclaimSeatError::NoSeat { slip });
        };
        let from = from.max(seat.from);
        match seat.until {
            Some(until) if until == from => Ok(Decision::AlreadyRecorded),
            Some(until) if until < from => Err(ReclaimSeatError::Free { until }),
            Some(_) | None => Ok(Decision::Record(LicenceFact::Reclaimed { slip, from, by })),
        }
    }

    /// The seat that somebody has on a day or is going to have after it, if nobody has taken it back.
    #[must_use]
    pub fn seat_of(&self, holder: SeatHolder, day: NaiveDate) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.holder == holder && seat.until.is_none_or(|until| day < until))
    }
}

impl Entity for Licence {
    const KIND: Kind = Kind::literal("licence");
    type Fact = LicenceFact;

    fn open(fact: &LicenceFact) -> Option<Self> {
        let LicenceFact::Listed(entry) = fact else { return None };
        Some(Self { entry: entry.clone(), bought: Vec::new(), seats: Vec::new() })
    }

    fn apply(&mut self, fact: &LicenceFact) {
        match fact {
            LicenceFact::Listed(_) => {}
            LicenceFact::Bought(purchase) => self.bought.push(purchase.clone()),
            LicenceFact::Assigned(seat) => self.seats.push(seat.clone()),
            LicenceFact::Reclaimed { slip, from, .. } => {
                if let Some(seat) = self.seats.iter_mut().find(|seat| seat.slip == *slip) {
                    seat.until = Some(*from);
                }
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        let number = self.entry.number.as_str().to_owned();
        entries.unique(Self::BY_NUMBER, &number);
        for seat in self.seats.iter().filter(|seat| seat.until.is_none_or(|until| seat.from < until)) {
            entries.partition(Self::BY_HOLDER, &seat.holder, &number);
        }
        for end in self.bought.iter().filter_map(|purchase| purchase.days.end()) {
            entries.ordered(Self::BY_END, &end);
        }
    }
}
