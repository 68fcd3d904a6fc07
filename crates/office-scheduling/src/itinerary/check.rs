//! What is wrong with an itinerary.

use std::fmt;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use office_core::{DateRange, Interval};
use serde::{Deserialize, Serialize};

use super::{ConnectionTable, Itinerary, Segment, Stop, TravelPlace};

/// What itineraries are checked by: data of the office.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItineraryRules {
    /// How long changes take at the least.
    pub connections: ConnectionTable,
    /// What papers countries ask for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entry: Vec<EntryRule>,
}

/// What paper a country asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryRule {
    /// The country, as places name it: `US`.
    pub country: String,
    /// The paper: `passport`, `visa`.
    pub document: String,
    /// How many days it has to be valid after one has left.
    pub days_beyond: u32,
}

/// A paper of the traveller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TravelDocument {
    /// What it is: `passport`, `visa`.
    pub document: String,
    /// For which country; for all if none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// On which days.
    pub valid: DateRange,
}

/// Where the traveller has to be at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TravelMeeting {
    /// What it is called.
    pub title: String,
    /// Where it is.
    pub place: TravelPlace,
    /// When.
    pub time: Interval,
    /// How many minutes before it one has to have arrived.
    pub lead_minutes: u32,
}

/// Something that is wrong with an itinerary, or may be. Segments are told by their numbers, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ItineraryFinding {
    /// One would be on two ways at once.
    Overlap {
        /// The one.
        first: usize,
        /// The other.
        second: usize,
        /// When.
        time: Interval,
    },
    /// There is less time to change than it takes at the least.
    ShortConnection {
        /// What one arrives by.
        first: usize,
        /// What one goes on by.
        second: usize,
        /// How many minutes there are.
        minutes: i64,
        /// How many are wanted.
        minimum: u32,
    },
    /// One arrives at one place and goes on from another, and nothing leads there.
    Discontinuity {
        /// What one arrives by.
        first: usize,
        /// What one goes on by.
        second: usize,
        /// Where one arrives.
        arrives: String,
        /// Where one would go on.
        departs: String,
    },
    /// One has nowhere to sleep.
    NoLodging {
        /// On which day the night begins.
        on: NaiveDate,
        /// Where one is.
        place: String,
    },
    /// Two lodgings are held for the same time.
    TwoLodgings {
        /// The one.
        first: usize,
        /// The other.
        second: usize,
        /// For which time.
        time: Interval,
    },
    /// One would not be at a meeting.
    MeetingMissed {
        /// Its title.
        meeting: String,
        /// Why.
        because: MissedMeeting,
    },
    /// One has no paper that a country asks for, or none for so long.
    NoDocument {
        /// The country.
        country: String,
        /// The paper.
        document: String,
        /// From the day of entering to the last on which it has to be valid.
        days: DateRange,
    },
}

/// Why somebody would not be at a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum MissedMeeting {
    /// They arrive too late.
    Arrives(DateTime<Utc>),
    /// They leave before it is over.
    Leaves(DateTime<Utc>),
    /// They are somewhere else.
    IsAt(String),
}

impl ItineraryFinding {
    /// Whether nobody may book it so: overlaps and connections that are too short. All else is for the traveller to judge.
    #[must_use]
    pub const fn forbids(&self) -> bool {
        matches!(self, Self::Overlap { .. } | Self::ShortConnection { .. })
    }
}

