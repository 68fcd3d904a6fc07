//! A run through the items of a day: what to order, from whom, how much, and why.
//!
//! ```text
//!   history ──► forecast ──► demand until delivery ──► point, level ──► packs, multiple, price break
//!                              ▲                          ▲
//!                  vendor's calendar, lead time     position below the point?
//! ```
//!
//! Laws, held by `tests/reorder_run.rs`:
//!
//! 1. A second run, with what the first proposed on order, proposes nothing.
//! 2. What is proposed lifts the position to the level at least, and to the point.
//! 3. It is whole packs, a multiple of what the terms ask for, at least their least and the vendor's minimum.
//! 4. The surer there has to be enough, the higher the point.
//! 5. The vendor that is asked costs no more in a year than any that was passed over for its cost.
//! 6. The advice for an item depends on no other item, nor on the order of vendors and prices of different cost.

mod display;
mod quantity;
mod source;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use office_core::subject::ItemId;
use office_core::{Currency, Decimal, Money, PriceError, Quantity, QuantityError, UnitCode, decimal_text};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::theory::{Forecast, ForecastGround, LeadTimeDemand, SafetyStock, TheoryError};
use crate::{
    DemandHistory, Item, Position, PriceList, PriceRow, ReorderPolicy, ReorderTerms, ReorderTermsBook, VendorId,
    VendorSchedule,
};
use source::{Found, Timing};

/// A run on a day: by these prices, asking these vendors.
///
/// # Example
/// ```
/// # use std::collections::BTreeMap;
/// # use office_core::{DateRange, Id, Percent, Ratio};
/// # use office_inventory::theory::{ForecastRule, ServiceTarget};
/// # use office_inventory::{
/// #     CostMethod, Item, ItemKind, NewItem, Position, PriceList, PriceRow, ReorderPolicy, ReorderTerms, VendorChoice,
/// #     VendorSchedule,
/// # };
/// use office_inventory::{DemandHistory, ReorderAdvice, ReorderCase, ReorderRun, ReorderTermsBook};
///
/// # let (vendor, id) = (Id::natural("party", "V-01"), Id::natural("item", "PAP-A4"));
/// # let valid = DateRange::year(2026)?;
/// # let row = |price: &str, min: &str| {
/// #     let (price, min_quantity) = (price.parse()?, min.parse()?);
/// #     let row = PriceRow { vendor, item: id, vendor_sku: None, price, min_quantity, lead_days: 2, valid };
/// #     Ok::<_, Box<dyn std::error::Error>>(row)
/// # };
/// # let paper = Item::try_from(NewItem {
/// #     packs: [("box".parse()?, Ratio::from_integer(5))].into(),
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
/// #     policy: ReorderPolicy::OrderPoint,
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
/// // Paper is sold in boxes of five reams, cheaper from twenty boxes on.
/// let prices = PriceList::new("EUR".parse()?, [row("21.5 EUR / 1 box", "1 box")?, row("20.5 EUR / 1 box", "20 box")?])?;
/// let vendors = BTreeMap::from([(vendor, VendorSchedule::default())]);
/// let run = ReorderRun::new("2026-10-05".parse()?, &prices, &vendors);
///
/// let weeks = ["11 ream", "9 ream", "10 ream", "12 ream", "8 ream", "10 ream"];
/// let weeks = weeks.map(str::parse).into_iter().collect::<Result<_, _>>()?;
/// let history = DemandHistory::new("ream".parse()?, 7, weeks)?;
/// let none = "0 ream".parse()?;
/// let position = Position { on_hand: "2 ream".parse()?, on_order: none, requested: none, committed: none };
/// let case = ReorderCase { item: id, listed: &paper, history: &history, position, terms: &book };
///
/// let ReorderAdvice::Order(proposal) = run.advise(&case)? else { return Err("nothing to order".into()) };
/// assert_eq!(proposal.quantity.to_string(), "28 box");
/// assert_eq!(proposal.value.to_string(), "574.00 EUR");
/// assert!(proposal.to_string().starts_with("order 28 box (140 ream) for 574.00 EUR on 2026-10-05"));
///
/// // Once it is ordered, nothing more is proposed.
/// let ordered = Position { on_order: proposal.in_stock_unit, ..position };
/// assert!(matches!(run.advise(&ReorderCase { position: ordered, ..case })?, ReorderAdvice::Enough(_)));
///
/// // A position in another unit cannot be compared.
/// let boxes = Position { on_hand: "7 box".parse()?, ..position };
/// assert!(run.advise(&ReorderCase { position: boxes, ..case }).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ReorderRun<'a> {
    on: NaiveDate,
    prices: &'a PriceList,
    vendors: &'a BTreeMap<VendorId, VendorSchedule>,
    blocked: BTreeSet<VendorId>,
    // Invariant: rows are in the order of items and vendors, `items` are those that have rows, each once and in order, and
    // `firsts` where the rows of each begin. Ids alone are searched, since they lie close together.
    items: Vec<ItemId>,
    firsts: Vec<usize>,
    rows: Vec<&'a PriceRow>,
    /// When what is ordered today arrives, by lead days; nothing where the vendor's calendar cannot tell.
    timings: BTreeMap<(VendorId, u32), Option<Timing>>,
}

