//! A poll that is kept: begun, voted in until its deadline, closed with a result.
//!
//! ```text
//! open ──cast, cast_slip──► open ──close_poll──► closed: a result
//! ```

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use office_core::subject::PersonId;
use office_core::{Actor, Decision, Entity, Entries, Id, Kind, Ordered, Partition, StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::terms::slip_of;
use super::{
    Ballot, BallotSlipError, BallotSlipId, Ballots, PollError, PollMatter, PollPurpose, PollTerms, PollTermsError,
};
use crate::MeetingId;

/// The id of a poll that is kept.
pub type PollSheetId = Id<PollSheet>;

/// A poll that is kept: a question, the ballots of those who may vote, and in the end a result.
///
/// Each voter has one ballot, the last one cast before the deadline. Nobody is told how a poll stands before it is closed.
///
/// # What a secret poll promises
/// Its keeper draws a text by lot for each voter and hands it out outside of the office, so that nobody knows who has
/// which; the poll keeps digests of them alone ([`PollSheet::slip`]). Whoever has a slip votes with it, and changes the
/// vote with it ([`cast_slip`]).
///
/// * Nothing that is stored has both a voter and a ballot: a ballot stands beside the digest of its slip, and is not taken
///   from a command that a voter gives, or that is given for one. Who has voted is not known either, only how many.
/// * No method and no debug text tells a ballot. A closed poll has none any more; its facts keep them, by slip.
///
/// It does not help against a keeper who notes who got which slip, against somebody who knows the slip of another, reads
/// what is stored and the time at which it was, or where all have voted alike.
///
/// # Example
/// ```
/// use office_core::{Entity, Id};
/// use office_scheduling::{Ballot, CastBallotError, PollMatter, PollSheet, PollTerms, Quorum};
///
/// let [ada, ben, eve] = ["E-1", "E-2", "V-9"].map(|name| Id::natural("person", name));
/// let terms = PollTerms {
///     question: "Where do we go in summer?".to_owned(),
///     matter: PollMatter::Approval(vec!["Spree".to_owned(), "Havel".to_owned()]),
///     keeper: ada,
///     voters: [ada, ben].into(),
///     closes: "2026-06-01T12:00:00Z".parse()?,
///     quorum: Quorum::Majority,
///     slips: Default::default(),
///     purpose: None,
/// };
/// let mut poll = PollSheet::open(&PollSheet::begin(terms)?).ok_or("a first fact")?;
/// let (may, june) = ("2026-05-30T12:00:00Z".parse()?, "2026-06-01T12:00:00Z".parse()?);
/// poll.apply(&poll.cast(ada, Ballot::Approve([0].into()), may)?.fact().ok_or("a fact")?);
/// assert!(matches!(poll.cast(eve, Ballot::Approve([1].into()), may), Err(CastBallotError::NoVote)));
/// assert!(matches!(poll.cast(ben, Ballot::Approve([1].into()), june), Err(CastBallotError::TooLate { .. })));
/// assert_eq!(poll.turnout(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PollSheet {
    terms: PollTerms,
    // By voter, whose id is taken for that of a slip; or by slip in a secret poll.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    ballots: BTreeMap<BallotSlipId, Ballot>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    result: Option<PollResult>,
}

impl fmt::Debug for PollSheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PollSheet")
            .field("question", &self.terms.question)
            .field("turnout", &self.turnout())
            .field("result", &self.result)
            .finish_non_exhaustive()
    }
}

/// What a poll came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PollResult {
    /// How many voted.
    pub turnout: usize,
    /// Whether they were enough.
    pub quorum_met: bool,
    /// The votes of each option: how many approve of it, can come then, or rank it first.
    pub votes: Vec<usize>,
    /// The option that won, by its place from 0; none without the quorum, or where nobody is for any.
    pub winner: Option<u32>,
}

/// A ballot that was cast, beside what it was cast by. Its debug text tells neither.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CastBallot {
    slip: BallotSlipId,
    ballot: Ballot,
}

impl fmt::Debug for CastBallot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CastBallot")
    }
}

/// What happens to a poll.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PollSheetFact {
    /// It was begun.
    Begun {
        /// What is asked, of whom, and until when.
        terms: PollTerms,
    },
    /// A ballot was cast, in place of any that was cast by the same voter or slip before.
    Cast(CastBallot),
    /// It was closed.
    Closed {
        /// What it came to.
        result: PollResult,
        /// When.
        at: DateTime<Utc>,
    },
}

