//! What a file says of an instance and of all that follow it (`RANGE=THISANDFUTURE`, RFC 5545, section 3.2.13), read as
//! an event that takes their place.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDateTime, TimeDelta, Weekday};

use super::line::Line;
use super::{CalendarEvent, EventDetails, EventTime};
use crate::event::{SplitEventError, shifted};
use crate::recurrence::{Frequency, Rule, RuleDay, RuleEnd, RuleParts, SplitError};
use crate::stamp;

/// Where no rule says it, instances are told one by one, at most so many.
const MAX_ONE_BY_ONE: usize = 400;

/// A rule that is cut may count so many instances, each of which is looked at.
const MAX_COUNTED: u32 = 10_000;

/// What a component says of an instance, and of all that follow it.
pub(super) struct Following {
    /// The reading at which the event has the instance.
    pub(super) at: NaiveDateTime,
    /// Where the file says which instance it is.
    pub(super) line: Line,
    /// What it is from then on, and when it takes place itself.
    pub(super) details: EventDetails,
}

/// An event cut before each instance from which on it differs.
///
/// Each part but the first has a `UID` of its own, none of those in the file, which is the same whenever the file is read.
/// All that follow are later by as much as the instance is, on the clock of the event, and are else what that one is.
///
/// # Errors
/// The line of the instance at which something is wrong, and what would be accepted there.
pub(super) fn cut(
    event: CalendarEvent,
    mut changes: Vec<Following>,
    uids: &BTreeMap<String, usize>,
) -> Result<Vec<CalendarEvent>, (Line, &'static str)> {
    changes.sort_by_key(|change| change.at);
    let uid = event.uid.clone();
    let (mut parts, mut rest, mut last) = (Vec::new(), event, None::<Following>);
    for change in changes {
        let at = change.at;
        if rest.overrides.contains_key(&at) || last.as_ref().is_some_and(|last| last.at == at) {
            return Err((change.line, "one event for each instance"));
        }
        let (before, mut after) = match halves(rest, at) {
            Ok(halves) => halves,
            Err(wanted) => return Err((change.line, wanted)),
        };
        if let Some(before) = before {
            let mut before = changed(before, last)?;
            end_by(&mut before.details, &change.details);
            parts.push(before);
            after.uid = format!("{uid}/{}", stamp::write_local(at));
            if uids.contains_key(&after.uid) {
                return Err((change.line, "an event whose UID, with / and the instance, is that of no other"));
            }
        }
        (rest, last) = (after, Some(change));
    }
    parts.push(changed(rest, last)?);
    Ok(parts)
}

/// What comes before an instance, if anything does, and that one with all that follow it.
fn halves(event: CalendarEvent, at: NaiveDateTime) -> Result<(Option<CalendarEvent>, CalendarEvent), &'static str> {
    let many = |rule: &Rule| matches!(rule.parts().end, RuleEnd::Count(count) if count > MAX_COUNTED);
    if event.rules.iter().chain(&event.excluding).any(many) {
        return Err("RANGE in an event whose rules count at most 10000 instances");
    }
    match event.cut_at(at) {
        Ok((before, after)) => Ok((Some(before), after)),
        Err(SplitEventError::Split(SplitError::NothingBefore { .. })) => Ok((None, event)),
        Err(SplitEventError::Split(SplitError::ExcludingRule | SplitError::OffRule { .. })) => one_by_one(event, at),
        Err(SplitEventError::Split(SplitError::NotAnInstance { .. })) => Err("the time of an instance of its event"),
        Err(SplitEventError::Cancelled | SplitEventError::Move(_) | SplitEventError::Event(_)) => {
            Err("an instance within years 0 to 9999")
        }
    }
}

/// The same where the rules cannot be told from there on: they are left as they are, and the instances are told.
fn one_by_one(
    mut before: CalendarEvent,
    at: NaiveDateTime,
) -> Result<(Option<CalendarEvent>, CalendarEvent), &'static str> {
    let mut late = few(before.recurrence().occurrences_from(at))?;
    before.exceptions.extend(&late);
    late.pop_first();
    let mut after = CalendarEvent {
        dates: late,
        rules: Vec::new(),
        excluding: Vec::new(),
        exceptions: BTreeSet::new(),
        overrides: before.overrides.split_off(&at),
        ..before.clone()
    };
    (after.details.start, after.details.end) = (before.details.start.showing(at), before.details.ending());
    Ok((Some(before), after))
}

fn few(occurrences: impl Iterator<Item = NaiveDateTime>) -> Result<BTreeSet<NaiveDateTime>, &'static str> {
    let found: BTreeSet<NaiveDateTime> = occurrences.take(MAX_ONE_BY_ONE.saturating_add(1)).collect();
    let wanted = "a change that the rules of the event can tell, or at most 400 instances that follow";
    if found.len() > MAX_ONE_BY_ONE { Err(wanted) } else { Ok(found) }
}

