//! Replies to invitations, and proposals of another time.

use chrono::{DateTime, NaiveDateTime, Utc};
use office_core::Decision;
use serde::{Deserialize, Serialize};

use super::attendee::{Address, Attendee, Reply};
use super::error::{AcceptProposalError, ProposeError, ReplyError};
use super::{Event, EventFact, OccurrenceChange, check};
use crate::calendar::{EventEnd, EventTime};

/// What somebody answered to an invitation (`METHOD:REPLY` of RFC 5546).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventReply {
    /// Who.
    pub from: Address,
    /// To which occurrence: the reading at which the event has it; none for all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurrence: Option<NaiveDateTime>,
    /// To which revision: the sequence number of the invitation.
    pub sequence: u32,
    /// When they wrote it.
    pub at: DateTime<Utc>,
    /// What they answered.
    pub answer: Reply,
    /// Who is to come in their place, just where it is delegated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegate: Option<Attendee>,
}

/// Another time that somebody invited would rather have (`METHOD:COUNTER`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// Who.
    pub from: Address,
    /// Of which occurrence: the reading at which the event has it; none for all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurrence: Option<NaiveDateTime>,
    /// To which revision: the sequence number of the invitation.
    pub sequence: u32,
    /// When they wrote it.
    pub at: DateTime<Utc>,
    /// When it would start.
    pub start: EventTime,
    /// When it would end; none, and it keeps its length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<EventEnd>,
    /// What they say about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Proposal {
    /// Whether this one is forgotten once the other has come.
    pub(super) fn is_in_place_of(&self, other: &Self) -> bool {
        (&self.from, self.occurrence) == (&other.from, other.occurrence)
    }
}

