//! An application: received, taken from stage to stage, interviewed, offered a seat, decided.
//!
//! ```text
//!   receive ──► Open, at a stage ──┬── advance ───► Open, at a later stage
//!                                  ├── interview ─► Open, scored by its panel
//!                                  ├── reject ────► Rejected
//!                                  ├── withdraw ──► Withdrawn, by the applicant
//!                                  └── hire ──────► Hired: an offer was accepted
//! ```
//!
//! Who the applicant is, and what they sent, is in their file ([`PersonnelRecord`](crate::PersonnelRecord)): read for a
//! purpose, kept for a time after the decision, and erased.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Decision, Entity, Entries, Id, Interval, Kind, Partition, Ratio};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::retention::is_text;
use crate::{Employment, RequestVacancy, Vacancy};

/// The most interviews of an application, and people of a panel.
const MOST: usize = 50;
/// The longest note and reason, in characters.
const MOST_TEXT: usize = 2_000;

/// Somebody's application for a seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    received: ReceivedApplication,
    stage: String,
    interviews: Vec<Interview>,
    offers: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outcome: Option<ApplicationOutcome>,
}

/// What was received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceivedApplication {
    /// For which vacancy.
    pub vacancy: Id<Vacancy>,
    /// From whom.
    pub person: PersonId,
    /// Through whom or what: `website`, `recommended by E-004`.
    pub source: String,
    /// At which stage it begins.
    pub stage: String,
    /// On which day.
    pub on: NaiveDate,
}

/// A talk with an applicant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interview {
    /// When.
    pub time: Interval,
    /// Who talks with them: 1 to 50 people.
    pub panel: BTreeSet<PersonId>,
    /// What each found, as far as they have said so.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub scorecards: BTreeMap<PersonId, Scorecard>,
}

/// What somebody found in an interview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scorecard {
    /// For each criterion of the vacancy 1 (poor) to 5 (excellent).
    pub scores: BTreeMap<String, u8>,
    /// Whether they would take the applicant.
    pub recommends: bool,
    /// Why: at most 2,000 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// How an application was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ApplicationOutcome {
    /// It was turned down.
    Rejected {
        /// On which day.
        on: NaiveDate,
        /// Why.
        why: String,
    },
    /// The applicant does not want to any more.
    Withdrawn {
        /// On which day.
        on: NaiveDate,
    },
    /// The applicant was employed.
    Hired {
        /// On which day that was decided.
        on: NaiveDate,
        /// The employment.
        employment: Id<Employment>,
    },
}

impl ApplicationOutcome {
    /// On which day.
    #[must_use]
    pub const fn on(&self) -> NaiveDate {
        let (Self::Rejected { on, .. } | Self::Withdrawn { on } | Self::Hired { on, .. }) = self;
        *on
    }
}

/// What can happen to an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ApplicationFact {
    /// It was received.
    Received(ReceivedApplication),
    /// It came to a later stage.
    Advanced {
        /// To which.
        stage: String,
        /// On which day.
        on: NaiveDate,
    },
    /// A talk was arranged.
    Interviewing {
        /// When.
        time: Interval,
        /// With whom.
        panel: BTreeSet<PersonId>,
    },
    /// Somebody said what they found.
    Scored {
        /// In which interview, counted from 1.
        interview: usize,
        /// Who.
        by: PersonId,
        /// What.
        card: Scorecard,
    },
    /// An offer was made; what it says is in the [`Offer`](crate::Offer).
    Offered {
        /// Its number, counted from 1.
        number: u32,
    },
    /// It was decided.
    Decided(ApplicationOutcome),
}

/// Nothing was done to an application: nothing is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ApplicationError {
    /// It is decided.
    #[error("the application was decided on {on}: an open one is wanted")]
    Decided {
        /// On which day.
        on: NaiveDate,
    },
    /// There is no such stage, or it is not a later one.
    #[error("`{stage}` does not follow `{now}`: a later stage of the vacancy is wanted")]
    Stage {
        /// Which was named.
        stage: String,
        /// At which it is.
        now: String,
    },
    /// There are too many interviews, or the panel is nobody, too many, or has the applicant.
    #[error("at most 50 interviews, each with 1 to 50 people other than the applicant, are wanted")]
    Panel,
    /// There is no such interview.
    #[error("there is no interview {interview}: 1 to {last} are there")]
    NoInterview {
        /// The number.
        interview: usize,
        /// The last there is.
        last: usize,
    },
    /// Whoever scores is not of the panel.
    #[error("only those who were in the interview score it")]
    NotOfPanel,
    /// They have said something else before.
    #[error("what was found in an interview is said once")]
    ScoredBefore,
    /// A criterion has no score, another has one, or a score is out of range.
    #[error("`{criterion}` is not scored as it should be: 1 to 5 for each criterion of the vacancy are wanted")]
    Score {
        /// Which criterion.
        criterion: String,
    },
    /// A text is missing or too long.
    #[error("a text of 1 to 2000 characters is wanted")]
    Text,
}

