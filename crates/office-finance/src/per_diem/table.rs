//! Rates by place, season and date.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use office_core::{DateRange, Money};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A place for which there may be a rate, from the largest to the smallest: `US/AL/Birmingham`.
///
/// 1 to 160 characters; parts are separated by `/` and none is empty.
///
/// # Example
/// ```
/// use office_finance::PerDiemPlace;
///
/// let place: PerDiemPlace = "US/AL/Birmingham".parse()?;
/// assert_eq!(place.larger(), Some("US/AL".parse()?));
/// assert!("US//Birmingham".parse::<PerDiemPlace>().is_err());
/// # Ok::<(), office_finance::ParsePlaceError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PerDiemPlace(String);

/// A text was not a place.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not a place: 1 to 160 characters in parts separated by `/` are wanted")]
pub struct ParsePlaceError {
    text: String,
}

impl PerDiemPlace {
    /// The most characters of one.
    pub const MAX_LEN: usize = 160;

    /// The place that it is a part of, if it is told.
    #[must_use]
    pub fn larger(&self) -> Option<Self> {
        self.0.rsplit_once('/').map(|(larger, _)| Self(larger.to_owned()))
    }
}

impl FromStr for PerDiemPlace {
    type Err = ParsePlaceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = text.chars().count() <= Self::MAX_LEN && text.split('/').all(|part| !part.trim().is_empty());
        if fits { Ok(Self(text.to_owned())) } else { Err(ParsePlaceError { text: text.chars().take(40).collect() }) }
    }
}

impl TryFrom<String> for PerDiemPlace {
    type Error = ParsePlaceError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PerDiemPlace> for String {
    fn from(place: PerDiemPlace) -> Self {
        place.0
    }
}

impl fmt::Display for PerDiemPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A season of any year, from one day to another and both included, over the turn of the year if the second is before the
/// first: `11-01..02-28`. One that ends on 28 February ends with February.
///
/// # Example
/// ```
/// use office_finance::Season;
///
/// let winter: Season = "11-01..02-28".parse()?;
/// assert!(winter.contains("2028-02-29".parse()?) && !winter.contains("2028-03-01".parse()?));
/// assert!("11-01..02-30".parse::<Season>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Season {
    from: (u32, u32),
    to: (u32, u32),
}

/// A text was not a season.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not a season: two days of the year as in `11-01..02-28` are wanted")]
pub struct ParseSeasonError {
    text: String,
}

impl Season {
    /// Whether a day is in it.
    #[must_use]
    pub fn contains(self, day: NaiveDate) -> bool {
        self.has((day.month(), day.day()))
    }

    fn has(self, day: (u32, u32)) -> bool {
        let to = if self.to == (2, 28) { (2, 29) } else { self.to };
        if self.from <= to { (self.from..=to).contains(&day) } else { day >= self.from || day <= to }
    }

    /// Whether there is a day in both: where there is, one of them begins in the other.
    fn overlaps(self, other: Self) -> bool {
        self.has(other.from) || other.has(self.from)
    }
}

impl FromStr for Season {
    type Err = ParseSeasonError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let day = |text: &str| {
            // A leap year has every day.
            let day: NaiveDate = format!("2028-{text}").parse().ok()?;
            (text.len() == 5).then(|| (day.month(), day.day()))
        };
        let parts = text.split_once("..").and_then(|(from, to)| day(from).zip(day(to)));
        let (from, to) = parts.ok_or_else(|| ParseSeasonError { text: text.chars().take(40).collect() })?;
        Ok(Self { from, to })
    }
}

impl TryFrom<String> for Season {
    type Error = ParseSeasonError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Season> for String {
    fn from(season: Season) -> Self {
        season.to_string()
    }
}

impl fmt::Display for Season {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((from, first), (to, last)) = (self.from, self.to);
        write!(f, "{from:02}-{first:02}..{to:02}-{last:02}")
    }
}

/// What a day in a place earns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PerDiemRate {
    /// The place, and all smaller ones in it that have no rate of their own.
    pub place: PerDiemPlace,
    /// From which day on, and until which.
    pub valid: DateRange,
    /// In which season; all year if none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub season: Option<Season>,
    /// For meals and incidental expenses, a whole day.
    pub day: Money,
    /// The most for a night.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lodging: Option<Money>,
}

/// Rates by place, season and date; no two for the same day in the same place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PerDiemTable {
    rates: BTreeMap<PerDiemPlace, Vec<PerDiemRate>>,
}

/// Rates do not make a table.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PerDiemTableError {
    /// A rate is below zero.
    #[error("{rate} for {place} is below zero")]
    Negative {
        /// The place.
        place: PerDiemPlace,
        /// The rate.
        rate: Money,
    },
    /// Two are for the same day in the same place.
    #[error("{place} has two rates for some days: {} and {}", one.day, other.day)]
    Overlap {
        /// The place.
        place: PerDiemPlace,
        /// The one.
        one: Box<PerDiemRate>,
        /// The other.
        other: Box<PerDiemRate>,
    },
    /// One place has too many.
    #[error("{place} has more than {} rates", PerDiemTable::MOST_OF_A_PLACE)]
    TooMany {
        /// The place.
        place: PerDiemPlace,
    },
}

impl PerDiemTable {
    /// The most rates of one place.
    pub const MOST_OF_A_PLACE: usize = 500;

    /// A table of these rates.
    ///
    /// # Errors
    /// [`PerDiemTableError`] for the first rate that does not fit.
    pub fn new(rates: impl IntoIterator<Item = PerDiemRate>) -> Result<Self, PerDiemTableError> {
        let mut table: BTreeMap<PerDiemPlace, Vec<PerDiemRate>> = BTreeMap::new();
        for rate in rates {
            let place = rate.place.clone();
            for money in [Some(rate.day), rate.lodging].into_iter().flatten() {
                if money.is_negative() {
                    return Err(PerDiemTableError::Negative { place, rate: money });
                }
            }
            let of_place = table.entry(place.clone()).or_default();
            if of_place.len() >= Self::MOST_OF_A_PLACE {
                return Err(PerDiemTableError::TooMany { place });
            }
            let in_season = |earlier: &PerDiemRate| match (earlier.season, rate.season) {
                (Some(one), Some(other)) => one.overlaps(other),
                (None, _) | (_, None) => true,
            };
            let both = of_place.iter().find(|earlier| earlier.valid.overlaps(&rate.valid) && in_season(earlier));
            if let Some(one) = both {
                let (one, other) = (Box::new(one.clone()), Box::new(rate));
                return Err(PerDiemTableError::Overlap { place, one, other });
            }
            of_place.push(rate);
        }
        Ok(Self { rates: table })
    }

    /// The rate for a day in a place: its own, or that of the next larger place that has one.
    #[must_use]
    pub fn rate(&self, place: &PerDiemPlace, on: NaiveDate) -> Option<&PerDiemRate> {
        let mut at = Some(place.clone());
        while let Some(place) = at {
            let of_place = self.rates.get(&place).into_iter().flatten();
            let in_force =
                |rate: &&PerDiemRate| rate.valid.contains(on) && rate.season.is_none_or(|season| season.contains(on));
            if let Some(rate) = of_place.into_iter().find(in_force) {
                return Some(rate);
            }
            at = place.larger();
        }
        None
    }
}
