//! Calendars made ready for programs that ask for everything RFC 5545 asks for.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc};
use office_core::Zone;

use super::line::{PropertyError, RawProperty};
use super::{Calendar, EventDetails};
use crate::stamp;

/// A definition tells the changes of clocks up to so many years after the last start.
const YEARS_AHEAD: i32 = 10;
/// The most years that a definition tells.
const MOST_YEARS: i32 = 100;

impl Calendar {
    /// The same with what RFC 5545 asks for and nobody has told yet: when it was written (`DTSTAMP`), in each event, and
    /// for each zone that is named, how its clocks are changed (`VTIMEZONE`), from the year before the first start in it to
    /// ten years after the last, at most a hundred years. Zones in universal time need none.
    ///
    /// # Example
    /// ```
    /// use office_scheduling::Calendar;
    ///
    /// let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:7\r\nDTSTART;TZID=Europe/Berlin:20260302T090000\r\n\
    ///     END:VEVENT\r\nEND:VCALENDAR\r\n";
    /// let calendar = Calendar::read("team.ics", text.as_bytes())?.complete("2026-02-01T08:00:00Z".parse().unwrap());
    /// let written = calendar.write().unwrap();
    /// assert!(written.contains("DTSTAMP:20260201T080000Z\r\n") && written.contains("BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n"));
    /// // What is there already stays.
    /// assert_eq!(calendar.complete("2027-01-01T00:00:00Z".parse().unwrap()), calendar);
    /// # Ok::<(), office_core::InputError>(())
    /// ```
    #[must_use]
    pub fn complete(&self, at: DateTime<Utc>) -> Self {
        let mut calendar = self.clone();
        let stamp = RawProperty::of("DTSTAMP", [], &format!("{}Z", stamp::write_local(at.naive_utc())));
        let mut years: BTreeMap<Zone, BTreeSet<i32>> = BTreeMap::new();
        for event in &mut calendar.events {
            for details in event.overrides.values_mut().chain([&mut event.details]) {
                if !details.other.iter().any(|one| one.name() == "DTSTAMP")
                    && let Ok(stamp) = &stamp
                {
                    details.other.insert(0, stamp.clone());
                }
                for (zone, year) in zones_of(details) {
                    years.entry(zone).or_default().insert(year);
                }
            }
        }
        let defined: BTreeSet<String> =
            self.components.iter().filter(|line| line.name() == "TZID").map(|line| line.value().to_owned()).collect();
        for (zone, years) in years {
            if zone != Zone::UTC
                && !defined.contains(zone.name())
                && let (Some(first), Some(last)) = (years.first(), years.last())
                && let Ok(lines) = definition(zone, *first, *last)
            {
                calendar.components.extend(lines);
            }
        }
        calendar
    }
}

/// The zones in which an event starts and ends, with the years.
fn zones_of(details: &EventDetails) -> impl Iterator<Item = (Zone, i32)> {
    let end = match details.end {
        Some(super::EventEnd::At(end)) => Some(end),
        Some(super::EventEnd::After(_)) | None => None,
    };
    [Some(details.start), end].into_iter().flatten().filter_map(|time| Some((time.zone()?, time.local().year())))
}

/// How the clocks of a zone are changed in some years.
fn definition(zone: Zone, first: i32, last: i32) -> Result<Vec<RawProperty>, PropertyError> {
    let first = first.saturating_sub(1).max(1_900);
    let last = last.saturating_add(YEARS_AHEAD).min(first.saturating_add(MOST_YEARS));
    let offset = |at: DateTime<Utc>| zone.local(at).signed_duration_since(at.naive_utc()).num_seconds();
    let line = |name: &str, value: &str| RawProperty::of(name, [], value);
    let day = |year: i32| NaiveDate::from_ymd_opt(year, 1, 1).map(|date| date.and_time(NaiveTime::MIN).and_utc());
    // Onsets on the clock before each, by the offsets before and after.
    let mut changes: BTreeMap<(i64, i64), Vec<String>> = BTreeMap::new();
    if let (Some(mut at), Some(end)) = (day(first), day(last.saturating_add(1))) {
        let start = offset(at);
        changes.entry((start, start)).or_default().push(stamp::write_local(zone.local(at)));
        while at < end {
            let next = at.checked_add_signed(TimeDelta::days(1)).unwrap_or(end);
            if offset(next) != offset(at) {
                let change = first_with(at, next, |instant| offset(instant) != offset(at));
                let shown = change.naive_utc().checked_add_signed(TimeDelta::seconds(offset(at)));
                let onsets = changes.entry((offset(at), offset(next))).or_default();
                onsets.extend(shown.map(stamp::write_local));
            }
            at = next;
        }
    }
    let mut lines = vec![line("BEGIN", "VTIMEZONE")?, line("TZID", zone.name())?];
    for ((before, after), onsets) in changes {
        let kind = if after > before { "DAYLIGHT" } else { "STANDARD" };
        lines.push(line("BEGIN", kind)?);
        let mut onsets = onsets.into_iter();
        lines.push(line("DTSTART", &onsets.next().unwrap_or_default())?);
        lines.push(line("TZOFFSETFROM", &written(before))?);
        lines.push(line("TZOFFSETTO", &written(after))?);
        for onset in onsets {
            lines.push(line("RDATE", &onset)?);
        }
        lines.push(line("END", kind)?);
    }
    lines.push(line("END", "VTIMEZONE")?);
    Ok(lines)
}

/// The first second after one instant and up to another at which something holds that holds at the later one.
fn first_with(early: DateTime<Utc>, late: DateTime<Utc>, holds: impl Fn(DateTime<Utc>) -> bool) -> DateTime<Utc> {
    let (mut early, mut late) = (early.timestamp(), late.timestamp());
    let at = |second: i64| DateTime::from_timestamp(second, 0).unwrap_or_default();
    while late.saturating_sub(early) > 1 {
        let middle = early.midpoint(late);
        if holds(at(middle)) {
            late = middle;
        } else {
            early = middle;
        }
    }
    at(late)
}

/// An offset as `+0100`, with seconds where it has any.
fn written(offset: i64) -> String {
    let (sign, size) = if offset < 0 { ('-', offset.unsigned_abs()) } else { ('+', offset.unsigned_abs()) };
    let (hours, minutes, seconds) = (size / 3_600, size / 60 % 60, size % 60);
    if seconds == 0 {
        format!("{sign}{hours:02}{minutes:02}")
    } else {
        format!("{sign}{hours:02}{minutes:02}{seconds:02}")
    }
}
