//! Files read as calendars.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::mem::discriminant;
use std::str::FromStr;

use chrono::NaiveDateTime;
use office_core::{InputError, Zone};

use super::following::{Following, cut};
use super::line::{Line, RawProperty, lines};
use super::zone_name::{definitions, zone_named};
use super::{Calendar, CalendarEvent, EventDetails, EventEnd, EventTime, fitted};
use crate::recurrence::{Length, Rule};
use crate::stamp::{self, length};

/// Components may lie this deep in one another.
pub(super) const MAX_DEPTH: usize = 16;

/// An event may have so many dates with an end of their own: each is an instance with all that the event says.
const MAX_PERIODS: usize = 64;

/// An event may have so many rules.
const MAX_RULES: usize = 64;

/// So many instances of a calendar may be changed together with all that follow them: each cuts its event in two.
const MAX_CUTS: usize = 256;

/// Properties that an event keeps as fields of its own.
pub(super) const KNOWN: [&str; 13] = [
    "UID",
    "RECURRENCE-ID",
    "DTSTART",
    "DTEND",
    "DURATION",
    "SUMMARY",
    "LOCATION",
    "ORGANIZER",
    "ATTENDEE",
    "RRULE",
    "EXRULE",
    "RDATE",
    "EXDATE",
];

impl Calendar {
    /// Reads the bytes of an `.ics` file; `file` is its name in errors.
    ///
    /// First every line is checked: sizes, UTF-8, control characters. Then lines are unfolded and read. Zones are
    /// those of the IANA database: what a `TZID` names is found by its name, by its name in Windows, by the place that its
    /// `VTIMEZONE` tells, or else by how the clocks are changed there. An instance whose event the file does not have is an
    /// event by itself. Where an instance and all that follow it differ (`RANGE=THISANDFUTURE`), the event ends before it, and
    /// another, whose `UID` is made of that of the event and the instance, takes its place from there on: later by as much
    /// as the instance on the clock of the event, as [`Event::split_at`](crate::Event::split_at) has it. Times of day in the rules of whole days are ignored, as RFC 5545 asks.
    ///
    /// # Errors
    /// [`InputError`] of the first thing wrong, with line and property.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, InputError> {
        let lines = lines(file, bytes)?;
        let zones = definitions(&lines);
        let zones = zones.into_iter().map(|(name, lines)| (name, (lines, Cell::new(None)))).collect();
        let mut reader = Reader { file, zones, lines: lines.into_iter() };
        let calendar = reader.calendar()?;
        match reader.lines.next() {
            None => Ok(calendar),
            Some(line) => Err(reader.refuse(&line, "nothing after END:VCALENDAR")),
        }
    }
}

struct Reader<'a> {
    file: &'a str,
    /// What the file says of its zones, and which they are, once that has been asked.
    zones: BTreeMap<String, (Vec<RawProperty>, Cell<Option<Zone>>)>,
    lines: std::vec::IntoIter<Line>,
}

/// A component: its properties, and what lies in it as it stands.
struct Component {
    begin: Line,
    properties: Vec<Line>,
    inner: Vec<RawProperty>,
}

