//! Events in the store: planned, changed from an occurrence on, and listed person by person.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use office_core::subject::PersonId;
use office_core::{Interval, StoreError, Tx, View, Zone};

use super::attendee::{Address, Reply};
use super::error::{ChangeFollowingError, KeepEventError};
use super::{Event, EventId, OccurrenceChange};
use crate::booking::days_of;
use crate::calendar::{CalendarEvent, EventDetails};

/// Puts an event into somebody's calendar under an id of the caller's choice. The same event asked for again under the
/// same id is recognised as long as it is unchanged.
///
/// # Errors
/// [`KeepEventError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, Zone, wait};
/// use office_scheduling::{Calendar, Event, agenda_of, plan_event};
///
/// let office = Office::on(MemoryStore::new());
/// let keeper = Id::natural("person", "E-001");
/// let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:7\r\nDTSTART;TZID=Europe/Berlin:20260302T090000\r\n\
///     DURATION:PT30M\r\nRRULE:FREQ=DAILY\r\nSUMMARY:Stand-up\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
/// let content = Calendar::read("team.ics", text.as_bytes())?.events.remove(0);
/// let plan = |key: &str, content: &office_scheduling::CalendarEvent| {
///     let command = Command::new(key, "plan_event", Actor::new(keeper, Role::new("assistant")), "2026-02-01T00:00:00Z".parse()?)?;
///     wait(office.transact(&command, |tx| {
///         let content = content.clone();
///         async move { plan_event(&tx, Event::id_of(keeper, "7"), keeper, Default::default(), content).await }
///     }))
///     .map_err(Box::<dyn std::error::Error>::from)
/// };
/// plan("one", &content)?;
/// let days = "2026-03-28T12:00:00Z/2026-03-30T12:00:00Z".parse()?;
/// let agenda = wait(office.view(|view| async move { agenda_of(&view, keeper, days, Zone::UTC, 100).await }))?;
/// let times: Vec<String> = agenda.appointments.iter().map(|one| one.time.to_string()).collect();
/// assert_eq!(times, ["2026-03-29T07:00:00Z/2026-03-29T07:30:00Z", "2026-03-30T07:00:00Z/2026-03-30T07:30:00Z"]);
///
/// // Another event takes an id of its own.
/// let mut other = content.clone();
/// other.details.summary = None;
/// assert!(plan("two", &other).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn plan_event(
    tx: &Tx,
    id: EventId,
    keeper: PersonId,
    people: BTreeMap<Address, PersonId>,
    content: CalendarEvent,
) -> Result<(), KeepEventError> {
    // Read.
    let earlier = tx.find(id).await?;

    // Decide.
    if let Some(earlier) = earlier {
        let same = earlier.keeper() == keeper && *earlier.content() == content && *earlier.people() == people;
        return if same { Ok(()) } else { Err(KeepEventError::IdReused { event: id }) };
    }
    let fact = Event::plan(keeper, people, content)?;

    // Record.
    Ok(tx.create::<Event>(id, fact).await?)
}

