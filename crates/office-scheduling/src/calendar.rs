//! Events of calendars as files carry them: iCalendar (RFC 5545) read and written.

mod following;
mod line;
mod read;
mod write;
mod zone_definition;
mod zone_name;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use office_core::subject::PersonId;
use office_core::{CivilTime, FoldRule, GapRule, Zone};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::book::SeriesBooking;
use crate::booking::BookingHours;
use crate::recurrence::{
    Length, Override, RecurrenceSet, ReplaceError, Rule, RuleEnd, RuleError, RuleParts, Series, Until,
};
pub use line::{MAX_CALENDAR_BYTES, MAX_CALENDAR_LINES, MAX_LINE_BYTES, PropertyError, RawProperty};
pub use write::WriteCalendarError;

/// The events of one `.ics` file, and everything else in it as it stands.
///
/// Read with [`Calendar::read`], written with [`Calendar::write`]; what is written reads back as the same calendar.
///
/// # Example
/// ```
/// use office_scheduling::Calendar;
///
/// let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//EN\r\nBEGIN:VEVENT\r\nUID:7\r\n\
///     DTSTART;TZID=Europe/Berlin:20260302T090000\r\nDURATION:PT30M\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n\
///     SUMMARY:Stand-up\\, short\r\nX-COLOUR:red\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
/// let calendar = Calendar::read("team.ics", text.as_bytes())?;
/// assert_eq!(calendar.events[0].details.summary.as_deref(), Some("Stand-up, short"));
/// assert_eq!(calendar.events[0].recurrence().occurrences().count(), 3);
/// let again = calendar.write().unwrap();
/// assert_eq!(Calendar::read("again.ics", again.as_bytes())?, calendar);
///
/// let refused = Calendar::read("team.ics", text.replace("COUNT=3", "COUNT=x").as_bytes()).unwrap_err();
/// assert_eq!((refused.line(), refused.field()), (8, "RRULE"));
/// # Ok::<(), office_core::InputError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Its events, in the order of the file.
    pub events: Vec<CalendarEvent>,
    /// Its own properties beyond `VERSION` and `PRODID`, which are written anew.
    pub other: Vec<RawProperty>,
    /// Its other components (time zones, tasks), line by line with their `BEGIN` and `END`.
    pub components: Vec<RawProperty>,
}

/// An event, which may recur.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarEvent {
    /// Its name among all events of the world (`UID`).
    pub uid: String,
    /// Which instance it is of an event that is elsewhere (`RECURRENCE-ID`); none where it is the event itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<EventTime>,
    /// What it is, when and with whom.
    pub details: EventDetails,
    /// The rules it recurs by (`RRULE`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// The rules that take instances away (`EXRULE`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluding: Vec<Rule>,
    /// Instances added (`RDATE`), on the wall clock of the start.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub dates: BTreeSet<NaiveDateTime>,
    /// Instances taken away (`EXDATE`), on the wall clock of the start.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub exceptions: BTreeSet<NaiveDateTime>,
    /// Instances that differ (`RECURRENCE-ID`), by the reading at which they would have been.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub overrides: BTreeMap<NaiveDateTime, EventDetails>,
}

/// What an event, or one differing instance of it, is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventDetails {
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Where it takes place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// When it starts.
    pub start: EventTime,
    /// When it ends. Without an end an event lasts its whole day, or no time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<EventEnd>,
    /// Who invites (`ORGANIZER`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organiser: Option<RawProperty>,
    /// Who is invited (`ATTENDEE`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attendees: Vec<RawProperty>,
    /// All other properties, as they stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other: Vec<RawProperty>,
    /// Components inside (reminders), line by line with their `BEGIN` and `END`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<RawProperty>,
}

/// When something starts or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventTime {
    /// On the clocks of a zone; universal time is the zone `UTC`.
    Zoned(CivilTime),
    /// On the clock of wherever one is.
    Floating(NaiveDateTime),
    /// A whole day.
    AllDay(NaiveDate),
}

/// When an event ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventEnd {
    /// At a time (`DTEND`), which is not part of it; of the same kind as its start.
    At(EventTime),
    /// After so long (`DURATION`).
    After(Length),
}

impl EventTime {
    /// The reading of the wall clock, midnight for a whole day.
    #[must_use]
    pub const fn local(self) -> NaiveDateTime {
        match self {
            Self::Zoned(time) => time.local,
            Self::Floating(local) => local,
            Self::AllDay(date) => date.and_time(NaiveTime::MIN),
        }
    }

