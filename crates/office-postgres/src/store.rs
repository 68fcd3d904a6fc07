//! The store on a PostgreSQL server.

use std::fmt;
use std::sync::Arc;

use office_core::{Batch, Key, Kind, Record, Store, StoreError};

use crate::database::Database;
use crate::fault::Link;
use crate::open::{Address, OpenError};
use crate::options::{Isolation, Options};
use crate::queue::Queue;
use crate::worker::Worker;

/// Keeps records in a schema of a PostgreSQL database. Cloning it gives another handle to the same connections.
///
/// It may be used by threads without a runtime and on any runtime: the driver has a thread of its own.
///
/// # Example
/// ```
/// use office_core::{Office, wait};
/// use office_postgres::{OpenError, PostgresStore};
///
/// // An address that is not one is refused, without repeating what may be a password.
/// let refusal = wait(PostgresStore::connect("postgres://clerk:s3cret@localhost:five/office"));
/// assert!(matches!(refusal, Err(OpenError::Address)));
///
/// # let Some(scratch) = office_scratch::Scratch::find() else { return Ok(()) };
/// # let (url, options) = (scratch.url(), scratch.options());
/// let store = wait(PostgresStore::connect_with(url, options))?;
/// let office = Office::on(store);
/// # let _ = office;
/// # Ok::<(), OpenError>(())
/// ```
#[derive(Clone)]
pub struct PostgresStore {
    shared: Arc<Shared>,
}

struct Shared {
    address: Address,
    options: Options,
    database: Arc<Database>,
    queue: Queue,
    worker: Worker,
}

impl PostgresStore {
    /// Connects to the database at `url`, and to the schema `office` in it. A missing or empty schema becomes a new store,
    /// one of an older format is brought up to date.
    ///
    /// `url` is what PostgreSQL's own programs take, `postgres://user:password@host:port/database` or
    /// `host=... user=...`, with several hosts for a cluster.
    ///
    /// # Errors
    /// [`OpenError`] where the server cannot be used, or the schema is something else or of a newer format; it is left as
    /// it was.
    pub async fn connect(url: &str) -> Result<Self, OpenError> {
        Self::connect_with(url, Options::default()).await
    }

    /// As [`PostgresStore::connect`], with these options.
    pub async fn connect_with(url: &str, options: Options) -> Result<Self, OpenError> {
        let address = Address::parse(url, &options)?;
        let worker = Worker::start().map_err(|error| OpenError::Server { source: Box::new(error) })?;
        let ours = address.clone();
        let opened = worker.run(async move {
            let database = Arc::new(ours.prepare().await?);
            Ok((Queue::open(&database), database))
        });
        let panicked = |_| Err(OpenError::Server { source: Box::new(Link("it panicked".to_owned())) });
        let (queue, database) = opened.await.unwrap_or_else(panicked)?;
        Ok(Self { shared: Arc::new(Shared { address, options, database, queue, worker }) })
    }

    /// How it was connected.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.shared.options
    }

    /// How commits are kept apart here, which may be otherwise than the options wanted it.
    #[must_use]
    pub fn isolation(&self) -> Isolation {
        self.shared.database.isolation()
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore")
            .field("database", &self.shared.address.database())
            .field("options", &self.shared.options)
            .finish_non_exhaustive()
    }
}

/// Where the driver's thread did not get to its end, a read is as good as one that found no server.
fn unread<E>(_: E) -> StoreError {
    StoreError::unavailable("the driver's thread has ended")
}

impl Store for PostgresStore {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, StoreError> {
        let (database, keys) = (Arc::clone(&self.shared.database), keys.to_vec());
        self.shared.worker.run(async move { database.get(&keys).await }).await.map_err(unread)?
    }

    async fn scan(&self, kind: &Kind, from: &str, to: &str, limit: usize) -> Result<Vec<(Key, Record)>, StoreError> {
        let database = Arc::clone(&self.shared.database);
        let (kind, from, to) = (kind.clone(), from.to_owned(), to.to_owned());
        self.shared.worker.run(async move { database.scan(&kind, &from, &to, limit).await }).await.map_err(unread)?
    }

    async fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
        let Shared { database, queue, worker, .. } = &*self.shared;
        let ended = |_| StoreError::unknown("the driver's thread has ended");
        let (apart, ours) = (Arc::clone(database), batch.clone());
        if batch.is_read_only() || self.isolation() == Isolation::Serializable {
            return worker.run(async move { apart.commit(&ours).await }).await.map_err(ended)?;
        }
        if !database.shows(batch) {
            worker.run(async move { apart.show(&ours).await }).await.map_err(ended)??;
        }
        queue.commit(batch).await
    }
}
