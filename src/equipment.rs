//! Equipment in the books: what the register knows of an asset is taken up as a fixed asset, written off month by month, and
//! goes out when the asset does.
//!
//! ```text
//!  take_up:    a fixed asset for what it cost, and one for each charge after its first use
//!  write_off:  depreciation / accumulated depreciation                  each line once; recall undoes one
//!  write_out:  accumulated depreciation, proceeds, loss / cost, gain    when it was disposed of
//! ```
//!
//! That the cost is on its account is for whoever books the bill to see to. What is written off counts as spent in the
//! budgets of whoever bears it, where there are any.
//!
//! Laws, held by `tests/equipment.rs`:
//!
//! 1. What is written off over the life of an asset is what it cost less what it is worth at the end, to the cent, in whatever
//!    order months are posted and recalled.
//! 2. A month of an asset is written off once, also by two at once.
//! 3. Once an asset is written out, nothing of it is left on the accounts of cost and accumulated depreciation, and what it
//!    made of profit and loss is what it cost less what it brought.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use office_core::{Id, Money, Rounding, StoreError, Tx, View};
use office_finance::{
    AccountCode, Chart, DepreciationError, DepreciationMethod, DepreciationStart, DepreciationTerms, Dimensions,
    DisposeFixedAssetError, EntryId, EntryStatus, FixedAsset, FixedAssetAccounts, FixedAssetId, FixedAssetPlan,
    FixedAssetSale, JournalEntry, PostedRun, PostingRun, PostingRunError, RoundingRest, UndoLineError,
    dispose_fixed_asset, run_depreciation, undo_depreciation,
};
use office_inventory::{Asset, AssetId, DepreciationBasis, DepreciationBasisError, EquipmentTermsBook, Reference};
use thiserror::Error;

use crate::journal::{PostAndSpendError, spend_posted};

/// What equipment is booked by: the office's own data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EquipmentRules {
    /// The accounts.
    pub chart: Chart,
    /// Which of them is for what, and who bears it, by the category of the asset in small letters.
    pub accounts: BTreeMap<String, (FixedAssetAccounts, Dimensions)>,
    /// Where what an asset brings is debited.
    pub proceeds_to: AccountCode,
    /// How long each category lasts, and by which method it is written off.
    pub terms: EquipmentTermsBook,
    /// The methods, by the names that the terms use.
    pub methods: BTreeMap<Reference, DepreciationMethod>,
    /// From when assets are written off.
    pub start: DepreciationStart,
    /// How amounts are rounded.
    pub rounding: Rounding,
    /// Which lines take what rounding leaves over.
    pub rest: RoundingRest,
    /// The first day from which depreciation is posted. What was over before was booked elsewhere.
    pub posted_from: NaiveDate,
}

/// The assets of the register that the books do not keep yet, or not with all that was spent on them. What was not bought,
/// is not in use or is not written off by its terms is not among them.
///
/// # Errors
/// [`TakeUpError`].
///
/// # Example
/// ```
#[doc = include_str!("equipment/laptop.txt")]
///
/// // The laptop was bought; the other was given, and cost nothing.
/// let missing = || wait(office.view(|view| async move { not_taken_up(&view, rules).await }));
/// assert_eq!(missing()?, [laptop]);
/// take("take-up", laptop)?;
/// assert!(missing()?.is_empty());
/// // What has no accounts cannot be told.
/// let bare = &EquipmentRules { accounts: BTreeMap::new(), ..rules.clone() };
/// let refused = wait(office.view(|view| async move { not_taken_up(&view, bare).await }));
/// assert!(matches!(refused, Err(TakeUpError::NoAccounts { .. })));
/// # Ok::<(), Failure>(())
/// ```
pub async fn not_taken_up(view: &View, rules: &EquipmentRules) -> Result<Vec<AssetId>, TakeUpError> {
    /// How many assets are read at a time.
    const PAGE: usize = 200;
    let (mut missing, mut after) = (Vec::new(), None);
    loop {
        let assets = view.every::<Asset>(after, PAGE).await?;
        let Some((last, _)) = assets.last() else { return Ok(missing) };
        after = Some(*last);
        for (id, asset) in &assets {
            let basis = match asset.depreciation_basis(&rules.terms) {
                Ok(basis) => basis,
                Err(error @ DepreciationBasisError::Money(_)) => return Err(error.into()),
                Err(_) => continue,
            };
            let ids: Vec<_> = parts(rules, *id, &basis)?.into_iter().map(|(id, _)| id).collect();
            if view.find_each(&ids).await?.iter().any(Option::is_none) {
                missing.push(*id);
            }
        }
    }
}

