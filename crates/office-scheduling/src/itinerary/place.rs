//! Places, and the clocks that hang there.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, Utc};
use office_core::{CivilTimeError, FoldRule, GapRule, Zone};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Where a traveller leaves or arrives, from the largest place to the smallest, and the zone of its clocks:
/// `DE/Hamburg/Hbf` in `Europe/Berlin`.
///
/// The first part is the country, by its code of ISO 3166-1. 1 to 160 characters; parts are separated by `/`, and none is
/// empty.
///
/// # Example
/// ```
/// use office_core::Zone;
/// use office_scheduling::TravelPlace;
///
/// let berlin: Zone = "Europe/Berlin".parse()?;
/// let station = TravelPlace::new("DE/Hamburg/Hbf", berlin)?;
/// assert_eq!(station.country(), "DE");
/// // A hotel in the town is reached from the station without further ado, the airport is not.
/// assert!(station.meets(&TravelPlace::new("DE/Hamburg", berlin)?));
/// assert!(!station.meets(&TravelPlace::new("DE/Hamburg/HAM", berlin)?));
///
/// assert!(TravelPlace::new("DE//Hbf", berlin).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct TravelPlace {
    name: String,
    zone: Zone,
}

/// The stored form.
#[derive(Serialize, Deserialize)]
#[serde(rename = "TravelPlace", deny_unknown_fields)]
struct Fields {
    name: String,
    zone: Zone,
}

/// A text was not the name of a place.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not a place: 1 to 160 characters in parts separated by `/` are wanted")]
pub struct TravelPlaceError {
    text: String,
}

impl TravelPlace {
    /// The most characters of a name.
    pub const MAX_LEN: usize = 160;

    /// The place of this name, with the zone of its clocks.
    ///
    /// # Errors
    /// [`TravelPlaceError`].
    pub fn new(name: impl Into<String>, zone: Zone) -> Result<Self, TravelPlaceError> {
        let name = name.into();
        let fits = name.chars().count() <= Self::MAX_LEN
            && name.split('/').all(|part| !part.trim().is_empty())
            && !name.chars().any(char::is_control);
        if fits { Ok(Self { name, zone }) } else { Err(TravelPlaceError { text: name.chars().take(40).collect() }) }
    }

    /// Its name, from the largest place to the smallest.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The zone of its clocks.
    #[must_use]
    pub const fn zone(&self) -> Zone {
        self.zone
    }

    /// The country: the first part of its name.
    #[must_use]
    pub fn country(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }

    /// Whether the two are one, or one of them lies in the other.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        lies_in(&self.name, &other.name) || lies_in(&other.name, &self.name)
    }

    /// What the clocks show there; a time that they skip, or show twice, is refused where nothing else is said.
    #[must_use]
    pub fn at(&self, local: NaiveDateTime) -> PlaceTime {
        PlaceTime { place: self.clone(), local, clocks: ClockRule::REFUSE }
    }
}

/// Whether the one place is the other or a part of it, by their names.
pub(super) fn lies_in(one: &str, other: &str) -> bool {
    one.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl TryFrom<Fields> for TravelPlace {
    type Error = TravelPlaceError;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        Self::new(fields.name, fields.zone)
    }
}

impl From<TravelPlace> for Fields {
    fn from(place: TravelPlace) -> Self {
        Self { name: place.name, zone: place.zone }
    }
}

impl fmt::Display for TravelPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name)
    }
}

/// What the clocks show at a place, as a ticket has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceTime {
    /// The place.
    pub place: TravelPlace,
    /// What its clocks show.
    pub local: NaiveDateTime,
    /// What is meant where the clocks are changed.
    pub clocks: ClockRule,
}

/// Which instant is meant where the clocks of a place skip what is told, or show it twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockRule {
    /// Where they skip it.
    pub gap: GapRule,
    /// Where they show it twice.
    pub fold: FoldRule,
}

impl ClockRule {
    /// None: such a time is refused.
    pub const REFUSE: Self = Self { gap: GapRule::Refuse, fold: FoldRule::Refuse };
    /// Later by the gap; of two the first (RFC 5545, section 3.3.5).
    pub const FIRST: Self = Self { gap: GapRule::Forward, fold: FoldRule::First };
    /// Later by the gap; of two the second.
    pub const SECOND: Self = Self { gap: GapRule::Forward, fold: FoldRule::Second };
}

impl PlaceTime {
    /// The same, with what is meant where the clocks are changed.
    #[must_use]
    pub fn by(self, clocks: ClockRule) -> Self {
        Self { clocks, ..self }
    }

    /// The instant that is meant.
    ///
    /// # Errors
    /// [`CivilTimeError`], where the rule for the clocks refuses it.
    pub fn instant(&self) -> Result<DateTime<Utc>, CivilTimeError> {
        self.place.zone().at(self.local).instant(self.clocks.gap, self.clocks.fold)
    }
}