    /// The zone; none where it floats.
    #[must_use]
    pub const fn zone(self) -> Option<Zone> {
        match self {
            Self::Zoned(time) => Some(time.zone),
            Self::Floating(_) | Self::AllDay(_) => None,
        }
    }

    /// A reading of the clock by which this time is told.
    pub(crate) fn showing(self, local: NaiveDateTime) -> Self {
        match self {
            Self::Zoned(time) => Self::Zoned(time.zone.at(local)),
            Self::Floating(_) => Self::Floating(local),
            Self::AllDay(_) => Self::AllDay(local.date()),
        }
    }

    /// What a clock shows then that hangs where another time is told; none where the two cannot be compared.
    pub(crate) fn on_clock_of(self, other: Self) -> Option<NaiveDateTime> {
        match (self, other) {
            (Self::Zoned(time), Self::Zoned(at)) if time.zone == at.zone => Some(time.local),
            (Self::Zoned(time), Self::Zoned(at)) => {
                time.instant(GapRule::Forward, FoldRule::First).ok().map(|instant| at.zone.local(instant))
            }
            (Self::AllDay(_), Self::AllDay(_)) | (Self::Floating(_), Self::Floating(_) | Self::Zoned(_)) => {
                Some(self.local())
            }
            (Self::Zoned(_), Self::Floating(_) | Self::AllDay(_))
            | (Self::Floating(_), Self::AllDay(_))
            | (Self::AllDay(_), Self::Zoned(_) | Self::Floating(_)) => None,
        }
    }

    /// Elapsed time from this to another; none where the two cannot be compared.
    pub(crate) fn until(self, end: Self) -> Option<TimeDelta> {
        match (self, end) {
            (Self::Zoned(start), Self::Zoned(end)) => {
                let instant = |time: CivilTime| time.instant(GapRule::Forward, FoldRule::First).ok();
                Some(instant(end)?.signed_duration_since(instant(start)?))
            }
            (start, end) => Some(end.on_clock_of(start)?.signed_duration_since(start.local())),
        }
    }
}

impl EventDetails {
    /// Whether it is called off (`STATUS:CANCELLED`).
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.other
            .iter()
            .any(|property| property.name() == "STATUS" && property.value().eq_ignore_ascii_case("CANCELLED"))
    }

    /// How long it lasts: whole days on the calendar where it has no time of day, else elapsed time, unless a
    /// `DURATION` says both. None where it lasts no time, or longer than a [`Length`] can be.
    #[must_use]
    pub fn length(&self) -> Option<Length> {
        match (self.end, self.start) {
            (Some(EventEnd::After(length)), _) => Some(length),
            (None, EventTime::AllDay(_)) => Length::of(1, 0).ok(),
            (None, EventTime::Zoned(_) | EventTime::Floating(_)) => None,
            (Some(EventEnd::At(end)), start) => {
                let elapsed = start.until(end)?;
                if matches!(start, EventTime::AllDay(_)) {
                    return Length::of(u32::try_from(elapsed.num_days()).ok()?, 0).ok();
                }
                Length::of(0, u32::try_from(elapsed.num_seconds()).ok()?).ok()
            }
        }
    }

    /// Its end told as a length, which holds wherever its start is.
    pub(crate) fn ending(&self) -> Option<EventEnd> {
        self.end.and_then(|_| self.length()).map(EventEnd::After)
    }
}

impl CalendarEvent {
    /// When it recurs.
    #[must_use]
    pub fn recurrence(&self) -> RecurrenceSet {
        let set = RecurrenceSet::new(self.details.start.local(), self.details.start.zone());
        let set = self.rules.iter().cloned().fold(set, RecurrenceSet::with_rule);
        let set = self.excluding.iter().cloned().fold(set, RecurrenceSet::with_excluding_rule);
        let set = self.dates.iter().copied().fold(set, RecurrenceSet::with_date);
        self.exceptions.iter().copied().fold(set, RecurrenceSet::with_exception)
    }

    /// Its instances in absolute time, without those that are cancelled one by one; `here` is the zone in which
    /// floating times and whole days are read.
    ///
    /// # Errors
    /// [`EventSeriesError`], checked in the order of its variants.
    pub fn series(&self, here: Zone) -> Result<Series, EventSeriesError> {
        let length = self.details.length().ok_or(EventSeriesError::NoLength)?;
        let mut changes = BTreeMap::new();
        for (at, details) in self.overrides.iter().filter(|(_, details)| !details.is_cancelled()) {
            let length = details.length().ok_or(EventSeriesError::NoLength)?;
            let kind = EventSeriesError::OtherKind { at: *at };
            let start = details.start.on_clock_of(self.details.start).ok_or(kind)?;
            changes.insert(*at, Override { start, length });
        }
        let series = Series::new(self.recurrence(), length, here).replace_all(&changes)?;
        let mut cancelled = self.overrides.iter().filter(|(_, details)| details.is_cancelled());
        Ok(cancelled.try_fold(series, |series, (at, _)| series.cancel(*at))?)
    }

