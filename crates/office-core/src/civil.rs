//! Wall-clock time and the zones it is read in.

mod setting;

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::{GapInfo, Tz};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Interval;
pub use setting::ClockSetting;

/// A time zone of the IANA database: `Europe/Berlin`, `Australia/Lord_Howe`, `UTC`.
///
/// It knows when its clocks are put forward and back, by however much, and which days were skipped. Names are
/// written exactly as in the database. Changes are known up to the year 2100; later years keep the last offset.
///
/// # Example
/// ```
/// use office_core::Zone;
///
/// let berlin: Zone = "Europe/Berlin".parse()?;
/// let day = berlin.day("2026-10-25".parse()?)?;
/// assert_eq!(day.duration().num_hours(), 25); // the clocks are put back
/// assert_eq!(day.to_string(), "2026-10-24T22:00:00Z/2026-10-25T23:00:00Z");
///
/// // Samoa had no 30 December in 2011.
/// let apia: Zone = "Pacific/Apia".parse()?;
/// assert!(apia.day("2011-12-30".parse()?).is_err());
/// // An abbreviation is not a zone.
/// assert!("CEST".parse::<Zone>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(Tz);

impl Zone {
    /// Universal time, whose clocks are never changed.
    pub const UTC: Self = Self(Tz::UTC);

    /// Its name in the IANA database.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// What the clocks on the wall show at the instant; the calendar's first or last reading where it would be
    /// beyond the calendar.
    #[must_use]
    pub fn local(self, instant: DateTime<Utc>) -> NaiveDateTime {
        let utc = instant.naive_utc();
        let offset = self.0.offset_from_utc_datetime(&utc).fix();
        let edge = if offset.local_minus_utc() < 0 { NaiveDateTime::MIN } else { NaiveDateTime::MAX };
        utc.checked_add_offset(offset).unwrap_or(edge)
    }

    /// How far its clocks are ahead of universal time at the instant, in seconds.
    fn offset_seconds(self, instant: DateTime<Utc>) -> i32 {
        self.0.offset_from_utc_datetime(&instant.naive_utc()).fix().local_minus_utc()
    }

    /// The date that the calendars on the wall show at the instant.
    #[must_use]
    pub fn date_of(self, instant: DateTime<Utc>) -> NaiveDate {
        self.local(instant).date()
    }

    /// The wall-clock reading in this zone.
    #[must_use]
    pub const fn at(self, local: NaiveDateTime) -> CivilTime {
        CivilTime { local, zone: self }
    }

    /// The instants of a civil day: 24 hours, fewer or more where the clocks are changed.
    ///
    /// It lasts from the first instant at which the clocks have reached its midnight to the first at which they
    /// have reached the next one, so that days follow one another without gap or overlap, even where clocks are
    /// put back across midnight.
    pub fn day(self, date: NaiveDate) -> Result<Interval, CivilTimeError> {
        let beyond = CivilTimeError::BeyondCalendar { local: date.and_time(NaiveTime::MIN), zone: self };
        let next = date.succ_opt().ok_or_else(|| beyond.clone())?;
        let midnight = |date: NaiveDate| self.at(date.and_time(NaiveTime::MIN));
        let start = midnight(date).instant(GapRule::NextValid, FoldRule::First)?;
        let end = midnight(next).instant(GapRule::NextValid, FoldRule::First)?;
        Interval::new(start, end).map_err(|_| CivilTimeError::NoSuchDay { date, zone: self })
    }
}

impl PartialOrd for Zone {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Zone {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name().cmp(other.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Zone {
    type Err = ParseZoneError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let zone: Tz = text.parse().map_err(|_| ParseZoneError { text: text.chars().take(64).collect() })?;
        Ok(Self(zone))
    }
}

impl TryFrom<String> for Zone {
    type Error = ParseZoneError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name().to_owned()
    }
}

/// A text was not the name of a zone.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not a time zone: a name of the IANA database such as `Europe/Berlin` is wanted")]
pub struct ParseZoneError {
    text: String,
}

/// What the clock on the wall shows in a zone: `2026-10-25T02:30:00` in `Europe/Berlin`.
///
/// It may be read never, once or twice, as clocks are put forward (a gap) and back (a fold). Which instant is meant
/// then is told by two named rules, never guessed. How long a gap is comes from the zone: an hour mostly, half an hour on
/// Lord Howe Island, a whole day in Samoa.
///
/// # Example
/// ```
/// use office_core::{CivilTime, CivilTimeError, FoldRule, GapRule, Zone};
///
/// let berlin: Zone = "Europe/Berlin".parse()?;
/// let skipped = berlin.at("2026-03-29T02:30:00".parse()?);
/// let instant = skipped.instant(GapRule::Forward, FoldRule::First)?;
/// assert_eq!(berlin.local(instant).to_string(), "2026-03-29 03:30:00");
///
/// // Who must not guess asks to be refused.
/// let refused = skipped.instant(GapRule::Refuse, FoldRule::Refuse);
/// assert_eq!(refused, Err(CivilTimeError::Gap { local: skipped.local, zone: berlin }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CivilTime {
    /// What the clock shows.
    pub local: NaiveDateTime,
    /// Where it hangs.
    pub zone: Zone,
}

