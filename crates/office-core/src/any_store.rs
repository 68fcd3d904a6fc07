//! A store whose engine is chosen at run time.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::{Batch, Key, Kind, Record, Store, StoreError};

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Any store behind one type. Cloning it gives another handle to the same store.
///
/// # Example
/// ```
/// use office_core::{AnyStore, Key, Kind, MemoryStore, Store, wait};
///
/// let store = AnyStore::new(MemoryStore::new());
/// let key = Key::new(Kind::literal("room"), "R-101")?;
/// assert_eq!(wait(store.get(&[key]))?, [None]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct AnyStore(Arc<dyn Erased>);

impl AnyStore {
    /// Takes any store.
    pub fn new(store: impl Store) -> Self {
        Self(Arc::new(store))
    }
}

impl fmt::Debug for AnyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnyStore")
    }
}

trait Erased: Send + Sync {
    fn get<'a>(&'a self, keys: &'a [Key]) -> Answer<'a, Vec<Option<Record>>>;
    fn scan<'a>(&'a self, kind: &'a Kind, from: &'a str, to: &'a str, limit: usize) -> Answer<'a, Vec<(Key, Record)>>;
    fn commit<'a>(&'a self, batch: &'a Batch) -> Answer<'a, ()>;
}

impl<S: Store> Erased for S {
    fn get<'a>(&'a self, keys: &'a [Key]) -> Answer<'a, Vec<Option<Record>>> {
        Box::pin(Store::get(self, keys))
    }

    fn scan<'a>(&'a self, kind: &'a Kind, from: &'a str, to: &'a str, limit: usize) -> Answer<'a, Vec<(Key, Record)>> {
        Box::pin(Store::scan(self, kind, from, to, limit))
    }

    fn commit<'a>(&'a self, batch: &'a Batch) -> Answer<'a, ()> {
        Box::pin(Store::commit(self, batch))
    }
}

impl Store for AnyStore {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, StoreError> {
        self.0.get(keys).await
    }

    async fn scan(&self, kind: &Kind, from: &str, to: &str, limit: usize) -> Result<Vec<(Key, Record)>, StoreError> {
        self.0.scan(kind, from, to, limit).await
    }

    async fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
        self.0.commit(batch).await
    }
}
