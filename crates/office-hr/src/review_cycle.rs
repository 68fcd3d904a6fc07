//! A round of reviews: which forms, until when, and from how many answers on something is shown of them.
//!
//! ```text
//!   open ──► Open ──┬── extend ─► Open, until later
//!                   └── close ──► Closed: nothing is submitted any more, and what was said by many is shown
//! ```

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::{Action, AuthorityBook, Decision, Entity, Id, Kind, RecordClass, Tx};
use serde::{Deserialize, Serialize};

use crate::permission::permit;
use crate::retention::is_text;
use crate::review::ReviewError;

/// The most questions of a form.
const MOST_QUESTIONS: usize = 100;
/// The longest name and question, in characters.
const MOST_TEXT: usize = 500;
/// From how many answers on something is shown, at least: who knows their own answer is left with two others.
const LEAST_THRESHOLD: u32 = 3;

/// Who reviews whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewKind {
    /// People review themselves.
    Own,
    /// Managers review those who report to them.
    Manager,
    /// People review those of their own rank.
    Peer,
    /// People review those to whom they report.
    Upward,
}

impl ReviewKind {
    /// Whether what was said is shown without who said it, and only together with what others said.
    #[must_use]
    pub const fn is_anonymous(self) -> bool {
        matches!(self, Self::Peer | Self::Upward)
    }

    /// In a word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Manager => "manager",
            Self::Peer => "peer",
            Self::Upward => "upward",
        }
    }
}

/// What is asked in a kind of review, and who reads the answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewForm {
    /// The class of the answers: who is cleared for it, reads them.
    pub class: RecordClass,
    /// What is asked, by key, 1 to 100 questions. The same question in two forms has the same key.
    pub questions: BTreeMap<String, ReviewQuestion>,
}

/// A question of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewQuestion {
    /// The question: 1 to 500 characters.
    pub text: String,
    /// How it is answered.
    pub answer: AnswerKind,
    /// Whether it has to be.
    pub required: bool,
}

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AnswerKind {
    /// By a rating from 1 to the highest.
    Rated {
        /// The highest: 2 to 10.
        highest: u8,
    },
    /// In one's own words.
    Free,
}

/// To begin a round of reviews.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenReviewCycle {
    /// Its name: 1 to 500 characters.
    pub name: String,
    /// The form of each kind of review that there is.
    pub forms: BTreeMap<ReviewKind, ReviewForm>,
    /// The last day on which a review is submitted.
    pub due: NaiveDate,
    /// From how many answers on what peers and those who report to somebody said is shown: 3 or more.
    pub threshold: u32,
    /// On which day.
    pub on: NaiveDate,
}

/// A round of reviews.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewCycle {
    opened: OpenReviewCycle,
    due: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    closed: Option<NaiveDate>,
}

/// What can happen to a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ReviewCycleFact {
    /// It began.
    Opened(Box<OpenReviewCycle>),
    /// Reviews are submitted until later.
    Extended {
        /// The last day.
        due: NaiveDate,
        /// On which day that was decided.
        on: NaiveDate,
    },
    /// Nothing is submitted any more.
    Closed {
        /// On which day.
        on: NaiveDate,
    },
}

impl ReviewCycle {
    /// With what it began.
    #[must_use]
    pub const fn opened(&self) -> &OpenReviewCycle {
        &self.opened
    }

    /// The last day on which a review is submitted.
    #[must_use]
    pub const fn due(&self) -> NaiveDate {
        self.due
    }

    /// On which day it was closed.
    #[must_use]
    pub const fn closed(&self) -> Option<NaiveDate> {
        self.closed
    }

    /// The form of a kind of review.
    ///
    /// # Errors
    /// [`ReviewError::NoForm`] where there are no reviews of that kind.
    pub fn form(&self, kind: ReviewKind) -> Result<&ReviewForm, ReviewError> {
        self.opened.forms.get(&kind).ok_or(ReviewError::NoForm { kind: kind.name() })
    }

    /// Gives more time. Nobody loses time that they were given.
    ///
    /// # Errors
    /// [`ReviewError::Closed`], [`ReviewError::Due`].
    pub fn extend(&self, due: NaiveDate, on: NaiveDate) -> Result<Decision<ReviewCycleFact>, ReviewError> {
        self.is_open()?;
        if due == self.due {
            return Ok(Decision::AlreadyRecorded);
        }
        if due < self.due || due < on {
            return Err(ReviewError::Due { due, after: self.due.max(on) });
        }
        Ok(Decision::Record(ReviewCycleFact::Extended { due, on }))
    }

    /// Closes it, after its last day, for ever: from then on nothing that is shown changes.
    ///
    /// # Errors
    /// [`ReviewError::NotDue`].
    pub fn close(&self, on: NaiveDate) -> Result<Decision<ReviewCycleFact>, ReviewError> {
        if self.closed.is_some() {
            return Ok(Decision::AlreadyRecorded);
        }
        if on <= self.due {
            return Err(ReviewError::NotDue { due: self.due });
        }
        Ok(Decision::Record(ReviewCycleFact::Closed { on }))
    }

    pub(crate) fn is_open(&self) -> Result<(), ReviewError> {
        self.closed.map_or(Ok(()), |on| Err(ReviewError::Closed { on }))
    }
}

