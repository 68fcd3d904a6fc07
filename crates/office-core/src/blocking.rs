//! Adapters between blocking and asynchronous stores, and a way to wait without a runtime.

use std::future::Future;
#[cfg(feature = "tokio")]
use std::sync::Arc;

use crate::{Batch, BlockingStore, Key, Kind, Record, Store, StoreError};

/// Runs a future to its end on the calling thread. No runtime is needed.
///
/// # Example
/// ```
/// assert_eq!(office_core::wait(async { 2 + 2 }), 4);
/// ```
pub fn wait<F: Future>(future: F) -> F::Output {
    pollster::block_on(future)
}

/// A blocking store that answers at once, on the thread that asks. Right for engines in the same process.
#[derive(Clone, Debug)]
pub struct Inline<B>(pub B);

impl<B: BlockingStore> Store for Inline<B> {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, StoreError> {
        self.0.get(keys)
    }

    async fn scan(&self, kind: &Kind, from: &str, to: &str, limit: usize) -> Result<Vec<(Key, Record)>, StoreError> {
        self.0.scan(kind, from, to, limit)
    }

    async fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
        self.0.commit(batch)
    }
}

/// An asynchronous store for callers that block. It waits with [`wait`], so a store that needs its own runtime must be
/// called from a thread of that runtime's making.
#[derive(Clone, Debug)]
pub struct Waiting<S>(pub S);

impl<S: Store> BlockingStore for Waiting<S> {
    fn get(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, StoreError> {
        wait(self.0.get(keys))
    }

    fn scan(&self, kind: &Kind, from: &str, to: &str, limit: usize) -> Result<Vec<(Key, Record)>, StoreError> {
        wait(self.0.scan(kind, from, to, limit))
    }

    fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
        wait(self.0.commit(batch))
    }
}

/// A blocking store whose calls run on tokio's pool for blocking work, so that no thread of the runtime waits for a disk.
///
/// Costs about twenty microseconds a call; [`Inline`] is faster for short calls.
#[cfg(feature = "tokio")]
#[derive(Debug)]
pub struct Pooled<B>(Arc<B>);

#[cfg(feature = "tokio")]
impl<B: BlockingStore> Pooled<B> {
    /// Runs `store` on the pool of the runtime that its callers run on.
    pub fn new(store: B) -> Self {
        Self(Arc::new(store))
    }

    async fn run<T, F>(&self, work: F, lost: fn(tokio::task::JoinError) -> StoreError) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&B) -> Result<T, StoreError> + Send + 'static,
    {
        let store = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || work(&store)).await.map_err(lost)?
    }
}

#[cfg(feature = "tokio")]
impl<B: BlockingStore> Store for Pooled<B> {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, StoreError> {
        let keys = keys.to_vec();
        self.run(move |store| store.get(&keys), StoreError::unavailable).await
    }

    async fn scan(&self, kind: &Kind, from: &str, to: &str, limit: usize) -> Result<Vec<(Key, Record)>, StoreError> {
        let (kind, from, to) = (kind.clone(), from.to_owned(), to.to_owned());
        self.run(move |store| store.scan(&kind, &from, &to, limit), StoreError::unavailable).await
    }

    async fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
        let batch = batch.clone();
        self.run(move |store| store.commit(&batch), StoreError::unknown).await
    }
}
