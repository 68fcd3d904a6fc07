//! Events that the office keeps: appointments, meetings and deadlines, with who is invited and what they answered.

mod attendee;
mod change;
mod error;
mod import;
mod keeping;
mod message;
mod reminder;
mod reply;
mod revision;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use office_core::subject::PersonId;
use office_core::{Decision, Entity, Entries, Id, Interval, Kind, Partition, Zone};
use serde::{Deserialize, Serialize};

pub use self::attendee::{Address, Attendee, AttendeeRole, ParseAddressError, Reply};
pub use self::change::{EventSplit, OccurrenceChange};
pub use self::error::{
    AcceptProposalError, CancelOccurrenceError, ChangeFollowingError, ChangeOccurrenceError, InviteError,
    KeepEventError, MoveEventError, PlanEventError, ProposeError, RecurError, ReplyError, SplitEventError,
};
pub use self::import::{ImportEntry, ImportOutcome, ImportReport, import_calendar};
pub use self::keeping::{Agenda, Appointment, BusyKind, agenda_of, busy_time, change_following, plan_event};
pub use self::reminder::{DueReminder, DueReminders, Reminder, ReminderTime};
pub use self::reply::{EventReply, Proposal};
pub(crate) use self::revision::shifted;
use crate::booking::days_of;
use crate::calendar::{CalendarEvent, EventDetails, EventEnd, EventSeriesError, EventTime};
use crate::{Length, Series};

/// The id of an event that the office keeps.
pub type EventId = Id<Event>;

/// The most dates, exceptions, differing instances, guests and further properties that an event has together.
pub const MAX_EVENT_PARTS: usize = 10_000;

/// An event in somebody's calendar: once or recurring, with who is invited and what they answered.
///
/// What it is, is told in the words of iCalendar ([`CalendarEvent`]), so that whatever another program wrote into it
/// stays. Each change of time raises its sequence number (`SEQUENCE`, RFC 5546), asks those invited anew, and makes
/// earlier replies old ones; a reply tells to which number it answers.
///
/// # Example
/// ```
/// use office_core::{Decision, Entity, Id};
/// use office_scheduling::{Calendar, Event, EventReply, Reply, ReplyError};
///
/// let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:7\r\nDTSTART;TZID=Europe/Berlin:20260302T090000\r\n\
///     DURATION:PT30M\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nSUMMARY:Stand-up\r\nATTENDEE:mailto:jo@example.org\r\n\
///     END:VEVENT\r\nEND:VCALENDAR\r\n";
/// let content = Calendar::read("team.ics", text.as_bytes())?.events.remove(0);
/// let planned = Event::plan(Id::natural("person", "E-001"), Default::default(), content)?;
/// let mut event = Event::open(&planned).ok_or("a first fact")?;
///
/// let reply = EventReply {
///     from: "jo@example.org".parse()?,
///     occurrence: None,
///     sequence: 0,
///     at: "2026-02-20T08:00:00Z".parse()?,
///     answer: Reply::Accepted,
///     delegate: None,
/// };
/// event.apply(&event.reply(&reply)?.fact().ok_or("a fact")?);
/// assert_eq!(event.content().details.reply_of(&reply.from), Some(Reply::Accepted));
/// assert_eq!(event.reply(&reply), Ok(Decision::AlreadyRecorded));
///
/// // Moved to ten o'clock, everybody is asked anew, and an answer to the old time is known as such.
/// let ten = office_scheduling::EventTime::Zoned("Europe/Berlin".parse::<office_core::Zone>()?.at("2026-03-02T10:00:00".parse()?));
/// let moved = event.move_to(ten, event.content().details.end, "2026-02-21T08:00:00Z".parse()?)?;
/// event.apply(&moved.fact().ok_or("a fact")?);
/// assert_eq!(event.content().details.reply_of(&reply.from), Some(Reply::Waiting));
/// let late = EventReply { at: "2026-02-22T08:00:00Z".parse()?, ..reply };
/// assert_eq!(event.reply(&late), Err(ReplyError::OldSequence { answered: 0, current: 1 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    keeper: PersonId,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    people: BTreeMap<Address, PersonId>,
    content: CalendarEvent,
    // The last reply of each guest to the event or an occurrence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    replies: Vec<EventReply>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    proposals: Vec<Proposal>,
}

/// What happens to an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventFact {
    /// It was put into a calendar.
    Planned {
        /// In whose.
        keeper: PersonId,
        /// Which addresses are those of people of the office.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        people: BTreeMap<Address, PersonId>,
        /// What it is, when and with whom.
        content: CalendarEvent,
    },
    /// It was changed.
    Changed {
        /// In what way.
        change: EventChange,
        /// Which more addresses are those of people of the office.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        people: BTreeMap<Address, PersonId>,
        /// What it is since then.
        content: CalendarEvent,
    },
    /// Somebody answered.
    Replied(EventReply),
    /// Somebody proposed another time.
    Proposed(Proposal),
    /// The proposal of another time was turned down.
    ProposalDeclined {
        /// Who had proposed it.
        from: Address,
        /// For which occurrence; none for all.
        occurrence: Option<NaiveDateTime>,
    },
}

