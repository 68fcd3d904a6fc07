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
///
/// # Example
/// ```
#[doc = include_str!("../posting/books.txt")]
/// use office_core::{Rounding, StoreError};
/// use office_finance::{
///     DepreciationMethod, DepreciationStart, DepreciationTerms, Dimensions, FixedAsset, FixedAssetAccounts, FixedAssetId,
///     FixedAssetPlan, RoundingRest, run_depreciation,
/// };
///
/// // A desk of 1,300.00, written off over 156 months.
/// let plan = FixedAssetPlan {
///     name: "desk D-014".into(), dimensions: Dimensions::new(), posted_from: on,
///     terms: DepreciationTerms {
///         cost: euro(1_300_00), residual: euro(0), in_service: on, life_months: 156, method: DepreciationMethod::StraightLine,
///         start: DepreciationStart::FullMonth, rounding: Rounding::HalfUp, rest: RoundingRest::EachLine,
///     },
///     accounts: FixedAssetAccounts {
///         cost: "0650".parse()?, accumulated: "0659".parse()?, expense: "6220".parse()?, gain: "4849".parse()?,
///         loss: "6889".parse()?,
///     },
/// };
/// let (id, taken_up) = (FixedAssetId::natural("fixed_asset", "D-014"), &FixedAsset::take_up(plan)?);
/// wait(office.transact(&command("take-up"), |tx| async move { tx.create(id, taken_up.clone()).await }))
///     .map_err(|error: StoreError| error)?;
/// let run = |key: &str, through: &str| {
///     let run = PostingRun::through(through.parse().unwrap());
///     wait(office.transact(&command(key), |tx| async move { run_depreciation(&tx, chart, run).await }))
/// };
///
/// assert_eq!(run("october", "2026-10-31")?.entries.len(), 1);
/// // Once more there is nothing to post; and November has no period yet.
/// assert!(run("again", "2026-10-31")?.entries.is_empty());
/// assert!(run("november", "2026-11-30").is_err());
/// # Ok::<(), Failure>(())
/// ```
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
///
/// # Example
/// ```
#[doc = include_str!("../posting/books.txt")]
/// use office_core::{Rounding, StoreError};
/// use office_finance::{
///     DepreciationMethod, DepreciationStart, DepreciationTerms, Dimensions, FixedAsset, FixedAssetAccounts, FixedAssetId,
///     FixedAssetPlan, RoundingRest, UndoLineError, run_depreciation, undo_depreciation,
/// };
///
/// // A desk of 1,300.00, written off over 156 months.
/// let plan = FixedAssetPlan {
///     name: "desk D-014".into(), dimensions: Dimensions::new(), posted_from: on,
///     terms: DepreciationTerms {
///         cost: euro(1_300_00), residual: euro(0), in_service: on, life_months: 156, method: DepreciationMethod::StraightLine,
///         start: DepreciationStart::FullMonth, rounding: Rounding::HalfUp, rest: RoundingRest::EachLine,
///     },
///     accounts: FixedAssetAccounts {
///         cost: "0650".parse()?, accumulated: "0659".parse()?, expense: "6220".parse()?, gain: "4849".parse()?,
///         loss: "6889".parse()?,
///     },
/// };
/// let (id, taken_up) = (FixedAssetId::natural("fixed_asset", "D-014"), &FixedAsset::take_up(plan)?);
/// wait(office.transact(&command("take-up"), |tx| async move { tx.create(id, taken_up.clone()).await }))
///     .map_err(|error: StoreError| error)?;
/// let run = |key: &str, through: &str| {
///     let run = PostingRun::through(through.parse().unwrap());
///     wait(office.transact(&command(key), |tx| async move { run_depreciation(&tx, chart, run).await }))
/// };
///
/// let take_back = |key: &str| {
///     let last = "2026-10-31".parse().unwrap();
///     wait(office.transact(&command(key), |tx| async move { undo_depreciation(&tx, chart, id, on, last).await }))
/// };
/// assert!(matches!(take_back("nothing"), Err(UndoLineError::NotPosted { .. })));
/// run("october", "2026-10-31")?;
/// take_back("undo")?;
/// // It is due again.
/// assert_eq!(run("again", "2026-10-31")?.entries.len(), 1);
/// # Ok::<(), Failure>(())
/// ```
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
///
/// # Example
/// ```
#[doc = include_str!("../posting/books.txt")]
/// use office_core::{Rounding, StoreError};
/// use office_finance::{
///     DepreciationMethod, DepreciationStart, DepreciationTerms, Dimensions, FixedAsset, FixedAssetAccounts, FixedAssetId,
///     FixedAssetPlan, RoundingRest, DisposeFixedAssetError, FixedAssetSale, dispose_fixed_asset, entries_of,
/// };
///
/// // A desk of 1,300.00, written off over 156 months.
/// let plan = FixedAssetPlan {
///     name: "desk D-014".into(), dimensions: Dimensions::new(), posted_from: on,
///     terms: DepreciationTerms {
///         cost: euro(1_300_00), residual: euro(0), in_service: on, life_months: 156, method: DepreciationMethod::StraightLine,
///         start: DepreciationStart::FullMonth, rounding: Rounding::HalfUp, rest: RoundingRest::EachLine,
///     },
///     accounts: FixedAssetAccounts {
///         cost: "0650".parse()?, accumulated: "0659".parse()?, expense: "6220".parse()?, gain: "4849".parse()?,
///         loss: "6889".parse()?,
///     },
/// };
/// let (id, taken_up) = (FixedAssetId::natural("fixed_asset", "D-014"), &FixedAsset::take_up(plan)?);
/// wait(office.transact(&command("take-up"), |tx| async move { tx.create(id, taken_up.clone()).await }))
///     .map_err(|error: StoreError| error)?;
/// let sell = |key: &str, minor| {
///     let sale = FixedAssetSale { on: "2026-10-31".parse().unwrap(), proceeds: euro(minor), proceeds_to: "1800".parse().unwrap() };
///     wait(office.transact(&command(key), |tx| {
///         let sale = sale.clone();
///         async move { dispose_fixed_asset(&tx, chart, id, &sale).await }
///     }))
/// };
/// // What October took of it is posted first: 8.33. It is worth 1,291.67 and brings 1,250.00, a loss of 41.67.
/// sell("sold", 1_250_00)?;
/// let days = DateRange::month(2026, 10)?;
/// let entries = wait(office.view(|view| async move { entries_of(&view, days).await }))?;
/// let loss = entries[1].entry().postings().iter().find(|posting| posting.account.as_str() == "6889").ok_or("a loss")?;
/// assert_eq!((entries.len(), loss.amount), (2, euro(41_67)));
/// // It is sold once.
/// assert!(matches!(sell("again", 1_300_00), Err(DisposeFixedAssetError::Dispose(_))));
/// # Ok::<(), Failure>(())
/// ```
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