/// What is known of an item when it is looked at.
#[derive(Clone, Copy, Debug)]
pub struct ReorderCase<'a> {
    /// Its id.
    pub item: ItemId,
    /// Its unit, its packs and its usual vendor. What it says itself of reordering does not count here.
    pub listed: &'a Item,
    /// What was asked for.
    pub history: &'a DemandHistory,
    /// What there is and what is coming.
    pub position: Position,
    /// By what it is ordered again.
    pub terms: &'a ReorderTermsBook,
}

/// What is to be done about an item. Told in English by `Display`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReorderAdvice {
    /// No terms are in force.
    NoTerms,
    /// It is looked at on other days.
    NotDue {
        /// The next of them.
        next: NaiveDate,
    },
    /// There is enough, or enough is coming.
    Enough(Box<ReorderReasons>),
    /// It is to be ordered.
    Order(Box<ReorderProposal>),
    /// Nobody can be asked.
    NoVendor {
        /// Why each vendor with a price was passed over.
        passed_over: Vec<(VendorId, VendorPassedOver)>,
    },
}

/// From what it follows whether to order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReorderReasons {
    /// Since when the terms are in force.
    pub terms_since: NaiveDate,
    /// The terms.
    pub terms: ReorderTerms,
    /// What there is and what is coming.
    pub position: Position,
    /// All of it together.
    pub total: Quantity,
    /// What will be asked for in a period of the history.
    pub forecast: Forecast,
    /// Why it was told by this method.
    pub ground: ForecastGround,
    /// The vendor, and why this one.
    pub source: Source,
    /// What will be asked for until a delivery has come.
    pub until_delivery: LeadTimeDemand,
    /// What is kept for the unforeseen.
    pub safety: SafetyStock,
    /// It is ordered below this.
    pub point: Quantity,
    /// It is ordered up to this at least.
    pub level: Quantity,
    /// At least so much is ordered: the economic quantity, where the policy asks for it.
    pub lot: Quantity,
}

/// The vendor that is asked, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The vendor.
    pub vendor: VendorId,
    /// The first day on which it takes an order.
    pub order_on: NaiveDate,
    /// When that arrives.
    pub arrives_on: NaiveDate,
    /// Until then there has to be enough: the arrival of what is ordered now or, where orders are not taken every day, of
    /// what is ordered the next time.
    pub lasts_until: NaiveDate,
    /// What being supplied by it costs in a year.
    #[serde(with = "decimal_text")]
    pub yearly_cost: Decimal,
    /// The other vendors, and why they were passed over.
    pub passed_over: Vec<(VendorId, VendorPassedOver)>,
}

