//! What an office remembers of the records that it used last.
//!
//! The first run of a command takes from here what it would otherwise ask the store for. That may have been replaced since,
//! by another program: so before the answer or refusal is given out, a commit checks all versions, and after a conflict the
//! command runs again on what the store has.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Batch, Key, Record, Write};

/// How much is remembered in each of the two halves, in bytes: some ten thousand entities.
const HALF: usize = 4 << 20;

/// About what keeping a record takes besides its id and its body.
const AROUND: usize = 200;

/// Reads of more records than this are reports, and would only push out what is used again and again.
const REPORT: usize = 100;

/// The records that were used last. What is not used for a while is forgotten.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    halves: Mutex<Halves>,
}

/// When the young half is full it becomes the old one, and what the old one had is gone.
#[derive(Debug, Default)]
struct Halves {
    young: BTreeMap<Key, Record>,
    old: BTreeMap<Key, Record>,
    bytes: usize,
}

impl Recent {
    /// The records under these keys, if all of them are remembered.
    pub(crate) fn recall(&self, keys: &[Key]) -> Option<Vec<Record>> {
        let halves = self.halves();
        keys.iter().map(|key| halves.get(key).cloned()).collect()
    }

    /// Whether something is remembered under this key.
    pub(crate) fn has(&self, key: &Key) -> bool {
        self.halves().get(key).is_some()
    }

    /// Remembers what a commit of this command had read, as it stands after the commit.
    pub(crate) fn keep(&self, read: &BTreeMap<Key, Option<Record>>, committed: &Batch, command: &Key) {
        if read.len() > REPORT {
            return;
        }
        let mut halves = self.halves();
        for (key, record) in read.iter().filter(|(key, _)| *key != command) {
            match (committed.write(key), record) {
                (Some(Write::Put(body)), _) => {
                    halves.keep(key, Record { version: committed.id(), body: body.clone() });
                }
                (Some(Write::Delete), _) => halves.forget(key),
                (None, Some(record)) => halves.keep(key, record.clone()),
                (None, None) => {}
            }
        }
    }

    /// Forgets what was read: somebody else may have written it.
    pub(crate) fn forget(&self, read: &BTreeMap<Key, Option<Record>>) {
        let mut halves = self.halves();
        for key in read.keys() {
            halves.forget(key);
        }
    }

    fn halves(&self) -> MutexGuard<'_, Halves> {
        self.halves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Halves {
    fn get(&self, key: &Key) -> Option<&Record> {
        self.young.get(key).or_else(|| self.old.get(key))
    }

    /// Of two commits that note what they wrote at the same time, the later one is right: its id is higher.
    fn keep(&mut self, key: &Key, record: Record) {
        if self.get(key).is_some_and(|held| held.version > record.version) {
            return;
        }
        let size = key.id().len().saturating_add(record.body.as_str().len()).saturating_add(AROUND);
        let before = self.young.insert(key.clone(), record);
        if before.is_none() {
            self.bytes = self.bytes.saturating_add(size);
        }
        if self.bytes > HALF {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
    }

    fn forget(&mut self, key: &Key) {
        self.young.remove(key);
        self.old.remove(key);
    }
}