impl PollSheet {
    /// The polls of a meeting, by deadline; may be decided upon.
    pub const OF_MEETING: Partition<Self, MeetingId, DateTime<Utc>> = Partition::new("meeting");

    /// Open polls by deadline, for reports.
    pub const OPEN_BY_DEADLINE: Ordered<Self, DateTime<Utc>> = Ordered::new("deadline");

    /// Begins a poll.
    ///
    /// # Errors
    /// [`PollTermsError`], in the order of its variants.
    pub fn begin(terms: PollTerms) -> Result<PollSheetFact, PollTermsError> {
        terms.check()?;
        Ok(PollSheetFact::Begun { terms })
    }

    /// What is known of a slip of the poll with this id: a digest of its text, from which the text is not found as long
    /// as it was drawn by lot. 16 to 200 characters.
    ///
    /// # Errors
    /// [`BallotSlipError`] where it is shorter or longer.
    pub fn slip(poll: PollSheetId, text: &str) -> Result<BallotSlipId, BallotSlipError> {
        slip_of(poll, text)
    }

    /// What is asked, of whom, and until when.
    #[must_use]
    pub const fn terms(&self) -> &PollTerms {
        &self.terms
    }

    /// How many have voted.
    #[must_use]
    pub fn turnout(&self) -> usize {
        self.result.as_ref().map_or(self.ballots.len(), |result| result.turnout)
    }

    /// What it came to, once it is closed.
    #[must_use]
    pub const fn result(&self) -> Option<&PollResult> {
        self.result.as_ref()
    }

    /// The option that won, in words.
    #[must_use]
    pub fn winner(&self) -> Option<String> {
        self.terms.matter.option(self.result.as_ref()?.winner?)
    }

