//! What has to be done before a place is used: seats, the screen tried, water on the table.

mod keeping;
mod template;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use office_core::subject::PersonId;
use office_core::{Decision, Entity, Entries, Id, Kind, Role};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::keeping::{
    CheckReadinessError, PrepareBookingError, check_point, open_points_within, prepare_booking, report_fault,
};
pub use self::template::{ReadinessPoint, ReadinessPointError, ReadinessTemplate};
use crate::resource::is_word;
use crate::{Booking, ResourceBookingId, ResourceId};

/// The checklist of a booking, kept under the id of the booking.
///
/// It is about one place at one time: where the booking is moved, every point is open again.
///
/// # Example
/// ```
/// use chrono::{DateTime, Utc};
/// use office_core::{Entity, Id, Role};
/// use office_scheduling::{
///     Booking, BookingRequest, PointError, ReadinessCheck, ReadinessPoint, ResourceId,
/// };
///
/// let person = Id::natural("person", "E-007");
/// let request = BookingRequest::new("2026-10-05T09:00:00Z/2026-10-05T10:00:00Z".parse()?, person, 8, "talk")?;
/// let talk = Booking::confirm(ResourceId::natural("room", "R-101"), Default::default(), request);
/// let talk = Booking::open(&talk).ok_or("a first fact")?;
/// let video = ReadinessPoint::new("test video", Role::new("secretary"), 1_800, true)?;
/// let mut check = ReadinessCheck::open(&ReadinessCheck::draw(&talk, vec![video])).ok_or("a first fact")?;
/// assert_eq!(check.open_points(&talk)[0].due, "2026-10-05T08:30:00Z".parse::<DateTime<Utc>>()?);
/// assert!(!check.is_ready(&talk));
///
/// let at = "2026-10-05T08:10:00Z".parse()?;
/// let done = check.mark_done(&talk, "test video", person, at, "picture and sound are there")?;
/// check.apply(&done.fact().ok_or("a fact")?);
/// assert!(check.is_ready(&talk));
/// // What is not on the list cannot be done.
/// let refused = check.mark_done(&talk, "set up seats", person, at, "");
/// assert_eq!(refused, Err(PointError::NoSuchPoint { what: "set up seats".to_owned() }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadinessCheck {
    resource: ResourceId,
    start: DateTime<Utc>,
    points: BTreeMap<String, CheckedPoint>,
}

/// A point and how it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckedPoint {
    /// What is to be done, by whom and when.
    pub point: ReadinessPoint,
    /// How it stands.
    pub state: PointState,
}

/// How a point stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PointState {
    /// Nobody has done it.
    Open,
    /// It is done.
    Done {
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
        /// What shows it, or a note.
        evidence: String,
    },
    /// It was tried, and something is wrong.
    Faulty {
        /// Who found it.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
        /// What is wrong.
        note: String,
    },
}

/// What happens to a checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ReadinessFact {
    /// It was drawn up for a place and a time; nothing is done.
    Drawn {
        /// The place.
        resource: ResourceId,
        /// When it is used.
        start: DateTime<Utc>,
        /// What is to be done.
        points: Vec<ReadinessPoint>,
    },
    /// A point stands otherwise now.
    Checked {
        /// Which.
        what: String,
        /// How.
        state: PointState,
    },
}

/// A point that is not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenPoint {
    /// The booking.
    pub booking: Option<ResourceBookingId>,
    /// By when it is to be done.
    pub due: DateTime<Utc>,
    /// What.
    pub what: String,
    /// Who does it.
    pub who: Role,
    /// Whether the place cannot be used without it.
    pub blocking: bool,
    /// What was found to be wrong.
    pub fault: Option<String>,
}

/// A point cannot be checked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PointError {
    /// The list is about another place or time.
    #[error("the booking has been moved since its checklist was drawn up: prepare it anew")]
    Moved,
    /// The list has no such point.
    #[error("`{what}` is not on the checklist")]
    NoSuchPoint {
        /// What.
        what: String,
    },
    /// The use is over.
    #[error("the booking ended at {end}: an earlier time is wanted")]
    Over {
        /// When it ended.
        end: DateTime<Utc>,
    },
    /// The evidence or note is too long, or a fault has none.
    #[error("the note is not one: at most {most} characters are wanted, and a fault needs one")]
    Note {
        /// How many characters it may have.
        most: usize,
    },
}

/// The longest evidence or note, in characters.
const MOST_NOTE: usize = 1_000;

impl ReadinessCheck {
    /// The most points of a list.
    pub const MAX_POINTS: usize = 100;

    /// The checklist of a booking, of which nothing is done.
    #[must_use]
    pub fn draw(booking: &Booking, points: Vec<ReadinessPoint>) -> ReadinessFact {
        ReadinessFact::Drawn { resource: booking.resource(), start: booking.time().start(), points }
    }

    /// The points and how they stand, by name.
    #[must_use]
    pub const fn points(&self) -> &BTreeMap<String, CheckedPoint> {
        &self.points
    }

    /// Whether it is about the place and time that a booking has now.
    #[must_use]
    pub fn is_of(&self, booking: &Booking) -> bool {
        self.resource == booking.resource() && self.start == booking.time().start()
    }

    /// Whether all that a place cannot be used without is done for a booking, where it is now.
    #[must_use]
    pub fn is_ready(&self, booking: &Booking) -> bool {
        self.open_points(booking).iter().all(|point| !point.blocking)
    }

