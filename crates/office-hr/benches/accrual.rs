//! How long it takes to draw up the ledgers of many people over years, from nothing.

use std::hint::black_box;

use chrono::{Days, NaiveDate};
use criterion::{Criterion, criterion_group, criterion_main};
use office_core::{DateRange, Ratio};
use office_hr::{
    AnnualDay, Basis, Crediting, LeaveCause, LeaveHistory, LeavePlan, LeaveRounding, LeaveTaken, LeaveTerms, Ledger,
    Opening, Tenure,
};

type Failed = Box<dyn std::error::Error>;

/// Leave on fifty days in each of five years.
fn leave(opened: NaiveDate, person: u64) -> Vec<LeaveTaken> {
    let days = (0_u64..250)
        .filter_map(|day| opened.checked_add_days(Days::new((person % 7).saturating_add(day.saturating_mul(7)))));
    days.map(|on| LeaveTaken { on, days: Ratio::ONE, cause: LeaveCause::Earlier }).collect()
}

fn plan(crediting: Crediting) -> Result<LeavePlan, Failed> {
    let days = Ratio::from_integer;
    let mut plan = LeavePlan::new("LP", AnnualDay::NEW_YEAR, "DE-BE");
    let mut terms = LeaveTerms::new(days(50), days(5))
        .with_part_years(Basis::Days, LeaveRounding::HalfOrMoreUp)
        .with_carry_over(Some(days(5)), Some("03-31".parse()?));
    terms.crediting = crediting;
    plan.publish("2020-01-01".parse()?, terms.clone())?;
    terms.days_per_year = days(52);
    plan.publish("2023-07-01".parse()?, terms)?;
    Ok(plan)
}

fn replay(c: &mut Criterion) -> Result<(), Failed> {
    let opened: NaiveDate = "2021-01-01".parse()?;
    let as_of: NaiveDate = "2025-12-31".parse()?;
    let mut people = Vec::new();
    for person in 0_u64..1000 {
        let joined = opened.checked_add_days(Days::new(person % 365)).ok_or("a day")?;
        let tenure = Tenure::new(DateRange::from(joined), Ratio::from_integer(5))?
            .changed("2024-03-18".parse()?, Ratio::from_integer(4))?;
        people.push((tenure, leave(joined, person)));
    }
    for (name, crediting) in [("in_advance", Crediting::InAdvance), ("each_month", Crediting::EachMonth)] {
        let plan = plan(crediting)?;
        c.bench_function(&format!("five_years_of_1000_people/{name}"), |bench| {
            bench.iter(|| {
                let opening = Opening { on: opened, carried_in: Ratio::ZERO };
                people.iter().fold(0_usize, |lines, (tenure, taken)| {
                    let history = LeaveHistory::new(&plan, tenure, opening, taken);
                    lines
                        .saturating_add(Ledger::of(black_box(&history), as_of).map_or(0, |ledger| ledger.lines().len()))
                })
            });
        });
    }
    Ok(())
}

#[expect(clippy::expect_used, reason = "what is measured is known to be right")]
fn accrual(c: &mut Criterion) {
    replay(c).expect("plan and people are right");
}

criterion_group!(benches, accrual);
criterion_main!(benches);
