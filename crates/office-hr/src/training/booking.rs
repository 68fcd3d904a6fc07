//! Planning sessions, booking them, and saying how they went.

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{AuthorityBook, Decision, Id, Tx};

use super::{
    MOST, MOST_TEXT, PlanSession, SeatPlace, TrainingError, TrainingFact, TrainingOutcome, TrainingResult,
    TrainingRules, TrainingSession,
};
use crate::permission::{own_or_permit, permit};
use crate::retention::is_text;
use crate::{Certification, Certify};

/// Plans a session, by somebody who is granted that. The same again is recognised.
///
/// # Errors
/// [`TrainingError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../employment/office.txt")]
#[doc = include_str!("aid.txt")]
///
/// let plan = |key: &str, person, plan: &PlanSession| {
///     wait(office.transact(&command(key, person), |tx| {
///         let plan = plan.clone();
///         async move { plan_session(&tx, session, &plan, rules, book).await }
///     }))
/// };
/// // Carl arranges no courses, and a course without seats is none.
/// assert!(matches!(plan("carl", carl, &aid), Err(TrainingError::NotPermitted(_))));
/// let nobody = PlanSession { seats: 0, ..aid.clone() };
/// assert!(matches!(plan("nobody", bea, &nobody), Err(TrainingError::Seats { seats: 0, .. })));
/// plan("aid", bea, &aid)?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn plan_session(
    tx: &Tx,
    id: Id<TrainingSession>,
    plan: &PlanSession,
    rules: &TrainingRules,
    book: &AuthorityBook,
) -> Result<(), TrainingError> {
    // Read.
    let known = tx.find(id).await?;

    // Decide.
    permit(tx, &rules.arrange, None, plan.on, book)?;
    if let Some(known) = known {
        return if known.planned == *plan { Ok(()) } else { Err(TrainingError::IdReused) };
    }
    let mut names = [&plan.course.name].into_iter().chain(&plan.course.certifies).chain(&plan.course.asks);
    if !names.all(|name| is_text(name, MOST_TEXT)) || plan.course.asks.len() > 100 {
        return Err(TrainingError::Text { field: "name of the course and of each of at most 100 certifications" });
    }
    if !(1..=MOST).contains(&plan.seats) || plan.waiting > MOST {
        return Err(TrainingError::Seats { seats: plan.seats, waiting: plan.waiting });
    }

    // Record.
    Ok(tx.create::<TrainingSession>(id, TrainingFact::Planned(Box::new(plan.clone()))).await?)
}

/// Books a session for oneself, or for somebody else by whoever is granted that; tells whether there is a seat.
///
/// Of two who want the last seat at once one has it and the other waits. Nobody is in two sessions at a time, booked at
/// once or not.
///
/// # Errors
/// [`TrainingError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../employment/office.txt")]
#[doc = include_str!("aid.txt")]
///
/// let seat = |key: &str, person| {
///     wait(office.transact(&command(key, person), |tx| async move {
///         book_seat(&tx, session, person, on, rules, book).await
///     }))
/// };
/// plan("aid", bea, &aid)?;
/// assert_eq!(seat("anna", anna)?, SeatPlace::Seated);
/// assert_eq!(seat("bea", bea)?, SeatPlace::Waiting { before: 0 });
/// // One has the seat, another waits for it: no more is there.
/// assert!(matches!(seat("carl", carl), Err(TrainingError::Full { seats: 1, waiting: 1 })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn book_seat(
    tx: &Tx,
    id: Id<TrainingSession>,
    person: PersonId,
    on: NaiveDate,
    rules: &TrainingRules,
    book: &AuthorityBook,
) -> Result<SeatPlace, TrainingError> {
    // Read.
    let mut session = tx.load(id).await?;
    let others = tx.list(TrainingSession::OF_PERSON, &person).await?;
    let held = tx.list(Certification::OF_PERSON, &person).await?;

    // Decide.
    own_or_permit(tx, &rules.arrange, person, on, book)?;
    let decision = session.book(person, on, tx.command().at())?;
    if let Decision::Record(fact) = &decision {
        let time = session.planned.time;
        if let Some((_, other)) = others.iter().find(|(_, other)| other.planned.time.overlaps(&time)) {
            return Err(TrainingError::Overlaps {
                course: other.planned.course.name.clone(),
                time: other.planned.time,
            });
        }
        let first = session.first_day();
        let counts = |kind: &&String| !held.iter().any(|(_, held)| held.kind() == *kind && held.counts(first));
        if let Some(kind) = session.planned.course.asks.iter().find(counts) {
            return Err(TrainingError::Lacks { kind: kind.clone(), on: first });
        }
        office_core::Entity::apply(&mut session, fact);
    }

    // Record.
    tx.decide(id, decision).await?;
    session.place(person).ok_or(TrainingError::NoSeat)
}

