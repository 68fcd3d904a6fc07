//! Beginning a list, ticking off what is on it, and ending it.

use chrono::NaiveDate;
use office_core::{Action, AuthorityBook, Decision, Id, Request, Tx, WorkingCalendar};

use super::{Checklist, ChecklistError, ChecklistFact, ChecklistTemplate, ItemOwner, StartedChecklist};
use crate::Employment;

/// Begins a list for an employment, its items due on working days of a calendar. The same again is recognised.
///
/// # Errors
/// [`ChecklistError::IdReused`], [`ChecklistError::Calendar`], [`ChecklistError::Store`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../checklist/office.txt")]
/// start("start", template)?;
/// // The same again is recognised; another list takes an id of its own.
/// start("again", template)?;
/// let other = &ChecklistTemplate::new("going", template.items().to_vec())?;
/// assert!(matches!(start("other", other), Err(ChecklistError::IdReused)));
/// # Ok::<(), Failure>(())
/// ```
pub async fn start_checklist(
    tx: &Tx,
    id: Id<Checklist>,
    employment_id: Id<Employment>,
    template: &ChecklistTemplate,
    calendar: &WorkingCalendar,
) -> Result<(), ChecklistError> {
    // Read.
    let known = tx.find(id).await?;
    let employment = tx.load(employment_id).await?;

    // Decide.
    if let Some(known) = known {
        let started = known.started();
        let same = started.employment == employment_id && started.template == *template;
        return if same { Ok(()) } else { Err(ChecklistError::IdReused) };
    }
    let term = employment.term();
    let dues = template.dues(term, calendar)?;
    let started = StartedChecklist {
        person: employment.person(),
        employment: employment_id,
        term,
        template: template.clone(),
        dues,
    };

    // Record.
    Ok(tx.create::<Checklist>(id, ChecklistFact::Started(Box::new(started))).await?)
}

/// Plans a list anew where its employment has other days by now: begins later, or has got a last day.
///
/// # Errors
/// [`ChecklistError::Ended`], [`ChecklistError::Calendar`], [`ChecklistError::Store`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../checklist/office.txt")]
/// use office_hr::replan_checklist;
///
/// let replan = |key: &str| {
///     wait(office.transact(&command(key, bea), |tx| async move { replan_checklist(&tx, list, hours).await }))
/// };
/// // What is not begun is not planned anew.
/// assert!(replan("early").is_err());
/// start("start", template)?;
/// replan("replan")?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn replan_checklist(tx: &Tx, id: Id<Checklist>, calendar: &WorkingCalendar) -> Result<(), ChecklistError> {
    // Read.
    let list = tx.load(id).await?;
    let term = tx.load(list.started().employment).await?.term();

    // Decide.
    let decision = list.replan(term, list.started().template.dues(term, calendar)?)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// Does an item on a day, by whose it is; with evidence where that is wanted.
