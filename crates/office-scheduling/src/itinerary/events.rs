//! An itinerary in the traveller's calendar.

use chrono::{DateTime, Utc};
use office_core::{FoldRule, GapRule, Zone};

use super::{Itinerary, Segment};
use crate::calendar::{CalendarEvent, EventDetails, EventEnd, EventTime, PropertyError, RawProperty};
use crate::find_time::Engagement;

impl Itinerary {
    /// An event for each segment, its times on the clocks of either end; nights make nobody busy (`TRANSP:TRANSPARENT`).
    ///
    /// Their names are `uid` and their numbers: what was read before is replaced where it is read again. A time that the
    /// clocks show twice, and of which the second is meant, is told in universal time, as files cannot tell it otherwise.
    ///
    /// # Errors
    /// [`PropertyError`]; none is known of.
    ///
    /// # Example
    /// ```
    /// # use office_scheduling::{Calendar, Itinerary, Segment, SegmentKind, TravelPlace};
    /// let (berlin, london) = (
    ///     TravelPlace::new("DE/Berlin/BER", "Europe/Berlin".parse()?)?,
    ///     TravelPlace::new("GB/London/LHR", "Europe/London".parse()?)?,
    /// );
    /// let (left, there) = (berlin.at("2026-10-12T09:00:00".parse()?), london.at("2026-10-12T10:00:00".parse()?));
    /// let itinerary = Itinerary::new([Segment::new(SegmentKind::Flight, "BA 981", left, there)?])?;
    /// let text = Calendar { events: itinerary.events("TR-7")?, ..Calendar::default() }.write()?;
    /// assert!(text.contains("DTSTART;TZID=Europe/Berlin:20261012T090000"));
    /// assert!(text.contains("DTEND;TZID=Europe/London:20261012T100000"));
    /// assert!(!text.contains("TRANSPARENT"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn events(&self, uid: &str) -> Result<Vec<CalendarEvent>, PropertyError> {
        (1_usize..).zip(self.segments()).map(|(number, segment)| event(&format!("{uid}-{number}"), segment)).collect()
    }

    /// When one cannot be had for anything else: on every way to go, wherever that is.
    #[must_use]
    pub fn engagements(&self) -> Vec<Engagement> {
        self.ways().map(|(_, way)| Engagement { time: way.time(), place: None }).collect()
    }
}

fn event(uid: &str, segment: &Segment) -> Result<CalendarEvent, PropertyError> {
    let other = if segment.is_lodging() { vec![RawProperty::of("TRANSP", [], "TRANSPARENT")?] } else { Vec::new() };
    let title = match segment.booking() {
        Some(booking) => format!("{} ({})", segment.title(), booking.reference),
        None => segment.title().to_owned(),
    };
    let (start, end) = (segment.from().zone(), segment.to().zone());
    let details = EventDetails {
        summary: Some(title),
        location: Some(segment.from().name().to_owned()),
        start: told(start, segment.time().start()),
        end: Some(EventEnd::At(told(end, segment.time().end()))),
        organiser: None,
        attendees: Vec::new(),
        other,
        components: Vec::new(),
    };
    Ok(CalendarEvent {
        uid: uid.to_owned(),
        instance: None,
        details,
        rules: Vec::new(),
        excluding: Vec::new(),
        dates: [].into(),
        exceptions: [].into(),
        overrides: [].into(),
    })
}

/// An instant on the clocks of a zone, or in universal time where those would be read as another one.
fn told(zone: Zone, instant: DateTime<Utc>) -> EventTime {
    let time = zone.at(zone.local(instant));
    let read = time.instant(GapRule::Forward, FoldRule::First);
    EventTime::Zoned(if read == Ok(instant) { time } else { Zone::UTC.at(instant.naive_utc()) })
}
