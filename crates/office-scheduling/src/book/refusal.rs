//! Why a room is not booked.

use std::fmt;

use office_core::Interval;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::booking::{BookingRequestError, RoomBookingId};
use crate::{Booking, Occupancy, RoomId};

/// A room is not booked, by its rules. Kept with the answer where a whole series is booked.
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
        booking: RoomBookingId,
    },
    /// There is no such room.
    #[error("there is no room {room}: register it first")]
    NoSuchRoom {
        /// The id.
        room: RoomId,
    },
    /// The room is too small.
    #[error("{people} people are too many for the room: at most {capacity} are wanted")]
    TooManyPeople {
        /// How many would come.
        people: u32,
        /// How many fit in.
        capacity: u32,
    },
    /// The room has not all that is needed.
    #[error("the room lacks {}: another room is wanted", missing.join(", "))]
    Lacks {
        /// What it has not.
        missing: Vec<String>,
    },
    /// The room is not open all the time.
    #[error("the room is not open all of {time}: a time within {} is wanted", listed(open, "hours of another day"))]
    Closed {
        /// The time asked for.
        time: Interval,
        /// When it is open, from the day on which the time starts to that on which it ends.
        open: Vec<Interval>,
    },
    /// Others hold the room, buffers included.
    #[error("the room is held by {}: {} is wanted", listed(by, "others"), offered(*next_free))]
    Held {
        /// They, by the beginning of the time they hold it.
        by: Vec<Clash>,
        /// The earliest time of the same length on the same day, where the room is, that is free and not past.
        next_free: Option<Interval>,
    },
}

/// A booking that another one meets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clash {
    /// Which.
    pub booking: RoomBookingId,
    /// Its time and buffers.
    pub occupancy: Occupancy,
    /// What it is for.
    pub purpose: String,
}

impl Clash {
    /// This booking, as one that is met.
    pub(super) fn with(booking: RoomBookingId, other: &Booking) -> Self {
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

fn offered(next_free: Option<Interval>) -> String {
    next_free.map_or_else(|| "another day or room".to_owned(), |free| format!("another time such as {free}"))
}