///
/// # Errors
/// [`ChecklistError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../checklist/office.txt")]
/// start("start", template)?;
/// // By whose it is, and with what shows it.
/// assert!(matches!(tick("not-hers", bea, "contract", "scan 12"), Err(ChecklistError::NotOwner { .. })));
/// assert!(tick("nothing", anna, "contract", "").is_err());
/// tick("signed", anna, "contract", "scan 12")?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn tick_item(
    tx: &Tx,
    id: Id<Checklist>,
    key: &str,
    evidence: &str,
    on: NaiveDate,
    book: &AuthorityBook,
) -> Result<(), ChecklistError> {
    // Read.
    let list = tx.load(id).await?;
    let employment = tx.load(list.started().employment).await?;

    // Decide.
    let decision = list.tick(key, tx.command().actor().person, evidence, on)?;
    if decision != Decision::AlreadyRecorded {
        owned(tx, &list, &employment, key, on, book)?;
    }

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// Opens an item again on a day, by whose it is, for a reason.
///
/// # Errors
/// [`ChecklistError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../checklist/office.txt")]
/// use office_hr::untick_item;
///
/// start("start", template)?;
/// tick("signed", anna, "contract", "scan 12")?;
/// let untick = |key: &str, person| {
///     wait(office.transact(&command(key, person), |tx| async move {
///         untick_item(&tx, list, "contract", "a page is missing", on, book).await
///     }))
/// };
/// assert!(matches!(untick("not-hers", bea), Err(ChecklistError::NotOwner { .. })));
/// untick("again", anna)?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn untick_item(
    tx: &Tx,
    id: Id<Checklist>,
    key: &str,
    why: &str,
    on: NaiveDate,
    book: &AuthorityBook,
) -> Result<(), ChecklistError> {
    // Read.
    let list = tx.load(id).await?;
    let employment = tx.load(list.started().employment).await?;

    // Decide.
    let decision = list.untick(key, why)?;
    owned(tx, &list, &employment, key, on, book)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// Leaves an item out on a day, for a reason, by somebody else than who comes or goes, who is granted an action such as
/// `checklist.waive`.
///
/// # Errors
/// [`ChecklistError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../checklist/office.txt")]
/// use office_hr::waive_item;
///
/// start("start", template)?;
/// let action = &"checklist.waive".parse()?;
/// let waive = |key: &str, person| {
///     wait(office.transact(&command(key, person), |tx| async move {
///         waive_item(&tx, list, ("desk", "works from home"), on, action, book).await
///     }))
/// };
/// // Not by who comes, though granted.
/// assert!(matches!(waive("own", anna), Err(ChecklistError::NotAllowed { .. })));
/// waive("waive", bea)?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn waive_item(
    tx: &Tx,
    id: Id<Checklist>,
    (key, why): (&str, &str),
    on: NaiveDate,
    action: &Action,
    book: &AuthorityBook,
) -> Result<(), ChecklistError> {
    // Read.
    let list = tx.load(id).await?;
    let employment = tx.load(list.started().employment).await?;

    // Decide.
    let decision = list.waive(key, tx.command().actor().person, why, on)?;
    allowed(tx, &employment, (action, on), book)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// Closes a list on a day, once nothing that blocks is open.
///
/// # Errors
/// [`ChecklistError::Ended`], [`ChecklistError::Blocked`], [`ChecklistError::Store`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../checklist/office.txt")]
/// use office_hr::close_checklist;
///
/// start("start", template)?;
/// tick("signed", anna, "contract", "scan 12")?;
/// let close = |key: &str| {
///     wait(office.transact(&command(key, bea), |tx| async move { close_checklist(&tx, list, on).await }))
/// };
/// // The desk is not there yet.
/// assert!(matches!(close("early"), Err(ChecklistError::Blocked { .. })));
/// tick("desk", bea, "desk", "")?;
/// close("close")?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn close_checklist(tx: &Tx, id: Id<Checklist>, on: NaiveDate) -> Result<(), ChecklistError> {
    // Read.
    let list = tx.load(id).await?;

    // Decide.
    let decision = list.close(on)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// Gives a list up on a day, for a reason, by somebody else than who comes or goes, who is granted an action such as
/// `checklist.cancel`.
///
/// # Errors
/// [`ChecklistError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../checklist/office.txt")]
/// use office_hr::cancel_checklist;
///
/// start("start", template)?;
/// let action = &"checklist.cancel".parse()?;
/// let cancel = |key: &str, person| {
///     wait(office.transact(&command(key, person), |tx| async move {
///         cancel_checklist(&tx, list, "does not come after all", on, action, book).await
///     }))
/// };
/// assert!(matches!(cancel("own", anna), Err(ChecklistError::NotAllowed { .. })));
/// cancel("cancel", bea)?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn cancel_checklist(
    tx: &Tx,
    id: Id<Checklist>,
    why: &str,
    on: NaiveDate,
    action: &Action,
    book: &AuthorityBook,
) -> Result<(), ChecklistError> {
    // Read.
    let list = tx.load(id).await?;
    let employment = tx.load(list.started().employment).await?;

    // Decide.
    let decision = list.cancel(why, on)?;
    allowed(tx, &employment, (action, on), book)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// Refuses whose item it is not.
fn owned(
    tx: &Tx,
    list: &Checklist,
    employment: &Employment,
    key: &str,
    on: NaiveDate,
    book: &AuthorityBook,
) -> Result<(), ChecklistError> {
    let actor = tx.command().actor();
    let item = list.item(key)?;
    let wanted = match &item.owner {
        ItemOwner::Employee if actor.is_personally(list.started().person) => return Ok(()),
        ItemOwner::Employee => "the employee".to_owned(),
        ItemOwner::Manager => {
            // Before the first day and after the last the nearest place counts.
            let term = employment.term();
            let day = on.max(term.start()).min(term.last().unwrap_or(NaiveDate::MAX));
            let manager = employment.on(day).and_then(|assignment| assignment.manager);
            if manager.is_some_and(|manager| actor.is_personally(manager)) {
                return Ok(());
            }
            "the manager".to_owned()
        }
        ItemOwner::Role(role) if actor.role == *role && book.appointment(actor.person, role, on).is_some() => {
            return Ok(());
        }
        ItemOwner::Role(role) => format!("somebody who holds the role {role}"),
    };
    Err(ChecklistError::NotOwner { item: key.to_owned(), wanted })
}

/// Refuses whoever is not granted the action, or comes or goes themselves.
fn allowed(
    tx: &Tx,
    employment: &Employment,
    (action, on): (&Action, NaiveDate),
    book: &AuthorityBook,
) -> Result<(), ChecklistError> {
    let request = Request::new(tx.command().actor().clone(), action.clone(), on).within(employment.scope());
    let verdict = book.decide(&request.for_benefit_of(employment.person()));
    verdict.allowed_or(|why| ChecklistError::NotAllowed { why })
}
