//! Several threads at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Builder;

use crate::{Promise, Violation};

/// How many threads press on a store.
pub(crate) const THREADS: u64 = 8;

/// Runs `work` on every thread, with the number of the thread, until all are done; then the first violation counts.
///
/// The flag tells that another thread has found a violation, so that there is no need to go on.
pub(crate) fn crowd<T: Send>(
    threads: u64,
    work: impl Fn(u64, &AtomicBool) -> Result<T, Violation> + Sync,
) -> Result<Vec<T>, Violation> {
    let over = AtomicBool::new(false);
    let (work, over) = (&work, &over);
    std::thread::scope(|scope| {
        let mut running = Vec::new();
        for thread in 0..threads {
            let body = move || {
                let result = work(thread, over);
                if result.is_err() {
                    over.store(true, Ordering::Relaxed);
                }
                result
            };
            running.push(Builder::new().spawn_scoped(scope, body));
        }
        let mut results = Vec::new();
        for started in running {
            let unfit = |found: &str| Violation::new(Promise::CommitIsOneInstant, "a thread that ends", found);
            let handle = started.map_err(|error| unfit(&error.to_string()))?;
            results.push(handle.join().map_err(|_| unfit("a panic in the backend"))?);
        }
        results.into_iter().collect()
    })
}
