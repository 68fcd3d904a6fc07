//! What a reorder run costs: 10 000 items with a year of weeks each, against the bare arithmetic on plain floats.
//!
//! Run with `cargo bench -p office-inventory --bench reorder`. The ratio is what to look at: the table at the end has the run
//! and the arithmetic take turns, in time of the processor, and says how far the ratios of single turns lie apart.
#![expect(clippy::float_arithmetic, reason = "the bare arithmetic that the run is measured against")]

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::time::Duration;

use chrono::NaiveDate;
use cpu_time::ThreadTime;
use criterion::{Criterion, Throughput};
use office_core::{
    Currency, DateRange, Decimal, Holidays, Id, Money, Percent, Quantity, Ratio, UnitCode, UnitPrice, WeeklyHours,
    WorkingCalendar, WorkingPlan, Zone,
};
use office_inventory::theory::{ForecastRule, ServiceTarget};
use office_inventory::{
    CostMethod, DemandHistory, Item, ItemKind, NewItem, Position, PriceList, PriceRow, ReorderAdvice, ReorderCase,
    ReorderPolicy, ReorderRun, ReorderTerms, ReorderTermsBook, VendorChoice, VendorId, VendorSchedule,
};

const ITEMS: usize = 10_000;
const WEEKS: usize = 52;

/// All that is known of an item, as the library takes it.
struct Known {
    item: Item,
    history: DemandHistory,
    position: Position,
}

/// The same in floats.
struct Bare {
    weeks: Vec<f64>,
    position: f64,
    /// Price by the piece and from how many on.
    prices: [(f64, f64); 2],
    lead_days: f64,
}

/// The demand of a week, by a rule that is neither even nor wild.
fn demand(item: usize, week: usize) -> i32 {
    let spread =
        item.wrapping_mul(31).wrapping_add(week.wrapping_mul(week).wrapping_mul(7)).checked_rem(9).unwrap_or(0);
    i32::try_from(spread).unwrap_or(0).saturating_add(6)
}

fn known(at: usize, unit: UnitCode) -> Result<Known, Box<dyn Error>> {
    let item = Item::try_from(NewItem {
        sku: format!("SKU-{at}").parse()?,
        name: "Something".to_owned(),
        category: "office".to_owned(),
        kind: ItemKind::Consumable,
        unit,
        packs: [("box".parse()?, Ratio::from_integer(10))].into(),
        vendor: None,
        reorder: None,
        cost_method: CostMethod::Fifo,
    })?;
    let weeks = (0..WEEKS).map(|week| Quantity::whole(demand(at, week), unit)).collect();
    let none = Quantity::zero(unit);
    // Every other item is to be ordered.
    let on_hand = Quantity::whole(if at.is_multiple_of(2) { 3 } else { 300 }, unit);
    let position = Position { on_hand, on_order: none, requested: none, committed: none };
    Ok(Known { item, history: DemandHistory::new(unit, 7, weeks)?, position })
}

fn terms(unit: UnitCode) -> ReorderTerms {
    ReorderTerms {
        policy: ReorderPolicy::OrderPoint,
        service: ServiceTarget::Cycle(Percent::whole(95)),
        vendor: VendorChoice::LeastCost,
        order_cost: Money::from_minor(15_00, Currency::EUR),
        holding_rate: Percent::whole(20),
        least: Quantity::zero(unit),
        multiple: Quantity::whole(10, unit),
        step: Quantity::whole(1, unit),
        forecast: ForecastRule::default(),
    }
}

/// Two prices of one of ten vendors for each item, by the box of ten.
fn prices() -> Result<PriceList, Box<dyn Error>> {
    let (boxes, valid) = ("box".parse()?, DateRange::year(2026)?);
    let mut rows = Vec::new();
    for at in 0..ITEMS {
        let number = at.checked_rem(10).unwrap_or(0);
        let vendor = Id::natural("party", &format!("V-{number}"));
        for (cents, min) in [(20_50, 1), (19_80, 40)] {
            let price = UnitPrice::per_unit(Decimal::new(cents, 2), Currency::EUR, boxes)?;
            let (item, lead_days) = (Id::natural("item", &at.to_string()), u32::try_from(number)?);
            let min_quantity = Quantity::whole(min, boxes);
            rows.push(PriceRow { vendor, item, vendor_sku: None, price, min_quantity, lead_days, valid });
        }
    }
    Ok(PriceList::new(Currency::EUR, rows)?)
}

fn vendors() -> Result<BTreeMap<VendorId, VendorSchedule>, Box<dyn Error>> {
    let valid = DateRange::year(2026)?;
    let week = WeeklyHours::weekdays("09:00-17:00".parse()?);
    let (exceptions, holidays) = (BTreeMap::new(), Holidays::none(valid));
    let calendar = WorkingCalendar::new(WorkingPlan { zone: Zone::UTC, valid, week, exceptions, holidays })?;
    let schedule = VendorSchedule { calendar: Some(calendar), order_days: Vec::new(), lead_deviation: Decimal::ONE };
    Ok((0..10).map(|number| (Id::natural("party", &format!("V-{number}")), schedule.clone())).collect())
}

