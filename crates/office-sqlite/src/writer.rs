//! The one connection of a store that writes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use office_core::{Batch, Key, Kind, Record, StoreError, Write};
use rusqlite::Connection;

use crate::{fault, table};

pub(crate) struct Writer {
    connection: Connection,
    patience: Duration,
    /// Kinds that are known to have a table.
    kinds: BTreeSet<Kind>,
}

impl Writer {
    pub(crate) fn new(connection: Connection, patience: Duration) -> Self {
        Self { connection, patience, kinds: BTreeSet::new() }
    }

    /// Checks and writes in one transaction, which no other connection can be in the middle of.
    pub(crate) fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        self.roll_back()?;
        fault::patiently(self.patience, fault::is_busy, || self.run("BEGIN IMMEDIATE")).map_err(fault::unchanged)?;
        let done = self.carry_out(batch);
        let done = done.and_then(|created| match self.run("COMMIT") {
            Ok(()) => Ok(created),
            Err(error) => Err(fault::committing(error)),
        });
        match done {
            Ok(created) => {
                self.kinds.extend(created);
                Ok(())
            }
            Err(error) => {
                // Should this fail, it is tried again before the next transaction.
                let _ = self.roll_back();
                Err(error)
            }
        }
    }

    /// Records under some keys, all of one instant; none where this connection cannot tell now.
    ///
    /// It has at hand what it wrote, which other connections would have to fetch.
    pub(crate) fn get(&self, keys: &[Key]) -> Option<Vec<Option<Record>>> {
        if !self.connection.is_autocommit() {
            return None;
        }
        if let [key] = keys {
            return table::get(&self.connection, key).ok().map(|found| vec![found]);
        }
        self.run("BEGIN").ok()?;
        let found = keys.iter().map(|key| table::get(&self.connection, key)).collect::<Result<_, _>>();
        self.run("ROLLBACK").ok()?;
        found.ok()
    }

    /// The kinds that got a table.
    fn carry_out(&self, batch: &Batch) -> Result<BTreeSet<Kind>, StoreError> {
        let created = self.create_tables(batch)?;
        let mut checks: BTreeMap<_, _> = batch.checks().collect();
        let version = batch.id().to_string();
        // What is checked and put is checked as it is put.
        let writes: Vec<_> = batch
            .writes()
            .map(|(key, write)| match write {
                Write::Put(body) => (key, Some((body.as_str(), checks.remove(key)))),
                Write::Delete => (key, None),
            })
            .collect();
        for (key, expected) in checks {
            if table::version(&self.connection, key)? != expected {
                return Err(StoreError::conflict());
            }
        }
        for (key, put) in writes {
            let connection = &self.connection;
            let as_expected = match put {
                Some((body, None)) => table::put(connection, key, &version, body).map(|()| true),
                Some((body, Some(None))) => table::add(connection, key, &version, body),
                Some((body, Some(Some(before)))) => table::replace(connection, key, before, &version, body),
                None => table::delete(connection, key).map(|()| true),
            };
            if !as_expected.map_err(fault::unchanged)? {
                return Err(StoreError::conflict());
            }
        }
        Ok(created)
    }

    /// Gives every kind of the batch a table, those that are only checked as well: the checks then need not ask whether
    /// there is one.
    fn create_tables(&self, batch: &Batch) -> Result<BTreeSet<Kind>, StoreError> {
        let mut created = BTreeSet::new();
        for kind in batch.checks().map(|(key, _)| key.kind()).chain(batch.writes().map(|(key, _)| key.kind())) {
            if !self.kinds.contains(kind) && !created.contains(kind) {
                table::create(&self.connection, kind).map_err(fault::unchanged)?;
                created.insert(kind.clone());
            }
        }
        Ok(created)
    }

    fn roll_back(&self) -> Result<(), StoreError> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        self.run("ROLLBACK").map_err(fault::unchanged)
    }

    fn run(&self, statement: &str) -> Result<(), rusqlite::Error> {
        self.connection.prepare_cached(statement)?.execute([]).map(drop)
    }
}
