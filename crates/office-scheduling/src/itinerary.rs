//! Itineraries: what somebody travels by, and where they sleep, across zones; checked, counted and costed without storage.
//!
//! The minutes of a way are those that elapse; what clocks show is told by the zone of each place. Laws 80 to 84 of the
//! crate; `tests/itinerary.rs` holds them.

mod check;
mod connection;
mod cost;
mod events;
mod place;
mod segment;
mod time_away;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use office_core::{FoldRule, GapRule, Interval, Money, MoneyError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::check::{EntryRule, ItineraryFinding, ItineraryRules, MissedMeeting, TravelDocument, TravelMeeting};
pub use self::connection::{ConnectionTable, ConnectionTableError, MinimumConnection};
pub use self::cost::{TravelCost, TravelCostError, TravelCostLine, TravelRates};
pub(crate) use self::cost::{by_currency, total_in};
pub use self::place::{ClockRule, PlaceTime, TravelPlace, TravelPlaceError};
pub use self::segment::{CancelTerms, Segment, SegmentError, SegmentKind, TravelBooking, TravelMode, TravelPayer};
pub use self::time_away::{PlaceStay, StayRule, TimeAway, TravelMeal};

/// What somebody travels by and where they sleep, in the order of time.
///
/// # Example
/// ```
/// use office_core::Zone;
/// use office_scheduling::{
///     ConnectionTable, Itinerary, ItineraryFinding, ItineraryRules, MinimumConnection, Segment, SegmentKind,
///     TravelMode, TravelPlace,
/// };
///
/// let berlin: Zone = "Europe/Berlin".parse()?;
/// let place = |name: &str, zone| TravelPlace::new(name, zone);
/// let (ber, muc) = (place("DE/Berlin/BER", berlin)?, place("DE/Munich/MUC", berlin)?);
/// let jfk = place("US/NY/New York/JFK", "America/New_York".parse()?)?;
/// let flight = |title: &str, from: (&TravelPlace, &str), to: (&TravelPlace, &str)| {
///     let (from, to) = (from.0.at(from.1.parse()?), to.0.at(to.1.parse()?));
///     Ok::<_, Box<dyn std::error::Error>>(Segment::new(SegmentKind::Flight, title, from, to)?)
/// };
/// let itinerary = Itinerary::new([
///     flight("LH 1937", (&ber, "2026-10-12T07:00:00"), (&muc, "2026-10-12T08:05:00"))?,
///     flight("LH 410", (&muc, "2026-10-12T08:35:00"), (&jfk, "2026-10-12T11:45:00"))?,
/// ])?;
/// assert_eq!(itinerary.travel_minutes(), 65 + 9 * 60 + 10);
///
/// // Half an hour is too short to change at this airport.
/// let minimum = MinimumConnection {
///     from: TravelMode::Flight, to: TravelMode::Flight, place: Some("DE/Munich/MUC".to_owned()),
///     valid: "2026-01-01/..".parse()?, minutes: 35,
/// };
/// let rules = ItineraryRules { connections: ConnectionTable::new([minimum])?, entry: Vec::new() };
/// let findings = itinerary.check(&rules, &[], &[]);
/// assert_eq!(findings, [ItineraryFinding::ShortConnection { first: 1, second: 2, minutes: 30, minimum: 35 }]);
/// assert!(findings[0].forbids());
///
/// assert!(Itinerary::new([]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Segment>", into = "Vec<Segment>")]
pub struct Itinerary {
    // Invariants: by beginning, then by end; at least one is a way to go; no more, and for no longer, than the limits say.
    segments: Vec<Segment>,
    // Invariant: from the first beginning of a way to go to the last end of one.
    away: Interval,
}

/// Parts make no itinerary.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ItineraryError {
    /// There are too many.
    #[error("{segments} segments are too many for one itinerary: at most {} are accepted", Itinerary::MOST_SEGMENTS)]
    TooMany {
        /// How many there are.
        segments: usize,
    },
    /// None is a way to go.
    #[error("an itinerary leads somewhere: at least one way to go is wanted")]
    Nowhere,
    /// It takes too long.
    #[error("{days} days are too long for one itinerary: at most {} are accepted", Itinerary::MOST_DAYS)]
    TooLong {
        /// How many days it takes.
        days: i64,
    },
}

impl Itinerary {
    /// The most segments of one.
    pub const MOST_SEGMENTS: usize = 200;
    /// The most days of one.
    pub const MOST_DAYS: i64 = 366;

