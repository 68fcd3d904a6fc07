//! What a movement costs: valued over 10 000 items beside a hand-written loop, entered late into a ledger of 100 000, and
//! looked up on a day.
//!
//! Run with `cargo bench -p office-inventory --bench ledger`. Ratios are what to look at: the loop does nothing but value,
//! a full replay is to enter everything again. The tables at the end have the two sides take turns, in time of the
//! processor, and say how far the ratios of single turns lie apart.

use std::collections::VecDeque;
use std::error::Error;
use std::hint::black_box;
use std::time::Duration;

use chrono::{Days, NaiveDate};
use cpu_time::ThreadTime;
use criterion::{BatchSize, Criterion, Throughput};
use office_core::{Currency, Decimal, Id, Money, Quantity, UnitCode};
use office_inventory::{CostMethod, Ledger, LedgerTerms, Location, Movement, Transfer, Valuer};
use rust_decimal::RoundingStrategy;

const ITEMS: usize = 10_000;
const MOVEMENTS: u64 = 20;
const MANY: u64 = 100_000;

type Failure = Box<dyn Error>;

/// Receipts of five and issues of three in turn, one a day; what a receipt costs goes up and down.
fn movements(count: u64) -> Result<Vec<Movement>, Failure> {
    let unit: UnitCode = "each".parse()?;
    let (room, vendor) = (Id::natural("place", "R-S1"), Location::Supplier(Id::natural("party", "V-01")));
    let design = Location::Consumption(Id::natural("cost_centre", "CC-200"));
    let first = NaiveDate::from_ymd_opt(1900, 1, 1).ok_or("no such day")?;
    let issued = Transfer::outward(Quantity::whole(3, unit), room, design)?;
    let rest = Transfer::outward(Quantity::whole(2, unit), room, design)?;
    (1..=count)
        .map(|sequence| {
            let effective =
                first.checked_add_days(Days::new(sequence.checked_div(4).unwrap_or(0))).ok_or("no such day")?;
            let transfer = match sequence % 4 {
                1 => {
                    let cents = i64::try_from(sequence % 7)?.saturating_add(9_95);
                    let value = Money::from_minor(cents, Currency::EUR);
                    Transfer::inward(Quantity::whole(8, unit), value, vendor, room)?
                }
                0 => rest,
                _ => issued,
            };
            Ok(Movement { sequence, effective, reference: format!("P-{sequence}").parse()?, transfer })
        })
        .collect()
}

/// One item valued by hand: layers of quantity and value, or one of both.
#[derive(Clone, Default)]
struct Plain {
    layers: VecDeque<(Decimal, Decimal)>,
    quantity: Decimal,
    value: Decimal,
}

