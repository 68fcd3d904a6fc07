//! Reminders of events (`VALARM`), computed and not kept as timers.

use chrono::{DateTime, Days, NaiveDateTime, TimeDelta, Utc};
use office_core::{Interval, Zone};

use super::{Event, placed};
use crate::calendar::{EventDetails, EventSeriesError, RawProperty};
use crate::recurrence::instant;
use crate::stamp;
use crate::stamp::length;

/// A reminder that an event carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// When it goes off first.
    pub time: ReminderTime,
    /// How often it goes off once more, and after how many seconds each (`REPEAT`, `DURATION`).
    pub again: Option<(u32, u32)>,
    /// What it does (`ACTION`): `DISPLAY`, `EMAIL`, `AUDIO`, or what a program made up.
    pub action: String,
    /// What it says (`DESCRIPTION`).
    pub description: Option<String>,
}

/// When a reminder goes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReminderTime {
    /// Days of the calendar and seconds of elapsed time before an occurrence starts; after it where they are negative.
    BeforeStart {
        /// The days.
        days: i32,
        /// The seconds.
        seconds: i32,
    },
    /// The same before an occurrence ends.
    BeforeEnd {
        /// The days.
        days: i32,
        /// The seconds.
        seconds: i32,
    },
    /// At an instant, once for all occurrences.
    At(DateTime<Utc>),
}

/// A reminder that goes off.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DueReminder {
    /// When.
    pub at: DateTime<Utc>,
    /// Of which occurrence: the reading at which the event has it, whatever its own time.
    pub occurrence: NaiveDateTime,
    /// When that takes place.
    pub time: Interval,
    /// Which of the reminders it is, from 0.
    pub reminder: usize,
    /// The how many-th time it goes off for this occurrence, from 0.
    pub repetition: u32,
    /// What it says; the title of the event where it says nothing.
    pub text: Option<String>,
}

/// The reminders that go off within a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueReminders {
    /// They, in the order in which they do.
    pub due: Vec<DueReminder>,
    /// Whether the event has more occurrences then than can be looked at, so that there may be more.
    pub limited: bool,
}

/// The most occurrences that are looked at for reminders at once.
const MOST_OCCURRENCES: usize = 20_000;
/// A reminder goes off at most so many times more.
const MOST_REPEATS: u32 = 100;
/// The farthest that a reminder lies from its occurrence, in days.
const MOST_DAYS: i32 = 366;

impl EventDetails {
    /// Its reminders, in the order of the file. One without a time, of a form that is not known, or more than a year away
    /// from the event is left out.
    #[must_use]
    pub fn reminders(&self) -> Vec<Reminder> {
        let mut found = Vec::new();
        let mut alarm: Option<Vec<&RawProperty>> = None;
        let mut depth = 0_usize;
        for line in &self.components {
            match line.name() {
                "BEGIN" => {
                    depth = depth.saturating_add(1);
                    if depth == 1 && line.value().eq_ignore_ascii_case("VALARM") {
                        alarm = Some(Vec::new());
                    }
                }
                "END" => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        found.extend(alarm.take().as_deref().and_then(Reminder::read));
                    }
                }
                _ if depth == 1 => {
                    if let Some(lines) = &mut alarm {
                        lines.push(line);
                    }
                }
                _ => {}
            }
        }
        found
    }
}

impl Reminder {
    fn read(lines: &[&RawProperty]) -> Option<Self> {
        let one = |name: &str| lines.iter().find(|line| line.name() == name).copied();
        let trigger = one("TRIGGER")?;
        let at = stamp::local(trigger.value().strip_suffix(['Z', 'z']).unwrap_or_default());
        let time = if let Some(at) = at { ReminderTime::At(at.and_utc()) } else { relative(trigger)? };
        let number = |name: &str| one(name).and_then(|line| line.value().trim().parse::<u32>().ok());
        let every = one("DURATION").and_then(|line| length(line.value()));
        let every = every.and_then(|(days, seconds)| days.checked_mul(86_400)?.checked_add(seconds));
        let again = number("REPEAT").zip(every.filter(|every| *every > 0 && *every <= 86_400));
        Some(Self {
            time,
            again: again.map(|(count, every)| (count.min(MOST_REPEATS), every)),
            action: one("ACTION").map_or_else(|| "DISPLAY".to_owned(), |line| line.value().to_owned()),
            description: one("DESCRIPTION").map(RawProperty::text),
        })
    }

