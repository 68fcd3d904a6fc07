//! Counts what the books hold: a process of its own, so that counting costs nobody time.

use std::alloc::System;

use office_peers_books::{Failure, ours, raw};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

#[expect(clippy::print_stdout, reason = "the result of the run")]
fn main() -> Result<(), Failure> {
    let codes = ours::codes()?;
    for count in [100_000_u64, 1_000_000] {
        let transactions = raw::transactions(count);
        let region = Region::new(ALLOCATOR);
        let books = ours::post_all(&transactions, &codes)?;
        let change = region.change();
        let held = change.bytes_allocated.saturating_sub(change.bytes_deallocated);
        let times = change.allocations.saturating_add(change.reallocations);
        println!("{count}: {} MB held by {} entries, {times} allocations on the way", held / 1_000_000, books.len());
    }
    Ok(())
}
