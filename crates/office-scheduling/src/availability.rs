//! When somebody can be had: availability (RFC 7953).

use chrono::{DateTime, Utc};
use office_core::{InputError, Interval, Zone};
use thiserror::Error;

use crate::calendar::{Calendar, CalendarEvent, EventEnd, EventSeriesError, RawProperty};
use crate::recurrence::{Length, Series};

/// The most instances of a part that are looked at.
const MOST_INSTANCES: usize = 10_000;
/// The most parts that a calendar may have, and the most rows of hours in each of them.
const MOST_PARTS: usize = 64;

/// Hours at which somebody can be had, within a time of which they speak (`VAVAILABILITY`).
///
/// # Example
/// ```
/// use office_core::{Interval, Zone};
/// use office_scheduling::{Availability, Length, RecurrenceSet, Series, available_time};
///
/// let hours = |start: &str, rule: &str| {
///     let set = RecurrenceSet::new(start.parse().unwrap(), Some(Zone::UTC)).with_rule(rule.parse().unwrap());
///     Series::new(set, Length::of(0, 8 * 3_600).unwrap(), Zone::UTC)
/// };
/// let week = Availability {
///     priority: 0,
///     within: None,
///     hours: vec![hours("2026-03-02T09:00:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")],
/// };
/// // On leave from Wednesday on, which goes before.
/// let leave = Availability { priority: 1, within: Some("2026-03-04T00:00:00Z/2026-03-07T00:00:00Z".parse()?), hours: vec![] };
/// let days: Interval = "2026-03-02T00:00:00Z/2026-03-07T00:00:00Z".parse()?;
/// let free = available_time(&[leave, week.clone()], days);
/// assert_eq!(free, ["2026-03-02T09:00:00Z/2026-03-02T17:00:00Z".parse()?, "2026-03-03T09:00:00Z/2026-03-03T17:00:00Z".parse()?]);
///
/// // At night nobody can be had.
/// assert!(available_time(&[week], "2026-03-02T00:00:00Z/2026-03-02T09:00:00Z".parse()?).is_empty());
/// # Ok::<(), office_core::IntervalError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Availability {
    /// What goes before what: 1 goes before all others, 9 is last but for 0, which says nothing of it.
    pub priority: u8,
    /// The time of which it speaks; all time where there is none.
    pub within: Option<Interval>,
    /// The hours at which they can be had. At other times within it they cannot.
    pub hours: Vec<Series>,
}

impl Availability {
    /// Where it stands among others: later ones go before earlier ones.
    const fn rank(&self) -> u8 {
        match self.priority {
            1..=9 => 10_u8.saturating_sub(self.priority),
            _ => 0,
        }
    }
}

/// The time within a window at which somebody can be had, sorted and disjoint: each part overrides those that it goes
/// before, of equal ones the later in the list, for the time of which it speaks. At a time of which none speaks they can.
///
/// Of a part with more than 10 000 rows of hours within the window, those beyond are left out.
#[must_use]
pub fn available_time(parts: &[Availability], window: Interval) -> Vec<Interval> {
    let mut ranked: Vec<&Availability> = parts.iter().collect();
    ranked.sort_by_key(|part| part.rank());
    let mut free = vec![window];
    for part in ranked {
        let Some(span) = part.within.map_or(Some(window), |within| within.intersection(&window)) else { continue };
        // What lies outside of the part stays.
        let outside = free.iter().flat_map(|time| Interval::gaps(*time, [span]));
        let hours = part.hours.iter().flat_map(|hours| hours.within(span, MOST_INSTANCES).instances);
        let inside = hours.filter_map(|one| one.interval.intersection(&span));
        free = Interval::union(outside.chain(inside).collect::<Vec<_>>());
    }
    free
}

