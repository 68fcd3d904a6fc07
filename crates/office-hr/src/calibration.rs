//! Ratings calibrated: held against a guide, moved in a session with a reason, the old value kept.
//!
//! ```text
//!   open ──► Open ──┬── move ──► Open, a rating another
//!                   └── close ─► Closed: within the guide, or with a reason
//! ```
//!
//! Law 58 of the crate; `tests/calibration.rs` holds it.
//!
//! # Example
//! ```
//! use std::collections::BTreeMap;
//! use office_core::{
//!     Actor, Appointment, AuthorityBook, Clearance, Command, DateRange, Grant, Id, MemoryStore, Office, Percent, Role, Scope,
//!     wait,
//! };
//! use office_hr::{
//!     Calibration, CalibrationError, ClosedCalibration, GuideShare, MoveRating, OpenCalibration, close_calibration, move_rating,
//!     open_calibration,
//! };
//!
//! let (role, lead) = (Role::new("personnel_lead"), Id::natural("person", "E-009"));
//! let (valid, scope, class) = (DateRange::year(2026)?, Scope::anywhere(), "ratings".parse()?);
//! let (calibrate, purpose) = (&"ratings.calibrate".parse()?, "calibration".parse()?);
//! let mut book = AuthorityBook::default();
//! book.grants.push(Grant { role: role.clone(), action: Clone::clone(calibrate), scope: scope.clone(), limit: None, valid });
//! book.appointments.push(Appointment { person: lead, role: role.clone(), scope, valid });
//! book.clearances.granted.push(Clearance { role: role.clone(), class: Clone::clone(&class), purpose: Clone::clone(&purpose), valid });
//! let book = &book;
//!
//! // At most half of all people are at the highest rating.
//! let (anna, ben, on) = (Id::natural("person", "E-1"), Id::natural("person", "E-2"), "2026-12-10".parse()?);
//! let open = &OpenCalibration {
//!     cycle: Id::natural("review_cycle", "2026"), class, highest: 5,
//!     guide: BTreeMap::from([(5, GuideShare { least: Percent::whole(0), most: Percent::whole(50) })]),
//!     ratings: BTreeMap::from([(anna, 5), (ben, 5)]), on,
//! };
//! let office = Office::on(MemoryStore::new());
//! let command = |key: &str| {
//!     Command::new(key, "calibration", Actor::new(lead, role.clone()), "2026-12-10T08:00:00Z".parse().unwrap_or_default())
//! };
//! let id = Id::<Calibration>::natural("calibration", "2026");
//! wait(office.transact(&command("open")?, |tx| async move { open_calibration(&tx, id, open, calibrate, book).await }))?;
//! let granted = &wait(office.disclose(&command("read")?, id, &purpose, on, book))?.granted;
//!
//! let close = |key: &str| {
//!     let (command, closing) = (command(key)?, &ClosedCalibration { on, why: None });
//!     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| async move {
//!         close_calibration(&tx, (id, granted), closing, calibrate, book).await
//!     })))
//! };
//! assert!(matches!(close("too-early")?, Err(CalibrationError::OffGuide { people: 2, rating: 5 })));
//! let lower = &MoveRating { person: ben, from: 5, to: 4, why: "The goals were smaller".into(), on };
//! wait(office.transact(&command("move")?, |tx| async move { move_rating(&tx, (id, granted), lower, calibrate, book).await }))?;
//! close("close")??;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Classified, Decision, Entity, Id, Kind, Percent, Ratio, RecordClass, StoreError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::retention::is_text;
use crate::{NotPermitted, ReviewCycle};

mod flow;

pub use flow::{close_calibration, move_rating, open_calibration};

/// The most people of a session, and moves.
const MOST: usize = 10_000;
/// The longest reason, in characters.
const MOST_TEXT: usize = 500;

/// A session in which ratings are calibrated. It is disclosed for a purpose to whoever is cleared for its class, not
/// loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    opened: OpenCalibration,
    moves: Vec<MovedRating>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    closed: Option<ClosedCalibration>,
}