    /// What is asked for to book the room at `place` for it; none where it is cancelled, or takes place elsewhere.
    /// Instances cancelled or moved to another place are left out. Whole days are booked at any hour, midnight to midnight
    /// where the room is. How many people come is not told by the file.
    ///
    /// # Errors
    /// [`EventSeriesError`], as [`CalendarEvent::series`].
    ///
    /// ```
    /// use office_core::{Id, Zone};
    /// use office_scheduling::Calendar;
    ///
    /// let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//EN\r\nBEGIN:VEVENT\r\nUID:7\r\n\
    ///     DTSTART;VALUE=DATE:20261023\r\nSUMMARY:Painting\r\nLOCATION:Havel\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    /// let calendar = Calendar::read("office.ics", text.as_bytes())?;
    /// let person = Id::natural("person", "E-004");
    /// let wanted = calendar.events[0].room_wanted("Havel", Zone::UTC, person)?;
    /// assert_eq!(wanted.map(|wanted| wanted.purpose).as_deref(), Some("Painting"));
    /// assert_eq!(calendar.events[0].room_wanted("Spree", Zone::UTC, person)?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn room_wanted(
        &self,
        place: &str,
        here: Zone,
        organiser: PersonId,
    ) -> Result<Option<SeriesBooking>, EventSeriesError> {
        if self.details.is_cancelled() || self.details.location.as_deref() != Some(place) {
            return Ok(None);
        }
        let mut series = self.series(here)?;
        let mut purposes = BTreeMap::new();
        for (at, details) in self.overrides.iter().filter(|(_, details)| !details.is_cancelled()) {
            if details.location.as_deref().is_some_and(|other| other != place) {
                series = series.cancel(*at)?;
            } else if let Some(summary) = &details.summary {
                purposes.insert(*at, summary.clone());
            }
        }
        Ok(Some(SeriesBooking {
            uid: self.uid.clone(),
            series,
            organiser,
            people: 0,
            purpose: self.details.summary.clone().unwrap_or_else(|| self.uid.clone()),
            purposes,
            needs: BTreeSet::new(),
            hours: match self.details.start {
                EventTime::AllDay(_) => BookingHours::AnyTime,
                EventTime::Zoned(_) | EventTime::Floating(_) => BookingHours::Opening,
            },
        }))
    }
}

/// Why an event has no series of instances in absolute time.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EventSeriesError {
    /// It, or one of its instances, lasts no time, or longer than a [`Length`] can be.
    #[error("the event has an instance without a length: an end after its start is wanted")]
    NoLength,
    /// An instance was moved to a time of another kind: from a whole day to a time, or from floating to zoned.
    #[error("the instance at {at} was moved to another kind of time: one of the kind of the event's start is wanted")]
    OtherKind {
        /// The instance.
        at: NaiveDateTime,
    },
    /// An instance differs that the event does not have.
    #[error(transparent)]
    Replace(#[from] ReplaceError),
}

/// A rule as it is meant for a start of this kind: whole days have no times of day and end on a day, and where the start
/// has a zone the end is an instant.
pub(crate) fn fitted(rule: &Rule, start: EventTime) -> Result<Rule, RuleError> {
    let parts = rule.parts().clone();
    match (start, parts.end) {
        (EventTime::AllDay(_), end) => {
            let end = match end {
                RuleEnd::Until(Until::Local(at)) => RuleEnd::Until(Until::Date(at.date())),
                RuleEnd::Never | RuleEnd::Count(_) | RuleEnd::Until(Until::Date(_) | Until::Utc(_)) => end,
            };
            Rule::try_from(RuleParts {
                end,
                by_hour: Vec::new(),
                by_minute: Vec::new(),
                by_second: Vec::new(),
                ..parts
            })
        }
        (EventTime::Zoned(time), RuleEnd::Until(Until::Local(at))) => {
            let until = time.zone.at(at).instant(GapRule::Forward, FoldRule::First);
            until.map_or_else(|_| Ok(rule.clone()), |until| rule.ending(RuleEnd::Until(Until::Utc(until))))
        }
        (EventTime::Zoned(_) | EventTime::Floating(_), _) => Ok(rule.clone()),
    }
}
