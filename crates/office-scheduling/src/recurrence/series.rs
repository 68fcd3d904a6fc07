//! A recurring event as stretches of absolute time.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDateTime, TimeDelta, Utc};
use office_core::{Interval, Zone};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::set::RecurrenceSet;
use super::split::SplitError;
use super::wall::{Calendar, Clock, ClockInstant, instant, whole, whole_seconds};

/// How long one instance lasts: days of the calendar, then seconds of elapsed time.
///
/// The days are nominal, as those of an RFC 5545 `DURATION`: from a reading of the clock to the same reading so many
/// days later, whatever the clocks did in between. The seconds are exact.
///
/// # Example
/// ```
/// use office_scheduling::{Length, LengthError};
///
/// let hour_and_half = Length::of(0, 5_400)?;
/// assert_eq!(hour_and_half.seconds(), 5_400);
/// // What takes no time is refused.
/// assert_eq!(Length::of(0, 0), Err(LengthError::Nothing));
/// # Ok::<(), LengthError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "LengthFields", into = "LengthFields")]
pub struct Length {
    // Invariant: not both 0, and each at most what `of` says.
    days: u32,
    seconds: u32,
}

impl Length {
    /// The most days, and the most seconds in days, that an instance may last: ten years of 366.
    pub const MAX_DAYS: u32 = 3_660;

    /// So many days, and so many seconds after them.
    pub fn of(days: u32, seconds: u32) -> Result<Self, LengthError> {
        if days == 0 && seconds == 0 {
            return Err(LengthError::Nothing);
        }
        let whole = seconds.div_euclid(86_400);
        if days > Self::MAX_DAYS || whole >= Self::MAX_DAYS {
            return Err(LengthError::TooLong { days: days.saturating_add(whole) });
        }
        Ok(Self { days, seconds })
    }

    /// Its days of the calendar.
    #[must_use]
    pub const fn days(self) -> u32 {
        self.days
    }

    /// Its seconds of elapsed time, after the days.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.seconds
    }

    /// No instance of this length lasts longer, whatever the clocks do.
    fn at_most(self) -> TimeDelta {
        let days = i64::from(self.days).saturating_add(2).saturating_mul(86_400);
        TimeDelta::seconds(days.saturating_add(i64::from(self.seconds)))
    }

    /// The stretch of time that begins at a reading; none where the zone skips all of it.
    fn from(self, local: NaiveDateTime, zone: Zone) -> Option<Interval> {
        let start = instant(local, zone)?;
        let later = || local.checked_add_days(Days::new(u64::from(self.days)));
        let days_over = if self.days == 0 { start } else { instant(later()?, zone)? };
        let end = days_over.checked_add_signed(TimeDelta::seconds(i64::from(self.seconds)))?;
        Interval::new(start, end).ok()
    }
}

/// The stored form of a length.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LengthFields {
    #[serde(default)]
    days: u32,
    #[serde(default)]
    seconds: u32,
}

impl TryFrom<LengthFields> for Length {
    type Error = LengthError;

    fn try_from(fields: LengthFields) -> Result<Self, LengthError> {
        Self::of(fields.days, fields.seconds)
    }
}

impl From<Length> for LengthFields {
    fn from(length: Length) -> Self {
        Self { days: length.days, seconds: length.seconds }
    }
}

/// Why something is not the length of an instance.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LengthError {
    /// It is nothing.
    #[error("a length of nothing: at least a second is wanted")]
    Nothing,
    /// It is longer than [`Length::MAX_DAYS`].
    #[error("a length of {days} days: at most {} are wanted", Length::MAX_DAYS)]
    TooLong {
        /// Its days, those of its seconds included.
        days: u32,
    },
}

/// Another time for one instance of a series (`RECURRENCE-ID`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// When it starts instead, on the wall clock of the series.
    pub start: NaiveDateTime,
    /// How long it lasts instead.
    pub length: Length,
}

/// One instance of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instance {
    /// When it takes place.
    pub interval: Interval,
    /// Which instance of its set it is: the reading at which the set has it, whatever its own time.
    pub occurrence: NaiveDateTime,
    /// Whether an override gave it its time.
    pub moved: bool,
}

/// The instances of a series within a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expansion {
    /// They, by start.
    pub instances: Vec<Instance>,
    /// Whether the limit was reached, so that there may be more of them.
    pub limited: bool,
}

