//! Polls: who voted what, and what that comes to.

mod closing;
mod sheet;
mod terms;

use std::collections::{BTreeMap, BTreeSet};

use office_core::subject::PersonId;
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::closing::{ClosePollError, close_poll};
pub use self::sheet::{CastBallot, CastBallotError, PollResult, PollSheet, PollSheetFact, PollSheetId, cast_slip};
pub use self::terms::{
    Ballot, BallotSlip, BallotSlipError, BallotSlipId, MAX_VOTERS, PollMatter, PollPurpose, PollTerms, PollTermsError,
};

/// The most options of a poll.
pub const MAX_OPTIONS: usize = 50;

/// The ballots of those who may vote: one of each, the last that they cast.
///
/// # Example
/// ```
/// use office_core::Id;
/// use office_scheduling::{Ballots, CastError};
///
/// let (ada, ben, eve) = (Id::natural("person", "E-1"), Id::natural("person", "E-2"), Id::natural("person", "V-9"));
/// let mut ballots = Ballots::of([ada, ben]);
/// ballots.cast(ada, "yes")?;
/// assert_eq!(ballots.cast(ada, "no")?, Some("yes")); // The last one counts.
/// assert!(ballots.has_quorum(50) && !ballots.has_quorum(51));
/// // Who has no vote is refused.
/// assert_eq!(ballots.cast(eve, "yes"), Err(CastError { person: eve }));
/// # Ok::<(), CastError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ballots<B> {
    voters: BTreeSet<PersonId>,
    cast: BTreeMap<PersonId, B>,
}

impl<B> Ballots<B> {
    /// No ballots yet, of these voters.
    pub fn of(voters: impl IntoIterator<Item = PersonId>) -> Self {
        Self { voters: voters.into_iter().collect(), cast: BTreeMap::new() }
    }

    /// Casts a ballot in place of any that the person cast before, which is returned.
    pub fn cast(&mut self, person: PersonId, ballot: B) -> Result<Option<B>, CastError> {
        if self.voters.contains(&person) { Ok(self.cast.insert(person, ballot)) } else { Err(CastError { person }) }
    }

    /// How many voted.
    #[must_use]
    pub fn turnout(&self) -> usize {
        self.cast.len()
    }

    /// Whether at least so many percent of those who may have voted.
    #[must_use]
    pub fn has_quorum(&self, percent: u8) -> bool {
        self.cast.len().saturating_mul(100) >= self.voters.len().saturating_mul(usize::from(percent))
    }

    /// The ballots, without who cast them.
    pub fn iter(&self) -> impl Iterator<Item = &B> {
        self.cast.values()
    }
}

/// Somebody who has no vote cast a ballot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("person {person} has no vote in this poll: one of its voters is wanted")]
pub struct CastError {
    /// Who.
    pub person: PersonId,
}

/// An answer to a proposed date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateAnswer {
    /// It does not suit.
    No,
    /// It suits if there is nothing better.
    IfNeedBe,
    /// It suits.
    Yes,
}

/// A question with options; how their order breaks ties is said at each method of counting.
///
/// Counting does not depend on the order of ballots. Options that a ballot names and the poll has not are passed over.
///
/// # Example
/// ```
/// use office_core::Id;
/// use office_scheduling::{Ballots, Poll, PollError};
///
/// let poll = Poll::new(["Havel", "Spree", "Panke"])?;
/// let votes = [["Spree", "Havel"], ["Havel", "Panke"], ["Panke", "Havel"], ["Havel", "Spree"], ["Spree", "Panke"]];
/// let people = votes.map(|vote| Id::natural("person", &format!("{vote:?}")));
/// let mut ballots = Ballots::of(people);
/// for (person, vote) in people.into_iter().zip(votes) {
///     ballots.cast(person, vote.to_vec())?;
/// }
/// // Panke goes first, and its voter is for Havel next.
/// let runoff = poll.instant_runoff(&ballots);
/// assert_eq!((runoff.winner, runoff.rounds.len()), (Some("Havel"), 2));
/// assert_eq!(poll.schulze(&ballots)[0], "Havel");
///
/// // A poll with the same option twice is refused.
/// assert_eq!(Poll::new(["Spree", "Spree"]), Err(PollError::Twice { place: 1 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poll<K> {
    options: Vec<K>,
}

/// How an instant run-off went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runoff<K> {
    /// Who won; nobody where no ballot names any option.
    pub winner: Option<K>,
    /// Each round with the votes of all options that were left, as they stand in the poll.
    pub rounds: Vec<Vec<(K, usize)>>,
}

impl<K: Ord + Clone> Poll<K> {
    /// A poll of 1 to 50 options.
    pub fn new(options: impl IntoIterator<Item = K>) -> Result<Self, PollError> {
        let options: Vec<K> = options.into_iter().take(MAX_OPTIONS.saturating_add(1)).collect();
        if !(1..=MAX_OPTIONS).contains(&options.len()) {
            return Err(PollError::Options);
        }
        let mut seen = BTreeSet::new();
        match options.iter().position(|option| !seen.insert(option)) {
            Some(place) => Err(PollError::Twice { place }),
            None => Ok(Self { options }),
        }
    }

    /// The options, as they stand in the poll.
    #[must_use]
    pub fn options(&self) -> &[K] {
        &self.options
    }

