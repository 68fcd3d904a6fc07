//! How often an event was changed, and what a change of its start does to the rest of it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::error::{MoveEventError, SplitEventError};
use crate::calendar::{CalendarEvent, EventDetails, EventEnd, EventTime, RawProperty, fitted};
use crate::recurrence::{RecurrenceSet, Rule, RuleEnd, RuleError, Until};
use crate::stamp;

impl EventDetails {
    /// How often its time has been changed (`SEQUENCE`).
    #[must_use]
    pub fn sequence(&self) -> u32 {
        self.value("SEQUENCE").and_then(|value| value.trim().parse().ok()).unwrap_or_default()
    }

    /// When it was last changed (`LAST-MODIFIED`), or else written (`DTSTAMP`); none where neither is told.
    #[must_use]
    pub fn revised_at(&self) -> Option<DateTime<Utc>> {
        let instant = |value: &str| Some(stamp::local(value.strip_suffix(['Z', 'z'])?)?.and_utc());
        self.value("LAST-MODIFIED").and_then(instant).or_else(|| self.value("DTSTAMP").and_then(instant))
    }

    /// When it was written as it is (`DTSTAMP`), or else changed.
    pub(super) fn written_at(&self) -> Option<DateTime<Utc>> {
        let stamp = self.value("DTSTAMP").and_then(|value| stamp::local(value.strip_suffix(['Z', 'z'])?));
        stamp.map(|at| at.and_utc()).or_else(|| self.revised_at())
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.other.iter().find(|property| property.name() == name).map(RawProperty::value)
    }

    /// Whether it takes no time from anybody (`TRANSP:TRANSPARENT`).
    pub(super) fn is_transparent(&self) -> bool {
        self.value("TRANSP").is_some_and(|value| value.eq_ignore_ascii_case("TRANSPARENT"))
    }

    /// Whether it may not take place (`STATUS:TENTATIVE`).
    pub(super) fn is_tentative(&self) -> bool {
        self.value("STATUS").is_some_and(|value| value.eq_ignore_ascii_case("TENTATIVE"))
    }

    /// Gives a property this value in place of all that it has.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        // Names and values are those of this module, which can always be written.
        let Ok(property) = RawProperty::of(name, [], value) else { return };
        let place = self.other.iter().position(|one| one.name() == name).unwrap_or(self.other.len());
        self.other.retain(|one| one.name() != name);
        self.other.insert(place.min(self.other.len()), property);
    }

    /// Notes a change: its number, and when it was made.
    pub(super) fn revise(&mut self, sequence: u32, at: DateTime<Utc>) {
        self.set("SEQUENCE", &sequence.to_string());
        let at = format!("{}Z", stamp::write_local(at.naive_utc()));
        self.set("DTSTAMP", &at);
        self.set("LAST-MODIFIED", &at);
    }

    /// Calls it off.
    pub(super) fn call_off(&mut self) {
        self.set("STATUS", "CANCELLED");
    }

    /// The same without when it was written, which a program may tell anew each time it writes.
    fn unstamped(&self) -> Self {
        let mut details = self.clone();
        details.other.retain(|one| one.name() != "DTSTAMP");
        details
    }
}

impl CalendarEvent {
    /// Whether two tell the same event, whenever they were written.
    pub(super) fn tells_the_same_as(&self, other: &Self) -> bool {
        let unstamped = |event: &Self| Self {
            details: event.details.unstamped(),
            overrides: event.overrides.iter().map(|(at, details)| (*at, details.unstamped())).collect(),
            ..event.clone()
        };
        self == other || unstamped(self) == unstamped(other)
    }

    /// The same where one instance is as an event of its own tells it.
    pub(super) fn with_instance(&self, instance: EventTime, alone: &Self) -> Self {
        let mut event = self.clone();
        let at = instance.on_clock_of(self.details.start).unwrap_or_else(|| instance.local());
        event.overrides.insert(at, alone.details.clone());
        event
    }