/// What a panel found cannot be shown yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{missing} of the panel have not said yet what they found")]
pub struct ScorecardsOpen {
    /// How many.
    pub missing: usize,
}

impl Application {
    /// The applications for a vacancy, by the day of each, decided ones included. May be decided upon.
    pub const FOR_VACANCY: Partition<Self, Id<Vacancy>, NaiveDate> = Partition::new("vacancy");

    /// The id of somebody's application for a vacancy: there is one of each.
    #[must_use]
    pub fn id_of(vacancy: Id<Vacancy>, person: PersonId) -> Id<Self> {
        Id::natural("application", &format!("{vacancy} {person}"))
    }

    /// What was received.
    #[must_use]
    pub const fn received(&self) -> &ReceivedApplication {
        &self.received
    }

    /// At which stage it is.
    #[must_use]
    pub fn stage(&self) -> &str {
        &self.stage
    }

    /// How many offers were made.
    #[must_use]
    pub const fn offers(&self) -> u32 {
        self.offers
    }

    /// How it was decided.
    #[must_use]
    pub const fn outcome(&self) -> Option<&ApplicationOutcome> {
        self.outcome.as_ref()
    }

    /// When there are talks, and with whom.
    pub fn interviews(&self) -> impl Iterator<Item = (Interval, &BTreeSet<PersonId>)> {
        self.interviews.iter().map(|interview| (interview.time, &interview.panel))
    }

    /// What the panel of an interview found. One of the panel sees what others found once they have said what they did
    /// themselves; anybody else once all have.
    ///
    /// # Errors
    /// [`ScorecardsOpen`]; with none missing where there is no such interview.
    pub fn scorecards(
        &self,
        interview: usize,
        viewer: PersonId,
    ) -> Result<&BTreeMap<PersonId, Scorecard>, ScorecardsOpen> {
        let found = interview.checked_sub(1).and_then(|index| self.interviews.get(index));
        let Some(Interview { panel, scorecards, .. }) = found else { return Err(ScorecardsOpen { missing: 0 }) };
        let missing = panel.len().saturating_sub(scorecards.len());
        if missing == 0 || scorecards.contains_key(&viewer) { Ok(scorecards) } else { Err(ScorecardsOpen { missing }) }
    }

    /// The mean of all scores so far, weighed as the vacancy weighs its criteria: exact, from 1 to 5; none without any.
    #[must_use]
    pub fn mean_score(&self, vacancy: &RequestVacancy) -> Option<Ratio> {
        let (mut points, mut weights) = (0_i128, 0_i128);
        let cards = self.interviews.iter().flat_map(|interview| interview.scorecards.values());
        for (criterion, score) in cards.flat_map(|card| &card.scores) {
            let weight = i128::from(vacancy.criteria.get(criterion).copied().unwrap_or_default());
            points = points.saturating_add(weight.saturating_mul(i128::from(*score)));
            weights = weights.saturating_add(weight);
        }
        Ratio::new(points, weights).ok()
    }

    /// Takes it to a later stage of its vacancy; at that stage already, nothing happens.
    ///
    /// # Errors
    /// [`ApplicationError::Decided`], [`ApplicationError::Stage`].
    pub fn advance(
        &self,
        stage: &str,
        vacancy: &RequestVacancy,
        on: NaiveDate,
    ) -> Result<Decision<ApplicationFact>, ApplicationError> {
        self.stands()?;
        let place = |name: &str| vacancy.stages.iter().position(|stage| stage == name);
        if self.stage == stage {
            return Ok(Decision::AlreadyRecorded);
        }
        if place(stage).is_none() || place(stage) < place(&self.stage) {
            let stage = stage.chars().take(200).collect();
            return Err(ApplicationError::Stage { stage, now: self.stage.clone() });
        }
        Ok(Decision::Record(ApplicationFact::Advanced { stage: stage.to_owned(), on }))
    }