/// How an event was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventChange {
    /// All of it was moved to another time.
    Moved,
    /// It recurs by other rules.
    Recurs,
    /// One occurrence was changed.
    OccurrenceChanged(NaiveDateTime),
    /// One occurrence was called off.
    OccurrenceCancelled(NaiveDateTime),
    /// It ends before an occurrence, from which on another event takes its place.
    EndedBefore(NaiveDateTime),
    /// All of it was called off.
    Cancelled,
    /// Somebody was invited.
    Invited(Address),
    /// Somebody is no longer invited.
    Uninvited(Address),
    /// A calendar was read that has it in a later form.
    Imported,
}

impl Event {
    /// What is in somebody's calendar on a day of universal time, by start; may be decided upon.
    ///
    /// It has events that take place once, within at most [`Event::MOST_DAYS`] days; one whose zone is wherever one is
    /// belongs to the day before and after as well. All others are found by [`Event::RECURRING_OF`].
    pub const BY_PERSON_AND_DAY: Partition<Self, (PersonId, NaiveDate), DateTime<Utc>> = Partition::new("person_day");

    /// What recurs in somebody's calendar, or lasts long, by start; may be decided upon.
    pub const RECURRING_OF: Partition<Self, PersonId, DateTime<Utc>> = Partition::new("recurring_of");

    /// An event that lasts longer is listed with those that recur.
    pub const MOST_DAYS: usize = 31;

