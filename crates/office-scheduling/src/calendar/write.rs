//! Calendars as text.

use chrono::Datelike;
use office_core::Zone;
use thiserror::Error;

use super::line::{PropertyError, RawProperty};
use super::read::{KNOWN, MAX_DEPTH};
use super::{Calendar, CalendarEvent, EventDetails, EventEnd, EventTime, fitted};
use crate::recurrence::{Length, Rule, RuleError};
use crate::stamp;

/// Octets of a line before it is folded.
const FOLD: usize = 75;

impl Calendar {
    /// The calendar as the text of an `.ics` file: lines of at most 75 octets that end in CR LF.
    ///
    /// Nothing is added that has to be invented: RFC 5545 asks for a `DTSTAMP` in each event and a `VTIMEZONE` for
    /// each zone, which stand among the [other](EventDetails::other) properties and
    /// [components](Calendar::components) where there are any. Zones are named as in the IANA database.
    ///
    /// # Errors
    /// [`WriteCalendarError`], of the first event that cannot be written.
    pub fn write(&self) -> Result<String, WriteCalendarError> {
        let mut out = String::new();
        for (name, value) in
            [("BEGIN", "VCALENDAR"), ("VERSION", "2.0"), ("PRODID", "-//office//office-scheduling//EN")]
        {
            fold(&mut out, &format!("{name}:{value}"));
        }
        let of_calendar = |cause| WriteCalendarError { uid: None, cause };
        for property in &self.other {
            placed(property, !["BEGIN", "END", "VERSION", "PRODID"].contains(&property.name())).map_err(of_calendar)?;
        }
        nested(&self.components, "VEVENT").map_err(of_calendar)?;
        self.other.iter().chain(&self.components).for_each(|property| put(&mut out, property));
        for event in &self.events {
            write_event(&mut out, event).map_err(|cause| WriteCalendarError { uid: Some(event.uid.clone()), cause })?;
        }
        fold(&mut out, "END:VCALENDAR");
        Ok(out)
    }
}

fn write_event(out: &mut String, event: &CalendarEvent) -> Result<(), Cause> {
    let start = event.details.start;
    let mut lines = Vec::new();
    if let Some(instance) = event.instance {
        let recurs = !(event.rules.is_empty() && event.dates.is_empty() && event.overrides.is_empty());
        if recurs {
            return Err(Cause::Place { name: "RECURRENCE-ID".to_owned() });
        }
        lines.push(time("RECURRENCE-ID", instance)?);
    }
    for rule in &event.rules {
        lines.push(rule_line("RRULE", rule, start)?);
    }
    for rule in &event.excluding {
        lines.push(rule_line("EXRULE", rule, start)?);
    }
    for at in &event.dates {
        lines.push(time("RDATE", start.showing(*at))?);
    }
    for at in &event.exceptions {
        lines.push(time("EXDATE", start.showing(*at))?);
    }
    write_details(out, &event.uid, &event.details, &lines)?;
    for (at, details) in &event.overrides {
        write_details(out, &event.uid, details, &[time("RECURRENCE-ID", start.showing(*at))?])?;
    }
    Ok(())
}

fn write_details(out: &mut String, uid: &str, details: &EventDetails, more: &[RawProperty]) -> Result<(), Cause> {
    let mut lines = vec![text("UID", uid)?, time("DTSTART", details.start)?];
    match details.end {
        Some(EventEnd::At(end)) => lines.push(time("DTEND", end)?),
        Some(EventEnd::After(length)) => lines.push(RawProperty::of("DURATION", [], &duration(length))?),
        None => {}
    }
    lines.extend_from_slice(more);
    if let Some(summary) = &details.summary {
        lines.push(text("SUMMARY", summary)?);
    }
    if let Some(location) = &details.location {
        lines.push(text("LOCATION", location)?);
    }
    if let Some(property) = &details.organiser {
        placed(property, property.name() == "ORGANIZER")?;
    }
    for property in &details.attendees {
        placed(property, property.name() == "ATTENDEE")?;
    }
    for property in &details.other {
        placed(property, !KNOWN.contains(&property.name()) && !["BEGIN", "END"].contains(&property.name()))?;
    }
    nested(&details.components, "")?;
    fold(out, "BEGIN:VEVENT");
    lines
        .iter()
        .chain(&details.organiser)
        .chain(&details.attendees)
        .chain(&details.other)
        .chain(&details.components)
        .for_each(|property| put(out, property));
    fold(out, "END:VEVENT");
    Ok(())
}

