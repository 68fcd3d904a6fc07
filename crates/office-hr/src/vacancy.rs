//! Seats that are to be filled: asked for, approved, posted, promised, filled.
//!
//! ```text
//!   request ──► Asked for ── approve ──► Approved ── post ──► Approved, and known
//!                  └─ refuse, expire ──► Refused        │
//!                                                       ├── an offer is made ──► a seat is promised ──► filled, or free again
//!                                                       └── close ─────────────► Closed
//! ```
//!
//! No more seats are promised and filled than there are, however many offers are made at once.
//!
//! Laws 47 to 49 of the crate; `tests/hiring.rs` holds them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use office_core::rules::{DecideError, Explanation, Facts, Outcome};
use office_core::subject::PersonId;
use office_core::{
    ApprovalAct, ApprovalCase, ApprovalRun, ApprovalStatus, ApproveStep, ApproveStepError, AuthorityBook, Decision,
    Entity, Entries, Id, Kind, Money, Ordered, RefuseStep, RefuseStepError, Role, Scope, StoreError, WorkingCalendar,
    WorkingTimeError,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::retention::is_text;
use crate::{Application, Employment, HiringRules};

/// The longest title, stage and criterion, in characters.
const MOST_TEXT: usize = 200;
/// The most stages and criteria.
const MOST_STAGES: usize = 20;
/// The most seats.
const MOST_SEATS: u32 = 1_000;

/// Seats of one kind that are to be filled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vacancy {
    asked: AskedVacancy,
    approval: ApprovalRun,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    postings: Vec<JobPosting>,
    // Those with an offer that is open or accepted.
    promised: BTreeSet<Id<Application>>,
    filled: BTreeMap<Id<Application>, Id<Employment>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    closed: Option<ClosedVacancy>,
}

/// To ask for seats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestVacancy {
    /// What is to be done: 1 to 200 characters.
    pub title: String,
    /// As what.
    pub role: Role,
    /// In what part of the office.
    #[serde(default)]
    pub scope: Scope,
    /// How many: 1 to 1,000.
    pub seats: u32,
    /// What a seat costs a year, as the policy is to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yearly: Option<Money>,
    /// What an application goes through, in order: 1 to 20 different ones.
    pub stages: Vec<String>,
    /// What is looked at in interviews, and how much each weighs: at most 20, each 1 to 100.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub criteria: BTreeMap<String, u32>,
    /// On which day.
    pub on: NaiveDate,
}

/// What was asked for, and why the policy asks for the approvals that it asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskedVacancy {
    /// What was asked for.
    pub request: RequestVacancy,
    /// By whom.
    pub by: PersonId,
    /// Why it has to be approved so.
    pub ruling: Explanation,
}

/// Where it was made known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobPosting {
    /// Where: `website`, `employment office`.
    pub place: String,
    /// From which day on.
    pub from: NaiveDate,
    /// The last day on which somebody can apply; without one until further notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<NaiveDate>,
}

/// That nobody is looked for any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosedVacancy {
    /// On which day.
    pub on: NaiveDate,
    /// Why.
    pub why: String,
}

/// What can happen to a vacancy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum VacancyFact {
    /// It was asked for.
    Requested {
        /// What.
        asked: Box<AskedVacancy>,
        /// What the policy asks for.
        approval: Box<ApprovalRun>,
    },
    /// Somebody approved or refused it.
    Decided(ApprovalAct),
    /// Time has passed: it has escalated or expired. In order, at least one.
    FellDue(Vec<ApprovalAct>),
    /// It was made known.
    Posted(JobPosting),
    /// A seat was promised to an applicant, by an offer.
    Promised(Id<Application>),
    /// A promise is over: the seat is free again.
    Freed(Id<Application>),
    /// A seat was filled.
    Filled {
        /// By whose application.
        application: Id<Application>,
        /// The employment.
        employment: Id<Employment>,
    },
    /// Nobody is looked for any more.
    Closed(ClosedVacancy),
}

