//! Mentors found for as many as possible, and why somebody is left over.
//!
//! # Example
//! ```
//! use std::collections::{BTreeMap, BTreeSet};
//! use office_core::Id;
//! use office_hr::{MentorOffer, MentoringError, WithoutMentor, match_mentors};
//!
//! let person = |name: &str| Id::natural("person", name);
//! let offer = |places, skills: &[&str]| MentorOffer { places, skills: skills.iter().map(|skill| (*skill).to_owned()).collect() };
//! let offers = BTreeMap::from([(person("M-1"), offer(1, &["French", "minutes"])), (person("M-2"), offer(1, &["French"]))]);
//! let wishes = [("E-1", "French"), ("E-2", "minutes"), ("E-3", "travel")];
//! let wishes = wishes.map(|(name, skill)| (person(name), skill.to_owned())).into();
//! let managers = BTreeMap::from([(person("E-1"), person("M-2"))]);
//!
//! // Of those who teach French one is E-1's own manager, so that M-1 can have one of two.
//! let found = match_mentors(&offers, &wishes, &managers)?;
//! assert_eq!(found.mentors, BTreeMap::from([(person("E-1"), person("M-1"))]));
//! let taken = WithoutMentor::AllTaken { mentors: [person("M-1")].into(), places: 1, wanting: [person("E-1"), person("E-2")].into() };
//! assert_eq!(found.without[&person("E-2")], taken);
//! assert_eq!(found.without[&person("E-3")], WithoutMentor::NobodyOffers);
//!
//! let nothing = BTreeMap::from([(person("M-1"), offer(0, &["French"]))]);
//! assert_eq!(match_mentors(&nothing, &wishes, &managers), Err(MentoringError::Offer { mentor: person("M-1") }));
//! # Ok::<(), MentoringError>(())
//! ```

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use office_core::subject::PersonId;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The most mentors, and the most who want one.
const MOST: usize = 500;

/// What a mentor offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MentorOffer {
    /// How many they can take: 1 or more.
    pub places: u32,
    /// What they teach: one skill or more.
    pub skills: BTreeSet<String>,
}

/// Who has whom for a mentor, and who has nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentoring {
    /// The mentor of each who has one.
    pub mentors: BTreeMap<PersonId, PersonId>,
    /// Why somebody has none.
    pub without: BTreeMap<PersonId, WithoutMentor>,
}

/// Why somebody has no mentor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WithoutMentor {
    /// Nobody but perhaps they themselves offers what they want to learn.
    NobodyOffers,
    /// Nobody but their own manager does.
    OnlyTheirManager {
        /// Who that is.
        manager: PersonId,
    },
    /// More want to learn than there are places, however they are given: each of these has none but these mentors.
    AllTaken {
        /// The mentors.
        mentors: BTreeSet<PersonId>,
        /// How many places they have together.
        places: u32,
        /// Who has none but these, one more at least than there are places.
        wanting: BTreeSet<PersonId>,
    },
}

/// Mentors cannot be found.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MentoringError {
    /// There are too many.
    #[error("{people} are too many: at most 500 mentors, and 500 who want one, are wanted")]
    TooMany {
        /// How many.
        people: usize,
    },
    /// A mentor offers nothing.
    #[error("{mentor} offers no place or no skill: one of each or more is wanted")]
    Offer {
        /// Who.
        mentor: PersonId,
    },
}

