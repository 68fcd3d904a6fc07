//! Reviews: assigned, submitted once and in time, read by those who are cleared, and of many only together.
//!
//! ```text
//!   assign ──► To be given ── submit ─► Given ── erase ─► Erased, all about somebody in a round together
//! ```
//!
//! What a review says is content, kept beside it and destroyable. What people say of themselves and managers of those who
//! report to them is read review by review ([`read_review`]). What peers and those who report to somebody say is shown by
//! [`read_feedback`] alone, from the threshold of the round on, after it was closed.
//!
//! Laws 56 to 58 of the crate; `tests/review.rs` and `tests/feedback.rs` hold them.
//!
//! # Example
//! ```
//! use std::collections::BTreeMap;
//! use office_core::{
//!     Actor, Appointment, AuthorityBook, Command, DateRange, Grant, Id, MemoryStore, Office, Role, Scope, wait,
//! };
//! use office_hr::{
//!     AnswerKind, OpenReviewCycle, ReviewAnswer, ReviewAnswers, ReviewCycle, ReviewError, ReviewForm, ReviewKind, ReviewQuestion,
//!     assign_review, close_review_cycle, erase_reviews, extend_review_cycle, open_review_cycle, read_feedback, read_review,
//!     submit_review,
//! };
//!
//! let (role, officer) = (Role::new("personnel_officer"), Id::natural("person", "E-009"));
//! let mut book = AuthorityBook::default();
//! let (valid, scope) = (DateRange::year(2026)?, Scope::anywhere());
//! let arrange = &"reviews.arrange".parse()?;
//! book.grants.push(Grant { role: role.clone(), action: Clone::clone(arrange), scope: scope.clone(), limit: None, valid });
//! book.appointments.push(Appointment { person: officer, role: role.clone(), scope, valid });
//! let book = &book;
//!
//! let question = ReviewQuestion { text: "How well did the year go?".into(), answer: AnswerKind::Rated { highest: 5 }, required: true };
//! let form = ReviewForm { class: "review".parse()?, questions: BTreeMap::from([("year".to_owned(), question)]) };
//! let open = &OpenReviewCycle {
//!     name: "2026".into(), forms: BTreeMap::from([(ReviewKind::Own, form)]), due: "2026-11-30".parse()?, threshold: 3,
//!     on: "2026-11-01".parse()?,
//! };
//! let office = Office::on(MemoryStore::new());
//! let command = |key: &str, actor: Actor| Command::new(key, "reviews", actor, "2026-11-02T08:00:00Z".parse().unwrap_or_default());
//! let (cycle, on) = (Id::<ReviewCycle>::natural("review_cycle", "2026"), "2026-11-02".parse()?);
//! let person = Id::natural("person", "E-017");
//! let review = wait(office.transact(&command("open", Actor::new(officer, role.clone()))?, |tx| async move {
//!     open_review_cycle(&tx, cycle, open, arrange, book).await?;
//!     assign_review(&tx, cycle, (ReviewKind::Own, person, person), on, arrange, book).await
//! }))?;
//!
//! let submit = |key: &str, rating: u8| {
//!     let answers = ReviewAnswers(BTreeMap::from([("year".to_owned(), ReviewAnswer::Rating(rating))]));
//!     let command = command(key, Actor::new(person, Role::new("employee")))?;
//!     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| {
//!         let answers = answers.clone();
//!         async move { submit_review(&tx, review, &answers, on).await }
//!     })))
//! };
//! assert!(matches!(submit("six", 6)?, Err(ReviewError::Answer { .. })));
//! submit("good", 4)??;
//! assert!(matches!(submit("better", 5)?, Err(ReviewError::Submitted { .. })));
//!
//! // Nobody is cleared for its class yet, and what many say is shown once the round is closed: after its last day.
//! let by_officer = |key: &str| command(key, Actor::new(officer, role.clone()));
//! let (purpose, about) = (&"talk".parse()?, (cycle, person));
//! let refused = wait(read_review(&office, &by_officer("read")?, review, purpose, on, book));
//! assert!(matches!(refused, Err(ReviewError::Disclose(_))));
//! let early = wait(read_feedback(&office, &by_officer("all")?, about, purpose, on, book));
//! assert!(matches!(early, Err(ReviewError::NotClosed)));
//! let more_time = |tx| async move { extend_review_cycle(&tx, cycle, ("2026-12-04".parse().unwrap_or(on), on), arrange, book).await };
//! wait(office.transact(&by_officer("extend")?, more_time))?;
//! let close = |key: &str, on: &str| {
//!     let (command, on) = (by_officer(key)?, on.parse()?);
//!     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| async move {
//!         close_review_cycle(&tx, cycle, on, arrange, book).await
//!     })))
//! };
//! assert!(matches!(close("early", "2026-12-04")?, Err(ReviewError::NotDue { .. })));
//! close("close", "2026-12-05")??;
//! assert_eq!(wait(read_feedback(&office, &by_officer("closed")?, about, purpose, on, book))?.questions.len(), 0);
//! let erasing = |tx| async move { erase_reviews(&tx, about, on, arrange, book).await };
//! wait(office.transact(&by_officer("erase")?, erasing))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{
    Classified, CommandError, Decision, DiscloseError, Entity, Entries, Id, Kind, Partition, RecordClass, StoreError,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::retention::is_text;