/// Seats were not asked for: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RequestVacancyError {
    /// The id stands for another vacancy.
    #[error("the vacancy is another one: an id of its own is wanted")]
    IdReused,
    /// A text is missing or too long.
    #[error("a {field} is no text of 1 to 200 characters")]
    Text {
        /// Which.
        field: &'static str,
    },
    /// There are none, or too many.
    #[error("{seats} seats are not possible: 1 to 1000 are wanted")]
    Seats {
        /// How many.
        seats: u32,
    },
    /// There are no stages, too many, or two of one name.
    #[error("the stages are not 1 to 20 different ones")]
    Stages,
    /// There are too many criteria, or one weighs nothing or too much.
    #[error("the criteria are not at most 20 that weigh 1 to 100 each")]
    Criteria,
    /// The policy cannot decide.
    #[error("the policy cannot decide the vacancy")]
    Policy(#[from] DecideError),
    /// The policy refuses.
    #[error("refused by policy: {reason}")]
    RefusedByPolicy {
        /// Why.
        reason: String,
    },
    /// The store failed.
    #[error("the vacancy cannot be stored")]
    Store(#[from] StoreError),
}

/// A vacancy cannot be recruited for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VacancyClosed {
    /// It is not approved.
    #[error("the vacancy is {status}: an approved one is wanted")]
    NotApproved {
        /// Where its approval stands.
        status: ApprovalStatus,
    },
    /// Nobody is looked for any more.
    #[error("the vacancy was closed on {on}: an open one is wanted")]
    Closed {
        /// On which day.
        on: NaiveDate,
    },
    /// All its seats are promised or filled.
    #[error("all {seats} seats are promised or filled: one that is free is wanted")]
    Full {
        /// How many there are.
        seats: u32,
    },
}

impl Vacancy {
    /// Open vacancies by the day on which they were asked for.
    pub const OPEN: Ordered<Self, NaiveDate> = Ordered::new("open");

    /// Asks for seats: the policy says who has to approve them, by the facts `seats` (a number), `yearly` (money of one
    /// seat, where it is told) and `scope`.
    ///
    /// # Errors
    /// [`RequestVacancyError`], in the order of its variants from the texts on.
    pub fn request(
        id: Id<Self>,
        command: &RequestVacancy,
        by: PersonId,
        at: DateTime<Utc>,
        rules: &HiringRules,
    ) -> Result<VacancyFact, RequestVacancyError> {
        let RequestVacancy { title, scope, seats, yearly, stages, criteria, on, .. } = command;
        let texts = [("title", title)].into_iter().chain(stages.iter().map(|stage| ("stage", stage)));
        let mut texts = texts.chain(criteria.keys().map(|criterion| ("criterion", criterion)));
        if let Some((field, _)) = texts.find(|(_, text)| !is_text(text, MOST_TEXT)) {
            return Err(RequestVacancyError::Text { field });
        }
        if !(1..=MOST_SEATS).contains(seats) {
            return Err(RequestVacancyError::Seats { seats: *seats });
        }
        let different: BTreeSet<&String> = stages.iter().collect();
        if !(1..=MOST_STAGES).contains(&stages.len()) || different.len() < stages.len() {
            return Err(RequestVacancyError::Stages);
        }
        if criteria.len() > MOST_STAGES || criteria.values().any(|weight| !(1..=100).contains(weight)) {
            return Err(RequestVacancyError::Criteria);
        }
        let mut facts = Facts::new().with("seats", Decimal::from(*seats)).with("scope", scope.clone());
        if let Some(yearly) = yearly {
            facts = facts.with("yearly", *yearly);
        }
        let ruling = rules.approval.decide(&facts, *on)?;
        if let Outcome::Refuse(reasons) = ruling.outcome {
            return Err(RequestVacancyError::RefusedByPolicy { reason: reasons.to_string() });
        }
        let approval =
            ApprovalRun::start(&ruling.outcome, ApprovalCase::new(id.retag(), by, scope.clone(), *yearly), at);
        let asked = AskedVacancy { request: command.clone(), by, ruling: ruling.explanation };
        Ok(VacancyFact::Requested { asked: Box::new(asked), approval: Box::new(approval) })
    }

    /// What was asked for.
    #[must_use]
    pub const fn asked(&self) -> &AskedVacancy {
        &self.asked
    }

    /// Where its approval stands.
    #[must_use]
    pub const fn approval(&self) -> &ApprovalRun {
        &self.approval
    }

    /// Where it was made known.
    #[must_use]
    pub fn postings(&self) -> &[JobPosting] {
        &self.postings
    }

    /// Whose applications have filled a seat, and by which employment.
    #[must_use]
    pub const fn filled(&self) -> &BTreeMap<Id<Application>, Id<Employment>> {
        &self.filled
    }