    /// Approval: the options by how many ballots name them, most first; of as many, the one that stands first.
    #[must_use]
    pub fn approval(&self, ballots: &Ballots<BTreeSet<K>>) -> Vec<(K, usize)> {
        let votes = |option: &K| ballots.iter().filter(|ballot| ballot.contains(option)).count();
        let mut counted: Vec<(K, usize)> = self.options.iter().map(|option| (option.clone(), votes(option))).collect();
        counted.sort_by_key(|(_, votes)| std::cmp::Reverse(*votes));
        counted
    }

    /// A poll for a date: the options by how many can come at all, then by how many like to, most first; of as many,
    /// the one that stands first. What a ballot does not answer does not suit.
    ///
    /// Each option comes with how many can come, and how many of these like to.
    #[must_use]
    pub fn dates(&self, ballots: &Ballots<BTreeMap<K, DateAnswer>>) -> Vec<(K, usize, usize)> {
        let count = |option: &K, least: DateAnswer| {
            ballots.iter().filter(|ballot| ballot.get(option).is_some_and(|answer| *answer >= least)).count()
        };
        let counted =
            |option: &K| (option.clone(), count(option, DateAnswer::IfNeedBe), count(option, DateAnswer::Yes));
        let mut dates: Vec<(K, usize, usize)> = self.options.iter().map(counted).collect();
        dates.sort_by_key(|(_, can, like)| std::cmp::Reverse((*can, *like)));
        dates
    }

    /// Instant run-off: each ballot, best first, counts for the first of its options that is left. Without a majority
    /// of the ballots that name one, the option with the fewest votes goes, and all is counted again; of as few, the one
    /// that stands last goes.
    #[must_use]
    pub fn instant_runoff(&self, ballots: &Ballots<Vec<K>>) -> Runoff<K> {
        let mut left: Vec<&K> = self.options.iter().collect();
        let mut rounds = Vec::new();
        loop {
            let firsts: Vec<&K> =
                ballots.iter().filter_map(|ballot| ballot.iter().find(|option| left.contains(option))).collect();
            let votes = |option: &K| firsts.iter().filter(|first| **first == option).count();
            let round: Vec<(K, usize)> = left.iter().map(|option| ((*option).clone(), votes(option))).collect();
            let majority = round.iter().find(|(_, votes)| votes.saturating_mul(2) > firsts.len());
            let winner = majority.map(|(option, _)| option.clone());
            let fewest = round.iter().map(|(_, votes)| *votes).min();
            let goes = round.iter().rposition(|(_, votes)| Some(*votes) == fewest);
            rounds.push(round);
            // With one option left it has all the votes there are, if there are any.
            let (None, Some(goes), false) = (&winner, goes, firsts.is_empty()) else {
                return Runoff { winner, rounds };
            };
            left.remove(goes);
        }
    }

    /// The method of Schulze: the options best first. One beats another where a chain of pairwise victories to it is
    /// stronger than any back, and then comes before it; they are sorted by how many each beats, and of as many the one
    /// that stands first comes first.
    ///
    /// A ballot prefers what it names earlier, and anything that it names to what it does not. A victory is as strong as
    /// it has ballots for it (M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and
    /// Condorcet-consistent single-winner election method", 2011).
    #[must_use]
    pub fn schulze(&self, ballots: &Ballots<Vec<K>>) -> Vec<K> {
        let mut strongest = self.victories(ballots);
        for through in &self.options {
            for from in &self.options {
                for to in &self.options {
                    let one = strongest.get(&(from, through)).copied().unwrap_or(0);
                    let other = strongest.get(&(through, to)).copied().unwrap_or(0);
                    if from != to && strongest.get(&(from, to)).copied().unwrap_or(0) < one.min(other) {
                        strongest.insert((from, to), one.min(other));
                    }
                }
            }
        }
        let strength = |from, to| strongest.get(&(from, to)).copied().unwrap_or(0);
        // Beating is transitive: whoever beats an option beats all that it beats, and it.
        let beaten = |from| self.options.iter().filter(|to| strength(from, to) > strength(to, from)).count();
        let mut ranked: Vec<(usize, &K)> = self.options.iter().map(|option| (beaten(option), option)).collect();
        ranked.sort_by_key(|(beaten, _)| std::cmp::Reverse(*beaten));
        ranked.into_iter().map(|(_, option)| option.clone()).collect()
    }

    /// For each option that more ballots prefer to another than the other way round, how many do.
    fn victories(&self, ballots: &Ballots<Vec<K>>) -> BTreeMap<(&K, &K), usize> {
        let mut places: Vec<BTreeMap<&K, usize>> = Vec::new();
        for ballot in ballots.iter() {
            let mut place = BTreeMap::new();
            for (at, option) in ballot.iter().enumerate() {
                place.entry(option).or_insert(at);
            }
            places.push(place);
        }
        let place = |ballot: &BTreeMap<&K, usize>, option| ballot.get(option).copied().unwrap_or(usize::MAX);
        let prefer = |one, other| places.iter().filter(|ballot| place(ballot, one) < place(ballot, other)).count();
        let mut victories = BTreeMap::new();
        for one in &self.options {
            for other in &self.options {
                let (pro, contra) = (prefer(one, other), prefer(other, one));
                if pro > contra {
                    victories.insert((one, other), pro);
                }
            }
        }
        victories
    }
}

/// Options do not make a poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PollError {
    /// There are none, or too many.
    #[error("there are no options or too many: 1 to {MAX_OPTIONS} are wanted")]
    Options,
    /// An option is there twice.
    #[error("option {place}, from 0, is there already: each option once is wanted")]
    Twice {
        /// Where it stands the second time, from 0.
        place: usize,
    },
}
