//! What a movement costs: valued by FIFO over 10 000 items, and backdated into a full ledger.
//!
//! Run with `cargo bench -p office-inventory --bench fifo`.

use std::error::Error;
use std::hint::black_box;

use chrono::{Days, NaiveDate};
use criterion::{BatchSize, Criterion, Throughput};
use office_core::{Currency, Id, Money, Quantity, UnitCode};
use office_inventory::{EnterError, Ledger, Location, Movement, Transfer};

const ITEMS: usize = 10_000;
const MOVEMENTS: u64 = 20;

/// Receipts of five and issues of three in turn, one a day.
fn movements(count: u64) -> Result<Vec<Movement>, Box<dyn Error>> {
    let unit: UnitCode = "each".parse()?;
    let (room, vendor) = (Id::natural("place", "R-S1"), Location::Supplier(Id::natural("party", "V-01")));
    let design = Location::Consumption(Id::natural("cost_centre", "CC-200"));
    let first = NaiveDate::from_ymd_opt(2026, 1, 1).ok_or("no such day")?;
    let received = Transfer::inward(Quantity::whole(5, unit), Money::from_minor(9_99, Currency::EUR), vendor, room)?;
    let issued = Transfer::outward(Quantity::whole(3, unit), room, design)?;
    (1..=count)
        .map(|sequence| {
            let effective = first.checked_add_days(Days::new(sequence)).ok_or("no such day")?;
            let transfer = if sequence % 2 == 1 { received } else { issued };
            Ok(Movement { sequence, effective, reference: format!("P-{sequence}").parse()?, transfer })
        })
        .collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let unit: UnitCode = "each".parse()?;
    let few = movements(MOVEMENTS)?;
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("fifo");
    group.sample_size(10);
    group.throughput(Throughput::Elements(u64::try_from(ITEMS)?.saturating_mul(MOVEMENTS)));
    group.bench_function("per_movement/10000_items", |bench| {
        let empty = || {
            let ledgers = vec![Ledger::new(unit, Currency::EUR); ITEMS];
            (ledgers, few.iter().map(|movement| vec![movement.clone(); ITEMS]).collect::<Vec<_>>())
        };
        let enter = |(mut ledgers, days): (Vec<Ledger>, Vec<Vec<Movement>>)| {
            for day in days {
                for (ledger, movement) in ledgers.iter_mut().zip(day) {
                    black_box(ledger.enter(movement)?);
                }
            }
            Ok::<_, EnterError>(ledgers)
        };
        bench.iter_batched(empty, enter, BatchSize::PerIteration);
    });
    group.throughput(Throughput::Elements(1));
    let many = movements(10_000)?;
    let mut full = Ledger::new(unit, Currency::EUR);
    for movement in many.iter().skip(1) {
        // Issues of the first days find nothing yet; what is left is a full ledger.
        let _ = full.enter(movement.clone());
    }
    let late = many.into_iter().next().ok_or("a movement")?;
    group.bench_function("backdated/10000_movements", |bench| {
        bench.iter_batched(
            || (full.clone(), late.clone()),
            |(mut ledger, late)| black_box(ledger.enter(late)).map(|_| ledger),
            BatchSize::PerIteration,
        );
    });
    group.finish();
    criterion.final_summary();
    Ok(())
}