/// A recurring event in absolute time: a set, how long each instance lasts, and the instances that were moved.
///
/// A reading that the clocks skip moves forward by the gap; of one shown twice the first is meant (RFC 5545,
/// section 3.3.5). Two instances that come to start at the same instant that way are one, the earlier reading's. An
/// instance on a day that a zone skips whole takes no time and is not listed.
///
/// # Example
/// ```
/// use office_core::{Interval, Zone};
/// use office_scheduling::{Length, Override, RecurrenceSet, ReplaceError, Series};
///
/// let berlin: Zone = "Europe/Berlin".parse()?;
/// let first = "2026-03-27T09:00:00".parse()?;
/// let set = RecurrenceSet::new(first, Some(berlin)).with_rule("FREQ=DAILY".parse()?);
/// let standup = Series::new(set, Length::of(0, 900)?, Zone::UTC)
///     .replace("2026-03-28T09:00:00".parse()?, Override { start: "2026-03-28T11:00:00".parse()?, length: Length::of(0, 600)? })?;
///
/// let weekend: Interval = "2026-03-28T00:00:00Z/2026-03-30T00:00:00Z".parse()?;
/// let found = standup.within(weekend, 100);
/// let times: Vec<String> = found.instances.iter().map(|one| one.interval.to_string()).collect();
/// // Nine o'clock is an hour earlier once the clocks have been put forward.
/// assert_eq!(times, ["2026-03-28T10:00:00Z/2026-03-28T10:10:00Z", "2026-03-29T07:00:00Z/2026-03-29T07:15:00Z"]);
///
/// // Only what is an instance can be moved.
/// let noon = "2026-03-28T12:00:00".parse()?;
/// let refused = standup.replace(noon, Override { start: noon, length: Length::of(0, 600)? });
/// assert_eq!(refused, Err(ReplaceError::NotAnInstance { at: noon }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct Series {
    set: RecurrenceSet,
    length: Length,
    // Where floating times are read.
    here: Zone,
    // Invariant: every key is an instance of `set`; starts are whole seconds.
    overrides: BTreeMap<NaiveDateTime, Override>,
}

impl Series {
    /// The instances of a set, each of this length. Where the times of the set float, `here` says in which zone they
    /// are read.
    #[must_use]
    pub const fn new(set: RecurrenceSet, length: Length, here: Zone) -> Self {
        Self { set, length, here, overrides: BTreeMap::new() }
    }

    /// What recurs.
    #[must_use]
    pub const fn set(&self) -> &RecurrenceSet {
        &self.set
    }

    /// How long an instance lasts that was not moved.
    #[must_use]
    pub const fn length(&self) -> Length {
        self.length
    }

    /// The zone in which its times are read.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.set.zone().unwrap_or(self.here)
    }

    /// The instances that were moved, and where to.
    pub fn overrides(&self) -> impl Iterator<Item = (NaiveDateTime, Override)> + '_ {
        self.overrides.iter().map(|(at, change)| (*at, *change))
    }

    /// The same series with one instance at another time; an earlier override of it is replaced.
    ///
    /// # Errors
    /// [`ReplaceError::NotAnInstance`] where the set has no instance at `occurrence`.
    pub fn replace(&self, occurrence: NaiveDateTime, change: Override) -> Result<Self, ReplaceError> {
        self.replace_all(&BTreeMap::from([(occurrence, change)]))
    }

    /// The same series with several instances at other times, by the reading at which the set has them.
    ///
    /// # Errors
    /// [`ReplaceError::NotAnInstance`] of the first at which the set has no instance.
    pub fn replace_all(&self, changes: &BTreeMap<NaiveDateTime, Override>) -> Result<Self, ReplaceError> {
        if let Some(at) = self.set.first_missing(changes.keys().copied()) {
            return Err(ReplaceError::NotAnInstance { at });
        }
        let mut series = self.clone();
        for (at, change) in changes {
            series.overrides.insert(*at, Override { start: whole(change.start), ..*change });
        }
        Ok(series)
    }

    /// The same series without one instance, whether it was moved or not.
    ///
    /// # Errors
    /// [`ReplaceError::NotAnInstance`] where the set has no instance at `occurrence`.
    pub fn cancel(&self, occurrence: NaiveDateTime) -> Result<Self, ReplaceError> {
        if !self.set.contains(occurrence) {
            return Err(ReplaceError::NotAnInstance { at: occurrence });
        }
        let mut series = self.clone();
        series.overrides.remove(&occurrence);
        series.set = series.set.with_exception(occurrence);
        Ok(series)
    }

    /// When its first instance takes place, in the order of the set; none where it has none.
    pub(crate) fn first_time(&self) -> Option<Interval> {
        let at = self.set.occurrences().next()?;
        let change = self.overrides.get(&at).copied().unwrap_or(Override { start: at, length: self.length });
        change.length.from(change.start, self.zone())
    }

    /// The instances that overlap a window, by start, at most `limit` of them.
    #[must_use]
    pub fn within(&self, window: Interval, limit: usize) -> Expansion {
        let zone = self.zone();
        let earliest = window.start().checked_sub_signed(self.length.at_most()).unwrap_or(DateTime::<Utc>::MIN_UTC);
        let latest = window.end().checked_add_signed(MARGIN).unwrap_or(DateTime::<Utc>::MAX_UTC);
        let mut instances = self.moved_within(window);
        let mut in_order = instances.is_empty();
        let end = whole_seconds(zone.local(latest));
        let window = (window.start().timestamp(), whole_seconds(window.end().naive_utc()));
        let mut times = Times::new(self.length, zone);
        let (mut listed, mut last) = (0_usize, i64::MIN);
        for second in self.set.seconds_from(zone.local(earliest)).take_while(|second| *second < end) {
            let (start, end) = times.of(second);
            if end <= start.at.max(window.0) || window.1 <= start.at {
                continue;
            }
            let Some(one) = times.instance(second, start.at, end) else { continue };
            if !self.overrides.is_empty() && self.overrides.contains_key(&one.occurrence) {
                continue;
            }
            // Readings in a gap move beyond later ones, so that only one outside ends the list.
            if listed > limit && last <= start.at && !start.skipped {
                break;
            }
            in_order &= last < start.at;
            last = last.max(start.at);
            instances.push(one);
            listed = listed.saturating_add(1);
        }
        let found = instances.len();
        if !in_order {
            instances.sort_unstable();
            instances
                .dedup_by(|later, one| !later.moved && !one.moved && later.interval.start() == one.interval.start());
        }
        instances.truncate(limit);
        Expansion { instances, limited: found > limit }
    }

    /// The instances that were moved and overlap a window.
    fn moved_within(&self, window: Interval) -> Vec<Instance> {
        let moved = self.overrides.iter().filter_map(|(at, change)| {
            let interval = change.length.from(change.start, self.zone())?;
            Some(Instance { interval, occurrence: *at, moved: true })
        });
        moved.filter(|one| one.interval.overlaps(&window)).collect()
    }

    /// The series cut in two: what comes before an instance, and that instance with all that follow it, which can
    /// then be changed on their own ("this and all future ones"). Moved instances go with the instance they were.
    ///
    /// # Errors
    /// [`SplitError`], as [`RecurrenceSet::split_at`].
    pub fn split_at(&self, occurrence: NaiveDateTime) -> Result<(Self, Self), SplitError> {
        let (before, after) = self.set.split_at(occurrence)?;
        let mut early = self.overrides.clone();
        let late = early.split_off(&occurrence);
        let part = |set, overrides| Self { set, length: self.length, here: self.here, overrides };
        Ok((part(before, early), part(after, late)))
    }
}