/// Why a vendor was passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VendorPassedOver {
    /// It is not the usual one, and no other is asked.
    NotUsual,
    /// It is not among those that are asked.
    NotAsked,
    /// Nothing is ordered from it for now.
    Blocked,
    /// Its calendar cannot tell when it would deliver.
    NoDelivery,
    /// It has no price on the day of the order, or only for packs that the item is not known to come in.
    NoPrice,
    /// Another costs less in a year, or as much and comes earlier by its id.
    Dearer {
        /// What this one costs.
        #[serde(with = "decimal_text")]
        yearly_cost: Decimal,
    },
}

/// An order that is proposed, and why. Told in English by `Display`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReorderProposal {
    /// The item.
    pub item: ItemId,
    /// How much, in the unit in which the vendor sells.
    pub quantity: Quantity,
    /// The same in the stock unit.
    pub in_stock_unit: Quantity,
    /// What it costs at that price, rounded half up to the digits of the currency.
    pub value: Money,
    /// The price.
    pub price: PriceRow,
    /// How much the policy asks for, before packs, minima and prices.
    pub wanted: Quantity,
    /// Why it is so much.
    pub quantity_ground: QuantityGround,
    /// Why it is ordered at all, and from whom.
    pub reasons: ReorderReasons,
}

/// Why so much is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuantityGround {
    /// It is what the policy asks for, in whole packs and multiples.
    Wanted,
    /// It is the least that the terms have ordered.
    Least,
    /// It is the least that the vendor sells.
    VendorMinimum,
    /// The lower price from there on saves more than keeping so much costs.
    PriceBreak,
}

