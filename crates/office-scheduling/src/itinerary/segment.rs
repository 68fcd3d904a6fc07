//! The parts of an itinerary: a flight, a train, two nights at a hotel.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, Utc};
use office_core::{CivilTimeError, Interval, IntervalError, Money, Quantity};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{PlaceTime, TravelPlace};

/// A part of an itinerary: on the way from one place to another, or some nights in one.
///
/// What the clocks show at either end is told once, and made an instant by the zone of the place; from then on the instants
/// count.
///
/// # Example
/// ```
/// use office_core::Zone;
/// use office_scheduling::{Segment, SegmentError, SegmentKind, TravelPlace};
///
/// let tokyo = TravelPlace::new("JP/Tokyo/HND", "Asia/Tokyo".parse()?)?;
/// let los_angeles = TravelPlace::new("US/CA/Los Angeles/LAX", "America/Los_Angeles".parse()?)?;
/// // Across the date line one lands before one has left, by the clocks.
/// let (left, landed) = (tokyo.at("2026-10-12T16:00:00".parse()?), los_angeles.at("2026-10-12T09:45:00".parse()?));
/// let flight = Segment::new(SegmentKind::Flight, "NH 106", left.clone(), landed.clone())?;
/// assert_eq!(flight.minutes(), 9 * 60 + 45);
/// assert_eq!(flight.arrives_local(), landed.local);
///
/// // By elapsed time nobody does.
/// let back = Segment::new(SegmentKind::Flight, "NH 105", landed, left);
/// assert!(matches!(back, Err(SegmentError::Backwards(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct Segment {
    // Invariants: those of `check`.
    fields: Fields,
}

/// The stored form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename = "Segment", deny_unknown_fields)]
struct Fields {
    kind: SegmentKind,
    title: String,
    from: TravelPlace,
    to: TravelPlace,
    time: Interval,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    booking: Option<TravelBooking>,
}

/// What a part of an itinerary is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SegmentKind {
    /// By aeroplane.
    Flight,
    /// By rail.
    Train,
    /// By coach.
    Coach,
    /// By ship.
    Ferry,
    /// By taxi.
    Taxi,
    /// By hired car.
    HiredCar,
    /// By one's own car.
    OwnCar {
        /// How far.
        distance: Quantity,
    },
    /// From one place to another close by, on foot or by public transport.
    Transfer,
    /// Nights at one place, from when the room may be had to when it is left.
    Lodging {
        /// Whether breakfast is part of it.
        breakfast: bool,
    },
}

/// By what one travels; what minimum connections and costs are told by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TravelMode {
    /// By aeroplane.
    Flight,
    /// By rail.
    Train,
    /// By coach.
    Coach,
    /// By ship.
    Ferry,
    /// By taxi.
    Taxi,
    /// By hired car.
    HiredCar,
    /// By one's own car.
    OwnCar,
    /// On foot or by public transport.
    Transfer,
    /// Not at all: nights.
    Lodging,
}

impl TravelMode {
    /// Its name, as it is stored.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Flight => "flight",
            Self::Train => "train",
            Self::Coach => "coach",
            Self::Ferry => "ferry",
            Self::Taxi => "taxi",
            Self::HiredCar => "hired_car",
            Self::OwnCar => "own_car",
            Self::Transfer => "transfer",
            Self::Lodging => "lodging",
        }
    }
}

impl fmt::Display for TravelMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl SegmentKind {
    /// By what one travels.
    #[must_use]
    pub const fn mode(self) -> TravelMode {
        match self {
            Self::Flight => TravelMode::Flight,
            Self::Train => TravelMode::Train,
            Self::Coach => TravelMode::Coach,
            Self::Ferry => TravelMode::Ferry,
            Self::Taxi => TravelMode::Taxi,
            Self::HiredCar => TravelMode::HiredCar,
            Self::OwnCar { .. } => TravelMode::OwnCar,
            Self::Transfer => TravelMode::Transfer,
            Self::Lodging { .. } => TravelMode::Lodging,
        }
    }
}

/// What was booked with a carrier or a hotel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TravelBooking {
    /// Its name with them: `LX7K2Q`.
    pub reference: String,
    /// What it costs.
    pub price: Money,
    /// Who pays them.
    pub paid_by: TravelPayer,
    /// What it costs to call it off. Without it the whole price stays due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel: Option<CancelTerms>,
}

/// Who pays a carrier or a hotel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TravelPayer {
    /// The traveller, who claims it back.
    Traveller,
    /// The traveller, with a card of the company.
    CompanyCard,
    /// The office itself, by invoice.
    Office,
}

/// What it costs to call a booking off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelTerms {
    /// Until, not including, when it costs the fee; from then on the whole price.
    pub until: DateTime<Utc>,
    /// The fee; zero where it is free.
    pub fee: Money,
}