    /// When and why it was closed.
    #[must_use]
    pub const fn closed(&self) -> Option<&ClosedVacancy> {
        self.closed.as_ref()
    }

    /// How many seats are neither promised nor filled.
    #[must_use]
    pub fn free_seats(&self) -> u32 {
        let taken = u32::try_from(self.promised.len().saturating_add(self.filled.len())).unwrap_or(u32::MAX);
        self.asked.request.seats.saturating_sub(taken)
    }

    /// Approves a step.
    ///
    /// # Errors
    /// As [`ApprovalRun::approve`].
    pub fn approve(
        &self,
        command: &ApproveStep,
        book: &AuthorityBook,
    ) -> Result<Decision<VacancyFact>, ApproveStepError> {
        Ok(self.approval.approve(command, book)?.map(VacancyFact::Decided))
    }

    /// Refuses it, by somebody who could approve the step.
    ///
    /// # Errors
    /// As [`ApprovalRun::refuse`].
    pub fn refuse(&self, command: &RefuseStep, book: &AuthorityBook) -> Result<Decision<VacancyFact>, RefuseStepError> {
        Ok(self.approval.refuse(command, book)?.map(VacancyFact::Decided))
    }

    /// What has fallen due by an instant: whoever else may approve it from now on, or that its time is over.
    ///
    /// # Errors
    /// As [`ApprovalRun::fall_due`].
    pub fn fall_due(
        &self,
        now: DateTime<Utc>,
        hours: &WorkingCalendar,
    ) -> Result<Decision<VacancyFact>, WorkingTimeError> {
        Ok(Decision::all_of(self.approval.fall_due(now, hours)?).map(VacancyFact::FellDue))
    }

    /// Refuses where nobody is looked for.
    ///
    /// # Errors
    /// [`VacancyClosed::NotApproved`], [`VacancyClosed::Closed`].
    pub fn stands(&self) -> Result<(), VacancyClosed> {
        if !self.approval.is_approved() {
            return Err(VacancyClosed::NotApproved { status: self.approval.status().clone() });
        }
        self.closed.as_ref().map_or(Ok(()), |closed| Err(VacancyClosed::Closed { on: closed.on }))
    }

    /// Promises a seat to an applicant. Promised already, nothing happens.
    ///
    /// # Errors
    /// [`VacancyClosed`], in the order of its variants.
    pub fn promise(&self, application: Id<Application>) -> Result<Decision<VacancyFact>, VacancyClosed> {
        if self.promised.contains(&application) {
            return Ok(Decision::AlreadyRecorded);
        }
        self.stands()?;
        if self.free_seats() == 0 {
            return Err(VacancyClosed::Full { seats: self.asked.request.seats });
        }
        Ok(Decision::Record(VacancyFact::Promised(application)))
    }

    /// A promise is over. Without one, nothing happens.
    pub fn free(&self, application: Id<Application>) -> Decision<VacancyFact> {
        if self.promised.contains(&application) {
            Decision::Record(VacancyFact::Freed(application))
        } else {
            Decision::AlreadyRecorded
        }
    }
}

impl Entity for Vacancy {
    const KIND: Kind = Kind::literal("vacancy");
    type Fact = VacancyFact;

    fn open(fact: &VacancyFact) -> Option<Self> {
        let VacancyFact::Requested { asked, approval } = fact else { return None };
        Some(Self {
            asked: (**asked).clone(),
            approval: (**approval).clone(),
            postings: Vec::new(),
            promised: BTreeSet::new(),
            filled: BTreeMap::new(),
            closed: None,
        })
    }

    fn apply(&mut self, fact: &VacancyFact) {
        match fact {
            VacancyFact::Requested { .. } => {}
            VacancyFact::Decided(act) => self.approval.apply(act),
            VacancyFact::FellDue(acts) => acts.iter().for_each(|act| self.approval.apply(act)),
            VacancyFact::Posted(posting) => self.postings.push(posting.clone()),
            VacancyFact::Promised(application) => {
                self.promised.insert(*application);
            }
            VacancyFact::Freed(application) => {
                self.promised.remove(application);
            }
            VacancyFact::Filled { application, employment } => {
                self.promised.remove(application);
                self.filled.insert(*application, *employment);
            }
            VacancyFact::Closed(closed) => self.closed = Some(closed.clone()),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        if self.closed.is_none() && !self.approval.status().is_final() || self.stands().is_ok() {
            entries.ordered(Self::OPEN, &self.asked.request.on);
        }
    }
}