/// To begin a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenCalibration {
    /// Of which round of reviews.
    pub cycle: Id<ReviewCycle>,
    /// The class of its ratings.
    pub class: RecordClass,
    /// The highest rating: 2 to 10; 1 is the lowest.
    pub highest: u8,
    /// What part of all people is expected at a rating; any part where none is named.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub guide: BTreeMap<u8, GuideShare>,
    /// How each was rated before: 1 to 10,000 people.
    pub ratings: BTreeMap<PersonId, u8>,
    /// On which day.
    pub on: NaiveDate,
}

/// What part of all people is expected at a rating.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuideShare {
    /// At least.
    pub least: Percent,
    /// At most.
    pub most: Percent,
}

/// To move somebody's rating.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoveRating {
    /// Whose.
    pub person: PersonId,
    /// From which, as it is known to whoever moves it.
    pub from: u8,
    /// To which.
    pub to: u8,
    /// Why: 1 to 500 characters.
    pub why: String,
    /// On which day.
    pub on: NaiveDate,
}

/// A rating that was moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MovedRating {
    /// Whose, from which to which, and why.
    pub rating: MoveRating,
    /// By whom.
    pub by: PersonId,
}

/// That a session is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosedCalibration {
    /// On which day.
    pub on: NaiveDate,
    /// Why its ratings are not as the guide says, where they are not: 1 to 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What can happen to a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CalibrationFact {
    /// It began.
    Opened(Box<OpenCalibration>),
    /// A rating was moved.
    Moved(MovedRating),
    /// It is over.
    Closed(ClosedCalibration),
}

/// How many are at a rating, and how many are expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RatingShare {
    /// The rating.
    pub rating: u8,
    /// How many.
    pub people: usize,
    /// What part of all.
    pub share: Ratio,
    /// What part is expected.
    pub guide: Option<GuideShare>,
    /// Whether that is what is expected.
    pub fits: bool,
}

/// Nothing was done to a session: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CalibrationError {
    /// Whoever wants to may not.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// There is no such scale, or nobody is on it.
    #[error(
        "1 to 10000 people, rated from 1 to a highest of 2 to 10, and a guide from least to most on that scale are wanted"
    )]
    Scale,
    /// A reason is missing or too long.
    #[error("a reason of 1 to 500 characters is wanted")]
    NoReason,
    /// It is over.
    #[error("the session was closed on {on}: an open one is wanted")]
    Closed {
        /// On which day.
        on: NaiveDate,
    },
    /// They are not in it.
    #[error("the person is not in the session: one of those rated is wanted")]
    NotRated,
    /// The rating is another by now, or is not on the scale.
    #[error(
        "the rating is {now}, and cannot be moved from {from} to {to}: from {now} to another of 1 to {highest} is wanted"
    )]
    Rating {
        /// As it is.
        now: u8,
        /// As it was thought to be.
        from: u8,
        /// What it was to become.
        to: u8,
        /// The highest there is.
        highest: u8,
    },
    /// Too much was moved.
    #[error("ratings are moved at most 10000 times in a session")]
    TooMany,
    /// The ratings are not as the guide says.
    #[error("{people} at rating {rating} are not what the guide says: a reason is wanted")]
    OffGuide {
        /// How many.
        people: usize,
        /// At which.
        rating: u8,
    },
    /// The store failed, or knows no such session, or it is there already.
    #[error("the session cannot be stored")]
    Store(#[from] StoreError),
}

impl Calibration {
    /// With what it began.
    #[must_use]
    pub const fn opened(&self) -> &OpenCalibration {
        &self.opened
    }

    /// What was moved, first to last.
    #[must_use]
    pub fn moves(&self) -> &[MovedRating] {
        &self.moves
    }

    /// How it was closed.
    #[must_use]
    pub const fn closed(&self) -> Option<&ClosedCalibration> {
        self.closed.as_ref()
    }

    /// How somebody is rated now.
    #[must_use]
    pub fn rating(&self, person: PersonId) -> Option<u8> {
        let moved = self.moves.iter().rev().find(|moved| moved.rating.person == person).map(|moved| moved.rating.to);
        moved.or_else(|| self.opened.ratings.get(&person).copied())
    }

