//! The calls of the store, made on the thread of the driver.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use deadpool_postgres::Object;
use office_core::{Batch, Body, CommitId, Key, Kind, Record, StoreError, Write};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::connections::Connections;
use crate::fault;
use crate::options::Isolation;
use crate::statement::{Parameters, Schema, Statements};

/// The most names that are locked one by one. PostgreSQL has room for 64 locks on each connection, unless told otherwise,
/// and a store commits on few of its connections at a time.
pub(crate) const LOCKS: usize = 192;

pub(crate) struct Database {
    pub(crate) connections: Connections,
    pub(crate) schema: Schema,
    pub(crate) statements: Statements,
    isolation: Isolation,
    /// Kinds that have a view.
    shown: Mutex<BTreeSet<Kind>>,
}

/// What commits check and write, in columns. Those of commits say which of them it is, counted from 1.
#[derive(Default)]
pub(crate) struct Parts<'b> {
    versions: Vec<Uuid>,
    check_commits: Vec<i32>,
    pub(crate) check_kinds: Vec<&'b str>,
    pub(crate) check_ids: Vec<&'b str>,
    pub(crate) check_versions: Vec<Option<Uuid>>,
    put_commits: Vec<i32>,
    pub(crate) put_kinds: Vec<&'b str>,
    pub(crate) put_ids: Vec<&'b str>,
    pub(crate) put_bodies: Vec<&'b str>,
    gone_commits: Vec<i32>,
    pub(crate) gone_kinds: Vec<&'b str>,
    pub(crate) gone_ids: Vec<&'b str>,
}

impl<'b> Parts<'b> {
    pub(crate) fn of(batches: impl IntoIterator<Item = &'b Batch>) -> Self {
        let mut parts = Self::default();
        for (commit, batch) in (1..).zip(batches) {
            parts.add(commit, batch);
        }
        parts
    }

    fn add(&mut self, commit: i32, batch: &'b Batch) {
        self.versions.push(batch.id().uuid());
        for (key, version) in batch.checks() {
            let (kind, id) = names(key);
            self.check_commits.push(commit);
            self.check_kinds.push(kind);
            self.check_ids.push(id);
            self.check_versions.push(version.map(CommitId::uuid));
        }
        for (key, write) in batch.writes() {
            let (kind, id) = names(key);
            match write {
                Write::Put(body) => {
                    self.put_commits.push(commit);
                    self.put_kinds.push(kind);
                    self.put_ids.push(id);
                    self.put_bodies.push(body.as_str());
                }
                Write::Delete => {
                    self.gone_commits.push(commit);
                    self.gone_kinds.push(kind);
                    self.gone_ids.push(id);
                }
            }
        }
    }
}

impl Database {
    pub(crate) fn new(connections: Connections, schema: Schema, isolation: Isolation) -> Self {
        let statements = Statements::of(&schema);
        Self { connections, schema, statements, isolation, shown: Mutex::default() }
    }

    pub(crate) const fn isolation(&self) -> Isolation {
        self.isolation
    }

