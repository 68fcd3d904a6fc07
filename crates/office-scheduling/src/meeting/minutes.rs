//! What was said, decided and is to be done: item by item, as a draft, circulated, approved.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use office_core::Decision;
use office_core::subject::PersonId;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{AgendaItem, Meeting, MeetingError, MeetingFact, MeetingStatus};
use crate::resource::is_word;

/// The most decisions, and the most actions, of one item.
const MOST_OF_ITEM: usize = 50;
/// The longest note, in characters.
const MAX_NOTE: usize = 20_000;
/// The most minutes of one meeting, in bytes.
pub const MAX_MINUTES_BYTES: usize = 400_000;
/// The most corrections, and the most remarks, of one meeting's minutes.
const MOST_CORRECTIONS: usize = 500;

/// What the minutes say about one item of the agenda.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemMinutes {
    /// What was said: at most 20,000 characters; lines may be broken.
    pub note: String,
    /// What was decided, one by one: at most 50 of 1 to 2,000 characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<String>,
    /// What is to be done, one by one: at most 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<ActionItem>,
}

/// Something that one person is to do by a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionItem {
    /// What: 1 to 200 characters.
    pub what: String,
    /// Who: the owner of the task that it becomes.
    pub owner: PersonId,
    /// By when.
    pub due: DateTime<Utc>,
}

/// A note of circulated minutes that was put right before they were approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MinutesCorrection {
    /// The note of which item.
    pub item: u32,
    /// What it said before.
    pub before: String,
    /// Who put it right.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// Something that was found wrong with approved minutes, which stay as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MinutesRemark {
    /// About which item.
    pub item: u32,
    /// What is right: 1 to 20,000 characters.
    pub text: String,
    /// Who says so.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

impl Meeting {
    /// The minutes: each item of the agenda once, in its order, with what was said; nothing where it was not come to.
    pub fn minutes(&self) -> impl Iterator<Item = (u32, &AgendaItem, Option<&ItemMinutes>)> {
        self.agenda().map(|(number, item)| (number, item, self.minutes.get(&number)))
    }

    /// Whether the minutes have something on an item.
    #[must_use]
    pub fn is_covered(&self, item: u32) -> bool {
        self.minutes.contains_key(&item)
    }

    /// What was put right before the minutes were approved, in the order of it.
    #[must_use]
    pub fn corrections(&self) -> &[MinutesCorrection] {
        &self.corrections
    }

    /// What was found wrong with the minutes after they were approved, in the order of it.
    #[must_use]
    pub fn remarks(&self) -> &[MinutesRemark] {
        &self.remarks
    }

    /// Who wrote into the minutes.
    #[must_use]
    pub const fn writers(&self) -> &BTreeSet<PersonId> {
        &self.writers
    }