/// Refuses a property where it would be read as something else.
fn placed(property: &RawProperty, right: bool) -> Result<(), Cause> {
    if right { Ok(()) } else { Err(Cause::Place { name: property.name().to_owned() }) }
}

/// Refuses lines that are not whole components, or one of a kind that is kept elsewhere.
fn nested(lines: &[RawProperty], elsewhere: &str) -> Result<(), Cause> {
    let mut open: Vec<&str> = Vec::new();
    for line in lines {
        let value = line.value();
        let right = match (line.name(), open.last()) {
            ("BEGIN", inmost) => {
                let right = open.len() < MAX_DEPTH && (inmost.is_some() || !value.eq_ignore_ascii_case(elsewhere));
                open.push(value);
                right
            }
            ("END", Some(inmost)) => {
                let right = inmost.eq_ignore_ascii_case(value);
                open.pop();
                right
            }
            (_, inmost) => inmost.is_some(),
        };
        placed(line, right)?;
    }
    if open.is_empty() { Ok(()) } else { Err(Cause::Place { name: "BEGIN".to_owned() }) }
}

fn rule_line(name: &str, rule: &Rule, start: EventTime) -> Result<RawProperty, Cause> {
    Ok(RawProperty::of(name, [], &fitted(rule, start)?.to_string())?)
}

fn text(name: &str, text: &str) -> Result<RawProperty, Cause> {
    let escaped = text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n");
    Ok(RawProperty::of(name, [], &escaped)?)
}

fn time(name: &str, time: EventTime) -> Result<RawProperty, Cause> {
    let year = time.local().year();
    if !(0..=9_999).contains(&year) {
        return Err(Cause::Year { year });
    }
    let local = stamp::write_local(time.local());
    Ok(match time {
        EventTime::Zoned(time) if time.zone == Zone::UTC => RawProperty::of(name, [], &format!("{local}Z"))?,
        EventTime::Zoned(time) => RawProperty::of(name, [("TZID", time.zone.name())], &local)?,
        EventTime::Floating(_) => RawProperty::of(name, [], &local)?,
        EventTime::AllDay(date) => RawProperty::of(name, [("VALUE", "DATE")], &stamp::write_date(date))?,
    })
}

fn duration(length: Length) -> String {
    let days = if length.days() == 0 { String::new() } else { format!("{}D", length.days()) };
    let time = match length.seconds() {
        0 => String::new(),
        seconds if seconds % 3_600 == 0 => format!("T{}H", seconds / 3_600),
        seconds if seconds % 60 == 0 => format!("T{}M", seconds / 60),
        seconds => format!("T{seconds}S"),
    };
    format!("P{days}{time}")
}

/// Writes a property as a content line.
fn put(out: &mut String, property: &RawProperty) {
    fold(out, &property.line());
}

/// Writes a line, broken before each letter that would be beyond its octets.
fn fold(out: &mut String, line: &str) {
    let mut used = 0_usize;
    for letter in line.chars() {
        if used.saturating_add(letter.len_utf8()) > FOLD {
            out.push_str("\r\n ");
            used = 1;
        }
        out.push(letter);
        used = used.saturating_add(letter.len_utf8());
    }
    out.push_str("\r\n");
}

/// A calendar cannot be written: a text has control characters, a time lies outside years 0 to 9999, or a property
/// stands where it would be read as something else.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{} cannot be written", uid.as_ref().map_or_else(|| "the calendar".to_owned(), |uid| format!("the event `{uid}`")))]
pub struct WriteCalendarError {
    uid: Option<String>,
    #[source]
    cause: Cause,
}

impl WriteCalendarError {
    /// The event; none where it is the calendar itself.
    #[must_use]
    pub fn uid(&self) -> Option<&str> {
        self.uid.as_deref()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Error)]
enum Cause {
    #[error(transparent)]
    Property(#[from] PropertyError),
    #[error(transparent)]
    Rule(#[from] RuleError),
    #[error("{name} stands where it would be read as something else")]
    Place { name: String },
    #[error("the year {year} is not one of 0 to 9999")]
    Year { year: i32 },
}
