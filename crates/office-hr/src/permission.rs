//! Whether somebody may do something to, or for, somebody else.

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{Action, AuthorityBook, Request, Tx};
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

/// The same for what everybody may do for themselves.
pub(crate) fn own_or_permit(
    tx: &Tx,
    action: &Action,
    whose: PersonId,
    on: NaiveDate,
    book: &AuthorityBook,
) -> Result<(), NotPermitted> {
    if tx.command().actor().accountable() == whose { Ok(()) } else { permit(tx, action, Some(whose), on, book) }
}
