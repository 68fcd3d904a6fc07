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