    /// Arranges a talk; one at the same time with the same people is recognised.
    ///
    /// # Errors
    /// [`ApplicationError::Decided`], [`ApplicationError::Panel`].
    pub fn plan_interview(
        &self,
        time: Interval,
        panel: &BTreeSet<PersonId>,
    ) -> Result<Decision<ApplicationFact>, ApplicationError> {
        self.stands()?;
        if self.interviews.iter().any(|known| known.time == time && known.panel == *panel) {
            return Ok(Decision::AlreadyRecorded);
        }
        let fits = (1..=MOST).contains(&panel.len()) && !panel.contains(&self.received.person);
        if !fits || self.interviews.len() >= MOST {
            return Err(ApplicationError::Panel);
        }
        Ok(Decision::Record(ApplicationFact::Interviewing { time, panel: panel.clone() }))
    }

    /// Says what somebody of its panel found in an interview. The same again is recognised.
    ///
    /// # Errors
    /// [`ApplicationError`], in the order of its variants.
    pub fn score(
        &self,
        interview: usize,
        by: PersonId,
        card: &Scorecard,
        vacancy: &RequestVacancy,
    ) -> Result<Decision<ApplicationFact>, ApplicationError> {
        let none = || ApplicationError::NoInterview { interview, last: self.interviews.len() };
        let known = interview.checked_sub(1).and_then(|index| self.interviews.get(index)).ok_or_else(none)?;
        if known.scorecards.get(&by) == Some(card) {
            return Ok(Decision::AlreadyRecorded);
        }
        self.stands()?;
        if !known.panel.contains(&by) {
            return Err(ApplicationError::NotOfPanel);
        }
        if known.scorecards.contains_key(&by) {
            return Err(ApplicationError::ScoredBefore);
        }
        let wanted = |criterion: &&String| !card.scores.contains_key(*criterion);
        let unknown = |(criterion, score): &(&String, &u8)| {
            !vacancy.criteria.contains_key(*criterion) || !(1..=5).contains(*score)
        };
        let missing = vacancy.criteria.keys().find(wanted);
        if let Some(criterion) = missing.or_else(|| card.scores.iter().find(unknown).map(|(criterion, _)| criterion)) {
            return Err(ApplicationError::Score { criterion: criterion.chars().take(200).collect() });
        }
        if !card.note.is_empty() && !is_text(&card.note, MOST_TEXT) {
            return Err(ApplicationError::Text);
        }
        Ok(Decision::Record(ApplicationFact::Scored { interview, by, card: card.clone() }))
    }

    /// Decides it. The same again is recognised.
    ///
    /// # Errors
    /// [`ApplicationError::Decided`], [`ApplicationError::Text`].
    pub fn decide(&self, outcome: &ApplicationOutcome) -> Result<Decision<ApplicationFact>, ApplicationError> {
        if self.outcome.as_ref() == Some(outcome) {
            return Ok(Decision::AlreadyRecorded);
        }
        self.stands()?;
        if let ApplicationOutcome::Rejected { why, .. } = outcome
            && !is_text(why, MOST_TEXT)
        {
            return Err(ApplicationError::Text);
        }
        Ok(Decision::Record(ApplicationFact::Decided(outcome.clone())))
    }

    /// Refuses what is decided.
    ///
    /// # Errors
    /// [`ApplicationError::Decided`].
    pub fn stands(&self) -> Result<(), ApplicationError> {
        self.outcome.as_ref().map_or(Ok(()), |outcome| Err(ApplicationError::Decided { on: outcome.on() }))
    }
}

impl Entity for Application {
    const KIND: Kind = Kind::literal("application");
    type Fact = ApplicationFact;

    fn open(fact: &ApplicationFact) -> Option<Self> {
        let ApplicationFact::Received(received) = fact else { return None };
        let (received, stage) = (received.clone(), received.stage.clone());
        Some(Self { received, stage, interviews: Vec::new(), offers: 0, outcome: None })
    }

    fn apply(&mut self, fact: &ApplicationFact) {
        match fact {
            ApplicationFact::Received(_) => {}
            ApplicationFact::Advanced { stage, .. } => self.stage.clone_from(stage),
            ApplicationFact::Interviewing { time, panel } => {
                let (time, panel) = (*time, panel.clone());
                self.interviews.push(Interview { time, panel, scorecards: BTreeMap::new() });
            }
            ApplicationFact::Scored { interview, by, card } => {
                let known = interview.checked_sub(1).and_then(|index| self.interviews.get_mut(index));
                if let Some(known) = known {
                    known.scorecards.insert(*by, card.clone());
                }
            }
            ApplicationFact::Offered { number } => self.offers = *number,
            ApplicationFact::Decided(outcome) => self.outcome = Some(outcome.clone()),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.partition(Self::FOR_VACANCY, &self.received.vacancy, &self.received.on);
    }
}
