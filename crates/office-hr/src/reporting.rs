//! Who reports to whom, and that nobody does to themselves.
//!
//! # Laws
//! Held by `tests/reporting.rs`.
//!
//! 1. After every change that is accepted the reporting lines have no circle on any date.
//! 2. A change is refused only where there would be a circle, and the refusal names it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Action, AuthorityBook, Decision, Entity, Id, Request, StoreError, Tx};
use thiserror::Error;

use crate::NoticeRules;
use crate::circle::first_circle;
use crate::employment::{
    Employment, EmploymentFact, EndEmployment, EndEmploymentError, Hire, HireError, LeaveOfficeError, Leaving,
    LeavingGround, Reassign, ReassignError,
};

/// Somebody reports to themselves through others.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("on {on} the reporting line of {} leads back to them through {} others: another manager is wanted", .persons.first().map_or_else(String::new, ToString::to_string), .persons.len().saturating_sub(1))]
pub struct Circle {
    /// The first day on which it is so.
    pub on: NaiveDate,
    /// Those in the circle; each reports to the next, the last to the first.
    pub persons: Vec<PersonId>,
}

/// The first circle in the reporting lines of these employments, on any day.
///
/// # Example
/// ```
/// use office_core::{Entity, Id, Ratio, Role};
/// use office_hr::{Assignment, Employment, EmploymentFact, Hire, reporting_circle};
///
/// let [a, b] = ["E-001", "E-002"].map(|name| Id::natural("person", name));
/// let employ = |person, manager, first: &str| {
///     let assignment = Assignment {
///         role: Role::new("employee"),
///         manager: Some(manager),
///         cost_centre: Id::natural("cost_centre", "CC-100"),
///         scope: "company".parse()?,
///         weekly_hours: Ratio::from_integer(40),
///         week: "MO|TU|WE|TH|FR".parse()?,
///         zone: "Europe/Berlin".parse()?,
///     };
///     let hire = Hire { person, term: format!("{first}/..").parse()?, assignment };
///     Employment::open(&EmploymentFact::Hired(hire)).ok_or_else(|| "a first fact".into())
/// };
/// let one: Result<_, Box<dyn std::error::Error>> = employ(a, b, "2026-01-01");
/// let two: Result<_, Box<dyn std::error::Error>> = employ(b, a, "2026-05-01");
/// let (one, two) = (one?, two?);
/// assert_eq!(reporting_circle([&one]), None);
/// let circle = reporting_circle([&one, &two]).ok_or("a circle")?;
/// assert_eq!(circle.on.to_string(), "2026-05-01");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn reporting_circle<'a>(employments: impl IntoIterator<Item = &'a Employment>) -> Option<Circle> {
    let employments: Vec<_> = employments.into_iter().collect();
    // A circle can only begin on a day on which a line does.
    let days: BTreeSet<_> = employments.iter().flat_map(|each| each.assignments().map(|(from, _)| from)).collect();
    let managers = |on| {
        let manager = |each: &&Employment| Some((each.person(), each.on(on)?.manager?));
        employments.iter().filter_map(manager).collect()
    };
    first_circle(days, managers).map(|(on, persons)| Circle { on, persons })
}

