//! A backend of one's own: the office on redb, an embedded key-value engine, in about a hundred lines.
//!
//! ```sh
//! cargo run --release --example custom_backend    # shows it at work, and runs the whole conformance kit on it
//! cargo test --example custom_backend             # the same kit, one test per check
//! ```
//!
//! A backend implements three methods and knows nothing of the office. [`RedbStore`] is all that is needed here; the rest
//! of this file uses it.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;
use std::path::Path;

use office_conformance::Bench;
use office_core::{
    Actor, Batch, BlockingStore, Body, Command, CommitId, Decision, Entity, Id, Inline, Key, Kind, Office, Record,
    Role, StoreError, System, Write, wait,
};
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Kind and id, to version and JSON text. redb orders texts by their bytes, as the contract wants.
const RECORDS: TableDefinition<'_, (&str, &str), (u128, &str)> = TableDefinition::new("records");

/// The office's records in one redb file.
struct RedbStore {
    database: Database,
}

impl RedbStore {
    /// Opens the file, creating it where there is none.
    fn open(path: &Path) -> Result<Self, redb::Error> {
        let database = Database::create(path)?;
        // The table is created now, so that readers always find it.
        let transaction = database.begin_write()?;
        transaction.open_table(RECORDS)?;
        transaction.commit()?;
        Ok(Self { database })
    }
}

fn version(number: u128) -> CommitId {
    CommitId::from_uuid(Uuid::from_u128(number))
}

fn record((number, body): (u128, &str)) -> Record {
    Record { version: version(number), body: Body::stored(body) }
}

/// redb refuses everything after a failed write to the disk; asking again does not help.
fn broken(error: impl Into<redb::Error>) -> StoreError {
    StoreError::corrupt(error.into())
}

impl BlockingStore for RedbStore {
    fn get(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, StoreError> {
        // A read transaction of redb is one instant.
        let table = self.database.begin_read().map_err(broken)?.open_table(RECORDS).map_err(broken)?;
        let one = |key: &Key| {
            let found = table.get((key.kind().as_str(), key.id())).map_err(broken)?;
            Ok(found.map(|value| record(value.value())))
        };
        keys.iter().map(one).collect()
    }

    fn scan(&self, kind: &Kind, from: &str, to: &str, limit: usize) -> Result<Vec<(Key, Record)>, StoreError> {
        if from >= to {
            return Ok(Vec::new());
        }
        let table = self.database.begin_read().map_err(broken)?.open_table(RECORDS).map_err(broken)?;
        let range = table.range((kind.as_str(), from)..(kind.as_str(), to)).map_err(broken)?;
        let mut found = Vec::new();
        for entry in range.take(limit) {
            let (id, value) = entry.map_err(broken)?;
            let key = Key::new(kind.clone(), id.value().1).map_err(StoreError::corrupt)?;
            found.push((key, record(value.value())));
        }
        Ok(found)
    }

    fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
        // There is one writer at a time: what is checked here cannot change before it is committed. A transaction that is
        // dropped is rolled back.
        let transaction = self.database.begin_write().map_err(broken)?;
        {
            let mut table = transaction.open_table(RECORDS).map_err(broken)?;
            for (key, expected) in batch.checks() {
                let found = table.get((key.kind().as_str(), key.id())).map_err(broken)?;
                if found.map(|value| version(value.value().0)) != expected {
                    return Err(StoreError::conflict());
                }
            }
            let written = batch.id().uuid().as_u128();
            for (key, write) in batch.writes() {
                let place = (key.kind().as_str(), key.id());
                match write {
                    Write::Put(body) => table.insert(place, (written, body.as_str())).map_err(broken)?,
                    Write::Delete => table.remove(place).map_err(broken)?,
                };
            }
        }
        // When the commit itself fails, it may be on the disk or not.
        transaction.commit().map_err(|error| StoreError::unknown(redb::Error::from(error)))
    }
}

/// Something to keep: a key to the cellar, with somebody or on its hook.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct CellarKey {
    with: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum CellarKeyFact {
    Lent { to: String },
    Returned,
}

#[derive(Debug, thiserror::Error)]
enum LendError {
    #[error("the key is with {0}")]
    Lent(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CellarKey {
    fn lend(&self, to: &str) -> Result<Decision<CellarKeyFact>, LendError> {
        match &self.with {
            Some(holder) if holder == to => Ok(Decision::AlreadyRecorded),
            Some(holder) => Err(LendError::Lent(holder.clone())),
            None => Ok(Decision::Record(CellarKeyFact::Lent { to: to.to_owned() })),
        }
    }
}

impl Entity for CellarKey {
    const KIND: Kind = Kind::literal("cellar_key");
    type Fact = CellarKeyFact;

    fn open(fact: &CellarKeyFact) -> Option<Self> {
        let mut key = Self { with: None };
        key.apply(fact);
        Some(key)
    }

    fn apply(&mut self, fact: &CellarKeyFact) {
        self.with = match fact {
            CellarKeyFact::Lent { to } => Some(to.clone()),
            CellarKeyFact::Returned => None,
        };
    }
}

fn lend(office: &Office, command: &str, to: &str) -> Result<(), LendError> {
    let key = Id::<CellarKey>::natural("cellar_key", "front");
    let porter = Actor::new(Id::natural("person", "E-009"), Role::new("receptionist"));
    let at = chrono::DateTime::UNIX_EPOCH;
    let command = Command::new(command, "lend_key", porter, at)
        .and_then(|command| command.with_input(&to))
        .map_err(|error| StoreError::rejected(error.to_string()))?;
    wait(office.transact(&command, |tx| async move {
        let held = tx.find(key).await?.unwrap_or(CellarKey { with: None });
        tx.decide(key, held.lend(to)?).await?;
        Ok(())
    }))
}

fn bench() -> Bench {
    Bench::durable(tempfile::tempdir, |place| RedbStore::open(&place.path().join("office.redb")).map(Inline))
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("office.redb");
    {
        let office = Office::on(Inline(RedbStore::open(&path)?)).within(System::sleeping());
        lend(&office, "lend-1", "Ayla")?;
        println!("The key is with Ayla.");
        match lend(&office, "lend-2", "Jonas") {
            Err(refusal) => println!("Jonas does not get it: {refusal}."),
            Ok(()) => return Err("the key was lent twice".into()),
        }
    }
    let office = Office::on(Inline(RedbStore::open(&path)?));
    let facts = wait(office.feed().after(0, 10))?;
    println!("Opened again, the file tells of {} fact.", facts.len());

    let mut broken = 0_u32;
    for check in office_conformance::checks() {
        match check.run(&bench()) {
            Ok(()) => println!("ok      {}", check.name()),
            Err(violation) => {
                broken = broken.saturating_add(1);
                println!("BROKEN  {}: {violation}", check.name());
            }
        }
    }
    if broken == 0 { Ok(()) } else { Err(format!("{broken} promises are broken").into()) }
}

#[cfg(test)]
mod contract {
    office_conformance::conformance!(super::bench());
}