    /// When it goes off first for an occurrence at this time.
    fn first(&self, time: Interval, zone: Zone) -> Option<DateTime<Utc>> {
        let (edge, days, seconds) = match self.time {
            ReminderTime::At(at) => return Some(at),
            ReminderTime::BeforeStart { days, seconds } => (time.start(), days, seconds),
            ReminderTime::BeforeEnd { days, seconds } => (time.end(), days, seconds),
        };
        let away = Days::new(u64::from(days.unsigned_abs()));
        let on_day = match days {
            0 => edge,
            1.. => instant(zone.local(edge).checked_sub_days(away)?, zone)?,
            _ => instant(zone.local(edge).checked_add_days(away)?, zone)?,
        };
        on_day.checked_sub_signed(TimeDelta::seconds(i64::from(seconds)))
    }

    /// All the times at which it goes off for an occurrence at this time.
    fn times(&self, time: Interval, zone: Zone) -> impl Iterator<Item = (u32, DateTime<Utc>)> {
        let first = self.first(time, zone);
        let (count, every) = self.again.unwrap_or_default();
        (0..=count).filter_map(move |n| {
            let later = TimeDelta::seconds(i64::from(n).saturating_mul(i64::from(every)));
            Some((n, first?.checked_add_signed(later)?))
        })
    }
}

impl Event {
    /// The reminders that go off from the start of a window up to, not including, its end: each once, whatever the
    /// windows are that one asks about in turn. Days before an event are days of the calendar of its zone, hours are
    /// elapsed time. What was called off reminds of nothing; `here` is the zone in which floating times are read.
    ///
    /// # Errors
    /// [`EventSeriesError`], as [`Event::series`].
    ///
    /// # Example
    /// ```
    /// use office_core::{Entity, Id, Zone};
    /// use office_scheduling::{Calendar, Event};
    ///
    /// let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:7\r\nDTSTART;TZID=Europe/Berlin:20260327T090000\r\n\
    ///     RRULE:FREQ=DAILY\r\nDURATION:PT30M\r\nSUMMARY:Stand-up\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-P1D\r\n\
    ///     END:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    /// let content = Calendar::read("team.ics", text.as_bytes())?.events.remove(0);
    /// let event = Event::open(&Event::plan(Id::natural("person", "E-001"), Default::default(), content)?).ok_or("a fact")?;
    /// let weekend = "2026-03-28T00:00:00Z/2026-03-30T00:00:00Z".parse()?;
    /// let found = event.reminders_due(weekend, Zone::UTC)?;
    /// let times: Vec<String> = found.due.iter().map(|one| one.at.to_rfc3339()).collect();
    /// // A day before is the same reading of the clock, though this night has an hour less.
    /// assert_eq!(times, ["2026-03-28T08:00:00+00:00", "2026-03-29T07:00:00+00:00"]);
    /// // What is asked about once more is told once more: who asks has to ask about the time since.
    /// let later = "2026-03-29T07:00:01Z/2026-03-30T00:00:00Z".parse()?;
    /// assert!(event.reminders_due(later, Zone::UTC)?.due.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reminders_due(&self, window: Interval, here: Zone) -> Result<DueReminders, EventSeriesError> {
        let mut found = DueReminders { due: Vec::new(), limited: false };
        if self.content.details.is_cancelled() {
            return Ok(found);
        }
        let content = placed(&self.content);
        let series = content.series(here)?;
        let once: Vec<Reminder> = content.details.reminders();
        let differing: Vec<(NaiveDateTime, Vec<Reminder>)> =
            content.overrides.iter().map(|(at, details)| (*at, details.reminders())).collect();
        let relative = |list: &[Reminder]| list.iter().any(|one| !matches!(one.time, ReminderTime::At(_)));
        let of = |at: NaiveDateTime| {
            let place = differing.binary_search_by_key(&at, |(at, _)| *at).ok();
            place.and_then(|place| differing.get(place)).map_or(once.as_slice(), |(_, list)| list.as_slice())
        };
        let text = |at: NaiveDateTime, one: &Reminder| {
            let details = content.overrides.get(&at).unwrap_or(&content.details);
            one.description.clone().or_else(|| details.summary.clone())
        };
        if relative(&once) || differing.iter().any(|(_, list)| relative(list)) {
            let all = || once.iter().chain(differing.iter().flat_map(|(_, list)| list));
            let expansion = series.within(reached(window, all()), MOST_OCCURRENCES);
            found.limited = expansion.limited;
            for one in expansion.instances {
                for (reminder, alarm) in of(one.occurrence).iter().enumerate() {
                    if matches!(alarm.time, ReminderTime::At(_)) {
                        continue;
                    }
                    found.due.extend(
                        alarm.times(one.interval, series.zone()).filter(|(_, at)| window.contains(*at)).map(
                            |(repetition, at)| DueReminder {
                                at,
                                occurrence: one.occurrence,
                                time: one.interval,
                                reminder,
                                repetition,
                                text: text(one.occurrence, alarm),
                            },
                        ),
                    );
                }
            }
        }
        if let Some(time) = series.first_time() {
            let occurrence = content.details.start.local();
            for (reminder, alarm) in once.iter().enumerate().filter(|(_, one)| matches!(one.time, ReminderTime::At(_)))
            {
                found.due.extend(alarm.times(time, series.zone()).filter(|(_, at)| window.contains(*at)).map(
                    |(repetition, at)| DueReminder {
                        at,
                        occurrence,
                        time,
                        reminder,
                        repetition,
                        text: text(occurrence, alarm),
                    },
                ));
            }
        }
        found.due.sort();
        Ok(found)
    }
}

