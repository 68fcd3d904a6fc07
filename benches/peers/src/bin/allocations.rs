//! Counts what each engine allocates for a decision: a process of its own, so that counting costs no engine time.
//!
//! For each engine a line with workload, engine, and what a decision allocates on average, by evaluation alone and from
//! the struct, with tabulators in between.

use std::alloc::System;
use std::hint::black_box;

use office_peers::purchase::engine::{Engine, Failure};
use office_peers::purchase::workload::{Visitor, Workload};
use office_peers::purchase::{Request, Verdict};
use rust_decimal::Decimal;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const REQUESTS: usize = 500;

struct Count<'r> {
    workload: String,
    requests: &'r [Request],
}

impl<'r> Visitor<'r> for Count<'r> {
    #[expect(clippy::print_stdout, reason = "the result of the run")]
    fn visit<E: Engine + 'r>(&mut self, mut engine: E) -> Result<(), Failure> {
        let facts: Result<Vec<_>, Failure> = self.requests.iter().map(|request| engine.facts(request)).collect();
        let facts = facts?;
        // Scratch memory grows at first.
        for facts in &facts {
            engine.judge(facts)?;
        }
        let judged = allocations(|| facts.iter().try_for_each(|facts| engine.judge(facts).map(forget)))?;
        let decided = allocations(|| self.requests.iter().try_for_each(|request| engine.decide(request).map(forget)))?;
        let each = |count: usize| Decimal::from(count).checked_div(self.requests.len().into()).unwrap_or_default();
        println!("{}\t{}\t{}\t{}", self.workload, E::NAME, each(judged), each(decided));
        Ok(())
    }
}

fn forget(verdict: Verdict) {
    black_box(verdict);
}

/// How often memory is asked for, anew or for more.
fn allocations(work: impl FnOnce() -> Result<(), Failure>) -> Result<usize, Failure> {
    let region = Region::new(ALLOCATOR);
    work()?;
    let change = region.change();
    Ok(change.allocations.saturating_add(change.reallocations))
}

fn main() -> Result<(), Failure> {
    for workload in Workload::all() {
        let requests = workload.requests(REQUESTS);
        workload.visit(&mut Count { workload: workload.name(), requests: &requests })?;
    }
    Ok(())
}
