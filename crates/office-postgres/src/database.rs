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

/// The most names that are locked one by one. PostgreSQL has room for 64 locks on each connection, unless told otherwise.
const LOCKS: usize = 48;

pub(crate) struct Database {
    pub(crate) connections: Connections,
    pub(crate) schema: Schema,
    pub(crate) statements: Statements,
    isolation: Isolation,
    /// Kinds that have a view.
    shown: Mutex<BTreeSet<Kind>>,
}

/// What a commit checks and writes, in columns.
pub(crate) struct Parts<'b> {
    pub(crate) id: Uuid,
    pub(crate) check_kinds: Vec<&'b str>,
    pub(crate) check_ids: Vec<&'b str>,
    pub(crate) check_versions: Vec<Option<Uuid>>,
    pub(crate) put_kinds: Vec<&'b str>,
    pub(crate) put_ids: Vec<&'b str>,
    pub(crate) put_bodies: Vec<&'b str>,
    pub(crate) gone_kinds: Vec<&'b str>,
    pub(crate) gone_ids: Vec<&'b str>,
}

impl<'b> Parts<'b> {
    fn of(batch: &'b Batch) -> Self {
        let (check_kinds, check_ids) = batch.checks().map(|(key, _)| names(key)).unzip();
        let check_versions = batch.checks().map(|(_, version)| version.map(CommitId::uuid)).collect();
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
        let id = batch.id().uuid();
        Self { id, check_kinds, check_ids, check_versions, put_kinds, put_ids, put_bodies, gone_kinds, gone_ids }
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

    pub(crate) async fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
        let parts = Parts::of(batch);
        if batch.is_read_only() {
            let checks: &Parameters<'_> = &[&parts.check_kinds, &parts.check_ids, &parts.check_versions];
            return verdict(self.connections.ask(&self.statements.check, checks).await?.first());
        }
        self.show(batch).await?;
        match self.isolation {
            Isolation::Locks => self.commit_locked(batch, &parts).await,
            Isolation::Serializable => self.commit_serializably(&parts).await,
        }
    }

    /// Sends a commit, once: where its answer is lost, nobody here knows what became of it.
    async fn commit_locked(&self, batch: &Batch, parts: &Parts<'_>) -> Result<(), StoreError> {
        let (places, alone) = locks(&self.schema, batch);
        let parameters: &Parameters<'_> = &[
            &parts.id,
            &places,
            &alone,
            &parts.check_kinds,
            &parts.check_ids,
            &parts.check_versions,
            &parts.put_kinds,
            &parts.put_ids,
            &parts.put_bodies,
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
        match client.query_one(&statement, parameters).await {
            Ok(row) => verdict(Some(&row)),
            Err(error) => {
                if fault::is_spent(&error) {
                    drop(Object::take(client));
                }
                Err(fault::committing(&error))
            }
        }
    }

    /// Gives the kinds of the batch their views.
    async fn show(&self, batch: &Batch) -> Result<(), StoreError> {
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
