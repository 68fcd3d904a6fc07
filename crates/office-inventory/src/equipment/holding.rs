//! Who has what, now and ever, and what runs out.

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{DateRange, Entity, StoreError, View};

use crate::{Asset, AssetId, CustodyChain, Keeper, Licence, LicenceId, Loan, LoanId, SeatHolder, Warranty};

/// What a person has of the office's: what has to come back when they leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holdings {
    /// Assets, also those that they have not accepted yet and those that are lent to them, in the order of tags.
    pub assets: Vec<(AssetId, Asset)>,
    /// Parts of these, which come back with them.
    pub parts: Vec<(AssetId, Asset)>,
    /// What is set aside for them, or out, by the time at which it begins.
    pub loans: Vec<(LoanId, Loan)>,
    /// Licences of which they have a seat on the day or are going to have one.
    pub seats: Vec<(LicenceId, Licence)>,
}

impl Holdings {
    /// Whether they have nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.assets.is_empty() && self.parts.is_empty() && self.loans.is_empty() && self.seats.is_empty()
    }
}

/// What a person has on a day.
///
/// Given a transaction it may be decided upon: whoever hands them something meanwhile, or takes it over, makes it run
/// again; so what passes from one to another is told of exactly one of them.
///
/// # Errors
/// What the store reports.
///
/// # Example
/// ```
/// use office_core::{Id, MemoryStore, Office, wait};
/// use office_inventory::holdings_of;
///
/// let office = Office::on(MemoryStore::new());
/// let (nobody, day) = (Id::natural("person", "E-999"), "2026-10-05".parse()?);
/// let holdings = wait(office.view(|view| async move { holdings_of(&view, nobody, day).await }))?;
/// assert!(holdings.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn holdings_of(view: &View, person: PersonId, on: NaiveDate) -> Result<Holdings, StoreError> {
    let assets = view.list(Asset::BY_KEEPER, &Keeper::Person(person)).await?;
    let mut parts = Vec::new();
    for (asset, _) in &assets {
        parts.extend(view.list(Asset::BY_KEEPER, &Keeper::Asset(*asset)).await?);
    }
    let loans = view.list(Loan::BY_BORROWER, &person).await?;
    let holder = SeatHolder::Person(person);
    let mut seats = view.list(Licence::BY_HOLDER, &holder).await?;
    seats.retain(|(_, licence)| licence.seat_of(holder, on).is_some());
    Ok(Holdings { assets, parts, loans, seats })
}

/// How many facts are read at once.
const PAGE: usize = 500;

/// Who has had an asset, from the beginning: more than the last spans, which the asset carries with it.
///
/// # Errors
/// What the store reports.
///
/// # Example
/// ```
/// use office_core::{Id, MemoryStore, Office, wait};
/// use office_inventory::{AssetId, custody_of};
///
/// let office = Office::on(MemoryStore::new());
/// let unknown: AssetId = Id::natural("asset", "LT-9999");
/// let refused = wait(office.view(|view| async move { custody_of(&view, unknown).await }));
/// assert!(refused.is_err_and(|error| error.is_not_found()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn custody_of(view: &View, id: AssetId) -> Result<CustodyChain, StoreError> {
    let mut chain = view.load(id).await?.custody().clone();
    let mut seen: u64 = 0;
    loop {
        let page = view.history(id, seen, PAGE).await?;
        for recorded in &page {
            seen = seen.saturating_add(1);
            let Some(fact) = recorded.fact::<Asset>()? else { continue };
            match Asset::open(&fact) {
                Some(first) => chain = first.custody().clone(),
                None => chain.apply(&fact),
            }
        }
        if page.len() < PAGE {
            return Ok(chain);
        }
    }
}

/// A warranty that ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndingWarranty {
    /// The asset.
    pub asset: AssetId,
    /// Its warranty.
    pub warranty: Warranty,
    /// Whether another warranty of the asset holds on the day after.
    pub followed: bool,
}

/// The warranties whose last day is within some days, in the order of these days, of at most `most` assets at each.
///
/// # Errors
/// What the store reports.
///
/// # Example
/// ```
/// use office_core::{DateRange, MemoryStore, Office, wait};
/// use office_inventory::ending_warranties;
///
/// let office = Office::on(MemoryStore::new());
/// let october = DateRange::month(2026, 10)?;
/// let ending = wait(office.view(|view| async move { ending_warranties(&view, october, 100).await }))?;
/// assert!(ending.is_empty());
/// assert!(DateRange::month(2026, 13).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn ending_warranties(view: &View, within: DateRange, most: usize) -> Result<Vec<EndingWarranty>, StoreError> {
    let mut assets = view.page(Asset::BY_WARRANTY, Some(&within.start()), within.end().as_ref(), most).await?;
    assets.sort_by_key(|(id, _)| *id);
    assets.dedup_by_key(|(id, _)| *id);
    let mut ending = Vec::new();
    for (asset, state) in &assets {
        for warranty in state.warranties().filter(|warranty| within.contains(warranty.last)) {
            let next = warranty.last.succ_opt();
            let followed = next.is_some_and(|next| state.in_warranty_on(next).next().is_some());
            ending.push(EndingWarranty { asset: *asset, warranty: warranty.clone(), followed });
        }
    }
    ending.sort_by_key(|ending| (ending.warranty.last, ending.asset));
    Ok(ending)
}
