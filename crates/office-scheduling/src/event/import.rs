//! A calendar from elsewhere taken over into the office's own: what is new is planned, what was changed there is changed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use office_core::subject::PersonId;
use office_core::{Decision, StoreError, Tx};
use serde::{Deserialize, Serialize};

use super::attendee::Address;
use super::error::PlanEventError;
use super::{Event, EventChange, EventFact, EventId, check};
use crate::calendar::{Calendar, CalendarEvent, EventDetails};

/// What became of the events of a calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportReport {
    /// They, in the order of the file.
    pub events: Vec<ImportEntry>,
}

/// What became of one event of a calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportEntry {
    /// Its name among all events of the world (`UID`).
    pub uid: String,
    /// Under which id it is kept.
    pub event: EventId,
    /// What was done.
    pub outcome: ImportOutcome,
}

/// What was done with an event that a calendar brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportOutcome {
    /// It was not there, and is now.
    Planned,
    /// It was there in an earlier form.
    Changed,
    /// It was there like this.
    Unchanged,
    /// It is there in a later form.
    Outdated,
    /// It cannot be kept.
    Refused {
        /// Why, in words.
        reason: String,
    },
}

impl Event {
    /// Takes over what a calendar tells of it, as far as that is later: the event as a whole and each differing instance
    /// are compared by sequence number, then by when they were last changed. Replies that came after the calendar was
    /// written stay. Nothing is recorded where the calendar tells nothing later.
    ///
    /// # Errors
    /// [`PlanEventError`] where it could not be kept like that.
    ///
    /// # Example
    /// ```
    /// use office_core::{Decision, Entity, Id};
    /// use office_scheduling::{Calendar, Event};
    ///
    /// let text = |hour: u8, sequence: u8| format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:7\r\n\
    ///     SEQUENCE:{sequence}\r\nDTSTART:20260302T{hour:02}0000\r\nDURATION:PT30M\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    /// let read = |text: String| Calendar::read("team.ics", text.as_bytes()).map(|mut calendar| calendar.events.remove(0));
    /// let planned = Event::plan(Id::natural("person", "E-001"), Default::default(), read(text(9, 1))?)?;
    /// let mut event = Event::open(&planned).ok_or("a first fact")?;
    ///
    /// // Moved there, it is moved here; read once more, or read from an older file, it stays.
    /// event.apply(&event.import(&read(text(10, 2))?)?.fact().ok_or("a fact")?);
    /// assert_eq!(event.import(&read(text(10, 2))?)?, Decision::AlreadyRecorded);
    /// assert_eq!(event.import(&read(text(9, 1))?)?, Decision::AlreadyRecorded);
    ///
    /// // What ends before it starts is refused.
    /// let mut odd = read(text(10, 3))?;
    /// odd.details.end = Some(office_scheduling::EventEnd::At(read(text(9, 3))?.details.start));
    /// assert!(event.import(&odd).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn import(&self, incoming: &CalendarEvent) -> Result<Decision<EventFact>, PlanEventError> {
        check(incoming)?;
        let old = &self.content;
        let mut content = if is_later(&incoming.details, &old.details) { incoming.clone() } else { old.clone() };
        let places: BTreeSet<NaiveDateTime> = old.overrides.keys().chain(incoming.overrides.keys()).copied().collect();
        content.overrides = places.into_iter().filter_map(|at| Some((at, self.later(incoming, at)?))).collect();
        content.drop_what_never_comes();
        let mut merged = Self { content, ..self.clone() };
        merged.forget_what_is_old();
        for reply in merged.replies.clone() {
            let written = incoming.overrides.get(&reply.occurrence.unwrap_or_default()).unwrap_or(&incoming.details);
            if written.revised_at().is_none_or(|written| reply.at >= written) {
                merged.take(&reply);
            }
        }
        check(&merged.content)?;
        if merged.content.tells_the_same_as(old) {
            return Ok(Decision::AlreadyRecorded);
        }
        let change = EventChange::Imported;
        Ok(Decision::Record(EventFact::Changed { change, people: BTreeMap::new(), content: merged.content }))
    }

    /// The details of an occurrence that are later of ours and those that came; none where it no longer differs.
    fn later(&self, incoming: &CalendarEvent, at: NaiveDateTime) -> Option<EventDetails> {
        let (ours, theirs) = (self.content.overrides.get(&at), incoming.overrides.get(&at));
        let later = is_later(theirs.unwrap_or(&incoming.details), ours.unwrap_or(&self.content.details));
        if later { theirs.cloned() } else { ours.cloned() }
    }
}

/// Whether what came is at least as late as what there is.
fn is_later(came: &EventDetails, there: &EventDetails) -> bool {
    match (came.revised_at(), there.revised_at()) {
        _ if came.sequence() != there.sequence() => came.sequence() > there.sequence(),
        (Some(came), Some(there)) => came >= there,
        (Some(_) | None, None) | (None, Some(_)) => true,
    }
}

