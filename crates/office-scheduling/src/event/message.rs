//! Invitations that are sent, and the answers that come back, as messages of iTIP (RFC 5546).

use chrono::NaiveDateTime;

use super::Event;
use super::attendee::{Attendee, Reply};
use super::reply::{EventReply, Proposal};
use crate::calendar::{Calendar, EventDetails, RawProperty};

impl Event {
    /// The message that tells those invited of it as it is now: a request to come, or, where it was called off, that.
    ///
    /// # Example
    /// ```
    /// use office_core::{Entity, Id};
    /// use office_scheduling::{Calendar, Event, Reply};
    ///
    /// let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:7\r\nDTSTART:20260302T090000Z\r\nDURATION:PT30M\r\n\
    ///     RRULE:FREQ=DAILY\r\nATTENDEE:mailto:jo@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    /// let content = Calendar::read("team.ics", text.as_bytes())?.events.remove(0);
    /// let event = Event::open(&Event::plan(Id::natural("person", "E-001"), Default::default(), content)?).ok_or("a fact")?;
    /// assert!(event.message().write()?.contains("METHOD:REQUEST\r\n"));
    ///
    /// // What comes back says who does not come, and when.
    /// let answer = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:7\r\nDTSTAMP:20260220T080000Z\r\n\
    ///     RECURRENCE-ID:20260303T090000Z\r\nDTSTART:20260303T090000Z\r\nATTENDEE;PARTSTAT=DECLINED:mailto:jo@example.org\r\n\
    ///     END:VEVENT\r\nEND:VCALENDAR\r\n";
    /// let replies = event.replies_in(&Calendar::read("answer.ics", answer.as_bytes())?);
    /// assert_eq!((replies[0].answer, replies[0].occurrence), (Reply::Declined, Some("2026-03-03T09:00:00".parse()?)));
    ///
    /// // A request is no answer, and neither is an answer to another event.
    /// assert!(event.replies_in(&event.message()).is_empty());
    /// assert!(event.replies_in(&Calendar::read("answer.ics", answer.replace("UID:7", "UID:8").as_bytes())?).is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn message(&self) -> Calendar {
        let method = if self.content().details.is_cancelled() { "CANCEL" } else { "REQUEST" };
        Calendar {
            events: vec![self.content().clone()],
            other: RawProperty::of("METHOD", [], method).into_iter().collect(),
            components: Vec::new(),
        }
    }

    /// The replies to it in a message (`METHOD:REPLY`); what does not say who answers, or when they wrote it, is left out.
    /// Whether a reply is taken is for [`Event::reply`] to find out.
    #[must_use]
    pub fn replies_in(&self, message: &Calendar) -> Vec<EventReply> {
        self.answers(message, "REPLY")
            .into_iter()
            .filter_map(|(occurrence, details)| {
                let guests = details.invited();
                let delegates = guests.iter().find(|one| one.reply == Reply::Delegated);
                let from = delegates.or_else(|| guests.first())?;
                let delegate = from.delegated_to.as_ref().map(|to| {
                    let told = guests.iter().find(|one| one.address == *to).cloned();
                    told.unwrap_or_else(|| Attendee::new(to.clone(), from.role))
                });
                Some(EventReply {
                    from: from.address.clone(),
                    occurrence,
                    sequence: details.sequence(),
                    at: details.written_at()?,
                    answer: from.reply,
                    delegate: delegate.filter(|_| from.reply == Reply::Delegated),
                })
            })
            .collect()
    }

    /// The proposals of another time for it in a message (`METHOD:COUNTER`), likewise.
    #[must_use]
    pub fn proposals_in(&self, message: &Calendar) -> Vec<Proposal> {
        self.answers(message, "COUNTER")
            .into_iter()
            .filter_map(|(occurrence, details)| {
                let comment = details.other.iter().find(|line| line.name() == "COMMENT").map(RawProperty::text);
                Some(Proposal {
                    from: details.invited().first()?.address.clone(),
                    occurrence,
                    sequence: details.sequence(),
                    at: details.written_at()?,
                    start: details.start,
                    end: details.end,
                    comment,
                })
            })
            .collect()
    }

    /// What a message of a kind says of it, as a whole or at an occurrence on its own clock.
    fn answers<'m>(&self, message: &'m Calendar, method: &str) -> Vec<(Option<NaiveDateTime>, &'m EventDetails)> {
        let kind = message.other.iter().find(|line| line.name() == "METHOD");
        if !kind.is_some_and(|line| line.value().eq_ignore_ascii_case(method)) {
            return Vec::new();
        }
        let start = self.content().details.start;
        let mut found = Vec::new();
        for event in message.events.iter().filter(|event| event.uid == self.content().uid) {
            let instance = event.instance.map(|at| at.on_clock_of(start).unwrap_or_else(|| at.local()));
            found.push((instance, &event.details));
            for (at, details) in &event.overrides {
                let at = event.details.start.showing(*at);
                found.push((Some(at.on_clock_of(start).unwrap_or_else(|| at.local())), details));
            }
        }
        found
    }
}
