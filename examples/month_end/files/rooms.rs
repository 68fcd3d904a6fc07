//! Rooms, who wants them, and the calendar of standing meetings.

use chrono::{NaiveDate, NaiveTime};
use office_core::sheet::Row;
use office_core::subject::{Booking, Person, Place};
use office_core::{InputError, Zone};
use office_scheduling::{Calendar, EventDetails, RawProperty};

use super::cell::{self, Code};
use super::table::FileRow;

/// A room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoomRow {
    pub(crate) code: Code<Place>,
    /// As the calendar's `LOCATION` has it.
    pub(crate) name: String,
    pub(crate) capacity: u32,
    pub(crate) features: Vec<String>,
    pub(crate) zone: Zone,
    pub(crate) open: NaiveTime,
    pub(crate) close: NaiveTime,
    pub(crate) setup_minutes: u32,
    pub(crate) teardown_minutes: u32,
}

impl FileRow for RoomRow {
    const FILE: &'static str = "rooms.csv";
    const COLUMNS: &'static [&'static str] =
        &["room", "name", "capacity", "features", "zone", "open", "close", "setup_minutes", "teardown_minutes"];
    const KEY: &'static [&'static str] = &["room"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        let feature = |text: &str| cell::is_word(text).then(|| text.to_owned());
        let (open, close) = cell::times(row, "open", "close")?;
        Ok(Self {
            code: cell::code(row, "room")?,
            name: cell::text(row, "name")?,
            capacity: cell::whole(row, "capacity")?,
            features: cell::list(row, "features", "words such as `screen|video`", feature)?,
            zone: row.parse("zone", "a zone such as `Europe/Berlin`")?,
            open,
            close,
            setup_minutes: cell::whole(row, "setup_minutes")?,
            teardown_minutes: cell::whole(row, "teardown_minutes")?,
        })
    }
}

/// Somebody wants a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BookingRow {
    pub(crate) code: Code<Booking>,
    pub(crate) date: NaiveDate,
    /// On the clock of the room's zone, as is the end.
    pub(crate) start: NaiveTime,
    pub(crate) end: NaiveTime,
    pub(crate) room: Code<Place>,
    pub(crate) organiser: Code<Person>,
    pub(crate) people: u32,
    pub(crate) purpose: String,
}

impl FileRow for BookingRow {
    const FILE: &'static str = "bookings.csv";
    const COLUMNS: &'static [&'static str] =
        &["booking", "date", "start", "end", "room", "organiser", "people", "purpose"];
    const KEY: &'static [&'static str] = &["booking"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        let (start, end) = cell::times(row, "start", "end")?;
        Ok(Self {
            code: cell::code(row, "booking")?,
            date: cell::date(row, "date")?,
            start,
            end,
            room: cell::code(row, "room")?,
            organiser: cell::code(row, "organiser")?,
            people: cell::whole(row, "people")?,
            purpose: cell::text(row, "purpose")?,
        })
    }
}

/// The calendar of standing meetings.
pub(crate) const CALENDAR: &str = "calendar.ics";

/// Refuses a calendar whose events are in a room that the office has not, or invited to by a stranger.
pub(crate) fn check_calendar(
    bytes: &[u8],
    calendar: &Calendar,
    known_room: impl Fn(&str) -> bool,
    known_address: impl Fn(&str) -> bool,
) -> Result<(), InputError> {
    let all = calendar.events.iter().flat_map(|event| std::iter::once(&event.details).chain(event.overrides.values()));
    for EventDetails { location, organiser, .. } in all {
        if let Some(location) = location.as_deref().filter(|location| !known_room(location)) {
            return Err(refuse(bytes, "LOCATION", location, "the name of a room in rooms.csv"));
        }
        let address = organiser.as_ref().map(RawProperty::value);
        let address = address.map(|value| value.strip_prefix("mailto:").unwrap_or(value));
        if let Some(address) = address.filter(|address| !known_address(address)) {
            return Err(refuse(bytes, "ORGANIZER", address, "the address of somebody in staff.csv"));
        }
    }
    Ok(())
}

/// The refusal of a value that is known, by the first line of the property that holds it.
fn refuse(bytes: &[u8], property: &str, value: &str, expected: &str) -> InputError {
    let text = String::from_utf8_lossy(bytes);
    let found = text.lines().position(|line| line.starts_with(property) && line.ends_with(value));
    let line = found.and_then(|index| u64::try_from(index).ok()).map_or(1, |index| index.saturating_add(1));
    InputError::new(CALENDAR, line, property, value, expected)
}
