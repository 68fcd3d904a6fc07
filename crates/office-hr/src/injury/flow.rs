//! Reporting injuries, noting what becomes known of them, and reading the log.

use chrono::NaiveDate;
use office_core::{AuthorityBook, Id, StoreError, Tx, View};
use thiserror::Error;

use super::{Injury, InjuryError, InjuryLog, InjuryNote, InjuryRules, ReportInjury};
use crate::permission::{own_or_permit, permit};
use crate::{NotInForce, RecordContent};

/// Reports an injury on a day, by who was hurt or somebody who is granted to keep the log. The same again is recognised;
/// what it says is then not written again.
///
/// # Errors
/// [`InjuryError`]; nothing is recorded then.
pub async fn report_injury(
    tx: &Tx,
    id: Id<Injury>,
    command: &ReportInjury,
    content: &RecordContent,
    on: NaiveDate,
    rules: &InjuryRules,
    book: &AuthorityBook,
) -> Result<(), InjuryError> {
    // Read.
    let known = tx.find(id).await?;

    // Decide.
    let decision = Injury::report(command, content)?;
    if let Some(known) = known {
        return if known.reported() == command { Ok(()) } else { Err(InjuryError::IdReused) };
    }
    own_or_permit(tx, &rules.log, command.person, on, book)?;

    // Record.
    tx.decide(id, decision).await?;
    Ok(tx.keep_content(id, content).await?)
}

/// Says what became known of an injury, by somebody else than who was hurt who is granted to keep the log.
///
/// # Errors
/// [`InjuryError`]; nothing is recorded then.
pub async fn note_injury(
    tx: &Tx,
    id: Id<Injury>,
    note: &InjuryNote,
    on: NaiveDate,
    rules: &InjuryRules,
    book: &AuthorityBook,
) -> Result<(), InjuryError> {
    // Read.
    let injury = tx.load(id).await?;

    // Decide.
    let decision = injury.note(note)?;
    permit(tx, &rules.log, Some(injury.reported().person), on, book)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// The log of a year could not be read.
#[derive(Debug, Error)]
pub enum InjuryLogError {
    /// No rules are for a day on which somebody was hurt.
    #[error(transparent)]
    NotInForce(#[from] NotInForce),
    /// The store failed.
    #[error("the log of injuries cannot be read")]
    Store(#[from] StoreError),
}

/// The log of a year, by what is known on a day. It tells nothing of what happened, and names nobody in privacy cases.
///
/// # Errors
/// [`InjuryLogError`].
pub async fn injury_log(
    view: &View,
    year: i32,
    rules: &InjuryRules,
    until: NaiveDate,
) -> Result<InjuryLog, InjuryLogError> {
    let injuries = view.list(Injury::OF_YEAR, &year).await?;
    Ok(InjuryLog::of(year, injuries.iter().map(|(id, injury)| (*id, injury)), rules, until)?)
}
