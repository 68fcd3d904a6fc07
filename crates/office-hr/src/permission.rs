//! Whether somebody may do something to, or for, somebody else.

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Action, Actor, AuthorityBook, Refusal, Request, Scope, Tx};
use thiserror::Error;

/// Whoever gives a command may not do what it says.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("it is not theirs to do: {why}")]
pub struct NotPermitted {
    /// Why not, and what would be accepted.
    pub why: String,
}

/// Asks the book whether whoever gives the command may do something for, or about, a person on a day; for nobody where none
/// is named. Nobody may where it is about themselves.
pub(crate) fn permit(
    tx: &Tx,
    action: &Action,
    about: Option<PersonId>,
    on: NaiveDate,
    book: &AuthorityBook,
) -> Result<(), NotPermitted> {
    let mut request = Request::new(tx.command().actor().clone(), action.clone(), on);
    if let Some(person) = about {
        request = request.for_benefit_of(person);
    }
    book.decide(&request).allowed_or(|why| NotPermitted { why })
}

/// The same for what is a person's own to do: they may in person, and whoever they have handed it to on their behalf.
pub(crate) fn own_or_permit(
    tx: &Tx,
    action: &Action,
    whose: PersonId,
    on: NaiveDate,
    book: &AuthorityBook,
) -> Result<(), NotPermitted> {
    own_or_granted(tx.command().actor(), action, (whose, &Scope::anywhere()), on, book)
}

/// The same for somebody who is named, and within a part of the office.
pub(crate) fn own_or_granted(
    actor: &Actor,
    action: &Action,
    (whose, scope): (PersonId, &Scope),
    on: NaiveDate,
    book: &AuthorityBook,
) -> Result<(), NotPermitted> {
    let request = Request::new(actor.clone(), action.clone(), on).within(scope.clone());
    let why = |refusals: Vec<Refusal>| refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    book.decide_own(&request, whose).map_err(|refusals| NotPermitted { why: why(refusals) })
}
