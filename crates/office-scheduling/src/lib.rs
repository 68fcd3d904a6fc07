//! The `office-scheduling` crate.

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