impl Event {
    /// Takes a reply to an invitation. A reply to a time that has been changed since is known by its sequence number, one
    /// that was overtaken by a later one by when it was written.
    ///
    /// # Errors
    /// [`ReplyError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("standup.txt")]
    /// use office_scheduling::{EventReply, Reply, ReplyError};
    ///
    /// let jo = "jo@example.org".parse()?;
    /// let reply = EventReply { from: jo, occurrence: None, sequence: 0, at: now, answer: Reply::Declined, delegate: None };
    /// event.apply(&event.reply(&reply)?.fact().ok_or("a fact")?);
    /// assert_eq!(event.content().details.reply_of(&reply.from), Some(Reply::Declined));
    ///
    /// // What was written before does not undo it.
    /// let earlier = EventReply { at: "2026-01-31T00:00:00Z".parse()?, answer: Reply::Accepted, ..reply.clone() };
    /// assert_eq!(event.reply(&earlier), Err(ReplyError::Superseded { address: reply.from }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reply(&self, reply: &EventReply) -> Result<Decision<EventFact>, ReplyError> {
        if self.replies.contains(reply) {
            return Ok(Decision::AlreadyRecorded);
        }
        self.answerable(&reply.from, reply.occurrence, reply.sequence)?;
        let later = self.replies.iter().any(|one| {
            (&one.from, one.occurrence) == (&reply.from, reply.occurrence)
                && one.sequence == reply.sequence
                && one.at >= reply.at
        });
        if later {
            return Err(ReplyError::Superseded { address: reply.from.clone() });
        }
        let named = reply.delegate.as_ref().map(|delegate| &delegate.address);
        if named.is_some() != (reply.answer == Reply::Delegated) || named == Some(&reply.from) {
            return Err(ReplyError::Delegate { named: named.cloned() });
        }
        let mut after = self.clone();
        after.take(reply);
        check(&after.content)?;
        Ok(Decision::Record(EventFact::Replied(reply.clone())))
    }

    /// Whether somebody may answer to this revision.
    fn answerable(&self, from: &Address, occurrence: Option<NaiveDateTime>, sequence: u32) -> Result<(), ReplyError> {
        let details = self.details(occurrence);
        if details.is_cancelled() || self.content.details.is_cancelled() {
            return Err(ReplyError::Cancelled);
        }
        if let Some(occurrence) = occurrence
            && !self.content.recurrence().contains(occurrence)
        {
            return Err(ReplyError::NoSuchOccurrence { occurrence });
        }
        if details.reply_of(from).is_none() {
            return Err(ReplyError::NotInvited { address: from.clone() });
        }
        let (answered, current) = (sequence, details.sequence());
        match answered.cmp(&current) {
            std::cmp::Ordering::Less => Err(ReplyError::OldSequence { answered, current }),
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Greater => Err(ReplyError::UnknownSequence { answered, current }),
        }
    }

    /// Writes a reply down.
    pub(super) fn take(&mut self, reply: &EventReply) {
        let details = match reply.occurrence {
            None => &mut self.content.details,
            Some(at) => {
                let occurrence = self.content.occurrence(at);
                self.content.overrides.entry(at).or_insert(occurrence)
            }
        };
        let delegate = reply.delegate.as_ref().map(|delegate| Attendee {
            reply: Reply::Waiting,
            delegated_from: Some(reply.from.clone()),
            ..delegate.clone()
        });
        details.answer(&reply.from, reply.answer, delegate.as_ref());
        self.replies.retain(|one| (&one.from, one.occurrence) != (&reply.from, reply.occurrence));
        self.replies.push(reply.clone());
    }

    /// Drops the replies and proposals to earlier revisions.
    pub(super) fn forget_what_is_old(&mut self) {
        let (replies, proposals) = (std::mem::take(&mut self.replies), std::mem::take(&mut self.proposals));
        self.replies = replies.into_iter().filter(|one| one.sequence == self.sequence(one.occurrence)).collect();
        self.proposals = proposals.into_iter().filter(|one| one.sequence == self.sequence(one.occurrence)).collect();
    }

    /// Takes the proposal of another time, in place of an earlier one of the same guest.
    ///
    /// # Errors
    /// [`ProposeError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::{Entity, Id};
    /// use office_scheduling::{AcceptProposalError, Calendar, Event, EventTime, Proposal};
    ///
    /// let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:7\r\nDTSTART:20260302T090000\r\n\
    ///     DURATION:PT30M\r\nATTENDEE:mailto:jo@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    /// let content = Calendar::read("team.ics", text.as_bytes())?.events.remove(0);
    /// let mut event = Event::open(&Event::plan(Id::natural("person", "E-001"), Default::default(), content)?).ok_or("a fact")?;
    /// let (jo, at) = ("jo@example.org".parse()?, "2026-02-01T00:00:00Z".parse()?);
    /// let eleven = EventTime::Floating("2026-03-02T11:00:00".parse()?);
    /// let proposal = Proposal { from: jo, occurrence: None, sequence: 0, at, start: eleven, end: None, comment: None };
    /// event.apply(&event.propose(&proposal)?.fact().ok_or("a fact")?);
    ///
    /// event.apply(&event.accept_proposal(&proposal.from, None, at)?.fact().ok_or("a fact")?);
    /// assert_eq!(event.content().details.start, eleven);
    /// // It has been decided on.
    /// let again = event.accept_proposal(&proposal.from, None, at);
    /// assert_eq!(again, Err(AcceptProposalError::NoProposal { from: proposal.from }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn propose(&self, proposal: &Proposal) -> Result<Decision<EventFact>, ProposeError> {
        if self.proposals.contains(proposal) {
            return Ok(Decision::AlreadyRecorded);
        }
        self.answerable(&proposal.from, proposal.occurrence, proposal.sequence)?;
        if self.proposals.iter().any(|one| one.is_in_place_of(proposal) && one.at >= proposal.at) {
            return Err(ReplyError::Superseded { address: proposal.from.clone() }.into());
        }
        let mut probe = self.content.clone();
        probe.overrides.clear();
        (probe.details.start, probe.details.end) = (proposal.start, proposal.end);
        check(&probe)?;
        Ok(Decision::Record(EventFact::Proposed(proposal.clone())))
    }

    /// Turns a proposal down.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("standup.txt")]
    /// use office_scheduling::{AcceptProposalError, Proposal};
    ///
    /// let eleven = EventTime::Floating(at("2026-03-02T11:00:00")?);
    /// let (from, start) = ("jo@example.org".parse()?, eleven);
    /// let proposal = Proposal { from, occurrence: None, sequence: 0, at: now, start, end: None, comment: None };
    /// event.apply(&event.propose(&proposal)?.fact().ok_or("a fact")?);
    /// event.apply(&event.decline_proposal(&proposal.from, None).fact().ok_or("a fact")?);
    /// assert_eq!(event.decline_proposal(&proposal.from, None), Decision::AlreadyRecorded);
    ///
    /// // What was turned down cannot be accepted.
    /// let refused = event.accept_proposal(&proposal.from, None, now);
    /// assert_eq!(refused, Err(AcceptProposalError::NoProposal { from: proposal.from }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decline_proposal(&self, from: &Address, occurrence: Option<NaiveDateTime>) -> Decision<EventFact> {
        if self.proposal(from, occurrence).is_none() {
            return Decision::AlreadyRecorded;
        }
        Decision::Record(EventFact::ProposalDeclined { from: from.clone(), occurrence })
    }

    /// Moves the event, or the occurrence, to where somebody proposed; what others proposed is forgotten with it.
    ///
    /// # Errors
    /// [`AcceptProposalError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("standup.txt")]
    /// use office_scheduling::{AcceptProposalError, Proposal};
    ///
    /// let (from, tuesday) = ("jo@example.org".parse()?, at("2026-03-03T09:00:00")?);
    /// let start = EventTime::Floating(at("2026-03-03T11:00:00")?);
    /// let proposal = Proposal { from, occurrence: Some(tuesday), sequence: 0, at: now, start, end: None, comment: None };
    /// event.apply(&event.propose(&proposal)?.fact().ok_or("a fact")?);
    /// event.apply(&event.accept_proposal(&proposal.from, Some(tuesday), now)?.fact().ok_or("a fact")?);
    /// assert_eq!(starts(&event), ["02 09:00", "03 11:00", "04 09:00"]);
    ///
    /// // For all of it nothing was proposed.
    /// let refused = event.accept_proposal(&proposal.from, None, now);
    /// assert_eq!(refused, Err(AcceptProposalError::NoProposal { from: proposal.from }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn accept_proposal(
        &self,
        from: &Address,
        occurrence: Option<NaiveDateTime>,
        at: DateTime<Utc>,
    ) -> Result<Decision<EventFact>, AcceptProposalError> {
        let proposal =
            self.proposal(from, occurrence).ok_or_else(|| AcceptProposalError::NoProposal { from: from.clone() })?;
        let change = OccurrenceChange { start: Some(proposal.start), end: proposal.end, ..OccurrenceChange::default() };
        if let Some(occurrence) = occurrence {
            return Ok(self.change_occurrence(occurrence, &change, at)?);
        }
        let (start, end) = change.time(&self.content.details);
        Ok(self.move_to(start, end, at)?)
    }

    fn proposal(&self, from: &Address, occurrence: Option<NaiveDateTime>) -> Option<&Proposal> {
        self.proposals.iter().find(|one| (&one.from, one.occurrence) == (from, occurrence))
    }
}
