//! Looking at a kept item, and saying whether to ask for more of it.
//!
//! Law 17 of the crate; `tests/replenishing.rs` holds it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::ItemId;
use office_core::{Rounding, StoreError, View};
use thiserror::Error;

use crate::{
    DemandHistoryError, Fulfilment, Item, MeasureLeadTimeError, MeasuredLeadTime, OrderStatus, PositionError,
    PriceList, PriceListError, PurchaseOrder, ReorderAdvice, ReorderCase, ReorderRun, ReorderRunError,
    ReorderTermsBook, Replenishment, Stock, VendorId, VendorSchedule, measure_lead_time, position,
};

/// What items are looked at by on a day, but for what is stored of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReorderBasis {
    /// The day.
    pub on: NaiveDate,
    /// What vendors charge.
    pub prices: PriceList,
    /// The vendors that are asked, and how they work.
    pub vendors: BTreeMap<VendorId, VendorSchedule>,
    /// Those of them from whom nothing is ordered for now.
    pub blocked: BTreeSet<VendorId>,
    /// How many weeks each period of the history has.
    pub weeks: u32,
    /// How many periods are looked at, at most.
    pub periods: usize,
}

/// It cannot be said whether to order.
#[derive(Debug, Error)]
pub enum AdviseReorderError {
    /// The store has failed, or knows no such item.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// What there is and what is coming cannot be told.
    #[error("what there is and what is coming cannot be told")]
    Position(#[from] PositionError),
    /// The history cannot be told in such periods.
    #[error("the history cannot be told")]
    History(#[from] DemandHistoryError),
    /// The run refuses.
    #[error("the run refuses")]
    Run(#[from] ReorderRunError),
}

/// Lead times cannot be measured.
#[derive(Debug, Error)]
pub enum MeasureStoredError {
    /// The store has failed.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// An order makes no sense, or a calendar does not reach so far.
    #[error("the lead time of a vendor cannot be measured")]
    Measure(#[from] MeasureLeadTimeError),
}

impl ReorderBasis {
    /// The same, with lead times as they were measured: the mean, rounded up, in the place of what the price list
    /// promises, in working days where the vendor has a calendar; and how far they vary. Vendors of which nothing was
    /// measured stay as they are.
    ///
    /// # Errors
    /// [`PriceListError`], where a mean is out of range.
    pub fn measured(self, measured: &BTreeMap<VendorId, MeasuredLeadTime>) -> Result<Self, PriceListError> {
        let Self { prices, mut vendors, .. } = self;
        let (mut rows, currency) = (prices.rows().to_vec(), prices.currency());
        for (vendor, schedule) in &mut vendors {
            let Some(last) = measured.get(vendor).map(|measured| measured.last) else { continue };
            if let Some(days) = last.days {
                schedule.lead_deviation = days.deviation;
            }
            let counted = if schedule.calendar.is_some() { last.working_days } else { last.days };
            let mean = counted.and_then(|days| u32::try_from(Rounding::Up.round(days.mean, 0)).ok());
            let Some(lead_days) = mean else { continue };
            rows.iter_mut().filter(|row| row.vendor == *vendor).for_each(|row| row.lead_days = lead_days);
        }
        Ok(Self { prices: PriceList::new(currency, rows)?, vendors, ..self })
    }
}

/// How long each vendor has taken to deliver what was ordered, as was known at the end of a day: from the orders that it was
/// sent until then, open ones included. Nothing of vendors that never had an order.
///
/// Takes time in proportion to the orders of these vendors, whatever others were sent.
///
/// # Errors
/// [`MeasureStoredError`].
///
/// # Example
/// ```
#[doc = include_str!("buying/paper.txt")]
/// use std::collections::BTreeMap;
///
/// use chrono::NaiveDate;
/// use office_core::{DateRange, Holidays, WeeklyHours, WorkingCalendar, WorkingPlan, Zone};
/// use office_inventory::{
///     MeasureStoredError, Purchase, PurchaseLine, VendorSchedule, measured_lead_times, place_order,
/// };
///
/// // Thirteen boxes are ordered, and have not come.
/// let (order, vendor) = (Id::natural("order", "RO-05"), Id::natural("party", "V-01"));
/// let lines = vec![PurchaseLine::new(1, "13 box".parse()?, "20.5 EUR / 1 box".parse()?)];
/// let purchase = &Purchase { order, number: "RO-05".parse()?, vendor, lines, terms, on };
/// wait(office.transact(&command("order")?, |tx| async move { place_order(&tx, requisition, purchase.clone()).await }))?;
///
/// let measure = |schedule: VendorSchedule, as_of: NaiveDate| {
///     let vendors = &BTreeMap::from([(vendor, schedule)]);
///     wait(office.view(|view| async move { measured_lead_times(&view, vendors, as_of).await }))
/// };
/// let measured = measure(VendorSchedule::default(), "2026-10-20".parse()?)?;
/// assert_eq!(measured[&vendor].last.open, 1);
/// // On the day before, nothing was ordered of it.
/// assert!(measure(VendorSchedule::default(), on.pred_opt().ok_or("a day")?)?.is_empty());
///
/// // A calendar of last year cannot tell the working days.
/// let valid = DateRange::year(2025)?;
/// let week = WeeklyHours::weekdays("09:00-17:00".parse()?);
/// let (exceptions, holidays) = (Default::default(), Holidays::none(valid));
/// let calendar = WorkingCalendar::new(WorkingPlan { zone: Zone::UTC, valid, week, exceptions, holidays })?;
/// let refused = measure(VendorSchedule { calendar: Some(calendar), ..VendorSchedule::default() }, "2026-10-20".parse()?);
/// assert!(matches!(refused, Err(MeasureStoredError::Measure(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn measured_lead_times(
    view: &View,
    vendors: &BTreeMap<VendorId, VendorSchedule>,
    as_of: NaiveDate,
) -> Result<BTreeMap<VendorId, MeasuredLeadTime>, MeasureStoredError> {
    let mut measured = BTreeMap::new();
    for (&vendor, schedule) in vendors {
        let lines = fulfilments_of(view, vendor, as_of).await?;
        if let Some(lines) = lines {
            measured.insert(vendor, measure_lead_time(&lines, as_of, schedule.calendar.as_ref())?);
        }
    }
    Ok(measured)
}

/// What became of all that a vendor was sent by a day; nothing where it was sent nothing.
async fn fulfilments_of(
    view: &View,
    vendor: VendorId,
    as_of: NaiveDate,
) -> Result<Option<Vec<Fulfilment>>, StoreError> {
    /// How many orders are read at a time.
    const PAGE: usize = 500;
    let (mut lines, mut from) = (None::<Vec<_>>, (vendor, NaiveDate::MIN, String::new()));
    let to = (vendor, as_of.succ_opt().unwrap_or(NaiveDate::MAX), String::new());
    loop {
        let orders = view.page(PurchaseOrder::SENT_TO, Some(&from), Some(&to), PAGE.saturating_add(1)).await?;
        for (_, order) in orders.iter().take(PAGE) {
            lines.get_or_insert_default().extend(order.fulfilments(as_of));
        }
        // One more than a page is looked for: the next page begins with it.
        let Some((_, next)) = orders.get(PAGE) else { return Ok(lines) };
        let OrderStatus::Sent { on } = next.status() else { return Ok(lines) };
        from = (vendor, on, next.number().as_str().to_owned());
    }
}

/// What is to be done about a kept item: by the terms in force, what was issued, what is on hand, on order, asked for and set
/// aside. It advises, and asks for nothing: whoever does keeps with the item what was asked for
/// ([`ReplenishmentFact::Asked`](crate::ReplenishmentFact::Asked)).
///
/// In a view all of it is of one moment. In a transaction, too, and what is decided on it is decided again where anything
/// of it changes meanwhile.
///
/// # Errors
/// [`AdviseReorderError`], in the order of its variants.
///
/// # Example
/// ```
/// # use std::collections::BTreeSet;
/// # use office_core::{Actor, Command, Currency, DateRange, Id, MemoryStore, Office, Percent, Role, wait};
/// # use office_inventory::theory::{ForecastRule, ServiceTarget};
/// # use office_inventory::{
/// #     CostMethod, Item, ItemKind, NewItem, NewStock, PriceList, PriceRow, ReorderPolicy, ReorderTerms, Stock,
/// #     VendorChoice, VendorSchedule,
/// # };
/// # let (paper, vendor) = (Id::natural("item", "PAP-A4"), Id::natural("party", "V-01"));
/// # let (unit, currency) = ("ream".parse()?, Currency::EUR);
/// # let listed = Item::list(NewItem {
/// #     sku: "PAP-A4".parse()?,
/// #     name: "Copy paper".to_owned(),
/// #     category: "office".to_owned(),
/// #     kind: ItemKind::Consumable,
/// #     unit,
/// #     packs: Default::default(),
/// #     vendor: None,
/// #     reorder: None,
/// #     cost_method: CostMethod::Fifo,
/// # })?.fact().ok_or("a fact")?;
/// # let opened = Stock::begin(NewStock { item: paper, unit, currency, opening: None })?.fact().ok_or("a fact")?;
/// # let terms = ReorderTerms {
/// #     policy: ReorderPolicy::MinMax { min: "40 ream".parse()?, max: "100 ream".parse()? },
/// #     service: ServiceTarget::Cycle(Percent::whole(95)),
/// #     vendor: VendorChoice::LeastCost,
/// #     order_cost: "15.00 EUR".parse()?,
/// #     holding_rate: Percent::whole(20),
/// #     least: "0 ream".parse()?,
/// #     multiple: "5 ream".parse()?,
/// #     step: "1 ream".parse()?,
/// #     forecast: ForecastRule::default(),
/// # };
/// # let row = PriceRow {
/// #     vendor,
/// #     item: paper,
/// #     vendor_sku: None,
/// #     price: "4.2 EUR / 1 ream".parse()?,
/// #     min_quantity: "1 ream".parse()?,
/// #     lead_days: 3,
/// #     valid: DateRange::year(2026)?,
/// # };
/// # let prices = PriceList::new(currency, [row])?;
/// # let office = Office::on(MemoryStore::new());
/// # let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
/// # let at = "2026-10-05T09:00:00Z".parse()?;
/// # let command = |key: &str| Command::new(key, "example", keeper.clone(), at);
/// use office_inventory::{AdviseReorderError, ReorderAdvice, ReorderBasis, Replenishment, advise_reorder};
///
/// // Paper is ordered up to 100 reams below 40, and none is there.
/// let begun = Replenishment::begin(paper, unit, "2026-01-01".parse()?, terms)?.fact().ok_or("a fact")?;
/// # wait(office.transact(&command("open")?, |tx| {
/// #     let (listed, opened, begun) = (listed.clone(), opened.clone(), begun.clone());
/// #     async move {
/// #         tx.create(Item::key(paper), listed).await?;
/// #         tx.create(Stock::key(paper), opened).await?;
/// #         tx.create(Replenishment::key(paper), begun).await
/// #     }
/// # }))?;
/// let (on, vendors) = ("2026-10-05".parse()?, [(vendor, VendorSchedule::default())].into());
/// let basis = &ReorderBasis { on, prices, vendors, blocked: BTreeSet::new(), weeks: 1, periods: 52 };
/// let look = |item| wait(office.view(|view| async move { advise_reorder(&view, item, basis).await }));
/// let ReorderAdvice::Order(proposal) = look(paper)? else { return Err("nothing to order".into()) };
/// assert_eq!(proposal.quantity.to_string(), "100 ream");
///
/// let unknown = look(Id::natural("item", "PAP-A2"));
/// assert!(matches!(unknown, Err(AdviseReorderError::Store(error)) if error.is_not_found()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn advise_reorder(
    view: &View,
    item: ItemId,
    basis: &ReorderBasis,
) -> Result<ReorderAdvice, AdviseReorderError> {
    // Read.
    let listed = view.load(Item::key(item)).await?;
    let stock = view.load(Stock::key(item)).await?;
    let replenishment = view.find(Replenishment::key(item)).await?;
    let position = position(view, item).await?;

    // Decide.
    let none = ReorderTermsBook::default();
    let terms = replenishment.as_ref().map_or(&none, Replenishment::terms);
    let history = stock.demand(basis.on, basis.weeks, basis.periods)?;
    let case = ReorderCase { item, listed: &listed, history: &history, position, terms };
    let run = ReorderRun::of_item(item, basis.on, &basis.prices, &basis.vendors);
    Ok(run.without(basis.blocked.clone()).advise(&case)?)
}
