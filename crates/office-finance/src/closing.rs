//! Closing a period of the books, and opening it again.

use chrono::Datelike;
use office_core::{NumberLine, SeriesError, StoreError, Tx};
use thiserror::Error;

use crate::posting::journal_series;
use crate::{ClosePeriodError, Period, PeriodException, PeriodId, PeriodSnapshot, ReopenPeriodError};

/// Closes a period for everybody, in the name of the person of the command, with a snapshot of what was posted in it.
///
/// The snapshot is taken beforehand by [`snapshot_of`](crate::snapshot_of); where something was posted since, in any
/// period of the year, it is refused as stale.
///
/// # Errors
/// [`CloseBooksError`]; nothing is recorded then.
pub async fn close_period(tx: &Tx, id: PeriodId, snapshot: PeriodSnapshot) -> Result<(), CloseBooksError> {
    // Read.
    let period = tx.find(id).await?.ok_or(CloseBooksError::NoPeriod { id })?;
    let before = match period.days().start().pred_opt() {
        Some(day) => tx.find(Period::id_of(day)).await?,
        None => None,
    };
    let line = tx.find(NumberLine::id_of(&journal_series()?)).await?;

    // Decide.
    let drawn = line.map_or(0, |line| line.last(period.days().start().year()));
    let fresh = snapshot.drawn() == drawn;
    let (by, at) = (tx.command().actor().person, tx.command().at());
    let closed = period.close(before.as_ref(), snapshot, by, at)?;
    if !fresh && !period.is_closed() {
        return Err(CloseBooksError::Stale { drawn });
    }

    // Record.
    tx.decide::<Period>(id, closed).await?;
    Ok(())
}

/// Opens a closed period again for these exceptions, for a reason, in the name of the person of the command.
///
/// # Errors
/// [`CloseBooksError`]; nothing is recorded then.
pub async fn reopen_period(
    tx: &Tx,
    id: PeriodId,
    exceptions: Vec<PeriodException>,
    reason: &str,
) -> Result<(), CloseBooksError> {
    // Read.
    let period = tx.find(id).await?.ok_or(CloseBooksError::NoPeriod { id })?;
    let after = match period.days().end() {
        Some(day) => tx.find(Period::id_of(day)).await?,
        None => None,
    };

    // Decide.
    let (by, at) = (tx.command().actor().person, tx.command().at());
    let reopened = period.reopen(after.as_ref(), exceptions, reason, by, at)?;

    // Record.
    tx.decide::<Period>(id, reopened).await?;
    Ok(())
}

/// A period of the books was not closed, or not opened again.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CloseBooksError {
    /// There is no such period.
    #[error("there is no accounting period {id}")]
    NoPeriod {
        /// The id.
        id: PeriodId,
    },
    /// The period does not close.
    #[error(transparent)]
    Close(#[from] ClosePeriodError),
    /// The period does not open again.
    #[error(transparent)]
    Reopen(#[from] ReopenPeriodError),
    /// Something was posted after the snapshot was taken.
    #[error("something was posted since the snapshot was taken: {drawn} numbers have been given, take it anew")]
    Stale {
        /// How many numbers of the year have been given.
        drawn: u64,
    },
    /// The series that entries are numbered by cannot be made.
    #[error(transparent)]
    Series(#[from] SeriesError),
    /// The store failed.
    #[error("the period could not be stored")]
    Store(#[from] StoreError),
}