/// Employs somebody: not twice on one day, and in no reporting circle on any day.
///
/// # Example
/// ```
#[doc = include_str!("employment/office.txt")]
/// use office_hr::HireError;
///
/// let employ = |key: &str, person, manager| {
///     let assignment = Assignment { manager, ..assignment.clone() };
///     let hiring = Hire { person, term: "2026-10-01/..".parse().unwrap(), assignment };
///     wait(office.transact(&command(key, bea), |tx| {
///         let (id, hiring) = (Id::natural("employment", key), hiring.clone());
///         async move { hire(&tx, id, &hiring).await }
///     }))
/// };
/// // Nobody is employed twice on one day, or reports to themselves through others.
/// assert!(employ("anna-again", anna, None).is_err());
/// assert!(matches!(employ("bea", bea, Some(anna)), Err(HireError::Circle(_))));
/// employ("bea", bea, None)?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn hire(tx: &Tx, id: Id<Employment>, command: &Hire) -> Result<(), HireError> {
    // Read.
    let own = tx.list(Employment::OF_PERSON, &command.person).await?;
    let above = line_above(tx, command.assignment.manager).await?;

    // Decide.
    let Decision::Record(fact) = Employment::hire(command)? else { return Ok(()) };
    let first = command.term.start();
    let same = |each: &Employment| each.term() == command.term && each.on(first) == Some(&command.assignment);
    if own.iter().any(|(other, each)| *other == id && same(each)) {
        return Ok(());
    }
    if let Some((_, other)) = own.iter().find(|(other, each)| *other != id && each.term().overlaps(&command.term)) {
        return Err(HireError::AlreadyEmployed { term: other.term() });
    }
    let hired = Employment::open(&fact);
    if let Some(circle) = reporting_circle(above.values().chain(&hired)) {
        return Err(circle.into());
    }

    // Record.
    tx.create(id, fact).await?;
    Ok(())
}

/// Changes somebody's place from a day on, in no reporting circle on any day.
///
/// # Example
/// ```
#[doc = include_str!("employment/office.txt")]
/// use office_hr::{Reassign, reassign};
///
/// let change = |key: &str, from: &str, weekly_hours| {
///     let assignment = Assignment { weekly_hours, ..assignment.clone() };
///     let change = Reassign { from: from.parse().unwrap(), assignment };
///     wait(office.transact(&command(key, bea), |tx| {
///         let change = change.clone();
///         async move { reassign(&tx, employment, &change).await }
///     }))
/// };
/// // Half the time from October on; not from before the first day.
/// assert!(change("early", "2025-12-31", days(20)).is_err());
/// change("half", "2026-10-01", days(20))?;
/// let stored = wait(office.view(|view| async move { view.load(employment).await }))?;
/// assert_eq!(stored.on(on).map(|assignment| assignment.weekly_hours), Some(days(20)));
/// # Ok::<(), Failure>(())
/// ```
pub async fn reassign(tx: &Tx, id: Id<Employment>, command: &Reassign) -> Result<(), ReassignError> {
    // Read.
    let employment = tx.load(id).await?;
    let mut lines = line_above(tx, command.assignment.manager).await?;

    // Decide.
    let Decision::Record(fact) = employment.reassign(command)? else { return Ok(()) };
    let mut changed = employment;
    changed.apply(&fact);
    lines.insert(id, changed);
    if let Some(circle) = reporting_circle(lines.values()) {
        return Err(circle.into());
    }

    // Record.
    tx.record(id, fact).await?;
    Ok(())
}

/// Gives an employment its last day.
///
/// # Example
/// ```
#[doc = include_str!("employment/office.txt")]
/// use office_hr::{EndEmployment, end_employment};
///
/// let end = |key: &str, last: &str| {
///     let end = EndEmployment { last: last.parse().unwrap() };
///     wait(office.transact(&command(key, bea), |tx| async move { end_employment(&tx, employment, &end).await }))
/// };
/// // Not before it has begun, and once it has an end not later.
/// assert!(end("early", "2025-12-31").is_err());
/// end("end", "2026-12-31")?;
/// assert!(end("later", "2027-01-31").is_err());
/// let stored = wait(office.view(|view| async move { view.load(employment).await }))?;
/// assert!(stored.on("2027-01-01".parse()?).is_none());
/// # Ok::<(), Failure>(())
/// ```
pub async fn end_employment(tx: &Tx, id: Id<Employment>, command: &EndEmployment) -> Result<(), EndEmploymentError> {
    // Read.
    let employment = tx.load(id).await?;

    // Decide.
    let decision: Decision<EmploymentFact> = employment.end(command)?;

    // Record.
    tx.decide(id, decision).await?;
    Ok(())
}

