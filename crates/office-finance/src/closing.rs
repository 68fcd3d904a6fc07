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
///
/// # Example
/// ```
#[doc = include_str!("posting/books.txt")]
/// use office_finance::{CloseBooksError, PeriodSnapshot, close_period, snapshot_of};
///
/// let of_october = || {
///     let days = DateRange::month(2026, 10).unwrap();
///     wait(office.view(|view| async move { snapshot_of(&view, days).await }))
/// };
/// let close = |key: &str, snapshot: &PeriodSnapshot| {
///     wait(office.transact(&command(key), |tx| async move { close_period(&tx, october, snapshot.clone()).await }))
/// };
/// let stale = of_october()?;
/// post_rent("J-01")?;
/// // It is soft-closed first, and nothing is posted after what was looked at.
/// assert!(matches!(close("open-to-all", &stale), Err(CloseBooksError::Close(_))));
/// wait(office.transact(&command("soft"), |tx| async move {
///     let soft = tx.load(october).await?.soft_close(vec![], tx.command().actor().person, tx.command().at())?;
///     Ok::<_, Failure>(tx.decide(october, soft).await?)
/// }))?;
/// assert!(matches!(close("stale", &stale), Err(CloseBooksError::Stale { drawn: 1 })));
/// close("close", &of_october()?)?;
/// assert!(matches!(post_rent("J-02"), Err(PostError::Period(_))));
/// # Ok::<(), Failure>(())
/// ```
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
///
/// # Example
/// ```
#[doc = include_str!("posting/books.txt")]
/// use office_finance::{CloseBooksError, PeriodException, ReopenPeriodError, close_period, reopen_period, snapshot_of};
///
/// let days = DateRange::month(2026, 10)?;
/// let snapshot = &wait(office.view(|view| async move { snapshot_of(&view, days).await }))?;
/// wait(office.transact(&command("close"), |tx| async move {
///     let soft = tx.load(october).await?.soft_close(vec![], tx.command().actor().person, tx.command().at())?;
///     tx.decide(october, soft).await?;
///     close_period(&tx, october, snapshot.clone()).await?;
///     Ok::<_, Failure>(())
/// }))?;
/// assert!(post_rent("closed").is_err());
///
/// let until = "1970-01-02T00:00:00Z".parse()?;
/// let late = &PeriodException { person: clerk.person, until, reason: "the rent was forgotten".into() };
/// let reopen = |key: &str, why: &'static str| {
///     wait(office.transact(&command(key), |tx| async move { reopen_period(&tx, october, vec![late.clone()], why).await }))
/// };
/// // Not without a reason.
/// assert!(matches!(reopen("why", ""), Err(CloseBooksError::Reopen(ReopenPeriodError::NoReason))));
/// reopen("reopen", "the rent was forgotten")?;
/// assert_eq!(post_rent("J-01")?.to_string(), "2026-00001");
/// # Ok::<(), Failure>(())
/// ```
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