impl Calendar {
    /// The availability that a calendar tells (`VAVAILABILITY`), in the order of the file; `here` is the zone in which
    /// floating times are read. What makes somebody busy is not told apart (`BUSYTYPE`).
    ///
    /// # Errors
    /// [`AvailabilityError`], of the first part that cannot be read; lines are counted within the part.
    ///
    /// # Example
    /// ```
    /// use office_core::Zone;
    /// use office_scheduling::{Calendar, available_time};
    ///
    /// let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VAVAILABILITY\r\nUID:1\r\nPRIORITY:3\r\nBEGIN:AVAILABLE\r\nUID:2\r\n\
    ///     DTSTART;TZID=America/Montreal:20111002T090000\r\nDTEND;TZID=America/Montreal:20111002T170000\r\n\
    ///     RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\r\nEND:AVAILABLE\r\nEND:VAVAILABILITY\r\nEND:VCALENDAR\r\n";
    /// let parts = Calendar::read("hours.ics", text.as_bytes())?.availability(Zone::UTC)?;
    /// let monday = "2011-10-03T00:00:00Z/2011-10-04T00:00:00Z".parse()?;
    /// assert_eq!(available_time(&parts, monday), ["2011-10-03T13:00:00Z/2011-10-03T21:00:00Z".parse()?]);
    ///
    /// let odd = text.replace("DTEND;TZID=America/Montreal:20111002T170000\r\n", "");
    /// assert!(Calendar::read("hours.ics", odd.as_bytes())?.availability(Zone::UTC).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn availability(&self, here: Zone) -> Result<Vec<Availability>, AvailabilityError> {
        let zones = blocks(&self.components, "VTIMEZONE");
        let parts = blocks(&self.components, "VAVAILABILITY");
        if parts.len() > MOST_PARTS {
            return Err(AvailabilityError::TooMany { parts: parts.len() });
        }
        parts.into_iter().map(|part| availability(part, &zones, here)).collect()
    }
}

/// What one part says.
fn availability(part: &[RawProperty], zones: &[&[RawProperty]], here: Zone) -> Result<Availability, AvailabilityError> {
    let inner = part.get(1..part.len().saturating_sub(1)).unwrap_or_default();
    let rows = blocks(inner, "AVAILABLE");
    if rows.len() > MOST_PARTS {
        return Err(AvailabilityError::TooMany { parts: rows.len() });
    }
    // Its own lines stand before the rows of hours and other components in it.
    let own: Vec<&RawProperty> = inner.iter().take_while(|line| line.name() != "BEGIN").collect();
    let priority = own.iter().find(|line| line.name() == "PRIORITY").and_then(|line| line.value().trim().parse().ok());
    let has = |names: &[&str]| own.iter().any(|line| names.contains(&line.name()));
    let times = own.iter().copied().filter(|line| ["UID", "DTSTART", "DTEND", "DURATION"].contains(&line.name()));
    let mut within = None;
    if has(&["DTSTART"]) {
        for mut whole in events([times.collect()], zones)? {
            let ends = has(&["DTEND", "DURATION"]);
            if !ends {
                whole.details.end = Length::of(0, 1).ok().map(EventEnd::After);
            }
            let first = whole.series(here)?.first_time();
            within = first.and_then(|time| {
                let end = if ends { time.end() } else { DateTime::<Utc>::MAX_UTC };
                Interval::new(time.start(), end).ok()
            });
        }
    }
    let rows = rows.into_iter().map(|row| row.get(1..row.len().saturating_sub(1)).unwrap_or_default().iter().collect());
    let hours = events(rows, zones)?.iter().map(|event| event.series(here)).collect::<Result<_, _>>()?;
    Ok(Availability { priority: priority.unwrap_or_default(), within, hours })
}

/// Components that are told like events, read as such.
fn events<'a>(
    components: impl IntoIterator<Item = Vec<&'a RawProperty>>,
    zones: &[&[RawProperty]],
) -> Result<Vec<CalendarEvent>, InputError> {
    let mut text = String::from("BEGIN:VCALENDAR\n");
    let mut put = |line: &str| {
        text.push_str(line);
        text.push('\n');
    };
    for line in zones.iter().flat_map(|zone| zone.iter()) {
        put(&String::from(line.clone()));
    }
    for lines in components {
        put("BEGIN:VEVENT");
        for line in lines {
            put(&String::from(line.clone()));
        }
        put("END:VEVENT");
    }
    put("END:VCALENDAR");
    Ok(Calendar::read("availability", text.as_bytes())?.events)
}

/// The components of a kind among lines, each from its `BEGIN` to its `END`.
fn blocks<'a>(lines: &'a [RawProperty], kind: &str) -> Vec<&'a [RawProperty]> {
    let mut found = Vec::new();
    let mut begin = None;
    for (at, line) in lines.iter().enumerate() {
        match (line.name(), begin) {
            ("BEGIN", None) if line.value().eq_ignore_ascii_case(kind) => begin = Some(at),
            ("END", Some(first)) if line.value().eq_ignore_ascii_case(kind) => {
                found.extend(lines.get(first..=at));
                begin = None;
            }
            _ => {}
        }
    }
    found
}

/// The availability that a calendar tells cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AvailabilityError {
    /// There is too much of it.
    #[error("{parts} parts or rows of hours: at most {MOST_PARTS} are wanted")]
    TooMany {
        /// How many there are.
        parts: usize,
    },
    /// A line of it is wrong.
    #[error(transparent)]
    Input(#[from] InputError),
    /// Hours have no length, or times that cannot be compared.
    #[error(transparent)]
    Series(#[from] EventSeriesError),
}
