//! The store on PostgreSQL keeps the whole contract.

#[cfg(test)]
use office_conformance::Bench;
#[cfg(test)]
use office_core::{MemoryStore, StoreError};
#[cfg(test)]
use office_scratch::Scratch;

/// Every store is a schema of its own. Where there is no server, which was said loudly, the kit runs on nothing new.
#[cfg(test)]
fn bench() -> Bench {
    if Scratch::find().is_none() {
        return Bench::volatile(|| Ok::<_, StoreError>(MemoryStore::new()));
    }
    Bench::durable(
        || Scratch::find().ok_or("the server was there a moment ago"),
        |scratch| Ok::<_, StoreError>(scratch.store()),
    )
}

#[cfg(test)]
mod kit {
    office_conformance::conformance!(super::bench());
}
