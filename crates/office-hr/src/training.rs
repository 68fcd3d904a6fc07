//! Courses and their sessions: planned, booked, waited for, attended.
//!
//! ```text
//!   plan ──► Open ──┬── book ─────► Seated, or waiting in the order of booking
//!                   ├── give up ──► whoever has waited longest has the seat
//!                   ├── resize ───► more seats, or fewer that nobody has
//!                   ├── cancel ───► Cancelled
//!                   └── (begins) ─► Begun ── result ─► passed, failed, attended, absent
//! ```
//!
//! Who is seated is never stored: the first that booked and have not given up are, as many as there are seats. So there is
//! no step by which somebody moves up, and none that can be missed.
//!
//! Law 53 of the crate; `tests/training.rs` holds it.
//!
//! # Example
//! ```
//! use std::collections::{BTreeMap, BTreeSet};
//! use office_core::{
//!     Actor, Appointment, AuthorityBook, Command, DateRange, Grant, Id, MemoryStore, Office, Role, Scope, Zone, wait,
//! };
//! use office_hr::{
//!     CertificationRules, Course, PlanSession, SeatPlace, TrainingError, TrainingOutcome, TrainingResult, TrainingRules,
//!     TrainingSession, book_seat, cancel_session, give_up_seat, plan_session, record_result, resize_session,
//! };
//!
//! let (role, trainer) = (Role::new("training_officer"), Id::natural("person", "E-009"));
//! let mut book = AuthorityBook::default();
//! let (valid, scope, action) = (DateRange::year(2026)?, Scope::anywhere(), "training.arrange".parse()?);
//! book.grants.push(Grant { role: role.clone(), action, scope: scope.clone(), limit: None, valid });
//! book.appointments.push(Appointment { person: trainer, role: role.clone(), scope, valid });
//! let rules = TrainingRules { arrange: "training.arrange".parse()?, certifications: CertificationRules::default() };
//! let (rules, book) = (&rules, &book);
//!
//! let office = Office::on(MemoryStore::new());
//! let command = |key: &str, actor: Actor| Command::new(key, "training", actor, "2026-09-01T08:00:00Z".parse().unwrap_or_default());
//! let on = "2026-09-01".parse()?;
//! let plan = &PlanSession {
//!     course: Course { name: "First aid".into(), certifies: None, asks: BTreeSet::new() },
//!     time: "2026-10-05T07:00:00Z/2026-10-05T15:00:00Z".parse()?, zone: Zone::UTC, seats: 1, waiting: 1,
//!     book_until: "2026-09-30".parse()?, on,
//! };
//! let session = Id::<TrainingSession>::natural("training_session", "FA-2026-10");
//! let planning = |tx| async move { plan_session(&tx, session, plan, rules, book).await };
//! wait(office.transact(&command("plan", Actor::new(trainer, role.clone()))?, planning))?;
//!
//! // One seat, and one who may wait for it.
//! let seat = |name: &str| {
//!     let person = Id::natural("person", name);
//!     let command = command(name, Actor::new(person, Role::new("employee")))?;
//!     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| async move {
//!         book_seat(&tx, session, person, on, rules, book).await
//!     })))
//! };
//! assert_eq!(seat("E-1")??, SeatPlace::Seated);
//! assert_eq!(seat("E-2")??, SeatPlace::Waiting { before: 0 });
//! assert!(matches!(seat("E-3")?, Err(TrainingError::Full { seats: 1, waiting: 1 })));
//!
//! let first = Id::natural("person", "E-1");
//! let giving_up = |tx| async move { give_up_seat(&tx, session, first, on, rules, book).await };
//! let moved_up = wait(office.transact(&command("ill", Actor::new(first, Role::new("employee")))?, giving_up))?;
//! assert_eq!(moved_up, Some(Id::natural("person", "E-2")));
//! let resizing = |tx| async move { resize_session(&tx, session, (2, on), rules, book).await };
//! wait(office.transact(&command("larger", Actor::new(trainer, role.clone()))?, resizing))?;
//!
//! // Results are taken once it has begun, of those who had a seat; and then it is too late to cancel it.
//! let later = |key: &str| Command::new(key, "training", Actor::new(trainer, role.clone()), "2026-10-05T16:00:00Z".parse().unwrap_or_default());
//! let result = |key: &str, name: &str| {
//!     let (command, person) = (later(key)?, Id::natural("person", name));
//!     let result = TrainingResult { outcome: TrainingOutcome::Attended, on: "2026-10-05".parse()?, corrects: None };
//!     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| {
//!         let result = result.clone();
//!         async move { record_result(&tx, session, person, &result, rules, book).await }
//!     })))
//! };
//! result("came", "E-2")??;
//! assert!(matches!(result("gone", "E-1")?, Err(TrainingError::NoSeat)));
//! let cancelling = |tx| async move { cancel_session(&tx, session, (on, "trainer ill"), rules, book).await };
//! assert!(matches!(wait(office.transact(&later("cancel")?, cancelling)), Err(TrainingError::Begun { .. })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use office_core::subject::PersonId;
use office_core::{Action, Decision, Entity, Entries, Interval, Kind, Ordered, Partition, StoreError, Zone};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::retention::is_text;
use crate::{CertificationError, CertificationRules, NotPermitted};

