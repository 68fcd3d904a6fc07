//! Why a position stays as it is.

use chrono::NaiveDate;
use office_core::{DateRange, Id, Ratio, RatioError, StoreError};
use thiserror::Error;

use super::{MOST, MOST_TEXT, Position};
use crate::{Employment, NotPermitted, OrgUnit};

/// Nothing was done to a position: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PositionError {
    /// Another position was opened under the id.
    #[error("another position was opened under the id {id}: an id of its own is wanted")]
    IdReused {
        /// The id.
        id: Id<Position>,
    },
    /// It is no title.
    #[error("a title of 1 to {MOST_TEXT} characters is wanted")]
    Title,
    /// It is no number of seats.
    #[error("{seats} seats are not possible: more than 0, up to 1000, are wanted")]
    Seats {
        /// How many.
        seats: Ratio,
    },
    /// The days are outside the term of the position.
    #[error("{days} is not within the term {term} of the position: days within it are wanted")]
    OutsideTerm {
        /// The days.
        days: DateRange,
        /// The term.
        term: DateRange,
    },
    /// It was changed, or filled, too often.
    #[error("the position was changed or filled {MOST} times: no more is kept")]
    TooMany,
    /// The unit is not there all the time.
    #[error("unit {unit} is there in {term} only: one that is there in {wanted} is wanted")]
    UnitGone {
        /// The unit.
        unit: Id<OrgUnit>,
        /// When it is there.
        term: DateRange,
        /// When it would have to be.
        wanted: DateRange,
    },
    /// The position that it is to report to is not there all the time.
    #[error("position {position} is there in {term} only: one that is there in {wanted} is wanted")]
    SuperiorGone {
        /// The position.
        position: Id<Position>,
        /// When it is there.
        term: DateRange,
        /// When it would have to be.
        wanted: DateRange,
    },
    /// It would report to itself.
    #[error("on {on} the position would report to itself through {} others: another one is wanted", .positions.len().saturating_sub(1))]
    Circle {
        /// The first day on which it would.
        on: NaiveDate,
        /// The positions in the circle: each reports to the next, the last to the first.
        positions: Vec<Id<Position>>,
    },
    /// Nobody holds that much of a job.
    #[error("a share of {share} is not possible: more than 0, up to 1, is wanted")]
    Share {
        /// The share.
        share: Ratio,
    },
    /// They are not employed all the time.
    #[error("employment {employment} lasts {term}: days within it are wanted, not {days}")]
    NotEmployed {
        /// The employment.
        employment: Id<Employment>,
        /// When.
        term: DateRange,
        /// The days.
        days: DateRange,
    },
    /// They hold it already.
    #[error("employment {employment} holds it already in {days}: other days are wanted, or it is vacated first")]
    HoldsIt {
        /// The employment.
        employment: Id<Employment>,
        /// When.
        days: DateRange,
    },
    /// More of it is held than there would be.
    #[error("on {on} {held} of it is held: as many seats are wanted")]
    Held {
        /// The first day on which it is.
        on: NaiveDate,
        /// How much.
        held: Ratio,
    },
    /// There is no seat for that much.
    #[error("on {on} only {free} of it is free: up to that is wanted")]
    NoSeat {
        /// The first day on which there is not.
        on: NaiveDate,
        /// How much is free.
        free: Ratio,
    },
    /// They would hold more than one whole job.
    #[error("on {on} only {free} of a whole job is left to the employment: up to that is wanted")]
    Overfull {
        /// The first day on which they would.
        on: NaiveDate,
        /// How much is left.
        free: Ratio,
    },
    /// The employment does not hold it after that day.
    #[error("employment {employment} does not hold it after {last}: an earlier day is wanted")]
    NotHeld {
        /// The employment.
        employment: Id<Employment>,
        /// The day.
        last: NaiveDate,
    },
    /// Somebody holds it, or positions report to it, after that.
    #[error("{found} employments and positions depend on it after {last}: they are moved first")]
    StillHolds {
        /// The last day.
        last: NaiveDate,
        /// How many.
        found: usize,
    },
    /// The shares cannot be added up.
    #[error("the shares cannot be added up")]
    Ratio(#[from] RatioError),
    /// Whoever wants to may not.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// The store failed, or knows no such position, unit or employment.
    #[error("the position cannot be stored")]
    Store(#[from] StoreError),
}
