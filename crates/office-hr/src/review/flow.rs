//! Assigning, submitting and erasing reviews.

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Action, AuthorityBook, Id, Tx};

use super::{AssignedReview, Review, ReviewAnswers, ReviewError, ReviewFact, Sealed, SealedFact};
use crate::permission::permit;
use crate::{Assignment, Employment, ReviewCycle, ReviewKind};

/// Has somebody review somebody in a round, by whoever is granted that. The same again is recognised.
///
/// A kind of review is given by those who are to each other what it says on that day: managers of those who report to them,
/// people of those to whom they report, peers of those with whom neither is the case.
///
/// # Errors
/// [`ReviewError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../employment/office.txt")]
#[doc = include_str!("round.txt")]
///
/// let assign = |key: &str, kind, reviewer| {
///     wait(office.transact(&command(key, bea), |tx| async move {
///         assign_review(&tx, cycle, (kind, anna, reviewer), on, arrange, book).await
///     }))
/// };
/// open("open", &round)?;
/// let review = assign("manager", ReviewKind::Manager, bea)?;
/// assert_eq!(review, Review::id_of(cycle, ReviewKind::Manager, anna, bea));
/// // Carl is not Anna's manager.
/// assert!(matches!(assign("carl", ReviewKind::Manager, carl), Err(ReviewError::NotRelated { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn assign_review(
    tx: &Tx,
    cycle_id: Id<ReviewCycle>,
    (kind, subject, reviewer): (ReviewKind, PersonId, PersonId),
    on: NaiveDate,
    arrange: &Action,
    book: &AuthorityBook,
) -> Result<Id<Review>, ReviewError> {
    // Read.
    let id = Review::id_of(cycle_id, kind, subject, reviewer);
    let cycle = tx.load(cycle_id).await?;
    let known = tx.find(id).await?;
    let of_subject = tx.list(Employment::OF_PERSON, &subject).await?;
    let of_reviewer = tx.list(Employment::OF_PERSON, &reviewer).await?;

    // Decide.
    permit(tx, arrange, None, on, book)?;
    if known.is_some() {
        return Ok(id);
    }
    cycle.is_open()?;
    let class = cycle.form(kind)?.class.clone();
    let reports = |list: &[(Id<Employment>, Employment)], to: PersonId| {
        let mut places = list.iter().filter_map(|(_, employment)| employment.on(on));
        places.any(|place: &Assignment| place.manager == Some(to))
    };
    let (down, up) = (reports(&of_subject, reviewer), reports(&of_reviewer, subject));
    let (related, wanted) = match kind {
        ReviewKind::Own => (subject == reviewer, "one by whom it is about"),
        ReviewKind::Manager => (down, "one by the manager of whom it is about"),
        ReviewKind::Upward => (up, "one by somebody who reports to whom it is about"),
        ReviewKind::Peer => (subject != reviewer && !down && !up, "one by somebody who is neither of these"),
    };
    if !related {
        return Err(ReviewError::NotRelated { kind: kind.name(), wanted });
    }

    // Record.
    let assigned = AssignedReview { cycle: cycle_id, kind, subject, reviewer, class, on };
    tx.create::<Review>(id, ReviewFact::Assigned(assigned)).await?;
    Ok(id)
}

/// Gives a review, by whoever it is assigned to and nobody for them, until the last day of the round.
///
/// It is given once, however many times at once; what was said then stays. That it was given is a fact, and who gave it;
/// what it says is kept apart from both.
///
/// # Errors
/// [`ReviewError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../employment/office.txt")]
#[doc = include_str!("round.txt")]
///
/// let submit = |key: &str, person, review, rating| {
///     let answers = ReviewAnswers([("year".to_owned(), ReviewAnswer::Rating(rating))].into());
///     wait(office.transact(&command(key, person), |tx| {
///         let answers = answers.clone();
///         async move { submit_review(&tx, review, &answers, on).await }
///     }))
/// };
/// open("open", &round)?;
/// let own = assign("own", ReviewKind::Own, anna)?;
/// // Five is the best there is, and nobody answers for Anna.
/// assert!(matches!(submit("six", anna, own, 6), Err(ReviewError::Answer { .. })));
/// assert!(matches!(submit("bea", bea, own, 4), Err(ReviewError::NotReviewer)));
/// submit("four", anna, own, 4)?;
/// // It is said once.
/// assert!(matches!(submit("five", anna, own, 5), Err(ReviewError::Submitted { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn submit_review(tx: &Tx, id: Id<Review>, answers: &ReviewAnswers, on: NaiveDate) -> Result<(), ReviewError> {
    // Read.
    let review = tx.load(id).await?;
    let cycle = tx.load(review.assigned.cycle).await?;

    // Decide.
    let actor = tx.command().actor();
    if actor.person != actor.accountable() {
        return Err(ReviewError::NotReviewer);
    }
    let decision = review.submit(&cycle, answers, (actor.person, on))?;

    // Record.
    let (class, subject) = (review.assigned.class.clone(), review.assigned.subject);
    tx.decide(id, decision).await?;
    tx.create::<Sealed>(Sealed::id_of(id), SealedFact::Kept(Sealed { class, subject })).await?;
    Ok(tx.keep_content(Sealed::id_of(id), answers).await?)
}

/// Destroys what was said about somebody in a round that is closed, by somebody else who is granted that.
///
/// All of it goes at once: of what is left and what was shown before nobody could be told apart.
///
/// # Errors
/// [`ReviewError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../employment/office.txt")]
#[doc = include_str!("round.txt")]
///
/// let erase = |key: &str| {
///     wait(office.transact(&command(key, bea), |tx| async move {
///         erase_reviews(&tx, (cycle, anna), on, arrange, book).await
///     }))
/// };
/// open("open", &round)?;
/// let own = assign("own", ReviewKind::Own, anna)?;
/// submit("four", anna, own, 4)?;
/// // While the round is open, what is said in it stays.
/// assert!(matches!(erase("early"), Err(ReviewError::NotClosed)));
/// close("close", "2026-11-02")?;
/// erase("erase")?;
/// assert_eq!(wait(read_review(office, &command("read", bea), own, talk, on, book))?, None);
/// # Ok::<(), Failure>(())
/// ```
pub async fn erase_reviews(
    tx: &Tx,
    (cycle_id, subject): (Id<ReviewCycle>, PersonId),
    on: NaiveDate,
    erase: &Action,
    book: &AuthorityBook,
) -> Result<(), ReviewError> {
    // Read.
    let cycle = tx.load(cycle_id).await?;
    let reviews = tx.list(Review::ABOUT, &(cycle_id, subject)).await?;

    // Decide.
    permit(tx, erase, Some(subject), on, book)?;
    if cycle.closed().is_none() {
        return Err(ReviewError::NotClosed);
    }
    let standing = reviews.iter().filter(|(_, review)| review.submitted.is_some() && review.erased.is_none());

    // Record.
    for (id, _) in standing {
        tx.record(*id, ReviewFact::Erased { on }).await?;
        tx.record(Sealed::id_of(*id), SealedFact::Destroyed).await?;
        tx.destroy_content(Sealed::id_of(*id)).await?;
    }
    Ok(())
}
