//! A trip: when somebody left and came back, and where they were.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::PerDiemPlace;

/// A trip. All times are those of the clocks on the wall where somebody was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trip {
    /// When they left.
    pub left: NaiveDateTime,
    /// When they were back.
    pub back: NaiveDateTime,
    /// Where they were, in the order of time; before the first they were on the way there.
    pub stays: Vec<Stay>,
    /// Which meals were provided, by day.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub meals: BTreeMap<NaiveDate, BTreeSet<Meal>>,
}

/// From when on somebody was somewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stay {
    /// From when on.
    pub from: NaiveDateTime,
    /// Where.
    pub place: PerDiemPlace,
}

/// A meal of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meal {
    /// In the morning.
    Breakfast,
    /// At noon.
    Lunch,
    /// In the evening.
    Dinner,
}

/// Which day of a trip a day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TripDay {
    /// Somebody left and came back on it.
    Only,
    /// They left on it.
    First,
    /// They were away on it.
    Between,
    /// They came back on it.
    Last,
}

/// A trip makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TripError {
    /// It ends before it begins.
    #[error("back at {back}, before leaving at {left}")]
    Backwards {
        /// When they left.
        left: NaiveDateTime,
        /// When they were back.
        back: NaiveDateTime,
    },
    /// It is too long for one.
    #[error("{days} days are too long for one trip: at most {} are accepted", Trip::MOST_DAYS)]
    TooLong {
        /// How many days there are.
        days: u64,
    },
    /// They were nowhere.
    #[error("a trip leads somewhere: at least one stay is wanted")]
    Nowhere,
    /// The stays are not in the order of time.
    #[error("the stay from {from} comes after a later one")]
    Order {
        /// From when on.
        from: NaiveDateTime,
    },
    /// Meals were provided on a day that is none of the trip.
    #[error("a meal was provided on {on}, which is no day of the trip")]
    MealOutside {
        /// The day.
        on: NaiveDate,
    },
}

impl Trip {
    /// The most days of one trip.
    pub const MOST_DAYS: u64 = 731;

    /// Each day, which day of the trip it is, how many minutes of it somebody was away, and where at its end.
    pub(super) fn days(&self) -> Result<Vec<(NaiveDate, TripDay, u32, PerDiemPlace)>, TripError> {
        let Self { left, back, stays, meals } = self;
        if back < left {
            return Err(TripError::Backwards { left: *left, back: *back });
        }
        let (first, last) = (left.date(), back.date());
        let nights = u64::try_from(last.signed_duration_since(first).num_days()).unwrap_or(u64::MAX);
        if nights >= Self::MOST_DAYS {
            return Err(TripError::TooLong { days: nights.saturating_add(1) });
        }
        let Some(outward) = stays.first() else { return Err(TripError::Nowhere) };
        for pair in stays.windows(2) {
            if let [one, next] = pair
                && next.from < one.from
            {
                return Err(TripError::Order { from: next.from });
            }
        }
        if let Some(on) = meals.keys().find(|day| !(first..=last).contains(day)) {
            return Err(TripError::MealOutside { on: *on });
        }
        let mut days = Vec::new();
        for after in 0..=nights {
            let Some(on) = first.checked_add_days(Days::new(after)) else { break };
            let day = match (on == first, on == last) {
                (true, true) => TripDay::Only,
                (true, false) => TripDay::First,
                (false, false) => TripDay::Between,
                (false, true) => TripDay::Last,
            };
            let from = if on == first { left.time() } else { NaiveTime::MIN };
            let away = if on == last {
                back.time().signed_duration_since(from).num_minutes()
            } else {
                NaiveTime::MIN.signed_duration_since(from).num_minutes().saturating_add(24 * 60)
            };
            let before_its_end = |stay: &&Stay| stay.from.date() <= on && stay.from <= *back;
            let place = &stays.iter().rev().find(before_its_end).unwrap_or(outward).place;
            days.push((on, day, u32::try_from(away).unwrap_or_default(), place.clone()));
        }
        Ok(days)
    }
}