/// Gives a seat or a place up, by whose it is or whoever is granted to; tells who has the seat now, where somebody waited
/// for it.
///
/// # Errors
/// [`TrainingError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../employment/office.txt")]
#[doc = include_str!("aid.txt")]
///
/// let give_up = |key: &str, by, whose| {
///     wait(office.transact(&command(key, by), |tx| async move {
///         give_up_seat(&tx, session, whose, on, rules, book).await
///     }))
/// };
/// plan("aid", bea, &aid)?;
/// seat("anna", anna)?;
/// seat("carl", carl)?;
/// // Carl waits for the seat, and cannot give it up for Anna.
/// assert!(matches!(give_up("pry", carl, anna), Err(TrainingError::NotPermitted(_))));
/// assert_eq!(give_up("ill", anna, anna)?, Some(carl));
/// # Ok::<(), Failure>(())
/// ```
pub async fn give_up_seat(
    tx: &Tx,
    id: Id<TrainingSession>,
    person: PersonId,
    on: NaiveDate,
    rules: &TrainingRules,
    book: &AuthorityBook,
) -> Result<Option<PersonId>, TrainingError> {
    // Read.
    let session = tx.load(id).await?;

    // Decide.
    own_or_permit(tx, &rules.arrange, person, on, book)?;
    let decision = session.give_up(person, on, tx.command().at())?;
    let seated = session.place(person) == Some(SeatPlace::Seated);
    let moves_up = session.waiting().first().copied().filter(|_| seated);

    // Record.
    tx.decide(id, decision).await?;
    Ok(moves_up)
}

/// Gives a session another number of seats, by somebody who is granted that.
///
/// # Errors
/// [`TrainingError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../employment/office.txt")]
#[doc = include_str!("aid.txt")]
///
/// let resize = |key: &str, seats| {
///     wait(office.transact(&command(key, bea), |tx| async move {
///         resize_session(&tx, session, (seats, on), rules, book).await
///     }))
/// };
/// plan("aid", bea, &aid)?;
/// seat("anna", anna)?;
/// seat("carl", carl)?;
/// resize("larger", 2)?;
/// assert_eq!(seat("bea", bea)?, SeatPlace::Waiting { before: 0 });
/// // Nobody is sent away who has a seat.
/// assert!(matches!(resize("smaller", 1), Err(TrainingError::Seated { seated: 2 })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn resize_session(
    tx: &Tx,
    id: Id<TrainingSession>,
    (seats, on): (u32, NaiveDate),
    rules: &TrainingRules,
    book: &AuthorityBook,
) -> Result<(), TrainingError> {
    // Read.
    let session = tx.load(id).await?;

    // Decide.
    permit(tx, &rules.arrange, None, on, book)?;
    let decision = session.resize(seats, on, tx.command().at())?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// Says how a session went for somebody else, by whoever is granted that. Who passes is certified at once where the course
/// gives a certification.
///
/// A correction changes no certification: one that was given wrongly is revoked.
///
/// # Errors
/// [`TrainingError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../employment/office.txt")]
#[doc = include_str!("aid.txt")]
///
/// let came = |key: &str, person, at| {
///     let (outcome, on) = (TrainingOutcome::Attended, "2026-11-05".parse().unwrap());
///     let day = TrainingResult { outcome, on, corrects: None };
///     wait(office.transact(&given(key, bea, at), |tx| {
///         let day = day.clone();
///         async move { record_result(&tx, session, person, &day, rules, book).await }
///     }))
/// };
/// plan("aid", bea, &aid)?;
/// seat("anna", anna)?;
/// came("anna-came", anna, afternoon)?;
/// // Carl had no seat.
/// assert!(matches!(came("carl-came", carl, afternoon), Err(TrainingError::NoSeat)));
/// # Ok::<(), Failure>(())
/// ```
pub async fn record_result(
    tx: &Tx,
    id: Id<TrainingSession>,
    person: PersonId,
    result: &TrainingResult,
    rules: &TrainingRules,
    book: &AuthorityBook,
) -> Result<(), TrainingError> {
    // Read.
    let session = tx.load(id).await?;
    let kind = session.planned.course.certifies.clone().filter(|_| result.outcome == TrainingOutcome::Passed);
    let certified = Certification::id_of(person, kind.as_deref().unwrap_or_default());
    let known = if kind.is_some() { tx.find(certified).await? } else { None };

    // Decide.
    permit(tx, &rules.arrange, Some(person), result.on, book)?;
    let decision = session.result(person, result, tx.command().at())?;
    let certification = match kind {
        Some(kind) if decision != Decision::AlreadyRecorded => {
            let source = format!("course {id}");
            let certify = Certify { person, kind, on: result.on, source };
            Certification::certify(known.as_ref(), &certify, &rules.certifications)?
        }
        Some(_) | None => Decision::AlreadyRecorded,
    };

    // Record.
    tx.decide(id, decision).await?;
    Ok(tx.decide(certified, certification).await?)
}

/// Cancels a session before it begins, by somebody who is granted that. All who have booked are free again.
///
/// # Errors
/// [`TrainingError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../employment/office.txt")]
#[doc = include_str!("aid.txt")]
///
/// let cancel = |key: &str, at| {
///     wait(office.transact(&given(key, bea, at), |tx| async move {
///         cancel_session(&tx, session, (on, "the trainer is ill"), rules, book).await
///     }))
/// };
/// plan("aid", bea, &aid)?;
/// // What has been is not called off.
/// assert!(matches!(cancel("late", afternoon), Err(TrainingError::Begun { .. })));
/// cancel("early", at)?;
/// assert!(matches!(seat("anna", anna), Err(TrainingError::Cancelled { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn cancel_session(
    tx: &Tx,
    id: Id<TrainingSession>,
    (on, why): (NaiveDate, &str),
    rules: &TrainingRules,
    book: &AuthorityBook,
) -> Result<(), TrainingError> {
    // Read.
    let session = tx.load(id).await?;

    // Decide.
    permit(tx, &rules.arrange, None, on, book)?;
    let decision = session.cancel(on, why, tx.command().at())?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}