/// Changes an event from one occurrence on, all that follow included: it ends before, and another event, of this id and
/// `UID`, takes its place from there on, with the same guests, who are asked anew.
///
/// Asked for again it is recognised by the other event, which is there already.
///
/// # Errors
/// [`ChangeFollowingError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, StoreError, Zone, wait};
/// use office_scheduling::{Calendar, Event, EventTime, OccurrenceChange, agenda_of, change_following};
///
/// let office = Office::on(MemoryStore::new());
/// let keeper = Id::natural("person", "E-001");
/// let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:7\r\nDTSTART:20260302T090000\r\n\
///     DURATION:PT30M\r\nRRULE:FREQ=DAILY;COUNT=4\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
/// let planned = Event::plan(keeper, Default::default(), Calendar::read("team.ics", text.as_bytes())?.events.remove(0))?;
/// let (old, new) = (Event::id_of(keeper, "7"), Event::id_of(keeper, "7-later"));
/// let command = |key: &str| Command::new(key, "test", Actor::new(keeper, Role::new("assistant")), Default::default());
/// wait(office.transact(&command("plan")?, |tx| { let planned = planned.clone(); async move { tx.create(old, planned).await } }))
///     .map_err(|error: StoreError| error)?;
///
/// let ten = EventTime::Floating("2026-03-04T10:00:00".parse()?);
/// let later = OccurrenceChange { start: Some(ten), ..OccurrenceChange::default() };
/// let from = |key: &str, at: &str| {
///     let at = at.parse()?;
///     wait(office.transact(&command(key)?, |tx| {
///         let later = later.clone();
///         async move { change_following(&tx, old, at, (new, "7-later"), &later).await }
///     }))
///     .map_err(Box::<dyn std::error::Error>::from)
/// };
/// // It does not take place at eight.
/// assert!(from("eight", "2026-03-04T08:00:00").is_err());
/// from("nine", "2026-03-04T09:00:00")?;
/// let days = "2026-03-01T00:00:00Z/2026-04-01T00:00:00Z".parse()?;
/// let agenda = wait(office.view(|view| async move { agenda_of(&view, keeper, days, Zone::UTC, 100).await }))?;
/// let starts: Vec<String> = agenda.appointments.iter().map(|one| one.occurrence.to_string()).collect();
/// assert_eq!(starts, ["2026-03-02 09:00:00", "2026-03-03 09:00:00", "2026-03-04 10:00:00", "2026-03-05 10:00:00"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn change_following(
    tx: &Tx,
    id: EventId,
    occurrence: NaiveDateTime,
    (new, uid): (EventId, &str),
    change: &OccurrenceChange,
) -> Result<(), ChangeFollowingError> {
    // Read.
    let event: Event = tx.load(id).await?;
    let there = tx.find::<Event>(new).await?;

    // Decide.
    if let Some(there) = there {
        let done = there.content().uid == uid && there.keeper() == event.keeper();
        return if done { Ok(()) } else { Err(KeepEventError::IdReused { event: new }.into()) };
    }
    let split = event.split_at(occurrence, uid, change, tx.command().at())?;
    let following = Event::plan(event.keeper(), event.people().clone(), split.after).map_err(KeepEventError::from)?;

    // Record.
    tx.decide::<Event>(id, split.before).await?;
    Ok(tx.create::<Event>(new, following).await?)
}

/// What somebody has within a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agenda {
    /// Their appointments, by start.
    pub appointments: Vec<Appointment>,
    /// Whether an event has more occurrences than were asked for, so that there may be more.
    pub limited: bool,
}

/// One occurrence of an event in somebody's calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    /// When it takes place.
    pub time: Interval,
    /// Of which event.
    pub event: EventId,
    /// Which occurrence: the reading at which the event has it, whatever its own time.
    pub occurrence: NaiveDateTime,
    /// Its title.
    pub summary: Option<String>,
    /// Where it takes place.
    pub location: Option<String>,
    /// Whether it takes their time.
    pub shown_as: BusyKind,
}

/// Whether an appointment takes somebody's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BusyKind {
    /// It does not: it is only noted, or takes no time at all.
    Free,
    /// It may: it is tentative, or they are, or they have not answered.
    Tentative,
    /// It does.
    Busy,
}

/// The most days of universal time that are looked through.
const MOST_DAYS: usize = 400;

