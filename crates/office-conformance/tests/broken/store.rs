//! A store in memory that has one fault.
#![expect(clippy::wildcard_enum_match_arm, reason = "a fault concerns one place, and is none everywhere else")]

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering as Memory};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::yield_now;

use office_core::{Batch, Body, CommitId, Key, Kind, Record, Store, StoreError, Write};
use uuid::Uuid;

/// What a store does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    // Single records.
    MissingIsEmpty,
    ForgetsCreations,
    KeepsFirstBody,
    IgnoresDeletes,
    RefusesDeletingNothing,
    DeletesForEver,
    OneVersionForAll,
    CountsVersions,
    ReadsLag,
    AnswersSorted,
    AnswersOnce,
    RunsKindIntoId,
    // Commits.
    LostUpdate,
    CreatesOver,
    MissingPasses,
    WriteSkew,
    AbsenceSkew,
    HalfCommit,
    CutsBatches,
    IgnoresChecksAlone,
    // Ids and ranges.
    FoldsCase,
    TrimsEnds,
    FoldsAccents,
    LowersIdsInRanges,
    OrdersWithoutCase,
    OrdersAsUtf16,
    IncludesEnd,
    SwapsEnds,
    IgnoresLimit,
    StopsAtFfff,
    // Limits.
    CutsIds,
    RefusesLongBodies,
    RefusesLongBatches,
    SplitsLongBatches,
    FloatsNumbers,
    // Reopening.
    SharesOneStore,
    LosesLastCommit,
    // What shows under concurrent use.
    LetsGoBeforeWriting,
    DirtyReads,
    WritesThenUndoes,
    ConflictForUnknown,
    ScansLag,
    ScansInPages,
    ForgetsChecksOf(&'static str),
}

#[derive(Clone, Debug, Default)]
struct Table {
    /// By the key as the store tells keys apart; with the key as it was written.
    records: BTreeMap<Key, (Key, Record)>,
    counts: BTreeMap<Key, u64>,
    buried: BTreeSet<Key>,
    latest: Option<CommitId>,
}

/// Where the records of a store lie, and how they lay before the last commit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk {
    now: Arc<Mutex<Table>>,
    before: Arc<Mutex<Table>>,
}

impl Disk {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn open(&self, fault: Fault) -> Faulty {
        if fault == Fault::LosesLastCommit {
            let before = locked(&self.before).clone();
            *locked(&self.now) = before;
        }
        Faulty { fault, disk: self.clone(), writer: Arc::default(), busy: Arc::default() }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Clone, Debug)]
pub(crate) struct Faulty {
    fault: Fault,
    disk: Disk,
    /// One commit at a time.
    writer: Arc<Mutex<u64>>,
    /// How many commits wait or are under way.
    busy: Arc<AtomicU64>,
}

impl Faulty {
    fn is(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    /// The key under which the store keeps what was written under `key`.
    fn place(&self, key: &Key) -> Key {
        let id = match self.fault {
            Fault::FoldsCase => key.id().to_lowercase(),
            Fault::TrimsEnds => format!("{}.", key.id().trim_end_matches(' ')),
            Fault::FoldsAccents => key.id().replace("a\u{301}", "\u{e1}"),
            Fault::CutsIds => key.id().chars().take(255).collect(),
            Fault::RunsKindIntoId => {
                let all = Kind::literal("all");
                return Key::new(all, format!("{}{}", key.kind(), key.id())).unwrap_or_else(|_| key.clone());
            }
            _ => return key.clone(),
        };
        Key::new(key.kind().clone(), id).unwrap_or_else(|_| key.clone())
    }

    fn order(&self, one: &Key, other: &Key) -> Ordering {
        let (a, b) = (one.id(), other.id());
        match self.fault {
            Fault::OrdersWithoutCase => a.to_lowercase().cmp(&b.to_lowercase()).then_with(|| a.cmp(b)),
            Fault::OrdersAsUtf16 => a.encode_utf16().cmp(b.encode_utf16()),
            _ => a.cmp(b),
        }
    }

    fn table(&self, scans: bool) -> MutexGuard<'_, Table> {
        let lags = self.is(Fault::ReadsLag) || scans && self.is(Fault::ScansLag);
        locked(if lags { &self.disk.before } else { &self.disk.now })
    }

    fn shown(&self, table: &Table, record: &Record) -> Record {
        match table.latest {
            Some(latest) if self.is(Fault::OneVersionForAll) => Record { version: latest, body: record.body.clone() },
            _ => record.clone(),
        }
    }