    /// Puts an event into the calendar of its keeper; `people` says which addresses are those of people of the office,
    /// in whose calendars it is found as well.
    ///
    /// # Errors
    /// [`PlanEventError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("event/standup.txt")]
    /// use office_scheduling::PlanEventError;
    ///
    /// assert_eq!(event.keeper(), keeper);
    /// // An event has a name.
    /// let mut nameless = event.content().clone();
    /// nameless.uid.clear();
    /// let refused = Event::plan(keeper, Default::default(), nameless);
    /// assert_eq!(refused, Err(PlanEventError::Uid { uid: String::new() }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn plan(
        keeper: PersonId,
        people: BTreeMap<Address, PersonId>,
        content: CalendarEvent,
    ) -> Result<EventFact, PlanEventError> {
        check(&content)?;
        Ok(EventFact::Planned { keeper, people, content })
    }

    /// The id of an event of a keeper's calendar by its `UID`: the same for ever, so that a calendar read twice is kept
    /// once.
    #[must_use]
    pub fn id_of(keeper: PersonId, uid: &str) -> EventId {
        EventId::natural("event", &format!("{keeper} {uid}"))
    }

    /// In whose calendar it is.
    #[must_use]
    pub const fn keeper(&self) -> PersonId {
        self.keeper
    }

    /// Which addresses are those of people of the office.
    #[must_use]
    pub const fn people(&self) -> &BTreeMap<Address, PersonId> {
        &self.people
    }

    /// What it is, when and with whom: ready to be written into a [`Calendar`](crate::Calendar).
    #[must_use]
    pub const fn content(&self) -> &CalendarEvent {
        &self.content
    }

    /// What others proposed instead and nobody has decided on yet, in the order of their coming.
    #[must_use]
    pub fn proposals(&self) -> &[Proposal] {
        &self.proposals
    }

    /// What it is at one occurrence, or as a whole.
    #[must_use]
    pub fn details(&self, occurrence: Option<NaiveDateTime>) -> &EventDetails {
        occurrence.and_then(|at| self.content.overrides.get(&at)).unwrap_or(&self.content.details)
    }

    /// How often its time has been changed (`SEQUENCE`), as a whole or at one occurrence.
    #[must_use]
    pub fn sequence(&self, occurrence: Option<NaiveDateTime>) -> u32 {
        self.details(occurrence).sequence()
    }

    /// Its instances in absolute time; `here` is the zone in which floating times and whole days are read. What has no
    /// length, such as a deadline, is shown as one second.
    ///
    /// # Errors
    /// [`EventSeriesError`], which an event that was planned meets only where a file told times that cannot be compared.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("event/standup.txt")]
    /// let days = "2026-03-02T00:00:00Z/2026-03-04T00:00:00Z".parse()?;
    /// let here = event.series("Europe/Berlin".parse()?)?.within(days, 9).instances;
    /// assert_eq!(here[0].interval, "2026-03-02T08:00:00Z/2026-03-02T08:30:00Z".parse()?);
    /// // On Thursday it does not take place any more.
    /// let thursday = "2026-03-05T00:00:00Z/2026-03-06T00:00:00Z".parse()?;
    /// assert!(event.series(Zone::UTC)?.within(thursday, 9).instances.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn series(&self, here: Zone) -> Result<Series, EventSeriesError> {
        placed(&self.content).series(here)
    }

    /// In whose calendars it is: its keeper's, and those of the people invited who have not declined all of it.
    fn calendars(&self) -> Vec<PersonId> {
        let mut found = vec![self.keeper];
        for one in self.content.details.invited().iter().filter(|one| one.reply != Reply::Declined) {
            found.extend(self.people.get(&one.address));
        }
        // Who is invited to single occurrences only.
        for details in self.content.overrides.values().filter(|details| !details.is_cancelled()) {
            found.extend(details.invited().iter().filter_map(|one| self.people.get(&one.address)));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The time of an event that takes place once, wherever floating times are read; none where it recurs.
    fn only_time(&self) -> Option<Interval> {
        let CalendarEvent { rules, dates, overrides, details, .. } = &self.content;
        if !(rules.is_empty() && dates.is_empty() && overrides.is_empty()) {
            return None;
        }
        let series = self.series(Zone::UTC).ok()?;
        let margin = match details.start {
            EventTime::Zoned(_) => TimeDelta::zero(),
            // Clocks differ from universal time by less than a day.
            EventTime::Floating(_) | EventTime::AllDay(_) => TimeDelta::days(1),
        };
        let time = series.first_time()?;
        Interval::new(time.start().checked_sub_signed(margin)?, time.end().checked_add_signed(margin)?).ok()
    }
}

/// The event with a second of length where it has none.
fn placed(content: &CalendarEvent) -> CalendarEvent {
    fn last(details: &mut EventDetails) {
        if details.length().is_none() {
            details.end = Length::of(0, 1).ok().map(EventEnd::After);
        }
    }
    let mut content = content.clone();
    last(&mut content.details);
    content.overrides.values_mut().for_each(last);
    content
}

/// Refuses what is too much, or cannot be placed in time.
fn check(content: &CalendarEvent) -> Result<(), PlanEventError> {
    const MOST_UID: usize = 1_000;
    if content.uid.is_empty() || content.uid.len() > MOST_UID || content.uid.chars().any(char::is_control) {
        return Err(PlanEventError::Uid { uid: content.uid.chars().take(64).collect() });
    }
    let size = |details: &EventDetails| {
        details.attendees.len().saturating_add(details.other.len()).saturating_add(details.components.len())
    };
    let parts = content.overrides.values().chain([&content.details]).map(size).fold(
        content.dates.len().saturating_add(content.exceptions.len()).saturating_add(content.overrides.len()),
        usize::saturating_add,
    );
    if parts > MAX_EVENT_PARTS {
        return Err(PlanEventError::TooMuch { parts });
    }
    for details in content.overrides.values().chain([&content.details]) {
        if let Some(EventEnd::At(end)) = details.end
            && details.start.until(end).is_none_or(|elapsed| elapsed < TimeDelta::zero())
        {
            return Err(PlanEventError::End { end: EventEnd::At(end) });
        }
    }
    placed(content).series(Zone::UTC)?;
    Ok(())
}

impl Entity for Event {
    const KIND: Kind = Kind::literal("event");

    type Fact = EventFact;

    fn open(fact: &EventFact) -> Option<Self> {
        let EventFact::Planned { keeper, people, content } = fact else { return None };
        Some(Self {
            keeper: *keeper,
            people: people.clone(),
            content: content.clone(),
            replies: Vec::new(),
            proposals: Vec::new(),
        })
    }

    fn apply(&mut self, fact: &EventFact) {
        match fact {
            EventFact::Planned { keeper, people, content } => {
                self.keeper = *keeper;
                self.people = people.clone();
                self.content = content.clone();
            }
            EventFact::Changed { change: _, people, content } => {
                self.people.extend(people.iter().map(|(address, person)| (address.clone(), *person)));
                self.content = content.clone();
                self.forget_what_is_old();
            }
            EventFact::Replied(reply) => self.take(reply),
            EventFact::Proposed(proposal) => {
                self.proposals.retain(|one| !one.is_in_place_of(proposal));
                self.proposals.push(proposal.clone());
            }
            EventFact::ProposalDeclined { from, occurrence } => {
                self.proposals.retain(|one| (&one.from, &one.occurrence) != (from, occurrence));
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        if self.content.details.is_cancelled() {
            return;
        }
        let once = self.only_time();
        let days: Option<Vec<NaiveDate>> =
            once.map(|time| days_of(time).take(Self::MOST_DAYS.saturating_add(1)).collect());
        let start = self.content.details.start.local().and_utc();
        for person in self.calendars() {
            match (&days, once) {
                (Some(days), Some(time)) if days.len() <= Self::MOST_DAYS => {
                    for day in days {
                        entries.partition(Self::BY_PERSON_AND_DAY, &(person, *day), &time.start());
                    }
                }
                _ => entries.partition(Self::RECURRING_OF, &person, &start),
            }
        }
    }
}

/// What was decided on a change: nothing where it changes nothing.
fn changed(old: &CalendarEvent, content: CalendarEvent, change: EventChange) -> Decision<EventFact> {
    if *old == content {
        return Decision::AlreadyRecorded;
    }
    Decision::Record(EventFact::Changed { change, people: BTreeMap::new(), content })
}