/// Which instant is meant by a reading that the clocks skip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapRule {
    /// Later by the length of the gap: 02:30 becomes 03:30 where an hour is skipped (RFC 5545, section 3.3.5).
    Forward,
    /// The first instant after the gap.
    NextValid,
    /// The last instant before the gap, one nanosecond before its end.
    PreviousValid,
    /// None: it is an error.
    Refuse,
}

/// Which instant is meant by a reading that the clocks show twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoldRule {
    /// The earlier one (RFC 5545, section 3.3.5).
    First,
    /// The later one.
    Second,
    /// Neither: it is an error.
    Refuse,
}

impl CivilTime {
    /// The instant at which the clock shows this, by the rules given for a reading skipped or shown twice.
    pub fn instant(self, gap: GapRule, fold: FoldRule) -> Result<DateTime<Utc>, CivilTimeError> {
        let Self { local, zone } = self;
        let beyond = CivilTimeError::BeyondCalendar { local, zone };
        let less = |offset: &chrono_tz::TzOffset| local.checked_sub_offset(offset.fix());
        let utc = match zone.0.offset_from_local_datetime(&local) {
            LocalResult::Single(offset) => less(&offset),
            LocalResult::Ambiguous(first, second) => match fold {
                FoldRule::First => less(&first),
                FoldRule::Second => less(&second),
                FoldRule::Refuse => return Err(CivilTimeError::Fold { local, zone }),
            },
            LocalResult::None => {
                let Some((begin, before)) = GapInfo::new(&local, &zone.0).and_then(|found| found.begin) else {
                    return Err(beyond);
                };
                match gap {
                    GapRule::Forward => less(&before),
                    GapRule::NextValid => begin.checked_sub_offset(before.fix()),
                    GapRule::PreviousValid => begin
                        .checked_sub_offset(before.fix())
                        .and_then(|change| change.checked_sub_signed(TimeDelta::nanoseconds(1))),
                    GapRule::Refuse => return Err(CivilTimeError::Gap { local, zone }),
                }
            }
        };
        utc.map(|utc| utc.and_utc()).ok_or(beyond)
    }
}

impl fmt::Display for CivilTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The `Debug` form of a reading is its ISO 8601 form.
        write!(f, "{:?}[{}]", self.local, self.zone)
    }
}

/// A wall-clock reading or a civil day has no instant.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CivilTimeError {
    /// The clocks skip this reading, and the gap rule refuses that.
    #[error("the clocks of {zone} never show {local}: a reading outside the gap, or a rule for gaps, is wanted")]
    Gap {
        /// The reading.
        local: NaiveDateTime,
        /// The zone.
        zone: Zone,
    },
    /// The clocks show this reading twice, and the fold rule refuses that.
    #[error("the clocks of {zone} show {local} twice: a reading outside the fold, or a rule for folds, is wanted")]
    Fold {
        /// The reading.
        local: NaiveDateTime,
        /// The zone.
        zone: Zone,
    },
    /// The calendars of the zone skip this day.
    #[error("{zone} had no {date}: a day that was not skipped is wanted")]
    NoSuchDay {
        /// The day.
        date: NaiveDate,
        /// The zone.
        zone: Zone,
    },
    /// The instant would be beyond the calendar.
    #[error("{local} in {zone} is beyond the calendar: a reading within it is wanted")]
    BeyondCalendar {
        /// The reading.
        local: NaiveDateTime,
        /// The zone.
        zone: Zone,
    },
}
