//! The store on servers that take over from each other: the whole contract, and writers while the one that writes is killed.
//!
//! `OFFICE_FAILOVERS` says how often; without it, this is left out.

#[cfg(test)]
#[path = "cluster/failover.rs"]
mod failover;
#[cfg(test)]
#[path = "cluster/kit.rs"]
mod kit;

#[cfg(test)]
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

#[cfg(test)]
use office_scratch::Replicated;

/// The cluster of this program, for one test after the other.
#[cfg(test)]
fn cluster() -> Option<(&'static Replicated, MutexGuard<'static, ()>)> {
    static CLUSTER: OnceLock<Option<Replicated>> = OnceLock::new();
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    Some((CLUSTER.get_or_init(Replicated::find).as_ref()?, turn))
}