mod booking;

pub use booking::{book_seat, cancel_session, give_up_seat, plan_session, record_result, resize_session};

/// The most seats, and people who wait.
const MOST: u32 = 1_000;
/// The longest name and reason, in characters.
const MOST_TEXT: usize = 200;

/// An office's rules of training.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingRules {
    /// What somebody has to be granted to plan sessions, to book for others and to say how it went: `training.arrange`.
    pub arrange: Action,
    /// For how long what a course certifies counts.
    pub certifications: CertificationRules,
}

/// Something that is taught.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Course {
    /// Its name: 1 to 200 characters.
    pub name: String,
    /// Which kind of certification it gives to those who pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certifies: Option<String>,
    /// Which kinds of certification have to count on its first day.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub asks: BTreeSet<String>,
}

/// To plan a session of a course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanSession {
    /// Of which.
    pub course: Course,
    /// When.
    pub time: Interval,
    /// In which zone its days begin and end.
    pub zone: Zone,
    /// How many can take part: 1 to 1,000.
    pub seats: u32,
    /// How many more can wait for a seat: at most 1,000.
    pub waiting: u32,
    /// The last day on which it can be booked.
    pub book_until: NaiveDate,
    /// On which day it is planned.
    pub on: NaiveDate,
}

/// A session of a course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingSession {
    planned: PlanSession,
    seats: u32,
    // Who has booked and has not given up, in the order of booking.
    booked: Vec<PersonId>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    results: BTreeMap<PersonId, TrainingResult>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cancelled: Option<NaiveDate>,
}

/// How it went for somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingResult {
    /// How.
    pub outcome: TrainingOutcome,
    /// On which day: from the first of the session on.
    pub on: NaiveDate,
    /// Why it is said again, where something else was said before: 1 to 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<String>,
}

/// How a course went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrainingOutcome {
    /// They took part and passed.
    Passed,
    /// They took part and did not pass.
    Failed,
    /// They took part, and there was nothing to pass.
    Attended,
    /// They did not come.
    Absent,
}

/// Where somebody is who has booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SeatPlace {
    /// On a seat.
    Seated,
    /// Waiting for one.
    Waiting {
        /// How many have waited longer.
        before: usize,
    },
}

/// What can happen to a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum TrainingFact {
    /// It was planned.
    Planned(Box<PlanSession>),
    /// Somebody has booked.
    Booked {
        /// Who.
        person: PersonId,
        /// On which day.
        on: NaiveDate,
    },
    /// Somebody does not want to any more.
    GaveUp {
        /// Who.
        person: PersonId,
        /// On which day.
        on: NaiveDate,
    },
    /// It has another number of seats.
    Resized {
        /// How many.
        seats: u32,
        /// On which day.
        on: NaiveDate,
    },
    /// How it went for somebody.
    Resulted {
        /// For whom.
        person: PersonId,
        /// How.
        result: TrainingResult,
    },
    /// It does not take place.
    Cancelled {
        /// On which day that was decided.
        on: NaiveDate,
        /// Why.
        why: String,
    },
}