impl fmt::Display for ItineraryFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overlap { first, second, time } => write!(f, "segments {first} and {second} overlap: {time}"),
            Self::ShortConnection { first, second, minutes, minimum } => {
                write!(f, "{minutes} minutes from segment {first} to {second}: at least {minimum} are wanted")
            }
            Self::Discontinuity { first, second, arrives, departs } => {
                write!(f, "segment {first} arrives at {arrives}, segment {second} leaves from {departs}")
            }
            Self::NoLodging { on, place } => write!(f, "no lodging in the night of {on} at {place}"),
            Self::TwoLodgings { first, second, time } => {
                write!(f, "segments {first} and {second} are two lodgings for {time}")
            }
            Self::MeetingMissed { meeting, because: MissedMeeting::Arrives(at) } => {
                write!(f, "too late for `{meeting}`: arrival at {at}")
            }
            Self::MeetingMissed { meeting, because: MissedMeeting::Leaves(at) } => {
                write!(f, "away before the end of `{meeting}`: departure at {at}")
            }
            Self::MeetingMissed { meeting, because: MissedMeeting::IsAt(place) } => {
                write!(f, "not at `{meeting}`, but at {place}")
            }
            Self::NoDocument { country, document, days } => write!(f, "no {document} for {country} in {days}"),
        }
    }
}

impl Itinerary {
    /// What is wrong with it: overlaps, connections and places first, then nights, then meetings, then papers.
    ///
    /// A connection counts from an arrival to the next departure, wherever that is from; what it takes at the least is told
    /// by the table, for the place and day of arrival. A night is spent where one is at three in the morning by the clocks
    /// there; it wants a lodging at that place, or in a larger or smaller one of it, unless one is on the way, or back
    /// where the journey began.
    #[must_use]
    pub fn check(
        &self,
        rules: &ItineraryRules,
        meetings: &[TravelMeeting],
        documents: &[TravelDocument],
    ) -> Vec<ItineraryFinding> {
        let mut findings =
            overlaps(self.ways(), |first, second, time| ItineraryFinding::Overlap { first, second, time });
        for stop in self.stops() {
            findings.extend(short(&stop, &rules.connections));
            findings.extend(elsewhere(&stop));
        }
        findings.extend(self.nights_without_lodging());
        let two = |first, second, time| ItineraryFinding::TwoLodgings { first, second, time };
        findings.extend(overlaps(self.lodgings(), two));
        findings.extend(meetings.iter().filter_map(|meeting| {
            let because = self.misses(meeting)?;
            Some(ItineraryFinding::MeetingMissed { meeting: meeting.title.clone(), because })
        }));
        findings.extend(rules.entry.iter().flat_map(|rule| self.lacks(rule, documents)));
        findings
    }

    /// The nights on which one is away, on no way, and has nowhere to sleep.
    fn nights_without_lodging(&self) -> impl Iterator<Item = ItineraryFinding> {
        let home = self.ways().next().map(|(_, way)| way.from());
        let away = self.stops().filter(move |stop| !home.is_some_and(|home| home.meets(stop.arrival.to())));
        away.flat_map(move |stop| {
            let place = stop.arrival.to();
            let sleeps = move |at: DateTime<Utc>| {
                self.lodgings().any(|(_, lodging)| lodging.time().contains(at) && lodging.from().meets(place))
            };
            let nights = stop.nights().into_iter().filter(move |(_, at)| !sleeps(*at));
            nights.map(move |(on, _)| ItineraryFinding::NoLodging { on, place: place.name().to_owned() })
        })
    }

    /// Why one is not at a meeting, if one is not.
    fn misses(&self, meeting: &TravelMeeting) -> Option<MissedMeeting> {
        let lead = TimeDelta::minutes(i64::from(meeting.lead_minutes));
        let from = meeting.time.start().checked_sub_signed(lead).unwrap_or(DateTime::<Utc>::MIN_UTC);
        let wanted = Interval::new(from, meeting.time.end()).unwrap_or(meeting.time);
        if let Some((_, way)) = self.ways().find(|(_, way)| way.time().overlaps(&wanted)) {
            let arrives = way.time().end() < wanted.end() && way.to().meets(&meeting.place);
            return Some(if arrives {
                MissedMeeting::Arrives(way.time().end())
            } else {
                MissedMeeting::Leaves(way.time().start())
            });
        }
        let before = self.ways().take_while(|(_, way)| way.time().end() <= wanted.start()).last();
        let at = match before {
            Some((_, way)) => way.to(),
            None => self.ways().next()?.1.from(),
        };
        if at.meets(&meeting.place) {
            return None;
        }
        let mut later = self.ways().filter(|(_, way)| way.time().end() >= wanted.end());
        let late = later.find(|(_, way)| way.to().meets(&meeting.place));
        Some(late.map_or_else(
            || MissedMeeting::IsAt(at.name().to_owned()),
            |(_, way)| MissedMeeting::Arrives(way.time().end()),
        ))
    }