/// Takes an asset up in the books: for what it cost up to its first use, and for each charge after that, which is written
/// off in a straight line over the rest of its life. Answers what is new; nothing where all of it was taken up before.
///
/// # Errors
/// [`TakeUpError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("equipment/laptop.txt")]
///
/// let take = |key: &str, asset| wait(office.transact(&command(key), |tx| async move {
///     take_up(&tx, rules, asset).await
/// }));
/// assert_eq!(take("take-up", laptop)?, [laptop.retag()]);
/// // All of it is taken up.
/// assert!(take("again", laptop)?.is_empty());
/// // What was given has cost nothing.
/// assert!(matches!(take("gift", gift), Err(TakeUpError::Basis(_))));
/// # Ok::<(), Failure>(())
/// ```
pub async fn take_up(tx: &Tx, rules: &EquipmentRules, asset: AssetId) -> Result<Vec<FixedAssetId>, TakeUpError> {
    // Read.
    let basis = tx.load(asset).await?.depreciation_basis(&rules.terms)?;
    let parts = parts(rules, asset, &basis)?;
    let ids: Vec<_> = parts.iter().map(|(id, _)| *id).collect();
    let known = tx.find_each(&ids).await?;

    // Decide.
    let missing = parts.into_iter().zip(known).filter(|(_, known)| known.is_none());
    let new = missing.map(|((id, plan), _)| Ok((id, FixedAsset::take_up(plan)?)));
    let new = new.collect::<Result<Vec<_>, DepreciationError>>()?;

    // Record.
    let mut taken_up = Vec::with_capacity(new.len());
    for (id, fact) in new {
        tx.create(id, fact).await?;
        taken_up.push(id);
    }
    Ok(taken_up)
}

/// Writes off what is due, as [`run_depreciation`] does, and counts it as spent in the budgets that there are for it.
///
/// # Errors
/// [`WriteOffError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("equipment/laptop.txt")]
///
/// let write = |key: &str, through: &str| {
///     let run = PostingRun::through(through.parse().unwrap());
///     wait(office.transact(&command(key), |tx| async move { write_off(&tx, rules, run).await }))
/// };
/// take("take-up", laptop)?;
/// assert_eq!(write("october", "2026-10-31")?.entries.len(), 1);
/// // A month is written off once, and in a period that is open.
/// assert!(write("again", "2026-10-31")?.entries.is_empty());
/// assert!(matches!(write("november", "2026-11-30"), Err(WriteOffError::Run(_))));
/// # Ok::<(), Failure>(())
/// ```
pub async fn write_off(
    tx: &Tx,
    rules: &EquipmentRules,
    run: PostingRun,
) -> Result<PostedRun<FixedAsset>, WriteOffError> {
    let posted = run_depreciation(tx, &rules.chart, run).await?;
    for (_, entry, _) in &posted.entries {
        spend_posted(tx, *entry).await?;
    }
    Ok(posted)
}

