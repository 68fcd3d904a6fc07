//! Which engines are known by what they say of themselves, and what is said to each on a new connection.

use std::time::Duration;

use crate::options::Isolation;

/// An engine that speaks the protocol of PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// PostgreSQL itself, as it is or managed by somebody.
    Postgres,
    /// Writes on many machines. Advisory locks have been without effect in most of its versions.
    Cockroach,
    /// Writes on many machines. Weaker than it says unless it is asked for SERIALIZABLE.
    Yugabyte,
}

impl Engine {
    /// What says this of itself, if it is known.
    pub(crate) fn recognise(version: &str) -> Option<Self> {
        if version.starts_with("CockroachDB ") {
            return Some(Self::Cockroach);
        }
        let of_postgres = version.starts_with("PostgreSQL ");
        of_postgres.then(|| if version.contains("-YB-") { Self::Yugabyte } else { Self::Postgres })
    }

    /// What is said once on every connection.
    ///
    /// With locks, only fresh snapshots see what was committed while a lock was waited for, so the isolation is set
    /// whatever the database's default is. All statements of ours go by the primary key: plans that were made while there
    /// were few records must not stay when there are many, and at SERIALIZABLE a look at a whole table would conflict with
    /// every write to it.
    pub(crate) fn greeting(self, isolation: Isolation, patience: Duration) -> String {
        if self != Self::Postgres {
            // Both refuse settings that they do not know.
            return "SET default_transaction_isolation = 'serializable'".to_owned();
        }
        let level = match isolation {
            Isolation::Locks => "READ COMMITTED",
            Isolation::Serializable => "SERIALIZABLE",
        };
        let patience = patience.as_millis().clamp(1, 2_000_000_000);
        format!(
            "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {level}, READ WRITE;
             SET lock_timeout = {patience};
             SET client_min_messages = warning;
             SET plan_cache_mode = force_generic_plan;
             SET enable_seqscan = off;
             SET enable_bitmapscan = off;
             SET enable_hashjoin = off;
             SET enable_mergejoin = off;
             SET jit = off"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_are_known_by_what_they_say() {
        let cases = [
            ("PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu", Some(Engine::Postgres)),
            ("CockroachDB CCL v24.3.1 (x86_64-pc-linux-gnu, built 2024/12/02)", Some(Engine::Cockroach)),
            ("PostgreSQL 15.2-YB-2.25.0.0-b0 on x86_64-pc-linux-gnu", Some(Engine::Yugabyte)),
            ("Materialize v0.130", None),
            ("postgresql", None),
            ("", None),
        ];
        for (said, engine) in cases {
            assert_eq!(Engine::recognise(said), engine, "{said}");
        }
    }

    #[test]
    fn look_alikes_are_asked_for_serializable_whatever_was_wanted() {
        for engine in [Engine::Cockroach, Engine::Yugabyte] {
            let said = engine.greeting(Isolation::Locks, Duration::from_secs(1));
            assert!(said.contains("serializable") && !said.contains("lock_timeout"), "{said}");
        }
    }
}