    /// Says what was said, decided and is to be done about an item, in place of what the draft said of it before: the
    /// chair or the secretary does, while the meeting is held.
    ///
    /// Decisions need the quorum at the time that they are written down; a change of the note alone does not.
    ///
    /// # Errors
    /// [`MinuteError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("team.txt")]
    #[doc = include_str!("held.txt")]
    /// use office_scheduling::MinuteError;
    ///
    /// meeting.apply_decision(&meeting.minute(ada, 1, decided("Six chairs are bought."), at)?);
    /// assert!(meeting.is_covered(1));
    /// // Ben has left: Ada alone decides nothing else.
    /// meeting.apply_decision(&meeting.attend(ada, ben, Attendance::Left, at)?);
    /// let refused = meeting.minute(ada, 1, decided("Eight chairs are bought."), at);
    /// assert!(matches!(refused, Err(MinuteError::NoQuorum { there: 1, .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn minute(
        &self,
        by: PersonId,
        item: u32,
        minutes: ItemMinutes,
        at: DateTime<Utc>,
    ) -> Result<Decision<MeetingFact>, MinuteError> {
        self.status_is(&[MeetingStatus::Held])?;
        self.in_charge(by)?;
        if !self.agenda.contains_key(&item) {
            return Err(MinuteError::NoSuchItem { item });
        }
        let before = self.minutes.get(&item);
        if before == Some(&minutes) {
            return Ok(Decision::AlreadyRecorded);
        }
        check(&minutes)?;
        let others = self.minutes.iter().filter(|(other, _)| **other != item).map(|(_, minutes)| minutes);
        let bytes = others.chain([&minutes]).map(bytes_of).fold(0_usize, usize::saturating_add);
        if bytes > MAX_MINUTES_BYTES {
            return Err(MinuteError::TooLong { bytes });
        }
        let decided_before = before.map(|minutes| minutes.decisions.as_slice()).unwrap_or_default();
        let decides = minutes.decisions.iter().any(|decision| !decided_before.contains(decision));
        if decides && !self.has_quorum() {
            return Err(MinuteError::NoQuorum {
                there: self.voting().len(),
                wanted: self.details().quorum.to_string(),
            });
        }
        Ok(Decision::Record(MeetingFact::Minuted { item, minutes, by, at }))
    }

    /// Takes back what the draft says about an item: it was not come to after all.
    ///
    /// # Errors
    /// [`MinuteError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("team.txt")]
    #[doc = include_str!("held.txt")]
    /// use office_scheduling::MinuteError;
    ///
    /// meeting.apply_decision(&meeting.minute(ada, 1, note("Four chairs are broken."), at)?);
    /// // Only whoever leads the meeting, or writes its minutes, takes that back.
    /// assert_eq!(meeting.take_back(ben, 1, at), Err(MinuteError::Meeting(MeetingError::NotInCharge)));
    /// meeting.apply_decision(&meeting.take_back(ada, 1, at)?);
    /// assert!(!meeting.is_covered(1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn take_back(&self, by: PersonId, item: u32, at: DateTime<Utc>) -> Result<Decision<MeetingFact>, MinuteError> {
        self.status_is(&[MeetingStatus::Held])?;
        self.in_charge(by)?;
        if !self.is_covered(item) {
            return Ok(Decision::AlreadyRecorded);
        }
        if self.settled.contains_key(&item) {
            return Err(MinuteError::Settled { item });
        }
        Ok(Decision::Record(MeetingFact::TakenBack { item, by, at }))
    }

    /// Ends the meeting and sends the minutes round; what they do not cover was not come to.
    ///
    /// # Errors
    /// [`MeetingError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("team.txt")]
    ///
    /// // There are no minutes before there was a meeting.
    /// let refused = meeting.circulate(ada, at);
    /// let (status, wanted) = (MeetingStatus::Planned, vec![MeetingStatus::Held]);
    /// assert_eq!(refused, Err(MeetingError::Status { status, wanted }));
    ///
    /// meeting.apply_decision(&meeting.hold(ada, at)?);
    /// meeting.apply_decision(&meeting.circulate(ada, at)?);
    /// assert_eq!(meeting.status(), MeetingStatus::Circulated);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn circulate(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<MeetingFact>, MeetingError> {
        self.become_status(by, &[MeetingStatus::Held], MeetingStatus::Circulated, at)
    }

    /// Makes circulated minutes a draft again, as long as nothing has come of them.
    ///
    /// # Errors
    /// [`RecallMinutesError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("team.txt")]
    #[doc = include_str!("held.txt")]
    /// use office_scheduling::RecallMinutesError;
    ///
    /// meeting.apply_decision(&meeting.circulate(ada, at)?);
    /// meeting.apply_decision(&meeting.recall(ada, at)?);
    /// assert_eq!(meeting.status(), MeetingStatus::Held);
    /// // Sent round once more, and tasks begun of what is to be done: there is no way back.
    /// meeting.apply_decision(&meeting.circulate(ada, at)?);
    /// meeting.apply(&MeetingFact::ActionsBegun { at });
    /// assert_eq!(meeting.recall(ada, at), Err(RecallMinutesError::ActionsBegun));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn recall(&self, by: PersonId, at: DateTime<Utc>) -> Result<Decision<MeetingFact>, RecallMinutesError> {
        let decision = self.become_status(by, &[MeetingStatus::Circulated], MeetingStatus::Held, at)?;
        if self.actions_begun {
            return Err(RecallMinutesError::ActionsBegun);
        }
        match self.carried_to {
            Some(_) => Err(RecallMinutesError::CarriedOver),
            None => Ok(decision),
        }
    }

    /// Puts a note of circulated minutes right; what it said before stays known. Decisions and actions are changed by
    /// recalling the minutes.
    ///
    /// # Errors
    /// [`CorrectMinutesError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("team.txt")]
    #[doc = include_str!("held.txt")]
    /// use office_scheduling::CorrectMinutesError;
    ///
    /// meeting.apply_decision(&meeting.minute(ada, 1, note("For chairs are broken."), at)?);
    /// meeting.apply_decision(&meeting.circulate(ada, at)?);
    /// meeting.apply_decision(&meeting.correct(ada, 1, "Four chairs are broken.".to_owned(), at)?);
    /// assert_eq!(meeting.corrections()[0].before, "For chairs are broken.");
    /// // The minutes say nothing about plants.
    /// let refused = meeting.correct(ada, 2, "Three plants are dry.".to_owned(), at);
    /// assert_eq!(refused, Err(CorrectMinutesError::NotCovered { item: 2 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn correct(
        &self,
        by: PersonId,
        item: u32,
        note: String,
        at: DateTime<Utc>,
    ) -> Result<Decision<MeetingFact>, CorrectMinutesError> {
        self.status_is(&[MeetingStatus::Circulated])?;
        self.in_charge(by)?;
        let Some(minutes) = self.minutes.get(&item) else { return Err(CorrectMinutesError::NotCovered { item }) };
        if minutes.note == note {
            return Ok(Decision::AlreadyRecorded);
        }
        self.has_room_for(&note, self.corrections.len())?;
        Ok(Decision::Record(MeetingFact::Corrected { item, note, by, at }))
    }

    /// Says what is wrong with approved minutes, which stay as they are: a member, the chair or the secretary does.
    ///
    /// # Errors
    /// [`CorrectMinutesError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("team.txt")]
    #[doc = include_str!("held.txt")]
    /// use office_scheduling::CorrectMinutesError;
    ///
    /// meeting.apply_decision(&meeting.minute(ada, 1, note("Four chairs are broken."), at)?);
    /// meeting.apply_decision(&meeting.circulate(ada, at)?);
    /// // Ben approves what Ada wrote, and finds out later that it was five.
    /// meeting.apply(&MeetingFact::Approved { by: ben, at });
    /// meeting.apply_decision(&meeting.remark(ben, 1, "There were five.".to_owned(), at)?);
    /// assert_eq!(meeting.remarks()[0].by, ben);
    /// // Eve does not belong to the team.
    /// let refused = meeting.remark(eve, 1, "There were six.".to_owned(), at);
    /// assert_eq!(refused, Err(CorrectMinutesError::NotMember));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn remark(
        &self,
        by: PersonId,
        item: u32,
        text: String,
        at: DateTime<Utc>,
    ) -> Result<Decision<MeetingFact>, CorrectMinutesError> {
        self.status_is(&[MeetingStatus::Approved])?;
        if !self.details().members.contains(&by) && self.in_charge(by).is_err() {
            return Err(CorrectMinutesError::NotMember);
        }
        if !self.agenda.contains_key(&item) {
            return Err(CorrectMinutesError::NotCovered { item });
        }
        let remark = MinutesRemark { item, text, by, at };
        if self.remarks.contains(&remark) {
            return Ok(Decision::AlreadyRecorded);
        }
        self.has_room_for(&remark.text, self.remarks.len())?;
        Ok(Decision::Record(MeetingFact::Remarked(remark)))
    }

    /// Whether there may be one more correction or remark, and this text in it.
    fn has_room_for(&self, text: &str, there: usize) -> Result<(), CorrectMinutesError> {
        if text.trim().is_empty() || !is_note(text) {
            return Err(CorrectMinutesError::Text);
        }
        let corrected = self.corrections.iter().map(|one| one.before.len());
        let remarked = self.remarks.iter().map(|one| one.text.len());
        let bytes = corrected.chain(remarked).fold(text.len(), usize::saturating_add);
        if there >= MOST_CORRECTIONS || bytes > MAX_MINUTES_BYTES {
            return Err(CorrectMinutesError::TooMany);
        }
        Ok(())
    }

    /// Puts a note right, as a fact says.
    pub(super) fn put_right(&mut self, item: u32, note: &str, (by, at): (PersonId, DateTime<Utc>)) {
        if let Some(minutes) = self.minutes.get_mut(&item) {
            let before = std::mem::replace(&mut minutes.note, note.to_owned());
            self.corrections.push(MinutesCorrection { item, before, by, at });
            self.writers.insert(by);
        }
    }
}

