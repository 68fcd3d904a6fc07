//! Setting, aligning, measuring and closing goals.

use chrono::NaiveDate;
use office_core::{Action, AuthorityBook, Id, Tx};

use super::{ClosedGoal, DEEPEST, Goal, GoalError, GoalFact, Measurement, SetGoal, check};
use crate::permission::own_or_permit;

/// Sets a goal: one's own, or somebody else's by whoever is granted that. The same again is recognised.
///
/// # Errors
/// [`GoalError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../employment/office.txt")]
#[doc = include_str!("calls.txt")]
///
/// let set = |key: &str, person, goal: &SetGoal| {
///     wait(office.transact(&command(key, person), |tx| {
///         let goal = goal.clone();
///         async move { set_goal(&tx, id, &goal, action, book).await }
///     }))
/// };
/// set("calls", anna, &goal)?;
/// // Set again with nothing to be seen by, it is another goal.
/// let refused = set("vague", anna, &SetGoal { key_results: [].into(), ..goal.clone() });
/// assert!(matches!(refused, Err(GoalError::IdReused)));
/// // Carl is not granted to set goals for Anna.
/// assert!(matches!(set("carl", carl, &goal), Err(GoalError::NotPermitted(_))));
/// # Ok::<(), Failure>(())
/// ```
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
///
/// # Example
/// ```
#[doc = include_str!("../employment/office.txt")]
#[doc = include_str!("calls.txt")]
///
/// let align = |key: &str, id, parent| {
///     wait(office.transact(&command(key, anna), |tx| async move {
///         align_goal(&tx, id, (Some(parent), on), action, book).await
///     }))
/// };
/// set("calls", anna, id, &goal)?;
/// set("guests", anna, other, &SetGoal { title: "Guests come back".into(), ..goal.clone() })?;
/// align("calls-for-guests", id, other)?;
/// // Then guests do not come back for more calls.
/// assert!(matches!(align("guests-for-calls", other, id), Err(GoalError::Circle { .. })));
/// # Ok::<(), Failure>(())
/// ```
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
///
/// # Example
/// ```
#[doc = include_str!("../employment/office.txt")]
#[doc = include_str!("calls.txt")]
///
/// let measure = |key: &str, figure: &str, value: i64| {
///     let measured = &Measurement { key_result: figure.into(), value: value.into(), on, note: String::new() };
///     wait(office.transact(&command(key, anna), |tx| async move {
///         measure_goal(&tx, id, measured, action, book).await
///     }))
/// };
/// set("calls", anna, id, &goal)?;
/// measure("october", "calls", 75)?;
/// // From 60 to 75 is half of the way to 90.
/// let goal = wait(office.view(|view| async move { view.load(id).await }))?;
/// assert_eq!(goal.progress(on)?, Ratio::new(1, 2)?);
/// // Letters are no figure of the goal.
/// assert!(matches!(measure("letters", "letters", 10), Err(GoalError::NoKeyResult { .. })));
/// # Ok::<(), Failure>(())
/// ```
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
///
/// # Example
/// ```
#[doc = include_str!("../employment/office.txt")]
#[doc = include_str!("calls.txt")]
///
/// let close = |key: &str, outcome, why: &str| {
///     let closing = &ClosedGoal { outcome, on, why: why.into() };
///     wait(office.transact(&command(key, anna), |tx| async move { close_goal(&tx, id, closing, action, book).await }))
/// };
/// set("calls", anna, id, &goal)?;
/// // It is said what was learned.
/// assert!(matches!(close("silent", GoalOutcome::Missed, ""), Err(GoalError::Text { field: "reason" })));
/// close("missed", GoalOutcome::Missed, "two were ill for long")?;
/// // It ends once.
/// assert!(matches!(close("achieved", GoalOutcome::Achieved, "after all"), Err(GoalError::Closed { .. })));
/// # Ok::<(), Failure>(())
/// ```
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
