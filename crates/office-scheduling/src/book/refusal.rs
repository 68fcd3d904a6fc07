//! Why something is not booked.

use std::fmt;

use office_core::Interval;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::booking::{BookingRequestError, ResourceBookingId};
use crate::{Booking, Occupancy, ResourceId, ResourceKind};

/// A room, a desk or equipment is not booked, by its rules. Kept with the answer where a whole series is booked.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BookRefusal {
    /// It cannot even be asked for.
    #[error(transparent)]
    Request {
        /// Why.
        #[from]
        reason: BookingRequestError,
    },
    /// There is another booking under the id, or this one has been moved.
    #[error("there is another booking under the id {booking}: a booking takes an id of its own")]
    IdReused {
        /// The id.
        booking: ResourceBookingId,
    },
    /// There is no such resource.
    #[error("there is no resource {resource}: register it first")]
    NoSuchResource {
        /// The id.
        resource: ResourceId,
    },
    /// It is too small.
    #[error("{people} people are too many for the {kind}: at most {capacity} are wanted")]
    TooManyPeople {
        /// What it is.
        kind: ResourceKind,
        /// How many would come.
        people: u32,
        /// How many fit in.
        capacity: u32,
    },
    /// It is kept for somebody else.
    #[error("the {kind} is kept for somebody else: another {kind} is wanted")]
    Kept {
        /// What it is.
        kind: ResourceKind,
    },
    /// There are not so many of it.
    #[error("{units} are asked for: at most {count} are wanted")]
    TooManyUnits {
        /// How many are asked for.
        units: u32,
        /// How many there are.
        count: u32,
    },
    /// It has not all that is needed.
    #[error("the {kind} lacks {}: another {kind} is wanted", missing.join(", "))]
    Lacks {
        /// What it is.
        kind: ResourceKind,
        /// What it has not.
        missing: Vec<String>,
    },
    /// It is not open all the time.
    #[error("the {kind} is not open all of {time}: a time within {} is wanted", listed(open, "hours of another day"))]
    Closed {
        /// What it is.
        kind: ResourceKind,
        /// The time asked for.
        time: Interval,
        /// When it is open, from the day on which the time starts to that on which it ends.
        open: Vec<Interval>,
    },
    /// Others hold it, buffers included, or too many of it.
    #[error("the {kind} is held by {}: {} is wanted", listed(by, "others"), offered(*next_free, *kind))]
    Held {
        /// What it is.
        kind: ResourceKind,
        /// They, by the beginning of the time they hold it.
        by: Vec<Clash>,
        /// The earliest time of the same length on the same day, where it is, that is free and not past.
        next_free: Option<Interval>,
    },
}

/// A booking that another one meets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clash {
    /// Which.
    pub booking: ResourceBookingId,
    /// Its time and buffers.
    pub occupancy: Occupancy,
    /// What it is for.
    pub purpose: String,
}

impl Clash {
    /// This booking, as one that is met.
    pub(super) fn with(booking: ResourceBookingId, other: &Booking) -> Self {
        Self { booking, occupancy: other.occupancy(), purpose: other.request().purpose().to_owned() }
    }
}

impl fmt::Display for Clash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` of {}", self.purpose, self.occupancy.booked)?;
        let held = self.occupancy.held();
        if held != self.occupancy.booked {
            write!(f, " (with buffers {held})")?;
        }
        Ok(())
    }
}

/// The first three of a list, and how many more there are.
fn listed<T: fmt::Display>(list: &[T], none: &str) -> String {
    const SHOWN: usize = 3;
    let mut shown: Vec<String> = list.iter().take(SHOWN).map(ToString::to_string).collect();
    match list.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => shown.push(format!("{more} more")),
        Some(_) | None if list.is_empty() => return none.to_owned(),
        Some(_) | None => {}
    }
    shown.join(", ")
}

fn offered(next_free: Option<Interval>, kind: ResourceKind) -> String {
    next_free.map_or_else(|| format!("another day or {kind}"), |free| format!("another time such as {free}"))
}
