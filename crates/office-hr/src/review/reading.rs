//! Reading what was said, by clearance and purpose, each reading with its trace.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{AuthorityBook, Command, DiscloseError, Id, Office, Purpose};

use super::{Feedback, Review, ReviewAnswers, ReviewError, Sealed};
use crate::{ReviewCycle, ReviewKind};

/// What somebody says of themselves, or a manager of somebody who reports to them, for whoever is cleared for it; none
/// where nothing was submitted, or it is erased.
///
/// The reading leaves a trace, granted or refused.
///
/// # Errors
/// [`ReviewError::Anonymous`] for what is shown only together with others; [`ReviewError::Disclose`] where the reader may
/// not.
///
/// # Example
/// ```
#[doc = include_str!("../employment/office.txt")]
#[doc = include_str!("round.txt")]
///
/// open("open", &round)?;
/// let own = assign("own", ReviewKind::Own, anna)?;
/// submit("four", anna, own, 4)?;
/// let read = |key: &str, person| wait(read_review(office, &command(key, person), own, talk, on, book));
/// let ReviewAnswers(said) = read("bea", bea)?.ok_or("answers")?;
/// assert_eq!(said["year"], ReviewAnswer::Rating(4));
/// // It is not for Carl to read; that he tried is known.
/// let refused = wait(read_review(office, &command("carl", carl), own, talk, on, &AuthorityBook::default()));
/// assert!(matches!(refused, Err(ReviewError::Disclose(_))));
/// assert_eq!(wait(office.readings(own))?.len(), 2);
/// # Ok::<(), Failure>(())
/// ```
pub async fn read_review(
    office: &Office,
    command: &Command,
    id: Id<Review>,
    purpose: &Purpose,
    on: NaiveDate,
    book: &AuthorityBook,
) -> Result<Option<ReviewAnswers>, ReviewError> {
    let disclosed = office.disclose(command, id, purpose, on, book).await?;
    let kind = disclosed.entity.assigned.kind;
    if kind.is_anonymous() {
        return Err(ReviewError::Anonymous { kind: kind.name() });
    }
    if disclosed.entity.submitted.is_none() {
        return Ok(None);
    }
    Ok(office.open_content(Sealed::id_of(id), &disclosed.granted).await?)
}

/// What peers, and those who report to somebody, have said of them in a round that is closed, as far as whoever gives the
/// command may read it for a purpose on a day of the office; see [`Feedback`] for what is withheld.
///
/// Each review is a reading of its own and leaves its own trace, granted or refused. Fewer clearances never show more.
///
/// # Errors
/// [`ReviewError::NotClosed`]; [`ReviewError::Command`] where the key of the command has more than 91 characters.
///
/// # Example
/// ```
#[doc = include_str!("../employment/office.txt")]
#[doc = include_str!("round.txt")]
///
/// open("open", &round)?;
/// let feedback = |key: &str| wait(read_feedback(office, &command(key, bea), (cycle, anna), talk, on, book));
/// // What many say is shown together, once all of them have.
/// assert!(matches!(feedback("early"), Err(ReviewError::NotClosed)));
/// close("close", "2026-11-02")?;
/// assert!(feedback("nobody-said-anything")?.questions.is_empty());
/// # Ok::<(), Failure>(())
/// ```
pub async fn read_feedback(
    office: &Office,
    command: &Command,
    (cycle_id, subject): (Id<ReviewCycle>, PersonId),
    purpose: &Purpose,
    on: NaiveDate,
    book: &AuthorityBook,
) -> Result<Feedback, ReviewError> {
    let (cycle, reviews) = office
        .view(|view| async move {
            let cycle = view.load(cycle_id).await?;
            Ok::<_, ReviewError>((cycle, view.list(Review::ABOUT, &(cycle_id, subject)).await?))
        })
        .await?;
    if cycle.closed().is_none() {
        return Err(ReviewError::NotClosed);
    }
    let (mut answers, mut granted, mut refused) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for (id, review) in reviews {
        let kind = review.assigned.kind;
        if !kind.is_anonymous() || review.submitted.is_none() {
            continue;
        }
        let key = format!("{}/{id}", command.key().as_str());
        let reading = Command::new(key, command.operation(), command.actor().clone(), command.at())?;
        match office.disclose(&reading, id, purpose, on, book).await {
            Ok(disclosed) => {
                let said: Option<ReviewAnswers> = office.open_content(Sealed::id_of(id), &disclosed.granted).await?;
                answers.extend(said.map(|said| (kind, said)));
                granted.insert(kind);
            }
            Err(DiscloseError::Refused(_)) => {
                refused.insert(kind);
            }
            Err(error @ DiscloseError::Store(_)) => return Err(error.into()),
        }
    }
    // Of a group that has said nothing nobody learns that by what is shown of the others.
    let kinds: BTreeSet<ReviewKind> = granted.difference(&refused).copied().collect();
    Ok(Feedback::of(&cycle, &answers).seen(&kinds))
}