/// How much to order: class, level with and without trend, their errors, safety stock, economic quantity at each price,
/// point, packs.
fn order(bare: &Bare) -> f64 {
    let weeks = f64::from(u32::try_from(bare.weeks.len()).unwrap_or(1));
    let asked = bare.weeks.iter().filter(|amount| **amount > 0.0);
    let (number, total) = asked.fold((0.0, 0.0), |(number, total), amount| (number + 1.0, total + amount));
    let size = total / number;
    let off: f64 = bare.weeks.iter().map(|amount| (amount - size) * (amount - size)).sum();
    let even = off / number / (size * size) < 0.49 && weeks / number < 1.32;
    let mut weeks_left = bare.weeks.iter();
    let (first, second) = (*weeks_left.next().unwrap_or(&0.0), *weeks_left.next().unwrap_or(&0.0));
    let mut level = first + 0.2 * (second - first);
    let (mut trend_level, mut slope) = (second, second - first);
    let (mut squares, mut trend_squares) = ((second - first) * (second - first), 0.0);
    for amount in weeks_left {
        let error = amount - level;
        squares += error * error;
        level += 0.2 * error;
        let expected = trend_level + slope;
        let trend_error = amount - expected;
        trend_squares += trend_error * trend_error;
        let before = trend_level;
        trend_level = expected + 0.2 * trend_error;
        slope += 0.1 * (trend_level - before - slope);
    }
    let trended = trend_squares / (weeks - 2.0) < 0.9 * squares / (weeks - 1.0);
    let rate = if even && trended { trend_level + slope } else { level };
    let deviation = (squares / (weeks - 1.0)).sqrt();
    let lasts = bare.lead_days / 7.0;
    let safety = 1.644_853_627 * (lasts * deviation * deviation + rate * rate / 49.0).sqrt();
    let yearly = rate * 365.0 / 7.0;
    let mut best = (f64::INFINITY, 0.0);
    for (price, min) in bare.prices {
        let quantity = (2.0 * yearly * 15.0 / (0.2 * price)).sqrt().max(min);
        let cost = yearly * price + 15.0 * yearly / quantity + 0.2 * price * (quantity / 2.0 + safety);
        if cost < best.0 {
            best = (cost, quantity);
        }
    }
    let point = (rate * lasts + safety).ceil();
    if bare.position < point { (best.1.max(point - bare.position) / 10.0).ceil() * 10.0 } else { 0.0 }
}

fn main() -> Result<(), Box<dyn Error>> {
    let (unit, on) = ("each".parse()?, NaiveDate::from_ymd_opt(2026, 10, 5).ok_or("no such day")?);
    let items = (0..ITEMS).map(|at| known(at, unit)).collect::<Result<Vec<_>, _>>()?;
    let (prices, vendors) = (prices()?, vendors()?);
    let mut book = ReorderTermsBook::default();
    book.publish(NaiveDate::from_ymd_opt(2026, 1, 1).ok_or("no such day")?, terms(unit))?;
    let bare: Vec<_> = (0..ITEMS)
        .map(|at| Bare {
            weeks: (0..WEEKS).map(|week| demand(at, week).into()).collect(),
            position: if at.is_multiple_of(2) { 3.0 } else { 300.0 },
            prices: [(2.05, 10.0), (1.98, 400.0)],
            lead_days: f64::from(u32::try_from(at.checked_rem(10).unwrap_or(0)).unwrap_or(0)),
        })
        .collect();
    let ids: Vec<_> = (0..ITEMS).map(|at| Id::natural("item", &at.to_string())).collect();

    let run = || {
        let run = ReorderRun::new(on, &prices, &vendors);
        let mut orders = 0_usize;
        for (known, id) in items.iter().zip(&ids) {
            let Known { item: listed, history, position } = known;
            let case = ReorderCase { item: *id, listed, history, position: *position, terms: &book };
            let ordered = matches!(black_box(run.advise(&case)), Ok(ReorderAdvice::Order(_)));
            orders = orders.saturating_add(usize::from(ordered));
        }
        orders
    };
    let arithmetic = || bare.iter().filter(|item| order(black_box(item)) > 0.0).count();
    if run() != arithmetic() {
        return Err("the run and the arithmetic do not order the same items".into());
    }
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("reorder");
    group.sample_size(20);
    group.throughput(Throughput::Elements(u64::try_from(ITEMS)?));
    group.bench_function("run/10000_items", |bench| bench.iter(run));
    group.bench_function("bare/10000_items", |bench| bench.iter(arithmetic));
    group.finish();
    criterion.final_summary();
    turns(if std::env::args().any(|argument| argument == "--test") { 1 } else { 101 }, run, arithmetic)
}

fn time(work: impl FnOnce() -> usize) -> Duration {
    let start = ThreadTime::now();
    black_box(work());
    start.elapsed()
}

/// The run and the arithmetic in turns: the middle of the ratios, and the least and the greatest.
#[expect(clippy::print_stdout, reason = "the result of the run")]
fn turns(rounds: usize, run: impl Fn() -> usize, arithmetic: impl Fn() -> usize) -> Result<(), Box<dyn Error>> {
    let taken: Vec<_> = (0..rounds).map(|_| (time(&run).as_nanos(), time(&arithmetic).as_nanos())).collect();
    let middle = |mut figures: Vec<u128>| {
        figures.sort_unstable();
        figures.get(figures.len() / 2).copied().unwrap_or(0)
    };
    let ratios: Vec<_> =
        taken.iter().map(|(run, bare)| run.saturating_mul(100).checked_div(*bare).unwrap_or(0)).collect();
    let hundredths = |figure: u128| format!("{}.{:02}", figure / 100, figure % 100);
    let [least, greatest] = [ratios.iter().min(), ratios.iter().max()].map(|one| hundredths(*one.unwrap_or(&0)));
    let (runs, bares): (Vec<_>, Vec<_>) = taken.into_iter().unzip();
    let each = |figures| Ok::<_, Box<dyn Error>>(middle(figures).checked_div(u128::try_from(ITEMS)?).unwrap_or(0));
    let (run, bare, ratio) = (each(runs)?, each(bares)?, hundredths(middle(ratios)));
    println!("\nan item: {run} ns, bare {bare} ns, ratio {ratio}, from turn to turn {least}–{greatest}");
    Ok(())
}