/// The employments of a manager and of all above them, on whatever day.
async fn line_above(tx: &Tx, manager: Option<PersonId>) -> Result<BTreeMap<Id<Employment>, Employment>, StoreError> {
    let mut found = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut open: Vec<PersonId> = manager.into_iter().collect();
    while let Some(person) = open.pop() {
        if !seen.insert(person) {
            continue;
        }
        for (id, employment) in tx.list(Employment::OF_PERSON, &person).await? {
            open.extend(employment.assignments().filter_map(|(_, assignment)| assignment.manager));
            found.insert(id, employment);
        }
    }
    Ok(found)
}

/// Ends an employment for a reason: the employee's own notice by the employee, anything else by somebody else who is granted
/// an action such as `employment.end`.
///
/// # Errors
/// [`LeaveOfficeError`]; nothing is recorded then.
///
/// # Example
/// ```
/// use office_core::{Actor, AuthorityBook, Command, Id, MemoryStore, Office, Ratio, Role, Zone, wait};
/// use office_hr::{Assignment, Hire, LeaveOfficeError, Leaving, LeavingGround, NoticeRules, hire, leave_office};
///
/// let office = Office::on(MemoryStore::new());
/// let (person, employment) = (Id::natural("person", "E-1"), Id::natural("employment", "E-1"));
/// let by = Actor::new(person, Role::new("employee"));
/// let command = |key: &str| Command::new(key, "leave", by.clone(), "2026-10-05T08:00:00Z".parse().unwrap_or_default());
/// let assignment = Assignment {
///     role: Role::new("employee"), manager: None, cost_centre: Id::natural("cost_centre", "CC-200"),
///     scope: "company".parse()?, weekly_hours: Ratio::from_integer(40), week: "MO|TU|WE|TH|FR".parse()?, zone: Zone::UTC,
/// };
/// let hiring = &Hire { person, term: "2023-03-01/..".parse()?, assignment };
/// wait(office.transact(&command("hire")?, |tx| async move { hire(&tx, employment, hiring).await }))?;
///
/// let (rules, action, book) = (&NoticeRules::german(), &"employment.end".parse()?, &AuthorityBook::default());
/// let leave = |key: &str, ground, last: &str| {
///     let (command, leaving) = (command(key)?, Leaving { ground, told: "2026-10-05".parse()?, last: last.parse()? });
///     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| async move {
///         leave_office(&tx, employment, &leaving, rules, action, book).await
///     })))
/// };
/// // Four weeks to the 15th or the end of a month; and nobody dismisses themselves.
/// assert!(matches!(leave("a", LeavingGround::Resignation, "2026-10-31")?, Err(LeaveOfficeError::Notice(_))));
/// assert!(matches!(leave("b", LeavingGround::Cause, "2026-10-05")?, Err(LeaveOfficeError::NotAllowed { .. })));
/// leave("c", LeavingGround::Resignation, "2026-11-15")??;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn leave_office(
    tx: &Tx,
    id: Id<Employment>,
    command: &Leaving,
    rules: &NoticeRules,
    action: &Action,
    book: &AuthorityBook,
) -> Result<(), LeaveOfficeError> {
    // Read.
    let employment = tx.load(id).await?;

    // Decide.
    let decision = employment.leave(command, rules)?;
    let actor = tx.command().actor();
    let own = command.ground == LeavingGround::Resignation && actor.is_personally(employment.person());
    if !own {
        let request = Request::new(actor.clone(), action.clone(), command.told).within(employment.scope());
        let verdict = book.decide(&request.for_benefit_of(employment.person()));
        verdict.allowed_or(|why| LeaveOfficeError::NotAllowed { why })?;
    }

    // Record.
    Ok(tx.decide(id, decision).await?)
}
