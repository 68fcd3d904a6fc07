//! Beginning a list, ticking off what is on it, and ending it.

use chrono::NaiveDate;
use office_core::{Action, AuthorityBook, Decision, Id, Request, Tx, WorkingCalendar};

use super::{Checklist, ChecklistError, ChecklistFact, ChecklistTemplate, ItemOwner, StartedChecklist};
use crate::Employment;

/// Begins a list for an employment, its items due on working days of a calendar. The same again is recognised.
///
/// # Errors
/// [`ChecklistError::IdReused`], [`ChecklistError::Calendar`], [`ChecklistError::Store`]; nothing is recorded then.
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
        ItemOwner::Employee if actor.accountable() == list.started().person => return Ok(()),
        ItemOwner::Employee => "the employee".to_owned(),
        ItemOwner::Manager => {
            // Before the first day and after the last the nearest place counts.
            let term = employment.term();
            let day = on.max(term.start()).min(term.last().unwrap_or(NaiveDate::MAX));
            let manager = employment.on(day).and_then(|assignment| assignment.manager);
            if manager == Some(actor.accountable()) {
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