/// Whether it is text of at most 20,000 characters whose only control characters break lines and indent.
fn is_note(text: &str) -> bool {
    text.chars().take(MAX_NOTE.saturating_add(1)).count() <= MAX_NOTE
        && !text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t'))
}

fn check(minutes: &ItemMinutes) -> Result<(), MinuteError> {
    if !is_note(&minutes.note) {
        return Err(MinuteError::Note);
    }
    if minutes.decisions.len() > MOST_OF_ITEM || !minutes.decisions.iter().all(|one| is_word(one, 2_000)) {
        return Err(MinuteError::Decisions);
    }
    if minutes.actions.len() > MOST_OF_ITEM || !minutes.actions.iter().all(|one| is_word(&one.what, 200)) {
        return Err(MinuteError::Actions);
    }
    Ok(())
}

fn bytes_of(minutes: &ItemMinutes) -> usize {
    let decisions = minutes.decisions.iter().map(String::len);
    let actions = minutes.actions.iter().map(|one| one.what.len());
    decisions.chain(actions).fold(minutes.note.len(), usize::saturating_add)
}

/// The minutes cannot say this of an item.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MinuteError {
    /// The meeting is not held now, or somebody else's to minute.
    #[error(transparent)]
    Meeting(#[from] MeetingError),
    /// There is no such item.
    #[error("there is no item {item}: one of the agenda is wanted")]
    NoSuchItem {
        /// Which.
        item: u32,
    },
    /// The note is too long or has control characters.
    #[error("the note is not one: at most {MAX_NOTE} characters are wanted")]
    Note,
    /// A decision is blank or too long, or there are too many.
    #[error("the decisions are not some: at most {MOST_OF_ITEM} of 1 to 2000 characters are wanted")]
    Decisions,
    /// An action is blank or too long, or there are too many.
    #[error("the actions are not some: at most {MOST_OF_ITEM} of 1 to 200 characters are wanted")]
    Actions,
    /// The minutes are too long as a whole.
    #[error("the minutes have {bytes} bytes: at most {MAX_MINUTES_BYTES} are wanted")]
    TooLong {
        /// How many.
        bytes: usize,
    },
    /// Something was decided without the quorum.
    #[error("{there} of the members are there: {wanted} is wanted")]
    NoQuorum {
        /// How many are there or represented.
        there: usize,
        /// How many have to be, in words.
        wanted: String,
    },
    /// A poll has decided on the item.
    #[error("a poll has decided on item {item}: one without a poll is wanted")]
    Settled {
        /// Which.
        item: u32,
    },
}