/// Recalls the line that begins on `first`, by an entry on the day `on`, as [`undo_depreciation`] does: it is due again, and
/// what it spent has come back.
///
/// # Errors
/// [`RecallError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("equipment/laptop.txt")]
///
/// take("take-up", laptop)?;
/// let run = PostingRun::through("2026-10-31".parse()?);
/// let write = |key: &str| wait(office.transact(&command(key), |tx| async move { write_off(&tx, rules, run).await }));
/// let recall = |key: &str, first: &str| {
///     let (id, first, on) = (laptop.retag(), first.parse().unwrap(), "2026-10-31".parse().unwrap());
///     wait(office.transact(&command(key), |tx| async move { recall(&tx, rules, id, first, on).await }))
/// };
/// write("october")?;
/// recall("recall", "2026-10-01")?;
/// // October is due again.
/// assert_eq!(write("anew")?.entries.len(), 1);
/// // In November nothing was written off that could be recalled.
/// assert!(matches!(recall("november", "2026-11-01"), Err(RecallError::Undo(_))));
/// # Ok::<(), Failure>(())
/// ```
pub async fn recall(
    tx: &Tx,
    rules: &EquipmentRules,
    id: FixedAssetId,
    first: NaiveDate,
    on: NaiveDate,
) -> Result<(), RecallError> {
    let line = tx.load(id).await?.posted().find(|(known, _)| *known == first);
    undo_depreciation(tx, &rules.chart, id, first, on).await?;
    let Some((_, entry)) = line else { return Ok(()) };
    if let EntryStatus::Reversed { by } = tx.load::<JournalEntry>(entry).await?.status() {
        spend_posted(tx, by).await?;
    }
    Ok(())
}

/// Takes an asset that was disposed of out of the books, on the day of its disposal, as [`dispose_fixed_asset`] does: with
/// all that was spent on it later, which brings nothing by itself. What was not taken up yet is. Answers the entries, also
/// where it is out of the books already.
///
/// # Errors
/// [`WriteOutError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("equipment/laptop.txt")]
///
/// let out = |key: &str| wait(office.transact(&command(key), |tx| async move { write_out(&tx, rules, laptop).await }));
/// // It goes out of the books when the register says that it is gone, not before.
/// assert!(matches!(out("early"), Err(WriteOutError::NotDisposed)));
/// wait(office.transact(&command("sold"), |tx| async move { tx.record(laptop, sold.clone()).await }))
///     .map_err(|error: StoreError| error)?;
/// assert_eq!(out("sold-out")?.len(), 1);
/// # Ok::<(), Failure>(())
/// ```
pub async fn write_out(tx: &Tx, rules: &EquipmentRules, asset: AssetId) -> Result<Vec<EntryId>, WriteOutError> {
    let basis = tx.load(asset).await?.depreciation_basis(&rules.terms).map_err(TakeUpError::from)?;
    let gone = basis.disposal.ok_or(WriteOutError::NotDisposed)?;
    take_up(tx, rules, asset).await?;
    let mut entries = Vec::new();
    for (id, plan) in parts(rules, asset, &basis)? {
        let proceeds = if id == asset.retag() { gone.proceeds } else { Money::zero(gone.proceeds.currency()) };
        if plan.terms.cost.is_zero() && proceeds.is_zero() {
            continue;
        }
        let before = tx.load(id).await?;
        let sale = FixedAssetSale { on: gone.on, proceeds, proceeds_to: rules.proceeds_to.clone() };
        entries.push(dispose_fixed_asset(tx, &rules.chart, id, &sale).await?);
        let after = tx.load(id).await?;
        let lines = after.posted().filter(|line| !before.posted().any(|known| known == *line));
        let gone = after.disposed_by().filter(|_| before.disposed_by().is_none());
        for entry in lines.map(|(_, entry)| entry).chain(gone) {
            spend_posted(tx, entry).await?;
        }
    }
    Ok(entries)
}

