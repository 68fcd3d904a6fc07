//! Why a trip does not go the way it was asked to.

use chrono::{DateTime, Utc};
use office_core::rules::DecideError;
use office_core::subject::CaseId;
use office_core::{Interval, Money, MoneyError, ResubmitCaseError, StoreError, WorkingTimeError};
use thiserror::Error;

use super::{TripId, TripStatus};
use crate::itinerary::{Itinerary, ItineraryFinding, TravelCostError};

/// A trip was not asked for: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RequestTripError {
    /// Another trip was asked for under the id.
    #[error("another trip was asked for under the id {trip}: an id of its own is wanted")]
    IdReused {
        /// The id.
        trip: TripId,
    },
    /// It is somebody else's trip, who has not handed it to them, and they are not granted to ask for it.
    #[error("the trip is not theirs to ask for: {why}")]
    NotPermitted {
        /// Why not, and what would be accepted.
        why: String,
    },
    /// It does not say what for, or where to.
    #[error("a purpose and a destination of 1 to 500 characters are wanted")]
    Text,
    /// It takes too long.
    #[error("{days} days are too long for one trip: at most {} are accepted", Itinerary::MOST_DAYS)]
    TooLong {
        /// How many days it takes.
        days: i64,
    },
    /// It is reckoned to cost less than nothing.
    #[error("an estimate of {estimate} makes no sense: nothing below zero is wanted")]
    Estimate {
        /// What it is reckoned to cost.
        estimate: Money,
    },
    /// The traveller is on another trip at the time.
    #[error("the traveller is away on trip {with} for {away}: another time is wanted")]
    OnTrip {
        /// The other.
        with: TripId,
        /// For which time.
        away: Interval,
    },
    /// The policy cannot decide.
    #[error("the policy cannot decide the trip")]
    Policy(#[from] DecideError),
    /// The policy refuses.
    #[error("refused by policy: {reason}")]
    RefusedByPolicy {
        /// Why.
        reason: String,
    },
    /// The store failed.
    #[error("the trip cannot be stored")]
    Store(#[from] StoreError),
}

/// Nothing was decided on a trip: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DecideTripError<E> {
    /// It is over, or was called off.
    #[error("the trip is {0}: one that waits for approval is wanted")]
    Ended(TripStatus),
    /// Whoever wants to may not do it, or it cannot be done now.
    #[error(transparent)]
    Refused(E),
    /// What has fallen due cannot be told.
    #[error("what has fallen due cannot be told: {0}")]
    Clock(#[from] WorkingTimeError),
    /// The store failed, or knows no such trip.
    #[error("the decision cannot be stored")]
    Store(#[from] StoreError),
}

/// A trip was not submitted again.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ResubmitTripError {
    /// What was given back is a booking, which costs what it costs.
    #[error("what is booked costs {cost}: it is submitted again for that, or booked otherwise")]
    Cost {
        /// What it costs.
        cost: Money,
    },
    /// It is reckoned to cost less than nothing.
    #[error("an estimate of {estimate} makes no sense: nothing below zero is wanted")]
    Estimate {
        /// What it is reckoned to cost.
        estimate: Money,
    },
    /// The policy cannot decide.
    #[error("the policy cannot decide the trip")]
    Policy(#[from] DecideError),
    /// The policy refuses.
    #[error("refused by policy: {reason}")]
    RefusedByPolicy {
        /// Why.
        reason: String,
    },
    /// It was not given back, or somebody else has asked for it.
    #[error(transparent)]
    Case(#[from] ResubmitCaseError),
}

/// A trip was not booked: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BookTripError {
    /// Another booking of it waits for approval.
    #[error("a booking for {cost} waits for approval: it is decided or withdrawn first")]
    ChangeWaits {
        /// What that one costs.
        cost: Money,
    },
    /// It is not approved, or it is over.
    #[error("the trip is {status}: one that is approved, booked or under way is wanted")]
    NotApproved {
        /// Where it stands.
        status: TripStatus,
    },
    /// The itinerary overlaps itself, or leaves too little time to change.
    #[error("the itinerary is not to be booked: {finding}")]
    Forbidden {
        /// What is wrong with it.
        finding: ItineraryFinding,
    },
    /// The traveller is on another trip at the time.
    #[error("the traveller is away on trip {with} for {away}: another time is wanted")]
    OnTrip {
        /// The other.
        with: TripId,
        /// For which time.
        away: Interval,
    },
    /// What it costs cannot be told in the currency of the estimate.
    #[error("what it costs cannot be told: {0}")]
    Cost(#[from] TravelCostError),
    /// The amounts cannot be held.
    #[error("the amounts cannot be held")]
    Money(#[from] MoneyError),
    /// The policy cannot decide.
    #[error("the policy cannot decide the change")]
    Policy(#[from] DecideError),
    /// The policy refuses what it costs now.
    #[error("refused by policy: {reason}")]
    RefusedByPolicy {
        /// Why.
        reason: String,
    },
    /// What has fallen due cannot be told.
    #[error("what has fallen due cannot be told: {0}")]
    Clock(#[from] WorkingTimeError),
    /// The store failed, or knows no such trip.
    #[error("the booking cannot be stored")]
    Store(#[from] StoreError),
}

/// A trip was not called off: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CancelTripError {
    /// The traveller has left, or it is not to be anyway.
    #[error("the trip is {status}: one that has not begun is wanted")]
    NotActive {
        /// Where it stands.
        status: TripStatus,
    },
    /// What is due cannot be held.
    #[error("what is due cannot be held")]
    Money(#[from] MoneyError),
    /// What has fallen due cannot be told.
    #[error("what has fallen due cannot be told: {0}")]
    Clock(#[from] WorkingTimeError),
    /// The store failed, or knows no such trip.
    #[error("the cancellation cannot be stored")]
    Store(#[from] StoreError),
}

/// A trip is not over: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CompleteTripError {
    /// It is not booked.
    #[error("the trip is {status}: one that is booked is wanted")]
    NotBooked {
        /// Where it stands.
        status: TripStatus,
    },
    /// The traveller is not back yet.
    #[error("the traveller is away until {until}: a time after that is wanted")]
    Away {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// What has fallen due cannot be told.
    #[error("what has fallen due cannot be told: {0}")]
    Clock(#[from] WorkingTimeError),
    /// The store failed, or knows no such trip.
    #[error("the end of the trip cannot be stored")]
    Store(#[from] StoreError),
}

/// What was spent on a trip is not claimed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ClaimTripError {
    /// It was claimed before.
    #[error("the trip was claimed by {claim}")]
    Claimed {
        /// By which claim.
        claim: CaseId,
    },
    /// The traveller is not back, or has never left.
    #[error("the trip is {status}: one that is completed is wanted")]
    NotCompleted {
        /// Where it stands.
        status: TripStatus,
    },
}