/// That a part ends is as late a word as what follows it, so that whoever has it in an earlier form takes that over.
fn end_by(before: &mut EventDetails, change: &EventDetails) {
    if change.sequence() > before.sequence() {
        before.set("SEQUENCE", &change.sequence().to_string());
    }
    if let Some(at) = change.revised_at().filter(|at| before.revised_at().is_some_and(|before| before < *at)) {
        before.set("LAST-MODIFIED", &format!("{}Z", stamp::write_local(at.naive_utc())));
    }
}

/// A part as one of its instances is said to be from then on.
fn changed(part: CalendarEvent, change: Option<Following>) -> Result<CalendarEvent, (Line, &'static str)> {
    let Some(Following { at, line, details }) = change else { return Ok(part) };
    match told(part, at, details) {
        Ok(event) => Ok(event),
        Err(wanted) => Err((line, wanted)),
    }
}

fn told(part: CalendarEvent, at: NaiveDateTime, details: EventDetails) -> Result<CalendarEvent, &'static str> {
    if details.is_cancelled() && part.overrides.values().any(|one| !one.is_cancelled()) {
        return Err("no instance of its own after all that follow were called off");
    }
    let there = details.start.on_clock_of(part.details.start);
    let there =
        there.ok_or("an instance moved to a time of the kind of its event's: zoned, floating or a whole day")?;
    let mut event = later(part, there.signed_duration_since(at))?;
    let start = event.details.start;
    let end = if details.start == start { details.end } else { details.ending() };
    event.details = EventDetails { start, end, ..details };
    Ok(event)
}

/// An event whose instances are all later by a difference on its clock; those that differ keep their own time.
fn later(event: CalendarEvent, shift: TimeDelta) -> Result<CalendarEvent, &'static str> {
    if shift.is_zero() {
        return Ok(event);
    }
    let moved = |at: NaiveDateTime| {
        let there = at.checked_add_signed(shift).filter(|there| (0..=9_999).contains(&there.year()));
        there.ok_or("instances within years 0 to 9999")
    };
    let all = |times: &BTreeSet<NaiveDateTime>| times.iter().map(|at| moved(*at)).collect::<Result<BTreeSet<_>, _>>();
    let from = event.details.start;
    let start = from.showing(moved(from.local())?);
    let rule = |rule: &Rule| later_rule(rule, from, start, shift);
    let rules = event.rules.iter().map(rule).collect::<Option<Vec<Rule>>>();
    let excluding = event.excluding.iter().map(rule).collect::<Option<Vec<Rule>>>();
    let mut there = event.clone();
    there.details.start = start;
    if let Some((rules, excluding)) = rules.zip(excluding) {
        (there.rules, there.excluding) = (rules, excluding);
        (there.dates, there.exceptions) = (all(&event.dates)?, all(&event.exceptions)?);
    } else {
        (there.rules, there.excluding, there.exceptions) = (Vec::new(), Vec::new(), BTreeSet::new());
        there.dates = all(&few(event.recurrence().occurrences())?)?;
        there.details.start = there.dates.pop_first().map_or(start, |first| from.showing(first));
    }
    there.overrides =
        event.overrides.into_iter().map(|(at, one)| Ok((moved(at)?, one))).collect::<Result<_, &'static str>>()?;
    Ok(there)
}

/// The rule of instances that are all later by a difference on the clock; none where no one rule tells them.
fn later_rule(rule: &Rule, from: EventTime, to: EventTime, shift: TimeDelta) -> Option<Rule> {
    let parts = rule.parts();
    let at_times = !(parts.by_hour.is_empty() && parts.by_minute.is_empty() && parts.by_second.is_empty());
    let in_months = !(parts.by_month.is_empty() && parts.by_month_day.is_empty() && parts.by_year_day.is_empty());
    let limited = at_times || in_months || !(parts.by_day.is_empty() && parts.by_position.is_empty());
    let days = to.local().date().signed_duration_since(from.local().date()).num_days().rem_euclid(7);
    let same_dates = from.local().date() == to.local().date();
    let turned = match parts.frequency {
        Frequency::Secondly | Frequency::Minutely | Frequency::Hourly | Frequency::Daily if !limited => rule.clone(),
        Frequency::Daily | Frequency::Weekly | Frequency::Monthly | Frequency::Yearly if same_dates && !at_times => {
            rule.clone()
        }
        Frequency::Weekly if !at_times && !in_months => Rule::try_from(turned_by(parts, days.unsigned_abs())).ok()?,
        Frequency::Secondly
        | Frequency::Minutely
        | Frequency::Hourly
        | Frequency::Daily
        | Frequency::Weekly
        | Frequency::Monthly
        | Frequency::Yearly => return None,
    };
    shifted(&turned, from, to, shift).ok()
}

/// The parts of a weekly rule with its weekdays, and the beginning of its weeks, so many days later.
fn turned_by(parts: &RuleParts, days: u64) -> RuleParts {
    let turned = |weekday: Weekday| (0..days).fold(weekday, |day, _| day.succ());
    RuleParts {
        by_day: parts.by_day.iter().map(|day| RuleDay::every(turned(day.weekday()))).collect(),
        week_start: turned(parts.week_start),
        ..parts.clone()
    }
}
