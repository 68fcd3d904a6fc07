//! What meetings decided: numbered within their series, and found by number and by word.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Utc};
use office_core::subject::PersonId;
use office_core::{
    DrawNumberError, Entity, Entries, Id, Kind, Ordered, Restart, Series, SeriesError, StoreError, Tx, Unique, View,
    draw_number,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Meeting, MeetingError, MeetingFact, MeetingId, MeetingParts, MeetingSeriesId, MeetingStatus};

/// The id of something that a meeting decided.
pub type ResolutionId = Id<Resolution>;

/// The most words of one decision by which it is found, and the most characters of each.
const MOST_WORDS: usize = 100;
const LONGEST_WORD: usize = 40;

/// Something that a meeting decided, as its approved minutes have it. It never changes.
///
/// [`approve_minutes`] has an example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resolution {
    /// The series of meetings; a meeting that stands alone is a series of its own.
    pub series: MeetingSeriesId,
    /// Its number within the series, from 1 on, without gaps, in the order in which minutes were approved.
    pub number: u64,
    /// The meeting.
    pub meeting: MeetingId,
    /// The item of the agenda.
    pub item: u32,
    /// What was decided.
    pub text: String,
    /// When the minutes were approved.
    pub at: DateTime<Utc>,
}

/// What happens to a resolution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResolutionFact {
    /// It was entered, with its number.
    Entered(Resolution),
}

impl Resolution {
    /// A resolution by the series and its number.
    pub const BY_NUMBER: Unique<Self, (MeetingSeriesId, u64)> = Unique::new("number");

    /// Resolutions in the order of the words that they have, in small letters; for looking them up.
    pub const BY_WORD: Ordered<Self, String> = Ordered::new("word");
}

impl Entity for Resolution {
    const KIND: Kind = Kind::literal("resolution");

    type Fact = ResolutionFact;

    fn open(fact: &ResolutionFact) -> Option<Self> {
        let ResolutionFact::Entered(resolution) = fact;
        Some(resolution.clone())
    }

    fn apply(&mut self, fact: &ResolutionFact) {
        let ResolutionFact::Entered(resolution) = fact;
        self.clone_from(resolution);
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.unique(Self::BY_NUMBER, &(self.series, self.number));
        for word in words(&self.text).into_iter().take(MOST_WORDS) {
            entries.ordered(Self::BY_WORD, &word);
        }
    }
}

/// The words of a text, in small letters.
fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word.to_lowercase().chars().take(LONGEST_WORD).collect()).collect()
}

/// Resolutions that have a word beginning with `word`, whatever its letters' case, by id, at most `limit` words looked at;
/// none where `word` is not one.
///
/// Of a resolution the first 100 words in the order of the alphabet are looked at, and of each word 40 characters.
///
/// # Example
/// ```
#[doc = include_str!("circulated.txt")]
///
/// // What is not approved yet was not resolved.
/// assert!(find("chair")?.is_empty());
/// approve("by_ben", ben)?;
/// let found = wait(office.view(|view| async move { find_resolutions(&view, "Chair", 10).await }))?;
/// assert_eq!((found[0].1.number, found[0].1.text.as_str()), (1, "Six chairs are bought."));
/// // It looks for the beginning of one word: of two it finds nothing.
/// assert!(find("six chairs")?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn find_resolutions(
    view: &View,
    word: &str,
    limit: usize,
) -> Result<Vec<(ResolutionId, Resolution)>, StoreError> {
    let wanted = words(word);
    let (Some(from), 1) = (wanted.first(), wanted.len()) else { return Ok(Vec::new()) };
    let to = format!("{from}{}", char::MAX);
    let mut found = view.page(Resolution::BY_WORD, Some(from), Some(&to), limit).await?;
    found.sort_by_key(|(id, _)| *id);
    found.dedup_by_key(|(id, _)| *id);
    Ok(found)
}

