//! The store on PostgreSQL keeps the whole contract.

#[cfg(test)]
use office_conformance::Bench;
#[cfg(test)]
use office_core::{MemoryStore, StoreError, wait};
#[cfg(test)]
use office_postgres::{Isolation, PostgresStore};
#[cfg(test)]
use office_scratch::Scratch;

/// Every store is a schema of its own. Where there is no server, which was said loudly, the kit runs on nothing new.
#[cfg(test)]
fn bench(isolation: Isolation) -> Bench {
    if Scratch::find().is_none() {
        return Bench::volatile(|| Ok::<_, StoreError>(MemoryStore::new()));
    }
    Bench::durable(
        || Scratch::find().ok_or("the server was there a moment ago"),
        move |scratch| {
            let options = scratch.options().with_isolation(isolation);
            wait(PostgresStore::connect_with(scratch.url(), options))
        },
    )
}

#[cfg(test)]
mod with_locks {
    office_conformance::conformance!(super::bench(super::Isolation::Locks));
}

/// What is said to look-alikes, said to the server that there is.
#[cfg(test)]
mod serializable {
    office_conformance::conformance!(super::bench(super::Isolation::Serializable));
}
