//! What to order on a day, item by item, and why.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::ItemId;
use office_core::{Money, MoneyError, View};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    AdviseReorderError, Item, ReorderAdvice, ReorderBasis, ReorderCase, ReorderProposal, ReorderRun, ReorderRunError,
    Sku, VendorId, advise_reorder,
};

/// What is to be done about one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReorderReportLine {
    /// The item.
    pub item: ItemId,
    /// Its short name.
    pub sku: Sku,
    /// Its name in words.
    pub name: String,
    /// What is to be done, and why: the forecast, the point, the rule by which it is so much, the vendor.
    pub advice: ReorderAdvice,
}

/// What is to be ordered on a day, what is not, and why.
///
/// # Example
/// ```
/// # use std::collections::BTreeMap;
/// # use office_core::{DateRange, Id, Percent};
/// # use office_inventory::theory::{ForecastRule, ServiceTarget};
/// # use office_inventory::{
/// #     CostMethod, DemandHistory, Item, ItemKind, NewItem, Position, PriceList, PriceRow, ReorderCase, ReorderPolicy,
/// #     ReorderRun, ReorderTerms, ReorderTermsBook, VendorChoice, VendorSchedule,
/// # };
/// use office_inventory::ReorderReport;
///
/// # let (vendor, id) = (Id::natural("party", "V-01"), Id::natural("item", "PAP-A4"));
/// # let paper = Item::try_from(NewItem {
/// #     packs: BTreeMap::new(),
/// #     sku: "PAP-A4".parse()?,
/// #     name: "Copy paper".to_owned(),
/// #     category: "office".to_owned(),
/// #     kind: ItemKind::Consumable,
/// #     unit: "ream".parse()?,
/// #     vendor: Some(vendor),
/// #     cost_method: CostMethod::Fifo,
/// #     reorder: None,
/// # })?;
/// # let terms = ReorderTerms {
/// #     policy: ReorderPolicy::MinMax { min: "40 ream".parse()?, max: "100 ream".parse()? },
/// #     service: ServiceTarget::Cycle(Percent::whole(95)),
/// #     vendor: VendorChoice::Usual,
/// #     order_cost: "15.00 EUR".parse()?,
/// #     holding_rate: Percent::whole(20),
/// #     least: "0 ream".parse()?,
/// #     multiple: "5 ream".parse()?,
/// #     step: "1 ream".parse()?,
/// #     forecast: ForecastRule::default(),
/// # };
/// # let mut book = ReorderTermsBook::default();
/// # book.publish("2026-01-01".parse()?, terms)?;
/// # let (price, min_quantity, valid) = ("4.30 EUR / 1 ream".parse()?, "1 ream".parse()?, DateRange::year(2026)?);
/// # let row = PriceRow { vendor, item: id, vendor_sku: None, price, min_quantity, lead_days: 2, valid };
/// # let prices = PriceList::new("EUR".parse()?, [row])?;
/// # let vendors = BTreeMap::from([(vendor, VendorSchedule::default())]);
/// # let history = DemandHistory::new("ream".parse()?, 7, vec!["10 ream".parse()?; 6])?;
/// # let none = "0 ream".parse()?;
/// # let position = Position { on_hand: "12 ream".parse()?, on_order: none, requested: none, committed: none };
/// // Of paper, 12 reams are left, and it is ordered below 40, up to 100.
/// let run = ReorderRun::new("2026-10-05".parse()?, &prices, &vendors);
/// let case = ReorderCase { item: id, listed: &paper, history: &history, position, terms: &book };
/// let report = ReorderReport::of(&run, [case])?;
/// let proposal = report.to_order().next().ok_or("an order")?;
/// assert_eq!(proposal.quantity, "90 ream".parse()?);
/// assert_eq!(report.by_vendor()?, BTreeMap::from([(vendor, "387.00 EUR".parse()?)]));
///
/// // What cannot be said is refused with the item it is of.
/// let boxes = Position { on_hand: "7 box".parse()?, ..position };
/// let refused = ReorderReport::of(&run, [ReorderCase { position: boxes, ..case }]).unwrap_err();
/// assert_eq!(refused.sku.as_str(), "PAP-A4");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReorderReport {
    /// The day.
    pub on: NaiveDate,
    /// The items, in the order in which they were looked at.
    pub lines: Vec<ReorderReportLine>,
}

