//! How much a room is used.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use office_core::{DateRange, Interval, Zone};
use thiserror::Error;

/// The time for which a room was booked, day by day; exact, in elapsed time.
///
/// # Example
/// ```
/// use chrono::TimeDelta;
/// use office_core::{DateRange, Interval, Zone};
/// use office_scheduling::{RoomUse, RoomUseError};
///
/// // From eleven in the evening to one o'clock: an hour on each day.
/// let berlin: Zone = "Europe/Berlin".parse()?;
/// let late: Interval = "2026-10-05T21:00:00Z/2026-10-05T23:00:00Z".parse()?;
/// let october = DateRange::month(2026, 10)?;
/// let used = RoomUse::of(berlin, october, [late])?;
/// assert_eq!(used.on("2026-10-05".parse()?), TimeDelta::hours(1));
/// assert_eq!(used.total(), TimeDelta::hours(2));
///
/// // For ever cannot be told.
/// let ever = DateRange::from("2026-10-01".parse()?);
/// assert_eq!(RoomUse::of(berlin, ever, [late]), Err(RoomUseError::TooLong { days: ever }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoomUse {
    by_day: BTreeMap<NaiveDate, TimeDelta>,
}

/// The most days that a report is about.
const MOST_DAYS: u32 = 36_525;

impl RoomUse {
    /// The use by bookings at these times, within some civil days of a zone; each time is split where a day ends, and
    /// what overlaps counts as often as it is there.
    ///
    /// # Errors
    /// [`RoomUseError`] where the days have no end or are more than 36 525.
    pub fn of(zone: Zone, days: DateRange, times: impl IntoIterator<Item = Interval>) -> Result<Self, RoomUseError> {
        if days.days().is_none_or(|count| count > MOST_DAYS) {
            return Err(RoomUseError::TooLong { days });
        }
        let mut used = Self::default();
        for time in times {
            // A day begins at most a day off the date that its clocks show, where they are put back across midnight.
            let from = zone.date_of(time.start()).pred_opt().unwrap_or(days.start()).max(days.start());
            let last = zone.date_of(time.end()).succ_opt();
            for date in
                from.iter_days().take_while(|date| days.contains(*date) && last.is_none_or(|last| *date <= last))
            {
                // A day that the zone skips has no time.
                if let Some(part) = zone.day(date).ok().and_then(|day| day.intersection(&time)) {
                    let sum = used.by_day.entry(date).or_default();
                    *sum = sum.checked_add(&part.duration()).unwrap_or(TimeDelta::MAX);
                }
            }
        }
        Ok(used)
    }

    /// The days with any use, in order, each with how much.
    pub fn days(&self) -> impl Iterator<Item = (NaiveDate, TimeDelta)> {
        self.by_day.iter().map(|(day, time)| (*day, *time))
    }

    /// The use on one day.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> TimeDelta {
        self.by_day.get(&day).copied().unwrap_or_default()
    }

    /// The use on all days together.
    #[must_use]
    pub fn total(&self) -> TimeDelta {
        self.by_day.values().fold(TimeDelta::zero(), |sum, time| sum.checked_add(time).unwrap_or(TimeDelta::MAX))
    }
}

/// The use of a room cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RoomUseError {
    /// There are too many days.
    #[error("the use of a room on {days} is too much to tell: an end within {MOST_DAYS} days is wanted")]
    TooLong {
        /// The days asked about.
        days: DateRange,
    },
}
