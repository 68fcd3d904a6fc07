//! The calls of the store, made on the thread of the driver.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deadpool_postgres::{Object, Pool, PoolError};
use office_core::{Batch, Body, CommitId, Key, Kind, Record, StoreError, Write};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use crate::fault;
use crate::statement::{Schema, Statements};

type Parameters<'p> = [&'p (dyn ToSql + Sync)];

/// How often a call that changes nothing is made again on another connection, where one broke.
const CALLS: u32 = 3;

/// The most names that are locked one by one. PostgreSQL has room for 64 locks on each connection, unless told otherwise.
const LOCKS: usize = 48;

pub(crate) struct Database {
    pool: Pool,
    patience: Duration,
    schema: Schema,
    statements: Statements,
    /// Kinds that have a view.
    shown: Mutex<BTreeSet<Kind>>,
}

impl Database {
    pub(crate) fn new(pool: Pool, patience: Duration, schema: Schema) -> Self {
        let statements = Statements::of(&schema);
        Self { pool, patience, schema, statements, shown: Mutex::default() }
    }

    /// A connection, waited for as long as there is patience: also while the server cannot be reached.
    pub(crate) async fn client(&self) -> Result<Object, StoreError> {
        const LONGEST: Duration = Duration::from_millis(250);
        let mut last = "every connection is in use".to_owned();
        let attempts = async {
            let mut nap = Duration::from_millis(5);
            loop {
                let error = match self.pool.get().await {
                    Ok(client) => return Ok(client),
                    Err(error) => error,
                };
                last = if let PoolError::Backend(error) = &error {
                    fault::told(error).to_string()
                } else {
                    error.to_string()
                };
                if is_final(&error) {
                    return Err(StoreError::unavailable(fault::Link(last.clone())));
                }
                tokio::time::sleep(nap).await;
                nap = nap.saturating_mul(2).min(LONGEST);
            }
        };
        match tokio::time::timeout(self.patience, attempts).await {
            Ok(answer) => answer,
            Err(_) => Err(StoreError::unavailable(fault::Link(last))),
        }
    }

    /// Learns which kinds have a view already.
    pub(crate) async fn look_around(&self) -> Result<(), StoreError> {
        let mut shown = BTreeSet::new();
        for row in self.ask(&self.statements.kinds, &[]).await? {
            shown.extend(Kind::new(text(&row, 0)?).ok());
        }
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).extend(shown);
        Ok(())
    }

    pub(crate) async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, StoreError> {
        if let [key] = keys {
            let rows = self.ask(&self.statements.get_one, &[&key.kind().as_str(), &key.id()]).await?;
            return Ok(vec![rows.first().map(record).transpose()?.flatten()]);
        }
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let (kinds, ids): (Vec<_>, Vec<_>) = keys.iter().map(names).unzip();
        self.ask(&self.statements.get, &[&kinds, &ids]).await?.iter().map(record).collect()
    }

    pub(crate) async fn scan(
        &self,
        kind: &Kind,
        from: &str,
        to: &str,
        limit: usize,
    ) -> Result<Vec<(Key, Record)>, StoreError> {
        if from >= to || limit == 0 {
            return Ok(Vec::new());
        }
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.ask(&self.statements.scan, &[&kind.as_str(), &from, &to, &limit]).await?;
        let found = rows.iter().map(|row| {
            let key = Key::new(kind.clone(), text(row, 2)?).map_err(StoreError::corrupt)?;
            let record = record(row)?.ok_or_else(|| StoreError::corrupt("a record without a version"))?;
            Ok((key, record))
        });
        found.collect()
    }

    pub(crate) async fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
        let (mut check_kinds, mut check_ids, mut check_versions) = (Vec::new(), Vec::new(), Vec::new());
        for (key, version) in batch.checks() {
            check_kinds.push(key.kind().as_str());
            check_ids.push(key.id());
            check_versions.push(version.map(CommitId::uuid));
        }
        if batch.is_read_only() {
            let rows = self.ask(&self.statements.check, &[&check_kinds, &check_ids, &check_versions]).await?;
            return verdict(rows.first());
        }
        let (mut put_kinds, mut put_ids, mut put_bodies) = (Vec::new(), Vec::new(), Vec::new());
        let (mut gone_kinds, mut gone_ids) = (Vec::new(), Vec::new());
        for (key, write) in batch.writes() {
            let (kind, id) = names(key);
            match write {
                Write::Put(body) => {
                    put_kinds.push(kind);
                    put_ids.push(id);
                    put_bodies.push(body.as_str());
                }
                Write::Delete => {
                    gone_kinds.push(kind);
                    gone_ids.push(id);
                }
            }
        }
        self.show(batch).await?;
        let (places, alone) = locks(&self.schema, batch);
        let parameters: &Parameters<'_> = &[
            &batch.id().uuid(),
            &places,
            &alone,
            &check_kinds,
            &check_ids,
            &check_versions,
            &put_kinds,
            &put_ids,
            &put_bodies,
            &gone_kinds,
            &gone_ids,
        ];
        self.send(parameters).await
    }

    /// Sends a commit, once: where its answer is lost, nobody here knows what became of it.
    async fn send(&self, parameters: &Parameters<'_>) -> Result<(), StoreError> {
        let mut calls = 1;
        let (client, statement) = loop {
            let client = self.client().await?;
            match client.prepare_cached(&self.statements.commit).await {
                Ok(statement) => break (client, statement),
                Err(error) => {
                    let error = fault::unchanged(&error);
                    if !error.is_unavailable() || calls >= CALLS {
                        return Err(error);
                    }
                }
            }
            calls = calls.saturating_add(1);
        };
        match client.query_one(&statement, parameters).await {
            Ok(row) => verdict(Some(&row)),
            Err(error) => Err(fault::committing(&error)),
        }
    }

    /// Runs one statement that changes no record.
    async fn ask(&self, statement: &str, parameters: &Parameters<'_>) -> Result<Vec<Row>, StoreError> {
        let mut calls = 1;
        loop {
            let client = self.client().await?;
            let answer = async {
                let statement = client.prepare_cached(statement).await?;
                client.query(&statement, parameters).await
            };
            let error = match answer.await {
                Ok(rows) => return Ok(rows),
                Err(error) => fault::unchanged(&error),
            };
            if !error.is_unavailable() || calls >= CALLS {
                return Err(error);
            }
            calls = calls.saturating_add(1);
        }
    }

    /// Gives the kinds of the batch their views.
    async fn show(&self, batch: &Batch) -> Result<(), StoreError> {
        let new: BTreeSet<&Kind> = {
            let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
            batch.writes().map(|(key, _)| key.kind()).filter(|kind| !shown.contains(*kind)).collect()
        };
        for kind in new {
            self.ask(&self.statements.show, &[&kind.as_str()]).await?;
            self.shown.lock().unwrap_or_else(PoisonError::into_inner).insert(kind.clone());
        }
        Ok(())
    }
}