    /// Casts somebody's ballot, by name, in place of one that they cast before.
    ///
    /// # Errors
    /// [`CastBallotError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("summer.txt")]
    ///
    /// poll.apply_decision(&poll.cast(ada, Ballot::Approve([0].into()), at("2026-05-30")?)?);
    /// // Ada changes her mind: her last ballot counts.
    /// poll.apply_decision(&poll.cast(ada, Ballot::Approve([0, 1].into()), at("2026-05-31")?)?);
    /// assert_eq!(poll.turnout(), 1);
    /// // Ben comes when the poll is over, and Eve may not vote at all.
    /// let late = poll.cast(ben, Ballot::Approve([1].into()), at("2026-06-01")?);
    /// assert!(matches!(late, Err(CastBallotError::TooLate { .. })));
    /// let refused = poll.cast(eve, Ballot::Approve([1].into()), at("2026-05-31")?);
    /// assert!(matches!(refused, Err(CastBallotError::NoVote)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cast(
        &self,
        by: PersonId,
        ballot: Ballot,
        at: DateTime<Utc>,
    ) -> Result<Decision<PollSheetFact>, CastBallotError> {
        if self.terms.is_secret() {
            return Err(CastBallotError::Secret);
        }
        self.take(self.terms.voters.contains(&by), by.retag(), ballot, at)
    }

    /// Casts the ballot of whoever has a slip.
    fn cast_by_slip(
        &self,
        slip: BallotSlipId,
        ballot: Ballot,
        (actor, at): (&Actor, DateTime<Utc>),
    ) -> Result<Decision<PollSheetFact>, CastBallotError> {
        if [actor.person, actor.accountable()].iter().any(|person| self.terms.voters.contains(person)) {
            return Err(CastBallotError::ByVoter);
        }
        self.take(self.terms.slips.contains(&slip), slip, ballot, at)
    }

    fn take(
        &self,
        may_vote: bool,
        slip: BallotSlipId,
        ballot: Ballot,
        at: DateTime<Utc>,
    ) -> Result<Decision<PollSheetFact>, CastBallotError> {
        if !may_vote {
            return Err(CastBallotError::NoVote);
        }
        if self.result.is_none() && self.ballots.get(&slip) == Some(&ballot) {
            return Ok(Decision::AlreadyRecorded);
        }
        if self.result.is_some() || at >= self.terms.closes {
            return Err(CastBallotError::TooLate { closes: self.terms.closes });
        }
        if !ballot.answers(&self.terms.matter) {
            return Err(CastBallotError::Ballot { options: self.terms.matter.options() });
        }
        Ok(Decision::Record(PollSheetFact::Cast(CastBallot { slip, ballot })))
    }

    /// What the ballots come to.
    pub(super) fn count(&self) -> Result<PollResult, PollError> {
        let poll = self.terms.matter.poll()?;
        let turnout = self.ballots.len();
        let (mut votes, first) = match &self.terms.matter {
            PollMatter::Approval(_) => {
                let counted = poll.approval(&self.kept(|ballot| match ballot {
                    Ballot::Approve(good) => Some(good.clone()),
                    Ballot::Rank(_) | Ballot::Dates(_) => None,
                }));
                let first = counted.first().filter(|(_, votes)| *votes > 0).map(|(option, _)| *option);
                (counted, first)
            }
            PollMatter::Dates(_) => {
                let counted = poll.dates(&self.kept(|ballot| match ballot {
                    Ballot::Dates(answers) => Some(answers.clone()),
                    Ballot::Approve(_) | Ballot::Rank(_) => None,
                }));
                let first = counted.first().filter(|(_, can, _)| *can > 0).map(|(option, ..)| *option);
                (counted.into_iter().map(|(option, can, _)| (option, can)).collect(), first)
            }
            PollMatter::InstantRunoff(_) | PollMatter::Schulze(_) => {
                let orders = self.kept(|ballot| match ballot {
                    Ballot::Rank(order) => Some(order.clone()),
                    Ballot::Approve(_) | Ballot::Dates(_) => None,
                });
                let runoff = poll.instant_runoff(&orders);
                let is_schulze = matches!(self.terms.matter, PollMatter::Schulze(_));
                let schulze = || poll.schulze(&orders).first().copied();
                // Where no ballot names any option, nobody wins by either method.
                let first = if is_schulze { runoff.winner.and_then(|_| schulze()) } else { runoff.winner };
                (runoff.rounds.into_iter().next().unwrap_or_default(), first)
            }
        };
        votes.sort_unstable();
        let quorum_met = self.has_quorum();
        Ok(PollResult {
            turnout,
            quorum_met,
            votes: votes.into_iter().map(|(_, votes)| votes).collect(),
            winner: first.filter(|_| quorum_met),
        })
    }

    /// The ballots of one form, each of somebody of their own.
    fn kept<B>(&self, form: impl Fn(&Ballot) -> Option<B>) -> Ballots<B> {
        let mut kept = Ballots::of(self.ballots.keys().map(|slip| slip.retag()));
        for (slip, ballot) in &self.ballots {
            if let Some(ballot) = form(ballot) {
                // Whoever cast a ballot is among those who did.
                let _ = kept.cast(slip.retag(), ballot);
            }
        }
        kept
    }

    fn has_quorum(&self) -> bool {
        let PollTerms { quorum, voters, .. } = &self.terms;
        quorum
            .count_is_enough(voters.len(), self.ballots.len())
            .unwrap_or_else(|| quorum.is_met(voters, &self.ballots.keys().map(|slip| slip.retag()).collect()))
    }

    /// Whether it may be closed: from the deadline on, or as soon as all have voted.
    pub(super) fn may_close(&self, at: DateTime<Utc>) -> bool {
        at >= self.terms.closes || self.ballots.len() >= self.terms.voters.len()
    }
}

impl Entity for PollSheet {
    const KIND: Kind = Kind::literal("poll");

    type Fact = PollSheetFact;

    fn open(fact: &PollSheetFact) -> Option<Self> {
        let PollSheetFact::Begun { terms } = fact else { return None };
        Some(Self { terms: terms.clone(), ballots: BTreeMap::new(), result: None })
    }