use crate::{AnswerKind, NotPermitted, ReviewCycle, ReviewForm, ReviewKind};

mod feedback;
mod flow;
mod reading;

pub use feedback::{Feedback, QuestionFeedback, Shown};
pub use flow::{assign_review, erase_reviews, submit_review};
pub use reading::{read_feedback, read_review};

/// The longest answer, in characters.
const MOST_TEXT: usize = 10_000;

/// A review that somebody gives of somebody. What it says is not in it: see [`ReviewAnswers`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    assigned: AssignedReview,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    submitted: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    erased: Option<NaiveDate>,
}

/// Who is to review whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignedReview {
    /// In which round.
    pub cycle: Id<ReviewCycle>,
    /// As what.
    pub kind: ReviewKind,
    /// Who is reviewed.
    pub subject: PersonId,
    /// By whom.
    pub reviewer: PersonId,
    /// The class of the answers.
    pub class: RecordClass,
    /// On which day it was assigned.
    pub on: NaiveDate,
}

/// What can happen to a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ReviewFact {
    /// It was assigned.
    Assigned(AssignedReview),
    /// It was given. What it says is content.
    Submitted {
        /// On which day.
        on: NaiveDate,
    },
    /// What it says was destroyed.
    Erased {
        /// On which day.
        on: NaiveDate,
    },
}

/// What a review says, by the key of each question. Its debug text tells nothing of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReviewAnswers(pub BTreeMap<String, ReviewAnswer>);

impl fmt::Debug for ReviewAnswers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReviewAnswers").finish_non_exhaustive()
    }
}

/// The answer to a question.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ReviewAnswer {
    /// A rating.
    Rating(u8),
    /// Words: 1 to 10,000 characters.
    Text(String),
}

impl fmt::Debug for ReviewAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReviewAnswer").finish_non_exhaustive()
    }
}

impl ReviewAnswers {
    /// Refuses answers that are not those to a form.
    pub(crate) fn check(&self, form: &ReviewForm) -> Result<(), ReviewError> {
        let wrong = |question: &str| Err(ReviewError::Answer { question: question.chars().take(500).collect() });
        for (key, question) in &form.questions {
            let fits = match (self.0.get(key), question.answer) {
                (None, _) => !question.required,
                (Some(ReviewAnswer::Rating(rating)), AnswerKind::Rated { highest }) => (1..=highest).contains(rating),
                (Some(ReviewAnswer::Text(text)), AnswerKind::Free) => is_text(text, MOST_TEXT),
                (Some(_), _) => false,
            };
            if !fits {
                return wrong(key);
            }
        }
        self.0.keys().find(|key| !form.questions.contains_key(*key)).map_or(Ok(()), |key| wrong(key))
    }
}

