#![doc = include_str!("../README.md")]
//!
//! # Laws
//! Recurrence, tested in `tests/recurrence_law.rs`:
//! 1. An expansion equals a walk over every hour, minute or second that asks the rule alone.
//! 2. Instances ascend, each once; resuming from any point continues the same sequence.
//! 3. `COUNT` and `UNTIL` hold, the start included; with a zone, `UNTIL` in universal time is an instant.
//! 4. An exception removes exactly its instance, an excluding rule exactly what it yields; a date adds exactly itself.
//! 5. A series cut in two is together what it was.
//! 6. A rule written and read again is the same; any text is read or refused.
//! 7. A window shows what a wider one shows there, and where it is limited the first of it.
//! 8. An override replaces exactly one instance, and keeps its own length.
//!
//! Collisions, tested in `tests/conflict.rs`:
//!
//! 9. After any insertions, moves and cancellations the index finds what a look at every booking finds; held times
//!    that touch do not conflict.
//!
//! Calendars, tested in `tests/calendar.rs`:
//!
//! 10. What is written reads back as it was, unknown properties and components with it.
//! 11. One bad byte is told by its line and a property; any bytes are read or refused.

#[cfg(feature = "icalendar")]
mod calendar;
mod conflict;
mod recurrence;
mod stamp;

#[cfg(feature = "icalendar")]
pub use calendar::{
    Calendar, CalendarEvent, EventDetails, EventEnd, EventSeriesError, EventTime, MAX_CALENDAR_BYTES,
    MAX_CALENDAR_LINES, MAX_LINE_BYTES, PropertyError, RawProperty, WriteCalendarError,
};
pub use conflict::{Buffers, ConflictIndex, Occupancy};
pub use recurrence::{
    Expansion, FirstInstance, Frequency, Instance, Length, LengthError, MAX_COUNT, MAX_EXCLUDED, MAX_RULE_TEXT,
    Override, Part, RecurrenceSet, ReplaceError, Rule, RuleDay, RuleEnd, RuleError, RuleParts, Series, SplitError,
    Until,
};