    fn apply(&mut self, fact: &PollSheetFact) {
        match fact {
            PollSheetFact::Begun { terms } => self.terms = terms.clone(),
            PollSheetFact::Cast(CastBallot { slip, ballot }) => {
                self.ballots.insert(*slip, ballot.clone());
            }
            PollSheetFact::Closed { result, .. } => {
                self.result = Some(result.clone());
                if self.terms.is_secret() {
                    self.ballots.clear();
                }
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        if let Some(meeting) = self.terms.purpose.as_ref().map(PollPurpose::meeting) {
            entries.partition(Self::OF_MEETING, &meeting, &self.terms.closes);
        }
        if self.result.is_none() {
            entries.ordered(Self::OPEN_BY_DEADLINE, &self.terms.closes);
        }
    }
}

/// Casts a ballot in a secret poll by the text of a slip, in place of one that was cast by it before. The command is
/// given by somebody who has no vote in it, such as whoever keeps the ballot box, and its key must not tell who votes.
///
/// # Errors
/// [`CastBallotError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, StoreError, wait};
/// use office_scheduling::{Ballot, PollMatter, PollSheet, PollSheetId, PollTerms, Quorum, cast_slip};
///
/// let office = Office::on(MemoryStore::new());
/// let [ada, ben, clerk] = ["E-1", "E-2", "E-3"].map(|name| Id::natural("person", name));
/// let poll = PollSheetId::natural("poll", "chair");
/// let at = "2026-05-30T12:00:00Z".parse()?;
/// let slips = ["Zq7fWn2LcR9xTb4M", "hV5kPd8YsG3jXw6N"].map(|text| PollSheet::slip(poll, text).unwrap());
/// let terms = PollTerms {
///     question: "Who takes the chair?".to_owned(),
///     matter: PollMatter::Schulze(vec!["Ada".to_owned(), "Ben".to_owned()]),
///     keeper: clerk,
///     voters: [ada, ben].into(),
///     closes: "2026-06-01T12:00:00Z".parse()?,
///     quorum: Quorum::Majority,
///     slips: slips.into(),
///     purpose: None,
/// };
/// let command = |key: &str, by| Command::new(key, "poll", Actor::new(by, Role::new("employee")), at).unwrap();
/// let begun = PollSheet::begin(terms)?;
/// wait(office.transact(&command("begin", clerk), |tx| {
///     let begun = begun.clone();
///     async move { tx.create(poll, begun).await }
/// }))
/// .map_err(|error: StoreError| error)?;
///
/// let vote = |key: &str, by, slip| {
///     let ballot = Ballot::Rank(vec![1, 0]);
///     wait(office.transact(&command(key, by), |tx| {
///         let ballot = ballot.clone();
///         async move { cast_slip(&tx, poll, slip, ballot).await }
///     }))
/// };
/// vote("box_1", clerk, "hV5kPd8YsG3jXw6N")?;
/// // Ada's own command would tell her vote; and there is no such slip.
/// assert!(vote("box_2", ada, "Zq7fWn2LcR9xTb4M").is_err());
/// assert!(vote("box_3", clerk, "0123456789abcdef").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn cast_slip(tx: &Tx, id: PollSheetId, slip: &str, ballot: Ballot) -> Result<(), CastBallotError> {
    // Read.
    let poll = tx.find(id).await?.ok_or(CastBallotError::NoSuchPoll { poll: id })?;

    // Decide.
    let slip = PollSheet::slip(id, slip)?;
    let decision = poll.cast_by_slip(slip, ballot, (tx.command().actor(), tx.command().at()))?;

    // Record.
    Ok(tx.decide::<PollSheet>(id, decision).await?)
}

/// A ballot cannot be cast.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CastBallotError {
    /// There is no such poll.
    #[error("there is no poll {poll}")]
    NoSuchPoll {
        /// The id.
        poll: PollSheetId,
    },
    /// The text is none of a slip.
    #[error(transparent)]
    Slip(#[from] BallotSlipError),
    /// It is cast by name, and the poll is secret.
    #[error("the poll is secret: a slip is wanted")]
    Secret,
    /// It is cast by slip, but in a command of somebody who may vote.
    #[error("the command is given by or for a voter: somebody without a vote is wanted, so that it tells nothing")]
    ByVoter,
    /// The person is no voter, or the slip is none of the poll.
    #[error("there is no vote for it in this poll: a voter, or a slip of the poll, is wanted")]
    NoVote,
    /// The poll is closed, or its deadline has passed.
    #[error("the poll takes no ballots from {closes} on: an earlier one is wanted")]
    TooLate {
        /// The deadline.
        closes: DateTime<Utc>,
    },
    /// The ballot does not answer what is asked.
    #[error("the ballot does not answer the question: some of its {options} options, each once, are wanted")]
    Ballot {
        /// How many options there are.
        options: usize,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