/// Whether a server that does not let us in will not do so later either.
fn is_final(error: &PoolError) -> bool {
    let PoolError::Backend(error) = error else { return false };
    // No such role, wrong password; no such database; no permission.
    matches!(fault::code(error).and_then(|code| code.get(..2)), Some("28" | "3D" | "42"))
}

/// What is locked, in this order, and whether alone.
///
/// First the whole store, which a batch of many names has to itself instead of locking each. Names stand for themselves as
/// numbers; where two have the same number, one merely waits for the other.
fn locks(schema: &Schema, batch: &Batch) -> (Vec<i64>, Vec<bool>) {
    let mut places = BTreeMap::new();
    for (key, _) in batch.checks() {
        places.insert(place(schema, &format!("{}\0{}", key.kind(), key.id())), false);
    }
    for (key, _) in batch.writes() {
        places.insert(place(schema, &format!("{}\0{}", key.kind(), key.id())), true);
    }
    let store = place(schema, "");
    if places.len() > LOCKS {
        return (vec![store], vec![true]);
    }
    std::iter::once((store, false)).chain(places).unzip()
}

/// The number that a name is locked by: it must stay what it is, because programs of several versions share a database.
fn place(schema: &Schema, name: &str) -> i64 {
    const OFFICE: Uuid = Uuid::from_u128(0x0ff1_ce00_0000_5000_8000_0000_0000_0001);
    let hash = Uuid::new_v5(&OFFICE, format!("{}\0{name}", schema.as_str()).as_bytes());
    hash.as_u64_pair().0.cast_signed()
}

fn names(key: &Key) -> (&str, &str) {
    (key.kind().as_str(), key.id())
}

fn verdict(row: Option<&Row>) -> Result<(), StoreError> {
    match row.and_then(|row| row.try_get(0).ok()) {
        Some(true) => Ok(()),
        Some(false) => Err(StoreError::conflict()),
        None => Err(StoreError::unknown("the server answers something else")),
    }
}

/// The record of a row whose first columns are version and body; none where they are empty.
fn record(row: &Row) -> Result<Option<Record>, StoreError> {
    let version: Option<Uuid> = row.try_get(0).map_err(|error| StoreError::corrupt(fault::told(&error)))?;
    let Some(version) = version else { return Ok(None) };
    Ok(Some(Record { version: CommitId::from_uuid(version), body: Body::stored(text(row, 1)?) }))
}

fn text(row: &Row, column: usize) -> Result<&str, StoreError> {
    row.try_get(column).map_err(|error| StoreError::corrupt(fault::told(&error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(checked: usize, written: usize) -> Batch {
        let key = |number: usize| Key::new(Kind::literal("room"), number.to_string()).unwrap();
        let mut batch = Batch::new(CommitId::from_uuid(Uuid::from_u128(1)));
        (0..checked).for_each(|number| batch.check(key(number), None));
        (0..written).for_each(|number| batch.delete(key(number)));
        batch
    }

    #[test]
    fn what_is_written_is_locked_alone_and_what_is_checked_is_shared() {
        let schema = Schema::new("office").unwrap();
        let (places, alone) = locks(&schema, &batch(3, 2));
        assert_eq!(places.len(), 4);
        assert!(places[1..].is_sorted() && !alone[0]);
        assert_eq!(alone.iter().filter(|alone| **alone).count(), 2);
        let elsewhere = locks(&Schema::new("office_2").unwrap(), &batch(3, 2)).0;
        assert!(places.iter().all(|place| !elsewhere.contains(place)));
    }

    #[test]
    fn a_batch_of_many_names_locks_the_store_and_nothing_else() {
        let schema = Schema::new("office").unwrap();
        let store = locks(&schema, &batch(0, 1)).0[0];
        assert_eq!(locks(&schema, &batch(LOCKS, 1)).0.len(), LOCKS + 1);
        assert_eq!(locks(&schema, &batch(LOCKS, LOCKS + 1)), (vec![store], vec![true]));
    }

    #[test]
    fn the_numbers_of_names_do_not_change() {
        assert_eq!(place(&Schema::new("office").unwrap(), "order\0PO-17"), -3_916_853_444_463_208_726);
    }
}
