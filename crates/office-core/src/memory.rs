//! The store that lives in memory.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, PoisonError, RwLock};

use crate::{Batch, BlockingStore, Key, Kind, Record, Store, StoreError, Write};

type Table = BTreeMap<Arc<str>, Record>;

/// Keeps records in memory, behind one lock: for tests, examples and programs that need nothing kept.
///
/// As strict as any engine on disk. Cloning it gives another handle to the same records.
///
/// # Example
/// ```
/// use office_core::{MemoryStore, Office};
///
/// let office = Office::on(MemoryStore::new());
/// # let _ = office;
/// ```
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    tables: Arc<RwLock<BTreeMap<Kind, Table>>>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl BlockingStore for MemoryStore {
    fn get(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, StoreError> {
        let tables = self.tables.read().unwrap_or_else(PoisonError::into_inner);
        Ok(keys.iter().map(|key| tables.get(key.kind())?.get(key.id()).cloned()).collect())
    }

    fn scan(&self, kind: &Kind, from: &str, to: &str, limit: usize) -> Result<Vec<(Key, Record)>, StoreError> {
        if from >= to {
            return Ok(Vec::new());
        }
        let tables = self.tables.read().unwrap_or_else(PoisonError::into_inner);
        let Some(table) = tables.get(kind) else { return Ok(Vec::new()) };
        table
            .range::<str, _>((Bound::Included(from), Bound::Excluded(to)))
            .take(limit)
            .map(|(id, record)| {
                let key = Key::new(kind.clone(), Arc::clone(id)).map_err(StoreError::corrupt)?;
                Ok((key, record.clone()))
            })
            .collect()
    }

    fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
        let mut tables = self.tables.write().unwrap_or_else(PoisonError::into_inner);
        for (key, expected) in batch.checks() {
            let found = tables.get(key.kind()).and_then(|table| table.get(key.id())).map(|record| record.version);
            if found != expected {
                return Err(StoreError::conflict());
            }
        }
        for (key, write) in batch.writes() {
            let table = tables.entry(key.kind().clone()).or_default();
            match write {
                Write::Put(body) => {
                    table.insert(key.id().into(), Record { version: batch.id(), body: body.clone() });
                }
                Write::Delete => {
                    table.remove(key.id());
                }
            }
        }
        Ok(())
    }
}

impl Store for MemoryStore {
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
