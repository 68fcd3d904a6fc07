//! Looking at a kept item, and asking for more of it where the terms say so.
//!
//! Law 17 of the crate; `tests/replenishing.rs` holds it.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use office_core::rules::PolicyBook;
use office_core::subject::{CostCentreId, ItemId, PersonId, RequisitionId};
use office_core::{Decision, Money, MoneyError, Rounding, Scope, StoreError, Tx, View};
use thiserror::Error;

use crate::{
    Asked, CheckReorderError, DemandHistoryError, Item, MeasureLeadTimeError, MeasuredLeadTime, NewRequisition,
    NewRequisitionLine, PriceList, PriceListError, PurchaseOrder, Reference, ReorderAdvice, ReorderCase, ReorderRun,
    ReorderRunError, ReorderTermsBook, Replenishment, ReplenishmentFact, Requisition, Stock, SubmitRequisitionError,
    VendorId, VendorSchedule, measure_lead_time, position,
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

/// How a requisition is submitted if something is to be ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReorderRequest {
    /// Its id.
    pub id: RequisitionId,
    /// Its number.
    pub number: Reference,
    /// Who asks.
    pub requester: PersonId,
    /// At whose expense.
    pub cost_centre: CostCentreId,
    /// What part of the office that is.
    pub scope: Scope,
    /// What the budget has left; not looked at if there is none.
    pub budget: Option<Money>,
    /// At which instant.
    pub at: DateTime<Utc>,
}

/// It cannot be said whether to order.
#[derive(Debug, Error)]
pub enum AdviseReorderError {
    /// The store has failed, or knows no such item.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// What there is and what is coming cannot be told.
    #[error("what there is and what is coming cannot be told")]
    Position(#[from] CheckReorderError),
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

/// Nothing can be asked for.
#[derive(Debug, Error)]
pub enum RequestReorderError {
    /// The store has failed.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// It cannot be said whether to order.
    #[error("it cannot be said whether to order")]
    Advise(#[from] AdviseReorderError),
    /// The budget is told in another currency than the prices.
    #[error("the budget cannot be compared")]
    Budget(#[from] MoneyError),
    /// The requisition cannot be submitted.
    #[error("the requisition cannot be submitted")]
    Submit(#[from] SubmitRequisitionError),
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

/// How long each vendor has taken to deliver what was ordered, as was known at the end of a day: from all orders, open
/// ones included. Nothing of vendors that never had an order.
///
/// # Errors
/// [`MeasureStoredError`].
pub async fn measured_lead_times(
    view: &View,
    vendors: &BTreeMap<VendorId, VendorSchedule>,
    as_of: NaiveDate,
) -> Result<BTreeMap<VendorId, MeasuredLeadTime>, MeasureStoredError> {
    /// How many orders are read at a time.
    const PAGE: usize = 500;
    let (mut lines, mut after) = (BTreeMap::<_, Vec<_>>::new(), None);
    loop {
        let orders = view.every::<PurchaseOrder>(after, PAGE).await?;
        let Some((last, _)) = orders.last() else { break };
        after = Some(*last);
        for (_, order) in orders.iter().filter(|(_, order)| vendors.contains_key(&order.vendor())) {
            lines.entry(order.vendor()).or_default().extend(order.fulfilments(as_of));
        }
    }
    let measure = |(vendor, lines): (VendorId, Vec<_>)| {
        let calendar = vendors.get(&vendor).and_then(|schedule| schedule.calendar.as_ref());
        Ok((vendor, measure_lead_time(&lines, as_of, calendar)?))
    };
    lines.into_iter().map(measure).collect()
}

/// What is to be done about a kept item, as [`request_reorder`] shows: by the terms in force, what was issued, what is on hand, on order, asked for and
/// set aside.
///
/// In a view all of it is of one moment. In a transaction, too, and what is decided on it is decided again where anything
/// of it changes meanwhile.
///
/// # Errors
/// [`AdviseReorderError`], in the order of its variants.
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

/// Looks at a kept item, and submits a requisition for what is to be ordered: what it is for and why is kept with the
/// item, and with the requisition in English. Once it is asked for, nothing more is proposed, whoever looks.
///
/// # Errors
/// [`RequestReorderError`]; nothing is recorded then.
///
/// # Example
/// ```
/// # use std::collections::BTreeSet;
/// # use office_core::rules::{DecisionTable, PolicyBook};
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
/// # let mut policy = PolicyBook::new("purchase");
/// # policy.publish("2026-01-01".parse()?, DecisionTable::from_rows(&["outcome"], [vec!["allow".to_owned()]])?)?;
/// # let office = Office::on(MemoryStore::new());
/// # let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
/// # let at = "2026-10-05T09:00:00Z".parse()?;
/// # let command = |key: &str| Command::new(key, "example", keeper.clone(), at);
/// use office_inventory::{
///     ReorderAdvice, ReorderBasis, ReorderRequest, Replenishment, RequestReorderError, request_reorder,
/// };
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
/// let basis = ReorderBasis { on, prices, vendors, blocked: BTreeSet::new(), weeks: 1, periods: 52 };
/// let look = |item, number: &str| {
///     let request = ReorderRequest {
///         id: Id::natural("requisition", number),
///         number: number.parse()?,
///         requester: Id::natural("person", "E-004"),
///         cost_centre: Id::natural("cost_centre", "CC-100"),
///         scope: "company/CC-100".parse()?,
///         budget: None,
///         at,
///     };
///     let (command, policy, basis) = (command(number)?, &policy, &basis);
///     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| {
///         let request = request.clone();
///         async move { request_reorder(&tx, item, basis, request, policy).await }
///     })))
/// };
/// let ReorderAdvice::Order(proposal) = look(paper, "RQ-01")?? else { return Err("nothing to order".into()) };
/// assert_eq!(proposal.quantity.to_string(), "100 ream");
/// assert!(matches!(look(paper, "RQ-02")??, ReorderAdvice::Enough(_)));
///
/// let unknown = look(Id::natural("item", "PAP-A2"), "RQ-03")?;
/// assert!(matches!(unknown, Err(RequestReorderError::Advise(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn request_reorder(
    tx: &Tx,
    item: ItemId,
    basis: &ReorderBasis,
    request: ReorderRequest,
    policy: &PolicyBook,
) -> Result<ReorderAdvice, RequestReorderError> {
    // Read.
    let advice = advise_reorder(tx, item, basis).await?;

    // Decide.
    let ReorderAdvice::Order(proposal) = &advice else { return Ok(advice) };
    let ReorderRequest { id, number, requester, cost_centre, scope, budget, at } = request;
    let estimate = proposal.value;
    let within_budget = budget.map_or(Ok(true), |left| estimate.compare(&left).map(Ordering::is_le))?;
    let (on, quantity, reason) = (basis.on, proposal.quantity, proposal.to_string());
    let wanted = NewRequisition {
        id,
        number,
        requester,
        on,
        lines: vec![NewRequisitionLine { item, quantity, estimate }],
        within_budget,
        cost_centre,
        scope,
        reason,
    };
    let submitted = Requisition::submit(wanted, policy, at)?;

    // Record.
    if let Decision::Record(submitted) = submitted {
        tx.create(Requisition::key(id), submitted).await?;
        let asked = ReplenishmentFact::Asked(Asked { requisition: id, on, proposal: proposal.clone() });
        tx.record(Replenishment::key(item), asked).await?;
    }
    Ok(advice)
}
