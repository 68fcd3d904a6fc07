//! Beginning, leading and closing a session.

use office_core::{Action, AuthorityBook, Granted, Id, Tx};

use super::{
    Calibration, CalibrationError, CalibrationFact, ClosedCalibration, GuideShare, MOST, MoveRating, OpenCalibration,
};
use crate::permission::permit;

/// Begins a session, by somebody who is granted that and is not rated in it.
///
/// # Errors
/// [`CalibrationError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../employment/office.txt")]
#[doc = include_str!("ratings.txt")]
///
/// let open = |key: &str, person| {
///     wait(office.transact(&command(key, person), |tx| {
///         let ratings = ratings.clone();
///         async move { open_calibration(&tx, id, &ratings, calibrate, book).await }
///     }))
/// };
/// // Anna is rated in it herself.
/// assert!(matches!(open("own", anna), Err(CalibrationError::NotPermitted(_))));
/// open("open", bea)?;
/// let read = wait(office.disclose(&command("read", bea), id, purpose, on, book))?;
/// assert_eq!(read.entity.opened().ratings.len(), 2);
/// # Ok::<(), Failure>(())
/// ```
pub async fn open_calibration(
    tx: &Tx,
    id: Id<Calibration>,
    open: &OpenCalibration,
    calibrate: &Action,
    book: &AuthorityBook,
) -> Result<(), CalibrationError> {
    // Decide.
    let actor = tx.command().actor();
    let own = [actor.person, actor.accountable()].into_iter().find(|person| open.ratings.contains_key(person));
    permit(tx, calibrate, own, open.on, book)?;
    let OpenCalibration { highest, guide, ratings, .. } = open;
    let known = |rating: &u8| (1..=*highest).contains(rating);
    let guided = |(rating, share): (&u8, &GuideShare)| known(rating) && share.least <= share.most;
    let scaled = (2..=10).contains(highest) && (1..=MOST).contains(&ratings.len());
    if !scaled || !ratings.values().all(known) || !guide.iter().all(guided) {
        return Err(CalibrationError::Scale);
    }

    // Record.
    Ok(tx.create::<Calibration>(id, CalibrationFact::Opened(Box::new(open.clone()))).await?)
}

/// Moves somebody else's rating, with the leave to read the session that its disclosure gave, by somebody who is granted
/// that.
///
/// Of two who move the same rating at once one is told what it is by then.
///
/// # Errors
/// [`CalibrationError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../employment/office.txt")]
#[doc = include_str!("ratings.txt")]
///
/// open("open", bea, &ratings)?;
/// let granted = &wait(office.disclose(&command("read", bea), id, purpose, on, book))?.granted;
/// let lower = |key: &str, from, to| {
///     let moved = &MoveRating { person: carl, from, to, why: "the goals were smaller".into(), on };
///     wait(office.transact(&command(key, bea), |tx| async move {
///         move_rating(&tx, (id, granted), moved, calibrate, book).await
///     }))
/// };
/// lower("lower", 5, 4)?;
/// // By now it is no longer what it was.
/// assert!(matches!(lower("lower-still", 5, 3), Err(CalibrationError::Rating { now: 4, .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn move_rating(
    tx: &Tx,
    (id, granted): (Id<Calibration>, &Granted),
    rating: &MoveRating,
    calibrate: &Action,
    book: &AuthorityBook,
) -> Result<(), CalibrationError> {
    // Read.
    let calibration = tx.reveal(id, granted).await?;

    // Decide.
    permit(tx, calibrate, Some(rating.person), rating.on, book)?;
    let decision = calibration.move_rating(rating, tx.command().actor().person)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// Closes a session, with the leave to read it that its disclosure gave, by somebody who is granted that.
///
/// # Errors
/// [`CalibrationError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../employment/office.txt")]
#[doc = include_str!("ratings.txt")]
///
/// open("open", bea, &ratings)?;
/// let granted = &wait(office.disclose(&command("read", bea), id, purpose, on, book))?.granted;
/// let close = |key: &str, why: Option<&str>| {
///     let closing = &ClosedCalibration { on, why: why.map(str::to_owned) };
///     wait(office.transact(&command(key, bea), |tx| async move {
///         close_calibration(&tx, (id, granted), closing, calibrate, book).await
///     }))
/// };
/// // Both are at the highest rating, which is for half of them: without a reason it does not end so.
/// assert!(matches!(close("silent", None), Err(CalibrationError::OffGuide { people: 2, rating: 5 })));
/// close("told", Some("there are two of them, and both were splendid"))?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn close_calibration(
    tx: &Tx,
    (id, granted): (Id<Calibration>, &Granted),
    closing: &ClosedCalibration,
    calibrate: &Action,
    book: &AuthorityBook,
) -> Result<(), CalibrationError> {
    // Read.
    let calibration = tx.reveal(id, granted).await?;

    // Decide.
    permit(tx, calibrate, None, closing.on, book)?;
    let decision = calibration.close(closing)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}