    /// Learns which kinds have a view already.
    pub(crate) async fn look_around(&self) -> Result<(), StoreError> {
        let mut shown = BTreeSet::new();
        for row in self.connections.ask(&self.statements.kinds, &[]).await? {
            shown.extend(Kind::new(text(&row, 0)?).ok());
        }
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).extend(shown);
        Ok(())
    }

    pub(crate) async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, StoreError> {
        if let [key] = keys {
            let rows = self.connections.ask(&self.statements.get_one, &[&key.kind().as_str(), &key.id()]).await?;
            return Ok(vec![rows.first().map(record).transpose()?.flatten()]);
        }
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let (kinds, ids): (Vec<_>, Vec<_>) = keys.iter().map(names).unzip();
        self.connections.ask(&self.statements.get, &[&kinds, &ids]).await?.iter().map(record).collect()
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
        let rows = self.connections.ask(&self.statements.scan, &[&kind.as_str(), &from, &to, &limit]).await?;
        let found = rows.iter().map(|row| {
            let key = Key::new(kind.clone(), text(row, 2)?).map_err(StoreError::corrupt)?;
            let record = record(row)?.ok_or_else(|| StoreError::corrupt("a record without a version"))?;
            Ok((key, record))
        });
        found.collect()
    }

    /// Commits a batch that writes nothing, or without locks.
    pub(crate) async fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
        let parts = Parts::of([batch]);
        if batch.is_read_only() {
            let checks: &Parameters<'_> = &[&parts.check_kinds, &parts.check_ids, &parts.check_versions];
            return verdict(self.connections.ask(&self.statements.check, checks).await?.first());
        }
        self.show(batch).await?;
        self.commit_serializably(batch.id().uuid(), &parts).await
    }

    /// Sends commits that have nothing to do with each other, once: where the answer is lost, nobody here knows what became
    /// of them. An answer for each, or why none of them came to be.
    pub(crate) async fn commit_locked(&self, batches: &[&Batch]) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        let parts = Parts::of(batches.iter().copied());
        let (places, alone) = locks(&self.schema, batches);
        let parameters: &Parameters<'_> = &[
            &parts.versions,
            &places,
            &alone,
            &parts.check_commits,
            &parts.check_kinds,
            &parts.check_ids,
            &parts.check_versions,
            &parts.put_commits,
            &parts.put_kinds,
            &parts.put_ids,
            &parts.put_bodies,
            &parts.gone_commits,
            &parts.gone_kinds,
            &parts.gone_ids,
        ];
        let mut calls = 1;
        let (client, statement) = loop {
            let client = self.connections.client().await?;
            let error = match client.prepare_cached(&self.statements.commit).await {
                Ok(statement) => break (client, statement),
                Err(error) => error,
            };
            if !self.connections.goes_again(client, &error, calls) {
                return Err(fault::unchanged(&error));
            }
            calls = calls.saturating_add(1);
        };
        let row = client.query_one(&statement, parameters).await.map_err(|error| {
            if fault::is_spent(&error) {
                drop(Object::take(client));
            }
            fault::committing(&error)
        })?;
        let refused: Vec<i32> = row.try_get(0).map_err(|_| StoreError::unknown("the server answers something else"))?;
        let answer = |commit| if refused.contains(&commit) { Err(StoreError::conflict()) } else { Ok(()) };
        Ok((1..).zip(batches).map(|(commit, _)| answer(commit)).collect())
    }

    /// Whether all kinds that the batch writes have a view.
    pub(crate) fn shows(&self, batch: &Batch) -> bool {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        batch.writes().all(|(key, _)| shown.contains(key.kind()))
    }

    /// Gives the kinds of the batch their views.
    pub(crate) async fn show(&self, batch: &Batch) -> Result<(), StoreError> {
        let new: BTreeSet<&Kind> = {
            let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
            batch.writes().map(|(key, _)| key.kind()).filter(|kind| !shown.contains(*kind)).collect()
        };
        for kind in new {
            match self.isolation {
                Isolation::Locks => drop(self.connections.ask(&self.statements.show, &[&kind.as_str()]).await?),
                Isolation::Serializable => self.show_plainly(kind).await?,
            }
            self.shown.lock().unwrap_or_else(PoisonError::into_inner).insert(kind.clone());
        }
        Ok(())
    }
}

/// What is locked, in this order, and whether alone.
///
/// First the whole store, which a batch of many names has to itself instead of locking each. Names stand for themselves as
/// numbers; where two have the same number, one merely waits for the other.
fn locks(schema: &Schema, batches: &[&Batch]) -> (Vec<i64>, Vec<bool>) {
    let mut places = BTreeMap::new();
    let number = |key: &Key| place(schema, &format!("{}\0{}", key.kind(), key.id()));
    for (key, _) in batches.iter().flat_map(|batch| batch.checks()) {
        places.entry(number(key)).or_insert(false);
    }
    for (key, _) in batches.iter().flat_map(|batch| batch.writes()) {
        places.insert(number(key), true);
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

pub(crate) fn verdict(row: Option<&Row>) -> Result<(), StoreError> {
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
        let (places, alone) = locks(&schema, &[&batch(3, 2)]);
        assert_eq!(places.len(), 4);
        assert!(places[1..].is_sorted() && !alone[0]);
        assert_eq!(alone.iter().filter(|alone| **alone).count(), 2);
        let elsewhere = locks(&Schema::new("office_2").unwrap(), &[&batch(3, 2)]).0;
        assert!(places.iter().all(|place| !elsewhere.contains(place)));
    }

    #[test]
    fn a_batch_of_many_names_locks_the_store_and_nothing_else() {
        let schema = Schema::new("office").unwrap();
        let store = locks(&schema, &[&batch(0, 1)]).0[0];
        assert_eq!(locks(&schema, &[&batch(LOCKS, 1)]).0.len(), LOCKS + 1);
        assert_eq!(locks(&schema, &[&batch(LOCKS, LOCKS + 1)]), (vec![store], vec![true]));
    }

    #[test]
    fn the_numbers_of_names_do_not_change() {
        assert_eq!(place(&Schema::new("office").unwrap(), "order\0PO-17"), -3_916_853_444_463_208_726);
    }
}