impl Meeting {
    /// What was decided, each with the number of its item, in the order of the agenda: what the minutes say, then what
    /// polls did.
    pub fn decisions(&self) -> impl Iterator<Item = (u32, &str)> {
        let covered = self.minutes().filter_map(|(item, _, minutes)| Some((item, minutes?)));
        covered.flat_map(|(item, minutes)| {
            let told = minutes.decisions.iter().map(String::as_str);
            told.chain(self.settled(item).map(|(_, text)| text)).map(move |text| (item, text))
        })
    }

    /// Whether somebody may approve the minutes: the chair, a member who did not write them, or any member.
    fn may_approve(&self, by: PersonId) -> bool {
        let MeetingParts { chair, members, .. } = self.details();
        if !self.writers.contains(chair) {
            return by == *chair;
        }
        members.contains(&by) && (!self.writers.contains(&by) || members.is_subset(&self.writers))
    }
}

/// Approves circulated minutes, from where on they are as they are, and enters what they decided, each with the next
/// number of the series. The chair approves them; where the chair has written some of them, a member who has not does; where
/// all members have, any of them.
///
/// Approved again by the same person, they tell the same numbers.
///
/// # Errors
/// [`ApproveMinutesError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("circulated.txt")]
///
/// let approve = |key: &str, by| {
///     wait(office.transact(&command(key), |tx| async move { approve_minutes(&tx, id, by).await }))
/// };
/// // Ada leads the meeting, but wrote the minutes.
/// assert!(matches!(approve("by_ada", ada), Err(ApproveMinutesError::NotApprover)));
/// approve("by_ben", ben)?;
/// // What was decided is the first resolution, and found by its words.
/// assert_eq!(find("chair")?, [(1, "Six chairs are bought.".to_owned())]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn approve_minutes(tx: &Tx, id: MeetingId, by: PersonId) -> Result<Vec<ResolutionId>, ApproveMinutesError> {
    // Read.
    let meeting = tx.find(id).await?.ok_or(ApproveMinutesError::NoSuchMeeting { meeting: id })?;

    // Decide.
    let decided: Vec<(u32, String)> = meeting.decisions().map(|(item, text)| (item, text.to_owned())).collect();
    let ids: Vec<ResolutionId> =
        (0..decided.len()).map(|place| Id::natural("resolution", &format!("{id} {place}"))).collect();
    if meeting.status() == MeetingStatus::Approved && meeting.approved_by == Some(by) {
        return Ok(ids);
    }
    meeting.status_is(&[MeetingStatus::Circulated])?;
    if !meeting.may_approve(by) {
        return Err(ApproveMinutesError::NotApprover);
    }
    let at = tx.command().at();
    let series = meeting.details().series.unwrap_or(id.retag());
    let numbers = Series::new(&format!("resolutions {series}"), "{number}", Restart::Never)?;

    // Record.
    tx.record::<Meeting>(id, MeetingFact::Approved { by, at }).await?;
    for (resolution, (item, text)) in ids.iter().zip(decided) {
        let number = draw_number(tx, &numbers, at.year()).await?.place;
        let entered = Resolution { series, number, meeting: id, item, text, at };
        tx.create::<Resolution>(*resolution, ResolutionFact::Entered(entered)).await?;
    }
    Ok(ids)
}

/// Minutes cannot be approved.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ApproveMinutesError {
    /// There is no such meeting.
    #[error("there is no meeting {meeting}")]
    NoSuchMeeting {
        /// The id.
        meeting: MeetingId,
    },
    /// They are not circulated.
    #[error(transparent)]
    Meeting(#[from] MeetingError),
    /// Somebody else is to approve them.
    #[error(
        "the minutes are not this person's to approve: the chair is wanted, or another member where the chair wrote them"
    )]
    NotApprover,
    /// There is no series of numbers for them.
    #[error(transparent)]
    Series(#[from] SeriesError),
    /// There is no number.
    #[error(transparent)]
    Number(#[from] DrawNumberError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