    /// What is not done for a booking, where it is now, by when it is due and then by name.
    #[must_use]
    pub fn open_points(&self, booking: &Booking) -> Vec<OpenPoint> {
        let (start, stands) = (booking.time().start(), self.is_of(booking));
        let mut open: Vec<OpenPoint> = self
            .points
            .values()
            .filter(|one| !stands || !matches!(one.state, PointState::Done { .. }))
            .map(|one| {
                let before = TimeDelta::seconds(i64::from(one.point.seconds_before()));
                let fault = match &one.state {
                    PointState::Faulty { note, .. } if stands => Some(note.clone()),
                    PointState::Faulty { .. } | PointState::Open | PointState::Done { .. } => None,
                };
                OpenPoint {
                    booking: None,
                    due: start.checked_sub_signed(before).unwrap_or(start),
                    what: one.point.what().to_owned(),
                    who: one.point.who().clone(),
                    blocking: one.point.is_blocking(),
                    fault,
                }
            })
            .collect();
        open.sort_by(|one, other| (one.due, &one.what).cmp(&(other.due, &other.what)));
        open
    }

    /// Says that a point is done, also one that was faulty before.
    ///
    /// # Errors
    /// [`PointError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("readiness/talk.txt")]
    ///
    /// let done = check.mark_done(&talk, "try the screen", secretary, at("08:10")?, "picture and sound")?;
    /// check.apply_decision(&done);
    /// assert!(check.is_ready(&talk));
    /// // The talk is over.
    /// let late = check.mark_done(&talk, "try the screen", secretary, at("10:00")?, "");
    /// assert_eq!(late, Err(PointError::Over { end: at("10:00")? }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn mark_done(
        &self,
        booking: &Booking,
        what: &str,
        by: PersonId,
        at: DateTime<Utc>,
        evidence: &str,
    ) -> Result<Decision<ReadinessFact>, PointError> {
        let point = self.point(booking, what, at)?;
        if matches!(point.state, PointState::Done { .. }) {
            return Ok(Decision::AlreadyRecorded);
        }
        if !evidence.is_empty() && !is_word(evidence, MOST_NOTE) {
            return Err(PointError::Note { most: MOST_NOTE });
        }
        let state = PointState::Done { by, at, evidence: evidence.to_owned() };
        Ok(Decision::Record(ReadinessFact::Checked { what: what.to_owned(), state }))
    }

    /// Says that something is wrong, also with what was done before.
    ///
    /// # Errors
    /// [`PointError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("readiness/talk.txt")]
    ///
    /// let found = check.find_fault(&talk, "try the screen", secretary, at("08:10")?, "no picture")?;
    /// check.apply_decision(&found);
    /// assert!(!check.is_ready(&talk));
    /// assert_eq!(check.open_points(&talk)[0].fault.as_deref(), Some("no picture"));
    /// // What is wrong has to be said.
    /// let refused = check.find_fault(&talk, "try the screen", secretary, at("08:10")?, "");
    /// assert!(matches!(refused, Err(PointError::Note { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn find_fault(
        &self,
        booking: &Booking,
        what: &str,
        by: PersonId,
        at: DateTime<Utc>,
        note: &str,
    ) -> Result<Decision<ReadinessFact>, PointError> {
        let point = self.point(booking, what, at)?;
        if !is_word(note, MOST_NOTE) {
            return Err(PointError::Note { most: MOST_NOTE });
        }
        match &point.state {
            PointState::Faulty { note: before, .. } if before == note => Ok(Decision::AlreadyRecorded),
            PointState::Faulty { .. } | PointState::Open | PointState::Done { .. } => {
                let state = PointState::Faulty { by, at, note: note.to_owned() };
                Ok(Decision::Record(ReadinessFact::Checked { what: what.to_owned(), state }))
            }
        }
    }

    fn point(&self, booking: &Booking, what: &str, at: DateTime<Utc>) -> Result<&CheckedPoint, PointError> {
        if !self.is_of(booking) {
            return Err(PointError::Moved);
        }
        let point = self.points.get(what).ok_or_else(|| PointError::NoSuchPoint { what: what.to_owned() })?;
        let end = booking.time().end();
        if end <= at { Err(PointError::Over { end }) } else { Ok(point) }
    }
}

impl Entity for ReadinessCheck {
    const KIND: Kind = Kind::literal("readiness_check");

    type Fact = ReadinessFact;

    fn open(fact: &ReadinessFact) -> Option<Self> {
        match fact {
            ReadinessFact::Drawn { resource, start, points } => {
                Some(Self { resource: *resource, start: *start, points: none_done(points) })
            }
            ReadinessFact::Checked { .. } => None,
        }
    }

    fn apply(&mut self, fact: &ReadinessFact) {
        match fact {
            ReadinessFact::Drawn { resource, start, points } => {
                *self = Self { resource: *resource, start: *start, points: none_done(points) };
            }
            ReadinessFact::Checked { what, state } => {
                if let Some(point) = self.points.get_mut(what) {
                    point.state = state.clone();
                }
            }
        }
    }

    fn index(&self, _: &mut Entries<Self>) {}
}

fn none_done(points: &[ReadinessPoint]) -> BTreeMap<String, CheckedPoint> {
    let open = |point: &ReadinessPoint| {
        (point.what().to_owned(), CheckedPoint { point: point.clone(), state: PointState::Open })
    };
    points.iter().map(open).collect()
}

/// The id of the checklist of a booking.
pub(crate) fn check_of(booking: ResourceBookingId) -> Id<ReadinessCheck> {
    booking.retag()
}