/// What somebody has within a time: the events that they keep, and those to which they are invited and have not
/// declined. At most `limit` occurrences of each event; `here` is the zone in which floating times are read.
///
/// Given a transaction it may be decided upon: an event planned or changed meanwhile makes it run again.
///
/// # Errors
/// What the store reports; a fatal error where the window touches more than 400 days.
///
/// # Example
/// ```
#[doc = include_str!("standup.txt")]
/// use office_core::{Actor, Command, MemoryStore, Office, Role, StoreError, wait};
/// use office_scheduling::{BusyKind, agenda_of};
///
/// let office = Office::on(MemoryStore::new());
/// let command = Command::new("plan", "plan_event", Actor::new(keeper, Role::new("assistant")), now)?;
/// wait(office.transact(&command, |tx| {
///     let planned = planned.clone();
///     async move { tx.create(Event::id_of(keeper, "7"), planned).await }
/// }))
/// .map_err(|error: StoreError| error)?;
/// let ask = |window: &str| {
///     let window = window.parse().unwrap();
///     wait(office.view(|view| async move { agenda_of(&view, keeper, window, Zone::UTC, 100).await }))
/// };
/// let agenda = ask("2026-03-03T00:00:00Z/2026-04-01T00:00:00Z")?;
/// assert_eq!(agenda.appointments.len(), 2);
/// assert_eq!(agenda.appointments[0].shown_as, BusyKind::Busy);
///
/// // Two years are more than is looked through.
/// assert!(ask("2026-01-01T00:00:00Z/2028-01-01T00:00:00Z").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn agenda_of(
    view: &View,
    person: PersonId,
    window: Interval,
    here: Zone,
    limit: usize,
) -> Result<Agenda, StoreError> {
    let days: Vec<NaiveDate> = days_of(window).take(MOST_DAYS.saturating_add(1)).collect();
    if days.len() > MOST_DAYS {
        return Err(StoreError::rejected(format!("the agenda of {window} is asked for: at most {MOST_DAYS} days are")));
    }
    let mut events: Vec<(EventId, Event)> = view.list(Event::RECURRING_OF, &person).await?;
    for day in days {
        events.extend(view.list(Event::BY_PERSON_AND_DAY, &(person, day)).await?);
    }
    events.sort_by_key(|(id, _)| *id);
    events.dedup_by_key(|(id, _)| *id);
    let mut agenda = Agenda { appointments: Vec::new(), limited: false };
    for (id, event) in &events {
        // What was planned can be placed in time.
        let Ok(series) = event.series(here) else { continue };
        let found = series.within(window, limit);
        agenda.limited |= found.limited;
        for one in found.instances {
            let details = event.details(Some(one.occurrence));
            if let Some(shown_as) = event.shown_to(person, details) {
                agenda.appointments.push(Appointment {
                    time: one.interval,
                    event: *id,
                    occurrence: one.occurrence,
                    summary: details.summary.clone(),
                    location: details.location.clone(),
                    shown_as,
                });
            }
        }
    }
    agenda.appointments.sort_by_key(|one| (one.time, one.event, one.occurrence));
    Ok(agenda)
}

/// The time that appointments take within a window, sorted and disjoint; with tentative ones where they count.
///
/// # Example
/// ```
/// use office_core::Id;
/// use office_scheduling::{Appointment, BusyKind, busy_time};
///
/// let maybe = Appointment {
///     time: "2026-03-02T09:00:00Z/2026-03-02T10:00:00Z".parse()?,
///     event: Id::natural("event", "7"),
///     occurrence: "2026-03-02T09:00:00".parse()?,
///     summary: None,
///     location: None,
///     shown_as: BusyKind::Tentative,
/// };
/// assert_eq!(busy_time(&[maybe.clone()], true), [maybe.time]);
/// // What may not take place does not count where only what is certain does.
/// assert!(busy_time(&[maybe], false).is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn busy_time(appointments: &[Appointment], with_tentative: bool) -> Vec<Interval> {
    let least = if with_tentative { BusyKind::Tentative } else { BusyKind::Busy };
    Interval::union(appointments.iter().filter(|one| one.shown_as >= least).map(|one| one.time))
}

impl Event {
    /// How somebody's calendar shows it; none where they do not come.
    fn shown_to(&self, person: PersonId, details: &EventDetails) -> Option<BusyKind> {
        let invited = details.invited();
        let mine = invited.iter().filter(|one| self.people.get(&one.address) == Some(&person));
        let reply = mine.map(|one| one.reply).min();
        let kind = match reply {
            None if self.keeper != person => return None,
            Some(Reply::Declined | Reply::Delegated) => return None,
            None | Some(Reply::Accepted) => BusyKind::Busy,
            // One's own event needs no answer.
            Some(Reply::Waiting) if self.keeper == person => BusyKind::Busy,
            Some(Reply::Tentative | Reply::Waiting) => BusyKind::Tentative,
        };
        if details.is_transparent() || details.length().is_none() {
            return Some(BusyKind::Free);
        }
        Some(if details.is_tentative() { BusyKind::Tentative } else { kind })
    }
}
