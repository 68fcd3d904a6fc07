//! Moving, changing and calling off events and single occurrences of them, and inviting people.

use chrono::{DateTime, NaiveDateTime, Utc};
use office_core::Decision;
use office_core::subject::PersonId;

use super::attendee::{Address, Attendee, address_of};
use super::error::{
    CancelOccurrenceError, ChangeOccurrenceError, InviteError, MoveEventError, RecurError, SplitEventError,
};
use super::{Event, EventChange, EventFact, changed, check};
use crate::calendar::{CalendarEvent, EventDetails, EventEnd, EventTime, fitted};
use crate::recurrence::{FirstInstance, RecurrenceSet, Rule};

/// What is changed of an occurrence; what is not told stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OccurrenceChange {
    /// When it starts. It keeps its length where no end is told.
    pub start: Option<EventTime>,
    /// When it ends.
    pub end: Option<EventEnd>,
    /// Its title.
    pub summary: Option<String>,
    /// Where it takes place.
    pub location: Option<String>,
}

impl OccurrenceChange {
    /// The start and end that it leaves behind.
    pub(super) fn time(&self, details: &EventDetails) -> (EventTime, Option<EventEnd>) {
        let end = match (self.end, self.start) {
            (Some(end), _) => Some(end),
            (None, Some(_)) => details.ending(),
            (None, None) => details.end,
        };
        (self.start.unwrap_or(details.start), end)
    }

    fn words(&self, details: &mut EventDetails) {
        details.summary = self.summary.clone().or(details.summary.take());
        details.location = self.location.clone().or(details.location.take());
    }
}

/// An event cut in two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventSplit {
    /// The event that there is ends before the occurrence.
    pub before: Decision<EventFact>,
    /// The event that takes its place from there on, under a `UID` of its own.
    pub after: CalendarEvent,
}

