//! Posting what becomes of fixed assets.

use chrono::NaiveDate;
use office_core::{StoreError, Tx};
use thiserror::Error;

use super::{FixedAsset, FixedAssetFact, FixedAssetId, FixedAssetSale};
use crate::posting_run::{Scheduled, post_due, undo_line};
use crate::{
    Chart, DisposeError, EntryError, EntryId, EntryNumber, PostError, PostedRun, PostingRun, PostingRunError,
    UndoLineError, post,
};

/// Posts the depreciation that is due: for each line an entry, each line once.
///
/// # Errors
/// [`PostingRunError`]; nothing is recorded then.
pub async fn run_depreciation(
    tx: &Tx,
    chart: &Chart,
    run: PostingRun,
) -> Result<PostedRun<FixedAsset>, PostingRunError> {
    post_due(tx, chart, run).await
}

/// Undoes the line of depreciation that begins on `first`, by an entry on the day `on`. The line is due again then: where
/// it was wrong, the asset is estimated anew before the next run.
///
/// # Errors
/// [`UndoLineError`]; nothing is recorded then.
pub async fn undo_depreciation(
    tx: &Tx,
    chart: &Chart,
    id: FixedAssetId,
    first: NaiveDate,
    on: NaiveDate,
) -> Result<EntryNumber, UndoLineError> {
    let asset = tx.load(id).await?;
    let entry = asset.posted.entry(first).ok_or(UndoLineError::NotPosted { first })?;
    undo_line(tx, chart, id, (entry, FixedAssetFact::LineUndone { first }), on).await
}

/// Takes a fixed asset out of the books: its depreciation up to the day is posted first, then its cost and what is
/// written off go out, and what it brought above or below its worth is gain or loss.
///
/// The same sale again is recognised.
///
/// # Errors
/// [`DisposeFixedAssetError`]; nothing is recorded then.
pub async fn dispose_fixed_asset(
    tx: &Tx,
    chart: &Chart,
    id: FixedAssetId,
    sale: &FixedAssetSale,
) -> Result<EntryId, DisposeFixedAssetError> {
    // Read.
    let asset = tx.load(id).await?;
    let entry_id = EntryId::natural("fixed_asset_disposal", &id.to_string());

    // Decide.
    if let (Some(disposal), Some(entry)) = (asset.book().disposal(), asset.disposed_by()) {
        let is_same = (disposal.on, disposal.proceeds) == (sale.on, sale.proceeds);
        return if is_same { Ok(entry) } else { Err(DisposeError::Disposed { on: disposal.on }.into()) };
    }
    let due = Scheduled::due(&asset, id, PostingRun::through(sale.on))?;
    let (entry, disposed) = asset.dispose(sale, entry_id)?;

    // Record.
    for line in due {
        post(tx, chart, line.id, line.entry).await?;
        tx.record(id, line.fact).await?;
    }
    post(tx, chart, entry_id, entry).await?;
    tx.record(id, disposed).await?;
    Ok(entry_id)
}

/// A fixed asset is not taken out of the books.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DisposeFixedAssetError {
    /// A line after the day is posted.
    #[error("the line from {first} is posted beyond the day: it is undone first")]
    Posted {
        /// The first day of the line.
        first: NaiveDate,
    },
    /// It was given away before, or an amount cannot be held.
    #[error(transparent)]
    Dispose(#[from] DisposeError),
    /// It makes no entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The journal does not take an entry.
    #[error(transparent)]
    Post(#[from] PostError),
    /// The store failed.
    #[error("the disposal could not be stored")]
    Store(#[from] StoreError),
}
