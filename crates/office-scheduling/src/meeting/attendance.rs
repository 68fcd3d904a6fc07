//! Who is there, who stands in for whom, and whether they are enough.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use office_core::Decision;
use office_core::subject::PersonId;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Meeting, MeetingError, MeetingFact, MeetingStatus};

/// The most people whose attendance is told.
const MOST_PEOPLE: usize = 1_000;

/// How somebody takes part in a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attendance {
    /// They are there, in the room or from afar.
    Present,
    /// They said that they do not come.
    Excused,
    /// They were there and are no more.
    Left,
    /// Another member stands in for them, as long as that one is there.
    RepresentedBy(PersonId),
}

impl Meeting {
    /// How each person takes part of whom it was told; all others are not there.
    pub fn attendance(&self) -> impl Iterator<Item = (PersonId, Attendance)> {
        self.attendance.iter().map(|(person, how)| (*person, *how))
    }

    /// The members who are there, or represented by one who is.
    #[must_use]
    pub fn voting(&self) -> BTreeSet<PersonId> {
        let is_present = |person: &PersonId| self.attendance.get(person) == Some(&Attendance::Present);
        let votes = |person: &&PersonId| match self.attendance.get(*person) {
            Some(Attendance::Present) => true,
            Some(Attendance::RepresentedBy(other)) => is_present(other),
            Some(Attendance::Excused | Attendance::Left) | None => false,
        };
        self.details().members.iter().filter(votes).copied().collect()
    }

    /// Whether enough members are there to decide anything.
    #[must_use]
    pub fn has_quorum(&self) -> bool {
        self.details().quorum.is_met(&self.details().members, &self.voting())
    }

    /// Notes how somebody takes part, in place of what was noted before: the chair or the secretary does, once the
    /// meeting is held. Whoever is not a member comes as a guest.
    ///
    /// # Errors
    /// [`AttendError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("team.txt")]
    /// use office_scheduling::AttendError;
    ///
    /// meeting.apply_decision(&meeting.hold(ada, at)?);
    /// meeting.apply_decision(&meeting.attend(ada, ada, Attendance::Present, at)?);
    /// // One of two is not more than half.
    /// assert!(!meeting.has_quorum());
    /// meeting.apply_decision(&meeting.attend(ada, ben, Attendance::Present, at)?);
    /// assert!(meeting.has_quorum());
    /// // Here nobody may stand in for somebody else.
    /// let refused = meeting.attend(ada, ben, Attendance::RepresentedBy(ada), at);
    /// assert_eq!(refused, Err(AttendError::Proxies { most: 0 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn attend(
        &self,
        by: PersonId,
        person: PersonId,
        how: Attendance,
        at: DateTime<Utc>,
    ) -> Result<Decision<MeetingFact>, AttendError> {
        self.status_is(&[MeetingStatus::Held])?;
        self.in_charge(by)?;
        if self.attendance.get(&person) == Some(&how) {
            return Ok(Decision::AlreadyRecorded);
        }
        if self.attendance.len() >= MOST_PEOPLE && !self.attendance.contains_key(&person) {
            return Err(AttendError::TooMany);
        }
        if let Attendance::RepresentedBy(other) = how {
            let members = &self.details().members;
            if person == other || !members.contains(&person) || !members.contains(&other) {
                return Err(AttendError::NotMembers);
            }
            let stands_in =
                |(one, how): &(&PersonId, &Attendance)| **one != person && **how == Attendance::RepresentedBy(other);
            let held = self.attendance.iter().filter(stands_in).count();
            let most = self.details().most_proxies;
            if u32::try_from(held).map_or(true, |held| held >= most) {
                return Err(AttendError::Proxies { most });
            }
        }
        Ok(Decision::Record(MeetingFact::Attended { person, how, at }))
    }
}

/// How somebody takes part cannot be noted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AttendError {
    /// The meeting is not held now, or somebody else's to lead.
    #[error(transparent)]
    Meeting(#[from] MeetingError),
    /// Too many people are there.
    #[error("the list is full: at most {MOST_PEOPLE} people are wanted")]
    TooMany,
    /// Who is represented, or who stands in, does not belong to it; or they are one person.
    #[error("only a member stands in for another member: two members are wanted")]
    NotMembers,
    /// Who stands in does so for as many as they may already.
    #[error("the member stands in for others already: at most {most} each are wanted")]
    Proxies {
        /// For how many they may.
        most: u32,
    },
}
