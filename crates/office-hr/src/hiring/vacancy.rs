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
