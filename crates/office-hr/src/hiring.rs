//! From an approved vacancy to an employment, step by step.
//!
//! # Example
//! ```
//! use std::collections::BTreeMap;
//! use office_core::rules::{DecisionTable, PolicyBook};
//! use office_core::{
//!     Actor, Appointment, AuthorityBook, Command, DateRange, Grant, Holidays, Id, MemoryStore, Office, Ratio, Role, Scope,
//!     WeeklyHours, WorkingCalendar, WorkingPlan, Zone, wait,
//! };
//! use office_hr::{
//!     Assignment, HiringError, HiringRules, OfferAnswer, OfferTerms, OfferedPay, RequestVacancy, answer_offer, hire_applicant,
//!     make_offer, receive_application, request_vacancy,
//! };
//!
//! // One seat needs nobody's approval.
//! let mut approval = PolicyBook::new("vacancies");
//! let row = |seats: &str, outcome: &str| vec![seats.to_owned(), outcome.to_owned()];
//! let rows = [row("1", "allow"), row("-", "approvals: 1 executive vacancy.approve")];
//! approval.publish("2026-01-01".parse()?, DecisionTable::from_rows(&["seats: number", "outcome"], rows)?)?;
//! let valid = DateRange::year(2026)?;
//! let (week, holidays) = (WeeklyHours::weekdays("09:00-17:00".parse()?), Holidays::none(valid));
//! let plan = WorkingPlan { zone: Zone::UTC, valid, week, exceptions: BTreeMap::new(), holidays };
//! let rules = &HiringRules {
//!     approval, recruit: "hiring.recruit".parse()?, offer: "hiring.offer".parse()?, files: "application".parse()?,
//!     pay: "pay".parse()?, hours: WorkingCalendar::new(plan)?,
//! };
//! let (role, recruiter) = (Role::new("recruiter"), Id::natural("person", "E-009"));
//! let mut book = AuthorityBook::default();
//! for (action, limit) in [("hiring.recruit", None), ("hiring.offer", Some("60000.00 EUR".parse()?))] {
//!     let (role, action, scope) = (role.clone(), action.parse()?, Scope::anywhere());
//!     book.grants.push(Grant { role, action, scope, limit, valid });
//! }
//! book.appointments.push(Appointment { person: recruiter, role: role.clone(), scope: Scope::anywhere(), valid });
//!
//! let office = Office::on(MemoryStore::new());
//! let command = |key: &str| {
//!     let at = "2026-10-05T08:00:00Z".parse().unwrap_or_default();
//!     Command::new(key, "hiring", Actor::new(recruiter, role.clone()), at)
//! };
//! let (vacancy, on) = (Id::natural("vacancy", "V-1"), "2026-10-05".parse()?);
//! let wanted = &RequestVacancy {
//!     title: "reception".into(), role: Role::new("receptionist"), scope: Scope::anywhere(), seats: 1, yearly: None,
//!     stages: vec!["letter".into(), "talk".into()], criteria: BTreeMap::new(), on,
//! };
//! wait(office.transact(&command("ask")?, |tx| async move { request_vacancy(&tx, vacancy, wanted, rules).await }))?;
//! let (applicant, book) = (Id::natural("person", "A-1"), &book);
//! let apply = |tx| async move { receive_application(&tx, vacancy, applicant, "website", on).await };
//! let application = wait(office.transact(&command("apply")?, apply))?;
//!
//! let assignment = Assignment {
//!     role: Role::new("receptionist"), manager: None, cost_centre: Id::natural("cost_centre", "CC-100"), scope: Scope::anywhere(),
//!     weekly_hours: Ratio::from_integer(40), week: "MO|TU|WE|TH|FR".parse()?, zone: "Europe/Berlin".parse()?,
//! };
//! let terms = &OfferTerms { term: "2026-11-01/..".parse()?, assignment, open_until: "2026-10-16".parse()? };
//! let offer = |key: &str, yearly: &str| {
//!     let (command, pay) = (command(key)?, OfferedPay { yearly: yearly.parse()?, besides: String::new() });
//!     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| {
//!         let pay = pay.clone();
//!         async move { make_offer(&tx, application, terms, &pay, on, rules, book).await }
//!     })))
//! };
//! // More than the recruiter may promise.
//! assert!(matches!(offer("much", "60000.01 EUR")?, Err(HiringError::NotAllowed { .. })));
//! let offer = offer("offer", "38000.00 EUR")??;
//! let accept = |tx| async move { answer_offer(&tx, offer, &OfferAnswer::Accept, on, rules, book).await };
//! wait(office.transact(&command("accept")?, accept))?;
//! let employment = Id::natural("employment", "E-025");
//! let hire = |tx| async move { hire_applicant(&tx, application, employment, on, rules, book).await };
//! wait(office.transact(&command("hire")?, hire))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeSet;