impl Event {
    /// Moves all of it to another time, with all that is told by readings of its clock: exceptions, added dates,
    /// differing instances, the end of its rules. Instances that were moved to a time of their own stay there.
    ///
    /// # Errors
    /// [`MoveEventError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::{Decision, Entity, Id, Zone};
    /// use office_scheduling::{Calendar, Event, EventTime, MoveEventError};
    ///
    /// let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:7\r\nDTSTART:20260302T090000\r\n\
    ///     DURATION:PT30M\r\nRRULE:FREQ=WEEKLY;BYDAY=MO\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    /// let content = Calendar::read("team.ics", text.as_bytes())?.events.remove(0);
    /// let event = Event::open(&Event::plan(Id::natural("person", "E-001"), Default::default(), content)?).ok_or("a fact")?;
    /// let at = "2026-02-01T00:00:00Z".parse()?;
    /// let end = event.content().details.end;
    /// assert_eq!(event.move_to(event.content().details.start, end, at)?, Decision::AlreadyRecorded);
    ///
    /// // On Tuesday its rule would not come.
    /// let tuesday = EventTime::Floating("2026-03-03T09:00:00".parse()?);
    /// assert!(matches!(event.move_to(tuesday, end, at), Err(MoveEventError::OffRule { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn move_to(
        &self,
        start: EventTime,
        end: Option<EventEnd>,
        at: DateTime<Utc>,
    ) -> Result<Decision<EventFact>, MoveEventError> {
        let old = &self.content;
        if (old.details.start, old.details.end) == (start, end) {
            return Ok(Decision::AlreadyRecorded);
        }
        if old.details.is_cancelled() {
            return Err(MoveEventError::Cancelled);
        }
        let mut content = moved(old, start, end)?;
        revise_all(&mut content, at);
        check(&content)?;
        Ok(changed(old, content, EventChange::Moved))
    }

    /// Lets it recur by other rules, from the same start; none, and it takes place once. Differing instances at which it
    /// does not take place any more are dropped.
    ///
    /// # Errors
    /// [`RecurError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("standup.txt")]
    /// use office_scheduling::RecurError;
    ///
    /// // On three days running at nine; now on two Mondays.
    /// assert_eq!(starts(&event), ["02 09:00", "03 09:00", "04 09:00"]);
    /// event.apply(&event.recur(&["FREQ=WEEKLY;COUNT=2".parse()?], now)?.fact().ok_or("a fact")?);
    /// assert_eq!(starts(&event), ["02 09:00", "09 09:00"]);
    ///
    /// // What is called off does not come again.
    /// event.apply(&event.cancel(now).fact().ok_or("a fact")?);
    /// assert_eq!(event.recur(&[], now), Err(RecurError::Cancelled));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn recur(&self, rules: &[Rule], at: DateTime<Utc>) -> Result<Decision<EventFact>, RecurError> {
        let start = self.content.details.start;
        let rules = rules.iter().map(|rule| fitted(rule, start)).collect::<Result<Vec<_>, _>>()?;
        if rules == self.content.rules {
            return Ok(Decision::AlreadyRecorded);
        }
        if self.content.details.is_cancelled() {
            return Err(RecurError::Cancelled);
        }
        let mut content = CalendarEvent { rules, ..self.content.clone() };
        content.drop_what_never_comes();
        revise_all(&mut content, at);
        check(&content)?;
        Ok(changed(&self.content, content, EventChange::Recurs))
    }

    /// Changes one occurrence; its sequence number rises where its time changes. One that was called off takes place
    /// again.
    ///
    /// # Errors
    /// [`ChangeOccurrenceError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("standup.txt")]
    /// use office_scheduling::{ChangeOccurrenceError, OccurrenceChange};
    ///
    /// // On three days at nine, but on Tuesday at ten.
    /// let ten = OccurrenceChange { start: Some(EventTime::Floating(at("2026-03-03T10:00:00")?)), ..Default::default() };
    /// let changed = event.change_occurrence(at("2026-03-03T09:00:00")?, &ten, now)?;
    /// event.apply(&changed.fact().ok_or("a fact")?);
    /// assert_eq!(starts(&event), ["02 09:00", "03 10:00", "04 09:00"]);
    ///
    /// // It is known by the time that it had.
    /// let occurrence = at("2026-03-03T10:00:00")?;
    /// let refused = event.change_occurrence(occurrence, &ten, now);
    /// assert_eq!(refused, Err(ChangeOccurrenceError::NoSuchOccurrence { occurrence }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn change_occurrence(
        &self,
        occurrence: NaiveDateTime,
        change: &OccurrenceChange,
        at: DateTime<Utc>,
    ) -> Result<Decision<EventFact>, ChangeOccurrenceError> {
        if self.content.details.is_cancelled() {
            return Err(ChangeOccurrenceError::Cancelled);
        }
        if !self.content.recurrence().contains(occurrence) {
            return Err(ChangeOccurrenceError::NoSuchOccurrence { occurrence });
        }
        let known = self.content.overrides.get(&occurrence);
        let old = known.cloned().unwrap_or_else(|| self.content.occurrence(occurrence));
        let mut details = old.clone();
        (details.start, details.end) = change.time(&old);
        change.words(&mut details);
        if old.is_cancelled() {
            details.set("STATUS", "CONFIRMED");
        }
        if details == old {
            return Ok(Decision::AlreadyRecorded);
        }
        let same_time = (details.start, details.end) == (old.start, old.end) && !old.is_cancelled();
        details.revise(old.sequence().saturating_add(u32::from(!same_time)), at);
        if !same_time {
            details.ask_anew();
        }
        let mut content = self.content.clone();
        content.overrides.insert(occurrence, details);
        check(&content)?;
        Ok(changed(&self.content, content, EventChange::OccurrenceChanged(occurrence)))
    }

    /// Calls one occurrence off.
    ///
    /// # Errors
    /// [`CancelOccurrenceError`] where there is none.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("standup.txt")]
    /// use office_scheduling::CancelOccurrenceError;
    ///
    /// let tuesday = at("2026-03-03T09:00:00")?;
    /// event.apply(&event.cancel_occurrence(tuesday, now)?.fact().ok_or("a fact")?);
    /// assert_eq!(starts(&event), ["02 09:00", "04 09:00"]);
    /// assert_eq!(event.cancel_occurrence(tuesday, now)?, Decision::AlreadyRecorded);
    ///
    /// // On Sunday it does not take place anyway.
    /// let occurrence = at("2026-03-01T09:00:00")?;
    /// let refused = event.cancel_occurrence(occurrence, now);
    /// assert_eq!(refused, Err(CancelOccurrenceError::NoSuchOccurrence { occurrence }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cancel_occurrence(
        &self,
        occurrence: NaiveDateTime,
        at: DateTime<Utc>,
    ) -> Result<Decision<EventFact>, CancelOccurrenceError> {
        if !self.content.recurrence().contains(occurrence) {
            return Err(CancelOccurrenceError::NoSuchOccurrence { occurrence });
        }
        let known = self.content.overrides.get(&occurrence);
        let mut details = known.cloned().unwrap_or_else(|| self.content.occurrence(occurrence));
        if self.content.details.is_cancelled() || details.is_cancelled() {
            return Ok(Decision::AlreadyRecorded);
        }
        details.call_off();
        details.revise(details.sequence().saturating_add(1), at);
        let mut content = self.content.clone();
        content.overrides.insert(occurrence, details);
        Ok(changed(&self.content, content, EventChange::OccurrenceCancelled(occurrence)))
    }

    /// Calls all of it off.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("standup.txt")]
    /// use office_scheduling::MoveEventError;
    ///
    /// event.apply(&event.cancel(now).fact().ok_or("a fact")?);
    /// assert!(event.content().details.is_cancelled());
    /// assert_eq!(event.cancel(now), Decision::AlreadyRecorded);
    ///
    /// // It cannot be moved any more.
    /// let ten = EventTime::Floating(at("2026-03-02T10:00:00")?);
    /// assert_eq!(event.move_to(ten, None, now), Err(MoveEventError::Cancelled));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cancel(&self, at: DateTime<Utc>) -> Decision<EventFact> {
        if self.content.details.is_cancelled() {
            return Decision::AlreadyRecorded;
        }
        let mut content = self.content.clone();
        content.details.call_off();
        content.details.revise(content.details.sequence().saturating_add(1), at);
        changed(&self.content, content, EventChange::Cancelled)
    }

    /// Cuts it in two, so that from an occurrence on it is another event, which is changed at once: "this and all that
    /// follow". Where the occurrence is the first, [`move_to`](Self::move_to) says the same.
    ///
    /// # Errors
    /// [`SplitEventError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("standup.txt")]
    /// use office_scheduling::{OccurrenceChange, SplitError, SplitEventError};
    ///
    /// // From Tuesday on at ten.
    /// let ten = OccurrenceChange { start: Some(EventTime::Floating(at("2026-03-03T10:00:00")?)), ..Default::default() };
    /// let split = event.split_at(at("2026-03-03T09:00:00")?, "7-later", &ten, now)?;
    /// let after = Event::open(&Event::plan(keeper, Default::default(), split.after)?).ok_or("a fact")?;
    /// assert_eq!(starts(&after), ["03 10:00", "04 10:00"]);
    /// event.apply(&split.before.fact().ok_or("a fact")?);
    /// assert_eq!(starts(&event), ["02 09:00"]);
    ///
    /// // Before the first there is nothing to keep.
    /// let first = at("2026-03-02T09:00:00")?;
    /// let refused = event.split_at(first, "7-whole", &ten, now);
    /// assert_eq!(refused, Err(SplitEventError::Split(SplitError::NothingBefore { at: first })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn split_at(
        &self,
        occurrence: NaiveDateTime,
        uid: &str,
        change: &OccurrenceChange,
        at: DateTime<Utc>,
    ) -> Result<EventSplit, SplitEventError> {
        let old = &self.content;
        if old.details.is_cancelled() {
            return Err(SplitEventError::Cancelled);
        }
        let (mut before, mut after) = old.cut_at(occurrence)?;
        before.details.revise(before.details.sequence().saturating_add(1), at);

        uid.clone_into(&mut after.uid);
        let (start, end) = change.time(&after.details);
        after = moved(&after, start, end)?;
        for details in after.overrides.values_mut().chain([&mut after.details]) {
            change.words(details);
            details.ask_anew();
            details.revise(0, at);
        }
        check(&before)?;
        check(&after)?;
        Ok(EventSplit { before: changed(old, before, EventChange::EndedBefore(occurrence)), after })
    }

    /// Invites somebody to all of it, who may be one of the office.
    ///
    /// # Errors
    /// [`InviteError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("standup.txt")]
    /// use office_scheduling::{Attendee, AttendeeRole, InviteError, Reply};
    ///
    /// let al = Attendee::new("al@example.org".parse()?, AttendeeRole::Required);
    /// let person = Id::natural("person", "E-002");
    /// event.apply(&event.invite(&al, Some(person))?.fact().ok_or("a fact")?);
    /// assert_eq!(event.content().details.reply_of(&al.address), Some(Reply::Waiting));
    /// assert_eq!(event.invite(&al, Some(person))?, Decision::AlreadyRecorded);
    ///
    /// // Nobody is invited in two ways.
    /// let optional = Attendee::new(al.address.clone(), AttendeeRole::Optional);
    /// assert_eq!(event.invite(&optional, None), Err(InviteError::Invited { address: al.address }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn invite(&self, guest: &Attendee, person: Option<PersonId>) -> Result<Decision<EventFact>, InviteError> {
        let known = self.content.details.invited().into_iter().find(|one| one.address == guest.address);
        let known_person = self.people.get(&guest.address).copied();
        if known.as_ref() == Some(guest) && (person.is_none() || person == known_person) {
            return Ok(Decision::AlreadyRecorded);
        }
        if self.content.details.is_cancelled() {
            return Err(InviteError::Cancelled);
        }
        if known.is_some_and(|known| known != *guest) {
            return Err(InviteError::Invited { address: guest.address.clone() });
        }
        let mut content = self.content.clone();
        for details in content.overrides.values_mut().chain([&mut content.details]) {
            if details.reply_of(&guest.address).is_none() {
                details.attendees.push(guest.property()?);
            }
        }
        check(&content)?;
        let people = person.map(|person| (guest.address.clone(), person)).into_iter().collect();
        Ok(Decision::Record(EventFact::Changed {
            change: EventChange::Invited(guest.address.clone()),
            people,
            content,
        }))
    }

    /// Somebody is no longer invited, to none of its occurrences.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("standup.txt")]
    /// use office_scheduling::{EventReply, Reply, ReplyError};
    ///
    /// let jo = "jo@example.org".parse()?;
    /// event.apply(&event.uninvite(&jo).fact().ok_or("a fact")?);
    /// assert_eq!(event.uninvite(&jo), Decision::AlreadyRecorded);
    ///
    /// // Whoever is not invited cannot answer.
    /// let reply = EventReply {
    ///     from: jo.clone(), occurrence: None, sequence: 0, at: now, answer: Reply::Accepted, delegate: None,
    /// };
    /// assert_eq!(event.reply(&reply), Err(ReplyError::NotInvited { address: jo }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn uninvite(&self, address: &Address) -> Decision<EventFact> {
        let mut content = self.content.clone();
        for details in content.overrides.values_mut().chain([&mut content.details]) {
            details.attendees.retain(|one| address_of(one).as_ref() != Some(address));
        }
        changed(&self.content, content, EventChange::Uninvited(address.clone()))
    }
}

/// Raises the sequence numbers of all of it, and asks everybody anew.
fn revise_all(content: &mut CalendarEvent, at: DateTime<Utc>) {
    let highest = content.overrides.values().chain([&content.details]).map(EventDetails::sequence).max();
    let sequence = highest.unwrap_or_default().saturating_add(1);
    for details in content.overrides.values_mut().chain([&mut content.details]) {
        details.revise(sequence, at);
        details.ask_anew();
    }
}

/// The event at another start, where its rules come there as they came at the old one.
fn moved(old: &CalendarEvent, start: EventTime, end: Option<EventEnd>) -> Result<CalendarEvent, MoveEventError> {
    let content = old.starting(start, end)?;
    let yields = |event: &CalendarEvent, rule: &Rule| {
        let start = event.details.start;
        let alone = RecurrenceSet::new(start.local(), start.zone()).with_first(FirstInstance::WhenMatching);
        alone.with_rule(rule.clone()).contains(start.local())
    };
    for (before, after) in old.rules.iter().zip(&content.rules) {
        if yields(old, before) && !yields(&content, after) {
            return Err(MoveEventError::OffRule { rule: after.to_string(), start: start.local() });
        }
    }
    Ok(content)
}
