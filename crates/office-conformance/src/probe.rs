//! Asking a store and holding it to its answer.

use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};

use office_core::{AnyStore, Batch, Body, CommitId, Key, Kind, Record, Store, StoreError, wait};
use uuid::Uuid;

use crate::{Promise, Violation};

/// How often a call is repeated that a store may refuse without a reason.
const PATIENCE: u32 = 100;

pub(crate) const ROOM: Kind = Kind::literal("room");

/// An id that no other commit of this process has.
pub(crate) fn next_id() -> CommitId {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let number = LAST.fetch_add(1, Ordering::Relaxed).saturating_add(1);
    CommitId::from_uuid(Uuid::from_u128(u128::from(number)))
}

/// A body that is told apart by a number.
pub(crate) fn numbered(number: u64) -> Body {
    Body::stored(format!(r#"{{"n":{number}}}"#))
}

/// The number in a body.
pub(crate) fn number(record: Option<&Record>) -> Option<u64> {
    #[derive(serde::Deserialize)]
    struct Numbered {
        n: u64,
    }
    record.and_then(|record| record.body.read::<Numbered>().ok()).map(|body| body.n)
}

pub(crate) fn key(kind: Kind, id: impl Into<std::sync::Arc<str>>) -> Result<Key, Violation> {
    Key::new(kind, id).map_err(|error| Violation::new(Promise::IdsAreBytes, "a key", error.to_string()))
}

/// A room's key.
pub(crate) fn room(id: &str) -> Result<Key, Violation> {
    key(ROOM, id)
}

/// A batch in the making.
pub(crate) struct Draft(Batch);

impl Draft {
    pub(crate) fn new() -> Self {
        Self(Batch::new(next_id()))
    }

    pub(crate) fn at(mut self, key: &Key, version: Option<CommitId>) -> Self {
        self.0.check(key.clone(), version);
        self
    }

    pub(crate) fn absent(self, key: &Key) -> Self {
        self.at(key, None)
    }

    pub(crate) fn put(mut self, key: &Key, number: u64) -> Self {
        self.0.put(key.clone(), numbered(number));
        self
    }

    pub(crate) fn delete(mut self, key: &Key) -> Self {
        self.0.delete(key.clone());
        self
    }

    pub(crate) fn done(self) -> Batch {
        self.0
    }
}

/// A store that is asked on behalf of one promise.
#[derive(Clone, Copy)]
pub(crate) struct Probe<'a> {
    store: &'a AnyStore,
    promise: Promise,
}

impl<'a> Probe<'a> {
    pub(crate) fn new(store: &'a AnyStore, promise: Promise) -> Self {
        Self { store, promise }
    }

    pub(crate) fn violated(&self, expected: impl Into<String>, found: impl Into<String>) -> Violation {
        Violation::new(self.promise, expected, found)
    }

    /// Demands that `found` be `expected`.
    pub(crate) fn same<T: PartialEq + Debug>(&self, what: &str, expected: &T, found: &T) -> Result<(), Violation> {
        if expected == found {
            return Ok(());
        }
        Err(self.violated(format!("{what}: {}", short(expected)), short(found)))
    }

    pub(crate) fn holds(&self, holds: bool, expected: &str, found: impl Into<String>) -> Result<(), Violation> {
        if holds { Ok(()) } else { Err(self.violated(expected, found)) }
    }

    pub(crate) fn get(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, Violation> {
        let found = patiently(|| wait(self.store.get(keys))).map_err(|error| self.violated("records", told(&error)))?;
        self.same("as many answers as keys", &keys.len(), &found.len())?;
        Ok(found)
    }

    pub(crate) fn one(&self, key: &Key) -> Result<Option<Record>, Violation> {
        Ok(self.get(std::slice::from_ref(key))?.into_iter().next().flatten())
    }

    /// The version that a record has, if there is one.
    pub(crate) fn version(&self, key: &Key) -> Result<Option<CommitId>, Violation> {
        Ok(self.one(key)?.map(|record| record.version))
    }

    pub(crate) fn scan(
        &self,
        kind: &Kind,
        from: &str,
        to: &str,
        limit: usize,
    ) -> Result<Vec<(Key, Record)>, Violation> {
        patiently(|| wait(self.store.scan(kind, from, to, limit)))
            .map_err(|error| self.violated("a range of records", told(&error)))
    }

    /// The ids of a range.
    pub(crate) fn ids(&self, kind: &Kind, from: &str, to: &str, limit: usize) -> Result<Vec<String>, Violation> {
        Ok(self.scan(kind, from, to, limit)?.into_iter().map(|(key, _)| key.id().to_owned()).collect())
    }

    /// Demands that the batch be committed. A conflict may be reported for nothing, so it is tried again.
    pub(crate) fn commit(&self, what: &str, batch: &Batch) -> Result<CommitId, Violation> {
        patiently(|| wait(self.store.commit(batch)))
            .map_err(|error| self.violated(format!("{what}: to be committed"), told(&error)))?;
        Ok(batch.id())
    }

    /// Demands that the batch meet a conflict.
    pub(crate) fn conflict(&self, what: &str, batch: &Batch) -> Result<(), Violation> {
        match wait(self.store.commit(batch)) {
            Err(error) if error.is_conflict() => Ok(()),
            Err(error) => Err(self.violated(format!("{what}: a conflict"), told(&error))),
            Ok(()) => Err(self.violated(format!("{what}: a conflict"), "that it was committed")),
        }
    }

    /// Demands that the record hold this number, or that there be none.
    pub(crate) fn stands(&self, what: &str, key: &Key, expected: Option<u64>) -> Result<(), Violation> {
        self.same(what, &expected, &number(self.one(key)?.as_ref()))
    }
}

/// Repeats a call that has changed nothing and may succeed later.
pub(crate) fn patiently<T>(mut call: impl FnMut() -> Result<T, StoreError>) -> Result<T, StoreError> {
    let mut answer = call();
    for _ in 0..PATIENCE {
        match &answer {
            Err(error) if error.is_conflict() || error.is_unavailable() => {
                std::thread::yield_now();
                answer = call();
            }
            _ => break,
        }
    }
    answer
}

/// An error with its causes.
pub(crate) fn told(error: &dyn std::error::Error) -> String {
    let mut text = format!("the error: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

fn short(value: &impl Debug) -> String {
    let text = format!("{value:?}");
    if text.chars().count() <= 400 { text } else { text.chars().take(400).chain(" …".chars()).collect() }
}