impl Reader<'_> {
    fn refuse(&self, line: &Line, expected: &str) -> InputError {
        InputError::new(self.file, line.number, line.property.name(), line.property.value(), expected)
    }

    fn missing(&self, begin: &Line, name: &str) -> InputError {
        InputError::new(self.file, begin.number, name, "", format!("{name} in this component"))
    }

    fn calendar(&mut self) -> Result<Calendar, InputError> {
        let Some(begin) = self.lines.next() else {
            return Err(InputError::new(self.file, 1, "BEGIN", "", "BEGIN:VCALENDAR"));
        };
        if !is(&begin, "BEGIN", "VCALENDAR") {
            return Err(self.refuse(&begin, "BEGIN:VCALENDAR"));
        }
        let mut calendar = Calendar::default();
        let mut drafts = Vec::new();
        loop {
            let Some(line) = self.lines.next() else { return Err(self.missing(&begin, "END:VCALENDAR")) };
            match line.property.name() {
                "END" if is(&line, "END", "VCALENDAR") => break,
                "END" => return Err(self.refuse(&line, "END:VCALENDAR")),
                "BEGIN" if is(&line, "BEGIN", "VEVENT") => {
                    let component = self.component(line)?;
                    drafts.push(self.draft(component)?);
                }
                "BEGIN" => self.verbatim(&line, &mut calendar.components)?,
                "VERSION" if line.property.value() != "2.0" => return Err(self.refuse(&line, "2.0")),
                "VERSION" | "PRODID" => {}
                _ => calendar.other.push(line.property),
            }
        }
        calendar.events = self.events(drafts)?;
        Ok(calendar)
    }

    /// The rest of a component whose beginning has been read.
    fn component(&mut self, begin: Line) -> Result<Component, InputError> {
        let mut component = Component { begin, properties: Vec::new(), inner: Vec::new() };
        loop {
            let Some(line) = self.lines.next() else { return Err(self.missing(&component.begin, "END:VEVENT")) };
            match line.property.name() {
                "END" if is(&line, "END", "VEVENT") => return Ok(component),
                "END" => return Err(self.refuse(&line, "END:VEVENT")),
                "BEGIN" => self.verbatim(&line, &mut component.inner)?,
                _ => component.properties.push(line),
            }
        }
    }

    /// Keeps a component as it stands, with all that lies in it.
    fn verbatim(&mut self, begin: &Line, kept: &mut Vec<RawProperty>) -> Result<(), InputError> {
        let mut open = vec![begin.property.value().to_owned()];
        kept.push(begin.property.clone());
        while let Some(inmost) = open.last() {
            let Some(line) = self.lines.next() else {
                return Err(self.missing(begin, &format!("END:{inmost}")));
            };
            match line.property.name() {
                "END" if line.property.value().eq_ignore_ascii_case(inmost) => {
                    open.pop();
                }
                "END" => return Err(self.refuse(&line, &format!("END:{inmost}"))),
                "BEGIN" if open.len() >= MAX_DEPTH => {
                    return Err(self.refuse(&line, "at most 16 components in one another"));
                }
                "BEGIN" => open.push(line.property.value().to_owned()),
                _ => {}
            }
            kept.push(line.property);
        }
        Ok(())
    }

    /// An event or one differing instance, as its component tells it.
    fn draft(&self, component: Component) -> Result<Draft, InputError> {
        let Component { begin, properties, inner } = component;
        let one = |name: &str| -> Result<Option<&Line>, InputError> {
            let mut found = properties.iter().filter(|line| line.property.name() == name);
            let first = found.next();
            found.next().map_or(Ok(first), |second| Err(self.refuse(second, &format!("{name} once"))))
        };
        let text = |name: &str| Ok::<_, InputError>(one(name)?.map(|line| line.property.text()));
        let uid = text("UID")?.ok_or_else(|| self.missing(&begin, "UID"))?;
        let start_line = one("DTSTART")?.ok_or_else(|| self.missing(&begin, "DTSTART"))?;
        let start = self.time(start_line)?;
        let occurrence = match one("RECURRENCE-ID")? {
            Some(line) if range(line).is_some_and(|range| !range.eq_ignore_ascii_case("THISANDFUTURE")) => {
                return Err(self.refuse(line, "RANGE=THISANDFUTURE, or no RANGE"));
            }
            Some(line) => Some((line.clone(), self.time(line)?)),
            None => None,
        };
        let end = self.end(start, one("DTEND")?, one("DURATION")?)?;
        let details = EventDetails {
            summary: text("SUMMARY")?,
            location: text("LOCATION")?,
            start,
            end,
            organiser: one("ORGANIZER")?.map(|line| line.property.clone()),
            attendees: all(&properties, "ATTENDEE").map(|line| line.property.clone()).collect(),
            other: properties
                .iter()
                .filter(|line| !KNOWN.contains(&line.property.name()))
                .map(|line| line.property.clone())
                .collect(),
            components: inner,
        };
        if occurrence.is_some()
            && let Some(rule) =
                ["RRULE", "EXRULE", "RDATE", "EXDATE"].iter().find_map(|name| all(&properties, name).next())
        {
            return Err(self.refuse(rule, "no recurrence in an event with RECURRENCE-ID"));
        }
        let mut rules = properties.iter().filter(|line| matches!(line.property.name(), "RRULE" | "EXRULE"));
        if let Some(line) = rules.nth(MAX_RULES) {
            return Err(self.refuse(line, "at most 64 rules in an event"));
        }
        let event = CalendarEvent {
            uid,
            instance: None,
            rules: self.rules(all(&properties, "RRULE"), start)?,
            excluding: self.rules(all(&properties, "EXRULE"), start)?,
            dates: self.dates(all(&properties, "RDATE"), start)?,
            overrides: self.periods(all(&properties, "RDATE"), &details)?,
            exceptions: self.dates(all(&properties, "EXDATE"), start)?,
            details,
        };
        Ok(Draft { begin, occurrence, event })
    }

    fn rules<'l>(&self, lines: impl Iterator<Item = &'l Line>, start: EventTime) -> Result<Vec<Rule>, InputError> {
        lines
            .map(|line| {
                let rule = Rule::from_str(line.property.value()).and_then(|rule| fitted(&rule, start));
                rule.map_err(|error| self.refuse(line, &format!("a recurrence rule: {error}")))
            })
            .collect()
    }

    fn dates<'l>(
        &self,
        lines: impl Iterator<Item = &'l Line>,
        start: EventTime,
    ) -> Result<BTreeSet<NaiveDateTime>, InputError> {
        let mut dates = BTreeSet::new();
        for line in lines {
            for text in line.property.value().split(',') {
                let start_of_period = text.split('/').next().unwrap_or(text);
                dates.insert(self.on_clock(line, self.time_of(line, start_of_period)?, start)?);
            }
        }
        Ok(dates)
    }

    /// The dates added that have an end of their own (`RDATE;VALUE=PERIOD`), as instances that differ.
    fn periods<'l>(
        &self,
        lines: impl Iterator<Item = &'l Line>,
        details: &EventDetails,
    ) -> Result<BTreeMap<NaiveDateTime, EventDetails>, InputError> {
        let mut periods = BTreeMap::new();
        for line in lines {
            for (start, end) in line.property.value().split(',').filter_map(|text| text.split_once('/')) {
                let start = self.time_of(line, start)?;
                let wanted = "a period such as 20261231T090000Z/PT1H";
                let end = match length(end) {
                    Some((days, seconds)) => {
                        EventEnd::After(Length::of(days, seconds).map_err(|_| self.refuse(line, wanted))?)
                    }
                    None => EventEnd::At(self.time_of(line, end)?),
                };
                if let EventEnd::At(end) = end
                    && start.until(end).is_none_or(|elapsed| elapsed.num_seconds() < 0)
                {
                    return Err(self.refuse(line, wanted));
                }
                if periods.len() >= MAX_PERIODS {
                    return Err(self.refuse(line, "at most 64 periods in an event"));
                }
                let at = self.on_clock(line, start, details.start)?;
                periods.insert(at, EventDetails { start, end: Some(end), ..details.clone() });
            }
        }
        Ok(periods)
    }

    fn on_clock(&self, line: &Line, time: EventTime, start: EventTime) -> Result<NaiveDateTime, InputError> {
        let wanted = "a time of the kind of DTSTART: zoned, floating or a whole day";
        time.on_clock_of(start).ok_or_else(|| self.refuse(line, wanted))
    }

    fn time(&self, line: &Line) -> Result<EventTime, InputError> {
        self.time_of(line, line.property.value())
    }

    /// A date or time under the parameters of its line.
    fn time_of(&self, line: &Line, text: &str) -> Result<EventTime, InputError> {
        let wanted = |expected: &str| InputError::new(self.file, line.number, line.property.name(), text, expected);
        let whole_day = line.property.parameter("VALUE").is_some_and(|value| value.eq_ignore_ascii_case("DATE"));
        if let Some(date) = stamp::date(text) {
            return Ok(EventTime::AllDay(date));
        }
        if whole_day {
            return Err(wanted("a date such as 20261231"));
        }
        let (local, universal) = text.strip_suffix(['Z', 'z']).map_or((text, false), |local| (local, true));
        let local = stamp::local(local).ok_or_else(|| wanted("a date and time such as 20261231T170000Z"))?;
        if universal {
            return Ok(EventTime::Zoned(Zone::UTC.at(local)));
        }
        let Some(name) = line.property.parameter("TZID") else { return Ok(EventTime::Floating(local)) };
        let zone = self.zone(name).ok_or_else(|| {
            let expected =
                "a TZID of the IANA database such as Europe/Berlin, or a VTIMEZONE that is like one of its zones";
            InputError::new(self.file, line.number, line.property.name(), name, expected)
        })?;
        Ok(EventTime::Zoned(zone.at(local)))
    }

    fn zone(&self, name: &str) -> Option<Zone> {
        let Some((definition, known)) = self.zones.get(name) else { return zone_named(name, None) };
        let zone = known.get().or_else(|| zone_named(name, Some(definition)));
        known.set(zone);
        zone
    }

    fn end(&self, start: EventTime, at: Option<&Line>, after: Option<&Line>) -> Result<Option<EventEnd>, InputError> {
        match (at, after) {
            (Some(_), Some(line)) => Err(self.refuse(line, "DTEND or DURATION, not both")),
            (Some(line), None) => {
                let end = self.time(line)?;
                let same_kind = discriminant(&start) == discriminant(&end);
                let elapsed = start.until(end).filter(|elapsed| same_kind && elapsed.num_seconds() >= 0);
                elapsed.ok_or_else(|| self.refuse(line, "an end of the kind of DTSTART and not before it"))?;
                Ok(Some(EventEnd::At(end)))
            }
            (None, Some(line)) => {
                let wanted = "a length such as PT1H30M or P1D, of at most 3660 days";
                let (days, seconds) = length(line.property.value()).ok_or_else(|| self.refuse(line, wanted))?;
                if days == 0 && seconds == 0 {
                    return Ok(Some(EventEnd::At(start)));
                }
                let length = Length::of(days, seconds).map_err(|_| self.refuse(line, wanted))?;
                Ok(Some(EventEnd::After(length)))
            }
            (None, None) => Ok(None),
        }
    }

    /// The events as they are without the instances that differ, and where each of them is by its `UID`.
    fn masters(&self, drafts: Vec<Draft>) -> Result<(Vec<CalendarEvent>, BTreeMap<String, usize>), InputError> {
        let (mut events, mut places) = (Vec::with_capacity(drafts.len()), BTreeMap::new());
        for Draft { begin, event, .. } in drafts {
            if places.insert(event.uid.clone(), events.len()).is_some() {
                let wanted = "one event of this UID without RECURRENCE-ID";
                return Err(InputError::new(self.file, begin.number, "UID", &event.uid, wanted));
            }
            events.push(event);
        }
        Ok((events, places))
    }

    /// The events, each with the instances that differ.
    fn events(&self, drafts: Vec<Draft>) -> Result<Vec<CalendarEvent>, InputError> {
        let (differing, masters): (Vec<Draft>, Vec<Draft>) =
            drafts.into_iter().partition(|draft| draft.occurrence.is_some());
        let (mut events, places) = self.masters(masters)?;
        let (mut alone, mut events_alone) = (BTreeSet::new(), Vec::new());
        let with_periods: Vec<bool> = events.iter().map(|event| !event.overrides.is_empty()).collect();
        let mut following: BTreeMap<usize, Vec<Following>> = BTreeMap::new();
        let mut cuts = 0_usize;
        for draft in differing {
            let Some((line, time)) = draft.occurrence else { continue };
            let place = places.get(&draft.event.uid).copied();
            let Some((place, event)) = place.and_then(|place| Some((place, events.get_mut(place)?))) else {
                if range(&line).is_some() {
                    return Err(self.refuse(&line, "RANGE beside the event itself, in the same file"));
                }
                let instance = Some(time);
                if !alone.insert((draft.event.uid.clone(), time)) {
                    return Err(self.refuse(&line, "one event for each instance"));
                }
                events_alone.push(CalendarEvent { instance, ..draft.event });
                continue;
            };
            let at = self.on_clock(&line, time, event.details.start)?;
            if range(&line).is_some() {
                cuts = cuts.saturating_add(1);
                if cuts > MAX_CUTS {
                    return Err(self.refuse(&line, "RANGE at most 256 times in a calendar"));
                }
                if with_periods.get(place).is_some_and(|with_periods| *with_periods) {
                    return Err(self.refuse(&line, "RANGE in an event without periods (RDATE;VALUE=PERIOD)"));
                }
                let details = draft.event.details;
                following.entry(place).or_default().push(Following { at, line, details });
            } else if event.overrides.insert(at, draft.event.details).is_some() {
                return Err(self.refuse(&line, "one event for each instance"));
            }
        }
        let mut whole = Vec::with_capacity(events.len());
        for (place, event) in events.into_iter().enumerate() {
            let changes = following.remove(&place).unwrap_or_default();
            let parts = cut(event, changes, &places);
            whole.extend(parts.map_err(|(line, wanted)| self.refuse(&line, wanted))?);
        }
        whole.append(&mut events_alone);
        Ok(whole)
    }
}

/// What a component tells beyond one instance, if it does.
fn range(line: &Line) -> Option<&str> {
    line.property.parameter("RANGE")
}

struct Draft {
    begin: Line,
    occurrence: Option<(Line, EventTime)>,
    event: CalendarEvent,
}

fn is(line: &Line, name: &str, value: &str) -> bool {
    line.property.name() == name && line.property.value().eq_ignore_ascii_case(value)
}

fn all<'l>(lines: &'l [Line], name: &str) -> impl Iterator<Item = &'l Line> {
    lines.iter().filter(move |line| line.property.name() == name)
}