/// So long before the start or the end of an occurrence, as a `TRIGGER` says, which counts what comes after as more.
fn relative(trigger: &RawProperty) -> Option<ReminderTime> {
    let (sign, rest) = trigger.value().strip_prefix('-').map_or((-1, trigger.value()), |rest| (1, rest));
    let (days, seconds) = length(rest)?;
    let days = i32::try_from(days).ok().filter(|days| *days <= MOST_DAYS)?.checked_mul(sign)?;
    let most = MOST_DAYS.checked_mul(86_400)?;
    let seconds = i32::try_from(seconds).ok().filter(|seconds| *seconds <= most)?.checked_mul(sign)?;
    Some(match trigger.parameter("RELATED") {
        Some(related) if related.eq_ignore_ascii_case("END") => ReminderTime::BeforeEnd { days, seconds },
        Some(_) | None => ReminderTime::BeforeStart { days, seconds },
    })
}

/// The window in which occurrences lie whose reminders may go off within another.
fn reached<'a>(window: Interval, reminders: impl Iterator<Item = &'a Reminder>) -> Interval {
    let (mut before, mut after) = (TimeDelta::zero(), TimeDelta::zero());
    for one in reminders {
        let (ReminderTime::BeforeStart { days, seconds } | ReminderTime::BeforeEnd { days, seconds }) = one.time else {
            continue;
        };
        let (count, every) = one.again.unwrap_or_default();
        let later = i64::from(count).saturating_mul(i64::from(every));
        let away = i64::from(days).saturating_mul(86_400).saturating_add(i64::from(seconds));
        // An occurrence comes so much later than its reminder; at most two days are lost to changes of clocks.
        before = before.max(TimeDelta::seconds(later.saturating_sub(away)));
        after = after.max(TimeDelta::seconds(away));
    }
    let margin = TimeDelta::days(2);
    let start = window.start().checked_sub_signed(before).and_then(|at| at.checked_sub_signed(margin));
    let end = window.end().checked_add_signed(after).and_then(|at| at.checked_add_signed(margin));
    Interval::new(start.unwrap_or(window.start()), end.unwrap_or(window.end())).unwrap_or(window)
}
