//! The one connection of a store that writes.

use std::collections::BTreeSet;
use std::time::Duration;

use office_core::{Batch, Kind, StoreError, Write};
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

    /// The kinds that got a table.
    fn carry_out(&self, batch: &Batch) -> Result<BTreeSet<Kind>, StoreError> {
        let created = self.create_tables(batch)?;
        for (key, expected) in batch.checks() {
            if table::version(&self.connection, key)? != expected {
                return Err(StoreError::conflict());
            }
        }
        let version = batch.id().to_string();
        for (key, write) in batch.writes() {
            match write {
                Write::Put(body) => table::put(&self.connection, key, &version, body.as_str()),
                Write::Delete => table::delete(&self.connection, key),
            }
            .map_err(fault::unchanged)?;
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