fn share(value: Decimal, part: Decimal, whole: Decimal) -> Option<Decimal> {
    let exact = value.checked_mul(part)?.checked_div(whole)?;
    Some(exact.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
}

impl Plain {
    fn fifo(&mut self, step: (Decimal, Option<Decimal>)) -> Option<Decimal> {
        let (mut quantity, Some(value)) = (step.0, step.1) else { return self.fifo_out(step.0) };
        self.layers.push_back((std::mem::take(&mut quantity), value));
        Some(value)
    }

    fn fifo_out(&mut self, mut wanted: Decimal) -> Option<Decimal> {
        let mut cost = Decimal::ZERO;
        while wanted > Decimal::ZERO {
            let (held, value) = self.layers.front_mut()?;
            if *held <= wanted {
                (wanted, cost) = (wanted.checked_sub(*held)?, cost.checked_add(*value)?);
                self.layers.pop_front();
            } else {
                let part = share(*value, wanted, *held)?;
                (*held, *value) = (held.checked_sub(wanted)?, value.checked_sub(part)?);
                cost = cost.checked_add(part)?;
                wanted = Decimal::ZERO;
            }
        }
        Some(cost)
    }

    fn average(&mut self, (quantity, value): (Decimal, Option<Decimal>)) -> Option<Decimal> {
        if let Some(value) = value {
            (self.quantity, self.value) = (self.quantity.checked_add(quantity)?, self.value.checked_add(value)?);
            return Some(value);
        }
        let cost = if quantity == self.quantity { self.value } else { share(self.value, quantity, self.quantity)? };
        (self.quantity, self.value) = (self.quantity.checked_sub(quantity)?, self.value.checked_sub(cost)?);
        Some(cost)
    }
}

/// Values the movements of one item for many, movement by movement.
fn step_all<T, M>(items: &mut [T], movements: &[M], mut step: impl FnMut(&mut T, &M)) {
    for movement in movements {
        for item in &mut *items {
            step(item, movement);
        }
    }
}

/// The movements of one item, as the library takes them and as the loop does.
struct Few {
    movements: Vec<Movement>,
    steps: Vec<(Decimal, Option<Decimal>)>,
}

impl Few {
    fn new() -> Result<Self, Failure> {
        let movements = movements(MOVEMENTS)?;
        let step = |one: &Movement| (one.transfer.quantity().amount(), one.transfer.value().map(Money::amount));
        let steps = movements.iter().map(step).collect();
        Ok(Self { movements, steps })
    }

    fn valued(&self, items: &mut [Valuer]) {
        step_all(items, &self.movements, |item, movement| {
            black_box(item.step(movement).is_ok());
        });
    }

    fn plainly(&self, items: &mut [Plain], method: CostMethod) {
        step_all(items, &self.steps, |item, step| {
            black_box(if method == CostMethod::Fifo { item.fifo(*step) } else { item.average(*step) });
        });
    }

    /// Whether the valuer and the loop come to the same, movement by movement.
    fn agree(&self, valuer: &Valuer, method: CostMethod) -> bool {
        let (mut valuer, mut plain) = (valuer.clone(), Plain::default());
        self.movements.iter().zip(&self.steps).all(|(movement, step)| {
            let cost = if method == CostMethod::Fifo { plain.fifo(*step) } else { plain.average(*step) };
            cost.is_some() && valuer.step(movement).ok().map(|valued| valued.value.amount()) == cost
        })
    }
}

const METHODS: [(&str, CostMethod); 2] = [("fifo", CostMethod::Fifo), ("average", CostMethod::Average)];

fn valuer(method: CostMethod) -> Result<Valuer, Failure> {
    Ok(Valuer::new("each".parse()?, Currency::EUR, LedgerTerms { method, ..LedgerTerms::default() })?)
}

fn valuing(criterion: &mut Criterion) -> Result<(), Failure> {
    let few = Few::new()?;
    let mut group = criterion.benchmark_group("per_movement/10000_items");
    group.sample_size(10);
    group.throughput(Throughput::Elements(u64::try_from(ITEMS)?.saturating_mul(MOVEMENTS)));
    for (name, method) in METHODS {
        let (valuer, terms) = (valuer(method)?, LedgerTerms { method, ..LedgerTerms::default() });
        let empty = Ledger::on_terms("each".parse()?, Currency::EUR, terms)?;
        group.bench_function(format!("{name}/ledger"), |bench| {
            let given = || {
                let ledgers = vec![empty.clone(); ITEMS];
                (ledgers, few.movements.iter().map(|movement| vec![movement.clone(); ITEMS]).collect::<Vec<_>>())
            };
            let enter = |(mut ledgers, days): (Vec<Ledger>, Vec<Vec<Movement>>)| {
                for day in days {
                    for (ledger, movement) in ledgers.iter_mut().zip(day) {
                        black_box(ledger.enter(movement).is_ok());
                    }
                }
                ledgers
            };
            bench.iter_batched(given, enter, BatchSize::PerIteration);
        });
        group.bench_function(format!("{name}/valuer"), |bench| {
            let given = || vec![valuer.clone(); ITEMS];
            bench.iter_batched_ref(given, |items| few.valued(items), BatchSize::PerIteration);
        });
        group.bench_function(format!("{name}/loop"), |bench| {
            let given = || vec![Plain::default(); ITEMS];
            bench.iter_batched_ref(given, |items| few.plainly(items, method), BatchSize::PerIteration);
        });
    }
    group.finish();
    Ok(())
}

fn time(work: impl FnOnce()) -> Duration {
    let start = ThreadTime::now();
    work();
    start.elapsed()
}

/// A figure in hundredths, as text.
fn hundredths(figure: u128) -> String {
    format!("{}.{:02}", figure / 100, figure % 100)
}

/// The valuer and the loop in turns: the middle of the ratios, and the least and the greatest.
#[expect(clippy::print_stdout, reason = "the result of the run")]
fn turns(rounds: usize) -> Result<(), Failure> {
    let few = Few::new()?;
    let per_movement = u128::try_from(ITEMS)?.saturating_mul(u128::from(MOVEMENTS));
    println!("\n{:<10}{:>14}{:>12}{:>10}{:>16}", "", "valuer, ns", "loop, ns", "ratio", "from turn to turn");
    for (name, method) in METHODS {
        let valuer = valuer(method)?;
        if !few.agree(&valuer, method) {
            return Err(format!("{name}: the valuer and the loop differ").into());
        }
        let mut taken = Vec::new();
        for _ in 0..rounds {
            let (mut items, mut plain) = (vec![valuer.clone(); ITEMS], vec![Plain::default(); ITEMS]);
            let (ours, theirs) = (time(|| few.valued(&mut items)), time(|| few.plainly(&mut plain, method)));
            taken.push((ours.as_nanos(), theirs.as_nanos()));
        }
        let ratio = |(ours, theirs): &(u128, u128)| ours.saturating_mul(100).checked_div(*theirs).unwrap_or(0);
        let each = |figures: Vec<u128>| middle(figures).checked_div(per_movement).unwrap_or(0);
        let ratios: Vec<_> = taken.iter().map(ratio).collect();
        let [least, greatest] = [ratios.iter().min(), ratios.iter().max()].map(|one| hundredths(*one.unwrap_or(&0)));
        let (ours, theirs) = taken.into_iter().unzip();
        let ratio = hundredths(middle(ratios));
        println!("{name:<10}{:>14}{:>12}{ratio:>10}{:>16}", each(ours), each(theirs), format!("{least}–{greatest}"));
    }
    Ok(())
}

/// Enters everything from nothing.
fn replay(unit: UnitCode, many: Vec<Movement>) -> Ledger {
    let mut ledger = Ledger::new(unit, Currency::EUR);
    for movement in many {
        black_box(ledger.enter(movement).is_ok());
    }
    ledger
}

/// A ledger of many movements, and receipts that come late for a day so many movements back.
struct Late {
    full: Ledger,
    next: Movement,
    receipts: Vec<(u64, Movement)>,
}

impl Late {
    fn new(many: &[Movement]) -> Result<Self, Failure> {
        let full = replay("each".parse()?, many.to_vec());
        let first = many.first().ok_or("a movement")?;
        let last = many.iter().rfind(|one| one.transfer.value().is_some()).ok_or("a receipt")?;
        let next = Movement { sequence: MANY.saturating_add(1), ..last.clone() };
        let receipt = |back: u64| {
            let beside = usize::try_from(MANY.saturating_sub(back))?;
            let effective = many.get(beside).ok_or("a movement")?.effective;
            Ok::<_, Failure>((back, Movement { sequence: MANY.saturating_add(2), effective, ..first.clone() }))
        };
        let receipts = [100_u64, 1_000, 5_000, 50_000, 100_000].into_iter().map(receipt).collect::<Result<_, _>>()?;
        Ok(Self { full, next, receipts })
    }

    /// A copy to enter a receipt in, with room to grow as a ledger in use has: one more is entered at the end.
    fn copy(&self) -> Ledger {
        let mut ledger = self.full.clone();
        black_box(ledger.enter(self.next.clone()).is_ok());
        ledger
    }
}

fn entering_late(criterion: &mut Criterion, late: &Late, many: &[Movement]) -> Result<(), Failure> {
    let unit: UnitCode = "each".parse()?;
    let mut group = criterion.benchmark_group("late/100000_movements");
    group.sample_size(10);
    group.bench_function("full_replay", |bench| {
        bench.iter_batched(|| many.to_vec(), |many| replay(unit, many), BatchSize::PerIteration);
    });
    for (back, receipt) in &late.receipts {
        group.bench_function(format!("{back}_back"), |bench| {
            bench.iter_batched(
                || (late.copy(), receipt.clone()),
                |(mut ledger, late)| (black_box(ledger.enter(late).is_ok()), ledger),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
    Ok(())
}

/// A full replay and what comes late in turns: how many times longer the replay takes. What comes late answers with postings
/// for everything that it makes cost something else; copying them says what the answer alone costs.
#[expect(clippy::print_stdout, reason = "the result of the run")]
fn late_turns(late: &Late, many: &[Movement], rounds: usize) -> Result<(), Failure> {
    let unit: UnitCode = "each".parse()?;
    let (back, answer) = ("movements back", "copied, µs");
    println!(
        "\n{back:<16}{:>10}{answer:>12}{:>10}{:>12}{:>10}{:>12}",
        "postings", "late, µs", "replay, µs", "ratio", "spread"
    );
    for (back, receipt) in &late.receipts {
        let (mut lates, mut answers, mut replays, mut ratios) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut postings = 0;
        for _ in 0..rounds {
            let (mut ledger, receipt, many) = (late.copy(), receipt.clone(), many.to_vec());
            let mut answer = None;
            let entered = time(|| answer = ledger.enter(receipt).ok()).as_nanos();
            let answer = answer.ok_or("what comes late is entered")?;
            postings = answer.postings.len();
            answers.push(time(|| drop(black_box(answer.postings.clone()))).as_nanos());
            let mut anew = None;
            let replayed = time(|| anew = Some(replay(unit, many))).as_nanos();
            ratios.push(replayed.saturating_mul(10).checked_div(entered).unwrap_or(0));
            lates.push(entered);
            replays.push(replayed);
        }
        let [least, greatest] = [ratios.iter().min(), ratios.iter().max()].map(|one| one.copied().unwrap_or(0) / 10);
        let (entered, replayed, ratio) = (middle(lates) / 1_000, middle(replays) / 1_000, middle(ratios));
        let (ratio, spread) = (format!("{}.{}", ratio / 10, ratio % 10), format!("{least}–{greatest}"));
        let copied = middle(answers) / 1_000;
        println!("{back:<16}{postings:>10}{copied:>12}{entered:>10}{replayed:>12}{ratio:>10}{spread:>12}");
    }
    Ok(())
}

/// The figure in the middle.
fn middle(mut figures: Vec<u128>) -> u128 {
    figures.sort_unstable();
    figures.get(figures.len() / 2).copied().unwrap_or(0)
}

fn looking_up(criterion: &mut Criterion) -> Result<(), Failure> {
    let unit: UnitCode = "each".parse()?;
    let room = Location::Storage(Id::natural("place", "R-S1"));
    let mut group = criterion.benchmark_group("on_hand_at");
    for count in [1_000_u64, 10_000, 100_000] {
        let many = movements(count)?;
        // Days far apart, so that it is not the same lines of memory that answer.
        let apart = many.len().checked_div(1_000).unwrap_or(1).max(1);
        let mut days: Vec<_> = many.iter().step_by(apart).map(|movement| movement.effective).collect();
        days.sort_unstable_by_key(|day| Id::<Ledger>::natural("day", &day.to_string()).uuid());
        let mut days = days.into_iter().cycle();
        let mut ledger = Ledger::new(unit, Currency::EUR);
        for movement in many {
            ledger.enter(movement)?;
        }
        group.bench_function(format!("{count}_movements"), |bench| {
            bench.iter(|| days.next().map(|day| black_box(ledger.on_hand_at(room, day))));
        });
    }
    group.finish();
    Ok(())
}

fn main() -> Result<(), Failure> {
    let mut criterion = Criterion::default().configure_from_args();
    let trial = std::env::args().any(|argument| argument == "--test");
    let many = movements(MANY)?;
    let late = Late::new(&many)?;
    valuing(&mut criterion)?;
    entering_late(&mut criterion, &late, &many)?;
    looking_up(&mut criterion)?;
    criterion.final_summary();
    late_turns(&late, &many, if trial { 1 } else { 11 })?;
    turns(if trial { 1 } else { 51 })
}
