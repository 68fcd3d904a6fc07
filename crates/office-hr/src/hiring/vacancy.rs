//! Seats that are looked for: asked for, approved, posted, closed.

use chrono::NaiveDate;
use office_core::{
    ApprovalStatus, ApproveStep, ApproveStepError, AuthorityBook, Decision, Entity, Id, RefuseStep, RefuseStepError,
    StoreError, Tx, WorkingTimeError,
};
use thiserror::Error;

use super::{HiringError, HiringRules, allowed};
use crate::retention::is_text;
use crate::{ClosedVacancy, JobPosting, RequestVacancy, RequestVacancyError, Vacancy, VacancyClosed, VacancyFact};

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

/// Asks for seats: by the policy they are approved at once, or await approval. The same again is recognised.
///
/// # Errors
/// [`RequestVacancyError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../hiring/office.txt")]
/// use office_core::ApprovalStatus;
///
/// assert_eq!(ask("one", 1)?, ApprovalStatus::Approved);
/// // Another vacancy takes an id of its own.
/// assert!(ask("two", 2).is_err());
/// # Ok::<(), Failure>(())
/// ```
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
///
/// # Example
/// ```
#[doc = include_str!("../hiring/office.txt")]
/// use office_core::ApprovalStatus;
/// use office_hr::approve_vacancy;
///
/// ask("two", 2)?;
/// let approve = |key: &str, person| {
///     let step = &ApproveStep { by: by(person), step: 1, on, at };
///     wait(office.transact(&command(key, person), |tx| async move { approve_vacancy(&tx, vacancy, step, book, rules).await }))
/// };
/// // Nobody approves what they asked for.
/// assert!(approve("own", anna).is_err());
/// assert_eq!(approve("approve", bea)?, ApprovalStatus::Approved);
/// # Ok::<(), Failure>(())
/// ```
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
///
/// # Example
/// ```
#[doc = include_str!("../hiring/office.txt")]
/// use office_core::ApprovalStatus;
/// use office_hr::refuse_vacancy;
///
/// ask("two", 2)?;
/// let refuse = |key: &str, person| {
///     let step = &RefuseStep { by: by(person), step: 1, on, at, reason: "next year".into() };
///     wait(office.transact(&command(key, person), |tx| async move { refuse_vacancy(&tx, vacancy, step, book, rules).await }))
/// };
/// // By somebody who could approve it.
/// assert!(refuse("stranger", carl).is_err());
/// assert!(matches!(refuse("refuse", bea)?, ApprovalStatus::Refused { .. }));
/// # Ok::<(), Failure>(())
/// ```
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
///
/// # Example
/// ```
#[doc = include_str!("../hiring/office.txt")]
/// use office_core::ApprovalStatus;
/// use office_hr::{approve_vacancy, fall_due_vacancy};
///
/// ask("two", 2)?;
/// // Nobody has decided within 16 working hours.
/// let late: DateTime<Utc> = "2026-10-15T08:00:00Z".parse()?;
/// let fall_due = |tx| async move { fall_due_vacancy(&tx, vacancy, rules).await };
/// assert!(matches!(wait(office.transact(&given("due", bea, late), fall_due))?, ApprovalStatus::Expired { .. }));
/// let step = &ApproveStep { by: by(bea), step: 1, on: "2026-10-15".parse()?, at: late };
/// let approve = |tx| async move { approve_vacancy(&tx, vacancy, step, book, rules).await };
/// assert!(wait(office.transact(&given("late", bea, late), approve)).is_err());
/// # Ok::<(), Failure>(())
/// ```
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
///
/// # Example
/// ```
#[doc = include_str!("../hiring/office.txt")]
/// ask("one", 1)?;
/// let post = |key: &str, person| {
///     let posting = &JobPosting { place: "website".into(), from: on, last: None };
///     wait(office.transact(&command(key, person), |tx| async move { post_vacancy(&tx, vacancy, posting, on, rules, book).await }))
/// };
/// // Not by everybody.
/// assert!(matches!(post("stranger", carl), Err(HiringError::NotAllowed { .. })));
/// post("post", bea)?;
/// # Ok::<(), Failure>(())
/// ```
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
///
/// # Example
/// ```
#[doc = include_str!("../hiring/office.txt")]
/// use office_hr::ClosedVacancy;
///
/// ask("one", 1)?;
/// let closing = &ClosedVacancy { on, why: "next year".into() };
/// let close = |key: &str, person| {
///     wait(office.transact(&command(key, person), |tx| async move { close_vacancy(&tx, vacancy, closing, rules, book).await }))
/// };
/// assert!(matches!(close("stranger", carl), Err(HiringError::NotAllowed { .. })));
/// close("close", bea)?;
/// // Nobody applies any more.
/// assert!(matches!(apply("dora"), Err(HiringError::Vacancy(_))));
/// # Ok::<(), Failure>(())
/// ```
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