    fn holds(&self, table: &Table, batch: &Batch, key: &Key, expected: Option<CommitId>) -> bool {
        let found = table.records.get(&self.place(key)).map(|(_, record)| record.version);
        let written = || batch.writes().any(|(other, _)| other == key);
        let ignored = match self.fault {
            Fault::LostUpdate => expected.is_some() && found.is_some() && written(),
            Fault::CreatesOver => found.is_some() && expected.is_none() && written(),
            Fault::MissingPasses => expected.is_some() && found.is_none(),
            Fault::WriteSkew => found != expected && expected.is_some() && !written(),
            Fault::AbsenceSkew => found.is_some() && expected.is_none() && !written(),
            Fault::IgnoresChecksAlone => batch.is_read_only(),
            Fault::ForgetsChecksOf(kind) => key.kind().as_str() == kind,
            Fault::OneVersionForAll => expected.is_some() && found.is_some(),
            _ => false,
        };
        ignored || found == expected
    }

    fn write(&self, table: &mut Table, id: CommitId, key: &Key, write: &Write) {
        let place = self.place(key);
        match write {
            Write::Put(body) => {
                if self.is(Fault::ForgetsCreations) && !table.records.contains_key(&place)
                    || table.buried.contains(&place)
                {
                    return;
                }
                let count = table.counts.entry(place.clone()).or_default();
                *count = if table.records.contains_key(&place) { count.saturating_add(1) } else { 1 };
                let version = match self.fault {
                    Fault::CountsVersions => CommitId::from_uuid(Uuid::from_u128(u128::from(*count))),
                    _ => id,
                };
                let body = match table.records.get(&place) {
                    Some((_, old)) if self.is(Fault::KeepsFirstBody) => old.body.clone(),
                    _ => body.clone(),
                };
                let body = if self.is(Fault::FloatsNumbers) { floated(&body) } else { body };
                table.records.insert(place, (key.clone(), Record { version, body }));
            }
            Write::Delete if self.is(Fault::IgnoresDeletes) => {}
            Write::Delete => {
                if table.records.remove(&place).is_some() && self.is(Fault::DeletesForEver) {
                    table.buried.insert(place);
                }
            }
        }
    }

    fn refuses(&self, batch: &Batch) -> bool {
        match self.fault {
            Fault::RefusesLongBatches => batch.len() > 128,
            Fault::RefusesLongBodies => {
                batch.writes().any(|(_, write)| matches!(write, Write::Put(body) if body.as_str().len() > 65_535))
            }
            _ => false,
        }
    }

    /// Writes and checks hand in hand, as far as it gets.
    fn by_halves(&self, table: &mut Table, batch: &Batch, step: usize) -> Result<(), StoreError> {
        let checks: BTreeMap<_, _> = batch.checks().collect();
        let writes: BTreeMap<_, _> = batch.writes().collect();
        let keys: BTreeSet<_> = checks.keys().chain(writes.keys()).copied().collect();
        let keys: Vec<_> = keys.into_iter().collect();
        for part in keys.chunks(step) {
            for key in part {
                if checks.get(key).is_some_and(|expected| !self.holds(table, batch, key, *expected)) {
                    return Err(StoreError::conflict());
                }
            }
            for key in part {
                if let Some(write) = writes.get(key) {
                    self.write(table, batch.id(), key, write);
                }
            }
        }
        Ok(())
    }

    /// Writes one by one where readers can see it.
    fn in_the_open(&self, batch: &Batch) {
        for (key, write) in batch.writes() {
            self.write(&mut locked(&self.disk.now), batch.id(), key, write);
            yield_now();
        }
    }

    fn land(&self, batch: &Batch, turn: u64) -> Result<(), StoreError> {
        if self.is(Fault::LetsGoBeforeWriting) {
            self.checked(batch)?;
            yield_now();
            std::thread::sleep(std::time::Duration::from_micros(50));
            self.apply(batch);
            return Ok(());
        }
        let remembers = [Fault::ReadsLag, Fault::ScansLag, Fault::LosesLastCommit, Fault::WritesThenUndoes];
        let old = remembers.contains(&self.fault).then(|| locked(&self.disk.now).clone());
        match self.fault {
            Fault::HalfCommit => self.by_halves(&mut locked(&self.disk.now), batch, 1)?,
            Fault::SplitsLongBatches => self.by_halves(&mut locked(&self.disk.now), batch, 1000)?,
            _ => {
                if let Err(error) = self.checked(batch) {
                    if let Some(old) = old.filter(|_| self.is(Fault::WritesThenUndoes)) {
                        self.in_the_open(batch);
                        *locked(&self.disk.now) = old;
                    }
                    return Err(error);
                }
                self.apply(batch);
            }
        }
        locked(&self.disk.now).latest = Some(batch.id());
        if let Some(old) = old {
            *locked(&self.disk.before) = old;
        }
        if self.is(Fault::ConflictForUnknown) {
            std::thread::sleep(std::time::Duration::from_micros(50));
            if self.busy.load(Memory::SeqCst) > 1 && turn.is_multiple_of(2) {
                return Err(StoreError::conflict());
            }
        }
        Ok(())
    }

