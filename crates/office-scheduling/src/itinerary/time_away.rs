//! How long and where somebody was away, as allowances for days of travel ask for it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use serde::{Deserialize, Serialize};

use super::{Itinerary, Segment, SegmentKind, Stop};

/// From when to when somebody was away, and where. All times are those of the clocks on the wall where they were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeAway {
    /// When they left.
    pub left: NaiveDateTime,
    /// When they were back.
    pub back: NaiveDateTime,
    /// Where they were, in the order of time; before the first they were on the way there.
    pub stays: Vec<PlaceStay>,
    /// Which meals came with what was booked, by day.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub meals: BTreeMap<NaiveDate, BTreeSet<TravelMeal>>,
}

/// From when on somebody was somewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceStay {
    /// From when on.
    pub from: NaiveDateTime,
    /// Where: the name of the place.
    pub place: String,
}

/// A meal of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TravelMeal {
    /// In the morning.
    Breakfast,
    /// At noon.
    Lunch,
    /// In the evening.
    Dinner,
}

/// Which arrivals count as stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StayRule {
    /// Who goes on within so many minutes has only changed, unless they have spent the night.
    pub change_minutes: u32,
}

impl Itinerary {
    /// From when to when somebody is away, where, and with which meals.
    ///
    /// A stay begins where one arrives and does not go on soon, as the rule says; the way back to where the journey began
    /// makes none, so that the day of coming home counts for where one was last. Where the clocks of the next place are so
    /// far behind that by them one arrives before one has left, or before an earlier stay has begun, that time is told.
    /// Breakfasts are those of lodgings, on the morning after each night.
    ///
    /// # Example
    /// ```
    /// use office_core::Zone;
    /// use office_scheduling::{Itinerary, Segment, SegmentKind, StayRule, TravelPlace};
    ///
    /// let berlin: Zone = "Europe/Berlin".parse()?;
    /// let (home, town) = (TravelPlace::new("DE/Berlin", berlin)?, TravelPlace::new("DE/Hamburg", berlin)?);
    /// let train = |from: &TravelPlace, left: &str, to: &TravelPlace, there: &str| {
    ///     let (from, to) = (from.at(left.parse()?), to.at(there.parse()?));
    ///     Ok::<_, Box<dyn std::error::Error>>(Segment::new(SegmentKind::Train, "ICE", from, to)?)
    /// };
    /// let (check_in, check_out) = (town.at("2026-10-12T20:30:00".parse()?), town.at("2026-10-13T08:00:00".parse()?));
    /// let hotel = SegmentKind::Lodging { breakfast: true };
    /// let itinerary = Itinerary::new([
    ///     train(&home, "2026-10-12T18:30:00", &town, "2026-10-12T20:20:00")?,
    ///     Segment::new(hotel, "Hotel", check_in, check_out)?,
    ///     train(&town, "2026-10-13T16:00:00", &home, "2026-10-13T17:50:00")?,
    /// ])?;
    /// let away = itinerary.time_away(StayRule { change_minutes: 180 });
    /// assert_eq!((away.left.to_string(), away.back.to_string()), ("2026-10-12 18:30:00".into(), "2026-10-13 17:50:00".into()));
    /// assert_eq!((away.stays.len(), away.stays[0].place.as_str()), (1, "DE/Hamburg"));
    /// // Breakfast was had on the second day alone.
    /// assert!(away.meals.contains_key(&"2026-10-13".parse()?) && away.meals.len() == 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn time_away(&self, rule: StayRule) -> TimeAway {
        let mut arrivals: Vec<&Segment> =
            self.stops().filter(|stop| is_stay(stop, rule)).map(|stop| stop.arrival).collect();
        // Invariant: there is a way to go.
        let (first, last) = (self.ways().next().map(|(_, way)| way), self.ways().last().map(|(_, way)| way));
        let came_back = first.zip(last).is_some_and(|(first, last)| last.to().meets(first.from()));
        if !came_back {
            arrivals.extend(last);
        } else if arrivals.is_empty() {
            arrivals.extend(first);
        }
        let left = first.map(Segment::departs_local).unwrap_or_default();
        let back = last.map(Segment::arrives_local).unwrap_or_default().max(left);
        let mut from = left;
        let stays = arrivals.into_iter().map(|arrival| {
            from = from.max(arrival.arrives_local());
            PlaceStay { from, place: arrival.to().name().to_owned() }
        });
        TimeAway { left, back, stays: stays.collect(), meals: self.breakfasts(left.date(), back.date()) }
    }

    fn breakfasts(&self, first: NaiveDate, last: NaiveDate) -> BTreeMap<NaiveDate, BTreeSet<TravelMeal>> {
        let with = self.lodgings().filter(|(_, one)| one.kind() == SegmentKind::Lodging { breakfast: true });
        let mornings = with.flat_map(|(_, lodging)| {
            let (from, to) = (lodging.departs_local().date(), lodging.arrives_local().date());
            from.iter_days().skip(1).take_while(move |day| *day <= to)
        });
        let away = mornings.filter(|day| (first..=last).contains(day));
        away.map(|day| (day, BTreeSet::from([TravelMeal::Breakfast]))).collect()
    }
}

/// Whether one stays where one has arrived.
fn is_stay(stop: &Stop<'_>, rule: StayRule) -> bool {
    let waits = stop.departure.time().start().signed_duration_since(stop.arrival.time().end());
    waits > TimeDelta::minutes(i64::from(rule.change_minutes)) || !stop.nights().is_empty()
}
