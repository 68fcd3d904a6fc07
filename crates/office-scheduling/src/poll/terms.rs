//! What is asked in a poll that is kept, of whom, and until when.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use office_core::Id;
use office_core::subject::PersonId;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{DateAnswer, Poll, PollError, PollSheetId};
use crate::resource::is_word;
use crate::{MeetingId, Quorum};

/// The most voters of one poll.
pub const MAX_VOTERS: usize = 2_000;
/// The least characters of a slip.
const SHORTEST_SLIP: usize = 16;
/// The most characters of a slip.
const LONGEST_SLIP: usize = 200;

/// A slip that gives whoever has it one vote in a secret poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BallotSlip {}

/// What is known of a slip: a digest of its text.
pub type BallotSlipId = Id<BallotSlip>;

/// What is asked in a poll, and how it is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PollMatter {
    /// Which of these are good: the one that most name wins.
    Approval(Vec<String>),
    /// In which order these are good, counted by instant run-off.
    InstantRunoff(Vec<String>),
    /// In which order these are good, counted by the method of Schulze.
    Schulze(Vec<String>),
    /// At which of these times people can come.
    Dates(Vec<DateTime<Utc>>),
}

impl PollMatter {
    /// How many options there are.
    #[must_use]
    pub const fn options(&self) -> usize {
        match self {
            Self::Approval(texts) | Self::InstantRunoff(texts) | Self::Schulze(texts) => texts.len(),
            Self::Dates(starts) => starts.len(),
        }
    }

    /// An option in words.
    #[must_use]
    pub fn option(&self, option: u32) -> Option<String> {
        let place = usize::try_from(option).ok()?;
        match self {
            Self::Approval(texts) | Self::InstantRunoff(texts) | Self::Schulze(texts) => texts.get(place).cloned(),
            Self::Dates(starts) => starts.get(place).map(ToString::to_string),
        }
    }

    /// The poll that is counted, its options by their places from 0.
    pub(super) fn poll(&self) -> Result<Poll<u32>, PollError> {
        Poll::new((0..).take(self.options()))
    }

    fn is_sound(&self) -> bool {
        match self {
            Self::Approval(texts) | Self::InstantRunoff(texts) | Self::Schulze(texts) => {
                texts.iter().all(|text| is_word(text, 500))
                    && texts.iter().collect::<BTreeSet<_>>().len() == texts.len()
            }
            Self::Dates(starts) => starts.iter().collect::<BTreeSet<_>>().len() == starts.len(),
        }
    }
}

/// What somebody answers, by the places of the options, from 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ballot {
    /// These are good.
    Approve(BTreeSet<u32>),
    /// These are good, the best first; all others are less so.
    Rank(Vec<u32>),
    /// At these times they can come, or not.
    Dates(BTreeMap<u32, DateAnswer>),
}

impl Ballot {
    /// Whether it answers what is asked, each option at most once.
    pub(super) fn answers(&self, matter: &PollMatter) -> bool {
        let is_option = |option: &u32| usize::try_from(*option).is_ok_and(|place| place < matter.options());
        match (self, matter) {
            (Self::Approve(good), PollMatter::Approval(_)) => good.iter().all(is_option),
            (Self::Rank(order), PollMatter::InstantRunoff(_) | PollMatter::Schulze(_)) => {
                order.iter().all(is_option) && order.iter().collect::<BTreeSet<_>>().len() == order.len()
            }
            (Self::Dates(answers), PollMatter::Dates(_)) => answers.keys().all(is_option),
            (Self::Approve(_) | Self::Rank(_) | Self::Dates(_), _) => false,
        }
    }
}

/// What comes of a poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PollPurpose {
    /// The time of a meeting that is planned.
    Time(MeetingId),
    /// A decision of a meeting that is held, on one of its items.
    Item {
        /// The meeting.
        meeting: MeetingId,
        /// The number of the item.
        item: u32,
    },
}