use chrono::NaiveDate;
use office_core::rules::PolicyBook;
use office_core::subject::PersonId;
use office_core::{
    Action, ApprovalStatus, ApproveStep, ApproveStepError, AuthorityBook, Decision, Entity, Id, Interval, Money,
    RecordClass, RefuseStep, RefuseStepError, Request, Scope, StoreError, Tx, WorkingCalendar, WorkingTimeError,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::retention::is_text;
use crate::{
    Application, ApplicationError, ApplicationFact, ApplicationOutcome, ClosedVacancy, Employment, EndedOffer, Hire,
    HireError, JobPosting, MadeOffer, Offer, OfferError, OfferFact, OfferTerms, OfferedPay, PersonnelRecord,
    ReceivedApplication, RequestVacancy, RequestVacancyError, Scorecard, Vacancy, VacancyClosed, VacancyFact,
};

/// With this event the time begins for which what an applicant sent is kept.
pub const APPLICATION_DECIDED: &str = "decided";

/// An office's rules of hiring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HiringRules {
    /// Who approves a vacancy.
    pub approval: PolicyBook,
    /// What somebody has to be granted to recruit, such as `hiring.recruit`.
    pub recruit: Action,
    /// What somebody has to be granted to make and end offers, such as `hiring.offer`, up to which pay a year.
    pub offer: Action,
    /// The class of the records that applicants send, such as `application`.
    pub files: RecordClass,
    /// The class of what an offer pays, such as `pay`.
    pub pay: RecordClass,
    /// In these hours the policy counts when an approval escalates and expires.
    pub hours: WorkingCalendar,
}

