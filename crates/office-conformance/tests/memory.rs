//! The store in memory keeps the whole contract.

use office_conformance::Bench;
use office_core::{MemoryStore, StoreError};

/// Nothing outlives the handle.
mod volatile {
    use super::{Bench, MemoryStore, StoreError};

    office_conformance::conformance!(Bench::volatile(|| Ok::<_, StoreError>(MemoryStore::new())));
}