/// Takes the events of a calendar over into somebody's, and reports what became of each: what is not there is planned,
/// what is there is changed by the rules of [`Event::import`]. Read once more, the same calendar changes nothing. Events
/// that the calendar does not have stay as they are, and an instance alone is taken over into its event where that is kept; one that was called off says so (`STATUS:CANCELLED`).
///
/// `people` says which addresses are those of people of the office.
///
/// # Errors
/// What the store reports; nothing is recorded then.
///
/// # Example
/// ```
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, wait};
/// use office_scheduling::{Calendar, ImportOutcome, import_calendar};
///
/// let office = Office::on(MemoryStore::new());
/// let keeper = Id::natural("person", "E-001");
/// let read = |key: &str, text: &str| {
///     let calendar = Calendar::read("team.ics", text.as_bytes())?;
///     let command = Command::new(key, "import_calendar", Actor::new(keeper, Role::new("assistant")), "2026-02-01T00:00:00Z".parse()?)?;
///     let report = wait(office.transact(&command, |tx| {
///         let calendar = calendar.clone();
///         async move { import_calendar(&tx, keeper, &Default::default(), &calendar).await }
///     }))?;
///     Ok::<_, Box<dyn std::error::Error>>(report.events.into_iter().map(|one| one.outcome).collect::<Vec<_>>())
/// };
/// let nine = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:7\r\nDTSTART:20260302T090000\r\nDURATION:PT30M\r\n\
///     END:VEVENT\r\nEND:VCALENDAR\r\n";
/// assert_eq!(read("first", nine)?, [ImportOutcome::Planned]);
/// assert_eq!(read("again", nine)?, [ImportOutcome::Unchanged]);
/// assert_eq!(read("moved", &nine.replace("T09", "T10"))?, [ImportOutcome::Changed]);
/// // An instance that differs, of an event that does not take place then, cannot be kept.
/// let odd = nine.replace("END:VCALENDAR", "BEGIN:VEVENT\r\nUID:7\r\nRECURRENCE-ID:20260309T090000\r\n\
///     DTSTART:20260309T100000\r\nDURATION:PT5M\r\nEND:VEVENT\r\nEND:VCALENDAR");
/// assert!(matches!(read("odd", &odd)?[..], [ImportOutcome::Refused { .. }]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn import_calendar(
    tx: &Tx,
    keeper: PersonId,
    people: &BTreeMap<Address, PersonId>,
    calendar: &Calendar,
) -> Result<ImportReport, StoreError> {
    let mut events = Vec::with_capacity(calendar.events.len());
    for incoming in &calendar.events {
        // Read.
        let whole = Event::id_of(keeper, &incoming.uid);
        let there = tx.find::<Event>(whole).await?;
        let (id, known, incoming) = match (there, incoming.instance) {
            (Some(there), Some(instance)) => {
                let incoming = there.content().with_instance(instance, incoming);
                (whole, Some(there), incoming)
            }
            (None, Some(instance)) => {
                // An instance whose event nobody knows is kept by itself.
                let id = Event::id_of(keeper, &format!("{} {}", incoming.uid, instance.local()));
                (id, tx.find(id).await?, incoming.clone())
            }
            (there, None) => (whole, there, incoming.clone()),
        };

        // Decide.
        let people = known_guests(people, &incoming);
        let decided = match &known {
            Some(event) => event.import(&incoming).map(|decision| with_people(decision, people)),
            None => Event::plan(keeper, people, incoming.clone()).map(Decision::Record),
        };

        // Record.
        let outcome = match (known, decided) {
            (_, Err(refusal)) => ImportOutcome::Refused { reason: refusal.to_string() },
            (Some(known), Ok(Decision::AlreadyRecorded)) if known.content().tells_the_same_as(&incoming) => {
                ImportOutcome::Unchanged
            }
            (_, Ok(Decision::AlreadyRecorded)) => ImportOutcome::Outdated,
            (known, Ok(Decision::Record(fact))) => {
                tx.decide::<Event>(id, Decision::Record(fact)).await?;
                if known.is_some() { ImportOutcome::Changed } else { ImportOutcome::Planned }
            }
        };
        events.push(ImportEntry { uid: incoming.uid.clone(), event: id, outcome });
    }
    Ok(ImportReport { events })
}

/// The change, with who of the office is invited since.
fn with_people(decision: Decision<EventFact>, people: BTreeMap<Address, PersonId>) -> Decision<EventFact> {
    match decision {
        Decision::Record(EventFact::Changed { change, content, .. }) => {
            Decision::Record(EventFact::Changed { change, people, content })
        }
        other @ (Decision::Record(_) | Decision::AlreadyRecorded) => other,
    }
}

/// Those of the people of the office who are invited to an event or an occurrence of it.
fn known_guests(people: &BTreeMap<Address, PersonId>, event: &CalendarEvent) -> BTreeMap<Address, PersonId> {
    let details = event.overrides.values().chain([&event.details]);
    let invited = details.flat_map(|details| details.invited().into_iter().map(|one| one.address));
    invited
        .filter_map(|address| Some((people.get(&address).copied()?, address)))
        .map(|(person, address)| (address, person))
        .collect()
}