/// Finds mentors for as many as can have one, for each who wants to learn a skill: somebody who offers it, is not they
/// themselves and not their own manager, and has a place.
///
/// No other choice gives a mentor to more people. The same offers and wishes give the same mentors; where several choices
/// are as good, those come first whose ids do.
///
/// # Errors
/// [`MentoringError`], in the order of its variants.
pub fn match_mentors(
    offers: &BTreeMap<PersonId, MentorOffer>,
    wishes: &BTreeMap<PersonId, String>,
    managers: &BTreeMap<PersonId, PersonId>,
) -> Result<Mentoring, MentoringError> {
    let people = offers.len().max(wishes.len());
    if people > MOST {
        return Err(MentoringError::TooMany { people });
    }
    if let Some((mentor, _)) = offers.iter().find(|(_, offer)| offer.places == 0 || offer.skills.is_empty()) {
        return Err(MentoringError::Offer { mentor: *mentor });
    }
    let possible = |(learner, skill): (&PersonId, &String)| {
        let fits = |mentor: &PersonId| mentor != learner && managers.get(learner) != Some(mentor);
        let teach = offers.iter().filter(|(mentor, offer)| offer.skills.contains(skill) && fits(mentor));
        (*learner, teach.map(|(mentor, _)| *mentor).collect())
    };
    let mut search = Search {
        offers,
        possible: wishes.iter().map(possible).collect(),
        mentors: BTreeMap::new(),
        taken: BTreeMap::new(),
    };
    for learner in wishes.keys() {
        search.place(*learner);
    }
    let without = wishes.iter().filter(|(learner, _)| !search.mentors.contains_key(learner));
    let reason = |(learner, skill): (&PersonId, &String)| {
        let own = managers.get(learner).filter(|own| offers.get(own).is_some_and(|offer| offer.skills.contains(skill)));
        let nobody = search.possible.get(learner).is_none_or(Vec::is_empty);
        let why = match own {
            Some(manager) if nobody && manager != learner => WithoutMentor::OnlyTheirManager { manager: *manager },
            Some(_) | None if nobody => WithoutMentor::NobodyOffers,
            Some(_) | None => search.all_taken(*learner),
        };
        (*learner, why)
    };
    let without = without.map(reason).collect();
    Ok(Mentoring { mentors: search.mentors, without })
}

/// A matching that grows by one with each path on which everybody moves on to another mentor.
struct Search<'a> {
    offers: &'a BTreeMap<PersonId, MentorOffer>,
    possible: BTreeMap<PersonId, Vec<PersonId>>,
    mentors: BTreeMap<PersonId, PersonId>,
    taken: BTreeMap<PersonId, BTreeSet<PersonId>>,
}

/// What was seen from somebody who has no mentor: who would have to make room.
struct Seen {
    /// From whom each mentor was reached.
    from: BTreeMap<PersonId, PersonId>,
    /// The first with a free place.
    free: Option<PersonId>,
    /// Everybody asked.
    asked: BTreeSet<PersonId>,
}

impl Search<'_> {
    /// Gives somebody a mentor, others moving on where that makes room. Nobody loses theirs.
    fn place(&mut self, learner: PersonId) {
        let Seen { from, free, .. } = self.look(learner);
        let mut next = free;
        // Back along the path: each mentor takes who reached them, and who was taken so far by the one before gets free.
        while let Some(mentor) = next {
            let Some(&mover) = from.get(&mentor) else { return };
            next = self.mentors.insert(mover, mentor);
            if let Some(left) = next {
                self.taken.entry(left).or_default().remove(&mover);
            }
            self.taken.entry(mentor).or_default().insert(mover);
        }
    }

    /// Looks for a free place, nearest first.
    fn look(&self, learner: PersonId) -> Seen {
        let mut seen = Seen { from: BTreeMap::new(), free: None, asked: BTreeSet::from([learner]) };
        let mut queue = VecDeque::from([learner]);
        while let Some(asking) = queue.pop_front() {
            for mentor in self.possible.get(&asking).into_iter().flatten() {
                if seen.from.contains_key(mentor) {
                    continue;
                }
                seen.from.insert(*mentor, asking);
                let taken = self.taken.get(mentor);
                if taken.map_or(0, BTreeSet::len) < self.places(*mentor) {
                    seen.free = Some(*mentor);
                    return seen;
                }
                queue.extend(taken.into_iter().flatten().filter(|other| seen.asked.insert(**other)));
            }
        }
        seen
    }

    fn places(&self, mentor: PersonId) -> usize {
        self.offers.get(&mentor).map_or(0, |offer| usize::try_from(offer.places).unwrap_or(usize::MAX))
    }

    fn all_taken(&self, learner: PersonId) -> WithoutMentor {
        let Seen { from, asked, .. } = self.look(learner);
        let mentors: BTreeSet<PersonId> = from.into_keys().collect();
        let places = mentors.iter().filter_map(|mentor| self.offers.get(mentor));
        let places = places.fold(0_u32, |sum, offer| sum.saturating_add(offer.places));
        WithoutMentor::AllTaken { mentors, places, wanting: asked }
    }
}
