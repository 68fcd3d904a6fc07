//! From when to when somebody worked.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use office_core::{CivilTimeError, FoldRule, GapRule, Interval, Zone};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::WorkTime;

/// Work from one instant to another, less the breaks within.
///
/// Instants are whole seconds; work is at most 48 hours at once. Breaks lie within it and are kept joined where they touch
/// or overlap, so that no minute of them counts twice; something is left to work.
///
/// # Example
/// ```
/// use office_hr::{TimeEntry, TimeEntryError};
///
/// let day: office_core::Interval = "2026-10-05T08:00:00Z/2026-10-05T16:30:00Z".parse()?;
/// let lunch = "2026-10-05T12:00:00Z/2026-10-05T12:30:00Z".parse()?;
/// let entry = TimeEntry::new(day)?.with_breaks([lunch])?;
/// assert_eq!(entry.worked().to_string(), "8:00");
///
/// // A break after work is no break from it.
/// let evening = "2026-10-05T16:00:00Z/2026-10-05T17:00:00Z".parse()?;
/// assert_eq!(entry.with_breaks([evening]), Err(TimeEntryError::BreakOutside { rest: evening, work: day }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct TimeEntry {
    work: Interval,
    // Invariant: sorted, disjoint, within the work, and not all of it.
    breaks: Vec<Interval>,
}

/// The stored form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    work: Interval,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    breaks: Vec<Interval>,
}

impl TimeEntry {
    /// The most hours of one entry.
    pub const MOST_HOURS: i64 = 48;

    /// Work without a break.
    ///
    /// # Errors
    /// [`TimeEntryError::TooLong`], [`TimeEntryError::PartOfSecond`].
    pub fn new(work: Interval) -> Result<Self, TimeEntryError> {
        if work.duration() > TimeDelta::hours(Self::MOST_HOURS) {
            return Err(TimeEntryError::TooLong { work });
        }
        whole_seconds(work)?;
        Ok(Self { work, breaks: Vec::new() })
    }

    /// The same, with these breaks besides.
    ///
    /// # Errors
    /// [`TimeEntryError::BreakOutside`], [`TimeEntryError::PartOfSecond`], [`TimeEntryError::NothingWorked`].
    pub fn with_breaks(&self, breaks: impl IntoIterator<Item = Interval>) -> Result<Self, TimeEntryError> {
        let work = self.work;
        let mut all = self.breaks.clone();
        for rest in breaks {
            whole_seconds(rest)?;
            if !work.encloses(&rest) {
                return Err(TimeEntryError::BreakOutside { rest, work });
            }
            all.push(rest);
        }
        let breaks = Interval::union(all);
        if breaks.first() == Some(&work) {
            return Err(TimeEntryError::NothingWorked { work });
        }
        Ok(Self { work, breaks })
    }

    /// From coming to going, breaks included.
    #[must_use]
    pub const fn work(&self) -> Interval {
        self.work
    }

    /// The breaks, sorted and disjoint.
    #[must_use]
    pub fn breaks(&self) -> &[Interval] {
        &self.breaks
    }

    /// The stretches of work between the breaks.
    #[must_use]
    pub fn stretches(&self) -> Vec<Interval> {
        Interval::gaps(self.work, self.breaks.iter().copied())
    }

    /// How long was worked, breaks left out: elapsed time, also where the clocks were changed meanwhile.
    #[must_use]
    pub fn worked(&self) -> WorkTime {
        WorkTime::sum(self.stretches().into_iter().map(length))
    }
}

/// How long a stretch of whole seconds is.
pub(crate) fn length(stretch: Interval) -> WorkTime {
    WorkTime::of_seconds(stretch.duration().num_seconds())
}

fn whole_seconds(stretch: Interval) -> Result<(), TimeEntryError> {
    let whole = [stretch.start(), stretch.end()].iter().all(|instant| instant.timestamp_subsec_nanos() == 0);
    if whole { Ok(()) } else { Err(TimeEntryError::PartOfSecond { found: stretch }) }
}

/// How long was worked on each day, by the calendar on the wall of a zone.
///
/// Work across midnight belongs to both days, each with its part; what two entries share counts once. The parts add up to
/// the time worked.
///
/// # Errors
/// [`CivilTimeError`] beyond the calendar.
///
/// # Example
/// ```
/// use office_core::Zone;
/// use office_hr::{TimeEntry, work_by_day};
///
/// let berlin: Zone = "Europe/Berlin".parse()?;
/// // From 22:00 on the night in which the clocks are put back.
/// let night = TimeEntry::new("2026-10-24T20:00:00Z/2026-10-25T05:00:00Z".parse()?)?;
/// let days = work_by_day([&night], berlin)?;
/// assert_eq!(days[&"2026-10-24".parse()?].to_string(), "2:00");
/// assert_eq!(days[&"2026-10-25".parse()?].to_string(), "7:00");
/// // A day without work is not among them.
/// assert!(!days.contains_key(&"2026-10-26".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn work_by_day<'a>(
    entries: impl IntoIterator<Item = &'a TimeEntry>,
    zone: Zone,
) -> Result<BTreeMap<NaiveDate, WorkTime>, CivilTimeError> {
    let mut days: BTreeMap<NaiveDate, WorkTime> = BTreeMap::new();
    for stretch in Interval::union(entries.into_iter().flat_map(TimeEntry::stretches)) {
        for (date, part) in parts_by_day(stretch, zone)? {
            let day = days.entry(date).or_default();
            *day = day.plus(length(part));
        }
    }
    Ok(days)
}

/// A stretch cut at each midnight within.
fn parts_by_day(stretch: Interval, zone: Zone) -> Result<Vec<(NaiveDate, Interval)>, CivilTimeError> {
    let mut parts = Vec::new();
    let mut from = stretch.start();
    let mut date = zone.date_of(from);
    while from < stretch.end() {
        let local = date.and_time(NaiveTime::MIN);
        let next = date.succ_opt().ok_or(CivilTimeError::BeyondCalendar { local, zone })?;
        // As days are cut elsewhere: a midnight that is skipped is the first instant after, one that comes twice its first.
        let midnight = zone.at(next.and_time(NaiveTime::MIN)).instant(GapRule::NextValid, FoldRule::First)?;
        if let Ok(part) = Interval::new(from, midnight.min(stretch.end())) {
            parts.push((date, part));
            from = part.end();
        }
        date = next;
    }
    Ok(parts)
}

impl TryFrom<Fields> for TimeEntry {
    type Error = TimeEntryError;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        Self::new(fields.work)?.with_breaks(fields.breaks)
    }
}

impl From<TimeEntry> for Fields {
    fn from(entry: TimeEntry) -> Self {
        Self { work: entry.work, breaks: entry.breaks }
    }
}

/// Something was not an entry of work.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TimeEntryError {
    /// It lasts too long to be one.
    #[error("the work {work} is too long: at most 48 hours at once are wanted")]
    TooLong {
        /// The work.
        work: Interval,
    },
    /// An instant is between two seconds.
    #[error("{found} is not cut at whole seconds: whole seconds are wanted")]
    PartOfSecond {
        /// Work or break.
        found: Interval,
    },
    /// A break is not within the work.
    #[error("the break {rest} is not within the work {work}: one within is wanted")]
    BreakOutside {
        /// The break.
        rest: Interval,
        /// The work.
        work: Interval,
    },
    /// The breaks leave nothing.
    #[error("the breaks take all of {work}: some work is wanted")]
    NothingWorked {
        /// The work.
        work: Interval,
    },
}