    /// The visits to a country for which there is no paper as it asks for.
    fn lacks(&self, rule: &EntryRule, documents: &[TravelDocument]) -> Vec<ItineraryFinding> {
        let mut lacking = Vec::new();
        let mut entered: Option<NaiveDate> = None;
        let into = |place: &TravelPlace| place.country() == rule.country;
        let mut leave = |entered: NaiveDate, left: NaiveDate| {
            let last = left.checked_add_days(Days::new(u64::from(rule.days_beyond))).unwrap_or(left);
            let Ok(days) = DateRange::inclusive(entered, last.max(entered)) else { return };
            let fits = |paper: &TravelDocument| {
                let of_country = paper.country.as_ref().is_none_or(|country| *country == rule.country);
                paper.document == rule.document && of_country && paper.valid.encloses(&days)
            };
            if !documents.iter().any(fits) {
                let (country, document) = (rule.country.clone(), rule.document.clone());
                lacking.push(ItineraryFinding::NoDocument { country, document, days });
            }
        };
        for (_, way) in self.ways() {
            match (entered, into(way.from()), into(way.to())) {
                (Some(first), _, false) => {
                    leave(first, way.departs_local().date());
                    entered = None;
                }
                (None, false, true) => entered = Some(way.arrives_local().date()),
                (Some(_), _, true) | (None, _, _) => {}
            }
        }
        if let (Some(first), Some((_, last))) = (entered, self.ways().last()) {
            leave(first, last.to().zone().date_of(self.away().end()));
        }
        lacking
    }
}

/// All pairs of segments that share a time.
fn overlaps<'a>(
    segments: impl Iterator<Item = (usize, &'a Segment)>,
    tell: impl Fn(usize, usize, Interval) -> ItineraryFinding,
) -> Vec<ItineraryFinding> {
    let (mut found, mut before) = (Vec::new(), Vec::<(usize, Interval)>::new());
    for (second, other) in segments.map(|(number, segment)| (number, segment.time())) {
        let shared = before.iter().filter_map(|(first, one)| Some((*first, one.intersection(&other)?)));
        found.extend(shared.map(|(first, time)| tell(first, second, time)));
        before.push((second, other));
    }
    found
}

/// Whether there is too little time to change. Where one would have to leave before one arrives, the two overlap.
fn short(stop: &Stop<'_>, connections: &ConnectionTable) -> Option<ItineraryFinding> {
    let (arrival, departure) = (stop.arrival, stop.departure);
    let (from, to) = (arrival.kind().mode(), departure.kind().mode());
    let minimum = connections.minimum(from, to, arrival.to().name(), arrival.arrives_local().date())?;
    let wait = departure.time().start().signed_duration_since(arrival.time().end());
    let too_short = wait >= TimeDelta::zero() && wait < TimeDelta::minutes(i64::from(minimum));
    let (first, second, minutes) = (stop.before, stop.after, wait.num_minutes());
    too_short.then_some(ItineraryFinding::ShortConnection { first, second, minutes, minimum })
}

/// Whether one would go on from where one is not.
fn elsewhere(stop: &Stop<'_>) -> Option<ItineraryFinding> {
    let (arrives, departs) = (stop.arrival.to(), stop.departure.from());
    (!arrives.meets(departs)).then(|| ItineraryFinding::Discontinuity {
        first: stop.before,
        second: stop.after,
        arrives: arrives.name().to_owned(),
        departs: departs.name().to_owned(),
    })
}