/// Refuses a round that makes no sense.
fn check(open: &OpenReviewCycle) -> Result<(), ReviewError> {
    let OpenReviewCycle { name, forms, due, threshold, on } = open;
    if !is_text(name, MOST_TEXT) {
        return Err(ReviewError::Text { field: "name", most: MOST_TEXT });
    }
    if due < on {
        return Err(ReviewError::Due { due: *due, after: *on });
    }
    if *threshold < LEAST_THRESHOLD {
        return Err(ReviewError::Threshold { threshold: *threshold });
    }
    let asks_something = |form: &ReviewForm| (1..=MOST_QUESTIONS).contains(&form.questions.len());
    if forms.is_empty() || !forms.values().all(asks_something) {
        return Err(ReviewError::Questions);
    }
    let mut answers: BTreeMap<&String, BTreeSet<AnswerKind>> = BTreeMap::new();
    for (key, question) in forms.values().flat_map(|form| &form.questions) {
        if !is_text(key, MOST_TEXT) || !is_text(&question.text, MOST_TEXT) {
            return Err(ReviewError::Text { field: "question", most: MOST_TEXT });
        }
        let scaled = match question.answer {
            AnswerKind::Rated { highest } => (2..=10).contains(&highest),
            AnswerKind::Free => true,
        };
        let kinds = answers.entry(key).or_default();
        kinds.insert(question.answer);
        if !scaled || kinds.len() > 1 {
            return Err(ReviewError::Scale { question: key.clone() });
        }
    }
    Ok(())
}

impl Entity for ReviewCycle {
    const KIND: Kind = Kind::literal("review_cycle");
    type Fact = ReviewCycleFact;

    fn open(fact: &ReviewCycleFact) -> Option<Self> {
        match fact {
            ReviewCycleFact::Opened(opened) => Some(Self { opened: (**opened).clone(), due: opened.due, closed: None }),
            ReviewCycleFact::Extended { .. } | ReviewCycleFact::Closed { .. } => None,
        }
    }

    fn apply(&mut self, fact: &ReviewCycleFact) {
        match fact {
            ReviewCycleFact::Opened(_) => {}
            ReviewCycleFact::Extended { due, .. } => self.due = *due,
            ReviewCycleFact::Closed { on } => self.closed = Some(*on),
        }
    }
}

/// Begins a round of reviews, by somebody who is granted that. The same again is recognised.
///
/// # Errors
/// [`ReviewError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("employment/office.txt")]
#[doc = include_str!("review/round.txt")]
///
/// let open = |key: &str, round: &OpenReviewCycle| {
///     wait(office.transact(&command(key, bea), |tx| {
///         let round = round.clone();
///         async move { open_review_cycle(&tx, cycle, &round, arrange, book).await }
///     }))
/// };
/// // Shown from one answer on, everybody would know who has given it.
/// let few = OpenReviewCycle { threshold: 1, ..round.clone() };
/// assert!(matches!(open("few", &few), Err(ReviewError::Threshold { .. })));
/// open("open", &round)?;
/// assert_eq!(wait(office.view(|view| async move { view.load(cycle).await }))?.due(), round.due);
/// # Ok::<(), Failure>(())
/// ```
pub async fn open_review_cycle(
    tx: &Tx,
    id: Id<ReviewCycle>,
    open: &OpenReviewCycle,
    arrange: &Action,
    book: &AuthorityBook,
) -> Result<(), ReviewError> {
    // Read.
    let known = tx.find(id).await?;

    // Decide.
    permit(tx, arrange, None, open.on, book)?;
    if let Some(known) = known {
        return if known.opened == *open { Ok(()) } else { Err(ReviewError::IdReused) };
    }
    check(open)?;

    // Record.
    Ok(tx.create::<ReviewCycle>(id, ReviewCycleFact::Opened(Box::new(open.clone()))).await?)
}

/// Gives a round more time, by somebody who is granted that.
///
/// # Errors
/// [`ReviewError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("employment/office.txt")]
#[doc = include_str!("review/round.txt")]
///
/// let extend = |key: &str, due: &str| {
///     let due = due.parse().unwrap();
///     wait(office.transact(&command(key, bea), |tx| async move {
///         extend_review_cycle(&tx, cycle, (due, on), arrange, book).await
///     }))
/// };
/// open("open", &round)?;
/// extend("november", "2026-11-15")?;
/// assert_eq!(wait(office.view(|view| async move { view.load(cycle).await }))?.due(), "2026-11-15".parse()?);
/// // Nobody is given less time than was said.
/// assert!(matches!(extend("shorter", "2026-10-20"), Err(ReviewError::Due { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn extend_review_cycle(
    tx: &Tx,
    id: Id<ReviewCycle>,
    (due, on): (NaiveDate, NaiveDate),
    arrange: &Action,
    book: &AuthorityBook,
) -> Result<(), ReviewError> {
    // Read.
    let cycle = tx.load(id).await?;

    // Decide.
    permit(tx, arrange, None, on, book)?;
    let decision = cycle.extend(due, on)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// Closes a round after its last day, by somebody who is granted that.
///
/// A review that is submitted at the same time comes before or too late; there is nothing in between.
///
/// # Errors
/// [`ReviewError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("employment/office.txt")]
#[doc = include_str!("review/round.txt")]
///
/// let close = |key: &str, on: &str| {
///     let on = on.parse().unwrap();
///     wait(office.transact(&command(key, bea), |tx| async move {
///         close_review_cycle(&tx, cycle, on, arrange, book).await
///     }))
/// };
/// open("open", &round)?;
/// // On the last of October reviews may still be given.
/// assert!(matches!(close("early", "2026-10-31"), Err(ReviewError::NotDue { .. })));
/// close("close", "2026-11-01")?;
/// assert!(matches!(assign("late", ReviewKind::Own, anna), Err(ReviewError::Closed { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn close_review_cycle(
    tx: &Tx,
    id: Id<ReviewCycle>,
    on: NaiveDate,
    arrange: &Action,
    book: &AuthorityBook,
) -> Result<(), ReviewError> {
    // Read.
    let cycle = tx.load(id).await?;

    // Decide.
    permit(tx, arrange, None, on, book)?;
    let decision = cycle.close(on)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}