impl PollPurpose {
    /// The meeting.
    #[must_use]
    pub const fn meeting(&self) -> MeetingId {
        match self {
            Self::Time(meeting) | Self::Item { meeting, .. } => *meeting,
        }
    }
}

/// What is asked, of whom, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PollTerms {
    /// The question: 1 to 500 characters.
    pub question: String,
    /// Its options, 1 to 50 of 1 to 500 characters each, and how they are counted.
    pub matter: PollMatter,
    /// Who closes it.
    pub keeper: PersonId,
    /// Who may vote: 1 to 2,000 people.
    pub voters: BTreeSet<PersonId>,
    /// Until when ballots are taken, and changed.
    pub closes: DateTime<Utc>,
    /// How many have to vote for the result to count.
    #[serde(default)]
    pub quorum: Quorum,
    /// The slips of a secret poll, as many as there are voters ([`PollSheet::slip`](crate::PollSheet::slip)); none where
    /// votes are cast by name.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub slips: BTreeSet<BallotSlipId>,
    /// What comes of it, beside the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<PollPurpose>,
}

impl PollTerms {
    /// Whether it is a secret poll.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        !self.slips.is_empty()
    }

    pub(super) fn check(&self) -> Result<(), PollTermsError> {
        if !is_word(&self.question, 500) {
            return Err(PollTermsError::Question);
        }
        self.matter.poll()?;
        if !self.matter.is_sound() {
            return Err(PollTermsError::Option);
        }
        if !(1..=MAX_VOTERS).contains(&self.voters.len()) {
            return Err(PollTermsError::Voters);
        }
        if self.is_secret() && self.slips.len() != self.voters.len() {
            return Err(PollTermsError::Slips { slips: self.slips.len(), voters: self.voters.len() });
        }
        if !self.quorum.is_met(&self.voters, &self.voters)
            || (self.is_secret() && matches!(self.quorum, Quorum::Members(_)))
        {
            return Err(PollTermsError::Quorum);
        }
        let is_date = matches!(self.matter, PollMatter::Dates(_));
        if self.purpose.is_some_and(|purpose| is_date != matches!(purpose, PollPurpose::Time(_))) {
            return Err(PollTermsError::Purpose);
        }
        Ok(())
    }
}

/// What is known of a slip of a poll: the digest of the poll and the text.
pub(super) fn slip_of(poll: PollSheetId, text: &str) -> Result<BallotSlipId, BallotSlipError> {
    if !(SHORTEST_SLIP..=LONGEST_SLIP).contains(&text.chars().take(LONGEST_SLIP.saturating_add(1)).count()) {
        return Err(BallotSlipError);
    }
    Ok(Id::natural("ballot_slip", &format!("{poll} {text}")))
}

/// A text is too short or too long for a slip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the text is not a slip: {SHORTEST_SLIP} to {LONGEST_SLIP} characters, drawn by lot, are wanted")]
pub struct BallotSlipError;

/// A poll cannot be begun like this.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PollTermsError {
    /// The question is blank, too long or has control characters.
    #[error("the question is not one: 1 to 500 characters are wanted")]
    Question,
    /// There are no options, or too many.
    #[error(transparent)]
    Poll(#[from] PollError),
    /// An option is blank or too long, or there twice.
    #[error("an option is blank, too long or there twice: 1 to 500 characters, each option once, are wanted")]
    Option,
    /// Nobody may vote, or too many may.
    #[error("nobody may vote, or too many: 1 to {MAX_VOTERS} voters are wanted")]
    Voters,
    /// There are more or fewer slips than voters.
    #[error("there are {slips} slips for {voters} voters: one for each is wanted")]
    Slips {
        /// How many slips.
        slips: usize,
        /// How many voters.
        voters: usize,
    },
    /// All voters together would not be enough; or of a secret poll, somebody would have to vote by name.
    #[error("the quorum is not one that the voters can meet: by number, and in a secret poll not by name, is wanted")]
    Quorum,
    /// Dates make no decision, and words no time.
    #[error("the options do not fit the purpose: dates for a time, words for a decision are wanted")]
    Purpose,
}