    fn checked(&self, batch: &Batch) -> Result<(), StoreError> {
        let table = locked(&self.disk.now);
        let holds = batch.checks().all(|(key, expected)| self.holds(&table, batch, key, expected));
        if holds { Ok(()) } else { Err(StoreError::conflict()) }
    }

    fn apply(&self, batch: &Batch) {
        if self.is(Fault::DirtyReads) {
            self.in_the_open(batch);
            return;
        }
        let most = if self.is(Fault::CutsBatches) { 40 } else { usize::MAX };
        let mut table = locked(&self.disk.now);
        for (key, write) in batch.writes().take(most) {
            self.write(&mut table, batch.id(), key, write);
        }
    }

    fn range(&self, table: &Table, kind: &Kind, from: &str, to: &str) -> Vec<(Key, Record)> {
        let (from, to) = if self.is(Fault::SwapsEnds) && from > to { (to, from) } else { (from, to) };
        let inside = |id: &str| {
            let below = id < to || self.is(Fault::IncludesEnd) && id == to;
            id >= from && below && !(self.is(Fault::StopsAtFfff) && id > "\u{ffff}")
        };
        let found = table.records.values().filter(|(key, _)| key.kind() == kind && inside(key.id()));
        let mut found: Vec<_> = found.map(|(key, record)| (key.clone(), self.shown(table, record))).collect();
        found.sort_by(|(one, _), (other, _)| self.order(one, other));
        if self.is(Fault::LowersIdsInRanges) {
            for (key, _) in &mut found {
                *key = Key::new(kind.clone(), key.id().to_lowercase()).unwrap_or_else(|_| key.clone());
            }
        }
        found
    }
}

/// The body, after numbers have been through a float.
fn floated(body: &Body) -> Body {
    body.read::<serde_json::Value>().map_or_else(|_| body.clone(), |value| Body::stored(value.to_string()))
}

impl Store for Faulty {
    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, StoreError> {
        let table = self.table(false);
        let mut keys = keys.to_vec();
        if self.is(Fault::AnswersSorted) {
            keys.sort();
        }
        let mut asked = BTreeSet::new();
        let found = keys.iter().map(|key| {
            if !asked.insert(key.clone()) && self.is(Fault::AnswersOnce) {
                return None;
            }
            let found = table.records.get(&self.place(key)).map(|(_, record)| self.shown(&table, record));
            let empty = || Record { version: CommitId::from_uuid(Uuid::nil()), body: Body::stored("{}") };
            if self.is(Fault::MissingIsEmpty) { Some(found.unwrap_or_else(empty)) } else { found }
        });
        Ok(found.collect())
    }

    async fn scan(&self, kind: &Kind, from: &str, to: &str, limit: usize) -> Result<Vec<(Key, Record)>, StoreError> {
        let mut found = self.range(&self.table(true), kind, from, to);
        if self.is(Fault::ScansInPages) {
            // The last page is of a later instant.
            yield_now();
            std::thread::sleep(std::time::Duration::from_micros(300));
            let later = self.range(&self.table(true), kind, from, to).pop();
            found.extend(later.filter(|(key, _)| found.last().is_none_or(|(last, _)| last < key)));
        }
        if !self.is(Fault::IgnoresLimit) {
            found.truncate(limit);
        }
        Ok(found)
    }

    async fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
        if self.refuses(batch) {
            return Err(StoreError::rejected("too long"));
        }
        if self.is(Fault::RefusesDeletingNothing) {
            let table = locked(&self.disk.now);
            let absent = |key: &Key| !table.records.contains_key(&self.place(key));
            if batch.writes().any(|(key, write)| matches!(write, Write::Delete) && absent(key)) {
                return Err(StoreError::rejected("there is nothing to delete"));
            }
        }
        if self.is(Fault::LetsGoBeforeWriting) {
            return self.land(batch, 0);
        }
        self.busy.fetch_add(1, Memory::SeqCst);
        let answer = {
            let mut turn = locked(&self.writer);
            *turn = turn.saturating_add(1);
            self.land(batch, *turn)
        };
        self.busy.fetch_sub(1, Memory::SeqCst);
        answer
    }
}
