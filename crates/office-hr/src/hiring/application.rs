//! Those who apply: received, interviewed, hired or turned down.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{AuthorityBook, Decision, Id, Interval, StoreError, Tx};

use super::offer::last_offer;
use super::{APPLICATION_DECIDED, HiringError, HiringRules, allowed};
use crate::retention::is_text;
use crate::{
    Application, ApplicationFact, ApplicationOutcome, Employment, EndedOffer, Hire, JobPosting, OfferTerms,
    PersonnelRecord, ReceivedApplication, Scorecard, Vacancy, VacancyFact,
};

/// Takes in somebody's application for a vacancy that is approved and open, and posted on that day where it is posted at
/// all. What they send is filed with [`file_record`](crate::file_record). The same again is recognised.
///
/// # Errors
/// [`HiringError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../hiring/office.txt")]
/// // Nobody is looked for yet.
/// assert!(apply("early").is_err());
/// ask("one", 1)?;
/// apply("dora")?;
/// # Ok::<(), Failure>(())
/// ```
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
///
/// # Example
/// ```
#[doc = include_str!("../hiring/office.txt")]
/// ask("one", 1)?;
/// let dora = apply("dora")?;
/// let advance = |key: &str, stage: &'static str| {
///     wait(office.transact(&command(key, bea), |tx| async move { advance_application(&tx, dora, stage, on, rules, book).await }))
/// };
/// // To a stage of the vacancy.
/// assert!(matches!(advance("nowhere", "test"), Err(HiringError::Application(_))));
/// advance("talk", "talk")?;
/// # Ok::<(), Failure>(())
/// ```
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
///
/// # Example
/// ```
#[doc = include_str!("../hiring/office.txt")]
/// ask("one", 1)?;
/// let dora = apply("dora")?;
/// let (panel, time) = (&[bea].into(), "2026-10-13T09:00:00Z/2026-10-13T10:00:00Z".parse()?);
/// let plan = |key: &str, person| {
///     wait(office.transact(&command(key, person), |tx| async move {
///         plan_interview(&tx, dora, (time, panel), on, rules, book).await
///     }))
/// };
/// assert!(matches!(plan("stranger", carl), Err(HiringError::NotAllowed { .. })));
/// plan("talk", bea)?;
/// # Ok::<(), Failure>(())
/// ```
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
///
/// # Example
/// ```
#[doc = include_str!("../hiring/office.txt")]
/// use office_hr::Scorecard;
///
/// ask("one", 1)?;
/// let dora = apply("dora")?;
/// let (panel, time) = (&[bea].into(), "2026-10-13T09:00:00Z/2026-10-13T10:00:00Z".parse()?);
/// let plan = |tx| async move { plan_interview(&tx, dora, (time, panel), on, rules, book).await };
/// wait(office.transact(&command("talk", bea), plan))?;
/// let score = |key: &str, person| {
///     let card = &Scorecard { scores: [("manner".into(), 4)].into(), recommends: true, note: String::new() };
///     wait(office.transact(&command(key, person), |tx| async move { score_interview(&tx, dora, 1, card).await }))
/// };
/// // By one of its panel.
/// assert!(matches!(score("stranger", carl), Err(HiringError::Application(_))));
/// score("bea", bea)?;
/// # Ok::<(), Failure>(())
/// ```
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

/// Employs an applicant whose offer is accepted, on its terms, by somebody who is granted to recruit. The same again is
/// recognised.
///
/// # Errors
/// [`HiringError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../hiring/office.txt")]
/// ask("one", 1)?;
/// let dora = apply("dora")?;
/// let employ = |key: &str| {
///     let employment = Id::natural("employment", "dora");
///     wait(office.transact(&command(key, bea), |tx| async move { hire_applicant(&tx, dora, employment, on, rules, book).await }))
/// };
/// // Not before an offer is accepted.
/// assert!(matches!(employ("early"), Err(HiringError::NotAccepted)));
/// let made = offer("offer", dora, "38000.00 EUR")?;
/// answer("accept", made, &OfferAnswer::Accept)?;
/// employ("hire-dora")?;
/// # Ok::<(), Failure>(())
/// ```
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
///
/// # Example
/// ```
#[doc = include_str!("../hiring/office.txt")]
/// ask("one", 1)?;
/// let dora = apply("dora")?;
/// let made = offer("offer", dora, "38000.00 EUR")?;
/// let reject = |key: &str| {
///     wait(office.transact(&command(key, bea), |tx| async move { reject_application(&tx, dora, "the seat is gone", on, rules, book).await }))
/// };
/// // An offer is out: that is taken back first.
/// assert!(matches!(reject("early"), Err(HiringError::OfferOut { number: 1 })));
/// answer("back", made, &OfferAnswer::Withdraw { why: "the seat is gone".into() })?;
/// reject("reject")?;
/// # Ok::<(), Failure>(())
/// ```
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
///
/// # Example
/// ```
#[doc = include_str!("../hiring/office.txt")]
/// ask("one", 1)?;
/// let dora = apply("dora")?;
/// offer("offer", dora, "38000.00 EUR")?;
/// let withdraw = |key: &str, person| {
///     wait(office.transact(&command(key, person), |tx| async move { withdraw_application(&tx, dora, on, rules, book).await }))
/// };
/// assert!(matches!(withdraw("stranger", carl), Err(HiringError::NotAllowed { .. })));
/// withdraw("withdraw", bea)?;
/// // The seat is free for somebody else.
/// let emil = apply("emil")?;
/// offer("next", emil, "38000.00 EUR")?;
/// # Ok::<(), Failure>(())
/// ```
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