/// Nothing was done to a round or a review, or nothing is shown of it: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReviewError {
    /// Whoever wants to may not.
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// The id stands for another round.
    #[error("the round of reviews is another one: an id of its own is wanted")]
    IdReused,
    /// A text is missing or too long.
    #[error("a {field} of 1 to {most} characters is wanted")]
    Text {
        /// Which.
        field: &'static str,
        /// How many characters it may have.
        most: usize,
    },
    /// A last day is too early.
    #[error("{due} is too early: {after} or a later day is wanted")]
    Due {
        /// The day.
        due: NaiveDate,
        /// The earliest.
        after: NaiveDate,
    },
    /// Too few would be recognised.
    #[error("from {threshold} answers on people would be recognised: 3 or more are wanted")]
    Threshold {
        /// How many.
        threshold: u32,
    },
    /// There is nothing to ask, or too much.
    #[error("one form or more, each with 1 to 100 questions, are wanted")]
    Questions,
    /// A question is answered in different ways, or on no scale.
    #[error("`{question}` is to be answered in one way in all forms, and rated from 1 to at least 2 and at most 10")]
    Scale {
        /// Which question.
        question: String,
    },
    /// There are no reviews of that kind.
    #[error("the round has no form for reviews of kind {kind}: one of those it has is wanted")]
    NoForm {
        /// Which kind.
        kind: &'static str,
    },
    /// They are not to each other what the kind of review says.
    #[error("it is no {kind} review: {wanted} is wanted")]
    NotRelated {
        /// Which kind.
        kind: &'static str,
        /// Who would be.
        wanted: &'static str,
    },
    /// The round is closed.
    #[error("the round was closed on {on}: an open one is wanted")]
    Closed {
        /// On which day.
        on: NaiveDate,
    },
    /// The round can still be answered.
    #[error("reviews are submitted until {due}: a later day is wanted")]
    NotDue {
        /// The last day.
        due: NaiveDate,
    },
    /// The round is not closed yet.
    #[error("what many have said is shown once the round is closed")]
    NotClosed,
    /// Somebody else is to give it.
    #[error("the review is to be given by somebody else: whoever it is assigned to is wanted, and nobody for them")]
    NotReviewer,
    /// It was given before.
    #[error("the review was submitted on {on}, and is given once")]
    Submitted {
        /// On which day.
        on: NaiveDate,
    },
    /// The deadline is over.
    #[error("the review was due on {due}, not on {on}")]
    Late {
        /// The last day.
        due: NaiveDate,
        /// The day.
        on: NaiveDate,
    },
    /// A question is not answered as it is asked.
    #[error("`{question}` is not answered as it is asked: an answer of the form is wanted")]
    Answer {
        /// Which question.
        question: String,
    },
    /// What one person said is not shown by itself.
    #[error("a {kind} review is shown only together with others: what all have said is to be read")]
    Anonymous {
        /// Which kind.
        kind: &'static str,
    },
    /// The key of the command is too long to tell the readings apart.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The reader may not, or the store failed.
    #[error(transparent)]
    Disclose(#[from] DiscloseError),
    /// The store failed, or knows no such round or review.
    #[error("reviews cannot be stored or read")]
    Store(#[from] StoreError),
}

impl Review {
    /// The reviews about somebody in a round, by kind. May be decided upon.
    pub const ABOUT: Partition<Self, (Id<ReviewCycle>, PersonId), String> = Partition::new("about");
    /// What somebody is to give in a round, by kind. May be decided upon.
    pub const BY: Partition<Self, (Id<ReviewCycle>, PersonId), String> = Partition::new("by");

    /// The id of a review in a round: there is one of each kind by one person of another.
    #[must_use]
    pub fn id_of(cycle: Id<ReviewCycle>, kind: ReviewKind, subject: PersonId, reviewer: PersonId) -> Id<Self> {
        Id::natural("review", &format!("{cycle} {} {subject} {reviewer}", kind.name()))
    }

    /// Who is to review whom.
    #[must_use]
    pub const fn assigned(&self) -> &AssignedReview {
        &self.assigned
    }

    /// On which day it was given.
    #[must_use]
    pub const fn submitted(&self) -> Option<NaiveDate> {
        self.submitted
    }

    /// On which day what it says was destroyed.
    #[must_use]
    pub const fn erased(&self) -> Option<NaiveDate> {
        self.erased
    }

    /// Gives it, once, until the last day of a round that is open.
    ///
    /// # Errors
    /// [`ReviewError::NotReviewer`], [`ReviewError::Submitted`], [`ReviewError::Closed`], [`ReviewError::Late`],
    /// [`ReviewError::NoForm`], [`ReviewError::Answer`].
    pub fn submit(
        &self,
        cycle: &ReviewCycle,
        answers: &ReviewAnswers,
        (by, on): (PersonId, NaiveDate),
    ) -> Result<Decision<ReviewFact>, ReviewError> {
        if by != self.assigned.reviewer {
            return Err(ReviewError::NotReviewer);
        }
        if let Some(on) = self.submitted {
            return Err(ReviewError::Submitted { on });
        }
        cycle.is_open()?;
        if on > cycle.due() {
            return Err(ReviewError::Late { due: cycle.due(), on });
        }
        answers.check(cycle.form(self.assigned.kind)?)?;
        Ok(Decision::Record(ReviewFact::Submitted { on }))
    }
}

impl Entity for Review {
    const KIND: Kind = Kind::literal("review");
    type Fact = ReviewFact;

    fn open(fact: &ReviewFact) -> Option<Self> {
        match fact {
            ReviewFact::Assigned(assigned) => Some(Self { assigned: assigned.clone(), submitted: None, erased: None }),
            ReviewFact::Submitted { .. } | ReviewFact::Erased { .. } => None,
        }
    }

    fn apply(&mut self, fact: &ReviewFact) {
        match fact {
            ReviewFact::Assigned(_) => {}
            ReviewFact::Submitted { on } => self.submitted = Some(*on),
            ReviewFact::Erased { on } => self.erased = Some(*on),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        let AssignedReview { cycle, kind, subject, reviewer, .. } = &self.assigned;
        entries.partition(Self::ABOUT, &(*cycle, *subject), &kind.name().to_owned());
        entries.partition(Self::BY, &(*cycle, *reviewer), &kind.name().to_owned());
    }
}

impl Classified for Review {
    fn class(&self) -> RecordClass {
        self.assigned.class.clone()
    }

    fn subject(&self) -> Option<PersonId> {
        Some(self.assigned.subject)
    }
}

/// Where what a review says is kept. Nobody outside can name it, so that what one of many said is opened by
/// [`read_feedback`] alone, and by nobody who is merely cleared for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    class: RecordClass,
    subject: PersonId,
}

/// What can happen to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum SealedFact {
    /// Something was said.
    Kept(Sealed),
    /// It was destroyed.
    Destroyed,
}

impl Sealed {
    fn id_of(review: Id<Review>) -> Id<Self> {
        review.retag()
    }
}

impl Entity for Sealed {
    const KIND: Kind = Kind::literal("review_answers");
    type Fact = SealedFact;

    fn open(fact: &SealedFact) -> Option<Self> {
        match fact {
            SealedFact::Kept(sealed) => Some(sealed.clone()),
            SealedFact::Destroyed => None,
        }
    }

    fn apply(&mut self, _: &SealedFact) {}
}

impl Classified for Sealed {
    fn class(&self) -> RecordClass {
        self.class.clone()
    }

    fn subject(&self) -> Option<PersonId> {
        Some(self.subject)
    }
}