/// What the books keep of an asset: for each part its id, and what it is taken up with.
fn parts(
    rules: &EquipmentRules,
    asset: AssetId,
    basis: &DepreciationBasis,
) -> Result<Vec<(FixedAssetId, FixedAssetPlan)>, TakeUpError> {
    let DepreciationBasis { tag, category, in_service, cost, residual, .. } = basis;
    let no_method = || TakeUpError::NoMethod { method: basis.terms.method.clone() };
    let accounts = rules.accounts.get(&category.as_str().to_lowercase());
    let (accounts, dimensions) = accounts.ok_or_else(|| TakeUpError::NoAccounts { category: category.clone() })?;
    let terms = DepreciationTerms {
        cost: *cost,
        residual: *residual,
        in_service: *in_service,
        life_months: basis.terms.life_months,
        method: rules.methods.get(&basis.terms.method).ok_or_else(no_method)?.clone(),
        start: rules.start,
        rounding: rules.rounding,
        rest: rules.rest,
    };
    let plan = |name: String, terms| FixedAssetPlan {
        name,
        terms,
        accounts: accounts.clone(),
        dimensions: dimensions.clone(),
        posted_from: rules.posted_from,
    };
    let mut parts = vec![(asset.retag(), plan(format!("equipment {tag}"), terms.clone()))];
    for charge in &basis.later {
        let reference = &charge.reference;
        if charge.amount.is_negative() {
            return Err(TakeUpError::Credit { reference: reference.clone() });
        }
        let spent = DepreciationTerms {
            cost: charge.amount,
            residual: Money::zero(charge.amount.currency()),
            in_service: charge.on,
            life_months: terms.life_months.saturating_sub(months_between(*in_service, charge.on)).max(1),
            method: DepreciationMethod::StraightLine,
            ..terms.clone()
        };
        let id = Id::natural("fixed_asset", &format!("{asset}/{reference}"));
        parts.push((id, plan(format!("equipment {tag}, {reference}"), spent)));
    }
    Ok(parts)
}

/// How many months after the month of one day that of another is.
fn months_between(from: NaiveDate, to: NaiveDate) -> u32 {
    let months = |day: NaiveDate| i64::from(day.year()).saturating_mul(12).saturating_add(i64::from(day.month0()));
    u32::try_from(months(to).saturating_sub(months(from))).unwrap_or(0)
}

/// An asset cannot be taken up in the books.
#[derive(Debug, Error)]
pub enum TakeUpError {
    /// The store has failed, or knows no such asset.
    #[error("the asset could not be taken up")]
    Store(#[from] StoreError),
    /// There is nothing to write off.
    #[error(transparent)]
    Basis(#[from] DepreciationBasisError),
    /// Its category has no accounts.
    #[error("there are no accounts for the category `{category}`")]
    NoAccounts {
        /// The category.
        category: Reference,
    },
    /// The method of its terms is not known.
    #[error("`{method}` is not known as a method of depreciation")]
    NoMethod {
        /// The method, as the terms call it.
        method: Reference,
    },
    /// Something came back after its first use, which no line can tell.
    #[error("`{reference}` is a credit after its first use: it is booked by hand")]
    Credit {
        /// The credit note.
        reference: Reference,
    },
    /// It cannot be depreciated on these terms.
    #[error(transparent)]
    Depreciation(#[from] DepreciationError),
}

/// What is due cannot be written off.
#[derive(Debug, Error)]
pub enum WriteOffError {
    /// The store has failed.
    #[error("what is due could not be stored")]
    Store(#[from] StoreError),
    /// The run cannot be posted.
    #[error(transparent)]
    Run(#[from] PostingRunError),
    /// A budget does not take it.
    #[error(transparent)]
    Budget(#[from] PostAndSpendError),
}

/// A line cannot be recalled.
#[derive(Debug, Error)]
pub enum RecallError {
    /// The store has failed, or knows no such fixed asset.
    #[error("the recall could not be stored")]
    Store(#[from] StoreError),
    /// The line is not undone.
    #[error(transparent)]
    Undo(#[from] UndoLineError),
    /// A budget does not take it.
    #[error(transparent)]
    Budget(#[from] PostAndSpendError),
}

/// An asset cannot be taken out of the books.
#[derive(Debug, Error)]
pub enum WriteOutError {
    /// The store has failed, or knows no such asset.
    #[error("the disposal could not be stored")]
    Store(#[from] StoreError),
    /// The register does not say that it is gone.
    #[error("the register does not say that it is gone")]
    NotDisposed,
    /// It cannot be taken up first.
    #[error(transparent)]
    TakeUp(#[from] TakeUpError),
    /// It does not go out.
    #[error(transparent)]
    Dispose(#[from] DisposeFixedAssetError),
    /// A budget does not take it.
    #[error(transparent)]
    Budget(#[from] PostAndSpendError),
}