/// It cannot be said whether to order an item.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("of `{sku}` it cannot be said whether to order")]
pub struct ReorderReportError {
    /// The item.
    pub sku: Sku,
    /// Why not.
    pub source: ReorderRunError,
}

impl ReorderReport {
    /// What a run has to say of these items.
    ///
    /// # Errors
    /// [`ReorderReportError`], for the first item of which it cannot be said.
    pub fn of<'a>(
        run: &ReorderRun<'_>,
        cases: impl IntoIterator<Item = ReorderCase<'a>>,
    ) -> Result<Self, ReorderReportError> {
        let line = |case: ReorderCase<'a>| {
            let sku = case.listed.sku().clone();
            match run.advise(&case) {
                Ok(advice) => {
                    Ok(ReorderReportLine { item: case.item, sku, name: case.listed.name().to_owned(), advice })
                }
                Err(source) => Err(ReorderReportError { sku, source }),
            }
        };
        let lines = cases.into_iter().map(line).collect::<Result<_, _>>()?;
        Ok(Self { on: run.on(), lines })
    }

    /// The orders that are proposed.
    pub fn to_order(&self) -> impl Iterator<Item = &ReorderProposal> {
        self.lines.iter().filter_map(|line| match &line.advice {
            ReorderAdvice::Order(proposal) => Some(&**proposal),
            ReorderAdvice::NoTerms
            | ReorderAdvice::NotDue { .. }
            | ReorderAdvice::Enough(_)
            | ReorderAdvice::NoVendor { .. } => None,
        })
    }

    /// What would be ordered from each vendor.
    ///
    /// # Errors
    /// [`MoneyError`] where the sum is out of range, or prices are in several currencies.
    pub fn by_vendor(&self) -> Result<BTreeMap<VendorId, Money>, MoneyError> {
        let mut sums: BTreeMap<VendorId, Money> = BTreeMap::new();
        for proposal in self.to_order() {
            let vendor = proposal.reasons.source.vendor;
            let sum = match sums.get(&vendor) {
                Some(sum) => sum.checked_add(proposal.value)?,
                None => proposal.value,
            };
            sums.insert(vendor, sum);
        }
        Ok(sums)
    }
}

/// What is to be ordered of items that are stored, and why, by the terms that are stored with them.
///
/// # Errors
/// [`AdviseReorderError`], for the first item of which it cannot be said.
///
/// # Example
/// ```
/// use std::collections::{BTreeMap, BTreeSet};
///
/// use office_core::{Currency, Id, MemoryStore, Office, wait};
/// use office_inventory::{AdviseReorderError, PriceList, ReorderBasis, reorder_report};
///
/// let basis = ReorderBasis {
///     on: "2026-10-05".parse()?,
///     prices: PriceList::new(Currency::EUR, [])?,
///     vendors: BTreeMap::new(),
///     blocked: BTreeSet::new(),
///     weeks: 1,
///     periods: 12,
/// };
/// let office = Office::on(MemoryStore::new());
/// let nothing = wait(office.view(|view| {
///     let basis = &basis;
///     async move { reorder_report(&view, &[], basis).await }
/// }))?;
/// assert!(nothing.lines.is_empty());
///
/// let unknown = wait(office.view(|view| {
///     let basis = &basis;
///     async move { reorder_report(&view, &[Id::natural("item", "PAP-A2")], basis).await }
/// }));
/// assert!(matches!(unknown, Err(AdviseReorderError::Store(error)) if error.is_not_found()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn reorder_report(
    view: &View,
    items: &[ItemId],
    basis: &ReorderBasis,
) -> Result<ReorderReport, AdviseReorderError> {
    let mut lines = Vec::with_capacity(items.len());
    for item in items {
        let advice = advise_reorder(view, *item, basis).await?;
        let listed = view.load(Item::key(*item)).await?;
        lines.push(ReorderReportLine {
            item: *item,
            sku: listed.sku().clone(),
            name: listed.name().to_owned(),
            advice,
        });
    }
    Ok(ReorderReport { on: basis.on, lines })
}
