//! The store on a SQLite file keeps the whole contract.

#[cfg(test)]
use office_conformance::Bench;
#[cfg(test)]
use office_sqlite::{Durability, Options, SqliteStore};

/// Every store is a file in a folder of its own.
#[cfg(test)]
fn bench(durability: Durability) -> Bench {
    let options = Options::default().with_durability(durability);
    Bench::durable(tempfile::tempdir, move |folder| SqliteStore::open_with(folder.path().join("office.db"), options))
}

/// As a file is opened by default.
#[cfg(test)]
mod full {
    use super::{Durability, bench};

    office_conformance::conformance!(bench(Durability::Full));
}

#[cfg(test)]
mod normal {
    use super::{Durability, bench};

    office_conformance::conformance!(bench(Durability::Normal));
}