/// When instances of one length take place, of readings one after another.
struct Times {
    length: Length,
    starts: Clock,
    ends: Clock,
    occurrence: Calendar,
    start: Calendar,
    end: Calendar,
}

impl Times {
    fn new(length: Length, zone: Zone) -> Self {
        let (clock, calendar) = (Clock::new(zone), Calendar::default());
        Self { length, starts: clock, ends: clock, occurrence: calendar, start: calendar, end: calendar }
    }

    /// The instants at which the instance of a reading begins and ends, which is no later where the zone skips all of it.
    fn of(&mut self, second: i64) -> (ClockInstant, i64) {
        let start = self.starts.instant(second);
        let days_over = if self.length.days == 0 {
            start.at
        } else {
            let days = i64::from(self.length.days).saturating_mul(86_400);
            self.ends.instant(second.saturating_add(days)).at
        };
        (start, days_over.saturating_add(i64::from(self.length.seconds)))
    }

    /// The instance of a reading that takes place between two instants; none only beyond the calendar.
    fn instance(&mut self, second: i64, start: i64, end: i64) -> Option<Instance> {
        let (start, end) = (self.start.reading(start)?.and_utc(), self.end.reading(end)?.and_utc());
        let interval = Interval::new(start, end).ok()?;
        Some(Instance { interval, occurrence: self.occurrence.reading(second)?, moved: false })
    }
}

/// The stored form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    set: RecurrenceSet,
    length: Length,
    here: Zone,
    #[serde(default)]
    overrides: BTreeMap<NaiveDateTime, Override>,
}

impl TryFrom<Fields> for Series {
    type Error = ReplaceError;

    fn try_from(fields: Fields) -> Result<Self, ReplaceError> {
        Self::new(fields.set, fields.length, fields.here).replace_all(&fields.overrides)
    }
}

impl From<Series> for Fields {
    fn from(series: Series) -> Self {
        let Series { set, length, here, overrides } = series;
        Self { set, length, here, overrides }
    }
}

/// Clocks never differ from universal time by more than a day.
const MARGIN: TimeDelta = TimeDelta::days(2);

/// Why an instance could not be moved or cancelled.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReplaceError {
    /// The series has no instance then.
    #[error("the series has no instance at {at}: a time at which it takes place is wanted")]
    NotAnInstance {
        /// The reading given.
        at: NaiveDateTime,
    },
}
