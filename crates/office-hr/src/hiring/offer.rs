//! What is offered: made, answered, taken back, out of date.

use chrono::NaiveDate;
use office_core::{AuthorityBook, Decision, Id, Money, StoreError, Tx};

use super::{HiringError, HiringRules, allowed};
use crate::{
    Application, ApplicationFact, Employment, EndedOffer, Hire, MadeOffer, Offer, OfferFact, OfferTerms, OfferedPay,
};

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

/// Makes an offer on a day, or the next version of one that is open, by somebody who is granted that up to its pay. A seat
/// is promised by it; where none is free there is no offer.
///
/// # Errors
/// [`HiringError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../hiring/office.txt")]
/// ask("one", 1)?;
/// let (dora, emil) = (apply("dora")?, apply("emil")?);
/// // More than the recruiter may promise.
/// assert!(matches!(offer("much", dora, "60000.01 EUR"), Err(HiringError::NotAllowed { .. })));
/// offer("offer", dora, "38000.00 EUR")?;
/// // There is one seat, and it is promised.
/// assert!(matches!(offer("second", emil, "38000.00 EUR"), Err(HiringError::Vacancy(_))));
/// # Ok::<(), Failure>(())
/// ```
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
    let (terms, pay_class, currency) = (terms.clone(), rules.pay.clone(), pay.yearly.currency());
    let made = MadeOffer { application: id, person, number, terms, pay_class, currency, on };
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
///
/// # Example
/// ```
#[doc = include_str!("../hiring/office.txt")]
/// ask("one", 1)?;
/// let dora = apply("dora")?;
/// let made = offer("offer", dora, "38000.00 EUR")?;
/// answer("accept", made, &OfferAnswer::Accept)?;
/// // It may still be declined, and is then not accepted again.
/// answer("decline", made, &OfferAnswer::Decline { why: "moves away".into() })?;
/// assert!(matches!(answer("again", made, &OfferAnswer::Accept), Err(HiringError::Offer(_))));
/// # Ok::<(), Failure>(())
/// ```
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
    let amount = matches!(answer, OfferAnswer::Withdraw { .. }).then(|| Money::zero(offer.made().currency));
    allowed(tx, &vacancy, (action, amount), on, book)?;

    // Record.
    tx.record(id, fact).await?;
    Ok(tx.decide(vacancy_id, freed).await?)
}

/// Records that nobody has answered an offer in time, by a day. [`Offer::OPEN`] lists those to look at.
///
/// # Errors
/// What the store reports; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../hiring/office.txt")]
/// ask("one", 1)?;
/// let dora = apply("dora")?;
/// let made = offer("offer", dora, "38000.00 EUR")?;
/// let fall_due = |key: &str, today: &str| {
///     let today = today.parse().unwrap();
///     wait(office.transact(&command(key, bea), |tx| async move { fall_due_offer(&tx, made, today).await }))
/// };
/// // It stands until the end of its last day.
/// fall_due("friday", "2026-10-16")?;
/// fall_due("saturday", "2026-10-17")?;
/// assert!(matches!(answer("late", made, &OfferAnswer::Accept), Err(HiringError::Offer(_))));
/// # Ok::<(), Failure>(())
/// ```
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

/// The last offer that was made on an application.
pub(super) async fn last_offer(
    tx: &Tx,
    id: Id<Application>,
    application: &Application,
) -> Result<Option<(Id<Offer>, Offer)>, StoreError> {
    let offer = Offer::id_of(id, application.offers());
    Ok(tx.find(offer).await?.map(|found| (offer, found)))
}
