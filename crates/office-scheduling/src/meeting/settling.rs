//! What polls make of a meeting: its time, and decisions on its items.

use chrono::{DateTime, Utc};
use office_core::Decision;
use office_core::subject::PersonId;
use thiserror::Error;

use super::{Meeting, MeetingDetails, MeetingDetailsError, MeetingError, MeetingFact, MeetingParts, MeetingStatus};
use crate::PollSheetId;

impl Meeting {
    /// What polls have decided on an item, each with its poll.
    pub fn settled(&self, item: u32) -> impl Iterator<Item = (PollSheetId, &str)> {
        self.settled.get(&item).into_iter().flatten().map(|(poll, text)| (*poll, text.as_str()))
    }

    /// A poll found a time for the meeting, which is planned.
    pub(crate) fn settle_time(
        &self,
        by: PersonId,
        starts: DateTime<Utc>,
    ) -> Result<Decision<MeetingFact>, SettleMeetingError> {
        self.status_is(&[MeetingStatus::Planned])?;
        self.in_charge(by)?;
        let details = MeetingDetails::new(MeetingParts { starts: Some(starts), ..self.details().clone() })?;
        if details == self.details {
            return Ok(Decision::AlreadyRecorded);
        }
        Ok(Decision::Record(MeetingFact::Changed { details }))
    }

    /// A poll decided on an item of the meeting, which is held.
    pub(crate) fn settle_item(
        &self,
        by: PersonId,
        item: u32,
        (poll, text): (PollSheetId, String),
    ) -> Result<Decision<MeetingFact>, SettleMeetingError> {
        self.status_is(&[MeetingStatus::Held])?;
        self.in_charge(by)?;
        if !self.agenda.contains_key(&item) {
            return Err(SettleMeetingError::NoSuchItem { item });
        }
        Ok(Decision::Record(MeetingFact::Settled { item, poll, text }))
    }
}

/// A meeting cannot take what a poll decided.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SettleMeetingError {
    /// It is not planned any more, or not held; or the poll's keeper does not lead it.
    #[error(transparent)]
    Meeting(#[from] MeetingError),
    /// It cannot be at that time.
    #[error(transparent)]
    Details(#[from] MeetingDetailsError),
    /// There is no such item.
    #[error("there is no item {item}: one of the agenda is wanted")]
    NoSuchItem {
        /// Which.
        item: u32,
    },
}
