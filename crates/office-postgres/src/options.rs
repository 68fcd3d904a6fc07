//! What can be chosen when a server is connected to.

use std::time::Duration;

/// How commits are kept apart that must not happen together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Isolation {
    /// By advisory locks on the names of records, at read committed: whoever meets somebody waits, and a conflict is always
    /// somebody's change. What PostgreSQL is best used with.
    #[default]
    Locks,
    /// By the engine itself, at SERIALIZABLE, without locks or functions of ours: whoever meets somebody is aborted, at
    /// times without need, and decides again. The only one on CockroachDB and YugabyteDB.
    Serializable,
}

/// How a server is used.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use office_postgres::Options;
///
/// let options = Options::default().with_schema("branch_berlin").with_connections(4);
/// assert_eq!(options.schema(), "branch_berlin");
/// assert_eq!(options.patience(), Duration::from_secs(10));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    schema: String,
    connections: usize,
    patience: Duration,
    isolation: Isolation,
    #[cfg(feature = "tls")]
    authority: Option<String>,
}

impl Default for Options {
    /// The schema `office`, up to sixteen connections, ten seconds of patience, locks.
    fn default() -> Self {
        let (schema, patience) = ("office".to_owned(), Duration::from_secs(10));
        Self {
            schema,
            connections: 16,
            patience,
            isolation: Isolation::Locks,
            #[cfg(feature = "tls")]
            authority: None,
        }
    }
}

impl Options {
    /// The same in this schema of the database: 1 to 48 lower-case letters, digits and `_`, starting with a letter, and
    /// not with `pg_`. Several offices in one database have a schema each.
    #[must_use]
    pub fn with_schema(self, schema: impl Into<String>) -> Self {
        Self { schema: schema.into(), ..self }
    }

    /// The same with at most this many connections, and at least one. They are opened as they are needed, and kept.
    #[must_use]
    pub fn with_connections(self, connections: usize) -> Self {
        Self { connections: connections.max(1), ..self }
    }

    /// The same with this much patience: how long a call waits for a connection, and again for others who commit to the
    /// same records, before the store is unavailable. While one server takes over from another, that is how long callers
    /// do not notice.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The same with this isolation for a store that is new. One that exists keeps what it was made with, because all who
    /// use it have to agree, and look-alikes of PostgreSQL have [`Isolation::Serializable`] whatever is said here.
    #[must_use]
    pub fn with_isolation(self, isolation: Isolation) -> Self {
        Self { isolation, ..self }
    }

    /// The same with encrypted connections only, to servers whose certificate this authority has signed, and no other: one or
    /// more certificates in PEM. Without it, the authorities that the system trusts are asked, and the address says with
    /// `sslmode=require` that connections are to be encrypted.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn with_authority(self, pem: impl Into<String>) -> Self {
        Self { authority: Some(pem.into()), ..self }
    }

    /// The authority that signs certificates of servers, in PEM; none where the system knows them.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// The schema that holds the office.
    #[must_use]
    pub fn schema(&self) -> &str {
        &self.schema
    }

    /// How many connections are opened at the most.
    #[must_use]
    pub const fn connections(&self) -> usize {
        self.connections
    }

    /// How long a call waits.
    #[must_use]
    pub const fn patience(&self) -> Duration {
        self.patience
    }

    /// How commits are kept apart in a store that is new.
    #[must_use]
    pub const fn isolation(&self) -> Isolation {
        self.isolation
    }
}
