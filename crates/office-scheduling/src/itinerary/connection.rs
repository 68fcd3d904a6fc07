//! How long one needs from one carrier to the next.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::DateRange;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::TravelMode;

/// How long it takes at the least to change from one carrier to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MinimumConnection {
    /// By what one arrives.
    pub from: TravelMode,
    /// By what one goes on.
    pub to: TravelMode,
    /// Where, and at all smaller places in it that have no time of their own: `DE/Berlin/BER`; anywhere if none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// On which days of arrival.
    pub valid: DateRange,
    /// How many minutes.
    pub minutes: u32,
}

/// Minimum times of connections by carriers, place and day; no two for the same change on a day.
///
/// # Example
/// ```
/// use office_core::DateRange;
/// use office_scheduling::{ConnectionTable, MinimumConnection, TravelMode};
///
/// let valid = DateRange::from("2026-01-01".parse()?);
/// let minimum = |place: Option<&str>, minutes| MinimumConnection {
///     from: TravelMode::Flight, to: TravelMode::Flight, place: place.map(str::to_owned), valid, minutes,
/// };
/// let table = ConnectionTable::new([minimum(None, 60), minimum(Some("DE/Munich/MUC"), 35)])?;
/// let on = "2026-10-12".parse()?;
/// let at = |place: &str| table.minimum(TravelMode::Flight, TravelMode::Flight, place, on);
/// assert_eq!((at("DE/Munich/MUC/T2"), at("FR/Paris/CDG")), (Some(35), Some(60)));
///
/// // Two times for one change are refused.
/// assert!(ConnectionTable::new([minimum(None, 60), minimum(None, 45)]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<MinimumConnection>", into = "Vec<MinimumConnection>")]
pub struct ConnectionTable {
    minimums: BTreeMap<Change, Vec<(DateRange, u32)>>,
}

/// By what one arrives, by what one goes on, and where.
type Change = (TravelMode, TravelMode, Option<String>);

/// Minimum times make no table.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ConnectionTableError {
    /// One change has two minimum times on some day.
    #[error("a change from {} to {} has two minimum times on some day: {other} and {} minutes", one.from, one.to, one.minutes)]
    Overlap {
        /// The one.
        one: Box<MinimumConnection>,
        /// The minutes of the other.
        other: u32,
    },
    /// One change has too many.
    #[error("a change has more than {} minimum times", ConnectionTable::MOST_OF_A_CHANGE)]
    TooMany,
}

impl ConnectionTable {
    /// The most minimum times of one change.
    pub const MOST_OF_A_CHANGE: usize = 500;

    /// A table of these times.
    ///
    /// # Errors
    /// [`ConnectionTableError`] for the first time that does not fit.
    pub fn new(minimums: impl IntoIterator<Item = MinimumConnection>) -> Result<Self, ConnectionTableError> {
        let mut table = Self::default();
        for one in minimums {
            let MinimumConnection { from, to, ref place, valid, minutes } = one;
            let of_change = table.minimums.entry((from, to, place.clone())).or_default();
            if let Some((_, other)) = of_change.iter().find(|(range, _)| range.overlaps(&valid)) {
                return Err(ConnectionTableError::Overlap { other: *other, one: Box::new(one) });
            }
            if of_change.len() >= Self::MOST_OF_A_CHANGE {
                return Err(ConnectionTableError::TooMany);
            }
            of_change.push((valid, minutes));
        }
        Ok(table)
    }

    /// How many minutes a change takes at the least, where one arrives on a day: as told for the place, else for the next
    /// larger one, else for anywhere; none where nothing is told.
    #[must_use]
    pub fn minimum(&self, from: TravelMode, to: TravelMode, place: &str, on: NaiveDate) -> Option<u32> {
        let mut at = Some(place);
        loop {
            let of_change = self.minimums.get(&(from, to, at.map(str::to_owned))).into_iter().flatten();
            let told = of_change.filter(|(valid, _)| valid.contains(on)).map(|(_, minutes)| *minutes).next();
            match at {
                Some(place) if told.is_none() => at = place.rsplit_once('/').map(|(larger, _)| larger),
                Some(_) | None => return told,
            }
        }
    }
}

impl TryFrom<Vec<MinimumConnection>> for ConnectionTable {
    type Error = ConnectionTableError;

    fn try_from(minimums: Vec<MinimumConnection>) -> Result<Self, Self::Error> {
        Self::new(minimums)
    }
}

impl From<ConnectionTable> for Vec<MinimumConnection> {
    fn from(table: ConnectionTable) -> Self {
        let told = table.minimums.into_iter().flat_map(|((from, to, place), of_change)| {
            let one = move |(valid, minutes)| MinimumConnection { from, to, place: place.clone(), valid, minutes };
            of_change.into_iter().map(one)
        });
        told.collect()
    }
}