/// It cannot be said whether to order.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReorderRunError {
    /// The terms or the history are in another unit than the item.
    #[error("the {name} is in `{given}`: the stock unit `{unit}` is wanted")]
    Unit {
        /// What is in another unit.
        name: &'static str,
        /// Its unit.
        given: UnitCode,
        /// The unit of the item.
        unit: UnitCode,
    },
    /// What an order costs is in another currency than the prices.
    #[error("the cost of an order is in {given}: {currency} is wanted")]
    Currency {
        /// The currency of the cost.
        given: Currency,
        /// The currency of the prices.
        currency: Currency,
    },
    /// The position is in another unit, or a quantity cannot be held.
    #[error("a quantity cannot be held")]
    Quantity(#[from] QuantityError),
    /// What would be ordered has no price that can be held.
    #[error("the price of the order cannot be held")]
    Price(#[from] PriceError),
    /// A figure is out of range.
    #[error("the figures make no sense together")]
    Theory(#[from] TheoryError),
}

impl<'a> ReorderRun<'a> {
    /// A run on a day. A vendor that is not among `vendors` is not asked.
    #[must_use]
    pub fn new(on: NaiveDate, prices: &'a PriceList, vendors: &'a BTreeMap<VendorId, VendorSchedule>) -> Self {
        Self::of_rows(on, prices, vendors, prices.rows().iter())
    }

    /// The same for one item alone.
    pub(crate) fn of_item(
        item: ItemId,
        on: NaiveDate,
        prices: &'a PriceList,
        vendors: &'a BTreeMap<VendorId, VendorSchedule>,
    ) -> Self {
        Self::of_rows(on, prices, vendors, prices.rows().iter().filter(|row| row.item == item))
    }

    fn of_rows(
        on: NaiveDate,
        prices: &'a PriceList,
        vendors: &'a BTreeMap<VendorId, VendorSchedule>,
        of: impl Iterator<Item = &'a PriceRow>,
    ) -> Self {
        let mut keyed: Vec<_> = of.map(|row| ((row.item, row.vendor), row)).collect();
        // Rows of one item and vendor stay in the order of the list.
        keyed.sort_by_key(|(key, _)| *key);
        let (mut items, mut firsts, mut rows) = (Vec::new(), Vec::new(), Vec::with_capacity(keyed.len()));
        let mut timings = BTreeMap::new();
        let mut last = None;
        for ((item, vendor), row) in keyed {
            if items.last() != Some(&item) {
                items.push(item);
                firsts.push(rows.len());
            }
            rows.push(row);
            let of = (vendor, row.lead_days);
            // Rows of a vendor mostly have one lead time.
            if last.replace(of) == Some(of) {
                continue;
            }
            if let Some(schedule) = vendors.get(&vendor) {
                let timing = || Timing::of(schedule, on, row.lead_days, None).ok();
                timings.entry(of).or_insert_with(timing);
            }
        }
        Self { on, prices, vendors, blocked: BTreeSet::new(), items, firsts, rows, timings }
    }

    /// The same without vendors from whom nothing is ordered, such as those that a
    /// [`StandingBook`](crate::StandingBook) blocks.
    #[must_use]
    pub fn without(self, blocked: BTreeSet<VendorId>) -> Self {
        Self { blocked, ..self }
    }

    /// The day.
    #[must_use]
    pub const fn on(&self) -> NaiveDate {
        self.on
    }

    /// What is to be done about an item.
    ///
    /// The vendor is chosen by what it costs in the long run, whatever the position; so is the point. If the position is
    /// below it, what the policy asks for is ordered in whole packs and multiples, or more where a minimum or a lower price
    /// asks for more.
    ///
    /// # Errors
    /// [`ReorderRunError`], in the order of its variants.
    pub fn advise(&self, case: &ReorderCase<'_>) -> Result<ReorderAdvice, ReorderRunError> {
        let Some((since, terms)) = case.terms.in_force(self.on) else { return Ok(ReorderAdvice::NoTerms) };
        self.check(case, terms)?;
        if let Some(next) = not_due(terms, since, self.on) {
            return Ok(ReorderAdvice::NotDue { next });
        }
        let total = case.position.total()?;
        let (forecast, ground) = terms.forecast.forecast(case.history.amounts())?;
        let Found { chosen, passed_over } = self.source(case, terms, &forecast)?;
        let Some(chosen) = chosen else { return Ok(ReorderAdvice::NoVendor { passed_over }) };
        let levels = chosen.levels(terms)?;
        let reasons = ReorderReasons {
            terms_since: since,
            terms: *terms,
            position: case.position,
            total,
            forecast,
            ground,
            until_delivery: chosen.until_delivery,
            safety: chosen.safety,
            point: levels.point,
            level: levels.level,
            lot: levels.lot,
            source: Source {
                vendor: chosen.vendor,
                order_on: chosen.timing.order_on,
                arrives_on: chosen.timing.arrives_on,
                lasts_until: chosen.timing.lasts_until,
                yearly_cost: chosen.yearly_cost,
                passed_over,
            },
        };
        if total.compare(&reasons.point)?.is_ge() {
            return Ok(ReorderAdvice::Enough(Box::new(reasons)));
        }
        Ok(ReorderAdvice::Order(Box::new(quantity::order(case.item, chosen, reasons)?)))
    }

    /// The prices of an item, by vendor.
    fn rows_of(&self, item: ItemId) -> &[&'a PriceRow] {
        let Ok(at) = self.items.binary_search(&item) else { return &[] };
        let first = self.firsts.get(at).copied().unwrap_or(self.rows.len());
        let next = self.firsts.get(at.saturating_add(1)).copied().unwrap_or(self.rows.len());
        self.rows.get(first..next).unwrap_or_default()
    }

    fn check(&self, case: &ReorderCase<'_>, terms: &ReorderTerms) -> Result<(), ReorderRunError> {
        let unit = case.listed.unit();
        for (name, given) in [("terms", terms.unit()), ("history", case.history.unit())] {
            if given != unit {
                return Err(ReorderRunError::Unit { name, given, unit });
            }
        }
        let (given, currency) = (terms.order_cost.currency(), self.prices.currency());
        if given != currency {
            return Err(ReorderRunError::Currency { given, currency });
        }
        Ok(())
    }
}

/// The next day on which it is looked at, unless that is today.
fn not_due(terms: &ReorderTerms, since: NaiveDate, on: NaiveDate) -> Option<NaiveDate> {
    let ReorderPolicy::Periodic { every_days } = terms.policy else { return None };
    let since = u64::try_from(on.signed_duration_since(since).num_days()).ok()?;
    let into = since.checked_rem(every_days.into())?;
    if into == 0 { None } else { on.checked_add_days(Days::new(u64::from(every_days).saturating_sub(into))) }
}