    /// The details of one occurrence that does not differ yet.
    pub(super) fn occurrence(&self, at: NaiveDateTime) -> EventDetails {
        EventDetails { start: self.details.start.showing(at), end: self.details.ending(), ..self.details.clone() }
    }

    /// The same with another start: what is told by readings of its clock goes along with it.
    pub(super) fn starting(&self, start: EventTime, end: Option<EventEnd>) -> Result<Self, RuleError> {
        let from = self.details.start;
        let shift = start.local().signed_duration_since(from.local());
        let later = |at: &NaiveDateTime| at.checked_add_signed(shift).unwrap_or(*at);
        let rules = |list: &[Rule]| list.iter().map(|rule| shifted(rule, from, start, shift)).collect::<Result<_, _>>();
        let mut moved = Self {
            rules: rules(&self.rules)?,
            excluding: rules(&self.excluding)?,
            dates: self.dates.iter().map(later).collect(),
            exceptions: self.exceptions.iter().map(later).collect(),
            overrides: BTreeMap::new(),
            ..self.clone()
        };
        moved.details.start = start;
        moved.details.end = end;
        for (at, details) in &self.overrides {
            let mut details = details.clone();
            let stays = details.start.on_clock_of(from) == Some(*at);
            if stays {
                details.end =
                    if details.length() == self.details.length() { moved.details.ending() } else { details.ending() };
                details.start = start.showing(later(at));
            }
            moved.overrides.insert(later(at), details);
        }
        moved.drop_what_never_comes();
        Ok(moved)
    }

    /// What comes before an occurrence, and that one with all that follow it, told alike; differing instances go with
    /// the instance that they were.
    pub(crate) fn cut_at(&self, occurrence: NaiveDateTime) -> Result<(Self, Self), SplitEventError> {
        let (early, late) = self.recurrence().split_at(occurrence)?;
        let start = self.details.start.showing(occurrence);
        let mut before = self.with_recurrence(&early, self.details.start).map_err(MoveEventError::from)?;
        let mut after = self.with_recurrence(&late, start).map_err(MoveEventError::from)?;
        after.overrides = before.overrides.split_off(&occurrence);
        (after.details.start, after.details.end) = (start, self.details.ending());
        Ok((before, after))
    }

    /// The same with the rules, dates and exceptions of a set, as they are meant for a start.
    fn with_recurrence(&self, set: &RecurrenceSet, start: EventTime) -> Result<Self, RuleError> {
        Ok(Self {
            rules: set.rules().iter().map(|rule| fitted(rule, start)).collect::<Result<_, _>>()?,
            excluding: set.excluding_rules().to_vec(),
            dates: set.dates().collect(),
            exceptions: set.exceptions().collect(),
            ..self.clone()
        })
    }

    /// Leaves out the differing instances at which it does not take place any more.
    pub(super) fn drop_what_never_comes(&mut self) {
        let missing = self.recurrence().missing(self.overrides.keys().copied());
        self.overrides.retain(|at, _| missing.binary_search(at).is_err());
    }
}

/// A rule whose end is moved along with the start.
pub(crate) fn shifted(rule: &Rule, from: EventTime, to: EventTime, shift: TimeDelta) -> Result<Rule, RuleError> {
    let later = |at: NaiveDateTime| at.checked_add_signed(shift).unwrap_or(at);
    let moved = match rule.parts().end {
        RuleEnd::Never | RuleEnd::Count(_) => rule.clone(),
        RuleEnd::Until(Until::Date(date)) => {
            let days = later(date.and_time(from.local().time()));
            rule.ending(RuleEnd::Until(Until::Date(days.date())))?
        }
        RuleEnd::Until(Until::Local(at)) => rule.ending(RuleEnd::Until(Until::Local(later(at))))?,
        RuleEnd::Until(Until::Utc(at)) => {
            let local = from.zone().map_or(at.naive_utc(), |zone| zone.local(at));
            rule.ending(RuleEnd::Until(Until::Local(later(local))))?
        }
    };
    fitted(&moved, to)
}
