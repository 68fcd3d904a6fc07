//! The store on one SQLite file.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use office_core::{Batch, BlockingStore, Key, Kind, Record, Store, StoreError};

use crate::file::{self, OpenError};
use crate::options::Options;
use crate::reader::Readers;
use crate::table;
use crate::writer::Writer;

/// Keeps records in one SQLite file, for any number of threads and processes on one machine.
///
/// Cloning it gives another handle to the same connections. It answers on the calling thread; in a program with a
/// runtime, `Pooled` of `office-core` (feature `tokio`) keeps the runtime's threads free of waiting for the disk.
///
/// # Example
/// ```
/// use office_core::Office;
/// use office_sqlite::{OpenError, SqliteStore};
///
/// let folder = tempfile::tempdir()?;
/// let office = Office::on(SqliteStore::open(folder.path().join("office.db"))?);
/// # drop(office);
///
/// // What is not an office's file is refused, and left as it is.
/// let letter = folder.path().join("letter.txt");
/// std::fs::write(&letter, "Dear Sir or Madam")?;
/// assert!(matches!(SqliteStore::open(&letter), Err(OpenError::Foreign { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SqliteStore {
    shared: Arc<Shared>,
}

/// How many records are read with the connection that writes, where it is idle: so few that nobody waits for it long.
const FEW: usize = 16;

struct Shared {
    path: PathBuf,
    options: Options,
    readers: Readers,
    writer: Mutex<Writer>,
}

impl SqliteStore {
    /// Opens the file, with full durability. A missing or empty file becomes a new store, one of an older format is
    /// brought up to date.
    ///
    /// # Errors
    /// [`OpenError`] where the file is something else, of a newer format, or cannot be opened; it is left as it was.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::open_with(path, Options::default())
    }

    /// As [`SqliteStore::open`], with these options.
    pub fn open_with(path: impl AsRef<Path>, options: Options) -> Result<Self, OpenError> {
        let path = file::locate(path.as_ref())?;
        let writer = Writer::new(file::open_writer(&path, &options)?, options.busy_timeout());
        let readers = Readers::new(path.clone(), options);
        Ok(Self { shared: Arc::new(Shared { path, options, readers, writer: Mutex::new(writer) }) })
    }

    /// Where the file lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// How it was opened.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.shared.options
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore")
            .field("path", &self.shared.path)
            .field("options", &self.shared.options)
            .finish_non_exhaustive()
    }
}

impl BlockingStore for SqliteStore {
    fn get(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, StoreError> {
        if keys.len() <= FEW
            && let Ok(writer) = self.shared.writer.try_lock()
            && let Some(found) = writer.get(keys)
        {
            return Ok(found);
        }
        match keys {
            [] => Ok(Vec::new()),
            [key] => self.shared.readers.ask(|connection| Ok(vec![table::get(connection, key)?])),
            keys => self
                .shared
                .readers
                .at_one_instant(|connection| keys.iter().map(|key| table::get(connection, key)).collect()),
        }
    }

    fn scan(&self, kind: &Kind, from: &str, to: &str, limit: usize) -> Result<Vec<(Key, Record)>, StoreError> {
        if from >= to || limit == 0 {
            return Ok(Vec::new());
        }
        self.shared.readers.ask(|connection| table::scan(connection, kind, from, to, limit))
    }

    fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
        if batch.is_read_only() {
            return self.shared.readers.at_one_instant(|connection| {
                for (key, expected) in batch.checks() {
                    if table::version(connection, key)? != expected {
                        return Err(StoreError::conflict());
                    }
                }
                Ok(())
            });
        }
        self.shared.writer.lock().unwrap_or_else(PoisonError::into_inner).commit(batch)
    }
}

impl Store for SqliteStore {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, StoreError> {
        BlockingStore::get(self, keys)
    }

    async fn scan(&self, kind: &Kind, from: &str, to: &str, limit: usize) -> Result<Vec<(Key, Record)>, StoreError> {
        BlockingStore::scan(self, kind, from, to, limit)
    }

    async fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
        BlockingStore::commit(self, batch)
    }
}
