//! The conformance kit, with its random yields around every call.

use std::sync::atomic::{AtomicU64, Ordering};

use office_conformance::{Bench, Violation, checks};
use office_core::wait;
use office_postgres::{Isolation, Options, PostgresStore};

static SCHEMAS: AtomicU64 = AtomicU64::new(0);

fn holds(isolation: Isolation) -> Result<(), Violation> {
    let Some((cluster, _turn)) = crate::cluster() else { return Ok(()) };
    let url = cluster.url();
    let bench = Bench::durable(
        || Ok::<_, Violation>(SCHEMAS.fetch_add(1, Ordering::Relaxed)),
        move |number| {
            let options = Options::default().with_schema(format!("kit_{number}")).with_isolation(isolation);
            wait(PostgresStore::connect_with(url, options.with_connections(8)))
        },
    );
    checks().iter().try_for_each(|check| check.run(&bench))
}

#[test]
fn the_contract_holds_with_locks() -> Result<(), Violation> {
    holds(Isolation::Locks)
}

/// In the longer run only: what differs from the locks is shown on a single server as well.
#[test]
fn the_contract_holds_at_serializable() -> Result<(), Violation> {
    if crate::cluster().is_none_or(|(cluster, _turn)| cluster.failovers() < 20) {
        return Ok(());
    }
    holds(Isolation::Serializable)
}