/// Nothing was done to a session: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TrainingError {
    /// Whoever wants to may not.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// The id stands for another session.
    #[error("the session is another one: an id of its own is wanted")]
    IdReused,
    /// A text is missing or too long.
    #[error("a {field} of 1 to 200 characters is wanted")]
    Text {
        /// Which.
        field: &'static str,
    },
    /// There are too many seats, or none.
    #[error("{seats} seats and {waiting} who wait are not possible: 1 to 1000, and at most 1000, are wanted")]
    Seats {
        /// Seats.
        seats: u32,
        /// How many may wait.
        waiting: u32,
    },
    /// It does not take place.
    #[error("the session was cancelled on {on}: another is wanted")]
    Cancelled {
        /// On which day.
        on: NaiveDate,
    },
    /// It could be booked until a day.
    #[error("the session could be booked until {last}, not on {on}")]
    Late {
        /// The last day.
        last: NaiveDate,
        /// The day.
        on: NaiveDate,
    },
    /// It has begun.
    #[error("the session began at {start}: until then it can be changed")]
    Begun {
        /// When.
        start: DateTime<Utc>,
    },
    /// It has not begun.
    #[error("the session begins at {start}: from then on, and from {day} on, results are taken")]
    NotBegun {
        /// When.
        start: DateTime<Utc>,
        /// The first day.
        day: NaiveDate,
    },
    /// Nobody more can wait.
    #[error("all {seats} seats are taken, and {waiting} wait already: another session is wanted")]
    Full {
        /// Seats.
        seats: u32,
        /// How many may wait.
        waiting: u32,
    },
    /// They are in another session then.
    #[error("they have booked `{course}` at {time}: a session at another time is wanted")]
    Overlaps {
        /// Which course.
        course: String,
        /// When.
        time: Interval,
    },
    /// They lack what the course asks for.
    #[error("a certification of kind `{kind}` that counts on {on} is wanted")]
    Lacks {
        /// Of which kind.
        kind: String,
        /// The first day of the session.
        on: NaiveDate,
    },
    /// More are seated than there would be seats.
    #[error("{seated} are seated: as many seats or more are wanted")]
    Seated {
        /// How many.
        seated: usize,
    },
    /// They are not on a seat.
    #[error("they have no seat: somebody who has is wanted")]
    NoSeat,
    /// Something else was said before.
    #[error("on {on} something else was said: why that is wrong is wanted")]
    Resulted {
        /// On which day.
        on: NaiveDate,
    },
    /// What the course certifies cannot be certified.
    #[error(transparent)]
    Certification(#[from] CertificationError),
    /// The store failed, or knows no such session.
    #[error("the session cannot be stored")]
    Store(#[from] StoreError),
}

impl TrainingSession {
    /// What somebody has booked, by the time of beginning, cancelled sessions left out. May be decided upon.
    pub const OF_PERSON: Partition<Self, PersonId, DateTime<Utc>> = Partition::new("person");
    /// All sessions by the time of beginning, cancelled ones left out.
    pub const BY_TIME: Ordered<Self, DateTime<Utc>> = Ordered::new("time");

    /// What was planned.
    #[must_use]
    pub const fn planned(&self) -> &PlanSession {
        &self.planned
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(&self) -> NaiveDate {
        self.planned.zone.date_of(self.planned.time.start())
    }

    /// Who has a seat, in the order of booking.
    #[must_use]
    pub fn seated(&self) -> &[PersonId] {
        self.booked.get(..self.places()).unwrap_or(&self.booked)
    }

    /// Who waits for one, the longest first.
    #[must_use]
    pub fn waiting(&self) -> &[PersonId] {
        self.booked.get(self.places()..).unwrap_or_default()
    }

    /// Where somebody is; nowhere where they have not booked, or have given up.
    #[must_use]
    pub fn place(&self, person: PersonId) -> Option<SeatPlace> {
        let place = self.booked.iter().position(|booked| *booked == person)?;
        Some(place.checked_sub(self.places()).map_or(SeatPlace::Seated, |before| SeatPlace::Waiting { before }))
    }

    /// How it went, by person.
    #[must_use]
    pub const fn results(&self) -> &BTreeMap<PersonId, TrainingResult> {
        &self.results
    }

    /// On which day it was cancelled.
    #[must_use]
    pub const fn cancelled(&self) -> Option<NaiveDate> {
        self.cancelled
    }

    fn places(&self) -> usize {
        usize::try_from(self.seats).unwrap_or(usize::MAX)
    }

    /// Books for somebody: a seat, or else a place among those who wait. Booked before, they keep their place.
    ///
    /// # Errors
    /// [`TrainingError::Cancelled`], [`TrainingError::Late`], [`TrainingError::Begun`], [`TrainingError::Full`].
    pub fn book(
        &self,
        person: PersonId,
        on: NaiveDate,
        at: DateTime<Utc>,
    ) -> Result<Decision<TrainingFact>, TrainingError> {
        let (seats, waiting, last) = (self.seats, self.planned.waiting, self.planned.book_until);
        self.stands()?;
        if self.booked.contains(&person) {
            return Ok(Decision::AlreadyRecorded);
        }
        if on > last {
            return Err(TrainingError::Late { last, on });
        }
        self.to_come(at)?;
        let most = usize::try_from(waiting).map_or(usize::MAX, |waiting| self.places().saturating_add(waiting));
        if self.booked.len() >= most {
            return Err(TrainingError::Full { seats, waiting });
        }
        Ok(Decision::Record(TrainingFact::Booked { person, on }))
    }

    /// Gives somebody's seat or place up before the session begins. Given up before, or never booked, nothing changes.
    ///
    /// # Errors
    /// [`TrainingError::Cancelled`], [`TrainingError::Begun`].
    pub fn give_up(
        &self,
        person: PersonId,
        on: NaiveDate,
        at: DateTime<Utc>,
    ) -> Result<Decision<TrainingFact>, TrainingError> {
        self.stands()?;
        if !self.booked.contains(&person) {
            return Ok(Decision::AlreadyRecorded);
        }
        self.to_come(at)?;
        Ok(Decision::Record(TrainingFact::GaveUp { person, on }))
    }

    /// Gives it another number of seats before it begins; never fewer than are taken.
    ///
    /// # Errors
    /// [`TrainingError::Seats`], [`TrainingError::Cancelled`], [`TrainingError::Begun`], [`TrainingError::Seated`].
    pub fn resize(
        &self,
        seats: u32,
        on: NaiveDate,
        at: DateTime<Utc>,
    ) -> Result<Decision<TrainingFact>, TrainingError> {
        if !(1..=MOST).contains(&seats) {
            return Err(TrainingError::Seats { seats, waiting: self.planned.waiting });
        }
        self.stands()?;
        if seats == self.seats {
            return Ok(Decision::AlreadyRecorded);
        }
        self.to_come(at)?;
        let seated = self.seated().len();
        if usize::try_from(seats).is_ok_and(|seats| seats < seated) {
            return Err(TrainingError::Seated { seated });
        }
        Ok(Decision::Record(TrainingFact::Resized { seats, on }))
    }

    /// Says how it went for somebody who had a seat, once it has begun; something else later only with a reason.
    ///
    /// # Errors
    /// [`TrainingError::Cancelled`], [`TrainingError::NotBegun`], [`TrainingError::NoSeat`], [`TrainingError::Text`],
    /// [`TrainingError::Resulted`].
    pub fn result(
        &self,
        person: PersonId,
        result: &TrainingResult,
        at: DateTime<Utc>,
    ) -> Result<Decision<TrainingFact>, TrainingError> {
        self.stands()?;
        let (start, day) = (self.planned.time.start(), self.first_day());
        if at < start || result.on < day {
            return Err(TrainingError::NotBegun { start, day });
        }
        if !self.seated().contains(&person) {
            return Err(TrainingError::NoSeat);
        }
        if result.corrects.as_ref().is_some_and(|why| !is_text(why, MOST_TEXT)) {
            return Err(TrainingError::Text { field: "reason" });
        }
        match self.results.get(&person) {
            Some(known) if known == result => Ok(Decision::AlreadyRecorded),
            Some(known) if result.corrects.is_none() => Err(TrainingError::Resulted { on: known.on }),
            Some(_) | None => Ok(Decision::Record(TrainingFact::Resulted { person, result: result.clone() })),
        }
    }

    /// Cancels it before it begins.
    ///
    /// # Errors
    /// [`TrainingError::Text`], [`TrainingError::Begun`].
    pub fn cancel(&self, on: NaiveDate, why: &str, at: DateTime<Utc>) -> Result<Decision<TrainingFact>, TrainingError> {
        if !is_text(why, MOST_TEXT) {
            return Err(TrainingError::Text { field: "reason" });
        }
        if self.cancelled.is_some() {
            return Ok(Decision::AlreadyRecorded);
        }
        self.to_come(at)?;
        Ok(Decision::Record(TrainingFact::Cancelled { on, why: why.to_owned() }))
    }

    fn stands(&self) -> Result<(), TrainingError> {
        self.cancelled.map_or(Ok(()), |on| Err(TrainingError::Cancelled { on }))
    }

    fn to_come(&self, at: DateTime<Utc>) -> Result<(), TrainingError> {
        let start = self.planned.time.start();
        if at < start { Ok(()) } else { Err(TrainingError::Begun { start }) }
    }
}

impl Entity for TrainingSession {
    const KIND: Kind = Kind::literal("training_session");
    type Fact = TrainingFact;

    fn open(fact: &TrainingFact) -> Option<Self> {
        match fact {
            TrainingFact::Planned(planned) => {
                let planned = (**planned).clone();
                Some(Self {
                    seats: planned.seats,
                    planned,
                    booked: Vec::new(),
                    results: BTreeMap::new(),
                    cancelled: None,
                })
            }
            TrainingFact::Booked { .. }
            | TrainingFact::GaveUp { .. }
            | TrainingFact::Resized { .. }
            | TrainingFact::Resulted { .. }
            | TrainingFact::Cancelled { .. } => None,
        }
    }

    fn apply(&mut self, fact: &TrainingFact) {
        match fact {
            TrainingFact::Planned(_) => {}
            TrainingFact::Booked { person, .. } => self.booked.push(*person),
            TrainingFact::GaveUp { person, .. } => self.booked.retain(|booked| booked != person),
            TrainingFact::Resized { seats, .. } => self.seats = *seats,
            TrainingFact::Resulted { person, result } => {
                self.results.insert(*person, result.clone());
            }
            TrainingFact::Cancelled { on, .. } => self.cancelled = Some(*on),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        if self.cancelled.is_none() {
            let start = self.planned.time.start();
            entries.ordered(Self::BY_TIME, &start);
            for person in &self.booked {
                entries.partition(Self::OF_PERSON, person, &start);
            }
        }
    }
}
