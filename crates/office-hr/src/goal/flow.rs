//! Setting, aligning, measuring and closing goals.

use chrono::NaiveDate;
use office_core::{Action, AuthorityBook, Id, Tx};

use super::{ClosedGoal, DEEPEST, Goal, GoalError, GoalFact, Measurement, SetGoal, check};
use crate::permission::own_or_permit;

/// Sets a goal: one's own, or somebody else's by whoever is granted that. The same again is recognised.
///
/// # Errors
/// [`GoalError`]; nothing is recorded then.
pub async fn set_goal(
    tx: &Tx,
    id: Id<Goal>,
    set: &SetGoal,
    action: &Action,
    book: &AuthorityBook,
) -> Result<(), GoalError> {
    // Read.
    let known = tx.find(id).await?;

    // Decide.
    own_or_permit(tx, action, set.owner, set.on, book)?;
    if let Some(known) = known {
        return if known.set == *set { Ok(()) } else { Err(GoalError::IdReused) };
    }
    check(set)?;
    refuse_circle(tx, id, set.parent).await?;

    // Record.
    Ok(tx.create::<Goal>(id, GoalFact::Set(Box::new(set.clone()))).await?)
}

/// Has a goal go towards another, or none. Goals never go in a circle, however many are aligned at once.
///
/// # Errors
/// [`GoalError`]; nothing is recorded then.
pub async fn align_goal(
    tx: &Tx,
    id: Id<Goal>,
    (parent, on): (Option<Id<Goal>>, NaiveDate),
    action: &Action,
    book: &AuthorityBook,
) -> Result<(), GoalError> {
    // Read.
    let goal = tx.load(id).await?;

    // Decide.
    own_or_permit(tx, action, goal.set.owner, on, book)?;
    if goal.parent == parent {
        return Ok(());
    }
    goal.is_open()?;
    refuse_circle(tx, id, parent).await?;

    // Record.
    Ok(tx.record(id, GoalFact::Aligned { parent, on }).await?)
}

/// Tells where a figure of a goal is: one's own, or somebody else's by whoever is granted that.
///
/// # Errors
/// [`GoalError`]; nothing is recorded then.
pub async fn measure_goal(
    tx: &Tx,
    id: Id<Goal>,
    measured: &Measurement,
    action: &Action,
    book: &AuthorityBook,
) -> Result<(), GoalError> {
    // Read.
    let goal = tx.load(id).await?;

    // Decide.
    own_or_permit(tx, action, goal.set.owner, measured.on, book)?;
    let decision = goal.measure(measured)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// Closes a goal: one's own, or somebody else's by whoever is granted that.
///
/// # Errors
/// [`GoalError`]; nothing is recorded then.
pub async fn close_goal(
    tx: &Tx,
    id: Id<Goal>,
    closing: &ClosedGoal,
    action: &Action,
    book: &AuthorityBook,
) -> Result<(), GoalError> {
    // Read.
    let goal = tx.load(id).await?;

    // Decide.
    own_or_permit(tx, action, goal.set.owner, closing.on, book)?;
    let decision = goal.close(closing)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// Follows goals up from the one that another is to go towards. All that are read must still be so when this is recorded.
async fn refuse_circle(tx: &Tx, id: Id<Goal>, parent: Option<Id<Goal>>) -> Result<(), GoalError> {
    let (mut circle, mut next) = (vec![id], parent);
    while let Some(above) = next {
        if above == id {
            return Err(GoalError::Circle { circle });
        }
        if circle.len() >= DEEPEST {
            return Err(GoalError::TooDeep);
        }
        circle.push(above);
        next = tx.load(above).await?.parent;
    }
    Ok(())
}