/// Minutes cannot become a draft again.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RecallMinutesError {
    /// They are not circulated, or somebody else's.
    #[error(transparent)]
    Meeting(#[from] MeetingError),
    /// Tasks have come of their actions.
    #[error("the actions are tasks already: a correction of the note is wanted")]
    ActionsBegun,
    /// The next meeting goes on with what was not come to.
    #[error("what was not come to is carried over already: a correction of the note is wanted")]
    CarriedOver,
}

/// Minutes cannot be put right like this.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CorrectMinutesError {
    /// They are not circulated, or not approved; or they are somebody else's.
    #[error(transparent)]
    Meeting(#[from] MeetingError),
    /// Approved minutes are of others.
    #[error("the person does not belong to the meeting: a member, its chair or its secretary is wanted")]
    NotMember,
    /// They have nothing on the item.
    #[error("the minutes have nothing on item {item}: an item that they have is wanted")]
    NotCovered {
        /// Which.
        item: u32,
    },
    /// The text is blank or too long, or has control characters.
    #[error("the text is not one: 1 to {MAX_NOTE} characters are wanted")]
    Text,
    /// There were too many already.
    #[error(
        "the minutes were put right too often: at most {MOST_CORRECTIONS} times and in {MAX_MINUTES_BYTES} bytes is wanted"
    )]
    TooMany,
}