/// Something is not a part of an itinerary.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SegmentError {
    /// The clocks of a place do not tell the instant.
    #[error(transparent)]
    Time(#[from] CivilTimeError),
    /// It would end when it begins, or before.
    #[error("it would arrive before it leaves: {0}")]
    Backwards(#[from] IntervalError),
    /// It has no title, or too long a one.
    #[error("a title of 1 to {} characters is wanted", Segment::MAX_TITLE)]
    Title,
    /// Nights are spent at two places.
    #[error("a lodging lies at one place, not at {from} and {to}")]
    TwoPlaces {
        /// The one.
        from: String,
        /// The other.
        to: String,
    },
    /// The way is no way.
    #[error("{distance} is no way to drive: more than nothing is wanted")]
    Distance {
        /// How far.
        distance: Quantity,
    },
    /// A booking has no name, or too long a one.
    #[error("a booking reference of 1 to {} characters is wanted", Segment::MAX_TITLE)]
    Reference,
    /// A booking costs less than nothing.
    #[error("a booking for {price} makes no sense: nothing below zero is wanted")]
    Price {
        /// What it costs.
        price: Money,
    },
    /// To call a booking off would cost less than nothing or more than the booking.
    #[error("a fee of {fee} for calling off what costs {price} makes no sense")]
    Fee {
        /// The fee.
        fee: Money,
        /// The price.
        price: Money,
    },
}

impl Segment {
    /// The most characters of a title or a booking reference.
    pub const MAX_TITLE: usize = 200;

    /// From one place and time to another, as tickets have them.
    ///
    /// # Errors
    /// [`SegmentError`], in the order of its variants.
    pub fn new(
        kind: SegmentKind,
        title: impl Into<String>,
        from: PlaceTime,
        to: PlaceTime,
    ) -> Result<Self, SegmentError> {
        let time = Interval::new(from.instant()?, to.instant()?)?;
        let fields = Fields { kind, title: title.into(), from: from.place, to: to.place, time, booking: None };
        Self::try_from(fields)
    }

    /// The same, booked.
    ///
    /// # Errors
    /// [`SegmentError::Reference`], [`SegmentError::Price`], [`SegmentError::Fee`].
    pub fn booked(self, booking: TravelBooking) -> Result<Self, SegmentError> {
        Self::try_from(Fields { booking: Some(booking), ..self.fields })
    }

    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> SegmentKind {
        self.fields.kind
    }

    /// What it is called: a flight number, the name of a hotel.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.fields.title
    }

    /// Where it begins.
    #[must_use]
    pub const fn from(&self) -> &TravelPlace {
        &self.fields.from
    }

    /// Where it ends.
    #[must_use]
    pub const fn to(&self) -> &TravelPlace {
        &self.fields.to
    }

    /// From when to when.
    #[must_use]
    pub const fn time(&self) -> Interval {
        self.fields.time
    }

    /// What the clocks show where and when it begins.
    #[must_use]
    pub fn departs_local(&self) -> NaiveDateTime {
        self.from().zone().local(self.time().start())
    }

    /// What the clocks show where and when it ends.
    #[must_use]
    pub fn arrives_local(&self) -> NaiveDateTime {
        self.to().zone().local(self.time().end())
    }

    /// How long it takes, in minutes that elapse; parts of a minute are left out.
    #[must_use]
    pub fn minutes(&self) -> i64 {
        self.time().duration().num_minutes()
    }

    /// Whether it is nights at a place, and no way to go.
    #[must_use]
    pub fn is_lodging(&self) -> bool {
        self.kind().mode() == TravelMode::Lodging
    }

    /// How many nights it is; none where it is a way to go.
    #[must_use]
    pub fn nights(&self) -> u32 {
        if !self.is_lodging() {
            return 0;
        }
        let (first, last) = (self.departs_local().date(), self.arrives_local().date());
        u32::try_from(last.signed_duration_since(first).num_days()).unwrap_or_default()
    }

    /// What was booked, if it was.
    #[must_use]
    pub const fn booking(&self) -> Option<&TravelBooking> {
        self.fields.booking.as_ref()
    }

    /// What is due for it where it is called off at an instant: the fee before the deadline, the whole price from then on;
    /// none where nothing was booked.
    #[must_use]
    pub fn due_if_cancelled(&self, at: DateTime<Utc>) -> Option<Money> {
        let booking = self.booking()?;
        let in_time = booking.cancel.filter(|terms| at < terms.until);
        Some(in_time.map_or(booking.price, |terms| terms.fee))
    }
}

fn check(fields: &Fields) -> Result<(), SegmentError> {
    let named = |text: &str| (1..=Segment::MAX_TITLE).contains(&text.trim().chars().count());
    if !named(&fields.title) {
        return Err(SegmentError::Title);
    }
    if let SegmentKind::Lodging { .. } = fields.kind
        && fields.from != fields.to
    {
        let name = |place: &TravelPlace| place.name().to_owned();
        return Err(SegmentError::TwoPlaces { from: name(&fields.from), to: name(&fields.to) });
    }
    if let SegmentKind::OwnCar { distance } = fields.kind
        && !distance.is_positive()
    {
        return Err(SegmentError::Distance { distance });
    }
    let Some(TravelBooking { reference, price, cancel, .. }) = &fields.booking else { return Ok(()) };
    if !named(reference) {
        return Err(SegmentError::Reference);
    }
    if price.is_negative() {
        return Err(SegmentError::Price { price: *price });
    }
    if let Some(CancelTerms { fee, .. }) = *cancel
        && (fee.is_negative() || !fee.compare(price).is_ok_and(std::cmp::Ordering::is_le))
    {
        return Err(SegmentError::Fee { fee, price: *price });
    }
    Ok(())
}

impl TryFrom<Fields> for Segment {
    type Error = SegmentError;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        check(&fields).map(|()| Self { fields })
    }
}

impl From<Segment> for Fields {
    fn from(segment: Segment) -> Self {
        segment.fields
    }
}