/// Nothing was done in hiring: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HiringError {
    /// Nobody is looked for.
    #[error(transparent)]
    Vacancy(#[from] VacancyClosed),
    /// The application does not allow it.
    #[error(transparent)]
    Application(#[from] ApplicationError),
    /// The offer does not allow it.
    #[error(transparent)]
    Offer(#[from] OfferError),
    /// Nobody can apply on that day.
    #[error("on {on} the vacancy is posted nowhere: a day of a posting is wanted, or who recommends them")]
    NotPosted {
        /// The day.
        on: NaiveDate,
    },
    /// A text is missing or too long.
    #[error("a {field} of 1 to 500 characters is wanted")]
    Text {
        /// Which.
        field: &'static str,
    },
    /// The terms cannot be those of an employment, or were to be accepted before they are offered.
    #[error("the terms end before they are offered on {on}: a later day is wanted")]
    TermsOver {
        /// On which day.
        on: NaiveDate,
    },
    /// An offer is open or accepted.
    #[error("offer {number} is open or accepted: it is to be withdrawn or declined first")]
    OfferOut {
        /// Its number.
        number: u32,
    },
    /// No offer is accepted.
    #[error("no offer was accepted: one that is accepted is wanted")]
    NotAccepted,
    /// They cannot be employed.
    #[error(transparent)]
    Hire(#[from] HireError),
    /// Whoever wants to may not.
    #[error("it is not theirs to do: {why}")]
    NotAllowed {
        /// Why not.
        why: String,
    },
    /// The store failed, or knows no such vacancy, application or offer.
    #[error("hiring cannot be stored")]
    Store(#[from] StoreError),
}

/// Nothing was decided on a vacancy: nothing is recorded.
#[derive(Debug, Error)]
pub enum DecideVacancyError<E> {
    /// Whoever wants to may not do it, or it cannot be done now.
    #[error(transparent)]
    Refused(E),
    /// What has fallen due cannot be told.
    #[error("what has fallen due cannot be told: {0}")]
    Clock(#[from] WorkingTimeError),
    /// The store failed, or knows no such vacancy.
    #[error("the decision cannot be stored")]
    Store(#[from] StoreError),
}

/// How an offer is answered, or taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfferAnswer {
    /// The applicant accepts it.
    Accept,
    /// The applicant declines it, also after they have accepted.
    Decline {
        /// Why: 1 to 500 characters.
        why: String,
    },
    /// The office takes it back, also after it was accepted.
    Withdraw {
        /// Why: 1 to 500 characters.
        why: String,
    },
}

impl OfferAnswer {
    fn on(&self, on: NaiveDate) -> EndedOffer {
        match self.clone() {
            Self::Accept => EndedOffer::Accepted { on },
            Self::Decline { why } => EndedOffer::Declined { on, why },
            Self::Withdraw { why } => EndedOffer::Withdrawn { on, why },
        }
    }
}

/// Asks for seats: by the policy they are approved at once, or await approval. The same again is recognised.
///
/// # Errors
/// [`RequestVacancyError`]; nothing is recorded then.
pub async fn request_vacancy(
    tx: &Tx,
    id: Id<Vacancy>,
    command: &RequestVacancy,
    rules: &HiringRules,
) -> Result<ApprovalStatus, RequestVacancyError> {
    // Read.
    let known = tx.find(id).await?;

    // Decide.
    if let Some(known) = known {
        let same = known.asked().request == *command;
        return if same { Ok(known.approval().status().clone()) } else { Err(RequestVacancyError::IdReused) };
    }
    let fact = Vacancy::request(id, command, tx.command().actor().person, tx.command().at(), rules)?;

    // Record.
    tx.create::<Vacancy>(id, fact).await?;
    Ok(tx.load(id).await?.approval().status().clone())
}

/// Approves a step of a vacancy.
///
/// # Errors
/// [`DecideVacancyError`]; nothing is recorded then.
pub async fn approve_vacancy(
    tx: &Tx,
    id: Id<Vacancy>,
    command: &ApproveStep,
    book: &AuthorityBook,
    rules: &HiringRules,
) -> Result<ApprovalStatus, DecideVacancyError<ApproveStepError>> {
    // Read.
    let (vacancy, due) = brought_to(tx, id, rules).await?;

    // Decide.
    let decision = vacancy.approve(command, book).map_err(DecideVacancyError::Refused)?;

    // Record.
    Ok(tx.decide_each(id, [due, decision]).await?.approval().status().clone())
}

/// Refuses a vacancy, by somebody who could approve the step.
///
/// # Errors
/// [`DecideVacancyError`]; nothing is recorded then.
pub async fn refuse_vacancy(
    tx: &Tx,
    id: Id<Vacancy>,
    command: &RefuseStep,
    book: &AuthorityBook,
    rules: &HiringRules,
) -> Result<ApprovalStatus, DecideVacancyError<RefuseStepError>> {
    // Read.
    let (vacancy, due) = brought_to(tx, id, rules).await?;

    // Decide.
    let decision = vacancy.refuse(command, book).map_err(DecideVacancyError::Refused)?;

    // Record.
    Ok(tx.decide_each(id, [due, decision]).await?.approval().status().clone())
}

/// Records what has fallen due of the approval of a vacancy by the instant of the command.
///
/// # Errors
/// [`DecideVacancyError::Clock`], [`DecideVacancyError::Store`]; nothing is recorded then.
pub async fn fall_due_vacancy(
    tx: &Tx,
    id: Id<Vacancy>,
    rules: &HiringRules,
) -> Result<ApprovalStatus, DecideVacancyError<std::convert::Infallible>> {
    // Read and decide.
    let (_, due) = brought_to(tx, id, rules).await?;

    // Record.
    Ok(tx.decide_each(id, [due]).await?.approval().status().clone())
}

/// Makes a vacancy known on a day, by somebody who is granted to recruit. The same again is recognised.
///
/// # Errors
/// [`HiringError`]; nothing is recorded then.
pub async fn post_vacancy(
    tx: &Tx,
    id: Id<Vacancy>,
    posting: &JobPosting,
    on: NaiveDate,
    rules: &HiringRules,
    book: &AuthorityBook,
) -> Result<(), HiringError> {
    // Read.
    let vacancy = tx.load(id).await?;

    // Decide.
    if vacancy.postings().contains(posting) {
        return Ok(());
    }
    vacancy.stands()?;
    if !is_text(&posting.place, 500) || vacancy.postings().len() >= 100 {
        return Err(HiringError::Text { field: "place" });
    }
    allowed(tx, &vacancy, (&rules.recruit, None), on, book)?;

    // Record.
    Ok(tx.record(id, VacancyFact::Posted(posting.clone())).await?)
}

/// Closes a vacancy, by somebody who is granted to recruit: nobody else is looked for. Offers that are out stand.
///
/// # Errors
/// [`HiringError`]; nothing is recorded then.
pub async fn close_vacancy(
    tx: &Tx,
    id: Id<Vacancy>,
    closing: &ClosedVacancy,
    rules: &HiringRules,
    book: &AuthorityBook,
) -> Result<(), HiringError> {
    // Read.
    let vacancy = tx.load(id).await?;

    // Decide.
    if let Some(closed) = vacancy.closed() {
        let same = closed == closing;
        return if same { Ok(()) } else { Err(VacancyClosed::Closed { on: closed.on }.into()) };
    }
    if !is_text(&closing.why, 500) {
        return Err(HiringError::Text { field: "reason" });
    }
    allowed(tx, &vacancy, (&rules.recruit, None), closing.on, book)?;

    // Record.
    Ok(tx.record(id, VacancyFact::Closed(closing.clone())).await?)
}

/// Takes in somebody's application for a vacancy that is approved and open, and posted on that day where it is posted at
/// all. What they send is filed with [`file_record`](crate::file_record). The same again is recognised.
///
/// # Errors
/// [`HiringError`]; nothing is recorded then.
pub async fn receive_application(
    tx: &Tx,
    vacancy_id: Id<Vacancy>,
    person: PersonId,
    source: &str,
    on: NaiveDate,
) -> Result<Id<Application>, HiringError> {
    // Read.
    let id = Application::id_of(vacancy_id, person);
    let vacancy = tx.load(vacancy_id).await?;
    let known = tx.find(id).await?;

    // Decide.
    if let Some(known) = known {
        known.stands()?;
        return Ok(id);
    }
    vacancy.stands()?;
    let in_time = |posting: &JobPosting| posting.from <= on && posting.last.is_none_or(|last| on <= last);
    if !vacancy.postings().is_empty() && !vacancy.postings().iter().any(in_time) {
        return Err(HiringError::NotPosted { on });
    }
    if !is_text(source, 500) {
        return Err(HiringError::Text { field: "source" });
    }
    let stage = vacancy.asked().request.stages.first().cloned().unwrap_or_default();
    let received = ReceivedApplication { vacancy: vacancy_id, person, source: source.to_owned(), stage, on };

    // Record.
    tx.create::<Application>(id, ApplicationFact::Received(received)).await?;
    Ok(id)
}

/// Takes an application to a later stage, by somebody who is granted to recruit.
///
/// # Errors
/// [`HiringError`]; nothing is recorded then.
pub async fn advance_application(
    tx: &Tx,
    id: Id<Application>,
    stage: &str,
    on: NaiveDate,
    rules: &HiringRules,
    book: &AuthorityBook,
) -> Result<(), HiringError> {
    // Read.
    let application = tx.load(id).await?;
    let vacancy = tx.load(application.received().vacancy).await?;

    // Decide.
    let decision = application.advance(stage, &vacancy.asked().request, on)?;
    allowed(tx, &vacancy, (&rules.recruit, None), on, book)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// Arranges a talk with an applicant, by somebody who is granted to recruit.
///
/// # Errors
/// [`HiringError`]; nothing is recorded then.
pub async fn plan_interview(
    tx: &Tx,
    id: Id<Application>,
    (time, panel): (Interval, &BTreeSet<PersonId>),
    on: NaiveDate,
    rules: &HiringRules,
    book: &AuthorityBook,
) -> Result<(), HiringError> {
    // Read.
    let application = tx.load(id).await?;
    let vacancy = tx.load(application.received().vacancy).await?;

    // Decide.
    let decision = application.plan_interview(time, panel)?;
    allowed(tx, &vacancy, (&rules.recruit, None), on, book)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// Says what somebody found in an interview, counted from 1: in person, by one of its panel, once.
///
/// # Errors
/// [`HiringError`]; nothing is recorded then.
pub async fn score_interview(
    tx: &Tx,
    id: Id<Application>,
    interview: usize,
    card: &Scorecard,
) -> Result<(), HiringError> {
    // Read.
    let application = tx.load(id).await?;
    let vacancy = tx.load(application.received().vacancy).await?;

    // Decide.
    let decision = application.score(interview, tx.command().actor().person, card, &vacancy.asked().request)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// Makes an offer on a day, or the next version of one that is open, by somebody who is granted that up to its pay. A seat
/// is promised by it; where none is free there is no offer.
///
/// # Errors
/// [`HiringError`]; nothing is recorded then.
pub async fn make_offer(
    tx: &Tx,
    id: Id<Application>,
    terms: &OfferTerms,
    pay: &OfferedPay,
    on: NaiveDate,
    rules: &HiringRules,
    book: &AuthorityBook,
) -> Result<Id<Offer>, HiringError> {
    // Read.
    let application = tx.load(id).await?;
    let vacancy_id = application.received().vacancy;
    let vacancy = tx.load(vacancy_id).await?;
    let before = last_offer(tx, id, &application).await?;

    // Decide.
    application.stands()?;
    let replaced = match &before {
        Some((_, offer)) if offer.ended().is_none() => offer.end(&EndedOffer::Replaced { on })?,
        Some((_, offer)) if offer.is_accepted() => {
            return Err(HiringError::OfferOut { number: offer.made().number });
        }
        Some(_) | None => Decision::AlreadyRecorded,
    };
    let promised = vacancy.promise(id)?;
    if terms.open_until < on || terms.term.last().is_some_and(|last| last < on) {
        return Err(HiringError::TermsOver { on });
    }
    let person = application.received().person;
    drop(Employment::hire(&Hire { person, term: terms.term, assignment: terms.assignment.clone() })?);
    allowed(tx, &vacancy, (&rules.offer, Some(pay.yearly)), on, book)?;
    let number = application.offers().saturating_add(1);
    let (terms, pay_class) = (terms.clone(), rules.pay.clone());
    let made = MadeOffer { application: id, person, number, terms, pay_class, on };
    let offer = Offer::id_of(id, number);

    // Record.
    if let Some((before, _)) = before {
        tx.decide(before, replaced).await?;
    }
    tx.decide(vacancy_id, promised).await?;
    tx.record(id, ApplicationFact::Offered { number }).await?;
    tx.create::<Offer>(offer, OfferFact::Made(Box::new(made))).await?;
    tx.keep_content(offer, pay).await?;
    Ok(offer)
}

/// Answers an offer on a day, or takes it back; the seat is free again unless it is accepted. By somebody who is granted to
/// recruit, who notes what the applicant says; to take it back, by somebody who is granted to make offers.
///
/// # Errors
/// [`HiringError`]; nothing is recorded then.
pub async fn answer_offer(
    tx: &Tx,
    id: Id<Offer>,
    answer: &OfferAnswer,
    on: NaiveDate,
    rules: &HiringRules,
    book: &AuthorityBook,
) -> Result<(), HiringError> {
    // Read.
    let offer = tx.load(id).await?;
    let application_id = offer.made().application;
    let application = tx.load(application_id).await?;
    let vacancy_id = application.received().vacancy;
    let vacancy = tx.load(vacancy_id).await?;

    // Decide.
    let Some(fact) = offer.end(&answer.on(on))?.fact() else { return Ok(()) };
    application.stands()?;
    let (action, freed) = match answer {
        OfferAnswer::Accept => (&rules.recruit, Decision::AlreadyRecorded),
        OfferAnswer::Decline { .. } => (&rules.recruit, vacancy.free(application_id)),
        OfferAnswer::Withdraw { .. } => (&rules.offer, vacancy.free(application_id)),
    };
    // Taking back costs nothing.
    let amount = matches!(answer, OfferAnswer::Withdraw { .. }).then(|| vacancy.asked().request.yearly);
    let amount = amount.flatten().map(|yearly| Money::zero(yearly.currency()));
    allowed(tx, &vacancy, (action, amount), on, book)?;

    // Record.
    tx.record(id, fact).await?;
    Ok(tx.decide(vacancy_id, freed).await?)
}

/// Records that nobody has answered an offer in time, by a day. [`Offer::OPEN`] lists those to look at.
///
/// # Errors
/// What the store reports; nothing is recorded then.
pub async fn fall_due_offer(tx: &Tx, id: Id<Offer>, today: NaiveDate) -> Result<(), StoreError> {
    // Read.
    let offer = tx.load(id).await?;
    let application_id = offer.made().application;
    let vacancy_id = tx.load(application_id).await?.received().vacancy;
    let vacancy = tx.load(vacancy_id).await?;

    // Decide.
    let Some(fact) = offer.fall_due(today).fact() else { return Ok(()) };

    // Record.
    tx.record(id, fact).await?;
    tx.decide(vacancy_id, vacancy.free(application_id)).await
}

/// Employs an applicant whose offer is accepted, on its terms, by somebody who is granted to recruit. The same again is
/// recognised.
///
/// # Errors
/// [`HiringError`]; nothing is recorded then.
pub async fn hire_applicant(
    tx: &Tx,
    id: Id<Application>,
    employment: Id<Employment>,
    on: NaiveDate,
    rules: &HiringRules,
    book: &AuthorityBook,
) -> Result<(), HiringError> {
    // Read.
    let application = tx.load(id).await?;
    let vacancy_id = application.received().vacancy;
    let vacancy = tx.load(vacancy_id).await?;
    let offer = last_offer(tx, id, &application).await?;

    // Decide.
    let Some(decided) = application.decide(&ApplicationOutcome::Hired { on, employment })?.fact() else {
        return Ok(());
    };
    let Some((_, offer)) = offer.filter(|(_, offer)| offer.is_accepted()) else { return Err(HiringError::NotAccepted) };
    allowed(tx, &vacancy, (&rules.recruit, None), on, book)?;
    let OfferTerms { term, assignment, .. } = offer.made().terms.clone();

    // Record.
    crate::hire(tx, employment, &Hire { person: application.received().person, term, assignment }).await?;
    tx.record(id, decided).await?;
    tx.record(vacancy_id, VacancyFact::Filled { application: id, employment }).await?;
    Ok(())
}

/// Turns an application down, for a reason, by somebody who is granted to recruit. The time begins for which what the
/// applicant sent is kept.
///
/// # Errors
/// [`HiringError`]; nothing is recorded then.
pub async fn reject_application(
    tx: &Tx,
    id: Id<Application>,
    why: &str,
    on: NaiveDate,
    rules: &HiringRules,
    book: &AuthorityBook,
) -> Result<(), HiringError> {
    // Read.
    let application = tx.load(id).await?;
    let vacancy = tx.load(application.received().vacancy).await?;
    let offer = last_offer(tx, id, &application).await?;
    let files = tx.list(PersonnelRecord::OF_PERSON, &application.received().person).await?;

    // Decide.
    let decision = application.decide(&ApplicationOutcome::Rejected { on, why: why.to_owned() })?;
    let Some(fact) = decision.fact() else { return Ok(()) };
    if let Some((_, offer)) = offer.filter(|(_, offer)| offer.ended().is_none() || offer.is_accepted()) {
        return Err(HiringError::OfferOut { number: offer.made().number });
    }
    allowed(tx, &vacancy, (&rules.recruit, None), on, book)?;

    // Record.
    tx.record(id, fact).await?;
    Ok(begin_retention(tx, files, on, rules).await?)
}

/// Notes that an applicant does not want to any more, by somebody who is granted to recruit: an offer that is out is
/// declined by it, and its seat is free. The time begins for which what they sent is kept.
///
/// # Errors
/// [`HiringError`]; nothing is recorded then.
pub async fn withdraw_application(
    tx: &Tx,
    id: Id<Application>,
    on: NaiveDate,
    rules: &HiringRules,
    book: &AuthorityBook,
) -> Result<(), HiringError> {
    // Read.
    let application = tx.load(id).await?;
    let vacancy_id = application.received().vacancy;
    let vacancy = tx.load(vacancy_id).await?;
    let offer = last_offer(tx, id, &application).await?;
    let files = tx.list(PersonnelRecord::OF_PERSON, &application.received().person).await?;

    // Decide.
    let Some(fact) = application.decide(&ApplicationOutcome::Withdrawn { on })?.fact() else { return Ok(()) };
    let out = offer.filter(|(_, offer)| offer.ended().is_none() || offer.is_accepted());
    let declined = EndedOffer::Declined { on, why: "the application was withdrawn".to_owned() };
    let declined = match &out {
        Some((_, offer)) => offer.end(&declined)?,
        None => Decision::AlreadyRecorded,
    };
    allowed(tx, &vacancy, (&rules.recruit, None), on, book)?;

    // Record.
    tx.record(id, fact).await?;
    if let Some((offer, _)) = out {
        tx.decide(offer, declined).await?;
    }
    tx.decide(vacancy_id, vacancy.free(id)).await?;
    Ok(begin_retention(tx, files, on, rules).await?)
}

/// The last offer that was made on an application.
async fn last_offer(
    tx: &Tx,
    id: Id<Application>,
    application: &Application,
) -> Result<Option<(Id<Offer>, Offer)>, StoreError> {
    let offer = Offer::id_of(id, application.offers());
    Ok(tx.find(offer).await?.map(|found| (offer, found)))
}

/// Begins the time for which what an applicant sent is kept.
async fn begin_retention(
    tx: &Tx,
    files: Vec<(Id<PersonnelRecord>, PersonnelRecord)>,
    on: NaiveDate,
    rules: &HiringRules,
) -> Result<(), StoreError> {
    for (id, record) in files.into_iter().filter(|(_, record)| record.filed().class == rules.files) {
        // What is erased is not kept any more.
        if let Ok(decision) = record.note_event(APPLICATION_DECIDED, on) {
            tx.decide(id, decision).await?;
        }
    }
    Ok(())
}

/// Refuses whoever is not granted an action in the vacancy's part of the office.
fn allowed(
    tx: &Tx,
    vacancy: &Vacancy,
    (action, amount): (&Action, Option<Money>),
    on: NaiveDate,
    book: &AuthorityBook,
) -> Result<(), HiringError> {
    let scope: Scope = vacancy.asked().request.scope.clone();
    let mut request = Request::new(tx.command().actor().clone(), action.clone(), on).within(scope);
    if let Some(amount) = amount {
        request = request.of(amount);
    }
    let verdict = book.decide(&request);
    if verdict.is_allowed() { Ok(()) } else { Err(HiringError::NotAllowed { why: verdict.to_string() }) }
}

/// A vacancy as it stands now that time has passed, and what of that is not recorded yet.
async fn brought_to<E>(
    tx: &Tx,
    id: Id<Vacancy>,
    rules: &HiringRules,
) -> Result<(Vacancy, Decision<VacancyFact>), DecideVacancyError<E>> {
    let mut vacancy = tx.load(id).await?;
    let due = vacancy.fall_due(tx.command().at(), &rules.hours)?;
    vacancy.apply_decision(&due);
    Ok((vacancy, due))
}