    /// The itinerary of these segments, in whatever order they are told.
    ///
    /// # Errors
    /// [`ItineraryError`], in the order of its variants.
    pub fn new(segments: impl IntoIterator<Item = Segment>) -> Result<Self, ItineraryError> {
        let mut segments: Vec<Segment> = segments.into_iter().collect();
        if segments.len() > Self::MOST_SEGMENTS {
            return Err(ItineraryError::TooMany { segments: segments.len() });
        }
        segments.sort_by_key(|segment| (segment.time().start(), segment.time().end()));
        let hull = |one: Interval, next: Interval| {
            // Neither holds no time, so neither does their hull.
            Interval::new(one.start().min(next.start()), one.end().max(next.end())).unwrap_or(one)
        };
        let ways = segments.iter().filter(|segment| !segment.is_lodging()).map(Segment::time);
        let away = ways.reduce(hull).ok_or(ItineraryError::Nowhere)?;
        let all = segments.iter().map(Segment::time).fold(away, hull);
        let days = all.duration().num_days();
        if days >= Self::MOST_DAYS {
            return Err(ItineraryError::TooLong { days: days.saturating_add(1) });
        }
        Ok(Self { segments, away })
    }

    /// Its segments, in the order of their beginnings.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The ways to go, in order, each with its number among all segments, counted from 1.
    pub fn ways(&self) -> impl Iterator<Item = (usize, &Segment)> {
        (1..).zip(&self.segments).filter(|(_, segment)| !segment.is_lodging())
    }

    /// The lodgings, in order, each with its number among all segments, counted from 1.
    pub fn lodgings(&self) -> impl Iterator<Item = (usize, &Segment)> {
        (1..).zip(&self.segments).filter(|(_, segment)| segment.is_lodging())
    }

    /// From when one leaves to when one has last arrived.
    #[must_use]
    pub const fn away(&self) -> Interval {
        self.away
    }

    /// How many minutes one is on the way, as they elapse: the sum of all ways to go.
    #[must_use]
    pub fn travel_minutes(&self) -> i64 {
        self.ways().map(|(_, way)| way.minutes()).sum()
    }

    /// What is due where all that was booked is called off at an instant, by currency.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn due_if_cancelled(&self, at: DateTime<Utc>) -> Result<Vec<Money>, MoneyError> {
        by_currency(self.segments.iter().filter_map(|segment| segment.due_if_cancelled(at)))
    }

    /// Where one is between two ways to go: from an arrival to the next departure, which is at the same instant or later.
    fn stops(&self) -> impl Iterator<Item = Stop<'_>> {
        let next = self.ways().skip(1);
        self.ways().zip(next).map(|((before, arrival), (after, departure))| Stop { before, arrival, after, departure })
    }
}

/// Between two ways to go.
#[derive(Clone, Copy, Debug)]
struct Stop<'a> {
    before: usize,
    arrival: &'a Segment,
    after: usize,
    departure: &'a Segment,
}

impl Stop<'_> {
    /// The time between them; none where one goes on at once, or would have had to leave before.
    fn time(&self) -> Option<Interval> {
        Interval::new(self.arrival.time().end(), self.departure.time().start()).ok()
    }

    /// The nights spent there: those at whose three o'clock in the morning one is there. Each is told by the day on which
    /// it begins, and by that instant.
    fn nights(&self) -> Vec<(NaiveDate, DateTime<Utc>)> {
        let (Some(time), place) = (self.time(), self.arrival.to()) else { return Vec::new() };
        let zone = place.zone();
        let three = NaiveTime::from_hms_opt(3, 0, 0).unwrap_or_default();
        let (first, last) = (zone.date_of(time.start()), zone.date_of(time.end()));
        let mut nights: Vec<(NaiveDate, DateTime<Utc>)> = Vec::new();
        for morning in first.iter_days().take_while(|day| *day <= last) {
            let instant = zone.at(morning.and_time(three)).instant(GapRule::Forward, FoldRule::First);
            if let (Ok(instant), Some(evening)) = (instant, morning.checked_sub_days(Days::new(1)))
                && time.contains(instant)
                // A day that the calendar skips has no night of its own.
                && nights.last().is_none_or(|(_, last)| *last != instant)
            {
                nights.push((evening, instant));
            }
        }
        nights
    }
}

impl TryFrom<Vec<Segment>> for Itinerary {
    type Error = ItineraryError;

    fn try_from(segments: Vec<Segment>) -> Result<Self, Self::Error> {
        Self::new(segments)
    }
}

impl From<Itinerary> for Vec<Segment> {
    fn from(itinerary: Itinerary) -> Self {
        itinerary.segments
    }
}