    /// How many are at each rating now, against the guide, from the lowest to the highest.
    #[must_use]
    pub fn distribution(&self) -> Vec<RatingShare> {
        let mut now = self.opened.ratings.clone();
        now.extend(self.moves.iter().map(|moved| (moved.rating.person, moved.rating.to)));
        let count = |people: usize| i128::try_from(people).unwrap_or(i128::MAX);
        let line = |rating: u8| {
            let people = now.values().filter(|at| **at == rating).count();
            let share = Ratio::new(count(people), count(now.len())).unwrap_or(Ratio::ZERO);
            let guide = self.opened.guide.get(&rating).copied();
            let fits = guide.is_none_or(|guide| guide.least.fraction() <= share && share <= guide.most.fraction());
            RatingShare { rating, people, share, guide, fits }
        };
        (1..=self.opened.highest).map(line).collect()
    }

    /// Moves a rating, from what it is known to be. The same again is recognised.
    ///
    /// # Errors
    /// [`CalibrationError::NoReason`], [`CalibrationError::Closed`], [`CalibrationError::NotRated`],
    /// [`CalibrationError::Rating`], [`CalibrationError::TooMany`].
    pub fn move_rating(
        &self,
        rating: &MoveRating,
        by: PersonId,
    ) -> Result<Decision<CalibrationFact>, CalibrationError> {
        if !is_text(&rating.why, MOST_TEXT) {
            return Err(CalibrationError::NoReason);
        }
        if self.moves.iter().any(|known| known.rating == *rating && known.by == by)
            && self.rating(rating.person) == Some(rating.to)
        {
            return Ok(Decision::AlreadyRecorded);
        }
        self.is_open()?;
        let now = self.rating(rating.person).ok_or(CalibrationError::NotRated)?;
        let (MoveRating { from, to, .. }, highest) = (rating, self.opened.highest);
        if now != *from || now == *to || !(1..=highest).contains(to) {
            return Err(CalibrationError::Rating { now, from: *from, to: *to, highest });
        }
        if self.moves.len() >= MOST {
            return Err(CalibrationError::TooMany);
        }
        Ok(Decision::Record(CalibrationFact::Moved(MovedRating { rating: rating.clone(), by })))
    }

    /// Closes it; with a reason where ratings are not as the guide says.
    ///
    /// # Errors
    /// [`CalibrationError::NoReason`], [`CalibrationError::OffGuide`].
    pub fn close(&self, closing: &ClosedCalibration) -> Result<Decision<CalibrationFact>, CalibrationError> {
        if closing.why.as_ref().is_some_and(|why| !is_text(why, MOST_TEXT)) {
            return Err(CalibrationError::NoReason);
        }
        if self.closed.is_some() {
            return Ok(Decision::AlreadyRecorded);
        }
        if let Some(line) = self.distribution().iter().find(|line| !line.fits && closing.why.is_none()) {
            return Err(CalibrationError::OffGuide { people: line.people, rating: line.rating });
        }
        Ok(Decision::Record(CalibrationFact::Closed(closing.clone())))
    }

    fn is_open(&self) -> Result<(), CalibrationError> {
        self.closed.as_ref().map_or(Ok(()), |closed| Err(CalibrationError::Closed { on: closed.on }))
    }
}

impl Entity for Calibration {
    const KIND: Kind = Kind::literal("calibration");
    const CLASSIFIED: bool = true;
    type Fact = CalibrationFact;

    fn open(fact: &CalibrationFact) -> Option<Self> {
        match fact {
            CalibrationFact::Opened(opened) => {
                Some(Self { opened: (**opened).clone(), moves: Vec::new(), closed: None })
            }
            CalibrationFact::Moved(_) | CalibrationFact::Closed(_) => None,
        }
    }

    fn apply(&mut self, fact: &CalibrationFact) {
        match fact {
            CalibrationFact::Opened(_) => {}
            CalibrationFact::Moved(moved) => self.moves.push(moved.clone()),
            CalibrationFact::Closed(closed) => self.closed = Some(closed.clone()),
        }
    }
}

impl Classified for Calibration {
    fn class(&self) -> RecordClass {
        self.opened.class.clone()
    }

    fn subject(&self) -> Option<PersonId> {
        None
    }
}
