//! Closing a poll, and what comes of it: a time for a meeting, or a decision of it.

use office_core::subject::PersonId;
use office_core::{Decision, StoreError, Tx};
use thiserror::Error;

use super::{PollError, PollMatter, PollPurpose, PollResult, PollSheet, PollSheetFact, PollSheetId};
use crate::{Meeting, MeetingFact, MeetingId, SettleMeetingError};

/// Closes a poll, which its keeper does once the deadline has come or all have voted, and tells the result. Closed again
/// it tells the same.
///
/// Where it was begun for a meeting, its keeper is the chair or the secretary of that, and the winner is the time of the
/// meeting from then on, or a decision of it on the item. Nothing comes of a poll that nobody wins.
///
/// # Errors
/// [`ClosePollError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// use std::collections::BTreeMap;
///
/// use office_core::{Actor, Command, Entity, Id, MemoryStore, Office, Role, StoreError, wait};
/// use office_scheduling::{
///     Ballot, DateAnswer, Meeting, MeetingDetails, MeetingId, MeetingParts, PollMatter, PollPurpose, PollSheet,
///     PollSheetId, PollTerms, Quorum, close_poll,
/// };
///
/// let office = Office::on(MemoryStore::new());
/// let (ada, ben) = (Id::natural("person", "E-001"), Id::natural("person", "E-002"));
/// let (id, meeting) = (PollSheetId::natural("poll", "when"), MeetingId::natural("meeting", "2026-11"));
/// let at = "2026-10-20T12:00:00Z".parse()?;
/// let command = |key: &str| Command::new(key, "poll", Actor::new(ada, Role::new("assistant")), at).unwrap();
/// let begun = PollSheet::begin(PollTerms {
///     question: "When do we meet?".to_owned(),
///     matter: PollMatter::Dates(vec!["2026-11-02T09:00:00Z".parse()?, "2026-11-03T09:00:00Z".parse()?]),
///     keeper: ada,
///     voters: [ada, ben].into(),
///     closes: "2026-10-25T12:00:00Z".parse()?,
///     quorum: Quorum::Majority,
///     slips: Default::default(),
///     purpose: Some(PollPurpose::Time(meeting)),
/// })?;
/// let details = MeetingDetails::new(MeetingParts::new("team", 30, ada, [ada, ben].into()))?;
/// let answer = Ballot::Dates(BTreeMap::from([(0, DateAnswer::IfNeedBe), (1, DateAnswer::Yes)]));
/// let vote = |key: &str, by| {
///     wait(office.transact(&command(key), |tx| {
///         let (begun, details, answer) = (begun.clone(), details.clone(), answer.clone());
///         async move {
///             if by == ada {
///                 tx.create(meeting, Meeting::plan(details)).await?;
///                 tx.create(id, begun).await?;
///             }
///             let poll: PollSheet = tx.load(id).await?;
///             tx.decide(id, poll.cast(by, answer, at).unwrap()).await
///         }
///     }))
///     .map_err(|error: StoreError| error)
/// };
/// let close = |key: &str| wait(office.transact(&command(key), |tx| async move { close_poll(&tx, id, ada).await }));
/// vote("ada", ada)?;
/// // Ben has not voted, and there is time.
/// assert!(close("too_soon").is_err());
/// vote("ben", ben)?;
/// assert_eq!(close("close")?.winner, Some(1));
/// let meeting = wait(office.view(|view| async move { view.load(meeting).await }))?;
/// assert_eq!(meeting.details().starts, Some("2026-11-03T09:00:00Z".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn close_poll(tx: &Tx, id: PollSheetId, by: PersonId) -> Result<PollResult, ClosePollError> {
    // Read.
    let poll = tx.find(id).await?.ok_or(ClosePollError::NoSuchPoll { poll: id })?;
    let meeting = match poll.terms().purpose.as_ref().map(PollPurpose::meeting) {
        Some(meeting) => Some((meeting, tx.find(meeting).await?.ok_or(ClosePollError::NoSuchMeeting { meeting })?)),
        None => None,
    };

    // Decide.
    if let Some(result) = poll.result() {
        return Ok(result.clone());
    }
    if by != poll.terms().keeper {
        return Err(ClosePollError::NotKeeper);
    }
    let at = tx.command().at();
    if !poll.may_close(at) {
        return Err(ClosePollError::TooSoon);
    }
    let result = poll.count()?;
    let settled = match (&meeting, result.winner) {
        (Some((meeting, content)), Some(winner)) => Some((*meeting, poll.settle((id, by), content, winner)?)),
        (None, _) | (_, None) => None,
    };

    // Record.
    tx.record::<PollSheet>(id, PollSheetFact::Closed { result: result.clone(), at }).await?;
    if let Some((meeting, decision)) = settled {
        tx.decide::<Meeting>(meeting, decision).await?;
    }
    Ok(result)
}

impl PollSheet {
    /// What its winner makes of the meeting that it was begun for.
    fn settle(
        &self,
        (id, by): (PollSheetId, PersonId),
        meeting: &Meeting,
        winner: u32,
    ) -> Result<Decision<MeetingFact>, SettleMeetingError> {
        let place = usize::try_from(winner).unwrap_or(usize::MAX);
        match (&self.terms().purpose, &self.terms().matter) {
            (Some(PollPurpose::Time(_)), PollMatter::Dates(starts)) => {
                starts.get(place).map_or(Ok(Decision::AlreadyRecorded), |starts| meeting.settle_time(by, *starts))
            }
            (Some(PollPurpose::Item { item, .. }), matter) => {
                let won = matter.option(winner).unwrap_or_default();
                meeting.settle_item(by, *item, (id, format!("{} {won}", self.terms().question)))
            }
            (Some(PollPurpose::Time(_)) | None, _) => Ok(Decision::AlreadyRecorded),
        }
    }
}

/// A poll cannot be closed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ClosePollError {
    /// There is no such poll.
    #[error("there is no poll {poll}")]
    NoSuchPoll {
        /// The id.
        poll: PollSheetId,
    },
    /// There is no such meeting.
    #[error("there is no meeting {meeting}")]
    NoSuchMeeting {
        /// The id.
        meeting: MeetingId,
    },
    /// It is somebody else's.
    #[error("the poll is somebody else's to close: its keeper is wanted")]
    NotKeeper,
    /// There is time to vote, and not everybody has.
    #[error("the poll is open, and not all have voted: its deadline, or the last vote, is wanted")]
    TooSoon,
    /// Its options cannot be counted.
    #[error(transparent)]
    Poll(#[from] PollError),
    /// The meeting cannot take what won.
    #[error(transparent)]
    Meeting(#[from] SettleMeetingError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
